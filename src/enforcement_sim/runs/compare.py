"""Comparison of two or more scenarios, or stored sweeps, on the same synthetic people.

Scenarios are run on common seeds; stored sweeps have theirs. The result is a table of differences with the settings in
which the scenarios differ, and a warning if they differ in something that must be equal (period, places, thinning,
engine).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.no_effect import NoEffect, SweptScenario, warn, without_effect
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import DesignPoint, Sample, design_of, design_of_several, numbered, seeds_of
from enforcement_sim.runs.manifest import changed_settings
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.runs.run import Runner, real_runner
from enforcement_sim.runs.store import MANIFEST, UNFINISHED
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Measure, Sweep, load_sweep
from enforcement_sim.runs.worker import Progress

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

MUST_MATCH = ("period", "scope", "simulate", "thin")
"""Parts of a scenario that must be equal for counts to be comparable."""


@dataclass(frozen=True)
class StoredPoint:
    """One point of a stored sweep."""

    sweep: Sweep
    point: int


if TYPE_CHECKING:
    Read = Scenario | Sweep | StoredPoint
    Side = Read | str | PathLike[str]


@dataclass(frozen=True)
class Execution:
    """How runs that a comparison needs are computed; see :func:`~enforcement_sim.runs.sweep.sweep`.

    Attributes
    ----------
    progress : Progress or None
        Told at the beginning, after each run, and at the end.
    cluster : str or None
        The address of a Dask scheduler.
    retry_failed : bool
        Whether runs that are recorded as failed are repeated.
    runner : Runner or None
        What computes a run; the package's own engine by default.

    Examples
    --------
    >>> Execution(cluster="tcp://node1:8786").retry_failed
    False
    """

    progress: Progress | None = None
    cluster: str | None = None
    retry_failed: bool = False
    runner: Runner | None = None


def compare(
    a: Side,
    b: Side | None = None,
    *others: Side,
    replications: int | None = None,
    workers: int | None = None,
    out: str | PathLike[str] | None = None,
    measured: Measure | None = None,
    execution: Execution | None = None,
) -> Comparison:
    """Compare scenarios or stored sweeps, measure by measure, on the same seeds.

    Parameters
    ----------
    a, b, *others : Scenario, str, path, Sweep or StoredPoint
        A scenario (an object, a shipped name or a file) is run; one with a ``sweep`` or levers contributes all its points.
        If one draws uncertain parameters, all must draw the same. A sweep (an object or its folder) is read;
        ``out/hold-length:2`` is its point 2. The first point of ``a`` is the reference. A sweep alone is compared with its
        first point.
    replications : int, optional
        Number of seeds, beginning with the seed of the first scenario; by default the largest number in the scenarios
        (the maximum, with a stopping rule). With a stored sweep, its seeds are used.
    workers : int, optional
        Number of processes; all cores by default.
    out : path, optional
        A folder in which to store the runs; by default they are not stored.
    measured : callable, optional
        A function from a result to numbers by name, applied to the full runs; by default, the measures in the tables.
    execution : Execution, optional
        Progress, a cluster, and whether failed runs are retried.

    Returns
    -------
    Comparison
        Levels at each setting and paired differences from the reference; ``frame()`` returns its table.

    Raises
    ------
    InputError
        If something cannot be read, there is nothing to compare, or runs cannot be paired: stored sweeps have no common
        seed, or not all draw the same parameters.

    Warns
    -----
    NoEffectWarning
        If a change has no effect, or two settings are equivalent.

    Examples
    --------
    >>> from enforcement_sim import compare, load_scenario
    >>> history = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> longer = history.with_(**{"name": "longer", "detainer.hold_hours": 96})
    >>> found = compare(history, longer, replications=2, workers=1).frame()
    >>> float(found.loc[found["measure"] == "booked", "difference"].iloc[0])
    0.0
    """
    sides = [read_side(side) for side in (a, b, *others) if side is not None]
    warn(without_effect_of(sides))
    return collect(
        sides,
        replications=replications,
        workers=workers,
        out=out,
        measured=measured,
        least=2,
        **vars(execution or Execution()),
    )


def collect(
    given: Sequence[Side],
    *,
    replications: int | None = None,
    out: str | PathLike[str] | None = None,
    runner: Runner | None = None,
    measured: Measure | None = None,
    least: int = 1,
    **options: Any,
) -> Comparison:
    """Return the measures of scenarios or stored sweeps on common seeds; a single setting is allowed.

    See :func:`compare`; ``least`` is the minimum number of settings, and the other options are those of
    :func:`~enforcement_sim.runs.sweep.run_design`.
    """
    sides = [_OpenedSide.of(read_side(side)) for side in given]
    if sum(len(side.points) for side in sides) < least:
        raise InputError("one setting alone has nothing to be compared with")
    if any(side.draws != sides[0].draws for side in sides):
        raise InputError("not all sides draw the same uncertain parameters, so their runs cannot be paired")
    drawn = tuple(sides[0].draws[0]) if sides[0].draws else ()
    seeds = _common_seeds(sides, replications)
    scenarios = [side.scenario for side in sides if side.scenario is not None]
    with ExitStack() as temporary:
        ran: Sweep | None = None
        points: Sequence[DesignPoint] = ()
        if scenarios:
            design = design_of_several(scenarios, seeds)
            points = design.points
            folder = temporary.enter_context(TemporaryDirectory()) if out is None else out
            ran = run_design(design, Path(folder), runner or real_runner(), **options)
        elif out is not None:
            raise InputError("stored sweeps are only read, so there is nothing to keep", key="out")
        entries = list(_entries(sides, ran, points, set(seeds), measured))
    canonical_scenarios = [_without_drawn(made_from, drawn) for _, made_from, _ in entries]
    changed = {
        point: changed_settings(canonical_scenarios[0], one)
        for point, one in enumerate(canonical_scenarios)
        if point and one
    }
    notes = [
        f"not like with like: the settings differ in {part}"
        for part in MUST_MATCH
        if any(
            scenario.get(part) != canonical_scenarios[0].get(part) for scenario in canonical_scenarios[1:] if scenario
        )
    ]
    if len({engine for _, _, engine in entries}) > 1:
        notes.append("not like with like: made by different versions of the engine")
    if ran is not None and ran.failures:
        notes.append(f"{len(ran.failures)} runs failed and are left out")
    made_from = {**canonical_scenarios[0], "engine_version": entries[0][2]} if canonical_scenarios[0] else {}
    titles = dict(zip(numbered([side.name for side in sides]), (side.title for side in sides), strict=True))
    return Comparison(tuple(sample for sample, _, _ in entries), changed, tuple(notes), made_from, titles)


def without_effect_of(sides: Sequence[Read]) -> tuple[NoEffect, ...]:
    """Return the changes and settings without effect in the compared scenarios or sweeps, labelled by name."""
    opened = [_OpenedSide.of(side) for side in sides]
    found: list[SweptScenario] = []
    for label, side in zip(numbered([side.name for side in opened]), opened, strict=True):
        found += [({"scenario": label, **settings}, scenario) for settings, scenario in side.point_scenarios()]
    return without_effect(found, drawn=tuple(address for side in opened if side.draws for address in side.draws[0]))


def read_side(side: Side) -> Read:
    """Return the scenario, sweep or point of a sweep that an argument refers to."""
    if not isinstance(side, (str, PathLike)):
        return side
    folder, _, point = str(side).rpartition(":")
    if folder and point.isdigit() and _holds_results(Path(folder)):
        sweep = load_sweep(folder)
        if int(point) >= len(sweep.settings):
            raise InputError(f"no point {point} in {folder}", allowed=f"0 to {len(sweep.settings) - 1}")
        return StoredPoint(sweep, int(point))
    if _holds_results(Path(side)):
        return load_sweep(side)
    from enforcement_sim.scenarios.load import load_scenario

    return load_scenario(str(side))


@dataclass(frozen=True)
class _OpenedSide:
    """A side of a comparison: the points of a scenario to run, or of a stored sweep."""

    name: str
    points: Sequence[int]
    draws: Sequence[Mapping[str, Any]]
    scenario: Scenario | None = None
    sweep: Sweep | None = None

    @property
    def title(self) -> str:
        """The title of the scenario."""
        if self.scenario is not None:
            return self.scenario.title
        return "" if self.sweep is None else str(self.sweep.manifest["scenario"]["title"])

    @classmethod
    def of(cls, side: Read) -> _OpenedSide:
        """Return a side with its points and draws."""
        if isinstance(side, StoredPoint):
            opened = cls.of(side.sweep)
            return cls(opened.name, (side.point,), opened.draws, sweep=side.sweep)
        if isinstance(side, Sweep):
            name = str(side.manifest["design"]["name"])
            return cls(name, range(len(side.settings)), side.draws, sweep=side)
        design = design_of(side)
        return cls(design.name, range(len(design.points)), list(design.draws), scenario=side)

    def point_scenarios(self) -> list[SweptScenario]:
        """Return the settings and scenario of each point."""
        if self.sweep is None:
            assert self.scenario is not None
            return design_of(self.scenario).point_scenarios()
        point_scenarios = self.sweep.point_scenarios()
        return [point_scenarios[point] for point in self.points if point < len(point_scenarios)]


def is_results(written: str) -> bool:
    """Return whether an argument refers to a results folder, or to a point of one, and not to a scenario.

    Examples
    --------
    >>> is_results("baseline")
    False
    """
    folder, _, point = written.rpartition(":")
    return _holds_results(Path(written)) or bool(folder and point.isdigit() and _holds_results(Path(folder)))


def _holds_results(path: Path) -> bool:
    return (path / MANIFEST).is_file() or (path / UNFINISHED).is_file()


def _common_seeds(sides: Sequence[_OpenedSide], replications: int | None) -> tuple[int, ...]:
    """Return the seeds on which all sides are compared."""
    stored = [set(side.sweep.seeds) for side in sides if side.sweep is not None]
    if not stored:
        scenarios = [side.scenario for side in sides if side.scenario is not None]
        wanted = max(one.replications for one in scenarios) if replications is None else replications
        return seeds_of(scenarios[0].seed, wanted)
    common = sorted(set.intersection(*stored))
    if not common:
        raise InputError("the stored sweeps share no seed, so their runs cannot be paired")
    if replications is not None and not 1 <= replications <= len(common):
        raise InputError(f"{replications} replications", key="replications", allowed=f"1 to {len(common)} stored seeds")
    return tuple(common[:replications])


def _without_drawn(scenario: dict[str, Any], drawn: Sequence[str]) -> dict[str, Any]:
    """Return the canonical scenario of a point without the drawn parameters."""
    if not drawn or not scenario:
        return scenario
    parameters = {address: value for address, value in scenario["parameters"].items() if address not in drawn}
    return {**scenario, "parameters": parameters}


def _entries(
    sides: Sequence[_OpenedSide],
    ran: Sweep | None,
    points: Sequence[DesignPoint],
    seeds: set[int],
    measured: Measure | None,
) -> Iterator[tuple[Sample, dict[str, Any], str]]:
    """Yield for every compared point its measures, its canonical scenario, and its engine version."""
    index = 0
    for side in sides:
        for point in side.points:
            if side.sweep is None:
                assert ran is not None
                yield ran.sample(index, measured), canonical(points[index].scenario), ran.manifest["engine_version"]
                index += 1
            else:
                sample = side.sweep.sample(point, measured, seeds)
                settings = {"scenario": side.name, **sample.settings}
                engine = side.sweep.manifest["engine_version"]
                yield Sample(settings, sample.measures), side.sweep.scenario_of(point), engine
