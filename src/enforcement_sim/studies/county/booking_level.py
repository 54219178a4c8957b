"""How far the number of a county's bookings is known: from a published figure or drawn, and what that means for a reader.

A county's level moves all of its counts alike, and hardly the change in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt

from enforcement_sim.places.geography import load_geography
from enforcement_sim.studies.county.county_inputs import GRADES, table_rows
from enforcement_sim.studies.county.published_beside import SOURCES

OF_A_LEVEL, AT_LEAST = "bookings", "foreign_born"
"""Kinds of published figures of a county from which its level follows, or that bound it from below."""
STANDARD_DEVIATION, USES_KNOWN = "county.bookings_sd", "county.use_known"
_OF_95_IN_100 = 1.96


@dataclass(frozen=True)
class CountyLevel:
    """Where the level of a county's bookings comes from, as a row of a table and as a sentence.

    Attributes
    ----------
    value, grade, source : str
        Cells of a table of what is known.
    sentence : str
    drawn : bool
    """

    value: str
    grade: str
    source: str
    sentence: str
    drawn: bool = False


def level_of_bookings(fips: str, numbers: Mapping[str, float], own_file: bool = False) -> CountyLevel:
    """Return where the level of a county's bookings comes from under some parameters.

    Parameters
    ----------
    fips : str
    numbers : mapping
        Values of the parameters by address.
    own_file : bool
        Whether the runs read bookings from a file of the reader's own.

    Examples
    --------
    >>> spread = {"county.bookings_sd": 0.65, "county.use_known": 1.0}
    >>> level_of_bookings("06037", spread).value, level_of_bookings("06059", spread).drawn
    ('141,000 in 2011, which these runs follow', True)
    """
    places = load_geography()
    name, deviation = places.names[places.index_of(fips)], numbers[STANDARD_DEVIATION]
    if own_file:
        told = f"How many people {name} books follows from the imported file, where the file has the county."
        return CountyLevel("from the imported file, where it has the county", "your own", "the imported file", told)
    if not deviation:
        told = (
            f"How many people {name} books is what its residents lead one to expect, as in every county of these runs."
        )
        return CountyLevel("as its residents lead one to expect", "assumed", f"{STANDARD_DEVIATION} is 0", told)
    own = {row["kind"]: row for row in table_rows("county_known.csv") if row["fips"] == fips and numbers[USES_KNOWN]}
    if OF_A_LEVEL in own:
        row = own[OF_A_LEVEL]
        figure, source = f"{int(float(row['figure'])):,} in {row['beside']}", SOURCES[row["source"]]
        told = f"How many people {name} books follows from a published figure: {figure} ({source})."
        return CountyLevel(f"{figure}, which these runs follow", GRADES[row["grade"][:1]], source, told)
    bound = " It is at least as high as ICE's count of people identified there requires." if AT_LEAST in own else ""
    value = f"no figure published that these runs use; the level is drawn. {in_times(deviation)}"
    told = f"How many people {name} books is drawn, because these runs have no published figure of it. {in_times(deviation)}"
    return CountyLevel(value, "assumed", f"spread between counties, {STANDARD_DEVIATION}", told + bound, drawn=True)


def in_times(deviation: float) -> str:
    """Return what a standard deviation of the logarithm means for a level that is drawn.

    The drawn and the true level both differ from what is expected, so that their ratio spreads by the square root of two more.

    Examples
    --------
    >>> in_times(0.652).partition(";")[0]
    'In 95 of 100 counties such a level is 0.3 to 3.6 times what the residents lead one to expect'
    """
    wide, beside = exp(_OF_95_IN_100 * deviation), exp(sqrt(2.0) * deviation)
    return (
        f"In 95 of 100 counties such a level is {1 / wide:.1f} to {wide:.1f} times what the residents lead one to expect; so "
        f"the true number of bookings, and with it every count here, may well be {1 / beside:.1f} or {beside:.1f} times the "
        "simulated one. Changes in per cent hardly depend on it."
    )
