"""Verdicts: each kind from numbers alone, what makes two numbers unlike, and nothing of who made the claim."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import date

import pytest

from enforcement_sim.studies.claims.arithmetic import Part, unlike
from enforcement_sim.studies.claims.published import Claimed, load_claims
from enforcement_sim.studies.claims.verdicts import (
    ARITHMETIC,
    AS_NEAR,
    CANNOT_TELL,
    KINDS,
    MEANING,
    MOSTLY,
    NONE,
    NOT_EXPRESSIBLE,
    OWN_ONLY,
    SOME,
    UNLIKE,
    Estimate,
    Figures,
    figures_of,
    holds,
    judge,
    near,
)
from enforcement_sim.yaml_models import StrictModel

NOTHING = math.nan


def estimate(mean: float, half: float = 0.5, label: str = "as claimed", seeds: int = 3) -> Estimate:
    return Estimate(label, mean, mean - half, mean + half, seeds)


def figures(
    stated: float, by_hand: float | None = None, unit: str = "percent", kind: str = "value", implied: bool = False
) -> Figures:
    return Figures(Claimed.model_validate({kind: stated, "unit": unit, "implied": implied}), by_hand, (), True)


def changed[Model: StrictModel](model: Model, **changes: object) -> Model:
    return model.model_copy(update=changes)


def part(**changes: object) -> Part:
    plain: dict[str, object] = {"says": "people", "expression": "10", "counts": "people", "stage": "removed"}
    plain |= {
        "programme": "any",
        "place": "nation",
        "basis": "counted",
        "from": date(2010, 1, 1),
        "to": date(2010, 12, 31),
    }
    return changed(Part.model_validate(plain, context={"number": {}}), **changes)


@pytest.mark.parametrize(
    ("own", "others", "kind", "counted"),
    [
        (38.0, (), OWN_ONLY, (1, 1)),
        (38.0, (39.0, 41.0), MOSTLY, (3, 3)),
        (38.0, (39.0, 60.0, 70.0), OWN_ONLY, (2, 4)),  # half is not most
        (20.0, (39.0, 60.0), SOME, (1, 3)),
        (20.0, (39.0, 41.0), MOSTLY, (2, 3)),
        (20.0, (60.0,), NONE, (0, 2)),
        (20.0, (), NONE, (0, 1)),
    ],
)
def test_how_many_definitions_come_to_the_figure(
    own: float, others: tuple[float, ...], kind: str, counted: tuple[int, int]
) -> None:
    found = judge(figures(40.0), estimate(own), [estimate(value) for value in others])
    assert found.kinds == (kind,) and (found.holding, found.told) == counted
    assert f"({counted[0]} of {counted[1]}" in found.words


def test_most_without_the_own_definition_says_so() -> None:
    found = judge(figures(40.0), estimate(20.0), [estimate(39.0), estimate(41.0)])
    assert found.words == "holds under most definitions (2 of 3, not its own)"


@pytest.mark.parametrize(
    "own",
    [
        Estimate("one seed", 40.0, NOTHING, NOTHING, 1),
        Estimate("too wide", 40.0, 10.0, 70.0, 3),
        Estimate("holds it, not near", 30.0, 19.0, 41.0, 3),
    ],
)
def test_cannot_tell(own: Estimate) -> None:
    found = judge(figures(40.0), own, [estimate(40.0)])
    assert found.kinds == (CANNOT_TELL,) and found.own is None and (found.told, found.untold) == (1, 1)


def test_not_expressible_whatever_the_numbers() -> None:
    silent = Estimate("as claimed", NOTHING, NOTHING, NOTHING, 0)
    assert judge(figures(40.0), silent, [estimate(40.0)]).kinds == (NOT_EXPRESSIBLE,)
    neighbour = replace(figures(40.0), expressible=False)
    assert judge(neighbour, estimate(40.0), []).kinds == (NOT_EXPRESSIBLE,)


def test_arithmetic_that_gives_another_figure_has_a_factor_and_leaves_the_stated_one_to_hold() -> None:
    found = judge(figures(0.02, 2.14), estimate(2.14), [])
    assert found.kinds == (ARITHMETIC, NONE) and found.factor == pytest.approx(107)
    assert found.words == "arithmetic wrong by a factor of 107; holds under no definition (0 of 1)"
    assert judge(figures(15.7, 0.476), estimate(15.7), []).kinds == (ARITHMETIC, OWN_ONLY)
    assert "factor of 33;" in judge(figures(15.7, 0.476), estimate(1.0), []).words


def test_rounding_in_speech_is_no_fault_and_the_exact_figure_is_what_must_hold() -> None:
    rounded = figures(40.0, 38.5)
    assert rounded.follows and rounded.figure == 38.5
    assert holds(rounded, estimate(35.0)) and not holds(figures(40.0), estimate(35.0))
    assert not figures(40.0, 37.9).follows


def test_implied_figures_have_no_arithmetic_of_their_own() -> None:
    found = judge(figures(100.0, 20.0, implied=True), estimate(25.0), [])
    assert found.kinds == (NONE,) and math.isnan(found.factor)


def test_comparisons_are_made_as_ratios() -> None:
    less = figures(60.0, unit="percent less")  # 0.40 of the other
    assert not holds(less, estimate(66.0)) and holds(less, estimate(63.0))
    assert holds(figures(156.0, unit="percent more"), estimate(135.0))
    assert not holds(figures(1.0, unit="percent more"), estimate(60.0))
    assert holds(figures(0.0, unit="percent more"), estimate(5.0))


def test_at_least_is_met_from_above_and_a_side_only_by_a_whole_interval() -> None:
    least = figures(55.0, kind="at_least")
    assert holds(least, estimate(80.0)) and holds(least, estimate(50.0)) and holds(least, estimate(40.0)) is False
    below = figures(1.0, unit="ratio", kind="below")
    answers = [holds(below, estimate(mean, 0.2)) for mean in (0.5, 0.9, 1.5)]
    assert answers == [True, None, False]
    assert holds(figures(1.0, unit="ratio", kind="above"), estimate(1.5, 0.2))


def test_nothing_is_near_zero_but_zero() -> None:
    assert not holds(figures(0.0), estimate(0.4, 0.1)) and holds(figures(0.0), estimate(0.0, 0.0))


@pytest.mark.parametrize("name", [name for name, claim in load_claims().items() if not claim.claimed.is_direction])
def test_ends_of_what_is_near_are_where_it_ends(name: str) -> None:
    chosen = figures_of(load_claims()[name])
    low, high = near(chosen)
    step = 1e-6 * max(abs(low), abs(high), 1.0)
    for inside, outside in ((low + step, low - step), (high - step, high + step)):
        if chosen.figure:
            assert holds(chosen, estimate(inside, 0.0))
        if chosen.claimed.kind == "value":
            assert not holds(chosen, estimate(outside, 0.0))


# ---- unlike things ------------------------------------------------------------------------------------------------------


def test_nothing_divided_is_not_unlike() -> None:
    assert unlike((), "people") == ()


def test_two_programmes_may_differ_in_the_programme_alone() -> None:
    one, two = part(programme="287(g)"), part(programme="Secure Communities")
    for unit in ("percent more", "percent less", "ratio"):
        assert unlike((one, two), unit) == ()
        assert unlike((changed(one, stage="identified"), two), unit) == ("stage (identified; removed)",)
        assert unlike((changed(one, end=date(2011, 6, 30)), two), unit) == (
            "period (Jan 2010 to Jun 2011; Jan 2010 to Dec 2010)",
        )
        assert unlike((changed(one, basis="pro-rated"), two), unit) == (
            "how the number came about (pro-rated; counted)",
        )
        assert unlike((changed(one, place="California"), two), unit) == ("place (California; nation)",)


def test_a_share_is_of_its_whole() -> None:
    whole = part(stage="identified")
    assert unlike((part(programme="287(g)", place="Texas", end=date(2010, 3, 31)), whole), "percent") == ()
    assert unlike((whole, part()), "percent") == ("stage (identified; removed)",)  # an earlier stage is no part
    assert unlike((part(counts="agencies"), whole), "percent") == ("what is counted (agencies; people)",)
    assert unlike((part(end=date(2011, 1, 1)), whole), "percent")[0].startswith("period")
    assert unlike((part(), part(programme="287(g)")), "percent") == ("programme (any; 287(g))",)
    assert unlike((part(), part(place="Texas")), "percent") == ("place (nation; Texas)",)


def test_unlike_stands_beside_what_the_world_gives() -> None:
    unequal = replace(figures(40.0), divided=(part(counts="agencies"), part()))
    found = judge(unequal, estimate(40.0), [])
    assert found.kinds == (UNLIKE, OWN_ONLY) and found.differ == ("what is counted (agencies; people)",)


# ---- nobody's name ------------------------------------------------------------------------------------------------------


def test_a_verdict_sees_figures_and_nothing_else() -> None:
    assert {field.name for field in fields(Figures)} == {"claimed", "by_hand", "divided", "expressible"}
    for claim in load_claims().values():
        renamed = changed(claim, id="x", says="Something else.", side="press", said_by=(), note="", limits="")
        assert figures_of(renamed) == figures_of(claim)


def test_every_kind_is_defined_with_its_threshold() -> None:
    assert set(MEANING) == set(KINDS)
    assert "5%" in MEANING[ARITHMETIC] and "50%" in MEANING[MOSTLY] and AS_NEAR == 0.1
