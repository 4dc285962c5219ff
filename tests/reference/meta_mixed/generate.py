"""Pooled odds ratios by the likelihood of the counts, to more digits than metafor's optimisers give.

Run in this directory, after generate.R (which writes the tables): python3 generate.py   (numpy, scipy)

The likelihoods are written out and summed over a fixed fine grid of the random effects; the
score is their complex-step derivative, its root found by scipy; the information is a difference of scores.
Nothing is shared with the crate: neither nodes nor derivatives.
"""
import csv
import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import brentq, minimize, root
from scipy.special import gammaln

STEP = 1e-30


def grid(points, half):
    """Equally spaced nodes; weights times the normal density."""
    x = np.linspace(-half, half, points)
    return x, np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * (x[1] - x[0])


ONE = grid(801, 13)
# The risks of studies with many events are sharp.
SHARP = grid(12801, 13)
TWO = grid(161, 11)


def choose(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def log1pexp(x):
    return np.where(x.real > 0, x + np.log1p(np.exp(-np.where(x.real > 0, x, 0))), np.log1p(np.exp(np.where(x.real > 0, 0, x))))


def binomial(y, n, eta):
    return choose(n, y) + y * eta - n * log1pexp(eta)


def hypergeometric(a, n1, c, n2, eta):
    m = a + c
    k = np.arange(max(0, m - n2), min(n1, m) + 1)
    logs = choose(n1, k) + choose(n2, m - k)
    tilted = logs[:, None] + np.multiply.outer(k, eta)
    top = tilted.real.max(axis=0)
    own = choose(n1, a) + choose(n2, c) + a * eta
    return own - top - np.log(np.exp(tilted - top).sum(axis=0))


def integrated(logs, weights):
    top = logs.real.max()
    return top + np.log((weights * np.exp(logs - top)).sum())


def study(model, row, p, random):
    """Log-likelihood of one study; p = mu, tau, gamma, sigma."""
    a, n1, c, n2 = row
    mu, tau, gamma, sigma = p
    if model == "UM.RS":
        if random:
            z1, w1 = TWO
            z2, w2 = TWO
            u, v = np.meshgrid(z1, z2)
            weights = np.multiply.outer(w2, w1)
        else:
            v, weights = SHARP
            u = np.zeros_like(v)
        base = gamma + sigma * v
        return integrated(binomial(a, n1, base + mu + tau * u / 2) + binomial(c, n2, base - tau * u / 2), weights)
    z, w = ONE if random else (np.zeros(1), np.ones(1))
    if model == "CM.EL":
        logs = hypergeometric(a, n1, c, n2, mu + tau * z)
    elif model == "CM.AL":
        logs = binomial(a, a + c, mu + tau * z + np.log(n1 / n2))
    else:
        logs = binomial(a, n1, gamma + mu + tau * z / 2) + binomial(c, n2, gamma - tau * z / 2)
    return integrated(logs, w)


def unpack(model, theta, i):
    """The four parameters of study i. theta = mu, tau, then gamma and sigma, or the gammas."""
    if model == "UM.RS":
        return [theta[0], theta[1], theta[2], theta[3]]
    if model == "UM.FS":
        return [theta[0], theta[1], theta[2 + i], 0]
    return [theta[0], theta[1], 0, 0]


def score(model, rows, theta, random):
    out = np.zeros(len(theta))
    shared = {"UM.RS": [0, 1, 2, 3]}.get(model, [0, 1])
    for i, row in enumerate(rows):
        for j in shared + ([2 + i] if model == "UM.FS" else []):
            if j == 1 and not random:
                continue
            shifted = np.array(theta, dtype=complex)
            shifted[j] += 1j * STEP
            out[j] += study(model, row, unpack(model, shifted, i), random).imag / STEP
    return out


def total(model, rows, theta, random):
    theta = np.array(theta, dtype=complex)
    return sum(study(model, row, unpack(model, theta, i), random).real for i, row in enumerate(rows))


def fit(model, rows, method):
    random = method == "ML"
    logit = lambda y, n: np.log((y + 0.5) / (n - y + 0.5))
    gammas = [logit(a + c, n1 + n2) for a, n1, c, n2 in rows]
    tail = {"UM.RS": [np.mean(gammas), max(np.std(gammas), 0.3)], "UM.FS": gammas}.get(model, [])
    best = None
    for tau in ([0.2, 0.6, 1.2] if random else [0.0]):
        theta = np.array([0.0, tau] + list(tail))
        free = [j for j in range(len(theta)) if random or j != 1]

        def f(x):
            full = theta.copy()
            full[free] = x
            return score(model, rows, full, random)[free]

        def height(x):
            full = theta.copy()
            full[free] = x
            return -total(model, rows, full, random), -score(model, rows, full, random)[free]

        near = minimize(height, theta[free], jac=True, method="L-BFGS-B", options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-6})
        found = root(f, near.x, method="hybr", options={"xtol": 1e-13, "maxfev": 2000})
        full = theta.copy()
        full[free] = found.x
        full[1] = abs(full[1])
        if np.abs(f(full[free])).max() > 1e-6:
            print("no root", name, model, method, tau, full, f(full[free]))
            continue
        value = total(model, rows, full, random)
        if random and full[1] < 1e-5:
            continue
        if best is None or value > best[1]:
            best = (full, value, free)
    if random:
        common = fit(model, rows, "EE")
        if best is None or best[1] <= common["log_likelihood"] + 1e-10:
            return {**common, "method": "ML", "tau2": 0.0}
    theta, value, free = best
    information = np.zeros((len(free), len(free)))
    for column, j in enumerate(free):
        h = 1e-4
        ends = []
        for shift in (-2 * h, -h, h, 2 * h):
            moved = theta.copy()
            moved[j] += shift
            ends.append(score(model, rows, moved, random)[free])
        information[:, column] = -(ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * h)
    information = (information + information.T) / 2
    made = {"model": model, "method": method, "estimate": theta[0], "std_error": float(np.sqrt(np.linalg.inv(information)[0, 0])),
            "log_likelihood": value, "tau2": theta[1] ** 2 if random else None}
    if model == "UM.RS":
        made["study_variance"] = theta[3] ** 2
    return made


