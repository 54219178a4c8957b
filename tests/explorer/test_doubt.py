"""The doubt about parameters: the growth of the interval set by set, in the background, for the setting that was asked for."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from enforcement_sim.explorer.choices import Choices, pair_of
from enforcement_sim.explorer.doubt import LABELS, DoubtView, growth_table
from enforcement_sim.explorer.doubt_query import SEEDS, DoubtQuery, under_sets

CHANGED = Choices(place="10003", first="2012-01-01", last="2012-01-31", hold="96")


@dataclass
class Summary:
    measures: dict[str, float]


@dataclass
class Order:
    name: str
    future: Future[Any] = field(default_factory=Future)


class Pool:
    """Gives runs made up by the test: people removed by set (its place in the order of names), side and seed."""

    def __init__(self) -> None:
        self.names: dict[Any, str] = {}
        self.done: dict[str, Summary] = {}
        self.background: list[bool] = []
        self.cancelled: list[str] = []

    def name_of(self, scenario: Any, seed: int) -> str:
        return self.names.setdefault((tuple(sorted(scenario.parameters.items())), seed), f"run {len(self.names)}")

    def cached(self, name: str) -> Summary | None:
        return self.done.get(name)

    def order(self, scenario: Any, seed: int, on_update: Any, long: bool = False) -> Order:
        self.background.append(long)
        return Order(self.name_of(scenario, seed))

    def cancel(self, order: Order, on_update: Any) -> None:
        self.cancelled.append(order.name)

    def finish(self, sets: int) -> None:
        """Finish the runs of the first sets: 100 people removed under history, fewer under the what-if, and dollars for each."""
        names = list(self.names.values())
        for at, name in enumerate(names[: sets * 2 * SEEDS]):
            number, rest = divmod(at, 2 * SEEDS)
            side, seed = divmod(rest, SEEDS)
            removed = 100.0 - side * (5 * (number + 1) + seed)
            self.done[name] = Summary(
                {"removed": removed, "net_cost.county": 1000 * removed, "hours.induced": 24 * removed}
            )


def asked(sets: int) -> tuple[DoubtQuery, Pool]:
    pool = Pool()
    query = DoubtQuery(pool, lambda: None)  # type: ignore[arg-type]
    query.ask(*pair_of(CHANGED), sets)
    return query, pool


def test_every_run_is_in_the_background() -> None:
    _, pool = asked(2)
    assert pool.background == [True] * 2 * 2 * SEEDS


def test_the_interval_grows_set_by_set() -> None:
    query, pool = asked(4)
    assert query.differences("removed") == []
    pool.finish(3)
    rows = query.differences("removed")
    assert query.progress() == (3 * 2 * SEEDS, 4 * 2 * SEEDS)
    assert len(rows) == 3 and [row.draws for row in rows] == [1, 2, 3]
    widths = [row.high - row.low for row in rows]
    assert widths == sorted(widths) and widths[0] < widths[-1]
    table = growth_table(rows, "removed")
    assert "1 set<" in table and "3 sets" in table and "6.5 fewer" in table
    assert "person-days" in growth_table(query.differences("hours.induced"), "hours.induced")


def test_another_measure_shows_without_new_runs() -> None:
    pool = Pool()
    view = DoubtView(pool)  # type: ignore[arg-type]
    view.follow(CHANGED, pair_of(CHANGED))
    view.sets.value = 2
    view.compute()
    pool.finish(2)
    view._show()
    ordered = len(pool.background)
    assert "Removed: what-if less history" in view.text.object and not view.stop.visible
    view.measure.value = "net_cost.county"
    assert f"{LABELS['net_cost.county']}: what-if less history" in view.text.object and "6.5k" in view.text.object
    assert "16 of 16 runs are done" in view.text.object and len(pool.background) == ordered
    view.measure.value = "overdetained"  # of which the runs say nothing
    assert "not applicable" in view.text.object


def test_what_the_what_if_changes_is_kept_under_every_set() -> None:
    changed = Choices(place="10003", settings=("pickup.crew_capacity=0.2",))
    pairs = under_sets(*pair_of(changed), 3)
    assert {what_if.parameters["pickup.crew_capacity"] for _, what_if in pairs} == {0.2}
    assert len({tuple(sorted(history.parameters.items())) for history, _ in pairs}) == 3


def test_another_setting_stops_the_runs_and_says_so() -> None:
    pool = Pool()
    view = DoubtView(pool)  # type: ignore[arg-type]
    view.follow(CHANGED, pair_of(CHANGED))
    view.compute()
    later = Choices(place="10003", first="2012-01-01", last="2012-01-31", hold="72")
    view.follow(later, pair_of(later))
    assert "Start it again" in view.text.object and len(pool.cancelled) == len(pool.background)
    assert not view.stop.visible


def test_nothing_is_computed_where_nothing_is_changed() -> None:
    pool, history = Pool(), Choices(place="10003")
    view = DoubtView(pool)  # type: ignore[arg-type]
    view.follow(history, pair_of(history))
    view.compute()
    assert not pool.background and "Nothing is changed yet" in view.text.object
