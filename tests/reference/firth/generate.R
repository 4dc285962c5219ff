# Reference values for Firth's penalised logistic regression. Run in this
# directory, after ../glm/generate.R:
#   Rscript generate.R
source("../common.R")

separated <- data.frame(x = 1:8, y = rep(0:1, each = 4))
write_table(separated, "separated.csv")

# 11 events of 22 in one arm, none of 23 in the other; age by formula
quasi <- data.frame(arm = rep(c(1, 0), c(22, 23)))
index <- seq_len(nrow(quasi))
quasi$age <- 35 + (index * 17) %% 41
quasi$y <- as.integer(quasi$arm == 1 & (index * 5) %% 22 < 11)
stopifnot(sum(quasi$y[quasi$arm == 1]) == 11, sum(quasi$y[quasi$arm == 0]) == 0)
write_table(quasi, "quasi.csv")

# leverages near 1: steps with X'WX alone are twice too long
small <- data.frame(x = 1:6, y = rep(0:1, each = 3))
write_table(small, "small.csv")
groups <- data.frame(g = rep(c("a", "b", "c"), c(3, 3, 1)), y = c(0, 1, 0, 1, 1, 1, 1))
write_table(groups, "groups.csv")

nsw <- read.csv("../glm/nsw_employed.csv")

# Maximise loglik + 0.5 * log det(X'WX) over the coefficients in `free`, the
# others held at their values in `start`. The penalty always uses the full
# design, as in logistf. Columns of X are scaled by the caller.
penalised <- function(X, y, start, free) {
  value <- function(b) {
    eta <- drop(X %*% b)
    w <- plogis(eta) * plogis(-eta)
    ll <- sum(y * eta - ifelse(eta > 0, eta, 0) - log1p(exp(-abs(eta))))
    # log determinant from a QR decomposition of sqrt(W) X
    R <- qr.R(qr(X * sqrt(w), tol = 0))
    ll + sum(log(abs(diag(R))))
  }
  pieces <- function(b) {
    eta <- drop(X %*% b)
    p <- plogis(eta)
    w <- p * plogis(-eta)
    Q <- qr.Q(qr(X * sqrt(w), tol = 0))
    h <- rowSums(Q^2)
    list(U = drop(crossprod(X, y - p + h * (0.5 - p))), I = crossprod(X * w, X),
         slope = crossprod(X * (w * (1 + h)), X))
  }
  b <- start
  now <- value(b)
  small <- 0
  for (iter in 1:5000) {
    g <- pieces(b)
    if (length(free) == 0) break
    step <- solve(g$slope[free, free, drop = FALSE], g$U[free])
    if (max(abs(g$U[free])) < 1e-12 || small >= 5) break
    if (max(abs(g$U[free])) < 1e-10) small <- small + 1
    if (max(abs(step)) > 5) step <- step * 5 / max(abs(step))
    for (half in 0:40) {
      trial <- b
      trial[free] <- b[free] + step / 2^half
      then <- value(trial)
      if (then >= now - 1e-12 * abs(now)) break
    }
    b <- trial
    now <- then
  }
  g <- pieces(b)
  gradient <- if (length(free)) max(abs(g$U[free])) else 0
  stopifnot(gradient < 1e-10)
  list(b = b, ll = now, I = g$I, gradient = gradient)
}

