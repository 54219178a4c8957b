"""The sections that answer: what is asked, what changes, for whom.

Each takes a reading and returns a section. Nothing is computed here that the rooms below do not compute: these functions
choose what is told, in which order and in which words.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan, nan
from typing import Any

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.amounts import (
    CANNOT_TELL,
    IDENTICAL,
    NOT_APPLICABLE,
    Written,
    amount,
    ends_in_words,
    signed,
    written,
)
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.notebook import assumed
from enforcement_sim.parameters.register import load_register
from enforcement_sim.place_labels import alone_in_words
from enforcement_sim.plots import differences, intervals
from enforcement_sim.report.page.sentences import differences_in_words, in_words, listed
from enforcement_sim.report.tables import difference
from enforcement_sim.runs.net_cost import why_below_zero
from enforcement_sim.studies.page_parts import Choice, Grid, Part, Section, Words, picture_of
from enforcement_sim.studies.reading import NO_OTHER, Reading

__all__ = ["answer", "mix_by_stage", "question", "who_changed"]

LEADING = ("removed", "ice_custody", "detainers_on_citizens", "overdetained", "net_cost.county")
"""Measures told as a sentence for each setting."""

WHO = (("ice-levels-2010", "removed"), ("charge", "removed"), ("ice-levels-2010", "detainer_issued"))
"""Definition and stage of the tables of who changed."""


def question(reading: Reading) -> Section:
    """What is asked, what the reference is, and what each other setting changes."""
    asks = " ".join(str(reading.scenario.get("asks") or "").split())
    parts: list[Part] = [Words((asks,))] if asks else []
    if alone := alone_in_words(reading.made_from[0]):
        parts.insert(0, Words((alone,)))
    start, end = reading.drawable.about([reading.points[0]]).period
    about = reading.drawable.about([reading.points[0]])
    period = f"{start.day} {start:%B %Y} to {end.day} {end:%B %Y}"
    reference = reading.labels[0]
    told = [f"Places: {about.scope}. Period: {period}."]
    for one in reading.drawable.sweep.without_effect():
        parts.append(Words((f"{one}.",), warning=not one.softly))
    told += beginning(reading.made_from[0])
    parts.append(Words((f"The reference ({reference}):",)))
    parts.append(Words(tuple(told), listed=True))
    for place in range(1, len(reading.points)):
        parts.append(Words((f"Setting {place} ({reading.labels[place]}) changes:",)))
        parts.append(Words(tuple(differences_in_words(reading.made_from[0], reading.made_from[place])), listed=True))
    shown, there = len(reading.points), len(reading.drawable.points)
    if shown < there:
        parts.append(
            Words((f"{shown} of {there} settings are shown: those that differ from the reference in one thing.",))
        )
    return Section("question", "The question", tuple(parts))


def beginning(scenario: Mapping[str, Any]) -> list[str]:
    """What a reference lays over history, in sentences: rules, numbers, or nothing."""
    changed = in_words(scenario)
    numbers = assumed({**load_register().defaults(), **(scenario.get("parameters") or {})})
    if not changed:
        changed = ["No rule is changed." if numbers.changed else "History as it was: no rule is changed."]
    return [*changed, str(numbers)]


def answer(reading: Reading) -> Section:
    """What changes, as sentences, as a table and as figures."""
    if len(reading.points) == 1:
        return Section(
            "answer",
            "The answer",
            (Words((NO_OTHER,)), Grid(_levels(reading), f"Levels{reading.with_intervals}", _about_levels(reading))),
        )
    drawable, points = reading.drawable, list(reading.points)
    frame = drawable.points[drawable.points["point"].isin(points)]
    found = differences.numbers(drawable.measures[drawable.measures["point"].isin(points)], frame, points[0])
    parts: list[Part] = [Words(tuple(_sentences(reading)), listed=True)]
    below = why_below_zero(reading.found)
    parts += [Words((below,))] if below else []
    addresses = [address for address in drawable.addresses if frame[address].nunique() > 1][:2]
    about = drawable.about(points)
    if addresses:
        flat = frame
        for address in [name for name in drawable.addresses if name not in addresses]:
            flat = flat[flat[address] == frame.loc[frame["point"] == points[0], address].iloc[0]]
        drawn = found[found["point"].isin(flat["point"])]
        figure = differences.draw(drawn, addresses, points[0], about, decisions=drawable.decisions)
        parts.append(picture_of(figure))
    note = " ".join(
        (
            "Differences are paired: the same synthetic people met both settings.",
            labels.ABOUT_DETAINERS,
            labels.ABOUT_NET_COST,
            about.caption("Intervals"),
        )
    )
    parts.append(
        Grid(_matrix(reading, found), "Every main measure: level at the reference, and what each setting changes", note)
    )
    return Section("answer", "The answer", tuple(parts))


def _matrix(reading: Reading, found: pd.DataFrame) -> pd.DataFrame:
    """Measures as rows: the reference's level, then each setting's paired difference."""
    rows = []
    for name, here in found.groupby("measure", sort=False):
        label, unit = labels.measure(str(name))
        by_point = {int(row["point"]): row for row in here.to_dict("records")}
        base = by_point[reading.points[0]]
        level = amount(base["reference_mean"], base["reference_low"], base["reference_high"], unit)
        changes = [difference(by_point[point], unit) if point in by_point else "" for point in reading.points[1:]]
        rows.append([f"{label} ({'%, points' if unit == 'share' else unit})", level, *changes])
    return pd.DataFrame(rows, columns=["Measure", "At the reference", *settings(reading)])


def settings(reading: Reading) -> list[str]:
    """Heads of the settings' columns, without the reference."""
    return [f"Setting {place}: {label}" for place, label in enumerate(reading.labels) if place]


