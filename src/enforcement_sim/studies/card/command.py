"""``enforcement-sim card``: what each side of the debate leads with, for two policies on the same people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.progress_bar import ProgressBar
from enforcement_sim.commands.running import sides_of, until_interrupted
from enforcement_sim.studies.one_set import print_cautions
from enforcement_sim.tables.table import table_of
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import command, paragraph, print_text

if TYPE_CHECKING:
    from enforcement_sim.studies.card.compute import Card

LivesIn = Annotated[
    str,
    typer.Option(
        "--lives",
        help="Places, such as CT or 'Collier, FL', where every life is recorded for the rows that need it.",
    ),
]
OutCard = Annotated[Path | None, typer.Option("--out", help="A new folder for the card as PNG, SVG and CSV.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("card")(card)


def card(
    a: options.Reference,
    b: options.Other = "",
    lives: LivesIn = "",
    replications: options.Replications = None,
    settings: options.Set = None,
    settings_b: options.SetB = None,
    workers: options.Workers = None,
    out: OutCard = None,
    wanted: AsFormat = Format.TEXT,
) -> None:
    """Put what each side of the debate leads with side by side, for two policies on the same people."""
    from enforcement_sim.studies.card.compute import cards_of

    options.check_new_folder(out)
    given = sides_of(a, b, settings, settings_b)
    found: list[Card] = until_interrupted(
        lambda: cards_of(
            *given, sample_places=lives, replications=replications, workers=workers, progress=ProgressBar()
        ),
        None,
    )
    if wanted is not Format.TEXT:
        import pandas as pd

        print_data(pd.concat([one.frame().assign(setting=one.b) for one in found], ignore_index=True), wanted)
    else:
        for one in found:
            _print_card(one)
            print_cautions(one.metas[0]["scenario"], _draws(one))
        sets = [part for written in settings or [] for part in ("--set", written)]
        sets += [part for written in settings_b or [] for part in ("--set-b", written)]
        _suggest_lives(
            found, [a, *filter(None, [b]), *sets, *(["--replications", str(replications)] if replications else [])]
        )
    if out is not None:
        from enforcement_sim.studies.card.figure import write

        typer.echo(f"{len(write(found, out))} files in {out}", err=wanted is not Format.TEXT)


def _print_card(found: Card) -> None:
    """Print a card: a table for each side, and one for the money."""
    from enforcement_sim.studies.card.figure import about, note, sides, titles
    from enforcement_sim.studies.card.page import not_counted, rows_of

    print_text(paragraph(sides(found)))
    for side, title in titles(found).items():
        print_text()
        print_table(table_of(rows_of(found, side), title, not_counted(found, side)))
    print_text()
    print_text(paragraph(about(found).caption("Intervals", note(found))))


def _suggest_lives(found: list[Card], given: list[str]) -> None:
    """Print the command that counts the rows that need a sample, if they are missing."""
    if not any(line.needs_sample for one in found for line in one.lines):
        return
    county = f"{int(found[0].metas[0]['counties'][0]):05d}"
    suggested = command("card", *given, "--lives", county)
    print_text(paragraph("Rows that need single lives are counted in the places that --lives names:"))
    print_text(f"    {suggested}")  # on a line of its own, to be copied


def _draws(found: Card) -> int:
    """Return under how many draws of parameters a card's two settings were run."""
    seeds = {meta["seed"] for meta in found.metas}
    return max(1, len(found.metas) // (2 * len(seeds)))
