# Reference values for the survival analyses of a plan. Run in this directory, after ../cox/generate.R:
#   Rscript generate.R
# lung.csv of ../cox (sex 1 the reference arm, time in days); the curve of cumulative incidence is of
# mgus2.csv of ../competing.
source("../common.R")
library(survival)

lung <- read.csv("../cox/lung.csv")
lung$arm <- factor(lung$sex)
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)

cox <- function(formula, ties = "efron", cluster = NULL) {
  data <- lung
  data$the_cluster <- if (is.null(cluster)) NA else data[[cluster]]
  environment(formula) <- environment()
  fit <- if (is.null(cluster)) coxph(formula, data = data, ties = ties, control = control)
    else coxph(formula, data = data, ties = ties, control = control, cluster = the_cluster)
  z <- qnorm(0.975)
  error <- sqrt(diag(vcov(fit)))
  test <- cox.zph(fit, transform = "km", terms = FALSE)$table
  list(hazard_ratio = array_of(exp(coef(fit))), low = array_of(exp(coef(fit) - z * error)),
    high = array_of(exp(coef(fit) + z * error)), std_error = array_of(error),
    log_likelihood = fit$loglik[2], concordance = unname(fit$concordance["concordance"]),
    zph_statistic = test["GLOBAL", 1], zph_p = test["GLOBAL", 3], n = fit$n, events = fit$nevent)
}

means <- function(tau) {
  table <- summary(survfit(Surv(time, event) ~ arm, data = lung), rmean = tau)$table
  m <- table[, "rmean"]; s <- table[, "se(rmean)"]
  list(tau = tau, means = array_of(m), std_errors = array_of(s), difference = unname(m[2] - m[1]),
    difference_error = sqrt(sum(s^2)), ratio = unname(m[2] / m[1]), ratio_error = sqrt(sum((s / m)^2)))
}

test <- function(formula, rho = 0) {
  fit <- survdiff(formula, data = lung, rho = rho)
  list(statistic = fit$chisq, p_value = pchisq(fit$chisq, 1, lower.tail = FALSE))
}

# Every step of a curve: the day, at risk just before it, the estimate and its limits.
steps <- function(fit) {
  parts <- summary(fit)
  arms <- if (is.null(parts$strata)) rep("all", length(parts$time)) else sub(".*=", "", parts$strata)
  lapply(unique(arms), function(a) {
    own <- which(arms == a)
    list(arm = a, time = array_of(parts$time[own]), n_risk = array_of(parts$n.risk[own]),
      survival = array_of(parts$surv[own]), low = array_of(parts$lower[own]), high = array_of(parts$upper[own]))
  })
}
mgus <- read.csv("../competing/mgus2.csv")
incidence <- survfit(Surv(time, factor(cause, 0:2)) ~ group, data = mgus)
at <- c(60, 120, 240)
found <- summary(incidence, times = at)

# The interaction of arm and a covariate in a Cox model, by likelihood ratio; the effect in each level. Without
# the one person of the fourth level.
interaction <- function() {
  lung <- lung[lung$ecog < 3, ]
  write_table(lung[, c("time", "event", "sex", "age", "ecog")], "lung.csv")
  full <- coxph(Surv(time, event) ~ age + arm * factor(ecog), data = lung, control = control)
  main <- coxph(Surv(time, event) ~ age + arm + factor(ecog), data = lung, control = control)
  statistic <- 2 * (full$loglik[2] - main$loglik[2])
  df <- length(coef(full)) - length(coef(main))
  level <- function(k) exp(coef(coxph(Surv(time, event) ~ arm + age, data = lung[lung$ecog == k, ], control = control))[1])
  list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE),
    hazard_ratios = array_of(sapply(0:2, level)))
}

cases <- list(list(
  plain = cox(Surv(time, event) ~ arm + age),
  adjusted = cox(Surv(time, event) ~ arm + age + karno + strata(ecog)),
  breslow = cox(Surv(time, event) ~ arm + age, ties = "breslow"),
  clustered = cox(Surv(time, event) ~ arm + age, cluster = "inst"),
  means = means(365),
  interaction = interaction(),
  log_rank = test(Surv(time, event) ~ arm),
  stratified = test(Surv(time, event) ~ arm + strata(ecog)),
  peto = test(Surv(time, event) ~ arm, rho = 1),
  median = array_of(summary(survfit(Surv(time, event) ~ arm, data = lung))$table[, "median"]),
  curve = steps(survfit(Surv(time, event) ~ arm, data = lung, conf.type = "log-log")),
  incidence = list(times = array_of(found$time), group = array_of(sub(".*=", "", found$strata)),
    estimate = array_of(found$pstate[, 2]), n_risk = array_of(found$n.risk[, 1]))
))
write_expected(cases, c("survival", "jsonlite"))
