"""The `stages` command: from a scenario and from stored runs, what it prints and writes, and what a mistake looks like."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.command_line import called, printed

from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.runs.design import design_of_one
from enforcement_sim.runs.run import real_runner
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import load_sweep
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.stages.compute import STAGES, stage_table

SMALL = {
    "scope": {"counties": ["12021"]},
    "simulate": "alone",
    "period.start": "2011-10-01",
    "period.end": "2011-12-31",
}
SET = [
    word
    for address, value in (("scope", '{counties: ["12021"]}'), *list(SMALL.items())[1:])
    for word in ("--set", f"{address}={value}")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one stored run."""
    home = tmp_path_factory.mktemp("stages") / "s"
    run_design(design_of_one(load_scenario("baseline").with_(**SMALL), 1), home, real_runner(), 1)
    return home


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
def test_stored_runs_are_read_and_the_table_is_theirs(folder: Path, tmp_path: Path) -> None:
    csv, mix, figures = tmp_path / "cells.csv", tmp_path / "mix.csv", tmp_path / "figures"
    text = squeezed(
        printed("stages", str(folder), "--recording", "by_stage", "--csv", str(csv), "--mix", str(mix),
                "--figure", str(figures))
    )  # fmt: skip
    assert "share non-criminal" in text and "Simulated, not a record." in text
    assert "as the file showed people" in text and "were not run: detainers_no_record" in text
    result = load_sweep(folder).result()
    expected = stage_table([result], recording="by_stage")
    cells = pd.read_csv(csv).set_index(["stage", "definition"])
    assert set(cells.index.get_level_values("definition")) == set(load_definitions())
    assert list(dict.fromkeys(cells.index.get_level_values("stage"))) == list(STAGES)
    for stage in ("detainer_issued", "removed"):
        share = expected.loc[stage, ("no-conviction-ever", "share")]
        assert cells.loc[(stage, "no-conviction-ever"), "share"] == pytest.approx(share)
        assert f"{100 * share:.1f}" in text
    categories = pd.read_csv(mix).groupby(["stage", "definition"])["share"].sum()
    assert categories["removed", "ice-levels-2010"] == pytest.approx(1)
    assert sorted(path.suffix for path in figures.iterdir()) == [".csv", ".png", ".svg"]


def test_a_scenario_is_run_and_gives_the_same(folder: Path, tmp_path: Path) -> None:
    csv = tmp_path / "cells.csv"
    printed("stages", "baseline", *SET, "--seeds", "1", "--stage", "removed", "--csv", str(csv))
    found = pd.read_csv(csv).set_index("definition")["share"]
    stored = stage_table([load_sweep(folder).result()], stages=["removed"]).loc["removed"]
    assert found.to_dict() == pytest.approx({name: stored[name, "share"] for name in load_definitions()})


def test_some_people_only(folder: Path, tmp_path: Path) -> None:
    csv = tmp_path / "cells.csv"
    printed("stages", f"{folder}:0", "--programme", "jail_287g", "--from", "2011-11-01", "--csv", str(csv))
    some = pd.read_csv(csv).set_index(["stage", "definition"])["people"]
    everybody = load_sweep(folder).result().mix("identified", by="programme", definition="charge")
    jail = everybody[everybody["programme"] == "jail_287g"]["count"].sum()
    assert 0 < some["identified", "charge"] < jail


MISTAKES = {
    ("--programme", "jail"): "programme: unknown programme 'jail'",
    ("--recording", "at_isue"): "recording: unknown recording 'at_isue'",
    ("--recording", "2"): "recording: 2 is not a share; allowed: 0 to 1",
    ("--stage", "remove"): "stages: unknown stage 'remove'",
    ("--where", "ZZ"): "--where: no state 'ZZ'",
    ("--where", "TX"): "scope: the run does not cover TX",
    ("--from", "2011"): "--from: not a date: '2011'; allowed: YYYY-MM-DD",
    ("--from", "2014-01-01"): "no day of 2014-01-01",
    ("--set", "thin=2"): "--set: stored runs cannot be set otherwise",
}


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line(
    words: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, said = called(monkeypatch, capsys, "stages", str(folder), *words)
    assert (code, out) == (2, "")
    assert said.startswith("error: ") and said.count("\n") == 1
    assert MISTAKES[words] in said


def test_nothing_is_written_over(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "cells.csv"
    there.write_text("mine", encoding="utf-8")
    code, _, said = called(monkeypatch, capsys, "stages", str(folder), "--csv", str(there))
    assert code == 2 and "exists already" in said
    assert there.read_text(encoding="utf-8") == "mine"
    code, _, said = called(monkeypatch, capsys, "stages", str(folder), "--csv", str(tmp_path / "no" / "cells.csv"))
    assert code == 2 and "there is no folder" in said


def test_folders_without_whole_runs_or_points_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published = Path(__file__).parents[3] / "results" / "hold-and-opt-out"
    code, _, said = called(monkeypatch, capsys, "stages", str(published))
    assert code == 2 and said.count("\n") == 1 and "it keeps no runs, only tables of them" in said
    code, _, said = called(monkeypatch, capsys, "stages", f"{folder}:7")
    assert code == 2 and "no point 7" in said
    code, _, said = called(monkeypatch, capsys, "stages", "basline")
    assert code == 2 and "did you mean 'baseline'" in said
