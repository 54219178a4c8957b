"""Which settings of a sweep or design make the same world as another setting."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from enforcement_sim.no_effect.in_force import in_force

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

__all__ = ["same_worlds"]

DO = "leave one of them out, or look for what should differ between them"


def same_worlds(worlds: Sequence[tuple[Mapping[str, Any], Scenario]], at_most: int) -> list[tuple[str, str]]:
    """Return address and sentence for each value, or else each setting, that makes the same world as an earlier one.

    Parameters
    ----------
    worlds
        Settings and scenario of each, the reference first. Two with the same settings are not told of.
    at_most
        How many settings are told one by one.
    """
    first = _first_of_its_kind(worlds)
    settings = [_comparable(one) for one, _ in worlds]
    same = {index for index, other in enumerate(first) if settings[index] != settings[other]}
    found: list[tuple[str, str]] = []
    for address, value, other, indices in _values(worlds, first):
        if indices & same:
            whose = " (the reference)" if 0 in {first[index] for index in indices} else ""
            alike = "" if len(worlds[0][0]) == 1 else ", whatever else is set"
            found.append((address, f"{value} makes the same world as {other}{whose}{alike}; {DO}"))
            same -= indices
    for index in sorted(same)[:at_most]:
        whose = " (the reference)" if first[index] == 0 else ""
        what, other = _label(worlds[index][0]), _label(worlds[first[index]][0])
        found.append(("settings", f"{what} makes the same world as {other}{whose}; {DO}"))
    if len(same) > at_most:
        found.append(("settings", f"{len(same) - at_most} more make the same world as another"))
    return found


def _first_of_its_kind(worlds: Sequence[tuple[Mapping[str, Any], Scenario]]) -> list[int]:
    """Return for each world the first that is the same."""
    by_numbers: dict[Hashable, list[int]] = {}
    for index, (_, scenario) in enumerate(worlds):
        by_numbers.setdefault(_numbers(scenario), []).append(index)
    first = list(range(len(worlds)))
    for indices in by_numbers.values():
        known: dict[str, int] = {}
        # Swept parameters tell worlds apart by themselves; then nothing has to be laid out.
        for index in indices if len(indices) > 1 else ():
            first[index] = known.setdefault(in_force(worlds[index][1]).digest, index)
    return first


def _values(
    worlds: Sequence[tuple[Mapping[str, Any], Scenario]], first: Sequence[int]
) -> Iterator[tuple[str, str, str, set[int]]]:
    """Yield an address, a value, an earlier value that makes the same worlds, and the worlds that have the value."""
    position = {_comparable(settings): index for index, (settings, _) in enumerate(worlds)}
    for address in worlds[0][0]:
        values = list(dict.fromkeys(_told(settings.get(address)) for settings, _ in worlds))
        for place, value in enumerate(values):
            indices = {index for index, (settings, _) in enumerate(worlds) if _told(settings.get(address)) == value}
            for other in values[:place]:
                partners = {index: position.get(_comparable({**worlds[index][0], address: other})) for index in indices}
                if all(partner is not None and first[partner] == first[index] for index, partner in partners.items()):
                    yield address, value, other, indices
                    break


def _comparable(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((address, _told(value)) for address, value in settings.items()))


def _numbers(scenario: Scenario) -> Hashable:
    """Return everything of a scenario that tells worlds apart besides its changes."""
    return (
        tuple(sorted(scenario.parameters.items())),
        tuple(sorted(scenario.data.items())),
        scenario.period_start,
        scenario.period_end,
        (scenario.scope.kind, scenario.scope.members),
        scenario.simulate,
        scenario.thin,
    )


def _label(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{address} = {_told(value)}" for address, value in settings.items())


def _told(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
