"""Observation operators: how the model computes each published figure.

An operator takes an observed period (one result in the figure's months and place) and returns one number, under the
figure's own definition: its stage, its programme, who is attributed to it, and what was counted as a removal. If that
differs from what was published, the figure's ``remark`` says so.

Two conventions apply to every figure of ICE: its *removals* include returns, as its annual totals do; and a programme's
own statistics count everyone it found, also those whom another programme found before (attribution *any*). The mix of
offences is counted by the programme that found a person first. Operators that compare places are in ``place_operators``,
lengths of stay in ``stay_lengths``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from enforcement_sim.places.geography import secure_communities_dates
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.validation import place_operators, stay_lengths
from enforcement_sim.studies.validation.arrest_ratios import felony_ratio
from enforcement_sim.studies.validation.external_constants import external_constants
from enforcement_sim.studies.validation.period import ObservedPeriod
from enforcement_sim.studies.validation.place_operators import BY_287G, GONE
from enforcement_sim.studies.validation.targets import Scope, Target

Operator = Callable[[ObservedPeriod], float]

SC, JAIL, CAP = "secure_communities", "jail_287g", "criminal_alien_program"
LEVELS, CHARGED_LEVELS = "ice-levels-2010", "ice-levels-2008"
NO_CONVICTION = "no conviction"


def _sum(events: str | Sequence[str], programmes: Sequence[str | None] = (None,)) -> Operator:
    """Count events of everyone, or of the people whom these programmes found, first or later."""
    names = (events,) if isinstance(events, str) else tuple(events)

    def counted(period: ObservedPeriod) -> float:
        return sum(
            period.count(event) if programme is None else period.count_any(event, programme)
            for event in names
            for programme in programmes
        )

    return counted


def _over(top: Operator, bottom: Operator) -> Operator:
    return lambda period: ratio(top(period), bottom(period))


def _first(event: str, programme: str) -> Operator:
    """Count an event of the people whom a programme found first, where tables of places are needed."""
    return lambda period: period.count(event, programme)


def _share(
    events: Sequence[str], wanted: tuple[str, ...], definition: str, programmes: Sequence[str | None]
) -> Operator:
    def share(period: ObservedPeriod) -> float:
        counts = [period.by_category(event, definition, by) for event in events for by in programmes]
        return ratio(sum(one[name] for one in counts for name in wanted), sum(sum(one.values()) for one in counts))

    return share


def _group_share(event: str, group: str) -> Operator:
    def share(period: ObservedPeriod) -> float:
        counts = period.by_status_group(event)
        return ratio(counts[group], sum(counts.values()))

    return share


def _california_share(period: ObservedPeriod) -> float:
    return ratio(_REMOVED_SC(period.within(Scope("states", ("CA",)))), _REMOVED_SC(period))


def _active(period: ObservedPeriod) -> float:
    """Count the counties active on the last day: the shipped schedule, not a simulated number."""
    return float(np.sum(secure_communities_dates() <= np.datetime64(period.end)))


def _inmates(period: ObservedPeriod) -> float:
    return ratio(period.inmate_days(), period.days())


def _mean_stay(period: ObservedPeriod) -> float:
    return ratio(period.inmate_days(), period.count("booked"))


NAMED_JAILS = (
    "06037", "06059", "06065", "06071", "48201", "04013", "32003",
    "13067", "13135", "37119", "47037", "51153", "12021", "40143",
)  # fmt: skip
"""Counties of fourteen of the eighteen jails, with 97% of their detainers: Los Angeles, Orange, Riverside, San Bernardino,
Harris, Maricopa, Clark, Cobb, Gwinnett, Mecklenburg, Davidson, Prince William, Collier, Tulsa."""


def _custody_of_agreement_jails(period: ObservedPeriod) -> float:
    """ICE custody by detainer in the counties of the named jails."""
    here = period.within(Scope("counties", NAMED_JAILS))
    return ratio(here.count("ice_custody"), here.count("detainer_issued"))


def _charged_by_cap(period: ObservedPeriod) -> float:
    """People whom the background programme's officers charged, federal prisons put beside by assumption."""
    here = period.count_any("detainer_issued", CAP)
    return here + external_constants()["federal_prison_charged_a_year"] * period.days() / DAYS_A_YEAR


def published_detainers(here: float) -> float:
    """Return detainers as TRAC counts them, from those at local jails and state prisons.

    Examples
    --------
    >>> round(published_detainers(82.0), 6)
    100.0
    """
    return here / (1.0 - external_constants()["federal_detainer_share"])


def _detainers_published(period: ObservedPeriod) -> float:
    return published_detainers(_DETAINERS(period))


_FOUND_287G = _sum("identified", BY_287G)
_REMOVED_SC = _sum(GONE, (SC,))
_SUBMITTED = _sum("submitted")
_MATCHES = _over(_sum("matched"), _SUBMITTED)
_NO_CONVICTION_SC = _share(GONE, (NO_CONVICTION,), LEVELS, (SC,))
_DETAINERS = _sum("detainer_issued")
_REMOVED_287G = _sum(GONE, BY_287G)
_OVER_2011 = place_operators.over_year("detainer_issued", 2011)
_NO_CONVICTION_DETAINERS = _share(("detainer_issued",), (NO_CONVICTION,), LEVELS, (None,))

