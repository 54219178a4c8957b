"""Counts split by group are added up and said; sheets are named, formulas need a value, and persons are refused."""

from __future__ import annotations

import datetime as dates
import os
from pathlib import Path
from typing import Any

import pytest
from tests.own_data_files import ROSTER, written

from enforcement_sim.errors import InputError
from enforcement_sim.places.data_import.import_file import Choices, import_files
from enforcement_sim.places.data_import.stored_tables import Checked
from enforcement_sim.places.imported import current_name

openpyxl = pytest.importorskip("openpyxl")
KENT = "10001"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENFORCEMENT_SIM_DATA", str(tmp_path / "own"))
    return tmp_path


def read(path: Path, **how: Any) -> Checked:
    (one,) = import_files([path], Choices(write=False, **how))
    return one.checked


def refused(path: Path, **how: Any) -> InputError:
    with pytest.raises(InputError) as ended:
        import_files([path], Choices(**how))
    assert "\n" not in str(ended.value) and not (path.parent / "own").exists()
    return ended.value


def counts(home: Path, heading: str, *rows: str) -> Checked:
    """A table of Kent's bookings in January and what is in the rows."""
    return read(written(home, f"fips,month,{heading},bookings\n" + "".join(f"10001,2012-01,{row}\n" for row in rows)))


# ---- groups ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        ("race", ("White,500", "Black,400")),
        ("Race", ("White,500", "Black,400", "All,900")),
        ("ethnicity", ("Hispanic or Latino,400", "Not Hispanic or Latino,500")),
        ("sex", ("F,200", "M,700", "Total,900")),
        ("Charge Type", ("Property,300", "All other,600")),
        ("age_group", ("18-24,300", "25+,600")),
        ("age", ("18-24,300", "25+,600")),
        ("race,sex", ("White,F,100", "White,M,400", "Black,F,100", "Black,M,300")),
        ("race,sex", ("All,All,900", "White,All,500", "Black,All,400", "All,F,200", "All,M,700")),
        ("race,sex", ("White,All,500", "White,F,100", "White,M,400", "Black,F,100", "Black,M,300", "Black,All,400")),
        ("race", ("White,D", "Black,400", "All,900")),
        ("race", ("White,850", ",50")),
        ("Charge", ("Drug offense,300", "Other crime,600")),
    ],
)
def test_groups_are_added_up_and_totals_are_not_counted_twice(home: Path, heading: str, rows: tuple[str, ...]) -> None:
    found = counts(home, heading, *rows)
    assert found.rows == ((KENT, "2012-01", "900"),)
    for column in heading.split(","):
        assert any(note.startswith(f"column '{column}' is added up (") for note in found.notes)


def test_a_total_that_differs_from_its_groups_is_taken_and_said(home: Path) -> None:
    found = counts(home, "race", "White,500", "Black,300", "All races,900")
    assert found.rows == ((KENT, "2012-01", "900"),)
    assert "warning: the total is taken where it and the groups differ: 10001 2012-01: 900 and 800" in found.notes


def test_a_group_without_a_figure_leaves_the_month_out(home: Path) -> None:
    text = "fips,month,race,bookings\n10001,2012-01,White,500\n10001,2012-01,Black,<10\n"
    text += "10001,2012-02,White,300\n10001,2012-02,Black,9\n"
    found = read(written(home, text))
    assert found.rows == ((KENT, "2012-02", "309"),)
    assert any(
        "a month without a figure, left out: 1 county (10001 Kent County, DE 2012-01)" in note for note in found.notes
    )


def test_one_group_alone_and_a_month_with_fewer_groups_are_said(home: Path) -> None:
    assert any("has one group only, 'White'" in note for note in counts(home, "race", "White,900").notes)
    text = "fips,month,race,bookings\n10001,2012-01,White,500\n10001,2012-01,Black,100\n10001,2012-02,White,300\n"
    assert any("10001 2012-02 (1 of 2)" in note for note in read(written(home, text)).notes)


