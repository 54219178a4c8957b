"""Replications that end at a precision: when, why, and the same however they were computed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import HOLD, FakeResult, Notes, chance, fake_run, files_of, runner, scenario

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Branch, difference_between, level_of
from enforcement_sim.runs.design import Design, DesignPoint, seeds_of
from enforcement_sim.runs.estimate import Estimate
from enforcement_sim.runs.sweep import EXHAUSTED, NO_VALUES, PRECISE, run_design, run_to_precision
from enforcement_sim.scenarios.plan import Stopping, Until

DELAY = "pickup.delay_hours_median"


def design(
    half_width: float, draws: tuple[dict[str, float], ...] = (), holds: tuple[float, ...] = (48, 96), **rule: Any
) -> Design:
    base = scenario()
    points = tuple(DesignPoint({HOLD: hold}, base.with_(**{HOLD: hold})) for hold in holds)
    until = Until(
        **{
            "measure": "removed",
            "half_width": half_width,
            **{key: rule.pop(key) for key in ("measure", "of") if key in rule},
        }
    )
    stopping = Stopping(**{"at_least": 2, "at_most": 7, "step": 2, **rule}, until=until)
    return Design("holds", points, seeds_of(1, stopping.at_most), base.resolved(), draws, None, stopping)


def half_width(seeds: int, draws: int = 1, of: str = "difference") -> float:
    """The half-width after some seeds, from runs of its own."""
    removed = [
        {
            Branch(draw, seed): fake_run(scenario(**{HOLD: hold}), seed).measures()["removed"]
            for seed in range(1, seeds + 1)
            for draw in range(draws)
        }
        for hold in (48, 96)
    ]
    if of == "level":
        return max(level_of(values).half_width for values in removed)
    return difference_between(*removed).half_width


def ended(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())["design"]["stopping"]
    return found


@pytest.mark.parametrize("of", ["difference", "level"])
@pytest.mark.slow
def test_ends_at_the_first_look_that_is_precise_enough(tmp_path: Path, of: str) -> None:
    widths = {seeds: half_width(seeds, of=of) for seeds in (2, 4, 6)}
    # Between two looks, so that the test knows at which it must end.
    wanted = (widths[4] + widths[6]) / 2
    assert widths[2] > wanted and widths[4] > wanted > widths[6]
    printed: list[str] = []
    found = run_to_precision(design(wanted, of=of), tmp_path / "s", runner(), 1, report=printed.append)
    assert found.seeds == tuple(range(1, 7))
    assert len(found.measures) == len(found.computed) == 12
    assert ended(tmp_path / "s")["ended"] == PRECISE
    assert ended(tmp_path / "s")["half_width"] == pytest.approx(widths[6])
    assert len(printed) == 3 and printed[0].startswith("2 seeds;") and printed[0].endswith("2 more")
    assert found.manifest["complete"] is True


@pytest.mark.slow
def test_ends_at_the_bound_and_says_so(tmp_path: Path) -> None:
    found = run_to_precision(design(1e-9), tmp_path / "s", runner(), 1)
    # 2, 4, 6, and the last step cut to the bound.
    assert len(found.seeds) == 7
    assert ended(tmp_path / "s")["ended"] == EXHAUSTED


def test_every_setting_must_be_precise(tmp_path: Path) -> None:
    """The half-width that counts is the widest: a setting that equals the reference is known at once, the other not."""
    found = run_to_precision(design(1e-9, holds=(48, 48.0, 96), at_most=3), tmp_path / "s", runner(), 1)
    assert ended(tmp_path / "s")["ended"] == EXHAUSTED and len(found.seeds) == 3
    found = run_to_precision(design(1e-9, holds=(48, 48.0), at_most=3), tmp_path / "t", runner(), 1)
    assert ended(tmp_path / "t")["ended"] == PRECISE and len(found.seeds) == 2


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, dict[str, bytes]]:
    plan = design((half_width(4) + half_width(6)) / 2)
    folder = tmp_path_factory.mktemp("until") / "s"
    run_to_precision(plan, folder, runner(), 1)
    return plan, files_of(folder)


@pytest.mark.slow
def test_two_workers_end_alike(tmp_path: Path, undisturbed: tuple[Design, dict[str, bytes]]) -> None:
    plan, files = undisturbed
    run_to_precision(plan, tmp_path / "s", runner(), 2)
    assert files_of(tmp_path / "s") == files


@pytest.mark.parametrize("after", [2, 5, 10])
@pytest.mark.slow
def test_interrupted_in_any_batch_and_continued_ends_alike(
    tmp_path: Path, undisturbed: tuple[Design, dict[str, bytes]], after: int
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    plan, files = undisturbed
    with pytest.raises(KeyboardInterrupt):
        run_to_precision(plan, tmp_path / "s", runner(), 1, Notes(after, interrupt))
    if (tmp_path / "s" / "manifest.json").exists():
        assert "not ended yet" in ended(tmp_path / "s")["ended"]
    calls: list[int] = []

    def counted(scenario: Any, seed: int) -> FakeResult:
        calls.append(seed)
        return fake_run(scenario, seed)

    run_to_precision(plan, tmp_path / "s", runner(counted), 1)
    assert files_of(tmp_path / "s") == files
    assert len(calls) == 12 - after
    run_to_precision(plan, tmp_path / "s", runner(counted), 1)
    assert len(calls) == 12 - after
    assert files_of(tmp_path / "s") == files


def test_another_rule_is_another_design(tmp_path: Path, undisturbed: tuple[Design, dict[str, bytes]]) -> None:
    plan, _ = undisturbed
    run_to_precision(plan, tmp_path / "s", runner(), 1)
    before = files_of(tmp_path / "s")
    assert plan.stopping is not None
    until = plan.stopping.until.model_copy(update={"half_width": 1.0})
    other = replace(plan, stopping=plan.stopping.model_copy(update={"until": until}))
    with pytest.raises(InputError, match="--out"):
        run_to_precision(other, tmp_path / "s", runner(), 1)
    assert files_of(tmp_path / "s") == before


def noisy_run(scenario: Any, seed: int) -> FakeResult:
    """Under another delay other removals, and stream that differs from draw to draw."""
    result = fake_run(scenario, seed)
    delay = scenario.parameters[DELAY]
    removed = result.counts["event"] == "removed"
    stream = (
        1
        + int(40 * chance(seed, scenario.parameters[HOLD], delay))
        + int(30 * delay * (scenario.parameters[HOLD] > 50))
    )
    result.counts.loc[removed, "count"] += stream
    return result


def test_with_draws_it_is_the_dice_that_more_seeds_can_narrow(tmp_path: Path) -> None:
    """The spread of the draws is wide and stays wide; the rule ends when the dice are known, or never would."""
    draws = tuple({DELAY: float(delay)} for delay in (6, 40))
    found = run_to_precision(design(200.0, draws), tmp_path / "s", runner(noisy_run), 1)
    assert ended(tmp_path / "s")["ended"] == PRECISE
    row = found.comparison.frame().query("measure == 'removed'").iloc[0]
    assert (row["chance_high"] - row["chance_low"]) / 2 == pytest.approx(ended(tmp_path / "s")["half_width"])
    assert row["high"] - row["low"] > 1000


def test_a_measure_without_values_ends_at_once(tmp_path: Path) -> None:
    found = run_to_precision(design(1.0, measure="match_share"), tmp_path / "s", runner(), 1)
    assert len(found.seeds) == 2
    assert ended(tmp_path / "s") | {"ended": NO_VALUES, "half_width": None} == ended(tmp_path / "s")


@pytest.mark.parametrize(
    ("rule", "holds", "message"),
    [
        ({"measure": "remove"}, (48, 96), "replications.until.measure: unknown measure 'remove'"),
        ({"measure": "remove"}, (48, 96), "did you mean 'removed'?"),
        ({}, (48,), "replications.until.of: a difference needs at least two settings; allowed: level"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_before_anything(
    tmp_path: Path, rule: dict[str, Any], holds: tuple[float, ...], message: str
) -> None:
    with pytest.raises(InputError) as raised:
        run_to_precision(design(1.0, holds=holds, **rule), tmp_path / "s", runner(), 1)
    assert message in str(raised.value)
    assert not (tmp_path / "s").exists()


def test_without_a_rule_it_is_a_plain_sweep(tmp_path: Path) -> None:
    plain = replace(design(1.0, at_most=3), stopping=None)
    run_to_precision(plain, tmp_path / "s", runner(), 1)
    run_design(plain, tmp_path / "t", runner(), 1)
    assert files_of(tmp_path / "s") == files_of(tmp_path / "t")
    assert "stopping" not in json.loads((tmp_path / "s" / "manifest.json").read_bytes())["design"]


def test_an_estimate_says_that_it_is_a_bound() -> None:
    assert str(Estimate(34, 1, 1e6, 1.0, 1.0, 1.0, at_most=True)).startswith("at most 34 runs")
