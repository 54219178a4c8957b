"""Figures of claims: what is drawn is what was audited, and a claim without a value does not stop them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from tests.evidence.made_worlds import small_worlds

from enforcement_sim.evidence.claim_rows import OTHER
from enforcement_sim.evidence.claim_runs import RUNS
from enforcement_sim.evidence.claims import Audit, audit
from enforcement_sim.evidence.measured_claims import measure
from enforcement_sim.evidence.published_claims import load_claims
from enforcement_sim.evidence.stored_claims import Measured
from enforcement_sim.report.claims import draw, draw_one, numbers, numbers_of_one, provenance_of, write

CHOSEN = [load_claims()[name] for name in ("enrolled-02", "cheaper-efficient", "cook-15.7")]
ABOUT = {
    "engine_version": "made by a test",
    "inputs": "",
    "recipes": "",
    "seeds": [1, 2],
    "thin": 5,
    "runs": {name: ["0"] for name in RUNS},
}


@pytest.fixture(scope="module")
def measured() -> Measured:
    return Measured(measure(small_worlds(), CHOSEN), ABOUT)


@pytest.fixture(scope="module")
def audits(measured: Measured) -> list[Audit]:
    return audit(measured.numbers, CHOSEN)


def test_overview_shows_what_was_audited(audits: list[Audit], measured: Measured) -> None:
    frame = numbers(audits)
    first = frame.iloc[0]
    assert (first["stated"], first["by_hand"], first["model"]) == pytest.approx((0.02, 2.1377, 2.1377), rel=1e-4)
    others = [one.row.value for one in audits[0].rows if one.row.role == OTHER]
    assert (first["range_low"], first["range_high"]) == (min(others), max(others))
    figure = draw(frame, provenance_of(audits, measured))
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()]
    assert [title.split()[0] for title in titles] == [one.claim.id for one in audits]


def test_one_claim_shows_each_definition_in_its_unit(audits: list[Audit], measured: Measured) -> None:
    frame = numbers_of_one(audits[0])
    assert set(frame["unit"]) == {"percent"} and frame.loc[0, "definition"] == audits[0].claim.measure
    figure = draw_one(frame, audits[0], provenance_of(audits, measured))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][1] == frame.loc[1, "definition"]


def test_claim_without_any_value_is_drawn_in_the_overview(measured: Measured, tmp_path: Path) -> None:
    nothing = Measured(measured.numbers.assign(value=math.nan), ABOUT)
    empty = [one for one in audit(nothing.numbers, CHOSEN) if one.claim.id == "cook-15.7"]
    paths = write(empty, nothing, tmp_path / "empty.png")
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv"] and all(path.stat().st_size for path in paths)


def test_caption_says_which_runs(audits: list[Audit], measured: Measured) -> None:
    about = provenance_of(audits[2:], measured)
    assert (about.scope, about.thin, about.settings) == ("single counties", 1, 2)
    both = provenance_of(audits, replace(measured))
    assert (both.scope, both.thin) == ("the nation and single counties", 5)
