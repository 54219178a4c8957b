"""From what a user chose to the rows the engine works on: places, offices, dated settings.

The one place where geography, parameters and law meet. ``scope`` says which places these are. Where a scenario asks for
part of a field office's area alone, it gets that part's share of the office's crews, by the bookings of non-citizens that
the model expects there; the shares are kept for the manifest.
"""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from enforcement_sim.codes import LISTS, STATUSES
from enforcement_sim.law.adherence import shifted
from enforcement_sim.law.rules import Rule, load_rulebook
from enforcement_sim.places.county_effects import differ_by_county, prisoner_ratios, spread_bookings, traffic_shares
from enforcement_sim.places.effort import effort_settings
from enforcement_sim.places.geography import Geography, agreements, load_geography
from enforcement_sim.places.history import ChangeLike, Setting, deviation, settings_of, sharing_days
from enforcement_sim.places.overlay import activation_dates, own_bookings, with_noncitizens
from enforcement_sim.places.run_period import Period
from enforcement_sim.places.scope import Places, Simulated, WhereLike, simulated_counties
from enforcement_sim.process.clock import DAYS_A_YEAR, Clock
from enforcement_sim.process.engine import Before, clock_for
from enforcement_sim.process.layouts import OFFICE, PLACE
from enforcement_sim.process.rng import Draw
from enforcement_sim.process.tables import status_weights

FOREIGN_BORN_FROM, NONCITIZEN_FROM, UNAUTHORISED_FROM = 1, 2, 5
"""Positions in ``STATUSES`` from which people are foreign-born, not citizens, and unauthorised."""
POSTAL_OF = {"california": "CA", "texas": "TX"}
AVERAGE_YEAR = 2010
"""The year that ``people.pool_ratio`` counts bookings of."""
PEOPLE_A_THOUSAND = 1000.0
PRISON_CODE = 1000
"""The code of a state's prison is the state's FIPS code times this; no county has it."""


class ScenarioLike(Protocol):
    """What is read of a scenario here."""

    @property
    def period_start(self) -> date: ...
    @property
    def period_end(self) -> date: ...
    @property
    def scope(self) -> WhereLike: ...
    @property
    def simulate(self) -> str: ...
    @property
    def thin(self) -> int: ...
    @property
    def parameters(self) -> Mapping[str, float]: ...
    @property
    def history(self) -> Mapping[str, float]: ...
    @property
    def changes(self) -> Sequence[ChangeLike]: ...
    @property
    def data(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, eq=False)
class World:
    """A run's rows before its first day.

    Attributes
    ----------
    counties : int64 array, shape (counties of the run,)
        County index of each of the first places; behind them stands a prison for each state.
    reported : bool array, shape (places,)
        Whether each place is counted in the run's result.
    places, offices : structured arrays of dtype ``PLACE`` and ``OFFICE``
        Places that are not reported have an area of their own, behind those of the geography.
    office_shares : float64 array, shape (24,)
        Share of each field office's expected non-citizen bookings that lies in the places.
    settings : tuple of Setting
        Dated settings in order of day.
    rules : tuple of Rule
        Rules by the number places use.
    values : mapping
        Every address of the register with its value.
    before : Before or None
        What is otherwise before the first counted day, where the scenario decides a lever.
    """

    geography: Geography
    clock: Clock
    counties: np.ndarray
    reported: np.ndarray
    places: np.ndarray
    offices: np.ndarray
    office_shares: np.ndarray
    settings: tuple[Setting, ...]
    rules: tuple[Rule, ...]
    values: Mapping[str, float]
    thin: int
    before: Before | None = None

    @property
    def areas(self) -> int:
        """How many areas places lie in: those of the geography, and one for all places that are not reported."""
        return len(self.geography.areas) + 1

    def shares_by_office(self) -> dict[str, float]:
        """Return, by the code of each field office with a county in the run, the share of its capacity that is given."""
        return _by_code(self.geography, self.office_shares)


