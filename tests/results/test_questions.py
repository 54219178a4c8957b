"""What a result answers, against tables small enough to add up by hand, and against itself on a real run.

The hand-made run: Los Angeles County, Cook County and the prisons of their states in September and October 2010, a
handful of people in each cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.results.costs import COST_BRIDGE
from enforcement_sim.results.count import people_by_category
from enforcement_sim.results.measures import MEASURES
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.load import load_scenario

MONTHS = ("2010-09", "2010-10")
AREAS = ("CA-LOS", "IL-CHI")
LOS_ANGELES, COOK = 6037, 17031
CALIFORNIA_PRISON, ILLINOIS_PRISON = 6000, 17000
SC, G287, CAP, NONE = "secure_communities", "jail_287g", "criminal_alien_program", "none"


def profile(offence: str, felony: bool, convicted: bool, record: str, group: str = "unauthorised") -> int:
    """Return the number of a profile, by asking for every number what it means."""
    wanted = (
        OFFENCES.index(offence),
        int(felony),
        int(convicted),
        PRIOR_RECORDS.index(record),
        STATUS_GROUPS.index(group),
    )
    parts = np.stack(profile_parts(np.arange(PROFILES)), axis=1)
    (found,) = np.flatnonzero((parts == wanted).all(axis=1))
    return int(found)


DRIVER = profile("traffic", False, False, "none")
DRIVER_BEFORE = profile("traffic", False, False, "misdemeanour")
BURGLAR = profile("burglary_arson", True, True, "none")
ROBBER = profile("serious_violent", True, True, "aggravated_or_two_felonies")
CITIZEN = profile("dui", False, False, "none", "citizen")


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return a raw table as the engine lays it out: words are categories of the whole vocabulary."""
    words = {
        "month": MONTHS,
        "area": AREAS,
        "programme": PROGRAMMES,
        "event": EVENTS,
        "kind": HOUR_KINDS,
        "status_group": STATUS_GROUPS,
        "rule": ("detainer-2008-levels", "detainer-2010-priorities"),
    }
    data: dict[str, Any] = {}
    for position, name in enumerate(columns):
        values = [row[position] for row in rows]
        if name in words:
            codes = [words[name].index(value) for value in values]
            data[name] = pd.Categorical.from_codes(np.array(codes, np.int8), categories=pd.Index(list(words[name])))
        else:
            data[name] = np.array(
                values, {"fips": np.uint16, "profile": np.int16, "count": np.int32}.get(name, np.int64)
            )
    return pd.DataFrame(data)


PRICES = {
    "cost.jail_day": 80,
    "cost.prison_day": 70,
    "cost.rented_bed_day": 75,
    "cost.ice_bed_day": 120,
    "cost.pickup": 500,
    "cost.officer_year_287g": 100_000,
    "cost.refund_share": 0.1,
    "beds.rented_share": 0.4,
}


