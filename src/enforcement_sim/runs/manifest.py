"""The manifest of a results folder: which design it holds, what its files are, and what they were made from.

``manifest.json`` contains no clock and no path, so the same sweep writes the same manifest. It is sealed with a hash of
all it says, and holds the hash of every table and of every run's record, which in turn holds those of the run's files.
A folder belongs to one design: another one is refused, never written over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.imported import description
from enforcement_sim.runs.atomic_files import TEMPORARY, readable_json, sealed, sync_folder, write_atomic
from enforcement_sim.runs.design import Design, DesignPoint, Task, plain
from enforcement_sim.runs.provenance import FOR_READERS, canonical, canonical_of, made_with
from enforcement_sim.runs.store import FAILED, LOCK, MANIFEST, REPAIR, RUNS, UNFINISHED
from enforcement_sim.scenarios.schema import assemble

if TYPE_CHECKING:
    from enforcement_sim.runs.run import Runner
    from enforcement_sim.scenarios.schema import Scenario

SCHEMA = 1
"""Form of a manifest."""

UNSEALED = frozenset(
    (
        *("complete", "data", "design", "engine_version", "inputs", "outputs", "own_data", "platform", "runs"),
        *("scenario", "schema", "simulated", "versions"),
    )
)
"""Keys of manifests of earlier versions, which had no seal; one with any other key has lost its seal."""

STATES = ((MANIFEST, "a finished"), (UNFINISHED, "an unfinished"))
OTHER_FOLDER = "choose another folder with --out (or move this one away)"
MOST_REASONS = 3


def reserve_folder(folder: Path, design: Design, runner: Runner) -> tuple[str, ...]:
    """Make sure that a folder may take this design, and mark it as taken.

    A manifest that cannot be read is written again if every run in the folder is one of this design's: then the folder
    has no results of another design.

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
            if not _only_runs_of(folder, design, runner.version):
                raise
            unreadable.append(name)
            continue
        _refuse_another(folder, state, held, design, runner)
        valid = name
        break
    else:
        others = [item.name for item in folder.iterdir() if item.name != LOCK and not item.name.startswith(TEMPORARY)]
        if others and not unreadable:
            raise InputError(f"{folder} is not empty and holds no sweep ({min(others)}): {OTHER_FOLDER}")
        write_unfinished(folder, design, runner)
        valid = UNFINISHED
    # One of the two is left, also after a kill between writing the one and removing the other.
    (folder / (UNFINISHED if valid == MANIFEST else MANIFEST)).unlink(missing_ok=True)
    return tuple(unreadable)


def check_owner(folder: Path, design: Design, runner: Runner) -> bool:
    """Return whether a folder holds a sweep of this design; nothing is written.

    Raises
    ------
    InputError
        If it holds another's, or a manifest that cannot be read.
    """
    for name, state in STATES:
        if (folder / name).exists():
            _refuse_another(folder, state, _read(folder / name), design, runner)
            return True
    return False


def write_unfinished(folder: Path, design: Design, runner: Runner) -> None:
    """Write which runs the folder is going to hold, and that it does not yet."""
    runs = [_run_row(task, bool(design.draws)) for task in design.tasks(runner.version)]
    manifest = _described(design, runner) | {"runs": runs, "complete": False}
    write_atomic(folder / UNFINISHED, readable_json(sealed(manifest)))


def reopen(folder: Path, design: Design, runner: Runner) -> None:
    """Take back a manifest whose tables are about to change."""
    if (folder / MANIFEST).exists():
        write_unfinished(folder, design, runner)
        (folder / MANIFEST).unlink()
        sync_folder(folder)


def write_finished(
    folder: Path,
    design: Design,
    runner: Runner,
    tasks: Iterable[Task],
    records: Mapping[str, str],
    failures: Mapping[str, str],
    outputs: Mapping[str, str],
) -> None:
    """Write the manifest of a finished sweep.

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
    finished = {"runs": runs, "complete": not failures, "outputs": dict(outputs)}
    write_manifest(folder, _described(design, runner) | finished)
    (folder / UNFINISHED).unlink(missing_ok=True)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a finished sweep, with its seal."""
    write_atomic(folder / MANIFEST, readable_json(sealed(manifest)))


