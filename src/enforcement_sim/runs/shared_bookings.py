"""Counted bookings of the counted period, drawn once for every run that they are the same in.

People out of every programme's reach are nine bookings in ten. Each fills a bed and is counted, and nothing that happens to
anybody else depends on them. Which of them are booked follows from the seed, the places, and what the scenario says of sharing,
citation and responses; not from holds, detainers, agreements or officers. So a run that draws them keeps what they add to its
tables, and a run in which they are the same adds that instead of drawing them. All of it is sums of whole numbers: results are
the same to the last number (a test compares them).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from enforcement_sim import process
from enforcement_sim.places.history import Setting
from enforcement_sim.process.counted_bookings import count_bookings
from enforcement_sim.process.day import _take_departures as take_departures
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.engine import Engine, smallest_engine
from enforcement_sim.process.jit import compiled
from enforcement_sim.process.layouts import Duration

PLACE_FIELDS = (
    *("fips", "area", "is_prison", "day_share", "reachable_share"),
    *("sharing", "further_prints", "cites", "arrest_change"),
)
"""What counted bookings read of a place."""
CONSTANTS = ("seed", "thin", "first_hour", "last_hour", "offences", "statuses", "kinds", "kind_guide", "hours_in_bed")
"""What they read of the engine's constant arrays, besides the hour of the day and the responses."""
RESPONSES = (Decision.CRIME, Decision.REPORTED, Decision.ARRESTED)
MONTHLY = ("events", "inmate_days")
"""Tables of the ledger that are emptied at the end of each month."""
WHOLE = ("bookings", "hours", "place_hours")


@compiled
def count_day(w):  # type: ignore[no-untyped-def]
    """Count the bookings of a day that nobody follows, and those of them who leave."""
    count_bookings(w)
    take_departures(w)


def compile_whole_engine() -> None:
    """Compile the engine and :func:`count_day`, or load their machine code from the cache."""
    process.compile_engine()
    count_day(smallest_engine().world())


def add_to_hash(digest: Any, value: Any) -> None:
    """Add an array, a number, or a tuple of them to a hash; of rows their fields, since the bytes between these mean nothing."""
    names = None if isinstance(value, tuple) else np.asarray(value).dtype.names
    if isinstance(value, tuple) or names:
        for one in value if names is None else (value[name] for name in names):
            add_to_hash(digest, one)
    else:
        digest.update(np.ascontiguousarray(value).tobytes())


def can_be_apart(engine: Engine) -> bool:
    """Say whether counted bookings can be left out of the days from today on, the first counted one.

    Not if a month ends today: the engine forgets what was counted before in the very step that ends the month.
    """
    clock = engine.clock
    ends = engine.day + 1 == clock.days or clock.month_of_day[engine.day + 1] != clock.month_of_day[engine.day]
    return engine.day == clock.first_counted_day and not ends and engine.recorder is None


def name_of(engine: Engine, settings: Iterable[Setting]) -> str:
    """Return a hash of everything that counted bookings depend on from today on.

    Parameters
    ----------
    engine : Engine
        On its first counted day, with what is in force today.
    settings : iterable of Setting
        What comes into force, of which later days are looked at.
    """
    clock, world = engine.clock, engine.world()
    today = engine.day
    digest = hashlib.sha256(b"counted bookings")
    add_to_hash(digest, (clock.day_number(today), today, clock.month_of_day[today:], engine.expected[today:]))
    add_to_hash(digest, tuple(getattr(world, name) for name in CONSTANTS))
    add_to_hash(digest, (world.durations[Duration.HOUR_OF_DAY], world.shares[list(RESPONSES)]))
    add_to_hash(digest, tuple(engine.places[name] for name in PLACE_FIELDS))
    for setting in settings:
        if setting.day > today and setting.field in PLACE_FIELDS:
            digest.update(repr((setting.day, setting.field)).encode())
            add_to_hash(digest, (setting.places, setting.value))
    return digest.hexdigest()


class CountedBookings:
    """What counted bookings add to a run from today, its first counted day, on; the engine draws them no longer.

    Parameters
    ----------
    engine : Engine
        For which :func:`can_be_apart` holds.
    kept : dict, optional
        From :meth:`kept` of a run with the same name; drawn unless given.
    """

    def __init__(self, engine: Engine, kept: dict[str, Any] | None = None) -> None:
        self._engine, self._kept = engine, kept or {}
        self._is_drawn = kept is None
        engine.clock = replace(engine.clock, first_whole_day=engine.clock.days)
        if self._is_drawn:
            ledger = engine.ledger
            self._tables = {name: np.zeros_like(getattr(ledger, name)) for name in (*MONTHLY, *WHOLE)}
            self._tables["departures"] = np.zeros_like(engine.world().departures)
            self._inmates = np.zeros_like(engine.places["inmates"])
            self._kept = {name: [] for name in MONTHLY}
        self._months = 0

    def before_step(self) -> bool:
        """Do what belongs to today before the engine simulates it; says whether this was the last day."""
        engine, clock = self._engine, self._engine.clock
        if self._is_drawn:
            self._draw()
        last = engine.day + 1 == clock.days
        if last or clock.month_of_day[engine.day + 1] != clock.month_of_day[engine.day]:
            self._add_month()
        if last:
            self._add_whole()
        return last

    def kept(self) -> dict[str, Any] | None:
        """Return what other runs can add, after the last day; None if this run added it itself."""
        return self._kept if self._is_drawn else None

    def _draw(self) -> None:
        places = self._engine.places
        others = places["inmates"].copy()
        places["inmates"] = self._inmates
        count_day(self._engine.world()._replace(**self._tables))
        self._inmates, places["inmates"] = places["inmates"].copy(), others

    def _add_month(self) -> None:
        for name in MONTHLY:
            if self._is_drawn:
                table = self._tables[name]
                cells = np.flatnonzero(table)
                self._kept[name].append((cells, table.ravel()[cells]))
                table[:] = 0
            cells, amounts = self._kept[name][self._months]
            getattr(self._engine.ledger, name).reshape(-1)[cells] += amounts
        self._months += 1

    def _add_whole(self) -> None:
        for name in WHOLE:
            amounts = self._kept.setdefault(name, self._tables[name]) if self._is_drawn else self._kept[name]
            getattr(self._engine.ledger, name)[...] += amounts
