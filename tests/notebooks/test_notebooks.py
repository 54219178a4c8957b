"""Notebooks run from top to bottom, tell what their story promises, and are kept without outputs.

Each notebook is a test of its own, so that several processes share them. What a story promises is checked inside its own
kernel after the last cell, on the objects that its cells made, and is true under any calibrated set of parameters: a
direction that follows from the rules, a number that must be the same in two places.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import enforcement_sim

SOURCES = Path(enforcement_sim.__file__).resolve().parents[1]
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SECONDS = 300
HARMLESS = "Matplotlib is building the font cache"
"""What a fresh environment may say once, and no reader need mend."""

FACTS = {
    "first-look": """
one = run(history, seed=1).funnel(by="programme").set_index(["event", "programme"])["count"]
assert one.equals(results[0].funnel(by="programme").set_index(["event", "programme"])["count"]), "a run is a pure function"
found = difference.frame().set_index("measure")
assert found.loc["ice_custody", "verdict"] == "higher" and found.loc["ice_custody", "low"] > 0
assert found.loc["days_per_detainer.statutory_hold", "verdict"] == "higher"
mixed = results[0].mix("removed", "programme", "no-conviction-current").set_index(["programme", "category"])["share"]
assert mixed["jail_287g", "no conviction"] < 0.2 < mixed["secure_communities", "no conviction"]
""",
    "hold-and-opt-out": """
whole = table.set_index(["measure", RULE, HOURS]).sort_index()
custody = whole.loc["ice_custody", "difference"]
assert custody["honour-none"].max() - custody["honour-none"].min() < 0.02 * abs(custody["honour-none"][48]), "where few are held the length matters little"
held = found.measures.groupby([RULE, HOURS])["days_per_detainer.statutory_hold"].mean()["honour-all"]
assert 0 < held[24] < held[48] < held[96], "the clock is what a limit sets"
assert custody["honour-none"][48] < custody["honour-trust"][48] < 0
assert abs(custody["honour-none"][48]) > 3 * abs(custody["honour-all"][24]), "who honours moves more than how long"
assert (whole.loc["detainer_issued", "high"]["honour-none"] < 0).all(), "many are not sent where they would be declined"
induced = found.measures.groupby([RULE, HOURS])["days_per_detainer.induced"].mean()
assert induced["honour-all", 48] > held[48], "most of the time comes before the hold"
""",
    "two-programmes": """
whole = added.frame().set_index(["scenario", "measure"]).sort_index()
for policy, own, other in (
    ("no-prints", "secure_communities", "jail_287g"), ("no-agreements", "jail_287g", "secure_communities")
):
    lost = -whole.loc[policy, "difference"][f"removed.{own}"]
    assert lost > 0.5 * whole.loc[policy, "reference_mean"][f"removed.{own}"] > 0, "all but those found before"
    assert whole.loc[policy, "low"][f"removed.{other}"] > 0, "the other counts people as its own"
    assert -whole.loc[policy, "difference"]["removed"] < lost, "some would have been found by another"
monthly = pd.concat(result.series(["detainer_issued"]).assign(seed=result.meta["seed"]) for result in results)
monthly = monthly.groupby(["programme", "month"], observed=True)["count"].mean()
prints, officers = monthly["secure_communities"], monthly["jail_287g"]
assert prints[:"2010-08"].mean() < prints["2011-02":].mean(), "prints begin to be shared in three of four counties"
assert officers[:"2010-08"].mean() > officers["2011-02":].mean(), "and the computer answers before an officer asks"
cells = notebook_tables.share_table(results, "jail_287g", ("removed",), definitions).frame["Removed"].str.split().str[0].astype(float)
others = notebook_tables.share_table(results, "secure_communities", ("removed",), definitions).frame["Removed"].str.split().str[0].astype(float)
assert cells.max() - cells.min() > 2 * (cells - others).abs().max(), "definitions part more than programmes do"
""",
    "your-county": """
assert sides.samples[1].values("all|statutory_hold").get(1, 0) != sides.samples[0].values("all|statutory_hold")[1]
levels = cost.levels(places=["all"]).query("quantity == 'days'").set_index("part")["mean"]
assert 0 < levels["statutory_hold"] < levels["induced"], "most of the time comes before the hold"
assert abs(levels["all"] - levels[["statutory_hold", "induced", "past_limit"]].sum()) < 1e-6
page = run(small, seed=1)._repr_html_()
assert "Small numbers" in page and "nobody was counted there" in page
assert "Small numbers" not in notebook_tables.funnel_table(results).caption
""",
    "audit-a-claim": """
