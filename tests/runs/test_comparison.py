"""The arithmetic of differences, against numbers worked out by hand and by SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from experiment_fakes import chance
from scipy import stats

from enforcement_sim.results.intervals import difference_of
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample, settings_frame
from enforcement_sim.runs.shown_measures import FEWEST_MEASURES, HEADLINES, labelled
from enforcement_sim.tables.amounts import NO_INTERVAL

NAN = float("nan")


def draws(name: str, runs: int) -> np.ndarray:
    return np.array([stats.norm.ppf(chance(name, run)) for run in range(runs)])


@pytest.mark.parametrize("runs", [2, 3, 8, 40])
@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_intervals_agree_with_scipy(runs: int, shared: float) -> None:
    people = draws(f"people {runs}", runs)
    a = 100 + 10 * (shared * people + (1 - shared) * draws("a", runs))
    b = 103 + 10 * (shared * people + (1 - shared) * draws("b", runs))
    found = difference_of(a.tolist(), b.tolist())
    paired = stats.ttest_rel(b, a).confidence_interval(0.95)
    unpaired = stats.ttest_ind(b, a, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((paired.low, paired.high))
    assert (found.unpaired_low, found.unpaired_high) == pytest.approx((unpaired.low, unpaired.high))
    ratio = (np.var(a, ddof=1) + np.var(b, ddof=1)) / np.var(b - a, ddof=1)
    assert found.variance_ratio == pytest.approx(ratio)
    assert found.difference == pytest.approx(b.mean() - a.mean())
    assert found.runs == runs


def test_by_hand() -> None:
    # Differences 3, 3, 2: mean 8/3, variance 1/3, standard error 1/3; t for 2 degrees of freedom is 4.302653.
    found = difference_of([10, 12, 11], [13, 15, 13])
    assert found.difference == pytest.approx(8 / 3)
    assert found.high - found.difference == pytest.approx(4.302653 / 3)
    # Variances 1 and 4/3 against 1/3.
    assert found.variance_ratio == pytest.approx((1 + 4 / 3) / (1 / 3))
    assert found.verdict == "higher"


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ([10, 20, 30], [11, 21.1, 31], "higher"),
        ([10, 20, 30], [9, 18.9, 29], "lower"),
        ([10, 20, 30], [20, 5, 36], "cannot tell"),
        ([10, 20, 30], [10, 20, 30], "identical"),
        ([10, 20], [9, 21], "cannot tell"),
        ([10], [12], "cannot tell"),
        ([], [], "not applicable"),
        ([NAN, NAN], [1, 2], "not applicable"),
    ],
)
def test_verdicts(a: list[float], b: list[float], verdict: str) -> None:
    assert difference_of(a, b).verdict == verdict


def test_one_run_has_no_interval() -> None:
    found = difference_of([10], [12])
    assert found.difference == 2
    assert math.isnan(found.low)
    assert math.isnan(found.variance_ratio)


def test_pairs_without_a_value_are_left_out() -> None:
    found = difference_of([1, NAN, 3, 4], [2, 5, math.inf, 7])
    assert (found.runs, found.reference_mean, found.mean) == (2, 2.5, 4.5)


def test_constant_difference_is_known_exactly() -> None:
    found = difference_of([10, 20, 35], [11, 21, 36])
    assert (found.low, found.high, found.variance_ratio) == (1, 1, math.inf)
    assert found.verdict == "higher"


def test_interval_of_unpaired_runs_that_never_vary() -> None:
    found = difference_of([5, 5], [7, 7])
    assert (found.unpaired_low, found.unpaired_high) == (2, 2)
    assert math.isnan(found.variance_ratio)


def test_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        difference_of([1], [1, 2])


@pytest.mark.parametrize(("truth", "pairs"), [(0.0, 5)])
def test_interval_covers_the_truth_as_often_as_it_says(truth: float, pairs: int) -> None:
    trials = 2000
    values = stats.norm.ppf([[chance("cover", trial, pair) for pair in range(pairs)] for trial in range(trials)])
    found = [difference_of([0.0] * pairs, row) for row in values.tolist()]
    covered = sum(one.low <= truth <= one.high for one in found)
    # Four standard errors of a binomial share of 0.95.
    assert abs(covered / trials - 0.95) < 4 * math.sqrt(0.95 * 0.05 / trials)


def sample(settings: dict[str, Any], removed: dict[int, float]) -> Sample:
    return Sample(settings, {seed: {"removed": value, "other": 1.0} for seed, value in removed.items()})


def test_frame_pairs_by_seed_and_not_by_position() -> None:
    a = sample({"hold": 48, "rule": "all"}, {1: 10, 2: 20, 3: 30})
    b = sample({"hold": 96, "rule": "all"}, {3: 33, 2: 22, 9: 1000})
    row = Comparison((a, b)).frame().set_index("measure").loc["removed"]
    assert (row["runs"], row["difference"], row["hold"], row["rule"]) == (2, 2.5, 96, "all")
    assert row["reference"] == "hold = 48, rule = all"


def test_table_in_words() -> None:
    a = sample({"scenario": "baseline"}, {1: 1000, 2: 2000})
    b = sample({"scenario": "refusal <all>"}, {1: 1500, 2: 2501})
    compared = Comparison((a, b), {1: ("scope: nation → CA",)}, ("not like with like: scope",))
    text = str(compared)
    assert "Compared with A: baseline" in text
    assert "higher" in text
    assert "4 runs (2 seeds for each of 2 settings)" in text
    assert "Student's t" in text
    assert "Simulated, not a record." in text
    assert "not like with like" in text
    assert "scope: nation → CA" in text
    html = compared._repr_html_()
    assert "refusal &lt;all&gt;" in html
    assert "<all>" not in html


def test_single_run_is_told_in_words() -> None:
    compared = Comparison((sample({"hold": 48}, {1: 10}), sample({"hold": 96}, {1: 12})))
    row = compared.rows()[0]
    assert row["interval"] == NO_INTERVAL == "one run, no interval"
    assert row["verdict"] == "cannot tell"
    assert "nan" not in str(compared)


def test_short_table_has_fewer_measures_of_many_settings() -> None:
    names = (*HEADLINES, "unknown")
    samples = [Sample({"hold": hold}, {1: dict.fromkeys(names, float(hold))}) for hold in range(11)]
    assert len(Comparison(tuple(samples[:2])).rows()) == len(HEADLINES)
    many = Comparison(tuple(samples))
    assert [row["measure"] for row in many.rows()[:FEWEST_MEASURES]] == [
        labelled(name)[0] for name in HEADLINES[:FEWEST_MEASURES]
    ]
    assert len(many.rows()) == 10 * FEWEST_MEASURES
    assert len(many.rows(every=True)) == 10 * len(names)


def test_rows_have_the_labels_and_the_units_of_the_report() -> None:
    values = {"removed": 12.0, "no_conviction_share.removed": 0.25, "net_cost.county": -1500.0, "my_own": 3.0}
    more = {name: value * 2 for name, value in values.items()}
    compared = Comparison((Sample({"hold": 1}, {1: values}), Sample({"hold": 2}, {1: more})))
    rows = {row["measure"]: row for row in compared.rows(every=True)}
    assert {name: (row["unit"], row["A"], row["difference"]) for name, row in rows.items()} == {
        "Removed": ("people", "12", "12"),
        "Without conviction, of removed": ("% (points)", "25.0", "25.0"),
        "Net cost to counties": ("$", "−$1.5k", "−$1.5k"),
        "my_own": ("", "3", "3"),
    }
    frame = compared.frame()
    assert frame[["measure", "label", "unit"]].iloc[1].tolist() == [
        "no_conviction_share.removed",
        "Without conviction, of removed",
        "share",
    ]


def test_a_setting_with_the_numbers_of_an_earlier_one_is_named_once() -> None:
    def setting(hold: float, who: str, removed: float) -> Sample:
        settings = {"detainer.hold_hours": hold, "changes.who.rule": who}
        return Sample(settings, {1: {"removed": removed, "empty": math.nan}})

    compared = Comparison((setting(48, "honour-all", 5), setting(48, "honour-none", 2), setting(96, "honour-none", 2)))
    assert compared.folded == {2: 1}
    assert [row["setting"] for row in compared.rows()] == ["hold limit 48 h, no detainer honoured"]
    told = "hold limit 96 h, no detainer honoured: the same in every run as hold limit 48 h, no detainer honoured"
    assert told in str(compared)
    assert set(compared.frame()["point"]) == {1, 2}


def test_settings_become_columns_of_one_type() -> None:
    frame = settings_frame([{"hold": 48, "rule": "a"}, {"hold": 72.5}, {"hold": 96, "rule": ["b", "c"]}])
    assert frame["hold"].dtype == float
    assert list(frame["rule"]) == ["a", "", "['b', 'c']"]
