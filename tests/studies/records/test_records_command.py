"""The `records` command: the file it writes, what it lists, and what a mistake looks like."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.command_line import called, printed

from enforcement_sim import cli
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


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of one county in which victims report less where fingerprints are shared."""
    home = tmp_path_factory.mktemp("records") / "year"
    whole = {**SMALL, "period.end": "2010-12-31", "replications": 1, "response.reporting": -0.4}
    run_design(design_of(load_scenario("baseline").with_(**whole)), home, real_runner(), 1)
    return home


EXTRACT = "2010-10-15"
COLUMNS_AND_GAPS = {
    "offences": ("county month kind offences", 24, None),
    "ucr-agency-month": (
        "county state agency population_group agency_population month kind months_reported "
        "last_month_reported offences offences_true",
        None,
        "offences",
    ),
    "ucr-county": ("county state year kind population coverage_indicator offences offences_true", 2, None),
    "ice-detainers": ("county state month detainers detainers_true held_true", 12, "detainers"),
    "ice-detainer-convictions": ("state month most_serious_conviction detainers detainers_true", 48, "detainers"),
    "ice-removals": ("county state month removals removed_true returned_true", 12, "removals"),
    "ice-removal-convictions": (
        "state month most_serious_conviction removals removed_true returned_true",
        48,
        "removals",
    ),
    "jail-roster": (
        "county state month admissions releases transfers_to_prison detainers average_daily_population "
        "admissions_true releases_true transfers_to_prison_true detainers_true "
        "average_daily_population_true",
        12,
        None,
    ),
    "jail-admissions": ("state month charge felony admissions admissions_true", None, None),
    "ncvs": ("region year reported offences offences_true", 2, None),
}
"""Recorder -> columns, rows of a year of one county, and the column in which the file has gaps."""


def test_every_recorder_is_tried() -> None:
    assert set(COLUMNS_AND_GAPS) == set(load_recorders())


@pytest.mark.parametrize("name", COLUMNS_AND_GAPS)
def test_a_file_has_the_columns_and_the_gaps_of_its_kind(year: Path, name: str) -> None:
    words, rows, gaps = COLUMNS_AND_GAPS[name]
    columns = words.split()
    text = printed("records", str(year), "--as", name, "--extract", EXTRACT, "--format", "csv")
    found = pd.read_csv(io.StringIO(text), dtype={"county": str})
    assert found.columns.tolist() == ["seed", *columns]
    assert len(found) == rows if rows else len(found) > 12
    missing = [column for column in columns if found[column].isna().any()]
    assert missing == ([gaps] if gaps else [])
    if name.startswith("ice-"):
        # Months that were not over at the extract are not in the file, and the world knows them all the same.
        assert found.loc[found[gaps].isna(), "month"].unique().tolist() == ["2010-10-01", "2010-11-01", "2010-12-01"]
    if name == "ucr-county":
        assert 0 < found["coverage_indicator"].iloc[0] < 100
    for column in (one for one in columns if one.endswith("_true")):
        assert (found[column] >= 0).all()


@pytest.mark.parametrize("wanted", ["csv", "json", "parquet"])
def test_a_file_is_printed_as_data(
    folder: Path, wanted: str, capsysbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["records", str(folder), "--as", "ucr-agency-month", "--format", wanted]
    monkeypatch.setattr("sys.argv", ["enforcement-sim", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    out = capsysbinary.readouterr().out
    assert end.value.code == 0
    read = {
        "csv": lambda: pd.read_csv(io.BytesIO(out)),
        "json": lambda: pd.DataFrame(json.loads(out)),
        "parquet": lambda: pd.read_parquet(io.BytesIO(out)),
    }
    found = read[wanted]()
    expected = record(load_sweep(folder).result(), "ucr-agency-month", Recording())
    assert len(found) == 2 * len(expected) and found["offences"].isna().any()
    assert int(found["offences_true"].sum()) > 0


def test_recorders_are_listed_as_data() -> None:
    found = pd.DataFrame(json.loads(printed("records", "--format", "json")))
    assert set(found["recorder"]) == set(load_recorders())
    assert set(found.loc[found["recorder"] == "ice-detainers", "rule"]) == {"created-not-served", "extract-date"}


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
