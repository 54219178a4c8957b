"""Officers of 287(g) agreements over time: training, attrition between classes, budgets, and the way back from the field.

Signing days and numbers: Migration Policy Institute, Delegation and Divergence (2011), appendix. Strength is that of the first
day of a quarter: none before the training ends, then `1 - attrition` to the power of the years since it ended or since the
last class.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from tests.places.test_history import (
    ARRESTS,
    AT_FULL_STRENGTH,
    IN_JAIL,
    ON_TASK_FORCE,
    PER_OFFICER,
    change,
    row_on,
    rows_on,
)

from enforcement_sim.places.build import World, build_world
from enforcement_sim.results.tabulate import officer_years
from enforcement_sim.scenarios.load import load_scenario

FREDERICK, CHARLESTON, BERKSHIRE = "24021", "45019", "25003"
"""26 officers under both models from 6 February 2008; 14 in the jail from 9 November 2009; a county of Massachusetts."""
MASSACHUSETTS_PRISONS = "25000"
TRAINED = date(2008, 2, 6) + timedelta(weeks=8)
"""2 April 2008: eight weeks after Frederick County signed."""


def world_of(fips: str, more: dict[str, Any] | None = None) -> World:
    """Lay out the history of one county with the register's training and attrition."""
    settings: dict[str, Any] = {
        "scope": {"counties": [fips]},
        "simulate": "alone",
        "period.start": "2007-10-01",
        "period.end": "2014-12-31",
        "start.warm_days": 0,
    }
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), 1)


def test_nobody_works_before_the_training_ends() -> None:
    """Charleston's officers were four weeks in training (ICE); with selection and checks eight weeks are the default."""
    world = world_of(FREDERICK)
    assert date(2008, 4, 2) == TRAINED
    for day in (date(2008, 2, 6), TRAINED - timedelta(days=1)):
        row = row_on(world, FREDERICK, day)
        assert not any(
            row[field] for field in ("officer_share", "interviews_a_day", "field_arrests_a_day", "field_share")
        )
    row = row_on(world, FREDERICK, TRAINED)
    assert row["officer_share"] == 1.0
    assert row["interviews_a_day"] == pytest.approx(26 * IN_JAIL * PER_OFFICER)
    assert row["field_arrests_a_day"] == pytest.approx(26 * ON_TASK_FORCE * ARRESTS)


@pytest.mark.parametrize(
    ("day", "days_since_a_class"),
    [
        (TRAINED, 0),
        (date(2008, 6, 30), 0),  # the quarter began before the training ended
        (date(2008, 7, 1), 90),  # 28 of April, 31, 30, and the first of July
        (date(2008, 9, 30), 90),  # as on the first day of its quarter
        (date(2008, 10, 1), 182),
        (date(2009, 4, 1), 364),
        (date(2010, 4, 1), 729),  # two years are 730.5 days: one quarter more before the next class
        (date(2010, 7, 1), 820 - 730.5),
        (date(2012, 4, 1), 1460 - 730.5),
        (date(2012, 7, 1), 1551 - 1461),
    ],
)
def test_strength_by_quarter(day: date, days_since_a_class: float) -> None:
    """12% are lost in a year, and a class every two years brings the number back (ICE: a refresher every two years)."""
    left = 0.88 ** (days_since_a_class / 365.25)
    row = row_on(world_of(FREDERICK), FREDERICK, day)
    assert row["interviews_a_day"] == pytest.approx(26 * IN_JAIL * PER_OFFICER * left, rel=1e-12)
    assert row["field_arrests_a_day"] == pytest.approx(26 * ON_TASK_FORCE * ARRESTS * left, rel=1e-12)
    assert row["officer_share"] == 1.0  # fewer officers interview fewer people, and are still on site
    world = world_of(FREDERICK, {"jail_287g.class_years": 10})
    since = (date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - TRAINED).days
    left = 0.88 ** (max(0, since) / 365.25)
    assert row_on(world, FREDERICK, day)["interviews_a_day"] == pytest.approx(26 * IN_JAIL * PER_OFFICER * left)


def test_years_of_officers_by_hand() -> None:
    """Charleston, trained on 4 January 2010: whole to the end of March, then what each quarter's first day leaves."""
    world = world_of(CHARLESTON, {"period.start": "2010-01-01", "period.end": "2010-12-31"})
    assert date(2009, 11, 9) + timedelta(weeks=8) == date(2010, 1, 4)
    parts = [(87, 0), (91, 87), (92, 178), (92, 270)]  # days of each quarter, and days since training at its beginning
    days = sum(14 * length * 0.88 ** (since / 365.25) for length, since in parts)
    assert officer_years(world) == pytest.approx(days / 365.25, abs=1e-6)


def test_without_training_and_attrition_nothing_changes_between_events() -> None:
    """At zero the numbers are those signed for, to the last bit, and quarters leave no setting."""
    world = world_of(FREDERICK, AT_FULL_STRENGTH)
    days = [setting.day for setting in world.settings if setting.field == "interviews_a_day"]
    events = (date(2008, 2, 6), date(2013, 1, 1))  # signing, and the end of task forces
    assert days == [0, *((day - world.clock.start).days for day in events)]
    assert row_on(world, FREDERICK, date(2011, 5, 5))["interviews_a_day"] == 26 * (1 - ON_TASK_FORCE) * PER_OFFICER


