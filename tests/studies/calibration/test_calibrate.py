"""Calibration: what may move, what may be compared, finding a known answer, resuming, refits, and the ensemble."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.studies.calibration.made_problem import UNKNOWNS, small, stand_in, targets

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.calibration import posterior_draws
from enforcement_sim.studies.calibration.command import name_of
from enforcement_sim.studies.calibration.compute import Calibrated, Plan, calibrate, recipe_of
from enforcement_sim.studies.calibration.evaluations import Evaluated, fitted_targets
from enforcement_sim.studies.calibration.observed import chosen, figure_of, last_day
from enforcement_sim.studies.calibration.unknowns import Calibration, Unknown, load_calibration
from enforcement_sim.studies.validation.targets import load_targets
from enforcement_sim.yaml_models import read_model

CALIBRATION = load_calibration()
PLAN = Plan(prior=60, draws=40, rounds=2, keep=10)
TRUTH = (0.8, -0.5, 1.2, 0.0, -1.0)


def found_in(folder: Path, executor: object = None, plan: Plan = PLAN, evaluation: object = stand_in) -> Calibrated:
    return calibrate(small(), targets(), folder, executor or SerialExecutor(), "e", plan, evaluation=evaluation)  # type: ignore[arg-type]


# ---- what may move, and what is compared ------------------------------------------------------------------------------


def test_no_figure_of_another_bin_is_fitted() -> None:
    fitted = fitted_targets(CALIBRATION)
    assert {target.bin for target in fitted} == {"fit"}
    assert len(fitted) > 20
    assert not any(target.ceiling for target in fitted)
    assert {target.id for target in fitted} <= {target.id for target in load_targets().counted()}


def test_every_unknown_stays_inside_the_register_at_both_ends() -> None:
    register = load_register()
    for unknown in CALIBRATION.unknowns.values():
        for value in (unknown.low, unknown.high):
            for address, one in unknown.parameters(value).items():
                assert register[address].low <= one <= register[address].high


def test_prior_is_standard_normal_and_more_draws_begin_with_the_same() -> None:
    deviates = CALIBRATION.prior(400, seed=3)
    assert np.array_equal(deviates[:64], CALIBRATION.prior(64, seed=3))
    assert not np.array_equal(deviates, CALIBRATION.prior(400, seed=4))
    assert np.abs(deviates.mean(axis=0)).max() < 0.25
    assert deviates.std() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("scale", "low", "high", "middle", "upper"),
    [("linear", 2.0, 10.0, 6.0, 9.6), ("log", 2.0, 18.0, 6.0, 2.0 * 9.0**0.95), ("normal", 1.6, 4.4, None, None)],
)
def test_scales_of_priors(scale: str, low: float, high: float, middle: float | None, upper: float | None) -> None:
    one = Unknown(id="x", sets=("people.pool_ratio",), low=low, high=high, scale=scale, because="-")  # type: ignore[arg-type]
    assert one.at(0.0) == pytest.approx(low, abs=1e-6)
    assert one.at(1.0) == pytest.approx(high, abs=1e-6)
    if middle is not None:
        assert one.at(0.5) == pytest.approx(middle)
        assert one.at(0.95) == pytest.approx(upper)


def test_normal_scale_gives_back_the_deviate() -> None:
    one = Unknown.model_construct(id="x", sets=(), times=(), low=-3.0, high=3.0, scale="normal", because="-")
    calibration = CALIBRATION.model_copy(update={"unknowns": {"x": one}})
    for deviate in (-1.5, 0.0, 0.7):
        assert calibration.values([deviate])["x"] == pytest.approx(deviate, abs=0.02)


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ("low: 0.35", "low: 0.9", "is not above"),
        ("sets: [status.in_ident.naturalised]", "sets: [status.in_ident.naturalized]", "status.in_ident.naturalised"),
        ("high: 0.30\n    because: Records", "high: 1.30\n    because: Records", "outside status.in_ident.naturalised"),
        (
            "high: 1.6\n    because: No national",
            "high: 99\n    because: No national",
            "outside status.arrest_ratio.nat",
        ),
        ("scale: log\n", "scale: logarithmic\n", "unknown scale"),
        (
            "because: Recorded refusals are about 2% and custody follows 57% of detainers; the rest is lifted, moved or "
            "lapses.",
            "because: ''",
            "because: is empty",
        ),
        ("times: [status.arrest_ratio.naturalised]", "times: [status.in_ident.naturalised]", "which another entry"),
        ("  thin: 10", "  thinning: 10", "did you mean 'thin'?"),
        ("fixed: {", "fixed: {people.pool_ratio: 5, ", "which another entry moves too"),
        ("fixed: {", "fixed: {start.warm_days: 1000000, ", "out of range"),
        ("    shared: 0.05\n", "    shared: -0.05\n", "shared"),
    ],
)
def test_file_of_unknowns_is_refused_with_its_place(tmp_path: Path, was: str, is_now: str, said: str) -> None:
    import enforcement_sim.studies.calibration.unknowns as module

    text = Path(str(module.__file__)).with_name("calibration.yaml").read_text()
    assert was in text
    path = tmp_path / "calibration.yaml"
    path.write_text(text.replace(was, is_now, 1))
    with pytest.raises(InputError) as refused:
        read_model(path, module.Calibration)
    assert said in str(refused.value)
    assert "calibration.yaml" in str(refused.value)


def test_each_set_has_its_own_draw_of_unpublished_history_and_all_have_what_is_fixed() -> None:
    fixed = CALIBRATION.model_copy(update={"fixed": {"start.warm_days": 30.0}})
    sets = [fixed.parameters(row) for row in CALIBRATION.prior(50, seed=1)]
    drawn = [one["institutions.office_draw"] for one in sets]
    assert len(set(drawn)) > 40
    assert all(one == int(one) and 1 <= one <= 1000 for one in drawn)
    assert sets[0] == fixed.parameters(CALIBRATION.prior(50, seed=1)[0])
    assert {one["start.warm_days"] for one in sets} == {30.0}
    assert all(set(one) == fixed.addresses for one in sets)


def test_every_figure_has_a_family_of_discrepancies_and_a_doubt() -> None:
    for target in fitted_targets(CALIBRATION):
        family = CALIBRATION.discrepancy[CALIBRATION.family_of(target.id)]
        assert family.shared > 0.0
        assert family.because
        assert figure_of(target).doubt > 0.0


# ---- finding a known answer -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known() -> list[object]:
    """Published figures as the stand-in gives them at a known truth."""
    figures = stand_in(small(), TRUTH).figures
    moved = []
    for target in targets():
        value = figures[target.id]
        scale = (value if target.unit != "share" else min(value, 1.0 - value)) / 20.0
        moved.append(target.model_copy(update={"value": value, "low": value - scale, "high": value + scale}))
    return moved


def test_rounds_find_the_truth_and_fit_better_each_time(tmp_path: Path, known: list[object]) -> None:
    plan = Plan(prior=100, draws=60, rounds=2, keep=30)
    found = calibrate(small(), known, tmp_path, SerialExecutor(), "e", plan, evaluation=stand_in)  # type: ignore[arg-type]
    assert [len(each) for each in found.rounds] == [100, 60, 60]
    draws = np.array([one.deviates for one in found.ensemble])
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    assert ((low <= TRUTH) & (high >= TRUTH)).sum() >= UNKNOWNS - 1
    assert (draws.std(axis=0) < 0.9).all()
    misses = [np.abs(found.observed.scaled(each) - found.observed.published).mean() for each in found.rounds]
    assert misses[0] > 2.0 * misses[1]
    assert found.mixing < 1.1


def test_second_time_makes_nothing_and_seeds_differ(tmp_path: Path) -> None:
    made: list[int] = []

    def counted(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
        made.append(1)
        return stand_in(calibration, deviates)

    first = found_in(tmp_path, evaluation=counted)
    assert len(made) == PLAN.runs
    again = found_in(tmp_path, evaluation=counted)
    assert len(made) == PLAN.runs
    assert again.ensemble == first.ensemble
    other = found_in(tmp_path, plan=Plan(prior=60, draws=40, rounds=2, keep=10, seed=2), evaluation=counted)
    assert other.ensemble != first.ensemble


KILLED = """
import os, signal
from pathlib import Path
from tests.studies.calibration import test_calibrate
from tests.studies.calibration.made_problem import stand_in

