"""A census table of citizenship: how many people of each county are not citizens.

Table B05001 of the American Community Survey has a row a county, with everyone, naturalised citizens and people who are not
citizens, each with a margin of error. The package's own figures are estimates for about 2010, raked to the nation's total;
a table whose sum is far from theirs is likelier another year, another column or half a country, and must be accepted by
name.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.errors import InputError
from enforcement_sim.own_data.cells import count_at
from enforcement_sim.own_data.checked import Checked, note_aside, only_once, several
from enforcement_sim.own_data.places import Found, Placed
from enforcement_sim.world.geography import Geography, load_geography

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
        If a figure is missing or larger than the county's people, a county is there twice, or (unless accepted) the sum
        is far from the package's.
    """
    places = load_geography()
    figures: dict[str, tuple[int, int | None]] = {}
    margins = []
    for row in only_once(found.rows):
        noncitizens, naturalised = _figures(row)
        if row.fips in figures:  # a city that is counted with its county
            before, also = figures[row.fips]
            noncitizens += before
            naturalised = None if naturalised is None or also is None else naturalised + also
        figures[row.fips] = noncitizens, naturalised
        margin = count_at(row.table, row.line, "margin") if "margin" in row.table.columns else None
        if margin is not None and noncitizens:
            margins.append(margin / noncitizens)
    total = sum(noncitizens for noncitizens, _ in figures.values())
    embedded = sum(int(places.counties["noncitizens"][places.index_of(fips)]) for fips in figures)
    notes = [f"{several(len(figures), 'county')}, {total:,} people who are not citizens (the package: {embedded:,})"]
    _check_sum(found, places, len(figures), total, embedded, accept_sums)
    if len(figures) < len(places.names):
        notes.append(
            f"not in the table, with the package's figure: {several(len(places.names) - len(figures), 'county')}"
        )
    if margins:
        notes.append(f"margin of error of the middle county: {np.median(margins) * PERCENT:.0f}% of its figure")
    given = sum(naturalised is not None for _, naturalised in figures.values())
    notes.append(f"naturalised citizens are the table's in {several(given, 'county')}, the package's in the others")
    table = tuple(
        (fips, str(noncitizens), "" if naturalised is None else str(naturalised))
        for fips, (noncitizens, naturalised) in sorted(figures.items())
    )
    counts = {"counties": len(figures), "noncitizens": total, "noncitizens_of_the_package": embedded}
    return Checked("noncitizens", table, counts, (*notes, *note_aside(found)))


def _figures(row: Placed) -> tuple[int, int | None]:
    """Return a row's people who are not citizens and its naturalised citizens."""
    table, line = row.table, row.line
    counted = {}
    for column in ("total", "noncitizens"):
        value = count_at(table, line, column)
        if value is None:
            raise table.error("has no figure", line, column, "a whole number from 0")
        counted[column] = value
    naturalised = count_at(table, line, "naturalised") if "naturalised" in table.columns else None
    if counted["noncitizens"] + (naturalised or 0) > counted["total"]:
        told = f"{counted['noncitizens'] + (naturalised or 0):,} people not born as citizens"
        raise table.error(f"{told} among {counted['total']:,} in county {row.written}", line, "noncitizens")
    return counted["noncitizens"], naturalised


def _check_sum(found: Found, places: Geography, counties: int, total: int, embedded: int, accept_sums: bool) -> None:
    """Raise unless a table's sum is near the package's for the same counties."""
    whole = counties == len(places.names)
    tolerance = TOLERANCE_OF_THE_NATION if whole else TOLERANCE_OF_A_PART
    if accept_sums or abs(total - embedded) <= tolerance * embedded:
        return
    table = found.rows[0].table
    of = "the nation" if whole else f"its {several(counties, 'county')}"
    raise InputError(
        f"people who are not citizens sum to {total:,}, the package's figures for {of} to {embedded:,}",
        table.sheet.path,
        key=table.headings["noncitizens"],
        allowed=f"within {tolerance:.0%}, or --accept-sums",
    )
