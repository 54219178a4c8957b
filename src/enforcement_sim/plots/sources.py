"""Sources of a figure: one result, several results of one scenario, or a finished sweep.

All of them provide tables by name with a ``seed`` column, the settings as text, and the provenance. If a sweep drew uncertain
parameters, ``seed`` holds draw and seed, so that means over seeds are means over both.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from enforcement_sim import labels
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import Definition, load_definitions
from enforcement_sim.plots.captions import Provenance, provenance_of
from enforcement_sim.plots.seed_means import label_of
from enforcement_sim.results.intervals import Branch
from enforcement_sim.results.result import Result
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.runs.summaries import MIX_STAGES
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.scenarios.schema import assemble

_MOST_SETTINGS = 12
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DRAWN_BY = {
    "Result": ("funnel", "throughput", "mix", "stay", "county_map"),
    "Sweep": ("response", "over_time", "funnel", "throughput", "mix", "mix_by_setting", "stay", "county_map"),
    "Comparison": ("compared",),
    "ComparedSweeps": ("two_sweeps",),
    "Transitions": ("who_changed", "first_differences"),
}
"""Type of an object -> the functions that draw it; everything else that can be drawn is drawn by ``study``."""


@dataclass(frozen=True)
class Runs:
    """Runs as tables to draw.

    Attributes
    ----------
    table : callable
        A table by its name (``funnel``, ``series``, ``hours``, ``mix``, ``counties``) with columns ``seed`` and ``setting``; of
        the mix under a definition, of the counties for an event.
    settings : tuple of str
        Each setting as text.
    note : str
        Which of several settings is shown, as a sentence; empty if there is only one.
    changes : mapping
        Changes of the scenario by name, as it was resolved.
    fips : callable
        FIPS codes of the simulated counties; empty for the whole nation.
    """

    about: Provenance
    table: Callable[[str, str], pd.DataFrame]
    settings: tuple[str, ...] = ()
    note: str = ""
    changes: Mapping[str, Any] | None = None
    fips: Callable[[], Sequence[int]] = tuple

    @property
    def bookings(self) -> float:
        """Mean number of bookings in the scope, over runs."""
        counted = self.table("funnel", "")
        return float(counted[counted["event"] == "booked"].groupby("seed")["count"].sum().mean())


@dataclass(frozen=True)
class Drawable:
    """A finished sweep as tidy frames with ``point`` and ``seed`` columns."""

    sweep: Sweep
    only: tuple[int, ...] = ()

    @classmethod
    def read(cls, folder: Path | str) -> Drawable:
        """Read a folder."""
        return cls(load_sweep(folder))

    @cached_property
    def points(self) -> pd.DataFrame:
        """``point`` and a column for each swept address, for the points of which a run succeeded."""
        found = self.sweep.measures[["point", *self.addresses]].drop_duplicates("point")
        return found[found["point"].isin(self.only or found["point"])].sort_values("point", ignore_index=True)

    @property
    def addresses(self) -> list[str]:
        """The swept addresses."""
        return list(dict.fromkeys(address for settings in self.sweep.settings for address in settings))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """``point``, ``replication``, ``seed``, ``run``, ``measure``, ``value``: one row a run and measure."""
        drawn = ["draw", *self.sweep.draws[0]] if self.sweep.draws else []
        wide = self._by_branch(self.sweep.measures).drop(columns=[*self.addresses, *drawn])
        return wide[wide["point"].isin(self.points["point"])].melt(
            ["point", "replication", "seed", "run"], var_name="measure", value_name="value"
        )

    def _by_branch(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a table of runs with draw and seed in its ``seed`` column, if there are draws."""
        if not self.sweep.draws:
            return frame
        both = zip(frame["draw"].astype(int), frame["seed"].astype(int), strict=True)
        return frame.assign(seed=[label_of(Branch(draw, seed)) for draw, seed in both])

    @cached_property
    def reference(self) -> int:
        """The point with which the others are compared.

        It has the scenario's own value of every swept parameter if that is among the values (such as 48 hours among
        24, 48 and 96), and the first value of everything else.
        """
        scenario = self.sweep.manifest["scenario"]
        own = {
            address: scenario["parameters"][address]
            for address, values in scenario.get("sweep", {}).items()
            if scenario["parameters"].get(address) in values
        }
        wanted = self.sweep.settings[0] | own
        done = set(self.points["point"])
        if not done:
            raise InputError("this folder holds no run to draw: run the sweep again", file=self.sweep.folder)
        return next((n for n, found in enumerate(self.sweep.settings) if found == wanted and n in done), min(done))

    @cached_property
    def shown(self) -> list[int]:
        """The points with a row of their own: all, or in a large design those next to the reference."""
        points = self.points
        if len(points) > _MOST_SETTINGS:
            base = points[points["point"] == self.reference].iloc[0]
            points = points[(points[self.addresses] != base[self.addresses]).sum(axis=1) <= 1]
        return [int(point) for point in points["point"]][:_MOST_SETTINGS]

    @property
    def ascending(self) -> list[int]:
        """The points shown, in the order of their numbers and days, or of the design if settings are names."""
        shown = self.points.set_index("point").loc[self.shown]
        ordered = [name for name in self.addresses if is_numeric_dtype(shown[name]) or in_time(shown[name])]
        return list(shown.sort_values(ordered, kind="stable").index) if ordered else self.shown

    @property
    def two_axes(self) -> tuple[pd.DataFrame, list[str]]:
        """The points and at most two addresses that a figure can show; further addresses stay at the reference's value."""
        points = self.points
        varied = [address for address in self.addresses if points[address].nunique() > 1]
        base = points[points["point"] == self.reference].iloc[0]
        for address in varied[2:]:
            points = points[points[address] == base[address]]
        return points, (varied or self.addresses)[:2]

    @property
    def note(self) -> str:
        """Which of several settings a figure of the reference shows, as a sentence."""
        return f"Reference setting: {self.label(self.reference)}. " if len(self.points) > 1 else ""

    def effect(self, point: int) -> str:
        """Return a policy and its reference as text; empty for the reference itself."""
        return f"{self.label(point)}, compared with {self.label(0)}" if point else ""

    @property
    def decisions(self) -> dict[str, str]:
        """Name of a change -> its decision, for labels."""
        changes = self.sweep.manifest["scenario"].get("changes") or {}
        return {name: str(change["decision"]) for name, change in changes.items()}

    def table(self, name: str, points: Sequence[int]) -> pd.DataFrame:
        """Return a summary table at some points, with each point's settings as text in a column ``setting``."""
        whole = self._by_branch(self.sweep.table(name))
        kept = whole[whole["point"].isin(points)]
        return kept.assign(setting=kept["point"].map({point: self.label(point) for point in points}))

    def label(self, point: int) -> str:
        """Return a point's settings as text."""
        scenario = self.sweep.manifest["scenario"]
        return labels.settings_in_words(self.sweep.settings[point]) or str(scenario["title"] or scenario["name"])

    def results(self, point: int) -> Iterator[tuple[int | str, Result]]:
        """Yield the stored results of a point with their seeds."""
        whole = self._by_branch(self.sweep.measures)
        for row in whole[whole["point"] == point].to_dict("records"):
            yield row["seed"], self.sweep.result(point, int(row["replication"]), int(row.get("draw", 0)))

    def about(self, points: Sequence[int]) -> Provenance:
        """Return the provenance of the numbers of some points."""
        here = self.sweep.measures[self.sweep.measures["point"].isin(points)]
        scenarios = [self.sweep.scenario_of(point) for point in points]
        return provenance_of(
            self.sweep.manifest["scenario"],
            self.sweep.manifest["engine_version"],
            tuple(dict.fromkeys(str(run) for run in here["run"])),
            tuple(sorted({int(seed) for seed in here["seed"]})),
            settings=len(points),
            draws=max(1, here["draw"].nunique()) if self.sweep.draws else 1,
            scenarios=[
                {**plain, "parameters": ChainMap(draw, plain.get("parameters") or {})}
                for plain in scenarios
                for draw in self.sweep.draws or ({},)
            ],
        )

    def runs(self, points: list[int]) -> Runs:
        """Return some points as tables to draw."""

        def table(name: str, which: str) -> pd.DataFrame:
            if name == "counties":
                pairs = (pair for point in points for pair in self.results(point))
                return _joined((seed, result.counties(event=which)) for seed, result in pairs)
            found = self.table(name, points)
            kept = found[found["definition"] == which] if which else found
            if which and kept.empty:
                allowed = tuple(dict.fromkeys(found["definition"].astype(str)))
                raise InputError(f"this sweep holds no mix under {which!r}", key="definition", allowed=allowed)
            return kept

        settings = tuple(self.label(point) for point in points)
        changes = self.sweep.manifest["scenario"].get("changes")
        nation = self.sweep.manifest["scenario"]["scope"] == "nation"
        fips = lambda: () if nation else next(self.results(points[0]))[1].meta["counties"]  # noqa: E731
        return Runs(self.about(points), table, settings, self.note, changes, fips)


