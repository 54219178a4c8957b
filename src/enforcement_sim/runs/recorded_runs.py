"""Runs whose bookings are examined one by one, and the choice of which bookings.

A first run records events only, so that it may be large; bookings are chosen by what happened to them or by profile, the
first in the order of their keys, which has no meaning because they are synthetic. A second run, the same to the last bit,
records the decisions about those chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from enforcement_sim.codes import EVENTS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.errors import InputError, nearest_names, shown
from enforcement_sim.places.county_codes import nearest_counties
from enforcement_sim.places.geography import load_geography
from enforcement_sim.places.scope import couples_the_nation
from enforcement_sim.process.clock import EPOCH
from enforcement_sim.process.histories import OUTCOMES, SERIES, History, Records, key_parts
from enforcement_sim.process.recorder import Recorder
from enforcement_sim.process.rng import PRISONERS, booking_key, counted_key, field_arrest_key, response_key
from enforcement_sim.runs.divergence import Divergence, divergence_of

if TYPE_CHECKING:
    from enforcement_sim.model import EnforcementModel
    from enforcement_sim.model.arrestees import Arrestee, Arrestees
    from enforcement_sim.process.clock import Clock
    from enforcement_sim.scenarios.schema import Scenario


MAX_HISTORIES = 50
"""More histories than that are for counting, not for reading."""
_FIPS_DIGITS = 5
_KEY_OF = {"booking": booking_key, "counted": counted_key, "field": field_arrest_key, "response": response_key}
_OUTCOMES = (
    *EVENTS[EVENTS.index("matched") :],
    *(outcome for outcome in OUTCOMES if outcome not in EVENTS and outcome != "not_booked"),
)


@dataclass(frozen=True)
class BookingFilter:
    """Which bookings are wanted; an empty condition is met by all.

    Attributes
    ----------
    outcome : str
        An event that happened, or a way in which the booking ended.
    offence, record, status, programme : str
        Offence class, prior record, status group, and the programme that found the person first.

    Raises
    ------
    InputError
        If a word is not of the vocabulary.
    """

    outcome: str = ""
    offence: str = ""
    record: str = ""
    status: str = ""
    programme: str = ""

    def __post_init__(self) -> None:
        known = (_OUTCOMES, OFFENCES, PRIOR_RECORDS, STATUS_GROUPS, PROGRAMMES)
        for condition, words in zip(fields(self), known, strict=True):
            word = getattr(self, condition.name)
            if word and word not in words:
                near = nearest_names(word, words, at_most=2)
                raise InputError(
                    f"unknown word {word!r}",
                    key=f"--{condition.name}",
                    allowed=None if near else words,
                    nearest=near or None,
                )

    def fits(self, one: Arrestee) -> bool:
        """Return whether a booking meets every condition."""
        return (
            (not self.outcome or self.outcome in one.events or self.outcome == one.outcome)
            and self.offence in ("", one.offence)
            and self.record in ("", one.prior_record)
            and self.status in ("", one.status_group)
            and self.programme in ("", one.programme)
        )


@dataclass(frozen=True)
class HistoryPair:
    """The histories of one booking in two runs, and where they diverge."""

    a: History
    b: History
    divergence: Divergence


@dataclass(frozen=True)
class RecordedRun:
    """A run of which every event is known, and which can be run again for the decisions about some bookings.

    Attributes
    ----------
    scenario : Scenario
    seed : int or None
    arrestees : Arrestees
    """

    scenario: Scenario
    seed: int | None
    arrestees: Arrestees

    def histories(self, keys: Iterable[int]) -> Iterator[History]:
        """Run again, and yield the histories of some bookings, in order."""
        if wanted := list(keys):
            records = run_recorded(self.scenario, self.seed, Recorder(wanted)).arrestees.records
            yield from map(records.history, wanted)


def read_key(text: str) -> int:
    """Return the key of a booking, given as it is printed or by series, county, day and number within the day.

    Raises
    ------
    InputError
        If the text is neither, or no booking can have the key.

    Examples
    --------
    >>> f"{read_key('0x1eee2ef5'):#x}", f"{read_key('counted:12021:2010-11-03:7'):#x}"
    ('0x1eee2ef5', '0x800039eee2ef5')
    """
    series, *parts = text.strip().lower().split(":")
    try:
        if not parts:
            key = int(series, 16)
        else:
            (county, day, number), make = parts, _KEY_OF[series]
            key = int(make(int(county), (date.fromisoformat(day) - EPOCH).days, int(number)))
    except (KeyError, ValueError, OverflowError):
        allowed = (
            f"a key as printed, such as 0x1eee2ef5, or SERIES:COUNTY:DAY:NUMBER with a series of {', '.join(_KEY_OF)}"
        )
        raise InputError(f"cannot read {shown(text)}", key="--booking", allowed=allowed) from None
    fips = key_parts(key).fips
    if fips not in {int(county) for county in load_geography().counties["fips"]} or key_parts(key).series not in SERIES:
        raise InputError(
            f"no booking has the key {shown(text)}", key="--booking", allowed="a county's FIPS code, such as 12021"
        )
    return key


def record_booking(scenario: Scenario, key: int, seed: int | None = None) -> RecordedRun:
    """Run a scenario, of any size, with the decisions about one booking recorded.

    Raises
    ------
    InputError
        If the booking's county is not among those that are simulated.
    """
    model = run_recorded(scenario, seed, Recorder([key]))
    fips = key_parts(key).fips
    if fips not in model.arrestees.records.row_of_fips:
        raise InputError(
            f"county {fips:05d} is not simulated", key="--booking", allowed="a county of the scenario's places"
        )
    return RecordedRun(scenario, seed, model.arrestees)


def scope_of(where: str) -> dict[str, list[str]]:
    """Return the scope that ``CT``, ``12021`` or several of either with commas between mean.

    Raises
    ------
    InputError
        If states and counties are mixed, or something is neither.

    Examples
    --------
    >>> scope_of("ct"), scope_of("12021,12015")
    ({'states': ['CT']}, {'counties': ['12021', '12015']})
    """
    codes = [code.strip().upper() for code in where.split(",") if code.strip()]
    counties = [len(code) == _FIPS_DIGITS and code.isascii() and code.isdigit() for code in codes]
    states = [len(code) == 2 and code.isalpha() for code in codes]
    if not codes or not (all(counties) or all(states)):
        neither = [
            code for code, county, state in zip(codes, counties, states, strict=True) if not county and not state
        ]
        states_by_name = {state.name.upper(): state.postal for state in load_geography().states}
        named = [states_by_name[code] for code in neither if code in states_by_name]
        near = named or (nearest_counties(neither[0]) if neither else ())
        allowed = "states such as CT or CT,NY, or counties such as 12021"
        raise InputError(f"cannot read {shown(where)}", key="--where", allowed=allowed, nearest=near)
    return {"counties" if counties[0] else "states": codes}


def record_events(scenario: Scenario, seed: int | None = None) -> RecordedRun:
    """Run a scenario with every event of every followed booking recorded.

    Raises
    ------
    InputError
        For a whole nation that is not thinned.
    """
    check_recordable(scenario)
    return RecordedRun(scenario, seed, run_recorded(scenario, seed, Recorder(decisions=False)).arrestees)


def check_recordable(scenario: Scenario) -> None:
    """Refuse a scenario too large to follow every booking of it.

    Raises
    ------
    InputError
        For a whole nation that is not thinned.
    """
    nation = scenario.scope.kind == "nation" or couples_the_nation(scenario.parameters)
    if nation and scenario.thin == 1:
        raise InputError(
            "following every booking of the whole nation takes too much memory and time; choose a part with "
            "--where (a state such as CT, or a county such as 12021), or one person in twenty with --set thin=20",
            key="scope",
        )


def run_recorded(scenario: Scenario, seed: int | None, recorder: Recorder) -> EnforcementModel:
    """Run a scenario to its end while a recorder writes down."""
    from enforcement_sim.model import EnforcementModel

    scenario = scenario.without_design
    model = EnforcementModel(scenario, scenario.seed if seed is None else seed, recorder, collect=False)
    model.run_model()
    return model


def same_events(a: Records, b: Records, key: int) -> bool:
    """Return whether the same happened to a booking in both runs, at the same hours."""
    one, other = a.events_of(key), b.events_of(key)
    return len(one) == len(other) and all((one[part] == other[part]).all() for part in ("number", "hour", "programme"))


def first_histories(world: RecordedRun, wanted: BookingFilter, number: int) -> list[History]:
    """Return the histories of the first bookings of the counted period that fit, in the order of their keys."""
    _check(number)
    return list(world.histories(islice(_that_fit(world.arrestees, wanted), number)))


def first_divergences(a: RecordedRun, b: RecordedRun, wanted: BookingFilter, number: int) -> list[HistoryPair]:
    """Return both histories of the first bookings that fit under A and whose histories diverge.

    ``a`` and ``b`` are runs of two scenarios with the same people (``transitions.check_same_people``).
    """
    _check(number)
    differing = (
        key for key in _that_fit(a.arrestees, wanted) if not same_events(a.arrestees.records, b.arrestees.records, key)
    )
    found: list[HistoryPair] = []
    while len(found) < number and (keys := list(islice(differing, number + MAX_HISTORIES))):
        for one, other in zip(a.histories(keys), b.histories(keys), strict=True):
            divergence = divergence_of(one, other)
            if divergence is not None and len(found) < number:
                found.append(HistoryPair(one, other, divergence))
    return found


def _check(number: int) -> None:
    if not 1 <= number <= MAX_HISTORIES:
        raise InputError(f"{number} histories", key="-n", allowed=f"1 to {MAX_HISTORIES}")


def in_period(clock: Clock, keys: Iterable[int]) -> Iterator[int]:
    """Yield the keys of bookings of the counted period; the stock of prisoners was booked before."""
    first_day = clock.day_number(clock.first_counted_day)
    parts = ((key, key_parts(key)) for key in keys)
    return (key for key, part in parts if part.series != PRISONERS and part.day >= first_day)


def _that_fit(arrestees: Arrestees, wanted: BookingFilter) -> Iterator[int]:
    """Those booked in the counted period who meet every condition."""
    counted = set(in_period(arrestees.records.clock, arrestees.records.keys.tolist()))
    return (one.key for one in arrestees if one.key in counted and wanted.fits(one))
