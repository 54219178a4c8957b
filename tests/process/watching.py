"""What tests of the engine look at between two days: what has been counted, who is behind a booking, who is remembered.

Keys and numbers of people are worked out here from the words of docs/process.md, not by the engine's own functions.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.codes import EVENTS, PROGRAMMES, STATUSES
from enforcement_sim.process.engine import Engine
from enforcement_sim.process.jit import compiled_maker
from enforcement_sim.process.person import Stage
from enforcement_sim.process.person_state import STATE, StateFlag
from enforcement_sim.process.rng import (
    FIELD_ARRESTS,
    PEOPLE,
    PRISONERS,
    Draw,
    counted_key,
    counted_response_key,
    place_day_key,
    poisson,
    stream_of,
    uniform,
)

__all__ = [
    "FIRST_NONCITIZEN",
    "away_at",
    "count_of",
    "counted_of_day",
    "draw_all",
    "events_so_far",
    "facts_of",
    "homes_of",
    "in_pool",
    "live_rows",
    "made_by_task_force",
    "of_the_stock",
    "people_behind",
    "person_keys",
    "remembered",
    "used_rows",
]

FIRST_NONCITIZEN = STATUSES.index("permanent_resident")


@compiled_maker
def draw_all(seed: np.uint64, keys: np.ndarray, purpose: int) -> np.ndarray:
    """Draw once for every key."""
    drawn = np.empty(keys.size)
    for position in range(keys.size):
        drawn[position] = uniform(stream_of(seed, keys[position]), purpose)
    return drawn


def events_so_far(engine: Engine) -> np.ndarray:
    """Everything counted since the run began or its counted period did, shape (places, events, programmes)."""
    total = engine.ledger.events[:, :, : len(PROGRAMMES)].astype(np.int64)
    cells = engine.ledger.event_cells()
    index = tuple(cells[name].astype(int) for name in ("place", "event", "programme"))
    np.add.at(total, index, cells["count"])
    return total


def count_of(events: np.ndarray, *names: str) -> np.ndarray:
    """Events of some names under all programmes, by place."""
    return np.asarray(sum(events[:, EVENTS.index(name)].sum(axis=1) for name in names))


def counted_of_day(
    engine: Engine, place: np.void, day: int, more: float = 0.0
) -> list[tuple[np.uint64, np.void, bool]]:
    """Draw a place's counted bookings of a day again: stream, kind, and whether a response may add it.

    ``more`` is how many responses may add for each that is expected; levers are not asked here.
    """
    number, fips = engine.clock.day_number(day), int(place["fips"])
    today = np.uint64(stream_of(engine.seed, np.uint64(place_day_key(fips, number))))
    mean = (
        float(engine.expected[day]) * float(place["day_share"]) * (1.0 - float(place["reachable_share"])) / engine.thin
    )
    found = []
    for key_of, purpose, expected in (
        (counted_key, Draw.OTHERS, mean),
        (counted_response_key, Draw.OTHERS_ADDED, mean * more),
    ):
        for index in range(poisson(today, purpose.value, expected) if expected else 0):
            stream = np.uint64(stream_of(engine.seed, np.uint64(key_of(fips, number, index))))
            cumulative = engine.world().kinds["cumulative"]
            kind = int(np.searchsorted(cumulative, uniform(stream, Draw.KIND.value), side="right"))
            found.append((stream, engine.world().kinds[min(kind, cumulative.size - 1)], key_of is counted_response_key))
    return found


def used_rows(engine: Engine) -> np.ndarray:
    """Copy the rows that hold a booking, those included whose way is over but which nobody else has taken yet."""
    return np.asarray(engine.people[engine.people["key"] != 0])


def live_rows(engine: Engine) -> np.ndarray:
    """Copy the rows of people who are somewhere."""
    return np.asarray(engine.people[engine.people["stage"] != Stage.NOWHERE])


def made_by_task_force(keys: np.ndarray) -> np.ndarray:
    """Which bookings are arrests that a task force added."""
    return np.asarray(keys >> np.uint64(48) == FIELD_ARRESTS)


def in_pool(drawn: np.ndarray, pool: np.ndarray | int, exponent: float, offset: float) -> np.ndarray:
    """Numbers of whoever is booked by draws PERSON: docs/process.md, section "People"."""
    lowest = offset**exponent
    number = np.floor(pool * ((offset + (1.0 - offset) * drawn) ** exponent - lowest) / (1.0 - lowest))
    return np.asarray(np.clip(number, 0, np.asarray(pool) - 1).astype(np.int64))


def person_keys(engine: Engine, keys: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Keys of the people who are booked in the places' pools, uint64."""
    if keys.size == 0:
        return np.zeros(0, np.uint64)
    exponent, offset = (
        float(engine.world().parameters[f"people_frailty_{name}"][0]) for name in ("exponent", "offset")
    )
    drawn = draw_all(engine.seed, np.ascontiguousarray(keys), Draw.PERSON.value)
    number = in_pool(drawn, engine.places["pool"][places], exponent, offset).astype(np.uint64)
    fips = engine.places["fips"][places].astype(np.uint64)
    return np.asarray(fips | number << np.uint64(17) | np.uint64(PEOPLE << 48))


def homes_of(engine: Engine, rows: np.ndarray) -> np.ndarray:
    """Places in whose pools people are: for whoever has moved to a prison, the county that they came from."""
    in_prison = engine.places["is_prison"][rows["place"]] != 0
    return np.asarray(np.where(in_prison, rows["home"], rows["place"]).astype(int))


def of_the_stock(keys: np.ndarray) -> np.ndarray:
    """Which rows are prisoners of the stock, sentenced before the run."""
    return np.asarray(keys >> np.uint64(48) == PRISONERS)


def people_behind(engine: Engine, rows: np.ndarray) -> np.ndarray:
    """Keys of the people behind rows; 0 for citizens and for people outside the pool, who are never remembered."""
    persons = person_keys(engine, rows["key"], homes_of(engine, rows))
    outside = made_by_task_force(rows["key"]) | of_the_stock(rows["key"])
    persons[outside | (rows["status"] < FIRST_NONCITIZEN)] = 0
    return persons


def remembered(engine: Engine) -> np.ndarray:
    """Copy what is remembered, in the order of keys."""
    return np.sort(engine.states[engine.states["key"] != 0], order="key")


def facts_of(memory: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Return the rows of people in what is remembered; zeros for those of whom nothing is."""
    facts = np.zeros(persons.size, STATE)
    if memory.size:
        found = np.minimum(np.searchsorted(memory["key"], persons), memory.size - 1)
        known = memory["key"][found] == persons
        facts[known] = memory[found[known]]
    return facts


def away_at(facts: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Whether each person is away at an hour: inside at the moment, or gone until later."""
    return np.asarray((facts["flags"] >= StateFlag.INSIDE) | (facts["until"] > hours))
