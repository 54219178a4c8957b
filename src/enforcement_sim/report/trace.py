"""A life in words: one synthetic booking hour by hour, with the decision that made each event.

For a terminal: date, weekday and hour, the event, and below it the rule with its citation, the number drawn and what it
had to stay below, how long a wait was, which crews were gone. Two worlds' lives of one booking stand one after the other
with the parting marked. What is told is in ``custody.reasons``; the drawn form is in ``trace_figure``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from enforcement_sim.custody.decisions import DECISIONS, Kind
from enforcement_sim.custody.reasons import SERVED, Reason, Step, Trace, kind_of_day
from enforcement_sim.experiment.parting import Parting
from enforcement_sim.law.adherence import share_in_words
from enforcement_sim.report import words

__all__ = [
    "SYNTHETIC",
    "Line",
    "TwoLives",
    "heading",
    "lasting",
    "life_lines",
    "moment",
    "reason_line",
    "step_in_words",
    "told",
    "two_lives",
]

SYNTHETIC = (
    "Synthetic people: nobody here is real, and nobody can be looked up. Chosen by what happened to them, the first in "
    "the order of their keys."
)
HOURS_A_DAY = 24
SHORTLY = 72
"""Hours up to which a length of time is given in hours alone."""
_UNDER, _INDENT = 2, 6
_DIGITS, _MORE_DIGITS = 3, 6
_SHORT_OF = {"crew": "no crew free", "bed": "no bed free", "officer": "no officer free", "visit": "no visit left"}
MOST_TRIES = 4


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


def heading(trace: Trace, places: Sequence[str]) -> str:
    """Who is meant: key, place, charge, record and status."""
    facts = trace.facts
    if facts is None:
        return f"Synthetic booking {trace.key:#x} (seed {trace.seed})"
    grade = "felony" if facts.felony else "misdemeanour"
    record = "no prior record" if facts.prior_record == "none" else f"record: {words.spelt_out(facts.prior_record)}"
    series = "" if facts.series == "booking" else f" ({facts.series})"
    return (
        f"Synthetic booking {trace.key:#x}{series}, seed {trace.seed}: {places[facts.place]}; "
        f"{words.offence(facts.offence)}, {grade}; {record}; {words.spelt_out(facts.status)}"
    )


def reason_line(trace: Trace, reason: Reason) -> str:
    """One decision in a line: the question, the answer, and what it rests on."""
    decision = DECISIONS[reason.decision]
    parts = []
    if reason.rule is not None:
        verdict = "covers" if reason.covers else "does not cover"
        parts.append(f"{reason.rule.id} {verdict}: {reason.rule.title} [{reason.rule.citation}]")
        parts.append(share_in_words(reason.rule, bool(reason.covers), reason.below))
    if decision.setting:
        parts.append(f"in force at the place: {decision.setting}")
    if reason.purpose is not None and reason.drawn is not None:
        parts.append(_draw(reason))
    if decision.kind in (Kind.DURATION, Kind.CLOCK) or reason.decision == "bail_lost":
        parts += _spans(trace, reason)
    if reason.tries:
        parts.append(_tries(trace, reason))
    if reason.note:
        parts.append(reason.note)
    question = decision.question[0].upper() + decision.question[1:]
    answer = "" if reason.yes is None else (": yes" if reason.yes else ": no")
    return f"{question}{answer}" + (f" ({'; '.join(parts)})" if parts else "")


@dataclass(frozen=True)
class Line:
    """A line of a life, before it is wrapped: its text, how far it is indented, and whether it stands out."""

    text: str
    indent: int = 0
    strong: bool = False


@dataclass(frozen=True)
class TwoLives:
    """The lives of one booking in two worlds: once as far as they agree, then A's and B's own."""

    together: tuple[Line, ...]
    apart: tuple[tuple[Line, ...], ...] = ()


def life_lines(trace: Trace, places: Sequence[str], world: str = "") -> list[Line]:
    """A life for the terminal, a line for each event and each reason.

    Parameters
    ----------
    trace : Trace
    places : sequence of str
        Names of the run's places.
    world : str
        The scenario's name.
    """
    named = f"{world}: {heading(trace, places)}" if world else heading(trace, places)
    return [Line(named, strong=True), *_all(_blocks(trace, places)), *_ending(trace)]


def two_lives(a: Trace, b: Trace, parting: Parting | None, places: Sequence[str], worlds: tuple[str, str]) -> TwoLives:
    """The lives of one booking in two worlds, for the terminal.

    Parameters
    ----------
    a, b : Trace
    parting : Parting or None
        Where they part; None if they do not.
    places : sequence of str
        Names of the run's places, the same in both.
    worlds : tuple of str
        The scenarios' names.
    """
    top = Line(heading(a if a.facts is not None else b, places), strong=True)
    if parting is None:
        same = Line(f"The same under {worlds[0]} (A) and {worlds[1]} (B).", _UNDER)
        return TwoLives((top, same, *_all(_blocks(a, places)), *_ending(a)))
    blocks = [_blocks(life, places) for life in (a, b)]
    common = parting.at + _BOOKED_BLOCKS if all(life.facts is not None for life in (a, b)) else 0
    marked = Line(f"Here the lives part: {parting.cause.words}", _UNDER, strong=True)
    apart = tuple(
        (Line(f"{side}: {world}", strong=True), *_all(told[common:]), *_ending(life))
        for side, world, told, life in zip("AB", worlds, blocks, (a, b), strict=True)
    )
    return TwoLives((top, *_all(blocks[0][:common]), marked), apart)


def _all(blocks: Sequence[Sequence[Line]]) -> list[Line]:
    return [line for block in blocks for line in block]


_BOOKED_BLOCKS = 1
"""Blocks of lines before the first event: the booking."""


def _blocks(trace: Trace, places: Sequence[str]) -> list[list[Line]]:
    """The lines of the booking and of each event."""
    booking, steps = _split_booking(trace)
    blocks: list[list[Line]] = []
    facts = trace.facts
    if facts is not None:
        lines = [_event_line(moment(trace.when(facts.booked)), "Booked")]
        blocks.append([*lines, *_reasons(trace, booking, facts.booked)])
    for at, step in enumerate(steps):
        what = step_in_words(trace, at, places)
        blocks.append([_event_line(moment(trace.when(step.hour)), what), *_reasons(trace, step.reasons, step.hour)])
    if trace.afterwards:
        blocks.append([_event_line("Afterwards", ""), *_reasons(trace, trace.afterwards, trace.afterwards[0].hour)])
    return blocks


def step_in_words(trace: Trace, at: int, places: Sequence[str]) -> str:
    """An event in words: where, if not in the county's jail; the programme that counts it, where that is another."""
    step = trace.steps[at]
    where = "" if trace.facts is None or step.place == trace.facts.place else f", {places[step.place]}"
    same = at > 0 and trace.steps[at - 1].programme == step.programme
    programme = "" if step.programme == "none" or same else f" [{words.programme(step.programme)}]"
    return f"{words.event(step.event)}{where}{programme}"


