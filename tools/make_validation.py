"""Writes docs/validation.md: every published figure beside the calibrated model, what was learnt, and where it misses.

History is run for some sets of the shipped ensemble; thinned and full runs of one set are compared; how far the figures
narrowed each unknown is read from the recipe beside the ensemble. A sentence on the likely reason stands by each miss
that somebody has looked into; a miss without one says so. ``python -m tools.make_validation [--members N]``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from enforcement_sim import plots
from enforcement_sim.parameters.ensemble import load_ensemble, recipe
from enforcement_sim.runs.executors import available_cores, local_backend
from enforcement_sim.studies.calibration.compute import fitted_targets
from enforcement_sim.studies.calibration.unknowns import load_calibration
from enforcement_sim.studies.validation.compute import THIN, Validation, figures_of, validate
from enforcement_sim.studies.validation.figure import validation as draw_validation
from enforcement_sim.studies.validation.targets import load_targets

ROOT = Path(__file__).parents[1]
OUT, FIGURE, TABLE = (
    ROOT / "docs" / "validation.md",
    ROOT / "docs" / "images" / "validation.png",
    ROOT / "results" / "validation.csv",
)
MEMBERS = 12
INSIDE = "inside"
BINS = {
    "fit": "Figures that may be fitted",
    "heldout": "Held-out figures, never fitted",
    "context": "Context: the model does not describe the same thing",
    "imported": "Taken over as an assumption",
}

REASONS = {
    "sc_match_rate_tx": "Non-citizens are booked less often here where they are many, by one slope for the whole nation, and "
    "Texas asks for more of it than other places do.",
    "sc_match_rate_dallas": "As for Texas.",
    "sc_removed_ca_share": "Removals per print in California are right (a held-out figure), so its part is too small because "
    "other states' removals are too many.",
    "detainer_custody_287g_jails": "Los Angeles, a quarter of these detainers, had 64% at its county jail and 27% at its city "
    "jail; in the model a county is one jail, and all counties with agreements are reached alike.",
    "g287_identified_2012_02": "Fiscal 2008 is inside its range and the six years are not: officers at work grow less in the "
    "list of agreements "
    "than ICE's own count of more than 1,500 by early 2012, and totals reported at different times are not one series.",
    "cap_charged_fy2008": "The published count takes in federal prisons, whose people stand beside the model by an assumed "
    "number.",
    "ice_stay_month": "Four in five of the book-ins behind the figure come from the border, whose stays are assumed.",
    "detainers_fy2013": "The fall of detainers began before the guidance of December 2012 and went on after it. How closely "
    "field offices follow "
    "a rule is one share for all years here, and what they do outside a rule is left free by the figures of earlier years: "
    "the model "
    "has the guidance and not the restraint around it.",
    "detainers_fy2014": "As for fiscal 2013, and counties that stopped holding people in 2014 are in the model only as far as "
    "dated rules say so.",
    "g287_removals_fy2013": "As for the identified since 2006, and whom Secure Communities finds first counts here only if an "
    "officer finds "
    "them too.",
    "detainers_no_record": "All convictions are known here; the published file lacked many when it was made (see the stage "
    "table, where recording "
    "is a layer of its own).",
    "detainers_level1": "As for the share without a record.",
    "interior_removals_fy2014": "Arrests at large are not in the model; the published count has them.",
    "interior_removals_fy2013": "Arrests at large are not in the model; the published count has them.",
    "induced_stay_days": "An advocate's estimate for one county, disputed by ICE. It is not fitted, and the share who lose "
    "bail is left free.",
}
UNEXPLAINED = "The reason has not been found."

CONTRADICTIONS = [
    "ICE arrests or bookings of June 2011 (277,825) against 197,302 in March 2011: 80,500 more in a quarter in which 18,900 "
    "more people "
    "were removed. The March series is used, and the later one is not a target.",
    "TRAC links 12% of all removals to a detainer, ICE counts 20% under Secure Communities: prisons and arrests at large are "
    "in the "
    "second. Only ICE's series is a target.",
    "Detainers without a criminal record or conviction: 77%, 48% and 62% are about three periods (fiscal 2008 to November 2011; "
    "fiscal 2012 to January 2013; June 2013), the first in another field. They are context, not targets; see the stage table.",
    "The match rate of Texas (6.8%) and of the nation (6.6%) stand close together although Texas has half as many "
    "non-citizens again as the "
    "nation: the roll-out began where non-citizens were many. Both are targets, and the ranges let both hold.",
]


def main() -> None:
    """Run, and write the page, its picture and its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS)
    asked = parser.parse_args()
    with local_backend(available_cores()).start() as executor:
        found = validate(load_ensemble(asked.members), executor, on_progress=print)
        untuned = validate((), executor)
        both = [executor.submit(_one, thin) for thin in (THIN, 1)]
        thinned, full = (future.result() for future in both)
    FIGURE.unlink(missing_ok=True)
    draw_validation(found).savefig(FIGURE, dpi=plots.DOTS_PER_INCH)
    found.table.to_csv(TABLE, index=False, lineterminator="\n")
    OUT.write_text(page(found, untuned, thinned, full), encoding="utf-8")
    print(f"{found.share_inside:.0%} inside, funnel misses: {found.funnel_misses}")


