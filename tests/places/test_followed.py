"""How closely places follow a rule on detainers while a change says so: everywhere, around stated shares, and no longer."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from enforcement_sim.law.adherence import shifted
from enforcement_sim.places.build import World, build_world
from enforcement_sim.scenarios.load import load_scenario

ALAMEDA, COOK, NEW_CASTLE = 6001, 17031, 10003
CALIFORNIA = 6
"""The state's part of the codes of its counties, and of its prison."""
COUNTIES = {"counties": ["06001", "17031", "10003"]}
FIELDS = ("issue_covered", "issue_not_covered")


def world_of(changes: dict[str, Any], more: dict[str, Any] | None = None) -> World:
    settings: dict[str, Any] = {
        "scope": COUNTIES,
        "period.start": "2011-01-01",
        "period.end": "2011-12-31",
        "start.warm_days": 0,
        "detainer.adherence_spread": 1.0,
    }
    named = {f"changes.{name}": {"decision": "detainer", "where": "nation", **body} for name, body in changes.items()}
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**(settings | named | (more or {}))), 1)


def on(world: World, day: date) -> dict[int, tuple[float, float]]:
    """Return the two shares by the code of each place, as they stand on a day."""
    places = world.places.copy()
    for setting in world.settings:
        if setting.day <= (day - world.clock.start).days:
            places[setting.field][setting.places] = setting.value
    return {int(row["fips"]): (float(row[FIELDS[0]]), float(row[FIELDS[1]])) for row in places}


STRICTLY = {"rule": "detainer-pep", "followed": "strictly"}
OWN = world_of({})


def test_strictly_is_strictly_at_every_office_and_prison() -> None:
    assert len(set(on(OWN, date(2011, 5, 1)).values())) > 2
    found = on(world_of({"narrow": STRICTLY}), date(2011, 5, 1))
    assert set(found.values()) == {(1.0, 0.0)} and set(found) >= {ALAMEDA, COOK, NEW_CASTLE, 6000, 17000, 10000}


