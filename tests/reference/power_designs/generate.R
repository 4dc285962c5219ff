# Reference values for power by ranks, with repeated measures and by simulation. Run in this directory:
#   Rscript generate.R
# Ranks and repeated measures are the papers' formulas, written out; the variance of the mean of follow-ups
# given the mean of baselines also from the covariance matrix itself. The simulation rests on draws of R's own.
source("../common.R")
ranks <- list(); repeated <- list()
for (p in c(0.55, 0.7, 0.35)) for (r in c(1, 2)) for (power in c(0.8, 0.9)) {
  c <- r / (1 + r); z <- qnorm(0.975) + qnorm(power)
  N <- z^2 / (12 * c * (1 - c) * (p - 0.5)^2)
  n2 <- ceiling(N * (1 - c)); n1 <- ceiling(r * N * (1 - c))
  n <- n1 + n2
  ranks[[length(ranks) + 1]] <- list(probability = p, ratio = r, target = power, n1 = n1, n2 = n2,
    power = pnorm(sqrt(12 * n * (n1 / n) * (n2 / n)) * abs(p - 0.5) - qnorm(0.975)))
}
for (r in c(1, 3, 4)) for (b in c(0, 1, 2)) for (rho in c(0, 0.5, 0.7)) {
  S <- matrix(rho, r + b, r + b); diag(S) <- 1
  after <- c(rep(1 / r, r), rep(0, b)); before <- c(rep(0, r), rep(1 / max(b, 1), b))
  v <- drop(after %*% S %*% after)
  if (b > 0) v <- v - drop(after %*% S %*% before)^2 / drop(before %*% S %*% before)
  repeated[[length(repeated) + 1]] <- list(follow_ups = r, baselines = b, correlation = rho, factor = v)
}
risk <- function(a, b) integrate(function(z) dnorm(z) * plogis(a + b * z), -Inf, Inf, rel.tol = 1e-10)$value
set.seed(20200301)
simulate <- function(p1, p0, b, n1, n0, trials) {
  a <- sapply(c(p0, p1), function(p) uniroot(function(a) risk(a, b) - p, c(-30, 30), tol = 1e-10)$root)
  arm <- rep(1:0, c(n1, n0))
  mean(replicate(trials, {
    x <- rnorm(n1 + n0); y <- rbinom(n1 + n0, 1, plogis(a[arm + 1] + b * x))
    fit <- suppressWarnings(glm(y ~ arm + x, family = binomial()))
    fit$converged && summary(fit)$coefficients["arm", 4] <= 0.05
  }))
}
simulated <- lapply(list(c(0.35, 0.2, 1.5, 100, 100), c(0.5, 0.35, 0.8, 120, 80)), function(s)
  list(treated = s[1], control = s[2], prognostic = s[3], n1 = s[4], n2 = s[5], trials = 4000,
       power = simulate(s[1], s[2], s[3], s[4], s[5], 4000)))
write_expected(list(list(ranks = ranks, repeated = repeated, simulated = simulated)), c("stats", "jsonlite"))
