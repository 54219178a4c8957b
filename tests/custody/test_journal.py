"""The journal keeps what stood on each day, however often it changed, and nothing that moves by itself."""

from __future__ import annotations

import numpy as np
from tests.twin.cases import KENT, small

from enforcement_sim.custody.journal import Journal
from enforcement_sim.custody.records import OFFICE, PLACE
from enforcement_sim.model import EnforcementModel


def test_a_setting_there_and_back() -> None:
    journal, places, offices = Journal(), np.zeros(3, PLACE), np.zeros(1, OFFICE)
    for day, rule in enumerate((1, 1, 4, 4, 1)):
        places["honour_rule"][2] = rule
        places["inmates"] = day
        offices["visits_left"] = 10 - day
        journal.note(places, offices)
    assert [int(journal.place_on(day, 2)["honour_rule"]) for day in range(5)] == [1, 1, 4, 4, 1]
    assert {int(journal.place_on(day, 2)["inmates"]) for day in range(5)} == {0}
    assert [int(journal.office_on(day, 0)["visits_left"]) for day in range(5)] == [10, 9, 8, 7, 6]
    assert len(journal._rows[2]) == 3 and len(journal._rows[0]) == 1


def test_what_somebody_sets_between_two_days_stands_from_the_next() -> None:
    model = EnforcementModel(small([KENT], "2012-01-01", "2012-01-04", warm=0), lives=True)
    model.step()
    model.jurisdictions.to_list()[0].honours = "honour-none"
    model.run()
    rules = [model.rules[int(model.journal.place_on(day, 0)["honour_rule"])].id for day in range(4)]
    assert rules == ["honour-all", "honour-none", "honour-none", "honour-none"]


def test_recording_lives_moves_nothing() -> None:
    scenario = small([KENT], "2012-01-01", "2012-01-20", warm=20)
    plain, recorded = EnforcementModel(scenario).run(), EnforcementModel(scenario, lives=True).run()
    assert plain.funnel().equals(recorded.funnel())
