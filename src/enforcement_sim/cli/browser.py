"""``enforcement-sim report`` and ``explore``: results in a browser, as one page or in the local web application."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_PORT = 5006
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEEDED = ("panel", "panel_material_ui", "holoviews", "bokeh")
"""Packages of the explorer, which are installed by an extra."""

Results = Annotated[Path, typer.Argument(help="The folder of a finished run, sweep or comparison.", metavar="RESULTS")]
Counties = Annotated[
    list[str] | None,
    typer.Option("--county", help="A county with its own section: 'Wake, NC' or 37183; may be repeated."),
]
OutPage = Annotated[Path | None, typer.Option("--out", help="The file; report.html in the folder unless given.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Address = Annotated[str, typer.Option("--address", help="Address to listen on; only this machine unless given.")]
Open = Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; all cores unless given.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("report")(report)
    app.command("explore")(explore)


def report(results: Results, county: Counties = None, out: OutPage = None) -> None:
    """Write one self-contained HTML page: question, answer, funnel, mix, cost, both sides, counties, provenance."""
    from enforcement_sim.report.page import write_report
    from enforcement_sim.written_places import county_code

    typer.echo(write_report(results, out, [county_code(one, "--county") for one in county or ()]))


def explore(
    port: Port = DEFAULT_PORT, address: Address = LOOPBACK[0], open_browser: Open = True, workers: Workers = None
) -> None:
    """Explore in a browser what changes when rules are laid over history; a scenario is a link."""
    from importlib.util import find_spec

    from enforcement_sim.errors import InputError

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(
            f"the explorer needs more packages ({', '.join(missing)}): pip install 'enforcement-sim[explore]'"
        )
    _check_port(address, port)
    from enforcement_sim.explorer.server import serve

    if address not in LOOPBACK:
        typer.echo(f"Listening on {address}: anyone who reaches this address can use the explorer.", err=True)
    typer.echo("Starting the explorer (the first start compiles the engine, about a quarter of a minute) ...")
    serve(port, address, open_browser, lambda url: typer.echo(f"Explorer at {url} (stop with Ctrl-C)"), workers)


def _check_port(address: str, port: int) -> None:
    """Check that the explorer can listen on the port."""
    import socket

    from enforcement_sim.errors import InputError

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError as error:
            raise InputError(f"cannot listen on {address}:{port} ({error.strerror})", key="--port") from None
