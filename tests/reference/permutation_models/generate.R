# Reference values for permutation tests of models in a plan. Run in this directory (some minutes):
#   Rscript generate.R
# Writes input.csv (14 people at two sites), spells.csv (their events that happen again) and, for the effect of
# every kind of model over its standard error, the p-value of all allocations: arms exchanged among everyone
# (3,432 allocations) and, of some, within sites (1,400). Allocations on which a model has no estimate
# (separation, monotone likelihood) are left out.
source("../common.R")
suppressMessages({library(survival); library(cmprsk); library(sandwich)})
set.seed(8)
n <- 14
d <- data.frame(id = sprintf("p%02d", 1:n), index = "2020-01-01", arm = rep(c("TAU", "IPS"), 7), site = rep(c("A", "B"), c(8, 6)),
  age = c(31, 44, 27, 52, 38, 29, 47, 35, 41, 56, 33, 25, 49, 37))
d$job <- c(0, 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1)
d$later <- c(0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0)
d$days <- c(12, 60, 35, 88, 9, 41, 22, 30, 51, 95, 14, 33, 40, 66)
d$time <- c(90, 35, 30, 14, 75, 28, 90, 70, 25, 21, 80, 84, 90, 33)
d$event <- c(0, 1, 1, 1, 2, 1, 0, 1, 2, 1, 1, 2, 0, 1)
d$free <- as.integer(d$event == 1)
d$seen <- c(300, 260, 310, 365, 280, 365, 365, 150, 365, 340, 365, 365, 200, 365)
d$contacts <- c(2, 4, 0, 7, 1, 3, 2, 5, 1, 6, 3, 2, 0, 4)
write_table(setNames(d, sub("^time$", "wait_days", names(d))), "input.csv")
again <- list(c(20, 200), c(15, 90, 180, 250), integer(), c(5, 40, 70, 120, 200, 260, 330), c(100), c(30, 150, 300), c(60, 210),
  c(10, 40, 80, 110, 140), c(222), c(25, 75, 130, 190, 240, 310), c(45, 170, 350), c(66, 280), integer(), c(18, 95, 205, 345))
spells <- do.call(rbind, lapply(seq_len(n), function(i) if (length(again[[i]])) data.frame(id = d$id[i],
  start = as.character(as.Date("2020-01-01") + again[[i]]), end = as.character(as.Date("2020-01-01") + again[[i]]))))
write_table(spells, "spells.csv")

X <- function(arm) cbind(1, arm, d$age)
no <- function(fit) any(abs(coef(fit)) > 12) || !fit$converged
standardised <- function(arm) { # logistic, delta method
  fit <- suppressWarnings(glm(d$job ~ arm + d$age, binomial, epsilon = 1e-12, maxit = 50))
  if (no(fit)) return(NA)
  p <- function(a) plogis(X(a) %*% coef(fit))[, 1]
  p1 <- p(rep(1, n)); p0 <- p(rep(0, n))
  g <- colMeans(p1 * (1 - p1) * X(1)) - colMeans(p0 * (1 - p0) * X(0))
  (mean(p1) - mean(p0)) / sqrt(drop(g %*% vcov(fit) %*% g)) }
logistic <- function(arm) { fit <- suppressWarnings(glm(d$job ~ arm + d$age, binomial, epsilon = 1e-12, maxit = 50))
  if (no(fit)) NA else summary(fit)$coefficients[2, 3] }
linear <- function(arm) { fit <- lm(d$days ~ arm + d$age); coef(fit)[2] / sqrt(vcovHC(fit, "HC3")[2, 2]) }
cox <- function(arm) { fit <- suppressWarnings(coxph(Surv(d$time, d$event == 1) ~ arm + d$age, control = coxph.control(eps = 1e-12, iter.max = 50)))
  if (anyNA(coef(fit)) || any(abs(coef(fit)) > 12)) NA else coef(fit)[1] / sqrt(vcov(fit)[1, 1]) }
