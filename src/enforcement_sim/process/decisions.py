"""Every decision between booking and outcome: the one table that the engine, the explanations and the docs read.

A decision's number names its draw: the low seven bits are the draw's number in ``rng.Purpose``, so that two decisions may
share one draw. The engine takes thresholds that stand in the register, and the rows of durations, from this table; a
threshold that stands in a place's, a status's or an offence's record is read there, under the name that the table gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.rng import Purpose

__all__ = ["CAUSES", "DIRECT", "DRAW_MASK", "KNOCK_ON", "UNEXPLAINED", "Cause", "Decision", "Kind", "Row"]

DRAW_MASK = 127
"""The part of a decision's number that names its draw."""
_AGAIN = 128  # another decision by the same draw
DIRECT, KNOCK_ON = "direct", "knock-on"


class Kind(StrEnum):
    """What answers a decision."""

    RULE = "rule"  # a rule over grounds
    FOLLOWED = "followed"  # a draw: how closely a rule is followed
    DRAW = "draw"
    SETTING = "setting"  # what is in force at the place on the day
    FACT = "fact"  # about the person, remembered or read from the grounds
    DURATION = "duration"
    CAPACITY = "capacity"
    CLOCK = "clock"


@dataclass(frozen=True)
class Cause:
    """What a decision is called where two histories of one booking part by it.

    Attributes
    ----------
    name : str
        As in tables.
    words : str
        As in figures.
    reach : str
        ``direct`` where the decision is about this booking; ``knock-on`` where others, or an earlier booking of the
        person, made the difference.
    """

    name: str
    words: str
    reach: str = DIRECT


CAUSES: dict[str, Cause] = {
    cause.name: cause
    for cause in (
        Cause("booking", "Whether there is a booking"),
        Cause("away", "Gone or inside by an earlier booking", KNOCK_ON),
        Cause("response", "Responses of victims, police and offenders"),
        Cause("citation", "Cited instead of booked"),
        Cause("criminal_case", "The criminal case"),
        Cause("sharing", "Prints shared"),
        Cause("in_ident", "In IDENT"),
        Cause("enrolled", "In IDENT by an earlier booking", KNOCK_ON),
        Cause("task_force", "Task forces"),
        Cause("officers", "287(g) officers on site"),
        Cause("screening_point", "Screened at booking or after the case"),
        Cause("officer_capacity", "An officer had no time", KNOCK_ON),
        Cause("visit_planned", "Visits by the Criminal Alien Program"),
        Cause("visit_capacity", "No visit had room", KNOCK_ON),
        Cause("answer_time", "Time to ICE's answer"),
        Cause("recognition", "Who is recognised as removable"),
        Cause("record", "The person's record, by an earlier booking", KNOCK_ON),
        Cause("screen_rule", "Screening rule"),
        Cause("detainer_rule", "Detainer rule"),
        Cause("detainer_adherence", "How closely the detainer rule is followed"),
        Cause("authorisation", "ICE's authorisation"),
        Cause("bail_honour", "Bail lost, by the honour rule"),
        Cause("bail", "Bail lost"),
        Cause("lifted", "Detainers lifted"),
        Cause("honour_rule", "Honour rule"),
        Cause("wanted", "Whom the field office wants"),
        Cause("crew_time", "How fast a crew comes"),
        Cause("crew", "No crew was free", KNOCK_ON),
        Cause("bed", "No bed was free", KNOCK_ON),
        Cause("hold_clock", "The clock of the hold"),
        Cause("past_limit", "Kept past the limit"),
        Cause("prison_time", "Prison"),
        Cause("route", "Route through ICE custody"),
        Cause("discretion_rule", "Discretion rule"),
        Cause("discretion", "How often discretion is used"),
        Cause("counsel", "Counsel"),
        Cause("custody_time", "Time in custody or on the docket"),
        Cause("period_end", "End of the period"),
    )
}
"""What two histories can part by, in the order of a person's way."""
UNEXPLAINED = Cause("unexplained", "Unexplained")


@dataclass(frozen=True)
class Row:
    """What the table says of one decision.

    Attributes
    ----------
    number : int
    question : str
        In words that are followed by yes or no.
    kind : Kind
        What answers it.
    cause : str
        A name in `CAUSES`.
    reads : tuple of str or Duration
        By case. A draw: where its threshold stands, an address of the register or ``record: field``. A rule or setting: the
        place's field that holds it. A capacity: what a try that is not met lacked. A duration: rows of their table.
    planned_for : str
        The programme that comes by the decision; no other programme's events follow from it.
    citation : str
        The law that is applied, where it is not a rule of the rulebook.
    """

    number: int
    question: str
    kind: Kind
    cause: str
    reads: tuple[str, ...] | tuple[Duration, ...] = ()
    planned_for: str = ""
    citation: str = ""


