"""The head of a report: the question in two lines, the answer in one sentence, one picture, and the matrix.

These parts select, order and word what other packages compute.
"""

from __future__ import annotations

import re

import pandas as pd

from enforcement_sim import labels, plots
from enforcement_sim.place_labels import alone_in_words
from enforcement_sim.report.page import matrix
from enforcement_sim.report.page.adding_up import adding_up
from enforcement_sim.report.page.by_year import by_year
from enforcement_sim.report.page.cautions import after_a_refusal, what_the_interval_holds
from enforcement_sim.report.page.changes import ABOUT_DAYS, ABOUT_LEVELS, HELD_FIXED
from enforcement_sim.report.page.county_level import drawn_and_large
from enforcement_sim.report.page.first_picture import first_picture, measures_drawn
from enforcement_sim.report.page.meanings import meanings
from enforcement_sim.report.page.programmes_found import programmes_in_words
from enforcement_sim.report.page.sentence import alone, headline, sentence
from enforcement_sim.runs.cost_bridge import why_below_zero
from enforcement_sim.studies.page_parts import Fold, Grid, Part, Section, in_full, picture_of, words
from enforcement_sim.studies.reading import Reading

QUESTION_CHARACTERS = 210
"""Most characters of a question above the answer, some two lines; whole sentences, and the first one at least."""
_SENTENCE_ENDS = re.compile(r"(?<=[.?!]) ")


def question(reading: Reading) -> str:
    """Return the question, as many of its sentences as fit two lines."""
    found = ""
    for one in _SENTENCE_ENDS.split(full_question(reading)):
        if found and len(found) + len(one) > QUESTION_CHARACTERS:
            break
        found = f"{found} {one}".strip()
    return found


def full_question(reading: Reading) -> str:
    """Return the whole question of the scenario."""
    return " ".join(str(reading.scenario.get("asks") or "").split())


def days_and_places(reading: Reading) -> str:
    """Return the places and the period of a report in one line."""
    about = reading.drawable.about([reading.points[0]])
    first, last = (in_full(day) for day in about.period)
    counted = len(reading.fips)
    only = (
        f" Numbers are those of {counted:,} counties; the others share field offices with them."
        if "simulated with" in about.scope and counted > 1
        else ""
    )
    thin = f" One booking in {about.thin} was simulated; counts are scaled up." if about.thin > 1 else ""
    return f"{about.scope}. {first} to {last}.{only}{thin}"


def answer(reading: Reading, found: pd.DataFrame) -> Section:
    """Return the head of the page: the sentence, the picture and the matrix.

    Parameters
    ----------
    reading : Reading
    found : DataFrame
        From :func:`enforcement_sim.report.page.changes.changes_of`.
    """
    # A change that cannot act and a part simulated alone would mislead whoever reads the sentence only.
    warnings = [f"{one}." for one in reading.without_effect if not one.softly]
    warnings += [text for text in (alone_in_words(reading.made_from[0]),) if text]
    told = sentence(reading, found)
    if len(reading.points) == 1:
        grid, figure = matrix.with_intervals(reading, found), plots.funnel(reading.drawable)
        parts: list[Part] = [words(told), picture_of(figure), *_warned(warnings), grid]
        return Section("answer", "The answer", tuple(parts))
    aside, holds, refusal = alone(reading, found), what_the_interval_holds(reading), after_a_refusal(reading)
    beside = " ".join(filter(None, (holds, drawn_and_large(reading, headline(found)))))
    rows_count = (HELD_FIXED, ABOUT_LEVELS, ABOUT_DAYS, labels.ABOUT_DETAINERS, labels.ABOUT_NET_COST)
    parts = [
        words(*filter(None, (told, aside, beside))),
        *meanings(reading),
        picture_of(
            first_picture(reading, found),
            _numbers(reading, found),
            first_picture(reading, found, narrow=True),
            data=" and ".join(filter(None, map(reading.data_file, ("comparison.csv", "mix.csv")))),
        ),
        *([words(found_first)] if (found_first := programmes_in_words(reading)) else []),
        *_warned(warnings),
        matrix.matrix(reading, found),
        *adding_up(reading, found),
        *([words(refusal)] if refusal else []),
        Fold("What the rows count, and what is held fixed", (words(*rows_count, listed=True),)),
        Fold("Every measure with its interval", (matrix.with_intervals(reading, found), *_below_zero(reading))),
        *by_year(reading),
    ]
    return Section("answer", "The answer", tuple(parts))


def _warned(texts: list[str]) -> list[Part]:
    return [words(*texts, warning=True)] if texts else []


def _below_zero(reading: Reading) -> list[Part]:
    below = why_below_zero(reading.found.samples)
    return [words(below)] if below else []


def _numbers(reading: Reading, found: pd.DataFrame) -> Grid:
    """Return the numbers of the first picture as a table."""
    drawn = {name: matrix.by_measure(found)[name] for name in measures_drawn(found)}
    rows = [
        [label, *(matrix.difference(by_point[point], labels.measure(name)[1]) for name, by_point in drawn.items())]
        for point, label in zip(reading.points[1:], reading.labels[1:], strict=True)
    ]
    heads = ["Setting", *(labels.measure(name)[0] for name in drawn)]
    return Grid(pd.DataFrame(rows, columns=heads), "the change from the reference, with 95% intervals")
