"""Adding up the rows of a table by coded keys, and writing the sums as rows again.

A run's tables have millions of rows and few keys: here a sum by key is one pass over small integers, where grouping a
frame would first copy its columns. What the keys mean is the caller's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["tally", "unfolded"]

ROWS_AT_A_TIME = 1 << 18


def tally(frame: pd.DataFrame, keys: Sequence[tuple[np.ndarray, int]], weights: np.ndarray) -> np.ndarray:
    """Add up weights by coded keys; shape (size of each key, ...). Sums stay exact below 2**53."""
    sizes = [size for _, size in keys]
    sums = np.zeros(int(np.prod(sizes)), np.int64)
    for start in range(0, len(frame), ROWS_AT_A_TIME):  # in pieces, because a sum of weights works on doubles
        rows = slice(start, start + ROWS_AT_A_TIME)
        cell = np.zeros(weights[rows].size, np.int32)
        for codes, size in keys:
            cell *= size
            cell += codes[rows]
        sums += np.bincount(cell, weights=weights[rows], minlength=sums.size).astype(np.int64)
    return sums.reshape(sizes)


def unfolded(counts: np.ndarray, levels: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return an array of counts as rows: a column for each axis with its levels, the last one fastest, and ``count``."""
    positions = np.indices(counts.shape).reshape(counts.ndim, -1)
    columns = {
        name: pd.Index(level).take(position) for (name, level), position in zip(levels.items(), positions, strict=True)
    }
    return pd.DataFrame({**columns, "count": counts.ravel()})
