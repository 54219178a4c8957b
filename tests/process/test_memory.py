"""What is remembered of people: the table that holds it, whose number is drawn how often, and who is away until when.

The table is put beside a plain dictionary. Numbers in a county's pool are put beside the law that docs/process.md gives
for them. What the memory does to bookings is counted again from the draws, booking by booking.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.process.watching import (
    FIRST_NONCITIZEN,
    count_of,
    counted_of_day,
    draw_all,
    events_so_far,
    facts_of,
    in_pool,
    live_rows,
    made_by_task_force,
    people_behind,
    remembered,
    used_rows,
)

from enforcement_sim.codes import STATUSES
from enforcement_sim.law.grounds import bit
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process import engine as engine_module
from enforcement_sim.process.engine import Engine
from enforcement_sim.process.jit import compiled, compiled_maker
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.person import Outcome, Stage
from enforcement_sim.process.person_state import (
    FOR_GOOD,
    FULLEST,
    STATE,
    StateFlag,
    empty_states,
    flags_of,
    grown_states,
    number_of,
    slot_of,
    state_row,
)
from enforcement_sim.process.rng import (
    FIELD_ARRESTS,
    PEOPLE,
    Draw,
    booking_key,
    field_arrest_key,
    mix,
    person_key,
    place_day_key,
    poisson,
    stream_of,
    uniform,
)
from enforcement_sim.scenarios.load import load_scenario

SMALLEST_P = 1e-4
"""As in the tests of the draws: seeds are fixed, and a fresh seed would fail with these odds."""
SEED = 6
ROWS = 16
"""Rows of the smallest table."""
IMPERIAL, MANASSAS = "06025", "51683"
"""A county without 287(g), many of whose arrestees are not citizens; a city with a task force and no officer in a jail."""

Facts = tuple[int, int]
"""Until when gone, and flags, with the number of bookings inside above them."""


# ---- the table -------------------------------------------------------------------------------------------------------


@compiled
def store(memory: np.ndarray, n_states: np.ndarray, key: int, until: int, flags: int) -> None:
    """Remember a person with these facts."""
    known = state_row(memory, n_states, key)
    known.until = until
    known.flags = flags


@compiled_maker
def slots_of(memory: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Return the row of every key."""
    slots = np.empty(keys.size, np.int64)
    for position in range(keys.size):
        slots[position] = slot_of(memory, keys[position])
    return slots


@compiled_maker
def recall(memory: np.ndarray, keys: np.ndarray, hour: int) -> tuple[np.ndarray, np.ndarray]:
    """Return flags, and whether away beyond an hour, of every key."""
    flags, away = np.empty(keys.size, np.uint32), np.empty(keys.size, np.bool_)
    for position in range(keys.size):
        flags[position], away[position] = flags_of(memory, keys[position], hour)
    return flags, away


class Table:
    """A table and how many people are in it."""

    def __init__(self, rows: int = ROWS) -> None:
        self.rows = empty_states(rows)
        self.n_states = np.zeros(1, np.int64)

    def store(self, key: int, until: int, flags: int) -> None:
        """Remember a person with these facts."""
        store(self.rows, self.n_states, np.uint64(key), np.int32(until), np.uint32(flags))

    def grow(self, room: int) -> None:
        """Make room for so many more."""
        self.rows = grown_states(self.rows, self.n_states, room)

    def facts(self) -> dict[int, Facts]:
        """Return everything in the table."""
        used = self.rows[self.rows["key"] != 0]
        return {int(row["key"]): (int(row["until"]), int(row["flags"])) for row in used}

    def knows(self, key: int) -> bool:
        """Whether the row a look-up ends at is the person's."""
        (slot,) = slots_of(self.rows, np.array([key], np.uint64))
        return bool(self.rows["key"][slot] == key)


def keys_at(slot: int, how_many: int, rows: int = ROWS) -> list[int]:
    """Return keys of people whose look-up begins at one row of a table: they all collide."""
    found: list[int] = []
    number = 0
    while len(found) < how_many:
        key = int(person_key(6025, number))
        if int(mix(np.uint64(key))) % rows == slot:
            found.append(key)
        number += 1
    return found


