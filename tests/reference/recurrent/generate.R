# Reference values for person-time rates, mean cumulative counts and the proportional means model.
# Run in this directory:
#   Rscript generate.R
# bladder2 is from the R package survival (T. Therneau, LGPL >= 2), written as one row an event and one for
# the end of observation of each person. `tied.csv` is made by formula, whole months in days, several events of a
# person on one day among them; for R these are moved apart by a thousandth of a day where the time does
# not matter (mean counts are read between the days).
source("../common.R")
library(survival)

b <- survival::bladder2
bladder <- with(b, data.frame(id = id, time = stop, event = event, group = rx, stratum = as.integer(number > 1), age = size))
bladder$stratum <- ave(bladder$stratum, bladder$id, FUN = function(v) v[1])
write_table(bladder, "bladder.csv")

people <- 1:120
tied <- do.call(rbind, lapply(people, function(i) {
  group <- 1 + (i * 29) %% 3
  end <- 30 * (6 + (i * 37) %% 13)
  count <- (i * i + group) %% 5
  times <- if (count > 0) 30 * (1 + (i * (1:count) * 7 + (1:count)) %% (end / 30)) else numeric(0)
  data.frame(id = i, time = c(times, end), event = c(rep(1, length(times)), 0), group = group, stratum = 1 + (i * 11) %% 2, age = 20 + (i * 17) %% 41)
}))
write_table(tied, "tied.csv")

# Rows (start, stop]; several events of a person on one day become rows a thousandth of a day long, with
# everyone else's times as they are.
counting <- function(d, split) {
  do.call(rbind, lapply(split(d, d$id), function(p) {
    p <- p[order(p$time, -p$event), ]
    stops <- p$time
    if (split) while (any(duplicated(stops))) stops[duplicated(stops)] <- stops[duplicated(stops)] + 0.001
    keep <- c(TRUE, diff(stops) > 0) & stops > 0
    p <- p[keep, ]; stops <- stops[keep]
    data.frame(id = p$id, start = c(0, head(stops, -1)), stop = stops, event = p$event, group = p$group, stratum = p$stratum, age = p$age)
  }))
}

# By definition, for data in which a person may have several events on one day.
mean_count <- function(d, t) {
  end <- tapply(d$time, d$id, max)
  ev <- d[d$event == 1 & d$time <= t, ]
  times <- sort(unique(ev$time))
  n <- sapply(times, function(s) sum(end >= s)); e <- sapply(times, function(s) sum(ev$time == s))
  r <- sapply(names(end), function(i) {
    dn <- sapply(times, function(s) sum(ev$time == s & ev$id == as.numeric(i)))
    sum((dn - (end[i] >= times) * e / n) / n)
  })
  c(sum(e / n), sqrt(sum(r^2)))
}

curve <- function(name, d, g, times, by_survfit) {
  own <- d[d$group == g, ]
  points <- lapply(times, function(t) {
    m <- mean_count(own, t)
    list(time = t, mean = m[1], std_error = m[2])
  })
  if (by_survfit) {
    fit <- survfit(Surv(start, stop, event) ~ 1, data = counting(own, FALSE), id = id)
    s <- summary(fit, times = times)
    for (k in seq_along(times))
      stopifnot(abs(s$cumhaz[k] - points[[k]]$mean) < 1e-10, abs(s$std.chaz[k] - points[[k]]$std_error) < 1e-10)
  }
  list(data = name, group = g, points = points)
}

