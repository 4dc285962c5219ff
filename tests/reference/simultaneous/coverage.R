# How often the band holds the true differences of all months, and how often pointwise intervals do.
# Not run by the tests. 1000 studies a line, so that 0.95 has a standard error of 0.007:
#   Rscript coverage.R
set.seed(1)
K <- 18
gen <- function(n, p) { # monotone-ish entry with exits: markov chain with marginal p[t]
  s <- matrix(0L, n, K); cur <- as.integer(runif(n) < p[1]); s[,1] <- cur
  for (t in 2:K) { stay <- 0.93; pt <- p[t]; pp <- mean(p[t-1]); a <- pmin(1,pmax(0,(pt - pp*stay)/(1-pp)))
    cur <- ifelse(cur==1, runif(n)<stay, runif(n)<a); s[,t] <- as.integer(cur) }
  s }
marg <- function(p){ m<-p[1]; out<-m; for(t in 2:K){a<-pmin(1,pmax(0,(p[t]-p[t-1]*.93)/(1-p[t-1]))); m<-m*.93+(1-m)*a; out<-c(out,m)}; out}
sim <- function(n, p1, p0, B=1000, D=2000) {
  truth <- marg(p1)-marg(p0); hit <- c(wald=0,plus_four=0,pointwise=0)
  for (b in 1:B) { x <- gen(n,p1); y <- gen(n,p0)
    q1<-colMeans(x); q0<-colMeans(y); d<-q1-q0
    psi <- rbind(sweep(x,2,q1)/n, -sweep(y,2,q0)/n); V <- crossprod(psi); se<-sqrt(diag(V)); ok<-se>0
    R <- cov2cor(V[ok,ok]); e<-eigen(R,symmetric=TRUE); A <- e$vectors %*% diag(sqrt(pmax(e$values,0)))
    c95 <- quantile(apply(abs(matrix(rnorm(D*sum(ok)),D)%*%t(A)),1,max),.95)
    hit["wald"] <- hit["wald"] + all((abs(d-truth)<=c95*se)[ok])
    hit["pointwise"] <- hit["pointwise"] + all((abs(d-truth)<=1.96*se)[ok])
    t1<-(colSums(x)+1)/(n+2); t0<-(colSums(y)+1)/(n+2); sa<-sqrt(t1*(1-t1)/(n+2)+t0*(1-t0)/(n+2))
    hit["plus_four"] <- hit["plus_four"] + all(abs(t1-t0-truth)<=c95*sa) }
  round(hit/B,3) }
up <- function(a,b) seq(a,b,length.out=K)
for (n in c(50,100,200)) { cat(n,"low  ", sim(n, up(.03,.40), up(.02,.20)), "\n"); cat(n,"null ", sim(n, up(.1,.3), up(.1,.3)), "\n") }
