"""HTML of scenarios and runs in a notebook.

Each page is a few lines of HTML: a title, the period, places and seeds, the parameters assumed, a table, and warnings
(simulated, one run without an interval, counts that are mostly chance). All text is escaped. There is no script, nothing
is fetched, and no colours are set, so that a page is legible on a dark background, too. Comparisons use the same blocks.
Nothing is simulated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from math import prod
from typing import Any

from enforcement_sim import labels
from enforcement_sim.no_effect import SweptScenario, without_effect
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.place_labels import alone_in_words, places_in_words, scope_in_words
from enforcement_sim.tables.amounts import NOT_APPLICABLE, several
from enforcement_sim.tables.table import Table

SIMULATED = "Simulated, not a record."
ABOUT_COUNTIES = (
    "A county's numbers follow from the model's inputs on its people, jail and dates; nobody was counted there."
)
FEW_PEOPLE = 20
"""Counts below this number of simulated people, in all runs together, are mostly chance."""

FUNNEL = (
    "booked",
    "matched",
    "interviewed",
    "identified",
    "detainer_not_sent",
    "detainer_issued",
    "detainer_declined",
    "detainer_lapsed",
    "picked_up_at_release",
    "arrested_at_large",
    "ice_custody",
    "removed",
    "returned",
)
"""Events of a short table, in the order in which they happen to people."""

AROUND_REFUSAL = ("detainer_not_sent", "picked_up_at_release", "arrested_at_large")
"""Those that tables leave out where there are none."""

COUNTED_CLOSELY = FUNNEL[FUNNEL.index("detainer_issued") :]
"""Events that readers quote and whose counts are small in a small place."""

MOST_NAMED = 6
"""Most changed parameters, or swept values, that are listed singly."""
MOST_POINTS = 200
"""Most points of a sweep whose rules are listed."""
ENGINE_LETTERS = 12
NO_CHANGE = "Rules, agreements and dates as they were."
_MINUS = "\N{MINUS SIGN}"


# ---- blocks -------------------------------------------------------------------------------------------------------------


def page(title: str, lines: Iterable[str], body: str = "", notes: Iterable[str] = ()) -> str:
    """Return a page: a title, lines of text, a body that is HTML already, and notes in small print.

    Examples
    --------
    >>> page("A < B", ["first"], notes=["last"])
    '<div><div><b>A &lt; B</b></div><div>first</div><div><small>last</small></div></div>'
    """
    above = "".join(f"<div>{escape(line)}</div>" for line in lines if line)
    below = "".join(f"<div><small>{escape(note)}</small></div>" for note in notes if note)
    return f"<div><div><b>{escape(title)}</b></div>{above}{body}{below}</div>"


def number(value: float, *, more: int = 0) -> str:
    """Return a number short enough for a cell, with a proper minus sign.

    Examples
    --------
    >>> number(1234567.0), number(-0.04567), number(3.0)
    ('1,234,567', '−0.0457', '3')
    """
    if value != value:
        return NOT_APPLICABLE
    whole = abs(value) >= 100 or value == int(value)
    text = f"{value:,.{more}f}" if whole else f"{value:.{3 + more}g}"
    return text.replace("-", _MINUS)


# ---- parameters assumed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assumed:
    """The parameter set closest to a scenario's parameters, and those that differ from it.

    Attributes
    ----------
    base : str
        Description of the set.
    changed : dict
        Address -> the scenario's value and the set's.
    """

    base: str
    changed: dict[str, tuple[float, float]]

    def __str__(self) -> str:
        """Return it as a sentence."""
        if not self.changed:
            return f"Parameters: {self.base}."
        register = load_register()
        named = [
            f"{address} = {value:g} instead of {usual:g} ({register[address].unit})"
            for address, (value, usual) in list(self.changed.items())[:MOST_NAMED]
        ]
        more = len(self.changed) - MOST_NAMED
        return f"Parameters: {self.base}, except {'; '.join(named)}{f'; and {more} more' if more > 0 else ''}."


def assumed(parameters: Mapping[str, float]) -> Assumed:
    """Return the parameter set from which the fewest of these parameters differ.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> print(assumed({**load_register().defaults(), "detainer.hold_hours": 96.0}))
    Parameters: the register's own values, except detainer.hold_hours = 96 instead of 48 (hours).
    """
    nearest: Assumed | None = None
    for base, values in _sets():
        changed = {
            address: (value, values[address])
            for address, value in parameters.items()
            if address in values and value != values[address]
        }
        if nearest is None or len(changed) < len(nearest.changed):
            nearest = Assumed(base, changed)
    assert nearest is not None
    return nearest


@cache
def _sets() -> tuple[tuple[str, Mapping[str, float]], ...]:
    """Return the register's defaults, and the defaults updated with every set of the ensemble."""
    defaults = load_register().defaults()
    members = ((f"set {one.number} of the calibrated ensemble", one.parameters) for one in load_ensemble())
    return (("the register's own values", defaults), *((base, {**defaults, **values}) for base, values in members))


