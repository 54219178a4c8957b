"""How a command reads its scenarios and runs a design: settings, folder, progress bar, and what happens on Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from enforcement_sim.commands.options import read_settings, settings_of_b

if TYPE_CHECKING:
    from enforcement_sim.no_effect import NoEffect
    from enforcement_sim.runs.compare import Side
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.sweep_result import Sweep
    from enforcement_sim.runs.worker import RunOutcome
    from enforcement_sim.scenarios.schema import Scenario


INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells."""

# ---- scenarios -------------------------------------------------------------------------------------------------------


def chosen_scenario(
    ref: str, settings: list[str] | None = None, more: dict[str, Any] | None = None, one_world: bool = False
) -> Scenario:
    """Return a scenario with the settings of the command line.

    Parameters
    ----------
    ref : str
        A shipped name or the path of a file.
    settings : list of str, optional
        What ``--set`` says.
    more : dict, optional
        What other options set, by address.
    one_world : bool
        Leave out the scenario's sweep or design.

    Raises
    ------
    InputError
        For everything wrong in the file and in the settings together.

    Examples
    --------
    >>> chosen_scenario("baseline", ["thin=5"]).thin
    5
    """
    from enforcement_sim.errors import InputError, Problems
    from enforcement_sim.scenarios.load import load_scenario

    problems = Problems()
    values = read_settings(settings or [], problems)
    with problems.gathering():
        scenario = load_scenario(ref).without_design if one_world else load_scenario(ref)
        for address in values:
            if address in scenario.sweep or (scenario.design is not None and address in scenario.design.addresses):
                does = "sweeps" if scenario.sweep else "varies"
                says = f"the scenario {does} this, so setting it would have no effect"
                problems.add(InputError(says, key=f"--set {address}"))
        wrong = {(one.key or "").removeprefix("--set ") for one in problems.errors}
        usable = {address: value for address, value in values.items() if not _contains(address, wrong)}
        usable |= more or {}
        chosen = scenario.with_(**usable) if usable else scenario
    problems.raise_if_any()
    return chosen


def _contains(address: str, keys: set[str]) -> bool:
    """Return whether one of the keys is this address, or something inside its value."""
    return any(f"{key}.".startswith(f"{address}.") for key in keys)


def sides_of(a: str, b: str, settings: list[str] | None, settings_b: list[str] | None) -> list[Side]:
    """Return what is compared: scenarios with their settings, or results folders; without ``b``, one side."""
    from enforcement_sim.errors import InputError

    if settings_b and not b:
        raise InputError("there is no second scenario", key="--set-b")
    sides: list[Side] = []
    for ref, chosen in ((a, settings or []), (b, settings_of_b(settings, settings_b))):
        if ref:
            sides.append(chosen_scenario(ref, chosen) if chosen else ref)
    return sides


# ---- designs ---------------------------------------------------------------------------------------------------------


def default_folder(name: str, design: Design, changed: bool) -> Path:
    """Return ``out/NAME``; where the command line changed the design, with a hash of that design."""
    from enforcement_sim.runs.sweep import DEFAULT_PARENT

    mark = f"-{design.identity('', '')[:8]}" if changed else ""
    return Path(DEFAULT_PARENT) / f"{name}{mark}"


def print_estimate(design: Design, workers: int | None, folder: Path) -> None:
    """Print what ``--dry-run`` asks for: how many runs there would be, how long they take, and where they would be."""
    from enforcement_sim.runs.estimate import estimate
    from enforcement_sim.runs.run import real_runner

    typer.echo(f"{estimate(design, real_runner(), workers)}; would be kept in {folder}")


def run_design(design: Design, folder: Path, workers: int | None, **how: Any) -> Sweep:
    """Run a design with a progress bar; see :func:`until_interrupted`."""
    quiet_about(how.get("cluster"))
    from enforcement_sim.runs.run import real_runner
    from enforcement_sim.runs.sweep import run_to_precision

    return until_interrupted(
        lambda: run_to_precision(
            design, folder, real_runner(), workers, ProgressBar(), lambda line: typer.echo(line, err=True), **how
        ),
        folder,
    )


def print_no_effect(found: Iterable[NoEffect]) -> None:
    """Print on standard error what has no effect, a line each; it is no error, and the command continues."""
    for one in found:
        typer.echo(f"{'note' if one.softly else 'warning'}: {one}", err=True)


def quiet_about(cluster: str | None) -> None:
    """Keep Dask from printing tracebacks where these commands print one line."""
    if cluster is not None:
        import logging

        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)


def until_interrupted[T](work: Callable[[], T], folder: Path | None) -> T:
    """Return the result of the work; after Ctrl-C, or when disk or cluster fail, print one line and exit.

    Parameters
    ----------
    work : callable
    folder : path or None
        Where finished runs are kept.

    Raises
    ------
    typer.Exit
        With 130 after Ctrl-C, and with 1 when disk or cluster fail.
    """
    from enforcement_sim.runs.atomic_files import StorageError
    from enforcement_sim.runs.executors import ClusterLost

    kept = f"; finished runs are kept in {folder}, and the same command continues" if folder is not None else ""
    try:
        return work()
    except KeyboardInterrupt:
        typer.echo(f"\nstopped{kept}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except (StorageError, ClusterLost) as trouble:
        typer.echo(f"\nstopped: {trouble}{kept}", err=True)
        raise typer.Exit(1) from None


class ProgressBar:
    """The progress of a design on a terminal, with the time left; without a terminal, one line."""

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
        """Show the bar, with the stored runs already on it."""
        stored = f", {ready} stored already" if ready else ""
        how = "" if ready == runs else f" with {workers} worker{'s' if workers > 1 else ''}"
        self._print(f"{runs} run{'s' if runs > 1 else ''}{how}{stored}")
        for earlier in self.bar.task_ids:
            self.bar.remove_task(earlier)
        self.bar.start()
        self.task = self.bar.add_task("simulating", total=runs, completed=ready, left="")

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
        """Move the bar; a failure is printed at once."""
        minutes, seconds = divmod(round(seconds_left), 60)
        self.bar.update(self.task, completed=done, left=f"{minutes}:{seconds:02d} left")
        if outcome.failure is not None:
            last = outcome.failure.strip().splitlines()[-1]
            self._print(f"run {outcome.run} failed: {last}")

    def end(self) -> None:
        """Leave the bar as it is."""
        self.bar.stop()

    def _print(self, line: str) -> None:
        """Print a line above the bar; it is not broken, however few columns there are."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)
