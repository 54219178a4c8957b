"""Every difference between two scenarios is said, whatever part it is in."""

from __future__ import annotations

import re

import pytest

from enforcement_sim import load_scenario
from enforcement_sim.report.page.sentences import MOST_NUMBERS, differences_in_words, in_words
from enforcement_sim.runs.provenance import canonical

REFUSED = {"decision": "honour", "rule": "honour-none", "where": {"states": ["CT"]}, "from": "2012-02-01"}


def told(**settings: object) -> list[str]:
    """What differs between history and history with some settings."""
    history = load_scenario("baseline")
    return differences_in_words(canonical(history), canonical(history.with_(**settings)))


def test_a_change_is_told_with_its_rule_place_and_day() -> None:
    (said,) = told(**{"changes.no": REFUSED})
    assert said.startswith(
        "Who is held, in Connecticut, from 1 February 2012: The jail declines every detainer; followed in"
    )
    assert re.search(
        r"of people whose detainers they decline, jails hold all the same [\d.]+% \(not in the reference\)\.$", said
    )


NARROW = {"decision": "detainer", "rule": "detainer-felonies-only", "where": "nation"}


NOT_COVERED = r"of people not covered [\d.]+% still do"


def test_how_closely_a_rule_is_followed_is_told_with_it() -> None:
    """From the parameters of the setting that it is told of."""
    history = load_scenario("baseline")
    loose = history.with_(**{"changes.narrow": NARROW, "detainer.issue_if_not_covered": 0.125})
    strict = loose.with_(**{"changes.narrow.followed": "strictly"})
    (said,) = in_words(canonical(loose))
    assert said.startswith(
        "Rule for issuing, in the nation, every county, throughout: Felony convictions (a what-if, never in"
    )
    assert "; followed as history was: of people covered " in said and re.search(NOT_COVERED, said)
    (moved,) = differences_in_words(canonical(loose), canonical(strict))
    now, then = moved.split(", instead of: ")
    assert "followed strictly: all people covered get a detainer and nobody else does" in now
    assert re.search(NOT_COVERED, then)


def test_another_day_of_the_same_change_is_told() -> None:
    one, other = ({"changes": [{"name": "no", **REFUSED, "from": day}]} for day in ("2012-02-01", "2013-05-01"))
    (said,) = differences_in_words(one, other)
    assert "from 1 May 2013" in said and "in the reference" in said and "1 February 2012" in said


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"detainer.hold_hours": 96}, "Hold limit (hours): 96 instead of 48."),
        ({"thin": 5}, "One booking simulated in: 5 instead of 1."),
        ({"scope": {"states": ["CA"]}}, "Places: California instead of the nation, every county."),
        ({"period.end": "2012-06-30"}, "30 June 2012 instead of"),
    ],
)
def test_numbers_places_and_periods_are_told(settings: dict[str, object], wanted: str) -> None:
    (said,) = told(**settings)
    assert wanted in said


def test_nothing_is_said_to_be_nothing() -> None:
    assert told() == ["Nothing: both settings are the same."]


def test_many_numbers_are_counted() -> None:
    said = told(ensemble=0)
    assert len(said) == MOST_NUMBERS + 1 and said[-1].startswith("And ")


def test_the_reference_itself_is_told() -> None:
    assert in_words({"changes": [{"name": "no", **REFUSED}]}) == [
        "Who is held, in Connecticut, from 1 February 2012: The jail declines every detainer; followed exactly."
    ]
    assert in_words(canonical(load_scenario("baseline"))) == []


def test_nothing_is_said_to_differ_only_where_nothing_does() -> None:
    """Whatever reaches the engine and has no sentence of its own is told all the same."""
    plain = {"parameters": {}, "changes": [], "data": {}}
    (said,) = differences_in_words(plain, {**plain, "data": {"bookings": "imported"}})
    assert said.startswith("Data: ") and "imported" in said
    assert differences_in_words(plain, dict(plain)) == ["Nothing: both settings are the same."]


def test_a_lever_that_was_otherwise_before_is_told_apart() -> None:
    """Only where the value before the first counted day is not simply the one afterwards."""
    history = load_scenario("baseline")
    always = history.throughout({"detainer.hold_hours": 96})
    assert differences_in_words(canonical(history), canonical(always)) == ["Hold limit (hours): 96 instead of 48."]
    one, other = ({"history": {"detainer.hold_hours": hours}} for hours in (48.0, 96.0))
    (before,) = differences_in_words(one, other)
    assert before == "Before the first day counted, Hold limit (hours): 96 instead of 48."
