# The peer of `logistic_20_covariates` in ../estimators.rs: statsmodels' GLM on a problem of the same
# shape (an intercept and 20 covariates), the fit alone. Prints the median of several fits in seconds.
#
#   python benches/peers/logistic.py
import statistics
import time

import numpy as np
import statsmodels
import statsmodels.api as sm

rng = np.random.default_rng(20200301)
columns = 20
slopes = np.where(np.arange(columns) % 2 == 0, 0.3, -0.2)
for rows in (1_000, 10_000, 100_000, 1_000_000):
    x = rng.uniform(-1, 1, (rows, columns))
    risk = 1 / (1 + np.exp(0.3 - x @ slopes))
    y = (rng.uniform(size=rows) < risk).astype(float)
    design = sm.add_constant(x)
    seconds = []
    for _ in range(11 if rows < 100_000 else 5):
        start = time.perf_counter()
        sm.GLM(y, design, family=sm.families.Binomial()).fit()
        seconds.append(time.perf_counter() - start)
    print(f"{rows:7d} rows: median {statistics.median(seconds):.4f} s "
          f"({min(seconds):.4f} to {max(seconds):.4f}), statsmodels {statsmodels.__version__}")