left = [90]
def dies(calibration, deviates):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return stand_in(calibration, deviates)

test_calibrate.found_in(Path({folder!r}), evaluation=dies)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
def test_killed_calibration_goes_on_to_the_same_ensemble_with_other_workers(tmp_path: Path) -> None:
    whole = found_in(tmp_path / "whole")
    cut = tmp_path / "cut"
    root = Path(__file__).parents[3]
    paths = os.pathsep.join([str(root), str(root / "src"), os.environ.get("PYTHONPATH", "")])
    killed = subprocess.run(
        [sys.executable, "-c", KILLED.format(folder=str(cut))],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert PLAN.prior < len(list(cut.glob("*.json"))) < PLAN.runs
    with ThreadPoolExecutor(3) as executor:
        resumed = found_in(cut, executor)
    assert resumed.ensemble == whole.ensemble
    names = [sorted(path.name for path in folder.glob("*.json")) for folder in (tmp_path / "whole", cut)]
    assert names[0] == names[1]


def test_another_engine_makes_everything_again(tmp_path: Path) -> None:
    plan = Plan(prior=20, draws=8, rounds=1, keep=2)
    for engine in ("e", "f"):
        calibrate(small(), targets(), tmp_path, SerialExecutor(), engine, plan, evaluation=stand_in)
    assert len(list(tmp_path.iterdir())) == 2 * plan.runs


# ---- refits -----------------------------------------------------------------------------------------------------------


def test_refit_leaves_out_later_figures_or_a_source_and_uses_the_same_runs(tmp_path: Path) -> None:
    fitted = fitted_targets(CALIBRATION)
    day = date(2010, 9, 30)
    early = chosen(fitted, until=day)
    assert early == [target for target in fitted if last_day(target) <= day]
    assert 0 < len(early) < len(fitted)
    source = fitted[0].sources[0]
    rest = chosen(fitted, without=source[:20])
    assert rest == [target for target in fitted if not any(one.startswith(source[:20]) for one in target.sources)]
    with pytest.raises(InputError, match="no figure cites"):
        chosen(fitted, without="No such source")
    found_in(tmp_path)
    before = len(list(tmp_path.iterdir()))
    calibrate(small(), targets()[:6], tmp_path, SerialExecutor(), "e", PLAN, evaluation=stand_in)
    assert len(list(tmp_path.iterdir())) == before + PLAN.runs - PLAN.prior


def test_files_of_a_refit_are_named_after_it() -> None:
    assert name_of({}) == "ensemble"
    assert name_of({"until": "2010-09-30", "without": "TRAC: 310"}) == "ensemble-until-2010-09-30-without-TRAC--310"


def test_predictions_hold_published_figures_that_were_left_out(tmp_path: Path) -> None:
    found = calibrate(small(), targets()[:8], tmp_path, SerialExecutor(), "e", PLAN, evaluation=stand_in)
    table = posterior_draws.predictions(
        small(), targets(), targets()[:8], found.rounds[-1], found.weighted.weights, seed=1
    )
    assert table["used"].tolist() == [True] * 8 + [False] * (len(targets()) - 8)
    assert (table["predicted_low"] < table["predicted"]).all()
    assert (table["predicted"] < table["predicted_high"]).all()
    assert table["inside"].mean() > 0.7


# ---- the ensemble -----------------------------------------------------------------------------------------------------


def test_weights_leave_enough_draws_and_prefer_runs_that_agree(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    assert found.weighted.weights.sum() == pytest.approx(1.0)
    assert found.weighted.effective >= posterior_draws.DRAWS_FOR_EACH_KEPT * PLAN.keep - 1e-6
    figures = found.observed.scaled(found.rounds[-1])
    off = figures.copy()
    off[0] += 1.0
    moved = posterior_draws.weigh(found.observed, found.emulator, found.states, off, 5)
    assert moved.weights[0] < 0.1 * moved.weights.mean()
    strict = posterior_draws.weigh(found.observed, found.emulator, found.states, off * 2.0, len(off))
    assert strict.power < 0.05


def test_the_best_set_comes_first_and_no_set_twice(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    assert len(set(found.chosen)) == len(found.chosen) == PLAN.keep
    misses = [
        float((np.square(found.observed.scaled([one]) - found.observed.published) / found.observed.doubts**2).sum())
        for one in found.ensemble
    ]
    assert misses[0] <= np.median(misses)


def test_narrowing_tells_what_was_learnt_and_what_presses() -> None:
    places = np.random.default_rng(1).standard_normal((200, len(CALIBRATION.unknowns)))
    places[:, 0] *= 0.2
    places[:, 1] *= 0.7
    places[:, 2] = 2.0 + 0.1 * places[:, 2]
    table = posterior_draws.narrowing(CALIBRATION, [Evaluated(tuple(row), {}) for row in places])
    assert table["verdict"].tolist()[:2] == ["pinned down", "narrowed"]
    assert table["presses"].tolist()[:3] == ["", "", "high"]
    assert "free" in set(table["verdict"])


def test_recipe_can_be_written(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    recipe = json.loads(json.dumps(recipe_of(small(), targets(), found, PLAN, "e", {"until": "2010-09-30"})))
    assert [one["sets"] for one in recipe["rounds"]] == [60, 40, 40]
    assert recipe["kept"] == PLAN.keep
    assert recipe["limits"] == {"until": "2010-09-30"}
    assert set(recipe["figures"]) == set(recipe["emulator"]) == {target.id for target in targets()}
    assert set(recipe["unknowns"]) == set(small().unknowns)
    assert set(recipe["discrepancies"]) == set(found.observed.families)
