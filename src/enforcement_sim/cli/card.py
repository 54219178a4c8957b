"""``enforcement-sim card`` and ``jail-cost``: what each side leads with, and what detainers cost jails in two parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.running import ProgressBar, sides_of, until_interrupted
from enforcement_sim.terminal.printing import command, paragraph, print_csv, say
from enforcement_sim.terminal.table import print_table, table_of

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.card.card import Card
    from enforcement_sim.studies.jail_cost.jail_cost import JailCost

SHOWN = 8
"""Places of the table of jail costs that a terminal shows."""

Other = Annotated[
    str,
    typer.Argument(help="What is compared with it; a folder alone is compared with its first point.", metavar="B"),
]
LivesIn = Annotated[
    str,
    typer.Option(
        "--lives", help="Places, such as 12021,12071 or CT, where every life is recorded for the rows that need it."
    ),
]
OutCard = Annotated[Path | None, typer.Option("--out", help="A new folder for the card as PNG, SVG and CSV.")]
By = Annotated[str, typer.Option("--by", help="county, state, or nation (all places simulated together).")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("card")(card)
    app.command("jail-cost")(jail_cost)


def card(
    a: options.Reference,
    b: Other = "",
    lives: LivesIn = "",
    replications: options.Replications = None,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    workers: options.Workers = None,
    out: OutCard = None,
    as_csv: options.AsCsv = False,
) -> None:
    """Put what each side of the debate leads with side by side, for two policies on the same people."""
    from enforcement_sim.studies.card.card import cards_of

    options.check_new_folder(out)
    given = sides_of(a, b, settings, settings_b)
    found: list[Card] = until_interrupted(
        lambda: cards_of(*given, lives=lives, replications=replications, workers=workers, progress=ProgressBar()), None
    )
    if as_csv:
        _print_csv([one.frame().assign(setting=one.b) for one in found])
    else:
        for one in found:
            _print_card(one)
        sets = [part for written in settings or [] for part in ("--set", written)]
        sets += [part for written in settings_b or [] for part in ("--set-b", written)]
        _suggest_lives(
            found, [a, *filter(None, [b]), *sets, *(["--replications", str(replications)] if replications else [])]
        )
    if out is not None:
        from enforcement_sim.report.card import write

        typer.echo(f"{len(write(found, out))} files in {out}", err=as_csv)


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
    from enforcement_sim.runs.compare import gathered
    from enforcement_sim.studies.jail_cost.jail_cost import JailCost, jail_time

    measured = jail_time(by)
    given = sides_of(a, b, settings, settings_b)
    found = JailCost(
        by,
        until_interrupted(
            lambda: gathered(
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


def _print_card(found: Card) -> None:
    """Print a card: a table for each side, and one for the money."""
    from enforcement_sim.plots.cards import about, note, sides, titles
    from enforcement_sim.report.card import not_counted, rows_of

    say(paragraph(sides(found)))
    for side, title in titles(found).items():
        say()
        print_table(table_of(rows_of(found, side), title, not_counted(found, side)))
    say()
    say(paragraph(about(found).caption("Intervals", note(found))))


def _suggest_lives(found: list[Card], given: list[str]) -> None:
    """Say by which command the rows are counted that need single lives; nothing where they are."""
    if not any(line.needs_lives for one in found for line in one.lines):
        return
    county = f"{int(found[0].metas[0]['counties'][0]):05d}"
    told = command("card", *given, "--lives", county)
    say(paragraph("Rows that need single lives are counted in the places that --lives names:"))
    say(f"    {told}")  # on a line of its own, to be copied


def _print_cost(found: JailCost) -> None:
    """Print the reference's cost, and how every other setting differs from it."""
    from enforcement_sim.report.jail_cost import about_detainers, difference_rows, how_to_read, level_rows
    from enforcement_sim.report.net_cost import BRIDGE_TITLE, about_bridge, bridge_rows
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
    from enforcement_sim.runs.net_cost import bridge_frame
    from enforcement_sim.studies.jail_cost.jail_cost import ALL_PLACES, name_of_place

    frame = bridge_frame(found.found, point).rename(columns={"measure": "quantity", "payer": "part"})
    place = {"place": ALL_PLACES, "name": name_of_place(ALL_PLACES), "unit": "dollars"}
    if point == 0:
        frame = frame.drop(columns=["b", "difference", "verdict"]).rename(columns={"a": "mean"})
    return frame.assign(setting=found.labels[point], **place)
