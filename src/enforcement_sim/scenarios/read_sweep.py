"""From a written ``sweep`` section to a grid in which every value has been tried; a design's values are tried here too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from enforcement_sim.errors import InputError, Problems, shown
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.address import plain_value, refuse_in_sweep, write
from enforcement_sim.scenarios.assemble import MOST_POINTS, with_settings
from enforcement_sim.scenarios.check import rekeyed
from enforcement_sim.scenarios.own import pinned
from enforcement_sim.scenarios.schema import Scenario

__all__ = ["read_sweep", "try_all"]


def read_sweep(scenario: Scenario, written: Mapping[str, Any] | None) -> dict[str, tuple[Any, ...]]:
    """Return the sweep with every value tried.

    Raises
    ------
    InputError
        For everything that is wrong, each with its dotted key.
    """
    if not written:
        raise InputError("the sweep is empty; leave it out, or give an address and a list of values", key="sweep")
    sweep: dict[str, tuple[Any, ...]] = {}
    problems = Problems()
    size = 1
    for address, values in written.items():
        key = f"sweep.{address}"
        if not isinstance(values, (list, tuple)):
            problems.add(InputError("expected a list of values, such as [24, 48, 96]", key=key))
            continue
        if not values:
            problems.add(InputError("the list of values is empty", key=key))
            continue
        size *= len(values)
        if size > MOST_POINTS:
            problems.add(InputError(f"the grid has more than {MOST_POINTS:,} points", key=key))
            break
        with problems.gathering():
            sweep[address] = _swept(scenario, address, values)
    others = {address: values for address, values in sweep.items() if address not in load_register()}
    with problems.gathering():
        try_all(scenario, others, "sweep", lambda address, index: f"sweep.{address}.{index}")
    problems.raise_if_any()
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
    found: list[Any] = []
    problems = Problems()
    for index, value in enumerate(values):
        try:
            number = address in register
            one = register.check(address, value) if number else pinned(address, plain_value(value))
        except InputError as error:
            problems.add(rekeyed(error, f"{key}.{index}"))
            continue
        if one in found:
            problems.add(InputError(f"{shown(one)} is written twice", key=f"{key}.{index}"))
        found.append(one)
    problems.raise_if_any()
    return tuple(found)


def try_all(
    scenario: Scenario,
    values: Mapping[str, Sequence[Any]],
    key: str,
    key_of: Callable[[str, int], str],
) -> None:
    """Raise unless every combination of settings that are not parameters makes a scenario.

    They are tried together because two that are right alone can contradict each other, such as a change's dates. A value
    that was refused is not tried again with others.

    Raises
    ------
    InputError
        For every value that is wrong, at the key that ``key_of`` says for an address and an index, and for the first
        point that is impossible though its values are not, at ``key``.
    """
    problems = Problems()
    refused: set[tuple[str, int]] = set()
    for indices in product(*(range(len(of_one)) for of_one in values.values())):
        position = dict(zip(values, indices, strict=True))
        if not refused.isdisjoint(position.items()):
            continue
        settings = {address: values[address][index] for address, index in position.items()}
        try:
            with_settings(scenario, settings)
        except InputError as error:
            for one in error.errors:
                at = [pair for pair in position.items() if f"{one.key or ''}.".startswith(f"{pair[0]}.")]
                if not at:
                    said = ", ".join(f"{address} = {value}" for address, value in settings.items())
                    problems.add(InputError(f"the point {said} is impossible: {one}", key=key))
                    problems.raise_if_any()
                    continue
                refused.update(at)
                address, index = at[0]
                problems.add(rekeyed(one, key_of(address, index)))
    problems.raise_if_any()
