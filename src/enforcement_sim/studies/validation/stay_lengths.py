"""Lengths of stay: in jail before release, in sentence and in ICE custody, which a run's tables do not list.

Results hold person-hours and counts, but not the lengths of single stays. Lengths are computed here from the tables of
quantiles from which the run drew them, weighted by the run's counts, so they belong to that run's parameters. Stays in
ICE custody are published for all book-ins; those that come from the border are put beside the model's own by assumption
(``external_constants.yaml``), with unit, range and source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from enforcement_sim.codes import OFFENCES
from enforcement_sim.process.clock import DAYS_A_YEAR, HOURS_A_DAY
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.tables import duration_table
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.validation.external_constants import external_constants
from enforcement_sim.studies.validation.period import ObservedPeriod, period_of

IN_JAIL = ("criminal_case", "induced", "statutory_hold", "past_limit")
HOLD_KINDS = ("induced", "statutory_hold", "past_limit")
NONCITIZEN = ("permanent_resident", "other_lawful", "unauthorised")


def _values(period: ObservedPeriod) -> Mapping[str, float]:
    return {str(address): float(value) for address, value in period.result.meta["scenario"]["parameters"].items()}


def _durations(period: ObservedPeriod) -> np.ndarray:
    values = _values(period)
    return _table(tuple(sorted(values.items())))


@cache
def _table(values: tuple[tuple[str, float], ...]) -> np.ndarray:
    return duration_table(dict(values))


def released_within(days: int) -> Callable[[ObservedPeriod], float]:
    """Return the share released within so many days, of felony defendants whom the jail releases before disposition."""

    def share(period: ObservedPeriod) -> float:
        return float((_durations(period)[Duration.RELEASE_FELONY] <= days * HOURS_A_DAY).mean())

    return share


def unconvicted_share(period: ObservedPeriod) -> float:
    """Return the share of jail days spent before a conviction, by the case plan of all bookings.

    Each booking is released before disposition, or held until it, and a sentence follows for some; days in jail after
    the disposition are those of convicted people. Holds for a detainer are a small part of all days and left out.
    """
    values, table = _values(period), _durations(period)
    before = after = 0.0
    stays = {felony: _mean_stays(felony, values, table) for felony in (True, False)}
    for offence, weight in _offence_weights(period, values).items():
        felony_share = values[f"offence.felony_share.{offence}"]
        for felony, grade_share in ((True, felony_share), (False, 1.0 - felony_share)):
            grade = "felony" if felony else "misdemeanour"
            released, held, sentence = stays[felony]
            let_go = values[f"case.release_share_{grade}.{offence}"]
            to_jail = (1.0 - (values[f"case.prison_share.{offence}"] if felony else 0.0)) * values["case.jail_share"]
            people = weight * grade_share
            before += people * (let_go * released + (1.0 - let_go) * held)
            after += people * (1.0 - let_go) * values[f"case.conviction_share_{grade}"] * to_jail * sentence
    return ratio(before, before + after)


def _mean_stays(felony: bool, values: Mapping[str, float], table: np.ndarray) -> tuple[float, float, float]:
    """Return mean hours to release before disposition, to disposition if held, and of a jail sentence after it."""
    grade = "FELONY" if felony else "MISDEMEANOUR"
    release, held, jail = (
        table[Duration[f"{kind}_{grade}"]].astype(float) for kind in ("RELEASE", "DISPOSITION", "JAIL")
    )
    longest = values["case.longest_stay_days"] * HOURS_A_DAY
    waits = np.minimum(held, longest)
    sentences = np.minimum(waits[:, None] + jail[None, :], longest) - waits[:, None]
    released = np.minimum(release, values["case.longest_release_days"] * HOURS_A_DAY)
    return float(released.mean()), float(waits.mean()), float(sentences.mean())


def _offence_weights(period: ObservedPeriod, values: Mapping[str, float]) -> dict[str, float]:
    """Return the shares of offence classes among all bookings; non-citizens' share by their jail hours."""
    hours = period.hours()
    here = {group: sum(hours.get((kind, group), 0.0) for kind in IN_JAIL) for group in ("citizen", *NONCITIZEN)}
    noncitizens = ratio(sum(here[group] for group in NONCITIZEN), sum(here.values()))
    shares = {}
    weights = {
        kind: np.array([values[f"offence.{kind}_weight.{name}"] for name in OFFENCES])
        for kind in ("citizen", "noncitizen")
    }
    for position, name in enumerate(OFFENCES):
        by_kind = {kind: float(weight[position] / weight.sum()) for kind, weight in weights.items()}
        shares[name] = (1.0 - noncitizens) * by_kind["citizen"] + noncitizens * by_kind["noncitizen"]
    return shares


