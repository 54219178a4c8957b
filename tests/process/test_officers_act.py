"""What 287(g) officers do with people whom they know: propose detainers, hand over, make up for time, see people in prison.

docs/process.md, sections "The order of a day", "In jail" and "Prison, custody, docket".
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.twin.cases import BERKSHIRE, COLLIER, MANY_NONCITIZENS, small

from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.histories import History, Records
from enforcement_sim.process.recorder import Row

JAIL = "jail_287g"
PROPOSE = {"jail_287g.officers_propose": 1, "jail_287g.proposed_share": 1.0}
HAND_OVER = {"jail_287g.hand_over_share": 1.0}
ALL = {**PROPOSE, **HAND_OVER, "jail_287g.interview_carry_days": 7, "jail_287g.prison_with_detainer_share": 1.0}
NEW = (Decision.HANDED_OVER, Decision.HAND_OVER_BED, Decision.WITH_DETAINER)
NO_AGREEMENT = {"changes.stop": {"decision": "agreement", "rule": "ended", "where": "nation", "from": "2005-10-01"}}
LONG = ("2010-01-01", "2011-06-30")
SCARCE_BEDS = {"beds.funded": 20_000, "beds.interior_share": 0.2}
SEED = 4


def model_of(
    more: dict[str, Any],
    county: str = COLLIER,
    period: tuple[str, str] = ("2010-02-01", "2010-03-31"),
    *,
    record: bool = False,
) -> EnforcementModel:
    """Return two months of a county whose officers screen everybody at booking; beds are ample unless set."""
    settings = {**MANY_NONCITIZENS, "thin": 3, **more}
    model = EnforcementModel(small([county], *period, settings, warm=60), SEED, record=record)
    if "beds.funded" not in more:
        model.engine.offices["beds"] = 1e6
    return model


@cache
def tables(*more: tuple[str, Any]) -> dict[str, pd.DataFrame]:
    """Return every table of a run."""
    return model_of(dict(more)).run().tables()


@cache
def histories(*more: tuple[str, Any]) -> tuple[History, ...]:
    """Return every history of a run."""
    return recorded(dict(more))


def recorded(more: dict[str, Any], county: str = COLLIER) -> tuple[History, ...]:
    """Return every history of a run in a county."""
    model = model_of(more, county, record=True)
    model.run()
    records = Records(model.engine)
    return tuple(records.history(key) for key in records.keys.tolist())


def with_event(found: tuple[History, ...], event: str, programme: str = JAIL) -> list[History]:
    """Return histories of people whom a programme found first, and to whom an event happened."""
    return [
        one
        for one in found
        if event in one.events and any(step.event == "identified" and step.programme == programme for step in one.steps)
    ]


def decided(one: History, decision: Decision) -> list[bool | None]:
    """Return the answers to a decision, in order."""
    return [each.yes for each in one.decisions() if each.decision == decision]


# ---- neutral ---------------------------------------------------------------------------------------------------------


def test_as_shipped_nothing_new_is_asked() -> None:
    assert not any(each.decision in NEW for one in histories() for each in one.decisions())


def test_without_officers_none_of_it_changes_a_number() -> None:
    """Each of the five acts through officers of an agreement alone."""
    plain, acting = (model_of({**NO_AGREEMENT, **more}).run().tables() for more in ({}, ALL))
    assert all(table.equals(acting[name]) for name, table in plain.items())


TARGETED = {
    "changes.target": {"decision": "screen", "rule": "screen-targeted", "where": "nation", "from": "2005-10-01"},
    "background.coverage": 0.6,
}


def covered(one: History) -> bool:
    """Return whether the screening rule covered somebody when officers looked."""
    return True in decided(one, Decision.SCREEN)


def test_officers_with_a_targeted_rule_interview_nobody_else() -> None:
    """MPI 2011, targeted model: people charged with or convicted of serious offences."""
    found = [one for one in recorded(TARGETED) if "interviewed" in one.events]
    assert found
    assert all(covered(one) for one in found)


def test_a_share_of_people_outside_the_rule_is_processed_all_the_same() -> None:
    everybody = recorded(TARGETED | {"jail_287g.outside_rule_share": 0.4})
    outside = [one for one in everybody if "interviewed" in one.events and not covered(one)]
    assert outside
    assert all(True in decided(one, Decision.OUTSIDE_RULE) for one in outside)
    answers = [answer for one in everybody for answer in decided(one, Decision.OUTSIDE_RULE)]
    assert np.mean(answers) == pytest.approx(0.4, abs=3 * np.sqrt(0.24 / len(answers)))


def test_where_officers_work_visits_are_fewer_and_elsewhere_as_many() -> None:
    def visits(county: str, beside: float) -> int:
        more = {"background.coverage": 0.6, "background.beside_officers_share": beside}
        return sum(True in decided(one, Decision.VISITED) for one in recorded(more, county))

    assert visits(COLLIER, 0.0) == 0 < visits(COLLIER, 0.5) < visits(COLLIER, 1.0)
    assert visits(BERKSHIRE, 0.0) == visits(BERKSHIRE, 1.0) > 0


def test_a_proposed_share_without_the_switch_changes_nothing() -> None:
    plain, idle = tables(), tables(("jail_287g.proposed_share", 0.6))
    assert all(table.equals(idle[name]) for name, table in plain.items())


# ---- proposals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proposed", [0.6, 1.0])
def test_officers_seek_detainers_by_their_own_share_and_ice_authorises(proposed: float) -> None:
    """ICE's own share stays that of everybody else."""
    more = (
        ("jail_287g.officers_propose", 1),
        ("jail_287g.proposed_share", proposed),
        ("detainer.issue_if_covered", 0.8),
    )
    thresholds: dict[str, set[float]] = {"officers": set(), "others": set()}
    authorised = 0
    for one in histories(*more):
        for each in one.decisions():
            if each.decision == Decision.ISSUE and not each.source.endswith("not_covered"):
                of_officers = each.source == "jail_287g.proposed_share"
                thresholds["officers" if of_officers else "others"].add(round(float(each.threshold or 0.0), 6))
        authorised += len(decided(one, Decision.AUTHORISED))
    assert thresholds["officers"] == {proposed}
    assert thresholds["others"] and proposed not in thresholds["others"]
    assert authorised > 50


