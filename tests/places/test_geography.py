"""The places against what was published about them. Each test quotes the source of the figure that it holds."""

from __future__ import annotations

import csv
import datetime as dates
import doctest
import re
from collections import Counter

import numpy as np
import pytest

from enforcement_sim.places import geography
from enforcement_sim.places.geography import (
    DATA,
    agreements,
    county_shapes,
    identified_by_agency,
    load_geography,
    secure_communities_dates,
)

PLACES = load_geography()
COUNTIES = PLACES.counties
ACTIVE_FROM = secure_communities_dates()
OUTSIDE_THE_CONTIGUOUS_STATES = {"AK", "HI"}
LAST_DAY = dates.date(2014, 12, 31)


def rows(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def office_of(fips: str) -> str:
    return PLACES.offices[COUNTIES.office[PLACES.index_of(fips)]].code


def active_by(day: str) -> np.ndarray:
    return np.asarray(np.datetime64(day) >= ACTIVE_FROM)


def in_force(day: dates.date) -> int:
    return sum(found.start <= day and (found.end or LAST_DAY) >= day for found in agreements())


# Places


def test_the_counties_are_those_of_2008_to_2014() -> None:
    """2010 Census: 3,143 counties and equivalents, here without Bedford city, Virginia, which joined its county in 2013."""
    assert len(COUNTIES) == len(PLACES.names) == 3_142
    assert (np.diff(COUNTIES.fips) > 0).all()
    assert PLACES.names[PLACES.index_of("46113")] == "Shannon County"
    assert PLACES.names[PLACES.index_of("02270")] == "Wade Hampton Census Area"
    assert len(PLACES.states) == 51
    counties_per_state = {postal: len(PLACES.counties_of_state(postal)) for postal in ("TX", "GA", "VA", "CT", "DC")}
    assert counties_per_state == {"TX": 254, "GA": 159, "VA": 133, "CT": 8, "DC": 1}


@pytest.mark.parametrize(("later", "then"), [("46102", "46113"), ("02158", "02270"), ("51515", "51019")])
def test_codes_given_later_are_understood(later: str, then: str) -> None:
    """Census Bureau, Substantial Changes to Counties: Oglala Lakota and Kusilvak (2015), Bedford city (2013)."""
    assert PLACES.index_of(later) == PLACES.index_of(then)


def test_an_unknown_place_is_refused_with_a_reason() -> None:
    with pytest.raises(KeyError, match="5 digits"):
        PLACES.index_of("1001")
    with pytest.raises(KeyError, match="'99999'"):
        PLACES.index_of("99999")
    with pytest.raises(KeyError, match="postal code"):
        PLACES.state_index("Texas")
    with pytest.raises(IndexError):
        PLACES.neighbours(-1)


def test_population_is_that_of_the_2010_census() -> None:
    """2010 Census: 308,745,538 residents; Los Angeles County 9,818,605; Texas 25,145,561."""
    assert COUNTIES.population.sum() == 308_745_538
    assert COUNTIES.population[PLACES.index_of("06037")] == 9_818_605
    assert COUNTIES.population[PLACES.counties_of_state("TX")].sum() == 25_145_561


def test_national_totals_are_near_the_published_ones() -> None:
    """ACS 2010 (ACS-19, 2012): 39.96 million foreign-born, 22.5 million non-citizens. Pew 2011: 11.2 million unauthorised."""
    assert COUNTIES.foreign_born.sum() == pytest.approx(39_956_000, rel=0.005)
    assert COUNTIES.noncitizens.sum() == pytest.approx(22_480_000, rel=0.005)
    assert COUNTIES.unauthorised.sum() == pytest.approx(11_200_000, rel=0.025)


def test_jails_have_the_rated_capacity_of_2010() -> None:
    """BJS, Jail Inmates at Midyear 2010 (NCJ 233431): rated capacity 866,782."""
    assert COUNTIES.jail_beds.sum() == 866_782


def test_counties_add_up_to_the_totals_of_their_state() -> None:
    """Typed totals of tools/state_totals.csv, carried in states.csv."""
    columns = ("population", "foreign_born", "noncitizens", "unauthorised")
    for row in rows("states.csv"):
        where = PLACES.counties_of_state(row["postal"])
        for column in columns:
            assert COUNTIES[column][where].sum() == int(row[f"{column}_2010"]), (row["postal"], column)
        assert COUNTIES.jail_beds[where].sum() == int(row["jail_beds"]), row["postal"]


@pytest.mark.parametrize(
    ("postal", "foreign_born", "unauthorised"),
    [("CA", 10_150_000, 2_550_000), ("TX", 4_142_000, 1_650_000), ("GA", 943_000, 425_000), ("TN", 289_000, 140_000)],
)
def test_state_totals_are_the_published_ones(postal: str, foreign_born: int, unauthorised: int) -> None:
    """Foreign-born: ACS-19 (2012), table 2. Unauthorised: Passel and Cohn (Pew, 2011), table A3."""
    where = PLACES.counties_of_state(postal)
    assert COUNTIES.foreign_born[where].sum() == foreign_born
    assert COUNTIES.unauthorised[where].sum() == unauthorised


def test_field_offices_share_noncitizens_as_published() -> None:
    """Adults without citizenship by ERO area, 2012 (University of Washington, from the ACS): 20,256 thousand in 24 areas."""
    adults = np.array([office.adult_noncitizens for office in PLACES.offices])
    assert len(adults) == 24
    assert adults.sum() == 20_256_000
    ours = np.bincount(COUNTIES.office, weights=COUNTIES.noncitizens, minlength=24)
    np.testing.assert_allclose(ours / ours.sum(), adults / adults.sum(), atol=1e-6)


def test_no_county_is_absurd() -> None:
    assert (COUNTIES.unauthorised <= COUNTIES.noncitizens).all()
    assert (COUNTIES.noncitizens <= COUNTIES.foreign_born).all()
    assert (COUNTIES.foreign_born <= 0.6 * COUNTIES.population).all()
    assert min(COUNTIES[name].min() for name in ("population", "unauthorised", "jail_beds")) >= 0


@pytest.mark.parametrize(
    ("fips", "office"),
    [
        *[("06037", "LOS"), ("06073", "SND"), ("06085", "SFR"), ("15003", "SFR"), ("48141", "ELP"), ("35013", "ELP")],
        *[("48201", "HOU"), ("48113", "DAL"), ("40143", "DAL"), ("48029", "SNA"), ("48479", "SNA"), ("17031", "CHI")],
        *[("36061", "NYC"), ("36029", "BUF"), ("47037", "NOL"), ("24021", "BAL"), ("11001", "WAS"), ("32003", "SLC")],
        *[("41051", "SEA"), ("09001", "BOS"), ("54039", "PHI"), ("31055", "SPM"), ("08001", "DEN"), ("39017", "DET")],
    ],
)
def test_counties_belong_to_their_field_office(fips: str, office: str) -> None:
    """ICE, Enforcement and Removal Operations field offices: areas of responsibility."""
    assert office_of(fips) == office


def test_areas_are_the_parts_of_states_in_one_office() -> None:
    """Only California (3), Texas (4) and New York (2) were divided between field offices (ICE): 51 + 2 + 3 + 1 areas."""
    assert len(PLACES.areas) == 57
    assert list(PLACES.areas) == sorted(set(PLACES.areas))
    parts = Counter(PLACES.states[state].postal for state, _ in PLACES.areas)
    assert {postal: count for postal, count in parts.items() if count > 1} == {"CA": 3, "TX": 4, "NY": 2}
    assert [PLACES.areas[area] for area in COUNTIES.area] == list(zip(COUNTIES.state, COUNTIES.office, strict=True))


# Jails and neighbours


def test_a_county_without_a_jail_uses_one_in_its_state() -> None:
    """BJS, Census of Jail Facilities 2006 (NCJ 230188): 2,860 jail jurisdictions, so some 280 counties have none."""
    has_beds = COUNTIES.jail_beds > 0
    assert (COUNTIES.jail[has_beds] == np.flatnonzero(has_beds)).all()
    assert has_beds[COUNTIES.jail].all()
    assert (COUNTIES.state[COUNTIES.jail] == COUNTIES.state).all()
    assert 200 <= (~has_beds).sum() <= 320


def test_every_state_has_beds_also_the_unified_ones() -> None:
    """BJS: AK, CT, DE, HI, RI and VT run jails and prisons as one system; arrested people are booked there all the same."""
    assert {state.postal for state in PLACES.states if state.unified} == {"AK", "CT", "DE", "HI", "RI", "VT"}
    assert (np.bincount(COUNTIES.state, weights=COUNTIES.jail_beds) > 0).all()


def test_neighbours_are_mutual() -> None:
    pairs = {(index, int(near)) for index in range(len(COUNTIES)) for near in PLACES.neighbours(index)}
    assert all((near, index) in pairs for index, near in pairs)
    assert all(index != near for index, near in pairs)


def test_the_contiguous_states_hang_together_and_no_county_is_alone() -> None:
    contiguous = [PLACES.states[state].postal not in OUTSIDE_THE_CONTIGUOUS_STATES for state in COUNTIES.state]
    start = PLACES.index_of("48201")
    reached, edge = {start}, [start]
    while edge:
        found = {int(near) for index in edge for near in PLACES.neighbours(index)} - reached
        reached |= found
        edge = sorted(found)
    assert reached == set(np.flatnonzero(contiguous))
    assert all(len(PLACES.neighbours(index)) > 0 for index in range(len(COUNTIES)))


# Secure Communities


@pytest.mark.parametrize(
    ("fips", "day"),
    [("48201", "2008-10-27"), ("06037", "2009-08-27"), ("48479", "2009-06-16"), ("06073", "2009-05-26")],
)
def test_known_days_of_activation(fips: str, day: str) -> None:
    """ICE and news reports: Harris 27 Oct 2008; Los Angeles 27 Aug 2009; Webb 16 June 2009; first in California 26 May 2009."""
    assert str(ACTIVE_FROM[PLACES.index_of(fips)]) == day


@pytest.mark.parametrize(
    ("fips", "month"),
    [
        *[("48113", "2008-11"), ("47037", "2010-08"), ("17031", "2013-01"), ("04013", "2009-01"), ("12086", "2009-02")],
        *[("53033", "2012-04"), ("36047", "2012-05"), ("11001", "2012-06"), ("34017", "2012-02"), ("13135", "2009-11")],
    ],
)
def test_known_months_of_activation(fips: str, month: str) -> None:
    """ICE, Activated Jurisdictions; Dallas and Davidson also in reports of the time."""
    assert str(ACTIVE_FROM[PLACES.index_of(fips)])[:7] == month


def test_all_of_texas_was_active_on_28_september_2010() -> None:
    """ICE news release: Secure Communities now activated in all 254 Texas counties (28 September 2010)."""
    assert active_by("2010-09-28")[PLACES.counties_of_state("TX")].sum() == 254


def test_the_southwestern_border_was_active_on_10_august_2010() -> None:
    """ICE, 10 August 2010: all 25 counties of the south-western border (here the 23 on it, Culberson and Dimmit)."""
    border = "06073 06025 04027 04019 04023 04003 35023 35029 35013 48141 48229 48243 48377 48043 48443 48465 48271"
    border += " 48323 48479 48505 48427 48215 48061 48127 48109"
    assert len(border.split()) == 25
    assert all(active_by("2010-08-10")[PLACES.index_of(fips)] for fips in border.split())


def test_the_first_fourteen_were_active_at_the_end_of_2008() -> None:
    """ICE counted 14 jurisdictions in 2008; Florida and Virginia were complete by the end of fiscal 2010, and 658 in all."""
    assert active_by("2008-12-31").sum() == 14
    assert active_by("2010-09-30").sum() == pytest.approx(658, abs=15)
    for postal in ("FL", "VA"):
        assert active_by("2010-09-30")[PLACES.counties_of_state(postal)].all()


def test_the_number_active_is_right_at_every_typed_point() -> None:
    """ICE, Activated Jurisdictions, counted by state and quarter (secure_communities_counts.csv)."""
    for row in rows("secure_communities_counts.csv"):
        where = PLACES.counties_of_state(row["postal"])
        for quarter in (name for name in row if name[0].isdigit()):
            assert active_by(quarter)[where].sum() == int(row[quarter]), (row["postal"], quarter)


@pytest.mark.parametrize(
    ("year", "published"), [(2008, 0.034), (2009, 0.209), (2010, 0.519), (2011, 0.724), (2012, 0.962), (2013, 0.993)]
)
def test_the_share_of_people_under_the_programme_follows_the_roll_out(year: int, published: float) -> None:
    """Share of the 2010 population in active counties at the end of each year, from ICE's Activated Jurisdictions."""
    active = active_by(f"{year}-12-31")
    assert COUNTIES.population[active].sum() / COUNTIES.population.sum() == pytest.approx(published, abs=0.05)


def test_the_months_of_the_hundred_largest_jurisdictions_are_typed() -> None:
    """ICE, Activated Jurisdictions: no large jurisdiction's date is left to the order of non-citizens."""
    typed = {PLACES.index_of(row["fips"]) for row in rows("secure_communities_months.csv")}
    assert set(np.argsort(-COUNTIES.noncitizens, kind="stable")[:100]) <= typed


def test_every_county_was_active_by_22_january_2013() -> None:
    """ICE: all 3,181 jurisdictions active on 22 January 2013; none before the pilot of 27 October 2008."""
    assert not np.isnat(ACTIVE_FROM).any()
    assert ACTIVE_FROM.min() == np.datetime64("2008-10-27")
    assert ACTIVE_FROM.max() <= np.datetime64("2013-01-31")


# Agreements


def test_there_are_77_agreements_in_26_states() -> None:
    """Every agency that documents of the time name as having one between October 2005 and December 2014, once."""
    assert len(agreements()) == 77
    assert len({found.state for found in agreements()}) == 26
    assert len({(found.agency, found.state) for found in agreements()}) == 77


@pytest.mark.parametrize(
    ("day", "published"),
    [
        (dates.date(2009, 2, 1), 67),  # GAO-09-381T; CRS RL32270, 19 February 2009
        (dates.date(2010, 8, 2), 71),  # Migration Policy Institute 2011, appendix, from ICE's list
        (dates.date(2010, 10, 29), 71),  # ICE's list of 29 October 2010
        (dates.date(2011, 8, 18), 69),  # ICE's list
        (dates.date(2012, 1, 20), 68),  # ICE's list; "68 agencies in 24 states" in ICE's request for fiscal 2013
        (dates.date(2012, 10, 2), 64),  # ICE's list
        (dates.date(2012, 10, 16), 57),  # ICE's list; "57 agencies" in December 2012
        (dates.date(2013, 1, 1), 39),  # ICE's list at the end of 2012, without task forces
        (dates.date(2014, 8, 13), 35),  # ICE's list
    ],
)
def test_the_number_in_force_equals_the_published_counts(day: dates.date, published: int) -> None:
    """ICE's own lists, and reports from them; one agency of the list of January 2015 fewer than in August 2014 is Weber."""
    assert in_force(day) == published


@pytest.mark.parametrize(
    ("day", "published", "tolerance"),
    [
        (
            dates.date(2007, 9, 1),
            29,
            1,
        ),  # GAO-09-109: 29 agreements reviewed, one of them (Massachusetts' police) never at work
        (dates.date(2008, 4, 28), 47, 0),  # ICE, as reported in June 2008
        (dates.date(2013, 8, 7), 36, 1),  # ICE's list: San Bernardino is off it between its two agreements
        (dates.date(2014, 10, 1), 35, 0),  # KPCC, October 2014
        (dates.date(2014, 12, 31), 34, 0),  # ICE's list of 6 January 2015
    ],
)
def test_the_number_in_force_is_near_other_counts(day: dates.date, published: int, tolerance: int) -> None:
    assert in_force(day) == pytest.approx(published, abs=tolerance)


def test_every_end_lies_between_two_lists() -> None:
    """The last list of ICE that names an agency, and the first that does not; those still listed have no end."""
    for found in agreements():
        assert (found.end is None) == (found.off_list_by is None), found.agency
        if found.end is None:
            assert found.last_on_list == LAST_DAY, found.agency
        else:
            assert found.off_list_by is not None
            assert found.last_on_list <= found.end <= found.off_list_by, found.agency
            assert found.note, found.agency  # says why this day


def test_every_agreement_has_its_sources_and_grades() -> None:
    """Documents of the time in each row, from a known list; a date is seen, derived or recalled, never assumed."""
    documents = {"ICE lists 2010-17", "CRS RL32270 (Feb 2009)", "GAO-09-109", "MPI 2011 appendix", "NCLR Aug 2010"}
    documents |= {"OIG-10-63", "ICE identified by agency 2006-13", "Kostandini et al. 2014", "Cato 2018"}
    documents |= {"ICE FOIA list Jan 2008"}
    for found in agreements():
        named = set(found.sources.split("; "))
        assert len(named) >= 2, found.agency
        assert named <= documents, found.agency
        assert found.grades["start"] == "S", found.agency
        assert found.grades["end"] in {"S", "D", "R-h", "R-m"}, found.agency


def test_models_over_time_fit_the_model() -> None:
    """A joint agreement goes on in the jail after its task force ended, if it goes on; Maricopa's did from October 2009."""
    for found in agreements():
        steps = found.model_over_time.split("->")
        assert found.model in steps, found.agency
        goes_on_in_jail = found.model == "both" and found.end != found.task_force_end
        assert (steps[-1] == "jail") == (found.model == "jail" or goes_on_in_jail), found.agency


def test_people_identified_add_up_to_the_years_of_ices_table() -> None:
    """ICE, people identified by agency, fiscal 2006 to 2010; later years are held out and are not in the package."""
    by_year: dict[int, int] = {}
    for years in identified_by_agency().values():
        for year, number in years.items():
            by_year[year] = by_year.get(year, 0) + number
    assert by_year == {2006: 6_154, 2007: 22_338, 2008: 45_666, 2009: 60_223, 2010: 48_169}
    known = {(found.state, found.agency) for found in agreements()}
    assert set(identified_by_agency()) <= known
    unnamed = {agency.split()[0] for _, agency in known - set(identified_by_agency())}
    assert unnamed == {"Delaware", "Manassas", "Barnstable", "Framingham"}
    assert {int(row["fiscal_year"]) for row in rows("identified_287g.csv")} == set(range(2006, 2011))


def test_officers_add_up_to_about_the_published_number() -> None:
    """About 1,240 trained officers in January 2011 (recalled), more than 1,500 in February 2012 (ICE)."""
    assert 1_240 <= sum(found.officers for found in agreements()) <= 1_500
    by_agency = {found.agency: found.officers for found in agreements()}
    assert by_agency["Frederick County Sheriff's Office"] == 16 + 10
    assert by_agency["Collier County Sheriff's Office"] == 27 + 7
    assert by_agency["Alamance County Sheriff's Office"] == 10  # ICE, 23 January 2007: twelve in training, ten passed


def test_task_forces_ended_by_rule() -> None:
    """ICE, 21 December 2012: task-force agreements not renewed beyond 31 December; Arizona's seven ended 25 June 2012."""
    arizona = [found for found in agreements() if found.task_force_end == dates.date(2012, 6, 25)]
    assert len(arizona) == 7
    assert {found.state for found in arizona} == {"AZ"}
    for found in agreements():
        assert (found.model == "jail") == (found.task_force_end is None), found.agency
        if found.task_force_end:
            assert found.task_force_end <= dates.date(2012, 12, 31), found.agency
        if found.model == "task_force":
            assert found.end == found.task_force_end, found.agency
        assert found.start < (found.end or LAST_DAY), found.agency


def test_known_ends() -> None:
    """Maricopa: field authority to 16 October 2009, jail to December 2011; Davidson, Tennessee: October 2012."""
    by_agency = {found.agency: found for found in agreements()}
    maricopa = by_agency["Maricopa County Sheriff's Office"]
    assert maricopa.task_force_end == dates.date(2009, 10, 16)
    assert maricopa.end is not None
    assert (maricopa.end.year, maricopa.end.month) == (2011, 12)
    assert by_agency["Pima County Sheriff's Department"].end == dates.date(2012, 6, 25)
    davidson = by_agency["Davidson County Sheriff's Office"]
    assert davidson.end is not None
    assert (davidson.end.year, davidson.end.month) == (2012, 10)


def test_screening_point_and_approach_follow_the_reports() -> None:
    """KPCC 2012 and 2014: Los Angeles screens after conviction. MPI 2011: Cobb, Gwinnett, Frederick universal."""
    by_agency = {found.agency: found for found in agreements()}
    assert by_agency["Los Angeles County Sheriff's Department"].screening_point == "post-case"
    assert all(found.screening_point == "post-case" for found in agreements() if found.state == "CA")
    for name in ("Cobb", "Gwinnett", "Frederick", "Davidson"):
        found = by_agency[f"{name} County Sheriff's Office"]
        assert (found.screening_point, found.approach) == ("at-booking", "universal")
    assert by_agency["Las Vegas Metropolitan Police Department"].approach == "targeted"
    assert all(found.screening_point == "field" for found in agreements() if found.model == "task_force")
    booked_elsewhere = [found for found in agreements() if found.in_field_only and found.model == "both"]
    assert [found.agency.split()[0] for found in booked_elsewhere] == ["Arizona", "Phoenix"]


def test_an_agreement_lies_in_its_state() -> None:
    for found in agreements():
        assert (found.county is None) == (found.kind in ("state", "prison")), found.agency
        if found.county is not None:
            assert PLACES.states[COUNTIES.state[found.county]].postal == found.state, found.agency
        assert 0 < found.share_of_bookings <= 1, found.agency
        assert set(found.grades) == {"start", "end", "officers", "approach", "share"}


def test_agreements_of_prison_systems_are_marked() -> None:
    """Migration Policy Institute 2011, appendix: departments of corrections in Arizona, Delaware, Massachusetts, New Mexico.

    They screen whoever is sent to prison there, in the jail model, and no bookings of a county.
    """
    of_prisons = [found for found in agreements() if found.kind == "prison"]
    assert [found.state for found in of_prisons] == ["AZ", "DE", "MA", "NM"]
    assert all("Correction" in found.agency for found in of_prisons)
    assert {(found.model, found.share_of_bookings, found.task_force_end) for found in of_prisons} == {
        ("jail", 1.0, None)
    }


# Shapes, sharing and speed


def test_every_county_can_be_drawn() -> None:
    """Census Bureau cartographic boundaries: closed rings; Harris County is about 1,777 square miles (4,602 km²)."""
    shapes = county_shapes()
    assert len(shapes) == len(COUNTIES)
    for rings in shapes:
        assert rings
        assert all(ring.shape[1] == 2 and len(ring) >= 3 and np.array_equal(ring[0], ring[-1]) for ring in rings)
    x, y = shapes[PLACES.index_of("48201")][0].T
    area = abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2
    assert area == pytest.approx(4_602, rel=0.03)
    assert (DATA / "county_shapes.npz").stat().st_size < 1_000_000


def test_alaska_and_hawaii_are_insets_below_the_map() -> None:
    shapes = county_shapes()
    for postal in sorted(OUTSIDE_THE_CONTIGUOUS_STATES):
        points = np.concatenate([ring for index in PLACES.counties_of_state(postal) for ring in shapes[index]])
        assert points[:, 0].min() > -2_700
        assert points[:, 1].max() < -600


def test_the_shared_arrays_cannot_be_written() -> None:
    for array in (COUNTIES, ACTIVE_FROM, PLACES.neighbours(0)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
    assert load_geography() is PLACES


def test_the_tables_say_where_they_come_from() -> None:
    for path in sorted(DATA.glob("*.csv")):
        heading = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        assert heading, path.name
        assert not any(re.search(r"://|(^|[\s(])/\w+/", line) for line in heading), path.name


def test_the_examples_run() -> None:
    assert doctest.testmod(geography).failed == 0
