"""Where the figures come from: the package's own, and the public files that may replace them.

Addresses are those of the agencies' public pages. Agencies move their pages; the words say what to look for.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SOURCES", "Source"]


@dataclass(frozen=True)
class Source:
    """A kind of figures.

    Attributes
    ----------
    embedded : str
        What the package has, and how good it is.
    file : str
        The package's file of them, from the package's folder.
    published : str
        Who publishes better ones, and under what name.
    """

    embedded: str
    file: str
    published: str


SOURCES = {
    "activation": Source(
        "ICE's lists: months of large counties, the others by state and quarter",
        "world/data/secure_communities_activation.csv",
        "U.S. Immigration and Customs Enforcement, FOIA library, Secure Communities: 'Activated Jurisdictions' and "
        "'IDENT/IAFIS Interoperability, Monthly Statistics' (https://www.ice.gov/foia/library). Columns: state, county, "
        "activation date.",
    ),
    "noncitizens": Source(
        "estimates for 2010 raked to published totals",
        "world/data/counties.csv",
        "U.S. Census Bureau, American Community Survey, table B05001 (citizenship), all counties, five-year edition "
        "2008-2012 (https://data.census.gov). Columns: GEO_ID, B05001_001E, B05001_006E, margins if there.",
    ),
    "bookings": Source(
        "the national series by county population",
        "parameters/parameters.yaml",
        "The county's sheriff or jail, or the state's jail commission: monthly booking or admission counts. Columns: "
        "fips, month, bookings. Counts only; never records of persons.",
    ),
}
