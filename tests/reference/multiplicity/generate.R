# Reference values for adjusted p-values: base R's p.adjust. Run in this directory:
#   Rscript generate.R
source("../common.R")
sets <- list(c(0.01, 0.02, 0.03, 0.04, 0.05), c(0.001, 0.9, 0.04, 0.04, 0.012, 0.3, 0.3), c(0.5), c(1, 0, 0.2, 0.05),
  c(0.0131, 0.0142, 0.0143, 0.21, 0.0132, 0.6, 0.0501, 0.0499))
methods <- c(bonferroni = "bonferroni", holm = "holm", hochberg = "hochberg", hommel = "hommel",
  benjamini_hochberg = "BH", benjamini_yekutieli = "BY")
cases <- lapply(sets, function(p) c(list(p = array_of(p)), lapply(methods, function(m) array_of(p.adjust(p, m)))))
write_expected(cases, c("stats", "jsonlite"))
