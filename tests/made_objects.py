"""Small objects of the package as a user would hold them, made by hand or with a stand-in for the engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
from experiment_fakes import HOLD, design, runner

from enforcement_sim import load_scenario
from enforcement_sim.results.intervals import level_of
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.runs.transitions import DivergenceCell, OutcomeCell, TransitionCounts, Transitions
from enforcement_sim.studies.answer.compute import HISTORY, Answer, Check, scenarios_of
from enforcement_sim.studies.answer.published_check import published_figure
from enforcement_sim.studies.assumptions.assumption_sets import AssumedValue, Assumption, AssumptionSet
from enforcement_sim.studies.assumptions.compute import Decomposition, contest_of, split
from enforcement_sim.studies.calibration.simulation_based import RANKS, Checked, coverage
from enforcement_sim.studies.card.card_rows import load_layout
from enforcement_sim.studies.card.compute import Card, CardLine
from enforcement_sim.studies.county.compute import CountyRuns
from enforcement_sim.studies.jail_cost.compute import JailCost
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.reading import COUNTY_EVENTS
from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.study_tables import Results, results_of
from enforcement_sim.studies.under_doubt import UnderDoubt
from enforcement_sim.studies.validation.scorecard import Validation


def made_answer() -> Answer:
    place = place_asked(county="10003")
    question, number, history, policy = scenarios_of("hold for 72 hours", place)
    months = pd.period_range(history.period_start, history.period_end, freq="M")
    names = [f"month:{month}:{event}" for month in months for event in question.measures]
    numbers = dict.fromkeys((*question.measures, *names), 10.0)
    samples = {name: Sample({"policy": name}, {1: numbers, 2: numbers}) for name in (HISTORY, question.id)}
    found = UnderDoubt(samples, 1, (1, 2), "engine")
    figure = published_figure(question, place)
    check = None if figure is None else Check(figure, level_of({1: 3.0, 2: 4.0}), 1)
    return Answer("hold for 72 hours", question, place, number, history, policy, found, check, None, "")


def made_county() -> CountyRuns:
    place = place_asked(county="10003")
    numbers = dict.fromkeys((*COUNTY_EVENTS, "month:2012-01:removed"), 10.0)
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
    row |= {"id": "detainers", "score": 0.5}
    return Validation(pd.DataFrame([row]), 4, "seeds")


def made_card() -> Card:
    lines = tuple(CardLine(row, why="not counted here") for row in load_layout().rows.values())
    return Card("hold 48 h", "hold 96 h", load_layout(), lines)


def made_cost() -> JailCost:
    run = {"cost.jail_day": 80.0, "cost.refund_share": 0.1, "all|detainers": 4.0, "all|statutory_hold": 192.0}
    return JailCost("nation", Comparison((Sample({HOLD: 48.0}, {1: run}), Sample({HOLD: 96.0}, {1: run}))))


def made_check() -> Checked:
    ranks = pd.DataFrame({name: np.arange(202) % RANKS for name in ("x", "removed")})
    return Checked(ranks, coverage(["x", "removed"], ["unknown", "headline"], ranks.to_numpy(), np.ones(2)), 1.0)


def made_transitions() -> Transitions:
    outcomes = {OutcomeCell("everyone", "everyone", "removed", "removed"): 5}
    cell = DivergenceCell("honour", "outcome", "detainer_lapsed", "removed", "", "")
    history = load_scenario("baseline")
    counts = TransitionCounts(1, outcomes, {cell: 2})
    return Transitions(history, history.with_(name="other"), (1,), (counts,), (), "engine")


@cache
def made_sweep() -> Sweep:
    """Return a small sweep of the stand-in for the engine."""
    return run_design(design(replications=2), Path(mkdtemp()) / "swept", runner(), workers=1)


def made_gap() -> Decomposition:
    def side(name: str, dollars: float) -> AssumptionSet:
        price = Assumption(says="Why.", values={"cost.jail_day": AssumedValue(value=dollars, source="A source.")})
        return AssumptionSet(name=name, title=name, argues="An argument.", assumptions={"price": price})

    scenario = load_scenario("baseline").with_(ensemble=0, replications=1)
    return split(contest_of(scenario, side("cheap", 60), side("dear", 140)), Path(mkdtemp()) / "gap", runner(), 1)