def made(thin: int = 1) -> Result:
    """Return the hand-made result."""
    tables = {
        "events": table(
            ("month", "fips", "programme", "event", "count"),
            [
                ("2010-09", LOS_ANGELES, NONE, "booked", 400),
                ("2010-09", LOS_ANGELES, SC, "submitted", 200),
                ("2010-09", LOS_ANGELES, SC, "detainer_issued", 5),
                ("2010-09", LOS_ANGELES, G287, "detainer_issued", 3),
                ("2010-09", LOS_ANGELES, SC, "ice_custody", 4),
                ("2010-09", COOK, NONE, "booked", 100),
                ("2010-09", COOK, CAP, "detainer_issued", 1),
                ("2010-10", LOS_ANGELES, NONE, "booked", 300),
                ("2010-10", LOS_ANGELES, SC, "removed", 2),
                ("2010-10", LOS_ANGELES, G287, "removed", 1),
                ("2010-10", COOK, NONE, "booked", 200),
                ("2010-10", COOK, CAP, "removed", 1),
                ("2010-09", LOS_ANGELES, SC, "identified", 8),
                ("2010-09", LOS_ANGELES, SC, "also_found", 2),
                ("2010-09", LOS_ANGELES, G287, "identified", 5),
                ("2010-10", COOK, NONE, "cited", 6),
                ("2010-10", COOK, NONE, "averted", 5),
                ("2010-10", COOK, NONE, "unreported", 4),
                ("2010-10", COOK, NONE, "not_arrested", 3),
                ("2010-10", COOK, NONE, "caused", 7),
                ("2010-10", COOK, NONE, "newly_reported", 2),
                ("2010-10", COOK, NONE, "newly_arrested", 1),
                ("2010-10", ILLINOIS_PRISON, CAP, "returned", 1),
            ],
        ),
        "profiles": table(
            ("month", "area", "programme", "event", "profile", "count"),
            [
                ("2010-09", "CA-LOS", SC, "detainer_issued", DRIVER, 2),
                ("2010-09", "CA-LOS", SC, "detainer_issued", DRIVER_BEFORE, 1),
                ("2010-09", "CA-LOS", SC, "detainer_issued", BURGLAR, 1),
                ("2010-09", "CA-LOS", SC, "detainer_issued", CITIZEN, 1),
                ("2010-09", "CA-LOS", G287, "detainer_issued", ROBBER, 3),
                ("2010-09", "IL-CHI", CAP, "detainer_issued", DRIVER, 1),
                ("2010-09", "CA-LOS", SC, "ice_custody", DRIVER, 4),
                ("2010-10", "CA-LOS", SC, "removed", DRIVER, 1),
                ("2010-10", "CA-LOS", SC, "removed", BURGLAR, 1),
                ("2010-10", "CA-LOS", G287, "removed", ROBBER, 1),
                ("2010-10", "IL-CHI", CAP, "removed", DRIVER, 1),
            ],
        ),
        "places": table(
            ("fips", "event", "profile", "count"),
            [(LOS_ANGELES, "removed", ROBBER, 1), (COOK, "removed", DRIVER, 1)],
        ),
        "hours": table(
            ("month", "area", "kind", "status_group", "hours"),
            [
                ("2010-09", "CA-LOS", "criminal_case", "citizen", 4_800),
                ("2010-09", "CA-LOS", "criminal_case", "unauthorised", 2_400),
                ("2010-09", "CA-LOS", "prison", "unauthorised", 1_200),
                ("2010-10", "IL-CHI", "prison", "permanent_resident", 480),
                ("2010-09", "CA-LOS", "induced", "unauthorised", 240),
                ("2010-10", "CA-LOS", "induced", "unauthorised", 120),
                ("2010-09", "IL-CHI", "statutory_hold", "unauthorised", 96),
                ("2010-09", "IL-CHI", "past_limit", "permanent_resident", 24),
                ("2010-10", "CA-LOS", "ice_custody", "unauthorised", 720),
            ],
        ),
        "hours_by_place": table(
            ("fips", "kind", "status_group", "hours"),
            [
                (LOS_ANGELES, "criminal_case", "citizen", 4_800),
                (LOS_ANGELES, "criminal_case", "unauthorised", 2_400),
                (CALIFORNIA_PRISON, "prison", "unauthorised", 1_200),
                (ILLINOIS_PRISON, "prison", "permanent_resident", 480),
                (LOS_ANGELES, "induced", "unauthorised", 360),
                (COOK, "statutory_hold", "unauthorised", 96),
                (COOK, "past_limit", "permanent_resident", 24),
                (LOS_ANGELES, "ice_custody", "unauthorised", 720),
            ],
        ),
        "population": table(
            ("month", "fips", "inmate_days"),
            [
                ("2010-09", LOS_ANGELES, 3_000),
                ("2010-09", COOK, 600),
                ("2010-10", LOS_ANGELES, 1_500),
                ("2010-09", CALIFORNIA_PRISON, 900),
                ("2010-09", ILLINOIS_PRISON, 300),
                ("2010-10", CALIFORNIA_PRISON, 450),
            ],
        ),
        "verdicts": table(
            ("month", "programme", "rule", "count"),
            [("2010-09", SC, "detainer-2008-levels", 5), ("2010-09", SC, "detainer-2010-priorities", 2)],
        ),
        "any_programme": table(
            ("month", "area", "event", "programme", "count"),
            [
                ("2010-09", "CA-LOS", "detainer_issued", SC, 6),
                ("2010-09", "CA-LOS", "detainer_issued", G287, 5),
                ("2010-09", "IL-CHI", "detainer_issued", CAP, 1),
                ("2010-10", "CA-LOS", "removed", SC, 3),
                ("2010-10", "CA-LOS", "removed", G287, 1),
                ("2010-10", "IL-CHI", "removed", CAP, 1),
            ],
        ),
    }
    meta = {
        "scenario": {"name": "made", "parameters": dict(load_register().defaults()) | PRICES},
        "seed": 1,
        "thin": thin,
        "counties": [LOS_ANGELES, COOK],
        "prisons": [CALIFORNIA_PRISON, ILLINOIS_PRISON],
        "days_in_month": {"2010-09": 30, "2010-10": 15},
        "officer_years": 2.5,
    }
    return Result.from_tables(tables, meta)


MADE = made()


