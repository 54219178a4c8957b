"""Divergence: the first decision that differs between two runs of the same booking.

Both runs simulate the same synthetic person with the same random numbers, so two histories first differ in one decision:
in its answer, threshold, hour or rule, or in a capacity that was allocated to another person. Two decisions are reported:
the first that differs in any of these, and the first that changes what happens, which is the cause. The table of
decisions has the name of each cause.
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
"""Rules that are followed by a random decision; both form one answer."""
_DESPITE = {Decision.HONOUR_EXPECTED: (Decision.UNSENT, False), Decision.HONOURED: (Decision.NONCOMPLIANCE, True)}
"""Rules whose no is followed by a random decision, and by which answer of it all goes as if the rule had said yes."""
DESPITE = "despite the rule"
_WITHIN_PLANS = (Decision.LOCKED_UP, Decision.LOCKUP_TIME)
"""Decisions that only affect the planned hour of an interview or a visit."""
_ORDER = {decision: position for position, decision in enumerate(Decision)}
_YES_UNLESS_ASKED = (Decision.EARLY_GATE, Decision.EFFORT)
"""Decisions that are not asked where everybody passes them; an answer no is then the difference, and not an answer yes."""
_INSTEAD = {Decision.HANDED_OVER: Decision.WANTED}
"""Decisions whose yes leaves another unasked; where histories have one each, the first is the difference."""
DecisionPair = tuple[DecisionRecord | None, DecisionRecord | None]
"""The decisions at one position of two histories."""


@dataclass(frozen=True)
class DecisionDifference:
    """A decision of both histories and its differing parts, as named by `decision_differences`."""

    a: DecisionRecord
    b: DecisionRecord
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Divergence:
    """The point at which two histories of one booking diverge.

    Attributes
    ----------
    event_a, event_b : str
        The next event in each history; empty if there is none.
    rule_a, rule_b : str
        The rules in force, if the decision depends on a rule.
    at : int
        Index of the step.
    first : Difference or None
        The first decision with any difference, if it is not the cause.
    decided : tuple of (DecisionRecord or None)
        The decision that is the cause, in each history; None where it was not taken.
    """

    cause: Cause
    event_a: str
    event_b: str
    rule_a: str = ""
    rule_b: str = ""
    at: int = 0
    first: DecisionDifference | None = None
    decided: DecisionPair = (None, None)

    def as_data(self) -> dict[str, Any]:
        """Return the divergence as a dictionary for JSON."""
        plain = {"cause": self.cause.name, "reach": self.cause.reach, "at_step": self.at}
        first = self.first and {"decision": self.first.a.decision.name.lower(), "differs_in": list(self.first.parts)}
        return plain | {"rule_a": self.rule_a, "rule_b": self.rule_b, "first_difference": first}


def decision_differences(one: DecisionRecord, other: DecisionRecord) -> tuple[str, ...]:
    """Return the differing parts of a decision: answer, threshold, hour, rule, capacity.

    Attempts to allocate a capacity are compared up to the shorter list; another decision ended the shorter one.

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
        "hour": one.hour != other.hour or _clock_times(one) != _clock_times(other),
        "rule": one.rule != other.rule,
    }
    return tuple(part for part, differs in found.items() if differs)


def _clock_times(one: DecisionRecord) -> tuple[int | None, ...]:
    return one.since, one.until, one.hours


def results_differ(one: DecisionRecord, other: DecisionRecord) -> bool:
    """Return whether the result of a decision differs. Clocks count only if they ran out; rules and thresholds do not."""
    if one.decision != other.decision or {"answer", "capacity"} & set(decision_differences(one, other)):
        return True
    return not one.tries and one.yes is not False and _clock_times(one) != _clock_times(other)


def divergence_of(a: History, b: History) -> Divergence | None:
    """Return the divergence of two histories of one booking; None if they are the same.

    Histories are the same if they have the same events under the same programmes at the same hours.
    """
    steps = zip_longest(*([step.happened for step in history.steps] for history in (a, b)))
    at = next((at for at, (one, other) in enumerate(steps) if one != other), None)
    if at is None:
        return None
    next_steps = [history.steps[at] if at < len(history.steps) else None for history in (a, b)]
    event_a, event_b = (step.event if step else "" for step in next_steps)
    programmes = {step.programme for step in next_steps if step}
    cause, rules, deciding = UNEXPLAINED, ["", ""], None
    decided: DecisionPair = (None, None)
    for one, other in _paired_decisions(*(list(_related_decisions(history, at, programmes)) for history in (a, b))):
        if one is None or other is None or results_differ(one, other):
            one, other = _earlier_decision(one, other, a, b, at)
            decided = one, other
            cause, deciding = _cause(one, other), one or other
            rules = [record.rule.id if record and record.rule else "" for record in (one, other)]
            break
    return Divergence(cause, event_a, event_b, rules[0], rules[1], at, _first(a, b, deciding), decided)


def _first(a: History, b: History, cause: DecisionRecord | None) -> DecisionDifference | None:
    """Return the first decision with any difference, unless it is the cause."""
    for one, other in _paired_decisions(list(a.decisions()), list(b.decisions())):
        if one is None or other is None or one.decision != other.decision:
            return None
        if parts := decision_differences(one, other):
            same = cause is not None and one.decision in (cause.decision, _FOLLOWED_BY.get(cause.decision))
            return None if same else DecisionDifference(one, other, parts)
    return None


