"""Histories: what a run recorded of single bookings, event by event with the decisions that led to each.

A history is read from the record and nothing is worked out again, but for bookings of which there is no record: they are not
among the day's bookings. A decision record is one decision as it fell: the rule in force and its verdict, the number drawn
and the threshold it had to stay below, the hours a wait took, the tries for a crew. An outcome is the last thing that is known
of a booking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from enforcement_sim.codes import EVENTS, OFFENCES, PRIOR_RECORDS, PROGRAMMES, STATUS_GROUPS, STATUSES
from enforcement_sim.errors import InputError
from enforcement_sim.law.adherence import ADHERENCE, EXACTLY, share_in_words
from enforcement_sim.law.rules import Rule, ground_names
from enforcement_sim.process.clock import HOURS_A_DAY, federal_holidays
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.decisions import Decision, Kind
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.recorder import Row
from enforcement_sim.process.rng import (
    BOOKINGS,
    COUNTED,
    COUNTED_RESPONSES,
    FIELD_ARRESTS,
    PRISONERS,
    RESPONSES,
    Draw,
    stream_of,
    uniform,
)

OUTCOMES = (
    "not_booked",
    "never_found",
    "found_no_detainer",
    "lifted",
    "declined",
    "lapsed",
    "removed",
    "returned",
    "relief",
    "terminated",
    "discretion_release",
    "pending_prison",
    "pending",
)
"""How a booking ends, as far as it was followed."""

_OTHERWISE_NAMED = {
    "not_drawn": "not_booked",
    "suppressed": "not_booked",
    "cited": "not_booked",
    "averted": "not_booked",
    "unreported": "not_booked",
    "not_arrested": "not_booked",
    "detainer_lifted": "lifted",
    "detainer_declined": "declined",
    "detainer_lapsed": "lapsed",
}
"""Last events that do not name the outcome themselves."""


def outcome_of(events: tuple[str, ...]) -> str:
    """Return how a booking with these events ended, one of `OUTCOMES`.

    Examples
    --------
    >>> outcome_of(("matched", "identified", "detainer_issued", "held", "detainer_lapsed")), outcome_of(("matched", "released"))
    ('lapsed', 'never_found')
    """
    last = events[-1] if events else ""
    if last == "pending" and "detainer_moved" in events and "ice_custody" not in events:
        return "pending_prison"
    outcome = _OTHERWISE_NAMED.get(last, last)
    if outcome in OUTCOMES:
        return outcome
    return "found_no_detainer" if "identified" in events else "never_found"


if TYPE_CHECKING:
    from enforcement_sim.process.engine import Engine


SERIES = {
    BOOKINGS: "booking",
    FIELD_ARRESTS: "added field arrest",
    RESPONSES: "booking added by a response",
    PRISONERS: "prisoner of the stock",
    COUNTED: "counted booking",
    COUNTED_RESPONSES: "counted booking added by a response",
}
"""What a key can belong to."""
_DRAWN = {
    BOOKINGS: Decision.DRAWN,
    FIELD_ARRESTS: Decision.FIELD_DRAWN,
    RESPONSES: Decision.RESPONSE_DRAWN,
    COUNTED: Decision.DRAWN,
    COUNTED_RESPONSES: Decision.RESPONSE_DRAWN,
}
_FIPS_BITS, _DAY_BITS, _INDEX_BITS = 17, 14, 17
_DAY_SHIFT, _INDEX_SHIFT, _SERIES_SHIFT = 17, 31, 48
_SATURDAY = 5
MET = "met"
"""What a try for an officer, a visit or a crew says when it is met."""
_STAY_ENDS = (
    "released", "prison", "held", "overdetained", "detainer_lifted", "detainer_declined", "detainer_lapsed", "pending",
)  # fmt: skip
"""Events at which whoever waited has waited in vain."""
_WAITED_UNTIL = (Decision.LIFTED, Decision.HOLD_CLOCK, Decision.SOUGHT)
"""Decisions that are taken when the stay in which somebody waited is over."""


class Key(NamedTuple):
    """What a key says: county, days since 2000-01-01, number within the day, series."""

    fips: int
    day: int
    number: int
    series: int


def key_parts(key: int) -> Key:
    """Split a key of a booking, field arrest, response or prisoner.

    Examples
    --------
    >>> from enforcement_sim.process.rng import booking_key
    >>> key_parts(booking_key(12021, 3980, 7))
    Key(fips=12021, day=3980, number=7, series=0)
    """
    return Key(
        key & (1 << _FIPS_BITS) - 1,
        key >> _DAY_SHIFT & (1 << _DAY_BITS) - 1,
        key >> _INDEX_SHIFT & (1 << _INDEX_BITS) - 1,
        key >> _SERIES_SHIFT,
    )


def kind_of_day(day: date) -> str:
    """Return ``"weekend"``, ``"federal holiday"`` or ``"working day"``.

    Examples
    --------
    >>> kind_of_day(date(2010, 11, 25)), kind_of_day(date(2010, 11, 27))
    ('federal holiday', 'weekend')
    """
    if day in federal_holidays(day.year) or day in federal_holidays(day.year + 1):
        return "federal holiday"
    return "weekend" if day.weekday() >= _SATURDAY else "working day"


@dataclass(frozen=True)
class DecisionRecord:
    """One decision about one booking.

    Attributes
    ----------
    decision : Decision
    hour : int
        When it was taken, in hours since the run began.
    yes : bool or None
        The answer; None for durations.
    rule : Rule or None
        The rule in force at the place and hour, whose verdict the answer is.
    drawn, threshold : float or None
        The number drawn, and what it had to stay below for yes.
    source : str
        Where the threshold stands: an address of the register or a field of a record.
    since, until : int or None
        Hours from and until which something lasted.
    hours : int or None
        How many hours that was meant to be; for the clock of a hold, those that count.
    tries : tuple of (int, str)
        Hours at which an officer, a visit or a crew was looked for, with what was missing or ``"met"``.
    """

    decision: Decision
    hour: int
    yes: bool | None = None
    rule: Rule | None = None
    drawn: float | None = None
    threshold: float | None = None
    source: str = ""
    since: int | None = None
    until: int | None = None
    hours: int | None = None
    tries: tuple[tuple[int, str], ...] = ()

    @property
    def followed(self) -> str:
        """How closely a rule is followed at the place, in words; empty for what follows no rule."""
        if self.rule is not None:
            return "" if self.rule.decision in ADHERENCE else EXACTLY
        decision = {Decision.ISSUE: "detainer", Decision.DISCRETION: "discretion"}.get(self.decision)
        if decision is None:
            return ""
        return share_in_words(decision, not self.source.endswith("not_covered"), self.threshold)


@dataclass(frozen=True)
class EventRecord:
    """An event and the decisions since the one before.

    Attributes
    ----------
    hour : int
        Hours since the run began.
    event, programme : str
        As in the vocabulary; the programme is the one that counts the event.
    place : int
        Row of the place in the run.
    convicted : bool
        Whether a conviction in the present case had been noted by then.
    decisions : tuple of DecisionRecord
    """

    hour: int
    event: str
    programme: str
    place: int
    convicted: bool
    decisions: tuple[DecisionRecord, ...]

    @property
    def happened(self) -> tuple[int, str, str]:
        """What makes two histories differ: hour, event and programme."""
        return self.hour, self.event, self.programme


class Profile(NamedTuple):
    """What definitions need of a person, in the vocabulary's words."""

    offence: str
    felony: bool
    convicted: bool
    prior_record: str
    status_group: str


