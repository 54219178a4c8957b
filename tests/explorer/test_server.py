"""The explorer's server: what a visitor leaves behind, whom it answers, and what the strangest addresses do to it."""

from __future__ import annotations

import gc
import logging
import random
import re
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from tests.explorer.served import COLLIER, Served, serving_here

from enforcement_sim.explorer import server
from enforcement_sim.explorer.server import LONGEST
from enforcement_sim.explorer.session import Session

STRANGE = (
    "?place=%zz%ff%00&to=??",
    "?hold=" + "9" * 3500,
    "?rule=" + ":" * 500,
    "?hold=%3Cscript%3Ealert(1)%3C/script%3E",
)
"""Addresses that mean nothing, in ways that hurt something once."""
ALPHABET = "?&=%;:/\\.,+-_[]{}()*!'\"<>|~^`@$0123456789abcxyzABC\xe9\xff"
NAMES = (
    "place",
    "from",
    "to",
    "hold",
    "activated",
    "rule",
    "set",
    "show",
    "stage",
    "by",
    "event",
    "month",
    "world",
    "why",
)


def said_loudly(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged that a user would see."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving_here() as server:
        yield server


def test_a_request_alone_leaves_nothing_behind(served: Served) -> None:
    served.end_sessions()
    assert served.asked()[0] == 200
    assert served.sessions() == 0


def test_what_begins_a_session_without_a_page_is_not_answered(served: Served) -> None:
    assert {served.asked(path)[0] for path in ("/autoload.js?bokeh-autoload-element=1", "/metadata")} == {404}


@pytest.mark.parametrize("show", ["change", "flow", "map"])
@pytest.mark.slow
def test_what_a_visitor_held_is_freed_when_the_browser_has_gone(
    served: Served, monkeypatch: pytest.MonkeyPatch, show: str
) -> None:
    """The session, its document, its widgets and its pictures: none is reachable from what lives longer."""
    held: list[weakref.ref[Any]] = []

    class Watched(Session):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            parts = (
                self,
                self.document,
                self.memory.browser,
                self.memory,
                self.doubt,
                self.query,
                self.controls,
                self.views,
                self.views.histories,
            )
            held.extend(
                weakref.ref(part)
                for part in (*parts, self.file, self.status, self.views.tabs, self.views.panes["flow"])
            )

        def close(self) -> None:
            figures = [pane.object for pane in self.views.panes.values() if pane.object is not None]
            held.extend(weakref.ref(figure) for figure in figures)
            super().close()

    monkeypatch.setattr(server, "Session", Watched)
    served.looked(f"{COLLIER}&show={show}")
    assert held
    for _ in range(50):  # what the loop still has to do for the session that ended takes some rounds
        served.end_sessions()
        served.turn()
        gc.collect()
        if not any(one() for one in held):
            break
    assert [one() for one in held if one() is not None] == []
    assert served.sessions() == 0


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
def test_another_host_is_not_answered(served: Served, host: str) -> None:
    """A name of somebody else that leads to this machine gets one line, whatever it asks for."""
    for path in ("/", "/favicon.ico", "/static/js/bokeh.min.js", "/ws"):
        status, body = served.asked(path, Host=host.format(port=served.port))
        assert status in (400, 421) and len(body.splitlines()) <= 1, (path, body)


def test_its_own_names_are_answered(served: Served) -> None:
    assert served.asked("/", Host=f"localhost:{served.port}")[0] == 200
    assert served.asked("/", Host=f"LOCALHOST:{served.port}", Origin=f"http://localhost:{served.port}")[0] == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://[", "{port}"])
def test_a_page_of_another_site_is_not_answered(served: Served, origin: str) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1Ng==",
    }
    assert served.asked("/ws", Origin=origin.format(port=served.port), **upgrade)[0] == 421
    assert served.asked("/", Origin=origin.format(port=served.port))[0] == 421


def test_an_address_without_end_is_refused(served: Served) -> None:
    status, body = served.asked("/?place=" + "A" * LONGEST)
    assert (status, body) == (414, f"The address is longer than {LONGEST} characters.\n")


def random_query(chance: random.Random) -> str:
    """Return an address of names that are known and names that are not, with any characters as values."""
    parts = []
    for _ in range(chance.randint(0, 6)):
        value = "".join(chance.choices(ALPHABET, k=chance.randint(0, 40)))
        parts.append(f"{chance.choice((*NAMES, value))}={value}")
    return "?" + "&".join(parts)


@pytest.mark.parametrize("query", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.slow
def test_a_strange_address_is_said_on_the_page(served: Served, query: str, caplog: pytest.LogCaptureFixture) -> None:
    sent = served.looked(f"/{query}", until="What would have changed?")
    said = sent.partition("Invalid setting: ")[2].partition("&lt;/p&gt;")[0]
    assert said, sent[-3000:]
    assert "Traceback" not in sent and "&lt;script" not in said
    assert not said_loudly(caplog)


def test_no_random_address_is_too_much_for_the_server(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Five hundred requests with every kind of garbage are answered with the same page, and leave nothing behind."""
    chance = random.Random(20120101)
    for _ in range(500):
        query = random_query(chance)
        assert served.asked(f"/{query}")[0] == 200, query
    served.end_sessions()
    assert served.sessions() == 0
    assert not said_loudly(caplog)


def test_the_page_of_a_county_is_served_and_leaves_nothing_behind(served: Served) -> None:
    served.end_sessions()
    status, body = served.asked("/county?place=37119")
    assert status == 200 and "Mecklenburg County, NC" in body and re.search(r"\b0 of \d+ runs are done", body)
    for query in ("", "?place=99999", "?place=%3Cscript%3E", "?place=" + "1" * 3000):
        status, body = served.asked(f"/county{query}")
        assert status == 404 and len(body.splitlines()) <= 2, body
    assert served.sessions() == 0