def in_time(values: Iterable[Any]) -> bool:
    """Return whether all values are days, which stand in the order of time.

    Examples
    --------
    >>> in_time(["2012-01-01", "2011-01-01"]), in_time(["honour-all"]), in_time([48.0])
    (True, False, False)
    """
    return all(isinstance(value, str) and _DAY.fullmatch(value) for value in values)


type Source = Result | Sequence[Result] | Sweep | Drawable | Runs
"""One result, results of one scenario under different seeds, or a finished sweep."""


def drawn_from(source: Source, every: bool = False) -> Runs:
    """Return the runs to draw: of a sweep the reference, or every setting with a row of its own."""
    if isinstance(source, Sweep | Drawable):
        drawable = stored(source)
        return drawable.runs(drawable.ascending if every else [drawable.reference])
    if isinstance(source, Runs):
        return source
    results: list[Result] = []
    for one in source if isinstance(source, list | tuple) else [source]:
        if not isinstance(one, Result):
            raise not_drawn(one, "a result, results of one scenario in a list, or a sweep")
        results.append(one)
    if not results:
        raise InputError("no results to draw", allowed="a list of them: [run(scenario, seed) for seed in (1, 2)]")
    about = about_results(*results)

    def table(name: str, which: str) -> pd.DataFrame:
        found = _joined((int(result.meta["seed"]), _counted(result, name, which)) for result in results)
        return found.assign(setting=about.scenario)

    scenario = results[0].meta["scenario"]
    fips = () if scenario["scope"] == "nation" else results[0].meta["counties"]
    return Runs(about, table, (about.scenario,), changes=scenario.get("changes"), fips=lambda: fips)


