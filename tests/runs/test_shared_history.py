"""What-ifs that go on from a stored history, with counted bookings drawn once, give the same numbers as runs of their own.

They share only what is the same.
"""

from __future__ import annotations

import ast
import inspect
import os
from pathlib import Path

import pytest

from enforcement_sim.explorer.choices import Choices, Override, pair_of
from enforcement_sim.explorer.worker_pool import simulate
from enforcement_sim.process import counted_bookings, responses
from enforcement_sim.runs import shared_bookings, shared_history
from enforcement_sim.runs.run import FromSharedHistory, run
from enforcement_sim.runs.shared_history import HistoryStore
from enforcement_sim.scenarios.schema import Scenario

COLLIER = {"place": "12021", "first": "2012-01-01", "last": "2012-02-29"}
SAME_HISTORY = {
    "hold": Choices(**COLLIER, hold="96"),  # type: ignore[arg-type]
    "rule": Choices(**COLLIER, overrides=(Override("honour", "honour-none"),)),  # type: ignore[arg-type]
    "dated": Choices(**COLLIER, overrides=(Override("honour", "honour-none", "2012-01-15"),)),  # type: ignore[arg-type]
    "agreements": Choices(**COLLIER, overrides=(Override("agreement", "ended"),)),  # type: ignore[arg-type]
    "capacity": Choices(**COLLIER, settings=("pickup.crew_capacity=0.01", "screening.triage_opens=9")),  # type: ignore[arg-type]
}
OWN_HISTORY = {
    "earlier": Choices(**COLLIER, activated="2008-06-01"),  # type: ignore[arg-type]
    "throughout": Choices(**COLLIER, settings=("offence.felony_share.traffic=0.2",)),  # type: ignore[arg-type]
    "institutions": Choices(**COLLIER, settings=("institutions.exit_hazard=0.5",)),  # type: ignore[arg-type]
}
OWN_BOOKINGS = {
    "sharing": Choices(**COLLIER, overrides=(Override("sharing", "not-shared", "2012-01-15"),)),  # type: ignore[arg-type]
    "citation": Choices(**COLLIER, overrides=(Override("citation", "cited"),)),  # type: ignore[arg-type]
    "response": Choices(**COLLIER, settings=("response.crime=0.1",)),  # type: ignore[arg-type]
}
"""History is shared, and people whom no programme can reach are booked, or printed, differently from the first counted day on."""
SHORT = {
    "the last day of a month": {"first": "2012-01-31", "last": "2012-02-02"},
    "one day": {"first": "2012-01-10", "last": "2012-01-10"},
}
SEED = 3


FILES = 2
"""Of one history: the state on the eve of the first counted day, and what counted bookings add from then on."""


def what_if(choices: Choices) -> Scenario:
    return pair_of(choices)[1].without_design


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[HistoryStore, Path]:
    folder = tmp_path_factory.mktemp("histories")
    found = HistoryStore(folder)
    simulate(pair_of(Choices(**COLLIER))[0].without_design, SEED, lambda done: None, found)  # type: ignore[arg-type]
    assert len(list(folder.iterdir())) == FILES
    return found, folder


@pytest.mark.parametrize("choices", SAME_HISTORY.values(), ids=SAME_HISTORY)
def test_a_what_if_goes_on_from_history_and_is_the_same_run(
    choices: Choices, store: tuple[HistoryStore, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, (states, folder) = what_if(choices), store
    before = set(folder.iterdir())
    monkeypatch.setattr(shared_bookings, "count_day", None)  # none is drawn again
    found = simulate(scenario, SEED, lambda done: None, states)
    assert set(folder.iterdir()) == before  # nothing was simulated that is there already
    same = run(scenario, SEED)
    assert all(found.tables()[name].equals(table) for name, table in same.tables().items())


def test_a_run_of_a_design_goes_on_from_history_too(store: tuple[HistoryStore, Path]) -> None:
    scenario, (_, folder) = what_if(SAME_HISTORY["agreements"]), store
    before = set(folder.iterdir())
    found, same = FromSharedHistory(folder)(scenario, SEED), run(scenario, SEED)
    assert set(folder.iterdir()) == before
    assert all(found.tables()[name].equals(table) for name, table in same.tables().items())


@pytest.mark.parametrize("choices", OWN_HISTORY.values(), ids=OWN_HISTORY)
def test_another_history_is_simulated(choices: Choices, store: tuple[HistoryStore, Path]) -> None:
    scenario, (states, _) = what_if(choices), store
    looks: list[float] = []
    found = simulate(scenario, SEED, looks.append, states)
    same = run(scenario, SEED)
    assert all(found.tables()[name].equals(table) for name, table in same.tables().items())


@pytest.mark.parametrize("choices", OWN_BOOKINGS.values(), ids=OWN_BOOKINGS)
def test_counted_bookings_that_differ_are_drawn(choices: Choices, store: tuple[HistoryStore, Path]) -> None:
    scenario, (states, folder) = what_if(choices), store
    before = set(folder.iterdir())
    found, same = simulate(scenario, SEED, lambda done: None, states), run(scenario, SEED)
    assert len(set(folder.iterdir()) - before) == 1
    assert all(found.tables()[name].equals(table) for name, table in same.tables().items())


@pytest.mark.parametrize("days", SHORT.values(), ids=SHORT)
def test_a_period_that_begins_as_a_month_ends_draws_them_itself(days: dict[str, str], tmp_path: Path) -> None:
    scenario = pair_of(Choices(place="10001", **days))[0].without_design  # type: ignore[arg-type]
    found, same = simulate(scenario, SEED, lambda done: None, HistoryStore(tmp_path)), run(scenario, SEED)
    assert all(found.tables()[name].equals(table) for name, table in same.tables().items())


def test_whatever_counted_bookings_read_is_in_their_name() -> None:
    """A hash of what is listed: whoever lets them read more must list it."""
    read: dict[str, set[str]] = {"w": set(), "place": set(), "today": set()}
    for module in (counted_bookings, responses):
        for found in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(found, ast.Attribute):
                of = ast.unparse(found.value)
                named = "place" if of in ("place", "p.place") or of.startswith("w.places[") else of
                read.get(named, set()).add(found.attr)
    written = {
        "events",
        "bookings",
        "hours",
        "place_hours",
        "departures",
        "leaving",
        "people",
        "free",
        "n_free",
        "record",
    }
    hashed = {*shared_bookings.CONSTANTS, "today", "places", "durations", "month_of_day"}
    assert read["w"] <= written | hashed
    assert read["place"] <= {*shared_bookings.PLACE_FIELDS, "inmates"}
    assert read["today"] == {"expected", "number", "day", "month"}


def test_another_seed_has_another_history(store: tuple[HistoryStore, Path]) -> None:
    states, folder = store
    before = len(list(folder.iterdir()))
    simulate(what_if(SAME_HISTORY["hold"]), SEED + 1, lambda done: None, states)
    assert len(list(folder.iterdir())) == before + FILES


def test_old_states_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = HistoryStore(tmp_path)
    monkeypatch.setattr(shared_history, "MOST_BYTES", 3_500)
    for number, name in enumerate("abc"):
        states.write(name, {"rows": b"x" * 1_000})
        os.utime(tmp_path / name, (number, number))
    states.read("a")  # used last
    states.write("d", {"rows": b"x" * 1_000})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c", "d"]


def test_a_state_that_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    states = HistoryStore(tmp_path / "gone")
    states.write("a", {})
    assert states.read("a") is None