def made_of(
    plain: Mapping[str, Any], seeds: str = "", engine: str = "", scenarios: Sequence[Mapping[str, Any]] = ()
) -> list[str]:
    """Return the inputs of a resolved scenario as lines: period, places, seeds and thinning; rules; parameters and engine.

    The rules are those of ``scenarios``, if these are given.
    """
    first, last = (date.fromisoformat(str(plain["period"][end])) for end in ("start", "end"))
    thin = int(plain["thin"])
    every = "every booking" if thin == 1 else f"one booking in {thin:,}, scaled up"
    days = " to ".join(f"{day.day} {day:%b %Y}" for day in (first, last))
    what = "; ".join(part for part in (days, places_in_words(plain), seeds, every) if part)
    made = str(assumed(plain["parameters"]))
    if plain.get("data"):
        named = ", ".join(f"{kind}: {name}" for kind, name in plain["data"].items())
        made += f" Own data ({named})."
    if engine:
        made += f" Engine {engine[:ENGINE_LETTERS]}."
    return [alone_in_words(plain), f"{what}.", labels.rules_in_words(scenarios or [plain]), made]


def about_places(plain: Mapping[str, Any]) -> str:
    """Return the warning for simulations of single counties; empty for others."""
    scope = plain["scope"]
    return ABOUT_COUNTIES if isinstance(scope, Mapping) and "counties" in scope else ""


def few_warning(simulated: Mapping[str, float]) -> str:
    """Return a warning about counts that are mostly chance; empty if there are none.

    Parameters
    ----------
    simulated : mapping
        Event -> simulated people in all runs together, not scaled up.

    Examples
    --------
    >>> few_warning({"removed": 7, "ice_custody": 31, "returned": 0})
    'Small numbers: fewer than 20 simulated people stand behind Removed (7). Such counts are mostly chance: take more \
seeds, a longer period or more places, and quote the interval.'
    """
    few = [f"{labels.event(event)} ({count:,.0f})" for event, count in simulated.items() if 0 < count < FEW_PEOPLE]
    if not few:
        return ""
    return (
        f"Small numbers: fewer than {FEW_PEOPLE} simulated people stand behind {', '.join(few)}. Such counts are mostly "
        "chance: take more seeds, a longer period or more places, and quote the interval."
    )


# ---- a scenario ---------------------------------------------------------------------------------------------------------


def scenario_html(scenario: Any) -> str:
    """Return a :class:`~enforcement_sim.scenarios.schema.Scenario` as a page: its question, its changes and its sweep."""
    plain = scenario.resolved()
    seeds = f"{several(scenario.replications, 'seed')} from {scenario.seed}"
    if scenario.stopping is not None:
        seeds = f"up to {seeds}, until precise enough"
    rows = [
        [
            f"change {name}",
            f"{change['decision']}: {change['rule']}",
            scope_in_words(change["where"]),
            _when(change.get("from"), change.get("until")),
        ]
        for name, change in plain["changes"].items()
    ]
    rows += [[f"sweep {address}", _values(values), "", ""] for address, values in plain.get("sweep", {}).items()]
    if scenario.design is not None:
        rows += [[f"design {address}", "varies", "", ""] for address in scenario.design.addresses]
    what = Table(("", "what", "where", "when"), tuple(map(tuple, rows))).html() if rows else ""
    moved = bool(rows) or bool(assumed(plain["parameters"]).changed)
    history = "" if plain["changes"] else NO_CHANGE if moved else f"Nothing is changed. {NO_CHANGE}"
    lines = [scenario.asks, *made_of(plain, seeds, scenarios=_scenarios(scenario)), history]
    drawn = () if scenario.design is None else scenario.design.addresses
    idle = [
        f"{'Note' if one.softly else 'Warning'}: {one}." for one in without_effect(_settings(scenario), drawn=drawn)
    ]
    return page(f"{scenario.name}: {scenario.title}", lines, what, [*idle, "A scenario: nothing has been run yet."])


def _settings(scenario: Any) -> list[SweptScenario]:
    """Return the points of a sweep that is not too long, or else the scenario itself."""
    points = scenario.points() if len(scenario.sweep) and _size(scenario.sweep) <= MOST_POINTS else ()
    return [(point.settings, point.scenario) for point in points] or [({}, scenario)]


def _scenarios(scenario: Any) -> list[dict[str, Any]]:
    """Return changes and parameters of a scenario and, of a sweep that is not too long, of each of its points."""
    points = scenario.points() if len(scenario.sweep) and _size(scenario.sweep) <= MOST_POINTS else ()
    scenarios = [point.scenario for point in points] or [scenario]
    return [
        {"changes": [change.written() for change in world.changes], "parameters": world.parameters}
        for world in scenarios
    ]


def _size(sweep: Mapping[str, Sequence[Any]]) -> int:
    return prod(len(values) for values in sweep.values())


def _when(start: str | None, end: str | None) -> str:
    if not start and not end:
        return "all the time"
    return " ".join(part for part in (f"from {start}" if start else "", f"until {end}" if end else "") if part)


def _values(values: Sequence[Any]) -> str:
    named = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values[:MOST_NAMED])
    more = len(values) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
