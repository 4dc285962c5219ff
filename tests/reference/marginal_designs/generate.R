# Reference values for standardisation beyond two arms and a logistic model: three arms, other
# families, stratified randomisation, Firth's working model, Lin's estimator. Formulas of the papers
# on fits of stats::glm, brglm2 and sandwich. Run in this directory, after ../glm/generate.R:
#   Rscript generate.R
source("../common.R")
suppressMessages({library(sandwich); library(brglm2)})
control <- glm.control(epsilon = 1e-14, maxit = 100)
nsw <- read.csv("../glm/nsw_employed.csv")
row <- seq_len(nrow(nsw))
nsw$arm <- c("A", "B", "C")[1 + (row * 5 + row %/% 4) %% 3]
nsw$site <- c("P", "Q", "R")[1 + (row * row %/% 7 + row) %% 3]
stopifnot(all(table(nsw$site, nsw$arm) > 20))
nsw$earned <- nsw$re78 / 1000
trial <- nsw[, c("arm", "employed", "earned", "educ", "age", "black", "site", "treat")]
write_table(trial, "trial.csv")
trial <- read.csv("trial.csv", stringsAsFactors = TRUE)
arms <- levels(trial$arm)

fit_model <- function(formula, family, data, firth) {
  if (firth) {
    return(glm(formula, family = binomial(), data = data, method = "brglmFit",
               control = list(type = "AS_mean", epsilon = 1e-13, maxit = 1000)))
  }
  fit <- glm(formula, family = family(), data = data, control = control)
  for (i in 1:2) fit <- glm(formula, family = family(), data = data, control = control, start = coef(fit))
  fit
}
under <- function(fit, data) sapply(arms, function(a) {
  data$arm <- factor(a, levels = arms)
  unname(predict(fit, data, type = "response"))
})

one_case <- function(name, text, family, firth = FALSE, loo = TRUE) {
  formula <- as.formula(text)
  fit <- fit_model(formula, family, trial, firth)
  y <- model.response(model.frame(fit)); A <- as.integer(trial$arm); n <- length(y); K <- length(arms)
  M <- under(fit, trial); mu <- colMeans(M); share <- as.numeric(table(A)) / n
  V <- matrix(0, K, K)
  for (a in 1:K) for (b in 1:K) {
    ia <- A == a; ib <- A == b
    V[a, b] <- if (a == b) var(y[ia] - M[ia, a]) / share[a] + 2 * cov(y[ia], M[ia, a]) - var(M[, a]) else
      cov(y[ia], M[ia, b]) + cov(y[ib], M[ib, a]) - cov(M[, a], M[, b])
  }
  centre <- sapply(1:K, function(a) mean((y - M[, a])[A == a]))
  less <- Reduce(`+`, lapply(split(seq_len(n), trial$site), function(i) {
    r <- sapply(1:K, function(a) mean((y[i] - M[i, a])[A[i] == a]) - centre[a]) / share
    length(i) / n * diag(r) %*% (diag(share) - share %*% t(share)) %*% diag(r)
  }))
  G <- t(sapply(arms, function(a) {
    d <- trial; d$arm <- factor(a, levels = arms)
    X <- model.matrix(delete.response(terms(fit)), d)
    eta <- drop(X %*% coef(fit))
    colMeans(X * fit$family$mu.eta(eta))
  }))
  out <- list(name = name, data = "trial.csv", formula = text, family = family()$family, firth = firth,
              means = mu, ye = V / n, ye_stratified = (V - less) / n, ge = G %*% vcov(fit) %*% t(G))
  if (!firth) for (type in c("HC0", "HC2", "HC3")) out[[type]] <- G %*% vcovHC(fit, type = type) %*% t(G)
  if (loo) {
    left <- t(sapply(seq_len(n), function(i) {
      under(fit_model(formula, family, trial[-i, ], firth), trial[i, , drop = FALSE])
    }))
    psi <- sapply(1:K, function(a) left[, a] + (A == a) / share[a] * (y - left[, a]))
    out$loo <- cov(psi) * (n - 1) / n^2
    out$loo_stratified <- out$loo - less / n
  }
  for (key in names(out)) if (is.matrix(out[[key]])) out[[key]] <- unname(out[[key]])
  out$means <- unname(out$means)
  stopifnot(all(is.finite(unlist(out[sapply(out, is.numeric)]))))
  out
}
cases <- list(
  one_case("three arms", "employed ~ arm + age + educ + black", binomial),
  one_case("ancova", "earned ~ arm + age + educ", gaussian),
  one_case("lin", "earned ~ arm * age + arm * educ", gaussian),
  one_case("counts", "educ ~ arm + age + black", poisson),
  one_case("firth", "employed ~ arm + age + black", binomial, firth = TRUE))
# Lin's estimator is the arm's coefficient in the interacted regression on centred covariates
centred <- transform(trial, age = age - mean(age), educ = educ - mean(educ))
lin <- lm(earned ~ arm * age + arm * educ, data = centred)
stopifnot(abs(diff(cases[[3]]$means[1:2]) - coef(lin)["armB"]) < 1e-10)
V <- cases[[3]]$HC2
stopifnot(abs(V[1, 1] + V[2, 2] - 2 * V[1, 2] - vcovHC(lin, type = "HC2")["armB", "armB"]) < 1e-10)
write_expected(cases, c("sandwich", "brglm2", "jsonlite"), list(
  ye_stratified = "less the strata's share: sum over sites of n_z/n R (diag(pi) - pi pi') R, R the centred mean residuals of the arms in the site over pi",
  loo = "refits without each person, own means as centres, divisor n",
  firth = "brglmFit, type AS_mean", HC2 = "delta method with sandwich::vcovHC"))
