# Reference values for Cox regression. Run in this directory, after ../survival/generate.R:
#   Rscript generate.R
# lung, veteran, ovarian and heart are data sets of the R package survival (T. Therneau, LGPL >= 2).
source("../common.R")
library(survival)

lung <- na.omit(with(survival::lung, data.frame(time, event = as.integer(status == 2), sex, age,
  ecog = ph.ecog, karno = ph.karno, inst)))
veteran <- with(survival::veteran, data.frame(time, event = status, trt, cell = as.character(celltype), karno, age, prior))
heart <- with(survival::heart, data.frame(start, stop, event, age = round(age, 6), year = round(year, 6), surgery,
  transplant = as.integer(transplant == 1), id))
heart$stop <- ifelse(heart$start == heart$stop, heart$stop + 1, heart$stop)
heart$start <- floor(heart$start); heart$stop <- ceiling(heart$stop)
index <- 1:300
tied <- data.frame(time = 30 * (1 + (index * 37) %% 12), event = as.integer((index * 13) %% 7 < 4),
  x = ((index * 29) %% 41) / 10, arm = (index * 7) %% 2, site = 1 + (index * 11) %% 5)
monotone <- data.frame(time = 1:12, event = c(1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0), x = c(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0),
  z = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8))
# Six people by hand (Therneau and Grambsch 2000, appendix E): ties, a tie of event and censoring
hand <- data.frame(time = c(1, 1, 6, 6, 8, 9), event = c(1, 0, 1, 1, 0, 1), x = c(1, 1, 1, 0, 0, 0))
sets <- list(lung = lung, veteran = veteran, heart = heart, tied = tied, monotone = monotone, hand = hand)
for (name in names(sets)) write_table(sets[[name]], paste0(name, ".csv"))

control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100, toler.inf = 1e-8)

one_case <- function(name, data_name, formula, ours, cluster = NULL) {
  data <- sets[[data_name]]
  data$row_number <- seq_len(nrow(data))
  lapply(c("efron", "breslow"), function(ties) {
    environment(formula) <- environment()
    fit <- coxph(formula, data = data, ties = ties, control = control)
    robust <- coxph(formula, data = data, ties = ties, control = control, cluster = row_number)
    zph <- function(transform) {
      t <- cox.zph(fit, transform = transform, terms = FALSE)$table
      lapply(seq_len(nrow(t)), function(i) list(term = rownames(t)[i], statistic = t[i, 1], df = t[i, 2], p_value = t[i, 3]))
    }
    base <- basehaz(fit, centered = FALSE)
    base <- base[c(TRUE, diff(base$hazard) != 0), ]
    base <- base[base$hazard > 0, ]
    c0 <- fit$concordance
    out <- list(name = paste(name, ties), data = paste0(data_name, ".csv"), formula = ours, ties = ties,
      terms = lapply(seq_along(coef(fit)), function(j) list(term = names(coef(fit))[j],
        estimate = unname(coef(fit)[j]), std_error = sqrt(vcov(fit)[j, j]),
        robust_std_error = sqrt(vcov(robust)[j, j]))),
      covariance = unname(vcov(fit)),
      log_likelihood = fit$loglik[2], null_log_likelihood = fit$loglik[1], score = fit$score, wald = unname(fit$wald.test),
      n = fit$n, events = fit$nevent,
      concordance = unname(c0["concordance"]), concordant = unname(c0["concordant"]),
      discordant = unname(c0["discordant"]), tied = unname(c0["tied.x"]),
      concordance_std_error = unname(c0["std"]),
      zph_km = zph("km"), zph_rank = zph("rank"), zph_identity = zph("identity"), zph_log = zph("log"))
    if (is.null(base$strata)) out$baseline <- list(time = array_of(base$time), hazard = array_of(base$hazard))
    if (!is.null(cluster)) {
      data$the_cluster <- data[[cluster]]
      clustered <- coxph(formula, data = data, ties = ties, control = control, cluster = the_cluster)
      out$cluster <- list(column = cluster, std_error = array_of(sqrt(diag(vcov(clustered)))),
        concordance_std_error = unname(clustered$concordance["std"]))
    }
    out
  })
}

