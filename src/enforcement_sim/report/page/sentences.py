"""Sentences about the scenarios compared: the reference, and how another setting differs from it.

The functions take canonical scenarios, which hold everything that reaches the engine, so that no difference is missed.
A rule is given by its title in the rulebook and how closely it is followed, a parameter by its label in the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from enforcement_sim import labels
from enforcement_sim.law.adherence import followed_in_words, stated_shares
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.place_labels import scope_in_words

_DAYS = {"from": "from", "until": "until the day before"}
_WORDED = ("changes", "parameters", "history", "period", "scope", "thin")
"""Keys of a canonical scenario that have their own sentences."""
_RULE_OMITTED = {"rule": "", "followed": None}
"""Replaces rule and adherence, to test whether two changes differ in these alone."""
MOST_NUMBERS = 12
"""Most changed parameters listed singly; the rest are only counted."""


def in_words(scenario: Mapping[str, Any]) -> list[str]:
    """Return how a canonical scenario differs from history, a sentence for each change.

    Examples
    --------
    >>> in_words({"changes": [{"name": "no", "decision": "honour", "rule": "honour-none", "where": "nation"}]})
    ['Who is held, in the nation, every county, throughout: The jail declines every detainer; followed exactly.']
    """
    values = _numbers(scenario)
    return [f"{_about(change)}: {_rule(change, values)}." for change in _changes(scenario).values()]


def differences_in_words(reference: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return what differs between two canonical scenarios, a sentence for each difference.

    Examples
    --------
    >>> differences_in_words({"parameters": {"detainer.hold_hours": 48.0}}, {"parameters": {"detainer.hold_hours": 96.0}})
    ['Hold limit (hours): 96 instead of 48.']
    """
    found = [*_of_changes(reference, other), *_of_numbers(reference, other), *_of_history(reference, other)]
    for key, what in (("period", "Period"), ("scope", "Places"), ("thin", "One booking simulated in")):
        before, after = reference.get(key), other.get(key)
        if before != after:
            found.append(f"{what}: {_plain(key, after)} instead of {_plain(key, before)}.")
    for key in dict.fromkeys([*reference, *other]):
        if key not in _WORDED and reference.get(key) != other.get(key):
            found.append(f"{labels.spelt_out(key).capitalize()}: {other.get(key)} instead of {reference.get(key)}.")
    return found or ["Nothing: both settings are the same."]


def _changes(scenario: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    stated = scenario.get("changes") or []
    if isinstance(stated, Mapping):
        return {str(name): change for name, change in stated.items()}
    return {str(change["name"]): change for change in stated}


def _of_changes(reference: Mapping[str, Any], scenario: Mapping[str, Any]) -> list[str]:
    before, after = _changes(reference), _changes(scenario)
    found = []
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name), after.get(name)
        then = _rule(one, _numbers(reference)) if one else ""
        now = _rule(other, _numbers(scenario)) if other else ""
        if one is None or other is None:
            found += [f"{_about(other)}: {now} (not in the reference)."] if other else []
            found += [f"{_about(one)}: {then} is left out."] if one else []
        elif {**one, **_RULE_OMITTED} == {**other, **_RULE_OMITTED}:
            found += [f"{_about(other)}: {now}, instead of: {then}."] if one != other else []
        else:
            about = _about(one)
            found.append(f"{_about(other)}: {now}; in the reference {about[:1].lower()}{about[1:]}: {then}.")
    return found


def _of_numbers(reference: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    before, after = reference.get("parameters") or {}, other.get("parameters") or {}
    moved = [address for address in dict.fromkeys([*before, *after]) if before.get(address) != after.get(address)]
    found = [
        f"{labels.setting(address)}: {_number(address, after)} instead of {_number(address, before)}."
        for address in moved[:MOST_NUMBERS]
    ]
    if len(moved) > MOST_NUMBERS:
        found.append(f"And {len(moved) - MOST_NUMBERS} more numbers, listed in the manifest.")
    return found


def _of_history(reference: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return levers that stand at another value before the first counted day, unless they do so afterwards in the same way."""
    before, after = reference.get("history") or {}, other.get("history") or {}
    now = [scenario.get("parameters") or {} for scenario in (reference, other)]
    return [
        f"Before the first day counted, {labels.setting(address)}: {_number(address, after)} instead of "
        f"{_number(address, before)}."
        for address in dict.fromkeys([*before, *after])
        if before.get(address) != after.get(address)
        and [before.get(address), after.get(address)] != [values.get(address) for values in now]
    ]


def _number(address: str, values: Mapping[str, Any]) -> str:
    value = values.get(address, load_register().defaults().get(address))
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _about(change: Mapping[str, Any]) -> str:
    where = scope_in_words(change["where"])
    ends = " ".join(f"{words} {_day(change[key])}" for key, words in _DAYS.items() if change.get(key) is not None)
    return f"{labels.decision(str(change['decision']))}, in {where}, {ends or 'throughout'}"


def _rule(change: Mapping[str, Any], values: Mapping[str, float]) -> str:
    """Return a rule's title with how closely it is followed; for a lever, its setting."""
    name = str(change["rule"])
    rule = load_rulebook().rules.get(name)
    found = rule and f"{rule.title}; {followed_in_words(rule, [values], stated_shares(change.get('followed')))}"
    return found or labels.setting_value("", name)


def _numbers(scenario: Mapping[str, Any]) -> Mapping[str, float]:
    return {**load_register().defaults(), **(scenario.get("parameters") or {})}


def _day(written: Any) -> str:
    day = written if isinstance(written, date) else date.fromisoformat(str(written))
    return f"{day.day} {day:%B %Y}"


def _plain(key: str, value: Any) -> str:
    if key == "scope":
        return scope_in_words(value)
    if key == "period":
        return f"{_day(value['start'])} to {_day(value['end'])}"
    return str(value)


def listed(parts: Sequence[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return ", ".join(parts[:-1]) + f" and {parts[-1]}" if len(parts) > 1 else "".join(parts)
