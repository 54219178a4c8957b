"""The layouts in which the figures reach people: each is read, with the same figures; ``docs/own-data.md`` shows them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.own_data_files import written
from tools.page_blocks import ROOT, blocks_of

from enforcement_sim.errors import InputError
from enforcement_sim.places.data_import.declarations import TABLES, Layout
from enforcement_sim.places.data_import.files import read_sheets
from enforcement_sim.places.data_import.import_file import Choices, import_files
from enforcement_sim.places.data_import.recognise import recognise
from enforcement_sim.places.data_import.stored_tables import Checked

PAGE = "docs/own-data.md"
EXAMPLES = {
    block.marks["file"]: block.text + "\n"
    for block in blocks_of(PAGE, (ROOT / PAGE).read_text(encoding="utf-8"))
    if "file" in block.marks
}
KENT = "10001"
FIGURES = {
    "noncitizens": ((KENT, "6000", "4000"),),
    "activation": ((KENT, "2011-12-01"), ("10005", "")),
    "bookings": ((KENT, "2012-01", "900"), (KENT, "2012-02", "300")),
}
"""What every example of a kind holds; a roster by month holds a middle Tuesday."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENFORCEMENT_SIM_DATA", str(tmp_path / "own"))
    return tmp_path


def read(path: Path, **how: object) -> Checked:
    (one,) = import_files([path], Choices(write=False, **how))  # type: ignore[arg-type]
    return one.checked


def refused(path: Path, **how: object) -> InputError:
    with pytest.raises(InputError) as ended:
        read(path, **how)
    assert "\n" not in str(ended.value)
    return ended.value


def test_the_page_has_an_example_of_every_layout(home: Path) -> None:
    found = {
        recognise(path, read_sheets(path)).layout.name
        for path in (written(home, text, name) for name, text in EXAMPLES.items())
    }
    by_words = written(home, EXAMPLES["ACS_12_5YR_B05001_with_ann.csv"], "renamed.csv")
    found.add(recognise(by_words, read_sheets(by_words)).layout.name)
    assert found == {layout.name for table in TABLES.values() for layout in table.layouts}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_of_the_page_is_read_with_its_figures(home: Path, name: str) -> None:
    found = read(written(home, EXAMPLES[name], name), county=KENT)
    expected = FIGURES[found.kind] if "by-month" not in name else ((KENT, "2011-12-13"),)
    assert found.rows == expected


