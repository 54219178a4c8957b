"""A life in words: one synthetic booking hour by hour, with the decision that made each event.

For a terminal: date, weekday and hour, the event, and below it the rule with its citation, the number drawn and what it
had to stay below, how long a wait was, which crews were gone. Two worlds' lives of one booking stand one after the other
with the parting marked. What is told is in ``custody.reasons``; the drawn form is in ``trace_figure``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from enforcement_sim.custody.decisions import DECISIONS, Kind
from enforcement_sim.custody.reasons import SERVED, Reason, Step, Trace, kind_of_day
from enforcement_sim.experiment.parting import Parting
from enforcement_sim.law.adherence import share_in_words
from enforcement_sim.report import words

__all__ = [
    "SYNTHETIC",
    "as_rich",
    "both_as_rich",
    "heading",
    "lasting",
    "moment",
    "reason_line",
    "step_in_words",
    "told",
]

SYNTHETIC = (
    "Synthetic people: nobody here is real, and nobody can be looked up. Chosen by what happened to them, the first in "
    "the order of their keys."
)
HOURS_A_DAY = 24
SHORTLY = 72
"""Hours up to which a length of time is given in hours alone."""
_INDENT = 6
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


def as_rich(trace: Trace, places: Sequence[str], world: str = "") -> Group:
    """A life for the terminal.

    Parameters
    ----------
    trace : Trace
    places : sequence of str
        Names of the run's places.
    world : str
        The scenario's name.
    """
    named = f"{world}: {heading(trace, places)}" if world else heading(trace, places)
    blocks = _blocks(trace, places)
    return Group(Text(named, style="bold"), *(line for block in blocks for line in block), *_ending(trace))


def both_as_rich(a: Trace, b: Trace, parting: Parting | None, places: Sequence[str], worlds: tuple[str, str]) -> Group:
    """The lives of one booking in two worlds: once as far as they agree, then side by side.

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
    top = Text(heading(a if a.facts is not None else b, places), style="bold")
    if parting is None:
        same = Text(f"  The same under {worlds[0]} (A) and {worlds[1]} (B).", style="green")
        return Group(top, same, *(line for block in _blocks(a, places) for line in block), *_ending(a))
    blocks = [_blocks(life, places) for life in (a, b)]
    common = parting.at + _BOOKED_BLOCKS if all(life.facts is not None for life in (a, b)) else 0
    marked = Text(f"  Here the lives part: {parting.cause.words}", style="bold red")
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
    for side, world in zip("AB", worlds, strict=True):
        table.add_column(f"{side}: {world}", ratio=1, header_style="bold red")
    table.add_row(
        *(
            Group(*(line for block in side[common:] for line in block), *_ending(life))
            for side, life in zip(blocks, (a, b), strict=True)
        )
    )
    return Group(top, *(line for block in blocks[0][:common] for line in block), marked, table)


_BOOKED_BLOCKS = 1
"""Blocks of lines before the first event: the booking."""


def _blocks(trace: Trace, places: Sequence[str]) -> list[list[Text | Padding]]:
    """The lines of the booking and of each event."""
    booking, steps = _split_booking(trace)
    blocks: list[list[Text | Padding]] = []
    facts = trace.facts
    if facts is not None:
        lines: list[Text | Padding] = [_event_line(moment(trace.when(facts.booked)), "Booked")]
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


def _ending(trace: Trace) -> list[Text]:
    return [Text(f"  End: {words.fate(trace.fate)}", style="bold")]


def _event_line(when: str, what: str) -> Text:
    return Text(f"  {when}", style="cyan").append(f"  {what}", style="bold")


def _reasons(trace: Trace, reasons: Sequence[Reason], hour: int) -> list[Padding]:
    lines = []
    for reason in told(reasons):
        text = reason_line(trace, reason)
        if reason.hour != hour and DECISIONS[reason.decision].kind not in _WITH_SPANS:
            text = f"{moment(trace.when(reason.hour))}: {text}"
        lines.append(Padding(Text(text, style="dim"), (0, 0, 0, _INDENT), expand=False))
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
