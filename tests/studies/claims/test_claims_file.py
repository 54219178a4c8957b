"""The file of claims: all twenty, their arithmetic computed, and nothing incomplete let in."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError, lines_of
from enforcement_sim.studies.claims.arithmetic import computed
from enforcement_sim.studies.claims.published import load_claims, number_by_hand, read_claims
from enforcement_sim.studies.claims.worlds import OPERATORS

CLAIMS = load_claims()
SHIPPED = Path(__file__).parents[3] / "src" / "enforcement_sim" / "studies" / "claims" / "claims.yaml"
TEXT = SHIPPED.read_text(encoding="utf-8")

BY_HAND = {
    "effective-156": 55.3,
    "cost-60": 61.6,
    "enrolled-02": 2.14,
    "enrolled-71": 71.0,
    "california-40": 38.5,
    "identified-279": 279_311,
    "jail-90": 90,
    "half-minor": 50,
    "minor-55": 55.2,
    "upfront-after": 20,
    "cheaper-efficient": None,
    "guidance-2012": None,
    "least-productive": None,
    "citizens-3600": 3600,
    "cook-15.7": 0.476,
    "released-rearrest": 22.9,
    "flagged-159": 159_000,
    "families-88000": 87_750,
    "la-26m": 25.2,
    "irving-150": None,
}
"""Worked out with a pocket calculator."""


def test_all_twenty_are_there_with_an_operator_each() -> None:
    assert list(CLAIMS) == list(BY_HAND)
    assert set(OPERATORS) == set(CLAIMS)


@pytest.mark.parametrize("name", BY_HAND)
def test_arithmetic_by_hand(name: str) -> None:
    by_hand, expected = CLAIMS[name].by_hand, BY_HAND[name]
    if expected is None:
        assert by_hand is None and CLAIMS[name].no_arithmetic
    else:
        assert by_hand is not None and by_hand.value == pytest.approx(expected, rel=3e-3)


def test_further_lines_of_arithmetic() -> None:
    lines = {
        line.says: line.expression.value for claim in CLAIMS.values() if claim.by_hand for line in claim.by_hand.also
    }
    assert lines["four sixths of the people identified in six years"] == pytest.approx(186_207.3, abs=0.1)
    assert lines["days for each detainer that the claim implies"] == pytest.approx(65.9, abs=0.05)
    assert lines["share of the sample"] == pytest.approx(1.6)
    assert lines["no conviction in the nation"] == pytest.approx(28.8, abs=0.05)


def test_advocacy_is_marked_on_both_sides() -> None:
    sides = {claim.side for claim in CLAIMS.values()}
    assert {"advocacy for restriction", "advocacy for immigrants"} <= sides


def test_every_run_is_used_by_a_claim() -> None:
    assert {run for claim in CLAIMS.values() for run in claim.runs} == set(CLAIMS.runs)


def test_numbers_that_are_counted_with_are_those_of_the_file() -> None:
    assert number_by_hand("cost-60", "for_287g") == 204
    assert number_by_hand("cook-15.7", "dollars_a_day") == 143
    with pytest.raises(KeyError):
        number_by_hand("cost-60", "for_others")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("source: [HSNW11], grade: seen", "source: [], grade: seen", "source: is empty"),
        ("source: [HSNW11], grade: seen", "source: [HSNW12], grade: seen", "did you mean 'HSNW11'"),
        ("unit: people, source: [HSNW11]", "source: [HSNW11]", "unit: is missing"),
        ("claimed: {value: 40, unit: percent}", "claimed: {value: 40, unit: percents}", "did you mean 'percent'"),
        ("claimed: {value: 40, unit: percent}", "claimed: {unit: percent}", "needs one figure"),
        (
            "runs: [history_from_2005, shared_everywhere]",
            "runs: [history_from_2005, shared_everywere]",
            "shared_everywhere",
        ),
        ("runs: [history_from_2005, shared_everywhere]", "runs: []", "runs: is empty"),
        ("stage: convicted and removed\n", "stag: removed\n", "did you mean 'stage'"),
        ("gives: california / nation * 100", "gives: california / nations * 100", "did you mean 'nation'"),
        ("gives: california / nation * 100", "gives: california * 100", "no line of the arithmetic uses"),
        ("gives: california / nation * 100", "gives: california / (nation - nation)", "no finite value"),
        ("to: 2011-03-31", "to: 2007-03-31", "before it begins"),
        ("stage: convicted and removed", "stage: convicted and remove", "did you mean 'convicted and removed'"),
        ("basis: counted", "basis: count", "did you mean 'counted'"),
        ("expression: california, counts", "expression: nation, counts", "makes 100 and the arithmetic 38.5"),
        ("counts: people, stage", "stage", "counts: is missing"),
        ("      divided:", "      dividet:", "did you mean 'divided'"),
        (
            "side: advocacy for restriction\n    claimed: {value: 40",
            "side: restriction\n    claimed: {value: 40",
            "unknown side 'restriction'; allowed: advocacy for restriction",
        ),
    ],
)
@pytest.mark.slow
def test_what_is_incomplete_is_refused_with_its_line(old: str, new: str, says: str) -> None:
    here = TEXT.index("  california-40:")
    assert old in TEXT[here:]
    broken = TEXT[:here] + TEXT[here:].replace(old, new, 1)
    with pytest.raises(InputError, match=says.replace("(", r"\(")) as error:
        read_claims("claims.yaml", broken)
    (line,) = lines_of(error.value)
    assert "california-40" in line and error.value.line is not None
    assert TEXT[:here].count("\n") < error.value.line < TEXT[:here].count("\n") + 30


def test_arithmetic_needs_its_parts_or_words_and_words_name_numbers_that_are_there() -> None:
    here = TEXT.index("  jail-90:")
    for old, new, says in (
        ("{hybrid}%", "{hybrids}%", "names a number that is not there"),
        ("      in_words:", "      # in_words:", "needs one of divided and in_words"),
    ):
        with pytest.raises(InputError, match=says) as error:
            read_claims("claims.yaml", TEXT[:here] + TEXT[here:].replace(old, new, 1))
        assert "jail-90" in str(error.value)


def test_partly_expressed_needs_limits_and_fully_has_none() -> None:
    for name in ("minor-55", "cost-60", "irving-150"):
        here = TEXT.index(f"  {name}:")
        swapped = {"fully": "partly", "partly": "fully", "not": "fully"}[CLAIMS[name].expressed]
        broken = TEXT[:here] + TEXT[here:].replace(f"expressed: {CLAIMS[name].expressed}", f"expressed: {swapped}", 1)
        with pytest.raises(InputError, match="limits"):
            read_claims("claims.yaml", broken)


def test_claim_that_nobody_knows_has_a_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'minor-55'"):
        CLAIMS.chosen("minr-55")
    with pytest.raises(InputError, match="no claim 'zzz'; allowed: effective-156, cost-60"):
        CLAIMS.chosen("zzz")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("minor-55", "minor-55"),
        ("156", "effective-156"),
        ("156%", "effective-156"),
        ("02", "enrolled-02"),
        (".02%", "enrolled-02"),
        ("cook", "cook-15.7"),
        ("CALIFORNIA", "california-40"),
        ("minor-5", "minor-55"),
        ("26", "la-26m"),  # part of an id before a number of a text
        ("279,311", "identified-279"),
        ("279311", "identified-279"),
        ("8,145", "released-rearrest"),
        ("$26 million", "la-26m"),
        ("petty offences", "irving-150"),
    ],
)
def test_claim_is_found_by_a_part_of_its_name_or_text(name: str, found: str) -> None:
    assert CLAIMS.chosen(name).id == found


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("minor", ("half-minor", "minor-55")),
        ("enrolled", ("enrolled-02", "enrolled-71")),
        ("detainers", ("jail-90", "guidance-2012", "cook-15.7", "released-rearrest", "la-26m")),
    ],
)
def test_several_claims_with_the_same_part_are_named(name: str, candidates: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="several claims have") as error:
        CLAIMS.chosen(name)
    assert error.value.allowed == candidates


@pytest.mark.parametrize("expression", ["__import__('os')", "a.b", "a if a else a", "a[0]", "'a'", "a <", "True"])
def test_arithmetic_is_nothing_but_arithmetic(expression: str) -> None:
    with pytest.raises(InputError):
        computed(expression, {"a": 1.0})


def test_arithmetic_keeps_the_order_of_operations() -> None:
    assert computed("-a + b * 2 ** 3 / (b - 1)", {"a": 1, "b": 3}) == pytest.approx(-1 + 12)
