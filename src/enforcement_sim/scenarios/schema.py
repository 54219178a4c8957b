"""A resolved scenario, and the one way to it from plain values: a file, addresses that are set, or a point of a sweep.

:func:`assemble` checks a plain scenario (the form of a file, as dictionaries, with nothing left to extend) and resolves it: every
parameter has its number, every change is complete, and nothing is looked up any more.

A person who wrote a file with five mistakes wants to read five lines, not one in each of five runs. What is found wrong is
therefore taken out of a copy, as narrowly as possible, and the rest is checked too. The copy is never run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from pydantic import Field, ValidationError

from enforcement_sim.errors import InputError, Problems, notify
from enforcement_sim.law.adherence import AS_HISTORY, SETTABLE
from enforcement_sim.law.where import Where
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.address import plain_value, write
from enforcement_sim.scenarios.check_plan import Checker
from enforcement_sim.scenarios.file_format import (
    ALL_DECISIONS,
    SCHEMA_VERSION,
    Change,
    ScenarioFile,
    Simulate,
    rules_of,
)
from enforcement_sim.scenarios.plan import DesignFile, Plan, Stopping
from enforcement_sim.yaml_models import Day, Name, StrictModel, input_errors

_DEPTH = {"period": 2, "parameters": 2, "history": 2, "data": 2, "sweep": 2, "changes": 3}
"""Steps inside a section at which a part can be taken out; of another section the whole goes."""
_NEEDED = {"schema": SCHEMA_VERSION, "name": "unnamed"}
"""Keys that every scenario has, with what stands there while the rest is checked."""
_MOST_ROUNDS = 5

type Notices = tuple[tuple[str, str], ...]
"""Keys, and what a person must be told about what stands there."""


class Scenario(StrictModel):
    """A resolved scenario: everything the engine needs to know, and nothing to look up.

    Make one with :func:`enforcement_sim.load_scenario` or :meth:`with_`; both check it.

    Attributes
    ----------
    schema_version : int
        The version of the file format.
    name : str
        Short name, which also names folders of results.
    title : str
        Heading of reports and figures.
    asks : str
        The question that the scenario asks.
    period_start, period_end : date
        First and last day that are counted.
    scope : Where
        The places reported.
    simulate : {"offices", "alone"}
        What is simulated for them: every place of the field offices that serve them, or the scope alone with a fixed
        share of its offices' capacity.
    replications : int
        How many seeds: ``seed``, ``seed + 1``, ...; with ``stopping``, the most.
    seed : int
        The first seed, from 0.
    thin : int
        One booking in this many is simulated; counts are multiplied back.
    parameters : dict of str to float
        Every parameter of the register by address, in the units of the register.
    history : dict of str to float
        The levers among them before the first counted day: what the register or the ensemble's set has, whatever the
        scenario sets.
    changes : tuple of Change
        In the order written; a later one wins over an earlier one.
    data : dict of str to str
        Imported tables that stand in for the package's figures: kind to name. Empty where all are the package's.
    sweep : dict of str to tuple
        Address to values, in the order written; the values are plain (numbers, text, ISO dates).
    design : Plan or None
        What varies, where the file has a ``design`` instead of a ``sweep``.
    stopping : Stopping or None
        The precision at which replications end.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> scenario = load_scenario("hold-length")
    >>> scenario.sweep["detainer.hold_hours"]
    (48.0, 0.0, 24.0, 72.0, 96.0, 144.0)
    >>> [point.settings["detainer.hold_hours"] for point in scenario.points()]
    [48.0, 0.0, 24.0, 72.0, 96.0, 144.0]
    >>> scenario.without_design.sweep
    {}
    >>> scenario.resolved()["period"]["start"] == scenario.period_start.isoformat()
    True
    """

    schema_version: int = SCHEMA_VERSION
    name: Name
    title: str
    asks: str
    period_start: Day
    period_end: Day
    scope: Where
    simulate: Simulate = "offices"
    replications: int = Field(ge=1)
    seed: int = Field(ge=0)
    thin: int = Field(ge=1)
    parameters: dict[str, float]
    history: dict[str, float]
    changes: tuple[Change, ...] = ()
    data: dict[str, str] = Field(default={})
    sweep: dict[str, tuple[Any, ...]] = Field(default={})
    design: Plan | None = None
    stopping: Stopping | None = None

    @property
    def without_design(self) -> Scenario:
        """The scenario alone: without its sweep, its design and the rule that ends its replications."""
        if not self.sweep and self.design is None and self.stopping is None:
            return self
        return self.model_copy(update={"sweep": {}, "design": None, "stopping": None})

    def points(self) -> tuple[Point, ...]:
        """Return the points of the full grid of the sweep.

        Returns
        -------
        tuple of Point
            The first address changes slowest, and the first point has the first value of each. One point without
            settings when nothing is swept.
        """
        return tuple(
            point(self, dict(zip(self.sweep, values, strict=True))) for values in product(*self.sweep.values())
        )

    def _repr_html_(self) -> str:
        """Show in a notebook the question, the changes to history and what is swept."""
        from enforcement_sim.notebook import scenario_html

        return scenario_html(self)

    def with_(self, **settings: Any) -> Scenario:
        """Return this scenario with some addresses set, checked as if they had been written in the file.

        Parameters
        ----------
        **settings : any
            Address -> value, as a file writes it: ``**{"detainer.hold_hours": 72, "scope": {"states": ["CT"]}}``.

        Returns
        -------
        Scenario
            A new one; this one stays as it is.

        Raises
        ------
        InputError
            If an address is unknown or a value is not allowed.

        Examples
        --------
        >>> from enforcement_sim.scenarios.load import load_scenario
        >>> load_scenario("baseline").with_(**{"detainer.hold_hours": 72}).parameters["detainer.hold_hours"]
        72.0
        """
        plain = self.resolved()
        problems = Problems()
        for address, value in settings.items():
            try:
                write(plain, address, plain_value(value))
            except InputError as error:
                problems.add(error.at(address))
        with problems.gathering():
            made = assemble(plain)
        problems.raise_if_any()
        return made

    @property
    def before(self) -> dict[str, float]:
        """Every parameter as it is before the first counted day.

        Examples
        --------
        >>> from enforcement_sim.scenarios.load import load_scenario
        >>> longer = load_scenario("baseline").with_(**{"detainer.hold_hours": 96})
        >>> longer.before["detainer.hold_hours"], longer.parameters["detainer.hold_hours"]
        (48.0, 96.0)
        """
        return {**self.parameters, **self.history}

    def throughout(self, values: Mapping[str, float]) -> Scenario:
        """Return this scenario in a world in which some parameters have other values, also before the first counted day.

        Parameters
        ----------
        values
            Address -> value in its unit: what is not known of the world, such as one draw of uncertain parameters. What a
            scenario decides is set by :meth:`with_`.

        Returns
        -------
        Scenario
            A new one.

        Raises
        ------
        InputError
            If an address is unknown or a value is outside its range.

        Examples
        --------
        >>> from enforcement_sim.scenarios.load import load_scenario
        >>> longer = load_scenario("baseline").with_(**{"detainer.hold_hours": 96})
        >>> always = longer.throughout({"detainer.hold_hours": 96})
        >>> longer.before["detainer.hold_hours"], always.before["detainer.hold_hours"]
        (48.0, 96.0)
        """
        checked = {address: load_register().check(address, value) for address, value in values.items()}
        levers = {address: value for address, value in checked.items() if address in self.history}
        return self.model_copy(
            update={"parameters": {**self.parameters, **checked}, "history": {**self.history, **levers}}
        )

    def resolved(self) -> dict[str, Any]:
        """Return the scenario as plain values in the form of a file, every parameter included.

        Two scenarios that mean the same give the same dictionary, in the same order: parameters and places are
        sorted, changes keep their order because a later one wins.

        Returns
        -------
        dict
            Text, numbers, lists and dictionaries alone. It can be written as JSON or YAML, and the YAML loads as the
            same scenario.
        """
        plain: dict[str, Any] = {
            "schema": self.schema_version,
            "name": self.name,
            "title": self.title,
            "asks": self.asks,
            "period": {"start": self.period_start.isoformat(), "end": self.period_end.isoformat()},
            "scope": self.scope.written(),
            "simulate": self.simulate,
            "replications": self.replications if self.stopping is None else self.stopping.written(),
            "seed": self.seed,
            "thin": self.thin,
            "parameters": dict(sorted(self.parameters.items())),
            "history": dict(sorted(self.history.items())),
            "changes": {change.name: change.written() for change in self.changes},
        }
        if self.data:
            plain["data"] = dict(self.data)
        if self.sweep:
            plain["sweep"] = {address: list(values) for address, values in self.sweep.items()}
        if self.design is not None:
            plain["design"] = self.design.written()
        return plain


class Point(StrictModel):
    """One point of a sweep: the settings that make it, and the scenario with them set and nothing left to sweep.

    Attributes
    ----------
    settings : dict
        Address -> value.
    scenario : Scenario
        What is simulated at the point.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> first = load_scenario("hold-length").points()[0]
    >>> first.settings, first.scenario.parameters["detainer.hold_hours"]
    ({'detainer.hold_hours': 48.0}, 48.0)
    """

    settings: dict[str, Any]
    scenario: Scenario


def _notify(key: str, notice: str) -> None:
    notify(notice, key=key)


def assemble(
    plain: Mapping[str, Any], known: Sequence[InputError] = (), on_notice: Callable[[str, str], None] = _notify
) -> Scenario:
    """Return the resolved scenario that a plain one describes, having checked everything in it.

    Parameters
    ----------
    plain : mapping
        In the form of a file.
    known : sequence of InputError
        What was found wrong before and taken out of it; it is not raised again, nor what follows from it.
    on_notice : callable
        Called with key and notice for what is read otherwise than it is written.

    Raises
    ------
    InputError
        For everything that is wrong, each with its dotted key.
    """
    problems = Problems()
    rest, written = mended(plain, known, problems)
    scenario, notices = _checked(rest, written, known, problems)
    problems.raise_if_any()
    for key, notice in notices:
        on_notice(key, notice)
    return scenario


def _checked(
    rest: dict[str, Any], written: ScenarioFile, known: Sequence[InputError], problems: Problems
) -> tuple[Scenario, Notices]:
    """Return the scenario of what is right, and what is to be told; ``problems`` gathers what is wrong."""
    scenario, notices = _resolved(written)
    if "sweep" in rest and "design" in rest:
        problems.add(InputError("a sweep is a design with a grid of levers; write one of the two", key="design"))
        return scenario, notices
    checker = Checker(scenario.resolved(), lambda settings: scenario.with_(**settings))
    more: dict[str, Any] = {}
    varied = Problems()
    if "sweep" in rest:
        with varied.gathering("sweep"):
            more["sweep"] = checker.sweep(written.sweep)
    if "design" in rest:
        with varied.gathering("design"):
            more["design"] = checker.design(written.design or DesignFile())
    wrong = [*known, *problems.errors]
    problems.errors += [error for error in varied.errors if not _follows(error, wrong)]
    if not isinstance(written.replications, int):
        more["stopping"] = written.replications
    return scenario.model_copy(update=more) if more else scenario, notices


def _resolved(written: ScenarioFile) -> tuple[Scenario, Notices]:
    """Return the scenario without its sweep or design, and what is to be told; everything in it was checked."""
    scope, notices = _in_order(written.scope, "scope")
    changes = []
    for name, change in written.changes.items():
        where, more = _in_order(change.where, f"changes.{name}.where")
        notices += more
        followed = (change.followed or AS_HISTORY) if change.decision in SETTABLE else None
        changes.append(change.model_copy(update={"where": where, "followed": followed}))
    calibrated = load_ensemble(written.ensemble)[-1].parameters if written.ensemble else {}
    world = {**load_register().defaults(), **calibrated}
    scenario = Scenario(
        name=written.name,
        title=written.title or written.name,
        asks=written.asks,
        period_start=written.period.start,
        period_end=written.period.end,
        scope=scope,
        simulate=written.simulate,
        replications=written.most_replications,
        seed=written.seed,
        thin=written.thin,
        parameters={**world, **written.parameters},
        history={address: world[address] for address in load_register().levers} | written.history,
        changes=tuple(changes),
        data=written.data.imported,
    )
    return scenario, notices


def _in_order(where: Where, key: str) -> tuple[Where, Notices]:
    """Return places by the codes of the period, in order, and what must be told about them with its key.

    Two ways of writing one scope are one scope: places are sorted, and two codes of one county are one.
    """
    if where.kind != "counties":
        return where.in_order(), ()
    # Imported here: a national scenario needs no list of places.
    from enforcement_sim.places.county_codes import read_counties

    found = read_counties(where.members)
    notices = tuple((f"{key}.counties", notice) for notice in found.notices)
    return Where(kind="counties", members=tuple(sorted(found.fips))), notices


_VARIED = ("sweep.", "design.levers.values.", "design.uncertainties.values.")


def _follows(error: InputError, known: Sequence[InputError]) -> bool:
    """Return whether an error of a sweep or design is told already, or is about something that was taken out."""
    key = error.key or ""
    sections = ("sweep", "design", "replications")
    if blamed(key, [one for one in known if (one.key or "").partition(".")[0] in sections]):
        return True
    wrong = [one.key or "" for one in known]
    if error.message.startswith("unknown change"):
        address = next((key[len(prefix) :] for prefix in _VARIED if key.startswith(prefix)), key)
        return any(f"{address}.".startswith(f"{'.'.join(one.split('.')[:2])}.") for one in wrong)
    about_period = ".period." in f".{key}" or "impossible" in error.message
    return about_period and any(one.startswith("period") for one in wrong)


def point(scenario: Scenario, settings: Mapping[str, Any]) -> Point:
    """Return one point of a sweep or design, whose values were checked when it was read."""
    register = load_register()
    numbers = {address: value for address, value in settings.items() if address in register}
    others = {address: value for address, value in settings.items() if address not in register}
    # Parameters were checked one by one, and one cannot contradict another.
    base = scenario.without_design.with_(**others) if others else scenario.without_design
    made = base.model_copy(update={"parameters": {**base.parameters, **numbers}}) if numbers else base
    return Point(settings=dict(settings), scenario=made)


def _validated(plain: Mapping[str, Any]) -> ScenarioFile:
    return ScenarioFile.model_validate(plain, by_alias=True, by_name=False)


def mended(
    plain: Mapping[str, Any], known: Sequence[InputError], problems: Problems
) -> tuple[dict[str, Any], ScenarioFile]:
    """Return a plain scenario without what has a wrong key or type, and as a model; ``problems`` gathers what is wrong."""
    rest = dict(plain)
    for _ in range(_MOST_ROUNDS):
        try:
            return rest, _validated(rest)
        except ValidationError as error:
            found = input_errors(error, ScenarioFile)
        for one in found:
            if not blamed(one.key, [*known, *problems.errors]):
                problems.add(one)
        rest = without(rest, [one.key or "" for one in found])
    return dict(_NEEDED), _validated(_NEEDED)


def blamed(key: str | None, errors: Iterable[InputError]) -> bool:
    """Return whether something was found wrong already at this key, in it, or around it."""
    here = f"{key or ''}."
    return any(here.startswith(f"{one.key or ''}.") or f"{one.key or ''}.".startswith(here) for one in errors)


def without(plain: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return a plain scenario without what stands at some dotted keys, and with something possible where it is needed.

    Of a change only the wrong part goes, so that the others can be checked.

    Examples
    --------
    >>> without({"schema": 1, "name": "a", "thin": 0, "parameters": {"x.y": 1, "z": 2}}, ["thin", "parameters.x.y"])
    {'schema': 1, 'name': 'a', 'parameters': {'z': 2}}
    """
    rest = dict(plain)
    for key in keys:
        rest = _less(rest, key, _DEPTH.get(key.partition(".")[0], 1))
    rest = {**{key: needed for key, needed in _NEEDED.items() if key not in rest}, **rest}
    if isinstance(rest.get("changes"), Mapping):
        rest["changes"] = _completed(rest["changes"])
    return rest


def _less(entries: Mapping[str, Any], key: str, depth: int) -> dict[str, Any]:
    """Return entries without the one at a dotted key, at most so many steps inside; names may have dots of their own."""
    name = max((name for name in entries if f"{key}.".startswith(f"{name}.")), key=len, default=None)
    inside = key[len(name or "") + 1 :]
    if name is not None and inside and depth > 1 and isinstance(entries[name], Mapping):
        return {**entries, name: _less(entries[name], inside, depth - 1)}
    return {one: value for one, value in entries.items() if one != name}


def _completed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes with something possible in the place of what they lack; without a decision nothing else can be checked."""
    return {
        name: {"rule": rules_of(change["decision"])[0], "where": "nation"} | dict(change)
        for name, change in changes.items()
        if not isinstance(change, Mapping) or change.get("decision") in ALL_DECISIONS
    }
