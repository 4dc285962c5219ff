# Interaction of an arm with a baseline variable, on both scales, and an effect within levels: the
# National Supported Work sample. Run in this directory: Rscript generate.R
source("../common.R")
library(sandwich)

people <- read.csv("../../../data-samples/nsw/nsw.csv")
people$y <- as.numeric(people$re78 > 0)
people$arm <- factor(people$treat)

interaction_tests <- function(variable) {
  people$v <- factor(people[[variable]])
  logistic <- function(f) glm(f, binomial, people, control = glm.control(epsilon = 1e-14, maxit = 100))
  full <- logistic(y ~ arm + age + v + arm:v)
  less <- logistic(y ~ arm + age + v)
  linear <- lm(y ~ arm + age + v + arm:v, people)
  at <- grep("^arm1:v", names(coef(linear)))
  b <- coef(linear)[at]
  v <- vcovHC(linear, "HC3")[at, at, drop = FALSE]
  wald <- drop(t(b) %*% solve(v) %*% b)
  list(
    ratio = list(statistic = less$deviance - full$deviance, df = length(at),
      p = pchisq(less$deviance - full$deviance, length(at), lower.tail = FALSE)),
    difference = list(statistic = wald, df = length(at),
      p = pchisq(wald, length(at), lower.tail = FALSE)))
}

within <- function(variable, level) {
  rows <- people[people[[variable]] == level, ]
  risk <- tapply(rows$y, rows$treat, mean)
  list(n = nrow(rows), risk_difference = unname(risk["1"] - risk["0"]))
}

writeLines(to_json(list(
  versions = list(R = R.version.string, sandwich = as.character(packageVersion("sandwich"))),
  black = interaction_tests("black"),
  nodegree = interaction_tests("nodegree"),
  married = within("marr", 1),
  unmarried = within("marr", 0),
  population = within("nodegree", 1)
)), "expected.json")
