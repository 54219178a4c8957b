"""The tab that says why a number differs: its text while a worker runs, which result it shows, whose lives it tells, and the
same text as ``enforcement-sim trace --against``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.explorer import evidence
from enforcement_sim.explorer import lives as behind_numbers
from enforcement_sim.explorer.choices import Choices, choices_of, pair_of, query_of
from enforcement_sim.explorer.lives import NOBODY, DifferingBooking, Lives, lives_behind
from enforcement_sim.explorer.summary import summary_of
from enforcement_sim.explorer.two_histories import HistoriesView, histories_html, who_changed
from enforcement_sim.explorer.views import valid_view
from enforcement_sim.explorer.who_changes import changed, counted_by
from enforcement_sim.explorer.why_asked import Asked, asked_of, number_of
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.report.trace import HistoryText, Moment, Side, heading
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.runs.recorded_runs import RecordedRun, divergences_of, record_events
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

MONTHS = {
    "scope": {"counties": ["12021"]},
    "period.start": "2012-01-01",
    "period.end": "2012-03-31",
    "start.warm_days": 0,
}


class Worker:
    """Takes what is asked for and answers when the test says so."""

    def __init__(self) -> None:
        self.requests: list[Future[Lives]] = []

    def submit(self, *_: Any) -> Future[Lives]:
        self.requests.append(Future())
        return self.requests[-1]


class Document:
    """Does at once what a page does in its next turn."""

    def add_next_tick_callback(self, todo: Callable[[], None]) -> None:
        todo()


def lives(*names: str) -> Lives:
    step = (Moment(0, 0, "Monday", "Held", (), ()),)
    sides = Side(step, "Removed"), Side(step, "Released")
    text = [HistoryText(f"who is {name}", step, ("First difference: the hold",), sides) for name in names]
    bookings = tuple(DifferingBooking(name, one, ()) for name, one in zip(names, text, strict=True))
    return Lives("removed", len(names), 0, 0, 0, bookings)


def made(person: str = "1") -> tuple[HistoriesView, Worker, Choices]:
    worker, choices = Worker(), Choices(place="12021", hold="96", person=person)
    view = HistoriesView("removed", person, worker, lambda: None)  # type: ignore[arg-type]
    view.document = Document()
    view.update("the number", pair_of(choices), choices.why)
    return view, worker, choices


@cache
def worlds() -> tuple[Scenario, Scenario]:
    history = load_scenario("baseline").with_(**MONTHS)
    return history, history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})


@cache
def recorded() -> tuple[RecordedRun, RecordedRun]:
    history, declined = worlds()
    return record_events(history), record_events(declined)


@cache
def behind(measure: str) -> Lives:
    return lives_behind(*worlds(), measure)


def test_asked_again_while_a_worker_tells_it_goes_on_waiting() -> None:
    """The exact picture arrives while a worker runs: the tab must not say that nothing differs."""
    view, worker, choices = made()
    view.update("the number", pair_of(choices), choices.why)
    assert len(worker.requests) == 1
    assert "Following the same people" in view.text.object
    worker.requests[0].set_result(NOBODY)
    assert "counts nobody, under history or the what-if, with seed 1" in view.text.object


def test_the_person_of_the_link_is_shown_or_else_the_first() -> None:
    for person, shown in (("2", "who is second"), ("99", "who is first"), ("nobody", "who is first")):
        view, worker, _ = made(person)
        worker.requests[0].set_result(lives("first", "second"))
        assert shown in view.text.object


def test_a_level_of_history_alone_is_told_of_by_people_whom_it_counts() -> None:
    worker, choices = Worker(), Choices(place="12021")
    view = HistoriesView("removed", "1", worker, lambda: None)  # type: ignore[arg-type]
    view.document = Document()
    view.update("the number", pair_of(choices), choices.why)
    worker.requests[0].set_result(lives("first")._replace(only_history=0, both=7))
    assert "People counted in \u201cRemoved\u201d: 7.</p>" in view.text.object and "who is first" in view.text.object
    money = replace(choices, why="net_cost.county")
    view.update("the dollars", pair_of(money), money.why)
    assert len(worker.requests) == 1 and "cost.jail_day" in view.about.object


def test_an_answer_to_what_was_asked_before_is_left_aside() -> None:
    view, worker, _ = made()
    later = Choices(place="12021", hold="72")
    view.update("the number", pair_of(later), later.why)
    worker.requests[0].set_result(lives("late"))
    assert "Following the same people" in view.text.object
    worker.requests[1].set_result(lives("asked for"))
    assert "who is asked for" in view.text.object


def test_a_closed_page_listens_no_longer() -> None:
    view, worker, _ = made()
    view.close()
    worker.requests[0].set_result(lives("late"))
    assert "late" not in view.text.object


def test_what_was_changed_stands_above_the_lives_with_its_source() -> None:
    view, _, _ = made()
    assert "the number" in view.about.object
    assert "48 under history, 96 under the what-if" in view.about.object and "8 CFR 287.7(d)" in view.about.object


@pytest.mark.slow
def test_who_is_counted_explains_the_difference_of_the_number() -> None:
    """People counted under the what-if alone, less those under history alone, are the difference of a recorded run."""
    a, b = (run.arrestees for run in recorded())
    for event in ("ice_custody", "removed", "detainer_declined"):
        found = changed(*recorded(), Asked(event))
        counted = [{one.key for one in people if event in one.events} for people in (a, b)]
        assert {int(key) for key in found.only_history} <= counted[0] - counted[1]
        assert {int(key) for key in found.only_what_if} <= counted[1] - counted[0]
        assert len(found.only_history) + len(found.only_what_if) > 0


@pytest.mark.slow
def test_the_first_lives_are_of_people_who_change() -> None:
    found = behind("removed")
    assert found.number == "removed" and found.bookings
    for one in found.bookings:
        before, after = (side.end for side in one.text.sides)
        assert before != after, one.title


@pytest.mark.slow
def test_the_lives_are_those_that_trace_tells() -> None:
    expected = divergences_of(*recorded(), changed(*recorded(), Asked("removed")).first(3))
    found = behind("removed").bookings[: len(expected)]
    places = recorded()[0].arrestees.places
    assert [one.text.heading for one in found] == [heading(pair.a, places) for pair in expected]
    causes = [one.text.first_difference[-1].partition(": ")[2] for one in found]
    assert causes == [pair.divergence.cause.words for pair in expected]
    page = histories_html(found[0].text)
    assert f">{found[0].text.first_difference[0]}<" in page
    assert "Under history" in page and "Under the what-if" in page


@pytest.mark.slow
def test_every_life_has_a_rule_or_parameter_with_its_source() -> None:
    rule = load_rulebook().rules["honour-none"]
    decided = [line for one in behind("removed").bookings for line in one.decided]
    assert any(line.source == rule.citation and line.grade == rule.grade for line in decided)
    assert all(one.decided for one in behind("removed").bookings)


PARTS = (
    "removed,county:12021,month:2012-02",
    "ice_custody,month:2012-03",
    "identified,programme:jail_287g",
    "removed,by:ice-levels-2010,group:level 1",
    "detainer_issued,programme:jail_287g,by:charge,group:drugs",
)
"""One of each kind of number of the page."""


@pytest.mark.slow
@pytest.mark.parametrize("number", PARTS)
def test_those_told_of_are_counted_in_that_very_number(number: str) -> None:
    asked = asked_of(number)
    found = changed(*recorded(), asked)
    for world, alone in zip(worlds(), (found.only_history, found.only_what_if), strict=True):
        counted = number_of(asked)(summary_of(run(world, 1)))
        assert len(alone) + len(found.both) == counted
    assert len(found.both) + len(found.only_history) > 0


@pytest.mark.slow
def test_a_part_of_a_number_is_told_of_by_people_of_that_part() -> None:
    wanted = "removed,by:ice-levels-2010,group:level 1"
    found = behind(wanted)
    assert found.number == wanted and found.bookings
    assert "Removed: Level 1" in who_changed(found, wanted) and "under both" in who_changed(found, wanted)


@pytest.mark.slow
def test_a_number_that_is_the_same_under_both_is_told_of_by_people_whom_it_counts() -> None:
    history = worlds()[0].with_(replications=2)
    later = {"decision": "honour", "rule": "honour-none", "where": {"counties": ["10003"]}}
    found = lives_behind(history, history.with_(**{"changes.elsewhere": later}), "removed")
    assert found.both == len(changed(*recorded()[:1] * 2, Asked("removed")).both) > 0
    told = who_changed(found, "removed")
    assert found.seeds == (1, 2) and "With seeds 1 to 2, nobody\u2019s outcome differs: the same" in told
    page = histories_html(found.bookings[0].text)
    assert "What happened" in page and "End: Removed" in page


DELAWARE = {"scope": {"states": ["DE"]}, "period.start": "2012-01-01", "period.end": "2012-01-31", "start.warm_days": 0}


@cache
def delaware(replications: int) -> tuple[Scenario, Scenario]:
    history = load_scenario("baseline").with_(**DELAWARE, replications=replications)
    return history, history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})


@pytest.mark.slow
def test_a_number_of_a_county_is_told_of_by_people_of_that_county_however_large_its_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(behind_numbers, "FOLLOWED", 500_000)  # so that the state is thinned
    whole, part = (lives_behind(*delaware(4), number) for number in ("removed", "removed,county:10001"))
    assert whole.thin > 1 == part.thin
    assert part.number == "removed,county:10001" and part.differs and part.seed == part.seeds[-1]
    counted = [number_of(asked_of(part.number))(summary_of(run(world, part.seed))) for world in delaware(4)]
    assert [one + part.both for one in (part.only_history, part.only_what_if)] == counted  # the state's own numbers
    assert all(one.title.startswith("Kent County, DE") for one in part.bookings)


@pytest.mark.slow
def test_where_nobody_differs_under_any_seed_it_says_so_and_tells_of_the_nearest() -> None:
    number = "ice_custody,county:10001,month:2012-02"  # after the last day
    found = lives_behind(*delaware(2), number)
    assert found == NOBODY._replace(seeds=(1, 2))
    assert "counts nobody, under history or the what-if, with seeds 1 to 2" in who_changed(found, number)
    number = "removed.task_force"  # no agency of Delaware had one
    found = lives_behind(*delaware(2), number)
    assert found.number == "removed" and found.bookings and found.seeds == (1, 2)
    told = who_changed(found, number)
    assert "With seeds 1 to 2, nobody followed is counted in" in told and "The nearest people are told of" in told


def test_a_number_of_dollars_leads_to_prices_with_their_sources() -> None:
    register, pair = load_register(), worlds()
    for measure in ("net_cost.county", "net_cost.federal"):
        prices = evidence.of_number(Asked(measure), *pair)
        assert any("cost." in one.what for one in prices)
        assert all(one.source in {entry.source for entry in register.values()} and one.grade for one in prices)
    (level,) = evidence.of_number(asked_of(PARTS[3]), *pair)
    assert level.source == load_definitions()["ice-levels-2010"].citation


@pytest.mark.parametrize(
    "written",
    ["removals", "removed,county:99999", "removed,month:2012-13", "removed,group:level 1", "net_cost.county,month:2012-01",
     "matched,county:12021", "removed,by:ice-levels-2010,group:level 9", "removed,county", "removed,month:2012-01,month:2012-02"],
)  # fmt: skip
def test_a_number_that_there_is_not_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="why: "):
        asked_of(written)
    shown, problem = valid_view(Choices(why=written))
    assert shown.why == "removed" and problem.startswith("why: ")


@pytest.mark.parametrize("number", PARTS)
def test_a_number_is_written_as_it_is_read(number: str) -> None:
    assert asked_of(number).written() == number
    assert choices_of(query_of(Choices(why=number))).why == number


def test_every_measure_is_explained_by_an_event_or_by_every_event() -> None:
    assert {counted_by(measure).event for measure in MEASURES} <= {"", *EVENTS}


def test_a_changed_rule_has_its_citation_and_a_lever_says_that_it_was_chosen() -> None:
    _, declined = worlds()
    (line,) = evidence.of_change(*worlds())
    assert line.source == load_rulebook().rules["honour-none"].citation
    ended = declined.with_(**{"changes.no": {"decision": "agreement", "rule": "ended", "where": "nation"}})
    (line,) = evidence.of_change(worlds()[0], ended)
    assert line.source == evidence.CHOSEN_HERE
