"""Settings that make the same world as another are told, by value where that says it all."""

from __future__ import annotations

from typing import Any

import pytest
from tests.no_effect.test_changes import KENT, declines, scenario

from enforcement_sim.runs.design import design_of
from enforcement_sim.scenarios.load import load_scenario, shipped_names
from enforcement_sim.scenarios.schema import assemble


def told(changes: dict[str, Any], sweep: dict[str, list[Any]], **settings: Any) -> list[str]:
    plain = scenario(changes, **settings).resolved() | {"sweep": sweep}
    return [str(one) for one in design_of(assemble(plain)).without_effect()]


def test_a_date_before_the_first_day_simulated_is_as_good_as_another() -> None:
    from_day = "changes.no.from"
    (one,) = told({"no": declines()}, {from_day: ["2009-01-01", "2010-01-01", "2012-01-30"]})
    assert one.startswith(f"{from_day}: 2010-01-01 makes the same world as 2009-01-01 (the reference); leave one")
    assert told({"no": declines()}, {from_day: ["2012-01-15", "2012-01-31"]}) == []


def test_a_value_is_told_once_however_many_settings_it_has() -> None:
    sweep = {"changes.no.from": ["2009-01-01", "2010-01-01"], "detainer.hold_hours": [48, 24, 96]}
    (one,) = told({"no": declines()}, sweep)
    assert one.startswith("changes.no.from: 2010-01-01 makes the same world as 2009-01-01")
    assert "whatever else is set" in one


def test_a_setting_that_another_change_hides_is_told_by_itself() -> None:
    changes = {"here": declines(), "all": {**declines(), "rule": "honour-trust", "where": "nation"}}
    sweep = {"changes.all.from": ["2005-10-01", "2012-01-20"], "changes.here.rule": ["honour-none", "honour-all"]}
    (one,) = told(changes, sweep)
    assert one.startswith("settings: changes.all.from = 2005-10-01, changes.here.rule = honour-all makes the same")


def test_a_change_that_does_nothing_says_why_its_values_are_the_same() -> None:
    """Once and not for each value; a change that only repeats history at one value is a reference."""
    rules = {"changes.no.rule": ["honour-all", "honour-none"]}
    (one,) = told({"no": declines(where={"states": ["CA"]})}, rules)
    assert one.startswith("changes.no: does nothing: its places (California)")
    assert told({"no": declines()}, rules) == []
    (noted,) = told({"no": declines(where={"counties": [KENT]})}, rules)
    assert "acts only outside the places reported" in noted


def test_levers_in_rows_are_compared_too() -> None:
    rows = [{"changes.no.rule": "honour-none", "changes.no.from": day} for day in ("2009-01-01", "2010-01-01")]
    plain = scenario({"no": declines()}).resolved() | {"design": {"levers": {"method": "rows", "rows": rows}}}
    (one,) = design_of(assemble(plain)).without_effect()
    assert "makes the same world" in one.why


@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.slow
def test_no_shipped_scenario_has_anything_idle_but_the_one_that_must(name: str) -> None:
    found = design_of(load_scenario(name)).without_effect()
    if name == "null":
        assert [one.key for one in found] == [
            "changes.priorities-again",
            "changes.sharing-again",
            "changes.cook-county-again",
        ]
        assert all("is what was in force there anyway" in one.why for one in found)
    else:
        assert found == ()
