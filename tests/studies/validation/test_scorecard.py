"""The scorecard on made-up runs: what counts, what does not, what is a hit, and when it says no."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.studies.validation.scorecards import TARGETS, agreeing

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import Member
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.validation import external_constants as constants
from enforcement_sim.studies.validation import figure as picture
from enforcement_sim.studies.validation import scorecard
from enforcement_sim.studies.validation.scorecard import LONG_VECTOR, Observed, Validation, previous_scores, validate
from enforcement_sim.yaml_models import read_model

MEMBERS = tuple(Member(number, {"detainer.hold_hours": 24.0 + number}) for number in (1, 2, 3, 4, 5))


def with_factors(factors: Mapping[str, float], members: tuple[Member, ...] = MEMBERS) -> Validation:
    """Return the scorecard of runs in which some figures are off by a factor."""

    def off(parameters: Mapping[str, float], seed: int, thin: int) -> Observed:
        right = agreeing(parameters, seed, thin)
        return Observed({**right.figures, **{name: (TARGETS[name].value * by, "") for name, by in factors.items()}})

    return validate(members, SerialExecutor(), observation=off)


def single(count: int) -> list[str]:
    """Return figures that count as one each and are no ratio of the funnel."""
    return [
        one.id
        for one in TARGETS.counted()
        if not one.funnel and not one.not_expressible and not one.vector and not one.ceiling
    ][:count]


def test_agreement_holds_and_every_figure_has_a_row() -> None:
    found = with_factors({})
    assert found.holds
    assert found.share_inside == 1.0
    assert sorted(found.table["id"]) == sorted(TARGETS)
    assert list(dict.fromkeys(found.table["bin"])) == ["fit", "heldout", "context", "imported"]


def test_nine_in_ten_is_the_line() -> None:
    most = with_factors({}).figures_counted // 10
    assert with_factors(dict.fromkeys(single(most), 9.0)).holds
    too_many = with_factors(dict.fromkeys(single(most + 1), 9.0))
    assert not too_many.holds
    assert too_many.funnel_misses == []


def test_a_vector_counts_as_one_figure() -> None:
    whole = with_factors({}).figures_counted
    deciles = [one.id for one in TARGETS.values() if one.vector == "custody_deciles"]
    assert len(deciles) == 9
    assert with_factors(dict.fromkeys(deciles, 9.0)).share_inside == pytest.approx(1 - 1 / whole)
    assert with_factors({deciles[0]: 9.0}).share_inside == pytest.approx(1 - 1 / whole / 9)


def test_what_another_figure_says_already_does_not_count() -> None:
    repeats = [one.id for one in TARGETS.of("fit") if not one.counted]
    assert {"sc_removed_2011_02", "g287_removed_share"} <= set(repeats)
    found = with_factors(dict.fromkeys(repeats, 9.0))
    assert found.share_inside == 1.0 and found.holds
    assert (found.table.set_index("id").loc[repeats, "verdict"] == "above").all()


def test_what_cannot_fail_is_shown_and_does_not_count() -> None:
    sure = ["sc_submissions_2011_06", "sc_submissions_full_year", "sc_activated_2010_09", "sc_activated_2011_10"]
    sure += ["detainer_declined_share", "released_within_a_day", "released_within_a_week", "counsel_detained"]
    found = with_factors(dict.fromkeys(sure, 9.0))
    assert found.share_inside == 1.0
    assert set(sure) <= set(found.table["id"]) and not set(sure) & set(found.fitted["id"])


def test_one_ratio_of_the_funnel_is_enough_to_fail() -> None:
    found = with_factors({"sc_match_rate": 2.0})
    assert found.share_inside > 0.9
    assert found.funnel_misses == ["sc_match_rate"]
    assert not found.holds


def test_held_out_figures_are_shown_in_two_groups_and_do_not_count() -> None:
    kept_back = [one.id for one in TARGETS.of("heldout")]
    found = with_factors(dict.fromkeys(kept_back, 9.0))
    rows = found.table.set_index("id")
    assert (rows.loc[kept_back, "verdict"] == "above").all()
    assert found.holds
    assert found.held_out["hits"].tolist() == [0, 0]
    right = with_factors({}).held_out.set_index("group")
    assert right["figures"].tolist() == right["hits"].tolist() == right["narrow_hits"].tolist() == [5, 11]


@pytest.fixture(autouse=True)
def no_discrepancy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calibration have learnt nothing of the model's own discrepancy, but where a test says so."""
    monkeypatch.setattr(scorecard, "recipe", lambda: {"discrepancies": {}})


