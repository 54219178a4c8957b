"""What results are made from, and the hashes that name it: scenarios, code, shipped data, packages.

A run is named by a hash of what reaches the engine and of nothing else, so that a new title or another order of keys
does not change the name and a changed parameter does. ``inputs_digest`` covers everything in the package that reaches a
result and that neither the scenario nor the engine version covers. No hash contains a clock, a path or the name of a
machine.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

FOR_READERS = ("name", "title", "asks")
"""Parts of a scenario that are for readers only."""

CHOICE_OF_RUNS = ("replications", "seed", "sweep", "design")
"""Parts of a scenario that say which runs there are, not what happens in one."""

ID_LENGTH = 16
"""Hexadecimal digits kept of a hash: 64 bits, so a clash among a million runs has odds of one in 37 million."""

DATA = (
    "places/data",
    "law/rulebook.yaml",
    "law/definitions.yaml",
    "parameters/parameters.yaml",
    "parameters/ensemble.csv",
)
"""Shipped data that a result depends on."""

SOURCES = (
    "law",
    "parameters",
    "places",
    "scenarios",
    "codes.py",
    "model",
    "results/tabulate.py",
    "results/questions.py",
    "results/result.py",
    "results/costs.py",
    "results/count.py",
    "results/dimensions.py",
    "results/measures.py",
)
"""Rooms whose code reaches a result; the engine's own sources are in its version."""

NO_NUMBER = ("__pycache__", "data_import")
"""Folders in these rooms that reach no result: what is imported is in the run's own data."""

PACKAGES = ("mesa", "numpy", "scipy", "numba", "pandas", "pyarrow", "pydantic")
"""Packages whose version may change a result or its bytes."""

LABELS = {"engine_version": "engine", "inputs": "data, rules and code around the engine"}
SHOWN_LENGTH = 12
"""Characters of a version or hash in a message."""


def canonical(scenario: Scenario) -> dict[str, Any]:
    """Return the part of a resolved scenario that reaches the engine.

    Changes become a list: of two that overlap the later one wins, and sorting keys for the hash would lose their order.
    """
    return canonical_of(scenario.resolved())


def canonical_of(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Return :func:`canonical` of a scenario that is given as resolved, such as a manifest has it."""
    kept = {key: value for key, value in resolved.items() if key not in FOR_READERS + CHOICE_OF_RUNS}
    changes = kept.get("changes")
    if isinstance(changes, Mapping):
        kept["changes"] = [{"name": name, **change} for name, change in changes.items()]
    return kept


def as_resolved(stored: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Return what :func:`canonical` made as a resolved scenario again, with the name, title and seeds of another."""
    resolved = {key: described[key] for key in (*FOR_READERS, "replications", "seed") if key in described} | stored
    if isinstance(stored.get("changes"), list):
        resolved["changes"] = {
            change["name"]: {key: value for key, value in change.items() if key != "name"}
            for change in stored["changes"]
        }
    return resolved


def canonical_json(value: Any) -> str:
    """Return JSON with one spelling only: keys sorted, no spaces, no number outside the standard."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a text or of bytes, in hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def run_id(scenario: Scenario, seed: int, engine_version: str) -> str:
    """Return the name of a run: sixteen hexadecimal digits of a hash of what produced it.

    Parameters
    ----------
    scenario : Scenario
        Hashed as resolved, without name, title, question, replications, seed, sweep and design.
    seed : int
        The seed of this run.
    engine_version : str
        The hash of the engine's sources (``process.engine_version()``).
    """
    return run_id_of(canonical(scenario), seed, engine_version)


def run_id_of(made_from: Mapping[str, Any], seed: int, engine_version: str) -> str:
    """Return the name of a run whose scenario is given in the form of :func:`canonical`."""
    produced_by = {"scenario": made_from, "seed": int(seed), "engine_version": engine_version}
    return _short_hash(produced_by)


@cache
def data_hashes() -> dict[str, str]:
    """Return the SHA-256 of every shipped data file by its path inside the package."""
    return {name: digest(item.read_bytes()) for name, item in _files_under(DATA) if not name.endswith(".py")}


@cache
def inputs_digest() -> str:
    """Return one hash of the shipped data and of the code around the engine, as sixteen hexadecimal digits."""
    sources = {name: digest(item.read_bytes()) for name, item in _files_under(SOURCES) if name.endswith(".py")}
    return _short_hash({**data_hashes(), **sources})


@cache
def made_with() -> dict[str, Any]:
    """Return versions and data hashes for a manifest."""
    packages = {name: metadata.version(name) for name in ("enforcement-sim", *PACKAGES)}
    return {
        "versions": {"python": platform.python_version(), **packages},
        "platform": f"{platform.system()} {platform.machine()}",
        "data": data_hashes(),
        "inputs": inputs_digest(),
    }


@cache
def environment() -> dict[str, Any]:
    """Return everything here that may reach a result: two machines on which it is equal give the same bytes."""
    from enforcement_sim.process import engine_version

    return {"engine_version": engine_version(), **made_with()}


def environment_differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return where two environments differ, as (what, in the first, in the second).

    Only what the first has is compared, so that an environment in an earlier form can be compared too.

    Examples
    --------
    >>> environment_differences({"platform": "Linux x86_64", "versions": {"numpy": "2.1.0"}},
    ...                         {"platform": "Linux x86_64", "versions": {"numpy": "2.2.0"}})
    (('numpy', '2.1.0', '2.2.0'),)
    """
    found = []
    for key, first in one.items():
        second = other.get(key)
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            for name in dict.fromkeys([*first, *second]):
                pair = str(first.get(name, "none")), str(second.get(name, "none"))
                if pair[0] != pair[1]:
                    found.append((name, *(value[:SHOWN_LENGTH] for value in pair)))
        elif first != second:
            found.append((LABELS.get(key, key), str(first), str(second)))
    return tuple(found)


def _short_hash(value: Any) -> str:
    return digest(canonical_json(value))[:ID_LENGTH]


def _files_under(names: tuple[str, ...]) -> list[tuple[str, Traversable]]:
    """Return the named files of the package and all files in the named folders, by path, sorted."""
    found: list[tuple[str, Traversable]] = []

    def gather(path: str, item: Traversable) -> None:
        if item.is_file():
            found.append((path, item))
        elif item.is_dir() and item.name not in NO_NUMBER:
            for inner in item.iterdir():
                gather(f"{path}/{inner.name}", inner)

    for name in names:
        gather(name, files("enforcement_sim").joinpath(name))
    return sorted(found, key=lambda pair: pair[0])
