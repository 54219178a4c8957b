"""The page of a county in the explorer: what is known, published and never recorded, as ``enforcement-sim county`` tells it.

Nothing is simulated for it, because the explorer does that itself; the page says which command writes the whole one.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from urllib.parse import parse_qs

from tornado.web import RequestHandler

from enforcement_sim.errors import InputError, shown
from enforcement_sim.explorer.timeline import state_of
from enforcement_sim.places.county_codes import county_names
from enforcement_sim.studies.county.county_page import page_of
from enforcement_sim.studies.place_asked import place_asked

PATH = "/county"
KEPT = 50
"""Pages kept in memory."""


@lru_cache(maxsize=KEPT)
def county_html(code: str) -> str:
    """Return the page of a county by its FIPS code.

    Raises
    ------
    InputError
        If there is no such county.

    Examples
    --------
    >>> "287(g) agreements" in county_html("37119")
    True
    """
    place = place_asked(county=code)
    if place.kind != "county":
        raise InputError(f"no county is {shown(code)}", key="place", allowed="a five-digit FIPS code, such as 37119")
    return page_of(place, None).html


def county_link(place: str) -> str:
    """Return the link to a county's page as HTML; empty for any other place.

    Examples
    --------
    >>> county_link("37119").rpartition('">')[2]
    'What is known of Mecklenburg County, NC</a></p>'
    >>> county_link("NC")
    ''
    """
    if state_of(place) is None:
        return ""
    name = escape(county_names()[place])
    return f'<p><a href="{PATH}?place={place}" target="_blank" rel="noopener">What is known of {name}</a></p>'


class CountyPage(RequestHandler):
    """Answers with the page of a county."""

    def get(self) -> None:
        """Answer, or refuse in one line."""
        places = parse_qs(self.request.query).get("place", [])
        self.set_header("Content-Type", "text/html; charset=utf-8")
        try:
            self.finish(county_html(places[0] if places else ""))
        except InputError as error:
            self.set_status(404)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{error}\n")

    head = get
