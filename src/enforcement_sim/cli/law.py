"""``enforcement-sim rules`` and ``definitions``: rules in force, definitions of published figures, and their sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from enforcement_sim.cli.local_history import AGREEMENT, SECURE_COMMUNITIES, Programme, counties_active, programmes_of
from enforcement_sim.cli.rule_text import (
    Parts,
    categories_of,
    citation_of,
    followed_in_history,
    parts_of_definition,
    parts_of_rule,
    postal_code,
    short_name,
    start_of,
    where_in_force,
)
from enforcement_sim.commands import options
from enforcement_sim.commands.options import unknown
from enforcement_sim.commands.printed_data import AsFormat, Format, print_rows
from enforcement_sim.terminal.printing import paragraph, print_json, print_lines, print_part, print_text

if TYPE_CHECKING:
    from enforcement_sim.law.definitions import Definition
    from enforcement_sim.law.rules import Entry, OverGrounds, Rule, Rulebook

NAMED_AT_MOST = 4
"""Maximum number of counties that are named; more are counted."""

Name = Annotated[str, typer.Argument(help="A name, or the beginning of one, such as honour.", metavar="[NAME]")]
Decision = Annotated[str, typer.Option("--decision", help="Only rules of one decision, such as detainer.")]
On = Annotated[str, typer.Option("--on", help="A day, YYYY-MM-DD: which rules were in force then.")]
InCounty = Annotated[str, typer.Option("--county", help=options.COUNTY)]
InState = Annotated[str, typer.Option("--state", help="A state's postal code, such as OR.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print the whole rulebook as a page.")]

# ---- commands --------------------------------------------------------------------------------------------------------


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
    wanted: AsFormat = Format.TEXT,
    markdown: AsMarkdown = False,
) -> None:
    """Print the rules with title, grounds, effective date, citation and grade; or those of a day and place.

    With --county, --state or --on also the agreements under section 287(g) there, and when Secure Communities became
    active.
    """
    from enforcement_sim.errors import InputError
    from enforcement_sim.law.rules import DECISIONS, load_rulebook

    rulebook = load_rulebook()
    if markdown:
        if name or decision or on or county or state or wanted is not Format.TEXT:
            raise InputError("prints the whole rulebook and cannot be combined with anything else", key="--markdown")
        from enforcement_sim.cli.rules_page import rules_page

        typer.echo(rules_page(rulebook), nl=False)
        return
    if decision and decision not in DECISIONS:
        raise unknown("decision", decision, DECISIONS, "--decision")
    decisions = (decision,) if decision else tuple(DECISIONS)
    if on or county or state:
        if name:
            raise InputError("a name cannot be combined with --on, --county or --state", key=name)
        place = _place(county, state)
        if on:
            _print_in_force(rulebook, decisions, place, _day(on), wanted)
        else:
            _print_history(rulebook, decisions, place, wanted)
        return
    found = [rule for key, rule in rulebook.rules.items() if key.startswith(name) and rule.decision in decisions]
    found = [rule for rule in found if rule.id == name] or found
    if not found:
        raise unknown("rule", name, [key for key, rule in rulebook.rules.items() if rule.decision in decisions])
    if wanted is not Format.TEXT:
        _print_data([_rule_as_data(rule, rulebook) for rule in found], wanted)
        return
    for rule in found:
        _print_parts(f"{rule.id}: {rule.title}", parts_of_rule(rule))
        if rule.id == name:
            print_lines(
                f"in force {where_in_force(entry)} since {start_of(entry)}; {citation_of(entry)}"
                for entry in rulebook.timeline
                if entry.rule == name
            )
        typer.echo()


def definitions(name: Name = "", wanted: AsFormat = Format.TEXT) -> None:
    """Print what published figures mean by their categories, with the grounds and the citation."""
    from enforcement_sim.law.definitions import load_definitions

    known = load_definitions()
    found = [known[name]] if name in known else [one for key, one in known.items() if key.startswith(name)]
    if not found:
        raise unknown("definition", name, known)
    if wanted is not Format.TEXT:
        _print_data([_definition_as_data(one) for one in found], wanted)
        return
    for one in found:
        _print_parts(f"{one.id}: {one.title}", [*categories_of(one), *parts_of_definition(one)])
        typer.echo()


def _print_parts(heading: str, parts: Parts) -> None:
    print_text(paragraph(heading, more=4))
    for label, text in parts:
        print_part(label, text)


# ---- what was in force -------------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A county, a state or the nation: its name, and the FIPS and postal codes of its counties."""

    name: str
    counties: tuple[tuple[str, str], ...]


