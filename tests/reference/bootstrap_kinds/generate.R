# Reference values for the four kinds of bootstrap interval on the same draws. Run in this directory, after
# ../glm/generate.R and
#   cargo test --test reference -- --ignored the_draws_are_written
# (draws.csv: our draws, a replicate a line, as positions of rows from 0):
#   Rscript generate.R
# Replicates, their standard errors and the jackknife are computed here from the rows drawn; the limits are those of
# R's boot.ci. BCa: boot.ci is given the jackknife values less their mean, with the sign turned, as influence values
# (in strata its own ones are not divided by the sizes of the strata: Davison and Hinkley 1997, section 5.3).
source("../common.R")
library(boot)
library(survival)

draws <- read.csv("draws.csv", colClasses = "character")
rows_of <- function(case) lapply(strsplit(draws$rows[draws$case == case], " "), function(r) as.integer(r) + 1)

# `estimate(rows)` gives values and standard errors; `units` are what the jackknife leaves out.
one_case <- function(case, n, estimate, units, drawn = rows_of(case)) {
  own <- estimate(seq_len(n))
  made <- lapply(drawn, estimate)
  t <- t(sapply(made, `[[`, "values")); v <- t(sapply(made, function(m) m$std_errors^2))
  if (length(own$values) == 1) { t <- t(t); v <- t(v) }
  left_out <- t(sapply(split(seq_len(n), units), function(u) estimate(setdiff(seq_len(n), u))$values))
  if (length(own$values) == 1) left_out <- t(left_out)
  b <- structure(list(t0 = own$values, t = t, R = length(drawn), data = NULL, seed = NULL, statistic = NULL,
    sim = "ordinary", call = quote(boot()), stype = "i", strata = rep(1, n), weights = rep(1 / n, n)), class = "boot")
  statistics <- lapply(seq_along(own$values), function(j) {
    influence <- mean(left_out[, j]) - left_out[, j]
    kinds <- c("norm", "basic", "perc", "bca", if (!is.null(own$std_errors)) "stud")
    ci <- boot.ci(b, conf = 0.95, type = kinds, index = 1:2, t0 = own$values[j], t = t[, j],
      L = influence, var.t0 = own$std_errors[j]^2, var.t = v[, j])
    list(estimate = own$values[j], std_error = own$std_errors[j], spread = sd(t[, j]),
      percentile = array_of(ci$percent[4:5]), basic = array_of(ci$basic[4:5]), bca = array_of(ci$bca[4:5]),
      studentised = array_of(ci$student[4:5]))
  })
  list(name = case, replicates = length(drawn), statistics = statistics)
}

means <- read.csv("means.csv")

# Welch's standard error
welch <- function(rows) {
  d <- means[rows, ]; x <- d$y[d$treated == 1]; y <- d$y[d$treated == 0]
  list(values = mean(x) - mean(y), std_errors = sqrt(var(x) / length(x) + var(y) / length(y)))
}

# Sums of residuals over the sizes of the groups by cluster; a cluster drawn twice is two clusters. Rows of a cluster
# come one after the other in draws, in ascending order; on the data themselves they are put so first.
by_cluster <- function(column) function(rows) {
  if (!anyDuplicated(rows)) rows <- rows[order(means[[column]][rows], rows)]
  d <- means[rows, ]
  new <- c(TRUE, diff(d[[column]]) != 0 | diff(rows) <= 0)
  copy <- cumsum(new)
  n <- table(factor(d$treated, 0:1)); m <- tapply(d$y, factor(d$treated, 0:1), mean)
  e <- ifelse(d$treated == 1, 1, -1) * (d$y - m[as.character(d$treated)]) / as.numeric(n[as.character(d$treated)])
  z <- tapply(e, copy, sum); group <- tapply(d$treated, copy, `[`, 1)
  v <- function(z) length(z) / (length(z) - 1) * sum(z^2)
  variance <- if (column == "nested") v(z[group == 1]) + v(z[group == 0]) else v(z)
  list(values = unname(m["1"] - m["0"]), std_errors = sqrt(variance))
}

# Against known formulas on the data themselves: Welch's test, and sandwich's cluster covariance (HC0, cadjust) of lm
stopifnot(abs(welch(1:25)$std_errors - t.test(y ~ treated, means)$stderr) < 1e-12)
fit <- lm(y ~ treated, means)
crossed <- sqrt(sandwich::vcovCL(fit, cluster = means$crossed, type = "HC0", cadjust = TRUE)[2, 2])
stopifnot(abs(by_cluster("crossed")(1:25)$std_errors - crossed) < 1e-10)

