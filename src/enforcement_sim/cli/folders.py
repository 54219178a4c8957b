"""``enforcement-sim status`` and ``reproduce``: what a results folder has, and whether it comes out the same again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.cli.terminal import print_rows

if TYPE_CHECKING:
    from enforcement_sim.experiment.status import Status

MOST_ROWS = 30
"""Runs that are listed; of a longer list the first ones stand for all."""

Folder = Annotated[Path, typer.Argument(help="A results folder of run, sweep or compare.", metavar="FOLDER")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("status")(status)


def status(folder: Folder) -> None:
    """Say what of a results folder is done, lacking and failed, and why; compute and write nothing.

    Exit code 0 if everything is there and sound, 1 if not, 2 if the folder holds no sweep.
    """
    from enforcement_sim.experiment.status import status_of

    print_status(status_of(folder))


def print_status(found: Status) -> None:
    """Print a folder's state and a row for each run that is not done; exit with 1 unless all is there."""
    from enforcement_sim.experiment.status import DONE

    for line in found.lines():
        typer.echo(line)
    missing = [run for run in found.runs if run.state != DONE]
    rows = [
        {"run": run.run, "setting": run.setting, "seed": str(run.seed), "state": run.state, "why": run.why}
        for run in missing[:MOST_ROWS]
    ]
    more = f"and {len(missing) - MOST_ROWS:,} more" if len(missing) > MOST_ROWS else ""
    print_rows(rows, whole=("run", "seed", "state"), caption=more)
    if not found.complete:
        raise typer.Exit(1)
