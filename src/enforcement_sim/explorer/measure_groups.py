"""Every measure of a change in four groups: people, time, money and rights.

Each row has the level under history and under the what-if, and the difference with its interval. What each side of the
debate asks first is marked, with as many rows for either side, and stays in the table where it is zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import MOSTLY_CHANCE, ChangeRow, about_change, row_of
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NOT_APPLICABLE

SAFETY, LIBERTY = "public safety", "liberty"
DAYS = "person-days"
HOURS = "hours"


class Shown(NamedTuple):
    """A measure of a group.

    Attributes
    ----------
    measure : str
    asked_by : str
        The side that asks for it first; empty for both or neither.
    label : str
        In place of the general label.
    """

    measure: str
    asked_by: str = ""
    label: str = ""


GROUPS = {
    "People": (
        Shown("removed"),
        Shown("ice_custody"),
        Shown("serious_violent_share.removed", SAFETY, "Charged with serious violence, of people removed"),
        Shown("no_conviction_share.removed", LIBERTY, "Without conviction, of people removed"),
        Shown("detainer_issued"),
        Shown("detainer_declined", SAFETY),
        Shown("rearrested", SAFETY),
    ),
    "Time": (
        Shown("hours.ice_custody", SAFETY, "Days in ICE custody"),
        Shown("hours.statutory_hold", "", "Days of holds, within the limit"),
        Shown("hours.induced", LIBERTY, "Days in jail that a detainer induces, before the hold"),
    ),
    "Money": (Shown("net_cost.county"), Shown("net_cost.state"), Shown("net_cost.federal")),
    "Rights": (
        Shown("held_citizens", LIBERTY),
        Shown("overdetained", "", "Held past the limit"),
        Shown("hours.past_limit", LIBERTY, "Days in jail past the limit"),
        Shown("detainers_on_citizens"),
    ),
}
FURTHER = tuple(
    map(
        Shown,
        (
            *("matched", "identified", "detainer_not_sent", "detainer_lapsed", "picked_up_at_release"),
            *("arrested_at_large", "returned", "removed.secure_communities", "removed.jail_287g"),
            *("removed.criminal_alien_program", "removed.task_force", "level_1_share.removed", "custody_per_detainer"),
            *("days_per_detainer.induced", "days_per_detainer.statutory_hold", "booked"),
        ),
    )
)
"""Measures below the groups; those absent from both history and the what-if are left out."""
MARKS = {
    SAFETY: "asked first by those who put public safety first",
    LIBERTY: "asked first by those who put liberty first",
}
HEADINGS = ("measure", "history", "what-if", "difference (95% interval)")


def unit_of(measure: str) -> tuple[str, float]:
    """Return the unit in which a measure is shown, and by what its number is divided for it.

    Examples
    --------
    >>> unit_of("hours.induced"), unit_of("removed")
    (('person-days', 24), ('people', 1.0))
    """
    if measure.partition(".")[0] == HOURS:
        return DAYS, HOURS_A_DAY
    return labels.measure(measure)[1], 1.0


def rows_of(picture: Picture, measures: Iterable[Shown], *, zeros: bool = False) -> list[tuple[Shown, ChangeRow]]:
    """Return measures with their rows; those that are zero or undefined in both scenarios only with ``zeros`` or a mark."""
    rows = []
    for shown in measures:
        unit, per = unit_of(shown.measure)
        found = picture.difference(lambda one, name=shown.measure, per=per: one.measures.get(name, math.nan) / per)  # type: ignore[misc]
        label, _ = labels.measure(shown.measure)
        if zeros or shown.asked_by or any(math.isfinite(mean) and mean for mean in (found.reference_mean, found.mean)):
            row = row_of(shown.measure, shown.label or label, unit, found, picture)
            rows.append((shown, row))
    return rows


def groups_html(picture: Picture, unchanged: bool) -> str:
    """Return the groups as one table, and below it the further measures; levels alone where nothing is changed."""
    groups = {title: rows_of(picture, measures) for title, measures in GROUPS.items()}
    table = _table("What changes, by group" if not unchanged else "Levels under history, by group", groups, unchanged)
    marks = "; ".join(f"{_mark(side)} {words}" for side, words in MARKS.items())
    further = _table("Further measures", {"": rows_of(picture, FURTHER)}, unchanged)
    return (
        f"{table}<p class='quiet'>{marks}. Bars: the difference in percent of history, with its interval; hollow where the "
        f"sign cannot be told. {escape(about_change(picture))}</p>"
        f"<details><summary>Further measures</summary>{further}</details>"
    )


def _table(title: str, groups: dict[str, list[tuple[Shown, ChangeRow]]], unchanged: bool) -> str:
    headings = HEADINGS[:2] if unchanged else HEADINGS
    widest = max((_reach(row) for rows in groups.values() for _, row in rows), default=0.0)
    bodies = "".join(
        f"<tbody>{_group_heading(name, len(headings))}{''.join(_line(*row, widest, unchanged) for row in rows)}</tbody>"
        for name, rows in groups.items()
        if rows
    )
    first, *others = headings
    head = f"<th scope='col'>{first}</th>" + "".join(f"<th scope='col' class='number'>{one}</th>" for one in others)
    label = escape(title)
    return (
        f"<div class='scrolls' tabindex='0' role='region' aria-label='{label}'><table class='groups'>"
        f"<caption>{label}</caption><thead><tr>{head}</tr></thead>{bodies}</table></div>"
    )


def _group_heading(name: str, columns: int) -> str:
    return f"<tr class='group'><th scope='rowgroup' colspan='{columns}'>{name}</th></tr>" if name else ""


def _line(shown: Shown, row: ChangeRow, widest: float, unchanged: bool) -> str:
    unit = "" if row.unit in ("people", "share", "dollars") else f" ({escape(row.unit)})"
    head = f"<th scope='row'>{escape(row.label)}{unit} {_mark(shown.asked_by)}</th>"
    cells = f"<td class='number'>{escape(row.history)}</td>"
    if not unchanged:
        cells += f"<td class='number'>{escape(row.what_if)}</td><td class='number change'>{_change(row, widest)}</td>"
    return f"<tr data-measure='{row.measure}'>{head}{cells}</tr>"


def _change(row: ChangeRow, widest: float) -> str:
    """Return the difference, its interval or the reason for none, and a bar."""
    if row.verdict in (IDENTICAL, NOT_APPLICABLE):
        return row.verdict
    warning = MOSTLY_CHANCE if row.few else CANNOT_TELL if row.verdict == CANNOT_TELL else ""
    warned = f" <em>{warning}</em>" if warning else ""
    numbers = f"<b>{escape(row.difference)}</b> ({escape(row.interval)})"
    numbers = numbers.replace("\N{MINUS SIGN}", "\N{MINUS SIGN}\N{WORD JOINER}")  # no line ends behind a minus
    return f"{numbers}{warned}{_bar(row, widest)}"


def _mark(side: str) -> str:
    return f"<span class='side'>{side}</span>" if side else ""


def _reach(row: ChangeRow) -> float:
    """Return how far a row's bar reaches from zero, in percent of history; 100 at most."""
    return min(100.0, max(map(abs, row.percent))) if row.percent else 0.0


def _bar(row: ChangeRow, widest: float) -> str:
    """Return the difference in percent of history as a small drawing; its numbers stand beside it."""
    if row.percent is None or not widest:
        return ""
    middle, low, high = (60 + 56 * max(-1.0, min(1.0, value / widest)) for value in row.percent)
    fill = "currentColor" if row.sign_known and not row.few else "white"
    return (
        "<svg class='bar' viewBox='0 0 120 12' aria-hidden='true'><path d='M60 0V12' stroke='#888'/>"
        f"<path d='M{low:.1f} 6H{high:.1f}M{low:.1f} 3V9M{high:.1f} 3V9' stroke='currentColor' stroke-width='2'/>"
        f"<circle cx='{middle:.1f}' cy='6' r='4' fill='{fill}' stroke='currentColor' stroke-width='2'/></svg>"
    )
