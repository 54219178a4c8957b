"""``enforcement-sim parameters``: what the model believes, and why."""

from __future__ import annotations

import sys
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.cli import completion

if TYPE_CHECKING:
    from enforcement_sim.parameters.register import Parameter

PIPED_WIDTH = 5_000
"""Columns of the table when it goes to a file or another command: wide enough for one line a parameter."""

GAP = 3
"""Columns between two columns of the table."""

LABEL_WIDTH = 13
"""Columns that the labels take where one parameter is printed in full."""

SOURCE_AT_LEAST = 20
"""Columns below which a source is not worth printing."""

Prefix = Annotated[
    str,
    typer.Argument(
        help="An address, or the beginning of one, such as detainer.",
        metavar="[NAME]",
        autocompletion=completion.parameters,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("parameters")(parameters)


def parameters(name: Prefix = "") -> None:
    """Print the parameters with value, unit, range, grade and source; one parameter in full."""
    from enforcement_sim.errors import InputError, nearest_names
    from enforcement_sim.parameters.register import load_register

    known = load_register()
    found = known.under(name)
    if not found:
        tables = {parameter.table for parameter in known.values() if parameter.table}
        groups = {address.partition(".")[0] for address in known}
        near = nearest_names(name, [*groups, *tables, *known], at_most=2)
        raise InputError(f"no parameter begins with {name!r}", allowed=sorted(groups), nearest=near)
    if name in known:
        _print_one(known[name])
    else:
        _print_table(found)


def _print_one(parameter: Parameter) -> None:
    """Print everything that is known of one parameter."""
    typer.echo(parameter.address)
    typer.echo(f"  {parameter.meaning}")
    from enforcement_sim.parameters.argument import in_one_line

    argument = parameter.argument
    settings = ", ".join(f"{address}: {in_one_line(value)}" for address, value in argument.acts_with.items())
    for label, text in (
        ("value", f"{parameter.default:.10g} {parameter.unit}"),
        ("range", f"{parameter.low:.10g} to {parameter.high:.10g}{', whole numbers' if parameter.integer else ''}"),
        ("grade", parameter.grade),
        ("source", parameter.source),
        ("range from", argument.range_from),
        ("disputed by", argument.disputed_by),
        ("moves", ", ".join(parameter.moves) or "nothing"),
        ("with", settings),
        ("because", argument.because),
    ):
        if text:
            typer.echo(f"  {label + ':':{LABEL_WIDTH}}{text}")


def _print_table(found: tuple[Parameter, ...]) -> None:
    """Print a line for each parameter; a source shared by the members of a table is printed once.

    On a terminal, sources are cut to what is left of the line or, if that is next to nothing, left out; the caption
    says how to read them.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else PIPED_WIDTH, markup=False, highlight=False)
    headings = ("parameter", "value", "unit", "range", "grade")
    rows = [
        (one.address, f"{one.default:.10g}", one.unit, f"{one.low:.10g} to {one.high:.10g}", one.grade) for one in found
    ]
    taken = sum(max(len(row[column]) for row in (headings, *rows)) + GAP for column in range(len(headings)))
    left = console.width - taken - GAP
    with_source = left >= SOURCE_AT_LEAST

    caption = "A parameter's own address prints its meaning and its source in full." if terminal else None
    table = Table(box=SIMPLE_HEAD, pad_edge=False, caption=caption, caption_justify="left")
    for heading in headings:
        table.add_column(
            heading, justify="right" if heading == "value" else "left", no_wrap=heading != "unit", overflow="fold"
        )
    if with_source:
        table.add_column("source", no_wrap=True)
    above = None
    for parameter, row in zip(found, rows, strict=True):
        said_above = above is not None and parameter.table is not None and parameter.table == above.table
        source = '"' if said_above else shorten(parameter.source, left, placeholder=" ...") if with_source else ""
        table.add_row(*row, *([source] if with_source else []))
        above = parameter
    console.print(table)
