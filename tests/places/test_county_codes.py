"""Codes of counties as people write them: earlier and later ones, misspelt ones, and names in place of codes."""

from __future__ import annotations

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.places.county_codes import nearest_counties, read_counties, read_county
from enforcement_sim.places.geography import county_changes, load_geography

PLACES = load_geography()
CODES = {f"{fips:05d}" for fips in PLACES.counties["fips"].tolist()}


def test_every_change_is_of_a_code_that_the_table_lacks_to_codes_of_the_same_state_that_it_has() -> None:
    fips_of = {state.postal: state.fips for state in PLACES.states}
    for code, change in county_changes().items():
        assert code not in CODES
        assert change.counties and set(change.counties) <= CODES
        assert {code[:2], *(one[:2] for one in change.counties)} == {fips_of[change.state]}
        assert change.one is None or len(change.counties) == 1
        # A territory of the period would have to be in the table.
        assert change.since_the_period or change.day < "2008-10" or change.how == "joined", code


@pytest.mark.parametrize(
    ("written", "fips", "notice"),
    [
        ("12025", "12086", "Dade County was renamed Miami-Dade County on 1997-07-22"),
        ("46102", "46113", "Shannon County was renamed Oglala Lakota County on 2015-05-01"),
        ("02158", "02270", "Wade Hampton Census Area was renamed Kusilvak Census Area on 2015-07-01"),
        ("51515", "51019", "which Bedford city joined on 2013-07-01"),
        ("51560", "51005", "which Clifton Forge city joined on 2001-07-01"),
        ("51780", "51083", "which South Boston city joined on 1995-06-30"),
        ("29193", "29186", "whose code changed in 1979"),
    ],
)
def test_a_renamed_or_absorbed_county_is_read_as_the_county_of_the_period(written: str, fips: str, notice: str) -> None:
    county = read_county(written)
    assert county.fips == fips
    assert county.notice.startswith(f"{written} is read as {fips} (") and notice in county.notice
    assert PLACES.index_of(written) == PLACES.index_of(fips)


def test_a_county_of_the_period_needs_no_notice() -> None:
    for code in ("06037", "12086", "08014", "02261", "46113"):
        assert (read_county(code).fips, read_county(code).notice) == (code, "")


@pytest.mark.parametrize(
    ("written", "says", "meant"),
    [
        (
            "09110",
            "09110 is Capitol Planning Region, CT",
            ["09003 (Hartford County, CT)", "09013 (Tolland County, CT)"],
        ),
        ("09190", "09190 is Western Connecticut Planning Region", ["09001", "09005"]),
        (
            "02063",
            "02063 is Chugach Census Area, AK, split off on 2019-01-02",
            ["02261 (Valdez-Cordova Census Area, AK)"],
        ),
        ("02232", "divided between counties of the period on 2007-06-20", ["02105", "02230"]),
        ("30113", "30113 is Yellowstone National Park, MT, divided", ["30067 (Park County, MT)", "30031"]),
    ],
)
def test_a_divided_county_is_refused_with_the_counties_that_lie_there(
    written: str, says: str, meant: list[str]
) -> None:
    with pytest.raises(InputError) as raised:
        read_county(written)
    assert says in str(raised.value)
    assert all(one.startswith(start) for one, start in zip(raised.value.nearest or (), meant, strict=True))


def test_two_codes_of_one_county_are_one_and_said_so() -> None:
    for both in (["46113", "46102"], ["46102", "46113"], ["51019", "51515"], ["12025", "12086"]):
        found = read_counties(both)
        assert len(found.fips) == 1
        (notice,) = found.notices
        assert notice.startswith(f"{both[0]} and {both[1]} are one county, {found.fips[0]} (")
    assert read_counties(["06037", "12025"]).fips == ("06037", "12086")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("06o37", ["06037 (Los Angeles County, CA)"]),
        ("O6037", ["06037 (Los Angeles County, CA)"]),
        ("6037", ["06037 (Los Angeles County, CA)"]),
        ("06038", ["06037 (Los Angeles County, CA)", "06039 (Madera County, CA)"]),
        ("12026", ["12027 (DeSoto County, FL)", "12023 (Columbia County, FL)"]),
        ("0500000US48201", ["48201 (Harris County, TX)"]),
        ("48201310100", ["48201 (Harris County, TX)"]),
        ("Los Angeles", ["06037 (Los Angeles County, CA)"]),
        ("los angeles county", ["06037 (Los Angeles County, CA)"]),
        ("Los Angles", ["06037 (Los Angeles County, CA)"]),
        ("Mecklenburg", ["37119 (Mecklenburg County, NC)", "51117 (Mecklenburg County, VA)"]),
        ("Mecklenburg, VA", ["51117 (Mecklenburg County, VA)"]),
        ("Mecklenburg County, North Carolina", ["37119 (Mecklenburg County, NC)"]),
        ("Saint Louis city", ["29510 (St. Louis city, MO)"]),
        ("Doña Ana", ["35013 (Doña Ana County, NM)"]),
        ("Dona Ana", ["35013 (Doña Ana County, NM)"]),
        ("Oglala Lakota", ["46113 (Shannon County, SD)"]),
        ("Miami-Dade", ["12086 (Miami-Dade County, FL)"]),
        ("99001", []),
        ("", []),
        ("x" * 100_000, []),
    ],
)
def test_the_nearest_county_is_of_the_same_state_or_of_the_name(written: str, meant: list[str]) -> None:
    assert list(nearest_counties(written)) == meant


@pytest.mark.parametrize("written", ["²2345", "٣٣٣٣٣", "\U0001f600", "00000", " ", "-1", "06037\n"])
def test_whatever_is_written_is_refused_in_one_line(written: str) -> None:
    with pytest.raises(InputError) as raised:
        read_county(written)
    assert "\n" not in str(raised.value)
