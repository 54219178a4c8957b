"""How each published figure is expressed in the model, and which ones are not expressible yet, and why.

A recipe takes a window (one result, cut to the figure's months and place) and returns one number. People belong to
the programme that found them first. Only figures that may be used for fitting have a recipe here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from enforcement_sim.evidence.targets import Scope
from enforcement_sim.evidence.window import Window
from enforcement_sim.measures import ratio
from enforcement_sim.world.geography import secure_communities_dates

__all__ = ["INSTEAD", "NOT_EXPRESSIBLE", "RECIPES", "REMARKS", "Recipe"]

Recipe = Callable[[Window], float]

SC, JAIL, CAP = "secure_communities", "jail_287g", "criminal_alien_program"
LEVELS, CHARGED_LEVELS = "ice-levels-2010", "ice-levels-2008"
DAYS_A_YEAR = 365


def _count(event: str, programme: str | None = None) -> Recipe:
    return lambda window: window.count(event, programme)


def _rate(event: str, over: str, programme: str | None = None, over_programme: str | None = None) -> Recipe:
    return lambda window: ratio(window.count(event, programme), window.count(over, over_programme))


def _share(event: str, wanted: tuple[str, ...], definition: str, programme: str) -> Recipe:
    def share(window: Window) -> float:
        counts = window.by_category(event, definition, programme)
        return ratio(sum(counts[name] for name in wanted), sum(counts.values()))

    return share


def _group_share(event: str, group: str) -> Recipe:
    def share(window: Window) -> float:
        counts = window.by_status_group(event)
        return ratio(counts[group], sum(counts.values()))

    return share


def _convicted(window: Window) -> float:
    counts = window.by_category("removed", LEVELS, SC)
    return sum(counts.values()) - counts["no conviction"]


def _california_share(window: Window) -> float:
    return ratio(_convicted(window.within(Scope("states", ("CA",)))), _convicted(window))


def _active(window: Window) -> float:
    """Count the counties active on the last day: the shipped schedule, not a simulated number."""
    return float(np.sum(secure_communities_dates() <= np.datetime64(window.end)))


def _inmates(window: Window) -> float:
    return ratio(window.inmate_days(), window.days())


def _mean_stay(window: Window) -> float:
    return ratio(_inmates(window) * DAYS_A_YEAR, window.count("booked"))


RECIPES: dict[str, Recipe] = {
    "sc_match_rate": _rate("matched", "submitted"),
    "sc_match_rate_tx": _rate("matched", "submitted"),
    "sc_match_rate_dallas": _rate("matched", "submitted"),
    "sc_submissions_2011_06": _count("submitted"),
    "sc_submissions_full_year": _count("submitted"),
    "sc_custody_2011_03": _rate("ice_custody", "submitted", SC),
    "sc_removed_2011_03": _rate("removed", "submitted", SC),
    "sc_removed_ca_share": _california_share,
    "sc_nonconvicted_2010_06": _share("removed", ("no conviction",), LEVELS, SC),
    "sc_nonconvicted_2011_03": _share("removed", ("no conviction",), LEVELS, SC),
    "sc_level1_ca": _share("removed", ("level 1",), LEVELS, SC),
    "sc_level3_2011_02": _share("removed", ("level 3",), LEVELS, SC),
    "sc_removals_fy2009": _count("removed", SC),
    "sc_removals_fy2010": _count("removed", SC),
    "sc_removals_fy2011": _count("removed", SC),
    "sc_removed_2011_02": _count("removed", SC),
    "sc_activated_2010_09": _active,
    "sc_activated_2011_10": _active,
    "detainer_custody_share": _rate("ice_custody", "detainer_issued"),
    "detainer_declined_share": _rate("detainer_declined", "detainer_issued"),
    "detainers_fy2008_2011": _count("detainer_issued"),
    "detainers_citizens": _group_share("detainer_issued", "citizen"),
    "detainers_lpr": _group_share("detainer_issued", "permanent_resident"),
    "g287_identified_2012_02": _count("identified", JAIL),
    "g287_arrests_fy2008": _count("identified", JAIL),
    "g287_removed_share": _rate("removed", "identified", JAIL, JAIL),
    "g287_serious_share": _share("detainer_issued", ("level 1", "level 2"), CHARGED_LEVELS, JAIL),
    "g287_detainer_per_interview": _rate("detainer_issued", "interviewed", JAIL, JAIL),
    "g287_proceedings_per_processed": _rate("charged", "identified", JAIL, JAIL),
    "cap_charged_fy2008": _count("charged", CAP),
    "jail_inmates_2010": _inmates,
    "jail_mean_stay_days": _mean_stay,
}
"""By the figure's id, what the model says about it."""

INSTEAD: dict[str, tuple[date, date]] = {
    "detainer_declined_share": (date(2007, 10, 1), date(2012, 12, 31)),
}
"""Windows compared where the figure's own lies outside the model's years: the years it is taken to bound."""

REMARKS: dict[str, str] = {
    "sc_activated_2010_09": "the schedule that ships, not a simulated number",
    "sc_activated_2011_10": "the schedule that ships, not a simulated number",
    "g287_identified_2012_02": "without task-force arrests, which are not in the model yet",
    "g287_arrests_fy2008": "without task-force arrests, which are not in the model yet",
    "g287_serious_share": "levels of 2008 over the present charge; August 2010 whole",
    "jail_inmates_2010": "mean over the month",
}
"""What the model's number is, where that is not quite what was published."""

_BORDER = "counts all book-ins to ICE custody; those from the border are not in the model"
_STAYS = "the ledger adds up hours and keeps no lengths of single stays; the model's durations are set from this figure"

NOT_EXPRESSIBLE: dict[str, str] = {
    "detainer_custody_287g_jails": "which 18 jails were meant is not in the package's data, and how far ICE follows "
    "up a detainer does not yet differ by jail",
    "g287_jail_share": "task-force agreements make no arrests in the model yet",
    "jail_unconvicted": "the ledger counts inmates and not whether they are convicted",
    "released_within_a_day": _STAYS,
    "released_within_a_week": _STAYS,
    "felony_median_adjudication_days": _STAYS,
    "ice_mean_stay_days": _BORDER,
    "ice_stay_3_days": _BORDER,
    "ice_stay_month": _BORDER,
    "weekend_bookin_ratio": _BORDER,
    "counsel_detained": "counsel is not in the model yet",
}
"""By the figure's id, why the present model has nothing to say about it."""
