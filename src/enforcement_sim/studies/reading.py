"""The input of report sections: a finished sweep, read once, with the measures of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from enforcement_sim.no_effect import NoEffect
from enforcement_sim.places.geography import load_geography
from enforcement_sim.plots import seed_means
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.results.intervals import Difference, Key, difference_between, level_of
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.tables.amounts import NO_INTERVAL

COUNTY_EVENTS = (
    "booked", "submitted", "matched", "identified", "detainer_issued", "detainer_declined", "ice_custody", "removed"
)  # fmt: skip
"""Events counted by county."""

NO_OTHER = "These results hold one setting, so there is no change to report; its levels are shown."


@dataclass(frozen=True)
class Reading:
    """A finished sweep, read for a report: its tables, and its runs' measures and metadata by setting, the reference first.

    ``counties`` have a section of their own. ``same`` holds, by setting, those with the same numbers in every run, which are not
    shown. ``answered`` is the place of the setting that the answer names, on which choices open.
    """

    drawable: Drawable
    points: tuple[int, ...]
    found: Comparison
    metas: Sequence[Sequence[Mapping[str, Any]]]
    counties: tuple[str, ...]
    same: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    answered: int = 1

    @property
    def labels(self) -> list[str]:
        """Each setting as text, the reference first; settings with the same numbers are joined by an equals sign."""
        alike = ([point, *self.same.get(point, ())] for point in self.points)
        return [" = ".join(self.drawable.label(point) for point in points) for points in alike]

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The resolved scenario."""
        return dict(self.drawable.sweep.manifest["scenario"])

    @cached_property
    def made_from(self) -> list[Mapping[str, Any]]:
        """The scenario of each setting as it reached the engine."""
        return [self.drawable.sweep.scenario_of(point) for point in self.points]

    @cached_property
    def without_effect(self) -> tuple[NoEffect, ...]:
        """Changes without effect; settings that are the same are known from their numbers."""
        return self.drawable.sweep.without_effect(same=False)

    def at_county(self, fips: str, event: str) -> Difference:
        """Return a county's count at the reference."""
        return level_of(self._of_county(fips, event, 0), least=0.0)

    def change_at_county(self, fips: str, event: str, place: int) -> Difference:
        """Return a county's count under a setting less that under the reference."""
        return difference_between(self._of_county(fips, event, 0), self._of_county(fips, event, place))

    def _of_county(self, fips: str, event: str, place: int) -> dict[Key, float]:
        name = name_at_county(fips, event)
        return {key: float(run.get(name, 0.0)) for key, run in self.found.samples[place].measures.items()}

    @cached_property
    def by_county(self) -> pd.DataFrame:
        """Counts at the reference: ``fips``, ``name``, ``state``, ``seed`` and a column for each event."""
        places, codes = load_geography(), self.fips
        indices = [places.index_of(fips) for fips in codes]
        states = [places.states[int(number)].postal for number in places.counties["state"][indices]]
        named = {"fips": codes, "name": [places.names[index] for index in indices], "state": states}
        measured = {event: [name_at_county(fips, event) for fips in codes] for event in COUNTY_EVENTS}
        frames = []
        for key, run in self.found.samples[0].measures.items():
            counts = {event: [run.get(name, 0.0) for name in names] for event, names in measured.items()}
            frames.append(pd.DataFrame({"seed": seed_means.label_of(key), **named, **counts}))
        return pd.concat(frames, ignore_index=True)

    @property
    def fips(self) -> tuple[str, ...]:
        """Codes of the simulated counties."""
        return tuple(f"{int(code):05d}" for code in self.metas[0][0]["counties"])

    @property
    def with_intervals(self) -> str:
        """Suffix of a table's title on its intervals; one run has none."""
        several = len(self.found.samples[0].measures) > 1
        return ", with 95% intervals" if several else f": {NO_INTERVAL}"

    @property
    def largest(self) -> str:
        """The county with most bookings at the reference, for commands on single bookings."""
        means = self.by_county.groupby("fips", sort=False)["booked"].mean()
        return str(means.idxmax())

    @property
    def example(self) -> str:
        """The county of commands to copy: the first that was asked for, else the largest."""
        return self.counties[0] if self.counties else self.largest

    def data_file(self, name: str) -> str:
        """Return a file of the results' folder by its path there, if it exists; empty otherwise."""
        return name if (self.drawable.sweep.folder / name).is_file() else ""

    def monthly(self, fips: str, place: int = 0) -> pd.DataFrame:
        """Return a county's months under a setting: ``month``, ``event``, ``seed``, ``count``."""
        rows = [
            (*name.split(":")[2:], seed_means.label_of(key), count)
            for key, run in self.found.samples[place].measures.items()
            for name, count in run.items()
            if name.startswith(f"month:{fips}:")
        ]
        return pd.DataFrame(rows, columns=["month", "event", "seed", "count"])


def name_at_county(fips: str, event: str) -> str:
    """Return the name under which a county's count of an event is measured."""
    return f"county:{fips}:{event}"
