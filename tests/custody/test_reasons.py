"""When two decisions fell differently, and when only their circumstances do."""

from __future__ import annotations

from datetime import date

import pytest

from enforcement_sim.custody.reasons import SERVED, Reason, differ, kind_of_day


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        (Reason("kept", 5, True, below=0.1), Reason("kept", 5, True, below=0.2), False),
        (Reason("kept", 5, True), Reason("kept", 5, False), True),
        (Reason("kept", 5, True), Reason("lifted", 5, True), True),
        (Reason("hold_clock", 0, False, until=48), Reason("hold_clock", 0, False, until=96), False),
        (Reason("hold_clock", 0, True, until=48), Reason("hold_clock", 0, True, until=96), True),
        (Reason("delay", 0, since=0, until=9), Reason("delay", 0, since=0, until=12), True),
        # The hold that ended first saw the same crews as long as it lasted.
        (Reason("crew", 0, tries=((9, "crew"),)), Reason("crew", 0, True, tries=((9, "crew"), (33, SERVED))), False),
        (Reason("crew", 0, tries=((9, "crew"),)), Reason("crew", 0, True, tries=((9, SERVED),)), True),
        (Reason("crew", 0, False), Reason("crew", 0, True, tries=((9, SERVED),)), False),
    ],
)
def test_differences(one: Reason, other: Reason, differs: bool) -> None:
    assert differ(one, other) is differ(other, one) is differs


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2010, 11, 25), "federal holiday"),
        (date(2010, 12, 31), "federal holiday"),  # New Year's Day 2011 fell on a Saturday
        (date(2011, 1, 1), "weekend"),
        (date(2010, 11, 26), "working day"),
    ],
)
def test_kinds_of_days(day: date, kind: str) -> None:
    assert kind_of_day(day) == kind
