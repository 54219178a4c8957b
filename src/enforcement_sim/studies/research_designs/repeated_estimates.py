"""The same least squares for many worlds: a panel as a matrix of counties by periods, with fixed effects removed at once.

A library's regression takes seconds on a panel of the nation, most of them for what is the same in every world. Here the
effects of counties (with a line of their own, if asked) are projected out, and those of periods (with a line of each state, if
asked) solved for, so that a world costs milliseconds. It is the estimator ``twfe`` or ``border-pairs`` of a study and nothing
more: tests hold its coefficient, errors and interval equal to pyfixest's. Effects of each border pair and period are taken out by
:mod:`enforcement_sim.studies.research_designs.repeated_pairs`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
FEWEST = {False: 2, True: 3}
"""Periods of a county below which nothing is left to compare, without and with county trends."""


@dataclass(frozen=True)
class Layout:
    """What a design is in every world: rows are counties, columns periods.

    Attributes
    ----------
    treated : ndarray
        Share of the period's days under treatment, shape (counties, periods).
    weight : ndarray
        Of each county.
    pairs : ndarray or None
        Rows of both counties of each border pair, shape (pairs, 2): a county stands in the regression once for each of its
        pairs of which both counties have an outcome. None if every county stands there once.
    block : ndarray
        Counties of one block share the effects of periods: all of them, or those of a state.
    cluster : ndarray
        Counties of one cluster share their errors.
    trends : bool
        Whether each county's straight trend is removed.
    states : ndarray or None
        Counties of one state share a straight trend; None without such trends.
    within_pairs : bool
        Whether each border pair has its own effect in every period, in place of the effects of periods.
    """

    treated: Matrix
    weight: Matrix
    pairs: npt.NDArray[np.int64] | None
    block: npt.NDArray[np.int64]
    cluster: npt.NDArray[np.int64]
    trends: bool
    states: npt.NDArray[np.int64] | None = None
    within_pairs: bool = False


@dataclass(frozen=True)
class RepeatedEstimate:
    """A coefficient with errors that allow for clusters, and with errors (``naive``) that allow for unequal variances only."""

    coefficient: float
    standard_error: float
    low: float
    high: float
    naive_error: float
    naive_low: float
    naive_high: float
    observations: int


class Absorber:
    """Removes the effects of counties and periods from columns of one layout, for one set of missing cells.

    Parameters
    ----------
    layout
    present
        Bool, shape (counties, periods): the cells with an outcome.
    """

    def __init__(self, layout: Layout, present: npt.NDArray[np.bool_]) -> None:
        self.layout, self.asked = layout, present
        self._copies = _copies(layout, present)
        self.present = _comparable(layout, present, self._copies)
        here = self.present.astype(float)
        self._weight = (layout.weight * self._copies)[:, np.newaxis]
        self._lines = [_unit_rows(here)]
        if layout.trends:
            time = np.arange(here.shape[1]) * here
            self._lines.append(_unit_rows(time - self._lines[0] * _products(self._lines[0], time)))
        self._time = self._less_counties(np.arange(here.shape[1]) * here)
        self._blocks = [np.flatnonzero(layout.block == one) for one in np.unique(layout.block)]
        self._inverses = [self._inverse(rows) for rows in self._blocks]
        self.treated = self.residuals(layout.treated)
        self.spread = float((self._weight * self.treated**2).sum())

    def _inverse(self, rows: npt.NDArray[np.int64]) -> Matrix:
        """Return the inverse of the normal equations of periods and states' lines, once county effects are projected out."""
        here, weight = self.present[rows].astype(float), self._weight[rows]
        normal = np.diag((weight * here).sum(axis=0))
        for line in self._lines:
            normal -= (weight * line[rows]).T @ line[rows]
        beside = self._by_state(self._time, rows)
        lines = np.diag(self._by_state(self._time**2, rows).sum(axis=1))
        normal = np.block([[normal, beside.T], [beside, lines]])
        return np.asarray(np.linalg.pinv(normal, rcond=1e-10, hermitian=True))

    def _less_counties(self, values: Matrix) -> Matrix:
        for line in self._lines:
            values = values - line * _products(line, values)
        return values

    def _by_state(self, values: Matrix, rows: npt.NDArray[np.int64]) -> Matrix:
        """Return the weighted sum of some counties' values in each state that has a line, by period; no row without lines."""
        states = self.layout.states
        if states is None:
            return np.empty((0, values.shape[1]))
        found = np.zeros((states.max() + 1, values.shape[1]))
        np.add.at(found, states[rows], self._weight[rows] * values[rows])
        return found

    def _effects_counted(self) -> int:
        """Return how many coefficients the correction of clustered errors counts, as pyfixest does.

        Effects that lie within clusters count as one. Where counties have lines and gaps, one period is left out.
        """
        layout = self.layout
        if len(self._blocks) > 1 and all(np.unique(layout.cluster[rows]).size == 1 for rows in self._blocks):
            return 2
        periods = sum(int(self.present[rows].any(axis=0).sum()) for rows in self._blocks)
        counties = self.present[self.present.any(axis=1)]
        if layout.states is not None:
            # The lines of all states together are a line of periods: one of them is left out.
            periods += np.unique(layout.states[self.present.any(axis=1)]).size - 1
        return periods + int(not layout.trends or bool(counties.all()))

    def residuals(self, values: Matrix) -> Matrix:
        """Return a column less its effects; 0 where there is no outcome."""
        left = self._less_counties(np.where(self.present, values, 0.0))
        of_period = np.zeros_like(left)
        for rows, inverse in zip(self._blocks, self._inverses, strict=True):
            sums = (self._weight[rows] * left[rows]).sum(axis=0)
            solved = inverse @ np.concatenate([sums, self._by_state(self._time * left, rows).sum(axis=1)])
            of_period[rows] = solved[: sums.size]
            if self.layout.states is not None:
                of_period[rows] += solved[sums.size :][self.layout.states[rows], np.newaxis] * self._time[rows]
        return left - self._less_counties(np.where(self.present, of_period, 0.0))

    def estimate(self, outcome: Matrix) -> RepeatedEstimate:
        """Return the coefficient of the treatment, with its errors."""
        layout, weight = self.layout, self.layout.weight[:, np.newaxis]
        left = self.residuals(outcome)
        coefficient = float((self._weight * self.treated * left).sum() / self.spread)
        score = weight * self.treated * (left - coefficient * self.treated)
        counted = self._copies * self.present.sum(axis=1)
        counties = int((counted > 0).sum())
        estimated = self._effects_counted()
        rows = Rows(
            int(counted.sum()),
            np.unique(layout.cluster[counted > 0]).size,
            estimated,
            estimated + (counties - 1) * len(self._lines),
        )
        by_cluster = np.bincount(layout.cluster, self._copies * score.sum(axis=1))
        return with_errors(
            coefficient, self.spread, by_cluster, float((self._copies[:, np.newaxis] * score**2).sum()), rows
        )


