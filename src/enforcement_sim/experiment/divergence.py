"""Divergence: the first decision that differs between two runs of the same booking.

Both runs met the same synthetic person with the same luck, so two histories differ first where one decision fell
differently: by another rule or verdict, another threshold, another hour, or a capacity that was given to somebody else. What
a decision is called as a cause stands in the table of decisions. Counting is left to ``who_changed``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from enforcement_sim.process.decisions import CAUSES, UNEXPLAINED, Cause, Decision, Kind
from enforcement_sim.process.histories import MET, DecisionRecord, EventRecord, History

__all__ = ["NO_MORE", "Divergence", "differ", "divergence_of"]

NO_MORE = ""
"""The event of a history that has none any more."""
COVERED = "covered"
_FOLLOWED_BY = {
    Decision.DETAINER: Decision.ISSUE,
    Decision.WOULD_HONOUR: Decision.BAIL,
    Decision.DISCRETION_RULE: Decision.DISCRETION,
}
"""Rules that are followed by a draw: what comes of both is one answer."""
_WITHIN_PLANS = (Decision.LOCKED_UP, Decision.LOCKUP_TIME)
"""Decisions that show in the hour from which an interview or a visit is planned."""
_ORDER = {decision: position for position, decision in enumerate(Decision)}


@dataclass(frozen=True)
class Divergence:
    """Where two histories part.

    Attributes
    ----------
    cause : Cause
    event_a, event_b : str
        The next event in either; empty for none any more.
    rule_a, rule_b : str
        The rules in force, where a rule was asked.
    at : int
        Position among the steps.
    """

    cause: Cause
    event_a: str
    event_b: str
    rule_a: str = ""
    rule_b: str = ""
    at: int = 0


def differ(one: DecisionRecord, other: DecisionRecord) -> bool:
    """Return whether a decision fell differently in two histories of the same booking.

    Tries are compared as far as both went; a clock only if it ran out; rules and thresholds by what came of them.
    """
    if one.decision != other.decision:
        return True
    if one.tries or other.tries:
        common = min(len(one.tries), len(other.tries))
        return one.tries[:common] != other.tries[:common]
    if one.yes != other.yes:
        return True
    return one.yes is not False and (one.since, one.until, one.hours) != (other.since, other.until, other.hours)


def divergence_of(a: History, b: History) -> Divergence | None:
    """Return where two histories of one booking part; None if they do not.

    Two histories are the same if they have the same events under the same programmes at the same hours.
    """
    at = next((at for at, (one, other) in enumerate(zip_longest(a.steps, b.steps)) if _other(one, other)), None)
    if at is None:
        return None
    event_a, event_b = (history.steps[at].event if at < len(history.steps) else NO_MORE for history in (a, b))
    coming = {history.steps[at].programme for history in (a, b) if at < len(history.steps)}
    for one, other in _side_by_side(list(_asked(a, at, coming)), list(_asked(b, at, coming))):
        if one is None or other is None or differ(one, other):
            one, other = _deciding(one, other, a, b, at)
            rule_a, rule_b = (record.rule.id if record and record.rule else "" for record in (one, other))
            return Divergence(_cause(one, other), event_a, event_b, rule_a, rule_b, at)
    return Divergence(UNEXPLAINED, event_a, event_b, at=at)


def _other(one: EventRecord | None, other: EventRecord | None) -> bool:
    if one is None or other is None:
        return True
    return (one.hour, one.event, one.programme) != (other.hour, other.event, other.programme)


def _asked(history: History, at: int, coming: set[str]) -> Iterator[DecisionRecord]:
    """Decisions up to the parting, without plans of programmes that have no part in it."""
    taken = [one for step in history.steps[: at + 1] for one in step.decisions]
    if at >= len(history.steps):
        taken += history.afterwards
    wanted: list[DecisionRecord] = []
    aside = False
    for one in taken:
        # What a visit or an interview that has no part in it recognised has none either.
        aside = one.decision.row.planned_for not in ("", *coming) or (
            aside and one.decision.cause.name == "recognition"
        )
        if not aside and one.decision not in _WITHIN_PLANS:
            wanted.append(one)
    yield from _settled(wanted)


def _settled(taken: list[DecisionRecord]) -> Iterator[DecisionRecord]:
    """Make one answer of a rule and the draw that follows it; bail that would not have ended the stay sooner is not lost."""
    rest = iter(taken)
    for one in rest:
        if one.decision not in _FOLLOWED_BY or (one.decision != Decision.DETAINER and not one.yes):
            yield one
            continue
        followed = next(rest)
        plan: list[DecisionRecord] = []
        lost = followed.decision == Decision.BAIL and bool(followed.yes)
        while lost and (following := next(rest)).decision != Decision.LONGER:
            plan.append(following)
        yes = bool(following.yes) if lost else followed.yes
        yield replace(one, yes=yes, source=COVERED if one.yes else "")
        yield from plan if yes else ()


def _side_by_side(
    a: list[DecisionRecord], b: list[DecisionRecord]
) -> Iterator[tuple[DecisionRecord | None, DecisionRecord | None]]:
    """Pair the decisions of two histories; one that was asked in one of them only, and answered no, has no part in it."""
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


def _deciding(
    one: DecisionRecord | None, other: DecisionRecord | None, a: History, b: History, at: int
) -> tuple[DecisionRecord | None, DecisionRecord | None]:
    """Of two different decisions keep the one behind the event that comes first: in the other it did not happen."""
    if one is None or other is None or one.decision == other.decision:
        return one, other
    if at >= len(a.steps) or at >= len(b.steps):
        return (one, None) if at < len(a.steps) else (None, other)
    before, after = a.steps[at].hour, b.steps[at].hour
    if before == after:
        return (one, None) if _ORDER[one.decision] < _ORDER[other.decision] else (None, other)
    return (one, None) if before < after else (None, other)


def _cause(one: DecisionRecord | None, other: DecisionRecord | None) -> Cause:
    """What a decision that differs is called; the same rule, or share, over other grounds is the person's record."""
    first = one if one is not None else other
    assert first is not None
    decision = first.decision
    if decision.kind == Kind.CAPACITY:
        tries = zip_longest(*(record.tries if record is not None else () for record in (one, other)))
        lacking = (tried[1] for pair in tries if pair[0] != pair[1] for tried in pair if tried is not None)
        lacked = next((what for what in lacking if what != MET), "")
        return CAUSES.get(lacked, decision.cause)
    alike = one is None or other is None or one.source == other.source
    if decision in _FOLLOWED_BY and alike:
        return _FOLLOWED_BY[decision].cause
    if one is not None and other is not None:
        same_rule = decision.kind == Kind.RULE and one.rule == other.rule
        if same_rule or (decision == Decision.WANTED and not alike):
            return CAUSES["record"]
    return decision.cause
