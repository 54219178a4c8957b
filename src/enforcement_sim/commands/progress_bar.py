"""The progress of runs on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enforcement_sim.tables.amounts import several

if TYPE_CHECKING:
    from enforcement_sim.runs.worker import RunOutcome


class ProgressBar:
    """A progress bar with the remaining time on a terminal; without a terminal, one line."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.console = Console(stderr=True)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )

    def begin(self, runs: int, ready: int, workers: int) -> None:
        """Show the bar, including the stored runs."""
        stored = f", {ready} stored already" if ready else ""
        how = "" if ready == runs else f" with {several(workers, 'worker')}"
        self._print(f"{several(runs, 'run')}{how}{stored}")
        for earlier in self.bar.task_ids:
            self.bar.remove_task(earlier)
        self.bar.start()
        self.task = self.bar.add_task("simulating", total=runs, completed=ready, left="")

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float | None) -> None:
        """Update the bar, with the time left where it is known; a failure is printed immediately."""
        minutes, seconds = divmod(round(seconds_left or 0.0), 60)
        left = "" if seconds_left is None else f"{minutes}:{seconds:02d} left"
        self.bar.update(self.task, completed=done, left=left)
        if outcome.failure is not None:
            last = outcome.failure.strip().splitlines()[-1]
            self._print(f"run {outcome.run} failed: {last}")

    def end(self) -> None:
        """Stop the bar and leave it visible."""
        self.bar.stop()

    def _print(self, line: str) -> None:
        """Print a line above the bar, without wrapping it."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)
