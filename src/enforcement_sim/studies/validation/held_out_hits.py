"""How many held-out figures the model hits: of the nation and states together, and of single counties.

``held_out_hits.csv`` is counted from the stored scorecard, without which an installation of the package would know neither.
A hit is a published value inside the model's interval; the published values themselves stay where calibration cannot open them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from enforcement_sim.places.geography import FIPS_DIGITS

if TYPE_CHECKING:
    import pandas as pd

NATION = "nation and states"
HELD_OUT = "heldout"
OF_A_STATE = "000"
"""The code of a state's agency ends so."""
_SHIPPED = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class Hits:
    """Held-out figures of a place.

    Attributes
    ----------
    figures, hits, narrow_hits : int
        How many there are, how many of them lie inside the model's interval, and how many inside a narrow one.
    """

    figures: int
    hits: int
    narrow_hits: int


def hits_in(scorecard: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``held_out_hits.csv`` from a scorecard: ``place``, ``figures``, ``hits``, ``narrow_hits``.

    Parameters
    ----------
    scorecard : DataFrame
        ``id``, ``bin``, ``weight``, ``hit`` and ``narrow``; a value of a vector by county ends with the county's code.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("a", "heldout", 1.0, True, False), ("b.37119", "heldout", 0.5, True, True), ("c", "fit", 1.0, True, True)]
    >>> hits_in(pd.DataFrame(rows, columns=["id", "bin", "weight", "hit", "narrow"])).to_numpy().tolist()
    [['nation and states', 1, 1, 0], ['37119', 1, 1, 1]]
    """
    held = scorecard[scorecard["bin"] == HELD_OUT]
    code = held["id"].str.extract(rf"\.(\d{{{FIPS_DIGITS}}})$", expand=False)
    of_county = code.where(~code.fillna(OF_A_STATE).str.endswith(OF_A_STATE))
    place = of_county.where(held["weight"] < 1.0, NATION)
    counted = held.assign(place=place, hit=held["hit"].astype(bool), narrow_hit=held["hit"] & held["narrow"])
    found = counted.dropna(subset="place").groupby("place")
    rows = found.agg(figures=("hit", "size"), hits=("hit", "sum"), narrow_hits=("narrow_hit", "sum")).reset_index()
    return rows.sort_values("place", key=lambda names: names.where(names != NATION, "")).reset_index(drop=True)


@cache
def held_out_hits() -> dict[str, Hits]:
    """Return the hits by place: ``NATION``, and the codes of counties with figures of their own.

    Examples
    --------
    >>> found = held_out_hits()
    >>> found["37119"].figures, NATION in found
    (2, True)
    """
    with _SHIPPED.open(encoding="utf-8", newline="") as stream:
        return {
            row["place"]: Hits(int(row["figures"]), int(row["hits"]), int(row["narrow_hits"]))
            for row in csv.DictReader(stream)
        }
