"""What stands beside an answer: its days, and why detainers change by more than people found."""

from __future__ import annotations

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.studies.answer.answer_table import DETAINERS, FOUND
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.tables.amounts import whole

FOUND_MEANS = (
    "Found removable: a programme met the person, and as far as ICE knows immigration law allows a removal. Not all of them get "
    "a detainer, ICE's request to a jail to keep a person."
)
NOT_ALL = (
    "Not everyone whom officers find gets a detainer, even where they process everybody: they ask for one for most people only, "
    "and ICE's own detainer rule applies to them as to others."
)


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


def why_more_detainers(answer: Answer) -> tuple[str, ...]:
    """Return why more detainers are lost or won than people found, where it is so; nothing elsewhere.

    The runs tell it by programme: who is no longer found by one may still be found by another, whose people ICE gives fewer
    detainers.
    """
    if not {FOUND, DETAINERS} <= set(answer.question.measures):
        return ()
    found, detainers = answer.change(FOUND).difference, answer.change(DETAINERS).difference
    if round(abs(detainers)) <= round(abs(found)) or found * detainers <= 0:
        return ()
    by_name = {
        name: (answer.change(f"{FOUND}.{name}").difference, answer.change(f"{DETAINERS}.{name}").difference)
        for name in PROGRAMMES[1:]
    }
    first = [
        _moved(name, *by_name[name]) for name in by_name if by_name[name][0] * found > 0 and round(by_name[name][0])
    ]
    instead = [
        _moved(name, *by_name[name]) for name in by_name if by_name[name][0] * found < 0 and round(by_name[name][0])
    ]
    if not instead or not first:
        return ()
    return (
        f"Why detainers change by more ({whole(abs(detainers))}) than people found ({whole(abs(found))}): {'; '.join(first)}. "
        f"Some of these people are found in either case, but by another programme first: {'; '.join(instead)}. "
        f"Together they make the two changes. {NOT_ALL}",
    )


def _moved(name: str, people: float, detainers: float) -> str:
    """Return what a programme finds more or fewer, with the detainers of these people."""
    return f"{labels.programme(name)} finds {_change(people)} ({_change(detainers)} detainers)"


def _change(number: float) -> str:
    return f"{whole(abs(number))} {'more' if number > 0 else 'fewer'}"
