"""The figure and the texts of stages by definitions: every number is that of its cell, published ones in theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from tests.studies.validation.people_by_hand import CLEAN, CONVICTED, HOLD, at, result

from enforcement_sim import labels
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.plots import Provenance, frame, save
from enforcement_sim.studies.stages.compute import stage_cells
from enforcement_sim.studies.stages.figure import definition_rows, draw, numbers, published_rows
from enforcement_sim.studies.stages.published_cells import published_cells

ABOUT = Provenance(
    scenario="by-hand",
    title="By hand",
    engine_version="0123456789abcdef",
    run_ids=("a", "b"),
    seeds=(1, 2),
    period=(date(2008, 10, 1), date(2014, 11, 20)),
    scope="United States",
)
STAGES = ["matched", "detainer_issued", "removed"]
RUNS = [
    result([at("detainer_issued", CLEAN, clean), at("detainer_issued", CONVICTED, 80 - clean),
            at("detainer_issued", HOLD, 20), at("removed", CLEAN, 10), at("removed", CONVICTED, 30)])
    for clean in (30, 50)
]  # fmt: skip


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return stage_cells(RUNS, recording=0.5, stages=STAGES)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return published_cells(RUNS, recording=0.5)


def test_definitions_go_from_the_narrowest_headline_to_the_widest(cells: pd.DataFrame, published: pd.DataFrame) -> None:
    found = numbers(cells, published)
    order = list(dict.fromkeys(found["definition"]))
    assert set(order) == set(load_definitions()) - {"charge"}
    means = found.groupby("definition")["share"].mean()[order]
    assert means.is_monotonic_increasing
    assert list(dict.fromkeys(found["stage"])) == STAGES
    assert len(found) == len(STAGES) * len(order)


def test_published_figures_are_in_their_own_cells_only(cells: pd.DataFrame, published: pd.DataFrame) -> None:
    found = numbers(cells, published).set_index(["stage", "definition"])
    marked = found[found["published"] != ""]
    assert set(marked.index) == {
        ("detainer_issued", "trac-at-issue"),
        ("detainer_issued", "mpi-2011"),
        ("removed", "ice-levels-2010"),
        ("removed", "minor-only"),
        ("removed", "no-conviction-ever"),
    }
    assert marked.loc[("removed", "ice-levels-2010"), ["published_low", "published_high"]].tolist() == [0.262, 0.288]
    assert found.loc[("removed", "minor-only"), "published"] == "sc_minor_or_none_2011"


@pytest.mark.slow
def test_every_cell_shows_its_own_number(cells: pd.DataFrame, published: pd.DataFrame) -> None:
    found = numbers(cells, published)
    figure = draw(found, published, ABOUT)
    table = figure.axes[0]
    columns = list(dict.fromkeys(found["definition"]))
    shown: dict[tuple[int, int], list[str]] = {}
    for text in table.texts:
        x, y = text.get_position()
        shown.setdefault((round(x), round(y)), []).append(text.get_text())
    for row in found.to_dict("records"):
        texts = shown[columns.index(row["definition"]), STAGES.index(row["stage"])]
        if np.isnan(row["share"]):
            assert texts == ["–"]
            continue
        assert float(texts[0].rstrip("%")) == pytest.approx(100 * row["share"], abs=0.5)
        assert float(texts[1].rstrip("%")) == pytest.approx(100 * row["recorded"], abs=0.5)
        assert (len(texts) == 3) == bool(row["published"])
    frames = [patch for patch in table.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
    assert len(frames) == 5
    heads = [" ".join(label.get_text().split()) for label in table.get_xticklabels()]
    assert heads == [labels.definition(name) for name in columns]


def test_published_figures_stand_beside_the_simulated(cells: pd.DataFrame, published: pd.DataFrame) -> None:
    figure = draw(numbers(cells, published), published, ABOUT)
    known = published[published["simulated"].notna()]
    dots = figure.axes[1]
    assert len(known) > 0
    texts = [text.get_text() for text in dots.texts]
    for row in known.to_dict("records"):
        gap = f"{100 * row['gap']:+.0f}".replace("-", "\N{MINUS SIGN}")
        label = next(
            text for text in texts if text.startswith(f"{row['measures']} [") and f"{row['start']:%b %Y}" in text
        )
        assert labels.definition(row["definition"]) in label
        assert f"{gap} points" in texts
    assert len(texts) == 2 * len(known)
    at_points = {float(line.get_xdata()[0]) for line in dots.lines if line.get_marker() == "o"}
    assert set(known["simulated"]) <= at_points and set(known["recorded"]) <= at_points


def test_caption_says_simulated_and_how_sure(cells: pd.DataFrame, published: pd.DataFrame) -> None:
    caption = frame.text_of(draw(numbers(cells, published), published, ABOUT), "caption")
    assert "Simulated, not a record." in caption and "as the file showed people" in caption
    widest = ((cells["high"] - cells["low"]) / 2).max()
    assert f"±{100 * widest:.1f} points" in caption
    asked = draw(numbers(cells, published), published, ABOUT, "Only people in CA.")
    assert frame.text_of(asked, "subtitle").endswith("Only people in CA.")


def test_without_anything_published_only_the_table_is_drawn(cells: pd.DataFrame, tmp_path: Path) -> None:
    elsewhere = published_cells([result([], counties=[48201])])
    found = numbers(cells.drop(columns=["recorded", "recorded_low", "recorded_high"]), elsewhere)
    figure = draw(found, elsewhere, ABOUT)
    assert len(figure.axes) == 1
    files = save(figure, tmp_path, "stages")
    drawn = pd.read_csv(files[2])
    assert drawn["share"].tolist() == pytest.approx(found["share"].tolist(), nan_ok=True)


def test_texts_for_a_terminal(cells: pd.DataFrame, published: pd.DataFrame) -> None:
    rows = definition_rows(cells).set_index("Definition")
    assert rows.loc["no-conviction-ever", labels.event("removed")] == "25.0 ±0.0"
    assert rows.loc["no-conviction-ever", labels.event("matched")] == "–"
    recorded = definition_rows(cells, "recorded").set_index("Definition")
    assert recorded.loc["no-conviction-ever", labels.event("removed")] == "62.5 ±0.0"
    assert list(rows.columns) == [labels.event(stage) for stage in STAGES]
    beside, _, caption = published_rows(published)
    row = beside.set_index("Figure").loc["sc_nonconvicted_2011_03"]
    assert (row["Published (range)"], row["Simulated"], row["Gap"]) == ("29 (24 to 34)", "25.0 ±0.0", "\N{MINUS SIGN}4")
    assert (row["As recorded"], row["Gap as recorded"]) == ("62.5 ±0.0", "+34")
    assert "interior_nonconvicted_fy2013" in caption
    assert "interior_nonconvicted_fy2013" not in set(beside["Figure"])


def test_every_definition_has_a_short_name() -> None:
    assert set(labels.DEFINITIONS) == set(load_definitions())
    assert len(set(labels.DEFINITIONS.values())) == len(labels.DEFINITIONS)
