"""The flow under SimPy's calendar is the twin's, cell by cell, where queues decide and where time runs out."""

from __future__ import annotations

import pytest
import simpy_flow
from simpy_flow import SimPyFlow, differences_from_the_twin
from tests.twin.cases import CASES, FREDERICK, MANY_NONCITIZENS, SCARCE, WHITFIELD, small
from tests.twin.model import TwinModel

QUEUES = small([FREDERICK, WHITFIELD], "2010-04-01", "2010-04-20", MANY_NONCITIZENS | SCARCE | {"thin": 4}, warm=20)


@pytest.mark.parametrize("scenario", [QUEUES, CASES["visits are scarce"]], ids=["officers and crews", "visits"])
@pytest.mark.slow
def test_the_ledger_is_the_twins(scenario) -> None:  # type: ignore[no-untyped-def]
    """Every cell of every table is equal, with a prison's people, queues and people still on the way."""
    flow, twin = SimPyFlow(scenario).run(), TwinModel(scenario).run()
    assert flow.bookings == twin.bookings > 0
    assert differences_from_the_twin(flow, twin) == []


@pytest.mark.slow
def test_who_is_first_in_line_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the queue's order the ledgers differ, and the comparison says where."""
    monkeypatch.setattr(simpy_flow, "rank", lambda since, key, behind=False: -int(key) % (1 << simpy_flow.KEY_BITS))
    said = differences_from_the_twin(SimPyFlow(QUEUES).run(), TwinModel(QUEUES).run())
    assert said
    assert ": SimPy " in said[0]


def test_a_place_in_line_is_priority_then_time_then_key() -> None:
    """Earlier first, whatever the key; those behind after everyone else; and never so late as the next pass."""
    largest = 2**64 - 1
    assert simpy_flow.rank(-5, largest) < simpy_flow.rank(3, 0) < simpy_flow.rank(3, 1)
    assert simpy_flow.rank(10**6, largest) < simpy_flow.rank(0, 0, behind=True)
    assert simpy_flow.rank(10**6, largest, behind=True) < 1 << simpy_flow.RANK_BITS
