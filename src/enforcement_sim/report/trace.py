"""A history in words: one synthetic booking hour by hour, with the decisions that led to each event.

For a terminal: date, weekday and hour, the event, and below it the rule with its citation, the number drawn and what it
had to stay below, how long a wait was, which crews were gone. Two worlds' histories of one booking stand side by side from
the first decision that differs. Histories are in ``process.histories``; the drawn form is in ``trace_figure``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from enforcement_sim import words
from enforcement_sim.experiment.divergence import Divergence
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.decisions import Decision, Kind
from enforcement_sim.process.histories import MET, DecisionRecord, EventRecord, History, kind_of_day

__all__ = [
    "SYNTHETIC",
    "Line",
    "TwoLives",
    "heading",
    "lasting",
    "life_lines",
    "moment",
    "decision_line",
    "step_in_words",
    "two_lives",
    "worth_a_line",
]

SYNTHETIC = (
    "Synthetic people: nobody here is real, and nobody can be looked up. Chosen by what happened to them, the first in "
    "the order of their keys."
)
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


def heading(history: History, places: Sequence[str]) -> str:
    """Who is meant: key, place, charge, record and status."""
    facts = history.booking
    if facts is None:
        return f"Synthetic booking {history.key:#x} (seed {history.seed})"
    grade = "felony" if facts.felony else "misdemeanour"
    record = "no prior record" if facts.prior_record == "none" else f"record: {words.spelt_out(facts.prior_record)}"
    series = "" if facts.series == "booking" else f" ({facts.series})"
    return (
        f"Synthetic booking {history.key:#x}{series}, seed {history.seed}: {places[facts.place]}; "
        f"{words.offence(facts.offence)}, {grade}; {record}; {words.spelt_out(facts.status)}"
    )


def decision_line(history: History, one: DecisionRecord) -> str:
    """One decision in a line: the question, the answer, and what it rests on."""
    decision = one.decision
    parts = []
    if one.rule is not None:
        verdict = "covers" if one.yes else "does not cover"
        parts.append(f"{one.rule.id} {verdict}: {one.rule.title} [{one.rule.citation}]")
    elif decision.row.citation:
        parts.append(decision.row.citation)
    if one.followed:
        parts.append(one.followed)
    if decision.kind == Kind.SETTING:
        parts.append(f"in force at the place: {decision.row.reads[0]}")
    if one.drawn is not None:
        parts.append(_draw(one))
    if decision.kind in (Kind.DURATION, Kind.CLOCK):
        parts += _spans(history, one)
    if one.tries:
        parts.append(_tries(history, one))
    question = decision.question[0].upper() + decision.question[1:]
    answer = "" if one.yes is None else (": yes" if one.yes else ": no")
    return f"{question}{answer}" + (f" ({'; '.join(parts)})" if parts else "")


@dataclass(frozen=True)
class Line:
    """A line of a history, before it is wrapped: its text, how far it is indented, and whether it stands out."""

    text: str
    indent: int = 0
    strong: bool = False


@dataclass(frozen=True)
class TwoLives:
    """The histories of one booking in two worlds: once as far as they agree, then A's and B's own."""

    together: tuple[Line, ...]
    apart: tuple[tuple[Line, ...], ...] = ()


def life_lines(history: History, places: Sequence[str], world: str = "") -> list[Line]:
    """A history for the terminal, a line for each event and each decision.

    Parameters
    ----------
    history : History
    places : sequence of str
        Names of the run's places.
    world : str
        The scenario's name.
    """
    named = f"{world}: {heading(history, places)}" if world else heading(history, places)
    return [Line(named, strong=True), *_all(_blocks(history, places)), *_ending(history)]


def two_lives(
    a: History, b: History, divergence: Divergence | None, places: Sequence[str], worlds: tuple[str, str]
) -> TwoLives:
    """The histories of one booking in two worlds, for the terminal.

    Parameters
    ----------
    a, b : History
    divergence : Divergence or None
        Where they part; None if they do not.
    places : sequence of str
        Names of the run's places, the same in both.
    worlds : tuple of str
        The scenarios' names.
    """
    top = Line(heading(a if a.booking is not None else b, places), strong=True)
    if divergence is None:
        same = Line(f"The same under {worlds[0]} (A) and {worlds[1]} (B).", _UNDER)
        return TwoLives((top, same, *_all(_blocks(a, places)), *_ending(a)))
    blocks = [_blocks(life, places) for life in (a, b)]
    common = divergence.at + _BOOKED_BLOCKS if all(life.booking is not None for life in (a, b)) else 0
    marked = Line(f"First difference: {divergence.cause.words}", _UNDER, strong=True)
    apart = tuple(
        (Line(f"{side}: {world}", strong=True), *_all(told[common:]), *_ending(life))
        for side, world, told, life in zip("AB", worlds, blocks, (a, b), strict=True)
    )
    return TwoLives((top, *_all(blocks[0][:common]), marked), apart)


def _all(blocks: Sequence[Sequence[Line]]) -> list[Line]:
    return [line for block in blocks for line in block]


_BOOKED_BLOCKS = 1
"""Blocks of lines before the first event: the booking."""


def _blocks(history: History, places: Sequence[str]) -> list[list[Line]]:
    """The lines of the booking and of each event."""
    booking, steps = _split_booking(history)
    blocks: list[list[Line]] = []
    facts = history.booking
    if facts is not None:
        lines = [_event_line(moment(history.when(facts.booked)), "Booked")]
        blocks.append([*lines, *_reasons(history, booking, facts.booked)])
    for at, step in enumerate(steps):
        what = step_in_words(history, at, places)
        blocks.append(
            [_event_line(moment(history.when(step.hour)), what), *_reasons(history, step.decisions, step.hour)]
        )
    if history.afterwards:
        blocks.append(
            [_event_line("Afterwards", ""), *_reasons(history, history.afterwards, history.afterwards[0].hour)]
        )
    return blocks


def step_in_words(history: History, at: int, places: Sequence[str]) -> str:
    """An event in words: where, if not in the county's jail; the programme that counts it, where that is another."""
    step = history.steps[at]
    where = "" if history.booking is None or step.place == history.booking.place else f", {places[step.place]}"
    same = at > 0 and history.steps[at - 1].programme == step.programme
    programme = "" if step.programme == "none" or same else f" [{words.programme(step.programme)}]"
    return f"{words.event(step.event)}{where}{programme}"


