"""Which places exist: counties, states, ICE field offices, jails, neighbours, dates and agreements.

This room reads the tables beside it (`data/`) once and hands them on as arrays: 3,142 counties and county equivalents of
2008-2014, 50 states and the District of Columbia, 24 field offices, the areas where a state and an office overlap, the jail
each county uses, the day Secure Communities became active in each county, the 77 agreements under section 287(g) with the
people whom ICE says they identified, and outlines to draw. It holds no rule, no parameter and no behaviour, and imports
nothing of this package. Provenance, licences and grades are in the heading of each table; how the tables are made is in
`tools/README.md`. County figures other than population are estimates raked to published totals.
"""

from __future__ import annotations

import csv
import datetime as dates
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

DATA = Path(__file__).parent / "data"

EARTH_RADIUS_KM = 6_371.0
FIPS_DIGITS = 5

LAST_YEAR = 2014
"""The table has the counties as they were until then."""

# Counts in the county array <- columns of the table.
COUNT_COLUMNS = {
    "population": "population_2010",
    "foreign_born": "foreign_born_2010",
    "noncitizens": "noncitizens_2010",
    "unauthorised": "unauthorised_2010",
    "jail_beds": "jail_beds",
}
OFFICE_ADULTS = ("noncitizens", "unauthorised")
PLACE_FIELDS = [("fips", "i4"), ("state", "i1"), ("office", "i1"), ("area", "i2")]
COUNTY_FIELDS = np.dtype([*PLACE_FIELDS, *((name, "i4") for name in COUNT_COLUMNS), ("jail", "i4")])


@dataclass(frozen=True)
class State:
    """One state or the District of Columbia; `unified` if it runs jails and prisons as one system."""

    fips: str
    postal: str
    name: str
    unified: bool


@dataclass(frozen=True)
class Office:
    """One ERO field office and the adults in its area in 2012 (people; University of Washington, from the ACS)."""

    code: str
    name: str
    adult_noncitizens: int
    adult_unauthorised: int


@dataclass(frozen=True)
class Agreement:
    """One agreement under section 287(g) (ICE's lists and reports of the time; see the table's heading and its sources).

    `state` is a postal code and `county` an index (None for a state agency; of kind `prison`, its prisons). `start` is the
    first day in force, `end` and `task_force_end` the last; `end` is None if in force on 31 December 2014, `task_force_end` if
    there was no task force. ICE's last list that names the agency is of `last_on_list`, the first that does not of
    `off_list_by` (None if there is none). `model_over_time` says in which order it had which model.
    `officers` is the number trained, about 2011. `screening_point` says when a booked person is interviewed ("field": by a
    task force only), `approach` whether everyone removable gets a detainer or serious offences come first.
    `share_of_bookings` is the part of its county's (state agency: its state's) bookings that the agency sees, 0 to 1.
    `grades` says how well start, end, officers, approach and share are known: S seen, D derived, R recalled, A assumed.
    `sources` are the documents that name the agency, `note` what they leave open.
    """

    agency: str
    state: str
    county: int | None
    kind: str
    model: str
    model_over_time: str
    start: dates.date
    end: dates.date | None
    task_force_end: dates.date | None
    last_on_list: dates.date
    off_list_by: dates.date | None
    officers: int
    screening_point: str
    approach: str
    share_of_bookings: float
    sources: str
    note: str
    grades: dict[str, str] = field(hash=False)

    @property
    def in_field_only(self) -> bool:
        """Whether nobody of the agency screens in a jail."""
        return self.model == "task_force" or self.screening_point == "field"


@dataclass(frozen=True)
class CountyChange:
    """A county with a code that the table does not have, earlier or later, and the counties of the table that lie there.

    `day` is the day of the change as ISO text (only a year where no more is known). `how` says whether the code's county was
    or is the same land (`renamed`), became part of the one county named (`joined`), is now a part of it (`part`), or
    lies in several (`divided`, `regrouped`); see the table's heading.
    """

    code: str
    name: str
    state: str
    day: str
    how: str
    counties: tuple[str, ...]

    @property
    def one(self) -> str | None:
        """The county of the table that this one can be read as; None where it was divided or is only a part."""
        return self.counties[0] if self.how in ("renamed", "joined") else None

    @property
    def since_the_period(self) -> bool:
        """Whether the code was given after the period, and the table has the earlier one."""
        return int(self.day[:4]) > LAST_YEAR


