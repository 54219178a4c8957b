"""Which changes and parameters of some worlds do nothing, why, and which of the worlds are the same.

A change does nothing if what is in force at the places simulated is the same with it and without it, at every setting of a
sweep or design: a setting that only repeats history is a reference, and nothing to warn of where others differ from it.
Two settings are the same world if the same is in force in both and their parameters are the same. A parameter does nothing
where what switches it on is off at every setting. Nothing is simulated.
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
    """A scenario with named changes, which can be written down."""

    @property
    def changes(self) -> Sequence[NamedChange]: ...
    def resolved(self) -> dict[str, Any]: ...


type World = tuple[Mapping[str, Any], Described]
"""Settings that tell it from others, and the scenario they make."""

SCENARIO = "scenario"
"""The setting that names the scenario, where several are compared."""
MOST_WORLDS = 64
"""Worlds that are laid out at most, each in a fraction of a second; of a larger design nothing is said."""
MOST_TOLD = 3
"""Settings of no effect that are told one by one, beyond those told as a value."""
NEVER_IN_HISTORY = ("citation", "agreement_budget", "oversight")
"""Levers that only a scenario's change can pull."""
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
ADVICE = "leave one of them out, or look for what should differ between them"


@dataclass(frozen=True)
class NoEffect:
    """Something written that does nothing, or not what one would think.

    Attributes
    ----------
    key : str
        Where it is written: ``changes.NAME``, ``parameters.ADDRESS``, a swept address, or ``settings``.
    why : str
        What it does not do, why, and what to do about it; without a full stop.
    softly : bool
        It does something, but nothing that is reported directly.
    scenario : str
        Whose it is, where several are compared.
    """

    key: str
    why: str
    softly: bool = False
    scenario: str = ""

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.scenario}: {self.key}: {self.why}" if self.scenario else f"{self.key}: {self.why}"


def without_effect(worlds: Sequence[World], alike: bool = True, drawn: Collection[str] = ()) -> tuple[NoEffect, ...]:
    """Return what does nothing in some worlds that belong together, such as the points of a sweep.

    Parameters
    ----------
    worlds
        Settings and scenario of each, the reference first. Those of several scenarios have a setting ``scenario``.
    alike
        Whether settings that make the same world are told of, too.
    drawn
        Parameters whose values are drawn beside these worlds.

    Returns
    -------
    tuple of NoEffect
        Changes in the order written, then parameters, then settings. Empty also where imported data is not to be found any more.

    Examples
    --------
    >>> from enforcement_sim.scenarios.load import load_scenario
    >>> here = load_scenario("baseline").with_(scope={"counties": ["10003"]})
    >>> rule = {"decision": "honour", "rule": "honour-none", "where": {"states": ["CA"]}}
    >>> found = without_effect([({}, here.with_(**{"changes.late": rule}))])
    >>> print(str(found[0])[:59])
    changes.late: does nothing: its places (California) are not
    """
    by_scenario: dict[str, list[World]] = {}
    for settings, scenario in worlds:
        by_scenario.setdefault(str(settings.get(SCENARIO, "")), []).append((settings, scenario))
    found: list[NoEffect] = []
    try:
        for name, own in by_scenario.items():
            told = [*_idle_changes(own), *_idle_parameters(own, drawn)]
            if alike and 1 < len(own) <= MOST_WORLDS:
                told += _same_worlds(_without_settings_of(own, {one.key for one in told if not one.softly}))
            found += [replace(one, scenario=name if len(by_scenario) > 1 else "") for one in told]
        if len(by_scenario) > 1 and all(len(own) == 1 for own in by_scenario.values()):
            idle = {one.scenario for one in found}
            kept = [world for world in worlds if world[0][SCENARIO] not in idle]
            if kept and kept[0] is worlds[0]:
                found += _same_worlds(kept)
    except InputError:
        return ()  # a table that was imported is gone: whoever needs it says so
    return tuple(found)


def warn(found: Iterable[NoEffect], stacklevel: int = 3) -> None:
    """Warn in Python of everything that does nothing; what acts elsewhere is told by pages and commands alone."""
    for one in found:
        if not one.softly:
            warnings.warn(str(one), NoEffectWarning, stacklevel=stacklevel)


# ---- changes ----------------------------------------------------------------------------------------------------------


