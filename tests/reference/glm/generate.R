# Reference values for generalised linear models. Run in this directory:
#   Rscript generate.R
source("../common.R")
library(sandwich)

control <- glm.control(epsilon = 1e-14, maxit = 100)

# nsw_employed.csv is nsw.csv with two columns added: employed (re78 > 0) and a
# text column site. The text of the other columns is kept as it stands.
lines <- readLines("../../../data-samples/nsw/nsw.csv")
raw <- read.csv("../../../data-samples/nsw/nsw.csv")
row <- seq_len(nrow(raw))
employed <- as.integer(raw$re78 > 0)
site <- LETTERS[1 + (row * 7 + row %/% 3) %% 4]
con <- file("nsw_employed.csv", "wb")
writeLines(c(paste0(lines[1], ",employed,site"),
             paste(lines[-1], employed, site, sep = ",")), con, sep = "\n")
close(con)
nsw <- read.csv("nsw_employed.csv", stringsAsFactors = TRUE)

small <- data.frame(x = 0:5, y = c(0, 0, 1, 0, 1, 1))
write_table(small, "small.csv")

# For a log link that Fisher scoring is slow with; the values stand in ../glm.rs.
births <- MASS::birthwt[, c("low", "smoke", "age", "lwt", "race", "ht", "ui", "ptl")]
write.csv(births, "birthwt.csv", row.names = FALSE, quote = FALSE)

# Refit from the solution until the coefficients stop moving, so that estimates,
# weights and covariance all belong to the same converged point.
fit_exactly <- function(formula, family, data, start = NULL) {
  fit <- glm(formula, family = family, data = data, control = control, start = start)
  for (i in 1:60) {
    again <- suppressWarnings(
      glm(formula, family = family, data = data, control = control, start = coef(fit)))
    moved <- max(abs(coef(again) - coef(fit)) / sqrt(diag(vcov(again))))
    fit <- again
    if (moved < 1e-13) break
  }
  fit
}

score_max <- function(fit) {
  # scores in units of their standard deviations: estfun sums, scaled by SE
  se <- sqrt(diag(vcov(fit)))
  phi <- summary(fit)$dispersion
  X <- model.matrix(fit)
  w <- weights(fit, "working")
  max(abs(colSums(X * w * residuals(fit, "working"))) / phi * se)
}

observed_se <- function(fit) {
  X <- model.matrix(fit); y <- fit$y; mu <- fitted(fit); eta <- fit$linear.predictors
  d1 <- fit$family$mu.eta(eta)
  d2 <- switch(fit$family$link, probit = -eta * dnorm(eta), log = mu, identity = 0 * mu)
  v <- mu * (1 - mu)
  w <- d1^2 / v - (y - mu) * (d2 * v - d1^2 * (1 - 2 * mu)) / v^2
  s <- sqrt(colMeans(X^2))
  Xs <- sweep(X, 2, s, "/")
  sqrt(diag(solve(crossprod(Xs * w, Xs)))) / s
}

logit_loglik <- function(y, eta) sum(y * eta - ifelse(eta > 0, eta, 0) - log1p(exp(-abs(eta))))

# Exact profile likelihood limits: the two values of coefficient j at which
# 2 * (ll_max - ll_profile) = qchisq(0.95, 1).
profile_limits <- function(fit) {
  X <- model.matrix(fit); y <- fit$y; b <- coef(fit); V <- vcov(fit)
  se <- sqrt(diag(V))
  top <- logit_loglik(y, drop(X %*% b))
  drop_at <- function(j, z) {
    value <- b[j] + z * se[j]
    f <- suppressWarnings(glm.fit(X[, -j, drop = FALSE], y, family = binomial(),
      offset = X[, j] * value, start = b[-j] + V[-j, j] / V[j, j] * (value - b[j]),
      control = control))
    stopifnot(f$converged)
    2 * (top - logit_loglik(y, f$linear.predictors))
  }
  crit <- qchisq(0.95, 1)
  limits <- sapply(seq_along(b), function(j) {
    sapply(c(-1, 1), function(side) {
      far <- 2
      while (drop_at(j, side * far) < crit) far <- far * 1.5
      z <- uniroot(function(z) drop_at(j, side * z) - crit, c(0.2, far), tol = 1e-13)$root
      stopifnot(abs(drop_at(j, side * z) - crit) < 1e-9)
      unname(b[j] + side * z * se[j])
    })
  })
  limits
}

