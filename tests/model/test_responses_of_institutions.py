"""Institutions that respond: local and federal effort, beds, reviews of agreements, and counties that believe themselves bound.

docs/process.md, section "Institutions". All are off unless a scenario sets their parameter; what each decides is reckoned here
from what the ledger had counted by the evening before.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.process.watching import count_of, events_so_far

from enforcement_sim.codes import PRIOR_RECORDS
from enforcement_sim.model import EnforcementModel
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

COLLIER, FREDERICK, BEAUFORT, WHITFIELD, MANASSAS = "12021", "24021", "45013", "13313", "51683"
OFFICERS = {COLLIER: 34, FREDERICK: 26, BEAUFORT: 9, WHITFIELD: 11, MANASSAS: 11}
"""Migration Policy Institute, Delegation and Divergence (2011), appendix: officers in all; of Collier and Frederick three in
ten on a task force, of Beaufort and Manassas all."""
SEED = 9
AGREEMENT_FIELDS = ("officer_share", "interviews_a_day", "field_arrests_a_day", "field_share")
HAZARD = 0.45
"""Of beginning to decline, in a month."""


def scenario_of(counties: tuple[str, ...], start: str, end: str, more: dict[str, Any] | None = None) -> Scenario:
    """Return a run of some counties where many who are booked are not citizens, with all officers at work."""
    settings: dict[str, Any] = {
        "scope": {"counties": list(counties)},
        "simulate": "alone",
        "period.start": start,
        "period.end": end,
        "start.warm_days": 40,
        "status.arrest_ratio.us_born": 0.2,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "jail_287g.training_weeks": 0,
        "jail_287g.attrition_a_year": 0,
    }
    return load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {})))


def assert_same(first: Result, second: Result) -> None:
    """Every table of two results is the same, to the last bit."""
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, second.tables()[name], obj=name)


def row_of(model: EnforcementModel, fips: str) -> int:
    """Return a county's row."""
    return int(np.flatnonzero(model.engine.places["fips"] == int(fips))[0])


# ---- off by default --------------------------------------------------------------------------------------------------


def test_institutions_that_meet_and_decide_nothing_change_nothing() -> None:
    """With a hazard so small that nobody leaves, all decide on each first of the month: effort, beds and review stay off."""
    period = ("2011-08-10", "2011-11-20")
    plain, deciding = (
        EnforcementModel(scenario_of((COLLIER, FREDERICK), *period, {"institutions.exit_hazard": hazard}), SEED)
        for hazard in (0.0, 1e-12)
    )
    assert_same(plain.run(), deciding.run())
    assert not deciding.ended.any()
    assert deciding.headquarters.review is None
    assert not deciding.engine.places["arrest_change"].any()


@pytest.mark.parametrize(
    "more",
    [
        {"institutions.believes_binding_share": 1.0},  # there is nothing to begin
        {"institutions.review_share": 1.0, "institutions.review_year": 2011},  # no measure, no review
        {"institutions.review_measure": 1, "institutions.review_share": 0.0, "institutions.review_year": 2011},
        {"institutions.review_measure": 4, "institutions.review_share": 1.0, "institutions.review_year": 2013},
    ],
)
@pytest.mark.slow
def test_what_is_off_changes_nothing(more: dict[str, Any]) -> None:
    """Beliefs without a hazard; a review without a measure, of no share, or of another year: to the last bit."""
    period = ("2011-08-10", "2011-11-20")
    results = [
        EnforcementModel(scenario_of((COLLIER, FREDERICK), *period, settings), SEED).run() for settings in ({}, more)
    ]
    assert_same(*results)


