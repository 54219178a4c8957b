"""Find changes and parameters that have no effect in some design points, with the reason, and points that are the same.

A change has no effect if the settings in force at the places simulated are the same with and without it, at every point of
a sweep or design. (A point that only repeats history is a reference; it causes no warning if other points differ.) Two
points are the same if their settings in force and their parameters are the same. A parameter has no effect if the switch
that it depends on is off at every point. Nothing is simulated.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from enforcement_sim.errors import InputError, NoEffectWarning
from enforcement_sim.no_effect.in_force import IN_JAIL, OFFICERS, Difference, difference, in_force, varied
from enforcement_sim.parameters.register import in_one_line, load_register
from enforcement_sim.place_labels import places_in_words, scope_in_words
from enforcement_sim.places.build import ScenarioLike
from enforcement_sim.places.history import ChangeLike


class NamedChange(ChangeLike, Protocol):
    """A change of a scenario."""

    @property
    def name(self) -> str: ...


class Described(ScenarioLike, Protocol):
    """A scenario with named changes and a resolved form."""

    @property
    def changes(self) -> Sequence[NamedChange]: ...
    def resolved(self) -> dict[str, Any]: ...


type SweptScenario = tuple[Mapping[str, Any], Described]
"""The settings of a point of a design, and the scenario that they give."""

SCENARIO = "scenario"
"""The setting that names the scenario, if several are compared."""
MOST_POINTS = 64
"""Most points that are checked, each in a fraction of a second; a larger design is not checked."""
MOST_LISTED = 3
"""Most settings without effect that are listed singly, besides those listed by value."""
NEVER_IN_HISTORY = ("citation", "agreement_budget", "oversight")
"""Levers that only a change of a scenario can set."""
NEEDS = {
    "agreement": (OFFICERS, "a 287(g) agreement in force"),
    "agreement_budget": (OFFICERS, "a 287(g) agreement in force"),
    "screening_point": (IN_JAIL, "287(g) officers in its jail"),
    "screen": (IN_JAIL, "287(g) officers in its jail"),
    "task_force": (("field_arrests_a_day",), "a 287(g) task force at work"),
}
"""Decision -> fields on which it depends, and their description."""
TAKES_ALONG = {"task_force": ("task_force", "agreement")}
"""Decision -> decisions whose later changes override it, if not only its own: an agreement includes its task force."""
ADVICE = "leave one of them out, or look for what should differ between them"


@dataclass(frozen=True)
class NoEffect:
    """A change, parameter or setting without effect, or with none that is reported directly.

    Attributes
    ----------
    key : str
        Its key: ``changes.NAME``, ``parameters.ADDRESS``, a swept address, or ``settings``.
    why : str
        The reason, and what to do about it; without a full stop.
    softly : bool
        Whether it has an effect, but none that is reported directly.
    scenario : str
        Its scenario, if several are compared.
    """

    key: str
    why: str
    softly: bool = False
    scenario: str = ""

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.scenario}: {self.key}: {self.why}" if self.scenario else f"{self.key}: {self.why}"


def without_effect(
    points: Sequence[SweptScenario], same: bool = True, drawn: Collection[str] = ()
) -> tuple[NoEffect, ...]:
    """Return what has no effect in some points that belong together, such as those of a sweep.

    Parameters
    ----------
    points
        Settings and scenario of each, the reference first. Points of several scenarios have a setting ``scenario``.
    same
        Whether settings that make the same scenario are listed, too.
    drawn
        Parameters whose values are drawn at every point.

    Returns
    -------
    tuple of NoEffect
        Changes in the order written, then parameters, then settings. Also empty if imported data is missing.

    Examples
    --------
    >>> from enforcement_sim.scenarios.load import load_scenario
    >>> here = load_scenario("baseline").with_(scope={"counties": ["10003"]})
    >>> rule = {"decision": "honour", "rule": "honour-none", "where": {"states": ["CA"]}}
    >>> found = without_effect([({}, here.with_(**{"changes.late": rule}))])
    >>> print(str(found[0])[:59])
    changes.late: does nothing: its places (California) are not
    """
    by_scenario: dict[str, list[SweptScenario]] = {}
    for settings, scenario in points:
        by_scenario.setdefault(str(settings.get(SCENARIO, "")), []).append((settings, scenario))
    found: list[NoEffect] = []
    try:
        for name, own in by_scenario.items():
            messages = [*_idle_changes(own), *_idle_parameters(own, drawn)]
            if same and 1 < len(own) <= MOST_POINTS:
                messages += _same_points(_without_settings_of(own, {one.key for one in messages if not one.softly}))
            found += [replace(one, scenario=name if len(by_scenario) > 1 else "") for one in messages]
        if len(by_scenario) > 1 and all(len(own) == 1 for own in by_scenario.values()):
            idle = {one.scenario for one in found}
            remaining = [point for point in points if point[0][SCENARIO] not in idle]
            if remaining and remaining[0] is points[0]:
                found += _same_points(remaining)
    except InputError:
        return ()  # an imported table is missing: the run reports it
    return tuple(found)


def warn(found: Iterable[NoEffect], stacklevel: int = 3) -> None:
    """Issue Python warnings for everything without effect; pages and commands alone list effects elsewhere."""
    for one in found:
        if not one.softly:
            warnings.warn(str(one), NoEffectWarning, stacklevel=stacklevel)


# ---- changes ----------------------------------------------------------------------------------------------------------


def _idle_changes(points: Sequence[SweptScenario]) -> Iterator[NoEffect]:
    """Yield the changes without effect at any point, and those with none in the places reported."""
    scenarios = [scenario for _, scenario in points]
    if len(scenarios) > MOST_POINTS:  # one of each set of changes
        kinds = {(one.changes, one.period_start, one.period_end, one.scope): one for one in scenarios[::-1]}
        scenarios = list(kinds.values())[::-1]
    if len(scenarios) > MOST_POINTS:
        return
    for name in [change.name for change in points[0][1].changes]:
        nothing: list[str] = []
        softly: list[str] = []
        for scenario in scenarios:
            change = next(one for one in scenario.changes if one.name == name)
            others = [one for one in scenario.changes if one.name != name]
            differs = _between(scenario, others, scenario.changes)
            if not differs.anywhere:
                nothing.append(_why_nothing(scenario, change))
            elif not differs.reported:
                softly.append(
                    f"acts only outside the places reported ({scope_in_words(scenario.resolved()['scope'])}): it can reach "
                    "them only through the crews and beds of the field offices that they share"
                )
            elif not differs.counted:
                softly.append(
                    f"acts only before the first day counted ({scenario.period_start}), in the warm start from "
                    f"{in_force(scenario).first} on: it can reach the results only through people who are still held then"
                )
            else:
                break
        else:
            reasons = list(dict.fromkeys(softly or nothing))
            yield NoEffect(f"changes.{name}", "; at other settings: ".join(reasons[:2]), softly=bool(softly))


def _why_nothing(scenario: Described, change: NamedChange) -> str:
    """Return why a change has no effect, and what to do about it.

    The reasons are checked from the simplest on: its places, its dates, a later change, an earlier one, nothing for it to
    act on, or history itself.
    """
    here = in_force(scenario)
    places = scope_in_words(scenario.resolved()["changes"][change.name]["where"])
    if not here.of(change.where).size:
        simulated = places_in_words(scenario.resolved())
        return (
            f"does nothing: its places ({places}) are not among those simulated ({simulated}); "
            "write places in its `where` that `scope` names"
        )
    if change.start is not None and change.start > here.last:
        return f"does nothing: it begins on {change.start}, after the period's last day ({here.last}); begin it earlier"
    if change.start is None and change.end is not None and change.end <= scenario.period_start:
        return (
            f"does nothing: it ends on {change.end}, before the first day counted ({scenario.period_start}) is over, and "
            "without a first day it begins on that; write `from`, or end it later"
        )
    if change.end is not None and change.end <= here.first:
        return (
            f"does nothing: it ends on {change.end}, before the first day simulated ({here.first}, when the warm start "
            "of the period begins); end it later"
        )
    at = [one.name for one in scenario.changes].index(change.name)
    earlier, later = scenario.changes[:at], scenario.changes[at + 1 :]
    if _between(scenario, earlier, (*earlier, change)).anywhere:
        return (
            f"does nothing: {_overlapping(scenario, change, later)} decides the same over the same places and days, and a "
            "later change wins; leave one of them out, or change their order"
        )
    if earlier and _between(scenario, (), (change,)).anywhere:
        names = _overlapping(scenario, change, earlier)
        return f"does nothing: {names}, written before it, does the same there already; leave this one out"
    if change.decision in NEEDS:
        fields, called = NEEDS[change.decision]
        # Also without any change, because another change may have ended the agreement.
        for point in (here, in_force(varied(scenario, changes=()))):
            if point.ever(fields, point.of(change.where), change.start, change.end):
                break
        else:
            return (
                f"does nothing: none of its places ({places}) that are simulated has {called} on its days; "
                "choose other places or days"
            )
    return (
        f"does nothing: {change.rule} is what was in force there anyway on all its days; "
        "choose another rule, other places or other days"
    )


def _between(scenario: Described, before: Sequence[NamedChange], after: Sequence[NamedChange]) -> Difference:
    """Return where the settings in force differ under two lists of changes."""
    return difference(*(in_force(varied(scenario, changes=tuple(changes))) for changes in (before, after)))


def _overlapping(scenario: Described, change: NamedChange, others: Sequence[NamedChange]) -> str:
    """Return the names of changes to the same decision that share places and days with a change."""
    here = in_force(scenario)
    decisions = TAKES_ALONG.get(change.decision, (change.decision,))
    names = [
        one.name
        for one in others
        if one.decision in decisions
        and np.intersect1d(here.of(one.where), here.of(change.where)).size
        and (one.end is None or change.start is None or one.end > change.start)
        and (change.end is None or one.start is None or change.end > one.start)
    ]
    if len(names) > 1:
        return f"the changes {', '.join(names[:-1])} and {names[-1]} together"
    return f"the change {names[0]}" if names else "another change"


# ---- parameters -------------------------------------------------------------------------------------------------------


def _idle_parameters(points: Sequence[SweptScenario], drawn: Collection[str]) -> Iterator[NoEffect]:
    """Yield each parameter that is set or swept but used at no point.

    The register lists the settings on which a parameter depends. Two kinds of them are switches: another parameter that is
    zero, and a lever that history never uses. Parameters that depend on a drawn one are not listed.
    """
    swept = {address for settings, _ in points for address in settings}
    for address, parameter in load_register().items():
        acts_with = parameter.argument.acts_with
        changed = address in swept or any(one.parameters[address] != parameter.default for _, one in points)
        if not acts_with or address in drawn or not changed:
            continue
        off = [key for key, value in acts_with.items() if key not in drawn and _is_off(key, value, points)]
        if off:
            because = parameter.argument.because.rstrip(".")
            needs = " and ".join(f"{key} = {in_one_line(acts_with[key])}" for key in off)
            where = address if address in swept else f"parameters.{address}"
            why = f"does nothing: {because[0].lower()}{because[1:]}; set for instance {needs}, too"
            yield NoEffect(where, why)


def _is_off(key: str, value: Any, points: Sequence[SweptScenario]) -> bool:
    """Return whether a switch is off at every point; other settings are never off."""
    if isinstance(value, Mapping) and value.get("decision") in NEVER_IN_HISTORY:
        pulled = (value["decision"], value["rule"])
        return not any((one.decision, one.rule) == pulled for _, point in points for one in point.changes)
    return bool(key in load_register() and value and all(point.parameters[key] == 0.0 for _, point in points))


# ---- settings that make the same scenario --------------------------------------------------------------------------------


def _without_settings_of(points: Sequence[SweptScenario], idle: Collection[str]) -> list[SweptScenario]:
    """Return the points without settings of changes that have no effect, which are listed already."""
    return [
        (
            {
                address: value
                for address, value in settings.items()
                if address != SCENARIO and not any(address.startswith(f"{key}.") for key in idle)
            },
            scenario,
        )
        for settings, scenario in points
    ]


def _same_points(points: Sequence[SweptScenario]) -> Iterator[NoEffect]:
    """Yield each value, or else each setting, that makes the same scenario as an earlier one; not equal settings."""
    first = _first_of_its_kind(points)
    settings = [_comparable(one) for one, _ in points]
    same = {index for index, other in enumerate(first) if settings[index] != settings[other]}
    for address, value, other, indices in _values(points, first):
        if indices & same:
            suffix = " (the reference)" if 0 in {first[index] for index in indices} else ""
            rest = "" if len(points[0][0]) == 1 else ", whatever else is set"
            yield NoEffect(address, f"{value} makes the same world as {other}{suffix}{rest}; {ADVICE}")
            same -= indices
    for index in sorted(same)[:MOST_LISTED]:
        suffix = " (the reference)" if first[index] == 0 else ""
        what, other = (
            ", ".join(f"{address} = {_text(value)}" for address, value in points[one][0].items())
            for one in (index, first[index])
        )
        yield NoEffect("settings", f"{what} makes the same world as {other}{suffix}; {ADVICE}")
    if len(same) > MOST_LISTED:
        yield NoEffect("settings", f"{len(same) - MOST_LISTED} more make the same world as another")


def _first_of_its_kind(points: Sequence[SweptScenario]) -> list[int]:
    """Return for each point the first point that is the same."""
    by_numbers: dict[Hashable, list[int]] = {}
    for index, (_, scenario) in enumerate(points):
        by_numbers.setdefault(_besides_changes(scenario), []).append(index)
    first = list(range(len(points)))
    for indices in by_numbers.values():
        known: dict[str, int] = {}
        # Points with different parameters differ anyway, and need not be laid out.
        for index in indices if len(indices) > 1 else ():
            first[index] = known.setdefault(in_force(points[index][1]).digest, index)
    return first


def _values(points: Sequence[SweptScenario], first: Sequence[int]) -> Iterator[tuple[str, str, str, set[int]]]:
    """Yield an address, a value, an earlier value that makes the same scenarios, and the points with the value."""
    position = {_comparable(settings): index for index, (settings, _) in enumerate(points)}
    for address in points[0][0]:
        having: dict[str, set[int]] = {}
        for index, (settings, _) in enumerate(points):
            having.setdefault(_text(settings.get(address)), set()).add(index)
        for place, (value, indices) in enumerate(having.items()):
            for other in list(having)[:place]:
                partners = {index: position.get(_comparable({**points[index][0], address: other})) for index in indices}
                if all(partner is not None and first[partner] == first[index] for index, partner in partners.items()):
                    yield address, value, other, indices
                    break


def _besides_changes(scenario: Described) -> Hashable:
    """Return everything in a scenario that distinguishes points, except its changes."""
    return (
        *(tuple(sorted(one.items())) for one in (scenario.parameters, scenario.history, scenario.data)),
        *(scenario.period_start, scenario.period_end, scenario.simulate, scenario.thin),
        *(scenario.scope.kind, scenario.scope.members),
    )


def _comparable(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((address, _text(value)) for address, value in settings.items()))


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
