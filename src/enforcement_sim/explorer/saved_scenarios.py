"""Scenarios saved under a name in the browser: the form, and the list. A saved scenario is a name and an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import panel as pn

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.answer_text import changes_in_words
from enforcement_sim.explorer.browser_link import MOST_ENTRIES, say_button
from enforcement_sim.explorer.choices import Choices, choices_of, query_of
from enforcement_sim.explorer.saved_comparison import PRESENT, SavedComparison
from enforcement_sim.explorer.theme import FULL, WIDE, field, html
from enforcement_sim.explorer.trials import named_place, setting_of
from enforcement_sim.explorer.worker_pool import WorkerPool

ENTRY = ("name", "query")
LONGEST_NAME = 60


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


class SavedScenarios:
    """The form to save under a name, the list, and the tab that compares two.

    Parameters
    ----------
    pool : WorkerPool
        Computes comparisons.
    on_change : callable
        Called with the list for the browser to remember.

    Attributes
    ----------
    form : Column
        To be put on the page.
    comparison : SavedComparison
    """

    def __init__(self, pool: WorkerPool, on_change: Callable[[list[dict[str, str]]], None]) -> None:
        self._on_change = on_change
        self.saved: dict[str, Choices] = {}
        self.present = Choices()
        self.comparison = SavedComparison(pool)
        self.name = field("Name to save it under", "", "my first idea", **FULL)
        self.save = html(say_button("Save this scenario", "Save this scenario", kind="save"))
        self.list = html()
        self.form = pn.Column(self.name, self.save, self.list, margin=(6, 0), **WIDE)

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
        self.comparison.follow(self.present)

    def _set(self, saved: Mapping[str, Choices]) -> None:
        self.saved = dict(list(saved.items())[-MOST_ENTRIES:])
        self._on_change([{"name": name, "query": query_of(choices)} for name, choices in self.saved.items()])
        self._show()

    def _show(self) -> None:
        self.list.object = self._table()
        self.comparison.offer(self.saved)

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