@pytest.mark.parametrize(
    ("heading", "rows", "said"),
    [
        ("unit", ("A,500", "B,400"), "they differ in column 'unit'"),
        ("race", ("White,500", "white,400"), "has 2012-01 of 'white' twice"),
        ("category", ("Race,900", "Sex,900"), "the same bookings by several characteristics"),
        ("race", ("White,450", ",450"), "no race, and as many bookings as the month's other rows together"),
        ("race,sex", ("White,All,500", "Black,F,100"), "neither totals nor parts of 2012-01 are complete"),
    ],
)
def test_what_cannot_be_added_up_names_the_column(home: Path, heading: str, rows: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError) as ended:
        counts(home, heading, *rows)
    assert said in str(ended.value)


def test_a_total_by_another_name_is_noticed(home: Path) -> None:
    rows = "".join(
        f"10001,2012-0{month},{race},{count}\n"
        for month in (1, 2)
        for race, count in (("W", 500), ("B", 400), ("Countywide", 900))
    )
    error = refused(written(home, f"fips,month,race,bookings\n{rows}"))
    assert error.line == 4 and "'Countywide' has as many bookings as the other groups together in every month" in str(
        error
    )


def test_totals_over_months_are_left_aside(home: Path) -> None:
    found = read(written(home, "fips,month,bookings\n10001,2012-01,900\n10001,2012-02,300\n10001,2012 Total,1200\n"))
    assert [row[2] for row in found.rows] == ["900", "300"]
    assert "a total over months, not read: 1 county (10001 Kent County, DE 2012 Total)" in found.notes


# ---- sheets ------------------------------------------------------------------------------------------------------------

HEADING = ["State", "County", "Activation Date"]


def workbook(home: Path, sheets: dict[str, list[list[Any]]], hidden: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append(row)
    path = home / "book.xlsx"
    book.save(path)
    return path


def roster(county: str, day: Any) -> list[list[Any]]:
    return [HEADING, ["DE", county, day]]


def test_of_several_sheets_one_must_be_chosen(home: Path) -> None:
    path = workbook(
        home, {"FY2010": roster("Kent", dates.date(2010, 3, 23)), "FY2011": roster("Sussex", dates.date(2011, 3, 22))}
    )
    error = refused(path)
    assert "2 sheets hold a table: 'FY2010', 'FY2011'; choose with --sheet" in str(error)
    assert refused(path, sheet="FY2012").nearest
    found = read(path, sheet="FY2011")
    assert (
        found.rows == (("10005", "2011-03-22"),)
        and "book.xlsx: sheet 'FY2011' is read; not read: 'FY2010'" in found.notes
    )
    error = refused(written(home, ROSTER), sheet="FY2011")
    assert "none of the files is one" in str(error)


def test_a_hidden_sheet_is_never_read_unless_chosen(home: Path) -> None:
    both = {"Public": roster("Kent", "2010-03-23"), "Draft": roster("Sussex", "2011-03-22")}
    found = read(workbook(home, both, hidden=("Draft",)))
    assert found.rows == ((KENT, "2010-03-23"),)
    assert "book.xlsx: sheet 'Public' is read; not read: 'Draft' (hidden)" in found.notes
    path = workbook(home, both | {"Public": [["Notes only"]]}, hidden=("Draft",))
    assert "only a hidden sheet holds a table: 'Draft'" in str(refused(path))
    assert read(path, sheet="Draft").rows == (("10005", "2011-03-22"),)


@pytest.mark.parametrize(
    ("row", "key"),
    [(["DE", "Kent", "=DATE(2010,3,23)"], "Activation Date"), (["DE", '=CONCAT("Ke","nt")', "2010-03-23"], "County")],
)
def test_a_formula_without_a_saved_value_is_refused(home: Path, row: list[Any], key: str) -> None:
    error = refused(workbook(home, {"One": [["A title"], HEADING, ["DE", "Sussex", "2010-03-23"], row]}))
    assert (error.line, error.key) == (4, key)
    assert "sheet 'One': =" in str(error) and "a formula without a saved value" in str(error)


def test_a_formula_in_a_column_that_is_not_read_does_not_matter(home: Path) -> None:
    path = workbook(home, {"One": [[*HEADING, "Prints"], ["DE", "Kent", dates.datetime(2010, 3, 23), "=1+1"]]})
    assert read(path).rows == ((KENT, "2010-03-23"),)


def test_a_column_of_persons_is_refused_in_any_sheet(home: Path) -> None:
    path = workbook(
        home,
        {"One": roster("Kent", "2010-03-23"), "Two": [["Last Name", "DOB"], ["Doe", "1980-01-01"]]},
        hidden=("Two",),
    )
    assert "records of persons" in str(refused(path))


# ---- persons -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "cells", "look"),
    [
        ("who", ("Doe, Jane", "ROE, RICHARD A."), "a person's name"),
        ("ref", ("A123456789", "A 012 345 678"), "registration number"),
        ("ref", ("123-45-6789", "987-65-4321"), "social security"),
        ("where", ("12 Main St", "340 N. Oak Avenue Apt 2"), "street address"),
        ("born", ("1980-01-17", "3/4/1975"), "day of birth"),
        ("when", ("2012-01-03 14:05", "2012-01-04 02:17:00"), "time of day"),
    ],
)
def test_cells_that_look_like_a_persons_are_refused(
    home: Path, heading: str, cells: tuple[str, str], look: str
) -> None:
    rows = "".join(f'10001,2012-0{month},900,"{cell}"\n' for month, cell in enumerate(cells, 1))
    error = refused(written(home, f"fips,month,bookings,{heading}\n{rows}"))
    assert error.key == heading and look in str(error) and "records of persons" in str(error)
    assert cells[0] not in str(error) and cells[1] not in str(error)