def counted(frame: pd.DataFrame, **where: Any) -> int:
    """Add up the counts of the rows that match."""
    chosen = np.ones(len(frame), bool)
    for column, value in where.items():
        chosen &= (frame[column] == value).to_numpy()
    return int(frame["count"].to_numpy()[chosen].sum())


# ---- the funnel ------------------------------------------------------------------------------------------------------


def test_funnel_by_programme() -> None:
    """Every programme and event appears, with zeros; counts are those of the table."""
    funnel = MADE.funnel()
    assert list(funnel.columns) == ["programme", "event", "count"]
    assert len(funnel) == len(PROGRAMMES) * len(EVENTS)
    assert counted(funnel, programme=NONE, event="booked") == 1_000
    assert counted(funnel, programme=SC, event="detainer_issued") == 5
    assert counted(funnel, programme=CAP, event="removed") == 1
    assert counted(funnel, event="relief") == 0
    assert funnel["count"].dtype.kind == "i"


def test_funnel_by_state_and_in_all() -> None:
    """Counties belong to their states; the total adds programmes up."""
    by_state = MADE.funnel(by="state")
    assert list(dict.fromkeys(by_state["state"])) == ["CA", "IL"]
    assert counted(by_state, state="CA", event="booked") == 700
    assert counted(by_state, state="IL", event="booked") == 300
    assert counted(by_state, state="IL", event="detainer_issued") == 1
    total = MADE.funnel(by="none")
    assert list(total.columns) == ["event", "count"]
    assert counted(total, event="detainer_issued") == 9
    assert tuple(total["event"]) == EVENTS


def test_funnel_by_year() -> None:
    """The fiscal year begins in October; the calendar year does not."""
    fiscal = MADE.funnel(by="none", year="fiscal")
    assert list(dict.fromkeys(fiscal["year"])) == [2010, 2011]
    assert counted(fiscal, year=2010, event="booked") == 500
    assert counted(fiscal, year=2011, event="booked") == 500
    assert counted(fiscal, year=2011, event="removed") == 4
    calendar = MADE.funnel(by="none", year="calendar")
    assert list(dict.fromkeys(calendar["year"])) == [2010]
    assert counted(calendar, year=2010, event="booked") == 1_000


def test_funnel_per_thousand_bookings() -> None:
    """A rate is over the bookings of the same state and year, and of all programmes."""
    rates = MADE.funnel(by="state", year="fiscal", per=1000).set_index(["year", "state", "event"])["per_1000_bookings"]
    assert rates[2010, "CA", "detainer_issued"] == 8 / 400 * 1000
    assert rates[2010, "IL", "detainer_issued"] == 1 / 100 * 1000
    assert rates[2011, "CA", "removed"] == 3 / 300 * 1000
    by_programme = MADE.funnel(per=1000).set_index(["programme", "event"])["per_1000_bookings"]
    assert by_programme[SC, "detainer_issued"] == 5.0
    assert by_programme[G287, "removed"] == 1.0


def test_a_rate_without_bookings_is_no_number() -> None:
    """Nothing over nothing is not a number, and no error."""
    tables = MADE.tables()
    events = tables["events"]
    tables["events"] = events[(events["fips"] != COOK) | (events["event"] != "booked")]
    result = Result.from_tables(tables, MADE.meta)
    rates = result.funnel(by="state", per=1000).set_index(["state", "event"])["per_1000_bookings"]
    assert np.isnan(rates["IL", "booked"])
    assert rates["CA", "booked"] == 1000.0


# ---- series, counties, mix -------------------------------------------------------------------------------------------


def test_series_by_month() -> None:
    """Every month, programme and event asked for, in their order, dated on the first."""
    series = MADE.series(["removed", "booked"])
    assert list(series.columns) == ["month", "programme", "event", "count"]
    assert len(series) == 2 * len(PROGRAMMES) * 2
    assert list(dict.fromkeys(series["month"])) == [pd.Timestamp(2010, 9, 1), pd.Timestamp(2010, 10, 1)]
    assert list(dict.fromkeys(series["event"])) == ["removed", "booked"]
    assert counted(series, month=pd.Timestamp(2010, 10, 1), programme=SC, event="removed") == 2
    assert counted(series, month=pd.Timestamp(2010, 9, 1), event="removed") == 0
    total = MADE.series(["booked"], by="none")
    assert total["count"].tolist() == [500, 500]
    assert len(MADE.series()) == 2 * len(PROGRAMMES) * len(EVENTS)


def test_counties_by_code() -> None:
    """Each county with its name, state, count, and rate over its own bookings."""
    counties = MADE.counties("removed")
    assert counties["fips"].tolist() == ["06037", "17031"]
    assert counties["name"].tolist() == ["Los Angeles County", "Cook County"]
    assert counties["state"].tolist() == ["CA", "IL"]
    assert counties["count"].tolist() == [3, 1]
    assert np.allclose(counties["per_1000_bookings"], [3 / 700 * 1000, 1 / 300 * 1000])


