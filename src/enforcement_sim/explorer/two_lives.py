"""One synthetic booking under history and under the what-if, and the first decision that differs.

Both worlds are run again with their events recorded, thinned so that this takes seconds, and once more with the decisions
about the first bookings that differ, in the words of ``enforcement-sim trace``. Nobody is real, and the first in the order
of their keys means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from enforcement_sim.errors import InputError

if TYPE_CHECKING:
    from enforcement_sim.report.trace import Moment, Told
    from enforcement_sim.runs.recorded_runs import HistoryPair
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["ENDS", "MOST_PAIRS", "ToldPair", "lives_scenario", "told_html", "told_pairs"]

MOST_PAIRS = 12
"""Lives to choose from."""
FOLLOWED = 400_000
"""Bookings of a run whose events are recorded, at most: two runs of each world, a minute at worst."""
THINNEST = 200
ANY = "any"
ENDS = (
    ANY,
    "detainer_issued",
    "detainer_declined",
    "detainer_lapsed",
    "ice_custody",
    "removed",
    "returned",
    "released",
)
"""What may have happened to the person under history."""


class ToldPair(NamedTuple):
    """The two lives of one synthetic booking in words, and a title for a list."""

    title: str
    told: Told


def lives_scenario(scenario: Scenario, size: float) -> Scenario:
    """Return a scenario thinned so that every booking of it can be followed; a few counties are never thinned.

    Raises
    ------
    InputError
        If it would have to be thinned beyond sense.
    """
    thin = 1 if scenario.scope.kind == "counties" else max(1, round(size / FOLLOWED))
    return scenario if thin == 1 else scenario.with_(thin=min(thin, THINNEST))


def told_pairs(history: Scenario, what_if: Scenario, outcome: str = ANY) -> list[ToldPair]:
    """Return the first bookings whose lives part, told in both worlds; importable by name, for workers.

    Parameters
    ----------
    history, what_if : Scenario
        Alike in period, places and thinning.
    outcome : str
        One of :data:`ENDS`: an event under history.
    """
    from enforcement_sim.report.trace import told
    from enforcement_sim.runs.recorded_runs import BookingFilter, first_divergences, record_events

    if outcome not in ENDS:
        raise InputError(f"unknown word {outcome!r}", key="outcome", allowed=ENDS)
    worlds = record_events(history, history.seed), record_events(what_if, history.seed)
    places = worlds[0].arrestees.places
    pairs = first_divergences(*worlds, BookingFilter(outcome="" if outcome == ANY else outcome), MOST_PAIRS)
    return [_titled(pair, told((pair.a, pair.b), places, pair.divergence), places) for pair in pairs]


def _titled(pair: HistoryPair, told: Told, places: Sequence[str]) -> ToldPair:
    """Give two lives a title: where, for what, and how they end."""
    from enforcement_sim import labels

    before, after = (side.end for side in told.sides)
    change = f"{before}, then {after.lower()}" if before != after else f"{before} in both"
    booking = pair.a.booking or pair.b.booking
    who = f"{places[booking.place]}, {labels.offence(booking.offence)}" if booking else ""
    return ToldPair(f"{who}: {change}", told)


def told_html(told: Told) -> str:
    """Return both lives as HTML: once as far as they agree, then side by side, one below the other on a phone."""
    sides = "".join(
        f"<section><h4>{label}</h4>{_list(side.moments)}<p><b>End: {escape(side.end)}</b></p></section>"
        for label, side in zip(("Under history", "Under the what-if"), told.sides, strict=True)
    )
    together = f"<h4>The same in both worlds</h4>{_list(told.common)}" if told.common else ""
    parting = "".join(f'<p class="parting">{escape(line)}</p>' for line in told.parting)
    return f'<div class="lives"><p><b>{escape(told.heading)}</b></p>{together}{parting}<div class="sides">{sides}</div></div>'


def _list(moments: Sequence[Moment]) -> str:
    if not moments:
        return "<p>Nothing more is recorded.</p>"
    items = []
    for one in moments:
        why = "".join(f"<li>{escape(line)}</li>" for line in one.why)
        reasons = f"<details><summary>why</summary><ul>{why}</ul></details>" if why else ""
        items.append(f"<li><time>{escape(one.when)}</time> <b>{escape(one.what)}</b>{reasons}</li>")
    return f"<ol>{''.join(items)}</ol>"