NAMES = {
    "noncitizens": "imported-b0776e2f79f7c984",
    "activation": "imported-e3ffe3e470dddfa6",
    "bookings": "imported-4ce940eb46f321da",
}
"""What the tables of the examples are called since the first version: stored imports and runs are found by these names."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_the_table_that_it_was(home: Path, name: str) -> None:
    found = read(written(home, EXAMPLES[name], name), county=KENT)
    assert found.name == ("imported-77361cb70cf8379a" if "by-month" in name else NAMES[found.kind])


def test_a_layout_is_a_declaration_and_nothing_else(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "kreis,wann,gebucht\n10001,2012-01,900\n10001,2012-02,300\n"
    refused(written(home, text))
    names = {"month": ("wann",), "bookings": ("gebucht",)}
    new = Layout(name="a new form", needs=("bookings", "month"), names=names, county={"code": ("kreis",)})
    bookings = TABLES["bookings"]
    monkeypatch.setitem(TABLES, "bookings", bookings.model_copy(update={"layouts": (*bookings.layouts, new)}))
    found = read(written(home, text))
    assert found.rows == FIGURES["bookings"] and found.name == NAMES["bookings"]
    assert "file.csv: read as a new form: month from 'wann', bookings from 'gebucht'" in found.notes


@pytest.mark.parametrize("name", [name for name, text in EXAMPLES.items() if "B05001" in text])
@pytest.mark.parametrize("how", ["UTF-16", "UTF-8 with a mark", "semicolons", "the name's table last"])
def test_the_same_table_in_other_letters_and_separators(home: Path, name: str, how: str) -> None:
    text = EXAMPLES[name]
    if how == "semicolons" and not name.endswith("json"):
        import csv
        import io

        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(csv.reader(io.StringIO(text)))
        text = out.getvalue()
    elif how == "the name's table last":
        text += "\n\n" if name.endswith("json") else "\nNote: figures of five years\n"
    path = home / name
    path.write_bytes(text.encode({"UTF-16": "utf-16", "UTF-8 with a mark": "utf-8-sig"}.get(how, "utf-8")))
    assert read(path).rows == FIGURES["noncitizens"]


VARIANTS = {
    "FactFinder, words only": ("renamed.csv", EXAMPLES["ACS_12_5YR_B05001_with_ann.csv"]),
    "FactFinder, codes only": ("ACS_B05001.csv", "GEO.id2,HD01_VD01,HD01_VD05,HD01_VD06\n10001,162310,4000,6000\n"),
    "FactFinder, revised": (
        "ACS_B05001.csv",
        "GEO.id2,HD01_VD01,HD01_VD05,HD01_VD06\n10001,162310(r38155),4000,6000\n",
    ),
    "data.census.gov, annotations": (
        "a.csv",
        "GEO_ID,NAME,B05001_001E,B05001_001EA,B05001_005E,B05001_006E,B05001_006EA\n"
        "0400000US10,Delaware,897934,null,30000,40000,null\n0500000US10001,Kent,162310,null,4000,6000,null\n",
    ),
    "as shown, two counties": (
        "a.csv",
        "Label (Grouping);Delaware!!Estimate;Kent County, Delaware!!Estimate\nTotal;897,934;162,310\n"
        "U.S. citizen by naturalization;30,000;4,000\nNot a U.S. citizen;40,000;6,000\n",
    ),
    "NHGIS, second heading": (
        "a.csv",
        "GISJOIN,YEAR,STATEA,COUNTYA,PLACEA,NAME_E,QU1E001,QU1E005,QU1E006\n"
        "GIS Join Match Code,Data File Year,State Code,County Code,"
        "Place Code,Area Name,Estimates: Total,Estimates: U.S. citizen by naturalization,Estimates: Not a U.S. citizen\n"
        "G1000010,2008-2012,10,001,,Kent County,162310,4000,6000\n",
    ),
    "NHGIS, other codes": (
        "a.csv",
        "GISJOIN,AB12E001,AB12E005,AB12E006\nG1000010,162310,4000,6000\n".replace("AB12", "JN9"),
    ),
    "API, cut": (
        "a.csv",
        '[["NAME","B05001_001E","B05001_005E","B05001_006E","state","county"],\n["Kent","162310","4000","6000","10","001"],\n',
    ),
    "API, one line": (
        "a.json",
        '[["GEO_ID","B05001_001E","B05001_005E","B05001_006E"],["0500000US10001",162310,4000,6000]]',
    ),
    "Census Reporter, the state": (
        "a.csv",
        "geoid,name,B05001001,B05001005,B05001006\n04000US10,Delaware,897934,30000,40000\n"
        "05000US10001,Kent County,162310.0,4000.0,6000.0\n",
    ),
    "tidycensus, named": (
        "a.csv",
        "GEOID,NAME,totalE,totalM,naturalizedE,noncitE,noncitM\n10001,Kent,162310,NA,4000,6000,500\n",
    ),
    "tidycensus, pivoted": (
        "a.csv",
        "GEOID,estimate_B05001_001,estimate_B05001_005,estimate_B05001_006\n10001,162310,4000,6000\n",
    ),
    "tidycensus, long and named": (
        "a.csv",
        "GEOID,NAME,variable,estimate,moe\n10001,Kent,naturalized,4000,9\n"
        "10001,Kent,noncitizens,6000,9\n10001,Kent,total,162310,NA\n",
    ),
    "tidycensus, long, a summary": (
        "a.csv",
        "GEOID,NAME,variable,estimate,moe,summary_est,summary_moe\n10001,Kent,B05001_005,4000,9,162310,NA\n"
        "10001,Kent,B05001_006,6000,9,162310,NA\n",
    ),
    "tidycensus, without margins": (
        "a.csv",
        'GEOID,NAME,B05001_001,B05001_005,B05001_006,geometry\n10001,Kent,162310,4000,6000,"list(c(-75.7, -75.6, 39, 38))"\n',
    ),
    "Excel's line for separators": ("a.csv", "sep=;\nfips;total;naturalised;noncitizens\n10001;162310;4000;6000\n"),
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.json",
            '[{"fips":"10001","month":"2012-01-01T00:00:00.000","bookings":"900"},\n'
            '{"fips":"10001","month":"2012-02-01","bookings":300}]',
        ),
        ("a.csv", "fips,month,bookings\n10001,2012-01-01T00:00:00.000,900\n10001,2012-02-01T00:00:00.000,300\n"),
        ("a.csv", "fips,date,admissions\n10001,01/01/2012 12:00:00 AM,900\n10001,02/01/2012 12:00:00 AM,300\n"),
        ("a.csv", "County,State,Month,Total,White,Black\nKent,DE,Jan-12,900,500,400\nKent,DE,Feb-12,300,200,100\n"),
        (
            "a.tsv",
            "county\tyear\tmonth\tnumber of bookings\n"
            "Kent County, DE\t2012\tJanuary\t900\nKent County, DE\t2012\tFebruary\t300\n",
        ),
    ],
)
def test_variants_of_bookings(home: Path, name: str, text: str) -> None:
    assert read(written(home, text, name)).rows == FIGURES["bookings"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_variants_of_the_layouts(home: Path, variant: str) -> None:
    name, text = VARIANTS[variant]
    assert read(written(home, text, name)).rows == FIGURES["noncitizens"]


def test_codes_that_do_not_say_their_table_are_read_with_a_warning(home: Path) -> None:
    for variant, warned in (
        ("NHGIS, other codes", True),
        ("NHGIS, second heading", False),
        ("FactFinder, codes only", True),
    ):
        name, text = VARIANTS[variant]
        assert any(note.startswith(f"{name}: warning:") for note in read(written(home, text, name)).notes) is warned


# ---- codes and numbers as programs leave them -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["10001.0", "'10001", '"=""10001"""', "0500000US10001", "05000US10001", "G1000010", " 10001 "]
)
def test_codes_as_programs_write_them(home: Path, code: str) -> None:
    assert read(written(home, f"fips,total,noncitizens\n{code},162310.0,6000.0\n")).rows == ((KENT, "6000", ""),)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("statefips,countyfips", "10.0,1.0"),
        ("STATEFP,COUNTYFP", "10,001"),
        ("state,county", "10,1"),
        ("state_name,county", "Delaware,Kent"),
        ("fips", "10001.0"),
        ("county", '"Kent County, Delaware"'),
        ("NAME", '"Kent County, DE"'),
        ("Geography", '"Kent, Delaware"'),
        ("state,county_code", "DE,1"),
    ],
)
def test_a_county_by_its_parts_or_whole(home: Path, heading: str, cells: str) -> None:
    found = read(written(home, f"{heading},total,noncitizens\n{cells},162310,6000\n"))
    assert found.rows == ((KENT, "6000", ""),)


