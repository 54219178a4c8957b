"""The command line as tests use it: in this process, in a process of its own, and with how it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import enforcement_sim
from enforcement_sim import cli

COLUMNS = 100
"""Columns that a command may take, whatever terminal the tests run in."""


def printed(*arguments: str, columns: int = COLUMNS) -> str:
    """Return what a command prints, having checked that it went well."""
    result = CliRunner().invoke(cli.app, list(arguments), env={"COLUMNS": str(columns)})
    if result.exception is not None:
        raise result.exception
    assert result.exit_code == 0
    return result.stdout


def from_a_shell(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own in an otherwise empty folder."""
    program = "import sys; from enforcement_sim.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(Path(enforcement_sim.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Call the program's own entry point; returns the exit code, what it printed, and what it said of errors."""
    monkeypatch.setattr(sys, "argv", ["enforcement-sim", *words])
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    code: Any = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = ended.code or 0
    said = capsys.readouterr()
    return int(code), said.out, said.err
