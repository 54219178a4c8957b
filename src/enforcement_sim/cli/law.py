"""``enforcement-sim rules`` and ``definitions``: what was in force, what figures mean, and by which text."""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from enforcement_sim.law.definitions import Definition
    from enforcement_sim.law.rules import Entry, Mark, Place, Rule, Rulebook
    from enforcement_sim.world.geography import Geography

LINE = 100
"""Columns to which text is wrapped."""

LABEL = 12
"""Columns of a label such as ``citation:``, its blanks included."""

NAMED_AT_MOST = 4
"""How many places are named before they are only counted."""

County = tuple[str, str]
"""FIPS code of a county and postal code of its state."""

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
        typer.echo(_page(rulebook), nl=False)
        return
    if decision and decision not in DECISIONS:
        raise _unknown("decision", decision, DECISIONS, "--decision")
    asked = (decision,) if decision else tuple(DECISIONS)
    if on or county or state:
        if name:
            raise InputError("a name does not go with --on, --county or --state", key=name)
        counties, where = _counties(county, state)
        if on:
            _print_in_force(rulebook, asked, _day(on), counties, where, as_json)
        else:
            _print_history(rulebook, asked, counties, where, as_json)
        return
    found = [rule for key, rule in rulebook.rules.items() if key.startswith(name) and rule.decision in asked]
    if name in rulebook.rules:
        found = [rule for rule in found if rule.id == name]
    if not found:
        raise _unknown("rule", name, [key for key, rule in rulebook.rules.items() if rule.decision in asked])
    if as_json:
        _print_json([_rule_as_data(rule, rulebook) for rule in found])
        return
    for rule in found:
        _print_rule(rule)
        if rule.id == name:
            _print_lines([_entry_in_words(entry) for entry in rulebook.timeline if entry.rule == name])
        typer.echo()


def definitions(name: Name = "", as_json: AsJson = False) -> None:
    """Print what published figures mean by their categories, with the grounds and the citation."""
    from enforcement_sim.law.definitions import load_definitions

    known = load_definitions()
    found = [known[name]] if name in known else [one for key, one in known.items() if key.startswith(name)]
    if not found:
        raise _unknown("definition", name, known)
    if as_json:
        _print_json([_definition_as_data(one) for one in found])
        return
    for one in found:
        typer.echo(fill(f"{one.id}: {one.title}", LINE, subsequent_indent="    "))
        for category, grounds in _categories(one):
            _print_part(category, grounds)
        for label, text in _about(one):
            _print_part(label, text)
        typer.echo()


# ---- one rule ----------------------------------------------------------------------------------------------------------


def _print_rule(rule: Rule) -> None:
    """Print a rule: title, grounds in words, date, citation, grade and what it cannot express."""
    typer.echo(fill(f"{rule.id}: {rule.title}", LINE, subsequent_indent="    "))
    for label, text in _parts(rule):
        _print_part(label, text)


def _parts(rule: Rule) -> list[tuple[str, str]]:
    """Return label and text of everything a rule says beside its title."""
    parts = [("decision", rule.decision), ("covers", _grounds_in_words(rule.any_of) or "nobody")]
    if rule.none_of:
        parts.append(("except", _grounds_in_words(rule.none_of)))
    parts += [("effective", _effective(rule)), ("citation", rule.citation), ("grade", rule.grade)]
    return [*parts, ("note", rule.note)] if rule.note else parts


def _grounds_in_words(word: int) -> str:
    """Return the grounds of a word, such as ``felony charge; prior removal``."""
    from enforcement_sim.law.rules import ground_names

    return "; ".join(name.replace("_", " ") for name in ground_names(word))


def _effective(rule: Rule) -> str:
    return "never in force" if rule.effective is None else str(rule.effective)


def _rule_as_data(rule: Rule, rulebook: Rulebook) -> dict[str, Any]:
    from enforcement_sim.law.rules import ground_names

    return {
        "id": rule.id,
        "decision": rule.decision,
        "title": rule.title,
        "any_of": ground_names(rule.any_of),
        "none_of": ground_names(rule.none_of),
        "effective": _iso(rule.effective),
        "citation": rule.citation,
        "grade": rule.grade,
        "note": rule.note,
        "timeline": [_entry_as_data(entry) for entry in rulebook.timeline if entry.rule == rule.id],
    }


