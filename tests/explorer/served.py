"""An explorer's server in a thread of this process, with workers that have everything ready; and a browser's part of it."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from tests.explorer.explorer_pictures import summary
from tornado.httpclient import HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect

from enforcement_sim.explorer import server
from enforcement_sim.explorer.choices import HOLD
from enforcement_sim.explorer.summary import Summary
from enforcement_sim.scenarios.schema import Scenario

PATIENCE = 120.0
EXACT = "data-state=&quot;exact"
COLLIER = "/?place=12021&from=2012-01-01&to=2012-03-31&hold=96"
LOADED = {
    "kind": "MessageSent",
    "msg_type": "bokeh_event",
    "msg_data": {"type": "event", "name": "document_ready", "values": {"type": "map", "entries": []}},
}


class ReadyPool:
    """Has every run already, whatever is asked for; nothing is computed."""

    def name_of(self, scenario: Scenario, seed: int) -> str:
        return f"{int(scenario.parameters[HOLD] != 48)}|{1 + seed % 2}"

    def cached(self, name: str) -> Summary:
        side, seed = name.split("|")
        return summary(int(side), int(seed))

    def order(self, *_: Any) -> None:
        return None

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()


class Served:
    """A server that runs.

    Attributes
    ----------
    port : int
    server : Server
        The library's own.
    """

    def __init__(self, port: int) -> None:
        self.port, self.server, self.loop = port, None, None

    def run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        pool: Any = ReadyPool()
        self.server: Any = server.server_of(pool, self.port, "127.0.0.1")
        self.loop: Any = IOLoop.current()
        self.server.start()
        self.loop.add_callback(ready.set)
        self.loop.start()

    def asked(self, path: str = COLLIER, **headers: str) -> tuple[int, str]:
        """Ask for a path, byte for byte; return the status and the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest("GET", "/", skip_host=True)
        connection._buffer[0] = b"GET " + path.encode("latin-1") + b" HTTP/1.1"  # type: ignore[attr-defined]
        for name, value in ({"Host": f"127.0.0.1:{self.port}"} | headers).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def looked(self, path: str = COLLIER, until: str = EXACT) -> str:
        """Open a page as a browser does, wait until something stands on it, and go; return all that was sent."""
        status, body = self.asked(path)
        found = re.search(r'"token":"([^"]+)"', body)
        assert status == 200 and found is not None
        return asyncio.run(self._connected(found[1], until))

    async def _connected(self, token: str, until: str) -> str:
        headers = {"Sec-WebSocket-Protocol": f"bokeh, {token}", "Origin": f"http://127.0.0.1:{self.port}"}
        request = HTTPRequest(f"ws://127.0.0.1:{self.port}/ws", headers=headers)
        browser = await websocket_connect(request, subprotocols=["bokeh", token])
        await asyncio.wait_for(browser.read_message(), PATIENCE)
        for kind, content in (("PULL-DOC-REQ", {}), ("PATCH-DOC", {"events": [LOADED]})):
            for part in ({"msgid": kind, "msgtype": kind}, {}, content):
                await browser.write_message(json.dumps(part))
        sent = ""
        while until not in sent:
            message = await asyncio.wait_for(browser.read_message(), PATIENCE)
            assert message is not None, sent[-2000:]
            sent += str(message)
        browser.close()
        return sent

    def turn(self) -> None:
        """Let the server's loop go round once."""
        gone_round = threading.Event()
        self.loop.add_callback(gone_round.set)
        assert gone_round.wait(PATIENCE)

    def end_sessions(self) -> None:
        """End what has no connection, as the server does by itself every few seconds."""
        ended = threading.Event()

        async def end() -> None:
            for application in self.server._tornado._applications.values():
                await application._cleanup_sessions(-1)
            ended.set()

        self.loop.add_callback(end)
        assert ended.wait(PATIENCE)

    def sessions(self) -> int:
        """Return how many sessions there are."""
        return len(self.server.get_sessions("/"))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def serving_here() -> Iterator[Served]:
    """Serve the explorer in a thread."""
    server.prepare()
    served, ready = Served(free_port()), threading.Event()
    thread = threading.Thread(target=served.run, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield served
    finally:
        served.loop.add_callback(served.server.stop)
        served.loop.add_callback(served.loop.stop)
        thread.join(PATIENCE)
