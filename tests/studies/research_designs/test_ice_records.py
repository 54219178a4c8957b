"""ICE's files as the record of a design: what each counts, up to its extract, and that a variant can change it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.law.where import Where
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.research_designs import compute
from enforcement_sim.studies.research_designs.compute import Plan, run_study
from enforcement_sim.studies.research_designs.convictions_on_file import column_of
from enforcement_sim.studies.research_designs.ice_records import as_recorded
from enforcement_sim.studies.research_designs.observations import rows_of
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.studies.research_designs.study_parts import Design
from enforcement_sim.studies.research_designs.study_worlds import DENOMINATOR, NUMERATOR, Draw, counted

pytest.importorskip("pyfixest")

DETAINERS = """
name: detainers
title: Detainers before and after
question: Did detainers rise?
citation: {authors: A. Author, year: 2013, title: Detainers, where: nowhere, read: all of it}
sample: {places: {states: [DE]}, from: 2010-01-01, to: 2010-12-31, by: month}
outcome: {counts: [detainer_issued], form: count, is: fitted}
treatment: {from: 2010-05-01}
design: {estimator: twfe, fixed_effects: [county], cluster: none, recorder: ice-detainers}
world: {without: {no-sharing: {decision: sharing, rule: not-shared, where: nation}}}
published: {coefficient: 10.0, standard_error: 2.0, unit: people, source: table 1, grade: S}
status: comparable
variants:
  earlier-file: {says: From an earlier file, recorder: ice-detainers, extract: 2010-09-30}
  in-the-ledger: {says: From every detainer, recorder: as-counted}
