"""A life in words and drawn: dates, decisions with their rules and numbers, waits, and where two lives part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.plots.layout_faults import faults_of

from enforcement_sim.errors import InputError
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.plots import frame
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.histories import MET, Booking, DecisionRecord, EventRecord, History
from enforcement_sim.report.trace import Moment, decision_line, duration, history_text, moment
from enforcement_sim.report.trace_figure import DIVERGENCE_COLOUR, draw, write
from enforcement_sim.runs.divergence import divergence_of

PLACES = ("Kent County, DE", "Delaware state prisons")
ALL = load_rulebook().rules["honour-all"]
NONE = load_rulebook().rules["honour-none"]
BOOKING = Booking(9, 0, "overstay", "unauthorised", "theft_fraud", False, "none", 1, True, "booking")


def life(held: bool) -> History:
    """Booked on Thursday 25 November 2010 at 9, matched at once, at the jail door two days later."""
    rule = ALL if held else NONE
    door = DecisionRecord(Decision.HONOURED, 57, held, rule)
    steps = [
        EventRecord(
            9,
            "matched",
            "secure_communities",
            0,
            False,
            (DecisionRecord(Decision.DRAWN, 9, True), DecisionRecord(Decision.SHARED, 9, True)),
        ),
        EventRecord(12, "identified", "secure_communities", 0, False, ()),
    ]
    if held:
        clock = DecisionRecord(Decision.HOLD_CLOCK, 57, False, since=57, until=153, hours=48)
        crew = DecisionRecord(Decision.CREW, 60, True, since=60, until=80, tries=((60, "crew"), (80, MET)))
        stay = DecisionRecord(Decision.CUSTODY_TIME, 80, since=80, until=180, hours=100, drawn=0.5)
        steps += [
            EventRecord(57, "held", "secure_communities", 0, False, (door,)),
            EventRecord(80, "ice_custody", "secure_communities", 0, False, (clock, crew)),
            EventRecord(900, "removed", "secure_communities", 0, False, (stay,)),
        ]
    else:
        steps.append(EventRecord(57, "detainer_declined", "secure_communities", 0, False, (door,)))
    return History(0xABC, 1, datetime(2010, 11, 25), BOOKING, tuple(steps))


def text_of(moments: Iterable[Moment]) -> str:
    return "\n".join("\n".join((f"{one.when}  {one.what}", *one.why)) for one in moments)


def test_a_life_names_days_rules_citations_waits_and_its_end() -> None:
    found = history_text([life(True)], PLACES)
    (side,) = found.sides
    text = text_of(side.moments)
    assert "Synthetic booking 0xabc, seed 1: Kent County, DE; theft or fraud, misdemeanour" in found.heading
    assert "Thu 2010-11-25 09h (federal holiday)  Booked" in text
    assert "Sat 2010-11-27 09h (weekend)  Held on the detainer" in text
    assert "The jail honours the detainer: yes (honour-all covers: " in text and ALL.citation in text
    assert "no crew free, Sun 2010-11-28 08h (weekend) met" in text
    assert "48 counted hours and 48 that do not count (weekend or holiday)" in text
    assert side.end == "Removed" and not found.common and not found.first_difference
    assert "Among the day's bookings" not in text  # goes without saying
    assert text.count("[Secure Communities]") == 1  # said where it changes


def test_two_histories_are_shown_once_until_they_part_and_then_side_by_side() -> None:
    a, b = life(True), life(False)
    divergence = divergence_of(a, b)
    found = history_text((a, b), PLACES, divergence)
    before = text_of(found.common)
    assert before.count("Matched in DHS records") == 1 and "Held" not in before
    assert found.first_difference == ("First difference: Honour rule",)
    first, second = (text_of(side.moments) for side in found.sides)
    assert "Held on the detainer" in first and "Detainer declined by jail" in second
    assert "Matched" not in first + second
    assert [side.end for side in found.sides] == ["Removed", "Declined by jail"]


RULES = load_rulebook().rules
FIRST = {
    "threshold": (
        DecisionRecord(Decision.ISSUE, 9, True, None, 0.3, 0.9, "place: issue_covered"),
        DecisionRecord(Decision.ISSUE, 9, True, None, 0.3, 0.7, "place: issue_covered"),
        "First difference: A detainer is sought (threshold: 0.900 under A, 0.700 under B); the same answer: yes",
    ),
    "rule": (
        DecisionRecord(Decision.SCREEN, 9, True, RULES["screen-universal"]),
        DecisionRecord(Decision.SCREEN, 9, True, RULES["screen-targeted"]),
        "First difference: The screening rule covers the person (rule: screen-universal under A, "
        "screen-targeted under B); the same answer: yes",
    ),
    "hour": (
        DecisionRecord(Decision.RELEASE_TIME, 9, since=9, until=20, hours=11, drawn=0.4),
        DecisionRecord(Decision.RELEASE_TIME, 9, since=9, until=21, hours=12, drawn=0.4),
        "",
    ),
    "answer": (
        DecisionRecord(Decision.IN_IDENT, 9, True, None, 0.3, 0.9, "status: in_ident"),
        DecisionRecord(Decision.IN_IDENT, 9, False, None, 0.3, 0.2, "status: in_ident"),
        "",
    ),
    "capacity": (
        DecisionRecord(Decision.CREW, 9, True, tries=((9, "crew"), (20, MET))),
        DecisionRecord(Decision.CREW, 9, True, tries=((9, "bed"), (20, MET))),
        "",
    ),
    "taken later": (
        DecisionRecord(Decision.LIFTED, 9, False, None, 0.3, 0.1, "detainer.lifted_share"),
        DecisionRecord(Decision.LIFTED, 10, False, None, 0.3, 0.1, "detainer.lifted_share"),
        "First difference: ICE has lifted the detainer (hour: Thu 2010-11-25 09h (federal holiday) under A, "
        "Thu 2010-11-25 10h (federal holiday) under B); the same answer: no",
    ),
}


@pytest.mark.parametrize("kind", FIRST)
def test_what_differs_first_is_told_beside_what_changes_what_happens(kind: str) -> None:
    one, other, said = FIRST[kind]

    def beginning(history: History, first: DecisionRecord) -> History:
        steps = (replace(history.steps[0], decisions=(first,)), *history.steps[1:])
        return replace(history, steps=steps)

    a, b = beginning(life(True), one), beginning(life(False), other)
    divergence = divergence_of(a, b)
    lines = history_text((a, b), PLACES, divergence).first_difference
    if said:
        assert lines == (said, "First difference that changes what happens: Honour rule")
    else:
        assert lines == (f"First difference: {one.decision.cause.words}",)


@pytest.mark.parametrize(
    ("drawn", "below", "expected"),
    [(0.41, 0.93, "ISSUE 0.410 < 0.930"), (0.93, 0.41, "ISSUE 0.930 ≥ 0.410"), (0.9301, 0.9304, "0.930100 < 0.930400")],
)
def test_numbers_are_told_apart(drawn: float, below: float, expected: str) -> None:
    reason = DecisionRecord(Decision.ISSUE, 1, drawn < below, None, drawn, below, "place: issue_covered")
    assert expected in decision_line(life(True), reason)
    assert ("yes" if drawn < below else "no") in decision_line(life(True), reason)


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        (True, "of people covered here 91.9% get a detainer"),
        (False, "of people not covered here 91.9% still get a detainer"),
    ],
)
def test_a_rule_is_told_with_how_closely_it_is_followed_there(covers: bool, expected: str) -> None:
    rule = load_rulebook().rules["detainer-2012-guidance"]
    verdict = DecisionRecord(Decision.DETAINER, 1, covers, rule)
    assert f"{rule.id} {'covers' if covers else 'does not cover'}: " in decision_line(life(True), verdict)
    source = f"place: issue_{'covered' if covers else 'not_covered'}"
    sought = DecisionRecord(Decision.ISSUE, 1, True, None, 0.5, 0.919, source)
    assert f"; {expected}; ISSUE" in decision_line(life(True), sought)
    held = DecisionRecord(Decision.HONOURED, 1, True, ALL)
    assert decision_line(life(True), held).rstrip().endswith(f"[{ALL.citation}])"), (
        "a hold against the rule is its own decision"
    )


def test_times() -> None:
    assert moment(datetime(2010, 11, 26, 5)) == "Fri 2010-11-26 05h"
    assert (duration(71), duration(72), duration(1000)) == ("71 h", "3 d", "41 d 16 h")


def test_a_drawn_life_says_where_the_person_is_and_for_how_long() -> None:
    figure = draw([life(True)], PLACES, ["baseline"])
    assert faults_of(figure) == []
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "\N{DOWNWARDS ARROW} 23 h held on the detainer" in texts  # Saturday 9 h to Sunday 8 h
    assert "\N{DOWNWARDS ARROW} 4 d 4 h in ICE custody" in texts
    assert (
        "Leaves ICE custody; the case goes on" in texts
        and "\N{DOWNWARDS ARROW} 30 d outside, the case goes on" in texts
    )
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "in jail", "held on the detainer", "in ICE custody", "outside, the case goes on",
    ]  # fmt: skip
    assert "Nobody here is real" in frame.text_of(figure, "caption")


def test_two_drawn_lives_mark_the_parting_in_both() -> None:
    a, b = life(True), life(False)
    figure = draw([a, b], PLACES, ["baseline", "refusal"], divergence_of(a, b))
    for axes, title in zip(figure.axes, ("A: baseline", "B: refusal"), strict=True):
        assert axes.get_title(loc="left") == title
        marks = [line for line in axes.lines if line.get_color() == DIVERGENCE_COLOUR]
        assert len(marks) == 1
        held = next(
            text for text in axes.texts if text.get_text() in ("Held on the detainer", "Detainer declined by jail")
        )
        found = next(text for text in axes.texts if text.get_text().startswith("Found removable"))
        assert found.get_position()[1] < marks[0].get_ydata()[0] < held.get_position()[1]
    assert "They part by: honour rule." in frame.text_of(figure, "subtitle")
    assert faults_of(figure) == []


def test_pictures_are_never_written_over(tmp_path: Path) -> None:
    figure = draw([life(False)], PLACES, ["baseline"])
    written = write(figure, tmp_path, "life-1")
    assert [path.name for path in written] == ["life-1.png", "life-1.svg"]
    before = written[0].read_bytes()
    with pytest.raises(InputError, match="exists"):
        write(figure, tmp_path, "life-1")
    assert written[0].read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["life-1.png", "life-1.svg"]


def test_json_has_the_same_facts() -> None:
    data = life(True).as_data(PLACES)
    assert data["synthetic"] is True and data["outcome"] == "removed" and data["booking"]["place"] == "Kent County, DE"
    held = data["steps"][2]
    assert (held["hour"], held["day"]) == ("2010-11-27T09", "weekend")
    expected = {"id": "honour-all", "title": ALL.title, "citation": ALL.citation}
    assert held["reasons"][0]["rule"] == expected
    crew = data["steps"][3]["reasons"][1]
    assert crew["tries"][0] == {"hour": "2010-11-27T12", "result": "crew"}
