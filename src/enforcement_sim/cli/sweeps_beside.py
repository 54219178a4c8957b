"""How ``compare`` prints and keeps two finished sweeps: a table, data, and with ``--out`` a page, a figure and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import Format, print_data
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    from enforcement_sim.runs.compare import Read
    from enforcement_sim.runs.compared_sweeps import ComparedSweeps

PAGE_MEASURES = ("ice_custody", "removed", "days_per_detainer.statutory_hold")
"""Measures that the page draws; its table has more, and the figure beside it others."""


def two_sweeps_of(sides: Sequence[Read], out: Path | None) -> ComparedSweeps | None:
    """Return the comparison of two finished sweeps with settings in common; None if something else is compared.

    Raises
    ------
    InputError
        If the folder of ``--out`` is not empty.
    """
    from enforcement_sim.runs.compared_sweeps import compare_sweeps
    from enforcement_sim.runs.matched_sweeps import matched_settings
    from enforcement_sim.runs.sweep_result import Sweep

    first, *others = sides
    if len(others) != 1 or not isinstance(first, Sweep) or not isinstance(others[0], Sweep):
        return None
    if len(matched_settings(first, others[0])) < 2:
        return None
    options.check_new_folder(out)
    return compare_sweeps(first, others[0])


def print_two_sweeps(found: ComparedSweeps, out: Path | None, wanted: Format) -> None:
    """Print what settings change in both sweeps, and write the files of ``--out``."""
    if wanted is Format.TEXT:
        print_text(paragraph(found.sentence()), bold=True)
        for line in found.preamble():
            print_text(paragraph(line, more=4))
        print_table(found.table())
    else:
        print_data(found.frame(), wanted)
    if out is not None:
        typer.echo(f"{len(written(found, out))} files in {out}", err=wanted is not Format.TEXT)


def written(found: ComparedSweeps, folder: Path) -> list[Path]:
    """Write every row and what its columns are as CSV, the figure, and a page."""
    from enforcement_sim.plots import save, two_sweeps
    from enforcement_sim.runs.atomic_files import write_atomic
    from enforcement_sim.runs.compared_sweeps import TABLE
    from enforcement_sim.studies.page_parts import Grid, Section, picture_of, words
    from enforcement_sim.studies.single_page import PAGE_INCHES, SinglePage, write_page
    from enforcement_sim.tables.csv_text import csv_text

    folder.mkdir(parents=True, exist_ok=True)
    files = save(two_sweeps(found), folder, f"{TABLE}-figure")
    for name, frame in ((TABLE, found.frame()), ("columns", found.columns())):
        files.append(folder / f"{name}.csv")
        write_atomic(files[-1], csv_text(frame).encode())
    rows = found.table()
    _, _, base, *reservations = found.preamble()
    drawn = picture_of(two_sweeps(found, PAGE_MEASURES, inches=PAGE_INCHES))
    grid = Grid(rows.frame, rows.title, rows.caption, prose=True)
    page = SinglePage(
        f"{found.names[0]} (A) and {found.names[1]} (B)",
        base,
        (words(found.sentence()), drawn),
        (
            Section("settings", "What each setting changes", (grid,)),
            *(
                (Section("unlike", "In what else A and B differ", (words(*reservations, listed=True),)),)
                if reservations
                else ()
            ),
        ),
    )
    return [*files, write_page(page, folder / f"{TABLE}.html")]