def test_mix_under_the_levels_of_2010() -> None:
    """Convictions sort the detainers of Secure Communities: two drivers and a citizen without any, one with, one felon."""
    mix = MADE.mix("detainer_issued").set_index(["programme", "category"])
    assert mix["count"][SC].to_dict() == {"level 1": 0, "level 2": 1, "level 3": 1, "no conviction": 3}
    assert mix["share"][SC].to_dict() == {"level 1": 0.0, "level 2": 0.2, "level 3": 0.2, "no conviction": 0.6}
    assert mix["count"][G287]["level 1"] == 3
    assert np.isnan(mix["share"][NONE]["level 1"])


def test_mix_under_other_definitions() -> None:
    """The same people under other readings, with nothing simulated again."""
    current = MADE.mix("detainer_issued", "none", "no-conviction-current").set_index("category")["count"]
    assert current.to_dict() == {"convicted": 4, "no conviction": 5}
    ever = MADE.mix("detainer_issued", "none", "no-conviction-ever").set_index("category")["count"]
    assert ever.to_dict() == {"convicted": 5, "no conviction": 4}
    # Histories count at their level: the felony in one person's past is level 1, whatever the present charge.
    levels = MADE.mix("detainer_issued", "none", "ice-levels-2008").set_index("category")["count"]
    assert levels.to_dict() == {"level 1": 4, "level 2": 0, "level 3": 5, "no charge": 0}
    charges = MADE.mix("detainer_issued", "none", "charge").set_index("category")["count"]
    assert tuple(charges.index) == OFFENCES
    assert {name: count for name, count in charges.items() if count} == {
        "traffic": 4,
        "burglary_arson": 1,
        "dui": 1,
        "serious_violent": 3,
    }


def test_mix_by_state_and_year() -> None:
    """Areas belong to the states they are named after; shares are of each group."""
    mix = MADE.mix("removed", "state", "no-conviction-ever", "fiscal").set_index(["year", "state", "category"])
    assert mix["count"][2011, "CA"].to_dict() == {"convicted": 2, "no conviction": 1}
    assert mix["share"][2011, "IL"].to_dict() == {"convicted": 0.0, "no conviction": 1.0}
    assert mix["count"][2010].sum() == 0


def test_verdicts_are_given_as_counted() -> None:
    """How many detainers each rule would have covered."""
    assert MADE.verdicts()["count"].tolist() == [5, 2]
    assert made(thin=4).verdicts()["count"].tolist() == [20, 8]


# ---- hours, money, jails ---------------------------------------------------------------------------------------------


def test_hours_add_up() -> None:
    """By status group, by county, and in all; every kind appears."""
    total = MADE.hours("none").set_index("kind")["hours"]
    assert total.to_dict() == {
        "criminal_case": 7_200,
        "induced": 360,
        "statutory_hold": 96,
        "past_limit": 24,
        "prison": 1_680,
        "ice_custody": 720,
    }
    by_group = MADE.hours().set_index(["kind", "status_group"])["hours"]
    assert by_group["past_limit", "permanent_resident"] == 24
    assert by_group["induced", "unauthorised"] == 360
    by_county = MADE.hours("fips").set_index(["kind", "fips"])["hours"]
    assert by_county["statutory_hold", COOK] == 96
    assert by_county["induced", LOS_ANGELES] == 360
    assert by_county["prison", CALIFORNIA_PRISON] == 1_200


BY_HAND = {
    # 7,200 hours of criminal cases are 300 days, at 80 dollars.
    ("county", "criminal case in jail", "criminal case"): 24_000.0,
    # 360 hours induced, 96 of holds, 24 past the limit: 15, 4 and 1 days.
    ("county", "induced stay", "programme"): 1_200.0,
    ("county", "statutory hold", "programme"): 320.0,
    ("county", "past the limit", "programme"): 80.0,
    ("county", "287(g) officers", "programme"): 250_000.0,
    # 720 hours with ICE are 30 days, 12 of them in rented beds, paid 75 a day and kept at 80.
    ("county", "rented beds, paid by ICE", "transfer"): -900.0,
    ("county", "rented beds, upkeep", "transfer"): 960.0,
    # Unauthorised people in jail: 15 days induced and 4 of holds, 100 of their cases; a tenth comes back.
    ("county", "refunds", "transfer"): -152.0,
    ("county", "refunds for the criminal case", "criminal case"): -800.0,
    # 1,680 hours in prison are 70 days, 50 of them of unauthorised people.
    ("state", "prison", "criminal case"): 4_900.0,
    ("state", "refunds for the criminal case", "criminal case"): -350.0,
    ("federal", "pick-ups", "programme"): 2_000.0,
    ("federal", "ICE custody, own beds", "programme"): 2_160.0,
    ("federal", "ICE custody, rented beds", "programme"): 900.0,
    ("federal", "refunds", "transfer"): 152.0,
    ("federal", "refunds for the criminal case", "criminal case"): 1_150.0,
}
"""Payer, kind, what caused it, and dollars, at the prices above."""


