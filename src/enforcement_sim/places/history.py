"""History as dated settings: which rule, sharing or agreement each place has, and from which day.

The rulebook's timeline, the activation of Secure Communities and the 287(g) agreements are laid out for the places of
a run, a scenario's changes are laid over them, and what comes out is a list of settings: on this day, this field of
these places takes this value. Institutions apply them; the engine sees only the rows they leave.

While a change is in force it wins over history and over changes written before it; when it ends, whatever would have
stood without it stands again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

import numpy as np

from enforcement_sim.law.rules import Rule, load_rulebook
from enforcement_sim.places.agreements import AgreementsInForce, task_force_days
from enforcement_sim.places.geography import Geography
from enforcement_sim.places.layers import Layers, Setting
from enforcement_sim.places.places import NEVER, Places, WhereLike
from enforcement_sim.process.clock import EPOCH
from enforcement_sim.process.rng import Purpose, institution_luck, uniform

__all__ = ["ChangeLike", "InstitutionKind", "Setting", "settings_of"]

DAYS_A_MONTH = 30.4375


class InstitutionKind:
    """Kinds of institutions in the keys of their draws."""

    HEADQUARTERS, STATE, FIELD_OFFICE, JURISDICTION = range(4)


class ChangeLike(Protocol):
    """A dated, scoped change as a scenario writes it."""

    @property
    def decision(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def where(self) -> WhereLike: ...
    @property
    def start(self) -> date | None: ...
    @property
    def end(self) -> date | None: ...
    @property
    def shares(self) -> tuple[float, float] | None: ...


def settings_of(
    chosen: np.ndarray,
    states: np.ndarray,
    geography: Geography,
    first_day: date,
    days: int,
    first_counted_day: int,
    rules: Sequence[Rule],
    changes: Sequence[ChangeLike],
    values: Mapping[str, float],
    seed: int,
    foreign_born_share: np.ndarray,
    unauthorised_a_day: np.ndarray,
    activation_dates: np.ndarray,
) -> tuple[Setting, ...]:
    """Return every setting of a run in order of day; those of day 0 are the state at its start.

    Parameters
    ----------
    chosen
        County indices of the places, in the order of the places.
    states
        Indices of the states whose prisons follow them, in ascending order.
    first_day, days, first_counted_day
        The run's first day, its length, and the days of its warm start.
    rules
        Rules in the order in which places number them.
    changes
        The scenario's changes in the order written.
    values
        Every address of the register with its value.
    seed
        Seed for the states that delay, if any.
    foreign_born_share
        Each place's share of its state's foreign-born bookings, by which a state agency's officers are divided.
    unauthorised_a_day
        Bookings of unauthorised people expected at each place on an average day.
    activation_dates
        First day of Secure Communities in each county of the nation, by index; NaT for never.
    """
    number = {rule.id: position for position, rule in enumerate(rules)}
    all_places = Places(chosen, states, geography)
    foreign_born_share = all_places.with_prisons(foreign_born_share, 1.0)
    unauthorised_a_day = all_places.with_prisons(unauthorised_a_day, 1.0)

    def run_day(day: date | None) -> int:
        return day_of_run(day, first_day)

    def places(where: WhereLike) -> np.ndarray:
        return all_places.of(where.kind, where.members)

    layers: dict[str, Layers] = {}
    for decision in ("detainer", "honour", "discretion"):
        entries = [
            (run_day(entry.start), all_places.of(entry.where.kind, entry.where.members), float(number[entry.rule]))
            for entry in load_rulebook().timeline
            if entry.decision == decision
        ]
        layers[decision] = Layers(
            f"{decision}_rule", _from_entries(entries, all_places.size), [day for day, *_ in entries]
        )

    activation = _activation_days(
        activation_dates[chosen], chosen, geography, first_day, first_counted_day, values, seed
    )
    activation = all_places.with_prisons(activation, NEVER)
    layers["sharing"] = Layers("sharing", lambda day: (activation <= day).astype(float), np.unique(activation).tolist())

    in_force = AgreementsInForce(all_places, first_day, days, number, values, foreign_born_share)
    for decision, field in (
        ("agreement", "officer_share"),
        ("interviews", "interviews_a_day"),
        ("screening_point", "post_case"),
        ("screen", "screen_rule"),
    ):
        layers[decision] = Layers(field, _column(in_force, field), in_force.days)
    task_forces = {
        lasting: task_force_days(all_places, first_day, days, values, foreign_born_share, lasting)
        for lasting in (False, True)
    }
    layers["task_force"] = Layers("field_arrests_a_day", *task_forces[False])
    made_anyway = 1.0 - values["task_force.added_share"]

    def field_share(arrests: Callable[[int], np.ndarray]) -> Callable[[int], np.ndarray]:
        with np.errstate(divide="ignore", invalid="ignore"):
            return lambda day: np.nan_to_num(np.minimum(1.0, arrests(day) * made_anyway / unauthorised_a_day))

    layers["displaced"] = Layers("field_share", field_share(task_forces[False][0]), task_forces[False][1])

    for decision, field in (("citation", "cites"), ("oversight", "oversight")):
        layers[decision] = Layers(field, lambda _: np.zeros(all_places.size), ())
    lever = {
        "cited": 1.0,
        "monitored": 1.0,
        "none": 0.0,
        "shared": 1.0,
        "not-shared": 0.0,
        "post-case": 1.0,
        "at-booking": 0.0,
        "ended": 0.0,
    }
    everywhere = np.arange(all_places.size)
    still_in_field = AgreementsInForce(all_places, first_day, days, number, values, foreign_born_share, lasting=True)
    in_jail = Layers("share of history's officers in the jail", lambda _: np.ones(all_places.size), ())

    def left_in_jail(day: int) -> np.ndarray:
        """Share of history's interviews that is left if those who worked in the field do not come back from it."""
        left, history = (agreements_on.on(day)["interviews_a_day"] for agreements_on in (still_in_field, in_force))
        return np.asarray(np.divide(left, history, out=np.ones(history.size), where=history > 0.0))

    for change in changes:
        start = run_day(change.start)
        end = end_of(change, first_day)
        if change.decision == "agreement_budget":
            if change.rule == "cut":
                for shrunk in ("agreement", "interviews", "task_force", "displaced"):
                    left = 1.0 - values["jail_287g.budget_cut"]
                    layers[shrunk].scale(start, end, places(change.where), lambda _, left=left: left)  # type: ignore[misc]
            continue
        value = float(number[change.rule]) if change.rule in number else lever.get(change.rule)
        layers[change.decision].lay(start, end, places(change.where), value)
        if change.decision == "agreement":  # an agreement that ends takes its officers with it
            for taken in ("interviews", "task_force", "displaced"):
                layers[taken].lay(start, end, places(change.where), value)
        elif change.decision == "task_force":
            layers["displaced"].lay(start, end, places(change.where), value)
            in_jail.lay(start, end, places(change.where), None)
            if change.rule == "continued":
                in_jail.lay_instead(start, end, places(change.where), left_in_jail)
                layers["task_force"].lay_instead(start, end, places(change.where), task_forces[True][0])
                layers["displaced"].lay_instead(start, end, places(change.where), field_share(task_forces[True][0]))
    if in_jail.over:
        layers["interviews"].scale(-NEVER, NEVER, everywhere, in_jail.on)
        layers["interviews"].days |= in_jail.days
    found = [setting for layer in layers.values() for setting in layer.settings(days - 1)]
    return tuple(sorted(found, key=lambda setting: setting.day))


