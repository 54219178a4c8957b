"""State prisons: whose they are, what happens there and is counted there, and the stock of people from earlier years.

docs/process.md, sections "Places and offices", "The stock of prisoners" and "Prison, custody, docket".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.process.watching import (
    count_of,
    events_so_far,
    homes_of,
    live_rows,
    of_the_stock,
    people_behind,
    remembered,
    used_rows,
)

from enforcement_sim.codes import EVENTS, HOUR_KINDS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.model import EnforcementModel
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.person_state import StateFlag
from enforcement_sim.process.rng import PEOPLE
from enforcement_sim.scenarios.load import load_scenario

BERKSHIRE, MASSACHUSETTS_PRISONS = "25003", 25000
"""A county whose state's Department of Correction has an agreement (7 March 2007; MPI 2011), and no other 287(g)."""
IMPERIAL = "06025"
SEED = 8


def model_of(more: dict[str, Any] | None = None, counties: tuple[str, ...] = (BERKSHIRE,)) -> EnforcementModel:
    """Build a year of a county where many who are booked are not citizens, with crews, beds and visits enough."""
    settings: dict[str, Any] = {
        "scope": {"counties": list(counties)},
        "simulate": "alone",
        "period.start": "2010-01-01",
        "period.end": "2010-12-31",
        "start.warm_days": 0,
        "status.arrest_ratio.us_born": 0.1,
        "status.arrest_ratio.entered_without_inspection": 2.5,
        "status.arrest_ratio.overstay": 2.5,
        "case.conviction_share_felony": 0.9,
        "case.prison_days_median": 200,
        "detainer.lifted_share": 0.05,
    }
    model = EnforcementModel(load_scenario("baseline").with_(ensemble=0).with_(**(settings | (more or {}))), SEED)
    model.field_offices.set("pickups_a_day", 1e6)
    model.engine.offices["beds"] = model.engine.offices["visits"] = 1e6
    return model


def at(model: EnforcementModel, fips: int, *names: str, programme: str | None = None) -> int:
    """Count events at a place, under one programme or all."""
    events = events_so_far(model.engine)[model.engine.places["fips"] == fips][0]
    chosen = slice(None) if programme is None else PROGRAMMES.index(programme)
    return int(sum(events[EVENTS.index(name), chosen].sum() for name in names))


# ---- events, hours, people -------------------------------------------------------------------------------------------


def test_hours_in_prison_are_from_the_move_to_the_end_of_the_term() -> None:
    """Added up person by person, at the prison and under its kind, with terms cut to the counted period."""
    model = model_of()
    terms: dict[int, tuple[int, int]] = {}
    while not model.engine.closed:
        model.step()
        rows = live_rows(model.engine)
        inside = rows[rows["stage"] == Stage.PRISON]
        terms |= {int(row["key"]): (int(row["since"]), int(row["until"])) for row in inside}
        assert (model.engine.places["is_prison"][inside["place"]] == 1).all()
        assert (model.engine.places["fips"][homes_of(model.engine, inside)] == int(BERKSHIRE)).all()
        assert (model.engine.places["inmates"][1] == inside.size).all()
    end = model.engine.clock.hours
    by_hand = sum(min(release, end) - arrival for arrival, release in terms.values())
    hours = model.engine.ledger.place_hours[:, HOUR_KINDS.index("prison")]
    assert hours[1].sum() == by_hand > 100_000
    assert not hours[0].any()
    moved = sum(arrival > 0 for arrival, _ in terms.values())
    assert at(model, int(BERKSHIRE), "prison") >= moved > 10
    assert model.prisons.to_list()[0].prisoners == model.engine.places["inmates"][1] > 0


def test_the_county_remembers_who_is_in_prison() -> None:
    """A person is inside by the pool of the county of the booking; of the prison's code nobody is."""
    model = model_of({"start.prison_stock": 0, "people.pool_ratio": 1.5}, (IMPERIAL,))
    model.run_for(300)
    rows = live_rows(model.engine)
    inside = people_behind(model.engine, rows[rows["stage"] == Stage.PRISON])
    memory = remembered(model.engine)
    assert (memory["key"] & np.uint64(0x1FFFF) == int(IMPERIAL)).all()
    assert (memory["key"] >> np.uint64(48) == PEOPLE).all()
    known = set(memory["key"][memory["flags"] >= StateFlag.INSIDE].tolist())
    assert set(inside[inside != 0].tolist()) <= known
    assert (inside != 0).sum() > 10


