"""No number about the world hides in code: each one written there is listed here, with what it is instead.

A number about the world (how often, how long, how many) belongs in the register, where it has a unit, a range, a grade and
a source. What is left in code is units, codes, sizes of memory, calendars, roundings and limits of input: listed by file
and place with the numbers that stand there, so that a new number anywhere fails until someone says what it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.parameters.numbers_in_code import Numbers, numbers_in

import enforcement_sim
from enforcement_sim.runs.provenance import SOURCES

PACKAGE = Path(enforcement_sim.__file__).parent
ROOMS = {*(name.removesuffix(".py") for name in SOURCES), "process"}
"""The engine and every room whose code reaches a result; elsewhere results are compared, stored and drawn."""
IMPORTS = "places/data_import/"
"""Reads figures of one's own before anything is run."""

UNIT = "a unit of time, money or length, or a conversion between two"
CODE = "a position or code that stands for a name, or bits that pack several"
SIZE = "how much memory is set aside, or a mark that no index or day reaches"
CALENDAR = "the calendar, or federal holidays by 5 USC 6103"
ARITHMETIC = "rounding, hashing, or a guard of a formula; process.md writes the formula out"
LIMIT = "a limit on what a person may write in a file, or a default of the period"
DATED = "the day of a ruling or an act, with its citation beside it"
BASE = "the year, month or share from which a number of the register counts, by its meaning there"
DUMMY = "a throw-away world on which the compiler is run; nothing of it is kept"

ANY = ()
"""The whole class is a list of codes."""

