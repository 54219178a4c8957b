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

__all__ = ["DECISIONS", "GRADES", "Entry", "Mark", "Rule", "Rulebook", "ground_names", "load_rulebook"]

DECISIONS: dict[str, str] = {
    "detainer": "for whom ICE issues a detainer",
    "honour": "which detainers a jail honours",
    "screen": "whom 287(g) officers process",
    "discretion": "whom ICE releases in its discretion",
}
"""The decisions that turn on grounds, with the question each answers."""

GRADES = ("seen", "derived", "recalled", "assumed")
"""How well a text and its dates are known: seen in a document, worked out from one, recalled, or assumed."""

type Place = tuple[str, tuple[str, ...]]
"""``("nation", ())``, ``("states", (postal codes))`` or ``("counties", (FIPS codes))``."""

_RULE_KEYS = ("decision", "title", "any_of", "none_of", "effective", "citation", "grade")
_RULE_KEYS_ALLOWED = (*_RULE_KEYS, "note")
_ENTRY_KEYS = ("decision", "rule", "from", "where", "mark", "citation", "grade", "note")
_MARK_KEYS = ("date", "text", "where", "citation", "grade")
_GROUND_NAMES = tuple(ground.name for ground in GROUNDS)
NATION: Place = ("nation", ())


def ground_names(word: int) -> tuple[str, ...]:
    """Return the names of the grounds set in a word of bits, in the order of the grounds.

    Examples
    --------
    >>> ground_names(load_rulebook().rules["honour-connecticut-trust"].any_of)
    ('felony_conviction', 'outstanding_order', 'security_or_gang')
    """
    return tuple(name for position, name in enumerate(_GROUND_NAMES) if word >> position & 1)


@dataclass(frozen=True)
class Rule:
    """A rule over grounds.

    Attributes
    ----------
    any_of, none_of : int
        Words of ground bits: one of the first must be set and none of the second.
    effective : date or None
        Day from which the text had effect; ``None`` for a what-if that was never in force.
    grade : str
        How well text and date are known, one of `GRADES`; empty for a category of a definition.
    note : str
        What the grounds cannot express, or how the text is approximated; empty if there is nothing to say.

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
    grade: str = ""
    note: str = ""

    def covers(self, grounds: int) -> bool:
        """Return whether a person with these grounds is covered."""
        return bool(grounds & self.any_of) and not grounds & self.none_of


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: from ``start`` on, ``rule`` answers ``decision`` in ``where``.

    ``start`` is ``None`` for what stood at the beginning of history. Citation and grade are the rule's unless the
    entry has its own, as it does where one rule stands for the like texts of several places.
    """

    decision: str
    rule: str
    start: date | None
    where: Place
    citation: str
    mark: str | None
    grade: str
    note: str

    def touches(self, county: str, state: str) -> bool:
        """Return whether the entry holds in a county, given by FIPS code and its state's postal code."""
        kind, members = self.where
        return kind == "nation" or (state if kind == "states" else county) in members


@dataclass(frozen=True)
class Mark:
    """A date that figures show, and where it matters."""

    day: date
    text: str
    where: Place = NATION
    citation: str = ""
    grade: str = ""


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

    def in_force(self, decision: str, day: date, county: str, state: str) -> Entry | None:
        """Return the entry that answers a decision in a county on a day, by history alone.

        ``None`` where history has no answer: whom 287(g) officers process is each agreement's own.

        Parameters
        ----------
        decision, day
            One of `DECISIONS`, and the day asked for.
        county, state
            FIPS code of the county and postal code of its state.

        Examples
        --------
        >>> load_rulebook().in_force("honour", date(2012, 1, 1), "17031", "IL").rule
        'honour-none'
        """
        found = None
        for entry in self.timeline:
            if (
                entry.decision == decision
                and (entry.start is None or entry.start <= day)
                and entry.touches(county, state)
            ):
                found = entry
        return found


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
        With file, line and key, if an entry lacks a citation or a grade, names an unknown ground, decision or rule,
        or if the timeline is out of order.

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
    if not isinstance(data.get("rules"), dict):
        raise _error(document, ("rules",), "rules are a mapping of names to rules")
    for key in ("timeline", "marks"):
        if not isinstance(data.get(key) or [], list):
            raise _error(document, (key,), "not a list")
    rules = {name: _rule(document, name, entry) for name, entry in data["rules"].items()}
    timeline = tuple(
        _entry(document, position, entry, rules) for position, entry in enumerate(data.get("timeline") or [])
    )
    starts = [entry.start or date.min for entry in timeline]
    for position, (earlier, later) in enumerate(pairwise(starts)):
        if later < earlier:
            raise _error(document, ("timeline", position + 1, "from"), "earlier than the entry before it")
    marks = [
        Mark(entry.start, entry.mark, entry.where, entry.citation, entry.grade)
        for entry in timeline
        if entry.mark and entry.start
    ]
    marks += [_mark(document, position, mark) for position, mark in enumerate(data.get("marks") or [])]
    return Rulebook(rules, timeline, tuple(sorted(marks, key=lambda mark: mark.day)))


