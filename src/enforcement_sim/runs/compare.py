"""Asking for a comparison: two or more scenarios, or stored sweeps, on the same synthetic people.

Scenarios are run on common seeds; stored sweeps bring theirs. What comes back is the table of differences, with what
the scenarios differ in beside it, and a warning where they are not alike in what must be alike (period, places,
thinning, engine). The arithmetic is in ``comparison``; nothing is simulated or stored in this module itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.no_effect import NoEffect, World, warn, without_effect
from enforcement_sim.results.intervals import branch_of
from enforcement_sim.runs.comparison import Comparison, Sample
from enforcement_sim.runs.design import DesignPoint, design_of, design_of_several, seeds_of
from enforcement_sim.runs.folder import MANIFEST, UNFINISHED, changed_settings
from enforcement_sim.runs.measured import Measured, sample_of
from enforcement_sim.runs.progress import Progress
from enforcement_sim.runs.run import canonical
from enforcement_sim.runs.runner import Runner, real_runner
from enforcement_sim.runs.sweep import carry_out
from enforcement_sim.runs.swept import Sweep, load_sweep

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

MUST_BE_ALIKE = ("period", "scope", "simulate", "thin")
"""Parts of a scenario in which a difference makes counts incomparable, whatever the policy."""


@dataclass(frozen=True)
class StoredPoint:
    """One point of a stored sweep."""

    sweep: Sweep
    point: int


if TYPE_CHECKING:
    Read = Scenario | Sweep | StoredPoint
    Side = Read | str | PathLike[str]


def compare(
    a: Side,
    b: Side | None = None,
    *others: Side,
    replications: int | None = None,
    workers: int | None = None,
    out: str | PathLike[str] | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
    cluster: str | None = None,
    retry_failed: bool = False,
    measured: Measured | None = None,
) -> Comparison:
    """Compare scenarios or stored sweeps, measure by measure, on the same seeds.

    Parameters
    ----------
    a, b, *others : Scenario, str, path, Sweep or StoredPoint
        A scenario (an object, a shipped name or a file) is run; one with a ``sweep`` or levers enters with each of its
        points. Where one draws uncertain parameters, all must draw the same.
        A sweep (an object or its folder) is read; ``out/hold-length:2`` is its point 2. The first point of ``a`` is
        the reference. A sweep alone is compared with its own first point.
    replications : int, optional
        How many seeds; the largest number that one of the scenarios asks for unless given (the most, where a rule ends
        them). They begin at the seed of the first scenario. With a stored sweep its seeds are taken.
    workers : int, optional
        Processes; all cores unless given.
    out : path, optional
        A folder to keep the runs in; otherwise only the comparison is kept.
    progress : Progress, optional
        See :func:`~enforcement_sim.runs.sweep.sweep`.
    runner : Runner, optional
        What computes the runs; the package's own unless given.
    cluster, retry_failed
        See :func:`~enforcement_sim.runs.sweep.sweep`.
    measured : callable, optional
        What is measured of each run, read back whole; the measures it keeps unless given.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If something cannot be read, there is nothing to compare, or runs cannot be paired: stored sweeps share no seed,
        or not all draw the same parameters.

    Warns
    -----
    NoEffectWarning
        If a change does nothing, or two settings make the same world.

    Examples
    --------
    >>> from enforcement_sim import compare
    >>> print(compare("baseline", "refusal", replications=4))    # doctest: +SKIP
    """
    sides = [read_side(side) for side in (a, b, *others) if side is not None]
    warn(without_effect_of(sides))
    return gathered(
        sides,
        replications=replications,
        workers=workers,
        out=out,
        progress=progress,
        runner=runner,
        cluster=cluster,
        retry_failed=retry_failed,
        measured=measured,
        least=2,
    )


def gathered(
    given: Sequence[Side],
    *,
    replications: int | None = None,
    workers: int | None = None,
    out: str | PathLike[str] | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
    cluster: str | None = None,
    retry_failed: bool = False,
    measured: Measured | None = None,
    least: int = 1,
) -> Comparison:
    """Return what is measured of scenarios or stored sweeps on common seeds; one setting alone is allowed.

    See :func:`compare`; ``least`` is how many settings there must be.
    """
    sides = [read_side(side) for side in given]
    if sum(map(_settings_in, sides)) < least:
        raise InputError("one setting alone has nothing to be compared with")
    stored_seeds = [set(side.sweep.seeds) for side in sides if isinstance(side, StoredPoint)]
    stored_seeds += [set(side.seeds) for side in sides if isinstance(side, Sweep)]
    scenarios = [side for side in sides if not isinstance(side, (StoredPoint, Sweep))]
    drawn = _common_draws(sides)
    seeds = _common_seeds(scenarios, stored_seeds, replications)
    with ExitStack() as until_read:
        ran: Sweep | None = None
        points: tuple[DesignPoint, ...] = ()
        if scenarios:
            design = design_of_several(scenarios, seeds)
            points = design.points
            folder = until_read.enter_context(TemporaryDirectory()) if out is None else out
            ran = carry_out(
                design,
                Path(folder),
                runner or real_runner(),
                workers,
                progress,
                cluster=cluster,
                retry_failed=retry_failed,
            )
        elif out is not None:
            raise InputError("stored sweeps are only read, so there is nothing to keep", key="out")
        entries = _entries(sides, ran, points, set(seeds), measured)
    samples, made = [entry[0] for entry in entries], [_without(entry[1], drawn) for entry in entries]
    versions = {entry[2] for entry in entries}
    changed = {point: changed_settings(made[0], made[point]) for point in range(1, len(made)) if made[point]}
    notes = _notes(made, versions, ran)
    made_from = {**made[0], "engine_version": entries[0][2]} if made[0] else {}
    return Comparison(tuple(samples), changed, tuple(notes), made_from)


def without_effect_of(sides: Sequence[Read]) -> tuple[NoEffect, ...]:
    """Return what does nothing in scenarios or stored sweeps that are compared, whose is told where they are several."""
    found: list[World] = []
    names: list[str] = []
    drawn: tuple[str, ...] = ()
    for side in sides:
        sweep = side.sweep if isinstance(side, StoredPoint) else side
        worlds = sweep.worlds() if isinstance(sweep, Sweep) else design_of(sweep).worlds()
        draws = sweep.draws if isinstance(sweep, Sweep) else design_of(sweep).draws
        drawn = (*drawn, *(draws[0] if draws else ()))
        if isinstance(side, StoredPoint):
            worlds = worlds[side.point : side.point + 1]
        name = str(sweep.manifest["design"]["name"] if isinstance(sweep, Sweep) else sweep.name)
        earlier = names.count(name)
        names.append(name)
        label = f"{name} ({earlier + 1})" if earlier else name
        found += [({"scenario": label, **settings}, scenario) for settings, scenario in worlds]
    return without_effect(found, drawn=drawn)


def _settings_in(side: Read) -> int:
    """Count the settings that a side enters with."""
    if isinstance(side, StoredPoint):
        return 1
    return len(side.settings) if isinstance(side, Sweep) else len(design_of(side).points)


def read_side(side: Side) -> Read:
    """Return what a side means: a scenario, a sweep or a point of one."""
    if not isinstance(side, (str, PathLike)):
        return side
    folder, _, point = str(side).rpartition(":")
    if folder and point.isdigit() and _is_results(Path(folder)):
        sweep = load_sweep(folder)
        if int(point) >= len(sweep.settings):
            raise InputError(f"no point {point} in {folder}", allowed=f"0 to {len(sweep.settings) - 1}")
        return StoredPoint(sweep, int(point))
    if _is_results(Path(side)):
        return load_sweep(side)
    from enforcement_sim.scenarios.load import load_scenario

    return load_scenario(str(side))


def _is_results(path: Path) -> bool:
    """Say whether a path is a results folder."""
    return (path / MANIFEST).is_file() or (path / UNFINISHED).is_file()


def _common_seeds(
    scenarios: Sequence[Scenario], stored: Sequence[set[int]], replications: int | None
) -> tuple[int, ...]:
    """Return the seeds that all sides are compared on."""
    if not stored:
        wanted = max(scenario.replications for scenario in scenarios) if replications is None else replications
        return seeds_of(scenarios[0].seed, wanted)
    common = sorted(set.intersection(*stored))
    if not common:
        raise InputError("the stored sweeps share no seed, so their runs cannot be paired")
    if replications is not None and not 1 <= replications <= len(common):
        raise InputError(f"{replications} replications", key="replications", allowed=f"1 to {len(common)} stored seeds")
    return tuple(common[:replications])


def _common_draws(sides: Sequence[Read]) -> tuple[str, ...]:
    """Return which parameters all sides draw, having made sure that they draw the same values of them."""
    drawn = []
    for side in sides:
        sweep = side.sweep if isinstance(side, StoredPoint) else side
        drawn.append(tuple(sweep.draws) if isinstance(sweep, Sweep) else design_of(sweep).draws)
    if any(draws != drawn[0] for draws in drawn):
        raise InputError("not all sides draw the same uncertain parameters, so their runs cannot be paired")
    return tuple(drawn[0][0]) if drawn[0] else ()


def _without(scenario: dict[str, Any], drawn: Sequence[str]) -> dict[str, Any]:
    """Return what a point was made from, without the parameters that differ from draw to draw."""
    if not drawn or not scenario:
        return scenario
    kept = {address: value for address, value in scenario["parameters"].items() if address not in drawn}
    return {**scenario, "parameters": kept}


def _entries(
    sides: Sequence[Read],
    ran: Sweep | None,
    points: Sequence[DesignPoint],
    seeds: set[int],
    measured: Measured | None,
) -> list[tuple[Sample, dict[str, Any], str]]:
    """Return for every point compared: what was measured, what it was made from, and by which engine."""
    entries: list[tuple[Sample, dict[str, Any], str]] = []
    taken = 0
    for side in sides:
        if isinstance(side, (StoredPoint, Sweep)):
            sweep = side.sweep if isinstance(side, StoredPoint) else side
            chosen = [side.point] if isinstance(side, StoredPoint) else list(range(len(sweep.settings)))
            entries.extend(_stored_entry(sweep, point, seeds, measured) for point in chosen)
            continue
        assert ran is not None
        for _ in design_of(side).points:
            made_from = canonical(points[taken].scenario)
            sample = ran.sample(taken) if measured is None else sample_of(ran, taken, measured)
            entries.append((sample, made_from, ran.manifest["engine_version"]))
            taken += 1
    return entries


def _stored_entry(
    sweep: Sweep, point: int, seeds: set[int], measured: Measured | None
) -> tuple[Sample, dict[str, Any], str]:
    """Return a stored point, on the common seeds only."""
    sample = sweep.sample(point) if measured is None else sample_of(sweep, point, measured, seeds)
    settings = {"scenario": sweep.manifest["design"]["name"], **sample.settings}
    measures = {key: measured for key, measured in sample.measures.items() if branch_of(key).seed in seeds}
    return Sample(settings, measures), sweep.scenario_of(point), sweep.manifest["engine_version"]


def _notes(made: Sequence[dict[str, Any]], versions: set[str], ran: Sweep | None) -> list[str]:
    """Return what a reader must know before trusting the table."""
    notes = [
        f"not like with like: the settings differ in {part}"
        for part in MUST_BE_ALIKE
        if any(scenario.get(part) != made[0].get(part) for scenario in made[1:] if scenario)
    ]
    if len(versions) > 1:
        notes.append("not like with like: made by different versions of the engine")
    if ran is not None and ran.failures:
        notes.append(f"{len(ran.failures)} runs failed and are left out")
    return notes
