"""The jail cost of detainers as tables of text: the statutory hold and the induced stay a row each, never one sum alone.

For a terminal or a page; the same numbers unrounded are in the frames of ``evidence.jail_cost``. Every amount stands
with its interval, and under each table stands what a jail day was taken to cost and what the register's range would
make of it. Nothing is computed but that range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from enforcement_sim.amounts import NO_INTERVAL, Written, difference_in_words, dollars, level_in_words, thousands, whole
from enforcement_sim.notebook import SIMULATED
from enforcement_sim.studies.jail_cost.jail_cost import ALL_PARTS, ALL_PLACES, PARTS, JailCost, name_of_place

__all__ = ["about_detainers", "difference_rows", "how_to_read", "level_rows"]

PART_WORDS = {
    "statutory_hold": "statutory hold",
    "induced": "induced stay",
    "past_limit": "past the limit",
    ALL_PARTS: "all together",
}


def level_rows(cost: JailCost, places: Sequence[str], point: int = 0) -> pd.DataFrame:
    """Return the cost under one setting as text.

    Parameters
    ----------
    cost : JailCost
    places : sequence of str
        Codes, in the order of the rows: one with the name and the detainers, and one for each part.
    point : int
        Number of the setting.

    Returns
    -------
    DataFrame
        ``Place and part``, and a column for days, days a detainer, dollars and refunds, each with its 95% interval.
    """
    found = cost.levels(point, places)
    heads = {}
    for place in places:
        issued = cost.detainers(point, place)
        heads[place] = f"{level_in_words(issued.mean, issued.low, issued.high, whole)} detainers in jails"
    return _Worded(found, "mean", False).rows(places, heads)


def difference_rows(cost: JailCost, places: Sequence[str], point: int = 1) -> pd.DataFrame:
    """Return how the cost under a setting differs from the reference, as text; see :func:`level_rows`."""
    return _Worded(cost.differences(point, places), "difference", True).rows(places, {})


def how_to_read(cost: JailCost) -> str:
    """Return what the amounts are and are not, and what another price of a jail day would make of them."""
    price, low, high = cost.prices()
    runs = len(cost.found.samples[0].measures)
    parts = [
        "95% intervals over runs." if runs > 1 else f"{NO_INTERVAL.capitalize()}.",
        "The criminal case's own time is not among this.",
        about_detainers(cost),
        f"A jail day at {dollars(price)}; the register's range is {dollars(low)} to {dollars(high)}, "
        f"which makes every amount {low / price:.2g} to {high / price:.3g} times what stands here.",
        "Refunds are what the federal side pays back for the added days of unauthorised people; states pay nothing here, "
        "because nobody is held on a detainer in a prison. Jail days and refunds of all places are two lines of the net "
        "cost to counties.",
        SIMULATED,
    ]
    return " ".join(parts)


def about_detainers(cost: JailCost) -> str:
    """Return which detainers are counted here, and how many more other tables count."""
    in_jails, everywhere = cost.detainers(0, ALL_PLACES).mean, cost.detainers_everywhere()
    told = "Detainers, and days a detainer: detainers issued to people in the jails"
    if not everywhere > in_jails:
        return f"{told}; in these places none are issued in state prisons, so other tables count the same."
    written = whole if whole(everywhere) != whole(in_jails) else thousands
    more = f"{written(everywhere)} with those in state prisons, against {written(in_jails)} here"
    return (
        f"{told}. The detainers issued and days per detainer of other tables are those in state prisons too ({more})."
    )


@dataclass(frozen=True)
class _Worded:
    """A frame of levels or differences, put in words."""

    found: pd.DataFrame
    value: str
    signed: bool

    def rows(self, places: Sequence[str], heads: dict[str, str]) -> pd.DataFrame:
        """Return the table: a row with the place, and under it a row a part."""
        columns = {
            "days": ("Person-days", thousands),
            "days_per_detainer": ("Days a detainer", _two_digits),
            "dollars": ("Jail days", dollars),
            "refunds": ("Refunds", dollars),
            "dollars_less_refunds": ("Jail days less refunds", dollars),
        }
        told = {(row["place"], row["part"], row["quantity"]): row for row in self.found.to_dict("records")}
        rows = []
        for place in places:
            rows.append([name_of_place(place), heads.get(place, ""), *[""] * (len(columns) - 1)])
            for part in (*PARTS, ALL_PARTS):
                cells = [self._cell(told[place, part, name], worded) for name, (_, worded) in columns.items()]
                rows.append([f"  {PART_WORDS[part]}", *cells])
        return pd.DataFrame(rows, columns=["Place and part", *(heading for heading, _ in columns.values())])

    def _cell(self, row: dict[Any, Any], written: Written) -> str:
        ends = float(row[self.value]), float(row["low"]), float(row["high"])
        if self.signed:
            return difference_in_words(*ends, str(row["verdict"]), written)
        return level_in_words(*ends, written)


def _two_digits(value: float, *, more: int = 0) -> str:
    return f"{value:.{2 + more}f}".replace("-", "\N{MINUS SIGN}")
