# Reference values for Satterthwaite's degrees of freedom of CR2: clubSandwich. Run in this directory, after
# ../gee/generate.R:
#   Rscript generate.R
source("../common.R")
suppressMessages(library(clubSandwich))
few <- read.csv("../gee/few.csv")
one <- function(formula) {
  fit <- lm(formula, data = few)
  test <- coef_test(fit, vcov = "CR2", cluster = few$id, test = "Satterthwaite")
  ci <- conf_int(fit, vcov = "CR2", cluster = few$id, test = "Satterthwaite")
  list(formula = deparse(formula), df = array_of(test$df_Satt), std_errors = array_of(test$SE), p_values = array_of(test$p_Satt),
       conf_low = array_of(ci$CI_L), conf_high = array_of(ci$CI_U))
}
write_expected(list(one(visits ~ arm + x), one(visits ~ x), one(visits ~ arm * x)), c("clubSandwich", "jsonlite"))