def _error(document: Document, path: tuple[str | int, ...], message: str, allowed: tuple[str, ...] = ()) -> InputError:
    return InputError(
        message,
        file=document.path,
        line=document.line(path),
        key=".".join(str(part) for part in path),
        allowed=list(allowed) or None,
    )


def _check_keys(
    document: Document, path: tuple[str | int, ...], what: str, entry: Any, required: tuple[str, ...], allowed: Any
) -> None:
    """Refuse what is not a mapping, has a key that is not allowed, or lacks one that is required."""
    if not isinstance(entry, dict):
        raise _error(document, path, f"{what} is a mapping", tuple(allowed))
    for key in entry:
        if key not in allowed:
            raise _error(document, (*path, key), "unknown key", tuple(allowed))
    for key in required:
        if key not in entry:
            raise _error(document, path, f"{what} without {key!r}", required)


def _day(document: Document, path: tuple[str | int, ...], written: Any) -> date | None:
    if written is not None and not isinstance(written, date):
        raise _error(document, path, "not a date", ("YYYY-MM-DD", "null"))
    return written


def _rule(document: Document, name: str, entry: Any) -> Rule:
    path = ("rules", name)
    _check_keys(document, path, "a rule", entry, _RULE_KEYS, _RULE_KEYS_ALLOWED)
    if not str(entry["citation"] or "").strip():
        raise _error(document, (*path, "citation"), "a rule without a citation")
    if entry["decision"] not in DECISIONS:
        raise _error(document, (*path, "decision"), f"unknown decision {entry['decision']!r}", tuple(DECISIONS))
    words = {}
    for key in ("any_of", "none_of"):
        if not isinstance(entry[key], list):
            raise _error(document, (*path, key), "not a list of grounds", _GROUND_NAMES)
        for ground in entry[key]:
            if ground not in _GROUND_NAMES:
                raise _error(document, (*path, key), f"unknown ground {ground!r}", _GROUND_NAMES)
        words[key] = bits(list(entry[key]))
    return Rule(
        name,
        entry["decision"],
        str(entry["title"]),
        words["any_of"],
        words["none_of"],
        _day(document, (*path, "effective"), entry["effective"]),
        str(entry["citation"]),
        _grade(document, path, entry["grade"]),
        str(entry.get("note") or ""),
    )


def _entry(document: Document, position: int, entry: Any, rules: Mapping[str, Rule]) -> Entry:
    path = ("timeline", position)
    _check_keys(document, path, "an entry", entry, ("decision", "rule", "from", "where"), _ENTRY_KEYS)
    rule = rules.get(entry["rule"])
    if rule is None or rule.decision != entry["decision"]:
        allowed = tuple(name for name, other in rules.items() if other.decision == entry["decision"])
        raise _error(document, (*path, "rule"), f"no rule {entry['rule']!r} answers {entry['decision']!r}", allowed)
    return Entry(
        entry["decision"],
        rule.id,
        _day(document, (*path, "from"), entry["from"]),
        _place(document, path, entry["where"]),
        str(entry.get("citation") or rule.citation),
        entry.get("mark"),
        _grade(document, path, entry.get("grade", rule.grade)),
        str(entry.get("note") or ""),
    )


def _mark(document: Document, position: int, mark: Any) -> Mark:
    path = ("marks", position)
    _check_keys(document, path, "a mark", mark, ("date", "text"), _MARK_KEYS)
    day = _day(document, (*path, "date"), mark["date"])
    if day is None:
        raise _error(document, (*path, "date"), "a mark without a date", ("YYYY-MM-DD",))
    grade = _grade(document, path, mark["grade"]) if "grade" in mark else ""
    where = _place(document, path, mark.get("where", "nation"))
    return Mark(day, str(mark["text"]), where, str(mark.get("citation") or ""), grade)


def _place(document: Document, path: tuple[str | int, ...], where: Any) -> Place:
    if where == "nation":
        return NATION
    if isinstance(where, dict) and len(where) == 1 and next(iter(where)) in ("states", "counties"):
        kind, members = next(iter(where.items()))
        return kind, tuple(str(member) for member in members)
    raise _error(document, (*path, "where"), "not a place", ("nation", "{states: [..]}", "{counties: [..]}"))


def _grade(document: Document, path: tuple[str | int, ...], grade: Any) -> str:
    if grade not in GRADES:
        raise _error(document, (*path, "grade"), f"unknown grade {grade!r}", GRADES)
    return str(grade)
