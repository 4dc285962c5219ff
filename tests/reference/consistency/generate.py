#!/usr/bin/env python3
"""Reference values for the consistency checks, by brute force over all data with exact fractions (percentages, GRIM,
GRIMMER) and 50-digit arithmetic (effects, R-squared). Run `python generate.py` to write expected.json.

A printed number stands for every value from half a unit of its last digit below to half a unit above, both included.
"""

import itertools
import json
import math
import platform
from fractions import Fraction
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50
Z = mp.sqrt(2) * mp.erfinv(mp.mpf("0.95"))


def ends(text):
    decimals = len(text.split(".")[1]) if "." in text else 0
    half = Fraction(1, 2 * 10**decimals)
    return Fraction(text) - half, Fraction(text) + half


def inside(value, text):
    low, high = ends(text)
    if isinstance(value, Fraction):
        return low <= value <= high
    return mp.mpf(low.numerator) / low.denominator <= value <= mp.mpf(high.numerator) / high.denominator


def percentages():
    cases = []
    for text in ("46.5", "18", "5", "59.9", "61.3", "0.1", "33.33", "100", "0", "12.5"):
        for n in (1, 8, 23, 74, 75, 202, 230, 239, 240, 1000):
            found = [k for k in range(n + 1) if inside(Fraction(100 * k, n), text)]
            cases.append({"printed": text, "total": n, "events": found})
    return cases


def effect(measure, a, n1, c, n2):
    if min(a, n1 - a, c, n2 - c) == 0 and measure == "odds-ratio" or min(a, c) == 0:
        return None
    a, n1, c, n2 = map(mp.mpf, (a, n1, c, n2))
    if measure == "risk-ratio":
        value, error = (a / n1) / (c / n2), mp.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n2)
    else:
        value = a * (n2 - c) / ((n1 - a) * c)
        error = mp.sqrt(1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c))
    return value, value * mp.exp(-Z * error), value * mp.exp(Z * error)


def effects():
    cases = []
    for measure, printed, treated, control in (
        ("risk-ratio", ("11.5", "1.62", "81.8"), (20, 24), (21, 25)),
        ("odds-ratio", ("5.63", "2.28", "13.84"), (46, 46), (45, 45)),
        ("odds-ratio", ("5.63", "2.29", "13.84"), (46, 46), (45, 45)),
        ("odds-ratio", ("10.39", "2.79", "38.68"), (46, 46), (37, 37)),
        ("risk-ratio", ("2.17", "1.09", "4.33"), (44, 47), (36, 40)),
        ("risk-ratio", ("1.55", "0.76", "3.15"), (44, 44), (41, 41)),
        ("risk-ratio", ("2.0", "1.0", "4.0"), (10, 20), (10, 20)),
    ):
        found = []
        for n1 in range(treated[0], treated[1] + 1):
            for a in range(n1 + 1):
                for n2 in range(control[0], control[1] + 1):
                    for c in range(n2 + 1):
                        # A rough float first; 50 digits only for what is near.
                        if a == 0 or c == 0 or measure == "odds-ratio" and (a == n1 or c == n2):
                            continue
                        rough = a / n1 / (c / n2) if measure == "risk-ratio" else a * (n2 - c) / ((n1 - a) * c)
                        low, high = ends(printed[0])
                        if not float(low) * 0.999 <= rough <= float(high) * 1.001:
                            continue
                        values = effect(measure, a, n1, c, n2)
                        if values and all(inside(v, t) for v, t in zip(values, printed)):
                            found.append([a, n1, c, n2])
        cases.append({"measure": measure, "printed": printed, "treated": treated, "control": control, "tables": found})
    return cases


def means():
    """Every multiset of answers: which sums have data behind them. Ours may call more possible, never less."""
    cases = []
    for n, low, high in ((3, 1, 4), (4, 1, 5), (5, 1, 4), (6, 0, 3)):
        truth = {}
        for data in itertools.combinations_with_replacement(range(low, high + 1), n):
            mean = Fraction(sum(data), n)
            square = sum((Fraction(x) - mean) ** 2 for x in data) / (n - 1)
            truth.setdefault(sum(data), set()).add(square)
        for mean in (f"{low + i * 0.25:.2f}" for i in range(4 * (high - low) + 1)):
            for sd in ("0.00", "0.50", "0.58", "0.82", "1.00", "1.15", "1.26", "1.41", "1.73", "2.00"):
                low_sd, high_sd = ends(sd)
                low_sd = max(low_sd, Fraction(0))
                sums = [
                    t
                    for t, squares in truth.items()
                    if inside(Fraction(t, n), mean) and any(low_sd**2 <= s <= high_sd**2 for s in squares)
                ]
                grim = [t for t in truth if inside(Fraction(t, n), mean)]
                cases.append(
                    {"n": n, "range": [low, high], "mean": mean, "sd": sd, "sums": sorted(sums), "grim": sorted(grim)}
                )
    return cases


def shares(x, n, k):
    x, n, k = mp.mpf(x), mp.mpf(n), mp.mpf(k)
    null = -2 * (k * mp.log(k / n) + (n - k) * mp.log(1 - k / n))
    cox_snell = 1 - mp.exp(-x / n)
    return x / null, cox_snell, cox_snell / (1 - mp.exp(-null / n))


def r_squared():
    values = []
    for x, n, k in (("41.38", 202, 127), ("41.38", 202, 128), ("41.38", 197, 124), ("0.5", 20, 3), ("900", 1000, 500)):
        values.append({"chi_squared": x, "n": n, "events": k, "shares": [float(v) for v in shares(x, n, k)]})
    printed = {"chi_squared": "41.38", "shares": ["0.16", "0.19", "0.26"], "percent": "63", "totals": [100, 260]}
    people = []
    for n in range(100, 261):
        for k in range(1, n):
            if not inside(Fraction(100 * k, n), "63"):
                continue
            low, high = shares("41.375", n, k), shares("41.385", n, k)
            fits = True
            for text, a, b in zip(printed["shares"], low, high):
                e0, e1 = ends(text)
                fits &= a <= mp.mpf(e1.numerator) / e1.denominator and b >= mp.mpf(e0.numerator) / e0.denominator
            if fits:
                people.append([n, k])
    printed["people"] = people
    return {"values": values, "printed": printed}


expected = {
    "versions": {"python": platform.python_version(), "mpmath": mp.__version__},
    "percentages": percentages(),
    "effects": effects(),
    "means": means(),
    "r_squared": r_squared(),
}
Path(__file__).with_name("expected.json").write_text(json.dumps(expected, indent=1) + "\n")
