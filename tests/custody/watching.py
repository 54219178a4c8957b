"""What tests of the engine look at between two days: what has been counted, who is behind a booking, who is remembered.

Keys and numbers of people are worked out here from the words of docs/process.md, not by the engine's own functions.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import FIELD_ARRESTS, PEOPLE, Purpose, luck_of, uniform
from enforcement_sim.custody.engine import Engine
from enforcement_sim.custody.memory import MEMORY, Remembered
from enforcement_sim.custody.records import Stage
from enforcement_sim.vocabulary import EVENTS, STATUSES

__all__ = [
    "FIRST_NONCITIZEN",
    "away_at",
    "count_of",
    "draw_all",
    "events_so_far",
    "facts_of",
    "live_rows",
    "made_by_task_force",
    "people_behind",
    "person_keys",
    "remembered",
    "used_rows",
]

FIRST_NONCITIZEN = STATUSES.index("permanent_resident")


@compiled
def draw_all(seed: np.uint64, keys: np.ndarray, purpose: int) -> np.ndarray:
    """Draw once for every key."""
    drawn = np.empty(keys.size)
    for position in range(keys.size):
        drawn[position] = uniform(luck_of(seed, keys[position]), purpose)
    return drawn


def events_so_far(engine: Engine) -> np.ndarray:
    """Everything counted since the run began or its counted period did, shape (places, events, programmes)."""
    total = engine.ledger.events.astype(np.int64)
    cells = engine.ledger.event_cells()
    index = tuple(cells[name].astype(int) for name in ("place", "event", "programme"))
    np.add.at(total, index, cells["count"])
    return total


def count_of(events: np.ndarray, *names: str) -> np.ndarray:
    """Events of some names under all programmes, by place."""
    return np.asarray(sum(events[:, EVENTS.index(name)].sum(axis=1) for name in names))


def used_rows(engine: Engine) -> np.ndarray:
    """Copy the rows that hold a booking, those included whose way is over but which nobody else has taken yet."""
    return np.asarray(engine.people[engine.people["key"] != 0])


def live_rows(engine: Engine) -> np.ndarray:
    """Copy the rows of people who are somewhere."""
    return np.asarray(engine.people[engine.people["stage"] != Stage.NOWHERE])


def made_by_task_force(keys: np.ndarray) -> np.ndarray:
    """Which bookings are arrests that a task force added."""
    return np.asarray(keys >> np.uint64(48) == FIELD_ARRESTS)


def person_keys(engine: Engine, keys: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Keys of the people who are booked in the places' pools, uint64."""
    if keys.size == 0:
        return np.zeros(0, np.uint64)
    exponent = float(engine._parameters["people_frailty_exponent"][0])
    pool = engine.places["pool"][places]
    drawn = draw_all(engine.seed, np.ascontiguousarray(keys), Purpose.PERSON.value)
    number = np.minimum(pool - 1, np.floor(pool * drawn**exponent).astype(np.int64)).astype(np.uint64)
    fips = engine.places["fips"][places].astype(np.uint64)
    return np.asarray(fips | number << np.uint64(17) | np.uint64(PEOPLE << 48))


def people_behind(engine: Engine, rows: np.ndarray) -> np.ndarray:
    """Keys of the people behind rows; 0 for citizens and for people outside the pool, who are never remembered."""
    persons = person_keys(engine, rows["key"], rows["place"].astype(int))
    persons[made_by_task_force(rows["key"]) | (rows["status"] < FIRST_NONCITIZEN)] = 0
    return persons


def remembered(engine: Engine) -> np.ndarray:
    """Copy what is remembered, in the order of keys."""
    return np.sort(engine.memory[engine.memory["key"] != 0], order="key")


def facts_of(memory: np.ndarray, persons: np.ndarray) -> np.ndarray:
    """Return the rows of people in what is remembered; zeros for those of whom nothing is."""
    facts = np.zeros(persons.size, MEMORY)
    if memory.size:
        found = np.minimum(np.searchsorted(memory["key"], persons), memory.size - 1)
        known = memory["key"][found] == persons
        facts[known] = memory[found[known]]
    return facts


def away_at(facts: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Whether each person is away at an hour: inside at the moment, or gone until later."""
    return np.asarray((facts["flags"] >= Remembered.INSIDE) | (facts["until"] > hours))
