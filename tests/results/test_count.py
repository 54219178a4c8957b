"""The one question: any grouping and any restriction adds up, and equals sums made by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement_sim import load_scenario, run
from enforcement_sim.codes import EVENTS, OFFENCES, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.results.dimensions import DIMENSIONS, HELD_EVENTS, ONLY_WITH, PROFILED, TABLES
from enforcement_sim.results.result import Result

SCENARIO = load_scenario("baseline").with_(
    **{"scope": {"states": ["DE"]}, "period.start": "2012-09-01", "period.end": "2012-10-31", "thin": 2}
)
RESULT = run(SCENARIO, seed=1)
WITHOUT_PROFILE = ("released", "prison")
"""Events also of people whom no programme could touch, who are counted without a profile."""
WORDS: dict[str, tuple[Any, ...]] = {
    "programme": PROGRAMMES,
    "offence": OFFENCES,
    "felony": (False, True),
    "status_group": STATUS_GROUPS,
    "state": ("DE",),
    "fiscal_year": (2012, 2013),
    "month": ("2012-09", "2012-10"),
    "county": ("10001", "10003", "10005"),
    "any_programme": PROGRAMMES,
}


def total_of(table: str, events: list[str]) -> int:
    """Add up a table's rows of some events, without any of the code that is tested."""
    frame = RESULT.tables()[table]
    if "event" in frame:
        frame = frame[frame["event"].isin(events)]
    return int(frame["count"].sum()) * RESULT.weight


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """Draw a table, events that it holds, and dimensions that it has, in any order."""
    table = draw(st.sampled_from(list(TABLES)))
    of_places = [name for name in TABLES[table] if name not in ("county", "profile", "rule")]
    by = draw(st.lists(st.sampled_from(of_places), unique=True, max_size=3))
    own = ONLY_WITH.get(table)
    by = by if own in (None, *by) else [str(own), *by]
    events = draw(st.lists(st.sampled_from(HELD_EVENTS.get(table, EVENTS)), unique=True, min_size=1, max_size=4))
    return table, events, by


@settings(max_examples=80, deadline=None)
@given(questions())
def test_any_grouping_adds_up_to_the_total(question: tuple[str, list[str], list[str]]) -> None:
    _, events, by = question
    found = RESULT.count(events, by=by, definition="ice-levels-2010")
    assert list(found.columns) == [*by, "count"]
    known = [event for event in events if event not in WITHOUT_PROFILE]
    if not known:
        with pytest.raises(InputError, match="no event is named"):
            RESULT.array(known, by)
    elif not {"any_programme", "rule"} & set(by):
        assert RESULT.array(known, by, definition="ice-levels-2010").sum() == total_of("events", known)
    else:
        table = "any_programme" if "any_programme" in by else "verdicts"
        assert RESULT.array(known, by).sum() == total_of(table, known)


@settings(max_examples=80, deadline=None)
@given(questions(), st.data())
def test_parts_of_a_restriction_add_up_to_the_whole(
    question: tuple[str, list[str], list[str]], data: st.DataObject
) -> None:
    """What one label has and what all other labels have is everything."""
    table, events, by = question
    restricted = data.draw(st.sampled_from([name for name in TABLES[table] if name in WORDS]))
    one = data.draw(st.sampled_from(WORDS[restricted]))
    others = [label for label in WORDS[restricted] if label != one]
    asked: dict[str, Any] = {"by": by, "definition": "charge"}
    parts = [RESULT.array(events, where={restricted: labels}, **asked) for labels in (one, others)]
    assert (sum(parts) == RESULT.array(events, where={restricted: WORDS[restricted]}, **asked)).all()


@settings(max_examples=60, deadline=None)
@given(questions())
def test_a_frame_is_the_array_in_rows(question: tuple[str, list[str], list[str]]) -> None:
    _, events, by = question
    counts = RESULT.array(events, by, definition="charge")
    frame = RESULT.count(events, by, definition="charge")
    assert frame["count"].tolist() == counts.ravel().tolist()
    if by:
        assert not frame.duplicated(by).any()


def test_months_and_places_equal_sums_by_hand() -> None:
    events = RESULT.tables()["events"]
    here = events[(events["event"] == "booked") & (events["month"] == "2012-10") & (events["fips"] == 10003)]
    found = RESULT.count("booked", by="county", where={"county": "10003"}, months=("2012-10", "2012-12"))
    assert found.set_index("county")["count"].to_dict() == {
        "10001": 0,
        "10003": int(here["count"].sum()) * 2,
        "10005": 0,
    }
    by_year = RESULT.count("booked", by="fiscal_year").set_index("fiscal_year")["count"]
    by_month = events[events["event"] == "booked"].groupby("month", observed=True)["count"].sum() * 2
    assert by_year.to_dict() == {2012: by_month["2012-09"], 2013: by_month["2012-10"]}
    assert RESULT.count("booked", by="calendar_year").iloc[0].tolist() == [2012, int(by_month.sum())]


@pytest.mark.parametrize("definition", ["ice-levels-2010", "no-conviction-ever", "charge"])
def test_categories_and_parts_of_a_profile_equal_sums_by_hand(definition: str) -> None:
    rows = RESULT.tables()["profiles"]
    rows = rows[(rows["event"] == "detainer_issued").to_numpy()]
    offence, felony, convicted, _, group = profile_parts(rows["profile"].to_numpy().astype(int))
    for number, name in product((0, 3, 11), STATUS_GROUPS):
        chosen = (offence == number) & (group == STATUS_GROUPS.index(name)) & (felony == 0) & (convicted == 1)
        where = {"offence": OFFENCES[number], "status_group": name, "felony": False, "convicted": True}
        assert RESULT.array("detainer_issued", where=where) == rows["count"].to_numpy()[chosen].sum() * 2
    found = RESULT.count("detainer_issued", by="category", definition=definition)
    mix = RESULT.mix("detainer_issued", by="none", definition=definition)
    assert found["count"].tolist() == mix["count"].tolist()
    assert set(found["category"]) == set(mix["category"])


