"""Writes docs/validation.md: every published figure beside the calibrated model, what was learnt, and where it misses.

History is run for some sets of the shipped ensemble; thinned and full runs of one set are compared; how far the figures
narrowed each unknown is read from the recipe beside the ensemble. A sentence on the likely reason stands by each miss
that somebody has looked into; a miss without one says so. The table under ``results/`` becomes the package's
``previous_release.csv`` at a release. ``python -m tools.make_validation [--members N]``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
from tools.calibration_pages import inference, refits
from tools.pictures import save_picture

from enforcement_sim.parameters.ensemble import load_ensemble, recipe
from enforcement_sim.runs.executors import available_cores, local_backend
from enforcement_sim.studies.calibration.evaluations import fitted_targets
from enforcement_sim.studies.calibration.unknowns import load_calibration
from enforcement_sim.studies.validation.figure import validation as draw_validation
from enforcement_sim.studies.validation.held_out_hits import hits_in
from enforcement_sim.studies.validation.held_out_targets import every_target
from enforcement_sim.studies.validation.rival_comparison import shipped_rival
from enforcement_sim.studies.validation.scorecard import (
    LONG_VECTOR,
    NOT_YET,
    THIN,
    Observed,
    Validation,
    observe,
    validate,
)
from enforcement_sim.studies.validation.small_multiples import MULTIPLES
from enforcement_sim.terminal.printing import number

ROOT = Path(__file__).parents[1]
OUT, IMAGES, TABLE = Path("docs", "validation.md"), Path("docs", "images"), Path("results", "validation.csv")
HITS = Path("src", "enforcement_sim", "studies", "validation", "held_out_hits.csv")
MEMBERS = 20
SPREADS = ("rank_correlation", "log_spread")
INSIDE = "inside"
BINS = {
    "fit": "Figures that may be fitted",
    "heldout": "Held-out figures, never fitted",
    "context": "Shown and not counted",
    "imported": "Taken over as an assumption",
}

REASONS = {
    "sc_match_rate_tx": "Non-citizens are booked less often here where they are many, by one slope for the whole nation, and "
    "Texas asks for more of it than other places do.",
    "sc_match_rate_dallas": "As for Texas.",
    "sc_matches_2009_08": "The first counties had more non-citizens among their bookings than the model gives them.",
    "sc_custody_2011_03": "The published count takes in custody by any route of everybody who matched, at the border and at "
    "large too; here it follows a jail or a prison. More of it here would take more detainers than were "
    "issued.",
    "sc_removals": "As for custody after a match.",
    "ice_stay": "Four in five of the book-ins behind the figure come from the border, whose stays are assumed.",
    "prints": "Los Angeles County has the bookings of those who leave its jail, so California sends fewer prints here.",
    "sc_removed_ca_share": "Los Angeles County has the bookings of those who leave its jail; arrests that end in a city's "
    "lock-up are left out, so California has too few.",
    "sc_removed_ca": "As for California's share.",
    "detainers_fy2008_2011": "Matches, custody and removals after a match ask for more detainers than TRAC counted, and the "
    "sets lie in between.",
    "g287_removed": "Officers find too few in fiscal 2007 to 2009, and of those found about .54 are removed or returned, "
    ".69 in ICE's table. People found by officers go through custody and its cases as all others do here.",
    "g287_removed_share": "People found by officers go through custody and its cases as all others do here; ICE's table says "
    "that more of them were removed.",
    "g287_agencies": "As for the share removed of the whole programme.",
    "g287_identified": "Sheriffs of California who interview after conviction, and Arizona's prisons, meet fewer people here "
    "than ICE's table says they identified.",
    "g287_jail_share": "Agencies with both models do nearly all of their work in the jail here.",
    "cap_charged_fy2008": "The published count takes in federal prisons, whose people stand beside the model by an assumed "
    "number.",
    "detainers_no_record": "All convictions are known here; the published file lacked many when it was made (see the stage "
    "table, where recording is a layer of its own).",
    "detainers_level1": "As for the share without a record.",
    "detainers_no_conviction_2012": "As for the share without a record.",
    "detainers_no_conviction_2013_06": "As for the share without a record.",
    "arrest_ratio_felony": "Bookings of unauthorised people are raised until matches and detainers are near what was "
    "published, which the arrests of the literature contradict. Either prints are not what a booking makes, or "
    "Texas is not the nation.",
    "la_jail_releases": "Without counties that differ, every print stands for a booking here; Los Angeles takes prints more "
    "than once for some stays.",
    "npr_ca_jails": "Before Secure Communities California's jails had as many detainers as with it; here its matches add "
    "to what visits had found.",
    "california_jails": "As for the earlier years.",
    "detainers": "The fall after 2011 is conditioned to January 2013 only; after that effort goes on as chance has it, "
    "and the intervals widen.",
    "detainers_by_state": "Where people are booked follows from residents and one slope; states differ in more.",
    "custody_per_detainer": "Field offices and counties differ by chance here; which of them took more into custody is not "
    "fitted.",
    "interior": "Arrests at large are not in the model; the published count has them.",
    "induced_stay_days": "An advocate's estimate for one county, disputed by ICE. It is not fitted, and the share who lose "
    "bail is left free.",
    "g287_identified_2012_02": "Fiscal 2008 to 2010 are near their ranges and the six years are not; totals reported at "
    "different times are not one series.",
}
UNEXPLAINED = "The reason has not been found."

CONTRADICTIONS = [
    "ICE arrests or bookings of June 2011 (277,825) against 197,302 in March 2011: 80,500 more in a quarter in which 18,900 "
    "more people "
    "were removed. The March series is used, and the later one is not a target.",
    "TRAC links 12% of all removals to a detainer, ICE counts 20% under Secure Communities: prisons and arrests at large are "
    "in the "
    "second. Only ICE's series is a target.",
    "Detainers without a criminal record: 77% to November 2011, 48% to January 2013, 62% in June 2013. These are three periods, "
    "and what was on file at issue differs among them; see the stage table.",
    "The match rate of Texas (6.8%) and of the nation (6.6%) stand close together although Texas has half as many "
    "non-citizens again as the "
    "nation: the roll-out began where non-citizens were many. Both are targets, and the ranges let both hold.",
]


def main() -> None:
    """Run, and write the page, its pictures and its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--out", type=Path, default=ROOT, help="a folder with docs/images and results in it")
    asked = parser.parse_args()
    with local_backend(available_cores()).start() as executor:
        found = validate(load_ensemble(asked.members), executor, on_progress=print)
        untuned = validate((), executor)
        both = [executor.submit(_one, thin) for thin in (THIN, 1)]
        thinned, full = (future.result() for future in both)
    written(asked.out, found, untuned, thinned, full)
    print(f"{found.share_inside:.0%} inside, funnel misses: {found.funnel_misses}")


