# Reference values for the bootstrap of a difference of means in a plan. Run in this directory:
#   Rscript generate.R
# R's boot on re78 of data-samples/nsw by treatment, people drawn within the arms. Its draws are others than
# ours: both sides have Monte Carlo error, of which the standard errors of the limits say how much.
source("../common.R")
library(boot)
nsw <- read.csv("../../../data-samples/nsw/nsw.csv")
set.seed(20200301)
difference <- function(d, i) mean(d$re78[i][d$treat[i] == 1]) - mean(d$re78[i][d$treat[i] == 0])
limits <- function(replicates) {
  b <- boot(nsw, difference, R = replicates, strata = nsw$treat)
  ci <- boot.ci(b, type = c("perc", "bca"))
  c(b$t0, sd(b$t), ci$percent[4:5], ci$bca[4:5])
}
runs <- t(sapply(1:20, function(i) limits(20000)))
m <- colMeans(runs); s <- apply(runs, 2, sd)
write_expected(list(list(difference = m[1], std_error = m[2], percentile = array_of(m[3:4]), bca = array_of(m[5:6]),
  spread = list(std_error = s[2], percentile = array_of(s[3:4]), bca = array_of(s[5:6])), replicates = 20000)),
  c("boot", "jsonlite"))
