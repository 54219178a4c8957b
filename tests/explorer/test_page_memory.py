"""What a page remembers: undo and redo, the list of what was tried, saved scenarios, and what a browser may send."""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from tests.explorer.explorer_pictures import picture

from enforcement_sim.explorer.browser_link import LONGEST_ENTRY, MOST_ENTRIES, entries_of
from enforcement_sim.explorer.choices import Choices, query_of
from enforcement_sim.explorer.lives import lives_behind
from enforcement_sim.explorer.page_memory import PageMemory
from enforcement_sim.explorer.saved_comparison import PRESENT, comparison_table
from enforcement_sim.explorer.saved_scenarios import SavedScenarios
from enforcement_sim.explorer.trials import MOST_TRIALS, Trials, headline_number, setting_of

HISTORY, LONG, LONGER = Choices(place="12021"), Choices(place="12021", hold="96"), Choices(place="12021", hold="120")


class Pool:
    """Has computed nothing, and computes nothing."""

    def __init__(self) -> None:
        self.orders: list[Any] = []
        self.submitted: list[tuple[Any, ...]] = []

    def submit(self, *asked: Any) -> Future[Any]:
        self.submitted.append(asked)
        return Future()

    def name_of(self, scenario: Any, seed: int) -> str:
        return f"{scenario.parameters['detainer.hold_hours']:g} {seed}"

    def cached(self, name: str) -> None:
        return None

    def order(self, scenario: Any, seed: int, on_update: Any, long: bool = False) -> None:
        self.orders.append((scenario.parameters["detainer.hold_hours"], seed))


def memory() -> tuple[PageMemory, list[str], Pool]:
    opened: list[str] = []
    pool = Pool()
    return PageMemory(pool, opened.append), opened, pool  # type: ignore[arg-type]


def test_undo_and_redo_go_through_what_was_tried() -> None:
    trials = Trials()
    for choices in (HISTORY, LONG, LONGER):
        trials.note(choices)
    trials.note(trials.past[-1])
    trials.note(trials.past[-1])
    assert (trials.past, trials.future) == ([], [LONGER, LONG])
    trials.note(trials.future[-1])
    assert (trials.past, trials.future) == ([HISTORY], [LONGER])
    trials.note(replace(LONG, hold="72"))
    assert trials.future == [] and list(trials.numbers) == [HISTORY, LONG, LONGER, replace(LONG, hold="72")]


def test_another_view_is_no_other_setting() -> None:
    trials = Trials()
    assert trials.note(LONG) and not trials.note(replace(LONG, show="map", why="ice_custody"))
    assert trials.tell(replace(LONG, show="map"), "-3") and trials.numbers == {setting_of(LONG): "-3"}


def test_the_list_is_never_too_long() -> None:
    trials = Trials()
    for hours in range(MOST_TRIALS + 5):
        trials.note(Choices(hold=str(hours)))
    assert len(trials.numbers) == MOST_TRIALS and Choices(hold="0") not in trials.numbers


def test_buttons_open_the_setting_before_and_after() -> None:
    page, opened, _ = memory()
    page.asked(HISTORY)
    assert "disabled" in page.trials.undo.object and "disabled" in page.trials.redo.object
    page._told({"kind": "undo"})
    assert not opened
    page.asked(LONG)
    assert "disabled" not in page.trials.undo.object
    page._told({"kind": "undo"})
    assert opened == [query_of(HISTORY)]


def test_the_list_has_a_link_and_the_number_of_each() -> None:
    page, _, _ = memory()
    page.asked(LONG)
    assert "not computed yet" in page.trials.list.object
    shown = picture()
    page.answered(shown, LONG)
    assert headline_number(shown, LONG) in page.trials.list.object
    assert 'href="?place=12021&amp;hold=96"' in page.trials.list.object
    assert page.browser.tried == [{"query": "?place=12021&hold=96", "number": headline_number(shown, LONG)}]


def test_the_browsers_list_comes_back_after_the_page_was_loaded_again() -> None:
    page, _, _ = memory()
    page.asked(LONG)
    tried = [{"query": "?place=12021", "number": "12"}, {"query": "?hold=no&hold=no", "number": "1"}]
    page._told({"kind": "remembered", "saved": [], "tried": tried})
    assert list(page.trials.trials.numbers.items()) == [(HISTORY, "12"), (LONG, "")]


