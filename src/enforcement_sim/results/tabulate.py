"""From a closed ledger to a result: integer columns become named tables, and what produced them is written down.

Kept apart from the questions a result answers, because stores read results back without any ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.places.agreements import OFFICERS_DO, officers_at_work
from enforcement_sim.places.build import World
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.process.counts import Ledger
from enforcement_sim.results.result import Result

Axis = Sequence[str] | np.ndarray | None
"""What the codes of a column stand for: words, which become categories; other values; or themselves."""
_CELLS = {"fips": "place"}
"""Columns that cells have under another name."""


def _frame(codes: Mapping[str, np.ndarray], axes: Mapping[str, Axis], value: str, amounts: np.ndarray) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for name, axis in axes.items():
        if axis is None or isinstance(axis, np.ndarray):
            columns[name] = codes[name] if axis is None else axis[codes[name]]
        else:
            columns[name] = pd.Categorical.from_codes(codes[name], categories=pd.Index(list(axis)))
    # Without a copy each column stays the array it is: a national run's tables fill a tenth of a gigabyte.
    return pd.DataFrame({**columns, value: amounts}, copy=False)


def _from_cells(cells: Mapping[str, np.ndarray], chosen: np.ndarray, axes: Mapping[str, Axis]) -> pd.DataFrame:
    """Return a table from a list of cells with counts, of those that are chosen; nothing is copied where all are."""
    whole = bool(chosen.all())
    kept = {name: column if whole else column[chosen] for name, column in cells.items()}
    return _frame({name: kept[_CELLS.get(name, name)] for name in axes}, axes, "count", kept["count"])


def _from_array(amounts: np.ndarray, axes: Mapping[str, Axis], value: str = "count") -> pd.DataFrame:
    """Return a table from the cells of an array that are not zero."""
    flat = np.ascontiguousarray(amounts).ravel()
    # By way of flat numbers of half the width: long indices of every axis would be the run's peak of memory.
    cells = np.flatnonzero(flat).astype(np.int32)
    counts, codes = flat[cells], dict[str, np.ndarray]()
    for name, size in reversed(list(zip(axes, amounts.shape, strict=True))):
        cells, code = np.divmod(cells, np.int32(size))
        codes[name] = code.astype(np.int16)
    return _frame(codes, axes, value, counts)


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
    time: dict[str, Axis] = {"month": months}
    place: dict[str, Axis] = {"fips": fips}
    area: dict[str, Axis] = {"area": areas}
    group: dict[str, Axis] = {"status_group": STATUS_GROUPS}
    programme: dict[str, Axis] = {"programme": PROGRAMMES}
    event: dict[str, Axis] = {"event": EVENTS}
    kind: dict[str, Axis] = {"kind": HOUR_KINDS}
    grade: dict[str, Axis] = {"offence": OFFENCES, "felony": np.array([False, True])}
    by_event, by_profile, by_place = ledger.event_cells(), ledger.profile_cells(), ledger.place_cells()
    tables = {
        "events": _from_cells(by_event, reported[by_event["place"]], time | place | programme | event),
        "profiles": _from_cells(
            by_profile, by_profile["area"] < elsewhere, time | area | programme | event | {"profile": None}
        ),
        "places": _from_cells(by_place, reported[by_place["place"]], place | event | {"profile": None}),
        "hours": _from_array(ledger.hours[:, :elsewhere], time | area | kind | group, "hours"),
        "hours_by_place": _from_array(
            ledger.place_hours * reported[:, np.newaxis, np.newaxis], place | kind | group, "hours"
        ),
        "population": _from_array(ledger.population().astype(np.int64) * reported, time | place, "inmate_days"),
        "verdicts": _from_array(ledger.verdicts, time | programme | {"rule": [rule.id for rule in world.rules]}),
        "bookings": _from_array(ledger.bookings[:, :elsewhere], time | area | grade | group),
        "any_programme": _from_array(
            ledger.any_events[:, :elsewhere], time | area | event | {"programme": PROGRAMMES[1:]}
        ).astype({"programme": pd.CategoricalDtype(list(PROGRAMMES))}),
    }
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
    return Result(tables, meta)


def officer_years(world: World, ended_on: np.ndarray | None = None) -> float:
    """Return the years of 287(g) officers' work in the reported places and counted period, in jails and on task forces.

    Read back from the interviews and field arrests laid down for each day and what one officer does of each, until
    an agreement was ended by a decision.
    """
    until = np.full(world.places.size, world.clock.days) if ended_on is None else ended_on
    clock = world.clock
    fields = {field: np.zeros(world.places.size) for pair in OFFICERS_DO for field in pair}
    total, since = 0.0, clock.first_counted_day

    def worked(day: int) -> float:
        days = np.minimum(day, until) - np.minimum(since, until)
        return float((officers_at_work(fields) * world.reported * days).sum()) if day > since else 0.0

    for setting in world.settings:
        if setting.field in fields:
            day = max(setting.day, clock.first_counted_day)
            total += worked(day)
            since = day
            fields[setting.field][setting.places] = setting.value
    return round((total + worked(clock.days)) / DAYS_A_YEAR, 6)
