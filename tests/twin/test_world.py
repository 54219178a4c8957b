"""What a run's places are told at the start, computed a second time from docs/process.md.

The twin takes the fields of places from the built world. The paragraphs "Adherence by text", "Counties differ from each
other" and "ICE's effort", and what a county's people could expect before the first day, are computed here from the page and
compared with the fields: how counties and offices differ, and by which month's share ICE acts.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from tests.twin.cases import COUNTIES_DIFFER, EARLIER, EFFORT, FREDERICK, IMPERIAL, KENT, TEXTS, WHITFIELD, small
from tests.twin.charge import share_of_traffic
from tests.twin.clock import KEY_EPOCH, last_monday_of_may
from tests.twin.growth import log_odds, logistic

import enforcement_sim
from enforcement_sim.codes import STATUSES
from enforcement_sim.places.build import World, build_world
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.rng import Draw, institution_stream, uniform
from enforcement_sim.process.tables import offence_table
from enforcement_sim.scenarios.schema import Scenario

OFFICES, COUNTIES = 2, 3
"""The kinds of institutions that field offices and counties are."""
DATA = Path(enforcement_sim.__file__).parent / "places" / "data"
LOS_ANGELES, MECKLENBURG, FULTON, KING, WEBB = "06037", "37119", "13121", "53033", "48479"
SOME = [IMPERIAL, LOS_ANGELES, MECKLENBURG, KING, WEBB, KENT, WHITFIELD, FULTON]
CLOSE = 1e-9
CITIZENS = STATUSES.index("naturalised") + 1


def deviation(world: World, purpose: Draw, kind: int, code: int, day: int = 0) -> float:
    """Return how an institution deviates from others of its kind."""
    stream = institution_stream(int(world.values["institutions.office_draw"]), kind, code, day)
    return NormalDist().inv_cdf(max(1e-12, float(uniform(stream, purpose.value))))


def moved(share: float, by: float) -> float:
    """Return a share shifted on the log odds; 0 and 1 stay."""
    return share if share in (0.0, 1.0) else logistic(log_odds(share) + by)


def data_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of places."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def world_of(counties: list[str], more: Mapping[str, Any], start: str = "2011-10-01", end: str = "2011-10-31") -> World:
    """Return what a short run is told."""
    scenario: Scenario = small(counties, start, end, more, warm=0)
    return build_world(scenario, scenario.seed)


def place(world: World, fips: str) -> Any:
    """Return a county's row."""
    return world.places[list(world.places["fips"]).index(int(fips))]


# ---- the nation, where nothing differs ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nation() -> World:
    """Return every county where nothing of this kind happens."""
    counties = [row["fips"] for row in data_rows("counties.csv")]
    return world_of(counties, {})


def bookings_by_status(world: World) -> dict[int, np.ndarray]:
    """Return each county's expected bookings by status, as shares of all the nation's."""
    found = {}
    for row in world.places[world.places["is_prison"] == 0]:
        within = np.diff(row["status_cdf"], prepend=0.0) * row["reachable_share"]
        within[STATUSES.index("us_born")] += 1 - row["reachable_share"]
        found[int(row["fips"])] = within * float(row["day_share"])
    return found


def known() -> dict[tuple[int, str], tuple[float, float]]:
    """Return figure and what is beside it, by county and kind."""
    rows = data_rows("county_known.csv")
    return {(int(row["fips"]), row["kind"]): (float(row["figure"]), float(row["beside"])) for row in rows}


def effects(world: World, codes: Iterable[int], kind: str, nation: World | None = None) -> dict[int, float]:
    """Return the effects of one kind on some counties."""
    spread = world.values[f"county.{kind}_sd"]
    figures = known() if world.values["county.use_known"] == 1 else {}
    expected = bookings_by_status(nation) if nation is not None else {}
    found = {}
    for code in codes:
        if (code, kind) not in figures:
            found[code] = spread * deviation(world, Draw[f"COUNTY_{kind.upper()}"], COUNTIES, code)
            continue
        figure, beside = figures[code, kind]
        if kind == "bookings":
            found[code] = math.log(
                figure / (expected[code].sum() * world.values[f"booking.national_per_year.{beside:.0f}"])
            )
        else:
            found[code] = log_odds(figure) - log_odds(beside) if kind == "custody" else math.log(figure / beside)
    return found


