"""Rules and definitions in words: labelled parts, places and dates; printed by the commands and written to ``docs/rules.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enforcement_sim.law.definitions import Definition
    from enforcement_sim.law.rules import Entry, Rule
    from enforcement_sim.places.geography import Geography

REFERENCE = "baseline"
"""The scenario with the parameters for the adherence to rules."""

Parts = list[tuple[str, str]]


def followed_in_history(rule: Rule) -> str:
    """Return how closely a rule is followed in history, and the scenario of the parameters."""
    from enforcement_sim.law.adherence import EXACTLY, followed_in_words
    from enforcement_sim.scenarios.load import load_scenario

    text = followed_in_words(rule, [load_scenario(REFERENCE).parameters])
    return text if text.startswith(EXACTLY) else f"{text} (parameters of {REFERENCE})"


def parts_of_rule(rule: Rule) -> Parts:
    """Return the labelled parts of a rule that have a text."""
    parts = [
        ("decision", rule.decision),
        ("covers", _grounds(rule.any_of) or "nobody"),
        ("except", _grounds(rule.none_of)),
        ("followed", followed_in_history(rule).removeprefix("followed ")),
        ("effective", str(rule.effective or "never in force")),
        ("citation", rule.citation),
        ("grade", rule.grade),
        ("note", rule.note),
    ]
    return [(label, text) for label, text in parts if text]


def categories_of(definition: Definition) -> Parts:
    """Return each category with its grounds, in the order in which people are sorted."""
    if definition.by_offence:
        return [("categories", "the offence class of the booking")]
    found = []
    for rule in definition.rules:
        exception = f", except {_grounds(rule.none_of)}" if rule.none_of else ""
        found.append((rule.title, f"{_grounds(rule.any_of)}{exception}"))
    return [*found, (definition.otherwise, "everyone else")]


def parts_of_definition(definition: Definition) -> Parts:
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


def start_of(entry: Entry) -> str:
    """Return the first day of an entry of the timeline."""
    return str(entry.start or "the beginning")


def citation_of(entry: Entry) -> str:
    """Return the citation of an entry with its grade."""
    return f"{entry.citation} ({entry.grade})"


def where_in_force(entry: Any) -> str:
    """Return the places of an entry or a mark: the nation, states by postal code, counties by name."""
    kind, members = entry.where.kind, entry.where.members
    return (
        "in the nation"
        if kind == "nation"
        else f"in {', '.join(members if kind == 'states' else map(short_name, members))}"
    )


def short_name(fips: str) -> str:
    """Return a county's name with the postal code of its state."""
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    index = geography.index_of(fips)
    return f"{geography.names[index]} {postal_code(geography, index)}"


def postal_code(geography: Geography, index: int) -> str:
    """Return the postal code of the state of a county."""
    return str(geography.states[geography.counties.state[index]].postal)
