"""Counted bookings: kinds and hours in bed against the register by hand, and what a county's run counts of them."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from enforcement_sim import load_scenario
from enforcement_sim.codes import OFFENCES
from enforcement_sim.errors import InputError
from enforcement_sim.model import EnforcementModel
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.process.counted_bookings import GUIDES, hours_in_bed, kind_guide, kind_table
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.tables import duration_table, offence_table
from enforcement_sim.results.result import Result

VALUES = load_register().defaults()
OFFENCE_ROWS, DURATIONS = offence_table(VALUES), duration_table(VALUES)
KINDS = kind_table(VALUES, OFFENCE_ROWS)
SHARES = np.diff(KINDS["cumulative"], prepend=0.0)
DAYS = 31


@cache
def run_of_los_angeles(in_ident: float) -> Result:
    """A month of one county; people born here are within reach with a probability."""
    settings = {
        "scope": {"counties": ["06037"]},
        "simulate": "alone",
        "period.start": "2010-03-01",
        "period.end": "2010-03-31",
        "status.in_ident.us_born": in_ident,
    }
    return EnforcementModel(load_scenario("baseline").with_(ensemble=0).with_(**settings), 3, collect=False).run()


def test_kinds_share_bookings_as_the_register_says() -> None:
    """By hand for drug possession: felons to prison, and misdemeanants released before disposition, printed or not."""
    number = OFFENCES.index("drug_possession")
    weights = [VALUES[f"offence.citizen_weight.{name}"] for name in OFFENCES]
    offence = weights[number] / sum(weights)
    felony, printed = (VALUES[f"{name}.drug_possession"] for name in ("offence.felony_share", "offence.printed_share"))
    released = VALUES["case.release_share_misdemeanour.drug_possession"]
    here = KINDS["offence"] == number
    misdemeanants = here & (KINDS["felony"] == 0) & (KINDS["stay"] == 0)
    assert SHARES[misdemeanants].sum() == pytest.approx(offence * (1 - felony) * released)
    assert SHARES[misdemeanants & (KINDS["printed"] == 1)].sum() == pytest.approx(
        offence * (1 - felony) * released * printed
    )
    held = 1 - VALUES["case.release_share_felony.drug_possession"]
    to_prison = held * VALUES["case.conviction_share_felony"] * VALUES["case.prison_share.drug_possession"]
    assert SHARES[here & (KINDS["to_prison"] == 1)].sum() == pytest.approx(offence * felony * to_prison)
    assert not SHARES[(KINDS["felony"] == 0) & (KINDS["to_prison"] == 1)].any()
    assert KINDS["cumulative"][-1] == pytest.approx(1.0)


def test_the_guide_points_to_the_kind_that_cumulative_shares_choose() -> None:
    guide = kind_guide(KINDS)
    for draw in [
        *np.linspace(0.0, 1.0, 5_000, endpoint=False).tolist(),
        *np.nextafter(KINDS["cumulative"][:-1], 0.0).tolist(),
    ]:
        chosen = int(guide[int(draw * GUIDES)])
        while draw >= KINDS["cumulative"][chosen]:
            chosen += 1
        assert chosen == np.searchsorted(KINDS["cumulative"], draw, side="right")


def test_hours_in_bed_are_those_that_followed_people_draw() -> None:
    """Waits are the quantiles, cut at the longest; sentences have the mean, and nearly the spread, of all pairs."""
    beds = hours_in_bed(VALUES, DURATIONS)
    longest = VALUES["case.longest_stay_days"] * 24
    assert (
        beds[0] == np.minimum(DURATIONS[Duration.RELEASE_MISDEMEANOUR], VALUES["case.longest_release_days"] * 24)
    ).all()
    assert (beds[3] == np.minimum(DURATIONS[Duration.DISPOSITION_FELONY], longest)).all()
    for row, wait, sentence in (
        (4, Duration.DISPOSITION_MISDEMEANOUR, Duration.JAIL_MISDEMEANOUR),
        (5, Duration.DISPOSITION_FELONY, Duration.JAIL_FELONY),
    ):
        rng = np.random.default_rng(1)
        picked = rng.integers(0, QUANTILES, (2, 400_000))
        drawn = np.minimum(np.minimum(DURATIONS[wait], longest)[picked[0]] + DURATIONS[sentence][picked[1]], longest)
        error = drawn.std() / math.sqrt(drawn.size)
        assert abs(beds[row].mean() - drawn.mean()) < 4 * error + 0.01
        assert beds[row].std() == pytest.approx(drawn.std(), rel=0.01)
        assert (np.diff(beds[row]) >= 0).all() and beds[row].max() <= longest


@pytest.mark.parametrize("in_ident", [0.0, 0.5, 1.0])
@pytest.mark.slow
def test_a_month_counts_what_the_register_expects(in_ident: float) -> None:
    """All bookings, felonies and prints, whoever is followed: within four standard errors of a Poisson number."""
    result = run_of_los_angeles(in_ident)
    model = EnforcementModel(
        load_scenario("baseline").with_(ensemble=0).with_(scope={"counties": ["06037"]}, simulate="alone"), 1
    )
    share = float(model.engine.places["day_share"][0])
    counted = result.bookings(["offence", "felony", "status_group"])
    citizens = counted[counted["status_group"] == "citizen"]
    booked = int(counted["count"].sum())
    assert booked == int(result.funnel(by="none").set_index("event")["count"]["booked"])
    suppressed = int(result.funnel(by="none").set_index("event")["count"]["suppressed"])
    march = VALUES["booking.national_per_year.2010"] / DAYS_A_YEAR * DAYS * share * VALUES["booking.month_factor.march"]
    months = [value for name, value in VALUES.items() if name.startswith("booking.month_factor.")]
    expected = march / (sum(months) / 12)
    assert abs(booked + suppressed - expected) < 4 * math.sqrt(expected) + 0.01 * expected  # weekdays of one month
    weights = np.array([VALUES[f"offence.citizen_weight.{name}"] for name in OFFENCES])
    felony = np.array([VALUES[f"offence.felony_share.{name}"] for name in OFFENCES])
    felonies = float((weights * felony).sum() / weights.sum())
    n = int(citizens["count"].sum())
    found = int(citizens[citizens["felony"]]["count"].sum()) / n
    assert abs(found - felonies) < 4 * math.sqrt(felonies * (1 - felonies) / n)


def test_bookings_can_be_asked_by_what_they_were_for() -> None:
    result = run_of_los_angeles(0.0)
    by_state = result.bookings(["state", "month"])
    assert by_state["state"].tolist() == ["CA"] and str(by_state["month"].iloc[0])[:7] == "2010-03"
    assert by_state["count"].sum() == result.bookings()["count"].sum() == result.bookings(["felony"])["count"].sum()
    with pytest.raises(InputError, match="unknown part of bookings 'offense'"):
        result.bookings(["offense"])
    for by in ([], ["offence", "offence"]):
        with pytest.raises(InputError, match="each named once"):
            result.bookings(by)
    older = {name: table for name, table in result.tables().items() if name != "bookings"}
    with pytest.raises(InputError, match="run it again"):
        Result.from_tables(older, result.meta).bookings()
