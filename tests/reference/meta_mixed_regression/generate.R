# Reference values for meta-regression by the likelihood of the counts, t tests and profile intervals of tau2. Run in
# this directory:
#   Rscript generate.R
# The tables are those of ../meta_mixed; x is the row's number modulo 3, z its number over ten. Regressions: metafor's
# rma.glmm. Profile intervals: lme4's deviance as a function of tau and the coefficients (adaptive quadrature, 50
# nodes) for CM.AL and UM.FS; for CM.EL and UM.RS the likelihood written out over a grid of the random effects.
source("../common.R")
suppressMessages({library(metafor); library(lme4)})
read <- function(name) {
  d <- read.csv(paste0("../meta_mixed/", name, ".csv"))
  d$x <- seq_len(nrow(d)) %% 3; d$z <- seq_len(nrow(d)) / 10
  d
}
glmer_control <- list(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-11, maxfun = 1e6), tolPwrss = 1e-10)
regression <- function(name, model, method, mods, test) {
  d <- read(name)
  exact <- model == "CM.EL"
  control <- if (exact) list(intCtrl = list(rel.tol = 1e-11, subdivisions = 2000), dnchgprec = 1e-14) else list(glmerCtrl = glmer_control)
  points <- if (exact) 7 else if (model == "UM.RS" && method == "ML") 1 else 50
  m <- suppressWarnings(rma.glmm(measure = "OR", ai = a, n1i = n1, ci = c, n2i = n2, mods = as.formula(mods), data = d, model = model,
    method = method, test = test, nAGQ = points, control = control))
  list(data = name, model = model, method = method, mods = mods, test = test, coefficients = array_of(as.numeric(m$beta)),
    std_errors = array_of(m$se), conf_low = array_of(m$ci.lb), conf_high = array_of(m$ci.ub), p_values = array_of(m$pval),
    tau2 = m$tau2, df = if (test == "t") m$ddf else NA, moderators = if (is.null(m$QM)) NA else m$QM,
    moderators_p = if (is.null(m$QMp)) NA else m$QMp, likelihood_ratio = m$QE.LRT, residual_df = m$QE.df, k = m$k)
}
cases <- list()
add <- function(...) {
  found <- try(regression(...), silent = TRUE)
  if (inherits(found, "try-error")) { message(paste(..., found)); return(invisible()) }
  cases[[length(cases) + 1]] <<- found
}
for (test in c("z", "t")) {
  for (model in c("CM.AL", "UM.FS")) for (name in c("nielweise2007", "bcg")) {
    add(name, model, "ML", "~ 1", test); add(name, model, "ML", "~ x", test); add(name, model, "ML", "~ x + z", test)
    add(name, model, "EE", "~ x", test)
  }
  add("nielweise2007", "UM.RS", "EE", "~ x", test)
  add("nielweise2007", "CM.EL", "EE", "~ x", test)
  add("nielweise2007", "CM.EL", "ML", "~ x", test)
}

