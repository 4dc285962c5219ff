"""The rows of the participants out of a large extract, with Polars' lazy scan and a semi-join.

    regtrial synth big --people 720 --seed 1 --kinds aa-nav --background 20000000
    python benches/peers/scan.py big

Needs polars (seen with 1.3x). Prints seconds and the number of rows.
"""

import sys
import time

import polars as pl

folder = sys.argv[1]
people = pl.scan_csv(f"{folder}/participants.csv", infer_schema=False).select("lopenr")
for _ in range(3):
    start = time.perf_counter()
    extract = pl.scan_csv(f"{folder}/aa-nav/arbeidsforhold.csv", separator=";", infer_schema=False)
    rows = extract.join(people, on="lopenr", how="semi").collect(engine="streaming")
    print(f"{time.perf_counter() - start:.2f} s, {rows.height} rows")
