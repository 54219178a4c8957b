"""``enforcement-sim panel``: the runs of a results folder as a panel of counties and periods."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data

Results = Annotated[
    str, typer.Argument(help="A results folder with its runs; FOLDER:2 is its point 2.", metavar="RESULTS")
]
By = Annotated[str, typer.Option("--by", help="month, quarter, year or fiscal_year (from October).")]
NewFile = Annotated[Path | None, typer.Option("--out", help="A new file, .csv or .parquet.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("panel")(panel)


def panel(results: Results, out: NewFile = None, by: By = "month", wanted: AsFormat = Format.TEXT) -> None:
    """Write or print a row for each county and period of every stored run: counts, treatment dates and covariates.

    Beside a file stands what its columns are, as NAME-columns.csv. How to estimate a design on it with pyfixest or fixest:
    docs/studies.md, "Estimate it yourself".
    """
    from enforcement_sim.results.dimensions import check_word
    from enforcement_sim.studies.panels import panel as panels
    from enforcement_sim.studies.panels.panel_columns import columns_file, write_columns
    from enforcement_sim.studies.panels.tidy_files import check_goes_somewhere, of_every_run, write_tidy

    check_goes_somewhere(out, wanted is not Format.TEXT)
    if out is not None:
        options.check_new_file(columns_file(out), "--out", (".csv",))
    chosen = cast(panels.By, check_word(by, panels.PERIODS, "period"))
    frame = of_every_run(results, lambda result: panels.panel(result, chosen))
    if out is not None:
        write_tidy(frame, out)
        typer.echo(f"wrote {out}: {len(frame):,} rows, {frame['county'].nunique():,} counties", err=True)
        typer.echo(f"wrote {write_columns(frame.columns, out)}: what every column is", err=True)
    if wanted is not Format.TEXT:
        print_data(frame, wanted)