def test_a_code_and_a_name_of_two_counties_are_refused(home: Path) -> None:
    error = refused(written(home, 'fips,name,total,noncitizens\n10003,"Kent County, Delaware",162310,6000\n'))
    assert error.line == 2 and "code 10003 is 10003 New Castle County, DE, but the row names 10001 Kent County" in str(
        error
    )
    error = refused(written(home, "fips,state,county,activation_date\n10001,MD,Kent,2012-02-28\n"))
    assert "the row names 24029 Kent County, MD" in str(error)
    # "Baltimore" alone may be the city.
    assert (
        read(written(home, "fips,state,county,activation_date\n24510,MD,Baltimore,2012-02-28\n")).rows[0][0] == "24510"
    )


@pytest.mark.parametrize(
    "cell", ["1720\u00b9", "1,720*", "1720 (1)", "1720r", "1,720 (p)", "1720\u2020\u2021", "1720(r38155)", "1720 [a]"]
)
def test_marks_of_footnotes_are_not_read_and_named(home: Path, cell: str) -> None:
    found = read(written(home, f'fips,month,bookings\n06075,2012-01,"{cell}"\n06075,2012-02,1700\n'))
    assert found.rows[0] == ("06075", "2012-01", "1720")
    assert any("warning: footnotes' marks in 1 cell" in note and f"row 2 {cell!r} as" in note for note in found.notes)


