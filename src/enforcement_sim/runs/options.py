"""What commands share that run or read simulations: their options, ``--set``, the progress bar, and what Ctrl-C leaves.

``--set ADDRESS=VALUE`` is read as a scenario file is, and refused in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.errors import InputError, Problems, nearest_names, shown
from enforcement_sim.yaml_lines import read_value

if TYPE_CHECKING:
    from enforcement_sim.runs.compare import Side
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.progress import Outcome
    from enforcement_sim.scenarios.schema import Scenario

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

YAML_FILES = (".yaml", ".yml")
EXAMPLE = "ADDRESS=VALUE, such as detainer.hold_hours=72"

Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a dotted address, such as detainer.hold_hours=72; may be repeated."),
]
ASide = Annotated[
    str, typer.Argument(help="The reference: a scenario, or a results folder (FOLDER:2 is its point 2).", metavar="A")
]
Other = Annotated[
    str,
    typer.Argument(help="What is compared with it; a folder alone is compared with its first point.", metavar="B"),
]
SetB = Annotated[
    list[str] | None, typer.Option("--set-b", help="Set a dotted address in the second scenario only; may be repeated.")
]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print every number as CSV.")]
Out = Annotated[Path | None, typer.Option("--out", help="Results folder; under out/ in this folder unless given.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; all cores unless given.")]
Replications = Annotated[int | None, typer.Option("--replications", help="Seeds of each setting.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say how many runs, minutes and MB; write nothing.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Do not draw the figures.")]
Measures = Annotated[
    list[str] | None, typer.Option("--measure", help="A measure to show, such as removed; may be repeated.")
]


class Bar:
    """A sweep's progress on a terminal, with the time left; a line at a time where there is no terminal."""

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
        self._tell(f"{runs} run{'s' if runs > 1 else ''}{how}{stored}")
        for earlier in self.bar.task_ids:
            self.bar.remove_task(earlier)
        self.bar.start()
        self.task = self.bar.add_task("simulating", total=runs, completed=ready, left="")

    def advance(self, outcome: Outcome, done: int, seconds_left: float) -> None:
        """Move the bar; a failure is told at once."""
        minutes, seconds = divmod(round(seconds_left), 60)
        self.bar.update(self.task, completed=done, left=f"{minutes}:{seconds:02d} left")
        if outcome.failure is not None:
            last = outcome.failure.strip().splitlines()[-1]
            self._tell(f"run {outcome.run} failed: {last}")

    def end(self) -> None:
        """Leave the bar as it is."""
        self.bar.stop()

    def _tell(self, line: str) -> None:
        """Print a line above the bar; it is not broken, however few columns there are."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)


def chosen_scenario(ref: str, settings: list[str] | None, more: dict[str, Any], one_world: bool = False) -> Scenario:
    """Return the scenario with what the command line sets in it; as one world, without its sweep or design.

    Raises
    ------
    InputError
        For everything wrong in the file and in the settings together.
    """
    from enforcement_sim.scenarios.load import load_scenario

    problems = Problems()
    values = read_settings(settings or [], problems)
    with problems.gathering():
        scenario = load_scenario(ref).bare if one_world else load_scenario(ref)
        for address in values:
            if address in scenario.sweep or (scenario.design is not None and address in scenario.design.addresses):
                does = "sweeps" if scenario.sweep else "varies"
                says = f"the scenario {does} this, so setting it would have no effect"
                problems.add(InputError(says, key=f"--set {address}"))
        wrong = {(one.key or "").removeprefix("--set ") for one in problems.errors}
        usable = {address: value for address, value in values.items() if not _is_in(address, wrong)}
        values = usable | more
        chosen = scenario.with_(**values) if values else scenario
    problems.raise_if_any()
    return chosen


def _is_in(address: str, keys: set[str]) -> bool:
    """Return whether one of the keys is this address, or something inside its value."""
    return any(f"{key}.".startswith(f"{address}.") for key in keys)


def default_folder(name: str, design: Design, changed: bool) -> Path:
    """Return ``out/NAME``; when the command line changed the design, with a mark of that design behind it."""
    from enforcement_sim.runs.sweep import DEFAULT_PARENT

    mark = f"-{design.identity('', '')[:8]}" if changed else ""
    return Path(DEFAULT_PARENT) / f"{name}{mark}"


def until_interrupted(work: Any, folder: Path | None) -> Any:
    """Do the work; after Ctrl-C, or when disk or cluster give out, say what becomes of it instead of a traceback."""
    from enforcement_sim.runs.disk import CannotKeep
    from enforcement_sim.runs.executors import ClusterLost

    kept = f"; finished runs are kept in {folder}, and the same command continues" if folder is not None else ""
    try:
        return work()
    except KeyboardInterrupt:
        typer.echo(f"\nstopped{kept}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    except (CannotKeep, ClusterLost) as trouble:
        typer.echo(f"\nstopped: {trouble}{kept}", err=True)
        raise typer.Exit(1) from None


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


def sides_of(a: str, b: str, settings: list[str] | None, settings_b: list[str] | None) -> list[Side]:
    """Return the sides of the command line, with what it sets in them."""
    if settings_b and not b:
        raise InputError("there is no second scenario", key="--set-b")
    sides: list[Side] = []
    for ref, chosen in ((a, settings or []), (b, laid_over(settings, settings_b))):
        if ref:
            sides.append(chosen_scenario(ref, chosen, {}) if chosen else ref)
    return sides


def check_measures(measures: list[str] | None) -> None:
    """Raise unless all measures exist, before anything is run for them."""
    from enforcement_sim.results.measures import MEASURES

    for name in measures or ():
        if name not in MEASURES:
            near = nearest_names(name, MEASURES)
            raise InputError(f"unknown measure {name!r}", key="--measure", allowed=MEASURES, nearest=near)


def beginning(incomplete: str, names: Iterable[str], files: bool = False) -> list[str]:
    """Return what completes a typed word: names, and where asked the user's own YAML files.

    Examples
    --------
    >>> beginning("hold-l", ["baseline", "hold-length"])
    ['hold-length']
    """
    return [name for name in names if name.startswith(incomplete)] + (_files(incomplete) if files else [])


def _files(incomplete: str) -> list[str]:
    """YAML files, and folders to look into, where the typed text is the beginning of a path."""
    if not incomplete:
        return []
    given = Path(incomplete)
    folder, begun = (given, "") if incomplete.endswith("/") else (given.parent, given.name)
    try:
        inside = sorted(path for path in folder.iterdir() if path.name.startswith(begun))
    except OSError:
        return []
    folders = [f"{path}/" for path in inside if path.is_dir()]
    return folders + [str(path) for path in inside if path.suffix in YAML_FILES]
