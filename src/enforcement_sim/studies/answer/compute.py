"""One question about one place, answered: the policy beside history on the same people, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from math import isnan
from typing import Any, ClassVar

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.no_effect import without_effect
from enforcement_sim.notebook import SIMULATED, page
from enforcement_sim.results.intervals import Difference, branch_of
from enforcement_sim.runs.labelled_tables import LabelledTables, Meaning
from enforcement_sim.runs.shown_measures import formatter_of
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.answer.answer_table import (
    SIMULATED as IN_A_TABLE,
)
from enforcement_sim.studies.answer.answer_table import (
    programme_rows,
    quarter_rows,
    rounded,
    stage_rows,
    weak_rows,
    year_rows,
)
from enforcement_sim.studies.answer.cost import BOTH_SIDES, PUBLISHED, Cost, TimeLeft, cost_of
from enforcement_sim.studies.answer.published_check import (
    ABOVE,
    BELOW,
    THIN_OF_NATION,
    PublishedFigure,
    published_figure,
    role_in_words,
    where_published,
)
from enforcement_sim.studies.answer.question_file import Question, question_of
from enforcement_sim.studies.answer.weakest import Steps, Weakest, untold, weakest
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.under_doubt import UnderDoubt, month_counts, under_doubt
from enforcement_sim.tables import amounts
from enforcement_sim.tables.amounts import IDENTICAL, difference_in_words
from enforcement_sim.tables.table import Table

SETS, REPLICATIONS = 12, 3
"""How many sets of the ensemble and seeds an answer has unless others are asked for: what fits in a minute. Sets come first:
in Mecklenburg County the effect of ending 287(g) differs by 313 people (standard deviation) between sets, by 27 between seeds."""
HISTORY = "history"
SETS_OF_CHECK = 5
"""Under so many sets the published figure is simulated: it is a check, and no part of the answer's interval."""
ANSWER, CHECK, YEARS, QUARTERS, PROGRAMMES, WEAKEST = (
    "answer",
    "published",
    "years",
    "quarters",
    "programmes",
    "weakest",
)
"""The tables of an answer."""


@dataclass(frozen=True)
class Check:
    """A published figure, and the same figure simulated under the first so many sets."""

    figure: PublishedFigure
    simulated: Difference
    sets: int

    @property
    def lies(self) -> str:
        """Where the published figure lies beside the simulated interval."""
        return where_published(self.figure.low, self.figure.high, self.simulated.low, self.simulated.high)

    @property
    def all_sets(self) -> str:
        """What the simulated interval is over, in words."""
        return "what the one set gives" if self.sets == 1 else f"all {self.sets} sets"

    @property
    def in_a_word(self) -> str:
        """For a table: whether the published figure lies inside the simulated interval."""
        return f"outside: published {self.lies} {self.all_sets}" if self.lies in (BELOW, ABOVE) else self.lies

    @property
    def role(self) -> str:
        """What the model has to do with the figure, and what is remarked of it."""
        figure = self.figure
        return " ".join(filter(None, (role_in_words(figure.role, figure.used, self.lies), figure.remark)))


