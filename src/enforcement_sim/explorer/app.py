"""The page: one session of one browser, and serving it.

A session holds what one browser chose and looks at; the crew of workers is all that sessions share. A widget that moves
gives new choices, these the address and a question, and whenever a run is there the page draws the best picture there is.
What is drawn and written comes from the rooms below; here it is only put in its place.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import holoviews as hv
import panel as pn
import panel_material_ui as pmui
from panel.io.resources import get_dist_path

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.explorer import plots, tables, timeline
from enforcement_sim.explorer.answer import Asker, Picture, expected_size
from enforcement_sim.explorer.controls import Controls, place_in_words, select
from enforcement_sim.explorer.county_map import CountyMap
from enforcement_sim.explorer.crew import Crew
from enforcement_sim.explorer.flow import edges_of, in_words, sankey
from enforcement_sim.explorer.look import SHEET, THEME
from enforcement_sim.explorer.state import HOLD, Choices, choices_of, pair_of, query_of, yaml_of
from enforcement_sim.explorer.summary import MAP_EVENTS, STAGES
from enforcement_sim.explorer.two_lives import ANY, ENDS, ToldPair, lives_scenario, told_html, told_pairs
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.report import words
from enforcement_sim.vocabulary import EVENTS

if TYPE_CHECKING:
    from concurrent.futures import Future

    from enforcement_sim.scenario.schema import Scenario

__all__ = ["Session", "serve"]

TITLE = "Enforcement simulator"
TABS = {
    "change": "Change",
    "rules": "Rules in time",
    "flow": "Flow",
    "mix": "Offence mix",
    "months": "Months",
    "map": "Map",
    "life": "Two lives",
}
WORLDS = ("what-if", "history")
SERIES = ("matched", "identified", "detainer_issued", "detainer_declined", "detainer_lapsed", "ice_custody", "removed")
DEBOUNCE_MS = 40
"""A slider that is dragged asks when it rests that long."""
LOOK_MS = 400
"""How often progress is looked at while something is being computed."""
ALL_MONTHS = "all months"
WIDE: dict[str, Any] = {"sizing_mode": "stretch_width"}
SELECT: dict[str, Any] = {
    "min_width": 200,
    "max_width": 320,
    "sizing_mode": "stretch_width",
    "margin": (14, 6, 6, 6),
}


def _html(text: str = "", **more: Any) -> pn.pane.HTML:
    return pn.pane.HTML(text, stylesheets=[SHEET], sizing_mode="stretch_width", margin=(4, 0), **more)


class Session:
    """One browser's page.

    Parameters
    ----------
    crew : Crew
        Shared by all sessions.
    query : str
        Of the address that was opened.
    """

    def __init__(self, crew: Crew, query: str = "") -> None:
        self.document = pn.state.curdoc
        self.location = pn.state.location
        self.crew = crew
        self.asker = Asker(crew, self._heard)
        self.refused = ""
        try:
            self.choices = choices_of(query)
        except InputError as error:
            self.choices, self.refused = Choices(), str(error)
        self.pair: tuple[Scenario, Scenario] | None = None
        self._drawn: dict[str, Any] = {}
        self._map: CountyMap | None = None
        self._waiting: Any = None
        self._looking: Any = None
        self._told = False
        self._lives: Future[list[ToldPair]] | None = None
        self._lives_of: Any = None
        self._pairs: list[ToldPair] = []
        self.controls = Controls(self.choices, self._moved)
        self._make_views()
        if pn.state.curdoc is not None:
            pn.state.on_session_destroyed(lambda _: self.close())
        self._ask()

    def close(self) -> None:
        """Give up whatever this page still wants."""
        self.document = None
        self.asker.stop()

    # ---- what is on the page -------------------------------------------------------------------------------------------

    def _make_views(self) -> None:
        view = self._valid_view()
        self.status, self.head, self.foot, self.link = _html(), _html(), _html(), _html()
        self.stop = pmui.Button(label="Stop computing", variant="outlined", size="small", visible=False, margin=(4, 0))
        self.stop.on_click(lambda _: self._stop())
        self.stage = select("Stage", options={words.event(name): name for name in STAGES}, value=view.stage, **SELECT)
        self.definition = select(
            "Definition",
            options={_definition(name): name for name in load_definitions()},
            value=view.definition,
            **SELECT,
        )
        events = {words.event(name): name for name in SERIES}
        self.event = select("Event by month", options=events, value=view.event, **SELECT)
        on_map = {words.event(name): name for name in MAP_EVENTS}
        self.map_event = select(
            "Event on the map",
            options=on_map,
            value=view.event if view.event in MAP_EVENTS else "removed",
            **SELECT,
        )
        self.month = pmui.DiscreteSlider(
            label="Month", options=[ALL_MONTHS], value=ALL_MONTHS, sizing_mode="stretch_width", margin=(6, 14)
        )
        self.world = select("World", options=list(WORLDS), value=view.world, **SELECT)
        self.end = select(
            "What happened under history",
            options={words.event(name) if name in EVENTS else name: name for name in ENDS},
            value=ANY,
            **SELECT,
        )
        self.person = select("Person", options={}, **WIDE)
        self.file = pmui.FileDownload(
            callback=self._file,
            filename="what-if.yaml",
            label="Download this scenario (YAML)",
            variant="outlined",
            size="small",
            margin=(4, 0),
        )
        self.texts = {name: _html() for name in TABS}
        self.bokeh = {name: pn.pane.Bokeh(**WIDE) for name in ("change", "rules", "mix", "months", "map")}
        self.flow = pn.pane.HoloViews(**WIDE)
        inside: dict[str, list[Any]] = {
            "change": [self.bokeh["change"]],
            "rules": [self.bokeh["rules"]],
            "flow": [self.world, self.flow],
            "mix": [pn.FlexBox(self.stage, self.definition), self.bokeh["mix"]],
            "months": [self.event, self.bokeh["months"]],
            "map": [self.map_event, self.month, self.bokeh["map"]],
            "life": [self.end, self.person],
        }
        self.tabs = pmui.Tabs(
            *((label, pn.Column(*inside[name], self.texts[name], **WIDE)) for name, label in TABS.items()),
            active=list(TABS).index(view.show),
            dynamic=True,
            sizing_mode="stretch_width",
        )
        self.tabs.param.watch(lambda _: self._viewed(), "active")
        for widget in (self.stage, self.definition, self.event, self.map_event, self.month, self.world, self.end):
            widget.param.watch(lambda _: self._viewed(), "value")
        self.person.param.watch(lambda _: self._show_person(), "value")

    def _valid_view(self) -> Choices:
        """Return the choices with what cannot be looked at replaced, having said so."""
        known = {
            "show": (tuple(TABS), "show"),
            "stage": (STAGES, "stage"),
            "definition": (tuple(load_definitions()), "by"),
            "event": (SERIES, "event"),
            "world": (WORLDS, "world"),
        }
        first_page = Choices()
        for attribute, (allowed, key) in known.items():
            value = getattr(self.choices, attribute)
            if value not in allowed:
                self.refused = self.refused or str(
                    InputError(f"unknown {value!r}", key=key, allowed=allowed, nearest=nearest_names(value, allowed))
                )
                self.choices = replace(self.choices, **{attribute: getattr(first_page, attribute)})
        return self.choices

    def page(self) -> pmui.Page:
        """Return the whole page."""
        opening = _html(
            "<h1>What would have changed?</h1><p class='quiet'>Choose a place, lay rules over history, and see what "
            "changes for the same synthetic people. Simulated, not a record.</p>"
        )
        left = pn.Column(
            opening, self.controls.panel(), self.file, self.link, sizing_mode="stretch_width", margin=(0, 12)
        )
        right = pn.Column(
            self.status, self.stop, self.head, self.tabs, self.foot, sizing_mode="stretch_width", margin=(0, 12)
        )
        grid = pmui.Grid(
            pmui.Grid(left, size={"xs": 12, "md": 4, "lg": 3}),
            pmui.Grid(right, size={"xs": 12, "md": 8, "lg": 9}),
            container=True,
            spacing=1,
            sizing_mode="stretch_width",
        )
        page = pmui.Page(
            title=TITLE,
            main=[grid],
            theme_toggle=False,
            theme_config=THEME,
            meta_description="What would have changed for the same synthetic people under other rules. Simulated.",
        )
        # The indicator cannot be left out at once (None is read as the default), and it has no name for screen readers.
        page.param.busy_indicator.objects = ["linear", "circular", None, "none"]
        page.busy_indicator = "none"
        return page

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
        chosen = self.controls.read()
        views = {
            name: getattr(self.choices, name) for name in ("show", "stage", "definition", "event", "month", "world")
        }
        chosen = replace(chosen, **views)
        if chosen != self.choices or self.refused:
            self.choices, self.refused = chosen, ""
            self._ask()

    def _viewed(self) -> None:
        """Note that something else is looked at."""
        show = list(TABS)[self.tabs.active]
        event = self.map_event.value if show == "map" else self.event.value
        month = "" if self.month.value == ALL_MONTHS else self.month.value
        self.choices = replace(
            self.choices,
            show=show,
            stage=self.stage.value,
            definition=self.definition.value,
            event=event,
            month=month,
            world=self.world.value,
        )
        self._address()
        self._draw()

    def _ask(self) -> None:
        """Ask for what is chosen; what cannot be is said, and the last picture goes."""
        self._address()
        self._drawn.clear()
        try:
            if self.refused:
                raise InputError(self.refused)
            self.pair = pair_of(self.choices)
        except InputError as error:
            self.asker.stop()
            self.pair, self.refused = None, str(error)
            self._refresh()
            return
        self.asker.ask(*self.pair)
        if self._looking is None and self.document is not None:
            self._looking = self.document.add_periodic_callback(self._look, LOOK_MS)
        self._refresh()

    def _address(self) -> None:
        query = query_of(self.choices)
        if self.location is not None and not self.refused:
            self.location.search = query
        self.link.object = (
            f'<p><a href="{escape(query or "?")}">Link to this</a> <span class="quiet">(also in the address)</span></p>'
        )

    def _stop(self) -> None:
        self.asker.stop()
        self._refresh()

    def _heard(self) -> None:
        """Take note in whatever thread that something is new; the page looks at it in its own."""
        document = self.document
        if document is not None and not self._told:
            self._told = True
            document.add_next_tick_callback(self._refresh)

    def _look(self) -> None:
        if not self.asker.working and self._looking is not None and self.document is not None:
            self.document.remove_periodic_callback(self._looking)
            self._looking = None
        self._write_status()

    def _refresh(self) -> None:
        self._told = False
        self._write_status()
        self._draw()

    def _write_status(self) -> None:
        """Write what is being computed, what is shown, or why nothing is."""
        working = self.asker.working
        self.stop.visible = working
        if self.refused:
            told = f'<p class="refused" role="alert">This cannot be: {escape(self.refused)}</p>'
        elif trouble := self.asker.trouble():
            told = f'<p class="refused" role="alert">Could not be computed: {escape(trouble)}</p>'
        else:
            told = self._told_status(working)
        if told != self.status.object:
            self.status.object = told

    def _told_status(self, working: bool) -> str:
        picture = self.asker.picture() if self.pair else None
        long, share = self.asker.progress()
        shown = "Nothing to show yet"
        if picture is not None:
            count = f"{len(picture.seeds)} of {picture.wanted} seeds"
            shown = (
                f"Exact picture, {count}"
                if picture.thin == 1
                else f"Thinned picture (one booking in {picture.thin}), {count}"
            )
        bar = ""
        if working:
            where = "the exact one is computed in the background" if long else "the exact one follows"
            shown += f"; {where}, {100 * share:.0f}% done"
            bar = f'<progress aria-label="Progress of the exact picture" max="1" value="{share:.3f}"></progress>'
        elif self.asker.stopped:
            shown += "; stopped before the exact picture was done"
        return f'<p class="quiet" role="status" data-state="{self._state(picture, working)}">{shown}.</p>{bar}'

    def _state(self, picture: Picture | None, working: bool) -> str:
        if picture is None:
            return "computing" if working else "nothing"
        return "exact" if picture.complete else "partly" if picture.thin == 1 else "thinned"

    # ---- drawing -------------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Draw what is looked at, if it is not what is drawn."""
        picture = self.asker.picture() if self.pair else None
        if picture is None or self.pair is None:
            if self.refused:
                self.head.object = ""
            return
        key = (picture.thin, picture.seeds, self.pair[1])
        if self._drawn.get("head") != key:
            self._drawn["head"] = key
            text = tables.headline(picture, self.choices.changes_nothing)
            hold = f"{self.pair[1].parameters[HOLD]:g}"
            self.head.object = f'<div class="headline" data-picture="{picture.thin}" data-hold="{hold}">{text}</div>'
            self.foot.object = (
                f'<p class="quiet">{escape(tables.caption(picture, self.pair[0], place_in_words(self.choices)))}</p>'
            )
        show = self.choices.show
        looked_at = (key, self._view_key(show))
        if self._drawn.get(show) != looked_at:
            self._drawn[show] = looked_at
            getattr(self, f"_draw_{show}")(picture)

    def _view_key(self, show: str) -> tuple[Any, ...]:
        return {
            "flow": (self.choices.world,),
            "mix": (self.choices.stage, self.choices.definition),
            "months": (self.choices.event,),
            "map": (self.choices.event, self.choices.month),
            "life": (self.end.value,),
        }.get(show, ())

    def _draw_change(self, picture: Picture) -> None:
        rows = tables.change_rows(picture)
        self.bokeh["change"].object = plots.changes(rows)
        note = "<p class='quiet'>Filled: the sign can be told. Hollow: it cannot. Grey: few people.</p>"
        self.texts["change"].object = note + tables.change_table(rows)

    def _draw_rules(self, _: Picture) -> None:
        assert self.pair is not None
        self.bokeh["rules"].object = timeline.draw(*self.pair)
        bars = timeline.bars_of(*self.pair)
        cells = [
            (
                timeline.DECISION_LABELS[bar.decision],
                "laid over history" if bar.laid else "history",
                bar.label,
                f"{bar.start} to {bar.end}",
            )
            for bar in bars
        ]
        note = (
            "<p class='quiet'>Grey: what stood in all of the chosen places. Coloured: laid over it. Dotted: dates of "
            "national policy.</p>"
        )
        self.texts["rules"].object = note + tables.html_table(
            "What stood, and what is laid over it", ("decision", "whose", "rule", "from and until"), cells, range(0)
        )

    def _draw_flow(self, picture: Picture) -> None:
        world = self.choices.world
        self.flow.object = sankey(picture, world)
        edges = edges_of(picture.mean("history", lambda one: one.funnel)) + edges_of(
            picture.mean("what-if", lambda one: one.funnel)
        )
        rows = [
            (f"{in_words(a)} → {in_words(b)}", lambda one, a=a, b=b: _people_on(one, a, b))
            for a, b in dict.fromkeys((a, b) for a, b, _ in edges)
        ]
        self.texts["flow"].object = (
            f"<p class='quiet'>People under {'the what-if' if world == 'what-if' else 'history'}, means over seeds.</p>"
            + tables.numbers_table(picture, "From being found to an outcome, simulated, not a record", rows)
        )

    def _draw_mix(self, picture: Picture) -> None:
        stage, definition = self.choices.stage, self.choices.definition
        self.bokeh["mix"].object = plots.offence_mix(picture, stage, definition)
        categories, rows = plots.mix_rows(picture, stage, definition)
        cells = []
        for programme, world, people in rows:
            few = people.sum() * len(picture.seeds) / picture.thin < FEW_PEOPLE
            shares = [f"{100 * one / people.sum():.1f}%" if people.sum() else "-" for one in people]
            cells.append((f"{programme}, {world}" + (" (few people)" if few else ""), f"{people.sum():,.0f}", *shares))
        self.texts["mix"].object = tables.html_table(
            f"{words.event(stage)}, under {_definition(definition)}; simulated, not a record",
            ("programme and world", "people", *(words.category(name) for name in categories)),
            cells,
        )

    def _draw_months(self, picture: Picture) -> None:
        event = self.choices.event
        self.bokeh["months"].object = plots.months(picture, event)
        rows = [
            (month, lambda one, at=at: float(one.monthly(event)[at])) for at, month in enumerate(picture.any().months)
        ]
        note = "<p class='quiet'>Lines: means over seeds; bands: their range; dotted: dates of national policy.</p>"
        self.texts["months"].object = note + tables.numbers_table(
            picture, f"{words.event(event)} by month, simulated, not a record", rows
        )

    def _draw_map(self, picture: Picture) -> None:
        summary = picture.any()
        months = [ALL_MONTHS, *summary.months]
        if list(self.month.options) != months:
            wanted = self.choices.month if self.choices.month in summary.months else ALL_MONTHS
            self.month.param.update(options=months, value=wanted)
        if self._map is None or self._map.counties != summary.counties:
            self._map = CountyMap(summary.counties)
            self.bokeh["map"].object = self._map.figure
        event = self.choices.event if self.choices.event in MAP_EVENTS else "removed"
        self._map.show(picture, event, self.choices.month)
        note = (
            "<p class='quiet'>Every county figure is simulated, not a record. Hatched: few people, mostly chance. People "
            "whom ICE took over from a state's prisons are counted with no county.</p>"
        )
        self.texts["map"].object = note + self._map.table(picture, event, self.choices.month)

    def _draw_life(self, _: Picture) -> None:
        """Ask a worker for two lives, once for a pair of scenarios."""
        assert self.pair is not None
        if self.choices.changes_nothing or self.pair[0] is self.pair[1]:
            self.person.options = {}
            self.texts["life"].object = "<p>Nothing is changed yet, so every life is the same twice.</p>"
            return
        wanted = (self.pair[1], self.end.value)
        if self._lives_of == wanted:
            return
        self._lives_of = wanted
        size = expected_size(self.pair[0])
        sides = [lives_scenario(side, size) for side in self.pair]
        self.texts["life"].object = "<p role='status'>Following the same people through both worlds …</p>"
        self._lives = self.crew.submit(told_pairs, *sides, self.end.value)
        self._lives.add_done_callback(lambda future: self._lives_came(future, wanted, sides[0].thin))

    def _lives_came(self, future: Future[list[ToldPair]], wanted: Any, thin: int) -> None:
        document = self.document
        if document is not None:
            document.add_next_tick_callback(lambda: self._show_lives(future, wanted, thin))

    def _show_lives(self, future: Future[list[ToldPair]], wanted: Any, thin: int) -> None:
        if wanted != self._lives_of:
            return
        if future.cancelled() or future.exception() is not None:
            self.texts[
                "life"
            ].object = f'<p class="refused" role="alert">Could not be told: {escape(str(future.exception()))}</p>'
            self._lives_of = None
            return
        self._pairs = future.result()
        self._thin = thin
        self.person.param.update(
            options={f"{number}. {pair.title}": number for number, pair in enumerate(self._pairs, start=1)},
            value=1 if self._pairs else None,
        )
        self._show_person()

    def _show_person(self) -> None:
        if not self._pairs or self.person.value is None:
            self.texts["life"].object = "<p>No life parts among those that fit.</p>"
            return
        pair = self._pairs[int(self.person.value) - 1]
        thinned = f" One person in {self._thin} was followed." if self._thin > 1 else ""
        note = "<p class='quiet'>Synthetic people: nobody here is real. The first in the order of their keys, seed 1."
        self.texts["life"].object = f"{note}{thinned}</p>{told_html(pair)}"

    def _file(self) -> io.StringIO:
        """Return the scenario file of what is chosen; what cannot be is said in the file."""
        try:
            return io.StringIO(yaml_of(self.choices))
        except InputError as error:
            return io.StringIO(f"# This cannot be: {error}\n")


def _definition(name: str) -> str:
    """Return a definition's name in words."""
    named = words.category(name)
    for letters in ("ice", "mpi", "trac"):
        if name.startswith(f"{letters}-"):
            named = letters.upper() + named[len(letters) :]
    return "Offence charged" if name == "charge" else named


def _people_on(summary: Any, a: str, b: str) -> float:
    """Return how many people took one way in a run."""
    return next((people for start, end, people in edges_of(summary.funnel) if (start, end) == (a, b)), 0.0)


def serve(
    port: int, address: str, show: bool, ready: Callable[[str], None] | None = None, workers: int | None = None
) -> None:
    """Serve the explorer until interrupted.

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

    hv.extension("bokeh", logo=False)
    pn.extension()
    logging.getLogger("bokeh").setLevel(logging.ERROR)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    compile_engine()
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
        if ready is not None:
            ready(f"http://{address}:{server.port}/")
        try:
            server.start()
            server.io_loop.start()
        except KeyboardInterrupt:
            pass


def _origins(address: str, port: int) -> list[str]:
    """Return the hosts whose pages may talk to the server."""
    return [f"{host}:{port}" for host in dict.fromkeys((address, "127.0.0.1", "localhost"))]
