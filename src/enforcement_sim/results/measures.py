"""The named numbers of a run that comparisons and figures use.

Each is a plain number with a name that says what it counts: events in all and by the programme that found the
person first, shares of named events under named definitions, hours, days and money. One list, used everywhere.
"""

from __future__ import annotations

import pandas as pd

from enforcement_sim.codes import EVENTS, HOUR_KINDS, PROGRAMMES
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.results.costs import COST_BRIDGE, costs_of, net_costs_of
from enforcement_sim.results.questions import Questions

BY_PROGRAMME = ("identified", "also_found", "detainer_issued", "ice_custody", "removed", "returned")
MIXED_STAGES = ("detainer_issued", "ice_custody", "removed")
NOT_RECORDED = ("cited", "unreported", "not_arrested")
ONLY_RECORDED = ("newly_reported", "newly_arrested")
"""Events by which what happened and what was booked differ."""
NOT_A_NUMBER = float("nan")


def ratio(part: float, whole: float) -> float:
    """Return a quotient, or not-a-number over zero."""
    return part / whole if whole else NOT_A_NUMBER


def measures_of(result: Questions) -> dict[str, float]:
    """Return every named number of a run.

    Returns
    -------
    dict of str to float
        Names are dotted: an event (``removed``: people), an event and a programme
        (``removed.secure_communities``), a share and its stage (``no_conviction_share.removed``: 0 to 1),
        ``hours.KIND``, ``days_per_detainer.KIND``, ``found_by_any.PROGRAMME``. ``net_cost.PAYER`` is the headline cost,
        the sum of its ``bridge.PAYER.LINE``; ``dollars.PAYER`` is the part of it that programmes cause, before refunds and
        what rents give a county; ``case_refunds.PAYER`` is repaid for criminal cases and in none of these.
        ``recorded_events`` are bookings; ``true_events`` are the offences that would be booked if reporting and arrest
        practice were history's.
    """
    counts = pd.DataFrame(result.array(by=("programme", "event")).T, EVENTS, PROGRAMMES)
    found_too = dict(zip(PROGRAMMES, result.array("removed", by="any_programme"), strict=True))
    found: dict[str, float] = dict(zip(EVENTS, counts.sum(axis=1).astype(float).tolist(), strict=True))
    for event in BY_PROGRAMME:
        for programme in PROGRAMMES[1:]:
            found[f"{event}.{programme}"] = float(counts[programme][event])
    for programme in PROGRAMMES[1:]:
        found[f"found_by_any.{programme}"] = float(counts[programme]["identified"] + counts[programme]["also_found"])
        found[f"removed_by_any.{programme}"] = float(found_too[programme])
    found["recorded_events"] = found["booked"]
    found["true_events"] = found["booked"] + sum(found[event] for event in NOT_RECORDED)
    found["true_events"] -= sum(found[event] for event in ONLY_RECORDED)
    found["match_share"] = ratio(found["matched"], found["submitted"])
    found["custody_per_detainer"] = ratio(found["ice_custody"], found["detainer_issued"])
    found["removed_per_custody"] = ratio(found["removed"], found["ice_custody"])
    for stage in MIXED_STAGES:
        levels = _shares(result, stage, "ice-levels-2010")
        found[f"no_conviction_share.{stage}"] = levels.get("no conviction", NOT_A_NUMBER)
        found[f"level_1_share.{stage}"] = levels.get("level 1", NOT_A_NUMBER)
        charges = _shares(result, stage, "charge")
        found[f"traffic_share.{stage}"] = charges.get("traffic", NOT_A_NUMBER)
        found[f"serious_violent_share.{stage}"] = charges.get("serious_violent", NOT_A_NUMBER)
    citizens = {"status_group": "citizen"}
    found["detainers_on_citizens"] = float(result.array("detainer_issued", where=citizens))
    found["held_citizens"] = float(result.array("held", where=citizens))
    hours = result.hours(by="none").set_index("kind")["hours"]
    for kind in HOUR_KINDS:
        found[f"hours.{kind}"] = float(hours.get(kind, 0))
    for kind in ("induced", "statutory_hold", "past_limit"):
        found[f"days_per_detainer.{kind}"] = ratio(found[f"hours.{kind}"] / HOURS_A_DAY, found["detainer_issued"])
    costs = costs_of(result)
    for payer, dollars in costs[costs["caused_by"] == "programme"].groupby("payer")["dollars"].sum().items():
        found[f"dollars.{payer}"] = round(float(dollars), 2)
    found |= net_costs_of(result)
    found["jail_inmates"] = float(result.population()["inmates"].mean())
    found["prisoners"] = float(result.population(of="prisons")["inmates"].mean())
    return found


def _shares(result: Questions, stage: str, definition: str) -> dict[str, float]:
    mix = result.mix(stage=stage, by="none", definition=definition)
    return {str(name): float(share) for name, share in zip(mix["category"], mix["share"], strict=True)}


MEASURES = (
    *EVENTS,
    *(f"{event}.{programme}" for event in BY_PROGRAMME for programme in PROGRAMMES[1:]),
    *(f"{name}.{programme}" for programme in PROGRAMMES[1:] for name in ("found_by_any", "removed_by_any")),
    "recorded_events",
    "true_events",
    "match_share",
    "custody_per_detainer",
    "removed_per_custody",
    *(
        f"{share}.{stage}"
        for stage in MIXED_STAGES
        for share in ("no_conviction_share", "level_1_share", "traffic_share", "serious_violent_share")
    ),
    "detainers_on_citizens",
    "held_citizens",
    *(f"hours.{kind}" for kind in HOUR_KINDS),
    *(f"days_per_detainer.{kind}" for kind in ("induced", "statutory_hold", "past_limit")),
    *(f"dollars.{payer}" for payer in ("county", "federal")),
    *(
        name
        for payer, lines in COST_BRIDGE.items()
        for name in (f"net_cost.{payer}", *(f"bridge.{payer}.{line}" for line in lines))
    ),
    *(f"case_refunds.{payer}" for payer in ("county", "state")),
    "jail_inmates",
    "prisoners",
)
"""Every name that :func:`measures_of` gives a number to, known before anything is run; a test holds the two together."""