def _related_decisions(history: History, at: int, next_steps: set[str]) -> Iterator[DecisionRecord]:
    """Yield the decisions up to the divergence, without plans of unrelated programmes."""
    decisions = [one for step in history.steps[: at + 1] for one in step.decisions]
    if at >= len(history.steps):
        decisions += history.afterwards
    wanted: list[DecisionRecord] = []
    unrelated = False
    for one in decisions:
        # Recognition within an unrelated visit or interview is unrelated, too.
        unrelated = one.decision.planned_for not in ("", *next_steps) or (
            unrelated and one.decision.cause.name == "recognition"
        )
        if not unrelated and one.decision not in _WITHIN_PLANS:
            wanted.append(one)
    yield from _merged_answers(wanted)


def _despite_rules(decisions: Iterator[DecisionRecord]) -> Iterator[DecisionRecord]:
    """Merge a rule on declining, where it says no, with the random decision whether all goes on as if it had said yes."""
    waiting: DecisionRecord | None = None
    for one in decisions:
        if waiting is not None:
            decides, goes_on = _DESPITE[waiting.decision]
            if one.decision == decides:
                yield replace(waiting, yes=one.yes == goes_on, source=DESPITE)
                waiting = None
                continue
            yield waiting
        waiting = one if one.decision in _DESPITE and not one.yes else None
        if waiting is None:
            yield one
    if waiting is not None:
        yield waiting


def _merged_answers(decisions: list[DecisionRecord]) -> Iterator[DecisionRecord]:
    """Merge a rule and the random decision that follows it; losing bail counts only if bail would have shortened the stay."""
    remaining = _despite_rules(iter(decisions))
    for one in remaining:
        if one.decision not in _FOLLOWED_BY or (one.decision != Decision.DETAINER and not one.yes):
            yield one
            continue
        followed = next(remaining)
        plan: list[DecisionRecord] = []
        lost = followed.decision == Decision.BAIL and bool(followed.yes)
        while lost and (following := next(remaining)).decision != Decision.LONGER:
            plan.append(following)
        yes = bool(following.yes) if lost else followed.yes
        yield replace(one, yes=yes, source=COVERED if one.yes else "")
        yield from plan if yes else ()


def _paired_decisions(a: list[DecisionRecord], b: list[DecisionRecord]) -> Iterator[DecisionPair]:
    """Pair the decisions of two histories; skip one that occurs in one history only and leaves all as if it had not been."""
    i = j = 0
    while i < len(a) or j < len(b):
        one, other = a[i] if i < len(a) else None, b[j] if j < len(b) else None
        if one is None or other is None or one.decision != other.decision:
            if one is not None and _changes_nothing(one):
                i += 1
                continue
            if other is not None and _changes_nothing(other):
                j += 1
                continue
        yield one, other
        i, j = i + 1, j + 1


def _changes_nothing(one: DecisionRecord) -> bool:
    """Return whether a decision has the answer by which all goes on as where it is not asked."""
    return one.yes is (one.decision in _YES_UNLESS_ASKED) and not one.tries


def _earlier_decision(
    one: DecisionRecord | None, other: DecisionRecord | None, a: History, b: History, at: int
) -> DecisionPair:
    """Return the one of two different decisions that causes the earlier event; it did not occur in the other history."""
    if one is None or other is None or one.decision == other.decision:
        return one, other
    if (
        one.decision in _YES_UNLESS_ASKED or other.decision in _YES_UNLESS_ASKED
    ):  # what follows where it was passed is no cause
        return (one, None) if one.decision in _YES_UNLESS_ASKED else (None, other)
    if _INSTEAD.get(one.decision) == other.decision:
        return one, None
    if _INSTEAD.get(other.decision) == one.decision:
        return None, other
    sides = ((a, one), (b, other))
    hour_a, hour_b = (
        (history.steps[at].hour if at < len(history.steps) else inf, _ORDER[record.decision])
        for history, record in sides
    )
    return (one, None) if hour_a < hour_b else (None, other)


def _cause(one: DecisionRecord | None, other: DecisionRecord | None) -> Cause:
    """Return the cause for a differing decision; the same rule or share on other grounds is a difference of the record."""
    first = one if one is not None else other
    assert first is not None
    decision = first.decision
    if decision.kind == Kind.CAPACITY:
        tries = zip_longest(*(record.tries if record is not None else () for record in (one, other)))
        lacking = (tried[1] for pair in tries if pair[0] != pair[1] for tried in pair if tried is not None)
        lacked = next((what for what in lacking if what != MET), "")
        return CAUSES.get(lacked, decision.cause)
    same_source = one is None or other is None or one.source == other.source
    if decision in _DESPITE and same_source and first.source == DESPITE:
        return _DESPITE[decision][0].cause
    if decision in _FOLLOWED_BY and same_source:
        return _FOLLOWED_BY[decision].cause
    if one is not None and other is not None:
        same_rule = decision.kind == Kind.RULE and one.rule == other.rule
        if same_rule or (decision == Decision.WANTED and not same_source):
            return CAUSES["record"]
    return decision.cause