def _custody_rows(period: ObservedPeriod) -> list[tuple[Duration, float]]:
    """Return how many of the people taken into ICE custody drew their stay from each row of durations, in expectation.

    By what was counted: those who bond out, those whose case before a judge is heard in custody, and everybody else.
    """
    values = _values(period)
    charged, bonded, stipulated = (period.count(event) for event in ("charged", "bonded", "stipulated"))
    mandatory = period.with_felony_conviction("charged")
    let_out = (charged - mandatory) * (1.0 - values["custody.detained_share"])
    in_case = max(charged - bonded - stipulated - let_out, 0.0)
    taken = period.count("ice_custody")
    return [
        (Duration.BOND, bonded),
        (Duration.CUSTODY_CASE, in_case),
        (Duration.CUSTODY_SHORT, max(taken - bonded - in_case, 0.0)),
    ]


def _stays(period: ObservedPeriod) -> tuple[np.ndarray, np.ndarray]:
    """Return stays in ICE custody in days, and how many people a year each stands for, the border's included."""
    table = _durations(period)
    days, weights = [], []
    years = period.days() / DAYS_A_YEAR
    in_model = 0.0
    for row, people in _custody_rows(period):
        stays = table[row] / HOURS_A_DAY
        days.append(stays)
        weights.append(np.full(stays.size, people / years / stays.size))
        in_model += people / years
    at_border = _border_stays()
    days.append(at_border)
    from_border = max(external_constants()["book_ins_a_year"] - in_model, 0.0)
    weights.append(np.full(at_border.size, from_border / at_border.size))
    return np.concatenate(days), np.concatenate(weights)


@cache
def _border_stays() -> np.ndarray:
    from scipy.special import ndtri  # at call: it loads slowly

    middles = (np.arange(QUANTILES_OF_BORDER) + 0.5) / QUANTILES_OF_BORDER
    stays = external_constants()["stay_days_median"] * np.exp(external_constants()["stay_days_sigma"] * ndtri(middles))
    return np.asarray(np.minimum(stays, external_constants()["longest_stay_days"]))


QUANTILES_OF_BORDER = 1000


def left_custody_within(days: int) -> Callable[[ObservedPeriod], float]:
    """Return the share of leavers who had been in ICE custody for so many days or less."""

    def share(period: ObservedPeriod) -> float:
        stays, weights = _stays(period)
        return ratio(float(weights[stays <= days].sum()), float(weights.sum()))

    return share


def mean_custody_days(period: ObservedPeriod) -> float:
    """Return the mean stay in ICE custody of all book-ins."""
    stays, weights = _stays(period)
    return ratio(float((stays * weights).sum()), float(weights.sum()))


def counsel_of_detained(period: ObservedPeriod) -> float:
    """Return the share with counsel among those whose case is heard in custody.

    Everybody with counsel, less those out of custody at the register's share, over the detained.
    """
    values = _values(period)
    in_case = dict(_custody_rows(period))[Duration.CUSTODY_CASE] + period.count("stipulated")
    released = period.count("charged") - in_case
    represented = period.count("represented") - released * values["custody.counsel_released_share"]
    return ratio(represented, in_case)


def induced_days(period: ObservedPeriod) -> float:
    """Return the extra days in jail, induced or held, by person taken into ICE custody.

    Over the whole run: hours of single counties are kept for the period and not by month.
    """
    whole = ObservedPeriod(period.result, *period_of(period.result), period.scope)
    extra = sum(spent for (kind, _), spent in whole.hours().items() if kind in HOLD_KINDS)
    return ratio(extra / HOURS_A_DAY, whole.count("ice_custody"))
