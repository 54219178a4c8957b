"""Which held-out figures the model hits: of the nation and states, and of single counties.

``held_out_hits.csv`` is made from the stored scorecard, without which an installation of the package would know neither.
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
INSIDE, ABOVE, BELOW = "inside", "above", "below"
"""Where the whole interval of the model lies: around the published value, above it or below it."""
_DIGITS = 3
OF_A_STATE = "000"
"""The code of a state's agency ends so."""
_SHIPPED = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True)
class HeldOut:
    """A held-out figure and how the model did.

    Attributes
    ----------
    what : str
        What was counted, and in which years.
    interval : str
        ``INSIDE`` if the published value lies inside the model's interval; otherwise where the whole interval lies.
    simulated, low, high : float
        The simulated value and the ends of its interval, over the published value.
    narrow : bool
        Whether the interval is narrow enough for a hit to mean something, as the scorecard defines it.
    """

    what: str
    interval: str
    simulated: float
    low: float
    high: float
    narrow: bool


def hits_in(scorecard: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``held_out_hits.csv`` from a scorecard: ``place``, then what a :class:`HeldOut` has.

    Parameters
    ----------
    scorecard : DataFrame
        ``id``, ``bin``, ``weight``, ``measures``, ``hit``, ``narrow``, ``published``, ``simulated`` and both ends of its
        interval; a value of a vector by county ends with the county's code, in ``id`` and in ``measures``.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("a", "heldout", 1.0, "Detainers", True, True, 5.0, 5.0, 4.0, 6.0),
    ...         ("b.37119", "heldout", 0.5, "Found, by place: 37119", False, False, 5.0, 9.0, 7.0, 10.0)]
    >>> columns = ["id", "bin", "weight", "measures", "hit", "narrow", "published", "simulated", "simulated_low",
    ...            "simulated_high"]
    >>> hits_in(pd.DataFrame(rows, columns=columns)).to_numpy().tolist()[1]
    ['37119', 'Found', 'above', 1.8, 1.4, 2.0, False]
    """
    held = scorecard[scorecard["bin"] == HELD_OUT]
    code = held["id"].str.extract(rf"\.(\d{{{FIPS_DIGITS}}})$", expand=False)
    of_county = code.where(~code.fillna(OF_A_STATE).str.endswith(OF_A_STATE))
    place = of_county.where(held["weight"] < 1.0, NATION)
    missed = (held["simulated_low"] > held["published"]).map({True: ABOVE, False: BELOW})
    interval = missed.where(~held["hit"].astype(bool), INSIDE)
    what = held["measures"].str.partition(", by place:")[0]
    over = {
        name: (held[column] / held["published"]).round(_DIGITS)
        for name, column in {"simulated": "simulated", "low": "simulated_low", "high": "simulated_high"}.items()
    }
    rows = held.assign(place=place, what=what, interval=interval, **over).dropna(subset="place")
    ordered = rows.assign(order=rows["place"].where(rows["place"] != NATION, "")).sort_values(["order", "what"])
    return ordered[["place", "what", "interval", *over, "narrow"]].reset_index(drop=True)


@cache
def held_out_hits() -> dict[str, tuple[HeldOut, ...]]:
    """Return the held-out figures by place: ``NATION``, and the codes of counties with figures of their own.

    Examples
    --------
    >>> found = held_out_hits()
    >>> len(found["37119"]), NATION in found
    (2, True)
    """
    found: dict[str, tuple[HeldOut, ...]] = {}
    with _SHIPPED.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            middle, low, high = (float(row[name]) for name in ("simulated", "low", "high"))
            one = HeldOut(row["what"], row["interval"], middle, low, high, row["narrow"] == str(True))
            found[row["place"]] = (*found.get(row["place"], ()), one)
    return found
