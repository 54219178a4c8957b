"""Options and arguments shared by several commands, each defined once with its help, completion and checks.

A command uses an option as a type annotation: ``workers: options.Workers = None``. Shells call this program for completion
at every Tab, so these functions import as little as possible and return nothing on errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.errors import InputError, Problems

SCENARIO_FILES = (".yaml", ".yml")
SETTING = "ADDRESS=VALUE, such as detainer.hold_hours=72"
COUNTIES = "counties"
COUNTY = "A county's name with its state, such as 'Wake, NC', or its code, 37183."

# ---- completion ------------------------------------------------------------------------------------------------------


def names_only(names: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """Return a completion for known names, which are asked for at each completion.

    Examples
    --------
    >>> names_only(lambda: ["detainer.hold_hours", "jail.beds"])("det")
    ['detainer.hold_hours']
    """
    return lambda incomplete: [name for name in names() if name.startswith(incomplete)]


def names_or_files(names: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """Return a completion for known names and the YAML files of the user.

    Examples
    --------
    >>> names_or_files(lambda: ["hold-length", "baseline"])("hold-l")
    ['hold-length']
    """
    return lambda incomplete: names_only(names)(incomplete) + _yaml_files(incomplete)


def _yaml_files(incomplete: str) -> list[str]:
    """Return YAML files and folders that match the beginning of a path."""
    if not incomplete:
        return []
    given = Path(incomplete)
    folder, begun = (given, "") if incomplete.endswith("/") else (given.parent, given.name)
    try:
        inside = sorted(path for path in folder.iterdir() if path.name.startswith(begun))
    except OSError:
        return []
    folders = [f"{path}/" for path in inside if path.is_dir()]
    return folders + [str(path) for path in inside if path.suffix in SCENARIO_FILES]


def _scenario_names() -> Iterable[str]:
    from enforcement_sim.scenarios.load import shipped_names

    return shipped_names()


complete_scenario = names_or_files(_scenario_names)

# ---- what is simulated or read ---------------------------------------------------------------------------------------

Scenario = Annotated[
    str,
    typer.Argument(
        help="A shipped scenario's name, or the path of a .yaml file.",
        metavar="SCENARIO",
        autocompletion=complete_scenario,
    ),
]
Reference = Annotated[
    str,
    typer.Argument(
        help="The reference: a scenario, or a results folder (FOLDER:2 is its point 2).",
        metavar="A",
        autocompletion=complete_scenario,
    ),
]
Other = Annotated[
    str,
    typer.Argument(
        help="What is compared with it. Without B: A under --set-b; or of a folder alone, each setting with its first.",
        metavar="B",
        autocompletion=complete_scenario,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a dotted address, such as detainer.hold_hours=72; may be repeated."),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        help="Lay a further scenario over it: what it changes must not contradict the others; may be repeated.",
        metavar="SCENARIO",
        autocompletion=complete_scenario,
    ),
]
SetB = Annotated[
    list[str] | None, typer.Option("--set-b", help="Set a dotted address in the second scenario only; may be repeated.")
]
Where = Annotated[
    str, typer.Option("--where", help="States such as CT, or counties such as 'Wake, NC' or 37183; commas between.")
]
Measures = Annotated[
    list[str] | None, typer.Option("--measure", help="A measure to show, such as removed; may be repeated.")
]

# ---- how it is run ---------------------------------------------------------------------------------------------------

Seed = Annotated[
    str | None, typer.Option("--seed", help="Seed of the run; the scenario's own unless given.", metavar="INTEGER")
]
Seeds = Annotated[int, typer.Option("--seeds", help="How many seeds; from two on there are intervals.")]
Replications = Annotated[int | None, typer.Option("--replications", help="Seeds of each setting.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; all cores unless given.")]
Cluster = Annotated[
    str | None, typer.Option("--cluster", help="Compute on a Dask cluster: its scheduler's address, tcp://HOST:PORT.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print how many runs, minutes and MB; write nothing.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Repeat the runs that are recorded as failed.")]

# ---- what comes out --------------------------------------------------------------------------------------------------

Out = Annotated[Path | None, typer.Option("--out", help="Results folder; under out/ in this folder unless given.")]
NewFolder = Annotated[Path | None, typer.Option("--out", help="A new folder for tables and figures.")]
CsvFile = Annotated[Path | None, typer.Option("--csv", help="Write the table as CSV into a new file.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Do not draw the figures.")]


# ---- reading and checking values -------------------------------------------------------------------------------------


def read_settings(written: Iterable[str], problems: Problems, option: str = "--set") -> dict[str, Any]:
    """Return the values of ``--set``, or of a like option, by address, parsed as in a scenario file; counties may be named.

    Examples
    --------
    >>> from enforcement_sim.errors import Problems
    >>> read_settings(["detainer.hold_hours=72", "scope={states: [CA]}"], Problems())
    {'detainer.hold_hours': 72, 'scope': {'states': ['CA']}}
    """
    from enforcement_sim.errors import InputError, shown
    from enforcement_sim.yaml_lines import read_value

    values: dict[str, Any] = {}
    for setting in written:
        address, equals, text = setting.partition("=")
        address = address.strip()
        if not equals or not address:
            problems.add(InputError(f"cannot read {shown(setting)}", key=option, allowed=SETTING))
            continue
        key = f"{option} {address}"
        if address in values:
            problems.add(InputError("set twice", key=key))
            continue
        values[address] = None
        with problems.gathering():
            value = read_value(text, key)
            if COUNTIES in text:  # the list of counties is read only where it is needed
                from enforcement_sim.written_places import with_county_codes

                value = with_county_codes(value, key)
            values[address] = value
    return values


def settings_of_b(settings: list[str] | None, settings_b: list[str] | None) -> list[str]:
    """Return the settings of the second scenario: its own, and those for both scenarios that it does not override.

    Examples
    --------
    >>> settings_of_b(["thin=1", "seed=2"], ["thin=5"])
    ['seed=2', 'thin=5']
    """
    own = {setting.partition("=")[0].strip() for setting in settings_b or []}
    return [setting for setting in settings or [] if setting.partition("=")[0].strip() not in own] + list(
        settings_b or []
    )


def check_measures(measures: Iterable[str] | None) -> None:
    """Check that all measures exist."""
    from enforcement_sim.errors import InputError, nearest_names
    from enforcement_sim.results.measures import MEASURES

    for name in measures or ():
        if name not in MEASURES:
            nearest = nearest_names(name, MEASURES)
            raise InputError(f"unknown measure {name!r}", key="--measure", allowed=MEASURES, nearest=nearest)


def unknown(kind: str, name: str, known: Mapping[str, Any] | list[str], key: str | None = None) -> InputError:
    """Return the error for an unknown name, with the nearest known names.

    Examples
    --------
    >>> print(unknown("rule", "honour-al", ["honour-all", "honour-none"]))
    no rule 'honour-al'; did you mean 'honour-all' or 'honour-none'?
    """
    from enforcement_sim.errors import InputError, nearest_names

    nearest = nearest_names(name, known, at_most=2)
    return InputError(
        f"no {kind} {name!r}", key=key, allowed=None if nearest else sorted(known), nearest=nearest or None
    )


def read_day(text: str, key: str) -> date | None:
    """Return the date of an option such as ``--from``; None if the option is not given.

    Examples
    --------
    >>> read_day("2010-06-30", "--from")
    datetime.date(2010, 6, 30)
    """
    from enforcement_sim.errors import InputError

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"not a date: {text!r}", key=key, allowed="YYYY-MM-DD") from error


def check_new_file(path: Path | None, key: str, endings: Iterable[str] = (), makes_folder: bool = False) -> None:
    """Check that a file can be written: it does not exist, its folder does unless the command makes it, its ending is allowed."""
    from enforcement_sim.errors import InputError

    if path is None:
        return
    if endings and path.suffix not in endings:
        raise InputError(f"cannot write {path.name}", key=key, allowed=f"a name that ends in {' or '.join(endings)}")
    if path.exists():
        raise InputError(f"{path} exists already; choose another name, or remove it", key=key)
    if not makes_folder and not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent}", key=key)


def check_new_folder(path: Path | None, key: str = "--out") -> None:
    """Check that a folder is empty or does not exist."""
    from enforcement_sim.errors import InputError

    if path is not None and path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(f"{path} is not empty; choose another folder, or move this one away", key=key)


def write_csv(path: Path | None, frame: pd.DataFrame) -> None:
    """Write a table to the file of ``--csv`` atomically, if the option is given."""
    from enforcement_sim.runs.atomic_files import write_atomic
    from enforcement_sim.tables.csv_text import csv_text

    if path is not None:
        write_atomic(path, csv_text(frame).encode())
        typer.echo(f"wrote {path}", err=True)
