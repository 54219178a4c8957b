"""Parameters that are set or swept where nothing reads them: what switches them on is off at every setting.

The register says of each parameter that does not always act under which settings it does. Two kinds of them are switches:
another parameter that is zero, and a lever that history never uses. Whoever sets the parameter has forgotten the switch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from enforcement_sim.parameters.register import in_one_line, load_register

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["idle_numbers"]

NEVER_IN_HISTORY = ("citation", "agreement_budget", "oversight")
"""Levers that only a scenario's change can pull."""


def idle_numbers(
    worlds: Sequence[tuple[Mapping[str, Any], Scenario]], drawn: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield address and sentence of each parameter that is set or swept and not read in any of the worlds.

    Parameters
    ----------
    worlds
        Settings and scenario of each.
    drawn
        Parameters whose values are drawn beside them; what they switch on is not told of.
    """
    register = load_register()
    usual = register.defaults()
    swept = {address for settings, _ in worlds for address in settings}
    for address, parameter in register.items():
        acts_with = parameter.argument.acts_with
        if not acts_with or address in drawn:
            continue
        if address not in swept and all(one.parameters[address] == usual[address] for _, one in worlds):
            continue
        off = [key for key, value in acts_with.items() if key not in drawn and _is_off(key, value, worlds)]
        if off:
            because = parameter.argument.because.rstrip(".")
            needs = " and ".join(f"{key} = {in_one_line(acts_with[key])}" for key in off)
            where = address if address in swept else f"parameters.{address}"
            yield where, f"does nothing: {because[0].lower()}{because[1:]}; set for instance {needs}, too"


def _is_off(key: str, value: Any, worlds: Sequence[tuple[Mapping[str, Any], Scenario]]) -> bool:
    """Say whether a switch is off in every world; what is no switch is never off."""
    if isinstance(value, Mapping) and value.get("decision") in NEVER_IN_HISTORY:
        asked = (value["decision"], value["rule"])
        return not any((one.decision, one.rule) == asked for _, world in worlds for one in world.changes)
    if key in load_register() and value:
        return all(world.parameters[key] == 0.0 for _, world in worlds)
    return False
