"""The two-part form of the EMA workbench: columns, order, the file, and its own PRIM on it."""

from __future__ import annotations

import io
import json
import tarfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_sweeps import made_sweep, named

from enforcement_sim.errors import InputError
from enforcement_sim.runs.ema_export import experiments_and_outcomes, write_ema_archive
from enforcement_sim.runs.sampling import units
from enforcement_sim.runs.sweep_result import Sweep

HOLD, RULE = "detainer.hold_hours", "changes.who-honours.rule"
DELAY, BAIL, WEEKENDS = "pickup.delay_hours_median", "detainer.bail_denied_share", "hold.counts_weekends"
POLICIES = [{HOLD: 48.0, RULE: "honour-all"}, {HOLD: 96.0, RULE: "honour-none"}]


def measured(settings: Mapping[str, Any], x: Mapping[str, float], seed: int) -> dict[str, float]:
    """The long hold helps only where crews are slow and bail is often denied; some shares are of nothing."""
    helps = x[DELAY] > 30 and x[BAIL] > 0.4
    effect = 50.0 if helps and settings[HOLD] == 96 else 0.0
    return {
        "removed": 500 + 10 * seed + effect,
        "removed.jail_287g": 1000 * x[BAIL],
        "match_share": float("nan") if x[WEEKENDS] else 0.25,
    }


