"""``--format``: a table as data on standard output, with numbers, labels and units, and nothing else beside it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import design, runner
from tests.command_line import called, printed

from enforcement_sim.commands import printed_data
from enforcement_sim.commands.running import sides_of
from enforcement_sim.errors import InputError
from enforcement_sim.runs.sweep import run_design


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A sweep of the stand-in for the engine, over three lengths of hold."""
    home = tmp_path_factory.mktemp("kept")
    run_design(design(holds=(48, 96, 144), replications=2), home, runner(), workers=1)
    return str(home)


def test_a_folder_alone_is_compared_with_its_first_setting(folder: str) -> None:
    text = printed("compare", folder)
    assert "Compared with A: hold limit 48 h" in text
    assert "hold limit 96 h" in text and "hold limit 144 h" in text
    assert "Removed" in text and "people" in text and "removed " not in text


def test_csv_json_and_parquet_hold_the_same_numbers(folder: str, capsysbinary: Any, monkeypatch: Any) -> None:
    as_csv = pd.read_csv(io.StringIO(printed("compare", folder, "--format", "csv")))
    as_json = pd.DataFrame(json.loads(printed("compare", folder, "--format", "json")))
    monkeypatch.setattr("sys.argv", ["enforcement-sim", "compare", folder, "--format", "parquet"])
    with pytest.raises(SystemExit):
        from enforcement_sim import cli

        cli.main()
    as_parquet = pd.read_parquet(io.BytesIO(capsysbinary.readouterr().out))
    assert list(as_csv.columns) == list(as_json.columns) == list(as_parquet.columns)
    removed = as_csv[as_csv["measure"] == "removed"]
    assert set(removed["label"]) == {"Removed"} and set(removed["unit"]) == {"people"}
    for other in (as_json, as_parquet):
        assert other["difference"].astype(float).round(9).equals(as_csv["difference"].round(9))


def test_parquet_is_not_printed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed_data.sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(InputError, match="Parquet is binary"):
        printed_data._checked(printed_data.Format.PARQUET)


def test_lives_are_no_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(monkeypatch, capsys, "trace", "baseline", "--format", "csv")
    assert (code, out) == (2, "") and "--format: prints no table that could be csv; allowed: text or json" in err


@pytest.mark.parametrize(
    "words",
    [("levers",), ("rules",), ("rules", "--county", "37119"), ("definitions",), ("parameters",), ("scenario", "list")],
)
def test_what_is_looked_up_is_a_table_too(words: tuple[str, ...]) -> None:
    table = pd.read_csv(io.StringIO(printed(*words, "--format", "csv")))
    assert len(table) > 3 and len(table.columns) > 2


# ---- one side alone ----------------------------------------------------------------------------------------------------


def test_a_scenario_is_compared_with_itself_under_the_settings_of_b() -> None:
    a, b = sides_of("baseline", "", ["thin=5"], ["detainer.hold_hours=96"])
    assert (a.thin, b.thin) == (5, 5)  # type: ignore[union-attr]
    assert b.parameters["detainer.hold_hours"] == 96  # type: ignore[union-attr]
    assert b.name == "baseline-hold-hours-96"  # type: ignore[union-attr]


def test_a_name_that_is_set_stays() -> None:
    (_, b) = sides_of("baseline", "", None, ["detainer.hold_hours=96", "name=longer"])
    assert b.name == "longer"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("compare", "baseline"), "A: there is nothing to compare it with; allowed: a second scenario or folder (B)"),
        (("who-changed", "baseline"), "A: there is nothing to compare it with"),
        (("who-changed", "FOLDER"), "has 3 settings; allowed: two of them, such as FOLDER:0 FOLDER:1"),
        (("compare", "FOLDER", "--set", "thin=5"), "--set: the runs of FOLDER are stored"),
        (("compare", "FOLDER", "--set-b", "thin=5"), "--set-b: the runs of FOLDER are stored"),
    ],
)
def test_one_side_alone_that_cannot_be_compared(
    words: tuple[str, ...],
    says: str,
    folder: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = called(monkeypatch, capsys, *(word.replace("FOLDER", folder) for word in words))
    assert (code, out) == (2, "")
    assert says.replace("FOLDER", folder) in err and len(err.splitlines()) == 1