def _one(thin: int) -> dict[str, tuple[float | None, str]]:
    return figures_of(load_ensemble(1)[0].parameters, 1, thin)


def page(found: Validation, untuned: Validation, thinned: dict[str, Any], full: dict[str, Any]) -> str:
    """Return the page."""
    told = recipe()
    fitted = found.fitted
    inside = int((fitted["verdict"] == INSIDE).sum())
    lines = [
        "# Validation",
        "",
        "Every published figure beside the simulated one, under the figure's own definition, window, place and attribution. "
        "Made by "
        "`python -m tools.make_validation`; `enforcement-sim validate` prints the same.",
        "",
        f"**{inside} of {len(fitted)} figures that may be fitted are inside their ranges ({found.share_inside:.0%}); ratios "
        f"of the funnel "
        f"outside: {', '.join(found.funnel_misses) or 'none'}.** {found.runs} sets of the ensemble, history from October 2005 "
        f"to September "
        f"2014, one person in {THIN}. *Simulated* is the middle of the sets, with the interval that holds 95% of them: it "
        f"carries what is "
        "not known of parameters, and little stream. The sets were chosen by figures of the first bin; agreement there is no "
        "test of the "
        "model. The second bin is.",
        "",
        f"With the register's own defaults, before anything was fitted (`--members 0`), "
        f"{int((untuned.fitted['verdict'] == INSIDE).sum())} of "
        f"{len(untuned.fitted)} are inside, and {len(untuned.funnel_misses)} ratios of the funnel are outside.",
        "",
        "![Every figure in units of its own range](images/validation.png)",
        "",
    ]
    for bin_, heading in BINS.items():
        rows = found.table[found.table["bin"] == bin_]
        lines += [f"## {heading}", "", *_table(rows), ""]
    lines += ["## Misses, and the likely reason", ""]
    missed = found.table[found.table["verdict"].isin(["above", "below"])]
    lines += [
        f"- `{row.id}` ({row.bin}) is {row.verdict} its range. {REASONS.get(str(row.id), UNEXPLAINED)}"
        for row in missed.itertuples()
    ]
    lines += ["", "## Not expressible", ""]
    lines += [f"- `{one.id}`: {one.not_expressible}." for one in load_targets().values() if one.not_expressible]
    lines += ["", "## Where published figures contradict each other", "", *[f"- {one}" for one in CONTRADICTIONS], ""]
    lines += _learnt(told)
    lines += _thinning(thinned, full)
    return "\n".join(lines) + "\n"


