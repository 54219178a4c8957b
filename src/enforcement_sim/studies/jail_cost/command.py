"""``enforcement-sim jail-cost``: what detainers cost jails, the statutory hold and the induced stay apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.running import ProgressBar, sides_of, until_interrupted
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.jail_cost.compute import JailCost

SHOWN = 8
"""Places of the table of jail costs that a terminal shows."""

By = Annotated[str, typer.Option("--by", help="county, state, or nation (all places simulated together).")]


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
    workers: options.Workers = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Tell what detainers cost jails: the statutory hold and the induced stay apart, by place and by who pays."""
    from enforcement_sim.runs.compare import collect
    from enforcement_sim.studies.jail_cost.compute import JailCost, jail_time

    measured = jail_time(by)
    given = sides_of(a, b, settings, settings_b)
    asked: dict[str, Any] = {
        "replications": replications,
        "workers": workers,
        "progress": ProgressBar(),
        "measured": measured,
    }
    found = JailCost(by, until_interrupted(lambda: collect(given, **asked), None))
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


def _labels(table: pd.DataFrame) -> list[str]:
    """Return what each row is in the words of the report: a line of a bridge, or a part of the stay and its quantity."""
    from enforcement_sim import labels
    from enforcement_sim.results.measures import MEASURES
    from enforcement_sim.studies.jail_cost.page import PART_WORDS

    return [
        labels.measure(quantity)[0] if quantity in MEASURES else f"{PART_WORDS[part]}, {quantity.replace('_', ' ')}"
        for part, quantity in zip(table["part"], table["quantity"], strict=True)
    ]


def _print_cost(found: JailCost) -> None:
    """Print the reference's cost, and how every other setting differs from it."""
    from enforcement_sim.studies.jail_cost.compute import ALL_PLACES
    from enforcement_sim.studies.jail_cost.page import cost_grids

    places = (ALL_PLACES, *found.most(SHOWN))
    left = len(found.places) - len(places)
    more = f" {left} places with less are left out (--format csv prints all)." if left > 0 else ""
    first, *others = cost_grids(found, places)
    print_table(table_of(first.rows, first.title, first.note + more, uniform=True))
    for line in found.found.preamble():
        print_text(paragraph(line, more=4))
    for number, grid in enumerate(others, start=1):
        print_text()
        print_table(table_of(grid.rows, grid.title, grid.note, uniform=number < len(found.labels)))


def _bridge(found: JailCost, point: int) -> pd.DataFrame:
    """Return the bridges with the columns of the other rows: a measure is a quantity of all places."""
    from enforcement_sim.runs.cost_bridge import bridge_frame
    from enforcement_sim.studies.jail_cost.compute import ALL_PLACES, name_of_place

    frame = bridge_frame(found.found.samples, point).rename(columns={"measure": "quantity", "payer": "part"})
    place = {"place": ALL_PLACES, "name": name_of_place(ALL_PLACES), "unit": "dollars"}
    if point == 0:
        frame = frame.drop(columns=["b", "difference", "verdict"]).rename(columns={"a": "mean"})
    return frame.assign(setting=found.labels[point], **place)
