"""A page as a browser finds it, and as it is filled.

Building all that can be chosen takes about a second and some megabytes, which a visit that does not stay should not cost.
So a browser that connects gets a page with a line on it, and what stands there is made when the browser says that it has
loaded. When it has gone, everything that would keep the page alive is let go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui
from panel.io.resources import get_dist_path

from enforcement_sim.explorer.door import QUERY
from enforcement_sim.explorer.look import THEME, html
from enforcement_sim.explorer.session import TITLE, Session

if TYPE_CHECKING:
    from enforcement_sim.explorer.crew import Crew

__all__ = ["empty_page", "let_go", "open_page"]

OPENING = "<p class='quiet' role='status'>Opening the page …</p>"


def open_page(crew: Crew) -> pmui.Page:
    """Return the page of a browser that connects: empty, and filled by a session of its own when it has loaded."""
    document, location = pn.state.curdoc, pn.state.location
    page = empty_page()
    if document is None:
        return page
    # Without it, what is made before the page is rendered would ask the maker's own server for its styles.
    document.template_variables["dist_url"] = get_dist_path(cdn=False)
    place = pn.Column(html(OPENING), sizing_mode="stretch_width", margin=0)
    page.main = [place]
    opened: list[Session] = []

    def fill() -> None:
        opened.append(Session(crew, _query_of(document, location)))
        place[:] = [opened[0].content()]

    def close(_: object) -> None:
        for session in opened:
            session.close()
        opened.clear()

    pn.state.onload(fill)
    pn.state.on_session_destroyed(close)
    return page


def _query_of(document: Any, location: Any) -> str:
    """Return the query of the address: as the browser says it, or as the page was asked for."""
    if location is not None and location.search:
        return str(location.search)
    context = document.session_context
    request = None if context is None else context.request
    [query, *_] = (request.arguments.get(QUERY) if request is not None else None) or [""]
    return f"?{query}" if query else ""


def empty_page() -> pmui.Page:
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
    let_go(page)
    return page


def let_go(page: pmui.Page) -> None:
    """Let a page follow the server's state no longer: it would hang on that state, which outlives every session.

    The library makes each page watch whether the server is busy, for the indicator that is left out here.
    """
    watching = pn.state.param.watchers.get("busy", {}).get("value", [])
    for watcher in [one for one in watching if _belongs_to(one.fn, page)]:
        pn.state.param.unwatch(watcher)


def _belongs_to(watched: object, page: pmui.Page) -> bool:
    """Say whether a function that is called on a change is the page's own."""
    owner = getattr(watched, "__self__", None)
    return owner is page or getattr(owner, "self", None) is page