LISTED: dict[str, dict[str, tuple[tuple[float, ...], str]]] = {
    "model/arrestees.py": {"HEXADECIMAL": ((16,), CODE)},
    "results/costs.py": {"CENTS": ((100,), UNIT)},
    "process/counted_bookings.py": {
        "GUIDES": ((4096,), SIZE),
        "_RELEASED, _NOT_CONVICTED, _PRISON, _JAIL, _TIME_SERVED": ((5,), CODE),
        "_WAIT_FOR_RELEASE, _WAIT_FOR_DISPOSITION, _SENTENCE": ((3,), CODE),
        "_sums": ((0.5,), ARITHMETIC),
    },
    "process/jit.py": {"PRIVATE": ((0o700,), CODE)},
    "process/calendar.py": {
        "CALENDAR_HOURS": ((128,), SIZE),
        "ROWS_A_BLOCK": ((14,), SIZE),
        "LONGEST_WAIT": ((14,), SIZE),
        "SHORT_QUEUE": ((64,), SIZE),
    },
    "process/case.py": {"scaled": ((0.5,), ARITHMETIC)},
    "process/clock.py": {
        "HOURS_A_DAY": ((24,), UNIT),
        "DAYS_A_YEAR": ((365.25,), UNIT),
        "HISTORY_START": ((10, 2005), LIMIT),
        "EPOCH": ((2000,), CALENDAR),
        "DAYS_BEYOND": ((160,), SIZE),
        "_SATURDAY": ((5,), CALENDAR),
        "_nth_weekday": ((7,), CALENDAR),
        "federal_holidays": ((3, 4, 5, 7, 9, 10, 11, 12, 25), CALENDAR),
        "make_clock": ((24,), UNIT),
    },
    "process/counts.py": {
        "PROFILE_BITS, PROGRAMME_BITS, EVENT_BITS, PLACE_BITS": ((3, 6, 11, 12), CODE),
        "LOG_ROWS": ((18,), SIZE),
        "EVENTS_A_DAY": ((16,), SIZE),
    },
    "process/day.py": {"DUE, WAITING, VISITED, ARRIVING": ((3,), CODE)},
    "process/decisions.py": {"DRAW_MASK": ((127,), CODE)},
    "process/engine.py": {
        "FIRST_ROWS": ((12,), SIZE),
        "ROWS_PER_DAILY_BOOKING": ((1.25,), SIZE),
        "LEAVING": ((12,), SIZE),
        "FIRST_YEAR": ((365,), CALENDAR),
        "QUEUES": ((4,), SIZE),
        "Engine.step": ((4,), SIZE),
        "smallest_engine": ((1e-4, 0.2, 0.4, 0.5, 3, 100, 1000, 2010), DUMMY),
    },
    "process/growth.py": {
        "GATE_FROM": ((10, 2008), BASE),
        "GATE_OPEN": ((0.9,), BASE),
        "DAYS_A_MONTH": ((12.0,), UNIT),
        "GROWN_FROM, GROWN_TO": ((0.1, 0.9), BASE),
    },
    "process/histories.py": {
        "_FIPS_BITS, _DAY_BITS, _INDEX_BITS": ((14, 17), CODE),
        "_DAY_SHIFT, _INDEX_SHIFT, _SERIES_SHIFT": ((17, 31, 48), CODE),
        "_SATURDAY": ((5,), CALENDAR),
    },
    "process/layouts.py": {
        "Duration": (ANY, CODE),
        "QUANTILES": ((1024,), ARITHMETIC),
    },
    "process/person.py": {
        "": ((64,), SIZE),
        "ARRESTEE": ((3,), SIZE),
        "Stage": (ANY, CODE),
        "Bit": (ANY, CODE),
        "Outcome": (ANY, CODE),
    },
    "process/person_state.py": {
        "FOR_GOOD": ((31,), SIZE),
        "BITS_A_BYTE": ((8,), UNIT),
        "FULLEST": ((0.75,), SIZE),
        "_SERIES_SHIFT": ((48,), CODE),
        "StateFlag": (ANY, CODE),
        "empty_states": ((4,), SIZE),
        "bits_for": ((4,), SIZE),
    },
    "process/recorder.py": {
        "ROWS_A_DAY, EVENTS_A_DAY, ROWS_COUNTED": ((8, 16, 96), SIZE),
        "Row": (ANY, CODE),
        "Recorder.recording": ((4,), SIZE),
    },
    "process/rng.py": {
        "_GOLDEN": ((0x9E3779B97F4A7C15,), ARITHMETIC),
        "_FIRST": ((0xBF58476D1CE4E5B9,), ARITHMETIC),
        "_SECOND": ((0x94D049BB133111EB,), ARITHMETIC),
        "_PURPOSE": ((0xD1B54A32D192ED03,), ARITHMETIC),
        "_S30, _S27, _S31, _S11": ((11, 27, 30, 31), ARITHMETIC),
        "_TO_UNIT": ((9007199254740992.0,), ARITHMETIC),
        "_DAY_SHIFT, _INDEX_SHIFT, _SERIES_SHIFT": ((17, 31, 48), CODE),
        "_SMALLEST": ((1e-300,), ARITHMETIC),
        "NORMAL_ABOVE": ((30.0,), ARITHMETIC),
        "MOST_PER_SMALL_COUNT": ((200,), ARITHMETIC),
        "INSTITUTIONS": ((3,), CODE),
        "PEOPLE": ((4,), CODE),
        "FIELD_ARRESTS": ((5,), CODE),
        "RESPONSES": ((6,), CODE),
        "PRISONERS": ((7,), CODE),
        "COUNTED": ((8,), CODE),
        "COUNTED_RESPONSES": ((9,), CODE),
        "Draw": (ANY, CODE),
        "poisson": ((0.5,), ARITHMETIC),
        "institution_stream": ((17, 40, 48), CODE),
    },
    "process/sparse_counts.py": {
        "COUNT_BITS": ((32,), CODE),
        "COUNT_MASK": ((0xFFFFFFFF,), CODE),
        "_FIRST_ROWS": ((12,), SIZE),
        "ROWS_AT_A_TIME": ((17,), SIZE),
        "Growing.append": ((3,), SIZE),
    },
    "process/tables.py": {
        "US_BORN, FOREIGN_BORN_FROM, NONCITIZEN_FROM, CROSSED, OVERSTAYED": ((5, 6), CODE),
        "LONGEST_DURATION_HOURS": ((20,), SIZE),
        "_DAY_PART_HOURS": ((8,), UNIT),
        "duration_table": ((0.5, 23), ARITHMETIC),
        "status_table": ((3,), CODE),
        "profile_grounds": ((3,), CODE),
    },
    "law/adherence.py": {"PER_HUNDRED": ((100.0,), UNIT)},
    "model/model.py": {"BEFORE_THE_STEP": ((0.5,), ARITHMETIC), "_days_to_next_month": ((32,), CALENDAR)},
    "results/questions.py": {"PER": ((1000,), UNIT)},
    "results/count.py": {"ROWS_AT_A_TIME": ((18,), SIZE)},
    "results/dimensions.py": {
        "FIRST_MONTH_OF_FISCAL_YEAR": ((10,), CALENDAR),
        "COUNTIES_A_STATE": ((1000,), CODE),
        "_of_fips": ((16,), CODE),
    },
    "scenarios/check_plan.py": {"MOST_POINTS": ((10_000,), LIMIT)},
    "scenarios/file_format.py": {
        "HISTORY_END": ((12, 31, 2014), LIMIT),
        "Replications": ((10_000,), LIMIT),
        "Period.start": ((10, 2008), LIMIT),
        "Period.end": ((11, 20, 2014), LIMIT),
        "ScenarioFile.thin": ((10_000,), LIMIT),
    },
    "scenarios/load.py": {"LONGEST_CHAIN": ((20,), LIMIT)},
    "scenarios/plan.py": {
        "LARGEST_SEED": ((63,), LIMIT),
        "FEWEST_RUNS, STEP": ((4, 8), LIMIT),
        "PartFile.draws": ((10_000,), LIMIT),
        "Stopping.at_least": ((10_000,), LIMIT),
        "Stopping.at_most": ((10_000,), LIMIT),
        "Stopping.step": ((10_000,), LIMIT),
    },
    "scenarios/schema.py": {"_MOST_ROUNDS": ((5,), LIMIT), "_DEPTH": ((3,), LIMIT)},
    "law/where.py": {"LONGEST_CODE": ((40,), LIMIT)},
    "results/tabulate.py": {"officer_years": ((6,), ARITHMETIC)},
    "codes.py": {"STATUS_GROUP_OF": ((3,), CODE), "LISTS": ((2004, 2006, 2007, 2015), CALENDAR)},
    "places/agreements.py": {"FEDERAL_ENDS": ((6, 12, 25, 31, 2012), DATED)},
    "places/agreement_record.py": {"FISCAL_YEAR_BEGINS": ((10,), CALENDAR), "FIRST_YEAR_CUT": ((2013,), DATED)},
    "places/run_period.py": {"DAYS_A_WEEK": ((7,), UNIT), "QUARTERS": ((4, 7, 10), CALENDAR)},
    "places/overlay.py": {"LONGER_THAN_A_MONTH": ((32,), CALENDAR)},
    "places/build.py": {
        "FOREIGN_BORN_FROM, NONCITIZEN_FROM, UNAUTHORISED_FROM": ((5,), CODE),
        "AVERAGE_YEAR": ((2010,), BASE),
        "PEOPLE_A_THOUSAND": ((1000.0,), UNIT),
        "PRISON_CODE": ((1000,), CODE),
    },
    "places/county_effects.py": {"HALVINGS": ((60,), ARITHMETIC)},
    "places/county_codes.py": {
        "MOST_NAMED": ((6,), LIMIT),
        "LONGEST_NAME": ((60,), LIMIT),
        "FEWEST_LETTERS": ((3,), LIMIT),
    },
    "places/effort.py": {
        "MONTHS_A_YEAR, MONTHS_A_HALF": ((6, 12), UNIT),
        "WALK_FROM": ((10, 2005), BASE),
        "ANCHOR": ((10, 2011), BASE),
        "CALIFORNIA_ANCHOR": ((7, 2011), BASE),
    },
    "places/geography.py": {
        "LAST_YEAR": ((2014,), CALENDAR),
        "EARTH_RADIUS_KM": ((6_371.0,), UNIT),
        "FIPS_DIGITS": ((5,), CODE),
        "load_geography": ((1000,), UNIT),
    },
    "places/history.py": {
        "DAYS_A_MONTH": ((30.4375,), UNIT),
        "SMALLEST_DRAW": ((1e-12,), ARITHMETIC),
        "InstitutionKind.HEADQUARTERS, STATE, FIELD_OFFICE, JURISDICTION": ((4,), CODE),
    },
    "places/imported.py": {"HASH_LENGTH": ((16,), CODE), "_parsed": ((8,), SIZE)},
    "model/county_institutions.py": {
        "PER_HUNDRED": ((100.0,), UNIT),
        "RULING_OF_MARCH_2014": ((3, 4, 2014), DATED),
        "RULING_OF_APRIL_2014": ((4, 11, 2014), DATED),
    },
    "places/scope.py": {"NEVER": ((6, 10), SIZE)},
    "model/review.py": {"FIRST_MONTH": ((10,), CALENDAR), "Review.__init__": ((3,), SIZE)},
}
"""By file and place: the numbers that stand there, and what they are."""


