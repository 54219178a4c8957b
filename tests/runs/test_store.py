"""The store: whole or not at all, read back exactly, and one sweep at a time in a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from experiment_fakes import FakeResult, design, fake_run, files_of, runner

from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import parquet_bytes, read_parquet, write_atomic
from enforcement_sim.runs.folder_lock import folder_lock
from enforcement_sim.runs.store import RunStore, run_files
from enforcement_sim.runs.summaries import summaries_of
from enforcement_sim.runs.sweep import run_design

TASK = design().tasks("fake")[0]


def stored(folder: Path) -> RunStore:
    store = RunStore(folder, "fake", FakeResult.from_tables)
    result = fake_run(TASK.scenario, TASK.seed)
    store.save(TASK.run, run_files(TASK, result, summaries_of(result), "fake", "fake"))
    return store


def test_frames_come_back_with_their_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime(["2008-10-01", "2014-11-01"]),
            "fips": ["06037", "48201"],
            "programme": pd.Categorical(["none", "jail_287g"], ["none", "secure_communities", "jail_287g"]),
            "profile": np.array([7, 65535], dtype="uint16"),
            "count": np.array([0, 2**62], dtype="int64"),
            "share": [0.1, float("nan")],
            "known": [True, False],
        }
    )
    (tmp_path / "f.parquet").write_bytes(parquet_bytes(frame))
    pd.testing.assert_frame_equal(read_parquet(tmp_path / "f.parquet"), frame, check_exact=True)
    assert parquet_bytes(frame.copy()) == parquet_bytes(frame)
    (tmp_path / "e.parquet").write_bytes(parquet_bytes(frame.head(0)))
    pd.testing.assert_frame_equal(read_parquet(tmp_path / "e.parquet"), frame.head(0), check_exact=True)


def test_measures_come_back_exactly(tmp_path: Path) -> None:
    measures = stored(tmp_path).measures(TASK.run)
    expected = fake_run(TASK.scenario, TASK.seed).measures()
    assert np.isnan(measures.pop("empty"))
    assert np.isnan(expected.pop("empty"))
    assert measures == expected


def test_sound_run_is_left_alone(tmp_path: Path) -> None:
    store = stored(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in store.path(TASK.run).rglob("*")}
    stored(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in store.path(TASK.run).rglob("*")} == before


def test_failing_write_leaves_nothing(tmp_path: Path) -> None:
    class Broken(FakeResult):
        def measures(self) -> dict[str, float]:
            raise OSError("no space left on device")

    result = fake_run(TASK.scenario, TASK.seed)
    with pytest.raises(OSError, match="no space"):
        store = RunStore(tmp_path, "fake")
        store.save(TASK.run, run_files(TASK, Broken(result.counts, result.meta), {}, "fake", "fake"))
    assert list(tmp_path.iterdir()) == []


def test_faults_are_named(tmp_path: Path) -> None:
    store = stored(tmp_path)
    assert store.fault(TASK.run) is None
    assert store.fault("0" * 16) == "not computed yet"
    assert "other data or rules" in str(RunStore(tmp_path, "newer").fault(TASK.run))
    with pytest.raises(FileNotFoundError, match="not computed yet"):
        store.read("0" * 16)
    table = store.path(TASK.run) / "events.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    assert "bytes instead of" in str(store.fault(TASK.run))
    with pytest.raises(ValueError, match=r"events\.parquet"):
        store.read(TASK.run)
    for content in (b"", b"[]", b"null", b"\xff\xfe", b"{"):
        (store.path(TASK.run) / "run.json").write_bytes(content)
        assert "cannot be read" in str(store.fault(TASK.run))


def test_runs_carry_no_words_and_no_clock(tmp_path: Path) -> None:
    record = stored(tmp_path).record(TASK.run)
    assert not {"name", "title", "asks"} & set(record["meta"]["scenario"])
    assert "wall_seconds" not in record["meta"]


def test_write_whole_says_whether_it_is_news(tmp_path: Path) -> None:
    assert write_atomic(tmp_path / "a", b"1")
    assert not write_atomic(tmp_path / "a", b"1")
    assert write_atomic(tmp_path / "a", b"2")
    assert files_of(tmp_path) == {"a": b"2"}


def test_two_sweeps_cannot_use_one_folder(tmp_path: Path) -> None:
    with folder_lock(tmp_path / "s"), pytest.raises(InputError, match="another sweep is running"):
        run_design(design(), tmp_path / "s", runner(), workers=1)
    assert list((tmp_path / "s").iterdir()) == []
    run_design(design(), tmp_path / "s", runner(), workers=1)


def test_lock_goes_with_its_process(tmp_path: Path) -> None:
    command = (
        "import os, sys; from pathlib import Path; from enforcement_sim.runs.folder_lock import folder_lock\n"
        "with folder_lock(Path(sys.argv[1])): os._exit(7)"
    )
    ended = subprocess.run([sys.executable, "-c", command, str(tmp_path)], check=False)
    assert ended.returncode == 7
    assert (tmp_path / ".lock").exists()
    with folder_lock(tmp_path):
        pass
    assert not (tmp_path / ".lock").exists()
