# Reference values for meta-regression. Run in this directory:
#   Rscript generate.R
# metadat::dat.bcg (BCG vaccine trials) and metadat::dat.konstantopoulos2011 (several rows a district);
# R package metadat, GPL >= 2.
source("../common.R")
suppressMessages(library(metafor))
bcg <- with(metadat::dat.bcg, data.frame(study = gsub("[^A-Za-z0-9]", "", paste(author, year)), a = tpos, n1 = tpos + tneg, c = cpos,
  n2 = cpos + cneg, year = year, ablat = ablat, alloc = as.character(alloc)))
write_table(bcg, "bcg.csv")
schools <- with(metadat::dat.konstantopoulos2011, data.frame(study = paste0("d", district), estimate = yi, std_error = sqrt(vi), year = year))
write_table(schools, "schools.csv")
schools <- read.csv("schools.csv"); schools$vi <- schools$std_error^2; schools$yi <- schools$estimate
tight <- list(threshold = 1e-14, maxiter = 10000, tol = 1e-14)
es <- escalc(measure = "RR", ai = a, n1i = n1, ci = c, n2i = n2, data = bcg)

one <- function(name, data, moderators, tau2, test, robust = FALSE) {
  fit <- rma(yi, vi, mods = as.formula(paste("~", moderators)), data = data, method = tau2, test = test, control = tight)
  q <- list(fit$QE, fit$k - fit$p, fit$QEp); r2 <- fit$R2; t2 <- fit$tau2
  if (robust) fit <- robust(fit, cluster = data$study)
  list(data = name, moderators = moderators, tau2_method = tau2, test = test, robust = robust,
    coefficients = array_of(as.numeric(fit$beta)), std_errors = array_of(fit$se), p_values = array_of(as.numeric(fit$pval)),
    conf_low = array_of(fit$ci.lb), conf_high = array_of(fit$ci.ub), tau2 = t2, r2 = if (is.null(r2)) NA else r2 / 100,
    q = q[[1]], q_p = q[[3]], qm = fit$QM, qm_p = fit$QMp)
}
cases <- list()
for (tau2 in c("DL", "REML", "PM", "EE")) for (test in c("z", "knha")) {
  if (tau2 == "EE" && test == "knha") next
  for (moderators in c("ablat", "ablat + year", "factor(alloc)"))
    cases[[length(cases) + 1]] <- one("bcg.csv", es, moderators, tau2, test)
}
cases[[length(cases) + 1]] <- one("schools.csv", schools, "year", "REML", "z")
cases[[length(cases) + 1]] <- one("schools.csv", schools, "year", "REML", "z", TRUE)
cases[[length(cases) + 1]] <- one("schools.csv", schools, "year", "DL", "z", TRUE)
write_expected(cases, c("metafor", "metadat", "jsonlite"), list(r2 = "as a share"))
