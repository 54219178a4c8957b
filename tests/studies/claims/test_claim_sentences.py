"""Findings: two plain sentences from a claim's figures; other numbers give other words."""

from __future__ import annotations

import math

from enforcement_sim.studies.claims.audit import find
from enforcement_sim.studies.claims.claim_amounts import amount, interval
from enforcement_sim.studies.claims.claim_sentences import claimed_by, headline
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.verdicts import Estimate

CLAIMS = load_claims()
SHARE = CLAIMS["california-40"]  # 40% stated, 38.5% by hand
NOTHING = math.nan


def estimate(mean: float, half: float = 0.5, label: str = "as claimed", seeds: int = 3) -> Estimate:
    return Estimate(label, mean, mean - half, mean + half, seeds)


def test_first_sentence_says_what_was_divided_by_what() -> None:
    found = find(SHARE, estimate(38.0), [])
    assert found.arithmetic == (
        "By hand, people with a conviction removed after a match in California to March 2011 (27,899) divided by the same in "
        "the nation (72,445) gives 38.5%, stated as 40%."
    )


def test_first_sentence_says_what_is_stated_where_it_is_another_figure_and_in_what_parts_differ() -> None:
    told = find(CLAIMS["effective-156"], estimate(36.0), []).arithmetic
    assert "(186,207) divided by" in told and "(119,912) gives 55.3% more, and what is stated is 156% more;" in told
    assert "the two differ in stage (identified; convicted and removed), period (" in told
    assert "how the number came about (pro-rated; counted)." in told
    assert "and what is implied is 100%" in find(CLAIMS["upfront-after"], estimate(25.0), []).arithmetic


def test_first_sentence_where_nothing_is_divided() -> None:
    assert find(CLAIMS["identified-279"], estimate(1.0), []).arithmetic == (
        "Nothing is divided: 279,311 people are the programme's own count."
    )
    assert find(CLAIMS["cheaper-efficient"], estimate(1.0), []).arithmetic == (
        "Nothing can be divided by hand: no figures were given."
    )
    assert find(CLAIMS["citizens-3600"], estimate(1.0), []).arithmetic == (
        "By hand, 6 citizens in a sample of 375, brought up to 225,000 people arrested gives 3,600."
    )


def test_second_sentence_says_what_the_world_gives_with_its_interval_and_the_range() -> None:
    found = find(
        SHARE, estimate(38.0), [estimate(5.0, label="the lowest way"), estimate(60.0, label="the highest way")]
    )
    assert found.world == (
        "Counted the claim's way, the simulated world gives 38% (95%: 37.5 to 38.5); 1 of 3 definitions comes within a tenth "
        "of 38.5%, from 5% (the lowest way) to 60% (the highest way)."
    )
    assert (found.lowest and found.lowest.value, found.highest and found.highest.value) == (5.0, 60.0)


def test_own_definition_may_end_the_range_and_what_cannot_be_told_is_counted_apart() -> None:
    found = find(SHARE, estimate(20.0), [Estimate("one seed", 30.0, NOTHING, NOTHING, 1)])
    assert (
        "0 of 1 definition come within a tenth of 38.5% (1 more cannot be told), from 20% (the claim's way)"
        in found.world
    )


def test_bounds_and_least_figures_are_worded_as_such() -> None:
    assert "1 of 1 definition lies below 1." in find(CLAIMS["cheaper-efficient"], estimate(0.5, 0.1), []).world
    assert "of 55.2% or lies above it." in find(CLAIMS["minor-55"], estimate(54.0), []).world


def test_what_the_model_does_not_count_is_no_answer() -> None:
    told = find(CLAIMS["irving-150"], estimate(48.0), [estimate(1.0, label="all bookings")]).world
    assert told == "The model does not count this; the nearest number that it has is 48% more (95%: 47.5 to 48.5)."
    nothing = find(SHARE, Estimate("as claimed", NOTHING, NOTHING, NOTHING, 0), [estimate(30.0)])
    assert nothing.world == "The model has no value under the claim's own definition."


def test_a_claim_is_headed_as_a_claim_with_who_makes_it() -> None:
    for claim in CLAIMS.values():
        assert headline(claim) == f"Claim: {claim.says}"
        assert claimed_by(claim).startswith(f"Claimed by {claim.side}: ")
    assert "Florida Center for Investigative Reporting" in claimed_by(CLAIMS["citizens-3600"])
    assert "[press]" in claimed_by(CLAIMS["citizens-3600"]) and "[" not in claimed_by(CLAIMS["cost-60"])


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
    assert find(SHARE.model_copy(update={"side": "advocacy for immigrants", "said_by": ()}), own, others) == here
