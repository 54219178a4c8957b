"""The sections with the results: the question, what changes, for whom, and the offence mix.

Each function takes a reading and returns a section. These functions select, order and word what other packages compute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isnan, nan
from typing import Any

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.notebook import assumed
from enforcement_sim.parameters.register import load_register
from enforcement_sim.place_labels import alone_in_words
from enforcement_sim.plots import differences, seed_means
from enforcement_sim.report.page.sentences import differences_in_words, in_words, listed
from enforcement_sim.runs.cost_bridge import why_below_zero
from enforcement_sim.studies.page_parts import Choice, Grid, Part, Section, picture_of, words
from enforcement_sim.studies.reading import NO_OTHER, Reading
from enforcement_sim.tables.amounts import (
    CANNOT_TELL,
    IDENTICAL,
    NOT_APPLICABLE,
    amount,
    difference_in_words,
    ends_in_words,
    signed,
    written,
)

LEADING = ("removed", "ice_custody", "detainers_on_citizens", "overdetained", "net_cost.county")
"""Measures with a clause in the sentence about each setting."""

WHO = (("ice-levels-2010", "removed"), ("charge", "removed"), ("ice-levels-2010", "detainer_issued"))
"""Definition and stage of the tables of who changed."""


def question(reading: Reading) -> Section:
    """Return the section with the question, the reference, and what each other setting changes."""
    about = reading.drawable.about([reading.points[0]])
    period = " to ".join(f"{day.day} {day:%B %Y}" for day in about.period)
    opening = (alone_in_words(reading.made_from[0]), " ".join(str(reading.scenario.get("asks") or "").split()))
    parts: list[Part] = [words(text) for text in opening if text]
    parts += [words(f"{one}.", warning=not one.softly) for one in reading.drawable.sweep.without_effect()]
    parts.append(words(f"The reference ({reading.labels[0]}):"))
    facts = [f"Places: {about.scope}. Period: {period}.", *beginning(reading.made_from[0])]
    parts.append(words(*facts, listed=True))
    for place in range(1, len(reading.points)):
        parts.append(words(f"Setting {place} ({reading.labels[place]}) changes:"))
        parts.append(words(*differences_in_words(reading.made_from[0], reading.made_from[place]), listed=True))
    shown, there = len(reading.points), len(reading.drawable.points)
    if shown < there:
        parts.append(
            words(f"{shown} of {there} settings are shown: those that differ from the reference in one respect.")
        )
    return Section("question", "The question", tuple(parts))


def beginning(scenario: Mapping[str, Any]) -> list[str]:
    """Return how a reference differs from history, in sentences: rules and parameters."""
    numbers = assumed({**load_register().defaults(), **(scenario.get("parameters") or {})})
    nothing = "No rule is changed." if numbers.changed else "History as it was: no rule is changed."
    return [*(in_words(scenario) or [nothing]), str(numbers)]


def answer(reading: Reading) -> Section:
    """Return the section with what changes, as sentences, a table and figures."""
    below = why_below_zero(reading.found.samples)
    if len(reading.points) == 1:
        note = " ".join(filter(None, (labels.ABOUT_DETAINERS, labels.ABOUT_NET_COST, below)))
        levels = Grid(_levels(reading), f"Levels{reading.with_intervals}", note)
        return Section("answer", "The answer", (words(NO_OTHER), levels))
    drawable = replace(reading.drawable, only=reading.points)
    found = differences.response_numbers(drawable.measures, drawable.points, reading.points[0])
    parts: list[Part] = [words(*sentences(reading), listed=True)]
    parts += [words(below)] if below else []
    if len(drawable.points[drawable.addresses].drop_duplicates()) > 1:
        parts.append(picture_of(plots.response(drawable)))
    about = drawable.about(list(reading.points)).caption("Intervals")
    paired = "Differences are paired: both settings have the same synthetic people."
    title = "Every main measure: level at the reference, and what each setting changes"
    note = f"{paired} {labels.ABOUT_DETAINERS} {labels.ABOUT_NET_COST} {about}"
    parts.append(Grid(_matrix(reading, found), title, note))
    return Section("answer", "The answer", tuple(parts))


def _matrix(reading: Reading, found: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each measure: the reference's level, then each setting's paired difference."""
    rows = []
    for name, here in found.groupby("measure", sort=False):
        label, unit = labels.measure(str(name))
        by_point = {int(row["point"]): row for row in here.to_dict("records")}
        changes = [_difference(by_point[point], unit) if point in by_point else "" for point in reading.points[1:]]
        level = _level(by_point[reading.points[0]], unit)
        rows.append([f"{label} ({'%, points' if unit == 'share' else unit})", level, *changes])
    return pd.DataFrame(rows, columns=["Measure", "At the reference", *reading.settings])


def sentences(reading: Reading) -> Iterator[str]:
    """Yield a sentence for each setting, with the paired differences of the leading measures."""
    measures = reading.drawable.measures
    found = seed_means.paired(measures[measures["measure"].isin(LEADING)], reading.points[0])
    for place, point in enumerate(reading.points[1:], start=1):
        here = _by(found[found["point"] == point], "measure")
        names = [name for name in LEADING if name in here]
        flat = (IDENTICAL, NOT_APPLICABLE)
        clauses = [_clause(here[name], name) for name in names if here[name]["verdict"] not in flat]
        for verdict in flat:
            unchanged = [_lowered(labels.measure(name)[0]) for name in names if here[name]["verdict"] == verdict]
            clauses += [f"{verdict}: {listed(unchanged)}"] if unchanged else []
        yield f"Setting {place} ({reading.labels[place]}) against the reference: {'; '.join(clauses)}."


