"""``enforcement-sim rules`` and ``definitions``: what was in force, what figures mean, and by which text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from enforcement_sim.cli.law_in_force import counties_of, day_of, print_history, print_in_force
from enforcement_sim.cli.law_page import page_of
from enforcement_sim.cli.law_words import (
    about,
    categories_of,
    definition_as_data,
    entry_in_words,
    parts_of,
    rule_as_data,
    usual_parameters,
)
from enforcement_sim.terminal.printing import paragraph, print_json, print_lines, print_part, say, unknown

if TYPE_CHECKING:
    from enforcement_sim.law.rules import Rule

Name = Annotated[str, typer.Argument(help="A name, or the beginning of one, such as honour.", metavar="[NAME]")]
Decision = Annotated[str, typer.Option("--decision", help="Only rules of one decision, such as detainer.")]
On = Annotated[str, typer.Option("--on", help="A day, YYYY-MM-DD: which rules were in force then.")]
InCounty = Annotated[str, typer.Option("--county", help="A county's FIPS code, five digits.")]
InState = Annotated[str, typer.Option("--state", help="A state's postal code, such as OR.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print the whole rulebook as a page.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("rules")(rules)
    app.command("definitions")(definitions)


def rules(
    name: Name = "",
    decision: Decision = "",
    on: On = "",
    county: InCounty = "",
    state: InState = "",
    as_json: AsJson = False,
    markdown: AsMarkdown = False,
) -> None:
    """Print the rules with title, grounds, effective date, citation and grade; or those of a day and place."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.law.rules import DECISIONS, load_rulebook

    rulebook = load_rulebook()
    if markdown:
        if name or decision or on or county or state or as_json:
            raise InputError("prints the whole rulebook and goes with nothing else", key="--markdown")
        typer.echo(page_of(rulebook), nl=False)
        return
    if decision and decision not in DECISIONS:
        raise unknown("decision", decision, DECISIONS, "--decision")
    asked = (decision,) if decision else tuple(DECISIONS)
    if on or county or state:
        if name:
            raise InputError("a name does not go with --on, --county or --state", key=name)
        counties, where = counties_of(county, state)
        if on:
            print_in_force(rulebook, asked, day_of(on), counties, where, as_json)
        else:
            print_history(rulebook, asked, counties, where, as_json)
        return
    found = [rule for key, rule in rulebook.rules.items() if key.startswith(name) and rule.decision in asked]
    if name in rulebook.rules:
        found = [rule for rule in found if rule.id == name]
    if not found:
        raise unknown("rule", name, [key for key, rule in rulebook.rules.items() if rule.decision in asked])
    if as_json:
        values = usual_parameters()
        print_json([rule_as_data(rule, rulebook, values) for rule in found])
        return
    for rule in found:
        _print_rule(rule)
        if rule.id == name:
            print_lines([entry_in_words(entry) for entry in rulebook.timeline if entry.rule == name])
        typer.echo()


def definitions(name: Name = "", as_json: AsJson = False) -> None:
    """Print what published figures mean by their categories, with the grounds and the citation."""
    from enforcement_sim.law.definitions import load_definitions

    known = load_definitions()
    found = [known[name]] if name in known else [one for key, one in known.items() if key.startswith(name)]
    if not found:
        raise unknown("definition", name, known)
    if as_json:
        print_json([definition_as_data(one) for one in found])
        return
    for one in found:
        say(paragraph(f"{one.id}: {one.title}", more=4))
        for category, grounds in categories_of(one):
            print_part(category, grounds)
        for label, text in about(one):
            print_part(label, text)
        typer.echo()


def _print_rule(rule: Rule) -> None:
    """Print a rule: title, grounds in words, date, citation, grade and what it cannot express."""
    say(paragraph(f"{rule.id}: {rule.title}", more=4))
    for label, text in parts_of(rule, usual_parameters()):
        print_part(label, text)
