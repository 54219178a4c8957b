"""The same bytes under other locales, time zones, hash seeds and thread counts, and on a plain processor."""

from __future__ import annotations

import hashlib
import json
import locale
import os
import subprocess
import sys
from pathlib import Path

import pytest

import enforcement_sim

pytestmark = pytest.mark.slow

SWEEP = """
import locale, sys
for wanted in sys.argv[3:]:
    try:
        locale.setlocale(locale.LC_ALL, wanted)
        break
    except locale.Error:
        pass
from enforcement_sim.runs.sweep import sweep
sweep(sys.argv[1], out=sys.argv[2], workers=1)
"""
SMALL = """schema: 1
name: small
title: Ein Monat, überall gleich
asks: Is it the same everywhere?
extends: baseline
scope: {counties: ["10003"]}
period: {start: 2012-01-15, end: 2012-02-14}
parameters: {start.warm_days: 30}
replications: 1
sweep: {detainer.hold_hours: [48, 96]}
"""
COMMA_LOCALES = ("de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8", "tr_TR.UTF-8", "C.UTF-8")
"""Locales whose numbers have a comma, and one that every machine has."""
SURROUNDINGS = {
    "plain letters, the far east, hash seed 0, one thread": {
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "0",
        "NUMBA_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_NUM_THREADS": "1",
    },
    "commas in numbers, an odd time zone, hash seed 4242, many threads": {
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "America/St_Johns",
        "PYTHONHASHSEED": "4242",
        "NUMBA_NUM_THREADS": "2",
        "OMP_NUM_THREADS": "7",
        "OPENBLAS_NUM_THREADS": "7",
    },
    "a plain processor": {
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
    },
}
ABOUT_THE_CALL = ("log.json", ".lock")
"""What tells of the call and not of the runs: it has a clock."""


def swept(home: Path, environment: dict[str, str], *locales: str) -> dict[str, str]:
    """Carry out a small sweep in a process with such an environment; return the hash of every file."""
    home.mkdir()
    (home / "small.yaml").write_text(SMALL, encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "NUMBA_", "TZ"))}
    inherited |= {"PYTHONPATH": str(Path(enforcement_sim.__file__).parents[1])}
    subprocess.run(
        [sys.executable, "-c", SWEEP, str(home / "small.yaml"), str(home / "out"), *locales],
        env=inherited | environment,
        check=True,
    )
    files = (path for path in sorted((home / "out").rglob("*")) if path.is_file() and path.name not in ABOUT_THE_CALL)
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return swept(tmp_path_factory.mktemp("surroundings") / "usual", {})


@pytest.mark.parametrize("which", SURROUNDINGS)
def test_the_same_bytes_in_other_surroundings(tmp_path: Path, usual: dict[str, str], which: str) -> None:
    """Every file of the folder but the log: runs, tables, manifest."""
    found = swept(tmp_path / "other", SURROUNDINGS[which], *COMMA_LOCALES)
    assert len(usual) > 20
    assert found == usual


def test_where_there_is_a_comma_locale_it_is_the_one_that_is_tried() -> None:
    """A reader of a skipped locale should know: at least the plain one is there on every machine."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        taken = []
        for name in COMMA_LOCALES:
            try:
                taken.append(locale.setlocale(locale.LC_ALL, name))
            except locale.Error:
                continue
        assert taken
        assert json.loads(json.dumps(1.5)) == 1.5
    finally:
        locale.setlocale(locale.LC_ALL, before)
