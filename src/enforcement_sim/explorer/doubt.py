"""The doubt about parameters, as an option: how the interval of a difference grows with the sets of the ensemble.

Every set of the ensemble fits what was published, and which is true is not known. History and the what-if are run under one
set after another, in the background and at a lower priority, so that nothing waits for them. After each set a row is added.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import panel as pn
import panel_material_ui as pmui

from enforcement_sim import labels
from enforcement_sim.explorer.answer_text import counted, ends
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.theme import SELECT, WIDE, html, select, small_button
from enforcement_sim.explorer.trials import setting_of
from enforcement_sim.explorer.worker_pool import Order, WorkerPool, error_message
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.results.intervals import Branch, Difference, Key, difference_between
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.scenarios.schema import Scenario

SETS = (2, 4, 8, 16)
SEEDS = 4
"""Seeds of each set."""
MEASURE = "removed"
WHAT = (
    "<p>The answer above takes the parameters as they are; its interval is over chance alone. The package also holds sets of "
    "parameters that all fit what was published. Each set gives an answer of its own, and nobody knows which set is true. "
    "Here history and the what-if are run under one set after another, in the background.</p>"
)
NOTE = (
    "<p class='quiet'>Over one set: the interval over seeds. Over several: the whole range of the sets, widened by the interval "
    "over seeds. It leaves out what the model leaves out.</p>"
)
DONE_CHANGING = "The settings were changed, so this was stopped. Start it again for the present settings."


@dataclass
class _Asked:
    """The runs asked for: of each set, side and seed the run's name, and what is known of it."""

    names: dict[tuple[int, int, int], str] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    found: dict[tuple[int, int, int], float] = field(default_factory=dict)


def under_sets(history: Scenario, what_if: Scenario, sets: int) -> list[tuple[Scenario, Scenario]]:
    """Return both scenarios under the first sets of the ensemble; what the what-if changes itself stays as it is.

    Examples
    --------
    >>> from enforcement_sim.explorer.choices import Choices, pair_of
    >>> pairs = under_sets(*pair_of(Choices(place="10003", settings=("pickup.crew_capacity=0.2",))), 2)
    >>> [what_if.parameters["pickup.crew_capacity"] for _, what_if in pairs]
    [0.2, 0.2]
    """
    changed = {one for one, value in what_if.parameters.items() if value != history.parameters[one]}
    return [
        (
            history.throughout(member.parameters),
            what_if.throughout({one: value for one, value in member.parameters.items() if one not in changed}),
        )
        for member in load_ensemble(sets)
    ]


class DoubtQuery:
    """The background runs of one page.

    Parameters
    ----------
    pool : WorkerPool
    on_update : callable
        Called, in any thread, when a run is done.
    """

    def __init__(self, pool: WorkerPool, on_update: Callable[[], None]) -> None:
        self._pool, self._on_update = pool, on_update
        self._lock = threading.RLock()
        self._asked = _Asked()

    def ask(self, history: Scenario, what_if: Scenario, sets: int) -> None:
        """Start to compute, set by set; cancel what was asked before."""
        self.stop()
        with self._lock:
            self._asked = asked = _Asked()
            for number, sides in enumerate(under_sets(history, what_if, sets), start=1):
                for side, scenario in enumerate(sides):
                    for seed in seeds_of(history.seed, SEEDS):
                        asked.names[number, side, seed] = self._pool.name_of(scenario, seed)
                        if order := self._pool.order(scenario, seed, self._on_update, long=True):
                            asked.orders.append(order)

    def stop(self) -> None:
        """Cancel what is still being computed."""
        with self._lock:
            orders, self._asked.orders = self._asked.orders, []
        for order in orders:
            self._pool.cancel(order, self._on_update)

    def error(self) -> str:
        """Return the error message of a failed run; empty if none failed."""
        with self._lock:
            return next((message for order in self._asked.orders if (message := error_message(order))), "")

    def progress(self) -> tuple[int, int]:
        """Return how many runs are done, and how many were asked for."""
        self._collect()
        return len(self._asked.found), len(self._asked.names)

    def differences(self) -> list[Difference]:
        """Return the difference after the first set, the first two, and so on, as far as all their runs are done."""
        self._collect()
        with self._lock:
            found, names = dict(self._asked.found), list(self._asked.names)
        rows: list[Difference] = []
        sides: tuple[dict[Key, float], dict[Key, float]] = ({}, {})
        for number in sorted({name[0] for name in names}):
            mine = [name for name in names if name[0] == number]
            if not all(name in found for name in mine):
                break
            for name in mine:
                sides[name[1]][Branch(number, name[2])] = found[name]
            rows.append(difference_between(*sides))
        return rows

    def _collect(self) -> None:
        """Keep the measure of every run that is done, because the pool drops its oldest results."""
        with self._lock:
            for name, run in self._asked.names.items():
                if name not in self._asked.found and (summary := self._pool.cached(run)) is not None:
                    self._asked.found[name] = summary.measures[MEASURE]


