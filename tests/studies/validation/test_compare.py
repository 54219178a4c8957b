"""Published beside simulated, on results made by hand so that every number can be checked by eye."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.counts import PROFILES
from enforcement_sim.results.dimensions import category_of_profile
from enforcement_sim.results.intervals import mean_and_interval
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.held_out_targets import every_target
from enforcement_sim.studies.validation.observation_operators import OF_FIGURES, operator_of
from enforcement_sim.studies.validation.place_operators import VECTORS
from enforcement_sim.studies.validation.targets import BINS, Target

TARGETS = every_target()
DALLAS, HARRIS, LOS_ANGELES = 48113, 48201, 6037
EVERYWHERE = [int(code) for code in load_geography().counties["fips"]]
PRISON_OF_TEXAS = 48000
SC = "secure_communities"
Event = tuple[str, int, str, str, int]


def profile_of(category: str) -> int:
    """Return some profile of a category of ICE's levels of 2010."""
    number = load_definitions()["ice-levels-2010"].categories.index(category)
    return int(np.flatnonzero(category_of_profile("ice-levels-2010") == number)[0])


def words(values: list[str], known: list[str] | tuple[str, ...]) -> pd.Categorical:
    return pd.Categorical(values, categories=list(known))


def made(
    events: list[Event],
    people: list[tuple[str, str, str, str, int, int]] | None = None,
    period: tuple[str, str] = ("2008-10-01", "2014-11-20"),
    thin: int = 1,
    counties: list[int] | None = None,
    inmate_days: list[tuple[str, int, int]] | None = None,
    found_by: list[tuple[str, str, str, str, int]] | None = None,
    hours: list[tuple[str, str, str, str, int]] | None = None,
    hours_by_place: list[tuple[int, str, str, int]] | None = None,
    parameters: dict[str, float] | None = None,
    bookings: list[tuple[str, str, bool, str, int]] | None = None,
) -> Result:
    """Return a result with given rows: (month, fips, event, programme, count) and (month, area, event, ..., profile)."""
    bookings = bookings or []
    months = [str(month) for month in pd.period_range(period[0], period[1], freq="M")]
    people, inmate_days, found_by, hours = people or [], inmate_days or [], found_by or [], hours or []
    areas = sorted({row[1] for row in [*people, *found_by, *hours, *bookings]})
    tables = {
        "events": pd.DataFrame(
            {
                "month": words([row[0] for row in events], months),
                "fips": np.array([row[1] for row in events], np.uint16),
                "event": words([row[2] for row in events], EVENTS),
                "programme": words([row[3] for row in events], PROGRAMMES),
                "count": np.array([row[4] for row in events], np.int32),
            }
        ),
        "profiles": pd.DataFrame(
            {
                "month": words([row[0] for row in people], months),
                "area": words([row[1] for row in people], areas),
                "event": words([row[2] for row in people], EVENTS),
                "programme": words([row[3] for row in people], PROGRAMMES),
                "profile": np.array([row[4] for row in people], np.int16),
                "count": np.array([row[5] for row in people], np.int32),
            }
        ),
        "any_programme": pd.DataFrame(
            {
                "month": words([row[0] for row in found_by], months),
                "area": words([row[1] for row in found_by], areas),
                "event": words([row[2] for row in found_by], EVENTS),
                "programme": words([row[3] for row in found_by], PROGRAMMES),
                "count": np.array([row[4] for row in found_by], np.int32),
            }
        ),
        "hours": pd.DataFrame(
            {
                "month": words([row[0] for row in hours], months),
                "area": words([row[1] for row in hours], areas),
                "kind": words([row[2] for row in hours], HOUR_KINDS),
                "status_group": words([row[3] for row in hours], STATUS_GROUPS),
                "hours": np.array([row[4] for row in hours], np.int64),
            }
        ),
        "hours_by_place": pd.DataFrame(
            {
                "fips": np.array([row[0] for row in hours_by_place or []], np.uint16),
                "kind": words([row[1] for row in hours_by_place or []], HOUR_KINDS),
                "status_group": words([row[2] for row in hours_by_place or []], STATUS_GROUPS),
                "hours": np.array([row[3] for row in hours_by_place or []], np.int64),
            }
        ),
        "bookings": pd.DataFrame(
            {
                "month": words([row[0] for row in bookings], months),
                "area": words([row[1] for row in bookings], areas),
                "offence": words([OFFENCES[0]] * len(bookings), OFFENCES),
                "felony": np.array([row[2] for row in bookings], np.uint8),
                "status_group": words([row[3] for row in bookings], STATUS_GROUPS),
                "count": np.array([row[4] for row in bookings], np.int64),
            }
        ),
        "population": pd.DataFrame(
            {
                "month": words([row[0] for row in inmate_days], months),
                "fips": np.array([row[1] for row in inmate_days], np.uint16),
                "inmate_days": np.array([row[2] for row in inmate_days], np.int64),
            }
        ),
    }
    meta: dict[str, Any] = {
        "scenario": {
            "name": "by hand",
            "period": {"start": period[0], "end": period[1]},
            "parameters": {**load_register().defaults(), **(parameters or {})},
        },
        "seed": 1,
        "thin": thin,
        "counties": EVERYWHERE if counties is None else counties,
        "prisons": [PRISON_OF_TEXAS],
        "days_in_month": {month: pd.Period(month).days_in_month for month in months},
    }
    return Result.from_tables(tables, meta)