def build_world(scenario: ScenarioLike, seed: int) -> World:
    """Lay out places, offices and dated settings for one run.

    Parameters
    ----------
    scenario
        Resolved and checked.
    seed
        The run's seed; only states that delay draw from it here.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> world = build_world(load_scenario("baseline"), 1)  # 3,142 counties and 51 prisons
    >>> world.places.size, round(float(world.places["day_share"].sum()), 6)
    (3193, 1.0)
    """
    geography, values, scope = load_geography(), scenario.parameters, scenario.scope
    clock = clock_for(values, scenario.period_start, scenario.period_end)
    simulated = simulated_counties(scope.kind, scope.members, scenario.simulate, values, geography)
    chosen = simulated.counties
    counties = with_noncitizens(scenario.data, geography)
    weights = expected_bookings(values, counties, geography)
    of_place = weights.sum(axis=1)
    of_nation = of_place.sum()
    earlier = removals_a_yearly_booking(values, weights)
    own = own_bookings(scenario.data, geography, values, of_place / of_nation)
    if own is not None:  # a county's own bookings change nobody else's
        weights *= own.scale[:, None]
        of_place *= own.scale
    noncitizen = weights[:, NONCITIZEN_FROM:].sum(axis=1)

    everywhere = np.zeros(chosen.size + simulated.states.size, PLACE)
    places = everywhere[: chosen.size]
    places["day_share"] = of_place[chosen] / of_nation
    _lay_out_counties(places, counties, simulated, weights, of_place, values)
    per_year = values[f"booking.national_per_year.{AVERAGE_YEAR}"]
    places["removed_before"] = places["day_share"] * places["reachable_share"] * per_year * earlier
    _lay_out_prisons(everywhere[chosen.size :], simulated.states, geography, noncitizen)
    everywhere["reported"] = simulated.reported_places
    everywhere["area"][~simulated.reported_places] = len(geography.areas)
    shares = _shares(counties.office, noncitizen, chosen, len(geography.offices))
    differ(everywhere, values)
    everywhere["acted_share"] = values["effort.acted_share"]
    come_to_agreement_jails(places, chosen, values)
    everywhere["presence_odds"] = 1.0
    everywhere["bail_denied_share"] = values["detainer.bail_denied_share"]
    differ_by_county(places, chosen, values)
    places["traffic_share"] = traffic_shares(values, noncitizen, geography)[chosen]
    places["prisoner_ratio"] = prisoner_ratios(values, places["traffic_share"])
    for name, number in _counted_states(geography):
        places["further_prints"][places["state"] == number] = values[f"booking.prints_per_booking.{name}"] - 1.0

    foreign_born = weights[:, FOREIGN_BORN_FROM:].sum(axis=1)
    of_state = np.bincount(counties.state, weights=foreign_born)
    unauthorised = (weights[:, UNAUTHORISED_FROM:].sum(axis=1) / of_place)[chosen]
    where = Places(chosen, simulated.states, geography)
    foreign_born_share = where.with_prisons(foreign_born[chosen] / of_state[counties.state[chosen]], 1.0)
    period = Period(where, clock.start, clock.days, clock.first_counted_day, values, foreign_born_share)
    settings = settings_of(
        period,
        scenario.changes,
        sharing_days(period, activation_dates(scenario.data, geography), clock.first_counted_day, seed),
        where.with_prisons(places["day_share"] * per_year / DAYS_A_YEAR * unauthorised, 1.0),
        everywhere,
    )
    settings += effort_settings(values, clock, everywhere["office"], geography)
    if own is not None:
        settings += own.settings(chosen, clock, places)
    settings.sort(key=lambda setting: setting.day)
    return World(
        geography,
        clock,
        chosen,
        simulated.reported_places,
        everywhere,
        _offices(geography, values, shares),
        shares,
        tuple(settings),
        tuple(load_rulebook().rules.values()),
        values,
        scenario.thin,
        _before(scenario, geography, shares),
    )


def _before(scenario: ScenarioLike, geography: Geography, shares: np.ndarray) -> Before | None:
    """Return what levers leave before the first counted day; None where the scenario decides none of them.

    Levers lie in the tables of the engine and in the rows of offices; what places are told is the same under each.
    """
    history = {address: value for address, value in scenario.history.items() if value != scenario.parameters[address]}
    if not history:
        return None
    values = ChainMap(history, scenario.parameters)  # type: ignore[arg-type]  # it is only read
    clock = clock_for(values, scenario.period_start, scenario.period_end)
    return Before(clock, _offices(geography, values, shares), values)


def settlement_factor(values: Mapping[str, float], population: np.ndarray, noncitizens: np.ndarray) -> np.ndarray:
    """Return a non-citizen's bookings per head in each county, relative to the nation's; the mean over people is 1.

    Parameters
    ----------
    values
        Every address of the register.
    population, noncitizens : float64 arrays, shape (counties,)
        Residents, and residents who are not citizens.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "status.settlement_slope": 0.5}
    >>> settlement_factor(values, np.array([1000.0, 1000.0]), np.array([50.0, 200.0])).round(2)
    array([1.67, 0.83])
    """
    share = noncitizens / np.maximum(population, 1.0)
    factor = np.maximum(share, values["status.settlement_floor"]) ** -values["status.settlement_slope"]
    return np.asarray(factor * (noncitizens.sum() / (factor * noncitizens).sum()))


