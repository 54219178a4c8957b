"""How commands of several steps tell how far they are: a bar, or a line from time to time; and the engine, compiled once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from enforcement_sim.commands.running import ProgressBar

if TYPE_CHECKING:
    from enforcement_sim.runs.worker import RunOutcome

LINES = 10
"""About so many lines say how far a step is, where no bar can be drawn."""
COMPILING = "compiling the engine, once, a minute or two"
_MINUTE, _MANY_MINUTES = 60, 120


class ProgressLines(ProgressBar):
    """The bar of sweeps; without a terminal, a line after the first and after each tenth of what is counted.

    Parameters
    ----------
    counted : str
        What is counted, in the plural.
    step : str
        What is being done, as a line before it; none if empty.
    """

    def __init__(self, counted: str = "runs", step: str = "") -> None:
        super().__init__()
        self.counted, self.step = counted, step

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Name the step, and show the bar."""
        if self.step:
            self._print(self.step)
        self.total, self.next_line = runs, ready + 1
        super().begin(runs, ready, workers)

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Update the bar, or print a line."""
        super().advance(outcome, done, seconds_left)
        if not self.console.is_terminal and (done >= self.next_line or done == self.total):
            left = "" if done == self.total else f", {about(seconds_left)} left"
            self._print(f"{done} of {self.total} {self.counted}{left}")
            self.next_line = done + max(1, self.total // LINES)


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
    from enforcement_sim.process import compile_engine

    if not _is_compiled():
        typer.echo(COMPILING, err=True)
        compile_engine()


def _is_compiled() -> bool:
    """Return whether machine code of a day, which takes most of the time, is kept."""
    from enforcement_sim.process.day import run_day

    folder = run_day.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*.{run_day.__name__}-*.nbi"))