@pytest.mark.parametrize(
    "cell", ["1.720", "1,72", "1720\u00b92", "17l0", "(1720)", "1e3", "\u0661\u0667\u0662\u0660", "-5", "1720 1"]
)
def test_what_could_be_two_numbers_is_refused(home: Path, cell: str) -> None:
    error = refused(written(home, f'fips,month,bookings\n06075,2012-01,"{cell}"\n'))
    assert (error.line, error.key) == (2, "bookings") and "is not a count" in str(error)


MONTHS = (
    "2012-01|201201|2012-1|2012/01|Jan 2012|January 2012|JANUARY 2012|2012 January|2012 Jan|1/2012|01/2012|01/01/2012"
    "|1/1/2012|2012M01|2012m1|Jan-12|Jan-2012|Jan. 2012|January, 2012|2012-01-01|2012-01-01T00:00:00.000"
    "|01/01/2012 12:00:00 AM|1/1/2012 0:00|201201.0|20120101|2012-01-01 00:00:00"
)


@pytest.mark.parametrize("month", MONTHS.split("|"))
@pytest.mark.slow
def test_months_in_the_usual_spellings(home: Path, month: str) -> None:
    assert read(written(home, f'fips,month,bookings\n10001,"{month}",900\n')).rows == ((KENT, "2012-01", "900"),)


@pytest.mark.parametrize("month", ["1", "01", "1.0", "Jan", "January", "2012-01", "Jan 2012", "01/01/2012"])
def test_a_year_and_a_month_in_two_columns(home: Path, month: str) -> None:
    assert read(written(home, f"fips,year,month,bookings\n10001,2012.0,{month},900\n")).rows == (
        (KENT, "2012-01", "900"),
    )


@pytest.mark.parametrize(
    "month", ["2012-13", "soon", "1/2", "12-Jan", "40909", "2012", "2012-01-17", "01/01/2012 02:05:00 PM"]
)
def test_what_is_no_month(home: Path, month: str) -> None:
    error = refused(written(home, f"fips,month,bookings\n10001,{month},900\n"))
    assert (error.line, error.key) == (2, "month") and "2011 March" in str(error)


def test_a_year_and_a_month_of_another_year_are_refused(home: Path) -> None:
    error = refused(written(home, "fips,year,month,bookings\n10001,2012,2011-01,900\n"))
    assert "'2011-01' is not a month of 2012" in str(error)


# ---- what is unknown, what is never ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["", "N/A", "-", "(X)", "D", "NA", "null", "**"])
@pytest.mark.slow
def test_a_blank_is_unknown_and_keeps_the_packages_figure(home: Path, sign: str) -> None:
    found = read(written(home, f"fips,activation_date\n10001,2011-12-01\n10003,{sign}\n10005,never\n"))
    assert found.rows == ((KENT, "2011-12-01"), ("10005", ""))
    assert "without a day, with the package's date: 1 county (10003 New Castle County, DE)" in found.notes
    assert "never active, as the file says: 1 county (10005 Sussex County, DE)" in found.notes
    found = read(written(home, f"fips,total,noncitizens\n10001,162310,6000\n10003,538479,{sign}\n"))
    assert found.rows == ((KENT, "6000", ""),)
    assert "without a figure, with the package's: 1 county (10003 New Castle County, DE)" in found.notes
    found = read(written(home, f"fips,month,bookings\n10001,2012-01,900\n10001,2012-02,{sign}\n"))
    assert found.rows == ((KENT, "2012-01", "900"),)
    assert "a month without a figure, left out: 1 county (10001 Kent County, DE 2012-02)" in found.notes


def test_a_sign_in_the_first_row_is_no_second_heading(home: Path) -> None:
    found = read(written(home, "fips,total,noncitizens\n10003,D,D\n10001,162310,6000\n"))
    assert found.rows == ((KENT, "6000", ""),)
    assert "without a figure, with the package's: 1 county (10003 New Castle County, DE)" in found.notes


