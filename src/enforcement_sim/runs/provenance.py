"""What results were made from, apart from the scenario: versions, shipped data, the engine.

``inputs_digest`` is one hash over everything in the package that reaches a result and that neither the scenario nor the
engine version covers: data files, the rulebook, and the sources of the rooms around the engine. ``made_with`` is the
readable form for a manifest; ``identity`` adds the engine, for asking whether another machine would give the same. None
of them holds a clock, a path or the name of a machine.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from enforcement_sim import __version__
from enforcement_sim.runs.run import canonical_json, digest

PACKAGE = "enforcement_sim"
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
    "results/result.py",
    "results/costs.py",
    "results/count.py",
    "results/measures.py",
)
"""Rooms whose code reaches a result; the engine's own sources are in its version."""

PACKAGES = ("mesa", "numpy", "scipy", "numba", "pandas", "pyarrow", "pydantic")
"""Packages whose version may change a result or its bytes."""


KEYS_IN_WORDS = {"engine_version": "engine", "inputs": "data, rules and code around the engine"}
MISSING = "none"
SHOWN = 12
"""Letters of a version or hash that are told."""


@cache
def data_hashes() -> dict[str, str]:
    """Return the SHA-256 of every shipped data file by its path inside the package."""
    return {name: digest(item.read_bytes()) for name, item in _files_under(DATA) if not name.endswith(".py")}


@cache
def inputs_digest() -> str:
    """Return one hash of the shipped data and of the code around the engine, as sixteen hexadecimal digits."""
    sources = {name: digest(item.read_bytes()) for name, item in _files_under(SOURCES) if name.endswith(".py")}
    return digest(canonical_json({**data_hashes(), **sources}))[:16]


@cache
def identity() -> dict[str, Any]:
    """Return everything here that may reach a result: where two machines give the same, they give the same bytes."""
    from enforcement_sim.process import engine_version

    return {"engine_version": engine_version(), **made_with()}


def unlike(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return where two identities differ, as what, there, and here; nothing if they are alike.

    Only what the first has is compared, so an identity of an earlier form can be asked too.

    Examples
    --------
    >>> unlike({"platform": "Linux x86_64", "versions": {"numpy": "2.1.0"}},
    ...        {"platform": "Linux x86_64", "versions": {"numpy": "2.2.0"}})
    (('numpy', '2.1.0', '2.2.0'),)
    """
    found = []
    for key, there in one.items():
        here = other.get(key)
        if isinstance(there, Mapping) and isinstance(here, Mapping):
            for name in dict.fromkeys([*there, *here]):
                pair = str(there.get(name, MISSING)), str(here.get(name, MISSING))
                if pair[0] != pair[1]:
                    found.append((name, *(value[:SHOWN] for value in pair)))
        elif there != here:
            found.append((KEYS_IN_WORDS.get(key, key), str(there), str(here)))
    return tuple(found)


@cache
def made_with() -> dict[str, Any]:
    """Return versions and data hashes for a manifest."""
    packages = {name: metadata.version(name) for name in PACKAGES}
    return {
        "versions": {
            "enforcement-sim": __version__,
            "python": platform.python_version(),
            **packages,
        },
        "platform": f"{platform.system()} {platform.machine()}",
        "data": data_hashes(),
        "inputs": inputs_digest(),
    }


def _files_under(names: tuple[str, ...]) -> list[tuple[str, Traversable]]:
    """Return the named files of the package and all files in the named folders, by path, sorted."""
    root = files(PACKAGE)
    found: list[tuple[str, Traversable]] = []

    def gather(path: str, item: Traversable) -> None:
        if item.is_file():
            found.append((path, item))
        elif item.is_dir():
            for inner in item.iterdir():
                if inner.name != "__pycache__":
                    gather(f"{path}/{inner.name}", inner)

    for name in names:
        gather(name, root.joinpath(name))
    return sorted(found, key=lambda pair: pair[0])