def modules() -> Iterator[tuple[str, Path]]:
    """Yield every module of the rooms by its path inside the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        inside = any(name == f"{room}.py" or name.startswith(f"{room}/") for room in ROOMS)
        if inside and not name.startswith(IMPORTS):
            yield name, path


def unlisted(name: str, found: Numbers) -> Numbers:
    """Return the numbers of a module that neither list has, and those it has that are not there any more."""
    listed = LISTED.get(name, {})
    codes = {place for place, (numbers, _) in listed.items() if numbers is ANY}
    found = {place: numbers for place, numbers in found.items() if place.partition(".")[0] not in codes}
    wrong = {place: numbers for place, numbers in found.items() if numbers != listed.get(place, (ANY, ""))[0]}
    return wrong | {place: numbers for place, (numbers, _) in listed.items() if numbers and place not in found}


@pytest.mark.parametrize(("name", "path"), [pytest.param(name, path, id=name) for name, path in modules()])
def test_every_number_in_code_is_listed(name: str, path: Path) -> None:
    wrong = unlisted(name, numbers_in(path.read_text(encoding="utf-8")))
    assert not wrong, f"{name}: move {wrong} to the register, or say in LISTED what it is"


def test_listed_files_and_classes_of_codes_are_there() -> None:
    files = dict(modules())
    assert set(LISTED) <= set(files)
    for name, places in LISTED.items():
        classes = {place for place, (numbers, _) in places.items() if numbers is ANY}
        tree = ast.parse(files[name].read_text(encoding="utf-8"))
        defined = {
            node.name: [type(inner) for inner in node.body] for node in tree.body if isinstance(node, ast.ClassDef)
        }
        for each in classes:
            # A class of codes does nothing: a number in a method would not be a code.
            assert ast.FunctionDef not in defined[each], f"{name}: {each}"


@pytest.mark.parametrize(
    ("planted", "place", "numbers"),
    [
        ("RELEASE_SHARE = 0.62", "RELEASE_SHARE", (0.62,)),
        ("def release(stream):\n    return stream < 0.62", "release", (0.62,)),
        ("def release(stream, share=0.62):\n    return stream < share", "release", (0.62,)),
        ("class Jail:\n    def limit(self):\n        return max(48 + 24, -3)", "Jail.limit", (3, 24, 48)),
        ("class Jail:\n    share: float = 0.62", "Jail.share", (0.62,)),
        ("def late(hours):\n    return hours[hours // 36]", "late", (36,)),
        ("def late(hours):\n    def far():\n        return 36\n    return far", "late", (36,)),
        ("SHARES = {'felony': [0, 1, 0.62]}", "SHARES", (0.62,)),
        ("if True:\n    LIMIT = 72", "LIMIT", (72,)),
        ("late = lambda hours: hours > 72", "late", (72,)),
        ("import numpy as np\nnp.seterr(72)", "", (72,)),
        ("def late():\n    'Later.'\n    limit = 72\n    return limit", "late", (72,)),
        ("async def late():\n    return 72", "late", (72,)),
        ("SHARES = [float(x) for x in range(62)]", "SHARES", (62,)),
    ],
)
def test_a_planted_number_is_found(planted: str, place: str, numbers: tuple[float, ...]) -> None:
    assert numbers_in(planted) == {place: numbers}
    assert unlisted("process/case.py", numbers_in(planted))


@pytest.mark.parametrize("name", ["process/case.py", "process/rng.py", "places/build.py"])
def test_a_number_planted_in_a_module_of_ours_is_found(name: str) -> None:
    """Beside what is listed, inside a listed function, and instead of a listed number."""
    source = dict(modules())[name].read_text(encoding="utf-8")
    assert not unlisted(name, numbers_in(source))
    assert unlisted(name, numbers_in(source + "\n\nHELD = 0.38\n")) == {"HELD": (0.38,)}
    place, (numbers, _) = next(
        (place, entry) for place, entry in LISTED[name].items() if place.isidentifier() and entry[0]
    )
    assert unlisted(name, numbers_in(source + f"\n\n{place} = 0.38\n")) == {place: (*sorted({*numbers, 0.38}),)}
    assert place in unlisted(name, numbers_in(source.replace(place, f"{place}_once")))


def test_positions_are_passed_over() -> None:
    assert numbers_in("first, rest = table[3], table[4:12]\nlast = table[-5, :7]") == {}
    assert numbers_in("both = [0, 1.0, 2, -1, True]") == {}