@dataclass(frozen=True)
class KnownFigure:
    """A published figure of one county, by its index; the table's heading says how each kind is read."""

    county: int
    kind: str
    figure: float
    beside: float


@dataclass(frozen=True, eq=False)
class Geography:
    """All places, as read-only arrays in ascending order of FIPS code.

    Attributes
    ----------
    counties : numpy.recarray, shape (3142,)
        `fips`; `state`, `office`, `area`, `jail` (indices into `states`, `offices`, `areas`, `counties`); `population`
        (2010 Census), `foreign_born`, `noncitizens`, `unauthorised` (people of all ages about 2010, estimates);
        `jail_beds` (local rated capacity; 0 where the county uses the jail of county `jail`).
    names : tuple of str
        County names, in the order of `counties`.
    states, offices : tuple
        51 states by FIPS code; 24 field offices by code.
    areas : tuple of (int, int)
        Distinct (state index, office index) pairs, sorted: the parts of states in one office's charge.
    """

    counties: np.recarray[Any, np.dtype[np.void]]
    names: tuple[str, ...]
    states: tuple[State, ...]
    offices: tuple[Office, ...]
    areas: tuple[tuple[int, int], ...]

    def index_of(self, fips: str) -> int:
        """Index of a county by its five-digit code (earlier and later codes are understood); KeyError if there is none.

        Codes that a person wrote are read by `county_codes`, which tells what they are read as.

        Examples
        --------
        >>> places = load_geography()
        >>> places.names[places.index_of("48201")]
        'Harris County'
        """
        change = county_changes().get(fips)
        code = fips if change is None or change.one is None else change.one
        try:
            return _positions()[code]
        except KeyError:
            hint = "" if len(fips) == FIPS_DIGITS else f"; write it with {FIPS_DIGITS} digits, as text"
            raise KeyError(f"no county of 2008-2014 has the FIPS code {fips!r}{hint}") from None

    def state_index(self, postal: str) -> int:
        """Index of a state by its postal code; KeyError if it is not one of the 50 states or DC.

        Examples
        --------
        >>> places = load_geography()
        >>> places.states[places.state_index("TN")].name
        'Tennessee'
        """
        postals = [state.postal for state in self.states]
        if postal not in postals:
            raise KeyError(f"{postal!r} is not the postal code of a state or DC (two capitals, such as 'TN')")
        return postals.index(postal)

    def county_label(self, index: int) -> str:
        """Name and state of a county, such as ``Kent County, DE``."""
        return f"{self.names[index]}, {self.states[self.counties['state'][index]].postal}"

    def counties_of_state(self, postal: str) -> npt.NDArray[np.int64]:
        """Indices of the counties of a state, ascending.

        Examples
        --------
        >>> len(load_geography().counties_of_state("TX"))
        254
        """
        return np.flatnonzero(self.counties["state"] == self.state_index(postal))

    def neighbours(self, index: int) -> npt.NDArray[np.int32]:
        """Indices of the counties that share a boundary with a county (or a typed ferry or bridge link), ascending.

        Examples
        --------
        >>> places = load_geography()
        >>> [places.names[near] for near in places.neighbours(places.index_of("48141"))]
        ['Doña Ana County', 'Otero County', 'Hudspeth County']
        """
        if not 0 <= index < len(self.names):
            raise IndexError(f"county index {index} is outside 0..{len(self.names) - 1}")
        starts, near = _adjacency()
        return near[starts[index] : starts[index + 1]]