def _table(rows: pd.DataFrame) -> list[str]:
    lines = [
        "| figure | where, when | published (range) | simulated (95%) | unit | |",
        "|---|---|---:|---:|---|---|",
    ]
    for row in rows.to_dict("records"):
        says = row["verdict"] if row["verdict"] == INSIDE else f"**{row['verdict']}**"
        low, high = _number(row["simulated_low"]), _number(row["simulated_high"])
        simulated = "" if pd.isna(row["simulated"]) else f"{_number(row['simulated'])} ({low} to {high})"
        note = f"<br>{row['note']}" if row["note"] and not pd.isna(row["simulated"]) else ""
        funnel = ", funnel" if row["funnel"] else ""
        lines.append(
            f"| {row['measures']} (`{row['id']}`{funnel}){note} | {row['scope']}, {row['published_from']} to "
            f"{row['published_to']} | "
            f"{_number(row['published'])} ({_number(row['low'])} to {_number(row['high'])}) | {simulated} | {row['unit']} | "
            f"{says} |"
        )
    return lines


def _learnt(told: dict[str, Any]) -> list[str]:
    verdicts: dict[str, list[str]] = {"pinned down": [], "narrowed": [], "free": []}
    rows = []
    calibration = load_calibration()
    for unknown in calibration.unknowns.values():
        one = told["unknowns"][unknown.id]
        verdicts[one["verdict"]].append(f"`{unknown.id}`")
        rows.append(
            f"| `{unknown.id}` | {_number(unknown.low)} to {_number(unknown.high)} | {_number(one['middle'])} "
            f"({_number(one['from'])} to {_number(one['to'])}) | {one['spread']:.2f} | {one['verdict']} | {unknown.because} |"
        )
    counted = [
        f"| {'prior' if number == 0 else f'round {number}'} | {one['sets']} | {one['middle_share_inside']:.0%} | "
        f"{one['most_inside']:.0%} | "
        f"{one['accepted']} |"
        for number, one in enumerate(told["rounds"])
    ]
    return [
        "## How the ensemble was found",
        "",
        f"{told['method']}. {len(told['figures'])} figures of the bin *fit*, history from {told['period'][0]} to "
        f"{told['period'][1]}, one "
        f"person in {told['thin']}. A set is accepted if seventeen in twenty of these lie inside their ranges and every ratio "
        f"of the funnel does; "
        f"{told['accepted']} were, and {told['kept']} as unlike each other as possible are kept. `enforcement-sim calibrate "
        f"--out FOLDER` "
        "makes it again.",
        "",
        "| | sets | figures inside, middle set | best set | accepted |",
        "|---|---:|---:|---:|---:|",
        *counted,
        "",
        "What the figures pin down and what they leave free. *Spread* is the standard deviation among the kept sets over that "
        "of the prior.",
        "",
        *[f"- {verdict}: {', '.join(names) or 'none'}." for verdict, names in verdicts.items()],
        "",
        "| unknown | prior | ensemble, middle (nine in ten) | spread | | why the prior ends there |",
        "|---|---:|---:|---:|---|---|",
        *rows,
        "",
    ]


def _thinning(thinned: dict[str, Any], full: dict[str, Any]) -> list[str]:
    rows, inside_both = [], 0
    targets = {target.id: target for target in fitted_targets(load_calibration())}
    for name, target in targets.items():
        a, b = thinned[name][0], full[name][0]
        if a is None or b is None:
            continue
        same = target.verdict(a) == target.verdict(b)
        inside_both += same
        half = (target.high - target.low) / 2.0
        rows.append(
            f"| `{name}` | {_number(a)} | {_number(b)} | {(a - b) / half:+.2f} | {'same' if same else '**differs**'} |"
        )
    return [
        "## Thinned against full",
        "",
        f"The first set of the ensemble with one person in {THIN} and with everybody; the difference in half ranges of the "
        f"figure. "
        f"{inside_both} of {len(rows)} verdicts are the same.",
        "",
        f"| figure | one in {THIN} | everybody | difference, half ranges | verdict |",
        "|---|---:|---:|---:|---|",
        *rows,
    ]


def _number(value: float) -> str:
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