def _split_booking(trace: Trace) -> tuple[tuple[Reason, ...], tuple[Step, ...]]:
    """Take what was decided about the booking and its case out of the first step, to stand under the booking itself."""
    if not trace.steps or trace.facts is None:
        return (), trace.steps
    first, booked = trace.steps[0], trace.facts.booked
    planned = len([reason for reason in first.reasons if reason.hour == booked or reason.decision in _PLANNED])
    own, rest = first.reasons[:planned], first.reasons[planned:]
    return own, (replace(first, reasons=rest), *trace.steps[1:])


_PLANNED = ("interview_time", "visit_time")
"""Planned at booking, though they begin only in the county jail."""
_UNREMARKABLE = {
    ("drawn", True),
    ("field_drawn", True),
    ("response_drawn", True),
    ("away", False),
    ("enrolled", False),
    ("gone", True),
}
"""Answers that go without saying."""


def told(reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons worth a line."""
    return [reason for reason in reasons if (reason.decision, reason.yes) not in _UNREMARKABLE]


def _ending(trace: Trace) -> list[Line]:
    return [Line(f"End: {words.fate(trace.fate)}", _UNDER, strong=True)]


def _event_line(when: str, what: str) -> Line:
    return Line(f"{when}  {what}".rstrip(), _UNDER, strong=True)


def _reasons(trace: Trace, reasons: Sequence[Reason], hour: int) -> list[Line]:
    lines = []
    for reason in told(reasons):
        text = reason_line(trace, reason)
        if reason.hour != hour and DECISIONS[reason.decision].kind not in _WITH_SPANS:
            text = f"{moment(trace.when(reason.hour))}: {text}"
        lines.append(Line(text, _INDENT))
    return lines


_WITH_SPANS = (Kind.DURATION, Kind.CLOCK, Kind.CAPACITY)
"""Kinds of decisions that say themselves when they were."""


def _draw(reason: Reason) -> str:
    assert reason.purpose is not None and reason.drawn is not None
    if reason.below is None:
        return f"{reason.purpose.name} {reason.drawn:.{_DIGITS}f}"
    close = round(reason.drawn, _DIGITS) == round(reason.below, _DIGITS)
    digits = _MORE_DIGITS if close else _DIGITS
    sign = "<" if reason.drawn < reason.below else "\N{GREATER-THAN OR EQUAL TO}"
    return f"{reason.purpose.name} {reason.drawn:.{digits}f} {sign} {reason.below:.{digits}f}, {reason.below_from}"


def _spans(trace: Trace, reason: Reason) -> list[str]:
    """From when until when, and how many of the hours counted."""
    if reason.since is None:
        return []
    since = f"from {moment(trace.when(reason.since))}"
    if reason.until is None:
        return [since]
    told = f"{since} to {moment(trace.when(reason.until))}, {lasting(reason.until - reason.since)}"
    if reason.decision == "hold_clock" and reason.hours is not None:
        skipped = reason.until - reason.since - reason.hours
        told += f": {reason.hours} counted hours"
        if skipped > 0:
            told += f" and {skipped} that do not count (weekend or holiday)"
    return [told]


def _tries(trace: Trace, reason: Reason) -> str:
    """What was tried when: the first few, and how many more."""
    told = [
        f"{moment(trace.when(hour))} {'met' if result == SERVED else _SHORT_OF[result]}"
        for hour, result in reason.tries
    ]
    if len(told) > MOST_TRIES:
        told = [*told[: MOST_TRIES - 1], f"{len(told) - MOST_TRIES} more tries", told[-1]]
    return ", ".join(told)