def growth_table(rows: list[Difference]) -> str:
    """Return the interval after each set as an HTML table with drawn intervals."""
    reach = max((max(abs(one.low), abs(one.high), abs(one.difference)) for one in rows), default=0.0) or 1.0
    lines = []
    for number, one in enumerate(rows, start=1):
        low, middle, high = (100 + 95 * value / reach for value in (one.low, one.difference, one.high))
        drawing = (
            "<svg class='growth' viewBox='0 0 200 14' aria-hidden='true'><path d='M100 0V14' stroke='#888'/>"
            f"<path d='M{low:.1f} 7H{high:.1f}M{low:.1f} 3V11M{high:.1f} 3V11' stroke='#0072B2' stroke-width='2'/>"
            f"<circle cx='{middle:.1f}' cy='7' r='4' fill='#0072B2'/></svg>"
        )
        sets = "1 set" if number == 1 else f"{number} sets"
        interval = escape(ends(one.low, one.high))
        lines.append(
            f"<tr><th scope='row'>{sets}</th><td>{escape(counted(one.difference))}</td><td>{interval}</td><td>{drawing}</td></tr>"
        )
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("over", "middle", "95% interval", "drawn"))
    title = f"{labels.measure(MEASURE)[0]}: what-if less history, simulated, not a record"
    return (
        f"<div class='scrolls' tabindex='0' role='region' aria-label='{escape(title)}'><table><caption>{escape(title)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


class DoubtView:
    """The tab: how many sets, start and stop, and the table that grows.

    Attributes
    ----------
    content : Column
        To be put on the page.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self.document = pn.state.curdoc
        self._query = DoubtQuery(pool, self._on_update)
        self._pair: tuple[Scenario, Scenario] | None = None
        self._setting: Choices | None = None
        self._running: Any = None
        self.sets = select("Sets of parameters", {f"{number} sets": number for number in SETS}, SETS[1], **SELECT)
        self.start = small_button(pmui.Button, "Compute the doubt about parameters")
        self.stop = small_button(pmui.Button, "Stop", visible=False)
        self.text = html()
        self.content = pn.Column(
            html(WHAT), self.sets, pn.Row(self.start, self.stop, margin=0), self.text, margin=0, **WIDE
        )
        self.start.on_click(lambda _: self.compute())
        self.stop.on_click(lambda _: self._halt("Stopped."))

    def follow(self, choices: Choices, pair: tuple[Scenario, Scenario]) -> None:
        """Note the present setting; what runs for another one is stopped."""
        setting = setting_of(choices)
        if self._running is not None and setting != self._running:
            self._halt(DONE_CHANGING)
            self._running = None
        self._setting, self._pair = setting, pair

    def compute(self) -> None:
        """Start the runs for the present setting."""
        if self._pair is None or self._setting is None or self._setting.changes_nothing:
            self.text.object = "<p>Nothing is changed yet, so there is no difference that could be in doubt.</p>"
            return
        self._running, self.stop.visible = self._setting, True
        self._query.ask(*self._pair, self.sets.value)
        self._show()

    def close(self) -> None:
        """Cancel everything, because the page is closed."""
        self.document = None
        self._query.stop()

    def _halt(self, why: str) -> None:
        self._query.stop()
        self.stop.visible = False
        self.text.object = f"<p role='status'>{why}</p>{self._table()}"

    def _on_update(self) -> None:
        """Schedule a look at the results in the page's thread; called in any thread."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(self._show)

    def _table(self) -> str:
        rows = self._query.differences()
        return growth_table(rows) + NOTE if rows else ""

    def _show(self) -> None:
        if not self.stop.visible:
            return
        if message := self._query.error():
            self._halt(f"Could not be computed: {escape(message)}.")
            return
        done, wanted = self._query.progress()
        self.stop.visible = done < wanted
        state = f"{done} of {wanted} runs are done, {SEEDS} seeds of each set."
        self.text.object = f"<p role='status' data-doubt='{done}'>{state}</p>{self._table()}"
