# The peer of `cox_11_covariates` in ../estimators.rs: survival's coxph.fit on a problem of the same
# shape, the fit alone, without reading data or building a formula's frame.
#
#   Rscript benches/peers/cox.R
library(survival)
set.seed(20200301)
for (rows in c(1e4, 1e6)) {
  x <- matrix(runif(rows * 11, -1, 1), rows)
  until <- rexp(rows) * 1000 / exp(0.2 * rowSums(x)); end <- rexp(rows) * 1000
  y <- Surv(ceiling(pmin(until, end)), until <= end)
  seconds <- system.time(coxph.fit(x, y, NULL, NULL, rep(0, 11), coxph.control(), NULL, "efron", seq_len(rows)))[["elapsed"]]
  cat(sprintf("%7d rows: %.3f s, R %s, survival %s\n", rows, seconds, getRversion(), packageVersion("survival")))
}