def test_notes_below_a_table_are_left_aside_and_named(home: Path) -> None:
    text = "month,bookings\n2012-01,900\nSource: the jail\n"
    found = read(written(home, text), county=KENT)
    assert found.rows == ((KENT, "2012-01", "900"),)
    assert "1 row with one cell, a title or a note, left aside (Source: the jail)" in found.notes


def test_every_county_is_accounted_for(home: Path) -> None:
    found = read(
        written(home, "fips,activation_date\n10001,2011-12-01\n10003,\n99999,2011-12-01\n72001,2011-12-01\n"),
        accept_unknown=True,
    )
    fips = {account.fips for account in found.accounts if account.fips}
    assert len(fips) == 3_141 and KENT not in fips
    assert {(one.place, one.where) for one in found.accounts if not one.fips} == {
        ("99999", "file.csv row 4"),
        ("72001", "file.csv row 5"),
    }
    import_files([home / "file.csv"], Choices(accept_unknown=True, list_file=home / "list.csv"))
    lines = (home / "list.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "kind,fips,place,why,where" and len(lines) == 1 + 3_142 + 2
    assert f"activation,{KENT},{KENT} Kent County, DE,read: 2011-12-01," in (line.replace('"', "") for line in lines)


def test_the_list_holds_no_formula_and_no_codes_for_a_terminal(home: Path) -> None:
    text = "county,state,activation_date\nKent,DE,2011-12-01\n=HYPERLINK(1),DE,2011-12-01\n\x1b[31mRed\u202e,DE,2011-12-01\n"
    path = written(home, text)
    found = read(path, accept_unknown=True, list_file=home / "list.csv")
    lines = (home / "list.csv").read_text(encoding="utf-8").splitlines()
    assert any(",'=HYPERLINK" in line.replace('"', "") for line in lines)
    assert not {"\x1b", "\u202e"} & {*"".join(lines), *"".join(found.notes)}


def test_unknown_counties_are_all_named_in_the_refusal(home: Path) -> None:
    rows = "".join(f"Nowhere {letter},DE,2011-12-01\n" for letter in "ABCDEFGHIJKLMNOPQRST")
    error = refused(written(home, f"county,state,activation_date\n{rows}"))
    assert all(f"'Nowhere {letter}, DE'" in str(error) for letter in "ABCDEFGHIJKLMNOPQRST")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "46113,13000,50\n46102,13000,50\n",
            "county 46102, of the same land as 46113, is there twice (first in file.csv row 2)",
        ),
        ("02158,8000,50\n02270,8000,50\n", "county 02270, of the same land as 02158, is there twice"),
        ("09110,900000,60000\n", "row 2 '09110' (nearest: 09003 (Hartford County, CT) or 09013 (Tolland County, CT))"),
    ],
)
def test_two_codes_of_one_land_and_codes_of_other_lines_are_refused(home: Path, rows: str, said: str) -> None:
    assert said in str(refused(written(home, f"fips,total,noncitizens\n{rows}")))


def test_codes_before_and_after_the_period_are_read_and_said(home: Path) -> None:
    found = read(written(home, "fips,month,bookings\n12025,2012-01,9000\n"))
    assert found.rows == (("12086", "2012-01", "9000"),)
    assert any(note.startswith("12025 is read as 12086 (Miami-Dade County, FL)") for note in found.notes)
    found = read(written(home, "fips,month,bookings\n51019,2012-01,300\n51515,2012-01,40\n"))
    assert found.rows == (("51019", "2012-01", "340"),)
    assert "two codes" not in str(found.notes) and any("51515 is read as 51019" in note for note in found.notes)
    error = refused(written(home, "fips,month,bookings\n46113,2012-01,90\n46102,2012-01,90\n"))
    assert error.line == 3 and "46102, of the same land as 46113, has 2012-01 twice" in str(error)
    found = read(written(home, "fips,activation_date\n51019,2010-03-16\n51515,2010-06-15\n"))
    assert found.rows == (("51019", "2010-03-16"),)
    assert any("of a place that is counted with its county" in note for note in found.notes)