def test_what_counts_or_names_places_is_no_record_of_persons(home: Path) -> None:
    text = 'name,total,noncitizens,office\n"Kent County, Delaware",162310,6000,New Castle\n'
    text += '"Sussex County, Delaware",197145,9000,San Juan\n'
    assert len(read(written(home, text), accept_sums=True).rows) == 2
    for heading, row in (
        ("id,name,rate", '1,"Kent County, Delaware",0.5'),
        ("race,sex,arrests", "White,F,17"),
        ("age,count", "18-24,9"),
    ):
        assert "records of persons" not in str(refused(written(home, f"{heading}\n{row}\n{row}\n")))


@pytest.mark.parametrize(
    "text",
    [
        "name,charge\nJane Doe,theft\n",
        "name,charge,county\nDoe Jane,theft,Kent\n",
        "race,sex,charge\nWhite,F,theft\n",
        "fips,month,bookings,age\n10001,2012-01,1,34\n",
        "fips,booking_date,bookings\n10001,2012-01-03,1\n",
        "fips,month,bookings,admit_datetime\n10001,2012-01,1,x\n",
        "fips,month,bookings,AlienNumber\n10001,2012-01,1,x\n".replace("AlienNumber", "Alien Number"),
    ],
)
def test_records_of_persons_stay_refused(home: Path, text: str) -> None:
    assert "records of persons" in str(refused(written(home, text)))


# ---- whole or not at all -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_failure_of_the_disk_leaves_what_was_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = written(home, ROSTER, "roster.csv")
    import_files([first])
    before = {path: path.read_bytes() for path in (home / "own").rglob("*") if path.is_file()}
    later = written(home, ROSTER.replace("12/1/2011", "12/8/2011"), "later.csv")
    jail = written(home, "fips,month,bookings\n10001,2012-01,900\n", "jail.csv")
    replace, calls = os.replace, []

    for failing in range(1, 7):

        def fails(source: Path, target: Path, failing: int = failing) -> None:
            calls.append(target)
            if len(calls) == failing:
                raise OSError(28, "No space left on device")
            replace(source, target)

        calls.clear()
        monkeypatch.setattr(os, "replace", fails)
        with pytest.raises(InputError, match="No space left on device"):
            import_files([later, jail], Choices(list_file=home / "list.csv"))
        assert {path: path.read_bytes() for path in (home / "own").rglob("*") if path.is_file()} == before
        assert not (home / "list.csv").exists()
    assert current_name("bookings") is None
