"""Rules, entries of the timeline and definitions in words, and as plain data for JSON. Nothing is printed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from enforcement_sim.law.definitions import Definition
    from enforcement_sim.law.rules import Entry, Rule, Rulebook
    from enforcement_sim.law.where import Where

__all__ = [
    "about",
    "categories_of",
    "definition_as_data",
    "entry_as_data",
    "entry_in_words",
    "followed_as_usual",
    "county_in_words",
    "parts_of",
    "rule_as_data",
    "since_in_words",
    "usual_parameters",
    "where_in_words",
]

USUAL = "baseline"
"""The scenario whose parameters stand where none is asked about."""

# ---- rules -------------------------------------------------------------------------------------------------------------


def usual_parameters() -> Mapping[str, float]:
    """Return the parameters of history as it is simulated, by which rules are followed where no scenario is asked about."""
    from enforcement_sim.scenarios.load import load_scenario

    return load_scenario(USUAL).parameters


def followed_as_usual(rule: Rule, values: Mapping[str, float]) -> str:
    """Return how closely a rule is followed in history, naming the scenario whose parameters say so."""
    from enforcement_sim.law.adherence import EXACTLY, followed_in_words

    told = followed_in_words(rule, [values])
    return told if told.startswith(EXACTLY) else f"{told} (parameters of {USUAL})"


def parts_of(rule: Rule, values: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return label and text of everything a rule says beside its title; ``values`` say how closely it is followed."""
    parts = [("decision", rule.decision), ("covers", grounds_in_words(rule.any_of) or "nobody")]
    if rule.none_of:
        parts.append(("except", grounds_in_words(rule.none_of)))
    parts.append(("followed", followed_as_usual(rule, values).removeprefix("followed ")))
    parts += [("effective", _effective(rule)), ("citation", rule.citation), ("grade", rule.grade)]
    return [*parts, ("note", rule.note)] if rule.note else parts


def grounds_in_words(word: int) -> str:
    """Return the grounds of a word, such as ``felony charge; prior removal``."""
    from enforcement_sim.law.rules import ground_names

    return "; ".join(name.replace("_", " ") for name in ground_names(word))


def _effective(rule: Rule) -> str:
    return "never in force" if rule.effective is None else str(rule.effective)


def rule_as_data(rule: Rule, rulebook: Rulebook, values: Mapping[str, float]) -> dict[str, Any]:
    from enforcement_sim.law.rules import ground_names

    return {
        "id": rule.id,
        "decision": rule.decision,
        "title": rule.title,
        "any_of": ground_names(rule.any_of),
        "none_of": ground_names(rule.none_of),
        "followed": followed_as_usual(rule, values),
        "effective": _iso(rule.effective),
        "citation": rule.citation,
        "grade": rule.grade,
        "note": rule.note,
        "timeline": [entry_as_data(entry) for entry in rulebook.timeline if entry.rule == rule.id],
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


# ---- entries of the timeline -----------------------------------------------------------------------------------------


def entry_in_words(entry: Entry) -> str:
    return f"in force {where_in_words(entry.where)} since {since_in_words(entry)}; {entry.citation} ({entry.grade})"


def since_in_words(entry: Entry) -> str:
    return "the beginning" if entry.start is None else str(entry.start)


def where_in_words(where: Where) -> str:
    """Return a place in words: the nation, states by postal code, counties by name."""
    if where.kind == "nation":
        return "in the nation"
    named = ", ".join(where.members if where.kind == "states" else map(county_in_words, where.members))
    return f"in {named}"


def county_in_words(fips: str) -> str:
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    index = geography.index_of(fips)
    return f"{geography.names[index]} {geography.states[geography.counties.state[index]].postal}"


def entry_as_data(entry: Entry) -> dict[str, Any]:
    return {
        "decision": entry.decision,
        "rule": entry.rule,
        "from": _iso(entry.start),
        "where": entry.where.written(),
        "citation": entry.citation,
        "grade": entry.grade,
        "note": entry.note,
    }


# ---- definitions -----------------------------------------------------------------------------------------------------


def categories_of(definition: Definition) -> list[tuple[str, str]]:
    """Return each category with its grounds in words, in the order in which people are sorted."""
    if definition.by_offence:
        return [("categories", "the offence class of the booking")]
    found = []
    for rule in definition.rules:
        grounds = grounds_in_words(rule.any_of)
        found.append((rule.title, f"{grounds}, except {grounds_in_words(rule.none_of)}" if rule.none_of else grounds))
    return [*found, (definition.otherwise, "everyone else")]


def about(definition: Definition) -> list[tuple[str, str]]:
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


def definition_as_data(definition: Definition) -> dict[str, Any]:
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
