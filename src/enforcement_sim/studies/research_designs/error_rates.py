"""How often a crime design finds an effect where there is none, and the smallest it would find, over trends and dispersion.

Offences are imported, so a world without an effect needs no run: dates of treatment are history's, and offences are drawn
beside them, hundreds of times. Each design that least squares with effects of counties and periods can express is estimated on
what every recorder had. Settings of offences other than trends and dispersion are drawn anew for each world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.runs.executors import WorkerDied, run_tasks, worker_count
from enforcement_sim.studies.records.offence_settings import OffenceSettings, load_offence_settings, offence_settings
from enforcement_sim.studies.records.ucr_files import AGENCY_MONTH, COUNTY
from enforcement_sim.studies.research_designs.design_performance import (
    HIGH,
    LOW,
    POWER,
    leaves_out_zero,
    share_with_interval,
)
from enforcement_sim.studies.research_designs.imported_offences import OffenceWorlds, months_of
from enforcement_sim.studies.research_designs.repeated_designs import (
    DATES_SEED,
    RepeatedSample,
    repeatable,
    repeated_sample,
)
from enforcement_sim.studies.research_designs.repeated_estimates import Absorber
from enforcement_sim.studies.research_designs.repeated_offences import Matrix, RepeatedOffences
from enforcement_sim.studies.research_designs.repeated_pairs import PairAbsorber, absorber_of
from enforcement_sim.studies.research_designs.study_file import Study

SPREAD, BY_ACTIVATION, DISPERSION = VARIED = ("trend_spread", "trend_by_activation", "dispersion")
"""Settings of offences that make the grid."""
AS_COUNTED = "as-counted"
RECORDS = (AS_COUNTED, AGENCY_MONTH, COUNTY)
"""Recorders of offences."""
CELL = ("design", "recorder", "by", *VARIED)
MEASURED = (
    "worlds", "found", "found_low", "found_high", "found_naive", "mean", "low", "high", "fall", "fall_low", "fall_high"
)  # fmt: skip
Setting = dict[str, float]
"""Settings of the grid by name."""
WORLDS = 200


def full_grid() -> list[Setting]:
    """Return the settings of the grid: low, stated and high spread of county trends, and trends that go with activation.

    Examples
    --------
    >>> len(full_grid()), full_grid()[0]
    (17, {'trend_spread': 0.005, 'trend_by_activation': 0.0, 'dispersion': 0.0})
    """
    known = load_offence_settings()
    spread, early, dispersion = (known[name] for name in VARIED)
    found = table_columns()
    found += [(spread.value, end / 2.0, dispersion.value) for end in (early.low, early.high)]
    return [dict(zip(VARIED, values, strict=True)) for values in found]


def table_columns() -> list[tuple[float, float, float]]:
    """Return the settings that are shown as columns: trends by their spread, then those with activation; by dispersion."""
    spread, early, dispersion = (load_offence_settings()[name] for name in VARIED)
    trends = [(spread.low, 0.0), (spread.value, 0.0), (spread.high, 0.0)]
    trends += [(spread.value, early.low), (spread.value, early.high)]
    return [(*pair, value) for pair in trends for value in (dispersion.low, dispersion.value, dispersion.high)]


@dataclass(frozen=True)
class Repetition:
    """How many worlds of each setting of the grid, with which effect on offences (log points); seeds follow the first."""

    worlds: int = WORLDS
    effect: float = 0.0
    settings: tuple[Setting, ...] = ()
    first: int = 1

    @property
    def grid(self) -> tuple[Setting, ...]:
        """The settings of the grid, :func:`full_grid` unless others were given."""
        return self.settings or tuple(full_grid())

    def check(self, study: Study) -> None:
        """Raise unless a study can be repeated in so many worlds.

        Raises
        ------
        InputError
            If there is no world, the study is of no offences, or none of its designs can be repeated.
        """
        if self.worlds < 1:
            raise InputError(
                f"{self.worlds} worlds are too few", key="--false-positives", allowed="a whole number from 1"
            )
        repeatable(study)


def repeated_estimates(
    study: Study, repetition: Repetition, workers: int | None = None, told: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Return what each design finds on each recorder's file in every world.

    Parameters
    ----------
    told
        Called after the worlds of each seed, with the seed and how many seeds are done.

    Returns
    -------
    DataFrame
        :data:`CELL`, ``seed``, and the attributes of
        :class:`~enforcement_sim.studies.research_designs.repeated_estimates.RepeatedEstimate`, in the order of seeds and grid.

    Raises
    ------
    InputError
        If the study is of no offences, or none of its designs can be repeated.
    """
    repetition.check(study)
    samples = samples_of(study)
    seeds = range(repetition.first, repetition.first + repetition.worlds)
    rows: list[dict[str, Any]] = []
    work = partial(estimates_of_seed, study, samples, repetition)
    for done, (seed, found) in enumerate(run_tasks(work, seeds, worker_count(workers, len(seeds))), start=1):
        if isinstance(found, WorkerDied):
            raise InputError("a worker process ended", key="--workers", allowed="fewer workers")
        rows += found
        if told is not None:
            told(seed, done)
    return pd.DataFrame(rows).sort_values("seed", kind="stable").reset_index(drop=True)


