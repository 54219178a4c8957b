"""A life, explained: every event of one booking with the decisions, draws, clocks and capacities that led to it.

The story is told again from the key alone, by ``docs/process.md`` and the table of decisions. Three things only are taken
from the record, because they depend on everybody else: when an officer had time, when a visit had room, and when a crew
and a bed were free. Everything else follows, so that a story which tells other events than those recorded is wrong; a
test tells every life of small runs and compares. Production results never come from here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from enforcement_sim.custody.booking import FOREIGN_BORN_FROM
from enforcement_sim.custody.clock import HOURS_A_DAY
from enforcement_sim.custody.draws import PRISONERS
from enforcement_sim.custody.ledger import profile_parts
from enforcement_sim.custody.lives import Known, Lives, key_parts
from enforcement_sim.custody.reasons import SERVED, Reason, Trace
from enforcement_sim.custody.teller import NEVER, NOBODY, Teller
from enforcement_sim.custody.told_booking import person_of_key, plan_held, tell_booking, tell_prisoner
from enforcement_sim.custody.told_custody import tell_custody, tell_pending
from enforcement_sim.custody.told_hold import is_wanted, next_shift, tell_hold
from enforcement_sim.vocabulary import EVENTS, PROGRAMMES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["recorded_steps", "trace_of"]

_NOTHING_KNOWN = Known(False, False)
_DETECTED = {
    "jail_287g": "detected_by_officer",
    "task_force": "detected_in_field",
    "criminal_alien_program": "detected_on_visit",
}
"""What a programme must see for itself; Secure Communities reads it from the record."""
_INSIDE = ("prison_time", "custody_time")
"""What keeps a person inside."""
_PROPOSE = ("jail_287g", "task_force")
"""Programmes of local officers, whose detainers ICE must authorise."""


def trace_of(lives: Lives, key: int) -> Trace:
    """Tell the life of one booking in a run.

    Parameters
    ----------
    lives : Lives
    key : int
        Of a booking, an added field arrest, a booking added by a response or a prisoner of the stock, whether anything
        was recorded of it or not.

    Returns
    -------
    Trace
        Of a booking that no programme could touch one step only, its release; of one that did not come about one step
        that says why.

    Raises
    ------
    KeyError
        If the key's county is not in the run.
    """
    parts = key_parts(key)
    teller = Teller(lives, key, lives.row_of_fips[parts.fips])
    if parts.series == PRISONERS:
        tell_prisoner(teller, parts, _NOTHING_KNOWN)
        _look_in_prison(teller, 0)
        teller.forget_steps()  # what finds prisoners of earlier years lies before the run
        _leave_prison(teller)
        return teller.told()
    person = person_of_key(teller, parts)
    first_hour = (parts.day - lives.clock.day_number(0)) * HOURS_A_DAY
    pooled = person != key
    known = lives.known(person, first_hour) if pooled else _NOTHING_KNOWN
    away = pooled and key not in lives and _is_away(lives, person, key, first_hour)
    if tell_booking(teller, parts, away, known):
        if teller.steps and teller.steps[-1].event == "field_arrest":
            _find(teller, "task_force", teller.booked)
        _stay_in_jail(teller)
    return teller.told()


def recorded_steps(lives: Lives, key: int) -> tuple[tuple[int, str, str, int, bool], ...]:
    """Return the recorded events of a booking as hour, event, programme, place and whether convicted."""
    rows = lives.events_of(key)
    convicted = profile_parts(rows["profile"].astype("i8"))[2]
    return tuple(
        (int(row["hour"]), EVENTS[row["event"]], PROGRAMMES[row["programme"]], int(row["place"]), bool(by_then))
        for row, by_then in zip(rows, convicted, strict=True)
    )


def _is_away(lives: Lives, person: int, key: int, first_hour: int) -> bool:
    """Return whether other bookings of the person keep them away from a booking of the day that begins."""
    booked = lives.hour_of_booking(key)
    for other in lives.bookings_of(person):
        if other != key and lives.events_of(other)["hour"].min() < first_hour:
            for reason in trace_of(lives, other).reasons():
                since, until = reason.since, reason.until
                if reason.decision in _INSIDE:
                    if since is not None and until is not None and since < first_hour <= until:
                        return True
                elif (
                    reason.decision == "gone"
                    and since is not None
                    and since < first_hour
                    and (until is None or until > booked)
                ):
                    return True
    return False


# ---- who finds the person ----------------------------------------------------------------------------------------------


def _recognised(teller: Teller, programme: str, hour: int) -> bool:
    """Ask whether a programme takes the person for removable."""
    if teller.status["citizen"]:
        return teller.ask("mistaken", hour)
    if not teller.removable(hour):
        return False
    return programme not in _DETECTED or teller.ask(_DETECTED[programme], hour)


def _also_found(teller: Teller, programme: str, hour: int) -> None:
    if programme not in teller.found:
        teller.found.add(programme)
        teller.event("also_found", hour, programme)


def _reach(teller: Teller, programme: str, hour: int) -> None:
    """A programme reaches someone in jail; one with a detainer is only found again."""
    if not teller.detainer:
        _find(teller, programme, hour)
    elif _recognised(teller, programme, hour):
        _also_found(teller, programme, hour)


def _find(teller: Teller, programme: str, hour: int, in_jail: bool = True) -> None:
    """A programme reaches someone without a detainer."""
    if not _recognised(teller, programme, hour):
        return
    if teller.first == NOBODY:
        teller.first = programme
        teller.found.add(programme)
        teller.event("identified", hour)
    else:
        _also_found(teller, programme, hour)
    if programme == "jail_287g" and not teller.ask("screen", hour):
        return
    if not teller.ask("detainer", hour):
        return
    if programme in _PROPOSE and not teller.ask("authorised", hour):
        teller.event("declined_by_ice", hour)
        return
    teller.detainer = True
    teller.event("detainer_issued", hour)
    if in_jail and teller.pretrial:
        _lose_bail(teller, hour)


def _lose_bail(teller: Teller, hour: int) -> None:
    """Tell whether the detainer costs the release before disposition that the person would have had."""
    reason = teller.answered("bail_lost", hour)
    if not reason.yes:
        teller.write(reason)
        return
    before = (teller.released, teller.disposition, teller.pretrial, teller.to_prison, teller.sentenced)
    mark = teller.mark()
    teller.write(replace(reason, since=teller.released))
    plan_held(teller, teller.booked)
    if teller.released > before[0]:
        teller.set_until(mark, teller.released)
        return
    teller.released, teller.disposition, teller.pretrial, teller.to_prison, teller.sentenced = before
    teller.retract(mark)
    teller.write(replace(reason, yes=False, note="the case would have ended no later"))


# ---- in jail -----------------------------------------------------------------------------------------------------------


def _stay_in_jail(teller: Teller) -> None:
    """Tell the stay in jail, from one hour at which something is due to the next."""
    officer = teller.lives.at_jail(teller.key, "interviewed")
    visit = teller.lives.visit_of(teller.key)
    busy: dict[str, list[tuple[int, str]]] = {"officer": [], "visit": []}
    while True:
        hour = min(_due(teller))
        if teller.at_end(hour):
            _in_vain(teller, busy)
            tell_pending(teller)
            return
        teller.convict_when_due(hour)
        if teller.answer == hour:
            _reach(teller, "secure_communities", hour)
            teller.answer = NEVER
        if teller.interview == hour and not teller.detainer:
            if officer == hour:
                _served(teller, "officer", busy["officer"], hour)
                teller.interview = NEVER
                teller.event("interviewed", hour, "jail_287g")
                _find(teller, "jail_287g", hour)
            else:
                busy["officer"].append((hour, "officer"))
                teller.interview = next_shift(teller, hour)
        if teller.visit == hour:
            room = _visit_has_room(teller, visit, hour, len(busy["visit"]))
            if room:
                _served(teller, "visit", busy["visit"], hour)
                teller.visit = NEVER
                _reach(teller, "criminal_alien_program", hour)
            else:
                busy["visit"].append((hour, "visit"))
                teller.visit = NEVER if room is None else next_shift(teller, hour)
        if teller.released <= hour:
            _in_vain(teller, busy)
            _let_go(teller, hour)
            return


def _in_vain(teller: Teller, busy: dict[str, list[tuple[int, str]]]) -> None:
    """Write down for whom the person waited in vain."""
    for name, tries in busy.items():
        if tries and tries[-1][1] != SERVED:
            teller.write(Reason(name, tries[0][0], False, since=tries[0][0], tries=tuple(tries)))


def _due(teller: Teller) -> Iterator[int]:
    """Hours at which something of a person in jail is due."""
    yield teller.released
    if teller.answer >= 0:
        yield teller.answer
    if teller.visit >= 0:
        yield teller.visit
    if teller.interview >= 0 and not teller.detainer:
        yield teller.interview


def _served(teller: Teller, decision: str, tries: list[tuple[int, str]], hour: int) -> None:
    tries.append((hour, SERVED))
    teller.write(Reason(decision, hour, True, since=tries[0][0], until=hour, tries=tuple(tries)))


def _visit_has_room(teller: Teller, recorded: int, hour: int, put_off: int) -> bool | None:
    """Return whether a visit that is due had room: by the record if one found the person, else by what it left undone.

    A visit that finds nobody leaves no trace, so on a day without a visit left nobody can say whether this one was held
    in vain or put off; it is taken for put off. None says that an earlier one must have been held after all.
    """
    if recorded >= 0:
        return recorded == hour
    office = teller.lives.journal.office_on(hour // HOURS_A_DAY, int(teller.place(hour)["office"]))
    if int(office["visits_left"]) == 0:
        return False
    mark = teller.mark()
    would_find = _recognised(teller, "criminal_alien_program", hour)
    teller.retract(mark)
    return None if would_find and put_off else True


def _let_go(teller: Teller, hour: int) -> None:
    """Tell what happens when the jail would let go."""
    if teller.to_prison:
        _go_to_prison(teller, hour)
    elif not teller.detainer:
        if teller.answer > hour:
            teller.event("missed_in_time", hour, "secure_communities")
        teller.event("released", hour)
    elif _lifted(teller, hour):
        teller.event("detainer_lifted", hour)
    elif not teller.ask("honoured", hour):
        teller.event("detainer_declined", hour)
    else:
        tell_hold(teller, hour)


def _lifted(teller: Teller, hour: int) -> bool:
    return teller.ask("lifted", hour, "citizen" if teller.status["citizen"] else "noncitizen")


# ---- in prison ---------------------------------------------------------------------------------------------------------


def _go_to_prison(teller: Teller, hour: int) -> None:
    """Tell the move to the state's prison, who looks there, and its end."""
    teller.event("prison", hour)
    if teller.detainer:
        teller.event("detainer_moved", hour)
    teller.row = int(teller.place(hour)["prison"])
    foreign_born = teller.facts is not None and STATUSES.index(teller.facts.status) >= FOREIGN_BORN_FROM
    asked = not teller.detainer and foreign_born
    if asked and teller.ask("officer_on_site", hour) and teller.ask("says_foreign_born", hour):
        teller.event("interviewed", hour, "jail_287g")
        _find(teller, "jail_287g", hour, in_jail=False)
    if not teller.detainer:
        _look_in_prison(teller, hour)
    teller.released = hour + teller.lasts("prison_time", hour)
    _leave_prison(teller)


def _look_in_prison(teller: Teller, hour: int) -> None:
    """Tell whether the Criminal Alien Program finds someone in prison."""
    if teller.ask("found_in_prison", hour):
        _find(teller, "criminal_alien_program", hour, in_jail=False)


def _leave_prison(teller: Teller) -> None:
    """Tell the end of prison: ICE comes on the day for those with a detainer whom it wants."""
    hour = teller.released
    if teller.at_end(hour):
        tell_pending(teller)
    elif not teller.detainer:
        teller.event("released", hour)
    elif _lifted(teller, hour):
        teller.event("detainer_lifted", hour)
    elif is_wanted(teller, hour):
        tell_custody(teller, hour)
    else:
        teller.event("detainer_lapsed", hour)
