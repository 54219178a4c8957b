"""The tab that compares one synthetic booking under history and under the what-if, with the first decision that differs.

When the tab is opened, a worker runs both scenarios again with their events recorded, thinned so that this takes seconds,
and once more with the decisions on the first bookings that differ. The text is that of ``enforcement-sim trace``. A result
that arrives after a newer request is discarded. Nobody is real, and the order of bookings by key has no meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from html import escape
from typing import Any, NamedTuple

import panel as pn

from enforcement_sim import labels
from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.picture import expected_size
from enforcement_sim.explorer.theme import FULL, SELECT, WIDE, html, select
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.report.trace import CHOSEN, SYNTHETIC, HistoryText, Moment, history_text
from enforcement_sim.runs.recorded_runs import BookingFilter, first_divergences, record_events
from enforcement_sim.scenarios.schema import Scenario

MOST_PAIRS = 12
"""Most bookings to choose from."""
FOLLOWED = 400_000
"""Most bookings of a run with recorded events; four such runs take a minute at most."""
THINNEST = 200
ANY = "any"
ENDS = (
    *(ANY, "detainer_issued", "detainer_declined", "detainer_lapsed"),
    *("detainer_not_sent", "picked_up_at_release", "arrested_at_large"),
    *("ice_custody", "removed", "returned", "released"),
)
"""Events under history by which bookings can be filtered."""


class DifferingBooking(NamedTuple):
    """The two histories of one synthetic booking as text, and a title for a list."""

    title: str
    text: HistoryText


def differing_bookings(history: Scenario, what_if: Scenario, outcome: str = ANY) -> list[DifferingBooking]:
    """Return the first bookings whose histories differ; importable by name, for workers.

    Parameters
    ----------
    history, what_if : Scenario
        With the same period, places and thinning.
    outcome : str
        One of :data:`ENDS`: an event under history.
    """
    if outcome not in ENDS:
        raise InputError(f"unknown outcome {outcome!r}", key="outcome", allowed=ENDS)
    runs = record_events(history, history.seed), record_events(what_if, history.seed)
    places, pairs = runs[0].arrestees.places, []
    for pair in first_divergences(*runs, BookingFilter(outcome="" if outcome == ANY else outcome), MOST_PAIRS):
        histories = history_text((pair.a, pair.b), places, pair.divergence)
        before, after = (side.end for side in histories.sides)
        change = f"{before}, then {after.lower()}" if before != after else f"{before} in both"
        booking = pair.a.booking or pair.b.booking
        who = f"{places[booking.place]}, {labels.offence(booking.offence)}" if booking else ""
        pairs.append(DifferingBooking(f"{who}: {change}", histories))
    return pairs


def histories_html(text: HistoryText) -> str:
    """Return both histories as HTML: the common part, then both sides, one below the other on a phone."""
    sides = "".join(
        f"<section><h4>{label}</h4>{_list(side.moments)}<p><b>End: {escape(side.end)}</b></p></section>"
        for label, side in zip(("Under history", "Under the what-if"), text.sides, strict=True)
    )
    together = f"<h4>The same under both</h4>{_list(text.common)}" if text.common else ""
    first_difference = "".join(f'<p class="first-difference">{escape(line)}</p>' for line in text.first_difference)
    heading = f"<p><b>{escape(text.heading)}</b></p>"
    return f'<div class="histories">{heading}{together}{first_difference}<div class="sides">{sides}</div></div>'


def _list(moments: Sequence[Moment]) -> str:
    if not moments:
        return "<p>Nothing more is recorded.</p>"
    items = []
    for one in moments:
        why = "".join(f"<li>{escape(line)}</li>" for line in one.why)
        reasons = f"<details><summary>why</summary><ul>{why}</ul></details>" if why else ""
        items.append(f"<li><time>{escape(one.when)}</time> <b>{escape(one.what)}</b>{reasons}</li>")
    return f"<ol>{''.join(items)}</ol>"


class HistoriesView:
    """The widgets of the tab, and the bookings found last.

    Parameters
    ----------
    end, person : str
        What happened under history, and the number of the person, as in the address.
    pool : WorkerPool
        Its workers run the scenarios.
    on_view : callable
        Called without arguments when another end or person is chosen.

    Attributes
    ----------
    number : str
        The number of the person shown; the link's number until bookings are found.
    document : Document or None
        The open page; None once it is closed.
    """

    def __init__(self, end: str, person: str, pool: WorkerPool, on_view: Callable[[], None]) -> None:
        self._pool, self._on_view = pool, on_view
        self.document = pn.state.curdoc
        self.number = person
        ends = {labels.event(name) if name in EVENTS else name: name for name in ENDS}
        self.end = select("What happened under history", ends, end, **SELECT)
        self.people = pn.Column(**WIDE)
        self.text = html()
        self._requested: Any = None
        self._pending = False
        self._bookings: list[DifferingBooking] = []
        self._thin = 1
        self.end.param.watch(lambda _: self._on_choice("1"), "value")

    def update(self, pair: tuple[Scenario, Scenario], choices: Choices) -> None:
        """Show the chosen person's two histories; a worker computes them once for a pair of scenarios and an end."""
        if choices.changes_nothing or pair[0] is pair[1]:
            self._requested = None
            self._set_people([])
            self.text.object = "<p>Nothing is changed yet, so both histories of every booking are the same.</p>"
            return
        requested = (pair[1], choices.end)
        if self._requested == requested:
            if not self._pending:
                self._show()
            return
        self._requested, self._pending = requested, True
        # Thinned so that every booking can be followed; a few counties are never thinned.
        thin = 1 if pair[0].scope.kind == "counties" else round(expected_size(pair[0]) / FOLLOWED)
        self._thin = min(max(1, thin), THINNEST)
        sides = [side if self._thin == 1 else side.with_(thin=self._thin) for side in pair]
        self._set_people([])
        self.text.object = "<p role='status'>Following the same people under history and the what-if …</p>"
        self._pool.submit(differing_bookings, *sides, choices.end).add_done_callback(
            lambda future: self._on_result(future, requested)
        )

    def close(self) -> None:
        """Ignore results from now on, because the page is closed."""
        self.document = None

    def _on_choice(self, number: str) -> None:
        self.number = number
        self._on_view()

    def _set_people(self, bookings: list[DifferingBooking]) -> None:
        """Show a new list of people; select the first if the number is not in the list.

        The list is a new widget each time: Bokeh's ``Select`` fails in the browser when its options change before it is
        drawn, which happens where a link opens this tab on a busy machine.
        """
        self._bookings = bookings
        options = {f"{number}. {pair.title}": number for number, pair in enumerate(bookings, start=1)}
        self.people[:] = [select("Person", options, self._chosen(), **FULL)] if options else []
        for people in self.people:
            people.param.watch(lambda event: self._on_choice(str(event.new)), "value")

    def _chosen(self) -> int:
        """Return the number of the person that is shown."""
        wanted = int(self.number) if self.number.isdecimal() else 1
        return wanted if 1 <= wanted <= len(self._bookings) else 1

    def _on_result(self, future: Future[list[DifferingBooking]], requested: Any) -> None:
        """Schedule the display in the page's thread; called in any thread."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(lambda: self._show_result(future, requested))

    def _show_result(self, future: Future[list[DifferingBooking]], requested: Any) -> None:
        if requested != self._requested:
            return
        self._pending = False
        error = CancelledError("stopped") if future.cancelled() else future.exception()
        if error is not None:
            self.text.object = f'<p class="refused" role="alert">Could not be computed: {escape(str(error))}</p>'
            self._requested = None
            return
        self._set_people(future.result())
        self._show()

    def _show(self) -> None:
        if not self._bookings:
            self.text.object = "<p>No booking with this event has two different histories.</p>"
            return
        thinned = f" One person in {self._thin} was followed." if self._thin > 1 else ""
        note = f"<p class='quiet'>{SYNTHETIC} {CHOSEN} Seed 1."
        self.text.object = f"{note}{thinned}</p>{histories_html(self._bookings[self._chosen() - 1].text)}"
