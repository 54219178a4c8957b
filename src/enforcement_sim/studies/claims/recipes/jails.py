"""Claims about single jails: cook-15.7, la-26m, irving-150.

Days in jail because of detainers are of two kinds: the *statutory hold* of two working days, and the *induced stay* before
it, of people who lose bail. The third way of counting is causal: the same jail with every detainer declined.
"""

from __future__ import annotations

from collections.abc import Mapping

from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import Counted, Span
from enforcement_sim.studies.claims.rows import Recipe, Row, beside, compared, effect, other, own, percent_more

__all__ = ["RECIPES"]

Worlds = Mapping[str, Counted]

YEAR: Span = ("2010-01", "2010-12")
DOLLARS_A_DAY = 143
"""Cook County's own cost of an inmate-day (claims.yaml, cook-15.7)."""
HOLD, INDUCED, PAST = "statutory_hold", "induced", "past_limit"
BECAUSE = (HOLD, INDUCED, PAST)
IN_JAIL = ("criminal_case", *BECAUSE)
COOK, LOS_ANGELES = (17031, "IL"), (6037, "CA")
COOK_DETAINERS, LA_DETAINERS = 1665, 14771 / 629 * DAYS_A_YEAR
"""Detainers a year as published (claims.yaml, cook-15.7 and la-26m)."""
MILLION = 1e6
MONEY = "million dollars"
PUT_IN = 0.5
"""Share by which the runs of Dallas County change bookings of non-citizens for minor traffic, up and down."""
FURTHER_SHARES = (0.1, 0.3, 0.6, 1.5)


def _jail(worlds: Worlds, place: tuple[int, str], published: float) -> list[Row]:
    """Return the rows of one county's jail."""
    fips, state = place
    history, without = worlds["two_jails"], worlds["two_jails_without_detainers"]
    detainers = history.count("detainer_issued", None, YEAR, (fips,))

    def money(days: float, dollars: float = DOLLARS_A_DAY) -> float:
        return days * dollars / MILLION

    days = {kind: history.days((kind,), YEAR, state) for kind in BECAUSE}
    every = sum(days.values())
    declined = history.days(IN_JAIL, YEAR, state) - without.days(IN_JAIL, YEAR, state)
    rows = [own(money(every), MONEY)]
    rows.append(other("part of the stay", "the hold of two working days alone", money(days[HOLD]), MONEY))
    rows.append(other("part of the stay", "the longer stay before the hold alone", money(days[INDUCED]), MONEY))
    rows.append(
        other("without it", "all days in the jail, less those with every detainer declined", money(declined), MONEY)
    )
    register = history.parameter("cost.jail_day")
    rows.append(other("cost of a day", f"at the register's ${register:g} a day", money(every, register), MONEY))
    each = ratio(every, detainers)
    rows.append(
        other("detainers", "published detainers times the simulated days of each", money(published * each), MONEY)
    )
    rows.append(beside("each detainer", "detainers a year", detainers, "people"))
    for kind, words in ((HOLD, "held"), (INDUCED, "longer before the hold"), (PAST, "past the limit")):
        rows.append(beside("each detainer", f"days {words}, per detainer", ratio(days[kind], detainers), "days"))
    rows.append(beside("each detainer", "days in all, per detainer", each, "days"))
    rows.append(effect("days in the jail because detainers are honoured", declined, "days"))
    whole = history.days(IN_JAIL, YEAR, state)
    rows.append(
        beside(
            "each detainer", "days because of detainers, of all days in the jail", 100 * ratio(every, whole), "percent"
        )
    )
    return rows


def _cook(worlds: Worlds) -> list[Row]:
    return _jail(worlds, COOK, COOK_DETAINERS)


def _los_angeles(worlds: Worlds) -> list[Row]:
    return _jail(worlds, LOS_ANGELES, LA_DETAINERS)


def _irving(worlds: Worlds) -> list[Row]:
    history, more, fewer = (worlds[name] for name in ("dallas", "dallas_more_arrests", "dallas_fewer_arrests"))
    # Bookings without a programme carry no status: those not made where half are left out show how many there are.
    base = fewer.count("not_arrested") / PUT_IN
    rows = [own(100 * ratio(more.count("newly_arrested"), base), "percent more", note=f"{100 * PUT_IN:g}% put in")]
    for event, words in (
        ("booked", "all bookings"),
        ("matched", "people matched"),
        ("detainer_issued", "detainers"),
        ("removed", "people removed"),
    ):
        rows.append(other("stage", words, percent_more(more.count(event), history.count(event)), "percent more"))
        rows.append(
            effect(
                f"{words}, {100 * PUT_IN:g}% more of these arrests", more.count(event) - history.count(event), "people"
            )
        )
    rows.append(compared("default", "no change, as the model has it unless told otherwise", 0.0, "percent more"))
    share = ratio(base, history.count("booked"))
    for part in FURTHER_SHARES:
        label = f"all bookings, {100 * part:g}% more of these arrests"
        rows.append(beside("other shares", label, 100 * part * share, "percent more", "in proportion"))
    rows.append(
        beside("other shares", "non-citizens booked for minor traffic, of all bookings", 100 * share, "percent")
    )
    return rows


RECIPES: dict[str, Recipe] = {"cook-15.7": _cook, "la-26m": _los_angeles, "irving-150": _irving}