def test_an_interval_holds_what_calibration_learnt_that_the_model_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A normal distribution of the family's size around each set, on the logarithmic scale: nine in ten within 1.645 of it."""
    learnt = {"discrepancies": {"detainers": {"factor": 2.0, "shared": 0.06, "own": 0.08}}}
    monkeypatch.setattr(scorecard, "recipe", lambda: learnt)
    same = differing("detainers_fy2012", [1.0] * 30).table.set_index("id").loc["detainers_fy2012"]
    ends = np.log([same["simulated_low"], same["simulated_high"]]) - np.log(same["published"])
    assert ends == pytest.approx([-1.645 * 0.2, 1.645 * 0.2], rel=0.06)
    assert same["simulated"] == same["published"]
    seeds = validate((), SerialExecutor(), seeds=range(30), observation=agreeing).table.set_index("id")
    assert seeds.loc["detainers_fy2012", "simulated_low"] == same["published"]


def differing(name: str, factors: list[float]) -> Validation:
    members = tuple(Member(number, {"detainer.hold_hours": 1.0 + number}) for number in range(len(factors)))

    def one(parameters: Mapping[str, float], seed: int, thin: int) -> Observed:
        by = factors[round(parameters["detainer.hold_hours"]) - 1]
        return Observed({**agreeing(parameters, seed, thin).figures, name: (TARGETS[name].value * by, "")})

    return validate(members, SerialExecutor(), observation=one)


def test_few_sets_have_a_range_and_twenty_an_interval() -> None:
    few = differing("detainers_fy2012", [0.5, 1.0, 1.2])
    row = few.table.set_index("id").loc["detainers_fy2012"]
    published = TARGETS["detainers_fy2012"].value
    assert (row["simulated_low"], row["simulated_high"]) == pytest.approx((0.5 * published, 1.2 * published))
    assert "range of 3 sets" in few.interval_in_words
    assert np.isnan(row["interval_score"])
    many = differing("detainers_fy2012", [0.01, *[1.0 + at / 100 for at in range(-20, 20)], 99.0])
    row = many.table.set_index("id").loc["detainers_fy2012"]
    assert row["simulated_low"] > 0.75 * published and row["simulated_high"] < 1.25 * published
    assert many.interval_in_words == "the middle 90% of 42 sets"
    assert many.predictive_in_words.startswith(many.interval_in_words)
    assert row["interval_score"] > 0


def test_a_hit_by_a_wide_interval_is_no_narrow_one() -> None:
    wide = differing("detainers_fy2012", [0.5, 1.5]).table.set_index("id").loc["detainers_fy2012"]
    assert wide["hit"] and not wide["narrow"]
    sure = differing("detainers_fy2012", [0.8, 1.2]).table.set_index("id").loc["detainers_fy2012"]
    assert sure["hit"] and sure["narrow"]
    missed = differing("detainers_fy2012", [1.1, 1.2]).table.set_index("id").loc["detainers_fy2012"]
    assert not missed["hit"] and missed["narrow"] and missed["verdict"] == "inside"
    share = (
        differing("detainers_no_conviction_2012", [0.8, 1.2]).table.set_index("id").loc["detainers_no_conviction_2012"]
    )
    assert share["hit"] and not share["narrow"]  # .38 to .57 is wider than .15


def test_the_weakest_stand_first() -> None:
    found = with_factors({"jail_inmates_2010": 3.0, "sc_level1_ca": 1.5})
    for _, rows in found.table.groupby("bin", sort=False):
        scores = rows["score"].dropna().to_numpy()
        assert (np.diff(scores) <= 0).all()
    assert found.table["id"].tolist()[:2] == ["jail_inmates_2010", "sc_level1_ca"]


