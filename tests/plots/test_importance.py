"""Sobol' indices drawn: one order of rows for all panels, marks at the values, and stream where it matters."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from enforcement_sim import plots
from enforcement_sim.plots import Plot, Provenance, frame

ABOUT = Provenance(
    "made-up", "", "0123456789abcdef", ("0" * 16,), (3,), (date(2011, 10, 1), date(2012, 9, 30)), "CT", draws=64
)
VALUES = {
    ("removed", "a"): (0.1, 0.2),
    ("removed", "b"): (0.6, 0.7),
    ("ice_custody", "a"): (0.9, 1.3),
    ("ice_custody", "b"): (0.0, 0.0),
}


def indices() -> pd.DataFrame:
    rows = [
        {"of": "level", "point": 0, "measure": measure, "parameter": name, "order": order, "value": value}
        | {"low": value - 0.1, "high": value + 0.1, "chance": 0.3 if measure == "removed" else 0.01}
        for (measure, name), pair in VALUES.items()
        for order, value in zip(("first", "total"), pair, strict=True)
    ]
    flat = [row | {"measure": "detainer_issued", "value": np.nan} for row in rows[:4]]
    return pd.DataFrame([*rows, *flat, *(row | {"of": "difference", "point": 1} for row in rows)])


def drawn(point: int = 0) -> Plot:
    sweep: Any = SimpleNamespace(about=lambda _: ABOUT, effect=lambda at: "96 h, compared with 48 h" if at else "")
    return plots.importance(sweep, indices(), point)


def panels() -> dict[str, Axes]:
    return {axes.get_title(loc="left").strip(): axes for axes in drawn().axes if axes.get_visible()}


def test_rows_are_ordered_by_what_matters_most_anywhere_and_constants_left_out() -> None:
    found = drawn().numbers
    assert list(dict.fromkeys(found["measure"])) == ["ice_custody", "removed"]
    assert list(dict.fromkeys(found["parameter"])) == ["a", "b"]
    axes = panels()["Taken into ICE custody"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]


def test_marks_stand_at_first_and_total_order() -> None:
    axes = panels()["Removed"]
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    filled = {round(float(line.get_xdata()[0]), 3) for line in marks if line.get_markerfacecolor() != "white"}
    hollow = {round(float(line.get_xdata()[0]), 3) for line in marks if line.get_markerfacecolor() == "white"}
    assert (filled, hollow) == ({0.1, 0.6}, {0.2, 0.7})


def test_every_mark_is_inside_its_panel() -> None:
    for axes in panels().values():
        low, high = axes.get_xlim()
        assert low < 0 and high > 1.3


def test_luck_is_told_where_it_is_more_than_a_little() -> None:
    told = {name: [text.get_text() for text in axes.texts] for name, axes in panels().items()}
    assert told == {"Removed": ["of the variance, 30% is chance"], "Taken into ICE custody": []}


def test_the_caption_speaks_of_draws_and_not_of_single_seeds() -> None:
    figure = drawn(1)
    caption = frame.text_of(figure, "caption")
    assert "64 draws of uncertain parameters, seed 3" in caption
    assert "A single seed gives no interval" not in caption
    assert "the effect of a policy (96 h, compared with 48 h)" in frame.text_of(figure, "subtitle")
