# Holds expected.json of generate.py against R where R has the method: mantelhaen.test (odds ratio
# and its interval, test with and without correction) and metafor::rma.mh (difference, ratio,
# Tarone's test). Run in this directory after generate.py:
#   Rscript generate.R
suppressMessages(library(metafor))
close <- function(a, b) stopifnot(abs(a - b) <= 1e-9 * max(1, abs(b)))
for (case in jsonlite::fromJSON("expected.json", simplifyVector = FALSE)$cases) {
  s <- matrix(unlist(case$strata), ncol = 4, byrow = TRUE)
  if (is.null(case$odds_ratio$std_error) || case$name == "a single stratum") next
  tables <- array(apply(s, 1, function(r) c(r[1], r[3], r[2] - r[1], r[4] - r[3])), c(2, 2, nrow(s)))
  plain <- mantelhaen.test(tables, correct = FALSE); corrected <- mantelhaen.test(tables, correct = TRUE)
  close(plain$statistic, case$cochran_mantel_haenszel$statistic_value)
  close(corrected$statistic, case$cochran_mantel_haenszel_yates$statistic_value)
  close(plain$estimate, case$odds_ratio$estimate)
  close(diff(log(plain$conf.int)) / (2 * qnorm(0.975)), case$odds_ratio$std_error)
  fit <- function(measure) rma.mh(measure = measure, ai = s[, 1], n1i = s[, 2], ci = s[, 3], n2i = s[, 4],
                                  add = 0, drop00 = FALSE, correct = FALSE)
  rd <- suppressWarnings(fit("RD"))
  close(coef(rd), case$risk_difference$estimate); close(rd$se, case$risk_difference$std_error)
  rr <- suppressWarnings(fit("RR"))
  close(exp(coef(rr)), case$risk_ratio$estimate); close(rr$se, case$risk_ratio$std_error)
  or <- suppressWarnings(fit("OR"))
  cat(case$name, ": R agrees; Breslow-Day", format(or$BD, digits = 10), "Tarone", format(or$TA, digits = 10), "\n")
  if (!is.na(or$BD)) { close(or$BD, case$breslow_day$statistic_value); close(or$TA, case$breslow_day_tarone$statistic_value) }
}
