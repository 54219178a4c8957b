"""``enforcement-sim status`` and ``reproduce``: what a results folder has, and whether it comes out the same again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.terminal.table import print_table, table_of_records

if TYPE_CHECKING:
    from enforcement_sim.runs.reproduce import Reproduction
    from enforcement_sim.runs.status import Status

MOST_ROWS = 30
"""Runs that are listed; of a longer list the first ones stand for all."""

Folder = Annotated[Path, typer.Argument(help="A results folder of run, sweep or compare.", metavar="FOLDER")]

Results = Annotated[Path, typer.Argument(help="A results folder, or its manifest.json.", metavar="RESULTS")]
Runs = Annotated[int | None, typer.Option("--runs", help="How many runs, chosen at random but always alike.")]
Only = Annotated[list[str] | None, typer.Option("--run", help="The name of a run, or its beginning; may be repeated.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; all cores unless given.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("status")(status)
    app.command("reproduce")(reproduce)


def status(folder: Folder) -> None:
    """Say what of a results folder is done, lacking and failed, and why; compute and write nothing.

    Exit code 0 if everything is there and sound, 1 if not, 2 if the folder holds no sweep.
    """
    from enforcement_sim.runs.status import status_of

    print_status(status_of(folder))


def print_status(found: Status) -> None:
    """Print a folder's state and a row for each run that is not done; exit with 1 unless all is there."""
    from enforcement_sim.runs.status import DONE

    for line in found.lines():
        typer.echo(line)
    missing = [run for run in found.runs if run.state != DONE]
    rows = [
        {"run": run.run, "setting": run.setting, "seed": str(run.seed), "state": run.state, "why": run.why}
        for run in missing[:MOST_ROWS]
    ]
    more = f"and {len(missing) - MOST_ROWS:,} more" if len(missing) > MOST_ROWS else ""
    print_table(table_of_records(rows, caption=more))
    if not found.complete:
        raise typer.Exit(1)


def reproduce(results: Results, runs: Runs = None, run: Only = None, workers: Workers = None) -> None:
    """Compute runs of a results folder again, and say whether they come out the same, and if not, why.

    Exit code 0 if everything is the same, 1 if something differs, 2 for what cannot be read. Nothing is written.
    """
    from enforcement_sim.commands.running import ProgressBar, until_interrupted
    from enforcement_sim.runs.reproduce import reproduce as compute_again

    found: Reproduction = until_interrupted(
        lambda: compute_again(results, runs=runs, only=run or (), workers=workers, progress=ProgressBar()), None
    )
    for line in found.lines():
        typer.echo(line)
    rows = [
        {
            "run": check.run,
            "setting": check.setting,
            "seed": str(check.seed),
            "outcome": check.verdict,
            "compared": check.compared,
            "differs": "; ".join(check.differs) or "-",
            "why": "; ".join(check.why) or "-",
        }
        for check in found.checks
    ]
    print_table(table_of_records(rows))
    if not found.same:
        raise typer.Exit(1)
