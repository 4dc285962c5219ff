# Reference values for life tables of grouped times. Run in this directory:
#   Rscript generate.R
# survfit has no life table. Half of those who leave within a stretch, as weights, leave before its events and half
# after them: then its Kaplan-Meier curve with Greenwood's error is the actuarial one.
source("../common.R")
library(survival)

case <- function(at_risk, events, left) {
  k <- seq_along(at_risk)
  rows <- rbind(
    data.frame(time = k - 0.75, event = 0, weight = left / 2),
    data.frame(time = k - 0.5, event = 1, weight = events),
    data.frame(time = k - 0.25, event = 0, weight = left / 2),
    data.frame(time = max(k) + 1, event = 0, weight = tail(at_risk - events - left, 1)))
  rows <- rows[rows$weight > 0, ]
  curve <- function(type) {
    fit <- survfit(Surv(time, event) ~ 1, data = rows, weights = weight, conf.type = type, robust = FALSE)
    found <- summary(fit, times = k)
    list(survival = array_of(found$surv), std_error = array_of(found$std.err),
      low = array_of(found$lower), high = array_of(found$upper))
  }
  list(at_risk = array_of(at_risk), events = array_of(events), left = array_of(left),
    plain = curve("plain"), log = curve("log"), log_log = curve("log-log"))
}

write_expected(list(
  # Numbers fit: each stretch begins with whom the one before left behind.
  case(c(100, 80, 60, 35), c(15, 10, 20, 5), c(5, 10, 5, 0)),
  case(c(500, 455, 385), c(25, 60, 0), c(20, 10, 45)),
  case(c(10, 9), c(0, 5), c(1, 2))
), "survival")
