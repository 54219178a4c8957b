"""One question of a run: how many, by what, where and when.

A run's tables have millions of rows and few distinct keys. Each table is a list of coded columns and a column of whole
numbers; a *dimension* (a month, a year, a state, the offence of a profile, a category of a definition) is a look-up from
the codes of one column. A count is then one pass over small integers: codes are looked up, rows that are not wanted are
dropped, and the rest is added up per combination of labels. Which table holds a count follows from the dimensions asked
for. Sums are exact; a thinned run is multiplied back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATES, STATUS_GROUPS
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.profiles import categories_of, category_of_profile

__all__ = ["DIMENSIONS", "PROFILED", "Counts", "check_word", "people_by_category", "tidy"]

ROWS_AT_A_TIME = 1 << 18
FIRST_MONTH_OF_FISCAL_YEAR = 10
COUNTIES_A_STATE = 1000
"""A county's FIPS code is its state's times this, and a number inside the state."""
PROFILED = EVENTS[EVENTS.index("matched") :]
"""Events that are counted by profile."""

WORDS: Mapping[str, Sequence[Any]] = {
    "programme": PROGRAMMES,
    "any_programme": PROGRAMMES,
    "event": EVENTS,
    "kind": HOUR_KINDS,
    "offence": OFFENCES,
    "felony": (False, True),
    "convicted": (False, True),
    "prior_record": PRIOR_RECORDS,
    "status_group": STATUS_GROUPS,
}
"""Dimensions whose labels are the same in every run."""
PARTS = ("offence", "felony", "convicted", "prior_record", "status_group")
"""What a profile says of a person, in the order of its number."""
COLUMNS = {
    "month": ("month",),
    "fiscal_year": ("month",),
    "calendar_year": ("month",),
    "county": ("fips",),
    "place": ("fips",),
    "state": ("fips", "area"),
    "area": ("area",),
    "any_programme": ("programme",),
    **{part: (part, "profile") for part in PARTS},
    "category": ("profile",),
}
"""Columns that a dimension is read from, the first that a table has; a dimension not named here is its own column."""
_TIME = ("month", "fiscal_year", "calendar_year")
_PROFILE = (*PARTS, "category", "profile")
TABLES: Mapping[str, tuple[str, ...]] = {
    "events": (*_TIME, "county", "place", "state", "programme", "event"),
    "bookings": (*_TIME, "state", "area", "event", "offence", "felony", "status_group"),
    "profiles": (*_TIME, "state", "area", "programme", "event", *_PROFILE),
    "places": ("county", "place", "state", "event", *_PROFILE),
    "any_programme": (*_TIME, "state", "area", "any_programme", "event"),
    "verdicts": (*_TIME, "programme", "event", "rule"),
}
"""By which dimensions each table counts events, the table that is read first standing first."""
HELD_EVENTS = {"bookings": ("booked",), "profiles": PROFILED, "places": PROFILED, "verdicts": ("detainer_issued",)}
"""Events of the tables that do not hold all of them."""
DIMENSIONS = tuple(dict.fromkeys(name for names in TABLES.values() for name in names))
"""What events can be counted by."""

Labels = Any
"""The labels of an axis in order: a sequence, or an index of days."""
Where = Mapping[str, Any]
Months = tuple[Any, Any]


def check_word(name: str, known: Sequence[str], what: str) -> str:
    """Return a name that is among the known ones; raise InputError for any other."""
    if name not in known:
        raise InputError(f"unknown {what} {name!r}", allowed=known, nearest=nearest_names(name, known))
    return name


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
    """
    sums = np.zeros((len(categories_of(definition)), *people.shape[:-1]), people.dtype)
    np.add.at(sums, category_of_profile(definition), np.moveaxis(people, -1, 0))
    return np.moveaxis(sums, 0, -1)


