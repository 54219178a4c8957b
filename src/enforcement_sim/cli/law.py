"""``enforcement-sim rules`` and ``definitions``: rules in force, definitions of published figures, and their sources.

The same labelled parts of a rule or a definition are printed here and written to the page ``docs/rules.md``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from enforcement_sim.cli.local_history import (
    AGREEMENT,
    SECURE_COMMUNITIES,
    Programme,
    counties_active,
    programmes_of,
)
from enforcement_sim.commands import options
from enforcement_sim.commands.options import unknown
from enforcement_sim.commands.printed_data import AsFormat, Format, print_data
from enforcement_sim.terminal.printing import paragraph, print_json, print_lines, print_part, print_text

if TYPE_CHECKING:
    from enforcement_sim.law.definitions import Definition
    from enforcement_sim.law.rules import Entry, OverGrounds, Rule, Rulebook
    from enforcement_sim.places.geography import Geography

NAMED_AT_MOST = 4
"""Maximum number of counties that are named; more are counted."""
REFERENCE = "baseline"
"""The scenario with the parameters for the adherence to rules."""

Parts = list[tuple[str, str]]
Name = Annotated[str, typer.Argument(help="A name, or the beginning of one, such as honour.", metavar="[NAME]")]
Decision = Annotated[str, typer.Option("--decision", help="Only rules of one decision, such as detainer.")]
On = Annotated[str, typer.Option("--on", help="A day, YYYY-MM-DD: which rules were in force then.")]
InCounty = Annotated[str, typer.Option("--county", help=options.COUNTY)]
InState = Annotated[str, typer.Option("--state", help="A state's postal code, such as OR.")]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Print the whole rulebook as a page.")]

INTRODUCTION = """\
# Rules and definitions

Every rule the model knows: whom it covers, since when, and by which text. This page is printed by
`enforcement-sim rules --markdown`; the rules themselves are in `src/enforcement_sim/law/rulebook.yaml`.

A rule covers a person of whom at least one ground under *covers* is true and none under *except*. The grades say how
well a text and its dates are known: *seen* in the document or in a page that quotes it; *derived* from what was seen;
*recalled* from general knowledge, to be checked before it is cited; *assumed*. Where the parts of a rule differ, its
grade is that of the weakest. A *note* says what the grounds cannot express.

Whom a rule covers is not yet to whom it is done: *followed* says how closely the rule is followed with the parameters of
the scenario `baseline`. A scenario with other parameters, or one that says `followed` beside the rule, has other shares;
`enforcement-sim scenario check` prints them.
"""

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
        typer.echo(_page(rulebook), nl=False)
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
        _print_parts(f"{rule.id}: {rule.title}", _parts_of_rule(rule))
        if rule.id == name:
            print_lines(
                f"in force {_where(entry)} since {_since(entry)}; {_cited(entry)}"
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
        _print_parts(f"{one.id}: {one.title}", [*_categories(one), *_parts_of_definition(one)])
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
        name = f"{geography.names[indices[0]]}, {_postal(geography, indices[0])}"
    if state:
        names = {one.postal: one.name for one in geography.states}
        if state.upper() not in names:
            raise unknown("state", state, names, "--state")
        name, indices = names[state.upper()], list(geography.counties_of_state(state.upper()))
    return _Place(name, tuple((f"{geography.counties.fips[at]:05d}", _postal(geography, at)) for at in indices))


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
    followed = {name: _followed(rule) for name, rule in rulebook.rules.items()}
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
                named = ", ".join(map(_county, counties))
                share = f" ({named})" if len(counties) <= NAMED_AT_MOST else ""
                share = share or f" ({len(counties):,} of {len(place.counties):,} counties)"
            print_lines([f"{entry.rule}{share}: {rulebook.rules[entry.rule].title}"])
            print_lines([f"since {_since(entry)}; {_cited(entry)}", followed[entry.rule]], indent=8)
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
        (entry.start, f"{_since(entry)}  {entry.decision}: {entry.rule}, {_where(entry)}", _cited(entry))
        for entry in found
    ]
    lines += [(one.start, f"{one.start}  {one.name}: {one.says}", one.cited) for one in programmes]
    for _, what, cited in sorted(lines, key=lambda line: line[0] or date.min):
        print_lines([what], indent=0)
        print_lines([cited], indent=8)


# ---- labels and texts --------------------------------------------------------------------------------------------------


def _followed(rule: Rule) -> str:
    """Return how closely a rule is followed in history, and the scenario of the parameters."""
    from enforcement_sim.law.adherence import EXACTLY, followed_in_words
    from enforcement_sim.scenarios.load import load_scenario

    text = followed_in_words(rule, [load_scenario(REFERENCE).parameters])
    return text if text.startswith(EXACTLY) else f"{text} (parameters of {REFERENCE})"


def _parts_of_rule(rule: Rule) -> Parts:
    parts = [
        ("decision", rule.decision),
        ("covers", _grounds(rule.any_of) or "nobody"),
        ("except", _grounds(rule.none_of)),
        ("followed", _followed(rule).removeprefix("followed ")),
        ("effective", str(rule.effective or "never in force")),
        ("citation", rule.citation),
        ("grade", rule.grade),
        ("note", rule.note),
    ]
    return [(label, text) for label, text in parts if text]


def _categories(definition: Definition) -> Parts:
    """Return each category with its grounds, in the order in which people are sorted."""
    if definition.by_offence:
        return [("categories", "the offence class of the booking")]
    found = []
    for rule in definition.rules:
        exception = f", except {_grounds(rule.none_of)}" if rule.none_of else ""
        found.append((rule.title, f"{_grounds(rule.any_of)}{exception}"))
    return [*found, (definition.otherwise, "everyone else")]


def _parts_of_definition(definition: Definition) -> Parts:
    """Return the parts of a definition besides its categories."""
    from enforcement_sim.law.recording import load_recording

    headline = " + ".join(name.replace("_", " ") for name in definition.non_criminal)
    recorded = ""
    if definition.recording:
        moment = load_recording()[definition.recording]
        share = f"{moment.share:.0%} of records in it ({moment.low:.0%} to {moment.high:.0%}; {moment.grade})"
        recorded = f"as the file was {moment.title[:1].lower()}{moment.title[1:]}: {share}"
    parts = [
        ("headline", f"{headline}: {definition.called}"),
        ("in use", f"{definition.since} to {definition.until or 'beyond the period'}"),
        ("recording", recorded),
        ("citation", definition.citation),
        ("grade", definition.grade),
        ("note", definition.note),
    ]
    return [(label, text) for label, text in parts if text]


def _grounds(word: int) -> str:
    """Return the grounds of a bit mask, such as ``felony charge; prior removal``."""
    from enforcement_sim.law.rules import ground_names

    return "; ".join(name.replace("_", " ") for name in ground_names(word))


def _since(entry: Entry) -> str:
    return str(entry.start or "the beginning")


def _cited(entry: Entry) -> str:
    return f"{entry.citation} ({entry.grade})"


def _where(entry: Any) -> str:
    """Return the places of an entry or a mark: the nation, states by postal code, counties by name."""
    kind, members = entry.where.kind, entry.where.members
    return (
        "in the nation"
        if kind == "nation"
        else f"in {', '.join(members if kind == 'states' else map(_county, members))}"
    )


def _county(fips: str) -> str:
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    index = geography.index_of(fips)
    return f"{geography.names[index]} {_postal(geography, index)}"


def _postal(geography: Geography, index: int) -> str:
    return str(geography.states[geography.counties.state[index]].postal)


# ---- data and Markdown -------------------------------------------------------------------------------------------------


def _fields(one: Any, more: dict[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields of a rule, an entry or a definition as plain data, with some replaced, added or left out."""
    return {name: value for name, value in {**vars(one), **more}.items() if name not in without}


