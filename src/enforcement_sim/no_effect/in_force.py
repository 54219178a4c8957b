"""What is in force at the places of a run, day by day, and where two worlds differ in it; nothing is simulated.

Everything that a change does passes through the dated settings of places. So two worlds with the same parameters whose
settings are the same, wherever the engine reads them, are the same world. Not read are the point and the rule of
287(g) screening at places without officers, and the bookings' settings of prisons, where nobody is booked.
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
"""Laid out only where a change states them; elsewhere the places' own stand."""
KEPT = 64
"""Layouts that are remembered; a slider that is dragged and a grid ask for the same few again and again."""


@dataclass(frozen=True, eq=False)
class InForce:
    """What is in force in one world.

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
        Field -> whether each place's value is read by nobody.
    digest : str
        Equal for two worlds in which the same is in force.
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
        """Return which of the run's places a change is about: positions, none if it is about others alone."""
        return self.places.of(where.kind, where.members)

    def ever(self, fields: tuple[str, ...], here: np.ndarray, first: date | None, until: date | None) -> bool:
        """Say whether any of these fields is above zero at some places on some day from ``first`` until before ``until``."""
        days = (self.last - self.first).days + 1
        start = 0 if first is None else max(0, (first - self.first).days)
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
    """Where two worlds differ in what is in force.

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
    """Return where two worlds of the same places and days differ."""
    if one.digest == other.digest:
        return Difference(anywhere=False, reported=False, counted=False)
    end = (one.last - one.first).days + 1
    anywhere = np.zeros(one.places.size, bool)
    counted = False
    for field in one.settings:
        # What is read in one of the worlds counts in both.
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


_remembered: OrderedDict[Hashable, tuple[Mapping[str, float], InForce]] = OrderedDict()


def in_force(scenario: ScenarioLike, seed: int = 1) -> InForce:
    """Return what is in force in a scenario's world.

    Parameters
    ----------
    scenario
        Resolved and checked.
    seed
        Only states that delay draw from it.

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
    for number in range(KEPT):
        held = _remembered.get((key, number))
        if held is None:
            break
        if all(values.get(address) == value for address, value in held[0].items()):
            _remembered.move_to_end((key, number))
            return held[1]
    read = _Noted(values)
    found = _laid_out(build_world(varied(scenario, parameters=read), seed))
    _remembered[(key, number)] = (read.noted, found)
    if len(_remembered) > KEPT:
        _remembered.popitem(last=False)
    return found


class _Noted(UserDict[str, float]):
    """Values that note which of them are read, so that a layout can be used again where those are the same."""

    def __init__(self, values: Mapping[str, float]) -> None:
        super().__init__(values)
        self.noted: dict[str, float] = {}

    def __getitem__(self, address: str) -> float:
        return self.noted.setdefault(address, self.data[address])


def varied(scenario: ScenarioLike, **other: Any) -> Any:
    """Return what is read of a scenario here, with something else in the place of a part."""
    parts = ("period_start", "period_end", "scope", "simulate", "thin", "changes", "data", "parameters")
    return SimpleNamespace(**{part: getattr(scenario, part) for part in parts} | other)


def _laid_out(world: World) -> InForce:
    """Return what is in force in a world that has been built."""
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
    laid = InForce(
        Places(world.counties, states, world.geography),
        world.reported,
        world.clock.start,
        world.clock.end,
        world.clock.first_counted_day,
        {field: tuple(fields[field]) for field in sorted(fields)},
        unread,
    )
    return replace(laid, digest=_digest(laid))


def _digest(laid: InForce) -> str:
    """Return a hash of every value that is read, and of the days on which it changes."""
    found = blake2b(f"{laid.first} {laid.last} {laid.counted}".encode(), digest_size=16)
    found.update(laid.places.counties.tobytes() + laid.reported.tobytes())
    for field in laid.settings:
        before: np.ndarray | None = None
        for day, values in dict(laid.days(field)).items():  # the last of each day
            if before is None or not np.array_equal(values, before):
                found.update(f"{field} {day}".encode() + values.tobytes())
            before = values
    return found.hexdigest()