# ---- handing over ----------------------------------------------------------------------------------------------------


def test_whom_officers_hand_over_does_not_wait_for_a_crew() -> None:
    """Custody begins in the hour of the release, without a pick-up; nobody's hold lapses while there are beds."""
    found = with_event(histories(*HAND_OVER.items()), "held")
    assert len(found) > 30
    for one in found:
        assert decided(one, Decision.HANDED_OVER) == [True]
        assert not decided(one, Decision.WANTED) and not decided(one, Decision.CREW)
        hours = {step.event: step.hour for step in one.steps}
        assert hours["ice_custody"] == hours["held"]


def test_without_crews_only_those_who_are_handed_over_come_into_custody() -> None:
    none = {"pickup.crew_capacity": 0.01}
    alone, handed = (model_of({**none, **more}).run() for more in ({}, {"jail_287g.hand_over_share": 0.5}))
    taken, more_taken = (one.measures()[f"ice_custody.{JAIL}"] for one in (alone, handed))
    assert more_taken > 3 * max(taken, 1.0)


def test_a_hand_over_needs_a_bed() -> None:
    waited = [one for one in histories(*(HAND_OVER | SCARCE_BEDS).items()) if decided(one, Decision.HAND_OVER_BED)]
    tries = [each.tries for one in waited for each in one.decisions() if each.decision == Decision.HAND_OVER_BED]
    lacked = {result for each in tries for _, result in each}
    assert lacked == {"met", "bed"}
    assert any("detainer_lapsed" in one.events for one in waited)


def test_people_whom_officers_do_not_know_are_not_handed_over() -> None:
    for one in histories(*HAND_OVER.items()):
        if decided(one, Decision.HANDED_OVER):
            assert any(step.programme == JAIL and step.event in ("identified", "also_found") for step in one.steps)


# ---- interviews that keep --------------------------------------------------------------------------------------------


def test_what_is_left_of_days_keeps_and_no_more_than_stated() -> None:
    def left_each_day(days: int) -> np.ndarray:
        model = model_of({"jail_287g.interview_carry_days": days})
        row = int(np.flatnonzero(model.engine.places["fips"] == int(COLLIER))[0])
        left = []
        while not model.engine.closed:
            model.step()
            place = model.engine.places[row]
            left.append((int(place["interviews_left"]), float(place["interviews_a_day"])))
        return np.array(left)

    kept, lost = left_each_day(2), left_each_day(0)
    new = np.ceil(kept[:, 1] / 3)
    assert (kept[:, 0] <= np.ceil(2 * kept[:, 1]) + new).all() and (lost[:, 0] <= new).all()
    assert kept[:, 0].max() > 2 * lost[:, 0].max()


def test_a_thinned_run_loses_no_more_interviews_where_they_keep() -> None:
    """Where a day's time is lost with the day, thinning loses a tenth; where it keeps, nearly nothing."""

    def lost(thin: int, days: int) -> float:
        done, needed = (
            float(model_of({"thin": thin, **more}).run().measures()["interviewed"])
            for more in (
                {"jail_287g.interview_carry_days": days},
                {"jail_287g.interviews_per_officer_day": 8},
            )
        )
        return 1.0 - done / needed

    assert lost(2, 0) < 0.03 and lost(20, 0) > 0.07
    assert lost(2, 3) < 0.01 and lost(20, 3) < 0.02


# ---- prisons ---------------------------------------------------------------------------------------------------------


def test_officers_of_a_prison_see_those_with_a_detainer_if_they_mean_to() -> None:
    """Who comes with a detainer is found again and keeps it."""
    more = {"thin": 1, "background.coverage": 0.8, "jail_287g.prison_with_detainer_share": 1.0}
    model = model_of(more, BERKSHIRE, LONG, record=True)
    model.run()
    records = Records(model.engine)
    asked = records.rows[(records.rows["kind"] == Row.DECISION) & (records.rows["number"] == Decision.WITH_DETAINER)]
    seen = [records.history(key) for key in set(asked["key"].tolist())]
    assert seen
    for one in seen:
        assert "detainer_moved" in one.events and one.events.count("detainer_issued") == 1
        assert any(step.event == "interviewed" and step.programme == JAIL for step in one.steps)
    assert any(step.event == "also_found" and step.programme == JAIL for one in seen for step in one.steps)
