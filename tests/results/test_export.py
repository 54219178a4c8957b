"""Arrays, workbooks and files for other programs hold what the questions answer."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim import load_scenario, run
from enforcement_sim.errors import InputError
from enforcement_sim.results import export
from enforcement_sim.results.result import Result


@pytest.fixture(scope="module")
def result() -> Result:
    scenario = load_scenario("baseline").with_(
        **{"scope": {"states": ["DE"]}, "period.start": "2012-09-01", "period.end": "2012-09-30", "thin": 2}
    )
    return run(scenario, seed=1)


def test_an_array_has_labelled_axes(result: Result) -> None:
    array = result.to_xarray(by=("month", "area", "programme", "event"), events=("matched", "removed"))
    assert array.dims == ("month", "area", "programme", "event")
    assert array.attrs["units"] == "people" and array.attrs["seed"] == 1
    assert int(array.sel(event="removed", programme="jail_287g").sum()) == int(
        result.array("removed", where={"programme": "jail_287g"})
    )
    assert array.to_series().rename("count").reset_index()["count"].sum() == result.array(("matched", "removed"))


def test_an_array_of_categories_and_the_usual_one(result: Result) -> None:
    levels = result.to_xarray("removed", by=("programme", "category"), definition="ice-levels-2010")
    assert levels.sum("programme").values.tolist() == result.mix("removed", "none")["count"].tolist()
    assert int(result.to_xarray().sum()) == result.count(by="event")["count"].sum()


def test_a_workbook_holds_the_questions(result: Result, tmp_path: Path) -> None:
    result.to_excel(tmp_path / "run.xlsx")
    sheets = pd.read_excel(tmp_path / "run.xlsx", sheet_name=None)
    funnel = result.funnel(year="fiscal", per=1000)
    assert sheets["funnel"]["count"].tolist() == funnel["count"].tolist()
    assert sheets["costs"]["dollars"].tolist() == pytest.approx(result.costs()["dollars"].tolist())
    assert "baseline" in set(sheets["about"]["value"].astype(str))
    assert "Detainer issued" in set(sheets["funnel"]["event"]), "labels as the report has them"
    measures = sheets["measures"].set_index("measure")
    assert measures.loc["net_cost.county", ["label", "unit"]].tolist() == ["Net cost to counties", "dollars"]
    assert measures.loc["booked", "value"] == result.measures()["booked"]


def test_the_first_sheet_of_a_workbook_says_what_every_column_is(result: Result, tmp_path: Path) -> None:
    result.to_excel(tmp_path / "new" / "run.xlsx")
    sheets = pd.read_excel(tmp_path / "new" / "run.xlsx", sheet_name=None, keep_default_na=False)
    said = sheets.pop("columns")
    assert list(pd.ExcelFile(tmp_path / "new" / "run.xlsx").sheet_names)[:2] == ["columns", "about"]
    sheets.pop("about")
    there = {(name, column) for name, frame in sheets.items() for column in frame.columns}
    assert there == set(zip(said["table"], said["column"], strict=True))
    assert (said["label"] != "").all() and (said["unit"] != "").all()
    with pytest.raises(InputError, match=r"a name that ends in \.xlsx"):
        result.to_excel(tmp_path / "run.xls")


def test_text_of_a_title_is_no_formula_in_a_workbook(result: Result, tmp_path: Path) -> None:
    scenario = {**result.meta["scenario"], "name": "=1+1"}
    Result.from_tables(result.tables(), {**result.meta, "scenario": scenario}).to_excel(tmp_path / "run.xlsx")
    about = pd.read_excel(tmp_path / "run.xlsx", sheet_name="about").set_index("what")["value"]
    assert about["scenario"] == "'=1+1"


def test_parquet_holds_every_table_in_words(result: Result, tmp_path: Path) -> None:
    result.to_parquet(tmp_path / "run")
    tables = result.tables()
    assert {path.stem for path in (tmp_path / "run").glob("*.parquet")} == set(tables)
    profiles = pd.read_parquet(tmp_path / "run" / "profiles.parquet")
    assert profiles["count"].sum() == tables["profiles"]["count"].sum() * 2
    citizens = profiles[(profiles["event"] == "matched") & (profiles["status_group"] == "citizen")]
    assert citizens["count"].sum() == result.array("matched", where={"status_group": "citizen"})
    assert json.loads((tmp_path / "run" / "about.json").read_text())["seed"] == 1
    with pytest.raises(InputError, match="not empty"):
        result.to_parquet(tmp_path / "run")


def test_a_package_that_is_not_there_is_named(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs the package xarray: pip install 'enforcement-sim\[data\]'"):
        result.to_xarray()
