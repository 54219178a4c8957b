"""Definitions: what a published figure means by "level 1", "no conviction" or "minor offence".

A definition is an ordered list of categories, each a rule over grounds; a person falls in the first that covers them. It
says by which text and when people were counted so, and which of its categories its source adds up in the one number that
is quoted, so that every definition has a share "non-criminal" and all can be laid side by side. It is applied to ledger
profiles after a run, so one run answers under every definition. The definition ``charge`` is the exception that names the
offence class itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from enforcement_sim.codes import OFFENCES
from enforcement_sim.errors import nearest_names
from enforcement_sim.law.grounds import PROFILE_GROUNDS, bits
from enforcement_sim.law.reading import check_keys, day, mapping_of, one_of, text, wrong
from enforcement_sim.law.recording import load_recording
from enforcement_sim.law.rules import GRADES, Rule
from enforcement_sim.yaml_lines import Document, Step, read_yaml

__all__ = ["Definition", "load_definitions", "read_definitions"]

_REQUIRED = ("title", "citation", "grade", "dated", "categories", "otherwise", "non_criminal", "called")
_OPTIONAL = ("recording", "note")
_CATEGORY_KEYS = ("name", "any_of", "none_of")
_BY_OFFENCE = "by offence"


@dataclass(frozen=True)
class Definition:
    """A named, dated, cited way of sorting people into categories.

    Attributes
    ----------
    rules : tuple of Rule
        One a category, in order (a name may come twice); empty when the category is the offence class.
    otherwise : str
        The category of those whom no rule covers.
    by_offence : bool
        Whether the category is the offence class itself.
    since, until : date
        First and last day on which people were counted so; ``until`` is None where it did not end before the model does.
    grade : str
        How well text and dates are known, one of :data:`~enforcement_sim.law.rules.GRADES`.
    non_criminal : tuple of str
        The categories that the source adds up in its one headline number.
    called : str
        What the source calls those people.
    recording : str or None
        The moment (:mod:`enforcement_sim.law.recording`) up to which the source's file was complete.
    note : str
        What the grounds cannot express; may be empty.
    """

    id: str
    title: str
    citation: str
    rules: tuple[Rule, ...]
    otherwise: str
    by_offence: bool
    since: date
    until: date | None
    grade: str
    non_criminal: tuple[str, ...]
    called: str
    recording: str | None = None
    note: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories in order, the rest last; empty for offence classes."""
        return (*dict.fromkeys(rule.title for rule in self.rules), self.otherwise) if self.rules else ()

    @property
    def all_categories(self) -> tuple[str, ...]:
        """The categories in order, offence classes spelt out.

        Examples
        --------
        >>> load_definitions()["charge"].all_categories[:2]
        ('serious_violent', 'aggravated_assault')
        """
        return OFFENCES if self.by_offence else self.categories

    def category(self, grounds: int) -> str:
        """Return the category of a person with these grounds.

        Examples
        --------
        >>> from enforcement_sim.law.grounds import bits
        >>> load_definitions()["no-conviction-ever"].category(bits(("anyone", "felony_charge")))
        'no conviction'
        """
        for rule in self.rules:
            if rule.covers(grounds):
                return rule.title
        return self.otherwise


@cache
def load_definitions() -> Mapping[str, Definition]:
    """Return the shipped definitions by name.

    Raises
    ------
    InputError
        If a definition has no citation, date, grade or headline, or uses a ground that profiles do not carry.

    Examples
    --------
    >>> load_definitions()["ice-levels-2010"].categories
    ('level 1', 'level 2', 'level 3', 'no conviction')
    >>> load_definitions()["minor-only"].non_criminal
    ('level 3', 'no conviction')
    """
    return read_definitions(Path(__file__).with_name("definitions.yaml"))


def read_definitions(path: Path) -> Mapping[str, Definition]:
    """Read definitions from a file; see :func:`load_definitions` for the errors."""
    document = read_yaml(path)
    return {name: _definition(document, name) for name in mapping_of(document, ("definitions",))}


