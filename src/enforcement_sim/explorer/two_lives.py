"""One synthetic person's two lives: under history and under the what-if, and where they part.

Both worlds are run again with every life recorded, thinned so that this stays a matter of seconds, and the first lives
that part are told in the words of ``enforcement-sim trace``. Nobody is real, and the first in the order of their keys
means nothing. What a life is and why lives part is told in the rooms below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from enforcement_sim.errors import InputError
from enforcement_sim.vocabulary import EVENTS

if TYPE_CHECKING:
    from enforcement_sim.arrestees import Arrestees
    from enforcement_sim.custody.reasons import Trace
    from enforcement_sim.experiment.parting import Parting
    from enforcement_sim.scenario.schema import Scenario

__all__ = ["ENDS", "MOST_PAIRS", "ToldPair", "lives_scenario", "told_html", "told_pairs"]

MOST_PAIRS = 12
"""Lives to choose from."""
FOLLOWED = 400_000
"""Bookings of a run whose lives are recorded, at most: sixteen bytes an event, and a minute at worst."""
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
        For a list; who is meant; by what the lives part.
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
    """Return a scenario thinned so that every life of it can be followed; a few counties are never thinned.

    Raises
    ------
    InputError
        If it would have to be thinned beyond sense.
    """
    thin = 1 if scenario.scope.kind == "counties" else max(1, round(size / FOLLOWED))
    return scenario if thin == 1 else scenario.with_(thin=min(thin, THINNEST))


def told_pairs(history: Scenario, what_if: Scenario, outcome: str = ANY, seed: int | None = None) -> list[ToldPair]:
    """Run both worlds with lives recorded and tell the first bookings whose lives part.

    Parameters
    ----------
    history, what_if : Scenario
        Alike in period, places and thinning.
    outcome : str
        One of :data:`ENDS`: an event of the life under history.
    """
    from enforcement_sim.custody.trace import trace_of
    from enforcement_sim.experiment.lives import run_with_lives
    from enforcement_sim.experiment.parting import parting_of

    if outcome not in ENDS:
        raise InputError(f"unknown word {outcome!r}", key="outcome", allowed=ENDS)
    first = history.seed if seed is None else seed
    a, b = run_with_lives(history, first), run_with_lives(what_if, first)
    found = []
    for key in _differing(a, b, outcome):
        lives = trace_of(a.lives, key), trace_of(b.lives, key)
        parting = parting_of(*lives)
        if parting is not None:
            found.append(_told(*lives, parting, a.places))
            if len(found) == MOST_PAIRS:
                break
    return found


def _differing(a: Arrestees, b: Arrestees, outcome: str) -> Iterator[int]:
    """Yield bookings of the counted period whose recorded events differ; telling a life takes far longer than looking."""
    from enforcement_sim.custody.draws import PRISONERS
    from enforcement_sim.custody.lives import key_parts

    first_day = a.lives.clock.day_number(a.lives.clock.first_counted_day)
    wanted = EVENTS.index(outcome) if outcome != ANY else -1
    for key in a.lives.keys.tolist():
        parts = key_parts(key)
        if parts.series == PRISONERS or parts.day < first_day:
            continue
        one, other = a.lives.events_of(key), b.lives.events_of(key)
        if wanted >= 0 and not (one["event"] == wanted).any():
            continue
        same = len(one) == len(other) and all(bool((one[part] == other[part]).all()) for part in ("event", "hour"))
        if not same:
            yield key


def _told(a: Trace, b: Trace, parting: Parting, places: Sequence[str]) -> ToldPair:
    from enforcement_sim.report import words
    from enforcement_sim.report.trace import heading

    steps = [_moments(life, places) for life in (a, b)]
    ends = (words.fate(a.fate), words.fate(b.fate))
    who = heading(a if a.facts is not None else b, places)
    facts = a.facts or b.facts
    where = places[facts.place] if facts is not None else ""
    what = words.offence(facts.offence) if facts is not None else ""
    change = f"{ends[0]}, then {ends[1].lower()}" if ends[0] != ends[1] else f"{ends[0]} in both"
    return ToldPair(
        f"{where}, {what}: {change}",
        who,
        parting.cause.words,
        tuple(steps[0][: parting.at]),
        tuple(steps[0][parting.at :]),
        tuple(steps[1][parting.at :]),
        ends,
    )


def _moments(life: Trace, places: Sequence[str]) -> list[Told]:
    from enforcement_sim.report.trace import moment, reason_line, step_in_words, told

    return [
        Told(
            moment(life.when(step.hour)),
            step_in_words(life, at, places),
            tuple(reason_line(life, reason) for reason in told(step.reasons)),
        )
        for at, step in enumerate(life.steps)
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
        f'<p class="parting">Here the lives part: {escape(pair.cause)}</p><div class="sides">{sides}</div></div>'
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
