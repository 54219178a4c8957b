"""A run's name says what produced it: all of that, and nothing else."""

from __future__ import annotations

import pytest
from experiment_fakes import HOLD, scenario

from enforcement_sim.runs.provenance import as_resolved, canonical, run_id

CALIFORNIA = {"decision": "honour", "rule": "honour-none", "where": {"states": ["CA"]}}
NATION = {"decision": "honour", "rule": "honour-all", "where": "nation"}


def changed(*names: str) -> dict[str, object]:
    return {f"changes.{name}": {"california": CALIFORNIA, "nation": NATION}[name] for name in names}


BASE = run_id(scenario(), 1, "engine")


def test_is_sixteen_hexadecimal_digits() -> None:
    assert len(BASE) == 16
    assert int(BASE, 16) >= 0


@pytest.mark.parametrize(
    "settings", [{"title": "Other words"}, {"asks": "why?"}, {"name": "other"}, {"replications": 9}, {"seed": 5}]
)
def test_words_and_design_leave_it_alone(settings: dict[str, object]) -> None:
    assert run_id(scenario(**settings), 1, "engine") == BASE


def test_sweep_leaves_it_alone() -> None:
    assert run_id(scenario().model_copy(update={"sweep": {HOLD: (24, 48)}}), 1, "engine") == BASE


def test_order_of_keys_leaves_it_alone() -> None:
    base = scenario()
    reordered = base.model_copy(update={"parameters": dict(reversed(base.parameters.items()))})
    assert list(reordered.parameters) != list(base.parameters)
    assert run_id(reordered, 1, "engine") == BASE


@pytest.mark.parametrize(
    "settings",
    [
        {HOLD: 49},
        {f"history.{HOLD}": 49},
        {"thin": 2},
        {"period.end": "2014-11-19"},
        {"scope": {"states": ["CT"]}},
        changed("nation"),
    ],
)
def test_what_reaches_the_engine_changes_it(settings: dict[str, object]) -> None:
    assert run_id(scenario(**settings), 1, "engine") != BASE


def test_seed_and_engine_change_it() -> None:
    assert len({BASE, run_id(scenario(), 2, "engine"), run_id(scenario(), 1, "next engine")}) == 3


def test_order_of_changes_matters_because_later_ones_win() -> None:
    one, other = scenario(**changed("california", "nation")), scenario(**changed("nation", "california"))
    assert run_id(one, 1, "engine") != run_id(other, 1, "engine")


def test_words_can_be_given_back() -> None:
    whole = scenario(**changed("california", "nation"))
    assert as_resolved(canonical(whole), whole.resolved()) == whole.resolved()
