"""Where studies are found: those that ship with the package, and the files of a user."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.yaml_models import read_model

SUFFIXES = (".yaml", ".yml")
FOLDER = Path(__file__).with_name("shipped")


def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped studies, in alphabetical order.

    Examples
    --------
    >>> "miles-cox-2014" in shipped_names()
    True
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_study(ref: str | PathLike[str]) -> Study:
    """Return a study, checked.

    Parameters
    ----------
    ref
        A shipped study's name, or the path of a YAML file.

    Raises
    ------
    InputError
        For everything that is wrong, each with file, line and key.

    Examples
    --------
    >>> load_study("miles-cox-2014").design.trends
    'county'
    """
    return read_model(_find(ref), Study)


def _find(ref: str | PathLike[str]) -> Path:
    """Return the file that a name or path means."""
    if isinstance(ref, str) and not ref.endswith(SUFFIXES) and "/" not in ref and "\\" not in ref:
        names = shipped_names()
        if ref not in names:
            raise InputError(
                f"no shipped study {ref!r}",
                allowed=(*names, "the path of a .yaml file"),
                nearest=nearest_names(ref, names),
            )
        return FOLDER / f"{ref}.yaml"
    return Path(ref).expanduser()
