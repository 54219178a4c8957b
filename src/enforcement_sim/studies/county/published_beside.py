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
from enforcement_sim.studies.answer.published_check import ICE_TABLE, ROLES, TRAC
from enforcement_sim.studies.claims.published import Claim, load_claims
from enforcement_sim.studies.county.compute import CUSTODY, CountyRuns, county_targets
from enforcement_sim.studies.county.county_inputs import GRADES, own_agreements, table_rows
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.under_doubt import over_both, over_seeds
from enforcement_sim.tables.amounts import Written, share, whole

HEADS = ["Published", "Figure", "Simulated", "Interval to quote", "Chance alone", "Grade", "Source and use"]
NOT_RUN = "not simulated"
INPUT, NO_INPUT = ROLES["imported"], "Not an input as the model ships."
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

    Parameters
    ----------
    place
        A county.
    runs
        None if nothing was run; the simulated columns then say so.

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
    use = INPUT if _values(runs)["jail_287g.from_record"] else NO_INPUT
    return [
        [f"People identified under 287(g), fiscal {year}", f"{number:,}",
         *_cells(runs, f"officers:{year}", whole), GRADES["S"], f"{ICE_TABLE}. {use}"]
        for year, number in sorted(by_year.items())
    ]  # fmt: skip


def _known(place: PlaceAsked, runs: CountyRuns | None) -> list[list[str]]:
    """Return the county's rows of the table of known figures."""
    values, rows = _values(runs), []
    for row in table_rows("county_known.csv"):
        if row["fips"] == place.code and row["kind"] in KNOWN:
            known = KNOWN[row["kind"]]
            figure, year = float(row["figure"]), row["beside"]
            used = values["county.use_known"] and values[known.spread] > 0.0
            cells = _cells(runs, known.measure.format(year=year), known.written)
            what = known.what.format(of=int(row["of"]), nation=known.written(float(year)), year=year)
            source = f"{SOURCES.get(row['source'], row['source'])}. {INPUT if used else NO_INPUT}"
            rows.append([what, known.written(figure), *cells, GRADES[row["grade"]], source])
    return rows


def _targets(place: PlaceAsked, runs: CountyRuns | None) -> list[list[str]]:
    """Return the figures of validation about the county."""
    rows = []
    for target in county_targets(place):
        written: Written = _percent if target.unit == "share" else whole
        rows.append(
            [target.measures, written(target.value), *_cells(runs, target.id, written), "",
             f"{target.citation} {ROLES[target.bin]}"]
        )  # fmt: skip
    return rows


def _values(runs: CountyRuns | None) -> dict[str, float]:
    from enforcement_sim.scenarios.load import load_scenario

    scenario = load_scenario("baseline") if runs is None else runs.scenario
    return {**load_register().defaults(), **scenario.parameters}


def _cells(runs: CountyRuns | None, measure: str, written: Written) -> list[str]:
    """Return a simulated number with both intervals; empty where the runs do not reach it."""
    if runs is None or not runs.has(measure):
        return [NOT_RUN, "", ""]
    found: Difference = runs.level(measure)
    return [written(found.mean), over_both(found, written), over_seeds(found, written)]
