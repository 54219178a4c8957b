"""The `records` command: the file it writes, what it lists, and what a mistake looks like."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.command_line import called, printed

from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.run import real_runner
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import load_sweep
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.records.recorder_rules import load_recorders
from enforcement_sim.studies.records.recorders import record
from enforcement_sim.studies.records.recording_asked import Recording

SMALL = {
    "scope": {"counties": ["10003"]},
    "simulate": "alone",
    "thin": 8,
    "start.warm_days": 0,
    "period.start": "2010-01-01",
    "period.end": "2010-02-28",
    "replications": 2,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("records") / "s"
    run_design(design_of(load_scenario("baseline").with_(**SMALL)), home, real_runner(), 1)
    return home


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_file_is_what_was_recorded_of_every_seed(folder: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"file.{ending}"
    printed(
        "records", str(folder), "--as", "ucr-agency-month", "--without", "hierarchy", "--seed", "3", "--out", str(out)
    )
    found = pd.read_csv(out, dtype={"county": str}) if ending == "csv" else pd.read_parquet(out)
    expected = record(load_sweep(folder).result(), "ucr-agency-month", Recording(without=("hierarchy",), seed=3))
    assert found["seed"].nunique() == 2
    here = found[found["seed"] == found["seed"].iloc[0]].reset_index(drop=True)
    assert here["agency"].astype(str).tolist() == expected["agency"].astype(str).tolist()
    assert here["offences"].isna().tolist() == expected["offences"].isna().tolist()
    assert here["offences_true"].tolist() == expected["offences_true"].tolist()


def test_offences_take_the_settings_that_are_written(folder: Path, tmp_path: Path) -> None:
    sums = []
    for number, effect in enumerate(("0", "-0.5")):
        out = tmp_path / f"{number}.csv"
        printed("records", f"{folder}:0", "--as", "offences", "--offences", f"effect={effect}", "--out", str(out))
        sums.append(pd.read_csv(out)["offences"].sum())
    # New Castle County shared fingerprints from before the run on, or not yet: then an effect changes nothing.
    assert sums[1] <= sums[0]


def test_without_results_the_recorders_are_listed() -> None:
    text = printed("records")
    assert all(f"{name}: {one.title}"[:60] in " ".join(text.split()) for name, one in load_recorders().items())
    one = " ".join(printed("records", "--as", "ucr-county").split())
    assert "12 over the months reported" in one and "(seen)" in one and "0.23 (0.18 to 0.28)" in one


def test_bad_words_end_with_one_line_and_nothing_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there, out = tmp_path / "there.csv", str(tmp_path / "new.csv")
    there.write_text("mine", encoding="utf-8")
    for words, says in (
        (("--out", out), "--as: is missing; allowed: offences, ucr-agency-month"),
        (("--as", "ucr-countie", "--out", out), "did you mean 'ucr-county'"),
        (("--as", "ucr-county"), "--out: is missing"),
        (("--as", "ucr-county", "--out", str(there)), "exists already"),
        (("--as", "ucr-county", "--out", str(tmp_path / "new.dta")), "a name that ends in .csv or .parquet"),
        (("--as", "ucr-county", "--out", out), "no whole calendar year"),
        (("--as", "offences", "--without", "hierarchy", "--out", out), "offences has no rule 'hierarchy'"),
        (("--as", "offences", "--offences", "dispersal=0.1", "--out", out), "did you mean 'dispersion'"),
        (("--as", "offences", "--offences", "dispersion", "--out", out), "--offences: cannot read 'dispersion'"),
        (("--as", "ice-detainers", "--extract", "2010", "--out", out), "--extract: not a date: '2010'"),
        (("--as", "ncvs", "--out", out), "imports no response of victims"),
    ):
        code, _, err = called(monkeypatch, capsys, "records", str(folder), *words)
        assert code == 2 and says in " ".join(err.split()), (words, err)
    assert there.read_text(encoding="utf-8") == "mine" and not Path(out).exists()
