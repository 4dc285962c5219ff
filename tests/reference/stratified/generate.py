"""Reference values for two-by-two tables within strata, at 50 digits. Run in this directory:

    python generate.py

Every formula is written out from its paper; generate.R holds them against R (mantelhaen.test and
metafor) where R has them.
"""
import json
import mpmath as mp

mp.mp.dps = 50
Z = mp.erfinv(mp.mpf("0.95")) * mp.sqrt(2)

# Strata as events treated, total treated, events control, total control.
CASES = {
    "four sites": [(11, 36, 10, 37), (16, 20, 22, 32), (14, 19, 7, 19), (2, 16, 1, 17)],
    "a single stratum": [(22, 46, 3, 37)],
    "a stratum without events": [(0, 12, 0, 11), (7, 20, 3, 21), (9, 15, 8, 17)],
    "a stratum of events alone": [(5, 5, 4, 4), (7, 20, 3, 21), (2, 15, 8, 17)],
    "no event among the treated": [(0, 12, 3, 11), (0, 20, 2, 21)],
    "unequal arms": [(3, 5, 20, 90), (40, 100, 2, 6), (1, 2, 1, 2), (300, 1000, 250, 1100)],
    "no difference": [(4, 10, 8, 20), (6, 30, 4, 20)],
}


def number(x):
    if x is None:
        return None
    if mp.isinf(x):
        return "Inf" if x > 0 else "-Inf"
    return float(mp.nstr(x, 20))


def restricted(a, n1, c, n0, delta):
    """Most likely control risk when the difference is delta: root of the cubic."""
    low, high = max(mp.mpf(0), -delta), min(mp.mpf(1), 1 - delta)
    # derivative of the log-likelihood, multiplied by its denominators
    def slope(p):
        q = p + delta
        total = mp.mpf(0)
        if a: total += a / q
        if n1 - a: total -= (n1 - a) / (1 - q)
        if c: total += c / p
        if n0 - c: total -= (n0 - c) / (1 - p)
        return total
    if a == 0 and c == 0:
        return low
    if a == n1 and c == n0:
        return high
    left, right = low, high
    for _ in range(180):
        middle = (left + right) / 2
        if middle in (left, right):
            break
        if slope(middle) > 0:
            left = middle
        else:
            right = middle
    return (left + right) / 2


def score_limits(strata, weights, difference):
    def variance(delta):
        total = mp.mpf(0)
        for (a, n1, c, n0), w in zip(strata, weights):
            p0 = restricted(a, n1, c, n0, delta)
            p1 = min(max(p0 + delta, mp.mpf(0)), mp.mpf(1))
            total += w ** 2 * (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0) * mp.mpf(n1 + n0) / (n1 + n0 - 1)
        return total
    def limit(inner, outer):
        for _ in range(110):
            middle = (inner + outer) / 2
            if (difference - middle) ** 2 <= Z ** 2 * variance(middle):
                inner = middle
            else:
                outer = middle
        return (inner + outer) / 2
    at_zero = variance(mp.mpf(0))
    return limit(difference, mp.mpf(-1)), limit(difference, mp.mpf(1)), difference / mp.sqrt(at_zero)


def wilson(x, n, z):
    p = mp.mpf(x) / n
    centre = p + z ** 2 / (2 * n)
    half = z * mp.sqrt(p * (1 - p) / n + z ** 2 / (4 * n ** 2))
    return (centre - half) / (1 + z ** 2 / n), (centre + half) / (1 + z ** 2 / n)


def stratified_wilson(groups, weights):
    own = [mp.mpf(x) / n * (1 - mp.mpf(x) / n) / n for x, n in groups]
    if all(v == 0 for v in own):
        own = [mp.mpf(1) / n for _, n in groups]
    z = Z * mp.sqrt(sum(w ** 2 * v for w, v in zip(weights, own))) / sum(w * mp.sqrt(v) for w, v in zip(weights, own))
    limits = [wilson(x, n, z) for x, n in groups]
    return tuple(sum(w * l[i] for w, l in zip(weights, limits)) for i in (0, 1))


def chi_squared_p(value, df):
    return mp.gammainc(mp.mpf(df) / 2, value / 2, regularized=True)


