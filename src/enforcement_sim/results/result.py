"""What a finished run can be asked: its ledger as tidy frames.

A :class:`Result` is a handful of integer tables and what produced them. The raw tables go into stores and come back
exactly; the questions (:meth:`Result.funnel`, :meth:`Result.mix`, ...) are asked of them afterwards, under any
definition, with nothing simulated again. In a thinned run the raw tables hold what was simulated and the frames
multiply it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import PROFILES
from enforcement_sim.process.profiles import categories_of, category_of_profile
from enforcement_sim.results.aggregate import tally, unfolded

__all__ = ["Result"]

FIRST_MONTH_OF_FISCAL_YEAR = 10
PER = 1000


def _of_vocabulary(name: str, known: Sequence[str], what: str) -> str:
    if name not in known:
        raise InputError(f"unknown {what} {name!r}", allowed=known, nearest=nearest_names(name, known))
    return name


class Result:
    """One run's tables, and what produced them.

    Parameters
    ----------
    tables
        Raw integer tables by name: ``events``, ``profiles``, ``places``, ``hours``, ``hours_by_place``,
        ``population``, ``verdicts``, ``any_programme``, ``bookings``.
    meta
        The resolved scenario, seed, engine version, thinning, capacity shares and officer-years.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> scenario = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> result = run(scenario, seed=1)
    >>> list(result.mix("detainer_issued", definition="ice-levels-2010").columns)
    ['programme', 'category', 'count', 'share']
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], meta: Mapping[str, Any]) -> None:
        self._tables = dict(tables)
        self._by_stage: dict[str, np.ndarray] = {}
        self.meta = dict(meta)

    @classmethod
    def from_tables(cls, tables: Mapping[str, pd.DataFrame], meta: Mapping[str, Any]) -> Result:
        """Build a result from stored tables; the inverse of :meth:`tables`."""
        return cls(tables, meta)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the raw integer tables by name, as simulated (a thinned run's counts are not multiplied back)."""
        return dict(self._tables)

    @property
    def weight(self) -> int:
        """What one simulated booking stands for."""
        return int(self.meta["thin"])

    def _repr_html_(self) -> str:
        """Show in a notebook what was run, and the funnel."""
        from enforcement_sim.notebook import result_html

        return result_html(self)

    # ---- counts -------------------------------------------------------------------------------------------------

    def _years(self, months: pd.Index, year: str) -> np.ndarray:
        calendar = np.array([int(text[:4]) for text in months])
        month = np.array([int(text[5:]) for text in months])
        if year == "calendar":
            return calendar
        if year == "fiscal":
            return calendar + (month >= FIRST_MONTH_OF_FISCAL_YEAR)
        raise InputError(f"unknown year {year!r}", allowed=("fiscal", "calendar"))

    def _grouped(
        self, frame: pd.DataFrame, year: str | None, by: str, last: str, names: Sequence[str], codes: np.ndarray
    ) -> pd.DataFrame:
        """Count rows by year, group and one more key, every combination listed, multiplied back if thinned."""
        keys: list[tuple[np.ndarray, int]] = []
        levels: list[Sequence[Any]] = []
        columns: list[str] = []
        if year is not None:
            of_month = self._years(frame["month"].cat.categories, year)
            years = np.unique(of_month)
            keys.append((np.searchsorted(years, of_month)[frame["month"].cat.codes.to_numpy()], years.size))
            levels.append(years.tolist())
            columns.append("year")
        if by != "none":
            position, group_names = self._group(frame, by)
            keys.append((position, len(group_names)))
            levels.append(group_names)
            columns.append(by)
        keys.append((codes, len(names)))
        counts = tally(frame, keys, frame["count"].to_numpy()) * self.weight
        return unfolded(counts, dict(zip([*columns, last], [*levels, names], strict=True)))

    def _group(self, frame: pd.DataFrame, by: str) -> tuple[np.ndarray, list[str]]:
        if by == "programme":
            return frame["programme"].cat.codes.to_numpy(), list(PROGRAMMES)
        states = load_geography().states
        here = [state for state in states if int(state.fips) in self._state_codes]
        if "fips" in frame:
            lookup = np.full(100, -1, np.int32)
            lookup[[int(state.fips) for state in here]] = np.arange(len(here))
            return lookup[frame["fips"].to_numpy() // 1000], [state.postal for state in here]
        position = {state.postal: number for number, state in enumerate(here)}
        of_area = np.array([position.get(area[:2], -1) for area in frame["area"].cat.categories])
        return of_area[frame["area"].cat.codes.to_numpy()], [state.postal for state in here]

    @cached_property
    def _state_codes(self) -> frozenset[int]:
        return frozenset(code // 1000 for code in self.meta["counties"])

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
        """
        _of_vocabulary(by, ("programme", "state", "none"), "grouping")
        frame = self._tables["events"]
        counts = self._grouped(frame, year, by, "event", EVENTS, frame["event"].cat.codes.to_numpy())
        if per is not None:
            of_place = [key for key in counts.columns if key in ("year", "state")]
            booked = counts[counts["event"] == "booked"]
            if of_place:
                totals = booked.groupby(of_place)["count"].sum().rename("bookings").reset_index()
                bookings = counts.merge(totals, on=of_place, how="left")["bookings"].to_numpy(float)
            else:
                bookings = np.full(len(counts), float(booked["count"].sum()))
            with np.errstate(divide="ignore", invalid="ignore"):
                counts[f"per_{per}_bookings"] = counts["count"].to_numpy(float) / bookings * per
        return counts

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
            _of_vocabulary(part, parts, "part of bookings")
        if not by or len(set(by)) != len(by):
            raise InputError("bookings are counted by one part or more, each named once", key="by", allowed=parts)
        if "bookings" not in self._tables:
            raise InputError(
                "this result was stored before bookings by offence were kept; run it again", key="bookings"
            )
        frame = self._tables["bookings"]
        months = pd.to_datetime(frame["month"].astype(str), format="%Y-%m")
        known = frame.assign(month=months, state=frame["area"].astype(str).str[:2])
        counts = known.groupby(list(by), observed=True)["count"].sum() * self.weight
        return counts.reset_index()

    def series(self, events: Sequence[str] | None = None, by: str = "programme") -> pd.DataFrame:
        """Count events by month: columns ``month`` (its first day), ``programme``, ``event``, ``count``.

        Every month appears for every programme and event asked for.
        """
        wanted = EVENTS if events is None else tuple(_of_vocabulary(event, EVENTS, "event") for event in events)
        _of_vocabulary(by, ("programme", "none"), "grouping")
        frame = self._tables["events"]
        months = frame["month"].cat.categories.to_numpy()
        keys = [
            (frame["month"].cat.codes.to_numpy(), months.size),
            (frame["programme"].cat.codes.to_numpy(), len(PROGRAMMES)),
        ]
        counts = tally(frame, [*keys, (frame["event"].cat.codes.to_numpy(), len(EVENTS))], frame["count"].to_numpy())
        counts = counts[:, :, [EVENTS.index(event) for event in wanted]] * self.weight
        days = pd.to_datetime(pd.Series(months), format="%Y-%m")
        if by == "none":
            index = pd.MultiIndex.from_product([days, wanted], names=["month", "event"])
            counts = counts.sum(axis=1)
        else:
            index = pd.MultiIndex.from_product([days, PROGRAMMES, wanted], names=["month", "programme", "event"])
        return pd.Series(counts.ravel(), index=index, name="count").reset_index()

    def counties(self, event: str = "removed") -> pd.DataFrame:
        """Count one event by county: ``fips``, ``name``, ``state``, ``count``, ``per_1000_bookings``."""
        _of_vocabulary(event, EVENTS, "event")
        geography = load_geography()
        frame = self._tables["events"]
        fips = np.array(self.meta["counties"], np.int64)
        frame = frame[np.isin(frame["fips"].to_numpy(), fips)]  # state prisons are no county's
        indices = [geography.index_of(f"{code:05d}") for code in fips]
        keys = [
            (np.searchsorted(fips, frame["fips"].to_numpy()), fips.size),
            (frame["event"].cat.codes.to_numpy(), len(EVENTS)),
        ]
        counts = tally(frame, keys, frame["count"].to_numpy()) * self.weight
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = counts[:, EVENTS.index(event)] / counts[:, EVENTS.index("booked")] * PER
        return pd.DataFrame(
            {
                "fips": [f"{code:05d}" for code in fips],
                "name": [geography.names[index] for index in indices],
                "state": [geography.states[geography.counties.state[index]].postal for index in indices],
                "count": counts[:, EVENTS.index(event)],
                "per_1000_bookings": rate,
            }
        )

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
            Columns ``year`` if asked for, ``programme`` or ``state``, ``category``, ``count`` and ``share`` (of the
            group; not a number where the group is empty).
        """
        _of_vocabulary(stage, EVENTS[EVENTS.index("matched") :], "stage")
        _of_vocabulary(by, ("programme", "state", "none"), "grouping")
        names = categories_of(_of_vocabulary(definition, tuple(load_definitions()), "definition"))
        if year or by == "state":
            frame = self._people_at(stage)
            codes = category_of_profile(definition)[frame["profile"].to_numpy()]
            counts = self._grouped(frame, year, by, "category", names, codes)
        elif by == "none":
            counts = unfolded(self.people_by_category(stage, definition).sum(axis=0), {"category": names})
        else:
            levels = {"programme": PROGRAMMES, "category": names}
            counts = unfolded(self.people_by_category(stage, definition), levels)
        totals = counts["count"].to_numpy().reshape(-1, len(names)).sum(axis=1).repeat(len(names))
        with np.errstate(divide="ignore", invalid="ignore"):
            counts["share"] = counts["count"].to_numpy(float) / totals
        return counts

    def _people_at(self, stage: str) -> pd.DataFrame:
        """Return the rows of profiles of one stage."""
        frame = self._tables["profiles"]
        return frame.take(np.flatnonzero(frame["event"].cat.codes.to_numpy() == EVENTS.index(stage)))

    def people_by_category(self, stage: str, definition: str) -> np.ndarray:
        """Count the people of one stage as :meth:`mix` does, int64, shape (len(PROGRAMMES), categories)."""
        people = np.zeros((len(categories_of(definition)), len(PROGRAMMES)), np.int64)
        np.add.at(people, category_of_profile(definition), self.people_by_profile(stage).T)
        return people.T

    def people_by_profile(self, stage: str) -> np.ndarray:
        """Count the people of one stage by programme and profile, int64, shape (len(PROGRAMMES), PROFILES).

        Kept, and so read only, because every definition asks for it. What a profile's number stands for is said by
        :func:`enforcement_sim.process.counts.profile_parts`.
        """
        if stage not in self._by_stage:
            frame = self._people_at(stage)
            keys = [
                (frame["programme"].cat.codes.to_numpy(), len(PROGRAMMES)),
                (frame["profile"].to_numpy(), PROFILES),
            ]
            people = tally(frame, keys, frame["count"].to_numpy()) * self.weight
            people.setflags(write=False)
            self._by_stage[stage] = people
        return self._by_stage[stage]

    def verdicts(self) -> pd.DataFrame:
        """Count the detainers that each shipped rule would have covered: ``month``, ``programme``, ``rule``, ``count``."""
        frame = self._tables["verdicts"]
        return frame.assign(count=frame["count"] * self.weight)

    # ---- hours and money ------------------------------------------------------------------------------------------

    def hours(self, by: str = "status_group") -> pd.DataFrame:
        """Add up person-hours: columns ``kind``, ``status_group`` (or ``fips``, or neither), ``hours``."""
        _of_vocabulary(by, ("status_group", "fips", "none"), "grouping")
        table = "hours_by_place" if by == "fips" else "hours"
        keys = ["kind"] if by == "none" else ["kind", by]
        frame = self._tables[table]
        counts = frame.groupby(keys, observed=False)["hours"].sum().reset_index()
        return counts.assign(hours=counts["hours"] * self.weight)

    def costs(self) -> pd.DataFrame:
        """Price hours, pick-ups, officers and refunds.

        Returns
        -------
        DataFrame
            Columns ``payer`` (county, state or federal), ``kind``, ``caused_by``, ``line`` (of the bridge to the payer's
            net cost; empty for what the criminal case costs) and ``dollars``, in whole cents; negative for money received.
            ``caused_by`` is *programme*, for what a programme causes; *transfer*, for what one payer gives
            another; *criminal case*, for the jail and prison days that people would have spent without any
            programme (prison days of people whom a programme may touch only). Unit costs come from the register
            (``cost.*``).
        """
        from enforcement_sim.results.costs import costs_of

        return costs_of(self)

    def net_costs(self) -> dict[str, float]:
        """Return what programmes cost each payer, net, and the lines that add up to it.

        Returns
        -------
        dict of str to float
            ``net_cost.PAYER`` in dollars, and ``bridge.PAYER.LINE`` for each of its lines
            (:data:`enforcement_sim.results.measures.COST_BRIDGE`),
            which add up to it in whole cents. Refunds are those for the days
            that detainers add; what is repaid for criminal cases is ``case_refunds.PAYER`` and in no net cost.
        """
        from enforcement_sim.results.costs import net_costs_of

        return net_costs_of(self)

    def population(self, of: str = "jails") -> pd.DataFrame:
        """Average people by month, in jails or in state prisons: columns ``month`` (its first day), ``inmates``.

        Jails hold everyone booked; beds that ICE rents there are not among them. In prisons only people whom a
        programme may touch are followed.
        """
        _of_vocabulary(of, ("jails", "prisons"), "population")
        frame = self._tables["population"]
        in_prison = np.isin(frame["fips"].to_numpy(), self.meta["prisons"])
        frame = frame[in_prison == (of == "prisons")]
        frame = frame.groupby("month", observed=False)["inmate_days"].sum().reset_index()
        month = pd.to_datetime(frame["month"].astype(str), format="%Y-%m")
        days = np.array([self.meta["days_in_month"][text] for text in frame["month"]])
        return pd.DataFrame({"month": month, "inmates": frame["inmate_days"] * self.weight / days})

    def found_by_any(self, by: str = "programme", year: str | None = None) -> pd.DataFrame:
        """Count events by every programme that had found the person by then, not only by the first.

        A person whom two programmes found counts once under each, so rows do not add up. People whom a programme
        found are its ``identified`` here and its ``also_found`` in :meth:`funnel`.

        Returns
        -------
        DataFrame
            Columns ``year`` if asked for, ``programme``, ``event``, ``count``.
        """
        _of_vocabulary(by, ("programme",), "grouping")
        frame = self._tables["any_programme"]
        return self._grouped(frame, year, by, "event", EVENTS, frame["event"].cat.codes.to_numpy())

    def measures(self) -> dict[str, float]:
        """Return the named numbers that comparisons use; a share over nothing is not a number."""
        from enforcement_sim.results.measures import measures_of

        return measures_of(self)
