"""Government files become small checked tables; whatever is wrong in one is said in a line, and nothing is written."""

from __future__ import annotations

import datetime as dates
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.own_data_files import BOOKINGS, CENSUS, ROSTER, written

from enforcement_sim.errors import InputError
from enforcement_sim.places.data_import.import_file import Choices, Imported, import_files
from enforcement_sim.places.data_import.stored_tables import Checked
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.imported import FOLDER_VARIABLE, current_name, description

PLACES = load_geography()
ALL_CODES = [f"{code:05d}" for code in PLACES.counties["fips"].tolist()]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data of a user"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


def checked(path: Path, **how: Any) -> Checked:
    (one,) = import_files([path], Choices(write=False, **how))
    return one.checked


def census(figure_of: dict[str, int] | None = None, times: float = 1.0) -> str:
    """A table of every county with the package's figures, some of them others."""
    counties = PLACES.counties
    figures = (figure_of or {}) | {}
    rows = [
        f"{fips},{people * 2},{figures.get(fips, round(noncitizens * times))}"
        for fips, people, noncitizens in zip(
            ALL_CODES, counties["population"].tolist(), counties["noncitizens"].tolist(), strict=True
        )
    ]
    return "fips,total,noncitizens\n" + "\n".join(rows) + "\n"


def refused(path: Path, home: Path, **how: Any) -> InputError:
    """The error that importing a file ends with, having checked that nothing was written."""
    with pytest.raises(InputError) as ended:
        import_files([path], Choices(**how))
    assert not home.exists()
    assert "\n" not in str(ended.value)
    assert ended.value.file == str(path)
    return ended.value


# ---- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_roster_with_titles_names_and_two_ways_to_write_a_day(tmp_path: Path) -> None:
    found = checked(written(tmp_path, ROSTER))
    assert (found.kind, found.rows) == ("activation", (("10001", "2011-12-01"), ("10003", "2009-10-27")))
    assert found.counts == {"counties": 2, "dated": 2, "not_listed": 3_140}


def test_a_roster_by_code_and_month_takes_the_middle_tuesday(tmp_path: Path) -> None:
    text = "county_fips,activation_year,activation_month\n10001,2011,4\n1001,2008,10\n10003,,\n72001,2012,1\n"
    found = checked(written(tmp_path, text))
    # Of the programme's first month, its first day; the zero that a spreadsheet drops is put back.
    assert found.rows == (("01001", "2008-10-27"), ("10001", "2011-04-12"))
    assert "1 row of territories left aside (72001)" in found.notes


def test_a_workbook_gives_what_the_same_csv_gives(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["How to read these figures"])
    sheet = book.create_sheet("Jurisdictions")
    for row in (
        ["Activated Jurisdictions"],
        ["AOR", "State", "County", "Activation Date"],
        ["PHI", "Delaware", "Kent", dates.datetime(2011, 12, 1)],
        ["PHI", "DE", "New Castle County", dates.date(2009, 10, 27)],
    ):
        sheet.append(row)
    book.save(tmp_path / "roster.xlsx")
    found = checked(tmp_path / "roster.xlsx")
    assert found.content == checked(written(tmp_path, ROSTER)).content


