"""Field offices that differ, and the prisons that belong to them. docs/process.md, section "Places and offices"."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from enforcement_sim.law.adherence import shifted
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import World, build_world, differ
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.layouts import PLACE
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.scenarios.load import load_scenario

PLACES = load_geography()
WAYS = ("issue_covered", "issue_not_covered", "wanted_priority", "wanted_other", "delay_factor")
SPREADS = ("detainer.adherence_spread", "pickup.wanted_spread", "pickup.delay_spread")
DEFAULTS = dict(load_register().defaults())


def world_of(scope: Any, seed: int = 1, more: dict[str, Any] | None = None) -> World:
    """Lay out a short run."""
    settings: dict[str, Any] = {
        "scope": scope,
        "simulate": "alone",
        "period.start": "2010-01-01",
        "period.end": "2010-02-28",
    }
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**settings, **(more or {})), seed)


@pytest.fixture(scope="module")
def nation() -> World:
    """Return the world of the whole nation."""
    return world_of("nation")


def log_odds(share: np.ndarray | float) -> np.ndarray:
    """Return the logarithm of the odds."""
    return np.log(np.asarray(share) / (1.0 - np.asarray(share)))


# ---- prisons ---------------------------------------------------------------------------------------------------------


def test_every_state_in_a_run_has_a_prison_behind_the_counties() -> None:
    """By FIPS code, with the code of the state times a thousand; counties point to their own state's."""
    world = world_of({"counties": ["48201", "24021", "10003", "24031"]})
    assert world.places["fips"].tolist() == [10003, 24021, 24031, 48201, 10000, 24000, 48000]
    assert world.places["is_prison"].tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert world.places["prison"].tolist() == [4, 5, 5, 6, -1, -1, -1]
    for field in ("day_share", "pool", "sharing", "inmates"):
        assert not world.places[field][4:].any()


def test_a_prison_lies_with_the_office_that_has_most_of_the_state(nation: World) -> None:
    """California's with Los Angeles, Texas's with the largest of four; where a state is of one office, with that one.

    Whatever part of the state is in the run.
    """
    counties, prisons = (nation.places[nation.places["is_prison"] == kind] for kind in (0, 1))
    assert prisons.size == 51
    noncitizens = counties["day_share"] * counties["reachable_share"] * (1.0 - counties["status_cdf"][:, 1])
    for prison in prisons:
        here = counties["state"] == prison["state"]
        of_office = np.bincount(counties["office"][here], weights=noncitizens[here], minlength=24)
        assert prison["office"] == of_office.argmax()
        assert PLACES.areas[prison["area"]] == (prison["state"], prison["office"])
    codes = {PLACES.states[prison["state"]].postal: PLACES.offices[prison["office"]].code for prison in prisons}
    assert (codes["CA"], codes["NY"], codes["MD"]) == ("LOS", "NYC", "BAL")
    part = world_of({"counties": ["06113"]})  # Yolo County, of the office of San Francisco
    assert [PLACES.offices[row["office"]].code for row in part.places] == ["SFR", "LOS"]


def test_crews_beds_and_visits_are_shared_by_counties_only(nation: World) -> None:
    """An office's visits follow its adult non-citizens and add up to the nation's; a part of an area has its part of them."""
    assert nation.offices["visits"].sum() == pytest.approx(DEFAULTS["background.visits_a_day"])
    adults = np.array([office.adult_noncitizens for office in PLACES.offices])
    assert np.allclose(nation.offices["visits"], adults / adults.sum() * DEFAULTS["background.visits_a_day"])
    part = world_of({"counties": ["24021"]})
    (office,) = np.flatnonzero(part.office_shares)
    assert part.offices["visits"][office] == pytest.approx(
        nation.offices["visits"][office] * part.office_shares[office]
    )
    assert not np.delete(part.offices["visits"], office).any()


# ---- ways of offices -------------------------------------------------------------------------------------------------


def test_without_spread_every_office_is_the_registers(nation: World) -> None:
    """Bit for bit: with all spreads 0 shares are the parameters and delays are as drawn, whichever draw of offices is used."""
    for draw in (1, 77):
        flat = world_of("nation", more=dict.fromkeys(SPREADS, 0.0) | {"institutions.office_draw": draw}).places
        for field, value in (
            ("issue_covered", DEFAULTS["detainer.issue_if_covered"]),
            ("issue_not_covered", DEFAULTS["detainer.issue_if_not_covered"]),
            ("wanted_priority", DEFAULTS["pickup.wanted_share_priority"]),
            ("wanted_other", DEFAULTS["pickup.wanted_share_other"]),
            ("delay_factor", 1.0),
        ):
            assert (flat[field] == value).all(), field
        others = [name for name in PLACE.names or () if name not in WAYS]
        assert all((flat[field] == nation.places[field]).all() for field in others)


def test_ways_are_an_offices_and_the_same_for_every_seed(nation: World) -> None:
    """Seeds stand for chance; how offices differ is what is not known: another `institutions.office_draw` is another set."""
    for office in range(24):
        here = nation.places[nation.places["office"] == office]
        assert all(np.unique(here[field]).size == 1 for field in WAYS)
    assert all(np.unique(nation.places[field]).size == 24 for field in WAYS)
    same = world_of("nation", seed=2).places
    assert all((same[field] == nation.places[field]).all() for field in WAYS)
    other = world_of("nation", more={"institutions.office_draw": 2}).places
    assert all((other[field] != nation.places[field]).all() for field in WAYS)


