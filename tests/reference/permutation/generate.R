# Reference values for permutation tests in a plan. Run in this directory:
#   Rscript generate.R
# Writes input.csv (20 people, two strata of blocks) and every allocation's p-value by enumeration: arms exchanged
# among everyone (184,756 allocations) and within the strata (63,504). Events less those expected come from
# survival::survdiff for the allocation that was made, and for the others from the log-rank scores, which are checked
# against survdiff on a sample; coin has the same p-values for the unstratified tests.
source("../common.R")
suppressMessages({library(survival); library(coin)})
set.seed(6)
n <- 20
d <- data.frame(id = sprintf("p%02d", 1:n), arm = rep(c("TAU", "IPS"), 10), site = rep(c("A", "B"), each = 10))
d$days <- round(rexp(n, 1 / 60) + 40 * (d$arm == "IPS"))
d$time <- pmin(round(rexp(n, 1 / ifelse(d$arm == "IPS", 90, 190)) / 7) * 7, 365)
d$event <- as.integer(d$time < 365)
d$event[c(3, 8)] <- 0
d$job <- as.integer(c(0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1))
write.csv(d, "input.csv", row.names = FALSE, quote = FALSE)
treated <- d$arm == "IPS"

# Scores whose sum over the treated is observed minus expected: delta less the pooled cumulative hazard.
scores <- function(time, event, rho = 0) {
  s <- survfit(Surv(time, event) ~ 1)
  before <- c(1, s$surv[-length(s$surv)])
  w <- before^rho
  hazard <- cumsum(w * s$n.event / s$n.risk)
  at <- match(time, s$time)
  w[at] * event - hazard[at]
}
a <- scores(d$time, d$event)
for (i in 1:50) {
  g <- sample(treated)
  fit <- survdiff(Surv(d$time, d$event) ~ g)
  stopifnot(abs(sum(a[g]) - (fit$obs[2] - fit$exp[2])) < 1e-10)
}
within <- ave(seq_len(n), d$site, FUN = function(i) scores(d$time[i], d$event[i]))
fit <- survdiff(Surv(time, event) ~ treated + strata(site), d)
stopifnot(abs(sum(within[treated]) - sum(fit$obs[2, ] - fit$exp[2, ])) < 1e-10)

all <- combn(n, 10)
half <- combn(10, 5)
blocks <- do.call(cbind, lapply(seq_len(ncol(half)), function(i) rbind(matrix(half[, i], 5, ncol(half)), half + 10)))
mean_difference <- function(y) function(sets) {
  s <- colSums(matrix(y[sets], nrow(sets)))
  s / 10 - (sum(y) - s) / 10
}
total <- function(a) function(sets) colSums(matrix(a[sets], nrow(sets)))
p_of <- function(statistic, sets) {
  observed <- statistic(matrix(which(treated)))
  values <- abs(statistic(sets))
  list(observed = observed, p_value = mean(values >= abs(observed) - 1e-9))
}
early <- scores(d$time, d$event, 1)
statistics <- list(risk_difference = mean_difference(d$job), mean_difference = mean_difference(d$days),
  observed_minus_expected = total(a), weighted = total(early))
cases <- list(simple = lapply(statistics, p_of, sets = all), strata = lapply(statistics, p_of, sets = blocks),
  stratified_test = p_of(total(within), blocks))
d$treated <- factor(treated)
coin_p <- function(y) as.numeric(pvalue(oneway_test(y ~ treated, data = d, distribution = exact())))
stopifnot(abs(coin_p(d$days) - cases$simple$mean_difference$p_value) < 1e-9)
stopifnot(abs(coin_p(a) - cases$simple$observed_minus_expected$p_value) < 1e-9)
logrank <- logrank_test(Surv(time, event) ~ treated, data = d, ties.method = "Hothorn-Lausen", distribution = exact())
cat("coin, its own log-rank scores:", as.numeric(pvalue(logrank)), "\n")
write_expected(list(cases), c("survival", "coin", "jsonlite"))