def prints(submitted: int, matched: int, month: str = "2010-01", fips: int = HARRIS) -> list[Event]:
    return [(month, fips, "submitted", SC, submitted), (month, fips, "matched", SC, matched)]


def value(name: str, result: Result) -> float:
    return simulated(TARGETS[name], [result], bins=BINS).values[0]


def test_match_rate_counts_months_of_the_window_only() -> None:
    result = made([*prints(1000, 60), *prints(500, 500, "2011-07")])
    assert value("sc_match_rate", result) == pytest.approx(0.06)


def test_match_rate_of_a_county_and_of_a_state() -> None:
    result = made([*prints(1000, 60), *prints(100, 9, fips=DALLAS), *prints(100, 50, fips=LOS_ANGELES)])
    assert value("sc_match_rate_dallas", result) == pytest.approx(0.09)
    assert value("sc_match_rate_tx", result) == pytest.approx(69 / 1100)


def test_programmes_own_statistics_count_everyone_it_found() -> None:
    """ICE's custody "by any route" after a match takes in people whom 287(g) officers had found before."""
    custody: list[Event] = [
        ("2010-01", HARRIS, "ice_custody", SC, 20),
        ("2010-01", HARRIS, "ice_custody", "jail_287g", 7),
        ("2010-01", HARRIS, "detainer_issued", "jail_287g", 30),
        ("2010-01", HARRIS, "detainer_issued", SC, 24),
    ]
    found_by = [
        ("2010-01", "TX-HOU", "ice_custody", SC, 25),
        ("2010-01", "TX-HOU", "removed", SC, 11),
        ("2010-01", "TX-HOU", "returned", SC, 3),
        ("2010-01", "CA-LOS", "removed", SC, 6),
        ("2010-01", "TX-HOU", "ice_custody", "jail_287g", 7),
    ]
    result = made([*prints(1000, 60), *custody], found_by=found_by)
    assert value("sc_custody_2011_03", result) == pytest.approx(0.025)
    assert value("detainer_custody_share", result) == pytest.approx(27 / 54)
    # ICE's annual totals are of removals and returns together.
    assert value("sc_removals_fy2010", result) == 20
    assert value("sc_removed_ca_share", result) == pytest.approx(6 / 20)


def test_shares_by_level_are_of_the_people_removed_or_returned() -> None:
    people = [
        ("2010-01", "TX-HOU", "returned", SC, profile_of("no conviction"), 3),
        ("2010-01", "TX-HOU", "removed", SC, profile_of("level 3"), 5),
        ("2010-01", "CA-LOS", "removed", SC, profile_of("level 1"), 2),
        ("2010-01", "CA-LOS", "removed", "jail_287g", profile_of("no conviction"), 90),
    ]
    result = made(prints(1000, 60), people)
    assert value("sc_nonconvicted_2010_06", result) == pytest.approx(0.3)
    assert value("sc_level3_2011_02", result) == pytest.approx(0.5)
    assert value("sc_level1_ca", result) == 1.0


