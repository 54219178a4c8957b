"""The settings in force at the places of a run, day by day, and where two scenarios differ in them; nothing is simulated.

A change acts only through the dated settings of places. Two scenarios with the same parameters are therefore the same if
their settings are equal wherever the engine reads them. It does not read the point and the rule of 287(g) screening at
places without officers, nor the settings of bookings at prisons, where nobody is booked.
"""

from __future__ import annotations

from collections import OrderedDict, UserDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from types import SimpleNamespace
from typing import Any

import numpy as np

from enforcement_sim.places.build import ScenarioLike, World, build_world
from enforcement_sim.places.history import Setting
from enforcement_sim.places.scope import Places, WhereLike

IN_JAIL = ("officer_share", "interviews_a_day")
"""A place with any of these has officers under 287(g) in its jail."""
OFFICERS = (*IN_JAIL, "field_arrests_a_day")
READ_WITH_OFFICERS = ("post_case", "screen_rule")
READ_AT_BOOKING = ("sharing", "post_case", "cites")
ADHERENCE = ("issue_covered", "issue_not_covered")
"""Set only where a change states them; elsewhere the places' own values apply."""
CACHE_SIZE = 64
"""Size of the cache; a dragged slider and a grid need the same few again and again."""


@dataclass(frozen=True, eq=False)
class InForce:
    """The settings in force in one scenario.

    Attributes
    ----------
    places : Places
    reported : bool array, shape (places,)
    first, last : date
        First and last day simulated; the warm start is before ``counted``.
    counted : int
        The first day counted, as runs count days.
    settings : dict
        Field -> settings in order of day.
    unread : dict
        Field -> whether the engine never reads the value, by place.
    digest : str
        Equal for two scenarios with the same settings in force.
    """

    places: Places
    reported: np.ndarray
    first: date
    last: date
    counted: int
    settings: Mapping[str, tuple[Setting, ...]]
    unread: Mapping[str, np.ndarray]
    digest: str = ""

    def days(self, field: str, unread: np.ndarray | None = None) -> Iterator[tuple[int, np.ndarray]]:
        """Yield the days on which something changes in a field, with every place's value from then on; 0 where unread."""
        values = np.zeros(self.places.size)
        unread = self.unread.get(field) if unread is None else unread
        for setting in self.settings[field]:
            values[setting.places] = setting.value
            if unread is not None:
                values[unread] = 0.0
            yield setting.day, values.copy()

    def of(self, where: WhereLike) -> np.ndarray:
        """Return the positions of a change's places among the run's; empty if it has none of them."""
        return self.places.of(where.kind, where.members)

    def ever(self, fields: tuple[str, ...], here: np.ndarray, first: date | None, until: date | None) -> bool:
        """Return whether any of these fields is above zero at some places on some day from ``first`` until before ``until``.

        Without ``first`` from the first counted day.
        """
        days = (self.last - self.first).days + 1
        start = self.counted if first is None else max(0, (first - self.first).days)
        end = days if until is None else min(days, (until - self.first).days)
        for field in fields:
            moments = list(self.days(field))
            ends = [day for day, _ in moments[1:]] + [days]
            for (day, values), following in zip(moments, ends, strict=True):
                if day < end and following > start and (values[here] > 0.0).any():
                    return True
        return False


@dataclass(frozen=True)
class Difference:
    """Where two scenarios differ in the settings in force.

    Attributes
    ----------
    anywhere : bool
        On any day, at any place.
    reported : bool
        At a place that is reported.
    counted : bool
        On a day that is counted.
    """

    anywhere: bool
    reported: bool
    counted: bool


def difference(one: InForce, other: InForce) -> Difference:
    """Return where two scenarios with the same places and days differ."""
    if one.digest == other.digest:
        return Difference(anywhere=False, reported=False, counted=False)
    end = (one.last - one.first).days + 1
    anywhere = np.zeros(one.places.size, bool)
    counted = False
    for field in one.settings:
        # A value that one of the scenarios reads counts in both.
        unread = one.unread[field] & other.unread[field] if field in one.unread else None
        moments = sorted(
            [(day, 0, values) for day, values in one.days(field, unread)]
            + [(day, 1, values) for day, values in other.days(field, unread)],
            key=lambda moment: moment[:2],
        )
        now = [np.zeros(one.places.size), np.zeros(one.places.size)]
        for position, (day, side, values) in enumerate(moments):
            now[side] = values
            following = moments[position + 1][0] if position + 1 < len(moments) else end
            if following > day:
                differs = now[0] != now[1]
                anywhere |= differs
                counted = counted or bool(following > one.counted and differs.any())
    return Difference(bool(anywhere.any()), bool((anywhere & one.reported).any()), counted)


