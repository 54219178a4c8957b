"""Claims about what programmes do and cost, in the country and in single jails.

Two ways of attributing run through them. *Average*: people belong to the programme that found them first, or to every
programme that found them. *Marginal*: what would not have happened without the programme, from two runs on the same people.
Appropriations are published and stand over simulated people. Days in jail because of detainers are the *statutory hold* of
two working days, the *induced stay* of people who lose bail, and time past the limit.
"""

from __future__ import annotations

import math

import numpy as np

from enforcement_sim.codes import OFFENCES
from enforcement_sim.process.clock import DAYS_A_YEAR
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import EVER, G287, SC, Counted, Span, fiscal
from enforcement_sim.studies.claims.observe_places import places_with_officers_in_jail
from enforcement_sim.studies.claims.operators import (
    MAIN_STAGES,
    STAGE,
    Operator,
    Rows,
    Worlds,
    percent,
    percent_less,
    percent_more,
    removed_with_conviction,
)
from enforcement_sim.studies.claims.published import number_by_hand

SIX_YEARS: Span = ("2006-01", "2011-12")
TO_FEBRUARY: Span = ("2008-10", "2012-02")
LAST_YEAR = fiscal(2012)
THREE_YEARS = "fiscal 2010-2012"
TAKEN_OF_SIX = 4 / 6
WITHOUT = {"287(g)": "without_287g", "Secure Communities": "without_secure_communities"}
FOUND_BY = {"287(g)": G287, "Secure Communities": SC}
PAYERS = ("federal", "county")
MILLION = 1e6
VIOLENT = ("serious_violent", "aggravated_assault", "sex_offence")
FEWEST_FOUND = 100
"""People found in a state below which a share says little."""
HOLD, INDUCED, PAST = BECAUSE = ("statutory_hold", "induced", "past_limit")
IN_JAIL = ("criminal_case", *BECAUSE)
PUT_IN = 0.5
"""Share by which the runs of Dallas County change bookings of non-citizens for minor traffic, up and down."""
FURTHER_SHARES = (0.1, 0.3, 0.6, 1.5)

# ---- how much each programme does ---------------------------------------------------------------------------------------


def _found_by(counted: Counted, event: str, programmes: tuple[str, ...], span: Span) -> float:
    """Count the people of an event whom programmes found, first or later."""
    return sum(counted.by_any(event, programme, span) for programme in programmes)


def _appropriated() -> dict[str, float]:
    """Federal money of fiscal 2010 to 2012 as the author of cost-60 gives it, dollars by programme."""
    numbers = {"287(g)": "for_287g", "Secure Communities": "for_secure_communities"}
    return {name: number_by_hand("cost-60", number) * MILLION for name, number in numbers.items()}


def _effective(worlds: Worlds, rows: Rows) -> None:
    long, history, dollars = worlds["history_from_2005"], worlds["history"], _appropriated()
    identified, when = long.count("identified", G287, SIX_YEARS), "Oct 2008 - Feb 2012"
    convicted = {by: removed_with_conviction(long, by, TO_FEBRUARY) for by in (G287, SC)}
    removed = {name: history.count("removed", by) for name, by in FOUND_BY.items()}
    rows.own(percent_more(identified * TAKEN_OF_SIX, convicted[SC]))
    rows.other("period", {"all six years identified, not four sixths": percent_more(identified, convicted[SC])})
    first = {event: percent_more(*(long.count(event, by, TO_FEBRUARY) for by in (G287, SC))) for event in MAIN_STAGES}
    first["convicted and removed"] = percent_more(convicted[G287], convicted[SC])
    rows.other("stage", first, label=f"both {{}}, {when}")
    everyone = {
        event: percent_more(*(_found_by(long, event, by, TO_FEBRUARY) for by in (G287, SC))) for event in MAIN_STAGES
    }
    rows.other("attribution", everyone, label=f"{{}}, everyone whom the programme found, {when}")
    here = places_with_officers_in_jail()
    a_booking = ratio(history.count("removed", G287, places=here), history.count("booked", places=here))
    a_print = ratio(removed["Secure Communities"], history.count("submitted", SC))
    label = "removed per booking in counties with an agreement, per print shared"
    rows.other("denominator", {label: percent_more(a_booking, a_print)})
    a_dollar = percent_more(*(removed[name] / dollars[name] for name in FOUND_BY))
    label = f"removed per federal dollar appropriated, {THREE_YEARS}"
    rows.other("denominator", {label: a_dollar}, "dollars as published")
    a_year = ratio(removed["287(g)"], history.officer_years)
    rows.beside("denominator", "people a year", {f"removed per 287(g) officer-year, {THREE_YEARS}": a_year})
    why, label = "not expressed: ICE's officers are not counted", "removed per officer of Secure Communities"
    rows.beside("denominator", "people a year", {label: math.nan}, why)
    for event in ("ice_custody", "removed"):
        because = {name: history.count(event) - worlds[run].count(event) for name, run in WITHOUT.items()}
        label = f"{STAGE[event]} that would not have happened, {THREE_YEARS}"
        rows.other("without it", {label: percent_more(*because.values())})
        rows.effect("people", because, label=f"{STAGE[event]} because of {{}}, {THREE_YEARS}")


