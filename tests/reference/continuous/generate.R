# Reference values for two-sample comparisons of a continuous outcome. Run in
# this directory:
#   Rscript generate.R
source("../common.R")

nsw_path <- "../../../data-samples/nsw/nsw.csv"
nsw <- read.csv(nsw_path)
small <- list(x = c(1.1, 2.3, 3.7, 4.2, 5.9), y = c(0.5, 1.9, 2.2, 6.1, 7.4, 8.8))
medium <- list(x = (((1:12) * 370 + 13) %% 1009) / 100, y = (((1:15) * 290 + 405) %% 1013) / 100)
tied <- list(x = c(1, 2, 2, 3, 5, 5, 7), y = c(2, 3, 3, 4, 5, 6, 8, 8))
stopifnot(!anyDuplicated(unlist(small)), !anyDuplicated(unlist(medium)))
long <- function(s, path) {
  write_table(data.frame(treat = rep(c(1, 0), lengths(s)), value = unlist(s, use.names = FALSE)), path)
}
long(small, "small.csv")
long(medium, "medium.csv")
long(tied, "tied.csv")

describe <- function(v) {
  m <- t.test(v)
  q <- unname(quantile(v, c(0, 0.25, 0.5, 0.75, 1), type = 7))
  list(n = length(v), mean = mean(v), sd = sd(v), minimum = q[1], q1 = q[2], median = q[3],
       q3 = q[4], maximum = q[5], mean_std_error = m$stderr,
       mean_conf_low = m$conf.int[1], mean_conf_high = m$conf.int[2])
}

t_values <- function(x, y, equal) {
  r <- t.test(x, y, var.equal = equal)
  list(estimate = mean(x) - mean(y), std_error = r$stderr, statistic_value = unname(r$statistic),
       df = unname(r$parameter), p_value = r$p.value,
       conf_low = r$conf.int[1], conf_high = r$conf.int[2])
}

wilcox_values <- function(x, y, exact, correct) {
  r <- suppressWarnings(wilcox.test(x, y, exact = exact, correct = correct, conf.int = TRUE, tol.root = 1e-13))
  list(W = unname(r$statistic), p_value = r$p.value, estimate = unname(r$estimate),
       conf_low = r$conf.int[1], conf_high = r$conf.int[2])
}

# Two-sided exact permutation p-value of the midrank sum, given the ties:
# assignments whose rank sum is at least as far from its mean as that observed
permutation_p <- function(x, y) {
  twice <- round(2 * rank(c(x, y)))
  sums <- combn(length(twice), length(x), function(i) sum(twice[i]))
  centre <- length(x) * (length(twice) + 1)
  mean(abs(sums - centre) >= abs(sum(twice[seq_along(x)]) - centre))
}

one_case <- function(name, data_path, outcome, x, y, exact = FALSE, permutation = FALSE) {
  d <- outer(x, y, "-")
  m <- length(x); n <- length(y)
  N <- m + n
  ties <- table(c(x, y))
  variance <- m * n / 12 * ((N + 1) - sum(ties^3 - ties) / (N * (N - 1)))
  W <- sum(d > 0) + sum(d == 0) / 2
  out <- list(
    name = name,
    call = sprintf("t.test(x, y); wilcox.test(x, y, conf.int = TRUE, tol.root = 1e-13): x = %s where treat = 1, y = where treat = 0", outcome),
    data = data_path, outcome = outcome, arm = "treat", conf_level = 0.95,
    treated = describe(x), control = describe(y),
    student = t_values(x, y, TRUE), welch = t_values(x, y, FALSE),
    pairs = list(greater = sum(d > 0), equal = sum(d == 0), less = sum(d < 0),
                 probability_difference = (sum(d > 0) - sum(d < 0)) / length(d),
                 probability_index = W / length(d)),
    hodges_lehmann = median(d),
    rank_sum = list(W = W, variance = variance,
                    z = (W - m * n / 2) / sqrt(variance),
                    z_corrected = (W - m * n / 2 - sign(W - m * n / 2) * 0.5) / sqrt(variance)),
    wilcox_asymptotic_corrected = wilcox_values(x, y, FALSE, TRUE),
    wilcox_asymptotic_uncorrected = wilcox_values(x, y, FALSE, FALSE))
  stopifnot(abs(out$wilcox_asymptotic_corrected$W - W) < 1e-9,
            abs(out$wilcox_asymptotic_corrected$p_value - 2 * pnorm(-abs(out$rank_sum$z_corrected))) < 1e-12)
  if (exact) {
    out$wilcox_exact <- wilcox_values(x, y, TRUE, FALSE)
    stopifnot(abs(out$wilcox_exact$estimate - median(d)) < 1e-12)
    # the limits are order statistics of the differences
    sorted <- sort(d)
    k <- qwilcox(0.025, m, n)
    if (k == 0) k <- 1
    stopifnot(abs(sorted[k] - out$wilcox_exact$conf_low) < 1e-12,
              abs(sorted[m * n + 1 - k] - out$wilcox_exact$conf_high) < 1e-12)
    out$wilcox_exact$limit_order_statistic <- k
    out$wilcox_exact$achieved_level <- 1 - 2 * pwilcox(k - 1, m, n)
  }
  if (permutation) out$permutation_p_value <- permutation_p(x, y)
  out
}

from <- function(path, column) {
  d <- read.csv(path)
  list(x = d[[column]][d$treat == 1], y = d[[column]][d$treat == 0])
}
case <- function(name, path, column, ...) {
  s <- from(path, column)
  one_case(name, path, column, s$x, s$y, ...)
}
cases <- list(
  case("nsw_re78", nsw_path, "re78"),
  case("small", "small.csv", "value", exact = TRUE, permutation = TRUE),
  case("medium", "medium.csv", "value", exact = TRUE),
  case("tied", "tied.csv", "value", permutation = TRUE))

write_expected(cases, "jsonlite", list(
  differences = "always treated less control",
  student = "equal variances", welch = "unequal variances, Satterthwaite degrees of freedom",
  quantiles = "type 7",
  hodges_lehmann = "exact median of all pairwise differences",
  rank_sum = "W counts pairs with treated above control, ties one half; variance corrected for ties",
  wilcox_asymptotic_corrected = "R's normal approximation, continuity corrected; estimate and limits are R's roots of its own step function (estimate uncorrected) and may differ slightly from order statistics of the differences",
  wilcox_exact = "limits are the k-th smallest and k-th largest difference, k = limit_order_statistic; achieved_level is the coverage 1 - 2 P(W <= k - 1)",
  permutation_p_value = "two-sided, exact over all assignments, midranks: rank sum at least as far from its mean as that observed"))
