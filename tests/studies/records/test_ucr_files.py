"""The Uniform Crime Reports: sums are kept, each rule does what it says and no more, imputation as computed by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studies.records.made_panels import counties_of, made_panel

from enforcement_sim.errors import InputError
from enforcement_sim.studies.records.agencies import agencies, divided
from enforcement_sim.studies.records.offence_settings import offence_settings
from enforcement_sim.studies.records.offences import KINDS, offences_known
from enforcement_sim.studies.records.recorder_rules import load_recorders, rules_in_force
from enforcement_sim.studies.records.reporting import months_reported
from enforcement_sim.studies.records.ucr_files import county_months, imputed, ucr_agency_month, ucr_county

REPORTING = ("agencies-not-reporting", "months-not-reported")
EVERY = {name: tuple(rule.id for rule in recorder.rules) for name, recorder in load_recorders().items()}


@cache
def delaware() -> pd.DataFrame:
    return offences_known(made_panel(counties_of("DE"), "2009-10-01", "2011-03-01"), offence_settings(), seed=1)


@cache
def agency_month(*without: str) -> pd.DataFrame:
    return ucr_agency_month(delaware(), 1, without)


# ---- agencies ----------------------------------------------------------------------------------------------------------


def test_agencies_are_parts_of_every_county() -> None:
    found = agencies(1)
    assert found.groupby("county")["share"].sum().to_numpy() == pytest.approx(1.0)
    assert found["county"].nunique() == 3142 and (found["share"] > 0).all()
    assert found["agency"].is_unique
    assert set(found.loc[found["number"] == 0, "group"]) == {8}
    cities = found[found["number"] > 0]
    assert (cities.loc[cities["residents"] >= 250_000, "group"] == 1).all()
    assert (cities.loc[cities["residents"] < 2_500, "group"] == 7).all()


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_every_offence_is_one_agency_s(counts: list[int], seed: int) -> None:
    months = pd.date_range("2010-01-01", periods=len(counts), freq="MS")
    known = pd.DataFrame({"county": "10003", "month": months, "kind": "property", "offences": counts})
    row, agency, given_to = divided(known, agencies(seed), seed)
    assert np.bincount(row, given_to, len(counts)).tolist() == counts
    assert (given_to >= 0).all() and (agencies(seed)["county"].to_numpy()[agency] == 10003).all()


def test_large_agencies_have_more() -> None:
    whole = agency_month().groupby("agency", observed=True)[["offences_true", "agency_population"]].sum()
    assert whole.corr().iloc[0, 1] > 0.9


# ---- reporting ---------------------------------------------------------------------------------------------------------


def test_agencies_report_as_published() -> None:
    found = months_reported(np.arange(2008, 2014), rules_in_force("ucr-agency-month"), seed=1)
    months, last = found.sum(axis=2), (found * np.arange(1, 13)).max(axis=2)
    assert (months == 0).mean() == pytest.approx(0.23, abs=0.01)
    assert (months == 12).mean() == pytest.approx(0.69, abs=0.01)
    assert (last == 12).mean() == pytest.approx(0.73, abs=0.01)
    residents = agencies(1)["residents"].to_numpy()[:, np.newaxis]
    assert 0.88 < (residents * (months > 0)).sum() / (6 * residents.sum()) < 0.97
    again = (months[:, :-1] == 0) & (months[:, 1:] == 0)
    assert again.sum() / (months[:, :-1] == 0).sum() > 0.8  # mostly the same ones, year after year


def test_each_rule_on_reporting_touches_its_own_months() -> None:
    years, rules = np.arange(2009, 2012), rules_in_force("ucr-agency-month")
    both, none, parts, all_months = (
        months_reported(years, {name: rules[name] for name in names}, 1)
        for names in (REPORTING, REPORTING[:1], REPORTING[1:], ())
    )
    assert all_months.all()
    assert (both == (none & parts)).all()
    assert set(none.sum(axis=2).ravel()) == {0, 12}
    assert set(parts.sum(axis=2).ravel()) == set(range(1, 13))


# ---- agency and month --------------------------------------------------------------------------------------------------


def test_true_counts_add_up_and_records_hold_no_more() -> None:
    found = agency_month()
    true = found.groupby(["county", "month", "kind"], observed=True)["offences_true"].sum()
    known = delaware().set_index(["county", "month", "kind"])["offences"]
    assert true.sort_index().to_dict() == known.sort_index().to_dict()
    there = found["offences"].notna()
    assert (found["offences"][there] <= found["offences_true"][there]).all()
    assert 0.0 < (~there).mean() < 0.6
    assert (found.loc[found["months_reported"] == 0, "offences"].isna()).all()
    assert (found.loc[found["months_reported"] == 12, "offences"].notna()).all()


def test_without_every_rule_the_file_is_the_truth() -> None:
    found = agency_month(*EVERY["ucr-agency-month"])
    assert (found["offences"] == found["offences_true"]).all()
    assert (found["months_reported"] == 12).all() and (found["last_month_reported"] == 12).all()


def test_a_rule_switched_off_changes_what_it_says_and_nothing_else() -> None:
    whole, without = agency_month(), agency_month("hierarchy")
    there = whole["offences"].notna()
    assert (without["offences"].notna() == there).all()  # the same months are empty
    assert (without["offences"][there] == without["offences_true"][there]).all()
    assert (whole["offences"][there] < whole["offences_true"][there]).any()
    everybody = agency_month(*REPORTING)
    assert everybody["offences"].notna().all()
    assert (everybody["offences"][there] == whole["offences"][there]).all()  # the same offences are lost
    kept = ["county", "agency", "month", "kind", "offences_true"]
    assert whole[kept].equals(without[kept]) and whole[kept].equals(everybody[kept])


def test_the_hierarchy_loses_the_share_that_it_states() -> None:
    found = agency_month(*REPORTING).groupby("kind", observed=True)[["offences", "offences_true"]].sum()
    lost = 1.0 - found["offences"].astype(float) / found["offences_true"]
    assert lost["violent"] == pytest.approx(0.01, abs=0.004)
    assert lost["property"] == pytest.approx(0.02, abs=0.002)


def test_county_months_are_the_sums_of_the_agencies() -> None:
    found = county_months(delaware(), 1)
    file = agency_month().groupby(["county", "month", "kind"], observed=True)["offences"].sum()
    assert found.set_index(["county", "month", "kind"])["offences"].to_dict() == file.to_dict()
    assert (found["offences"] <= found["offences_true"]).all()
    assert found["reported_share"].between(0, 1).all()
    whole = county_months(delaware(), 1, REPORTING)
    assert whole["reported_share"].to_numpy() == pytest.approx(1.0)


def test_the_same_seed_makes_the_same_file() -> None:
    assert agency_month().equals(ucr_agency_month(delaware(), 1))
    assert not agency_month()["offences"].equals(ucr_agency_month(delaware(), 2)["offences"])


# ---- county and year ---------------------------------------------------------------------------------------------------


def test_only_whole_years_are_in_the_county_file() -> None:
    found = ucr_county(delaware(), 1)
    assert set(found["year"]) == {2010}
    assert found[["county", "kind"]].values.tolist() == [
        [county, kind] for county in ("10001", "10003", "10005") for kind in KINDS
    ]
    with pytest.raises(InputError, match="no whole calendar year"):
        ucr_county(delaware()[delaware()["month"] < "2010-12-01"], 1)


def test_the_county_file_without_its_rules_is_the_truth() -> None:
    found = ucr_county(delaware(), 1, EVERY["ucr-county"])
    assert (found["offences"] == found["offences_true"]).all() and (found["coverage_indicator"] == 100.0).all()
    known = delaware()[delaware()["month"].dt.year == 2010].groupby(["county", "kind"])["offences"].sum()
    assert found.set_index(["county", "kind"])["offences_true"].sort_index().to_dict() == known.to_dict()


def made_agencies() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return six agencies of two states, what they reported of one kind in one year, and how many months."""
    among = pd.DataFrame(
        {
            "state": ["DE", "DE", "DE", "DE", "MD", "MD"],
            "region": ["southeast"] * 6,
            "group": [5, 5, 5, 6, 6, 6],
            "residents": [10_000, 20_000, 15_000, 4_000, 5_000, 8_000],
        }
    )
    reported = np.array([200.0, 100.0, 3.0, 7.0, 50.0, 0.0]).reshape(6, 1, 1)
    return among, reported, np.array([12, 6, 2, 1, 12, 0]).reshape(6, 1)