def test_costs_are_hours_and_events_times_prices() -> None:
    """Every row by hand: days, people and officers times prices of the scenario's register."""
    costs = MADE.costs()
    assert list(costs.columns) == ["payer", "kind", "caused_by", "line", "dollars"]
    found = costs.set_index(["payer", "kind", "caused_by"])["dollars"]
    assert found.to_dict() == BY_HAND


def test_what_one_payer_gives_another_receives() -> None:
    """Rents and refunds sum to nothing over payers; only keeping the rented beds costs anybody anything more."""
    costs = MADE.costs().set_index(["payer", "kind"])["dollars"]
    assert costs["county", "rented beds, paid by ICE"] + costs["federal", "ICE custody, rented beds"] == 0.0
    assert costs["county", "refunds"] + costs["federal", "refunds"] == 0.0
    assert sum(costs[payer, "refunds for the criminal case"] for payer in ("county", "state", "federal")) == 0.0
    frame = MADE.costs()
    transfers = frame[frame["caused_by"] == "transfer"]["dollars"].sum()
    rent_as_custody = costs["federal", "ICE custody, rented beds"]
    assert transfers + rent_as_custody == costs["county", "rented beds, upkeep"] == 960.0


def test_dollars_by_payer() -> None:
    """What programmes cost each payer, before and after refunds and rents; no criminal case is in either."""
    measures = MADE.measures()
    assert measures["dollars.county"] == 1_200 + 320 + 80 + 250_000
    assert measures["dollars.federal"] == 2_000 + 2_160 + 900
    assert "dollars.state" not in measures
    assert {name: measures[name] for name in MEASURES if name.startswith("bridge.county.")} == {
        "bridge.county.jail_days": 1_200 + 320 + 80,
        "bridge.county.officers": 250_000,
        "bridge.county.rented_days": 960,
        "bridge.county.refunds": -152,
        "bridge.county.rents": -900,
    }
    assert measures["net_cost.county"] == 1_200 + 320 + 80 + 250_000 + 960 - 152 - 900
    assert measures["net_cost.state"] == 0
    assert measures["net_cost.federal"] == 2_000 + 2_160 + 900 + 152
    assert (measures["case_refunds.county"], measures["case_refunds.state"]) == (800, 350)


def test_bridges_add_up_in_whole_cents() -> None:
    """With prices that leave fractions of a cent, and over payers too: what one gives another receives."""
    prices = {
        "cost.jail_day": 80.017,
        "cost.rented_bed_day": 75.333,
        "cost.refund_share": 0.1234,
        "cost.pickup": 33.335,
    }
    scenario = {**MADE.meta["scenario"], "parameters": {**MADE.meta["scenario"]["parameters"], **prices}}
    measures = Result.from_tables(MADE.tables(), {**MADE.meta, "scenario": scenario}).measures()
    cents = {name: round(100 * measures[name]) for name in MEASURES if name.startswith(("net_cost.", "bridge."))}
    assert all(measures[name] == amount / 100 for name, amount in cents.items())
    for payer, lines in COST_BRIDGE.items():
        assert cents[f"net_cost.{payer}"] == sum(cents[f"bridge.{payer}.{line}"] for line in lines)
    assert cents["bridge.county.refunds"] == -cents["bridge.federal.refunds"] != 0
    assert cents["bridge.county.rents"] == -cents["bridge.federal.rents"] != 0
    before = cents["bridge.county.jail_days"] + cents["bridge.county.officers"]
    assert before == round(100 * measures["dollars.county"])


def test_what_happened_and_what_was_booked() -> None:
    """Recorded events are bookings; true ones have in them who was cited, not reported or not arrested, and not the others.

    Of offences averted or caused the world has really fewer or more, so that they stand in neither list.
    """
    measures = MADE.measures()
    assert measures["recorded_events"] == 1_000
    assert measures["true_events"] == 1_000 + 6 + 4 + 3 - 2 - 1


