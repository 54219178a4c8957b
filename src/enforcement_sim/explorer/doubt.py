"""The doubt about parameters, as an option: how the interval of a difference grows with the sets of the ensemble.

Every set of the ensemble fits what was published, and which is true is not known. History and the what-if are run under one
set after another, in the background and at a lower priority, so that nothing waits for them. After each set a row is added.
The same runs serve every measure of the groups people, time, money and rights.
"""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from typing import Any

import panel as pn

from enforcement_sim import labels
from enforcement_sim.explorer.answer_text import counted, ends
from enforcement_sim.explorer.browser_link import say_button
from enforcement_sim.explorer.change_tables import MOSTLY_CHANCE, signed_in
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.doubt_query import SEEDS, DoubtQuery
from enforcement_sim.explorer.measure_groups import GROUPS, Shown, unit_of
from enforcement_sim.explorer.theme import FIELD, SELECT, WIDE, html, select
from enforcement_sim.explorer.trials import setting_of
from enforcement_sim.explorer.why_links import links_line
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.notebook import FEW_PEOPLE
from enforcement_sim.results.intervals import Difference
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.amounts import IDENTICAL, NOT_APPLICABLE, ends_in_words

SETS = (2, 4, 8, 16)
FIRST = "removed"
"""The measure shown first, the answer's."""


def _label(shown: Shown) -> str:
    return shown.label or labels.measure(shown.measure)[0]


LABELS = {shown.measure: _label(shown) for group in GROUPS.values() for shown in group}
MEASURES = {name: {_label(shown): shown.measure for shown in group} for name, group in GROUPS.items()}
"""The list of measures, in the groups of the first tab."""
START = "Compute the doubt about parameters"
WHAT = (
    "<p>The answer above takes the parameters as they are; its interval is over chance alone. The package also holds sets of "
    "parameters that all fit what was published. Each set gives an answer of its own, and nobody knows which set is true. "
    "Here history and the what-if are run under one set after another, in the background. The same runs serve every number in "
    "the list.</p>"
)
NOTE = (
    "<p class='quiet'>Over one set: the interval over seeds. Over several: the whole range of the sets, widened by the interval "
    "over seeds. It leaves out what the model leaves out.</p>"
)
DONE_CHANGING = "The settings were changed, so this was stopped. Start it again for the present settings."
MIDDLE, REACH, WIDTH, HEIGHT = 100, 95, 200, 14
"""Of the drawing of an interval, in its own coordinates: the place of zero, the farthest end, and its size."""


def growth_table(rows: list[Difference], measure: str) -> str:
    """Return a measure's interval after each set as an HTML table with drawn intervals."""
    unit, per = unit_of(measure)
    found = [_in_days(one, per) for one in rows]
    widest = max((abs(end) for one in found for end in _drawn(one) if math.isfinite(end)), default=0.0) or 1.0
    heads = "".join(f"<th scope='col'>{head}</th>" for head in ("over", "middle", "95% interval", "drawn"))
    counted_in = "" if unit in ("people", "share", "dollars") else f" ({unit})"
    title = escape(f"{LABELS[measure]}{counted_in}: what-if less history, simulated, not a record")
    lines = "".join(_line(number, one, unit, widest) for number, one in enumerate(found, start=1))
    last = found[-1]
    few = unit == "people" and max(last.reference_mean, last.mean) * last.runs < FEW_PEOPLE
    return (
        f"<div class='scrolls' tabindex='0' role='region' aria-label='{title}'><table><caption>{title}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>"
        f"{f'<p class="change"><em>{MOSTLY_CHANCE}</em></p>' if few else ''}"
    )


def _in_days(one: Difference, per: float) -> Difference:
    """Return a difference in another unit."""
    return replace(one, difference=one.difference / per, low=one.low / per, high=one.high / per)


def _drawn(one: Difference) -> tuple[float, float, float]:
    return one.low, one.difference, one.high


