"""One synthetic booking under history and under the what-if, and the first decision that differs.

Both worlds are run again with their events recorded, thinned so that this takes seconds, and once more with the decisions
about the first bookings that differ, in the words of ``enforcement-sim trace``. Nobody is real, and the first in the order
of their keys means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from enforcement_sim.errors import InputError

if TYPE_CHECKING:
    from enforcement_sim.experiment.histories import Pair
    from enforcement_sim.process.histories import History
    from enforcement_sim.scenario.schema import Scenario

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


@dataclass(frozen=True)
class Told:
    """One moment of a life: when, what, and why."""

    when: str
    what: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class ToldPair:
    """The two lives of one synthetic booking.

    Attributes
    ----------
    title, heading, cause : str
        For a list; who is meant; what differs first.
    common : tuple of Told
        As far as they agree.
    history, what_if : tuple of Told
    ends : tuple of str
        How each ends.
    """

    title: str
    heading: str
    cause: str
    common: tuple[Told, ...]
    history: tuple[Told, ...]
    what_if: tuple[Told, ...]
    ends: tuple[str, str]


def lives_scenario(scenario: Scenario, size: float) -> Scenario:
    """Return a scenario thinned so that every booking of it can be followed; a few counties are never thinned.

    Raises
    ------
    InputError
        If it would have to be thinned beyond sense.
    """
    thin = 1 if scenario.scope.kind == "counties" else max(1, round(size / FOLLOWED))
    return scenario if thin == 1 else scenario.with_(thin=min(thin, THINNEST))


def told_pairs(history: Scenario, what_if: Scenario, outcome: str = ANY, seed: int | None = None) -> list[ToldPair]:
    """Run both worlds and describe the first bookings whose histories differ.

    Parameters
    ----------
    history, what_if : Scenario
        Alike in period, places and thinning.
    outcome : str
        One of :data:`ENDS`: an event under history.
    """
    from enforcement_sim.experiment.histories import Wanted, first_diverging, followed

    if outcome not in ENDS:
        raise InputError(f"unknown word {outcome!r}", key="outcome", allowed=ENDS)
    first = history.seed if seed is None else seed
    worlds = followed(history, first), followed(what_if, first)
    wanted = Wanted(outcome="" if outcome == ANY else outcome)
    return [_told(pair, worlds[0].arrestees.places) for pair in first_diverging(*worlds, wanted, MOST_PAIRS)]


def _told(pair: Pair, places: Sequence[str]) -> ToldPair:
    from enforcement_sim import words
    from enforcement_sim.report.trace import heading

    sides = pair.a, pair.b
    steps = [_moments(side, places) for side in sides]
    ends = (words.fate(pair.a.outcome), words.fate(pair.b.outcome))
    one = pair.a if pair.a.booking is not None else pair.b
    where = places[one.booking.place] if one.booking is not None else ""
    what = words.offence(one.booking.offence) if one.booking is not None else ""
    change = f"{ends[0]}, then {ends[1].lower()}" if ends[0] != ends[1] else f"{ends[0]} in both"
    at = pair.divergence.at
    return ToldPair(
        f"{where}, {what}: {change}",
        heading(one, places),
        pair.divergence.cause.words,
        tuple(steps[0][:at]),
        tuple(steps[0][at:]),
        tuple(steps[1][at:]),
        ends,
    )


def _moments(history: History, places: Sequence[str]) -> list[Told]:
    from enforcement_sim.report.trace import decision_line, moment, step_in_words, worth_a_line

    return [
        Told(
            moment(history.when(step.hour)),
            step_in_words(history, at, places),
            tuple(decision_line(history, one) for one in worth_a_line(step.decisions)),
        )
        for at, step in enumerate(history.steps)
    ]


def told_html(pair: ToldPair) -> str:
    """Return both lives as HTML: once as far as they agree, then side by side, one below the other on a phone."""
    sides = "".join(
        f"<section><h4>{label}</h4>{_list(steps)}<p><b>End: {escape(end)}</b></p></section>"
        for label, steps, end in (
            ("Under history", pair.history, pair.ends[0]),
            ("Under the what-if", pair.what_if, pair.ends[1]),
        )
    )
    together = f"<h4>The same in both worlds</h4>{_list(pair.common)}" if pair.common else ""
    return (
        f'<div class="lives"><p><b>{escape(pair.heading)}</b></p>{together}'
        f'<p class="parting">First difference: {escape(pair.cause)}</p><div class="sides">{sides}</div></div>'
    )


def _list(steps: Sequence[Told]) -> str:
    if not steps:
        return "<p>Nothing more is recorded.</p>"
    items = []
    for step in steps:
        why = "".join(f"<li>{escape(line)}</li>" for line in step.why)
        reasons = f"<details><summary>why</summary><ul>{why}</ul></details>" if why else ""
        items.append(f"<li><time>{escape(step.when)}</time> <b>{escape(step.what)}</b>{reasons}</li>")
    return f"<ol>{''.join(items)}</ol>"