def _sentences(reading: Reading) -> list[str]:
    """One sentence a setting: the leading measures' paired differences."""
    measures = reading.drawable.measures
    found = intervals.paired(measures[measures["measure"].isin(LEADING)], reading.points[0])
    told: list[str] = []
    for place, point in enumerate(reading.points[1:], start=1):
        here = _by(found[found["point"] == point], "measure")
        names = [name for name in LEADING if name in here]
        clauses = [
            _clause(here[name], name) for name in names if here[name]["verdict"] not in (IDENTICAL, NOT_APPLICABLE)
        ]
        for verdict in (IDENTICAL, NOT_APPLICABLE):
            alike = [_lowered(labels.measure(name)[0]) for name in names if here[name]["verdict"] == verdict]
            clauses += [f"{verdict}: {listed(alike)}"] if alike else []
        told.append(f"Setting {place} ({reading.labels[place]}) against the reference: {'; '.join(clauses)}.")
    return told


def _clause(row: Mapping[Any, Any], name: str) -> str:
    label, unit = labels.measure(name)
    tell: Written = written(unit)
    ends = ends_in_words(row["low"], row["high"], signed(tell))
    doubt = f", {CANNOT_TELL} the sign" if row["verdict"] == CANNOT_TELL and not isnan(row["low"]) else ""
    change = f"{_lowered(label)} {signed(tell)(row['mean'])}"
    return f"{change} ({ends}{doubt}; reference {tell(row['reference_mean'])})"


def _by(frame: pd.DataFrame, column: str) -> dict[str, Mapping[Any, Any]]:
    """Rows of a frame by the value in a column."""
    return {str(row[column]): row for row in frame.to_dict("records")}


def _lowered(label: str) -> str:
    return label if label.startswith(("ICE", "Level")) else label[:1].lower() + label[1:]


def _levels(reading: Reading) -> pd.DataFrame:
    measures = reading.drawable.measures
    here = measures[measures["point"] == reading.points[0]]
    rows = []
    for name in differences.MEASURES:
        kept = here[here["measure"] == name]
        if len(kept):
            label, unit = labels.measure(name)
            found = intervals.over_seeds(kept, ["measure"], "value", fill=None, bounds=labels.bounds(name))
            row = found.iloc[0] if len(found) else dict.fromkeys(("mean", "low", "high"), nan)
            rows.append([label, amount(row["mean"], row["low"], row["high"], unit), unit])
    return pd.DataFrame(rows, columns=["Measure", "Level [95% interval]", "Unit"])


