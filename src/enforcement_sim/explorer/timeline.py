"""The timeline: the rules of history, and the rules laid over it, decision by decision.

Bars of history are grey: the rules in force in all of the chosen places, and the roll-out of Secure Communities. Bars laid
over it are coloured, with later changes on top because they take precedence. Dotted lines are dates of national policy.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import html_table
from enforcement_sim.explorer.charts import WHAT_IF_COLOUR, dates_along
from enforcement_sim.explorer.theme import hover, milliseconds, plain_figure
from enforcement_sim.law.adherence import Shares, followed_in_words
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.places.geography import load_geography, secure_communities_dates
from enforcement_sim.places.scope import indices_of
from enforcement_sim.plots import style
from enforcement_sim.scenarios.schema import Scenario

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
"""Label of each decision, in the order of the controls."""
HISTORY_COLOUR = "#d0d0d0"
ROW_HEIGHT = 34
FRAME_HEIGHT = 60
BAR_HEIGHT = 0.36
TOOLTIPS = (("", "@decision"), ("@what", "@label"), ("", "@days"), ("", "@followed"))
FOLLOWS_HISTORY = ("as-scheduled", "as-agreed", "as-funded", "as-practised", "none")
A_DAY = timedelta(days=1)


class Bar(NamedTuple):
    """One period in which a rule or setting is in force.

    Attributes
    ----------
    decision, label : str
        The decision, and the rule or setting.
    start, end : date
        First day, and the day after the last.
    is_change : bool
        Whether it is laid over history.
    followed : str
        How closely it is followed, if it is a rule.
    """

    decision: str
    label: str
    start: date
    end: date
    is_change: bool
    followed: str = ""

    @property
    def what(self) -> str:
        """Whether it is history or laid over it, as text."""
        return "laid over history" if self.is_change else "history"


def rule_label(decision: str, rule: str) -> str:
    """Return a rule or setting in a few words."""
    return "as in history" if rule in FOLLOWS_HISTORY else labels.setting_value(f"changes.{decision}.rule", rule)


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
    found += _shared(history, first, end)
    for change in what_if.changes:
        label, followed = rule_label(change.decision, change.rule), _followed(change.rule, what_if, change.shares)
        found.append(Bar(change.decision, label, change.start or first, change.end or end, True, followed))
    order = list(DECISION_LABELS)
    within = [bar._replace(start=max(bar.start, first), end=min(bar.end, end)) for bar in found]
    return sorted(
        (bar for bar in within if bar.start < bar.end), key=lambda bar: (order.index(bar.decision), bar.is_change)
    )


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
        Bar(decision, rule_label(decision, entry.rule), start, stop, False, _followed(entry.rule, history))
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
    everywhere = [Bar("sharing", "everywhere", done, end, False)] if known.size == days.size else []
    return [Bar("sharing", "county by county", begins, done, False), *everywhere]


def draw(history: Scenario, what_if: Scenario) -> figure:
    """Draw the timeline of a pair of scenarios."""
    bars = bars_of(history, what_if)
    decisions = [decision for decision in DECISION_LABELS if any(bar.decision == decision for bar in bars)]
    rows = {decision: len(decisions) - 1 - number for number, decision in enumerate(decisions)}
    drawn = plain_figure(
        x_axis_type="datetime",
        x_range=(milliseconds(history.period_start), milliseconds(history.period_end + A_DAY)),
        y_range=(-0.6, len(decisions) - 0.4),
        height=FRAME_HEIGHT + ROW_HEIGHT * max(1, len(decisions)),
    )
    for is_change, colour, ink, shift in (
        (False, HISTORY_COLOUR, style.INK, 0.2),
        (True, WHAT_IF_COLOUR, "white", -0.2),
    ):
        columns = ["row", "left", "right", "label", "decision", "days", "followed", "what"]
        found = [
            (
                *(rows[bar.decision] + shift, milliseconds(bar.start), milliseconds(bar.end), bar.label),
                *(DECISION_LABELS[bar.decision], f"{bar.start} to {bar.end - A_DAY}", bar.followed, bar.what),
            )
            for bar in bars
            if bar.is_change is is_change
        ]
        source = ColumnDataSource(pd.DataFrame(found, columns=columns))
        bar_style = {"height": BAR_HEIGHT, "color": colour, "line_color": "white"}
        areas = drawn.hbar(y="row", left="left", right="right", source=source, **bar_style)
        text = {"text_font_size": "11px", "text_color": ink, "text_baseline": "middle"}
        drawn.text(x="left", y="row", text="label", source=source, x_offset=4, **text)
        hover(drawn, areas, *TOOLTIPS)
    dates_along(drawn, history.period_start, history.period_end, "#8a8a8a")
    drawn.yaxis.ticker = list(rows.values())
    drawn.yaxis.major_label_overrides = {row: DECISION_LABELS[decision] for decision, row in rows.items()}
    drawn.ygrid.grid_line_color = None
    return drawn


def table(history: Scenario, what_if: Scenario) -> str:
    """Return the bars of the timeline as an HTML table."""
    cells = [
        (DECISION_LABELS[bar.decision], bar.what, bar.label, f"{bar.start} to {bar.end}", bar.followed)
        for bar in bars_of(history, what_if)
    ]
    headings = ("decision", "whose", "rule", "from and until", "how closely it is followed")
    return html_table("Rules of history, and rules laid over it", headings, cells)
