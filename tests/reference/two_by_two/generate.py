#!/usr/bin/env python3
"""Reference values for the comparison of two binomial proportions.

Run `python generate.py` to write expected.json next to this file, and
`python generate.py --check` to compare that file with the second voices.

Every value is computed with mpmath at 50 significant digits from the definition
(exact integers and fractions where possible), then rounded once to a double.
Notation: a of n1 treated and c of n2 control have the event; N = n1 + n2.

risk_difference (a/n1 - c/n2)
  wald                 SE sqrt(p1 q1/n1 + p2 q2/n2); not truncated; z and p null
                       when SE = 0
  newcombe             hybrid score from two Wilson intervals, no correction
  miettinen_nurminen   score interval with the variance factor N/(N-1);
                       statistic is the signed z at difference 0
  mee                  the same without the factor
  agresti_caffo        one success and one failure added per arm; centred at the
                       adjusted difference, std_error is the adjusted one,
                       estimate is the raw difference; not truncated
  The restricted maximum of the likelihood is found by bisection of its (monotone)
  score, polished by Newton; it is compared with the closed-form cubic root.
risk_ratio
  katz                 SE is of log RR; SE and limits null when a = 0 or c = 0
  koopman              inversion of the uncorrected score chi-square; statistic is
                       the signed z at ratio 1
odds_ratio
  woolf                SE is of log OR; SE and limits null with any zero cell
  conditional_exact    conditional MLE; limits with alpha/2 in each tail of the
                       noncentral hypergeometric distribution
  conditional_mid_p    same estimate; limits solve P(beyond) + P(at)/2 = alpha/2
tests
  chi_squared          Pearson, uncorrected
  chi_squared_yates    correction min(1/2, |O - E|)
  fisher               two-sided, sum of probabilities <= P(obs)(1 + 1e-7)
  fisher_mid_p         p_fisher - P(obs)/2
  barnard              pooled z, two-sided, arms fixed, maximum over the nuisance;
                       tables ordered by exact rational z^2
  boschloo             two-sided Fisher p as the statistic, arms fixed, maximum
                       over the nuisance; tables with p <= p_obs (1 + 1e-7)
  barnard and boschloo only for N <= 150 (else null). Their tail probability is a
  polynomial in the nuisance with exact integer coefficients: all local maxima of
  a fine grid are refined.
number_needed_to_treat  1/RD and the inverted Newcombe limits

Degenerate margins (no events at all, or events everywhere): the p-values under
"tests" are 1 and the chi-square and z statistics null (0/0);
fisher_mid_p also has "p_value_by_formula" = 1 - 1/2. The score z and its p under
risk_difference and risk_ratio are null.

Cross-checks (by --check; agreement is the largest relative difference seen):
  R 4.2.2      fisher.test p 3e-15 and mid-p (with dhyper) 2e-15; chisq.test with and
               without correction 5e-15; prop.test interval (Wald) 2e-14;
               fisher.test estimate 4e-4 and limits 6e-3 (its uniroot runs at the
               default tolerance; solving the same equations in R with tol = 1e-15, once
               and outside --check, for five tables including the one of 200000, agreed to 5e-14 or better, for
               the exact and the mid-p limits)
  scipy        chi2_contingency 3e-14; fisher_exact 3e-11; relative_risk (Katz) and
               odds_ratio sample (Woolf) 4e-16; odds_ratio conditional estimate 7e-14,
               limits 4e-12; nchypergeom_fisher tails at the exact and mid-p limits
               2e-12; barnard_exact(pooled = True) 2e-6 and Boschloo by fisher_exact on
               a grid 2e-7 (both search the nuisance only on a grid or by sampling);
               z at the Miettinen-Nurminen and Mee limits with the likelihood maximised
               numerically 2e-7 (the accuracy of that maximiser near an edge).
               scipy's own boschloo_exact is another statistic (twice the smaller
               one-sided p) and is not comparable.
  statsmodels  wald, newcombe, agresti_caffo 2e-14; koopman (score, ratio, tables
               without a zero cell) 3e-14. Its score interval for the DIFFERENCE is off
               from this one by up to 5e-2 relative (version 0.15.0): at its limits z is
               not the normal quantile, so it is not used.
  published    the limits in KNOWN below, Barnard .0281058 and Boschloo .0384639 for
               7/34 v 1/34, all met
Koopman limits for tables with a zero cell: they satisfy two algebraic forms of the
statistic, and (once, outside --check) z there with scipy's maximiser met the normal
quantile to 2e-7. number_needed_to_treat is not checked against a second program.
"nuisance" is one maximiser; with equal arms or ties others may do as well.
"""
import json
import os
import sys
from fractions import Fraction
from math import comb

import mpmath
from mpmath import mp, mpf

mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))
INF = "Inf"

