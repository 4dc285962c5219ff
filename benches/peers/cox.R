# The peers of `cox_call_11_covariates` and `cox_11_covariates` in ../estimators.rs, on a problem of the same
# shape: survival's coxph, from a data frame to coefficients and concordance, and the coxph.fit within it, which
# needs no frame and finds no concordance.
#
#   Rscript benches/peers/cox.R
library(survival)
set.seed(20200301)
for (rows in c(1e4, 1e6)) {
  x <- matrix(runif(rows * 11, -1, 1), rows)
  until <- rexp(rows) * 1000 / exp(0.2 * rowSums(x)); end <- rexp(rows) * 1000
  y <- Surv(ceiling(pmin(until, end)), until <= end)
  seconds <- system.time(coxph.fit(x, y, NULL, NULL, rep(0, 11), coxph.control(), NULL, "efron", seq_len(rows)))[["elapsed"]]
  d <- data.frame(x); d$y <- y
  call <- system.time(coxph(y ~ ., d))[["elapsed"]]
  cat(sprintf("%7d rows: coxph %.3f s, coxph.fit %.3f s, R %s, survival %s\n", rows, call, seconds, getRversion(), packageVersion("survival")))
}
