"""Panels: every count is there once, every period has a row, and treatment dates are those of the scenario."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.command_line import called, printed

from enforcement_sim import load_scenario, run
from enforcement_sim.codes import EVENTS
from enforcement_sim.errors import InputError
from enforcement_sim.places.geography import load_geography, secure_communities_dates
from enforcement_sim.results.result import Result
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.run import real_runner
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.studies.panels.panel import EVENTS_BY_PROGRAMME, FINDERS, PERIODS, panel
from enforcement_sim.studies.panels.treatment_dates import detainer_policies

DELAWARE = {
    "scope": {"states": ["DE"]},
    "simulate": "alone",
    "thin": 8,
    "start.warm_days": 30,
    "period.start": "2009-11-15",
    "period.end": "2010-05-31",
}


@cache
def delaware() -> Result:
    return run(load_scenario("baseline").with_(**DELAWARE), seed=1)


def test_every_county_and_period_has_one_row_in_order() -> None:
    found = panel(delaware())
    assert list(found.columns[:2]) == ["county", "period"]
    assert found[["county", "period"]].equals(
        found[["county", "period"]].sort_values(["county", "period"], ignore_index=True)
    )
    months = list(pd.date_range("2009-11-01", "2010-05-01", freq="MS"))
    assert found.groupby("county")["period"].apply(list).to_dict() == dict.fromkeys(("10001", "10003", "10005"), months)
    assert found.groupby("period")["days"].first().tolist() == [16, 31, 31, 28, 31, 30, 31]


@pytest.mark.parametrize("by", PERIODS)
def test_sums_are_those_of_the_ledger(by: Any) -> None:
    result = delaware()
    found = panel(result, by)
    for event in EVENTS:
        expected = result.count(event, by="county").set_index("county")["count"]
        assert found.groupby("county")[event].sum().to_dict() == expected.to_dict(), event
    # Without the state's prison, which is no county.
    first = result.count(EVENTS_BY_PROGRAMME, by=["county", "event", "programme"])
    first = first.groupby(["event", "programme"])["count"].sum()
    for event in EVENTS_BY_PROGRAMME:
        for programme in FINDERS:
            assert found[f"{event}_{programme}"].sum() == first[event, programme]
    assert found["inmate_days"].sum() == result.inmate_days().sum()
    assert found["days"].sum() == 3 * 198


def test_periods_are_named_by_their_first_day() -> None:
    assert sorted(set(panel(delaware(), "quarter")["period"])) == list(
        pd.to_datetime(["2009-10-01", "2010-01-01", "2010-04-01"])
    )
    assert sorted(set(panel(delaware(), "year")["period"])) == list(pd.to_datetime(["2009-01-01", "2010-01-01"]))
    assert sorted(set(panel(delaware(), "fiscal_year")["period"])) == [pd.Timestamp("2009-10-01")]
    with pytest.raises(InputError, match="did you mean 'month'"):
        panel(delaware(), "months")  # type: ignore[arg-type]


def dates_of(result: Result, column: str = "secure_communities_from") -> dict[str, str]:
    """Return the first day of treatment of each county as text."""
    first = panel(result, "year").groupby("county")[column].first()
    return {str(county): "NaT" if pd.isna(day) else str(day.date()) for county, day in first.items()}


def historical(fips: str) -> str:
    return str(secure_communities_dates()[load_geography().index_of(fips)])


def test_treatment_is_as_history_had_it() -> None:
    assert dates_of(delaware()) == {fips: historical(fips) for fips in ("10001", "10003", "10005")}


def changed(folder: Path, scope: str, changes: str, end: str = "2010-05-31") -> Result:
    """Return a run of some places with changes to history."""
    file = folder / "changed.yaml"
    text = f"""
