"""An emulator: every figure as a quadratic function of the unknowns, fitted to the runs made so far.

Each figure has a constant, a line and a square in every unknown, and products of the unknowns that move it most. The
coefficients have a normal prior: those of a line by how much the unknown moves the figure (automatic relevance
determination), those of squares and products by the relevance of both unknowns (products of what does not matter alone
rarely matter). The noise and the size of the second-order part are chosen by the marginal likelihood. Leaving out each
run in turn gives the emulator's error, which inference adds to the doubts of the figure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

ROUNDS_OF_RELEVANCE = 15
MOST_RELEVANT = 16
"""How many unknowns have products with each other in the emulator of a figure."""

LEAST_RELEVANCE = 0.02
"""Floor of relevance, as a part of its mean over unknowns."""

SECOND_ORDER = (0.003, 0.03, 0.3, 3.0)
"""Prior variances of the second-order part that are tried, over that of the lines."""

NOISES = tuple(10.0**power for power in np.arange(-4.0, 0.3, 0.25))
"""Variances of noise that are tried, over the figure's own variance."""

OLDER_RUNS = (1.0, 0.3, 0.1, 0.03)
"""Weights of runs of earlier rounds that are tried: far from the posterior a quadratic function may be of no use."""

LEAST_VARIANCE = 1e-10


