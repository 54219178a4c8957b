"""The scenario of a page as a file: ``enforcement-sim run`` and ``sweep`` take it as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import printed

from enforcement_sim.explorer.choices import Choices, Override, yaml_of
from enforcement_sim.explorer.scenario_text import scenario_html

CHANGED = Choices(
    place="10003",
    first="2012-01-01",
    last="2012-01-31",
    hold="96",
    overrides=(Override("honour", "honour-trust", "2012-01-10"),),
    settings=("start.warm_days=0",),
)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["run", "sweep"])
def test_the_commands_take_the_file_as_it_is(command: str, tmp_path: Path) -> None:
    path = tmp_path / "what-if.yaml"
    path.write_text(yaml_of(CHANGED), encoding="utf-8")
    found = printed(command, str(path), "--out", str(tmp_path / "out"))
    assert "10003" in found or "New Castle" in found


def test_the_page_has_the_link_and_the_file_to_copy() -> None:
    text = scenario_html(CHANGED)
    assert 'data-copy="?place=10003&amp;' in text and "Copy the file" in text
    assert "detainer.hold_hours: 96" in text and "honour-trust" in text


def test_where_the_choices_are_refused_there_is_no_file() -> None:
    assert "Copy the file" not in scenario_html(Choices(hold="9999"))
