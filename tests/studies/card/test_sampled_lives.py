"""What is counted in single lives, held to the ledger of the same run where the ledger counts the same thing."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest
from tests.twin.cases import AGAIN_AND_AGAIN, KENT, MANY_NONCITIZENS, small

from enforcement_sim.codes import STATUS_GROUPS, STATUSES
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.histories import Records
from enforcement_sim.results.result import Result
from enforcement_sim.studies.card import sampled_lives
from enforcement_sim.studies.card.sampled_lives import LET_GO, SAMPLED, booked_again, record_measures

BUSY = {**AGAIN_AND_AGAIN, **MANY_NONCITIZENS, "people.reentry_share": 0.1}
FAMILY = "status.citizen_family_share"


@cache
def lived(family: float | None = None, thin: int = 1) -> tuple[Records, Result]:
    """Four months of one county whose few people come again and again, every life recorded."""
    more: dict[str, Any] = {f"{FAMILY}.{status}": family for status in STATUSES} if family is not None else {}
    scenario = small([KENT], "2012-01-01", "2012-04-30", {**BUSY, **more, "thin": thin}, warm=0)
    model = EnforcementModel(scenario, seed=4, record=True)
    result = model.run()
    return model.arrestees.records, result


def count(result: Result, event: str) -> int:
    funnel = result.funnel(by="none").set_index("event")["count"]
    return int(funnel[event])


def test_bookings_of_people_let_go_are_those_that_the_ledger_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine counts a booking of someone let go once; so do distinct first bookings after each release."""
    records, result = lived()
    monkeypatch.setattr(sampled_lives, "FOLLOWED_DAYS", 0)
    releases = [release for release in sampled_lives._releases(records) if release.let_go]
    places = result.tables()["places"]
    let_go = places[places["event"].isin(LET_GO) & places["fips"].isin(result.meta["counties"])]
    group = profile_parts(let_go["profile"].to_numpy(int))[4]
    assert len(releases) == let_go["count"].to_numpy()[group != STATUS_GROUPS.index("citizen")].sum()
    monkeypatch.setattr(sampled_lives, "FOLLOWED_DAYS", 10_000)
    found = set()
    for release, came_back in zip(releases, booked_again(records, releases), strict=True):
        keys = sampled_lives._bookings_of(records, release.fips, {release.person})[release.person]
        later = [
            key
            for key in sorted(keys, key=records.hour_of_booking)
            if records.hour_of_booking(key) > release.hour and records.booking_of(key) is not None
        ]
        assert bool(later) == came_back
        found |= set(later[:1])
    assert len(found) == count(result, "rearrested") > 3


def test_a_shorter_time_finds_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    records, _ = lived()
    monkeypatch.setattr(sampled_lives, "FOLLOWED_DAYS", 60)
    releases = list(sampled_lives._releases(records))
    assert releases and all(release.hour < records.clock.hours - 60 * 24 for release in releases)
    shares = []
    for days in (1, 20, 60):
        monkeypatch.setattr(sampled_lives, "FOLLOWED_DAYS", days)
        shares.append(sum(booked_again(records, releases)))
    assert shares[0] <= shares[1] <= shares[2] and shares[0] < shares[2]


def test_families_are_counted_as_the_ledger_counts_removals() -> None:
    for share, thin in ((1.0, 1), (0.0, 1), (1.0, 2)):
        records, result = lived(share, thin)
        removed = count(result, "removed")
        assert removed > 0
        assert record_measures(records)["removed_with_citizen_family"] == share * removed


def test_a_period_shorter_than_the_time_of_following_has_no_shares() -> None:
    found = record_measures(lived()[0])
    assert set(found) == set(SAMPLED)
    assert all(math.isnan(found[name]) for name in SAMPLED if name.startswith("booked_again"))