@cache
def load_geography() -> Geography:
    """All places, read from the package's tables once and then shared.

    Examples
    --------
    >>> places = load_geography()
    >>> len(places.counties), len(places.states), len(places.offices)
    (3142, 51, 24)
    """
    states = tuple(State(row["fips"], row["postal"], row["name"], row["unified"] == "1") for row in _rows("states.csv"))
    offices = tuple(
        Office(row["code"], row["city"], *(1000 * int(row[f"adult_{group}_2012_thousands"]) for group in OFFICE_ADULTS))
        for row in _rows("field_offices.csv")
    )
    rows = list(_rows("counties.csv"))
    state_of = {state.postal: index for index, state in enumerate(states)}
    office_of = {office.code: index for index, office in enumerate(offices)}
    pairs = [(state_of[row["state"]], office_of[row["field_office"]]) for row in rows]
    areas = tuple(sorted(set(pairs)))
    area_of = {pair: index for index, pair in enumerate(areas)}
    position = {row["fips"]: index for index, row in enumerate(rows)}
    table = np.zeros(len(rows), dtype=COUNTY_FIELDS)
    table["fips"] = [int(row["fips"]) for row in rows]
    table["state"], table["office"] = np.array(pairs).T
    table["area"] = [area_of[pair] for pair in pairs]
    table["jail"] = [position[row["jail_fips"]] for row in rows]
    for name, column in COUNT_COLUMNS.items():
        table[name] = [int(row[column]) for row in rows]
    table.flags.writeable = False
    counties = table.view(np.recarray)
    return Geography(counties, tuple(row["name"] for row in rows), states, offices, areas)


@cache
def county_changes() -> dict[str, CountyChange]:
    """Counties by codes that the table does not have, earlier and later ones; sources are in the table's heading.

    Examples
    --------
    >>> county_changes()["12025"].counties, county_changes()["02232"].counties
    (('12086',), ('02105', '02230'))
    """
    rows = [{**row, "counties": tuple(row["counties"].split())} for row in _rows("county_changes.csv")]
    return {row["code"]: _made(CountyChange, row) for row in rows}


@cache
def region_of_state() -> tuple[str, ...]:
    """The region of each state, by index: the Census Bureau's regions, with the South in two parts.

    Examples
    --------
    >>> region_of_state()[load_geography().state_index("GA")]
    'southeast'
    """
    regions = {row["state"]: row["region"] for row in _rows("census_regions.csv")}
    return tuple(regions[state.postal] for state in load_geography().states)


@cache
def known_figures() -> tuple[KnownFigure, ...]:
    """What is published of single counties and says how one differs from others; none of it is held out.

    Examples
    --------
    >>> sorted({known.kind for known in known_figures()})
    ['bookings', 'custody', 'foreign_born', 'presence']
    """
    index_of = load_geography().index_of
    return tuple(
        KnownFigure(index_of(row["fips"]), row["kind"], float(row["figure"]), float(row["beside"]))
        for row in _rows("county_known.csv")
    )


@cache
def secure_communities_dates() -> npt.NDArray[np.datetime64]:
    """The first day Secure Communities was active in each county, by index; NaT if never within the period.

    Source: ICE, Activated Jurisdictions. The months of the largest jurisdictions and the number active in each state at the
    end of each quarter are historical; which of a state's smaller counties came first is not (see the table's heading).

    Examples
    --------
    >>> str(secure_communities_dates()[load_geography().index_of("06037")])
    '2009-08-27'
    """
    days = [row["active_from"] or "NaT" for row in _rows("secure_communities_activation.csv")]
    found = np.array(days, dtype="datetime64[D]")
    found.flags.writeable = False
    return found


@cache
def agreements() -> tuple[Agreement, ...]:
    """The 77 agreements under section 287(g) in force at any time of the period, by state and agency.

    Examples
    --------
    >>> [found.officers for found in agreements() if found.agency.startswith("Davidson")]
    [12]
    """
    return tuple(_agreement(row) for row in _rows("agreements_287g.csv"))