def _print_data(records: Sequence[dict[str, Any]], wanted: Format) -> None:
    """Print records as JSON as they are, or as a table whose cells hold text."""
    if wanted is Format.JSON:
        print_json(list(records))
        return
    import pandas as pd

    print_data(pd.DataFrame([{name: _cell(value) for name, value in one.items()} for one in records]), wanted)


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
    return _fields(rule, {**_grounds_as_data(rule), "followed": _followed(rule), "timeline": timeline})


def _entry_as_data(entry: Entry) -> dict[str, Any]:
    return _fields(entry, {"from": entry.start, "where": entry.where.written()}, without=("start", "mark"))


def _definition_as_data(definition: Definition) -> dict[str, Any]:
    categories = [{"name": rule.title, **_grounds_as_data(rule)} for rule in definition.rules]
    dated = {"from": definition.since, "to": definition.until}
    more = {"by_offence": definition.by_offence, "categories": categories, "dated": dated}
    return _fields(definition, more, without=("rules",))


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
            lines += [*(f"- {label}: {text}" for label, text in _parts_of_rule(rule) if label != "decision"), ""]
    timeline = [
        (_since(one), one.decision, f"`{one.rule}`", _where(one), f"{one.citation}. {one.note}".rstrip(), one.grade)
        for one in rulebook.timeline
    ]
    marks = [(str(one.day), one.text, _where(one), one.citation, one.grade) for one in rulebook.marks]
    grounds = [(one.name.replace("_", " "), one.definition, one.citation) for one in GROUNDS]
    lines += [
        *("## Timeline", "", "A later line replaces an earlier one for the same decision and place.", ""),
        *_rows(("from", "decision", "rule", "where", "citation", "grade"), timeline),
        *("", "## Dates on figures", ""),
        *_rows(("date", "what", "where", "citation", "grade"), marks),
        *("", "## Definitions", "", "Each sorts people into the first category that covers them.", ""),
    ]
    for one in load_definitions().values():
        lines += [f"### `{one.id}`", "", f"{one.title}. {one.citation}.", ""]
        lines += [f"- {category}: {text}" for category, text in _categories(one)]
        lines += [*(f"- *{label}*: {text}" for label, text in _parts_of_definition(one) if label != "citation"), ""]
    lines += ["## Grounds", "", *_rows(("ground", "what is true", "by which text"), grounds)]
    return "\n".join(lines) + "\n"


def _rows(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a Markdown table; the places in it are written without their preposition."""
    written = [headings, tuple("---" for _ in headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "/").removeprefix("in ") for cell in row) + " |" for row in written]