TABLES = [(140, 185, 168, 260), (22, 46, 3, 37), (11, 22, 1, 23), (36, 91, 33, 96),
          (7, 34, 1, 34), (56, 70, 48, 80), (0, 10, 0, 20), (0, 10, 5, 20),
          (10, 10, 20, 20), (10, 10, 3, 12), (1, 2, 1, 2), (5, 5, 0, 5), (0, 1, 1, 1),
          (300, 1000, 250, 1000), (49852, 100000, 49021, 100000)]
CASES = ([(t, "0.95") for t in TABLES]
         + [((36, 91, 33, 96), "0.90"), ((36, 91, 33, 96), "0.99")])
UNCONDITIONAL_MAX_TOTAL = 150


# ---------------------------------------------------------------- helpers
def frac(v):
    return mpf(v.numerator) / v.denominator


def z_of(conf):
    return mp.sqrt(2) * mp.erfinv(conf)


def p_two_sided(z):
    return mp.erfc(abs(z) / mp.sqrt(2))


def num(v):
    if v is None or isinstance(v, str):
        return v
    return float(mp.nstr(mpf(v), 30))


def method(estimate, se=None, low=None, high=None, stat=None, p=None):
    return {"estimate": num(estimate), "std_error": num(se), "conf_low": num(low),
            "conf_high": num(high), "statistic_value": num(stat), "p_value": num(p)}


def root(f, lo, hi):
    """Root of a function with opposite signs at lo and hi (ends not evaluated:
    f is taken > 0 at lo and < 0 at hi). Bisection, then secant in the bracket."""
    flo = fhi = None
    for _ in range(25):
        m = (lo + hi) / 2
        v = f(m)
        if v > 0:
            lo, flo = m, v
        elif v < 0:
            hi, fhi = m, v
        else:
            return m
    tol = mpf(10) ** -42
    for _ in range(400):
        if hi - lo < tol * max(abs(lo), abs(hi)):
            break
        if flo is not None and fhi is not None:
            m = hi - fhi * (hi - lo) / (fhi - flo)
            # step a little past the secant point so that both ends close in
            w = (hi - lo)
            nudge = w * mpf(10) ** -6
            cands = [m, m - nudge, m + nudge, (lo + hi) / 2]
        else:
            cands = [(lo + hi) / 2]
        for m in cands:
            if not (lo < m < hi):
                continue
            v = f(m)
            if v > 0:
                lo, flo = m, v
            elif v < 0:
                hi, fhi = m, v
            else:
                return m
    else:
        raise RuntimeError("no convergence")
    return (lo + hi) / 2


# ---------------------------------------------------------------- risk difference
def wilson(x, n, z):
    p = mpf(x) / n
    den = 1 + z * z / n
    mid = (p + z * z / (2 * n)) / den
    h = z / den * mp.sqrt(p * (1 - p) / n + z * z / (4 * mpf(n) ** 2))
    return (mpf(0) if x == 0 else mid - h), (mpf(1) if x == n else mid + h)


def rd_wald(a, n1, c, n2, z):
    p1, p2 = mpf(a) / n1, mpf(c) / n2
    est = p1 - p2
    se = mp.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    if se == 0:
        return method(est, se, est, est)
    return method(est, se, est - z * se, est + z * se, est / se, p_two_sided(est / se))


def newcombe_limits(a, n1, c, n2, z):
    p1, p2 = mpf(a) / n1, mpf(c) / n2
    l1, u1 = wilson(a, n1, z)
    l2, u2 = wilson(c, n2, z)
    est = p1 - p2
    return (est - mp.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2),
            est + mp.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2))


def restricted_p2(a, n1, c, n2, delta):
    """Maximiser of the likelihood over p2 subject to p1 = p2 + delta."""
    lo, hi = max(mpf(0), -delta), min(mpf(1), 1 - delta)

    def terms(p2):
        p1 = p2 + delta
        return ((a, p1, 1), (n1 - a, 1 - p1, -1), (c, p2, 1), (n2 - c, 1 - p2, -1))

    # one-sided score at the ends of the feasible range
    def end_score(p2):
        s = mpf(0)
        for k, q, sign in terms(p2):
            if k:
                if abs(q) < mpf(10) ** -48:
                    return mp.inf * sign
                s += sign * k / q
        return s

    if end_score(lo) <= 0:
        return lo
    if end_score(hi) >= 0:
        return hi
    l, h = lo, hi
    for _ in range(90):
        m = (l + h) / 2
        if sum(sign * k / q for k, q, sign in terms(m) if k) > 0:
            l = m
        else:
            h = m
    m = (l + h) / 2
    for _ in range(3):
        t = [(k, q, sign) for k, q, sign in terms(m) if k]
        step = (sum(sign * k / q for k, q, sign in t)
                / sum(k / q ** 2 for k, q, _ in t))
        if lo < m + step < hi:
            m += step
    return m


