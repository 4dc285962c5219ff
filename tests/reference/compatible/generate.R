# Reference values for simultaneous lower bounds that go with sequential procedures. Run in this directory:
#   Rscript generate.R
# By the partition principle and not by the bounds' own formula: each set J of hypotheses theta_i <= 0 is a part of
# the parameter space, in which a weighted Bonferroni test with the shares that J has in the graph accepts some
# theta; a bound is the smallest theta_i of all that are accepted. Normal estimates with errors of 1.
source("../common.R")
without <- function(w, g, k) {
  n <- length(w); new_w <- w + w[k] * g[k, ]; new_g <- matrix(0, n, n)
  for (i in seq_len(n)) for (j in seq_len(n)) { back <- g[i, k] * g[k, i]
    if (i != j && i != k && j != k && back < 1) new_g[i, j] <- (g[i, j] + g[i, k] * g[k, j]) / (1 - back) }
  new_w[k] <- 0; list(w = new_w, g = new_g) }
lower <- function(est, w, g, alpha) {
  n <- length(est); found <- rep(Inf, n)
  for (number in 0:(2^n - 1)) {
    J <- which(bitwAnd(number, 2^(seq_len(n) - 1)) > 0)
    left <- list(w = w, g = g)
    if (length(J)) for (k in setdiff(seq_len(n), J)) left <- without(left$w, left$g, k)
    b <- est + qnorm(pmin(left$w * alpha, 0.5)); b[left$w <= 0] <- -Inf
    if (length(J) == 0) { found <- pmin(found, pmax(0, b)); next }
    if (any(b[J] > 0)) next # nothing of this part is accepted
    found[J] <- pmin(found[J], b[J]); rest <- setdiff(seq_len(n), J); found[rest] <- pmin(found[rest], 0)
  }
  found
}
chain <- function(m) { g <- matrix(0, m, m); for (i in seq_len(m - 1)) g[i, i + 1] <- 1; g }
even <- function(m) { g <- matrix(1 / (m - 1), m, m); diag(g) <- 0; g }
gate <- rbind(c(0, 0, 1, 0), c(0, 0, 0, 1), c(0, 1, 0, 0), c(1, 0, 0, 0))
doses <- rbind(c(0, 1/2, 0, 1/2, 0, 0), c(1/3, 0, 1/3, 0, 1/3, 0), c(0, 1/2, 0, 0, 0, 1/2),
  c(0, 1, 0, 0, 0, 0), c(1/2, 0, 1/2, 0, 0, 0), c(0, 1, 0, 0, 0, 0))
one <- function(name, est, w, g, alpha = 0.025) { b <- lower(est, w, g, alpha)
  list(name = name, estimates = array_of(est), weights = array_of(w), transitions = lapply(seq_along(w), function(i) array_of(g[i, ])),
    alpha = alpha, bounds = array_of(b)) } # no bound is null
third <- rep(1/3, 3)
cases <- list(
  one("holm", c(3.1, 1.2, 2.2), third, even(3)), one("holm", c(1.0, -0.5, 2.3), third, even(3)),
  one("holm, all", c(3.5, 2.1, 2.6), third, even(3)), one("holm, two", c(2.5, 0.4), c(0.5, 0.5), even(2), 0.05),
  one("fixed sequence", c(2.4, 1.1, 3.0), c(1, 0, 0), chain(3)), one("fixed sequence, all", c(2.4, 2.1, 3.0), c(1, 0, 0), chain(3)),
  one("fixed sequence, none", c(1.2, 4, 4), c(1, 0, 0), chain(3)),
  one("fallback", c(2.7, 1.5, 2.0), c(0.6, 0.3, 0.1), chain(3)), one("fallback, the last", c(1.0, 1.5, 3.2), c(0.6, 0.3, 0.1), chain(3)),
  one("gate", c(2.5, 1.9, 2.4, 0.3), c(1/2, 1/2, 0, 0), gate), one("gate, one lost", c(1.5, 2.6, 3, 2.5), c(1/2, 1/2, 0, 0), gate),
  one("doses", c(1.3, 2.6, 2.8, 1.1, 2.0, 2.7), c(third, 0, 0, 0), doses))
write_expected(cases, c("stats", "jsonlite"))