one_case <- function(name, formula, family, link, data_path, data, robust = FALSE,
                     profile = FALSE, start = NULL) {
  family_object <- switch(family, binomial = binomial(link), poisson = poisson(link),
                          gaussian = gaussian(link))
  fit <- fit_exactly(formula, family_object, data, start)
  stopifnot(fit$converged, !fit$boundary)
  null <- glm(update(formula, . ~ 1), family = family_object, data = data, control = control,
              start = if (family == "gaussian") NULL else family_object$linkfun(mean(fit$y)))
  table <- summary(fit)$coefficients
  q <- if (family == "gaussian") qt(0.975, fit$df.residual) else qnorm(0.975)
  worst <- score_max(fit)
  cat(sprintf("%-28s standardised score %.1e, iterations %d\n", name, worst, fit$iter))
  stopifnot(worst < 1e-9)
  formula_text <- paste(deparse(formula, width.cutoff = 500), collapse = " ")
  terms <- lapply(seq_len(nrow(table)), function(j) {
    b <- unname(table[j, 1]); s <- unname(table[j, 2])
    list(term = rownames(table)[j], estimate = b, std_error = s,
         statistic_value = unname(table[j, 3]), p_value = unname(table[j, 4]),
         conf_low = b - q * s, conf_high = b + q * s)
  })
  if (link %in% c("probit") || (family == "binomial" && link %in% c("log", "identity"))) {
    o <- observed_se(fit)
    for (j in seq_along(terms)) terms[[j]]$std_error_observed <- unname(o[j])
  }
  if (robust) {
    kinds <- list()
    for (type in c("HC0", "HC1", "HC2", "HC3")) kinds[[type]] <- sqrt(diag(vcovHC(fit, type = type)))
    kinds$cluster_HC0_cadjust <- sqrt(diag(vcovCL(fit, cluster = data$site, type = "HC0", cadjust = TRUE)))
    kinds$cluster_HC1 <- sqrt(diag(vcovCL(fit, cluster = data$site, type = "HC1")))
    for (j in seq_along(terms)) terms[[j]]$robust_std_error <- lapply(kinds, function(k) unname(k[j]))
  }
  if (profile) {
    limits <- profile_limits(fit)
    interpolated <- suppressMessages(MASS:::confint.glm(fit))
    stopifnot(max(abs(t(limits) - interpolated) / sqrt(diag(vcov(fit)))) < 0.02)
    for (j in seq_along(terms)) {
      terms[[j]]$profile_conf_low <- limits[1, j]
      terms[[j]]$profile_conf_high <- limits[2, j]
    }
  }
  ll <- as.numeric(logLik(fit)); ll0 <- as.numeric(logLik(null))
  df <- fit$rank - 1
  out <- list(
    name = name,
    call = sprintf("glm(%s, family = %s(link = \"%s\"), control = glm.control(epsilon = 1e-14, maxit = 100))",
                   formula_text, family, link),
    data = data_path, formula = formula_text, family = family, link = link, conf_level = 0.95,
    statistic = if (family == "gaussian") "t" else "z", terms = terms,
    log_likelihood = ll, null_log_likelihood = ll0, aic = AIC(fit), bic = BIC(fit),
    deviance = fit$deviance, null_deviance = fit$null.deviance,
    dispersion = summary(fit)$dispersion,
    df_residual = fit$df.residual, df_null = fit$df.null, n = length(fit$y),
    likelihood_ratio = list(statistic = 2 * (ll - ll0), df = df,
                            p_value = pchisq(2 * (ll - ll0), df, lower.tail = FALSE)))
  if (robust) out$cluster <- list(column = "site", clusters = nlevels(data$site))
  if (family == "gaussian") {
    m <- summary(lm(formula, data = data))
    f <- m$fstatistic
    stopifnot(max(abs(m$coefficients[, 1:2] / table[, 1:2] - 1)) < 1e-9)
    out$linear <- list(sigma = m$sigma, r_squared = m$r.squared, adj_r_squared = m$adj.r.squared,
      f_statistic = unname(f[1]), f_df1 = unname(f[2]), f_df2 = unname(f[3]),
      f_p_value = unname(pf(f[1], f[2], f[3], lower.tail = FALSE)))
  }
  out
}