# ---- counties differ -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use_known", [0, 1])
def test_presence_custody_bail_and_prints_are_those_of_the_page(use_known: int) -> None:
    """What is drawn or known of a county moves presence, custody and bail; prints are taken again in two states."""
    settings = COUNTIES_DIFFER | {"county.use_known": use_known, "pickup.wanted_spread": 0.7}
    world, without = world_of(SOME, settings), world_of(SOME, settings | {"county.custody_sd": 0.0})
    codes = [int(fips) for fips in SOME]
    presence, custody, bail = (effects(world, codes, kind) for kind in ("presence", "custody", "bail"))
    for fips in SOME:
        row, before, code = place(world, fips), place(without, fips), int(fips)
        assert row["presence_odds"] == pytest.approx(math.exp(presence[code]), rel=CLOSE)
        bail_denied = moved(world.values["detainer.bail_denied_share"], bail[code])
        assert row["bail_denied_share"] == pytest.approx(bail_denied, rel=CLOSE)
        for who in ("priority", "other"):
            is_known = use_known == 1 and (code, "custody") in known()
            share = world.values[f"pickup.wanted_share_{who}"] if is_known else before[f"wanted_{who}"]
            assert row[f"wanted_{who}"] == pytest.approx(moved(float(share), custody[code]), rel=CLOSE)
        prints = {"06": 0.5, "48": 0.3}.get(fips[:2], 0.0)
        assert row["further_prints"] == pytest.approx(prints, rel=CLOSE)
    prisons = world.places[world.places["is_prison"] == 1]
    assert set(prisons["presence_odds"]) == {1.0}
    assert set(prisons["bail_denied_share"]) == {world.values["detainer.bail_denied_share"]}
    assert not any(prisons[field].any() for field in ("traffic_share", "prisoner_ratio", "further_prints"))


def moved_bookings(world: World, nation: World) -> dict[int, np.ndarray]:
    """Return each county's expected bookings by status once counties differ."""
    expected = bookings_by_status(nation)
    effect = effects(world, expected, "bookings", nation)
    fixed = {code for code, kind in known() if kind == "bookings"}
    by_effect = {code: expected[code] * math.exp(effect[code]) for code in expected}
    least = {code: known()[code, kind] for code, kind in known() if kind == "foreign_born"}
    for code, (figure, year) in least.items():
        born_abroad = by_effect[code][1:].sum() * world.values[f"booking.national_per_year.{year:.0f}"]
        if born_abroad < figure:
            by_effect[code][1:] *= figure / born_abroad
            fixed.add(code)
    kept = sum(by_effect[code] for code in fixed)
    ratio = (sum(expected.values()) - kept) / (sum(by_effect.values()) - kept)
    return {code: by_effect[code] * (1.0 if code in fixed else ratio) for code in expected}


def test_bookings_are_those_of_the_page(nation: World) -> None:
    """Counties' bookings are moved, and those of the nation by status stay."""
    world = world_of(SOME, {"county.bookings_sd": 0.5})
    expected = moved_bookings(world, nation)
    for fips in SOME:
        row, wanted = place(world, fips), expected[int(fips)]
        assert row["day_share"] == pytest.approx(wanted.sum(), rel=CLOSE)
        noncitizens = row["reachable_share"] * (1 - row["status_cdf"][CITIZENS - 1])
        assert noncitizens == pytest.approx(wanted[CITIZENS:].sum() / wanted.sum(), rel=CLOSE)


