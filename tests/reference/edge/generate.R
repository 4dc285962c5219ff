# Reference values for binomial models with identity and log links whose likelihood is largest at the edge. Run in
# this directory:
#   Rscript generate.R
# The edge is found by constrOptim. Then the rows whose risk is 0 or 1 are taken as equations, and the score vanishes among
# the coefficients that satisfy them; constrOptim must not find more.
source("../common.R")
loglik <- function(y, mu) { mu <- pmin(pmax(mu, 0), 1); sum(ifelse(y == 1, log(mu), log1p(-mu))) }
set.seed(11)
n <- 120
arm <- rep(0:1, n / 2); age <- round(runif(n, -2, 2), 2); site <- rep(0:2, length.out = n)
additive <- data.frame(y = rbinom(n, 1, pmin(pmax(0.35 + 0.2 * arm + 0.21 * age, 0), 1)), arm = arm, age = age)
log_risk <- data.frame(y = rbinom(n, 1, pmin(exp(-0.9 + 0.25 * arm + 0.45 * age), 1)), arm = arm, age = age)
none <- data.frame(y = c(rep(0, 12), rep(c(1, 0), c(5, 9))), arm = rep(0:1, c(12, 14)), age = 0)
write_table(additive, "additive.csv"); write_table(log_risk, "log_risk.csv"); write_table(none, "none.csv")
search <- function(d, link, formula) {
  X <- model.matrix(formula, d); y <- d$y
  mean <- if (link == "log") exp else identity
  f <- function(b) { mu <- mean(drop(X %*% b)); if (any(mu <= 0 | mu >= 1)) Inf else -loglik(y, mu) }
  if (link == "log") { ui <- -X; ci <- rep(0, nrow(X)) } else { ui <- rbind(X, -X); ci <- c(rep(0, nrow(X)), rep(-1, nrow(X))) }
  b <- c(if (link == "log") log(base::mean(y)) else base::mean(y), rep(0, ncol(X) - 1))
  for (i in 1:30) b <- constrOptim(b, f, NULL, ui, ci, control = list(maxit = 20000, reltol = 1e-15), outer.eps = 1e-14, mu = 10^(-2 - i / 3))$par
  list(beta = b, X = X, y = y, loglik = -f(b), mu = mean(drop(X %*% b)))
}
exact <- function(found, link) { # Newton's method among the coefficients that satisfy the equations of the edge
  X <- found$X; y <- found$y; slack <- pmin(found$mu, 1 - found$mu)
  at <- slack < 1e-4; value <- if (link == "log") rep(0, sum(at)) else round(found$mu[at])
  A <- X[at, , drop = FALSE]; Q <- qr(t(A)); rank <- Q$rank
  N <- qr.Q(Q, complete = TRUE)[, -seq_len(rank), drop = FALSE]
  beta <- found$beta + drop(MASS::ginv(A) %*% (value - drop(A %*% found$beta)))
  Z <- X[!at, , drop = FALSE] %*% N; d <- y[!at]
  for (i in 1:100) {
    eta <- drop(X[!at, ] %*% beta)
    if (link == "log") { r <- exp(eta); u <- ifelse(d == 1, 1, -r / (1 - r)); w <- ifelse(d == 1, 0, r / (1 - r)^2) }
    else { u <- ifelse(d == 1, 1 / eta, -1 / (1 - eta)); w <- u^2 }
    beta <- beta + drop(N %*% solve(crossprod(Z, w * Z), crossprod(Z, u)))
  }
  mu <- if (link == "log") exp(drop(X %*% beta)) else drop(X %*% beta)
  list(beta = unname(beta), loglik = loglik(d, mu[!at]), inside = all(mu > -1e-12 & mu < 1 + 1e-12), at = sum(at), score = max(abs(crossprod(Z, u))))
}
cases <- list()
for (case in list(list("additive", additive, "identity"), list("log_risk", log_risk, "log"))) {
  found <- search(case[[2]], case[[3]], y ~ arm + age)
  best <- exact(found, case[[3]])
  message(case[[1]], ": ", paste(format(found$beta, digits = 10), collapse = " "), " | ", paste(format(best$beta, digits = 10), collapse = " "), " | ",
    format(found$loglik, digits = 12), " ", format(best$loglik, digits = 12), " inside ", best$inside)
  message("rows at the edge ", best$at, ", score ", format(best$score))
  stopifnot(best$inside, best$score < 1e-10, best$loglik >= found$loglik - 1e-9, abs(best$loglik - found$loglik) < 1e-3)
  cases[[length(cases) + 1]] <- list(data = case[[1]], link = case[[3]], coefficients = array_of(best$beta), log_likelihood = best$loglik)
}
write_expected(cases, c("stats", "jsonlite"), list(none = "0 of 12 against 5 of 14: by hand"))