def restricted_p2_cubic(a, n1, c, n2, delta):
    """The closed form of Miettinen and Nurminen (1985), as a check."""
    n, m = n1 + n2, a + c
    l3 = mpf(n)
    l2 = (n1 + 2 * n2) * delta - n - m
    l1 = (n2 * delta - n - 2 * c) * delta + m
    l0 = c * delta * (1 - delta)
    q = l2 ** 3 / (3 * l3) ** 3 - l1 * l2 / (6 * l3 ** 2) + l0 / (2 * l3)
    p = mp.sqrt(max(mpf(0), l2 ** 2 / (3 * l3) ** 2 - l1 / (3 * l3)))
    if q < 0:
        p = -p
    if p == 0:
        return -l2 / (3 * l3)
    w = (mp.pi + mp.acos(max(mpf(-1), min(mpf(1), q / p ** 3)))) / 3
    return 2 * p * mp.cos(w) - l2 / (3 * l3)


CUBIC_GAP = [mpf(0)]


def score_z(a, n1, c, n2, delta, factor):
    p2 = restricted_p2(a, n1, c, n2, delta)
    CUBIC_GAP[0] = max(CUBIC_GAP[0], abs(p2 - restricted_p2_cubic(a, n1, c, n2, delta)))
    p1 = p2 + delta
    v = factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return (mpf(a) / n1 - mpf(c) / n2 - delta) / mp.sqrt(v)


def rd_score(a, n1, c, n2, z, factor):
    est = mpf(a) / n1 - mpf(c) / n2

    def zf(d):
        return score_z(a, n1, c, n2, d, factor)

    # the statistic must fall as delta grows (one crossing on each side)
    if n1 + n2 < 1000:
        grid = [zf(mpf(k) / 100 + mpf(1) / 317) for k in range(-99, 100)]
        assert all(g > h for g, h in zip(grid, grid[1:]))
    low = mpf(-1) if est == -1 else root(lambda d: zf(d) - z, mpf(-1), est)
    high = mpf(1) if est == 1 else root(lambda d: zf(d) + z, est, mpf(1))
    if a + c in (0, n1 + n2):
        return method(est, None, low, high)
    pb = mpf(a + c) / (n1 + n2)
    z0 = est / mp.sqrt(factor * pb * (1 - pb) * (mpf(1) / n1 + mpf(1) / n2))
    return method(est, None, low, high, z0, p_two_sided(z0))


def rd_agresti_caffo(a, n1, c, n2, z):
    p1, p2 = mpf(a + 1) / (n1 + 2), mpf(c + 1) / (n2 + 2)
    se = mp.sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    d = p1 - p2
    return method(mpf(a) / n1 - mpf(c) / n2, se, d - z * se, d + z * se)


# ---------------------------------------------------------------- risk ratio
def ratio_estimate(top, bottom):
    if bottom:
        return mpf(top) / bottom
    return INF if top else None


def rr_katz(a, n1, c, n2, z):
    est = ratio_estimate(a * n2, n1 * c)
    if a == 0 or c == 0:
        return method(est)
    se = mp.sqrt(frac(Fraction(1, a) - Fraction(1, n1) + Fraction(1, c) - Fraction(1, n2)))
    if se == 0:
        return method(est, se, est, est)
    stat = mp.log(est) / se
    return method(est, se, est * mp.exp(-z * se), est * mp.exp(z * se), stat, p_two_sided(stat))


def koopman_z(a, n1, c, n2, theta):
    """Signed root of the Koopman (1984) chi-square at ratio theta."""
    n = n1 + n2
    b = theta * (n1 + c) + a + n2
    # smaller root of n p1^2 - b p1 + theta (a + c) = 0, without cancellation
    p1 = 2 * theta * (a + c) / (b + mp.sqrt(b * b - 4 * theta * n * (a + c)))
    p2 = p1 / theta
    if c == n2 and a == n1:
        p1, p2 = min(mpf(1), theta), min(mpf(1), 1 / theta)
    q1, q2 = 1 - p1, 1 - p2
    num_ = mpf(a) / n1 - theta * mpf(c) / n2
    z = num_ / mp.sqrt(p1 * q1 / n1 + theta ** 2 * p2 * q2 / n2)
    if min(q1, q2) > mpf(10) ** -20:  # Koopman's own form
        u = (a - n1 * p1) ** 2 / (n1 * p1 * q1) + (c - n2 * p2) ** 2 / (n2 * p2 * q2)
        assert abs(u - z * z) < mpf(10) ** -20 * (1 + u), (a, n1, c, n2, theta, u, z * z)
    return z


