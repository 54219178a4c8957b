"""The server's door: who is answered, and the page that a request gets.

A browser lets a page talk to the host that the page came from. A site that points its own name at this machine would so
be let in; but the request then carries the site's name as its host, and by that it is refused. Connections of open pages
are held to the same names by their origin.

Every request for the page gets the same text, but for a token of its own, in which the query of its address is kept as
it was sent. So a request is answered at once, whatever its address says, and leaves nothing behind; a session begins
when a browser connects with the token.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bokeh.resources import Resources as BokehResources
from bokeh.util.token import generate_jwt_token, generate_session_id
from panel.io.resources import Resources
from panel.io.server import server_html_page_for_session
from panel.io.state import set_curdoc
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, PathMatches, Rule
from tornado.web import RequestHandler

__all__ = ["LONGEST", "QUERY", "TOKEN_SECONDS", "guard", "hosts_of"]

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


def hosts_of(address: str, port: int) -> tuple[str, ...]:
    """Return the hosts, with their port, by which a server is known.

    Examples
    --------
    >>> hosts_of("127.0.0.1", 5006)
    ('127.0.0.1:5006', 'localhost:5006')
    """
    from socket import gethostname

    own = f"[{address}]" if ":" in address else address
    names = (own, "127.0.0.1", "localhost")
    if address in EVERYWHERE:
        names = (gethostname(), *names[1:])
    return tuple(f"{name.lower()}:{port}" for name in dict.fromkeys(names))


def guard(server: Any, hosts: Collection[str]) -> None:
    """Let a server refuse in one line what is not for it, and answer the rest with a page that is ready.

    Parameters
    ----------
    server : Server
        Not yet running.
    hosts : collection of str
        The names that it has, each with its port.
    """
    text = server.io_loop.run_sync(lambda: _rendered(server))
    server._tornado.default_router.rules[:0] = [
        Rule(_Unwanted(frozenset(hosts)), _Refused),
        Rule(PathMatches("/"), _Page, {"text": text}),
    ]


async def _rendered(server: Any) -> tuple[str, str]:
    """Return the text of the page before and after a token."""
    [application] = server._tornado._applications.values()
    name = generate_session_id()
    token = generate_jwt_token(name, expiration=TOKEN_SECONDS)
    session = await application.create_session_if_needed(name, HTTPServerRequest("GET", "/"), token)
    document = session.document
    with set_curdoc(document):
        resources: BokehResources = Resources.from_bokeh(server._tornado.resources())
        text = server_html_page_for_session(
            session, resources, document.title, token, document.template, document.template_variables
        )
    session.request_expiration()
    before, found, after = text.partition(token)
    assert found and token not in after
    return before, after


class _Unwanted(Matcher):
    """Matches requests that are not answered."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return why a request is refused; None if it is not."""
        status = 0
        if request.host.lower() not in self._hosts or not self._of_ours(request.headers.get("Origin")):
            status = 421
        elif len(request.uri or "") > LONGEST:
            status = 414
        elif request.path in UNUSED:
            status = 404
        return {"target_kwargs": {"status": status}} if status else None

    def _of_ours(self, origin: str | None) -> bool:
        """Say whether a request comes from a page of this server, or from no page."""
        return origin is None or origin.lower().partition("://")[2] in self._hosts


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
