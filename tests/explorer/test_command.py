"""``enforcement-sim explore``: what it refuses in one line, and what it does not load before it is asked for."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

import pytest
from tests.command_line import from_a_shell
from typer.testing import CliRunner

from enforcement_sim.cli import app
from enforcement_sim.errors import InputError


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "panel" else found(name))
    refused = CliRunner().invoke(app, ["explore"]).exception
    assert isinstance(refused, InputError)
    assert str(refused) == "the explorer needs more packages (panel): pip install 'enforcement-sim[explore]'"


def test_a_taken_port_is_refused_with_exit_code_2(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = from_a_shell("explore", "--no-open", "--port", str(port), folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith(f"error: --port: cannot listen on 127.0.0.1:{port}")


def test_help_does_not_load_the_app(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys, enforcement_sim.cli; "
        "assert not {'panel', 'bokeh', 'holoviews', 'numba'} & set(sys.modules), sorted(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False).returncode == 0
