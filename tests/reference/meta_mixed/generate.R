# Reference values for pooled odds ratios by the likelihood of the counts. Run in this directory:
#   Rscript generate.R
# nielweise2007, bcg and lau1992 are metadat's tables of those names (R package metadat, GPL >= 2). scarce is made by
# hand: no event in one arm of most studies, in both arms of two.
#
# metafor stops at its optimisers' tolerances (about 1e-5 in tau2) and fits UM.RS with random effects by Laplace's
# approximation; generate.py, with other quadrature and Newton's method on the score, gives the digits.
source("../common.R")
suppressMessages(library(metafor))
sets <- list(
  nielweise2007 = with(metadat::dat.nielweise2007, data.frame(a = ai, n1 = n1i, c = ci, n2 = n2i)),
  bcg = with(metadat::dat.bcg, data.frame(a = tpos, n1 = tpos + tneg, c = cpos, n2 = cpos + cneg)),
  lau1992 = with(metadat::dat.lau1992, data.frame(a = ai, n1 = n1i, c = ci, n2 = n2i)),
  scarce = data.frame(a = c(0, 1, 0, 2, 0, 0, 1, 0, 4, 0, 0, 2), n1 = c(40, 55, 61, 102, 35, 28, 80, 45, 120, 33, 50, 40),
    c = c(2, 0, 1, 5, 0, 3, 4, 0, 5, 1, 2, 0), n2 = c(42, 50, 60, 98, 36, 30, 79, 44, 118, 35, 25, 38)))
for (name in names(sets)) write_table(sets[[name]], paste0(name, ".csv"))
fit <- function(d, model, method, tight) {
  exact <- model == "CM.EL"
  points <- if (model == "UM.RS" && method == "ML") 1 else if (exact) 7 else 50
  glmer <- list(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-11, maxfun = 1e6), tolPwrss = if (tight) 1e-13 else 1e-8)
  integral <- list(rel.tol = 1e-11, subdivisions = 2000)
  control <- if (!exact) list(glmerCtrl = glmer) else if (tight) list(intCtrl = integral, dnchgprec = 1e-14) else list(intCtrl = integral)
  m <- suppressWarnings(rma.glmm(measure = "OR", ai = a, n1i = n1, ci = c, n2i = n2, data = d, model = model, method = method,
    nAGQ = points, control = control))
  p <- predict(m)
  list(model = model, method = method, estimate = as.numeric(m$beta), std_error = m$se, tau2 = m$tau2, i2 = m$I2 / 100,
    prediction_low = p$pi.lb, prediction_high = p$pi.ub, likelihood_ratio = m$QE.LRT, wald = m$QE.Wld, df = m$QE.df,
    log_likelihood = as.numeric(logLik(m)), k = m$k)
}
cases <- list()
for (name in names(sets)) for (model in c("CM.EL", "CM.AL", "UM.FS", "UM.RS")) for (method in c("EE", "ML")) {
  if (name == "lau1992" && model == "CM.EL") next # hours
  message(name, " ", model, " ", method)
  found <- try(fit(sets[[name]], model, method, TRUE), silent = TRUE)
  if (inherits(found, "try-error")) found <- try(fit(sets[[name]], model, method, FALSE), silent = TRUE)
  if (inherits(found, "try-error")) { message(found); next }
  cases[[length(cases) + 1]] <- c(list(data = name), found)
}
write_expected(cases, c("metafor", "metadat", "lme4", "BiasedUrn"), list(scale = "logarithm of the odds ratio"))
