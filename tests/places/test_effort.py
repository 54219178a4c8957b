"""ICE's effort as a path of the world. docs/process.md, section "Places and offices": *ICE's effort*."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy import stats

from enforcement_sim.codes import LISTS
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.build import World, build_world
from enforcement_sim.places.effort import acted_shares, month_number
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.history import InstitutionKind
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.scenarios.load import load_scenario

PLACES = load_geography()
DEFAULTS = dict(load_register().defaults())
CODES = [office.code for office in PLACES.offices]
MONTHS = np.arange(month_number(2004, 10), month_number(2015, 1))
SHARE = 0.6
LOS, ATL = CODES.index("LOS"), CODES.index("ATL")
WALKING = {"effort.acted_share": SHARE, "effort.office_sd": 0.1}


def at(year: int, month: int) -> int:
    """Return the position of a month."""
    return month_number(year, month) - int(MONTHS[0])


def log_odds(settings: dict[str, float]) -> np.ndarray:
    """Return by office and month how far the log odds of acting are from those of the share of October 2011."""
    share = settings.get("effort.acted_share", SHARE)
    values = {**DEFAULTS, "effort.acted_share": share, **settings}
    shares = acted_shares(values, PLACES, MONTHS)
    return np.asarray(np.log(shares / (1.0 - shares)) - math.log(share / (1.0 - share)))


def world_of(more: dict[str, Any], seed: int = 1, start: str = "2012-01-15") -> World:
    """Lay out some months of a county in California and one in Georgia."""
    settings: dict[str, Any] = {
        "scope": {"counties": ["06025", "13067"]},
        "simulate": "alone",
        "period.start": start,
        "period.end": "2012-04-30",
        "start.warm_days": 20,
    }
    return build_world(load_scenario("baseline").with_(ensemble=0).with_(**settings, **more), seed)


def efforts(world: World) -> list[tuple[int, list[float]]]:
    """Return the days on which a world's effort is set, with the shares of all places."""
    assert all(len(each.places) == world.places.size for each in world.settings if each.field == "acted_share")
    return [(each.day, each.value.tolist()) for each in world.settings if each.field == "acted_share"]


# ---- the nation ------------------------------------------------------------------------------------------------------


def test_a_half_years_step_is_even_over_its_months() -> None:
    """Three months' standard deviations of six; 0 before and the whole step after, less what stands in October 2011."""
    step = 2.0 * 0.1 * math.sqrt(6)
    path = log_odds({"effort.national_sd": 0.1, "effort.national_step.2012_h2": 2.0})
    assert np.ptp(path, axis=0).max() == 0.0
    expected = np.zeros(MONTHS.size)
    expected[at(2012, 7) : at(2013, 1) + 1] = step * np.arange(7) / 6
    expected[at(2013, 1) :] = step
    assert path[0] == pytest.approx(expected)


def test_the_path_is_nothing_in_october_2011() -> None:
    """In the middle of a half-year's step: before it half of the step is missing, after it half is there."""
    step = 0.2 * math.sqrt(6)
    path = log_odds({"effort.national_sd": 0.2, "effort.national_step.2011_h2": 1.0})[0]
    assert path[at(2011, 10)] == pytest.approx(0.0)
    assert path[at(2005, 10)] == path[at(2011, 7)] == pytest.approx(-step / 2)
    assert path[at(2012, 1)] == path[at(2014, 12)] == pytest.approx(step / 2)


@pytest.mark.parametrize("half", LISTS["half_year"])
def test_steps_add_up_and_each_has_its_own_half_year(half: str) -> None:
    year, first = int(half[:4]), 1 if half.endswith("h1") else 7
    alone = log_odds({"effort.national_sd": 0.1, f"effort.national_step.{half}": 1.0})[0]
    moves = np.flatnonzero(np.abs(np.diff(alone)) > 1e-9)
    assert moves.tolist() == [at(year, first) + month for month in range(min(6, MONTHS.size - 1 - at(year, first)))]
    other = {"effort.national_sd": 0.1, "effort.national_step.2010_h1": -0.7}
    both = log_odds({**other, f"effort.national_step.{half}": 1.0 - 0.7 * (half == "2010_h1")})[0]
    assert both == pytest.approx(alone + log_odds(other)[0])