def profile_in_words(code: int) -> Profile:
    """Return what a profile's code says."""
    offence, felony, convicted, record, group = (int(part) for part in profile_parts(np.array(code, np.int64)))
    return Profile(OFFENCES[offence], bool(felony), bool(convicted), PRIOR_RECORDS[record], STATUS_GROUPS[group])


@dataclass(frozen=True)
class Booking:
    """Who was booked, for what, and when.

    Attributes
    ----------
    booked : int
        Hours since the run began; negative for people in prison as it began.
    followed : bool
        Whether any programme could touch the booking, so that the engine followed it.
    grounds : int
        Word of grounds at booking.
    """

    booked: int
    place: int
    status: str
    status_group: str
    offence: str
    felony: bool
    prior_record: str
    grounds: int
    followed: bool
    series: str


@dataclass(frozen=True)
class History:
    """What happened to one synthetic booking, and by which decisions.

    Attributes
    ----------
    key, seed : int
    start : datetime
        Midnight of the run's first day.
    booking : Booking or None
        None for a booking that there is not.
    steps : tuple of EventRecord
    afterwards : tuple of DecisionRecord
        What was decided after the last event.
    """

    key: int
    seed: int
    start: datetime
    booking: Booking | None
    steps: tuple[EventRecord, ...]
    afterwards: tuple[DecisionRecord, ...] = ()

    @property
    def events(self) -> tuple[str, ...]:
        """The events in order."""
        return tuple(step.event for step in self.steps)

    @property
    def outcome(self) -> str:
        """How the booking ended, as far as it was followed: one of ``outcomes.OUTCOMES``."""
        return outcome_of(self.events)

    def decisions(self) -> tuple[DecisionRecord, ...]:
        """Return every decision in order."""
        return (*(one for step in self.steps for one in step.decisions), *self.afterwards)

    def when(self, hour: int) -> datetime:
        """Return the date and hour of an hour of the run."""
        return self.start + timedelta(hours=hour)

    def as_data(self, places: Sequence[str]) -> dict[str, Any]:
        """Return the history as plain values for JSON, dates in ISO form; ``places`` are the names of the run's places."""
        booking = None
        if self.booking is not None:
            named = {"booked": self._iso(self.booking.booked), "place": places[self.booking.place]}
            booking = vars(self.booking) | named | {"grounds": list(ground_names(self.booking.grounds))}
        steps = [
            {
                "hour": self._iso(step.hour),
                "day": kind_of_day(self.when(step.hour).date()),
                "event": step.event,
                "programme": step.programme,
                "place": places[step.place],
                "convicted": step.convicted,
                "reasons": [self._as_data(one) for one in step.decisions],
            }
            for step in self.steps
        ]
        afterwards = [self._as_data(one) for one in self.afterwards]
        about = {"key": f"{self.key:#x}", "seed": self.seed, "synthetic": True, "booking": booking}
        return about | {"outcome": self.outcome, "steps": steps, "afterwards": afterwards}

    def _iso(self, hour: int | None) -> str | None:
        return None if hour is None else self.when(hour).isoformat(timespec="hours")

    def _as_data(self, one: DecisionRecord) -> dict[str, Any]:
        """A decision with what it rests on; what it does not rest on is left out."""
        decision = one.decision
        draw = None
        if decision.draw is not None and one.drawn is not None:
            draw = {"purpose": decision.draw.name, "value": one.drawn}
            draw |= {} if one.threshold is None else {"below": one.threshold, "from": one.source}
        rests_on = {
            "citation": decision.citation or None,
            "rule": one.rule and {"id": one.rule.id, "title": one.rule.title, "citation": one.rule.citation},
            "followed": one.followed or None,
            "draw": draw,
            "since": self._iso(one.since),
            "until": self._iso(one.until),
            "hours": one.hours,
            "tries": [{"hour": self._iso(hour), "result": result} for hour, result in one.tries] or None,
        }
        asked = {"decision": decision.name.lower(), "question": decision.question, "hour": self._iso(one.hour)}
        return asked | {"yes": one.yes} | {name: value for name, value in rests_on.items() if value is not None}


