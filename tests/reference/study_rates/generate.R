# Reference values for rates in a plan. Run in this directory:
#   Rscript generate.R
# Writes input.csv: 180 made-up people in three arms, their events (negative binomial) and the days that they were
# seen. Poisson, quasi-Poisson and negative binomial regression with the days as offset, and arms alone.
source("../common.R")
suppressMessages(library(MASS))
set.seed(7)
n <- 180
p <- data.frame(id = 1:n, arm = rep(c("A", "B", "C"), 60), age = round(rnorm(n, 40, 9)), days = pmin(540, round(rexp(n, 1 / 700)) + 30))
p$events <- rnbinom(n, size = 1.3, mu = p$days / 365 * exp(0.8 + 0.35 * (p$arm == "B") - 0.3 * (p$arm == "C") + 0.015 * (p$age - 40)))
write.csv(p, "input.csv", row.names = FALSE, quote = FALSE)
p$arm <- factor(p$arm)
control <- glm.control(epsilon = 1e-14, maxit = 200)
ratios <- function(fit, df = Inf) {
  s <- summary(fit)$coefficients
  q <- qt(0.975, df)
  lapply(c("armB", "armC"), function(term) {
    b <- s[term, 1]; e <- s[term, 2]
    list(term = term, ratio = exp(b), std_error = e, conf_low = exp(b - q * e), conf_high = exp(b + q * e), p_value = 2 * pt(-abs(b / e), df))
  })
}
year <- 365.25
by_arm <- function(f) lapply(levels(p$arm), function(a) f(p[p$arm == a, ]))
alone <- function(fit, df = Inf) {
  b <- coef(fit)[[1]]; e <- summary(fit)$coefficients[1, 2]; q <- qt(0.975, df)
  list(rate = exp(b), conf_low = exp(b - q * e), conf_high = exp(b + q * e))
}
nb <- function(f, data) {
  fit <- glm.nb(f, data = data, control = glm.control(epsilon = 1e-14, maxit = 500))
  # glm.nb leaves theta at its own tolerance: again from where it stopped, until nothing moves.
  for (i in 1:200) {
    theta <- theta.ml(data$events, fitted(fit), limit = 200, eps = 1e-14)
    fit <- glm(f, data = data, family = negative.binomial(as.numeric(theta)), control = control)
  }
  s <- summary(fit, dispersion = 1)$coefficients
  list(s = s, theta = as.numeric(theta))
}
nb_ratios <- function(fit) lapply(c("armB", "armC"), function(term) {
  b <- fit$s[term, 1]; e <- fit$s[term, 2]; q <- qnorm(0.975)
  list(term = term, ratio = exp(b), std_error = e, conf_low = exp(b - q * e), conf_high = exp(b + q * e), p_value = 2 * pnorm(-abs(b / e)))
})
f <- events ~ arm + age + offset(log(days))
poisson_fit <- glm(f, poisson, p, control = control)
quasi <- glm(f, quasipoisson, p, control = control)
negative <- nb(f, p)
cases <- list(list(
  events = array_of(tapply(p$events, p$arm, sum)), days = array_of(tapply(p$days, p$arm, sum)),
  poisson = list(ratios = ratios(poisson_fit), rates = by_arm(function(o) {
    t <- poisson.test(sum(o$events), sum(o$days) / year); list(rate = unname(t$estimate), conf_low = t$conf.int[1], conf_high = t$conf.int[2]) })),
  quasi = list(ratios = ratios(quasi, quasi$df.residual), dispersion = summary(quasi)$dispersion, rates = by_arm(function(o) {
    g <- glm(events ~ 1 + offset(log(days / year)), quasipoisson, o, control = control); alone(g, g$df.residual) })),
  negative_binomial = list(ratios = nb_ratios(negative), theta = negative$theta, rates = by_arm(function(o) {
    g <- nb(events ~ 1 + offset(log(days / year)), o); b <- g$s[1, 1]; e <- g$s[1, 2]
    list(rate = exp(b), conf_low = exp(b - qnorm(0.975) * e), conf_high = exp(b + qnorm(0.975) * e)) }))))
write_expected(cases, c("MASS", "jsonlite"))
