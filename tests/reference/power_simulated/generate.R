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
# CR2 with Satterthwaite's degrees of freedom by definition, of the arm in y ~ arm + x.
cr2 <- function(y, arm, x, cluster) {
  X <- cbind(1, arm, x); M <- solve(crossprod(X)); beta <- M %*% crossprod(X, y); e <- y - X %*% beta
  meat <- 0; G <- NULL
  for (g in split(seq_along(y), cluster)) {
    Xg <- X[g, , drop = FALSE]; own <- diag(length(g)) - Xg %*% M %*% t(Xg)
    v <- eigen(own, symmetric = TRUE); A <- v$vectors %*% (t(v$vectors) / sqrt(pmax(v$values, 1e-12)))
    u <- A %*% (Xg %*% M[, 2]); meat <- meat + sum(u * e[g])^2
    residual <- -X %*% (M %*% crossprod(Xg, u)); residual[g] <- residual[g] + u
    G <- cbind(G, residual)
  }
  B <- crossprod(G); df <- sum(diag(B))^2 / sum(B^2)
  2 * pt(-abs(beta[2] / sqrt(meat)), df)
}
# Risks of clusters with a covariate: deviation of the log odds found by integration, another for each arm.
law <- function(p, b, icc) {
  at <- function(s) { total <- sqrt(b^2 + s^2)
    a <- uniroot(function(a) integrate(function(z) plogis(a + total * z) * dnorm(z), -9, 9)$value - p, c(-20, 20), tol = 1e-12)$root
    risk <- function(u) sapply(u, function(u) integrate(function(z) plogis(a + s * u + b * z) * dnorm(z), -9, 9)$value)
    c(a, integrate(function(u) risk(u)^2 * dnorm(u), -9, 9)$value - p^2) }
  s <- uniroot(function(s) at(s)[2] / (p * (1 - p)) - icc, c(1e-4, 10), tol = 1e-10)$root
  c(at(s)[1], s) }
laws <- list(law(0.5, 1.2, 0.08), law(0.3, 1.2, 0.08))
cluster_covariate <- level(function() { m <- 12; k <- 10
  arm <- rep(1:0, each = m * k); cluster <- rep(1:(2 * k), each = m); z <- rnorm(2 * m * k); u <- rep(rnorm(2 * k), each = m)
  a <- ifelse(arm == 1, laws[[1]][1], laws[[2]][1]); s <- ifelse(arm == 1, laws[[1]][2], laws[[2]][2])
  cr2(as.numeric(runif(2 * m * k) < plogis(a + s * u + 1.2 * z)), arm, z, cluster) })
# Clusters of people measured twice before and three times after, who share their cluster's shift.
cluster_repeated <- level(function() { m <- 10; k <- 8; n <- 2 * m * k; icc <- 0.1; rho <- 0.6
  shift <- rep(sqrt(icc) * rnorm(2 * k), each = m); r <- (rho - icc) / (1 - icc); own <- sqrt(r) * rnorm(n)
  e <- function(t) shift + sqrt(1 - icc) * (own + sqrt((1 - r) / t) * rnorm(n)); arm <- rep(1:0, each = m * k)
  cr2(e(3) + 0.4 * arm, arm, e(2), rep(1:(2 * k), each = m)) })
# Times with a gamma frailty of the cluster.
theta <- uniroot(function(v) { h <- (0.4^-v - 1) / v; ((1 + 2 * v * h)^(-1 / v) - 0.4^2) / (0.6 * 0.4) - 0.1 }, c(1e-3, 20), tol = 1e-12)$root
cluster_times <- level(function() { m <- 10; k <- 15; n <- 2 * m * k; h <- (0.4^-theta - 1) / theta
  arm <- rep(1:0, each = m * k); cluster <- rep(1:(2 * k), each = m); w <- rep(rgamma(2 * k, 1 / theta, scale = theta), each = m)
  end <- ifelse(arm == 1, ((0.55^-theta - 1) / theta) / (h * 0.6), 1); t <- rexp(n) / (w * h * ifelse(arm == 1, 0.6, 1))
  f <- coxph(Surv(pmin(t, end), t <= end) ~ arm, cluster = cluster); summary(f)$coefficients[1, 6] })
# Whole clusters: sums of ranks, or of martingale residuals (log-rank scores), of each through a pooled t test.
whole <- function(score, arm, cluster) { s <- tapply(score, cluster, sum); a <- tapply(arm, cluster, max)
  t.test(s[a == 1], s[a == 0], var.equal = TRUE)$p.value }
cluster_ranks <- level(function() { m <- 10; k <- 8; n <- 2 * m * k; icc <- 0.1
  arm <- rep(1:0, each = m * k); cluster <- rep(1:(2 * k), each = m)
  y <- rep(sqrt(icc) * rnorm(2 * k), each = m) + sqrt(1 - icc) * rnorm(n) + sqrt(2) * qnorm(0.65) * arm
  whole(rank(y), arm, cluster) })
cluster_log_rank <- level(function() { m <- 10; k <- 15; n <- 2 * m * k; h <- (0.4^-theta - 1) / theta
  arm <- rep(1:0, each = m * k); cluster <- rep(1:(2 * k), each = m); w <- rep(rgamma(2 * k, 1 / theta, scale = theta), each = m)
  end <- ifelse(arm == 1, ((0.55^-theta - 1) / theta) / (h * 0.6), 1); t <- rexp(n) / (w * h * ifelse(arm == 1, 0.6, 1))
  whole(residuals(coxph(Surv(pmin(t, end), t <= end) ~ 1)), arm, cluster) })
drawn <- list(list(name = "cluster_ranks", power = cluster_ranks), list(name = "cluster_log_rank", power = cluster_log_rank),
  list(name = "cluster_covariate", power = cluster_covariate), list(name = "cluster_repeated", power = cluster_repeated),
  list(name = "cluster_times", power = cluster_times), list(name = "ranks", power = ranks), list(name = "welch", power = welch), list(name = "log_rank", power = log_rank),
  list(name = "cox", power = cox), list(name = "ancova", power = ancova), list(name = "lost", power = lost), list(name = "cluster_risks", power = cluster))
write_expected(list(list(exact = exact, drawn = drawn, trials = trials)), c("survival", "jsonlite"))
