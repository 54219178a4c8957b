"""History as dated settings: which rule, sharing or agreement each place has, and from which day.

The rulebook's timeline, the activation of Secure Communities and the 287(g) agreements are laid out for the places of
a run, a scenario's changes are laid over them, and what comes out is a list of settings: on this day, this field of
these places takes this value. Institutions apply them; the engine sees only the rows they leave.

While a change is in force it wins over history and over changes written before it; when it ends, whatever would have
stood without it stands again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Protocol

import numpy as np

from enforcement_sim.law.adherence import ADHERENCE, shifted
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.places.agreements import AgreementsInForce, TaskForces, rule_numbers
from enforcement_sim.places.run_period import Period
from enforcement_sim.places.scope import NEVER, WhereLike
from enforcement_sim.process.rng import Draw, institution_stream, uniform

DAYS_A_MONTH = 30.4375
SMALLEST_DRAW = 1e-12
"""Keeps the normal quantile of a draw finite."""
LEVERS = {
    "cited": 1.0,
    "monitored": 1.0,
    "none": 0.0,
    "shared": 1.0,
    "not-shared": 0.0,
    "post-case": 1.0,
    "at-booking": 0.0,
    "ended": 0.0,
}
"""Values of a change's rule that is none of the rulebook; any other lets history stand."""
FOLLOWED = (("issue_covered", 1.0), ("issue_not_covered", -1.0))
"""Shares of people covered, and of people not covered, for whom a detainer is issued: an office that follows the rule more
closely issues more often where it covers and less often where not."""

type ByDay = Callable[[int], np.ndarray]


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


@dataclass(frozen=True)
class Setting:
    """On day ``day`` of the run, ``field`` of each of the places ``places`` becomes its ``value``."""

    day: int
    field: str
    places: np.ndarray
    value: np.ndarray


@dataclass(frozen=True, eq=False)
class Stretch:
    """From day ``start`` until before day ``end``, at the positions ``places``."""

    start: int
    end: int
    places: np.ndarray


class Layers:
    """One field over time: what history says on a day, and the scenario's changes over it."""

    def __init__(self, field: str, base: ByDay, days: Iterable[int] = ()) -> None:
        self.field = field
        self.base = base
        self.days = set(days)
        self.over: list[tuple[Stretch, ByDay]] = []
        self.scales: list[tuple[Stretch, Callable[[int], np.ndarray | float]]] = []

    def lay(self, when: Stretch, other: ByDay | float | None) -> None:
        """Lay a value, or another history, over history; None lets history stand."""
        history = self.base
        if other is None or callable(other):
            self.over.append((when, other or history))
        else:
            self.over.append((when, lambda day: np.full(history(day).size, other)))
        self.days |= {when.start, when.end}

    def scale(self, when: Stretch, factor: Callable[[int], np.ndarray | float]) -> None:
        """Multiply whatever stands by a factor for each of the places."""
        self.scales.append((when, factor))
        self.days |= {when.start, when.end}

    def on(self, day: int) -> np.ndarray:
        """Return the field of every place on a day."""
        values = self.base(day).copy()
        for when, other in self.over:
            if when.start <= day < when.end:
                values[when.places] = other(day)[when.places]
        for when, factor in self.scales:
            if when.start <= day < when.end:
                values[when.places] *= factor(day)
        return values

    def settings(self, last_day: int) -> list[Setting]:
        """Return the field's settings in order of day; the first is of day 0."""
        found: list[Setting] = []
        before: np.ndarray | None = None
        for day in sorted({0} | {day for day in self.days if 0 < day <= last_day}):
            values = self.on(day)
            places = np.flatnonzero(values != before if before is not None else np.ones(values.size)).astype(np.int32)
            if places.size:
                found.append(Setting(day, self.field, places, values[places]))
            before = values
        return found


