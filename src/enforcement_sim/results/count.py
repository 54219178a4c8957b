"""One question of a run: how many, by what, where and when.

A run's tables have millions of rows and few distinct keys. Each is a list of coded columns and a column of whole numbers,
and a dimension is a look-up from codes to labels. So a count is one pass over small integers: codes are looked up, rows that
are not wanted are dropped, and the rest is added up per combination of labels. Sums are exact; a thinned run is multiplied
back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.results.dimensions import (
    DIMENSIONS,
    OF_PROFILE,
    TIME,
    Axis,
    Labels,
    as_list,
    axis_of,
    categories_of,
    category_of_profile,
    check_word,
    month_text,
    table_with,
)

ROWS_AT_A_TIME = 1 << 18
Where = Mapping[str, Any]
Months = tuple[Any, Any]


def people_by_category(people: np.ndarray, definition: str) -> np.ndarray:
    """Add up counts by profile into the categories of a definition.

    Parameters
    ----------
    people
        Any shape that ends in (profiles,).
    definition
        A name of :func:`enforcement_sim.law.definitions.load_definitions`.

    Returns
    -------
    array
        The same numbers, of shape (..., categories).

    Examples
    --------
    >>> from enforcement_sim.process.counts import PROFILES
    >>> people_by_category(np.ones((2, PROFILES), int), "ice-levels-2010").sum(axis=1).tolist() == [PROFILES, PROFILES]
    True
    """
    sums = np.zeros((len(categories_of(definition)), *people.shape[:-1]), people.dtype)
    np.add.at(sums, category_of_profile(definition), np.moveaxis(people, -1, 0))
    return np.moveaxis(sums, 0, -1)


def tidy(counts: np.ndarray, levels: Mapping[str, Labels], name: str = "count") -> pd.DataFrame:
    """Return an array of counts as rows: a column for each axis with its labels, the last one fastest, and the count.

    Examples
    --------
    >>> tidy(np.array([[1, 2]]), {"year": [2012], "event": ["removed", "returned"]}).to_dict("records")[1]
    {'year': 2012, 'event': 'returned', 'count': 2}
    """
    positions = np.indices(counts.shape).reshape(counts.ndim, counts.size)
    columns = {
        axis: pd.Index(labels).take(position)
        for (axis, labels), position in zip(levels.items(), positions, strict=True)
    }
    return pd.DataFrame({**columns, name: counts.ravel()})


@dataclass
class Counts:
    """The tables of one run, ready to be added up.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        As simulated; see :class:`enforcement_sim.results.result.Result`.
    meta : mapping
        What produced them.
    """

    tables: Mapping[str, pd.DataFrame]
    meta: Mapping[str, Any]
    _smaller: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict, repr=False)

    def events(
        self,
        events: str | Sequence[str] | None,
        by: Sequence[str] = (),
        where: Where | None = None,
        months: Months | None = None,
        definition: str | None = None,
    ) -> tuple[np.ndarray, dict[str, Labels]]:
        """Count events; returns an int64 array with an axis for each part of ``by``, and the labels of each axis."""
        wanted = EVENTS if events is None else tuple(dict.fromkeys(as_list(events)))
        if not wanted:
            raise InputError("no event is named", key="events", allowed=EVENTS)
        for event in wanted:
            check_word(event, EVENTS, "event")
        chosen = dict(where or {})
        for dimension in (*by, *chosen):
            check_word(dimension, DIMENSIONS, "dimension")
        if "event" in chosen:
            raise InputError("events are named by `events`", key="where", allowed=DIMENSIONS)
        if len(set(by)) != len(by):
            raise InputError("counts are taken by each dimension once", key="by", allowed=DIMENSIONS)
        asked = {*by, *chosen} | ({"month"} if months else set())
        if "category" in asked and definition is None:
            raise InputError(
                "categories are those of a definition", key="definition", allowed=tuple(load_definitions())
            )
        table = table_with(asked, wanted)
        if asked <= {*TIME, "programme", "event", *OF_PROFILE} and table in ("events", "profiles"):
            frames = [self._smaller_table(table, name) for name in (("",) if table == "events" else wanted)]
            frame = frames[0] if len(frames) == 1 else pd.concat(frames)
        else:
            frame = self._table(table)
        if "event" in frame:
            chosen["event"] = wanted
        return self.add_up(frame, "count", by, chosen, months, definition, {"event": wanted})

    def _table(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            raise InputError(f"this result was stored before its table {name!r} was kept; run it again", key=name)
        return self.tables[name]

    def _smaller_table(self, table: str, event: str) -> pd.DataFrame:
        """Return a table's counts without places, of one event if named; kept, because much is asked of few rows."""
        if (table, event) not in self._smaller:
            frame = self.tables[table]
            if event:
                frame = frame.take(np.flatnonzero((frame["event"] == event).to_numpy()))
            by = ("month", "programme", "profile" if event else "event")
            sums, levels = _sum_of_rows(
                frame, "count", {name: axis_of(frame, name, None, self.meta) for name in by}, dict.fromkeys(by)
            )
            cells = np.nonzero(sums)
            columns: dict[str, Any] = {
                name: position if name == "profile" else _categorical(position, _texts(levels[name]))
                for name, position in zip(by, cells, strict=True)
            }
            if event:
                columns["event"] = _categorical(np.full(cells[0].size, EVENTS.index(event), np.int8), EVENTS)
            self._smaller[table, event] = pd.DataFrame({**columns, "count": sums[cells]})
        return self._smaller[table, event]

    def add_up(
        self,
        frame: pd.DataFrame | str,
        value: str,
        by: Sequence[str] = (),
        where: Where | None = None,
        months: Months | None = None,
        definition: str | None = None,
        constant: Mapping[str, Labels] | None = None,
    ) -> tuple[np.ndarray, dict[str, Labels]]:
        """Add up a column of any table, multiplied back if thinned; see :meth:`events`."""
        frame = self._table(frame) if isinstance(frame, str) else frame
        axes: dict[str, Axis] = {}
        for name in by:
            if name == "event" and "event" not in frame:
                axes[name] = Axis("", np.zeros(1, np.int32), constant["event"] if constant else ())
            else:
                axes[name] = axis_of(frame, name, definition, self.meta)
            if name == "event" and constant:
                axes[name] = axes[name].only(constant["event"])
        kept: dict[str, np.ndarray] = {}
        for name, values in (where or {}).items():
            axis = axis_of(frame, name, definition, self.meta)
            keep = np.isin(axis.codes, axis.positions(values, name))
            kept[axis.column] = kept.get(axis.column, True) & keep
        if months is not None:
            first, last = (month_text(end) for end in months)
            inside = np.array([first <= month <= last for month in frame["month"].cat.categories], bool)
            kept["month"] = kept.get("month", True) & inside
        sums, levels = _sum_of_rows(frame, value, axes, kept)
        return sums * int(self.meta["thin"]), levels