def test_profiles_by_number_are_their_parts() -> None:
    people = RESULT.array("matched", by=("programme", "profile"))
    groups = profile_parts(np.arange(people.shape[1]))[4]
    by_group = RESULT.array("matched", by=("programme", "status_group"))
    for number in range(len(STATUS_GROUPS)):
        assert people[:, groups == number].sum(axis=1).tolist() == by_group[:, number].tolist()
    chosen = np.flatnonzero(groups == 0)
    assert RESULT.array("matched", where={"profile": chosen}) == by_group[:, 0].sum()


def test_a_county_has_profiles_over_the_whole_period() -> None:
    by_county = RESULT.count("matched", by=["county", "offence"])
    assert by_county["county"].unique().tolist() == ["10001", "10003", "10005"]
    everywhere = RESULT.array("matched", by=["place", "offence"]).sum(axis=0)
    assert everywhere.tolist() == RESULT.array("matched", by="offence").tolist()


def test_whoever_had_found_a_person_and_rules() -> None:
    frame = RESULT.tables()["any_programme"]
    rows = frame[(frame["event"] == "removed") & (frame["programme"] == "jail_287g")]
    found = RESULT.array("removed", where={"any_programme": "jail_287g"})
    assert found == rows["count"].sum() * 2
    verdicts = RESULT.verdicts().groupby("rule", observed=False)["count"].sum()
    found_by_rule = RESULT.count("detainer_issued", by="rule").set_index("rule")["count"]
    assert found_by_rule.to_dict() == verdicts.to_dict()


def test_rates_are_over_bookings_of_the_same_time_and_place() -> None:
    found = RESULT.count("detainer_issued", by=["month", "county", "programme"], per=1000)
    booked = RESULT.count("booked", by=["month", "county"]).rename(columns={"count": "bookings"})
    both = found.merge(booked, on=["month", "county"])
    assert (both["per_1000_bookings"] == both["count"] / both["bookings"] * 1000).all()
    of_areas = RESULT.count("detainer_issued", by="area", per=1000, where={"state": "DE"})
    assert of_areas["per_1000_bookings"].gt(0).all()


def test_hours_by_kind_are_restricted_alike() -> None:
    rows = RESULT.tables()["hours"]
    here = rows[(rows["month"] == "2012-09") & (rows["status_group"] == "unauthorised")]
    found = RESULT.hours("none", where={"status_group": "unauthorised"}, months=("2012-09", "2012-09"))
    by_kind = here.groupby("kind", observed=False)["hours"].sum() * 2
    assert found.set_index("kind")["hours"].to_dict() == by_kind.to_dict()
    with pytest.raises(InputError, match="for the whole run"):
        RESULT.hours("county", months=("2012-09", "2012-09"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"events": "remvoed"}, "unknown event 'remvoed'"),
        ({"by": ["ofence"]}, "unknown dimension 'ofence'"),
        ({"where": {"programm": "task_force"}}, "unknown dimension 'programm'"),
        ({"where": {"programme": "task_farce"}}, "unknown programme 'task_farce'"),
        ({"where": {"state": "XX"}}, "unknown state 'XX'"),
        ({"where": {"event": "removed"}}, "events are named by `events`"),
        ({"by": ["month", "month"]}, "each dimension once"),
        ({"by": ["category"]}, "categories are those of a definition"),
        ({"events": "removed", "by": ["category"], "definition": "ice-levels-2011"}, "unknown definition"),
        ({"events": "submitted", "by": ["offence", "programme"]}, "'submitted' is not counted by offence, programme"),
        (
            {"events": "removed", "by": ["month", "county", "offence"]},
            "no table counts by county, month, offence together",
        ),
        ({"events": ["booked", "removed"], "by": ["area"]}, "'booked' is not counted by area"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_can(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        RESULT.count(**asked)
    assert message in " ".join(str(caught.value).split())


def test_every_dimension_can_be_asked_for() -> None:
    for dimension in DIMENSIONS:
        events = "detainer_issued" if dimension == "rule" else "removed"
        found = RESULT.count(events, by=dimension, definition="charge")
        assert list(found.columns) == [dimension, "count"] and len(found)


def test_tables_with_other_numbering_are_read_by_name() -> None:
    """A table stored under another order of words is counted by its words."""
    tables = RESULT.tables()
    events = tables["events"]
    shuffled = events.assign(event=events["event"].cat.reorder_categories(list(reversed(EVENTS))))
    again = Result.from_tables({**tables, "events": shuffled}, RESULT.meta)
    assert (again.array(by=("programme", "event")) == RESULT.array(by=("programme", "event"))).all()


@pytest.mark.parametrize("definition", load_definitions())
def test_every_definition_sorts_everybody(definition: str) -> None:
    people = RESULT.array(PROFILED, by=("event", "category"), definition=definition)
    assert people.sum(axis=1).tolist() == RESULT.array(PROFILED, by=("event", "profile")).sum(axis=1).tolist()
    assert isinstance(RESULT.count(by="event"), pd.DataFrame)
