"""Which picture is shown when, what is given up, and that its numbers are the experiment room's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from enforcement_sim.explorer.choices import REPLICATIONS, Choices, pair_of
from enforcement_sim.explorer.picture import LONG_FROM, Picture, Query, expected_size, thinning_of
from enforcement_sim.explorer.worker_pool import Order, Stopped, simulate
from enforcement_sim.results.intervals import difference_of
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.runs.run import run
from enforcement_sim.runs.shared_history import HistoryStore
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario

SMALL = {
    "scope": {"counties": ["10001"]},
    "period.start": "2012-01-01",
    "period.end": "2012-02-29",
    "start.warm_days": 0,
}


class FakePool:
    """Takes orders, computes nothing, and finishes them when told to."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.made: dict[str, Any] = {}
        self.cancelled: list[str] = []
        self.of: dict[str, tuple[Scenario, int]] = {}

    def name_of(self, scenario: Scenario, seed: int) -> str:
        name = f"{scenario.thin}|{seed}|{canonical(scenario)['parameters']['detainer.hold_hours']}"
        self.of[name] = scenario, seed
        return name

    def cached(self, name: str) -> Any:
        return self.made.get(name)

    def order(self, scenario: Scenario, seed: int, on_update: Callable[[], None], long: bool = False) -> Order | None:
        name = self.name_of(scenario, seed)
        if name in self.made:
            return None
        order = self.orders.setdefault(name, Order(name, 0, 1, long, Future()))
        order.waiting += 1
        order.on_update.append(on_update)
        return order

    def cancel(self, order: Order, on_update: Callable[[], None] | None = None) -> None:
        order.waiting -= 1
        if order.waiting == 0:
            self.cancelled.append(order.name)
            self.orders.pop(order.name, None)

    def progress(self, order: Order) -> float:
        return 0.0

    def finish(self, thin: int) -> None:
        """Deliver every run of a thinning."""
        for name, order in list(self.orders.items()):
            scenario, seed = self.of[name]
            if scenario.thin == thin:
                hold = scenario.parameters["detainer.hold_hours"]
                self.made[name] = SimpleNamespace(measures={"removed": 100.0 * seed + hold + seed * (hold > 48)})
                del self.orders[name]
                assert order.future is not None
                order.future.set_result(None)
                for tell in order.on_update:
                    tell()


def asked(choices: Choices) -> tuple[FakePool, Query, list[int]]:
    pool, heard = FakePool(), []
    query = Query(pool, lambda: heard.append(1))  # type: ignore[arg-type]
    query.ask(*pair_of(choices))
    return pool, query, heard


CALIFORNIA = Choices(hold="96")
NATION = Choices(place="nation", hold="96")


def thin_of(choices: Choices) -> int:
    return thinning_of(expected_size(pair_of(choices)[0]))


def removed(one: Any) -> float:
    return float(one.measures["removed"])


def test_a_thinned_picture_first_and_the_exact_one_after_it() -> None:
    pool, query, heard = asked(NATION)
    assert query.picture() is None
    pool.finish(thin_of(NATION))
    first = query.picture()
    assert first is not None and first.thin == thin_of(NATION) > 1 and not first.complete
    assert query.working
    pool.finish(1)
    exact = query.picture()
    assert exact is not None and exact.complete and exact.seeds == (1, 2, 3, 4)
    assert not query.working and len(heard) == 4 * REPLICATIONS


def test_the_difference_is_paired_seed_by_seed() -> None:
    pool, query, _ = asked(NATION)
    pool.finish(1)
    picture = query.picture()
    assert picture is not None
    by_hand = difference_of([148.0, 248.0, 348.0, 448.0], [197.0, 298.0, 399.0, 500.0])
    assert picture.difference(removed) == by_hand
    assert by_hand.low > 0


def test_history_is_not_computed_again_for_another_hold() -> None:
    pool, query, _ = asked(NATION)
    pool.finish(thin_of(NATION))
    pool.finish(1)
    query.ask(*pair_of(replace(NATION, hold="120")))
    assert len(pool.orders) == 2 * REPLICATIONS
    assert all("|120" in name for name in pool.orders)


def test_another_question_gives_up_what_only_the_first_wanted() -> None:
    pool, query, _ = asked(NATION)
    query.ask(*pair_of(replace(NATION, hold="120")))
    assert {name.rpartition("|")[2] for name in pool.cancelled} == {"96.0"}
    assert len(pool.cancelled) == 2 * REPLICATIONS
    assert all(order.waiting == 1 for order in pool.orders.values())


def test_stopping_leaves_what_is_there() -> None:
    pool, query, _ = asked(NATION)
    pool.finish(thin_of(NATION))
    query.stop()
    assert query.stopped and not query.working and not pool.orders
    picture = query.picture()
    assert picture is not None and picture.thin > 1