def rr_koopman(a, n1, c, n2, z):
    est = ratio_estimate(a * n2, n1 * c)
    if a + c == 0:
        return method(est, None, 0, INF)

    def g(t):
        return koopman_z(a, n1, c, n2, mp.exp(t))

    wide = mpf(40)
    t_est = mp.log(est) if a and c else None
    low = mpf(0) if a == 0 else mp.exp(
        root(lambda t: g(t) - z, -wide, wide if t_est is None else t_est))
    high = INF if c == 0 else mp.exp(
        root(lambda t: g(t) + z, -wide if t_est is None else t_est, wide))
    if a + c == n1 + n2:
        return method(est, None, low, high)
    z0 = g(mpf(0))
    return method(est, None, low, high, z0, p_two_sided(z0))


# ---------------------------------------------------------------- odds ratio
def or_woolf(a, n1, c, n2, z):
    b, d = n1 - a, n2 - c
    est = ratio_estimate(a * d, b * c)
    if 0 in (a, b, c, d):
        return method(est)
    se = mp.sqrt(frac(Fraction(1, a) + Fraction(1, b) + Fraction(1, c) + Fraction(1, d)))
    stat = mp.log(est) / se
    return method(est, se, est * mp.exp(-z * se), est * mp.exp(z * se), stat, p_two_sided(stat))


def support(n1, n2, m):
    return max(0, m - n2), min(n1, m)


def noncentral(n1, n2, m, psi, x):
    """(P(X<x), P(X=x), P(X>x), E X) of Fisher's noncentral hypergeometric."""
    lo, hi = support(n1, n2, m)
    cut = mpf(10) ** -70

    def ratio(k):  # w(k+1)/w(k)
        return psi * ((n1 - k) * (m - k)) / ((k + 1) * (n2 - m + k + 1))

    l, h = lo, hi  # mode: first k with ratio(k) <= 1
    while l < h:
        mid = (l + h) // 2
        if ratio(mid) > 1:
            l = mid + 1
        else:
            h = mid
    mode = l
    below = at = above = total = first = mpf(0)

    def add(k, w):
        nonlocal below, at, above, total, first
        if k < x:
            below += w
        elif k > x:
            above += w
        else:
            at += w
        total += w
        first += (k - x) * w

    w, k = mpf(1), mode
    while True:
        add(k, w)
        if k == hi:
            break
        w *= ratio(k)
        k += 1
        if w < cut:
            break
    w, k = mpf(1), mode
    while k > lo:
        k -= 1
        w /= ratio(k)
        if w < cut:
            break
        add(k, w)
    return below / total, at / total, above / total, x + first / total


def or_conditional(a, n1, c, n2, alpha):
    m = a + c
    lo, hi = support(n1, n2, m)
    if lo == hi:
        return method(None, None, 0, INF), method(None, None, 0, INF)
    b, d = n1 - a, n2 - c
    mid_t = mp.log((a + mpf(1) / 2) * (d + mpf(1) / 2) / ((b + mpf(1) / 2) * (c + mpf(1) / 2)))
    wide = mpf(2) if n1 + n2 > 500 else mpf(30)

    def solve(h):  # h falls as log psi grows
        return mp.exp(root(h, mid_t - wide, mid_t + wide))

    def at(t):
        return noncentral(n1, n2, m, mp.exp(t), a)

    if a == lo:
        est = mpf(0)
    elif a == hi:
        est = INF
    else:
        est = solve(lambda t: a - at(t)[3])
    half = alpha / 2

    def limits(weight):
        def lower(t):
            r = at(t)
            return half - (r[2] + weight * r[1])

        def upper(t):
            r = at(t)
            return r[0] + weight * r[1] - half

        return (mpf(0) if a == lo else solve(lower), INF if a == hi else solve(upper))

    l1, u1 = limits(1)
    l2, u2 = limits(mpf(1) / 2)
    return method(est, None, l1, u1), method(est, None, l2, u2)


# ---------------------------------------------------------------- tests
def chi_squared(a, n1, c, n2, yates):
    n, m = n1 + n2, a + c
    if m in (0, n):
        return {"statistic_value": None, "df": 1, "p_value": 1.0}
    obs = [a, n1 - a, c, n2 - c]
    exp = [Fraction(n1 * m, n), Fraction(n1 * (n - m), n),
           Fraction(n2 * m, n), Fraction(n2 * (n - m), n)]
    dev = abs(obs[0] - exp[0])
    corr = min(Fraction(1, 2), dev) if yates else 0
    s = frac(sum((abs(o - e) - corr) ** 2 / e for o, e in zip(obs, exp)))
    return {"statistic_value": num(s), "df": 1, "p_value": num(mp.erfc(mp.sqrt(s / 2)))}