def _clause(row: Mapping[Any, Any], name: str) -> str:
    label, unit = labels.measure(name)
    text_of = written(unit)
    ends = ends_in_words(row["low"], row["high"], signed(text_of))
    doubt = f", {CANNOT_TELL} the sign" if row["verdict"] == CANNOT_TELL and not isnan(row["low"]) else ""
    change = f"{_lowered(label)} {signed(text_of)(row['mean'])}"
    return f"{change} ({ends}{doubt}; reference {text_of(row['reference_mean'])})"


def _by(frame: pd.DataFrame, column: str) -> dict[str, Mapping[Any, Any]]:
    """Return the rows of a frame by the value in a column."""
    return {str(row[column]): row for row in frame.to_dict("records")}


def _level(row: Mapping[Any, Any], unit: str) -> str:
    """Return the level at the reference, as a cell."""
    return amount(row["reference_mean"], row["reference_low"], row["reference_high"], unit)


def _difference(row: Mapping[Any, Any], unit: str) -> str:
    """Return a paired difference with its interval, as a cell."""
    return difference_in_words(row["mean"], row["low"], row["high"], row["verdict"], written(unit))


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
            found = seed_means.over_seeds(kept, ["measure"], "value", fill=None, bounds=labels.bounds(name))
            row = found.iloc[0] if len(found) else dict.fromkeys(("mean", "low", "high"), nan)
            rows.append([label, amount(row["mean"], row["low"], row["high"], unit), unit])
    return pd.DataFrame(rows, columns=["Measure", "Level [95% interval]", "Unit"])


def who_changed(reading: Reading) -> Section:
    """Return the section with how many people each setting adds or removes, by level, charge and stage."""
    if len(reading.points) == 1:
        return Section("who", "Who changed", (words(NO_OTHER),))
    mix, reference = reading.drawable.table("mix", list(reading.points)), reading.points[0]
    options = tuple(
        (head, tuple(_who(mix, reference, point, definition, stage) for definition, stage in WHO))
        for head, point in zip(reading.settings, reading.points[1:], strict=True)
    )
    single = words(
        "These are net counts by category: within one, increases and decreases cancel out. To list single synthetic "
        "bookings of one county that end differently, with the first rule that differs, run these commands in the folder "
        "of these results:"
    )
    where = f"--where {reading.largest}"
    commands = [f"enforcement-sim who-changed .:{reference} .:{point} {where}" for point in reading.points[1:]]
    choice = Choice("who-setting", "Setting compared with the reference", options)
    return Section("who", "Who changed", (choice, single, words(*commands, command=True)))


def _who(mix: pd.DataFrame, reference: int, point: int, definition: str, stage: str) -> Grid:
    """Return people at a stage by category of a definition: at the reference, and what a setting changes."""
    chosen, sorted_by = mix[(mix["definition"] == definition) & (mix["stage"] == stage)], load_definitions()[definition]
    named = chosen.assign(measure=chosen["category"].astype(str).replace(labels.OFFENCE_GROUPS))
    summed = named.groupby(["point", "seed", "measure"], observed=True)["count"].sum().reset_index(name="value")
    found = seed_means.paired(summed, reference)
    here = _by(found[found["point"] == point], "measure")
    order = dict.fromkeys(labels.OFFENCE_GROUPS.get(n, n) for n in (*sorted_by.categories, *chosen["category"]))
    rows = [
        [labels.category(name), _level(here[name], "people"), _difference(here[name], "people")]
        for name in order
        if name in here
    ]
    heads = ["Category", "At the reference", "Difference [95% interval]"]
    return Grid(pd.DataFrame(rows, columns=heads), f"{labels.event(stage)}, by {sorted_by.title}")


def mix_by_stage(reading: Reading) -> Section:
    """Return the section with the offence mix by stage, under each definition, and across settings."""
    frame = reading.drawable.table("mix", [reading.points[0]])
    options = []
    for name in dict.fromkeys(frame["definition"].astype(str)):
        figure = plots.mix(reading.drawable, name)
        options.append((load_definitions()[name].title, (picture_of(figure, _mix_grid(figure.numbers)),)))
    parts: list[Part] = [
        words(
            "The same people under different published definitions. The choice of definition can change a share by half."
        ),
        Choice("definition", "Definition", tuple(options)),
    ]
    if len(reading.points) > 1:
        parts.append(picture_of(plots.mix_by_setting(reading.drawable, *WHO[0])))
    return Section("mix", "Offence mix by stage", tuple(parts))


def _mix_grid(found: pd.DataFrame) -> Grid:
    rows = [
        [labels.event(stage), labels.programme(programme), labels.category(category), amount(mean, low, high, "share")]
        for stage, programme, category, mean, low, high in found[
            ["stage", "programme", "category", "mean", "low", "high"]
        ].itertuples(index=False)
    ]
    return Grid(pd.DataFrame(rows, columns=["Stage", "Programme", "Category", "Share [95% interval]"]), "Shares drawn")
