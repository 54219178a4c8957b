"""What a card measures: every run, and every setting again in the few places in which single bookings are recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Key, branch_of
from enforcement_sim.runs.compare import StoredPoint
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.runs.provenance import canonical_of, run_id_of
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.studies.card.sampled_lives import sampled_measures
from enforcement_sim.studies.validation.period import fips_of
from enforcement_sim.studies.validation.targets import Scope
from enforcement_sim.written_places import scope_of

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.compare import Read


class MeasuredRuns:
    """Measures runs by a function from a result to numbers, and stores the metadata of each."""

    def __init__(self, measured: Callable[[Result], Mapping[str, float]]) -> None:
        self._measured = measured
        self.metas: list[dict[str, Any]] = []

    def __call__(self, result: Result) -> Mapping[str, float]:
        meta = {key: result.meta[key] for key in ("scenario", "seed", "engine_version", "counties")}
        meta["run"] = run_id_of(canonical_of(meta["scenario"]), int(meta["seed"]), str(meta["engine_version"]))
        self.metas.append(meta)
        return self._measured(result)

    def of(self, found: Comparison) -> list[list[dict[str, Any]]]:
        """Return the metadata by setting; settings were measured one after another."""
        left = iter(self.metas)
        return [[next(left) for _ in sample.measures] for sample in found.samples]


def sample_in(sample_places: str, sides: Sequence[Read]) -> tuple[str, ...]:
    """Return the codes of the sample's places, having made sure that every side simulates them."""
    kind, codes = next(iter(scope_of(sample_places, "--lives").items()))
    wanted = set(fips_of(Scope(kind, tuple(codes))).tolist())
    for side in sides:
        sweep = side.sweep if isinstance(side, StoredPoint) else side
        written = sweep.manifest["scenario"]["scope"] if isinstance(sweep, Sweep) else sweep.resolved()["scope"]
        scope = Scope("nation")
        if written != "nation":
            of_kind, members = next(iter(written.items()))
            scope = Scope(of_kind, tuple(members))
        if not wanted or not wanted <= set(fips_of(scope).tolist()):
            raise InputError(
                f"{sample_places} is not among the places of the runs", key="--lives", allowed="places inside them"
            )
    return tuple(codes)


def followed_in(
    found: Comparison, metas: Sequence[Sequence[Mapping[str, Any]]], sample_places: str, workers: int | None
) -> list[Sample]:
    """Run every setting again in the places of the sample, with every booking recorded, and count."""
    from enforcement_sim.scenarios.schema import assemble

    scope = scope_of(sample_places, "--lives")
    keys: list[tuple[int, Key]] = [
        (point, key) for point, sample in enumerate(found.samples) for key in sample.measures
    ]
    made = [meta for of_point in metas for meta in of_point]
    tasks = [(assemble(meta["scenario"]).without_design.with_(scope=scope), int(meta["seed"])) for meta in made]
    numbered = {id(task): where for task, where in zip(tasks, keys, strict=True)}
    counted: dict[tuple[int, Key], Mapping[str, float]] = {}
    for task, measures in run_tasks(sampled_measures, tasks, worker_count(workers, len(tasks))):
        if isinstance(measures, WorkerDied):
            raise measures
        counted[numbered[id(task)]] = measures
    return [
        Sample(sample.settings, {key: counted[point, key] for key in sorted(sample.measures, key=branch_of)})
        for point, sample in enumerate(found.samples)
    ]
