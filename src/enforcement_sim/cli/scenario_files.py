"""``enforcement-sim scenario``: check, show and list scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.commands.printed_data import AsFormat, Format, print_rows
from enforcement_sim.commands.running import chosen_scenario, print_no_effect
from enforcement_sim.tables.amounts import several
from enforcement_sim.terminal.printing import paragraph, print_json, print_lines, print_text, text_columns, wrapped
from enforcement_sim.terminal.streams import as_printed, prints_unicode

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Design
    from enforcement_sim.scenarios.schema import Scenario

References = Annotated[
    list[str],
    typer.Argument(help="Shipped names, or paths of .yaml files.", autocompletion=options.complete_scenario),
]

commands = typer.Typer(
    help="Check, show and list scenarios.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.add_typer(commands, name="scenario")


@commands.command(short_help="Check scenarios without running them.")
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


@commands.command(short_help="Print a scenario as resolved, to save and run.")
def show(scenario: options.Scenario, settings: options.Set = None, stacked: options.With = None) -> None:
    """Print a scenario as resolved: every parameter, every change, in a form that can be saved and run."""
    from enforcement_sim.runs.design import design_of
    from enforcement_sim.scenarios.address import dump

    found = chosen_scenario(scenario, settings, stacked=stacked)
    for text in _rules_followed(design_of(found)):
        for line in wrapped(as_printed(text), text_columns(), "# ", "#     "):
            print_text(line)
    typer.echo(dump(found.resolved(), ascii_only=not prints_unicode()), nl=False)


@commands.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from enforcement_sim.scenarios.json_schema import json_schema

    print_json(json_schema())


@commands.command("list")
def list_shipped(wanted: AsFormat = Format.TEXT) -> None:
    """List the shipped scenarios and their questions."""
    from enforcement_sim.scenarios.load import load_scenario, shipped_names

    scenarios = {name: load_scenario(name) for name in shipped_names()}
    if wanted is not Format.TEXT:
        rows = [{"scenario": name, "title": one.title, "asks": one.asks} for name, one in scenarios.items()]
        print_rows(rows, wanted)
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