@cache
def identified_by_agency() -> dict[tuple[str, str], dict[int, int]]:
    """People identified under section 287(g) in fiscal 2006 to 2010, by (state, agency) and year (ICE's own table).

    A year without a figure is not there; an agency that ICE's table does not name is not there at all.

    Examples
    --------
    >>> identified_by_agency()["AZ", "Maricopa County Sheriff's Office"][2008]
    13522
    >>> identified_by_agency()["AZ", "Pima County Sheriff's Department"]
    {}
    """
    found: dict[tuple[str, str], dict[int, int]] = {}
    for row in _rows("identified_287g.csv"):
        years = found.setdefault((row["state"], row["agency"]), {})
        if row["identified"]:
            years[int(row["fiscal_year"])] = int(row["identified"])
    return found


def _agreement(row: dict[str, Any]) -> Agreement:
    for name in ("start", "end", "task_force_end", "last_on_list", "off_list_by"):
        row[name] = dates.date.fromisoformat(row[name]) if row[name] else None
    county = row.pop("county_fips")
    row["county"] = load_geography().index_of(county) if county else None
    row["officers"], row["share_of_bookings"] = int(row["officers"]), float(row["share_of_bookings"])
    row["grades"] = {name.removesuffix("_grade"): row[name] for name in row if name.endswith("_grade")}
    return _made(Agreement, row)


@cache
def county_shapes() -> list[list[npt.NDArray[np.float64]]]:
    """Outlines to draw: for every county index a list of closed rings, each an array of shape (n, 2).

    Coordinates are kilometres on an Albers equal-area map of the contiguous states; Alaska (at 0.35 of its size) and Hawaii
    are insets at the lower left. Holes are rings like any other: fill by the even-odd rule, or ignore them on a national map.
    Outlines are simplified to about a kilometre (Census Bureau boundaries through us-atlas, ISC licence).

    Examples
    --------
    >>> rings = county_shapes()[load_geography().index_of("48201")]
    >>> rings[0].shape[1]
    2
    """
    with np.load(DATA / "county_shapes.npz") as packed:
        kilometres = EARTH_RADIUS_KM / int(packed["grid_cells_per_radius"])
        starts, steps, references = packed["arc_starts"], packed["arc_steps"], packed["arc_references"]
        cuts = np.cumsum(packed["arc_step_counts"].astype(np.int64))[:-1]
        ring_cuts = np.cumsum(packed["arcs_of_ring"].astype(np.int64))[:-1]
        county_sizes = packed["rings_of_county"].tolist()
    arcs = [
        np.concatenate([start[None], start + np.cumsum(step, axis=0, dtype=np.int64)]) * kilometres
        for start, step in zip(starts.astype(np.int64), np.split(steps, cuts), strict=True)
    ]
    rings = iter(np.split(references, ring_cuts))
    return [[_ring(next(rings), arcs) for _ in range(size)] for size in county_sizes]


def _ring(references: npt.NDArray[np.int16], arcs: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """A closed ring from signed arc references (~arc: backwards); an arc's first point repeats the last one's end."""
    parts = [arcs[ref] if ref >= 0 else arcs[~ref][::-1] for ref in references.tolist()]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


@cache
def _positions() -> dict[str, int]:
    """FIPS code to county index."""
    codes = load_geography().counties["fips"].tolist()
    return {f"{code:0{FIPS_DIGITS}d}": index for index, code in enumerate(codes)}


@cache
def _adjacency() -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Neighbour lists end to end, and where each county's begins (one more entry than counties)."""
    positions = _positions()
    lists = [[positions[code] for code in row["neighbours"].split()] for row in _rows("adjacency.csv")]
    starts = np.concatenate([[0], np.cumsum([len(near) for near in lists])]).astype(np.int64)
    flat = np.array([index for near in lists for index in near], dtype=np.int32)
    flat.flags.writeable = False
    return starts, flat


def _rows(name: str) -> Iterator[dict[str, Any]]:
    """Rows of one of this room's tables, without the lines of provenance."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(line for line in stream if not line.startswith("#"))


def _made[T](kind: type[T], row: dict[str, Any]) -> T:
    """Make a record of those columns of a row that it has fields for."""
    return kind(**{one.name: row[one.name] for one in fields(kind)})  # type: ignore[arg-type]
