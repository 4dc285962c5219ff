# Reference values for Gray's test and Fine-Gray regression. Run in this directory:
#   Rscript generate.R
# mgus2 is from the R package survival (T. Therneau, LGPL >= 2): progression (1) before death (2).
# `tied.csv` is made by formula, whole months in days, so that ties are massive.
#
# cmprsk::crr takes who has an event on a day as at risk of being censored on it; we take events
# first. Half a day added to every censored time makes crr do the same, and moves nothing else.
source("../common.R")
library(survival)
library(cmprsk)
suppressMessages(library(mets))

mgus <- with(survival::mgus2, data.frame(time = ifelse(pstat == 0, futime, ptime),
  cause = ifelse(pstat == 0, 2 * death, 1), group = as.integer(sex), stratum = as.integer(age > 70),
  age = age, hgb = hgb))
mgus <- mgus[complete.cases(mgus), ]
index <- 1:300
tied <- data.frame(time = 30 * (1 + (index * 37) %% 18), cause = c(0, 1, 2, 1, 0, 2, 1)[1 + (index * 13) %% 7],
  group = 1 + (index * 29) %% 3, stratum = 1 + (index * 11) %% 2, age = 20 + (index * 17) %% 41, hgb = ((index * 23) %% 19) / 4)
# No two times are alike: mets::cifreg takes who has an event on a day as at risk of being censored on it.
index <- 1:160
clustered <- data.frame(time = (index * 7919) %% 5003, cause = c(1, 0, 2, 1, 0, 1, 2)[1 + (index * 5) %% 7],
  group = (index * 11) %% 2, age = 20 + (index * 17) %% 41, hgb = ((index * 23) %% 19) / 4, site = 1 + (index * 31) %% 13)
stopifnot(!anyDuplicated(clustered$time))
sets <- list(mgus2 = mgus, tied = tied)
write_table(clustered, "clustered.csv")
for (name in names(sets)) write_table(sets[[name]], paste0(name, ".csv"))

gray_case <- function(name, stratified) {
  d <- sets[[name]]
  test <- if (stratified) cuminc(d$time, d$cause, d$group, d$stratum) else cuminc(d$time, d$cause, d$group)
  list(name = paste(name, if (stratified) "stratified" else ""), data = paste0(name, ".csv"),
       stratified = stratified,
       tests = lapply(1:2, function(k) list(cause = k, statistic = test$Tests[k, "stat"],
         df = test$Tests[k, "df"], p_value = test$Tests[k, "pv"])))
}

crr_case <- function(name, cause) {
  d <- sets[[name]]
  x <- cbind(group = d$group, age = d$age, hgb = d$hgb)
  fit <- crr(d$time + 0.5 * (d$cause == 0), d$cause, x, failcode = cause, gtol = 1e-15, maxiter = 100)
  list(data = paste0(name, ".csv"), cause = cause, coefficients = unname(fit$coef), covariance = unname(fit$var),
       log_likelihood = fit$loglik, null_log_likelihood = fit$loglik.null,
       times = fit$uftime, increments = fit$bfitj)
}

cox_case <- function(name, cause, ties, stratified) {
  d <- sets[[name]]
  d$id <- seq_len(nrow(d))
  d$state <- factor(d$cause)
  long <- if (stratified) finegray(Surv(time, state) ~ . + strata(stratum), data = d, etype = as.character(cause), id = id)
    else finegray(Surv(time, state) ~ ., data = d, etype = as.character(cause), id = id)
  control <- coxph.control(eps = 1e-13, iter.max = 100)
  fit <- if (stratified) coxph(Surv(fgstart, fgstop, fgstatus) ~ group + age + hgb + strata(stratum), data = long,
      weights = fgwt, cluster = id, ties = ties, control = control)
    else coxph(Surv(fgstart, fgstop, fgstatus) ~ group + age + hgb, data = long,
      weights = fgwt, cluster = id, ties = ties, control = control)
  list(data = paste0(name, ".csv"), cause = cause, ties = ties, stratified = stratified,
       coefficients = unname(fit$coefficients), covariance = unname(fit$var),
       log_likelihood = fit$loglik[2], null_log_likelihood = fit$loglik[1])
}

# cuminc's variance of an incidence is not ours (survfit's, held in ../survival): each kind's events on a day are
# hypergeometric and independent of the other kinds', and the weights have the survival after the day. What
# docs/methods/survival.md says of it is checked here.
by_cuminc <- function(time, cause, at) {
  S <- 1; incidence <- 0; steps <- NULL
  for (u in sort(unique(time[cause > 0 & time <= at]))) {
    n <- sum(time >= u); d1 <- sum(time == u & cause == 1); d2 <- sum(time == u & cause > 1)
    before <- S
    S <- S * (1 - (d1 + d2) / n)
    incidence <- incidence + before * d1 / n
    steps <- rbind(steps, c(n, d1, d2, before, S, incidence))
  }
  n <- steps[, 1]; before <- steps[, 4]; after <- steps[, 5]
  later <- ifelse(after > 0, (incidence - steps[, 6]) / after, 0)
  v <- function(d) d * (n - d) / (n^2 * (n - 1))
  sum(before^2 * ((1 - later)^2 * v(steps[, 2]) + later^2 * v(steps[, 3])))
}
for (name in names(sets)) {
  d <- sets[[name]]
  at <- c(60, 180, 360)
  theirs <- timepoints(cuminc(d$time, d$cause), at)$var["1 1", ]
  stopifnot(all.equal(unname(theirs), sapply(at, function(t) by_cuminc(d$time, d$cause, t)), tolerance = 1e-12))
}

sites <- cifreg(Event(time, cause) ~ group + age + hgb + cluster(site), data = clustered, cause = 1, cens.code = 0, propodds = NULL)

cases <- list(list(
  clustered = list(data = "clustered.csv", coefficients = unname(coef(sites)), covariance = unname(sites$var)),
  gray = list(gray_case("mgus2", FALSE), gray_case("mgus2", TRUE), gray_case("tied", FALSE), gray_case("tied", TRUE)),
  crr = unlist(lapply(names(sets), function(name) lapply(1:2, function(k) crr_case(name, k))), recursive = FALSE),
  finegray = unlist(lapply(names(sets), function(name) unlist(lapply(c("breslow", "efron"), function(ties)
    lapply(c(FALSE, TRUE), function(s) cox_case(name, 1, ties, s))), recursive = FALSE)), recursive = FALSE)))
write_expected(cases, c("survival", "cmprsk", "mets", "jsonlite"), list(
  source = "mgus2: R package survival, LGPL (>= 2)",
  crr = "half a day is added to censored times: events first",
  finegray = "coxph on finegray's rows, robust by person: weights taken as known"))
