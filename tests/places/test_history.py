"""What stands in given counties on given days: history as cited, a scenario's changes over it, and states that delay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from enforcement_sim.codes import STATUSES
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.agreements import DAYS_A_YEAR
from enforcement_sim.places.build import World, build_world
from enforcement_sim.places.geography import agreements, load_geography, secure_communities_dates
from enforcement_sim.places.history import DAYS_A_MONTH, InstitutionKind
from enforcement_sim.places.scope import indices_of
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.scenarios.load import load_scenario

PLACES = load_geography()
FIRST_UNAUTHORISED = STATUSES.index("entered_without_inspection")
ACTIVE_FROM = secure_communities_dates()
PER_OFFICER = load_register()["jail_287g.interviews_per_officer_day"].default
ON_TASK_FORCE = load_register()["task_force.officers_share_in_both"].default
"""Share of the officers of an agency under both models who work on its task force; the others work in the jail."""
IN_JAIL = 1 - ON_TASK_FORCE
ARRESTS = load_register()["task_force.arrests_per_officer_year"].default / DAYS_A_YEAR
"""Field arrests of one officer a day."""
ADDED_SHARE = load_register()["task_force.added_share"].default

AT_FULL_STRENGTH = {"jail_287g.training_weeks": 0, "jail_287g.attrition_a_year": 0}
"""Officers are at work from the day on which an agreement is signed, and none is lost until it ends."""

COOK, SANTA_CLARA, LOS_ANGELES, HARRIS = "17031", "06085", "06037", "48201"
BRONX, WASHINGTON, KING, CLACKAMAS, MULTNOMAH = "36005", "11001", "53033", "41005", "41051"
YAVAPAI, MANASSAS, BEAUFORT = "04025", "51683", "45013"
FREDERICK, MONTGOMERY, COLLIER, MARICOPA, MARION, HARTFORD, FRESNO = (
    "24021",
    "24031",
    "12021",
    "04013",
    "41047",
    "09003",
    "06019",
)
SOME = (
    COOK,
    LOS_ANGELES,
    HARRIS,
    FREDERICK,
    MONTGOMERY,
    COLLIER,
    MARICOPA,
    MARION,
    HARTFORD,
    FRESNO,
    BRONX,
    WASHINGTON,
    KING,
)


def world_of(places: tuple[str, ...] | str | dict[str, Any] = SOME, more: Any = None, seed: int = 1) -> World:
    """Lay out a run over the whole history for some counties, for the nation, or for a scope as scenarios write it."""
    settings: dict[str, Any] = {
        "scope": {"counties": list(places)} if isinstance(places, tuple) else places,
        "simulate": "alone",
        "period.start": "2005-10-01",
        "period.end": "2014-12-31",
        "start.warm_days": 0,
        **AT_FULL_STRENGTH,
    }
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), seed)


def rows_on(world: World, day: date) -> np.ndarray:
    """Return the rows of places as they stand on a day: every setting up to it, in order."""
    places = world.places.copy()
    for setting in world.settings:
        if setting.day <= (day - world.clock.start).days:
            places[setting.field][setting.places] = setting.value
    return places


def counties_on(world: World, day: date) -> np.ndarray:
    """Return the rows of the counties as they stand on a day, without the prisons behind them."""
    return rows_on(world, day)[: world.counties.size]


def row_on(world: World, fips: str, day: date) -> np.void:
    """Return one county's row on a day."""
    rows = rows_on(world, day)
    row: np.void = rows[rows["fips"] == int(fips)][0]
    return row


def rule_on(world: World, fips: str, decision: str, day: date) -> str:
    """Name the rule that answers a decision in a county on a day."""
    return world.rules[int(row_on(world, fips, day)[f"{decision}_rule"])].id


@pytest.fixture(scope="module")
def history() -> World:
    """Return the baseline's world."""
    return world_of()


def change(decision: str, rule: str, where: Any, start: str | None = None, until: str | None = None) -> dict[str, Any]:
    """Return a change as a scenario writes it."""
    body = {"decision": decision, "rule": rule, "where": where, "from": start, "until": until}
    return {key: value for key, value in body.items() if value is not None}


