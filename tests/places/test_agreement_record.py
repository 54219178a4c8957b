"""Agencies that do what ICE says they did: fiscal 2006 to 2010 from its table, later years carried on from the last of them.

ICE's own table of people identified by agency and fiscal year, released under the Freedom of Information Act.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from tests.places.test_history import change, row_on

from enforcement_sim.places.agreements import OFFICERS_DO, officers_at_work
from enforcement_sim.places.build import World, build_world
from enforcement_sim.places.geography import identified_by_agency
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.results.tabulate import officer_years
from enforcement_sim.scenarios.load import load_scenario

LAS_VEGAS, WAKE, HENDERSON, PIMA, LOS_ANGELES, WEBER = "32003", "37183", "37089", "04019", "06037", "49057"
FREDERICK, BEAUFORT, BARNSTABLE, YAVAPAI = "24021", "45013", "25001", "04025"
IDENTIFIES = 0.5
"""Share of interviews that identify somebody, in these worlds."""


def world_of(*places: str, **more: Any) -> World:
    """Lay out the whole history of some counties as ICE's table has it."""
    settings: dict[str, Any] = {
        "scope": {"counties": list(places)},
        "simulate": "alone",
        "period.start": "2005-10-01",
        "period.end": "2014-12-31",
        "start.warm_days": 0,
        "jail_287g.from_record": 1,
        "jail_287g.identified_per_interview": IDENTIFIES,
    }
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**(settings | more)), 1)


def over_a_year(world: World, fips: str, year: int, field: str) -> float:
    """Add up a field of a county over the days of a fiscal year."""
    row = int(np.flatnonzero(world.places["fips"] == int(fips))[0])
    by_day = np.zeros(world.clock.days)
    for setting in world.settings:
        if setting.field == field and row in setting.places:
            by_day[setting.day :] = setting.value[setting.places == row][0]
    first, end = ((date(which, 10, 1) - world.clock.start).days for which in (year - 1, year))
    return float(by_day[first:end].sum())


@pytest.mark.parametrize(
    ("fips", "year", "identified"),
    [
        (LOS_ANGELES, 2006, 3_646),
        (LOS_ANGELES, 2010, 3_332),
        (WAKE, 2008, 540),  # from the signing on 25 June 2008
        (WAKE, 2009, 2_223),
        (LAS_VEGAS, 2009, 1_994),
    ],
)
def test_interviews_of_a_year_are_those_that_the_figures_take(fips: str, year: int, identified: int) -> None:
    """People identified by the share of interviews that identify somebody, on the days in force."""
    assert over_a_year(world_of(fips), fips, year, "interviews_a_day") == pytest.approx(identified / IDENTIFIES)


def test_figures_hold_whatever_the_officers() -> None:
    """How many interviews an officer manages, and how many leave, says nothing where ICE's figures speak."""
    usual = world_of(WAKE)
    other = world_of(
        WAKE,
        **{
            "jail_287g.interviews_per_officer_day": 5,
            "jail_287g.attrition_a_year": 0.4,
            "jail_287g.training_weeks": 30,
        },
    )
    for year in (2008, 2009, 2010):
        done = [over_a_year(world, WAKE, year, "interviews_a_day") for world in (usual, other)]
        assert done[0] == pytest.approx(done[1])


def test_task_force_alone_makes_the_arrests_that_its_figures_take() -> None:
    """Beaufort County, a task force: 74 people in fiscal 2009, by the share of whom its officers recognise."""
    world = world_of(BEAUFORT)
    detects = world.values["screening.interview_detects_share"]
    assert over_a_year(world, BEAUFORT, 2009, "field_arrests_a_day") == pytest.approx(74 / detects)
    assert over_a_year(world, BEAUFORT, 2009, "interviews_a_day") == 0.0


def test_an_agency_under_both_models_divides_its_figure_by_its_officers() -> None:
    """Frederick County, 304 in fiscal 2009: jail and field in the proportion of what their officers would find."""
    world = world_of(FREDERICK)
    values = world.values
    in_jail = over_a_year(world, FREDERICK, 2009, "interviews_a_day") * IDENTIFIES
    in_field = over_a_year(world, FREDERICK, 2009, "field_arrests_a_day") * values["screening.interview_detects_share"]
    assert in_jail + in_field == pytest.approx(304)
    field = values["task_force.officers_share_in_both"]
    a_field_day = (
        values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR * values["screening.interview_detects_share"]
    )
    a_jail_day = values["jail_287g.interviews_per_officer_day"] * IDENTIFIES
    assert in_field / in_jail == pytest.approx(field * a_field_day / ((1 - field) * a_jail_day))
    # After the task force its officers work in the jail.
    last, next_day = (row_on(world, FREDERICK, day) for day in (date(2012, 12, 31), date(2013, 1, 1)))
    assert next_day["field_arrests_a_day"] == 0.0
    assert next_day["interviews_per_officer"] == pytest.approx(last["interviews_per_officer"])
    assert next_day["interviews_a_day"] > last["interviews_a_day"]


def test_later_years_carry_on_from_the_last_figure_by_officers_at_work() -> None:
    """Without attrition as many a day as in fiscal 2010; with it and no new class fewer each year; never ICE's later figures."""
    world = world_of(LOS_ANGELES, **{"jail_287g.attrition_a_year": 0})
    a_day = 3_332 / 365 / IDENTIFIES
    for year in (2011, 2013, 2014):
        assert over_a_year(world, LOS_ANGELES, year, "interviews_a_day") == pytest.approx(
            a_day * (366 if year % 4 == 0 else 365)
        )
    dwindling = world_of(LOS_ANGELES, **{"jail_287g.attrition_a_year": 0.2, "jail_287g.class_years": 10})
    years = [over_a_year(dwindling, LOS_ANGELES, year, "interviews_a_day") for year in (2010, 2011, 2012, 2013)]
    assert np.array(years[1:]) / years[:-1] == pytest.approx([0.8] * 3, rel=0.01)


