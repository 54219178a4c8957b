"""From panels to rows: shares of periods, cohorts, units, places, and what an outcome is in each form."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.studies.panels.treatment_dates import detainer_policies
from enforcement_sim.studies.research_designs.observations import in_pairs, rows_of, with_outcome
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_worlds import DENOMINATOR, NUMERATOR
from enforcement_sim.yaml_models import checked

PLAIN: dict[str, Any] = {
    "name": "mine",
    "title": "t",
    "question": "q",
    "citation": {"authors": "a", "year": 2013, "title": "t", "where": "w", "read": "r"},
    "sample": {"places": "nation", "from": "2010-01-01", "to": "2011-12-31", "by": "quarter"},
    "outcome": {"counts": ["detainer_issued"], "form": "count", "is": "fitted"},
    "treatment": {"from": "secure_communities"},
    "design": {"estimator": "twfe", "fixed_effects": ["county", "period"]},
    "world": {"without": {"none": {"decision": "sharing", "rule": "not-shared", "where": "nation"}}},
    "published": {"coefficient": 1.0, "unit": "u", "source": "s", "grade": "S"},
    "status": "comparable",
}


def study(**parts: dict[str, Any]) -> Study:
    """Return a study with some parts changed."""
    changed = {key: {**value, **parts.get(key, {})} for key, value in PLAIN.items() if isinstance(value, dict)}
    return checked({**PLAIN, **changed}, Study)


def months(**columns: Any) -> pd.DataFrame:
    """Return a panel of three counties by month, 2010 and 2011."""
    counties = pd.DataFrame(
        {
            "county": ["01001", "01003", "02013"],
            "state": ["AL", "AL", "AK"],
            "population": [100, 300, 50],
            "foreign_born": [10, 30, 5],
            "noncitizens": [5, 15, 2],
            "unauthorised": [2, 6, 1],
            "noncitizen_share": [0.05, 0.05, 0.04],
            "unauthorised_share": [0.02, 0.02, 0.02],
            "secure_communities_from": pd.to_datetime(["2010-02-15", "2011-04-01", None]),
            "agreement_from": pd.to_datetime(["2009-01-01", None, None]),
        }
    )
    frame = counties.merge(pd.DataFrame({"period": pd.date_range("2010-01-01", "2011-12-01", freq="MS")}), how="cross")
    return frame.assign(**{"detainer_issued": 2, "submitted": 10, **columns})


def test_counts_are_added_up_over_a_quarter_and_treatment_is_a_share_of_its_days() -> None:
    rows = rows_of(months(), study()).set_index(["unit", "period"])
    assert len(rows) == 3 * 8
    assert rows.loc[("01001", 1), "numerator"] == 6
    # From 15 February on: 14 + 31 of the quarter's 90 days.
    assert rows.loc[("01001", 1), "treated"] == pytest.approx(45 / 90)
    assert rows.loc[("01001", 2), "treated"] == 1.0
    assert rows.loc[("02013", 8), "treated"] == 0.0
    assert rows.groupby("unit")["cohort"].first().to_dict() == {"01001": 1, "01003": 6, "02013": 0}


def test_a_fiscal_year_begins_in_october() -> None:
    rows = rows_of(months(), study(sample={"by": "fiscal_year"}))
    counted = rows[rows["unit"] == "01001"].set_index("period")["numerator"].to_dict()
    assert counted == {1: 2 * 9, 2: 2 * 12, 3: 2 * 3}


def test_a_sample_is_of_its_places_days_and_sizes() -> None:
    parts = {"leave_out": {"states": ["AK"]}, "from": "2010-04-01", "least_population": 200}
    rows = rows_of(months(), study(sample=parts))
    assert rows["unit"].unique().tolist() == ["01003"]
    assert rows["period"].tolist() == list(range(1, 8))
    assert rows_of(months(), study(sample={"keep": "with agreement"}))["unit"].unique().tolist() == ["01001"]
    assert set(rows_of(months(), study(sample={"keep": "once treated"}))["unit"]) == {"01001", "01003"}


def test_units_of_states_and_the_nation_are_sums_with_treatment_over_residents() -> None:
    states = rows_of(months(), study(sample={"unit": "state", "by": "year"})).set_index(["unit", "period"])
    assert states.loc[("AL", 1), "numerator"] == 2 * 12 * 2
    in_2010 = (365 - 45) / 365 * 100 / 400
    assert states.loc[("AL", 1), "treated"] == pytest.approx(in_2010)
    assert states.loc[("AL", 1), "unauthorised_share"] == pytest.approx(8 / 400)


def test_a_series_of_the_nation_begins_its_treatment_on_one_day() -> None:
    parts = {"sample": {"unit": "nation", "by": "month"}, "treatment": {"from": date(2011, 1, 16)}}
    one = study(**parts, design={"estimator": "interrupted-series", "fixed_effects": []})
    rows = rows_of(months(), one).set_index("period")
    assert len(rows) == 24 and rows.loc[1, "numerator"] == 6
    assert rows.loc[12, "treated"] == 0.0 and rows.loc[13, "treated"] == pytest.approx(16 / 31)


def test_an_outcome_by_category_is_a_share_of_its_own_counts() -> None:
    parts = {
        "sample": {"unit": "nation", "by": "month"},
        "outcome": {
            "form": "share",
            "over": ["detainer_issued"],
            "among": {"definition": "trac-later", "categories": ["no conviction"]},
        },
        "treatment": {"from": date(2011, 1, 16)},
    }
    one = study(**parts, design={"estimator": "interrupted-series", "fixed_effects": []})
    frame = months()[["state", "period", "population"]].assign(**{NUMERATOR: 1, DENOMINATOR: 4})
    frame = frame.groupby(["state", "period"], as_index=False).sum()
    assert with_outcome(rows_of(frame, one), "share")["outcome"].unique().tolist() == [0.25]


def test_forms_of_an_outcome() -> None:
    rows = pd.DataFrame({"numerator": [0, 5], "denominator": [0, 10], "population": [100, 50]})
    assert with_outcome(rows, "count")["outcome"].tolist() == [0.0, 5.0]
    assert with_outcome(rows, "log")["outcome"].tolist() == [np.log(5.0)]
    assert with_outcome(rows, "share")["outcome"].tolist() == [0.5]
    assert with_outcome(rows, "per_100000")["outcome"].tolist() == [0.0, 10_000.0]


def test_pairs_are_of_neighbours_of_which_one_is_treated() -> None:
    rows = pd.DataFrame({"unit": ["48201", "48157", "06037", "06059"], "period": 1, "cohort": [1, 0, 0, 0]})
    paired = in_pairs(rows)
    assert sorted(paired["unit"]) == ["48157", "48201"] and paired["pair"].nunique() == 1


def test_the_first_local_limit_on_detainers_counts() -> None:
    days = detainer_policies(["06085", "06075", "48201"])
    assert str(days["06085"].date()) == "2011-10-18"
    assert str(days["06075"].date()) == "2011-06-01"
    assert days["48201"] is pd.NaT
