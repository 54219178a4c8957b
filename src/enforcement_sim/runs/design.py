"""The runs of a design: points, draws of uncertain parameters, and seeds.

A design is a list of points (scenarios with the settings that distinguish them), a list of draws of uncertain parameters
(often empty), and a list of seeds that is the same for every point. Under the same draw and seed, every point has the same
synthetic people and parameters, which makes differences between points precise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError
from enforcement_sim.no_effect import without_effect
from enforcement_sim.results.intervals import Key, branch_of
from enforcement_sim.runs.provenance import canonical, canonical_json, digest, run_id
from enforcement_sim.runs.sampling import points_of
from enforcement_sim.scenarios.file_format import check_seed

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.no_effect import NoEffect, SweptScenario
    from enforcement_sim.scenarios.plan import Stopping
    from enforcement_sim.scenarios.schema import Scenario


@dataclass(frozen=True)
class DesignPoint:
    """One scenario of a design.

    Attributes
    ----------
    settings : dict
        Dotted address -> value: the settings that distinguish this point. Empty if it is the only one.
    scenario : Scenario
        The scenario to run, without a sweep.
    """

    settings: dict[str, Any]
    scenario: Scenario

    @property
    def label(self) -> str:
        """The settings in one line."""
        return label_of(self.settings) or str(self.scenario.name)


@dataclass(frozen=True)
class Task:
    """A run to compute: a point of the design under a draw and a seed."""

    run: str
    point: int
    replication: int
    seed: int
    scenario: Scenario
    draw: int = 0


@dataclass(frozen=True)
class Design:
    """Points × draws × seeds.

    Attributes
    ----------
    name : str
        Default name of the results folder.
    points : tuple of DesignPoint
        The first is the reference for comparisons.
    seeds : tuple of int
        Each is used for one run of every point.
    scenario : dict
        The resolved scenario of the design, for the manifest.
    draws : tuple of dict
        Address -> value of uncertain parameters; empty if the parameters are those of the scenario.
    cells : tuple of (int, int), optional
        Combinations of draws and points, as (draw, point); all of them by default.
    stopping : Stopping, optional
        The stopping rule of replications; ``seeds`` are then the maximum, or those used so far.
    stopped : dict
        The outcome of the rule, for the manifest; empty until it is known.
    """

    name: str
    points: tuple[DesignPoint, ...]
    seeds: tuple[int, ...]
    scenario: dict[str, Any] = field(default_factory=dict)
    draws: tuple[dict[str, Any], ...] = ()
    cells: tuple[tuple[int, int], ...] | None = None
    stopping: Stopping | None = None
    stopped: dict[str, Any] = field(default_factory=dict)

    @property
    def every_cell(self) -> tuple[tuple[int, int], ...]:
        """The pairs (draw, point) of the design, draw by draw."""
        if self.cells is not None:
            return self.cells
        return tuple((draw, point) for draw in range(max(1, len(self.draws))) for point in range(len(self.points)))

    def tasks(self, engine_version: str) -> tuple[Task, ...]:
        """Return every run of the design, replication by replication and draw by draw.

        All points are run with the first seed before the second one, so a sweep that is stopped early has complete
        comparisons with fewer seeds.
        """
        cells = [(draw, point, self.scenario_at(point, draw)) for draw, point in self.every_cell]
        return tuple(
            Task(run_id(scenario, seed, engine_version), point, replication, seed, scenario, draw)
            for replication, seed in enumerate(self.seeds)
            for draw, point, scenario in cells
        )

    def scenario_at(self, point: int, draw: int = 0) -> Scenario:
        """Return the scenario of a point under a draw."""
        scenario = self.points[point].scenario
        if not self.draws:
            return scenario
        # The drawn values were checked when the design was read.
        return scenario.throughout(self.draws[draw])

    def without_effect(self) -> tuple[NoEffect, ...]:
        """Return the changes and settings without effect, with the reasons."""
        return without_effect(self.point_scenarios(), drawn=tuple(self.draws[0]) if self.draws else ())

    def point_scenarios(self) -> list[SweptScenario]:
        """Return the settings and scenario of each point."""
        return [(point.settings, point.scenario) for point in self.points]

    def identity(self, engine_version: str, inputs: str) -> str:
        """Return a hash of the design; designs with the same identity produce the same tables."""
        # Hash each point separately, because the text of a large grid would be very long.
        parts: dict[str, Any] = {
            "points": [
                digest(canonical_json({"settings": plain(point.settings), "scenario": canonical(point.scenario)}))
                for point in self.points
            ],
            "seeds": list(self.seeds),
            "engine_version": engine_version,
            "inputs": inputs,
        }
        if self.draws:
            parts["draws"] = [plain(draw) for draw in self.draws]
            parts["cells"] = None if self.cells is None else [list(cell) for cell in self.cells]
        if self.stopping is not None:
            # The final number of seeds is unknown, but the rule is known.
            parts["seeds"] = {"first": self.seeds[0], "until": self.stopping.written()}
        return digest(canonical_json(parts))


@dataclass(frozen=True)
class Sample:
    """The measures of all runs of one point of a design.

    Attributes
    ----------
    settings : dict
        The settings that distinguish the point.
    measures : dict
        Seed -> measure -> value. If parameters are drawn, ``Branch`` (draw and seed) -> measure -> value.

    Examples
    --------
    >>> sample = Sample({"detainer.hold_hours": 48}, {1: {"removed": 10.0}, 2: {"removed": 12.0}})
    >>> sample.values("removed"), sample.label, sample.draws
    ({1: 10.0, 2: 12.0}, 'detainer.hold_hours = 48', 1)
    """

    settings: Mapping[str, Any]
    measures: Mapping[Key, Mapping[str, float]]

    def __repr__(self) -> str:
        """Return the settings and the number of runs and measures in one line."""
        names = {name for measured in self.measures.values() for name in measured}
        return f"Sample({self.label or 'no setting'}: {len(self.measures)} runs, {len(names)} measures)"

    def values(self, measure: str) -> dict[Key, float]:
        """Return the values of one measure.

        Parameters
        ----------
        measure
            A name of :mod:`enforcement_sim.results.measures`.

        Returns
        -------
        dict
            Seed, or ``Branch``, -> value in the unit of the measure; NaN if a run has none.
        """
        return {key: measured.get(measure, math.nan) for key, measured in self.measures.items()}

    @property
    def label(self) -> str:
        """The settings in one line; empty if there are none."""
        return label_of(self.settings)

    @property
    def draws(self) -> int:
        """Number of draws of the uncertain parameters; 1 if none is drawn."""
        return len({branch_of(key).draw for key in self.measures})


def seeds_of(first: int, replications: int) -> tuple[int, ...]:
    """Return consecutive seeds for a number of replications."""
    if replications < 1:
        raise InputError(f"{replications} replications", key="replications", allowed="a whole number from 1")
    return tuple(range(int(first), int(first) + int(replications)))


def design_of(scenario: Scenario) -> Design:
    """Return the design of a scenario: its sweep or design, with its replications."""
    points, draws, cells = points_of(scenario)
    seeds = seeds_of(scenario.seed, scenario.replications)
    design_points = tuple(DesignPoint(*point) for point in points)
    return Design(str(scenario.name), design_points, seeds, scenario.resolved(), draws, cells, scenario.stopping)


def design_of_one(scenario: Scenario, seed: int) -> Design:
    """Return the design of a single run."""
    return Design(
        str(scenario.name), (DesignPoint({}, scenario.without_design),), (check_seed(int(seed)),), scenario.resolved()
    )


def design_of_several(scenarios: Sequence[Scenario], seeds: Sequence[int]) -> Design:
    """Return a design that runs several scenarios on the same seeds; the first is the reference.

    A scenario with a sweep contributes all its points. Points are labelled with the name of the scenario; repeated names
    are numbered.

    Raises
    ------
    InputError
        If the scenarios draw different parameters, or combine draws and points in pairs.
    """
    points: list[DesignPoint] = []
    designs = [design_of(scenario) for scenario in scenarios]
    labels = numbered([str(scenario.name) for scenario in scenarios])
    for label, design in zip(labels, designs, strict=True):
        if design.draws != designs[0].draws:
            raise InputError(
                f"{design.name} does not draw the same parameters as {designs[0].name}, so their runs cannot be paired",
                key="design.uncertainties",
                allowed="the same uncertainties, method, draws and seed in all of them",
            )
        if design.cells is not None:
            raise InputError(
                f"{design.name} matches policies with draws, so it cannot be compared with another scenario",
                key="design.together",
                allowed="crossed",
            )
        points += [DesignPoint({"scenario": label, **point.settings}, point.scenario) for point in design.points]
    name = "-against-".join(dict.fromkeys(design.name for design in reversed(designs)))
    common_seeds = tuple(int(seed) for seed in seeds)
    return Design(name, tuple(points), common_seeds, scenarios[0].resolved(), designs[0].draws)


def numbered(names: Sequence[str]) -> list[str]:
    """Return names in which repeated ones are numbered.

    Examples
    --------
    >>> numbered(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    earlier = [names[:place].count(name) for place, name in enumerate(names)]
    return [f"{name} ({count + 1})" if count else name for name, count in zip(names, earlier, strict=True)]


def label_of(settings: Mapping[str, Any]) -> str:
    """Return settings in one line, as ``address = value`` with commas; for a scenario, only its name."""

    def as_text(value: Any) -> str:
        return f"{value:g}" if isinstance(value, float) else str(plain(value))

    return ", ".join(
        str(value) if address == "scenario" else f"{address} = {as_text(value)}" for address, value in settings.items()
    )


def plain(value: Any) -> Any:
    """Return the value of a setting for JSON and tables: numbers, text, lists and mappings; dates as text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else str(value)


def settings_frame(settings: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return settings as a frame, one row for each point: numbers as numbers, everything else as text."""
    import pandas as pd

    columns: dict[str, list[Any]] = {}
    for address in dict.fromkeys(address for point in settings for address in point):
        values = [plain(point.get(address)) for point in settings]
        numeric = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
        columns[address] = values if numeric else ["" if value is None else str(value) for value in values]
    return pd.DataFrame(columns, index=range(len(settings)))
