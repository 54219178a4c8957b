"""Writes docs/mechanisms.md: what each mechanism does, shown by switching it off.

A mechanism is switched off by settings alone, and both worlds are simulated with the same synthetic people under several
seeds; each measure that should move is printed with and without it, with the paired difference, its 95% interval and the
direction that its source leads one to expect. The same jails are then screened at two points and by two approaches,
beside published offence mixes, and the national funnel worked out by hand is laid beside the simulated one.
``python -m tools.make_mechanisms [--seeds N] [--thin K]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from tools.mechanism_list import (
    AS_EXPECTED,
    BACKGROUND,
    BOOKED_ONCE,
    DOWN,
    EXPLAINED,
    JAIL,
    MECHANISMS,
    NOT_EXAMINED,
    SAME,
    SC,
    SHORT,
    UP,
    Mechanism,
)

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import load_geography, secure_communities_dates
from enforcement_sim.results.intervals import HIGHER, LOWER, Difference, difference_of, mean_and_interval
from enforcement_sim.results.result import Result
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.validation.period import ObservedPeriod, period_of
from enforcement_sim.studies.validation.targets import Scope
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL

OUT = Path(__file__).parents[1] / "docs" / "mechanisms.md"
SEEDS, NATIONAL_SEEDS, WORKERS = 6, 4, 2
EARLY_DAYS = 180
THOUSAND = 1000
NATION = Scope("nation")

PLACES: dict[str, Any] = {"scope": {"states": ["GA", "TX"]}, "period.start": "2010-10-01", "period.end": "2012-09-30"}
"""Georgia, which had every programme, and Texas, where every county shared prints."""

LEVELS = "agreement-levels-2009"
"""The definition of the published offence mixes of 287(g): charged or convicted, minor traffic apart."""
SAME_WITHIN = 0.005
"""A measure stays the same if it moves by less than this part of itself: other people may be booked again later."""

Measured = dict[str, float]


# ---- measures ---------------------------------------------------------------------------------------------------


def numbers_of(result: Result) -> Measured:
    """Return a run's named numbers, and some that only this page needs.

    Besides :meth:`Result.measures`: ``level_1_or_2_share.P`` and ``traffic_share.P`` of the detainers of a programme,
    ``found_only_by_others`` (people another programme found first and Secure Communities did not find at all) and their
    share of all found, ``not_removed`` (relief and terminations), and ``early_...`` over the first months counted.
    """
    found = dict(result.measures())
    first, last = period_of(result)
    whole = ObservedPeriod(result, first, last, NATION)
    for programme in (SC, JAIL, BACKGROUND):
        found |= {f"{name}.{programme}": value for name, value in mix_of(whole, programme).items()}
    of_others = found["identified"] - found[f"identified.{SC}"]
    found["found_only_by_others"] = of_others - whole.count("also_found", SC)
    found["missed_by_prints_share"] = quotient(found["found_only_by_others"], found["identified"])
    found["not_removed"] = found["relief"] + found["terminated"]
    early = ObservedPeriod(result, first, min(last, first + timedelta(days=EARLY_DAYS)), NATION)
    found["early_removed"] = early.count("removed")
    by_case = early.by_category("removed", "no-conviction-current")
    found["early_convicted_share"] = quotient(by_case["convicted"], sum(by_case.values()))
    found["early_jail_inmates"] = quotient(early.inmate_days(), early.days())
    return found


def mix_of(window: ObservedPeriod, programme: str) -> Measured:
    """Return the offence mix of a programme's detainers by the levels of its agreements, charges counting as convictions."""
    levels = window.by_category("detainer_issued", LEVELS, programme)
    whole = sum(levels.values())
    return {
        "level_1_or_2_share": quotient(levels["level 1"] + levels["level 2"], whole),
        "level_3_or_traffic_share": quotient(levels["level 3"] + levels["traffic"], whole),
        "traffic_share": quotient(levels["traffic"], whole),
    }


def quotient(part: float, whole: float) -> float:
    """Return a quotient, or not-a-number over zero."""
    return part / whole if whole else float("nan")


# ---- the two worlds -----------------------------------------------------------------------------------------------


def worlds(mechanism: Mechanism, places: Mapping[str, Any]) -> tuple[Scenario, Scenario]:
    """Return the scenario with a mechanism and the one without, in which levers are as they are throughout."""
    base = load_scenario("baseline").with_(ensemble=0).with_(**{**places, **mechanism.on})
    base = base.throughout(_levers(mechanism.on))
    return base, base.with_(**mechanism.off).throughout(_levers(mechanism.off))


