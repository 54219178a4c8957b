"""Why a change does nothing, in one sentence with what to do about it.

That it does nothing is known already, from what is in force with it and without it; here simple questions find the reason,
the plainest first: its places, its dates, a later change, an earlier one, nothing for it to act on, or history itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim.no_effect.in_force import IN_JAIL, OFFICERS, Difference, difference, in_force
from enforcement_sim.place_labels import places_in_words, scope_in_words

if TYPE_CHECKING:
    from enforcement_sim.scenarios.file_format import Change
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["only_elsewhere", "only_warm_start", "why_nothing", "without"]

NEEDS = {
    "agreement": (OFFICERS, "a 287(g) agreement in force"),
    "agreement_budget": (OFFICERS, "a 287(g) agreement in force"),
    "screening_point": (IN_JAIL, "287(g) officers in its jail"),
    "screen": (IN_JAIL, "287(g) officers in its jail"),
    "task_force": (("field_arrests_a_day",), "a 287(g) task force at work"),
}
"""Decision -> fields without which it has nothing to act on, and what they are called."""
TAKES_ALONG = {"task_force": ("task_force", "agreement")}
"""Decision -> decisions whose later changes hide it, where these are more than itself: an agreement takes its officers."""


def without(scenario: Scenario, change: Change) -> Difference:
    """Return where what is in force differs with a change and without it."""
    others = tuple(one for one in scenario.changes if one.name != change.name)
    return _between(scenario, others, scenario.changes)


def why_nothing(scenario: Scenario, change: Change) -> str:
    """Return why a change that does nothing does nothing."""
    here, places = in_force(scenario), scope_in_words(change.where.written())
    if not here.of(change.where).size:
        simulated = places_in_words(scenario.resolved())
        return (
            f"does nothing: its places ({places}) are not among those simulated ({simulated}); "
            "write places in its `where` that `scope` names"
        )
    if change.start is not None and change.start > here.last:
        return f"does nothing: it begins on {change.start}, after the period's last day ({here.last}); begin it earlier"
    if change.end is not None and change.end <= here.first:
        return (
            f"does nothing: it ends on {change.end}, before the first day simulated ({here.first}, when the warm start "
            "of the period begins); end it later"
        )
    at = [one.name for one in scenario.changes].index(change.name)
    earlier, later = scenario.changes[:at], scenario.changes[at + 1 :]
    if _between(scenario, earlier, (*earlier, change)).anywhere:
        names = _listed(_overlapping(scenario, change, later))
        return (
            f"does nothing: {names} decides the same over the same places and days, and a later change wins; "
            "leave one of them out, or change their order"
        )
    if earlier and _between(scenario, (), (change,)).anywhere:
        names = _listed(_overlapping(scenario, change, earlier))
        return f"does nothing: {names}, written before it, does the same there already; leave this one out"
    if change.decision in NEEDS:
        fields, called = NEEDS[change.decision]
        if not here.ever(fields, here.of(change.where), change.start, change.end) and not _ever_before(
            scenario, change, fields
        ):
            return (
                f"does nothing: none of its places ({places}) that are simulated has {called} on its days; "
                "choose other places or days"
            )
    return (
        f"does nothing: {change.rule} is what was in force there anyway on all its days; "
        "choose another rule, other places or other days"
    )


def only_elsewhere(scenario: Scenario, change: Change) -> str:
    """Return what to know of a change that acts at none of the places reported."""
    return (
        f"acts only outside the places reported ({scope_in_words(scenario.scope.written())}): it can reach them only "
        "through the crews and beds of the field offices that they share"
    )


def only_warm_start(scenario: Scenario, change: Change) -> str:
    """Return what to know of a change that acts on no day that is counted."""
    return (
        f"acts only before the first day counted ({scenario.period_start}), in the warm start from "
        f"{in_force(scenario).first} on: it can reach the results only through people who are still held then"
    )


def _ever_before(scenario: Scenario, change: Change, fields: tuple[str, ...]) -> bool:
    """Say whether there would be something to act on without any change: what another one took away was there."""
    history = in_force(scenario.model_copy(update={"changes": ()}))
    return history.ever(fields, history.of(change.where), change.start, change.end)


def _between(scenario: Scenario, before: Sequence[Change], after: Sequence[Change]) -> Difference:
    """Return where what is in force differs under two lists of changes."""
    one, other = (in_force(scenario.model_copy(update={"changes": tuple(part)})) for part in (before, after))
    return difference(one, other)


def _overlapping(scenario: Scenario, change: Change, others: Sequence[Change]) -> list[str]:
    """Return the names of changes that decide what a change decides, over some of its places and days."""
    here = in_force(scenario)
    decisions = TAKES_ALONG.get(change.decision, (change.decision,))
    return [
        one.name
        for one in others
        if one.decision in decisions
        and np.intersect1d(here.of(one.where), here.of(change.where)).size
        and (one.end is None or change.start is None or one.end > change.start)
        and (change.end is None or one.start is None or change.end > one.start)
    ]


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "another change"
    told = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
    return f"the change {told}" if len(names) == 1 else f"the changes {told} together"
