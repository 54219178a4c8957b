"""What a run cost, and whom: hours, pick-ups, officers and refunds priced by the unit costs of the register.

Each line names its payer and what caused it, so that what a programme causes, what one payer hands to another, and what
the criminal case would have cost anyhow are never added up unseen. Counting is over before anything here begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from enforcement_sim.process.clock import HOURS_A_DAY

if TYPE_CHECKING:
    from enforcement_sim.results import Result

__all__ = ["costs_of"]

CENTS = 100


def costs_of(result: Result) -> pd.DataFrame:
    """Return the lines of a run's bill; see :meth:`enforcement_sim.results.Result.costs`."""
    values = result.meta["scenario"]["parameters"]
    by_group = result.hours().pivot(index="kind", columns="status_group", values="hours") / HOURS_A_DAY
    days = by_group.sum(axis=1)
    unauthorised = by_group["unauthorised"]
    counts = result.funnel(by="none").set_index("event")["count"]
    jail, prison = values["cost.jail_day"], values["cost.prison_day"]
    in_jail = ["criminal_case", "induced", "statutory_hold", "past_limit"]
    rented = days["ice_custody"] * values["beds.rented_share"]
    to_counties = float(unauthorised[in_jail].sum()) * jail * values["cost.refund_share"]
    to_states = float(unauthorised["prison"]) * prison * values["cost.refund_share"]
    for_rent = rented * values["cost.rented_bed_day"]
    programme, transfer, case = "programme", "transfer", "criminal case"
    rows = [
        ("county", "criminal case in jail", case, days["criminal_case"] * jail),
        ("county", "induced stay", programme, days["induced"] * jail),
        ("county", "statutory hold", programme, days["statutory_hold"] * jail),
        ("county", "past the limit", programme, days["past_limit"] * jail),
        ("county", "287(g) officers", programme, result.meta["officer_years"] * values["cost.officer_year_287g"]),
        ("county", "rented beds, paid by ICE", transfer, -for_rent),
        ("county", "rented beds, upkeep", transfer, rented * jail),
        ("county", "refunds", transfer, -to_counties),
        ("state", "prison", case, days["prison"] * prison),
        ("state", "refunds", transfer, -to_states),
        ("federal", "pick-ups", programme, int(counts["ice_custody"]) * values["cost.pickup"]),
        (
            "federal",
            "ICE custody, own beds",
            programme,
            (days["ice_custody"] - rented) * values["cost.ice_bed_day"],
        ),
        ("federal", "ICE custody, rented beds", programme, for_rent),
        ("federal", "refunds", transfer, to_counties + to_states),
    ]
    frame = pd.DataFrame(rows, columns=["payer", "kind", "caused_by", "dollars"])
    return frame.assign(dollars=(frame["dollars"] * CENTS).round() / CENTS)
