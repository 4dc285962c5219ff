# The noncentral hypergeometric likelihood with a moderator written out over a grid of the random effect, for more
# digits of the standard errors than metafor's differences give. Run in this directory, after generate.R:
#   Rscript hypergeometric.R
source("../common.R")
d <- read.csv("../meta_mixed/nielweise2007.csv")
x <- seq_len(nrow(d)) %% 3
z <- seq(-9, 9, length.out = 1201); w <- dnorm(z) * (z[2] - z[1])
one <- function(i, mu, tau) {
  a <- d$a[i]; c <- d$c[i]; n1 <- d$n1[i]; n2 <- d$n2[i]
  k <- max(0, a + c - n2):min(n1, a + c)
  base <- lchoose(n1, k) + lchoose(n2, a + c - k)
  l <- sapply(mu + tau * z, function(eta) { t <- base + k * eta; m <- max(t); lchoose(n1, a) + lchoose(n2, c) + a * eta - m - log(sum(exp(t - m))) })
  m <- max(l); m + log(sum(w * exp(l - m)))
}
negative <- function(p) -sum(sapply(seq_len(nrow(d)), function(i) one(i, p[1] + p[2] * x[i], p[3])))
# Central differences of fourth order.
h <- 5e-3
second <- function(p, i, j) {
  at <- function(a, b) { q <- p; q[i] <- q[i] + a * h; q[j] <- q[j] + b * h; negative(q) }
  if (i == j) return((-at(2, 0) + 16 * at(1, 0) - 30 * at(0, 0) + 16 * at(-1, 0) - at(-2, 0)) / (12 * h^2))
  u <- c(-2, -1, 1, 2); v <- c(1, -8, 8, -1) / 12
  sum(outer(1:4, 1:4, Vectorize(function(r, s) v[r] * v[s] * at(u[r], u[s])))) / h^2
}
fit <- function(random) {
  start <- c(-1.3, 0.2, if (random) 0.6 else 0)
  free <- if (random) 1:3 else 1:2
  f <- function(p) { q <- start; q[free] <- p; negative(q) }
  p <- start
  for (round in 1:3) p[free] <- optim(p[free], f, method = "BFGS", control = list(reltol = 1e-15, maxit = 500))$par
  # Newton's method to the top.
  slope <- function(p, i) { at <- function(a) { q <- p; q[i] <- q[i] + a * h; negative(q) }; (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h) }
  for (round in 1:6) {
    H <- outer(free, free, Vectorize(function(i, j) second(p, i, j)))
    p[free] <- p[free] - solve(H, sapply(free, function(i) slope(p, i)))
  }
  H <- outer(free, free, Vectorize(function(i, j) second(p, i, j)))
  list(method = if (random) "ML" else "EE", coefficients = array_of(p[1:2]), std_errors = array_of(sqrt(diag(solve(H)))[1:2]), tau2 = if (random) p[3]^2 else NA)
}
text <- to_json(list(generator = "hypergeometric.R", R = as.character(getRversion()), cases = list(fit(FALSE), fit(TRUE))))
cat(text, "\n", file = "hypergeometric.json", sep = "")
