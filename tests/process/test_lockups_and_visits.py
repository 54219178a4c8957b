"""City lock-ups, which keep officers and visits waiting but not prints, and visits to jails, of which there are so many a day.

docs/process.md, "Booking" (*Lock-up*) and "The order of a day". A warrantless arrest may be held 48 hours before a judge
(County of Riverside v. McLaughlin, 500 U.S. 44, 1991).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from tests.process.watching import draw_all, live_rows, of_the_stock, used_rows

from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.rng import Draw, office_day_key, stream_of, uniform
from enforcement_sim.scenarios.load import load_scenario

FREDERICK, IMPERIAL = "24021", "06025"
"""With officers in its jail, and without."""
SEED = 5


def model_of(county: str, more: dict[str, Any] | None = None) -> EnforcementModel:
    """Build three months of a county with crews, beds, visits and officers' time enough."""
    settings: dict[str, Any] = {
        "scope": {"counties": [county]},
        "simulate": "alone",
        "period.start": "2011-01-01",
        "period.end": "2011-03-31",
        "start.warm_days": 0,
        "start.prison_stock": 0,
        "status.arrest_ratio.us_born": 0.2,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "jail_287g.interviews_per_officer_day": 8,
        "background.coverage": 0.8,
    }
    model = EnforcementModel(load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), SEED)
    model.field_offices.set("pickups_a_day", 1e6)
    model.engine.offices["beds"] = model.engine.offices["visits"] = 1e6
    return model


def hours_of(model: EnforcementModel, rows: np.ndarray, purpose: Draw, row: Duration) -> np.ndarray:
    """Durations of bookings by their draws, in hours."""
    drawn = draw_all(model.engine.seed, np.ascontiguousarray(rows["key"]), purpose.value)
    return np.asarray(model.engine.durations[row][(drawn * QUANTILES).astype(int)])


def test_a_lockup_delays_officers_and_visits_by_its_hours() -> None:
    """Interview and visit are booking + hours in the lock-up, if any, + what they take; the response is not moved."""
    model = model_of(FREDERICK, {"case.lockup_share": 0.6, "case.lockup_hours_median": 40})
    plain = model_of(FREDERICK, {"case.lockup_share": 0.0})
    interviews = visits = delayed = 0
    while not model.engine.closed:
        midnight = model.engine.day * 24
        model.step()
        plain.step()
        rows = used_rows(model.engine)
        rows = rows[(rows["booked"] >= midnight) & (rows["stage"] == Stage.JAIL)]
        drawn = draw_all(model.engine.seed, np.ascontiguousarray(rows["key"]), Draw.LOCKED_UP.value)
        moved = np.where(drawn < 0.6, hours_of(model, rows, Draw.LOCKUP_TIME, Duration.LOCKUP), 0)
        delayed += int((moved > 0).sum())
        for field, purpose, row in (
            ("call", Draw.INTERVIEW_TIME, Duration.INTERVIEW),
            ("visit", Draw.VISIT_TIME, Duration.VISIT),
        ):
            to_come = rows[field] >= midnight + 24  # those of today have been spent by the evening
            expected = rows["booked"] + moved + hours_of(model, rows, purpose, row)
            assert (rows[field][to_come] == expected[to_come]).all()
            interviews += int(to_come.sum()) if field == "call" else 0
            visits += int(to_come.sum()) if field == "visit" else 0
        without = used_rows(plain.engine)
        without = without[(without["booked"] >= midnight) & (without["stage"] == Stage.JAIL)]
        response = dict(zip(without["key"].tolist(), without["answer"].tolist(), strict=True))
        both = [row for row in rows if int(row["key"]) in response]
        assert all(row["answer"] == response[int(row["key"])] for row in both if row["answer"] >= midnight + 24)
    assert interviews > 50
    assert visits > 50
    assert delayed > 50


def test_lockups_cost_officers_people_who_leave_in_time() -> None:
    """Whoever leaves from the lock-up is seen by no officer; matches, which need no officer, are the same."""
    none, most = (
        model_of(
            FREDERICK, {"case.lockup_share": share, "case.lockup_hours_median": 40, "people.pool_ratio": 500}
        ).run()
        for share in (0.0, 0.8)
    )
    counts = [result.funnel(by="none").set_index("event")["count"] for result in (none, most)]
    assert counts[0]["interviewed"] > 1.2 * counts[1]["interviewed"]
    assert counts[0]["matched"] == counts[1]["matched"] > 50


def test_without_lockups_their_hours_do_not_matter() -> None:
    """To the last bit."""
    results = [
        model_of(FREDERICK, {"case.lockup_share": 0.0, "case.lockup_hours_median": hours}).run() for hours in (2, 48)
    ]
    for name, table in results[0].tables().items():
        pd.testing.assert_frame_equal(table, results[1].tables()[name], obj=name)