# ---- effort ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("response", [-0.05, 0.1])
def test_local_effort_follows_last_months_detainers(response: float) -> None:
    """From each first of a month on: response × 100 × detainers over bookings of the month before, within the limit.

    The first month looks back on the warm start.
    """
    scenario = scenario_of((COLLIER,), "2011-02-01", "2011-05-31", {"institutions.county_effort_response": response})
    longer = EnforcementModel(
        scenario_of((COLLIER,), "2011-01-01", "2011-01-31", {"start.warm_days": 9}), SEED
    )  # the same days, of which January is counted here
    longer.run()
    issued, booked = (int(count_of(events_so_far(longer.engine), name)[0]) for name in ("detainer_issued", "booked"))
    model = EnforcementModel(scenario, SEED)
    assert model.world.clock.start == longer.world.clock.start == date(2010, 12, 23)
    before = np.zeros(2, np.int64)
    expected, months = 0.0, 0
    while not model.engine.closed:
        counted = model.engine.day >= model.world.clock.first_counted_day
        if counted and model.today.day == 1:
            if months:
                now = np.array(
                    [count_of(events_so_far(model.engine), name)[0] for name in ("detainer_issued", "booked")]
                )
                issued, booked = (now - before).tolist()
                before = now
            expected = max(-0.9, min(0.9, response * 100 * issued / booked))
            months += 1
        model.step()
        assert model.engine.places["arrest_change"][0] == pytest.approx(expected, rel=1e-12)
    assert months == 4
    assert abs(expected) > 0.05
    events = model.result().funnel(by="none").set_index("event")["count"]
    assert (events["newly_arrested"] > 0) == (response > 0)
    assert (events["not_arrested"] > 0) == (response < 0)


def test_an_office_turns_to_counties_that_cooperate() -> None:
    """Where prints are shared and all detainers honoured it comes more readily, elsewhere less: on average it is as it was.

    The mean of the shift over the office's counties, by bookings, is zero on the log odds.
    """
    effort = 1.5
    georgia = ("13067", "13135", "13139", WHITFIELD, "13121")
    more = {
        "institutions.office_effort_logit": effort,
        "changes.shared": {"decision": "sharing", "rule": "shared", "where": "nation"},
        "changes.alone": {"decision": "sharing", "rule": "not-shared", "where": {"counties": ["13067"]}},
        "changes.declines": {"decision": "honour", "rule": "honour-none", "where": {"counties": ["13121", "24021"]}},
    }
    model = EnforcementModel(scenario_of((*georgia, FREDERICK), "2011-02-10", "2011-03-02", more), SEED)
    before = model.engine.places.copy()
    while not model.engine.closed:
        decided = model.today > date(2011, 3, 1)
        for field in ("wanted_priority", "wanted_other"):
            assert ((model.engine.places[field] != before[field]).any()) == decided
        model.step()
    places = model.engine.places
    here = (places["office"] == places["office"][row_of(model, WHITFIELD)]) & (places["is_prison"] == 0)
    assert here.sum() == 5
    cooperates = ~np.isin(places["fips"], (13067, 13121))
    weight = places["day_share"] / places["day_share"][here].sum()
    for field in ("wanted_priority", "wanted_other"):
        shift = np.log(places[field] / (1 - places[field])) - np.log(before[field] / (1 - before[field]))
        assert abs((shift * weight)[here].sum()) < 1e-12
        mean = float(weight[here & cooperates].sum())
        assert shift[here & cooperates] == pytest.approx(effort * (1 - mean))
        assert shift[here & ~cooperates] == pytest.approx(-effort * mean)
        # Where all counties of an office are alike nothing shifts, and prisons stay as they were.
        assert shift[row_of(model, FREDERICK)] == pytest.approx(0.0, abs=1e-12)
        assert (places[field] == before[field])[places["is_prison"] != 0].all()


@pytest.mark.parametrize(("response", "thin"), [(0.5, 1), (1.0, 2)])
def test_beds_follow_their_use(response: float, thin: int) -> None:
    """Each first of a month: beds at the start × (1 + response × (in custody × thin / those beds / usual use − 1))."""
    more = {"institutions.beds_response": response, "thin": thin, "start.prison_stock": 0}
    model = EnforcementModel(scenario_of((COLLIER,), "2011-02-01", "2011-06-15", more), SEED)
    office = int(model.engine.places["office"][0])
    at_the_start = float(model.engine.offices["beds"][office])
    expected, seen = at_the_start, set()
    while not model.engine.closed:
        if model.today.day == 1 and model.engine.day >= model.world.clock.first_counted_day:
            in_custody = int(model.engine.offices["in_custody"][office])
            expected = max(0.0, at_the_start * (1 + response * (in_custody * thin / at_the_start / 0.9 - 1)))
        model.step()
        assert model.engine.offices["beds"][office] == pytest.approx(expected, rel=1e-12)
        seen.add(round(expected, 6))
    assert len(seen) > 2
    assert at_the_start > 5