def settings_of(
    period: Period,
    changes: Sequence[ChangeLike],
    begins_sharing: np.ndarray,
    unauthorised_a_day: np.ndarray,
    rows: np.ndarray,
) -> list[Setting]:
    """Return every setting of a run in order of day; those of day 0 are the state at its start.

    Parameters
    ----------
    period
        The run's places and days.
    changes
        The scenario's changes in the order written.
    begins_sharing : int64 array, shape (places,)
        Day of the run on which each place begins to share prints (:func:`sharing_days`).
    unauthorised_a_day : float64 array, shape (places,)
        Bookings of unauthorised people expected at each place on an average day.
    rows : structured array of dtype ``PLACE``
        With the offices' own ways, which stand where no change does.
    """
    values, size = period.values, period.places.size
    made_anyway = 1.0 - values["task_force.added_share"]

    def arrests_of(forces: TaskForces) -> ByDay:
        return lambda day: forces.on(day)["field_arrests_a_day"]

    def field_share(arrests: ByDay) -> ByDay:
        def on(day: int) -> np.ndarray:
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(np.nan_to_num(np.minimum(1.0, arrests(day) * made_anyway / unauthorised_a_day)))

        return on

    task_forces = TaskForces(period)
    arrests, lasting = arrests_of(task_forces), arrests_of(TaskForces(period, lasting=True))
    in_force, still_in_field = (AgreementsInForce(period, last) for last in (False, True))
    layers = {decision: _of_timeline(period, decision) for decision in ("detainer", "honour", "discretion")}
    layers["sharing"] = Layers(
        "sharing", lambda day: (begins_sharing <= day).astype(float), np.unique(begins_sharing).tolist()
    )
    for decision, field in (
        ("agreement", "officer_share"),
        ("interviews", "interviews_a_day"),
        ("an officer's interviews", "interviews_per_officer"),
        ("screening_point", "post_case"),
        ("screen", "screen_rule"),
    ):
        layers[decision] = Layers(field, lambda day, field=field: in_force.on(day)[field], in_force.days)  # type: ignore[misc]
    layers["task_force"] = Layers("field_arrests_a_day", arrests, task_forces.days)
    layers["an officer's arrests"] = Layers(
        "arrests_per_officer", lambda day: task_forces.on(day)["arrests_per_officer"], task_forces.days
    )
    layers["displaced"] = Layers("field_share", field_share(arrests), task_forces.days)
    for decision, field in (("citation", "cites"), ("oversight", "oversight")):
        layers[decision] = Layers(field, lambda _: np.zeros(size))
    in_jail = Layers("share of history's officers in the jail", lambda _: np.ones(size))

    def left_in_jail(day: int) -> np.ndarray:
        """Share of history's interviews that is left if those who worked in the field do not come back from it."""
        left, history = (agreements_on.on(day)["interviews_a_day"] for agreements_on in (still_in_field, in_force))
        return np.asarray(np.divide(left, history, out=np.ones(history.size), where=history > 0.0))

    for change in changes:
        when = _when(period, change)
        if change.decision == "agreement_budget":
            left = 1.0 - values["jail_287g.budget_cut"]
            for shrunk in ("agreement", "interviews", "task_force", "displaced") if change.rule == "cut" else ():
                layers[shrunk].scale(when, lambda _, left=left: left)  # type: ignore[misc]
            continue
        number = rule_numbers().get(change.rule)
        value = LEVERS.get(change.rule) if number is None else float(number)
        # An agreement that ends takes its officers with it; so does a task force.
        taken = {"agreement": ("interviews", "task_force", "displaced"), "task_force": ("displaced",)}
        for decision in (change.decision, *taken.get(change.decision, ())):
            layers[decision].lay(when, value)
        if change.decision == "task_force":
            in_jail.lay(when, None)
            if change.rule == "continued":
                in_jail.lay(when, left_in_jail)
                layers["task_force"].lay(when, lasting)
                layers["displaced"].lay(when, field_share(lasting))
    if in_jail.over:
        layers["interviews"].scale(Stretch(-NEVER, NEVER, np.arange(size)), in_jail.on)
        layers["interviews"].days |= in_jail.days
    every = [*layers.values(), *_adherence(period, changes, rows, layers["detainer"])]
    return sorted((one for layer in every for one in layer.settings(period.days - 1)), key=lambda one: one.day)


def _when(period: Period, change: ChangeLike) -> Stretch:
    """Return the days and places of a change; one without a first day holds from the first counted day on."""
    places = period.places.of(change.where.kind, change.where.members)
    return Stretch(period.day(change.start, period.first_counted_day), period.day(change.end, NEVER), places)


