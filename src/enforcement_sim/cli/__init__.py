"""The command line, ``enforcement-sim``.

A command parses its arguments, calls the packages below and prints their results; it computes nothing itself. Slow imports
are inside the commands, so that ``--help`` is fast. An :class:`~enforcement_sim.errors.InputError` ends a command with one
line on standard error for each mistake, and exit code 2. An :class:`~enforcement_sim.errors.InputNotice` is printed there,
too, and the command continues.
"""

from __future__ import annotations

import sys
import warnings
from typing import Annotated, Any

import typer

from enforcement_sim import __version__, studies
from enforcement_sim.cli import (
    browser,
    changed_outcomes,
    law,
    levers,
    own_data,
    parameter_list,
    scenario_files,
    simulate,
    tracing,
    uncertainty,
)
from enforcement_sim.cli.grouped_help import GroupedHelp
from enforcement_sim.errors import InputError, InputNotice, lines_of
from enforcement_sim.terminal.streams import install_safe_streams, output_error

__all__ = ["app", "main"]

MOST_NOTES = 100
"""Maximum number of different notes of one command, because a server handles many requests."""

# Without markup in the help and formatted tracebacks, which would import rich.
app = typer.Typer(
    name="enforcement-sim",
    cls=GroupedHelp,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate U.S. immigration-enforcement policy at the jail door, 2006-2014.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
COMMANDS = (simulate, uncertainty, tracing, changed_outcomes, *studies.commands(), browser, law, levers)
for module in (*COMMANDS, parameter_list, scenario_files, own_data):
    module.register(app)


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


def main() -> None:
    """Run the command line; print each input error in one line, and exit with code 2."""
    install_safe_streams()
    code: str | int | None = 0
    with warnings.catch_warnings():
        # Print each message once; the default filter of Python would show only one for each line of code.
        warnings.simplefilter("always", InputNotice)
        warnings.showwarning = _printing_notes(warnings.showwarning)
        try:
            app()
        except InputError as error:
            for line in lines_of(error):
                print(f"error: {line}", file=sys.stderr)
            code = 2
        except SystemExit as exit_request:
            code = exit_request.code
    reason = output_error()
    if reason is not None:
        print(f"error: the output could not be written: {reason}; requested files are complete", file=sys.stderr)
    sys.exit(code or (0 if reason is None else 1))


def _printing_notes(show: Any) -> Any:
    """Return a warning handler that prints each input notice once, and passes on other warnings."""
    printed: set[str] = set()

    def shown(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if not issubclass(category, InputNotice):
            show(message, category, *where, **more)
        elif str(message) not in printed and len(printed) < MOST_NOTES:
            printed.add(str(message))
            print(f"note: {message}", file=sys.stderr)

    return shown
