# Reference values for Cronbach's alpha, correlations and scale sums. Run in this directory:
#   Rscript generate.R
# psych gives alpha and Feldt's limits, base R the correlations, sums by hand. fidelity.csv of data-samples/guides is synthetic.
source("../common.R")
suppressMessages(library(psych))
d <- read.csv("../../../data-samples/guides/fidelity.csv")
items <- d[, paste0("item", 1:25)]
complete <- items[complete.cases(items), ]
found <- suppressWarnings(psych::alpha(complete, warnings = FALSE, check.keys = FALSE))
limits <- psych::alpha.ci(found$total$raw_alpha, n.obs = nrow(complete), n.var = 25, p.val = .05, digits = 15)
total <- rowSums(complete)
rate <- d$employment_rate[complete.cases(items)]
pearson <- cor.test(total, rate)
rho <- cor(total, rate, method = "spearman")
t <- rho * sqrt((length(total) - 2) / (1 - rho^2))
half <- qnorm(.975) * sqrt((1 + rho^2 / 2) / (length(total) - 3))
write_expected(list(list(name = "fidelity", n = nrow(complete), alpha = found$total$raw_alpha, conf_low = limits$lower.ci, conf_high = limits$upper.ci,
  without = array_of(found$alpha.drop$raw_alpha), totals = array_of(as.numeric(total)),
  staffing = array_of(as.numeric(rowSums(complete[, 1:3]))), organisation = array_of(as.numeric(rowSums(complete[, 4:11]))),
  services = array_of(as.numeric(rowSums(complete[, 12:25]))),
  pearson = list(estimate = pearson$estimate[[1]], p_value = pearson$p.value, conf_low = pearson$conf.int[1], conf_high = pearson$conf.int[2]),
  spearman = list(estimate = rho, p_value = 2 * pt(-abs(t), length(total) - 2), conf_low = tanh(atanh(rho) - half), conf_high = tanh(atanh(rho) + half)))),
  packages = "psych")