def expected_bookings(values: Mapping[str, float], counties: np.ndarray, geography: Geography) -> np.ndarray:
    """Return bookings expected before any policy by county and status, up to a common factor, float64, shape (counties, 7).

    People of each status times their bookings per head, moved by three differences between places. Where non-citizens are
    few, each is booked more often than where many have long lived; California's and Texas's jails send other numbers of
    prints, for their people, than the country's; and counties differ by what is drawn or known of each (``county_effects``).
    None moves the nation's bookings; the first and the third leave the nation's mix of statuses as it is, too.

    Parameters
    ----------
    values
        Every address of the register.
    counties : structured array
        The nation's counties, as ``Geography.counties``.
    geography
        Whose states the counties name.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> from enforcement_sim.places.geography import load_geography
    >>> places = load_geography()
    >>> expected_bookings(load_register().defaults(), places.counties, places).shape
    (3142, 7)
    """
    population, noncitizens = counties["population"].astype(float), counties["noncitizens"].astype(float)
    foreign_born, unauthorised = counties["foreign_born"].astype(float), counties["unauthorised"].astype(float)
    weights = status_weights(values, population, foreign_born, noncitizens, unauthorised)
    if values["status.settlement_slope"]:
        weights[:, NONCITIZEN_FROM:] *= settlement_factor(values, population, noncitizens)[:, None]
    for name, number in _counted_states(geography):
        weights[counties["state"] == number] *= values[f"booking.state_ratio.{name}"]
    return spread_bookings(values, weights)


def _counted_states(geography: Geography) -> Iterator[tuple[str, int]]:
    """Yield the states whose prints ICE counted apart, by the name in the register, with their index."""
    for name in LISTS["counted_state"]:
        yield name, geography.state_index(POSTAL_OF[name])


def removals_a_yearly_booking(values: Mapping[str, float], weights: np.ndarray) -> float:
    """Return the removals before the run that a removable person can expect for each of the person's bookings in a year.

    The people removed before the run, over the bookings in a year of everybody who is removable as they stand; 0 where the
    run does not ask what happened before it.

    Parameters
    ----------
    values
        Every address of the register.
    weights
        Expected bookings of the nation by county and status, up to a common factor, as of `expected_bookings`.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "start.earlier_removals": 1, "booking.national_per_year.2010": 12e6}
    >>> one_in_twenty = np.array([[0.95, 0, 0, 0, 0, 0.05, 0]])
    >>> values["start.removed_a_year"] * values["start.removal_years"] / 600_000 == removals_a_yearly_booking(
    ...     values, one_in_twenty)
    True
    """
    if not values["start.earlier_removals"]:
        return 0.0
    removable = np.array([values[f"status.removable_share.{status}"] for status in STATUSES[NONCITIZEN_FROM:]])
    removable_share = float((weights[:, NONCITIZEN_FROM:] @ removable).sum() / weights.sum())
    bookings = removable_share * values[f"booking.national_per_year.{AVERAGE_YEAR}"]
    return values["start.removed_a_year"] * values["start.removal_years"] / bookings if bookings else 0.0


def capacity_shares(
    kind: str, members: Iterable[str], simulate: str, values: Mapping[str, float], data: Mapping[str, str]
) -> dict[str, float]:
    """Return the share of each field office's capacity that a run of some places gets, by the office's code.

    Parameters
    ----------
    kind, members
        The places reported, as a scope names them.
    simulate : {"offices", "alone"}
    values
        Every address of the register.
    data
        Imported tables: kind to name.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> capacity_shares("states", ["FL"], "alone", load_register().defaults(), {})
    {'MIA': 1.0}
    """
    geography = load_geography()
    chosen = simulated_counties(kind, members, simulate, values, geography).counties
    counties = with_noncitizens(data, geography)
    noncitizen = expected_bookings(values, counties, geography)[:, NONCITIZEN_FROM:].sum(axis=1)
    return _by_code(geography, _shares(counties.office, noncitizen, chosen, len(geography.offices)))


def _by_code(geography: Geography, shares: np.ndarray) -> dict[str, float]:
    """Return the shares of field offices that have any, by code."""
    return {office.code: float(share) for office, share in zip(geography.offices, shares, strict=True) if share > 0.0}


def _shares(office: np.ndarray, noncitizen: np.ndarray, chosen: np.ndarray, offices: int) -> np.ndarray:
    """Return the share of each office's expected bookings of non-citizens that some counties have; exactly 1 for all."""
    in_area = np.bincount(office, weights=noncitizen, minlength=offices)
    in_run = np.bincount(office[chosen], weights=noncitizen[chosen], minlength=offices)
    return np.asarray(in_run / in_area)


