"""Every decision between booking and outcome, as data: which rule, which draw, which threshold, which clock.

One table says what the engine asks of a person at each point: the field of the place that names the rule, the draw, the
share below which the answer is yes and where that share stands, the duration, the capacity. A second table says which
decisions can bring an event about. Whoever explains a life (``trace``) or says where two lives part reads both; nothing
here runs, and the engine does not read it. That the tables are right is held by a test that explains every event of
every person of a run from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from enforcement_sim.custody.draws import Purpose
from enforcement_sim.custody.records import Duration

__all__ = ["DECISIONS", "DECISIONS_OF_EVENT", "Decision", "Kind", "Share"]


class Kind(StrEnum):
    """What answers a decision."""

    RULE = "rule"  # a rule over grounds
    FOLLOWED = "rule and draw"  # a rule, and a draw for how closely it is followed
    DRAW = "draw"
    SETTING = "setting"  # what is in force at the place on the day
    FACT = "fact"  # about the person, remembered or read from the grounds
    DURATION = "duration"
    CAPACITY = "capacity"
    CLOCK = "clock"


@dataclass(frozen=True)
class Share:
    """The number below which a draw says yes, and where it stands.

    Attributes
    ----------
    source : {"register", "place", "status", "offence", "computed"}
        An address of the register, a field of the place's, status's or offence's record, or what the caller computed.
    name : str
        The address or field.
    times : str
        Address of a share that multiplies it.
    less_if_overseen : str
        Address of a share by which it is smaller where officers are monitored.
    times_odds, over_odds : str
        Address of a ratio by which its odds are multiplied or divided.
    """

    source: str
    name: str
    times: str = ""
    less_if_overseen: str = ""
    times_odds: str = ""
    over_odds: str = ""


@dataclass(frozen=True)
class Decision:
    """One thing decided.

    Attributes
    ----------
    question : str
        What is decided, in words that are followed by yes or no.
    kind : Kind
    rule : str
        Field of the place that holds the number of the rule in force.
    setting : str
        Field of the place that holds a setting.
    purpose : Purpose or None
        The draw.
    of_person : bool
        Whether the draw belongs to the person, and so to every booking of the person, instead of to the booking.
    shares : mapping of str to Share
        By case: ``""`` where there is only one. Where a rule is followed by a draw, the cases are its verdicts, and a
        verdict without a share is a no.
    duration : Duration or None
        The row of the table of durations, where there is only one.
    """

    question: str
    kind: Kind
    rule: str = ""
    setting: str = ""
    purpose: Purpose | None = None
    of_person: bool = False
    shares: Mapping[str, Share] = field(default_factory=dict)
    duration: Duration | None = None


def _draw(
    question: str, purpose: Purpose, only: Share | None = None, of_person: bool = False, **cases: Share
) -> Decision:
    shares = cases if only is None else {"": only, **cases}
    return Decision(question, Kind.DRAW, purpose=purpose, of_person=of_person, shares=shares)


def _lasts(question: str, purpose: Purpose, row: Duration | None = None) -> Decision:
    return Decision(question, Kind.DURATION, purpose=purpose, duration=row)


_DETECTS = Share("register", "screening.interview_detects_share")
_GIVEN = Share("computed", "the response imported from the literature")

DECISIONS: dict[str, Decision] = {
    # Whether there is a booking at all.
    "drawn": Decision("among the day's bookings", Kind.FACT),
    "field_drawn": Decision("among the day's arrests that task forces add", Kind.FACT),
    "response_drawn": Decision("among the day's bookings that responses may add", Kind.FACT),
    "away": Decision("away: removed, returned, or inside for an earlier booking", Kind.FACT),
    "field_arrest": _draw("arrested by a task force", Purpose.FIELD, Share("place", "field_share")),
    "cited": _draw("cited instead of booked", Purpose.CITED, Share("offence", "citable_share")),
    "averted": _draw("the offence does not happen", Purpose.CRIME, _GIVEN),
    "unreported": _draw("the offence is not reported", Purpose.REPORTED, _GIVEN),
    "not_arrested": _draw("no arrest for the traffic offence", Purpose.ARRESTED, _GIVEN),
    "added": Decision("added by a response", Kind.FACT, purpose=Purpose.ADDED),
    # At booking.
    "printed": _draw("fingerprinted", Purpose.PRINTED, Share("offence", "printed_share")),
    "shared": Decision("the place shares prints with DHS", Kind.SETTING, setting="sharing"),
    "in_ident": _draw("in IDENT", Purpose.IN_IDENT, Share("status", "in_ident"), of_person=True),
    "enrolled": Decision("in IDENT since an earlier ICE custody", Kind.FACT),
    # The criminal case.
    "released_early": _draw(
        "released before disposition",
        Purpose.RELEASE_PATH,
        felony=Share("offence", "release_felony"),
        misdemeanour=Share("offence", "release_misdemeanour"),
    ),
    "release_time": _lasts("time to release", Purpose.RELEASE_TIME),
    "disposition_time": _lasts("time to disposition", Purpose.DISPOSITION_TIME),
    "convicted": _draw(
        "convicted",
        Purpose.CONVICTED,
        felony=Share("register", "case.conviction_share_felony"),
        misdemeanour=Share("register", "case.conviction_share_misdemeanour"),
    ),
    "to_prison": _draw("sentenced to prison", Purpose.PRISON, Share("offence", "prison_share")),
    "to_jail": _draw("sentenced to jail beyond time served", Purpose.JAIL, Share("register", "case.jail_share")),
    "sentence_time": _lasts("the jail sentence", Purpose.SENTENCE_TIME),
    "prison_time": _lasts("the prison term", Purpose.SENTENCE_TIME, Duration.PRISON),
    # Who comes to the jail.
    "locked_up": _draw("first in a city lock-up", Purpose.LOCKED_UP, Share("register", "case.lockup_share")),
    "lockup_time": _lasts("time in the lock-up", Purpose.LOCKUP_TIME, Duration.LOCKUP),
    "officer_on_site": _draw(
        "a 287(g) officer sees this booking", Purpose.OFFICER_ON_SITE, Share("place", "officer_share")
    ),
    "says_foreign_born": _draw(
        "says at booking that they were born abroad",
        Purpose.SAYS_FOREIGN_BORN,
        Share("register", "jail_287g.says_foreign_born_share"),
    ),
    "after_case": Decision("screened after the case and not at booking", Kind.SETTING, setting="post_case"),
    "interview_time": _lasts("time to the interview", Purpose.INTERVIEW_TIME, Duration.INTERVIEW),
    "officer": Decision("an officer had time", Kind.CAPACITY, purpose=Purpose.INTERVIEWS),
    "visited": _draw("a visit is planned", Purpose.VISITED, Share("register", "background.coverage")),
    "visit_time": _lasts("time to the visit", Purpose.VISIT_TIME, Duration.VISIT),
    "visit": Decision("a visit had room", Kind.CAPACITY, purpose=Purpose.VISITS),
    "response_time": _lasts("time to the answer of DHS", Purpose.RESPONSE_TIME, Duration.RESPONSE),
    "triage_time": _lasts("time to ICE's decision, in its office hours", Purpose.TRIAGE_TIME, Duration.TRIAGE),
    "found_in_prison": _draw(
        "looked for by the Criminal Alien Program in prison",
        Purpose.FOUND_IN_PRISON,
        Share("register", "background.prison_find_share"),
    ),
    # Whether the person is recognised.
    "mistaken": _draw(
        "a citizen taken for removable by mistake",
        Purpose.MISTAKE,
        Share(
            "register",
            "screening.mistake_share",
            less_if_overseen="institutions.oversight_mistake_reduction",
        ),
    ),
    "removable": _draw("removable as they stand", Purpose.REMOVABLE, Share("status", "removable")),
    "removable_by_felony": _draw(
        "removable by the felony conviction", Purpose.REMOVABLE_IF_FELONY, Share("status", "removable_if_felony")
    ),
    "detected_by_officer": _draw("recognised in the interview", Purpose.DETECTED_BY_OFFICER, _DETECTS),
    "detected_in_field": _draw("recognised in the field", Purpose.DETECTED_IN_FIELD, _DETECTS),
    "detected_on_visit": _draw("recognised on the visit", Purpose.DETECTED_ON_VISIT, _DETECTS),
    # The detainer.
    "screen": Decision("the screening rule covers the person", Kind.RULE, rule="screen_rule"),
    "detainer": Decision(
        "a detainer is sought",
        Kind.FOLLOWED,
        rule="detainer_rule",
        purpose=Purpose.ISSUE,
        shares={"covered": Share("place", "issue_covered"), "not covered": Share("place", "issue_not_covered")},
    ),
    "authorised": _draw("ICE authorises it", Purpose.AUTHORISED, Share("register", "jail_287g.authorised_share")),
    "bail_lost": Decision(
        "bail is lost, because the jail would hold the person, and the stay is longer",
        Kind.FOLLOWED,
        rule="honour_rule",
        purpose=Purpose.BAIL,
        shares={"covered": Share("register", "detainer.bail_denied_share")},
    ),
    # At the jail door.
    "lifted": _draw(
        "ICE has lifted the detainer",
        Purpose.LIFTED,
        citizen=Share("register", "detainer.lifted_share_citizen"),
        noncitizen=Share("register", "detainer.lifted_share"),
    ),
    "honoured": Decision("the jail honours the detainer", Kind.RULE, rule="honour_rule"),
    "wanted": _draw(
        "the field office wants the person",
        Purpose.WANTED,
        priority=Share("place", "wanted_priority"),
        other=Share("place", "wanted_other"),
    ),
    "noticed": _draw(
        "the crew is there on the known day of release",
        Purpose.NOTICE,
        Share("register", "pickup.notice_share"),
    ),
    "delay": _lasts("time until the crew arrives", Purpose.DELAY_TIME, Duration.DELAY),
    "crew": Decision("a crew and a bed were free", Kind.CAPACITY, purpose=Purpose.CREWS),
    "hold_clock": Decision("the clock of the hold ran out", Kind.CLOCK),
    "kept": _draw(
        "kept past the limit",
        Purpose.KEPT_PAST_LIMIT,
        Share(
            "register",
            "hold.past_limit_share",
            less_if_overseen="institutions.oversight_past_limit_reduction",
        ),
    ),
    "kept_time": _lasts("time past the limit", Purpose.PAST_LIMIT_TIME, Duration.PAST_LIMIT),
    # In ICE custody.
    "lawful_release": _draw(
        "let go soon as not removable", Purpose.LAWFUL_RELEASE, Share("register", "custody.lawful_release_share")
    ),
    "discretion": Decision(
        "released in discretion",
        Kind.FOLLOWED,
        rule="discretion_rule",
        purpose=Purpose.DISCRETION,
        shares={"covered": Share("register", "custody.discretion_share")},
    ),
    "reinstatement": Decision("an earlier removal or order is reinstated", Kind.FACT),
    "administrative": _draw(
        "removed administratively, by the conviction",
        Purpose.ADMINISTRATIVE,
        Share("register", "custody.administrative_share"),
    ),
    "return": _draw("returned without an order", Purpose.RETURN, Share("register", "custody.return_share")),
    "mandatory": Decision("custody is mandatory, by the conviction", Kind.FACT),
    "detained": _draw("detained", Purpose.DETAINED, Share("register", "custody.detained_share")),
    "counsel_early": _draw(
        "counsel before the bond hearing",
        Purpose.COUNSEL,
        Share("register", "custody.counsel_detained_share", times="custody.counsel_early_share"),
    ),
    "bond": _draw(
        "released on bond",
        Purpose.BOND,
        Share("register", "custody.bond_share"),
        early=Share("register", "custody.bond_share", times_odds="custody.counsel_bond_odds_ratio"),
    ),
    "counsel": _draw(
        "represented by counsel",
        Purpose.COUNSEL,
        detained=Share("register", "custody.counsel_detained_share"),
        released=Share("register", "custody.counsel_released_share"),
    ),
    "docket_time": _lasts("time to the end of the case", Purpose.DOCKET_TIME, Duration.DOCKET),
    "stipulated": _draw(
        "agrees to an order without a hearing", Purpose.STIPULATED, Share("register", "custody.stipulated_share")
    ),
    "case_outcome": _draw(
        "ordered removed",
        Purpose.CASE_OUTCOME,
        detained=Share("register", "custody.detained_removed_share"),
        released=Share("register", "custody.released_removed_share"),
        detained_counsel=Share("register", "custody.detained_removed_share", over_odds="custody.counsel_odds_ratio"),
        released_counsel=Share("register", "custody.released_removed_share", over_odds="custody.counsel_odds_ratio"),
    ),
    "relief": _draw("granted relief", Purpose.RELIEF, Share("register", "custody.relief_share")),
    "custody_time": _lasts("time in ICE custody", Purpose.CUSTODY_TIME),
    "reentry": _draw("comes back", Purpose.REENTRY, Share("register", "people.reentry_share")),
    "reentry_time": _lasts("time until they are back", Purpose.REENTRY_TIME, Duration.REENTRY),
    "gone": Decision("gone", Kind.FACT),
    "period_end": Decision("the period ended", Kind.CLOCK),
}
"""Decisions by name, in the order in which a person meets them."""

_BOOKED = (
    "drawn", "field_drawn", "response_drawn", "away", "field_arrest", "cited", "averted", "unreported", "not_arrested",
    "added",
)  # fmt: skip
_MATCHED = ("printed", "shared", "in_ident", "enrolled")
_CASE = ("released_early", "release_time", "disposition_time", "convicted", "to_prison", "to_jail", "sentence_time")
_RELEASE = (*_CASE, "bail_lost")
_OFFICER = (
    "locked_up", "lockup_time", "officer_on_site", "says_foreign_born", "after_case", "interview_time", "officer",
)  # fmt: skip
_VISIT = ("visited", "visit_time", "visit", "found_in_prison")
_ANSWER = ("response_time", "triage_time")
_RECOGNISED = (
    "mistaken", "removable", "removable_by_felony", "detected_by_officer", "detected_in_field", "detected_on_visit",
)  # fmt: skip
_FOUND = (*_BOOKED, *_MATCHED, *_RELEASE, *_ANSWER, *_OFFICER, *_VISIT, *_RECOGNISED)
_DETAINER = (*_FOUND, "screen", "detainer", "authorised")
_DOOR = (*_RELEASE, "prison_time", "lifted", "honoured")
_HOLD = ("prison_time", "lifted", "wanted", "noticed", "delay", "crew", "hold_clock", "kept", "kept_time")
_ROUTE = (
    "removable", "removable_by_felony", "lawful_release", "discretion", "reinstatement",
    "administrative", "return", "mandatory", "detained", "counsel_early", "bond", "counsel", "docket_time",
    "stipulated", "case_outcome", "relief", "custody_time",
)  # fmt: skip

DECISIONS_OF_EVENT: dict[str, tuple[str, ...]] = {
    "not_drawn": _BOOKED,
    "suppressed": _BOOKED,
    "cited": _BOOKED,
    "averted": _BOOKED,
    "unreported": _BOOKED,
    "not_arrested": _BOOKED,
    "matched": (*_BOOKED, *_MATCHED),
    "missed_in_time": (*_BOOKED, *_MATCHED, *_RELEASE, *_ANSWER),
    "field_arrest": _BOOKED,
    "interviewed": (*_BOOKED, *_RELEASE, *_OFFICER, "response_time", "triage_time", "prison_time"),
    "identified": _FOUND,
    "also_found": _FOUND,
    "declined_by_ice": _DETAINER,
    "detainer_issued": _DETAINER,
    "detainer_lifted": _DOOR,
    "detainer_moved": _DOOR,
    "detainer_declined": _DOOR,
    "held": _DOOR,
    "overdetained": _HOLD,
    "detainer_lapsed": _HOLD,
    "released": (*_BOOKED, *_RELEASE, "prison_time"),
    "prison": (*_BOOKED, *_RELEASE),
    "ice_custody": _HOLD,
    "discretion_release": _ROUTE,
    "bonded": _ROUTE,
    "charged": _ROUTE,
    "represented": _ROUTE,
    "reinstated": _ROUTE,
    "administrative": _ROUTE,
    "stipulated": _ROUTE,
    "removed": _ROUTE,
    "returned": _ROUTE,
    "relief": _ROUTE,
    "terminated": _ROUTE,
    "pending": (*_RELEASE, *_HOLD, *_ROUTE, "period_end"),
    "": (*_RELEASE, *_HOLD, *_ROUTE, "period_end"),
}
"""Event, or ``""`` for none any more, to the decisions that can bring it about; ``not_drawn`` is a booking that there
is not."""
