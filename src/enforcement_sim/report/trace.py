"""A history in words: one synthetic booking hour by hour, with the decisions that led to each event.

What is said of an event, a decision and a difference is said here alone, as moments: date, weekday and hour, the event, and
why (the rule with its citation, the number drawn and what it had to stay below, how long a wait was, which crews were
gone). The terminal, the explorer and the drawn form (``trace_figure``) lay the same moments out. Two worlds' histories of one
booking are told once as far as they agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from enforcement_sim import labels
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.decisions import Decision, Kind
from enforcement_sim.process.histories import MET, DecisionRecord, History, kind_of_day
from enforcement_sim.runs.divergence import DecisionDifference, Divergence

SYNTHETIC = "Synthetic people: nobody here is real, and nobody can be looked up."
CHOSEN = "Chosen by what happened to them, the first in the order of their keys."
SHORTLY = 72
"""Hours up to which a length of time is given in hours alone."""
_DIGITS, _MORE_DIGITS = 3, 6
_SHORT_OF = {
    MET: "met",
    "crew": "no crew free",
    "bed": "no bed free",
    "officer": "no officer free",
    "visit": "no visit left",
}
MOST_TRIES = 4
_PLANNED = (Decision.INTERVIEW_TIME, Decision.VISIT_TIME)
"""Planned at booking, though they begin only in the county jail."""
_UNREMARKABLE = {
    (Decision.DRAWN, True),
    (Decision.FIELD_DRAWN, True),
    (Decision.RESPONSE_DRAWN, True),
    (Decision.AWAY, False),
    (Decision.ENROLLED, False),
}
"""Answers that go without saying."""
_WITH_SPANS = (Kind.DURATION, Kind.CLOCK, Kind.CAPACITY)
"""Kinds of decisions that say themselves when they were."""


@dataclass(frozen=True)
class Moment:
    """One moment of a history.

    Attributes
    ----------
    hour, step : int
        Hours since the run began, and the position of the event among the steps: -1 for the booking itself.
    when, what : str
        Date and hour, and the event; empty where nothing happened any more.
    decisions : tuple of DecisionRecord
        Those that do not go without saying.
    why : tuple of str
        The same in words.
    """

    hour: int
    step: int
    when: str
    what: str
    decisions: tuple[DecisionRecord, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """What is one world's own: the moments that the other has not, and how the booking ends."""

    moments: tuple[Moment, ...]
    end: str


@dataclass(frozen=True)
class Told:
    """One history, or the histories of one booking in two worlds.

    Attributes
    ----------
    heading : str
        Who is meant.
    common : tuple of Moment
        As far as two histories agree.
    parting : tuple of str
        What differs first; empty for one history.
    sides : tuple of Side
    """

    heading: str
    common: tuple[Moment, ...]
    parting: tuple[str, ...]
    sides: tuple[Side, ...]


def told(histories: Sequence[History], places: Sequence[str], divergence: Divergence | None = None) -> Told:
    """Tell one history, or two of the same booking that part.

    Parameters
    ----------
    histories : sequence of History
        One or two.
    places : sequence of str
        Names of the run's places, the same in both.
    divergence : Divergence, optional
        Where the two part.
    """
    one = next((history for history in histories if history.booking is not None), histories[0])
    agreed = divergence.at if divergence and all(history.booking for history in histories) else -1
    moments_of = [moments(history, places) for history in histories]
    return Told(
        heading(one, places),
        tuple(found for found in moments_of[0] if found.step < agreed),
        _parting(histories[0], divergence) if divergence else (),
        tuple(
            Side(tuple(found for found in own if found.step >= agreed), labels.fate(history.outcome))
            for own, history in zip(moments_of, histories, strict=True)
        ),
    )


def moments(history: History, places: Sequence[str]) -> list[Moment]:
    """Return the booking, each event, and what was decided after the last, in order."""
    found = []
    steps = [list(step.decisions) for step in history.steps]
    if history.booking is not None:
        booked, first = history.booking.booked, steps[0] if steps else []
        planned = len([one for one in first if one.hour == booked or one.decision in _PLANNED])
        found.append(_moment(history, booked, -1, "Booked", first[:planned]))
        del first[:planned]
    for at, step in enumerate(history.steps):
        found.append(_moment(history, step.hour, at, _event(history, at, places), steps[at]))
    if history.afterwards:
        found.append(_moment(history, history.afterwards[0].hour, len(steps), "", history.afterwards))
    return found


def _moment(history: History, hour: int, step: int, what: str, decisions: Sequence[DecisionRecord]) -> Moment:
    worth = tuple(one for one in decisions if (one.decision, one.yes) not in _UNREMARKABLE)
    why = []
    for one in worth:
        elsewhen = one.hour != hour and one.decision.kind not in _WITH_SPANS
        why.append((f"{moment(history.when(one.hour))}: " if elsewhen else "") + decision_line(history, one))
    return Moment(hour, step, moment(history.when(hour)) if what else "Afterwards", what, worth, tuple(why))


def _event(history: History, at: int, places: Sequence[str]) -> str:
    """An event: where, if not in the county's jail; the programme that counts it, where that is another."""
    step = history.steps[at]
    where = "" if history.booking is None or step.place == history.booking.place else f", {places[step.place]}"
    same = at > 0 and history.steps[at - 1].programme == step.programme
    programme = "" if step.programme == "none" or same else f" [{labels.programme(step.programme)}]"
    return f"{labels.event(step.event)}{where}{programme}"


def moment(when: datetime) -> str:
    """A date and hour: ``Thu 2010-11-25 16h (federal holiday)``.

    Examples
    --------
    >>> moment(datetime(2010, 11, 25, 16))
    'Thu 2010-11-25 16h (federal holiday)'
    """
    kind = kind_of_day(when.date())
    return f"{when:%a %Y-%m-%d %H}h" + ("" if kind == "working day" else f" ({kind})")


