# Reference values for negative binomial and quasi models: MASS and stats. Run in this directory:
#   Rscript generate.R
source("../common.R")
library(MASS)
control <- glm.control(epsilon = 1e-14, maxit = 200)

data(quine)
names(quine) <- c("eth", "sex", "age", "lrn", "days")
quine$log_weeks <- log(1 + seq_len(nrow(quine)) %% 4)
write_table(quine, "quine.csv")
quine <- read.csv("quine.csv", stringsAsFactors = TRUE)

negative_binomial <- function(name, formula) {
  fit <- glm.nb(formula, data = quine, control = control)
  theta <- fit$theta
  for (i in 1:200) {
    inner <- glm(formula, family = negative.binomial(theta), data = quine, control = control, start = coef(fit))
    again <- as.numeric(theta.ml(quine$days, fitted(inner), limit = 200, eps = 1e-15))
    done <- abs(again / theta - 1) < 1e-14
    theta <- again; if (done) break
  }
  stopifnot(abs(theta / fit$theta - 1) < 1e-6)
  inner <- glm(formula, family = negative.binomial(theta), data = quine, control = control, start = coef(inner))
  th <- theta.ml(quine$days, fitted(inner), limit = 200, eps = 1e-15)
  V <- summary(inner, dispersion = 1)$cov.scaled
  ll <- sum(dnbinom(quine$days, size = theta, mu = fitted(inner), log = TRUE))
  null <- glm.nb(update(formula, if (grepl("offset", deparse(formula))) . ~ 1 + offset(log_weeks) else . ~ 1),
                 data = quine, control = control)
  list(name = name, data = "quine.csv", formula = deparse(formula, width.cutoff = 500), family = "negative-binomial",
       call = "glm.nb, refitted in turn with theta.ml until theta moves less than 1e-14",
       estimates = unname(coef(inner)), std_errors = unname(sqrt(diag(V))),
       theta = theta, theta_std_error = as.numeric(attr(th, "SE")), log_likelihood = ll,
       aic = -2 * ll + 2 * (length(coef(inner)) + 1), deviance = inner$deviance,
       likelihood_ratio = 2 * (ll - as.numeric(logLik(null))))
}
quasi <- function(name, formula, family) {
  fit <- glm(formula, family = family, data = quine, control = control)
  table <- summary(fit)$coefficients
  list(name = name, data = "quine.csv", formula = deparse(formula, width.cutoff = 500), family = family()$family,
       call = sprintf("glm(family = %s)", family()$family),
       estimates = unname(table[, 1]), std_errors = unname(table[, 2]), p_values = unname(table[, 4]),
       dispersion = summary(fit)$dispersion, df_residual = fit$df.residual)
}
quine$many <- as.integer(quine$days > 10)
write_table(quine, "quine.csv")
cases <- list(
  negative_binomial("quine", days ~ eth + sex + age + lrn),
  negative_binomial("quine with an offset", days ~ eth * sex + offset(log_weeks)),
  quasi("quasi-poisson", days ~ eth + sex + age + lrn, quasipoisson),
  quasi("quasi-binomial", many ~ eth + age, quasibinomial))
write_expected(cases, c("MASS", "jsonlite"), list(
  theta_std_error = "theta.ml: observed information of theta, the means held fixed",
  likelihood_ratio = "against the intercept (and offset) alone with its own theta"))
