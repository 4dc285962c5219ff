# Reference values for tests of terms, backward elimination and the Hosmer-Lemeshow test: drop1 and
# step-by-step elimination in R. Run in this directory, after ../glm/generate.R and
# ../negative_binomial/generate.R:
#   Rscript generate.R
source("../common.R")
control <- glm.control(epsilon = 1e-14, maxit = 100)
nsw <- read.csv("../glm/nsw_employed.csv", stringsAsFactors = TRUE)
quine <- read.csv("../negative_binomial/quine.csv", stringsAsFactors = TRUE)

tests <- function(fit) {
  d <- drop1(fit, test = "Chisq")[-1, ]
  lapply(rownames(d), function(r) {
    reduced <- update(fit, as.formula(paste(". ~ . -", r)))
    value <- 2 * as.numeric(logLik(fit) - logLik(reduced)); df <- d[r, "Df"]
    p <- pchisq(value, df, lower.tail = FALSE)
    stopifnot(abs(p - d[r, "Pr(>Chi)"]) < 1e-7)
    list(term = r, statistic_value = value, df = df, p_value = p)
  })
}
backward <- function(fit, threshold, keep) {
  steps <- list()
  repeat {
    d <- tests(fit)
    d <- Filter(function(t) !(t$term %in% keep), d)
    if (length(d) == 0) break
    p <- sapply(d, `[[`, "p_value")
    worst <- d[[which.max(p)]]
    if (worst$p_value <= threshold) break
    fit <- update(fit, as.formula(paste(". ~ . -", worst$term)))
    steps[[length(steps) + 1]] <- c(list(removed = worst$term), worst[-1], list(aic = AIC(fit)))
  }
  list(steps = steps, terms = names(coef(fit)), estimates = unname(coef(fit)))
}
# Groups of fitted risks at their tenths, type 7 quantiles, right-closed; ties join their group
hosmer_lemeshow <- function(fit, g) {
  risk <- fitted(fit); y <- fit$y
  group <- cut(risk, unique(quantile(risk, seq(0, 1, 1 / g))), include.lowest = TRUE)
  o1 <- tapply(y, group, sum); e1 <- tapply(risk, group, sum); n <- tapply(y, group, length)
  value <- sum((o1 - e1)^2 / e1 + (o1 - e1)^2 / (n - e1)); k <- nlevels(group)
  list(statistic_value = value, df = k - 2, p_value = pchisq(value, k - 2, lower.tail = FALSE), groups = k)
}
one_case <- function(name, path, data, text, family, threshold, keep) {
  fit <- do.call(glm, list(as.formula(text), family = family(), data = data, control = control))
  out <- list(name = name, data = path, formula = text, family = family()$family, tests = tests(fit),
              threshold = threshold, keep = array_of(keep), elimination = backward(fit, threshold, keep))
  if (family()$family == "binomial") out$hosmer_lemeshow <- hosmer_lemeshow(fit, 10)
  out
}
full <- "employed ~ treat + age + educ + black + hisp + marr + nodegree + re74 + re75 + site"
cases <- list(
  one_case("logistic", "../glm/nsw_employed.csv", nsw, full, binomial, 0.10, "treat"),
  one_case("interactions", "../glm/nsw_employed.csv", nsw, "employed ~ treat * nodegree + age * educ", binomial, 0.05, "none"),
  one_case("linear", "../glm/nsw_employed.csv", nsw, "re78 ~ treat + age + educ + black + site", gaussian, 0.10, "none"),
  one_case("counts", "../negative_binomial/quine.csv", quine, "days ~ eth * sex + age + lrn", poisson, 0.001, "none"))
write_expected(cases, "jsonlite", list(
  tests = "likelihood-ratio tests of the terms that may leave without breaking marginality",
  elimination = "the term with the largest p-value above the threshold leaves, and so on"))
