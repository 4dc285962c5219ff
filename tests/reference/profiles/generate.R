# Reference values for profile-likelihood intervals of Cox and negative binomial models, and for exact
# ties. Run in this directory, after ../cox/generate.R and ../negative_binomial/generate.R:
#   Rscript generate.R
# Limits are roots of the profile, each point of it a refit with the coefficient's part as an offset.
source("../common.R")
library(survival)
library(MASS)

control <- coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 100)
limits <- function(lost, centre, se) {
  level <- qchisq(0.95, 1)
  side <- function(sign) {
    far <- centre + sign * se
    while (lost(far) < level) far <- far + sign * se
    uniroot(function(v) lost(v) - level, sort(c(centre, far)), tol = 1e-12)$root
  }
  list(conf_low = side(-1), conf_high = side(1), statistic = lost(0))
}

cox_case <- function(name, file, variables, ties) {
  d <- na.omit(read.csv(file.path("../cox", file)))
  X <- as.matrix(d[variables])
  fit <- coxph(Surv(time, event) ~ X, data = d, ties = ties, control = control)
  terms <- lapply(seq_along(variables), function(j) {
    lost <- function(v) {
      rest <- X[, -j, drop = FALSE]; shift <- v * X[, j]
      refit <- if (ncol(rest) > 0) coxph(Surv(time, event) ~ rest + offset(shift), data = d, ties = ties, control = control)
        else coxph(Surv(time, event) ~ offset(shift), data = d, ties = ties, control = control)
      2 * (fit$loglik[length(fit$loglik)] - refit$loglik[length(refit$loglik)])
    }
    limits(lost, coef(fit)[[j]], sqrt(fit$var[j, j]))
  })
  list(name = name, data = file, variables = array_of(variables), ties = ties, terms = terms)
}

nb_case <- function(variables) {
  q <- read.csv("../negative_binomial/quine.csv")
  X <- matrix(1, nrow(q), 1)
  for (v in variables) X <- cbind(X, if (is.character(q[[v]])) as.numeric(q[[v]] == max(q[[v]])) else q[[v]])
  strict <- glm.control(epsilon = 1e-14, maxit = 200)
  # The likelihood is flat at its maximum over log theta: 1e-8 there is 1e-15 in the likelihood.
  ll <- function(X, shift) optimize(function(t) {
    mu <- if (ncol(X) == 0) exp(shift)
      else glm.fit(X, q$days, family = negative.binomial(exp(t)), offset = shift, control = strict)$fitted.values
    sum(dnbinom(q$days, size = exp(t), mu = mu, log = TRUE))
  }, c(-6, 4), maximum = TRUE, tol = 1e-9)$objective
  none <- rep(0, nrow(q))
  fit <- glm.nb(q$days ~ X - 1, control = strict)
  best <- ll(X, none)
  stopifnot(abs(best - as.numeric(logLik(fit))) < 1e-8)
  terms <- lapply(seq_len(ncol(X)), function(j)
    limits(function(v) 2 * (best - ll(X[, -j, drop = FALSE], v * X[, j])), coef(fit)[[j]], sqrt(vcov(fit)[j, j])))
  list(data = "quine.csv", variables = if (length(variables)) array_of(variables) else array_of(character(0)), terms = terms)
}

exact_case <- function(file, formula) {
  d <- read.csv(file.path("../cox", file))
  fit <- coxph(formula, data = d, ties = "exact", control = control)
  list(data = file, formula = deparse(formula, width.cutoff = 500), coefficients = array_of(coef(fit)), covariance = fit$var,
       log_likelihood = fit$loglik[2], null_log_likelihood = fit$loglik[1], score = fit$score)
}

cases <- list(list(
  cox = list(cox_case("veteran", "veteran.csv", c("karno", "age"), "efron"), cox_case("tied", "tied.csv", c("x", "arm"), "breslow"),
             cox_case("lung", "lung.csv", "sex", "efron")),
  negative_binomial = list(nb_case(c("sex", "lrn")), nb_case(character(0))),
  exact = list(exact_case("veteran.csv", Surv(time, event) ~ karno + age), exact_case("lung.csv", Surv(time, event) ~ sex + age),
               exact_case("tied.csv", Surv(time, event) ~ x + arm), exact_case("tied.csv", Surv(time, event) ~ x + strata(site)),
               exact_case("heart.csv", Surv(start, stop, event) ~ age + transplant))))
write_expected(cases, c("survival", "MASS", "jsonlite"))
