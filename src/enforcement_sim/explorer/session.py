"""The page of one browser: its choices, its query, and its status.

A session holds the state of one open page; sessions share only the worker pool. When a widget changes, the session
greys the answer at once, reads the choices after a pause, sets the address and starts a query. When a run finishes, it draws
the best available picture.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim.errors import InputError, lines_of
from enforcement_sim.explorer import answer_text
from enforcement_sim.explorer.answer_view import AnswerView
from enforcement_sim.explorer.browser_link import say_button
from enforcement_sim.explorer.choices import VIEW, Choices, choices_of, pair_of, rules_without_effect, yaml_of
from enforcement_sim.explorer.controls import Controls, another
from enforcement_sim.explorer.doubt import DoubtView
from enforcement_sim.explorer.page_memory import PageMemory
from enforcement_sim.explorer.picture import Picture, Query
from enforcement_sim.explorer.rule_labels import DECISION_LABELS
from enforcement_sim.explorer.theme import WIDE, html, small_button
from enforcement_sim.explorer.trials import setting_of
from enforcement_sim.explorer.views import Views, valid_view
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.scenarios.schema import Scenario

TITLE = "Enforcement simulator"
DEBOUNCE_MS = 40
"""Time after the last change of a widget before a query starts."""
POLL_MS = 400
"""Interval between updates of the progress."""
AREAS = ("answer", "controls", "details")
LAYOUT = {
    "display": "grid",
    "gridTemplateColumns": {"xs": "minmax(0, 1fr)", "md": "minmax(260px, 3fr) minmax(0, 9fr)"},
    "gridTemplateRows": {"md": "auto 1fr"},
    "gridTemplateAreas": {
        "xs": " ".join(f'"{area}"' for area in AREAS),
        "md": '"controls answer" "controls details"',
    },
} | {f"& > :nth-of-type({at})": {"gridArea": area, "minWidth": 0} for at, area in enumerate(AREAS, start=1)}
"""The answer first on a phone; beside the controls where there is room."""
FORMER, PRESENT = {"opacity": "0.45"}, {"opacity": "1"}
"""Style of tables and drawings that belong to a former question, and to the present one."""
OPENING = (
    "<h1>What would have changed?</h1><p class='quiet'>Choose a place, lay rules over history, and see what "
    "changes for the same synthetic people. Simulated, not a record.</p>"
)


COMPUTING = '<div class="quiet" role="status" data-state="computing">Computing …</div>'


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
        self.query = Query(pool, self._on_update)
        self.doubt = DoubtView(pool)
        pressed: dict[str, Callable[[], None]] = {
            "stop": self._stop,
            "doubt": self.doubt.compute,
            "doubt-stop": self.doubt.halt,
        }
        pressed |= {another(decision): partial(self._add_rule, decision) for decision in DECISION_LABELS}
        self.memory = PageMemory(pool, self._open, pressed)
        self._read(query)
        self.pair: tuple[Scenario, Scenario] | None = None
        self._drawn: Any = None
        self._waiting: Any = None
        self._polling: Any = None
        self._updating = self._opening = False
        self.controls = Controls(self.choices, self._moved)
        more = {"saved": self.memory.saved.comparison.content, "doubt": self.doubt.content}
        self.views = Views(self.choices, pool, self._viewed, more)
        self.answer = AnswerView(self.choices.event, self._viewed)
        self.status = html()
        self.left = pn.Column(self.controls.panel(), margin=0, **WIDE)
        self.details = pn.Column(self.views.tabs, self.answer.caption, margin=(0, 12), **WIDE)
        self.stop = html(say_button("Stop computing", "Stop computing", kind="stop"))
        self.stop.visible = False
        label = "Download this scenario (YAML)"
        self.file = small_button(pmui.FileDownload, label, callback=self._file, filename="what-if.yaml")
        self._request()

    def close(self) -> None:
        """Cancel the runs of this page, and release its results."""
        self.document = None
        self.views.histories.close()
        self.memory.close()
        self.doubt.close()
        self.query.close()

    def content(self) -> pmui.Grid:
        """Return the content of the page."""
        column = {"margin": (0, 12), **WIDE}
        answer = pn.Column(html(OPENING), self.status, self.stop, self.answer.content(), **column)
        controls = pn.Column(self.left, self.memory.content(self.file), **column)
        return pmui.Grid(
            *(pmui.Grid(part) for part in (answer, controls, self.details)),
            container=True,
            spacing=1,
            sx=LAYOUT,
            **WIDE,
        )

    def _read(self, query: str) -> None:
        """Take the choices from an address; those of the first page where it is invalid."""
        self.refused = ""
        try:
            self.choices = choices_of(query)
        except InputError as error:
            self.choices, self.refused = Choices(), str(error)
        self.choices, problem = valid_view(self.choices)
        self.refused = self.refused or problem

    # ---- events --------------------------------------------------------------------------------------------------

    def _moved(self) -> None:
        """React to a changed widget: start a query after a pause."""
        if self.document is None:
            self._request()
            return
        if self._waiting is not None:
            self.document.remove_timeout_callback(self._waiting)
        self._make_former()  # at once: checking a scenario takes longer than somebody should wait for a sign
        self._waiting = self.document.add_timeout_callback(self._rested, DEBOUNCE_MS)

    def _rested(self) -> None:
        self._waiting = None
        chosen = replace(self.controls.read(), **{name: getattr(self.choices, name) for name in VIEW})
        if chosen != self.choices or self.refused:
            self.choices, self.refused = chosen, ""
            self._request()
        else:  # moved, and moved back
            self._drawn = None
            self._refresh()

    def _make_former(self) -> None:
        """Show that something is being computed, and that what stands on the page belongs to a former question."""
        self.status.object = COMPUTING
        self.answer.make_former()
        self.details.styles = FORMER

    def _open(self, query: str) -> None:
        """Show what an address means: a link that was followed, or the browser's back button."""
        before, was_refused = self.choices, self.refused
        self._read(query)
        self._opening = True
        try:
            self.views.set_view(self.choices)
            self.answer.event.value = self.choices.event
        finally:
            self._opening = False
        if self.refused or was_refused or setting_of(before) != setting_of(self.choices):
            self.controls = Controls(self.choices, self._moved)
            self.left[:] = [self.controls.panel()]
            self._request()
        else:
            self._address()
            self._draw()

    def _viewed(self) -> None:
        """React to a changed view."""
        if self._opening:
            return
        self.choices = replace(self.views.read(self.choices), event=self.answer.event.value)
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
        self.answer.ask(self.choices, self.pair)
        self.details.styles = FORMER
        self.query.ask(*self.pair)
        self.memory.asked(self.choices)
        self.doubt.follow(self.choices, self.pair)
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
        if not self.refused:
            self.memory.show_address(self.choices)

    def _add_rule(self, decision: str) -> None:
        self.controls.add(decision)

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
        if self._waiting is None:  # otherwise another question is about to be asked
            self._draw()
        self._write_status()

    def _write_status(self) -> None:
        """Show what is being computed, what is shown, or the error."""
        if self._waiting is not None:
            return
        working = self.query.working
        self.stop.visible = working
        error = self.query.error()
        refused = f"Invalid setting: {self.refused}" if self.refused else error and f"Could not be computed: {error}"
        text = f'<p class="refused" role="alert">{escape(refused)}</p>' if refused else self._progress(working)
        if text != self.status.object:
            self.status.object = text

    def _picture(self) -> Picture | None:
        return self.query.picture() if self.pair else None

    def _key(self, picture: Picture) -> tuple[Any, ...]:
        """What a drawing depends on; at last whether it is of some seeds and soon replaced, so that it is the sentences alone."""
        headline_alone = not picture.complete and self.query.ends_soon
        return picture.thin, picture.seeds, self.pair and self.pair[1], headline_alone

    def _progress(self, working: bool) -> str:
        picture = self._picture()
        if picture is not None and self._drawn != self._key(picture):
            picture, working = None, True  # not drawn yet: the page shows a part of the seeds, or a former answer
        state, shown = "computing" if working else "nothing", "Nothing to show yet."
        if picture is not None:
            state = "exact" if picture.complete else "partly" if picture.thin == 1 else "thinned"
            shown = f"Exact: every booking was simulated, under {len(picture.seeds)} seeds." if picture.complete else ""
        if working:
            shown = answer_text.in_progress(self.query.progress())
        elif self.query.stopped:
            shown = "Stopped before the exact answer was done."
        return f'<div class="quiet" role="status" data-state="{state}">{shown}</div>'

    def _draw(self) -> None:
        """Draw the answer and the open tab if they have changed."""
        picture = self._picture()
        if picture is None or self.pair is None:
            if self.refused:
                self.answer.clear()
            return
        drawn, before = self._key(picture), self._drawn
        self._drawn = drawn
        if drawn != before:
            self.answer.show(picture, self.pair, self.choices)
        *_, headline_alone = drawn
        if headline_alone:
            return
        self.answer.show_event(picture, self.choices)
        if drawn != before:
            self.memory.answered(picture, self.choices)
            self.details.styles = PRESENT
        self.views.draw(picture, self.pair, self.choices)

    def _file(self) -> io.StringIO:
        """Return the scenario file of the choices; if they are invalid, a file with the errors."""
        try:
            return io.StringIO(yaml_of(self.choices))
        except InputError as error:
            return io.StringIO("".join(f"# Invalid setting: {line}\n" for line in lines_of(error)))
