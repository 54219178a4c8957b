"""The questions of ``questions.yaml``: the words that select one, what it changes, what it counts, and its sentence.

A question changes rules or one parameter, never both. It is refused with file and line if its measure or its published
figure does not exist, or if its parameter is one that the ensemble draws, which would hide what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.validation.targets import load_targets
from enforcement_sim.yaml_models import Day, Many, Named, NamedModel, StrictModel, Text, one_of, read_model

AGENCY, CUSTODY = "agency", "custody"
"""Published figures of the county itself: what its own agency found, and the share of detainers that ended in custody."""
FEWEST_LETTERS = 6
"""Shorter words are not compared singly with those of a question."""
OF_JAIL_COST = frozenset(("cost", "costs", "price", "dollar", "money", "pay", "paid", "past", "overdetain", "longer"))
"""Beginnings of words that ask for what another command tells; they are read where no question fits."""
_NUMBER = re.compile(r"(?<![\w(])\d+(?:\.\d+)?(?![\w(])")
_Measure = Annotated[str, one_of(MEASURES, "measure")]
_Figure = Annotated[str, one_of(lambda: (AGENCY, CUSTODY, *load_targets()), "published figure")]


class Asked(StrictModel):
    """The parameter of a question: its address, the value if none is asked for, and the value of history."""

    address: Annotated[str, one_of(lambda: load_register(), "parameter")]
    usual: float
    instead_of: float

    @model_validator(mode="after")
    def _not_drawn(self) -> Self:
        if self.address in load_ensemble(1)[0].parameters:
            raise InputError(
                f"{self.address} is drawn by the ensemble, so no value of it can be asked for", key="address"
            )
        return self


class Question(NamedModel):
    """One question; see the head of ``questions.yaml``.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> question = load_questions()["end-287g"]
    >>> question.in_words(question.title, place_asked(county="Cobb, GA"))
    'End 287(g) in Cobb County, GA'
    """

    title: Text
    words: Many[Text] = Field(min_length=1)
    changes: dict[str, dict[str, str]] = Field(default={})
    parameter: Asked | None = None
    condition: Text
    outcome: Text
    measure: _Measure
    measures: Many[_Measure] = Field(min_length=1, validation_alias="shown")
    turns_on: Many[_Measure] = Field(min_length=1)
    published: Many[_Figure] = Field(min_length=1)
    grows_with_published: bool = False
    start: Day = Field(validation_alias="from")
    end: Day = Field(validation_alias="to")
    why_days: Text

    @model_validator(mode="after")
    def _changes_one_thing(self) -> Self:
        if bool(self.changes) == (self.parameter is not None):
            raise InputError("needs changes or a parameter, and not both", key="changes")
        if self.measure not in self.measures:
            raise InputError("lacks the measure of the question", key="shown", allowed=f"a list with {self.measure}")
        return self

    def number_in(self, asked: str) -> float | None:
        """Return the number that was asked for, the usual one if none was; None if the question has none."""
        if self.parameter is None:
            return None
        found = _NUMBER.findall(_plain(asked))
        return float(found[0]) if found else self.parameter.usual

    def in_words(self, text: str, place: PlaceAsked, number: float | None = None) -> str:
        """Return one of its texts with the place and the number filled in."""
        return text.format(place=place.name, number="" if number is None else f"{number:g}")

    def settings(self, place: PlaceAsked, start: Any, number: float | None) -> dict[str, Any]:
        """Return what the question sets in a scenario, by address."""
        if self.parameter is not None:
            assert number is not None
            return {self.parameter.address: number}
        return {
            f"changes.{name}": {**change, "where": place.scope, "from": start} for name, change in self.changes.items()
        }

    def scenarios(self, place: PlaceAsked, start: Any, end: Any, number: float | None) -> tuple[Scenario, Scenario]:
        """Return history in a place and period, and the same with what the question changes.

        Raises
        ------
        InputError
            If the period, or the number asked for, is outside what is allowed.
        """
        period = {"scope": place.scope, "period.start": start, "period.end": end}
        history = load_scenario("baseline").with_(name="history", **period)
        return history, history.with_(**{"name": self.id, **self.settings(place, start, number)})


class QuestionFile(StrictModel):
    """What ``questions.yaml`` holds."""

    questions: Named[Question]


@cache
def load_questions() -> dict[str, Question]:
    """Return the questions by name."""
    return dict(read_model(Path(__file__).with_name("questions.yaml"), QuestionFile).questions)


def question_of(asked: str) -> Question:
    """Return the question that somebody asks in their own words, or by its name.

    Raises
    ------
    InputError
        If the words fit no question, with what may be asked and the nearest; or if they fit several.

    Examples
    --------
    >>> question_of("end 287(g)").id, question_of("What if they opted out of Secure Communities?").id
    ('end-287g', 'sharing')
    >>> question_of("hold for 72 hours").number_in("hold for 72 hours")
    72.0
    """
    known = load_questions()
    if asked.strip() in known:
        return known[asked.strip()]
    words = _stems(asked)
    fitting = {
        question.id: max(len(group) for group in groups)
        for question in known.values()
        if (groups := [group for group in map(_stems, question.words) if group <= words])
    }
    best = [name for name, size in fitting.items() if size == max(fitting.values())]
    if len(best) == 1:
        return known[best[0]]
    if best:
        raise InputError(f"{shown(asked)} may be one of several questions", key="QUESTION", allowed=best)
    if words & OF_JAIL_COST:
        raise InputError(
            f"{shown(asked)} is told by another command: enforcement-sim jail-cost, with people held past the limit, days and "
            "dollars",
            key="QUESTION",
            allowed="docs/guides/cost.md has its commands",
        )
    allowed = tuple(question.words[0] for question in known.values())
    raise InputError(f"unknown question {shown(asked)}", key="QUESTION", allowed=allowed,
                     nearest=_nearest(asked, known.values()) or None)  # fmt: skip


def _nearest(asked: str, known: Iterable[Question]) -> tuple[str, ...]:
    """Return the words most like those asked: of single words of theirs, or as a whole."""
    groups = [text for question in known for text in (*question.words, question.id)]
    whole = nearest_names(_plain(asked), groups, at_most=2)
    if whole:
        return whole
    words = {word for text in groups for word in text.split()}
    long = [word for word in _plain(asked).split() if len(word) >= FEWEST_LETTERS]
    alike = {near for word in long for near in nearest_names(word, words)}
    return tuple(text for text in groups if alike & set(text.split()))[:1]


def _plain(text: str) -> str:
    """Return words in small letters, without punctuation: ``287(g)`` is ``287g``."""
    return re.sub(r"[^a-z0-9. ]+", "", text.lower().replace("-", " ").replace("(", "").replace(")", ""))


def _stems(text: str) -> frozenset[str]:
    """Return the words of a text without the endings of plurals and of verbs."""
    words = (word.strip(".") for word in _plain(text).split())
    return frozenset(re.sub(r"(?<=[a-z]{3})(ting|ted|ing|ed|es|s|e)$", "", word) for word in words if word)
