# The standardised risk difference of 720 people with 8 covariates beside the arm by R's boot, on two
# cores: what `bootstrap_of_a_standardised_difference` of ../estimators.rs is compared with.
#   Rscript benches/peers/boot.R
library(boot)
set.seed(7)
n <- 720
d <- as.data.frame(matrix(runif(8 * n), n)); names(d) <- paste0("x", 0:7)
d$arm <- rep(0:1, n / 2)
d$y <- rbinom(n, 1, 0.5)
difference <- function(d, rows) {
  fit <- glm(y ~ ., family = binomial(), data = d[rows, ])
  mean(predict(fit, transform(d[rows, ], arm = 1), type = "response")) -
    mean(predict(fit, transform(d[rows, ], arm = 0), type = "response"))
}
replicates <- 2000
time <- system.time(boot(d, difference, R = replicates, strata = d$arm, parallel = "multicore", ncpus = 2))
cat(sprintf("%.1f s, %.3f ms a replicate\n", time["elapsed"], 1000 * time["elapsed"] / replicates))
