# Reference values for poly() and ns() in formulas: stats and splines. Run in this directory, after
# ../glm/generate.R:
#   Rscript generate.R
source("../common.R")
library(splines)
nsw <- read.csv("../glm/nsw_employed.csv")
control <- glm.control(epsilon = 1e-14, maxit = 100)
one_case <- function(name, text, family) {
  formula <- as.formula(text)
  fit <- glm(formula, family = family(), data = nsw, control = control)
  for (i in 1:3) fit <- glm(formula, family = family(), data = nsw, control = control, start = coef(fit))
  X <- model.matrix(fit)
  list(name = name, data = "../glm/nsw_employed.csv", formula = text, family = family()$family,
       rows = array_of(c(1, 2, 17, 100, 445)), matrix = unname(X[c(1, 2, 17, 100, 445), ]),
       estimates = unname(coef(fit)), std_errors = unname(sqrt(diag(vcov(fit)))),
       log_likelihood = as.numeric(logLik(fit)))
}
cases <- list(
  one_case("poly", "employed ~ treat + poly(age, 3)", binomial),
  one_case("poly of an expression", "re78 ~ treat * poly(log(age), 2)", gaussian),
  one_case("ns", "employed ~ treat + ns(age, df = 4)", binomial),
  one_case("ns straight", "re78 ~ ns(age, 1)", gaussian),
  one_case("ns by arm", "re78 ~ treat:ns(educ, df = 2) + ns(age, df = 3)", gaussian))
# beyond the rows of the fit: straight lines for ns, the polynomial itself for poly
young <- nsw[nsw$age < 30, ]
fit <- lm(re78 ~ poly(age, 2) + ns(educ, df = 3), data = young)
cases[[6]] <- list(name = "elsewhere", fit = "age < 30", formula = "re78 ~ poly(age, 2) + ns(educ, df = 3)",
  data = "../glm/nsw_employed.csv",
  rows = array_of(which(nsw$age >= 30)[1:5]),
  matrix = unname(model.matrix(delete.response(terms(fit)), nsw[which(nsw$age >= 30)[1:5], ])))
write_expected(cases, c("splines", "jsonlite"), list(matrix = "rows of the design matrix"))
