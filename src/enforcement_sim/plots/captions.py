"""The provenance of a figure's numbers, and the caption made from it.

A caption has no timestamp and no path, so the same numbers give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from enforcement_sim import labels
from enforcement_sim.notebook import SIMULATED
from enforcement_sim.place_labels import alone_in_words, places_in_words, scope_in_words
from enforcement_sim.runs.difference_words import line_in_words
from enforcement_sim.runs.pairing_words import ENOUGH_DRAWS

INTERVAL = (
    "95% interval for the mean over seeds (Student's t); it reflects variation over seeds, not uncertainty about "
    "parameters"
)

INTERVAL_OF_DRAWS = (
    "{middle} of the draws, widened by the 95% interval over seeds (Student's t); it reflects uncertainty about the parameters "
    "drawn and variation over seeds"
)


@dataclass(frozen=True)
class Provenance:
    """The runs behind a figure's numbers.

    Attributes
    ----------
    scenario, title : str
        The scenario's short name, and its title; of two that are compared, both in words.
    engine_version : str
        Hash of the compiled engine's sources.
    run_ids : tuple of str
        The runs whose numbers are drawn.
    seeds : tuple of int
        Their distinct seeds.
    period : tuple of date
        First and last simulated day, both included.
    scope : str
        The places reported, and those simulated for them, in words.
    thin : int
        One booking in this many was simulated.
    settings : int
        Number of settings of a sweep among the runs.
    draws : int
        Number of draws of uncertain parameters; 1 if none are drawn.
    alone : str
        The warning for a part simulated alone, with its share of capacity; empty otherwise.
    rules : str
        The rules laid over history, and how closely each was followed, as full sentences.
    place : str
        The places reported, in few words; ``scope`` if not given.

    Examples
    --------
    >>> january = (date(2012, 1, 1), date(2012, 1, 31))
    >>> about = Provenance("kent", "Kent", "0123456789abcdef", ("aa",), (1,), january, "Kent County")
    >>> about.caption().partition(";")[0]
    'Simulated, not a record. Scenario kent: 1 run (seed 1)'
    >>> json.loads(about.as_json())["seeds"]
    [1]
    >>> about.heading
    'Kent – Kent County, Jan 2012'
    """

    scenario: str
    title: str
    engine_version: str
    run_ids: tuple[str, ...]
    seeds: tuple[int, ...]
    period: tuple[date, date]
    scope: str
    thin: int = 1
    settings: int = 1
    draws: int = 1
    alone: str = ""
    rules: str = ""
    place: str = ""

    @property
    def heading(self) -> str:
        """What was run, where and when, for the title of a figure."""
        months = list(dict.fromkeys(f"{day:%b %Y}" for day in self.period))
        name, place = self.title or self.scenario, self.place or self.scope
        named = name if place in name else f"{name} – {place}"
        return f"{named}, {' to '.join(months)}"

    def caption(self, shown: str = "", notes: str = "") -> str:
        """Return the caption that every figure carries.

        Parameters
        ----------
        shown : str
            How the figure draws the interval ("Whiskers", "Bands"); empty if it has none.
        notes : str
            Further notes on this figure, as full sentences.

        Returns
        -------
        str
            Full sentences in one line, without a date of making or a path.
        """
        first, last = (f"{day.day} {day:%b %Y}" for day in self.period)
        runs = "1 run" if len(self.run_ids) == 1 else f"{len(self.run_ids)} runs"
        seeds = f"seed {self.seeds[0]}" if len(self.seeds) == 1 else f"seeds {_listed(self.seeds)}"
        if self.draws > 1:
            seeds = f"{self.draws} draws of uncertain parameters, {seeds}"
        how = f"{self.settings} settings with {seeds} each" if self.settings > 1 else seeds
        named = f"{self.scenario[:1].upper()}{self.scenario[1:]}"
        scenario = named if " " in named else f"Scenario {self.scenario}"
        parts = [f"{SIMULATED} {scenario}: {runs} ({how}); {first} to {last}; scope: {self.scope}."]
        if self.thin > 1:
            parts.append(f"One booking in {self.thin} was simulated; counts are scaled up.")
        if self.rules:
            parts.append(self.rules)
        if self.alone:
            parts.insert(0, self.alone)
        if self.draws > 1:
            middle = "the middle 95%" if self.draws >= ENOUGH_DRAWS else "the whole range"
            parts += [f"{shown}: {INTERVAL_OF_DRAWS.format(middle=middle)}."] if shown else []
        elif len(self.seeds) == 1:
            parts.append("A single seed gives no interval.")
        elif shown:
            parts.append(f"{shown}: {INTERVAL}.")
        if notes:
            parts.append(notes)
        parts.append(f"Engine {self.engine_version[:12]}.")
        return " ".join(parts)

    def as_json(self) -> str:
        """Return everything needed to reproduce the numbers.

        Returns
        -------
        str
            One line of JSON with every attribute by name.
        """
        return json.dumps(asdict(self), sort_keys=True, default=str)


def provenance_of(
    scenario: Mapping[str, Any],
    engine_version: str,
    runs: tuple[str, ...],
    seeds: tuple[int, ...],
    settings: int = 1,
    draws: int = 1,
    scenarios: Sequence[Mapping[str, Any]] = (),
) -> Provenance:
    """Return the provenance of a resolved scenario; ``scenarios`` if others than it were simulated."""
    period = scenario["period"]
    return Provenance(
        scenario=str(scenario["name"]),
        title=str(scenario["title"]),
        engine_version=str(engine_version),
        run_ids=runs,
        seeds=seeds,
        period=(date.fromisoformat(str(period["start"])), date.fromisoformat(str(period["end"]))),
        scope=places_in_words(scenario),
        thin=int(scenario["thin"]),
        settings=settings,
        draws=draws,
        alone=alone_in_words(scenario),
        rules=labels.rules_in_words(scenarios or [scenario]),
        place=scope_in_words(scenario["scope"]),
    )


def differing(changed: Sequence[str], most: int = 3) -> str:
    """Return the settings in which two scenarios differ, as a sentence that names the first few.

    Examples
    --------
    >>> differing(["detainer.hold_hours: 48 → 96"])
    'They differ in: Hold limit (hours): 48 → 96.'
    >>> differing(["changes.no: nothing → decision honour, rule honour-none, where nation"])
    'They differ in: Who is held: as history → no detainer honoured, where nation.'
    """
    more = [f"and {len(changed) - most} more settings"] if len(changed) > most else []
    return f"They differ in: {'; '.join([*map(line_in_words, changed[:most]), *more]) or 'nothing'}."


def _listed(seeds: tuple[int, ...]) -> str:
    """Return seeds as text: consecutive seeds as a range, a few others one by one, many by first and last."""
    ordered = sorted(seeds)
    if ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]}\N{EN DASH}{ordered[-1]}"
    if len(ordered) <= 8:
        return ", ".join(str(seed) for seed in ordered)
    return f"{ordered[0]} \N{HORIZONTAL ELLIPSIS} {ordered[-1]}"
