"""What a scope reports is what the nation holds there, to the last person, whatever is changed.

Each run of a part is laid beside the nation under the same seed and the same change: every table cut by place, and for whole
states every table cut by area. Beds and crews are scarce, so that whoever competes for them matters. Where the reach of an
institution's decision is cut short on purpose the numbers part, which is why the nation is then simulated.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from enforcement_sim import load_scenario, run
from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places import build, scope
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.scope import couples_the_nation, office_group, simulated_counties
from enforcement_sim.results.result import Result

PLACES = load_geography()
MONTHS: dict[str, Any] = {"period.start": "2011-10-01", "period.end": "2011-11-30", "start.warm_days": 45}
SCARCE: dict[str, Any] = {"pickup.crew_capacity": 0.05, "beds.interior_share": 0.2}

PARTS: dict[str, Any] = {
    "Mecklenburg": {"counties": ["37119"]},
    "Erie, in a state of two offices, beside Wake": {"counties": ["36029", "37183"]},
    "a county without a jail": {"counties": ["02282"]},
    "Los Angeles": {"counties": ["06037"]},
    "North Carolina, with its prisons": {"states": ["NC"]},
    "Hawaii, coupled to California": {"states": ["HI"]},
}

WITH = {"decision": "agreement", "rule": "ended", "where": "nation"}
CHANGES: dict[str, dict[str, Any]] = {
    "history": {},
    "a hold of 24 hours": {"detainer.hold_hours": 24},
    "refusal": {"changes.no": {"decision": "honour", "rule": "honour-none", "where": {"states": ["NC", "CA"]}}},
    "287(g) ended": {"changes.end": WITH},
    "prints shared everywhere": {"changes.all": {"decision": "sharing", "rule": "shared", "where": "nation"}},
    "counties differ": {
        "county.bookings_sd": 0.5,
        "county.traffic_sd": 0.7,
        "county.traffic_region.southeast": 0.7,
        "county.presence_sd": 1.2,
        "county.custody_sd": 1.0,
        "county.bail_sd": 1.0,
        "booking.prints_per_booking.california": 1.4,
    },
    "counties, offices and beds respond": {
        "institutions.county_effort_response": 0.2,
        "institutions.office_effort_logit": 1.0,
        "institutions.beds_response": 0.5,
        "institutions.exit_hazard": 0.3,
        "institutions.court_shock_hazard": 0.2,
        "institutions.state_delay_share": 0.5,
    },
}
REACHED = {"a review of every agreement": {"counties": ["37119"]}, "neighbours' refusals": {"states": ["NC"]}}
"""Mecklenburg County, whose agreement a review of the nation ends; and a state with neighbours that refuse."""
REACHING: dict[str, dict[str, Any]] = {
    "a review of every agreement": {
        "institutions.review_measure": 1,
        "institutions.review_share": 0.4,
        "institutions.review_year": 2011,
        "period.start": "2011-09-01",
    },
    "neighbours' refusals": {
        "institutions.county_refusal_hazard": 0.2,
        "institutions.refusal_neighbour_weight": 10.0,
        "institutions.believes_binding_share": 0.0,
        "changes.no": {"decision": "honour", "rule": "honour-none", "where": {"states": ["TN", "VA"]}},
    },
}


@cache
def result_of(change: str, part: str | None) -> Result:
    scope: Any = "nation" if part is None else PARTS[part]
    return run(
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(scope=scope, **{**MONTHS, **SCARCE, **(CHANGES | REACHING)[change]}),
        5,
    )


def in_places(result: Result, name: str, codes: list[int]) -> pd.DataFrame:
    frame = result.tables()[name]
    return plain(frame[np.isin(frame["fips"].to_numpy(), codes)])


def in_areas(result: Result, name: str, postal: str) -> pd.DataFrame:
    frame = result.tables()[name]
    return plain(frame[frame["area"].astype(str).str.startswith(f"{postal}-")])


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    text = frame.apply(lambda column: column.astype(str) if isinstance(column.dtype, pd.CategoricalDtype) else column)
    return text.reset_index(drop=True)


def different(part: Result, nation: Result) -> list[str]:
    """Name the tables in which a part's places are not the nation's."""
    codes = [*part.meta["counties"], *part.meta["prisons"]]
    found = []
    for name in ("events", "places", "hours_by_place", "population"):
        if not in_places(part, name, codes).equals(in_places(nation, name, codes)):
            found.append(name)
    return found


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.slow
def test_a_part_is_the_nation_to_the_last_person(change: str) -> None:
    """Field offices, and states whose prison they share, are all that couples places."""
    nation = result_of(change, None)
    for part in PARTS:
        found = result_of(change, part)
        assert different(found, nation) == [], part
        codes = [*found.meta["counties"], *found.meta["prisons"]]
        for name in ("events", "places", "hours_by_place", "population"):
            frame = found.tables()[name]
            assert len(frame) or name == "places" or part == "a county without a jail", (part, name)
            assert np.isin(frame["fips"].to_numpy(), codes).all(), (part, name)
        if "states" in PARTS[part]:
            for name in ("profiles", "any_programme", "hours"):
                (postal,) = PARTS[part]["states"]
                assert_frame_equal(plain(found.tables()[name]), in_areas(nation, name, postal))


@pytest.mark.slow
def test_the_changes_change_something() -> None:
    """Otherwise the comparison above would compare history with itself."""
    history = result_of("history", "North Carolina, with its prisons")
    for change in list(CHANGES)[1:-1]:
        assert different(result_of(change, "North Carolina, with its prisons"), history), change
    assert different(result_of("counties, offices and beds respond", None), result_of("history", None))


@pytest.mark.parametrize("change", REACHING)
@pytest.mark.slow
def test_decisions_that_reach_over_offices_bring_the_nation(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A review ranks every agreement; a refusal spreads over borders. Cut off at the office's area, the answer is another."""
    scenario = (
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(scope=REACHED[change], **{**MONTHS, **SCARCE, **REACHING[change]})
    )
    nation, whole = result_of(change, None), run(scenario, 5)
    assert whole.meta["simulated"]["counties"] == PLACES.counties.size
    assert different(whole, nation) == []
    monkeypatch.setattr(scope, "couples_the_nation", lambda values: False)
    assert different(run(scenario, 5), nation)