def written(folder: Path, found: Validation, untuned: Validation, thinned: Observed, full: Observed) -> None:
    """Write the page, its pictures and its table below a folder."""
    images = folder / IMAGES
    drawn = {"validation": draw_validation(found)} | {
        f"validation-{name}": draw(found) for name, draw in MULTIPLES.items()
    }
    for name, figure in drawn.items():
        save_picture(figure, images / f"{name}.png")
    found.table.to_csv(folder / TABLE, index=False, lineterminator="\n")
    (folder / HITS).parent.mkdir(parents=True, exist_ok=True)
    hits_in(found.table).to_csv(folder / HITS, index=False, lineterminator="\n")
    (folder / OUT).write_text(page(found, untuned, thinned, full), encoding="utf-8")


def _one(thin: int) -> Observed:
    return observe(load_ensemble(1)[0].parameters, 1, thin)


def page(found: Validation, untuned: Validation, thinned: Observed, full: Observed) -> str:
    """Return the page."""
    lines = [
        "# Validation",
        "",
        "Every published figure beside the simulated one, under the figure's own definition, window, place and attribution. "
        "Made by `python -m tools.make_validation`; `enforcement-sim validate` prints the same.",
        "",
        *_summary(found, untuned),
        "![Every figure in units of its own range](images/validation.png)",
        "",
        *_multiples(),
    ]
    for bin_, heading in BINS.items():
        rows = found.table[(found.table["bin"] == bin_) & ~_long(found.table)]
        lines += [f"## {heading}", "", *_table(rows), ""]
    lines += ["## Vectors of figures", "", *_vectors(found), ""]
    lines += rival_section(found)
    lines += ["## Misses, and the likely reason", "", *_misses(found)]
    lines += ["", "## Not expressible", ""]
    lines += [f"- `{one.id}`: {one.not_expressible}." for one in every_target().values() if one.not_expressible]
    lines += ["", "## Where published figures contradict each other", "", *[f"- {one}" for one in CONTRADICTIONS], ""]
    lines += _learnt(recipe()) + inference() + refits()
    lines += _thinning(thinned, full)
    return "\n".join(lines) + "\n"


