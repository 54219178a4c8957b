"""The tab that says why a number differs: how many people it counts, and two histories of one of them.

When the tab is opened, a worker looks for the people (``lives``). The text is that of ``enforcement-sim trace``; below it
stand the rule and the parameter that decided. A result that arrives after a newer request is discarded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from html import escape
from typing import Any

import panel as pn

from enforcement_sim.explorer import evidence
from enforcement_sim.explorer.lives import NOBODY, Lives, lives_behind
from enforcement_sim.explorer.theme import FULL, SELECT, WIDE, html, select
from enforcement_sim.explorer.who_changes import counted_by
from enforcement_sim.explorer.why_asked import SIDES, asked_of
from enforcement_sim.explorer.worker_pool import WorkerPool
from enforcement_sim.report.trace import CHOSEN, SYNTHETIC, HistoryText, Moment
from enforcement_sim.scenarios.schema import Scenario

EARLIER = "A booking may lie before the first day; what is counted of it happened on a counted day."
MADE_OF = "How the number is made, and where that is from"
ASKED = (
    *("removed", "ice_custody", "detainer_issued", "detainer_declined", "detainer_lapsed", "identified", "matched"),
    *(
        "held_citizens",
        "overdetained",
        "rearrested",
        "days_per_detainer.induced",
        "net_cost.county",
        "net_cost.federal",
    ),
)
"""Measures offered to be explained; a link may name any other."""


def who_changed(lives: Lives, asked: str, names: tuple[str, str] = SIDES, unchanged: bool = False) -> str:
    """Return how many people a number counts, and how many make it differ, as HTML.

    Parameters
    ----------
    lives
        Who is counted.
    asked : str
        The number, as an address has it.
    names : tuple of str
        What the two scenarios are called.
    unchanged : bool
        Whether there is only history.

    Examples
    --------
    >>> who_changed(Lives("removed", 30, 2, 0, 12), "removed")
    '<p>People counted in \u201cRemoved\u201d under history alone: 30; under the what-if alone: 2; under both: 12.</p>'
    """
    first, second = map(escape, names)
    wanted, seeds = escape(asked_of(asked).label), seeds_in_words(lives.seeds)
    if not lives.number:
        if counted_by(asked_of(asked).measure).event:
            level = "" if unchanged else f", under {first} or {second}"
            return f"<p>\u201c{wanted}\u201d counts nobody{level}, with {seeds}.</p>"
        same = "every person followed has the same events at the same hours under both"
        return f"<p>Nobody\u2019s life differs with {seeds}: {same}.</p>"
    label = escape(asked_of(lives.number).label)
    instead = ""
    if lives.number != asked:
        instead = f"With {seeds}, nobody followed is counted in \u201c{wanted}\u201d. The nearest people are told of. "
    if lives.otherwise:
        return (
            f"<p>{instead}People whose events or hours differ, and with them days and dollars: {lives.otherwise:,}.</p>"
        )
    if unchanged:
        return f"<p>{instead}People counted in \u201c{label}\u201d: {lives.both:,}.</p>"
    if not lives.differs:
        same = f"the same {lives.both:,} people are counted in \u201c{label}\u201d under both"
        return f"<p>{instead}With {seeds}, nobody\u2019s outcome differs: {same}; some of them are told of.</p>"
    return (
        f"<p>{instead}People counted in \u201c{label}\u201d under {first} alone: {lives.only_history:,}; under "
        f"{second} alone: {lives.only_what_if:,}; under both: {lives.both:,}.</p>"
    )


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Return seeds as text.

    Examples
    --------
    >>> seeds_in_words([1]), seeds_in_words([1, 2, 3])
    ('seed 1', 'seeds 1 to 3')
    """
    return f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"


