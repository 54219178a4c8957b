"""The manifest of a results folder: its design, its files, and what they were made with.

``manifest.json`` contains no time and no path, so the same sweep writes the same manifest. It is sealed with a hash of its
content. It has the hash of every table and of every run record, and each record has the hashes of the files of its run. A
folder belongs to one design; a sweep of another design is refused and never overwrites it.
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
"""Format version of manifests."""

UNSEALED = frozenset(
    (
        *("complete", "data", "design", "engine_version", "inputs", "outputs", "own_data", "platform", "runs"),
        *("scenario", "schema", "simulated", "versions"),
    )
)
"""Keys of unsealed manifests of earlier versions; with any other key, a missing seal is a fault."""

STATES = ((MANIFEST, "a finished"), (UNFINISHED, "an unfinished"))
OTHER_FOLDER = "choose another folder with --out (or move this one away)"
MOST_REASONS = 3
BY_ADDRESS = frozenset(("parameters", "history"))
"""Parts of a scenario with a value for each address, of which a point stores those that differ."""


def reserve_folder(folder: Path, design: Design, runner: Runner) -> tuple[str, ...]:
    """Check that a folder can be used for this design, and reserve it.

    An unreadable manifest is replaced if every run in the folder belongs to this design, because the folder then has no
    results of another design.

    Returns
    -------
    tuple of str
        Names of unreadable files, which were removed.

    Raises
    ------
    InputError
        If the folder contains a sweep of another design, or files that belong to no sweep.
    """
    unreadable: list[str] = []
    for name, state in STATES:
        if not (folder / name).exists():
            continue
        try:
            manifest = _read_sealed(folder / name)
        except InputError:
            if not _only_runs_of(folder, design, runner.version):
                raise
            unreadable.append(name)
            continue
        _check_design(folder, state, manifest, design, runner)
        valid = name
        break
    else:
        others = [item.name for item in folder.iterdir() if item.name != LOCK and not item.name.startswith(TEMPORARY)]
        if others and not unreadable:
            raise InputError(f"{folder} is not empty and holds no sweep ({min(others)}): {OTHER_FOLDER}")
        write_unfinished(folder, design, runner)
        valid = UNFINISHED
    # Remove the outdated one, which may be left after a kill between two steps.
    (folder / (UNFINISHED if valid == MANIFEST else MANIFEST)).unlink(missing_ok=True)
    return tuple(unreadable)


def check_owner(folder: Path, design: Design, runner: Runner) -> bool:
    """Return whether a folder contains a sweep of this design; nothing is written.

    Raises
    ------
    InputError
        If it contains a sweep of another design, or its manifest cannot be read.
    """
    for name, state in STATES:
        if (folder / name).exists():
            _check_design(folder, state, _read_sealed(folder / name), design, runner)
            return True
    return False


def write_unfinished(folder: Path, design: Design, runner: Runner) -> None:
    """Write the manifest of an unfinished sweep, with the runs it will contain."""
    runs = [_run_row(task, bool(design.draws)) for task in design.tasks(runner.version)]
    manifest = _description(design, runner) | {"runs": runs, "complete": False}
    write_atomic(folder / UNFINISHED, readable_json(sealed(manifest)))


def reopen(folder: Path, design: Design, runner: Runner) -> None:
    """Replace the manifest by that of an unfinished sweep before its tables change."""
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
        Run id -> SHA-256 of its ``run.json``, which has the hashes of the files of the run.
    failures : mapping
        Failed run -> last line of its traceback.
    outputs : mapping
        File name -> SHA-256, for the tables.
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
    write_manifest(folder, _description(design, runner) | finished)
    (folder / UNFINISHED).unlink(missing_ok=True)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a finished sweep, with its seal."""
    write_atomic(folder / MANIFEST, readable_json(sealed(manifest)))