def _summary(found: Validation, untuned: Validation) -> list[str]:
    held = "; ".join(
        f"{row['group']} {row['hits']} of {row['figures']} hit, {row['narrow_hits']} by an interval that is narrow enough"
        for row in found.held_out.to_dict("records")
    )
    return [
        f"**{_inside(found)} of {found.figures_counted} figures that may be fitted and count are inside their ranges "
        f"({found.share_inside:.0%}); ratios of the funnel outside: {', '.join(found.funnel_misses) or 'none'}. "
        f"Held-out figures: {held}.**",
        "",
        f"{found.runs} sets of the ensemble, history from October 2005 to September 2014, one person in {THIN}. *Simulated* is "
        f"the middle, with {found.predictive_in_words}: it carries what is not known of parameters and what the model leaves "
        "out. A *hit* is a published value inside that interval; *wide* is an interval of more than half the published value "
        "(.15 of a share). The *score* is the continuous ranked probability score on the logarithmic scale: .1 is about ten "
        "per cent of the figure, and smaller is better; *before* is that of the release before, for the same figure. Figures "
        "are ordered by it, the weakest first. The sets were chosen by figures of the first bin; agreement there is no test of "
        "the model. "
        "The second bin is.",
        "",
        "*Comparable* figures count the same thing as the model; *constructed* ones are put together from several counts, an "
        "input or an assumption beside the model; for others the *concept differs*. One figure of a family of the same quantity "
        "counts; values of a vector count as one figure together.",
        "",
        f"With the register's own defaults, before anything was fitted (`--members 0`), {_inside(untuned)} of "
        f"{untuned.figures_counted} are inside, and {len(untuned.funnel_misses)} ratios of the funnel are outside.",
        "",
    ]


def _inside(found: Validation) -> str:
    rows = found.fitted
    return f"{float((rows['weight'] * (rows['verdict'] == INSIDE)).sum()):.3g}"


def _multiples() -> list[str]:
    titles = {
        "months": "The nation by month, with published figures over their own days",
        "programmes": "Programmes by fiscal year",
        "state-custody": "ICE custody by detainer, by state and fiscal year",
        "state-detainers": "Share of the nation's detainers, by state and fiscal year",
    }
    return [line for name in MULTIPLES for line in (f"![{titles[name]}](images/validation-{name}.png)", "")]


def _long(table: pd.DataFrame) -> pd.Series:
    """Return which rows are values of a vector that is told in one line."""
    return (table["vector"] != "") & (table["vector"].map(table["vector"].value_counts()) > LONG_VECTOR)


def _table(rows: pd.DataFrame) -> list[str]:
    lines = [
        "| figure | where, when | published (range) | simulated (interval) | unit | status | result | score | before | "
        "rival (interval): score |",
        "|---|---|---:|---:|---|---|---|---:|---:|---:|",
    ]
    for row in rows.to_dict("records"):
        simulated = row["verdict"] != NOT_YET
        says = row["verdict"] if row["verdict"] == INSIDE else f"**{row['verdict']}**"
        result = [says] + ([("hit" if row["hit"] else "miss")] if simulated else [])
        result += ["wide"] if row["hit"] and not row["narrow"] else []
        interval = f"{number(row['simulated'])} ({number(row['simulated_low'])} to {number(row['simulated_high'])})"
        note = f"<br>{row['note']}" if row["note"] and simulated else ""
        funnel = ", funnel" if row["funnel"] else ""
        status = ", ".join(filter(None, (row["status"], row["ahead"], "" if row["weight"] else "not counted")))
        lines.append(
            f"| {row['measures']} (`{row['id']}`{funnel}){note} | {row['scope']}, {row['published_from']} to "
            f"{row['published_to']} | {number(row['published'])} ({number(row['low'])} to {number(row['high'])}) | "
            f"{interval if simulated else ''} | {row['unit']} | {status} | {', '.join(result)} | {number(row['score'])} | "
            f"{number(row['previous'])} | {_rival(row)} |"
        )
    return lines


