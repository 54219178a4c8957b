"""Which runs there are: points, seeds, and the runs they make together.

A design is a list of points (a scenario each, with the settings that tell it from the others) and a list of seeds, the
same for every point: replication *r* of every point meets the same synthetic people, which is what makes differences
between points precise. Other ways to choose points end in the same two lists. Nothing here computes or writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.experiment.run import canonical, canonical_json, digest, run_id

if TYPE_CHECKING:
    from enforcement_sim.scenario.schema import Scenario


@dataclass(frozen=True)
class DesignPoint:
    """One scenario of a design.

    Attributes
    ----------
    settings : dict
        Dotted address -> value: what tells this point from the others. Empty if there is only one.
    scenario : Scenario
        What is run, without a sweep of its own.
    """

    settings: dict[str, Any]
    scenario: Scenario

    @property
    def label(self) -> str:
        """The settings in one line."""
        return label_of(self.settings) or str(self.scenario.name)


@dataclass(frozen=True)
class Task:
    """One run to be made: a point of the design under one of its seeds."""

    run: str
    point: int
    replication: int
    seed: int
    scenario: Scenario


@dataclass(frozen=True)
class Design:
    """Points × seeds.

    Attributes
    ----------
    name : str
        What the design is called; names its folder unless told otherwise.
    points : tuple of DesignPoint
        The first is the reference that the others are compared with.
    seeds : tuple of int
        One run of every point for each.
    scenario : dict
        The scenario the design came from, as resolved: for the manifest.
    """

    name: str
    points: tuple[DesignPoint, ...]
    seeds: tuple[int, ...]
    scenario: dict[str, Any] = field(default_factory=dict)

    def tasks(self, engine_version: str) -> tuple[Task, ...]:
        """Return every run of the design, replication by replication.

        All points meet the first seed before any meets the second: a sweep that is stopped early then holds whole
        comparisons of fewer runs instead of half of them whole and half of them missing.
        """
        return tuple(
            Task(run_id(point.scenario, seed, engine_version), index, replication, seed, point.scenario)
            for replication, seed in enumerate(self.seeds)
            for index, point in enumerate(self.points)
        )

    def identity(self, engine_version: str, inputs: str) -> str:
        """Return a hash of what the design will produce: two designs with one identity write the same tables."""
        # A point at a time, so that a large grid is never one large text.
        return digest(
            canonical_json(
                {
                    "points": [
                        digest(
                            canonical_json({"settings": plain(point.settings), "scenario": canonical(point.scenario)})
                        )
                        for point in self.points
                    ],
                    "seeds": list(self.seeds),
                    "engine_version": engine_version,
                    "inputs": inputs,
                }
            )
        )


def seeds_of(first: int, replications: int) -> tuple[int, ...]:
    """Return the seeds of a number of replications: the first seed and those after it."""
    if replications < 1:
        raise InputError(f"{replications} replications", key="replications", allowed="a whole number from 1")
    return tuple(range(int(first), int(first) + int(replications)))


def design_of(scenario: Scenario) -> Design:
    """Return the design that a scenario file asks for: the grid of its sweep × its replications."""
    points = tuple(DesignPoint(dict(point.settings), point.scenario) for point in scenario.points())
    seeds = seeds_of(scenario.seed, scenario.replications)
    return Design(str(scenario.name), points, seeds, scenario.resolved())


def design_of_one(scenario: Scenario, seed: int) -> Design:
    """Return the design of a single run."""
    return Design(str(scenario.name), (DesignPoint({}, scenario),), (int(seed),), scenario.resolved())


def design_of_several(scenarios: Sequence[Scenario], seeds: Sequence[int]) -> Design:
    """Return the design that runs several scenarios on the same seeds, the first as the reference.

    A scenario that has a sweep enters with every point of it. Points are told apart by the scenario's name, and two
    scenarios of one name by a number behind it.
    """
    points: list[DesignPoint] = []
    names: list[str] = []
    for scenario in scenarios:
        earlier = names.count(str(scenario.name))
        names.append(str(scenario.name))
        label = f"{scenario.name} ({earlier + 1})" if earlier else str(scenario.name)
        for point in scenario.points():
            points.append(DesignPoint({"scenario": label, **point.settings}, point.scenario))
    name = "-against-".join(dict.fromkeys(reversed(names)))
    return Design(name, tuple(points), tuple(int(seed) for seed in seeds), scenarios[0].resolved())


def label_of(settings: dict[str, Any]) -> str:
    """Return settings in one line, as ``address = value`` with commas; a scenario's name stands alone."""

    def told(value: Any) -> str:
        return f"{value:g}" if isinstance(value, float) else str(plain(value))

    return ", ".join(
        str(value) if address == "scenario" else f"{address} = {told(value)}" for address, value in settings.items()
    )


def plain(value: Any) -> Any:
    """Return a setting's value in the form JSON and tables hold: numbers, text, lists and mappings; dates as text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)
