"""The page of a county in the explorer: the same as ``enforcement-sim county`` writes, what is simulated included.

What is known, published and never recorded stands there at once. The runs are computed meanwhile in the background, and the
page looks every second how far they are. A finished page is kept for whoever opens it next.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from tornado.web import RequestHandler

from enforcement_sim.errors import InputError, shown
from enforcement_sim.explorer.county_runs import BRANCHES, found_in, page_with_runs, run_of
from enforcement_sim.explorer.timeline_bars import state_of
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.places.county_codes import county_names
from enforcement_sim.studies.county.county_page import page_of
from enforcement_sim.studies.place_asked import place_asked

PATH = "/county"
KEPT = 50
"""Pages kept in memory."""
MOST_AT_ONCE = 4
"""Counties that are simulated at a time."""
MARK = "NOT RUN"
"""Stands in the page of facts where the state of the runs is put."""
UNTIL_THEN = "A moment: the page changes when they are done. Until then it shows what is known without them."
OTHERS_FIRST = f"{MOST_AT_ONCE} other counties are being simulated; this one follows."
_SCRIPT = Path(__file__).with_suffix(".js")


@lru_cache(maxsize=KEPT)
def facts_html(code: str) -> str:
    """Return the page of a county by its FIPS code, without runs; :data:`MARK` stands where their state belongs.

    Examples
    --------
    >>> "287(g) agreements" in facts_html("37119")
    True
    """
    return page_of(place_asked(county=code), None, MARK).html


@lru_cache(maxsize=1)
def _waiting_script() -> str:
    return f"<script>\n{_SCRIPT.read_text(encoding='utf-8')}</script>\n"


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


class _Job:
    """The runs of one county, and the page that is drawn from them."""

    def __init__(self, code: str, pool: WorkerPool) -> None:
        self._code, self._pool = code, pool
        self._runs: dict[int, Future[dict[str, float]]] = {
            number: pool.submit(run_of, code, number, long=True) for number in range(len(BRANCHES))
        }
        self._page: Future[str] | None = None

    def page(self) -> str | None:
        """Return the page if it is drawn; raise what went wrong, if anything did."""
        if self._page is None and all(run.done() for run in self._runs.values()):
            runs = found_in({number: run.result() for number, run in self._runs.items()})
            self._page = self._pool.submit(page_with_runs, self._code, runs, long=True)
        return self._page.result() if self._page is not None and self._page.done() else None

    @property
    def progress(self) -> str:
        """How many of the runs are done, as a sentence."""
        done = sum(run.done() for run in self._runs.values())
        return f"{done} of {len(self._runs)} runs are done."


class CountyPages:
    """The pages of counties of one server.

    Parameters
    ----------
    pool : WorkerPool
        Its workers simulate and draw.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._done: OrderedDict[str, str] = OrderedDict()

    def html(self, written: str) -> str:
        """Return the page of a county by its code or name, as far as it is; the first call begins to simulate.

        Raises
        ------
        InputError
            If there is no such county.
        """
        place = place_asked(county=written)
        if place.kind != "county":
            raise InputError(f"no county is {shown(written)}", key="place", allowed="a code such as 37119")
        code, facts = place.code, facts_html(place.code)
        with self._lock:
            if code in self._done:
                self._done.move_to_end(code)
                return self._done[code]
            if code not in self._jobs:
                if len(self._jobs) >= MOST_AT_ONCE:
                    return _waiting(facts, OTHERS_FIRST)
                self._jobs[code] = _Job(code, self._pool)
            try:
                page = self._jobs[code].page()
            except Exception as error:  # whatever went wrong in a worker is said on the page
                del self._jobs[code]
                words = f"The runs could not be computed: {type(error).__name__}: {error}. Load the page to try again."
                return facts.replace(MARK, escape(words))
            if page is None:
                return _waiting(facts, f"{self._jobs[code].progress} {UNTIL_THEN}")
            del self._jobs[code]
            self._done[code] = page
            while len(self._done) > KEPT:
                self._done.popitem(last=False)
            return page


def _waiting(facts: str, state: str) -> str:
    """Return the page of facts with the state of the runs, and the script that looks for more."""
    return facts.replace(MARK, escape(state)).replace("</body>", f"{_waiting_script()}</body>")


class CountyPage(RequestHandler):
    """Answers with the page of a county."""

    def initialize(self, pages: CountyPages) -> None:
        """Set the pages of the server."""
        self._pages = pages

    def get(self) -> None:
        """Answer, or refuse in one line."""
        places = parse_qs(self.request.query).get("place", [])
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        try:
            self.finish(self._pages.html(places[0] if places else ""))
        except InputError as error:
            self.set_status(404)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{error}\n")

    head = get