KEYS = st.sampled_from([*keys_at(ROWS - 1, 6), *keys_at(0, 6), *keys_at(7, 6), 1, 2**64 - 1])
STEPS = st.lists(
    st.tuples(KEYS, st.integers(0, FOR_GOOD), st.integers(0, 4 * StateFlag.INSIDE)), min_size=1, max_size=60
)  # fmt: skip


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(STEPS, st.integers(0, FOR_GOOD))
def test_the_table_is_a_dictionary(steps: list[tuple[int, int, int]], hour: int) -> None:
    """Whatever is remembered in whatever order, with people who collide and a table that grows, is found as it was left."""
    table, expected = Table(), dict[int, Facts]()
    for key, until, flags in steps:
        table.grow(1)
        table.store(key, until, flags)
        expected[key] = (until, flags)
        assert table.facts() == expected
        assert int(table.n_states[0]) == len(expected) <= FULLEST * table.rows.size
    asked = np.array([*expected, *keys_at(3, 2)], np.uint64)
    flags_found, away = recall(table.rows, asked, hour)
    known = [expected.get(int(key), (0, 0)) for key in asked]
    assert flags_found.tolist() == [flags for _, flags in known]
    assert away.tolist() == [until > hour or flags >= StateFlag.INSIDE for until, flags in known]


@pytest.mark.parametrize("slot", [0, 5, ROWS - 1])
def test_people_who_collide_are_told_apart(slot: int) -> None:
    """Fifteen people whose look-ups begin at one row fill a table of sixteen; each is found, over the end of the table."""
    table, keys = Table(), keys_at(slot, ROWS)
    for number, key in enumerate(keys[:-1]):
        assert not table.knows(key)
        table.store(key, number + 1, number % 8)
    assert table.facts() == {key: (number + 1, number % 8) for number, key in enumerate(keys[:-1])}
    # In the order of their coming, round the table; somebody new would go to the one free row, a full cycle away.
    slots = slots_of(table.rows, np.array(keys, np.uint64))
    assert slots.tolist() == [(slot + step) % ROWS for step in range(ROWS)]
    assert table.rows["key"][slots[-1]] == 0
    assert [table.knows(key) for key in keys] == [True] * (ROWS - 1) + [False]


def test_remembering_twice_changes_one_row() -> None:
    """Somebody known is not counted again, and a look-up makes no row."""
    table = Table()
    first, second, never = keys_at(4, 3)
    for key, until in ((first, 5), (second, 6), (first, 7)):
        table.store(key, until, 0)
    assert not table.knows(never)
    assert table.facts() == {first: (7, 0), second: (6, 0)}
    assert int(table.n_states[0]) == 2


@pytest.mark.parametrize(("rows", "made"), [(1, 16), (16, 16), (17, 32), (1000, 1024), (1024, 1024), (8192, 8192)])
def test_tables_have_a_power_of_two_of_rows(rows: int, made: int) -> None:
    """So that a look-up can go round; all of them free."""
    table = empty_states(rows)
    assert table.size == made
    assert table.dtype == STATE
    assert STATE.itemsize == 16
    assert not table["key"].any()


def test_growing_keeps_everything() -> None:
    """From 16 rows to 8,192 in ten doublings at most, each at three quarters, with nothing lost and nothing made up."""
    generator = np.random.Generator(np.random.PCG64(1))
    table, expected, sizes = Table(), dict[int, Facts](), [ROWS]
    for key in generator.integers(1, 2**64 - 1, 6_000, np.uint64).tolist():
        before = table.rows
        table.grow(1)
        if table.rows is before:
            assert len(expected) + 1 <= FULLEST * before.size
        else:
            assert len(expected) + 1 > FULLEST * before.size
            assert table.facts() == expected
            sizes.append(table.rows.size)
        facts = (int(generator.integers(0, FOR_GOOD, endpoint=True)), int(generator.integers(0, 8)))
        table.store(key, *facts)
        expected[key] = facts
    assert table.facts() == expected
    assert int(table.n_states[0]) == len(expected) == 6_000
    assert sizes == [2**power for power in range(4, 14)]
    again, _ = recall(table.rows, np.array(list(expected), np.uint64), 0)
    assert again.tolist() == [flags for _, flags in expected.values()]


