"""Workbook, Parquet and arrays of the results of a study hold its two tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from enforcement_sim import plots
from enforcement_sim.studies.research_designs.compute import COLUMNS, Plan
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.study_columns import designs_as_data
from enforcement_sim.studies.research_designs.study_tables import Results, results_of


@pytest.fixture(scope="module")
def results() -> Results:
    """A study with three worlds, in one of which the design failed."""
    rows = [
        {"set": world, "seed": 1, "design": "as published", "coefficient": coefficient, "standard_error": 0.01,
         "low": coefficient - 0.02, "high": coefficient + 0.02, "observations": 9, "truth": 0.0, "failure": why}
        for world, coefficient, why in ((1, 0.01, ""), (2, -0.02, ""), (3, float("nan"), "singular"))
    ]  # fmt: skip
    return results_of(load_study("miles-cox-2014"), Plan(Path("out"), 3, 1), pd.DataFrame(rows)[list(COLUMNS)])


def test_a_workbook_says_what_every_column_is_and_holds_the_estimates(results: Results, tmp_path: Path) -> None:
    results.to_excel(tmp_path / "study.xlsx")
    sheets = pd.read_excel(tmp_path / "study.xlsx", sheet_name=None)
    assert list(sheets) == ["columns", "about", "designs", "estimates"]
    said = sheets["columns"]
    for table in ("designs", "estimates"):
        assert list(said[said["table"] == table]["column"]) == list(sheets[table].columns)
    assert said["unit"].notna().all() and said["label"].notna().all()
    assert sheets["estimates"]["coefficient"].tolist()[:2] == [0.01, -0.02]
    assert pd.isna(sheets["estimates"]["coefficient"].iloc[2]) and sheets["estimates"]["failure"].iloc[2] == "singular"
    assert results.study.name in sheets["about"]["value"].tolist()


def test_parquet_comes_back_as_it_was(results: Results, tmp_path: Path) -> None:
    results.to_parquet(tmp_path / "study")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "study" / "estimates.parquet"), results.estimates)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "study" / "designs.parquet"), designs_as_data([results]))


def test_arrays_have_designs_sets_and_seeds(results: Results) -> None:
    found = results.to_xarray()
    assert dict(found.sizes) == {"design": 1, "set": 3, "seed": 1}
    assert float(found["coefficient"].sel(design="as published", set=2, seed=1)) == -0.02
    assert found["truth"].attrs["long_name"] == "Truth"


def test_the_figure_of_a_study_is_drawn_by_one_name(results: Results) -> None:
    figure = plots.study(results)
    assert plots.frame.text_of(figure, "title").startswith(results.study.title)
    assert len(figure.numbers)
