# Reference values for permutation tests of whole clusters in a plan. Run in this directory:
#   Rscript generate.R
# Writes input.csv (ten clusters of one to five people, pairs and regions of clusters) and every allocation's p-value by
# enumeration: five of ten clusters treated (252 allocations), within regions of four and six (120), within pairs (32).
# Means and risks of people; observed less expected events by survival::survdiff for every allocation; the coefficient of a
# linear model over its standard error by lm, and with sandwich's HC3.
source("../common.R")
suppressMessages({library(survival); library(sandwich)})
set.seed(11)
size <- c(3, 5, 1, 4, 2, 5, 3, 2, 4, 3)
treats <- c(1, 0, 0, 1, 1, 0, 1, 0, 0, 1) == 1
d <- data.frame(cluster = rep(sprintf("k%02d", 1:10), size), pair = rep(rep(1:5, each = 2), size),
  region = rep(c(rep("N", 4), rep("S", 6)), size))
n <- nrow(d)
effect <- rep(rnorm(10, 0, 20), size)
d$arm <- ifelse(rep(treats, size), "IPS", "TAU")
d$age <- round(rnorm(n, 40, 8))
d$days <- pmax(round(60 + effect + 25 * (d$arm == "IPS") + rnorm(n, 0, 25)), 0)
d$job <- as.integer(runif(n) < plogis(effect / 20 + 0.8 * (d$arm == "IPS") - 0.3))
d$time <- pmin(round(rexp(n, exp(effect / 40) / ifelse(d$arm == "IPS", 90, 150)) / 7) * 7 + 7, 365)
d$event <- as.integer(d$time < 365)
d <- d[sample(n), ]
d <- cbind(id = sprintf("p%02d", 1:n), d)
write.csv(d, "input.csv", row.names = FALSE, quote = FALSE)

of <- function(set) d$cluster %in% sprintf("k%02d", set)
all <- combn(10, 5, simplify = FALSE)
regions <- do.call(c, lapply(combn(1:4, sum(treats[1:4]), simplify = FALSE), function(a)
  lapply(combn(5:10, sum(treats[5:10]), simplify = FALSE), function(b) c(a, b))))
pairs <- lapply(0:31, function(m) 2 * (1:5) - 1 + bitwAnd(bitwShiftR(m, 0:4), 1))
stopifnot(length(all) == 252, length(regions) == 120, all(treats[2 * (1:5) - 1] != treats[2 * (1:5)]))
difference <- function(y) function(x) mean(y[x]) - mean(y[!x])
events <- function(x) { f <- survdiff(Surv(time, event) ~ x, d); f$obs[2] - f$exp[2] }
studentised <- function(v) function(x) { f <- lm(days ~ x + age, d); coef(f)[["xTRUE"]] / sqrt(v(f)["xTRUE", "xTRUE"]) }
statistics <- list(risk_difference = difference(d$job), mean_difference = difference(d$days),
  observed_minus_expected = events, linear = studentised(vcov), hc3 = studentised(function(f) vcovHC(f, type = "HC3")))
own <- d$arm == "IPS"
p_of <- function(statistic, sets) {
  values <- sapply(sets, function(set) statistic(of(set)))
  list(observed = statistic(own), p_value = mean(abs(values) >= abs(statistic(own)) - 1e-9))
}
cases <- lapply(list(simple = all, strata = regions, blocks = pairs), function(sets) lapply(statistics, p_of, sets = sets))
str(cases)
write_expected(list(cases), c("survival", "sandwich", "jsonlite"))
