"""Writes docs/first-comparison.md: first numbers of the model beside the published figures it may be fitted to.

Nothing has been tuned. National history is run under a few seeds, for the default period and again from October 2005
for figures that begin earlier; each figure of the bin *fit* is printed beside the simulated one, inside its range or
not, and every miss has one sentence on the likely reason. Figures kept for a later test are neither used nor printed.
``python tools/first_comparison.py [--thin K] [--seeds N]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.evidence.compare import NOT_YET, compare_fit, mean_and_interval
from enforcement_sim.evidence.targets import Scope, load_targets
from enforcement_sim.evidence.window import Window
from enforcement_sim.experiment.run import run
from enforcement_sim.results import Result
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.world.geography import load_geography, secure_communities_dates

OUT = Path(__file__).parents[1] / "docs" / "first-comparison.md"
SEEDS = 4
PERIODS = {"default": date(2008, 10, 1), "long": date(2005, 10, 1)}
"""First day of each set of runs; all end with the scenario's own last day."""

SC, BACKGROUND = "secure_communities", ("jail_287g", "criminal_alien_program")
YEARS = (2010, 2011, 2012)
THOUSAND = 1000
INSIDE = "inside"

LATE = "too many matched people leave before the answer comes, because release is quick and triage takes hours"
FEW = "Follows from too few people in custody; returns are counted apart here and may be in the published series."
RECORDS = (
    "Prior records of non-citizens are assumed, and may be too light; and of the people found, those with convictions "
    "stay longest in jail or prison before they can be removed."
)
STAY = (
    "Cases and sentences are too short for most misdemeanours, and people held for other authorities or moved between "
    "jails are left out."
)
REASONS = {
    "sc_match_rate": "Non-citizens' share of bookings times their share in IDENT is too low for the nation, though not for "
    "Texas; both were set for the full roll-out, and early counties had more non-citizens.",
    "sc_custody_2011_03": f"The match rate is low, {LATE}, and people whom another programme found first are not counted "
    "here, while the published count takes custody by any route.",
    "sc_removed_2011_03": FEW,
    "sc_removals_fy2009": FEW,
    "sc_removals_fy2010": FEW,
    "sc_removals_fy2011": FEW,
    "sc_removed_2011_02": FEW,
    "sc_removed_ca_share": "California's part of removals follows its part of matched people here; why the published "
    "part is larger has not been found.",
    "sc_nonconvicted_2010_06": RECORDS,
    "sc_nonconvicted_2011_03": RECORDS,
    "sc_level1_ca": "Level 1 takes an aggravated felony or two felonies, which the assumed prior records give to few; people "
    "with long prison terms are removed after the window, and those imprisoned before the run are not in it.",
    "sc_level3_2011_02": RECORDS,
    "detainers_fy2008_2011": "The Criminal Alien Program, which worked nationwide before Secure Communities, is a thin "
    f"background that starts without prisoners of earlier years; and {LATE}.",
    "g287_identified_2012_02": "Task-force arrests are not in the model, and officers' interviews a day are taken from one "
    "county.",
    "g287_arrests_fy2008": "Task-force arrests, Maricopa County's among them, are not in the model.",
    "g287_removed_share": "Detainers of officers end in custody and removal at the rates of all detainers; the published "
    "jails were better served.",
    "g287_serious_share": "Traffic and driving offences weigh more among non-citizens' bookings than among the published "
    "detainers, and serious offences less.",
    "g287_detainer_per_interview": "How many of those who say they are foreign-born are removable is set for the nation.",
    "g287_proceedings_per_processed": "Only notices to appear are counted as charged: people with an earlier removal or order "
    "need none, and a detainer that is lifted or lapses never leads to one.",
    "cap_charged_fy2008": "The published count takes in federal and state prisons whose inmates were booked years before; here "
    "the program visits a share of local jails and admissions to prison, and starts without prisoners of earlier years.",
    "jail_inmates_2010": STAY,
    "jail_mean_stay_days": STAY,
    "detainers_lpr": "How many permanent residents are removable before and after a conviction is assumed.",
    "detainers_citizens": "The share of mistakes is set from this figure and moves with the number of matches.",
}
"""The likely reason of a miss, by the figure's id."""

NOT_EXAMINED = "The reason has not been looked into."

