"""Workbooks, Parquet files and labelled arrays of sweeps and comparisons hold the numbers of their tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from experiment_fakes import design, runner

from enforcement_sim.errors import InputError
from enforcement_sim.results import export
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep

HOLD = "detainer.hold_hours"


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """A small sweep of the stand-in for the engine."""
    return run_design(design(replications=2), tmp_path_factory.mktemp("swept"), runner(), workers=1)


def sheets_of(path: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(path, sheet_name=None, keep_default_na=False, na_values=[""])


def test_a_sweeps_workbook_has_its_tables_and_says_first_what_their_columns_are(swept: Sweep, tmp_path: Path) -> None:
    swept.to_excel(tmp_path / "sweep.xlsx")
    sheets = sheets_of(tmp_path / "sweep.xlsx")
    assert list(sheets)[:3] == ["columns", "about", "measures"]
    assert set(sheets) >= {"funnel", "series", "comparison"}
    measures = swept.measures
    assert sheets["measures"]["removed"].tolist() == measures["removed"].tolist()
    assert sheets["measures"][HOLD].tolist() == measures[HOLD].tolist()
    said = sheets["columns"].set_index(["table", "column"])
    assert said.loc[("measures", HOLD), ["label", "unit"]].tolist() == ["Hold limit", "hours"]
    assert set(sheets["columns"].query("table == 'comparison'")["column"]) == set(sheets["comparison"].columns)
    assert swept.manifest["engine_version"] in set(sheets["about"]["value"].astype(str))


def test_a_comparisons_workbook_has_its_differences(swept: Sweep, tmp_path: Path) -> None:
    found = swept.comparison
    found.to_excel(tmp_path / "comparison.xlsx")
    sheets = sheets_of(tmp_path / "comparison.xlsx")
    frame = found.frame()
    assert sheets["comparison"]["measure"].tolist() == frame["measure"].tolist()
    np.testing.assert_allclose(sheets["comparison"]["difference"], frame["difference"])
    assert len(sheets["measures"]) == sum(len(sample.measures) for sample in found.samples)


def test_parquet_comes_back_as_it_was(swept: Sweep, tmp_path: Path) -> None:
    swept.to_parquet(tmp_path / "sweep")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "sweep" / "measures.parquet"), swept.measures)
    swept.comparison.to_parquet(tmp_path / "comparison")
    read = pd.read_parquet(tmp_path / "comparison" / "comparison.parquet")
    pd.testing.assert_frame_equal(read, swept.comparison.frame())
    with pytest.raises(InputError, match="the folder is not empty"):
        swept.to_parquet(tmp_path / "sweep")


def test_arrays_of_a_sweep_have_points_and_seeds_and_know_their_settings(swept: Sweep) -> None:
    found = swept.to_xarray(["removed"])
    rows = swept.measures.set_index(["point", "seed"])["removed"]
    for (point, seed), value in rows.items():
        assert float(found["removed"].sel(point=point, seed=seed)) == value
    assert found[HOLD].values.tolist() == [settings[HOLD] for settings in swept.settings]
    assert (found["removed"].attrs["long_name"], found["removed"].attrs["units"]) == ("Removed", "people")
    with pytest.raises(InputError, match="did you mean 'removed'"):
        swept.to_xarray(["remove"])


def test_arrays_of_a_comparison_have_labels_and_units_of_measures(swept: Sweep) -> None:
    found = swept.comparison.to_xarray()
    row = swept.comparison.frame().query("measure == 'removed'").iloc[0]
    there = found.sel(point=1, measure="removed")
    assert float(there["difference"]) == row["difference"]
    assert (str(there["label"].values), str(there["unit"].values)) == ("Removed", "people")


@pytest.mark.parametrize(("name", "package"), [("to_excel", "openpyxl"), ("to_xarray", "xarray")])
def test_a_package_that_is_not_there_is_named(
    swept: Sweep, name: str, package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(export, "find_spec", lambda _: None)
    arguments = [tmp_path / "sweep.xlsx"] if name == "to_excel" else []
    for one in (swept, swept.comparison):
        with pytest.raises(InputError, match=rf"needs the package {package}: pip install 'enforcement-sim\[data\]'"):
            getattr(one, name)(*arguments)
