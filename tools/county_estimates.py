"""County figures that no package holds, by a stated formula, scaled to typed totals: people by status, and jail beds.

No figure here is fitted to county data: the shares are national, the weights are even, and the totals are those of states and
field offices.
"""

from __future__ import annotations

import numpy as np
from county_sources import DATA, Counties, typed_rows

# National shares, American Community Survey 2010 (R-m, rounded): of people of Hispanic origin 37% are foreign-born and
# 27% non-citizens; of Asian people 67% and 28%; of everyone else about 4.6% and 2%. Of Hispanic non-citizens about 63%
# were unauthorised, of others about 29% (from Pew's 77% Hispanic among 11.2 million unauthorised).
FOREIGN_BORN_SHARE = {"hispanic": 0.37, "asian": 0.67, "other": 0.046}
NONCITIZEN_SHARE = {"hispanic": 0.27, "asian": 0.28, "other": 0.02}
UNAUTHORISED_SHARE_OF_NONCITIZENS = {"hispanic": 0.63, "other": 0.29}

# Half the weight of an estimate of non-citizens is the ethnic make-up, half is recent arrivals from abroad (the Census
# Bureau's net international migration, 2010-2019); of naturalised citizens, half the make-up and half where the
# non-citizens are. Even splits are an assumption, not a fit.
WEIGHT_OF_ETHNIC_MAKE_UP = 0.5
# The second half may not say more than three times, or less than a third, of what the first says: arrivals count people
# held in federal detention centres, which would make some small counties (Stewart, Georgia; Willacy, Texas) half
# non-citizen.
MOST_DISAGREEMENT = 3.0

# Ceilings, so that scaling cannot make a county absurd: an assumption, reached by few counties.
MOST_OF_POPULATION_FOREIGN_BORN = 0.60
MOST_OF_POPULATION_NONCITIZEN = 0.50
MOST_OF_NONCITIZENS_UNAUTHORISED = 0.90

# Non-citizens of all ages, ACS 2010 (22.5 million of 40.0 million foreign-born; 17.5 million were naturalised; R-h).
NATIONAL_NONCITIZENS_2010 = 22_480_000

# Bureau of Justice Statistics, Jail Inmates at Midyear 2010 (NCJ 233431): rated capacity of local jails.
NATIONAL_JAIL_BEDS_2010 = 866_782
# Beds grow a little more slowly than people (small counties have more beds a head). Assumption.
JAIL_BEDS_POPULATION_POWER = 0.9
# 2,860 jail jurisdictions in 2006 (Census of Jail Facilities, NCJ 230188) leave some 280 of 3,142 counties without a
# jail. The smallest counties and the smaller independent cities of Virginia, which share regional jails, are taken to
# be they.
SMALLEST_COUNTY_WITH_JAIL = 3_900
SMALLEST_VIRGINIA_CITY_WITH_JAIL = 40_000
FIRST_VIRGINIA_CITY_CODE = 51_500

MOST_OF_POPULATION_ONE_GROUP = 0.98
UNPRINTED_REMAINDER = 1e-9


