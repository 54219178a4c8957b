"""Failing output never aborts a command, in this process and in subprocesses."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import enforcement_sim
from enforcement_sim.places.geography import load_geography
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.terminal.streams import UNKNOWN, SafeStream, plain_text

SOURCES = Path(enforcement_sim.__file__).parents[1]
PROGRAM = "import sys; from enforcement_sim.cli import main; main()"
FAKE = """
import sys
from experiment_fakes import fake_run, runner
from enforcement_sim.runs import run as module
module.real_runner = lambda: runner(fake_run)
from enforcement_sim.cli import main
main()
"""
PLAN = """
schema: 1
name: plan
title: “Été” – 48 → 96 h
asks: Doña Ana – and für whom?
extends: baseline
replications: 3
sweep: {detainer.hold_hours: [48, 96]}
"""


# ---- characters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding", "plain"),
    [
        ("1–2 — ’a’ 3 × 4 ± 5 → 6 − 7 ≥ 8", "ascii", "1-2 -- 'a' 3 x 4 +/- 5 -> 6 - 7 >= 8"),
        ("1–2 — ’a’ 3 × 4 ± 5 → 6 − 7 ≥ 8", "cp1252", "1–2 — ’a’ 3 × 4 ± 5 -> 6 - 7 >= 8"),
        ("1–2 — ’a’ 3 × 4 ± 5 → 6 − 7 ≥ 8", "cp437", "1-2 -- 'a' 3 x 4 ± 5 -> 6 - 7 ≥ 8"),
        ("─│┌┼━┃┏ █", "ascii", "-|++-|+ #"),
        ("Doña Ana, Łódź, straße, ﬁne, ½", "ascii", "Dona Ana, Lodz, strasse, fine, 1/2"),
        ("日本 \udcff", "ascii", "?? ?"),
        ("broken \udcff", "utf-8", "broken ?"),
        ("– ü", "no-such-encoding", "- u"),
    ],
)
def test_characters_are_replaced_by_plain_ones(text: str, encoding: str, plain: str) -> None:
    assert plain_text(text, encoding) == plain


def test_every_character_of_the_package_has_a_plain_form() -> None:
    """No character of its sources, scenarios, names of counties or rules becomes a question mark."""
    root = SOURCES.parent
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")]
    for home in ("src", "scenarios", "assumptions"):
        texts += [path.read_text(encoding="utf-8") for path in (root / home).rglob("*.yaml")]
    texts += list(load_geography().names)
    strange = {one for text in texts for one in text if not one.isascii()}
    assert len(strange) >= 5
    assert [one for one in sorted(strange) if UNKNOWN in plain_text(one, "ascii")] == []


# ---- streams -----------------------------------------------------------------------------------------------------------


class _Refusing(io.RawIOBase):
    """A full disk."""

    def writable(self) -> bool:
        return True

    def write(self, _: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_stream_that_cannot_be_written_keeps_the_error() -> None:
    stream = SafeStream(io.TextIOWrapper(io.BufferedWriter(_Refusing(), 1), encoding="utf-8", write_through=True))
    for _ in range(3):
        assert stream.write("a text") == 6
        stream.flush()
    assert stream.failure is not None and stream.failure.errno == errno.ENOSPC


def test_writing_to_a_closed_stream_raises_nothing() -> None:
    under = io.StringIO()
    stream = SafeStream(under)
    under.close()
    stream.write("a text")
    stream.flush()
    assert not stream.isatty() and stream.failure is not None


def test_the_replacement_of_characters_cannot_be_bypassed() -> None:
    under = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    stream = SafeStream(under)
    assert not hasattr(stream, "buffer")
    with pytest.raises(TypeError):
        stream.write(b"bytes")  # type: ignore[arg-type]
    print("± →", file=stream, flush=True)  # type: ignore[call-overload]
    assert under.buffer.getvalue() == b"+/- ->\n"  # type: ignore[attr-defined]


# ---- subprocesses ------------------------------------------------------------------------------------------------------


def shell(words: str, folder: Path, program: str = PROGRAM, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell in which ``sim`` is the program."""
    homes = (SOURCES, SOURCES.parent / "tests" / "runs")
    return subprocess.run(
        ["bash", "-c", f'sim() {{ "$PYTHON" -c "$PROGRAM" "$@"; }}; {words}'],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))},
            "PYTHONPATH": os.pathsep.join(map(str, homes)),
            "PYTHON": sys.executable,
            "PROGRAM": program,
            "COLUMNS": "100",
            **environment,
        },
        capture_output=True,
        check=False,
    )


