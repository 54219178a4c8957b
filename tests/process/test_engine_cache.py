"""An edit in the engine is seen: the folder of machine code and the engine's version follow every source.

Numba's own cache looks at the file of the function that it compiles. A function that calls into another module would
keep its old machine code when only that module is edited; here it must not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

import enforcement_sim
from enforcement_sim.process.jit import (
    ENGINE_SOURCES,
    LOOKING_ON,
    _cache_folder,
    _may_keep,
    compiled,
    compiled_maker,
    engine_version,
    source_hash,
)
from enforcement_sim.process.person import ARRESTEE

PACKAGE = Path(enforcement_sim.__file__).parent
OUTSIDE = ("codes.py", "law/grounds.py")
"""Sources outside the room whose words are numbers in the engine."""
TABLE = "process/decisions.csv"

ASK = """
import numpy
from enforcement_sim.process.jit import engine_version
from enforcement_sim.process.person_state import number_of
print(engine_version(), number_of(numpy.uint64(12345), 1_000_000, 1.0, 0.0, 0.0),
      number_of.stats.cache_hits[number_of.signatures[0]] if number_of.stats.cache_hits else 0)
"""
"""Calls one engine function, `number_of`, that calls `uniform` in another module."""


def copy_of_package(folder: Path) -> Path:
    """Copy what the engine needs of the package; returns the copied package."""
    copied = folder / "enforcement_sim"
    shutil.copytree(PACKAGE, copied, ignore=shutil.ignore_patterns("__pycache__", "data", "report", "runs"))
    return copied


def ask(folder: Path) -> tuple[str, int, int]:
    """Ask a fresh process for the engine's version, a drawn number, and whether its machine code was on disk."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    environment |= {"PYTHONPATH": str(folder), "ENFORCEMENT_SIM_CACHE": str(folder / "cache")}
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    version, hours, hits = said.stdout.split()
    return version, int(hours), int(hits)


@pytest.mark.slow
def test_an_edit_in_a_called_function_is_seen(tmp_path: Path) -> None:
    """A fresh process after an edit in `uniform` gives the new numbers, and after undoing it the old machine code."""
    copied = copy_of_package(tmp_path)
    draws = copied / "process" / "rng.py"
    original = draws.read_text(encoding="utf-8")
    before = ask(tmp_path)
    assert before[0] == engine_version()
    assert before[2] == 0

    halved = original.replace(">> _S11) * _TO_UNIT", ">> _S11) * _TO_UNIT * 0.5")
    assert halved != original
    draws.write_text(halved, encoding="utf-8")
    after = ask(tmp_path)
    assert after[0] != before[0]
    assert after[1] == before[1] // 2

    draws.write_text(original, encoding="utf-8")
    again = ask(tmp_path)
    assert again[:2] == before[:2]
    assert again[2] == 1
    assert sorted(folder.name for folder in (tmp_path / "cache").iterdir()) == sorted({before[0], after[0]})


