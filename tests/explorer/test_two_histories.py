"""The tab of two histories: its text while a worker runs, which result it shows, and the same text as
``enforcement-sim trace --against``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from enforcement_sim.explorer.choices import Choices, pair_of
from enforcement_sim.explorer.two_histories import (
    ANY,
    DifferingBooking,
    HistoriesView,
    differing_bookings,
    histories_html,
)
from enforcement_sim.report.trace import HistoryText, Moment, Side, heading
from enforcement_sim.runs.recorded_runs import BookingFilter, first_divergences, record_events
from enforcement_sim.scenarios.load import load_scenario

MONTHS = {
    "scope": {"counties": ["12021"]},
    "period.start": "2012-01-01",
    "period.end": "2012-03-31",
    "start.warm_days": 0,
}
NUMBER = 3


class Worker:
    """Takes what is asked for and answers when the test says so."""

    def __init__(self) -> None:
        self.requests: list[Future[list[DifferingBooking]]] = []

    def submit(self, *_: Any) -> Future[list[DifferingBooking]]:
        self.requests.append(Future())
        return self.requests[-1]


class Document:
    """Does at once what a page does in its next turn."""

    def add_next_tick_callback(self, todo: Callable[[], None]) -> None:
        todo()


def bookings(*names: str) -> list[DifferingBooking]:
    step = (Moment(0, 0, "Monday", "Held", (), ()),)
    sides = Side(step, "Removed"), Side(step, "Released")
    return [
        DifferingBooking(name, HistoryText(f"who is {name}", step, ("First difference: the hold",), sides))
        for name in names
    ]


def made(person: str = "1") -> tuple[HistoriesView, Worker, Choices]:
    worker, choices = Worker(), Choices(place="12021", hold="96", person=person)
    view = HistoriesView("any", person, worker, lambda: None)  # type: ignore[arg-type]
    view.document = Document()
    view.update(pair_of(choices), choices)
    return view, worker, choices


def test_asked_again_while_a_worker_tells_it_goes_on_waiting() -> None:
    """The exact picture arrives while a worker runs: the tab must not say that nothing differs."""
    view, worker, choices = made()
    view.update(pair_of(choices), choices)
    assert len(worker.requests) == 1
    assert "Following the same people" in view.text.object
    worker.requests[0].set_result([])
    assert "No booking with this event" in view.text.object


def test_the_person_of_the_link_is_shown_or_else_the_first() -> None:
    for person, shown in (("2", "who is second"), ("99", "who is first"), ("nobody", "who is first")):
        view, worker, _ = made(person)
        worker.requests[0].set_result(bookings("first", "second"))
        assert shown in view.text.object


def test_an_answer_to_what_was_asked_before_is_left_aside() -> None:
    view, worker, _ = made()
    later = Choices(place="12021", hold="72")
    view.update(pair_of(later), later)
    worker.requests[0].set_result(bookings("late"))
    assert "Following the same people" in view.text.object
    worker.requests[1].set_result(bookings("asked for"))
    assert "who is asked for" in view.text.object


def test_a_closed_page_listens_no_longer() -> None:
    view, worker, _ = made()
    view.close()
    worker.requests[0].set_result(bookings("late"))
    assert "late" not in view.text.object


def test_the_same_lives_part_by_the_same_cause() -> None:
    history = load_scenario("baseline").with_(**MONTHS)
    declined = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    found = differing_bookings(history, declined, ANY)
    worlds = record_events(history), record_events(declined)
    expected = first_divergences(*worlds, BookingFilter(), NUMBER)
    assert [pair.text.heading for pair in found[:NUMBER]] == [
        heading(pair.a, worlds[0].arrestees.places) for pair in expected
    ]
    causes = [pair.text.first_difference[-1].partition(": ")[2] for pair in found[:NUMBER]]
    assert causes == [pair.divergence.cause.words for pair in expected]
    page = histories_html(found[0].text)
    assert f">{found[0].text.first_difference[0]}<" in page
    assert "Under history" in page and "Under the what-if" in page


def test_an_outcome_chooses_the_lives() -> None:
    history = load_scenario("baseline").with_(**MONTHS)
    declined = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    found = differing_bookings(history, declined, "ice_custody")
    assert found
    for pair in found:
        assert any("ICE custody" in one.what for one in (*pair.text.common, *pair.text.sides[0].moments))
