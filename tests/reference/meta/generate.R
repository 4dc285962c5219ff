# Reference values for meta-analysis. Run in this directory:
#   Rscript generate.R
# bcg.csv is metadat::dat.bcg (the BCG vaccine trials; R package metadat, GPL >= 2). rare.csv has empty
# cells, made by hand.
source("../common.R")
suppressMessages(library(metafor))
bcg <- with(metadat::dat.bcg, data.frame(study = gsub(" ", "", paste(author, year)), a = tpos, n1 = tpos + tneg, c = cpos, n2 = cpos + cneg))
bcg$study <- gsub("[^A-Za-z0-9]", "", bcg$study)
rare <- data.frame(study = paste0("s", 1:6), a = c(0, 2, 1, 4, 0, 3), n1 = c(20, 35, 50, 60, 15, 40), c = c(3, 5, 0, 9, 1, 8), n2 = c(22, 30, 48, 61, 14, 45))
sets <- list(bcg = bcg, rare = rare)
for (name in names(sets)) write_table(sets[[name]], paste0(name, ".csv"))
tight <- list(threshold = 1e-14, maxiter = 10000, tol = 1e-14)
measures <- c(RR = "risk_ratio", OR = "odds_ratio", RD = "risk_difference")
pooled <- list(); direct <- list(); other <- list()
for (name in names(sets)) for (m in names(measures)) {
  d <- sets[[name]]
  es <- escalc(measure = m, ai = a, n1i = n1, ci = c, n2i = n2, data = d)
  for (tau2 in c("DL", "REML", "PM", "EE")) for (test in c("z", "knha")) {
    if (tau2 == "EE" && test == "knha") next
    fit <- rma(yi, vi, data = es, method = tau2, test = test, control = tight)
    p <- predict(fit)
    out <- list(data = name, measure = measures[[m]], tau2_method = tau2, test = test,
      estimate = as.numeric(fit$beta), std_error = fit$se, statistic = as.numeric(fit$zval), p_value = as.numeric(fit$pval),
      conf_low = fit$ci.lb, conf_high = fit$ci.ub, q = fit$QE, q_p = fit$QEp)
    if (tau2 != "EE") {
      interval <- confint(fit, control = list(tol = 1e-13, maxiter = 100000))$random
      out <- c(out, list(tau2 = fit$tau2, i2 = fit$I2 / 100, prediction_low = p$pi.lb, prediction_high = p$pi.ub,
        tau2_low = interval["tau^2", "ci.lb"], tau2_high = interval["tau^2", "ci.ub"]))
    }
    pooled[[length(pooled) + 1]] <- out
  }
  mh <- rma.mh(measure = m, ai = a, n1i = n1, ci = c, n2i = n2, data = d, correct = FALSE)
  direct[[length(direct) + 1]] <- list(data = name, measure = measures[[m]], method = "mantel_haenszel",
    estimate = as.numeric(mh$beta), std_error = mh$se)
  fit <- rma(yi, vi, data = es, method = "REML", control = tight)
  loo <- leave1out(fit); cum <- cumul(fit)
  egger <- summary(lm(I(yi / sqrt(vi)) ~ I(1 / sqrt(vi)), data = es))$coefficients
  other[[length(other) + 1]] <- list(data = name, measure = measures[[m]], values = array_of(as.numeric(es$yi)), variances = array_of(as.numeric(es$vi)),
    leave_one_out = array_of(loo$estimate), leave_one_out_error = array_of(loo$se),
    cumulative = array_of(cum$estimate), cumulative_error = array_of(cum$se),
    egger = list(estimate = egger[1, 1], std_error = egger[1, 2], p_value = egger[1, 4]))
}
for (name in names(sets)) {
  d <- sets[[name]]
  p <- rma.peto(ai = a, n1i = n1, ci = c, n2i = n2, data = d)
  direct[[length(direct) + 1]] <- list(data = name, measure = "odds_ratio", method = "peto", estimate = as.numeric(p$beta), std_error = p$se)
}
write_expected(list(list(pooled = pooled, direct = direct, other = other)), c("metafor", "metadat", "jsonlite"), list(
  i2 = "as a share", conf = "on the pooling scale (logarithms for ratios)",
  egger = "ordinary least squares of yi / sei on 1 / sei"))
