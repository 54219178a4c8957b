"""``enforcement-sim report``: one page for a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Results = Annotated[Path, typer.Argument(help="The folder of a finished run, sweep or comparison.", metavar="RESULTS")]
Counties = Annotated[
    list[str] | None,
    typer.Option("--county", help="FIPS code of a county with a section of its own; may be repeated."),
]
Out = Annotated[Path | None, typer.Option("--out", help="The file; report.html in the folder unless given.")]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("report")(report)


def report(results: Results, county: Counties = None, out: Out = None) -> None:
    """Write one self-contained HTML page: question, answer, funnel, mix, cost, both sides, counties, provenance."""
    from enforcement_sim.report.page import write_report

    typer.echo(write_report(results, out, county or []))
