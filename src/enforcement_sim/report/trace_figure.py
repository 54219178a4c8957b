"""The history of one booking as a figure, from top to bottom: where the person is, for how long, and each decision.

Hours and years do not fit on one scale, so the figure has none: every event is a row, and the time between two events
is written beside the bar that shows where the person was. Histories of one booking under two scenarios are drawn side by
side, with the first difference marked. The numbers are those of the text (``trace``).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from enforcement_sim.errors import InputError
from enforcement_sim.notebook import SIMULATED
from enforcement_sim.plots import frame, style
from enforcement_sim.process.decisions import Decision, Kind
from enforcement_sim.process.histories import MET, History
from enforcement_sim.report.trace import Moment, brief_line, duration, heading, moment, moments
from enforcement_sim.runs.divergence import Divergence

STAYS = {
    "criminal_case": "in jail",
    "statutory_hold": "held on the detainer",
    "past_limit": "held past the limit",
    "prison": "in state prison",
    "ice_custody": "in ICE custody",
    "at_large": "at large",
    "docket": "outside, the case goes on",
}
"""Label of each place in which a person can be."""
_COLOURS = style.HOUR_COLOURS | {"prison": "#56B4E9", "at_large": "#f0e6c8", "docket": "#d9d9d9"}
_STAY_AFTER = {
    "held": "statutory_hold",
    "overdetained": "past_limit",
    **dict.fromkeys(("detainer_declined", "released"), "at_large"),
    **{name: name for name in ("prison", "ice_custody")},
}
_SHOWN = (Kind.RULE, Kind.FOLLOWED, Kind.CAPACITY, Kind.CLOCK, Kind.DURATION)
_NOT_SHOWN = (
    Decision.PERIOD_END, Decision.REENTRY_TIME, Decision.RELEASE_TIME, Decision.DISPOSITION_TIME, Decision.LOCKUP_TIME
)  # fmt: skip
DIVERGENCE_COLOUR = "#B00020"
COLUMN_INCHES = 6.6
_LINE_INCHES = 0.175
_WRAP = 78
_TITLE = 64
"""Most characters of a scenario's name and settings above its column."""
_BAR, _TEXT = 0.03, 0.08
"""Left end of the bar and of the texts, as a share of a column's width."""
_BAR_WIDTH = 0.025


class _Row(NamedTuple):
    """One moment: the events, the reasons, and where the person is from then on."""

    hour: int
    when: str
    events: tuple[str, ...]
    reasons: tuple[str, ...]
    stay: str
    diverges: bool = False

    @property
    def lines(self) -> int:
        return 1 + len(self.events) + len(self.reasons) + 1


@frame.styled
def draw(
    histories: Sequence[History], places: Sequence[str], worlds: Sequence[str], divergence: Divergence | None = None
) -> frame.Plot:
    """Draw the history of one booking, or its histories under two scenarios."""
    columns = [_rows(history, places, divergence) for history in histories]
    lines = max(sum(row.lines for row in rows) for rows in columns)
    cause = divergence.cause.words if divergence else ""
    by = f" They part by: {cause[0].lower()}{cause[1:]}." if cause else ""
    figure = frame.framed(
        (COLUMN_INCHES * len(histories) + 0.3, lines * _LINE_INCHES + (0.4 if len(histories) > 1 else 0.1)),
        "One synthetic booking" + (" in two worlds" if len(histories) > 1 else f" under {worlds[0]}"),
        f"{heading(next((history for history in histories if history.booking is not None), histories[0]), places)}.{by}",
        f"{SIMULATED} Nobody here is real. From top to bottom, not to scale: the time between two moments stands beside "
        "the bar. Rules with their text and citation: enforcement-sim rules.",
        legend_lines=1,
    )
    panels = figure.subplots(1, len(histories), squeeze=False)[0]
    for axes, rows, world, side in zip(panels, columns, worlds, "AB", strict=False):
        axes.set_xlim(0, 1)
        axes.set_ylim(lines, -0.3)
        axes.axis("off")
        if len(histories) > 1:
            named = textwrap.shorten(f"{side}: {world}", _TITLE, placeholder=" \N{HORIZONTAL ELLIPSIS}")
            axes.set_title(named, loc="left", weight="bold")
        _column(axes, rows)
    seen = dict.fromkeys(row.stay for rows in columns for row in rows if row.stay)
    frame.legend(figure, {STAYS[stay]: Patch(color=_COLOURS[stay]) for stay in seen}, len(STAYS))
    return figure