def _identified(worlds: Worlds, rows: Rows) -> None:
    long, history = worlds["history_from_2005"], worlds["history"]
    identified, in_jails = (long.count("identified", by, SIX_YEARS) for by in (G287, G287[:1]))
    met = sum(
        long.count(event, (by,), SIX_YEARS)
        for event, by in (("interviewed", "jail_287g"), ("field_arrest", "task_force"))
    )
    rows.own(identified)
    rows.other("stage", {"interviewed in custody or arrested in the field": met})
    found = {
        "found by 287(g), first or later": _found_by(long, "identified", G287, SIX_YEARS),
        "found first by officers in jails and prisons alone": in_jails,
    }
    rows.other("attribution", found)
    rows.other("stage", {event: long.count(event, G287, SIX_YEARS) for event in MAIN_STAGES[1:]})
    removed = percent(long.count("removed", G287, SIX_YEARS), identified)
    rows.beside("stage", "percent", {"removed, of those identified": removed})
    for name, run in WITHOUT.items():
        lost = history.count("identified") - worlds[run].count("identified")
        others = 100.0 - percent(lost, history.count("identified", FOUND_BY[name]))
        rows.effect("people", {f"people found by nobody else without {name}, {THREE_YEARS}": lost})
        label = f"found first by {name} whom others would have found, {THREE_YEARS}"
        rows.beside("without it", "percent", {label: others})


# ---- what each programme costs ------------------------------------------------------------------------------------------


def _caused(worlds: Worlds) -> list[dict[str, float]]:
    """Return what 287(g) and Secure Communities each add to the country: dollars by payer, and people."""
    history = worlds["history"]
    added = []
    for run in WITHOUT.values():
        without = worlds[run]
        one = {payer: history.dollars[payer] - without.dollars[payer] for payer in PAYERS}
        one["both"] = one["federal"] + one["county"]
        one |= {event: history.count(event) - without.count(event) for event in ("identified", "removed")}
        added.append(one | {"violent": _violent_removed(history) - _violent_removed(without)})
    return added


def _violent_removed(counted: Counted) -> float:
    """Count people removed after a conviction for violence in the present case."""
    offence, _, convicted, _, _ = profile_parts(np.arange(PROFILES))
    wanted = np.isin(offence, [OFFENCES.index(name) for name in VIOLENT]) & (convicted == 1)
    return float(counted.people("removed", None, EVER)[wanted].sum())


def _cost(worlds: Worlds, rows: Rows) -> None:
    history, dollars, caused = worlds["history"], _appropriated(), _caused(worlds)

    def less(payer: str, per: str) -> float:
        return percent_less(*(ratio(one[payer], one[per]) for one in caused))

    rows.own(percent_less(*(one["federal"] for one in caused)))
    totals = {"county money": "county", "federal and county money": "both"}
    rows.other("payer", {label: percent_less(*(one[payer] for one in caused)) for label, payer in totals.items()})
    per = {
        "person found": "identified",
        "removal": "removed",
        "removal after a conviction for violence": "violent",
    }
    payers = {"federal": "federal", "federal and county": "both"}
    each = {
        f"{words} money per further {unit}": less(payer, people)
        for unit, people in per.items()
        for words, payer in payers.items()
    }
    rows.other("denominator", each)
    appropriations = {
        event: percent_less(*(ratio(dollars[name], history.count(event, by)) for name, by in FOUND_BY.items()))
        for event in ("identified", "removed")
    }
    label = "appropriation per person {}, by who found them first"
    rows.other("denominator", appropriations, "dollars as published", label)
    because = {
        f"{payer} money because of {name}, {THREE_YEARS}": one[payer] / MILLION
        for name, one in zip(WITHOUT, caused, strict=True)
        for payer in PAYERS
    }
    rows.effect("million dollars", because)


def _cheaper(worlds: Worlds, rows: Rows) -> None:
    g287, sc = _caused(worlds)

    def over(payer: str, people: str) -> float:
        return ratio(ratio(sc[payer], sc[people]), ratio(g287[payer], g287[people]))

    rows.own(over("federal", "removed"))
    rows.other("denominator", {"federal dollars per further person found": over("federal", "identified")})
    payers = {"federal and county": "both", "county": "county"}
    per_removal = {name: over(payer, "removed") for name, payer in payers.items()}
    rows.other("payer", per_removal, label="{} dollars per further removal")
    uneven = ratio(*(_unevenness(worlds["history"], by) for by in (SC, G287)))
    label = "unevenness across states of detainers per person found, Secure Communities over 287(g)"
    note = f"coefficients of variation, states with at least {FEWEST_FOUND} people found"
    rows.beside("consistency", "ratio", {label: uneven}, note)
    _reached(worlds, rows)


