# Reference values for adjusted p-values: base R's p.adjust. Run in this directory:
#   Rscript generate.R
source("../common.R")
sets <- list(c(0.01, 0.02, 0.03, 0.04, 0.05), c(0.001, 0.9, 0.04, 0.04, 0.012, 0.3, 0.3), c(0.5), c(1, 0, 0.2, 0.05),
  c(0.0131, 0.0142, 0.0143, 0.21, 0.0132, 0.6, 0.0501, 0.0499))
methods <- c(bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg", hommel = "hommel",
  benjamini_hochberg = "BH", benjamini_yekutieli = "BY")
cases <- lapply(sets, function(p) c(list(p = array_of(p)), lapply(methods, function(m) array_of(p.adjust(p, m)))))
# Graphs, by the closed test that they stand for: of each intersection of hypotheses the weights that
# are left when all others are rejected one after the other, and the weighted Bonferroni test; a
# hypothesis's adjusted p-value is the largest of the intersections that hold it.
without <- function(w, g, k) {
  n <- length(w)
  new_w <- w + w[k] * g[k, ]
  new_g <- matrix(0, n, n)
  for (i in seq_len(n)) for (j in seq_len(n)) {
    back <- g[i, k] * g[k, i]
    if (i != j && i != k && j != k && back < 1) new_g[i, j] <- (g[i, j] + g[i, k] * g[k, j]) / (1 - back)
  }
  new_w[k] <- 0
  list(w = new_w, g = new_g)
}
closed <- function(p, w, g) {
  n <- length(p)
  adjusted <- rep(0, n)
  for (number in seq_len(2^n - 1)) {
    inside <- which(bitwAnd(number, 2^(seq_len(n) - 1)) > 0)
    left <- list(w = w, g = g)
    for (k in setdiff(seq_len(n), inside)) left <- without(left$w, left$g, k)
    ratio <- ifelse(left$w[inside] > 0, p[inside] / left$w[inside], Inf)
    adjusted[inside] <- pmax(adjusted[inside], min(1, ratio))
  }
  adjusted
}
graph_case <- function(name, p, w, g) list(name = name, p = array_of(p), weights = array_of(w),
  transitions = lapply(seq_along(w), function(i) array_of(g[i, ])), adjusted = array_of(closed(p, w, g)))
# After Bretz et al. 2009: two primary and two secondary hypotheses, each primary passing its level to its
# own secondary and that to the other primary; three doses with two endpoints each.
gate <- rbind(c(0, 0, 1, 0), c(0, 0, 0, 1), c(0, 1, 0, 0), c(1, 0, 0, 0))
doses <- rbind(c(0, 1/2, 0, 1/2, 0, 0), c(1/3, 0, 1/3, 0, 1/3, 0), c(0, 1/2, 0, 0, 0, 1/2),
  c(0, 1, 0, 0, 0, 0), c(1/2, 0, 1/2, 0, 0, 0), c(0, 1, 0, 0, 0, 0))
chain <- function(m) { g <- matrix(0, m, m); for (i in seq_len(m - 1)) g[i, i + 1] <- 1; g }
graphs <- list(
  graph_case("two by two", c(0.01, 0.04, 0.02, 0.3), c(1/2, 1/2, 0, 0), gate),
  graph_case("two by two, one lost", c(0.03, 0.02, 0.01, 0.01), c(1/2, 1/2, 0, 0), gate),
  graph_case("three doses", c(0.1, 0.008, 0.005, 0.15, 0.04, 0.006), c(1/3, 1/3, 1/3, 0, 0, 0), doses),
  graph_case("fallback", c(0.02, 0.01, 0.03), c(0.6, 0.3, 0.1), chain(3)),
  graph_case("fallback, four", c(0.004, 0.3, 0.02, 0.011), c(0.25, 0.25, 0.3, 0.2), chain(4)),
  graph_case("fallback, last first", c(0.5, 0.04, 0.0004), c(0.5, 0.4, 0.1), chain(3)),
  graph_case("fixed sequence", c(0.01, 0.03, 0.02, 0.0001), c(1, 0, 0, 0), chain(4)),
  graph_case("fixed sequence, all small", c(0.001, 0.0004, 0.02), c(1, 0, 0), chain(3)),
  graph_case("part of the level", c(0.012, 0.02), c(0.5, 0.25), rbind(c(0, 0.5), c(0.5, 0))))
cases[[1]]$graphs <- graphs
write_expected(cases, c("stats", "jsonlite"))