HAND: dict[str, tuple[str, ...]] = {
    "bookings": ("12,900", "11,800", "11,600"),
    "share of people under Secure Communities": (".30", ".60", ".84"),
    "share of non-citizens under Secure Communities": (".46", ".70", ".86"),
    "submitted": ("3,400", "6,900", "9,600"),
    "matched": ("245", "350", "417"),
    "Secure Communities detainers": ("123", "176", "210"),
    "detainers found by 287(g) or the Criminal Alien Program": ("125", "120", "85"),
    "all detainers": ("248", "296", "295"),
    "removed, Secure Communities (published)": ("49", "79", "not shown"),
}
"""A funnel worked out by hand before anything was simulated, by fiscal year, in thousands."""

HEAD = """# First comparison with the record

What the model says, as first written, beside published figures that it may be fitted to. **Nothing has been tuned**: no
parameter has been chosen by looking at this page. {runs} Simulated numbers are means over seeds with a 95% interval
(Student's t), which holds chance in the simulation and no doubt about parameters. People belong to the programme that found
them first. A figure's *range* is a judgement by hand of how sure the figure is and how alike its definition is; a simulated
mean within it is *inside*. Figures that are kept for a later test are neither used nor shown here.

Made by `python tools/first_comparison.py`. Figures and citations: `src/enforcement_sim/evidence/targets.yaml`.

**{inside} of {compared} figures that the model can express are inside their range; {left} more cannot be expressed yet.** Being
inside is no test of the model: two of the figures are the shipped schedule, and the shares of mistakes, of printed bookings,
of interviews that find somebody and of lifted detainers were set with the sources of some of these figures at hand.
"""


def simulate(seeds: Sequence[int], thin: int) -> dict[str, list[Result]]:
    """Run national history for both periods under every seed."""
    baseline = load_scenario("baseline").with_(ensemble=0).with_(thin=thin)
    found: dict[str, list[Result]] = {}
    for name, start in PERIODS.items():
        found[name] = []
        for seed in seeds:
            found[name].append(run(baseline.with_(**{"period.start": start.isoformat()}), seed))
            print(f"{name}, seed {seed}: done", flush=True)
    return found


def amount(value: float, unit: str = "") -> str:
    """Return a number as a table shows it."""
    if np.isnan(value):
        return "–"
    if abs(value) >= THOUSAND:
        return f"{value:,.0f}"
    if unit == "share" or abs(value) < 1:
        return f"{value:.5f}" if abs(value) < 0.005 else f"{value:.4f}" if abs(value) < 0.1 else f"{value:.3f}"
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"


def days(start: date, end: date) -> str:
    """Return a period in words."""
    return str(start) if start == end else f"{start} to {end}"


def simulated_cell(row: dict[str, Any]) -> str:
    """Return the simulated mean and interval."""
    mean, low, high = (amount(row[key], row["unit"]) for key in ("simulated", "simulated_low", "simulated_high"))
    return mean if low == high else f"{mean} ({low} to {high})"


