"""Both ledgers in one form, and where they differ, in words.

The form is a dictionary of tables; a table is a dictionary from a key of plain words and numbers to a count that is
not zero. The engine's tables are cut by area, by place and by month; the twin's finer counters are folded to the same
cuts here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from tests.twin.ledger import Profile
from tests.twin.model import TwinModel

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.counts import Ledger, profile_parts
from enforcement_sim.scenarios.schema import Scenario

Table = dict[tuple[Any, ...], int]

TABLES: dict[str, tuple[str, ...]] = {
    "events": ("month", "fips", "event", "programme"),
    "profiles": ("month", "area", "event", "programme", *Profile._fields),
    "places": ("fips", "event", *Profile._fields),
    "any programme": ("month", "area", "event", "programme"),
    "bookings": ("month", "area", "offence", "felony", "status_group"),
    "hours": ("month", "area", "kind", "status_group"),
    "hours by place": ("fips", "kind", "status_group"),
    "verdicts": ("month", "programme", "rule"),
    "inmate days": ("month", "fips"),
}
"""The tables that are compared, with what their keys say."""


def engine_tables(model: EnforcementModel) -> dict[str, Table]:
    """Return the ledger of a finished run of the engine."""
    ledger: Ledger = model.engine.ledger
    fips = [int(code) for code in model.world.places["fips"]]
    rules = [rule.id for rule in model.world.rules]
    return {
        "events": _table(
            (month, fips[place], EVENTS[event], PROGRAMMES[programme], count)
            for month, place, event, programme, count in _cells(
                ledger.event_cells(), "month", "place", "event", "programme", "count"
            )
        ),
        "profiles": _table(
            (month, area, EVENTS[event], PROGRAMMES[programme], *_profile(profile), count)
            for month, area, event, programme, profile, count in _cells(
                ledger.profile_cells(), "month", "area", "event", "programme", "profile", "count"
            )
        ),
        "places": _table(
            (fips[place], EVENTS[event], *_profile(profile), count)
            for place, event, profile, count in _cells(ledger.place_cells(), "place", "event", "profile", "count")
        ),
        "any programme": _table(
            (month, area, EVENTS[event], PROGRAMMES[programme + 1], count)
            for month, area, event, programme, count in _not_zero(ledger.any_events)
        ),
        "bookings": _table(
            (month, area, OFFENCES[offence], bool(felony), STATUS_GROUPS[group], count)
            for month, area, offence, felony, group, count in _not_zero(ledger.bookings)
        ),
        "hours": _table(
            (month, area, HOUR_KINDS[kind], STATUS_GROUPS[group], count)
            for month, area, kind, group, count in _not_zero(ledger.hours)
        ),
        "hours by place": _table(
            (fips[place], HOUR_KINDS[kind], STATUS_GROUPS[group], count)
            for place, kind, group, count in _not_zero(ledger.place_hours)
        ),
        "verdicts": _table(
            (month, PROGRAMMES[programme], rules[rule], count)
            for month, programme, rule, count in _not_zero(ledger.verdicts)
        ),
        "inmate days": _table((month, fips[place], count) for month, place, count in _not_zero(ledger.population())),
    }


def twin_tables(model: TwinModel) -> dict[str, Table]:
    """Return the ledger of a finished run of the twin."""
    ledger = model.ledger
    area = {jail.fips: jail.area for jail in model.jails}
    return {
        "events": _table((*key, count) for key, count in ledger.events.items()),
        "profiles": _table(
            (month, area[fips], event, programme, *profile, count)
            for (month, fips, event, programme, profile), count in ledger.profiles.items()
        ),
        "places": _table(
            (fips, event, *profile, count) for (_, fips, event, _, profile), count in ledger.profiles.items()
        ),
        "any programme": _table((*key, count) for key, count in ledger.any_programme.items()),
        "bookings": _table((*key, count) for key, count in ledger.bookings.items()),
        "hours": _table(
            (month, area[fips], kind, group, count) for (month, fips, kind, group), count in ledger.hours.items()
        ),
        "hours by place": _table((fips, kind, group, count) for (_, fips, kind, group), count in ledger.hours.items()),
        "verdicts": _table((*key, count) for key, count in ledger.verdicts.items()),
        "inmate days": _table((*key, count) for key, count in ledger.inmate_days.items()),
    }


def differences(engine: Mapping[str, Table], twin: Mapping[str, Table], most: int = 20) -> list[str]:
    """Say in words where two ledgers differ, the first ``most`` of them; nothing if they are equal."""
    found = []
    for name, fields in TABLES.items():
        ours, theirs = engine[name], twin[name]
        for key in sorted(ours.keys() | theirs.keys(), key=repr):
            if ours.get(key, 0) != theirs.get(key, 0):
                where = ", ".join(f"{field} {part}" for field, part in zip(fields, key, strict=True))
                found.append(f"{name}: {where}: engine {ours.get(key, 0)}, twin {theirs.get(key, 0)}")
    return found if len(found) <= most else [*found[:most], f"and {len(found) - most} more"]


def compare(scenario: Scenario, seed: int | None = None, twin: type[TwinModel] = TwinModel) -> list[str]:
    """Run a scenario through both programs and say where their ledgers differ."""
    seed = scenario.seed if seed is None else seed
    engine = EnforcementModel(scenario, seed)
    engine.run()
    return differences(engine_tables(engine), twin_tables(twin(scenario, seed).run()))


def _table(rows: Iterable[tuple[Any, ...]]) -> Table:
    table: Counter[tuple[Any, ...]] = Counter()
    for *key, count in rows:
        table[tuple(key)] += count
    return {key: count for key, count in table.items() if count}


def _cells(columns: Mapping[str, np.ndarray], *names: str) -> Iterable[tuple[int, ...]]:
    return zip(*(columns[name].tolist() for name in names), strict=True)


def _not_zero(array: np.ndarray) -> Iterable[tuple[int, ...]]:
    where = np.nonzero(array)
    return zip(*(column.tolist() for column in (*where, array[where])), strict=True)


def _profile(code: int) -> Profile:
    offence, felony, convicted, record, group = (int(part) for part in profile_parts(np.array(code)))
    return Profile(OFFENCES[offence], bool(felony), bool(convicted), PRIOR_RECORDS[record], STATUS_GROUPS[group])
