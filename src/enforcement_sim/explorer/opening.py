"""A page for a browser that has connected, and letting it go when the browser has gone.

The text that every request gets is made once, of a page with nothing on it (``door``); what can be chosen, which takes
about a second and some megabytes, is made for a browser that connects. Nothing that lives longer may hold on to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui
from panel.io.resources import get_dist_path

from enforcement_sim.explorer.door import QUERY
from enforcement_sim.explorer.look import THEME
from enforcement_sim.explorer.session import TITLE, Session

if TYPE_CHECKING:
    from enforcement_sim.explorer.crew import Crew

__all__ = ["empty_page", "let_go", "open_page"]


def open_page(crew: Crew) -> pmui.Page:
    """Return the page of a browser that has connected; an empty one for the text that every request gets."""
    document, location = pn.state.curdoc, pn.state.location
    page = empty_page()
    query = None if document is None else _query_of(document)
    if document is None or query is None:
        return page
    # Without it, what is made before the page is rendered would ask the maker's own server for its styles.
    document.template_variables["dist_url"] = get_dist_path(cdn=False)
    if location is not None:
        location.search = query
    session = Session(crew, query)
    page.main = [session.content()]
    pn.state.on_session_destroyed(lambda _: session.close())
    return page


def _query_of(document: Any) -> str | None:
    """Return the query of the address that was asked for, as its token keeps it; None if nobody asked."""
    context = document.session_context
    request = None if context is None else context.request
    if request is None or QUERY not in request.arguments:
        return None
    [query, *_] = request.arguments[QUERY]
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