# The estimating equation by definition, with Newton's method and the sandwich.
means_model <- function(d, stratified, adjusted) {
  end <- tapply(d$time, d$id, max); group <- tapply(d$group, d$id, min); stratum <- tapply(d$stratum, d$id, min)
  ids <- as.numeric(names(end)); end <- as.vector(end); group <- as.vector(group); stratum <- as.vector(stratum)
  if (!stratified) stratum[] <- 1
  groups <- sort(unique(group)); X <- sapply(groups[-1], function(g) as.numeric(group == g))
  if (adjusted) X <- cbind(X, as.vector(tapply(d$age, d$id, function(v) v[1])))
  p <- ncol(X); beta <- rep(0, p)
  ev <- d[d$event == 1, ]; ev$who <- match(ev$id, ids)
  for (iteration in 1:40) {
    U <- matrix(0, length(ids), p); info <- matrix(0, p, p)
    for (s in unique(stratum)) for (t in sort(unique(ev$time[stratum[ev$who] == s]))) {
      risk <- stratum == s & end >= t; w <- risk * exp(drop(X %*% beta))
      m <- colSums(w * X) / sum(w)
      dn <- tabulate(ev$who[ev$time == t & stratum[ev$who] == s], length(ids))
      centred <- sweep(X, 2, m)
      U <- U + centred * (dn - w * sum(dn) / sum(w))
      info <- info + sum(dn) * crossprod(centred * sqrt(w)) / sum(w)
    }
    step <- solve(info, colSums(U)); beta <- beta + step
    if (max(abs(step)) < 1e-14) break
  }
  list(beta = beta, model = solve(info), robust = solve(info) %*% crossprod(U) %*% solve(info))
}

model <- function(name, d, stratified, by_coxph, adjusted = FALSE) {
  m <- means_model(d, stratified, adjusted)
  if (by_coxph) {
    control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
    long <- counting(d, FALSE)
    f <- if (stratified) Surv(start, stop, event) ~ factor(group) + strata(stratum) else Surv(start, stop, event) ~ factor(group)
    if (adjusted) f <- update(f, . ~ . + age)
    fit <- coxph(f, data = long, cluster = id, ties = "breslow", control = control)
    stopifnot(max(abs(coef(fit) - m$beta)) < 1e-9, max(abs(fit$var - m$robust)) < 1e-9, max(abs(fit$naive.var - m$model)) < 1e-9)
  }
  list(data = name, stratified = stratified, adjusted = adjusted, coefficients = array_of(m$beta), covariance = m$robust, model_covariance = m$model)
}

rates <- lapply(list(c(0, 10.5), c(3, 120.25), c(45, 1000), c(1200, 31415.9)), function(r) {
  test <- poisson.test(r[1], r[2])
  list(events = r[1], time = r[2], rate = unname(test$estimate), conf_low = test$conf.int[1], conf_high = test$conf.int[2])
})
ratios <- lapply(list(c(3, 120.25, 9, 100), c(45, 1000, 30, 1100.5), c(0, 10, 4, 12), c(6, 50, 0, 40), c(220, 900, 180, 1000)), function(r) {
  test <- poisson.test(r[c(1, 3)], r[c(2, 4)])
  list(counts = r, ratio = unname(test$estimate), conf_low = test$conf.int[1], conf_high = test$conf.int[2], p_value = test$p.value,
       log_std_error = sqrt(1 / r[1] + 1 / r[3]), difference = r[1] / r[2] - r[3] / r[4],
       difference_std_error = sqrt(r[1] / r[2]^2 + r[3] / r[4]^2))
})
bladder_times <- c(5, 12, 24, 36, 50)
tied_times <- c(60, 150, 300, 480)
cases <- list(list(
  rates = rates, ratios = ratios,
  curves = c(lapply(1:2, function(g) curve("bladder.csv", bladder, g, bladder_times, TRUE)),
             lapply(1:3, function(g) curve("tied.csv", tied, g, tied_times, FALSE))),
  models = list(model("bladder.csv", bladder, FALSE, TRUE), model("bladder.csv", bladder, TRUE, TRUE),
                model("tied.csv", tied, FALSE, FALSE), model("tied.csv", tied, TRUE, FALSE)),
  regressions = list(model("bladder.csv", bladder, FALSE, TRUE, TRUE), model("bladder.csv", bladder, TRUE, TRUE, TRUE),
                     model("tied.csv", tied, FALSE, FALSE, TRUE), model("tied.csv", tied, TRUE, FALSE, TRUE))))
write_expected(cases, c("survival", "jsonlite"), list(
  source = "bladder2: R package survival, LGPL (>= 2)",
  definition = "mean counts and models are computed by definition and, on bladder.csv, checked against survfit and coxph in the script"))