def test_no_person_has_key_zero() -> None:
    """Key 0 marks a free row: no place and number gives it, and people, bookings and field arrests never share a key."""
    keys = {
        int(key_of(*parts))
        for key_of, parts in (
            *((person_key, (fips, number)) for fips in (0, 1001, 56045) for number in (0, 1, 2**31 - 1)),
            *((booking_key, (fips, 3000, index)) for fips in (1001, 56045) for index in (0, 1)),
            *((field_arrest_key, (fips, 3000, index)) for fips in (1001, 56045) for index in (0, 1)),
        )
    }
    assert len(keys) == 9 + 4 + 4
    assert 0 not in keys
    assert int(person_key(1001, 7)) == 1001 | 7 << 17 | PEOPLE << 48
    assert int(field_arrest_key(1001, 3000, 7)) == 1001 | 3000 << 17 | 7 << 31 | FIELD_ARRESTS << 48
    empty = empty_states(ROWS)
    flags, away = recall(empty, np.array([person_key(1001, 0)], np.uint64), -1)
    assert (flags.tolist(), away.tolist()) == ([0], [False])


# ---- numbers in the pool ---------------------------------------------------------------------------------------------


@compiled_maker
def numbers_of(seed: np.uint64, keys: np.ndarray, pool: int, exponent: float, offset: float) -> np.ndarray:
    """Return the number in the pool of whoever is booked under each key."""
    numbers = np.empty(keys.size, np.int64)
    for position in range(keys.size):
        numbers[position] = number_of(stream_of(seed, keys[position]), pool, exponent, offset, offset**exponent)
    return numbers


BOOKED = np.array([booking_key(6025, 3000 + day, index) for day in range(500) for index in range(80)], np.uint64)
"""40,000 bookings of one county."""


def shares_of_numbers(pool: int, exponent: float, offset: float) -> np.ndarray:
    """Return the share of bookings of each number: docs/process.md, section "People", solved for the draw at its bounds."""
    lowest = offset**exponent
    bounds = np.arange(pool + 1) / pool
    draws = ((lowest + (1.0 - lowest) * bounds) ** (1.0 / exponent) - offset) / (1.0 - offset)
    return np.diff(draws)


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(st.integers(1, 2**31 - 1), st.floats(1.0, 4.0), st.floats(0.0, 0.5), st.integers(0, 2**40))
def test_numbers_are_those_of_the_process(pool: int, exponent: float, offset: float, seed: int) -> None:
    """The power of the draw moved by the offset, spread over the pool and rounded down, in every pool; never outside it."""
    numbers = numbers_of(np.uint64(seed), BOOKED[:500], pool, exponent, offset)
    drawn = draw_all(np.uint64(seed), BOOKED[:500], Draw.PERSON.value)
    assert (numbers == in_pool(drawn, pool, exponent, offset)).all()
    without = numbers_of(np.uint64(seed), BOOKED[:500], pool, exponent, 0.0)
    assert (without == np.minimum(pool - 1, np.floor(pool * drawn**exponent))).all()
    assert (without <= numbers).all()  # the offset only keeps people away from the lowest numbers
    assert 0 <= numbers.min() <= numbers.max() < pool
    # Whoever draws less has the lower number, whatever the exponent; a larger exponent never gives a higher one.
    assert (np.diff(numbers[np.argsort(drawn)]) >= 0).all()
    assert (numbers_of(np.uint64(seed), BOOKED[:500], pool, exponent + 0.5, offset) <= numbers).all()


@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(st.integers(20, 20_000), st.floats(1.0, 4.0), st.sampled_from([0.0, 0.02, 0.2]))
def test_low_numbers_come_up_more(pool: int, exponent: float, offset: float) -> None:
    """Each tenth of the pool, and its first number, is booked as often as the law says; the mean per person follows."""
    numbers = numbers_of(np.uint64(SEED), BOOKED, pool, exponent, offset)
    shares = shares_of_numbers(pool, exponent, offset)
    parts = np.array_split(np.arange(pool), 10)
    observed = np.array([np.isin(numbers, part).sum() for part in parts])
    expected = np.array([shares[part].sum() for part in parts])
    assert abs(expected.sum() - 1.0) < 1e-9
    assert stats.chisquare(observed, expected / expected.sum() * BOOKED.size).pvalue > SMALLEST_P
    assert stats.binomtest(int((numbers == 0).sum()), BOOKED.size, float(shares[0])).pvalue > SMALLEST_P
    # How many different people are booked, and so how often each of them: mean and, at most, variance of their number.
    missed = (1.0 - shares) ** BOOKED.size
    people, most_variance = float((1.0 - missed).sum()), float((missed * (1.0 - missed)).sum())
    distinct = np.unique(numbers).size
    assert abs(distinct - people) <= 4.5 * math.sqrt(most_variance) + 1e-6
    assert BOOKED.size / distinct == pytest.approx(BOOKED.size / people, rel=0.05)


