"""Every mechanism moves what it should, in the direction its source says, when it is switched off.

The comparisons of docs/mechanisms.md on a few counties, over a year and under two seeds; the page itself has the figures.
"""

from __future__ import annotations

import json
from functools import cache

import pytest
from tools.make_mechanisms import (
    DOWN,
    EXPLAINED,
    MECHANISMS,
    OUT,
    POINTS,
    SAME,
    UP,
    Measured,
    Mechanism,
    differences,
    in_words,
    screened,
    simulate,
)

from enforcement_sim.runs.provenance import canonical_json
from enforcement_sim.scenarios.schema import Scenario, assemble

PLACES = {
    "scope": {"counties": ["13067", "13135", "48113", "48201"]},
    "simulate": "alone",
    "period.start": "2010-10-01",
    "period.end": "2011-12-31",
}
"""Cobb and Gwinnett (287(g), then prints), Dallas (prints) and Harris (both)."""
SEEDS = (1, 2)
NEARLY_NONE = 0.1
"""What is left of re-arrest when hardly anyone is booked twice, as a part of it."""
SMALL = 0.01
JAIL = "jail_287g"


@cache
def _simulated(scenario: str, seed: int) -> Measured:
    return simulate(assemble(json.loads(scenario)), seed)


def numbers(scenario: Scenario, seed: int) -> Measured:
    return _simulated(canonical_json(scenario.resolved()), seed)


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda one: one.name)
@pytest.mark.slow
def test_switched_off_it_moves_what_it_should(mechanism: Mechanism) -> None:
    found = differences(mechanism, PLACES, SEEDS, numbers)
    for measure, expected in mechanism.expected.items():
        if (mechanism.name, measure) in EXPLAINED:
            continue
        difference, reference = found[measure].difference, found[measure].reference_mean
        if expected == SAME:
            assert abs(difference) <= SMALL * reference, measure
        else:
            assert expected in (UP, DOWN)
            assert difference > 0 if expected == UP else difference < 0, measure


@pytest.mark.slow
def test_what_is_switched_off_is_gone() -> None:
    gone = {
        "Stay that a detainer induces": "hours.induced",
        "Authorisation by ICE": "declined_by_ice",
        "Mistakes about citizens": "detainers_on_citizens",
        "Task forces": "field_arrest",
    }
    for mechanism in MECHANISMS:
        if mechanism.name in gone:
            measure = gone[mechanism.name]
            assert differences(mechanism, PLACES, SEEDS, numbers)[measure].mean == 0, measure
        if mechanism.name == "People booked more than once":
            for found in differences(mechanism, PLACES, SEEDS, numbers).values():
                assert found.mean < NEARLY_NONE * found.reference_mean


@pytest.mark.slow
def test_screening_point_and_approach_move_the_mix() -> None:
    """Later and narrower screening reaches fewer people, of whom more are charged with or convicted of serious offences."""
    jails = ["13067", "13135"]
    found = {
        (point, approach): numbers(screened(point, approach, jails), 1)
        for point in POINTS
        for approach in ("screen-universal", "screen-targeted")
    }
    for measure, sign in ((f"level_1_or_2_share.{JAIL}", 1), (f"detainer_issued.{JAIL}", -1)):
        for point in POINTS:
            targeted, universal = found[point, "screen-targeted"][measure], found[point, "screen-universal"][measure]
            assert sign * (targeted - universal) > 0, (point, measure)
        later, sooner = (
            found["post-case", "screen-universal"][measure],
            found["at-booking", "screen-universal"][measure],
        )
        assert sign * (later - sooner) > 0, measure


def test_the_page_names_every_mechanism_and_measure() -> None:
    page = OUT.read_text(encoding="utf-8")
    for mechanism in MECHANISMS:
        assert f"**{mechanism.name}**: {mechanism.switch}" in page, "run: python -m tools.make_mechanisms"
        assert all(f"| {in_words(measure)} |" in page for measure in mechanism.expected)


def test_what_is_explained_is_a_measure_of_the_page() -> None:
    measures = {(mechanism.name, measure) for mechanism in MECHANISMS for measure in mechanism.expected}
    assert set(EXPLAINED) <= measures
