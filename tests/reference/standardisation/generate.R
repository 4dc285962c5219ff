# Reference values for standardised risks (g-computation) after a logistic
# model. Run in this directory, after ../glm/generate.R:
#   Rscript generate.R
source("../common.R")
library(sandwich)

data_path <- "../glm/nsw_employed.csv"
nsw <- read.csv(data_path)
control <- glm.control(epsilon = 1e-14, maxit = 100)

refit <- function(formula, data, start) {
  fit <- glm(formula, family = binomial(), data = data, control = control, start = start)
  for (i in 1:3) fit <- glm(formula, family = binomial(), data = data, control = control, start = coef(fit))
  fit
}

# Column a + 1: each person's predicted risk were everyone in arm a
predictions <- function(fit, data) {
  sapply(0:1, function(a) {
    data$treat <- a
    unname(predict(fit, data, type = "response"))
  })
}

one_case <- function(name, formula) {
  y <- nsw$employed; A <- nsw$treat; n <- length(y)
  fit <- refit(formula, nsw, NULL)
  M <- predictions(fit, nsw)
  mu <- colMeans(M)
  share <- c(mean(A == 0), mean(A == 1))
  left_out <- t(sapply(seq_len(n), function(i) {
    predictions(refit(formula, nsw[-i, ], coef(fit)), nsw[i, ])
  }))

  # Ye, Bannick, Yi and Shao 2023
  ye <- function(M) {
    in0 <- A == 0; in1 <- A == 1
    V <- matrix(0, 2, 2)
    for (a in 1:2) {
      s <- if (a == 1) in0 else in1
      V[a, a] <- var(y[s] - M[s, a]) / share[a] + 2 * cov(y[s], M[s, a]) - var(M[, a])
    }
    V[1, 2] <- V[2, 1] <- cov(y[in0], M[in0, 2]) + cov(y[in1], M[in1, 1]) - cov(M[, 1], M[, 2])
    V / n
  }
  influence_values <- function(M) {
    sapply(1:2, function(a) M[, a] + (A == a - 1) / share[a] * (y - M[, a]))
  }
  # Ge et al. 2011: gradient of the mean predictions, covariates held fixed
  G <- t(sapply(0:1, function(a) {
    d <- nsw
    d$treat <- a
    X <- model.matrix(formula, d)
    colMeans(X * M[, a + 1] * (1 - M[, a + 1]))
  }))
  delta <- function(V) G %*% V %*% t(G)

  psi <- influence_values(M)
  psi_out <- influence_values(left_out)
  covariances <- list(
    ye = ye(M),
    loo_ye = ye(left_out),
    delta = delta(vcov(fit)),
    delta_HC0 = delta(vcovHC(fit, type = "HC0")),
    delta_HC1 = delta(vcovHC(fit, type = "HC1")),
    delta_HC2 = delta(vcovHC(fit, type = "HC2")),
    delta_HC3 = delta(vcovHC(fit, type = "HC3")),
    influence = cov(psi) / n,
    influence_n = cov(psi) * (n - 1) / n^2,
    loo_influence = cov(psi_out) / n,
    loo_influence_n = cov(psi_out) * (n - 1) / n^2,
    loo_influence_centred_n = crossprod(sweep(psi_out, 2, mu)) / n^2)

  gradients <- list(mu0 = c(1, 0), mu1 = c(0, 1), rd = c(-1, 1),
                    log_rr = c(-1 / mu[1], 1 / mu[2]),
                    log_or = c(-1 / (mu[1] * (1 - mu[1])), 1 / (mu[2] * (1 - mu[2]))))
  list(name = name,
       call = sprintf("g-computation of glm(%s, family = binomial(link = \"logit\"))", deparse(formula, width.cutoff = 500)),
       data = data_path, formula = deparse(formula, width.cutoff = 500),
       family = "binomial", link = "logit", arm = "treat", outcome = "employed",
       n = n, n0 = sum(A == 0), n1 = sum(A == 1),
       estimates = list(mu0 = mu[1], mu1 = mu[2], rd = mu[2] - mu[1],
                        log_rr = log(mu[2] / mu[1]), log_or = qlogis(mu[2]) - qlogis(mu[1])),
       loo_mean_influence = array_of(colMeans(psi_out)),
       methods = lapply(covariances, function(V) list(
         covariance = unname(V),
         std_error = lapply(gradients, function(g) sqrt(drop(g %*% V %*% g))))))
}

cases <- list(
  one_case("adjusted", employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75),
  one_case("unadjusted", employed ~ treat),
  one_case("interaction", employed ~ treat * age))

known <- cases[[1]]$methods
stopifnot(
  abs(known$ye$std_error$rd - 0.04261434) < 5e-9,
  abs(known$ye$std_error$log_rr - 0.06106223) < 5e-9,
  abs(known$ye$std_error$log_or - 0.21113433) < 5e-9,
  abs(known$delta$std_error$rd - 0.04331) < 5e-6,
  abs(known$loo_influence_n$std_error$rd - 0.04325) < 5e-6)
# Without covariates the delta method is the binomial variance
p <- tapply(nsw$employed, nsw$treat, mean)
stopifnot(abs(cases[[2]]$methods$delta$covariance[2, 2] - p[2] * (1 - p[2]) / 185) < 1e-12)
for (case in cases) {
  cat(case$name, sprintf("%.8f", unlist(case$estimates)), "\n")
  for (m in names(case$methods)) {
    cat(sprintf("  %-24s", m), sprintf("%.8f", unlist(case$methods[[m]]$std_error)), "\n")
  }
}

write_expected(cases, c("sandwich", "jsonlite"), list(
  covariance = "of (mu0, mu1); std_error by the delta method at the g-computation estimates",
  ye = "Ye, Bannick, Yi, Shao 2023 (doi 10.1080/24754269.2023.2205802): V_aa = Var(Y - m_a | A = a) / pi_a + 2 Cov(Y, m_a | A = a) - Var(m_a), V_ab = Cov(Y, m_b | A = a) + Cov(Y, m_a | A = b) - Cov(m_a, m_b), divided by n; every variance and covariance with its own sample size less one; pi_a = n_a / n",
  loo_ye = "the same, each m_a(x_i) from the model refitted without person i",
  delta = "Ge et al. 2011: model-based covariance of the coefficients, covariates held fixed; delta_HCx with sandwich::vcovHC instead",
  influence = "psi_a = m_a + 1{A = a} / pi_a * (Y - m_a); sample covariance (n - 1) of psi, divided by n; influence_n with n in place of n - 1",
  loo_influence = "the same, each m_a(x_i) from the model refitted without person i, pi_a from everyone; centred at its own mean; loo_influence_n with n in place of n - 1; loo_influence_centred_n centred at (mu0, mu1) of the full fit, with n",
  loo_mean_influence = "means of the leave-one-out psi_0, psi_1 (not used as estimates)"))