def fisher_parts(a, n1, c, n2):
    """(two-sided p, P(X = a)) as exact fractions or, for large tables, at 50 digits."""
    m = a + c
    lo, hi = support(n1, n2, m)
    if n1 + n2 <= 2000:
        w = [comb(n1, k) * comb(n2, m - k) for k in range(lo, hi + 1)]
        obs = w[a - lo]
        tot = comb(n1 + n2, m)
        keep = sum(v for v in w if v * 10 ** 7 <= obs * (10 ** 7 + 1))
        return Fraction(keep, tot), Fraction(obs, tot)
    # outward recurrence from the observed table, until negligible
    up, down = {}, {}
    w, k = mpf(1), a
    while k < hi and w > mpf(10) ** -70:
        w = w * ((n1 - k) * (m - k)) / ((k + 1) * (n2 - m + k + 1))
        k += 1
        up[k] = w
    w, k = mpf(1), a
    while k > lo and w > mpf(10) ** -70:
        k -= 1
        w = w * ((k + 1) * (n2 - m + k + 1)) / ((n1 - k) * (m - k))
        down[k] = w
    both = [mpf(1)] + list(up.values()) + list(down.values())
    total = mp.fsum(both)
    keep = mp.fsum(v for v in both if v <= 1 + mpf(10) ** -7)
    return keep / total, 1 / total


def maximise(coef):
    """Maximum over p in [0, 1] of sum_s coef[s] p^s (1-p)^(N-s), coef exact integers."""
    import numpy as np
    n = len(coef) - 1
    # expected share of each total that is rejected, so that doubles suffice
    share = np.array([float(Fraction(coef[s], comb(n, s))) for s in range(n + 1)])
    from scipy.stats import binom
    grid = np.sin(np.linspace(0, np.pi / 2, 20001)) ** 2
    val = np.zeros_like(grid)
    for s in range(n + 1):
        if coef[s]:
            val += share[s] * binom.pmf(s, n, grid)

    def f(p):
        q = 1 - p
        return mp.fsum(v * p ** s * q ** (n - s) for s, v in enumerate(coef) if v)

    def fprime(p):
        q = 1 - p
        return mp.fsum(v * p ** (s - 1) * q ** (n - s - 1) * (s - n * p)
                       for s, v in enumerate(coef) if v)

    best, where = max((f(mpf(0)), mpf(0)), (f(mpf(1)), mpf(1)))
    top = val.max()
    for i in range(1, len(grid) - 1):
        if val[i] >= val[i - 1] and val[i] >= val[i + 1] and val[i] > top * (1 - 1e-4):
            l, h = mpf(float(grid[i - 1])), mpf(float(grid[i + 1]))
            p = mpf(float(grid[i]))
            if l > 0 and h < 1 and fprime(l) > 0 > fprime(h):
                p = root(fprime, l, h)
            v = f(p)
            if v > best:
                best, where = v, p
    assert abs(best - mpf(float(top))) < 1e-6
    return best, where


def rejection_coefficients(n1, n2, reject):
    coef = [0] * (n1 + n2 + 1)
    for i in range(n1 + 1):
        for j in range(n2 + 1):
            if reject(i, j):
                coef[i + j] += comb(n1, i) * comb(n2, j)
    return coef


def barnard(a, n1, c, n2):
    n = n1 + n2

    def z2(i, j):
        m = i + j
        if m in (0, n):
            return Fraction(0)
        d = Fraction(i, n1) - Fraction(j, n2)
        return d * d * n * n / (m * (n - m) * (Fraction(1, n1) + Fraction(1, n2)))

    obs = z2(a, c)
    coef = rejection_coefficients(n1, n2, lambda i, j: z2(i, j) >= obs)
    if a + c in (0, n):
        return {"statistic_value": None, "p_value": 1.0, "nuisance": None}
    z = mp.sqrt(frac(obs)) * (1 if a * n2 >= c * n1 else -1)
    if obs == 0:
        return {"statistic_value": 0.0, "p_value": 1.0, "nuisance": None}
    p, where = maximise(coef)
    return {"statistic_value": num(z), "p_value": num(p), "nuisance": num(where)}


def boschloo(a, n1, c, n2):
    n = n1 + n2
    pf = {(i, j): fisher_parts(i, n1, j, n2)[0] for i in range(n1 + 1) for j in range(n2 + 1)}
    obs = pf[a, c]
    bound = obs * Fraction(10 ** 7 + 1, 10 ** 7)
    if obs == 1:
        return {"statistic_value": 1.0, "p_value": 1.0, "nuisance": None}
    kept = {k for k, v in pf.items() if v <= bound}
    assert kept == {k for k, v in pf.items() if v <= obs}  # the tolerance changes nothing
    p, where = maximise(rejection_coefficients(n1, n2, lambda i, j: (i, j) in kept))
    return {"statistic_value": num(frac(obs)), "p_value": num(p), "nuisance": num(where)}