@pytest.mark.parametrize("situation", ["numba was imported first", "numba has a folder of its own"])
@pytest.mark.slow
def test_machine_code_is_kept_by_version_whatever_numba_was_told(situation: str, tmp_path: Path) -> None:
    """Neither an earlier import of numba nor a `NUMBA_CACHE_DIR` takes the version out of the folder's name."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    environment |= {"PYTHONPATH": str(PACKAGE.parent), "ENFORCEMENT_SIM_CACHE": str(tmp_path)}
    first = "import numba; " if situation == "numba was imported first" else ""
    if not first:
        environment["NUMBA_CACHE_DIR"] = str(tmp_path / "of-its-own")
    where = "from enforcement_sim.process.person_state import number_of; print(number_of._cache.cache_path)"
    said = subprocess.run(
        [sys.executable, "-c", first + where], env=environment, capture_output=True, text=True, check=True
    )
    assert engine_version() in Path(said.stdout.strip()).parts


@pytest.mark.parametrize("source", [*(f"process/{name}.py" for name in ENGINE_SOURCES), TABLE, *OUTSIDE])
def test_every_source_of_the_engine_counts(source: str, tmp_path: Path) -> None:
    """A changed character in any module of the engine gives another version."""
    copied = copy_of_package(tmp_path)
    assert source_hash(copied / "process") == engine_version()
    with (copied / source).open("a", encoding="utf-8") as stream:
        stream.write("# edited\n")
    assert source_hash(copied / "process") != engine_version()


def test_the_engine_imports_no_module_that_only_looks_on() -> None:
    """Every module of the room takes part in the version, but for its front door and those that only look on."""
    onlookers = set(LOOKING_ON) - {"__init__"}
    assert onlookers == {"histories"} and len(ENGINE_SOURCES) > 20
    for name in ENGINE_SOURCES:
        text = (PACKAGE / "process" / f"{name}.py").read_text(encoding="utf-8")
        assert not any(f"process.{other} " in text for other in onlookers), "the engine imports no onlooker"


def test_modules_the_engine_takes_constants_from_count() -> None:
    """What compiled modules import of ours from outside is in the version too, is a run's own data, or says what is wrong.

    Rules and the register reach the compiled code as arrays made anew for each run, not as constants.
    """
    imported: set[str] = set()
    for name in ENGINE_SOURCES:
        text = (PACKAGE / "process" / f"{name}.py").read_text(encoding="utf-8")
        imported |= set(re.findall(r"^(?:from|import) enforcement_sim\.([\w.]+)", text, flags=re.MULTILINE))
    outside = {module for module in imported if not module.startswith("process")}
    in_version = {path.removesuffix(".py").replace("/", ".") for path in OUTSIDE}
    assert outside - in_version == {"errors", "law.rules", "parameters.register"}


def test_the_version_is_short_and_stable() -> None:
    """Twelve hexadecimal digits, the same each time."""
    assert re.fullmatch(r"[0-9a-f]{12}", engine_version())
    assert engine_version() == source_hash(PACKAGE / "process")


def latest(people, others, rows):  # type: ignore[no-untyped-def]
    """Return the latest hour at which somebody is due; an array is handed from name to name, as Numba counts."""
    latest = 0
    for row in rows:
        chosen = people if row % 2 else others
        latest = max(latest, chosen[row].due)
        others = chosen
    return latest


def total(size):  # type: ignore[no-untyped-def]
    """Return the sum of an array made for it."""
    return np.zeros(size).sum()


@pytest.fixture(params=[compiled, compiled_maker], ids=["compiled", "maker"])
def how(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A way to compile, with a folder of machine code that is empty: code from disk cannot be looked into."""
    monkeypatch.setenv("ENFORCEMENT_SIM_CACHE", str(tmp_path))
    _cache_folder.cache_clear()
    _may_keep.cache_clear()
    yield request.param
    monkeypatch.undo()
    _cache_folder.cache_clear()
    _may_keep.cache_clear()


def test_an_engine_function_counts_no_references(how: Any) -> None:
    """Arrays and rows may be handed around as often as one likes: the machine code does not count who holds them.

    What may make arrays does count; so this fails if the option loses its meaning.
    """
    people, others, rows = np.zeros(4, ARRESTEE), np.zeros(4, ARRESTEE), np.array([2, 1, 3], np.int32)
    people["due"], others["due"] = (1, 2, 3, 4), (5, 6, 7, 8)
    function = how(latest)
    assert function(people, others, rows) == 7
    counted = sum(text.count("call void @NRT_incref") for text in function.inspect_llvm().values())
    assert (counted == 0) == (how is compiled)


def test_an_engine_function_makes_no_array(how: Any) -> None:
    """What owns nothing must not make anything: an allocation is refused when the function is compiled."""
    if how is compiled_maker:
        assert how(total)(3) == 0.0
        return
    with pytest.raises(numba.core.errors.NumbaError, match="Only accept returning of array passed into the function"):
        how(total)(3)
