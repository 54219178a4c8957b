"""The sections on people: whose outcome each setting changes, and the offence mix with its programmes and months.

Each function takes a reading and returns a section. These functions select, order and word what other packages compute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.plots import seed_means
from enforcement_sim.plots.programmes import mix_numbers
from enforcement_sim.report.page import endings, flows, matrix
from enforcement_sim.studies.matrix_part import Matrix
from enforcement_sim.studies.page_parts import Choice, Fold, Grid, Part, Section, picture_of, words
from enforcement_sim.studies.reading import NO_OTHER, Reading
from enforcement_sim.tables.amounts import amount

WHO = (("removed", "charge"), ("detainer_issued", "charge"), ("detainer_issued", "ice-levels-2010"))
"""Stage and definition of each group of the matrix of who changed; removals by level are in the first matrix."""
FILES = {"charge": "mix-charge.csv", "ice-levels-2010": "mix-levels-2010.csv"}
DRAWN = tuple(FILES)
"""Definitions whose shares are drawn, and which come first, with the files of their figures; the others' are in tables."""


def who_changed(reading: Reading) -> Section:
    """Return the section with where people are instead, and how many each setting adds or removes, by charge and by level."""
    if len(reading.points) == 1:
        return Section("who", "Who changed", (words(NO_OTHER),))
    mix = reading.drawable.table("mix", list(reading.points))
    groups, rows = [], []
    for stage, definition in WHO:
        title, found = _by_category(reading, mix, stage, definition)
        lines = [matrix.line(reading, by_point, name, "people") for name, by_point in found.items()]
        groups += [(title, tuple(lines))] if lines else []
        stage_of = labels.event(stage)
        rows += [matrix.row_of(reading, by, f"{stage_of}: {name}", "people") for name, by in found.items()]
    title = f"How many more or fewer people, against the reference ({reading.labels[0]})"
    net = "Net counts: within a category, increases and decreases cancel out."
    single = words(
        "The stored runs count events, so the numbers above are net. To follow the same synthetic people of one county, from "
        "how their bookings end at the reference to how they end under a setting, with the first rule that differs, run these "
        "commands in the folder of these results:"
    )
    reference, where = reading.points[0], f"--where {reading.example}"
    commands = [f"enforcement-sim who-changed .:{reference} .:{point} {where}" for point in reading.points[1:]]
    parts: tuple[Part, ...] = (
        *endings.parts(reading),
        Fold(
            "By charge and by level of conviction",
            (Matrix(title, tuple(reading.labels[1:]), tuple(groups), net),),
            True,
        ),
        Fold("By charge and by level, with intervals", (matrix.grid_of(reading, rows, title),)),
        Fold("The same people one by one: from which ending to which", (single, words(*commands, command=True))),
    )
    return Section("who", "Who changed", parts)


def _by_category(
    reading: Reading, mix: pd.DataFrame, stage: str, definition: str
) -> tuple[str, dict[str, dict[int, Mapping[Any, Any]]]]:
    """Return a title, and the differences of people at a stage by category of a definition, then by setting."""
    chosen, sorted_by = mix[(mix["definition"] == definition) & (mix["stage"] == stage)], load_definitions()[definition]
    named = chosen.assign(measure=chosen["category"].astype(str).replace(labels.OFFENCE_GROUPS))
    summed = named.groupby(["point", "seed", "measure"], observed=True)["count"].sum().unstack(fill_value=0)
    # A setting under which nobody reaches the stage has no rows, which is a count of zero.
    runs = reading.drawable.measures[["point", "seed"]].drop_duplicates()
    runs = runs[runs["point"].isin(reading.points)]
    summed = summed.reindex(pd.MultiIndex.from_frame(runs), fill_value=0.0)
    found = seed_means.paired(summed.melt(ignore_index=False).reset_index(), reading.points[0])
    rows: dict[str, dict[int, Mapping[Any, Any]]] = {}
    for row in found.to_dict("records"):
        rows.setdefault(str(row["measure"]), {})[int(row["point"])] = row
    order = dict.fromkeys(labels.OFFENCE_GROUPS.get(n, n) for n in (*sorted_by.categories, *chosen["category"]))
    kept = {labels.category(name): rows[name] for name in order if name in rows}
    by = sorted_by.title if sorted_by.title.startswith("ICE") else sorted_by.title[:1].lower() + sorted_by.title[1:]
    return f"{labels.event(stage)}, by {by}", kept


def mix_by_stage(reading: Reading) -> Section:
    """Return the section with the offence mix across settings and under each definition, programmes and months."""
    frame = reading.drawable.table("mix", [reading.points[0]])
    options = []
    for name in sorted(dict.fromkeys(frame["definition"].astype(str)), key=lambda one: one not in DRAWN):
        named, counted = load_definitions()[name], frame[frame["definition"] == name]
        grid = _mix_grid(mix_numbers(counted, named.categories, "stage"))
        part: Part = (
            picture_of(plots.mix(reading.drawable, name), grid, data=reading.data_file(f"figures/{FILES[name]}"))
            if name in DRAWN
            else grid
        )
        options.append((named.title, (part,)))
    parts: list[Part] = [
        words(
            "The same people under different published definitions. The choice of definition can change a share by half."
        ),
    ]
    if len(reading.points) > 1:
        drawable = replace(reading.drawable, only=reading.points)
        data = reading.data_file("figures/mix-by-setting.csv")
        drawn = picture_of(plots.mix_by_setting(drawable, "ice-levels-2010", "removed"), data=data)
        parts.append(Fold(f"{labels.event('removed')}, by level, under each setting", (drawn,), wide=True))
    at_reference = f"at the reference ({reading.labels[0]})"
    choice = Choice("definition", "Definition", tuple(options))
    parts += [
        Fold(f"By stage, under each published definition, {at_reference}", (choice,)),
        Fold(f"People at each stage, by programme, {at_reference}", flows.funnel_by_programme(reading)),
        Fold(f"Month by month, with policy dates, {at_reference}", flows.months(reading)),
    ]
    return Section("mix", "Offences, programmes and months", tuple(parts))


def _mix_grid(found: pd.DataFrame) -> Grid:
    rows = [
        [labels.event(stage), labels.programme(programme), labels.category(category), amount(mean, low, high, "share")]
        for stage, programme, category, mean, low, high in found[
            ["stage", "programme", "category", "mean", "low", "high"]
        ].itertuples(index=False)
    ]
    return Grid(pd.DataFrame(rows, columns=["Stage", "Programme", "Category", "Share [95% interval]"]), "Shares drawn")