def _levers(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {address: value for address, value in settings.items() if address in load_register().levers}


def differences(
    mechanism: Mechanism, places: Mapping[str, Any], seeds: Sequence[int], numbers: Callable[[Scenario, int], Measured]
) -> dict[str, Difference]:
    """Return the paired difference, without minus with, of every measure that a mechanism should move."""
    base, without = worlds(mechanism, places)
    pairs = [(numbers(base, seed), numbers(without, seed)) for seed in seeds]
    return {
        measure: difference_of([a[measure] for a, _ in pairs], [b[measure] for _, b in pairs])
        for measure in mechanism.expected
    }


def simulate(scenario: Scenario, seed: int) -> Measured:
    """Run once and measure."""
    return numbers_of(run(scenario, seed))


def verdict(found: Difference, expected: str) -> str:
    """Return whether a measure moved as expected, in words."""
    if expected == SAME:
        small = abs(found.difference) <= SAME_WITHIN * abs(found.reference_mean)
        return AS_EXPECTED if small or found.verdict in (CANNOT_TELL, IDENTICAL) else "**against expectation**"
    if found.verdict in (CANNOT_TELL, IDENTICAL):
        return "cannot tell" if found.verdict == CANNOT_TELL else "no change"
    return AS_EXPECTED if found.verdict == {UP: HIGHER, DOWN: LOWER}[expected] else "**against expectation**"


class Pool:
    """Many runs on several processes, each scenario and seed once."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.known: dict[tuple[str, int], Measured] = {}

    def run_all(self, scenarios: Sequence[Scenario], seeds: Sequence[int]) -> None:
        """Run what is not known yet."""
        wanted = {(self.key(one), seed): (one, seed) for one in scenarios for seed in seeds}
        todo = {key: task for key, task in wanted.items() if (key[0], key[1]) not in self.known}
        with get_context("spawn").Pool(self.workers) as pool:
            for key, found in zip(todo, pool.starmap(simulate, todo.values(), chunksize=1), strict=True):
                self.known[key] = found

    @staticmethod
    def key(scenario: Scenario) -> str:
        return repr(scenario.resolved())

    def __call__(self, scenario: Scenario, seed: int) -> Measured:
        return self.known[self.key(scenario), seed]


# ---- screening point and approach -----------------------------------------------------------------------------------

JAILS = {
    "13067": "Cobb",
    "13135": "Gwinnett",
    "24021": "Frederick",
    "32003": "Las Vegas",
    "47037": "Davidson",
    "51153": "Prince William",
}
"""Counties of the published study whose jails screened at booking, and Davidson."""
UNIVERSAL_JAILS = ("13067", "13135", "24021", "47037", "51153")
TARGETED_JAILS = ("32003",)
MPI_PERIOD: dict[str, Any] = {"period.start": "2009-10-01", "period.end": "2010-08-02"}
POINTS = {"at-booking": "at booking", "post-case": "after the case"}
APPROACHES = {"screen-universal": "universal", "screen-targeted": "targeted"}
SCREENED = ("level_1_or_2_share", "level_3_or_traffic_share", "traffic_share")


def screened(point: str, approach: str, counties: Sequence[str]) -> Scenario:
    """Return the scenario in which the officers of these jails screen at one point and by one approach."""
    return (
        load_scenario("baseline")
        .with_(ensemble=0)
        .with_(
            **{
                **MPI_PERIOD,
                "scope": {"counties": list(counties)},
                "changes.point": {"decision": "screening_point", "rule": point, "where": "nation"},
                "changes.approach": {"decision": "screen", "rule": approach, "where": "nation"},
            }
        )
    )


def screening_table(pool: Pool, seeds: Sequence[int]) -> str:
    """Return the four ways of screening, with what 287(g) found and everyone's total."""
    lines = [
        "| screened | detainers by 287(g) | Level 1 or 2 | Level 3 or traffic | traffic | "
        "removed, by 287(g) | detainers, all programmes |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for point, approach in SETTINGS:
        runs = [pool(screened(point, approach, list(JAILS)), seed) for seed in seeds]
        columns = (
            f"detainer_issued.{JAIL}",
            *(f"{name}.{JAIL}" for name in SCREENED),
            f"removed.{JAIL}",
            "detainer_issued",
        )
        cells = [with_half([one[column] for one in runs], "share" in column) for column in columns]
        lines.append(f"| {POINTS[point]}, {APPROACHES[approach]} | {' | '.join(cells)} |")
    return "\n".join(lines)


SETTINGS = tuple((point, approach) for point in POINTS for approach in APPROACHES)

ALONE: dict[str, Any] = {
    "changes.prints": {"decision": "sharing", "rule": "not-shared", "where": "nation"},
    "background.coverage": 0.0,
    "background.prison_find_share": 0.0,
}
"""Nobody but the officers finds anyone."""


def published() -> tuple[tuple[str, str, str, Scenario], ...]:
    """Return the published mixes: what, the figure, the measure that answers it, and the scenario to measure."""
    return (
        (
            "universal jails: Level 3 or traffic",
            "about 80% (Cobb, Frederick; Davidson by another report; Gwinnett above half)",
            f"level_3_or_traffic_share.{JAIL}",
            screened("at-booking", "screen-universal", UNIVERSAL_JAILS),
        ),
        (
            "Las Vegas, targeted: Level 1 or 2",
            "70%",
            f"level_1_or_2_share.{JAIL}",
            screened("at-booking", "screen-targeted", TARGETED_JAILS),
        ),
        (
            "the same, were officers the only ones to find people",
            "70%",
            f"level_1_or_2_share.{JAIL}",
            screened("at-booking", "screen-targeted", TARGETED_JAILS).with_(**ALONE),
        ),
    )


def published_table(pool: Pool, seeds: Sequence[int], nation: Sequence[Measured]) -> str:
    """Return the published offence mixes beside the simulated ones."""
    lines = ["| figure, October 2009 to 2 August 2010 | published | simulated |", "|---|---:|---:|"]
    national = with_half([one[f"level_1_or_2_share.{JAIL}"] for one in nation], True)
    lines.append(f"| the nation, detainers of jail programmes: Level 1 or 2 | about 50% | {national} |")
    for name, told, measure, scenario in published():
        values = [pool(scenario, seed)[measure] for seed in seeds]
        lines.append(f"| {name} | {told} | {with_half(values, True)} |")
    return "\n".join(lines)


def screening_in_words(pool: Pool, seeds: Sequence[int]) -> str:
    """Return what the two tables of screening say, in plain words with the simulated means."""

    def mean(point: str, approach: str, measure: str) -> float:
        scenario = screened(point, approach, list(JAILS))
        return float(np.mean([pool(scenario, seed)[f"{measure}.{JAIL}"] for seed in seeds]))

    detainers = {setting: mean(*setting, "detainer_issued") for setting in SETTINGS}
    serious = {setting: mean(*setting, "level_1_or_2_share") for setting in SETTINGS}
    all_at_booking, some_at_booking, all_after, some_after = SETTINGS
    return SCREENING_WORDS.format(
        lowest=f"{100 * serious[all_at_booking]:.0f}%",
        narrower=f"{100 * serious[some_at_booking]:.0f}%",
        highest=f"{100 * serious[some_after]:.0f}%",
        reached=f"{100 * detainers[all_after] / detainers[all_at_booking]:.0f}%",
        targeted=f"{100 * detainers[some_at_booking] / detainers[all_at_booking]:.0f}%",
    )


def with_half(values: Sequence[float], share: bool) -> str:
    """Return a mean and half of its 95% interval over seeds."""
    mean, low, high = mean_and_interval([value for value in values if np.isfinite(value)])
    if share:
        return f"{100 * mean:.0f}% ± {50 * (high - low):.1f}"
    return f"{mean:,.0f} ± {(high - low) / 2:,.0f}"


# ---- the national funnel ----------------------------------------------------------------------------------------

YEARS = (2010, 2011, 2012)
BY_HAND: dict[str, tuple[str, ...]] = {
    "bookings": ("12,900", "11,800", "11,600"),
    "share of people under Secure Communities": (".30", ".60", ".84"),
    "share of non-citizens under Secure Communities": (".46", ".70", ".86"),
    "submitted": ("3,400", "6,900", "9,600"),
    "matched": ("245", "350", "417"),
    "detainers by Secure Communities": ("123", "176", "210"),
    "detainers by the other programmes": ("125", "120", "85"),
    "all detainers": ("248", "296", "295"),
    "removed, Secure Communities": ("49", "79", "not shown"),
}
"""Worked out by hand before anything was simulated, by fiscal year, in thousands."""


def covered(year: int, weights: np.ndarray) -> float:
    """Return the share of people in counties with Secure Communities, averaged over the days of a fiscal year."""
    active = secure_communities_dates()
    days = np.arange(np.datetime64(f"{year - 1}-10-01"), np.datetime64(f"{year}-10-01"))
    return float(np.mean([weights[active <= day].sum() for day in days]) / weights.sum())


def national_year(result: Result, year: int) -> Measured:
    """Return the funnel of one fiscal year of a national run."""
    window = ObservedPeriod(result, date(year - 1, 10, 1), date(year, 9, 30), NATION)
    by_sc = window.count("detainer_issued", SC)
    return {
        "bookings": window.count("booked"),
        "submitted": window.count("submitted"),
        "matched": window.count("matched"),
        "detainers by Secure Communities": by_sc,
        "detainers by the other programmes": window.count("detainer_issued") - by_sc,
        "all detainers": window.count("detainer_issued"),
        "removed, Secure Communities": window.count("removed", SC),
    }


def national_run(task: tuple[int, int, dict[str, Any]]) -> tuple[dict[int, Measured], Measured]:
    """Run the nation (seed, thinning, settings): its funnel by year, and the mix of 287(g) over the published months."""
    seed, thin, other = task
    settings: dict[str, Any] = {"thin": thin, "period.start": "2008-10-01", "period.end": "2012-09-30"}
    result = run(load_scenario("baseline").with_(ensemble=0).with_(**settings, **other), seed)
    mixed = mix_of(ObservedPeriod(result, date(2009, 10, 1), date(2010, 8, 2), NATION), JAIL)
    return {year: national_year(result, year) for year in YEARS}, {f"{name}.{JAIL}": mixed[name] for name in mixed}


def total(runs: Sequence[dict[int, Measured]], year: int, name: str) -> float:
    """Add up one stage of one year over runs."""
    return sum(one[year][name] for one in runs)


def funnel_table(runs: Sequence[dict[int, Measured]]) -> str:
    """Return the funnel by hand beside the simulated one, in thousands."""
    counties = load_geography().counties
    weights = {
        "share of people under Secure Communities": counties.population.astype(float),
        "share of non-citizens under Secure Communities": counties.noncitizens.astype(float),
    }
    heads = [text for year in YEARS for text in (f"FY{year} by hand", f"FY{year} simulated")]
    lines = [f"| thousands | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for name, by_hand in BY_HAND.items():
        cells = []
        for year, told in zip(YEARS, by_hand, strict=True):
            if name in weights:
                cells += [told, f"{covered(year, weights[name]):.2f}".removeprefix("0")]
            else:
                mean, low, high = mean_and_interval([one[year][name] / THOUSAND for one in runs])
                cells += [told, f"{mean:,.0f} ± {(high - low) / 2:.1f}"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def gap_in_words(runs: Sequence[dict[int, Measured]]) -> str:
    """Return what separates the simulated funnel from the one by hand, stage by stage, as ratios over the three years."""

    def ratio(name: str) -> str:
        hand = [float(text.replace(",", "")) for text in BY_HAND[name] if text[0].isdigit()]
        simulated = [float(np.mean([one[year][name] for one in runs])) / THOUSAND for year in YEARS[: len(hand)]]
        return f"{sum(simulated) / sum(hand):.2f}"

    stages = [name for name in BY_HAND if not name.startswith("share")]
    parts = ", ".join(f"{name} {ratio(name)}" for name in stages)
    return f"Simulated over by hand, all years together (removals: two years): {parts}."


# ---- the page --------------------------------------------------------------------------------------------------------

HEAD = """# What each mechanism does

Each mechanism is switched off by settings alone and nothing else is changed. Both worlds are run with the same synthetic people
under {seeds} seeds: Georgia, which had every programme, and Texas, where every county shared prints, {start} to {end}, {every}.
*Difference* is without minus with, paired by seed, with its 95% interval (Student's t over seeds). The interval reflects
variation over seeds, not uncertainty about parameters. A direction counts as *expected* because the source named beside it says
so; a measure whose interval includes zero is *cannot tell*. Simulated, not a record.

Made by `python -m tools.make_mechanisms`. {counted}
"""

SCREENING = """## The same jails, screened at two points and by two approaches

Officers of the same six jails ({jails}) screen at booking or after the case, everyone found removable (universal) or only
those charged with or convicted of serious offences (targeted), October 2009 to 2 August 2010, the months of the published
study (Capps, Rosenblum, Rodriguez and Chishti, *Delegation and Divergence*, MPI 2011, as quoted in reports of January 2011).
People belong to the programme that found them first; levels are those of the agreements (charged or convicted, minor traffic
apart). ± is half of the 95% interval."""

SCREENING_WORDS = """Approach and point of screening move the mix in the direction in which the published sites differ: from
{lowest} at Level 1 or 2 (universal, at booking) to {narrower} (targeted, at booking) and {highest} (targeted, after the
case). They move throughput far more: screened after the case, universal programmes place {reached} of the detainers that they
place at booking, because most people have left by then or are never convicted; targeted ones at booking place {targeted} of
those of universal ones. Universal sites are more serious than published, most likely because every county has the same
offence mix of non-citizens here, while the published sites booked many for driving without a licence. What Las Vegas shows
depends on whose a detainer is: people belong to whoever found them first, so someone whom targeted officers found and left
aside may get a detainer through prints or a visit that counts as theirs; the last row is without prints and visits."""

FUNNEL = """## The national funnel, by hand and simulated

Thousands of people by fiscal year, {every}, {seeds} seeds; ± is half of the 95% interval. By hand: bookings
from admissions to local jails (BJS), submitted and matched from the roll-out and ICE's cumulative counts, detainers of Secure
Communities with 63% of matched people removable and 80% found in time, the other programmes' detainers assumed, removals as
published or derived. Removals of fiscal 2012 overlap with figures kept for a later test and are not shown. Nothing has been
fitted."""

GAP = """**The gap.** Bookings and submissions agree, because the model is given both: admissions by year and the roll-out by
county. From the match on it is short. Matches are short in every year: the register's shares of non-citizens in bookings and
in IDENT were set from the published matches without regard to people who are away, and those removed or in prison are no
longer booked, which takes {depletion} of the matches of fiscal 2012; and the counties that began early had more non-citizens
than shares set for the nation at full roll-out give them. Of those matched, fewer get a detainer than by hand, because most
people booked on minor offences leave within hours and the answer with its triage takes longer, because not everyone found
gets one, and because those whom another programme found first count there. Detainers of the other programmes are short as
well: the Criminal Alien Program is a thin background with few visits a day. Removals fall
short by the product of all this, and by the people who are still in custody, in prison or on the docket when the year ends.
None of it is hidden by an adjustment; fitting comes later and may use only figures that are not kept for a test."""


def amount(value: float, measure: str) -> str:
    """Return a number as the table shows it."""
    if not np.isfinite(value):
        return "–"
    if "share" in measure:
        return f"{100 * value:.1f}%"
    return f"{value / 1e6:,.2f} M" if abs(value) >= 1e7 else f"{value:,.0f}"


def in_words(measure: str) -> str:
    """Return a measure's name as a reader knows it.

    Examples
    --------
    >>> in_words("ice_custody.secure_communities")
    'taken into ICE custody, found by Secure Communities'
    """
    name, _, which = measure.partition(".")
    words = WORDS.get(measure) or WORDS.get(name) or name.replace("_", " ")
    return f"{words}, found by {SHORT.get(which, which.replace('_', ' '))}" if which and measure not in WORDS else words


WORDS = {
    "missed_in_time": "left before the answer",
    "ice_custody": "taken into ICE custody",
    "detainer_issued": "detainers",
    "identified": "found removable",
    "level_1_or_2_share": "detainers at Level 1 or 2",
    "traffic_share": "detainers on traffic charges",
    "found_only_by_others": "found by others and not by Secure Communities",
    "missed_by_prints_share": "the same, of all found",
    "hours.induced": "hours of induced stay",
    "hours.criminal_case": "hours of criminal cases",
    "hours.statutory_hold": "hours of statutory hold",
    "early_removed": "removed in the first six months",
    "early_convicted_share": "of these, convicted in the present case",
    "early_jail_inmates": "people in jail in the first six months",
    "suppressed": "bookings of people who were away",
    "rearrested": "booked again after being let go",
    "reinstated": "removed by reinstatement",
    "declined_by_ice": "detainers that ICE declined",
    "detainer_not_sent": "detainers not sent because the jail would decline",
    "detainer_declined": "detainers that jails declined",
    "picked_up_at_release": "picked up at release, without a hold",
    "arrested_at_large": "arrested at large after release",
    "detainers_on_citizens": "detainers on citizens",
    "held_citizens": "citizens held",
    "field_arrest": "arrested in the field",
    "not_removed": "relief or case terminated",
    "detainer_lapsed": "detainers that lapsed",
}


def mechanism_rows(mechanism: Mechanism, found: Mapping[str, Difference]) -> list[str]:
    """Return the rows of one mechanism in the table."""
    rows = []
    for measure, expected in mechanism.expected.items():
        one = found[measure]
        sign = "+" if one.difference > 0 else ""
        interval = f"({amount(one.low, measure)} to {amount(one.high, measure)})"
        if not np.isfinite(one.low):
            interval = ""
        values = (amount(one.reference_mean, measure), amount(one.mean, measure))
        difference = f"{sign}{amount(one.difference, measure)} {interval}".strip()
        name = f"**{mechanism.name}**: {mechanism.switch}" if not rows else ""
        cells = (name, in_words(measure), *values, difference, expected, verdict(one, expected))
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def bookings(thin: int) -> str:
    """Return how much of all bookings was simulated, in words."""
    return "every booking" if thin == 1 else f"one booking in {thin}"


def page(seeds: Sequence[int], thin: int, national_thin: int, national_seeds: Sequence[int]) -> str:
    """Simulate everything and return the page."""
    places = {**PLACES, "thin": thin}
    pool = Pool(WORKERS)
    scenarios = [one for mechanism in MECHANISMS for one in worlds(mechanism, places)]
    scenarios += [screened(point, approach, list(JAILS)) for point, approach in SETTINGS]
    scenarios += [scenario for *_, scenario in published()]
    pool.run_all(scenarios, seeds)
    rows: list[str] = []
    verdicts: list[str] = []
    otherwise: list[str] = []
    for mechanism in MECHANISMS:
        found = differences(mechanism, places, seeds, pool)
        rows += mechanism_rows(mechanism, found)
        for measure, direction in mechanism.expected.items():
            verdicts.append(verdict(found[measure], direction))
            if verdicts[-1] != AS_EXPECTED:
                why = EXPLAINED.get((mechanism.name, measure), NOT_EXAMINED)
                otherwise.append(f"- *{mechanism.name}: {in_words(measure)}* ({verdicts[-1]}). {why}")
    with get_context("spawn").Pool(WORKERS) as workers:
        tasks = [(seed, national_thin, other) for other in ({}, BOOKED_ONCE) for seed in national_seeds]
        done = workers.map(national_run, tasks, chunksize=1)
    national, booked_once = done[: len(national_seeds)], [funnel for funnel, _ in done[len(national_seeds) :]]
    funnels = [funnel for funnel, _ in national]
    gone = 1 - total(funnels, YEARS[-1], "matched") / total(booked_once, YEARS[-1], "matched")
    as_expected = verdicts.count(AS_EXPECTED)
    head = HEAD.format(
        seeds=len(seeds),
        start=PLACES["period.start"],
        end=PLACES["period.end"],
        every=bookings(thin),
        counted=f"**{as_expected} of {len(verdicts)} measures moved as expected.**",
    )
    table = [
        "| mechanism, and what leaves it out | measure | with | without | difference (95%) | expected | |",
        "|---|---|---:|---:|---:|---|---|",
        *rows,
    ]
    parts = [
        head,
        "## Each mechanism switched off",
        "\n".join(table),
        "## Why a direction is expected",
        "\n".join(f"- *{mechanism.name}.* {mechanism.source}" for mechanism in MECHANISMS),
        *(["## What did not move as expected", "\n".join(otherwise)] if otherwise else []),
        SCREENING.format(jails=", ".join(JAILS.values())),
        screening_table(pool, seeds),
        "Beside the published mixes:",
        published_table(pool, seeds, [mixed for _, mixed in national]),
        screening_in_words(pool, seeds),
        FUNNEL.format(every=bookings(national_thin), seeds=len(national_seeds)),
        funnel_table(funnels),
        gap_in_words(funnels),
        GAP.format(depletion=f"{100 * gone:.0f}%"),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main() -> None:
    """Simulate and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds")
    parser.add_argument("--thin", type=int, default=1, help="simulate one booking in this many (states and jails)")
    parser.add_argument("--national-thin", type=int, default=1, help="the same for the nation")
    chosen = parser.parse_args()
    seeds = range(1, chosen.seeds + 1)
    OUT.write_text(page(seeds, chosen.thin, chosen.national_thin, seeds[:NATIONAL_SEEDS]), encoding="utf-8")
    print(OUT.name, "written")


if __name__ == "__main__":
    main()
