"""What the tables of a run can be asked: how many people, and for how long, by anything that a run tells.

:meth:`Questions.count` is the one question; the others are short forms of it with the columns that tables and figures
use. Nothing is simulated again, whatever the definition. In a thinned run the raw tables hold what was simulated and the
answers multiply it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.places.geography import load_geography
from enforcement_sim.results.count import Counts, tidy
from enforcement_sim.results.dimensions import PROFILED, TIME_AND_PLACE, Labels, categories_of, check_word

PER = 1000
CATEGORICAL = ("offence", "status_group", "kind")


class Questions:
    """The tables of a run, and what is counted in them; a :class:`~enforcement_sim.results.result.Result` is one.

    Parameters
    ----------
    tables, meta
        Those of a result.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], meta: Mapping[str, Any]) -> None:
        self._tables = dict(tables)
        self.meta = dict(meta)
        self._counts = Counts(self._tables, self.meta)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the raw integer tables by name, as simulated.

        Returns
        -------
        dict of str to DataFrame
            ``events``, ``profiles``, ``places``, ``hours``, ``hours_by_place``, ``population``, ``verdicts``,
            ``any_programme`` and ``bookings``; the last column of each is the amount. Counts of a thinned run are not
            multiplied back.
        """
        return dict(self._tables)

    @property
    def weight(self) -> int:
        """How many real bookings one simulated booking stands for: 1 unless the run was thinned."""
        return int(self.meta["thin"])

    # ---- people -------------------------------------------------------------------------------------------------

    def count(
        self,
        events: str | Sequence[str] | None = None,
        by: str | Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        months: tuple[Any, Any] | None = None,
        definition: str | None = None,
        per: int | None = None,
    ) -> pd.DataFrame:
        """Count events by anything that the run tells of them.

        Parameters
        ----------
        events
            One event or several; all unless given. Several are added up unless ``by`` has ``event``.
        by
            Dimensions, each a column of the frame: ``month`` (its first day), ``fiscal_year``, ``calendar_year``;
            ``county`` (FIPS code), ``place`` (counties and state prisons, by number), ``area`` (part of a state in one
            field office's charge), ``state``; ``programme`` (the first to find the person) or ``any_programme`` (each
            that had found the person by then, so rows do not add up); ``event``; ``rule`` (detainers that a rule would
            have covered); from ``matched`` on ``offence``, ``felony``, ``convicted``, ``prior_record``,
            ``status_group``, ``profile`` (all five as one number) and ``category`` (of ``definition``). Of ``released`` and
            ``prison`` only people whom a programme could touch have a profile.
        where
            Dimension -> a label or several: only these are counted.
        months
            First and last month, both included, as ``2010-10`` or a day in it; what lies outside the run counts as nothing.
        definition
            A name of :func:`enforcement_sim.law.definitions.load_definitions`, for ``category``.
        per
            Add a rate: the count over bookings of the same time and place, times ``per``.

        Returns
        -------
        DataFrame
            A column a dimension, ``count`` (people; multiplied back in a thinned run) and ``per_1000_bookings`` if
            ``per`` is 1000. Every combination has a row, with a count of zero if need be.

        Raises
        ------
        InputError
            If a word is unknown, or no table of a run has these events by these dimensions.

        Examples
        --------
        >>> from enforcement_sim import load_scenario, run
        >>> scenario = load_scenario("baseline").with_(**{
        ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-02-29"})
        >>> result = run(scenario, seed=1)
        >>> list(result.count("removed", by=["month", "offence"], where={"programme": "secure_communities"}).columns)
        ['month', 'offence', 'count']
        """
        dimensions = (by,) if isinstance(by, str) else tuple(by)
        counts, levels = self._counts.events(events, dimensions, where, months, definition)
        frame = tidy(counts, levels)
        if per is not None:
            shared = [name for name in dimensions if name in TIME_AND_PLACE]
            there = {name: values for name, values in (where or {}).items() if name in TIME_AND_PLACE}
            booked, _ = self._counts.events("booked", shared, there, months)
            booked = booked.reshape([len(levels[name]) if name in shared else 1 for name in dimensions])
            with np.errstate(divide="ignore", invalid="ignore"):
                frame[f"per_{per}_bookings"] = (counts / booked * per).ravel()
        return frame

    def array(
        self,
        events: str | Sequence[str] | None = None,
        by: str | Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        months: tuple[Any, Any] | None = None,
        definition: str | None = None,
    ) -> np.ndarray:
        """Count as :meth:`count` does, as an array without labels.

        Parameters
        ----------
        events, by, where, months, definition
            As for :meth:`count`.

        Returns
        -------
        ndarray
            People, int64, shape (labels of the first part of ``by``, labels of the second, ...); without ``by`` the
            shape is () and the array is one number. Multiplied back in a thinned run.

        Raises
        ------
        InputError
            If a word is unknown, or no table of a run has these events by these dimensions.

        Examples
        --------
        >>> from enforcement_sim import load_scenario, run
        >>> scenario = load_scenario("baseline").with_(**{
        ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-02-29"})
        >>> result = run(scenario, seed=1)
        >>> result.array("booked", by=["month", "county"]).shape, int(result.array("booked")) > 0
        ((2, 1), True)
        """
        return self.labelled(events, by, where, months, definition)[0]

    def labelled(
        self,
        events: str | Sequence[str] | None = None,
        by: str | Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        months: tuple[Any, Any] | None = None,
        definition: str | None = None,
    ) -> tuple[np.ndarray, dict[str, Labels]]:
        """Count as :meth:`array` does, and return the labels of the axes too.

        Parameters
        ----------
        events, by, where, months, definition
            As for :meth:`count`.

        Returns
        -------
        tuple of ndarray and dict
            The array of :meth:`array` (people, int64, its shape as there), and for each dimension, in the order of the
            axes, its labels.

        Raises
        ------
        InputError
            If a word is unknown, or no table of a run has these events by these dimensions.
        """
        return self._counts.events(events, (by,) if isinstance(by, str) else tuple(by), where, months, definition)

    def _yearly(self, year: str | None, *by: str, **asked: Any) -> pd.DataFrame:
        """Count by year, if asked for, and more."""
        if year is None:
            return self.count(by=by, **asked)
        name = f"{check_word(year, ('fiscal', 'calendar'), 'year')}_year"
        return self.count(by=(name, *by), **asked).rename(columns={name: "year"})

    def funnel(self, by: str = "programme", year: str | None = None, per: int | None = None) -> pd.DataFrame:
        """Count every event.

        Parameters
        ----------
        by
            ``programme`` (the first to find the person), ``state`` or ``none``.
        year
            Split by ``fiscal`` (October to September) or ``calendar`` year.
        per
            Add a rate: events over bookings of the same year and state, times ``per``.

        Returns
        -------
        DataFrame
            Columns ``year`` if asked for, ``programme`` or ``state``, ``event``, ``count`` (people), and
            ``per_1000_bookings`` if ``per`` is 1000. Every event appears, with a count of zero if need be.

        Raises
        ------
        InputError
            If the grouping or the kind of year is unknown.
        """
        return self._yearly(year, *_grouping(by), "event", per=per)

    def bookings(self, by: Sequence[str] = ("offence",)) -> pd.DataFrame:
        """Count bookings by what they were for.

        Parameters
        ----------
        by : sequence of str
            Of ``month`` (its first day), ``state``, ``offence``, ``felony``, ``status_group``.

        Returns
        -------
        DataFrame
            A column for each part of ``by``, and ``count`` (bookings); combinations without bookings are left out.

        Raises
        ------
        InputError
            If a part is not one of these.
        """
        parts = ("month", "state", "offence", "felony", "status_group")
        for part in by:
            check_word(part, parts, "part of bookings")
        if not by or len(set(by)) != len(by):
            raise InputError("bookings are counted by one part or more, each named once", key="by", allowed=parts)
        counts, levels = self._counts.add_up("bookings", "count", by)
        frame = _as_categories(tidy(counts, levels), {name: levels[name] for name in by if name in CATEGORICAL})
        return frame[frame["count"] > 0].sort_values(list(by), ignore_index=True)

    def series(self, events: Sequence[str] | None = None, by: str = "programme") -> pd.DataFrame:
        """Count events by month.

        Parameters
        ----------
        events
            Names of events; all unless given.
        by
            ``programme`` (the first to find the person) or ``none``.

        Returns
        -------
        DataFrame
            Columns ``month`` (its first day), ``programme`` unless ``by`` is ``none``, ``event``, ``count`` (people).
            Every month appears for every programme and event asked for.

        Raises
        ------
        InputError
            If an event or the grouping is unknown.
        """
        return self.count(events, by=("month", *_grouping(by, ("programme", "none")), "event"))

    def counties(self, event: str = "removed") -> pd.DataFrame:
        """Count one event by county.

        Parameters
        ----------
        event
            The name of an event, such as ``removed``.

        Returns
        -------
        DataFrame
            A row a county of the scope: ``fips`` (five digits), ``name``, ``state`` (postal code), ``count`` (people)
            and ``per_1000_bookings`` (of the same county; not a number without bookings).

        Raises
        ------
        InputError
            If the event is unknown.
        """
        geography = load_geography()
        counts = self.count(event, by="county", per=PER).rename(columns={"county": "fips"})
        indices = [geography.index_of(code) for code in counts["fips"]]
        counts.insert(1, "name", [geography.names[index] for index in indices])
        counts.insert(2, "state", [geography.states[geography.counties.state[index]].postal for index in indices])
        return counts

    def mix(
        self,
        stage: str = "removed",
        by: str = "programme",
        definition: str = "ice-levels-2010",
        year: str | None = None,
    ) -> pd.DataFrame:
        """Sort the people of one stage into a definition's categories.

        Parameters
        ----------
        stage
            An event from ``matched`` on.
        by
            ``programme``, ``state`` or ``none``.
        definition
            A name of :func:`enforcement_sim.law.definitions.load_definitions`.
        year
            Split by ``fiscal`` or ``calendar`` year.

        Returns
        -------
        DataFrame
            Columns ``year`` if asked for, ``programme`` or ``state``, ``category``, ``count`` (people) and ``share``
            (of the group, 0 to 1; not a number where the group is empty).

        Raises
        ------
        InputError
            If the stage, the grouping, the definition or the kind of year is unknown.
        """
        check_word(stage, PROFILED, "stage")
        counts = self._yearly(year, *_grouping(by), "category", events=stage, definition=definition)
        groups = counts["count"].to_numpy().reshape(-1, len(categories_of(definition)))
        with np.errstate(divide="ignore", invalid="ignore"):
            counts["share"] = (groups.astype(float) / groups.sum(axis=1, keepdims=True)).ravel()
        return counts

    def found_by_any(self, by: str = "programme", year: str | None = None) -> pd.DataFrame:
        """Count events by every programme that had found the person by then, not only by the first.

        A person whom two programmes found counts once under each, so rows do not add up. People whom a programme
        found are its ``identified`` here and its ``also_found`` in :meth:`funnel`.

        Parameters
        ----------
        by
            ``programme``, the only grouping there is.
        year
            Split by ``fiscal`` (October to September) or ``calendar`` year.

        Returns
        -------
        DataFrame
            Columns ``year`` if asked for, ``programme``, ``event``, ``count`` (people).

        Raises
        ------
        InputError
            If the grouping or the kind of year is unknown.
        """
        _grouping(by, ("programme",))
        return self._yearly(year, "any_programme", "event").rename(columns={"any_programme": "programme"})

    def verdicts(self) -> pd.DataFrame:
        """Count the detainers that each shipped rule would have covered.

        Returns
        -------
        DataFrame
            Columns ``month``, ``programme``, ``rule`` (its name in the rulebook), ``count`` (people; multiplied back in
            a thinned run). A detainer counts under every rule that would have covered it, so rows do not add up.
        """
        frame = self._tables["verdicts"]
        return frame.assign(count=frame["count"] * self.weight)

    # ---- hours and inmates ----------------------------------------------------------------------------------------

    def hours(
        self,
        by: str = "status_group",
        where: Mapping[str, Any] | None = None,
        months: tuple[Any, Any] | None = None,
    ) -> pd.DataFrame:
        """Add up person-hours by kind.

        Parameters
        ----------
        by
            ``status_group``, ``county``, ``fips`` (counties and state prisons, by number) or ``none``.
        where
            ``kind``, ``status_group``, ``state``, ``area``, ``county`` or ``place`` -> a label or several: only these are
            added up.
        months
            First and last month of booking, both included; hours by county are kept for the whole run only.

        Returns
        -------
        DataFrame
            ``kind``, the column that ``by`` names, ``hours`` (person-hours; multiplied back in a thinned run); every
            combination has a row.

        Raises
        ------
        InputError
            If a word is unknown, or hours by county are asked for some months only.
        """
        check_word(by, ("status_group", "county", "fips", "none"), "grouping")
        of_places = by in ("fips", "county") or {"place", "county"} & set(where or {})
        if of_places and months is not None:
            raise InputError("hours by county are kept for the whole run", key="months")
        axes = {"none": ("kind",), "fips": ("kind", "place")}.get(by, ("kind", by))
        table = "hours_by_place" if of_places else "hours"
        hours, levels = self._counts.add_up(table, "hours", axes, where, months)
        frame = _as_categories(
            tidy(hours, levels, "hours"), {name: levels[name] for name in axes if name in CATEGORICAL}
        )
        if by == "fips":
            known = np.unique(self._tables[table]["fips"])
            frame = frame.rename(columns={"place": "fips"}).astype({"fips": known.dtype})
            frame = frame[frame["fips"].isin(known)].sort_values(["kind", "fips"], ignore_index=True)
        return frame

    def population(self, of: str = "jails") -> pd.DataFrame:
        """Average the people in jails or in state prisons by month.

        Parameters
        ----------
        of
            ``jails`` or ``prisons``. Jails hold everyone booked; beds that ICE rents there are not among them. In
            prisons only people whom a programme may touch are followed.

        Returns
        -------
        DataFrame
            Columns ``month`` (its first day) and ``inmates`` (people, a mean over the counted days of the month).

        Raises
        ------
        InputError
            If ``of`` is neither of the two.
        """
        check_word(of, ("jails", "prisons"), "population")
        days = self.inmate_days(of=of)
        counted = np.array([self.meta["days_in_month"][f"{month:%Y-%m}"] for month in days.index])
        return pd.DataFrame({"month": days.index, "inmates": days.to_numpy() / counted})

    def inmate_days(
        self, where: Mapping[str, Any] | None = None, months: tuple[Any, Any] | None = None, of: str = "jails"
    ) -> pd.Series:
        """Add up by month the people in jails, or in state prisons, at the end of each day.

        Parameters
        ----------
        where
            ``state``, ``area``, ``county`` or ``place`` -> a label or several; every place of the kind unless given.
        months
            First and last month, both included.
        of
            ``jails`` or ``prisons``.

        Returns
        -------
        Series
            Person-days by ``month`` (its first day), int64; multiplied back in a thinned run.

        Raises
        ------
        InputError
            If a word is unknown.
        """
        there = {"place": self.meta["counties" if of == "jails" else "prisons"], **(where or {})}
        days, levels = self._counts.add_up("population", "inmate_days", ("month",), there, months)
        return pd.Series(days, index=pd.Index(levels["month"], name="month"))


def _grouping(by: str, allowed: Sequence[str] = ("programme", "state", "none")) -> tuple[str, ...]:
    """Return the dimensions of a grouping by name."""
    return () if check_word(by, allowed, "grouping") == "none" else (by,)


def _as_categories(frame: pd.DataFrame, levels: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    return frame.astype({name: pd.CategoricalDtype(list(labels)) for name, labels in levels.items()})