def histories_html(text: HistoryText, names: tuple[str, str] = SIDES) -> str:
    """Return both histories as HTML: the common part, then both sides, one below the other on a phone; or the one of both."""
    labels = [f"Under {escape(name)}" for name in names] if len(text.sides) > 1 else ["What happened"]
    sides = "".join(
        f"<section><h3>{label}</h3>{_list(side.moments)}<p><b>End: {escape(side.end)}</b></p></section>"
        for label, side in zip(labels, text.sides, strict=True)
    )
    together = f"<h3>The same under both</h3>{_list(text.common)}" if text.common else ""
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
    why, person : str
        The measure to explain, and the number of the person, as in the address.
    pool : WorkerPool
        Its workers run the scenarios.
    on_view : callable
        Called without arguments when another measure or person is chosen.

    Attributes
    ----------
    number : str
        The number of the person shown; the link's number until bookings are found.
    document : Document or None
        The open page; None once it is closed.
    """

    def __init__(self, why: str, person: str, pool: WorkerPool, on_view: Callable[[], None]) -> None:
        self._pool, self._on_view = pool, on_view
        self.document = pn.state.curdoc
        self.number = person
        asked = {asked_of(name).label: name for name in dict.fromkeys((*ASKED, why))}
        self.why = select("Number to explain", asked, why, **SELECT)
        self.about, self.people, self.text = html(), pn.Column(**WIDE), html()
        self._requested: Any = None
        self._pending = False
        self._lives = NOBODY
        self._setting = self._unchanged = False
        self.why.param.watch(lambda _: self._on_choice("1"), "value")

    def content(self) -> list[Any]:
        """Return what the tab shows, in order."""
        return [self.why, self.about, self.people, self.text]

    def set_view(self, why: str, person: str) -> None:
        """Choose another measure and person, as a link does."""
        self._setting = True
        if why not in self.why.options.values():
            self.why.options = {**self.why.options, asked_of(why).label: why}
        self.why.value, self.number = why, person
        self._setting = False

    def update(self, number: str, pair: tuple[Scenario, Scenario], why: str, names: tuple[str, str] = SIDES) -> None:
        """Show why a number differs; a worker finds the people once for a pair of scenarios and a measure.

        Parameters
        ----------
        number : str
            The number with its interval, as HTML.
        pair
            The scenarios; twice history where nothing is changed.
        why : str
            The number, as an address has it.
        names : tuple of str
            What the two scenarios are called.
        """
        measure = asked_of(why)
        self._unchanged = pair[0] is pair[1]
        if self._unchanged and not counted_by(measure.measure).event:
            self._requested = None
            self._set_people(NOBODY)
            self.about.object = number + evidence.table(MADE_OF, evidence.of_number(measure, *pair))
            self.text.object = "<p>Nothing is changed yet, so every life is the same under both.</p>"
            return
        self.about.object = (
            number
            + evidence.table("What was changed, and where it is from", evidence.of_change(*pair, names))
            + evidence.table(MADE_OF, evidence.of_number(measure, *pair, names))
        )
        requested = (*pair, why, names)
        if self._requested == requested:
            if not self._pending:
                self._show()
            return
        self._requested, self._pending = requested, True
        self._set_people(NOBODY)
        both = escape(" and ".join(names))
        self.text.object = f"<p role='status'>Following the same people under {both} \u2026</p>"
        self._pool.submit(lives_behind, *requested).add_done_callback(lambda future: self._on_result(future, requested))

    def close(self) -> None:
        """Ignore results from now on, because the page is closed."""
        self.document = None

    def _on_choice(self, number: str) -> None:
        if not self._setting:
            self.number = number
            self._on_view()

    def _set_people(self, lives: Lives) -> None:
        """Show a new list of people; select the first if the number is not in the list.

        The list is a new widget each time: Bokeh's ``Select`` fails in the browser when its options change before it is
        drawn, which happens where a link opens this tab on a busy machine.
        """
        self._lives = lives
        options = {f"{number}. {pair.title}": number for number, pair in enumerate(lives.bookings, start=1)}
        self.people[:] = [select("Person", options, self._chosen(), **FULL)] if options else []
        for people in self.people:
            people.param.watch(lambda event: self._on_choice(str(event.new)), "value")

    def _chosen(self) -> int:
        """Return the number of the person that is shown."""
        wanted = int(self.number) if self.number.isdecimal() else 1
        return wanted if 1 <= wanted <= len(self._lives.bookings) else 1

    def _on_result(self, future: Future[Lives], requested: Any) -> None:
        """Schedule the display in the page's thread; called in any thread."""
        document = self.document
        if document is not None:
            document.add_next_tick_callback(lambda: self._show_result(future, requested))

    def _show_result(self, future: Future[Lives], requested: Any) -> None:
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
        lives, (_, _, asked, names) = self._lives, self._requested
        thinned = f" One person in {lives.thin} was followed." if lives.thin > 1 else ""
        told = who_changed(lives, asked, names, self._unchanged)
        note = f"{told}<p class='quiet'>{SYNTHETIC} These people are of seed {lives.seed}.{thinned} {EARLIER}"
        if not lives.bookings:
            self.text.object = f"{note}</p>"
            return
        chosen = lives.bookings[self._chosen() - 1]
        decided = evidence.table("What decided about this person", list(chosen.decided))
        self.text.object = f"{note} {CHOSEN}</p>{histories_html(chosen.text, names)}{decided}"
