"""What remains of a scenario when everything wrong is taken out, so that the rest of it can be checked too.

A person who wrote a file with five mistakes wants to read five lines, not one in each of five runs. Whatever is found
wrong is therefore taken out of a copy, as narrowly as possible, and checking goes on with the copy. It is never run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from enforcement_sim.errors import InputError, Problems
from enforcement_sim.scenarios.explain import explain
from enforcement_sim.scenarios.schema import SCHEMA_VERSION, ScenarioFile

__all__ = ["blamed", "mended", "without"]

_IN_PARTS = ("period", "parameters", "data", "changes", "sweep")
"""Sections of which one entry can be taken out; of another the whole goes."""
_NEEDED = {"schema": SCHEMA_VERSION, "name": "unnamed"}
"""Keys that every scenario has, with what stands there while the rest is checked."""
_MOST_ROUNDS = 5


def mended(plain: Mapping[str, Any], problems: Problems) -> tuple[dict[str, Any], ScenarioFile]:
    """Return a plain scenario without what has a wrong key or type, and as a model; ``problems`` gathers what is wrong."""
    rest = dict(plain)
    for _ in range(_MOST_ROUNDS):
        try:
            return rest, ScenarioFile.model_validate(rest)
        except ValidationError as error:
            found = explain(error)
        for one in found:
            if not blamed(one.key, problems.errors):
                problems.add(one)
        rest = without(rest, [one.key or "" for one in found])
    return dict(_NEEDED), ScenarioFile.model_validate(_NEEDED)


def blamed(key: str | None, errors: Iterable[InputError]) -> bool:
    """Return whether something was found wrong already at this key, in it, or around it."""
    here = f"{key or ''}."
    return any(here.startswith(f"{one.key or ''}.") or f"{one.key or ''}.".startswith(here) for one in errors)


def without(plain: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return a plain scenario without what stands at some dotted keys.

    Of a change only the wrong part goes, so that the others can be checked.

    Examples
    --------
    >>> without({"schema": 1, "name": "a", "thin": 0, "parameters": {"x.y": 1, "z": 2}}, ["thin", "parameters.x.y"])
    {'schema': 1, 'name': 'a', 'parameters': {'z': 2}}
    """
    rest = dict(plain)
    for key in keys:
        section = _first_of(rest, key)
        if section is None:
            continue
        within = key[len(section) + 1 :]
        entries = rest[section]
        name = _first_of(entries, within) if section in _IN_PARTS and isinstance(entries, Mapping) else None
        if not within or section not in _IN_PARTS or not isinstance(entries, Mapping):
            del rest[section]
        elif name is None:
            continue  # it went with something around it
        elif section == "changes" and isinstance(entries[name], Mapping):
            rest[section] = _less_of_a_change(entries, name, within[len(name) + 1 :])
        else:
            rest[section] = {one: value for one, value in entries.items() if one != name}
    for key, needed in _NEEDED.items():
        rest.setdefault(key, needed)
    return rest


def _less_of_a_change(changes: Mapping[str, Any], name: str, within: str) -> dict[str, Any]:
    """Return the changes without a part of one of them, or without all of it where its own name is wrong."""
    change = changes[name]
    wrong = (_first_of(change, within),) if within else ("from", "until")
    less = {part: value for part, value in change.items() if part not in wrong}
    if less == change and not within:
        return {one: value for one, value in changes.items() if one != name}
    return {**changes, name: less}


def _first_of(entries: Mapping[str, Any], key: str) -> str | None:
    """Return the entry with which a dotted key begins; names may have dots of their own."""
    found = [name for name in entries if f"{key}.".startswith(f"{name}.")]
    return max(found, key=len) if found else None
