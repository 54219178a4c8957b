"""What was tried on a page: undo and redo, and a list of the settings with the number that each gave.

A setting is the part of the choices that is simulated; the view does not count. :class:`Trials` is the list, without Panel,
and :class:`TrialsView` its widgets. The browser keeps the list for as long as its tab is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html import escape

import panel as pn

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.answer_text import changes_in_words
from enforcement_sim.explorer.browser_link import say_button
from enforcement_sim.explorer.change_tables import row_of
from enforcement_sim.explorer.choices import Choices, choices_of, query_of
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.theme import WIDE, html
from enforcement_sim.explorer.why_links import FIRST_VIEW
from enforcement_sim.places.county_codes import county_names

HEADLINE = "removed"
"""The measure in the list."""
MOST_TRIALS = 30
"""Longest list; the oldest are left out."""
ENTRY = ("query", "number")
"""What the browser keeps of each."""
WAITING = "not computed yet"


def setting_of(choices: Choices) -> Choices:
    """Return the choices with the first page's view."""
    return replace(choices, **FIRST_VIEW)


def named_place(place: str) -> str:
    """Return a county by its name, any other place as it is written.

    Examples
    --------
    >>> named_place("12021"), named_place("CA")
    ('Collier County, FL', 'CA')
    """
    return county_names().get(place, place)


@dataclass
class Trials:
    """The settings tried, in order.

    Attributes
    ----------
    numbers : dict
        Setting -> the number that it gave, as text; empty until it is known.
    past, future : list of Choices
        What undo and redo return to, the next one last.
    """

    numbers: dict[Choices, str] = field(default_factory=dict)
    past: list[Choices] = field(default_factory=list)
    future: list[Choices] = field(default_factory=list)
    _present: Choices | None = None

    def note(self, choices: Choices) -> bool:
        """Note a setting that is shown now; return whether it is another than before.

        Going back to the one before is an undo, however it was done; going forward again is a redo.

        Examples
        --------
        >>> trials = Trials()
        >>> [trials.note(Choices(hold=hours)) for hours in ("", "96", "96", "72")], len(trials.past)
        ([True, True, False, True], 2)
        >>> trials.note(Choices(hold="96")), len(trials.past), trials.future[-1].hold
        (True, 1, '72')
        """
        setting = setting_of(choices)
        if setting == self._present:
            return False
        if self._present is not None:
            if self.past and self.past[-1] == setting:
                self.future.append(self._present)
                self.past.pop()
            else:
                redone = bool(self.future) and self.future[-1] == setting
                self.future = self.future[:-1] if redone else []
                self.past = [*self.past, self._present][-MOST_TRIALS:]
        self._present = setting
        self.numbers.setdefault(setting, "")
        self._shorten()
        return True

    def tell(self, choices: Choices, number: str) -> bool:
        """Note the number that a setting gave; return whether it is news."""
        setting = setting_of(choices)
        if setting not in self.numbers or self.numbers[setting] == number:
            return False
        self.numbers[setting] = number
        return True

    def recall(self, entries: Iterable[dict[str, str]]) -> None:
        """Put what the browser remembers before what was tried since; what cannot be read is left out."""
        found: dict[Choices, str] = {}
        for entry in entries:
            try:
                found[setting_of(choices_of(entry["query"]))] = entry["number"]
            except InputError:
                continue
        self.numbers = found | {one: number or found.get(one, "") for one, number in self.numbers.items()}
        self._shorten()

    def entries(self) -> list[dict[str, str]]:
        """Return what the browser is to remember."""
        return [{"query": query_of(one), "number": number} for one, number in self.numbers.items()]

    def _shorten(self) -> None:
        for old in list(self.numbers)[: max(0, len(self.numbers) - MOST_TRIALS)]:
            del self.numbers[old]


def headline_number(picture: Picture, choices: Choices) -> str:
    """Return the number of the list: people removed, or how many more or fewer, with the interval."""
    found = picture.difference(lambda one: one.measures[HEADLINE])
    row = row_of(HEADLINE, "", "people", found, picture)
    draft = " (draft)" if picture.thin > 1 else ""
    if choices.changes_nothing:
        return f"{row.history}{draft}"
    return f"{row.difference} ({row.interval}){draft}"


class TrialsView:
    """Undo, redo and the list.

    Parameters
    ----------
    on_open : callable
        Called with the choices to go to.
    """

    def __init__(self, on_open: Callable[[Choices], None]) -> None:
        self.trials = Trials()
        self._on_open = on_open
        self.undo, self.redo, self.list = html(), html(), html()
        self.undo.sizing_mode = self.redo.sizing_mode = None  # as wide as their words
        self.undo.margin = (4, 6, 4, 0)
        self._show_buttons()

    def content(self) -> pn.Column:
        """Return the layout."""
        return pn.Column(pn.Row(self.undo, self.redo, margin=0), self.list, margin=(6, 0), **WIDE)

    def go(self, stack: list[Choices]) -> None:
        """Open the last setting of ``past`` or ``future``."""
        if stack:
            self._on_open(stack[-1])

    def _show_buttons(self) -> None:
        """Write undo and redo; each stands alone, so that the one that was pressed keeps the keyboard's focus."""
        for pane, label, stack in ((self.undo, "Undo", self.trials.past), (self.redo, "Redo", self.trials.future)):
            text = say_button(label, label, disabled=not stack, kind=label.lower())
            if pane.object != text:
                pane.object = text

    def show(self) -> None:
        """Show the list as it is now."""
        self._show_buttons()
        rows = "".join(_row(one, number) for one, number in reversed(self.trials.numbers.items()))
        count = len(self.trials.numbers)
        table = (
            "<table><thead><tr><th scope='col'>setting</th><th scope='col' class='number'>people removed</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )
        note = "<p class='quiet'>Differences from history with 95% intervals over seeds; history as a level.</p>"
        self.list.object = f"<details><summary>Tried so far ({count})</summary>{table}{note}</details>" if count else ""


def _row(choices: Choices, number: str) -> str:
    """Return a setting as a link, and its number, as a row of HTML."""
    place = f"{named_place(choices.place)}, {choices.first} to {choices.last}"
    words = escape(changes_in_words(choices) or "history")
    link = f'<a href="{escape(query_of(choices) or "?")}">{words}</a> <span class="quiet">{escape(place)}</span>'
    return f"<tr><th scope='row'>{link}</th><td class='number'>{escape(number or WAITING)}</td></tr>"
