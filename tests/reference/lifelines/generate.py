"""Survival curves, tests, Cox models and a cumulative incidence by lifelines: a second voice beside R's survival.

Run in this directory: python3 generate.py   (lifelines, numpy, pandas)
The data are those of ../survival, ../cox and ../competing. Newton's method of CoxPHFitter is told to go on to 1e-14.
"""
import json
import pathlib
import warnings

import lifelines
import numpy
import pandas
from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test, multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent


def table(path):
    return pandas.read_csv(here.parent / path)


def curve(path, by, level, times, tau):
    data = table(path)
    data = data[data[by] == level]
    fit = KaplanMeierFitter().fit(data["time"], data["event"])
    limits = fit.confidence_interval_
    at = [limits.index.searchsorted(time, side="right") - 1 for time in times]
    return {
        "data": path, "by": by, "level": level, "times": times, "tau": tau,
        "survival": [float(fit.predict(time)) for time in times],
        "low": [float(limits.iloc[i, 0]) for i in at],
        "high": [float(limits.iloc[i, 1]) for i in at],
        "restricted_mean": float(restricted_mean_survival_time(fit, t=tau)),
    }


def log_rank(path, by, rho, gamma):
    data = table(path)
    weights = {} if rho == gamma == 0 else {"weightings": "fleming-harrington", "p": rho, "q": gamma}
    if data[by].nunique() == 2:
        first, second = (data[data[by] == level] for level in sorted(data[by].unique()))
        test = logrank_test(first["time"], second["time"], first["event"], second["event"], **weights)
    else:
        test = multivariate_logrank_test(data["time"], data[by], data["event"], **weights)
    return {"data": path, "by": by, "rho": rho, "gamma": gamma, "statistic": float(test.test_statistic), "p_value": float(test.p_value)}


def cox(path, terms, strata=None, cluster=None):
    data = table(path)
    event = "event"
    if "cause" in data:
        event, data["event"] = "cause == 1", (data["cause"] == 1).astype(int)
    columns = ["time", "event"] + terms + [name for name in (strata, cluster) if name]
    precise = {"precision": 1e-14}
    fit = CoxPHFitter().fit(data[columns], "time", "event", strata=strata, cluster_col=cluster, robust=cluster is not None, fit_options=precise)
    right = terms + ([f"strata({strata})"] if strata else []) + ([f"cluster({cluster})"] if cluster else [])
    return {
        "data": path, "formula": f"Surv(time, {event}) ~ " + " + ".join(right), "clustered": cluster is not None,
        "coefficients": [float(value) for value in fit.params_], "std_errors": [float(value) for value in fit.standard_errors_],
        "log_likelihood": float(fit.log_likelihood_),
        "concordance": None if strata else float(fit.concordance_index_),
    }


def incidence(path, times):
    data = table(path)
    fit = AalenJohansenFitter(calculate_variance=False).fit(data["time"], data["cause"], 1)
    return {"data": path, "times": times, "incidence": [float(fit.predict(time)) for time in times]}


lung, tied = "cox/lung.csv", "cox/tied.csv"
cases = [{
    "curves": [curve(lung, "sex", 1, [100, 300, 500], 500), curve(lung, "sex", 2, [100, 300, 500], 500), curve(tied, "arm", 1, [60, 180, 300], 330)],
    "tests": [log_rank(path, by, rho, gamma) for path, by in [(lung, "sex"), (tied, "arm")] for rho, gamma in [(0, 0), (1, 0), (0.5, 1)]]
    + [log_rank(tied, "site", 0, 0)],
    "cox": [cox(lung, ["sex", "age", "ecog"]), cox(tied, ["x", "arm"]), cox(tied, ["x", "arm"], strata="site"), # Its sandwich takes ties otherwise than Efron's likelihood does: on untied times alone.
        cox("competing/clustered.csv", ["group", "age"], cluster="site")],
    "incidence": [incidence("competing/clustered.csv", [500, 1500, 3000, 4500])],
}]
versions = {"lifelines": lifelines.__version__, "numpy": numpy.__version__, "pandas": pandas.__version__}
document = {"generator": "generate.py", "versions": versions, "cases": cases}
(here / "expected.json").write_text(json.dumps(document, indent=1) + "\n")