def tests(a, n1, c, n2):
    pf, pobs = fisher_parts(a, n1, c, n2)
    if isinstance(pf, Fraction):
        pf, pobs = frac(pf), frac(pobs)
    mid = pf - pobs / 2
    if a + c in (0, n1 + n2):
        mid_out = {"p_value": 1.0, "p_value_by_formula": num(mid)}
    else:
        mid_out = {"p_value": num(mid)}
    small = n1 + n2 <= UNCONDITIONAL_MAX_TOTAL
    return {
        "chi_squared": chi_squared(a, n1, c, n2, False),
        "chi_squared_yates": chi_squared(a, n1, c, n2, True),
        "fisher": {"p_value": num(pf)},
        "fisher_mid_p": mid_out,
        "barnard": barnard(a, n1, c, n2) if small else None,
        "boschloo": boschloo(a, n1, c, n2) if small else None,
    }


def nnt(a, n1, c, n2, z):
    rd = Fraction(a, n1) - Fraction(c, n2)
    lo, hi = newcombe_limits(a, n1, c, n2, z)
    excl = lo > 0 or hi < 0
    return {"estimate": num(frac(1 / rd)) if rd else INF,
            "conf_low": num(1 / hi) if excl else None,
            "conf_high": num(1 / lo) if excl else None}


# ---------------------------------------------------------------- output
def one_case(t, conf_text):
    a, n1, c, n2 = t
    conf = mpf(conf_text)
    z, alpha = z_of(conf), 1 - conf
    n = n1 + n2
    exact, mid = or_conditional(a, n1, c, n2, alpha)
    est = mpf(a) / n1 - mpf(c) / n2
    return {
        "events_treated": a, "total_treated": n1, "events_control": c, "total_control": n2,
        "conf_level": float(conf_text),
        "risk_difference": {
            "wald": rd_wald(a, n1, c, n2, z),
            "newcombe": method(est, None, *newcombe_limits(a, n1, c, n2, z)),
            "miettinen_nurminen": rd_score(a, n1, c, n2, z, mpf(n) / (n - 1)),
            "mee": rd_score(a, n1, c, n2, z, mpf(1)),
            "agresti_caffo": rd_agresti_caffo(a, n1, c, n2, z),
        },
        "risk_ratio": {"katz": rr_katz(a, n1, c, n2, z), "koopman": rr_koopman(a, n1, c, n2, z)},
        "odds_ratio": {"woolf": or_woolf(a, n1, c, n2, z), "conditional_exact": exact,
                       "conditional_mid_p": mid},
        "tests": tests(a, n1, c, n2),
        "number_needed_to_treat": nnt(a, n1, c, n2, z),
    }


# published or independently known values: (table, group, method, low, high, tolerance)
KNOWN = [
    ((140, 185, 168, 260), "miettinen_nurminen", .0239066184, .1937144854, 1e-9),
    ((140, 185, 168, 260), "newcombe", .0238107598, .1927079274, 1e-9),
    ((22, 46, 3, 37), "miettinen_nurminen", .21382124, .55579571, 1e-8),
    ((0, 10, 0, 20), "miettinen_nurminen", -.1658, .2844, 6e-5),
    ((7, 34, 1, 34), "miettinen_nurminen", .027041628, .345291217, 1e-8),
    ((7, 34, 1, 34), "mee", .0284, .3439, 6e-5),
    ((56, 70, 48, 80), "miettinen_nurminen", .0528297132, .3381729400, 1e-9),
    ((56, 70, 48, 80), "mee", .0533, .3377, 6e-5),
]


def generate():
    import platform
    import numpy
    import scipy
    cases = []
    for t, conf in CASES:
        cases.append(one_case(t, conf))
        print("done", t, conf, file=sys.stderr)
    print("largest gap to the closed-form cubic: " + mp.nstr(CUBIC_GAP[0], 3), file=sys.stderr)
    by = {(c["events_treated"], c["total_treated"], c["events_control"], c["total_control"]): c
          for c in cases if c["conf_level"] == 0.95}
    bad = 0
    for t, m, lo, hi, tol in KNOWN:
        r = by[t]["risk_difference"][m]
        if abs(r["conf_low"] - lo) > tol or abs(r["conf_high"] - hi) > tol:
            bad += 1
            print("KNOWN VALUE DIFFERS", t, m, r, lo, hi, file=sys.stderr)
    k = by[7, 34, 1, 34]["tests"]
    for name, want in (("barnard", .0281058), ("boschloo", .0384639)):
        if abs(k[name]["p_value"] - want) > 1e-7:
            bad += 1
            print("KNOWN VALUE DIFFERS", name, k[name], want, file=sys.stderr)
    print("known values differing: %d" % bad, file=sys.stderr)
    out = {
        "generator": "generate.py",
        "versions": {"python": platform.python_version(), "mpmath": mpmath.__version__,
                     "scipy": scipy.__version__, "numpy": numpy.__version__},
        "note": "Two independent proportions, treated minus (or over) control. Computed at "
                "50 digits, rounded once to double. null = undefined or not given by the "
                "method; \"Inf\" and \"-Inf\" are infinite. Ratio std_errors are on the log "
                "scale. barnard and boschloo only for totals up to 150. See the head of "
                "generate.py for each definition and for the degenerate tables.",
        "cases": cases,
    }
    with open(os.path.join(HERE, "expected.json"), "w") as f:
        json.dump(out, f, indent=1)
        f.write("\n")


