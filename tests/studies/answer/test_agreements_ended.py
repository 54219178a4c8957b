"""Which agreements end in a place: those that are named are those whose officers the policy takes away, and no others."""

from __future__ import annotations

from datetime import date

import pytest

from enforcement_sim.results.measures import measures_of
from enforcement_sim.runs.run import run
from enforcement_sim.studies.answer.agreements_ended import MOST_NAMED, ending, what_ends
from enforcement_sim.studies.answer.compute import scenarios_of
from enforcement_sim.studies.place_asked import PlaceAsked, place_asked

GWINNETT = place_asked(county="Gwinnett, GA")
DAYS = date(2010, 10, 1), date(2012, 9, 30)


def said(asked: str, place: PlaceAsked, start: date = DAYS[0], end: date = DAYS[1]) -> str:
    question, _, history, _ = scenarios_of(asked, place, start, end)
    return " ".join(what_ends(question, place, history))


def test_a_county_under_two_agreements_names_both_and_where_one_goes_on() -> None:
    text = said("end 287(g)", GWINNETT)
    assert "Two 287(g) agreements end there on 1 October 2010" in text
    assert "Gwinnett County Sheriff's Office (officers in the jail, in force since 15 October 2009)" in text
    assert (
        "Georgia Department of Public Safety (a task force, in force since 27 July 2007, in this county only: its"
        in text
    )


def test_the_policy_takes_away_the_officers_of_both() -> None:
    _, _, history, policy = scenarios_of("end 287(g)", GWINNETT, *DAYS)
    before, after = (measures_of(run(side.with_(simulate="alone"), seed=1)) for side in (history, policy))
    for found_by in ("found_by_any.jail_287g", "found_by_any.task_force"):
        assert before[found_by] > 0.0 and after[found_by] == 0.0, found_by


@pytest.mark.parametrize(
    ("days", "agencies"),
    [
        ((date(2007, 1, 1), date(2007, 6, 30)), set()),
        ((date(2013, 6, 1), date(2013, 12, 31)), {"Gwinnett County Sheriff's Office"}),
    ],
)
def test_only_agreements_in_force_in_the_days_end(days: tuple[date, date], agencies: set[str]) -> None:
    assert {one.agency for one in ending(GWINNETT, *days)} == agencies
    assert ("so none ends" in said("end 287(g)", GWINNETT, *days)) == (not agencies)


def test_an_agreement_that_was_in_force_for_a_part_of_the_days_says_for_how_long() -> None:
    text = said("end 287(g)", place_asked(county="Guilford, NC"))
    assert ", in force for 6 of these 24 months, 1 October 2010 to " in text
    assert "months" not in said("end 287(g)", place_asked(county="Mecklenburg, NC"))


def test_prisons_of_a_state_go_on_when_a_county_ends_its_agreements_and_end_with_the_states() -> None:
    prisons = {one.agency for one in ending(place_asked(state="DE"), *DAYS) if one.kind == "prison"}
    assert prisons and not ending(place_asked(county="10003"), *DAYS)


def test_many_agreements_are_counted_and_a_question_that_ends_none_says_nothing() -> None:
    assert len(ending(place_asked(), *DAYS)) > MOST_NAMED
    assert f"All {len(ending(place_asked(), *DAYS))} agreements" in said("end 287(g)", place_asked())
    assert said("refuse detainers", GWINNETT) == ""
