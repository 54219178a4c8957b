"""What two scenarios are called: titles, and what B changes where both have one title."""

from __future__ import annotations

import pytest

from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.difference_words import called, instead_of, line_in_words
from enforcement_sim.runs.manifest import changed_settings

HISTORY = "History, as it was"
REFUSED = {"name": "no", "decision": "honour", "rule": "honour-none", "where": "nation"}
IN_OREGON = {**REFUSED, "where": {"states": ["OR"]}, "from": "2014-04-01"}
HONOURED = {**REFUSED, "rule": "honour-all"}


@pytest.mark.parametrize(
    ("a", "b", "name"),
    [
        ({"parameters": {"detainer.hold_hours": 48.0}}, {"parameters": {"detainer.hold_hours": 24.0}},
         "hold limit 24 instead of 48 hours"),
        ({"changes": []}, {"changes": [REFUSED]}, "no detainer honoured"),
        ({"changes": []}, {"changes": [IN_OREGON]}, "no detainer honoured in states OR, from 2014-04-01"),
        ({"changes": [REFUSED]}, {"changes": []}, "Who is held as history"),
        ({"changes": [HONOURED]}, {"changes": [REFUSED]}, "no detainer honoured instead of every detainer honoured"),
        ({"thin": 1}, {"thin": 5}, "thin 5 instead of 1"),
    ],
)  # fmt: skip
def test_what_b_changes_names_it(a: dict[str, object], b: dict[str, object], name: str) -> None:
    assert instead_of(changed_settings(a, b)) == name


def test_more_than_two_settings_are_counted() -> None:
    lines = changed_settings({"thin": 1, "seed": 1, "b": 1, "c": 2}, {"thin": 2, "seed": 2, "b": 2, "c": 3})
    assert instead_of(lines) == "thin 2 instead of 1 and seed 2 instead of 1 and 2 more settings"
    assert instead_of(()) == ""


def test_titles_that_tell_scenarios_apart_are_their_names() -> None:
    lines = ("detainer.hold_hours: 48 → 24",)
    assert called(["baseline", "trust-act"], [HISTORY, "TRUST Acts"], lines) == [HISTORY, "TRUST Acts"]
    assert called(["a", "b"], [HISTORY, HISTORY], ()) == ["a", "b"]
    assert called([], [], lines) == []


def test_a_comparison_of_one_title_is_headed_by_what_b_changes() -> None:
    samples = tuple(Sample({"scenario": name}, {1: {"removed": 3.0}}) for name in ("baseline", "baseline-24"))
    lines = {1: ("detainer.hold_hours: 48 → 24",)}
    found = Comparison(samples, lines, titles=dict.fromkeys(("baseline", "baseline-24"), HISTORY))
    assert [found.heading(0), found.heading(1)] == [HISTORY, "hold limit 24 instead of 48 hours"]
    assert [found.label(0), found.label(1)] == ["baseline", "baseline-24"]


def test_a_line_of_a_setting_has_its_label() -> None:
    assert line_in_words("detainer.hold_hours: 48 → 24") == "Hold limit (hours): 48 → 24"
    assert line_in_words("period.start: 2012-01-01 → 2013-01-01") == "period.start: 2012-01-01 → 2013-01-01"
