# Reference values for rank tests of clusters that were allotted whole. Run in this directory:
#   Rscript generate.R
# Writes input.csv (90 people in 14 clusters of uneven size, tied values and times). Ranks by rank(), log-rank
# scores as martingale residuals of coxph without covariates (Breslow), their sums over clusters through
# t.test; coin's independence_test has the same standardised sum and, over all allotments of the clusters,
# the exact p-value that t approximates.
source("../common.R")
suppressMessages({library(survival); library(coin)})
set.seed(61)
sizes <- c(3, 9, 5, 8, 6, 4, 10, 7, 2, 11, 6, 5, 8, 6)
arms <- c(1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1)
d <- data.frame(cluster = rep(seq_along(sizes) + 100, sizes), arm = rep(arms, sizes))
shift <- rep(rnorm(length(sizes), sd = 0.5), sizes)
d$y <- round(2 * (rnorm(nrow(d)) + shift + 0.5 * d$arm)) / 2
d$time <- pmin(ceiling(rexp(nrow(d), exp(shift - 0.6 * d$arm) / 40) / 7) * 7, 84)
d$event <- as.integer(d$time < 84)
d$event[c(4, 20, 33)] <- 0
write_table(d[sample(nrow(d)), ], "input.csv")

early <- function(time, event, rho) { # scores of a weighted test
  s <- survfit(Surv(time, event) ~ 1); before <- c(1, s$surv[-length(s$surv)]); w <- before^rho
  at <- match(time, s$time); w[at] * event - cumsum(w * s$n.event / s$n.risk)[at] }
test <- function(scores) {
  sums <- tapply(scores, d$cluster, sum); arm <- tapply(d$arm, d$cluster, max)
  found <- t.test(sums[arm == 1], sums[arm == 0], var.equal = TRUE)
  k <- length(sums); z <- statistic(independence_test(sums ~ factor(arm, levels = 1:0)), type = "standardized")
  stopifnot(abs(abs(z * sqrt((k - 2) / (k - 1 - z^2))) - abs(found$statistic)) < 1e-10)
  exact <- as.numeric(pvalue(independence_test(sums ~ factor(arm), distribution = exact())))
  list(sum = sum(scores[d$arm == 1]), t = unname(found$statistic), df = unname(found$parameter),
       p_value = found$p.value, exact_p = exact) }
above <- outer(d$y[d$arm == 1], d$y[d$arm == 0], function(x, y) sign(x - y))
ranks <- c(test(rank(d$y) - (nrow(d) + 1) / 2), list(probability_difference = mean(above)))
times <- test(residuals(coxph(Surv(time, event) ~ 1, d, ties = "breslow")))
write_expected(list(list(rank_sum = ranks, log_rank = times, weighted = test(early(d$time, d$event, 1)))),
  c("survival", "coin", "jsonlite"))
