"""Every public object shows itself: a short line in a console, and a table or a picture in a notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_fakes import design, runner

import enforcement_sim
from enforcement_sim import EnforcementModel, compare_sweeps, load_scenario, load_stacked, load_sweep, plots, run
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.report.notebook_tables import county_facts
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.studies.answer.compute import HISTORY, Answer, scenarios_of
from enforcement_sim.studies.claims import audit
from enforcement_sim.studies.claims.measured import shipped
from enforcement_sim.studies.county.compute import CountyRuns
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.reading import COUNTY_EVENTS
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.study_tables import Results, results_of
from enforcement_sim.studies.under_doubt import UnderDoubt
from enforcement_sim.studies.validation.scorecard import Validation

LONGEST = 2_000
MONTH = {
    "scope": {"counties": ["10001"]},
    "simulate": "alone",
    "start.warm_days": 0,
    "period.start": "2012-01-01",
    "period.end": "2012-01-31",
}


def made_answer() -> Answer:
    place = place_asked(county="10003")
    question, number, history, policy = scenarios_of("hold for 72 hours", place)
    numbers = dict.fromkeys(question.measures, 10.0)
    samples = {name: Sample({"policy": name}, {1: numbers, 2: numbers}) for name in (HISTORY, question.id)}
    found = UnderDoubt(samples, 1, (1, 2), "engine")
    return Answer("hold for 72 hours", question, place, number, history, policy, found, None, None, "")


def made_county() -> CountyRuns:
    place = place_asked(county="10003")
    numbers = dict.fromkeys(COUNTY_EVENTS, 10.0)
    found = UnderDoubt({"history": Sample({}, {1: numbers, 2: numbers})}, 1, (1, 2), "engine")
    return CountyRuns(place, load_scenario("baseline"), found)


def made_results() -> Results:
    rows = [
        {"set": world, "seed": 1, "design": "as published", "coefficient": 0.01 * world, "standard_error": 0.01,
         "low": 0.01 * world - 0.02, "high": 0.01 * world + 0.02, "observations": 9, "truth": 0.0, "failure": ""}
        for world in (1, 2, 3)
    ]  # fmt: skip
    return results_of(load_study("miles-cox-2014"), Plan(Path("out"), 3, 1), pd.DataFrame(rows))


def made_validation() -> Validation:
    row = {"bin": "fit", "measures": "Detainers", "published": 10.0, "low": 9.0, "high": 11.0, "verdict": "above"}
    row |= {"simulated": 30.0, "simulated_low": 28.0, "simulated_high": 32.0, "vector": "", "weight": 1.0}
    return Validation(pd.DataFrame([row]), 4, "seeds")


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
}


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
def test_it_is_a_short_line_and_a_table(name: str) -> None:
    shows_itself(MADE[name]())


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
