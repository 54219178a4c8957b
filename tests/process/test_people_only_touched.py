"""Two policies differ only in people whom a changed rule, or a capacity it freed, touched.

The promise of keyed draws: everyone else lives the same days to the hour. A person whom a policy touched may be away
when booked again, or known from before; that is the only way from one booking to another, and where nobody is booked
twice (*strangers*) there is none. Comparisons are exact, and each test also asks that the policy did something where it
should, so that none passes because nothing ever changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.process.watching import (
    count_of,
    events_so_far,
    homes_of,
    live_rows,
    made_by_task_force,
    people_behind,
    remembered,
    used_rows,
)

from enforcement_sim.codes import EVENTS
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.person import ARRESTEE, Bit, Stage
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

pytestmark = pytest.mark.slow

FREDERICK, MONTGOMERY = "24021", "24031"
"""Two counties of Maryland under one field office (Baltimore); the first has 287(g) officers."""
BEFORE_HELD = EVENTS[: EVENTS.index("held") + 1]
FROM_MEMORY = ("suppressed", "rearrested")
FIELDS = list(ARRESTEE.names or ())
"""What belongs to a booking: all but the neighbour in the calendar."""
POLICY_STARTS = date(2011, 1, 1)
STRANGERS: dict[str, Any] = {"people.pool_ratio": 500, "people.frailty_exponent": 1.0}
"""With the engine's pools made larger still, nobody is booked twice."""
MANY_AGAIN: dict[str, Any] = {
    "people.pool_ratio": 1.5,
    "people.frailty_exponent": 4.0,
    "people.frailty_offset": 0.0,
    "people.reentry_share": 0.6,
    "people.reentry_days_median": 30,
    "custody.short_days_median": 1,
}
"""The same people come up again and again."""


def two_counties(more: dict[str, Any] | None = None) -> Scenario:
    """Return a year and a half of two counties with further settings."""
    settings: dict[str, Any] = {
        "scope": {"counties": [FREDERICK, MONTGOMERY]},
        "simulate": "alone",
        "period.start": "2010-07-01",
        "period.end": "2011-09-30",
        "start.warm_days": 30,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "custody.discretion_share": 0.3,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {})))


def change(decision: str, rule: str, county: str = FREDERICK, start: str | None = "2011-01-01") -> dict[str, Any]:
    """Return one dated change in one county."""
    body = {"decision": decision, "rule": rule, "where": {"counties": [county]}}
    return {"changes.policy": body if start is None else body | {"from": start}}


def model_of(scenario: Scenario, ample: bool) -> EnforcementModel:
    """Build a model with visits enough; with ``ample`` crews and beds nobody ever waits because of another."""
    model = EnforcementModel(scenario)
    model.engine.offices["visits"] = 1e6
    if ample:
        model.field_offices.set("pickups_a_day", 1e6)
        model.engine.offices["beds"] = 1e6
    if scenario.parameters["people.pool_ratio"] == STRANGERS["people.pool_ratio"]:
        model.engine.places["pool"] = 2**30
    return model


def result_of(scenario: Scenario, ample: bool = True) -> Result:
    """Run a scenario."""
    return model_of(scenario, ample).run()


def of_county(result: Result, fips: str) -> dict[str, pd.DataFrame]:
    """Return the part of each table that belongs to one county."""
    by_county = ("events", "places", "hours_by_place", "population")
    tables = result.tables()
    return {name: tables[name][tables[name]["fips"] == int(fips)].reset_index(drop=True) for name in by_county}


