"""``enforcement-sim explore``: what it refuses in one line, and what it does not load before it is asked for."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path

import pytest
from tests.command_line import from_a_shell
from typer.testing import CliRunner

from enforcement_sim.cli import app
from enforcement_sim.errors import InputError
from enforcement_sim.explorer import server


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def children_of(process: int) -> list[int]:
    """Processes that a process started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def have_ended(processes: list[int], seconds: float) -> bool:
    """Wait until processes have ended that somebody else started; whether all have in time."""
    handles = []
    for process in processes:
        with suppress(ProcessLookupError):
            handles.append(os.pidfd_open(process))
    while handles and (ended := wait(handles, seconds)):
        handles = [handle for handle in handles if handle not in ended]
    return not handles


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "panel" else found(name))
    refused = CliRunner().invoke(app, ["explore"]).exception
    assert isinstance(refused, InputError)
    assert str(refused) == "the explorer needs more packages (panel): pip install 'enforcement-sim[explore]'"


def test_without_the_extra_it_ends_with_exit_code_2(tmp_path: Path) -> None:
    program = (
        "import importlib.util as util; found = util.find_spec; "
        "util.find_spec = lambda name, *more: None if name == 'panel' else found(name, *more); "
        "from enforcement_sim.cli import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "explore"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == "error: the explorer needs more packages (panel): pip install 'enforcement-sim[explore]'\n"


def test_it_listens_on_this_machine_alone_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[int, str]] = []
    monkeypatch.setattr(server, "serve", lambda port, address, *_: served.append((port, address)))
    port = free_port()
    alone = CliRunner().invoke(app, ["explore", "--no-open", "--port", str(port)])
    open_to_all = CliRunner().invoke(app, ["explore", "--no-open", "--port", str(port), "--address", "0.0.0.0"])
    assert served == [(port, "127.0.0.1"), (port, "0.0.0.0")]
    warning = "anyone who reaches this address can use the explorer"
    assert warning in open_to_all.stderr and warning not in alone.stderr


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="processes are waited for as Linux does")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.slow
def test_told_to_end_it_ends_with_its_workers_and_says_nothing(tmp_path: Path, how: signal.Signals) -> None:
    program = "from enforcement_sim.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "explore", "--no-open", "--workers", "1", "--port", str(free_port())],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None and served.stderr is not None
        while "Explorer at" not in (line := served.stdout.readline()):
            assert line, served.stderr.read()
        children = children_of(served.pid)
        assert children
        served.send_signal(how)
        assert served.wait(timeout=120) == 0
        assert served.stderr.read() == ""  # a worker that lives on would hold this open
    assert have_ended(children, 120)


def test_a_taken_port_is_refused_with_exit_code_2(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = from_a_shell("explore", "--no-open", "--port", str(port), folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith(f"error: --port: cannot listen on 127.0.0.1:{port}")


def test_help_does_not_load_the_app(tmp_path: Path) -> None:
    program = (
        "import sys, enforcement_sim.cli; "
        "assert not {'panel', 'bokeh', 'holoviews', 'numba'} & set(sys.modules), sorted(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False).returncode == 0