needs_bash = pytest.mark.skipif(sys.platform == "win32", reason="a shell of its own")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path


@needs_bash
@pytest.mark.slow
def test_a_sweep_is_finished_after_the_reader_closes_the_pipe(plan: Path) -> None:
    words = "sim sweep plan.yaml --no-figures --workers 2 --out kept 2>&1 | true; echo ${PIPESTATUS[0]}"
    assert shell(words, plan, FAKE).stdout == b"0\n"
    assert (plan / "kept" / "comparison.csv").is_file() and len(list((plan / "kept" / "runs").iterdir())) == 6
    assert shell("sim status kept", plan, FAKE).returncode == 0


@needs_bash
@pytest.mark.slow
def test_the_head_of_a_long_table_exits_without_an_error(plan: Path) -> None:
    ended = shell("sim parameters | head -1; echo ${PIPESTATUS[@]}", plan)
    assert ended.stdout.splitlines()[-1] == b"0 0" and ended.stderr == b""


@needs_bash
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
@pytest.mark.slow
def test_closed_outputs_get_no_results_and_results_get_no_output(closed: str, plan: Path) -> None:
    assert shell(f"sim sweep plan.yaml --no-figures --workers 1 --out kept {closed}", plan, FAKE).returncode == 0
    assert shell("sim status kept", plan, FAKE).returncode == 0


@needs_bash
@pytest.mark.slow
def test_an_error_for_a_closed_output_does_not_land_in_the_other(plan: Path) -> None:
    ended = shell("sim run nowhere.yaml 2>&-", plan)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, b"", b"")


@needs_bash
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.slow
def test_output_on_a_full_disk_is_reported_and_the_sweep_is_complete(plan: Path) -> None:
    ended = shell("sim sweep plan.yaml --no-figures --workers 1 --out kept > /dev/full", plan, FAKE)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(b"error: the output could not be written: No space left on device")
    assert shell("sim status kept", plan, FAKE).returncode == 0


@needs_bash
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8", "latin-1"])
@pytest.mark.slow
def test_a_scenario_that_was_redirected_reads_back_as_it_was(encoding: str, plan: Path) -> None:
    ended = shell("sim scenario show plan.yaml > shown.yaml", plan, PYTHONIOENCODING=encoding)
    assert ended.returncode == 0, ended.stderr
    assert load_scenario(plan / "shown.yaml").resolved() == load_scenario(plan / "plan.yaml").resolved()
    assert (plan / "shown.yaml").read_bytes().isascii() is (encoding != "utf-8")


@needs_bash
@pytest.mark.slow
def test_an_error_under_ascii_is_one_plain_line(plan: Path) -> None:
    ended = shell("sim run baséline", plan, PYTHONIOENCODING="ascii")
    assert ended.returncode == 2 and ended.stderr.isascii() and ended.stderr.count(b"\n") == 1
    ended = shell("sim nünü", plan, PYTHONIOENCODING="ascii")
    assert ended.returncode == 2 and b"No such command 'nunu'" in ended.stderr


@needs_bash
@pytest.mark.slow
def test_files_are_utf_8_whatever_the_locale(plan: Path) -> None:
    """The same bytes in the C locale without Python's own UTF-8 mode, where text would be ASCII."""
    words = "sim sweep plan.yaml --no-figures --workers 1 --out kept"
    poor = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert shell(words, plan, FAKE, **poor).returncode == 0
    manifest = (plan / "kept" / "manifest.json").read_bytes()
    assert "“Été” – 48 → 96 h".encode() in manifest
    (plan / "kept").rename(plan / "first")
    assert shell(words, plan, FAKE).returncode == 0
    assert (plan / "kept" / "manifest.json").read_bytes() == manifest
