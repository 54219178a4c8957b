"""Validation on made-up runs: what counts, what does not, and when it says no."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import Member
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.validation import figure as picture
from enforcement_sim.studies.validation.compute import Validation, validate
from enforcement_sim.studies.validation.targets import load_external_constants, load_targets

TARGETS = load_targets()
MEMBERS = tuple(Member(number, {"detainer.hold_hours": 24.0 + number}) for number in (1, 2, 3, 4, 5))
Found = dict[str, tuple[float | None, str]]


def agreeing(parameters: Mapping[str, float], seed: int, thin: int) -> Found:
    """Every figure in the middle of its range."""
    return {
        target.id: (None, "why not") if target.not_expressible else ((target.low + target.high) / 2, "")
        for target in TARGETS.values()
    }


def with_misses(*names: str) -> Validation:
    def missing(parameters: Mapping[str, float], seed: int, thin: int) -> Found:
        return agreeing(parameters, seed, thin) | {name: (TARGETS[name].high * 2, "") for name in names}

    return validate(MEMBERS, SerialExecutor(), figures=missing)


def plain(count: int) -> list[str]:
    return [
        target.id
        for target in TARGETS.of("fit")
        if not target.funnel and not target.not_expressible and target.unit != "jurisdictions"
    ][:count]


def test_agreement_holds_and_every_figure_has_a_row() -> None:
    found = validate(MEMBERS, SerialExecutor(), figures=agreeing)
    assert found.holds
    assert found.share_inside == 1.0
    assert sorted(found.table["id"]) == sorted(TARGETS)
    assert set(found.table["bin"]) == {"fit", "heldout", "context", "imported"}


def test_nine_in_ten_is_the_line() -> None:
    expressible = len([one for one in TARGETS.of("fit") if not one.not_expressible])
    most = expressible // 10
    assert with_misses(*plain(most)).holds
    too_many = with_misses(*plain(most + 1))
    assert not too_many.holds
    assert too_many.funnel_misses == []


def test_one_ratio_of_the_funnel_is_enough_to_fail() -> None:
    found = with_misses("sc_match_rate")
    assert found.share_inside > 0.9
    assert found.funnel_misses == ["sc_match_rate"]
    assert not found.holds


def test_held_out_figures_are_shown_and_do_not_count() -> None:
    kept_back = [target.id for target in TARGETS.of("heldout")]
    found = with_misses(*kept_back)
    rows = found.table.set_index("id")
    assert (rows.loc[kept_back, "verdict"] == "above").all()
    assert found.holds


def test_interval_over_sets_is_of_the_sets() -> None:
    def differing(parameters: Mapping[str, float], seed: int, thin: int) -> Found:
        level = parameters["detainer.hold_hours"] - 24.0
        return agreeing(parameters, seed, thin) | {"sc_match_rate": (0.06 + level / 100.0, "")}

    row = validate(MEMBERS, SerialExecutor(), figures=differing).table.set_index("id").loc["sc_match_rate"]
    assert row["simulated"] == pytest.approx(0.09)
    assert 0.07 < row["simulated_low"] < 0.08 < 0.1 < row["simulated_high"] < 0.11
    assert row["verdict"] == "above"
    assert row["share_inside"] == pytest.approx(1 / 5)


def test_seeds_are_used_where_there_are_no_sets() -> None:
    seen: list[int] = []

    def noting(parameters: Mapping[str, float], seed: int, thin: int) -> Found:
        seen.append(seed)
        assert not parameters
        return agreeing(parameters, seed, thin)

    found = validate((), SerialExecutor(), seeds=(3, 4), figures=noting)
    assert seen == [3, 4]
    assert (found.runs, found.of) == (2, "seeds")
    with pytest.raises(InputError, match="nothing to run"):
        validate((), SerialExecutor(), seeds=())


def test_picture_has_every_expressible_figure_in_units_of_its_range() -> None:
    found = with_misses("sc_match_rate")
    rows = picture.numbers(found.table).set_index("id")
    assert len(rows) == sum(not one.not_expressible for one in TARGETS.values())
    assert rows.loc["sc_match_rate_tx", "place"] == pytest.approx(0.0)
    target = TARGETS["sc_match_rate"]
    half = (target.high - target.low) / 2
    assert rows.loc["sc_match_rate", "place"] == pytest.approx((target.high * 2 - target.high + half) / half)
    figure = picture.draw(rows.reset_index(), found.runs, found.of)
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
def test_assumptions_about_the_border_are_refused_with_their_place(
    tmp_path: Path, was: str, is_now: str, said: str
) -> None:
    import enforcement_sim.studies.validation.targets as module

    text = Path(str(module.__file__)).with_name("external_constants.yaml").read_text()
    assert was in text
    path = tmp_path / "external_constants.yaml"
    path.write_text(text.replace(was, is_now, 1))
    with pytest.raises(InputError) as refused:
        load_external_constants(path)
    assert said in str(refused.value)
    assert "external_constants.yaml" in str(refused.value)
