"""The first part of a life, told: whether there is a booking, of whom, for what, and who will come to the jail.

Follows ``docs/process.md``, sections "Booking" and "The stock of prisoners", and asks every decision of the table. The
rest of the life is told in ``trace``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim.custody.booking import (
    CROSSED,
    FOREIGN_BORN_FROM,
    IMMIGRATION_HOLD,
    NONCITIZEN_FROM,
    OVERSTAYED,
    TRAFFIC,
    added_as,
    arrest_change,
    draw_offence,
    draw_status,
    is_minor_traffic,
    person_grounds,
    rate_of_added,
    responses,
)
from enforcement_sim.custody.clock import HOURS_A_DAY
from enforcement_sim.custody.draws import (
    BOOKINGS,
    FIELD_ARRESTS,
    PRISONERS,
    RESPONSES,
    Purpose,
    luck_of,
    person_key,
    place_day_key,
    poisson,
)
from enforcement_sim.custody.lives import SERIES, Key
from enforcement_sim.custody.memory import Remembered, number_of
from enforcement_sim.custody.reasons import Facts, Reason
from enforcement_sim.custody.records import Duration
from enforcement_sim.custody.stock import draw_noncitizen, draw_sentence
from enforcement_sim.custody.tables import RECORD_GROUNDS
from enforcement_sim.custody.teller import NEVER, Teller
from enforcement_sim.law.grounds import bits
from enforcement_sim.vocabulary import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS, STATUSES

if TYPE_CHECKING:
    from enforcement_sim.custody.lives import Known

__all__ = ["person_of_key", "plan_held", "tell_booking", "tell_prisoner"]

_DRAWN = {BOOKINGS: "drawn", FIELD_ARRESTS: "field_drawn", RESPONSES: "response_drawn"}
_PRIOR_RECORD = "record_cdf"


def person_of_key(teller: Teller, key: Key) -> int:
    """Return the key of the person behind a booking; the booking's own for someone outside the pool."""
    if key.series in (FIELD_ARRESTS, PRISONERS):
        return teller.key
    values = teller.lives.values
    exponent, offset = values["people.frailty_exponent"], values["people.frailty_offset"]
    pool = int(teller.lives.engine.places["pool"][teller.county])
    return int(person_key(key.fips, int(number_of(teller.luck, pool, exponent, offset, offset**exponent))))


def tell_booking(teller: Teller, key: Key, away: bool, known: Known) -> bool:
    """Tell the booking; return whether it is there and a programme can touch it.

    Parameters
    ----------
    teller, key
    away : bool
        Whether the person is gone or inside at the hour of booking.
    known : Known
        What was remembered of the person as the day began.
    """
    lives = teller.lives
    day = key.day - lives.clock.day_number(0)
    first_hour = day * HOURS_A_DAY
    place = teller.place(first_hour)
    hour = lives.hour_of_booking(teller.key)
    teller.booked = hour
    drawn = key.number < _how_many(teller, key, day, place)
    teller.write(Reason(_DRAWN[key.series], hour, drawn))
    if not drawn:
        teller.event("not_drawn", hour)
        return False
    s, added_in_field, noncitizen = _who(teller, key, place)
    teller.status = lives.statuses[s]
    if noncitizen:
        teller.write(Reason("away", hour, away))
        if away:
            teller.event("suppressed", hour)
            return False
    in_field = added_in_field
    o = _offence(teller, added_in_field)
    teller.offence = lives.offences[o]
    if not in_field and s >= CROSSED and place["field_share"] > 0.0 and key.series == BOOKINGS:
        in_field = teller.ask("field_arrest", hour)
    teller.felony = teller.draw(Purpose.GRADE) < teller.offence["felony_share"]
    if not in_field and not _comes_about(teller, key, s, o, hour, place):
        return False
    _plan_case(teller, hour)
    matched = _match(teller, hour, noncitizen and known.enrolled)
    _plan_officers(teller, s, hour)
    coming = any(0 <= planned <= teller.released for planned in (teller.interview, teller.visit))
    followed = matched or in_field or coming or (teller.to_prison and noncitizen)
    _describe(teller, s, o, noncitizen, known, followed, SERIES[key.series])
    if not followed:
        teller.event("prison" if teller.to_prison else "released", teller.released)
        return False
    if matched:
        teller.event("matched", hour, "secure_communities")
        _wait_for_answer(teller, hour)
    if in_field:
        teller.event("field_arrest", hour, "task_force")
    return True


