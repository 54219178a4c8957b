"""Serving the page: one worker pool for all, a session for each browser that opens it, and who is answered.

Only the library's own files are handed out, so a machine without a network shows the whole page. The server listens on this
machine alone unless told otherwise. A browser lets a page talk to the host that the page came from. A site that points its
own name at this machine would so be let in; but the request then carries the site's name as its host, and by that it is
refused. Connections of open pages are held to the same names by their origin.

Every request for the page gets the same text, made once of a page with nothing on it, but for a token of its own, in which
the query of its address is kept as it was sent. So a request is answered at once, whatever its address says, and leaves
nothing behind. What can be chosen, which takes about a second and some megabytes, is made for a browser that connects with
the token, and freed soon after it has gone; nothing that lives longer may hold on to it.
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

from enforcement_sim.explorer.session import TITLE, Session
from enforcement_sim.explorer.theme import THEME
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.process import compile_engine

KEPT_MS = 4_000
"""A session without a connection is freed after so long: a page that is still loading opens another from its address."""
LOOKED_AT_MS = 2_000
"""How often sessions without a connection are looked for."""
EVERYWHERE = ("", "0.0.0.0", "::", "*")
"""Addresses that stand for all of the machine's own."""
LONGEST = 10_000
"""Characters of the longest address that is looked at; a query that is too long in a shorter one is said on the page."""
TOKEN_SECONDS = 300
"""How long a browser may take to connect."""
QUERY = "query"
"""Name under which a token keeps the query of the address."""
UNUSED = ("/autoload.js", "/metadata")
"""What the library offers and no page of ours asks for; each of them would begin a session."""
REFUSALS = {
    404: "There is nothing here; the page is at /.",
    414: f"The address is longer than {LONGEST} characters.",
    421: "This server answers only to the address that it was started with.",
}


def serve(
    port: int, address: str, show: bool, ready: Callable[[str], None] | None = None, workers: int | None = None
) -> None:
    """Serve the explorer until interrupted or told to end (SIGINT or SIGTERM); workers end with it.

    Parameters
    ----------
    port, address
        Where to listen.
    show
        Whether to open a browser.
    ready : callable, optional
        Handed the address of the page when it answers.
    workers : int, optional
        Processes; all cores unless given.
    """
    prepare()
    compile_engine()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with WorkerPool(workers) as pool:
        pool.warm_up()
        # What was loaded so far stays for good; collections after a session need not look through it again.
        gc.collect()
        gc.freeze()
        server = server_of(pool, port, address, show)
        try:
            if ready is not None:
                ready(f"http://{address}:{server.port}/")
            server.start()
            server.io_loop.start()
        except KeyboardInterrupt:
            pass


def prepare() -> None:
    """Load what pages are drawn with, and keep the libraries' own logs quiet."""
    hv.extension("bokeh", logo=False)
    pn.extension()
    for name in ("bokeh", "tornado.access", "tornado.general"):
        logging.getLogger(name).setLevel(logging.ERROR)


def server_of(pool: WorkerPool, port: int, address: str, show: bool = False) -> Any:
    """Return the server of the page, not started: one that frees sessions, and answers only to its own name."""
    server = pn.serve(
        {"/": lambda: open_page(pool)},
        port=port,
        address=address,
        show=show,
        start=False,
        title=TITLE,
        verbose=False,
        websocket_origin=[host for host in hosts_of(address, port) if "[" not in host],
        unused_session_lifetime_milliseconds=KEPT_MS,
        check_unused_sessions_milliseconds=LOOKED_AT_MS,
    )
    text = server.io_loop.run_sync(lambda: _rendered(server))
    server._tornado.default_router.rules[:0] = [
        Rule(_Unwanted(hosts_of(address, server.port)), _Refused),
        Rule(PathMatches("/"), _Page, {"text": text}),
    ]
    return server


def hosts_of(address: str, port: int) -> tuple[str, ...]:
    """Return the hosts, with their port, by which a server is known.

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
    """Matches requests that are not answered."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return why a request is refused; None if it is not."""
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
    """Says in one line why nothing is answered."""

    def initialize(self, status: int) -> None:
        """Take the reason."""
        self._why = status

    def prepare(self) -> None:
        """Refuse, whatever the method."""
        self.set_status(self._why)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(REFUSALS[self._why] + "\n")


class _Page(RequestHandler):
    """The page, with a token for one session."""

    def initialize(self, text: tuple[str, str]) -> None:
        """Take the text before and after the token."""
        self._text = text

    def get(self) -> None:
        """Answer; what the address says is read when a browser connects."""
        payload: Any = {"headers": {}, "cookies": {}, "arguments": {QUERY: [self.request.query]}}
        token = generate_jwt_token(generate_session_id(), extra_payload=payload, expiration=TOKEN_SECONDS)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(token.join(self._text))

    head = get


def open_page(pool: WorkerPool) -> pmui.Page:
    """Return the page of a browser that has connected; an empty one for the text that every request gets."""
    document, location = pn.state.curdoc, pn.state.location
    page = _empty_page()
    context = None if document is None else document.session_context
    arguments = context.request.arguments if context is not None and context.request is not None else {}
    if document is None or QUERY not in arguments:
        return page
    query = f"?{arguments[QUERY][0]}" if arguments[QUERY][0] else ""
    # Without it, what is made before the page is rendered would ask the maker's own server for its styles.
    document.template_variables["dist_url"] = get_dist_path(cdn=False)
    if location is not None:
        location.search = query
    session = Session(pool, query)
    page.main = [session.content()]
    pn.state.on_session_destroyed(lambda _: session.close())
    return page


def _empty_page() -> pmui.Page:
    """Return a page in the explorer's look with nothing on it."""
    page = pmui.Page(
        title=TITLE,
        theme_toggle=False,
        theme_config=THEME,
        meta_description="What would have changed for the same synthetic people under other rules. Simulated.",
    )
    # The indicator cannot be left out at once (None is read as the default), and it has no name for screen readers.
    page.param.busy_indicator.objects = ["linear", "circular", None, "none"]
    page.busy_indicator = "none"
    # The library makes each page watch whether the server is busy, for the indicator that is left out here; the page would
    # hang on that state, which outlives every session.
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", [])):
        owner = getattr(watcher.fn, "__self__", None)
        if owner is page or getattr(owner, "self", None) is page:
            pn.state.param.unwatch(watcher)
    return page
