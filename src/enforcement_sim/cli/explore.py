"""``enforcement-sim explore``: the local web app."""

from __future__ import annotations

from typing import Annotated

import typer

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Address = Annotated[str, typer.Option("--address", help="Address to listen on; only this machine unless given.")]
Open = Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; all cores unless given.")]

DEFAULT_PORT = 5006
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEEDED = ("panel", "panel_material_ui", "holoviews", "bokeh")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("explore")(explore)


def explore(
    port: Port = DEFAULT_PORT, address: Address = LOOPBACK[0], open_browser: Open = True, workers: Workers = None
) -> None:
    """Explore in a browser what changes when rules are laid over history; a scenario is a link."""
    _refuse_what_is_missing()
    _refuse_taken(address, port)
    from enforcement_sim.explorer.server import serve

    if address not in LOOPBACK:
        typer.echo(f"Listening on {address}: whoever reaches this machine there can use the explorer.", err=True)
    typer.echo("Starting the explorer (the first start compiles the engine, about a quarter of a minute) ...")
    serve(port, address, open_browser, lambda url: typer.echo(f"Explorer at {url} (stop with Ctrl-C)"), workers)


def _refuse_what_is_missing() -> None:
    """Say in one line what to install, where the extra is not."""
    from importlib.util import find_spec

    from enforcement_sim.errors import InputError

    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        told = ", ".join(missing)
        raise InputError(f"the explorer needs more packages ({told}): pip install 'enforcement-sim[explore]'")


def _refuse_taken(address: str, port: int) -> None:
    """Say in one line that nobody can listen there."""
    import socket

    from enforcement_sim.errors import InputError

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError as error:
            raise InputError(f"cannot listen on {address}:{port} ({error.strerror})", key="--port") from None