# ---------------------------------------------------------------- second voices
def check():
    import shutil
    import subprocess
    import warnings
    import numpy as np
    from scipy import stats
    from scipy.optimize import minimize_scalar
    warnings.simplefilter("ignore")
    with open(os.path.join(HERE, "expected.json")) as f:
        cases = json.load(f)["cases"]
    worst = {}

    def note(key, got, want, label):
        if want is None:
            return
        want = float(str(want).lower()) if isinstance(want, str) else want
        got = float(got)
        if np.isinf(want) or np.isinf(got):
            d = 0.0 if want == got else float("inf")
        elif want == 0:
            d = abs(got)
        else:
            d = abs(got - want) / abs(want)
        k = worst.setdefault(key, [0, -1.0, ""])
        k[0] += 1
        if not d <= k[1]:
            k[1], k[2] = d, label

    def ci_note(key, got, m, label):
        note(key, got[0], m["conf_low"], label)
        note(key, got[1], m["conf_high"], label)

    try:
        from statsmodels.stats.proportion import confint_proportions_2indep as cp
    except ImportError:
        cp = None
    for c in cases:
        a, n1, e, n2 = (c[k] for k in ("events_treated", "total_treated",
                                       "events_control", "total_control"))
        cl = c["conf_level"]
        label = "%d/%d v %d/%d@%g" % (a, n1, e, n2, cl)
        rd, rr, orr, ts = c["risk_difference"], c["risk_ratio"], c["odds_ratio"], c["tests"]
        tab = [[a, n1 - a], [e, n2 - e]]
        degenerate = a + e in (0, n1 + n2)
        zero = 0 in (a, n1 - a, e, n2 - e)
        if not degenerate:
            for corr, key in ((False, "chi_squared"), (True, "chi_squared_yates")):
                s, p, _, _ = stats.chi2_contingency(tab, correction=corr)
                note("scipy " + key + " statistic", s, ts[key]["statistic_value"], label)
                note("scipy " + key + " p", p, ts[key]["p_value"], label)
            note("scipy fisher_exact p", stats.fisher_exact(tab)[1], ts["fisher"]["p_value"], label)
            if n1 + n2 < 3000:
                o = stats.contingency.odds_ratio(tab, kind="conditional")
                note("scipy conditional MLE", o.statistic, orr["conditional_exact"]["estimate"], label)
                ci_note("scipy conditional exact CI", o.confidence_interval(cl),
                        orr["conditional_exact"], label)
            if ts["barnard"] and ts["barnard"]["statistic_value"]:
                b = stats.barnard_exact(np.array(tab).T, pooled=True, n=256)
                note("scipy barnard_exact p", b.pvalue, ts["barnard"]["p_value"], label)
        if a and e:
            ci_note("scipy relative_risk (katz)",
                    stats.contingency.relative_risk(a, n1, e, n2).confidence_interval(cl),
                    rr["katz"], label)
        if not zero:
            ci_note("scipy odds_ratio (woolf)",
                    stats.contingency.odds_ratio(tab, kind="sample").confidence_interval(cl),
                    orr["woolf"], label)
        if cp:
            for m, key in (("wald", "wald"), ("newcomb", "newcombe"), ("agresti-caffo", "agresti_caffo")):
                ci_note("statsmodels " + key, cp(a, n1, e, n2, method=m, compare="diff", alpha=1 - cl),
                        rd[key], label)
            if not zero:
                ci_note("statsmodels koopman",
                        cp(a, n1, e, n2, method="score", compare="ratio", alpha=1 - cl,
                           correction=False), rr["koopman"], label)
        # score limits put back into z(delta), likelihood maximised numerically by scipy
        zq = stats.norm.ppf((1 + cl) / 2)
        for key, factor in (("miettinen_nurminen", (n1 + n2) / (n1 + n2 - 1)), ("mee", 1.0)):
            for end, sign in (("conf_low", 1), ("conf_high", -1)):
                dl = rd[key][end]
                if abs(dl) == 1:
                    continue
                q = minimize_scalar(
                    lambda p: -(stats.binom.logpmf(a, n1, min(max(p + dl, 0.0), 1.0))
                                + stats.binom.logpmf(e, n2, p)),
                    bounds=(max(0, -dl), min(1, 1 - dl)), method="bounded",
                    options={"xatol": 1e-13}).x
                v = factor * ((q + dl) * (1 - q - dl) / n1 + q * (1 - q) / n2)
                note("scipy maximised likelihood, z at " + key + " limits",
                     (a / n1 - e / n2 - dl) / np.sqrt(v), sign * zq, label)
        # conditional limits put back into scipy's noncentral hypergeometric tails
        if n1 + n2 < 3000 and not degenerate:
            for key, w in (("conditional_exact", 1.0), ("conditional_mid_p", 0.5)):
                for end in ("conf_low", "conf_high"):
                    psi = orr[key][end]
                    if psi in (0.0, "Inf"):
                        continue
                    nc = stats.nchypergeom_fisher(n1 + n2, a + e, n1, psi)
                    ks = np.arange(a + 1, min(n1, a + e) + 1) if end == "conf_low" else np.arange(
                        max(0, a + e - n2), a)
                    note("scipy noncentral tails at " + key + " limits",
                         nc.pmf(ks).sum() + w * nc.pmf(a), (1 - cl) / 2, label)
        # Boschloo again, in doubles on a plain grid of the nuisance
        if ts["boschloo"] and ts["boschloo"]["p_value"] < 1:
            grid = np.linspace(0, 1, 4001)
            b1 = stats.binom.pmf(np.arange(n1 + 1)[:, None], n1, grid)
            b2 = stats.binom.pmf(np.arange(n2 + 1)[:, None], n2, grid)
            pf = np.array([[stats.fisher_exact([[i, n1 - i], [j, n2 - j]])[1]
                            for j in range(n2 + 1)] for i in range(n1 + 1)])
            tot = ((pf <= pf[a, e] * (1 + 1e-7)).astype(float) @ b2 * b1).sum(0)
            note("scipy fisher_exact on a grid, boschloo p", tot.max(),
                 ts["boschloo"]["p_value"], label)
    if shutil.which("Rscript"):
        src = """
f<-function(a,n1,c,n2,cl){t<-matrix(c(a,c,n1-a,n2-c),2)
fe<-fisher.test(t,conf.level=cl,control=list())
x1<-suppressWarnings(chisq.test(t,correct=FALSE));x2<-suppressWarnings(chisq.test(t))
pt<-suppressWarnings(prop.test(c(a,c),c(n1,n2),conf.level=cl,correct=FALSE))$conf.int
m<-a+c
v<-c(fe$p.value,fe$estimate,fe$conf.int,x1$statistic,x1$p.value,x2$statistic,x2$p.value,pt,
fe$p.value-dhyper(a,n1,n2,m)/2)
cat(sprintf('%.17g',v),'\\n')}
"""
        for c in cases:
            src += "f(%d,%d,%d,%d,%r)\n" % (c["events_treated"], c["total_treated"],
                                            c["events_control"], c["total_control"], c["conf_level"])
        r = subprocess.run(["Rscript", "-"], input=src, text=True, capture_output=True)
        if r.returncode:
            print(r.stderr)
        for c, line in zip(cases, r.stdout.strip().split("\n")):
            v = [float(s) for s in line.split()]
            label = "%d/%d v %d/%d@%g" % (c["events_treated"], c["total_treated"],
                                          c["events_control"], c["total_control"], c["conf_level"])
            ce, ts = c["odds_ratio"]["conditional_exact"], c["tests"]
            note("R fisher.test p", v[0], ts["fisher"]["p_value"], label)
            note("R fisher.test estimate", v[1], ce["estimate"], label)
            ci_note("R fisher.test CI", v[2:4], ce, label)
            if ts["chi_squared"]["statistic_value"] is not None:
                note("R chisq.test statistic", v[4], ts["chi_squared"]["statistic_value"], label)
                note("R chisq.test p", v[5], ts["chi_squared"]["p_value"], label)
                note("R chisq.test (Yates) statistic", v[6], ts["chi_squared_yates"]["statistic_value"], label)
                note("R chisq.test (Yates) p", v[7], ts["chi_squared_yates"]["p_value"], label)
            w = c["risk_difference"]["wald"]
            # prop.test truncates to [-1, 1]
            note("R prop.test CI (wald)", v[8], max(-1.0, w["conf_low"]), label)
            note("R prop.test CI (wald)", v[9], min(1.0, w["conf_high"]), label)
            note("R fisher.test and dhyper, mid-p", v[10],
                 ts["fisher_mid_p"].get("p_value_by_formula", ts["fisher_mid_p"]["p_value"]), label)
    for key in sorted(worst):
        print("%-58s %3d values, max rel diff %.2e  (%s)" % (key, *worst[key]))


if __name__ == "__main__":
    check() if "--check" in sys.argv[1:] else generate()
