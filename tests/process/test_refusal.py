"""What is left of custody where jails decline: detainers not sent, jails that hold, ICE at the door, arrests at large.

Collier County under a rule by which no jail honours a detainer, with many people whom ICE can find.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from tests.twin.cases import COLLIER, MANY_NONCITIZENS, small

from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.histories import SERIES, History, Records
from enforcement_sim.process.rng import PRISONERS

ALL, NONE = "honour-all", "honour-none"
SHARES: dict[str, float] = {
    "refusal.unsent_share": 0.5,
    "refusal.noncompliance_share.priority": 0.05,
    "refusal.noncompliance_share.other": 0.02,
    "refusal.notice_share.priority": 0.2,
    "refusal.notice_share.other": 0.06,
    "refusal.at_large_share.priority": 0.25,
    "refusal.at_large_share.other": 0.08,
    "refusal.at_large_days_median": 30,
}
"""In the middle of what is plausible, but for the days: the run is short."""
SCARCE: dict[str, Any] = {
    "pickup.crew_capacity": 0.1,
    "beds.funded": 26000,
    "people.pool_ratio": 1.5,
    "people.frailty_exponent": 4.0,
    "refusal.noncompliance_share.other": 0.3,
    "refusal.notice_share.priority": 0.6,
    "refusal.notice_share.other": 0.6,
    "refusal.at_large_share.priority": 0.6,
    "refusal.at_large_share.other": 0.6,
}
"""Too few crews and beds, and the same few people come up again and again."""
REFUSAL = (
    *(Decision.HONOUR_EXPECTED, Decision.UNSENT, Decision.NONCOMPLIANCE, Decision.NOTIFIED, Decision.AT_THE_DOOR),
    *(Decision.SOUGHT, Decision.AT_LARGE_TIME, Decision.ELSEWHERE, Decision.AT_LARGE_BED),
)
TAKEN = ("picked_up_at_release", "arrested_at_large")
ENDS = ("removed", "returned")


def model_of(rule: str, more: dict[str, Any], *, record: bool) -> EnforcementModel:
    """Run a year and return the model, with jails that follow one rule on honouring; crews and beds are ample unless set."""
    decided = {"decision": "honour", "rule": rule, "where": "nation", "from": "2005-10-01"}
    settings = {"changes.rule": decided, "thin": 3}
    scenario = small([COLLIER], "2011-03-01", "2012-02-29", {**MANY_NONCITIZENS, **settings, **more}, warm=30)
    model = EnforcementModel(scenario, record=record)
    if "beds.funded" not in more:
        model.field_offices.set("pickups_a_day", 1e6)
        model.engine.offices["beds"] = 1e6
    model.run()
    return model


@cache
def histories(rule: str, *more: tuple[str, float]) -> tuple[History, ...]:
    """Return every history of a run."""
    records = Records(model_of(rule, dict(more), record=True).engine)
    return tuple(records.history(key) for key in records.keys.tolist())


def leaking(more: dict[str, Any] | None = None) -> tuple[History, ...]:
    """Return the histories of the run in which jails decline and refusal leaks."""
    return histories(NONE, *({**SHARES, **(more or {})}).items())


def decided(history: History, decision: Decision) -> list[bool | None]:
    """Return the answers to a decision, in order."""
    return [one.yes for one in history.decisions() if one.decision == decision]


def test_without_shares_nothing_is_asked_and_nothing_differs() -> None:
    """Off, no decision is recorded, and how long arrests at large would take changes no cell of any table."""
    assert not any(one.decision in REFUSAL for history in histories(NONE) for one in history.decisions())
    plain, slow = (
        model_of(NONE, more, record=False).run().tables() for more in ({}, {"refusal.at_large_days_median": 365})
    )
    assert all(table.equals(slow[name]) for name, table in plain.items())
    happened = Counter(event for history in histories(NONE) for event in history.events)
    assert happened["detainer_declined"] > 100
    assert not any(happened[event] for event in ("held", "detainer_not_sent", *TAKEN))


def test_where_jails_honour_everything_the_shares_do_nothing() -> None:
    plain, shared = (model_of(ALL, dict(more), record=False).run().tables() for more in ({}, SHARES))
    assert all(table.equals(shared[name]) for name, table in plain.items())


def test_a_part_of_removals_remains_and_more_of_the_serious() -> None:
    """Where every jail declines, of those removed or returned without prison a tenth to six tenths remain."""

    def removed(found: tuple[History, ...]) -> Counter[str]:
        counted: Counter[str] = Counter()
        for history in found:
            wanted = [one for one in history.decisions() if one.decision == Decision.WANTED]
            in_prison = "prison" in history.events or (history.booking and history.booking.series == SERIES[PRISONERS])
            if wanted and not in_prison and history.events[-1] in ENDS:
                counted[wanted[-1].source.rpartition("_")[2]] += 1
        return counted

    honoured, declined, left = (removed(found) for found in (histories(ALL), histories(NONE), leaking()))
    assert not declined.total()
    shares = {seriousness: left[seriousness] / people for seriousness, people in honoured.items()}
    assert 0.1 < left.total() / honoured.total() < 0.6
    assert set(shares) == {"priority", "other"}
    assert 0.1 < shares["other"] + 0.05 < shares["priority"] < 0.6


def test_a_detainer_that_would_be_declined_is_not_sent_by_its_draw() -> None:
    """As many as the share says are not sent for, each counted once; no detainer follows unless all is asked anew."""
    asked = sent = 0
    for history in leaking():
        answers = decided(history, Decision.UNSENT)
        assert history.events.count("detainer_not_sent") == any(answers)
        assert answers == [one for one in answers if one == answers[0]], "the same draw has the same answer"
        in_prison = "prison" in history.events
        if answers and answers[0] and not in_prison:
            assert not {"detainer_issued", "detainer_declined", "held"} & set(history.events)
        asked, sent = asked + bool(answers), sent + (bool(answers) and not answers[0])
    assert asked > 300
    assert sent / asked == pytest.approx(0.5, abs=0.06)


def test_a_jail_that_holds_all_the_same_starts_the_clock() -> None:
    held = [history for history in leaking(SCARCE) if "held" in history.events]
    assert len(held) > 10
    for history in held:
        assert decided(history, Decision.HONOURED) == [False]
        assert decided(history, Decision.NONCOMPLIANCE) == [True]
        assert not {*TAKEN, "detainer_declined"} & set(history.events)


def test_whoever_is_taken_without_a_hold_was_let_go_and_wanted() -> None:
    """At the door in the hour of the release; at large when the drawn time is over, or later if no bed was free."""
    seen: Counter[str] = Counter()
    for more in (None, SCARCE):
        for history in leaking(more):
            for way in set(TAKEN) & set(history.events):
                at = history.events.index(way)
                step, custody = history.steps[at], history.steps[at + 1]
                (release,) = (one for one in history.steps if one.event in ("detainer_declined", "released"))
                assert decided(history, Decision.LIFTED) == [False]
                assert decided(history, Decision.WANTED) == [True]
                assert (custody.event, custody.hour) == ("ice_custody", step.hour)
                without = "detainer_not_sent" in history.events[:at]
                assert (release.event == "released") == (without and "detainer_issued" not in history.events)
                if way == "picked_up_at_release":
                    assert step.hour == release.hour
                    assert decided(history, Decision.NOTIFIED) == [True]
                    (crew,) = (one for one in history.decisions() if one.decision == Decision.AT_THE_DOOR)
                    assert crew.yes and len(crew.tries) == 1
                else:
                    assert decided(history, Decision.SOUGHT) == [True]
                    (time,) = (one for one in history.decisions() if one.decision == Decision.AT_LARGE_TIME)
                    (bed,) = (one for one in history.decisions() if one.decision == Decision.AT_LARGE_BED)
                    assert time.since == release.hour and time.until == bed.tries[0][0]
                    assert bed.yes and bed.tries[-1][0] == step.hour
                    seen["without a bed at first"] += len(bed.tries) > 1
                seen[way] += 1
    assert min(seen[way] for way in TAKEN) > 20
    assert seen["without a bed at first"] > 0


def test_whoever_finds_nobody_at_the_door_may_seek_later_and_nobody_is_arrested_twice() -> None:
    """A door without a crew or a bed is followed by the question whether ICE seeks; people away are not arrested."""
    found = leaking(SCARCE)
    in_vain = [history for history in found if decided(history, Decision.AT_THE_DOOR) == [False]]
    assert len(in_vain) > 10
    assert {answer for history in in_vain for answer in decided(history, Decision.SOUGHT)} == {True, False}
    assert not any("picked_up_at_release" in history.events for history in in_vain)
    elsewhere = [history for history in found if decided(history, Decision.ELSEWHERE)]
    assert elsewhere
    assert all(history.events[-1] in ("detainer_declined", "released") for history in elsewhere)


def test_people_at_large_when_the_period_ends_are_pending() -> None:
    found = leaking(SCARCE)
    at_large = [
        history
        for history in found
        if decided(history, Decision.SOUGHT) == [True] and "ice_custody" not in history.events
    ]
    ends = Counter(history.events[-1] for history in at_large if not decided(history, Decision.ELSEWHERE))
    assert set(ends) == {"pending"} and ends.total() > 5
