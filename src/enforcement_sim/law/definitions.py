"""Definitions: what a published figure means by "level 1", "no conviction" or "minor offence".

A definition is an ordered list of categories, each a rule over grounds; a person falls in the first that covers them. It
says by which text and when people were counted so, and which of its categories its source adds up in the one number that
is quoted, so that every definition has a share "non-criminal" and all can be laid side by side. It is applied to ledger
profiles after a run, so one run answers under every definition. The definition ``charge`` is the exception that names the
offence class itself.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from enforcement_sim.codes import OFFENCES
from enforcement_sim.errors import InputError, Problems, nearest_names
from enforcement_sim.law.grounds import PROFILE_GROUNDS
from enforcement_sim.law.recording import load_recording
from enforcement_sim.law.rules import Grade, OverGrounds, grounds_in
from enforcement_sim.tables.described import entries_html
from enforcement_sim.yaml_models import Day, Many, Named, NamedModel, StrictModel, Text, one_of, or_word, read_model


class Category(OverGrounds):
    """A category of a definition: a rule over grounds that profiles carry."""

    title: Text = Field(validation_alias="name")
    any_of: Annotated[int, grounds_in(PROFILE_GROUNDS)]
    none_of: Annotated[int, grounds_in(PROFILE_GROUNDS)] = 0


class Dated(StrictModel):
    """First and last day on which people were counted by a definition; the last is written, even if it is null."""

    since: Day = Field(validation_alias="from")
    until: Day | None = Field(validation_alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise InputError(f"ends on {self.until}, before it begins on {self.since}", key="to")
        return self


class Definition(NamedModel):
    """A named, dated, cited way of sorting people into categories.

    Attributes
    ----------
    rules : tuple of Category
        In order (a title may come twice); empty when the category is the offence class.
    otherwise : str
        The category of those whom no rule covers.
    dated : Dated
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

    title: Text
    citation: Text
    rules: Annotated[Many[Category], or_word("by offence")] = Field(validation_alias="categories")
    otherwise: Text
    dated: Dated
    grade: Grade
    non_criminal: Many[str] = Field(min_length=1)
    called: Text
    recording: Annotated[str, one_of(load_recording, "moment of recording")] | None = None
    note: Text = ""

    @model_validator(mode="after")
    def _headline_is_of_categories(self) -> Self:
        problems = Problems()
        for index, name in enumerate(self.non_criminal):
            known = self.all_categories
            if name not in known:
                near = nearest_names(name, known)
                problems.add(InputError(f"unknown category {name!r}", None, None, f"non_criminal.{index}", known, near))
        problems.raise_if_any()
        return self

    @property
    def by_offence(self) -> bool:
        """Whether the category is the offence class itself."""
        return not self.rules

    @property
    def since(self) -> date:
        """First day on which people were counted so."""
        return self.dated.since

    @property
    def until(self) -> date | None:
        """Last day on which people were counted so; None where that did not end before the model does."""
        return self.dated.until

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


class Definitions(dict[str, Definition]):
    """Every definition by name, in the order of the file.

    Examples
    --------
    >>> load_definitions()
    Definitions(13: ice-levels-2010, ice-levels-2008, ...)
    """

    def __repr__(self) -> str:
        """Return how many there are, and the first names."""
        return f"Definitions({len(self)}: {', '.join(list(self)[:2])}, ...)"

    def _repr_html_(self) -> str:
        """Show the definitions in a notebook."""
        rows = ([one.id, one.title, one.non_criminal, one.called, one.citation] for one in self.values())
        return entries_html("Definitions", ("name", "title", "headline adds up", "called", "citation"), rows)


class _File(StrictModel):
    definitions: Named[Definition]


@cache
def load_definitions() -> Definitions:
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


def read_definitions(path: Path) -> Definitions:
    """Read definitions from a file; see :func:`load_definitions` for the errors."""
    return Definitions(read_model(path, _File).definitions)