# ---- rules in force --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fips", "decision", "day", "before", "after"),
    [
        # ICE policy 10072.1, Civil Immigration Enforcement - Priorities (Morton), 30 June 2010
        (HARRIS, "detainer", date(2010, 6, 30), "detainer-2008-levels", "detainer-2010-priorities"),
        (COOK, "detainer", date(2010, 6, 30), "detainer-2008-levels", "detainer-2010-priorities"),
        # ICE, Guidance on the Use of Detainers (Morton), 21 December 2012
        (HARRIS, "detainer", date(2012, 12, 21), "detainer-2012-minor-traffic", "detainer-2012-guidance"),
        # ICE policies 10075.1 and 10076.1 (Morton), 17 June 2011
        (FRESNO, "discretion", date(2011, 6, 17), "discretion-none", "discretion-2011-victims"),
        # Cook County Ordinance 11-O-73, 7 September 2011
        (COOK, "honour", date(2011, 9, 7), "honour-all", "honour-none"),
        # New York City Local Laws 2011/062, 2013/022 and 2014/058, in effect 21 March 2012 and later
        (BRONX, "honour", date(2012, 3, 21), "honour-all", "honour-new-york-2011"),
        (BRONX, "honour", date(2013, 7, 16), "honour-new-york-2011", "honour-new-york-2013"),
        (BRONX, "honour", date(2014, 12, 14), "honour-new-york-2013", "honour-none"),
        # District of Columbia, Immigration Detainer Compliance Amendment Act, 5 June 2012
        (WASHINGTON, "honour", date(2012, 6, 5), "honour-all", "honour-district-of-columbia"),
        # King County Ordinances 17706 and 17886
        (KING, "honour", date(2013, 12, 10), "honour-all", "honour-king-county"),
        (KING, "honour", date(2014, 9, 5), "honour-king-county", "honour-none"),
        # California TRUST Act, AB 4 (2013), 1 January 2014
        (FRESNO, "honour", date(2014, 1, 1), "honour-all", "honour-trust"),
        (LOS_ANGELES, "honour", date(2014, 1, 1), "honour-serious", "honour-trust"),
        # Connecticut Department of Correction, 16 April 2012; Public Act 13-155, 1 January 2014
        (HARTFORD, "honour", date(2012, 4, 16), "honour-all", "honour-felony-convictions"),
        (HARTFORD, "honour", date(2014, 1, 1), "honour-felony-convictions", "honour-connecticut-trust"),
        # Miranda-Olivares v. Clackamas County (D. Or., 11 April 2014), and the sheriffs after it
        (MARION, "honour", date(2014, 4, 21), "honour-all", "honour-none"),
    ],
)
def test_rules_come_into_force_on_their_day(
    history: World, fips: str, decision: str, day: date, before: str, after: str
) -> None:
    """The day before, one rule stands; on the day, the next."""
    assert rule_on(history, fips, decision, day - timedelta(days=1)) == before
    assert rule_on(history, fips, decision, day) == after


def test_what_a_county_or_state_decides_stays_there(history: World) -> None:
    """When Cook County declines nobody else does, and Texas honours every detainer to the end."""
    names = [world_rule.id for world_rule in history.rules]
    rows = rows_on(history, date(2011, 9, 7))
    declining = rows["fips"][rows["honour_rule"] == names.index("honour-none")]
    assert declining.tolist() == [int(COOK)]
    assert rule_on(history, HARRIS, "honour", date(2014, 12, 31)) == "honour-all"
    assert rule_on(history, COOK, "honour", date(2014, 12, 31)) == "honour-none"


def test_santa_clara_declines_from_its_board_policy_on() -> None:
    """Santa Clara County, Board of Supervisors, 18 October 2011; the state's act of 2014 takes nothing back."""
    world = world_of((SANTA_CLARA, FRESNO))
    assert rule_on(world, SANTA_CLARA, "honour", date(2011, 10, 17)) == "honour-all"
    for day in (date(2011, 10, 18), date(2014, 1, 1), date(2014, 12, 31)):
        assert rule_on(world, SANTA_CLARA, "honour", day) == "honour-none"
    assert rule_on(world, FRESNO, "honour", date(2011, 10, 18)) == "honour-all"


def test_oregon_declines_within_weeks() -> None:
    """After Miranda-Olivares of 11 April 2014 the counties around Portland are first and none is left in the middle of May."""
    world = world_of("nation")
    names = [rule.id for rule in world.rules]
    declining = []
    for day in (date(2014, 4, 15), date(2014, 4, 16), date(2014, 4, 21), date(2014, 5, 12)):
        rows = counties_on(world, day)
        oregon = rows[rows["state"] == PLACES.state_index("OR")]
        of_oregon = oregon["fips"][oregon["honour_rule"] == names.index("honour-none")]
        declining.append({f"{fips:05d}" for fips in of_oregon})
    assert [len(counties) for counties in declining[::3]] == [0, 36]
    assert declining[1] == {CLACKAMAS, MULTNOMAH, "41067"}
    assert declining[1] < declining[2] < declining[3]
    assert MARION in declining[2]