def test_detainers_by_model_and_of_jails_with_agreements() -> None:
    found_by = [
        ("2010-01", "GA-ATL", "detainer_issued", "jail_287g", 90),
        ("2010-01", "AZ-PHO", "detainer_issued", "task_force", 10),
    ]
    gwinnett = 13135
    events: list[Event] = [
        ("2010-01", gwinnett, "interviewed", "jail_287g", 200),
        ("2010-01", gwinnett, "identified", "jail_287g", 120),
        ("2010-01", gwinnett, "detainer_issued", "jail_287g", 100),
        ("2010-01", gwinnett, "ice_custody", "jail_287g", 70),
        ("2010-01", 1001, "detainer_issued", SC, 100),
    ]
    result = made(events, found_by=found_by)
    assert value("g287_jail_share", result) == pytest.approx(0.9)
    assert value("g287_detainer_per_interview", result) == pytest.approx(0.5)
    assert value("detainer_custody_287g_jails", result) == pytest.approx(0.7)


def test_thinned_counts_are_multiplied_back() -> None:
    result = made(prints(1000, 60), thin=10)
    assert value("sc_submissions_2011_06", result) == 10_000
    assert value("sc_match_rate", result) == pytest.approx(0.06)


def test_jail_population_is_a_mean_over_days() -> None:
    booked: list[Event] = [("2010-06", HARRIS, "booked", "none", 365)]
    result = made(
        booked, inmate_days=[("2010-06", HARRIS, 3000), ("2010-06", DALLAS, 300), ("2010-06", PRISON_OF_TEXAS, 9)]
    )
    assert value("jail_inmates_2010", result) == pytest.approx(110)
    assert value("jail_mean_stay_days", result) == pytest.approx(3300 / 365)


def test_window_that_reaches_outside_says_so() -> None:
    result = made(prints(1000, 60), period=("2009-01-01", "2010-12-31"))
    found = simulated(TARGETS["sc_match_rate"], [result])
    assert found.values and "compared over 2009-01-01 to 2010-12-31" in found.note


def test_window_outside_the_run_is_not_compared() -> None:
    found = simulated(TARGETS["sc_match_rate"], [made([], period=("2012-01-01", "2012-12-31"))])
    assert not found.values and "outside the period" in found.note


def test_run_of_part_of_the_nation_says_nothing_of_the_nation() -> None:
    result = made(prints(1000, 60, fips=DALLAS), counties=[DALLAS])
    assert not simulated(TARGETS["sc_match_rate"], [result]).values
    assert simulated(TARGETS["sc_match_rate_dallas"], [result]).values == (0.06,)


def test_ceiling_is_compared_over_the_years_it_bounds() -> None:
    declined: list[Event] = [
        ("2010-01", HARRIS, "detainer_issued", SC, 100),
        ("2010-01", HARRIS, "detainer_declined", SC, 1),
        ("2014-01", HARRIS, "detainer_declined", SC, 99),
    ]
    found = simulated(TARGETS["detainer_declined_share"], [made(declined)], bins=("context",))
    assert found.values == (0.01,)
    assert "lies outside the model's years" in found.note


@pytest.mark.parametrize("target", [target for target in TARGETS.values() if target.bin != "fit"], ids=lambda t: t.id)
def test_no_other_bin_is_compared(target: Target) -> None:
    with pytest.raises(InputError, match="not compared here"):
        simulated(target, [made([])])


def test_every_figure_has_a_recipe_or_a_reason() -> None:
    for target in TARGETS.values():
        assert (operator_of(target) is None) == bool(target.not_expressible), target.id
    assert set(OF_FIGURES) <= set(TARGETS)
    assert set(VECTORS) <= {target.vector for target in TARGETS.values()}


def test_nothing_to_compare_with_is_refused() -> None:
    with pytest.raises(InputError):
        simulated(TARGETS["sc_match_rate"], [])


