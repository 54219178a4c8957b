"""How commands of several steps tell how far they are: a bar, or a line from time to time; and the engine, compiled once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from enforcement_sim.commands.progress_bar import ProgressBar

if TYPE_CHECKING:
    from enforcement_sim.runs.worker import RunOutcome

LINES = 10
"""About so many lines say how far a step is, where no bar can be drawn."""
LONGEST_SILENCE = 20.0
"""After so many seconds without a line the next thing that is done gets one."""
ENOUGH_TO_TELL = 4
"""No time left is said before so many are done: the first ones also load libraries and start workers."""
COMPILING = "compiling the engine, once, a minute or two"
_MINUTE, _MANY_MINUTES = 60, 120


class ProgressLines(ProgressBar):
    """The bar of sweeps; without a terminal, a line after the first, after each tenth, and after any twenty seconds.

    Parameters
    ----------
    counted : str
        What is counted, in the plural.
    step : str
        What is being done, as a line before it; none if empty.
    clock : callable
        Seconds that have passed since some moment.
    """

    def __init__(self, counted: str = "runs", step: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.counted, self.step, self.clock = counted, step, clock

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Name the step, and show the bar."""
        if self.step:
            self._print(self.step)
        self.total, self.ready, self.next_line, self.told_at = runs, ready, ready + 1, self.clock()
        super().begin(runs, ready, workers)

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float | None) -> None:
        """Update the bar, or print a line; the time left is said once enough are done to tell it."""
        known = seconds_left if done == self.total or done - self.ready >= ENOUGH_TO_TELL else None
        super().advance(outcome, done, known)
        due = done >= self.next_line or done == self.total or self.clock() - self.told_at >= LONGEST_SILENCE
        if (
            not self.console.is_terminal and due and (self.total > 1 or self.step)
        ):  # one run of a command alone needs no line
            left = "" if known is None or done == self.total else f", {about(known)} left"
            self._print(f"{done} of {self.total} {self.counted}{left}")
            self.next_line, self.told_at = done + max(1, self.total // LINES), self.clock()


def about(seconds: float) -> str:
    """Return a duration in round words.

    Examples
    --------
    >>> about(150), about(20)
    ('about 2 minutes', 'less than a minute')
    """
    if seconds < _MINUTE:
        return "less than a minute"
    minutes = round(seconds / _MINUTE)
    return (
        f"about {minutes} minute{'' if minutes == 1 else 's'}"
        if minutes < _MANY_MINUTES
        else f"about {minutes / _MINUTE:.1f} hours"
    )


def compile_first() -> None:
    """Compile the engine if this installation has not yet, and say so before it takes its minute."""
    if not _is_compiled():
        from enforcement_sim.runs.shared_bookings import compile_whole_engine

        typer.echo(COMPILING, err=True)
        compile_whole_engine()


def _is_compiled() -> bool:
    """Return whether machine code of a day, which takes most of the time, is kept."""
    from enforcement_sim.process.day import run_day

    folder = run_day.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*.{run_day.__name__}-*.nbi"))
