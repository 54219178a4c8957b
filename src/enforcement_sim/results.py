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

from enforcement_sim.custody.ledger import PROFILES, Ledger, profile_parts
from enforcement_sim.custody.records import profile_grounds
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.vocabulary import EVENTS, HOUR_KINDS, OFFENCES, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.world.build import World
from enforcement_sim.world.geography import load_geography

__all__ = ["Result", "result_of"]

HOURS_A_DAY = 24
CENTS = 100
DAYS_A_YEAR = 365.25
FIRST_MONTH_OF_FISCAL_YEAR = 10
PER = 1000


def _categories(codes: np.ndarray, names: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes.astype(np.int16), categories=list(names))  # type: ignore[arg-type]


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
        ``population``, ``verdicts``.
    meta
        The resolved scenario, seed, engine version, thinning, capacity shares and officer-years.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> scenario = load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> result = run(scenario, seed=1)
    >>> set(result.mix("booked" if False else "detainer_issued", definition="ice-levels-2010").columns)
    {'programme', 'category', 'count', 'share'}
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], meta: Mapping[str, Any]) -> None:
        self._tables = dict(tables)
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
        """Show the funnel in a notebook."""
        title = self.meta["scenario"]["name"]
        note = f"<p><b>{title}</b>, seed {self.meta['seed']}, simulated, not a record.</p>"
        wide = self.funnel().pivot(index="event", columns="programme", values="count").reindex(EVENTS)
        return note + str(wide.to_html())

    # ---- counts -------------------------------------------------------------------------------------------------

    @cached_property
    def _events(self) -> pd.DataFrame:
        frame = self._tables["events"]
        return frame.assign(count=frame["count"].astype("int64") * self.weight)

    def _years(self, months: pd.Series, year: str) -> pd.Series:
        calendar, month = months // 100, months % 100
        if year == "calendar":
            return calendar
        if year == "fiscal":
            return calendar + (month >= FIRST_MONTH_OF_FISCAL_YEAR)
        raise InputError(f"unknown year {year!r}", allowed=("fiscal", "calendar"))

    def funnel(self, by: str = "programme", year: str | None = None, per: int | None = None) -> pd.DataFrame:
        """Count every event.

        Parameters
        ----------
        by
            ``programme`` (the first to find the person), ``state`` or ``none``.
        year
            Split by ``fiscal`` (October to September) or ``calendar`` year.
        per
            Add ``per_1000_bookings``: events over bookings of the same year and state, times ``per``.

        Returns
        -------
        DataFrame
            Columns ``year`` if asked for, ``programme`` or ``state``, ``event``, ``count`` (people), and the rate.
            Every event appears, with a count of zero if need be.
        """
        _of_vocabulary(by, ("programme", "state", "none"), "grouping")
        frame = self._events
        keys: list[str] = []
        if year is not None:
            frame = frame.assign(year=self._years(frame["month"], year))
            keys.append("year")
        if by == "state":
            frame = frame.assign(state=self._state_of(frame["fips"]))
        if by != "none":
            keys.append(by)
        grouped = frame.groupby([*keys, "event"], observed=False)["count"].sum()
        counts = grouped.reset_index()
        if per is not None:
            place = [key for key in keys if key != "programme"]
            booked = frame[frame["event"] == "booked"]
            if place:
                totals = booked.groupby(place, observed=False)["count"].sum().rename("bookings").reset_index()
                bookings = counts.merge(totals, on=place, how="left")["bookings"].to_numpy(float)
            else:
                bookings = np.full(len(counts), float(booked["count"].sum()))
            with np.errstate(divide="ignore", invalid="ignore"):
                counts[f"per_{per}_bookings"] = counts["count"].to_numpy(float) / bookings * per
        return counts

    def series(self, events: Sequence[str] | None = None, by: str = "programme") -> pd.DataFrame:
        """Count events by month: columns ``month`` (its first day), ``programme``, ``event``, ``count``."""
        wanted = EVENTS if events is None else tuple(_of_vocabulary(event, EVENTS, "event") for event in events)
        _of_vocabulary(by, ("programme", "none"), "grouping")
        frame = self._events[self._events["event"].isin(wanted)]
        keys = ["month", "event"] if by == "none" else ["month", "programme", "event"]
        counts = frame.groupby(keys, observed=True)["count"].sum().reset_index()
        counts["month"] = pd.to_datetime(counts["month"].astype(str), format="%Y%m")
        return counts

    def counties(self, event: str = "removed") -> pd.DataFrame:
        """Count one event by county: ``fips``, ``name``, ``state``, ``count``, ``per_1000_bookings``."""
        _of_vocabulary(event, EVENTS, "event")
        geography = load_geography()
        frame = self._events
        of_event = frame[frame["event"] == event].groupby("fips")["count"].sum()
        booked = frame[frame["event"] == "booked"].groupby("fips")["count"].sum()
        fips = np.array(self.meta["counties"], np.int64)
        indices = [geography.index_of(f"{code:05d}") for code in fips]
        counts = of_event.reindex(fips, fill_value=0).to_numpy()
        bookings = booked.reindex(fips, fill_value=0).to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = counts / bookings * PER
        return pd.DataFrame(
            {
                "fips": [f"{code:05d}" for code in fips],
                "name": [geography.names[index] for index in indices],
                "state": [geography.states[geography.counties.state[index]].postal for index in indices],
                "count": counts,
                "per_1000_bookings": rate,
            }
        )

    def mix(
        self, stage: str = "removed", by: str = "programme", definition: str = "ice-levels-2010", year: str | None = None
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
        definitions = load_definitions()
        chosen = definitions[_of_vocabulary(definition, list(definitions), "definition")]
        frame = self._tables["profiles"]
        frame = frame[frame["event"] == stage]
        if year is not None:
            frame = frame.assign(year=self._years(frame["month"], year))
        if by == "state":
            frame = frame.assign(state=frame["area"].str.slice(0, 2))
        names = OFFENCES if chosen.by_offence else chosen.categories
        category = _categories(category_of_profile(definition)[frame["profile"].to_numpy()], names)
        frame = frame.assign(category=category, count=frame["count"].astype("int64") * self.weight)
        keys = [*(["year"] if year else []), *([] if by == "none" else [by])]
        counts = frame.groupby([*keys, "category"], observed=False)["count"].sum().reset_index()
        totals = counts.groupby(keys, observed=False)["count"].transform("sum") if keys else counts["count"].sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            counts["share"] = counts["count"].to_numpy(float) / np.asarray(totals, float)
        return counts

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
        """Price hours, pick-ups and officers: columns ``payer``, ``kind``, ``dollars``.

        County jail days of the criminal case are left out: they are not caused by a programme. Unit costs come from
        the register (``cost.*``).
        """
        values = self.meta["scenario"]["parameters"]
        hours = self.hours(by="none").set_index("kind")["hours"]
        jail = values["cost.jail_day"] / HOURS_A_DAY
        taken = int(self._events.loc[self._events["event"] == "ice_custody", "count"].sum())
        rows = [
            ("county", "induced stay", hours["induced"] * jail),
            ("county", "statutory hold", hours["statutory_hold"] * jail),
            ("county", "past the limit", hours["past_limit"] * jail),
            ("county", "287(g) officers", self.meta["officer_years"] * values["cost.officer_year_287g"]),
            ("federal", "pick-ups", taken * values["cost.pickup"]),
            ("federal", "ICE custody", hours["ice_custody"] * values["cost.ice_bed_day"] / HOURS_A_DAY),
        ]
        frame = pd.DataFrame(rows, columns=["payer", "kind", "dollars"])
        return frame.assign(dollars=(frame["dollars"] * CENTS).round() / CENTS)

    def population(self) -> pd.DataFrame:
        """Average people in jail by month: columns ``month`` (its first day), ``inmates``."""
        frame = self._tables["population"].groupby("month")["inmate_days"].sum().reset_index()
        month = pd.to_datetime(frame["month"].astype(str), format="%Y%m")
        days = np.array([self.meta["days_in_month"][str(code)] for code in frame["month"]])
        return pd.DataFrame({"month": month, "inmates": frame["inmate_days"] * self.weight / days})

    def measures(self) -> dict[str, float]:
        """Return the named numbers that comparisons use; a share over nothing is not a number."""
        from enforcement_sim.measures import measures_of

        return measures_of(self)

    def _state_of(self, fips: pd.Series) -> pd.Categorical:
        geography = load_geography()
        names = [state.postal for state in geography.states]
        position = {int(state.fips): index for index, state in enumerate(geography.states)}
        codes = np.array([position.get(code, -1) for code in range(max(position) + 1)])
        return _categories(codes[fips.to_numpy() // 1000], names)


def category_of_profile(definition: str) -> np.ndarray:
    """Return for every profile the number of its category under a definition, shape (profiles,)."""
    chosen = load_definitions()[definition]
    profiles = np.arange(PROFILES)
    if chosen.by_offence:
        return profile_parts(profiles)[0]
    grounds = profile_grounds(*profile_parts(profiles))
    number = {name: position for position, name in enumerate(chosen.categories)}
    return np.array([number[chosen.category(int(word))] for word in grounds])


def result_of(ledger: Ledger, world: World, scenario: Mapping[str, Any], seed: int, engine: str) -> Result:
    """Turn a closed ledger into a result.

    Parameters
    ----------
    ledger
        Of a run that is over.
    world
        The rows it ran on.
    scenario
        Canonical form of the resolved scenario.
    seed, engine
        The run's seed and the engine's version.
    """
    clock, geography = world.clock, world.geography
    months = np.array([month.year * 100 + month.month for month in clock.months], np.int32)
    fips = world.places["fips"].astype(np.int32)
    areas = [f"{geography.states[s].postal}-{geography.offices[o].code}" for s, o in geography.areas]

    month, place, event, programme, count = ledger.event_cells()
    events = pd.DataFrame(
        {
            "month": months[month],
            "fips": fips[place],
            "programme": _categories(programme, PROGRAMMES),
            "event": _categories(event, EVENTS),
            "count": count,
        }
    )
    month, area, event, programme, profile, count = ledger.profile_cells()
    profiles = pd.DataFrame(
        {
            "month": months[month],
            "area": _categories(area, areas),
            "programme": _categories(programme, PROGRAMMES),
            "event": _categories(event, EVENTS),
            "profile": profile.astype(np.int16),
            "count": count,
        }
    )
    place, event, profile, count = ledger.place_cells()
    places = pd.DataFrame(
        {
            "fips": fips[place],
            "event": _categories(event, EVENTS),
            "profile": profile.astype(np.int16),
            "count": count,
        }
    )
    month, area, kind, group = np.nonzero(ledger.hours)
    hours = pd.DataFrame(
        {
            "month": months[month],
            "area": _categories(area, areas),
            "kind": _categories(kind, HOUR_KINDS),
            "status_group": _categories(group, STATUS_GROUPS),
            "hours": ledger.hours[month, area, kind, group],
        }
    )
    place, kind, group = np.nonzero(ledger.place_hours)
    hours_by_place = pd.DataFrame(
        {
            "fips": fips[place],
            "kind": _categories(kind, HOUR_KINDS),
            "status_group": _categories(group, STATUS_GROUPS),
            "hours": ledger.place_hours[place, kind, group],
        }
    )
    inmate_days = ledger.population()
    month, place = np.nonzero(inmate_days)
    population = pd.DataFrame(
        {"month": months[month], "fips": fips[place], "inmate_days": inmate_days[month, place].astype(np.int64)}
    )
    month, programme, rule = np.nonzero(ledger.verdicts)
    verdicts = pd.DataFrame(
        {
            "month": months[month],
            "programme": _categories(programme, PROGRAMMES),
            "rule": _categories(rule, [rule.id for rule in world.rules]),
            "count": ledger.verdicts[month, programme, rule],
        }
    )
    counted = clock.month_of_day[clock.first_counted_day :]
    meta = {
        "scenario": dict(scenario),
        "seed": seed,
        "engine_version": engine,
        "thin": world.thin,
        "counties": fips.tolist(),
        "days_in_month": {
            str(code): int(days) for code, days in zip(months, np.bincount(counted, minlength=months.size), strict=True)
        },
        "office_shares": {
            office.code: float(share)
            for office, share in zip(geography.offices, world.office_shares, strict=True)
            if share > 0.0
        },
        "officer_years": officer_years(world),
    }
    tables = {
        "events": events,
        "profiles": profiles,
        "places": places,
        "hours": hours,
        "hours_by_place": hours_by_place,
        "population": population,
        "verdicts": verdicts,
    }
    return Result(tables, meta)


def officer_years(world: World) -> float:
    """Return the years of 287(g) officers' work in the counted period, from the interviews laid down for each day."""
    clock = world.clock
    per_officer = world.values["jail_287g.interviews_per_officer_day"]
    current = np.zeros(world.places.size)
    total, since = 0.0, clock.first_counted_day
    for setting in world.settings:
        if setting.field != "interviews_a_day":
            continue
        day = max(setting.day, clock.first_counted_day)
        total += float(current.sum()) * (day - since)
        since = day
        current[setting.places] = setting.value
    total += float(current.sum()) * (clock.days - since)
    return round(total / per_officer / DAYS_A_YEAR, 6)