full <- employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75
E1 <- "nsw_employed.csv"
cases <- list(
  one_case("employed_logit", full, "binomial", "logit", E1, nsw, robust = TRUE, profile = TRUE),
  one_case("employed_probit", full, "binomial", "probit", E1, nsw),
  one_case("employed_log_treat", employed ~ treat, "binomial", "log", E1, nsw, start = c(-0.5, 0)),
  one_case("employed_log_treat_age", employed ~ treat + age, "binomial", "log", E1, nsw, start = c(-0.5, 0, 0)),
  one_case("employed_identity", employed ~ treat + nodegree, "binomial", "identity", E1, nsw, start = c(0.6, 0, 0)),
  one_case("re78_treat", re78 ~ treat, "gaussian", "identity", E1, nsw, robust = TRUE),
  one_case("re78_full", update(full, re78 ~ .), "gaussian", "identity", E1, nsw, robust = TRUE),
  one_case("employed_poisson", employed ~ treat + age, "poisson", "log", E1, nsw, robust = TRUE),
  one_case("employed_interaction_factor", employed ~ treat * nodegree + site, "binomial", "logit", E1, nsw),
  one_case("small_logit", y ~ x, "binomial", "logit", "small.csv", small, profile = TRUE)
)

# The two standard errors are those at the maximum. R's glm at its default
# epsilon = 1e-8 prints 0.2217815355 and 0.5030921229, because it takes the
# weights of the last iteration but one.
known <- cases[[1]]
pick <- function(case, term, field) Filter(function(t) t$term == term, case$terms)[[1]][[field]]
stopifnot(
  abs(pick(known, "treat", "estimate") - 0.5426147430) < 1e-9,
  abs(pick(known, "treat", "std_error") - 0.22178165976) < 1e-10,
  abs(pick(known, "black", "estimate") + 1.057046092) < 1e-8,
  abs(pick(known, "black", "std_error") - 0.50309280224) < 1e-10,
  abs(known$log_likelihood + 262.84581711) < 1e-7,
  abs(pick(cases[[6]], "treat", "estimate") - 1794.3423819) < 1e-6,
  abs(pick(cases[[6]], "treat", "robust_std_error")$HC2 - 670.9965445) < 1e-6)

write_expected(cases, c("sandwich", "MASS", "jsonlite"), list(
  std_error = "model-based: inverse expected (Fisher) information times the dispersion, as in R's glm",
  std_error_observed = "inverse observed information; given where it differs from the expected (binomial with a non-canonical link)",
  wald_interval = "normal quantile for binomial and poisson, t quantile with df_residual for gaussian",
  log_likelihood = "gaussian: at the maximum likelihood variance RSS / n; aic and bic count the variance as a parameter",
  dispersion = "gaussian: RSS / df_residual; 1 otherwise",
  robust_std_error = "sandwich::vcovHC and sandwich::vcovCL; HC1 factor n / (n - k); cluster_HC0_cadjust factor G / (G - 1); cluster_HC1 factor G / (G - 1) * (n - 1) / (n - k)",
  profile = "exact roots of 2 * (ll_max - ll_profile) = qchisq(0.95, 1)"))