class Records:
    """What a finished run recorded, by booking.

    Attributes
    ----------
    keys : uint64 array
        Keys of the bookings in reported counties that a programme could touch and to which something happened, in
        ascending order.
    rows : structured array of dtype ``recorder.ROW``
        Every row, by key and in order of happening.

    Raises
    ------
    InputError
        If the run recorded nothing or is not over.
    """

    def __init__(self, engine: Engine) -> None:
        if engine.recorder is None:
            raise InputError(
                "this run recorded nothing: make the model with EnforcementModel(scenario, seed, record=True)"
            )
        if not engine.closed:
            raise InputError("the run is not over: records are read after model.run()")
        self.engine, self.clock, self.seed = engine, engine.clock, engine.seed
        self.recorder = engine.recorder
        self.rows = self.recorder.rows()
        self._all, starts = np.unique(self.rows["key"], return_index=True)
        self._starts, self._ends = starts, np.append(starts[1:], len(self.rows))
        keys = np.unique(self.rows["key"][self.rows["kind"] == Row.EVENT])
        counties = engine.places["fips"][engine.places["reported"] != 0]
        self.keys = keys[np.isin(keys & np.uint64((1 << _FIPS_BITS) - 1), counties)]
        self.row_of_fips = {int(fips): row for row, fips in enumerate(engine.places["fips"])}

    def __len__(self) -> int:
        return int(self.keys.size)

    def __contains__(self, key: int) -> bool:
        return bool((self.rows_of(key)["kind"] == Row.EVENT).any())

    def rows_of(self, key: int) -> np.ndarray:
        """Return what was recorded of a booking, in order; nothing if that is nothing."""
        position = int(np.searchsorted(self._all, np.uint64(key)))
        if position == self._all.size or int(self._all[position]) != key:
            return self.rows[:0]
        return self.rows[self._starts[position] : self._ends[position]]

    def events_of(self, key: int) -> np.ndarray:
        """Return the events of a booking that was followed, in order."""
        rows = self.rows_of(key)
        events: np.ndarray = rows[rows["kind"] == Row.EVENT]
        return events

    def happened(self, key: int) -> tuple[str, ...]:
        """Return the names of the events of a booking that was followed, in order."""
        return tuple(EVENTS[number] for number in self.events_of(key)["number"])

    def profile_of(self, key: int) -> Profile:
        """Return the profile of a booking that was followed, at its first event."""
        return profile_in_words(self.events_of(key)["profile"][0])

    def booking_of(self, key: int) -> Booking | None:
        """Return who was booked; None if there was no such booking.

        Raises
        ------
        InputError
            If events alone were recorded, or other bookings.
        """
        rows = self._with_decisions(key)
        rows = rows[rows["kind"] == Row.BOOKING]
        if not rows.size:
            return None
        (row,) = rows
        profile = profile_in_words(row["profile"])
        return Booking(
            booked=int(row["hour"]),
            place=int(row["place"]),
            status=STATUSES[row["number"]],
            status_group=profile.status_group,
            offence=profile.offence,
            felony=profile.felony,
            prior_record=profile.prior_record,
            grounds=int(row["threshold"]),
            followed=bool(row["answer"]),
            series=SERIES[key_parts(key).series],
        )

    def hour_of_booking(self, key: int) -> int:
        """Return the hour at which a booking of a day takes place; 0 for people in prison as the run began."""
        parts = key_parts(key)
        if parts.series == PRISONERS:
            return 0
        stream = np.uint64(stream_of(self.seed, np.uint64(key)))
        if parts.series in (COUNTED, COUNTED_RESPONSES):  # one draw says when, and for how long
            quantile = int(uniform(stream, int(Draw.BED)) * QUANTILES * QUANTILES) % QUANTILES
        else:
            quantile = int(uniform(stream, int(Draw.HOUR)) * QUANTILES)
        day = parts.day - self.clock.day_number(0)
        return day * HOURS_A_DAY + int(self.engine.durations[Duration.HOUR_OF_DAY, quantile])

    def history(self, key: int) -> History:
        """Return the history of a booking, whether there was one or not.

        Raises
        ------
        InputError
            If decisions were not recorded, or not of this booking.
        KeyError
            If the key's county is not in the run.
        """
        rows, booking, parts = self._with_decisions(key), self.booking_of(key), key_parts(key)
        steps: list[EventRecord] = []
        decisions: list[DecisionRecord] = []
        if parts.series in _DRAWN:
            decisions.append(DecisionRecord(_DRAWN[parts.series], self.hour_of_booking(key), bool(rows.size)))
        for item in _with_tries(rows, self._decision):
            if isinstance(item, DecisionRecord):
                decisions.append(item)
                continue
            convicted = profile_in_words(item["profile"]).convicted
            event, programme = EVENTS[item["number"]], PROGRAMMES[item["programme"]]
            steps.append(
                EventRecord(int(item["hour"]), event, programme, int(item["place"]), convicted, tuple(decisions))
            )
            decisions.clear()
        if not steps and booking is None:
            hour, place = self.hour_of_booking(key), self.row_of_fips[parts.fips]
            steps.append(EventRecord(hour, "not_drawn", PROGRAMMES[0], place, False, tuple(decisions)))
            decisions.clear()
        start = datetime.combine(self.clock.start, time())
        return History(key, int(self.seed), start, booking, tuple(steps), tuple(decisions))

    def _with_decisions(self, key: int) -> np.ndarray:
        if not self.recorder.has_decisions(key):
            raise InputError("decisions were not recorded of this booking: run again with Recorder([key])")
        return self.rows_of(key)

    def _hold_hours(self, hour: int) -> int:
        """Return for how many hours a hold that began in an hour of the run may last."""
        return int(self.engine.values_at(hour // HOURS_A_DAY)["detainer.hold_hours"])

    def _decision(self, row: np.void) -> DecisionRecord:
        """Read a decision that is not a try."""
        decision = Decision(int(row["number"]))
        lasts, clock = decision.kind == Kind.DURATION, decision == Decision.HOLD_CLOCK
        case = min(int(row["case"]), len(decision.shares) - 1)
        return DecisionRecord(
            decision,
            int(row["hour"]),
            yes=None if lasts else bool(row["answer"]),
            rule=self.engine.rules[int(row["rule"])] if decision.kind == Kind.RULE else None,
            drawn=None if decision.draw is None else float(row["draw"]),
            threshold=float(row["threshold"]) if decision.shares else None,
            source=decision.shares[case] if decision.shares else "",
            since=int(row["since"]) if lasts or clock else None,
            until=int(row["until"]) if lasts or clock else None,
            hours=int(row["threshold"]) if lasts else self._hold_hours(int(row["since"])) if clock else None,
        )


def _with_tries(rows: np.ndarray, read: Any) -> Iterator[DecisionRecord | np.void]:
    """Yield decisions and events in order; the tries for one thing are one decision, where it is met or given up."""
    open_tries: dict[Decision, list[tuple[int, str]]] = {}

    def given_up() -> Iterator[DecisionRecord]:
        for decision, tries in open_tries.items():
            yield DecisionRecord(
                decision, tries[0][0], False, since=tries[0][0], until=tries[-1][0], tries=tuple(tries)
            )
        open_tries.clear()

    for row in rows:
        if row["kind"] in (Row.EVENT, Row.OUTSIDE):
            if EVENTS[row["number"]] in _STAY_ENDS:
                yield from given_up()
            yield row
        elif row["kind"] == Row.DECISION:
            decision = Decision(int(row["number"]))
            if decision.kind != Kind.CAPACITY:
                if decision in _WAITED_UNTIL:
                    yield from given_up()
                yield read(row)
                continue
            hour = int(row["hour"])
            tries = open_tries.setdefault(decision, [])
            tries.append((hour, MET if row["answer"] else decision.reads[int(row["case"])]))
            if row["answer"]:
                del open_tries[decision]
                yield DecisionRecord(decision, tries[0][0], True, since=tries[0][0], until=hour, tries=tuple(tries))
    yield from given_up()
