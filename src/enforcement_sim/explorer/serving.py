"""Serving the page: a crew of workers for all, a session for each browser that opens it.

Only the library's own files are handed out, so a machine without a network shows the whole page; it listens on this
machine alone unless told otherwise, and answers only to its own name (``door``). What is on a page is made for a browser
that connects (``opening``), and freed soon after it has gone. What a session does is not known here.
"""

from __future__ import annotations

import gc
import logging
import signal
from collections.abc import Callable
from typing import Any

import holoviews as hv
import panel as pn

from enforcement_sim.explorer.crew import Crew
from enforcement_sim.explorer.door import guard, hosts_of
from enforcement_sim.explorer.opening import open_page
from enforcement_sim.explorer.session import TITLE

__all__ = ["KEPT_MS", "LOOKED_AT_MS", "prepare", "serve", "server_of"]

KEPT_MS = 4_000
"""A session without a connection is freed after so long: a page that is still loading opens another from its address."""
LOOKED_AT_MS = 2_000
"""How often sessions without a connection are looked for."""


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
    from enforcement_sim.custody import compile_engine

    prepare()
    compile_engine()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Crew(workers) as crew:
        crew.warm_up()
        # What was loaded so far stays for good; collections after a session need not look through it again.
        gc.collect()
        gc.freeze()
        server = server_of(crew, port, address, show)
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


def server_of(crew: Crew, port: int, address: str, show: bool = False) -> Any:
    """Return the server of the page, not started: one that frees sessions, and answers only to its own name."""
    server = pn.serve(
        {"/": lambda: open_page(crew)},
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
    guard(server, hosts_of(address, server.port))
    return server