def tidy(counts: np.ndarray, levels: Mapping[str, Labels], name: str = "count") -> pd.DataFrame:
    """Return an array of counts as rows: a column for each axis with its labels, the last one fastest, and the count."""
    positions = np.indices(counts.shape).reshape(counts.ndim, -1)
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
        wanted = EVENTS if events is None else tuple(dict.fromkeys(_labels(events)))
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
        table = self._table_for(asked, wanted)
        if asked <= {*_TIME, "programme", "event", *_PROFILE} and table in ("events", "profiles"):
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

    def _table_for(self, asked: set[str], events: Sequence[str]) -> str:
        """Return the first table that has the dimensions and the events asked for."""
        with_dimensions = [name for name, has in TABLES.items() if asked <= set(has)]
        for name in with_dimensions:
            if set(events) <= set(HELD_EVENTS.get(name, EVENTS)):
                return name
        if with_dimensions:
            held = dict.fromkeys(event for name in with_dimensions for event in HELD_EVENTS.get(name, EVENTS))
            wrong = next((event for event in events if event not in held), events[0])
            by = ", ".join(sorted(asked))
            raise InputError(f"{wrong!r} is not counted by {by}", key="events", allowed=tuple(held))
        allowed = "; or ".join(", ".join(has) for has in TABLES.values())
        raise InputError(f"no table counts by {', '.join(sorted(asked))} together", key="by", allowed=allowed)

    def _smaller_table(self, table: str, event: str) -> pd.DataFrame:
        """Return a table's counts without places, of one event if named; kept, because much is asked of few rows."""
        if (table, event) not in self._smaller:
            frame = self.tables[table]
            if event:
                frame = frame.take(np.flatnonzero((frame["event"] == event).to_numpy()))
            by = ("month", "programme", "profile" if event else "event")
            sums, levels = _sum_of_rows(
                frame, "count", {name: self._codes(frame, name, None) for name in by}, dict.fromkeys(by)
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
        axes: dict[str, _Axis] = {}
        for name in by:
            if name == "event" and "event" not in frame:
                axes[name] = _Axis("", np.zeros(1, np.int32), constant["event"] if constant else ())
            else:
                axes[name] = self._codes(frame, name, definition)
            if name == "event" and constant:
                axes[name] = axes[name].only(constant["event"])
        kept: dict[str, np.ndarray] = {}
        for name, values in (where or {}).items():
            axis = self._codes(frame, name, definition)
            keep = np.isin(axis.codes, axis.positions(values, name))
            kept[axis.column] = kept.get(axis.column, True) & keep
        if months is not None:
            first, last = (_month(end) for end in months)
            inside = np.array([first <= month <= last for month in frame["month"].cat.categories], bool)
            kept["month"] = kept.get("month", True) & inside
        sums, levels = _sum_of_rows(frame, value, axes, kept)
        return sums * int(self.meta["thin"]), levels

    def _codes(self, frame: pd.DataFrame, dimension: str, definition: str | None) -> _Axis:
        """Return how the codes of a column of a table are read as the labels of a dimension."""
        column = next((name for name in COLUMNS.get(dimension, (dimension,)) if name in frame), dimension)
        if column == "month":
            texts = list(frame["month"].cat.categories)
            if dimension == "month":
                return _Axis(column, np.arange(len(texts)), pd.DatetimeIndex([f"{text}-01" for text in texts]))
            years = np.array([_year(text, dimension) for text in texts], int)
            labels = np.unique(years)
            return _Axis(column, np.searchsorted(labels, years), labels.tolist())
        if column == "fips":
            return self._of_fips(dimension, frame["fips"].to_numpy())
        if column == "area":
            areas = [str(area) for area in frame["area"].cat.categories]
            if dimension == "area":
                return _Axis(column, np.arange(len(areas)), areas)
            return _Axis(column, _positions(self._states, [area[:2] for area in areas]), self._states)
        if column == "profile":
            if dimension == "profile":
                return _Axis(column, np.arange(PROFILES), range(PROFILES))
            if dimension == "category":
                assert definition is not None
                name = check_word(definition, tuple(load_definitions()), "definition")
                return _Axis(column, category_of_profile(name), categories_of(name))
            return _Axis(column, profile_parts(np.arange(PROFILES))[PARTS.index(dimension)], WORDS[dimension])
        if not isinstance(frame[column].dtype, pd.CategoricalDtype):
            return _Axis(column, np.arange(len(WORDS[dimension])), WORDS[dimension])
        # By name: in a table stored by an earlier version the words may be numbered otherwise.
        names = [str(name) for name in frame[column].cat.categories]
        known = WORDS.get(dimension, names)
        return _Axis(column, _positions(known, names), known)

    def _of_fips(self, dimension: str, fips: np.ndarray) -> _Axis:
        codes = np.full(1 << 16, -1, np.int32)
        if dimension == "state":
            of_number = {int(state.fips): state.postal for state in load_geography().states}
            postals = [of_number.get(number, "") for number in range(1 + codes.size // COUNTIES_A_STATE)]
            of_state = _positions(self._states, postals)
            return _Axis("fips", of_state[np.arange(codes.size) // COUNTIES_A_STATE], self._states)
        counted = np.zeros(codes.size, bool)
        counted[self.meta["counties"]] = True  # a state prison is no county's
        if dimension == "place":
            counted[self.meta.get("prisons", [])] = True
            counted[fips] = True
        wanted = np.flatnonzero(counted)
        codes[wanted] = np.arange(wanted.size)
        return _Axis("fips", codes, [f"{code:05d}" for code in wanted] if dimension == "county" else wanted.tolist())

    @cached_property
    def _states(self) -> list[str]:
        """Postal codes of the states with a county of the run, by FIPS code."""
        numbers = {code // COUNTIES_A_STATE for code in self.meta["counties"]}
        return [state.postal for state in load_geography().states if int(state.fips) in numbers]


@dataclass(frozen=True)
class _Axis:
    """A column of a table read as a dimension: for each code of the column the position of its label, -1 for none."""

    column: str
    codes: np.ndarray
    labels: Labels

    def positions(self, values: Any, dimension: str) -> np.ndarray:
        """Return the positions of labels; raise InputError for one that does not exist."""
        wanted = _labels(values)
        if dimension == "profile":
            return np.asarray(wanted, np.int64)
        known = {label: position for position, label in enumerate(self.labels)}
        if dimension == "month":
            known = {f"{label:%Y-%m}": position for label, position in known.items()}
            return np.array([known[month] for month in map(_month, wanted) if month in known], np.int64)
        if dimension == "state":
            for value in wanted:
                check_word(value, STATES, "state")
        if dimension in ("county", "place", "state", "area", "fiscal_year", "calendar_year"):
            # A place or a year of which a run knows nothing counts as nothing.
            return np.array([known[value] for value in wanted if value in known], np.int64)
        words = [str(label) for label in self.labels]
        return np.array([known[value] if value in known else _unknown(value, words, dimension) for value in wanted])

    def only(self, labels: Labels) -> _Axis:
        """Return the axis with some of its labels, in this order."""
        moved = np.full(len(self.labels) + 1, -1, np.int32)
        places = [list(self.labels).index(label) for label in labels]
        moved[places] = np.arange(len(places))
        return _Axis(self.column, moved[self.codes], labels)


def _sum_of_rows(
    frame: pd.DataFrame, value: str, axes: Mapping[str, _Axis], kept: Mapping[str, Any]
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


def _positions(known: Labels, names: Iterable[str]) -> np.ndarray:
    place = {str(name): position for position, name in enumerate(known)}
    return np.array([place.get(name, -1) for name in names], np.int32)


def _texts(labels: Labels) -> list[str]:
    return [f"{label:%Y-%m}" if isinstance(label, pd.Timestamp) else str(label) for label in labels]


def _labels(values: Any) -> list[Any]:
    one = isinstance(values, (str, int, np.integer, pd.Timestamp)) or not isinstance(values, Iterable)
    return [values] if one else list(values)


def _month(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:%Y-%m}"


def _year(month: str, dimension: str) -> int:
    year, number = int(month[:4]), int(month[5:])
    return year + (dimension == "fiscal_year" and number >= FIRST_MONTH_OF_FISCAL_YEAR)


def _unknown(value: Any, known: Sequence[str], dimension: str) -> int:
    check_word(str(value), known, dimension)
    raise InputError(f"unknown {dimension} {value!r}", allowed=known)