def test_two_gives_the_first_tenth_a_third() -> None:
    """The register's reason for its default: the most often booked tenth has about a third of all bookings; at 1 a tenth."""
    for exponent, share in ((1.0, 0.1), (2.0, math.sqrt(0.1)), (4.0, 0.1**0.25)):
        numbers = numbers_of(np.uint64(SEED), BOOKED, 10_000, exponent, 0.0)
        assert stats.binomtest(int((numbers < 1_000).sum()), BOOKED.size, share).pvalue > SMALLEST_P


def test_the_offset_bounds_how_often_one_person_is_booked() -> None:
    """The register's reason for its default: nobody of the largest county is expected more than some six times a year.

    By hand, for the first number: the share of draws below ((L + (1 - L) / pool) ** (1 / k) - c) / (1 - c), L = c ** k.
    """
    values = load_scenario("baseline").with_(ensemble=0).parameters
    exponent, offset = values["people.frailty_exponent"], values["people.frailty_offset"]
    assert (exponent, offset) == (2.0, 0.02)
    a_year = 400_000  # bookings of a county with the most people
    pool = round(a_year * values["people.pool_ratio"])
    share = (math.sqrt(0.0004 + 0.9996 / pool) - 0.02) / 0.98
    assert share == pytest.approx(float(shares_of_numbers(pool, exponent, offset)[0]), rel=1e-6)
    assert 5.0 < share * a_year < 7.0
    assert float(shares_of_numbers(pool, exponent, 0.0)[0]) * a_year > 250  # without it, hundreds of times
    # The engine's law, over a million draws: the first twenty numbers come up as often as that.
    keys = np.array([booking_key(6037, 3000 + day, index) for day in range(20) for index in range(20_000)], np.uint64)
    first = int((numbers_of(np.uint64(SEED), keys, pool, exponent, offset) < 20).sum())
    expected = float(shares_of_numbers(pool, exponent, offset)[:20].sum()) * keys.size
    assert abs(first - expected) < 4.5 * math.sqrt(expected)


def test_a_pool_is_bookings_of_a_year_times_the_ratio() -> None:
    """So a person is booked once in so many years on average; of the pool, fifty in the smallest counties, those within reach."""
    settings_of_pool = {"scope": {"states": ["NV"]}, "period.start": "2010-01-01", "period.end": "2010-12-31"}
    pools, everybody = {}, {}
    for ratio in (1.5, 4.0, 8.0):
        scenario = load_scenario("baseline").with_(ensemble=0).with_(**settings_of_pool, **{"people.pool_ratio": ratio})
        engine = EnforcementModel(scenario).engine
        counties = engine.places[engine.places["is_prison"] == 0]
        a_year = counties["day_share"] * scenario.parameters["booking.national_per_year.2010"]
        pools[ratio] = counties["pool"]
        assert engine.places["pool"][-1] == 0  # nobody is booked at a prison
        everybody[ratio] = np.maximum(50, np.rint(a_year * ratio))
        within_reach = np.rint(everybody[ratio] * counties["reachable_share"])
        assert (pools[ratio] == np.maximum(1, within_reach)).all()
    assert (everybody[1.5] == 50).any()
    assert (pools[1.5] <= pools[4.0]).all()
    assert (pools[4.0] <= pools[8.0]).all()


# ---- who is away -----------------------------------------------------------------------------------------------------

