"""A results folder of which one byte changed, is missing, or was cut off: found and named, or of no consequence.

Whatever happens to one file, nobody is given a number that no run produced: the file is named, with what to do, or what
is read is what was written.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.report.page.write import report_of
from enforcement_sim.runs.status import status_of
from enforcement_sim.runs.sweep import sweep
from enforcement_sim.runs.sweep_result import load_sweep

pytestmark = pytest.mark.slow

SMALL = """schema: 1
name: small
title: A month in a small county
asks: Nothing.
extends: baseline
scope: {counties: ["10003"]}
period: {start: 2012-01-01, end: 2012-01-31}
parameters: {start.warm_days: 0}
replications: 1
sweep: {detainer.hold_hours: [48, 96]}
"""
MUTATIONS = 500
WITHOUT_NUMBERS = ("log.json", ".lock")
"""What tells of the calls so far and of who is at work; no number and no run is read from it."""
WAYS = ("changed", "missing", "cut")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of a month in a small county: two settings under one seed."""
    home = tmp_path_factory.mktemp("bytes")
    (home / "small.yaml").write_text(SMALL)
    folder = home / "whole"
    sweep(home / "small.yaml", out=folder, workers=1)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "results"
    shutil.copytree(whole, copied)
    return copied


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def damaged(content: bytes, way: str, chance: random.Random) -> bytes:
    """Return a file's bytes with one changed or missing, or without what comes after some place."""
    place = chance.randrange(len(content))
    if way == "cut":
        return content[:place]
    other = bytes([(content[place] + chance.randrange(1, 256)) % 256]) if way == "changed" else b""
    return content[:place] + other + content[place + 1 :]


def read(folder: Path) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Read everything that a folder can give: its tables, its results, and what these were made from."""
    found = load_sweep(folder)
    points = range(len(found.settings))
    scenarios = [found.scenario_of(point) for point in points]
    results = [found.result(point) for point in points]
    tables = ("measures", "funnel", "series", "mix", "hours", "comparison")
    return {name: found.table(name) for name in tables}, results, scenarios


def numbers_in(folder: Path) -> tuple[Any, ...]:
    """Return every number that a folder can give, as text."""
    tables, results, scenarios = read(folder)
    csv_texts = {name: table.to_csv() for name, table in tables.items()}
    return csv_texts, [repr(sorted(result.measures().items())) for result in results], repr(scenarios)


def status_finds(folder: Path) -> str:
    """Return what ``status`` says of damage; empty if nothing."""
    try:
        found = status_of(folder)
    except InputError as error:
        return str(error)
    return "" if found.complete else "\n".join([*found.lines(), *(f"{run.run} {run.why}" for run in found.runs)])


def named(path: Path, message: str) -> bool:
    """Say whether a message names a file: by its own name, and its run's where it belongs to one."""
    run = path.parent.parent.name if path.parent.name == "summary" else path.parent.name
    return path.name in message and (path.parent.name == "results" or run in message)


def test_any_single_byte_is_found_or_of_no_consequence(whole: Path, folder: Path) -> None:
    chance = random.Random(500)
    undamaged = numbers_in(whole)
    there = files_of(folder)
    assert status_finds(folder) == "" and numbers_in(folder) == undamaged
    for number in range(MUTATIONS):
        path = there[number % len(there)]
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(damaged(content, chance.choice(WAYS), chance))
        try:
            if path.name in WITHOUT_NUMBERS:
                status_finds(folder)
                assert numbers_in(folder) == undamaged
                continue
            assert named(path, status_finds(folder)), path
            with pytest.raises(InputError) as refused:
                read(folder)
            message = str(refused.value)
            assert (named(path, message) and "run the same sweep again" in message) or path.suffix == ".json", (
                path,
                message,
            )
            assert len(message.splitlines()) == 1
        finally:
            path.write_bytes(content)


def every_file() -> Iterator[str]:
    """Yield the places of files that a report is made from."""
    yield from ("manifest.json", "measures.parquet", "funnel.csv", "comparison.parquet")
    yield from ("runs/*/run.json", "runs/*/events.parquet", "runs/*/summary/mix.parquet")


@pytest.mark.parametrize("pattern", every_file())
@pytest.mark.parametrize("way", [*WAYS, "gone"])
def test_no_report_is_made_of_it(folder: Path, pattern: str, way: str) -> None:
    [path, *_] = sorted(folder.glob(pattern))
    if way == "gone":
        path.unlink()
    else:
        path.write_bytes(damaged(path.read_bytes(), way, random.Random(7)))
    with pytest.raises(InputError):
        report_of(folder)
