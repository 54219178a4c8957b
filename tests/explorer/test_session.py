"""What a page shows of a state while seeds come in: the sentences first, marked; the rest, and "exact", with all of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from tests.explorer.explorer_pictures import SEEDS, summary

from enforcement_sim.explorer.choices import HOLD, REPLICATIONS
from enforcement_sim.explorer.session import FORMER, PRESENT, Session
from enforcement_sim.explorer.summary import Summary
from enforcement_sim.explorer.worker_pool import Order
from enforcement_sim.scenarios.schema import Scenario

ADDRESS = "?place=12021&from=2012-01-01&to=2012-03-31&hold=96"


class TwoSeedsFirst:
    """A pool that has the runs of two seeds; those of the others are under way until it is told that they are done."""

    def __init__(self) -> None:
        self.done, self.futures = len(SEEDS), list[Future[Any]]()

    def name_of(self, scenario: Scenario, seed: int) -> str:
        return f"{seed}|{int(scenario.parameters[HOLD] > 48)}"

    def cached(self, name: str) -> Summary | None:
        seed, side = map(int, name.split("|"))
        return summary(side, SEEDS[seed % len(SEEDS)]) if seed <= self.done else None

    def order(self, scenario: Scenario, seed: int, on_update: Callable[[], None], long: bool = False) -> Order | None:
        name = self.name_of(scenario, seed)
        if self.cached(name) is not None:
            return None
        self.futures.append(Future())
        return Order(name, 0, 1, long, self.futures[-1])

    def cancel(self, order: Order, on_update: Callable[[], None] | None = None) -> None:
        order.future.cancel()

    def progress(self, order: Order) -> float:
        return 0.0

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()

    def finish(self) -> None:
        self.done = REPLICATIONS
        for future in self.futures:
            future.set_result(None)


@pytest.fixture
def page() -> tuple[Session, TwoSeedsFirst]:
    pool = TwoSeedsFirst()
    return Session(pool, ADDRESS), pool  # type: ignore[arg-type]


def test_the_sentences_come_with_the_first_seeds_and_the_rest_with_all(page: tuple[Session, TwoSeedsFirst]) -> None:
    session, pool = page
    assert "<b>Part</b> 2 of 4 seeds" in session.answer.text.object and "over 2 seeds" in session.answer.text.object
    assert "former" not in session.answer.text.object
    assert 'data-state="partly"' in session.status.object
    assert not session.views.texts["change"].object and session.details.styles == FORMER
    assert not any(session.memory.trials.trials.numbers.values())
    pool.finish()
    session._refresh()
    assert "Part" not in session.answer.text.object and "over 4 seeds" in session.answer.text.object
    assert 'data-state="exact"' in session.status.object
    assert session.views.texts["change"].object and session.details.styles == PRESENT
    assert all(session.memory.trials.trials.numbers.values())


def test_an_answer_is_not_called_exact_before_it_is_drawn(page: tuple[Session, TwoSeedsFirst]) -> None:
    session, pool = page
    pool.finish()
    session._poll()
    assert 'data-state="computing"' in session.status.object and "<b>Part</b>" in session.answer.text.object


def test_stopping_shows_everything_of_the_seeds_that_are_done(page: tuple[Session, TwoSeedsFirst]) -> None:
    session, _ = page
    session._stop()
    assert 'data-state="partly"' in session.status.object and "Stopped before" in session.status.object
    assert session.views.texts["change"].object and session.details.styles == PRESENT
