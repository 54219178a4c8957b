"""False positives and power of crime designs as a table, and under which trends a published number comes out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.records.ucr_files import AGENCY_MONTH, COUNTY
from enforcement_sim.studies.research_designs.design_performance import MOST_ALARMS
from enforcement_sim.studies.research_designs.error_rates import (
    AS_COUNTED,
    BY_ACTIVATION,
    DISPERSION,
    RECORDS,
    SPREAD,
    VARIED,
)
from enforcement_sim.studies.research_designs.study_columns import design_in_words
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.tables.table import Table

IN_WORDS = {AS_COUNTED: "every offence known", AGENCY_MONTH: "months that agencies reported", COUNTY: "county file"}
"""Recorders in words."""
HEADINGS = (
    "design",
    "record",
    "finds an effect at 5% (95%)",
    "over the ranges",
    "trends with activation",
    "errors not clustered",
    "fall found in 80% (95%)",
    "fall, over the ranges",
)


@dataclass(frozen=True)
class Summary:
    """One design on one record, over the grid; what does not go with activation gives the ranges.

    Attributes
    ----------
    worlds : int
        Of each setting.
    stated : dict
        The row of the stated settings.
    found_low, found_high : float
        Lowest and highest share of worlds with an effect.
    with_activation : float
        The highest share over settings whose trends go with activation.
    fall_low, fall_high : float
        Largest and smallest fall found in 80% of the worlds.
    """

    design: str
    recorder: str
    by: str
    worlds: int
    stated: dict[str, Any]
    found_low: float
    found_high: float
    with_activation: float
    fall_low: float
    fall_high: float


def summaries(rates: pd.DataFrame) -> Iterator[Summary]:
    """Return each design and recorder of one study over the grid."""
    known = load_offence_settings()
    for design, recorder in in_order(rates):
        of_one = rates[(rates["design"] == design) & (rates["recorder"] == recorder)]
        apart = of_one[of_one[BY_ACTIVATION] == 0.0]
        at = np.logical_and.reduce([np.isclose(of_one[name], known[name].value) for name in VARIED])
        together = of_one.loc[of_one[BY_ACTIVATION] != 0.0, "found"]
        yield Summary(
            design,
            recorder,
            str(of_one["by"].iloc[0]),
            int(of_one["worlds"].min()),
            {str(key): value for key, value in of_one[at].iloc[0].items()},
            float(apart["found"].min()),
            float(apart["found"].max()),
            float(together.max()),
            float(apart["fall"].min()),
            float(apart["fall"].max()),
        )


def in_order(rates: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the designs of one study with their recorders, in the order of designs and then of recorders."""
    there = set(zip(rates["design"], rates["recorder"], strict=True))
    return [(design, name) for design in rates["design"].unique() for name in RECORDS if (design, name) in there]


def percent(share: float) -> str:
    """Return a share in per cent.

    Examples
    --------
    >>> percent(0.045), percent(0.3), percent(1.0)
    ('4.5%', '30%', '100%')
    """
    return _two_digits(100.0 * share)


def fall(value: float) -> str:
    """Return a fall in per cent of offences, without its sign.

    Examples
    --------
    >>> fall(-3.14159), fall(-24.9), fall(0.0)
    ('3.1%', '25%', '0%')
    """
    return _two_digits(abs(value))


def _two_digits(value: float) -> str:
    return f"{value:.0f}%" if value >= 10.0 else f"{value:.2g}%"


def record(one: Summary) -> str:
    """Return the record of a summary in words, with the period of its rows."""
    return f"{IN_WORDS[one.recorder]}, by {one.by}"


def cells(one: Summary) -> tuple[str, ...]:
    """Return the cells of a summary after design and record, as in :data:`HEADINGS`."""
    row = one.stated
    return (
        f"{percent(row['found'])} [{percent(row['found_low'])}, {percent(row['found_high'])}]",
        f"{percent(one.found_low)} to {percent(one.found_high)}",
        f"up to {percent(one.with_activation)}",
        percent(row["found_naive"]),
        *_falls(one),
    )


def _falls(one: Summary) -> tuple[str, str]:
    """Return the fall found in 80% with its interval, and its range; dashes where false alarms are too many."""
    row = one.stated
    if row["found"] > MOST_ALARMS:
        return "-", "-"
    found = f"{fall(row['fall'])} [{fall(row['fall_high'])}, {fall(row['fall_low'])}]"
    return found, f"{fall(one.fall_high)} to {fall(one.fall_low)}"


def error_rate_table(rates: pd.DataFrame, study: Study) -> Table:
    """Return the table of a study for the screen."""
    rows = tuple((design_in_words(study, one.design), record(one), *cells(one)) for one in summaries(rates))
    return Table(HEADINGS, rows, f"False positives and power: {study.title}", about(rates), grouped=True)


def about(rates: pd.DataFrame) -> str:
    """Return what the worlds of a table are."""
    known = load_offence_settings()
    ends = [f"{name} {known[name].low:g} to {known[name].high:g}" for name in (SPREAD, BY_ACTIVATION, DISPERSION)]
    stated = ", ".join(f"{name} {known[name].value:g}" for name in VARIED)
    return (
        f"Simulated, not a record: {how_many(rates)} worlds of each setting, with no effect in them. Stated settings: "
        f"{stated}; ranges: {', '.join(ends)}. Other settings of offences are drawn anew for each world. The county file is "
        "annual, so the design is run on it by year."
    )


def how_many(rates: pd.DataFrame) -> str:
    """Return how many worlds there are of each setting.

    Examples
    --------
    >>> how_many(pd.DataFrame({"worlds": [200, 200]})), how_many(pd.DataFrame({"worlds": [200, 180]}))
    ('200', '180 to 200')
    """
    fewest, most = rates["worlds"].min(), rates["worlds"].max()
    return f"{fewest}" if fewest == most else f"{fewest} to {most}"


def setting_that_gives(rates: pd.DataFrame, design: str, recorder: str, coefficient: float) -> float:
    """Return the trend by activation under which a design's mean coefficient is a given one; not a number if none does.

    The mean coefficient is a straight line in the setting, because designs are linear and so are the trends. The line is fitted
    to the settings of the grid with stated spread and dispersion, and may be followed beyond their range.

    Examples
    --------
    >>> rows = [{"design": "as published", "recorder": "as-counted", "trend_spread": 0.02, "dispersion": 0.01,
    ...     "trend_by_activation": early, "mean": 2.0 * early - 0.01} for early in (-0.02, 0.0, 0.02)]
    >>> round(setting_that_gives(pd.DataFrame(rows), "as published", "as-counted", -0.04), 3)
    -0.015
    """
    curve = along_activation(rates, design, recorder)
    if len(curve) < 2:
        return math.nan
    slope, level = np.polyfit(curve[BY_ACTIVATION], curve["mean"], 1)
    return float((coefficient - level) / slope) if slope else math.nan


def along_activation(rates: pd.DataFrame, design: str, recorder: str) -> pd.DataFrame:
    """Return the rows of one design and recorder with stated spread and dispersion, in the order of trends by activation."""
    known = load_offence_settings()
    at = (rates["design"] == design) & (rates["recorder"] == recorder)
    for name in (SPREAD, DISPERSION):
        at &= np.isclose(rates[name], known[name].value)
    return rates[at].sort_values(BY_ACTIVATION)
