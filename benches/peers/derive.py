"""The person table of a population beside what a user would write in DuckDB and Polars from Python:
employed at 6, 12 and 18 months after each person's index date, and days employed in 18 months, days
in two spells counted once, death ending everything.

    python benches/peers/derive.py make FOLDER [PEOPLE SPELLS]     participants.csv, spells.csv, study.toml
    python benches/peers/derive.py run FOLDER [--binary target/release/regtrial] [--repeats 3]
    python benches/peers/derive.py duckdb|polars FOLDER OUT        one of them, once

`run` starts every contender as a process of its own, in turn, takes wall time, processor time and peak
memory, checks first that all results are equal, and prints medians and ratios. On a machine that others
use, processor time tells more than wall time. Needs duckdb and polars (and numpy to
make the data). With `--r` it also runs derive.R (data.table).
"""

import argparse
import datetime
import os
import statistics
import sys
import time

LAST = "2022-12-31"
PLAN = """\
[study]
name = "population"
design = "register"

[people]
file = "participants.csv"
id = "lopenr"
index_date = "index_date"
status = { death = "died" }

[registers.jobs]
kind = "spells"
files = ["spells.csv"]
covers = { from = 2016-01-01, to = 2022-12-31 }
linked = "everyone"

[endpoints.work]
register = "jobs"
where = "type in ('ordinary', 'maritime')"
"""
STATUS = """
[outcomes.employed_{0}m]
endpoint = "work"
measure = "status"
at = "{0} months"
if_unobserved = {{ death = "composite" }}
"""
DAYS = """
[outcomes.days_18m]
endpoint = "work"
measure = "days"
window = ["0 months", "18 months"]
if_unobserved = { death = "composite" }
"""


def make(folder, people, spells):
    """People in any order, their spells in any order, about ten a person."""
    import numpy as np
    import polars as pl

    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(20200301)
    ids = rng.permutation(np.arange(10_000_000, 10_000_000 + people))
    index = np.datetime64("2018-01-01") + rng.integers(0, 700, people)
    died = np.where(rng.random(people) < 0.02, index + rng.integers(0, 700, people), np.datetime64("NaT"))
    day = "datetime64[D]"
    pl.DataFrame({"lopenr": ids, "index_date": index.astype(day), "age": rng.integers(18, 66, people),
                  "died": died.astype(day)}).write_csv(f"{folder}/participants.csv")
    who = rng.integers(0, people, spells)
    start = np.datetime64("2016-01-01") + rng.integers(0, 365 * 6, spells)
    length = rng.exponential(250, spells).astype(int)
    end = np.where(rng.random(spells) < 0.15, np.datetime64("NaT"), start + length)
    types = np.array(["ordinary", "maritime", "freelance", "subsidised"])
    kind = types[rng.choice(4, spells, p=[0.8, 0.02, 0.1, 0.08])]
    pl.DataFrame({"lopenr": ids[who], "start": start.astype(day), "end": end.astype(day), "type": kind,
                  "hours": np.round(rng.uniform(1, 40, spells) * 2) / 2}).write_csv(f"{folder}/spells.csv")
    with open(f"{folder}/study.toml", "w") as file:
        file.write(PLAN + "".join(STATUS.format(k) for k in (6, 12, 18)) + DAYS)


def duckdb(folder, out):
    import duckdb

    duckdb.sql(f"""
    copy (
      with people as (
        select lopenr, index_date, age, died, index_date + interval 6 month as l6,
               index_date + interval 12 month as l12, index_date + interval 18 month as l18
        from read_csv('{folder}/participants.csv', types = {{'lopenr': 'VARCHAR', 'died': 'DATE'}})),
      work as (
        select lopenr, start as first, coalesce("end", date '{LAST}') as last
        from read_csv('{folder}/spells.csv', types = {{'lopenr': 'VARCHAR', 'end': 'DATE'}})
        where type in ('ordinary', 'maritime') and start <= date '{LAST}'),
      seen as (
        select lopenr, first, least(last, coalesce(died, last)) as last, l6, l12, l18,
               greatest(first, index_date) as a,
               least(last, coalesce(died, last), cast(l18 as date) - 1) as b
        from work join people using (lopenr)
        where first <= l18 and last >= index_date),
      runs as (
        select *, max(b) over (partition by lopenr order by a, b
                               rows between unbounded preceding and 1 preceding) as before
        from seen),
      own as (
        select lopenr, max(case when first <= l6 and last >= l6 then 1 else 0 end) as employed_6m,
               max(case when first <= l12 and last >= l12 then 1 else 0 end) as employed_12m,
               max(case when first <= l18 and last >= l18 then 1 else 0 end) as employed_18m,
               sum(greatest(0, b - greatest(a, coalesce(before + 1, a)) + 1)) as days_18m
        from runs group by lopenr)
      select lopenr, people.index_date, age, died, coalesce(employed_6m, 0) as employed_6m,
             coalesce(employed_12m, 0) as employed_12m, coalesce(employed_18m, 0) as employed_18m,
             coalesce(days_18m, 0) as days_18m
      from people left join own using (lopenr)
    ) to '{out}' (header, delimiter ',')""")


