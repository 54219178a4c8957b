"""Least squares with an effect of each border pair and period, for many worlds at once.

Only the difference between the two counties of a pair is left, in each period in which both have an outcome. Effects of
counties are differences of levels along the pairs, which are solved for at once. Tests hold the coefficient, errors and interval
equal to pyfixest's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from enforcement_sim.studies.research_designs.repeated_estimates import (
    Absorber,
    Layout,
    Matrix,
    RepeatedEstimate,
    Rows,
    with_errors,
)


class PairAbsorber:
    """Removes the effects of counties, and of each border pair and period, from columns of one layout.

    Parameters
    ----------
    layout
        With pairs.
    present
        Bool, shape (counties, periods): the cells with an outcome.
    """

    def __init__(self, layout: Layout, present: npt.NDArray[np.bool_]) -> None:
        assert layout.pairs is not None
        self.layout, self.asked = layout, present
        self._one, self._other = layout.pairs.T
        self._both = _comparable(layout.pairs, present)
        one, other = layout.weight[self._one], layout.weight[self._other]
        self._shares = np.stack([other, one]) / (one + other)
        self._weight = (one * other / (one + other))[:, np.newaxis] * self._both
        self._factor = self._levels()
        self.treated = self.residuals(layout.treated)
        self.spread = float((self._weight * self.treated**2).sum())

    def _levels(self) -> tuple[Matrix, bool]:
        """Return the normal equations of the counties' levels, factorised.

        Only differences of levels within connected counties are known. So the sum of each connected part's levels is set to zero,
        which changes no difference.
        """
        counties = self.asked.shape[0]
        weight = self._weight.sum(axis=1)
        some = weight > 0
        joined = coo_array((weight[some], (self._one[some], self._other[some])), shape=(counties, counties))
        part = connected_components(joined, directed=False)[1]
        between = (joined + joined.T).toarray()
        of_county = between.sum(axis=1)
        scale = of_county.mean()
        normal = np.diag(of_county) - between + scale * (part[:, np.newaxis] == part)
        factor: tuple[Matrix, bool] = cho_factor(normal)
        return factor

    def _by_county(self, of_one: Matrix, of_other: Matrix) -> Matrix:
        size = self.asked.shape[0]
        return np.bincount(self._one, of_one, size) + np.bincount(self._other, of_other, size)

    def residuals(self, values: Matrix) -> Matrix:
        """Return the differences within pairs less the effects of counties; 0 where there is none."""
        between = np.where(self._both, values[self._one] - values[self._other], 0.0)
        sums = (self._weight * between).sum(axis=1)
        levels = cho_solve(self._factor, self._by_county(sums, -sums))
        return np.where(self._both, between - (levels[self._one] - levels[self._other])[:, np.newaxis], 0.0)

    def estimate(self, outcome: Matrix) -> RepeatedEstimate:
        """Return the coefficient of the treatment, with its errors."""
        left = self.residuals(outcome)
        coefficient = float((self._weight * self.treated * left).sum() / self.spread)
        products = self.treated * (left - coefficient * self.treated)
        weights = (self.layout.weight[side] for side in (self._one, self._other))
        scores = [
            (weight * share**2)[:, np.newaxis] * products for weight, share in zip(weights, self._shares, strict=True)
        ]
        by_county = self._by_county(*(score.sum(axis=1) for score in scores))
        cells = int(self._both.sum())
        per_pair = self._both.sum(axis=1).astype(float)
        counted = self._by_county(per_pair, per_pair) > 0
        clusters = np.unique(self.layout.cluster[counted]).size
        rows = Rows(2 * cells, clusters, cells + 1, cells + int(counted.sum()))
        by_cluster = np.bincount(self.layout.cluster, by_county)
        return with_errors(coefficient, self.spread, by_cluster, float(sum((one**2).sum() for one in scores)), rows)


def absorber_of(layout: Layout, present: npt.NDArray[np.bool_]) -> Absorber | PairAbsorber:
    """Return what removes the effects of a layout.

    Examples
    --------
    >>> treated, every = np.array([[0.0, 1.0], [0.0, 0.0]]), np.arange(2)
    >>> pair = Layout(treated, np.ones(2), np.array([[0, 1]]), np.zeros(2, int), every, False, within_pairs=True)
    >>> type(absorber_of(pair, np.ones((2, 2), bool))).__name__
    'PairAbsorber'
    """
    return (PairAbsorber if layout.within_pairs else Absorber)(layout, present)


def _comparable(pairs: npt.NDArray[np.int64], present: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the pairs and periods in which both counties have an outcome, without those of counties with no other row."""
    both = present[pairs[:, 0]] & present[pairs[:, 1]]
    while True:
        per_pair = both.sum(axis=1)
        rows = np.bincount(pairs.ravel(), np.repeat(per_pair, 2), present.shape[0])
        kept = both & (rows[pairs] > 1).all(axis=1)[:, np.newaxis]
        if (kept == both).all():
            return kept
        both = kept