def test_without_openpyxl_a_workbook_names_the_extra(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    error = refused(written(tmp_path, "", "roster.xlsx"), home)
    assert "pip install 'enforcement-sim[data]', or save the sheet as CSV" in str(error)


def test_a_census_table_with_two_headings_and_the_nation_above(tmp_path: Path) -> None:
    found = checked(written(tmp_path, CENSUS))
    assert (found.kind, found.rows) == ("noncitizens", (("10001", "5000", "4000"),))
    assert "margin of error of the middle county: 10% of its figure" in found.notes
    assert found.counts["noncitizens"] == 5_000


def test_a_census_table_from_the_interface_and_in_windows_letters(tmp_path: Path) -> None:
    path = tmp_path / "api.csv"
    path.write_bytes("NAME,B05001_001E,B05001_006E,state,county\nDoña Ana County,209233,27000,35,13\n".encode("cp1252"))
    assert checked(path, accept_sums=True).rows == (("35013", "27000", ""),)


def test_later_codes_are_the_same_counties_and_a_merged_city_is_added(tmp_path: Path) -> None:
    text = "fips,total,noncitizens\n46102,13000,50\n51019,70000,600\n51515,6000,100\n"
    assert checked(written(tmp_path, text), accept_sums=True).rows == (("46113", "50", ""), ("51019", "700", ""))


def test_bookings_by_class_are_added_up(tmp_path: Path) -> None:
    text = "State,County,Year,Month,Offense Class,Count\nDE,Kent,2012,1,felony,300\nDE,Kent,2012,1,misdemeanor,500\n"
    found = checked(written(tmp_path, text))
    assert (found.kind, found.rows) == ("bookings", (("10001", "2012-01", "800"),))
    assert "column 'Offense Class' is added up (2 groups: felony, misdemeanor)" in found.notes


@pytest.mark.parametrize(
    ("state", "county", "fips"),
    [
        ("MD", "Baltimore", "24005"),
        ("MD", "Baltimore City", "24510"),
        ("Virginia", "Fairfax", "51059"),
        ("Virginia", "Fairfax City", "51600"),
        ("VA", "Charles City", "51036"),
        ("VA", "Norfolk", "51710"),
        ("NV", "Carson City", "32510"),
        ("NM", "Dona Ana", "35013"),
        ("LA", "E. Baton Rouge", "22033"),
        ("LA", "LaSalle", "22059"),
        ("GA", "De Kalb", "13089"),
        ("AL", "Saint Clair County", "01115"),
        ("MD", "Prince Georges", "24033"),
        ("SD", "Oglala Lakota County", "46113"),
        ("FL", "Dade", "12086"),
        ("AK", "ANCHORAGE", "02020"),
        ("District of Columbia", "District of Columbia", "11001"),
    ],
)
def test_counties_are_found_as_agencies_write_them(tmp_path: Path, state: str, county: str, fips: str) -> None:
    text = f"State,County,Activation Date\n{state},{county},2012-06-05\n"
    assert checked(written(tmp_path, text)).rows == ((fips, "2012-06-05"),)


def test_every_county_is_found_by_its_own_name(tmp_path: Path) -> None:
    postal = [PLACES.states[index].postal for index in PLACES.counties["state"]]
    rows = [f'{state},"{name}",2012-06-05' for state, name in zip(postal, PLACES.names, strict=True)]
    found = checked(written(tmp_path, "State,County,Activation Date\n" + "\n".join(rows) + "\n"))
    assert [fips for fips, _ in found.rows] == ALL_CODES


def test_a_table_is_called_by_its_content_and_not_by_its_file(tmp_path: Path, home: Path) -> None:
    (first,) = import_files([written(tmp_path, BOOKINGS)])
    (again,) = import_files(
        [written(tmp_path, "FIPS;Month;Bookings\n10001;Feb 2012;300\n10001;Jan 2012;900\n", "b.csv")]
    )
    assert (first.new, again.new) == (True, False)
    assert first.checked.name == again.checked.name == current_name("bookings")
    note = description("bookings", first.checked.name)
    assert note is not None and [source["file"] for source in note["sources"]] == ["file.csv"]
    assert str(tmp_path) not in str(note)
    assert not list(home.rglob("tmp-*"))


def test_files_of_one_kind_are_one_table(tmp_path: Path) -> None:
    other = written(tmp_path, BOOKINGS.replace("10001", "10003").replace("900", "2500").replace("300", "2500"), "b.csv")
    found: tuple[Imported, ...] = import_files([written(tmp_path, BOOKINGS), other, written(tmp_path, ROSTER, "r.csv")])
    assert [(one.checked.kind, one.files) for one in found] == [
        ("activation", ("r.csv",)),
        ("bookings", ("file.csv", "b.csv")),
    ]
    assert [row[0] for row in found[1].checked.rows] == ["10001", "10001", "10003", "10003"]


# ---- what is refused ------------------------------------------------------------------------------------------------


def test_a_missing_column_finds_the_nearest(tmp_path: Path, home: Path) -> None:
    error = refused(written(tmp_path, ROSTER.replace("Activation Date", "Activaton Date")), home)
    assert (error.line, error.nearest) == (3, ("Activaton Date",))
    assert "no column day" in str(error) and "activation_date or date_activated" in str(error)


def test_a_file_of_something_else_says_what_is_taken(tmp_path: Path, home: Path) -> None:
    error = refused(written(tmp_path, "apples,pears\n1,2\n"), home)
    assert "no table that is known here" in str(error) and "bookings by county and month" in str(error)


@pytest.mark.parametrize("name", ["list.pdf", "old.xls"])
def test_a_form_that_cannot_be_read(tmp_path: Path, home: Path, name: str) -> None:
    assert "allowed: .csv, .tsv, .xlsx" in str(refused(written(tmp_path, "", name), home))


def test_a_misspelt_file_finds_the_nearest(tmp_path: Path, home: Path) -> None:
    written(tmp_path, ROSTER, "roster.csv")
    assert refused(tmp_path / "rooster.csv", home).nearest == ("roster.csv",)


@pytest.mark.parametrize("heading", ["Date of Birth", "Last Name", "A-Number", "booking_id", "Age at booking"])
def test_columns_of_persons_are_refused_whatever_else_is_there(tmp_path: Path, home: Path, heading: str) -> None:
    error = refused(written(tmp_path, f"fips,month,bookings,{heading}\n10001,2012-01,1,x\n"), home)
    assert (error.line, error.key) == (1, heading)
    assert "records of persons" in str(error)


def test_a_row_a_person_without_such_columns_is_refused_too(tmp_path: Path, home: Path) -> None:
    error = refused(written(tmp_path, "fips,month,bookings\n" + "10001,2012-01,1\n" * 20), home)
    assert "all 20 rows count one booking: they look like records of persons" in str(error)
    error = refused(written(tmp_path, "county,state,sex,charge\nKent,DE,F,theft\n"), home)
    assert error.key == "sex" and "records of persons" in str(error)
    error = refused(written(tmp_path, "fips,month,bookings\n10001,2012-01-17,3\n"), home)
    assert error.line == 2 and "2012-01-17 is a day; only counts by month" in str(error)


@pytest.mark.parametrize("heading", ["Census Tract", "ZIP", "City", "Facility", "Arresting Agency"])
def test_columns_below_a_county_are_refused(tmp_path: Path, home: Path, heading: str) -> None:
    error = refused(written(tmp_path, f"fips,month,bookings,{heading}\n10001,2012-01,900,x\n"), home)
    assert error.key == heading and "smaller than a county" in str(error)


@pytest.mark.parametrize("code", ["10001040100", "1077580", "1400000US10001040100", "1600000US1021200"])
def test_codes_below_a_county_are_refused(tmp_path: Path, home: Path, code: str) -> None:
    error = refused(written(tmp_path, f"GEO_ID,total,noncitizens\n{code},4000,50\n"), home)
    assert error.line == 2 and "smaller than a county" in str(error)


def test_an_unknown_county_names_the_nearest_and_can_be_left_aside(tmp_path: Path, home: Path) -> None:
    path = written(tmp_path, ROSTER + "PHI,DE,Susex,2010-01-05\nPHI,Delawer,Kent,2010-01-05\n")
    error = refused(path, home)
    assert error.line == 6 and "2 rows name no county of 2008-2014: row 6 'Susex, DE'" in str(error)
    assert "(nearest: 10005 (Sussex County, DE))" in str(error) and "(nearest: DE)" in str(error)
    found = checked(path, accept_unknown=True)
    assert (
        len(found.rows) == 2 and "2 rows of no county of 2008-2014 left aside (Susex, DE; Kent, Delawer)" in found.notes
    )
    error = refused(written(tmp_path, "fips,total,noncitizens\n09110,1000,50\n"), home)
    assert "row 2 '09110'" in str(error) and "codes and names of 2010 to 2014" in str(error)


def test_a_county_that_is_there_twice(tmp_path: Path, home: Path) -> None:
    error = refused(written(tmp_path, ROSTER + "PHI,Delaware,Kent County,12/1/2011\n"), home)
    assert error.line == 6 and "county 10001 is there twice (first in file.csv row 4)" in str(error)
    error = refused(written(tmp_path, BOOKINGS + "10001,2012-01,900\n"), home)
    assert error.line == 4 and "county 10001 has 2012-01 twice (first in file.csv row 2)" in str(error)


@pytest.mark.parametrize(("day", "said"), [("2008-10-26", "outside"), ("11/21/2014", "outside"), ("soon", "not a day")])
def test_days_outside_the_programmes_life(tmp_path: Path, home: Path, day: str, said: str) -> None:
    error = refused(written(tmp_path, f"State,County,Activated\nDE,Kent,{day}\n"), home)
    assert (error.line, error.key) == (2, "Activated") and said in str(error)


def test_more_noncitizens_than_people(tmp_path: Path, home: Path) -> None:
    error = refused(written(tmp_path, CENSUS.replace("162310", "8999")), home)
    assert error.line == 4 and "9,000 people not born as citizens among 8,999 in county 10001" in str(error)


@pytest.mark.parametrize("figure", ["-3", "1.5", "many", "1,72", "1.000", "9" * 5000, "\u0661\u0662", "17\u00b20"])
def test_what_is_no_count(tmp_path: Path, home: Path, figure: str) -> None:
    error = refused(written(tmp_path, f'fips,total,noncitizens\n10001,900000,"{figure}"\n'), home)
    assert (error.line, error.key) == (2, "noncitizens")


def test_a_wrong_sum_must_be_accepted_by_name(tmp_path: Path, home: Path) -> None:
    near = written(tmp_path, census(times=1.09), "near.csv")
    assert len(checked(near).rows) == 3_142
    far = written(tmp_path, census(times=1.11), "far.csv")
    error = refused(far, home)
    assert "the package's figures for the nation to 22,4" in str(error) and "--accept-sums" in str(error)
    assert len(checked(far, accept_sums=True).rows) == 3_142
    part = written(tmp_path, "fips,total,noncitizens\n10001,160000,60000\n", "part.csv")
    assert "for its 1 county to 6,300; allowed: within 35%" in str(refused(part, home))


def test_bookings_that_cannot_be(tmp_path: Path, home: Path) -> None:
    error = refused(written(tmp_path, "fips,month,bookings\n10001,2012-01,900000\n"), home)
    assert "times the nation's average a head; allowed: 0.2 to 5 times, or --accept-sums" in str(error)
    text = "fips,month,bookings\n10001,2012-01,900000\n"
    with pytest.raises(InputError, match="900,000 bookings in one month; allowed: up to 100,000"):
        checked(written(tmp_path, text), accept_sums=True)
    error = refused(written(tmp_path, "fips,month,bookings\n10001,2012-01,0\n"), home, accept_sums=True)
    assert "Kent County, DE has no bookings in any month" in str(error)
    assert "lies outside the history" in str(refused(written(tmp_path, BOOKINGS.replace("2012", "2015")), home))


def test_the_second_file_of_two_leaves_nothing_of_the_first(tmp_path: Path, home: Path) -> None:
    good, bad = written(tmp_path, ROSTER), written(tmp_path, BOOKINGS + "10001,2012-03,x\n", "bad.csv")
    with pytest.raises(InputError, match=r"bad\.csv:4: bookings: 'x' is not a count"):
        import_files([good, bad])
    assert not home.exists()
