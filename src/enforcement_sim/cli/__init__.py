"""The shell's way in: ``enforcement-sim``.

Thin on purpose. A command reads its arguments, calls one function of a room below and prints what comes back; it
computes nothing. Everything heavy is imported inside the commands, so that ``--help`` answers at once. An
:class:`~enforcement_sim.errors.InputError` ends any command with a line on standard error for everything that is wrong,
and exit code 2; what is read otherwise than it was written is noted there too, and the command goes on.
"""

from __future__ import annotations

import sys
import warnings
from typing import Annotated, Any

import typer

from enforcement_sim import __version__, studies
from enforcement_sim.cli import (
    data,
    explore,
    folders,
    law,
    lives,
    parameters,
    report,
    runs,
    scenario,
    sensitivity,
)
from enforcement_sim.errors import InputError, InputNotice, lines_of
from enforcement_sim.terminal.streams import keep_writing, lost

__all__ = ["app", "main"]

NOTED_AT_MOST = 100
"""Different notices that one command shows; a server answers many addresses."""

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
sensitivity.register(app)
lives.register(app)
for study in studies.commands():
    study.register(app)
report.register(app)
scenario.register(app)
data.register(app)
parameters.register(app)
law.register(app)
explore.register(app)


def main() -> None:
    """Run the command line; what a person wrote wrongly is said in a line each, with exit code 2."""
    keep_writing()
    code: str | int | None = 0
    with warnings.catch_warnings():
        # Not by their place in the code, where Python would show only the first: each once.
        warnings.simplefilter("always", InputNotice)
        warnings.showwarning = _noting(warnings.showwarning)
        try:
            app()
        except InputError as error:
            for line in lines_of(error):
                print(f"error: {line}", file=sys.stderr)
            code = 2
        except SystemExit as ended:
            code = ended.code
    reason = lost()
    if reason is not None:
        print(f"error: the output could not be written: {reason}; files that were asked for are whole", file=sys.stderr)
    sys.exit(code or (0 if reason is None else 1))


def _noting(show: Any) -> Any:
    """Return how warnings are shown: ours as a line of their own, each once; others as before."""
    noted: set[str] = set()

    def shown(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, InputNotice):
            show(message, category, *where, **more)
        elif str(message) not in noted and len(noted) < NOTED_AT_MOST:
            noted.add(str(message))
            print(f"note: {message}", file=sys.stderr)

    return shown
