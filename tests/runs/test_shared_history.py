"""What-ifs that go on from a stored history give the same numbers as runs of their own, and share only what is the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enforcement_sim.explorer.choices import Choices, Override, pair_of
from enforcement_sim.explorer.worker_pool import simulate
from enforcement_sim.runs import shared_history
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
SEED = 3


def what_if(choices: Choices) -> Scenario:
    return pair_of(choices)[1].without_design


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[HistoryStore, Path]:
    folder = tmp_path_factory.mktemp("histories")
    found = HistoryStore(folder)
    simulate(pair_of(Choices(**COLLIER))[0].without_design, SEED, lambda done: None, found)  # type: ignore[arg-type]
    assert len(list(folder.iterdir())) == 1
    return found, folder


@pytest.mark.parametrize("choices", SAME_HISTORY.values(), ids=SAME_HISTORY)
def test_a_what_if_goes_on_from_history_and_is_the_same_run(choices: Choices, store: tuple[HistoryStore, Path]) -> None:
    scenario, (states, folder) = what_if(choices), store
    before = set(folder.iterdir())
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


def test_another_seed_has_another_history(store: tuple[HistoryStore, Path]) -> None:
    states, folder = store
    before = len(list(folder.iterdir()))
    simulate(what_if(SAME_HISTORY["hold"]), SEED + 1, lambda done: None, states)
    assert len(list(folder.iterdir())) == before + 1


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
