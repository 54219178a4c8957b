"""The shell's way in: ``enforcement-sim``.

Thin on purpose. A command reads its arguments, calls one function of a room below and prints what comes back; it
computes nothing. Everything heavy is imported inside the commands, so that ``--help`` answers at once. An
:class:`~enforcement_sim.errors.InputError` ends any command with one line on standard error and exit code 2.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from enforcement_sim import __version__
from enforcement_sim.cli import (
    assumptions,
    card,
    claims,
    data,
    evidence,
    explore,
    folders,
    law,
    lives,
    parameters,
    report,
    runs,
    scenario,
    sensitivity,
    validation,
)
from enforcement_sim.cli.streams import keep_writing, lost
from enforcement_sim.errors import InputError

__all__ = ["app", "main"]

# Help without markup and tracebacks without decoration: neither is worth importing rich for.
app = typer.Typer(
    name="enforcement-sim",
    help="Simulate U.S. immigration-enforcement policy at the jail door, 2006-2014.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"enforcement-sim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Simulate U.S. immigration-enforcement policy at the jail door, 2006-2014."""


runs.register(app)
folders.register(app)
assumptions.register(app)
sensitivity.register(app)
lives.register(app)
evidence.register(app)
card.register(app)
report.register(app)
scenario.register(app)
data.register(app)
parameters.register(app)
law.register(app)
validation.register(app)
claims.register(app)
explore.register(app)


def main() -> None:
    """Run the command line; what a person wrote wrongly is said in one line, with exit code 2."""
    keep_writing()
    code: str | int | None = 0
    try:
        app()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 2
    except SystemExit as ended:
        code = ended.code
    reason = lost()
    if reason is not None:
        print(f"error: the output could not be written: {reason}; files that were asked for are whole", file=sys.stderr)
    sys.exit(code or (0 if reason is None else 1))
