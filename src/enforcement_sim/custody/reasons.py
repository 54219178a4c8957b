"""Reasons, steps and traces: what an explained life is made of.

A reason is one decision as it fell: the rule that stood and whether it covered the person, the number drawn and the one
it had to stay below, the hours a wait took, the tries for a crew. A step is an event with the reasons that led to it. A
trace is a booking's steps. Plain values only; who evaluates them is ``teller``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from enforcement_sim.custody.clock import federal_holidays
from enforcement_sim.custody.decisions import DECISIONS
from enforcement_sim.custody.draws import Purpose
from enforcement_sim.custody.fates import fate_of
from enforcement_sim.law.adherence import share_in_words
from enforcement_sim.law.rules import Rule, ground_names

__all__ = ["SERVED", "Facts", "Reason", "Step", "Trace", "differ", "kind_of_day"]

_SATURDAY = 5
SERVED = "served"
"""What a try for an officer, a visit or a crew says when it is met."""


@dataclass(frozen=True)
class Reason:
    """One decision about one booking.

    Attributes
    ----------
    decision : str
        A name in ``decisions.DECISIONS``.
    hour : int
        When it was taken, in hours since the run began.
    yes : bool or None
        The answer; None for durations.
    rule : Rule or None
        The rule in force at the place and hour; ``covers`` is its verdict.
    purpose : Purpose or None
        What was drawn for; ``drawn`` is the number and ``below`` what it had to stay below for yes.
    below_from : str
        Where that threshold stands: an address of the register or a field of the place.
    since, until : int or None
        Hours from and until which something lasted.
    hours : int or None
        How many hours that was meant to be; for the hold clock, counted ones.
    tries : tuple of (int, str)
        Hours at which an officer, a visit or a crew was looked for, with what was missing or ``"served"``.
    """

    decision: str
    hour: int
    yes: bool | None = None
    rule: Rule | None = None
    covers: bool | None = None
    purpose: Purpose | None = None
    drawn: float | None = None
    below: float | None = None
    below_from: str = ""
    since: int | None = None
    until: int | None = None
    hours: int | None = None
    tries: tuple[tuple[int, str], ...] = ()
    note: str = ""


def kind_of_day(day: date) -> str:
    """Return ``"weekend"``, ``"federal holiday"`` or ``"working day"``.

    Examples
    --------
    >>> kind_of_day(date(2010, 11, 25)), kind_of_day(date(2010, 11, 27))
    ('federal holiday', 'weekend')
    """
    if day in federal_holidays(day.year) or day in federal_holidays(day.year + 1):
        return "federal holiday"
    return "weekend" if day.weekday() >= _SATURDAY else "working day"


def differ(one: Reason, other: Reason) -> bool:
    """Return whether a decision fell differently in two lives of the same booking.

    Tries are compared as far as both went; a clock only if it ran out; thresholds not at all, since only what came of
    them matters.
    """
    if one.decision != other.decision:
        return True
    if one.tries or other.tries:
        common = min(len(one.tries), len(other.tries))
        return one.tries[:common] != other.tries[:common]
    if one.yes != other.yes:
        return True
    return one.yes is not False and (one.since, one.until, one.hours) != (other.since, other.until, other.hours)


@dataclass(frozen=True)
class Step:
    """An event and the reasons since the one before.

    Attributes
    ----------
    hour : int
        Hours since the run began.
    event, programme : str
        As in the vocabulary; the programme is the one that counts the event.
    place : int
        Row of the place in the run.
    convicted : bool
        Whether a conviction in the present case had been noted by then.
    reasons : tuple of Reason
    """

    hour: int
    event: str
    programme: str
    place: int
    convicted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Facts:
    """Who was booked, for what, and when.

    Attributes
    ----------
    booked : int
        Hours since the run began; negative for prisoners of the stock.
    followed : bool
        Whether any programme could touch the booking, so that the engine followed it.
    grounds : int
        Word of grounds at booking.
    """

    booked: int
    place: int
    status: str
    status_group: str
    offence: str
    felony: bool
    prior_record: str
    grounds: int
    followed: bool
    series: str


@dataclass(frozen=True)
class Trace:
    """One synthetic booking, explained.

    Attributes
    ----------
    key : int
    seed : int
    start : datetime
        Midnight of the run's first day.
    facts : Facts or None
        None for a booking that there is not.
    steps : tuple of Step
    afterwards : tuple of Reason
        What was decided after the last event.
    """

    key: int
    seed: int
    start: datetime
    facts: Facts | None
    steps: tuple[Step, ...]
    afterwards: tuple[Reason, ...] = ()

    @property
    def events(self) -> tuple[str, ...]:
        """The events in order."""
        return tuple(step.event for step in self.steps)

    @property
    def fate(self) -> str:
        """How the booking ended, as far as it was followed: one of ``fates.FATES``."""
        return fate_of(self.events)

    def reasons(self) -> tuple[Reason, ...]:
        """Return every reason in order."""
        return (*(reason for step in self.steps for reason in step.reasons), *self.afterwards)

    def when(self, hour: int) -> datetime:
        """Return the date and hour of an hour of the run."""
        return self.start + timedelta(hours=hour)

    def as_data(self, places: Sequence[str]) -> dict[str, Any]:
        """Return the trace as plain values for JSON, dates in ISO form; ``places`` are the names of the run's places."""
        facts = self.facts
        booking = None
        if facts is not None:
            named = {"booked": self._iso(facts.booked), "place": places[facts.place]}
            booking = vars(facts) | named | {"grounds": list(ground_names(facts.grounds))}
        return {
            "key": f"{self.key:#x}",
            "seed": self.seed,
            "synthetic": True,
            "booking": booking,
            "fate": self.fate,
            "steps": [
                {
                    "hour": self._iso(step.hour),
                    "day": kind_of_day(self.when(step.hour).date()),
                    "event": step.event,
                    "programme": step.programme,
                    "place": places[step.place],
                    "convicted": step.convicted,
                    "reasons": [self._reason_as_data(reason) for reason in step.reasons],
                }
                for step in self.steps
            ],
            "afterwards": [self._reason_as_data(reason) for reason in self.afterwards],
        }

    def _iso(self, hour: int) -> str:
        return self.when(hour).isoformat(timespec="hours")

    def _reason_as_data(self, reason: Reason) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "decision": reason.decision,
            "question": DECISIONS[reason.decision].question,
            "hour": self._iso(reason.hour),
            "yes": reason.yes,
        }
        if reason.rule is not None:
            plain["rule"] = {"id": reason.rule.id, "title": reason.rule.title, "citation": reason.rule.citation}
            plain["covers"] = reason.covers
            plain["rule"]["followed"] = share_in_words(reason.rule, bool(reason.covers), reason.below)
        if reason.purpose is not None and reason.drawn is not None:
            plain["draw"] = {"purpose": reason.purpose.name, "value": reason.drawn}
            if reason.below is not None:
                plain["draw"] |= {"below": reason.below, "from": reason.below_from}
        for name in ("since", "until"):
            value = getattr(reason, name)
            if value is not None:
                plain[name] = self._iso(value)
        if reason.hours is not None:
            plain["hours"] = reason.hours
        if reason.tries:
            plain["tries"] = [{"hour": self._iso(hour), "result": result} for hour, result in reason.tries]
        if reason.note:
            plain["note"] = reason.note
        return plain
