# Reference values for the trials of data-samples/published/evidence, the misread totals, and the sizes of the uncorrected test
# of two proportions. Run in this directory:
#   Rscript generate.R
source("../common.R")
suppressMessages(library(metafor))
d <- read.csv("../../../data-samples/published/evidence/ips-trials.csv")
tight <- list(threshold = 1e-14, maxiter = 10000, tol = 1e-14)
pooled <- list()
fitted <- function(data, part, n1 = data$n_ips, n2 = data$n_control) {
  es <- escalc(measure = "RR", ai = data$events_ips, n1i = n1, ci = data$events_control, n2i = n2)
  for (tau2 in c("DL", "REML", "PM", "EE")) for (test in c("z", "knha")) {
    if (tau2 == "EE" && test == "knha") next
    fit <- rma(yi, vi, data = es, method = tau2, test = test, control = tight)
    p <- predict(fit)
    pooled[[length(pooled) + 1]] <<- list(part = part, tau2_method = tau2, test = test, estimate = as.numeric(fit$beta),
      std_error = fit$se, conf_low = fit$ci.lb, conf_high = fit$ci.ub, tau2 = fit$tau2,
      prediction_low = if (tau2 == "EE") NA else p$pi.lb, prediction_high = if (tau2 == "EE") NA else p$pi.ub)
  }
}
fitted(d, "all")
for (kind in c("counts", "percentages", "reconstructed")) fitted(d[d$basis_kind == kind, ], kind)
# Totals passed where non-event counts are expected: events + total becomes the total.
fitted(d, "misread", d$events_ips + d$n_ips, d$events_control + d$n_control)
mh <- rma.mh(measure = "RR", ai = events_ips, n1i = n_ips, ci = events_control, n2i = n_control, data = d)
es <- escalc(measure = "RR", ai = events_ips, n1i = n_ips, ci = events_control, n2i = n_control, data = d)
ordered <- es[order(d$year), ]
running <- sapply(seq_len(nrow(d)), function(k) as.numeric(rma(yi, vi, data = ordered[1:k, ], method = "REML", control = tight)$beta))
without <- sapply(seq_len(nrow(d)), function(k) as.numeric(rma(yi, vi, data = es[-k, ], method = "REML", control = tight)$beta))
egger <- summary(lm(I(yi / sqrt(vi)) ~ I(1 / sqrt(vi)), data = es))$coefficients[1, ]
sizes <- lapply(list(c(.1, .3), c(.15, .35), c(.2, .4)), function(p) {
  # tol tight: the default stops at a tenth of a person.
  list(control = p[1], treated = p[2], n = power.prop.test(p1 = p[1], p2 = p[2], power = .9, tol = 1e-10)$n)
})
write_expected(list(list(name = "evidence", pooled = pooled, mantel_haenszel = list(estimate = as.numeric(mh$beta), std_error = mh$se),
  cumulative = array_of(running), leave_one_out = array_of(without),
  egger = list(estimate = egger[[1]], std_error = egger[[2]], p_value = egger[[4]]), sizes = sizes)), packages = "metafor")
