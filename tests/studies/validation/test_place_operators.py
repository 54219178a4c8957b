"""Figures that compare places, programmes and statuses, on results made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.studies.validation.test_compare import DALLAS, HARRIS, PRISON_OF_TEXAS, SC, Event, made, prints, value

from enforcement_sim.places.geography import load_geography
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.external_constants import external_constants
from enforcement_sim.studies.validation.place_operators import TENTHS, deciles

JAIL = "jail_287g"
COUNTIES = [int(code) for code in load_geography().counties["fips"]]


def test_detainers_are_compared_as_published_with_those_of_federal_prisons() -> None:
    share = external_constants()["federal_detainer_share"]
    assert 0.12 <= share <= 0.25
    result = made([("2011-10", HARRIS, "detainer_issued", SC, 82), ("2011-11", HARRIS, "detainer_issued", SC, 41)])
    assert value("detainers_2011_10", result) == pytest.approx(82 / (1 - share))
    assert value("detainers_2011_11", result) == pytest.approx(41 / (1 - share))
    assert value("detainers_fy2012", result) == pytest.approx(123 / (1 - share))


def test_the_first_ten_months_of_secure_communities() -> None:
    """Detainers of the people whom Secure Communities found first, by all matches."""
    issued = [
        ("2009-08", HARRIS, "detainer_issued", SC, 12),
        ("2009-09", HARRIS, "detainer_issued", SC, 99),
        ("2009-08", HARRIS, "detainer_issued", JAIL, 50),
    ]
    result = made([*prints(900, 60, "2009-08"), *prints(900, 70, "2009-09"), *issued])
    assert value("sc_matches_2009_08", result) == 60
    assert value("sc_detainers_per_match_2009_08", result) == pytest.approx(0.2)


def test_287g_by_fiscal_year_counts_all_whom_its_officers_found() -> None:
    found_by = [
        ("2009-09", "TX-HOU", "identified", JAIL, 9),
        ("2009-10", "TX-HOU", "identified", JAIL, 30),
        ("2010-09", "AZ-PHO", "identified", "task_force", 10),
        ("2010-09", "AZ-PHO", "removed", JAIL, 20),
        ("2010-09", "AZ-PHO", "returned", JAIL, 4),
        ("2012-10", "AZ-PHO", "removed", "task_force", 3),
        ("2010-09", "AZ-PHO", "removed", SC, 70),
    ]
    result = made([], found_by=found_by)
    assert value("g287_identified_fy2010", result) == 40
    assert value("g287_removed_fy2010", result) == 24
    assert value("g287_removed_fy2013", result) == 3
    assert value("g287_removed_share", result) == pytest.approx(24 / 49)


def california(year: int, count: int) -> list[Event]:
    return [(f"{year}-{month:02}", 6075, "detainer_issued", SC, count) for month in range(1, 13)]


def test_californian_jails_are_compared_with_2011() -> None:
    other: list[Event] = [
        ("2013-01", 6037, "detainer_issued", SC, 999),
        ("2011-01", 6029, "detainer_issued", "none", 120),
    ]
    result = made([*california(2011, 90), *california(2013, 60), *other])
    assert value("npr_ca_jails_2013", result) == pytest.approx(12 * 60 / (12 * 90 + 120))
    # A run that ends within 2011 is compared by the day.
    short = made([*california(2010, 100), *california(2011, 100)[:10]], period=("2008-10-01", "2011-10-31"))
    assert value("npr_ca_jails_2010", short) == pytest.approx(304 / 10 * 12 / 365, rel=1e-3)


def test_deciles_of_custody_are_of_the_counties_with_many_detainers() -> None:
    events: list[Event] = []
    for position, fips in enumerate(COUNTIES[:11]):
        events += [
            ("2010-01", fips, "detainer_issued", SC, 1000),
            ("2010-01", fips, "ice_custody", SC, 250 + 50 * position),
        ]
    events += [("2010-01", COUNTIES[40], "detainer_issued", SC, 2), ("2010-01", COUNTIES[40], "ice_custody", SC, 2)]
    events += [("2010-01", PRISON_OF_TEXAS, "detainer_issued", SC, 500)]
    found = [value(f"custody_deciles.decile-{tenth}", made(events)) for tenth in TENTHS]
    assert found == pytest.approx([0.25 + 0.05 * tenth for tenth in TENTHS])


def test_thinning_does_not_widen_deciles() -> None:
    """Places whose true shares are 40 to 60%, each seen through one person in ten."""
    rng = np.random.default_rng(5)
    true, people, thin = rng.uniform(0.4, 0.6, 3000), 400, 10
    whole = np.full(true.size, people // thin)
    part = rng.binomial(whole, true)
    plain = np.percentile(part / whole, [10, 90])
    mended = deciles(part * float(thin), whole * float(thin), thin, (1, 9))
    full = np.percentile(rng.binomial(people, true) / people, [10, 90])
    assert abs(mended - full).max() < 0.02 < 0.04 < abs(plain - full).max()


def test_states_shares_of_detainers_and_of_custody() -> None:
    events: list[Event] = [
        ("2010-01", HARRIS, "detainer_issued", SC, 30),
        ("2010-01", HARRIS, "ice_custody", SC, 15),
        ("2010-01", 6037, "detainer_issued", SC, 70),
    ]
    result = made(events)
    assert value("detainers_by_state.TX", result) == pytest.approx(0.3)
    assert value("detainers_by_state.CA", result) == pytest.approx(0.7)
    assert value("custody_by_state.TX", result) == pytest.approx(0.5)


def test_a_place_under_287g_has_its_part_of_all_whom_its_officers_found() -> None:
    """A county's tables hold the people whom officers found first; the state's say how many more they found."""
    mecklenburg, wake = 37119, 37183
    events: list[Event] = [
        ("2011-01", mecklenburg, "identified", JAIL, 60),
        ("2011-01", wake, "identified", JAIL, 20),
        ("2011-01", mecklenburg, "removed", JAIL, 30),
        ("2011-01", mecklenburg, "identified", SC, 500),
    ]
    found_by = [
        ("2011-01", "NC-ATL", "identified", JAIL, 100),
        ("2011-01", "NC-ATL", "removed", JAIL, 33),
    ]
    result = made(events, found_by=found_by)
    assert value("g287_identified_by_agency.37119", result) == pytest.approx(75)
    assert value("g287_identified_by_agency.37183", result) == pytest.approx(25)
    assert value("g287_removed_by_agency.37119", result) == pytest.approx(33)
    assert value("g287_removed_by_agency.48201", result) == 0


def test_spread_of_agencies_is_of_removed_by_identified() -> None:
    events: list[Event] = []
    for fips, gone in ((37119, 50), (37183, 70), (48201, 60)):
        events += [("2010-01", fips, "identified", JAIL, 100), ("2010-01", fips, "removed", JAIL, gone)]
    found_by = [
        ("2010-01", "NC-ATL", "identified", JAIL, 200),
        ("2010-01", "NC-ATL", "removed", JAIL, 120),
        ("2010-01", "TX-HOU", "identified", JAIL, 100),
        ("2010-01", "TX-HOU", "removed", JAIL, 60),
    ]
    found = [value(f"g287_agency_spread.decile-{tenth}", made(events, found_by=found_by)) for tenth in (1, 5, 9)]
    assert found == pytest.approx([0.52, 0.6, 0.68])


def with_bookings(counts: dict[str, float], **parameters: float) -> Result:
    """Return a result with bookings by status group, for felonies and as many for misdemeanours."""
    rows = [
        ("2012-01", "TX-HOU", felony, name, round(count)) for name, count in counts.items() for felony in (False, True)
    ]
    return made([], bookings=rows, parameters=parameters)


def test_felony_ratios_are_a_head_and_leave_naturalised_citizens_out() -> None:
    counties = load_geography().counties
    unauthorised = float(counties["unauthorised"].sum())
    lawful = float(np.maximum(counties["noncitizens"].astype(float) - counties["unauthorised"], 0.0).sum())
    born_here = float(np.maximum(counties["population"].astype(float) - counties["foreign_born"], 0.0).sum())
    booked = {
        "citizen": born_here / 100,
        "permanent_resident": lawful / 400,
        "other_lawful": lawful / 400,
        "unauthorised": unauthorised / 200,
    }
    none = {"status.arrest_ratio.naturalised": 0.0}
    result = with_bookings(booked, **none)
    assert value("arrest_ratio_felony", result) == pytest.approx(0.5, rel=1e-3)
    assert value("arrest_ratio_lawful", result) == pytest.approx(0.5, rel=1e-3)
    some = with_bookings(booked, **{"status.arrest_ratio.naturalised": 1.0})
    assert value("arrest_ratio_felony", some) > 0.5


def test_los_angeles_is_counted_by_its_bookings() -> None:
    booked: list[Event] = [("2011-03", 6037, "booked", "none", 9), ("2011-03", DALLAS, "booked", "none", 5)]
    assert value("la_jail_releases", made(booked)) == 9
