"""The tab that tells one synthetic person's two lives: whom to choose from, and asking a worker to tell.

Telling takes seconds, so it is asked for only when the tab is looked at, and what comes back after something else was
asked for is left aside. What a life is is told in the rooms below.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError
from html import escape
from typing import TYPE_CHECKING, Any

import panel as pn

from enforcement_sim import labels
from enforcement_sim.codes import EVENTS
from enforcement_sim.explorer.answer import expected_size
from enforcement_sim.explorer.controls import select
from enforcement_sim.explorer.look import SELECT, WIDE, html
from enforcement_sim.explorer.two_lives import ENDS, ToldPair, lives_scenario, told_html, told_pairs
from enforcement_sim.report.trace import CHOSEN, SYNTHETIC

if TYPE_CHECKING:
    from concurrent.futures import Future

    from enforcement_sim.explorer.crew import Crew
    from enforcement_sim.explorer.state import Choices
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["LifeView"]


class LifeView:
    """The widgets of the tab, and the lives that were told last.

    Parameters
    ----------
    end, person : str
        What happened under history, and the number of the person, as in the address.
    crew : Crew
        Whose workers tell.
    looked : callable
        Called without arguments when another end or person is chosen.

    Attributes
    ----------
    number : str
        The number of the person that is looked at, the link's own until lives are told.
    """

    def __init__(self, end: str, person: str, crew: Crew, looked: Callable[[], None]) -> None:
        self._crew, self._looked = crew, looked
        self._document = pn.state.curdoc
        self.number = person
        ends = {labels.event(name) if name in EVENTS else name: name for name in ENDS}
        self.end = select("What happened under history", options=ends, value=end, **SELECT)
        self.people = pn.Column(**WIDE)
        self.text = html()
        self._asked: Any = None
        self._telling = False
        self._told: list[ToldPair] = []
        self._thin = 1
        self.end.param.watch(self._another_end, "value")

    def ask(self, pair: tuple[Scenario, Scenario], choices: Choices) -> None:
        """Show the chosen person's two lives; a worker is asked once for a pair of scenarios and an end."""
        if choices.changes_nothing or pair[0] is pair[1]:
            self._asked = None
            self._offer([])
            self.text.object = "<p>Nothing is changed yet, so every life is the same twice.</p>"
            return
        asked = (pair[1], choices.end)
        if self._asked == asked:
            if not self._telling:
                self._show()
            return
        self._asked, self._telling = asked, True
        size = expected_size(pair[0])
        sides = [lives_scenario(side, size) for side in pair]
        self._offer([])
        self.text.object = "<p role='status'>Following the same people through both worlds …</p>"
        future = self._crew.submit(told_pairs, *sides, choices.end)
        future.add_done_callback(lambda told: self._came(told, asked, sides[0].thin))

    def close(self) -> None:
        """Listen no longer: the page is gone, and what is still being told is for nobody."""
        self._document = None

    def _another_end(self, _: object) -> None:
        self.number = "1"
        self._looked()

    def _another_person(self, event: Any) -> None:
        self.number = str(event.new)
        self._looked()

    def _offer(self, told: list[ToldPair]) -> None:
        """Offer a new list of people; a number that is not among them is replaced by the first.

        The list is a new widget each time: Bokeh's ``Select`` fails in the browser when its options change before it is
        drawn, which happens where a link opens this tab on a busy machine.
        """
        self._told = told
        options = {f"{number}. {pair.title}": number for number, pair in enumerate(told, start=1)}
        if not options:
            self.people[:] = []
            return
        people = select("Person", options=options, value=self._chosen(), **WIDE)
        people.param.watch(self._another_person, "value")
        self.people[:] = [people]

    def _chosen(self) -> int:
        """Return the number of the person that is shown."""
        wanted = int(self.number) if self.number.isdecimal() else 1
        return wanted if 1 <= wanted <= len(self._told) else 1

    def _came(self, future: Future[list[ToldPair]], asked: Any, thin: int) -> None:
        """Take note, in whatever thread, that lives are told; the page looks at them in its own."""
        document = self._document
        if document is not None:
            document.add_next_tick_callback(lambda: self._take(future, asked, thin))

    def _take(self, future: Future[list[ToldPair]], asked: Any, thin: int) -> None:
        if asked != self._asked:
            return
        self._telling = False
        error = CancelledError("stopped") if future.cancelled() else future.exception()
        if error is not None:
            self.text.object = f'<p class="refused" role="alert">Could not be told: {escape(str(error))}</p>'
            self._asked = None
            return
        self._thin = thin
        self._offer(future.result())
        self._show()

    def _show(self) -> None:
        if not self._told:
            self.text.object = "<p>No life parts among those that fit.</p>"
            return
        thinned = f" One person in {self._thin} was followed." if self._thin > 1 else ""
        note = f"<p class='quiet'>{SYNTHETIC} {CHOSEN} Seed 1."
        self.text.object = f"{note}{thinned}</p>{told_html(self._told[self._chosen() - 1].told)}"