def polars(folder, out):
    import polars as pl

    last = datetime.date.fromisoformat(LAST)
    people = pl.scan_csv(f"{folder}/participants.csv", schema_overrides={
        "lopenr": pl.String, "index_date": pl.Date, "died": pl.Date}).with_columns(
        **{f"l{k}": pl.col("index_date").dt.offset_by(f"{k}mo") for k in (6, 12, 18)})
    spells = pl.scan_csv(f"{folder}/spells.csv", schema_overrides={
        "lopenr": pl.String, "start": pl.Date, "end": pl.Date})
    one = pl.duration(days=1)
    work = (spells.filter(pl.col("type").is_in(["ordinary", "maritime"]), pl.col("start") <= last)
            .select("lopenr", "start", pl.col("end").fill_null(last))
            .join(people, on="lopenr")
            .filter(pl.col("start") <= pl.col("l18"), pl.col("end") >= pl.col("index_date"))
            .with_columns(end=pl.min_horizontal("end", "died"))
            .with_columns(a=pl.max_horizontal("start", "index_date"),
                          b=pl.min_horizontal("end", pl.col("l18") - one))
            .sort("lopenr", "a", "b"))
    before = pl.col("b").cum_max().shift(1)
    within = lambda day: ((pl.col("start") <= pl.col(day)) & (pl.col("end") >= pl.col(day))).max().cast(pl.Int8)
    length = (pl.col("b") - pl.max_horizontal("a", before + one) + one).dt.total_days().clip(lower_bound=0)
    own = work.group_by("lopenr").agg(
        employed_6m=within("l6"), employed_12m=within("l12"), employed_18m=within("l18"), days_18m=length.sum())
    names = ["employed_6m", "employed_12m", "employed_18m", "days_18m"]
    table = (people.select("lopenr", "index_date", "age", "died").join(own, on="lopenr", how="left")
             .with_columns(pl.col(names).fill_null(0)))
    table.sink_csv(out, engine="streaming")


def timed(command, out):
    """Wall seconds, processor seconds and peak memory in megabytes of a process that writes a new file."""
    if os.path.exists(out):
        os.remove(out)
    start = time.perf_counter()
    pid = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def check_equal(files):
    """All results are the same table, whatever the order of the people."""
    import polars as pl

    names = ["employed_6m", "employed_12m", "employed_18m", "days_18m"]
    tables = {name: pl.read_csv(file, schema_overrides={"lopenr": pl.String})
              .select("lopenr", pl.col(names).cast(pl.Float64)).sort("lopenr") for name, file in files.items()}
    first = next(iter(tables))
    for name, table in tables.items():
        if not table.equals(tables[first]):
            sys.exit(f"{name} and {first} disagree")
    print(f"equal: {', '.join(tables)}; {tables[first].height} people", tables[first].select(names).sum().row(0))


def run(folder, binary, repeats, with_r):
    here = os.path.abspath(__file__)
    out = {name: f"{folder}/{name}.csv" for name in ("regtrial", "duckdb", "polars")}
    commands = {"regtrial": [binary, "derive", f"{folder}/study.toml", "--out", out["regtrial"], "--quiet"]}
    for name in ("duckdb", "polars"):
        commands[name] = [sys.executable, here, name, folder, out[name]]
    if with_r:
        out["data.table"] = f"{folder}/data.table.csv"
        script = os.path.join(os.path.dirname(here), "derive.R")
        commands["data.table"] = ["Rscript", script, folder, out["data.table"]]
    for name, command in commands.items():
        timed(command, out[name])
    check_equal(out)
    seen = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            seen[name].append(timed(command, out[name]))
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in seen.items()}
    ours = medians["regtrial"]
    print(f"{'':11}{'seconds':>9}{'range':>16}{'cpu s':>8}{'MB':>8}{'times ours: seconds':>21}{'cpu':>6}{'MB':>6}")
    for name, (seconds, cpu, memory) in medians.items():
        times = sorted(run[0] for run in seen[name])
        print(f"{name:11}{seconds:9.2f}{times[0]:8.2f} -{times[-1]:6.2f}{cpu:8.2f}{memory:8.0f}"
              f"{seconds / ours[0]:21.1f}{cpu / ours[1]:6.1f}{memory / ours[2]:6.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "run", "duckdb", "polars"])
    parser.add_argument("folder")
    parser.add_argument("more", nargs="*")
    parser.add_argument("--binary", default="target/release/regtrial")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--r", action="store_true")
    args = parser.parse_args()
    if args.what == "make":
        people, spells = [int(n) for n in args.more] or (2_000_000, 20_000_000)
        make(args.folder, people, spells)
    elif args.what == "run":
        run(args.folder, args.binary, args.repeats, args.r)
    else:
        {"duckdb": duckdb, "polars": polars}[args.what](args.folder, args.more[0])
