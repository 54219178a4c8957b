"""Rules as data: which grounds bring a person in, which take the person out, since when, and by which text.

The models of ``rulebook.yaml``. Who applies a rule, to whom and with what effect is not known here. The compiled engine
evaluates the same two words of bits (:meth:`OverGrounds.covers` is the plain statement of what it does).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from enforcement_sim.errors import InputError, Problems, nearest_names
from enforcement_sim.law.grounds import GROUNDS, bits
from enforcement_sim.law.where import NATION, Where
from enforcement_sim.tables.described import entries_html, fields_html
from enforcement_sim.yaml_models import (
    Day,
    Many,
    Named,
    NamedModel,
    StrictModel,
    Text,
    defines,
    one_of,
    read_model,
    refers_to,
)

DECISIONS: dict[str, str] = {
    "detainer": "for whom ICE issues a detainer",
    "honour": "which detainers a jail honours",
    "screen": "whom 287(g) officers process",
    "discretion": "whom ICE releases in its discretion",
}
"""The decisions that turn on grounds, with the question each answers."""

GRADES = ("seen", "derived", "recalled", "assumed")
"""How well a text and its dates are known: seen in a document, worked out from one, recalled, or assumed."""

Grade = Annotated[str, one_of(GRADES, "grade")]
_GROUND_NAMES = tuple(ground.name for ground in GROUNDS)
_SHIPPED = Path(__file__).with_name("rulebook.yaml")


def grounds_in(allowed: Iterable[str]) -> BeforeValidator:
    """Return an annotation for a list of grounds, each of them one of the allowed, that is kept as a word of bits."""
    names = tuple(allowed)

    def read(written: object) -> object:
        if isinstance(written, int):
            return written
        if not isinstance(written, (list, tuple)):
            raise InputError("expected a list of grounds", allowed=names)
        problems = Problems()
        for index, ground in enumerate(written):
            if ground not in names:
                known = ground in _GROUND_NAMES
                says = f"the ground {ground!r} cannot be read from a profile" if known else f"unknown ground {ground!r}"
                near = nearest_names(str(ground), names)
                problems.add(InputError(says, None, None, str(index), names, near))
        problems.raise_if_any()
        return bits(written)

    return BeforeValidator(read)


def ground_names(word: int) -> tuple[str, ...]:
    """Return the names of the grounds set in a word of bits, in the order of the grounds.

    Examples
    --------
    >>> ground_names(load_rulebook().rules["honour-connecticut-trust"].any_of)
    ('felony_conviction', 'outstanding_order', 'security_or_gang')
    """
    return tuple(name for position, name in enumerate(_GROUND_NAMES) if word >> position & 1)


class OverGrounds(StrictModel):
    """Whom something is about: one of some grounds must be true of a person, and none of some others.

    Attributes
    ----------
    any_of, none_of : int
        Words of ground bits.
    """

    any_of: Annotated[int, grounds_in(_GROUND_NAMES)]
    none_of: Annotated[int, grounds_in(_GROUND_NAMES)]

    def covers(self, grounds: int) -> bool:
        """Return whether a person with these grounds is covered."""
        return bool(grounds & self.any_of) and not grounds & self.none_of

    def _repr_html_(self) -> str:
        """Show the fields in a notebook, the grounds by their names."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        named = {name: ground_names(fields[name]) for name in ("any_of", "none_of")}
        return fields_html(type(self).__name__, fields | named)


class Rule(NamedModel, OverGrounds):
    """A rule over grounds.

    Attributes
    ----------
    id : str
    decision : str
        One of `DECISIONS`.
    title, citation : str
    effective : date or None
        Day from which the text had effect; ``None`` for a what-if that was never in force.
    grade : str
        How well text and date are known, one of `GRADES`.
    note : str
        What the grounds cannot express, or how the text is approximated; empty if there is nothing to say.

    Examples
    --------
    >>> from enforcement_sim.law.grounds import bits
    >>> rule = load_rulebook().rules["detainer-2012-guidance"]
    >>> rule.covers(bits(("anyone", "felony_charge"))), rule.covers(bits(("anyone", "minor_traffic_only")))
    (True, False)
    """

    decision: Annotated[str, one_of(DECISIONS, "decision")]
    title: Text
    effective: Day | None
    citation: Text
    grade: Grade
    note: str = ""


