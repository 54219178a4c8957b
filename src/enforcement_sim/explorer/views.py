"""What is looked at: the tabs, the lists that turn them, and what each shows of a picture.

Every drawing stands beside its numbers as a table. A tab is drawn when it is looked at and only if what it shows has
changed. Words, plots and tables come from the rooms below; asking for runs may not enter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim import labels
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.explorer import plots, tables, timeline
from enforcement_sim.explorer.controls import select
from enforcement_sim.explorer.county_map import CountyMap
from enforcement_sim.explorer.flow import edges_of, in_words, sankey
from enforcement_sim.explorer.life_view import LifeView
from enforcement_sim.explorer.look import SELECT, WIDE, html
from enforcement_sim.explorer.state import Choices
from enforcement_sim.explorer.summary import MAP_EVENTS, STAGES
from enforcement_sim.explorer.two_lives import ENDS
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.tables.amounts import NOT_APPLICABLE

if TYPE_CHECKING:
    from enforcement_sim.explorer.answer import Picture
    from enforcement_sim.explorer.crew import Crew
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["TABS", "Views", "valid_view"]

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
ALL_MONTHS = "all months"
RULE_HEADINGS = ("decision", "whose", "rule", "from and until", "how closely it is followed")


def valid_view(choices: Choices) -> tuple[Choices, str]:
    """Return choices with what cannot be looked at replaced by the first page's, and what is to be said of it.

    Examples
    --------
    >>> mended, told = valid_view(Choices(show="maps"))
    >>> mended.show, told.partition(";")[0]
    ('change', "show: unknown 'maps'")
    """
    known: dict[str, tuple[tuple[str, ...], str]] = {
        "show": (tuple(TABS), "show"),
        "stage": (STAGES, "stage"),
        "definition": (tuple(load_definitions()), "by"),
        "event": (SERIES, "event"),
        "world": (WORLDS, "world"),
        "end": (ENDS, "end"),
    }
    first_page, told = Choices(), ""
    for attribute, (allowed, key) in known.items():
        value = getattr(choices, attribute)
        if value not in allowed:
            told = told or str(
                InputError(f"unknown {value!r}", key=key, allowed=allowed, nearest=nearest_names(value, allowed))
            )
            choices = replace(choices, **{attribute: getattr(first_page, attribute)})
    return choices, told


class Views:
    """The tabs of one page.

    Parameters
    ----------
    view : Choices
        What they show at first, made possible by :func:`valid_view`.
    crew : Crew
        Whose workers tell lives.
    looked : callable
        Called without arguments when something else is looked at.

    Attributes
    ----------
    tabs : Tabs
        To be put on the page.
    """

    def __init__(self, view: Choices, crew: Crew, looked: Callable[[], None]) -> None:
        self._drawn: dict[str, Any] = {}
        self._map: CountyMap | None = None
        self.stage = select("Stage", options={labels.event(name): name for name in STAGES}, value=view.stage, **SELECT)
        definitions = {_definition(name): name for name in load_definitions()}
        self.definition = select("Definition", options=definitions, value=view.definition, **SELECT)
        events = {labels.event(name): name for name in SERIES}
        self.event = select("Event by month", options=events, value=view.event, **SELECT)
        on_map = {labels.event(name): name for name in MAP_EVENTS}
        first_on_map = view.event if view.event in MAP_EVENTS else "removed"
        self.map_event = select("Event on the map", options=on_map, value=first_on_map, **SELECT)
        self.month = pmui.DiscreteSlider(
            label=f"Month: {ALL_MONTHS}",
            options=[ALL_MONTHS],
            value=ALL_MONTHS,
            show_value=False,  # the library's own is empty at first where a link opens the map
            tooltips=False,
            sizing_mode="stretch_width",
            margin=(6, 14),
        )
        self.world = select("World", options=list(WORLDS), value=view.world, **SELECT)
        self.life = LifeView(view.end, view.person, crew, looked)
        self.texts = {name: html() for name in TABS if name != "life"}
        self.bokeh = {name: pn.pane.Bokeh(**WIDE) for name in ("change", "rules", "mix", "months", "map")}
        self.flow = pn.pane.HoloViews(**WIDE)
        inside: dict[str, list[Any]] = {
            "change": [self.bokeh["change"], self.texts["change"]],
            "rules": [self.bokeh["rules"], self.texts["rules"]],
            "flow": [self.world, self.flow, self.texts["flow"]],
            "mix": [pn.FlexBox(self.stage, self.definition), self.bokeh["mix"], self.texts["mix"]],
            "months": [self.event, self.bokeh["months"], self.texts["months"]],
            "map": [self.map_event, self.month, self.bokeh["map"], self.texts["map"]],
            "life": [self.life.end, self.life.people, self.life.text],
        }
        self.tabs = pmui.Tabs(
            *((label, pn.Column(*inside[name], **WIDE)) for name, label in TABS.items()),
            active=list(TABS).index(view.show),
            dynamic=True,
            sizing_mode="stretch_width",
        )
        self.month.param.watch(lambda _: setattr(self.month, "label", f"Month: {self.month.value}"), "value")
        self.tabs.param.watch(lambda _: looked(), "active")
        for widget in (self.stage, self.definition, self.event, self.map_event, self.month, self.world):
            widget.param.watch(lambda _: looked(), "value")

    def read(self, choices: Choices) -> Choices:
        """Return choices with what is looked at now."""
        show = list(TABS)[self.tabs.active]
        month = "" if self.month.value == ALL_MONTHS else self.month.value
        if list(self.month.options) == [ALL_MONTHS]:  # the map was not looked at yet: the link's month stays
            month = choices.month
        return replace(
            choices,
            show=show,
            stage=self.stage.value,
            definition=self.definition.value,
            event=self.map_event.value if show == "map" else self.event.value,
            month=month,
            world=self.world.value,
            end=self.life.end.value,
            person=self.life.number,
        )

    def forget(self) -> None:
        """Draw everything anew when it is next looked at."""
        self._drawn.clear()

    def draw(self, picture: Picture, pair: tuple[Scenario, Scenario], choices: Choices) -> None:
        """Draw what is looked at, if it is not what is drawn."""
        show = choices.show
        looked_at = (picture.thin, picture.seeds, pair[1], *self._view_key(choices))
        if self._drawn.get(show) == looked_at:
            return
        self._drawn[show] = looked_at
        if show == "rules":
            self._draw_rules(pair)
        elif show == "life":
            self.life.ask(pair, choices)
        else:
            getattr(self, f"_draw_{show}")(picture, choices)

    @staticmethod
    def _view_key(choices: Choices) -> tuple[Any, ...]:
        return {
            "flow": (choices.world,),
            "mix": (choices.stage, choices.definition),
            "months": (choices.event,),
            "map": (choices.event, choices.month),
            "life": (choices.end, choices.person),
        }.get(choices.show, ())

    def _draw_change(self, picture: Picture, _: Choices) -> None:
        rows = tables.change_rows(picture)
        self.bokeh["change"].object = plots.changes(rows)
        note = (
            "<p class='quiet'>Filled: the sign can be told, or both worlds are identical. Hollow: it cannot be told. Grey: "
            "few people.</p>"
        )
        about = f"<p class='quiet'>{escape(tables.about_change(picture))}</p>"
        self.texts["change"].object = note + tables.change_table(rows) + about

    def _draw_rules(self, pair: tuple[Scenario, Scenario]) -> None:
        self.bokeh["rules"].object = timeline.draw(*pair)
        bars = timeline.bars_of(*pair)
        cells = [
            (
                timeline.DECISION_LABELS[bar.decision],
                "laid over history" if bar.laid else "history",
                bar.label,
                f"{bar.start} to {bar.end}",
                bar.followed,
            )
            for bar in bars
        ]
        note = (
            "<p class='quiet'>Grey: what stood in all of the chosen places. Coloured: laid over it. Dotted: dates of "
            "national policy.</p>"
        )
        self.texts["rules"].object = note + tables.html_table(
            "What stood, and what is laid over it", RULE_HEADINGS, cells, range(0)
        )

    def _draw_flow(self, picture: Picture, choices: Choices) -> None:
        world = choices.world
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

    def _draw_mix(self, picture: Picture, choices: Choices) -> None:
        stage, definition = choices.stage, choices.definition
        self.bokeh["mix"].object = plots.offence_mix(picture, stage, definition)
        categories, rows = plots.mix_rows(picture, stage, definition)
        cells = []
        for programme, world, people in rows:
            few = people.sum() * len(picture.seeds) / picture.thin < FEW_PEOPLE
            shares = [f"{100 * one / people.sum():.1f}%" if people.sum() else NOT_APPLICABLE for one in people]
            cells.append((f"{programme}, {world}" + (" (few people)" if few else ""), f"{people.sum():,.0f}", *shares))
        self.texts["mix"].object = tables.html_table(
            f"{labels.event(stage)}, under {_definition(definition)}; simulated, not a record",
            ("programme and world", "people", *(labels.category(name) for name in categories)),
            cells,
        )

    def _draw_months(self, picture: Picture, choices: Choices) -> None:
        event = choices.event
        self.bokeh["months"].object = plots.months(picture, event)
        rows = [
            (month, lambda one, at=at: float(one.monthly(event)[at])) for at, month in enumerate(picture.any().months)
        ]
        note = "<p class='quiet'>Lines: means over seeds; bands: their range; dotted: dates of national policy.</p>"
        self.texts["months"].object = note + tables.numbers_table(
            picture, f"{labels.event(event)} by month, simulated, not a record", rows
        )

    def _draw_map(self, picture: Picture, choices: Choices) -> None:
        summary = picture.any()
        months = [ALL_MONTHS, *summary.months]
        if list(self.month.options) != months:
            wanted = choices.month if choices.month in summary.months else ALL_MONTHS
            self.month.param.update(options=months, value=wanted)
        if self._map is None or self._map.counties != summary.counties:
            self._map = CountyMap(summary.counties)
            self.bokeh["map"].object = self._map.figure
        event = choices.event if choices.event in MAP_EVENTS else "removed"
        self._map.show(picture, event, choices.month)
        note = (
            "<p class='quiet'>Every county figure is simulated, not a record. Hatched: few people, mostly chance. People "
            "whom ICE took over from a state's prisons are counted with no county.</p>"
        )
        self.texts["map"].object = note + self._map.table(picture, event, choices.month)


def _definition(name: str) -> str:
    """Return a definition's name in words."""
    named = labels.category(name)
    for letters in ("ice", "mpi", "trac"):
        if name.startswith(f"{letters}-"):
            named = letters.upper() + named[len(letters) :]
    return "Offence charged" if name == "charge" else named


def _people_on(summary: Any, a: str, b: str) -> float:
    """Return how many people took one way in a run."""
    return next((people for start, end, people in edges_of(summary.funnel) if (start, end) == (a, b)), 0.0)
