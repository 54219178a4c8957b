"""No figure that is drawn for readers has texts that collide or are cut, or an empty panel: the gallery's and all others.

They are drawn of stored results wherever there are some, so that labels are as long and panels as many as readers meet.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest
from experiment_fakes import runner
from matplotlib.figure import Figure
from tests.made_objects import made_answer, made_results
from tests.plots.layout_faults import faults_of
from tests.plots.test_importance import drawn as importance
from tests.studies.assumptions import test_decomposition
from tests.studies.card import cards
from tests.studies.stages.test_figure import ABOUT, RUNS, STAGES
from tools.crime_design_pages import crime_studies, load_rates
from tools.make_gallery import EXAMPLES

import enforcement_sim
from enforcement_sim import compare_sweeps, load_scenario, plots, sweep
from enforcement_sim.plots.months import EVENTS, county_months
from enforcement_sim.plots.sources import Drawable
from enforcement_sim.report.page.changes import changes_of
from enforcement_sim.report.page.first_picture import first_picture
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.studies.answer.figure import answer_figure
from enforcement_sim.studies.assumptions.compute import contest_of, split
from enforcement_sim.studies.assumptions.figure import waterfall
from enforcement_sim.studies.calibration.figure import rank_histograms
from enforcement_sim.studies.calibration.simulation_based import RANKS, Checked, coverage
from enforcement_sim.studies.calibration.unknowns import load_calibration
from enforcement_sim.studies.card.figure import card as draw_card
from enforcement_sim.studies.claims.audit import audit
from enforcement_sim.studies.claims.figure import claim, claims
from enforcement_sim.studies.claims.measured import shipped
from enforcement_sim.studies.reading import Reading
from enforcement_sim.studies.records.completeness import file_shares
from enforcement_sim.studies.records.figure import completeness
from enforcement_sim.studies.research_designs.error_rate_figure import by_trend, false_positives
from enforcement_sim.studies.research_designs.figure import coefficients
from enforcement_sim.studies.research_designs.power_figure import power_against_effect
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
from enforcement_sim.studies.stages.compute import stage_cells
from enforcement_sim.studies.stages.figure import definitions
from enforcement_sim.studies.stages.published_cells import published_cells
from enforcement_sim.studies.validation.figure import validation
from enforcement_sim.studies.validation.scorecard import Validation
from enforcement_sim.studies.validation.small_multiples import (
    OF_MONTHS,
    OF_PROGRAMMES,
    national_months,
    programme_years,
    state_custody,
    state_detainers,
)

pytestmark = pytest.mark.slow

PACKAGE = Path(enforcement_sim.__file__).parent
RESULTS = Path(__file__).parents[2] / "results"
MILES_COX = load_study("miles-cox-2014")
PHONE = 4.7
"""Inches of a figure for a phone."""


@cache
def swept() -> Sweep:
    """Nine settings of a county's month: the shipped scenario with the longest labels."""
    month = {"period.start": "2012-01-01", "period.end": "2012-01-31", "start.warm_days": 0, "replications": 2}
    honours = {"changes.who-honours": {"decision": "honour", "rule": "honour-all", "where": "nation"}}
    place = {"scope": {"counties": ["10003"]}, "simulate": "alone", "title": "Hold length by who honours"}
    small = load_scenario("hold-and-opt-out").with_(**place, **honours, **month)
    return sweep(small, out=Path(mkdtemp()) / "swept", workers=1)


def reading() -> Reading:
    drawable = Drawable(swept())
    points = (drawable.reference, *(point for point in drawable.ascending if point != drawable.reference))
    return Reading(drawable, points, swept().comparison, [], ())


def scorecard() -> Validation:
    """The shipped scorecard, with two runs of a made-up history by month and state."""
    table = pd.read_csv(RESULTS / "validation.csv")
    table["vector"] = table["vector"].fillna("")
    months = pd.date_range("2008-10-01", "2014-09-01", freq="MS")
    states = ("TX", "CA", "FL", "NC", "NY", "PA")
    named = [(name, "") for name in {*OF_MONTHS, *OF_PROGRAMMES}]
    named += [(name, state) for name in ("detainers", "custody", "ice_custody") for state in states]
    rows = [
        pd.DataFrame({"run": run, "series": name, "state": state, "time": months, "count": 2e4 * run})
        for name, state in named
        for run in (1, 2)
    ]
    return Validation(table, 50, "sets", pd.concat(rows, ignore_index=True))


