"""The timeline: agreements, activation, rules, dates of policy and the change where it acts, on one axis."""

from __future__ import annotations

from datetime import date

from enforcement_sim.explorer.choices import Choices, Override, pair_of
from enforcement_sim.explorer.timeline import draw, table
from enforcement_sim.explorer.timeline_bars import MOST_AGREEMENTS, Bar, bars_of, marks_of
from enforcement_sim.places.geography import agreements

MECKLENBURG = Choices(
    place="37119",
    hold="96",
    overrides=(Override("agreement", "ended", "2011-06-01"),),
    settings=("pickup.crew_capacity=0.05",),
)


def bars(choices: Choices, decision: str, *, changed: bool) -> list[Bar]:
    return [bar for bar in bars_of(*pair_of(choices)) if bar.decision == decision and bar.is_change is changed]


def test_a_countys_agreement_and_its_end_in_the_what_if_share_a_row() -> None:
    (own,) = bars(MECKLENBURG, "agreement", changed=False)
    (ended,) = bars(MECKLENBURG, "agreement", changed=True)
    assert own.label == "Mecklenburg County Sheriff's Office" and own.source
    assert ended.start == date(2011, 6, 1)


def test_the_hold_limit_and_other_parameters_act_on_every_day() -> None:
    for decision in ("hold", "setting"):
        (bar,) = bars(MECKLENBURG, decision, changed=True)
        assert (bar.start, bar.end) == (date(2010, 10, 1), date(2013, 10, 1)) and bar.source
    assert [bar.label for bar in bars(MECKLENBURG, "hold", changed=False)] == ["48 hours"]


def test_many_agreements_are_one_bar() -> None:
    assert len(agreements()) > MOST_AGREEMENTS
    (together,) = bars(Choices(place="nation"), "agreement", changed=False)
    assert "agencies" in together.label
    few = bars(Choices(place="NC"), "agreement", changed=False)
    assert 1 < len(few) <= MOST_AGREEMENTS


def test_activation_is_that_of_the_place() -> None:
    (active,) = bars(Choices(place="12021", first="2009-01-01"), "sharing", changed=False)
    assert active.label == "prints shared" and active.start > date(2009, 1, 1)


def test_dates_of_policy_are_those_of_the_nation_and_the_place() -> None:
    texts = {place: {mark.text for mark in marks_of(pair_of(Choices(place=place))[0])} for place in ("NY", "CA")}
    assert "New York asks to leave" in texts["NY"] - texts["CA"]
    assert "priorities memorandum" not in texts["NY"]  # before the period
    assert "discretion memorandum" in texts["NY"] & texts["CA"]


def test_every_bar_and_date_is_in_the_tables_with_its_source() -> None:
    pair = pair_of(MECKLENBURG)
    tables = table(*pair)
    for bar in bars_of(*pair):
        assert str(bar.start) in tables and bar.label.replace("'", "&#x27;") in tables
    assert "Dates of policy" in tables and "8 CFR 287.7(d)" in tables


def test_no_two_bars_of_history_lie_on_one_another() -> None:
    drawn = draw(*pair_of(Choices(place="NC")))
    found = [
        (one.data_source.data["row"][0], one.data_source.data["left"][0], one.data_source.data["right"][0])
        for one in drawn.renderers
        if "left" in one.data_source.data and one.glyph.__class__.__name__ == "HBar"
    ]
    for at, (row, left, right) in enumerate(found):
        assert all(other[0] != row or other[2] <= left or other[1] >= right for other in found[:at])
