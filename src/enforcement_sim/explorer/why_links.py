"""A link beside every number to the tab that says whom it counts and why it differs, and the number in that tab's first sentence.

Tables mark the row of a measure with ``data-measure``; rows and cells of other tables get their links in their order. The
links are real addresses, so they can be opened elsewhere, copied, and reached by keyboard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import row_of
from enforcement_sim.explorer.choices import VIEW, Choices, query_of
from enforcement_sim.explorer.measure_groups import unit_of
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.why_asked import SIDES, Asked, number_of
from enforcement_sim.tables.amounts import IDENTICAL

_ROW = re.compile(r"""(<tr[^>]* data-measure=["']([\w.]+)["'][^>]*>.*?)(</th>)""", re.DOTALL)
_HEAD = re.compile(r"(<th scope=\"row\".*?)(</th>)", re.DOTALL)
_CELL = re.compile(r"(<td[^>]*>)([^<]*)(</td>)")
FIRST_VIEW = {name: getattr(Choices(), name) for name in VIEW}


def why_link(choices: Choices, asked: Asked, text: str = "why") -> str:
    """Return the link to whom a number counts and why it differs, as HTML.

    Examples
    --------
    >>> why_link(Choices(hold="96", show="map"), Asked("ice_custody")).partition(" aria-label")[0]
    '<a class="why" href="?hold=96&amp;show=life&amp;why=ice_custody"'
    """
    query = query_of(replace(choices, **(FIRST_VIEW | {"show": "life", "why": asked.written()})))
    name = escape(f"Why: {asked.label}" if text == "why" else f"{text}, why: {asked.label}")
    return f'<a class="why" href="{escape(query)}" aria-label="{name}">{escape(text)}</a>'


def with_links(html: str, choices: Choices) -> str:
    """Return tables with a link in each row of a measure.

    Examples
    --------
    >>> with_links("<tr data-measure='removed'><th>Removed</th></tr>", Choices(hold="96")).count("show=life")
    1
    """
    return _ROW.sub(lambda found: f"{found[1]} {why_link(choices, Asked(found[2]))}{found[3]}", html)


def in_rows(table: str, parts: Iterable[str]) -> str:
    """Return a table with some HTML behind the heading of each row, in their order.

    Examples
    --------
    >>> in_rows('<th scope="row">May</th>', ["<i>!</i>"])
    '<th scope="row">May <i>!</i></th>'
    """
    rest = iter(parts)
    return _HEAD.sub(lambda found: f"{found[1]} {next(rest)}{found[2]}", table)


def rows_with_links(table: str, choices: Choices, asked: Iterable[Asked]) -> str:
    """Return a table with a link in each row, in their order.

    Examples
    --------
    >>> rows_with_links('<th scope="row">May</th>', Choices(), [Asked("removed", month="2012-05")]).count("month:2012-05")
    1
    """
    return in_rows(table, (why_link(choices, one) for one in asked))


def cells_with_links(table: str, choices: Choices, asked: Sequence[Asked | None]) -> str:
    """Return a table whose numbers are links themselves, cell by cell and row by row; None leaves a cell as it is.

    Examples
    --------
    >>> cells_with_links("<td>12%</td><td>3</td>", Choices(), [Asked("removed"), None]).count("<a ")
    1
    """
    rest = iter(asked)

    def linked(found: re.Match[str]) -> str:
        one = next(rest)
        return found[0] if one is None else f"{found[1]}{why_link(choices, one, found[2])}{found[3]}"

    return _CELL.sub(linked, table)


def links_line(choices: Choices, measures: Iterable[str]) -> str:
    """Return links to why several measures differ, as a line of HTML.

    Examples
    --------
    >>> links_line(Choices(hold="96"), ("removed", "ice_custody")).count("<a ")
    2
    """
    links = ", ".join(
        why_link(choices, Asked(measure)).replace(">why<", f">{escape(labels.measure(measure)[0])}<")
        for measure in dict.fromkeys(measures)
    )
    return f"<p class='quiet'>Why: {links}</p>"


def number_in_words(picture: Picture, asked: Asked, names: tuple[str, str] = SIDES, *, unchanged: bool = False) -> str:
    """Return a number under both scenarios with the difference and its interval, as a sentence of HTML."""
    first, second = map(escape, names)
    label, (unit, per) = asked.label, unit_of(asked.measure)
    read = number_of(asked)
    found = picture.difference(lambda one: read(one) / per)
    row = row_of(asked.measure, label, unit, found, picture)
    counted = "" if unit in ("share", "dollars") else f" {escape(unit)}"
    draft = "" if picture.thin == 1 else " (draft)"
    level = f"<p><b>{escape(label)}</b>{draft}: {escape(row.history)}{counted} under {first}"
    if unchanged:
        return f"{level}.</p>"
    interval = f" (95% interval over {len(picture.seeds)} seeds {row.interval})"
    if row.verdict == IDENTICAL:
        interval = f" under each of {len(picture.seeds)} seeds"
    return f"{level}, {escape(row.what_if)} under {second}; difference {escape(row.difference + interval)}.</p>"