def test_found_by_any_programme() -> None:
    """Whoever several programmes found counts under each: six of Secure Communities, five of 287(g), nine detainers."""
    by_any = MADE.found_by_any()
    assert list(by_any.columns) == ["programme", "event", "count"]
    assert len(by_any) == len(PROGRAMMES) * len(EVENTS)
    issued = by_any[by_any["event"] == "detainer_issued"].set_index("programme")["count"]
    assert issued.to_dict() == {NONE: 0, SC: 6, G287: 5, CAP: 1, "task_force": 0}
    by_year = MADE.found_by_any(year="fiscal")
    assert counted(by_year, year=2010, event="removed") == 0
    assert counted(by_year, year=2011, event="removed", programme=SC) == 3
    assert counted(made(thin=4).found_by_any(), event="removed", programme=SC) == 12
    measures = MADE.measures()
    assert measures["found_by_any.secure_communities"] == 8 + 2  # first found, and found by another before
    assert measures["found_by_any.jail_287g"] == 5
    assert measures["removed_by_any.secure_communities"] == 3
    with pytest.raises(InputError, match="unknown grouping 'state'; allowed: programme"):
        MADE.found_by_any(by="state")


def test_inmates_are_averages_over_the_days_counted() -> None:
    """Inmate-days over the days of the month that were counted, half a month included."""
    population = MADE.population()
    assert population["month"].tolist() == [pd.Timestamp(2010, 9, 1), pd.Timestamp(2010, 10, 1)]
    assert population["inmates"].tolist() == [3_600 / 30, 1_500 / 15]
    prisons = MADE.population(of="prisons")
    assert prisons["month"].tolist() == [pd.Timestamp(2010, 9, 1), pd.Timestamp(2010, 10, 1)]
    assert prisons["inmates"].tolist() == [1_200 / 30, 450 / 15]
    assert MADE.measures()["jail_inmates"] == (120 + 100) / 2
    assert MADE.measures()["prisoners"] == (40 + 30) / 2
    with pytest.raises(InputError, match="unknown population 'streets'; allowed: jails, prisons"):
        MADE.population(of="streets")


# ---- thinning --------------------------------------------------------------------------------------------------------


def test_a_thinned_run_is_multiplied_back_once() -> None:
    """Counts, hours and inmates are four times as many, shares and rates the same; officers are not thinned."""
    thinned = made(thin=4)
    for ask in (
        lambda result: result.funnel()["count"],
        lambda result: result.funnel(by="state", year="fiscal")["count"],
        lambda result: result.series()["count"],
        lambda result: result.counties()["count"],
        lambda result: result.mix("detainer_issued")["count"],
        lambda result: result.hours()["hours"],
        lambda result: result.hours("fips")["hours"],
        lambda result: result.population()["inmates"],
        lambda result: result.population(of="prisons")["inmates"],
        lambda result: result.found_by_any()["count"],
    ):
        assert ask(thinned).tolist() == (ask(MADE) * 4).tolist()
    for ask in (
        lambda result: result.funnel(by="state", per=1000)["per_1000_bookings"],
        lambda result: result.counties()["per_1000_bookings"],
        lambda result: result.mix("detainer_issued", "none")["share"],
    ):
        assert np.array_equal(ask(thinned), ask(MADE), equal_nan=True)
    costs = [result.costs().set_index("kind")["dollars"] for result in (MADE, thinned)]
    assert costs[1]["287(g) officers"] == costs[0]["287(g) officers"]
    assert costs[1]["pick-ups"] == 4 * costs[0]["pick-ups"]
    assert (thinned.tables()["events"]["count"] == MADE.tables()["events"]["count"]).all()


# ---- what cannot be asked --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: MADE.funnel(by="county"), "unknown grouping 'county'; allowed: programme, state, none"),
        (lambda: MADE.funnel(year="lunar"), "unknown year 'lunar'; allowed: fiscal, calendar"),
        (lambda: MADE.series(["remvoed"]), "unknown event 'remvoed'"),
        (lambda: MADE.series(by="state"), "unknown grouping 'state'; allowed: programme, none"),
        (lambda: MADE.counties("arrested"), "unknown event 'arrested'"),
        (lambda: MADE.mix("booked"), "unknown stage 'booked'"),
        (lambda: MADE.mix(definition="ice-levels-2011"), "unknown definition 'ice-levels-2011'"),
        (lambda: MADE.mix(by="county"), "unknown grouping 'county'"),
        (lambda: MADE.hours("city"), "unknown grouping 'city'; allowed: status_group, county, fips, none"),
    ],
)
def test_unknown_words_are_refused(ask: Any, message: str) -> None:
    """One clear line that says what is allowed."""
    with pytest.raises(InputError) as caught:
        ask()
    assert message in str(caught.value)