@dataclass(frozen=True)
class Rows:
    """The size of a regression, for its errors: ``estimated`` coefficients are those that the clustered correction counts."""

    observations: int
    clusters: int
    estimated: int
    every: int


def with_errors(coefficient: float, spread: float, by_cluster: Matrix, squares: float, rows: Rows) -> RepeatedEstimate:
    """Return a coefficient with its errors.

    Parameters
    ----------
    coefficient
    spread
        Weighted sum of squares of the treatment, less effects.
    by_cluster
        Sum of the scores of each cluster.
    squares
        Sum of the squared scores of all rows.
    rows
        How many there are.

    Examples
    --------
    >>> with_errors(1.0, 4.0, np.array([2.0, -2.0]), 8.0, Rows(10, 2, 2, 3)).standard_error.__round__(3)
    1.061
    """
    from scipy.stats import t as students_t  # at call: it loads slowly

    observations, clusters = rows.observations, rows.clusters
    small = (observations - 1) / (observations - rows.estimated) * clusters / (clusters - 1)
    error = float(np.sqrt(small * (by_cluster**2).sum()) / spread)
    free = observations - rows.every
    naive = float(np.sqrt(observations / free * squares) / spread)
    reach, naive_reach = (float(students_t.ppf(0.975, degrees)) for degrees in (clusters - 1, free))
    return RepeatedEstimate(
        coefficient,
        error,
        coefficient - reach * error,
        coefficient + reach * error,
        naive,
        coefficient - naive_reach * naive,
        coefficient + naive_reach * naive,
        observations,
    )


def _copies(layout: Layout, present: npt.NDArray[np.bool_]) -> Matrix:
    """Return how often each county stands in the regression."""
    some = present.any(axis=1)
    if layout.pairs is None:
        return some.astype(float)
    whole = layout.pairs[some[layout.pairs].all(axis=1)]
    return np.bincount(whole.ravel(), minlength=some.size).astype(float)


def _comparable(layout: Layout, present: npt.NDArray[np.bool_], copies: Matrix) -> npt.NDArray[np.bool_]:
    """Return the cells without those that nothing can be compared with: counties of too few periods, periods of one county."""
    present = present & (copies > 0)[:, np.newaxis]
    while True:
        enough = present.sum(axis=1) >= FEWEST[layout.trends]
        kept = present & enough[:, np.newaxis]
        for block in np.unique(layout.block):
            rows = layout.block == block
            kept[rows] &= (copies[rows] @ kept[rows]) > 1
        if (kept == present).all():
            return kept
        present = kept


def _products(line: Matrix, values: Matrix) -> Matrix:
    return np.asarray(np.einsum("ij,ij->i", line, values))[:, np.newaxis]


def _unit_rows(values: Matrix) -> Matrix:
    """Return rows of length one; rows of zeros stay."""
    length = np.sqrt(_products(values, values))
    return np.divide(values, length, out=np.zeros_like(values), where=length > 0)
