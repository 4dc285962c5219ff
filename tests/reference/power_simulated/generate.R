# Power of planned analyses for the simulations to be held against. Run in this directory:
#   Rscript generate.R
# exact: without simulation. Fisher's test and Newcombe's interval by enumerating all tables; t tests by the noncentral t
# distribution; CR2 with Satterthwaite's degrees of freedom in clusters of one size is the t test of the cluster means.
# drawn: R's own draws through wilcox.test, survdiff, coxph, lm and a beta-binomial with the cluster means' t test.
source("../common.R")
suppressMessages(library(survival))
newcombe <- function(x1, n1, x2, n2, level) {
  w <- function(x, n) { z <- qnorm(1 - (1 - level) / 2); p <- x / n
    h <- z * sqrt(p * (1 - p) / n + z^2 / (4 * n^2)); m <- p + z^2 / (2 * n); d <- 1 + z^2 / n; c((m - h) / d, (m + h) / d) }
  a <- w(x1, n1); b <- w(x2, n2); p1 <- x1 / n1; p2 <- x2 / n2
  c(p1 - p2 - sqrt((p1 - a[1])^2 + (b[2] - p2)^2), p1 - p2 + sqrt((a[2] - p1)^2 + (p2 - b[1])^2))
}
enumerate <- function(n1, p1, n2, p2, finds) {
  total <- 0
  for (x1 in 0:n1) for (x2 in 0:n2) if (finds(x1, x2)) total <- total + dbinom(x1, n1, p1) * dbinom(x2, n2, p2)
  total
}
t_power <- function(d, sd, n1, n2) { df <- n1 + n2 - 2; ncp <- d / (sd * sqrt(1 / n1 + 1 / n2)); q <- qt(0.975, df)
  pt(q, df, ncp, lower.tail = FALSE) + pt(-q, df, ncp) }
exact <- list(
  list(name = "fisher", power = enumerate(40, 0.5, 50, 0.25, function(a, b) fisher.test(matrix(c(a, 40 - a, b, 50 - b), 2))$p.value <= 0.05)),
  list(name = "newcombe", power = enumerate(60, 0.45, 45, 0.2, function(a, b) newcombe(a, 60, b, 45, 0.95)[1] > 0 || newcombe(a, 60, b, 45, 0.95)[2] < 0)),
  list(name = "non_inferiority", power = enumerate(90, 0.5, 90, 0.5, function(a, b) newcombe(a, 90, b, 90, 0.95)[1] > -0.2)),
  list(name = "student", power = t_power(0.5, 1, 50, 70)),
  list(name = "cluster_means", power = t_power(0.5, sqrt(0.1 + 0.9 / 12), 10, 14)))
set.seed(20200301)
trials <- 4000
level <- function(f) mean(replicate(trials, f() <= 0.05))
ranks <- level(function() { d <- sqrt(2) * qnorm(0.65); wilcox.test(rnorm(50) + d, rnorm(40))$p.value })
welch <- level(function() { d <- sqrt(2) * qnorm(0.65); t.test(rnorm(50) + d, rnorm(40))$p.value })
times <- function(hr, e0, n1, n0) { # both followed for 1
  h <- -log(1 - e0); t <- c(rexp(n1, h * hr), rexp(n0, h)); arm <- rep(1:0, c(n1, n0))
  list(t = pmin(t, 1), e = t <= 1, arm = arm) }
log_rank <- level(function() { d <- times(0.6, 0.7, 80, 80); s <- survdiff(Surv(d$t, d$e) ~ d$arm); pchisq(s$chisq, 1, lower.tail = FALSE) })
cox <- level(function() { d <- times(0.6, 0.7, 80, 80); summary(coxph(Surv(d$t, d$e) ~ d$arm))$coefficients[1, 5] })
repeated <- function(d, r, b, rho, n) { own <- sqrt(rho) * rnorm(2 * n); e <- function(m) own + sqrt((1 - rho) / m) * rnorm(2 * n)
  arm <- rep(1:0, each = n); summary(lm(I(e(r) + d * arm) ~ arm + e(b)))$coefficients["arm", 4] }
ancova <- level(function() repeated(0.35, 3, 2, 0.6, 40))
lost <- level(function() { n <- rbinom(2, 60, 0.75); t.test(rnorm(n[1]) + 0.6, rnorm(n[2]), var.equal = TRUE)$p.value })
cluster <- level(function() { rest <- (1 - 0.08) / 0.08; m <- 15; k <- 12
  y <- function(p) rbinom(k, m, rbeta(k, p * rest, (1 - p) * rest)) / m
  t.test(y(0.5), y(0.3), var.equal = TRUE)$p.value })
drawn <- list(list(name = "ranks", power = ranks), list(name = "welch", power = welch), list(name = "log_rank", power = log_rank),
  list(name = "cox", power = cox), list(name = "ancova", power = ancova), list(name = "lost", power = lost), list(name = "cluster_risks", power = cluster))
write_expected(list(list(exact = exact, drawn = drawn, trials = trials)), c("survival", "jsonlite"))
