"""Rules as data: which grounds bring a person in, which take the person out, since when, and by which text.

The room's one mechanism. Reading the rulebook, asking one rule for its verdict, and nothing else: who applies a
rule, to whom and with what effect is not known here. The compiled engine evaluates the same two words of bits
(:meth:`Rule.covers` is the plain statement of what it does).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.law.grounds import GROUNDS, bits
from enforcement_sim.yaml_lines import Document, read_yaml

__all__ = ["DECISIONS", "Entry", "Mark", "Rule", "Rulebook", "load_rulebook"]

DECISIONS: dict[str, str] = {
    "detainer": "for whom ICE issues a detainer",
    "honour": "which detainers a jail honours",
    "screen": "whom 287(g) officers process",
    "discretion": "whom ICE releases in its discretion",
}
"""The decisions that turn on grounds, with the question each answers."""

_RULE_KEYS = ("decision", "title", "any_of", "none_of", "effective", "citation")
_ENTRY_KEYS = ("decision", "rule", "from", "where", "mark")
_GROUND_NAMES = tuple(ground.name for ground in GROUNDS)


@dataclass(frozen=True)
class Rule:
    """A rule over grounds.

    Attributes
    ----------
    any_of, none_of : int
        Words of ground bits: one of the first must be set and none of the second.
    effective : date or None
        Day from which the text had effect; ``None`` for a what-if that was never in force.

    Examples
    --------
    >>> from enforcement_sim.law.grounds import bits
    >>> rule = load_rulebook().rules["detainer-2012-guidance"]
    >>> rule.covers(bits(("anyone", "felony_charge"))), rule.covers(bits(("anyone", "minor_traffic_only")))
    (True, False)
    """

    id: str
    decision: str
    title: str
    any_of: int
    none_of: int
    effective: date | None
    citation: str

    def covers(self, grounds: int) -> bool:
        """Return whether a person with these grounds is covered."""
        return bool(grounds & self.any_of) and not grounds & self.none_of


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: from ``start`` on, ``rule`` answers ``decision`` in ``where``.

    ``where`` is ``("nation", ())``, ``("states", (postal codes))`` or ``("counties", (FIPS codes))``.
    ``start`` is ``None`` for what stood at the beginning of history.
    """

    decision: str
    rule: str
    start: date | None
    where: tuple[str, tuple[str, ...]]
    citation: str
    mark: str | None


@dataclass(frozen=True)
class Mark:
    """A date that figures show."""

    day: date
    text: str


@dataclass(frozen=True)
class Rulebook:
    """All rules by name, the timeline of history in time order, and the dates figures mark.

    Attributes
    ----------
    rules : mapping of str to Rule
    timeline : tuple of Entry
    marks : tuple of Mark
        Timeline entries with a mark and the extra dates of the file, in time order.
    """

    rules: Mapping[str, Rule]
    timeline: tuple[Entry, ...]
    marks: tuple[Mark, ...]

    def of_decision(self, decision: str) -> tuple[str, ...]:
        """Return the names of the rules that answer one decision, in the order of the file."""
        return tuple(name for name, rule in self.rules.items() if rule.decision == decision)


@cache
def _shipped() -> Rulebook:
    return _read(Path(__file__).with_name("rulebook.yaml"))


def load_rulebook(path: Path | None = None) -> Rulebook:
    """Return the shipped rulebook, or the one in a file.

    Parameters
    ----------
    path
        A YAML file of the shipped file's layout; ``None`` for the shipped one, which is read once.

    Raises
    ------
    InputError
        With file, line and key, if an entry lacks a citation, names an unknown ground, decision or rule, or if the
        timeline is out of order.

    Examples
    --------
    >>> load_rulebook().rules["honour-none"].citation
    'Cook County Ordinance 11-O-73, 7 September 2011'
    """
    return _shipped() if path is None else _read(path)


def _read(path: Path) -> Rulebook:
    document = read_yaml(path)
    data = document.data
    for key in data:
        if key not in ("rules", "timeline", "marks"):
            raise _error(document, (key,), "unknown key", ("rules", "timeline", "marks"))
    rules = {name: _rule(document, name, entry) for name, entry in (data.get("rules") or {}).items()}
    timeline = tuple(
        _entry(document, position, entry, rules) for position, entry in enumerate(data.get("timeline") or [])
    )
    starts = [entry.start or date.min for entry in timeline]
    for position, (earlier, later) in enumerate(pairwise(starts)):
        if later < earlier:
            raise _error(document, ("timeline", position + 1, "from"), "earlier than the entry before it")
    marks = [Mark(entry.start, entry.mark) for entry in timeline if entry.mark and entry.start]
    marks += [Mark(mark["date"], mark["text"]) for mark in data.get("marks") or []]
    return Rulebook(rules, timeline, tuple(sorted(marks, key=lambda mark: mark.day)))


def _error(document: Document, path: tuple[str | int, ...], message: str, allowed: tuple[str, ...] = ()) -> InputError:
    return InputError(
        message,
        file=document.path,
        line=document.line(path),
        key=".".join(str(part) for part in path),
        allowed=list(allowed) or None,
    )


def _rule(document: Document, name: str, entry: Any) -> Rule:
    path = ("rules", name)
    if not isinstance(entry, dict):
        raise _error(document, path, "a rule is a mapping", _RULE_KEYS)
    for key in entry:
        if key not in _RULE_KEYS:
            raise _error(document, (*path, key), "unknown key", _RULE_KEYS)
    for key in _RULE_KEYS:
        if key not in entry:
            raise _error(document, path, f"a rule without {key!r}", _RULE_KEYS)
    if not str(entry["citation"] or "").strip():
        raise _error(document, (*path, "citation"), "a rule without a citation")
    if entry["decision"] not in DECISIONS:
        raise _error(document, (*path, "decision"), f"unknown decision {entry['decision']!r}", tuple(DECISIONS))
    words = {}
    for key in ("any_of", "none_of"):
        for ground in entry[key]:
            if ground not in _GROUND_NAMES:
                raise _error(document, (*path, key), f"unknown ground {ground!r}", _GROUND_NAMES)
        words[key] = bits(list(entry[key]))
    effective = entry["effective"]
    if effective is not None and not isinstance(effective, date):
        raise _error(document, (*path, "effective"), "not a date", ("YYYY-MM-DD", "null"))
    return Rule(
        name, entry["decision"], str(entry["title"]), words["any_of"], words["none_of"], effective, entry["citation"]
    )


def _entry(document: Document, position: int, entry: Any, rules: Mapping[str, Rule]) -> Entry:
    path = ("timeline", position)
    for key in entry:
        if key not in _ENTRY_KEYS:
            raise _error(document, (*path, key), "unknown key", _ENTRY_KEYS)
    rule = rules.get(entry["rule"])
    if rule is None or rule.decision != entry["decision"]:
        allowed = tuple(name for name, other in rules.items() if other.decision == entry["decision"])
        raise _error(document, (*path, "rule"), f"no rule {entry['rule']!r} answers {entry['decision']!r}", allowed)
    where = entry["where"]
    if where == "nation":
        place: tuple[str, tuple[str, ...]] = ("nation", ())
    elif isinstance(where, dict) and len(where) == 1 and next(iter(where)) in ("states", "counties"):
        kind, members = next(iter(where.items()))
        place = (kind, tuple(str(member) for member in members))
    else:
        raise _error(document, (*path, "where"), "not a place", ("nation", "{states: [..]}", "{counties: [..]}"))
    return Entry(entry["decision"], rule.id, entry["from"], place, rule.citation, entry.get("mark"))