AGAIN_AND_AGAIN: dict[str, Any] = {
    "start.warm_days": 0,
    "start.prison_stock": 0,
    "status.arrest_ratio.us_born": 0.3,
    "status.arrest_ratio.entered_without_inspection": 2.5,
    "status.arrest_ratio.overstay": 2.5,
    "people.pool_ratio": 1.5,
    "people.frailty_exponent": 3.0,
    "people.frailty_offset": 0.0,
    "people.reentry_share": 0.6,
    "people.reentry_days_median": 30,
    "people.reentry_days_sigma": 1.2,
    "custody.short_days_median": 1,
    "detainer.lifted_share": 0.3,
}
"""The same people come up again and again, and come back within weeks of a removal."""


def engine_of(county: str, more: dict[str, Any] | None = None) -> EnforcementModel:
    """Build half a year of one county with crews and beds enough."""
    place: dict[str, Any] = {
        "scope": {"counties": [county]},
        "simulate": "alone",
        "period.start": "2011-01-01",
        "period.end": "2011-06-30",
    }
    model = EnforcementModel(
        load_scenario("baseline").with_(ensemble=0).with_(**(place | AGAIN_AND_AGAIN | (more or {}))), SEED
    )
    model.field_offices.set("pickups_a_day", 1e6)
    model.engine.offices["beds"] = 1e6
    model.engine.offices["visits"] = 1e6
    return model


def first_above(shares: np.ndarray, draw: float) -> int:
    """Return the first position whose cumulative share exceeds a draw, the last if none does."""
    return int(min(np.searchsorted(shares, draw, side="right"), shares.size - 1))


class Recount:
    """The bookings of one place's day, drawn again, and what the morning's memory makes of them."""

    def __init__(self, engine: Engine, before: np.ndarray) -> None:
        place = engine.places[0]
        number = engine.clock.day_number(engine.day)
        fips, seed, midnight = int(place["fips"]), engine.seed, engine.day * 24
        facts = {int(row["key"]): (int(row["until"]), int(row["flags"])) for row in before}
        exponent, offset = (
            float(engine.world().parameters[f"people_frailty_{name}"][0]) for name in ("exponent", "offset")
        )
        self.counts: Counter[str] = Counter()
        self.suppressed: list[int] = []
        self.back: list[tuple[int, int]] = []
        stream_of_day = np.uint64(stream_of(seed, np.uint64(place_day_key(fips, number))))
        mean = float(engine.expected[engine.day]) * float(place["day_share"]) * float(place["reachable_share"])
        for _, kind, _ in counted_of_day(engine, place, engine.day):
            self.counts["booked"] += 1
            self.counts["printed"] += int(kind["printed"])
            self.counts["submitted"] += int(kind["printed"]) * bool(place["sharing"])
        for index in range(poisson(stream_of_day, Draw.COUNT.value, mean)):
            key = int(booking_key(fips, number, index))
            stream = np.uint64(stream_of(seed, np.uint64(key)))
            drawn = np.array([uniform(stream, Draw.PERSON.value)])
            person = int(person_key(fips, int(in_pool(drawn, int(place["pool"]), exponent, offset)[0])))
            own = np.uint64(stream_of(seed, np.uint64(person)))
            hour = midnight + int(engine.durations[Duration.HOUR_OF_DAY, int(uniform(stream, Draw.HOUR.value) * 1024)])
            status = first_above(place["status_cdf"], uniform(own, Draw.STATUS.value))
            until, flags = facts.get(person, (0, 0)) if status >= FIRST_NONCITIZEN else (0, 0)
            if until > hour or flags // StateFlag.INSIDE > 0:
                self.counts["suppressed"] += 1
                self.suppressed.append(person)
                continue
            self.counts["booked"] += 1
            if flags & StateFlag.LET_GO:
                self.counts["rearrested"] += 1
                facts[person] = (until, flags & ~StateFlag.LET_GO)
            if flags & StateFlag.REMOVED:
                self.back.append((key, person))
            of_status = "citizen_cdf" if status < FIRST_NONCITIZEN else "noncitizen_cdf"
            offence = first_above(engine.world().offences[of_status], uniform(stream, Draw.OFFENCE.value))
            printed = uniform(stream, Draw.PRINTED.value) < engine.world().offences["printed_share"][offence]
            in_ident = uniform(own, Draw.IN_IDENT.value) < engine.world().statuses["in_ident"][status]
            self.counts["printed"] += printed
            self.counts["submitted"] += printed and bool(place["sharing"])
            self.counts["matched"] += (
                printed and bool(place["sharing"]) and (in_ident or bool(flags & StateFlag.ENROLLED))
            )


