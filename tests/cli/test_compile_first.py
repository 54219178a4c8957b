"""A command says that the engine compiles before it takes its minute, and says nothing where it is compiled already."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from enforcement_sim.commands.progress_lines import COMPILING, compile_first
from enforcement_sim.process.day import run_day
from enforcement_sim.runs.shared_bookings import compile_whole_engine


@pytest.mark.parametrize(("kept", "said"), [(False, f"{COMPILING}\n"), (True, "")])
def test_it_is_said_where_no_machine_code_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kept: bool, said: str
) -> None:
    compiled: list[bool] = []
    if kept:
        (tmp_path / "day.run_day-34.py312.nbi").touch()
    day = SimpleNamespace(__name__="run_day", stats=SimpleNamespace(cache_path=str(tmp_path)))
    monkeypatch.setattr("enforcement_sim.runs.shared_bookings.compile_whole_engine", lambda: compiled.append(True))
    monkeypatch.setattr("enforcement_sim.process.day.run_day", day)
    compile_first()
    assert capsys.readouterr().err == said and compiled == ([] if kept else [True])


def test_an_engine_that_has_run_is_known_to_be_compiled(capsys: pytest.CaptureFixture[str]) -> None:
    if run_day.stats.cache_path is None:
        pytest.skip("machine code is not kept here")
    compile_whole_engine()
    compile_first()
    assert capsys.readouterr().err == ""
