#!/usr/bin/env python3
"""Writes the small synthetic tables of the worked examples next to this file. Every person and site is
invented; what is planted is said beside each table. The same bytes every time."""

import math
import random
from pathlib import Path

HERE = Path(__file__).parent


def write(name, header, rows):
    lines = [",".join(header)] + [",".join(str(cell) for cell in row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n")


def bell(draw):
    return sum(draw.random() for _ in range(12)) - 6


def seed_trial():
    """SEED as a person a row: 22 of 46 and 3 of 37, the counts reconstructed from its odds ratio. Sex is invented."""
    draw = random.Random(2020)
    rows = []
    for arm, events, total in (("TAU", 3, 37), ("IPS", 22, 46)):
        for i in range(total):
            rows.append((arm, int(i < events), "woman" if draw.random() < 0.4 else "man"))
    write("seed.csv", ("arm", "employed", "sex"), rows)


def interaction():
    """400 people, log-binomial: risk 0.20 in controls, times 1.5 with IPS, times 1.2 with earlier work, times 1.4 more
    with both."""
    draw = random.Random(2020)
    rows = []
    for i in range(400):
        ips, worked = i % 2, int(draw.random() < 0.5)
        risk = 0.20 * 1.5**ips * 1.2**worked * 1.4 ** (ips * worked)
        rows.append((("TAU", "IPS")[ips], worked, int(draw.random() < risk)))
    write("interaction.csv", ("arm", "worked_before", "employed"), rows)


def three_arms():
    """720 people in three arms: risks 0.60, 0.59, 0.46; weeks in work rise with a latent capacity, 3 more with either
    intervention; hours are skewed."""
    draw = random.Random(720)
    rows = []
    for arm, total, risk, shift in (("SAU", 239, 0.46, 0), ("IPS", 243, 0.60, 3), ("IPSE", 238, 0.59, 3)):
        for _ in range(total):
            employed = draw.random() < risk
            weeks = max(0, min(78, round(24 + shift + 12 * bell(draw)))) if employed else 0
            hours = round(weeks * 18 * math.exp(0.5 * bell(draw)))
            rows.append((arm, int(employed), weeks, hours))
    write("three-arms.csv", ("arm", "employed", "weeks", "hours"), rows)


def self_report():
    """200 people, distress at 6 and 12 months: correlated within a person, 1.5 points lower with IPS at both; one in
    ten reports is missing."""
    draw = random.Random(6012)
    rows = []
    for person in range(1, 201):
        ips, own = person % 2, bell(draw)
        before = 22 + 4 * own + 3 * bell(draw)
        for month in (6, 12):
            distress = 20 + 4 * own - 1.5 * ips - 0.05 * (month - 6) + 3 * bell(draw)
            cell = "NA" if draw.random() < 0.1 else f"{distress:.1f}"
            rows.append((person, ("TAU", "IPS")[ips], month, f"{before:.1f}", cell))
    write("self-report.csv", ("person", "arm", "month", "distress_before", "distress"), rows)
    # The same, a row a person, as a participant list has it.
    wide = [(*first[:2], first[3], first[4], second[4]) for first, second in zip(rows[::2], rows[1::2])]
    write("self-report-wide.csv", ("person", "arm", "distress_before", "distress_6m", "distress_12m"), wide)


def fidelity():
    """24 sites, 25 items from 1 to 5 that share a site's quality; the employment rate rises by 0.4 points a point of
    quality times 10. Two ratings are missing."""
    draw = random.Random(25)
    rows = []
    for site in range(1, 25):
        quality = bell(draw)
        items = [max(1, min(5, round(4.0 + 0.6 * quality + 0.8 * bell(draw)))) for _ in range(25)]
        rate = round(40 + 4 * quality + 5 * bell(draw), 1)
        if site == 7:
            items[9] = "NA"
        if site == 19:
            items[20] = "NA"
        rows.append((f"site{site:02d}", *items, rate))
    header = ("site", *(f"item{i}" for i in range(1, 26)), "employment_rate")
    write("fidelity.csv", header, rows)


seed_trial()
interaction()
three_arms()
self_report()
fidelity()