# ---- sharing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fips", "day"),
    [
        (HARRIS, date(2008, 10, 27)),
        (LOS_ANGELES, date(2009, 8, 27)),
        (COLLIER, date(2009, 1, 6)),
        (COOK, date(2013, 1, 15)),
    ],
)
def test_prints_are_shared_from_activation_on(history: World, fips: str, day: date) -> None:
    """ICE, Activated Jurisdictions: not the day before, and for good from the day itself."""
    assert not row_on(history, fips, day - timedelta(days=1))["sharing"]
    assert row_on(history, fips, day)["sharing"]
    assert row_on(history, fips, date(2014, 12, 31))["sharing"]


@pytest.mark.parametrize("day", [date(2008, 10, 26), date(2010, 6, 30), date(2011, 12, 31), date(2013, 1, 22)])
def test_every_county_follows_its_date(day: date) -> None:
    """In the nation exactly those counties share whose activation has come."""
    world = world_of("nation")
    assert (counties_on(world, day)["sharing"] == (np.datetime64(day) >= ACTIVE_FROM)).all()
    assert not rows_on(world, day)["sharing"][world.counties.size :].any()  # prisons share no prints


# ---- agreements ------------------------------------------------------------------------------------------------------


def test_officers_of_a_sheriff(history: World) -> None:
    """Frederick County signed on 6 February 2008: 26 officers, at booking, everyone removable (Capps and others, 2011)."""
    before, after = (row_on(history, FREDERICK, day) for day in (date(2008, 2, 5), date(2008, 2, 6)))
    assert (before["officer_share"], before["interviews_a_day"], before["field_arrests_a_day"]) == (0.0, 0.0, 0.0)
    assert (after["officer_share"], after["post_case"]) == (1.0, 0)
    assert after["interviews_a_day"] == pytest.approx(26 * IN_JAIL * PER_OFFICER)
    assert after["field_arrests_a_day"] == pytest.approx(26 * ON_TASK_FORCE * ARRESTS)
    assert history.rules[after["screen_rule"]].id == "screen-universal"
    assert row_on(history, MONTGOMERY, date(2010, 1, 1))["officer_share"] == 0.0


def test_los_angeles_screens_after_the_case(history: World) -> None:
    """Los Angeles County: 23 officers, after conviction, serious offences first (Capps and others, 2011)."""
    row = row_on(history, LOS_ANGELES, date(2009, 6, 1))
    assert (row["interviews_a_day"], row["post_case"]) == (23 * PER_OFFICER, 1)
    assert (row["field_arrests_a_day"], row["field_share"]) == (0.0, 0.0)
    assert history.rules[row["screen_rule"]].id == "screen-targeted"


def test_an_agreement_ends_after_its_last_day() -> None:
    """Riverside County's agreement of 22 July 2010 ran for three years; then no officer is on site."""
    world = world_of(("06065",))
    assert row_on(world, "06065", date(2013, 7, 22))["interviews_a_day"] == 20 * PER_OFFICER
    after = row_on(world, "06065", date(2013, 7, 23))
    assert (after["officer_share"], after["interviews_a_day"], after["post_case"]) == (0.0, 0.0, 0)


def test_task_forces_do_not_screen_in_jail(history: World) -> None:
    """A task force works in the street: its officers conduct no jail interviews (Morgan Hill's county, Colorado's patrol)."""
    in_jail = {agreement.agency for agreement in agreements() if agreement.model != "task_force"}
    assert not any("State Patrol" in agency for agency in in_jail)
    rows = counties_on(world_of({"states": ["CO"]}), date(2010, 1, 1))
    screened = rows["interviews_a_day"] > 0.0
    assert rows["fips"][screened].tolist() == [8041]  # El Paso County's sheriff works in the jail
    assert (rows["officer_share"][~screened] == 0.0).all()
    assert rows["field_arrests_a_day"].sum() == pytest.approx(23 * ARRESTS)


