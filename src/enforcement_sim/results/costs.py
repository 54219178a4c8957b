"""What a run cost, and whom: hours, pick-ups, officers and refunds priced by the unit costs of the register.

Each line names its payer and what caused it, so that what a programme causes, what one payer hands to another, and what
the criminal case would have cost anyhow are never added up unseen. Lines that belong together make a bridge: from jail
days and officers, less refunds and rents, to the **net cost** of a payer, which is the one headline number. Amounts are
whole cents, so that a bridge adds up exactly. Counting is over before anything here begins.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.results.questions import Questions

CENTS = 100
PROGRAMME, TRANSFER, CASE = "programme", "transfer", "criminal case"
ADDED = ["induced", "statutory_hold", "past_limit"]
"""Kinds of hours in jail that detainers add to a criminal case."""
COST_BRIDGE = {
    "county": ("jail_days", "officers", "rented_days", "refunds", "rents"),
    "state": (),
    "federal": ("pickups", "own_beds", "rents", "refunds"),
}
"""By payer, the lines that add up to the net cost. Programmes cost states nothing that is counted: nobody is held on a
detainer in a prison, and prison days belong to the criminal case."""
COLUMNS = ["payer", "kind", "caused_by", "line", "dollars"]


def costs_of(result: Questions) -> pd.DataFrame:
    """Return the lines of a run's bill; see :meth:`enforcement_sim.results.result.Result.costs`."""
    values = result.meta["scenario"]["parameters"]
    by_group = result.hours().pivot(index="kind", columns="status_group", values="hours") / HOURS_A_DAY
    days = by_group.sum(axis=1)
    counts = result.funnel(by="none").set_index("event")["count"]
    jail, prison = values["cost.jail_day"], values["cost.prison_day"]
    rented = days["ice_custody"] * values["beds.rented_share"]
    rent = _cents(rented * values["cost.rented_bed_day"])
    refunds = _refunds(by_group["unauthorised"], values)
    rows = [
        ("county", "criminal case in jail", CASE, "", _cents(days["criminal_case"] * jail)),
        ("county", "refunds for the criminal case", CASE, "", -refunds["county"]),
        ("county", "induced stay", PROGRAMME, "jail_days", _cents(days["induced"] * jail)),
        ("county", "statutory hold", PROGRAMME, "jail_days", _cents(days["statutory_hold"] * jail)),
        ("county", "past the limit", PROGRAMME, "jail_days", _cents(days["past_limit"] * jail)),
        (
            "county",
            "287(g) officers",
            PROGRAMME,
            "officers",
            _cents(result.meta["officer_years"] * values["cost.officer_year_287g"]),
        ),
        ("county", "rented beds, upkeep", TRANSFER, "rented_days", _cents(rented * jail)),
        ("county", "refunds", TRANSFER, "refunds", -refunds["added"]),
        ("county", "rented beds, paid by ICE", TRANSFER, "rents", -rent),
        ("state", "prison", CASE, "", _cents(days["prison"] * prison)),
        ("state", "refunds for the criminal case", CASE, "", -refunds["state"]),
        ("federal", "refunds for the criminal case", CASE, "", refunds["county"] + refunds["state"]),
        ("federal", "pick-ups", PROGRAMME, "pickups", _cents(int(counts["ice_custody"]) * values["cost.pickup"])),
        (
            "federal",
            "ICE custody, own beds",
            PROGRAMME,
            "own_beds",
            _cents((days["ice_custody"] - rented) * values["cost.ice_bed_day"]),
        ),
        ("federal", "ICE custody, rented beds", PROGRAMME, "rents", rent),
        ("federal", "refunds", TRANSFER, "refunds", refunds["added"]),
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(dollars=frame["dollars"] / CENTS)


def _refunds(unauthorised: pd.Series, values: Mapping[str, float]) -> dict[str, int]:
    """Return what the federal side pays back for unauthorised people's days, in cents: by what these days belong to."""
    share = values["cost.refund_share"]
    return {
        "added": _cents(float(unauthorised[ADDED].sum()) * values["cost.jail_day"] * share),
        "county": _cents(float(unauthorised["criminal_case"]) * values["cost.jail_day"] * share),
        "state": _cents(float(unauthorised["prison"]) * values["cost.prison_day"] * share),
    }


def _cents(dollars: float) -> int:
    return round(float(dollars) * CENTS)


def net_costs_of(result: Questions) -> dict[str, float]:
    """Return every payer's net cost and the lines that lead to it;
    see :meth:`enforcement_sim.results.result.Result.net_costs`."""
    costs = costs_of(result)
    cents = (costs["dollars"] * CENTS).round().astype("int64")
    found: dict[str, float] = {}
    for payer, names in COST_BRIDGE.items():
        ours = costs["payer"] == payer
        lines = {line: int(cents[ours & (costs["line"] == line)].sum()) for line in names}
        found[f"net_cost.{payer}"] = sum(lines.values()) / CENTS
        found |= {f"bridge.{payer}.{line}": amount / CENTS for line, amount in lines.items()}
    for payer in ("county", "state"):
        repaid = (costs["payer"] == payer) & (costs["caused_by"] == CASE) & costs["kind"].str.startswith("refunds")
        found[f"case_refunds.{payer}"] = -int(cents[repaid].sum()) / CENTS
    return found
