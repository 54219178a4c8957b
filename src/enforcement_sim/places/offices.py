"""How field offices differ, and how closely they follow a rule while a scenario says how closely.

An office's difference is a deviation drawn once, the same for every seed, and moves shares on the log odds. Shares that a
scenario states beside a rule are what the middle office does: the others lie around them as they lie around the
register's, and shares of 0 and 1 stay, so that a rule followed strictly is followed strictly everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import NormalDist

import numpy as np

from enforcement_sim.places.history import ChangeLike, InstitutionKind, day_of_run, end_of
from enforcement_sim.places.layers import Layers, Setting
from enforcement_sim.places.places import Places
from enforcement_sim.process.rng import Purpose, institution_luck, uniform

__all__ = ["adherence_settings", "deviation", "shifted"]

SMALLEST_DRAW = 1e-12
"""Keeps the normal quantile of a draw finite."""
FIELDS = ("issue_covered", "issue_not_covered")
"""Of a place: the shares of people covered, and of people not covered, for whom a detainer is issued."""
SIGNS = (1.0, -1.0)
"""An office that follows the rule more closely issues more often where it covers and less often where not."""


def deviation(values: Mapping[str, float], office: int, purpose: Purpose) -> float:
    """Return by how many standard deviations an office differs in one way."""
    luck = institution_luck(int(values["institutions.office_draw"]), InstitutionKind.FIELD_OFFICE, office, 0)
    return NormalDist().inv_cdf(max(SMALLEST_DRAW, float(uniform(luck, purpose))))


def shifted(share: float, log_odds: float) -> float:
    """Return a share moved on the log odds; 0 and 1 stay.

    Examples
    --------
    >>> shifted(0.5, 0.0), round(shifted(0.5, 1.0), 3)
    (0.5, 0.731)
    """
    return share / (share + (1.0 - share) * math.exp(-log_odds))


def adherence_settings(
    changes: Sequence[ChangeLike],
    where: Places,
    places: np.ndarray,
    first_day: date,
    days: int,
    values: Mapping[str, float],
) -> list[Setting]:
    """Return how closely each place follows its rule on detainers, as dated settings; none where no change says so.

    Parameters
    ----------
    changes
        In the order written. One without shares lets the office's own ways stand while its rule is in force.
    where
        The run's places by what scenarios call them.
    places : structured array of dtype ``PLACE``
        With the offices' own ways, which stand where no change does.
    first_day, days
        The run's first day and length.
    values
        Every address of the register with its value.
    """
    by_detainer_rule = [change for change in changes if change.decision == "detainer"]
    if all(change.shares is None for change in by_detainer_rule):
        return []
    spread = values["detainer.adherence_spread"]
    of_office = {
        office: spread * deviation(values, office, Purpose.ADHERENCE) for office in set(places["office"].tolist())
    }
    found: list[Setting] = []
    for which, (field, sign) in enumerate(zip(FIELDS, SIGNS, strict=True)):
        own = places[field].copy()
        layers = Layers(field, lambda _, own=own: own, ())  # type: ignore[misc]
        for change in by_detainer_rule:
            stated = own
            if change.shares is not None:
                share = change.shares[which]
                stated = np.array([shifted(share, sign * of_office[office]) for office in places["office"].tolist()])
            positions = where.of(change.where.kind, change.where.members)
            start, end = day_of_run(change.start, first_day), end_of(change, first_day)
            layers.lay_instead(start, end, positions, lambda _, stated=stated: stated)  # type: ignore[misc]
        found += layers.settings(days - 1)
    return found
