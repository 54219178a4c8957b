"""The rows of a run: shares that add up, and the same rows whether the run is of the nation or of a part."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from enforcement_sim.codes import STATUSES
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import World, build_world
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.layouts import STATUS
from enforcement_sim.process.tables import status_weights
from enforcement_sim.scenarios.load import load_scenario

PLACES = load_geography()
FIRST_NONCITIZEN = STATUSES.index("permanent_resident")


def world_of(scope: Any, more: dict[str, Any] | None = None) -> World:
    """Lay out a short run."""
    settings: dict[str, Any] = {
        "scope": scope,
        "simulate": "alone",
        "period.start": "2010-01-01",
        "period.end": "2010-12-31",
    }
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**settings, **(more or {})), 1)


def counties(indices: np.ndarray) -> dict[str, list[str]]:
    """Return a scope of counties by index."""
    return {"counties": [f"{PLACES.counties.fips[index]:05d}" for index in indices]}


@pytest.fixture(scope="module")
def nation() -> World:
    """Return the world of the whole nation."""
    return world_of("nation")


def test_shares_of_bookings_add_up(nation: World) -> None:
    """The counties' shares of the nation's bookings sum to one and none is negative; prisons book nobody."""
    shares = nation.places["day_share"]
    assert (nation.counties.size, shares.size) == (3_142, 3_142 + 51)
    assert abs(shares.sum() - 1.0) < 1e-12
    assert shares[:3_142].min() > 0.0
    assert not shares[3_142:].any()


def test_the_largest_counties_book_most(nation: World) -> None:
    """Los Angeles County, the most populous, has the largest share, near its share of the nation's people."""
    place = nation.places[nation.places["day_share"].argmax()]
    assert place["fips"] == 6037
    people = PLACES.counties.population[PLACES.index_of("06037")] / PLACES.counties.population.sum()
    assert 0.7 < place["day_share"] / people < 1.4


def test_cumulative_shares_of_status(nation: World) -> None:
    """Each place's cumulative shares rise to one."""
    cumulative = nation.places["status_cdf"][: nation.counties.size]
    assert cumulative.shape == (3_142, len(STATUSES))
    assert (np.diff(cumulative, axis=1) >= 0).all()
    assert np.abs(cumulative[:, -1] - 1.0).max() < 1e-12
    assert cumulative.min() >= 0.0


def test_people_by_status_follow_the_population() -> None:
    """Weights are people of each status times their bookings per head; parts of a county's people sum to its people."""
    values = dict(load_register().defaults())
    for status in STATUSES:
        values[f"status.arrest_ratio.{status}"] = 1.0
    weights = status_weights(values, np.array([1000.0]), np.array([200.0]), np.array([120.0]), np.array([70.0]))
    by_status = dict(zip(STATUSES, weights[0], strict=True))
    assert abs(weights.sum() - 1000.0) < 1e-9
    assert (by_status["us_born"], by_status["naturalised"]) == (800.0, 80.0)
    assert abs(by_status["entered_without_inspection"] + by_status["overstay"] - 70.0) < 1e-9
    values["status.arrest_ratio.overstay"] = 2.0
    doubled = status_weights(values, np.array([1000.0]), np.array([200.0]), np.array([120.0]), np.array([70.0]))
    assert doubled[0, -1] == 2 * weights[0, -1]
    assert (doubled[0, :-1] == weights[0, :-1]).all()
    assert "removable" in (STATUS.names or ())


@pytest.mark.parametrize("office", ["CHI", "BAL", "SFR"])
def test_shares_of_an_office_add_up(office: str, nation: World) -> None:
    """Cut an office's counties into three runs: their shares of its crews sum to one, and so do the crews."""
    number = [found.code for found in PLACES.offices].index(office)
    members = np.flatnonzero(PLACES.counties.office == number)
    parts = [world_of(counties(members[start::3])) for start in range(3)]
    assert abs(sum(part.office_shares[number] for part in parts) - 1.0) < 1e-9
    whole = nation.offices["capacity"][number]
    assert abs(sum(part.offices["capacity"][number] for part in parts) / whole - 1.0) < 1e-9
    assert all(0.0 < part.office_shares[number] < 1.0 for part in parts)
    assert all(part.office_shares.sum() == part.office_shares[number] for part in parts)


