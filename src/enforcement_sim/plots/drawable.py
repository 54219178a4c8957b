"""A finished results folder, prepared for drawing.

Takes a sweep as the experiment room reads it and hands on tidy frames with ``point`` and ``seed`` columns, the swept
addresses, and what a caption must say. Where a sweep drew uncertain parameters, ``seed`` says draw and seed, so that
everything that is averaged over seeds is averaged over both. It draws nothing and runs nothing.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.labels import rules_in_words
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.intervals import branch_label
from enforcement_sim.runs.sweep_result import Sweep, load_sweep

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result

__all__ = ["Drawable", "provenance_of"]

_MOST_SETTINGS = 12


@dataclass(frozen=True)
class Drawable:
    """A finished sweep as frames to draw.

    Attributes
    ----------
    sweep : Sweep
        The sweep and its folder.
    """

    sweep: Sweep

    @classmethod
    def read(cls, folder: Path | str) -> Drawable:
        """Read a folder.

        Raises
        ------
        InputError
            If it holds no finished sweep.
        """
        return cls(load_sweep(folder))

    @cached_property
    def points(self) -> pd.DataFrame:
        """``point`` and a column for each swept address, for the points of which a run succeeded."""
        columns = ["point", *self.addresses]
        return self.sweep.measures[columns].drop_duplicates("point").sort_values("point", ignore_index=True)

    @property
    def addresses(self) -> list[str]:
        """The swept addresses."""
        return list(dict.fromkeys(address for settings in self.sweep.settings for address in settings))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """``point``, ``replication``, ``seed``, ``run``, ``measure``, ``value``: one row a run and measure."""
        whole = self._by_branch(self.sweep.measures)
        drawn = ["draw", *self.sweep.draws[0]] if self.sweep.draws else []
        labels = ["point", "replication", "seed", "run"]
        return whole.drop(columns=[*self.addresses, *drawn]).melt(labels, var_name="measure", value_name="value")

    def _by_branch(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table of runs with the draw told in its ``seed`` column, where there are draws."""
        if not self.sweep.draws:
            return frame
        both = zip(frame["draw"].astype(int), frame["seed"].astype(int), strict=True)
        return frame.assign(seed=[branch_label(draw, seed) for draw, seed in both])

    @cached_property
    def reference(self) -> int:
        """The point that the others are compared with.

        It has the scenario's own value of every swept parameter, where that is among the values (48 hours, say, of
        24, 48 and 96), and of everything else the value written first.
        """
        scenario = self.sweep.manifest["scenario"]
        wanted = dict(self.sweep.settings[0])
        for address, values in scenario.get("sweep", {}).items():
            own = scenario["parameters"].get(address)
            if own in values:
                wanted[address] = own
        done = set(self.points["point"])
        if not done:
            raise InputError("this folder holds no run to draw: run the sweep again", file=self.sweep.folder)
        return next((n for n, found in enumerate(self.sweep.settings) if found == wanted and n in done), min(done))

    @cached_property
    def shown(self) -> list[int]:
        """The points that get a row of their own: all, or of a large design those next to the reference."""
        points = self.points
        if len(points) > _MOST_SETTINGS:
            base = points[points["point"] == self.reference].iloc[0]
            points = points[(points[self.addresses] != base[self.addresses]).sum(axis=1) <= 1]
        return [int(point) for point in points["point"]][:_MOST_SETTINGS]

    @property
    def ascending(self) -> list[int]:
        """The points shown, in the order of their numbers; the order of the design where settings are names."""
        shown = self.points.set_index("point").loc[self.shown]
        numbers = [name for name in self.addresses if is_numeric_dtype(shown[name])]
        return list(shown.sort_values(numbers, kind="stable").index) if numbers else self.shown

    @property
    def two_axes(self) -> tuple[pd.DataFrame, list[str]]:
        """The points and at most two addresses that a figure can show; further addresses stay at the reference's value."""
        points, addresses = self.points, self.addresses
        varied = [address for address in addresses if points[address].nunique() > 1]
        base = points[points["point"] == self.reference].iloc[0]
        for address in varied[2:]:
            points = points[points[address] == base[address]]
        return points, (varied or addresses)[:2]

    @property
    def note(self) -> str:
        """Which of several settings a figure of the reference shows, as a sentence."""
        return f"Reference setting: {self.label(self.reference)}. " if len(self.points) > 1 else ""

    def effect(self, point: int) -> str:
        """A policy and what it is compared with, in words; empty for the reference itself."""
        return f"{self.label(point)}, compared with {self.label(0)}" if point else ""

    @property
    def decisions(self) -> dict[str, str]:
        """Name of a change to the decision that it is about, for labels."""
        changes = self.sweep.manifest["scenario"].get("changes") or {}
        return {name: str(change["decision"]) for name, change in changes.items()}

    def table(self, name: str, points: Sequence[int]) -> pd.DataFrame:
        """One summary table at some points, with each point's settings in words in a column ``setting``."""
        whole = self._by_branch(self.sweep.table(name))
        labels = {point: self.label(point) for point in points}
        kept = whole[whole["point"].isin(points)]
        return kept.assign(setting=kept["point"].map(labels))

    def label(self, point: int) -> str:
        """A point's settings in plain words."""
        settings = self.sweep.settings[point]
        return labels.settings_in_words(settings) or str(self.sweep.manifest["scenario"]["name"])

    def results(self, point: int) -> Iterator[tuple[int | str, Result]]:
        """The stored results of a point with their seeds, one at a time."""
        whole = self._by_branch(self.sweep.measures)
        here = whole[whole["point"] == point]
        draws = here["draw"] if self.sweep.draws else [0] * len(here)
        for seed, replication, draw in zip(here["seed"], here["replication"], draws, strict=True):
            label = seed if self.sweep.draws else int(seed)
            yield label, self.sweep.result(point, int(replication), int(draw))

    def about(self, points: Sequence[int]) -> Provenance:
        """Where the numbers of some points come from."""
        here = self.sweep.measures[self.sweep.measures["point"].isin(points)]
        return provenance_of(
            self.sweep.manifest["scenario"],
            self.sweep.manifest["engine_version"],
            tuple(dict.fromkeys(str(run) for run in here["run"])),
            tuple(sorted({int(seed) for seed in here["seed"]})),
            settings=len(points),
            draws=max(1, here["draw"].nunique()) if self.sweep.draws else 1,
            worlds=[world for point in points for world in self._worlds(point)],
        )

    def _worlds(self, point: int) -> list[Mapping[str, Any]]:
        """What was simulated at a point, under each draw of uncertain parameters."""
        plain = self.sweep.scenario_of(point)
        return [
            {**plain, "parameters": ChainMap(draw, plain.get("parameters") or {})} for draw in self.sweep.draws or ({},)
        ]


def provenance_of(
    scenario: Mapping[str, Any],
    engine_version: str,
    runs: tuple[str, ...],
    seeds: tuple[int, ...],
    settings: int = 1,
    draws: int = 1,
    worlds: Sequence[Mapping[str, Any]] = (),
) -> Provenance:
    """What a caption says, from a resolved scenario; ``worlds`` where others than it were simulated."""
    period = scenario["period"]
    return Provenance(
        scenario=str(scenario["name"]),
        title=str(scenario["title"]),
        engine_version=str(engine_version),
        run_ids=runs,
        seeds=seeds,
        period=(date.fromisoformat(str(period["start"])), date.fromisoformat(str(period["end"]))),
        scope=places_in_words(scenario),
        thin=int(scenario["thin"]),
        settings=settings,
        draws=draws,
        alone=alone_in_words(scenario),
        rules=rules_in_words(worlds or [scenario]),
    )
