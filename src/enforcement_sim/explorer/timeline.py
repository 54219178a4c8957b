"""The timeline: rules, agreements and activation of the chosen places, and what is laid over them, on one axis of time.

Bars of history are grey: the rules in force in all of the chosen places, the agreements under section 287(g) that reach
them, and the roll-out of Secure Communities. Bars laid over it are coloured, with later changes on top because they take
precedence. Numbered lines are dates of policy, listed below with their citations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from enforcement_sim import labels
from enforcement_sim.explorer.change_tables import html_table
from enforcement_sim.explorer.charts import WHAT_IF_COLOUR, dates_along
from enforcement_sim.explorer.theme import hover, milliseconds, plain_figure
from enforcement_sim.law.adherence import Shares, followed_in_words
from enforcement_sim.law.rules import Mark, load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import Agreement, agreements, load_geography, secure_communities_dates
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
HOLD_ROW, SETTING_ROW = "hold", "setting"
ROW_LABELS = {HOLD_ROW: "Hold limit", **DECISION_LABELS, SETTING_ROW: "Parameters"}
"""Label of each row of the timeline, from the top."""
HOLD = "detainer.hold_hours"
MOST_AGREEMENTS = 8
"""Agreements drawn one by one; more are drawn as one bar."""
ACTIVATION_SOURCE = "ICE, Activated Jurisdictions"
HISTORY_COLOUR = "#d0d0d0"
ROW_HEIGHT = 34
FRAME_HEIGHT = 60
BAR_HEIGHT = 0.36
TOOLTIPS = (("", "@decision"), ("@what", "@label"), ("", "@days"), ("", "@followed"), ("", "@source"))
FOLLOWS_HISTORY = ("as-scheduled", "as-agreed", "as-funded", "as-practised", "none")
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
    """

    decision: str
    label: str
    start: date
    end: date
    is_change: bool
    followed: str = ""
    source: str = ""

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
    found += [*_shared(history, first, end), *_agreed(history, end), *_settings(history, what_if, first, end)]
    for change in what_if.changes:
        label, followed = rule_label(change.decision, change.rule), _followed(change.rule, what_if, change.shares)
        source = _citation(change.rule)
        found.append(Bar(change.decision, label, change.start or first, change.end or end, True, followed, source))
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


def lanes(bars: Iterable[Bar]) -> list[int]:
    """Return for each bar of history in a row the lane in which it overlaps no earlier one.

    Examples
    --------
    >>> days = [(date(2010, 1, 1), date(2011, 1, 1)), (date(2010, 6, 1), date(2012, 1, 1)), (date(2011, 1, 1), date(2012, 1, 1))]
    >>> lanes(Bar("agreement", "", *both, False) for both in days)
    [0, 1, 0]
    """
    free: list[date] = []
    found = []
    for bar in bars:
        lane = next((at for at, day in enumerate(free) if day <= bar.start), len(free))
        free[lane : lane + 1] = [bar.end]
        found.append(lane)
    return found


def _rows(bars: list[Bar]) -> tuple[list[int], dict[int, str]]:
    """Return the row of each bar, from 0 at the bottom, and the labels of the rows that have one."""
    places: dict[tuple[str, int], int] = {}
    for name in ROW_LABELS:
        past = lanes(bar for bar in bars if bar.decision == name and not bar.is_change)
        for lane in range(max(past, default=0) + 1 if any(bar.decision == name for bar in bars) else 0):
            places[name, lane] = len(places)
    last = len(places) - 1
    waiting = {
        name: iter(lanes(bar for bar in bars if bar.decision == name and not bar.is_change)) for name in ROW_LABELS
    }
    rows = [last - places[bar.decision, 0 if bar.is_change else next(waiting[bar.decision])] for bar in bars]
    return rows, {last - row: ROW_LABELS[name] for (name, lane), row in places.items() if lane == 0}


def draw(history: Scenario, what_if: Scenario) -> figure:
    """Draw the timeline of a pair of scenarios."""
    bars = bars_of(history, what_if)
    rows, names = _rows(bars)
    count = max(rows, default=0) + 1
    drawn = plain_figure(
        x_axis_type="datetime",
        x_range=(milliseconds(history.period_start), milliseconds(history.period_end + A_DAY)),
        y_range=(-0.6, count + 0.15),
        height=FRAME_HEIGHT + ROW_HEIGHT * (count + 1),
    )
    for bar, row in sorted(zip(bars, rows, strict=True), key=lambda one: one[0].start):
        _draw_bar(drawn, bar, row)
    dates_along(drawn, history.period_start, history.period_end, "#8a8a8a")
    _number_marks(drawn, history, count)
    drawn.yaxis.ticker = list(names)
    drawn.yaxis.major_label_overrides = names
    drawn.ygrid.grid_line_color = None
    return drawn


def _draw_bar(drawn: figure, bar: Bar, row: int) -> None:
    """Draw a bar and its name; where the name is longer than the bar, the next bar covers the rest."""
    colour, ink, shift = (WHAT_IF_COLOUR, "white", -0.2) if bar.is_change else (HISTORY_COLOUR, style.INK, 0.2)
    found = {
        "row": row + shift,
        "left": milliseconds(bar.start),
        "right": milliseconds(bar.end),
        "label": bar.label,
        "decision": ROW_LABELS[bar.decision],
        "days": f"{bar.start} to {bar.end - A_DAY}",
        "followed": bar.followed,
        "what": bar.what,
        "source": bar.source,
    }
    source = ColumnDataSource({name: [value] for name, value in found.items()})
    bar_style = {"height": BAR_HEIGHT, "color": colour, "line_color": "white"}
    area = drawn.hbar(y="row", left="left", right="right", source=source, **bar_style)
    text = {"text_font_size": "11px", "text_color": ink, "text_baseline": "middle"}
    drawn.text(x="left", y="row", text="label", source=source, x_offset=4, **text)
    hover(drawn, area, *TOOLTIPS)


def _number_marks(drawn: figure, history: Scenario, above: float) -> None:
    """Number the dates of policy above the bars, on two levels in turn."""
    marks = marks_of(history)
    source = ColumnDataSource(
        {
            "x": [milliseconds(mark.day) for mark in marks],
            "y": [above - 0.03 - 0.34 * (number % 2) for number in range(len(marks))],
            "number": [str(number) for number in range(1, len(marks) + 1)],
        }
    )
    text = {"text_font_size": "11px", "text_color": style.INK, "text_align": "center", "text_baseline": "middle"}
    drawn.text(x="x", y="y", text="number", source=source, background_fill_color="white", **text)


def table(history: Scenario, what_if: Scenario) -> str:
    """Return the bars of the timeline, and the dates of policy, as HTML tables."""
    cells = [
        (ROW_LABELS[bar.decision], bar.what, bar.label, f"{bar.start} to {bar.end - A_DAY}", bar.followed, bar.source)
        for bar in bars_of(history, what_if)
    ]
    headings = (
        "decision",
        "whose",
        "rule, setting or agreement",
        "first and last day",
        "how closely followed",
        "source",
    )
    marks = [
        (str(number), mark.day.isoformat(), mark.text, mark.citation, mark.grade)
        for number, mark in enumerate(marks_of(history), start=1)
    ]
    dates = html_table("Dates of policy", ("number", "day", "what", "source", "how well known"), marks) if marks else ""
    return html_table("Rules of history, and rules laid over it", headings, cells) + dates
