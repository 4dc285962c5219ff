# Reference values for two samples compared within strata. Run in this directory:
#   Rscript generate.R
# The data are made by formula, with ties. Student: the arm's coefficient of lm(y ~ arm + site). Van Elteren: the
# permutation variance of coin with ranks over N + 1 within blocks. The others by definition.
source("../common.R")
suppressMessages(library(coin))
i <- 1:90
d <- data.frame(site = c("a", "b", "c", "d")[1 + (i * 7) %% 4], arm = (i * 13 + i %/% 5) %% 2,
  y = round(((i * 37) %% 23) / 3 + 1.5 * ((i * 13) %% 2), 1), count = (i * i * 5 + i) %% 6)
write_table(d, "trial.csv")
one <- function(y) {
  d$v <- d[[y]]
  fit <- lm(v ~ arm + site, data = d); s <- summary(fit)$coefficients["arm", ]
  ci <- confint(fit)["arm", ]
  split_by <- split(d, d$site)
  w <- sapply(split_by, function(p) prod(table(p$arm)) / nrow(p))
  parts <- unlist(lapply(names(split_by), function(k) { p <- split_by[[k]]
    sapply(0:1, function(a) (w[[k]] / sum(w))^2 * var(p$v[p$arm == a]) / sum(p$arm == a)) }))
  sizes <- unlist(lapply(split_by, function(p) table(p$arm)))
  df <- sum(parts)^2 / sum(parts^2 / (sizes - 1))
  block_rank <- ave(d$v, d$site, FUN = function(v) rank(v) / (length(v) + 1))
  elteren <- independence_test(block_rank ~ factor(arm) | factor(site), data = transform(d, block_rank = block_rank), teststat = "quad")
  R <- sum(sapply(split_by, function(p) sum(p$arm == 0) / nrow(p) * sum(p$v[p$arm == 1])))
  S <- sum(sapply(split_by, function(p) sum(p$arm == 1) / nrow(p) * sum(p$v[p$arm == 0])))
  vR <- sum(sapply(split_by, function(p) (sum(p$arm == 0) / nrow(p))^2 * sum(p$arm == 1) * var(p$v[p$arm == 1])))
  vS <- sum(sapply(split_by, function(p) (sum(p$arm == 1) / nrow(p))^2 * sum(p$arm == 0) * var(p$v[p$arm == 0])))
  list(outcome = y, estimate = s[["Estimate"]], std_error = s[["Std. Error"]], p_value = s[["Pr(>|t|)"]],
       conf_low = ci[[1]], conf_high = ci[[2]], welch_error = sqrt(sum(parts)), welch_df = df,
       elteren = as.numeric(statistic(elteren)), elteren_p = as.numeric(pvalue(elteren)),
       rate_ratio = R / S, log_error = sqrt(vR / R^2 + vS / S^2))
}
write_expected(list(one("y"), one("count")), c("coin", "jsonlite"))
