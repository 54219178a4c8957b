"""A results folder: whose it is, and what its manifest says.

A manifest is sealed: it ends with a hash of all that it says, so a byte that changed is found when it is read. It holds
the hash of every table and of every run's record, which in turn holds those of the run's files.

``manifest.json`` says what the folder's files are and what they were made from; it holds no clock and no path, so the
same sweep writes the same manifest. It is written last, so its presence means that the sweep is finished; until then
``unfinished.json`` stands in its place and says which runs there will be. A folder belongs to one design: another one is
refused, never written over. What runs compute may not enter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.places.imported import description
from enforcement_sim.runs.design import Design, DesignPoint, Task, plain
from enforcement_sim.runs.disk import TEMPORARY, flush_folder, readable_json, write_whole
from enforcement_sim.runs.failures import FAILED
from enforcement_sim.runs.lock import LOCK_NAME
from enforcement_sim.runs.provenance import made_with
from enforcement_sim.runs.run import canonical, canonical_of
from enforcement_sim.runs.store import sealed

MANIFEST, UNFINISHED = "manifest.json", "unfinished.json"
SCHEMA = 1
"""Form of a manifest."""
UNSEALED = frozenset(
    (
        *("complete", "data", "design", "engine_version", "inputs", "outputs", "own_data", "platform", "runs"),
        *("scenario", "schema", "simulated", "versions"),
    )
)
"""What manifests of earlier versions say, which had no seal; one with anything else has lost its seal."""

STATES = ((MANIFEST, "a finished"), (UNFINISHED, "an unfinished"))
MEND = "run the same sweep again, which mends the folder (`enforcement-sim status` says what it lacks)"
WAY_OUT = "choose another folder with --out (or move this one away)"


def claim(folder: Path, design: Design, engine_version: str, inputs: str) -> tuple[str, ...]:
    """Make sure that a folder may take this design, and mark it as taken.

    A manifest that cannot be read is written again when every run in the folder is one of this design's: then nobody
    else's results are there.

    Returns
    -------
    tuple of str
        Names of files that could not be read, and were removed.

    Raises
    ------
    InputError
        If the folder holds a sweep of another design, or files that are no sweep's.
    """
    unreadable: list[str] = []
    for name, state in STATES:
        if not (folder / name).exists():
            continue
        try:
            held = _read(folder / name)
        except InputError:
            if not _only_runs_of(folder, design, engine_version):
                raise
            unreadable.append(name)
            continue
        _refuse_another(folder, state, held, design, engine_version, inputs)
        valid = name
        break
    else:
        strangers = [item.name for item in folder.iterdir() if item.name != LOCK_NAME and item.name[:4] != TEMPORARY]
        if strangers and not unreadable:
            raise InputError(f"{folder} is not empty and holds no sweep ({min(strangers)}): {WAY_OUT}")
        write_unfinished(folder, design, engine_version, inputs)
        valid = UNFINISHED
    # One of the two is left, also after a kill between writing the one and removing the other.
    (folder / (UNFINISHED if valid == MANIFEST else MANIFEST)).unlink(missing_ok=True)
    return tuple(unreadable)


def check_owner(folder: Path, design: Design, engine_version: str, inputs: str) -> bool:
    """Say whether a folder holds a sweep of this design; nothing is written.

    Raises
    ------
    InputError
        If it holds another's, or a manifest that cannot be read.
    """
    for name, state in STATES:
        if (folder / name).exists():
            _refuse_another(folder, state, _read(folder / name), design, engine_version, inputs)
            return True
    return False


def _refuse_another(
    folder: Path, state: str, held: Mapping[str, Any], design: Design, engine_version: str, inputs: str
) -> None:
    """Raise unless a manifest is this design's."""
    if held.get("schema") != SCHEMA:
        forms = f"form {held.get('schema')}, this version writes form {SCHEMA}"
        raise InputError(f"{folder} holds {state} sweep in {forms}: {WAY_OUT}")
    if held.get("design", {}).get("identity") != design.identity(engine_version, inputs):
        reasons = _what_differs(held, design, engine_version, inputs)
        raise InputError(f"{folder} holds {state} sweep of another design ({reasons}): {WAY_OUT}")


def write_unfinished(folder: Path, design: Design, engine_version: str, inputs: str) -> None:
    """Say in the folder what it is going to hold, and that it does not yet."""
    runs = [_run_row(task, bool(design.draws)) for task in design.tasks(engine_version)]
    described = _described(design, engine_version, inputs)
    write_whole(folder / UNFINISHED, readable_json(sealed(described | {"runs": runs, "complete": False})))


def reopen(folder: Path, design: Design, engine_version: str, inputs: str) -> None:
    """Take back a manifest whose tables are about to change: they would not be what it says while they do."""
    if (folder / MANIFEST).exists():
        write_unfinished(folder, design, engine_version, inputs)
        (folder / MANIFEST).unlink()
        flush_folder(folder)


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
        Run id -> the last line of the traceback of a run that failed.
    outputs : mapping
        File name -> SHA-256 of the tables written.
    """
    runs = [
        {
            **_run_row(task, bool(design.draws)),
            **({"failed": failures[task.run]} if task.run in failures else {}),
            **({"sha256": records[task.run]} if task.run in records else {}),
        }
        for task in tasks
    ]
    manifest = _described(design, engine_version, inputs) | {
        "runs": runs,
        "complete": not failures,
        "outputs": dict(outputs),
    }
    write_manifest(folder, manifest)
    (folder / UNFINISHED).unlink(missing_ok=True)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a finished sweep, with its seal."""
    write_whole(folder / MANIFEST, readable_json(sealed(manifest)))


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
    return _of_this_form(_read(folder / MANIFEST), folder / MANIFEST)


