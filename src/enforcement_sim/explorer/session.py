"""The page of one browser: its choices, its query, and its status.

A session holds the state of one open page; sessions share only the worker pool. When a widget changes, the session reads
the choices, sets the address and starts a query. When a run finishes, it draws the best available picture.
"""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim.errors import InputError, lines_of
from enforcement_sim.explorer import change_tables
from enforcement_sim.explorer.choices import (
    HOLD,
    VIEW,
    Choices,
    choices_of,
    pair_of,
    query_of,
    rules_without_effect,
    yaml_of,
)
from enforcement_sim.explorer.controls import Controls
from enforcement_sim.explorer.picture import Picture, Query
from enforcement_sim.explorer.theme import BACK, WIDE, html, small_button
from enforcement_sim.explorer.views import Views, valid_view
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.scenarios.schema import Scenario

TITLE = "Enforcement simulator"
DEBOUNCE_MS = 40
"""Time after the last change of a widget before a query starts."""
POLL_MS = 400
"""Interval between updates of the progress."""
OPENING = (
    "<h1>What would have changed?</h1><p class='quiet'>Choose a place, lay rules over history, and see what "
    f"changes for the same synthetic people. Simulated, not a record.</p>{BACK}"
)


class Session:
    """One browser's page.

    Parameters
    ----------
    pool : WorkerPool
        Shared by all sessions.
    query : str
        The query of the address that was opened.
    """

    def __init__(self, pool: WorkerPool, query: str = "") -> None:
        self.document = pn.state.curdoc
        self.location = pn.state.location
        self.query = Query(pool, self._on_update)
        self.refused = ""
        try:
            self.choices = choices_of(query)
        except InputError as error:
            self.choices, self.refused = Choices(), str(error)
        self.choices, problem = valid_view(self.choices)
        self.refused = self.refused or problem
        self.pair: tuple[Scenario, Scenario] | None = None
        self._drawn: Any = None
        self._waiting: Any = None
        self._polling: Any = None
        self._updating = False
        self.controls = Controls(self.choices, self._moved)
        self.views = Views(self.choices, pool, self._viewed)
        self.status, self.head, self.foot, self.link = html(), html(), html(), html()
        self.stop = small_button(pmui.Button, "Stop computing", visible=False)
        self.stop.on_click(lambda _: self._stop())
        label = "Download this scenario (YAML)"
        self.file = small_button(pmui.FileDownload, label, callback=self._file, filename="what-if.yaml")
        self._request()

    def close(self) -> None:
        """Cancel the runs of this page, and release its results."""
        self.document = None
        self.views.histories.close()
        self.query.close()

    def content(self) -> pmui.Grid:
        """Return the content of the page."""
        column = {"margin": (0, 12), **WIDE}
        left = pn.Column(html(OPENING), self.controls.panel(), self.file, self.link, **column)
        right = pn.Column(self.status, self.stop, self.head, self.views.tabs, self.foot, **column)
        return pmui.Grid(
            pmui.Grid(left, size={"xs": 12, "md": 4, "lg": 3}),
            pmui.Grid(right, size={"xs": 12, "md": 8, "lg": 9}),
            container=True,
            spacing=1,
            **WIDE,
        )

    # ---- events --------------------------------------------------------------------------------------------------

    def _moved(self) -> None:
        """React to a changed widget: start a query after a pause."""
        if self.document is None:
            self._request()
            return
        if self._waiting is not None:
            self.document.remove_timeout_callback(self._waiting)
        self._waiting = self.document.add_timeout_callback(self._rested, DEBOUNCE_MS)

    def _rested(self) -> None:
        self._waiting = None
        chosen = replace(self.controls.read(), **{name: getattr(self.choices, name) for name in VIEW})
        if chosen != self.choices or self.refused:
            self.choices, self.refused = chosen, ""
            self._request()

    def _viewed(self) -> None:
        """React to a changed view."""
        self.choices = self.views.read(self.choices)
        self._address()
        self._draw()

    def _request(self) -> None:
        """Start the query for the choices; if they are invalid, show the error and remove the last picture."""
        self._address()
        self._drawn = None
        self.views.forget()
        try:
            if self.refused:
                raise InputError(self.refused)
            self.pair = pair_of(self.choices)
        except InputError as error:
            self.query.stop()
            self.pair, self.refused = None, self.refused or str(error)
            self.controls.show_no_effect({})
            self._refresh()
            return
        self.query.ask(*self.pair)
        # Done afterwards, because it takes a moment for a rule of the whole nation.
        if self.document is None:
            self._show_no_effect()
        else:
            self.document.add_next_tick_callback(self._show_no_effect)
        if self._polling is None and self.document is not None:
            self._polling = self.document.add_periodic_callback(self._poll, POLL_MS)
        self._refresh()

    def _show_no_effect(self) -> None:
        """Show beside the chosen rules which of them have no effect."""
        if self.pair is not None:
            self.controls.show_no_effect(rules_without_effect(self.choices, self.pair[1]))

    def _address(self) -> None:
        query = query_of(self.choices)
        if self.location is not None and not self.refused:
            self.location.search = query
        self.link.object = (
            f'<p><a href="{escape(query or "?")}">Link to this</a> <span class="quiet">(also in the address)</span></p>'
        )

    def _stop(self) -> None:
        self.query.stop()
        self._refresh()

    def _on_update(self) -> None:
        """Schedule a refresh in the page's thread; called in any thread."""
        document = self.document
        if document is not None and not self._updating:
            self._updating = True
            document.add_next_tick_callback(self._refresh)

    def _poll(self) -> None:
        if not self.query.working and self._polling is not None and self.document is not None:
            self.document.remove_periodic_callback(self._polling)
            self._polling = None
        self._write_status()

    def _refresh(self) -> None:
        self._updating = False
        self._write_status()
        self._draw()

    def _write_status(self) -> None:
        """Show what is being computed, what is shown, or the error."""
        working = self.query.working
        self.stop.visible = working
        error = self.query.error()
        refused = f"Invalid setting: {self.refused}" if self.refused else error and f"Could not be computed: {error}"
        text = f'<p class="refused" role="alert">{escape(refused)}</p>' if refused else self._progress(working)
        if text != self.status.object:
            self.status.object = text

    def _picture(self) -> Picture | None:
        return self.query.picture() if self.pair else None

    def _progress(self, working: bool) -> str:
        picture = self._picture()
        long, share = self.query.progress()
        shown, state = "Nothing to show yet", "computing" if working else "nothing"
        if picture is not None:
            exact = "Exact picture" if picture.thin == 1 else f"Thinned picture (one booking in {picture.thin})"
            shown = f"{exact}, {len(picture.seeds)} of {picture.wanted} seeds"
            state = "exact" if picture.complete else "partly" if picture.thin == 1 else "thinned"
        bar = ""
        if working:
            where = "the exact one is computed in the background" if long else "the exact one follows"
            shown += f"; {where}, {100 * share:.0f}% done"
            bar = f'<progress aria-label="Progress of the exact picture" max="1" value="{share:.3f}"></progress>'
        elif self.query.stopped:
            shown += "; stopped before the exact picture was done"
        return f'<p class="quiet" role="status" data-state="{state}">{shown}.</p>{bar}'

    def _draw(self) -> None:
        """Draw the current view if it has changed."""
        picture = self._picture()
        if picture is None or self.pair is None:
            if self.refused:
                self.head.object = ""
            return
        drawn = (picture.thin, picture.seeds, self.pair[1])
        if self._drawn != drawn:
            self._drawn = drawn
            text = change_tables.headline(picture, self.choices.changes_nothing)
            hold = f"{self.pair[1].parameters[HOLD]:g}"
            self.head.object = f'<div class="headline" data-picture="{picture.thin}" data-hold="{hold}">{text}</div>'
            self.foot.object = f'<p class="quiet">{escape(change_tables.caption(picture, self.pair))}</p>'
        self.views.draw(picture, self.pair, self.choices)

    def _file(self) -> io.StringIO:
        """Return the scenario file of the choices; if they are invalid, a file with the errors."""
        try:
            return io.StringIO(yaml_of(self.choices))
        except InputError as error:
            return io.StringIO("".join(f"# Invalid setting: {line}\n" for line in lines_of(error)))
