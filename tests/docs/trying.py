"""How a block of a page is tried: commands by the program, Python in one namespace a page, scenarios through the loader.

Nearly every command is the program alone, and is called in this process, which has the engine loaded and simulates without
worker processes: starting them anew for each command takes longer than most runs. What needs a shell, such as a
redirection, and every command of the pages of ``IN_A_SHELL`` runs in one.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.command_line import called
from tools.page_blocks import WIDTH, Block, Command, commands_of
from typer.main import get_command

import enforcement_sim
from enforcement_sim.cli import app
from enforcement_sim.runs import executors
from enforcement_sim.runs.design import design_of
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.assumptions.assumption_sets import load_assumptions
from enforcement_sim.studies.research_designs.shipped_studies import load_study

SOURCES = Path(enforcement_sim.__file__).parents[1]
MENDED = "where it is marked as whole output, `python -m tools.make_outputs` writes it anew"

IN_A_SHELL = ("README.md", "docs/own-data.md")
"""What a newcomer types first, and commands after which the program has other data."""

PROGRAM = ("enforcement-sim", ".venv/bin/enforcement-sim")
OF_A_SHELL = ("|", "<", ">", ">>", "&", "&&", ";")
SEEDS = re.compile(r"(?<=--replications )\d+")
"""How many seeds a reader waits for."""

HEAD = {"schema": 1, "name": "part", "title": "A part", "asks": "Does the part load?", "extends": "baseline"}
"""What stands around a few keys of a scenario."""


class Page:
    """A page that is being tried, in a folder of its own that has nothing but an environment in ``.venv``."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.names: dict[str, Any] = {"__name__": "__page__"}
        bin_folder = Path(sys.executable).parent
        (folder / ".venv").symlink_to(bin_folder.parent)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PATH", f"{bin_folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("PYTHONPATH", str(SOURCES))
        monkeypatch.setenv("ENFORCEMENT_SIM_DATA", str(folder / ".data"))
        monkeypatch.setenv("COLUMNS", str(WIDTH))
        monkeypatch.setenv("MPLBACKEND", "agg")
        monkeypatch.setattr(executors, "available_cores", lambda: 1)

    def try_block(self, block: Block) -> None:
        """Try a block; raises AssertionError, or what the block raises."""
        if "not run" in block.marks or not _has_command(block.marks.get("needs command")):
            return
        if "file" in block.marks:
            (self.folder / block.marks["file"]).write_text(block.text + "\n", encoding="utf-8")
        if block.language == "console":
            commands = commands_of(block)
            for command in commands:
                last = command is commands[-1]
                self._run(block, command, int(block.marks.get("exit code", 0)) if last else 0)
        elif block.language == "python":
            exec(compile("\n" * block.line + block.text, block.page, "exec"), self.names)
        elif block.language == "yaml":
            self._load(block)

    def _run(self, block: Block, command: Command, code: int) -> None:
        """Run one command and hold it to its exit code and to what the page says it prints."""
        line = command.words if command.output else made_small(command.words)
        words = shlex.split(line, comments=True)
        if block.page in IN_A_SHELL or words[0] not in PROGRAM or not set(words).isdisjoint(OF_A_SHELL):
            ended = subprocess.run(line, shell=True, cwd=self.folder, capture_output=True, text=True, check=False)
            exit_code, printed, errors = ended.returncode, ended.stdout, ended.stderr
        else:
            exit_code, printed, errors = called(self.monkeypatch, self.capsys, *words[1:])
        told = f"{block.where}: {line}\n{printed}\n{errors}"
        assert exit_code == code, f"exit code {exit_code}, not {code}\n{told}"
        if command.output:
            assert prints(printed + errors, command.output), f"the page has other output ({MENDED})\n{told}"

    def _load(self, block: Block) -> None:
        """Load a scenario, a set of assumptions, a study or a part of a scenario."""
        data = yaml.safe_load(block.text)
        path = self.folder / block.marks.get("file", f"block-{block.line}.yaml")
        if "part of a scenario" in block.marks:
            path.write_text(yaml.safe_dump({**HEAD, **data}), encoding="utf-8")
        elif "schema" in data:
            path.write_text(block.text + "\n", encoding="utf-8")
        else:
            raise AssertionError(f"{block.where}: neither a scenario nor marked as a part of one")
        if "assumptions" in data:
            load_assumptions(path)
        elif "citation" in data:
            load_study(path)
        else:
            design_of(load_scenario(path))


def made_small(words: str) -> str:
    """Return a command with at most two seeds, and with its counties alone: enough where the page shows no numbers.

    Examples
    --------
    >>> made_small("enforcement-sim sweep a --set 'scope={counties: [1]}' --replications 4")
    "enforcement-sim sweep a --set 'scope={counties: [1]}' --replications 2 --set simulate=alone"
    """
    fewer = SEEDS.sub(lambda found: str(min(2, int(found[0]))), words)
    return f"{fewer} --set simulate=alone" if "scope={counties" in words and "simulate=" not in words else fewer


def prints(output: str, expected: str) -> bool:
    """Whether an output holds what a page shows of it, apart from spaces and line breaks; ``...`` stands for anything."""
    parts = [re.escape(" ".join(part.split())) for part in expected.split("...")]
    return re.search(".*?".join(parts), " ".join(output.split())) is not None


def _has_command(name: str | None) -> bool:
    """Whether the program has a command by this name; a block that names none needs none."""
    whole: Any = get_command(app)
    return name is None or name in whole.commands
