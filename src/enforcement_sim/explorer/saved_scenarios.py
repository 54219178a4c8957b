"""Scenarios saved under a name in the browser, and two of them compared for the same people.

A saved scenario is a name and an address. Two are compared as history and a what-if are: under the same seeds, with paired
differences. They need the same place and period, because otherwise they are about other people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import panel as pn

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.answer_text import changes_in_words
from enforcement_sim.explorer.browser_link import MOST_ENTRIES, say_button
from enforcement_sim.explorer.change_tables import MOSTLY_CHANCE, html_table
from enforcement_sim.explorer.choices import Choices, choices_of, pair_of, query_of
from enforcement_sim.explorer.measure_groups import FURTHER, GROUPS, rows_of
from enforcement_sim.explorer.picture import Picture, Query
from enforcement_sim.explorer.theme import FULL, WIDE, field, html, select
from enforcement_sim.explorer.trials import named_place, setting_of
from enforcement_sim.explorer.worker_pool import WorkerPool

ENTRY = ("name", "query")
LONGEST_NAME = 60
PRESENT = "the present setting"
"""What can be compared without being saved."""
NOT_ENOUGH = (
    "<p>Save a scenario under a name, at the end of the settings. It can then be compared with another one, or with the "
    "present setting.</p>"
)


def checked_name(written: str) -> str:
    """Return a name without blanks around it.

    Raises
    ------
    InputError
        If it is empty, too long, or that of the present setting.
    """
    name = written.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name == PRESENT:
        raise InputError("cannot save under this name", key="name", allowed=f"1 to {LONGEST_NAME} letters")
    return name


def same_people(a: Choices, b: Choices) -> bool:
    """Return whether two scenarios are about the same place and period.

    Examples
    --------
    >>> same_people(Choices(hold="96"), Choices(hold="72")), same_people(Choices(), Choices(place="NC"))
    (True, False)
    """
    return (a.place, a.first, a.last) == (b.place, b.first, b.last)


def comparison_table(picture: Picture, names: tuple[str, str]) -> str:
    """Return the measures of two scenarios side by side, with paired differences, as an HTML table."""
    shown = [one for group in GROUPS.values() for one in group] + list(FURTHER)
    cells = []
    for _, row in rows_of(picture, shown):
        label = row.label + ("" if row.unit in ("people", "share", "dollars") else f" ({row.unit})")
        verdict = MOSTLY_CHANCE if row.few else row.verdict
        cells.append((label, row.history, row.what_if, row.difference, row.interval, verdict))
    headings = ("measure", *names, "difference", "95% interval", "verdict")
    return html_table(f"{names[1]} against {names[0]}, simulated, not a record", headings, cells)


class SavedScenarios:
    """The form to save under a name, the list, and the tab that compares two.

    Parameters
    ----------
    pool : WorkerPool
        Computes what is not computed yet.
    on_change : callable
        Called with the list for the browser to remember.

    Attributes
    ----------
    form, comparison : Column
        To be put on the page.
    """

    def __init__(self, pool: WorkerPool, on_change: Callable[[list[dict[str, str]]], None]) -> None:
        self._on_change = on_change
        self.document = pn.state.curdoc
        self.saved: dict[str, Choices] = {}
        self.present = Choices()
        self._query = Query(pool, self._on_update)
        self._asked: Any = None
        self.name = field("Name to save it under", "", "my first idea", **FULL)
        self.save = html(say_button("Save this scenario", "Save this scenario", kind="save"))
        self.list, self.text = html(), html(NOT_ENOUGH)
        self.lists = pn.Column(margin=0, **WIDE)
        self.form = pn.Column(self.name, self.save, self.list, margin=(6, 0), **WIDE)
        self.comparison = pn.Column(self.lists, self.text, margin=0, **WIDE)

    def close(self) -> None:
        """Cancel what is computed, because the page is closed."""
        self.document = None
        self._query.close()

    def written(self) -> str:
        """Return the name in the form, whether or not the cursor has left it."""
        return str(self.name.value_input or self.name.value)

    def keep(self, written: str) -> None:
        """Save the present setting under a name."""
        try:
            name = checked_name(written)
        except InputError as error:
            self.list.object = f'<p class="refused" role="alert">{escape(str(error))}</p>{self._table()}'
            return
        self._set({**self.saved, name: self.present})

    def forget(self, name: str) -> None:
        """Remove a saved scenario."""
        self._set({one: choices for one, choices in self.saved.items() if one != name})

    def recall(self, entries: list[dict[str, str]]) -> None:
        """Take over what the browser remembers; what cannot be read is left out."""
        found: dict[str, Choices] = {}
        for entry in entries:
            try:
                found[checked_name(entry["name"])] = setting_of(choices_of(entry["query"]))
            except InputError:
                continue
        if found != self.saved:
            self.saved = found
            self._show()

    def follow(self, choices: Choices) -> None:
        """Note the present setting."""
        self.present = setting_of(choices)
        if self._asked is not None:
            self.compare()

    def _set(self, saved: Mapping[str, Choices]) -> None:
        self.saved = dict(list(saved.items())[-MOST_ENTRIES:])
        self._on_change([{"name": name, "query": query_of(choices)} for name, choices in self.saved.items()])
        self._show()

    def _show(self) -> None:
        self.list.object = self._table()
        names = [*self.saved, PRESENT]
        before = [one.value for one in self.lists if one.value in names]
        chosen = before if len(before) == len(self.lists) > 0 else [names[0], names[1] if len(names) > 1 else names[0]]
        both = zip(("Compare", "with"), chosen, strict=True)
        self.lists[:] = [select(label, names, value, **FULL) for label, value in both] if self.saved else []
        for one in self.lists:
            one.param.watch(lambda _: self.compare(), "value")
        if self._asked is not None or not self.saved:
            self.compare()

    def _table(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'><a href=\"{escape(query_of(choices) or '?')}\">{escape(name)}</a> "
            f"<span class='quiet'>{escape(named_place(choices.place))}: "
            f"{escape(changes_in_words(choices) or 'history')}</span></th>"
            f"<td>{say_button('Forget', f'Forget {name}', kind='forget', name=name)}</td></tr>"
            for name, choices in self.saved.items()
        )
        heads = "<thead><tr><th scope='col'>saved in this browser</th><th scope='col'>remove</th></tr></thead>"
        return f"<table>{heads}<tbody>{rows}</tbody></table>" if rows else ""

    def compare(self) -> None:
        """Compute and show the two chosen scenarios; only what is not computed yet takes time."""
        if not self.lists:
            self._asked, self.text.object = None, NOT_ENOUGH
            return
        known = {**self.saved, PRESENT: self.present}
        names = self.lists[0].value, self.lists[1].value
        a, b = (known[name] for name in names)
        self._asked = names, a, b
        self._query.stop()
        if not same_people(a, b):
            self.text.object = (
                "<p>These two cannot be compared for the same people: they have another place or period. Their links are in "
                "the list at the end of the settings.</p>"
            )
            return
        if a == b:
            self.text.object = "<p>Both are the same scenario. Choose another one.</p>"
            return
        try:
            scenarios = pair_of(a)[1], pair_of(b)[1]
        except InputError as error:
            self.text.object = f'<p class="refused" role="alert">Invalid setting: {escape(str(error))}</p>'
            return
        self.text.object = "<p role='status'>Computing both for the same people \u2026</p>"
        self._query.ask(*scenarios)
        self._draw()

    def _on_update(self) -> None:
        """Schedule a look at the results in the page's thread; called in any thread."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(self._draw)

    def _draw(self) -> None:
        picture = self._query.picture()
        if picture is None or self._asked is None:
            return
        names, a, b = self._asked
        words = "".join(
            f"<p><b>{escape(name)}</b>: {escape(changes_in_words(one) or 'history')}.</p>"
            for name, one in zip(names, (a, b), strict=True)
        )
        draft = "" if picture.complete else "<p class='draft'><b>Draft</b> the exact numbers replace these.</p>"
        seeds = f"for the same people under {len(picture.seeds)} seeds"
        note = f"<p class='quiet'>Differences: {escape(names[1])} less {escape(names[0])}, {seeds}.</p>"
        self.text.object = (
            f'<div data-comparison="{picture.thin}">{words}{draft}{comparison_table(picture, names)}{note}</div>'
        )