schema: 1
name: changed
title: Changed
asks: What if?
extends: baseline
scope: {scope}
simulate: alone
thin: 8
period: {{start: 2010-01-01, end: {end}}}
parameters: {{start.warm_days: 0}}
"""
    file.write_text(f"{text}changes: {{{changes}}}" if changes else text, encoding="utf-8")
    return run(load_scenario(file), seed=1)


def test_treatment_is_as_the_scenario_had_it(tmp_path: Path) -> None:
    early, late = "2009-06-01", "2010-05-01"
    found = dates_of(
        changed(
            tmp_path,
            "{states: [DE]}",
            f"early: {{decision: sharing, rule: shared, where: {{counties: ['10001']}}, from: {early}}}, "
            f"late: {{decision: sharing, rule: not-shared, where: {{counties: ['10003']}}, until: {late}}}, "
            "never: {decision: sharing, rule: not-shared, where: {counties: ['10005']}}",
        )
    )
    assert found == {"10001": early, "10003": max(late, historical("10003")), "10005": "NaT"}


CAROLINA = "{counties: ['37001', '37003', '37119']}"


def test_an_agreement_that_was_in_force_before_the_run_keeps_its_day(tmp_path: Path) -> None:
    found = dates_of(changed(tmp_path, CAROLINA, "", "2010-01-31"), "agreement_from")
    assert found["37119"] == "2006-02-27" and found["37001"] < "2010-01-01" and found["37003"] == "NaT"


def test_an_agreement_that_the_scenario_takes_away_never_begins(tmp_path: Path) -> None:
    ended = "without: {decision: agreement, rule: ended, where: {counties: ['37119']}}"
    found = dates_of(changed(tmp_path, CAROLINA, ended, "2010-01-31"), "agreement_from")
    assert found["37119"] == "NaT" and found["37001"] < "2010-01-01"


def test_an_agreement_of_the_state_is_not_the_county_s() -> None:
    scenario = load_scenario("baseline").with_(
        **{**DELAWARE, "scope": {"counties": ["08031"]}, "period.end": "2009-11-30", "start.warm_days": 0}
    )
    found = panel(run(scenario, seed=1)).iloc[0]
    assert pd.isna(found["agreement_from"]) and found["state_agreement_from"] < pd.Timestamp("2008-01-01")


def test_covariates_are_the_package_s() -> None:
    found = panel(delaware(), "year").drop_duplicates("county").set_index("county")
    geography = load_geography()
    for fips, row in found.iterrows():
        county = geography.counties[geography.index_of(str(fips))]
        assert row["population"] == county["population"] and row["state"] == "DE"
        assert row["unauthorised_share"] == pytest.approx(county["unauthorised"] / county["population"])
        assert not row["border"]


# ---- the command -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("panels") / "s"
    small = load_scenario("baseline").with_(**{**DELAWARE, "start.warm_days": 0, "period.end": "2009-12-31"})
    run_design(design_of(small.with_(replications=2)), home, real_runner(), 1)
    return home


def test_a_panel_is_printed_as_data_and_needs_a_file_or_a_format(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_csv = pd.read_csv(io.StringIO(printed("panel", str(folder), "--by", "year", "--format", "csv")))
    as_json = pd.DataFrame(json.loads(printed("panel", str(folder), "--by", "year", "--format", "json")))
    assert as_csv.columns.tolist() == as_json.columns.tolist()
    assert as_csv["booked"].tolist() == as_json["booked"].tolist()
    assert as_csv["period"].iloc[0] == as_json["period"].iloc[0]
    code, out, err = called(monkeypatch, capsys, "panel", str(folder))
    assert (code, out) == (2, "") and "--out: is missing" in " ".join(err.split())


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_file_holds_the_panel_of_every_seed(folder: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"panel.{ending}"
    printed("panel", str(folder), "--by", "quarter", "--out", str(out))
    if ending == "csv":
        found = pd.read_csv(out, dtype={"county": str}, parse_dates=["period", "secure_communities_from"])
    else:
        found = pd.read_parquet(out)
    small = load_scenario("baseline").with_(**{**DELAWARE, "start.warm_days": 0, "period.end": "2009-12-31"})
    for seed in (small.seed, small.seed + 1):
        here = found[found["seed"] == seed].reset_index(drop=True)
        expected = panel(run(small, seed=seed), "quarter")
        for column in ("county", "period", "secure_communities_from", "booked", "removed", "population", "border"):
            assert np.array_equal(here[column].to_numpy(), expected[column].to_numpy()), column


def test_bad_words_end_with_one_line_and_nothing_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine", encoding="utf-8")
    out = str(tmp_path / "panel.csv")
    for words, says in (
        ((str(folder), "--out", str(there)), "exists already"),
        ((str(folder), "--out", str(tmp_path / "panel.xls")), "a name that ends in .csv or .parquet"),
        (
            (str(folder), "--by", "weak", "--out", out),
            "unknown period 'weak'; allowed: month, quarter, year, fiscal_year",
        ),
        ((f"{folder}:7", "--out", out), "no point 7"),
        ((str(tmp_path / "nowhere"), "--out", out), "nowhere"),
    ):
        code, _, err = called(monkeypatch, capsys, "panel", *words)
        assert code == 2 and says in " ".join(err.split()), err
    assert there.read_text(encoding="utf-8") == "mine" and not Path(out).exists()


def test_a_written_panel_has_its_columns_explained_beside_it(folder: Path, tmp_path: Path) -> None:
    printed("panel", str(folder), "--out", str(tmp_path / "panel.csv"))
    found = pd.read_csv(tmp_path / "panel.csv", dtype={"county": str})
    explained = pd.read_csv(tmp_path / "panel-columns.csv", dtype=str).set_index("column")
    assert explained.index.tolist() == found.columns.tolist()
    assert explained.notna().all().all()


def test_a_panel_has_the_day_of_the_first_detainer_policy_that_a_study_file_uses(tmp_path: Path) -> None:
    found = panel(changed(tmp_path, "{counties: ['06085', '06001']}", "", "2010-01-31")).set_index("county")
    days = detainer_policies(found.index)
    assert {county: found.loc[county, "detainer_policy_from"] for county in days} == days
    assert str(found.loc["06085", "detainer_policy_from"])[:4] == "2011"