def ranks() -> Checked:
    """Ranks of every unknown of the calibration, and of ten headline measures."""
    names = [*load_calibration().unknowns, *MEASURES[:10]]
    kinds = ["unknown"] * (len(names) - 10) + ["headline"] * 10
    found = pd.DataFrame({name: np.arange(202) % RANKS for name in names})
    return Checked(found, coverage(names, kinds, found.to_numpy(), np.ones(len(names))), 1.0)


def rates() -> pd.DataFrame:
    found = load_rates()
    assert found is not None
    return found


def gap() -> Figure:
    sides = (test_decomposition.REACH, test_decomposition.COST)
    contest = contest_of(test_decomposition.scenario(), *sides)
    return waterfall(split(contest, Path(mkdtemp()) / "gap", runner(test_decomposition.known_run), workers=1))


def stages() -> Figure:
    cells = stage_cells(RUNS, recording=0.5, stages=STAGES)
    return definitions(cells, published_cells(RUNS, recording=0.5), ABOUT)


def months_of_a_county(width: float) -> Figure:
    days = pd.date_range("2008-10-01", "2014-11-01", freq="MS")
    rows = [(seed, day, event, 9.0 + seed) for seed in (1, 2) for day in days for event in EVENTS]
    series = pd.DataFrame(rows, columns=["seed", "month", "event", "count"])
    return county_months(series, "Prince George's County, MD", ABOUT, width)


DRAWN: dict[str, Callable[[], Figure]] = {
    "two_sweeps": lambda: plots.two_sweeps(compare_sweeps(swept(), swept())),
    "importance": importance,
    "importance, of a difference": lambda: importance(1),
    "county_months": lambda: months_of_a_county(8.0),
    "county_months, on a phone": lambda: months_of_a_county(PHONE),
    "first_picture": lambda: first_picture(reading(), changes_of(reading())),
    "first_picture, on a phone": lambda: first_picture(reading(), changes_of(reading()), narrow=True),
    "completeness": lambda: completeness(file_shares(pd.read_csv(RESULTS / "validation.csv"))),
    "definitions": stages,
    "card": lambda: draw_card(cards.card(cards.A, cards.C)),
    "validation": lambda: validation(scorecard()),
    "national_months": lambda: national_months(scorecard()),
    "programme_years": lambda: programme_years(scorecard()),
    "state_custody": lambda: state_custody(scorecard()),
    "state_detainers": lambda: state_detainers(scorecard()),
    "claims": lambda: claims(audit(shipped().numbers), shipped()),
    "claim": lambda: claim(audit(shipped().numbers)[0], shipped()),
    "waterfall": gap,
    "rank_histograms": lambda: rank_histograms(ranks()),
    "answer_figure": lambda: answer_figure(made_answer()),
    "false_positives": lambda: false_positives(rates(), [load_study(name) for name in crime_studies()]),
    "by_trend": lambda: by_trend(rates().query("study == 'miles-cox-2014'"), load_study("miles-cox-2014")),
    "power_against_effect": lambda: power_against_effect(MILES_COX, stated_worlds(MILES_COX)),
    "coefficients": lambda: coefficients(made_results()),
    "response": lambda: plots.response(swept()),
    "stay": lambda: plots.stay(swept()),
}
"""Function, and which figure of it -> the figure."""
ELSEWHERE = {
    "report/trace_figure.py: draw": "tests/report/test_trace.py",
    "studies/stages/figure.py: draw": "definitions",
    "studies/validation/figure.py: draw": "validation",
    "studies/validation/small_multiples.py: draw": "national_months",
    "studies/assumptions/figure.py: draw": "waterfall",
}
"""Functions that are drawn by another, or in another test of layout."""


def functions_that_draw() -> Iterator[str]:
    """Yield every public function of the package that returns a figure."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for one in ast.parse(path.read_text(encoding="utf-8")).body:
            public = isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
            if public and one.returns is not None and ast.unparse(one.returns) in ("Plot", "frame.Plot"):
                yield f"{path.relative_to(PACKAGE).as_posix()}: {one.name}"


def test_every_function_that_draws_is_tried_here_or_in_the_gallery() -> None:
    tried = {name.partition(",")[0] for name in DRAWN} | {example.function for example in EXAMPLES}
    untried = {name for name in functions_that_draw() if name.partition(": ")[2] not in tried}
    assert untried == {"plots/frame.py: framed"} | set(ELSEWHERE)
    for where in ELSEWHERE.values():
        path = Path(__file__).parents[2] / where
        assert where in tried or "faults_of(" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DRAWN)
def test_no_text_is_cut_or_collides_and_no_panel_is_empty(name: str) -> None:
    assert faults_of(DRAWN[name]()) == []