_cache: OrderedDict[Hashable, tuple[Mapping[str, float], InForce]] = OrderedDict()


def in_force(scenario: ScenarioLike, seed: int = 1) -> InForce:
    """Return the settings in force in a scenario.

    Parameters
    ----------
    scenario
        Resolved and checked.
    seed
        Used only for states with a drawn delay.

    Examples
    --------
    >>> from enforcement_sim.scenarios.load import load_scenario
    >>> one = load_scenario("baseline").with_(scope={"counties": ["10003"]})
    >>> other = one.with_(**{"detainer.hold_hours": 96})
    >>> in_force(one).digest == in_force(other).digest
    True
    """
    key = (
        scenario.period_start,
        scenario.period_end,
        (scenario.scope.kind, scenario.scope.members),
        scenario.simulate,
        tuple(scenario.data.items()),
        tuple(
            (one.decision, one.rule, one.where.kind, one.where.members, one.start, one.end, one.shares)
            for one in scenario.changes
        ),
        seed,
    )
    values = scenario.parameters
    for number in range(CACHE_SIZE):
        cached = _cache.get((key, number))
        if cached is None:
            break
        # Levers before the first counted day are in no place's settings, so they are no part of the key.
        if all(values.get(address) == value for address, value in cached[0].items()):
            _cache.move_to_end((key, number))
            return cached[1]
    read = _ReadValues(values)
    found = _settings_in(build_world(varied(scenario, parameters=read), seed))
    _cache[(key, number)] = (read.read, found)
    if len(_cache) > CACHE_SIZE:
        _cache.popitem(last=False)
    return found


class _ReadValues(UserDict[str, float]):
    """Values that record which of them are read, so that a cached result can be used if those are the same."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.read: dict[str, float] = {}

    def __getitem__(self, address: str) -> float:
        return self.read.setdefault(address, self.data[address])


def varied(scenario: ScenarioLike, **other: Any) -> Any:
    """Return the parts of a scenario that are read here, with some of them replaced."""
    parts = ("period_start", "period_end", "scope", "simulate", "thin", "changes", "data", "parameters", "history")
    return SimpleNamespace(**{part: getattr(scenario, part) for part in parts} | other)


def _settings_in(world: World) -> InForce:
    """Return the settings in force in a built world."""
    every = np.arange(world.places.size)
    fields: dict[str, list[Setting]] = {field: [Setting(0, field, every, world.places[field])] for field in ADHERENCE}
    for setting in world.settings:
        fields.setdefault(setting.field, []).append(setting)
    officers = np.zeros(every.size, bool)
    for field in IN_JAIL:
        for setting in fields[field]:
            officers[setting.places[setting.value > 0.0]] = True
    unread: dict[str, np.ndarray] = dict.fromkeys(READ_WITH_OFFICERS, ~officers)
    prison = world.places["is_prison"] == 1
    for field in READ_AT_BOOKING:
        unread[field] = unread.get(field, prison) | prison
    states = np.unique(world.places["state"])
    found = InForce(
        Places(world.counties, states, world.geography),
        world.reported,
        world.clock.start,
        world.clock.end,
        world.clock.first_counted_day,
        {field: tuple(fields[field]) for field in sorted(fields)},
        unread,
    )
    return replace(found, digest=_digest(found))


def _digest(found: InForce) -> str:
    """Return a hash of every value that is read, and of the days on which it changes."""
    digest = blake2b(f"{found.first} {found.last} {found.counted}".encode(), digest_size=16)
    digest.update(found.places.counties.tobytes() + found.reported.tobytes())
    for field in found.settings:
        before: np.ndarray | None = None
        for day, values in dict(found.days(field)).items():  # the last of each day
            if before is None or not np.array_equal(values, before):
                digest.update(f"{field} {day}".encode() + values.tobytes())
            before = values
    return digest.hexdigest()