def _line(number: int, one: Difference, unit: str, widest: float) -> str:
    """Return the row of a number of sets."""
    sets = "1 set" if number == 1 else f"{number} sets"
    if one.verdict in (IDENTICAL, NOT_APPLICABLE):
        words = "no difference in any run" if one.verdict == IDENTICAL else NOT_APPLICABLE
        return f"<tr><th scope='row'>{sets}</th><td colspan='3'>{words}</td></tr>"
    if unit == "people":
        middle, interval = counted(one.difference), ends(one.low, one.high)
    else:
        written = signed_in(unit)
        middle, interval = written(one.difference), ends_in_words(one.low, one.high, written)
    low, at, high = (MIDDLE + REACH * value / widest for value in _drawn(one))
    drawing = (
        f"<svg class='growth' viewBox='0 0 {WIDTH} {HEIGHT}' aria-hidden='true'><path d='M{MIDDLE} 0V{HEIGHT}' stroke='#888'/>"
        f"<path d='M{low:.1f} 7H{high:.1f}M{low:.1f} 3V11M{high:.1f} 3V11' stroke='#332288' stroke-width='2'/>"
        f"<circle cx='{at:.1f}' cy='7' r='4' fill='#332288'/></svg>"
    )
    cells = f"<td>{escape(middle)}</td><td>{escape(interval)}</td>"
    cells = cells.replace("\N{MINUS SIGN}", "\N{MINUS SIGN}\N{WORD JOINER}")  # no line ends behind a minus
    return f"<tr><th scope='row'>{sets}</th>{cells}<td>{drawing}</td></tr>"


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
        self._status = ""
        self.sets = select("Sets of parameters", {f"{number} sets": number for number in SETS}, SETS[1], **SELECT)
        self.measure = pn.widgets.Select(
            name="Number in doubt", groups=MEASURES, value=FIRST, stylesheets=[FIELD], **SELECT
        )
        self.stop = html(say_button("Stop", "Stop computing the doubt", kind="doubt-stop"))
        self.stop.visible = False
        self.text = html()
        start = html(say_button(START, START, kind="doubt"))
        lists = pn.FlexBox(self.sets, self.measure)
        self.content = pn.Column(html(WHAT), lists, start, self.stop, self.text, margin=0, **WIDE)
        self.measure.param.watch(lambda _: self._write(), "value")

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
            self._query.clear()
            self._halt("Nothing is changed yet, so there is no difference that could be in doubt.")
            return
        self._running, self.stop.visible = self._setting, True
        self._query.ask(*self._pair, self.sets.value)
        self._show()

    def halt(self) -> None:
        """Stop what is being computed."""
        if self.stop.visible:
            self._halt("Stopped.")

    def close(self) -> None:
        """Cancel everything, because the page is closed."""
        self.document = None
        self._query.stop()

    def _halt(self, why: str) -> None:
        self._query.stop()
        self.stop.visible = False
        self._status = f"<p role='status'>{why}</p>"
        self._write()

    def _on_update(self) -> None:
        """Schedule a look at the results in the page's thread; called in any thread."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(self._show)

    def _write(self) -> None:
        """Write how far the runs are, and the table of the chosen measure."""
        rows = self._query.differences(self.measure.value)
        table = growth_table(rows, self.measure.value) + NOTE if rows else ""
        why = links_line(self._setting, (self.measure.value,)) if rows and self._setting else ""
        self.text.object = self._status + table + why

    def _show(self) -> None:
        if not self.stop.visible:
            return
        if message := self._query.error():
            self._halt(f"Could not be computed: {escape(message)}.")
            return
        done, wanted = self._query.progress()
        self.stop.visible = done < wanted
        state = f"{done} of {wanted} runs are done, {SEEDS} seeds of each set."
        self._status = f"<p role='status' data-doubt='{done}'>{state}</p>"
        self._write()
