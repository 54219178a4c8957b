"""Sobol' indices against functions whose indices are known, and what becomes of chance, gaps and constants."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from experiment_fakes import chance
from made_sweeps import made_sweep, named

from enforcement_sim.errors import InputError
from enforcement_sim.runs.sampling import saltelli_rows, units
from enforcement_sim.runs.sensitivity import sobol_indices

pytest.importorskip("SALib")

XS = ("x1", "x2", "x3")
BASE_ROWS = 1024


def ishigami(x: Mapping[str, float]) -> float:
    """Ishigami and Homma 1990, with a = 7 and b = 0.1; arguments from 0 to 1."""
    one, two, three = (math.pi * (2 * x[name] - 1) for name in XS)
    return math.sin(one) + 7 * math.sin(two) ** 2 + 0.1 * three**4 * math.sin(one)


KNOWN = {"first": (0.3139, 0.4424, 0.0), "total": (0.5576, 0.4424, 0.2437)}


def measured(settings: Mapping[str, Any], x: Mapping[str, float], seed: int) -> dict[str, float]:
    """Levels that x1 rules; a policy whose effect only x2 and x3 decide; and a common stream of the seed."""
    stream = 100 * chance(seed)
    effect = 3 * x["x2"] + 1 * x["x3"] if settings["hold"] > 50 else 0.0
    return {
        "ishigami": ishigami(x) + stream,
        "removed": 1000 * x["x1"] + stream + effect,
        "constant": 5.0 + stream,
        "empty": math.nan,
    }


@pytest.fixture(scope="module")
def indices(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    draws = named(units("saltelli", 3, BASE_ROWS, seed=11), *XS)
    folder = tmp_path_factory.mktemp("saltelli") / "s"
    return sobol_indices(made_sweep(folder, measured, draws, [{"hold": 48}, {"hold": 96}], seeds=(1, 2)))


def of(indices: pd.DataFrame, measure: str, kind: str, order: str, point: int = 1) -> pd.DataFrame:
    rows = indices.query("measure == @measure and of == @kind and order == @order and point == @point")
    return rows.set_index("parameter").loc[list(XS)]


@pytest.mark.parametrize("order", ["first", "total"])
@pytest.mark.slow
def test_ishigamis_indices_are_found_within_their_intervals(indices: pd.DataFrame, order: str) -> None:
    rows = of(indices, "ishigami", "level", order)
    for (name, row), known in zip(rows.iterrows(), KNOWN[order], strict=True):
        assert row["low"] - 1e-9 <= known <= row["high"] + 1e-9, name
        assert row["value"] == pytest.approx(known, abs=0.05)
        assert row["high"] - row["low"] < 0.2


def test_what_matters_for_the_effect_is_not_what_matters_for_the_level(indices: pd.DataFrame) -> None:
    level, effect = (of(indices, "removed", kind, "total")["value"] for kind in ("level", "difference"))
    assert level["x1"] == pytest.approx(1, abs=0.05) and level["x2"] < 0.01
    # Variances 9/12 and 1/12: nine tenths and one tenth.
    assert effect.to_dict() == pytest.approx({"x1": 0.0, "x2": 0.9, "x3": 0.1}, abs=0.05)
    row = of(indices, "removed", "difference", "first").iloc[0]
    assert row["mean"] == pytest.approx(2.0, abs=0.02)
    assert row["deviation"] == pytest.approx(math.sqrt(10 / 12), abs=0.02)
    assert row["hold"] == 96


def test_every_measure_has_levels_at_every_point_and_differences_from_the_first(indices: pd.DataFrame) -> None:
    assert len(indices) == 4 * 3 * 2 * 3
    assert set(indices.query("of == 'difference'")["point"]) == {1}
    assert set(indices["base_rows"]) == {BASE_ROWS, 0}


@pytest.mark.parametrize("measure", ["constant", "empty"])
def test_what_does_not_vary_or_has_no_value_has_no_indices(indices: pd.DataFrame, measure: str) -> None:
    assert indices.query("measure == @measure")[["value", "low", "high"]].isna().all(axis=None)


def test_luck_that_all_draws_share_is_not_an_effect(indices: pd.DataFrame) -> None:
    assert indices.query("measure == 'removed'")["chance"].max() < 1e-9


def test_luck_of_single_draws_is_told(tmp_path: Path) -> None:
    """Half the variance of each run is chance; the mean of four seeds leaves a fifth of the variance over draws."""
    draws = named(units("saltelli", 1, 512, seed=3), "x1")

    def half_stream(settings: Mapping[str, Any], x: Mapping[str, float], seed: int) -> dict[str, float]:
        return {"removed": x["x1"] + chance(seed, x["x1"])}

    rows = sobol_indices(made_sweep(tmp_path / "s", half_stream, draws, seeds=(1, 2, 3, 4)))
    assert rows["chance"].iloc[0] == pytest.approx(0.2, abs=0.03)
    alone = sobol_indices(made_sweep(tmp_path / "t", half_stream, draws))
    assert alone["chance"].isna().all()


def test_a_base_row_that_lacks_a_run_is_left_out(tmp_path: Path) -> None:
    draws = named(units("saltelli", 3, 64, seed=11), *XS)
    whole = made_sweep(tmp_path / "s", measured, draws, [{"hold": 48}])
    expected = sobol_indices(whole, ["removed"]).query("base_rows == 64")
    assert len(expected) == 6
    table = pd.read_parquet(tmp_path / "s" / "measures.parquet")
    table.loc[table["draw"] == 12, "removed"] = np.nan
    table[table["draw"] != 31].to_parquet(tmp_path / "s" / "measures.parquet")
    whole.__dict__.pop("measures", None)
    found = sobol_indices(whole, ["removed"])
    assert set(found["base_rows"]) == {62}
    assert found["value"].tolist() == pytest.approx(expected["value"].tolist(), abs=0.1)


@pytest.mark.slow
def test_the_same_runs_give_the_same_intervals(tmp_path: Path, indices: pd.DataFrame) -> None:
    draws = named(units("saltelli", 3, BASE_ROWS, seed=11), *XS)
    again = sobol_indices(
        made_sweep(tmp_path / "s", measured, draws, [{"hold": 48}, {"hold": 96}], (1, 2)), ["ishigami"]
    )
    first = indices.query("measure == 'ishigami'").reset_index(drop=True)
    pd.testing.assert_frame_equal(again, first)


def test_other_draws_other_measures_and_a_missing_library_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = named(units("sobol", 3, 8, seed=1), *XS)
    settings = [{"hold": 48}]
    with pytest.raises(InputError, match="drawn by the method saltelli, and these were drawn by sobol"):
        sobol_indices(made_sweep(tmp_path / "s", measured, draws, settings, method="sobol"))
    with pytest.raises(InputError, match="nothing is drawn here"):
        sobol_indices(made_sweep(tmp_path / "t", lambda *_: {"removed": 1.0}, [], settings, method=None))
    rows = named(units("saltelli", 3, 8, seed=1), *XS)
    found = made_sweep(tmp_path / "u", measured, rows, settings)
    with pytest.raises(InputError, match="did you mean 'removed'"):
        sobol_indices(found, ["remove"])
    monkeypatch.setitem(sys.modules, "SALib.analyze", None)
    with pytest.raises(InputError, match=r"enforcement-sim\[sensitivity\]"):
        sobol_indices(found)


def test_rows_stand_in_the_order_that_salib_reads() -> None:
    from SALib.sample import sobol

    problem = {"num_vars": 3, "names": list(XS), "bounds": [[0.0, 1.0]] * 3}
    theirs = sobol.sample(problem, 16, calc_second_order=False, seed=7)
    base = np.hstack([theirs[0::5], theirs[4::5]])
    assert np.array_equal(saltelli_rows(base), theirs)
