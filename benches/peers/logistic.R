# The peer of `logistic_20_covariates` in ../estimators.rs: base R's glm on a problem of the same
# shape (an intercept and 20 covariates), the fit alone, without reading data or building a formula's
# frame. Prints the median of several fits in seconds for each size.
#
#   Rscript benches/peers/logistic.R
set.seed(20200301)
columns <- 20
slopes <- ifelse(seq_len(columns) %% 2 == 1, 0.3, -0.2)
for (rows in c(1e3, 1e4, 1e5, 1e6)) {
  x <- matrix(runif(rows * columns, -1, 1), rows)
  y <- as.numeric(runif(rows) < plogis(-0.3 + x %*% slopes))
  design <- cbind(1, x)
  repeats <- if (rows < 1e5) 11 else 5
  seconds <- replicate(repeats, system.time(glm.fit(design, y, family = binomial()))[["elapsed"]])
  cat(sprintf("%7d rows: median %.4f s (%.4f to %.4f), R %s\n", rows, median(seconds),
              min(seconds), max(seconds), getRversion()))
}
