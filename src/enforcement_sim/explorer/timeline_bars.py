"""What the timeline shows: rules, agreements and activation of the chosen places, what is laid over them, and dates of policy.

Bars of history are the rules in force in all of the chosen places, the agreements under section 287(g) that reach them, and
the roll-out of Secure Communities. Every bar and date has its citation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from enforcement_sim.explorer.rule_labels import DECISION_LABELS, rule_label, rule_title
from enforcement_sim.law.adherence import Shares, followed_in_words
from enforcement_sim.law.rules import Mark, load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import Agreement, agreements, load_geography, secure_communities_dates
from enforcement_sim.places.scope import indices_of
from enforcement_sim.scenarios.schema import Scenario

HOLD_ROW, SETTING_ROW = "hold", "setting"
ROW_LABELS = {HOLD_ROW: "Hold limit", **DECISION_LABELS, SETTING_ROW: "Parameters"}
"""Label of each row of the timeline, from the top."""
HOLD = "detainer.hold_hours"
MOST_AGREEMENTS = 8
"""Agreements drawn one by one; more are drawn as one bar."""
ACTIVATION_SOURCE = "ICE, Activated Jurisdictions"
A_DAY = timedelta(days=1)


class Bar(NamedTuple):
    """One period in which a rule or setting is in force.

    Attributes
    ----------
    decision, label : str
        The decision, and the rule, setting or agreement.
    start, end : date
        First day, and the day after the last.
    is_change : bool
        Whether it is laid over history.
    followed : str
        How closely it is followed, if it is a rule.
    source : str
        A citation.
    title : str
        What the rule says; empty for what is no rule.
    """

    decision: str
    label: str
    start: date
    end: date
    is_change: bool
    followed: str = ""
    source: str = ""
    title: str = ""

    @property
    def what(self) -> str:
        """Whether it is history or laid over it, as text."""
        return "laid over history" if self.is_change else "history"


def bars_of(history: Scenario, what_if: Scenario) -> list[Bar]:
    """Return the bars of history over the period, and of the changes laid over it.

    Examples
    --------
    >>> from enforcement_sim.explorer.choices import Choices, Override, pair_of
    >>> found = bars_of(*pair_of(Choices(place="12021", overrides=(Override("honour", "honour-none", "2012-01-01"),))))
    >>> [(bar.label, bar.start.isoformat()) for bar in found if bar.is_change]
    [('no detainer honoured', '2012-01-01')]
    """
    first, end = history.period_start, history.period_end + A_DAY
    found = [bar for decision in ("honour", "detainer", "discretion") for bar in _ruled(history, decision, first, end)]
    found += [*_shared(history, first, end), *_agreed(history, end), *_settings(history, what_if, first, end)]
    for change in what_if.changes:
        days, said = (change.start or first, change.end or end), (_citation(change.rule), rule_title(change.rule))
        followed = _followed(change.rule, what_if, change.shares)
        found.append(Bar(change.decision, rule_label(change.decision, change.rule), *days, True, followed, *said))
    order = list(ROW_LABELS)
    within = [bar._replace(start=max(bar.start, first), end=min(bar.end, end)) for bar in found]
    return sorted(
        (bar for bar in within if bar.start < bar.end), key=lambda bar: (order.index(bar.decision), bar.is_change)
    )


def marks_of(history: Scenario) -> list[Mark]:
    """Return the dates of policy within the period that matter in the chosen places, in order.

    Examples
    --------
    >>> from enforcement_sim.explorer.choices import Choices, pair_of
    >>> [mark.text for mark in marks_of(pair_of(Choices(place="NY", first="2011-05-01", last="2011-08-31"))[0])]
    ['New York asks to leave', 'discretion memorandum', 'no opting out of sharing']
    """
    return [
        mark
        for mark in load_rulebook().marks
        if history.period_start <= mark.day <= history.period_end
        and (mark.where.kind == "nation" or _touches(history, mark.where.kind, mark.where.members))
    ]


def _touches(history: Scenario, kind: str, members: Iterable[str]) -> bool:
    """Return whether some of the chosen places lie in some other places."""
    chosen = indices_of(history.scope.kind, history.scope.members, load_geography())
    return bool(np.isin(chosen, indices_of(kind, members, load_geography())).any()) and history.scope.kind != "nation"


def _citation(rule: str) -> str:
    found = load_rulebook().rules.get(rule)
    return "" if found is None else found.citation


def _settings(history: Scenario, what_if: Scenario, first: date, end: date) -> list[Bar]:
    """Return the hold limit of history, and the parameters that the what-if changes; they act on every day."""
    register, found = load_register(), []
    source = register[HOLD].source
    found.append(Bar(HOLD_ROW, f"{history.parameters[HOLD]:g} hours", first, end, False, "", source))
    for address, value in what_if.parameters.items():
        before = history.parameters[address]
        if address == HOLD and value != before:
            found.append(Bar(HOLD_ROW, f"{value:g} hours", first, end, True, "", source))
        elif value != before:
            label = f"{address}: {value:.4g} (history: {before:.4g})"
            found.append(Bar(SETTING_ROW, label, first, end, True, "", register[address].source))
    return found


def _agreed(history: Scenario, end: date) -> list[Bar]:
    """Return the agreements under section 287(g) of agencies of the chosen places, and of their states."""
    geography = load_geography()
    chosen = set(indices_of(history.scope.kind, history.scope.members, geography).tolist())
    states = {geography.states[geography.counties.state[index]].postal for index in chosen}
    found = [one for one in agreements() if one.county in chosen or (one.county is None and one.state in states)]
    within = sorted((one for one in found if _until(one, end) > history.period_start and one.start < end), key=_start)
    if len(within) <= MOST_AGREEMENTS:
        return [Bar("agreement", one.agency, one.start, _until(one, end), False, "", one.sources) for one in within]
    days = [one.start for one in within], [_until(one, end) for one in within]
    label = f"{len(within)} agencies, not all at once"
    return [Bar("agreement", label, min(days[0]), max(days[1]), False, "", "ICE's lists of agreements")]


def _start(one: Agreement) -> date:
    return one.start


def _until(one: Agreement, end: date) -> date:
    return one.end + A_DAY if one.end else end


def _followed(name: str, scenario: Scenario, stated: Shares | None = None) -> str:
    """Return how closely a rule is followed in a scenario; empty for a lever."""
    rule = load_rulebook().rules.get(name)
    return "" if rule is None else followed_in_words(rule, [scenario.parameters], stated)


def _ruled(history: Scenario, decision: str, first: date, end: date) -> list[Bar]:
    """Return history's rules of one decision in force in all of the chosen places."""
    kind, members = history.scope.kind, set(history.scope.members)
    here: dict[str, set[str]] = {kind: members}
    if kind == "counties":
        here["states"] = {str(state_of(code)) for code in members}
    entries = [
        entry
        for entry in load_rulebook().timeline
        if entry.decision == decision
        and (entry.where.kind == "nation" or here.get(entry.where.kind, {""}) <= set(entry.where.members))
    ]
    starts = [entry.start or first for entry in entries]
    ends = [next((later.start for later in entries[at:] if later.start), end) for at in range(1, len(entries) + 1)]
    return [
        Bar(
            decision,
            rule_label(decision, entry.rule),
            start,
            stop,
            False,
            _followed(entry.rule, history),
            entry.citation,
            rule_title(entry.rule),
        )
        for entry, start, stop in zip(entries, starts, ends, strict=True)
    ]


def state_of(fips: str) -> str | None:
    """Return the postal code of a county's state; None if there is no such county.

    Examples
    --------
    >>> state_of("06037"), state_of("99999")
    ('CA', None)
    """
    geography = load_geography()
    try:
        return str(geography.states[geography.counties.state[geography.index_of(fips)]].postal)
    except KeyError:
        return None


def _shared(history: Scenario, first: date, end: date) -> list[Bar]:
    """Return the roll-out of Secure Communities over the chosen places."""
    days = secure_communities_dates()[indices_of(history.scope.kind, history.scope.members, load_geography())]
    known = days[~np.isnat(days)]
    if not known.size:
        return []
    begins, done = (day.astype(date) for day in (known.min(), known.max()))
    label = "prints shared" if days.size == 1 else "prints shared everywhere"
    all_of_them = [Bar("sharing", label, done, end, False, "", ACTIVATION_SOURCE)] if known.size == days.size else []
    return [Bar("sharing", "county by county", begins, done, False, "", ACTIVATION_SOURCE), *all_of_them]
