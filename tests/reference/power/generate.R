# Reference values for power: pwr and base R. Run in this directory:
#   Rscript generate.R
source("../common.R")
library(pwr)
cases <- list()
for (d in c(0.1, 0.3, 0.5, 1.2)) for (n in list(c(10, 10), c(64, 64), c(40, 80), c(500, 250))) for (alpha in c(0.05, 0.01)) {
  p <- pwr.t2n.test(n1 = n[1], n2 = n[2], d = d, sig.level = alpha)$power
  # two-sided, both tails
  nc <- d * sqrt(n[1] * n[2] / sum(n)); df <- sum(n) - 2; q <- qt(1 - alpha / 2, df)
  both <- pt(q, df, nc, lower.tail = FALSE) + pt(-q, df, nc)
  stopifnot(abs(both - p) < 1e-9)
  cases[[length(cases) + 1]] <- list(kind = "two_means", d = d, n1 = n[1], n2 = n[2], alpha = alpha, power = both)
}
for (d in c(0.2, 0.35, 0.5, 0.8)) for (power in c(0.8, 0.9))
  cases[[length(cases) + 1]] <- list(kind = "two_means_size", d = d, target = power,
    n = ceiling(power.t.test(delta = d, power = power, strict = TRUE, tol = 1e-10)$n))
# Unpooled normal formula, written out
for (p in list(c(0.35, 0.15), c(0.6, 0.5), c(0.1, 0.25))) for (r in c(1, 2)) for (power in c(0.8, 0.9)) {
  z <- qnorm(0.975) + qnorm(power)
  n2 <- z^2 * (p[1] * (1 - p[1]) / r + p[2] * (1 - p[2])) / (p[1] - p[2])^2
  n <- c(ceiling(r * n2), ceiling(n2))
  se <- sqrt(p[1] * (1 - p[1]) / n[1] + p[2] * (1 - p[2]) / n[2])
  cases[[length(cases) + 1]] <- list(kind = "two_proportions", p1 = p[1], p2 = p[2], ratio = r, target = power,
    n1 = n[1], n2 = n[2], power = pnorm(abs(p[1] - p[2]) / se - qnorm(0.975)))
}
# Exact power of Fisher's and of the chi-squared test by enumeration
for (p in list(c(0.5, 0.2, 25, 30), c(0.1, 0.4, 18, 18))) {
  fisher <- chi <- 0
  for (x in 0:p[3]) for (y in 0:p[4]) {
    w <- dbinom(x, p[3], p[1]) * dbinom(y, p[4], p[2])
    m <- matrix(c(x, p[3] - x, y, p[4] - y), 2)
    if (min(rowSums(m)) == 0) next
    if (fisher.test(m)$p.value <= 0.05) fisher <- fisher + w
    if (suppressWarnings(chisq.test(m, correct = FALSE)$p.value) <= 0.05) chi <- chi + w
  }
  cases[[length(cases) + 1]] <- list(kind = "exact", p1 = p[1], p2 = p[2], n1 = p[3], n2 = p[4], fisher = fisher, chi_squared = chi)
}
# The smallest sizes at which a test has the power, every size from 2 on tried. Fisher's p-value given the margins:
# the tables no likelier than the one seen; a table without or with nothing but events is never rejected.
rejected <- function(n1, n2, test) {
  x <- rep(0:n1, n2 + 1); y <- rep(0:n2, each = n1 + 1); total <- x + y
  if (test == "chi_squared") {
    p <- total / (n1 + n2)
    z2 <- (x / n1 - y / n2)^2 / (p * (1 - p) * (1 / n1 + 1 / n2))
    return(list(x = x, y = y, yes = !is.nan(z2) & pchisq(z2, 1, lower.tail = FALSE) <= 0.05))
  }
  probability <- dhyper(x, n1, n2, total)
  p <- ave(probability, total, FUN = function(q) sapply(q, function(one) sum(q[q <= one * (1 + 1e-7)])))
  list(x = x, y = y, yes = total > 0 & total < n1 + n2 & p <= 0.05)
}
for (p in list(c(0.35, 0.15, 1), c(0.8, 0.5, 1), c(0.3, 0.02, 2))) for (test in c("fisher", "chi_squared")) {
  n2 <- 2
  repeat {
    n1 <- ceiling(p[3] * n2)
    t <- rejected(n1, n2, test)
    power <- sum(dbinom(t$x, n1, p[1])[t$yes] * dbinom(t$y, n2, p[2])[t$yes])
    if (power >= 0.8) break
    n2 <- n2 + 1
  }
  cases[[length(cases) + 1]] <- list(kind = "exact_sizes", p1 = p[1], p2 = p[2], ratio = p[3], test = test, n1 = n1, n2 = n2, power = power)
}
# Schoenfeld (1983), written out
for (hr in c(0.5, 0.7, 1.5)) for (r in c(1, 2)) {
  s <- r / (1 + r); z <- qnorm(0.975) + qnorm(0.9); d <- z^2 / (s * (1 - s) * log(hr)^2)
  cases[[length(cases) + 1]] <- list(kind = "log_rank", hazard_ratio = hr, ratio = r, events = ceiling(d),
    power = pnorm(sqrt(ceiling(d) * s * (1 - s)) * abs(log(hr)) - qnorm(0.975)))
}
write_expected(cases, c("pwr", "jsonlite"), list(power = "both tails counted for two means"))
