"""Counties and states as a person writes them: names and codes give one place, or one sentence that says what to write."""

from __future__ import annotations

import re

import pytest

from enforcement_sim.commands.options import read_settings
from enforcement_sim.errors import InputError, InputNotice, Problems
from enforcement_sim.written_places import county_code, scope_of


@pytest.mark.parametrize(
    ("written", "fips"),
    [
        ("Wake, NC", "37183"),
        ("wake county,north carolina", "37183"),
        ("37183", "37183"),
        ("St. Louis city, MO", "29510"),
        ("Prince George's, MD", "24033"),
        ("Doña Ana, NM", "35013"),
        ("Dade, FL", "12086"),
    ],
)
def test_a_county_by_name_or_code(written: str, fips: str) -> None:
    assert county_code(written) == fips


def test_a_name_of_one_county_needs_no_state_and_says_which_was_read() -> None:
    with pytest.warns(InputNotice, match=r"--county: Maricopa is read as 04013 \(Maricopa County, AZ\)"):
        assert county_code("Maricopa", "--county") == "04013"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Mecklenburg", "several counties are called 'Mecklenburg'"),
        ("Wake, AZ", "unknown county 'Wake, AZ'"),
        ("Susex, Delaware", "unknown county 'Susex, Delaware'"),
        ("6037", "unknown county '6037'"),
    ],
)
def test_every_suggestion_has_its_state(written: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        county_code(written, "--county")
    assert error.value.nearest and all(re.search(r", [A-Z]{2}\)$", one) for one in error.value.nearest)
    assert "such as 'Wake, NC'" in str(error.value)


@pytest.mark.parametrize(
    ("where", "scope"),
    [
        ("ct, NY", {"states": ["CT", "NY"]}),
        ("12021,12015", {"counties": ["12021", "12015"]}),
        ("Wake, NC, Collier, Florida", {"counties": ["37183", "12021"]}),
        ("Wake,NC,12021", {"counties": ["37183", "12021"]}),
    ],
)
def test_places_between_commas(where: str, scope: dict[str, list[str]]) -> None:
    assert scope_of(where) == scope


@pytest.mark.parametrize("where", ["", ",", "Connecticut", "CT,09001", "1234", "C1", "CT,Wake, NC"])
def test_places_that_cannot_be_read(where: str) -> None:
    with pytest.raises(InputError, match="such as 'Wake, NC'") as error:
        scope_of(where)
    assert error.value.key == "--where"


def test_settings_name_counties_too() -> None:
    problems = Problems()
    values = read_settings(
        [
            'scope={counties: ["Wake, NC", "12021"]}',
            'changes.end={decision: agreement, rule: ended, where: {counties: ["Mecklenburg, NC"]}}',
        ],
        problems,
    )
    problems.raise_if_any()
    assert values["scope"] == {"counties": ["37183", "12021"]}
    assert values["changes.end"]["where"] == {"counties": ["37119"]}


def test_a_county_of_a_setting_that_is_not_known_names_the_setting() -> None:
    problems = Problems()
    read_settings(['scope={counties: ["Mecklenburg"]}'], problems)
    assert [one.key for one in problems.errors] == ["--set scope.counties"]
    assert "37119 (Mecklenburg County, NC)" in str(problems.errors[0])
