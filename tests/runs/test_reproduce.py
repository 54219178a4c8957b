"""Reproducing: what comes out the same is said to be, what does not is named, and so is what has changed since."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import HOLD, FakeResult, Notes, design, failing_run, fake_run, files_of, runner, scenario

from enforcement_sim.errors import InputError
from enforcement_sim.runs import atomic_files
from enforcement_sim.runs.atomic_files import readable_json, sealed
from enforcement_sim.runs.compare import Execution, compare
from enforcement_sim.runs.design import design_of
from enforcement_sim.runs.provenance import run_id_of
from enforcement_sim.runs.reproduce import (
    DIFFERS,
    EVERY_BYTE,
    FAILED,
    FAILS_SAME,
    IDENTICAL,
    SAME,
    UNEXPLAINED,
    reproduce,
)
from enforcement_sim.runs.stored_runs import frame_differences, number_differences
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.scenarios.schema import assemble

SMALL = 2
PUBLISHED = ("manifest.json", "measures.csv", "funnel.csv", "hours.csv", "comparison.csv")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep with all its runs."""
    folder = tmp_path_factory.mktemp("sweeps") / "whole"
    run_design(design(replications=SMALL), folder, runner(), workers=1)
    return folder


@pytest.fixture
def published(whole: Path, tmp_path: Path) -> Path:
    """The same without its runs and longer tables."""
    folder = tmp_path / "published"
    folder.mkdir()
    for name in PUBLISHED:
        shutil.copyfile(whole / name, folder / name)
    return folder


def again(folder: Path, run: Any = fake_run, **changed: Any) -> Any:
    asked = {name: changed.pop(name) for name in ("runs", "only", "workers", "progress") if name in changed}
    return reproduce(folder, runner=runner(run, **changed), **{"workers": 1, **asked})


def edit(folder: Path, change: Any) -> None:
    """Change a folder's manifest by hand."""
    held = json.loads((folder / "manifest.json").read_bytes())
    change(held)
    (folder / "manifest.json").write_bytes(readable_json(sealed(held)))


def one_removed_more(scenario: Any, seed: int) -> FakeResult:
    """Another count of removals, under the second seed."""
    made = fake_run(scenario, seed)
    if seed == 2:
        made.counts.loc[made.counts["event"] == "removed", "count"] += 1
    return made


def test_whole_sweep_is_identical_and_untouched(whole: Path) -> None:
    before = files_of(whole)
    notes = Notes()
    found = again(whole, progress=notes)
    assert found.same
    assert [check.verdict for check in found.checks] == [IDENTICAL] * 4
    assert {check.compared for check in found.checks} == {EVERY_BYTE}
    assert (found.known, found.changed, found.damaged) == (4, (), {})
    assert notes.done == [1, 2, 3, 4]
    assert files_of(whole) == before


def test_two_workers_say_the_same(whole: Path) -> None:
    assert again(whole, workers=2) == again(whole)


def test_published_folder_needs_no_runs(published: Path) -> None:
    assert [check.verdict for check in again(published).checks] == [IDENTICAL] * 4
    assert again(published / "manifest.json", runs=1).same


def test_some_runs(whole: Path) -> None:
    found = again(whole, runs=2)
    assert len(found.checks) == 2
    assert [check.run for check in found.checks] == [check.run for check in again(whole, runs=2).checks]
    name = found.checks[0].run
    assert [check.run for check in again(whole, only=[name[:6]]).checks] == [name]


@pytest.mark.parametrize("kept", ["whole", "published"])
def test_other_numbers_of_the_same_code_are_unexplained(whole: Path, published: Path, kept: str) -> None:
    found = again(whole if kept == "whole" else published, one_removed_more)
    assert not found.same
    assert [check.verdict for check in found.checks] == [IDENTICAL, IDENTICAL, DIFFERS, DIFFERS]
    check = found.checks[2]
    assert check.why == (UNEXPLAINED,)
    assert check.differs[0].startswith("measures: removed ")
    assert check.seed == 2
    if kept == "published":
        assert check.compared == "measures, funnel, hours"
        assert [text.split(" ")[1] for text in check.differs[:3]] == [
            "removed",
            "removed.jail_287g",
            "removed.secure_communities",
        ]
        assert check.differs[3] == "and 3 more"  # the share, and the counts of the two tables


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"version": "next"}, "engine"),
        ({"inputs": "next"}, "data, rules and code around the engine"),
        ({"environment": lambda: {"versions": {"numpy": "0.1"}}}, "numpy"),
        ({"environment": lambda: {"platform": "Other"}}, "platform"),
        ({"environment": lambda: {"data": {"places/data/states.csv": "x"}}}, "places/data/states.csv"),
    ],
)
@pytest.mark.slow
def test_what_has_changed_explains_a_difference_and_is_told_without_one(
    published: Path, changed: dict[str, Any], why: str
) -> None:
    def only(held: dict[str, Any]) -> None:
        """Leave of the manifest's long lists what is asked about."""
        held["versions"] = {"numpy": held["versions"]["numpy"]}
        held["data"] = {"places/data/states.csv": held["data"]["places/data/states.csv"]}

    edit(published, only)
    alike = again(published, **changed)
    assert alike.same
    assert [what for what, _, _ in alike.changed] == [why]
    assert f"changed since: {why}" in "\n".join(alike.lines())
    other = again(published, one_removed_more, **changed)
    assert not other.same
    assert {check.why for check in other.checks if not check.reproduced} == {(why,)}


