"""``enforcement-sim validate``: does the model agree with what was published?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.tables.table import table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_text

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.studies.validation.compute import Validation

MEMBERS = 12
DISAGREES = 1
FIGURE_ENDINGS = (".png", ".svg", ".pdf")

Members = Annotated[
    int, typer.Option("--members", min=0, help="Sets of the ensemble to run; 0 for the register's defaults.")
]
Thin = Annotated[int, typer.Option("--thin", min=1, help="Keep one person in so many.")]
Seeds = Annotated[int, typer.Option("--seeds", min=1, help="Seeds, where no sets are run.")]
Figure = Annotated[Path | None, typer.Option("--figure", help="Draw every figure to this file (png, svg or pdf).")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("validate")(validate)


def validate(
    members: Members = MEMBERS,
    thin: Thin = 10,
    seeds: Seeds = 1,
    workers: options.Workers = None,
    csv: options.CsvFile = None,
    figure: Figure = None,
) -> None:
    """Run history and put every published figure beside the simulated one; exit 1 if too few agree."""
    from enforcement_sim.parameters.ensemble import load_ensemble
    from enforcement_sim.runs.executors import local_backend, worker_count
    from enforcement_sim.studies.validation import compute

    options.check_new_file(csv, "--csv")
    options.check_new_file(figure, "--figure", FIGURE_ENDINGS)
    chosen = load_ensemble(members) if members else ()
    place = local_backend(worker_count(workers, max(members, seeds)))
    with place.start() as executor:
        found = compute.validate(
            chosen, executor, tuple(range(1, seeds + 1)), thin, on_progress=lambda line: typer.echo(line, err=True)
        )
    options.write_csv(csv, found.table)
    if figure is not None:
        from enforcement_sim.plots import DOTS_PER_INCH
        from enforcement_sim.studies.validation.figure import validation

        validation(found).savefig(figure, dpi=DOTS_PER_INCH)
    _print(found)
    if not found.holds:
        raise typer.Exit(DISAGREES)


def _print(found: Validation) -> None:
    """Print a row for each figure, bin by bin, and a summary."""
    for bin_, rows in found.table.groupby("bin", sort=False):
        print_table(table_of_records([_in_words(row) for _, row in rows.iterrows()], title=f"bin: {bin_}"))
        print_text()
    fitted = found.fitted
    inside = int((fitted["verdict"] == "inside").sum())
    summary = (
        f"{inside} of {len(fitted)} figures that may be fitted are inside their ranges ({found.share_inside:.0%}); "
        f"{found.runs} {found.of}. Not expressible: {int((found.table['verdict'] == 'not expressible yet').sum())}."
    )
    print_text(paragraph(summary))
    misses = found.funnel_misses
    print_text(paragraph(f"ratios of the funnel outside: {', '.join(misses) if misses else 'none'}"))


def _in_words(row: pd.Series) -> dict[str, str]:
    return {
        "figure": str(row["id"]),
        "published (range)": f"{number(row['published'])} ({number(row['low'])} to {number(row['high'])})",
        "simulated": "" if row["simulated"] != row["simulated"] else number(row["simulated"]),
        "interval": ""
        if row["simulated_low"] != row["simulated_low"]
        else f"{number(row['simulated_low'])} to {number(row['simulated_high'])}",
        "verdict": str(row["verdict"]) + (" (funnel)" if row["funnel"] else ""),
        "note": str(row["note"]),
    }


def number(value: object) -> str:
    """Return a number with three digits, or as a whole number from a thousand on."""
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
