"""The server of the explorer: one worker pool, a session for each browser, and checks of each request.

All files are served from this machine, so the page works without a network. By default the server listens on this machine
alone. To prevent DNS rebinding (a web site that resolves its own name to this machine), requests with an unknown host and
connections with an unknown origin are refused.

Every request for the page gets the same text, rendered once from an empty page, with a new token that holds the query of
the address. Answering a request is therefore fast and allocates nothing on the server. The widgets, which take about a
second and some megabytes, are made when a browser connects with the token, and freed soon after it disconnects; no
longer-lived object may refer to them.
"""

from __future__ import annotations

import gc
import logging
import signal
from collections.abc import Callable, Collection
from socket import gethostname
from typing import Any

import holoviews as hv
import panel as pn
import panel_material_ui as pmui
from bokeh.util.token import generate_jwt_token, generate_session_id
from panel.io.resources import Resources, get_dist_path
from panel.io.server import server_html_page_for_session
from panel.io.state import set_curdoc
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, PathMatches, Rule
from tornado.web import RequestHandler

from enforcement_sim.explorer.county_pages import PATH as COUNTY_PATH
from enforcement_sim.explorer.county_pages import CountyPage, CountyPages
from enforcement_sim.explorer.session import TITLE, Session
from enforcement_sim.explorer.theme import THEME
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.runs.shared_bookings import compile_whole_engine

UNUSED_SESSION_MS = 4_000
"""Time after which a session without a connection is freed; a page that still loads opens a new one."""
CHECK_MS = 2_000
"""Interval between checks for sessions without a connection."""
EVERYWHERE = ("", "0.0.0.0", "::", "*")
"""Addresses that mean all interfaces of the machine."""
LONGEST = 10_000
"""Most characters of an address; in a shorter one, the page reports a query that is too long."""
TOKEN_SECONDS = 300
"""Time within which a browser must connect."""
QUERY = "query"
"""Name under which a token holds the query of the address."""
UNUSED = ("/autoload.js", "/metadata")
"""Paths of the library that the page does not use; each would start a session."""
REFUSALS = {
    404: "There is nothing here; the page is at /.",
    414: f"The address is longer than {LONGEST} characters.",
    421: "This server answers only to the address that it was started with.",
}


def serve(
    port: int, address: str, show: bool, ready: Callable[[str], None] | None = None, workers: int | None = None
) -> None:
    """Serve the explorer until SIGINT or SIGTERM; the workers end with it.

    Parameters
    ----------
    port, address
        Where to listen.
    show
        Whether to open a browser.
    ready : callable, optional
        Called with the address of the page when the server is ready.
    workers : int, optional
        Processes; all cores unless given.
    """
    prepare()
    compile_whole_engine()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with WorkerPool(workers) as pool:
        pool.warm_up()
        # Everything loaded so far is permanent; exclude it from later garbage collections.
        gc.collect()
        gc.freeze()
        server = server_of(pool, port, address, show)
        # The library stops the loop on Ctrl-C; the same on SIGTERM, where an exception in a callback might be lost.
        signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
        try:
            if ready is not None:
                ready(f"http://{address}:{server.port}/")
            server.start()
            server.io_loop.start()
        except KeyboardInterrupt:
            pass


def prepare() -> None:
    """Load the plotting extensions, and silence the libraries' logs."""
    hv.extension("bokeh", logo=False)
    pn.extension()
    for name in ("bokeh", "tornado.access", "tornado.general"):
        logging.getLogger(name).setLevel(logging.ERROR)


def server_of(pool: WorkerPool, port: int, address: str, show: bool = False) -> Any:
    """Return the server, not started; it frees unused sessions, and answers only to its own host names."""
    server = pn.serve(
        {"/": lambda: open_page(pool)},
        port=port,
        address=address,
        show=show,
        start=False,
        title=TITLE,
        verbose=False,
        websocket_origin=[host for host in hosts_of(address, port) if "[" not in host],
        unused_session_lifetime_milliseconds=UNUSED_SESSION_MS,
        check_unused_sessions_milliseconds=CHECK_MS,
    )
    text = server.io_loop.run_sync(lambda: _rendered(server))
    server._tornado.default_router.rules[:0] = [
        Rule(_Unwanted(hosts_of(address, server.port)), _Refused),
        Rule(PathMatches("/"), _Page, {"text": text}),
        Rule(PathMatches(COUNTY_PATH), CountyPage, {"pages": CountyPages(pool)}),
    ]
    return server


