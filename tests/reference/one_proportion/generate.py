#!/usr/bin/env python3
"""Reference values for confidence intervals of one binomial proportion.

Run `python generate.py` to write expected.json next to this file, and
`python generate.py --check` to compare that file with the second voices.

Every value is computed with mpmath at 50 significant digits from the
definition, then rounded once to a double.

  wald             p +- z sqrt(p(1-p)/n), NOT truncated to [0, 1]
  wilson           score interval, no continuity correction
  clopper_pearson  beta quantiles; lower = 0 at x = 0, upper = 1 at x = n
  jeffreys         Beta(x+1/2, n-x+1/2) quantiles; lower = 0 at x = 0 and
                   upper = 1 at x = n (Brown, Cai and DasGupta 2001)
  agresti_coull    n~ = n + z^2, p~ = (x + z^2/2)/n~, NOT truncated

The beta quantiles come from a 50-digit continued fraction for the regularised
incomplete beta function, with Newton steps inside a bracket. Within the script,
Clopper-Pearson limits are substituted back into binomial tail sums, and Wilson
limits into the score equation.

Cross-checks (by --check; agreement is the largest relative difference seen):
  R 4.2.2      binom.test (Clopper-Pearson) 3e-15; prop.test(correct = FALSE)
               (Wilson) 2e-15; qbeta (Jeffreys) 2e-15
  scipy        binomtest wilson 7e-16 and exact 8e-9 (its root finder's tolerance,
               worst at 7/100000); beta.ppf and beta.isf (Jeffreys) 2e-15
  statsmodels  proportion_confint normal, wilson, beta, agresti_coull 3e-15 (it clips
               normal and agresti_coull to [0, 1]; compared after the same clipping)
Not checked against a second program: the untruncated parts of Wald and Agresti-Coull.
"""
import json
import os
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))

COUNTS = [(81, 263), (0, 10), (10, 10), (1, 10), (5, 10), (3, 7), (140, 185),
          (168, 260), (0, 1), (1, 1), (500000, 1000000), (7, 100000)]
CONF = ["0.95", "0.90"]


def z_of(conf):
    return mp.sqrt(2) * mp.erfinv(conf)


def wald(x, n, z):
    p = mpf(x) / n
    h = z * mp.sqrt(p * (1 - p) / n)
    return p - h, p + h


def wilson(x, n, z):
    p = mpf(x) / n
    mid = (p + z * z / (2 * n)) / (1 + z * z / n)
    h = z / (1 + z * z / n) * mp.sqrt(p * (1 - p) / n + z * z / (4 * mpf(n) ** 2))
    lo = mpf(0) if x == 0 else mid - h
    hi = mpf(1) if x == n else mid + h
    for v, at_edge in ((lo, x == 0), (hi, x == n)):
        if not at_edge:
            assert abs((p - v) ** 2 - z * z * v * (1 - v) / n) < mpf(10) ** -44
    return lo, hi


def agresti_coull(x, n, z):
    nt = n + z * z
    pt = (x + z * z / 2) / nt
    h = z * mp.sqrt(pt * (1 - pt) / nt)
    return pt - h, pt + h


def beta_cf(a, b, x):
    """Modified Lentz evaluation of the incomplete beta continued fraction."""
    tiny = mpf(10) ** -300
    eps = mpf(10) ** (-mp.dps + 2)
    c, d = mpf(1), 1 - (a + b) * x / (a + 1)
    d = 1 / (d if d else tiny)
    h = d
    m = 0
    while True:
        m += 1
        num = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 + num * d
        c = 1 + num / c
        d = 1 / (d if d else tiny)
        c = c if c else tiny
        h *= d * c
        num = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 + num * d
        c = 1 + num / c
        d = 1 / (d if d else tiny)
        c = c if c else tiny
        step = d * c
        h *= step
        if abs(step - 1) < eps:
            return h
        assert m < 500000


def beta_log_kernel(a, b, x):
    return (mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b)
            + a * mp.log(x) + b * mp.log1p(-x))


def beta_cdf(a, b, x):
    front = mp.exp(beta_log_kernel(a, b, x))
    if x < (a + 1) / (a + b + 2):
        return front * beta_cf(a, b, x) / a
    return 1 - front * beta_cf(b, a, 1 - x) / b


def beta_quantile(q, a, b):
    a, b = mpf(a), mpf(b)
    lo, hi = mpf(0), mpf(1)
    x = a / (a + b)
    for _ in range(400):
        f = beta_cdf(a, b, x) - q
        if f > 0:
            hi = x
        else:
            lo = x
        dens = mp.exp(beta_log_kernel(a, b, x)) / (x * (1 - x))
        new = x - f / dens
        if not (lo < new < hi):
            new = (lo + hi) / 2
        if abs(new - x) < abs(new) * mpf(10) ** -40:
            return new
        x = new
    raise RuntimeError("no convergence")


def binom_upper_tail(x, n, p):
    """P(X >= x), summed directly."""
    t = mp.exp(mp.loggamma(n + 1) - mp.loggamma(x + 1) - mp.loggamma(n - x + 1)
               + x * mp.log(p) + (n - x) * mp.log1p(-p))
    s, k, odds = mpf(0), x, p / (1 - p)
    while k <= n:
        s += t
        t = t * (n - k) / (k + 1) * odds
        k += 1
        if t < s * mpf(10) ** -60 and k > n * p:
            break
    return s