def test_ways_by_their_draws(nation: World) -> None:
    """One office by hand: the normal quantile of its draw times the spread, on the log odds, and for delays on the log."""
    row = nation.places[nation.places["fips"] == 17031][0]
    stream = institution_stream(1, InstitutionKind.FIELD_OFFICE, int(row["office"]), 0)
    z = {
        purpose: float(stats.norm.ppf(uniform(stream, purpose.value)))
        for purpose in (Draw.ADHERENCE, Draw.CHOICE, Draw.DISTANCE)
    }
    for field, address, shift in (
        ("issue_covered", "detainer.issue_if_covered", 0.3 * z[Draw.ADHERENCE]),
        ("issue_not_covered", "detainer.issue_if_not_covered", -0.3 * z[Draw.ADHERENCE]),
        ("wanted_priority", "pickup.wanted_share_priority", 0.3 * z[Draw.CHOICE]),
        ("wanted_other", "pickup.wanted_share_other", 0.3 * z[Draw.CHOICE]),
    ):
        assert log_odds(row[field]) == pytest.approx(log_odds(DEFAULTS[address]) + shift)
    assert math.log(row["delay_factor"]) == pytest.approx(0.2 * z[Draw.DISTANCE])


@pytest.mark.slow
def test_offices_differ_as_much_as_said_and_around_the_registers_value() -> None:
    """Over a hundred draws of 24 offices: deviations have mean 0 and standard deviation 1, and are normal and unrelated."""
    offices = np.zeros(24, PLACE)
    offices["office"] = np.arange(24)
    deviations: dict[str, list[np.ndarray]] = {"adherence": [], "choice": [], "distance": []}
    for draw in range(1, 101):
        differ(offices, DEFAULTS | {"institutions.office_draw": draw})
        adherence = (log_odds(offices["issue_covered"]) - log_odds(DEFAULTS["detainer.issue_if_covered"])) / 0.3
        deviations["adherence"].append(adherence)
        deviations["choice"].append(
            (log_odds(offices["wanted_other"]) - log_odds(DEFAULTS["pickup.wanted_share_other"])) / 0.3
        )
        deviations["distance"].append(np.log(offices["delay_factor"]) / 0.2)
        # Who follows the rule closely issues more where it covers and fewer where it does not.
        opposite = (log_odds(offices["issue_not_covered"]) - log_odds(DEFAULTS["detainer.issue_if_not_covered"])) / 0.3
        assert np.allclose(opposite, -adherence)
    drawn = np.array([np.concatenate(parts) for parts in deviations.values()])
    for of_one in drawn:
        assert abs(of_one.mean()) < 4 / math.sqrt(of_one.size)
        assert stats.kstest(of_one, "norm").pvalue > 1e-4
    correlations = np.corrcoef(drawn)[np.triu_indices(3, 1)]
    assert np.abs(correlations).max() < 4 / math.sqrt(drawn.shape[1])


def test_shares_of_nobody_and_of_everybody_stay() -> None:
    """On the log odds 0 and 1 do not move; a half moves as the logistic function says."""
    assert [shifted(share, 2.5) for share in (0.0, 1.0)] == [0.0, 1.0]
    assert shifted(0.5, math.log(3.0)) == pytest.approx(0.75)
    assert shifted(0.75, -math.log(3.0)) == pytest.approx(0.5)
    assert shifted(0.3, 0.0) == pytest.approx(0.3, rel=1e-15)


# ---- jails with agreements -------------------------------------------------------------------------------------------


def test_offices_come_more_readily_to_jails_that_had_an_agreement() -> None:
    """TRAC: custody followed 75% of the detainers of 18 jails with agreements, 57% of those of other large jails.

    Gwinnett and Cobb in Georgia had jail agreements; DeKalb and Clayton, of the same office, never did.
    """
    counties = {"counties": ["13135", "13067", "13089", "13063"]}
    before, after = (world_of(counties, more={"pickup.agreement_jail_effort": effort}).places for effort in (0.0, 1.25))
    had = np.isin(before["fips"], [13135, 13067])
    for field in ("wanted_priority", "wanted_other"):
        moved = log_odds(after[field]) - log_odds(before[field])
        assert moved[had] == pytest.approx(1.25)
        assert not moved[~had].any()


def test_offices_come_sooner_to_jails_that_had_an_agreement() -> None:
    """Officers on site draft the papers that a crew would draft: the hours shrink there by the ratio, and nowhere else."""
    counties = {"counties": ["13135", "13067", "13089", "13063"]}
    ratio = "pickup.agreement_jail_delay_ratio"
    before, after = (world_of(counties, more={ratio: value}).places for value in (1.0, 0.4))
    had = np.isin(before["fips"], [13135, 13067])
    assert after["delay_factor"][had] == pytest.approx(0.4 * before["delay_factor"][had])
    assert (after["delay_factor"][~had] == before["delay_factor"][~had]).all()