@pytest.mark.parametrize(("kept", "explained"), [("whole", False), ("published", True), ("published", False)])
def test_same_numbers_in_other_bytes(
    whole: Path, published: Path, monkeypatch: pytest.MonkeyPatch, kept: str, explained: bool
) -> None:
    """As a newer package may pack them. Where not all numbers are kept, only a reason makes that credible."""
    own = atomic_files.parquet_bytes
    monkeypatch.setattr("enforcement_sim.runs.store.parquet_bytes", lambda frame: own(frame) + b" ")
    folder = whole if kept == "whole" else published
    monkeypatch.setattr("enforcement_sim.runs.stored_runs.read_parquet", lambda source: read_padded(source))
    found = again(folder, version="next") if explained else again(folder)
    if kept == "whole" or explained:
        assert found.same
        assert {check.verdict for check in found.checks} == {SAME}
    else:
        assert not found.same
        assert {check.differs for check in found.checks} == {("its bytes, in data that is not stored here",)}
        assert {check.why for check in found.checks} == {(UNEXPLAINED,)}


def read_padded(source: Any) -> pd.DataFrame:
    """Read a frame whose bytes may have a blank behind them."""
    import io

    content = source.read_bytes() if isinstance(source, Path) else source.read()
    return atomic_files.read_parquet(io.BytesIO(content.removesuffix(b" ")))


def test_altered_table_is_found(published: Path) -> None:
    text = (published / "funnel.csv").read_text()
    (published / "funnel.csv").write_text(text.replace("booked", "Booked", 1))
    found = again(published, runs=1)
    assert found.damaged == {"funnel.csv": "was changed after it was written"}
    assert found.checks[0].verdict == IDENTICAL
    assert not found.same


def test_damaged_run_is_found_when_it_is_needed(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    damaged = design(replications=SMALL).tasks("fake")[2].run
    (folder / "runs" / damaged / "events.parquet").unlink()
    found = again(folder, one_removed_more)
    assert found.damaged == {f"runs/{damaged}": "events.parquet is missing"}
    assert found.checks[2].compared == "measures, funnel, series, mix, hours"


def test_runs_of_another_form_are_compared_by_the_tables(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    shutil.copytree(whole, folder)
    for record in folder.glob("runs/*/run.json"):
        record.write_text(json.dumps(json.loads(record.read_bytes()) | {"schema": 0}))

    def unseal(held: dict[str, Any]) -> None:
        for row in held["runs"]:
            row["sha256"] = "of another form"

    edit(folder, unseal)
    found = again(folder)
    assert found.same
    assert {check.verdict for check in found.checks} == {SAME}
    assert {check.compared for check in found.checks} == {"measures, funnel, series, mix, hours"}


def test_failures(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    run_design(design(replications=SMALL), folder, runner(failing_run), workers=1)
    assert [check.verdict for check in again(folder, failing_run).checks] == [IDENTICAL] * 2 + [FAILS_SAME] * 2
    assert again(folder, failing_run).same
    mended = again(folder, version="next")
    assert not mended.same
    assert mended.checks[2].differs == ("failed with ArithmeticError: a crew of minus one, succeeds now",)
    assert mended.checks[2].why == ("engine",)


def test_run_that_fails_now(whole: Path) -> None:
    found = again(whole, failing_run)
    assert [check.verdict for check in found.checks] == [IDENTICAL] * 2 + [FAILED] * 2
    assert found.checks[2].differs == ("ArithmeticError: a crew of minus one",)
    assert not found.same


def test_comparison_of_several_scenarios_from_its_manifest_alone(tmp_path: Path) -> None:
    """Their settings are names, so the manifest must say how the scenarios differ."""
    folder = tmp_path / "compared"
    other = scenario(
        name="other", thin=3, **{"changes.all": {"decision": "honour", "rule": "honour-all", "where": "nation"}}
    )
    compare(scenario(), other, replications=SMALL, workers=1, out=folder, execution=Execution(runner=runner()))
    shutil.rmtree(folder / "runs")
    found = again(folder)
    assert [check.setting for check in found.checks[:2]] == ["baseline", "other"]
    assert {check.verdict for check in found.checks} == {IDENTICAL}


def test_manifest_of_an_earlier_version(published: Path) -> None:
    """It gives a point's settings only."""

    def older(held: dict[str, Any]) -> None:
        for point in held["design"]["points"]:
            del point["differs"]

    edit(published, older)
    assert again(published).same


def test_parameter_that_is_unknown_now_or_was_unknown_then(published: Path) -> None:
    def other_register(held: dict[str, Any]) -> None:
        base = held["scenario"]
        base["parameters"]["gone.share"] = 0.25
        del base["parameters"]["detainer.hold_hours"]
        plan = design(replications=SMALL)
        for point in held["design"]["points"]:
            point["differs"] = {}
        made_from = {
            key: value for key, value in base.items() if key not in ("name", "title", "asks", "seed", "replications")
        }
        made_from["changes"] = []
        held["runs"] = held["runs"][:1]
        held["runs"][0]["run"] = run_id_of(made_from, plan.seeds[0], "fake")

    edit(published, other_register)
    found = again(published)
    assert not found.same
    assert found.checks[0].why == (
        "parameter or setting gone.share 0.25 then, unknown now",
        "parameter or setting detainer.hold_hours nothing then, 48 now",
    )


def test_scenario_that_cannot_be_read_any_more(published: Path) -> None:
    def other_rule(held: dict[str, Any]) -> None:
        base = held["scenario"]
        base["scope"] = {"counties": ["99999"]}
        for point in held["design"]["points"]:
            point["differs"] = {}
        made_from = {
            key: value for key, value in base.items() if key not in ("name", "title", "asks", "seed", "replications")
        }
        made_from["changes"] = []
        held["runs"] = held["runs"][:1]
        held["runs"][0]["run"] = run_id_of(made_from, 1, "fake")

    edit(published, other_rule)
    found = again(published)
    assert not found.same
    assert found.checks[0].differs == ("cannot be computed by this version",)
    assert "99999" in found.checks[0].why[0]


def change_scenario(held: dict[str, Any]) -> None:
    held["scenario"]["thin"] = 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_scenario, "does not contain the scenario of run .*, or was changed"),
        (lambda held: held.update(schema=9), "format 9; this version reads format 1"),
        (lambda held: held.pop("engine_version"), "no 'engine_version'"),
    ],
)
def test_manifest_that_cannot_be_used_is_refused(published: Path, change: Any, message: str) -> None:
    edit(published, change)
    with pytest.raises(InputError, match=message):
        again(published)


