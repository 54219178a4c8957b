"""The gallery: its page and pictures are those of today's code, and no reader stumbles on a figure of it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from tests.plots.layout_faults import faults_of
from tools.make_gallery import EXAMPLES, IMAGES, LEFT_OUT, OUT, Example, page, world
from tools.pictures import LARGEST, digest_of, numbers_in

import enforcement_sim
from enforcement_sim import labels, plots
from enforcement_sim.errors import InputError
from enforcement_sim.plots import frame, style

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"
PACKAGE = Path(enforcement_sim.__file__).parent
HISTORY, REFUSAL = "History, as it was", "TRUST-type refusal"
LARGEST_GALLERY = 1_500_000
each = pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])


def figure_of(example: Example) -> plots.Plot:
    figure = world()[example.name]
    assert isinstance(figure, plots.Plot)
    return figure


def test_the_page_is_written_anew_and_shows_every_function_that_draws() -> None:
    assert OUT.read_text(encoding="utf-8") == page(), "run: python -m tools.make_gallery"
    draws = {name for name in plots.__all__ if name.islower() and name not in ("about_results", "save")}
    assert {example.function for example in EXAMPLES} | set(LEFT_OUT) == draws


@each
def test_a_picture_shows_the_numbers_of_todays_code(example: Example) -> None:
    assert numbers_in(IMAGES / f"{example.name}.png") == digest_of(figure_of(example)), (
        "run: python -m tools.make_gallery"
    )


def test_pictures_are_small_enough_for_a_page() -> None:
    assert sum(path.stat().st_size for path in IMAGES.glob("*.png")) < LARGEST_GALLERY
    assert {path.stem for path in IMAGES.glob("*.png")} == {example.name for example in EXAMPLES}
    assert not [path.name for path in (DOCS / "images").rglob("*.png") if path.stat().st_size > LARGEST]


@each
def test_no_text_is_cut_or_collides_and_no_panel_is_empty(example: Example) -> None:
    assert faults_of(figure_of(example)) == []


def test_the_test_of_texts_finds_what_collides_is_cut_or_empty() -> None:
    figure = Figure(figsize=(3, 2))
    figure.text(0.1, 0.5, "one text")
    figure.text(0.12, 0.5, "another text")
    figure.text(0.9, 0.9, "a text that goes on beyond the page")
    figure.subplots().set_axis_off()
    found = " ".join(faults_of(figure))
    assert "collide: 'one text' and 'another text'" in found
    assert "cut: 'a text that goes on beyond the page'" in found
    assert "empty panel" in found


@each
def test_a_title_names_scenario_place_and_period(example: Example) -> None:
    title = frame.text_of(figure_of(example), "title")
    assert "Virginia, Oct 2011 to Mar 2012" in title
    assert any(name in title for name in (HISTORY, "Hold length by who honours")), title


@each
def test_scenarios_are_called_by_their_titles(example: Example) -> None:
    figure = figure_of(example)
    texts = [text.get_text() for axes in figure.axes for text in axes.findobj(Text)]
    texts += [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    texts += [frame.text_of(figure, part) for part in ("title", "subtitle")]
    assert not [text for text in texts if re.search(r"\b(baseline|refusal)\b(?<!type refusal)", text)]
    if example.name == "over-time":
        assert [text.get_text() for text in figure.legends[0].get_texts()] == [f"A: {HISTORY}", f"B: {REFUSAL}"]


@each
def test_settings_have_labels_and_no_addresses(example: Example) -> None:
    figure = figure_of(example)
    texts = [text.get_text() for axes in figure.axes for text in axes.findobj(Text)]
    texts += [text.get_text() for text in figure.texts]
    assert not [text for text in texts if "_" in text or re.search(r"\b(detainer|changes)\.\w", text)]


@each
def test_a_caption_speaks_of_whiskers_only_where_there_are_some(example: Example) -> None:
    figure = figure_of(example)
    caption = frame.text_of(figure, "caption")
    lines = [segment for axes in figure.axes for one in axes.collections for segment in _segments(one)]
    wide = any(len(segment) and float((segment.max(axis=0) - segment.min(axis=0)).max()) > 0 for segment in lines)
    assert wide or "Whiskers" not in caption


def _segments(collection: object) -> list[object]:
    return collection.get_segments() if hasattr(collection, "get_segments") else []


def test_a_figure_without_a_visible_interval_does_not_speak_of_whiskers() -> None:
    names = {"mean": [100.0, 50.0], "low": [100.0, 50.0], "high": [100.0, 50.0]}
    found = plots.funnel(world()["results"][:1]).numbers.head(2).assign(**names)
    assert frame.intervals_as(found, "Whiskers") == ""
    assert frame.intervals_as(found.assign(high=[101.0, 50.0]), "Whiskers") == "Whiskers"


def test_time_runs_forwards_and_swept_days_stand_in_the_order_of_time() -> None:
    for name in ("throughput", "over-time"):
        for axes in world()[name].axes:
            for line in axes.get_lines():
                days = np.asarray(line.get_xdata())
                if len(days) > 2:
                    assert (days[:-1] < days[1:]).all()
    assert plots.sources.in_time(["2012-01-01", "2011-01-01"])


def test_levels_stand_beside_differences() -> None:
    compared, over_time = world()["compared"], world()["over-time"]
    written = {text.get_text() for text in compared.axes[-1].texts}
    removed = compared.numbers.set_index("measure").loc["removed"]
    assert f"{removed['reference_mean']:,.0f}" in written and f"{removed['level']:,.0f}" in written
    ylabels = [axes.get_ylabel() for axes in over_time.axes]
    assert ylabels == ["people a month", "difference, people"] * 3


def test_differences_over_time_are_paired_and_add_up() -> None:
    numbers = world()["over-time"].numbers
    level, change = (numbers[numbers["what"] == what] for what in ("level", "difference"))
    a, b = (level[level["setting"] == name].set_index(["event", "month"])["mean"] for name in (HISTORY, REFUSAL))
    found = change.set_index(["event", "month"])["mean"]
    assert (b - a).loc[found.index].to_numpy() == pytest.approx(found.to_numpy())


def test_a_programme_has_its_colour_in_every_figure_and_no_other_module_picks_one() -> None:
    for name in ("funnel", "mix"):
        for axes in world()[name].axes:
            programme = next(
                (key for key, label in labels.PROGRAMMES.items() if label == axes.get_title(loc="left")), ""
            )
            if programme:
                assert axes._left_title.get_color() == style.PROGRAMME_COLOURS[programme]
    shown = {line.get_label(): line.get_color() for axes in world()["throughput"].axes for line in axes.get_lines()}
    for key, label in labels.PROGRAMMES.items():
        assert shown.get(label, style.PROGRAMME_COLOURS[key]) == style.PROGRAMME_COLOURS[key]
    taken = {colour.lower() for key, colour in style.PROGRAMME_COLOURS.items() if key != "none"}
    for path in PACKAGE.rglob("*.py"):
        if path == PACKAGE / "plots" / "style.py":
            continue
        written = {
            node.value.lower()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not written & taken, path


def test_what_a_function_cannot_draw_is_refused_with_the_function_that_can() -> None:
    names = world()
    for wrong, told in (
        (lambda: plots.funnel(names["comparison"]), "a Comparison cannot be drawn here.*plots.compared"),
        (lambda: plots.response(names["results"]), "a Result cannot be drawn here.*plots.funnel"),
        (lambda: plots.compared(names["swept"]), "a Sweep cannot be drawn here.*plots.response"),
        (lambda: plots.study(names["swept"]), "a Sweep cannot be drawn here.*plots.response"),
        (lambda: plots.funnel("results"), "a str cannot be drawn here"),
        (lambda: plots.over_time(names["results"]), "there is nothing to compare with"),
    ):
        with pytest.raises(InputError, match=told):
            wrong()