def samples_of(study: Study) -> dict[str, RepeatedSample]:
    """Return a study's sample on the file of each recorder that has enough of it."""
    return {name: made for name in RECORDS if (made := repeated_sample(study, name)) is not None}


def estimates_of_seed(
    study: Study, samples: Mapping[str, RepeatedSample], repetition: Repetition, seed: int
) -> list[dict[str, Any]]:
    """Return the estimates of one seed: a row for each setting of the grid, recorder and design."""
    drawn = OffenceWorlds({}, repetition.effect).settings(seed, study)
    offences = RepeatedOffences(months_of(study, DATES_SEED), study.outcome.offences, drawn, seed)
    absorbers: dict[tuple[str, str], Absorber | PairAbsorber] = {}
    rows = []
    for recorder, setting, counts in _files(samples, offences, repetition.grid, drawn):
        sample = samples[recorder]
        outcome = sample.outcome(counts)
        present = ~np.isnan(outcome)
        for name, layout in sample.designs.items():
            kept = absorbers.get((recorder, name))
            if kept is None or not np.array_equal(kept.asked, present):
                kept = absorbers[recorder, name] = absorber_of(layout, present)
            cell = {"design": name, "recorder": recorder, "by": sample.by, **setting, "seed": seed}
            rows.append({**cell, **vars(kept.estimate(outcome))})
    return rows


def _files(
    samples: Mapping[str, RepeatedSample],
    offences: RepeatedOffences,
    grid: Sequence[Setting],
    drawn: OffenceSettings,
) -> Iterator[tuple[str, Setting, Matrix]]:
    """Return each recorder's counts under each setting; the county files last, because they are imputed together."""
    annual = []
    for setting in grid:
        rates = offences.rates(offence_settings(drawn.effect_from, **{**drawn.values, **setting}))
        if AS_COUNTED in samples:
            yield AS_COUNTED, setting, offences.as_counted(rates, samples[AS_COUNTED].cells)
        if AGENCY_MONTH in samples:
            yield AGENCY_MONTH, setting, offences.agency_months(rates, samples[AGENCY_MONTH].cells)
        if COUNTY in samples:
            annual.append(offences.agency_years(rates))
    if annual:
        for setting, file in zip(grid, offences.county_files(annual), strict=True):
            yield COUNTY, setting, file[samples[COUNTY].cells.counties]


def error_rates(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each design, recorder and setting of the grid, over its worlds.

    Returns
    -------
    DataFrame
        :data:`CELL`; ``worlds``; ``found`` with ``found_low`` and ``found_high``, the share of worlds whose 95% interval leaves
        out zero, with its interval; ``found_naive``, the same with errors that are not clustered; ``mean``, ``low`` and
        ``high`` of the coefficients (the middle 95%); ``fall`` with ``fall_low`` and ``fall_high``, the smallest fall that is
        found in 80% of the worlds, in per cent of offences, with its interval.
    """
    rows = []
    for keys, worlds in estimates.groupby(list(CELL), sort=False):
        found = leaves_out_zero(worlds)
        naive = leaves_out_zero(worlds[["naive_low", "naive_high"]].set_axis(["low", "high"], axis=1))
        middle = np.percentile(worlds["coefficient"], [LOW, HIGH])
        numbers = (len(worlds), *share_with_interval(found), float(naive.mean()))
        rows.append((*keys, *numbers, float(worlds["coefficient"].mean()), *middle, *smallest_fall(worlds)))
    return pd.DataFrame(rows, columns=[*CELL, *MEASURED])


def smallest_fall(worlds: pd.DataFrame) -> tuple[float, float, float]:
    """Return the smallest fall that is found in 80% of worlds, in per cent of offences, with its 95% interval.

    An effect adds to every world's coefficient what it is, so the fall that a world needs is known: the one that brings the upper
    end of its interval below zero. The answer is a quantile of these, and its interval the usual one by ranks.

    Parameters
    ----------
    worlds
        With the ``coefficient`` and the ``high`` end of the interval of worlds without an effect.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> noise = norm.ppf((np.arange(1000) + 0.5) / 1000) / 100
    >>> worlds = pd.DataFrame({"coefficient": noise, "high": noise + 0.0196})
    >>> [round(one, 1) for one in smallest_fall(worlds)]
    [-2.8, -2.8, -2.7]
    """
    from scipy.stats import binom  # at call: it loads slowly

    needed = np.sort(-worlds["high"].to_numpy())
    below = 1.0 - POWER
    ranks = binom.ppf([0.025, 0.975], needed.size, below).astype(int)
    ends = needed[np.clip(ranks, 0, needed.size - 1)]
    falls = np.minimum(0.0, [np.quantile(needed, below), *ends])
    found, low, high = 100.0 * np.expm1(falls)
    return float(found), float(low), float(high)
