"""What a shell is told at the Tab key: commands, shipped scenarios, the user's own files, parameters, claims."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import enforcement_sim
from enforcement_sim.commands.options import complete_scenario
from enforcement_sim.scenarios.load import shipped_names

PROGRAM = "import sys; sys.argv[0] = 'enforcement-sim'; from enforcement_sim.cli import main; main()"


def offered(*words: str, folder: Path) -> list[str]:
    """What bash is offered for the last of these words."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(enforcement_sim.__file__).parents[1]),
        "_ENFORCEMENT_SIM_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(("enforcement-sim", *words)),
        "COMP_CWORD": str(len(words)),
    }
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return ended.stdout.split()


@pytest.mark.slow
def test_commands_are_completed(tmp_path: Path) -> None:
    assert {"run", "reproduce"} <= set(offered("r", folder=tmp_path))
    assert "sweep" not in offered("r", folder=tmp_path)


@pytest.mark.slow
def test_scenarios_are_completed_after_a_command_and_in_a_group(tmp_path: Path) -> None:
    assert offered("sweep", "hold-l", folder=tmp_path) == ["hold-length"]
    assert offered("scenario", "show", "trust", folder=tmp_path) == ["trust-act"]


def test_every_shipped_scenario_is_offered_where_nothing_has_been_typed() -> None:
    assert complete_scenario("") == list(shipped_names())


def test_files_of_the_user_are_offered_beside_shipped_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "race-of-mine.yaml").touch()
    (tmp_path / "race.txt").touch()
    (tmp_path / "races").mkdir()
    (tmp_path / "races" / "one.yaml").touch()
    assert complete_scenario("race") == ["race", "races/", "race-of-mine.yaml"]
    assert complete_scenario("races/") == ["races/one.yaml"]
    assert complete_scenario("nowhere/") == []


def test_what_shells_ask_for_is_there_to_install(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(enforcement_sim.__file__).parents[1])}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--install-completion" in ended.stdout