"""
REMOVALS = DETAINERS.replace("detainer_issued", "removed, returned").replace("ice-detainers", "ice-removals")
BY_CONVICTION = (
    DETAINERS.replace("by: month", "by: month, unit: state")
    .replace(
        "form: count",
        "over: [detainer_issued], among: {definition: trac-later, categories: [no conviction]}, form: share",
    )
    .replace("fixed_effects: [county]", "fixed_effects: [state]")
    .replace("ice-detainers", "ice-detainer-convictions")
)


def study_of(folder: Path, text: str) -> Study:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return load_study(path)


def months(events: dict[str, list[int]]) -> pd.DataFrame:
    """Return a panel of one county, one row a month of 2010."""
    periods = pd.date_range("2010-01-01", periods=12, freq="MS")
    return pd.DataFrame({"county": "10003", "state": "DE", "period": periods, "held": 1, **events})


def test_the_file_of_detainers_ends_with_its_extract(tmp_path: Path) -> None:
    study = study_of(tmp_path, DETAINERS)
    panel = months({"detainer_issued": list(range(1, 13))})
    designs = study.designs()
    assert as_recorded(panel, study, designs["as published"])["detainer_issued"].tolist() == list(range(1, 13))
    assert as_recorded(panel, study, designs["earlier-file"])["detainer_issued"].tolist() == list(range(1, 10))
    assert as_recorded(panel, study, designs["in-the-ledger"]) is panel
    assert designs["in-the-ledger"].extract is None


def test_a_period_of_which_a_part_is_in_the_file_is_left_out(tmp_path: Path) -> None:
    study = study_of(tmp_path, DETAINERS.replace("by: month", "by: quarter").replace("2010-09-30", "2010-08-31"))
    shown = as_recorded(months({"detainer_issued": [1] * 12}), study, study.designs()["earlier-file"])
    assert shown["period"].max() == pd.Timestamp("2010-06-01")


def test_the_file_of_removals_has_returns_in_the_same_count(tmp_path: Path) -> None:
    study = study_of(tmp_path, REMOVALS)
    panel = months({"removed": [3] * 12, "returned": [2] * 12})
    shown = as_recorded(panel, study, study.designs()["earlier-file"])
    assert (shown["removed"] + shown["returned"]).tolist() == [5] * 9
    assert shown["removed"].tolist() == [5] * 9


def test_convictions_are_those_that_were_on_file_at_the_extract(tmp_path: Path) -> None:
    study = study_of(tmp_path, BY_CONVICTION)
    county = {"scope": {"counties": ["10003"]}, "start.warm_days": 0, "replications": 1}
    county |= {"period.start": "2010-01-01", "period.end": "2010-12-31", "simulate": "alone"}
    panel = counted(simulate(load_scenario("baseline").with_(**county), 1), study)
    designs = study.designs()
    ledger, file = (as_recorded(panel, study, designs[name]) for name in ("in-the-ledger", "as published"))
    earlier = as_recorded(panel, study, designs["earlier-file"])
    assert len(file) == 12 and len(earlier) == 9
    # The file lacks convictions, an earlier file more of them, and has every detainer.
    first = slice(0, 9)
    assert earlier[NUMERATOR].sum() >= file[NUMERATOR].iloc[first].sum() > ledger[NUMERATOR].iloc[first].sum() * 0.99
    assert file[NUMERATOR].sum() > 0 and (file[NUMERATOR] <= file[DENOMINATOR]).all()
    assert file[DENOMINATOR].tolist() == ledger[DENOMINATOR].tolist()


def test_removals_by_conviction_are_run_on_states_with_a_policy_and_without() -> None:
    """The shipped study on four small states, two of which limit detainers within its years."""
    shipped = load_study("hausman-2020-convictions")
    places = Where.model_validate({"states": ["DC", "CT", "DE", "RI"]})
    days = {"places": places, "start": date(2011, 10, 1), "end": date(2012, 12, 31)}
    study = shipped.model_copy(update={"sample": shipped.sample.model_copy(update=days)})
    with TemporaryDirectory() as folder:
        plan = Plan(Path(folder), sets=1, replications=1, thin=8)
        found = run_study(study, plan, workers=1).set_index("design")
        panel, _ = plan.worlds.pair(study, Draw(1, 1))
    assert (found["failure"] == "").all() and (found["observations"] == 4 * 5).all()
    assert (found["truth"] < 0).all(), "a policy that lets people go lowers removals"
    file, ledger = (as_recorded(panel, study, study.designs()[name]) for name in study.designs())
    # Every removal is in the file; who has a conviction that is not on file stands among those without.
    assert file[NUMERATOR].sum() > ledger[NUMERATOR].sum() > 0
    rows = rows_of(file, study).set_index(["unit", "period"])
    assert rows["treated"].groupby("unit").max().to_dict() == {"CT": 1.0, "DC": 1.0, "DE": 0.0, "RI": 0.0}
    assert rows.loc[("DC", 3), "treated"] == pytest.approx(26 / 91)  # from 5 June of the quarter that ends on the 30th


def test_a_variant_with_another_file_is_estimated_on_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_of(tmp_path, DETAINERS)
    history = months({"detainer_issued": [2] * 4 + [8] * 5 + [20] * 3}).assign(population=1000)
    without = history.assign(detainer_issued=[2] * 4 + [4] * 8)

    def pair(*_: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        return history, without

    monkeypatch.setattr(compute.Worlds, "pair", pair)
    found = run_study(study, Plan(tmp_path, sets=1, replications=1), workers=1).set_index("design")
    assert (found["failure"] == "").all()
    assert found.loc["as published", "coefficient"] == found.loc["in-the-ledger", "coefficient"]
    assert found.loc["as published", "coefficient"] == pytest.approx(12.5 - 2.0)
    assert found.loc["earlier-file", "coefficient"] == pytest.approx(8.0 - 2.0)
    assert found.loc["earlier-file", "observations"] == 9
    # The truth is that of the months which the file holds.
    assert found.loc["earlier-file", "truth"] == pytest.approx(4.0)
    assert found.loc["as published", "truth"] == pytest.approx((4.0 * 5 + 16.0 * 3) / 8)


@pytest.mark.parametrize(
    ("text", "written", "instead", "says"),
    [
        (DETAINERS, "counts: [detainer_issued]", "counts: [held]", "ice-detainers counts detainer_issued"),
        (REMOVALS, "counts: [removed, returned]", "counts: [removed]", "ice-removals counts removed and returned"),
        (DETAINERS, "recorder: ice-detainers}", "recorder: ice-detainer-convictions}", "is of people by conviction"),
        (BY_CONVICTION, "recorder: ice-detainer-convictions}", "recorder: ice-detainers}", "is of everybody"),
        (
            BY_CONVICTION,
            "trac-later, categories: [no conviction]",
            "minor-only, categories: [level 1 or 2]",
            "sorts people",
        ),
        (
            DETAINERS,
            "recorder: as-counted",
            "recorder: as-counted, extract: 2010-09-30",
            "the day of one of ICE's files",
        ),
        (DETAINERS, "recorder: ice-detainers}", "recorder: ice-detainrs}", "did you mean 'ice-detainers'"),
        (DETAINERS, "recorder: ice-detainers}", "recorder: ucr-county}", "records offences"),
    ],
)
def test_a_file_that_does_not_hold_the_outcome_is_refused(
    tmp_path: Path, text: str, written: str, instead: str, says: str
) -> None:
    assert written in text
    with pytest.raises(InputError) as caught:
        study_of(tmp_path, text.replace(written, instead, 1))
    assert "study.yaml" in str(caught.value) and says in str(caught.value)


def test_shipped_studies_of_ices_files_name_them() -> None:
    named = {
        name: load_study(name).design.recorder for name in ("california-jails", "guidance-2012-number", "hausman-2020")
    }
    assert named == {
        "california-jails": "ice-detainers",
        "guidance-2012-number": "ice-detainers",
        "hausman-2020": "ice-removals",
    }
    mix = load_study("guidance-2012-mix")
    assert mix.design.extract == date(2013, 6, 30)
    assert column_of(mix.design) == "ice-detainer-convictions@2013-06-30"
    assert column_of(Design(estimator="twfe")) == ""
