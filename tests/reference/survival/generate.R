# Reference values for Kaplan-Meier curves, log-rank tests, restricted means and cumulative
# incidences. Run in this directory:
#   Rscript generate.R
# The data sets lung, veteran, ovarian and mgus2 are from the R package survival (T. Therneau,
# LGPL >= 2); they are exported here with the columns that the tests use. `tied.csv` is made by
# formula: whole months in days, so that ties are massive.
source("../common.R")
library(survival)

lung <- with(survival::lung, data.frame(time, event = as.integer(status == 2), group = sex,
  stratum = ifelse(is.na(ph.ecog), 9, ph.ecog)))
veteran <- with(survival::veteran, data.frame(time, event = status, group = as.integer(celltype), stratum = trt))
ovarian <- with(survival::ovarian, data.frame(time = futime, event = fustat, group = rx, stratum = resid.ds))
index <- 1:400
tied <- data.frame(time = 30 * (1 + (index * 37) %% 18), event = as.integer((index * 13) %% 7 < 3),
  group = 1 + (index * 29) %% 3, stratum = 1 + (index * 11) %% 2)
sets <- list(lung = lung, veteran = veteran, ovarian = ovarian, tied = tied)
for (name in names(sets)) write_table(sets[[name]], paste0(name, ".csv"))

kinds <- c(plain = "plain", log = "log", log_log = "log-log")

curve_case <- function(name, g) {
  data <- sets[[name]]
  data <- data[data$group == g, ]
  times <- sort(unique(c(1, quantile(data$time, c(0.1, 0.3, 0.5, 0.8, 0.95, 1), type = 1))))
  points <- list()
  quantiles <- list()
  for (kind in names(kinds)) {
    fit <- survfit(Surv(time, event) ~ 1, data = data, conf.type = kinds[[kind]])
    s <- summary(fit, times = times)
    for (i in seq_along(times))
      points[[length(points) + 1]] <- list(kind = kind, time = times[i], n_risk = s$n.risk[i],
        survival = s$surv[i], std_error = if (s$surv[i] > 0) s$std.err[i] else NA,
        conf_low = if (s$surv[i] > 0) s$lower[i] else NA,
        conf_high = if (s$surv[i] > 0) s$upper[i] else NA)
    for (p in c(0.25, 0.5, 0.75)) {
      q <- quantile(fit, p)
      quantiles[[length(quantiles) + 1]] <- list(kind = kind, p = p, time = unname(q$quantile),
        conf_low = unname(q$lower), conf_high = unname(q$upper))
    }
  }
  fit <- survfit(Surv(time, event) ~ 1, data = data)
  means <- lapply(quantile(data$time, c(0.3, 0.7, 1), type = 1), function(tau) {
    t <- summary(fit, rmean = tau)$table
    list(tau = tau, mean = unname(t["rmean"]), std_error = unname(t["se(rmean)"]))
  })
  list(name = paste(name, g), data = paste0(name, ".csv"), group = g, points = points,
       quantiles = quantiles, restricted_means = unname(means))
}

# Weighted log-rank test by definition, for any rho and gamma.
weighted <- function(data, rho, gamma, stratified) {
  groups <- sort(unique(data$group))
  U <- rep(0, length(groups)); V <- matrix(0, length(groups), length(groups))
  strata <- if (stratified) split(data, data$stratum) else list(data)
  for (d in strata) {
    times <- sort(unique(d$time[d$event == 1]))
    S <- 1
    for (t in times) {
      n <- sum(d$time >= t); dead <- sum(d$time == t & d$event == 1)
      ng <- sapply(groups, function(g) sum(d$time >= t & d$group == g))
      dg <- sapply(groups, function(g) sum(d$time == t & d$event == 1 & d$group == g))
      w <- S^rho * (1 - S)^gamma
      U <- U + w * (dg - dead * ng / n)
      if (n > 1) V <- V + w^2 * dead * (n - dead) / (n - 1) * (diag(ng / n) - outer(ng, ng) / n^2)
      S <- S * (1 - dead / n)
    }
  }
  k <- length(groups)
  sum(U[-1] * solve(V[-1, -1, drop = FALSE], U[-1]))
}

test_case <- function(name) {
  data <- sets[[name]]
  plain <- survdiff(Surv(time, event) ~ group, data = data)
  strat <- survdiff(Surv(time, event) ~ group + strata(stratum), data = data)
  peto <- survdiff(Surv(time, event) ~ group, data = data, rho = 1)
  stopifnot(abs(weighted(data, 0, 0, FALSE) - plain$chisq) < 1e-9,
            abs(weighted(data, 0, 0, TRUE) - strat$chisq) < 1e-9,
            abs(weighted(data, 1, 0, FALSE) - peto$chisq) < 1e-9)
  combos <- list(c(0, 0), c(1, 0), c(0, 1), c(1, 1), c(0.5, 0.5))
  list(name = name, data = paste0(name, ".csv"),
       observed = array_of(plain$obs), expected = array_of(plain$exp),
       covariance = unname(plain$var), chi_squared = plain$chisq,
       stratified = strat$chisq, df = length(plain$n) - 1,
       p_value = pchisq(plain$chisq, length(plain$n) - 1, lower.tail = FALSE),
       weighted = lapply(combos, function(c) list(rho = c[1], gamma = c[2],
         statistic = weighted(data, c[1], c[2], FALSE),
         stratified = weighted(data, c[1], c[2], TRUE))))
}

# Competing events: progression (1) before death (2) in mgus2
mgus <- with(survival::mgus2, data.frame(time = ifelse(pstat == 0, futime, ptime),
  cause = ifelse(pstat == 0, 2 * death, 1), group = as.integer(sex)))
write_table(mgus, "mgus2.csv")
fit <- survfit(Surv(time, factor(cause)) ~ group, data = mgus)
times <- c(12, 60, 120, 240)
s <- summary(fit, times = times)
competing <- list()
for (i in seq_along(s$time)) for (cause in 1:2)
  competing[[length(competing) + 1]] <- list(group = as.integer(s$strata[i]), time = s$time[i], cause = cause,
    n_risk = s$n.risk[i, 1], incidence = s$pstate[i, cause + 1], std_error = s$std.err[i, cause + 1])

cases <- list(list(
  curves = unlist(lapply(names(sets), function(name)
    lapply(sort(unique(sets[[name]]$group)), function(g) curve_case(name, g))), recursive = FALSE),
  tests = lapply(names(sets), test_case),
  competing = competing))
write_expected(cases, c("survival", "jsonlite"), list(
  source = "lung, veteran, ovarian, mgus2: R package survival, LGPL (>= 2)",
  zero = "where the curve is 0, R's standard errors and limits are not used",
  competing = "standard errors by the infinitesimal jackknife of survfit"))