# ---- what is not well formed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('fips,month,bookings,note\n06075,2012-01,1700,"unclosed\n06075,2012-02,1700,b\n', 2),
        (
            'fips,month,bookings,note\n06075,2012-01,1700,a\n06075,2012-02,1700,"b\n06075,2012-03,1700,c\n06075,2012-04,1700,"\n',
            3,
        ),
        ('fips,month,bookings,note\n06075,2012-01,1700,"a\n06075,2012-02,1700,"b"\n', 2),
    ],
)
def test_a_quote_that_is_not_closed_is_refused_with_its_row(home: Path, text: str, row: int) -> None:
    assert refused(written(home, text)).line == row


def test_a_comma_within_a_number_is_no_separator(home: Path) -> None:
    error = refused(written(home, "fips,month,bookings\n06075,2012-01,1,720\n"))
    assert error.line == 2 and "more cells than the heading's 3" in str(error)


def test_cells_with_line_breaks_are_fine(home: Path) -> None:
    found = read(written(home, 'fips,month,"bookings",note\n06075,2012-01,1700,"first\nsecond"\n06075,2012-02,1710,\n'))
    assert found.rows == (("06075", "2012-01", "1700"), ("06075", "2012-02", "1710"))


def test_two_columns_of_one_figure_are_refused(home: Path) -> None:
    error = refused(written(home, "fips,month,bookings,total_bookings\n06075,2012-01,1700,1800\n"))
    assert "2 columns of bookings: 'bookings', 'total_bookings'; leave one" in str(error)
    error = refused(written(home, "GISJOIN,QU1E001,QU1E006,QX2E001,QX2E006\nG1000010,162310,6000,90,5\n"))
    assert "'QU1E001', 'QX2E001'" in str(error)


def test_a_second_heading_of_another_table_is_refused(home: Path) -> None:
    text = EXAMPLES["ACS_12_5YR_B05001_with_ann.csv"].replace("Not a U.S. citizen", "Born abroad")
    error = refused(written(home, text, "ACS_B05001.csv"))
    assert error.line == 2 and "is described as 'Estimate; Total: - Born abroad'" in str(error)


def test_what_is_missing_is_named(home: Path) -> None:
    heading, _, row = EXAMPLES["ACS_12_5YR_B05001_with_ann.csv"].splitlines()
    error = refused(written(home, f"{heading}\n{row}\n", "table.csv"))
    assert "B05001 in the file's name" in str(error)
    long = EXAMPLES["tidycensus-long.csv"].replace("B05001_006", "B05001_004")
    assert "no row of the noncitizens: B05001_006 is missing" in str(refused(written(home, long)))
    error = refused(written(home, EXAMPLES["datasf.csv"]))
    assert "no column says which county" in str(error) and "--county CODE" in str(error)
    error = refused(written(home, EXAMPLES["datasf.csv"]), county="6o75")
    assert "--county '6o75'" in str(error)


def test_what_a_file_is_by_its_content_is_said(home: Path) -> None:
    assert "name it .xlsx" in str(refused(written(home, "PK\x03\x04...", "a.csv")))
    assert "is a folder" in str(refused(home))
    error = refused(written(home, "county,month,bookings\nKent,2012-01,900\n"))
    assert "row 2 'Kent, of no state'" in str(error)
    assert "no table that is known here" in str(refused(written(home, "fips,year,Jan,Feb\n10001,2012,900,300\n")))


def test_two_files_with_the_same_rows_name_both(home: Path) -> None:
    first = written(home, "fips,month,bookings\n06075,2012-01,1700\n", "d17.csv")
    second = written(home, "fips,month,bookings\n06075,2012-01,1700\n", "d17b.csv")
    with pytest.raises(
        InputError, match=r"d17b\.csv:2: month: county 06075 has 2012-01 twice \(first in d17\.csv row 2\)"
    ):
        import_files([first, second])
    census = [written(home, EXAMPLES["plain.csv"], name) for name in ("a.csv", "b.csv")]
    with pytest.raises(InputError, match=r"b\.csv:2: name: county 10001 is there twice \(first in a\.csv row 2\)"):
        import_files(census)
    assert not (home / "own").exists()
