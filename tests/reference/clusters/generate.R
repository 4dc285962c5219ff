# Reference values for cluster-robust covariances: clubSandwich. Run in this directory, after
# ../gee/generate.R:
#   Rscript generate.R
source("../common.R")
suppressMessages(library(clubSandwich))
control <- glm.control(epsilon = 1e-14, maxit = 100)
few <- read.csv("../gee/few.csv")

one_case <- function(name, formula, family, link) {
  fit <- if (family == "gaussian") lm(formula, data = few) else {
    glm(formula, family = do.call(family, list(link = link)), data = few, control = control)
  }
  if (family != "gaussian") for (i in 1:3) fit <- update(fit, start = coef(fit))
  out <- list(name = name, data = "../gee/few.csv", formula = deparse(formula), family = family, link = link,
              call = "vcovCR(fit, cluster = few$id, type = ...)", cluster = "id")
  for (type in c("CR0", "CR1", "CR2", "CR3")) {
    out[[type]] <- unname(sqrt(diag(as.matrix(vcovCR(fit, cluster = few$id, type = type)))))
  }
  # (I - H)^-1/2 by its principal root, as Kauermann and Carroll define it. clubSandwich takes another
  # root of the same condition, which is the same number in linear models only.
  X <- model.matrix(fit)
  w <- if (family == "gaussian") rep(1, nrow(X)) else fit$family$mu.eta(fit$linear.predictors)^2 / fit$family$variance(fitted(fit))
  d <- if (family == "gaussian") rep(1, nrow(X)) else fit$family$mu.eta(fit$linear.predictors)
  v <- d^2 / w
  B <- solve(crossprod(X * w, X))
  M <- Reduce(`+`, lapply(split(seq_len(nrow(X)), few$id), function(i) {
    D <- X[i, , drop = FALSE] * d[i]
    K <- diag(length(i)) - D %*% B %*% t(D) %*% diag(1 / v[i], length(i))
    e <- eigen(K)
    root <- Re(e$vectors %*% diag(as.complex(e$values)^-0.5, length(i)) %*% solve(e$vectors))
    tcrossprod(t(D) %*% diag(1 / v[i], length(i)) %*% root %*% residuals(fit, "response")[i])
  }))
  out$CR2_clubsandwich <- out$CR2
  out$CR2 <- unname(sqrt(diag(B %*% M %*% B)))
  stopifnot(max(abs(out$CR2 / out$CR2_clubsandwich - 1)) < if (family == "gaussian") 1e-12 else 0.01)
  out
}
cases <- list(
  one_case("linear", visits ~ arm + x, "gaussian", "identity"),
  one_case("logistic", seen ~ arm + x, "binomial", "logit"),
  one_case("poisson", visits ~ arm + x, "poisson", "log"))
write_expected(cases, c("clubSandwich", "jsonlite"), list(
  CR2 = "clubSandwich's for the linear model; for the others the principal root, beside clubSandwich's own"))