# ---- offices ---------------------------------------------------------------------------------------------------------


def test_an_office_walks_by_the_draws_of_its_months() -> None:
    """By hand for one office; 0 in October 2011, and before October 2005 as then."""
    z = [
        float(stats.norm.ppf(uniform(stream, Draw.EFFORT_STEP)))
        for number in range(month_number(2005, 11), month_number(2015, 1))
        for day in [(date(number // 12, number % 12 + 1, 1) - date(2000, 1, 1)).days]
        for stream in [institution_stream(1, InstitutionKind.FIELD_OFFICE, ATL, day)]
    ]
    walked = 0.1 * np.cumsum([0.0, *z])
    path = log_odds(WALKING)[ATL]
    from_start = path[at(2005, 10) :]
    assert from_start == pytest.approx((walked - walked[72])[: from_start.size])
    assert from_start[72] == pytest.approx(0.0) and path[0] == path[at(2005, 10)]


def test_offices_walk_apart_with_the_standard_deviation_of_the_register() -> None:
    steps = np.diff(log_odds(WALKING)[:, at(2005, 10) :], axis=1)
    assert steps.std() == pytest.approx(0.1, rel=0.05) and abs(steps.mean()) < 0.01
    assert np.abs(np.corrcoef(steps)[np.triu_indices(24, 1)]).max() < 0.45
    assert log_odds({**WALKING, "effort.office_sd": 0.2}) == pytest.approx(2 * log_odds(WALKING))


def test_californias_offices_share_a_path_that_is_nothing_in_july_2011() -> None:
    step = 0.1 * math.sqrt(12)
    extra = log_odds({**WALKING, "effort.california_step.2011": 1.0, "effort.california_step.2013": -2.0}) - log_odds(
        WALKING
    )
    for number, code in enumerate(CODES):
        if code not in ("LOS", "SFR", "SND"):
            assert not extra[number].any()
            continue
        assert extra[number, at(2011, 7)] == pytest.approx(0.0)
        assert extra[number, at(2011, 1)] == pytest.approx(-step / 2)
        assert extra[number, at(2012, 6)] == pytest.approx(step / 2)
        assert extra[number, at(2013, 4)] == pytest.approx(step / 2 - 2 * step * 3 / 12)
        assert extra[number, at(2014, 1)] == pytest.approx(step / 2 - 2 * step)


# ---- the world -------------------------------------------------------------------------------------------------------


def test_everybody_and_nobody_stay() -> None:
    """Shares of 1 and 0 do not move, and nothing is set by month; nor where no step has a size."""
    moving = {"effort.national_sd": 0.3, "effort.office_sd": 0.3, "effort.national_step.2012_h1": -4.0}
    for share, more in ((1.0, moving), (0.0, moving), (SHARE, {"effort.national_step.2012_h1": -4.0})):
        assert set(np.unique(acted_shares({**DEFAULTS, **more, "effort.acted_share": share}, PLACES, MONTHS))) == {
            share
        }
        world = world_of({**more, "effort.acted_share": share})
        assert (world.places["acted_share"] == share).all() and efforts(world) == []


def test_places_have_their_offices_share_of_the_month() -> None:
    """Set on the first day, within December here, and on each first of a month; prisons as their offices."""
    world = world_of(WALKING)
    shares = acted_shares({**DEFAULTS, **WALKING}, PLACES, MONTHS)
    offices = world.places["office"]
    assert [CODES[office] for office in offices] == ["SND", "ATL", "LOS", "ATL"]
    assert efforts(world) == [
        (day, shares[offices, at(year, month)].tolist())
        for day, year, month in ((0, 2011, 12), (6, 2012, 1), (37, 2012, 2), (66, 2012, 3), (97, 2012, 4))
    ]


def test_the_path_is_of_the_world_and_not_of_a_run() -> None:
    """The same for another seed and another start; another draw of offices is another path."""
    first = efforts(world_of(WALKING))
    assert efforts(world_of(WALKING, seed=2)) == first
    assert [shares for _, shares in efforts(world_of(WALKING, start="2012-03-01"))] == [
        shares for _, shares in first[2:]
    ]
    assert efforts(world_of({**WALKING, "institutions.office_draw": 2})) != first
