"""Runs with recorded bookings, and the selection of bookings.

The first run records events only, so it can be large. Bookings are selected by event, outcome or profile, in the order of
their keys, which is arbitrary because bookings are synthetic. A second, identical run records the decisions about the
selected bookings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from enforcement_sim.codes import EVENTS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS
from enforcement_sim.errors import InputError, nearest_names, shown
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
"""Maximum number of histories; more are better counted than read."""
_KEY_OF = {"booking": booking_key, "counted": counted_key, "field": field_arrest_key, "response": response_key}
_OUTCOMES = (
    *EVENTS[EVENTS.index("matched") :],
    *(outcome for outcome in OUTCOMES if outcome not in EVENTS and outcome != "not_booked"),
)


@dataclass(frozen=True)
class BookingFilter:
    """Conditions on bookings; an empty condition matches all.

    Attributes
    ----------
    outcome : str
        An event, or an outcome of the booking.
    offence, record, status, programme : str
        Offence class, prior record, status group, and the programme that identified the person first.

    Raises
    ------
    InputError
        If a code is unknown.
    """

    outcome: str = ""
    offence: str = ""
    record: str = ""
    status: str = ""
    programme: str = ""

    def __post_init__(self) -> None:
        known_codes = (_OUTCOMES, OFFENCES, PRIOR_RECORDS, STATUS_GROUPS, PROGRAMMES)
        for condition, codes in zip(fields(self), known_codes, strict=True):
            code = getattr(self, condition.name)
            if code and code not in codes:
                near = nearest_names(code, codes, at_most=2)
                raise InputError(
                    f"unknown word {code!r}",
                    key=f"--{condition.name}",
                    allowed=None if near else codes,
                    nearest=near or None,
                )

    def matches(self, one: Arrestee) -> bool:
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
    """The histories of one booking in two runs, and their divergence."""

    a: History
    b: History
    divergence: Divergence


@dataclass(frozen=True)
class RecordedRun:
    """A run with all events recorded; it can be repeated to record the decisions about some bookings."""

    scenario: Scenario
    seed: int | None
    arrestees: Arrestees

    def histories(self, keys: Iterable[int]) -> Iterator[History]:
        """Repeat the run, and yield the histories of some bookings, in order."""
        if selected := list(keys):
            records = run_recorded(self.scenario, self.seed, Recorder(selected)).arrestees.records
            yield from map(records.history, selected)


def read_key(text: str) -> int:
    """Return the key of a booking from its printed form, or from series, county, day and number within the day.

    Raises
    ------
    InputError
        If the text is neither, or no booking has this key.

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
    """Run a scenario of any size and record the decisions about one booking.

    Raises
    ------
    InputError
        If the county of the booking is not simulated.
    """
    model = run_recorded(scenario, seed, Recorder([key]))
    fips = key_parts(key).fips
    if fips not in model.arrestees.records.row_of_fips:
        raise InputError(
            f"county {fips:05d} is not simulated", key="--booking", allowed="a county of the scenario's places"
        )
    return RecordedRun(scenario, seed, model.arrestees)


def record_events(scenario: Scenario, seed: int | None = None) -> RecordedRun:
    """Run a scenario and record all events of all tracked bookings.

    Raises
    ------
    InputError
        For the whole nation without thinning.
    """
    check_recordable(scenario)
    return RecordedRun(scenario, seed, run_recorded(scenario, seed, Recorder(decisions=False)).arrestees)


def check_recordable(scenario: Scenario) -> None:
    """Check that a scenario is small enough to record all bookings."""
    nation = scenario.scope.kind == "nation" or couples_the_nation(scenario.parameters)
    if nation and scenario.thin == 1:
        raise InputError(
            "recording every booking of the whole nation takes too much memory and time; choose a part with "
            "--where (a state such as CT, or a county such as 12021), or one person in twenty with --set thin=20",
            key="scope",
        )


def run_recorded(scenario: Scenario, seed: int | None, recorder: Recorder) -> EnforcementModel:
    """Run a scenario with a recorder."""
    from enforcement_sim.model import EnforcementModel

    scenario = scenario.without_design
    model = EnforcementModel(scenario, scenario.seed if seed is None else seed, recorder, collect=False)
    model.run_model()
    return model


def same_events(a: Records, b: Records, key: int) -> bool:
    """Return whether a booking has the same events at the same hours in both runs."""
    one, other = a.events_of(key), b.events_of(key)
    return len(one) == len(other) and all((one[part] == other[part]).all() for part in ("number", "hour", "programme"))


def first_histories(run: RecordedRun, conditions: BookingFilter, number: int) -> list[History]:
    """Return the histories of the first matching bookings of the counted period, in the order of their keys."""
    _check(number)
    return list(run.histories(islice(_matching_keys(run.arrestees, conditions), number)))


def first_divergences(a: RecordedRun, b: RecordedRun, conditions: BookingFilter, number: int) -> list[HistoryPair]:
    """Return both histories of the first bookings that match under A and whose histories diverge.

    ``a`` and ``b`` are runs of two scenarios with the same people (``transitions.check_same_people``).
    """
    _check(number)
    differing = (
        key
        for key in _matching_keys(a.arrestees, conditions)
        if not same_events(a.arrestees.records, b.arrestees.records, key)
    )
    return _diverging(a, b, differing, number)


def divergences_of(a: RecordedRun, b: RecordedRun, keys: Iterable[int]) -> list[HistoryPair]:
    """Return both histories of these bookings, in the order given; those that do not diverge are left out."""
    wanted = list(keys)
    _check(len(wanted))
    return _diverging(a, b, iter(wanted), len(wanted))


def _diverging(a: RecordedRun, b: RecordedRun, differing: Iterator[int], number: int) -> list[HistoryPair]:
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
    """Yield the keys of bookings in the counted period, without the initial prison population."""
    first_day = clock.day_number(clock.first_counted_day)
    parts = ((key, key_parts(key)) for key in keys)
    return (key for key, part in parts if part.series != PRISONERS and part.day >= first_day)


def _matching_keys(arrestees: Arrestees, conditions: BookingFilter) -> Iterator[int]:
    """Yield the keys of bookings in the counted period that meet every condition."""
    counted = set(in_period(arrestees.records.clock, arrestees.records.keys.tolist()))
    return (one.key for one in arrestees if one.key in counted and conditions.matches(one))
