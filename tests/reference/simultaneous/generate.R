# Critical values of bands that hold at all months: quantiles of the largest of several correlated
# normals by mvtnorm's numerical integration (Genz and Bretz). Run in this directory:
#   Rscript generate.R
source("../common.R")
library(mvtnorm)
set.seed(20)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")

# People by month: 1, 0 or NA once they are no longer seen; a job is kept with probability `stay`.
states <- function(n, months, start, enter, stay, leave) {
  s <- matrix(NA_integer_, n, months)
  s[, 1] <- as.integer(runif(n) < start)
  for (t in 2:months) s[, t] <- ifelse(runif(n) < ifelse(s[, t - 1] == 1, stay, enter), 1L, 0L)
  gone <- sample(months * 8, n, replace = TRUE)
  for (i in which(gone <= months & leave)) s[i, gone[i]:months] <- NA
  s
}

covariance <- function(s) {
  psi <- sweep(sweep(s, 2, colMeans(s, na.rm = TRUE)), 2, colSums(!is.na(s)), "/")
  psi[is.na(psi)] <- 0
  crossprod(psi)
}

case <- function(n, months, enter, stay, level, leave = FALSE) {
  treated <- states(n, months, 0.1, enter[1], stay, leave)
  control <- states(n, months, 0.1, enter[2], stay, leave)
  v <- covariance(treated) + covariance(control)
  value <- qmvnorm(level, tail = "both.tails", corr = cov2cor(v), algorithm = GenzBretz(maxpts = 2e5, abseps = 1e-5))
  text <- function(s) array_of(apply(s, 2, function(x) paste(ifelse(is.na(x), ".", x), collapse = "")))
  list(level = level, treated = text(treated), control = text(control), critical_value = value$quantile)
}

cases <- list(
  case(60, 4, c(0.10, 0.05), 0.90, 0.95),
  case(100, 13, c(0.05, 0.03), 0.95, 0.95, TRUE),
  case(80, 19, c(0.04, 0.02), 0.90, 0.90),
  case(150, 7, c(0.15, 0.15), 0.50, 0.99)
)
write_expected(cases, c("mvtnorm", "stats"))