# Firth: maximise the partial log-likelihood plus half the log determinant of the information, both
# taken from coxph at fixed coefficients; the derivative by central differences, then Newton.
penalised <- function(formula, data, b, ties) {
  fit <- suppressWarnings(coxph(formula, data = data, ties = ties, init = b, control = coxph.control(iter.max = 0)))
  fit$loglik[1] - 0.5 * as.numeric(determinant(fit$var, logarithm = TRUE)$modulus)
}
firth_case <- function(name, data_name, formula, ours) {
  data <- sets[[data_name]]
  lapply(c("efron", "breslow"), function(ties) {
    p <- length(attr(terms(formula), "term.labels"))
    f <- function(b) penalised(formula, data, b, ties)
    best <- rep(0, p)
    for (round in 1:60) {
      # derivatives by Richardson's extrapolation
      g <- sapply(1:p, function(j) { e <- replace(rep(0, p), j, 1)
        d <- function(h) (f(best + h * e) - f(best - h * e)) / (2 * h)
        (64 * d(5e-4) - 20 * d(1e-3) + d(2e-3)) / 45 })
      near <- suppressWarnings(coxph(formula, data = data, ties = ties, init = best, control = coxph.control(iter.max = 0)))
      step <- drop(near$var %*% g)
      best <- best + step * min(1, 0.5 / max(abs(step)))
      if (max(abs(step)) < 1e-12) break
    }
    stopifnot(max(abs(step / sqrt(diag(near$var)))) < 1e-9)
    fit <- suppressWarnings(coxph(formula, data = data, ties = ties, init = best, control = coxph.control(iter.max = 0)))
    list(name = paste("firth", name, ties), data = paste0(data_name, ".csv"), formula = ours, ties = ties,
         estimate = array_of(best), std_error = array_of(sqrt(diag(fit$var))), penalised_log_likelihood = f(best))
  })
}
cases <- c(
  one_case("lung", "lung", Surv(time, event) ~ sex + age + ecog, "Surv(time, event) ~ sex + age + ecog", "inst"),
  one_case("lung sex", "lung", Surv(time, event) ~ sex, "Surv(time, event) ~ sex"),
  one_case("lung strata", "lung", Surv(time, event) ~ age + karno + strata(sex), "Surv(time, event) ~ age + karno + strata(sex)", "inst"),
  one_case("veteran", "veteran", Surv(time, event) ~ trt + cell + karno, "Surv(time, event) ~ trt + cell + karno"),
  one_case("heart", "heart", Surv(start, stop, event) ~ age + year + surgery + transplant,
           "Surv(start, stop, event) ~ age + year + surgery + transplant", "id"),
  one_case("tied", "tied", Surv(time, event) ~ x + arm, "Surv(time, event) ~ x + arm", "site"),
  one_case("tied strata", "tied", Surv(time, event) ~ x + arm + strata(site), "Surv(time, event) ~ x + arm + strata(site)"),
  one_case("hand", "hand", Surv(time, event) ~ x, "Surv(time, event) ~ x"))
firth <- c(
  firth_case("monotone", "monotone", Surv(time, event) ~ x + z, "Surv(time, event) ~ x + z"),
  firth_case("lung", "lung", Surv(time, event) ~ sex + age, "Surv(time, event) ~ sex + age"),
  firth_case("hand", "hand", Surv(time, event) ~ x, "Surv(time, event) ~ x"))
write_expected(list(list(fits = cases, firth = firth)), c("survival", "jsonlite"), list(
  source = "lung, veteran, heart: R package survival, LGPL (>= 2)",
  heart = "times rounded outwards to whole days",
  firth = "partial log-likelihood and information of coxph at fixed coefficients; maximised by differences"))