def test_several_agreements_in_one_county(history: World) -> None:
    """Maricopa in 2010: its sheriff and Mesa's police; interviews add up, the largest agency leads.

    The sheriff's task force ended on 16 October 2009, so that all of its officers work in the jail by then. Phoenix, which
    books into the county jail, has officers in the field only.
    """
    row = row_on(history, MARICOPA, date(2010, 6, 1))
    assert row["officer_share"] == 1.0
    assert history.rules[row["screen_rule"]].id == "screen-universal"
    assert row["post_case"] == 0
    assert row["interviews_a_day"] == pytest.approx((107 + 4 * IN_JAIL) * PER_OFFICER, abs=1e-9)
    # Without the sheriff (ended 15 December 2011) one city is left, with its share of bookings.
    later = row_on(history, MARICOPA, date(2011, 12, 16))
    assert abs(later["officer_share"] - 0.12) < 1e-12
    assert abs((row["interviews_a_day"] - later["interviews_a_day"]) - 107 * PER_OFFICER) < 1e-9
    assert history.rules[later["screen_rule"]].id == "screen-targeted"


AROUND_THE_ENDS = [
    date(2007, 7, 1),
    date(2009, 10, 16),
    date(2009, 10, 17),
    date(2010, 12, 31),
    date(2012, 6, 25),
    date(2012, 6, 26),
    date(2012, 12, 31),
    date(2013, 6, 1),
]
"""Days of every phase, among them the last days of Maricopa's, Arizona's and all other task forces, and the days after."""


@pytest.fixture(scope="module")
def nation() -> World:
    """Return the baseline's world of the whole nation."""
    return world_of("nation")


@pytest.mark.parametrize("day", AROUND_THE_ENDS)
def test_no_officer_is_lost_or_doubled(nation: World, day: date) -> None:
    """Over the nation the interviews of a day are those of the jail officers of agreements in force, states' divided.

    Under both models some are on the task force as long as there is one, and in the jail afterwards.
    """
    officers = sum(
        agreement.officers * (IN_JAIL if agreement.model == "both" and day <= agreement.task_force_end else 1.0)
        for agreement in agreements()
        if agreement.model != "task_force"
        and agreement.screening_point != "field"
        and agreement.start <= day <= (agreement.end or day)
    )
    assert officers > 200
    assert abs(rows_on(nation, day)["interviews_a_day"].sum() - officers * PER_OFFICER) < 1e-6


# ---- task forces -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", AROUND_THE_ENDS)
def test_field_arrests_are_those_of_the_task_forces_in_force(nation: World, day: date) -> None:
    """Over the nation the field arrests of a day are those of all who work in the field, states' officers divided.

    An agency that screens in the field only has nobody in a jail, whichever model its agreement names.
    """
    officers = sum(
        agreement.officers * (ON_TASK_FORCE if agreement.screening_point != "field" else 1.0)
        for agreement in agreements()
        if agreement.task_force_end is not None and agreement.start <= day <= agreement.task_force_end
    )
    assert rows_on(nation, day)["field_arrests_a_day"].sum() == pytest.approx(officers * ARRESTS, abs=1e-9)
    assert (officers > 0) == (day <= date(2012, 12, 31))


@pytest.mark.parametrize(
    ("fips", "last_day", "officers"),
    [
        (MARICOPA, date(2009, 10, 16), 107 * ON_TASK_FORCE),  # its new agreement was for the jail only
        (YAVAPAI, date(2012, 6, 25), 28 * ON_TASK_FORCE),  # Arizona v. United States
        (FREDERICK, date(2012, 12, 31), 26 * ON_TASK_FORCE),
        (COLLIER, date(2012, 12, 31), 34 * ON_TASK_FORCE),
        (MANASSAS, date(2012, 12, 31), 11.0),
        (BEAUFORT, date(2012, 12, 31), 9.0),
    ],
)
def test_a_task_force_ends_after_its_last_day(nation: World, fips: str, last_day: date, officers: float) -> None:
    """What a county's own officers arrested in the field stops on the day after, when they come back to the jail.

    Whether, where and whom the jail screens goes on as it was.
    """
    before, after = (row_on(nation, fips, day) for day in (last_day, last_day + timedelta(days=1)))
    # A state's officers may go on (Maricopa) or stop on the same day (Yavapai, Collier).
    stopped = before["field_arrests_a_day"] - after["field_arrests_a_day"]
    if fips in (FREDERICK, MANASSAS, BEAUFORT, MARICOPA):
        assert stopped == pytest.approx(officers * ARRESTS)
    else:
        assert stopped > officers * ARRESTS
    if fips != MARICOPA:
        assert (after["field_arrests_a_day"], after["field_share"]) == (0.0, 0.0)
    came_back = 0.0 if fips in (MANASSAS, BEAUFORT) else officers  # task forces only: nobody to come back to a jail
    assert after["interviews_a_day"] - before["interviews_a_day"] == pytest.approx(came_back * PER_OFFICER)
    for field in ("officer_share", "screen_rule", "post_case"):
        assert before[field] == after[field], field