def read_manifest(folder: Path, unfinished: bool = False) -> dict[str, Any]:
    """Return the manifest of a finished sweep.

    Parameters
    ----------
    unfinished : bool
        Accept that of an unfinished sweep, which has no ``outputs``.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    for name in (MANIFEST, UNFINISHED) if unfinished else (MANIFEST,):
        if (folder / name).exists():
            manifest = _read_sealed(folder / name)
            if manifest.get("schema") != SCHEMA:
                formats = f"written in format {manifest.get('schema')}; this version reads format {SCHEMA}"
                raise InputError(formats, file=folder / name)
            return manifest
    if unfinished:
        raise InputError(f"{folder} holds no sweep")
    hint = " (the sweep is unfinished; the same command continues it)" if (folder / UNFINISHED).exists() else ""
    raise InputError(f"{folder} holds no finished sweep{hint}")


def settings_of(manifest: Mapping[str, Any], point: int) -> dict[str, Any]:
    """Return the settings of a point, in the order of the design."""
    settings = manifest["design"]["points"][point]["settings"]
    return {address: settings[address] for address in manifest["design"]["addresses"] if address in settings}


def point_scenario(manifest: Mapping[str, Any], point: int, draw: int = 0) -> dict[str, Any] | None:
    """Return the part of the scenario of a point that reached the engine under a draw, from the manifest alone.

    Returns
    -------
    dict or None
        In the format of :func:`~enforcement_sim.runs.provenance.canonical`; None for a manifest of an earlier version,
        which has only the settings.
    """
    base = canonical_of(manifest["scenario"])
    row = manifest["design"]["points"][point]
    if "differs" not in row:
        return None
    differs = dict(row["differs"])
    for section in BY_ADDRESS & differs.keys():
        differs[section] = {**base.get(section, {}), **differs[section]}
    made = {key: value for key, value in (base | differs).items() if value is not None}
    if "draws" in manifest["design"]:
        drawn = manifest["design"]["draws"]["values"][draw]
        made["parameters"] = {**made["parameters"], **drawn}
        if "history" in made:  # what is drawn holds throughout
            made["history"] = {address: drawn.get(address, value) for address, value in made["history"].items()}
    return made


def read_scenario(resolved: dict[str, Any]) -> tuple[Scenario, dict[str, float]]:
    """Return a stored scenario as read by this version, and the parameters that this version does not know.

    Raises
    ------
    InputError
        If a place, a rule or a value in it is no longer allowed.
    """
    known = load_register()
    parameters = resolved.get("parameters", {})
    kept = {address: value for address, value in parameters.items() if address in known}
    unknown = {address: value for address, value in parameters.items() if address not in known}
    # Before levers had a history of their own, what was set held throughout.
    history = resolved.get("history", kept)
    levers = {address: history[address] for address in known.levers if address in history}
    return assemble(resolved | {"parameters": kept, "history": levers}), unknown


def scenario_differences(
    one: Mapping[str, Any], other: Mapping[str, Any], above: str = ""
) -> list[tuple[str, str, str]]:
    """Return the differences of two resolved scenarios: address, value in the first, value in the second."""
    found: list[tuple[str, str, str]] = []
    for key in dict.fromkeys([*one, *other]):
        address = f"{above}{key}"
        before, after = one.get(key), other.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found.extend(scenario_differences(before, after, f"{address}."))
        elif before != after:
            found.append((address.removeprefix("parameters."), _as_text(before), _as_text(after)))
    return found


def changed_settings(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """Return the differences of two canonical scenarios as text."""

    def by_name(scenario: dict[str, Any]) -> dict[str, Any]:
        changes = scenario.get("changes")
        if isinstance(changes, list):
            return {**scenario, "changes": {change["name"]: change for change in changes}}
        return scenario

    differences = scenario_differences(by_name(one), by_name(other))
    return tuple(f"{address}: {before} → {after}" for address, before, after in differences)


def _check_design(folder: Path, state: str, manifest: Mapping[str, Any], design: Design, runner: Runner) -> None:
    """Raise an error with the main reasons unless a manifest belongs to this design."""
    if manifest.get("schema") != SCHEMA:
        formats = f"format {manifest.get('schema')}; this version writes format {SCHEMA}"
        raise InputError(f"{folder} holds {state} sweep in {formats}: {OTHER_FOLDER}")
    if manifest.get("design", {}).get("identity") == design.identity(runner.version, runner.inputs):
        return
    reasons = [
        f"{address}: {before} there, {after} here"
        for address, before, after in scenario_differences(manifest.get("scenario", {}), design.scenario)
        if address.split(".")[0] not in FOR_READERS
    ]
    if manifest.get("engine_version") != runner.version:
        reasons.append("another version of the engine")
    if manifest.get("inputs") != runner.inputs:
        reasons.append("other shipped data, rules or code")
    reasons = reasons or ["other points or seeds"]
    more = f" and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
    why = "; ".join(reasons[:MOST_REASONS]) + more
    raise InputError(f"{folder} holds {state} sweep of another design ({why}): {OTHER_FOLDER}")


def _read_sealed(path: Path) -> dict[str, Any]:
    """Read and verify a manifest."""
    try:
        written = path.read_bytes()
        manifest = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise InputError(f"cannot be read as JSON: {OTHER_FOLDER}", file=path) from error
    if not isinstance(manifest, dict):
        raise InputError(f"is not the manifest of a sweep: {OTHER_FOLDER}", file=path)
    intact = written == readable_json(sealed(manifest)) if "seal" in manifest else manifest.keys() <= UNSEALED
    if manifest.get("schema") == SCHEMA and not intact:
        raise InputError(f"was changed after it was written: {REPAIR}", file=path)
    return manifest


def _only_runs_of(folder: Path, design: Design, engine_version: str) -> bool:
    """Return whether a folder has finished or failed runs, and all belong to this design."""
    there = {path.name for path in (folder / RUNS).glob("*")} | {path.stem for path in (folder / FAILED).glob("*")}
    return bool(there) and there <= {task.run for task in design.tasks(engine_version)}


def _description(design: Design, runner: Runner) -> dict[str, Any]:
    """Return the description of a design and of the versions used, for its manifest."""
    base = canonical_of(design.scenario)
    described: dict[str, Any] = {
        "name": design.name,
        "identity": design.identity(runner.version, runner.inputs),
        # Keys of JSON objects are sorted, so the order of the addresses is stored separately.
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
    """Return the description of the imported tables of a design, without times; empty if there are none."""
    tables: dict[str, dict[str, Any]] = {}
    for kind, name in sorted({pair for point in design.points for pair in point.scenario.data.items()}):
        about = description(kind, name) or {}
        tables.setdefault(kind, {})[name] = {key: about[key] for key in ("sha256", "sources", "counts") if key in about}
    return {"own_data": tables} if tables else {}


def _run_row(task: Task, drawn: bool) -> dict[str, Any]:
    """Return the row of a run before it is computed."""
    row = {"run": task.run, "point": task.point, "replication": task.replication, "seed": task.seed}
    return row | {"draw": task.draw} if drawn else row


def _point_row(index: int, point: DesignPoint, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a point: its settings, and how its scenario differs from that of the manifest.

    The scenario of the point can be restored from these two.
    """
    made_from = canonical(point.scenario)
    differs = {key: value for key, value in made_from.items() if value != base.get(key)}
    # None removes a key of the manifest scenario that the point lacks, such as imported data.
    differs |= {key: None for key in base if key not in made_from}
    for section in BY_ADDRESS & differs.keys():
        own = base.get(section, {})
        differs[section] = {
            address: value for address, value in made_from[section].items() if own.get(address) != value
        }
    return {"point": index, "settings": plain(point.settings), "differs": differs}


def _as_text(value: Any) -> str:
    """Return the value of a setting as text."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_as_text(inner)}" for key, inner in value.items() if key != "name") or "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(_as_text(inner) for inner in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
