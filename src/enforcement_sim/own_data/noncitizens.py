"""A census table of citizenship: how many people of each county are not citizens.

Table B05001 of the American Community Survey has a row a county, with everyone, naturalised citizens and people who are not
citizens, each with a margin of error. The package's own figures are estimates for about 2010, raked to the nation's total;
a table whose sum is far from theirs is likelier another year, another column or half a country, and must be accepted by
name. A county without a figure keeps the package's.
"""

from __future__ import annotations

import pandas as pd

from enforcement_sim.own_data.checked import Checked, counts_in, notes_and_accounts, only_once, several
from enforcement_sim.own_data.found import Found
from enforcement_sim.world.geography import load_geography

__all__ = ["TOLERANCE_OF_A_PART", "TOLERANCE_OF_THE_NATION", "check_noncitizens"]

TOLERANCE_OF_THE_NATION = 0.10
"""How far the sum of a table of every county may be from the package's."""
TOLERANCE_OF_A_PART = 0.35
"""The same for a table of some counties: single counties of the package are estimates."""
PERCENT = 100


def check_noncitizens(found: Found, accept_sums: bool) -> Checked:
    """Return people who are not citizens, and naturalised citizens where the table has them, one row a county.

    Raises
    ------
    InputError
        If a figure is larger than the county's people, a county is there twice, no row has a figure, or (unless accepted)
        the sum is far from the package's.
    """
    only_once(found)
    figures = pd.DataFrame(
        {column: counts_in(found, column) for column in ("total", "noncitizens", "naturalised", "margin")}
    )
    blank = figures[["total", "noncitizens"]].isna().any(axis=1)
    for at in figures.index[blank]:
        found.note("without a figure, with the package's", at)
    _check_people(found, figures[~blank])
    added = (
        figures[~blank]
        .groupby(found.rows["fips"])
        .agg(
            noncitizens=("noncitizens", "sum"), naturalised=("naturalised", lambda some: some.sum(min_count=len(some)))
        )
    )
    if added.empty:
        raise found.tables[0].error("no county has a figure", None, "noncitizens")
    # A place that joined a county is counted with it, so a county of which one part is blank is blank.
    added = added.drop([*{*found.rows["fips"][blank]} & {*added.index}])
    places = load_geography()
    total = int(added["noncitizens"].sum())
    embedded = sum(int(places.counties["noncitizens"][places.index_of(fips)]) for fips in added.index)
    _check_sum(found, len(added), total, embedded, accept_sums)
    given = int(added["naturalised"].notna().sum())
    notes = [
        f"{several(len(added), 'county')}, {total:,} people who are not citizens (the package: {embedded:,})",
        f"naturalised citizens are the table's in {several(given, 'county')}, the package's in the others",
    ]
    share = (figures["margin"] / figures["noncitizens"].where(figures["noncitizens"] > 0)).dropna()
    if len(share):
        notes.append(f"margin of error of the middle county: {float(share.median()) * PERCENT:.0f}% of its figure")
    rows = tuple(
        (str(fips), str(noncitizens), "" if pd.isna(naturalised) else str(naturalised))
        for fips, noncitizens, naturalised in added.reset_index().itertuples(index=False, name=None)
    )
    said, accounts = notes_and_accounts(found, map(str, added.index), notes)
    counts = {"counties": len(added), "noncitizens": total, "noncitizens_of_the_package": embedded}
    return Checked("noncitizens", rows, counts, said, accounts)


def _check_people(found: Found, figures: pd.DataFrame) -> None:
    """Raise if a county has more people who were not born as citizens than people."""
    foreign = figures["noncitizens"] + figures["naturalised"].fillna(0)
    more = figures.index[foreign > figures["total"]]
    if len(more):
        at = more.tolist()[0]
        of = f"among {int(figures['total'][at]):,} in county {found.text(at, 'written')}"
        raise found.error(f"{int(foreign[at]):,} people not born as citizens {of}", at, "noncitizens")


def _check_sum(found: Found, counties: int, total: int, embedded: int, accept_sums: bool) -> None:
    """Raise unless a table's sum is near the package's for the same counties."""
    whole = counties == len(load_geography().names)
    tolerance = TOLERANCE_OF_THE_NATION if whole else TOLERANCE_OF_A_PART
    if accept_sums or abs(total - embedded) <= tolerance * embedded:
        return
    of = "the nation" if whole else f"its {several(counties, 'county')}"
    message = f"people who are not citizens sum to {total:,}, the package's figures for {of} to {embedded:,}"
    raise found.tables[0].error(message, None, "noncitizens", f"within {tolerance:.0%}, or --accept-sums")
