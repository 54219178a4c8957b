"""``enforcement-sim scenario``: check, show and list scenarios, and print the schema for editors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.commands import options
from enforcement_sim.terminal.printing import (
    paragraph,
    print_json,
    print_lines,
    say,
    tell_no_effect,
    text_columns,
    wrapped,
)
from enforcement_sim.terminal.streams import as_printed, prints_unicode

if TYPE_CHECKING:
    from enforcement_sim.runs.design import Design
    from enforcement_sim.scenarios.schema import Scenario

Reference = Annotated[
    str,
    typer.Argument(
        help="A shipped scenario's name, or the path of a .yaml file.", autocompletion=options.complete_scenario
    ),
]
References = Annotated[
    list[str],
    typer.Argument(help="Shipped names, or paths of .yaml files.", autocompletion=options.complete_scenario),
]

commands = typer.Typer(
    help="Check, show and list scenarios.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


def register(app: typer.Typer) -> None:
    """Add the group of commands to the application."""
    app.add_typer(commands, name="scenario")


@commands.command()
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
            say(paragraph(f"{ref}: ok: {_size(scenario, design)}", more=4))
            print_lines(_rules_in_words(design))
            whose = ref if len(scenarios) > 1 else ""
            tell_no_effect(replace(one, scenario=whose) for one in design.without_effect())
    problems.raise_if_any()


def _size(scenario: Scenario, design: Design) -> str:
    """Return how many runs a scenario asks for, of which period and places."""
    from enforcement_sim.runs.until import check_rule

    if design.stopping is not None:
        check_rule(design.stopping, len(design.points))
    size = _count(len(design.points), "point")
    if design.draws:
        size += f" {scenario.design.together if scenario.design else ''} x {_count(len(design.draws), 'draw')}"
    at_most = "" if design.stopping is None else "at most "
    size += f" x {at_most}{_count(len(design.seeds), 'replication')}"
    runs = f"{size} = {at_most}{_count(len(design.every_cell) * len(design.seeds), 'run')}"
    noun = {"nation": "nation", "states": "state", "counties": "county"}[scenario.scope.kind]
    places = _count(len(scenario.scope.members), noun) if scenario.scope.members else noun
    return f"{runs}; {scenario.period_start} to {scenario.period_end}; {places}"


@commands.command()
def show(scenario: Reference) -> None:
    """Print a scenario as resolved: every parameter, every change, in a form that can be saved and run."""
    from enforcement_sim.runs.design import design_of
    from enforcement_sim.scenarios.dump import dump
    from enforcement_sim.scenarios.load import load_scenario

    found = load_scenario(scenario)
    for text in _rules_in_words(design_of(found)):
        for line in wrapped(as_printed(text), text_columns(), "# ", "#     "):
            say(line)
    typer.echo(dump(found.resolved(), ascii_only=not prints_unicode()), nl=False)


@commands.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from enforcement_sim.scenarios.schema import json_schema

    print_json(json_schema())


@commands.command("list")
def list_shipped() -> None:
    """List the shipped scenarios and what each asks."""
    from enforcement_sim.scenarios.load import load_scenario, shipped_names

    for name in shipped_names():
        scenario = load_scenario(name)
        say(paragraph(f"{name}: {scenario.title}", more=4))
        say(paragraph(scenario.asks, 4, 4) + "\n")


def _rules_in_words(design: Design) -> list[str]:
    """Return the rules that a design lays over history, and how closely each is followed at its points and draws."""
    from enforcement_sim.law.adherence import rules_followed

    worlds = (design.scenario_at(point, draw) for draw, point in design.every_cell)
    plain = (([change.written() for change in world.changes], world.parameters) for world in worlds)
    return [f"{one.rule.id}: {one.rule.title}; {one.words}" for one in rules_followed(plain)]


def _count(number: int, noun: str) -> str:
    """Return "1 run", "2 runs", "2 counties"."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