def _reached(worlds: Worlds, rows: Rows) -> None:
    """Add whom each programme finds alone, in places that have both."""
    here = places_with_officers_in_jail()
    runs = {"287(g)": WITHOUT["Secure Communities"], "Secure Communities": WITHOUT["287(g)"], "both": "history"}
    alone = {name: worlds[run].count("identified", None, LAST_YEAR, here) for name, run in runs.items()}
    background = "in places with 287(g) officers, fiscal 2012, beside the Criminal Alien Program"
    group = "people reached"
    rows.beside(group, "people", alone, label=f"people found by {{}} {background}")
    label = f"found by 287(g) over Secure Communities, each alone, {background}"
    rows.beside(group, "ratio", {label: ratio(alone["287(g)"], alone["Secure Communities"])})
    only = {name: alone["both"] - alone[other] for name, other in zip(WITHOUT, reversed(WITHOUT), strict=True)}
    rows.effect("people", only, label=f"people found only because of {{}}, {background}")
    why = "not expressed: the ledger keeps no record in IDENT; see who is found by one programme alone"
    rows.beside(group, "people", {"people never fingerprinted, by programme": math.nan}, why)


def _unevenness(counted: Counted, by: tuple[str, ...]) -> float:
    """Return the coefficient of variation across states of detainers over people found."""
    shares = []
    for state in counted.states_with("identified"):
        found = counted.people("identified", by, state=state).sum()
        if found >= FEWEST_FOUND:
            shares.append(counted.people("detainer_issued", by, state=state).sum() / found)
    return float(np.std(shares) / np.mean(shares)) if len(shares) > 1 else float("nan")


# ---- single jails -------------------------------------------------------------------------------------------------------


def _cook(worlds: Worlds, rows: Rows) -> None:
    _jail(worlds, rows, 17031, "IL", rows.number("detainers"))


def _los_angeles(worlds: Worlds, rows: Rows) -> None:
    _jail(worlds, rows, 6037, "CA", rows.number("detainers") / rows.number("days_counted") * DAYS_A_YEAR)


def _jail(worlds: Worlds, rows: Rows, fips: int, state: str, published: float) -> None:
    """Add the rows of one county's jail, of which so many detainers a year are published."""
    history, without = worlds["two_jails"], worlds["two_jails_without_detainers"]
    detainers, register = history.count("detainer_issued", None, rows.span, (fips,)), history.parameter("cost.jail_day")
    dollars_a_day = rows.number("dollars_a_day")
    days = {kind: history.days((kind,), rows.span, state) for kind in BECAUSE}
    every, whole = sum(days.values()), history.days(IN_JAIL, rows.span, state)
    declined, each = whole - without.days(IN_JAIL, rows.span, state), ratio(every, detainers)

    def money(days: float, dollars: float = dollars_a_day) -> float:
        return days * dollars / MILLION

    rows.own(money(every))
    parts = {"the hold of two working days alone": HOLD, "the longer stay before the hold alone": INDUCED}
    rows.other("part of the stay", {label: money(days[kind]) for label, kind in parts.items()})
    rows.other("without it", {"all days in the jail, less those with every detainer declined": money(declined)})
    rows.other("cost of a day", {f"at the register's ${register:g} a day": money(every, register)})
    rows.other("detainers", {"published detainers times the simulated days of each": money(published * each)})
    group, kinds = "each detainer", {HOLD: "held", INDUCED: "longer before the hold", PAST: "past the limit"}
    rows.beside(group, "people", {"detainers a year": detainers})
    per_detainer = {f"days {words}, per detainer": ratio(days[kind], detainers) for kind, words in kinds.items()}
    rows.beside(group, "days", per_detainer | {"days in all, per detainer": each})
    rows.effect("days", {"days in the jail because detainers are honoured": declined})
    rows.beside(group, "percent", {"days because of detainers, of all days in the jail": 100 * ratio(every, whole)})


def _irving(worlds: Worlds, rows: Rows) -> None:
    history, more, fewer = (worlds[name] for name in ("dallas", "dallas_more_arrests", "dallas_fewer_arrests"))
    # Bookings without a programme carry no status: those not made where half are left out show how many there are.
    base = fewer.count("not_arrested") / PUT_IN
    rows.own(100 * ratio(more.count("newly_arrested"), base), note=f"{100 * PUT_IN:g}% put in")
    events = {
        "booked": "all bookings",
        "matched": "people matched",
        "detainer_issued": "detainers",
        "removed": "people removed",
    }
    for event, words in events.items():
        one, two = more.count(event), history.count(event)
        rows.other("stage", {words: percent_more(one, two)})
        rows.effect("people", {f"{words}, {100 * PUT_IN:g}% more of these arrests": one - two})
    rows.compared("default", {"no change, as the model has it unless told otherwise": 0.0})
    share, group = ratio(base, history.count("booked")), "other shares"
    bookings = {f"all bookings, {100 * part:g}% more of these arrests": 100 * part * share for part in FURTHER_SHARES}
    rows.beside(group, "percent more", bookings, "in proportion")
    rows.beside(group, "percent", {"non-citizens booked for minor traffic, of all bookings": 100 * share})


OPERATORS: dict[str, Operator] = {
    "effective-156": _effective,
    "identified-279": _identified,
    "cost-60": _cost,
    "cheaper-efficient": _cheaper,
    "cook-15.7": _cook,
    "la-26m": _los_angeles,
    "irving-150": _irving,
}