@dataclass(frozen=True)
class Answer(LabelledTables):
    """An answer with everything that it rests on.

    Attributes
    ----------
    asked : str
        The question as it was asked.
    question : Question
    place : PlaceAsked
    number : float or None
        The question's number.
    history, policy : Scenario
    found : UnderDoubt
        Runs of both.
    check : Check or None
        None if nothing is published.
    weakest : Weakest or None
        None if the policy changes nothing at any stage, so no assumption was tried.
    why_nothing : str
        Why the policy does not change the question's number; empty if it does.
    in_words : dict
        Sentences to stand beside the tables of a workbook, by what they are.
    """

    AXES: ClassVar = {
        ANSWER: ("measure",), CHECK: ("figure",), YEARS: ("measure", "from"), QUARTERS: ("measure", "from"),
        PROGRAMMES: ("measure",), WEAKEST: ("parameter", "value"),
    }  # fmt: skip
    COLUMNS_MEAN: ClassVar[dict[str, Meaning]] = {
        "history": ("History", "of the measure", "mean under the rules as they were"),
        "policy": ("Policy", "of the measure", "mean under the policy, for the same people"),
        "difference": ("Policy - history", "of the measure", "mean of the differences of paired runs"),
        "seeds_low": ("Low end, chance alone", "of the measure", "95% over seeds, of the mean over the sets"),
        "seeds_high": ("High end, chance alone", "of the measure", "95% over seeds, of the mean over the sets"),
        "low": (
            "Low end",
            "of the measure or figure",
            "over seeds and sets of parameters; beside a published figure over sets",
        ),
        "high": (
            "High end",
            "of the measure or figure",
            "over seeds and sets of parameters; beside a published figure over sets",
        ),
        "from": ("First day", "date", "of what the row counts"),
        "to": ("Last day", "date", "of what the row counts"),
        "parameter": ("Number", "name", "a number of the register that nobody has measured"),
        "value": ("Set to", "of the number", "an end of its range"),
        "default": ("In the answer", "of the number", "its value in the answer"),
        "grade": ("Grade", "text", "how well the number is known"),
        "figure": ("Figure", "text", "the published figure that the answer can be checked against"),
        "source": ("Source", "text", "of the published figure"),
        "published": ("Published", "of the figure", "as published"),
        "published_low": ("Published, low end", "of the figure", "of the range in which a simulated value is no miss"),
        "published_high": (
            "Published, high end",
            "of the figure",
            "of the range in which a simulated value is no miss",
        ),
        "simulated": ("Simulated", "of the figure", "mean under the first sets of parameters"),
        "agreement": (
            "Agreement",
            "text",
            "whether the published figure lies inside what the sets give, or on which side",
        ),
    }

    asked: str
    question: Question
    place: PlaceAsked
    number: float | None
    history: Scenario
    policy: Scenario
    found: UnderDoubt
    check: Check | None
    weakest: Weakest | None
    why_nothing: str
    in_words: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the question, the place and the runs in one line."""
        return f"Answer({self.asked!r} for {self.place.name}: {self.found.runs} runs, {self.difference.verdict})"

    def _repr_html_(self) -> str:
        """Show in a notebook what the policy changes at each stage."""
        rows = []
        for measure in self.question.measures:
            found = self.change(measure)
            written = formatter_of(labels.measure(measure)[1])
            change = difference_in_words(found.difference, found.low, found.high, found.verdict, written)
            rows.append((labels.measure(measure)[0], written(found.reference_mean), written(found.mean), change))
        table = Table(("Measure", "History", "Policy", "Difference [95%]"), tuple(rows))
        return page(
            f"{self.asked}, {self.place.name}", [self.why_nothing], table.html(), [self.found.method, SIMULATED]
        )

    def frame(self) -> pd.DataFrame:
        """Return what the policy changes at each stage of the question.

        Returns
        -------
        DataFrame
            ``measure`` with ``label`` and ``unit``, its means under ``history`` and under the ``policy``, the
            ``difference`` with the ends of both intervals (``seeds_low``, ``seeds_high``: over seeds; ``low``, ``high``:
            over seeds and sets), and the ``verdict``; not rounded.
        """
        return stage_rows(self)

    def _exported(self) -> dict[str, pd.DataFrame]:
        tables = {ANSWER: rounded(self.frame()), YEARS: rounded(year_rows(self)), QUARTERS: rounded(quarter_rows(self))}
        by_programme = rounded(programme_rows(self))
        tables |= {PROGRAMMES: by_programme} if len(by_programme) else {}
        tables |= {WEAKEST: weak_rows(self).round({"history": 0, "policy": 0, "difference": 0})}
        return tables | ({CHECK: self._published()} if self.check is not None else {})

    def _published(self) -> pd.DataFrame:
        """Return the published figure beside the simulated one, in one row."""
        assert self.check is not None
        figure, found = self.check.figure, self.check.simulated
        row = {"figure": figure.what, "source": figure.source, "unit": figure.unit, "published": figure.value}
        digits = 4 if figure.unit == "share" else 0
        ends = {"simulated": found.mean, "low": found.low, "high": found.high}
        row |= {"published_low": figure.low, "published_high": figure.high}
        row |= {name: round(value, digits) for name, value in ends.items() if not isnan(value)}
        return pd.DataFrame([row | {"agreement": self.check.in_a_word}])

    def _origin(self) -> dict[str, Any]:
        period = self.history.resolved()["period"]
        return {
            "what it is": IN_A_TABLE,
            **self.in_words,
            "question": self.asked,
            "place": self.place.name,
            "period": f"{period['start']} to {period['end']}",
            "seeds": list(self.found.seeds),
            "sets of parameters": self.found.sets,
            "engine": self.found.engine,
            "how to read it": self.found.method,
        }

    @property
    def difference(self) -> Difference:
        """What the policy changes in the question's measure."""
        return self.change(self.question.measure)

    @property
    def simulated_history(self) -> Difference:
        """The question's measure in history, with its own intervals."""
        return self.found.level(HISTORY, self.question.measure)

    @property
    def percent_by_set(self) -> list[float]:
        """The change under each set in per cent of that set's own history, over all seeds; without sets where that is zero."""
        history, policy = (
            self.found.samples[name].values(self.question.measure) for name in (HISTORY, self.question.id)
        )
        draws = sorted({branch_of(key).draw for key in history})
        sums = [
            [sum(side[key] for key in side if branch_of(key).draw == draw) for side in (history, policy)]
            for draw in draws
        ]
        return [100.0 * (after / before - 1.0) for before, after in sums if before]

    def change(self, measure: str) -> Difference:
        """Return what the policy changes in a measure."""
        return self.found.difference(self.question.id, measure)


