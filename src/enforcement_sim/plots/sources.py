"""What a figure may be drawn from: one result, several of one scenario, or a sweep.

Whatever it is, a figure asks it the same: a table by name with a ``seed`` column, the scenario, and what a caption says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import Definition, load_definitions
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.drawable import Drawable, provenance_of
from enforcement_sim.results.result import Result
from enforcement_sim.runs.provenance import run_id
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.assemble import assemble

__all__ = [
    "MIX_STAGES",
    "Runs",
    "Source",
    "about_results",
    "definition_named",
    "every_setting",
    "one_setting",
    "stored",
]

type Source = Result | Sequence[Result] | Sweep | Drawable
"""One result, results of one scenario under different seeds, or a finished sweep."""

MIX_STAGES = ("matched", "detainer_issued", "ice_custody", "removed")
"""Stages of which the offence mix is drawn."""


@dataclass(frozen=True)
class Runs:
    """Runs as tables to draw.

    Attributes
    ----------
    scenario : mapping
        As it was resolved.
    about : Provenance
    note : str
        Which of several settings is shown, as a sentence; empty where there is one.
    settings : list of str
        Each setting in words.
    table : callable
        A table by its name (``funnel``, ``series``, ``hours``, ``mix``) with columns ``seed`` and ``setting``; of the mix
        under a definition.
    results : callable
        The runs themselves, each with the label of its seed.
    """

    scenario: dict[str, Any]
    about: Provenance
    note: str
    settings: list[str]
    table: Callable[[str, str], pd.DataFrame]
    results: Callable[[], Iterable[tuple[int | str, Result]]]

    @property
    def bookings(self) -> float:
        """Bookings in the scope, a mean over runs."""
        counted = self.table("funnel", "")
        return float(counted[counted["event"] == "booked"].groupby("seed")["count"].sum().mean())


def one_setting(source: Source) -> Runs:
    """The runs of one setting: of a sweep the reference."""
    if isinstance(source, Sweep | Drawable):
        drawable = stored(source)
        return _of_points(drawable, [drawable.reference])
    return _of_results([source] if isinstance(source, Result) else list(source))


def every_setting(source: Source) -> Runs:
    """The runs of every setting that gets a row of its own: of a large design those next to the reference."""
    if isinstance(source, Sweep | Drawable):
        drawable = stored(source)
        return _of_points(drawable, drawable.ascending)
    return one_setting(source)


def stored(source: Sweep | Drawable) -> Drawable:
    """A sweep, prepared for drawing."""
    return Drawable(source) if isinstance(source, Sweep) else source


def definition_named(name: str) -> Definition:
    """A definition of what counts as criminal, or an error with the nearest name."""
    known = load_definitions()
    if name not in known:
        raise InputError(
            f"unknown definition {name!r}", key="definition", allowed=tuple(known), nearest=nearest_names(name, known)
        )
    return known[name]


def about_results(*results: Result) -> Provenance:
    """Where results of one scenario under different seeds come from, for captions and file metadata."""
    metas = [result.meta for result in results]
    scenario = assemble(metas[0]["scenario"])
    seeds = tuple(int(meta["seed"]) for meta in metas)
    runs = tuple(run_id(scenario, seed, str(metas[0]["engine_version"])) for seed in seeds)
    return provenance_of(metas[0]["scenario"], metas[0]["engine_version"], runs, seeds)


def _of_points(drawable: Drawable, points: list[int]) -> Runs:
    def table(name: str, definition: str) -> pd.DataFrame:
        found = drawable.table(name, points)
        if not definition:
            return found
        kept = found[found["definition"] == definition]
        if kept.empty:
            allowed = tuple(dict.fromkeys(found["definition"].astype(str)))
            raise InputError(f"this sweep holds no mix under {definition!r}", key="definition", allowed=allowed)
        return kept

    return Runs(
        drawable.sweep.manifest["scenario"],
        drawable.about(points),
        drawable.note,
        [drawable.label(point) for point in points],
        table,
        lambda: (pair for point in points for pair in drawable.results(point)),
    )


def _of_results(results: Sequence[Result]) -> Runs:
    if not results:
        raise InputError("no results to draw", allowed="a list of them: [run(scenario, seed) for seed in (1, 2)]")
    about = about_results(*results)
    seeds = [int(result.meta["seed"]) for result in results]

    def table(name: str, definition: str) -> pd.DataFrame:
        frames = [
            _counted(result, name, definition).assign(seed=seed) for seed, result in zip(seeds, results, strict=True)
        ]
        return pd.concat(frames, ignore_index=True).assign(setting=about.scenario)

    return Runs(
        results[0].meta["scenario"], about, "", [about.scenario], table, lambda: zip(seeds, results, strict=True)
    )


def _counted(result: Result, name: str, definition: str) -> pd.DataFrame:
    """A table of one run, as a sweep stores it."""
    if name == "hours":
        return result.hours(by="none")
    if name == "mix":
        stages = [result.mix(stage, "programme", definition).assign(stage=stage) for stage in MIX_STAGES]
        return pd.concat(stages, ignore_index=True)
    return result.funnel(by="programme") if name == "funnel" else result.series(by="programme")
