"""What a number rests on: the changed settings, and the rules and parameters that decided about one person.

Each line has its value, how well it is known, and its source: the citation of a rule, or what the register says of a
parameter.
"""

from __future__ import annotations

from typing import NamedTuple

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import html_table
from enforcement_sim.explorer.rule_labels import DECISION_LABELS, rule_label
from enforcement_sim.explorer.why_asked import SIDES, Asked
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.rules import Rule, load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.histories import Booking, DecisionRecord
from enforcement_sim.results.costs import COST_BRIDGE
from enforcement_sim.runs.recorded_runs import HistoryPair
from enforcement_sim.scenarios.file_format import Change
from enforcement_sim.scenarios.schema import Scenario

OF_A_PLACE = {
    "place: issue_covered": "detainer.issue_if_covered",
    "place: issue_not_covered": "detainer.issue_if_not_covered",
    "place: wanted_priority": "pickup.wanted_share_priority",
    "place: wanted_other": "pickup.wanted_share_other",
    "place: acted_share": "effort.acted_share",
    "place: bail_denied_share": "detainer.bail_denied_share",
}
"""Field of a place's record -> the parameter that it is made from."""
OF_A_DECISION = {
    Decision.HOLD_CLOCK: "detainer.hold_hours",
    Decision.CREW: "pickup.crew_capacity",
    Decision.AT_THE_DOOR: "pickup.crew_capacity",
    Decision.DELAY_TIME: "pickup.delay_hours_median",
    Decision.OFFICER: "jail_287g.interviews_per_officer_day",
    Decision.INTERVIEW_TIME: "jail_287g.interview_hours_median",
}
"""Decision without a share of its own -> the parameter behind it."""
PRICES = {
    "jail_days": ("cost.jail_day",),
    "officers": ("cost.officer_year_287g",),
    "rented_days": ("beds.rented_share", "cost.jail_day"),
    "refunds": ("cost.refund_share", "cost.jail_day"),
    "rents": ("beds.rented_share", "cost.rented_bed_day"),
    "pickups": ("cost.pickup",),
    "own_beds": ("beds.rented_share", "cost.ice_bed_day"),
}
"""Line of a payer's bridge (``results.costs``) -> the parameters that price it."""
OF_HOLDS = ("hours.statutory_hold", "hours.past_limit", "overdetained", "days_per_detainer.statutory_hold")
"""Measures that the clock of a hold ends or begins."""
DEFINITIONS = {
    "no_conviction_share": "ice-levels-2010",
    "level_1_share": "ice-levels-2010",
    "traffic_share": "charge",
    "serious_violent_share": "charge",
}
"""Kind of share -> the definition that it is of."""
CHOSEN_HERE = "chosen here; what history had is in the tab of rules in time"
HEADINGS = ("what", "value", "how well known", "source")
GRADES_IN_WORDS = (
    "How well known: seen, the source was read; derived, worked out from sources that were read; recalled, from memory of a "
    "source; assumed, no source."
)


class Evidence(NamedTuple):
    """One thing that a number rests on: what it is, its value, its grade, and its source."""

    what: str
    value: str
    grade: str
    source: str


def of_change(history: Scenario, what_if: Scenario, names: tuple[str, str] = SIDES) -> list[Evidence]:
    """Return the settings in which two scenarios differ, history and the what-if or two of other names.

    Examples
    --------
    >>> from enforcement_sim.explorer.choices import Choices, pair_of
    >>> [(one.value, one.source) for one in of_change(*pair_of(Choices(place="12021", hold="96")))]
    [('48 under history, 96 under the what-if', '8 CFR 287.7(d).')]
    """
    found = []
    for address, value in what_if.parameters.items():
        before = history.parameters.get(address)
        if before is not None and before != value:
            found.append(_parameter(address, before, value, names))
    written = [[change.written() for change in one.changes] for one in (history, what_if)]
    for side, others, name in zip((history, what_if), reversed(written), names, strict=True):
        found += [_laid_over(one, f"under {name}, ", history) for one in side.changes if one.written() not in others]
    return found


def _laid_over(change: Change, where: str, history: Scenario) -> Evidence:
    """Return a rule that one of the scenarios lays over history."""
    days = f"{where}from {change.start or history.period_start}" + (f" until {change.end}" if change.end else "")
    rule = load_rulebook().rules.get(change.rule)
    if rule is not None:
        return _rule(rule, days)
    return Evidence(
        f"{DECISION_LABELS[change.decision]}: {rule_label(change.decision, change.rule)}", days, "", CHOSEN_HERE
    )


