"""Write nsw.csv from the PyPI package `causaldata` (data set nsw_mixtape).

Run as `python make_csv.py` in this directory, in an environment which holds
`causaldata`. The package stores the earnings columns (re74, re75, re78) as
32-bit floats; each is written as the shortest decimal text of its exact value
widened to 64 bits, so a reader which parses it as a 64-bit float gets exactly
the stored number. Rows keep the package's order; the constant column data_id
is left out.
"""

import csv
from pathlib import Path

from causaldata import nsw_mixtape

INTS = ["treat", "age", "educ", "black", "hisp", "marr", "nodegree"]
EARNINGS = ["re74", "re75", "re78"]


def earnings(value):
    value = float(value)
    return "0" if value == 0 else repr(value)


def main():
    data = nsw_mixtape.load_pandas().data
    columns = [[str(int(v)) for v in data[name]] for name in INTS]
    columns += [[earnings(v) for v in data[name]] for name in EARNINGS]
    target = Path(__file__).resolve().parent / "nsw.csv"
    with target.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(INTS + EARNINGS)
        writer.writerows(zip(*columns))


if __name__ == "__main__":
    main()