def _of_timeline(period: Period, decision: str) -> Layers:
    """Return the rules of one decision as the rulebook's timeline has them."""
    entries = [
        (
            period.day(entry.start),
            period.places.of(entry.where.kind, entry.where.members),
            float(rule_numbers()[entry.rule]),
        )
        for entry in load_rulebook().timeline
        if entry.decision == decision
    ]

    def on(day: int) -> np.ndarray:
        values = np.zeros(period.places.size)
        for start, positions, value in entries:
            if start <= day:
                values[positions] = value
        return values

    return Layers(f"{decision}_rule", on, [day for day, *_ in entries])


def sharing_days(period: Period, dates: np.ndarray, first_counted_day: int, seed: int) -> np.ndarray:
    """Return the day of the run on which each place begins to share prints, int64; after every run for prisons.

    Parameters
    ----------
    period
        The run's places and days.
    dates
        First day of Secure Communities in each county of the nation, by index; NaT for never.
    first_counted_day
        States that ask to stay out delay what is to come from this day on.
    seed
        Decides which states do.
    """
    where, values = period.places, period.values
    dates = dates[where.counties]
    days = (dates - np.datetime64(period.first_day)).astype("timedelta64[D]").astype(np.int64)
    days[np.isnat(dates)] = NEVER
    share = values["institutions.state_delay_share"]
    if share > 0.0:
        delay = round(values["institutions.state_delay_months"] * DAYS_A_MONTH)
        state_of_place = where.geography.counties.state[where.counties]
        for index in where.states:
            stream = institution_stream(seed, InstitutionKind.STATE, int(where.geography.states[index].fips), 0)
            if uniform(stream, Draw.STATE_DELAY.value) < share:
                days[(state_of_place == index) & (days >= first_counted_day)] += delay
    return where.with_prisons(days, NEVER)


def deviation(values: Mapping[str, float], office: int, purpose: Draw, day: int = 0) -> float:
    """Return by how many standard deviations an office differs in one way; drawn once, the same for every seed.

    ``day`` is 0 for what stays, and the days from 2000-01-01 for what is drawn anew.
    """
    stream = institution_stream(int(values["institutions.office_draw"]), InstitutionKind.FIELD_OFFICE, office, day)
    return NormalDist().inv_cdf(max(SMALLEST_DRAW, float(uniform(stream, int(purpose)))))


def _adherence(period: Period, changes: Sequence[ChangeLike], rows: np.ndarray, rules: Layers) -> list[Layers]:
    """Return how closely each place follows its rule on detainers; nothing where no text and no change moves it.

    The office's own ways are moved by the text of the rule in force. Shares that a scenario states beside a rule win over
    that: they are what the middle office does, the others lie around them as they lie around the register's, and shares of 0
    and 1 stay. A change without shares lets the office's ways stand, moved by the text of the change's rule.
    """
    by_detainer_rule = [change for change in changes if change.decision == "detainer"]
    followed = ADHERENCE["detainer"]
    shifts = {float(rule_numbers()[rule]): followed.shifts(period.values, rule) for rule in followed.texts}
    if all(change.shares is None for change in by_detainer_rule) and not any(any(pair) for pair in shifts.values()):
        return []
    offices, spread = rows["office"].tolist(), period.values["detainer.adherence_spread"]
    of_office = {office: spread * deviation(period.values, office, Draw.ADHERENCE) for office in set(offices)}
    found: list[Layers] = []
    for which, (field, sign) in enumerate(FOLLOWED):
        own = _by_text(rows[field].copy(), rules, {rule: pair[which] for rule, pair in shifts.items() if pair[which]})
        layers = Layers(field, own, rules.days)
        for change in by_detainer_rule:
            stated = None
            if change.shares is not None:
                shares = np.array([shifted(change.shares[which], sign * of_office[office]) for office in offices])
                stated = lambda _, shares=shares: shares  # noqa: E731
            layers.lay(_when(period, change), stated)
        found.append(layers)
    return found


def _by_text(own: np.ndarray, rules: Layers, shifts: Mapping[float, float]) -> ByDay:
    """Return places' own shares, moved on the log odds by the text of the rule in force at each."""

    def on(day: int) -> np.ndarray:
        values, in_force = own.copy(), rules.on(day)
        for rule, shift in shifts.items():
            here = in_force == rule
            values[here] = [shifted(share, shift) for share in own[here].tolist()]
        return values

    return on
