# Reference values for generalised estimating equations: geepack for coefficients, correlation and
# the sandwich; the small-sample corrections from their definitions with full matrices, cluster by
# cluster. Run in this directory:
#   Rscript generate.R
source("../common.R")
suppressMessages(library(geepack))

data(ohio); data(dietox)
ohio <- ohio[order(ohio$id, ohio$age), c("id", "resp", "age", "smoke")]
pigs <- dietox[order(dietox$Pig, dietox$Time), c("Pig", "Weight", "Time", "Litter")]
names(pigs) <- c("id", "weight", "time", "litter")
pigs <- pigs[pigs$id %in% sort(unique(pigs$id))[1:24], ]
# Twelve clusters of 2 to 7 rows: counts with a treatment of whole clusters
sizes <- c(2, 7, 3, 5, 4, 6, 2, 5, 3, 4, 7, 6)
few <- data.frame(id = rep(1:12, sizes))
row <- seq_len(nrow(few))
few$arm <- as.integer(few$id %% 2 == 0)
few$x <- ((row * 37) %% 23) / 10
few$visits <- ((row * 7 + few$id * 5) %% 6) + few$id %% 3
few$seen <- as.integer((row * 11 + few$id * few$id * 3) %% 7 < 3)
few$log_time <- log(3 + (row * 13) %% 3)
write_table(ohio, "ohio.csv"); write_table(pigs, "pigs.csv"); write_table(few, "few.csv")

power_of <- function(M, p) { # of a matrix with real positive eigenvalues
  e <- eigen(M)
  Re(e$vectors %*% diag(as.complex(e$values)^p, nrow(M)) %*% solve(e$vectors))
}

one_case <- function(name, path, formula, family, link, corstr) {
  data <- read.csv(path)
  fam <- do.call(family, list(link = link))
  control <- geese.control(epsilon = 1e-15, maxit = 500)
  fit <- geeglm(formula, data = data, id = id, family = fam, corstr = corstr, control = control)
  alpha <- if (corstr == "independence") 0 else unname(fit$geese$alpha)
  beta <- coef(fit); phi <- unname(fit$geese$gamma)
  frame <- model.frame(formula, data)
  X <- model.matrix(formula, frame); y <- model.response(frame)
  offset <- model.offset(frame); if (is.null(offset)) offset <- 0
  # the estimating equations hold at geepack's coefficients only to its own tolerance: solve on
  correlation <- function(m) switch(corstr, independence = diag(m),
    exchangeable = (1 - alpha) * diag(m) + alpha, ar1 = alpha^abs(outer(1:m, 1:m, "-")))
  groups <- split(seq_along(y), data$id)
  parts <- function(beta, alpha) {
    eta <- drop(X %*% beta) + offset; mu <- fam$linkinv(eta)
    lapply(groups, function(i) {
      D <- X[i, , drop = FALSE] * fam$mu.eta(eta[i])
      s <- sqrt(fam$variance(mu[i]))
      V <- correlation(length(i)) * outer(s, s)
      list(D = D, Vi = solve(V), r = y[i] - mu[i], p = (y[i] - mu[i]) / s)
    })
  }
  nearest <- function(ps, phi, start) {
    if (corstr == "independence") return(0)
    z <- unlist(lapply(ps, function(q) { o <- outer(q$p, q$p) / phi; o[upper.tri(o)] }))
    d <- unlist(lapply(ps, function(q) { m <- length(q$p); o <- abs(outer(1:m, 1:m, "-")); o[upper.tri(o)] }))
    if (corstr == "exchangeable") return(mean(z))
    uniroot(function(a) sum(d * a^(d - 1) * (z - a^d)), start + c(-0.05, 0.05), tol = 1e-16)$root
  }
  first <- list(beta = beta, alpha = alpha, phi = phi)
  for (k in 1:100) {
    ps <- parts(beta, alpha)
    phi <- mean(unlist(lapply(ps, `[[`, "p"))^2)
    alpha <- nearest(ps, phi, alpha)
    ps <- parts(beta, alpha)
    Q <- Reduce(`+`, lapply(ps, function(q) t(q$D) %*% q$Vi %*% q$D))
    u <- Reduce(`+`, lapply(ps, function(q) t(q$D) %*% q$Vi %*% q$r))
    step <- drop(solve(Q, u)); beta <- beta + step
    if (max(abs(step / sqrt(diag(solve(Q))))) < 1e-13) break
  }
  ps <- parts(beta, alpha)
  stopifnot(max(abs(beta - first$beta)) < 1e-6, abs(alpha - first$alpha) < 1e-6, abs(phi - first$phi) < 1e-5)
  B <- solve(Reduce(`+`, lapply(ps, function(q) t(q$D) %*% q$Vi %*% q$D)))
  sandwich <- function(p) {
    M <- Reduce(`+`, lapply(ps, function(q) {
      H <- q$D %*% B %*% t(q$D) %*% q$Vi
      r <- if (p == 0) q$r else power_of(diag(nrow(H)) - H, -p) %*% q$r
      tcrossprod(t(q$D) %*% q$Vi %*% r)
    }))
    unname(sqrt(diag(B %*% M %*% B)))
  }
  robust <- sandwich(0)
  stopifnot(max(abs(robust / sqrt(diag(fit$geese$vbeta)) - 1)) < 1e-5)
  list(name = name, data = path, formula = deparse(formula, width.cutoff = 500), family = family, link = link,
       correlation = corstr, call = sprintf("geeglm(id = id, corstr = \"%s\")", corstr),
       terms = colnames(X), coefficients = unname(beta), association = alpha, scale = phi,
       clusters = length(groups), n = length(y),
       robust = robust, model_based = unname(sqrt(diag(B) * phi)),
       mancl_derouen = sandwich(1), kauermann_carroll = sandwich(0.5),
       geepack = list(coefficients = unname(first$beta), association = first$alpha, scale = first$phi,
                      robust = unname(sqrt(diag(fit$geese$vbeta)))))
}

cases <- list()
for (corstr in c("independence", "exchangeable", "ar1")) {
  cases <- c(cases, list(
    one_case(paste("ohio", corstr), "ohio.csv", resp ~ age * smoke, "binomial", "logit", corstr),
    one_case(paste("pigs", corstr), "pigs.csv", weight ~ time, "gaussian", "identity", corstr),
    one_case(paste("few counts", corstr), "few.csv", visits ~ arm + x + offset(log_time), "poisson", "log", corstr),
    one_case(paste("ohio probit", corstr), "ohio.csv", resp ~ age + smoke, "binomial", "probit", corstr)))
}
write_expected(cases, c("geepack", "jsonlite"), list(
  geepack = "as geepack prints them, which stops a little early; the values beside are Newton's steps from there to 1e-13",
  association = "exchangeable: mean product of all pairs of Pearson residuals over the scale; ar1: least squares of those products on alpha^distance; no correction for the number of coefficients, as in geepack",
  scale = "mean squared Pearson residual",
  mancl_derouen = "residuals times (I - H)^-1, H = D B D' V^-1 of the cluster",
  kauermann_carroll = "residuals times (I - H)^-1/2, the principal root"))
