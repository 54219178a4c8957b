"""How commands read scenarios and run designs: settings, folder, progress bar, interruption by Ctrl-C."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from enforcement_sim.commands.options import read_settings, settings_of_b
from enforcement_sim.errors import InputError

if TYPE_CHECKING:
    from enforcement_sim.no_effect import NoEffect
    from enforcement_sim.runs.compare import Read, Side
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.sweep_result import Sweep
    from enforcement_sim.scenarios.schema import Scenario


NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
LONGEST_NAME = 60
COMPARABLE = "a second scenario or folder (B), a change of the first (--set-b), or the folder of a sweep"
INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells."""

# ---- scenarios -------------------------------------------------------------------------------------------------------


def chosen_scenario(
    ref: str,
    settings: list[str] | None = None,
    more: dict[str, Any] | None = None,
    without_design: bool = False,
    stacked: Sequence[str] | None = None,
) -> Scenario:
    """Return a scenario with the values of ``--set``, those of other options (``more``), and with scenarios laid over it.

    What is set here, the scenarios of ``--with`` (``stacked``) may disagree about.

    Raises
    ------
    InputError
        With all errors of the file and the settings.

    Examples
    --------
    >>> chosen_scenario("baseline", ["thin=5"]).thin
    5
    """
    from enforcement_sim.errors import Problems
    from enforcement_sim.scenarios.load import load_scenario

    problems = Problems()
    values = read_settings(settings or [], problems)
    with problems.gathering():
        if stacked:
            from enforcement_sim.scenarios.stack import load_stacked

            scenario = load_stacked(ref, *stacked, settled={*values, *(more or {})})
        else:
            scenario = load_scenario(ref)
        scenario = scenario.without_design if without_design else scenario
        for address in values:
            if address in scenario.sweep or (scenario.design is not None and address in scenario.design.addresses):
                verb = "sweeps" if scenario.sweep else "varies"
                message = f"the scenario {verb} this, so setting it would have no effect"
                problems.add(InputError(message, key=f"--set {address}"))
        wrong = {(one.key or "").removeprefix("--set ") for one in problems.errors}
        usable = {address: value for address, value in values.items() if not _contains(address, wrong)}
        usable |= more or {}
        chosen = scenario.with_(**usable) if usable else scenario
    problems.raise_if_any()
    return chosen


def _contains(address: str, keys: set[str]) -> bool:
    """Return whether a key is this address or is inside its value."""
    return any(f"{key}.".startswith(f"{address}.") for key in keys)


def sides_of(a: str, b: str, settings: list[str] | None, settings_b: list[str] | None) -> list[Side]:
    """Return the compared sides: scenarios with their settings, or results folders.

    Without ``b``, a scenario is compared with itself under the settings of ``--set-b``, and a results folder stands alone:
    its settings are compared with its first.

    Raises
    ------
    InputError
        If a setting is invalid, or is given for a results folder.

    Examples
    --------
    >>> [side.name for side in sides_of("baseline", "", ["thin=5"], ["detainer.hold_hours=96"])]
    ['baseline', 'baseline-hold-hours-96']
    """
    from enforcement_sim.runs.compare import is_results

    if settings_b and not b:
        b = a
    of_b = settings_of_b(settings, settings_b)
    sides: list[Side] = []
    for ref, chosen, key in ((a, settings or [], "--set"), (b, of_b, "--set-b" if settings_b else "--set")):
        if ref and chosen and is_results(ref):
            raise InputError(f"the runs of {ref} are stored; only a scenario can be set otherwise", key=key)
        if ref:
            sides.append(chosen_scenario(ref, chosen) if chosen else ref)
    if settings_b and not any(setting.startswith("name=") for setting in of_b):
        sides[1] = _named_by_settings(sides[1], settings_b)
    return sides


def check_comparable(sides: Sequence[Read]) -> None:
    """Check that there is something to compare: two sides, or one with several settings."""
    from enforcement_sim.runs.design import design_of
    from enforcement_sim.runs.sweep_result import Sweep
    from enforcement_sim.scenarios.schema import Scenario

    (first, *others) = sides
    settings = 1
    if isinstance(first, Sweep):
        settings = len(first.settings)
    elif isinstance(first, Scenario):
        settings = len(design_of(first).points)
    if not others and settings == 1:
        raise InputError("there is nothing to compare it with", key="A", allowed=COMPARABLE)


