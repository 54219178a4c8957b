"""Calibration: what may move, what may be compared, resuming, and the choice of the ensemble."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.calibration import ensemble_selection
from enforcement_sim.studies.calibration.compute import (
    PROPOSALS,
    ROUNDS,
    Evaluated,
    calibrate,
    fitted_targets,
    fraction_inside,
)
from enforcement_sim.studies.calibration.unknowns import Calibration, load_calibration
from enforcement_sim.studies.validation.targets import load_targets

CALIBRATION = load_calibration()
TARGETS = fitted_targets(CALIBRATION)


BATCHES = ROUNDS + PROPOSALS + 1


def middle(target: object) -> float:
    return float(np.sqrt(target.low * target.high))  # type: ignore[attr-defined]


def toy(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
    """Every figure is off by a factor that one unknown decides: 1.5 makes all of them right."""
    off = float(np.exp(deviates[0] - 1.5))
    return Evaluated(tuple(deviates), {target.id: middle(target) * off for target in fitted_targets(calibration)})


def test_figures_of_the_bin_are_fitted_one_of_each_family() -> None:
    assert {target.bin for target in TARGETS} == {"fit"}
    assert {target.id for target in TARGETS} <= {target.id for target in load_targets().counted()}


def test_every_unknown_stays_inside_the_register_at_both_ends() -> None:
    register = load_register()
    for unknown in CALIBRATION.unknowns.values():
        for value in (unknown.low, unknown.high):
            for address, one in unknown.parameters(value).items():
                assert register[address].low <= one <= register[address].high


def test_prior_is_balanced_and_the_same_each_time() -> None:
    deviates = CALIBRATION.prior(64, seed=3)
    assert deviates.shape == (64, len(CALIBRATION.unknowns))
    assert np.array_equal(deviates, CALIBRATION.prior(64, seed=3))
    assert not np.array_equal(deviates, CALIBRATION.prior(64, seed=4))
    below = (deviates < 0.0).sum(axis=0)
    assert below.tolist() == [32] * len(CALIBRATION.unknowns)


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ("low: 0.35", "low: 0.9", "is not above"),
        ("sets: [status.in_ident.naturalised]", "sets: [status.in_ident.naturalized]", "status.in_ident.naturalised"),
        ("high: 0.30\n    because: Records", "high: 1.30\n    because: Records", "outside status.in_ident.naturalised"),
        ("scale: log\n", "scale: logarithmic\n", "unknown scale"),
        (
            "because: Recorded refusals are about 2% and custody follows 57% of detainers; the rest is lifted, moved or "
            "lapses.",
            "because: ''",
            "because: is empty",
        ),
        ("times: [status.arrest_ratio.naturalised]", "times: [status.in_ident.naturalised]", "which another unknown"),
        ("  thin: 10", "  thinning: 10", "did you mean 'thin'?"),
    ],
)
def test_file_of_unknowns_is_refused_with_its_place(tmp_path: Path, was: str, is_now: str, said: str) -> None:
    import enforcement_sim.studies.calibration.unknowns as module

    text = Path(str(module.__file__)).with_name("calibration.yaml").read_text()
    assert was in text
    path = tmp_path / "calibration.yaml"
    path.write_text(text.replace(was, is_now, 1))
    with pytest.raises(InputError) as refused:
        load_calibration(path)
    assert said in str(refused.value)
    assert "calibration.yaml" in str(refused.value)


@pytest.mark.slow
def test_rounds_find_the_answer_and_the_second_time_makes_nothing(tmp_path: Path) -> None:
    made: list[int] = []

    def counted(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
        made.append(1)
        return toy(calibration, deviates)

    rounds = calibrate(CALIBRATION, tmp_path, SerialExecutor(), "e", 32, seed=2, evaluation=counted)
    assert len(rounds) == BATCHES
    first, last = (np.mean([one.deviates[0] for one in each]) for each in (rounds[0], rounds[ROUNDS]))
    assert abs(first) < 0.1
    assert last == pytest.approx(1.5, abs=0.15)
    assert len(made) == 32 * BATCHES
    again = calibrate(CALIBRATION, tmp_path, SerialExecutor(), "e", 32, seed=2, evaluation=counted)
    assert len(made) == 32 * BATCHES
    assert again == rounds


@pytest.mark.slow
def test_interrupted_calibration_goes_on_to_the_same_end_with_other_workers(tmp_path: Path) -> None:
    whole = calibrate(CALIBRATION, tmp_path / "whole", SerialExecutor(), "e", 16, seed=2, evaluation=toy)
    left: list[int] = [20]

    def dies(calibration: Calibration, deviates: Sequence[float]) -> Evaluated:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return toy(calibration, deviates)

    with pytest.raises(KeyboardInterrupt):
        calibrate(CALIBRATION, tmp_path / "cut", SerialExecutor(), "e", 16, seed=2, evaluation=dies)
    with ThreadPoolExecutor(3) as executor:
        resumed = calibrate(CALIBRATION, tmp_path / "cut", executor, "e", 16, seed=2, evaluation=toy)
    assert resumed == whole
    names = [sorted(path.name for path in (tmp_path / name).iterdir()) for name in ("whole", "cut")]
    assert names[0] == names[1]


@pytest.mark.slow
def test_another_engine_makes_everything_again(tmp_path: Path) -> None:
    for engine in ("e", "f"):
        calibrate(CALIBRATION, tmp_path, SerialExecutor(), engine, 8, evaluation=toy)
    assert len(list(tmp_path.iterdir())) == 2 * 8 * BATCHES


def test_set_fits_only_with_three_in_four_and_the_whole_funnel() -> None:
    right = {target.id: middle(target) for target in TARGETS}
    assert fraction_inside(Evaluated((), right), TARGETS) == (1.0, True)
    other = next(target for target in TARGETS if not target.funnel)
    ratio = next(target for target in TARGETS if target.funnel and not target.ceiling)
    one_off = Evaluated((), {**right, other.id: other.high * 2.0})
    funnel_off = Evaluated((), {**right, ratio.id: ratio.high * 2.0})
    share, funnel = fraction_inside(one_off, TARGETS)
    assert share == pytest.approx(1.0 - 1.0 / len(TARGETS))
    assert funnel
    assert ensemble_selection.accepted([one_off], TARGETS) == [one_off]
    assert ensemble_selection.accepted([funnel_off], TARGETS) == []
    unsaid = Evaluated((), {name: value for name, value in right.items() if name != ratio.id})
    assert ensemble_selection.accepted([unsaid], TARGETS) == []


def test_nearest_set_comes_first_and_the_rest_are_spread() -> None:
    def at(place: float, factor: float) -> Evaluated:
        figures = {target.id: middle(target) * factor for target in TARGETS}
        return Evaluated((place, *[0.0] * (len(CALIBRATION.unknowns) - 1)), figures)

    sets = [at(0.0, 1.02), at(0.2, 1.0), at(2.0, 1.01), at(-3.0, 1.01), at(0.1, 1.01)]
    fitting = ensemble_selection.accepted(sets, TARGETS)
    assert fitting[0].deviates[0] == 0.2
    assert [one.deviates[0] for one in ensemble_selection.kept(fitting, 3)] == [0.2, -3.0, 2.0]


def test_narrowing_tells_what_was_learnt() -> None:
    stream = np.random.default_rng(1)
    places = stream.standard_normal((200, len(CALIBRATION.unknowns)))
    places[:, 0] *= 0.2
    places[:, 1] *= 0.7
    table = ensemble_selection.narrowing(CALIBRATION, [Evaluated(tuple(row), {}) for row in places])
    assert table["verdict"].tolist()[:3] == ["pinned down", "narrowed", "free"]


@pytest.mark.slow
def test_recipe_can_be_written(tmp_path: Path) -> None:
    rounds = calibrate(CALIBRATION, tmp_path, SerialExecutor(), "e", 16, evaluation=toy)
    fitting = ensemble_selection.accepted([one for each in rounds for one in each], TARGETS)
    recipe = ensemble_selection.recipe_of(CALIBRATION, rounds, TARGETS, ensemble_selection.kept(fitting, 3), 1, "e")
    read = json.loads(json.dumps(recipe))
    assert read["accepted"] == len(fitting)
    assert [one["sets"] for one in read["rounds"]] == [16] * BATCHES
    assert set(read["figures"]) == {target.id for target in TARGETS}
