"""Where two lives of one booking part, and to which decision or capacity that belongs.

Both worlds met the same synthetic person with the same luck, so two lives differ first where one decision fell
differently. Which decisions can bring an event about is a table of ``custody.decisions``; what each decision is called as
a cause, and whether it is the policy itself or its effect on others (a crew that was elsewhere, a person who was
already gone), is the table here. Counting is left to ``who_changed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from enforcement_sim.custody.decisions import DECISIONS, DECISIONS_OF_EVENT, Kind
from enforcement_sim.custody.reasons import SERVED, Reason, Step, Trace, differ

__all__ = ["CAUSES", "DIRECT", "KNOCK_ON", "NO_MORE", "Cause", "Parting", "parting_of"]

DIRECT, KNOCK_ON = "direct", "knock-on"
NO_MORE = ""
"""The event of a life that has none any more."""


@dataclass(frozen=True)
class Cause:
    """What a decision is called where lives part by it.

    Attributes
    ----------
    name : str
        As in tables.
    words : str
        As in figures.
    reach : str
        ``direct`` where the decision is about this booking; ``knock-on`` where others, or an earlier booking of the
        person, made the difference.
    """

    name: str
    words: str
    reach: str = DIRECT


_CASE = Cause("criminal_case", "The criminal case")
_BOOKING = Cause("booking", "Whether there is a booking")
_RESPONSE = Cause("response", "Responses of victims, police and offenders")
_OFFICERS = Cause("officers", "287(g) officers on site")
_VISIT = Cause("visit_planned", "Visits by the Criminal Alien Program")
_ANSWER = Cause("answer_time", "Time to ICE's answer")
_RECOGNISED = Cause("recognition", "Who is recognised as removable")
_TASK_FORCE = Cause("task_force", "Task forces")
_CREW_TIME = Cause("crew_time", "How fast a crew comes")
_ROUTE = Cause("route", "Route through ICE custody")
_COUNSEL = Cause("counsel", "Counsel")
_CUSTODY = Cause("custody_time", "Time in custody or on the docket")
_PERIOD = Cause("period_end", "End of the period")
_PRISON = Cause("prison_time", "Prison")

_RECORD = Cause("record", "The person's record, by an earlier booking", KNOCK_ON)

CAUSES: dict[tuple[str, str], Cause] = {
    ("drawn", ""): _BOOKING,
    ("field_drawn", ""): _TASK_FORCE,
    ("response_drawn", ""): _RESPONSE,
    ("away", ""): Cause("away", "Gone or inside by an earlier booking", KNOCK_ON),
    ("field_arrest", ""): _TASK_FORCE,
    ("cited", ""): Cause("citation", "Cited instead of booked"),
    ("averted", ""): _RESPONSE,
    ("unreported", ""): _RESPONSE,
    ("not_arrested", ""): _RESPONSE,
    ("added", ""): _RESPONSE,
    ("printed", ""): _CASE,
    ("shared", ""): Cause("sharing", "Prints shared"),
    ("in_ident", ""): Cause("in_ident", "In IDENT"),
    ("enrolled", ""): Cause("enrolled", "In IDENT by an earlier booking", KNOCK_ON),
    ("released_early", ""): _CASE,
    ("release_time", ""): _CASE,
    ("disposition_time", ""): _CASE,
    ("convicted", ""): _CASE,
    ("to_prison", ""): _CASE,
    ("to_jail", ""): _CASE,
    ("sentence_time", ""): _CASE,
    ("prison_time", ""): _PRISON,
    ("locked_up", ""): _OFFICERS,
    ("lockup_time", ""): _OFFICERS,
    ("officer_on_site", ""): _OFFICERS,
    ("says_foreign_born", ""): _OFFICERS,
    ("after_case", ""): Cause("screening_point", "Screened at booking or after the case"),
    ("interview_time", ""): _OFFICERS,
    ("officer", "officer"): Cause("officer_capacity", "An officer had no time", KNOCK_ON),
    ("visited", ""): _VISIT,
    ("visit_time", ""): _VISIT,
    ("visit", "visit"): Cause("visit_capacity", "No visit had room", KNOCK_ON),
    ("response_time", ""): _ANSWER,
    ("triage_time", ""): _ANSWER,
    ("found_in_prison", ""): _PRISON,
    ("mistaken", ""): _RECOGNISED,
    ("removable", ""): _RECOGNISED,
    ("removable_by_felony", ""): _RECOGNISED,
    ("detected_by_officer", ""): _RECOGNISED,
    ("detected_in_field", ""): _RECOGNISED,
    ("detected_on_visit", ""): _RECOGNISED,
    ("screen", "grounds"): _RECORD,
    ("screen", "rule"): Cause("screen_rule", "Screening rule"),
    ("detainer", "grounds"): _RECORD,
    ("detainer", "rule"): Cause("detainer_rule", "Detainer rule"),
    ("detainer", "followed"): Cause("detainer_adherence", "How closely the detainer rule is followed"),
    ("authorised", ""): Cause("authorisation", "ICE's authorisation"),
    ("bail_lost", "grounds"): _RECORD,
    ("bail_lost", "rule"): Cause("bail_honour", "Bail lost, by the honour rule"),
    ("bail_lost", "followed"): Cause("bail", "Bail lost"),
    ("lifted", ""): Cause("lifted", "Detainers lifted"),
    ("honoured", "grounds"): _RECORD,
    ("honoured", "rule"): Cause("honour_rule", "Honour rule"),
    ("wanted", "grounds"): _RECORD,
    ("wanted", ""): Cause("wanted", "Whom the field office wants"),
    ("noticed", ""): _CREW_TIME,
    ("delay", ""): _CREW_TIME,
    ("crew", "crew"): Cause("crew", "No crew was free", KNOCK_ON),
    ("crew", "bed"): Cause("bed", "No bed was free", KNOCK_ON),
    ("hold_clock", ""): Cause("hold_clock", "The clock of the hold"),
    ("kept", ""): Cause("past_limit", "Kept past the limit"),
    ("kept_time", ""): Cause("past_limit", "Kept past the limit"),
    ("lawful_release", ""): _ROUTE,
    ("discretion", "grounds"): _RECORD,
    ("discretion", "rule"): Cause("discretion_rule", "Discretion rule"),
    ("discretion", "followed"): Cause("discretion", "How often discretion is used"),
    ("reinstatement", ""): _RECORD,
    ("administrative", ""): _ROUTE,
    ("return", ""): _ROUTE,
    ("mandatory", ""): _ROUTE,
    ("detained", ""): _ROUTE,
    ("counsel_early", ""): _COUNSEL,
    ("bond", ""): _ROUTE,
    ("counsel", ""): _COUNSEL,
    ("docket_time", ""): _CUSTODY,
    ("stipulated", ""): _ROUTE,
    ("case_outcome", ""): _ROUTE,
    ("relief", ""): _ROUTE,
    ("custody_time", ""): _CUSTODY,
    ("period_end", ""): _PERIOD,
}
"""Decision, and what of it fell differently (``rule``: the verdict of two rules; ``grounds``: that of one rule, or one
share, over other grounds; ``followed``: how closely a rule is; what a try lacked), to the cause."""

UNEXPLAINED = Cause("unexplained", "Unexplained")
_ORDER = {name: position for position, name in enumerate(DECISIONS)}


@dataclass(frozen=True)
class Parting:
    """Where two lives part.

    Attributes
    ----------
    cause : Cause
    event_a, event_b : str
        The next event in either; empty for none any more.
    rule_a, rule_b : str
        The rules in force, where a rule was asked.
    at : int
        Position of the parting among the steps.
    """

    cause: Cause
    event_a: str
    event_b: str
    rule_a: str = ""
    rule_b: str = ""
    at: int = 0


def parting_of(a: Trace, b: Trace) -> Parting | None:
    """Return where two lives of one booking part; None if they do not.

    Two lives are the same if they have the same events under the same programmes at the same hours.
    """
    at = next((at for at, (one, other) in enumerate(zip_longest(a.steps, b.steps)) if _other(one, other)), None)
    if at is None:
        return None
    event_a, event_b = (life.steps[at].event if at < len(life.steps) else NO_MORE for life in (a, b))
    allowed = {*DECISIONS_OF_EVENT[event_a], *DECISIONS_OF_EVENT[event_b]}
    for one, other in _side_by_side(list(_asked(a, at, allowed)), list(_asked(b, at, allowed))):
        if one is None or other is None or differ(one, other):
            return _named(*_deciding(one, other, a, b, at), event_a, event_b, at)
    return Parting(UNEXPLAINED, event_a, event_b, at=at)


def _side_by_side(a: list[Reason], b: list[Reason]) -> Iterator[tuple[Reason | None, Reason | None]]:
    """Pair the decisions of two lives; one that was asked in one world only, and answered no, has no part in it."""
    i = j = 0
    while i < len(a) or j < len(b):
        one, other = a[i] if i < len(a) else None, b[j] if j < len(b) else None
        if one is None or other is None or one.decision != other.decision:
            if one is not None and one.yes is False and not one.tries:
                i += 1
                continue
            if other is not None and other.yes is False and not other.tries:
                j += 1
                continue
        yield one, other
        i, j = i + 1, j + 1


def _other(one: Step | None, other: Step | None) -> bool:
    if one is None or other is None:
        return True
    return (one.hour, one.event, one.programme) != (other.hour, other.event, other.programme)


def _asked(life: Trace, at: int, allowed: set[str]) -> Iterator[Reason]:
    """Decisions up to the parting that can have to do with it."""
    for step in life.steps[: at + 1]:
        yield from (reason for reason in step.reasons if reason.decision in allowed)
    if at >= len(life.steps):
        yield from (reason for reason in life.afterwards if reason.decision in allowed)


def _deciding(
    one: Reason | None, other: Reason | None, a: Trace, b: Trace, at: int
) -> tuple[Reason | None, Reason | None]:
    """Of two different decisions keep the one behind the event that comes first: in the other life it did not happen."""
    if one is None or other is None or one.decision == other.decision:
        return one, other
    if at >= len(a.steps) or at >= len(b.steps):
        return (one, None) if at < len(a.steps) else (None, other)
    before, after = a.steps[at].hour, b.steps[at].hour
    if before == after:
        return (one, None) if _ORDER[one.decision] < _ORDER[other.decision] else (None, other)
    return (one, None) if before < after else (None, other)


def _named(one: Reason | None, other: Reason | None, event_a: str, event_b: str, at: int) -> Parting:
    """Name the cause of a decision that fell differently, or was taken in one life only."""
    first = one if one is not None else other
    assert first is not None
    cause = CAUSES.get((first.decision, _aspect(first, other if one is not None else None)), UNEXPLAINED)
    rules = [reason.rule.id if reason is not None and reason.rule is not None else "" for reason in (one, other)]
    return Parting(cause, event_a, event_b, rules[0], rules[1], at)


def _aspect(first: Reason, other: Reason | None) -> str:
    """What of a decision fell differently: the second part of a key of `CAUSES`."""
    if DECISIONS[first.decision].kind == Kind.CAPACITY:
        tries = zip_longest(first.tries, other.tries if other is not None else ())
        lacking = (result[1] for pair in tries if pair[0] != pair[1] for result in pair if result is not None)
        return next((what for what in lacking if what != SERVED), first.decision)
    pair = [reason for reason in (first, other) if reason is not None]
    if first.rule is None:
        return "grounds" if len({reason.below_from for reason in pair}) > 1 else ""
    if len({reason.covers for reason in pair}) > 1:
        return "rule" if len({reason.rule for reason in pair}) > 1 else "grounds"
    return "followed"