COUNTED_AT_BOOKING = ("booked", "suppressed", "rearrested", "printed", "submitted", "matched")


def test_bookings_are_suppressed_while_the_person_is_away() -> None:
    """Day by day, drawn again: who is away is not booked, who is back is; the let go are rearrested, the enrolled matched."""
    model = engine_of(IMPERIAL)
    engine = model.engine
    before_events = np.zeros(len(COUNTED_AT_BOOKING), np.int64)
    suppressed: list[int] = []
    back: set[int] = set()
    records_of_the_returned = 0
    while not engine.closed:
        model.headquarters.apply(engine.day)
        recount = Recount(engine, remembered(engine))
        model.step()
        events = events_so_far(engine)
        now = np.array([int(count_of(events, name)[0]) for name in COUNTED_AT_BOOKING])
        assert (now - before_events).tolist() == [recount.counts[name] for name in COUNTED_AT_BOOKING], model.today
        before_events = now
        suppressed += recount.suppressed
        back |= {person for _, person in recount.back}
        # Whoever was removed in this run has a prior removal when booked again.
        of_the_returned = {key for key, _ in recount.back}
        for row in used_rows(engine):
            if int(row["key"]) in of_the_returned:
                assert row["grounds"] & bit("prior_removal")
                records_of_the_returned += 1
    assert len(suppressed) > 100
    assert len(back) > 10
    assert back & set(suppressed)  # away for a time, and back
    assert records_of_the_returned > 10
    assert before_events.min() > 20


def test_whoever_is_removed_comes_back_when_their_draw_says_so() -> None:
    """At removal or return a person is gone for good, unless REENTRY says otherwise: then for the drawn duration.

    Of two removals the one that lasts longer stands, whichever comes first.
    """
    at_large = {"custody.detained_share": 0.4, "custody.docket_days_median": 200, "period.end": "2012-12-31"}
    model = engine_of(IMPERIAL, at_large)
    engine = model.engine
    share = float(engine.values["people.reentry_share"])
    gone_until: dict[int, int] = {}
    concluded: set[int] = set()
    stood = 0
    while not engine.closed:
        model.step()
        rows = used_rows(engine)
        removed = np.isin(rows["outcome"], (Outcome.REMOVED, Outcome.RETURNED))
        ended = rows[removed & (rows["stage"] == Stage.NOWHERE)]
        for row, person in zip(ended, people_behind(engine, ended).tolist(), strict=True):
            key = int(row["key"])
            if person == 0 or key in concluded:
                continue
            concluded.add(key)
            now = int(row["until"])
            stream = np.uint64(stream_of(engine.seed, row["key"]))
            until = FOR_GOOD
            if uniform(stream, Draw.REENTRY.value) < share:
                quantile = int(uniform(stream, Draw.REENTRY_TIME.value) * 1024)
                until = now + int(engine.durations[Duration.REENTRY, quantile])
            stood += until < gone_until.get(person, 0)
            gone_until[person] = max(until, gone_until.get(person, 0))
        memory = remembered(engine)
        gone = memory["until"] > 0
        assert dict(zip(memory["key"][gone].tolist(), memory["until"][gone].tolist(), strict=True)) == gone_until
    flags = facts_of(memory, np.sort(np.array(list(gone_until), np.uint64)))["flags"]
    assert ((flags & StateFlag.REMOVED) != 0).all()
    assert ((flags & StateFlag.ENROLLED) != 0).all()
    for_good = sum(until == FOR_GOOD for until in gone_until.values())
    assert for_good > 20
    assert len(gone_until) - for_good > 20
    assert stood > 0


