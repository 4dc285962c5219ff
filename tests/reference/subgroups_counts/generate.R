# Interaction of the arms with a baseline variable in rates over person-time and in mean counts, as ratios and as
# differences, and the ratio within a level. Run in this directory: Rscript generate.R
# Writes input.csv (240 made-up people, three arms, two sites) and spells.csv (their events by day).
source("../common.R")
suppressMessages({library(MASS); library(survival); library(sandwich)})
set.seed(12)
n <- 240
d <- data.frame(id = sprintf("p%03d", 1:n), index = "2020-01-01", arm = rep(c("A", "B", "C"), 80),
  site = rep(c("north", "south"), each = 120), age = round(rnorm(n, 40, 9)))
d$days <- pmin(720, round(rexp(n, 1 / 900)) + 60)
d$left <- as.character(as.Date("2020-01-01") + d$days)
mu <- exp(-0.2 + 0.5 * (d$arm == "B") - 0.2 * (d$arm == "C") - 0.5 * (d$arm == "B" & d$site == "south") + 0.02 * (d$age - 40))
d$events <- rnbinom(n, size = 1.5, mu = d$days / 365 * mu)
again <- lapply(seq_len(n), function(i) sort(sample(seq_len(d$days[i] - 1), min(d$events[i], d$days[i] - 1))))
d$events <- lengths(again)
spells <- do.call(rbind, lapply(seq_len(n), function(i) if (d$events[i]) data.frame(id = d$id[i],
  start = as.character(as.Date("2020-01-01") + again[[i]]), end = as.character(as.Date("2020-01-01") + again[[i]]))))

write_table(d, "input.csv"); write_table(spells, "spells.csv")
d$arm <- factor(d$arm); d$site <- factor(d$site)
tell <- function(statistic, df) list(statistic = statistic, df = df, p_value = pchisq(statistic, df, lower.tail = FALSE))
wald <- function(fit, V = vcov(fit)) { at <- grep("^arm.:site", names(coef(fit))); b <- coef(fit)[at]
  tell(drop(b %*% solve(V[at, at]) %*% b), length(at)) }
control <- glm.control(epsilon = 1e-14, maxit = 200)
less <- events ~ arm + age + site + offset(log(days)); full <- update(less, . ~ . + arm:site)
poisson_lr <- glm(less, poisson, d, control = control)$deviance - glm(full, poisson, d, control = control)$deviance
nb <- function(f, data = d) { theta <- 1.5
  for (i in 1:300) { fit <- glm(f, data = data, family = negative.binomial(theta), control = control)
    theta <- as.numeric(theta.ml(data$events, fitted(fit), limit = 200, eps = 1e-14)) }
  mu <- fitted(fit); list(log_likelihood = sum(dnbinom(data$events, size = theta, mu = mu, log = TRUE)), fit = fit) }
north <- d[d$site == "north", ]
own <- nb(events ~ arm + age + offset(log(days)), north)$fit
rates <- list(
  poisson = tell(poisson_lr, 2), quasi = wald(glm(full, quasipoisson, d, control = control)),
  negative_binomial = tell(2 * (nb(full)$log_likelihood - nb(less)$log_likelihood), 2),
  difference = { fit <- lm(I(events / days) ~ arm + age + site + arm:site, d, weights = days); wald(fit, vcovHC(fit, "HC3")) },
  ratio_north = exp(coef(own)[["armB"]]))
long <- do.call(rbind, lapply(seq_len(n), function(i) { at <- again[[i]]; end <- d$days[i]
  data.frame(row = i, start = c(0, at), stop = c(at, end), event = c(rep(1, length(at)), 0)) }))
long <- cbind(long[long$stop > long$start, ], d[long$row[long$stop > long$start], c("arm", "site", "age")])
lwyy <- coxph(Surv(start, stop, event) ~ arm + age + site + arm:site, long, cluster = long$row, ties = "breslow", control = coxph.control(eps = 1e-13))
# Mean counts of each cell with the robust variance of Lawless and Nadeau, written out.
mean_count <- function(rows, day) {
  at <- sort(unique(unlist(again[rows]))); at <- at[at <= day]
  risk <- sapply(at, function(t) sum(d$days[rows] >= t)); count <- sapply(at, function(t) sum(unlist(again[rows]) == t))
  u <- sapply(rows, function(i) sum((sapply(at, function(t) sum(again[[i]] == t)) - (d$days[i] >= at) * count / risk) / risk))
  c(sum(count / risk), sum(u^2)) }
cells <- expand.grid(arm = levels(d$arm), site = levels(d$site))
day <- min(mapply(function(a, s) max(d$days[d$arm == a & d$site == s]), cells$arm, cells$site))
m <- mapply(function(a, s) mean_count(which(d$arm == a & d$site == s), day), cells$arm, cells$site)
C <- rbind(c(1, -1, 0, -1, 1, 0), c(1, 0, -1, -1, 0, 1)); b <- drop(C %*% m[1, ])
means <- list(ratio = wald(lwyy), difference = tell(drop(b %*% solve(C %*% diag(m[2, ]) %*% t(C)) %*% b), 2), day = day)
write_expected(list(list(rates = rates, mean_counts = means)), c("MASS", "survival", "sandwich", "jsonlite"))