def test_interval_is_students_t_over_seeds() -> None:
    # Mean 2, standard error 1/sqrt(3), t(2) = 4.3027.
    assert mean_and_interval([1, 2, 3]) == pytest.approx(
        (2, 2 - 4.3027 / math.sqrt(3), 2 + 4.3027 / math.sqrt(3)), rel=1e-4
    )
    assert math.isnan(mean_and_interval([5.0])[1])
    assert math.isnan(mean_and_interval([])[0])


def test_profiles_used_here_exist() -> None:
    assert 0 <= profile_of("level 1") < PROFILES


# ---- durations ---------------------------------------------------------------------------------------------------------


def test_release_shares_follow_the_register() -> None:
    median = {"case.release_hours_median_felony": 24.0, "case.release_hours_sigma_felony": 2.6}
    assert value("released_within_a_day", made([], parameters=median)) == pytest.approx(0.5, abs=0.01)
    slower = {"case.release_hours_median_felony": 48.0, "case.release_hours_sigma_felony": 2.6}
    assert value("released_within_a_day", made([], parameters=slower)) < 0.42


def test_convicted_part_of_jail_days_grows_with_sentences() -> None:
    hours = [
        ("2010-06", "TX-HOU", "criminal_case", "citizen", 9000),
        ("2010-06", "TX-HOU", "induced", "unauthorised", 1000),
    ]
    none = made([], hours=hours, parameters={"case.jail_share": 0.0})
    short = made([], hours=hours, parameters={"case.jail_share": 0.4})
    long = made([], hours=hours, parameters={"case.jail_share": 0.4, "case.jail_days_median_misdemeanour": 60.0})
    assert value("jail_unconvicted", none) == 1.0
    assert 1.0 > value("jail_unconvicted", short) > value("jail_unconvicted", long) > 0.2


def test_stays_in_custody_are_a_mix_of_the_models_and_the_borders() -> None:
    """With 415,000 book-ins a year and none from the model, the stays are the border's own."""
    empty = made([], people=[("2012-11", "TX-HOU", "charged", SC, 0, 0)])
    assert value("ice_stay_3_days", empty) == pytest.approx(0.438, abs=0.005)
    taken: list[Event] = [
        ("2012-11", HARRIS, "ice_custody", SC, 40_000),
        ("2012-11", HARRIS, "charged", SC, 40_000),
    ]
    people = [("2012-11", "TX-HOU", "charged", SC, profile_of("level 2"), 40_000)]
    detained = {"custody.detained_share": 0.9, "custody.case_days_median": 60.0}
    busy = made(taken, people=people, parameters=detained)
    assert value("ice_stay_3_days", busy) < value("ice_stay_3_days", empty)
    assert value("ice_stay_month", busy) < value("ice_stay_month", empty)


def test_counsel_of_the_detained_leaves_out_those_released() -> None:
    """100 charged, 60 of them detained throughout; 40 released ones have counsel at the register's share of .66."""
    parameters = {"custody.detained_share": 0.6, "custody.counsel_released_share": 0.66}
    events: list[Event] = [
        ("2010-01", HARRIS, "ice_custody", SC, 100),
        ("2010-01", HARRIS, "charged", SC, 100),
        ("2010-01", HARRIS, "represented", SC, 35),
    ]
    people = [("2010-01", "TX-HOU", "charged", SC, profile_of("no conviction"), 100)]
    found = value("counsel_detained", made(events, people=people, parameters=parameters))
    assert found == pytest.approx((35 - 0.66 * 40) / 60)


def test_induced_days_are_of_the_whole_run() -> None:
    """Hours of a county are kept for the period: they are divided by the custody of the period, not of a year in it."""
    custody: list[Event] = [
        ("2009-01", LOS_ANGELES, "ice_custody", SC, 30),
        ("2011-01", LOS_ANGELES, "ice_custody", SC, 10),
    ]
    by_place = [
        (LOS_ANGELES, "induced", "unauthorised", 24 * 500),
        (LOS_ANGELES, "statutory_hold", "unauthorised", 24 * 60),
    ]
    result = made(custody, hours_by_place=[*by_place, (DALLAS, "induced", "citizen", 999)])
    found = simulated(TARGETS["induced_stay_days"], [result], bins=("imported",))
    assert found.values[0] == pytest.approx(560 / 40)
