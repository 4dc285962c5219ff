# Reference values for the bootstrap of a difference of means in a plan. Run in this directory:
#   Rscript generate.R
# R's boot on re78 of data-samples/nsw by treatment, people drawn within the arms; the studentised interval with Welch's
# variance of each replicate. Its draws are others than ours: both sides have Monte Carlo error, of which the standard
# errors of the limits say how much. On the same draws: ../bootstrap_kinds.
source("../common.R")
library(boot)
nsw <- read.csv("../../../data-samples/nsw/nsw.csv")
set.seed(20200301)
difference <- function(d, i) {
  x <- d$re78[i][d$treat[i] == 1]; y <- d$re78[i][d$treat[i] == 0]
  c(mean(x) - mean(y), var(x) / length(x) + var(y) / length(y))
}
kinds <- c(percentile = "percent", basic = "basic", bca = "bca", studentised = "student")
limits <- function(replicates) {
  b <- boot(nsw, difference, R = replicates, strata = nsw$treat)
  ci <- boot.ci(b, type = c("perc", "basic", "bca", "stud"))
  c(b$t0[1], sd(b$t[, 1]), unlist(lapply(kinds, function(kind) ci[[kind]][4:5])))
}
runs <- t(sapply(1:20, function(i) limits(20000)))
m <- colMeans(runs); s <- apply(runs, 2, sd)
of <- function(values) setNames(lapply(seq_along(kinds), function(k) array_of(unname(values[2 * k + 1:2]))), names(kinds))
write_expected(list(c(list(difference = m[1], std_error = m[2]), of(m),
  list(spread = c(list(std_error = s[2]), of(s)), replicates = 20000))), c("boot", "jsonlite"))
