"""Runs with a user's own figures: named after them, the same in every process, and made again only where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from experiment_fakes import files_of
from tests.own_data_files import KENT, ROSTER, written

from enforcement_sim import load_scenario, sweep
from enforcement_sim.errors import InputError
from enforcement_sim.places import imported
from enforcement_sim.places.data_import.import_file import import_files
from enforcement_sim.places.data_import.stored_tables import forget
from enforcement_sim.places.imported import FOLDER_VARIABLE
from enforcement_sim.runs.provenance import canonical, inputs_digest, run_id
from enforcement_sim.runs.reproduce import IDENTICAL, reproduce
from enforcement_sim.scenarios.schema import Scenario

SMALL = {
    "scope": {"counties": [KENT]},
    "period.start": "2011-11-01",
    "period.end": "2012-01-31",
    "start.warm_days": 20,
    "replications": 1,
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    monkeypatch.setattr(imported, "_SUPPLIED", {})
    return tmp_path


def small(**settings: Any) -> Scenario:
    return load_scenario("baseline").with_(**SMALL, **settings)


def both() -> Scenario:
    """Embedded beside imported, from a scenario that is itself imported."""
    own = small(**{"data.activation": "imported"})
    return own.model_copy(update={"sweep": {"data.activation": ("embedded", own.data["activation"])}})


@pytest.mark.slow
def test_imported_days_change_what_is_submitted_and_the_manifest_says_which(home: Path) -> None:
    (one,) = import_files([written(home, ROSTER)])
    plain = sweep(small(), out=home / "plain", workers=1)
    found = sweep(both(), out=home / "both", workers=1)
    embedded, own = found.measures.sort_values("point").to_dict("records")
    # Active from the first of December by the roster, and from January 2010 or so by the package.
    assert 0 < own["submitted"] < embedded["submitted"]
    # The same people come up; who was removed is away and not booked.
    assert own["booked"] + own["suppressed"] == embedded["booked"] + embedded["suppressed"]
    assert [embedded["run"]] == plain.measures["run"].tolist() != [own["run"]]
    assert (home / "plain" / "runs" / embedded["run"] / "run.json").read_bytes() == (
        home / "both" / "runs" / embedded["run"] / "run.json"
    ).read_bytes()
    manifest = json.loads((home / "both" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["data"] == {"activation": one.checked.name}
    noted = manifest["own_data"]["activation"][one.checked.name]
    assert noted["sha256"].startswith(one.checked.name.removeprefix("imported-"))
    assert [source["file"] for source in noted["sources"]] == ["file.csv"]
    assert str(home) not in json.dumps(manifest)
    assert "own_data" not in plain.manifest and "data" not in plain.manifest["scenario"]
    assert plain.manifest["inputs"] == manifest["inputs"] == inputs_digest()


@pytest.mark.slow
def test_workers_see_the_tables_of_the_process_that_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import_files([written(home, ROSTER)])
    one = sweep(both(), out=home / "one", workers=1)
    # Worker processes may have been started under another folder, or be on another machine: the tables come with the work.
    monkeypatch.setattr(imported, "_SUPPLIED", {})
    with monkeypatch.context() as elsewhere:
        from enforcement_sim.runs import worker

        found = worker.imported_tables_for([point.scenario for point in both().points()])
        elsewhere.setattr("enforcement_sim.runs.sweep.imported_tables_for", lambda _: found)
        chosen = both()
        elsewhere.setenv(FOLDER_VARIABLE, str(home / "empty"))
        assert not sweep(chosen, out=home / "two", workers=2).failures
    mine, theirs = files_of(one.folder), files_of(home / "two")
    different = {name for name in mine | theirs if mine.get(name) != theirs.get(name)}
    assert different <= {"manifest.json"}  # whose note of the source file was looked for in the empty folder


def test_a_folder_belongs_to_one_table(home: Path) -> None:
    import_files([written(home, ROSTER)])
    before = small(**{"data.activation": "imported"})
    sweep(before, out=home / "out", workers=1)
    import_files([written(home, ROSTER.replace("12/1/2011", "12/8/2011"))])
    now = small(**{"data.activation": "imported"})
    assert run_id(before, 1, "engine") != run_id(now, 1, "engine")
    assert canonical(before)["data"] != canonical(now)["data"]
    with pytest.raises(InputError, match=r"another design \(data\.activation: imported-"):
        sweep(now, out=home / "out", workers=1)
    assert sweep(before, out=home / "out", workers=1).computed == ()


@pytest.mark.slow
def test_runs_are_made_again_where_the_table_is_and_refused_where_it_is_not(home: Path) -> None:
    import_files([written(home, ROSTER)])
    found = sweep(both(), out=home / "out", workers=1)
    assert [check.verdict for check in reproduce(found.folder, workers=1).checks] == [IDENTICAL, IDENTICAL]
    chosen = both()
    forget("activation")
    imported._SUPPLIED.clear()
    with pytest.raises(InputError, match="are not on this machine: enforcement-sim data import FILE"):
        reproduce(found.folder, workers=1)
    with pytest.raises(InputError, match="are not on this machine"):
        sweep(chosen, out=home / "never", workers=1)
    assert not (home / "never").exists()


def test_data_can_be_a_lever_of_a_design(home: Path) -> None:
    from enforcement_sim.runs.design import design_of

    (one,) = import_files([written(home, ROSTER)])
    text = "schema: 1\nname: lever\nscope: {counties: ['10001']}\ndesign:\n  levers:\n    values:\n"
    path = written(home, text + "      data.activation: [embedded, imported]\n", "lever.yaml")
    points = design_of(load_scenario(path)).points
    assert [point.scenario.data for point in points] == [{}, {"activation": one.checked.name}]
    text = text.replace("    values:", "    method: one-at-a-time\n    values:")
    path = written(home, text + "      data.activation: [imported]\n", "lever.yaml")
    points = design_of(load_scenario(path)).points
    assert [point.settings["data.activation"] for point in points] == ["embedded", one.checked.name]


def test_a_swept_import_is_pinned_when_the_file_is_read(home: Path) -> None:
    text = "schema: 1\nname: swept\nscope: {counties: ['10001']}\nsweep:\n  data.activation: [embedded, imported]\n"
    path = written(home, text, "swept.yaml")
    with pytest.raises(InputError) as ended:
        load_scenario(path)
    assert (ended.value.line, ended.value.key) == (5, "sweep.data.activation.1")
    (one,) = import_files([written(home, ROSTER)])
    loaded = load_scenario(path)
    import_files([written(home, ROSTER.replace("12/1/2011", "12/8/2011"))])
    assert loaded.sweep == {"data.activation": ("embedded", one.checked.name)}
    assert [point.scenario.data for point in loaded.points()] == [{}, {"activation": one.checked.name}]