def test_officers_in_prisons_interview_on_admission() -> None:
    """287(g) Massachusetts: interviews are counted at the prison, before the visits of the Criminal Alien Program.

    Where the state's agreements are ended the prison's is: nobody is interviewed, and visits find more.
    """
    with_officers, without = (
        model_of(),
        model_of({"changes.end": {"decision": "agreement", "rule": "ended", "where": {"states": ["MA"]}}}),
    )
    elsewhere = model_of(
        {"changes.end": {"decision": "agreement", "rule": "ended", "where": {"counties": [BERKSHIRE]}}}
    )
    for model in (with_officers, without, elsewhere):
        model.run()
    interviewed = at(with_officers, MASSACHUSETTS_PRISONS, "interviewed")
    assert interviewed == at(with_officers, MASSACHUSETTS_PRISONS, "interviewed", programme="jail_287g") > 10
    assert at(with_officers, int(BERKSHIRE), "interviewed") == 0
    assert at(elsewhere, MASSACHUSETTS_PRISONS, "interviewed") == interviewed  # a county's change is not the prison's
    assert at(without, MASSACHUSETTS_PRISONS, "interviewed") == 0
    by_officers = [
        at(model, MASSACHUSETTS_PRISONS, "identified", programme="jail_287g") for model in (with_officers, without)
    ]
    by_visits = [
        at(model, MASSACHUSETTS_PRISONS, "identified", programme="criminal_alien_program")
        for model in (with_officers, without)
    ]
    assert by_officers[0] > 5 > by_officers[1] == 0
    assert by_visits[1] > by_visits[0]


def test_rules_of_a_state_are_those_of_its_prison() -> None:
    """A change for the state or the nation applies to the prison, one for a county does not."""
    narrow = {"decision": "detainer", "rule": "detainer-felonies-only"}
    for where, applies in (({"states": ["MA"]}, True), ("nation", True), ({"counties": [BERKSHIRE]}, False)):
        model = model_of({"changes.narrow": narrow | {"where": where}})
        model.headquarters.apply(0)
        rules = [model.rules[number].id for number in model.engine.places["detainer_rule"]]
        assert (rules[1] == "detainer-felonies-only") == applies
        assert rules[0] == "detainer-felonies-only"


# ---- the stock -------------------------------------------------------------------------------------------------------


def stock_of(model: EnforcementModel) -> np.ndarray:
    """Run the first day and return the rows of the stock."""
    model.step()
    rows = used_rows(model.engine)
    return np.asarray(rows[of_the_stock(rows["key"])])


@pytest.mark.parametrize(("counties", "thin"), [((IMPERIAL,), 1), (("06037",), 10), ((BERKSHIRE, "25017"), 2)])
def test_the_stock_is_admissions_times_terms(counties: tuple[str, ...], thin: int) -> None:
    """By hand from the register: bookings of non-citizens a day that end in prison, times the mean term in days."""
    model = model_of({"thin": thin, "period.end": "2010-01-31"}, counties)
    values = model.scenario.parameters
    weights = [values[f"offence.noncitizen_weight.{name}"] for name in OFFENCES]
    to_prison = sum(
        weight / sum(weights)
        * values[f"offence.felony_share.{name}"]
        * (1 - values[f"case.release_share_felony.{name}"])
        * values[f"case.prison_share.{name}"]
        for weight, name in zip(weights, OFFENCES, strict=True)
    ) * values["case.conviction_share_felony"]  # fmt: skip
    # The mean of a lognormal: its median times exp(variance / 2); the table of quantiles cuts the far tail a little.
    days = values["case.prison_days_median"] * math.exp(values["case.prison_days_sigma"] ** 2 / 2)
    here = model.engine.places[: len(counties)]
    noncitizens = float((here["day_share"] * here["reachable_share"] * (1 - here["status_cdf"][:, 1])).sum())
    a_day = float(np.mean(model.engine.expected))
    mean = a_day * noncitizens * to_prison * days / thin
    found = stock_of(model).size
    assert mean > 30
    assert abs(found - mean) < 4 * math.sqrt(mean) + 0.01 * mean


def test_terms_found_under_way_are_long_ones() -> None:
    """A term of h hours is found with a chance in proportion to h, and any part of it may have been served."""
    model = model_of({"thin": 4, "period.end": "2010-01-31", "case.prison_days_median": 520}, ("06037",))
    rows = stock_of(model)
    quantiles = model.engine.durations[Duration.PRISON].astype(float)
    served, left = -rows["booked"] - 1, rows["until"].astype(float)
    whole = served + left
    assert rows.size > 1_000
    expected, plain = (quantiles**2).sum() / quantiles.sum(), quantiles.mean()
    spread = math.sqrt((quantiles**3).sum() / quantiles.sum() - expected**2)
    assert abs(whole.mean() - expected) < 4.5 * spread / math.sqrt(rows.size)
    assert expected > 1.5 * plain
    assert stats.kstest(served / whole, "uniform").pvalue > 1e-4
    assert (served >= 0).all()
    assert (left >= 0).all()


