"""Findings: other numbers give other words, and every branch is reached by numbers alone."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from enforcement_sim.evidence.findings import Estimate, amount, find, interval
from enforcement_sim.evidence.published_claims import ByHand, Claim, Claimed, load_claims

SHARE = load_claims()["california-40"]  # 40% stated, 38.5% by hand
CHEAPER = load_claims()["cheaper-efficient"]  # below 1 is claimed, without figures
NOTHING = math.nan


def estimate(mean: float, half: float = 0.5, label: str = "as claimed", seeds: int = 3) -> Estimate:
    return Estimate(label, mean, mean - half, mean + half, seeds)


def stated(value: float, by_hand: float | None, claim: Claim = SHARE) -> Claim:
    hand = None if by_hand is None else ByHand((), "made up", by_hand, ())
    return replace(claim, claimed=Claimed("value", value, claim.unit, False), by_hand=hand)


def test_agrees_and_definitions_move_it_little() -> None:
    found = find(SHARE, estimate(38.0), [estimate(36.0, label="another way")])
    assert (found.arithmetic, found.substance, found.definition, found.mainly) == (
        "follows",
        "agrees",
        "the same under other definitions",
        "neither",
    )
    assert "38% (37.5 to 38.5), as near to the published 38.5% as either is known" in found.sentence
    assert found.sentence.startswith("California's share of removals under Secure Communities: counted the claim's way")
    assert found.sentence.endswith("neither the model nor the definition parts from the claim.")


def test_agrees_because_the_interval_holds_it() -> None:
    found = find(SHARE, estimate(33.0, 6.0), [])
    assert (found.substance, found.definition, found.mainly) == ("agrees", "no other definition", "")
    assert "an interval that holds the published 38.5%" in found.sentence


def test_differs_and_that_is_substance() -> None:
    found = find(SHARE, estimate(20.0), [estimate(22.0, label="another way")])
    assert (found.substance, found.mainly) == ("differs", "substance")
    assert "18.5 points below the published 38.5%" in found.sentence
    assert found.sentence.endswith("mainly substance (the model against what was published).")


def test_differs_less_than_definitions_do() -> None:
    found = find(
        SHARE, estimate(30.0), [estimate(5.0, label="the lowest way"), estimate(60.0, label="the highest way")]
    )
    assert (found.substance, found.definition, found.mainly) == ("differs", "depends on definition", "definition")
    assert "from 5% (the lowest way) to 60% (the highest way)" in found.sentence
    assert (found.lowest and found.lowest.mean, found.highest and found.highest.mean) == (5.0, 60.0)


def test_definition_and_substance_alike() -> None:
    found = find(SHARE, estimate(28.0), [estimate(40.0, label="another way")])
    assert found.mainly == "definition and substance"
    assert found.sentence.endswith("what parts claim and model is definition and substance, about alike.")


def test_own_definition_is_in_the_range() -> None:
    found = find(SHARE, estimate(20.0), [estimate(30.0, label="another way")])
    assert found.lowest is not None and found.lowest.mean == 20.0


def test_cannot_tell_from_one_seed_a_wide_interval_or_no_value() -> None:
    one_seed = find(SHARE, Estimate("as claimed", 20.0, NOTHING, NOTHING, 1), [])
    assert one_seed.substance == "cannot tell" and "one seed, no interval" in one_seed.sentence
    assert find(SHARE, estimate(33.0, 30.0), []).substance == "cannot tell"
    nothing = find(SHARE, Estimate("as claimed", NOTHING, NOTHING, NOTHING, 0), [estimate(30.0)])
    assert (nothing.substance, nothing.mainly) == ("cannot tell", "")
    assert "no value under the claim's own definition" in nothing.sentence


def test_one_seed_can_still_be_near() -> None:
    assert find(SHARE, Estimate("as claimed", 38.0, NOTHING, NOTHING, 1), []).substance == "agrees"


def test_arithmetic_that_does_not_give_the_stated_figure() -> None:
    found = find(stated(156.0, 55.3), estimate(55.0), [estimate(54.0)])
    assert found.arithmetic == "does not follow"
    assert "the figures given make 55.3%, what is stated is 156%; counted the claim's way" in found.sentence
    assert found.mainly == "arithmetic"
    assert found.sentence.endswith("is mainly arithmetic (what is stated against what its figures give).")
    assert find(stated(57.0, 55.3), estimate(55.0), []).arithmetic == "follows"


def test_implied_figures_part_by_wording() -> None:
    found = find(load_claims()["upfront-after"], estimate(20.0), [estimate(15.0, label="another way")])
    assert (found.arithmetic, found.mainly) == ("does not follow", "wording")
    assert "figures of the time make 20%, what is implied is 100%" in found.sentence


def test_what_is_put_in_is_not_found() -> None:
    found = find(load_claims()["irving-150"], estimate(48.0), [estimate(1.0, label="all bookings")])
    assert (found.substance, found.mainly) == ("put in, not found", "")
    assert "does not find such a change and can be given one, here 48% more" in found.sentence


def test_without_arithmetic_the_stated_figure_is_the_reference() -> None:
    found = find(stated(40.0, None), estimate(40.0), [])
    assert (found.arithmetic, found.substance) == ("no arithmetic", "agrees")


@pytest.mark.parametrize(
    ("mean", "half", "expected"), [(0.5, 0.1, "agrees"), (2.0, 0.1, "differs"), (1.0, 0.3, "cannot tell")]
)
def test_claimed_direction(mean: float, half: float, expected: str) -> None:
    found = find(CHEAPER, estimate(mean, half), [estimate(0.2, 0.0, "another way")])
    assert (found.substance, found.mainly) == (expected, "")


def test_above_is_the_other_side() -> None:
    claim = replace(CHEAPER, claimed=replace(CHEAPER.claimed, kind="above"))
    assert find(claim, estimate(2.0, 0.1), []).substance == "agrees"


def test_others_without_a_value_are_left_aside() -> None:
    found = find(SHARE, estimate(38.0), [Estimate("nothing", NOTHING, NOTHING, NOTHING, 0)])
    assert found.definition == "no other definition"


def test_zero_is_a_reference_too() -> None:
    claim = load_claims()["guidance-2012"]
    found = find(claim, estimate(12.0), [])
    assert found.substance == "differs" and "12 points above the implied 0%" in found.sentence


def test_times_as_much() -> None:
    claim = load_claims()["cook-15.7"]
    found = find(claim, estimate(1.5, 0.1), [])
    assert "3.2 times the published $0.476 million" in found.sentence


def test_amounts_and_intervals() -> None:
    assert [amount(value, "percent less") for value in (61.6, -12.04)] == ["61.6% less", "12% more"]
    assert amount(57_412.0, "people") == "57,400" and amount(NOTHING, "people") == "no value"
    assert amount(0.0, "percent") == "0%" and amount(1234.5, "days") == "1,230 days"
    assert interval(estimate(0.0, 3.0), "percent more") == "3% less to 3% more"
    assert interval(estimate(-20.0, 3.0), "percent more") == "17 to 23"
    assert interval(estimate(5.0, 0.0), "percent") == "in every seed"


def test_the_side_does_not_enter() -> None:
    own, others = estimate(20.0), [estimate(60.0, label="another way")]
    here = find(SHARE, own, others)
    assert find(replace(SHARE, side="advocacy for immigrants", said_by=()), own, others) == here
