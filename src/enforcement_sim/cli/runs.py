"""``enforcement-sim run``, ``sweep`` and ``compare``: simulate, keep, and look at what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enforcement_sim.cli import completion
from enforcement_sim.cli.settings import read_seed, read_settings
from enforcement_sim.terminal.printing import command, paragraph, say, tell_no_effect
from enforcement_sim.terminal.table import TextTable, print_table, table_of

if TYPE_CHECKING:
    from enforcement_sim.runs.comparison import Comparison
    from enforcement_sim.runs.design import Design
    from enforcement_sim.runs.sweep_result import Sweep
    from enforcement_sim.runs.worker import RunOutcome
    from enforcement_sim.scenarios.schema import Scenario

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

Ref = Annotated[
    str,
    typer.Argument(
        help="A shipped scenario's name, or the path of a .yaml file.",
        metavar="SCENARIO",
        autocompletion=completion.scenarios,
    ),
]
ASide = Annotated[
    str,
    typer.Argument(
        help="The reference: a scenario, or a results folder (FOLDER:2 is its point 2).",
        autocompletion=completion.scenarios,
    ),
]
BSide = Annotated[
    str,
    typer.Argument(
        help="What is compared with it: a scenario, or a results folder.", autocompletion=completion.scenarios
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a dotted address, such as detainer.hold_hours=72; may be repeated."),
]
Out = Annotated[Path | None, typer.Option("--out", help="Results folder; under out/ in this folder unless given.")]
Seed = Annotated[
    str | None, typer.Option("--seed", help="Seed of the run; the scenario's own unless given.", metavar="INTEGER")
]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; all cores unless given.")]
Replications = Annotated[int | None, typer.Option("--replications", help="Seeds of each setting.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say how many runs, minutes and MB; write nothing.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Try runs again that are recorded as failed.")]
Cluster = Annotated[
    str | None, typer.Option("--cluster", help="Compute on a Dask cluster: its scheduler's address, tcp://HOST:PORT.")
]
ShowStatus = Annotated[
    bool, typer.Option("--status", help="Say what is done, lacking and failed, and why; compute and write nothing.")
]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Do not draw the figures.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("run")(run)
    app.command("sweep")(sweep)
    app.command("compare")(compare)


def run(scenario: Ref, seed: Seed = None, out: Out = None, settings: Set = None) -> None:
    """Simulate a scenario once and print its funnel."""
    from enforcement_sim.runs.design import design_of_one
    from enforcement_sim.runs.run import parts_without_effect

    asked = None if seed is None else read_seed(seed)
    chosen = chosen_scenario(scenario, settings, {})
    first = chosen.seed if asked is None else asked
    design = design_of_one(chosen.bare, first)
    folder = out or default_folder(f"{chosen.name}-seed-{first}", design, bool(settings))
    if chosen.sweep or chosen.design is not None:
        what = "sweep" if chosen.sweep else "design"
        typer.echo(f"(one run, without the scenario's {what}: {command('sweep', scenario)} runs all of it)")
    tell_no_effect(parts_without_effect(chosen))
    # One run that is asked for again is wanted, whatever became of it the first time.
    _report(carried_out(design, folder, 1, retry_failed=True), folder)


def sweep(
    scenario: Ref,
    out: Out = None,
    workers: Workers = None,
    dry_run: DryRun = False,
    replications: Replications = None,
    settings: Set = None,
    no_figures: NoFigures = False,
    status: ShowStatus = False,
    retry_failed: RetryFailed = False,
    cluster: Cluster = None,
) -> None:
    """Run a scenario's sweep or design under all its seeds; an interrupted one continues.

    Exit code 0 if every run is there, 1 if one failed or the disk or cluster gave out, 2 for what cannot be read.
    """
    from enforcement_sim.runs.design import design_of

    chosen = chosen_scenario(scenario, settings, {} if replications is None else {"replications": replications})
    design = design_of(chosen)
    folder = out or default_folder(design.name, design, bool(settings) or replications is not None)
    if not status:
        tell_no_effect(design.without_effect())
    if dry_run:
        from enforcement_sim.runs.estimate import estimate
        from enforcement_sim.runs.run import real_runner

        typer.echo(f"{estimate(design, real_runner(), workers)}; would be kept in {folder}")
        return
    if status:
        from enforcement_sim.cli.folders import print_status
        from enforcement_sim.runs.run import real_runner
        from enforcement_sim.runs.status import status_of_design

        print_status(status_of_design(design, folder, real_runner()))
        return
    found = carried_out(design, folder, workers, retry_failed=retry_failed, cluster=cluster)
    if not no_figures and not found.measures.empty:
        from enforcement_sim.report.figures import draw_all

        drawn = draw_all(folder)
        typer.echo(f"{len(drawn)} files of figures in {folder / 'figures'}")
    _report(found, folder)


def compare(
    a: ASide,
    b: BSide,
    replications: Replications = None,
    workers: Workers = None,
    out: Out = None,
    cluster: Cluster = None,
    retry_failed: RetryFailed = False,
) -> None:
    """Compare two scenarios, or stored sweeps, on the same synthetic people."""
    from enforcement_sim.runs.compare import collect, read_side, without_effect_of

    _quiet_about(cluster)
    sides = [read_side(side) for side in (a, b)]
    tell_no_effect(without_effect_of(sides))
    found = until_interrupted(
        lambda: collect(
            sides,
            replications=replications,
            workers=workers,
            out=out,
            progress=Bar(),
            cluster=cluster,
            retry_failed=retry_failed,
            least=2,
        ),
        out,
    )
    _print_comparison(found)
    if out is not None:
        typer.echo(f"\nkept in {out}")


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

    def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
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
    from enforcement_sim.errors import InputError, Problems
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


def carried_out(design: Design, folder: Path, workers: int | None, **how: Any) -> Sweep:
    """Carry a design out with a progress bar."""
    _quiet_about(how.get("cluster"))
    from enforcement_sim.runs.run import real_runner
    from enforcement_sim.runs.sweep import run_to_precision

    found: Sweep = until_interrupted(
        lambda: run_to_precision(design, folder, real_runner(), workers, Bar(), _tell, **how), folder
    )
    return found


def _quiet_about(cluster: str | None) -> None:
    """Keep Dask from telling in tracebacks what is told here in a line."""
    if cluster is not None:
        import logging

        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)


def _tell(line: str) -> None:
    """Say between two batches of replications what is known."""
    typer.echo(line, err=True)


def until_interrupted(work: Any, folder: Path | None) -> Any:
    """Do the work; after Ctrl-C, or when disk or cluster give out, say what becomes of it instead of a traceback."""
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


def _report(found: Sweep, folder: Path) -> None:
    """Print what a finished sweep found and where it is; exit with 1 if a run failed."""
    from enforcement_sim.runs.store import FAILED

    if not found.measures.empty:
        _print_funnel(found)
        if len(found.settings) > 1:
            say()
            _print_comparison(found.comparison)
            say(f"Every measure: {folder / 'comparison.csv'}")
    stopping = found.manifest["design"].get("stopping")
    if stopping:
        typer.echo(f"\nReplications ended after {len(found.seeds)}: {stopping['ended']}.")
    stored = len(found.manifest["runs"]) - len(found.failures)
    typer.echo(f"\n{stored} runs in {folder}" if stored != 1 else f"\n1 run in {folder}")
    if found.failures:
        told = f"{len(found.failures)} run{'s' if len(found.failures) > 1 else ''} failed"
        typer.echo(f"{told}; tracebacks are in {folder / FAILED}, and --retry-failed tries again", err=True)
        raise typer.Exit(1)


def _print_funnel(found: Sweep) -> None:
    """Print the reference setting's funnel by programme: means over seeds with their intervals."""
    from enforcement_sim.amounts import NO_INTERVAL
    from enforcement_sim.labels import ABOUT_DETAINERS
    from enforcement_sim.place_labels import alone_in_words, places_in_words
    from enforcement_sim.plots.drawable import Drawable
    from enforcement_sim.plots.funnels import numbers
    from enforcement_sim.report.tables import funnel_rows

    first = Drawable(found).table("funnel", [0])
    seeds = found.seeds if found.draws else sorted(set(first["seed"]))
    about = found.manifest["scenario"]
    title = f"{about['name']}: {about['title']}"
    if len(found.settings) > 1:
        title += f" (at {_first_setting(found)})"
    told = (
        f"with 95% intervals of the mean over {len(seeds)} seeds"
        if len(seeds) > 1
        else f"seed {seeds[0]}, {NO_INTERVAL}"
    )
    caption = f"People by the programme that found them first, {told}. {ABOUT_DETAINERS} "
    if found.draws:
        told = f"{len(found.draws)} draws, {len(seeds)} seed{'s' if len(seeds) > 1 else ''}"
        caption = (
            f"People by the programme that found them first; intervals hold doubt about the parameters ({told}). "
            f"{ABOUT_DETAINERS} "
        )
    caption = f"{caption}Places: {places_in_words(about)}. "
    rows = funnel_rows(numbers(first))
    if alone := alone_in_words(about):
        say(paragraph(alone))
    print_table(table_of(rows, title, caption + "Simulated, not a record.", alike=True))


def _first_setting(found: Sweep) -> str:
    """Return the reference setting in words."""
    from enforcement_sim.runs.design import label_of

    return label_of(found.settings[0])


def _print_comparison(found: Comparison) -> None:
    """Print paired differences from the reference with their intervals and verdicts."""
    from enforcement_sim.runs.comparison import HEADINGS

    for line in found.preamble():
        say(paragraph(line, more=4))
    rows = tuple(tuple(row[key] for key in HEADINGS) for row in found.rows())
    title = f"Compared with A: {found.reference}"
    print_table(TextTable(tuple(HEADINGS.values()), rows, title, found.how_to_read(), grouped=True))