def lasting(hours: int) -> str:
    """A length of time: hours when short, else days and hours.

    Examples
    --------
    >>> lasting(5), lasting(100)
    ('5 h', '4 d 4 h')
    """
    if hours < SHORTLY:
        return f"{hours} h"
    days, rest = divmod(hours, HOURS_A_DAY)
    return f"{days:,} d {rest} h" if rest else f"{days:,} d"


def heading(history: History, places: Sequence[str]) -> str:
    """Who is meant: key, place, charge, record and status."""
    facts = history.booking
    if facts is None:
        return f"Synthetic booking {history.key:#x} (seed {history.seed})"
    grade = "felony" if facts.felony else "misdemeanour"
    record = "no prior record" if facts.prior_record == "none" else f"record: {labels.spelt_out(facts.prior_record)}"
    series = "" if facts.series == "booking" else f" ({facts.series})"
    return (
        f"Synthetic booking {history.key:#x}{series}, seed {history.seed}: {places[facts.place]}; "
        f"{labels.offence(facts.offence)}, {grade}; {record}; {labels.spelt_out(facts.status)}"
    )


def decision_line(history: History, one: DecisionRecord) -> str:
    """One decision in a line: the question, the answer, and what it rests on."""
    decision, rule = one.decision, one.rule
    rests_on = (
        f"{rule.id} {_covers(one)}: {rule.title} [{rule.citation}]" if rule else decision.citation,
        one.followed,
        f"in force at the place: {decision.reads[0]}" if decision.kind == Kind.SETTING else "",
        _draw(one),
        _span(history, one) if decision.kind in (Kind.DURATION, Kind.CLOCK) else "",
        _tries(history, one),
    )
    parts = "; ".join(filter(None, rests_on))
    return _asked(one) + _answer(one) + (f" ({parts})" if parts else "")


def brief_line(history: History, one: DecisionRecord) -> str:
    """The same for a picture: a rule without its text, a wait by its length alone."""
    if one.decision.kind == Kind.DURATION and one.since is not None and one.until is not None:
        return f"{_asked(one)}: {lasting(one.until - one.since)}"
    if one.rule is not None:
        parts = "; ".join(filter(None, (f"{one.rule.id} {_covers(one)}", one.followed)))
        return f"{_asked(one)}{_answer(one)} ({parts})"
    return decision_line(history, one)


def _parting(history: History, found: Divergence) -> tuple[str, ...]:
    """What differs first between two histories, and what first changes what happens, where that is another decision."""
    if found.first is None:
        return (f"First difference: {found.cause.words}",)
    parts = ", ".join(_part(history, found.first, part) for part in found.first.parts)
    alike = "answer" not in found.first.parts and found.first.a.yes is not None
    answer = f"; the same answer{_answer(found.first.a)}" if alike else ""
    first = f"First difference: {_asked(found.first.a)} ({parts}){answer}"
    return first, f"First difference that changes what happens: {found.cause.words}"


def _part(history: History, found: DecisionDifference, part: str) -> str:
    """One part in which a decision differs, under A and under B."""
    told = []
    for one in (found.a, found.b):
        hour = one.hour if one.until is None or found.a.hour != found.b.hour else one.until
        words = {
            "answer": "yes" if one.yes else "no",
            "threshold": "" if one.threshold is None else f"{one.threshold:.{_DIGITS}f}",
            "hour": moment(history.when(hour)),
            "rule": one.rule.id if one.rule else "",
            "capacity": ", ".join(dict.fromkeys(_SHORT_OF[result] for _, result in one.tries)),
        }
        told.append(words[part])
    return f"{part}: {told[0]} under A, {told[1]} under B"


def _asked(one: DecisionRecord) -> str:
    return one.decision.question[0].upper() + one.decision.question[1:]


def _answer(one: DecisionRecord) -> str:
    return "" if one.yes is None else (": yes" if one.yes else ": no")


def _covers(one: DecisionRecord) -> str:
    return "covers" if one.yes else "does not cover"


def _draw(one: DecisionRecord) -> str:
    if one.drawn is None or one.decision.draw is None:
        return ""
    if one.threshold is None:
        return f"{one.decision.draw.name} {one.drawn:.{_DIGITS}f}"
    close = round(one.drawn, _DIGITS) == round(one.threshold, _DIGITS)
    digits = _MORE_DIGITS if close else _DIGITS
    sign = "<" if one.drawn < one.threshold else "\N{GREATER-THAN OR EQUAL TO}"
    return f"{one.decision.draw.name} {one.drawn:.{digits}f} {sign} {one.threshold:.{digits}f}, {one.source}"


def _span(history: History, one: DecisionRecord) -> str:
    """From when until when, and how many of the hours counted."""
    if one.since is None or one.until is None:
        return ""
    lasted = one.until - one.since
    span = f"from {moment(history.when(one.since))} to {moment(history.when(one.until))}, {lasting(lasted)}"
    if one.decision == Decision.HOLD_CLOCK and one.hours is not None:
        span += f": {one.hours} counted hours"
        if lasted > one.hours:
            span += f" and {lasted - one.hours} that do not count (weekend or holiday)"
    return span


def _tries(history: History, one: DecisionRecord) -> str:
    """What was tried when: the first few, and how many more."""
    tries = [f"{moment(history.when(hour))} {_SHORT_OF[result]}" for hour, result in one.tries]
    if len(tries) > MOST_TRIES:
        tries = [*tries[: MOST_TRIES - 1], f"{len(tries) - MOST_TRIES} more tries", tries[-1]]
    return ", ".join(tries)
