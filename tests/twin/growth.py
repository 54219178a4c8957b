"""Shares that grow or differ: the early gate, the visits as they grew, and how a county's presence moves a share.

The paragraph "Programmes that grew" of docs/process.md, for the whole nation by day, and the odds of the sections
"Booking" and "In jail".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from tests.twin.clock import KEY_EPOCH

FIRST_ACTIVATIONS = date(2008, 10, 1)
DAYS_A_YEAR, MONTHS_A_YEAR = 365.25, 12
NEARLY_ALL = 0.9


def log_odds(share: float) -> float:
    """Return the log odds of a share."""
    return math.log(share / (1 - share))


def logistic(number: float) -> float:
    """Return the share whose log odds these are."""
    odds = math.exp(-abs(number))  # never too large, where a programme grows within a day
    return (1 if number > 0 else odds) / (1 + odds)


def with_odds(share: float, odds: float) -> float:
    """Return a share whose odds are so many times as large."""
    return share if odds == 1 else share * odds / (1 - share + share * odds)


def gate_share(values: Mapping[str, float], today: date) -> float:
    """Return the share of matched people not charged at Level 1 whom Secure Communities acts upon on a day."""
    start = values["secure_communities.gate_start_share"]
    if start == 1:
        return 1.0
    months = max((today - FIRST_ACTIVATIONS).days / (DAYS_A_YEAR / MONTHS_A_YEAR), 0.0)
    to_go = max(0.0, log_odds(NEARLY_ALL) - log_odds(start))
    return logistic(log_odds(start) + months * to_go / values["secure_communities.gate_months"])


def visits_grown(values: Mapping[str, float], today: date) -> float:
    """Return how far the Criminal Alien Program has grown on a day, 1 where it does not grow."""
    years = values["background.growth_years"]
    if years == 0:
        return 1.0
    year = 2000 + (today - KEY_EPOCH).days / DAYS_A_YEAR
    return logistic(2 * math.log(9) / years * (year - values["background.growth_middle_year"]))
