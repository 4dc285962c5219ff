#!/usr/bin/env python3
"""Reference values for the noncentral t and chi-squared distributions.

Run `python3 generate.py` in this directory (needs mpmath); it writes expected.json. The noncentral t
is its series at 40 digits, held in some places against the integral of the definition by quadrature:
T <= x if Z + delta <= x sqrt(W / df) with W chi-squared. The noncentral chi-squared is its Poisson mixture.
"""
import json
import platform

import mpmath
from mpmath import mp, mpf

mp.dps = 40


def chi_density(w, df):
    return w ** (df / 2 - 1) * mpmath.exp(-w / 2) / (2 ** (df / 2) * mpmath.gamma(df / 2))


def t_by_definition(x, df, delta):
    x, df, delta = mpf(x), mpf(df), mpf(delta)
    spread = mpmath.sqrt(2 * df)
    points = [0] + [max(df + k * spread, mpf("1e-3")) for k in (-6, -3, -1, 0, 1, 3, 6, 10, 20, 40)]
    points = sorted(set(points)) + [mpmath.inf]
    upper = mpmath.quad(lambda w: chi_density(w, df) * mpmath.ncdf(delta - x * mpmath.sqrt(w / df)), points)
    lower = mpmath.quad(lambda w: chi_density(w, df) * mpmath.ncdf(x * mpmath.sqrt(w / df) - delta), points)
    assert abs(upper + lower - 1) < mpf("1e-15"), (x, df, delta, upper + lower)
    return float(lower), float(upper)


def t_tails(x, df, delta):
    x, df, delta = mpf(x), mpf(df), mpf(delta)
    if x < 0:
        lower, upper = t_tails(-x, df, -delta)
        return upper, lower
    y = x * x / (x * x + df)
    lower, j, m = mpmath.ncdf(-delta), 0, delta * delta / 2
    while True:
        p = mpmath.exp(-m) * m**j / mpmath.factorial(j)
        q = delta / mpmath.sqrt(2) * mpmath.exp(-m) * m**j / mpmath.gamma(j + mpf(3) / 2)
        lower += (p * mpmath.betainc(j + mpf(1) / 2, df / 2, 0, y, regularized=True)
                  + q * mpmath.betainc(j + 1, df / 2, 0, y, regularized=True)) / 2
        j += 1
        if j > m and abs(p) + abs(q) < mpf("1e-36"):
            return lower, 1 - lower


def chi_tails(x, df, nc):
    x, df, nc = mpf(x), mpf(df), mpf(nc)
    lower, j = mpf(0), 0
    upper = mpf(0)
    weight = mpmath.exp(-nc / 2)
    while True:
        p = mpmath.gammainc(df / 2 + j, 0, x / 2, regularized=True)
        q = mpmath.gammainc(df / 2 + j, x / 2, regularized=True)
        lower += weight * p
        upper += weight * q
        j += 1
        weight *= nc / 2 / j
        if j > nc and weight < mpf("1e-30"):
            return float(lower), float(upper)


cases = []
for df in (2, 3.5, 10, 126):
    for delta in (0, 0.5, 2.8, 6, -1.5):
        for x in (-2, 0, 0.7, 1.98, 5):
            lower, upper = t_tails(x, df, delta)
            cases.append({"distribution": "t", "x": x, "df": df, "noncentrality": delta, "cdf": float(lower), "sf": float(upper)})
mp.dps = 20
for x, df, delta in ((1.98, 10, 2.8), (0.7, 10, -1.5)):
    series, integral = t_tails(x, df, delta), t_by_definition(x, df, delta)
    assert abs(series[0] - integral[0]) < 1e-13 and abs(series[1] - integral[1]) < 1e-13
mp.dps = 40
for df in (1, 8, 100):
    for nc in (0.3, 7.85, 60):
        for x in (0.01, 3.84, 20, 150):
            lower, upper = chi_tails(x, df, nc)
            cases.append({"distribution": "chi_squared", "x": x, "df": df, "noncentrality": nc, "cdf": lower, "sf": upper})
with open("expected.json", "w") as out:
    json.dump({"generator": "generate.py", "versions": {"python": platform.python_version(), "mpmath": mpmath.__version__}, "cases": cases}, out, indent=1)
    out.write("\n")
print(len(cases))
