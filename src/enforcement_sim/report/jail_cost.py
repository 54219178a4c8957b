"""The jail cost of detainers as tables of text: the statutory hold and the induced stay a row each, never one sum alone.

For a terminal or a page; the same numbers unrounded are in the frames of ``evidence.jail_cost``. Every amount stands
with its interval, and under each table stands what a jail day was taken to cost and what the register's range would
make of it. Nothing is computed but that range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from enforcement_sim.evidence.jail_cost import ALL_PARTS, PARTS, JailCost, name_of_place
from enforcement_sim.experiment.comparison import SIMULATED
from enforcement_sim.experiment.difference import CANNOT_TELL, IDENTICAL
from enforcement_sim.report import style
from enforcement_sim.report.tables import NO_INTERVAL

__all__ = ["difference_rows", "how_to_read", "level_rows"]

PART_WORDS = {
    "statutory_hold": "statutory hold",
    "induced": "induced stay",
    "past_limit": "past the limit",
    ALL_PARTS: "all together",
}
_MINUS = "\N{MINUS SIGN}"
_SCALES = ((1e8, 1e6, "million $"), (1e4, 1e3, "thousand $"), (0.0, 1.0, "$"))
"""From which largest amount on a table is in which unit: small amounts beside it should not vanish."""
_LONG = 1000


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
        ``Place and part``, and a column for days, days a detainer, dollars and payers, each with its 95% interval.
    """
    found = cost.levels(point, places)
    heads = {}
    for place in places:
        issued = cost.detainers(point, place)
        ends = _ends(issued.low, issued.high, style.thousands)
        heads[place] = f"{style.thousands(issued.mean)} [{ends}] detainers"
    return _Worded(found, "mean", False).rows(places, heads)


def difference_rows(cost: JailCost, places: Sequence[str], point: int = 1) -> pd.DataFrame:
    """Return how the cost under a setting differs from the reference, as text; see :func:`level_rows`."""
    return _Worded(cost.differences(point, places), "difference", True).rows(places, {})


def how_to_read(cost: JailCost) -> str:
    """Return what the amounts are and are not, and what another price of a jail day would make of them."""
    price, low, high = cost.prices()
    parts = [
        "95% intervals over runs. The criminal case's own time is not among this. Days a detainer: over detainers issued "
        "to people in the jails.",
        f"A jail day at {style.dollars(price)}; the register's range is {style.dollars(low)} to {style.dollars(high)}, "
        f"which makes every amount {low / price:.2g} to {high / price:.3g} times what stands here.",
        "The federal side refunds a share for unauthorised people; states pay nothing here, because nobody is held on a "
        "detainer in a prison.",
        SIMULATED,
    ]
    return " ".join(parts)


@dataclass(frozen=True)
class _Worded:
    """A frame of levels or differences, put in words."""

    found: pd.DataFrame
    value: str
    signed: bool

    def rows(self, places: Sequence[str], heads: dict[str, str]) -> pd.DataFrame:
        """Return the table: a row with the place, and under it a row a part."""
        largest = self._largest()
        scale, unit = next((scale, unit) for least, scale, unit in _SCALES if largest >= least)
        money = _money(scale, 1 if scale > 1.0 and largest / scale < _LONG else 0)
        columns = {
            "days": ("Person-days", style.thousands),
            "days_per_detainer": ("Days a detainer", _two_digits),
            "dollars": (f"Cost, {unit}", money),
            "dollars.county": (f"County pays, {unit}", money),
            "dollars.federal": (f"Refunded, {unit}", money),
        }
        told = {(row["place"], row["part"], row["quantity"]): row for row in self.found.to_dict("records")}
        rows = []
        for place in places:
            rows.append([name_of_place(place), heads.get(place, ""), *[""] * (len(columns) - 1)])
            for part in (*PARTS, ALL_PARTS):
                cells = [self._cell(told[place, part, name], worded) for name, (_, worded) in columns.items()]
                rows.append([f"  {PART_WORDS[part]}", *cells])
        return pd.DataFrame(rows, columns=["Place and part", *(heading for heading, _ in columns.values())])

    def _largest(self) -> float:
        of_money = self.found[self.found["unit"] == "dollars"]
        return float(of_money[self.value].abs().max())

    def _cell(self, row: dict[Any, Any], worded: Callable[[float], str]) -> str:
        value = float(row[self.value])
        if isnan(value):
            return "-"
        if row.get("verdict") == IDENTICAL:
            return f"0 [{IDENTICAL}]"

        def told(number: float) -> str:
            return f"+{worded(number)}" if self.signed and number > 0 else worded(number)

        text = f"{told(value)} [{_ends(row['low'], row['high'], told)}]"
        return f"{text} {CANNOT_TELL}" if row.get("verdict") == CANNOT_TELL else text


def _two_digits(value: float) -> str:
    return f"{value:.2f}".replace("-", _MINUS)


def _money(scale: float, digits: int) -> Callable[[float], str]:
    def worded(value: float) -> str:
        text = f"{value / scale:,.{digits}f}"
        return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", _MINUS)

    return worded


def _ends(low: float, high: float, worded: Callable[[float], str]) -> str:
    return NO_INTERVAL if isnan(low) else f"{worded(low)} to {worded(high)}"