def _place(county: str, state: str) -> _Place:
    """Return the place of ``--county`` or ``--state``; the nation without either."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.places.geography import load_geography
    from enforcement_sim.written_places import county_code

    geography = load_geography()
    name, indices = "the nation", list(range(geography.counties.size))
    if county and state:
        raise InputError("--county cannot be combined with --state", key="--county")
    if county:
        indices = [geography.index_of(county_code(county, "--county"))]
        name = f"{geography.names[indices[0]]}, {postal_code(geography, indices[0])}"
    if state:
        names = {one.postal: one.name for one in geography.states}
        if state.upper() not in names:
            raise unknown("state", state, names, "--state")
        name, indices = names[state.upper()], list(geography.counties_of_state(state.upper()))
    return _Place(name, tuple((f"{geography.counties.fips[at]:05d}", postal_code(geography, at)) for at in indices))


def _day(text: str) -> date:
    """Return the date of ``--on``, which must be in the period of the rulebook."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.process.clock import HISTORY_START
    from enforcement_sim.scenarios.file_format import HISTORY_END

    day = options.read_day(text, "--on")
    if day is None or not HISTORY_START <= day <= HISTORY_END:
        raise InputError("outside the period", key="--on", allowed=f"{HISTORY_START} to {HISTORY_END}")
    return day


def _print_in_force(rulebook: Rulebook, decisions: Sequence[str], place: _Place, day: date, wanted: Format) -> None:
    """Print the rule for each decision on a date in a place, with the most counties first."""
    from enforcement_sim.law.rules import DECISIONS

    found: dict[str, list[tuple[Entry, list[str]]]] = {}
    for decision in decisions:
        counties_of: dict[Entry, list[str]] = {}
        for fips, postal in place.counties:
            entry = rulebook.in_force(decision, day, fips, postal)
            if entry is not None:
                counties_of.setdefault(entry, []).append(fips)
        found[decision] = sorted(counties_of.items(), key=lambda pair: -len(pair[1]))
    followed = {name: followed_in_history(rule) for name, rule in rulebook.rules.items()}
    programmes = [
        one for one in programmes_of(place.counties, decisions, len(found) == len(DECISIONS)) if one.in_force(day)
    ]
    if wanted is not Format.TEXT:
        answers = {
            decision: [
                {**_entry_as_data(entry), "followed": followed[entry.rule], "in_counties": counties}
                for entry, counties in entries
            ]
            for decision, entries in found.items()
        }
        in_force = [one.as_data() for one in programmes]
        if wanted is Format.JSON:
            print_json({"on": day, "where": place.name, "answers": answers, "programmes": in_force})
        else:
            _print_data([*(entry for entries in answers.values() for entry in entries), *in_force], wanted)
        return
    typer.echo(f"{place.name} on {day}")
    for decision, entries in found.items():
        typer.echo(f"\n{decision}: {DECISIONS[decision]}")
        if not entries:
            print_lines(["no rule of history: each 287(g) agreement has its own approach"])
        for entry, counties in entries:
            share = ""
            if len(counties) < len(place.counties):
                named = ", ".join(map(short_name, counties))
                share = f" ({named})" if len(counties) <= NAMED_AT_MOST else ""
                share = share or f" ({len(counties):,} of {len(place.counties):,} counties)"
            print_lines([f"{entry.rule}{share}: {rulebook.rules[entry.rule].title}"])
            print_lines([f"since {start_of(entry)}; {citation_of(entry)}", followed[entry.rule]], indent=8)
    if len(found) == len(DECISIONS):
        _print_programmes(programmes, place, day)