def test_imputation_as_by_hand() -> None:
    found = imputed(*made_agencies(), rules_in_force("ucr-county")).ravel()
    assert found.tolist() == [
        200.0,  # all months
        200.0,  # 100 of 6 months, times 12 / 6
        300.0,  # 2 months: zero, and then the rate of the one full reporter of state and group, 200 / 10,000
        40.0,  # no full reporter of group 6 in Delaware: that of the region, 50 / 5,000
        50.0,
        80.0,  # none at all: Maryland's 50 / 5,000
    ]


def test_either_half_of_the_imputation_can_be_switched_off() -> None:
    made = made_agencies()
    unweighted = imputed(*made, rules_in_force("ucr-county", ["weighted-months"])).ravel()
    assert unweighted.tolist() == [200.0, 100.0, 300.0, 40.0, 50.0, 80.0]
    as_reported = imputed(*made, rules_in_force("ucr-county", ["imputed-agencies"])).ravel()
    assert as_reported.tolist() == [200.0, 200.0, 3.0, 7.0, 50.0, 0.0]


def test_where_nobody_reports_all_months_there_is_no_rate() -> None:
    among, reported, months = made_agencies()
    found = imputed(among, reported, np.minimum(months, 2), rules_in_force("ucr-county"))
    assert (found == 0.0).all()


