"""On which assumed setting of imported offences the estimates of a design turn, as the line that stands among the first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.research_designs.design_performance import leaves_out_zero, of_worlds
from enforcement_sim.studies.research_designs.error_rates import BY_ACTIVATION
from enforcement_sim.studies.research_designs.power_by_shift import bias_of
from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study
from enforcement_sim.terminal.printing import number

PREFIX = "offences."
TURNS, FEWEST = 0.5, 10
"""Correlation with a setting from which it is named, and the fewest sets that can show one."""


def turns_on(study: Study, rows: pd.DataFrame) -> str:
    """Return which drawn setting the estimates go with, what they are at its ends, and what the study's page has; often nothing.

    Parameters
    ----------
    study
        Of offences.
    rows
        Estimates of its own design without an effect, with the settings that were drawn as ``offences.NAME``.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> drawn = np.linspace(-0.02, 0.02, 12)
    >>> rows = pd.DataFrame({"set": range(12), "coefficient": 2 * drawn, "offences.trend_by_activation": drawn})
    >>> turns_on(load_study("treyger-2014"), rows).partition(":")[0]
    'Turns on one setting'
    """
    name = _followed(rows)
    if not name:
        return ""
    setting = load_offence_settings()[name]
    ordered = rows.sort_values(PREFIX + name)["coefficient"].to_numpy(float)
    third = len(ordered) // 3
    known = "assumed; no published figure gives it" if setting.grade == "assumed" else setting.grade
    said = (
        f"Turns on one setting: {name} ({_small(setting.meaning)}), drawn from {setting.low:g} to {setting.high:g} "
        f"({known}). In the third of worlds with the lowest values the design finds "
        f"{number(float(ordered[:third].mean()))} on average where nothing is to be found, in the third with the highest "
        f"{number(float(ordered[-third:].mean()))}. An average over all is that of the range."
    )
    return f"{said}{_on_the_page(study, name)}"


def _followed(rows: pd.DataFrame) -> str:
    """Return the setting with which estimates go most; nothing where none goes with them, or worlds are too few."""
    drawn = [name for name in rows.columns if name.startswith(PREFIX) and rows[name].nunique() > 1]
    if rows["set"].nunique() < FEWEST or rows["coefficient"].nunique() < FEWEST:
        return ""
    together = {name: abs(float(np.corrcoef(rows[name], rows["coefficient"])[0, 1])) for name in drawn}
    most = max(together, key=lambda name: together[name], default="")
    return most.removeprefix(PREFIX) if most and together[most] >= TURNS else ""


def _on_the_page(study: Study, name: str) -> str:
    """Return what worlds with the setting as stated give: those of the study's page, or how to draw them."""
    value = load_offence_settings()[name].value
    fixed = f"`--world {PREFIX}{name}={value:g}`"
    worlds = stated_worlds(study).get(AS_PUBLISHED)
    if worlds is None or name != BY_ACTIVATION:
        return f" {fixed} fixes it."
    bias, half = bias_of(worlds)
    off = "" if math.isnan(half) else f" and a bias of {number(bias)} \N{PLUS-MINUS SIGN} {number(half)}"
    return (
        f" docs/studies/{study.name}.md has it at {value:g}, with false alarms in {of_worlds(leaves_out_zero(worlds))}{off}: "
        f"{fixed} gives such worlds."
    )


def _small(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"