def _from_entries(entries: list[tuple[int, np.ndarray, float]], size: int) -> Callable[[int], np.ndarray]:
    def on(day: int) -> np.ndarray:
        values = np.zeros(size)
        for start, positions, value in entries:
            if start <= day:
                values[positions] = value
        return values

    return on


def _column(in_force: AgreementsInForce, field: str) -> Callable[[int], np.ndarray]:
    return lambda day: in_force.on(day)[field]


def _activation_days(
    dates: np.ndarray,
    chosen: np.ndarray,
    geography: Geography,
    first_day: date,
    first_counted_day: int,
    values: Mapping[str, float],
    seed: int,
) -> np.ndarray:
    """Day of the run on which each place begins to share prints; states that ask to stay out delay what is to come."""
    days = (dates - np.datetime64(first_day)).astype("timedelta64[D]").astype(np.int64)
    days[np.isnat(dates)] = NEVER
    share = values["institutions.state_delay_share"]
    if share > 0.0:
        delay = round(values["institutions.state_delay_months"] * DAYS_A_MONTH)
        state_of_place = geography.counties.state[chosen]
        for index in np.unique(state_of_place):
            luck = institution_luck(seed, InstitutionKind.STATE, int(geography.states[index].fips), 0)
            if uniform(luck, Purpose.STATE_DELAY) < share:
                days[(state_of_place == index) & (days >= first_counted_day)] += delay
    return np.asarray(days)


def day_of_run(day: date | None, first_day: date) -> int:
    """Return a day as runs count them; None is before every run."""
    return -NEVER if day is None else (day - first_day).days


def end_of(change: ChangeLike, first_day: date) -> int:
    """Return the day of the run on which a change no longer holds; after every run for None."""
    return NEVER if change.end is None else day_of_run(change.end, first_day)


def day_number(day: date) -> int:
    """Return the days from 2000-01-01, as keys count them."""
    return (day - EPOCH).days