def test_the_coverage_indicator_as_by_hand() -> None:
    found = ucr_county(delaware(), 1).drop_duplicates("county").set_index("county")["coverage_indicator"]
    among = agencies(1)
    months = months_reported(np.array([2010]), rules_in_force("ucr-county"), 1).sum(axis=2)[:, 0]
    for fips, indicator in found.items():
        here = (among["county"] == int(str(fips))).to_numpy()
        used = np.where(months[here] < 3, 0, months[here])
        residents = among["residents"].to_numpy()[here]
        assert indicator == pytest.approx(100 * (residents * used / 12).sum() / residents.sum(), abs=1e-3)


def test_imputation_is_near_the_truth_for_the_whole_state() -> None:
    maryland = offences_known(made_panel(counties_of("MD"), "2010-01-01", "2010-12-01"), offence_settings(), seed=1)
    found = ucr_county(maryland, 1)
    assert found["offences"].sum() / found["offences_true"].sum() == pytest.approx(0.98, abs=0.06)
    bare = ucr_county(maryland, 1, ("weighted-months", "imputed-agencies"))
    assert bare["offences"].sum() < found["offences"].sum()


# ---- data --------------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_source_and_numbers_within_their_ranges() -> None:
    for recorder in load_recorders().values():
        for rule in recorder.rules:
            assert rule.source and rule.does and rule.grade in ("seen", "derived", "recalled", "assumed")
            for value in rule.values.values():
                assert value.low <= value.value <= value.high and value.unit


def test_unknown_recorders_and_rules_name_the_nearest() -> None:
    with pytest.raises(InputError, match=r"unknown recorder 'ucr-counties'.*did you mean 'ucr-county'"):
        rules_in_force("ucr-counties")
    with pytest.raises(InputError, match=r"ucr-county has no rule 'hierarchie'.*did you mean 'hierarchy'"):
        rules_in_force("ucr-county", ["hierarchie"])
