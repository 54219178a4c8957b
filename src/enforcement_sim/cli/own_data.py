"""``enforcement-sim data``: import, show and remove government files of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from enforcement_sim.commands.printed_data import AsFormat, Format, print_rows
from enforcement_sim.tables.table import table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

HASH_DIGITS = 16
"""Number of printed hexadecimal digits of a file hash."""

Files = Annotated[list[Path], typer.Argument(help="CSV, TSV or JSON files, or .xlsx workbooks.", metavar="FILE...")]
TableName = Annotated[
    str, typer.Argument(help="A kind (activation, noncitizens, bookings) or one table's name.", metavar="NAME")
]
AcceptSums = Annotated[bool, typer.Option("--accept-sums", help="Accept sums that are far from the package's.")]
AcceptUnknown = Annotated[bool, typer.Option("--accept-unknown", help="Leave out rows whose county is unknown.")]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="Read this sheet of a workbook; hidden ones too.", metavar="NAME")
]
County = Annotated[
    str | None,
    typer.Option("--county", help="The county of files that name none: 'Wake, NC' or 37183.", metavar="COUNTY"),
]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--list", help="Write what became of every county, and of every row left out, to a CSV file.", metavar="FILE"
    ),
]
CheckOnly = Annotated[bool, typer.Option("--check", help="Check and report; write nothing.")]

commands = typer.Typer(
    help="Import, show and remove government files of your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(commands, name="data")


@commands.command("import", short_help="Check files and store their figures.")
def import_files(
    files: Files,
    accept_sums: AcceptSums = False,
    accept_unknown: AcceptUnknown = False,
    sheet: Sheet = None,
    county: County = None,
    list_file: ListFile = None,
    check: CheckOnly = False,
) -> None:
    """Check files and store their figures for scenarios that use them; exit code 2 if anything is wrong.

    Accepts activation dates of Secure Communities, noncitizen populations, and monthly bookings, all by county.
    """
    from enforcement_sim.places.data_import import import_file
    from enforcement_sim.written_places import county_code

    fips = None if county is None else county_code(county, "--county")
    choices = import_file.Choices(accept_sums, accept_unknown, sheet, fips, list_file, not check)
    for one in import_file.import_files(files, choices):
        typer.echo(f"{one.checked.kind}, from {', '.join(one.files)}:")
        for note in one.checked.notes:
            typer.echo(f"  {note}")
        typer.echo(f"  what became of every county: {list_file or '--list FILE writes it'}")
        if one.new is None:
            typer.echo(f"  would be stored as {one.checked.name}; nothing was written")
            continue
        typer.echo(f"  stored as {one.checked.name}{'' if one.new else ' (the same figures were stored already)'}")
        typer.echo(f"  use it: enforcement-sim run baseline --set data.{one.checked.kind}=imported")


@commands.command(short_help="Which figures are the package's, which yours.")
def status(wanted: AsFormat = Format.TEXT) -> None:
    """Print which figures are the package's and which were imported, with source, day and hash."""
    from enforcement_sim.places.data_import.declarations import TABLES
    from enforcement_sim.places.data_import.stored_tables import stored_tables
    from enforcement_sim.places.imported import KINDS
    from enforcement_sim.runs.provenance import data_hashes

    rows = []
    for kind in KINDS:
        stored, declared = stored_tables(kind), TABLES[kind]
        tables = [("embedded", declared.embedded, "-", data_hashes()[declared.file][:HASH_DIGITS])]
        for one in stored:
            files = ", ".join(found["file"] for found in one.about.get("sources", [])) or "(its note is lost)"
            state = f"{one.name}{'' if one.current else ', earlier'}"
            sha256 = str(one.about.get("sha256", "-"))[:HASH_DIGITS] if one.sound else "damaged: import the file again"
            tables.append((state, files, str(one.about.get("imported", "-")), sha256))
        if not any(one.current for one in stored):
            tables.append(("imported: missing", "-", "-", "-"))
        rows += [
            dict(zip(("data", "which", "source", "imported", "sha256"), (kind, *row), strict=True)) for row in tables
        ]
    if wanted is not Format.TEXT:
        print_rows(rows, wanted)
        return
    print_table(table_of_records(rows))
    print_text()
    print_text(
        paragraph("Runs use the embedded figures by default; to use imported ones: --set data.activation=imported")
        + "\n"
    )
    typer.echo("Where the files are published:")
    for kind in KINDS:
        print_text(paragraph(f"{kind}: {' '.join(TABLES[kind].published)}", 2, 4))


@commands.command(short_help="Remove imported figures.")
def forget(name: TableName) -> None:
    """Remove imported figures, by kind or by name; runs made with them stay, and can be repeated only with the file."""
    from enforcement_sim.places.data_import.stored_tables import forget as forget_table

    for one in forget_table(name):
        typer.echo(f"forgotten: {one.kind} {one.name}")