def _about_levels(reading: Reading) -> str:
    told = (labels.ABOUT_DETAINERS, labels.ABOUT_NET_COST, why_below_zero(reading.found))
    return " ".join(filter(None, told))


def who_changed(reading: Reading) -> Section:
    """Whom a setting adds or spares, by level, by charge and by stage."""
    single = Words(
        (
            "Counted by category, so people who gained and people who lost are netted against each other. Single synthetic "
            "lives of one county, and the rule at which each parted from its other life, are told by these commands, given "
            "in the folder of these results:",
        )
    )
    commands = tuple(
        f"enforcement-sim who-changed .:{reading.points[0]} .:{point} --where {reading.largest}"
        for point in reading.points[1:]
    )
    if len(reading.points) == 1:
        return Section("who", "Who changed", (Words((NO_OTHER,)),))
    whole = reading.drawable.table("mix", list(reading.points))
    options = []
    for place, point in enumerate(reading.points[1:], start=1):
        grids = tuple(_who(whole, reading.points[0], point, definition, stage) for definition, stage in WHO)
        options.append((f"Setting {place}: {reading.labels[place]}", grids))
    parts: list[Part] = [Choice("who-setting", "Setting compared with the reference", tuple(options))]
    return Section("who", "Who changed", (*parts, single, Words(commands, command=True)))


def _who(whole: pd.DataFrame, reference: int, point: int, definition: str, stage: str) -> Grid:
    chosen = whole[(whole["definition"] == definition) & (whole["stage"] == stage)]
    categories = load_definitions()[definition].categories
    named = chosen.assign(measure=chosen["category"].map(lambda name: labels.OFFENCE_GROUPS.get(name, name)))
    summed = named.groupby(["point", "seed", "measure"], observed=True)["count"].sum().reset_index(name="value")
    found = intervals.paired(summed, reference)
    order = list(dict.fromkeys(labels.OFFENCE_GROUPS.get(name, name) for name in (*categories, *chosen["category"])))
    here = _by(found[found["point"] == point], "measure")
    rows = []
    for name in order:
        if name in here:
            row = here[name]
            ends = amount(row["reference_mean"], row["reference_low"], row["reference_high"], "people")
            rows.append([labels.category(name), ends, difference(row, "people")])
    title = f"{labels.event(stage)}, by {load_definitions()[definition].title}"
    return Grid(pd.DataFrame(rows, columns=["Category", "At the reference", "Difference [95% interval]"]), title)


def mix_by_stage(reading: Reading) -> Section:
    """The offence mix by stage, under a definition that the reader chooses, and across settings."""
    definitions = load_definitions()
    frame = reading.drawable.table("mix", [reading.points[0]])
    options = []
    for name in dict.fromkeys(frame["definition"].astype(str)):
        figure = plots.mix(reading.drawable, name)
        options.append((definitions[name].title, (picture_of(figure, _mix_grid(figure.numbers)),)))
    parts: list[Part] = [
        Words(
            ("The same people under different published definitions. Which one is chosen can move a share by half.",)
        ),
        Choice("definition", "Definition", tuple(options)),
    ]
    if len(reading.points) > 1:
        parts.append(picture_of(plots.mix_by_setting(reading.drawable, *WHO[0])))
    return Section("mix", "Offence mix by stage", tuple(parts))


def _mix_grid(found: pd.DataFrame) -> Grid:
    rows = [
        [
            labels.event(row["stage"]),
            labels.programme(row["programme"]),
            labels.category(row["category"]),
            amount(row["mean"], row["low"], row["high"], "share"),
        ]
        for row in found.to_dict("records")
    ]
    return Grid(pd.DataFrame(rows, columns=["Stage", "Programme", "Category", "Share [95% interval]"]), "Shares drawn")
