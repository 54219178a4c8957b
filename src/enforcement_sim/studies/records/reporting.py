"""Which months each agency reported: some agencies report none of a year, and some a part of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from enforcement_sim.studies.records.agencies import agencies
from enforcement_sim.studies.records.keyed_draws import Purpose, uniforms
from enforcement_sim.studies.records.offences import MONTHS_A_YEAR
from enforcement_sim.studies.records.recorder_rules import RecordRule, rules_in_force

NONE_RULE, PARTIAL_RULE = "agencies-not-reporting", "months-not-reported"
_STEPS = 60
"""Halvings of the interval in which the level of not reporting is sought."""


def months_reported(years: np.ndarray, rules: Mapping[str, RecordRule], seed: int) -> np.ndarray:
    """Return whether each of the nation's agencies reported each month of some years.

    Parameters
    ----------
    rules
        Those in force; months are all reported where neither rule on reporting is.

    Returns
    -------
    ndarray
        Bool, shape (agencies, years, 12).

    Examples
    --------
    >>> found = months_reported(np.array([2010]), {}, seed=1)
    >>> bool(found.all()), found.shape[1:]
    (True, (1, 12))
    """
    among = agencies(seed)
    found = np.ones((len(among), years.size, MONTHS_A_YEAR), bool)
    if PARTIAL_RULE in rules:
        found &= _parts_of_years(among, years, rules[PARTIAL_RULE], seed)
    if NONE_RULE in rules:
        found &= ~_silent(among, years, rules[NONE_RULE], seed)[..., np.newaxis]
    return found


def _keys(among: pd.DataFrame, years: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return county, number and year of each agency's year, to be broadcast."""
    return among["county"].to_numpy()[:, np.newaxis], among["number"].to_numpy()[:, np.newaxis], years[np.newaxis]


def _silent(among: pd.DataFrame, years: np.ndarray, rule: RecordRule, seed: int) -> np.ndarray:
    """Return which agencies report no month of which years."""
    chance = _chance_of_silence(np.log(1.0 + among["residents"].to_numpy()), rule)
    county, number, year = _keys(among, years)
    habit = uniforms(seed, Purpose.AGENCY_REPORTS, county, number, 0)
    this_year = uniforms(seed, Purpose.AGENCY_REPORTS, county, number, year)
    keeps = uniforms(seed, Purpose.AGENCY_BEGINS, county, number) < rule.values["persistence"].value
    return np.asarray(np.where(keeps, habit, this_year) < chance[:, np.newaxis])


def _chance_of_silence(log_residents: np.ndarray, rule: RecordRule) -> np.ndarray:
    """Return each agency's probability of reporting nothing: the rule's share on average, more for small agencies."""
    slope, share = rule.values["smaller"].value, rule.values["share"].value

    def chances(level: float) -> np.ndarray:
        return np.asarray(1.0 / (1.0 + np.exp(slope * log_residents - level)))

    low, high = -50.0, 50.0
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if chances(middle).mean() < share else (low, middle)
    return chances((low + high) / 2.0)


def _parts_of_years(among: pd.DataFrame, years: np.ndarray, rule: RecordRule, seed: int) -> np.ndarray:
    """Return which months agencies that report at all report; bool, shape (agencies, years, 12)."""
    # Whatever is switched off, the shares are of agencies that report at all.
    none = rules_in_force("ucr-agency-month")[NONE_RULE].values["share"].value
    whole, december = rule.values["all_months"].value, rule.values["last_month_december"].value
    partly = 1.0 - none - whole
    county, number, year = _keys(among, years)
    draws = uniforms(seed, Purpose.MONTHS_REPORTED, county, number, year)
    is_part = draws < partly / (1.0 - none)
    has_gap = draws < (december - whole) / (1.0 - none)
    how_many = 1 + np.floor((MONTHS_A_YEAR - 1) * uniforms(seed, Purpose.WHICH_MONTHS, county, number, year))
    months = np.arange(MONTHS_A_YEAR)
    until = months < how_many[..., np.newaxis]
    order = uniforms(seed, Purpose.WHICH_MONTHS, *(key[..., np.newaxis] for key in (county, number, year)), 1 + months)
    order[..., -1] = -1.0  # December comes first
    scattered = np.argsort(np.argsort(order, axis=-1), axis=-1) < how_many[..., np.newaxis]
    part = np.where(has_gap[..., np.newaxis], scattered, until)
    return np.asarray(np.where(is_part[..., np.newaxis], part, True))