def hosts_of(address: str, port: int) -> tuple[str, ...]:
    """Return the host names, with port, to which a server answers.

    Examples
    --------
    >>> hosts_of("127.0.0.1", 5006)
    ('127.0.0.1:5006', 'localhost:5006')
    """
    own = gethostname() if address in EVERYWHERE else f"[{address}]" if ":" in address else address
    return tuple(f"{name.lower()}:{port}" for name in dict.fromkeys((own, "127.0.0.1", "localhost")))


async def _rendered(server: Any) -> tuple[str, str]:
    """Return the text of the page before and after a token."""
    [application] = server._tornado._applications.values()
    name = generate_session_id()
    token = generate_jwt_token(name, expiration=TOKEN_SECONDS)
    session = await application.create_session_if_needed(name, HTTPServerRequest("GET", "/"), token)
    page = session.document
    with set_curdoc(page):
        resources: Any = Resources.from_bokeh(server._tornado.resources())
        content = (page.title, token, page.template, page.template_variables)
        text = server_html_page_for_session(session, resources, *content)
    session.request_expiration()
    before, found, after = text.partition(token)
    assert found and token not in after
    return before, after


class _Unwanted(Matcher):
    """Matches requests that are refused."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return the status with which a request is refused; None if it is accepted."""
        origin = request.headers.get("Origin")
        of_ours = origin is None or origin.lower().partition("://")[2] in self._hosts
        status = 0
        if request.host.lower() not in self._hosts or not of_ours:
            status = 421
        elif len(request.uri or "") > LONGEST:
            status = 414
        elif request.path in UNUSED:
            status = 404
        return {"target_kwargs": {"status": status}} if status else None


class _Refused(RequestHandler):
    """Refuses a request with one line of explanation."""

    def initialize(self, status: int) -> None:
        """Set the status."""
        self._why = status

    def prepare(self) -> None:
        """Refuse, whatever the method."""
        self.set_status(self._why)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(REFUSALS[self._why] + "\n")


class _Page(RequestHandler):
    """The page, with a token for one session."""

    def initialize(self, text: tuple[str, str]) -> None:
        """Set the text before and after the token."""
        self._text = text

    def get(self) -> None:
        """Answer; the query is parsed when a browser connects."""
        payload: Any = {"headers": {}, "cookies": {}, "arguments": {QUERY: [self.request.query]}}
        token = generate_jwt_token(generate_session_id(), extra_payload=payload, expiration=TOKEN_SECONDS)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(token.join(self._text))

    head = get


def open_page(pool: WorkerPool) -> pmui.Page:
    """Return the page of a connected browser; an empty page for the text that every request gets."""
    document, location = pn.state.curdoc, pn.state.location
    page = _empty_page()
    context = None if document is None else document.session_context
    arguments = context.request.arguments if context is not None and context.request is not None else {}
    if document is None or QUERY not in arguments:
        return page
    query = f"?{arguments[QUERY][0]}" if arguments[QUERY][0] else ""
    # Otherwise widgets made before the page is rendered would load styles from the library's own server.
    document.template_variables["dist_url"] = get_dist_path(cdn=False)
    if location is not None:
        location.search = query
    session = Session(pool, query)
    page.main = [session.content()]
    pn.state.on_session_destroyed(lambda _: session.close())
    return page


def _empty_page() -> pmui.Page:
    """Return an empty page with the explorer's theme."""
    page = pmui.Page(
        title=TITLE,
        theme_toggle=False,
        theme_config=THEME,
        meta_description="What would have changed for the same synthetic people under other rules. Simulated.",
    )
    # The indicator has no name for screen readers, and None in the constructor would mean the default.
    page.param.busy_indicator.objects = ["linear", "circular", None, "none"]
    page.busy_indicator = "none"
    # The library makes each page watch the server's busy state for the indicator, which is not used here. That state
    # outlives every session, so the watcher would keep the page in memory.
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", [])):
        owner = getattr(watcher.fn, "__self__", None)
        if owner is page or getattr(owner, "self", None) is page:
            pn.state.param.unwatch(watcher)
    return page
