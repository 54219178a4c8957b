"""The description by the ODD+D protocol is what the model declares today."""

from __future__ import annotations

from tools.make_odd import DAY, OUT, PROCESS, group_of, page, schedule_part

from enforcement_sim.codes import EVENTS
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register


def test_the_committed_page_is_current() -> None:
    assert OUT.read_text(encoding="utf-8") == page(), "run: python -m tools.make_odd"


def test_it_says_what_the_model_declares() -> None:
    text = page()
    assert all(f"`{rule.id}`" in text and rule.citation in text for rule in load_rulebook().rules.values())
    assert all(f"| `{group}` |" in text for group in {group_of(address) for address in load_register()})
    assert all(event.replace("_", " ") in text for event in EVENTS)


def test_the_schedule_is_that_of_the_exact_specification() -> None:
    assert f"## {DAY}" in PROCESS.read_text(encoding="utf-8")
    lines = schedule_part().splitlines()
    steps = [line for line in lines if line[:1].isdigit()]
    passes = [line for line in lines if line.startswith("- *")]
    assert len(steps) == len(passes) == 5
    assert [line.split("*")[1] for line in passes] == ["Reach", "Interview", "Move", "Pick up", "Clocks"]
