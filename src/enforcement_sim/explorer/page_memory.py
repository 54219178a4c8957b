"""What a page remembers, and takes away: the address, what was tried, what was saved, the scenario as link and file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from enforcement_sim.explorer.browser_link import BrowserLink, entries_of
from enforcement_sim.explorer.choices import Choices, query_of
from enforcement_sim.explorer.county_pages import county_link
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.saved_scenarios import ENTRY as SAVED_ENTRY
from enforcement_sim.explorer.saved_scenarios import SavedScenarios
from enforcement_sim.explorer.scenario_text import scenario_html
from enforcement_sim.explorer.theme import WIDE, html
from enforcement_sim.explorer.trials import ENTRY as TRIED_ENTRY
from enforcement_sim.explorer.trials import TrialsView, headline_number
from enforcement_sim.explorer.worker_pool import WorkerPool

LONGEST_QUERY = 10_000


class PageMemory:
    """The memory of one page.

    Parameters
    ----------
    pool : WorkerPool
        Computes comparisons of saved scenarios.
    on_open : callable
        Called with the query of an address that the page is to show.
    pressed : dict
        What buttons of the page do that say no more than their kind.
    """

    def __init__(
        self, pool: WorkerPool, on_open: Callable[[str], None], pressed: Mapping[str, Callable[[], None]] | None = None
    ) -> None:
        self._on_open = on_open
        self._popped = False
        self.browser = BrowserLink(self._told)
        self.trials = TrialsView(lambda choices: on_open(query_of(choices)))
        self.saved = SavedScenarios(pool, lambda entries: setattr(self.browser, "saved", entries))
        self._pressed = {
            "save": lambda: self.saved.keep(self.saved.written()),
            "undo": lambda: self.trials.go(self.trials.trials.past),
            "redo": lambda: self.trials.go(self.trials.trials.future),
            **(pressed or {}),
        }
        self.scenario = html()

    def content(self, file: Any) -> pn.Column:
        """Return the layout; ``file`` is the button that downloads the scenario."""
        parts = (self.trials.content(), self.scenario, file, self.saved.form, self.browser)
        return pn.Column(*parts, margin=0, **WIDE)

    def close(self) -> None:
        """Cancel what is computed, because the page is closed."""
        self.saved.comparison.close()

    def show_address(self, choices: Choices) -> None:
        """Show the address of the choices, and note them; going back makes no new entry in the browser's history."""
        self.browser.address = {"query": query_of(choices), "instead": self._popped}
        self.scenario.object = county_link(choices.place) + scenario_html(choices)

    def asked(self, choices: Choices) -> None:
        """Note a setting that is asked for."""
        if self.trials.trials.note(choices):
            self._keep_trials()
        self.saved.follow(choices)

    def answered(self, picture: Picture, choices: Choices) -> None:
        """Note the number that a setting gave."""
        if self.trials.trials.tell(choices, headline_number(picture, choices)):
            self._keep_trials()

    def _keep_trials(self) -> None:
        self.trials.show()
        self.browser.tried = self.trials.trials.entries()

    def _told(self, message: Mapping[str, Any]) -> None:
        """React to what the browser says; anything else is ignored."""
        kind = message.get("kind")
        query, name = message.get("query"), message.get("name")
        if kind == "open" and isinstance(query, str) and len(query) <= LONGEST_QUERY:
            self._popped = message.get("popped") is True
            self._on_open(query)
            self._popped = False
        elif isinstance(kind, str) and kind in self._pressed:
            self._pressed[kind]()
        elif kind == "forget" and isinstance(name, str):
            self.saved.forget(name)
        elif kind == "explain" and isinstance(number := message.get("number"), str):
            self.saved.comparison.explain(number)
        elif kind == "remembered":
            self.saved.recall(entries_of(message.get("saved"), SAVED_ENTRY))
            self.trials.trials.recall(entries_of(message.get("tried"), TRIED_ENTRY))
            self._keep_trials()