def _rival(row: dict[str, Any]) -> str:
    """Return the rival's interval and score; nothing where it cannot express the figure."""
    interval = f"{number(row['rival'])} ({number(row['rival_low'])} to {number(row['rival_high'])})"
    return f"{interval}: {number(row['rival_score'])}" if number(row["rival"]) else ""


def rival_section(found: Validation) -> list[str]:
    """Return the section on the rival: who does better in each group, and its parameters."""
    fit = shipped_rival()
    values = fit.parameters()
    parameters = [
        f"| `{one.id}` | {one.meaning} | {one.unit} | {number(one.low)} to {number(one.high)} | {number(values[one.id][0])} "
        f"({number(values[one.id][1])} to {number(values[one.id][2])}) | {one.source} |"
        for one in fit.rival.parameters.values()
    ]
    inputs = [
        f"- {one.meaning}: {number(one.value)} {one.unit} ({number(one.low)} to {number(one.high)}). {one.source}"
        for one in fit.rival.inputs.values()
    ]
    return [
        "## A rival without people",
        "",
        "Ten parameters and compartments by month and state (matched, detainer, ICE custody, removed), driven by bookings a "
        "year, non-citizens by county, days of activation, and agreements with their officers. Fitted by least squares to the "
        f"{len(fit.fitted)} fitted figures that it can express, with the same doubt of each figure. It has no offences, "
        "records, statuses, lengths of stay or counties, and says nothing of their figures. Its interval of 90% holds what is "
        f"not known of its parameters and its own discrepancy, {number(fit.discrepancy)} on the logarithmic scale; that of the "
        "model holds sets of parameters alone. That officers' finds fall where Secure Communities is active was added to the "
        "rival after its first fit had been set beside all figures, the held-out ones included; no number was chosen by those. "
        "Where the rival predicts as well, people one by one are not what earns the fit.",
        "",
        *[f"- {line}" for line in found.beside_rival["says"]],
        "",
        "| parameter | meaning | unit | prior | fitted (nine in ten) | why the prior ends there |",
        "|---|---|---|---:|---:|---|",
        *parameters,
        "",
        "Fixed beside them:",
        "",
        *inputs,
        "",
    ]