def test_traffic_is_that_of_the_page(nation: World) -> None:
    """Counties and regions differ in the share of traffic; the nation's stays."""
    regions = {"county.traffic_region.southeast": 0.7, "county.traffic_region.northeast": -0.4}
    world = world_of(SOME, {"county.traffic_sd": 0.8, "county.bookings_sd": 0.5} | regions)
    table = offence_table(dict(world.values))
    traffic = share_of_traffic(list(table["noncitizen_cdf"]))
    of_prisoners = share_of_traffic(list(table["prisoner_cdf"]))
    expected = moved_bookings(world, nation)
    effect = effects(world, expected, "traffic")
    region_of = {row["state"]: row["region"] for row in data_rows("census_regions.csv")}
    state_of = {int(row["fips"]): row["state"] for row in data_rows("counties.csv")}
    lean = {
        code: effect[code] + world.values[f"county.traffic_region.{region_of[state_of[code]]}"] for code in expected
    }
    weights = np.array([expected[code][CITIZENS:].sum() for code in expected])
    leans = np.array([lean[code] for code in expected])
    low, high = -leans.max(), -leans.min()
    for _ in range(60):
        middle = (low + high) / 2
        mean = (weights / (1 + np.exp(-(log_odds(traffic) + leans + middle)))).sum() / weights.sum()
        low, high = (low, middle) if mean > traffic else (middle, high)
    for fips in SOME:
        row = place(world, fips)
        own = moved(traffic, lean[int(fips)] + (low + high) / 2)
        assert row["traffic_share"] == pytest.approx(own, rel=1e-7)
        ratio = (1 - of_prisoners) * (1 - own) / (1 - traffic) + of_prisoners * own / traffic
        assert row["prisoner_ratio"] == pytest.approx(ratio, rel=1e-7)


# ---- ICE's effort ----------------------------------------------------------------------------------------------------------


def months_between(first: date, last: date) -> int:
    """Return the months from one month to another."""
    return (last.year - first.year) * 12 + last.month - first.month


def gone(month: date, first: date, length: int) -> float:
    """Return how much of a span of months has gone by."""
    return min(1.0, max(0.0, months_between(first, month) / length))


def national_path(world: World, month: date) -> float:
    """Return the log odds by which the nation's effort has moved."""
    values = world.values
    steps = (
        values[f"effort.national_step.{year}_h{half}"] * gone(month, date(year, 1 if half == 1 else 7, 1), 6)
        for year in range(2006, 2015)
        for half in (1, 2)
    )
    return values["effort.national_sd"] * math.sqrt(6) * sum(steps)


def office_path(world: World, office: int, month: date) -> float:
    """Return the log odds by which an office's effort has moved."""
    total, each = 0.0, date(2005, 11, 1)
    while each <= month:
        total += deviation(world, Draw.EFFORT_STEP, OFFICES, office, (each - KEY_EPOCH).days)
        each = (each + timedelta(days=31)).replace(day=1)
    return world.values["effort.office_sd"] * total


def californian_path(world: World, month: date) -> float:
    """Return the log odds by which the effort of California's offices has moved."""
    values = world.values
    steps = (values[f"effort.california_step.{year}"] * gone(month, date(year, 1, 1), 12) for year in range(2007, 2015))
    return values["effort.office_sd"] * math.sqrt(12) * sum(steps)