def test_the_displaced_share_of_bookings(nation: World) -> None:
    """Arrests that would have been made anyway, as a share of the bookings of unauthorised people, and never above one."""
    rows = counties_on(nation, date(2010, 1, 1))
    per_day = nation.values["booking.national_per_year.2010"] / DAYS_A_YEAR
    within_reach = rows["day_share"] * per_day * rows["reachable_share"]
    unauthorised = within_reach * (1.0 - rows["status_cdf"][:, FIRST_UNAUTHORISED - 1])
    made_anyway = rows["field_arrests_a_day"] * (1.0 - ADDED_SHARE)
    possible = unauthorised > 1e-9
    expected = np.minimum(1.0, made_anyway[possible] / unauthorised[possible])
    assert np.allclose(rows["field_share"][possible], expected, rtol=1e-6)
    assert (rows["field_share"] >= 0.0).all()
    assert (rows["field_share"] <= 1.0).all()
    assert ((rows["field_share"] > 0.0) <= (rows["field_arrests_a_day"] > 0.0)).all()
    assert (rows["field_share"] > 0.0).sum() > 100


@pytest.mark.parametrize("added", [0.0, 1.0])
def test_field_arrests_all_added_or_none(added: float) -> None:
    """If a task force adds every arrest none of the others' bookings are its own; if it adds none all its arrests are."""
    row = row_on(world_of((BEAUFORT,), {"task_force.added_share": added}), BEAUFORT, date(2010, 1, 1))
    assert row["field_arrests_a_day"] == pytest.approx(9 * ARRESTS)
    assert (row["field_share"] == 0.0) == (added == 1.0)
    half = row_on(world_of((BEAUFORT,)), BEAUFORT, date(2010, 1, 1))["field_share"]
    assert row["field_share"] == pytest.approx(half / (1.0 - ADDED_SHARE) * (1.0 - added))


def field_on(world: World, fips: str, *days: date) -> list[tuple[bool, bool, bool]]:
    """Say for each day whether a county has field arrests, displaced bookings, and interviews in its jail."""
    rows = [row_on(world, fips, day) for day in days]
    fields = ("field_arrests_a_day", "field_share", "interviews_a_day")
    return [(bool(row[fields[0]]), bool(row[fields[1]]), bool(row[fields[2]])) for row in rows]


def test_lever_of_task_forces_ended() -> None:
    """Ended for a time: no field arrests, added or displaced, while the jail's officers go on; then as agreed again."""
    world = world_of(
        more={"changes.stop": change("task_force", "ended", {"counties": [FREDERICK]}, "2010-03-01", "2010-06-01")}
    )
    days = (date(2010, 2, 28), date(2010, 3, 1), date(2010, 5, 31), date(2010, 6, 1), date(2013, 1, 1))
    in_jail, both = (False, False, True), (True, True, True)
    assert field_on(world, FREDERICK, *days) == [both, in_jail, in_jail, both, in_jail]
    assert field_on(world, COLLIER, *days) == [both, both, both, both, in_jail]
    history = world_of()
    for day in days:
        assert row_on(world, FREDERICK, day)["interviews_a_day"] == row_on(history, FREDERICK, day)["interviews_a_day"]


def test_lever_of_task_forces_continued() -> None:
    """Continued: as many field arrests after the end of task forces as before it, until the change ends."""
    world = world_of(
        (FREDERICK, COLLIER, BEAUFORT, YAVAPAI),
        {"changes.on": change("task_force", "continued", "nation", "2012-06-01", "2014-01-01")},
    )
    both, in_field = (True, True, True), (True, True, False)
    days = (date(2012, 5, 31), date(2012, 6, 26), date(2013, 1, 1), date(2013, 6, 30), date(2014, 1, 1))
    assert field_on(world, FREDERICK, *days) == [both, both, both, both, (False, False, True)]
    assert field_on(world, BEAUFORT, *days) == [in_field] * 4 + [(False, False, False)]
    for fips in (FREDERICK, COLLIER, BEAUFORT, YAVAPAI):
        rows = [row_on(world, fips, day) for day in days[:4]]
        for field in (
            "field_arrests_a_day",
            "field_share",
            "interviews_a_day",
        ):  # who stays out there is not in the jail
            assert [row[field] for row in rows] == pytest.approx([rows[0][field]] * 4, rel=1e-12), (fips, field)
    # When the change ends, history stands again: the officers of agencies under both models are back in the jail.
    rows = [row_on(world, FREDERICK, day) for day in (date(2013, 12, 31), date(2014, 1, 1))]
    assert [row["interviews_a_day"] for row in rows] == pytest.approx([26 * IN_JAIL * PER_OFFICER, 26 * PER_OFFICER])


