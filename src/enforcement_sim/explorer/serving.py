"""Serving the page: a crew of workers for all, a session for each browser that opens it.

Only the library's own files are handed out, so a machine without a network shows the whole page; it listens on this
machine alone unless told otherwise. What a session does is not known here.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable

import holoviews as hv
import panel as pn
import panel_material_ui as pmui
from panel.io.resources import get_dist_path

from enforcement_sim.explorer.crew import Crew
from enforcement_sim.explorer.session import TITLE, Session

__all__ = ["serve"]


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
    from enforcement_sim.process import compile_engine

    hv.extension("bokeh", logo=False)
    pn.extension()
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    compile_engine()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Crew(workers) as crew:
        crew.warm_up()

        def page() -> pmui.Page:
            location = pn.state.location
            if pn.state.curdoc is not None:
                # Without it, what is made before the page is rendered would ask the maker's own server for its styles.
                pn.state.curdoc.template_variables["dist_url"] = get_dist_path(cdn=False)
            return Session(crew, location.search if location is not None else "").page()

        server = pn.serve(
            {"/": page},
            port=port,
            address=address,
            show=show,
            start=False,
            title=TITLE,
            verbose=False,
            websocket_origin=_origins(address, port),
        )
        try:
            if ready is not None:
                ready(f"http://{address}:{server.port}/")
            server.start()
            server.io_loop.start()
        except KeyboardInterrupt:
            pass


def _origins(address: str, port: int) -> list[str]:
    """Return the hosts whose pages may talk to the server."""
    return [f"{host}:{port}" for host in dict.fromkeys((address, "127.0.0.1", "localhost"))]