def _print_programmes(programmes: Sequence[Programme], place: _Place, day: date) -> None:
    """Print the agreements in force on a day in a place, and whether prints were shared."""
    typer.echo("\nagreements under section 287(g)")
    agreements = [one for one in programmes if one.name == AGREEMENT]
    shown = agreements if len(place.counties) == 1 else agreements[:NAMED_AT_MOST]
    for one in shown:
        print_lines([one.says])
        print_lines([f"since {one.start}; {one.cited}"], indent=8)
    if len(agreements) > len(shown):
        print_lines([f"and {len(agreements) - len(shown)} more, which --state or --county prints"])
    if not agreements:
        print_lines(["none in force"])
    typer.echo("\nSecure Communities")
    active = counties_active([fips for fips, _ in place.counties], day)
    if len(place.counties) > 1:
        print_lines([f"active in {active:,} of {len(place.counties):,} counties"])
    for one in (one for one in programmes if one.name == SECURE_COMMUNITIES and len(place.counties) == 1):
        print_lines([f"active since {one.start}; {one.cited}"])
    if not active and len(place.counties) == 1:
        print_lines(["not active"])


def _print_history(rulebook: Rulebook, decisions: Sequence[str], place: _Place, wanted: Format) -> None:
    """Print every entry of the timeline that applies in a place, and its programmes, in time order."""
    from enforcement_sim.law.rules import DECISIONS

    found = [
        entry
        for entry in rulebook.timeline
        if entry.decision in decisions and any(entry.touches(fips, postal) for fips, postal in place.counties)
    ]
    programmes = programmes_of(place.counties, decisions, len(decisions) == len(DECISIONS))
    if wanted is not Format.TEXT:
        timeline, dated = list(map(_entry_as_data, found)), [one.as_data() for one in programmes]
        if wanted is Format.JSON:
            print_json({"where": place.name, "timeline": timeline, "programmes": dated})
        else:
            _print_data([*timeline, *dated], wanted)
        return
    typer.echo(f"{place.name}, in time order\n")
    lines = [
        (entry.start, f"{start_of(entry)}  {entry.decision}: {entry.rule}, {where_in_force(entry)}", citation_of(entry))
        for entry in found
    ]
    lines += [(one.start, f"{one.start}  {one.name}: {one.says}", one.cited) for one in programmes]
    for _, what, cited in sorted(lines, key=lambda line: line[0] or date.min):
        print_lines([what], indent=0)
        print_lines([cited], indent=8)


# ---- data and Markdown -------------------------------------------------------------------------------------------------


def _fields(one: Any, more: dict[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields of a rule, an entry or a definition as plain data, with some replaced, added or left out."""
    return {name: value for name, value in {**vars(one), **more}.items() if name not in without}


def _print_data(records: Sequence[dict[str, Any]], wanted: Format) -> None:
    """Print records as JSON as they are, or as a table whose cells hold text."""
    if wanted is Format.JSON:
        print_json(list(records))
        return
    print_rows([{name: _cell(value) for name, value in one.items()} for one in records], wanted)


def _cell(value: Any) -> str:
    """Return a value as the text of a cell: lists with semicolons, mappings as JSON."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)) and not any(isinstance(one, (dict, list)) for one in value):
        return "; ".join(map(str, value))
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _grounds_as_data(rule: OverGrounds) -> dict[str, Any]:
    from enforcement_sim.law.rules import ground_names

    return {"any_of": ground_names(rule.any_of), "none_of": ground_names(rule.none_of)}


def _rule_as_data(rule: Rule, rulebook: Rulebook) -> dict[str, Any]:
    timeline = [_entry_as_data(entry) for entry in rulebook.timeline if entry.rule == rule.id]
    return _fields(rule, {**_grounds_as_data(rule), "followed": followed_in_history(rule), "timeline": timeline})


def _entry_as_data(entry: Entry) -> dict[str, Any]:
    return _fields(entry, {"from": entry.start, "where": entry.where.written()}, without=("start", "mark"))


def _definition_as_data(definition: Definition) -> dict[str, Any]:
    categories = [{"name": rule.title, **_grounds_as_data(rule)} for rule in definition.rules]
    dated = {"from": definition.since, "to": definition.until}
    more = {"by_offence": definition.by_offence, "categories": categories, "dated": dated}
    return _fields(definition, more, without=("rules",))
