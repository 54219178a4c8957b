"""The cost of detainers to jails, in two separate parts: the statutory hold, and the stay that they induce.

The hold is the nominal two days. The induced stay is the time that a detainer adds through bail and plea, long before the
hold begins; published figures of 20 to 75 days a detainer refer to it. A third, small part is time past the limit, and
beside it stands how many people were held so. Each is given in person-hours, days and dollars, by county, state or in
total, with the federal refunds for unauthorised people.
Days and refunds of all places are two lines of the bridge to counties' net cost. In the model nobody is held on a detainer
in a state prison, so states pay nothing here. The time of the criminal case itself is excluded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.labels import spelt_out
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.results.intervals import Difference, Key, difference_between, level_of
from enforcement_sim.results.measures import ratio
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample, label_of
from enforcement_sim.runs.labelled_tables import LabelledTables

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result

PARTS = ("statutory_hold", "induced", "past_limit")
"""Parts of the time that a detainer adds in a county jail."""

ALL_PARTS = "all"
"""The sum of the parts."""

AREAS = ("county", "state", "nation")
"""Levels of summation; ``nation`` is all simulated places."""

ALL_PLACES = "all"

QUANTITIES = {
    "hours": "person-hours",
    "days": "person-days",
    "dollars": "dollars",
    "refunds": "dollars",
    "dollars_less_refunds": "dollars",
    "days_per_detainer": "days per detainer",
    "dollars_per_detainer": "dollars per detainer",
}
"""Quantity of each part -> unit."""

PAST_LIMIT, PEOPLE = "past_limit", "people"
"""The part that people are counted of, too: those who were held past the limit."""
HELD_PAST_LIMIT = "overdetained"
"""The event of the tables of a run that counts them."""

DETAINERS = "detainers"
ISSUED = "detainer_issued"
"""The detainers of all other tables: in jails and in state prisons."""
JAIL_DAY, REFUND_SHARE = "cost.jail_day", "cost.refund_share"
UNAUTHORISED = "unauthorised"
COUNTY_DIGITS, STATE_DIGITS = 5, 2
_BETWEEN = "|"


def jail_time(by: str = "county") -> Callable[[Result], dict[str, float]]:
    """Return a function that measures the jail time of a run's detainers.

    Parameters
    ----------
    by
        One of :data:`AREAS`.

    Returns
    -------
    callable
        Its names are ``PLACE|detainers`` (issued to people in the place's jails), ``PLACE|past_limit|people``, ``PLACE|PART`` and
        ``PLACE|PART|unauthorised`` (person-hours, multiplied back if thinned; nothing where there are none), the two
        addresses of the register that price them, the net costs with their lines, and ``detainer_issued`` as other
        tables count it. ``all`` is always among the places.

    Raises
    ------
    InputError
        If ``by`` is none of the areas.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> delaware = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = jail_time("county")(run(delaware, seed=1))
    >>> found["10003|detainers"] == found["all|detainers"] > 0
    True
    """
    if by not in AREAS:
        raise InputError(f"unknown area {by!r}", key="by", allowed=AREAS, nearest=nearest_names(by, AREAS))

    return partial(_measured, by)


def _measured(by: str, result: Result) -> dict[str, float]:
    """Measure one run; at the top of the module, so that worker processes can import it."""
    values = result.meta["scenario"]["parameters"]
    found = {address: float(values[address]) for address in (JAIL_DAY, REFUND_SHARE)} | result.net_costs()
    found[ISSUED] = float(result.array(ISSUED))
    for place, count in _by_place(result.count(ISSUED, by="county"), by):
        found[_named(place, DETAINERS)] = count
    for place, count in _by_place(result.count(HELD_PAST_LIMIT, by="county"), by):
        found[_named(place, PAST_LIMIT, PEOPLE)] = count
    for whose, where in (((), {}), ((UNAUTHORISED,), {"status_group": UNAUTHORISED})):
        hours = result.hours("county", {"kind": PARTS, **where})
        for part in PARTS:
            for place, count in _by_place(hours.loc[hours["kind"] == part, ["county", "hours"]], by):
                found[_named(place, part, *whose)] = count
    return found


def _by_place(counts: pd.DataFrame, by: str) -> Iterator[tuple[str, float]]:
    """Sum counts over all places, and by place in the order of FIPS codes; places without any are omitted."""
    digits = {"nation": 0, "state": STATE_DIGITS, "county": COUNTY_DIGITS}[by]
    of_place: dict[str, int] = {}
    for county, count in zip(counts["county"].tolist(), counts.iloc[:, 1].tolist(), strict=True):
        if count > 0:
            of_place[county[:digits]] = of_place.get(county[:digits], 0) + count
    if not of_place:
        return
    yield ALL_PLACES, float(sum(of_place.values()))
    if digits:
        yield from ((place, float(count)) for place, count in sorted(of_place.items()))


def _named(*parts: str) -> str:
    return _BETWEEN.join(parts)


@dataclass(frozen=True)
class JailCost(LabelledTables):
    """The jail cost of detainers under one setting, or under several that are compared with the first.

    Attributes
    ----------
    by : str
        One of :data:`AREAS`.
    found : Comparison
        Of what :func:`jail_time` takes.

    Examples
    --------
    >>> from enforcement_sim.runs.comparison import Comparison
    >>> from enforcement_sim.runs.design import Sample
    >>> run = {"cost.jail_day": 80.0, "cost.refund_share": 0.1, "all|detainers": 4.0, "all|statutory_hold": 192.0,
    ...     "all|induced": 960.0, "all|induced|unauthorised": 720.0}
    >>> induced = JailCost("nation", Comparison((Sample({}, {1: run}),))).levels().query("part == 'induced'")
    >>> dict(zip(induced["quantity"], induced["mean"].round(2)))["dollars"], len(induced)
    (3200.0, 7)
    """

    AXES: ClassVar = {
        "levels": ("setting", "place", "part", "quantity"),
        "differences": ("setting", "place", "part", "quantity"),
    }
    COLUMNS_MEAN: ClassVar = {
        "setting": ("Setting", "text", "the reference first; differences are from the reference"),
        "place": ("Place", "FIPS code", "or all; read it as text, because of leading zeros"),
        "name": ("Name", "text", "of the place"),
        "part": ("Part", "name", "of the time that a detainer adds in a county jail, or all parts"),
        "quantity": ("Quantity", "name", "its unit stands beside it"),
        "unit": ("Unit", "text", "of the quantity"),
        "mean": ("Mean", "of the quantity", "over runs"),
        "a": ("A", "of the quantity", "mean at the reference"),
        "b": ("B", "of the quantity", "mean at the setting, over the same runs"),
        "difference": ("B - A", "of the quantity", "mean of the differences of paired runs"),
        "low": ("Low end", "of the quantity", "of the 95% interval over runs, or over sets of parameters and runs"),
        "high": ("High end", "of the quantity", "of the 95% interval over runs, or over sets of parameters and runs"),
    }

    by: str
    found: Comparison

    def __repr__(self) -> str:
        return (
            f"JailCost(by {self.by}: {len(self.places) - 1} places, {len(self.labels)} settings; A: {self.labels[0]})"
        )

    def _repr_html_(self) -> str:
        from enforcement_sim.notebook import page
        from enforcement_sim.tables.amounts import amount
        from enforcement_sim.tables.table import Table

        rows: dict[tuple[str, str, str], list[str]] = {}
        for point in range(len(self.labels)):
            for one in self.levels(point, [ALL_PLACES]).to_dict("records"):
                cells = rows.setdefault((one["part"], one["quantity"], one["unit"]), [])
                cells.append(amount(one["mean"], one["low"], one["high"], one["unit"]))
        texts = tuple((*map(spelt_out, name), *cells) for name, cells in rows.items())
        table = Table(("Part", "Quantity", "Unit", *self.labels), texts)
        return page("What detainers cost jails, all places", self.found.preamble(), table.html())

    def _exported(self) -> dict[str, pd.DataFrame]:
        points = range(len(self.labels))
        levels = pd.concat([self.levels(point) for point in points], ignore_index=True)
        if len(points) == 1:
            return {"levels": levels}
        return {"levels": levels, "differences": pd.concat(map(self.differences, points[1:]), ignore_index=True)}

    def _origin(self) -> dict[str, Any]:
        runs = sum(len(sample.measures) for sample in self.found.samples)
        return {"by": self.by, "A": self.labels[0], "runs": runs, "notes": self.found.preamble()}

    @property
    def labels(self) -> tuple[str, ...]:
        """Each setting as text, the reference first."""
        return tuple(label_of(dict(sample.settings)) or "the reference" for sample in self.found.samples)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """``all``, and the codes of the places with a detainer or any of its time in any run, in order."""
        names = {name for sample in self.found.samples for run in sample.measures.values() for name in run}
        places = {name.split(_BETWEEN)[0] for name in names if _BETWEEN in name}
        return (ALL_PLACES, *sorted(places - {ALL_PLACES}))

    def prices(self) -> tuple[float, float, float]:
        """Return the dollars a jail day costs: the mean over the reference's runs, and the register's range."""
        registered = load_register()[JAIL_DAY]
        used = [run[JAIL_DAY] for run in self.found.samples[0].measures.values()]
        return ratio(math.fsum(used), len(used)), registered.low, registered.high

    def levels(self, point: int = 0, places: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the cost under one setting.

        Returns
        -------
        DataFrame
            ``setting``, ``place`` (FIPS code or ``all``), ``name``, ``part`` (of :data:`PARTS`, and ``all``),
            ``quantity`` and ``unit`` (of :data:`QUANTITIES`, and people past the limit), ``mean``, ``low``, ``high`` (95%
            interval over runs, or over sets of parameters and runs; missing for one run) and ``runs``.
        """
        rows = []
        for label, values in self._values(self.found.samples[point], places):
            found = level_of(values, least=0.0)
            rows.append((self.labels[point], *label, found.mean, found.low, found.high, found.runs))
        return pd.DataFrame(rows, columns=["setting", *_LABELS, "mean", "low", "high", "runs"])

    def differences(self, point: int = 1, places: Iterable[str] | None = None) -> pd.DataFrame:
        """Return how the cost under a setting differs from the reference, run by run.

        Returns
        -------
        DataFrame
            As :meth:`levels`, with ``a``, ``b``, ``difference``, its ``low`` and ``high``, ``runs`` and ``verdict``.
        """
        chosen = tuple(self.places if places is None else places)
        reference, other = (self._values(self.found.samples[number], chosen) for number in (0, point))
        rows = []
        for (label, values_a), (_, values_b) in zip(reference, other, strict=True):
            found: Difference = difference_between(values_a, values_b)
            means = found.reference_mean, found.mean, found.difference, found.low, found.high
            rows.append((self.labels[point], *label, *means, found.runs, found.verdict))
        columns = ["a", "b", "difference", "low", "high", "runs", "verdict"]
        return pd.DataFrame(rows, columns=["setting", *_LABELS, *columns])

    def detainers(self, point: int, place: str) -> Difference:
        """Return the number of detainers in the jails of a place under a setting, with the interval."""
        runs = self.found.samples[point].measures
        return level_of({key: run.get(_named(place, DETAINERS), 0.0) for key, run in runs.items()}, least=0.0)

    def detainers_everywhere(self) -> float:
        """Return the number of detainers in jails and in state prisons, as in all other tables."""
        runs = self.found.samples[0].measures.values()
        return math.fsum(run.get(ISSUED, math.nan) for run in runs) / max(1, len(runs))

    def most(self, number: int) -> tuple[str, ...]:
        """Return the places where detainers add most time under any setting, in descending order, without the total."""
        total: dict[str, float] = dict.fromkeys(self.places[1:], 0.0)
        names = {place: [_named(place, part) for part in PARTS] for place in total}
        for sample in self.found.samples:
            runs = sample.measures.values()
            for place in total:
                hours = math.fsum(run.get(name, 0.0) for run in runs for name in names[place])
                total[place] = max(total[place], hours / max(1, len(runs)))
        return tuple(sorted(total, key=lambda place: (-total[place], place))[:number])

    def _values(self, sample: Sample, places: Iterable[str] | None) -> Iterator[tuple[_Label, dict[Key, float]]]:
        """Yield, for every place, part and quantity, its value in each run."""
        runs = sample.measures
        for place in self.places if places is None else places:
            name = name_of_place(place)
            for part in (*PARTS, ALL_PARTS):
                values = {key: _quantities(run, place, part) for key, run in runs.items()}
                for quantity, unit in QUANTITIES.items():
                    label = (place, name, part, quantity, unit)
                    yield label, {key: quantities[quantity] for key, quantities in values.items()}
                if part == PAST_LIMIT:
                    held = {key: run.get(_named(place, part, PEOPLE), 0.0) for key, run in runs.items()}
                    yield (place, name, part, PEOPLE, PEOPLE), held


_Label = tuple[str, str, str, str, str]
_LABELS = ("place", "name", "part", "quantity", "unit")


def _quantities(run: Mapping[str, float], place: str, part: str) -> dict[str, float]:
    """Return the quantities of a part in one run; time that was not counted is zero."""
    parts = PARTS if part == ALL_PARTS else (part,)
    hours = math.fsum(run.get(_named(place, one), 0.0) for one in parts)
    unauthorised = math.fsum(run.get(_named(place, one, UNAUTHORISED), 0.0) for one in parts)
    detainers = run.get(_named(place, DETAINERS), 0.0)
    days, dollars = hours / HOURS_A_DAY, hours / HOURS_A_DAY * run[JAIL_DAY]
    refunded = unauthorised / HOURS_A_DAY * run[JAIL_DAY] * run[REFUND_SHARE]
    return {
        "hours": hours,
        "days": days,
        "dollars": dollars,
        "refunds": refunded,
        "dollars_less_refunds": dollars - refunded,
        "days_per_detainer": ratio(days, detainers),
        "dollars_per_detainer": ratio(dollars, detainers),
    }


def name_of_place(place: str) -> str:
    """Return the name of a place by its FIPS code.

    Examples
    --------
    >>> name_of_place("06037"), name_of_place("06"), name_of_place("all")
    ('Los Angeles County, CA', 'California', 'All places reported')
    """
    if place == ALL_PLACES:
        return "All places reported"
    geography = load_geography()
    state = next(state for state in geography.states if state.fips == place[:2])
    return state.name if place == state.fips else f"{geography.names[geography.index_of(place)]}, {state.postal}"
