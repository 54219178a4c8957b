"""Which changes of some worlds do nothing, and which of the worlds are the same.

A change does nothing if what is in force at the places simulated is the same with it and without it, at every setting of a
sweep or design: a setting that only repeats history is a reference, and nothing to warn of where others differ from it.
Two settings are the same world if the same is in force in both and their parameters are the same. Nothing is simulated.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, NoEffectWarning
from enforcement_sim.no_effect.numbers import idle_numbers
from enforcement_sim.no_effect.reasons import only_elsewhere, only_warm_start, why_nothing, without
from enforcement_sim.no_effect.same import same_worlds

if TYPE_CHECKING:
    from enforcement_sim.scenarios.file_format import Change
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["MOST_WORLDS", "NoEffect", "World", "warn", "without_effect"]

type World = tuple[Mapping[str, Any], Scenario]
"""Settings that tell it from others, and the scenario they make."""

SCENARIO = "scenario"
"""The setting that names the scenario, where several are compared."""
MOST_WORLDS = 64
"""Worlds that are laid out at most, each in a fraction of a second; of a larger design nothing is said."""
MOST_TOLD = 3
"""Settings of no effect that are told one by one, beyond those told as a value."""


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
            told = [*_changes(own), *(NoEffect(key, why) for key, why in idle_numbers(own, drawn))]
            if alike:
                told += _same_worlds(own, {one.key for one in told if not one.softly})
            found += [replace(one, scenario=name if len(by_scenario) > 1 else "") for one in told]
        if len(by_scenario) > 1 and all(len(own) == 1 for own in by_scenario.values()):
            idle = {one.scenario for one in found}
            kept = [world for world in worlds if world[0][SCENARIO] not in idle]
            if kept and kept[0] is worlds[0]:
                found += [NoEffect(key, why) for key, why in same_worlds(kept, MOST_TOLD)]
    except InputError:
        return ()  # a table that was imported is gone: whoever needs it says so
    return tuple(found)


def warn(found: Iterable[NoEffect], stacklevel: int = 3) -> None:
    """Warn in Python of everything that does nothing; what acts elsewhere is told by pages and commands alone."""
    for one in found:
        if not one.softly:
            warnings.warn(str(one), NoEffectWarning, stacklevel=stacklevel)


def _changes(worlds: Sequence[World]) -> list[NoEffect]:
    """Return the changes that do nothing in any of the worlds, and those that act in none of the places reported."""
    found = []
    for name in [change.name for change in worlds[0][1].changes]:
        told = _of_change(name, worlds)
        if told is not None:
            found.append(told)
    return found


def _of_change(name: str, worlds: Sequence[World]) -> NoEffect | None:
    """Return what is to be said of one change; None if it acts at one setting or more."""
    nothing: list[str] = []
    softly: list[str] = []
    for scenario in _to_look_at(worlds):
        change = _named(name, scenario)
        differs = without(scenario, change)
        if not differs.anywhere:
            nothing.append(why_nothing(scenario, change))
        elif not differs.reported:
            softly.append(only_elsewhere(scenario, change))
        elif not differs.counted:
            softly.append(only_warm_start(scenario, change))
        else:
            return None
    if not nothing and not softly:
        return None
    reasons = list(dict.fromkeys(softly or nothing))
    return NoEffect(f"changes.{name}", "; at other settings: ".join(reasons[:2]), softly=bool(softly))


def _to_look_at(worlds: Sequence[World]) -> list[Scenario]:
    """Return the worlds at which changes are tried: all, or one of each set of changes where there are many; or none."""
    every = [scenario for _, scenario in worlds]
    if len(every) > MOST_WORLDS:
        kinds: dict[object, Scenario] = {}
        for one in every:
            kinds.setdefault((repr(one.changes), one.period_start, one.period_end, repr(one.scope)), one)
        every = list(kinds.values())
    return every if len(every) <= MOST_WORLDS else []


def _named(name: str, scenario: Scenario) -> Change:
    return next(change for change in scenario.changes if change.name == name)


def _same_worlds(worlds: Sequence[World], told: set[str]) -> list[NoEffect]:
    """Return settings that make the same world as another, unless a change that does nothing says why already."""
    if not 1 < len(worlds) <= MOST_WORLDS:
        return []
    kept = [
        (
            {
                address: value
                for address, value in settings.items()
                if address != SCENARIO and not any(address.startswith(f"{key}.") for key in told)
            },
            scenario,
        )
        for settings, scenario in worlds
    ]
    return [NoEffect(key, why) for key, why in same_worlds(kept, MOST_TOLD)]
