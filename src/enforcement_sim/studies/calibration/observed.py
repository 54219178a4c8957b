"""What is compared: published figures on the scale of comparison, with doubts and the model's own discrepancy by family.

Shares are compared as log odds and all other figures as logarithms. The range of a published figure is read as holding
nine in ten of what the true figure may be. Besides this doubt, every figure has a discrepancy, which the model would have
if every unknown were right: a part that a family of figures has in common and a part of its own
(:class:`~enforcement_sim.studies.calibration.unknowns.Family`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.calibration.evaluations import Evaluated
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.studies.validation.targets import Target

SHARE = "share"
NINE_IN_TEN = 1.645
"""Standard deviations from the middle of a normal distribution to the ends of what holds nine in ten."""

SMALLEST = 0.01
"""Simulated figures below this part of a range's low end count as this part of it (of a share, also near one)."""

DOUBT_OF_SIZE = 0.5
"""Standard deviation of the logarithm of the factor by which a family's discrepancy differs from the stated size."""


@dataclass(frozen=True)
class Figure:
    """One published number on the scale of comparison.

    Attributes
    ----------
    name : str
        The figure's id.
    is_share : bool
    published, doubt : float
        On the scale of comparison; the doubt is a standard deviation.
    floor : float
        Simulated figures beyond it count as it.
    """

    name: str
    is_share: bool
    published: float
    doubt: float
    floor: float

    def scaled(self, value: float) -> float:
        """Return a simulated or published value on the scale of comparison.

        Examples
        --------
        >>> one = Figure("x", True, 0.0, 0.1, 0.01)
        >>> one.scaled(0.5), round(one.scaled(0.0), 2) == round(one.scaled(0.005), 2)
        (0.0, True)
        """
        if self.is_share:
            inside = min(max(value, self.floor), 1.0 - self.floor)
            return float(np.log(inside / (1.0 - inside)))
        return float(np.log(max(value, self.floor)))

    def unscaled(self, scaled: np.ndarray) -> np.ndarray:
        """Return values on the figure's own scale."""
        return np.asarray(1.0 / (1.0 + np.exp(-scaled)) if self.is_share else np.exp(scaled))


def figure_of(target: Target) -> Figure:
    """Return a published figure on the scale of comparison."""
    is_share = target.unit == SHARE
    floor = target.low * SMALLEST
    if is_share:
        floor = min(floor, (1.0 - target.high) * SMALLEST)
    bare = Figure(target.id, is_share, 0.0, 1.0, max(floor, 1e-9))
    low, middle, high = (bare.scaled(value) for value in (target.low, target.value, target.high))
    return Figure(target.id, is_share, middle, (high - low) / 2.0 / NINE_IN_TEN, bare.floor)


@dataclass(frozen=True)
class Observations:
    """All figures that inference uses.

    Attributes
    ----------
    figures : tuple of Figure
    families : tuple of str
        Those that have a figure, in the order of the file.
    family : int array, shape (figures,)
        Position of each figure's family.
    shared, own : float array
        Stated sizes of discrepancies, shapes (families,) and (figures,).
    """

    figures: tuple[Figure, ...]
    families: tuple[str, ...]
    family: np.ndarray
    shared: np.ndarray
    own: np.ndarray

    @property
    def names(self) -> list[str]:
        """Names of the figures."""
        return [figure.name for figure in self.figures]

    @property
    def published(self) -> np.ndarray:
        """Published figures on the scale of comparison, shape (figures,)."""
        return np.array([figure.published for figure in self.figures])

    @property
    def doubts(self) -> np.ndarray:
        """Standard deviations of published figures, shape (figures,)."""
        return np.array([figure.doubt for figure in self.figures])

    def scaled(self, evaluated: Sequence[Evaluated]) -> np.ndarray:
        """Return simulated figures on the scale of comparison, nan where a run had none, shape (sets, figures)."""
        return np.array([[_scaled(figure, one.figures) for figure in self.figures] for one in evaluated])

    def drawn(self, simulated: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw what might be published if the world were as simulated.

        Parameters
        ----------
        simulated
            On the scale of comparison, shape (sets, figures).
        sizes
            Standard normal deviates of the families' sizes of discrepancy, shape (sets, families).
        rng

        Returns
        -------
        float array, shape (sets, figures)
        """
        factors = np.exp(DOUBT_OF_SIZE * sizes)
        shared = (factors * self.shared * rng.standard_normal(sizes.shape))[:, self.family]
        own = factors[:, self.family] * self.own * rng.standard_normal(simulated.shape)
        return np.asarray(simulated + shared + own + self.doubts * rng.standard_normal(simulated.shape))


def _scaled(figure: Figure, simulated: Mapping[str, float]) -> float:
    return figure.scaled(simulated[figure.name]) if figure.name in simulated else float("nan")


def observations_of(calibration: Calibration, targets: Sequence[Target]) -> Observations:
    """Return what inference compares.

    Raises
    ------
    InputError
        If there is none, or no family names one of them.
    """
    if not targets:
        raise InputError("no figure is left to fit")
    named = [calibration.family_of(target.id) for target in targets]
    families = tuple(name for name in calibration.discrepancy if name in named)
    sizes = [calibration.discrepancy[name] for name in named]
    return Observations(
        figures=tuple(figure_of(target) for target in targets),
        families=families,
        family=np.array([families.index(name) for name in named]),
        shared=np.array([calibration.discrepancy[name].shared for name in families]),
        own=np.array([size.own for size in sizes]),
    )


def chosen(targets: Sequence[Target], until: date | None = None, without: str | None = None) -> list[Target]:
    """Return the figures whose window ends by a day and that do not rest on a source.

    Parameters
    ----------
    until
        Figures whose window ends later are left out.
    without
        The beginning of a source's citation; figures that cite such a source are left out.

    Raises
    ------
    InputError
        If no figure cites such a source.
    """
    cited = sorted({source for target in targets for source in target.sources})
    if without is not None and not any(source.startswith(without) for source in cited):
        raise InputError(
            f"no figure cites a source that begins with {without!r}",
            key="--without",
            allowed=tuple(cited),
            nearest=nearest_names(without, cited),
        )
    return [
        target
        for target in targets
        if (until is None or last_day(target) <= until)
        and not (without is not None and any(source.startswith(without) for source in target.sources))
    ]


def last_day(target: Target) -> date:
    """Return the last day that a figure is compared over."""
    return target.compared_over[1] if target.compared_over else target.end
