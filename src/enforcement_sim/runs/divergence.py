"""Divergence: the first decision that differs between two runs of the same booking.

Both runs met the same synthetic person with the same random draws, so two histories differ first at one decision: by
another answer, threshold, hour or rule, or a capacity that was given to somebody else. Two are named: the
first that differs in any of these, and the first by which what happens differs, which is the cause. The table of
decisions gives each cause its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import inf
from typing import Any

from enforcement_sim.process.decisions import CAUSES, UNEXPLAINED, Cause, Decision, Kind
from enforcement_sim.process.histories import MET, DecisionRecord, History

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
Two = tuple[DecisionRecord | None, DecisionRecord | None]
"""What stands at one position in two histories."""


@dataclass(frozen=True)
class DecisionDifference:
    """A decision that was taken in both histories, and in what it differs: words of `decision_differences`."""

    a: DecisionRecord
    b: DecisionRecord
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Divergence:
    """Where two histories of one booking diverge.

    Attributes
    ----------
    cause : Cause
    event_a, event_b : str
        The next event in either; empty for none any more.
    rule_a, rule_b : str
        The rules in force, where a rule was asked.
    at : int
        Position among the steps.
    first : Difference or None
        The first decision that differs in anything, where that is another than the cause's.
    """

    cause: Cause
    event_a: str
    event_b: str
    rule_a: str = ""
    rule_b: str = ""
    at: int = 0
    first: DecisionDifference | None = None

    def as_data(self) -> dict[str, Any]:
        """Return the divergence as plain values for JSON."""
        plain = {"cause": self.cause.name, "reach": self.cause.reach, "at_step": self.at}
        first = self.first and {"decision": self.first.a.decision.name.lower(), "differs_in": list(self.first.parts)}
        return plain | {"rule_a": self.rule_a, "rule_b": self.rule_b, "first_difference": first}


def decision_differences(one: DecisionRecord, other: DecisionRecord) -> tuple[str, ...]:
    """Return in what one decision differs between two histories: answer, threshold, hour, rule, capacity.

    Tries for a capacity are compared as far as both went: what ended one sooner was another decision.

    Examples
    --------
    >>> decision_differences(DecisionRecord(Decision.LIFTED, 5, True, threshold=0.2),
    ...             DecisionRecord(Decision.LIFTED, 5, False, threshold=0.1))
    ('answer', 'threshold')
    """
    if one.tries or other.tries:
        common = min(len(one.tries), len(other.tries))
        return ("capacity",) if one.tries[:common] != other.tries[:common] else ()
    found = {
        "answer": one.yes != other.yes,
        "threshold": (one.threshold, one.source) != (other.threshold, other.source),
        "hour": one.hour != other.hour or _span(one) != _span(other),
        "rule": one.rule != other.rule,
    }
    return tuple(part for part, differs in found.items() if differs)


def _span(one: DecisionRecord) -> tuple[int | None, ...]:
    return one.since, one.until, one.hours


def has_other_result(one: DecisionRecord, other: DecisionRecord) -> bool:
    """Return whether what came of a decision differs: a clock counts only if it ran out; rules and thresholds do not."""
    if one.decision != other.decision or {"answer", "capacity"} & set(decision_differences(one, other)):
        return True
    return not one.tries and one.yes is not False and _span(one) != _span(other)


def divergence_of(a: History, b: History) -> Divergence | None:
    """Return where two histories of one booking diverge; None if they do not.

    Two histories are the same if they have the same events under the same programmes at the same hours.
    """
    steps = zip_longest(*([step.happened for step in history.steps] for history in (a, b)))
    at = next((at for at, (one, other) in enumerate(steps) if one != other), None)
    if at is None:
        return None
    coming = [history.steps[at] if at < len(history.steps) else None for history in (a, b)]
    event_a, event_b = (step.event if step else "" for step in coming)
    programmes = {step.programme for step in coming if step}
    cause, rules, named = UNEXPLAINED, ["", ""], None
    for one, other in _side_by_side(*(list(_asked(history, at, programmes)) for history in (a, b))):
        if one is None or other is None or has_other_result(one, other):
            one, other = _deciding(one, other, a, b, at)
            cause, named = _cause(one, other), one or other
            rules = [record.rule.id if record and record.rule else "" for record in (one, other)]
            break
    return Divergence(cause, event_a, event_b, rules[0], rules[1], at, _first(a, b, named))


def _first(a: History, b: History, cause: DecisionRecord | None) -> DecisionDifference | None:
    """The first decision of both that differs in anything, unless it is the one that is named as the cause."""
    for one, other in _side_by_side(list(a.decisions()), list(b.decisions())):
        if one is None or other is None or one.decision != other.decision:
            return None
        if parts := decision_differences(one, other):
            same = cause is not None and one.decision in (cause.decision, _FOLLOWED_BY.get(cause.decision))
            return None if same else DecisionDifference(one, other, parts)
    return None


def _asked(history: History, at: int, coming: set[str]) -> Iterator[DecisionRecord]:
    """Decisions up to the divergence, without plans of programmes that have no part in it."""
    taken = [one for step in history.steps[: at + 1] for one in step.decisions]
    if at >= len(history.steps):
        taken += history.afterwards
    wanted: list[DecisionRecord] = []
    aside = False
    for one in taken:
        # What a visit or an interview that has no part in it recognised has none either.
        aside = one.decision.planned_for not in ("", *coming) or (aside and one.decision.cause.name == "recognition")
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


def _side_by_side(a: list[DecisionRecord], b: list[DecisionRecord]) -> Iterator[Two]:
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


def _deciding(one: DecisionRecord | None, other: DecisionRecord | None, a: History, b: History, at: int) -> Two:
    """Of two different decisions keep the one behind the event that comes first: in the other it did not happen."""
    if one is None or other is None or one.decision == other.decision:
        return one, other
    sides = ((a, one), (b, other))
    hour_a, hour_b = (
        (life.steps[at].hour if at < len(life.steps) else inf, _ORDER[own.decision]) for life, own in sides
    )
    return (one, None) if hour_a < hour_b else (None, other)


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