def test_task_forces_continue_only_where_they_were() -> None:
    """No task force begins by going on: not before its agreement, and not where there was none."""
    world = world_of((FREDERICK, HARRIS), {"changes.on": change("task_force", "continued", "nation")})
    assert field_on(world, FREDERICK, date(2008, 2, 5), date(2008, 2, 6)) == [(False, False, False), (True, True, True)]
    assert field_on(world, HARRIS, date(2010, 1, 1), date(2014, 1, 1)) == [(False, False, True)] * 2


@pytest.mark.parametrize(
    ("fips", "day"),
    [
        ("44007", date(2011, 1, 6)),  # Rhode Island: the governor withdrew the state police on 5 January 2011
        (MARICOPA, date(2013, 6, 1)),  # the sheriff's agreement was ended on 15 December 2011
    ],
)
def test_task_forces_of_agreements_that_ended_before_do_not_continue(fips: str, day: date) -> None:
    """What goes on is what the end of task forces in 2012 stopped, not an agreement that had ended for its own reasons."""
    more = {"changes.on": change("task_force", "continued", "nation", "2010-01-01")}
    found = row_on(world_of((fips,), more), fips, day)["field_arrests_a_day"]
    others = {"44007": 0.0, MARICOPA: (2 + 4 * ON_TASK_FORCE) * ARRESTS}[fips]  # Phoenix and Mesa
    assert others <= found < others + 34 * ARRESTS  # and a part of the 34 officers of Arizona's highway patrol
    assert (found == 0.0) == (fips == "44007")


def test_an_agreement_that_ends_takes_its_task_force() -> None:
    """Ending agreements ends both halves; a later `continued` brings back only the one in the field."""
    end = change("agreement", "ended", "nation", "2010-03-01")
    world = world_of((FREDERICK,), {"changes.a-end": end})
    assert field_on(world, FREDERICK, date(2010, 2, 28), date(2010, 3, 1)) == [
        (True, True, True),
        (False, False, False),
    ]
    on = change("task_force", "continued", "nation", "2010-05-01", "2010-06-01")
    world = world_of((FREDERICK,), {"changes.a-end": end, "changes.b-on": on})
    days = (date(2010, 4, 30), date(2010, 5, 1), date(2010, 6, 1))
    gone = (False, False, False)
    assert field_on(world, FREDERICK, *days) == [gone, (True, True, False), gone]


# ---- a scenario's changes --------------------------------------------------------------------------------------------


def test_levers_of_sharing() -> None:
    """Prints shared before activation, not shared after it, and again as scheduled when the change ends."""
    world = world_of(
        more={
            "changes.early": change("sharing", "shared", {"counties": [COOK]}, "2009-01-01", "2010-01-01"),
            "changes.out": change("sharing", "not-shared", {"states": ["TX"]}, "2010-01-01", "2011-01-01"),
        }
    )
    shares = {
        (fips, year): bool(row_on(world, fips, date(year, 7, 1))["sharing"])
        for fips in (COOK, HARRIS)
        for year in (2008, 2009, 2010, 2011, 2013)
    }
    assert [shares[COOK, year] for year in (2008, 2009, 2010, 2011, 2013)] == [False, True, False, False, True]
    assert [shares[HARRIS, year] for year in (2008, 2009, 2010, 2011, 2013)] == [False, True, False, True, True]
    assert (
        rule_on(world, HARRIS, "honour", date(2010, 7, 1)) == "honour-all"
    )  # refusing to share is not refusing to hold


