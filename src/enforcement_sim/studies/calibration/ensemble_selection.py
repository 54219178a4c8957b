"""Selection of the ensemble from evaluated sets, and how much the figures narrow each unknown.

A set is accepted if seventeen in twenty of the fitted figures lie inside their ranges, and every ratio of the funnel. The
accepted set nearest to all figures is selected first; each next one is the set least similar to those already selected, so
that a short list covers the range of a long one. Ranges are not narrower than the figures imply: an unknown that no figure
constrains keeps its prior, and is reported as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.studies.calibration.compute import LEAST_INSIDE, Evaluated, fraction_inside
from enforcement_sim.studies.calibration.unknowns import Calibration
from enforcement_sim.studies.validation.targets import Target

PINNED, NARROWED = 0.5, 0.85
"""Spread among kept sets over that of the prior, below which an unknown counts as pinned down, or as narrowed."""

SIX_DIGITS = 6


def distance(one: Evaluated, targets: Sequence[Target]) -> float:
    """Return how far a set is from all figures: the root of the mean square of misses, in half ranges of logarithms."""
    misses = []
    for target in targets:
        value = one.figures.get(target.id)
        if value is None or value <= 0.0 or target.low <= 0.0:
            continue
        low, high = np.log(target.low), np.log(target.high)
        miss = (np.log(value) - (low + high) / 2.0) / ((high - low) / 2.0)
        misses.append(max(miss, 0.0) if target.ceiling else miss)
    return float(np.sqrt(np.mean(np.square(misses))))


def accepted(evaluated: Sequence[Evaluated], targets: Sequence[Target]) -> list[Evaluated]:
    """Return the sets that fit, the nearest to all figures first."""
    fitting = []
    for one in evaluated:
        share, funnel = fraction_inside(one, targets)
        if share >= LEAST_INSIDE and funnel:
            fitting.append(one)
    return sorted(fitting, key=lambda one: (distance(one, targets), one.deviates))


def kept(fitting: Sequence[Evaluated], members: int) -> list[Evaluated]:
    """Return so many accepted sets: the first, and then each time the one farthest from all that are kept.

    Examples
    --------
    >>> sets = [Evaluated((place,), {}) for place in (0.0, 0.1, 1.0, 0.5)]
    >>> [one.deviates[0] for one in kept(sets, 3)]
    [0.0, 1.0, 0.5]
    """
    if not fitting:
        return []
    places = np.array([one.deviates for one in fitting])
    chosen = [0]
    nearest = np.linalg.norm(places - places[0], axis=1)
    while len(chosen) < min(members, len(fitting)):
        farthest = int(nearest.argmax())
        chosen.append(farthest)
        nearest = np.minimum(nearest, np.linalg.norm(places - places[farthest], axis=1))
    return [fitting[position] for position in chosen]


def narrowing(calibration: Calibration, ensemble: Sequence[Evaluated]) -> pd.DataFrame:
    """Say how far the figures narrowed each unknown.

    Returns
    -------
    DataFrame
        ``unknown``, ``low`` and ``high`` of the prior, ``middle``, ``from`` and ``to`` (the middle nine tenths of the
        ensemble), ``spread`` (standard deviation over that of the prior) and ``verdict``: pinned down, narrowed, free.
    """
    places = np.array([one.deviates for one in ensemble])
    rows = []
    for column, unknown in enumerate(calibration.unknowns.values()):
        from scipy.special import ndtr

        values = np.array([unknown.at(float(unit)) for unit in ndtr(places[:, column])])
        relative_sd = float(places[:, column].std(ddof=1)) if len(places) > 1 else 0.0
        low, middle, high = (float(one) for one in np.percentile(values, [5, 50, 95]))
        rows.append(
            {
                "unknown": unknown.id,
                "low": unknown.low,
                "high": unknown.high,
                "middle": middle,
                "from": low,
                "to": high,
                "spread": relative_sd,
                "verdict": "pinned down" if relative_sd < PINNED else "narrowed" if relative_sd < NARROWED else "free",
            }
        )
    return pd.DataFrame(rows)


def recipe_of(
    calibration: Calibration,
    rounds: Sequence[Sequence[Evaluated]],
    targets: Sequence[Target],
    ensemble: Sequence[Evaluated],
    seed: int,
    engine_version: str,
) -> dict[str, Any]:
    """Return how an ensemble was found, for the file beside its table."""
    everything = [one for each in rounds for one in each]
    settings = calibration.settings
    of_round = []
    for each in rounds:
        shares = np.array([fraction_inside(one, targets)[0] for one in each])
        of_round.append(
            {
                "sets": len(each),
                "middle_share_inside": round(float(np.median(shares)), 3),
                "most_inside": round(float(shares.max()), 3),
                "accepted": len(accepted(each, targets)),
            }
        )
    return {
        "method": "Sobol' sample of the prior, ensemble smoother with multiple data assimilation, acceptance by ranges",
        "engine_version": engine_version,
        "seed": seed,
        "period": [settings.period.start.isoformat(), settings.period.end.isoformat()],
        "thin": settings.thin,
        "run_seed": settings.seed,
        "figures": [target.id for target in targets],
        "rounds": of_round,
        "accepted": len(accepted(everything, targets)),
        "kept": len(ensemble),
        "distance_of_first": round(distance(ensemble[0], targets), SIX_DIGITS) if ensemble else None,
        "unknowns": {
            str(row["unknown"]): {key: _short(row[key]) for key in ("middle", "from", "to", "spread", "verdict")}
            for row in narrowing(calibration, ensemble).to_dict("records")
        },
    }


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
