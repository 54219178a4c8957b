"""What is published of a county, beside the simulated number: ICE's table, counts by others, and claims about the county.

Everything here was typed from a named source with a grade. Figures that validation holds out are not opened. A published
figure that is an input of the model says so, because agreement with it tests nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import identified_by_agency
from enforcement_sim.results.intervals import Difference
from enforcement_sim.studies.answer.published_check import (
    ABOVE,
    BELOW,
    ICE_TABLE,
    ROLES,
    TRAC,
    UNTOLD,
    role_in_words,
    where_published,
)
from enforcement_sim.studies.claims.published import Claim, load_claims
from enforcement_sim.studies.county.compute import CUSTODY, CountyRuns, county_targets
from enforcement_sim.studies.county.county_inputs import GRADES, own_agreements, table_rows
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.under_doubt import over_both, over_seeds
from enforcement_sim.tables.amounts import Written, share, whole

HEADS = ["Published", "Figure", "Simulated", "Over sets, with chance", "Chance alone", "Grade", "Source and use"]
SIMULATED_COLUMNS = HEADS[2:5]
NOT_RUN = "not simulated"
NO_INPUT = "Not an input as the model ships."
OUTSIDE = "outside"
"""Marks a published figure that lies outside the simulated interval."""
SOURCES = {
    "TRAC": TRAC,
    "SCPR": "Southern California Public Radio, 11 April 2012",
    "ICE": "People identified by ICE's own table, over the largest share of interviews that led to a detainer",
    "JRI": "Mecklenburg County, justice reinvestment, bookings by year",
}
"""Sources of the table of known figures, spelt out."""


def _percent(value: float, *, more: int = 0) -> str:
    return f"{share(value, more=more)}%"


@dataclass(frozen=True)
class _Known:
    """A kind of known figure: what it is, the simulated number, how it is written, and which spread makes it an input."""

    what: str
    measure: str
    written: Written
    spread: str


KNOWN = {
    "custody": _Known(
        "ICE custody by detainer issued, of {of:,} detainers (the nation {nation})",
        CUSTODY,
        _percent,
        "county.custody_sd",
    ),
    "bookings": _Known("Bookings, {year}", "booked:{year}", whole, "county.bookings_sd"),
    "presence": _Known(
        "Detainers at jails for 1,000 non-citizens, all years (the nation {nation})", "", whole, "county.presence_sd"
    ),
    "foreign_born": _Known("Bookings of people born abroad, fiscal {year}, at least", "", whole, "county.bookings_sd"),
}
"""Kinds of known figures; of two of them the runs have no number."""


def beside(place: PlaceAsked, runs: CountyRuns | None) -> pd.DataFrame:
    """Return a row of text for each published figure of a county, with the simulated number and its two intervals.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> list(beside(place_asked(county="37119"), None)["Figure"][:2])
    ['516', '2,201']
    """
    rows = [*_by_agency(place, runs), *_known(place, runs), *_targets(place, runs)]
    return pd.DataFrame(rows, columns=HEADS)


def claims_about(place: PlaceAsked) -> tuple[Claim, ...]:
    """Return the published claims that are made about this county.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> len(claims_about(place_asked(county="17031"))), claims_about(place_asked(county="10003"))
    (1, ())
    """
    wanted = f"counties {place.code}"
    return tuple(claim for claim in load_claims().values() if claim.own.scope == wanted)


def _by_agency(place: PlaceAsked, runs: CountyRuns | None) -> list[list[str]]:
    """Return what ICE says the county's agencies found in each fiscal year, added up."""
    own = [one for one in own_agreements(place) if one.county is not None]
    by_year: dict[int, int] = {}
    for one in own:
        for year, number in identified_by_agency().get((one.state, one.agency), {}).items():
            by_year[year] = by_year.get(year, 0) + number
    used, measure = bool(_values(runs)["jail_287g.from_record"]), "officers:{}".format
    return [
        [f"People identified under 287(g), fiscal {year}", f"{number:,}", *_cells(runs, measure(year), whole, number, number),
         GRADES["S"], f"{ICE_TABLE}. {_use(used, _lies(runs, measure(year), number, number))}"]
        for year, number in sorted(by_year.items())
    ]  # fmt: skip


def _known(place: PlaceAsked, runs: CountyRuns | None) -> list[list[str]]:
    """Return the county's rows of the table of known figures."""
    values, rows = _values(runs), []
    for row in table_rows("county_known.csv"):
        if row["fips"] == place.code and row["kind"] in KNOWN:
            known = KNOWN[row["kind"]]
            figure, year = float(row["figure"]), row["beside"]
            used = bool(values["county.use_known"]) and values[known.spread] > 0.0
            measure = known.measure.format(year=year)
            cells = _cells(runs, measure, known.written, figure, figure)
            what = known.what.format(of=int(row["of"]), nation=known.written(float(year)), year=year)
            source = f"{SOURCES.get(row['source'], row['source'])}. {_use(used, _lies(runs, measure, figure, figure))}"
            rows.append([what, known.written(figure), *cells, GRADES[row["grade"]], source])
    return rows


def _targets(place: PlaceAsked, runs: CountyRuns | None) -> list[list[str]]:
    rows = []
    for target in county_targets(place):
        written: Written = _percent if target.unit == "share" else whole
        ends = target.low, target.high
        use = role_in_words(ROLES[target.bin], target.bin != "context", _lies(runs, target.id, *ends))
        rows.append(
            [
                f"{target.measures} (between {written(target.low)} and {written(target.high)})",
                written(target.value),
                *_cells(runs, target.id, written, *ends),
                GRADES["S"],
                f"{target.citation} {use}",
            ]
        )
    return rows


def _values(runs: CountyRuns | None) -> dict[str, float]:
    from enforcement_sim.scenarios.load import load_scenario

    scenario = load_scenario("baseline") if runs is None else runs.scenario
    return {**load_register().defaults(), **scenario.parameters}


def _use(used: bool, lies: str) -> str:
    """Return whether the model has the figure as an input, and that it still misses it where it does."""
    return role_in_words(ROLES["imported"], True, lies) if used else NO_INPUT


def _lies(runs: CountyRuns | None, measure: str, low: float, high: float) -> str:
    if runs is None or not runs.has(measure):
        return UNTOLD
    found: Difference = runs.level(measure)
    return where_published(low, high, found.low, found.high)


def _cells(runs: CountyRuns | None, measure: str, written: Written, low: float, high: float) -> list[str]:
    """Return a simulated number with both intervals, marked where the published one lies outside; empty where none is run."""
    if runs is None or not runs.has(measure):
        return [NOT_RUN, "", ""]
    found: Difference = runs.level(measure)
    lies = _lies(runs, measure, low, high)
    mark = f": {OUTSIDE}, published lies {lies}" if lies in (BELOW, ABOVE) else ""
    return [written(found.mean), f"{over_both(found, written)}{mark}", over_seeds(found, written)]