def _lay_out_counties(
    places: np.ndarray,
    counties: np.ndarray,
    simulated: Simulated,
    weights: np.ndarray,
    of_place: np.ndarray,
    values: Mapping[str, float],
) -> None:
    """Fill the rows of counties, whose share of bookings is there already: who is booked, and which offices they have."""
    chosen = simulated.counties
    within_reach = weights[chosen]
    within_reach[:, :FOREIGN_BORN_FROM] *= values["status.in_ident.us_born"]
    of_reachable = within_reach.sum(axis=1)
    places["reachable_share"] = of_reachable / of_place[chosen]
    places["status_cdf"] = np.cumsum(within_reach, axis=1) / np.where(of_reachable > 0.0, of_reachable, 1.0)[:, None]
    pool = places["day_share"] * values[f"booking.national_per_year.{AVERAGE_YEAR}"] * values["people.pool_ratio"]
    everybody = np.maximum(values["people.smallest_pool"], np.rint(pool))
    places["pool"] = np.maximum(1, np.rint(everybody * places["reachable_share"])).astype(np.int64)
    for field in ("fips", "office", "area", "state"):
        places[field] = counties[field][chosen]
    places["prison"] = chosen.size + np.searchsorted(simulated.states, places["state"])


def _lay_out_prisons(prisons: np.ndarray, states: np.ndarray, geography: Geography, noncitizen: np.ndarray) -> None:
    """Fill the rows of state prisons; each lies with the field office that has most of the state's non-citizens."""
    counties = geography.counties
    for prison, state in zip(prisons, states, strict=True):
        here = counties.state == state
        in_office = np.bincount(counties.office[here], weights=noncitizen[here], minlength=len(geography.offices))
        prison["office"] = int(in_office.argmax())
        prison["area"] = geography.areas.index((int(state), int(prison["office"])))
        prison["state"] = state
        prison["fips"] = int(geography.states[state].fips) * PRISON_CODE
        prison["is_prison"] = 1
        prison["prison"] = -1


def _offices(geography: Geography, values: Mapping[str, float], shares: np.ndarray) -> np.ndarray:
    """Return the rows of field offices, each with its share of the nation's crews, beds and visits."""
    offices = np.zeros(len(geography.offices), OFFICE)
    adults = np.array([office.adult_noncitizens for office in geography.offices]) / PEOPLE_A_THOUSAND
    offices["capacity"] = adults * values["pickup.crew_capacity"] * shares
    beds = values["beds.funded"] * values["beds.interior_share"]
    offices["beds"] = adults / adults.sum() * beds * shares
    offices["visits"] = adults / adults.sum() * values["background.visits_a_day"] * shares
    offices["code"] = np.arange(offices.size)
    return offices


def differ(places: np.ndarray, values: Mapping[str, float]) -> None:
    """Give each place its field office's ways: how closely it follows the rule, whom it comes for, and how fast."""
    for office in np.unique(places["office"]).tolist():
        here = places["office"] == office
        adherence = values["detainer.adherence_spread"] * deviation(values, office, Draw.ADHERENCE)
        choice = values["pickup.wanted_spread"] * deviation(values, office, Draw.CHOICE)
        places["issue_covered"][here] = shifted(values["detainer.issue_if_covered"], adherence)
        places["issue_not_covered"][here] = shifted(values["detainer.issue_if_not_covered"], -adherence)
        places["wanted_priority"][here] = shifted(values["pickup.wanted_share_priority"], choice)
        places["wanted_other"][here] = shifted(values["pickup.wanted_share_other"], choice)
        delay = values["pickup.delay_spread"] * deviation(values, office, Draw.DISTANCE)
        places["delay_factor"][here] = math.exp(delay)


def come_to_agreement_jails(places: np.ndarray, chosen: np.ndarray, values: Mapping[str, float]) -> None:
    """Let field offices come more readily, and sooner, to counties whose own jail had an agreement at any time."""
    effort = values["pickup.agreement_jail_effort"]
    with_agreement = [each.county for each in agreements() if each.model in ("jail", "both")]
    for row in np.flatnonzero(np.isin(chosen, [county for county in with_agreement if county is not None])):
        places["delay_factor"][row] *= values["pickup.agreement_jail_delay_ratio"]
        if effort:
            for field in ("wanted_priority", "wanted_other"):
                places[field][row] = shifted(float(places[field][row]), effort)
