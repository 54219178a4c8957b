"""Runs in which a rule on detainers is followed strictly, in stated shares, or as history was: who gets a detainer.

Counted twice: by the verdicts that the ledger keeps of every detainer, and person by person in what the run recorded.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from tests.twin.cases import COLLIER, FREDERICK, MANY_NONCITIZENS, small

from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.histories import Records
from enforcement_sim.results.result import Result

RULE = "detainer-felonies-only"
MORE = MANY_NONCITIZENS | {"start.prison_stock": 0, "thin": 2}
"""Without prisoners of earlier years: of those only whoever got a detainer leaves a history."""


@cache
def ran(followed: str, spread: float = 1.0) -> tuple[Result, Records]:
    """Return a run under the rule, followed in one of the ways below, with everybody's life."""
    change: dict[str, Any] = {"decision": "detainer", "rule": RULE, "where": "nation"}
    if followed in SHARES:
        change["followed"] = {"covered": SHARES[followed][0], "not_covered": SHARES[followed][1]}
    elif followed:
        change["followed"] = followed
    scenario = small(
        [COLLIER, FREDERICK],
        "2011-10-01",
        "2011-12-31",
        MORE | {"changes.narrow": change, "detainer.adherence_spread": spread},
        warm=0,
    )
    model = EnforcementModel(scenario, record=True)
    return model.run(), Records(model.engine)


SHARES = {"shares": (0.8, 0.1), "the other way round": (0.1, 0.8)}


def sought(records: Records) -> list[tuple[bool, bool]]:
    """Return of everyone whom ICE reached whether the rule covers them, and whether a detainer was sought.

    Each once, as first asked: another programme that finds the same person asks the same draw again.
    """
    asked = []
    for key in records.keys.tolist():
        answers = [one for one in records.history(key).decisions() if one.decision == Decision.ISSUE]
        asked += [(not one.source.endswith("not_covered"), bool(one.yes)) for one in answers[:1]]
    return asked


def covered_and_all(result: Result) -> tuple[int, int]:
    """Return how many detainers were issued on people whom the rule covers, and how many in all."""
    verdicts = result.verdicts()
    events = result.tables()["events"]
    on_covered = verdicts[verdicts["rule"] == RULE]["count"].sum()
    return int(on_covered), int(events[events["event"] == "detainer_issued"]["count"].sum() * result.weight)


@pytest.mark.slow
def test_strictly_nobody_else_gets_a_detainer_and_everyone_covered_does() -> None:
    result, records = ran("strictly")
    asked = sought(records)
    assert {covers for covers, _ in asked} == {True, False} and len(asked) > 200
    assert all(covers == yes for covers, yes in asked)
    on_covered, all_issued = covered_and_all(result)
    assert on_covered == all_issued > 0


def test_as_history_most_detainers_are_on_people_not_covered() -> None:
    """What made the strict rule worth having: the register's shares leak."""
    on_covered, all_issued = covered_and_all(ran("as_history")[0])
    assert 0 < on_covered < all_issued / 2


@pytest.mark.parametrize("followed", SHARES)
@pytest.mark.slow
def test_shares_come_near_to_those_stated(followed: str) -> None:
    asked = sought(ran(followed, 0.0)[1])
    for covered, share in zip((True, False), SHARES[followed], strict=True):
        answers = [yes for covers, yes in asked if covers is covered]
        error = 3 * (share * (1 - share) / len(answers)) ** 0.5
        assert len(answers) > 50 and abs(sum(answers) / len(answers) - share) < error


def test_saying_as_history_is_saying_nothing() -> None:
    said, silent = ran("as_history")[0], ran("")[0]
    for name, frame in silent.tables().items():
        assert frame.equals(said.tables()[name]), name
