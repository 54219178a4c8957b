"""What counts are taken by: the dimensions of a run's tables, and how each is read from their coded columns.

A *dimension* (a month, a year, a state, the offence of a profile, a category of a definition) is a look-up from the codes
of one column of a table to labels. Which table holds a count follows from the dimensions asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATES, STATUS_GROUPS
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.tables import profile_grounds

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
TIME = ("month", "fiscal_year", "calendar_year")
TIME_AND_PLACE = (*TIME, "county", "place", "state", "area")
"""Dimensions that bookings share with every event."""
OF_PROFILE = (*PARTS, "category", "profile")
TABLES: Mapping[str, tuple[str, ...]] = {
    "events": (*TIME, "county", "place", "state", "programme", "event"),
    "bookings": (*TIME, "state", "area", "event", "offence", "felony", "status_group"),
    "profiles": (*TIME, "state", "area", "programme", "event", *OF_PROFILE),
    "places": ("county", "place", "state", "event", *OF_PROFILE),
    "any_programme": (*TIME, "state", "area", "any_programme", "event"),
    "verdicts": (*TIME, "programme", "event", "rule"),
}
"""By which dimensions each table counts events, the table that is read first standing first."""
HELD_EVENTS = {"bookings": ("booked",), "profiles": PROFILED, "places": PROFILED, "verdicts": ("detainer_issued",)}
"""Events of the tables that do not hold all of them."""
ONLY_WITH = {"any_programme": "any_programme", "verdicts": "rule"}
"""Tables whose rows do not add up to people, which are read where their own dimension is asked for."""
DIMENSIONS = tuple(dict.fromkeys(name for names in TABLES.values() for name in names))
"""What events can be counted by."""

Labels = Any
"""The labels of an axis in order: a sequence, or an index of days."""


def check_word(name: str, known: Sequence[str], what: str) -> str:
    """Return a name that is among the known ones; raise InputError for any other.

    Examples
    --------
    >>> check_word("removed", EVENTS, "event")
    'removed'
    """
    if name not in known:
        raise InputError(f"unknown {what} {name!r}", allowed=known, nearest=nearest_names(name, known))
    return name


def table_with(asked: set[str], events: Sequence[str]) -> str:
    """Return the first table that has the dimensions and the events asked for.

    Parameters
    ----------
    asked : set of str
        Dimensions by which is counted, or that are restricted.
    events : sequence of str

    Raises
    ------
    InputError
        If no table has them together.

    Examples
    --------
    >>> table_with({"month", "county"}, ["removed"]), table_with({"month", "offence"}, ["removed"])
    ('events', 'profiles')
    """
    with_dimensions = [
        name for name, has in TABLES.items() if asked <= set(has) and ONLY_WITH.get(name) in (None, *asked)
    ]
    for name in with_dimensions:
        if set(events) <= set(HELD_EVENTS.get(name, EVENTS)):
            return name
    by = ", ".join(sorted(asked))
    if not with_dimensions:
        allowed = "; or ".join(", ".join(has) for has in TABLES.values())
        raise InputError(f"no table counts by {by} together", key="by", allowed=allowed)
    held = dict.fromkeys(event for name in with_dimensions for event in HELD_EVENTS.get(name, EVENTS))
    wrong = next((event for event in events if event not in held), events[0])
    raise InputError(f"{wrong!r} is not counted by {by}", key="events", allowed=tuple(held))


@dataclass(frozen=True)
class Axis:
    """A column of a table read as a dimension: for each code of the column the position of its label, -1 for none."""

    column: str
    codes: np.ndarray
    labels: Labels

    def positions(self, values: Any, dimension: str) -> np.ndarray:
        """Return the positions of labels; raise InputError for one that does not exist."""
        wanted = as_list(values)
        if dimension == "profile":
            return np.asarray(wanted, np.int64)
        known = {label: position for position, label in enumerate(self.labels)}
        if dimension == "month":
            known = {f"{label:%Y-%m}": position for label, position in known.items()}
            return np.array([known[month] for month in map(month_text, wanted) if month in known], np.int64)
        if dimension == "state":
            for value in wanted:
                check_word(value, STATES, "state")
        if dimension in ("county", "place", "state", "area", "fiscal_year", "calendar_year"):
            # A place or a year of which a run knows nothing counts as nothing.
            return np.array([known[value] for value in wanted if value in known], np.int64)
        words = [str(label) for label in self.labels]
        return np.array([known[value] if value in known else _unknown(value, words, dimension) for value in wanted])

    def only(self, labels: Labels) -> Axis:
        """Return the axis with some of its labels, in this order."""
        moved = np.full(len(self.labels) + 1, -1, np.int32)
        places = [list(self.labels).index(label) for label in labels]
        moved[places] = np.arange(len(places))
        return Axis(self.column, moved[self.codes], labels)


def axis_of(frame: pd.DataFrame, dimension: str, definition: str | None, meta: Mapping[str, Any]) -> Axis:
    """Return how the codes of a column of a table are read as the labels of a dimension.

    Parameters
    ----------
    frame : DataFrame
        A table of a run.
    dimension : str
    definition : str or None
        Whose categories are meant; for ``category`` alone.
    meta : mapping
        Of the run: its ``counties`` and ``prisons``.

    Examples
    --------
    >>> frame = pd.DataFrame({"month": pd.Categorical(["2012-09", "2012-10"]), "count": [3, 4]})
    >>> axis = axis_of(frame, "fiscal_year", None, {"counties": []})
    >>> axis.column, axis.codes.tolist(), axis.labels
    ('month', [0, 1], [2012, 2013])
    """
    column = next((name for name in COLUMNS.get(dimension, (dimension,)) if name in frame), dimension)
    if column == "month":
        texts = list(frame["month"].cat.categories)
        if dimension == "month":
            return Axis(column, np.arange(len(texts)), pd.DatetimeIndex([f"{text}-01" for text in texts]))
        years = np.array([_year_of(text, dimension) for text in texts], int)
        labels = np.unique(years)
        return Axis(column, np.searchsorted(labels, years), labels.tolist())
    if column == "fips":
        return _of_fips(dimension, frame["fips"].to_numpy(), meta)
    if column == "area":
        areas = [str(area) for area in frame["area"].cat.categories]
        states = _states(meta)
        if dimension == "area":
            here = [area for area in areas if area[:2] in states]
            return Axis(column, _positions(here, areas), here)
        return Axis(column, _positions(states, [area[:2] for area in areas]), states)
    if column == "profile":
        if dimension == "profile":
            return Axis(column, np.arange(PROFILES), range(PROFILES))
        if dimension == "category":
            assert definition is not None
            name = check_word(definition, tuple(load_definitions()), "definition")
            return Axis(column, category_of_profile(name), categories_of(name))
        return Axis(column, profile_parts(np.arange(PROFILES))[PARTS.index(dimension)], WORDS[dimension])
    if not isinstance(frame[column].dtype, pd.CategoricalDtype):
        return Axis(column, np.arange(len(WORDS[dimension])), WORDS[dimension])
    # By name: in a table stored by an earlier version the words may be numbered otherwise.
    names = [str(name) for name in frame[column].cat.categories]
    known = WORDS.get(dimension, names)
    return Axis(column, _positions(known, names), known)


def _of_fips(dimension: str, fips: np.ndarray, meta: Mapping[str, Any]) -> Axis:
    codes = np.full(1 << 16, -1, np.int32)
    if dimension == "state":
        states = _states(meta)
        of_number = {int(state.fips): state.postal for state in load_geography().states}
        postals = [of_number.get(number, "") for number in range(1 + codes.size // COUNTIES_A_STATE)]
        of_state = _positions(states, postals)
        return Axis("fips", of_state[np.arange(codes.size) // COUNTIES_A_STATE], states)
    counted = np.zeros(codes.size, bool)
    counted[meta["counties"]] = True  # a state prison is no county's
    if dimension == "place":
        counted[meta.get("prisons", [])] = True
        counted[fips] = True
    wanted = np.flatnonzero(counted)
    codes[wanted] = np.arange(wanted.size)
    return Axis("fips", codes, [f"{code:05d}" for code in wanted] if dimension == "county" else wanted.tolist())


def _states(meta: Mapping[str, Any]) -> list[str]:
    """Postal codes of the states with a county of the run, by FIPS code."""
    numbers = {code // COUNTIES_A_STATE for code in meta["counties"]}
    return [state.postal for state in load_geography().states if int(state.fips) in numbers]


def _positions(known: Labels, names: Iterable[str]) -> np.ndarray:
    place = {str(name): position for position, name in enumerate(known)}
    return np.array([place.get(name, -1) for name in names], np.int32)


def as_list(values: Any) -> list[Any]:
    one = isinstance(values, (str, int, np.integer, pd.Timestamp)) or not isinstance(values, Iterable)
    return [values] if one else list(values)


def month_text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:%Y-%m}"


def _year_of(month: str, dimension: str) -> int:
    year, number = int(month[:4]), int(month[5:])
    return year + (dimension == "fiscal_year" and number >= FIRST_MONTH_OF_FISCAL_YEAR)


def _unknown(value: Any, known: Sequence[str], dimension: str) -> int:
    check_word(str(value), known, dimension)
    raise InputError(f"unknown {dimension} {value!r}", allowed=known)


def categories_of(definition: str) -> tuple[str, ...]:
    """Return a definition's categories in order, those that nobody falls into among them.

    Examples
    --------
    >>> categories_of("ice-levels-2010")[0]
    'level 1'
    """
    chosen = load_definitions()[definition]
    return OFFENCES if chosen.by_offence else chosen.categories


@cache
def category_of_profile(definition: str) -> np.ndarray:
    """Return for every profile the number of its category under a definition, int64, shape (profiles,).

    Examples
    --------
    >>> int(category_of_profile("ice-levels-2010").max()) < 5
    True
    """
    chosen = load_definitions()[definition]
    parts = profile_parts(np.arange(PROFILES))
    if chosen.by_offence:
        return parts[0]
    number = {name: position for position, name in enumerate(chosen.categories)}
    return np.array([number[chosen.category(int(word))] for word in profile_grounds(*parts)])
