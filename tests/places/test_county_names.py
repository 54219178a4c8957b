"""Names of counties are read in one place: what finds a county for an imported file finds it for whoever writes a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.own_data_files import written

from enforcement_sim import load_scenario
from enforcement_sim.errors import InputError
from enforcement_sim.places.county_codes import county_names, nearest_counties, read_county_name
from enforcement_sim.places.data_import.import_file import Choices, import_files
from enforcement_sim.places.geography import county_changes


def imported(folder: Path, county: str, state: str) -> str:
    """The code that the data import reads for a name; raises what it refuses with."""
    path = written(folder, f'State,County,Activation Date\n"{state}","{county}",2012-06-05\n')
    (one,) = import_files([path], Choices(write=False))
    return one.checked.rows[0][0]


def in_a_scenario(name: str) -> tuple[str, ...]:
    """The codes that a scenario reads for a name."""
    return load_scenario("baseline").with_(ensemble=0, scope={"counties": [name]}).scope.members


def suggested_in_a_scenario(name: str) -> tuple[str, ...]:
    """What a scenario suggests for a name that is none."""
    with pytest.raises(InputError) as raised:
        in_a_scenario(name)
    return tuple(raised.value.nearest or ())


def test_every_county_is_the_first_that_its_own_name_suggests() -> None:
    for code, full in county_names().items():
        name, _, state = full.rpartition(", ")
        assert read_county_name(name, state).fips == code
        assert nearest_counties(full)[0] == f"{code} ({full})"


@pytest.mark.parametrize(
    ("county", "state", "fips"),
    [
        ("Kent", "Delaware", "10001"),
        ("Saint Clair County", "AL", "01115"),
        ("E. Baton Rouge", "LA", "22033"),
        ("De Kalb", "Georgia", "13089"),
        ("Baltimore", "MD", "24005"),
        ("Baltimore City", "MD", "24510"),
        ("Dade", "FL", "12086"),
        ("Oglala Lakota", "SD", "46113"),
        ("Bedford City", "VA", "51019"),
        ("The District", "DC", "11001"),
    ],
)
def test_a_name_is_the_same_county_in_a_file_and_in_a_scenario(
    tmp_path: Path, county: str, state: str, fips: str
) -> None:
    assert imported(tmp_path, county, state) == fips
    assert in_a_scenario(f"{county}, {state}") == (fips,)


@pytest.mark.parametrize(
    ("county", "state"),
    [
        ("Susex", "DE"),
        ("Los Angles", "California"),
        ("Capitol Planning Region", "CT"),
        ("Chugach Census Area", "AK"),
    ],
)
def test_a_name_that_is_none_is_refused_with_the_same_suggestion(tmp_path: Path, county: str, state: str) -> None:
    suggested = suggested_in_a_scenario(f"{county}, {state}")
    with pytest.raises(InputError) as raised:
        imported(tmp_path, county, state)
    said = f" (nearest: {' or '.join(suggested)})"
    assert f"1 row names no county of 2008-2014: row 2 '{county}, {state}'{said}; allowed" in str(raised.value)


@pytest.mark.parametrize(("county", "state", "code"), [("Kent", "Delawer", "10001"), ("Qqqqq", "DE", "")])
def test_where_name_or_state_is_like_nothing_a_file_has_its_state_and_a_scenario_the_name(
    tmp_path: Path, county: str, state: str, code: str
) -> None:
    """A file has a column for each, so the wrong one is known; in a scenario either may be meant."""
    with pytest.raises(InputError, match=r"\(nearest: DE\)"):
        imported(tmp_path, county, state)
    suggested = suggested_in_a_scenario(f"{county}, {state}")
    assert bool(suggested) == bool(code) and (not code or any(one.startswith(code) for one in suggested))


def test_a_name_without_a_state_is_no_county_but_suggests_all_of_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        imported(tmp_path, "Mecklenburg", "")
    assert all(one in str(raised.value) for one in ("37119 (Mecklenburg County, NC)", "51117 (Mecklenburg County, VA)"))
    assert suggested_in_a_scenario("Mecklenburg") == nearest_counties("Mecklenburg")


def test_earlier_and_later_names_are_read_as_their_codes_are() -> None:
    for code, change in county_changes().items():
        if change.name in {full.rpartition(", ")[0] for full in county_names().values() if full.endswith(change.state)}:
            continue  # the county of the period has the name, too
        if change.one is None:
            with pytest.raises(InputError, match=code):
                read_county_name(change.name, change.state)
        else:
            assert read_county_name(change.name, change.state).fips == change.one