# tau at which twice the log-likelihood, maximised over all else, is `critical` below its maximum.
critical <- qchisq(0.95, 1)
limits <- function(deviance) {
  best <- optimize(deviance, c(0, 5), tol = 1e-9)
  at_zero <- deviance(0)
  if (at_zero <= best$objective) best <- list(minimum = 0, objective = at_zero)
  far <- function(tau) deviance(tau) - best$objective - critical
  low <- if (far(0) <= 0) 0 else uniroot(far, c(0, best$minimum), tol = 1e-10)$root
  top <- best$minimum + 0.5
  while (far(top) < 0) top <- top * 2
  list(tau2 = best$minimum^2, low = low^2, high = uniroot(far, c(best$minimum, top), tol = 1e-10)$root^2)
}
by_lme4 <- function(name, model) {
  d <- read(name)
  d <- d[d$a + d$c > 0 & d$a + d$c < d$n1 + d$n2, ]
  k <- nrow(d)
  if (model == "CM.AL") {
    long <- data.frame(y = d$a, m = d$a + d$c, offset = log(d$n1 / d$n2), study = factor(1:k))
    f <- glmer(cbind(y, m - y) ~ 1 + offset(offset) + (1 | study), long, binomial, nAGQ = 50, devFunOnly = TRUE,
      control = glmerControl(tolPwrss = 1e-12))
    start <- 0
  } else {
    long <- data.frame(y = c(d$a, d$c), m = c(d$n1, d$n2), group = rep(1:0, each = k), half = rep(c(0.5, -0.5), each = k), study = factor(rep(1:k, 2)))
    f <- glmer(cbind(y, m - y) ~ -1 + study + group + (half - 1 | study), long, binomial, nAGQ = 50, devFunOnly = TRUE,
      control = glmerControl(tolPwrss = 1e-12))
    start <- c(log((d$a + d$c + 0.5) / (d$n1 + d$n2 - d$a - d$c + 0.5)), 0)
  }
  at <- start
  inner <- f
  # Where the iterations of lme4 fail, the deviance is as if it were far away.
  f <- function(p) tryCatch(inner(p), error = function(e) 1e6)
  deviance <- function(tau) {
    for (round in 1:4) at <<- optim(at, function(b) f(c(tau, b)), method = "BFGS", control = list(reltol = 1e-14, maxit = 500))$par
    f(c(tau, at))
  }
  c(list(data = name, model = model), limits(deviance))
}
binomial_log <- function(y, n, eta) y * eta - n * ifelse(eta > 0, eta + log1p(exp(-eta)), log1p(exp(eta)))
by_grid <- function(name, model) {
  d <- read(name)
  d <- d[d$a + d$c > 0 & d$a + d$c < d$n1 + d$n2, ]
  z <- seq(-8, 8, length.out = if (model == "CM.EL") 801 else 121); w <- dnorm(z) * (z[2] - z[1])
  log_sum <- function(l, w) { m <- max(l); m + log(sum(w * exp(l - m))) }
  one <- function(i, mu, tau, gamma, sigma) {
    a <- d$a[i]; c <- d$c[i]; n1 <- d$n1[i]; n2 <- d$n2[i]
    if (model == "CM.EL") {
      k <- max(0, a + c - n2):min(n1, a + c)
      base <- lchoose(n1, k) + lchoose(n2, a + c - k)
      l <- sapply(mu + tau * z, function(eta) { t <- base + k * eta; m <- max(t); lchoose(n1, a) + lchoose(n2, c) + a * eta - m - log(sum(exp(t - m))) })
      return(log_sum(l, w))
    }
    u <- rep(z, length(z)); v <- rep(z, each = length(z)); both <- rep(w, length(w)) * rep(w, each = length(w))
    eta <- gamma + sigma * v
    log_sum(binomial_log(a, n1, eta + mu + tau * u / 2) + binomial_log(c, n2, eta - tau * u / 2), both)
  }
  at <- if (model == "CM.EL") 0 else c(0, mean(log((d$a + d$c + 0.5) / (d$n1 + d$n2 - d$a - d$c + 0.5))), 0.5)
  f <- function(tau, p) -2 * sum(sapply(seq_len(nrow(d)), one, p[1], tau, p[2], abs(p[3])))
  deviance <- function(tau) {
    if (model == "CM.EL") return(optimize(function(mu) f(tau, c(mu, 0, 0)), c(-6, 6), tol = 1e-10)$objective)
    found <- optim(at, function(p) f(tau, p), method = "BFGS", control = list(reltol = 1e-13, maxit = 200))
    at <<- found$par
    found$value
  }
  c(list(data = name, model = model), limits(deviance))
}
profiles <- list(by_lme4("nielweise2007", "CM.AL"), by_lme4("bcg", "CM.AL"), by_lme4("scarce", "CM.AL"), by_lme4("nielweise2007", "UM.FS"),
  by_grid("nielweise2007", "CM.EL"), by_grid("scarce", "CM.EL"), by_grid("scarce", "UM.RS"))
write_expected(list(list(regressions = cases, profiles = profiles)), c("metafor", "lme4", "BiasedUrn"), list(scale = "logarithm of the odds ratio"))