one_case <- function(name, formula, data_path, data) {
  X0 <- model.matrix(formula, data)
  y <- model.response(model.frame(formula, data))
  scale <- sqrt(colMeans(X0^2))
  X <- sweep(X0, 2, scale, "/")
  k <- ncol(X)
  to_original <- sum(log(scale)) # of 0.5 * log det, for the unscaled design
  fit <- penalised(X, y, rep(0, k), 1:k)
  V <- solve(fit$I)
  se <- sqrt(diag(V))
  crit <- qchisq(0.95, 1)
  lr_at <- function(j, value) {
    start <- fit$b + V[, j] / V[j, j] * (value - fit$b[j])
    start[j] <- value
    if (max(abs(X %*% start)) > 30) { start <- rep(0, k); start[j] <- value }
    2 * (fit$ll - penalised(X, y, start, setdiff(1:k, j))$ll)
  }
  terms <- lapply(1:k, function(j) {
    limit <- sapply(c(-1, 1), function(side) {
      far <- 1.5
      while (lr_at(j, fit$b[j] + side * far * se[j]) < crit) far <- far * 1.3
      z <- uniroot(function(z) lr_at(j, fit$b[j] + side * z * se[j]) - crit, c(0.1, far), tol = 1e-13)$root
      value <- fit$b[j] + side * z * se[j]
      stopifnot(abs(lr_at(j, value) - crit) < 1e-9)
      value / scale[j]
    })
    chisq <- lr_at(j, 0)
    list(term = colnames(X)[j], estimate = unname(fit$b[j] / scale[j]),
         std_error = unname(se[j] / scale[j]),
         profile_conf_low = unname(limit[1]), profile_conf_high = unname(limit[2]),
         chi_squared = chisq, p_value = pchisq(chisq, 1, lower.tail = FALSE))
  })
  null <- penalised(X, y, rep(0, k), 1)
  model_lr <- 2 * (fit$ll - null$ll)
  b <- fit$b / scale
  reference <- suppressWarnings(glm(formula, family = binomial(), data = data,
    method = brglm2::brglmFit, type = "AS_mean", epsilon = 1e-12, maxit = 10000))
  difference <- max(abs(coef(reference) - b) / (se / scale))
  reference_se <- sqrt(diag(vcov(reference)))
  cat(sprintf("%-12s gradient %.1e; against brglm2: estimate %.1e SE, std_error %.1e\n",
              name, fit$gradient, difference, max(abs(reference_se / (se / scale) - 1))))
  stopifnot(difference < 1e-6, max(abs(reference_se / (se / scale) - 1)) < 1e-5)
  eta <- drop(X %*% fit$b)
  ll <- sum(y * eta - ifelse(eta > 0, eta, 0) - log1p(exp(-abs(eta))))
  list(name = name, call = sprintf("Newton for loglik + 0.5 * log det(X'WX), %s", deparse(formula, width.cutoff = 500)),
       data = data_path, formula = deparse(formula, width.cutoff = 500),
       family = "binomial", link = "logit", conf_level = 0.95, n = length(y),
       terms = terms, log_likelihood = ll,
       penalised_log_likelihood = fit$ll + to_original,
       null_penalised_log_likelihood = null$ll + to_original,
       likelihood_ratio = list(statistic = model_lr, df = k - 1,
                               p_value = pchisq(model_lr, k - 1, lower.tail = FALSE)),
       covariance = unname(sweep(sweep(V, 1, scale, "/"), 2, scale, "/")))
}

full <- employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75
cases <- list(
  one_case("nsw", full, "../glm/nsw_employed.csv", nsw),
  one_case("separated", y ~ x, "separated.csv", separated),
  one_case("quasi", y ~ arm + age, "quasi.csv", quasi),
  one_case("quasi_arm", y ~ arm, "quasi.csv", quasi),
  one_case("small", y ~ x, "small.csv", small),
  one_case("groups", y ~ g, "groups.csv", groups))

# Two-by-two tables have the closed form of adding one half to each cell.
closed <- log((11.5 / 11.5) / (0.5 / 23.5))
stopifnot(abs(cases[[4]]$terms[[2]]$estimate - closed) < 1e-9)

write_expected(cases, c("brglm2", "jsonlite"), list(
  penalty = "0.5 * log det(X'WX) of the full design on its original scale, also when a coefficient is held fixed (as in logistf)",
  std_error = "square roots of the diagonal of inverse X'WX at the penalised estimate",
  profile = "roots of 2 * (maximum - profile) = qchisq(0.95, 1) of the penalised log-likelihood",
  p_value = "penalised likelihood ratio with the coefficient fixed at 0, 1 df",
  likelihood_ratio = "all coefficients but the intercept fixed at 0, the penalty still that of the full design",
  cross_check = "estimates and standard errors agree with brglm2 type AS_mean"))
