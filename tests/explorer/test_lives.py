"""The tab of two lives: what it says while a worker tells, whose answer it takes, when it no longer listens; and its lives
are those of ``enforcement-sim trace --against``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from enforcement_sim.explorer.choices import Choices, pair_of
from enforcement_sim.explorer.lives import ANY, LifeView, ToldPair, told_html, told_pairs
from enforcement_sim.report.trace import Moment, Side, Told, heading
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
        self.asked: list[Future[list[ToldPair]]] = []

    def submit(self, *_: Any) -> Future[list[ToldPair]]:
        self.asked.append(Future())
        return self.asked[-1]


class Document:
    """Does at once what a page does in its next turn."""

    def add_next_tick_callback(self, todo: Callable[[], None]) -> None:
        todo()


def lives(*names: str) -> list[ToldPair]:
    step = (Moment(0, 0, "Monday", "Held", (), ()),)
    sides = Side(step, "Removed"), Side(step, "Released")
    return [ToldPair(name, Told(f"who is {name}", step, ("First difference: the hold",), sides)) for name in names]


def made(person: str = "1") -> tuple[LifeView, Worker, Choices]:
    worker, choices = Worker(), Choices(place="12021", hold="96", person=person)
    view = LifeView("any", person, worker, lambda: None)  # type: ignore[arg-type]
    view.document = Document()
    view.ask(pair_of(choices), choices)
    return view, worker, choices


def test_asked_again_while_a_worker_tells_it_goes_on_waiting() -> None:
    """The exact picture comes while lives are told: nobody may read that no life parts."""
    view, worker, choices = made()
    view.ask(pair_of(choices), choices)
    assert len(worker.asked) == 1
    assert "Following the same people" in view.text.object
    worker.asked[0].set_result([])
    assert "No life parts" in view.text.object


def test_the_person_of_the_link_is_shown_or_else_the_first() -> None:
    for person, shown in (("2", "who is second"), ("99", "who is first"), ("nobody", "who is first")):
        view, worker, _ = made(person)
        worker.asked[0].set_result(lives("first", "second"))
        assert shown in view.text.object


def test_an_answer_to_what_was_asked_before_is_left_aside() -> None:
    view, worker, _ = made()
    later = Choices(place="12021", hold="72")
    view.ask(pair_of(later), later)
    worker.asked[0].set_result(lives("late"))
    assert "Following the same people" in view.text.object
    worker.asked[1].set_result(lives("asked for"))
    assert "who is asked for" in view.text.object


def test_a_closed_page_listens_no_longer() -> None:
    view, worker, _ = made()
    view.close()
    worker.asked[0].set_result(lives("late"))
    assert "late" not in view.text.object


def test_the_same_lives_part_by_the_same_cause() -> None:
    history = load_scenario("baseline").with_(**MONTHS)
    declined = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    told = told_pairs(history, declined, ANY)
    worlds = record_events(history), record_events(declined)
    expected = first_divergences(*worlds, BookingFilter(), NUMBER)
    assert [pair.told.heading for pair in told[:NUMBER]] == [
        heading(pair.a, worlds[0].arrestees.places) for pair in expected
    ]
    causes = [pair.told.parting[-1].partition(": ")[2] for pair in told[:NUMBER]]
    assert causes == [pair.divergence.cause.words for pair in expected]
    page = told_html(told[0].told)
    assert f">{told[0].told.parting[0]}<" in page
    assert "Under history" in page and "Under the what-if" in page


def test_an_outcome_chooses_the_lives() -> None:
    history = load_scenario("baseline").with_(**MONTHS)
    declined = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    told = told_pairs(history, declined, "ice_custody")
    assert told
    for pair in told:
        assert any("ICE custody" in one.what for one in (*pair.told.common, *pair.told.sides[0].moments))