def _definition(document: Document, name: str) -> Definition:
    """Return one checked definition."""
    at = ("definitions", name)
    entry = mapping_of(document, at)
    if not str(entry.get("citation") or "").strip():
        raise wrong(document, at, "a definition without a citation")
    check_keys(document, at, entry, _REQUIRED, _OPTIONAL)
    words = {key: text(document, (*at, key), entry[key]) for key in ("title", "citation", "otherwise", "called")}
    by_offence = entry["categories"] == _BY_OFFENCE
    rules = () if by_offence else _rules(document, at, entry["categories"], words["citation"])
    since, until = _dated(document, (*at, "dated"))
    categories = OFFENCES if by_offence else (*(rule.title for rule in rules), words["otherwise"])
    recording = entry.get("recording")
    return Definition(
        name,
        words["title"],
        words["citation"],
        rules,
        words["otherwise"],
        by_offence,
        since,
        until,
        one_of(document, (*at, "grade"), entry["grade"], GRADES, "grade"),
        _non_criminal(document, (*at, "non_criminal"), entry["non_criminal"], categories),
        words["called"],
        None
        if recording is None
        else one_of(document, (*at, "recording"), recording, load_recording(), "moment of recording"),
        text(document, (*at, "note"), entry["note"]) if "note" in entry else "",
    )


def _dated(document: Document, at: tuple[str, ...]) -> tuple[date, date | None]:
    """Return the first and the last day of use; the last is written, even if it is null."""
    dated = mapping_of(document, at)
    check_keys(document, at, dated, ("from",), ("to",))
    if "to" not in dated:
        raise wrong(document, at, "has no to", allowed="a day, or null where it did not end")
    since = day(document, (*at, "from"), dated["from"])
    until = None if dated["to"] is None else day(document, (*at, "to"), dated["to"])
    if until is not None and until < since:
        raise wrong(document, (*at, "to"), f"ends on {until}, before it begins on {since}")
    return since, until


def _non_criminal(
    document: Document, at: tuple[str, ...], written: Any, categories: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the categories of the headline, which must be categories of the definition."""
    if not isinstance(written, list):
        raise wrong(document, at, "not a list of categories", allowed=tuple(dict.fromkeys(categories)))
    known = tuple(dict.fromkeys(categories))
    return tuple(one_of(document, (*at, position), name, known, "category") for position, name in enumerate(written))


def _rules(document: Document, at: tuple[str, ...], written: Any, citation: str) -> tuple[Rule, ...]:
    """Return a rule for each category."""
    here = (*at, "categories")
    if not isinstance(written, list):
        raise wrong(document, here, "not a list of categories", allowed=f"a list, or {_BY_OFFENCE}")
    rules = []
    for position, category in enumerate(written):
        if not isinstance(category, dict):
            raise wrong(document, (*here, position), "not a mapping", allowed=_CATEGORY_KEYS)
        check_keys(document, (*here, position), category, ("name", "any_of"), ("none_of",))
        title = text(document, (*here, position, "name"), category["name"])
        any_of, none_of = (
            _bits(document, (*here, position, part), category.get(part) or []) for part in _CATEGORY_KEYS[1:]
        )
        rules.append(Rule(f"{at[-1]}: {title}", "definition", title, any_of, none_of, None, citation))
    return tuple(rules)


def _bits(document: Document, at: tuple[Step, ...], written: Any) -> int:
    """Return a word of grounds that profiles carry."""
    if not isinstance(written, list):
        raise wrong(document, at, "not a list of grounds")
    for position, ground in enumerate(written):
        if ground not in PROFILE_GROUNDS:
            raise wrong(
                document,
                (*at, position),
                f"ground {ground!r} cannot be read from a profile",
                allowed=sorted(PROFILE_GROUNDS),
                nearest=nearest_names(str(ground), PROFILE_GROUNDS),
            )
    return bits(written)