def read_any_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a sweep, finished or not; ``complete`` and ``outputs`` tell the two apart.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    for name in (MANIFEST, UNFINISHED):
        if (folder / name).exists():
            return _of_this_form(_read(folder / name), folder / name)
    raise InputError(f"{folder} holds no sweep")


def _of_this_form(held: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return a manifest, or say that it is of another form."""
    if held.get("schema") != SCHEMA:
        raise InputError(f"written in form {held.get('schema')}, this version reads form {SCHEMA}", file=path)
    return held


def _run_row(task: Task, drawn: bool) -> dict[str, Any]:
    """Return what a manifest says of a run before anything has become of it."""
    row = {"run": task.run, "point": task.point, "replication": task.replication, "seed": task.seed}
    return row | {"draw": task.draw} if drawn else row


def _only_runs_of(folder: Path, design: Design, engine_version: str) -> bool:
    """Say whether there are runs in a folder, finished or failed, and all of them are this design's."""
    mine = {task.run for task in design.tasks(engine_version)}
    there = {path.name for path in (folder / "runs").glob("*")} | {path.stem for path in (folder / FAILED).glob("*")}
    return bool(there) and there <= mine


def _described(design: Design, engine_version: str, inputs: str) -> dict[str, Any]:
    """Return what a design is and is made with, as a manifest says it."""
    made = made_with()
    base = canonical_of(design.scenario)
    return {
        "schema": SCHEMA,
        "simulated": "not a record",
        "scenario": design.scenario,
        "design": {
            "name": design.name,
            "identity": design.identity(engine_version, inputs),
            # Keys of JSON objects are sorted here, so the order of the swept addresses is kept apart.
            "addresses": list(dict.fromkeys(address for point in design.points for address in point.settings)),
            "points": [_point_row(index, point, base) for index, point in enumerate(design.points)],
            "seeds": list(design.seeds),
            "replications": len(design.seeds),
            **_described_draws(design),
            **({"stopping": design.stopping.written() | design.stopped} if design.stopping else {}),
        },
        "engine_version": engine_version,
        **made,
        "inputs": inputs,
        **_own_data(design),
    }


def _own_data(design: Design) -> dict[str, Any]:
    """Return what is noted of the imported tables that a design's points name, without the clock; nothing if none."""
    named = {(kind, name) for point in design.points for kind, name in point.scenario.data.items()}
    noted: dict[str, dict[str, Any]] = {}
    for kind, name in sorted(named):
        about = description(kind, name) or {}
        noted.setdefault(kind, {})[name] = {key: about[key] for key in ("sha256", "sources", "counts") if key in about}
    return {"own_data": noted} if noted else {}


def _point_row(index: int, point: DesignPoint, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point as a manifest says it: its settings, and what of its scenario is not the manifest's own.

    With these two anybody can make the point's scenario again, however the design came to it.
    """
    made_from = canonical(point.scenario)
    differs = {key: value for key, value in made_from.items() if value != base.get(key)}
    # What the manifest's own scenario has and the point has not, such as imported data, is taken away again.
    differs |= {key: None for key in base if key not in made_from}
    if "parameters" in differs:
        own = base.get("parameters", {})
        differs["parameters"] = {
            address: value for address, value in made_from["parameters"].items() if own.get(address) != value
        }
    return {"point": index, "settings": plain(point.settings), "differs": differs}


def settings_of(manifest: Mapping[str, Any], point: int) -> dict[str, Any]:
    """Return a point's settings, in the order in which they were swept."""
    design = manifest["design"]
    held = design["points"][point]["settings"]
    return {address: held[address] for address in design["addresses"] if address in held}


def made_from(manifest: Mapping[str, Any], point: int, draw: int = 0) -> dict[str, Any] | None:
    """Return what of a point's scenario reached the engine under a draw, from a manifest alone.

    Returns
    -------
    dict or None
        In the form of :func:`~enforcement_sim.runs.run.canonical`; None for a manifest that does not say.
    """
    base = canonical_of(manifest["scenario"])
    row = manifest["design"]["points"][point]
    if "differs" not in row:
        return None  # an earlier manifest, which gives the settings only
    differs = dict(row["differs"])
    if "parameters" in differs:
        differs["parameters"] = {**base.get("parameters", {}), **differs["parameters"]}
    made = {key: value for key, value in (base | differs).items() if value is not None}
    if "draws" in manifest["design"]:
        made["parameters"] = {**made["parameters"], **manifest["design"]["draws"]["values"][draw]}
    return made


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
        written = path.read_bytes()
        held = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise InputError(f"it cannot be read as JSON: {WAY_OUT}", file=path) from error
    if not isinstance(held, dict):
        raise InputError(f"it is not a sweep's manifest: {WAY_OUT}", file=path)
    if held.get("schema") == SCHEMA and not _is_sound(held, written):
        raise InputError(f"it was changed after it was written: {MEND}", file=path)
    return held


def _is_sound(held: Mapping[str, Any], written: bytes) -> bool:
    """Say whether a manifest is what was written; of an earlier version's nobody can say."""
    if "seal" in held:
        return written == readable_json(sealed(held))
    return held.keys() <= UNSEALED


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
