"""From a closed ledger to a result: integer columns become named tables, and what produced them is written down.

Kept apart from the questions a result answers, because stores read results back without any ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.places.agreements import officers_at_work
from enforcement_sim.places.build import World
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.process.counts import Ledger
from enforcement_sim.results.result import Result

__all__ = ["officer_years", "result_of"]


def _categories(codes: np.ndarray, names: Sequence[Any] | np.ndarray) -> Any:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(names)))


def _frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    # Without a copy each column stays the array it is: a national run's tables fill a tenth of a gigabyte.
    return pd.DataFrame(columns, copy=False)


def _only(cells: dict[str, np.ndarray], chosen: np.ndarray) -> dict[str, np.ndarray]:
    # Where everything is chosen nothing is copied: a national run's cells fill a tenth of a gigabyte.
    return cells if chosen.all() else {name: column[chosen] for name, column in cells.items()}


def result_of(
    ledger: Ledger,
    world: World,
    scenario: Mapping[str, Any],
    seed: int,
    engine: str,
    ended_on: np.ndarray | None = None,
) -> Result:
    """Turn a closed ledger into a result.

    Parameters
    ----------
    ledger
        Of a run that is over.
    world
        The rows it ran on.
    scenario
        Canonical form of the resolved scenario.
    seed, engine
        The run's seed and the engine's version.
    ended_on
        Day of the run on which each place's 287(g) agreement was ended by a decision, a day after the run for none;
        shape (places,). No decision unless given.
    """
    clock, geography = world.clock, world.geography
    months = [f"{month:%Y-%m}" for month in clock.months]
    fips = world.places["fips"].astype(np.uint16)
    areas = [f"{geography.states[s].postal}-{geography.offices[o].code}" for s, o in geography.areas]

    reported, elsewhere = world.reported, len(areas)

    cells = ledger.event_cells()
    cells = _only(cells, reported[cells["place"]])
    events = _frame(
        {
            "month": _categories(cells["month"], months),
            "fips": fips[cells["place"]],
            "programme": _categories(cells["programme"], PROGRAMMES),
            "event": _categories(cells["event"], EVENTS),
            "count": cells["count"],
        }
    )
    cells = ledger.profile_cells()
    cells = _only(cells, cells["area"] < elsewhere)
    profiles = _frame(
        {
            "month": _categories(cells["month"], months),
            "area": _categories(cells["area"], areas),
            "programme": _categories(cells["programme"], PROGRAMMES),
            "event": _categories(cells["event"], EVENTS),
            "profile": cells["profile"],
            "count": cells["count"],
        }
    )
    cells = ledger.place_cells()
    cells = _only(cells, reported[cells["place"]])
    places = _frame(
        {
            "fips": fips[cells["place"]],
            "event": _categories(cells["event"], EVENTS),
            "profile": cells["profile"],
            "count": cells["count"],
        }
    )
    month, area, kind, group = np.nonzero(ledger.hours[:, :elsewhere])
    hours = pd.DataFrame(
        {
            "month": _categories(month.astype(np.int8), months),
            "area": _categories(area, areas),
            "kind": _categories(kind, HOUR_KINDS),
            "status_group": _categories(group, STATUS_GROUPS),
            "hours": ledger.hours[month, area, kind, group],
        }
    )
    place, kind, group = np.nonzero(ledger.place_hours * reported[:, None, None])
    hours_by_place = pd.DataFrame(
        {
            "fips": fips[place],
            "kind": _categories(kind, HOUR_KINDS),
            "status_group": _categories(group, STATUS_GROUPS),
            "hours": ledger.place_hours[place, kind, group],
        }
    )
    inmate_days = ledger.population()
    month, place = np.nonzero(inmate_days * reported)
    population = pd.DataFrame(
        {
            "month": _categories(month.astype(np.int8), months),
            "fips": fips[place],
            "inmate_days": inmate_days[month, place].astype(np.int64),
        }
    )
    month, area, offence, felony, group = np.nonzero(ledger.bookings[:, :elsewhere])
    bookings = _frame(
        {
            "month": _categories(month.astype(np.int8), months),
            "area": _categories(area.astype(np.int8), areas),
            "offence": _categories(offence.astype(np.int8), OFFENCES),
            "felony": felony.astype(bool),
            "status_group": _categories(group.astype(np.int8), STATUS_GROUPS),
            "count": ledger.bookings[month, area, offence, felony, group],
        }
    )
    month, programme, rule = np.nonzero(ledger.verdicts)
    verdicts = pd.DataFrame(
        {
            "month": _categories(month.astype(np.int8), months),
            "programme": _categories(programme, PROGRAMMES),
            "rule": _categories(rule, [rule.id for rule in world.rules]),
            "count": ledger.verdicts[month, programme, rule],
        }
    )
    # By way of flat numbers of half the width: four long indices of every cell would be the run's peak of memory.
    any_events = np.ascontiguousarray(ledger.any_events[:, :elsewhere])
    cells_of_any = np.flatnonzero(any_events).astype(np.int32)
    counts_of_any = any_events.ravel()[cells_of_any]
    cells_of_any, programme_of_any = np.divmod(cells_of_any, np.int32(len(PROGRAMMES) - 1))
    programme_of_any = programme_of_any.astype(np.int8)
    cells_of_any, event_of_any = np.divmod(cells_of_any, np.int32(len(EVENTS)))
    event_of_any = event_of_any.astype(np.int8)
    month_of_any, area_of_any = np.divmod(cells_of_any, np.int32(len(areas)))
    any_programme = _frame(
        {
            "month": _categories(month_of_any.astype(np.int8), months),
            "area": _categories(area_of_any.astype(np.int8), areas),
            "event": _categories(event_of_any, EVENTS),
            "programme": _categories(programme_of_any + np.int8(1), PROGRAMMES),
            "count": counts_of_any,
        }
    )
    is_prison = world.places["is_prison"] != 0
    counted = clock.month_of_day[clock.first_counted_day :]
    meta = {
        "scenario": dict(scenario),
        "seed": seed,
        "engine_version": engine,
        "thin": world.thin,
        "counties": fips[~is_prison & reported].tolist(),
        "prisons": fips[is_prison & reported].tolist(),
        "simulated": {"counties": int(world.counties.size), "offices": list(world.shares_by_office())},
        "days_in_month": {
            text: int(days) for text, days in zip(months, np.bincount(counted, minlength=len(months)), strict=True)
        },
        "office_shares": world.shares_by_office(),
        "officer_years": officer_years(world, ended_on),
    }
    tables = {
        "events": events,
        "profiles": profiles,
        "places": places,
        "hours": hours,
        "hours_by_place": hours_by_place,
        "population": population,
        "verdicts": verdicts,
        "bookings": bookings,
        "any_programme": any_programme,
    }
    return Result(tables, meta)


def officer_years(world: World, ended_on: np.ndarray | None = None) -> float:
    """Return the years of 287(g) officers' work in the reported places and counted period, in jails and on task forces.

    Read back from the interviews and field arrests laid down for each day and what one officer does of each, until
    an agreement was ended by a decision.
    """
    until = np.full(world.places.size, world.clock.days) if ended_on is None else ended_on
    interviews = _over_days(world, "interviews_a_day", until)
    field_arrests = _over_days(world, "field_arrests_a_day", until)
    return round(float(officers_at_work(interviews, field_arrests, world.values)) / DAYS_A_YEAR, 6)


def _over_days(world: World, field: str, until: np.ndarray) -> float:
    """Add up a field of the places over the counted days, each place until its own last."""
    clock = world.clock
    current = np.zeros(world.places.size)
    total, since = 0.0, clock.first_counted_day

    def spent(day: int) -> float:
        return float((current * world.reported * (np.minimum(day, until) - np.minimum(since, until))).sum())

    for setting in world.settings:
        if setting.field == field:
            day = max(setting.day, clock.first_counted_day)
            total += spent(day)
            since = day
            current[setting.places] = setting.value
    return total + spent(clock.days)
