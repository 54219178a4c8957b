"""The designs of a study as data, beside what was published of them, and what every column of its tables means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from enforcement_sim.results.data_dictionary import SHARE
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.power_by_shift import in_log_points, published_error
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.studies.research_designs.study_parts import Design, Published

DESIGNS, ESTIMATES, POWER = "designs", "estimates", "power"
"""Names of the tables."""
FIGURE, POWER_CURVE = "figure", "power-curve"
"""Names of the figures, and of the tables of their numbers."""
FIGURE_COLUMNS = ("design", "says", "from", "to", "worlds", "beyond")
"""A row for each bar; ``beyond`` counts the worlds of an end bar that lie beyond the axis."""
CURVE_COLUMNS = ("design", "says", "effect_per_cent", "found", "found_low", "found_high", "false_alarms", "worlds")
"""A row for each design and fall; ``false_alarms`` are of either sign, where there is no effect."""
DECIMALS = 6
"""Of numbers in the tables of figures."""
FALLS = ("detectable", "detectable_low", "detectable_high", "detectable_unbiased")
"""Columns of the performance table on falls in offences, in log points."""
RENAMED = {
    "found": "differs_from_zero",
    "found_low": "differs_from_zero_low",
    "found_high": "differs_from_zero_high",
    "detectable": "fall_found_in_80_per_cent",
    "detectable_low": "fall_found_in_80_per_cent_low",
    "detectable_high": "fall_found_in_80_per_cent_high",
    "found_unbiased": "differs_from_zero_without_bias",
    "detectable_unbiased": "fall_found_in_80_per_cent_without_bias",
    "published_place": "share_below_published",
}
"""Column of the performance table -> its name in files, which is the heading on the screen."""
UNIT = "of the coefficient"
SHARE_OF_WORLDS = f"{SHARE}, of worlds"
OF_OFFENCES = "per cent of offences"

MEANINGS: dict[str, tuple[str, str, str]] = {
    "study": ("Study", "name", "as enforcement-sim study lists it"),
    "design": ("Design", "name", "as published, or the variant's name in the study file"),
    "says": ("Design in words", "text", "what the variant changes"),
    "effect_put_in": ("Effect put in", "log points", "on offences, by the user; 0.02 log points are about 2%"),
    "published": ("Published", UNIT, "the coefficient as printed; empty where none was"),
    "published_error": ("Published error", UNIT, "standard error as printed, or from the printed interval"),
    "published_low": ("Published, low end", UNIT, "of the 95% interval"),
    "published_high": ("Published, high end", UNIT, "of the 95% interval"),
    "unit": ("Unit", "text", "of the coefficient"),
    "worlds": ("Worlds", "number", "with an estimate"),
    "failed": ("Failed", "number", "worlds in which the design could not be estimated"),
    "mean": ("Simulated", UNIT, "mean of the coefficients over worlds"),
    "low": ("Simulated, low end", UNIT, "of the middle 95% of worlds"),
    "high": ("Simulated, high end", UNIT, "of the middle 95% of worlds"),
    "truth": ("Truth in the world", UNIT, "the true effect, mean over worlds; empty where it has no such unit"),
    "truth_low": ("Truth, low end", UNIT, "of the middle 95% of worlds"),
    "truth_high": ("Truth, high end", UNIT, "of the middle 95% of worlds"),
    "bias": ("Bias", UNIT, "mean of coefficient less truth"),
    "bias_low": ("Bias, low end", UNIT, "of its 95% interval over sets"),
    "bias_high": ("Bias, high end", UNIT, "of its 95% interval over sets"),
    "coverage": ("Own 95% interval holds the truth", SHARE_OF_WORLDS, "a sound design has 0.95"),
    "coverage_low": ("Holds the truth, low end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's)"),
    "coverage_high": ("Holds the truth, high end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's)"),
    "differs_from_zero": ("Differs from 0 at 5%", SHARE_OF_WORLDS, "false positives where the truth is 0, else power"),
    "differs_from_zero_low": ("Differs from 0, low end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's)"),
    "differs_from_zero_high": ("Differs from 0, high end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's)"),
    "fall_found_in_80_per_cent": (
        "Fall found in 80%", OF_OFFENCES, "the smallest that four worlds of five would find; a fall is negative",
    ),
    "fall_found_in_80_per_cent_low": (
        "Fall found in 80%, low end", OF_OFFENCES, "of the 95% interval; sets are drawn again 1,000 times",
    ),
    "fall_found_in_80_per_cent_high": (
        "Fall found in 80%, high end", OF_OFFENCES, "of the 95% interval; sets are drawn again 1,000 times",
    ),
    "own_error": ("Own error", UNIT, "mean of the design's own standard errors"),
    "error_ratio": ("Own error over published", "ratio", "above 1, the design here is less precise than the published one"),
    "differs_from_zero_without_bias": (
        "Differs from 0 without bias", SHARE_OF_WORLDS, "after the mean bias is taken from every coefficient",
    ),
    "fall_found_in_80_per_cent_without_bias": (
        "Fall found in 80% without bias", OF_OFFENCES, "after the mean bias is taken from every coefficient",
    ),
    "share_below_published": ("Below the published one", SHARE_OF_WORLDS, "simulated coefficients"),
    "set": ("Set", "number", "of the ensemble, or of the settings of imported offences"),
    "seed": ("Seed", "number", "fixes every random draw"),
    "coefficient": ("Coefficient", UNIT, "that the design finds in one world"),
    "standard_error": ("Standard error", UNIT, "the design's own"),
    "observations": ("Observations", "number", "units by periods"),
    "effect_per_cent": ("Effect asked about", OF_OFFENCES, "a fall is negative"),
    "found": ("Found", SHARE_OF_WORLDS, "the effect, at 5% and with its sign; a chance where it is arithmetic"),
    "found_low": ("Found, low end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's); empty where it is arithmetic"),
    "found_high": ("Found, high end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's); empty where it is arithmetic"),
    "false_alarms": ("False alarms", SHARE_OF_WORLDS, "an effect of either sign is found where there is none"),
    "false_alarms_low": ("False alarms, low end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's)"),
    "false_alarms_high": ("False alarms, high end", SHARE_OF_WORLDS, "of the 95% interval (Wilson's)"),
    "leaves_it_out": ("Leaves it out", "yes or no", "whether the published 95% interval leaves out the effect; else empty"),
    "from": ("Bar from", UNIT, "its lower end"),
    "to": ("Bar to", UNIT, "its upper end"),
    "beyond": ("Beyond the axis", "number", "worlds of an end bar whose coefficient lies beyond the axis"),
    "failure": ("Failure", "text", "why a design could not be estimated in a world; empty otherwise"),
}  # fmt: skip
"""Column -> label, unit and meaning."""
IN_ONE_WORLD = {
    "low": ("Low end", UNIT, "of the design's own 95% interval"),
    "high": ("High end", UNIT, "of the design's own 95% interval"),
    "truth": ("Truth", UNIT, "the true effect in this world"),
}
"""The same of the table of estimates, where it has another meaning."""


class DesignsFound(Protocol):
    """A study that was run: what it is, how, and a row for each design."""

    @property
    def study(self) -> Study:
        """The study."""

    @property
    def plan(self) -> Plan:
        """Of its worlds."""

    @property
    def designs(self) -> pd.DataFrame:
        """A row for each design over its worlds."""


def design_in_words(study: Study, design: str) -> str:
    """Return what a design is, in words; a study's own is called as published only if its specification was read.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> study = load_study("miles-cox-2014")
    >>> design_in_words(study, "as published"), design_in_words(study, "without-trends")
    ('Rebuilt', 'Without county trends')
    """
    return study.design_is.capitalize() if design == AS_PUBLISHED else study.variants[design].says


def design_in_full(design: Design) -> str:
    """Return estimator, fixed effects, trends, controls, weights, cluster and record of a design, as one line.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> design_in_full(load_study("treyger-2014").design)
    'twfe; fixed effects: county, period; trends: none; weights: none; errors clustered by: county; record: ucr-agency-month'
    """
    parts = {
        "fixed effects": ", ".join(design.fixed_effects) or "none",
        "trends": design.trends,
        "controls": ", ".join(design.controls),
        "weights": design.weights,
        "errors clustered by": design.cluster,
        "record": design.recorder,
        "file made on": "" if design.extract is None else str(design.extract),
    }
    return "; ".join([design.estimator, *(f"{name}: {text}" for name, text in parts.items() if text)])


def designs_as_data(results: Sequence[DesignsFound]) -> pd.DataFrame:
    """Return a row for each effect and design: what it finds over its worlds, beside what was published of it."""
    return pd.concat([_of_one(one) for one in results], ignore_index=True)


def _of_one(results: DesignsFound) -> pd.DataFrame:
    study, designs = results.study, results.designs
    names = [str(name) for name in designs["design"]]
    published = [study.published_of(name) for name in names]
    head = pd.DataFrame(
        {
            "study": study.name,
            "design": names,
            "says": [design_in_words(study, name) for name in names],
            "effect_put_in": results.plan.effect,
            **pd.DataFrame([published_as_data(one) for one in published]).to_dict("series"),
        },
        index=designs.index,
    )
    if not study.of_offences:
        head = head.drop(columns="effect_put_in")
    found = _with_falls(designs, study).drop(columns="design").rename(columns=RENAMED)
    place = found.columns.get_loc("bias_half")
    half = found.pop("bias_half")
    found.insert(int(str(place)), "bias_low", found["bias"] - half)
    found.insert(int(str(place)) + 1, "bias_high", found["bias"] + half)
    ratio = found["own_error"] / head["published_error"]
    found.insert(list(found.columns).index("own_error") + 1, "error_ratio", ratio)
    return pd.concat([head, found], axis="columns")


def _with_falls(designs: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the table with falls in per cent, empty where the coefficient is not in log points; without them but of offences."""
    if not study.of_offences:
        return designs.drop(columns=list(FALLS))
    in_logs = [in_log_points(study, study.designs()[str(name)]) for name in designs["design"]]
    falls = {name: np.where(in_logs, 100.0 * np.expm1(designs[name].astype(float)), math.nan) for name in FALLS}
    return designs.assign(**falls)