def test_a_budget_cut_shrinks_agreements() -> None:
    """DHS budget in brief, fiscal 2013, p. 101: $17 million, or 25%, less; from October 2012 until the change ends."""
    cut = change("agreement_budget", "cut", "nation", "2012-10-01", "2013-10-01")
    history, shrunk = (world_of(FREDERICK, AT_FULL_STRENGTH | more) for more in ({}, {"changes.cut": cut}))
    for day, left in (
        (date(2012, 9, 30), 1.0),
        (date(2012, 10, 1), 0.75),
        (date(2013, 9, 30), 0.75),
        (date(2013, 10, 1), 1.0),
    ):
        before, after = (row_on(world, FREDERICK, day) for world in (history, shrunk))
        for field in ("officer_share", "interviews_a_day", "field_arrests_a_day", "field_share"):
            assert after[field] == pytest.approx(before[field] * left, rel=1e-12), (day, field)
    # As funded is no cut, whatever the share; a cut of nothing is none; and an agency's share is a parameter.
    for more in (
        {"changes.cut": cut | {"rule": "as-funded"}, "jail_287g.budget_cut": 1.0},
        {"changes.cut": cut, "jail_287g.budget_cut": 0.0},
    ):
        same = world_of(FREDERICK, AT_FULL_STRENGTH | more)
        for day in (date(2012, 10, 1), date(2013, 9, 30)):
            assert rows_on(same, day).tobytes() == rows_on(history, day).tobytes()
    gone = world_of(FREDERICK, {"changes.cut": cut, "jail_287g.budget_cut": 1.0})
    assert row_on(gone, FREDERICK, date(2013, 1, 1))["officer_share"] == 0.0


def test_agreements_of_prison_systems_are_at_prisons() -> None:
    """Massachusetts Department of Correction (2007): its officers screen whoever is admitted; no county has a part in them."""
    world = world_of(BERKSHIRE, AT_FULL_STRENGTH)
    day = date(2010, 6, 1)
    county, prison = (row_on(world, fips, day) for fips in (BERKSHIRE, MASSACHUSETTS_PRISONS))
    assert prison["officer_share"] == 1.0
    assert prison["interviews_a_day"] == pytest.approx(3 * PER_OFFICER)
    assert (county["officer_share"], county["interviews_a_day"], county["field_arrests_a_day"]) == (0.0, 0.0, 0.0)
    # An agreement of a state's highway patrol is at its counties, not its prison.
    world = world_of("08041", AT_FULL_STRENGTH)
    assert row_on(world, "8000", day)["field_arrests_a_day"] == 0.0 < row_on(world, "08041", day)["field_arrests_a_day"]


def test_officers_return_from_the_field_to_the_jail() -> None:
    """On 1 January 2013 Frederick County's officers are all in its jail, as many as attrition has left."""
    world = world_of(FREDERICK)
    before, after = (row_on(world, FREDERICK, day) for day in (date(2012, 12, 31), date(2013, 1, 1)))
    left = [0.88 ** (((day - TRAINED).days - 1461) / 365.25) for day in (date(2012, 10, 1), date(2013, 1, 1))]
    assert before["interviews_a_day"] == pytest.approx(26 * IN_JAIL * PER_OFFICER * left[0])
    assert after["interviews_a_day"] == pytest.approx(26 * PER_OFFICER * left[1])
    assert np.isclose(before["field_arrests_a_day"], 26 * ON_TASK_FORCE * ARRESTS * left[0])
    assert after["field_arrests_a_day"] == 0.0


def test_officers_who_stay_in_the_field_do_not_return() -> None:
    """Where task forces continue, nobody is in two places: interviews go on as they were, until the change ends."""
    on = change("task_force", "continued", "nation", "2012-06-01", "2013-07-01")
    world = world_of(FREDERICK, AT_FULL_STRENGTH | {"changes.a-on": on})
    in_both = [row_on(world, FREDERICK, day)["interviews_a_day"] for day in (date(2012, 7, 1), date(2013, 6, 30))]
    assert in_both == pytest.approx([26 * IN_JAIL * PER_OFFICER] * 2)
    assert row_on(world, FREDERICK, date(2013, 7, 1))["interviews_a_day"] == pytest.approx(26 * PER_OFFICER)
    # The change written later wins, here too: task forces as agreed after all, or the whole agreement ended.
    agreed = change("task_force", "as-agreed", "nation", "2013-03-01")
    world = world_of(FREDERICK, AT_FULL_STRENGTH | {"changes.a-on": on, "changes.b-agreed": agreed})
    assert row_on(world, FREDERICK, date(2013, 3, 1))["interviews_a_day"] == pytest.approx(26 * PER_OFFICER)
    ended = change("agreement", "ended", "nation", "2012-01-01")
    world = world_of(FREDERICK, AT_FULL_STRENGTH | {"changes.a-ended": ended, "changes.b-on": on})
    for day in (date(2012, 7, 1), date(2013, 6, 30), date(2013, 7, 1)):
        assert row_on(world, FREDERICK, day)["interviews_a_day"] == 0.0
