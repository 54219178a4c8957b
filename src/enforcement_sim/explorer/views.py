"""The tabs, their lists, and what each tab shows of a picture.

Every figure has its numbers in a table. A tab is drawn when it is opened, and only if its content has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim import labels
from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.explorer import change_tables, charts, flow, timeline
from enforcement_sim.explorer.big_picture import SERIES
from enforcement_sim.explorer.choices import QUERY_NAMES, Choices
from enforcement_sim.explorer.county_map import CountyMap
from enforcement_sim.explorer.measure_groups import groups_html
from enforcement_sim.explorer.picture import WORLDS, Picture
from enforcement_sim.explorer.summary import MAP_EVENTS, STAGES
from enforcement_sim.explorer.theme import SELECT, WIDE, html, select
from enforcement_sim.explorer.two_histories import HistoriesView
from enforcement_sim.explorer.why_asked import Asked, asked_of
from enforcement_sim.explorer.why_links import cells_with_links, number_in_words, with_links
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.amounts import NOT_APPLICABLE

TABS = {
    "change": ("Measures", ()),
    "rules": ("Rules in time", ()),
    "flow": ("Flow", ("world",)),
    "mix": ("Offence mix", ("stage", "definition")),
    "map": ("Map", ("event", "month")),
    "life": ("Why", ("why", "person")),
    "saved": ("Compare saved", ()),
    "doubt": ("Doubt", ()),
}
"""Tab -> its label, and the choices on which it depends."""
ALL_MONTHS = "all months"


def valid_view(choices: Choices) -> tuple[Choices, str]:
    """Return choices with invalid view settings replaced by those of the first page, and an error message.

    Examples
    --------
    >>> valid, problem = valid_view(Choices(show="maps"))
    >>> valid.show, problem.partition(";")[0]
    ('change', "show: unknown 'maps'")
    """
    known = {
        "show": TABS,
        "stage": STAGES,
        "definition": load_definitions(),
        "event": SERIES,
        "world": WORLDS,
    }
    problem = ""
    for attribute, allowed in known.items():
        value = getattr(choices, attribute)
        if value not in allowed:
            key, near = QUERY_NAMES[attribute], nearest_names(value, allowed)
            problem = problem or str(InputError(f"unknown {value!r}", key=key, allowed=tuple(allowed), nearest=near))
            choices = replace(choices, **{attribute: getattr(Choices(), attribute)})
    try:
        asked_of(choices.why)
    except InputError as error:
        problem, choices = problem or str(error), replace(choices, why=Choices().why)
    return choices, problem


class Views:
    """The tabs of one page.

    Parameters
    ----------
    view : Choices
        Initial view, made valid by :func:`valid_view`.
    pool : WorkerPool
        Its workers compute the histories of single bookings.
    on_view : callable
        Called without arguments when the view changes.
    more : dict
        Contents of the tabs that draw themselves, by tab.

    Attributes
    ----------
    tabs : Tabs
        To be put on the page.
    """

    def __init__(
        self, view: Choices, pool: WorkerPool, on_view: Callable[[], None], more: dict[str, pn.Column]
    ) -> None:
        self._drawn: dict[str, Any] = {}
        self._map: CountyMap | None = None
        self.stage = select("Stage", _events(STAGES), view.stage, **SELECT)
        definitions = {_definition(name): name for name in load_definitions()}
        self.definition = select("Definition", definitions, view.definition, **SELECT)
        self.month = pmui.DiscreteSlider(
            label=f"Month: {ALL_MONTHS}",
            options=[ALL_MONTHS],
            value=ALL_MONTHS,
            show_value=False,  # the library's own is empty at first where a link opens the map
            tooltips=False,
            margin=(6, 14),
            **WIDE,
        )
        self.world = select("Scenario", [*WORLDS], view.world, **SELECT)
        self.histories = HistoriesView(view.why, view.person, pool, on_view)
        above: dict[str, list[Any]] = {
            "flow": [self.world],
            "mix": [pn.FlexBox(self.stage, self.definition)],
            "map": [self.month],
        }
        drawn = [name for name in TABS if name not in ("change", "life", *more)]
        self.panes = {name: pn.pane.Bokeh(**WIDE) for name in drawn}
        self.panes["flow"] = pn.pane.HoloViews(stylesheets=[WIDE_ONLY], **WIDE)
        self.texts = {name: html() for name in ("change", *drawn)}
        below: dict[str, list[Any]] = {name: [self.panes[name], self.texts[name]] for name in drawn}
        below |= {"change": [self.texts["change"]], "life": self.histories.content()} | {
            name: [one] for name, one in more.items()
        }
        self.tabs = pmui.Tabs(
            *((label, pn.Column(*above.get(name, ()), *below[name], **WIDE)) for name, (label, _) in TABS.items()),
            active=list(TABS).index(view.show),
            dynamic=True,
            **WIDE,
        )
        self.month.param.watch(lambda _: setattr(self.month, "label", f"Month: {self.month.value}"), "value")
        self.tabs.param.watch(lambda _: on_view(), "active")
        for widget in (self.stage, self.definition, self.month, self.world):
            widget.param.watch(lambda _: on_view(), "value")

    def read(self, choices: Choices) -> Choices:
        """Return choices with the current view."""
        show = list(TABS)[self.tabs.active]
        month = "" if self.month.value == ALL_MONTHS else self.month.value
        if list(self.month.options) == [ALL_MONTHS]:  # the map was not opened yet: keep the link's month
            month = choices.month
        return replace(
            choices,
            show=show,
            stage=self.stage.value,
            definition=self.definition.value,
            month=month,
            world=self.world.value,
            why=self.histories.why.value,
            person=self.histories.number,
        )

    def set_view(self, view: Choices) -> None:
        """Show the view of an address; the caller draws it."""
        self.stage.value, self.definition.value, self.world.value = view.stage, view.definition, view.world
        if (view.month or ALL_MONTHS) in self.month.options:
            self.month.value = view.month or ALL_MONTHS
        self.histories.set_view(view.why, view.person)
        self.tabs.active = list(TABS).index(view.show)

    def forget(self) -> None:
        """Redraw every tab when it is next opened."""
        self._drawn.clear()

    def draw(self, picture: Picture, pair: tuple[Scenario, Scenario], choices: Choices) -> None:
        """Draw the open tab if its content has changed."""
        show = choices.show
        shown = (picture.thin, picture.seeds, pair[1], *(getattr(choices, name) for name in TABS[show][1]))
        if self._drawn.get(show) == shown:
            return
        self._drawn[show] = shown
        if show == "life":
            number = number_in_words(picture, asked_of(choices.why), unchanged=choices.changes_nothing)
            self.histories.update(number, pair, choices.why)
            return
        if show not in self.texts:  # it draws itself
            return
        if show == "change":
            self.texts[show].object = with_links(groups_html(picture, choices.changes_nothing), choices)
            return
        drawing: dict[str, Callable[[], tuple[Any, str, str]]] = {
            "rules": lambda: (timeline.draw(*pair), RULES_NOTE, timeline.table(*pair)),
            "flow": lambda: _flow(picture, choices),
            "mix": lambda: _mix(picture, choices),
            "map": lambda: self._county_map(picture, choices),
        }
        self.panes[show].object, note, table = drawing[show]()
        self.panes[show].visible = self.panes[show].object is not None
        self.texts[show].object = (f"<p class='quiet'>{note}</p>" if note else "") + table

    def _county_map(self, picture: Picture, choices: Choices) -> tuple[Any, str, str]:
        summary = picture.any()
        months = [ALL_MONTHS, *summary.months]
        if list(self.month.options) != months:
            wanted = choices.month if choices.month in summary.months else ALL_MONTHS
            self.month.param.update(options=months, value=wanted)
        if self._map is None or self._map.counties != summary.counties:
            self._map = CountyMap(summary.counties)
        event = _on_map(choices.event)
        note = f"{labels.event(event)}: chosen above the big picture. {MAP_NOTE}"
        return self._map.figure, note, self._map.show(picture, event, choices)


WIDE_ONLY = "@media (max-width: 700px) { :host { display: none !important; } }"
"""Leaves a drawing out where its labels would lie on each other; its numbers stand below it."""
NARROW = " <span class='narrow'>The drawing of it needs a wider screen.</span>"
NOBODY = "Nobody comes this far in these places and on these days"
RULES_NOTE = (
    "Grey: history, where it was the same in all of the chosen places. Coloured: what you changed, on the days on which it "
    "acts. Numbered: dates of policy, listed below."
)
MIX_WHY = "<p class='quiet'>Each number leads to people whom it counts, and to why it differs.</p>"
MAP_NOTE = (
    "Every county figure is simulated, not a record. Colours, and people per 1,000 bookings, are of the what-if. Hatched: few "
    "people, mostly chance. People whom ICE took over from a "
    "state's prisons are not counted in any county."
)


def _flow(picture: Picture, choices: Choices) -> tuple[Any, str, str]:
    world = choices.world
    named = "the what-if" if world == "what-if" else "history"
    if not flow.edges_of(picture.mean(world, lambda one: one.funnel)):
        return None, f"{NOBODY}, under {named}.", ""
    return flow.sankey(picture, world), f"People under {named}, means over seeds.{NARROW}", flow.table(picture, choices)


def _mix(picture: Picture, choices: Choices) -> tuple[Any, str, str]:
    stage, definition = choices.stage, choices.definition
    categories, rows = charts.mix_rows(picture, stage, definition)
    if not rows:
        return None, f"{NOBODY}, under history or the what-if.", ""
    cells, asked = [], []
    for programme, world, people in rows:
        few = people.sum() * len(picture.seeds) / picture.thin < FEW_PEOPLE
        shares = [f"{100 * one / people.sum():.1f}%" if people.sum() else NOT_APPLICABLE for one in people]
        label = charts.row_label(programme, world)
        cells.append((label + (" (few people)" if few else ""), f"{people.sum():,.0f}", *shares))
        whole = Asked(stage, programme=programme)
        asked += [whole, *(replace(whole, definition=definition, group=name) for name in categories)]
    title = f"{labels.event(stage)}, under {_definition(definition)}; simulated, not a record"
    headings = ("programme and scenario", "people", *(labels.category(name) for name in categories))
    table = cells_with_links(change_tables.html_table(title, headings, cells), choices, asked)
    told = load_definitions()[definition]
    note = f"{escape(told.title)} ({escape(told.citation)})."
    return charts.offence_mix(picture, stage, definition), note, table + MIX_WHY


def _events(names: tuple[str, ...]) -> dict[str, str]:
    return {labels.event(name): name for name in names}


def _on_map(event: str) -> str:
    return event if event in MAP_EVENTS else "removed"


def _definition(name: str) -> str:
    """Return a definition's name in words."""
    if name == "charge":
        return "Offence charged"
    letters, _, _ = name.partition("-")
    named = labels.category(name)
    return letters.upper() + named[len(letters) :] if letters in ("ice", "mpi", "trac") and letters != name else named
