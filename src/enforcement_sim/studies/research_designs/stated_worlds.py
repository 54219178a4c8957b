"""What the designs of the shipped crime studies found in each of many worlds without an effect, at the stated settings.

``stated_worlds.csv`` is written by ``tools.make_crime_designs``: spread of trends and dispersion as stated, no trend that goes
with activation, every other setting of offences drawn anew for each world. From it power at every effect is known without a run.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from enforcement_sim.studies.records.offence_settings import load_offence_settings
from enforcement_sim.studies.research_designs.error_rates import VARIED
from enforcement_sim.studies.research_designs.repeated_designs import repeatable
from enforcement_sim.studies.research_designs.stored_numbers import drawn_from
from enforcement_sim.studies.research_designs.study_file import Study

WORLDS = Path(__file__).with_name("stated_worlds.csv")
KEPT = ("design", "recorder", "set", "coefficient", "standard_error", "low", "high", "observations")
STATED = (
    "at the stated spread of trends and dispersion, without trends that go with activation; other settings are drawn anew for "
    "each world"
)


def stated_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of repeated estimates whose settings are the stated ones, as they are stored."""
    known = load_offence_settings()
    at = np.logical_and.reduce([np.isclose(estimates[name], known[name].value) for name in VARIED])
    rows = estimates[at].rename(columns={"seed": "set"})
    return rows.sort_values(["design", "recorder", "set"])[list(KEPT)]


@cache
def _stored() -> pd.DataFrame:
    return pd.read_csv(WORLDS)


def stated_worlds(study: Study) -> dict[str, pd.DataFrame]:
    """Return the stored estimates of each design of a study in worlds without an effect; nothing where none are stored.

    Returns
    -------
    dict
        Name of a design -> a row for each world, with the columns of
        :func:`~enforcement_sim.studies.research_designs.compute.run_study`.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> list(stated_worlds(load_study("miles-cox-2014")))
    ['as published', 'without-trends', 'every-offence-known']
    """
    if not study.of_offences or not WORLDS.is_file():
        return {}
    stored = _stored()
    stored = stored[(stored["study"] == study.name) & (stored["drawn_from"] == drawn_from(study))]
    names = {design.model_dump_json(): name for name, design in repeatable(study).items()}
    found = {}
    for name, design in study.designs().items():
        same = design.model_copy(update={"recorder": study.design.recorder})
        of_one = stored[
            (stored["design"] == names.get(same.model_dump_json())) & (stored["recorder"] == design.recorder)
        ]
        if len(of_one):
            rows = of_one.assign(design=name, seed=1, truth=0.0, failure="")
            found[name] = rows.drop(columns=["study", "recorder", "drawn_from"]).reset_index(drop=True)
    return found