def of_number(asked: Asked, history: Scenario, what_if: Scenario, names: tuple[str, str] = SIDES) -> list[Evidence]:
    """Return what a number is made with: the prices of dollars, the clock of holds, the definition of a share or category.

    Examples
    --------
    >>> from enforcement_sim.explorer.choices import Choices, pair_of
    >>> pair = pair_of(Choices(place="12021"))
    >>> [one.what.rpartition("(")[2] for one in of_number(Asked("net_cost.federal"), *pair)][:2]
    ['cost.pickup; dollars)', 'beds.rented_share; share)']
    >>> of_number(Asked("removed"), *pair)
    []
    """
    name, _, part = asked.measure.partition(".")
    if name == "net_cost":
        lines: tuple[str, ...] = COST_BRIDGE[part]
    else:
        lines = (part.partition(".")[2],) if name == "bridge" else tuple(PRICES) if name == "dollars" else ()
    addresses = dict.fromkeys(address for line in lines for address in PRICES[line])
    if asked.measure in OF_HOLDS:
        addresses = dict.fromkeys((OF_A_DECISION[Decision.HOLD_CLOCK],))
    found = [_parameter(one, history.parameters[one], what_if.parameters[one], names) for one in addresses]
    definition = load_definitions().get(asked.definition or DEFINITIONS.get(name, ""))
    if definition is not None:
        found.append(Evidence(definition.title, labels.category(asked.group), definition.grade, definition.citation))
    return found


def of_decision(
    pair: HistoryPair, history: Scenario, what_if: Scenario, names: tuple[str, str] = SIDES
) -> list[Evidence]:
    """Return the rules and parameters of the decision at which two histories of one booking part.

    Parameters
    ----------
    pair
        The histories.
    history, what_if
        The scenarios, for the values of parameters.
    names : tuple of str
        What the two are called.
    """
    rulebook = load_rulebook().rules
    rules = (pair.divergence.rule_a, pair.divergence.rule_b)
    found = [
        _rule(rulebook[rule], f"in force under {name}")
        for name, rule in zip(names, rules, strict=True)
        if rule in rulebook
    ]
    if len(found) == len(rules) and rules[0] == rules[1]:
        found = [found[0]._replace(value="in force under both")]
    booking = pair.a.booking or pair.b.booking
    addresses = [_address_of(one, booking) for one in pair.divergence.decided if one is not None]
    citations = [one.decision.citation for one in pair.divergence.decided if one is not None]
    for address in dict.fromkeys(filter(None, addresses)):
        found.append(_parameter(address, history.parameters[address], what_if.parameters[address], names))
    if not found:
        found += [
            Evidence(labels.spelt_out(pair.divergence.cause.name), "", "", text)
            for text in dict.fromkeys(filter(None, citations))
        ]
    return found


def table(title: str, rows: list[Evidence]) -> str:
    """Return evidence as an HTML table; nothing for none."""
    known = f"<p class='quiet'>{GRADES_IN_WORDS}</p>" if any(one.grade for one in rows) else ""
    return html_table(title, HEADINGS, rows) + known if rows else ""


def _address_of(one: DecisionRecord, booking: Booking | None) -> str:
    """Return the address of the parameter behind a decision; empty if there is no single one."""
    register = load_register()
    source = OF_A_PLACE.get(one.source, one.source) or OF_A_DECISION.get(one.decision, "")
    record, colon, field = source.partition(": ")
    if colon and booking is not None:
        row = {"status": booking.status, "offence": booking.offence}.get(record, "")
        source = next(
            (name for name in (f"{record}.{field}.{row}", f"{record}.{field}_share.{row}") if name in register), ""
        )
    return source if source in register else ""


def _parameter(address: str, before: float, after: float, names: tuple[str, str]) -> Evidence:
    entry = load_register()[address]
    first, second = (f"{100 * one:.3g}%" if entry.unit == "share" else f"{one:.4g}" for one in (before, after))
    value = first if before == after else f"{first} under {names[0]}, {second} under {names[1]}"
    return Evidence(f"{entry.meaning} ({address}; {entry.unit})", value, entry.grade, entry.source)


def _rule(rule: Rule, value: str) -> Evidence:
    return Evidence(f"{rule.title} ({rule.id})", value, rule.grade, rule.citation)
