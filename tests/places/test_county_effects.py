"""Counties that differ: drawn once for the world, set by published figures, and the nation's sums as they were.

docs/process.md, section "Places and offices".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from enforcement_sim.codes import LISTS, OFFENCES
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import NONCITIZEN_FROM, World, build_world, expected_bookings
from enforcement_sim.places.county_effects import (
    PURPOSES,
    drawn_effects,
    effects,
    known_effects,
    prisoner_ratios,
    traffic_shares,
)
from enforcement_sim.places.geography import known_figures, load_geography, region_of_state
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.rng import institution_stream, uniform
from enforcement_sim.process.tables import prison_rates
from enforcement_sim.scenarios.load import load_scenario

PLACES = load_geography()
COUNTIES = PLACES.counties
DEFAULTS = dict(load_register().defaults())
SDS = {
    "county.bookings_sd": 0.4,
    "county.traffic_sd": 0.6,
    "county.presence_sd": 1.0,
    "county.custody_sd": 0.6,
    "county.bail_sd": 0.8,
}
DIFFER = {**DEFAULTS, **SDS}
DRAWN = {**DIFFER, "county.use_known": 0.0}
OF_COUNTIES = ("presence_odds", "bail_denied_share", "traffic_share", "prisoner_ratio", "further_prints")
KINDS = sorted(PURPOSES)
LOS_ANGELES, MECKLENBURG, GWINNETT, DEKALB = "06037", "37119", "13135", "13089"
HENDERSON, CUMBERLAND = "37089", "37051"


def world_of(scope: Any, more: dict[str, Any] | None = None, seed: int = 1) -> World:
    """Lay out a short run."""
    settings = {"scope": scope, "simulate": "alone", "period.start": "2010-01-01", "period.end": "2010-02-28"}
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**settings, **(more or {})), seed)


def log_odds(share: Any) -> Any:
    return np.log(np.asarray(share) / (1.0 - np.asarray(share)))


def weights_of(values: dict[str, float]) -> np.ndarray:
    return expected_bookings(values, COUNTIES, PLACES)


# ---- what is drawn ---------------------------------------------------------------------------------------------------


def test_counties_are_alike_as_shipped() -> None:
    """Bit for bit, whichever draw of the world is used and whether known figures are."""
    scope = {"counties": [LOS_ANGELES, GWINNETT, "48201"]}
    for more in ({}, {"institutions.office_draw": 77}, {"county.use_known": 0}):
        places = world_of(scope, more).places
        assert (places["presence_odds"] == 1.0).all()
        assert (places["bail_denied_share"] == DEFAULTS["detainer.bail_denied_share"]).all()
        counties = places[places["is_prison"] == 0]
        assert np.unique(counties["traffic_share"]).size == 1
        assert counties["traffic_share"][0] == pytest.approx(0.2)
        assert (counties["prisoner_ratio"] == 1.0).all()
        assert not counties["further_prints"].any()


@pytest.mark.parametrize("kind", KINDS)
def test_an_effect_is_the_deviation_of_the_countys_draw(kind: str) -> None:
    stream = institution_stream(1, InstitutionKind.JURISDICTION, 48201, 0)
    deviation = float(stats.norm.ppf(uniform(stream, PURPOSES[kind].value)))
    found = drawn_effects(DIFFER, kind)[PLACES.index_of("48201")]
    assert found == pytest.approx(SDS[f"county.{kind}_sd"] * deviation)


def test_effects_have_the_spread_of_the_register_and_are_unrelated() -> None:
    drawn = np.array([drawn_effects(DIFFER, kind) / SDS[f"county.{kind}_sd"] for kind in KINDS])
    for of_one in drawn:
        assert abs(of_one.mean()) < 4 / math.sqrt(of_one.size)
        assert of_one.std() == pytest.approx(1.0, abs=4 / math.sqrt(2 * of_one.size))
        assert stats.kstest(of_one, "norm").pvalue > 1e-4
    assert np.abs(np.corrcoef(drawn)[np.triu_indices(len(KINDS), 1)]).max() < 4 / math.sqrt(drawn.shape[1])


def test_effects_belong_to_the_world_and_not_to_the_seed() -> None:
    scope = {"counties": [DEKALB, "48201", "10003"]}
    first, again, other = (
        world_of(scope, SDS | more, seed).places
        for more, seed in (({}, 1), ({}, 2), ({"institutions.office_draw": 2.0}, 1))
    )
    counties = first["is_prison"] == 0
    for field in ("day_share", "wanted_other", *OF_COUNTIES[:-1]):
        assert (first[field] == again[field]).all(), field
        assert (first[field] != other[field])[counties].all(), field


def test_a_county_differs_alike_whatever_else_is_in_the_run() -> None:
    alone, beside = (world_of({"counties": codes}, SDS).places for codes in ([DEKALB], [DEKALB, GWINNETT, "48201"]))
    here = beside[beside["fips"] == int(DEKALB)][0]
    for field in ("day_share", "reachable_share", "pool", "wanted_other", "wanted_priority", *OF_COUNTIES):
        assert alone[0][field] == here[field], field


# ---- the nation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [DIFFER, DRAWN, DIFFER | {"institutions.office_draw": 9.0}])
def test_the_nations_bookings_of_each_status_stay(values: dict[str, float]) -> None:
    before, after = weights_of(DEFAULTS), weights_of(values)
    assert after.sum(axis=0) == pytest.approx(before.sum(axis=0), rel=1e-12)
    assert (after > 0.0).sum() == (before > 0.0).sum()


def test_bookings_a_head_spread_as_the_register_says() -> None:
    ratio = np.log(weights_of(DRAWN).sum(axis=1) / weights_of(DEFAULTS).sum(axis=1))
    assert ratio.std() == pytest.approx(SDS["county.bookings_sd"], rel=0.05)


@pytest.mark.parametrize("spread", [0.0, 0.8])
def test_the_nations_share_of_traffic_stays(spread: float) -> None:
    values = DEFAULTS | {"county.traffic_sd": spread, "county.traffic_region.southeast": 0.8}
    noncitizen = weights_of(values)[:, NONCITIZEN_FROM:].sum(axis=1)
    shares = traffic_shares(values, noncitizen, PLACES)
    assert (shares * noncitizen).sum() / noncitizen.sum() == pytest.approx(0.2, abs=1e-9)
    region = np.array(region_of_state())[COUNTIES.state]
    southeast = log_odds(shares[region == "southeast"])
    assert southeast.mean() - log_odds(shares[region == "west"]).mean() == pytest.approx(0.8, abs=0.15)
    assert southeast.std() == pytest.approx(spread, abs=0.05)


def test_only_differences_between_regions_count() -> None:
    everywhere = DEFAULTS | {f"county.traffic_region.{name}": 0.7 for name in LISTS["region"]}
    assert traffic_shares(everywhere, np.ones(COUNTIES.size), PLACES) == pytest.approx(0.2, abs=1e-9)


def test_every_state_has_a_region_of_the_census() -> None:
    regions = region_of_state()
    assert set(regions) == set(LISTS["region"])
    sizes = {name: regions.count(name) for name in LISTS["region"]}
    assert sizes == {"northeast": 9, "midwest": 12, "southeast": 13, "south_central": 4, "west": 13}


def test_prisoners_follow_who_is_booked_for_what() -> None:
    """By hand: the class traffic at its new share and all others shrunk alike, each with its own rate."""
    rates = prison_rates(DEFAULTS)
    weights = np.array([DEFAULTS[f"offence.noncitizen_weight.{name}"] for name in OFFENCES])
    weights /= weights.sum()
    traffic = OFFENCES.index("traffic")
    for here in (0.05, 0.2, 0.6):
        moved = weights * (1.0 - here) / (1.0 - weights[traffic])
        moved[traffic] = here
        by_hand = (rates * moved / weights).sum() / rates.sum()
        assert prisoner_ratios(DEFAULTS, np.array([here]))[0] == pytest.approx(by_hand)


def test_pools_follow_bookings() -> None:
    """Whoever has more bookings has more people who may be booked, so that nobody is booked more often for it."""
    scope = {"counties": [DEKALB, "48201", "06113"]}
    plain, differ = (world_of(scope, more).places for more in ({}, SDS))
    counties = plain["is_prison"] == 0
    for places in (plain, differ):
        followed = (places["day_share"] * places["reachable_share"])[counties]
        everybody = DEFAULTS["booking.national_per_year.2010"] * DEFAULTS["people.pool_ratio"]
        assert places["pool"][counties] == pytest.approx(everybody * followed, rel=0.01)
    assert (plain["pool"] != differ["pool"])[counties].all()


# ---- what is known ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("county", "year", "bookings"), [(LOS_ANGELES, 2011, 141_000), (MECKLENBURG, 2010, 33_615)])
def test_a_county_with_a_published_number_of_bookings_has_it(county: str, year: int, bookings: int) -> None:
    of_place = weights_of(DIFFER).sum(axis=1)
    share = of_place[PLACES.index_of(county)] / of_place.sum()
    assert share * DEFAULTS[f"booking.national_per_year.{year}"] == pytest.approx(bookings)


def test_a_county_has_no_fewer_bookings_of_people_born_abroad_than_it_is_known_to_have_had() -> None:
    """Henderson's officers identified 556 people in fiscal 2009, so it booked 959; as drawn it has a fraction of them."""
    per_year = DEFAULTS["booking.national_per_year.2009"]

    def of(values: dict[str, float], county: str) -> float:
        weights = weights_of(values)
        return float(weights[PLACES.index_of(county), 1:].sum() / weights.sum() * per_year)

    assert of(DRAWN, HENDERSON) < 500 and of(DIFFER, HENDERSON) == pytest.approx(959)
    assert of(DIFFER, CUMBERLAND) == pytest.approx(of(DRAWN, CUMBERLAND), rel=0.1)  # has more than its 179 as it is
    born_here = [float(weights_of(values)[PLACES.index_of(HENDERSON), 0]) for values in (DRAWN, DIFFER)]
    assert born_here[0] == pytest.approx(born_here[1], rel=0.1)
    nation, plain = (weights_of(values).sum(axis=0) for values in (DIFFER, DEFAULTS))
    assert nation / nation.sum() == pytest.approx(plain / plain.sum())