def published_as_data(published: Published | None) -> dict[str, Any]:
    """Return a published coefficient with its error and interval; empty where nothing was published."""
    if published is None:
        return dict.fromkeys(("published", "published_error", "published_low", "published_high"), math.nan) | {
            "unit": ""
        }
    low, high = published.interval or (math.nan, math.nan)
    value = math.nan if published.coefficient is None else published.coefficient
    ends = {"published_low": low, "published_high": high, "unit": published.unit}
    return {"published": value, "published_error": published_error(published), **ends}


def meaning(table: str, column: str) -> tuple[str, str, str]:
    """Return label, unit and meaning of a column of the designs or the estimates.

    Examples
    --------
    >>> meaning(ESTIMATES, "truth")[2], meaning(DESIGNS, "own_error")[0]
    ('the true effect in this world', 'Own error')
    """
    from enforcement_sim.studies.records.offence_settings import load_offence_settings

    setting = load_offence_settings().get(column.removeprefix("offences."))
    if column.startswith("offences.") and setting is not None:
        return column.removeprefix("offences.").replace("_", " ").capitalize(), setting.unit, setting.meaning
    if table == ESTIMATES and column in IN_ONE_WORLD:
        return IN_ONE_WORLD[column]
    return MEANINGS.get(column, (column, "", ""))