def test_the_nearest_name_is_offered() -> None:
    """A misspelt name is answered with the one that was probably meant."""
    with pytest.raises(InputError, match="did you mean 'removed'"):
        MADE.series(["remvoed"])
    with pytest.raises(InputError, match="did you mean 'ice-levels-201"):
        MADE.mix(definition="ice-levels-2011")


# ---- tables go out and come back -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Result:
    """Return a real run over two fiscal years' halves, three states and a thinned sample."""
    settings: dict[str, Any] = {
        "scope": {"counties": ["24021", "12021", "06113", "10003"]},
        "simulate": "alone",
        "period.start": "2010-07-10",
        "period.end": "2011-02-20",
        "start.warm_days": 60,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "screening.mistake_share": 0.05,
        "thin": 2,
    }
    return EnforcementModel(load_scenario("baseline").with_(**settings), seed=3).run()


def test_tables_come_back_from_parquet_as_they_were(real: Result, tmp_path: Path) -> None:
    """Written and read, every column has its values, its type and its categories; answers are the same."""
    stored = {}
    for name, frame in real.tables().items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
        stored[name] = pd.read_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(stored[name], frame, obj=name)
    again = Result.from_tables(stored, real.meta)
    assert again.measures() == pytest.approx(real.measures(), rel=0, abs=0, nan_ok=True)


def test_from_tables_is_the_inverse_of_tables(real: Result) -> None:
    """The tables and what produced them are all there is to a result."""
    again = Result.from_tables(real.tables(), real.meta)
    assert again.tables().keys() == real.tables().keys()
    for name, frame in again.tables().items():
        pd.testing.assert_frame_equal(frame, real.tables()[name])
    pd.testing.assert_frame_equal(again.funnel(year="fiscal"), real.funnel(year="fiscal"))
    assert again.meta == real.meta


def test_tables_hold_whole_numbers_and_no_empty_cells(real: Result) -> None:
    """Every number is an integer and no stored cell is zero; no row is a person."""
    for name, frame in real.tables().items():
        value = frame.columns[-1]
        assert frame[value].dtype.kind in "iu", name
        assert (frame[value] > 0).all(), name
        assert not frame.duplicated(list(frame.columns[:-1])).any(), name


def test_a_changed_copy_of_the_tables_changes_nothing(real: Result) -> None:
    """What `tables` hands out may gain and lose entries without touching the result."""
    tables = real.tables()
    tables.clear()
    assert real.tables()


# ---- a real run agrees with itself -----------------------------------------------------------------------------------


def test_groupings_of_a_real_run_agree(real: Result) -> None:
    """By programme, state, county, month and year: the same people, added up in other ways."""
    total = real.funnel(by="none").set_index("event")["count"]
    assert total["booked"] > 5_000
    for frame in (
        real.funnel(),
        real.funnel(by="state"),
        real.funnel(by="state", year="fiscal"),
        real.funnel(by="none", year="calendar"),
        real.series(),
        real.series(by="none"),
    ):
        assert frame.groupby("event")["count"].sum().to_dict() == total.to_dict()
    events = real.tables()["events"]
    at_prisons = (
        events[np.isin(events["fips"], real.meta["prisons"])].groupby("event", observed=False)["count"].sum() * 2
    )
    for event in ("booked", "matched", "removed"):
        assert real.counties(event)["count"].sum() + at_prisons[event] == total[event]
    assert at_prisons["booked"] == at_prisons["matched"] == 0 < at_prisons["removed"]
    assert set(real.funnel(by="state")["state"]) == {"CA", "DE", "FL", "MD"}
    assert set(real.funnel(year="fiscal")["year"]) == {2010, 2011}


def test_mixes_of_a_real_run_agree_with_its_funnel(real: Result) -> None:
    """Under each definition the categories of a stage add up to the stage."""
    funnel = real.funnel().set_index(["programme", "event"])["count"]
    for definition in ("ice-levels-2008", "ice-levels-2010", "no-conviction-ever", "no-conviction-current", "charge"):
        for stage in ("matched", "detainer_issued", "ice_custody", "removed"):
            mix = real.mix(stage, definition=definition)
            for programme, counts in mix.groupby("programme")["count"]:
                assert counts.sum() == funnel[programme, stage]
            shares = mix.groupby("programme")["share"].sum()
            present = mix.groupby("programme")["count"].sum() > 0
            assert np.allclose(shares[present], 1.0)
    by_state = real.mix("detainer_issued", by="state").groupby("state")["count"].sum()
    states = real.funnel(by="state")
    assert by_state.to_dict() == states[states["event"] == "detainer_issued"].set_index("state")["count"].to_dict()


