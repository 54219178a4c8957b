"""The tab that tells one synthetic person's two lives: history's and the what-if's, and the first decision that differs.

Both worlds are run again with their events recorded, thinned so that this takes seconds, and once more with the decisions
about the first bookings that differ, in the words of ``enforcement-sim trace``. A worker does it, only when the tab is looked
at, and what comes back after something else was asked for is left aside. Nobody is real, and the first in the order of their
keys means nothing.
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
from enforcement_sim.report.trace import CHOSEN, SYNTHETIC, Moment, Told, told
from enforcement_sim.runs.recorded_runs import BookingFilter, first_divergences, record_events
from enforcement_sim.scenarios.schema import Scenario

MOST_PAIRS = 12
"""Lives to choose from."""
FOLLOWED = 400_000
"""Bookings of a run whose events are recorded, at most: two runs of each world, a minute at worst."""
THINNEST = 200
ANY = "any"
ENDS = (
    *(ANY, "detainer_issued", "detainer_declined", "detainer_lapsed"),
    *("ice_custody", "removed", "returned", "released"),
)
"""What may have happened to the person under history."""


class ToldPair(NamedTuple):
    """The two lives of one synthetic booking in words, and a title for a list."""

    title: str
    told: Told


def told_pairs(history: Scenario, what_if: Scenario, outcome: str = ANY) -> list[ToldPair]:
    """Return the first bookings whose lives differ, told in both worlds; importable by name, for workers.

    Parameters
    ----------
    history, what_if : Scenario
        Alike in period, places and thinning.
    outcome : str
        One of :data:`ENDS`: an event under history.
    """
    if outcome not in ENDS:
        raise InputError(f"unknown word {outcome!r}", key="outcome", allowed=ENDS)
    worlds = record_events(history, history.seed), record_events(what_if, history.seed)
    places, pairs = worlds[0].arrestees.places, []
    for pair in first_divergences(*worlds, BookingFilter(outcome="" if outcome == ANY else outcome), MOST_PAIRS):
        lives = told((pair.a, pair.b), places, pair.divergence)
        before, after = (side.end for side in lives.sides)
        change = f"{before}, then {after.lower()}" if before != after else f"{before} in both"
        booking = pair.a.booking or pair.b.booking
        who = f"{places[booking.place]}, {labels.offence(booking.offence)}" if booking else ""
        pairs.append(ToldPair(f"{who}: {change}", lives))
    return pairs


def told_html(told: Told) -> str:
    """Return both lives as HTML: once as far as they agree, then side by side, one below the other on a phone."""
    sides = "".join(
        f"<section><h4>{label}</h4>{_list(side.moments)}<p><b>End: {escape(side.end)}</b></p></section>"
        for label, side in zip(("Under history", "Under the what-if"), told.sides, strict=True)
    )
    together = f"<h4>The same in both worlds</h4>{_list(told.common)}" if told.common else ""
    parting = "".join(f'<p class="parting">{escape(line)}</p>' for line in told.parting)
    return f'<div class="lives"><p><b>{escape(told.heading)}</b></p>{together}{parting}<div class="sides">{sides}</div></div>'


def _list(moments: Sequence[Moment]) -> str:
    if not moments:
        return "<p>Nothing more is recorded.</p>"
    items = []
    for one in moments:
        why = "".join(f"<li>{escape(line)}</li>" for line in one.why)
        reasons = f"<details><summary>why</summary><ul>{why}</ul></details>" if why else ""
        items.append(f"<li><time>{escape(one.when)}</time> <b>{escape(one.what)}</b>{reasons}</li>")
    return f"<ol>{''.join(items)}</ol>"


class LifeView:
    """The widgets of the tab, and the lives that were told last.

    Parameters
    ----------
    end, person : str
        What happened under history, and the number of the person, as in the address.
    pool : WorkerPool
        Whose workers tell.
    looked : callable
        Called without arguments when another end or person is chosen.

    Attributes
    ----------
    number : str
        The number of the person that is looked at, the link's own until lives are told.
    document : Document or None
        The open page; None once it is closed.
    """

    def __init__(self, end: str, person: str, pool: WorkerPool, looked: Callable[[], None]) -> None:
        self._pool, self._looked = pool, looked
        self.document = pn.state.curdoc
        self.number = person
        ends = {labels.event(name) if name in EVENTS else name: name for name in ENDS}
        self.end = select("What happened under history", ends, end, **SELECT)
        self.people = pn.Column(**WIDE)
        self.text = html()
        self._asked: Any = None
        self._telling = False
        self._told: list[ToldPair] = []
        self._thin = 1
        self.end.param.watch(lambda _: self._chose("1"), "value")

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
        # Thinned so that every booking can be followed; a few counties are never thinned.
        thin = 1 if pair[0].scope.kind == "counties" else round(expected_size(pair[0]) / FOLLOWED)
        self._thin = min(max(1, thin), THINNEST)
        sides = [side if self._thin == 1 else side.with_(thin=self._thin) for side in pair]
        self._offer([])
        self.text.object = "<p role='status'>Following the same people through both worlds …</p>"
        self._pool.submit(told_pairs, *sides, choices.end).add_done_callback(lambda told: self._came(told, asked))

    def close(self) -> None:
        """Listen no longer: the page is gone, and what is still being told is for nobody."""
        self.document = None

    def _chose(self, number: str) -> None:
        self.number = number
        self._looked()

    def _offer(self, told: list[ToldPair]) -> None:
        """Offer a new list of people; a number that is not among them is replaced by the first.

        The list is a new widget each time: Bokeh's ``Select`` fails in the browser when its options change before it is
        drawn, which happens where a link opens this tab on a busy machine.
        """
        self._told = told
        options = {f"{number}. {pair.title}": number for number, pair in enumerate(told, start=1)}
        self.people[:] = [select("Person", options, self._chosen(), **FULL)] if options else []
        for people in self.people:
            people.param.watch(lambda event: self._chose(str(event.new)), "value")

    def _chosen(self) -> int:
        """Return the number of the person that is shown."""
        wanted = int(self.number) if self.number.isdecimal() else 1
        return wanted if 1 <= wanted <= len(self._told) else 1

    def _came(self, future: Future[list[ToldPair]], asked: Any) -> None:
        """Take note, in whatever thread, that lives are told; the page looks at them in its own."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(lambda: self._take(future, asked))

    def _take(self, future: Future[list[ToldPair]], asked: Any) -> None:
        if asked != self._asked:
            return
        self._telling = False
        error = CancelledError("stopped") if future.cancelled() else future.exception()
        if error is not None:
            self.text.object = f'<p class="refused" role="alert">Could not be told: {escape(str(error))}</p>'
            self._asked = None
            return
        self._offer(future.result())
        self._show()

    def _show(self) -> None:
        if not self._told:
            self.text.object = "<p>No life parts among those that fit.</p>"
            return
        thinned = f" One person in {self._thin} was followed." if self._thin > 1 else ""
        note = f"<p class='quiet'>{SYNTHETIC} {CHOSEN} Seed 1."
        self.text.object = f"{note}{thinned}</p>{told_html(self._told[self._chosen() - 1].told)}"