def test_a_year_without_a_figure() -> None:
    """Before the first figure nobody is on site (Las Vegas, September 2008); after it the last carries on (Weber, 2010)."""
    assert identified_by_agency()["UT", "Weber County Sheriff's Office"] == {2009: 89}
    world = world_of(LAS_VEGAS, WEBER, **{"jail_287g.attrition_a_year": 0})
    early = row_on(world, LAS_VEGAS, date(2008, 9, 30))
    assert (early["officer_share"], early["interviews_a_day"]) == (0.0, 0.0)
    assert row_on(world, LAS_VEGAS, date(2008, 10, 1))["officer_share"] == 1.0
    rows = [row_on(world, WEBER, day) for day in (date(2009, 9, 30), date(2009, 10, 1), date(2014, 10, 25))]
    assert rows[0]["interviews_a_day"] == rows[1]["interviews_a_day"] == pytest.approx(rows[2]["interviews_a_day"])


@pytest.mark.parametrize(("fips", "day"), [(PIMA, date(2010, 6, 1)), (BARNSTABLE, date(2008, 6, 1))])
def test_agencies_without_a_case_have_nobody_at_work(fips: str, day: date) -> None:
    """Pima County's row has no figure; Barnstable County has no row, and the rows add up to the programme's totals."""
    by_officers, on_record = (row_on(world_of(fips, **more), fips, day) for more in ({"jail_287g.from_record": 0}, {}))
    assert by_officers["officer_share"] == 1.0
    assert by_officers["interviews_a_day"] > 0.0
    assert (on_record["officer_share"], on_record["interviews_a_day"]) == (0.0, 0.0)


def test_people_counted_before_the_signing_are_left_out() -> None:
    """Yavapai County: 167 people in fiscal 2007 stand in ICE's table, the agreement is of 10 March 2008."""
    world = world_of(YAVAPAI)
    assert over_a_year(world, YAVAPAI, 2007, "interviews_a_day") == 0.0
    assert row_on(world, YAVAPAI, date(2008, 3, 10))["interviews_a_day"] > 0.0


def test_the_same_from_any_start() -> None:
    """What an agency does in 2012 does not depend on the day a run begins."""
    rows = [
        row_on(world_of(FREDERICK, **{"period.start": start}), FREDERICK, date(2012, 3, 1))
        for start in ("2005-10-01", "2010-02-01", "2011-10-01")
    ]
    for pair in OFFICERS_DO:
        for field in pair:
            assert len({float(row[field]) for row in rows}) == 1, field


def test_officers_stay_what_they_are() -> None:
    """Officers at work, and so their cost and the review's officer-days, are those trained, whatever ICE says they found."""
    at_once = {"jail_287g.training_weeks": 0, "period.start": "2009-10-01", "period.end": "2010-09-30"}
    on_record, by_officers = (
        world_of(FREDERICK, HENDERSON, **at_once, **{"jail_287g.from_record": which}) for which in (1, 0)
    )
    assert officer_years(on_record) == pytest.approx(officer_years(by_officers), rel=1e-9)
    day = date(2010, 1, 1)
    counts = [officers_at_work(row_on(world, FREDERICK, day)) for world in (on_record, by_officers)]
    assert counts[0] == pytest.approx(counts[1])
    found = [row_on(world, FREDERICK, day)["interviews_a_day"] for world in (on_record, by_officers)]
    assert found[0] < found[1] / 5


def test_levers_act_on_the_record() -> None:
    """A budget cut, an ended agreement and task forces that continue do to the record what they do to officers."""
    cut = change("agreement_budget", "cut", "nation", "2011-10-01", "2011-12-31")
    ended = change("agreement", "ended", "nation", "2012-04-01", "2012-04-30")
    continued = change("task_force", "continued", "nation", "2012-06-01")
    history = world_of(FREDERICK)
    changed = world_of(FREDERICK, **{"changes.cut": cut, "changes.ended": ended, "changes.on": continued})

    def both(day: date) -> tuple[np.void, np.void]:
        return row_on(history, FREDERICK, day), row_on(changed, FREDERICK, day)

    before, after = both(date(2011, 11, 1))
    assert after["interviews_a_day"] == pytest.approx(0.75 * before["interviews_a_day"])
    assert officers_at_work(after) == pytest.approx(0.75 * officers_at_work(before))
    assert both(date(2012, 4, 15))[1]["interviews_a_day"] == 0.0
    before, after = both(date(2013, 2, 1))
    assert (before["field_arrests_a_day"], after["field_arrests_a_day"] > 0.0) == (0.0, True)
    assert after["interviews_a_day"] < before["interviews_a_day"]


def test_less_money_from_fiscal_2013() -> None:
    """ICE asked for a quarter less for fiscal 2013 (DHS budget in brief, p. 101); agencies follow in the share that is set."""
    whole, half = (world_of(WAKE, **{"jail_287g.funding_followed": followed}) for followed in (0.0, 0.5))
    for day, left in ((date(2012, 9, 30), 1.0), (date(2012, 9, 30) + timedelta(days=1), 1 - 0.5 * 0.25)):
        rows = [row_on(world, WAKE, day)["interviews_a_day"] for world in (whole, half)]
        assert rows[1] == pytest.approx(left * rows[0])