@pytest.mark.parametrize(("setting", "expected"), [("post-case", 1), ("at-booking", 0)])
def test_lever_of_the_screening_point(setting: str, expected: int) -> None:
    """Everywhere officers screen when the scenario says; their number and whom they process stay."""
    world = world_of(more={"changes.point": change("screening_point", setting, "nation", "2010-01-01")})
    for fips in (FREDERICK, LOS_ANGELES):
        before, after = (row_on(world, fips, day) for day in (date(2009, 12, 31), date(2010, 1, 1)))
        assert before["post_case"] == (1 if fips == LOS_ANGELES else 0)
        assert after["post_case"] == expected
        for field in ("officer_share", "interviews_a_day", "screen_rule"):
            assert before[field] == after[field]


def test_an_agreement_that_a_scenario_ends() -> None:
    """No officers and no interviews from that day, until history stands again."""
    world = world_of(
        more={"changes.end": change("agreement", "ended", {"counties": [FREDERICK]}, "2010-03-01", "2010-06-01")}
    )
    found = [
        (float(row["officer_share"]), float(row["interviews_a_day"]))
        for row in (row_on(world, FREDERICK, date(2010, month, 1)) for month in (2, 3, 5, 6))
    ]
    there, gone = pytest.approx((1.0, 26 * IN_JAIL * PER_OFFICER)), (0.0, 0.0)
    assert found == [there, gone, gone, there]
    assert row_on(world, COLLIER, date(2010, 4, 1))["interviews_a_day"] > 0


def test_when_a_change_ends_history_of_that_day_stands() -> None:
    """What would have stood without the change, not what stood before it: Cook declines after the change ends."""
    world = world_of(
        more={"changes.keep": change("honour", "honour-all", {"states": ["IL"]}, "2011-01-01", "2012-03-01")}
    )
    assert rule_on(world, COOK, "honour", date(2011, 9, 7)) == "honour-all"
    assert rule_on(world, COOK, "honour", date(2012, 2, 29)) == "honour-all"
    assert rule_on(world, COOK, "honour", date(2012, 3, 1)) == "honour-none"


def test_the_change_written_later_wins() -> None:
    """Where two changes overlap the later in the file holds, whichever begins first; when it ends the other stands."""
    everywhere = change("honour", "honour-none", "nation", "2012-01-01", "2013-01-01")
    texas = change("honour", "honour-trust", {"states": ["TX"]}, "2010-01-01", "2012-07-01")
    first = world_of(more={"changes.a-everywhere": everywhere, "changes.b-texas": texas})
    second = world_of(more={"changes.b-texas": texas, "changes.a-everywhere": everywhere})
    days = (date(2011, 1, 1), date(2012, 2, 1), date(2012, 8, 1), date(2013, 1, 1))
    assert [rule_on(first, HARRIS, "honour", day) for day in days] == [
        "honour-trust",
        "honour-trust",
        "honour-none",
        "honour-all",
    ]
    assert [rule_on(second, HARRIS, "honour", day) for day in days] == [
        "honour-trust",
        "honour-none",
        "honour-none",
        "honour-all",
    ]
    assert rule_on(first, COLLIER, "honour", date(2012, 2, 1)) == "honour-none"


def test_a_change_back_to_history() -> None:
    """`as-scheduled` over an earlier `not-shared` gives the schedule back where it is written."""
    world = world_of(
        more={
            "changes.a-out": change("sharing", "not-shared", "nation"),
            "changes.b-in": change("sharing", "as-scheduled", {"counties": [HARRIS]}),
        }
    )
    rows = rows_on(world, date(2014, 1, 1))
    assert rows["fips"][rows["sharing"] == 1].tolist() == [int(HARRIS)]
    assert not row_on(world, HARRIS, date(2008, 10, 26))["sharing"]


def test_a_change_without_a_date_holds_on_every_counted_day() -> None:
    """No `from` and no `until`: the rule of the scenario from the first counted day on, and history's in the warm start."""
    world = world_of(
        more={
            "changes.always": change("detainer", "detainer-felonies-only", "nation"),
            "start.warm_days": 100,
        }
    )
    first = world.clock.date_of(world.clock.first_counted_day)
    for day in (first, date(2010, 6, 30), date(2014, 12, 31)):
        assert rule_on(world, HARRIS, "detainer", day) == "detainer-felonies-only"
    for day in (world.clock.start, first - timedelta(days=1)):
        assert rule_on(world, HARRIS, "detainer", day) == "detainer-2008-levels"


