# Reference values for survival and cumulative hazard predicted by a Cox model. Run in this directory:
#   Rscript generate.R
# The data are those of ../cox.
source("../common.R")
library(survival)
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100, toler.inf = 1e-8)
one <- function(name, formula, ours, newdata, times, stratum = 0, ties = "efron") {
  d <- read.csv(paste0("../cox/", name, ".csv"))
  environment(formula) <- environment()
  fit <- coxph(formula, data = d, ties = ties, control = control)
  of <- function(type) {
    s <- summary(survfit(fit, newdata = newdata, conf.type = type), times = times)
    list(survival = array_of(s$surv), std_error = array_of(s$std.err), low = array_of(s$lower), high = array_of(s$upper))
  }
  x <- newdata[names(coef(fit))]
  # The hazard for covariates 0, and its standard error, which survfit gives before it is made one of survival.
  zero <- newdata
  zero[names(coef(fit))] <- 0
  base <- survfit(fit, newdata = zero, conf.type = "log")
  at <- findInterval(times, base$time)
  baseline <- list(hazard = array_of(base$cumhaz[at]), std_error = array_of(base$std.err[at]))
  list(baseline = baseline, data = paste0(name, ".csv"), formula = ours, ties = ties, x = array_of(unlist(x)), stratum = stratum, times = array_of(times),
    plain = of("plain"), log = of("log"), log_log = of("log-log"))
}
cases <- list()
for (ties in c("efron", "breslow")) {
  cases <- c(cases, list(
    one("lung", Surv(time, event) ~ age + sex, "Surv(time, event) ~ age + sex", data.frame(age = 70, sex = 2), c(100, 365, 800), ties = ties),
    one("lung", Surv(time, event) ~ age + sex, "Surv(time, event) ~ age + sex", data.frame(age = 45, sex = 1), c(50, 365), ties = ties),
    one("heart", Surv(start, stop, event) ~ age + surgery, "Surv(start, stop, event) ~ age + surgery", data.frame(age = -10, surgery = 1), c(30, 200, 700), ties = ties),
    one("tied", Surv(time, event) ~ x + arm + strata(site), "Surv(time, event) ~ x + arm + strata(site)", data.frame(x = 2.5, arm = 1, site = 3), c(60, 180, 300), 2, ties)))
}
write_expected(list(list(predictions = cases)), c("survival", "jsonlite"))
