"""The widgets hold what was chosen, and give it back."""

from __future__ import annotations

import panel as pn
import pytest

from enforcement_sim.explorer.choices import Choices, Override
from enforcement_sim.explorer.controls import Controls
from enforcement_sim.law.rules import load_rulebook


@pytest.mark.parametrize("followed", ["", "strictly", "0.9,0.05", "nonsense"])
def test_how_closely_a_rule_is_followed_is_chosen_beside_the_rule(followed: str) -> None:
    """Also what a link says and no list offers, so that it is refused in words and not lost."""
    narrow = Override("detainer", "detainer-felonies-only", "2011-01-01", followed=followed)
    controls = Controls(Choices(overrides=(narrow,)), lambda: None)
    assert controls.read().overrides == (narrow,)


def test_only_rules_on_detainers_can_be_followed_more_or_less_closely() -> None:
    controls = Controls(
        Choices(overrides=(Override("honour", "honour-none"), Override("detainer", "detainer-pep"))), lambda: None
    )
    lists = [one for rows in controls.rows for one in rows.column.select(pn.widgets.Select) if "followed" in one.name]
    (offered,) = [one for one in lists if one.visible]
    assert offered.name == "Guidance on detainers: followed" and len(lists) == 2
    offered.value = "strictly"
    assert [one.followed for one in controls.read().overrides] == ["", "strictly"]


def test_a_chosen_rule_says_what_it_says() -> None:
    controls = Controls(Choices(overrides=(Override("honour", "honour-king-county"),)), lambda: None)
    (rows,) = [one for one in controls.rows if one.decision == "honour"]
    texts = [one.object for one in rows.column.select(pn.pane.HTML)]
    title = load_rulebook().rules["honour-king-county"].title
    assert any(title in text for text in texts)
    rows.column.select(pn.widgets.Select)[0].value = "honour-none"
    assert not any(title in one.object for one in rows.column.select(pn.pane.HTML))