def clopper_pearson(x, n, alpha):
    lo = mpf(0) if x == 0 else beta_quantile(alpha / 2, x, n - x + 1)
    hi = mpf(1) if x == n else beta_quantile(1 - alpha / 2, x + 1, n - x)
    if x > 0:
        assert abs(binom_upper_tail(x, n, lo) - alpha / 2) < mpf(10) ** -35
    if x < n:
        assert abs(binom_upper_tail(n - x, n, 1 - hi) - alpha / 2) < mpf(10) ** -35
    return lo, hi


def jeffreys(x, n, alpha):
    a, b = x + mpf(1) / 2, n - x + mpf(1) / 2
    lo = mpf(0) if x == 0 else beta_quantile(alpha / 2, a, b)
    hi = mpf(1) if x == n else beta_quantile(1 - alpha / 2, a, b)
    return lo, hi


def num(v):
    return float(mp.nstr(v, 30))


def generate():
    import platform
    import numpy
    import scipy
    cases = []
    for conf_text in CONF:
        conf = mpf(conf_text)
        z, alpha = z_of(conf), 1 - conf
        for x, n in COUNTS:
            case = {"events": x, "total": n, "conf_level": float(conf_text),
                    "estimate": num(mpf(x) / n)}
            for name, f, arg in (("wald", wald, z), ("wilson", wilson, z),
                                 ("clopper_pearson", clopper_pearson, alpha),
                                 ("jeffreys", jeffreys, alpha),
                                 ("agresti_coull", agresti_coull, z)):
                case[name] = [num(v) for v in f(x, n, arg)]
            cases.append(case)
    out = {
        "generator": "generate.py",
        "versions": {"python": platform.python_version(), "mpmath": mpmath.__version__,
                     "scipy": scipy.__version__, "numpy": numpy.__version__},
        "note": "Confidence intervals [lower, upper] of one proportion. Computed at 50 "
                "digits, rounded once to double. Wald and Agresti-Coull are not truncated "
                "to [0, 1]; Clopper-Pearson, Jeffreys and Wilson have lower = 0 when "
                "events = 0 and upper = 1 when events = total.",
        "cases": cases,
    }
    with open(os.path.join(HERE, "expected.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


def check():
    import shutil
    import subprocess
    import warnings
    from scipy.stats import beta, binomtest
    warnings.simplefilter("ignore")
    with open(os.path.join(HERE, "expected.json")) as f:
        cases = json.load(f)["cases"]
    worst = {}

    def note(key, got, want, label):
        d = abs(got - want) / max(abs(want), 1e-12) if want or abs(got) > 1e-15 else 0.0
        if d >= worst.get(key, (-1,))[0]:
            worst[key] = (d, label)

    for c in cases:
        x, n, cl = c["events"], c["total"], c["conf_level"]
        a = (1 - cl) / 2
        label = "%d/%d@%g" % (x, n, cl)
        t = binomtest(x, n)
        for m, key in (("exact", "clopper_pearson"), ("wilson", "wilson")):
            ci = t.proportion_ci(cl, method=m)
            for i in (0, 1):
                note("scipy binomtest " + key, ci[i], c[key][i], label)
        if x > 0:
            note("scipy beta jeffreys", beta.ppf(a, x + .5, n - x + .5), c["jeffreys"][0], label)
        if x < n:
            note("scipy beta jeffreys", beta.isf(a, x + .5, n - x + .5), c["jeffreys"][1], label)
        try:
            from statsmodels.stats.proportion import proportion_confint as pc
        except ImportError:
            continue
        for m, key in (("normal", "wald"), ("wilson", "wilson"), ("beta", "clopper_pearson"),
                       ("agresti_coull", "agresti_coull")):
            ci = pc(x, n, 1 - cl, method=m)
            for i in (0, 1):
                # statsmodels clips the normal and Agresti-Coull limits to [0, 1]
                want = min(max(c[key][i], 0.0), 1.0)
                note("statsmodels " + key, float(ci[i]), want, label)
    if shutil.which("Rscript"):
        lines = []
        for c in cases:
            x, n, cl = c["events"], c["total"], c["conf_level"]
            lines.append("x<-%d;n<-%d;cl<-%r;a<-(1-cl)/2" % (x, n, cl))
            lines.append("b<-binom.test(x,n,conf.level=cl)$conf.int")
            lines.append("w<-suppressWarnings(prop.test(x,n,conf.level=cl,correct=FALSE))$conf.int")
            lines.append("j<-c(if(x==0)0 else qbeta(a,x+.5,n-x+.5),"
                         "if(x==n)1 else qbeta(a,x+.5,n-x+.5,lower.tail=FALSE))")
            lines.append("cat(sprintf('%.17g',c(b,w,j)),'\\n')")
        r = subprocess.run(["Rscript", "-"], input="\n".join(lines), text=True,
                           capture_output=True, check=True)
        for c, line in zip(cases, r.stdout.strip().split("\n")):
            v = [float(s) for s in line.split()]
            label = "%d/%d@%g" % (c["events"], c["total"], c["conf_level"])
            for k, key in enumerate(("clopper_pearson", "wilson", "jeffreys")):
                for i in (0, 1):
                    note("R " + key, v[2 * k + i], c[key][i], label)
    for key in sorted(worst):
        print("%-36s max rel diff %.2e  (%s)" % (key, *worst[key]))


if __name__ == "__main__":
    check() if "--check" in sys.argv[1:] else generate()
