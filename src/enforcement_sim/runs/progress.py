"""How a sweep tells what it is doing, to whoever wants to know.

Three calls, made in the process that asked for the sweep: at the beginning, after each run, at the end. A terminal
draws a bar from them, a notebook may, a test counts them. Nothing that reaches a result may pass through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Outcome:
    """What became of one run.

    Attributes
    ----------
    run : str
        Its identifier.
    measures : dict or None
        Its measures; None if it failed.
    seconds : float
        Wall time, writing included.
    failure : str or None
        The traceback, if it failed.
    unkept : str or None
        What the system said, if the run was computed and the disk did not take it.
    packed : dict or None
        The run's files, from a worker that does not see the results folder; they are written before progress is told.
    """

    run: str
    measures: dict[str, float] | None
    seconds: float
    failure: str | None = None
    unkept: str | None = None
    packed: Mapping[str, bytes] | None = field(default=None, repr=False)


class Progress(Protocol):
    """What a sweep calls."""

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Say that ``runs`` runs are wanted, of which ``ready`` are stored already.

        Runs that failed before and are not tried again are not among them.
        """

    def advance(self, outcome: Outcome, done: int, seconds_left: float) -> None:
        """Say that a run has ended, how many are done with it, and about how long the others will take."""

    def end(self) -> None:
        """Say that no more runs will end, for whatever reason."""


class Silence:
    """Tells nobody."""

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Ignore it."""

    def advance(self, outcome: Outcome, done: int, seconds_left: float) -> None:
        """Ignore it."""

    def end(self) -> None:
        """Ignore it."""
