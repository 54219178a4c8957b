"""Real worker processes: a run is computed once for all who ask, and stops when the last of them gives up."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from enforcement_sim.explorer.worker_pool import Stopped, WorkerPool, error_message
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario

SMALL = {
    "scope": {"counties": ["10001"]},
    "period.start": "2012-01-01",
    "period.end": "2012-01-31",
    "start.warm_days": 0,
}
PATIENCE = 300.0


@pytest.mark.slow
def test_workers_share_compute_and_stop() -> None:
    small, nation = load_scenario("baseline").with_(**SMALL), load_scenario("baseline")
    heard = threading.Semaphore(0)
    with WorkerPool(workers=1) as pool:
        first = pool.order(small, 1, heard.release)
        second = pool.order(small, 1, heard.release)
        assert first is not None and first is second and first.waiting == 2
        pool.cancel(first)  # one of the two; the other still wants it
        assert first.future is not None
        kept = first.future.result(PATIENCE)
        assert heard.acquire(timeout=PATIENCE) and heard.acquire(timeout=PATIENCE)
        # A share of nobody is not a number, and no two of those are equal.
        assert repr(kept.measures) == repr(run(small, 1).measures())
        assert pool.order(small, 1, heard.release) is None  # kept
        assert pool.cached(pool.name_of(small, 1)) is not None

        under_way = pool.order(nation, 1, heard.release)
        assert under_way is not None and under_way.future is not None
        while pool.progress(under_way) == 0.0:  # until it is computed for good; a run of minutes
            assert not under_way.future.done()
        pool.cancel(under_way)
        with pytest.raises((Stopped, CancelledError)):
            under_way.future.result(PATIENCE)
        assert error_message(under_way) == ""  # nobody wanted it: no trouble
        assert pool.cached(pool.name_of(nation, 1)) is None
        after = pool.order(small, 2, heard.release)
        assert after is not None and after.future is not None
        after.future.result(PATIENCE)  # the worker is free again
