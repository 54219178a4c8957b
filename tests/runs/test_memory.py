"""What the parent of a sweep holds does not grow with what its runs hold: of each, a name and little more."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import FakeResult, Notes, design, fake_run, runner, scenario

from enforcement_sim.runs import summaries
from enforcement_sim.runs.sweep import run_design

pytestmark = pytest.mark.slow

FEW, MANY = 2, 8
"""Replications of the two sweeps that are compared, of two points each."""

MORE_RUNS = 2 * (MANY - FEW)
BYTES_A_RUN = 6_000
"""Allowed for a run: its name, its task, its row in manifest and log. What it measured alone takes more."""

MEASURES = 300
"""As many as would be seen at once if they were held: each takes some hundred bytes as Python's own."""


class Heavy(FakeResult):
    """A result with many measures, and little else that takes time."""

    MIX = fake_run(scenario(), 1).mix()

    def mix(self, stage: str = "removed", by: str = "programme", definition: str = "charge") -> pd.DataFrame:
        return self.MIX.copy()

    def measures(self) -> dict[str, float]:
        return super().measures() | {f"measure.{number}": number + 0.5 for number in range(MEASURES)}


def heavy_run(scenario: Any, seed: int) -> FakeResult:
    made = fake_run(scenario, seed)
    return Heavy(made.counts, made.meta)


def peak(folder: Path, replications: int) -> int:
    """The most bytes held at a time while a sweep is carried out, on top of what there was before."""
    plan = design(replications=replications)
    gc.collect()
    tracemalloc.start()
    try:
        run_design(plan, folder, runner(heavy_run), workers=1)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "RUNS_AT_A_TIME", 2)  # so few that even the short sweep writes several times
    run_design(design(replications=1), tmp_path / "first", runner(heavy_run), workers=1)  # imports and caches
    few, many = peak(tmp_path / "few", FEW), peak(tmp_path / "many", MANY)
    assert (many - few) / MORE_RUNS < BYTES_A_RUN


def test_at_most_one_result_is_alive(tmp_path: Path) -> None:
    alive: list[weakref.ref[pd.DataFrame]] = []
    seen: list[int] = []

    def watched(scenario: Any, seed: int) -> FakeResult:
        made = fake_run(scenario, seed)
        alive.append(weakref.ref(made.counts))
        seen.append(sum(ref() is not None for ref in alive))
        return made

    held = Notes()
    run_design(design(), tmp_path / "s", runner(watched), 1, held)
    assert len(alive) == len(held.outcomes) == 8
    assert max(seen) == 1
    assert all(outcome.files is None for outcome in held.outcomes)
