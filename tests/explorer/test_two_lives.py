"""The two lives that the explorer tells are those of ``enforcement-sim trace --against``."""

from __future__ import annotations

from enforcement_sim.explorer.two_lives import ANY, told_html, told_pairs
from enforcement_sim.report.trace import heading
from enforcement_sim.runs.recorded_runs import BookingFilter, first_divergences, record_events
from enforcement_sim.scenarios.load import load_scenario

MONTHS = {
    "scope": {"counties": ["12021"]},
    "period.start": "2012-01-01",
    "period.end": "2012-03-31",
    "start.warm_days": 0,
}
NUMBER = 3


def test_the_same_lives_part_by_the_same_cause() -> None:
    history = load_scenario("baseline").with_(**MONTHS)
    declined = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    told = told_pairs(history, declined, ANY)
    worlds = record_events(history), record_events(declined)
    expected = first_divergences(*worlds, BookingFilter(), NUMBER)
    assert [pair.told.heading for pair in told[:NUMBER]] == [
        heading(pair.a, worlds[0].arrestees.places) for pair in expected
    ]
    causes = [pair.told.parting[-1].partition(": ")[2] for pair in told[:NUMBER]]
    assert causes == [pair.divergence.cause.words for pair in expected]
    page = told_html(told[0].told)
    assert f">{told[0].told.parting[0]}<" in page
    assert "Under history" in page and "Under the what-if" in page


def test_an_outcome_chooses_the_lives() -> None:
    history = load_scenario("baseline").with_(**MONTHS)
    declined = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    told = told_pairs(history, declined, "ice_custody")
    assert told
    for pair in told:
        assert any("ICE custody" in one.what for one in (*pair.told.common, *pair.told.sides[0].moments))
