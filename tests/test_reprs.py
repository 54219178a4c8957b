"""What objects print of themselves: one short line in a console, and a table in a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest
from experiment_fakes import design, runner

from enforcement_sim.runs.compare import StoredPoint
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.sweep import run_design
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.runs.transitions import DivergenceCell, OutcomeCell, TransitionCounts, Transitions
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.tables.table import Table


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """A small sweep of the stand-in for the engine."""
    return run_design(design(replications=2), tmp_path_factory.mktemp("swept"), runner(), workers=1)


def test_a_sweep_says_where_it_is_and_how_large(swept: Sweep) -> None:
    assert repr(swept) == f"Sweep({str(swept.folder)!r}: holds, 2 settings x 2 seeds = 4 runs)"
    assert f"{StoredPoint(swept, 1)!r}" == f"StoredPoint(sweep={swept!r}, point=1)"


def test_a_sweep_shows_its_differences_in_a_notebook(swept: Sweep) -> None:
    assert swept._repr_html_() == swept.comparison._repr_html_()
    assert "<table" in swept._repr_html_()


def test_a_sweep_of_one_setting_shows_its_levels(tmp_path: Path) -> None:
    html = run_design(design(holds=(48,), replications=2), tmp_path, runner(), workers=1)._repr_html_()
    assert "Removed" in html and "people" in html and "Simulated, not a record." in html


def test_a_comparison_and_its_samples_are_one_line() -> None:
    runs = {seed: {f"measure_{number}": 1.0 for number in range(100)} for seed in range(20)}
    compared = Comparison(tuple(Sample({"detainer.hold_hours": hold}, runs) for hold in (48.0, 96.0)))
    assert repr(compared) == "Comparison(2 settings, 40 runs, 100 measures; A: hold limit 48 h)"
    assert repr(compared.samples[1]) == "Sample(detainer.hold_hours = 96: 20 runs, 100 measures)"


def test_a_table_is_one_line_until_it_is_printed() -> None:
    table = Table(("stage", "people"), (("removed", "12"),) * 50)
    assert repr(table) == "Table(50 rows of stage, people)"
    assert len(str(table).splitlines()) == 51


def test_transitions_are_one_line_and_a_table() -> None:
    outcomes = {
        OutcomeCell("everyone", "everyone", "removed", "removed"): 5,
        OutcomeCell("everyone", "everyone", "removed", "lapsed"): 2,
    }
    cell = DivergenceCell(*("x" for _ in DivergenceCell._fields))
    scenario = load_scenario("baseline")
    found = Transitions(
        scenario,
        scenario.with_(name="other"),
        (1,),
        (TransitionCounts(1, outcomes, {cell: 2}),),
        ("detainer.hold_hours: 48 \N{RIGHTWARDS ARROW} 8",),
        "engine",
    )
    assert repr(found) == "Transitions(baseline and other, 1 seed: 2 bookings go another way)"
    html = found._repr_html_()
    assert "Hold lapsed" in html and "Removed" in html and "hold_hours" in html