def test_requests_that_make_no_sense_are_refused(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished sweep"):
        again(tmp_path)
    with pytest.raises(InputError, match="0 runs"):
        again(whole, runs=0)
    with pytest.raises(InputError, match="no run 'zzz'"):
        again(whole, only=["zzz"])


def test_numbers_are_alike_up_to_the_last_digit_of_a_quotient() -> None:
    share = 1 / 3
    nan = float("nan")
    assert number_differences("m", {"a": share, "b": nan}, {"a": share * (1 + 1e-15), "b": nan}) == []
    assert number_differences("m", {"a": share}, {"a": share * (1 + 1e-9)}) != []
    assert number_differences("m", {"a": 1e13}, {"a": 1e13 + 1}) != [], "counts must be equal"
    assert number_differences("m", {"a": 1.0, "c": nan}, {"b": 1.0, "c": 0.0}) == [
        "m: a is gone",
        "m: c nan then, 0 now",
        "m: b is new",
    ]


def test_frames_differ_in_words() -> None:
    frame = pd.DataFrame({"month": pd.to_datetime(["2010-01-01", "2010-02-01"]), "count": [1, 2]})
    written = frame.assign(month=frame["month"].astype(str))
    assert frame_differences("t", frame, written) == []
    assert frame_differences("t", frame, frame.assign(count=[1, 3])) == ["t: 1 of 2 in count, first 2.0 then, 3.0 now"]
    assert frame_differences("t", frame, frame.head(1)) == ["t: 2 rows then, 1 now"]
    assert frame_differences("t", frame, frame.rename(columns={"count": "n"})) == [
        "t: columns month, count then, month, n now"
    ]


def test_same_run_at_two_points_is_computed_once(tmp_path: Path) -> None:
    run_design(design(holds=(48, 48.0, 96), replications=1), tmp_path / "s", runner(), workers=1)
    found = again(tmp_path / "s")
    assert (found.known, len(found.checks)) == (2, 2)
    assert found.same


def test_design_without_a_scenario_of_its_own(tmp_path: Path) -> None:
    """Other ways to choose points may have none: then each point says everything."""
    run_design(replace(design(replications=1), scenario={}), tmp_path / "s", runner(), workers=1)
    assert again(tmp_path / "s").same


@pytest.mark.slow
def test_runs_under_draws_are_made_again_under_their_own(tmp_path: Path) -> None:
    """What a draw set is in the manifest, so also runs whose files are gone can be computed again."""
    uncertain = {
        "method": "latin-hypercube",
        "draws": 3,
        "values": {"pickup.delay_hours_median": {"from": 6, "to": 48}},
    }
    levers = {"values": {HOLD: [48, 96]}}
    plan = assemble(
        {
            "schema": 1,
            "name": "plan",
            "replications": 2,
            "design": {"levers": levers, "uncertainties": uncertain, "together": "crossed"},
        }
    )
    run_design(design_of(plan), tmp_path / "s", runner(), workers=1)
    assert {check.verdict for check in reproduce(tmp_path / "s", workers=1, runner=runner()).checks} == {"identical"}
    shutil.rmtree(tmp_path / "s" / "runs")
    again = reproduce(tmp_path / "s", workers=1, runner=runner())
    assert len(again.checks) == 12 and all(check.reproduced for check in again.checks)