def stored(source: Sweep | Drawable) -> Drawable:
    """Return a sweep, prepared for drawing."""
    if isinstance(source, Result | Sequence) or (type(source).__name__ in DRAWN_BY and not isinstance(source, Sweep)):
        raise not_drawn(source, "a sweep, as sweep() and load_sweep() return it")
    return Drawable(source) if isinstance(source, Sweep) else source


def not_drawn(source: object, wanted: str) -> InputError:
    """Return the error for an object that a function cannot draw, with the functions that can."""
    name = type(source[0] if isinstance(source, list | tuple) and source else source).__name__
    near = tuple(f"plots.{function}" for function in DRAWN_BY.get(name, ()))
    return InputError(f"a {name} cannot be drawn here", allowed=wanted, nearest=near or None)


def definition_named(name: str) -> Definition:
    """Return a definition of what counts as criminal, or raise an error with the nearest name."""
    known = load_definitions()
    if name not in known:
        nearest = nearest_names(name, known)
        raise InputError(f"unknown definition {name!r}", key="definition", allowed=tuple(known), nearest=nearest)
    return known[name]


def about_results(*results: Result) -> Provenance:
    """Return the provenance of results of one scenario under different seeds, for captions and file metadata.

    Parameters
    ----------
    *results : Result
        One or more; scenario and engine are those of the first.

    Returns
    -------
    Provenance
        With the run of every result.

    Raises
    ------
    InputError
        If this version can no longer read the scenario of a result.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, plots, run
    >>> delaware = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> plots.about_results(run(delaware, seed=1), run(delaware, seed=2)).seeds
    (1, 2)
    """
    scenario, engine = results[0].meta["scenario"], str(results[0].meta["engine_version"])
    seeds = tuple(int(result.meta["seed"]) for result in results)
    runs = tuple(run_id(assemble(scenario), seed, engine) for seed in seeds)
    return provenance_of(scenario, engine, runs, seeds)


def _joined(found: Iterator[tuple[int | str, pd.DataFrame]]) -> pd.DataFrame:
    """Return the tables of several runs as one, with a column of their seeds."""
    return pd.concat([frame.assign(seed=seed) for seed, frame in found], ignore_index=True)


def _counted(result: Result, name: str, which: str) -> pd.DataFrame:
    """Return a table of one run, as a sweep stores it."""
    if name == "mix":
        stages = [result.mix(stage, "programme", which).assign(stage=stage) for stage in MIX_STAGES]
        return pd.concat(stages, ignore_index=True)
    if name == "counties":
        return result.counties(event=which)
    return result.hours(by="none") if name == "hours" else getattr(result, name)(by="programme")
