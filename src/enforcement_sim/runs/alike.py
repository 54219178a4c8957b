"""Whether two sets of numbers are the same, and where they are not: named numbers, and tables cell by cell.

Whole numbers must be equal; quotients may differ in the last digit, which another platform may round otherwise. Where
the numbers come from may not enter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-12
"""Relative difference up to which two quotients are the same number."""


def number_differences(name: str, old: Mapping[str, float], new: Mapping[str, float]) -> list[str]:
    """Return which named numbers differ, with their values."""
    found = []
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            found.append(f"{name}: {key} is {'new' if before is None else 'gone'}")
        elif not _alike(before, after):
            found.append(f"{name}: {key} {before:.10g} then, {after:.10g} now")
    return found


def _alike(one: float, other: float) -> bool:
    """Say whether two numbers are the same, but for the rounding of a quotient."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    if one.is_integer() and other.is_integer():
        return one == other
    return math.isclose(one, other, rel_tol=ROUNDING)


def frame_differences(name: str, old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Return in words how two frames differ: their columns, their rows, or how many cells of which column."""
    if list(old.columns) != list(new.columns):
        return [f"{name}: columns {', '.join(map(str, old.columns))} then, {', '.join(map(str, new.columns))} now"]
    if len(old) != len(new):
        return [f"{name}: {len(old):,} rows then, {len(new):,} now"]
    found = []
    for column in old.columns:
        pairs = zip(map(_cell, old[column]), map(_cell, new[column]), strict=True)
        differing = [pair for pair in pairs if not _same_cell(*pair)]
        if differing:
            before, after = differing[0]
            found.append(f"{name}: {len(differing):,} of {len(old):,} in {column}, first {before} then, {after} now")
    return found


def _cell(value: Any) -> Any:
    """Return a cell as a CSV file would give it back: numbers as numbers, everything else as text."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = str(value)
        if not text:
            return math.nan  # what a CSV file cannot tell from a missing number
        # A month is a date in one form and a time at midnight in the other.
        return text.removesuffix(" 00:00:00")
    return float(value)


def _same_cell(one: Any, other: Any) -> bool:
    """Say whether two cells hold the same."""
    if isinstance(one, float) and isinstance(other, float):
        return _alike(one, other)
    return bool(one == other)