def _idle_changes(worlds: Sequence[World]) -> Iterator[NoEffect]:
    """Yield the changes that do nothing in any of the worlds, and those that act in none of the places reported."""
    scenarios = [scenario for _, scenario in worlds]
    if len(scenarios) > MOST_WORLDS:  # one of each set of changes
        kinds = {(repr(one.changes), one.period_start, one.period_end, repr(one.scope)): one for one in scenarios[::-1]}
        scenarios = list(kinds.values())[::-1]
    if len(scenarios) > MOST_WORLDS:
        return
    for name in [change.name for change in worlds[0][1].changes]:
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
    """Return why a change that does nothing does nothing, and what to do about it.

    Simple questions find the reason, the plainest first: its places, its dates, a later change, an earlier one, nothing for it
    to act on, or history itself.
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
        # Without any change, too: what another one took away was there.
        for world in (here, in_force(varied(scenario, changes=()))):
            if world.ever(fields, world.of(change.where), change.start, change.end):
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
    """Return where what is in force differs under two lists of changes."""
    return difference(*(in_force(varied(scenario, changes=tuple(changes))) for changes in (before, after)))


def _overlapping(scenario: Described, change: NamedChange, others: Sequence[NamedChange]) -> str:
    """Return the names of changes that decide what a change decides, over some of its places and days."""
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


def _idle_parameters(worlds: Sequence[World], drawn: Collection[str]) -> Iterator[NoEffect]:
    """Yield each parameter that is set or swept and that nothing reads in any of the worlds.

    The register says of a parameter that does not always act under which settings it does. Two kinds of them are switches:
    another parameter that is zero, and a lever that history never uses. What drawn parameters switch on is not told of.
    """
    swept = {address for settings, _ in worlds for address in settings}
    for address, parameter in load_register().items():
        acts_with = parameter.argument.acts_with
        changed = address in swept or any(one.parameters[address] != parameter.default for _, one in worlds)
        if not acts_with or address in drawn or not changed:
            continue
        off = [key for key, value in acts_with.items() if key not in drawn and _is_off(key, value, worlds)]
        if off:
            because = parameter.argument.because.rstrip(".")
            needs = " and ".join(f"{key} = {in_one_line(acts_with[key])}" for key in off)
            where = address if address in swept else f"parameters.{address}"
            why = f"does nothing: {because[0].lower()}{because[1:]}; set for instance {needs}, too"
            yield NoEffect(where, why)


def _is_off(key: str, value: Any, worlds: Sequence[World]) -> bool:
    """Say whether a switch is off in every world; what is no switch is never off."""
    if isinstance(value, Mapping) and value.get("decision") in NEVER_IN_HISTORY:
        pulled = (value["decision"], value["rule"])
        return not any((one.decision, one.rule) == pulled for _, world in worlds for one in world.changes)
    return bool(key in load_register() and value and all(world.parameters[key] == 0.0 for _, world in worlds))


# ---- settings that make the same world --------------------------------------------------------------------------------


def _without_settings_of(worlds: Sequence[World], idle: Collection[str]) -> list[World]:
    """Return worlds without the settings of changes that do nothing, which says already why they are the same."""
    return [
        (
            {
                address: value
                for address, value in settings.items()
                if address != SCENARIO and not any(address.startswith(f"{key}.") for key in idle)
            },
            scenario,
        )
        for settings, scenario in worlds
    ]


def _same_worlds(worlds: Sequence[World]) -> Iterator[NoEffect]:
    """Yield each value, or else each setting, that makes the same world as an earlier one; not those of equal settings."""
    first = _first_of_its_kind(worlds)
    settings = [_comparable(one) for one, _ in worlds]
    same = {index for index, other in enumerate(first) if settings[index] != settings[other]}
    for address, value, other, indices in _values(worlds, first):
        if indices & same:
            whose = " (the reference)" if 0 in {first[index] for index in indices} else ""
            rest = "" if len(worlds[0][0]) == 1 else ", whatever else is set"
            yield NoEffect(address, f"{value} makes the same world as {other}{whose}{rest}; {ADVICE}")
            same -= indices
    for index in sorted(same)[:MOST_TOLD]:
        whose = " (the reference)" if first[index] == 0 else ""
        what, other = (
            ", ".join(f"{address} = {_shown(value)}" for address, value in worlds[one][0].items())
            for one in (index, first[index])
        )
        yield NoEffect("settings", f"{what} makes the same world as {other}{whose}; {ADVICE}")
    if len(same) > MOST_TOLD:
        yield NoEffect("settings", f"{len(same) - MOST_TOLD} more make the same world as another")


def _first_of_its_kind(worlds: Sequence[World]) -> list[int]:
    """Return for each world the first that is the same."""
    by_numbers: dict[Hashable, list[int]] = {}
    for index, (_, scenario) in enumerate(worlds):
        by_numbers.setdefault(_besides_changes(scenario), []).append(index)
    first = list(range(len(worlds)))
    for indices in by_numbers.values():
        known: dict[str, int] = {}
        # Swept parameters tell worlds apart by themselves; then nothing has to be laid out.
        for index in indices if len(indices) > 1 else ():
            first[index] = known.setdefault(in_force(worlds[index][1]).digest, index)
    return first


def _values(worlds: Sequence[World], first: Sequence[int]) -> Iterator[tuple[str, str, str, set[int]]]:
    """Yield an address, a value, an earlier value that makes the same worlds, and the worlds that have the value."""
    position = {_comparable(settings): index for index, (settings, _) in enumerate(worlds)}
    for address in worlds[0][0]:
        having: dict[str, set[int]] = {}
        for index, (settings, _) in enumerate(worlds):
            having.setdefault(_shown(settings.get(address)), set()).add(index)
        for place, (value, indices) in enumerate(having.items()):
            for other in list(having)[:place]:
                partners = {index: position.get(_comparable({**worlds[index][0], address: other})) for index in indices}
                if all(partner is not None and first[partner] == first[index] for index, partner in partners.items()):
                    yield address, value, other, indices
                    break


def _besides_changes(scenario: Described) -> Hashable:
    """Return everything of a scenario that tells worlds apart besides its changes."""
    return (
        *(tuple(sorted(one.items())) for one in (scenario.parameters, scenario.data)),
        *(scenario.period_start, scenario.period_end, scenario.simulate, scenario.thin),
        *(scenario.scope.kind, scenario.scope.members),
    )


def _comparable(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((address, _shown(value)) for address, value in settings.items()))


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