@pytest.mark.slow
def test_alone_is_another_answer_and_says_so() -> None:
    """A fixed share of crews and beds binds differently."""
    scenario = (
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(scope=PARTS["Mecklenburg"], simulate="alone", **{**MONTHS, **SCARCE})
    )
    alone = run(scenario, 5)
    assert alone.meta["simulated"] == {"counties": 1, "offices": ["ATL"]}
    assert 0.0 < alone.meta["office_shares"]["ATL"] < 0.2
    assert different(alone, result_of("history", None))
    booked = [found.counties("booked")["count"].sum() for found in (alone, result_of("history", "Mecklenburg"))]
    assert abs(booked[0] - booked[1]) < 20, "the same people are booked, but for those who are away or back"


def test_offices_are_grouped_by_the_states_they_share() -> None:
    """California, New York and Texas lie in more than one office's area, and an office takes other states along."""
    codes = [office.code for office in PLACES.offices]

    def group(*names: str) -> set[str]:
        found = office_group(np.array([codes.index(name) for name in names]), PLACES)
        return {codes[index] for index in found}

    assert group("SFR") == {"LOS", "SFR", "SND"}
    assert group("BUF") == {"BUF", "NYC"}
    assert group("SNA") == {"DAL", "ELP", "HOU", "SNA"}
    assert group("ATL") == {"ATL"}
    assert group("ATL", "MIA") == {"ATL", "MIA"}


@pytest.mark.parametrize(
    ("kind", "members", "counties", "reported", "prisons"),
    [
        ("counties", ("37119",), 305, 1, 0),
        ("states", ("NC",), 305, 100, 1),
        ("counties", ("10001", "10003", "10005"), 125, 3, 1),  # all of Delaware is Delaware
        ("states", ("HI",), 63, 5, 1),
        ("nation", (), 3142, 3142, 51),
    ],
)
def test_what_is_simulated_and_what_is_reported(
    kind: str, members: tuple[str, ...], counties: int, reported: int, prisons: int
) -> None:
    """A state's prison holds people from all its counties, so it is reported where all of them are."""
    found = simulated_counties(kind, members, "offices", load_register().defaults(), PLACES)
    assert (found.counties.size, found.reported.sum(), found.prisons_reported.sum()) == (counties, reported, prisons)
    alone = simulated_counties(kind, members, "alone", load_register().defaults(), PLACES)
    assert (alone.counties.size, alone.reported.sum()) == (reported, reported)
    assert alone.prisons_reported.all(), "alone, prisons hold nobody else's people"


def test_a_whole_office_has_all_its_capacity() -> None:
    """Exactly, not nearly: otherwise the last bed would be another's."""
    values = load_register().defaults()
    for state in ("NC", "HI", "TX"):
        shares = build.capacity_shares("states", [state], "offices", values, {})
        assert set(shares.values()) == {1.0}


def test_what_couples_the_nation() -> None:
    values = load_register().defaults()
    assert not couples_the_nation(values)
    assert couples_the_nation({**values, "institutions.review_measure": 2.0})
    looking = {**values, "institutions.county_refusal_hazard": 0.1}
    assert couples_the_nation({**looking, "institutions.refusal_neighbour_weight": 1.0})
    assert not couples_the_nation({**looking, "institutions.refusal_neighbour_weight": 0.0})


def test_counties_are_not_thinned() -> None:
    with pytest.raises(InputError, match="not thinned") as caught:
        load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": ["37119"]}, thin=5)
    assert caught.value.key == "thin"
    assert load_scenario("baseline").with_(ensemble=0).with_(scope={"states": ["NC"]}, thin=5).thin == 5


@pytest.mark.parametrize(
    ("county", "change", "event"),
    [
        ("37119", {"changes.end": WITH}, "removed"),  # 287(g) ended in Mecklenburg, which had it from 2006
        ("37183", {"detainer.hold_hours": 24}, "ice_custody"),  # a shorter hold in Wake
    ],
)
@pytest.mark.slow
def test_a_county_by_itself_has_the_sign_of_its_field_office(county: str, change: dict[str, Any], event: str) -> None:
    """Alone, the end of 287(g) seemed to raise removals in Mecklenburg, because a fixed share of crews had more to spare."""
    year: dict[str, Any] = {"scope": {"counties": [county]}, "period.start": "2010-01-01", "period.end": "2010-12-31"}
    history = load_scenario("baseline").with_(ensemble=0).with_(**year)
    for seed in (1, 2):
        counts = [run(one, seed).counties(event)["count"].sum() for one in (history, history.with_(**change))]
        assert counts[1] < counts[0]
