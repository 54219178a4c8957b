"""``enforcement-sim jail-cost``: what detainers cost jails, the statutory hold and the induced stay apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.running import ProgressBar, sides_of, until_interrupted
from enforcement_sim.terminal.printing import paragraph, print_csv, say
from enforcement_sim.terminal.table import print_table, table_of

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.jail_cost.jail_cost import JailCost

SHOWN = 8
"""Places of the table of jail costs that a terminal shows."""

Other = Annotated[
    str,
    typer.Argument(help="What is compared with it; a folder alone is compared with its first point.", metavar="B"),
]
By = Annotated[str, typer.Option("--by", help="county, state, or nation (all places simulated together).")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("jail-cost")(jail_cost)


def jail_cost(
    a: options.Reference,
    b: Other = "",
    by: By = "nation",
    replications: options.Replications = None,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    workers: options.Workers = None,
    as_csv: options.AsCsv = False,
) -> None:
    """Tell what detainers cost jails: the statutory hold and the induced stay apart, by place and by who pays."""
    from enforcement_sim.runs.compare import collect
    from enforcement_sim.studies.jail_cost.jail_cost import JailCost, jail_time

    measured = jail_time(by)
    given = sides_of(a, b, settings, settings_b)
    found = JailCost(
        by,
        until_interrupted(
            lambda: collect(
                given, replications=replications, workers=workers, progress=ProgressBar(), measured=measured
            ),
            None,
        ),
    )
    points = range(1, len(found.found.samples))
    if as_csv:
        bridges = [_bridge(found, point) for point in points] or [_bridge(found, 0)]
        _print_csv([*([found.differences(point) for point in points] or [found.levels()]), *bridges])
    else:
        _print_cost(found)


def _print_csv(frames: list[pd.DataFrame]) -> None:
    import pandas as pd

    print_csv(pd.concat(frames, ignore_index=True))


def _print_cost(found: JailCost) -> None:
    """Print the reference's cost, and how every other setting differs from it."""
    from enforcement_sim.studies.jail_cost.bridge_table import BRIDGE_TITLE, about_bridge, bridge_rows
    from enforcement_sim.studies.jail_cost.cost_tables import about_detainers, difference_rows, how_to_read, level_rows
    from enforcement_sim.studies.jail_cost.jail_cost import ALL_PLACES

    places = (ALL_PLACES, *found.most(SHOWN))
    left = len(found.places) - len(places)
    more = f" {left} places with less are left out (--csv prints all)." if left > 0 else ""
    told = how_to_read(found) + more
    print_table(table_of(level_rows(found, places), f"Jail cost of detainers: {found.labels[0]}", told, alike=True))
    for line in found.found.preamble():
        say(paragraph(line, more=4))
    for point, label in enumerate(found.labels[1:], start=1):
        say()
        title = f"Jail cost of detainers: {label} less {found.labels[0]}"
        print_table(table_of(difference_rows(found, places, point), title, about_detainers(found), alike=True))
    for point in range(1, len(found.labels)) or [0]:
        say()
        title = f"{BRIDGE_TITLE}: {found.labels[0]}{f' (A) and {found.labels[point]} (B)' if point else ''}"
        print_table(table_of(bridge_rows(found.found, point), title, about_bridge(found.found, point)))


def _bridge(found: JailCost, point: int) -> pd.DataFrame:
    """Return the bridges with the columns of the other rows: a measure is a quantity of all places."""
    from enforcement_sim.runs.cost_bridge import bridge_frame
    from enforcement_sim.studies.jail_cost.jail_cost import ALL_PLACES, name_of_place

    frame = bridge_frame(found.found.samples, point).rename(columns={"measure": "quantity", "payer": "part"})
    place = {"place": ALL_PLACES, "name": name_of_place(ALL_PLACES), "unit": "dollars"}
    if point == 0:
        frame = frame.drop(columns=["b", "difference", "verdict"]).rename(columns={"a": "mean"})
    return frame.assign(setting=found.labels[point], **place)
