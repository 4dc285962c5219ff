# Several contrasts of one model: adjusted p-values and Bonferroni's intervals. Run in this directory:
#   Rscript generate.R
source("../common.R")
suppressMessages({library(multcomp); library(survival)})
index <- 1:180
arms <- data.frame(arm = c("a", "b", "c", "d")[1 + (index * 7) %% 4], time = 10 * (1 + (index * 37) %% 53), event = as.integer((index * 13) %% 7 < 5))
arms$time <- arms$time + 90 * (arms$arm == "c") + 40 * (arms$arm == "d")
write_table(arms, "arms.csv")
fit <- coxph(Surv(time, event) ~ arm, data = transform(arms, arm = factor(arm)), control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100))
pairs <- rbind("b / a" = c(1, 0, 0), "c / a" = c(0, 1, 0), "d / a" = c(0, 0, 1), "c / b" = c(-1, 1, 0), "d / b" = c(-1, 0, 1), "d / c" = c(0, -1, 1))
tests <- glht(fit, linfct = pairs)
p_values <- function(type) array_of(unname(summary(tests, test = adjusted(type))$test$pvalues))
limits <- confint(tests, calpha = qnorm(1 - 0.05 / 2 / nrow(pairs)))$confint
plain <- summary(tests, test = adjusted("none"))$test
cases <- list(list(data = "arms.csv", contrasts = rownames(pairs), estimate = array_of(unname(plain$coefficients)), std_error = array_of(unname(plain$sigma)),
  none = array_of(unname(plain$pvalues)), bonferroni = p_values("bonferroni"), holm = p_values("holm"), hochberg = p_values("hochberg"), hommel = p_values("hommel"),
  benjamini_hochberg = p_values("BH"), benjamini_yekutieli = p_values("BY"), low = array_of(unname(limits[, "lwr"])), high = array_of(unname(limits[, "upr"]))))
write_expected(cases, c("multcomp", "survival", "jsonlite"))