def _of_kind(kind: Kind) -> Callable[..., Row]:
    def row(number: int, question: str, cause: str, *reads: Any, planned_for: str = "", citation: str = "") -> Row:
        return Row(number, question, kind, cause, reads, planned_for, citation)

    return row


_rule, _followed, _draw, _setting, _fact, _duration, _capacity, _clock = map(_of_kind, Kind)


class Decision(IntEnum):
    """The decisions in the order in which a person meets them; a member's number is its row's, its text the row's."""

    row: Row

    def __new__(cls, row: Row) -> Decision:
        """Make the member of a row."""
        one = int.__new__(cls, row.number)
        one._value_ = int(row.number)
        one.row = row
        return one

    @property
    def question(self) -> str:
        """What is decided."""
        return self.row.question

    @property
    def kind(self) -> Kind:
        """What answers it."""
        return self.row.kind

    @property
    def cause(self) -> Cause:
        """What it is called where two histories part by it."""
        return CAUSES[self.row.cause]

    @property
    def shares(self) -> tuple[str, ...]:
        """Where the threshold of a draw stands, by case."""
        return tuple(map(str, self.row.reads)) if self.kind in (Kind.DRAW, Kind.FOLLOWED) else ()

    @property
    def durations(self) -> tuple[Duration, ...]:
        """Rows of the table of durations, by case."""
        return tuple(row for row in self.row.reads if isinstance(row, Duration)) if self.kind == Kind.DURATION else ()

    @property
    def draw(self) -> Purpose | None:
        """The draw that answers it, if one does."""
        return Purpose(self & DRAW_MASK) if self.shares or self.durations else None

    @classmethod
    def numbered(cls, number: int) -> Decision:
        """Return the decision of a number."""
        found: Decision = cls._value2member_map_[int(number)]  # type: ignore[assignment]
        return found

    # Whether there is a booking at all.
    DRAWN = _fact(91, "among the day's bookings", "booking")
    FIELD_DRAWN = _fact(92, "among the day's arrests that task forces add", "task_force")
    RESPONSE_DRAWN = _fact(93, "among the day's bookings that responses may add", "response")
    AWAY = _fact(94, "away: removed, returned, or inside for an earlier booking", "away")
    FIELD = _draw(Purpose.FIELD, "arrested by a task force", "task_force", "place: field_share")
    CITED = _draw(Purpose.CITED, "cited instead of booked", "citation", "offence: citable_share")
    CRIME = _draw(Purpose.CRIME, "the offence does not happen", "response", "response.crime")
    REPORTED = _draw(Purpose.REPORTED, "the offence is not reported", "response", "response.reporting")
    ARRESTED = _draw(Purpose.ARRESTED, "no arrest for the traffic offence", "response", "response.traffic_arrests")
    ADDED = _fact(95, "added by a response", "response")
    COUNTED = _fact(118, "counted, not followed: born in the United States, no record at DHS", "booking")
    # At booking.
    PRINTED_COUNTED = _fact(119, "fingerprinted", "criminal_case")
    PRINTED = _draw(Purpose.PRINTED, "fingerprinted", "criminal_case", "offence: printed_share")
    SHARED = _setting(96, "the place shares prints with DHS", "sharing", "sharing", planned_for="secure_communities")
    IN_IDENT = _draw(Purpose.IN_IDENT, "in IDENT", "in_ident", "status: in_ident", planned_for="secure_communities")
    ENROLLED = _fact(97, "in IDENT since an earlier ICE custody", "enrolled", planned_for="secure_communities")
    # The criminal case.
    RELEASE_PATH = _draw(
        Purpose.RELEASE_PATH,
        "released before disposition",
        "criminal_case",
        "offence: release_misdemeanour",
        "offence: release_felony",
    )
    RELEASE_TIME = _duration(
        Purpose.RELEASE_TIME, "time to release", "criminal_case", Duration.RELEASE_MISDEMEANOUR, Duration.RELEASE_FELONY
    )
    DISPOSITION_TIME = _duration(
        Purpose.DISPOSITION_TIME,
        "time to disposition",
        "criminal_case",
        Duration.DISPOSITION_MISDEMEANOUR,
        Duration.DISPOSITION_FELONY,
    )
    CONVICTED = _draw(
        Purpose.CONVICTED,
        "convicted",
        "criminal_case",
        "case.conviction_share_misdemeanour",
        "case.conviction_share_felony",
    )
    PRISON = _draw(Purpose.PRISON, "sentenced to prison", "criminal_case", "offence: prison_share")
    JAIL = _draw(Purpose.JAIL, "sentenced to jail beyond time served", "criminal_case", "case.jail_share")
    SENTENCE_TIME = _duration(
        Purpose.SENTENCE_TIME, "the jail sentence", "criminal_case", Duration.JAIL_MISDEMEANOUR, Duration.JAIL_FELONY
    )
    PRISON_TIME = _duration(Purpose.SENTENCE_TIME + _AGAIN, "the prison term", "prison_time", Duration.PRISON)
    # Who comes to the jail.
    OFFICER_ON_SITE = _draw(
        Purpose.OFFICER_ON_SITE,
        "a 287(g) officer sees this booking",
        "officers",
        "place: officer_share",
        planned_for="jail_287g",
        citation="8 USC 1357(g)",
    )
    SAYS_FOREIGN_BORN = _draw(
        Purpose.SAYS_FOREIGN_BORN,
        "says at booking that they were born abroad",
        "officers",
        "jail_287g.says_foreign_born_share",
        planned_for="jail_287g",
    )
    AFTER_CASE = _setting(98, "screened after the case", "screening_point", "post_case", planned_for="jail_287g")
    LOCKED_UP = _draw(Purpose.LOCKED_UP, "first in a city lock-up", "officers", "case.lockup_share")
    LOCKUP_TIME = _duration(Purpose.LOCKUP_TIME, "time in the lock-up", "officers", Duration.LOCKUP)
    INTERVIEW_TIME = _duration(
        Purpose.INTERVIEW_TIME, "time to the interview", "officers", Duration.INTERVIEW, planned_for="jail_287g"
    )
    OFFICER = _capacity(99, "an officer had time", "officer_capacity", "officer", planned_for="jail_287g")
    VISITED = _draw(
        Purpose.VISITED,
        "a visit is planned",
        "visit_planned",
        "background.coverage",
        planned_for="criminal_alien_program",
    )
    VISIT_TIME = _duration(
        Purpose.VISIT_TIME, "time to the visit", "visit_planned", Duration.VISIT, planned_for="criminal_alien_program"
    )
    VISIT = _capacity(100, "a visit had room", "visit_capacity", "visit", planned_for="criminal_alien_program")
    RESPONSE_TIME = _duration(
        Purpose.RESPONSE_TIME,
        "time to the answer of DHS",
        "answer_time",
        Duration.RESPONSE,
        planned_for="secure_communities",
    )
    TRIAGE_TIME = _duration(
        Purpose.TRIAGE_TIME,
        "time to ICE's decision, in its office hours",
        "answer_time",
        Duration.TRIAGE,
        planned_for="secure_communities",
    )
    FOUND_IN_PRISON = _draw(
        Purpose.FOUND_IN_PRISON,
        "looked for by the Criminal Alien Program in prison",
        "prison_time",
        "background.prison_find_share",
        planned_for="criminal_alien_program",
    )
    # Whether the person is recognised.
    MISTAKE = _draw(
        Purpose.MISTAKE, "a citizen taken for removable by mistake", "recognition", "screening.mistake_share"
    )
    REMOVABLE = _draw(Purpose.REMOVABLE, "removable as they stand", "recognition", "status: removable")
    REMOVABLE_IF_FELONY = _draw(
        Purpose.REMOVABLE_IF_FELONY, "removable by the felony conviction", "recognition", "status: removable_if_felony"
    )
    DETECTED_BY_OFFICER = _draw(
        Purpose.DETECTED_BY_OFFICER, "recognised in the interview", "recognition", "screening.interview_detects_share"
    )
    DETECTED_IN_FIELD = _draw(
        Purpose.DETECTED_IN_FIELD, "recognised in the field", "recognition", "screening.interview_detects_share"
    )
    DETECTED_ON_VISIT = _draw(
        Purpose.DETECTED_ON_VISIT, "recognised on the visit", "recognition", "screening.interview_detects_share"
    )
    # The detainer.
    SCREEN = _rule(101, "the screening rule covers the person", "screen_rule", "screen_rule")
    DETAINER = _rule(102, "the detainer rule covers the person", "detainer_rule", "detainer_rule")
    ISSUE = _followed(
        Purpose.ISSUE,
        "a detainer is sought",
        "detainer_adherence",
        "place: issue_not_covered",
        "place: issue_covered",
        citation="8 CFR 287.7(a)",
    )
    AUTHORISED = _draw(
        Purpose.AUTHORISED,
        "ICE authorises it",
        "authorisation",
        "jail_287g.authorised_share",
        citation="8 USC 1357(g)(3)",
    )
    WOULD_HONOUR = _rule(103, "the jail would hold the person after bail", "bail_honour", "honour_rule")
    BAIL = _followed(Purpose.BAIL, "bail is lost", "bail", "detainer.bail_denied_share")
    LONGER = _fact(111, "without bail the stay is longer", "criminal_case")
    # At the jail door.
    LIFTED = _draw(
        Purpose.LIFTED,
        "ICE has lifted the detainer",
        "lifted",
        "detainer.lifted_share",
        "detainer.lifted_share_citizen",
    )
    HONOURED = _rule(104, "the jail honours the detainer", "honour_rule", "honour_rule")
    WANTED = _draw(
        Purpose.WANTED, "the field office wants the person", "wanted", "place: wanted_other", "place: wanted_priority"
    )
    NOTICE = _draw(Purpose.NOTICE, "the crew is there on the known day of release", "crew_time", "pickup.notice_share")
    DELAY_TIME = _duration(Purpose.DELAY_TIME, "time until the crew arrives", "crew_time", Duration.DELAY)
    CREW = _capacity(105, "a crew and a bed were free", "crew", "crew", "bed")
    HOLD_CLOCK = _clock(106, "the clock of the hold ran out", "hold_clock", citation="8 CFR 287.7(d)")
    KEPT_PAST_LIMIT = _draw(
        Purpose.KEPT_PAST_LIMIT, "kept past the limit", "past_limit", "hold.past_limit_share", citation="8 CFR 287.7(d)"
    )
    PAST_LIMIT_TIME = _duration(Purpose.PAST_LIMIT_TIME, "time past the limit", "past_limit", Duration.PAST_LIMIT)
    # In ICE custody.
    LAWFUL_RELEASE = _draw(
        Purpose.LAWFUL_RELEASE, "let go soon as not removable", "route", "custody.lawful_release_share"
    )
    DISCRETION_RULE = _rule(107, "the discretion rule covers the person", "discretion_rule", "discretion_rule")
    DISCRETION = _followed(Purpose.DISCRETION, "released in discretion", "discretion", "custody.discretion_share")
    REINSTATED = _fact(108, "an earlier removal or order is reinstated", "record", citation="8 USC 1231(a)(5)")
    ADMINISTRATIVE = _draw(
        Purpose.ADMINISTRATIVE,
        "removed administratively, by the conviction",
        "route",
        "custody.administrative_share",
        citation="8 USC 1228(b)",
    )
    RETURN = _draw(Purpose.RETURN, "returned without an order", "route", "custody.return_share", citation="8 USC 1229c")
    MANDATORY = _fact(109, "custody is mandatory, by the conviction", "route", citation="8 USC 1226(c)")
    DETAINED = _draw(Purpose.DETAINED, "detained", "route", "custody.detained_share", citation="8 USC 1226(a)")
    COUNSEL_EARLY = _draw(
        Purpose.COUNSEL + _AGAIN, "counsel before the bond hearing", "counsel", "custody.counsel_detained_share"
    )
    BOND = _draw(Purpose.BOND, "released on bond", "route", "custody.bond_share", citation="8 USC 1226(a)(2)")
    COUNSEL = _draw(
        Purpose.COUNSEL,
        "represented by counsel",
        "counsel",
        "custody.counsel_released_share",
        "custody.counsel_detained_share",
        citation="8 USC 1362",
    )
    DOCKET_TIME = _duration(Purpose.DOCKET_TIME, "time to the end of the case", "custody_time", Duration.DOCKET)
    STIPULATED = _draw(
        Purpose.STIPULATED,
        "agrees to an order without a hearing",
        "route",
        "custody.stipulated_share",
        citation="8 USC 1229a(d)",
    )
    CASE_OUTCOME = _draw(
        Purpose.CASE_OUTCOME,
        "ordered removed",
        "route",
        "custody.released_removed_share",
        "custody.detained_removed_share",
        citation="8 USC 1229a",
    )
    RELIEF = _draw(Purpose.RELIEF, "granted relief", "route", "custody.relief_share")
    CUSTODY_TIME = _duration(
        Purpose.CUSTODY_TIME,
        "time in ICE custody",
        "custody_time",
        Duration.CUSTODY_SHORT,
        Duration.CUSTODY_CASE,
        Duration.BOND,
    )
    REENTRY = _draw(Purpose.REENTRY, "comes back", "away", "people.reentry_share")
    REENTRY_TIME = _duration(Purpose.REENTRY_TIME, "time until they are back", "away", Duration.REENTRY)
    PERIOD_END = _clock(110, "the period ended", "period_end")