class Entry(StrictModel):
    """One line of the timeline: from ``start`` on, ``rule`` answers ``decision`` in ``where``.

    ``start`` is ``None`` for what stood at the beginning of history. Citation and grade are the rule's unless the
    entry has its own, as it does where one rule stands for the like texts of several places.
    """

    decision: Annotated[str, one_of(DECISIONS, "decision")]
    rule: Annotated[str, refers_to("rule")]
    start: Day | None = Field(validation_alias="from")
    where: Where
    citation: str = ""
    mark: Text | None = None
    grade: Grade = ""
    note: str = ""

    def touches(self, county: str, state: str) -> bool:
        """Return whether the entry holds in a county, given by FIPS code and its state's postal code."""
        return self.where.kind == "nation" or (state if self.where.kind == "states" else county) in self.where.members


class Mark(StrictModel):
    """A date that figures show, and where it matters."""

    day: Day = Field(validation_alias="date")
    text: Text
    where: Where = NATION
    citation: str = ""
    grade: Grade = ""


def _timeline(entries: tuple[Entry, ...], info: ValidationInfo) -> tuple[Entry, ...]:
    """Return the entries with the citation and grade of their rules, having checked their order and decisions."""
    rules: dict[str, Rule] = (info.context or {}).get("rule", {})
    problems = Problems()
    last = date.min
    for index, entry in enumerate(entries):
        if rules[entry.rule].decision != entry.decision:
            allowed = tuple(name for name, rule in rules.items() if rule.decision == entry.decision)
            says = f"no rule {entry.rule!r} answers {entry.decision!r}"
            problems.add(InputError(says, key=f"{index}.rule", allowed=allowed or None))
        if (entry.start or date.min) < last:
            problems.add(InputError("earlier than the entry before it", key=f"{index}.from"))
        last = entry.start or date.min
    problems.raise_if_any()
    return tuple(
        entry.model_copy(
            update={
                "citation": entry.citation or rules[entry.rule].citation,
                "grade": entry.grade or rules[entry.rule].grade,
            }
        )
        for entry in entries
    )


class Rulebook(StrictModel):
    """All rules by name, the timeline of history in time order, and the dates figures mark.

    Attributes
    ----------
    rules : dict of str to Rule
    timeline : tuple of Entry
    other_marks : tuple of Mark
        Dates beside those of the timeline.
    """

    rules: Annotated[Named[Rule], defines("rule")]
    timeline: Annotated[Many[Entry], AfterValidator(_timeline)] = ()
    other_marks: Many[Mark] = Field(default=(), validation_alias="marks")

    def _repr_html_(self) -> str:
        """Show the rules in a notebook."""
        headings = ("name", "decision", "title", "effective", "grade", "citation")
        rows = ([rule.id, *(getattr(rule, name) for name in headings[1:])] for rule in self.rules.values())
        title = f"Rulebook: {len(self.rules)} rules, {len(self.timeline)} entries of the timeline"
        return entries_html(title, headings, rows, "enforcement-sim rules prints them all, rules[NAME] is one")

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Timeline entries with a mark and the extra dates of the file, in time order."""
        marked = [
            Mark(day=entry.start, text=entry.mark, where=entry.where, citation=entry.citation, grade=entry.grade)
            for entry in self.timeline
            if entry.mark and entry.start
        ]
        return tuple(sorted([*marked, *self.other_marks], key=lambda mark: mark.day))

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
    return read_model(_SHIPPED, Rulebook)


def load_rulebook(path: Path | None = None) -> Rulebook:
    """Return the shipped rulebook, or the one in a file.

    Parameters
    ----------
    path
        A YAML file of the shipped file's layout; ``None`` for the shipped one, which is read once.

    Raises
    ------
    InputError
        For everything that is wrong, with file, line and key: an entry that lacks a citation or a grade, or names an unknown
        ground, decision or rule, or a timeline that is out of order.

    Examples
    --------
    >>> load_rulebook().rules["honour-none"].citation
    'Cook County Ordinance 11-O-73, 7 September 2011'
    """
    return _shipped() if path is None else read_model(path, Rulebook)
