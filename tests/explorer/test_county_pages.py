"""The page of a county: the facts at once, the state of its runs until they are done, and the whole page for everybody after."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.county_pages import MOST_AT_ONCE, CountyPages
from enforcement_sim.explorer.county_runs import BRANCHES, page_with_runs, run_of


class Pool:
    """Takes what is asked for and answers when the test says so."""

    def __init__(self) -> None:
        self.runs: list[Future[Any]] = []
        self.pages: list[tuple[str, Any, Future[Any]]] = []

    def submit(self, work: Any, *arguments: Any, long: bool = False) -> Future[Any]:
        assert long, "an open explorer must not wait for a county's page"
        future: Future[Any] = Future()
        if work is run_of:
            self.runs.append(future)
        else:
            assert work is page_with_runs
            self.pages.append((*arguments, future))
        return future


def made() -> tuple[CountyPages, Pool]:
    pool = Pool()
    return CountyPages(pool), pool  # type: ignore[arg-type]


def test_facts_are_there_at_once_and_the_whole_page_when_the_runs_are_done() -> None:
    pages, pool = made()
    first = pages.html("37119")
    assert "287(g) agreements" in first and f"0 of {len(BRANCHES)} runs are done" in first and "<script" in first
    assert len(pool.runs) == len(BRANCHES)
    for number, run in enumerate(pool.runs[:3]):
        run.set_result({"removed": float(number)})
    assert f"3 of {len(BRANCHES)} runs are done" in pages.html("Mecklenburg, NC")
    for run in pool.runs[3:]:
        run.set_result({"removed": 1.0})
    assert "<script" in pages.html("37119")  # it is being drawn
    ((code, runs, drawn),) = pool.pages
    assert code == "37119" and tuple(runs) == BRANCHES and runs[BRANCHES[2]] == {"removed": 2.0}
    drawn.set_result("the whole page")
    assert pages.html("37119") == pages.html("37119") == "the whole page"
    assert len(pool.runs) == len(BRANCHES) and len(pool.pages) == 1, "the next visitor waits for nothing"


def test_what_goes_wrong_is_said_and_tried_again() -> None:
    pages, pool = made()
    pages.html("37119")
    for run in pool.runs:
        run.set_exception(MemoryError("no <room>"))
    told = pages.html("37119")
    assert "MemoryError: no &lt;room&gt;" in told and "<script" not in told
    assert "0 of" in pages.html("37119") and len(pool.runs) == 2 * len(BRANCHES)


def test_not_all_counties_are_simulated_at_a_time() -> None:
    pages, pool = made()
    for code in ("10001", "10003", "10005", "12021")[:MOST_AT_ONCE]:
        pages.html(code)
    assert "other counties are being simulated" in pages.html("37119")
    assert len(pool.runs) == MOST_AT_ONCE * len(BRANCHES)


@pytest.mark.parametrize("written", ["", "99999", "NC", "nation", "<script>"])
def test_no_county_is_refused(written: str) -> None:
    pages, pool = made()
    with pytest.raises(InputError):
        pages.html(written)
    assert not pool.runs