def test_without_re_entry_nobody_comes_back() -> None:
    """With no re-entry all who were removed stay away; with much of it the same people are booked instead of suppressed."""
    ends = []
    for share in (0.0, 0.6):
        model = engine_of(IMPERIAL, {"people.reentry_share": share})
        back = 0
        while not model.engine.closed:
            before = remembered(model.engine)
            removed = before["key"][(before["flags"] & StateFlag.REMOVED) != 0]
            midnight = model.engine.day * 24
            model.step()
            rows = used_rows(model.engine)
            today = people_behind(model.engine, rows[rows["booked"] >= midnight])
            back += int(np.isin(today, removed).sum())
        events = events_so_far(model.engine)
        ends.append((back, *(int(count_of(events, name)[0]) for name in ("booked", "suppressed"))))
    (none_back, booked, suppressed), (some_back, more_booked, fewer_suppressed) = ends
    assert none_back == 0 < 15 < some_back
    assert booked + suppressed == more_booked + fewer_suppressed
    assert fewer_suppressed < suppressed


def test_where_nobody_is_touched_nobody_is_remembered() -> None:
    """Without programmes only prison takes people away, and nobody is let go, enrolled or removed."""
    nothing = {
        "background.coverage": 0.0,
        "background.prison_find_share": 0.0,
        "case.prison_days_median": 200,
        "changes.dark": {"decision": "sharing", "rule": "not-shared", "where": "nation"},
    }
    model = engine_of(IMPERIAL, nothing)
    model.run()
    memory = remembered(model.engine)
    assert memory.size > 20
    assert not memory["until"].any()
    assert not (memory["flags"] % StateFlag.INSIDE).any()
    in_prison = people_behind(model.engine, live_rows(model.engine)[live_rows(model.engine)["stage"] == Stage.PRISON])
    inside = memory["flags"] >= StateFlag.INSIDE
    assert set(memory["key"][inside].tolist()) == set(in_prison.tolist()) - {0}
    assert 0 < inside.sum() < memory.size
    assert int(count_of(events_so_far(model.engine), "suppressed")[0]) > 0


def test_only_people_of_the_pool_who_are_not_citizens_are_remembered() -> None:
    """Arrests that a task force adds, and citizens who are held by mistake, leave no trace in the memory."""
    more = {
        "task_force.added_share": 1.0,
        "task_force.arrests_per_officer_year": 60,
        "screening.mistake_share": 0.05,
        "status.arrest_ratio.naturalised": 2.5,
        "status.in_ident.naturalised": 0.9,
        "pickup.wanted_share_other": 1.0,
    }
    model = engine_of(MANASSAS, more)
    met: dict[int, tuple[bool, int]] = {}
    in_custody: set[int] = set()
    while not model.engine.closed:
        model.step()
        rows = used_rows(model.engine)
        added = made_by_task_force(rows["key"])
        met |= {
            int(row["key"]): (bool(of_task_force), int(row["status"]))
            for row, of_task_force in zip(rows, added, strict=True)
        }
        in_custody |= set(rows["key"][rows["stage"] == Stage.CUSTODY].tolist())
    assert sum(met[key][0] for key in in_custody) > 20
    memory = remembered(model.engine)
    assert (memory["key"] >> np.uint64(48) == PEOPLE).all()
    assert not model.engine.states["until"][model.engine.states["key"] == 0].any()
    assert not model.engine.states["flags"][model.engine.states["key"] == 0].any()
    cumulative = model.engine.places["status_cdf"][0]
    drawn = draw_all(model.engine.seed, np.ascontiguousarray(memory["key"]), Draw.STATUS.value)
    statuses = [first_above(cumulative, float(draw)) for draw in drawn]
    assert memory.size > 20
    assert min(statuses) >= FIRST_NONCITIZEN
    assert any(status < FIRST_NONCITIZEN for _, status in met.values())
    # Whoever a task force adds is one of the two kinds of unauthorised people, and has no past in the run.
    kinds = {status for of_task_force, status in met.values() if of_task_force}
    assert kinds == {STATUSES.index("entered_without_inspection"), STATUSES.index("overstay")}


def test_the_table_of_a_run_grows_before_it_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every evening at most three quarters of the rows are in use, and the count of them is right."""
    model = engine_of(IMPERIAL)
    model.engine.states = empty_states(ROWS)
    monkeypatch.setattr(engine_module, "FIRST_ROWS", 10)  # so that a small table grows
    sizes = set()
    while not model.engine.closed:
        model.step()
        used = int((model.engine.states["key"] != 0).sum())
        assert used == int(model.engine.world().n_states[0]) <= FULLEST * model.engine.states.size
        sizes.add(model.engine.states.size)
    assert len(sizes) > 3