OF_FIGURES: dict[str, Operator] = {
    **{f"sc_match_rate{where}": _MATCHES for where in ("", "_tx", "_dallas")},
    "sc_matches_2009_08": _sum("matched"),
    "sc_detainers_per_match_2009_08": _over(_first("detainer_issued", SC), _sum("matched")),
    **{f"sc_submissions_{which}": _SUBMITTED for which in ("2011_06", "full_year", "ca", "tx", "dallas")},
    "sc_custody_2011_03": _over(_sum("ice_custody", (SC,)), _SUBMITTED),
    **dict.fromkeys(("sc_removed_2011_03", "sc_removed_ca"), _over(_REMOVED_SC, _SUBMITTED)),
    "sc_removed_ca_share": _california_share,
    **{f"sc_nonconvicted_{when}": _NO_CONVICTION_SC for when in ("2010_06", "2011_03", "after_2011_03")},
    "sc_level1_ca": _share(GONE, ("level 1",), LEVELS, (SC,)),
    "sc_level3_2011_02": _share(GONE, ("level 3",), LEVELS, (SC,)),
    **{f"sc_removals_fy{year}": _REMOVED_SC for year in (2009, 2010, 2011)},
    **dict.fromkeys(("sc_removed_2011_02", "sc_removed_fy2012_h1"), _REMOVED_SC),
    **dict.fromkeys(("sc_activated_2010_09", "sc_activated_2011_10"), _active),
    "detainer_custody_share": _over(_sum("ice_custody"), _DETAINERS),
    "detainer_custody_287g_jails": _custody_of_agreement_jails,
    "detainer_declined_share": _over(_sum("detainer_declined"), _DETAINERS),
    **{f"detainers_fy{years}": _detainers_published for years in ("2008_2011", "2012", "2013", "2014")},
    **{f"detainers_{month}": _detainers_published for month in ("2011_10", "2011_11", "2013_01")},
    **{f"npr_ca_jails_{year}": _OVER_2011 for year in (2008, 2009, 2010, 2012, 2013, 2014)},
    "detainers_citizens": _group_share("detainer_issued", "citizen"),
    "detainers_lpr": _group_share("detainer_issued", "permanent_resident"),
    **{
        f"detainers_no_{what}": _NO_CONVICTION_DETAINERS for what in ("record", "conviction_2012", "conviction_2013_06")
    },
    "detainers_level1": _share(("detainer_issued",), ("level 1",), LEVELS, (None,)),
    **dict.fromkeys(("g287_identified_2012_02", "g287_arrests_fy2008"), _FOUND_287G),
    "g287_removed_share": _over(_REMOVED_287G, _FOUND_287G),
    "g287_removals_fy2013": _REMOVED_287G,
    **{f"g287_identified_fy{year}": _FOUND_287G for year in range(2007, 2013)},
    **{f"g287_removed_fy{year}": _REMOVED_287G for year in range(2007, 2014)},
    "g287_jail_share": _over(_sum("detainer_issued", (JAIL,)), _sum("detainer_issued", BY_287G)),
    "g287_serious_share": _share(("detainer_issued",), ("level 1", "level 2"), CHARGED_LEVELS, BY_287G),
    "g287_detainer_per_interview": _over(_first("detainer_issued", JAIL), _first("interviewed", JAIL)),
    "g287_proceedings_per_processed": _over(_first("detainer_issued", JAIL), _first("identified", JAIL)),
    "cap_charged_fy2008": _charged_by_cap,
    "arrest_ratio_felony": felony_ratio(("unauthorised",)),
    "arrest_ratio_lawful": felony_ratio(("permanent_resident", "other_lawful")),
    "la_jail_releases": _sum("booked"),
    "jail_inmates_2010": _inmates,
    "jail_mean_stay_days": _mean_stay,
    "jail_unconvicted": stay_lengths.unconvicted_share,
    "released_within_a_day": stay_lengths.released_within(1),
    "released_within_a_week": stay_lengths.released_within(7),
    "ice_mean_stay_days": stay_lengths.mean_custody_days,
    "ice_stay_3_days": stay_lengths.left_custody_within(3),
    "ice_stay_month": stay_lengths.left_custody_within(30),
    "counsel_detained": stay_lengths.counsel_of_detained,
    "induced_stay_days": stay_lengths.induced_days,
    **{f"interior_removals_fy{year}": _sum(GONE) for year in (2013, 2014)},
    **{f"interior_nonconvicted_fy{year}": _share(GONE, (NO_CONVICTION,), LEVELS, (None,)) for year in (2013, 2014)},
    "sc_minor_or_none_2011": _share(GONE, ("level 3", NO_CONVICTION), LEVELS, (SC,)),
}
"""Id of a figure -> its operator; those of vectors are in ``place_operators``."""


def operator_of(target: Target) -> Operator | None:
    """Return how the model computes a figure, a value of a vector included; None if nobody has said it.

    Examples
    --------
    >>> from enforcement_sim.studies.validation.targets import load_targets
    >>> operator_of(load_targets()["weekend_bookin_ratio"]) is None
    True
    """
    numbers = place_operators.VECTORS.get(target.vector)
    if numbers is None:
        return OF_FIGURES.get(target.id)
    label = target.id.removeprefix(f"{target.vector}.")
    return lambda period: numbers(period.within(Scope("nation"))).get(label, float("nan"))
