"""Numbers of claims kept and read back: from runs, from a table, and from a table of another version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from tests.studies.claims.made_worlds import SMALL_COUNTY, small_worlds

from enforcement_sim.errors import InputError
from enforcement_sim.runs.sweep import sweep
from enforcement_sim.studies.claims import measured as stored_claims
from enforcement_sim.studies.claims import worlds as claim_worlds
from enforcement_sim.studies.claims.audit import audit
from enforcement_sim.studies.claims.measured import Measured, made_with, measured_in, prepared, shipped, write_measured
from enforcement_sim.studies.claims.published import Claims, load_claims
from enforcement_sim.studies.claims.worlds import COLUMNS, claims_design, load_runs, measure, worlds_of

CLAIM = load_claims()["enrolled-02"]


def measured(seeds: int = 1) -> Measured:
    about = {"engine_version": "another", "made_with": {"engine": "x"}, "seeds": [1], "thin": 1, "runs": {}}
    return Measured(measure(small_worlds(seeds), [CLAIM]), about)


def test_table_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = measured(2)
    write_measured(kept, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"measured.csv", "about.json"}
    back = measured_in(tmp_path)
    assert tuple(back.numbers.columns) == COLUMNS and back.about == kept.about
    for there, here in zip(audit(back.numbers), audit(kept.numbers), strict=True):
        assert (there.finding.verdict.words, there.finding.sentences) == (
            here.finding.verdict.words,
            here.finding.sentences,
        )


def test_table_of_another_version_says_what_changed() -> None:
    words = "the engine, data, rules or code around the engine, parameters or runs, how claims are counted"
    assert measured().stale == words
    current = replace(measured(), about={"made_with": made_with()})
    assert current.stale == ""
    older = replace(current, about={"made_with": made_with() | {"runs": "another"}})
    assert older.stale == "parameters or runs"
    assert replace(current, about={}).stale == words  # a table of an earlier form


def test_folder_without_claims_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no finished sweep"):
        measured_in(tmp_path)
    (tmp_path / "measured.csv").write_text("a,b\n1,2\n")
    (tmp_path / "about.json").write_text("{}")
    with pytest.raises(InputError, match="no column claim"):
        measured_in(tmp_path)


@pytest.fixture
def small_claims() -> Iterator[Claims]:
    """Let two named runs be one and the same short run of one small county, and the others not be there."""
    shipped_claims = load_claims()
    days = {"start": date(2010, 1, 1), "end": date(2010, 1, 31)}
    small = {
        name: shipped_claims.runs[name].model_copy(
            update={
                **days,
                "title": "small",
                "counties": (SMALL_COUNTY,),
                "changes": {},
                "parameters": {"start.warm_days": 0},
            }
        )
        for name in ("history_from_2005", "shared_everywhere")
    }
    claims = Claims(shipped_claims, small)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claim_worlds, "load_claims", lambda: claims)
        _forget_runs()
        yield claims
    _forget_runs()


def _forget_runs() -> None:
    """Let the runs be made from the list that stands now."""
    claim_worlds._points.cache_clear()
    made_with.cache_clear()


@pytest.mark.slow
def test_prepared_runs_are_made_once_and_asked_again(
    tmp_path: Path, small_claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "claims"
    first, found = prepared(folder, replications=1, workers=1)
    assert len(found.computed) == 1  # both names are one run here
    assert set(first.numbers["claim"]) == set(small_claims)
    missing = first.numbers[first.numbers["note"].str.startswith("not computed")]
    assert set(missing["claim"]) == {
        one.id for one in small_claims.values() if not set(one.runs) <= set(small_claims.runs)
    }
    assert first.stale == ""
    with monkeypatch.context() as patch:
        patch.setattr(stored_claims, "measure", None)  # the kept table is used, nothing is asked again
        assert measured_in(folder).numbers.equals(first.numbers)
    (folder / "measured.csv").unlink()
    assert measured_in(folder).numbers.equals(first.numbers)
    about = json.loads((folder / "about.json").read_text())
    (folder / "about.json").write_text(json.dumps(about | {"made_with": about["made_with"] | {"counting": "older"}}))
    assert measured_in(folder).stale == ""
    (folder / "measured.csv").unlink()
    with monkeypatch.context() as patch:
        patch.setattr(stored_claims, "inputs_digest", lambda: "another")
        assert measured_in(folder).stale == "the engine, data, rules or code around the engine, parameters or runs"
    assert {seed for seed, _ in worlds_of(load_runs(folder))} == {1}


def test_folder_of_another_sweep_is_refused(tmp_path: Path) -> None:
    from enforcement_sim import load_scenario

    scenario = load_scenario("baseline").with_(
        **{
            "scope": {"counties": [SMALL_COUNTY]},
            "period.start": "2010-01-01",
            "period.end": "2010-01-31",
            "start.warm_days": 0,
            "replications": 1,
        }
    )
    sweep(scenario, tmp_path / "other", workers=1)
    with pytest.raises(InputError, match="'baseline' and not the runs of the claims"):
        measured_in(tmp_path / "other")


def test_runs_that_are_compared_share_their_period_and_places() -> None:
    families = (
        ("history", "without_287g", "without_secure_communities", "at_booking", "post_case", "universal", "targeted"),
        ("history", "review_detainers", "review_levels", "review_cost", "review_removals"),
        ("guidance_as_issued", "guidance_always", "no_guidance_2012"),
        ("two_jails", "two_jails_without_detainers"),
        ("dallas", "dallas_more_arrests", "dallas_fewer_arrests"),
    )
    runs = load_claims().runs
    for first, *others in families:
        for name in others:
            assert all(getattr(runs[name], key) == getattr(runs[first], key) for key in ("start", "end", "counties"))
            assert runs[name].changes or runs[name].parameters, name


def test_design_has_every_run_and_thins_national_ones_only() -> None:
    design = claims_design(2, thin=7)
    assert [point.settings["scenario"] for point in design.points] == list(load_claims().runs) and design.seeds == (
        1,
        2,
    )
    for point, run in zip(design.points, load_claims().runs.values(), strict=True):
        assert point.scenario.thin == (1 if run.counties else 7)


def test_shipped_table_has_every_claim_and_makes_the_page() -> None:
    from tools.make_claims import PAGE, page

    there = shipped()
    assert there is not None
    assert set(there.numbers["claim"]) == set(load_claims())
    assert isinstance(there.numbers, pd.DataFrame) and there.numbers["value"].notna().mean() > 0.9
    assert PAGE.read_text(encoding="utf-8") == page(there), "run make claims, or python -m tools.make_claims --page"


def test_shipped_numbers_are_those_of_this_version() -> None:
    there = shipped()
    assert there is not None
    assert there.stale == "", (
        f"results/claims was measured before {there.stale} changed: run make claims, which makes the runs anew, and check "
        "tools/claim_checks.yaml where a verdict becomes another"
    )
    seeds = {int(seed) for seed in there.numbers["seed"]}
    assert seeds == set(there.about["seeds"]) and set(there.about["runs"]) == set(load_claims().runs)
