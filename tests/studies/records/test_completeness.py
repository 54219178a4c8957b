"""The curve of completeness: through two shares as by hand, the third predicted, and what is said where there is none."""

from __future__ import annotations

from math import isnan, nan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tools.make_records import IMAGE, OUT, SCORECARD, completeness_part, made, verdict

from enforcement_sim.errors import InputError
from enforcement_sim.studies.records.completeness import (
    NO_CURVE,
    FileShare,
    curve_through,
    file_shares,
    load_published_files,
    on_file,
    predictions,
)
from enforcement_sim.studies.records.figure import completeness

OLDEST, MIDDLE, YOUNGEST = load_published_files()


def shares(oldest: float, middle: float, youngest: float) -> tuple[FileShare, ...]:
    """Return three files of people of whom 40% have no conviction, by the share without a record in each."""
    ages = {OLDEST: 24.0, MIDDLE: 12.0, YOUNGEST: 0.0}
    published = dict(zip(ages, (oldest, middle, youngest), strict=True))
    return tuple(FileShare(name, published[name], (0.4, 0.4, 0.4), (age, age)) for name, age in ages.items())


@given(st.floats(0.0, 0.7), st.floats(0.75, 1.0), st.floats(1.0, 60.0), st.floats(0.0, 20.0), st.floats(1.0, 20.0))
@settings(max_examples=50, deadline=None)
def test_the_curve_through_two_of_its_own_points_is_the_curve(
    at_issue: float, later: float, half: float, young: float, more: float
) -> None:
    first, second = (float(on_file(age, at_issue, later, half)) for age in (young, young + more))
    found = curve_through((young, first), (young + more, second), later)
    assert found is not None or at_issue < 1e-9
    if found is not None:
        assert found == pytest.approx((at_issue, half), rel=1e-4, abs=1e-4)


def test_the_third_is_predicted_as_by_hand() -> None:
    # Of 60% with a conviction, 40% are on file at issue, 60% after a year, and so 70% after two, if 80% are neared.
    found = predictions(shares(0.90, 0.64, 0.76), later=0.8).set_index("left_out").loc[OLDEST]
    assert (found["at_issue"], found["half_months"]) == pytest.approx((0.4, 12.0))
    assert found["predicted"] == pytest.approx(1 - 0.7 * 0.6)
    assert found["error"] == pytest.approx(0.58 - 0.90)


def test_a_file_that_empties_with_age_has_no_curve() -> None:
    found = predictions(shares(0.90, 0.64, 0.76), later=0.8).set_index("left_out")
    for left_out in (MIDDLE, YOUNGEST):  # each is fitted on the oldest file, which holds least
        assert found.loc[left_out, "says"] == NO_CURVE
        assert isnan(found.loc[left_out, "predicted"]) and isnan(found.loc[left_out, "error"])


def test_words_follow_the_numbers() -> None:
    apart, alike = shares(0.90, 0.64, 0.76), shares(0.58, 0.64, 0.76)
    assert "the change was substance, not filling" in verdict(apart, predictions(apart, 0.8))
    assert "compatible with all three" in verdict(alike, predictions(alike, 0.8))


def test_doubt_about_the_extract_and_the_people_is_in_the_range() -> None:
    made_up = tuple(
        FileShare(name, published, (0.40, 0.35, 0.45), (age, age + 6.0))
        for name, published, age in ((OLDEST, 0.60, 24.0), (MIDDLE, 0.64, 12.0), (YOUNGEST, 0.76, 0.0))
    )
    found = predictions(made_up, later=0.8).set_index("left_out").loc[OLDEST]
    assert found["predicted_low"] < found["predicted"] < found["predicted_high"]


def test_the_shares_come_from_the_scorecard() -> None:
    found = file_shares(pd.read_csv(SCORECARD))
    assert [one.id for one in found] == list(load_published_files())
    assert [one.published for one in found] == [0.774, 0.477, 0.62]
    for one in found:
        assert 0 < one.simulated[1] <= one.simulated[0] <= one.simulated[2] < 1 and 0 < one.age[0] < one.age[1]


def test_a_scorecard_without_them_is_refused() -> None:
    scorecard = pd.read_csv(SCORECARD)
    with pytest.raises(InputError, match="no column 'simulated'"):
        file_shares(scorecard.drop(columns="simulated"))
    unseen = scorecard.assign(simulated=nan)
    with pytest.raises(InputError, match="no simulated figure 'detainers_no_record'"):
        file_shares(unseen)


def test_the_figure_has_the_numbers_of_the_table() -> None:
    found = shares(0.90, 0.64, 0.76)
    numbers = completeness(found).numbers.set_index("id")
    assert numbers["complete"].to_dict() == pytest.approx({one.id: one.complete() for one in found})
    assert numbers["predicted_complete"].isna().to_dict() == {OLDEST: False, MIDDLE: True, YOUNGEST: True}


def test_the_committed_page_is_current() -> None:
    text = OUT.read_text(encoding="utf-8")
    assert text == made(text, pd.read_csv(SCORECARD)), "run: python -m tools.make_records"
    assert (OUT.parent / IMAGE).is_file()
    assert "report 310" in completeness_part(pd.read_csv(SCORECARD))
