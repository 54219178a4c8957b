"""``validate`` and ``calibrate`` refuse before anything is computed or written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import printed
from tests.studies.validation.scorecards import agreeing

from enforcement_sim.errors import InputError
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.validation import scorecard
from enforcement_sim.studies.validation.small_multiples import MULTIPLES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--figure", "all.txt"), ".png or .svg"), (("--members", "5000"), "5000 sets of the ensemble")],
)
def test_mistakes_are_one_line(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        printed("validate", *arguments)


def test_a_table_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        printed("validate", "--csv", str(path))
    assert path.read_text() == "mine"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of history in which every figure is what was published."""
    found = scorecard.validate((), SerialExecutor(), seeds=(1, 2), observation=agreeing)
    monkeypatch.setattr(scorecard, "validate", lambda *_, **__: found)


def test_a_scorecard_says_what_counts_and_what_an_interval_is(made: None) -> None:
    said = " ".join(printed("validate", "--members", "0", "--seeds", "2").split())
    assert "33 of 33 figures that may be fitted and count are inside their ranges (100%)" in said
    assert "the range of 2 seeds, which has no coverage" in said
    assert "held out, 287(g): 5 of 5 hit, 5 by an interval that is narrow enough" in said
    assert "forecast" in said and "interpolation" in said
    assert "fitted: the model does better, with a score of 0 against" in said
    assert "held out, 287(g): the model does better" in said
    assert "constructed, fitted" in said


def test_history_is_drawn_to_a_file_for_each_figure(made: None, tmp_path: Path) -> None:
    printed("validate", "--members", "0", "--series", str(tmp_path / "history.png"))
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(f"history-{name}" for name in MULTIPLES)


def test_another_scorecard_is_read_before_anything_is_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        printed("validate", "--previous", str(tmp_path / "nothing.csv"))
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        printed("validate", "--series", "history.txt")