# ---- visits ----------------------------------------------------------------------------------------------------------


def office_of(model: EnforcementModel) -> int:
    """Return the row of the county's field office."""
    return int(model.engine.places["office"][0])


def found_on_visits(model: EnforcementModel) -> int:
    """People in the jail whom the Criminal Alien Program found first."""
    events = model.result().tables()["events"]
    chosen = (
        (events["programme"] == PROGRAMMES[3]) & (events["event"] == "identified") & (events["fips"] == int(IMPERIAL))
    )
    return int(events.loc[chosen, "count"].sum())


def test_visits_are_as_many_as_an_office_can_make() -> None:
    """A day's visits are `visits`, less on days off, rounded by the draw VISITS; with none nobody is found in the jail."""
    amount = 2.6
    found = {}
    for visits in (0.0, amount, 1e6):
        model = model_of(IMPERIAL, {"changes.off": {"decision": "sharing", "rule": "not-shared", "where": "nation"}})
        office = office_of(model)
        model.engine.offices["visits"] = visits
        used = 0
        while not model.engine.closed:
            day = model.engine.day
            model.step()
            left = int(model.engine.offices["visits_left"][office])
            today = visits * (1.0 if model.engine.clock.working_day[day] else ratio_of(model))
            stream = np.uint64(
                stream_of(
                    model.engine.seed,
                    np.uint64(
                        office_day_key(int(model.engine.offices["code"][office]), model.engine.clock.day_number(day))
                    ),
                )
            )
            whole = int(today)
            made = whole + (1 if uniform(stream, Draw.VISITS.value) < today - whole else 0)
            assert 0 <= left <= made
            used += made - left
        found[visits] = found_on_visits(model)
        assert found[visits] <= used
        if visits == amount:
            assert 0.7 < used / (amount * 90) < 1.0  # nearly always busy, but fewer on 29 weekend days and holidays
    assert found[0.0] == 0 < found[amount] < found[1e6]


def ratio_of(model: EnforcementModel) -> float:
    """What can be done on days off."""
    return float(model.scenario.parameters["pickup.weekend_capacity_ratio"])


def test_who_waits_longest_is_visited_first() -> None:
    """Of those put off to eight in the morning the ones booked first are visited; the others wait for the next morning."""
    model = model_of(IMPERIAL, {"changes.off": {"decision": "sharing", "rule": "not-shared", "where": "nation"}})
    model.engine.offices["visits"] = 2.0
    decided = 0
    while not model.engine.closed:
        midnight = model.engine.day * 24
        before = live_rows(model.engine)
        waiting = before[(before["stage"] == Stage.JAIL) & (before["visit"] == midnight + 8)]
        waiting = waiting[waiting["until"] > midnight + 24]  # still there in the evening, whatever happens
        model.step()
        after = {int(row["key"]): row for row in used_rows(model.engine)}
        served = [row for row in waiting if after[int(row["key"])]["visit"] == -1]
        put_off = [row for row in waiting if after[int(row["key"])]["visit"] == midnight + 32]
        assert len(served) + len(put_off) == waiting.size
        if served and put_off:
            decided += 1
            longest = max((int(row["booked"]), int(row["key"])) for row in served)
            assert longest < min((int(row["booked"]), int(row["key"])) for row in put_off)
    assert decided > 10


def test_visits_are_used_on_people_with_a_detainer_too() -> None:
    """A visit finds whom another programme has a detainer on: they are counted as also found, at most once each."""
    model = model_of(IMPERIAL, {"changes.on": {"decision": "sharing", "rule": "shared", "where": "nation"}})
    programme = PROGRAMMES.index("criminal_alien_program")
    seen: dict[int, tuple[int, int]] = {}
    while not model.engine.closed:
        model.step()
        rows = used_rows(model.engine)
        rows = rows[~of_the_stock(rows["key"])]
        seen |= dict(zip(rows["key"].tolist(), rows[["first", "found"]].tolist(), strict=True))
        # Whoever is found by visits after another programme keeps that one as the first.
        later = ((rows["found"] >> (programme - 1)) & 1 == 1) & (rows["first"] != programme)
        assert ((rows["bits"][later] & Bit.IDENTIFIED) != 0).all()
    events = model.result().tables()["events"]
    for number, name in enumerate(PROGRAMMES[1:], start=1):
        mine = events[events["programme"] == name]
        counts = mine.groupby("event", observed=False)["count"].sum()
        by = [first for first, found in seen.values() if found >> (number - 1) & 1]
        assert counts["identified"] == by.count(number)
        assert counts["also_found"] == len(by) - by.count(number)
    assert sum(found >> (programme - 1) & 1 and first != programme for first, found in seen.values()) > 10
