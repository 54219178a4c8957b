"""The page of one browser: what it chose, what it asked for, and what it is told meanwhile.

A session is everything one open page knows; the worker pool is all that sessions share. A widget that moves gives new
choices, these the address and a query, and whenever a run is there the page draws the best picture there is.
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
"""A slider that is dragged asks when it rests that long."""
LOOK_MS = 400
"""How often progress is looked at while something is being computed."""
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
        Of the address that was opened.
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
        self.choices, told = valid_view(self.choices)
        self.refused = self.refused or told
        self.pair: tuple[Scenario, Scenario] | None = None
        self._drawn: Any = None
        self._waiting: Any = None
        self._looking: Any = None
        self._updating = False
        self.controls = Controls(self.choices, self._moved)
        self.views = Views(self.choices, pool, self._viewed)
        self.status, self.head, self.foot, self.link = html(), html(), html(), html()
        self.stop = small_button(pmui.Button, "Stop computing", visible=False)
        self.stop.on_click(lambda _: self._stop())
        label = "Download this scenario (YAML)"
        self.file = small_button(pmui.FileDownload, label, callback=self._file, filename="what-if.yaml")
        self._ask()

    def close(self) -> None:
        """Cancel whatever this page still wants, and let go of what it was given."""
        self.document = None
        self.views.life.close()
        self.query.close()

    def content(self) -> pmui.Grid:
        """Return what stands on the page."""
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

    # ---- what happens --------------------------------------------------------------------------------------------------

    def _moved(self) -> None:
        """Note that something was chosen; ask when it rests."""
        if self.document is None:
            self._ask()
            return
        if self._waiting is not None:
            self.document.remove_timeout_callback(self._waiting)
        self._waiting = self.document.add_timeout_callback(self._rested, DEBOUNCE_MS)

    def _rested(self) -> None:
        self._waiting = None
        chosen = replace(self.controls.read(), **{name: getattr(self.choices, name) for name in VIEW})
        if chosen != self.choices or self.refused:
            self.choices, self.refused = chosen, ""
            self._ask()

    def _viewed(self) -> None:
        """Note that something else is looked at."""
        self.choices = self.views.read(self.choices)
        self._address()
        self._draw()

    def _ask(self) -> None:
        """Ask for what is chosen; what cannot be is said, and the last picture goes."""
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
            self.controls.tell({})
            self._refresh()
            return
        self.query.ask(*self.pair)
        # The page need not wait for it: a rule laid over the nation takes a moment to look at.
        if self.document is None:
            self._tell_no_effect()
        else:
            self.document.add_next_tick_callback(self._tell_no_effect)
        if self._looking is None and self.document is not None:
            self._looking = self.document.add_periodic_callback(self._look, LOOK_MS)
        self._refresh()

    def _tell_no_effect(self) -> None:
        """Write beside the rules laid which of them do nothing."""
        if self.pair is not None:
            self.controls.tell(rules_without_effect(self.choices, self.pair[1]))

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
        """Take note in whatever thread that something is new; the page looks at it in its own."""
        document = self.document
        if document is not None and not self._updating:
            self._updating = True
            document.add_next_tick_callback(self._refresh)

    def _look(self) -> None:
        if not self.query.working and self._looking is not None and self.document is not None:
            self.document.remove_periodic_callback(self._looking)
            self._looking = None
        self._write_status()

    def _refresh(self) -> None:
        self._updating = False
        self._write_status()
        self._draw()

    def _write_status(self) -> None:
        """Write what is being computed, what is shown, or why nothing is."""
        working = self.query.working
        self.stop.visible = working
        trouble = self.query.trouble()
        refused = (
            f"Invalid setting: {self.refused}" if self.refused else trouble and f"Could not be computed: {trouble}"
        )
        told = f'<p class="refused" role="alert">{escape(refused)}</p>' if refused else self._progress(working)
        if told != self.status.object:
            self.status.object = told

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
        """Draw what is looked at, if it is not what is drawn."""
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
        """Return the scenario file of what is chosen; what cannot be is said in the file."""
        try:
            return io.StringIO(yaml_of(self.choices))
        except InputError as error:
            return io.StringIO("".join(f"# Invalid setting: {line}\n" for line in lines_of(error)))