assert claim.by_hand.gives.text == "100 - level_1 - level_2" and abs(claim.by_hand.value - 55.2) < 0.01
of_removed = [one.value for one in found.rows if one.label.startswith("removed")]
assert max(of_removed) - min(of_removed) > 50, "the same people at the same stage under different definitions"
verdict = found.finding.verdict
assert verdict.own and 0 < verdict.holding < verdict.told, "its own definition comes to it, and not every other"
assert abs(shares.mean() - found.own.value) < 15, "a small run of one state is near the stored national number"
assert shares.std() < 3
""",
    "write-a-policy": """
try:
    load_scenario("baseline").with_(**{"changes.serious-only": change | {"rule": "honour-trsut"}})
except InputError as wrong:
    assert wrong.nearest == ("honour-trust",) or wrong.nearest == "honour-trust"
assert same.changes == decline.changes
before = [month for month in difference.columns if month < pd.Timestamp("2011-01-01")]
assert len(before) == 6 and (difference[before] == 0).all(axis=None), "nothing differs before the policy begins"
assert difference[pd.Timestamp("2011-06-01")].max() < 0
frame = compared.frame().set_index("measure")
assert frame.loc["detainer_declined", "reference_mean"] == 0 < frame.loc["detainer_declined", "low"]
assert frame.loc["no_conviction_share.removed", "verdict"] == "lower"
assert pair.a.key == pair.b.key and "ice_custody" in [step.event for step in pair.a.steps]
assert "ice_custody" not in [step.event for step in pair.b.steps][: pair.divergence.at]
""",
    "would-the-study-have-found-it": """
assert (nothing["truth"] == 0).all() and (fallen["truth"] == -0.2).all()
changed = fallen["coefficient"] - nothing["coefficient"]
assert (changed + 0.2).abs().max() < 0.02, "the effect that was put in, and nothing else"
assert found_at < 0
by_design = nothing.pivot(index=["set", "seed"], columns="design", values="coefficient")
assert (by_design["as published"] != by_design["county-trends"]).all()
assert (by_design["as published"] != by_design["as-reported"]).all()
""",
}
"""What is run after a notebook's last cell, by the notebook's name."""

SHOWN = {
    "first-look": ("One run of baseline", "Secure Communities", "95%", "no-conviction-current", "cannot tell"),
    "hold-and-opt-out": ("sweep detainer.hold_hours", "honour-trust", "(reference)"),
    "two-programmes": ("Cobb County", "mpi-2011", "no-agreements", "also_found"),
    "your-county": ("Collier County", "induced stay", "statutory hold", "Small numbers"),
    "audit-a-claim": ("citizens-3600", "removed: no conviction (no-conviction-ever)", "verdict: holds under"),
    "write-a-policy": ("did you mean 'honour-trust'?", "two-counties-decline.yaml:12: ", "two-counties-decline (B)"),
    "would-the-study-have-found-it": ("differs from 0 at 5%", "With county trends", "would be found in four worlds of five"),
}
"""What a reader must find among a notebook's outputs."""

FIGURES = {
    "first-look": 1,
    "hold-and-opt-out": 1,
    "two-programmes": 2,
    "your-county": 2,
    "audit-a-claim": 1,
    "write-a-policy": 1,
    "would-the-study-have-found-it": 1,
}


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_notebook_has_its_facts() -> None:
    assert [path.stem for path in NOTEBOOKS] == sorted(FACTS) == sorted(SHOWN) == sorted(FIGURES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    cells = code_cells(read(path))
    assert cells
    assert not [cell.id for cell in cells if cell.outputs or cell.execution_count is not None]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_say_what_is_simulated_what_is_not_modelled_and_what_to_try(path: Path) -> None:
    prose = " ".join("".join(cell.source) for cell in read(path).cells if cell.cell_type == "markdown")
    for told in ("imulated", "**Reading it.**", "## What is not modelled", "## What to try next"):
        assert told in prose


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_without_a_warning_and_tells_its_story(path: Path) -> None:
    notebook = read(path)
    notebook.cells.append(nbformat.v4.new_code_cell(FACTS[path.stem]))
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        startup_timeout=SECONDS,  # a busy machine may take more than the usual minute to begin
        kernel_name="python3",
        resources={"metadata": {"path": path.parent}},
    )
    # The kernel begins in another folder and must meet the package under test, not another that is installed.
    client.execute(env={**os.environ, "PYTHONPATH": str(SOURCES)})
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    errors = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stderr")
    assert not [line for line in errors.splitlines() if HARMLESS not in line]
    shown = [output.data for output in outputs if "data" in output]
    page = "\n".join(data.get("text/html", data.get("text/plain", "")) for data in shown)
    page += "".join(output.text for output in outputs if output.output_type == "stream")
    for told in SHOWN[path.stem]:
        assert told in page
    assert sum("image/png" in data for data in shown) == FIGURES[path.stem]
    assert "Scenario(schema_version" not in page, "objects show themselves as pages"
    assert "<script" not in page