def read_manifest(folder: Path, unfinished: bool = False) -> dict[str, Any]:
    """Return the manifest of a finished sweep.

    Parameters
    ----------
    folder : Path
    unfinished : bool
        Whether that of an unfinished sweep will do; ``complete`` and ``outputs`` tell the two apart.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    for name in (MANIFEST, UNFINISHED) if unfinished else (MANIFEST,):
        if (folder / name).exists():
            held = _read(folder / name)
            if held.get("schema") != SCHEMA:
                forms = f"written in form {held.get('schema')}, this version reads form {SCHEMA}"
                raise InputError(forms, file=folder / name)
            return held
    if unfinished:
        raise InputError(f"{folder} holds no sweep")
    begun = " (its sweep is unfinished; the same command continues it)" if (folder / UNFINISHED).exists() else ""
    raise InputError(f"{folder} holds no finished sweep{begun}")


def settings_of(manifest: Mapping[str, Any], point: int) -> dict[str, Any]:
    """Return a point's settings, in the order in which they were swept."""
    held = manifest["design"]["points"][point]["settings"]
    return {address: held[address] for address in manifest["design"]["addresses"] if address in held}


def point_scenario(manifest: Mapping[str, Any], point: int, draw: int = 0) -> dict[str, Any] | None:
    """Return what of a point's scenario reached the engine under a draw, from a manifest alone.

    Returns
    -------
    dict or None
        In the form of :func:`~enforcement_sim.runs.provenance.canonical`; None for a manifest of an earlier version,
        which gives the settings only.
    """
    base = canonical_of(manifest["scenario"])
    row = manifest["design"]["points"][point]
    if "differs" not in row:
        return None
    differs = dict(row["differs"])
    if "parameters" in differs:
        differs["parameters"] = {**base.get("parameters", {}), **differs["parameters"]}
    made = {key: value for key, value in (base | differs).items() if value is not None}
    if "draws" in manifest["design"]:
        made["parameters"] = {**made["parameters"], **manifest["design"]["draws"]["values"][draw]}
    return made


def read_scenario(resolved: dict[str, Any]) -> tuple[Scenario, dict[str, float]]:
    """Return a stored scenario as this version reads it, and the parameters that this version does not know.

    Raises
    ------
    InputError
        If a place, a rule or a value in it is not allowed any more.
    """
    known = load_register()
    parameters = resolved.get("parameters", {})
    kept = {address: value for address, value in parameters.items() if address in known}
    unknown = {address: value for address, value in parameters.items() if address not in known}
    return assemble(resolved | {"parameters": kept}), unknown


def scenario_differences(
    one: Mapping[str, Any], other: Mapping[str, Any], above: str = ""
) -> list[tuple[str, str, str]]:
    """Return where two resolved scenarios differ: address, value in the first, value in the second."""
    found: list[tuple[str, str, str]] = []
    for key in dict.fromkeys([*one, *other]):
        address = f"{above}{key}"
        before, after = one.get(key), other.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found.extend(scenario_differences(before, after, f"{address}."))
        elif before != after:
            found.append((address.removeprefix("parameters."), _in_words(before), _in_words(after)))
    return found