fine_gray <- function(arm) { fit <- tryCatch(suppressWarnings(crr(d$time, d$event, cbind(arm, d$age), maxiter = 50)), error = function(e) NULL)
  if (is.null(fit) || !fit$converged || anyNA(fit$coef) || any(abs(fit$coef) > 12)) NA else fit$coef[1] / sqrt(fit$var[1, 1]) }
mean_to <- function(time, event, tau) { s <- survfit(Surv(time, event) ~ 1); keep <- s$time <= tau & s$n.event > 0
  t <- s$time[keep]; area <- rev(cumsum(rev(s$surv[keep] * diff(c(t, tau)))))
  v <- area^2 * s$n.event[keep] / (s$n.risk[keep] * (s$n.risk[keep] - s$n.event[keep]))
  c(if (length(t)) t[1] + area[1] else tau, sum(v[is.finite(v)])) }

restricted <- function(arm) { tau <- min(tapply(d$time, arm, max))
  a <- mean_to(d$time[arm == 1], d$free[arm == 1], tau); b <- mean_to(d$time[arm == 0], d$free[arm == 0], tau)
  (a[1] - b[1]) / sqrt(a[2] + b[2]) }
gray <- function(arm) sqrt(cuminc(d$time, d$event, arm)$Tests[1, 1])
gee <- function(arm) { # two outcomes a person, independence, sandwich
  y <- c(rbind(d$job, d$later)); id <- rep(1:n, each = 2); a <- rep(arm, each = 2); t <- rep(0:1, n); x <- rep(d$age, each = 2)
  fit <- suppressWarnings(glm(y ~ a + t + x, binomial, epsilon = 1e-12, maxit = 50)); if (no(fit)) return(NA)
  M <- model.matrix(fit); u <- rowsum(M * (y - fitted(fit)), id); B <- vcov(fit); coef(fit)[2] / sqrt((B %*% crossprod(u) %*% B)[2, 2]) }
rate <- function(arm) { fit <- glm(d$contacts ~ arm + d$age + offset(log(d$seen)), quasipoisson, epsilon = 1e-12)
  summary(fit)$coefficients[2, 3] }
long <- do.call(rbind, lapply(seq_len(n), function(i) { at <- again[[i]]; end <- 365
  data.frame(id = i, start = c(0, at), stop = c(at, end), event = c(rep(1, length(at)), 0)) }))
long <- long[long$stop > long$start, ]
counts <- function(arm) { a <- arm[long$id]; g <- d$age[long$id]
  fit <- suppressWarnings(coxph(Surv(start, stop, event) ~ a + g, long, cluster = long$id, ties = "breslow", control = coxph.control(eps = 1e-12)))
  coef(fit)[1] / sqrt(vcov(fit)[1, 1]) }

treated <- d$arm == "IPS"
sets <- combn(n, 7)
within <- do.call(cbind, lapply(seq_len(ncol(combn(8, 4))), function(i) rbind(matrix(combn(8, 4)[, i], 4, ncol(combn(6, 3))), combn(6, 3) + 8)))
p_of <- function(f, sets) {
  observed <- f(as.numeric(treated))
  values <- apply(sets, 2, function(s) { arm <- numeric(n); arm[s] <- 1; f(arm) })
  found <- abs(values[!is.na(values)])
  list(observed = unname(observed), p_value = mean(found >= abs(observed) - 1e-7), allocations = length(found)) }
statistics <- list(standardised = standardised, logistic = logistic, linear = linear, cox = cox, fine_gray = fine_gray,
  restricted = restricted, gray = gray, gee = gee, rate = rate, counts = counts)
simple <- lapply(statistics, p_of, sets = sets)
strata <- lapply(statistics[c("standardised", "linear", "rate")], p_of, sets = within)
write_expected(list(list(simple = simple, strata = strata)), c("survival", "cmprsk", "sandwich", "jsonlite"))
