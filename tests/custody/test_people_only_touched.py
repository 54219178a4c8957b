"""Two policies differ only in people whom a changed rule, or a capacity it freed, touched.

The promise of keyed draws: everyone else lives the same days to the hour. Comparisons are exact, and each test also
asks that the policy did something where it should, so that none passes because nothing ever changes.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.custody.records import ARRESTEE, Stage
from enforcement_sim.model import EnforcementModel
from enforcement_sim.results import Result
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.scenario.schema import Scenario
from enforcement_sim.vocabulary import EVENTS

FREDERICK, MONTGOMERY = "24021", "24031"
"""Two counties of Maryland under one field office (Baltimore); the first has 287(g) officers."""
BEFORE_HELD = EVENTS[: EVENTS.index("held") + 1]
AT_BOOKING = ("booked", "printed")


def two_counties(more: dict[str, Any] | None = None) -> Scenario:
    """Return a year and a half of two counties with further settings."""
    settings: dict[str, Any] = {
        "scope": {"counties": [FREDERICK, MONTGOMERY]},
        "period.start": "2010-07-01",
        "period.end": "2011-09-30",
        "start.warm_days": 30,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "custody.discretion_share": 0.3,
    }
    return load_scenario("baseline").with_(**settings, **(more or {}))


def change(decision: str, rule: str, county: str = FREDERICK, start: str | None = "2011-01-01") -> dict[str, Any]:
    """Return one dated change in one county."""
    body = {"decision": decision, "rule": rule, "where": {"counties": [county]}}
    return {"changes.policy": body if start is None else body | {"from": start}}


def model_of(scenario: Scenario, ample: bool) -> EnforcementModel:
    """Build a model; with ``ample`` crews no pick-up ever waits for another."""
    model = EnforcementModel(scenario)
    if ample:
        model.field_offices.set("pickups_a_day", 1e6)
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
}


@pytest.mark.parametrize("policy", POLICIES)
def test_another_county_notices_nothing(policy: str, baseline: Result) -> None:
    """With ample crews a policy of one county leaves every number of the other as it was."""
    changed = result_of(two_counties(POLICIES[policy]))
    assert_equal_tables(of_county(baseline, MONTGOMERY), of_county(changed, MONTGOMERY))
    assert events_that_differ(baseline, changed)


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_happens_before_its_date(policy: str, baseline: Result) -> None:
    """Until the day of the policy its own county is as it was, in every month and event."""
    changed = result_of(two_counties(POLICIES[policy]))
    before = []
    for result in (baseline, changed):
        events = of_county(result, FREDERICK)["events"]
        before.append(events[events["month"].astype(str) < "2011-01"].reset_index(drop=True))
    pd.testing.assert_frame_equal(before[0], before[1])
    assert len(before[0]) > 50


@pytest.mark.parametrize("policy", POLICIES)
def test_bookings_are_the_same_under_every_policy(policy: str, baseline: Result) -> None:
    """Who is booked and printed does not depend on what is done with them."""
    changed = result_of(two_counties(POLICIES[policy]))
    assert not events_that_differ(baseline, changed) & set(AT_BOOKING)


def test_other_people_live_the_same_days() -> None:
    """Person by person: where one county declines, each record of the other is the same every evening."""
    models = [model_of(two_counties(more), True) for more in ({}, POLICIES["declines"])]
    fields = [name for name in ARRESTEE.names or () if name != "next"]  # a neighbour in the calendar, not of the person
    same_at_home, most = True, 0
    while models[0].today < date(2011, 3, 1):
        rows: list[list[np.ndarray]] = []
        for model in models:
            model.step()
            people = np.sort(model.engine.people[model.engine.people["stage"] != Stage.NOWHERE], order="key")
            rows.append([people[people["place"] == place][fields] for place in (0, 1)])
        assert np.array_equal(rows[0][1], rows[1][1])
        most = max(most, rows[0][1].size)
        if models[0].today <= date(2011, 1, 1):
            assert np.array_equal(rows[0][0], rows[1][0])
        same_at_home &= np.array_equal(rows[0][0], rows[1][0])
    assert not same_at_home
    assert most > 50


def test_scarce_crews_are_the_only_way_to_another_county() -> None:
    """Where crews are scarce, those that one county frees come to the other: it differs after `held` and nowhere else."""
    scarce = {"pickup.crew_capacity": 0.01, "detainer.hold_hours": 96}
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
            result_of(two_counties({"detainer.hold_hours": hours, "pickup.delay_hours_median": 60}), ample)
            for hours in (48, 96)
        )
        differing = events_that_differ(short, long)
        assert {"detainer_lapsed", "ice_custody"} <= differing <= after
        counts = [result.funnel(by="none").set_index("event")["count"] for result in (short, long)]
        assert counts[1]["ice_custody"] > counts[0]["ice_custody"]


@pytest.mark.parametrize(
    ("start", "end"), [("2010-06-15", "2010-07-20"), ("2011-08-20", "2011-10-10"), ("2012-12-10", "2013-01-10")]
)
def test_a_policy_that_changes_nothing_gives_the_same_tables(start: str, end: str) -> None:
    """The shipped scenario `null` repeats history in other words; every table equals the baseline's, to the last bit."""
    results = []
    for name in ("baseline", "null"):
        cut: dict[str, Any] = {
            "scope": {"counties": ["17031", FREDERICK]},
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