def test_effort_is_that_of_the_page() -> None:
    """ICE acts, in each month and at each office, on the share that the page says, at prisons too."""
    world = world_of([IMPERIAL, WHITFIELD, KENT], EFFORT, "2008-07-15", "2012-09-30")
    settings = [setting for setting in world.settings if setting.field == "acted_share"]
    days = {world.clock.start + timedelta(days=setting.day) for setting in settings}
    firsts = {date(2008 + number // 12, number % 12 + 1, 1) for number in range(7, 57)}
    assert days == {world.clock.start} | firsts
    offices = load_geography().offices
    reference = date(2011, 10, 1)
    for setting in settings:
        month = (world.clock.start + timedelta(days=setting.day)).replace(day=1)
        for number, share in zip(setting.places, setting.value, strict=True):
            office = int(world.places[number]["office"])
            path = national_path(world, month) - national_path(world, reference)
            path += office_path(world, office, month) - office_path(world, office, reference)
            if offices[office].code in ("LOS", "SFR", "SND"):
                path += californian_path(world, month) - californian_path(world, date(2011, 7, 1))
            assert share == pytest.approx(moved(0.6, path), rel=CLOSE)


# ---- adherence by text -----------------------------------------------------------------------------------------------------

RANKING, TRAFFIC, ONLY_IF = "ranking_2010", "minor_traffic_2012", "only_if_2012"
TEXT_OF: dict[str, tuple[str | None, str | None]] = {
    "detainer-2008-levels": (None, None),
    "detainer-2010-priorities": (RANKING, None),
    "detainer-2010-interim": (RANKING, None),
    "detainer-2012-minor-traffic": (TRAFFIC, TRAFFIC),
    "detainer-no-minor-traffic": (TRAFFIC, TRAFFIC),
    "detainer-2012-guidance": (ONLY_IF, ONLY_IF),
    "detainer-felonies-only": (ONLY_IF, ONLY_IF),
    "detainer-pep": (ONLY_IF, ONLY_IF),
}


def test_texts_move_the_shares_that_follow_them() -> None:
    """On every day the shares are those of the office, moved by the text in force, unless a change states others."""
    stated = {"decision": "detainer", "rule": "detainer-pep", "where": {"counties": [KENT]}, "from": "2011-05-30"}
    as_ever = {"decision": "detainer", "rule": "detainer-felonies-only", "where": {"counties": [WHITFIELD]}}
    dates = {"from": last_monday_of_may(2012).isoformat(), "until": "2012-11-05"}
    changes = {
        "changes.stated": stated | {"followed": {"covered": 0.7, "not_covered": 0.3}},
        "changes.as-ever": as_ever | dates | {"followed": "as_history"},
    }
    settings = TEXTS | {"detainer.adherence_spread": 0.7} | changes
    world = world_of([IMPERIAL, WHITFIELD, KENT], settings, "2009-07-01", "2013-03-31")
    values = world.values
    now = {
        field: list(world.places[field]) for field in ("detainer_rule", "issue_covered", "issue_not_covered")
    }  # what stands today
    seen = set()
    for day in range(world.clock.days):
        for setting in (each for each in world.settings if each.day == day and each.field in now):
            for number, value in zip(setting.places, setting.value, strict=True):
                now[setting.field][number] = value
        for number, row in enumerate(world.places):
            rule = world.rules[int(now["detainer_rule"][number])].id
            z = values["detainer.adherence_spread"] * deviation(world, Draw.ADHERENCE, OFFICES, int(row["office"]))
            covered, not_covered = values["detainer.issue_if_covered"], values["detainer.issue_if_not_covered"]
            texts = TEXT_OF[rule]
            if row["fips"] == int(KENT) and world.clock.start + timedelta(days=day) >= date(2011, 5, 30):
                covered, not_covered, texts = 0.7, 0.3, (None, None)
            shifts = (
                0.0 if texts[0] is None else values[f"detainer.covered_shift.{texts[0]}"],
                0.0 if texts[1] is None else values[f"detainer.not_covered_shift.{texts[1]}"],
            )
            assert now["issue_covered"][number] == pytest.approx(moved(moved(covered, z), shifts[0]), rel=CLOSE)
            assert now["issue_not_covered"][number] == pytest.approx(
                moved(moved(not_covered, -z), shifts[1]), rel=CLOSE
            )
            seen.add((rule, texts))
    assert {rule for rule, _ in seen} >= set(TEXT_OF) - {"detainer-2012-minor-traffic", "detainer-no-minor-traffic"}


# ---- what happened before the first day ------------------------------------------------------------------------------------


def test_removals_before_the_first_day_are_those_of_the_page(nation: World) -> None:
    """A county's people could expect as many removals as its share of the nation's removable bookings says."""
    world = world_of(SOME, EARLIER | {"county.bookings_sd": 0.5}, "2005-10-01", "2005-10-10")
    values = world.values
    a_year = values["booking.national_per_year.2010"]
    bookings = sum(bookings_by_status(nation).values())
    removable = [values[f"status.removable_share.{status}"] for status in STATUSES[CITIZENS:]]
    base = a_year * float(bookings[CITIZENS:] @ removable)
    for fips in SOME:
        row = place(world, fips)
        followed = row["day_share"] * row["reachable_share"] * a_year
        wanted = followed * values["start.removed_a_year"] * values["start.removal_years"] / base
        assert row["removed_before"] == pytest.approx(wanted, rel=CLOSE)


# ---- 287(g) ----------------------------------------------------------------------------------------------------------------

AGENCIES = {FREDERICK: "Frederick County Sheriff's Office", MECKLENBURG: "Mecklenburg County Sheriff's Office"}
"""Counties whose only agency is the sheriff's, the first with a task force until the end of 2012."""
DAYS_A_YEAR, DAYS_A_WEEK, LAST_DAY = 365.25, 7, date(2014, 12, 31)


class Agency:
    """What the officers of one agency do, as the page says."""

    def __init__(self, values: Mapping[str, float], fips: str) -> None:
        row = next(row for row in data_rows("agreements_287g.csv") if row["agency"] == AGENCIES[fips])
        self.values, self.model, self.officers = values, row["model"], float(row["officers"])
        self.start = date.fromisoformat(row["start"])
        self.task_force_end = date.fromisoformat(row["task_force_end"]) if row["task_force_end"] else LAST_DAY
        self.from_record = values["jail_287g.from_record"] == 1
        training = 0 if self.from_record else round(values["jail_287g.training_weeks"] * DAYS_A_WEEK)
        self.begin = self.start + timedelta(days=training)
        self.found = {
            int(found["fiscal_year"]): float(found["identified"])
            for found in data_rows("identified_287g.csv")
            if found["agency"] == AGENCIES[fips] and found["identified"]
        }
        self.work_of_year = {
            year: number / self.would_identify(year) for year, number in self.found.items() if self.has(year)
        }

    def has(self, fiscal_year: int) -> bool:
        """Return whether the agreement was in force in a year."""
        return self.start <= date(fiscal_year, 9, 30)

    def officers_on(self, day: date) -> tuple[float, float]:
        """Return the officers in the jail and in the field on a day."""
        if day < self.begin:
            return 0.0, 0.0
        quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        years = max((quarter - self.begin).days / DAYS_A_YEAR, 0.0) % self.values["jail_287g.class_years"]
        officers = self.officers * (1 - self.values["jail_287g.attrition_a_year"]) ** years
        in_field = self.values["task_force.officers_share_in_both"] if self.model == "both" else 0.0
        if day > self.task_force_end:
            in_field = 0.0
        return officers * (1 - in_field), officers * in_field

    def done_on(self, day: date) -> tuple[float, float]:
        """Return the interviews and field arrests of a day by the register's rates."""
        in_jail, in_field = self.officers_on(day)
        arrests = self.values["task_force.arrests_per_officer_year"] / DAYS_A_YEAR
        return in_jail * self.values["jail_287g.interviews_per_officer_day"], in_field * arrests

    def would_identify(self, fiscal_year: int) -> float:
        """Return how many people the officers would identify in a fiscal year."""
        total, day = 0.0, date(fiscal_year - 1, 10, 1)
        while day < date(fiscal_year, 10, 1):
            interviews, arrests = self.done_on(day)
            total += interviews * self.values["jail_287g.identified_per_interview"]
            total += arrests * self.values["screening.interview_detects_share"]
            day += timedelta(days=1)
        return total

    def work_on(self, day: date) -> float:
        """Return how much the officers do of what the register's rates say."""
        if not self.from_record:
            return 1.0
        fiscal_year = day.year + (day.month >= 10)
        years = [year for year in self.work_of_year if year <= fiscal_year]
        followed = self.values["jail_287g.funding_followed"] * self.values["jail_287g.budget_cut"]
        return (self.work_of_year[max(years)] if years else 0.0) * (1 - followed if fiscal_year >= 2013 else 1.0)


@pytest.mark.parametrize("from_record", [0, 1])
def test_officers_do_what_the_page_says(from_record: int) -> None:
    """On every day interviews and field arrests are those of officers and of ICE's record."""
    settings = {"jail_287g.from_record": from_record, "jail_287g.funding_followed": 0.5, "task_force.added_share": 0.4}
    world = world_of(list(AGENCIES), settings, "2007-06-01", "2013-06-30")
    agencies = [Agency(world.values, fips) for fips in AGENCIES]
    fields = ("interviews_a_day", "field_arrests_a_day", "interviews_per_officer", "arrests_per_officer")
    now = {field: list(world.places[field]) for field in fields}
    for day in range(world.clock.days):
        today = world.clock.start + timedelta(days=day)
        for setting in (each for each in world.settings if each.day == day and each.field in now):
            for number, value in zip(setting.places, setting.value, strict=True):
                now[setting.field][number] = value
        for number, agency in enumerate(agencies):
            work, done, officers = agency.work_on(today), agency.done_on(today), agency.officers_on(today)
            for field, each, by in zip(fields[:2], done, officers, strict=True):
                assert now[field][number] == pytest.approx(each * work, rel=CLOSE), (today, field)
                if by * work > 0:
                    per_officer = now[fields[fields.index(field) + 2]][number]
                    assert per_officer == pytest.approx(each * work / by, rel=CLOSE), (today, field)
