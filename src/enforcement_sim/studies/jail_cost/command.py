"""``enforcement-sim jail-cost``: what detainers cost jails, the statutory hold and the induced stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_bar import ProgressBar
from enforcement_sim.commands.progress_lines import ProgressLines, compile_first
from enforcement_sim.commands.running import sides_of, until_interrupted
from enforcement_sim.studies.one_set import print_cautions
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_lines, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.runs.compare import Side
    from enforcement_sim.studies.jail_cost.compute import JailCost

SHOWN = 8
"""Places of the table of jail costs that a terminal shows."""

By = Annotated[str, typer.Option("--by", help="county, state, or nation (all places reported, together).")]

Sets = Annotated[
    int | None,
    typer.Option(
        "--sets",
        min=1,
        help="Run under so many sets of parameters that fit published figures, 3 seeds each; 20 or more to quote a number.",
    ),
]
NOTHING_KEPT = "nothing is kept; quicker: fewer --sets, --replications 1, or fewer days"
MORE_SETS = "With this doubt: the same scenarios with --sets 20."


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("jail-cost")(jail_cost)


def jail_cost(
    a: options.Reference,
    b: options.Other = "",
    by: By = "nation",
    replications: options.Replications = None,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    sets: Sets = None,
    workers: options.Workers = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Tell what detainers cost jails and how many people are held past the limit, by place and by who pays."""
    from enforcement_sim.runs.compare import collect
    from enforcement_sim.studies.jail_cost.compute import JailCost, jail_time

    measured = jail_time(by)
    given = sides_of(a, b, settings, settings_b)
    if sets is None:
        asked: dict[str, Any] = {
            "replications": replications,
            "workers": workers,
            "progress": ProgressBar(),
            "measured": measured,
        }
        found = JailCost(by, until_interrupted(lambda: collect(given, **asked), None))
    else:
        found = _under_sets(given, [*(settings or ()), *(settings_b or ())], by, sets, replications, workers)
    if wanted is Format.TEXT:
        _print_cost(found)
        return
    import pandas as pd

    points = range(1, len(found.labels))
    frames = [found.differences(point) for point in points] or [found.levels()]
    frames += [_bridge(found, point) for point in points or (0,)]
    table = pd.concat(frames, ignore_index=True)
    table.insert(list(table.columns).index("quantity"), "label", _labels(table))
    print_data(table, wanted)


def _under_sets(
    given: Sequence[Side],
    written: Sequence[str],
    by: str,
    sets: int,
    replications: int | None,
    workers: int | None,
) -> JailCost:
    """Run scenarios under several sets of parameters, with progress."""
    from enforcement_sim.runs.compare import read_side
    from enforcement_sim.studies.jail_cost.under_sets import check_not_drawn, cost_under_sets

    check_not_drawn([setting.partition("=")[0].strip() for setting in written])
    sides = [read_side(side) for side in given]

    def found() -> JailCost:
        compile_first()
        return cost_under_sets(sides, by, sets, replications, workers, ProgressLines())

    return until_interrupted(found, None, NOTHING_KEPT)


def _labels(table: pd.DataFrame) -> list[str]:
    """Return what each row is in the words of the report: a line of a bridge, or a part of the stay and its quantity."""
    from enforcement_sim import labels
    from enforcement_sim.results.measures import MEASURES
    from enforcement_sim.studies.jail_cost.compute import PEOPLE
    from enforcement_sim.studies.jail_cost.page import HELD_PAST_LIMIT, PART_WORDS

    return [
        HELD_PAST_LIMIT
        if quantity == PEOPLE
        else labels.measure(quantity)[0]
        if quantity in MEASURES
        else f"{PART_WORDS[part]}, {quantity.replace('_', ' ')}"
        for part, quantity in zip(table["part"], table["quantity"], strict=True)
    ]


def _print_cost(found: JailCost) -> None:
    """Print the reference's cost, and how every other setting differs from it."""
    from enforcement_sim.studies.jail_cost.compute import ALL_PLACES
    from enforcement_sim.studies.jail_cost.how_far import how_far
    from enforcement_sim.studies.jail_cost.page import cost_grids, places_shown

    places = places_shown(found, SHOWN)
    left = len(set(found.places) - {ALL_PLACES, *places})
    more = f" {left} places with less are left out (--format csv prints all)." if left > 0 else ""
    first, *others = cost_grids(found, places)
    print_table(table_of(first.rows, first.title, first.note + more, uniform=True))
    for line in found.found.preamble():
        print_text(paragraph(line, more=4))
    print_cautions(found.found.made_from, found.found.samples[0].draws, MORE_SETS)
    for number, grid in enumerate(others, start=1):
        print_text()
        print_table(table_of(grid.rows, grid.title, grid.note, uniform=number < len(found.labels)))
    print_text()
    print_text("Before you quote a number", bold=True)
    print_lines(how_far(found))


def _bridge(found: JailCost, point: int) -> pd.DataFrame:
    """Return the bridges with the columns of the other rows: a measure is a quantity of all places."""
    from enforcement_sim.runs.cost_bridge import bridge_frame
    from enforcement_sim.studies.jail_cost.compute import ALL_PLACES, name_of_place

    frame = bridge_frame(found.found.samples, point).rename(columns={"measure": "quantity", "payer": "part"})
    place = {"place": ALL_PLACES, "name": name_of_place(ALL_PLACES), "unit": "dollars"}
    if point == 0:
        frame = frame.drop(columns=["b", "difference", "verdict"]).rename(columns={"a": "mean"})
    return frame.assign(setting=found.labels[point], **place)