def _how_many(teller: Teller, key: Key, day: int, place: np.void) -> int:
    """Return how many bookings of the key's series there are at the place on the day."""
    lives = teller.lives
    values = lives.values
    luck = np.uint64(luck_of(lives.seed, np.uint64(place_day_key(key.fips, key.day))))
    mean = float(lives.engine.expected[day]) * float(place["day_share"])
    if key.series == BOOKINGS:
        return int(poisson(luck, int(Purpose.COUNT), mean))
    if key.series == FIELD_ARRESTS:
        in_field = float(place["field_arrests_a_day"]) * values["task_force.added_share"]
        return int(poisson(luck, int(Purpose.FIELD_COUNT), in_field)) if in_field > 0.0 else 0
    more = float(rate_of_added(place, lives.parameters))
    return int(poisson(luck, int(Purpose.RESPONSE_COUNT), mean * more)) if more > 0.0 else 0


def _who(teller: Teller, key: Key, place: np.void) -> tuple[int, bool, bool]:
    """Return the position of the status, whether it is an added field arrest, and whether no citizen is booked."""
    if key.series == FIELD_ARRESTS:
        crossed = teller.draw(Purpose.STATUS) < teller.lives.values["status.entered_without_inspection_share"]
        return (CROSSED if crossed else OVERSTAYED), True, False
    teller.person_luck = np.uint64(luck_of(teller.lives.seed, np.uint64(person_of_key(teller, key))))
    s = int(draw_status(teller.person_luck, place, teller.lives.statuses))
    return s, False, s >= NONCITIZEN_FROM


def _offence(teller: Teller, in_field: bool) -> int:
    """Return the position of the offence class."""
    if in_field:
        charged = teller.draw(Purpose.OFFENCE) < teller.lives.values["task_force.charge_share"]
        return TRAFFIC if charged else IMMIGRATION_HOLD
    return int(draw_offence(teller.luck, teller.status["citizen"], teller.lives.offences))


def _comes_about(teller: Teller, key: Key, s: int, o: int, hour: int, place: np.void) -> bool:
    """Tell whether a response, citation or local practice keeps the booking out, or makes it."""
    lives = teller.lives
    felony = bool(teller.felony)
    if key.series == RESPONSES:
        added = int(added_as(teller.luck, s, o, felony, place, teller.offence, lives.parameters)) >= 0
        teller.write(Reason("added", hour, added, purpose=Purpose.ADDED, drawn=teller.draw(Purpose.ADDED)))
        if not added:
            teller.event("not_drawn", hour)
        return added
    crime, reporting = (float(change) for change in responses(place, lives.parameters))
    change = float(arrest_change(place, lives.parameters))
    for name, asked, given in (
        ("cited", bool(place["cites"]) and not felony, 0.0),
        ("averted", crime < 0.0, -crime),
        ("unreported", bool(teller.offence["has_victim"]) and reporting < 0.0, -reporting),
        ("not_arrested", bool(is_minor_traffic(s, o, felony)) and change < 0.0, -change),
    ):
        if asked and teller.ask(name, hour, given=given):
            teller.event(name, hour)
            return False
    return True


# ---- the case ----------------------------------------------------------------------------------------------------------


def _plan_case(teller: Teller, hour: int) -> None:
    """Tell how the criminal case would run without any detainer."""
    grade = "felony" if teller.felony else "misdemeanour"
    if not teller.ask("released_early", hour, grade):
        plan_held(teller, hour)
        return
    row = Duration.RELEASE_FELONY if teller.felony else Duration.RELEASE_MISDEMEANOUR
    longest = int(teller.lives.values["case.longest_release_days"]) * HOURS_A_DAY
    teller.released = hour + min(teller.lasts("release_time", hour, row), longest)
    teller.pretrial = True


def plan_held(teller: Teller, hour: int) -> None:
    """Tell the case of someone who stays to disposition; ``hour`` is that of the booking."""
    grade = "felony" if teller.felony else "misdemeanour"
    row = Duration.DISPOSITION_FELONY if teller.felony else Duration.DISPOSITION_MISDEMEANOUR
    longest = int(teller.lives.values["case.longest_stay_days"]) * HOURS_A_DAY
    wait = min(teller.lasts("disposition_time", hour, row), longest)
    teller.released, teller.disposition, teller.pretrial = hour + wait, NEVER, False
    if not teller.ask("convicted", hour, grade):
        return
    teller.disposition = hour + wait
    if teller.felony and teller.ask("to_prison", hour):
        teller.to_prison = True
    elif teller.ask("to_jail", hour):
        row = Duration.JAIL_FELONY if teller.felony else Duration.JAIL_MISDEMEANOUR
        teller.released = hour + min(wait + teller.lasts("sentence_time", hour, row), longest)
        teller.sentenced = True


