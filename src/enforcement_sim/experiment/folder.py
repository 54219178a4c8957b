"""A results folder: whose it is, what its manifest says, and what happened while it was made.

``manifest.json`` says what the folder's files are and what they were made from; it holds no clock and no path, so the
same sweep writes the same manifest. It is written last, so its presence means that the sweep is finished; until then
``unfinished.json`` stands in its place. ``log.json`` has everything that differs from one time to the next: when, how
long, what was made again and why, and the tracebacks of runs that failed. A folder belongs to one design: another one
is refused, never written over. What runs compute may not enter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.experiment.design import Design, Task, plain
from enforcement_sim.experiment.lock import LOCK_NAME
from enforcement_sim.experiment.provenance import made_with
from enforcement_sim.experiment.store import TEMPORARY, readable_json, write_whole

MANIFEST, UNFINISHED, LOG = "manifest.json", "unfinished.json", "log.json"
SCHEMA = 1
WAY_OUT = "choose another folder with --out (or move this one away)"


def claim(folder: Path, design: Design, engine_version: str, inputs: str) -> None:
    """Make sure that a folder may take this design, and mark it as taken.

    Raises
    ------
    InputError
        If the folder holds a sweep of another design, or files that are no sweep's.
    """
    identity = design.identity(engine_version, inputs)
    for name, state in ((MANIFEST, "a finished"), (UNFINISHED, "an unfinished")):
        if not (folder / name).exists():
            continue
        held = _read(folder / name)
        if held.get("design", {}).get("identity") != identity:
            reasons = _what_differs(held, design, engine_version, inputs)
            raise InputError(f"{folder} holds {state} sweep of another design ({reasons}): {WAY_OUT}")
        return
    strangers = [item.name for item in folder.iterdir() if item.name != LOCK_NAME and item.name[:4] != TEMPORARY]
    if strangers:
        raise InputError(f"{folder} is not empty and holds no sweep ({min(strangers)}): {WAY_OUT}")
    write_whole(folder / UNFINISHED, readable_json(_described(design, engine_version, inputs)))


def finish(
    folder: Path,
    design: Design,
    tasks: Iterable[Task],
    records: Mapping[str, str],
    failures: Mapping[str, str],
    outputs: Mapping[str, str],
    engine_version: str,
    inputs: str,
) -> None:
    """Write the manifest of a sweep that has come to its end.

    Parameters
    ----------
    records : mapping
        Run id -> SHA-256 of its ``run.json``, which in turn seals the run's files.
    failures : mapping
        Run id -> traceback of a run that failed; the manifest has only its last line.
    outputs : mapping
        File name -> SHA-256 of the tables written.
    """
    runs = [
        {
            "run": task.run,
            "point": task.point,
            "replication": task.replication,
            "seed": task.seed,
            **({"draw": task.draw} if design.draws else {}),
            **({"failed": failures[task.run].strip().splitlines()[-1]} if task.run in failures else {}),
            **({"sha256": records[task.run]} if task.run in records else {}),
        }
        for task in tasks
    ]
    manifest = _described(design, engine_version, inputs) | {
        "runs": runs,
        "complete": not failures,
        "outputs": dict(outputs),
    }
    write_whole(folder / MANIFEST, readable_json(manifest))
    (folder / UNFINISHED).unlink(missing_ok=True)


def add_to_log(folder: Path, call: Mapping[str, Any]) -> None:
    """Add one call (what it computed, checked and had to do again) to the folder's log."""
    try:
        calls = json.loads((folder / LOG).read_bytes())["calls"]
    except (OSError, ValueError, KeyError, TypeError):
        calls = []
    write_whole(folder / LOG, readable_json({"calls": [*calls, dict(call)]}))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished sweep.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    if not (folder / MANIFEST).exists():
        unfinished = (
            " (its sweep is unfinished; the same command continues it)" if (folder / UNFINISHED).exists() else ""
        )
        raise InputError(f"{folder} holds no finished sweep{unfinished}")
    return _read(folder / MANIFEST)


def _described(design: Design, engine_version: str, inputs: str) -> dict[str, Any]:
    """Return what a design is and is made with, as a manifest says it."""
    made = made_with()
    return {
        "schema": SCHEMA,
        "simulated": "not a record",
        "scenario": design.scenario,
        "design": {
            "name": design.name,
            "identity": design.identity(engine_version, inputs),
            # Keys of JSON objects are sorted here, so the order of the swept addresses is kept apart.
            "addresses": list(dict.fromkeys(address for point in design.points for address in point.settings)),
            "points": [{"point": index, "settings": plain(p.settings)} for index, p in enumerate(design.points)],
            "seeds": list(design.seeds),
            "replications": len(design.seeds),
            **_described_draws(design),
            **({"stopping": design.stopping.written() | design.stopped} if design.stopping else {}),
        },
        "engine_version": engine_version,
        **made,
        "inputs": inputs,
    }


def _described_draws(design: Design) -> dict[str, Any]:
    """Return the draws of uncertain parameters and which points they meet, where there are any."""
    if not design.draws:
        return {}
    drawn = {"addresses": list(design.draws[0]), "values": [plain(values) for values in design.draws]}
    meet = "all" if design.cells is None else [{"draw": draw, "point": point} for draw, point in design.cells]
    return {"draws": drawn | {"points": meet}}


def _read(path: Path) -> dict[str, Any]:
    """Return a manifest, or say that it is none."""
    try:
        held = json.loads(path.read_bytes())
    except ValueError as error:
        raise InputError(f"it cannot be read as JSON: {WAY_OUT}", file=path) from error
    if not isinstance(held, dict):
        raise InputError(f"it is not a sweep's manifest: {WAY_OUT}", file=path)
    return held


def _what_differs(held: Mapping[str, Any], design: Design, engine_version: str, inputs: str) -> str:
    """Say in a few words why a folder's design is not this one."""
    theirs = held.get("scenario", {})
    reasons = [
        f"{address}: {before} there, {after} here"
        for address, before, after in differences(theirs, design.scenario)
        if address.split(".")[0] not in ("name", "title", "asks")
    ]
    if held.get("engine_version") != engine_version:
        reasons.append("another version of the engine")
    if held.get("inputs") != inputs:
        reasons.append("other shipped data, rules or code")
    if not reasons:
        reasons.append("other points or seeds")
    more = f" and {len(reasons) - 3} more" if len(reasons) > 3 else ""
    return "; ".join(reasons[:3]) + more


def differences(one: Mapping[str, Any], other: Mapping[str, Any], above: str = "") -> list[tuple[str, Any, Any]]:
    """Return where two resolved scenarios differ: address, value in the first, value in the second."""
    found: list[tuple[str, Any, Any]] = []
    for key in dict.fromkeys([*one, *other]):
        address = f"{above}{key}"
        before, after = one.get(key), other.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found.extend(differences(before, after, f"{address}."))
        elif before != after:
            found.append((address.removeprefix("parameters."), _told(before), _told(after)))
    return found


def changed_settings(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """Return in words where two canonical scenarios differ: everything in them reaches the engine."""
    first, second = _by_name(one), _by_name(other)
    return tuple(f"{address}: {before} → {after}" for address, before, after in differences(first, second))


def _by_name(scenario: dict[str, Any]) -> dict[str, Any]:
    """Return a canonical scenario with its changes under their names, so that two can be told apart part by part."""
    changes = scenario.get("changes")
    if isinstance(changes, list):
        return {**scenario, "changes": {change["name"]: change for change in changes}}
    return scenario


def _told(value: Any) -> str:
    """Return a value in words."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_told(inner)}" for key, inner in value.items() if key != "name") or "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(_told(inner) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