def _split_booking(history: History) -> tuple[tuple[DecisionRecord, ...], tuple[EventRecord, ...]]:
    """Take what was decided about the booking and its case out of the first step, to stand under the booking itself."""
    if not history.steps or history.booking is None:
        return (), history.steps
    first, booked = history.steps[0], history.booking.booked
    planned = len([reason for reason in first.decisions if reason.hour == booked or reason.decision in _PLANNED])
    own, rest = first.decisions[:planned], first.decisions[planned:]
    return own, (replace(first, decisions=rest), *history.steps[1:])


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


def worth_a_line(decisions: Sequence[DecisionRecord]) -> list[DecisionRecord]:
    """Return the decisions whose answer does not go without saying."""
    return [one for one in decisions if (one.decision, one.yes) not in _UNREMARKABLE]


def _ending(history: History) -> list[Line]:
    return [Line(f"End: {words.fate(history.outcome)}", _UNDER, strong=True)]


def _event_line(when: str, what: str) -> Line:
    return Line(f"{when}  {what}".rstrip(), _UNDER, strong=True)


def _reasons(history: History, reasons: Sequence[DecisionRecord], hour: int) -> list[Line]:
    lines = []
    for reason in worth_a_line(reasons):
        text = decision_line(history, reason)
        if reason.hour != hour and reason.decision.kind not in _WITH_SPANS:
            text = f"{moment(history.when(reason.hour))}: {text}"
        lines.append(Line(text, _INDENT))
    return lines


_WITH_SPANS = (Kind.DURATION, Kind.CLOCK, Kind.CAPACITY)
"""Kinds of decisions that say themselves when they were."""


def _draw(one: DecisionRecord) -> str:
    assert one.decision.draw is not None and one.drawn is not None
    if one.threshold is None:
        return f"{one.decision.draw.name} {one.drawn:.{_DIGITS}f}"
    close = round(one.drawn, _DIGITS) == round(one.threshold, _DIGITS)
    digits = _MORE_DIGITS if close else _DIGITS
    sign = "<" if one.drawn < one.threshold else "\N{GREATER-THAN OR EQUAL TO}"
    return f"{one.decision.draw.name} {one.drawn:.{digits}f} {sign} {one.threshold:.{digits}f}, {one.source}"


def _spans(history: History, one: DecisionRecord) -> list[str]:
    """From when until when, and how many of the hours counted."""
    if one.since is None or one.until is None:
        return []
    lasted = one.until - one.since
    words_of_it = f"from {moment(history.when(one.since))} to {moment(history.when(one.until))}, {lasting(lasted)}"
    if one.decision == Decision.HOLD_CLOCK and one.hours is not None:
        words_of_it += f": {one.hours} counted hours"
        if lasted > one.hours:
            words_of_it += f" and {lasted - one.hours} that do not count (weekend or holiday)"
    return [words_of_it]


def _tries(history: History, one: DecisionRecord) -> str:
    """What was tried when: the first few, and how many more."""
    tries = [
        f"{moment(history.when(hour))} {'met' if result == MET else _SHORT_OF[result]}" for hour, result in one.tries
    ]
    if len(tries) > MOST_TRIES:
        tries = [*tries[: MOST_TRIES - 1], f"{len(tries) - MOST_TRIES} more tries", tries[-1]]
    return ", ".join(tries)