def test_going_back_makes_no_new_entry_in_the_browsers_history() -> None:
    opened: list[bool] = []
    page = PageMemory(Pool(), lambda query: page.show_address(HISTORY))  # type: ignore[arg-type]
    for popped in (True, False):
        page._told({"kind": "open", "query": "?place=12021", "popped": popped})
        opened.append(page.browser.address["instead"])
    assert opened == [True, False]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"kind": "open"},
        {"kind": "open", "query": 3},
        {"kind": "open", "query": "?" + "x" * 20_000},
        {"kind": "forget", "name": ["x"]},
        {"kind": "remembered", "saved": {"name": "x"}, "tried": "x"},
        {"kind": "remembered", "saved": [3, {"name": "x"}, {"name": "x", "query": "?nothing=1"}], "tried": [None]},
    ],
)
def test_what_a_browser_may_not_send_is_ignored(message: dict[str, Any]) -> None:
    page, opened, _ = memory()
    page._told(message)
    assert not opened and not page.saved.saved and not page.trials.trials.numbers


def test_entries_are_short_texts_and_not_too_many() -> None:
    assert entries_of([{"name": "x" * (LONGEST_ENTRY + 1)}], ("name",)) == []
    assert len(entries_of([{"name": "x"}] * (MOST_ENTRIES + 1), ("name",))) == MOST_ENTRIES


def saved(*named: tuple[str, Choices]) -> tuple[SavedScenarios, list[Any], Pool]:
    kept: list[Any] = []
    pool = Pool()
    scenarios = SavedScenarios(pool, kept.append)  # type: ignore[arg-type]
    for name, choices in named:
        scenarios.follow(choices)
        scenarios.keep(name)
    return scenarios, kept, pool


def test_a_scenario_is_saved_and_forgotten_under_its_name() -> None:
    scenarios, kept, _ = saved((" long ", LONG), ("longer", LONGER))
    assert kept[-1] == [
        {"name": "long", "query": "?place=12021&hold=96"},
        {"name": "longer", "query": "?place=12021&hold=120"},
    ]
    assert "Forget long" in scenarios.list.object
    scenarios.forget("long")
    assert [one["name"] for one in kept[-1]] == ["longer"] and "Forget long<" not in scenarios.list.object


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", PRESENT])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    scenarios, kept, _ = saved((name, LONG))
    assert not kept and 'role="alert"' in scenarios.list.object


def test_markup_in_a_name_stays_text() -> None:
    scenarios, _, _ = saved(("<script>alert(1)</script>", LONG))
    assert "<script" not in scenarios.list.object


def test_two_saved_scenarios_are_computed_against_one_another() -> None:
    scenarios, _, pool = saved(("long", LONG), ("longer", LONGER))
    scenarios.comparison.compare()
    assert {hours for hours, _ in pool.orders} == {96.0, 120.0}
    assert "Computing" in scenarios.comparison.text.object


def test_scenarios_of_other_places_are_not_compared() -> None:
    scenarios, _, pool = saved(("long", LONG), ("elsewhere", replace(LONG, place="10003")))
    scenarios.comparison.compare()
    assert not pool.orders and "another place or period" in scenarios.comparison.text.object


def test_the_comparison_has_both_names_and_the_paired_difference() -> None:
    table = comparison_table(picture(), ("long <b>", "longer"))
    assert "long &lt;b&gt;" in table and "<b>" not in table and "95% interval" in table
    assert "Removed" in table and "longer against long" in table


def test_every_number_of_the_comparison_leads_to_lives_under_both_names() -> None:
    page, _, pool = memory()
    page.asked(LONG)
    page.saved.keep("long <b>")
    page.asked(LONGER)
    page._told({"kind": "explain", "number": "removed"})
    assert not pool.submitted  # nothing is compared yet
    comparison = page.saved.comparison
    comparison.compare()
    comparison._query.picture = picture  # type: ignore[method-assign]
    comparison._draw()
    rows = re.findall(r"<th scope=\"row\".*?</th>", comparison.text.object, re.DOTALL)
    assert len(rows) > 15 and all("&quot;explain&quot;" in row for row in rows)
    for number in ("removed", "net_cost.county", "nonsense"):
        page._told({"kind": "explain", "number": number})
    told = [(one[0], one[3], one[4]) for one in pool.submitted]
    names = "\u201clong <b>\u201d", PRESENT
    assert told == [(lives_behind, "removed", names), (lives_behind, "net_cost.county", names)]
    assert [one.parameters["detainer.hold_hours"] for one in pool.submitted[-1][1:3]] == [96, 120]
    about = comparison.why.about.object
    assert "96 under \u201clong &lt;b&gt;\u201d, 120 under the present setting" in about and "8 CFR 287.7(d)" in about
    page.asked(replace(LONGER, place="10003"))
    assert not comparison._explained.visible
