"""What ``--set ADDRESS=VALUE`` and ``--seed`` mean: read as in a scenario file, and refused in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from enforcement_sim.errors import InputError, Problems, shown
from enforcement_sim.scenarios.seeds import read_seed
from enforcement_sim.yaml_lines import read_value

__all__ = ["laid_over", "read_seed", "read_settings"]

EXAMPLE = "ADDRESS=VALUE, such as detainer.hold_hours=72"


def read_settings(written: Iterable[str], problems: Problems) -> dict[str, Any]:
    """Return the values by address; ``problems`` gathers what cannot be read.

    Examples
    --------
    >>> read_settings(["detainer.hold_hours=72", "scope={states: [CA]}"], Problems())
    {'detainer.hold_hours': 72, 'scope': {'states': ['CA']}}
    """
    values: dict[str, Any] = {}
    for one in written:
        address, equals, text = one.partition("=")
        address = address.strip()
        if not equals or not address:
            problems.add(InputError(f"cannot read {shown(one)}", key="--set", allowed=EXAMPLE))
            continue
        key = f"--set {address}"
        if address in values:
            problems.add(InputError("set twice", key=key))
            continue
        values[address] = None
        with problems.gathering():
            values[address] = read_value(text, key)
    return values


def laid_over(settings: list[str] | None, settings_b: list[str] | None) -> list[str]:
    """Return what the second scenario is set to: its own settings, and those of both that it does not set itself.

    Examples
    --------
    >>> laid_over(["thin=1", "seed=2"], ["thin=5"])
    ['seed=2', 'thin=5']
    """
    own = {one.partition("=")[0].strip() for one in settings_b or []}
    return [one for one in settings or [] if one.partition("=")[0].strip() not in own] + list(settings_b or [])