# Standardised risks of 60 people; everyone's prediction by the model without them in one Newton step
nsw <- read.csv("nsw60.csv")
control <- glm.control(epsilon = 1e-14, maxit = 100)
standardised <- function(kind, strata) function(rows) {
  d <- nsw[rows, ]; n <- nrow(d); A <- d$treat; y <- d$employed
  fit <- suppressWarnings(glm(employed ~ treat + age + educ, binomial, d, control = control))
  X <- lapply(0:1, function(a) model.matrix(~ treat + age + educ, transform(d, treat = a)))
  M <- sapply(X, function(x) plogis(drop(x %*% coef(fit)))); mu <- colMeans(M)
  share <- c(mean(A == 0), mean(A == 1))
  if (kind == "loo-one-step") {
    x <- model.matrix(fit); p <- fitted(fit); B <- solve(crossprod(x * sqrt(p * (1 - p))))
    P <- t(sapply(seq_len(n), function(i) {
      moved <- drop(B %*% x[i, ]); h <- p[i] * (1 - p[i]) * sum(x[i, ] * moved)
      beta <- coef(fit) - moved * (y[i] - p[i]) / (1 - h)
      sapply(X, function(z) plogis(sum(z[i, ] * beta)))
    }))
    psi <- sapply(1:2, function(a) P[, a] + (A == a - 1) / share[a] * (y - P[, a]))
    V <- cov(psi) * (n - 1) / n^2
  } else if (kind == "ye") {
    V <- matrix(0, 2, 2)
    for (a in 1:2) {
      s <- A == a - 1
      V[a, a] <- var(y[s] - M[s, a]) / share[a] + 2 * cov(y[s], M[s, a]) - var(M[, a])
    }
    V[1, 2] <- V[2, 1] <- cov(y[A == 0], M[A == 0, 2]) + cov(y[A == 1], M[A == 1, 1]) - cov(M[, 1], M[, 2])
    V <- V / n
    if (strata) {
      centre <- sapply(1:2, function(a) mean((y - M[, a])[A == a - 1]))
      for (z in unique(d$site)) {
        own <- d$site == z
        r <- sapply(1:2, function(a) { s <- own & A == a - 1; if (any(s)) (mean((y - M[, a])[s]) - centre[a]) / share[a] else 0 })
        V <- V - mean(own) / n * diag(r) %*% (diag(share) - share %o% share) %*% diag(r)
      }
    }
  } else {
    G <- t(sapply(1:2, function(a) colMeans(X[[a]] * M[, a] * (1 - M[, a]))))
    V <- G %*% vcov(fit) %*% t(G)
  }
  gradients <- list(c(1, 0), c(0, 1), c(-1, 1), c(-1 / mu[1], 1 / mu[2]), c(-1, 1) / (mu * (1 - mu)))
  list(values = c(mu, mu[2] - mu[1], log(mu[2] / mu[1]), qlogis(mu[2]) - qlogis(mu[1])),
       std_errors = sapply(gradients, function(g) sqrt(drop(g %*% V %*% g))))
}

# Restricted means to day 50 of two groups by survival's survfit, their difference and the logarithm of their ratio
times <- read.csv("times.csv")
restricted <- function(rows) {
  of <- function(g) {
    d <- times[rows, ]
    d <- d[d$group == g, ]
    # Nobody has the event: everyone's days are 50. Of this summary.survfit makes an error, or no standard error.
    if (!any(d$time <= 50 & d$event == 1)) return(c(50, 0))
    fit <- survfit(Surv(time, event) ~ 1, d)
    unname(summary(fit, rmean = 50)$table[c("rmean", "se(rmean)")])
  }
  y <- of(0); x <- of(1)
  list(values = c(y[1], x[1], x[1] - y[1], log(x[1] / y[1])),
       std_errors = c(y[2], x[2], sqrt(x[2]^2 + y[2]^2), sqrt((x[2] / x[1])^2 + (y[2] / y[1])^2)))
}

cases <- list(
  one_case("means", 25, welch, 1:25),
  one_case("nested", 25, by_cluster("nested"), means$nested),
  one_case("crossed", 25, by_cluster("crossed"), means$crossed),
  one_case("loo-one-step", 60, standardised("loo-one-step", FALSE), 1:60, rows_of("people")),
  one_case("ye", 60, standardised("ye", FALSE), 1:60, rows_of("people")),
  one_case("delta", 60, standardised("delta", FALSE), 1:60, rows_of("people")),
  one_case("strata", 60, standardised("ye", TRUE), 1:60),
  one_case("clusters", 60, standardised("ye", FALSE), nsw$cluster),
  one_case("times", 26, restricted, 1:26))
write_expected(cases, c("boot", "sandwich", "survival", "jsonlite"))