# ---- what was in force --------------------------------------------------------------------------------------------------


def _counties(county: str, state: str) -> tuple[tuple[County, ...], str]:
    """Return the counties asked for, and how to call the place; every county without a place."""
    from enforcement_sim.errors import InputError
    from enforcement_sim.world.geography import load_geography

    geography = load_geography()
    if county and state:
        raise InputError("a county or a state, not both", key="--county")
    if county:
        try:
            index = geography.index_of(county)
        except KeyError as error:
            raise InputError(str(error.args[0]), key="--county") from error
        postal = geography.states[geography.counties.state[index]].postal
        return (_county(geography, index),), f"{geography.names[index]}, {postal}"
    if state:
        postal = state.upper()
        names = {one.postal: one.name for one in geography.states}
        if postal not in names:
            raise _unknown("state", state, names, "--state")
        return tuple(_county(geography, index) for index in geography.counties_of_state(postal)), names[postal]
    return tuple(_county(geography, index) for index in range(geography.counties.size)), "the nation"


def _county(geography: Geography, index: int) -> County:
    fips = f"{geography.counties.fips[index]:05d}"
    return fips, geography.states[geography.counties.state[index]].postal


def _day(text: str) -> date:
    """Return the day written, which must lie in the history that the rulebook tells."""
    from datetime import date

    from enforcement_sim.errors import InputError
    from enforcement_sim.scenario.schema import HISTORY_END, HISTORY_START

    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"not a day: {text!r}", key="--on", allowed="YYYY-MM-DD") from error
    if not HISTORY_START <= day <= HISTORY_END:
        raise InputError("outside the period", key="--on", allowed=f"{HISTORY_START} to {HISTORY_END}")
    return day


def _answers(rulebook: Rulebook, decision: str, day: date, counties: tuple[County, ...]) -> list[dict[str, Any]]:
    """Return the entries that answer a decision in some of the counties, most counties first."""
    found: dict[Entry, list[str]] = {}
    for fips, postal in counties:
        entry = rulebook.in_force(decision, day, fips, postal)
        if entry is not None:
            found.setdefault(entry, []).append(fips)
    ordered = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return [{"entry": entry, "counties": fips} for entry, fips in ordered]


def _print_in_force(
    rulebook: Rulebook, asked: Iterable[str], day: date, counties: tuple[County, ...], where: str, as_json: bool
) -> None:
    """Print which rule answers each decision on a day in a place."""
    from enforcement_sim.law.rules import DECISIONS

    found = {decision: _answers(rulebook, decision, day, counties) for decision in asked}
    if as_json:
        _print_json(
            {
                "on": day.isoformat(),
                "where": where,
                "answers": {
                    decision: [
                        {**_entry_as_data(answer["entry"]), "in_counties": answer["counties"]} for answer in answers
                    ]
                    for decision, answers in found.items()
                },
            }
        )
        return
    typer.echo(f"{where} on {day}")
    for decision, answers in found.items():
        typer.echo(f"\n{decision}: {DECISIONS[decision]}")
        if not answers:
            typer.echo("    no rule of history: each 287(g) agreement has its own approach")
        for answer in answers:
            entry = answer["entry"]
            places = answer["counties"]
            if len(places) == len(counties):
                share = ""
            elif len(places) <= NAMED_AT_MOST:
                share = f" ({', '.join(_named(fips) for fips in places)})"
            else:
                share = f" ({len(places):,} of {len(counties):,} counties)"
            _print_lines([f"{entry.rule}{share}: {rulebook.rules[entry.rule].title}"])
            _print_lines([f"since {_since(entry)}; {entry.citation} ({entry.grade})"], indent=8)


