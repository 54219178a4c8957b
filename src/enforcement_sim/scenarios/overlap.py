"""Where and when a change acts, over everything that a scenario varies, and whether two changes meet.

Two changes meet if they decide the same thing for the same county on the same day. A change whose dates, places or rule are
swept acts somewhere within the widest of them; that is what is compared, so a meeting is never overlooked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from enforcement_sim.law.where import Where
from enforcement_sim.scenarios.file_format import HISTORY_END, Change
from enforcement_sim.scenarios.schema import Scenario

_CHANGES = "changes."


@dataclass(frozen=True)
class Reach:
    """What a change may decide, where and when, over everything that its scenario varies.

    Attributes
    ----------
    name : str
    answers : dict of str to list
        By decision, the rules and how closely each is followed.
    places : tuple of Where
    start, end : date
        First day, and the first day on which it no longer holds.
    """

    name: str
    answers: dict[str, list[Any]]
    places: tuple[Where, ...]
    start: date
    end: date

    def met_by(self, other: Reach) -> str:
        """Return the decision in which another change contradicts this one; empty if it does not."""
        if self.start >= other.end or other.start >= self.end:
            return ""
        if not any(_share_a_county(one, two) for one in self.places for two in other.places):
            return ""
        for decision, answers in self.answers.items():
            others = other.answers.get(decision, answers)
            if len(answers) > 1 or answers != others:
                return decision
        return ""


def reaches_of(scenario: Scenario) -> dict[str, Reach]:
    """Return the reach of every change of a scenario, by name.

    Examples
    --------
    >>> from enforcement_sim.scenarios.load import load_scenario
    >>> reach = reaches_of(load_scenario("trust-act"))["california"]
    >>> reach.start.isoformat(), reach.end.isoformat(), reach.answers
    ('2011-01-01', '2014-05-14', {'honour': [('honour-trust', None)]})
    """
    forms = {change.name: [change] for change in scenario.changes}
    base = scenario.without_design
    for address, value in _varied(scenario):
        if address.startswith(_CHANGES):
            name = address.split(".")[1]
            forms[name] += [one for one in base.with_(**{address: value}).changes if one.name == name]
    return {name: _reach(scenario, changes) for name, changes in forms.items()}


def _reach(scenario: Scenario, forms: Sequence[Change]) -> Reach:
    """Return the widest reach of the forms of one change."""
    answers: dict[str, list[Any]] = {}
    for form in forms:
        said = (form.rule, form.followed)
        known = answers.setdefault(form.decision, [])
        if said not in known:
            known.append(said)
    return Reach(
        forms[0].name,
        answers,
        tuple(form.where for form in forms),
        min(form.start or scenario.period_start for form in forms),
        max(form.end or HISTORY_END + timedelta(days=1) for form in forms),
    )


def _varied(scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """Yield every value that a sweep or design may give to an address."""
    for address, values in scenario.sweep.items():
        yield from ((address, value) for value in values)
    plan = scenario.design
    for part in (plan.levers, plan.uncertainties) if plan else ():
        if part is None:
            continue
        for address, choice in part.values.items():
            yield from ((address, value) for value in choice.candidates)
        for row in part.rows:
            yield from row.items()


def _share_a_county(one: Where, other: Where) -> bool:
    """Return whether some county lies in both."""
    if "nation" in (one.kind, other.kind):
        return True
    if one.kind == other.kind:
        return bool(set(one.members) & set(other.members))
    counties, states = (one, other) if one.kind == "counties" else (other, one)
    # Imported here: most stacks need no list of places.
    from enforcement_sim.places.county_codes import county_names

    return any(county_names()[fips].rpartition(", ")[2] in states.members for fips in counties.members)
