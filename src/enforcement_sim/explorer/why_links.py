"""A link beside every number to the tab that says why it differs, and the number in that tab's first sentence.

Tables mark the row of a measure with ``data-measure``. The links are real addresses, so they can be opened elsewhere, copied,
and reached by keyboard.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import row_of
from enforcement_sim.explorer.choices import VIEW, Choices, query_of
from enforcement_sim.explorer.picture import Picture

_ROW = re.compile(r"""(<tr[^>]* data-measure=["']([\w.]+)["'][^>]*>.*?)(</th>)""", re.DOTALL)
FIRST_VIEW = {name: getattr(Choices(), name) for name in VIEW}


def why_link(choices: Choices, measure: str) -> str:
    """Return the link to why a measure differs, as HTML.

    Examples
    --------
    >>> why_link(Choices(hold="96", show="map"), "ice_custody").partition(" aria-label")[0]
    '<a class="why" href="?hold=96&amp;show=life&amp;why=ice_custody"'
    """
    query = query_of(replace(choices, **(FIRST_VIEW | {"show": "life", "why": measure})))
    name = escape(f"Why: {labels.measure(measure)[0]}")
    return f'<a class="why" href="{escape(query)}" aria-label="{name}">why</a>'


def with_links(html: str, choices: Choices) -> str:
    """Return tables with a link in each row of a measure; as they are where nothing is changed.

    Examples
    --------
    >>> with_links("<tr data-measure='removed'><th>Removed</th></tr>", Choices(hold="96")).count("show=life")
    1
    """
    if choices.changes_nothing:
        return html
    return _ROW.sub(lambda found: f"{found[1]} {why_link(choices, found[2])}{found[3]}", html)


def links_line(choices: Choices, measures: Iterable[str]) -> str:
    """Return links to why several measures differ, as a line of HTML; nothing where nothing is changed.

    Examples
    --------
    >>> links_line(Choices(hold="96"), ("removed", "ice_custody")).count("<a ")
    2
    """
    if choices.changes_nothing:
        return ""
    links = ", ".join(
        why_link(choices, measure).replace(">why<", f">{escape(labels.measure(measure)[0])}<")
        for measure in dict.fromkeys(measures)
    )
    return f"<p class='quiet'>Why: {links}</p>"


def number_in_words(picture: Picture, measure: str) -> str:
    """Return a measure under both scenarios with the difference and its interval, as a sentence of HTML."""
    label, unit = labels.measure(measure)
    found = picture.difference(lambda one: one.measures.get(measure, math.nan))
    row = row_of(measure, label, unit, found, picture)
    counted = "" if unit in ("share", "dollars") else f" {escape(unit)}"
    draft = "" if picture.thin == 1 else " (draft)"
    return (
        f"<p><b>{escape(label)}</b>{draft}: {escape(row.history)}{counted} under history, {escape(row.what_if)} under the "
        f"what-if; difference {escape(row.difference)} (95% interval over {len(picture.seeds)} seeds {escape(row.interval)}).</p>"
    )
