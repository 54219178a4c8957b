"""The scenario of a page to take away: its link and its file, each with a button that copies it."""

from __future__ import annotations

from html import escape

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.browser_link import copy_button
from enforcement_sim.explorer.choices import Choices, query_of, yaml_of


def scenario_html(choices: Choices) -> str:
    """Return the link and the file of the choices, as HTML; the link alone where the choices are refused.

    Examples
    --------
    >>> text = scenario_html(Choices(place="12021", hold="96"))
    >>> text.count("data-copy"), "detainer.hold_hours: 96" in text
    (2, True)
    """
    query = query_of(choices) or "?"
    link = f'<p><a href="{escape(query)}">Link to this</a> {copy_button("Copy the link", query)}</p>'
    try:
        file = yaml_of(choices)
    except InputError:
        return link
    return (
        f"{link}<details><summary>This scenario as a file</summary>{copy_button('Copy the file', file)}"
        f"<pre class='scrolls' tabindex='0' role='region' aria-label='Scenario file'>{escape(file)}</pre></details>"
    )
