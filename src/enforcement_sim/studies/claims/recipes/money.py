"""Claims about what programmes cost: cost-60, cheaper-efficient.

Money is counted by what it would not have been without a programme, from two runs on the same people; appropriations are
published and stand beside it over simulated people.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from enforcement_sim.codes import OFFENCES
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import EVER, G287, SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.places import agreements_on, counties_of, works_in_jail
from enforcement_sim.studies.claims.recipes.effectiveness import (
    APPROPRIATED_287G,
    APPROPRIATED_SC,
    STAGES,
    THREE_YEARS_MIDDLE,
)
from enforcement_sim.studies.claims.rows import (
    Recipe,
    Row,
    beside,
    effect,
    no_value,
    other,
    own,
    percent_less,
)

__all__ = ["RECIPES"]

Worlds = Mapping[str, Counted]

LAST_YEAR = fiscal(2012)
FEWEST_FOUND = 100
"""People found in a state below which a share says little."""
VIOLENT = ("serious_violent", "aggravated_assault", "sex_offence")
LESS, PEOPLE, RATIO = "percent less", "people", "ratio"


def violent_removed(counted: Counted, by: tuple[str, ...] | None, span: Span) -> float:
    """Count people removed after a conviction for violence in the present case."""
    offence, _, convicted, _, _ = profile_parts(np.arange(PROFILES))
    wanted = np.isin(offence, [OFFENCES.index(name) for name in VIOLENT]) & (convicted == 1)
    return float(counted.people("removed", by, span)[wanted].sum())


def _cost(worlds: Worlds) -> list[Row]:
    history = worlds["history"]
    caused = {
        "287(g)": _caused(history, worlds["without_287g"]),
        "Secure Communities": _caused(history, worlds["without_secure_communities"]),
    }
    ours, theirs = caused["287(g)"], caused["Secure Communities"]
    rows = [own(percent_less(ours["federal"], theirs["federal"]), LESS)]
    rows.append(other("payer", "county money", percent_less(ours["county"], theirs["county"]), LESS))
    both = tuple(one["federal"] + one["county"] for one in (ours, theirs))
    rows.append(other("payer", "federal and county money", percent_less(*both), LESS))
    for unit in ("identified", "removed", "violent"):
        words = {
            "identified": "person found",
            "removed": "removal",
            "violent": "removal after a conviction for violence",
        }
        for payer, money in (("federal", (ours["federal"], theirs["federal"])), ("federal and county", both)):
            each = tuple(ratio(dollars, one[unit]) for dollars, one in zip(money, (ours, theirs), strict=True))
            rows.append(other("denominator", f"{payer} money per further {words[unit]}", percent_less(*each), LESS))
    for event in ("identified", "removed"):
        each = (
            ratio(APPROPRIATED_287G, history.count(event, G287)),
            ratio(APPROPRIATED_SC, history.count(event, SC)),
        )
        label = f"appropriation per person {STAGES[event]}, by who found them first"
        rows.append(other("denominator", label, percent_less(*each), LESS, "dollars as published"))
    for name, one in caused.items():
        for payer in ("federal", "county"):
            rows.append(
                effect(f"{payer} money because of {name}, fiscal 2010-2012", one[payer] / 1e6, "million dollars")
            )
    return rows


def _caused(history: Counted, without: Counted) -> dict[str, float]:
    """Return what a programme adds to the country: money by payer, and people."""
    money = {payer: history.dollars[payer] - without.dollars[payer] for payer in ("federal", "county")}
    people = {event: history.count(event) - without.count(event) for event in ("identified", "removed")}
    return money | people | {"violent": violent_removed(history, None, EVER) - violent_removed(without, None, EVER)}


def _cheaper(worlds: Worlds) -> list[Row]:
    history, without_287g, without_sc = (
        worlds[name] for name in ("history", "without_287g", "without_secure_communities")
    )
    sc, g287 = _caused(history, without_sc), _caused(history, without_287g)

    def over(payers: tuple[str, ...], people: str) -> float:
        each = (ratio(sum(one[payer] for payer in payers), one[people]) for one in (sc, g287))
        return ratio(*each)

    rows = [own(over(("federal",), "removed"), RATIO)]
    rows.append(
        other("denominator", "federal dollars per further person found", over(("federal",), "identified"), RATIO)
    )
    rows.append(
        other("payer", "federal and county dollars per further removal", over(("federal", "county"), "removed"), RATIO)
    )
    rows.append(other("payer", "county dollars per further removal", over(("county",), "removed"), RATIO))
    uneven = tuple(_unevenness(history, by) for by in (SC, G287))
    rows.append(
        beside(
            "consistency",
            "unevenness across states of detainers per person found, Secure Communities over 287(g)",
            ratio(*uneven),
            RATIO,
            "coefficients of variation, states with at least 100 people found",
        )
    )
    here = counties_of(one for one in agreements_on(THREE_YEARS_MIDDLE) if works_in_jail(one))
    alone = {
        "287(g)": without_sc.count("identified", None, LAST_YEAR, here),
        "Secure Communities": without_287g.count("identified", None, LAST_YEAR, here),
        "both": history.count("identified", None, LAST_YEAR, here),
    }
    background = "in places with 287(g) officers, fiscal 2012, beside the Criminal Alien Program"
    for name, found in alone.items():
        rows.append(beside("people reached", f"people found by {name} {background}", found, PEOPLE))
    rows.append(
        beside(
            "people reached",
            f"found by 287(g) over Secure Communities, each alone, {background}",
            ratio(alone["287(g)"], alone["Secure Communities"]),
            RATIO,
        )
    )
    rows.append(
        effect(
            f"people found only because of 287(g), {background}", alone["both"] - alone["Secure Communities"], PEOPLE
        )
    )
    rows.append(
        effect(
            f"people found only because of Secure Communities, {background}", alone["both"] - alone["287(g)"], PEOPLE
        )
    )
    rows.append(
        no_value(
            "people reached",
            "people never fingerprinted, by programme",
            PEOPLE,
            "the ledger keeps no record in IDENT; see who is found by one programme alone",
        )
    )
    return rows


def _unevenness(counted: Counted, by: tuple[str, ...]) -> float:
    """Return the coefficient of variation across states of detainers over people found."""
    shares = []
    for state in counted.states_with("identified"):
        found = counted.people("identified", by, state=state).sum()
        if found >= FEWEST_FOUND:
            shares.append(counted.people("detainer_issued", by, state=state).sum() / found)
    return float(np.std(shares) / np.mean(shares)) if len(shares) > 1 else float("nan")


RECIPES: dict[str, Recipe] = {"cost-60": _cost, "cheaper-efficient": _cheaper}