def test_a_vector_by_place_is_told_by_its_order_and_spread() -> None:
    places = [one.id for one in TARGETS.values() if one.vector == "g287_removed_by_agency"]
    assert len(places) == 41 > LONG_VECTOR
    doubled = with_factors(dict.fromkeys(places, 2.0)).vectors.set_index("vector").loc["g287_removed_by_agency"]
    assert doubled["rank_correlation"] == 1.0
    assert doubled["log_spread"] == pytest.approx(0.0, abs=1e-9)
    assert doubled["inside"] == 0
    mixed = with_factors({name: 1.0 + at % 5 for at, name in enumerate(places)})
    row = mixed.vectors.set_index("vector").loc["g287_removed_by_agency"]
    assert row["rank_correlation"] < 1.0 and row["log_spread"] > 0.3


def test_scores_of_another_scorecard_stand_beside(tmp_path: Path) -> None:
    first = with_factors({"sc_match_rate": 2.0})
    path = tmp_path / "before.csv"
    first.table.to_csv(path, index=False)
    before = previous_scores(path)
    found = validate(MEMBERS, SerialExecutor(), observation=agreeing, previous=before)
    rows = found.table.set_index("id")
    assert rows.loc["sc_match_rate", "previous"] == pytest.approx(np.log(2.0))
    assert rows.loc["sc_match_rate", "score"] == 0.0


def test_the_release_before_has_a_score_for_all_it_could_express() -> None:
    expressible = {one.id for one in TARGETS.values() if not one.not_expressible}
    assert expressible <= set(previous_scores())


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "id,score\nmatched,many\n", ""])
def test_a_table_that_is_no_scorecard_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "before.csv"
    path.write_text(text)
    with pytest.raises(InputError, match="not a scorecard"):
        previous_scores(path)
    with pytest.raises(InputError, match="no such file"):
        previous_scores(tmp_path / "nothing.csv")


def test_seeds_are_used_where_there_are_no_sets() -> None:
    seen: list[int] = []

    def noting(parameters: Mapping[str, float], seed: int, thin: int) -> Observed:
        seen.append(seed)
        assert not parameters
        return agreeing(parameters, seed, thin)

    found = validate((), SerialExecutor(), seeds=(3, 4), observation=noting)
    assert seen == [3, 4]
    assert (found.runs, found.of) == (2, "seeds")
    with pytest.raises(InputError, match="nothing to run"):
        validate((), SerialExecutor(), seeds=())


def test_picture_has_every_expressible_figure_in_units_of_its_range() -> None:
    found = with_factors({"sc_match_rate": 2.0})
    rows = picture.numbers(found.table).set_index("id")
    sizes = {
        name: sum(one.vector == name for one in TARGETS.values()) for name in {one.vector for one in TARGETS.values()}
    }
    drawn = [one for one in TARGETS.values() if not one.vector or sizes[one.vector] <= LONG_VECTOR]
    assert len(rows) == sum(not one.not_expressible for one in drawn)
    target = TARGETS["sc_match_rate"]
    half = (target.high - target.low) / 2
    assert rows.loc["sc_match_rate", "place"] == pytest.approx((target.value * 2 - target.high + half) / half)
    figure = picture.draw(rows.reset_index(), found)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert any("0.0656 published" in text for text in texts)


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ("  unit: people a year\n", "", "unit: is missing"),
        ("grade: derived", "grade: certain", "unknown grade"),
        ("value: 4.5", "value: 55", "is not within"),
        ("stay_days_median:", "stay_days_medain:", "stay_days_median"),
    ],
)
def test_numbers_beside_the_model_are_refused_with_their_place(
    tmp_path: Path, was: str, is_now: str, said: str
) -> None:
    text = Path(str(constants.__file__)).with_name("external_constants.yaml").read_text()
    assert was in text
    path = tmp_path / "external_constants.yaml"
    path.write_text(text.replace(was, is_now, 1))
    with pytest.raises(InputError) as refused:
        read_model(path, constants.ExternalConstants)
    assert said in str(refused.value)
    assert "external_constants.yaml" in str(refused.value)
