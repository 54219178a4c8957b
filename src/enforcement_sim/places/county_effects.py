"""How counties differ beyond what is known of their people: drawn once for the world, set where a figure is published.

Five ways: how many are booked, how much of it is traffic, how present ICE is in the jail, whom it comes for, and how often a
detainer costs bail. Each has a standard deviation in the register, 0 for alike. What nobody published is drawn by the county
and the draw of the world (``institutions.office_draw``), never by a run's seed: it is doubt about the world, not dice. Where
``county_known.csv`` has a figure, the county's deviation is what the figure implies. The nation's bookings by status and its
share of traffic stay as they are; docs/process.md has the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from enforcement_sim.codes import LISTS
from enforcement_sim.law.adherence import shifted
from enforcement_sim.places.geography import Geography, known_figures, load_geography, region_of_state
from enforcement_sim.places.history import SMALLEST_DRAW, InstitutionKind
from enforcement_sim.process.engine import bookings_of_year
from enforcement_sim.process.offence_mix import TRAFFIC
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.process.tables import offence_table, prison_rates

PURPOSES = {
    "bookings": Draw.COUNTY_BOOKINGS,
    "traffic": Draw.COUNTY_TRAFFIC,
    "presence": Draw.COUNTY_PRESENCE,
    "custody": Draw.COUNTY_CUSTODY,
    "bail": Draw.COUNTY_BAIL,
}
"""In what counties differ, and the purpose of each draw."""
WANTED = ("wanted_priority", "wanted_other")
CHOICE_OF = dict(zip(WANTED, ("pickup.wanted_share_priority", "pickup.wanted_share_other"), strict=True))
BORN_ABROAD = 1
"""Position in ``STATUSES`` from which people are born abroad."""
HALVINGS = 60
"""Halvings of an interval on the log odds: the last is far below what a share can show."""


@lru_cache(maxsize=len(PURPOSES))
def _deviations(world: int, kind: str) -> np.ndarray:
    """Return by how many standard deviations each county of the nation differs in one way; the same for every seed."""
    normal, found = NormalDist(), []
    for fips in load_geography().counties["fips"].tolist():
        stream = institution_stream(world, InstitutionKind.JURISDICTION, fips, 0)
        found.append(normal.inv_cdf(max(SMALLEST_DRAW, float(uniform(stream, PURPOSES[kind].value)))))
    drawn = np.array(found)
    drawn.flags.writeable = False
    return drawn


def drawn_effects(values: Mapping[str, float], kind: str) -> np.ndarray:
    """Return how far each county of the nation is drawn from the middle one, float64, shape (3142,).

    Parameters
    ----------
    values
        Every address of the register.
    kind : {"bookings", "traffic", "presence", "custody", "bail"}
        On the log for bookings, on the log odds for all others.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "county.custody_sd": 0.7}
    >>> round(float(drawn_effects(values, "custody").std()), 1)
    0.7
    """
    return np.asarray(values[f"county.{kind}_sd"] * _deviations(int(values["institutions.office_draw"]), kind))


def known_effects(values: Mapping[str, float], kind: str, expected: np.ndarray | None = None) -> dict[int, float]:
    """Return the deviations that published figures imply, by county index; none where counties are alike or it is switched off.

    Parameters
    ----------
    values
        Every address of the register.
    kind
        As in :func:`drawn_effects`.
    expected : float64 array, shape (3142,)
        Each county's share of the nation's bookings before counties differ; needed for bookings.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "county.custody_sd": 0.7}
    >>> maricopa = load_geography().index_of("04013")
    >>> round(known_effects(values, "custody")[maricopa], 2)  # 78% of detainers beside 57%
    0.98
    """
    if not (values["county.use_known"] and values[f"county.{kind}_sd"]):
        return {}
    found = {}
    for known in known_figures():
        if known.kind != kind:
            continue
        if kind == "bookings":
            found[known.county] = _log_of_bookings(values, known.figure, int(known.beside), expected, known.county)
        elif kind == "presence":
            found[known.county] = math.log(known.figure / known.beside)
        else:
            found[known.county] = _log_odds(known.figure) - _log_odds(known.beside)
    return found


def _log_of_bookings(
    values: Mapping[str, float], counted: float, year: int, expected: np.ndarray | None, county: int
) -> float:
    """Return the logarithm of counted over expected bookings of a year."""
    if expected is None:
        raise ValueError("bookings are compared with those expected")
    return math.log(counted / (float(expected[county]) * bookings_of_year(values, year)))


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share))


def effects(values: Mapping[str, float], kind: str, expected: np.ndarray | None = None) -> np.ndarray:
    """Return how far each county of the nation is from the middle one: as drawn, and where a figure is known by that."""
    found = drawn_effects(values, kind)
    for county, effect in known_effects(values, kind, expected).items():
        found[county] = effect
    return found


def spread_bookings(values: Mapping[str, float], weights: np.ndarray) -> np.ndarray:
    """Return expected bookings by county and status, moved between counties; the nation's of each status stay.

    Counties with a known number of bookings get it, and those known to have booked so many people born abroad have no fewer;
    the others make up for it, each status by one number.

    Parameters
    ----------
    values
        Every address of the register.
    weights : float64 array, shape (3142, statuses)
        Expected bookings up to a common factor.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "county.bookings_sd": 0.4}
    >>> even = np.ones((3142, 7))
    >>> spread_bookings(values, even).sum(axis=0).round(6).tolist() == even.sum(axis=0).tolist()
    True
    """
    if not values["county.bookings_sd"]:
        return weights
    expected = weights.sum(axis=1)
    expected = expected / expected.sum()
    moved = weights * np.exp(effects(values, "bookings", expected))[:, None]
    others = np.ones(weights.shape[0], bool)
    others[list(known_effects(values, "bookings", expected))] = False
    for county, factor in _raised(values, moved / weights.sum()).items():
        moved[county, BORN_ABROAD:] *= factor
        others[county] = False
    left, drawn = weights.sum(axis=0) - moved[~others].sum(axis=0), moved[others].sum(axis=0)
    moved[others] *= np.divide(left, drawn, out=np.ones(drawn.size), where=drawn > 0.0)
    return moved


def _raised(values: Mapping[str, float], moved: np.ndarray) -> dict[int, float]:
    """Return by how much bookings of people born abroad fall short of what a county is known to have had at least.

    Parameters
    ----------
    values
        Every address of the register.
    moved : float64 array, shape (3142, statuses)
        Expected bookings as counties differ, as shares of the nation's before they do.
    """
    if not values["county.use_known"]:
        return {}
    found = {}
    for known in known_figures():
        if known.kind == "foreign_born":
            expected = float(moved[known.county, BORN_ABROAD:].sum()) * bookings_of_year(values, int(known.beside))
            if 0.0 < expected < known.figure:
                found[known.county] = known.figure / expected
    return found


def traffic_shares(values: Mapping[str, float], noncitizen: np.ndarray, geography: Geography) -> np.ndarray:
    """Return the share of traffic in non-citizens' bookings in each county; the nation's is the register's.

    Parameters
    ----------
    values
        Every address of the register.
    noncitizen : float64 array, shape (3142,)
        Expected bookings of non-citizens, up to a common factor.
    geography
        Whose states the counties lie in.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "county.traffic_region.southeast": 1.0}
    >>> shares = traffic_shares(values, np.ones(3142), load_geography())
    >>> round(float(shares.mean()), 3), np.unique(shares.round(3)).tolist()
    (0.2, [0.148, 0.32])
    """
    cumulative = offence_table(values)["noncitizen_cdf"]
    national = float(cumulative[TRAFFIC] - cumulative[TRAFFIC - 1])
    of_region = np.array([values[f"county.traffic_region.{name}"] for name in LISTS["region"]])
    if not (values["county.traffic_sd"] or of_region.any()) or not 0.0 < national < 1.0:
        return np.full(noncitizen.size, national)
    region = np.array([LISTS["region"].index(name) for name in region_of_state()])
    shift = effects(values, "traffic") + of_region[region[geography.counties["state"]]]
    low, high = -shift.max(), -shift.min()
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        found = _moved(national, shift + middle)
        low, high = (middle, high) if (noncitizen * found).sum() < national * noncitizen.sum() else (low, middle)
    return _moved(national, shift + (low + high) / 2.0)


def _moved(share: float, log_odds: np.ndarray) -> np.ndarray:
    """Return a share moved on the log odds by each of several amounts."""
    return np.asarray(share / (share + (1.0 - share) * np.exp(-log_odds)))


def prisoner_ratios(values: Mapping[str, float], traffic: np.ndarray) -> np.ndarray:
    """Return prisoners a booking of a non-citizen relative to the nation's, by each place's share of traffic.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> prisoner_ratios(load_register().defaults(), np.array([0.2, 0.4])).round(2)
    array([1.  , 0.75])
    """
    cumulative, rates = offence_table(values)["noncitizen_cdf"], prison_rates(values)
    national = float(cumulative[TRAFFIC] - cumulative[TRAFFIC - 1])
    if not rates.any() or not 0.0 < national < 1.0:
        return np.ones(traffic.size)
    of_traffic = rates[TRAFFIC] / rates.sum()
    ratio = (1.0 - of_traffic) * (1.0 - traffic) / (1.0 - national) + of_traffic * traffic / national
    return np.where(traffic == national, 1.0, ratio)


def differ_by_county(places: np.ndarray, chosen: np.ndarray, values: Mapping[str, float]) -> None:
    """Give the rows of counties their own ways: ICE's presence, whom it comes for, and how often bail is lost.

    A known share of custody holds what the field office, an agreement and the county do, and takes the place of all three.
    """
    if values["county.presence_sd"]:
        places["presence_odds"] = np.exp(effects(values, "presence")[chosen])
    if values["county.bail_sd"]:
        lost = values["detainer.bail_denied_share"]
        places["bail_denied_share"] = [shifted(lost, effect) for effect in effects(values, "bail")[chosen].tolist()]
    if values["county.custody_sd"]:
        drawn, known = drawn_effects(values, "custody"), known_effects(values, "custody")
        for row, county in enumerate(chosen.tolist()):
            for field in WANTED:
                of_office = values[CHOICE_OF[field]] if county in known else float(places[field][row])
                places[field][row] = shifted(of_office, known.get(county, float(drawn[county])))
