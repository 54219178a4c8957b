"""Figures of claims: what is drawn is what was audited, and a claim without a value does not stop them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from tests.studies.claims.made_worlds import small_worlds

from enforcement_sim.studies.claims.audit import Audit, audit
from enforcement_sim.studies.claims.figure import claim, claims, draw_claims, provenance_of
from enforcement_sim.studies.claims.measured import Measured, shipped
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.worlds import measure

CHOSEN = [load_claims()[name] for name in ("enrolled-02", "cheaper-efficient", "cook-15.7")]
ABOUT = {
    "engine_version": "made by a test",
    "made_with": {},
    "seeds": [1, 2],
    "thin": 5,
    "runs": {name: ["0"] for name in load_claims().runs},
}


@pytest.fixture(scope="module")
def measured() -> Measured:
    return Measured(measure(small_worlds(), CHOSEN), ABOUT)


@pytest.fixture(scope="module")
def audits(measured: Measured) -> list[Audit]:
    return audit(measured.numbers, CHOSEN)


def test_overview_shows_what_was_audited(audits: list[Audit], measured: Measured) -> None:
    figure = claims(audits, measured)
    frame = figure.numbers
    first = frame.iloc[0]
    assert (first["stated"], first["by_hand"], first["model"]) == pytest.approx((0.02, 2.1377, 2.1377), rel=1e-4)
    others = [one.value for one in audits[0].others]
    assert (first["range_low"], first["range_high"]) == (min(others), max(others))
    titles = [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()]
    heads = [title.split("\n", 1) for title in titles]
    assert [head[0] for head in heads] == [f"Claim {one.claim.id} ({one.claim.unit})" for one in audits]
    assert [" ".join(head[1].split()) for head in heads] == [one.finding.verdict.words for one in audits]


def test_one_claim_shows_each_definition_in_its_unit(audits: list[Audit], measured: Measured) -> None:
    figure = claim(audits[0], measured)
    frame = figure.numbers
    assert set(frame["unit"]) == {"percent"} and frame.loc[0, "definition"] == audits[0].claim.own.measure
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][1] == frame.loc[1, "definition"]
    assert figure.axes[0].get_xlabel() == "percent, in the simulated world"


def text_with(figure: Figure, gid: str) -> str:
    (found,) = [text.get_text() for text in figure.texts if text.get_gid() == gid]
    return " ".join(found.split())


@pytest.fixture(scope="module")
def shipped_figures() -> list[tuple[Audit | None, Figure]]:
    """Return the overview of the numbers that ship, and the figures of claims with long texts, dollars or no verdict."""
    there = shipped()
    assert there is not None
    every = audit(there.numbers)
    single = [one for one in every if one.claim.id in ("effective-156", "enrolled-02", "cook-15.7", "irving-150")]
    figures: list[tuple[Audit | None, Figure]] = [(None, claims(every, there))]
    return figures + [(one, claim(one, there)) for one in single]


@pytest.mark.slow
def test_no_claim_is_the_headline_of_its_figure(shipped_figures: list[tuple[Audit | None, Figure]]) -> None:
    for one, figure in shipped_figures:
        title, under = text_with(figure, "title"), text_with(figure, "subtitle")
        if one is None:
            assert title.startswith("Published claims beside the simulated world: Published claims, audited")
            continue
        assert title.startswith(f"Claim: {one.claim.says}")
        assert under.startswith(f"Claimed by {one.claim.side}: ")
        assert f"Verdict, by hand and in the simulated world: {one.finding.verdict.words}." in under
        assert under.endswith(f"{one.finding.arithmetic} {one.finding.world}")


@pytest.mark.slow
def test_every_text_is_inside_its_figure(shipped_figures: list[tuple[Audit | None, Figure]]) -> None:
    for _, figure in shipped_figures:
        FigureCanvasAgg(figure).draw()
        whole = figure.bbox
        boxes = [text.get_window_extent() for text in figure.texts]
        inside = figure.get_tightbbox()
        boxes.append(inside.transformed(figure.dpi_scale_trans))
        for box in boxes:
            assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= whole.x1 and box.y1 <= whole.y1, text_with(figure, "title")


def test_claim_without_any_value_is_drawn_in_the_overview(measured: Measured, tmp_path: Path) -> None:
    nothing = Measured(measured.numbers.assign(value=math.nan), ABOUT)
    empty = [one for one in audit(nothing.numbers, CHOSEN) if one.claim.id == "cook-15.7"]
    paths = draw_claims(empty, nothing, tmp_path / "empty.png")
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv"] and all(path.stat().st_size for path in paths)


def test_caption_says_which_runs(audits: list[Audit], measured: Measured) -> None:
    about = provenance_of(audits[2:], measured)
    assert (about.scope, about.thin, about.settings) == ("single counties", 1, 2)
    both = provenance_of(audits, replace(measured))
    assert (both.scope, both.thin) == ("the nation and single counties", 5)
