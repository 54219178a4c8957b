"""What the designs of the shipped studies gave in simulated worlds, stored with what made it.

``stored_numbers.csv`` has a row for each study and design, written by ``tools/make_studies.py``. Worlds of the ledger are made
by the engine from the sets of the ensemble; worlds of imported offences from the settings of offences. Both are marked in
the row, so that numbers that an earlier ensemble gave are named as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from enforcement_sim.process import engine_version
from enforcement_sim.runs.provenance import data_hashes, digest
from enforcement_sim.studies import records
from enforcement_sim.studies.research_designs.study_file import Study

NUMBERS = Path(__file__).with_name("stored_numbers.csv")
ENSEMBLE = "parameters/ensemble.csv"
OFFENCES = ("offences.yaml", "offence_rates.csv")
"""What worlds of imported offences are drawn from."""
NO_ENGINE = "none"
"""Of imported offences: nothing is simulated."""
MARK_DIGITS = 12


@dataclass(frozen=True)
class Simulated:
    """The estimates of one design over worlds, with the names of ``design_performance``, and what made them.

    ``drawn_from`` is the mark of the table that the sets were drawn from: the ensemble, or the settings of offences.
    ``engine`` is the version of the engine; ``none`` where nothing was simulated.
    """

    mean: float
    low: float
    high: float
    truth: float
    bias: float
    bias_half: float
    coverage: float
    found: float
    worlds: int
    failed: int
    sets: int
    seeds: int
    thin: int
    drawn_from: str
    engine: str


MADE_BY = ("sets", "seeds", "thin", "drawn_from", "engine")
MEASURED = tuple(one.name for one in fields(Simulated) if one.name not in MADE_BY)
"""Columns of the stored numbers that come from the estimates."""


def load_numbers() -> Mapping[tuple[str, str], Simulated]:
    """Return the stored estimates by study and design; nothing where none were stored.

    Examples
    --------
    >>> load_numbers()["miles-cox-2014", "as published"].truth
    0.0
    """
    if not NUMBERS.is_file():
        return {}
    table = pd.read_csv(NUMBERS, keep_default_na=False, na_values=[""])
    return {
        (row["study"], row["design"]): Simulated(**{one.name: row[one.name] for one in fields(Simulated)})
        for row in table.to_dict("records")
    }


def drawn_from(study: Study) -> str:
    """Return the mark of the table that the sets of a study's worlds are drawn from today."""
    if study.of_offences:
        return digest(b"".join(Path(records.__file__).with_name(name).read_bytes() for name in OFFENCES))[:MARK_DIGITS]
    return data_hashes()[ENSEMBLE][:MARK_DIGITS]


def engine_of(study: Study) -> str:
    """Return the version of the engine that simulates a study's worlds today."""
    return NO_ENGINE if study.of_offences else engine_version()


def why_stale(study: Study, found: Simulated) -> str:
    """Return why a study's stored numbers are not those that it would give today; nothing if they are.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> stored = load_numbers()["california-jails", "as published"]
    >>> why_stale(load_study("california-jails"), replace(stored, drawn_from="another"))
    'made with an earlier ensemble'
    """
    if found.drawn_from != drawn_from(study):
        return f"made with {'earlier settings of offences' if study.of_offences else 'an earlier ensemble'}"
    return "" if found.engine == engine_of(study) else "made with an earlier version of the engine"
