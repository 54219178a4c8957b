"""Machine code that others can write is not run: owners, modes and links of its folder are looked at first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import enforcement_sim
from enforcement_sim.process.jit import UnsafeCache, fault_of, own_folder

pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners and modes as here")

ASK = """
import numpy
from enforcement_sim.process.rng import poisson
print(poisson(numpy.uint64(12345), 3, 25.0), sum(poisson.stats.cache_hits.values()))
"""
"""Calls one engine function, and says how often its machine code came from disk."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with machine code, this user's alone."""
    made = tmp_path / "cache" / "version"
    assert own_folder(made)
    (made / "process").mkdir(mode=0o700)
    (made / "process" / "one.nbc").write_bytes(b"code")
    return made


def ask(cache: Path) -> tuple[list[str], str]:
    """Ask a fresh process with a cache; return what it found and what it said on the side."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    source = str(Path(enforcement_sim.__file__).parents[1])
    environment |= {"PYTHONPATH": source, "ENFORCEMENT_SIM_CACHE": str(cache)}
    said = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    return said.stdout.split(), said.stderr


def test_a_folder_of_this_user_alone_is_used(folder: Path) -> None:
    assert fault_of(folder) is None
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", [".", "process", "process/one.nbc"])
@pytest.mark.parametrize("mode", [0o722, 0o720, 0o702])
def test_what_others_can_write_to_is_refused(folder: Path, place: str, mode: int) -> None:
    (folder / place).chmod(mode)
    with pytest.warns(UnsafeCache, match="others can write to") as told:
        assert not own_folder(folder)
    assert len(told) == 1 and len(str(told[0].message).splitlines()) == 1


def test_a_folder_above_that_anybody_can_write_to_is_refused(folder: Path) -> None:
    folder.parent.chmod(0o777)
    assert str(fault_of(folder)).startswith("others can write to")
    folder.parent.chmod(0o1777)  # as /tmp: nobody can move what is another's
    assert fault_of(folder) is None


@pytest.mark.parametrize("linked", ["folder", "file"])
def test_a_link_is_refused(folder: Path, tmp_path: Path, linked: str) -> None:
    if linked == "folder":
        other = tmp_path / "link"
        other.symlink_to(folder, target_is_directory=True)
        assert fault_of(other) == f"{other} is a link"
        return
    (folder / "process" / "two.nbc").symlink_to(folder / "process" / "one.nbc")
    assert "is a link" in str(fault_of(folder))


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_refused(folder: Path) -> None:
    os.chown(folder / "process" / "one.nbc", 12345, -1)
    assert "belongs to another user" in str(fault_of(folder))


def test_a_folder_that_cannot_be_made_is_told_of_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.warns(UnsafeCache, match="machine code is not kept or read"):
        assert not own_folder(tmp_path / "file" / "version")


@pytest.mark.slow
def test_the_engine_reads_its_machine_code_only_from_a_folder_of_its_own(tmp_path: Path) -> None:
    """Compiled, then read back; after others may write there, compiled again with one line, to the same numbers."""
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    first, second = ask(cache), ask(cache)
    assert (first[0][1], second[0][1]) == ("0", "1") and first[1] == second[1] == ""
    next(cache.iterdir()).chmod(0o777)
    (numbers, hits), said = ask(cache)
    assert (numbers, hits) == (first[0][0], "0")
    assert said.count("machine code is not kept or read") == 1
