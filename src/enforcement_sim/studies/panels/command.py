"""``enforcement-sim panel``: the runs of a results folder as a panel of counties and periods."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from enforcement_sim.commands import options

Results = Annotated[
    str, typer.Argument(help="A results folder with its runs; FOLDER:2 is its point 2.", metavar="RESULTS")
]
By = Annotated[str, typer.Option("--by", help="month, quarter, year or fiscal_year (from October).")]
NewFile = Annotated[Path, typer.Option("--out", help="A new file, .csv or .parquet.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("panel")(panel)


def panel(results: Results, out: NewFile, by: By = "month") -> None:
    """Write a row for each county and period of every stored run: counts, treatment dates and covariates."""
    from enforcement_sim.results.dimensions import check_word
    from enforcement_sim.studies.panels import panel as panels
    from enforcement_sim.studies.panels.tidy_files import ENDINGS, of_every_run, write_tidy

    options.check_new_file(out, "--out", ENDINGS)
    chosen = cast(panels.By, check_word(by, panels.PERIODS, "period"))
    frame = of_every_run(results, lambda result: panels.panel(result, chosen))
    write_tidy(frame, out)
    typer.echo(f"wrote {out}: {len(frame):,} rows, {frame['county'].nunique():,} counties", err=True)
