"""``enforcement-sim scenario``, ``parameters`` and ``data``: check and print the inputs of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.commands.running import chosen_scenario, print_no_effect
from enforcement_sim.tables.amounts import several
from enforcement_sim.tables.table import Table, table_of_records
from enforcement_sim.terminal.layout import print_table
from enforcement_sim.terminal.printing import (
    paragraph,
    print_json,
    print_lines,
    print_part,
    print_text,
    text_columns,
    wrapped,
)
from enforcement_sim.terminal.streams import as_printed, prints_unicode

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.parameters.register import Parameter
    from enforcement_sim.runs.design import Design
    from enforcement_sim.scenarios.schema import Scenario

HASH_DIGITS = 16
"""Number of printed hexadecimal digits of a file hash."""
LABEL_WIDTH = 13
"""Width of the labels of a single parameter."""
OFFENCES = "offences"
"""What addresses the settings of imported offences, which are not in the register."""


def _parameter_names() -> Iterable[str]:
    from enforcement_sim.parameters.register import load_register

    return load_register()


References = Annotated[
    list[str],
    typer.Argument(help="Shipped names, or paths of .yaml files.", autocompletion=options.complete_scenario),
]
Prefix = Annotated[
    str,
    typer.Argument(
        help="An address, or the beginning of one, such as detainer.",
        metavar="[NAME]",
        autocompletion=options.names_only(_parameter_names),
    ),
]
Files = Annotated[list[Path], typer.Argument(help="CSV, TSV or JSON files, or .xlsx workbooks.", metavar="FILE...")]
TableName = Annotated[
    str, typer.Argument(help="A kind (activation, noncitizens, bookings) or one table's name.", metavar="NAME")
]
AcceptSums = Annotated[bool, typer.Option("--accept-sums", help="Accept sums that are far from the package's.")]
AcceptUnknown = Annotated[bool, typer.Option("--accept-unknown", help="Leave out rows whose county is unknown.")]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="Read this sheet of a workbook; hidden ones too.", metavar="NAME")
]
County = Annotated[
    str | None,
    typer.Option("--county", help="The county of files that name none: 'Wake, NC' or 37183.", metavar="COUNTY"),
]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--list", help="Write what became of every county, and of every row left out, to a CSV file.", metavar="FILE"
    ),
]
CheckOnly = Annotated[bool, typer.Option("--check", help="Check and report; write nothing.")]


def _group(about: str) -> typer.Typer:
    return typer.Typer(help=about, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


scenario_commands = _group("Check, show and list scenarios.")
data_commands = _group("Import, show and remove government files of your own.")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("parameters")(parameters)
    app.add_typer(scenario_commands, name="scenario")
    app.add_typer(data_commands, name="data")


# ---- scenarios ---------------------------------------------------------------------------------------------------------


@scenario_commands.command(short_help="Check scenarios without running them.")
def check(scenarios: References) -> None:
    """Check scenarios without running them; exit code 2 and a line for everything that is wrong."""
    from enforcement_sim.errors import Problems
    from enforcement_sim.runs.design import design_of
    from enforcement_sim.scenarios.load import load_scenario

    problems = Problems()
    for ref in scenarios:
        with problems.gathering():
            scenario = load_scenario(ref)
            design = design_of(scenario)
            print_text(paragraph(f"{ref}: ok: {_size(scenario, design)}", more=4))
            print_lines(_rules_followed(design))
            whose = ref if len(scenarios) > 1 else ""
            print_no_effect(replace(one, scenario=whose) for one in design.without_effect())
    problems.raise_if_any()


@scenario_commands.command(short_help="Print a scenario as resolved, to save and run.")
def show(scenario: options.Scenario, settings: options.Set = None, stacked: options.With = None) -> None:
    """Print a scenario as resolved: every parameter, every change, in a form that can be saved and run."""
    from enforcement_sim.runs.design import design_of
    from enforcement_sim.scenarios.address import dump

    found = chosen_scenario(scenario, settings, stacked=stacked)
    for text in _rules_followed(design_of(found)):
        for line in wrapped(as_printed(text), text_columns(), "# ", "#     "):
            print_text(line)
    typer.echo(dump(found.resolved(), ascii_only=not prints_unicode()), nl=False)


@scenario_commands.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from enforcement_sim.scenarios.json_schema import json_schema

    print_json(json_schema())


@scenario_commands.command("list")
def list_shipped(wanted: AsFormat = Format.TEXT) -> None:
    """List the shipped scenarios and their questions."""
    from enforcement_sim.scenarios.load import load_scenario, shipped_names

    scenarios = {name: load_scenario(name) for name in shipped_names()}
    if wanted is not Format.TEXT:
        import pandas as pd

        rows = [{"scenario": name, "title": one.title, "asks": one.asks} for name, one in scenarios.items()]
        print_data(pd.DataFrame(rows), wanted)
        return
    for name, scenario in scenarios.items():
        print_text(paragraph(f"{name}: {scenario.title}", more=4))
        print_text(paragraph(scenario.asks, 4, 4) + "\n")


def _size(scenario: Scenario, design: Design) -> str:
    """Return the number of runs of a scenario, its period and its places."""
    from enforcement_sim.runs.sweep import check_stopping_rule

    if design.stopping is not None:
        check_stopping_rule(design.stopping, len(design.points))
    size = several(len(design.points), "point")
    if design.draws:
        size += f" {scenario.design.together if scenario.design else ''} x {several(len(design.draws), 'draw')}"
    at_most = "" if design.stopping is None else "at most "
    size += f" x {at_most}{several(len(design.seeds), 'replication')}"
    runs = f"{size} = {at_most}{several(len(design.every_cell) * len(design.seeds), 'run')}"
    noun = {"nation": "nation", "states": "state", "counties": "county"}[scenario.scope.kind]
    places = several(len(scenario.scope.members), noun) if scenario.scope.members else noun
    return f"{runs}; {scenario.period_start} to {scenario.period_end}; {places}"


def _rules_followed(design: Design) -> list[str]:
    """Return the rules that a design applies to history, and how closely each is followed."""
    from enforcement_sim.law.adherence import rules_followed

    scenarios = (design.scenario_at(point, draw) for draw, point in design.every_cell)
    policies = (([change.written() for change in scenario.changes], scenario.parameters) for scenario in scenarios)
    return [f"{one.rule.id}: {one.rule.title}; {one.words}" for one in rules_followed(policies)]


# ---- parameters --------------------------------------------------------------------------------------------------------


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
        print_data(_parameters_frame([known[name]] if name in known else found), wanted)
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


def _parameters_frame(found: Iterable[Parameter]) -> pd.DataFrame:
    """Return one row for each parameter, with everything that the table and the single parameter print."""
    import pandas as pd

    from enforcement_sim.parameters.register import in_one_line

    rows = [
        {
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
        for one in found
    ]
    return pd.DataFrame(rows)


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
        import pandas as pd

        rows = [{"setting": f"{OFFENCES}.{key}", **one.model_dump(mode="json")} for key, one in found.items()]
        print_data(pd.DataFrame(rows), wanted)
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


# ---- the user's own data -----------------------------------------------------------------------------------------------


@data_commands.command("import", short_help="Check files and store their figures.")
def import_files(
    files: Files,
    accept_sums: AcceptSums = False,
    accept_unknown: AcceptUnknown = False,
    sheet: Sheet = None,
    county: County = None,
    list_file: ListFile = None,
    check: CheckOnly = False,
) -> None:
    """Check files and store their figures for scenarios that use them; exit code 2 if anything is wrong.

    Accepts activation dates of Secure Communities, noncitizen populations, and monthly bookings, all by county.
    """
    from enforcement_sim.places.data_import import import_file
    from enforcement_sim.written_places import county_code

    fips = None if county is None else county_code(county, "--county")
    choices = import_file.Choices(accept_sums, accept_unknown, sheet, fips, list_file, not check)
    for one in import_file.import_files(files, choices):
        typer.echo(f"{one.checked.kind}, from {', '.join(one.files)}:")
        for note in one.checked.notes:
            typer.echo(f"  {note}")
        typer.echo(f"  what became of every county: {list_file or '--list FILE writes it'}")
        if one.new is None:
            typer.echo(f"  would be stored as {one.checked.name}; nothing was written")
            continue
        typer.echo(f"  stored as {one.checked.name}{'' if one.new else ' (the same figures were stored already)'}")
        typer.echo(f"  use it: enforcement-sim run baseline --set data.{one.checked.kind}=imported")


@data_commands.command(short_help="Which figures are the package's, which yours.")
def status(wanted: AsFormat = Format.TEXT) -> None:
    """Print which figures are the package's and which were imported, with source, day and hash."""
    from enforcement_sim.places.data_import.declarations import TABLES
    from enforcement_sim.places.data_import.stored_tables import stored_tables
    from enforcement_sim.places.imported import KINDS
    from enforcement_sim.runs.provenance import data_hashes

    rows = []
    for kind in KINDS:
        stored, declared = stored_tables(kind), TABLES[kind]
        tables = [("embedded", declared.embedded, "-", data_hashes()[declared.file][:HASH_DIGITS])]
        for one in stored:
            files = ", ".join(found["file"] for found in one.about.get("sources", [])) or "(its note is lost)"
            state = f"{one.name}{'' if one.current else ', earlier'}"
            sha256 = str(one.about.get("sha256", "-"))[:HASH_DIGITS] if one.sound else "damaged: import the file again"
            tables.append((state, files, str(one.about.get("imported", "-")), sha256))
        if not any(one.current for one in stored):
            tables.append(("imported: missing", "-", "-", "-"))
        rows += [
            dict(zip(("data", "which", "source", "imported", "sha256"), (kind, *row), strict=True)) for row in tables
        ]
    if wanted is not Format.TEXT:
        import pandas as pd

        print_data(pd.DataFrame(rows), wanted)
        return
    print_table(table_of_records(rows))
    print_text()
    print_text(
        paragraph("Runs use the embedded figures by default; to use imported ones: --set data.activation=imported")
        + "\n"
    )
    typer.echo("Where the files are published:")
    for kind in KINDS:
        print_text(paragraph(f"{kind}: {' '.join(TABLES[kind].published)}", 2, 4))


@data_commands.command(short_help="Remove imported figures.")
def forget(name: TableName) -> None:
    """Remove imported figures, by kind or by name; runs made with them stay, and can be repeated only with the file."""
    from enforcement_sim.places.data_import.stored_tables import forget as forget_table

    for one in forget_table(name):
        typer.echo(f"forgotten: {one.kind} {one.name}")
