"""Lives behind a number: bookings that it counts, those that make it differ before all others, each told under both scenarios.

Both scenarios are run again with their events recorded, and once more with the decisions on the first of the bookings that
are told of. Nobody is real, and the order of bookings by key has no meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from enforcement_sim import labels
from enforcement_sim.explorer import evidence
from enforcement_sim.explorer.evidence import Evidence
from enforcement_sim.explorer.who_changes import INSTEAD, Changed, changed
from enforcement_sim.explorer.why_asked import Asked, asked_of
from enforcement_sim.process.histories import History
from enforcement_sim.report.trace import HistoryText, history_text
from enforcement_sim.runs.recorded_runs import HistoryPair, RecordedRun, divergences_of, record_events
from enforcement_sim.scenarios.schema import Scenario

MOST_PAIRS = 12
"""Most bookings to choose from."""


class DifferingBooking(NamedTuple):
    """The two histories of one synthetic booking as text, a title for a list, and what decided."""

    title: str
    text: HistoryText
    decided: tuple[Evidence, ...]


class Lives(NamedTuple):
    """What makes a measure differ.

    Attributes
    ----------
    number : str
        The one asked for, as an address has it; a measure that it is like where it counts nobody, and empty where nobody
        changes at all.
    only_history, only_what_if, otherwise, both : int
        Bookings counted under one scenario alone; bookings whose events or hours differ, where the measure is no count;
        bookings counted under both.
    bookings : tuple of DifferingBooking
        The first of those that differ; of those counted under both where none differs.
    """

    number: str
    only_history: int
    only_what_if: int
    otherwise: int
    both: int
    bookings: tuple[DifferingBooking, ...]


NOBODY = Lives("", 0, 0, 0, 0, ())


def lives_behind(history: Scenario, what_if: Scenario, number: str) -> Lives:
    """Return who is counted in a number and makes it differ, with the histories of the first; importable by name, for workers.

    Where a measure of the whole counts nobody, those who change in a like one are returned.

    Parameters
    ----------
    history, what_if : Scenario
        With the same period, places and thinning.
    number : str
        As an address has it (``why_asked``).
    """
    one = record_events(history, history.seed)
    runs = one, one if what_if == history else record_events(what_if, history.seed)
    asked = asked_of(number)
    others = () if asked.parts else map(Asked, (*INSTEAD, "hours.induced"))  # of hours, every event and hour counts
    for like in dict.fromkeys((asked, *others)):
        found = changed(*runs, like)
        if histories := _histories(runs, found):
            places = runs[0].arrestees.places
            bookings = tuple(
                _booking(pair, places, evidence.of_decision(pair, history, what_if))
                if isinstance(pair, HistoryPair)
                else _same(pair, places)
                for pair in histories
            )
            counts = len(found.only_history), len(found.only_what_if), len(found.otherwise), len(found.both)
            return Lives(like.written(), *counts, bookings)
    return NOBODY


def _histories(runs: tuple[RecordedRun, RecordedRun], found: Changed) -> Sequence[HistoryPair | History]:
    """Return the histories of those who make a number differ; of those counted under both where there are none."""
    if keys := found.first(MOST_PAIRS):
        return divergences_of(*runs, keys)
    keys = [int(key) for key in found.both[:MOST_PAIRS]]
    if not keys:
        return ()
    differing = [] if runs[0] is runs[1] else divergences_of(*runs, keys)
    return differing or list(runs[0].histories(keys))


def _same(history: History, places: Sequence[str]) -> DifferingBooking:
    """Return a history that is the same under both."""
    text = history_text((history,), places)
    return DifferingBooking(f"{_who(history, places)}{text.sides[0].end} under both", text, ())


def _who(history: History, places: Sequence[str]) -> str:
    booking = history.booking
    return f"{places[booking.place]}, {labels.offence(booking.offence)}: " if booking else ""


def _booking(pair: HistoryPair, places: Sequence[str], decided: Sequence[Evidence]) -> DifferingBooking:
    text = history_text((pair.a, pair.b), places, pair.divergence)
    before, after = (side.end for side in text.sides)
    ends = f"{before} under history, {after.lower()} under the what-if" if before != after else f"{before} under both"
    who = _who(pair.a, places) or _who(pair.b, places)
    return DifferingBooking(who + ends, text, tuple(decided))