def _print_history(
    rulebook: Rulebook, asked: Iterable[str], counties: tuple[County, ...], where: str, as_json: bool
) -> None:
    """Print every entry of the timeline that holds in some of the counties, in time order."""
    wanted = set(asked)
    found = [
        entry
        for entry in rulebook.timeline
        if entry.decision in wanted and any(entry.touches(fips, postal) for fips, postal in counties)
    ]
    if as_json:
        _print_json({"where": where, "timeline": [_entry_as_data(entry) for entry in found]})
        return
    typer.echo(f"{where}, in time order\n")
    for entry in found:
        _print_lines([f"{_since(entry)}  {entry.decision}: {entry.rule}, {_where(entry.where)}"], indent=0)
        _print_lines([f"{entry.citation} ({entry.grade})"], indent=8)


def _entry_in_words(entry: Entry) -> str:
    return f"in force {_where(entry.where)} since {_since(entry)}; {entry.citation} ({entry.grade})"


def _since(entry: Entry) -> str:
    return "the beginning" if entry.start is None else str(entry.start)


def _where(place: Place) -> str:
    """Return a place in words: the nation, states by postal code, counties by name."""
    kind, members = place
    if kind == "nation":
        return "in the nation"
    named = ", ".join(members) if kind == "states" else ", ".join(_named(fips) for fips in members)
    return f"in {named}"


def _named(fips: str) -> str:
    from enforcement_sim.world.geography import load_geography

    geography = load_geography()
    index = geography.index_of(fips)
    return f"{geography.names[index]} {geography.states[geography.counties.state[index]].postal}"


def _entry_as_data(entry: Entry) -> dict[str, Any]:
    kind, members = entry.where
    return {
        "decision": entry.decision,
        "rule": entry.rule,
        "from": _iso(entry.start),
        "where": "nation" if kind == "nation" else {kind: members},
        "citation": entry.citation,
        "grade": entry.grade,
        "note": entry.note,
    }


# ---- definitions --------------------------------------------------------------------------------------------------------


def _categories(definition: Definition) -> list[tuple[str, str]]:
    """Return each category with its grounds in words, in the order in which people are sorted."""
    if definition.by_offence:
        return [("categories", "the offence class of the booking")]
    found = []
    for rule in definition.rules:
        grounds = _grounds_in_words(rule.any_of)
        found.append((rule.title, f"{grounds}, except {_grounds_in_words(rule.none_of)}" if rule.none_of else grounds))
    return [*found, (definition.otherwise, "everyone else")]


def _about(definition: Definition) -> list[tuple[str, str]]:
    """Return label and text of what a definition says of itself beside its categories."""
    headline = " + ".join(name.replace("_", " ") for name in definition.non_criminal)
    parts = [("headline", f"{headline}: {definition.called}"), ("in use", _dated(definition))]
    if definition.recording:
        parts.append(("recording", _recording(definition.recording)))
    parts += [("citation", definition.citation), ("grade", definition.grade)]
    return [*parts, ("note", definition.note)] if definition.note else parts


def _dated(definition: Definition) -> str:
    return f"{definition.since} to {definition.until or 'beyond the period'}"


def _recording(name: str) -> str:
    """Return a moment of recording in words."""
    from enforcement_sim.law.recording import load_recording

    moment = load_recording()[name]
    title = f"{moment.title[:1].lower()}{moment.title[1:]}"
    return f"as the file was {title}: {moment.share:.0%} of records in it ({moment.low:.0%} to {moment.high:.0%}; {moment.grade})"


def _definition_as_data(definition: Definition) -> dict[str, Any]:
    from enforcement_sim.law.rules import ground_names

    return {
        "id": definition.id,
        "title": definition.title,
        "citation": definition.citation,
        "by_offence": definition.by_offence,
        "categories": [
            {"name": rule.title, "any_of": ground_names(rule.any_of), "none_of": ground_names(rule.none_of)}
            for rule in definition.rules
        ],
        "otherwise": definition.otherwise,
        "non_criminal": definition.non_criminal,
        "called": definition.called,
        "dated": {"from": _iso(definition.since), "to": _iso(definition.until)},
        "grade": definition.grade,
        "recording": definition.recording,
        "note": definition.note,
    }


