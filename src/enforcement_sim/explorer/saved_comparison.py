"""Two scenarios compared for the same people: the tab, with a "why" beside every number.

Two are compared as history and a what-if are: under the same seeds, with paired differences. They need the same place and
period, because otherwise they are about other people.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import panel as pn

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.answer_text import changes_in_words
from enforcement_sim.explorer.browser_link import say_button
from enforcement_sim.explorer.change_tables import MOSTLY_CHANCE, html_table
from enforcement_sim.explorer.choices import Choices, pair_of
from enforcement_sim.explorer.measure_groups import FURTHER, GROUPS, rows_of
from enforcement_sim.explorer.picture import Picture, Query
from enforcement_sim.explorer.theme import FULL, WIDE, html, select
from enforcement_sim.explorer.two_histories import HistoriesView
from enforcement_sim.explorer.why_asked import Asked, asked_of
from enforcement_sim.explorer.why_links import in_rows, number_in_words
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.tables.amounts import IDENTICAL

PRESENT = "the present setting"
"""What can be compared without being saved."""
NOT_ENOUGH = (
    "<p>Save a scenario under a name, at the end of the settings. It can then be compared with another one, or with the "
    "present setting.</p>"
)
OTHER_PEOPLE = (
    "<p>These two cannot be compared for the same people: they have another place or period. Their links are in the list at "
    "the end of the settings.</p>"
)
WHY_HEADING = '<h2 class="saved-why" tabindex="-1">Why they differ</h2>'


class Compared(NamedTuple):
    """Two scenarios under their names."""

    names: tuple[str, str]
    choices: tuple[Choices, Choices]
    worlds: tuple[Scenario, Scenario]

    @property
    def called(self) -> tuple[str, str]:
        """What the two are called in a sentence."""
        first, second = (name if name == PRESENT else f"\u201c{name}\u201d" for name in self.names)
        return first, second


def same_people(a: Choices, b: Choices) -> bool:
    """Return whether two scenarios are about the same place and period.

    Examples
    --------
    >>> same_people(Choices(hold="96"), Choices(hold="72")), same_people(Choices(), Choices(place="NC"))
    (True, False)
    """
    return (a.place, a.first, a.last) == (b.place, b.first, b.last)


def comparison_table(picture: Picture, names: tuple[str, str]) -> str:
    """Return the measures of two scenarios side by side, with paired differences, as an HTML table with a "why" in each row."""
    rows = rows_of(picture, [one for group in (*GROUPS.values(), FURTHER) for one in group])
    cells = []
    for _, row in rows:
        label = row.label + ("" if row.unit in ("people", "share", "dollars") else f" ({row.unit})")
        verdict = MOSTLY_CHANCE if row.few and row.verdict != IDENTICAL else row.verdict
        cells.append((label, row.history, row.what_if, row.difference, row.interval, verdict))
    headings = ("measure", *names, "difference", "95% interval", "verdict")
    table = html_table(f"{names[1]} against {names[0]}, simulated, not a record", headings, cells)
    return in_rows(table, (_why_button(row.measure) for _, row in rows))


def _why_button(measure: str) -> str:
    spoken = f"Why the two differ: {Asked(measure).label}"
    return say_button("why", spoken, kind="explain", number=measure, reveal=".saved-why")


class SavedComparison:
    """The tab that compares two scenarios.

    Parameters
    ----------
    pool : WorkerPool
        Computes what is not computed yet.

    Attributes
    ----------
    content : Column
        To be put on the page.
    """

    def __init__(self, pool: WorkerPool) -> None:
        self.document = pn.state.curdoc
        self._query = Query(pool, self._on_update)
        self._known: Mapping[str, Choices] = {}
        self._asked = False
        self._compared: Compared | None = None
        self.lists, self.text = pn.Column(margin=0, **WIDE), html(NOT_ENOUGH)
        self.why = HistoriesView(Asked("removed").written(), "1", pool, self._explain)
        self._explained = pn.Column(html(WHY_HEADING), *self.why.content(), margin=0, visible=False, **WIDE)
        self.content = pn.Column(self.lists, self.text, self._explained, margin=0, **WIDE)

    def close(self) -> None:
        """Cancel what is computed, because the page is closed."""
        self.document = None
        self._query.close()
        self.why.close()

    def offer(self, saved: Mapping[str, Choices]) -> None:
        """Offer saved scenarios, and the present setting, to be chosen."""
        self._known = {**saved, PRESENT: self._known.get(PRESENT, Choices())}
        names = list(self._known)
        before = [one.value for one in self.lists if one.value in names]
        chosen = before if len(before) == len(self.lists) > 0 else [names[0], names[1] if len(names) > 1 else names[0]]
        both = zip(("Compare", "with"), chosen, strict=True)
        self.lists[:] = [select(label, names, value, **FULL) for label, value in both] if saved else []
        for one in self.lists:
            one.param.watch(lambda _: self.compare(), "value")
        if self._asked or not saved:
            self.compare()

    def follow(self, present: Choices) -> None:
        """Note the present setting."""
        self._known = {**self._known, PRESENT: present}
        if self._asked:
            self.compare()

    def compare(self) -> None:
        """Compute and show the two chosen scenarios; only what is not computed yet takes time."""
        self._query.stop()
        before, self._compared = self._compared, None
        self._asked = bool(self.lists)
        self.text.object = self._refusal() or "<p role='status'>Computing both for the same people \u2026</p>"
        self._explained.visible = self._explained.visible and self._compared is not None and before is not None
        if self._compared is not None:
            self._query.ask(*self._compared.worlds)
            self._draw()

    def _refusal(self) -> str:
        """Read the lists; return why the two cannot be compared, empty if they can."""
        if not self.lists:
            return NOT_ENOUGH
        names = self.lists[0].value, self.lists[1].value
        a, b = (self._known[name] for name in names)
        if not same_people(a, b):
            return OTHER_PEOPLE
        if a == b:
            return "<p>Both are the same scenario. Choose another one.</p>"
        try:
            self._compared = Compared(names, (a, b), (pair_of(a)[1], pair_of(b)[1]))
        except InputError as error:
            return f'<p class="refused" role="alert">Invalid setting: {escape(str(error))}</p>'
        return ""

    def explain(self, number: str) -> None:
        """Show why a number of the comparison differs; what is no number is ignored."""
        try:
            asked_of(number)
        except InputError:
            return
        self.why.set_view(number, "1")
        self._explain()

    def _explain(self) -> None:
        picture = self._query.picture()
        if self._compared is None or picture is None:
            return
        self._explained.visible = True
        number = self.why.why.value
        words = number_in_words(picture, asked_of(number), self._compared.called)
        self.why.update(words, self._compared.worlds, number, self._compared.called)

    def _on_update(self) -> None:
        """Schedule a look at the results in the page's thread; called in any thread."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(self._draw)

    def _draw(self) -> None:
        picture = self._query.picture()
        if picture is None or self._compared is None:
            return
        names, choices, _ = self._compared
        words = "".join(
            f"<p><b>{escape(name)}</b>: {escape(changes_in_words(one) or 'history')}.</p>"
            for name, one in zip(names, choices, strict=True)
        )
        draft = "" if picture.complete else "<p class='draft'><b>Draft</b> the exact numbers replace these.</p>"
        seeds = f"for the same people under {len(picture.seeds)} seeds"
        note = f"<p class='quiet'>Differences: {escape(names[1])} less {escape(names[0])}, {seeds}.</p>"
        self.text.object = (
            f'<div data-comparison="{picture.thin}">{words}{draft}{comparison_table(picture, names)}{note}</div>'
        )
        if self._explained.visible:
            self._explain()
