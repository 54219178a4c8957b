"""Simulation-based calibration: does the inference know what it does not know? (Talts et al. 2018, arXiv:1804.06788)

The truths are draws of the prior that were run. From each run's figures, published figures are drawn, with doubts and
discrepancies as inference assumes them, and the unknowns are inferred from these. If everything is right, the rank of the
truth among the posterior's draws is uniform, for each unknown and for each headline measure. No truth is among the runs
that its own emulator was fitted to: the runs are divided into parts, and the truths of one part are inferred with an
emulator of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy.stats import binom, chisquare

from enforcement_sim.errors import InputError
from enforcement_sim.results.data_dictionary import SHARE
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.studies.calibration.density import Posterior, fit_of
from enforcement_sim.studies.calibration.emulator import Emulator, fit_emulator
from enforcement_sim.studies.calibration.evaluations import Evaluated
from enforcement_sim.studies.calibration.observed import Observations
from enforcement_sim.studies.calibration.posterior_draws import filled
from enforcement_sim.studies.calibration.sampler import Draws, sample
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.tables.described import entries_html

if TYPE_CHECKING:
    from enforcement_sim.results.data_dictionary import Meanings

PARTS = 5
CHAINS, WARM_UP, DRAWS, EVERY = 4, 150, 25, 4
"""Chains of each truth, transitions thrown away, draws that are kept, and transitions for each, so that they are nearly
independent; a hundred draws give a hundred and one ranks."""

RANKS = CHAINS * DRAWS + 1
COVERED = (5, 95)
"""Lowest and highest of the hundred and one ranks inside the 90% interval."""

BAND = 0.99
BARS = 10
"""Bars of a histogram of ranks."""

UNKNOWN, HEADLINE = "unknown", "headline"
LEAST_ERROR = 1e-9


@dataclass(frozen=True)
class Checked(LabelledTables):
    """Ranks of truths.

    ``ranks`` has a row for each truth and a column for each unknown and headline measure: how many of the draws are smaller.
    ``table`` has a row for each of these. ``mixing`` is the 95th percentile over truths of the largest R-hat.
    """

    AXES: ClassVar = {"coverage": ("name",), "ranks": ("truth",)}
    COLUMNS_MEAN: ClassVar = {
        "name": ("Name", "name", "of an unknown, or of a headline measure"),
        "kind": ("Kind", "text", "unknown or headline measure"),
        "covered": ("Covered", SHARE, "of truths inside the 90% interval"),
        "band_low": ("Band, low end", SHARE, "where the share lies in 99 of 100 cases if it is right"),
        "band_high": ("Band, high end", SHARE, "where the share lies in 99 of 100 cases if it is right"),
        "inside": ("Inside", "yes or no", "whether the share lies in the band"),
        "uniform": ("Uniform", "p-value", "of a chi-square test of ten equal bars of ranks"),
        "spread": ("Spread", "ratio", "of the posterior over that of the prior; of a measure over that of the runs"),
        "truth": ("Truth", "number", "counts the runs whose unknowns were inferred from their own figures"),
    }

    ranks: pd.DataFrame
    table: pd.DataFrame
    mixing: float

    def __repr__(self) -> str:
        return (
            f"Checked({len(self.ranks)} truths: coverage of {self.share_inside(UNKNOWN):.0%} of unknowns in its band)"
        )

    def _repr_html_(self) -> str:
        headings = ("name", "kind", "covered", "band_low", "band_high", "inside")
        return entries_html(
            repr(self), headings, self.table[list(headings)].itertuples(index=False), "they are in table"
        )

    def _exported(self) -> dict[str, pd.DataFrame]:
        numbered = self.ranks.reset_index(drop=True).rename_axis("truth").reset_index()
        return {"coverage": self.table, "ranks": numbered}

    def _origin(self) -> dict[str, Any]:
        return {"truths": len(self.ranks), "ranks": RANKS, "largest R-hat, 95th percentile": self.mixing}

    def _own_meanings(self) -> Meanings:
        rank = "how many of the draws are smaller than the truth"
        ranks = {("ranks", str(name)): (str(name), "rank", rank) for name in self.ranks.columns}
        return {**super()._own_meanings(), **ranks}

    def share_inside(self, kind: str) -> float:
        """Return the share of unknowns, or of headline measures, whose coverage is inside its band."""
        return float(self.table.loc[self.table["kind"] == kind, "inside"].mean())


def check(
    calibration: Calibration, observed: Observations, runs: Sequence[Evaluated], truths: int, seed: int
) -> Checked:
    """Infer the unknowns of runs from their own figures, and rank the truth among the draws.

    Parameters
    ----------
    observed
        The figures with their doubts and discrepancies; what was published is not used.
    runs
        Independent draws of the prior that were run. The first so many are the truths.

    Raises
    ------
    InputError
        If there are fewer runs than truths.
    """
    if truths > len(runs):
        raise InputError(f"{truths} truths of {len(runs)} runs", key="--truths", allowed=f"1 to {len(runs)}")
    deviates = np.array([one.deviates for one in runs])
    figures = observed.scaled(runs)
    headlines = sorted({name for one in runs for name in one.headlines})
    measured = _logarithms(runs, headlines)
    ranks = np.zeros((truths, deviates.shape[1] + len(headlines)), int)
    spreads, mixing = np.zeros(ranks.shape), np.zeros(truths)
    for part in range(PARTS):
        here = np.arange(len(runs)) % PARTS == part
        ours = np.flatnonzero(here[:truths])
        if not ours.size:
            continue
        emulator = fit_emulator(deviates[~here], figures[~here])
        of_headlines = fit_emulator(deviates[~here], measured[~here])
        rng = np.random.default_rng([seed, part])
        posterior, draws = _inferred(observed, emulator, [runs[at] for at in ours.tolist()], rng)
        pooled = draws.pooled()
        headline = _predicted(posterior, of_headlines, pooled, rng)
        both = np.concatenate([pooled[:, :, : deviates.shape[1]], headline], axis=2)
        truth = np.hstack([deviates[ours], measured[ours]])
        ranks[ours] = (both < truth[:, None, :]).sum(axis=1)
        spreads[ours] = both.std(axis=1)
        mixing[ours] = draws.worst_mixing()
    names = [*calibration.unknowns, *headlines]
    spread = np.median(spreads, axis=0) / np.concatenate([np.ones(deviates.shape[1]), measured.std(axis=0)])
    kinds = [UNKNOWN] * deviates.shape[1] + [HEADLINE] * len(headlines)
    table = coverage(names, kinds, ranks, spread)
    return Checked(pd.DataFrame(ranks, columns=names), table, float(np.percentile(mixing, 95)))


def _logarithms(runs: Sequence[Evaluated], headlines: Sequence[str]) -> np.ndarray:
    return np.log([[max(one.headlines[name], 1.0) for name in headlines] for one in runs]).reshape(len(runs), -1)


def _inferred(
    observed: Observations, emulator: Emulator, truths: Sequence[Evaluated], rng: np.random.Generator
) -> tuple[Posterior, Draws]:
    """Return the posterior of each truth, given published figures drawn from its run, and draws from it."""
    deviates = np.array([one.deviates for one in truths])
    simulated = filled(observed, truths, emulator.figures(deviates))
    sizes = rng.standard_normal((len(truths), len(observed.families)))
    posterior = Posterior(observed, emulator, observed.drawn(simulated, sizes, rng))
    seed = int(rng.integers(1 << 31))
    return posterior, sample(posterior, len(truths), CHAINS, WARM_UP, DRAWS, EVERY, seed)


def _predicted(posterior: Posterior, headlines: Emulator, draws: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return headline measures of draws, shape (truths, draws, headlines).

    What the emulator of the figures misses and what that of the headline measures misses go together, and published
    figures tell something of the first: it is drawn given these (Matheron's rule), and the second by its relation to it.
    """
    truths, number, _ = draws.shape
    states, problem = draws.reshape(truths * number, -1), np.repeat(np.arange(truths), number)
    deviates, sizes = states[:, : posterior.unknowns], states[:, posterior.unknowns :]
    observed, emulator = posterior.observed, posterior.emulator
    missed = emulator.error * rng.standard_normal((len(states), len(observed.figures)))
    misses = posterior.published[problem] - observed.drawn(emulator.figures(deviates) + missed, sizes, rng)
    missed -= emulator.error**2 * fit_of(observed, misses, sizes, emulator.error).by_miss
    scale = np.maximum(emulator.error, LEAST_ERROR)
    relation = fit_emulator(np.nan_to_num(emulator.left_out / scale), headlines.left_out)
    found = headlines.figures(deviates) + relation.figures(missed / scale)
    return np.asarray(found + relation.error * rng.standard_normal(found.shape)).reshape(truths, number, -1)


def coverage(names: Sequence[str], kinds: Sequence[str], ranks: np.ndarray, spread: np.ndarray) -> pd.DataFrame:
    """Return the table of :class:`Checked` from ranks, shape (truths, names)."""
    truths = len(ranks)
    low, high = binom.interval(BAND, truths, (COVERED[1] - COVERED[0] + 1) / RANKS)
    rows = []
    for column, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        of_one = ranks[:, column]
        covered = int(((of_one >= COVERED[0]) & (of_one <= COVERED[1])).sum())
        counts = np.bincount(of_one * BARS // RANKS, minlength=BARS)
        expected = np.bincount(np.arange(RANKS) * BARS // RANKS, minlength=BARS) * truths / RANKS
        rows.append(
            {
                "name": name,
                "kind": kind,
                "covered": covered / truths,
                "band_low": float(low) / truths,
                "band_high": float(high) / truths,
                "inside": bool(low <= covered <= high),
                "uniform": float(chisquare(counts, expected).pvalue),
                "spread": float(spread[column]),
            }
        )
    return pd.DataFrame(rows)