def test_prisoners_are_convicted_felons_who_are_not_citizens() -> None:
    """A felony, convicted; offences in the shares by which bookings end in prison; nobody of the pool, nobody remembered."""
    model = model_of({"thin": 4, "period.end": "2010-01-31"}, ("06037",))
    rows = stock_of(model)
    facts = Bit.FELONY | Bit.CONVICTED | Bit.TO_PRISON
    assert ((rows["bits"] & facts) == facts).all()
    assert rows["status"].min() >= 2
    assert (people_behind(model.engine, rows) == 0).all()
    values = model.scenario.parameters
    weights = np.array([
        values[f"offence.noncitizen_weight.{name}"] * values[f"offence.felony_share.{name}"]
        * (1 - values[f"case.release_share_felony.{name}"]) * values[f"case.prison_share.{name}"]
        for name in OFFENCES
    ])  # fmt: skip
    observed = np.bincount(rows["offence"], minlength=len(OFFENCES))
    often = weights / weights.sum() * rows.size > 10
    assert stats.chisquare(observed[often], weights[often] / weights[often].sum() * observed[often].sum()).pvalue > 1e-4
    assert not observed[weights == 0.0].any()
    # Found at hour 0: unauthorised people, all removable, by find share times detection, and then detainers by the rule.
    unauthorised = rows[rows["status"] >= 5]
    found = float(((unauthorised["bits"] & Bit.IDENTIFIED) != 0).mean())
    share = values["background.prison_find_share"] * values["screening.interview_detects_share"]
    assert abs(found - share) < 4.5 * math.sqrt(share * (1 - share) / unauthorised.size)


def test_nothing_of_the_stock_is_counted_when_it_is_drawn() -> None:
    """On the first evening of a cold start no event, verdict or detainer stands at the prison, though many have detainers."""
    model = model_of({"period.end": "2010-01-31"})
    rows = stock_of(model)
    assert ((rows["bits"] & Bit.DETAINER) != 0).sum() > 5
    assert at(model, MASSACHUSETTS_PRISONS, "identified", "detainer_issued", "also_found", "interviewed") == 0
    issued = int(count_of(events_so_far(model.engine), "detainer_issued").sum())
    numbers = [number for number, rule in enumerate(model.rules) if rule.id == "detainer-2008-levels"]
    assert model.engine.ledger.verdicts[:, :, numbers].sum() == issued


def removed_felons(model: EnforcementModel) -> int:
    """People removed in a run who had a felony conviction, in the present case or before."""
    frame = model.result().tables()["profiles"]
    frame = frame[frame["event"] == "removed"]
    rest, _ = np.divmod(frame["profile"].to_numpy(), len(STATUS_GROUPS))
    rest, record = np.divmod(rest, len(PRIOR_RECORDS))
    convicted, felony = rest % 2, rest // 2 % 2
    felon = (convicted & felony).astype(bool) | (record >= PRIOR_RECORDS.index("felony"))
    return int(frame["count"].to_numpy()[felon].sum())


def test_without_a_stock_too_few_felons_are_removed_at_first() -> None:
    """The register's reason for it: in the first months nearly nobody comes out of an empty prison.

    And the jail notices nothing: with beds and crews enough every table of the county is the same with it and without.
    """
    sacramento, california_prisons = "06067", 6000
    models = [model_of({"start.prison_stock": stock, "period.end": "2010-04-30"}, (sacramento,)) for stock in (1, 0)]
    results = [model.run() for model in models]
    with_stock, without = (removed_felons(model) for model in models)
    assert with_stock > without + 4 * math.sqrt(without + 1)
    in_custody = [at(model, california_prisons, "ice_custody") for model in models]
    assert in_custody[1] < in_custody[0] / 5
    for name in ("events", "places", "hours_by_place", "population"):
        of_county = [result.tables()[name] for result in results]
        parts = [table[table["fips"] == int(sacramento)].reset_index(drop=True) for table in of_county]
        pd.testing.assert_frame_equal(parts[0], parts[1], obj=name)


def test_a_steady_state_stays() -> None:
    """Drawn as a steady state, the prisons are about as full after a year as at first; without a stock they only fill up."""
    sizes = {}
    for stock in (1, 0):
        model = model_of({"start.prison_stock": stock, "case.prison_days_median": 200, "thin": 2}, ("06067",))
        model.step()
        first = int(model.engine.places["inmates"][1])
        model.run()
        sizes[stock] = (first, int(model.engine.places["inmates"][1]))
    assert sizes[0][0] <= 2
    assert sizes[0][1] > 100
    first, last = sizes[1]
    assert abs(last / first - 1) < 0.25  # those who are away are not sent to prison again: a little fewer
