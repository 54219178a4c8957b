"""Every public object shows itself (a line in a console, a table or a picture in a notebook) and exports its tables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import design, runner
from tests.made_objects import (
    made_answer,
    made_card,
    made_check,
    made_cost,
    made_county,
    made_gap,
    made_results,
    made_sweep,
    made_transitions,
    made_validation,
)

import enforcement_sim
from enforcement_sim import EnforcementModel, compare_sweeps, load_scenario, load_stacked, load_sweep, plots, run
from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.report.notebook_tables import county_facts
from enforcement_sim.results.exported import Exported
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.studies.claims import audit
from enforcement_sim.studies.claims.measured import shipped
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.yaml_models import StrictModel

LONGEST = 2_000
EXPORTS = ("to_excel", "to_parquet", "to_xarray")
ROOMS = ("model", "results", "runs", "plots", "studies", "tables")
"""Where public objects that hold tables are made."""
OF_THE_STAND_IN = ("empty", "removed_share")
"""Measures that only the stand-in for the engine has."""
PARTS_OF_A_COMPUTATION = "a step of a computation, which no public function returns"
FROM_ELSEWHERE = {
    "model.model.EnforcementModel": "its run is a Result, which exports; its agents' data is a DataFrame of Mesa",
    "runs.shared_history.ContinuedModel": "an EnforcementModel",
    "plots.frame.Plot": "a picture; its `numbers` are a DataFrame",
    "tables.table.Table": "text for readers, made from an object that exports",
    "results.questions.Questions": "the questions that a Result answers, which exports",
    "results.count.Counts": PARTS_OF_A_COMPUTATION,
    "runs.run.Runner": PARTS_OF_A_COMPUTATION,
    "runs.store.RunStore": PARTS_OF_A_COMPUTATION,
    "runs.stored_runs.StoredRuns": PARTS_OF_A_COMPUTATION,
    "plots.frame.Panel": PARTS_OF_A_COMPUTATION,
    "plots.sources.Drawable": PARTS_OF_A_COMPUTATION,
    "plots.sources.Runs": PARTS_OF_A_COMPUTATION,
    "studies.claims.measured.Measured": "a stored table as read; each claim's Audit exports",
    "studies.page_parts.Grid": "a table of a page, made from an object that exports",
    "studies.reading.Reading": PARTS_OF_A_COMPUTATION,
    "studies.research_designs.imported_offences.OffenceWorlds": PARTS_OF_A_COMPUTATION,
    "studies.research_designs.study_columns.DesignsFound": PARTS_OF_A_COMPUTATION,
    "studies.research_designs.study_worlds.Worlds": PARTS_OF_A_COMPUTATION,
    "studies.validation.scorecard.Observed": PARTS_OF_A_COMPUTATION,
}
"""Classes that show or hold tables and do not export them, and why. Panels, records and stages are DataFrames themselves."""
MONTH = {
    "scope": {"counties": ["10001"]},
    "simulate": "alone",
    "start.warm_days": 0,
    "period.start": "2012-01-01",
    "period.end": "2012-01-31",
}


MADE: dict[str, Callable[[], Any]] = {
    "scenario": lambda: load_scenario("hold-length"),
    "rulebook": load_rulebook,
    "rule": lambda: load_rulebook().rules["honour-trust"],
    "entry of the timeline": lambda: load_rulebook().timeline[0],
    "definitions": load_definitions,
    "definition": lambda: load_definitions()["ice-levels-2010"],
    "register": load_register,
    "parameter": lambda: load_register()["detainer.hold_hours"],
    "set of the ensemble": lambda: load_ensemble(1)[0],
    "study": lambda: load_study("miles-cox-2014"),
    "results of a study": made_results,
    "scorecard": made_validation,
    "audit": lambda: audit.audit(shipped().numbers)[0],
    "answer": made_answer,
    "runs of a county": made_county,
    "facts of a county": lambda: county_facts("10003"),
    "card": made_card,
    "jail cost": made_cost,
    "check of the calibration": made_check,
    "transitions": made_transitions,
    "sweep": made_sweep,
    "comparison": lambda: made_sweep().comparison,
    "two sweeps compared": lambda: compare_sweeps(made_sweep(), made_sweep()),
    "gap": made_gap,
}


def classes_with_tables() -> Iterator[tuple[str, type]]:
    """Yield the public classes that show themselves as a table or have one, but contents of files, which have fields."""
    for room in ROOMS:
        package = import_module(f"enforcement_sim.{room}")
        for module in [
            package.__name__,
            *(one.name for one in walk_packages(package.__path__, f"{package.__name__}.")),
        ]:
            for name, one in inspect.getmembers(import_module(module), inspect.isclass):
                own = one.__module__ == module and not name.startswith("_") and not issubclass(one, StrictModel)
                if own and (hasattr(one, "_repr_html_") or has_frames(one)):
                    yield f"{module.removeprefix('enforcement_sim.')}.{name}", one


def has_frames(one: type) -> bool:
    """Return whether a public attribute or method is said to be a DataFrame."""
    told = [kind for name, kind in inspect.get_annotations(one).items() if not name.startswith("_")]
    for name, member in vars(one).items():
        made_by = getattr(member, "fget", None) or getattr(member, "func", None) or member
        if not name.startswith("_") and inspect.isfunction(made_by):
            told.append(inspect.get_annotations(made_by).get("return", ""))
    return any("DataFrame" in str(kind) for kind in told)


def test_every_class_that_has_tables_shows_and_exports_them_or_a_reason_is_stated() -> None:
    found = dict(classes_with_tables())
    silent = {
        name for name, one in found.items() if not all(hasattr(one, needed) for needed in ("_repr_html_", *EXPORTS))
    }
    assert silent == set(FROM_ELSEWHERE)
    exporting = {one for name, one in found.items() if name not in FROM_ELSEWHERE}
    made = {type(make()) for make in MADE.values()}
    assert {one.__name__ for one in exporting - made} == {"Result"}, "tried with a real run below"


def exports_itself(one: Any, folder: Path) -> None:
    """Check that workbook, Parquet files and arrays hold the tables of an object, and say what each column is."""
    one.to_excel(folder / "found.xlsx")
    one.to_parquet(folder / "tables")
    sheets = pd.read_excel(folder / "found.xlsx", sheet_name=None)
    columns = sheets["columns"]
    assert list(sheets)[:2] == ["columns", "about"] and len(sheets) > 2 and len(sheets["about"])
    unsaid = columns[(columns["label"].isna() | columns["unit"].isna()) & ~columns["column"].isin(OF_THE_STAND_IN)]
    assert not len(unsaid), unsaid[["table", "column"]].to_numpy().tolist()
    written = {path.stem for path in (folder / "tables").glob("*.parquet")}
    assert written
    for table in written & set(one.AXES) if isinstance(one, LabelledTables) else ():
        assert len(pd.read_parquet(folder / "tables" / f"{table}.parquet")) == len(sheets[table])
    found = one.to_xarray()
    assert found.attrs and (getattr(found, "data_vars", None) is None or len(found.data_vars))


def test_every_table_can_be_arrays_and_another_is_refused() -> None:
    found = made_cost()
    assert float(found.to_xarray("differences")["difference"].max()) == 0.0
    with pytest.raises(InputError, match=r"unknown table 'level'.*levels"):
        found.to_xarray("level")


def shows_itself(one: Any) -> None:
    """Check the line and the page of an object."""
    line = repr(one)
    assert len(line) < LONGEST and "\n" not in line and " object at 0x" not in line, line[:200]
    if isinstance(one, plots.Plot):
        assert one._repr_png_().startswith(b"\x89PNG")
        return
    page = one._repr_html_()
    assert page.startswith("<") and "<script" not in page and " object at 0x" not in page
    assert len(page) < 100 * LONGEST


@pytest.mark.parametrize("name", MADE)
def test_it_is_a_short_line_and_a_table_and_exports_what_it_has(name: str, tmp_path: Path) -> None:
    one = MADE[name]()
    shows_itself(one)
    if isinstance(one, Exported):
        exports_itself(one, tmp_path)


def test_text_of_a_file_is_no_markup() -> None:
    rule = load_rulebook().rules["honour-trust"].model_copy(update={"title": "<script>alert(1)</script>"})
    assert "<script" not in rule._repr_html_()


@pytest.mark.slow
def test_what_every_public_name_gives_shows_itself(tmp_path: Path) -> None:
    scenario = load_scenario("baseline").with_(**MONTH)
    swept = run_design(design(replications=2), tmp_path / "swept", runner(), workers=1)
    result = run(scenario, seed=1)
    given = {
        "load_scenario": scenario,
        "load_stacked": load_stacked("baseline", "trust-act", "hold-length"),
        "run": result,
        "sweep": swept,
        "load_sweep": load_sweep(swept.folder),
        "compare": swept.comparison,
        "compare_sweeps": compare_sweeps(swept, swept),
        "EnforcementModel": EnforcementModel(scenario, seed=1),
        "plots": plots.funnel(result),
    }
    assert set(given) == set(enforcement_sim.__all__) - {"__version__"}
    for one in given.values():
        shows_itself(one)
    exports_itself(result, tmp_path)