def figures_table(rows: list[dict[str, Any]], sources: dict[str, int]) -> str:
    """Return the figures that could be compared, side by side."""
    lines = ["| figure | where, when | published (range) | simulated (95%) | unit | |", "|---|---|---:|---:|---|---|"]
    for row in rows:
        low, value, high = (amount(row[key], row["unit"]) for key in ("low", "published", "high"))
        published = f"{value} ({low} to {high}) [{sources[row['citation']]}]"
        place = f"{row['scope']}, {days(row['published_from'], row['published_to'])}"
        verdict = f"**{row['verdict']}**" if row["verdict"] != INSIDE else INSIDE
        note = f"<br>{row['note']}" if row["note"] else ""
        cells = [
            f"{row['measures']} (`{row['id']}`){note}",
            place,
            published,
            simulated_cell(row),
            row["unit"],
            verdict,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def covered(year: int, weights: np.ndarray) -> float:
    """Return the share of people in counties with Secure Communities, averaged over the days of a fiscal year."""
    first = date(year - 1, 10, 1)
    active = secure_communities_dates()
    shares = []
    while first < date(year, 10, 1):
        shares.append(weights[active <= np.datetime64(first)].sum() / weights.sum())
        first += timedelta(days=1)
    return float(np.mean(shares))


def funnel_table(results: Sequence[Result]) -> str:
    """Return the funnel worked out by hand beside the simulated one, in thousands."""
    counties = load_geography().counties
    cells: dict[str, list[str]] = {name: [] for name in HAND}
    for year in YEARS:
        cells["share of people under Secure Communities"].append(
            f"{covered(year, counties.population.astype(float)):.2f}"
        )
        cells["share of non-citizens under Secure Communities"].append(
            f"{covered(year, counties.noncitizens.astype(float)):.2f}"
        )
        windows = [Window(one, date(year - 1, 10, 1), date(year, 9, 30), Scope("nation")) for one in results]
        counted = {
            "bookings": [window.count("booked") for window in windows],
            "submitted": [window.count("submitted") for window in windows],
            "matched": [window.count("matched") for window in windows],
            "Secure Communities detainers": [window.count("detainer_issued", SC) for window in windows],
            "detainers found by 287(g) or the Criminal Alien Program": [
                sum(window.count("detainer_issued", programme) for programme in BACKGROUND) for window in windows
            ],
            "all detainers": [window.count("detainer_issued") for window in windows],
            "removed, Secure Communities (published)": [window.count("removed", SC) for window in windows],
        }
        for name, values in counted.items():
            mean, low, high = (value / THOUSAND for value in mean_and_interval(values))
            cells[name].append(f"{mean:,.0f} ± {(high - low) / 2:.1f}")
    heads = [text for year in YEARS for text in (f"FY{year} by hand", f"FY{year} simulated")]
    lines = [f"| thousands | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for name, by_hand in HAND.items():
        pairs = [text for pair in zip(by_hand, cells[name], strict=True) for text in pair]
        lines.append(f"| {name} | {' | '.join(pairs)} |")
    return "\n".join(lines)


def page(results: dict[str, list[Result]], frame: pd.DataFrame, told: str) -> str:
    """Return the whole page."""
    rows = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    compared = [row for row in rows if row["verdict"] != NOT_YET]
    left = [row for row in rows if row["verdict"] == NOT_YET]
    misses = [row for row in compared if row["verdict"] != INSIDE]
    sources = {
        citation: number for number, citation in enumerate(dict.fromkeys(row["citation"] for row in compared), 1)
    }
    parts = [
        HEAD.format(runs=told, inside=len(compared) - len(misses), compared=len(compared), left=len(left)),
        "## Side by side",
        figures_table(compared, sources),
        "## Misses, and the likely reason",
        "\n".join(
            f"- `{row['id']}` is {row['verdict']} its range. {REASONS.get(row['id'], NOT_EXAMINED)}" for row in misses
        ),
        "## A national funnel by hand, beside the simulated one",
        "Thousands of people by fiscal year; ± is half of the 95% interval over seeds. By hand: bookings from admissions to "
        "local jails (BJS), submitted and matched from the roll-out and ICE's cumulative counts, detainers with 63% of matched "
        "people removable and 80% found in time, the other programmes' detainers assumed; removals as published or derived (see "
        "the sources of `sc_removals_fy2010` and `sc_removals_fy2011`). Removals of fiscal 2012 overlap with figures kept for a "
        "later test and are left out by hand. Simulated: the runs of the default period; the two shares are of the shipped "
        "schedule, averaged over the days of the year.",
        funnel_table(results["default"]),
        "## Not expressible yet",
        "\n".join(f"- `{row['id']}` ({row['measures'].lower()}): {row['note']}." for row in left),
        "## Sources",
        "\n".join(f"{number}. {citation}" for citation, number in sources.items()),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main() -> None:
    """Run, compare and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--thin", type=int, default=1, help="simulate one booking in this many")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds")
    chosen = parser.parse_args()
    seeds = range(1, chosen.seeds + 1)
    results = simulate(seeds, chosen.thin)
    every = "every booking" if chosen.thin == 1 else f"one booking in {chosen.thin}"
    last = load_scenario("baseline").with_(ensemble=0).period_end
    told = (
        f"National history, {every}, {chosen.seeds} seeds: from {PERIODS['default']} to {last}, and for figures that begin "
        f"earlier from {PERIODS['long']}."
    )
    OUT.write_text(page(results, compare_fit(results, load_targets()), told), encoding="utf-8")
    print(OUT.name, "written")


if __name__ == "__main__":
    main()