def assert_equal_tables(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> None:
    """Every cell of every table is the same."""
    assert first.keys() == second.keys()
    for name in first:
        pd.testing.assert_frame_equal(first[name], second[name], obj=name)


def events_that_differ(first: Result, second: Result) -> set[str]:
    """Name the events counted differently in any month, county or programme."""
    keys = ["month", "fips", "programme", "event"]
    counts = [result.tables()["events"].astype({"event": str}).set_index(keys)["count"] for result in (first, second)]
    difference = counts[0].sub(counts[1], fill_value=0)
    return set(difference[difference != 0].index.get_level_values("event"))


@pytest.fixture(scope="module")
def baseline() -> Result:
    """Return history with ample crews."""
    return result_of(two_counties())


POLICIES: dict[str, dict[str, Any]] = {
    "declines": change("honour", "honour-none"),
    "honours some": change("honour", "honour-trust"),
    "shares no prints": change("sharing", "not-shared"),
    "ends its agreement": change("agreement", "ended"),
    "interviews after the case": change("screening_point", "post-case"),
    "detainers for felons": change("detainer", "detainer-felonies-only"),
    "discretion": change("discretion", "discretion-2011"),
    "ends its task force": change("task_force", "ended"),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_another_county_notices_nothing_and_nothing_happens_before_its_date(policy: str, baseline: Result) -> None:
    """With ample crews a policy of one county leaves every number of the other as it was.

    Until the day of the policy its own county is as it was, too, in every month and event.
    """
    changed = result_of(two_counties(POLICIES[policy]))
    assert_equal_tables(of_county(baseline, MONTGOMERY), of_county(changed, MONTGOMERY))
    assert events_that_differ(baseline, changed)
    before = []
    for result in (baseline, changed):
        events = of_county(result, FREDERICK)["events"]
        before.append(events[events["month"].astype(str) < "2011-01"].reset_index(drop=True))
    pd.testing.assert_frame_equal(before[0], before[1])
    assert len(before[0]) > 50


def bookings_by_day(scenario: Scenario) -> Iterator[np.ndarray]:
    """Run a scenario and give for each day and county: booked or suppressed, of these added by task forces, suppressed."""
    model = model_of(scenario, ample=True)
    engine = model.engine
    before = np.zeros((engine.places.size, 2), np.int64)
    while not engine.closed:
        midnight = engine.day * 24
        model.step()
        events = events_so_far(engine)
        now = np.stack([count_of(events, "booked", "suppressed"), count_of(events, "suppressed")], axis=1)
        rows = used_rows(engine)
        added = rows["place"][made_by_task_force(rows["key"]) & (rows["booked"] >= midnight)]
        today = now - before
        counts = np.stack([today[:, 0], np.bincount(added, minlength=engine.places.size), today[:, 1]])
        assert not counts[:, engine.places["is_prison"] != 0].any()
        yield counts[:, engine.places["is_prison"] == 0]
        before = now


SOME_MONTHS = {"period.start": "2010-12-01", "period.end": "2011-05-31", "start.warm_days": 0}


@pytest.fixture(scope="module")
def baseline_bookings() -> np.ndarray:
    """Return what history books, shape (days, 3, places)."""
    return np.array(list(bookings_by_day(two_counties(MANY_AGAIN | SOME_MONTHS))))


@pytest.mark.parametrize("policy", POLICIES)
def test_whom_a_day_brings_is_the_same_under_every_policy(policy: str, baseline_bookings: np.ndarray) -> None:
    """What never moves is who comes up: booked or suppressed, by place and day, apart from arrests that a task force adds."""
    scenario = two_counties(MANY_AGAIN | SOME_MONTHS | POLICIES[policy])
    changed = np.array(list(bookings_by_day(scenario)))
    assert np.array_equal(baseline_bookings[:, 0] - baseline_bookings[:, 1], changed[:, 0] - changed[:, 1])
    ends = policy in ("ends its agreement", "ends its task force")
    assert np.array_equal(baseline_bookings[:, 1], changed[:, 1]) == (not ends)
    if ends:
        days = (POLICY_STARTS - date(2010, 12, 1)).days
        assert np.array_equal(baseline_bookings[:days, 1], changed[:days, 1])
        assert not changed[days:, 1, 0].any()
    # The other county's people are away on the same days; the county's own are not (if the policy touches enough of them).
    assert np.array_equal(baseline_bookings[:, 2, 1], changed[:, 2, 1])
    assert baseline_bookings[:, 2].any(axis=0).all()
    assert policy in ("discretion", "ends its task force") or not np.array_equal(
        baseline_bookings[:, 2, 0], changed[:, 2, 0]
    )


WORLDS: dict[str, dict[str, Any]] = {
    "ample crews": MANY_AGAIN,
    "few crews": MANY_AGAIN | {"pickup.crew_capacity": 0.01},
    "strangers": STRANGERS,
}


def result_in(world: str, more: dict[str, Any]) -> Result:
    """Run a policy in one of the worlds."""
    return result_of(two_counties(WORLDS[world] | more), ample=world != "few crews")


@cache
def history_in(world: str) -> Result:
    """Return history in one of the worlds, which every policy is compared with."""
    return result_in(world, {})


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("world", ["ample crews", "few crews"])
def test_bookings_of_citizens_never_move(policy: str, world: str) -> None:
    """Citizens are never away: their hours in jail for their own cases are the same under every policy, by month and place."""
    results = [history_in(world), result_in(world, POLICIES[policy])]
    for table in ("hours", "hours_by_place"):
        parts = []
        for result in results:
            hours = result.tables()[table]
            own_cases = hours[(hours["kind"] == "criminal_case") & (hours["status_group"] == "citizen")]
            parts.append(own_cases.reset_index(drop=True))
        pd.testing.assert_frame_equal(parts[0], parts[1])
        assert parts[0]["hours"].sum() > 1e6
    assert events_that_differ(*results)


@pytest.mark.parametrize("policy", POLICIES)
def test_strangers_are_booked_alike_under_every_policy(policy: str) -> None:
    """Where nobody is booked twice nobody is away: all bookings and prints are the same, but for a task force's own."""
    results = [history_in("strangers"), result_in("strangers", POLICIES[policy])]
    differing = events_that_differ(*results)
    assert all(result.measures()[event] == 0 for result in results for event in FROM_MEMORY)
    if policy in ("ends its agreement", "ends its task force"):
        # An added arrest may also be printed and submitted; nothing else of the others' is.
        fewer = {event: results[0].measures()[event] - results[1].measures()[event] for event in ("booked", "printed")}
        assert 0 < fewer["printed"] <= fewer["booked"] <= results[0].measures()["field_arrest"]
    else:
        assert not differing & {"booked", "printed", "field_arrest"}
    assert differing


# ---- person by person ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Touched:
    """The first moment at which a person's days differ under two policies: the row of one booking under each."""

    day: date
    person: int
    first: np.void
    second: np.void


def home(model: EnforcementModel, row: np.void) -> int:
    """Return the place in whose pool a person is, in prison too."""
    return int(homes_of(model.engine, row))


def same_until_touched(
    models: list[EnforcementModel], until: date, touches: Callable[[np.void, np.void, date], bool]
) -> tuple[list[Touched], int]:
    """Follow everyone under two policies day by day, and ask of each first difference that the policy touched the person.

    A booking that differs, or exists under one policy only, must be of someone already touched, or ``touches`` must say
    of its two rows that this is where the policies part. What is remembered must be the same of everybody else. People
    outside the pool and citizens are a person each by booking.

    Returns
    -------
    first : list of Touched
    later : int
        How many bookings of people touched before differ because of what is remembered.
    """
    found: list[Touched] = []
    touched: set[int] = set()
    seen: set[int] = set()
    later = 0
    while models[0].today < until:
        today = models[0].today
        rows: list[dict[int, np.void]] = []
        live: list[set[int]] = []
        behind: dict[int, int] = {}
        memories = []
        for model in models:
            model.step()
            used = used_rows(model.engine)
            rows.append(dict(zip(used["key"].tolist(), used[FIELDS], strict=True)))
            live.append(set(live_rows(model.engine)["key"].tolist()))
            persons = people_behind(model.engine, used)
            behind |= dict(zip(used["key"].tolist(), np.where(persons, persons, used["key"]).tolist(), strict=True))
            memory = remembered(model.engine)
            memories.append(dict(zip(memory["key"].tolist(), memory[["until", "flags"]].tolist(), strict=True)))
        differing = {key for key in rows[0].keys() & rows[1].keys() if rows[0][key] != rows[1][key]}
        differing |= (live[0] - rows[1].keys()) | (live[1] - rows[0].keys())
        divergence: set[int] = set()
        for key in sorted(differing - seen):
            person = behind[key]
            seen.add(key)
            if person in touched:
                later += 1
                continue
            assert key in rows[0], f"{key} is booked under one policy only"
            assert key in rows[1], f"{key} is booked under one policy only"
            assert touches(rows[0][key], rows[1][key], today), (today, rows[0][key], rows[1][key])
            found.append(Touched(today, person, rows[0][key], rows[1][key]))
            divergence.add(person)
        touched |= divergence
        differing_memory = {
            person for person in memories[0].keys() | memories[1].keys()
            if memories[0].get(person) != memories[1].get(person)
        }  # fmt: skip
        assert differing_memory <= touched
    return found, later


def test_only_those_whom_the_jail_lets_go_differ() -> None:
    """Where one county declines, a person's days first differ at the door of its jail, or where bail is not lost.

    Both with a detainer and from the policy's day on; whoever leaves on bail leaves when there would be no detainer.
    """
    settings = MANY_AGAIN | {"period.start": "2010-12-01", "start.warm_days": 30}
    models = [model_of(two_counties(settings | more), True) for more in ({}, POLICIES["declines"])]
    kept_bail = []

    def touches(held: np.void, declined: np.void, today: date) -> bool:
        midnight = (today - models[0].world.clock.start).days * 24
        if today < POLICY_STARTS or not (held["place"] == declined["place"] == 0):
            return False
        if not held["bits"] & declined["bits"] & Bit.DETAINER:
            return False
        if declined["bits"] & ~held["bits"] & Bit.PRETRIAL:
            kept_bail.append(declined["key"])
            return bool(declined["until"] == declined["bound"] == held["bound"] < held["until"])
        at_the_door = declined["stage"] == Stage.NOWHERE and held["stage"] != Stage.JAIL
        return bool(
            at_the_door and not declined["bits"] & Bit.TO_PRISON and midnight <= declined["until"] < midnight + 24
        )

    found, later = same_until_touched(models, date(2011, 7, 1), touches)
    assert len(found) > 100
    assert 5 < len(kept_bail) < len(found)
    assert later > 5


def test_only_those_who_get_no_detainer_differ() -> None:
    """Where one county has detainers for felons only, a person's days first differ when a programme finds the person."""
    settings = MANY_AGAIN | {"period.start": "2010-12-01", "start.warm_days": 30}
    models = [model_of(two_counties(settings | more), True) for more in ({}, POLICIES["detainers for felons"])]

    def touches(wide: np.void, narrow: np.void, today: date) -> bool:
        return bool(
            today >= POLICY_STARTS
            and home(models[0], wide) == home(models[1], narrow) == 0
            and (wide["bits"] ^ narrow["bits"]) & Bit.DETAINER
            and (wide["bits"] & narrow["bits"]) & Bit.IDENTIFIED
            and wide["first"] == narrow["first"]
        )

    found, later = same_until_touched(models, date(2011, 7, 1), touches)
    assert len(found) > 50
    assert later > 5


@pytest.mark.parametrize("scarce", ["crews", "beds"])
def test_what_one_county_frees_reaches_people_who_are_held_elsewhere(scarce: str) -> None:
    """Where crews or beds are scarce, a person of the other county first differs in a hold, and by its end."""
    settings = MANY_AGAIN | {"period.start": "2010-12-01", "start.warm_days": 30, "detainer.hold_hours": 96}
    settings |= {"pickup.crew_capacity": 0.01} if scarce == "crews" else {"custody.short_days_median": 12}
    models = [model_of(two_counties(settings | more), False) for more in ({}, POLICIES["declines"])]
    if scarce == "beds":
        settings |= {"start.prison_stock": 0}  # who comes from a prison needs no free bed, and would fill all of them
        models = [model_of(two_counties(settings | more), False) for more in ({}, POLICIES["declines"])]
        for model in models:
            model.field_offices.set("pickups_a_day", 1e6)
            model.engine.offices["beds"] = 4.0

    def touches(first: np.void, second: np.void, today: date) -> bool:
        if today < POLICY_STARTS or not first["bits"] & second["bits"] & Bit.DETAINER:
            return False
        if home(models[0], first) == 0:
            return True
        waited = (Stage.HELD, Stage.CUSTODY, Stage.DOCKET, Stage.NOWHERE)
        in_hold = (
            first["stage"] in waited
            and second["stage"] in waited
            and all(one["since"] > one["booked"] for one in (first, second))
        )
        return bool(in_hold and not (first["bits"] | second["bits"]) & Bit.TO_PRISON)

    found, later = same_until_touched(models, date(2011, 6, 1), touches)
    elsewhere = [touched for touched in found if home(models[0], touched.first) == 1]
    assert len(elsewhere) > 10
    earlier = [touched for touched in elsewhere if touched.second["stage"] == Stage.CUSTODY]
    assert len(earlier) > len(elsewhere) / 2  # mostly because a crew or a bed is free under the policy
    assert later > 5


def test_other_people_live_the_same_days() -> None:
    """Person by person: where one county declines, each record of the other is the same every evening."""
    models = [model_of(two_counties(more), True) for more in ({}, POLICIES["declines"])]
    same_at_home, most = True, 0
    while models[0].today < date(2011, 3, 1):
        rows: list[list[np.ndarray]] = []
        for model in models:
            model.step()
            people = np.sort(live_rows(model.engine), order="key")
            homes = homes_of(model.engine, people)
            rows.append([people[homes == place][FIELDS] for place in (0, 1)])
        assert np.array_equal(rows[0][1], rows[1][1])
        most = max(most, rows[0][1].size)
        if models[0].today <= POLICY_STARTS:
            assert np.array_equal(rows[0][0], rows[1][0])
        same_at_home &= np.array_equal(rows[0][0], rows[1][0])
    assert not same_at_home
    assert most > 50


# ---- among strangers -------------------------------------------------------------------------------------------------


def test_scarce_crews_are_the_only_way_to_another_county() -> None:
    """Where crews are scarce, those that one county frees come to the other: it differs after `held` and nowhere else."""
    scarce = STRANGERS | {"pickup.crew_capacity": 0.01, "detainer.hold_hours": 96}
    results = [result_of(two_counties(scarce | more), ample=False) for more in ({}, POLICIES["declines"])]
    there = [of_county(result, MONTGOMERY)["events"] for result in results]
    differing = set()
    for event in EVENTS:
        parts = [events[events["event"] == event].reset_index(drop=True) for events in there]
        if not parts[0].equals(parts[1]):
            differing.add(event)
    assert "ice_custody" in differing
    assert not differing & set(BEFORE_HELD)
    picked_up = [int(events.loc[events["event"] == "ice_custody", "count"].sum()) for events in there]
    assert picked_up[1] > picked_up[0]


def test_a_longer_hold_changes_what_comes_after_held() -> None:
    """Between 48 and 96 hours only pick-up and what follows differs, whether crews are ample or scarce."""
    after = set(EVENTS) - set(BEFORE_HELD) - {"released", "prison"}
    for ample in (True, False):
        short, long = (
            result_of(two_counties(STRANGERS | {"detainer.hold_hours": hours, "pickup.delay_hours_median": 60}), ample)
            for hours in (48, 96)
        )
        differing = events_that_differ(short, long)
        assert {"detainer_lapsed", "ice_custody"} <= differing <= after
        counts = [result.funnel(by="none").set_index("event")["count"] for result in (short, long)]
        assert counts[1]["ice_custody"] > counts[0]["ice_custody"]


def test_a_longer_hold_reaches_later_bookings_only_through_people() -> None:
    """Where people are booked again, a longer hold also changes who is away; still nobody's days change before a hold."""
    settings = MANY_AGAIN | {"period.start": "2010-12-01", "start.warm_days": 0, "pickup.delay_hours_median": 60}
    models = [model_of(two_counties(settings | {"detainer.hold_hours": hours}), ample=True) for hours in (48, 96)]

    def touches(short: np.void, long: np.void, today: date) -> bool:
        del today
        return bool(
            short["bits"] & long["bits"] & Bit.DETAINER
            and Stage.JAIL not in (short["stage"], long["stage"])
            and short["since"] > short["booked"]
            and short["until"] != long["until"]
        )

    found, later = same_until_touched(models, date(2011, 6, 1), touches)
    assert len(found) > 100
    assert later > 5


# ---- policies that change nothing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"), [("2010-06-15", "2010-07-20"), ("2011-08-20", "2011-10-10"), ("2012-12-10", "2013-01-10")]
)
def test_a_policy_that_changes_nothing_gives_the_same_tables(start: str, end: str) -> None:
    """The shipped scenario `null` repeats history in other words; every table equals the baseline's, to the last bit."""
    results = []
    for name in ("baseline", "null"):
        cut: dict[str, Any] = {
            "scope": {"counties": ["17031", FREDERICK]},
            "simulate": "alone",
            "period.start": start,
            "period.end": end,
            "start.warm_days": 30,
            "thin": 5,
        }
        scenario = load_scenario(name).with_(**cut)
        assert len(scenario.changes) == (3 if name == "null" else 0)
        results.append(result_of(scenario, ample=False))
    assert_equal_tables(results[0].tables(), results[1].tables())
    assert results[0].measures()["detainer_issued"] > 0


def test_a_change_that_is_history_elsewhere_changes_nothing(baseline: Result) -> None:
    """So does a county that is told to do what it does: honour all, share as scheduled, keep its agreement."""
    same = {
        f"changes.again-{number}": {"decision": decision, "rule": rule, "where": "nation", "from": "2010-12-05"}
        for number, (decision, rule) in enumerate(
            [
                ("honour", "honour-all"),
                ("sharing", "as-scheduled"),
                ("agreement", "as-agreed"),
                ("screening_point", "as-agreed"),
            ]
        )
    }
    assert_equal_tables(baseline.tables(), result_of(two_counties(same)).tables())