def test_a_state_has_no_draft() -> None:
    pool, query, _ = asked(CALIFORNIA)
    assert {name.partition("|")[0] for name in pool.orders} == {"1"}
    assert {order.long for order in pool.orders.values()} == {False}
    assert query.picture() is None
    pool.finish(1)
    picture = query.picture()
    assert picture is not None and picture.complete


def test_history_goes_ahead_of_the_what_ifs_that_begin_where_it_came_by() -> None:
    pool, _, _ = asked(CALIFORNIA)
    holds = [name.rpartition("|")[2] for name in pool.orders]
    assert holds == ["48.0", "48.0", "96.0", "96.0"] * (REPLICATIONS // 2)


def test_the_nation_goes_to_the_background_and_shows_part_of_the_seeds() -> None:
    pool, query, _ = asked(NATION)
    assert {order.long for name, order in pool.orders.items() if name.startswith("1|")} == {True}
    assert {order.long for name, order in pool.orders.items() if not name.startswith("1|")} == {False}
    for name in [name for name in pool.orders if name.startswith(("1|1|", "1|2|"))]:
        pool.made[name] = SimpleNamespace(measures={"removed": 1.0})
    picture = query.picture()
    assert picture is not None and picture.thin == 1 and picture.seeds == (1, 2) and not picture.complete


def test_a_state_is_answered_by_the_first_seeds_and_then_by_all() -> None:
    pool, query, _ = asked(CALIFORNIA)
    for name in [name for name in pool.orders if name.startswith(("1|1|", "1|2|"))]:
        pool.made[name] = SimpleNamespace(measures={"removed": 1.0})
    part = query.picture()
    assert part is not None and part.thin == 1 and part.seeds == (1, 2) and part.wanted == 4 and not part.complete
    pool.finish(1)
    whole = query.picture()
    assert whole is not None and whole.complete and whole.seeds == (1, 2, 3, 4)


@pytest.mark.parametrize("choices", [CALIFORNIA, NATION], ids=["state", "nation"])
def test_one_pair_of_runs_is_no_picture(choices: Choices) -> None:
    pool, query, _ = asked(choices)
    for name in [name for name in pool.orders if name.startswith("1|1|")]:
        pool.made[name] = SimpleNamespace(measures={"removed": 1.0})
    assert query.picture() is None


def test_a_draft_waits_for_all_seeds() -> None:
    pool, query, _ = asked(NATION)
    drafts = f"{thin_of(NATION)}|"
    for name in [name for name in pool.orders if name.startswith((f"{drafts}1|", f"{drafts}2|"))]:
        pool.made[name] = SimpleNamespace(measures={"removed": 1.0})
    assert query.picture() is None


def test_a_small_place_is_exact_at_once() -> None:
    choices = Choices(place="10001", hold="96")
    pool, query, _ = asked(choices)
    assert {name.partition("|")[0] for name in pool.orders} == {"1"}
    pool.finish(1)
    picture = query.picture()
    assert picture is not None and picture.complete


def test_the_size_that_is_expected_is_about_the_bookings_of_a_run() -> None:
    scenario = load_scenario("baseline").with_(ensemble=0).with_(**SMALL, simulate="alone")
    booked = run(scenario, 1).measures()["booked"]
    assert expected_size(scenario) == pytest.approx(booked, rel=0.15)
    assert expected_size(load_scenario("baseline")) > LONG_FROM


def test_a_run_that_can_be_stopped_is_the_same_run(tmp_path: Path) -> None:
    scenario = load_scenario("baseline").with_(ensemble=0).with_(**SMALL)
    looks: list[float] = []
    found = simulate(scenario, 3, looks.append, HistoryStore(tmp_path))
    same = run(scenario, 3)
    assert all(found.tables()[name].equals(table) for name, table in same.tables().items())
    assert looks == sorted(looks) and looks[0] == 0.0 and 0.8 < looks[-1] <= 1.0


def test_a_run_that_nobody_wants_ends_within_days(tmp_path: Path) -> None:
    looks: list[float] = []

    def look(done: float) -> None:
        looks.append(done)
        if len(looks) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        simulate(load_scenario("baseline").with_(ensemble=0).with_(**SMALL), 1, look, HistoryStore(tmp_path))
    assert looks[-1] < 0.5


def test_a_picture_of_one_world_compares_it_with_itself() -> None:
    run_of_it: Any = SimpleNamespace(measures={"removed": 5.0})
    picture = Picture({1: run_of_it, 2: run_of_it}, {1: run_of_it, 2: run_of_it}, 1, 2)
    assert picture.difference(removed).verdict == "identical"