# ---- who comes ---------------------------------------------------------------------------------------------------------


def _match(teller: Teller, hour: int, enrolled: bool) -> bool:
    """Tell whether the prints match a record of DHS."""
    printed = teller.ask("printed", hour)
    shared = teller.ask("shared", hour)
    in_ident = teller.ask("in_ident", hour)
    if not in_ident:
        teller.write(Reason("enrolled", hour, enrolled))
    return printed and shared and (in_ident or enrolled)


def _wait_for_answer(teller: Teller, hour: int) -> None:
    """Tell when Secure Communities' answer has been decided on: the office works in its hours only."""
    opens = teller.lives.clock.triage_next
    answered = hour + teller.lasts("response_time", hour)
    opened = int(opens[min(answered, opens.size - 1)])
    done = opened + teller.lasts("triage_time", opened)
    teller.answer = max(done, int(opens[min(done, opens.size - 1)]))
    teller.until(teller.answer)


def _plan_officers(teller: Teller, s: int, hour: int) -> None:
    """Tell whether a 287(g) officer and a visit of the Criminal Alien Program are to come, and when."""
    officer = s >= FOREIGN_BORN_FROM and teller.ask("officer_on_site", hour) and teller.ask("says_foreign_born", hour)
    visited = s >= NONCITIZEN_FROM and teller.ask("visited", hour)
    after_case = officer and teller.ask("after_case", hour)
    moved = hour
    if (officer and not after_case) or visited:
        moved += teller.lasts("lockup_time", hour) if teller.ask("locked_up", hour) else 0
    if after_case:
        teller.interview = teller.disposition
    elif officer:
        teller.interview = moved + teller.lasts("interview_time", moved)
    if visited:
        teller.visit = moved + teller.lasts("visit_time", moved)


def _describe(teller: Teller, s: int, o: int, noncitizen: bool, known: Known, followed: bool, series: str) -> None:
    """Set the facts of the booking and the person's grounds at booking."""
    record = int(np.searchsorted(teller.status[_PRIOR_RECORD], teller.draw(Purpose.PRIOR_RECORD, True), side="right"))
    record = min(record, len(PRIOR_RECORDS) - 1)
    flags = Remembered.REMOVED if known.removed and noncitizen else 0
    in_ident = teller.draw(Purpose.IN_IDENT, True) < teller.status["in_ident"]
    brought = person_grounds(
        teller.person_luck, teller.luck, in_ident, np.uint32(flags), teller.status, teller.lives.parameters
    )
    charge = teller.offence["felony_grounds" if teller.felony else "misdemeanour_grounds"]
    teller.grounds = int(brought) | int(charge) | bits(RECORD_GROUNDS[PRIOR_RECORDS[record]])
    teller.facts = Facts(
        teller.booked,
        teller.row,
        STATUSES[s],
        STATUS_GROUPS[int(teller.status["group"])],
        OFFENCES[o],
        bool(teller.felony),
        PRIOR_RECORDS[record],
        teller.grounds,
        followed,
        series,
    )


# ---- prisoners of the stock --------------------------------------------------------------------------------------------


def tell_prisoner(teller: Teller, key: Key, known: Known) -> None:
    """Tell who was in prison as the run began, and until when."""
    lives = teller.lives
    place = teller.place(0)
    s = int(draw_noncitizen(teller.luck, place, lives.statuses))
    o = int(np.searchsorted(lives.offences["prisoner_cdf"], teller.draw(Purpose.OFFENCE), side="right"))
    o = min(o, len(OFFENCES) - 1)
    teller.status, teller.offence = lives.statuses[s], lives.offences[o]
    terms = lives.durations[Duration.PRISON]
    sentence = int(draw_sentence(teller.luck, lives.durations, float(terms.sum())))
    served = int(teller.draw(Purpose.ELAPSED) * sentence)
    teller.booked, teller.released, teller.disposition = -served - 1, sentence - served, 0
    teller.felony = teller.to_prison = True
    teller.row = int(place["prison"])
    _describe(teller, s, o, False, known, True, SERIES[PRISONERS])
    teller.convict_when_due(0)