def test_a_known_share_of_custody_takes_the_place_of_office_agreement_and_draw() -> None:
    """ICE took custody after 80% of Gwinnett's detainers and after 57% in the nation; DeKalb's share is not known."""
    scope = {"counties": [GWINNETT, DEKALB]}
    agreement = {"pickup.agreement_jail_effort": 1.0}
    places = world_of(scope, SDS | agreement).places
    shift = log_odds(0.8) - log_odds(0.57)
    for field, address in (
        ("wanted_priority", "pickup.wanted_share_priority"),
        ("wanted_other", "pickup.wanted_share_other"),
    ):
        gwinnett, dekalb = (places[places["fips"] == int(code)][field][0] for code in (GWINNETT, DEKALB))
        assert log_odds(gwinnett) == pytest.approx(log_odds(DEFAULTS[address]) + shift)
        plain = world_of(scope).places
        own = log_odds(dekalb) - log_odds(plain[plain["fips"] == int(DEKALB)][field][0])
        assert own == pytest.approx(drawn_effects(DIFFER, "custody")[PLACES.index_of(DEKALB)])


def test_known_figures_can_be_left_out_and_do_nothing_where_counties_are_alike() -> None:
    for kind in ("presence", "custody"):
        known = known_effects(DIFFER, kind)
        assert known
        assert known_effects(DRAWN, kind) == known_effects(DEFAULTS, kind) == {}
        with_them, without = effects(DIFFER, kind), effects(DRAWN, kind)
        others = np.ones(COUNTIES.size, bool)
        others[list(known)] = False
        assert (with_them[others] == without[others]).all()
        assert (with_them[~others] != without[~others]).all()


def test_a_figure_is_of_one_county_and_kind_and_can_be_read() -> None:
    rows = [(known.county, known.kind) for known in known_figures()]
    assert len(rows) == len(set(rows))
    for known in known_figures():
        assert known.kind in {*PURPOSES, "foreign_born"}
        assert known.figure > 0.0
        if known.kind == "custody":
            assert known.figure < 1.0 and known.beside < 1.0
