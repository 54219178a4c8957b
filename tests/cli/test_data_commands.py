"""`enforcement-sim data`: import, status and forget, from a shell's point of view."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.command_line import called, printed
from tests.own_data_files import BOOKINGS, CENSUS, ROSTER, written

from enforcement_sim.places import imported
from enforcement_sim.places.data_import.declarations import TABLES
from enforcement_sim.places.imported import FOLDER_VARIABLE, KINDS, current_name
from enforcement_sim.runs.sweep_result import load_sweep


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    monkeypatch.setattr(imported, "_SUPPLIED", {})
    return tmp_path


def rows_of(status: str) -> dict[str, list[list[str]]]:
    """The cells of the status table by kind."""
    rows = [re.split(r" {2,}", line) for line in status.splitlines() if line.partition(" ")[0] in KINDS]
    return {kind: [row[1:] for row in rows if row[0] == kind] for kind in KINDS}


def status() -> str:
    """The status, on a screen that is wide enough for a line a table."""
    return printed("data", "status", columns=200)


def test_status_before_and_after_an_import_and_after_forgetting(home: Path) -> None:
    empty = status()
    for kind, rows in rows_of(empty).items():
        assert [row[0] for row in rows] == ["embedded", "imported: missing"], kind
    for source in TABLES.values():
        assert source.published[0].split("(")[0].split()[0] in empty
    assert "https://data.census.gov" in empty and "https://www.ice.gov" in empty

    message = printed("data", "import", *(str(written(home, ROSTER)), str(written(home, BOOKINGS, "jail.csv"))))
    name = current_name("activation")
    assert name is not None and f"stored as {name}" in message and "--set data.activation=imported" in message
    after = rows_of(status())
    assert [row[:2] for row in after["activation"]][1:] == [[name, "file.csv"]]
    assert after["activation"][1][3] == name.removeprefix("imported-")
    assert after["bookings"][1][1] == "jail.csv"
    assert after["noncitizens"] == rows_of(empty)["noncitizens"]

    assert printed("data", "forget", "activation") == f"forgotten: activation {name}\n"
    assert printed("data", "forget", str(current_name("bookings"))).startswith("forgotten: bookings imported-")
    assert status() == empty


@pytest.mark.slow
def test_an_earlier_table_stays_beside_the_current_one_and_damage_is_told(home: Path) -> None:
    printed("data", "import", str(written(home, ROSTER)))
    first = current_name("activation")
    printed("data", "import", str(written(home, ROSTER.replace("12/1/2011", "12/8/2011"), "later.csv")))
    (imported.folder() / "activation" / f"{first}.csv").write_bytes(b"")
    _, now, earlier = rows_of(status())["activation"]
    assert now[:2] == [current_name("activation"), "later.csv"]
    assert earlier[0] == f"{first}, earlier" and earlier[3].startswith("damaged")
    # Importing the same file again mends it.
    printed("data", "import", str(written(home, ROSTER)))
    assert current_name("activation") == first
    assert not [row for row in rows_of(status())["activation"] if "damaged" in row[3]]


def test_check_reports_and_writes_nothing(home: Path) -> None:
    message = printed("data", "import", "--check", str(written(home, CENSUS)))
    assert "1 county, 5,000 people who are not citizens (the package: 6,300)" in message
    assert "nothing was written" in message and not imported.folder().exists()


def test_the_county_and_the_list_are_chosen_on_the_command_line(home: Path) -> None:
    path = written(home, "month,race,bookings\n2012 January,White,500\n2012 January,Black,400\n", "raw.csv")
    message = printed("data", "import", "--check", "--county", "10001", "--list", str(home / "left.csv"), str(path))
    assert "column 'race' is added up (2 groups: White, Black)" in message
    assert f"what became of every county: {home / 'left.csv'}" in message
    assert len((home / "left.csv").read_text(encoding="utf-8").splitlines()) == 1 + 3_142
    assert not imported.folder().exists()


def test_a_mistake_ends_with_code_2_and_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(home, "name,date_of_birth,county\nA,1980-01-01,Kent\n")
    code, out, err = called(monkeypatch, capsys, "data", "import", str(path))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"error: {path}:1: date_of_birth: a column of records of persons")
    assert not imported.folder().exists()
    code, _, err = called(monkeypatch, capsys, "data", "forget", "activatoin")
    assert code == 2 and "did you mean 'activation'" in err


def test_a_run_with_imported_days_is_named_after_them(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    county = [
        "--set",
        'scope={counties: ["10001"]}',
        "--set",
        "period.start=2011-11-15",
        "--set",
        "period.end=2011-12-15",
    ]
    own = [*county, "--set", "start.warm_days=10", "--set", "data.activation=imported", "--out", str(home / "run")]
    code, out, err = called(monkeypatch, capsys, "run", "baseline", *own)
    assert (code, out) == (2, "") and not (home / "run").exists()
    assert err == (
        "error: data.activation: no activation data are imported here: enforcement-sim data import FILE brings them in; "
        "allowed: embedded\n"
    )
    printed("data", "import", str(written(home, ROSTER)))
    assert called(monkeypatch, capsys, "run", "baseline", *own)[0] == 0
    assert load_sweep(home / "run").manifest["scenario"]["data"] == {"activation": current_name("activation")}
