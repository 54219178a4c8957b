"""History as small multiples: what is drawn, over which days, and what is marked as held out."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from tests.studies.validation.scorecards import TARGETS, history
from tests.studies.validation.test_compare import HARRIS, SC, made

from enforcement_sim.studies.validation.external_constants import external_constants
from enforcement_sim.studies.validation.history_series import series_of
from enforcement_sim.studies.validation.scorecard import Validation
from enforcement_sim.studies.validation.small_multiples import (
    MULTIPLES,
    national_months,
    programme_years,
    state_custody,
    state_detainers,
)


def two_runs() -> Validation:
    runs = [history(level).assign(run=run) for run, level in ((1, 1000.0), (2, 3000.0))]
    return Validation(pd.DataFrame(), 2, "sets", pd.concat(runs, ignore_index=True))


def panel(figure: object, title: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)  # type: ignore[attr-defined]


def bands(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_a_fan_is_the_middle_and_the_range_of_the_runs() -> None:
    numbers = national_months(two_runs()).numbers
    assert set(map(tuple, numbers[["middle", "low", "high"]].to_numpy())) == {(2000.0, 1000.0, 3000.0)}
    assert numbers["time"].min() == pd.Timestamp("2008-01-01")


def test_a_published_total_is_drawn_as_the_mean_of_its_months_with_its_range() -> None:
    axes = panel(national_months(two_runs()), "Prints that matched, by month")
    (band,) = bands(axes)
    target = TARGETS["sc_matches_2009_08"]
    assert band.get_y() == pytest.approx(target.low / 11, rel=0.01)
    assert band.get_height() == pytest.approx((target.high - target.low) / 11, rel=0.01)
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((2008.75, 2009.67), abs=0.01)


def test_held_out_figures_are_hollow() -> None:
    axes = panel(programme_years(two_runs()), "287(g): removals")
    filled = [band.get_facecolor()[3] > 0 for band in bands(axes)]
    assert filled == [True] * 4 + [False] * 3


def test_months_are_added_up_by_fiscal_year_for_programmes() -> None:
    numbers = programme_years(two_runs()).numbers
    assert set(numbers["middle"]) == {12 * 2000.0}
    assert numbers["time"].min() == pd.Timestamp("2005-10-01")


def test_states_have_custody_by_detainer_and_the_published_share() -> None:
    figure = state_custody(two_runs())
    assert set(figure.numbers["panel"]) == {"CA", "TX"}
    assert set(figure.numbers["middle"]) == {1.0}
    assert set(state_detainers(two_runs()).numbers["middle"]) == {0.5}
    (band,) = bands(panel(figure, "TX"))
    assert band.get_y() == pytest.approx(TARGETS["custody_by_state.TX"].low)


def test_every_figure_says_that_it_is_simulated_and_what_its_interval_is() -> None:
    for draw in MULTIPLES.values():
        texts = " ".join(text.get_text().replace("\n", " ") for text in draw(two_runs()).texts)
        assert "Simulated, not a record." in texts
        assert "the range of 2 sets, which has no coverage" in texts


def test_series_of_a_run_are_its_counts() -> None:
    found_by = [("2010-01", "TX-HOU", "detainer_issued", SC, 7)]
    result = made(
        [("2010-01", HARRIS, "detainer_issued", SC, 5), ("2010-01", HARRIS, "ice_custody", SC, 2)], found_by=found_by
    )
    rows = series_of(result).set_index(["series", "state", "time"])["count"]
    january = pd.Timestamp("2010-01-01")
    assert rows[("detainers", "", january)] == pytest.approx(5 / (1 - external_constants()["federal_detainer_share"]))
    assert rows[("sc_detainers", "", january)] == 7
    assert rows[("custody", "TX", pd.Timestamp("2009-10-01"))] == 2


def test_californian_jails_are_drawn_over_2011() -> None:
    months = [f"{year}-{month:02}" for year in (2010, 2011) for month in range(1, 13)]
    result = made([(month, 6075, "detainer_issued", SC, 30 if month < "2011" else 20) for month in months])
    rows = series_of(result).set_index(["series", "time"])["count"]
    assert rows[("californian_jails", pd.Timestamp("2010-05-01"))] == pytest.approx(1.5)
    assert rows[("californian_jails", pd.Timestamp("2011-05-01"))] == pytest.approx(1.0)
    axes = panel(national_months(two_runs()), "Detainers of four Californian jails over 2011")
    assert [band.get_y() for band in bands(axes)][:1] == pytest.approx([TARGETS["npr_ca_jails_2008"].low])
