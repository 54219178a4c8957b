"""Lives behind a number: bookings that it counts, those that make it differ before all others, each told under both scenarios.

Both scenarios are run again with their events recorded, and once more with the decisions on the first of the bookings that
are told of. A number of one county is looked for in that county, where every booking is simulated; any other in runs that are
thinned, so that it takes seconds. Where no outcome differs under a seed the next one is looked at, and where none does under
any, the nearest people are told of. Nobody is real, and the order of bookings by key has no meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.explorer import evidence
from enforcement_sim.explorer.evidence import Evidence
from enforcement_sim.explorer.picture import expected_size
from enforcement_sim.explorer.who_changes import INSTEAD, Changed, changed
from enforcement_sim.explorer.why_asked import SIDES, Asked, asked_of
from enforcement_sim.places.scope import couples_the_nation
from enforcement_sim.process.histories import History
from enforcement_sim.report.trace import HistoryText, history_text
from enforcement_sim.runs.design import seeds_of
from enforcement_sim.runs.recorded_runs import HistoryPair, RecordedRun, divergences_of, record_events
from enforcement_sim.scenarios.schema import Scenario

MOST_PAIRS = 12
"""Most bookings to choose from."""
FOLLOWED = 2_000_000
"""Most bookings of a run that is no county's; four such runs with recorded events take some five seconds."""
THINNEST = 200


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
        The one asked for, as an address has it; a measure that it is like where it counts nobody, and empty where neither
        counts anybody.
    only_history, only_what_if, otherwise, both : int
        Bookings counted under one scenario alone; bookings whose events or hours differ, where the measure is no count;
        bookings counted under both.
    bookings : tuple of DifferingBooking
        The first of those that differ; of those counted under both where none differs.
    seeds : tuple of int
        Those that were looked at, in order.
    seed : int
        The one that the counts and the bookings are of.
    thin : int
        One person in this many was followed.
    """

    number: str
    only_history: int = 0
    only_what_if: int = 0
    otherwise: int = 0
    both: int = 0
    bookings: tuple[DifferingBooking, ...] = ()
    seeds: tuple[int, ...] = (1,)
    seed: int = 1
    thin: int = 1

    @property
    def differs(self) -> bool:
        """Whether anybody makes the number differ."""
        return self.only_history + self.only_what_if + self.otherwise > 0


NOBODY = Lives("")


def lives_behind(history: Scenario, what_if: Scenario, number: str, names: tuple[str, str] = SIDES) -> Lives:
    """Return who is counted in a number and makes it differ, with the histories of the first; importable by name, for workers.

    Parameters
    ----------
    history, what_if : Scenario
        With the same period and places.
    number : str
        As an address has it (``why_asked``).
    names : tuple of str
        What the two are called.
    """
    asked = asked_of(number)
    worlds = _followed(history, asked), _followed(what_if, asked)
    wanted = (asked, *_like(asked))
    looked: list[int] = []
    nearest, best = NOBODY, (len(wanted), True)
    for seed in seeds_of(history.seed, history.replications):
        looked.append(seed)
        one = record_events(worlds[0], seed)
        runs = one, one if what_if == history else record_events(worlds[1], seed)
        for at, like in enumerate(wanted):
            found = changed(*runs, like)
            score = at, not found.differing
            if score < best and (histories := _histories(runs, found)):
                nearest, best = (
                    _told(like, found, histories, worlds, names, one.arrestees.places)._replace(seed=seed),
                    score,
                )
                break
        if best[0] == 0 and (nearest.differs or what_if == history):
            break
    return nearest._replace(seeds=tuple(looked), thin=worlds[0].thin)


def _followed(scenario: Scenario, asked: Asked) -> Scenario:
    """Return the scenario whose people are followed: of the number's county alone, or thinned to a size that takes seconds."""
    if not couples_the_nation(scenario.parameters):
        if asked.county:
            return scenario.with_(scope={"counties": [asked.county]})
        if scenario.scope.kind == "counties":  # what is counted there is too little to be thinned
            return scenario
    thin = min(THINNEST, max(1, round(expected_size(scenario) / FOLLOWED)))
    return scenario.with_(thin=thin) if thin > 1 else scenario


def _like(asked: Asked) -> Iterator[Asked]:
    """Yield numbers to tell of where nobody is counted: earlier stages of the same part; of hours, every event and hour."""
    for measure in INSTEAD if asked.parts else (*INSTEAD, "hours.induced"):
        one = replace(asked, measure=measure)
        try:
            asked_of(one.written())
        except InputError:  # a part of which there is no such number
            continue
        if one != asked:
            yield one


def _told(
    asked: Asked,
    found: Changed,
    histories: Sequence[HistoryPair | History],
    worlds: tuple[Scenario, Scenario],
    names: tuple[str, str],
    places: Sequence[str],
) -> Lives:
    bookings = tuple(
        _booking(one, places, evidence.of_decision(one, *worlds, names), names)
        if isinstance(one, HistoryPair)
        else _same(one, places)
        for one in histories
    )
    counts = len(found.only_history), len(found.only_what_if), len(found.otherwise), len(found.both)
    return Lives(asked.written(), *counts, bookings)


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


def _booking(
    pair: HistoryPair, places: Sequence[str], decided: Sequence[Evidence], names: tuple[str, str]
) -> DifferingBooking:
    text = history_text((pair.a, pair.b), places, pair.divergence)
    before, after = (side.end for side in text.sides)
    ends = f"{before} under {names[0]}, {after.lower()} under {names[1]}" if before != after else f"{before} under both"
    who = _who(pair.a, places) or _who(pair.b, places)
    return DifferingBooking(who + ends, text, tuple(decided))
