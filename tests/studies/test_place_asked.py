"""The place of a question: by name, by code, by state; one error that names the nearest where there is none."""

from __future__ import annotations

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.studies.place_asked import place_asked


@pytest.mark.parametrize(
    "written", ["37119", "Mecklenburg, NC", "mecklenburg county, north carolina", " Mecklenburg , N.C. "]
)
def test_a_county_is_read_by_code_and_by_name(written: str) -> None:
    assert place_asked(county=written) == place_asked(county="37119")


@pytest.mark.parametrize(
    ("county", "nearest"),
    [("Mecklenburg", "37119 (Mecklenburg County, NC)"), ("Meklenburg, NC", "37119 (Mecklenburg County, NC)")],
)
def test_a_name_that_is_none_is_refused_with_the_nearest(county: str, nearest: str) -> None:
    with pytest.raises(InputError) as raised:
        place_asked(county=county)
    assert nearest in (raised.value.nearest or ()) and raised.value.key == "--county"


def test_a_state_and_the_nation_have_all_their_counties() -> None:
    assert place_asked(state="Delaware").counties == ("10001", "10003", "10005")
    assert len(place_asked().counties) == 3142
    assert place_asked(state="DE").option == ("--state", "DE") and place_asked().option == ()


def test_two_places_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be combined"):
        place_asked(county="10003", state="DE")