def _named_by_settings(side: Side, settings: list[str]) -> Side:
    """Return a scenario with a name that also says what ``--set-b`` sets."""
    from enforcement_sim.scenarios.schema import Scenario

    assert isinstance(side, Scenario)
    parts = [str(side.name)]
    for setting in settings:
        address, _, value = setting.partition("=")
        last = address.strip().rpartition(".")[2]
        parts += [last] if value.strip().startswith("{") else [last, value]
    name = NOT_IN_A_NAME.sub("-", "-".join(parts).lower()).strip("-")[:LONGEST_NAME].rstrip("-")
    return side.with_(name=name)


# ---- designs ---------------------------------------------------------------------------------------------------------


def default_folder(name: str, design: Design, changed: bool) -> Path:
    """Return ``out/NAME``, with a hash of the design if the command line changed it."""
    from enforcement_sim.runs.sweep import DEFAULT_PARENT

    mark = f"-{design.identity('', '')[:8]}" if changed else ""
    return Path(DEFAULT_PARENT) / f"{name}{mark}"


def print_estimate(design: Design, workers: int | None, folder: Path) -> None:
    """Print the estimate for ``--dry-run``: number of runs, time, disk space and folder."""
    from enforcement_sim.runs.estimate import estimate
    from enforcement_sim.runs.run import real_runner

    typer.echo(f"{estimate(design, real_runner(), workers)}; would be stored in {folder}")


def run_design(design: Design, folder: Path, workers: int | None, **how: Any) -> Sweep:
    """Run a design with a progress bar, or a line from time to time where there is no terminal; see :func:`until_interrupted`."""
    quiet_about(how.get("cluster"))
    from enforcement_sim.commands.progress_lines import ProgressLines
    from enforcement_sim.runs.run import real_runner
    from enforcement_sim.runs.sweep import run_to_precision

    return until_interrupted(
        lambda: run_to_precision(
            design, folder, real_runner(), workers, ProgressLines(), lambda line: typer.echo(line, err=True), **how
        ),
        folder,
    )


def print_no_effect(found: Iterable[NoEffect]) -> None:
    """Print notes on settings without effect to standard error, one line each; the command continues."""
    for one in found:
        typer.echo(f"{'note' if one.softly else 'warning'}: {one}", err=True)


def quiet_about(cluster: str | None) -> None:
    """Suppress the tracebacks of Dask, because the commands print one line instead."""
    if cluster is not None:
        import logging

        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)


def until_interrupted[T](work: Callable[[], T], folder: Path | None, without_folder: str = "") -> T:
    """Return the result of the work; after Ctrl-C, SIGTERM, or a failure of disk or cluster, print one line and exit.

    Raises
    ------
    typer.Exit
        With code 130 after Ctrl-C or SIGTERM, and 1 if the disk or the cluster fails.
    """
    from enforcement_sim.runs.atomic_files import StorageError
    from enforcement_sim.runs.dask_cluster import ClusterLost

    stored_note = (
        f"; finished runs are stored in {folder}, and the same command continues"
        if folder is not None
        else without_folder and f"; {without_folder}"
    )
    try:
        with _interruptible():
            return work()
    except KeyboardInterrupt:
        typer.echo(f"\nstopped{stored_note}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except (StorageError, ClusterLost) as error:
        typer.echo(f"\nstopped: {error}{stored_note}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt for Ctrl-C and for SIGTERM, so that workers are stopped and temporary folders removed.

    The compiler calls back from C, where Python prints an interruption and drops it; what then fails says something else. So
    signals are noted, and a failure after one is the interruption. Only the main thread may set a handler; elsewhere nothing
    changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    # Whoever starts a command in the background may have it ignore Ctrl-C; that stays.
    caught = [signal.SIGTERM, *([signal.SIGINT] if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN else [])]
    before = {number: signal.signal(number, interrupt) for number in caught}
    told, sys.unraisablehook = sys.unraisablehook, _quiet_about_interruptions(sys.unraisablehook)
    try:
        yield
    except Exception:
        if came:
            raise KeyboardInterrupt from None
        raise
    finally:
        sys.unraisablehook = told
        for number, handler in before.items():
            signal.signal(number, handler)


def _quiet_about_interruptions(tell: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return a hook for errors that Python drops, which passes on all but interruptions."""

    def told(dropped: Any) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            tell(dropped)

    return told
