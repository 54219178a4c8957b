"""Inputs changed at random are taken or refused in words; ``benchmarks/mutated.py`` tries many more of them."""

from __future__ import annotations

import random

import mutated
import pytest

pytestmark = pytest.mark.slow


def test_changed_inputs_are_taken_or_refused_in_words_and_leave_nothing_behind() -> None:
    found = mutated.try_many(250)
    assert not found.faults, "\n".join(found.faults)
    assert found.tried == 250
    # Neither everything nor nothing is refused, so both ends are tried.
    assert 0.5 * found.tried < found.refused < found.tried


def test_the_changes_are_the_same_for_a_seed_and_change_something() -> None:
    texts = [mutated.mutated(mutated.DELAWARE, random.Random(seed)) for seed in (1, 1, *range(2, 60))]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 50 and mutated.DELAWARE not in texts


def test_a_fault_would_be_found(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A traceback for an input, or a file that it leaves behind, is told with the input."""

    def broken(_: str) -> None:
        open("left-behind", "w").close()
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(mutated, "choices_of", broken)
    monkeypatch.setattr(mutated, "KINDS", (mutated._address,))
    found = mutated.try_many(1)
    assert ["unforeseen" in found.faults[0], "left-behind" in found.faults[1]] == [True, True]