@pytest.mark.parametrize("definition", load_definitions())
def test_people_by_category_are_the_mix_counted_month_by_month(real: Result, definition: str) -> None:
    """Sorted by profile once for all months, or month by month and added up over years: the same people."""
    for stage in ("matched", "detainer_issued", "removed"):
        by_profile = real.array(stage, ("programme", "profile"))
        people = people_by_category(by_profile, definition)
        by_year = real.mix(stage, "programme", definition, "calendar")
        added = by_year.groupby(["programme", "category"], sort=False)["count"].sum()
        assert people.ravel().tolist() == added.tolist()
        assert people.sum() == by_profile.sum() > 0


def test_the_three_tables_agree(real: Result) -> None:
    """Events from `matched` on are counted alike by place, by area with profile, and by place with profile."""
    tables = real.tables()
    by_event = {
        name: tables[name].groupby("event", observed=False)["count"].sum() for name in ("events", "profiles", "places")
    }
    assert (by_event["profiles"] == by_event["places"]).all()
    for event in EVENTS[EVENTS.index("matched") :]:
        if event not in ("released", "prison"):  # people whom no programme could touch leave without a profile
            assert by_event["profiles"][event] == by_event["events"][event], event
    assert (by_event["profiles"][list(EVENTS[: EVENTS.index("matched")])] == 0).all()


def test_any_programme_is_at_least_the_first(real: Result) -> None:
    """Cell by cell as many or more, and as many in all as there are people with one to four programmes by then.

    A person found by two is twice in the wide table: it exceeds the narrow one only where some programme also found people.
    """
    first = real.funnel(year="fiscal").set_index(["year", "programme", "event"])["count"]
    by_any = real.found_by_any(year="fiscal").set_index(["year", "programme", "event"])["count"]
    # Counted under a programme that need not be the first, and therefore not by any: see docs/process.md, "Counting".
    named = ("submitted", "matched", "missed_in_time", "field_arrest", "interviewed", "also_found")
    for (year, programme, event), count in first.items():
        if programme == NONE:
            assert by_any[year, programme, event] == 0
        elif event not in named:
            assert by_any[year, programme, event] >= count, (year, programme, event)
    assert all(by_any[:, :, event].sum() == 0 for event in ("submitted", "matched", "field_arrest", "also_found"))
    assert (
        by_any[:, :, "identified"].tolist() == first[:, :, "identified"].tolist()
    )  # nobody else has found them by then
    more = by_any[:, SC, "removed"].sum() - first[:, SC, "removed"].sum()
    assert 0 < more <= first[:, SC, "also_found"].sum()


def test_transfers_of_a_real_run_are_zero_sum(real: Result) -> None:
    """To the cent: refunds over three payers, and the rent of beds over two."""
    costs = real.costs().set_index(["payer", "kind"])["dollars"]
    assert costs["federal", "refunds"] > 100
    assert costs["county", "refunds"] == -costs["federal", "refunds"]
    assert costs["county", "rented beds, paid by ICE"] == -costs["federal", "ICE custody, rented beds"] < 0.0


def test_hours_of_a_real_run_agree(real: Result) -> None:
    """By area and month, or by place: the same hours."""
    for kind, hours in real.hours("none").set_index("kind")["hours"].items():
        for grouping in ("status_group", "fips"):
            frame = real.hours(grouping)
            assert frame.loc[frame["kind"] == kind, "hours"].sum() == hours


def test_meta_says_what_produced_it(real: Result) -> None:
    """The scenario as resolved, the seed, the engine, thinning, capacity shares; counted days by month."""
    assert real.meta["scenario"]["period"] == {"start": "2010-07-10", "end": "2011-02-20"}
    assert (real.meta["seed"], real.meta["thin"]) == (3, 2)
    assert real.meta["days_in_month"]["2010-07"] == 22
    assert real.meta["days_in_month"]["2011-02"] == 20
    assert sum(real.meta["days_in_month"].values()) == 226
    assert set(real.meta["office_shares"]) == {"BAL", "MIA", "PHI", "SFR"}
    assert all(0 < share < 1 for share in real.meta["office_shares"].values())
    assert real.meta["counties"] == [6113, 10003, 12021, 24021]
    assert real.meta["prisons"] == [6000, 10000, 12000, 24000]


def test_a_notebook_shows_the_funnel(real: Result) -> None:
    """A run shows itself by the page made for it (`tests/test_notebook.py`): its own counts, and that it is simulated."""
    html = real._repr_html_()
    issued = real.funnel(by="none").set_index("event")["count"]["detainer_issued"]
    assert "One run of baseline" in html
    assert "Simulated, not a record." in html
    assert f"<td>{issued:,}</td></tr>" in html
