"""The history of one synthetic booking as text: its events hour by hour, with the decisions that led to each.

Each moment has a date, weekday and hour, the event, and the reasons: the rule with its citation, the number drawn and its
threshold, the length of a wait, the crews that were busy. The terminal, the explorer and the figure (``trace_figure``) all
show these moments. For two scenarios, the part of the histories that agrees appears once.
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
"""Decisions planned at booking that take effect only in the county jail."""
_UNREMARKABLE = {
    (Decision.DRAWN, True),
    (Decision.FIELD_DRAWN, True),
    (Decision.RESPONSE_DRAWN, True),
    (Decision.AWAY, False),
    (Decision.ENROLLED, False),
}
"""Answers that are not shown, because they are the usual ones."""
_WITH_SPANS = (Kind.DURATION, Kind.CLOCK, Kind.CAPACITY)
"""Kinds of decisions whose text already has their times."""


@dataclass(frozen=True)
class Moment:
    """One moment of a history.

    Attributes
    ----------
    hour, step : int
        Hours since the run began, and the position of the event among the steps: -1 for the booking itself.
    when, what : str
        Date and hour, and the event; empty after the last event.
    decisions : tuple of DecisionRecord
        Those whose answer is not the usual one.
    why : tuple of str
        The decisions as text.
    """

    hour: int
    step: int
    when: str
    what: str
    decisions: tuple[DecisionRecord, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """The part of a history that belongs to one scenario: its own moments, and the outcome."""

    moments: tuple[Moment, ...]
    end: str


@dataclass(frozen=True)
class HistoryText:
    """One history, or the histories of one booking under two scenarios.

    Attributes
    ----------
    heading : str
        The booking: key, place, charge, record and status.
    common : tuple of Moment
        Moments before the first difference between two histories.
    first_difference : tuple of str
        The first difference, in sentences; empty for one history.
    """

    heading: str
    common: tuple[Moment, ...]
    first_difference: tuple[str, ...]
    sides: tuple[Side, ...]


def history_text(
    histories: Sequence[History], places: Sequence[str], divergence: Divergence | None = None
) -> HistoryText:
    """Return one history, or two histories of the same booking, as text."""
    one = next((history for history in histories if history.booking is not None), histories[0])
    agreed = divergence.at if divergence and all(history.booking for history in histories) else -1
    all_moments = [moments(history, places) for history in histories]
    return HistoryText(
        heading(one, places),
        tuple(found for found in all_moments[0] if found.step < agreed),
        _divergence_lines(histories[0], divergence) if divergence else (),
        tuple(
            Side(tuple(found for found in own if found.step >= agreed), labels.outcome(history.outcome))
            for own, history in zip(all_moments, histories, strict=True)
        ),
    )


def moments(history: History, places: Sequence[str]) -> list[Moment]:
    """Return the booking, each event, and the decisions after the last event, in order."""
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
    notable = tuple(one for one in decisions if (one.decision, one.yes) not in _UNREMARKABLE)
    why = []
    for one in notable:
        elsewhen = one.hour != hour and one.decision.kind not in _WITH_SPANS
        why.append((f"{moment(history.when(one.hour))}: " if elsewhen else "") + decision_line(history, one))
    return Moment(hour, step, moment(history.when(hour)) if what else "Afterwards", what, notable, tuple(why))


def _event(history: History, at: int, places: Sequence[str]) -> str:
    """Return the event, with its place if not the county jail, and its programme if that changed."""
    step = history.steps[at]
    where = "" if history.booking is None or step.place == history.booking.place else f", {places[step.place]}"
    same = at > 0 and history.steps[at - 1].programme == step.programme
    programme = "" if step.programme == "none" or same else f" [{labels.programme(step.programme)}]"
    return f"{labels.event(step.event)}{where}{programme}"


def moment(when: datetime) -> str:
    """Return a date and hour: ``Thu 2010-11-25 16h (federal holiday)``.

    Examples
    --------
    >>> moment(datetime(2010, 11, 25, 16))
    'Thu 2010-11-25 16h (federal holiday)'
    """
    kind = kind_of_day(when.date())
    return f"{when:%a %Y-%m-%d %H}h" + ("" if kind == "working day" else f" ({kind})")


def duration(hours: int) -> str:
    """Return a length of time: hours if short, else days and hours.

    Examples
    --------
    >>> duration(5), duration(100)
    ('5 h', '4 d 4 h')
    """
    if hours < SHORTLY:
        return f"{hours} h"
    days, rest = divmod(hours, HOURS_A_DAY)
    return f"{days:,} d {rest} h" if rest else f"{days:,} d"


def heading(history: History, places: Sequence[str]) -> str:
    """Return the booking in one line: key, place, charge, record and status."""
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
    """Return a decision in one line: the question, the answer, and the basis."""
    decision, rule = one.decision, one.rule
    basis = (
        f"{rule.id} {_covers(one)}: {rule.title} [{rule.citation}]" if rule else decision.citation,
        one.followed,
        f"in force at the place: {decision.reads[0]}" if decision.kind == Kind.SETTING else "",
        _draw(one),
        _span(history, one) if decision.kind in (Kind.DURATION, Kind.CLOCK) else "",
        _tries(history, one),
    )
    parts = "; ".join(filter(None, basis))
    return _question(one) + _answer(one) + (f" ({parts})" if parts else "")


def brief_line(history: History, one: DecisionRecord) -> str:
    """Return the decision for a figure: a rule without its text, a wait by its length alone."""
    if one.decision.kind == Kind.DURATION and one.since is not None and one.until is not None:
        return f"{_question(one)}: {duration(one.until - one.since)}"
    if one.rule is not None:
        parts = "; ".join(filter(None, (f"{one.rule.id} {_covers(one)}", one.followed)))
        return f"{_question(one)}{_answer(one)} ({parts})"
    return decision_line(history, one)


def _divergence_lines(history: History, found: Divergence) -> tuple[str, ...]:
    """Return the first decision that differs, and the first that changes an event, if that is another one."""
    if found.first is None:
        return (f"First difference: {found.cause.words}",)
    parts = ", ".join(_differing_part(history, found.first, part) for part in found.first.parts)
    same_answer = "answer" not in found.first.parts and found.first.a.yes is not None
    answer = f"; the same answer{_answer(found.first.a)}" if same_answer else ""
    first = f"First difference: {_question(found.first.a)} ({parts}){answer}"
    return first, f"First difference that changes what happens: {found.cause.words}"


def _differing_part(history: History, found: DecisionDifference, part: str) -> str:
    """Return a part of a decision that differs, under A and under B."""
    sides = []
    for one in (found.a, found.b):
        hour = one.hour if one.until is None or found.a.hour != found.b.hour else one.until
        words = {
            "answer": "yes" if one.yes else "no",
            "threshold": "" if one.threshold is None else f"{one.threshold:.{_DIGITS}f}",
            "hour": moment(history.when(hour)),
            "rule": one.rule.id if one.rule else "",
            "capacity": ", ".join(dict.fromkeys(_SHORT_OF[result] for _, result in one.tries)),
        }
        sides.append(words[part])
    return f"{part}: {sides[0]} under A, {sides[1]} under B"


def _question(one: DecisionRecord) -> str:
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
    """Return the start and end of a decision, and how many of its hours count."""
    if one.since is None or one.until is None:
        return ""
    lasted = one.until - one.since
    span = f"from {moment(history.when(one.since))} to {moment(history.when(one.until))}, {duration(lasted)}"
    if one.decision == Decision.HOLD_CLOCK and one.hours is not None:
        span += f": {one.hours} counted hours"
        if lasted > one.hours:
            span += f" and {lasted - one.hours} that do not count (weekend or holiday)"
    return span


def _tries(history: History, one: DecisionRecord) -> str:
    """Return the attempts with their times: the first few, how many more, and the last."""
    tries = [f"{moment(history.when(hour))} {_SHORT_OF[result]}" for hour, result in one.tries]
    if len(tries) > MOST_TRIES:
        tries = [*tries[: MOST_TRIES - 1], f"{len(tries) - MOST_TRIES} more tries", tries[-1]]
    return ", ".join(tries)
