"""The timeline: what stood in history, and what is laid over it, decision by decision.

Bars of history are grey: the rules that stood in all of the chosen places, and the spread of Secure Communities. Bars
laid over it are coloured, the latest written on top because it wins. Dates that history marks are dotted lines. Nothing
here reaches a run: it draws the choices that a scenario is made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Span

from enforcement_sim import labels
from enforcement_sim.explorer.plots import FEW_TICKS, plain_figure
from enforcement_sim.law.adherence import Shares, followed_in_words
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.plots import style

if TYPE_CHECKING:
    from bokeh.plotting import figure

    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["DECISION_LABELS", "Bar", "bars_of", "draw", "rule_label", "state_of"]

DECISION_LABELS = {
    "honour": "Who is held",
    "sharing": "Sharing of prints",
    "detainer": "Guidance on detainers",
    "screen": "Universal or targeted",
    "screening_point": "Point of screening",
    "discretion": "Discretion of ICE",
    "agreement": "287(g) agreements",
    "task_force": "Task forces",
    "agreement_budget": "Budget of 287(g)",
    "citation": "Minor charges",
    "oversight": "Monitoring",
}
"""Decisions in the order in which they can be chosen, in words."""
LAID_COLOUR = "#0072B2"
HISTORY_COLOUR = "#d0d0d0"
ROW_HEIGHT = 34
FRAME_HEIGHT = 60
TOOLTIPS = [("", "@decision"), ("@what", "@label"), ("", "@days"), ("", "@followed")]
FOLLOWS_HISTORY = ("as-scheduled", "as-agreed", "as-funded", "as-practised", "none")


@dataclass(frozen=True)
class Bar:
    """One stretch of time in which something stands.

    Attributes
    ----------
    decision, label : str
        What is decided, and how.
    start, end : date
        First day, and the day after the last.
    laid : bool
        Whether it is laid over history.
    followed : str
        How closely it is followed, where it is a rule.
    """

    decision: str
    label: str
    start: date
    end: date
    laid: bool
    followed: str = ""


def rule_label(decision: str, rule: str) -> str:
    """Return a rule or setting in a few words."""
    if rule in FOLLOWS_HISTORY:
        return "as in history"
    return labels.setting_value(f"changes.{decision}.rule", rule)


def bars_of(history: Scenario, what_if: Scenario) -> list[Bar]:
    """Return what stands in history over the period, and what is laid over it; only decisions that say something.

    Examples
    --------
    >>> from enforcement_sim.explorer.state import Choices, Laid, pair_of
    >>> found = bars_of(*pair_of(Choices(place="12021", laid=(Laid("honour", "honour-none", "2012-01-01"),))))
    >>> [(bar.label, bar.start.isoformat()) for bar in found if bar.laid]
    [('no detainer honoured', '2012-01-01')]
    """
    first, end = history.period_start, history.period_end + timedelta(days=1)
    found = [bar for decision in ("honour", "detainer", "discretion") for bar in _ruled(history, decision, first, end)]
    found += _shared(history, first, end)
    for change in what_if.changes:
        starts, stops = max(change.start or first, first), min(change.end or end, end)
        if starts < stops:
            label = rule_label(change.decision, change.rule)
            followed = _followed(change.rule, what_if, change.shares)
            found.append(Bar(change.decision, label, starts, stops, True, followed))
    order = list(DECISION_LABELS)
    return sorted(found, key=lambda bar: (order.index(bar.decision), bar.laid))


def _followed(name: str, scenario: Scenario, stated: Shares | None = None) -> str:
    """Return how closely a rule is followed in a scenario; empty for a lever."""
    rule = load_rulebook().rules.get(name)
    return "" if rule is None else followed_in_words(rule, [scenario.parameters], stated)


def _ruled(history: Scenario, decision: str, first: date, end: date) -> list[Bar]:
    """Return history's rules of one decision that stood in all of the chosen places."""
    kind, members = history.scope.kind, set(history.scope.members)
    states = members if kind == "states" else set()
    if kind == "counties":
        states = {str(state_of(code)) for code in members}
    entries = [
        entry
        for entry in load_rulebook().timeline
        if entry.decision == decision
        and (
            entry.where[0] == "nation"
            or (states and entry.where[0] == "states" and states <= set(entry.where[1]))
            or (kind == "counties" and entry.where[0] == "counties" and members <= set(entry.where[1]))
        )
    ]
    bars = []
    for number, entry in enumerate(entries):
        later = next((one.start for one in entries[number + 1 :] if one.start), end)
        starts, stops = max(entry.start or first, first), min(later, end)
        if starts < stops:
            label = rule_label(decision, entry.rule)
            bars.append(Bar(decision, label, starts, stops, False, _followed(entry.rule, history)))
    return bars


