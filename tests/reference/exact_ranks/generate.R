# Exact rank and permutation tests. Run in this directory:
#   Rscript generate.R
# exactRankTests counts every allocation, ties included (Streitberg and Roehmel's shift algorithm).
source("../common.R")
suppressMessages(library(exactRankTests))
one <- function(name, treated, control) {
  score <- rank(c(treated, control))
  list(name = name, treated = array_of(treated), control = array_of(control),
    tied = any(duplicated(c(treated, control))),
    wilcoxon = wilcox.exact(treated, control)$p.value,
    permutation = perm.test(treated, control, exact = TRUE)$p.value)
}
index <- 1:40
cases <- list(
  one("small", c(12, 7, 31, 44, 25), c(3, 9, 1, 18)),
  one("unequal", (index[1:14] * 37) %% 101 + 20.5, (index[15:24] * 37) %% 101),
  one("tied", c(1, 1, 2, 3, 5, 5, 8, 8), c(0, 1, 1, 2, 2, 3, 5)),
  one("heavily tied", c(2, 2, 2, 3, 3, 1, 0, 3, 2, 3), c(1, 1, 0, 2, 1, 0, 0, 1, 3, 2, 1)))
write_expected(cases, c("exactRankTests", "jsonlite"))