def test_the_nation_has_all_of_every_office(nation: World) -> None:
    """In a national run every share is one, and crews follow the adults of the area who are not citizens."""
    assert np.abs(nation.office_shares - 1.0).max() < 1e-12
    per_thousand = nation.values["pickup.crew_capacity"]
    expected = [office.adult_noncitizens / 1000 * per_thousand for office in PLACES.offices]
    assert np.allclose(nation.offices["capacity"], expected, rtol=1e-12)
    assert nation.offices["code"].tolist() == list(range(24))


def test_an_office_share_is_of_its_noncitizen_bookings() -> None:
    """A state's share of an office is its part of the bookings of people who are not citizens, not of its people."""
    world = world_of({"states": ["MD"]})
    office = int(np.unique(world.places["office"])[0])
    assert np.unique(world.places["office"]).size == 1
    everyone = world_of("nation").places
    cumulative = everyone["status_cdf"]
    bookings = everyone["day_share"] * (1 - cumulative[:, FIRST_NONCITIZEN - 1])
    in_area, in_run = everyone["office"] == office, everyone["state"] == PLACES.state_index("MD")
    share = bookings[in_area & in_run].sum() / bookings[in_area].sum()
    assert abs(world.office_shares[office] - share) < 1e-9


def to_the_last_bit(rows: np.ndarray, world: World) -> bytes:
    """Return rows as bytes; a county's prison, which stands elsewhere in every run, by its code."""
    named = rows.copy()
    named["area"][rows["is_prison"] != 0] = named["reported"] = 0  # a part reports its own prisons only
    named["prison"] = np.where(rows["is_prison"], -1, world.places["fips"][rows["prison"]])
    return named.tobytes()


@pytest.mark.parametrize("scope", [{"states": ["DE", "MD"]}, {"counties": ["48201", "01055", "06037"]}])
def test_a_part_has_the_nations_rows(scope: Any, nation: World) -> None:
    """A county's row, and its state prison's, are the same to the last bit in a run of its region and in one of the nation."""
    part = world_of(scope)
    rows = nation.places[np.isin(nation.places["fips"], part.places["fips"])]
    assert to_the_last_bit(rows, nation) == to_the_last_bit(part.places, part)
    fips = part.places["fips"][: part.counties.size]
    assert (np.diff(fips) > 0).all()
    assert (PLACES.counties.fips[part.counties] == fips).all()


def test_a_part_has_the_nations_history(nation: World) -> None:
    """What is laid down for a county does not depend on what else is in the run, state agencies' officers included."""
    part = world_of({"states": ["AZ"]})
    chosen = np.isin(nation.places["fips"], part.places["fips"])
    assert chosen.sum() == 15 + 1
    for day in (0, 180, 364):
        rows = []
        for world in (nation, part):
            places = world.places.copy()
            for setting in world.settings:
                if setting.day <= day + world.clock.first_counted_day:
                    places[setting.field][setting.places] = setting.value
            rows.append(places)
        assert to_the_last_bit(rows[0][chosen], nation) == to_the_last_bit(rows[1], part)


def test_a_world_knows_its_time_and_rules() -> None:
    """The warm start lies before the period; rules are numbered in the order of the rulebook."""
    world = world_of({"states": ["DE"]}, {"start.warm_days": 40, "thin": 3})
    assert (world.clock.start, world.clock.end) == (date(2009, 11, 22), date(2010, 12, 31))
    assert (world.clock.first_counted_day, world.thin) == (40, 3)
    assert [rule.id for rule in world.rules][:2] == ["detainer-2008-levels", "detainer-2010-priorities"]
