"""What a scenario and a run say of themselves in a notebook: content, provenance, warnings, and nothing that is not escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest

from enforcement_sim import load_scenario
from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.notebook import (
    FEW_PEOPLE,
    assumed,
    few_warning,
    made_of,
    number,
    page,
    scenario_html,
)
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.results.result_page import result_html
from enforcement_sim.tables.table import Table

HOSTILE = "<script>alert('&')</script>"
SEEN_BY_EVERYONE = {"div", "b", "small", "table", "thead", "tbody", "tr", "th", "td"}


class Page(HTMLParser):
    """A page read back: its tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        assert not self.open, "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(html: str) -> Page:
    """Read a page, having made sure that it brings nothing but structure: no script, no colour, nothing from elsewhere."""
    read = Page(html)
    assert set(read.tags) <= SEEN_BY_EVERYONE
    assert {name for name, _ in read.attributes} <= {"scope", "style", "title"}
    assert {value for name, value in read.attributes if name == "style"} <= {"text-align: left"}
    return read


class MadeResult:
    """A run made of numbers that are chosen here."""

    def __init__(self, counts: dict[tuple[str, str], int], scope: Any = None, thin: int = 1, **named: str) -> None:
        plain = load_scenario("baseline").resolved() | named | {"thin": thin}
        plain["scope"] = scope or {"states": ["CT"]}
        self.weight = thin
        self.meta = {"scenario": plain, "seed": 7, "engine_version": "0123456789abcdef"}
        rows = [(event, name, counts.get((event, name), 0) * thin) for event in EVENTS for name in PROGRAMMES]
        self._funnel = pd.DataFrame(rows, columns=["event", "programme", "count"])

    def funnel(self, by: str) -> pd.DataFrame:
        assert by == "programme"
        return self._funnel


COUNTS = {
    ("booked", "none"): 40_000,
    ("detainer_issued", "secure_communities"): 300,
    ("detainer_issued", "jail_287g"): 200,
    ("ice_custody", "secure_communities"): 120,
    ("removed", "secure_communities"): FEW_PEOPLE - 1,
}


def test_a_run_says_what_it_is_and_what_was_counted() -> None:
    read = checked(result_html(MadeResult(COUNTS)))  # type: ignore[arg-type]
    for told in ("One run of baseline", "Connecticut", "seed 7", "every booking", "Engine 0123456789ab."):
        assert told in read.text
    assert "Connecticut, simulated with all 67 counties of the Boston field office" in read.text
    assert "set 1 of the calibrated ensemble" in read.text
    assert "Simulated, not a record." in read.text
    assert "One run: no interval" in read.text
    assert "Secure Communities287(g) in jailsAll" in read.text, "a column for each programme that found anybody"
    assert "Detainer issued300200500" in read.text
    assert "Booked40,000" in read.text, "before a programme finds somebody nobody is counted under one"
    assert ("title", "detainer_issued") in read.attributes, "a row tells the name by which code asks for it"


def test_few_simulated_people_are_warned_of_whatever_they_are_scaled_up_to() -> None:
    read = checked(result_html(MadeResult(COUNTS, thin=100)))  # type: ignore[arg-type]
    assert "Removed1,900" in read.text
    assert "Small numbers: fewer than 20 simulated people stand behind Removed (19)." in read.text
    assert "Taken into ICE custody (" not in read.text
    enough = MadeResult({**COUNTS, ("removed", "secure_communities"): FEW_PEOPLE})
    assert "Small numbers" not in result_html(enough)  # type: ignore[arg-type]
    assert few_warning({"removed": 0}) == "", "nobody is not few"


def test_only_of_counties_it_is_said_that_nobody_was_counted_there() -> None:
    county = result_html(MadeResult(COUNTS, scope={"counties": ["12021"]}))  # type: ignore[arg-type]
    assert "Collier County (FL)" in county
    assert "nobody was counted there" in county
    assert "nobody was counted there" not in result_html(MadeResult(COUNTS))  # type: ignore[arg-type]


def test_a_script_in_a_title_is_text() -> None:
    scenario = load_scenario("baseline").with_(title=HOSTILE, asks=HOSTILE)
    for html in (scenario_html(scenario), result_html(MadeResult(COUNTS, title=HOSTILE))):  # type: ignore[arg-type]
        assert "<script" not in html
        assert HOSTILE in checked(html).text
    read = checked(
        page(
            HOSTILE,
            [HOSTILE],
            Table((HOSTILE, HOSTILE), ((HOSTILE, HOSTILE),), hints=('" onclick="x',)).html(),
            [HOSTILE],
        )
    )
    assert read.text.count(HOSTILE) == 7
    assert ("title", '" onclick="x') in read.attributes


def test_a_scenario_shows_its_question_its_changes_and_what_is_swept() -> None:
    change = {"decision": "honour", "rule": "honour-trust", "where": {"counties": ["37119"]}, "from": "2011-01-01"}
    scenario = load_scenario("hold-length").with_(**{"changes.some": change, "cost.jail_day": 100})
    read = checked(scenario_html(scenario))
    for told in (scenario.title, scenario.asks, "seeds from 1", "sweep detainer.hold_hours48, 0, 24, 72, 96, 144"):
        assert told in read.text
    assert "change somehonour: honour-trustMecklenburg County (NC)from 2011-01-01" in read.text
    assert "cost.jail_day = 100 instead of 80" in read.text
    assert "nothing has been run yet" in read.text
    assert "Nothing is changed" not in read.text
    assert "Nothing is changed" in scenario_html(load_scenario("baseline"))


def test_rules_are_shown_with_how_closely_they_are_followed() -> None:
    narrow = {"decision": "detainer", "rule": "detainer-felonies-only", "where": "nation"}
    loose = load_scenario("baseline").with_(**{"changes.narrow": narrow, "detainer.issue_if_not_covered": 0.125})
    told = checked(scenario_html(loose)).text
    assert "Rule for issuing (felony convictions): followed as history was: of people covered" in told
    assert re.search(r"of people not covered [\d.]+% still do", told)
    swept = checked(scenario_html(load_scenario("detainer-guidance"))).text
    assert "followed as history was" in swept and "followed strictly: all people covered get a detainer" in swept
    changes = {"no": {"decision": "honour", "rule": "honour-none", "where": "nation"}}
    refusing = made_of(loose.resolved() | {"changes": changes})
    assert re.search(
        r"Who is held \(no detainer honoured\): followed in part: .* hold all the same [\d.]+%\.", " ".join(refusing)
    )


def test_a_scenario_says_which_set_of_the_ensemble_its_numbers_are() -> None:
    defaults, third = load_register().defaults(), load_ensemble(3)[-1]
    assert str(assumed(defaults)) == "Parameters: the register's own values."
    found = assumed({**defaults, **third.parameters})
    assert (found.base, found.changed) == ("set 3 of the calibrated ensemble", {})
    address = next(address for address in defaults if address not in third.parameters)
    changed = assumed({**defaults, **third.parameters, address: -1.0})
    assert changed.changed == {address: (-1.0, defaults[address])}


def test_many_changed_parameters_are_counted_and_not_listed() -> None:
    defaults = load_register().defaults()
    told = str(assumed({address: value + 1000 for address, value in defaults.items()}))
    assert f"and {len(defaults) - 6} more." in told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "0"),
        (12.0, "12"),
        (12.34, "12.3"),
        (-1234.5, "−1,234"),
        (0.00123, "0.00123"),
        (float("nan"), "not applicable"),
    ],
)
def test_numbers_are_short(value: float, told: str) -> None:
    assert number(value) == told