def draws(count: int = 128) -> list[dict[str, float]]:
    rows = units("sobol", 3, count, seed=4)
    return named(
        np.column_stack([6 + 42 * rows[:, 0], 0.8 * rows[:, 1], np.floor(2 * rows[:, 2])]), DELAY, BAIL, WEEKENDS
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    folder = tmp_path_factory.mktemp("workbench") / "s"
    return made_sweep(folder, measured, draws(), POLICIES, seeds=(1, 2), method="sobol")


def test_experiments_have_uncertainties_levers_and_names(found: Sweep) -> None:
    experiments, _ = experiments_and_outcomes(found)
    uncertain = ["pickup_delay_hours_median", "detainer_bail_denied_share", "hold_counts_weekends"]
    levers = ["detainer_hold_hours", "changes_who_honours_rule"]
    assert list(experiments.columns) == [*uncertain, *levers, "scenario", "policy", "model"]
    kinds = {name: str(kind) for name, kind in experiments.dtypes.items()}
    assert [kinds[name] for name in uncertain] == ["float64", "float64", "int64"]
    assert [kinds[name] for name in (*levers, "scenario", "policy", "model")] == ["int64", *["category"] * 4]
    assert len(experiments) == 2 * 128
    assert experiments.groupby("policy", observed=True)["scenario"].nunique().tolist() == [128, 128]
    assert set(experiments["model"]) == {"enforcement_sim"}
    assert all(name.isidentifier() for name in experiments.columns)


def test_outcomes_stand_in_the_order_of_the_experiments(found: Sweep) -> None:
    experiments, outcomes = experiments_and_outcomes(found)
    bail = experiments["detainer_bail_denied_share"].to_numpy()
    assert outcomes["removed_jail_287g"] == pytest.approx(1000 * bail)
    helps = (experiments["pickup_delay_hours_median"] > 30) & (bail > 0.4) & (experiments["detainer_hold_hours"] == 96)
    # Levels are means over seeds 1 and 2; differences are paired, and zero at the reference.
    assert outcomes["removed"] == pytest.approx(515 + 50.0 * helps)
    assert outcomes["difference_in_removed"] == pytest.approx(50.0 * helps)
    assert np.isnan(outcomes["match_share"]).tolist() == (experiments["hold_counts_weekends"] == 1).tolist()
    assert {len(values) for values in outcomes.values()} == {256}


def test_a_matched_design_has_the_rows_that_were_run(tmp_path: Path) -> None:
    cells = [(0, 0), (1, 0), (1, 1)]
    sweep = made_sweep(tmp_path / "s", measured, draws(2), POLICIES, cells=cells)
    experiments, outcomes = experiments_and_outcomes(sweep)
    assert experiments["scenario"].tolist() == [0, 1, 1]
    assert experiments["detainer_hold_hours"].tolist() == [48, 48, 96]
    assert np.isfinite(outcomes["difference_in_removed"]).all()


def test_a_sweep_without_draws_is_one_scenario(tmp_path: Path) -> None:
    def plain(settings: Mapping[str, Any], x: Mapping[str, float], seed: int) -> dict[str, float]:
        return {"removed": settings[HOLD] * seed}

    experiments, outcomes = experiments_and_outcomes(made_sweep(tmp_path / "s", plain, [], POLICIES, (1, 3), None))
    assert experiments["scenario"].tolist() == [0, 0]
    assert outcomes == {"removed": pytest.approx([96, 192]), "difference_in_removed": pytest.approx([0, 96])}
    with pytest.raises(InputError, match="did you mean 'removed'"):
        experiments_and_outcomes(made_sweep(tmp_path / "t", plain, [], POLICIES, (1,), None), ["remove"])


def test_the_file_has_the_documented_form(found: Sweep, tmp_path: Path) -> None:
    path = write_ema_archive(found, tmp_path / "made.tar.gz")
    with tarfile.open(path) as archive:
        held = {entry.name: archive.extractfile(entry).read().decode() for entry in archive}  # type: ignore[union-attr]
    about = json.loads(held["metadata.json"])
    assert about["version"] == 0.1
    assert ["ScalarOutcome", "difference_in_removed", "difference_in_removed.cls"] in about["outcomes"]
    table = pd.read_csv(io.StringIO(held["experiments.csv"]))
    assert list(about["experiments"]) == list(table.columns)
    assert set(held) == {"experiments.csv", "metadata.json"} | {file for _, _, file in about["outcomes"]}
    # One line a number: a reader that skips empty lines must not lose one.
    assert all(len(held[file].split()) == 256 for _, _, file in about["outcomes"])


def test_equal_sweeps_give_equal_bytes(found: Sweep, tmp_path: Path) -> None:
    again = made_sweep(tmp_path / "s", measured, draws(), POLICIES, seeds=(1, 2), method="sobol")
    assert write_ema_archive(again).read_bytes() == write_ema_archive(found).read_bytes()
    assert write_ema_archive(found).parent == found.folder


@pytest.fixture(scope="module")
def workbench() -> Any:
    with warnings.catch_warnings():
        # It tells of parallel back ends that are not there.
        warnings.simplefilter("ignore")
        return pytest.importorskip("ema_workbench")


@pytest.mark.slow
def test_the_workbench_reads_it_back(found: Sweep, workbench: Any) -> None:
    with warnings.catch_warnings():
        # Every name must be one that it does not warn about.
        warnings.simplefilter("error", DeprecationWarning)
        experiments, outcomes = workbench.load_results(str(write_ema_archive(found)))
    expected, values = experiments_and_outcomes(found)
    pd.testing.assert_frame_equal(experiments, expected, check_categorical=False, check_dtype=True)
    assert outcomes.keys() == values.keys()
    for name, array in values.items():
        assert np.array_equal(outcomes[name], array, equal_nan=True)


@pytest.mark.slow
def test_its_prim_finds_where_the_policy_helps(found: Sweep, workbench: Any) -> None:
    from ema_workbench.analysis import prim

    experiments, outcomes = experiments_and_outcomes(found)
    chosen = (experiments["detainer_hold_hours"] == 96).to_numpy()
    x = experiments[chosen].drop(columns=["scenario", "policy", "model"]).reset_index(drop=True)
    y = outcomes["difference_in_removed"][chosen] > 25
    assert 0.15 < y.mean() < 0.35
    box = prim.Prim(x, y, peel_alpha=0.1).find_box()
    best = box.peeling_trajectory.query("density > 0.95").iloc[0]
    assert best["coverage"] > 0.9
    limits = box.box_lims[int(best["id"])]
    assert limits["pickup_delay_hours_median"].iloc[0] == pytest.approx(30, abs=2)
    assert limits["detainer_bail_denied_share"].iloc[0] == pytest.approx(0.4, abs=0.04)
    assert set(limits["hold_counts_weekends"]) == {0, 1}
