"""What stands beside an answer: its days, how its place's level is known, and why detainers change by more than people found."""

from __future__ import annotations

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.studies.answer.answer_sentences import FEWER, MORE, in_people
from enforcement_sim.studies.answer.answer_table import DETAINERS, FOUND
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.answer.published_check import known_of
from enforcement_sim.tables.amounts import whole

BOOKINGS = "bookings"
"""The kind of a county's published figures from which its level follows."""
WHY_TITLE = "Why detainers change by more than people found"
INSTEAD = "Some of the people whom one programme no longer finds first are found by another, after which fewer get a detainer."
ROUNDED = "Each number is rounded by itself, so a difference may be one off the difference of two rounded numbers."
ENDS_OF_RANGE = "The ends of a range come from the two sets that lie furthest apart: more sets may move only the mean."
WHY_SETS_DIFFER = (
    "The sets differ in {drawn} numbers at once, so {sets} sets cannot tell which of them makes the range."
)
FOUND_MEANS = (
    "Found removable: a programme met the person, and as far as ICE knows immigration law allows a removal. Not all of them get "
    "a detainer, ICE's request to a jail to keep a person."
)
NOT_ALL = (
    "Not everyone whom officers find gets a detainer, even where they process everybody: they ask for one for most people only, "
    "and ICE's own detainer rule applies to them as to others."
)


def level(answer: Answer) -> tuple[str, ...]:
    """Return whether the level of a county's bookings is published or drawn, and the change in per cent over the sets."""
    if answer.place.kind != "county":
        return ()
    known = next((one for one in known_of(answer.place) if one.kind == BOOKINGS), None)
    if known is not None:
        figure = f"{whole(known.figure)} in {known.beside:.0f}"
        return (f"How many people {answer.place.name} books follows from a published figure ({figure}).",)
    changes = sorted(answer.percent_by_set)
    if len(changes) < 2 or not changes[-1] - changes[0]:
        between = ""
    elif changes[0] * changes[-1] < 0.0:
        between = f" ({-changes[0]:.0f}% {FEWER} to {changes[-1]:.0f}% {MORE} over the sets)"
    else:
        low, high = sorted(map(abs, (changes[0], changes[-1])))
        between = f" ({low:.0f}% to {high:.0f}% {FEWER if changes[0] < 0 else MORE} over the sets)"
    return (
        f"How many people {answer.place.name} books is drawn, not published, and every count grows with it: rely on the per "
        f"cent{between} more than on the number.",
    )


def why_sets_differ(answer: Answer) -> str:
    """Return why the range does not tell which of the numbers that the sets vary makes it; empty with one set."""
    if answer.found.sets == 1:
        return ""
    first, *others = load_ensemble(answer.found.sets)
    drawn = sum(any(one.parameters[name] != value for one in others) for name, value in first.parameters.items())
    return f"{WHY_SETS_DIFFER.format(drawn=drawn, sets=answer.found.sets)} {ENDS_OF_RANGE}"


def days(answer: Answer) -> str:
    """Return why these days, how to ask about others, and what no answer tells, as sentences."""
    question, history = answer.question, answer.history
    own = (question.start, question.end) == (history.period_start, history.period_end)
    why = (
        f"These days are the question's own, {question.why_days}; --from and --to ask about others, from October 2005 to "
        "December 2014."
        if own
        else "These days were asked for (--from, --to)."
    )
    return (
        f"{why} The policy holds from the first day to the last, and nobody changes their behaviour because of it. The model "
        "ends in 2014, so it cannot speak about today."
    )


def why_more_detainers(answer: Answer) -> pd.DataFrame | None:
    """Return by programme how many people are found and get a detainer more or less, where detainers change more; None elsewhere.

    Who is no longer found by one programme may still be found by another, whose people ICE gives fewer detainers.
    """
    if not {FOUND, DETAINERS} <= set(answer.question.measures):
        return None
    found, detainers = answer.change(FOUND).difference, answer.change(DETAINERS).difference
    if round(abs(detainers)) <= round(abs(found)) or found * detainers <= 0:
        return None
    by_name = {
        name: (answer.change(f"{FOUND}.{name}").difference, answer.change(f"{DETAINERS}.{name}").difference)
        for name in PROGRAMMES[1:]
    }
    directions = {people * found > 0 for people, _ in by_name.values() if round(people)}
    if directions != {True, False}:
        return None
    rows = [
        (labels.programme(name), in_people(people), in_people(asked))
        for name, (people, asked) in by_name.items()
        if round(people) or round(asked)
    ]
    rows.append(("Together", in_people(found), in_people(detainers)))
    return pd.DataFrame(rows, columns=["Found first by", "People found", "Detainers issued"])