def scenarios_of(
    asked: str, place: PlaceAsked, start: date | None = None, end: date | None = None
) -> tuple[Question, float | None, Scenario, Scenario]:
    """Return the question that was asked, its number, and the two scenarios that answer it.

    Raises
    ------
    InputError
        If there is no such question, the days or the number are outside what is allowed, or history has that number.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> question, number, history, policy = scenarios_of("hold for 72 hours", place_asked(county="10003"))
    >>> number, policy.parameters["detainer.hold_hours"], history.parameters["detainer.hold_hours"]
    (72.0, 72.0, 48.0)
    """
    question = question_of(asked)
    number = question.number_in(asked)
    first, last = start or question.start, end or question.end
    if start and not end and last < first:
        last = first + timedelta(days=730)
    sides = question.scenarios(place, first.isoformat(), last.isoformat(), number)
    question.check_number(number)
    if place.kind == "nation":
        sides = sides[0].with_(thin=THIN_OF_NATION), sides[1].with_(thin=THIN_OF_NATION)
    return question, number, *sides


def answer(
    asked: str,
    place: PlaceAsked,
    start: date | None = None,
    end: date | None = None,
    sets: int = SETS,
    replications: int = REPLICATIONS,
    workers: int | None = None,
    progress: Steps = untold,
) -> Answer:
    """Answer a question about a place.

    Parameters
    ----------
    asked
        The question in words, such as ``end 287(g)``, or its name.
    place
        A county, a state or the nation.
    start, end
        First and last day; those of the question by default.
    sets, replications
        Sets of the ensemble, and seeds of each.
    workers
        Processes; all cores by default.
    progress
        Called with each step in words; returns what is told of its runs.

    Raises
    ------
    InputError
        If there is no such question, the days or the number are not allowed, or there are not so many sets.

    Examples
    --------
    >>> from datetime import date
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> month = date(2012, 1, 1), date(2012, 1, 31)
    >>> found = answer("end 287(g)", place_asked(county="10003"), *month, sets=1, replications=1, workers=1)
    >>> found, found.why_nothing.partition(":")[0]
    (Answer('end 287(g)' for New Castle County, DE: 2 runs, identical), 'Does nothing')
    """
    question, number, history, policy = scenarios_of(asked, place, start, end)
    progress = TimeLeft(answer_cost(question, place, history, sets, replications), progress)
    found = under_doubt(
        {HISTORY: history, question.id: policy}, sets, replications, workers, progress(BOTH_SIDES),
        added=partial(month_counts, events=question.measures),
    )  # fmt: skip
    check = _checked(question, place, min(sets, SETS_OF_CHECK), found.seeds[:1], workers, progress)
    changed = [one for one in question.measures if found.difference(question.id, one).verdict != IDENTICAL]
    rests_on = None
    if changed:
        rests_on = weakest(
            history, policy, question.measure, question.turns_on, _under_each_set(found, question), found.seeds[0],
            workers, progress,
        )  # fmt: skip
    nothing = () if changed else without_effect([({}, policy)], same=False)
    why = "" if question.measure in changed else _why(nothing, found, question, changed)
    return Answer(asked, question, place, number, history, policy, found, check, rests_on, why)


def answer_cost(question: Question, place: PlaceAsked, history: Scenario, sets: int, replications: int) -> Cost:
    """Return what an answer costs, before anything is run; see :func:`~enforcement_sim.studies.answer.cost.cost_of`."""
    figure = published_figure(question, place)
    checked = None if figure is None else figure.scenario
    return cost_of(history, question.turns_on, checked, sets, min(sets, SETS_OF_CHECK), replications)


def _under_each_set(found: UnderDoubt, question: Question) -> list[float]:
    """Return what the policy changes under each set, with the first seed."""
    history, policy = (found.samples[name].values(question.measure) for name in (HISTORY, question.id))
    keys = sorted((key for key in history if branch_of(key).seed == found.seeds[0]), key=branch_of)
    return [policy[key] - history[key] for key in keys]


def _checked(
    question: Question, place: PlaceAsked, sets: int, seeds: Sequence[int], workers: int | None, steps: Steps
) -> Check | None:
    """Return the published figure with the simulated one, under the first sets and one seed."""
    figure = published_figure(question, place)
    if figure is None:
        return None
    history = {HISTORY: figure.scenario.with_(seed=seeds[0])}
    runs = under_doubt(history, sets, len(seeds), workers, steps(PUBLISHED), measured=figure.simulated)
    (name,) = {name for run in runs.samples[HISTORY].measures.values() for name in run}
    return Check(figure, runs.level(HISTORY, name), sets)


def _why(nothing: Sequence[object], found: UnderDoubt, question: Question, changed: Sequence[str]) -> str:
    """Return why a policy does not change the answer's number: by the rules, or as far as the runs tell."""
    text = "; ".join(str(one).partition(": ")[2] for one in nothing)
    if text:
        return f"{text[:1].upper()}{text[1:]}."
    runs = "In one run of each, it" if found.runs == 2 else f"In {found.runs} runs, it"
    if not changed:
        return f"{runs} changed nothing for anybody there."
    others = "; ".join(
        f"{labels.measure(one)[0]} {amounts.whole(abs(change))} {'fewer' if change < 0 else 'more'}"
        for one in changed
        for change in (found.difference(question.id, one).difference,)
    )
    return f"{runs} changed an earlier stage only: {others}."