def test_it_holds_where_and_while_the_rule_is_in_force() -> None:
    here = STRICTLY | {"where": {"states": ["CA"]}, "from": "2011-03-01", "until": "2011-06-01"}
    world = world_of({"narrow": here})
    own = on(OWN, date(2011, 1, 1))
    for day in (date(2011, 2, 28), date(2011, 6, 1), date(2011, 12, 31)):
        assert on(world, day) == own
    for day in (date(2011, 3, 1), date(2011, 5, 31)):
        assert on(world, day) == {code: (1.0, 0.0) if code // 1000 == CALIFORNIA else own[code] for code in own}


def test_a_later_change_brings_its_own_manner_with_its_rule() -> None:
    """As its rule replaces the earlier one's while it lasts, so does how closely it is followed, said or not."""
    shares = {"covered": 0.5, "not_covered": 0.25}
    world = world_of(
        {
            "narrow": STRICTLY,
            "wide": {"rule": "detainer-2008-levels", "from": "2011-03-01", "until": "2011-06-01"},
            "stated": {"rule": "detainer-pep", "followed": shares, "where": {"states": ["IL"]}, "from": "2011-09-01"},
        },
        {"detainer.adherence_spread": 0.0},
    )
    values = load_scenario("baseline").with_(ensemble=0).parameters
    usual = (values["detainer.issue_if_covered"], values["detainer.issue_if_not_covered"])
    assert set(on(world, date(2011, 2, 1)).values()) == {(1.0, 0.0)}
    assert set(on(world, date(2011, 4, 1)).values()) == {usual}
    assert set(on(world, date(2011, 7, 1)).values()) == {(1.0, 0.0)}
    found = on(world, date(2011, 10, 1))
    assert (found[COOK], found[17000], found[NEW_CASTLE]) == ((0.5, 0.25), (0.5, 0.25), (1.0, 0.0))


def test_stated_shares_are_those_of_an_office_in_the_middle() -> None:
    """Each office lies around them by as much, on the log odds, as around the register's: closer on both sides or on neither."""
    shares = {"covered": 0.7, "not_covered": 0.1}
    found = on(world_of({"stated": {"rule": "detainer-pep", "followed": shares}}), date(2011, 5, 1))
    values = load_scenario("baseline").with_(ensemble=0).parameters

    for code, (covered, not_covered) in on(OWN, date(2011, 5, 1)).items():
        apart = odds(covered) - odds(values["detainer.issue_if_covered"])
        assert apart == pytest.approx(odds(values["detainer.issue_if_not_covered"]) - odds(not_covered))
        assert found[code] == pytest.approx((shifted(0.7, apart), shifted(0.1, -apart)))


def test_without_shares_nothing_is_laid_down() -> None:
    """So that repeating history gives the same settings, and the same bytes."""
    world = world_of({"again": {"rule": "detainer-2010-interim", "followed": "as_history"}})
    assert not [setting for setting in world.settings if setting.field in FIELDS]
    strictly = world_of({"narrow": STRICTLY})
    assert [setting.day for setting in strictly.settings if setting.field in FIELDS] == [0, 0]
    days = [setting.day for setting in world_of({"narrow": STRICTLY | {"from": "2011-02-01"}}).settings]
    assert days == sorted(days)


# ---- each text in its own degree -----------------------------------------------------------------------------------------

ACROSS_2012 = {"period.start": "2010-06-01", "period.end": "2013-02-28"}
TEXTS = ("detainer.covered_shift", "detainer.not_covered_shift")


def odds(share: float) -> float:
    return float(np.log(share / (1 - share)))


def moved(settings: dict[str, Any], day: date, changes: dict[str, Any] | None = None) -> tuple[float, float]:
    """Return by how much the two shares of Cook County differ on a day, on the log odds, from those of no text's own."""
    plain, other = (on(world_of(changes or {}, ACROSS_2012 | more), day)[COOK] for more in ({}, settings))
    return odds(other[0]) - odds(plain[0]), odds(other[1]) - odds(plain[1])


def test_each_text_is_followed_in_its_own_degree_from_its_day() -> None:
    """The ranking of 30 June 2010, the minor-traffic rule of 27 April 2012, and detainers "only if" from 21 December 2012."""
    shifts = {
        "detainer.covered_shift.ranking_2010": 0.5,
        "detainer.covered_shift.minor_traffic_2012": 0.75,
        "detainer.covered_shift.only_if_2012": 1.0,
        "detainer.not_covered_shift.minor_traffic_2012": -0.5,
        "detainer.not_covered_shift.only_if_2012": -2.0,
    }
    expected = {
        date(2010, 6, 29): (0.0, 0.0),
        date(2010, 6, 30): (0.5, 0.0),
        date(2010, 8, 2): (0.5, 0.0),
        date(2012, 4, 26): (0.5, 0.0),
        date(2012, 4, 27): (0.75, -0.5),
        date(2012, 12, 20): (0.75, -0.5),
        date(2012, 12, 21): (1.0, -2.0),
    }
    for day, by in expected.items():
        assert moved(shifts, day) == pytest.approx(by), day


def test_a_text_of_no_degree_of_its_own_lays_nothing_down() -> None:
    world = world_of({}, ACROSS_2012)
    assert not [setting for setting in world.settings if setting.field in FIELDS]
    zero = world_of({}, ACROSS_2012 | {f"{text}.only_if_2012": 0.0 for text in TEXTS})
    assert zero.places.tobytes() == world.places.tobytes()


def test_a_change_brings_the_degree_of_its_own_text_and_stated_shares_win() -> None:
    """As history: the guidance laid over 2011 leaks as the guidance does, and a narrower what-if as the text of its kind."""
    shifts = {f"{text}.only_if_2012": -1.0 for text in TEXTS}
    day = date(2011, 5, 1)
    for rule in ("detainer-2012-guidance", "detainer-pep", "detainer-felonies-only"):
        assert moved(shifts, day, {"early": {"rule": rule}}) == pytest.approx((-1.0, -1.0)), rule
    assert moved(shifts, day, {"again": {"rule": "detainer-2010-interim"}}) == (0.0, 0.0)
    stated = {"rule": "detainer-pep", "followed": {"covered": 0.7, "not_covered": 0.1}}
    assert moved(shifts, day, {"stated": stated}) == (0.0, 0.0)
    assert set(on(world_of({"narrow": STRICTLY}, ACROSS_2012 | shifts), day).values()) == {(1.0, 0.0)}
