"""From plain values to a resolved scenario, to the same scenario with something set, and to the grid of a sweep.

All ways to a :class:`Scenario` pass through :func:`assemble`: a file, :meth:`Scenario.with_`, and every point of a
sweep. What is allowed in one is allowed in all. A plain scenario is the form of a file as dictionaries, with
nothing left to extend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from pydantic import ValidationError

from enforcement_sim.errors import InputError
from enforcement_sim.law.adherence import AS_HISTORY, SETTABLE
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenario.address import plain_value, refuse_in_sweep, write
from enforcement_sim.scenario.check import check, rekeyed
from enforcement_sim.scenario.explain import explain
from enforcement_sim.scenario.own import pinned, read_data
from enforcement_sim.scenario.plan import DesignFile
from enforcement_sim.scenario.schema import Change, ChangeFile, Point, Scenario, ScenarioFile

MOST_POINTS = 10_000
"""A larger grid is refused: it is far likelier to be a mistake than a plan."""


def read_shape(plain: Mapping[str, Any]) -> ScenarioFile:
    """Return a plain scenario as a model: its keys and types are right.

    Raises
    ------
    InputError
        With the dotted key of the first that is not.
    """
    try:
        return ScenarioFile.model_validate(plain)
    except ValidationError as error:
        raise explain(error) from None


def assemble(plain: Mapping[str, Any]) -> Scenario:
    """Return the resolved scenario that a plain one describes, having checked everything in it.

    Raises
    ------
    InputError
        With the dotted key of the first thing that is wrong.
    """
    written = read_shape(plain)
    check(written)
    register = load_register()
    given = {address: register.check(address, value) for address, value in written.parameters.items()}
    scenario = Scenario(
        schema_version=written.schema_version,
        name=written.name,
        title=written.title or written.name,
        asks=written.asks,
        period_start=written.period.start,
        period_end=written.period.end,
        scope=written.scope.in_order(),
        simulate=written.simulate,
        replications=written.replications if isinstance(written.replications, int) else written.replications.at_most,
        seed=written.seed,
        thin=written.thin,
        parameters={**register.defaults(), **_calibrated(written.ensemble), **given},
        changes=tuple(_change(name, change) for name, change in written.changes.items()),
        data=read_data(written.data),
    )
    more: dict[str, Any] = {}
    if "sweep" in plain and "design" in plain:
        raise InputError("a sweep is a design with a grid of levers; write one of the two", key="design")
    if "sweep" in plain:
        more["sweep"] = _read_sweep(scenario, written.sweep)
    if "design" in plain or not isinstance(written.replications, int):
        # Imported here: it tries what is written on scenarios assembled by this module.
        from enforcement_sim.scenario.read_plan import read_plan, read_stopping

        if "design" in plain:
            more["design"] = read_plan(scenario, written.design or DesignFile())
        if not isinstance(written.replications, int):
            more["stopping"] = read_stopping(written.replications)
    return scenario.model_copy(update=more) if more else scenario


def _calibrated(number: int | None) -> dict[str, float]:
    """Return the parameters of a set of the ensemble; none for 0 or nothing written."""
    if not number:
        return {}
    try:
        return load_ensemble(number)[-1].parameters
    except InputError as error:
        raise rekeyed(error, "ensemble") from None


def with_settings(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Return the scenario with all these addresses set at once; see :meth:`Scenario.with_`."""
    plain = scenario.resolved()
    for address, value in settings.items():
        try:
            write(plain, address, plain_value(value))
        except InputError as error:
            raise rekeyed(error, address) from None
    return assemble(plain)


def grid(scenario: Scenario) -> tuple[Point, ...]:
    """Return the full grid of a scenario's sweep, the first address slowest."""
    return tuple(
        point(scenario, dict(zip(scenario.sweep, values, strict=True))) for values in product(*scenario.sweep.values())
    )


def point(scenario: Scenario, settings: Mapping[str, Any]) -> Point:
    """Return one point of a sweep or design, whose values were checked when it was read."""
    register = load_register()
    numbers = {address: value for address, value in settings.items() if address in register}
    others = {address: value for address, value in settings.items() if address not in register}
    # Parameters were checked one by one, and one cannot contradict another.
    base = with_settings(scenario.bare, others) if others else scenario.bare
    made = base.model_copy(update={"parameters": {**base.parameters, **numbers}}) if numbers else base
    return Point(settings=dict(settings), scenario=made)


def _change(name: str, written: ChangeFile) -> Change:
    assert written.decision is not None and written.rule is not None and written.where is not None
    return Change(
        name=name,
        decision=written.decision,
        rule=written.rule,
        where=written.where.in_order(),
        start=written.start,
        end=written.end,
        followed=written.followed or (AS_HISTORY if written.decision in SETTABLE else None),
    )


def _read_sweep(scenario: Scenario, written: Mapping[str, Any] | None) -> dict[str, tuple[Any, ...]]:
    """Return the sweep with every value tried."""
    if not written:
        raise InputError("the sweep is empty; leave it out, or give an address and a list of values", key="sweep")
    sweep: dict[str, tuple[Any, ...]] = {}
    size = 1
    for address, values in written.items():
        key = f"sweep.{address}"
        if not isinstance(values, (list, tuple)):
            raise InputError("expected a list of values, such as [24, 48, 96]", key=key)
        if not values:
            raise InputError("the list of values is empty", key=key)
        size *= len(values)
        if size > MOST_POINTS:
            raise InputError(f"the grid has more than {MOST_POINTS:,} points", key=key)
        sweep[address] = _swept(scenario, address, values)
        for index, value in enumerate(sweep[address]):
            if value in sweep[address][:index]:
                raise InputError(f"{value!r} is written twice", key=f"{key}.{index}")
    _try_together(scenario, {address: values for address, values in sweep.items() if address not in load_register()})
    return sweep


def _swept(scenario: Scenario, address: str, values: Sequence[object]) -> tuple[Any, ...]:
    """Return an address's values in plain form; a parameter's are checked here, another's are tried together later."""
    register = load_register()
    key = f"sweep.{address}"
    if address not in register:
        try:
            refuse_in_sweep(address)
            write(scenario.resolved(), address, None)
        except InputError as error:
            raise rekeyed(error, key) from None
    found = []
    for index, value in enumerate(values):
        try:
            number = address in register
            found.append(register.check(address, value) if number else pinned(address, plain_value(value)))
        except InputError as error:
            raise rekeyed(error, f"{key}.{index}") from None
    return tuple(found)


def _try_together(scenario: Scenario, sweep: Mapping[str, tuple[Any, ...]]) -> None:
    """Raise unless every combination of swept settings that are not parameters makes a scenario.

    They are tried together because two that are right alone can contradict each other, such as a change's dates.
    """
    for indices in product(*(range(len(values)) for values in sweep.values())):
        position = dict(zip(sweep, indices, strict=True))
        settings = {address: sweep[address][index] for address, index in position.items()}
        try:
            with_settings(scenario, settings)
        except InputError as error:
            blamed = error.key or ""
            for address, index in position.items():
                if blamed == address or blamed.startswith(f"{address}."):
                    raise rekeyed(error, f"sweep.{address}.{index}") from None
            point = ", ".join(f"{address} = {value}" for address, value in settings.items())
            raise InputError(f"the point {point} is impossible: {error}", key="sweep") from None
