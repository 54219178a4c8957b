"""The measured numbers of claims: every recipe asked once a seed, as one tidy table, which is all that has to be kept.

What the numbers amount to is said elsewhere (``claims``): a change of words leaves this table alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from enforcement_sim.studies.claims.counted import Counted
from enforcement_sim.studies.claims.published import Claim, load_claims
from enforcement_sim.studies.claims.recipes import RECIPES
from enforcement_sim.studies.claims.rows import OWN, Row

__all__ = ["COLUMNS", "measure"]

COLUMNS = ("claim", "role", "group", "label", "unit", "note", "seed", "value")
"""Of the measured table: one row a claim, definition and seed."""


def measure(worlds: Mapping[int, Mapping[str, Counted]], claims: Iterable[Claim] | None = None) -> pd.DataFrame:
    """Ask every claim's recipe in every seed.

    Parameters
    ----------
    worlds
        Seed -> name of a run -> the run.
    claims
        All shipped ones unless given.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`. A claim of which a run is missing has one row without a value, which says so.
    """
    chosen = tuple(load_claims().values()) if claims is None else tuple(claims)
    found: list[dict[str, Any]] = []
    for seed, runs in worlds.items():
        for claim in chosen:
            for row in _rows(claim, runs):
                told = {"role": row.role, "group": row.group, "label": row.label, "unit": row.unit, "note": row.note}
                found.append({"claim": claim.id, **told, "seed": seed, "value": row.value})
    return pd.DataFrame(found, columns=list(COLUMNS))


def _rows(claim: Claim, runs: Mapping[str, Counted]) -> list[Row]:
    missing = [name for name in claim.runs if name not in runs]
    if missing:
        note = f"not computed: the run {missing[0]} is not there"
        return [Row(OWN, "own definition", "as claimed", math.nan, claim.unit, note)]
    return RECIPES[claim.id](runs)
