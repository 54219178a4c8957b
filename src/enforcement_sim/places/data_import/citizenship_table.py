"""A census table of citizenship: table B05001 of the American Community Survey.

It has a row a county, with everyone, naturalised citizens and people who are not citizens, each with a margin of error.
The package's own figures are estimates for about 2010 that add up to the nation's published total; a table whose sum is
far from theirs is likelier another year, another column or half a country, and must be accepted by name. A county
without a figure keeps the package's.
"""

from __future__ import annotations

import pandas as pd

from enforcement_sim.places.data_import.county_rows import Rows
from enforcement_sim.places.data_import.declarations import TABLES
from enforcement_sim.places.data_import.stored_tables import Checked
from enforcement_sim.places.geography import load_geography
from enforcement_sim.tables.amounts import several

TOLERANCE_OF_THE_NATION = 0.10
"""How far the sum of a table of every county may be from the package's."""
TOLERANCE_OF_A_PART = 0.35
"""The same for a table of some counties: single counties of the package are estimates."""
PERCENT = 100


def check_noncitizens(rows: Rows, accept_sums: bool) -> Checked:
    """Return people who are not citizens, and naturalised citizens where the table has them, one row a county.

    Raises
    ------
    InputError
        If a figure is larger than the county's people, a county is there twice, no row has a figure, or (unless accepted)
        the sum is far from the package's.
    """
    rows.refuse_repeated()
    figures = pd.DataFrame({column: rows.counts(column) for column in TABLES["noncitizens"].of_type("count")})
    fips = rows.frame["fips"]
    blank = figures[["total", "noncitizens"]].isna().any(axis=1)
    for at in figures.index[blank]:
        rows.note("without a figure, with the package's", at)
    known = figures[~blank]
    foreign = known["noncitizens"] + known["naturalised"].fillna(0)
    for at in known.index[foreign > known["total"]].tolist():
        of = f"among {known['total'][at]:,} in county {rows.text(at, 'written')}"
        raise rows.error(f"{foreign[at]:,} people not born as citizens {of}", at, "noncitizens")
    added = known.groupby(fips)[["noncitizens", "naturalised"]].sum()
    added["naturalised"] = added["naturalised"].mask(known["naturalised"].isna().groupby(fips).any())
    if added.empty:
        raise rows.tables[0].error("no county has a figure", None, "noncitizens")
    # A place that joined a county is counted with it, so a county of which one part is blank is blank.
    added = added.drop(added.index[added.index.isin(fips[blank])])
    places = load_geography()
    embedded = sum(int(places.counties["noncitizens"][places.index_of(one)]) for one in added.index)
    total = int(added["noncitizens"].sum())
    _check_sum(rows, len(added), total, embedded, accept_sums)
    given = int(added["naturalised"].notna().sum())
    notes = [
        f"{several(len(added), 'county')}, {total:,} people who are not citizens (the package: {embedded:,})",
        f"naturalised citizens are the table's in {several(given, 'county')}, the package's in the others",
    ]
    share = (figures["margin"] / figures["noncitizens"].where(figures["noncitizens"] > 0)).dropna()
    if len(share):
        notes.append(f"margin of error of the middle county: {float(share.median()) * PERCENT:.0f}% of its figure")
    text = added.astype("string").fillna("").reset_index()
    counts = {"counties": len(added), "noncitizens": total, "noncitizens_of_the_package": embedded}
    return rows.checked(text.itertuples(index=False, name=None), counts, notes)


def _check_sum(rows: Rows, counties: int, total: int, embedded: int, accept_sums: bool) -> None:
    """Raise unless a table's sum is near the package's for the same counties."""
    whole = counties == len(load_geography().names)
    tolerance = TOLERANCE_OF_THE_NATION if whole else TOLERANCE_OF_A_PART
    if not accept_sums and abs(total - embedded) > tolerance * embedded:
        of = "the nation" if whole else f"its {several(counties, 'county')}"
        message = f"people who are not citizens sum to {total:,}, the package's figures for {of} to {embedded:,}"
        raise rows.tables[0].error(message, None, "noncitizens", f"within {tolerance:.0%}, or --accept-sums")