# ---- reviews ---------------------------------------------------------------------------------------------------------

REVIEWED = (FREDERICK, BEAUFORT, WHITFIELD, MANASSAS)
"""Four counties in four states, so that tables by area are tables by county."""
LEVELS_1_AND_2 = [PRIOR_RECORDS.index(name) for name in ("three_misdemeanours", "felony", "aggravated_or_two_felonies")]


@pytest.fixture(scope="module")
def reviewed() -> dict[int, EnforcementModel]:
    """Return finished runs with a review on 1 October 2011 under each measure, of half of four agreements."""
    models = {}
    for measure in range(1, 5):
        more = {
            "institutions.review_measure": measure,
            "institutions.review_year": 2011,
            "institutions.review_share": 0.5,
            "background.prison_find_share": 0.0,
            "custody.short_days_median": 1,
            "jail_287g.attrition_a_year": 0.12,
        }
        models[measure] = EnforcementModel(scenario_of(REVIEWED, "2010-09-01", "2012-02-29", more), SEED)
        models[measure].run()
    return models


def of_a_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the twelve months before the review, of people whom 287(g) found first."""
    months = frame["month"].astype(str)
    ours = frame["programme"].isin(("jail_287g", "task_force"))
    return frame[(months >= "2010-10") & (months <= "2011-09") & ours]


def officer_days(model: EnforcementModel, fips: str) -> float:
    """Officers at work on each of 365 days: quarter by quarter what attrition has left since the last class."""
    signed = {
        FREDERICK: date(2008, 2, 6), BEAUFORT: date(2008, 6, 25), WHITFIELD: date(2008, 2, 4), MANASSAS: date(2008, 3, 5),
    }[fips]  # fmt: skip
    quarters = [date(2010, 10, 1), date(2011, 1, 1), date(2011, 4, 1), date(2011, 7, 1), date(2011, 10, 1)]
    total = 0.0
    for first, following in pairwise(quarters):
        years = (first - signed).days / 365.25 % 2
        total += (following - first).days * OFFICERS[fips] * 0.88**years
    return total


def values_by_hand(model: EnforcementModel, measure: int) -> dict[str, float]:
    """Return each county's measure from the run's tables."""
    tables = model.result().tables()
    events, profiles = of_a_year(tables["events"]), of_a_year(tables["profiles"])
    found = {}
    for fips in REVIEWED:
        here = events[events["fips"] == int(fips)]
        issued = int(here.loc[here["event"] == "detainer_issued", "count"].sum())
        left = int(here.loc[here["event"].isin(("removed", "returned")), "count"].sum())
        state = {FREDERICK: "MD", BEAUFORT: "SC", WHITFIELD: "GA", MANASSAS: "VA"}[fips]
        mine = profiles[(profiles["area"].astype(str).str[:2] == state) & (profiles["event"] == "detainer_issued")]
        _, felony, convicted, record, _ = profile_parts(mine["profile"].to_numpy())
        at_level = (felony & convicted).astype(bool) | np.isin(record, LEVELS_1_AND_2)
        days = officer_days(model, fips)
        found[fips] = {
            1: issued / days,
            2: mine["count"].to_numpy()[at_level].sum() / issued,
            3: issued / (days * model.scenario.parameters["cost.officer_year_287g"] / 365.25),
            4: left / days,
        }[measure]
        assert mine["count"].sum() == issued > 5
    return found


@pytest.mark.parametrize("measure", [1, 2, 3, 4])
@pytest.mark.slow
def test_a_review_ends_the_least_productive(measure: int, reviewed: dict[int, EnforcementModel]) -> None:
    """Announced in 2012 without a measure: here by detainers, by their levels, by cost, or by who left, an officer-day.

    Two of four counties: those with the lowest of what a year's tables give.
    """
    model = reviewed[measure]
    by_hand = values_by_hand(model, measure)
    lowest = sorted(by_hand, key=lambda fips: (by_hand[fips], int(fips)))[:2]
    ended = {f"{fips:05d}" for fips in model.engine.places["fips"][model.ended]}
    assert ended == set(lowest)
    assert len(set(by_hand.values())) == 4


@pytest.mark.slow
def test_measures_disagree(reviewed: dict[int, EnforcementModel]) -> None:
    """Which agreements are the least productive depends on the measure; cost orders as detainers do, at one price."""
    assert reviewed[1].ended.tolist() == reviewed[3].ended.tolist()
    orders = {}
    for measure, model in reviewed.items():
        by_hand = values_by_hand(model, measure)
        orders[measure] = sorted(by_hand, key=lambda fips: by_hand[fips])
    assert orders[1] == orders[3]
    assert orders[2] != orders[1]


def test_what_a_review_ended_stays_ended(reviewed: dict[int, EnforcementModel]) -> None:
    """Attrition lays down new numbers each quarter: not where the agreement is over, and as ever where it goes on."""
    model = reviewed[1]
    places = model.engine.places
    later = [
        setting for setting in model.world.settings if setting.day > (date(2011, 10, 1) - model.world.clock.start).days
    ]
    rows = np.flatnonzero(model.ended)
    assert any(np.isin(rows, setting.places).any() for setting in later if setting.field in AGREEMENT_FIELDS)
    for field in AGREEMENT_FIELDS:
        assert not places[field][rows].any()
    for fips in REVIEWED:
        row = row_of(model, fips)
        at_work = float(places["interviews_a_day"][row] + places["field_arrests_a_day"][row])
        assert (at_work == 0.0) == bool(model.ended[row])
    events = model.result().tables()["events"]
    after = events[(events["month"].astype(str) >= "2011-10") & events["fips"].isin(places["fips"][rows])]
    assert after.loc[after["event"].isin(("interviewed", "field_arrest")), "count"].sum() == 0
    before = events[(events["month"].astype(str) == "2011-09") & events["fips"].isin(places["fips"][rows])]
    assert before.loc[before["event"].isin(("interviewed", "field_arrest")), "count"].sum() > 0


def test_until_its_day_a_review_only_looks_on(reviewed: dict[int, EnforcementModel]) -> None:
    """All four runs are the same until the end of September, whatever is measured."""
    parts = []
    for model in reviewed.values():
        events = model.result().tables()["events"]
        parts.append(events[events["month"].astype(str) < "2011-10"].reset_index(drop=True))
    for part in parts[1:]:
        pd.testing.assert_frame_equal(parts[0], part)


# ---- beliefs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_who_believes_detainers_bind_waits_for_the_ruling(share: float) -> None:
    """Galarza v. Szalczyk, 745 F.3d 634 (3d Cir., 4 March 2014): a request, not an order. The next first of a month is April's.

    Every other county begins by its monthly draw, and after the ruling so do those that believed.
    """
    more = {
        "scope": {"states": ["DE", "MD"]},
        "institutions.county_refusal_hazard": HAZARD,
        "institutions.believes_binding_share": share,
        "thin": 50,
    }
    model = EnforcementModel(scenario_of((), "2014-01-10", "2014-04-10", more), SEED)
    believing = np.array(
        [
            uniform(institution_stream(SEED, InstitutionKind.JURISDICTION, int(fips), 0), Draw.BELIEVES.value) < share
            for fips in model.engine.places["fips"][: model.world.counties.size]
        ]
    )
    assert (believing.sum() in (0, 27)) == (share in (0.0, 1.0))
    expected = np.zeros(believing.size, bool)
    began = []
    while not model.engine.closed:
        if model.today.day == 1 and model.engine.day >= model.world.clock.first_counted_day:
            number = model.engine_day_number()
            for row, fips in enumerate(model.engine.places["fips"][: believing.size]):
                bound = believing[row] and model.today < date(2014, 3, 4)
                stream = institution_stream(SEED, InstitutionKind.JURISDICTION, int(fips), number)
                expected[row] |= not bound and uniform(stream, Draw.REFUSAL.value) < HAZARD
            began.append(int((expected & believing).sum()))
        model.step()
        declining = [county.declines_all for county in model.jurisdictions.to_list()]
        assert declining == expected.tolist()
    assert began[:2] == [0, 0]  # February and March
    assert (began[2] > 0) == bool(believing.any())
    assert expected.any()