def case(name, strata):
    cells = [tuple(map(mp.mpf, (a, n1 - a, c, n0 - c, n1, n0, n1 + n0))) for a, n1, c, n0 in strata]
    raw = [n1 * n0 / n for *_, n1, n0, n in cells]
    weights = [w / sum(raw) for w in raw]
    rd = sum(w * (a / n1 - c / n0) for w, (a, b, c, d, n1, n0, n) in zip(weights, cells))
    P = sum((n1 ** 2 * c - n0 ** 2 * a + n1 * n0 * (n0 - n1) / 2) / n ** 2 for a, b, c, d, n1, n0, n in cells)
    Q = sum((a * (n0 - c) + c * (n1 - a)) / (2 * n) for a, b, c, d, n1, n0, n in cells)
    out = {"name": name, "strata": strata, "conf_level": 0.95}
    out["risk_difference"] = {"estimate": number(rd), "std_error": number(mp.sqrt((rd * P + Q) / sum(raw) ** 2))}
    top = sum(a * n0 / n for a, b, c, d, n1, n0, n in cells)
    bottom = sum(c * n1 / n for a, b, c, d, n1, n0, n in cells)
    out["risk_ratio"] = {"estimate": number(top / bottom), "std_error": None}
    if top > 0 and bottom > 0:
        spread = sum((n1 * n0 * (a + c) - a * c * n) / n ** 2 for a, b, c, d, n1, n0, n in cells)
        out["risk_ratio"]["std_error"] = number(mp.sqrt(spread / (top * bottom)))
    R = [a * d / n for a, b, c, d, n1, n0, n in cells]
    S = [b * c / n for a, b, c, d, n1, n0, n in cells]
    odds = sum(R) / sum(S)
    out["odds_ratio"] = {"estimate": number(odds), "std_error": None}
    if sum(R) > 0:
        p = [(a + d) / n for a, b, c, d, n1, n0, n in cells]
        q = [1 - x for x in p]
        v = (sum(x * r for x, r in zip(p, R)) / (2 * sum(R) ** 2)
             + sum(x * s + y * r for x, y, r, s in zip(p, q, R, S)) / (2 * sum(R) * sum(S))
             + sum(y * s for y, s in zip(q, S)) / (2 * sum(S) ** 2))
        out["odds_ratio"]["std_error"] = number(mp.sqrt(v))
    excess = sum(a - n1 * (a + c) / n for a, b, c, d, n1, n0, n in cells)
    v = sum(n1 * n0 * (a + c) * (b + d) / (n ** 2 * (n - 1)) for a, b, c, d, n1, n0, n in cells)
    for key, less in (("cochran_mantel_haenszel", 0), ("cochran_mantel_haenszel_yates", mp.mpf(1) / 2)):
        value = max(abs(excess) - less, 0) ** 2 / v
        out[key] = {"statistic_value": number(value), "p_value": number(chi_squared_p(value, 1))}
    informative = [x for x in cells if x[0] + x[2] > 0 and x[1] + x[3] > 0]
    out["breslow_day"] = out["breslow_day_tarone"] = {"statistic_value": None, "df": None, "p_value": None}
    if sum(R) > 0 and len(informative) > 1:
        squares = tarone = total = mp.mpf(0)
        for a, b, c, d, n1, n0, n in informative:
            m = a + c
            low, high = max(mp.mpf(0), m - n0), min(n1, m)
            for _ in range(180):
                x = (low + high) / 2
                if x * (n0 - m + x) < odds * (n1 - x) * (m - x):
                    low = x
                else:
                    high = x
            x = (low + high) / 2
            var = 1 / (1 / x + 1 / (n1 - x) + 1 / (m - x) + 1 / (n0 - m + x))
            squares += (a - x) ** 2 / var
            tarone += a - x
            total += var
        df = len(informative) - 1
        for key, value in (("breslow_day", squares), ("breslow_day_tarone", squares - tarone ** 2 / total)):
            out[key] = {"statistic_value": number(value), "df": df, "p_value": number(chi_squared_p(value, df))}
    low, high, z = score_limits(strata, weights, rd)
    out["stratified_miettinen_nurminen"] = {"conf_low": number(low), "conf_high": number(high), "statistic_value": number(z)}
    l1, u1 = stratified_wilson([(a, n1) for a, n1, c, n0 in strata], weights)
    l0, u0 = stratified_wilson([(c, n0) for a, n1, c, n0 in strata], weights)
    s1 = sum(w ** 2 / n1 for w, (a, n1, c, n0) in zip(weights, strata))
    s0 = sum(w ** 2 / n0 for w, (a, n1, c, n0) in zip(weights, strata))
    out["stratified_newcombe"] = {
        "conf_low": number(rd - Z * mp.sqrt(s1 * l1 * (1 - l1) + s0 * u0 * (1 - u0))),
        "conf_high": number(rd + Z * mp.sqrt(s1 * u1 * (1 - u1) + s0 * l0 * (1 - l0)))}
    return out


document = {"generator": "generate.py", "versions": {"mpmath": mp.__version__},
            "cases": [case(name, strata) for name, strata in CASES.items()]}
with open("expected.json", "w") as file:
    json.dump(document, file, indent=1)
    file.write("\n")
