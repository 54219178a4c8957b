"""``enforcement-sim parameters``: every number of the model, and the settings of imported offences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_rows
from enforcement_sim.tables.table import Table
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import paragraph, print_part, print_text

if TYPE_CHECKING:
    from enforcement_sim.parameters.register import Parameter

LABEL_WIDTH = 13
"""Width of the labels of a single parameter."""
OFFENCES = "offences"
"""What addresses the settings of imported offences, which are not in the register."""


def _parameter_names() -> Iterable[str]:
    from enforcement_sim.parameters.register import load_register

    return load_register()


Prefix = Annotated[
    str,
    typer.Argument(
        help="An address, or the beginning of one, such as detainer.",
        metavar="[NAME]",
        autocompletion=options.names_only(_parameter_names),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("parameters")(parameters)


def parameters(name: Prefix = "", wanted: AsFormat = Format.TEXT) -> None:
    """Print the parameters with value, unit, range, grade and source; one parameter in full.

    The settings of imported offences, which studies of crime vary, are printed with offences, or offences.NAME.
    """
    from enforcement_sim.errors import InputError, nearest_names
    from enforcement_sim.parameters.register import load_register

    if name.partition(".")[0] == OFFENCES:
        _print_offence_settings(name.partition(".")[2], wanted)
        return
    known = load_register()
    found = known.under(name)
    if not found:
        tables = {parameter.table for parameter in known.values() if parameter.table}
        groups = {address.partition(".")[0] for address in known}
        near = nearest_names(name, [*groups, *tables, *known], at_most=2)
        raise InputError(f"no parameter begins with {name!r}", allowed=sorted({*groups, OFFENCES}), nearest=near)
    if wanted is not Format.TEXT:
        print_rows([_as_data(one) for one in ([known[name]] if name in known else found)], wanted)
        return
    if name in known:
        _print_parameter(known[name])
        return
    rows, above = [], None
    for one in found:
        same_source = above is not None and one.table is not None and one.table == above.table
        source = '"' if same_source else one.source
        rows.append((one.address, f"{one.default:.10g}", one.unit, _range(one), one.grade, source))
        above = one
    print_table(
        Table(
            ("parameter", "value", "unit", "range", "grade", "source"),
            tuple(rows),
            caption="A parameter's own address prints its meaning and its source in full. The settings of imported offences, "
            f"for studies of crime: enforcement-sim parameters {OFFENCES}",
            optional=frozenset({"source"}),
            optional_note="A wider terminal, or COLUMNS=200 before the command, shows it too.",
        )
    )


def _as_data(one: Parameter) -> dict[str, Any]:
    """Return everything that the table and the single parameter print."""
    from enforcement_sim.parameters.register import in_one_line

    return {
        "parameter": one.address,
        "meaning": one.meaning,
        "value": one.default,
        "unit": one.unit,
        "low": one.low,
        "high": one.high,
        "whole_numbers": one.integer,
        "grade": one.grade,
        "source": one.source,
        "range_from": one.argument.range_from,
        "disputed_by": one.argument.disputed_by,
        "moves": "; ".join(one.moves),
        "with": "; ".join(f"{address}: {in_one_line(value)}" for address, value in one.argument.acts_with.items()),
    }


def _range(parameter: Parameter) -> str:
    return f"{parameter.low:.10g} to {parameter.high:.10g}"


def _print_parameter(parameter: Parameter) -> None:
    """Print all information on one parameter."""
    from enforcement_sim.parameters.register import in_one_line

    argument = parameter.argument
    typer.echo(parameter.address)
    print_text(paragraph(parameter.meaning, 2, 2))
    for label, text in (
        ("value", f"{parameter.default:.10g} {parameter.unit}"),
        ("range", f"{_range(parameter)}{', whole numbers' if parameter.integer else ''}"),
        (
            "lever",
            "a scenario's own value holds from the first counted day, history's before it" if parameter.lever else "",
        ),
        ("grade", parameter.grade),
        ("source", parameter.source),
        ("range from", argument.range_from),
        ("disputed by", argument.disputed_by),
        ("moves", ", ".join(parameter.moves) or "nothing"),
        ("with", ", ".join(f"{address}: {in_one_line(value)}" for address, value in argument.acts_with.items())),
        ("because", argument.because),
    ):
        if text:
            print_part(label, text, indent=2, width=LABEL_WIDTH)


def _print_offence_settings(name: str, wanted: Format) -> None:
    """Print the settings of imported offences, or one of them in full; they are drawn within their ranges."""
    from enforcement_sim.studies.records.offence_settings import load_offence_settings, setting_named

    found = {name: setting_named(name)} if name else dict(load_offence_settings())
    if wanted is not Format.TEXT:
        rows = [{"setting": f"{OFFENCES}.{key}", **one.model_dump(mode="json")} for key, one in found.items()]
        print_rows(rows, wanted)
        return
    if name:
        one = found[name]
        typer.echo(f"{OFFENCES}.{name}")
        print_text(paragraph(one.meaning, 2, 2))
        for label, text in (
            ("value", f"{one.value:g} {one.unit}"),
            ("range", f"{one.low:g} to {one.high:g}"),
            ("grade", one.grade),
            ("source", one.source),
        ):
            print_part(label, text, indent=2, width=LABEL_WIDTH)
        return
    cells = tuple(
        (f"{OFFENCES}.{key}", f"{one.value:g}", one.unit, f"{one.low:g} to {one.high:g}", one.grade, one.meaning)
        for key, one in found.items()
    )
    print_table(
        Table(
            ("setting", "value", "unit", "range", "grade", "meaning"),
            cells,
            caption="Studies of crime draw each setting evenly within its range, except the effect, which a user puts in. To "
            f"fix one: enforcement-sim study miles-cox-2014 --world {OFFENCES}.trend_spread=0.03. A setting's own address "
            "prints its source.",
            optional=frozenset({"meaning"}),
            optional_note="A wider terminal, or COLUMNS=200 before the command, shows it too.",
        )
    )