def _vectors(found: Validation) -> list[str]:
    lines = [
        "Several values of one quantity; *log spread* is the standard deviation of the logarithms of simulated over published.",
        "",
        "| vector | bin | inside | hit | score | before | interval score | rival's score | rival's interval score | "
        "rank correlation | log spread |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in found.vectors.to_dict("records"):
        ends = " | ".join(
            number(row[name])
            for name in ("score", "previous", "interval_score", "rival_score", "rival_interval_score", *SPREADS)
        )
        lines.append(
            f"| `{row['vector']}` | {row['bin']} | {row['inside']} of {row['values']} | {row['hits']} of {row['values']} | "
            f"{ends} |"
        )
    return lines


def _reason(name: str, subject: str) -> str:
    """Return why a figure is missed, by its name or else by its subject."""
    return REASONS.get(name) or REASONS.get(subject) or UNEXPLAINED


def _misses(found: Validation) -> list[str]:
    """Return a line for each figure outside its range, and one for each vector with values outside."""
    missed = found.table[found.table["verdict"].isin(["above", "below"])]
    lines = [
        f"- `{row.id}` ({row.bin}) is {row.verdict} its range. {_reason(str(row.id), str(row.subject))}"
        for row in missed[missed["vector"] == ""].itertuples()
    ]
    return lines + [
        f"- `{name}` ({rows['bin'].iloc[0]}), values outside their ranges: {len(rows)}. "
        f"{_reason(str(name), str(rows['subject'].iloc[0]))}"
        for name, rows in missed[missed["vector"] != ""].groupby("vector", sort=False)
    ]


def _learnt(told: dict[str, Any]) -> list[str]:
    verdicts: dict[str, list[str]] = {"pinned down": [], "narrowed": [], "free": []}
    rows = []
    calibration = load_calibration()
    for unknown in calibration.unknowns.values():
        one = told["unknowns"][unknown.id]
        verdicts[one["verdict"]].append(f"`{unknown.id}`")
        rows.append(
            f"| `{unknown.id}` | {number(unknown.low)} to {number(unknown.high)} | {number(one['middle'])} "
            f"({number(one['from'])} to {number(one['to'])}) | {one['spread']:.2f} | {one['verdict']} | {unknown.because} |"
        )
    counted = [
        f"| {'prior' if number == 0 else f'round {number}'} | {one['sets']} | {one['middle_share_inside']:.0%} | "
        f"{one['most_inside']:.0%} |"
        for number, one in enumerate(told["rounds"])
    ]
    return [
        "## How the ensemble was found",
        "",
        f"{told['method']}. {len(told['figures'])} figures of the bin *fit*, history from {told['period'][0]} to "
        f"{told['period'][1]}, one person in {told['thin']}. The weights of the last round are worth "
        f"{told['effective_draws']:.0f} equally weighted draws (to the power {told['power_of_weights']:.2f}); "
        f"{told['kept']} sets are drawn from it by weight. `enforcement-sim calibrate --out FOLDER` makes it again; "
        "[calibration](background/calibration.md) says how, and how the inference was checked.",
        "",
        "| | sets | figures inside, middle set | best set |",
        "|---|---:|---:|---:|",
        *counted,
        "",
        *_discrepancies(told),
        "What the figures pin down and what they leave free. *Spread* is the standard deviation among the kept sets over that "
        "of the prior.",
        "",
        *[f"- {verdict}: {', '.join(names) or 'none'}." for verdict, names in verdicts.items()],
        *[f"- presses on an end of its prior: {line}" for line in _pressing(told)],
        "",
        "| unknown | prior | ensemble, middle (nine in ten) | spread | | why the prior ends there |",
        "|---|---:|---:|---:|---|---|",
        *rows,
        "",
    ]


def _discrepancies(told: dict[str, Any]) -> list[str]:
    """Return the table of the model's own discrepancy by family of figures."""
    families = load_calibration().discrepancy
    rows = [
        f"| {name} | {one['figures']} | {one['shared']:g} | {one['own']:g} | {number(one['factor'])} "
        f"({number(one['from'])} to {number(one['to'])}) | {families[name].because} |"
        for name, one in told["discrepancies"].items()
    ]
    return [
        "The model's own discrepancy by family of figures, in logarithms or log odds: what a family has in common, what each "
        "figure has besides, and the factor by which the figures change both.",
        "",
        "| family | figures | in common | each | factor (nine in ten) | what the model leaves out |",
        "|---|---:|---:|---:|---:|---|",
        *rows,
        "",
    ]


def _pressing(told: dict[str, Any]) -> list[str]:
    """Return a line for each unknown whose middle lies in the outer part of its prior."""
    unknowns = load_calibration().unknowns
    return [
        f"`{name}` ({told['unknowns'][name]['presses']} end). {unknowns[name].presses}".rstrip()
        for name in told["presses"]
    ] or ["none."]


def _thinning(thinned: Observed, full: Observed) -> list[str]:
    rows, inside_both = [], 0
    targets = {target.id: target for target in fitted_targets(load_calibration())}
    for name, target in targets.items():
        a, b = thinned.figures[name][0], full.figures[name][0]
        if a is None or b is None:
            continue
        same = target.verdict(a) == target.verdict(b)
        inside_both += same
        half = (target.high - target.low) / 2.0
        rows.append(
            f"| `{name}` | {number(a)} | {number(b)} | {(a - b) / half:+.2f} | {'same' if same else '**differs**'} |"
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


if __name__ == "__main__":
    main()