def apportion(weights: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers in proportion to `weights` that add up to `total` exactly (largest remainders)."""
    exact = weights * (total / weights.sum())
    whole = np.floor(exact + UNPRINTED_REMAINDER).astype(np.int64)
    short = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:short]] += 1
    return whole


def apportion_under(weights: np.ndarray, total: int, ceiling: np.ndarray) -> np.ndarray:
    """Like `apportion`, with no entry above its ceiling; what a ceiling cuts off goes to the others."""
    ceiling = np.floor(ceiling).astype(np.int64)
    if ceiling.sum() < total:
        raise ValueError(f"ceilings add up to {ceiling.sum()}, fewer than the total {total}")
    fixed = np.zeros(len(weights), dtype=bool)
    while True:
        result = ceiling.copy()
        result[~fixed] = apportion(weights[~fixed], total - int(ceiling[fixed].sum()))
        over = (result > ceiling) & ~fixed
        if not over.any():
            return result
        fixed |= over


def estimates(counties: Counties, states: dict[int, dict[str, str]], offices: list[str]) -> dict[str, np.ndarray]:
    """Hispanic, Asian, foreign-born, non-citizen and unauthorised people of every county, scaled to the totals."""
    count = len(counties.fips)
    columns = {name: np.zeros(count, dtype=np.int64) for name in ("hispanic", "asian", "foreign_born", "noncitizens")}
    hispanic_share, asian_share = counties.ethnic_shares()
    members = {state: np.flatnonzero(counties.state == state) for state in states}
    for state, where in members.items():
        people = counties.population[where]
        for name, share in (("hispanic", hispanic_share), ("asian", asian_share)):
            total = int(states[state][f"{name}_2010"])
            columns[name][where] = apportion_under(
                share[where] * people + UNPRINTED_REMAINDER, total, MOST_OF_POPULATION_ONE_GROUP * people
            )

    others = np.maximum(counties.population - columns["hispanic"] - columns["asian"], 0)

    def blended(shares: dict[str, float], presence: np.ndarray) -> np.ndarray:
        by_make_up = (
            shares["hispanic"] * columns["hispanic"] + shares["asian"] * columns["asian"] + shares["other"] * others
        )
        by_presence = presence * (by_make_up.sum() / presence.sum())
        by_presence = np.clip(by_presence, by_make_up / MOST_DISAGREEMENT, by_make_up * MOST_DISAGREEMENT)
        return WEIGHT_OF_ETHNIC_MAKE_UP * by_make_up + (1 - WEIGHT_OF_ETHNIC_MAKE_UP) * by_presence

    noncitizens = blended(NONCITIZEN_SHARE, counties.arrivals)
    for state, where in members.items():
        foreign_born = 1000 * float(states[state]["foreign_born_thousands"])
        expected = foreign_born * (1 - float(states[state]["naturalised_percent"]) / 100)
        noncitizens[where] *= expected / noncitizens[where].sum()
    office_rows = typed_rows(DATA / "field_offices.csv")
    adults = np.array([float(row["adult_noncitizens_2012_thousands"]) for row in office_rows])
    office_total = dict(
        zip([row["code"] for row in office_rows], apportion(adults, NATIONAL_NONCITIZENS_2010), strict=True)
    )
    by_office = np.array(offices)
    ceiling = MOST_OF_POPULATION_NONCITIZEN * counties.population
    for office, total in office_total.items():
        where = np.flatnonzero(by_office == office)
        columns["noncitizens"][where] = apportion_under(noncitizens[where], int(total), ceiling[where])

    naturalised = blended(
        {group: FOREIGN_BORN_SHARE[group] - NONCITIZEN_SHARE[group] for group in NONCITIZEN_SHARE},
        columns["noncitizens"],
    )
    unauthorised_prior = unauthorised_weights(columns, others)
    columns["unauthorised"] = np.zeros(count, dtype=np.int64)
    for state, where in members.items():
        foreign_born = round(1000 * float(states[state]["foreign_born_thousands"]))
        columns["foreign_born"][where] = columns["noncitizens"][where] + apportion_under(
            naturalised[where] + UNPRINTED_REMAINDER,
            foreign_born - int(columns["noncitizens"][where].sum()),
            MOST_OF_POPULATION_FOREIGN_BORN * counties.population[where] - columns["noncitizens"][where],
        )
        ceiling = np.floor(MOST_OF_NONCITIZENS_UNAUTHORISED * columns["noncitizens"][where])
        # Where Pew's estimate is above the ceiling for the whole state, the ceiling holds (header of states.csv).
        total = min(round(1000 * float(states[state]["unauthorised_thousands"])), int(ceiling.sum()))
        columns["unauthorised"][where] = apportion_under(
            unauthorised_prior[where] + UNPRINTED_REMAINDER, total, ceiling
        )
    return columns


def unauthorised_weights(columns: dict[str, np.ndarray], others: np.ndarray) -> np.ndarray:
    """Non-citizens times the share of them that is likely to be unauthorised, by how many of them are Hispanic."""
    hispanic = NONCITIZEN_SHARE["hispanic"] * columns["hispanic"]
    everyone = hispanic + NONCITIZEN_SHARE["asian"] * columns["asian"] + NONCITIZEN_SHARE["other"] * others
    share = hispanic / everyone
    rate = UNAUTHORISED_SHARE_OF_NONCITIZENS
    return np.asarray(columns["noncitizens"] * (rate["hispanic"] * share + rate["other"] * (1 - share)))


def jails(
    counties: Counties, states: dict[int, dict[str, str]], neighbours: list[list[int]]
) -> tuple[np.ndarray, list[int]]:
    """Jail beds of every county, and the county whose jail a county without beds uses."""
    weights = np.array([float(states[state]["jail_weight"]) for state in states])
    state_beds = dict(zip(states, apportion(weights, NATIONAL_JAIL_BEDS_2010), strict=True))
    beds = np.zeros(len(counties.fips), dtype=np.int64)
    virginia_city = np.array([int(code) > FIRST_VIRGINIA_CITY_CODE and code.startswith("51") for code in counties.fips])
    smallest = np.where(virginia_city, SMALLEST_VIRGINIA_CITY_WITH_JAIL, SMALLEST_COUNTY_WITH_JAIL)
    for state, total in state_beds.items():
        where = np.flatnonzero((counties.state == state) & (counties.population >= smallest))
        beds[where] = apportion(counties.population[where] ** JAIL_BEDS_POPULATION_POWER, int(total))
    used = [nearest_jail(index, beds, counties.state, neighbours) for index in range(len(counties.fips))]
    return beds, used


def nearest_jail(start: int, beds: np.ndarray, state: np.ndarray, neighbours: list[list[int]]) -> int:
    """The county itself if it has beds, else the best-equipped county of the same state the fewest borders away."""
    ring, seen = [start], {start}
    while ring:
        equipped = [index for index in ring if beds[index] > 0]
        if equipped:
            return max(equipped, key=lambda index: (beds[index], -index))
        reached = sorted({near for index in ring for near in neighbours[index] if state[near] == state[start]} - seen)
        seen.update(reached)
        ring = reached
    same_state = np.flatnonzero((state == state[start]) & (beds > 0))
    return int(same_state[np.argmax(beds[same_state])])
