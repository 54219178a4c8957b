"""``enforcement-sim data``: a user's own government files in place of the package's estimates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from enforcement_sim.terminal.printing import paragraph, say
from enforcement_sim.terminal.table import print_table, table_of_records

SHOWN = 16
"""Hexadecimal digits of a file's hash that are told."""

Files = Annotated[list[Path], typer.Argument(help="CSV, TSV or JSON files, or .xlsx workbooks.", metavar="FILE...")]
Name = Annotated[
    str, typer.Argument(help="A kind (activation, noncitizens, bookings) or one table's name.", metavar="NAME")
]
AcceptSums = Annotated[bool, typer.Option("--accept-sums", help="Take sums that are far from the package's.")]
AcceptUnknown = Annotated[bool, typer.Option("--accept-unknown", help="Leave rows aside whose county is unknown.")]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="Read this sheet of a workbook; hidden ones too.", metavar="NAME")
]
County = Annotated[
    str | None, typer.Option("--county", help="County of files that name none, by its code.", metavar="CODE")
]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--list", help="Write what became of every county, and of every row left out, to a CSV file.", metavar="FILE"
    ),
]
CheckOnly = Annotated[bool, typer.Option("--check", help="Check and report; write nothing.")]

commands = typer.Typer(
    help="Bring in, show and forget government files of your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


def register(app: typer.Typer) -> None:
    """Add the group of commands to the application."""
    app.add_typer(commands, name="data")


@commands.command("import")
def import_files(
    files: Files,
    accept_sums: AcceptSums = False,
    accept_unknown: AcceptUnknown = False,
    sheet: Sheet = None,
    county: County = None,
    list_file: ListFile = None,
    check: CheckOnly = False,
) -> None:
    """Check files and keep their figures for scenarios that ask for them; exit code 2 if anything is wrong.

    Taken are days of activation of Secure Communities, people who are not citizens, and bookings by month, by county.
    """
    from enforcement_sim.places.data_import import import_file

    choices = import_file.Choices(accept_sums, accept_unknown, sheet, county, list_file, not check)
    for one in import_file.import_files(files, choices):
        typer.echo(f"{one.checked.kind}, from {', '.join(one.files)}:")
        for note in one.checked.notes:
            typer.echo(f"  {note}")
        if list_file is not None:
            typer.echo(f"  what became of every county: {list_file}")
        else:
            typer.echo("  what became of every county: --list FILE writes it")
        if one.new is None:
            typer.echo(f"  would be kept as {one.checked.name}; nothing was written")
            continue
        typer.echo(f"  kept as {one.checked.name}{'' if one.new else ' (the same figures were here already)'}")
        typer.echo(f"  use it: enforcement-sim run baseline --set data.{one.checked.kind}=imported")


@commands.command()
def status() -> None:
    """Say which figures are the package's and which were imported, with source, day and hash."""
    from enforcement_sim.places.data_import.store import stored_tables
    from enforcement_sim.places.data_import.tables import TABLES
    from enforcement_sim.places.imported import KINDS
    from enforcement_sim.runs.provenance import data_hashes

    rows = []
    for kind in KINDS:
        kept, declared = stored_tables(kind), TABLES[kind]
        here = [("embedded", declared.embedded, "-", data_hashes()[declared.file][:SHOWN])]
        for one in kept:
            files = ", ".join(found["file"] for found in one.about.get("sources", [])) or "(its note is lost)"
            state = f"{one.name}{'' if one.current else ', earlier'}"
            sha256 = str(one.about.get("sha256", "-"))[:SHOWN] if one.sound else "damaged: import the file again"
            here.append((state, files, str(one.about.get("imported", "-")), sha256))
        if not any(one.current for one in kept):
            here.append(("imported: missing", "-", "-", "-"))
        rows += [
            {"data": kind, "which": which, "source": told, "imported": when, "sha256": sha256}
            for which, told, when, sha256 in here
        ]
    print_table(table_of_records(rows))
    say()
    say(paragraph("Runs use embedded figures unless the scenario asks: --set data.activation=imported") + "\n")
    typer.echo("Where the files are published:")
    for kind in KINDS:
        say(paragraph(f"{kind}: {' '.join(TABLES[kind].published)}", 2, 4))


@commands.command()
def forget(name: Name) -> None:
    """Remove imported figures, by kind or by name; runs made with them stay, and cannot be made again without the file."""
    from enforcement_sim.places.data_import.store import forget as forget_table

    for one in forget_table(name):
        typer.echo(f"forgotten: {one.kind} {one.name}")