def test_a_change_from_before_the_run_is_in_force_on_its_first_day() -> None:
    """History does not begin with the run: what began earlier stands on day 0."""
    more = {
        "period.start": "2012-01-01",
        "changes.old": change("honour", "honour-none", {"states": ["TX"]}, "2010-01-01"),
    }
    world = world_of(more=more)
    assert rule_on(world, HARRIS, "honour", date(2012, 1, 1)) == "honour-none"
    assert rule_on(world, COOK, "honour", date(2012, 1, 1)) == "honour-none"
    assert row_on(world, FREDERICK, date(2012, 1, 1))["officer_share"] == 1.0


def test_settings_are_in_order_and_say_only_what_changes(history: World) -> None:
    """Settings follow the days; on day 0 every field of every place is set; later none repeats what stands."""
    days = [setting.day for setting in history.settings]
    assert days == sorted(days)
    set_at_first: dict[str, list[int]] = {}
    places = history.places.copy()
    for setting in history.settings:
        if setting.day == 0:
            set_at_first.setdefault(setting.field, []).extend(setting.places.tolist())
        else:
            assert (places[setting.field][setting.places] != setting.value).all()
        assert setting.value.shape == setting.places.shape
        places[setting.field][setting.places] = setting.value
    states = len({history.places["state"][row] for row in range(len(SOME))})
    assert all(sorted(rows) == list(range(len(SOME) + states)) for rows in set_at_first.values())
    assert set(set_at_first) == {
        "detainer_rule",
        "honour_rule",
        "discretion_rule",
        "screen_rule",
        "sharing",
        "officer_share",
        "interviews_a_day",
        "interviews_per_officer",
        "post_case",
        "field_arrests_a_day",
        "arrests_per_officer",
        "field_share",
        "cites",
        "oversight",
    }


# ---- states that delay -----------------------------------------------------------------------------------------------

DELAY_MONTHS = 12


def days_of_sharing(world: World) -> np.ndarray:
    """Return for each county the first day of the run on which prints are shared; -1 for never."""
    first = np.full(world.places.size, -1)
    for setting in world.settings:
        if setting.field == "sharing":
            begins = setting.places[setting.value == 1.0]
            first[begins] = np.where(first[begins] < 0, setting.day, first[begins])
    return first[: world.counties.size]


def delayed(share: float, seed: int) -> np.ndarray:
    """Return by how many days each county of the nation starts later when states delay."""
    usual, late = (
        days_of_sharing(
            world_of(
                "nation",
                {
                    "period.start": "2010-01-01",
                    "start.warm_days": 200,
                    "institutions.state_delay_share": chosen,
                    "institutions.state_delay_months": DELAY_MONTHS,
                },
                seed,
            )
        )
        for chosen in (0.0, share)
    )
    assert (usual >= 0).all()
    return np.asarray(late - usual)


def test_states_that_delay_move_what_is_to_come() -> None:
    """If every state asks to stay out, each county not yet active starts a year later; active ones go on."""
    later = delayed(1.0, 1)
    active = np.datetime64("2010-01-01") > ACTIVE_FROM
    assert (later[active] == 0).all()
    assert set(later[~active].tolist()) == {round(DELAY_MONTHS * DAYS_A_MONTH)}


@pytest.mark.parametrize("seed", [1, 2])
def test_which_states_delay_is_drawn_by_state(seed: int) -> None:
    """A state delays as a whole, by its own draw, whatever else is in the run."""
    later = delayed(0.5, seed)
    to_come = np.datetime64("2010-01-01") <= ACTIVE_FROM
    delaying = set()
    for index, state in enumerate(PLACES.states):
        of_state = later[(PLACES.counties.state == index) & to_come]
        stream = institution_stream(seed, InstitutionKind.STATE, int(state.fips), 0)
        delays = uniform(stream, Draw.STATE_DELAY.value) < 0.5
        assert set(of_state.tolist()) <= ({round(DELAY_MONTHS * DAYS_A_MONTH)} if delays else {0})
        delaying |= {state.postal} if delays else set()
    assert 15 < len(delaying) < 36


def test_scopes_name_counties() -> None:
    """The nation, some states, or some counties, ascending and each once."""
    assert indices_of("nation", (), PLACES).size == 3_142
    assert indices_of("states", ("CT", "DE"), PLACES).size == 8 + 3
    found = indices_of("counties", (HARRIS, COOK, HARRIS), PLACES)
    assert [int(PLACES.counties.fips[index]) for index in found] == [int(COOK), int(HARRIS)]
    assert indices_of("counties", (), PLACES).size == 0