def saturated(rows):
    """Wald statistic of one odds ratio against one for each study, conditional on the margins."""
    found = []
    for a, n1, c, n2 in rows:
        if min(a, n1 - a, c, n2 - c) == 0:
            continue
        slope = lambda t: hypergeometric(a, n1, c, n2, np.array([t + 1j * STEP]))[0].imag / STEP
        theta = brentq(slope, -20, 20, xtol=1e-14)
        found.append((theta, -(slope(theta + 1e-5) - slope(theta - 1e-5)) / 2e-5))
    theta, weight = np.array(found).T
    mean = (theta * weight).sum() / weight.sum()
    return float((weight * (theta - mean) ** 2).sum())


# A case that is in the file already is kept: the whole takes an hour. The grid of both random effects is too coarse
# for the many events of bcg and lau1992, and the supports of lau1992 too long.
path = pathlib.Path("precise.json")
cases = json.loads(path.read_text())["cases"] if path.exists() else []
for name in ["nielweise2007", "bcg", "scarce", "lau1992"]:
    with open(f"{name}.csv") as file:
        rows = [tuple(int(row[key]) for key in ("a", "n1", "c", "n2")) for row in csv.DictReader(file)]
    rows = [r for r in rows if 0 < r[0] + r[2] < r[1] + r[3]]
    for model in ["CM.EL", "CM.AL", "UM.FS", "UM.RS"]:
        for method in ["EE", "ML"]:
            large = name in ("bcg", "lau1992") and model == "UM.RS" and method == "ML"
            long = name == "lau1992" and model == "CM.EL"
            if large or long or any((c["data"], c["model"], c["method"]) == (name, model, method) for c in cases):
                continue
            found = {"data": name, **fit(model, rows, method)}
            print(found, flush=True)
            cases.append({k: (float(v) if isinstance(v, np.floating) else v) for k, v in found.items()})
            versions = {"numpy": np.__version__, "scipy": scipy.__version__}
            text = json.dumps({"generator": "generate.py", "versions": versions, "cases": cases}, indent=1)
            path.write_text(text + "\n")
    for case in cases:
        if case["data"] == name and case["model"] == "CM.EL":
            case["wald"] = saturated(rows)
versions = {"numpy": np.__version__, "scipy": scipy.__version__}
path.write_text(json.dumps({"generator": "generate.py", "versions": versions, "cases": cases}, indent=1) + "\n")