def state_of(fips: str) -> str | None:
    """Return the postal code of a county's state; None if there is no such county.

    Examples
    --------
    >>> state_of("06037"), state_of("99999")
    ('CA', None)
    """
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    try:
        return str(geography.states[geography.counties.state[geography.index_of(fips)]].postal)
    except KeyError:
        return None


def _shared(history: Scenario, first: date, end: date) -> list[Bar]:
    """Return how Secure Communities spread over the chosen places."""
    from enforcement_sim.places.geography import load_geography, secure_communities_dates
    from enforcement_sim.places.scope import indices_of

    days = secure_communities_dates()[indices_of(history.scope.kind, history.scope.members, load_geography())]
    known = days[~np.isnat(days)]
    if not known.size:
        return []
    begins, done = (day.astype(date) for day in (known.min(), known.max()))
    bars = []
    if max(begins, first) < min(done, end):
        bars.append(Bar("sharing", "county by county", max(begins, first), min(done, end), False))
    if known.size == days.size and max(done, first) < end:
        bars.append(Bar("sharing", "everywhere", max(done, first), end, False))
    return bars


def draw(history: Scenario, what_if: Scenario) -> figure:
    """Draw the timeline of a pair of scenarios."""
    bars = bars_of(history, what_if)
    decisions = [decision for decision in DECISION_LABELS if any(bar.decision == decision for bar in bars)]
    rows = {decision: len(decisions) - 1 - number for number, decision in enumerate(decisions)}
    drawn = plain_figure(
        x_axis_type="datetime",
        x_range=(_at(history.period_start), _at(history.period_end + timedelta(days=1))),
        y_range=(-0.6, len(decisions) - 0.4),
        height=FRAME_HEIGHT + ROW_HEIGHT * max(1, len(decisions)),
    )
    for laid, colour, height, ink, shift in (
        (False, HISTORY_COLOUR, 0.36, style.INK, 0.2),
        (True, LAID_COLOUR, 0.36, "white", -0.2),
    ):
        chosen = [bar for bar in bars if bar.laid is laid]
        source = ColumnDataSource(
            {
                "row": [rows[bar.decision] + shift for bar in chosen],
                "left": [_at(bar.start) for bar in chosen],
                "right": [_at(bar.end) for bar in chosen],
                "label": [bar.label for bar in chosen],
                "decision": [DECISION_LABELS[bar.decision] for bar in chosen],
                "days": [f"{bar.start} to {bar.end - timedelta(days=1)}" for bar in chosen],
                "followed": [bar.followed for bar in chosen],
                "what": ["laid over history" if laid else "history"] * len(chosen),
            }
        )
        areas = drawn.hbar(
            y="row", left="left", right="right", height=height, color=colour, line_color="white", source=source
        )
        drawn.text(
            x="left",
            y="row",
            text="label",
            source=source,
            text_font_size="11px",
            text_color=ink,
            text_baseline="middle",
            x_offset=4,
        )
        drawn.add_tools(HoverTool(renderers=[areas], tooltips=TOOLTIPS))
    for mark in load_rulebook().marks:
        if mark.where[0] == "nation" and history.period_start <= mark.day <= history.period_end:
            drawn.add_layout(Span(location=_at(mark.day), dimension="height", line_color="#8a8a8a", line_dash="dotted"))
    drawn.xaxis[0].ticker.desired_num_ticks = FEW_TICKS
    drawn.yaxis.ticker = list(rows.values())
    drawn.yaxis.major_label_overrides = {row: DECISION_LABELS[decision] for decision, row in rows.items()}
    drawn.ygrid.grid_line_color = None
    return drawn


def _at(day: date) -> int:
    """Return a day as Bokeh's axes count time: milliseconds."""
    return int(np.datetime64(day).astype("datetime64[ms]").astype(int))
