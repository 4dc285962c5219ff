# Reference values for the bootstrap of standardised risks. Run in this directory, after
# ../glm/generate.R:
#   Rscript generate.R
# Draws of rows are made by formula, so that both sides refit on the same people; the intervals of
# R's boot (strata = arm) rest on draws of their own and agree within Monte Carlo error only.
source("../common.R")
library(boot)

nsw <- read.csv("../glm/nsw_employed.csv")
formula <- employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75
control <- glm.control(epsilon = 1e-14, maxit = 100)

means <- function(rows, control) {
  d <- nsw[rows, ]
  fit <- suppressWarnings(glm(formula, family = binomial(), data = d, control = control))
  sapply(0:1, function(a) mean(predict(fit, transform(d, treat = a), type = "response")))
}

n <- nrow(nsw)
i <- seq_len(n)
draws <- list(c(1, 7), c(3, 11), c(5, 0), c(2, 101), c(13, 29))
fixed <- lapply(draws, function(k) list(square = k[1], linear = k[2],
  means = means(1 + (k[1] * i * i + k[2] * i) %% n, control)))

set.seed(20200301)
loose <- glm.control()
b <- boot(nsw, function(d, rows) { m <- means(rows, loose); m[2] - m[1] }, R = 4000, strata = nsw$treat)
ci <- boot.ci(b, type = c("perc", "bca"))
cases <- list(list(fixed = fixed, boot = list(replicates = 4000, std_error = sd(b$t),
  percentile = ci$percent[4:5], bca = ci$bca[4:5])))
write_expected(cases, c("boot", "jsonlite"))