def write(figure: frame.Plot, folder: Path, name: str) -> list[Path]:
    """Write the figure as PNG and SVG.

    Raises
    ------
    InputError
        If one of the files exists.
    """
    for path in (folder / f"{name}.png", folder / f"{name}.svg"):
        if path.exists():
            raise InputError(f"{path} exists: choose another folder (or move it away)", key="--out")
    return frame.save(figure, folder, name)


def _rows(history: History, places: Sequence[str], divergence: Divergence | None) -> list[_Row]:
    """Return the moments in order; events of one hour share a row unless the first difference is between them."""
    rows: list[_Row] = []
    stay = "criminal_case"
    for one in moments(history, places):
        if not one.what:
            continue
        leaves = next((reason.until for reason in one.decisions if reason.decision == Decision.CUSTODY_TIME), None)
        if leaves is not None and leaves < one.hour:
            left = ("Leaves ICE custody; the case goes on",)
            rows.append(_Row(leaves, moment(history.when(leaves)), left, (), "docket"))
        event = history.steps[one.step].event if one.step >= 0 else ""
        stay = "" if one.step == len(history.steps) - 1 else _STAY_AFTER.get(event, stay)
        diverges = divergence is not None and one.step == divergence.at
        row = _Row(one.hour, one.when, (one.what,), tuple(_reasons(history, one)), stay, diverges)
        if rows and rows[-1].hour == row.hour and not row.diverges:
            before = rows.pop()
            row = before._replace(events=before.events + row.events, reasons=before.reasons + row.reasons, stay=stay)
        rows.append(row)
    return rows


def _reasons(history: History, one: Moment) -> Iterator[str]:
    """Yield the reasons to draw: rules, waits, and attempts without a free crew."""
    for reason in one.decisions:
        kind = reason.decision.kind
        met = kind == Kind.CAPACITY and all(result == MET for _, result in reason.tries)
        if kind in _SHOWN and reason.decision not in _NOT_SHOWN and not met:
            yield from textwrap.wrap(brief_line(history, reason), _WRAP, subsequent_indent="   ")


def _column(axes: Axes, rows: Sequence[_Row]) -> None:
    """Draw one history."""

    def put(line: float, text: str, indent: float = 0.0, **settings: Any) -> None:
        axes.text(_TEXT + indent, line, text, va="center", **settings)

    top = 0.0
    for row, following in zip_longest(rows, rows[1:]):
        if row.diverges:
            axes.axhline(top - 0.15, color=DIVERGENCE_COLOUR, linewidth=1.6)
            settings: dict[str, Any] = {"ha": "right", "va": "bottom", "size": 8.0, "weight": "bold"}
            axes.text(0.99, top - 0.25, "first difference", color=DIVERGENCE_COLOUR, **settings)
        axes.plot([_BAR + _BAR_WIDTH / 2], [top + 0.5], "o", color=style.INK, markersize=4.5, zorder=3)
        put(top + 0.5, row.when, size=8.5, color=style.INK, weight="bold")
        for line, event in enumerate(row.events, start=1):
            put(top + line + 0.5, event, size=9.0)
        for line, reason in enumerate(row.reasons, start=1 + len(row.events)):
            put(top + line + 0.5, reason, 0.03, size=7.6, color=style.QUIET)
        if row.stay and following is not None:
            drawing: dict[str, Any] = {"facecolor": _COLOURS[row.stay], "edgecolor": "none"}
            axes.add_patch(Rectangle((_BAR, top + 0.5), _BAR_WIDTH, row.lines, **drawing))
            if following.hour > row.hour:
                spent = f"\N{DOWNWARDS ARROW} {duration(following.hour - row.hour)} {STAYS[row.stay]}"
                put(top + row.lines - 0.5, spent, size=8.0, color=style.QUIET, style="italic")
        top += row.lines