@dataclass(frozen=True)
class Emulator:
    """Fitted figures on the scale of comparison.

    Attributes
    ----------
    constant : float array, shape (figures,)
    line : float array, shape (figures, unknowns)
    curve : float array, shape (figures, unknowns, unknowns)
        Symmetric.
    error : float array, shape (figures,)
        Standard deviation of what the emulator misses, by leaving out each run of the last round in turn.
    explained : float array, shape (figures,)
        Share of the variance among the runs of the last round that is explained for runs that were left out.
    left_out : float array, shape (runs, figures)
        What is missed for each run if it is left out; nan where the run had no figure.
    """

    constant: np.ndarray
    line: np.ndarray
    curve: np.ndarray
    error: np.ndarray
    explained: np.ndarray
    left_out: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)), repr=False)

    def figures(self, deviates: np.ndarray) -> np.ndarray:
        """Return figures, shape (sets, figures)."""
        return self.with_slopes(deviates)[0]

    def with_slopes(self, deviates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return figures, and their derivatives by every unknown, shape (sets, figures, unknowns)."""
        figures, unknowns = self.line.shape
        half = (deviates @ self.curve.reshape(figures * unknowns, unknowns).T).reshape(-1, figures, unknowns)
        values = self.constant + deviates @ self.line.T + np.matmul(half, deviates[:, :, None])[:, :, 0]
        half *= 2.0
        half += self.line
        return values, half


def fit_emulator(deviates: np.ndarray, figures: np.ndarray, last: np.ndarray | None = None) -> Emulator:
    """Fit every figure.

    Parameters
    ----------
    deviates
        Unknowns as standard normal deviates, shape (runs, unknowns).
    figures
        On the scale of comparison, shape (runs, figures); nan where a run had none.
    last
        Which runs are of the last round, bool, shape (runs,); all unless given. The error is judged by them, and runs
        of earlier rounds weigh less if that lowers it.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> x = rng.standard_normal((200, 3))
    >>> found = fit_emulator(x, 2.0 + x[:, :1] + 0.5 * x[:, :1] * x[:, 1:2])
    >>> np.round(found.figures(np.array([[1.0, 2.0, 0.0]])), 2)
    array([[4.]])
    """
    last = np.ones(len(deviates), bool) if last is None else last
    fitted = [_fit_best(deviates, column, last) for column in figures.T]
    constant, line, curve, error, explained, left_out = (np.array(part) for part in zip(*fitted, strict=True))
    return Emulator(constant, line, curve, error, explained, left_out.T)


def _fit_best(
    deviates: np.ndarray, values: np.ndarray, last: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray, float, float, np.ndarray]:
    """Fit one figure with every weight of older runs; return the fit with the least error for the last round."""
    known = np.isfinite(values)
    missed = np.where(known, 0.0, np.nan)
    deviates, values, last = deviates[known], values[known], last[known]
    unknowns = deviates.shape[1]
    spread = float(values[last].std()) if last.any() else 0.0
    if len(values) < 2 or not last.any() or values.std() ** 2 < LEAST_VARIANCE:
        middle = float(values.mean()) if len(values) else 0.0
        return middle, np.zeros(unknowns), np.zeros((unknowns, unknowns)), spread, 0.0, missed
    found = [_fit_one(deviates, values, last, weight) for weight in (OLDER_RUNS if not last.all() else (1.0,))]
    constant, line, curve, error, missed[known] = min(found, key=lambda one: one[3])
    explained = max(0.0, 1.0 - (error / spread) ** 2) if spread > 0.0 else 0.0
    return constant, line, curve, error, explained, missed


def _fit_one(
    deviates: np.ndarray, values: np.ndarray, last: np.ndarray, weight: float
) -> tuple[float, np.ndarray, np.ndarray, float, np.ndarray]:
    """Fit one figure; return constant, line, curve, error, and what is missed for each run if it is left out."""
    root = np.sqrt(np.where(last, 1.0, weight))
    scale = float(values.std())
    relevance = _relevance(deviates * root[:, None], root, values / scale * root)
    relevance = np.maximum(relevance, LEAST_RELEVANCE * relevance.mean())
    pairs = _pairs(relevance)
    first, second = _features(deviates, pairs)
    scaled = np.hstack([first, second]) * root[:, None]
    target = values / scale * root
    # The constant is free: both sides are taken at right angles to it.
    along = root / np.linalg.norm(root)
    scaled = scaled - along[:, None] * (along @ scaled)
    target = target - along * (along @ target)
    size = np.concatenate([relevance, _second_order_sizes(relevance, pairs)])
    coefficients, left_out = _best_by_evidence(scaled, target, size, first.shape[1])
    missed = left_out / root * scale
    error = float(np.sqrt(np.mean(np.square(missed[last]))))
    line, curve, extra = _as_function(coefficients * scale, pairs, deviates.shape[1])
    features = np.hstack([first, second])
    constant = float(np.average(values - features @ coefficients * scale, weights=root**2)) + extra
    return constant, line, curve, error, missed


def _relevance(deviates: np.ndarray, root: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return how much each unknown moves a figure: the mean square of its slope in a linear fit, shape (unknowns,)."""
    along = root / np.linalg.norm(root)
    x = deviates - along[:, None] * (along @ deviates)
    y = target - along * (along @ target)
    runs, unknowns = x.shape
    size, noise = np.full(unknowns, float(y @ y) / runs / unknowns), 0.5 * float(y @ y) / runs
    gram, moved = x.T @ x, x.T @ y
    for _ in range(ROUNDS_OF_RELEVANCE):
        covariance = np.linalg.inv(gram / noise + np.diag(1.0 / size))
        slope = covariance @ moved / noise
        determined = unknowns - float((np.diag(covariance) / size).sum())
        noise = float(np.sum((y - x @ slope) ** 2)) / max(runs - determined, 1.0) + LEAST_VARIANCE
        size = slope**2 + np.diag(covariance) + LEAST_VARIANCE
    return np.asarray(size)


def _pairs(relevance: np.ndarray) -> np.ndarray:
    """Return the pairs of unknowns with a second-order term: every square, and products of the most relevant."""
    top = np.sort(np.argsort(-relevance, kind="stable")[:MOST_RELEVANT])
    products = [(i, j) for at, i in enumerate(top) for j in top[at + 1 :]]
    return np.array([(i, i) for i in range(relevance.size)] + products, int).reshape(-1, 2)


def _features(deviates: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    second = deviates[:, pairs[:, 0]] * deviates[:, pairs[:, 1]]
    second[:, pairs[:, 0] == pairs[:, 1]] -= 1.0
    return deviates, second


def _second_order_sizes(relevance: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return prior variances of second-order coefficients, up to a factor; an unknown without a line may have a square."""
    eased = relevance + relevance.mean()
    return np.asarray(eased[pairs[:, 0]] * eased[pairs[:, 1]] / eased.sum())


def _best_by_evidence(
    features: np.ndarray, target: np.ndarray, size: np.ndarray, lines: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients with the greatest marginal likelihood, and what is missed for each run if it is left out."""
    runs, total = len(target), float(target @ target)
    noises = np.array(NOISES)
    found = []
    for second in SECOND_ORDER:
        width = np.sqrt(size * np.where(np.arange(size.size) < lines, 1.0, second))
        scaled = features * width
        values, vectors = np.linalg.eigh(scaled.T @ scaled)
        values = np.maximum(values, 0.0)
        moved = vectors.T @ (scaled.T @ target)
        unexplained = (total - (moved**2 / (values + noises[:, None])).sum(axis=1)) / noises
        evidence = -0.5 * (unexplained + np.log1p(values / noises[:, None]).sum(axis=1) + runs * np.log(noises))
        at = int(evidence.argmax())
        found.append((float(evidence[at]), noises[at], width, values, vectors, moved))
    _, noise, width, values, vectors, moved = max(found, key=lambda one: one[0])
    coefficients = width * (vectors @ (moved / (values + noise)))
    leverage = ((features * width @ vectors) ** 2 / (values + noise)).sum(axis=1) + 1.0 / runs
    return coefficients, (target - features @ coefficients) / np.maximum(1.0 - leverage, 1e-3)


def _as_function(coefficients: np.ndarray, pairs: np.ndarray, unknowns: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Return line, curve and what the squares' own means take from the constant."""
    line, second = coefficients[:unknowns], coefficients[unknowns:]
    curve = np.zeros((unknowns, unknowns))
    i, j = pairs.T
    np.add.at(curve, (i, j), second / 2.0)
    np.add.at(curve, (j, i), second / 2.0)
    return line, curve, -float(second[i == j].sum())
