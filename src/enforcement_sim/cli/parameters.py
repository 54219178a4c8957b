"""``enforcement-sim parameters``: what the model believes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands.options import names_only
from enforcement_sim.terminal.printing import paragraph, print_part, say
from enforcement_sim.terminal.table import TextTable, print_table

if TYPE_CHECKING:
    from enforcement_sim.parameters.register import Parameter, Register

LABEL_WIDTH = 13
"""Columns that the labels take where one parameter is printed in full."""


def _load_register() -> Register:
    from enforcement_sim.parameters.register import load_register

    return load_register()


Prefix = Annotated[
    str,
    typer.Argument(
        help="An address, or the beginning of one, such as detainer.",
        metavar="[NAME]",
        autocompletion=names_only(_load_register),
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
    say(paragraph(parameter.meaning, 2, 2))
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
            print_part(label, text, indent=2, width=LABEL_WIDTH)


def _print_table(found: tuple[Parameter, ...]) -> None:
    """Print a line for each parameter; a source shared by the members of a table is printed once."""
    rows = []
    above = None
    for one in found:
        said_above = above is not None and one.table is not None and one.table == above.table
        source = '"' if said_above else one.source
        rows.append(
            (one.address, f"{one.default:.10g}", one.unit, f"{one.low:.10g} to {one.high:.10g}", one.grade, source)
        )
        above = one
    print_table(
        TextTable(
            ("parameter", "value", "unit", "range", "grade", "source"),
            tuple(rows),
            caption="A parameter's own address prints its meaning and its source in full.",
            spare=frozenset({"source"}),
            rest="A wider terminal, or COLUMNS=200 before the command, shows it too.",
        )
    )