# ---- the page -----------------------------------------------------------------------------------------------------------

INTRODUCTION = """\
# Rules and definitions

Every rule the model knows: whom it covers, since when, and by which text. This page is printed by
`enforcement-sim rules --markdown`; the rules themselves are in `src/enforcement_sim/law/rulebook.yaml`.

A rule covers a person of whom at least one ground under *covers* is true and none under *except*. The grades say how
well a text and its dates are known: *seen* in the document or in a page that quotes it; *derived* from what was seen;
*recalled* from general knowledge, to be checked before it is cited; *assumed*. Where the parts of a rule differ, its
grade is that of the weakest. A *note* says what the grounds cannot express.
"""


def _page(rulebook: Rulebook) -> str:
    """Return the whole rulebook, the definitions and the meaning of the grounds as a Markdown page."""
    from enforcement_sim.law.definitions import load_definitions
    from enforcement_sim.law.grounds import GROUNDS
    from enforcement_sim.law.rules import DECISIONS

    lines = [INTRODUCTION]
    for decision, question in DECISIONS.items():
        lines += [f"## {decision.capitalize()}: {question}", ""]
        for name in rulebook.of_decision(decision):
            rule = rulebook.rules[name]
            lines += [f"### `{name}`", "", f"{rule.title}.", ""]
            lines += [f"- {label}: {text}" for label, text in _parts(rule) if label != "decision"]
            lines.append("")
    lines += [
        "## Timeline",
        "",
        "A later line replaces an earlier one for the same decision and place.",
        "",
        *_table(("from", "decision", "rule", "where", "citation", "grade"), map(_timeline_row, rulebook.timeline)),
        "",
        "## Dates on figures",
        "",
        *_table(("date", "what", "where", "citation", "grade"), map(_mark_row, rulebook.marks)),
        "",
        "## Definitions",
        "",
        "Each sorts people into the first category that covers them.",
        "",
    ]
    for one in load_definitions().values():
        lines += [f"### `{one.id}`", "", f"{one.title}. {one.citation}.", ""]
        lines += [f"- {category}: {grounds}" for category, grounds in _categories(one)]
        lines += [*(f"- *{label}*: {text}" for label, text in _about(one) if label != "citation"), ""]
    lines += [
        "## Grounds",
        "",
        *_table(
            ("ground", "what is true", "by which text"),
            [(one.name.replace("_", " "), one.definition, one.citation) for one in GROUNDS],
        ),
    ]
    return "\n".join(lines) + "\n"


def _timeline_row(entry: Entry) -> tuple[str, ...]:
    note = f" {entry.note}" if entry.note else ""
    where = _where(entry.where).removeprefix("in ")
    return _since(entry), entry.decision, f"`{entry.rule}`", where, f"{entry.citation}.{note}", entry.grade


def _mark_row(mark: Mark) -> tuple[str, ...]:
    return str(mark.day), mark.text, _where(mark.where).removeprefix("in "), mark.citation, mark.grade


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    written = [headings, tuple("---" for _ in headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in written]


# ---- printing -----------------------------------------------------------------------------------------------------------


def _print_part(label: str, text: str) -> None:
    width = max(LABEL, len(label) + 2)
    indent = " " * (4 + width)
    typer.echo(fill(f"    {label + ':':{width}}{text}", LINE, subsequent_indent=indent, break_on_hyphens=False))


def _print_lines(lines: Iterable[str], indent: int = 4) -> None:
    first, more = " " * indent, " " * (indent + 4)
    for line in lines:
        typer.echo(fill(line, LINE, initial_indent=first, subsequent_indent=more, break_on_hyphens=False))


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=1, ensure_ascii=False))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _unknown(kind: str, name: str, known: Mapping[str, Any] | list[str], key: str | None = None) -> Exception:
    """Return the error for a name that does not exist, with the nearest that does."""
    from enforcement_sim.errors import InputError, nearest_names

    near = nearest_names(name, known, at_most=2)
    return InputError(f"no {kind} {name!r}", key=key, allowed=None if near else sorted(known), nearest=near or None)
