"""What computes the runs of a design: the real engine, and the identity of what it computes with.

Kept apart from the sweep so that everything about keeping, resuming and comparing runs can be tested with a small
stand-in. The function travels to worker processes by its name, so it must be importable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enforcement_sim.runs.provenance import identity, inputs_digest
from enforcement_sim.runs.run import simulate

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.store import Restore

RunFunction = Callable[[Any, int], "Result"]


@dataclass(frozen=True)
class Runner:
    """A way to compute runs.

    Attributes
    ----------
    run : callable
        Scenario and seed -> result; pure, and importable by name.
    version : str
        Hash of the engine's sources.
    inputs : str
        Digest of everything else in the package that reaches a result.
    restore : callable, optional
        Tables and meta -> result; ``Result.from_tables`` unless given.
    prepare : callable, optional
        Called once before workers start.
    identity : callable, optional
        What reaches a result where it is called, importable by name: a worker on another machine must answer as this
        one does.
    """

    run: RunFunction
    version: str
    inputs: str
    restore: Restore | None = None
    prepare: Callable[[], object] | None = None
    identity: Callable[[], Mapping[str, Any]] | None = None


def real_runner() -> Runner:
    """Return the package's own engine; its code is compiled once, before several workers would each begin to."""
    from enforcement_sim.process import compile_engine, engine_version

    return Runner(simulate, engine_version(), inputs_digest(), prepare=compile_engine, identity=identity)
