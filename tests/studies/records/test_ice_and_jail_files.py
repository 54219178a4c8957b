"""ICE's files, rosters and the survey: what each rule does to the counts, and that nobody is lost or made up."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from enforcement_sim import load_scenario, run
from enforcement_sim.errors import InputError
from enforcement_sim.law.recording import load_recording
from enforcement_sim.places.geography import load_geography
from enforcement_sim.results.result import Result
from enforcement_sim.studies.records.ice_files import (
    CATEGORY,
    detainer_months,
    ice_detainer_convictions,
    ice_removal_convictions,
    removal_months,
)
from enforcement_sim.studies.records.jail_files import COUNTED, jail_admissions, roster_months
from enforcement_sim.studies.records.recorder_rules import load_recorders
from enforcement_sim.studies.records.recorders import MADE_BY, record
from enforcement_sim.studies.records.recording_asked import Recording
from enforcement_sim.studies.records.victim_survey import ncvs

LAST = date(2012, 3, 31)


def made_months() -> pd.DataFrame:
    """Return a panel by hand: two counties in three months."""
    months = pd.date_range("2012-01-01", "2012-03-01", freq="MS")
    return pd.DataFrame(
        {
            "county": np.repeat(["10001", "10003"], 3),
            "state": "DE",
            "period": np.tile(months, 2),
            "days": np.tile([31, 29, 31], 2),
            "detainer_issued": [5, 6, 7, 50, 60, 70],
            "held": [3, 3, 3, 20, 20, 20],
            "removed": [2, 2, 2, 10, 11, 12],
            "returned": [1, 0, 1, 4, 4, 4],
            "booked": [100, 90, 80, 900, 800, 700],
            "released": [95, 85, 75, 850, 750, 650],
            "prison": [5, 5, 5, 40, 40, 40],
            "inmate_days": [3100, 2900, 3100, 31_000, 29_000, 31_000],
        }
    )


@cache
def delaware() -> Result:
    scenario = load_scenario("baseline").with_(
        **{
            "scope": {"states": ["DE"]},
            "simulate": "alone",
            "period.start": "2012-01-01",
            "period.end": "2012-03-31",
        }
    )
    return run(scenario, seed=1)


# ---- ICE ---------------------------------------------------------------------------------------------------------------


def test_detainers_are_those_created_or_those_on_which_somebody_was_held() -> None:
    months = made_months()
    whole = detainer_months(months, Recording(), LAST)
    assert whole["detainers"].tolist() == whole["detainers_true"].tolist() == months["detainer_issued"].tolist()
    held = detainer_months(months, Recording(without=("created-not-served",)), LAST)
    assert held["detainers"].tolist() == held["held_true"].tolist() == months["held"].tolist()
    assert held.drop(columns="detainers").equals(whole.drop(columns="detainers"))


def test_nothing_after_the_extract_is_in_a_file() -> None:
    months = made_months()
    cut = detainer_months(months, Recording(extract=date(2012, 2, 28)), LAST)
    assert cut["detainers"].notna().tolist() == [True, False, False] * 2  # February 2012 has 29 days
    assert cut["detainers_true"].tolist() == months["detainer_issued"].tolist()
    whole = detainer_months(months, Recording(without=("extract-date",), extract=date(2012, 2, 28)), LAST)
    assert whole["detainers"].notna().all()
    assert removal_months(months, Recording(extract=date(2012, 2, 29)), LAST)["removals"].isna().sum() == 2


def test_removals_hold_returns_unless_the_rule_is_off() -> None:
    months = made_months()
    both = removal_months(months, Recording(), LAST)
    assert both["removals"].tolist() == (months["removed"] + months["returned"]).tolist()
    orders = removal_months(months, Recording(without=("returns-counted",)), LAST)
    assert orders["removals"].tolist() == orders["removed_true"].tolist() == months["removed"].tolist()


def test_convictions_that_are_not_on_file_make_people_without_any() -> None:
    found = ice_detainer_convictions(delaware(), Recording())
    cells = found.groupby(["state", "month"])[["detainers", "detainers_true"]].sum()
    assert cells["detainers"].tolist() == cells["detainers_true"].tolist()
    without = found[CATEGORY] == "no conviction"
    assert (found.loc[~without, "detainers"] <= found.loc[~without, "detainers_true"]).all()
    assert found.loc[without, "detainers"].sum() > found.loc[without, "detainers_true"].sum()
    true = ice_detainer_convictions(delaware(), Recording(without=("convictions-on-file",)))
    assert true["detainers"].tolist() == true["detainers_true"].tolist() == found["detainers_true"].tolist()
    assert found["detainers_true"].sum() == delaware().array("detainer_issued")


def test_a_later_extract_knows_more_convictions() -> None:
    shown = []
    for extract in (date(2012, 3, 31), date(2013, 3, 31), date(2014, 12, 31)):
        found = ice_detainer_convictions(delaware(), Recording(extract=extract))
        shown.append(int(found.loc[found[CATEGORY] != "no conviction", "detainers"].sum()))
    true = found.loc[found[CATEGORY] != "no conviction", "detainers_true"].sum()
    assert shown[0] < shown[1] < shown[2] <= true
    assert shown[0] / true == pytest.approx(load_recording()["at_issue"].share, abs=0.2)


def test_removals_by_conviction_add_up() -> None:
    found = ice_removal_convictions(delaware(), Recording())
    assert found["removals"].sum() == found["removed_true"].sum() + found["returned_true"].sum()
    off = Recording(without=("returns-counted", "convictions-at-removal"))
    assert ice_removal_convictions(delaware(), off)["removals"].tolist() == found["removed_true"].tolist()


# ---- jails -------------------------------------------------------------------------------------------------------------


def test_a_roster_is_of_the_county_whose_jail_is_used() -> None:
    geography = load_geography()
    counties = geography.counties
    index = int(np.flatnonzero(counties["jail"] != np.arange(counties.size))[0])
    without, jail = (f"{counties['fips'][at]:05d}" for at in (index, counties["jail"][index]))
    months = made_months().assign(county=np.repeat([without, jail], 3))
    found = roster_months(months, Recording()).set_index(["county", "month"])
    assert found.loc[without, list(COUNTED)].isna().all().all()
    assert found.loc[jail, "admissions"].tolist() == [1000, 890, 780]
    assert found.loc[jail, "average_daily_population"].tolist() == pytest.approx([1100.0] * 3)
    assert found["admissions"].sum() == found["admissions_true"].sum() == months["booked"].sum()
    own = roster_months(months, Recording(without=("shared-jails",)))
    assert own["admissions"].tolist() == own["admissions_true"].tolist() == months["booked"].tolist()
    alone = roster_months(months[months["county"] == without].reset_index(drop=True), Recording())
    assert alone["admissions"].isna().all() and alone["admissions_true"].tolist() == [100, 90, 80]


def test_admissions_by_charge_are_the_bookings() -> None:
    found = jail_admissions(delaware(), Recording())
    bookings = delaware().bookings(["month", "state", "offence", "felony"])
    assert found["admissions"].sum() == bookings["count"].sum()
    row = bookings.iloc[0]
    same = found.query("charge == @row.offence and felony == @row.felony and month == @row.month")
    assert same["admissions"].tolist() == [row["count"]]


# ---- victims -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_survey_needs_a_response_and_then_asks_a_sample() -> None:
    with pytest.raises(
        InputError, match=r"--as: this run imports no response.*allowed: a run in which response.reporting"
    ):
        ncvs(delaware(), Recording())
    scenario = load_scenario("baseline").with_(
        **{
            "scope": {"states": ["DE"]},
            "simulate": "alone",
            "start.warm_days": 0,
            "period.start": "2012-01-01",
            "period.end": "2012-03-31",
            "response.reporting": -0.3,
        }
    )
    result = run(scenario, seed=1)
    true = ncvs(result, Recording(without=("survey-sample", "survey-regions")))
    assert true["state"].tolist() == ["DE", "DE"] and true["reported"].tolist() == [True, False]
    assert true["offences"].tolist() == true["offences_true"].tolist()
    assert true["offences_true"].iloc[1] == result.array("unreported") > 0
    found = ncvs(result, Recording())
    assert found["region"].tolist() == ["south", "south"]
    assert found["offences_true"].tolist() == true["offences_true"].tolist()
    sampled = load_recorders()["ncvs"].rules[0].values["sampled"].value
    people = found["offences"] * sampled
    assert people.to_numpy() == pytest.approx(people.round().to_numpy(), abs=0.01)


# ---- all of them -------------------------------------------------------------------------------------------------------


def test_every_recorder_is_made_and_has_true_counts_beside() -> None:
    assert set(MADE_BY) == set(load_recorders())
    for name in sorted(set(MADE_BY) - {"ncvs", "ucr-county", "offences"}):
        found = record(delaware(), name)
        assert any(column.endswith("_true") for column in found), name
        assert found.equals(record(delaware(), name)), name
        assert not {"person", "id", "name"} & set(found)
