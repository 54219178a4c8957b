"""Figures contain what they claim: the numbers of their frames, titles, units, captions and where they come from."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from PIL import Image

from enforcement_sim import labels, plots
from enforcement_sim.plots import (
    Plot,
    Provenance,
    differences,
    frame,
    months,
    programmes,
    save,
    seed_means,
    stays,
    style,
)
from enforcement_sim.plots.sources import Runs
from enforcement_sim.runs.summaries import MIX_STAGES

SEEDS = (3, 4, 5, 6)
PERIOD = (date(2010, 10, 15), date(2012, 9, 30))
ABOUT = Provenance(
    scenario="made-up",
    title="Made-up numbers",
    engine_version="0123456789abcdef",
    run_ids=tuple(f"{number:016x}" for number in range(4)),
    seeds=SEEDS,
    period=PERIOD,
    scope="Connecticut",
    thin=10,
    alone="SIMULATED ALONE: these places were given 12% of their field office's crews.",
)
ADDRESSES = ["detainer.hold_hours", "changes.who-honours.rule"]
GRID = list(itertools.product([24, 48, 96], ["honour-all", "honour-none"]))
POINTS = pd.DataFrame([(n, *settings) for n, settings in enumerate(GRID)], columns=["point", *ADDRESSES])
REFERENCE = 2
MADE_UP = ("ice_custody", "removed", "no_conviction_share.removed")


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def funnel_frame() -> pd.DataFrame:
    draw = rng()
    rows = [
        (seed, programme, event, int(draw.poisson(size)))
        for seed in SEEDS
        for programme, sizes in (
            ("secure_communities", {"booked": 0, "submitted": 90_000, "matched": 4_000, "detainer_issued": 1_500}),
            ("jail_287g", {"interviewed": 900, "identified": 500, "detainer_issued": 450, "removed": 200}),
            ("none", {"booked": 200_000}),
        )
        for event, size in sizes.items()
    ]
    return pd.DataFrame(rows, columns=["seed", "programme", "event", "count"])


def series_frame() -> pd.DataFrame:
    draw = rng()
    every_month = pd.date_range("2010-10-01", "2012-09-01", freq="MS")
    rows = [
        (seed, month, programme, event, int(draw.poisson(200)))
        for seed, month, programme, event in itertools.product(
            SEEDS, every_month, programmes.PROGRAMMES[:2], ("detainer_issued", "removed")
        )
    ]
    return pd.DataFrame(rows, columns=["seed", "month", "programme", "event", "count"])


def mix_frame(rows: str = "stage") -> pd.DataFrame:
    draw = rng()
    bars = MIX_STAGES if rows == "stage" else ("24 h", "48 h")
    found = [
        (seed, bar, programme, category, int(draw.poisson(size)))
        for seed, bar, programme in itertools.product(SEEDS, bars, programmes.PROGRAMMES[:2])
        for category, size in (("level 1", 500), ("level 2", 300), ("level 3", 190), ("no conviction", 10))
    ]
    return pd.DataFrame(found, columns=["seed", rows, "programme", "category", "count"])


def measures_frame() -> pd.DataFrame:
    draw = rng()
    rows = []
    for seed in SEEDS:
        stream = draw.normal(0, 50)
        for point, (hours, rule) in enumerate(GRID):
            rows.append((point, seed, "ice_custody", 1000 + stream + hours - 400 * (rule == "honour-none")))
            rows.append((point, seed, "removed", 700 + draw.normal(0, 20)))
            rows.append((point, seed, "matched", 4000 + stream))
            rows.append((point, seed, "no_conviction_share.removed", 0.3 + 0.001 * hours + draw.normal(0, 0.001)))
    return pd.DataFrame(rows, columns=["point", "seed", "measure", "value"])


def measures_by_programme() -> pd.DataFrame:
    draw = rng()
    rows = [
        (point, seed, measure, 90_000 + 9_000 * (settings[1] == "honour-all") + draw.normal(0, 300))
        for (point, settings), seed, measure in itertools.product(enumerate(GRID), SEEDS, differences.BY_PROGRAMME)
    ]
    return pd.DataFrame(rows, columns=["point", "seed", "measure", "value"])


def hours_frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    draw = rng()
    hours = [
        (setting, seed, kind, group, size * draw.uniform(0.9, 1.1))
        for setting, seed, group in itertools.product(("24 h", "48 h"), SEEDS, ("citizen", "unauthorised"))
        for kind, size in (("criminal_case", 9e5), ("induced", 2e5), ("statutory_hold", 2e4), ("past_limit", 500))
    ]
    counted = [
        (setting, seed, event, size)
        for setting, seed, (event, size) in itertools.product(
            ("24 h", "48 h"), SEEDS, (("booked", 50_000), ("detainer_issued", 600), ("detainer_issued", 400))
        )
    ]
    return (
        pd.DataFrame(hours, columns=["setting", "seed", "kind", "status_group", "hours"]),
        pd.DataFrame(counted, columns=["setting", "seed", "event", "count"]),
    )


def counties_frame() -> pd.DataFrame:
    rows = [
        (seed, fips, name, "CT", 100 * place + seed, 10.0 * place + seed)
        for seed in SEEDS
        for place, (fips, name) in enumerate([("09001", "Fairfield County"), ("09003", "Hartford County")], start=1)
    ]
    return pd.DataFrame(rows, columns=["seed", "fips", "name", "state", "count", "per_1000_bookings"])


@cache
def drawn(name: str) -> tuple[Plot, pd.DataFrame]:
    """Each figure of the room with its numbers, drawn once for all tests that only look at it."""
    return newly_drawn(name)


def of(about: Provenance = ABOUT, settings: tuple[str, ...] = (), **tables: pd.DataFrame) -> Runs:
    """Made-up tables as runs to draw."""
    return Runs(about, lambda name, _: tables[name], settings)


def swept(measures: pd.DataFrame, points: pd.DataFrame = POINTS) -> Any:
    """Made-up measures as a sweep to draw."""
    addresses = [name for name in points.columns if name != "point"]
    return SimpleNamespace(
        two_axes=(points, addresses),
        measures=measures,
        reference=REFERENCE,
        about=lambda _: ABOUT,
        decisions={"who-honours": "honour"},
    )


def newly_drawn(name: str) -> tuple[Plot, pd.DataFrame]:
    """Each figure of the room, from made-up frames, with its numbers."""
    hours, counted = hours_frames()
    both = ("24 h", "48 h")
    figures: dict[str, Callable[[], Plot]] = {
        "funnel": lambda: plots.funnel(of(funnel=funnel_frame())),
        "throughput": lambda: plots.throughput(of(series=series_frame())),
        "mix": lambda: plots.mix(of(mix=mix_frame())),
        "mix by setting": lambda: plots.mix_by_setting(
            of(mix=mix_frame("setting").assign(stage="removed"), settings=both)
        ),
        "response": lambda: plots.response(swept(measures_frame()), MADE_UP),
        "response by programme": lambda: plots.response(
            swept(measures_by_programme()), differences.BY_PROGRAMME, differences.TITLE_BY_PROGRAMME
        ),
        "stay": lambda: plots.stay(of(hours=hours, funnel=counted, settings=both)),
        "county map": lambda: plots.county_map(of(counties=counties_frame())),
    }
    figure = figures[name]()
    return figure, figure.numbers


FIGURES = ("funnel", "throughput", "mix", "mix by setting", "response", "response by programme", "stay", "county map")


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.slow
def test_a_reader_without_the_code_learns_what_how_many_where_and_that_it_is_simulated(name: str) -> None:
    figure, _ = drawn(name)
    assert len(frame.text_of(figure, "title").split()) >= 4
    caption = frame.text_of(figure, "caption")
    for said in (
        "Simulated, not a record.",
        "4 runs",
        "seeds 3\N{EN DASH}6",
        "15 Oct 2010 to 30 Sep 2012",
        "scope: Connecticut",
        "One booking in 10",
        "12% of their field office's crews",
        "Engine 0123456789ab",
    ):
        assert said in caption
    if name != "county map":
        assert "95% interval for the mean over seeds" in caption


@pytest.mark.parametrize("name", FIGURES)
def test_every_axis_says_its_unit(name: str) -> None:
    figure, _ = drawn(name)
    units = ("people", "share", "hours", "points", "bookings")
    for axes in figure.axes:
        if axes.get_visible() and axes.axison:
            assert any(unit in f"{axes.get_xlabel()} {axes.get_ylabel()}" for unit in units)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.slow
def test_no_text_leaves_the_figure_and_no_two_texts_of_the_frame_overlap(name: str) -> None:
    figure, _ = drawn(name)
    with style.applied():
        figure.draw_without_rendering()
        extents = {text.get_gid(): text.get_window_extent() for text in figure.texts}
        boxes = [axes.get_tightbbox() for axes in figure.axes if axes.get_visible()]
        boxes += [legend.get_window_extent() for legend in figure.legends]
    page = figure.bbox
    for box in (*extents.values(), *boxes):
        assert page.x0 - 1 <= box.x0 and box.x1 <= page.x1 + 1
        assert page.y0 - 1 <= box.y0 and box.y1 <= page.y1 + 1
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    for box in boxes:
        assert not box.overlaps(extents["title"])
        assert not box.overlaps(extents["caption"])
        assert not box.overlaps(extents["subtitle"])


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.slow
def test_the_same_numbers_give_the_same_bytes_and_the_csv_is_what_was_drawn(name: str, tmp_path: Path) -> None:
    saved = []
    for folder in ("one", "two"):
        figure, found = newly_drawn(name)
        saved.append(save(figure, tmp_path / folder, "figure"))
    for first, second in zip(*saved, strict=True):
        assert first.read_bytes() == second.read_bytes()
    days = [column for column in found.columns if column == "month"]
    read = pd.read_csv(saved[0][2], dtype={"fips": str}, parse_dates=days)
    assert (read.pop("simulated") == "ALONE").all(), "as the caption says"
    pd.testing.assert_frame_equal(read, found, check_dtype=False, rtol=1e-12)


@pytest.mark.parametrize("name", FIGURES)
def test_axes_stand_at_rounded_places_because_the_layouts_last_digits_vary(name: str) -> None:
    figure, _ = drawn(name)
    for axes in figure.axes:
        bounds = axes.get_position(original=True).bounds
        np.testing.assert_allclose(bounds, np.round(bounds, 5), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.slow
def test_a_notebook_that_crops_the_picture_keeps_title_and_caption(name: str) -> None:
    figure, _ = drawn(name)
    with style.applied():
        figure.draw_without_rendering()
        cropped = figure.get_tightbbox()
    for text in figure.texts:
        extent = text.get_window_extent().transformed(figure.dpi_scale_trans.inverted())
        assert cropped.y0 <= extent.y0 + 0.01
        assert extent.y1 <= cropped.y1 + 0.01


def test_scenario_runs_seeds_and_engine_travel_in_both_pictures(tmp_path: Path) -> None:
    figure, _found = drawn("funnel")
    png, svg, _ = save(figure, tmp_path, "funnel")
    with Image.open(png) as picture:
        told = dict(picture.info)
        width = picture.size[0]
    assert width == round(150 * figure.get_figwidth())
    facts = json.loads(told["Source"])
    assert facts["scenario"] == "made-up"
    assert facts["run_ids"] == list(ABOUT.run_ids)
    assert facts["seeds"] == list(SEEDS)
    assert facts["engine_version"] == "0123456789abcdef"
    assert "Simulated, not a record." in told["Description"]
    text = svg.read_text(encoding="utf-8")
    assert "0123456789abcdef" in text
    assert ABOUT.run_ids[3] in text
    assert "<dc:date>" not in text


def test_the_funnel_has_a_point_for_every_stage_that_anyone_reached() -> None:
    figure, found = drawn("funnel")
    shown = [line.get_xdata() for axes in figure.axes for line in axes.get_lines() if line.get_marker() in "os^"]
    assert sorted(np.concatenate(shown)) == sorted(found.loc[found["mean"] > 0, "mean"])
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Secure Communities", "287(g) in jails"]
    assert all(axes.get_xscale() == "log" for axes in figure.axes)


@pytest.mark.parametrize("frame", [funnel_frame(), mix_frame(), series_frame()], ids=["funnel", "mix", "series"])
def test_categorical_columns_give_the_same_numbers(frame: pd.DataFrame) -> None:
    names = [name for name in ("programme", "event", "category", "stage") if name in frame.columns]
    # An engine's categories include those that never occur.
    coded = frame.copy()
    for name in names:
        coded[name] = pd.Categorical(frame[name], [*dict.fromkeys(frame[name]), "never seen"])
    make = programmes.mix_numbers if "category" in names else programmes.funnel_numbers
    if "month" in frame.columns:
        pd.testing.assert_frame_equal(months.month_numbers(coded, PERIOD), months.month_numbers(frame, PERIOD))
    else:
        pd.testing.assert_frame_equal(make(coded), make(frame))


def test_the_funnel_counts_a_run_without_a_stage_as_zero() -> None:
    frame = funnel_frame()
    rare = frame[(frame["programme"] != "jail_287g") | (frame["event"] != "removed") | (frame["seed"] == 3)]
    found = programmes.funnel_numbers(rare).set_index(["programme", "event"])
    only = rare[(rare["programme"] == "jail_287g") & (rare["event"] == "removed")]["count"].item()
    assert found.loc[("jail_287g", "removed"), "mean"] == only / len(SEEDS)
    assert found.loc[("jail_287g", "removed"), "runs"] == len(SEEDS)


def test_a_run_in_which_no_programme_found_anyone_counts_too() -> None:
    frame = funnel_frame()
    quiet = frame[(frame["seed"] != 3) | (frame["programme"] == "none")]
    found = programmes.funnel_numbers(quiet).set_index(["programme", "event"])
    interviewed = quiet[quiet["event"] == "interviewed"]["count"]
    assert found.loc[("jail_287g", "interviewed"), "mean"] == interviewed.sum() / len(SEEDS)


def test_shares_of_detainers_in_the_funnel_are_of_the_same_programme() -> None:
    found = programmes.funnel_numbers(funnel_frame()).set_index(["programme", "event"])
    removed, detainers = (
        found.loc[("jail_287g", "removed"), "mean"],
        found.loc[("jail_287g", "detainer_issued"), "mean"],
    )
    assert found.loc[("jail_287g", "removed"), "of_detainers"] == pytest.approx(removed / detainers)


def test_throughput_draws_whole_months_only_and_marks_dates_of_the_law() -> None:
    figure, found = drawn("throughput")
    assert not found.loc[found["month"] == "2010-10-01", "whole_month"].any()
    assert found.loc[found["month"] == "2012-09-01", "whole_month"].all()
    lines = [
        line for axes in figure.axes for line in axes.get_lines() if line.get_label() in labels.PROGRAMMES.values()
    ]
    assert len(lines) == 4
    assert all(len(line.get_xdata()) == 23 for line in lines)
    caption = frame.text_of(figure, "caption")
    assert "17 Jun 2011: discretion memorandum" in caption
    assert "October 2010, simulated only in part" in caption
    assert "30 Jun 2010" not in caption


def test_a_month_without_events_is_a_zero_and_not_a_gap() -> None:
    frame = series_frame()
    quiet = frame[(frame["month"] != "2011-05-01") | (frame["programme"] != "jail_287g")]
    found = months.month_numbers(quiet, PERIOD)
    there = found[(found["month"] == "2011-05-01") & (found["programme"] == "jail_287g")]
    assert list(there["mean"]) == [0.0, 0.0]


def test_dates_of_other_places_are_not_marked() -> None:
    everywhere = {mark.what for mark in months.policy_dates(PERIOD)}
    california = {mark.what for mark in months.policy_dates(PERIOD, [6037])}
    assert "Cook County declines" in everywhere
    assert "Cook County declines" not in california
    assert "discretion memorandum" in california
    own = months.policy_dates(PERIOD, [6037], {"ca-declines": {"from": "2011-06-17"}})
    assert any(mark.what == "discretion memorandum; this scenario's change: ca declines" for mark in own)


@pytest.mark.parametrize("name", ["mix", "mix by setting"])
def test_mix_bars_are_the_mean_shares_and_fill_the_whole(name: str) -> None:
    figure, found = drawn(name)
    rows = "stage" if name == "mix" else "setting"
    bars = [
        patch for axes in figure.axes for group in axes.containers if isinstance(group, BarContainer) for patch in group
    ]
    assert len(bars) == len(found)
    assert sorted(bar.get_width() for bar in bars) == pytest.approx(sorted(found["mean"]))
    assert np.allclose(found.groupby([rows, "programme"])["mean"].sum(), 1.0)
    first = mix_frame(rows).query("programme == 'jail_287g' and category == 'level 1'")
    whole = mix_frame(rows).query("programme == 'jail_287g'").groupby(["seed", rows])["count"].sum()
    expected = (first.set_index(["seed", rows])["count"] / whole).groupby(rows).mean()
    shown = found.query("programme == 'jail_287g' and category == 'level 1'").set_index(rows)["mean"]
    assert shown.to_dict() == pytest.approx(expected.to_dict())


def test_offence_classes_are_drawn_as_few_groups_and_none_is_lost() -> None:
    rows = [(1, "removed", "jail_287g", name, 10) for name in labels.OFFENCE_GROUPS]
    found = programmes.mix_numbers(pd.DataFrame(rows, columns=["seed", "stage", "programme", "category", "count"]))
    assert len(found) == 7
    assert found.set_index("category").loc["drugs", "mean"] == pytest.approx(3 / 14)
    assert found["mean"].sum() == pytest.approx(1.0)


def test_response_shows_paired_differences_and_says_which_cannot_be_told() -> None:
    figure, found = drawn("response")
    at = found.set_index(["measure", "point"])
    custody = at.loc[("ice_custody", 4)]
    assert custody["mean"] == pytest.approx(48.0)
    assert custody["high"] - custody["low"] == pytest.approx(0.0, abs=1e-9)
    assert (at.loc[("removed", 0), "verdict"], at.loc[("ice_custody", 3), "verdict"]) == ("cannot tell", "lower")
    panel = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("Removed"))
    faces = {
        (round(float(line.get_ydata()[0]), 6), line.get_markerfacecolor())
        for line in panel.get_lines()
        if line.get_marker() in ("o", "s") and line.get_markersize() == 6
    }
    unsure = round(float(at.loc[("removed", 0), "mean"]), 6)
    assert (unsure, "white") in faces
    ticks = [label.get_text() for label in panel.get_xticklabels()]
    assert ticks == ["24 h", "48 h", "96 h"]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["every detainer honoured", "no detainer honoured"]
    assert "48 h, every detainer honoured" in frame.text_of(figure, "subtitle")


def test_swept_numbers_stand_to_scale_along_the_axis() -> None:
    figure, _ = drawn("response")
    assert list(figure.axes[0].get_xticks()) == [0.0, 1.0, 3.0]


@pytest.mark.slow
def test_response_with_one_address_needs_no_colours() -> None:
    points = POINTS.loc[POINTS[ADDRESSES[1]] == "honour-all", ["point", ADDRESSES[0]]]
    measures = measures_frame()
    figure = plots.response(swept(measures, points), MADE_UP)
    found = figure.numbers
    assert not figure.legends
    drawn_points = [
        line.get_ydata()[0]
        for line in figure.axes[0].get_lines()
        if line.get_linestyle() == "None" and line.get_markersize() == 6 and line.get_marker() != "_"
    ]
    assert sorted(drawn_points) == pytest.approx(sorted(found[found["measure"] == "ice_custody"]["mean"]))


def test_stay_divides_the_case_by_bookings_and_what_detainers_add_by_detainers() -> None:
    figure, found = drawn("stay")
    hours, _ = hours_frames()
    total = hours[(hours["setting"] == "48 h") & (hours["kind"] == "induced")].groupby("seed")["hours"].sum().mean()
    at = found.set_index(["setting", "kind", "what"])["mean"]
    assert at[("48 h", "induced", "total hours")] == pytest.approx(total)
    assert at[("48 h", "induced", "hours per detainer")] == pytest.approx(total / 1000)
    case = at[("48 h", "criminal_case", "total hours")]
    assert at[("48 h", "criminal_case", "hours per booking")] == pytest.approx(case / 50_000)
    added = [at[(setting, kind, "total hours")] for setting in ("24 h", "48 h") for kind in stays.ADDED]
    assert at[("48 h", "added", "total hours")] == pytest.approx(sum(added[3:]))
    bars = [patch for group in figure.axes[0].containers if isinstance(group, BarContainer) for patch in group]
    assert len(bars) == len(stays.ADDED) * 2
    assert figure.axes[0].get_xlabel() == "thousand hours"
    assert sum(bar.get_width() for bar in bars) * 1e3 == pytest.approx(sum(added))
    assert [axes.get_xlabel() for axes in figure.axes[1:]] == ["hours per booking", *["hours per detainer"] * 3]


def test_the_map_colours_the_scope_greys_the_rest_and_zooms() -> None:
    figure, found = drawn("county map")
    grey, coloured, chancy = (item for item in figure.axes[0].collections if isinstance(item, PathCollection))
    assert list(coloured.get_array()) == pytest.approx(list(found["mean"]))
    left, right = figure.axes[0].get_xlim()
    assert right - left < 400
    inside = {tuple(path.vertices[0]) for path in coloured.get_paths()}
    assert not inside & {tuple(path.vertices[0]) for path in grey.get_paths()}
    assert 5 < len(grey.get_paths()) < 200
    assert len(chancy.get_paths()) == 0
    rare = counties_frame().assign(count=lambda frame: frame["count"].where(frame["fips"] == "09001", 40))
    figure = plots.county_map(of(counties=rare))
    hatched = figure.axes[0].collections[2]
    assert isinstance(hatched, PathCollection)
    assert len(hatched.get_paths()) == 1
    assert "(1 of 2 counties)" in frame.text_of(figure, "caption")
    assert mpl.colors.to_hex(grey.get_facecolor()[0]) == style.NO_DATA


def test_one_run_has_no_interval_and_the_caption_says_so() -> None:
    about = Provenance("made-up", "", "0123456789abcdef", ("0" * 16,), (3,), PERIOD, "Connecticut")
    figure = plots.funnel(of(about, funnel=funnel_frame().query("seed == 3")))
    assert figure.numbers[["low", "high"]].isna().all(axis=None)
    caption = frame.text_of(figure, "caption")
    assert "1 run (seed 3)" in caption
    assert "A single seed gives no interval." in caption
    assert "95% interval" not in caption


def test_the_interval_is_students_t() -> None:
    values = np.array([[10.0, 12.0, 14.0, 20.0], [5.0, np.nan, np.nan, np.nan]])
    found = seed_means.interval_of(pd.DataFrame(values))
    half = 3.182446305284263 * np.std(values[0], ddof=1) / 2
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([14 - half, 14 + half])
    assert found.loc[1, "runs"] == 1
    assert np.isnan(found.loc[1, "low"])


@pytest.mark.slow
def test_drawing_leaves_matplotlib_as_it_was_and_ignores_how_it_was_set(tmp_path: Path) -> None:
    figure, _ = newly_drawn("mix")
    plain = save(figure, tmp_path / "plain", "figure")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "svg.hashsalt": None}):
        before = dict(mpl.rcParams)
        figure, _found = newly_drawn("mix")
        changed = save(figure, tmp_path / "changed", "figure")
        assert dict(mpl.rcParams) == before
    assert plain[0].read_bytes() == changed[0].read_bytes()
    assert plain[1].read_bytes() == changed[1].read_bytes()


def test_nothing_is_called_by_its_machine_name() -> None:
    for name in FIGURES:
        figure, _ = drawn(name)
        texts = [text.get_text() for axes in figure.axes for text in axes.findobj(mpl.text.Text)]
        texts += [text.get_text() for text in figure.texts]
        assert not [text for text in texts if "_" in text]