def _sum_of_rows(
    frame: pd.DataFrame, value: str, axes: Mapping[str, Axis], kept: Mapping[str, Any]
) -> tuple[np.ndarray, dict[str, Labels]]:
    """Add up a column of a table by coded axes, of the rows whose codes are kept; exact below 2**53."""
    kept = {column: keep for column, keep in kept.items() if keep is not None}
    for axis in axes.values():
        if axis.column and (axis.codes < 0).any():
            kept[axis.column] = kept.get(axis.column, True) & (axis.codes >= 0)
    sizes = [len(axis.labels) for axis in axes.values()]
    sums = np.zeros(int(np.prod(sizes, dtype=np.int64)), np.int64)
    columns = {*(axis.column for axis in axes.values() if axis.column), *kept}
    codes = {name: _raw_codes(frame[name]) for name in columns}
    amounts = frame[value].to_numpy()
    for start in range(0, len(frame), ROWS_AT_A_TIME):  # in pieces, because a sum of weights works on doubles
        rows = slice(start, start + ROWS_AT_A_TIME)
        weights = amounts[rows]
        pieces = {name: column[rows] for name, column in codes.items()}
        if kept:
            keep = np.ones(weights.size, bool)
            for name, chosen in kept.items():
                keep &= chosen[pieces[name]]
            weights, pieces = weights[keep], {name: piece[keep] for name, piece in pieces.items()}
        cell = np.zeros(weights.size, np.int64)
        for axis, size in zip(axes.values(), sizes, strict=True):
            cell *= size
            if axis.column:
                cell += axis.codes[pieces[axis.column]]
        sums += np.bincount(cell, weights=weights, minlength=sums.size).astype(np.int64)
    return sums.reshape(sizes), {name: axis.labels for name, axis in axes.items()}


def _raw_codes(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes)
    codes = column.to_numpy()
    return codes.astype(np.int8) if codes.dtype == bool else codes


def _categorical(codes: np.ndarray, names: Sequence[str]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(names)))


def _texts(labels: Labels) -> list[str]:
    return [f"{label:%Y-%m}" if isinstance(label, pd.Timestamp) else str(label) for label in labels]