def changed_settings(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """Return in words where two canonical scenarios differ: everything in them reaches the engine."""

    def by_name(scenario: dict[str, Any]) -> dict[str, Any]:
        changes = scenario.get("changes")
        if isinstance(changes, list):
            return {**scenario, "changes": {change["name"]: change for change in changes}}
        return scenario

    differences = scenario_differences(by_name(one), by_name(other))
    return tuple(f"{address}: {before} → {after}" for address, before, after in differences)


def _refuse_another(folder: Path, state: str, held: Mapping[str, Any], design: Design, runner: Runner) -> None:
    """Raise unless a manifest is this design's, with the first reasons."""
    if held.get("schema") != SCHEMA:
        forms = f"form {held.get('schema')}, this version writes form {SCHEMA}"
        raise InputError(f"{folder} holds {state} sweep in {forms}: {OTHER_FOLDER}")
    if held.get("design", {}).get("identity") == design.identity(runner.version, runner.inputs):
        return
    reasons = [
        f"{address}: {before} there, {after} here"
        for address, before, after in scenario_differences(held.get("scenario", {}), design.scenario)
        if address.split(".")[0] not in FOR_READERS
    ]
    if held.get("engine_version") != runner.version:
        reasons.append("another version of the engine")
    if held.get("inputs") != runner.inputs:
        reasons.append("other shipped data, rules or code")
    reasons = reasons or ["other points or seeds"]
    more = f" and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
    why = "; ".join(reasons[:MOST_REASONS]) + more
    raise InputError(f"{folder} holds {state} sweep of another design ({why}): {OTHER_FOLDER}")


def _read(path: Path) -> dict[str, Any]:
    """Return a manifest, or raise an error that says why it is none."""
    try:
        written = path.read_bytes()
        held = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise InputError(f"it cannot be read as JSON: {OTHER_FOLDER}", file=path) from error
    if not isinstance(held, dict):
        raise InputError(f"it is not a sweep's manifest: {OTHER_FOLDER}", file=path)
    intact = written == readable_json(sealed(held)) if "seal" in held else held.keys() <= UNSEALED
    if held.get("schema") == SCHEMA and not intact:
        raise InputError(f"it was changed after it was written: {REPAIR}", file=path)
    return held


def _only_runs_of(folder: Path, design: Design, engine_version: str) -> bool:
    """Return whether there are runs in a folder, finished or failed, and all of them are this design's."""
    there = {path.name for path in (folder / RUNS).glob("*")} | {path.stem for path in (folder / FAILED).glob("*")}
    return bool(there) and there <= {task.run for task in design.tasks(engine_version)}


def _described(design: Design, runner: Runner) -> dict[str, Any]:
    """Return what a design is and is made with, as a manifest says it."""
    base = canonical_of(design.scenario)
    described: dict[str, Any] = {
        "name": design.name,
        "identity": design.identity(runner.version, runner.inputs),
        # Keys of JSON objects are sorted here, so the order of the swept addresses is kept apart.
        "addresses": list(dict.fromkeys(address for point in design.points for address in point.settings)),
        "points": [_point_row(index, point, base) for index, point in enumerate(design.points)],
        "seeds": list(design.seeds),
        "replications": len(design.seeds),
    }
    if design.draws:
        drawn = {"addresses": list(design.draws[0]), "values": [plain(values) for values in design.draws]}
        meet = "all" if design.cells is None else [{"draw": draw, "point": point} for draw, point in design.cells]
        described["draws"] = drawn | {"points": meet}
    if design.stopping:
        described["stopping"] = design.stopping.written() | design.stopped
    return {
        "schema": SCHEMA,
        "simulated": "not a record",
        "scenario": design.scenario,
        "design": described,
        "engine_version": runner.version,
        **made_with(),
        "inputs": runner.inputs,
        **_imported_tables(design),
    }


def _imported_tables(design: Design) -> dict[str, Any]:
    """Return what is recorded of the imported tables that a design's points name, without the clock; nothing if none."""
    noted: dict[str, dict[str, Any]] = {}
    for kind, name in sorted({pair for point in design.points for pair in point.scenario.data.items()}):
        about = description(kind, name) or {}
        noted.setdefault(kind, {})[name] = {key: about[key] for key in ("sha256", "sources", "counts") if key in about}
    return {"own_data": noted} if noted else {}


def _run_row(task: Task, drawn: bool) -> dict[str, Any]:
    """Return what a manifest says of a run before it is computed."""
    row = {"run": task.run, "point": task.point, "replication": task.replication, "seed": task.seed}
    return row | {"draw": task.draw} if drawn else row


def _point_row(index: int, point: DesignPoint, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point as a manifest says it: its settings, and what of its scenario is not the manifest's own.

    With these two the point's scenario can be made again, however the design came to it.
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


def _in_words(value: Any) -> str:
    """Return a setting's value in words."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_in_words(inner)}" for key, inner in value.items() if key != "name") or "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(_in_words(inner) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
