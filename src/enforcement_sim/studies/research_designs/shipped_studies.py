"""Where studies are found: those that ship with the package, and the files of a user."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from os import PathLike
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.research_designs.study_file import Study
from enforcement_sim.yaml_models import read_model

SUFFIXES = (".yaml", ".yml")
FOLDER = Path(__file__).with_name("shipped")
SMALL_WORDS = frozenset(("and", "the", "of", "a", "in", "et", "al"))
"""Not compared where a study is named by its authors or its title."""


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
        A shipped study's name, words of its authors or title, or the path of a YAML file.

    Raises
    ------
    InputError
        For everything that is wrong, each with file, line and key.

    Examples
    --------
    >>> load_study("miles-cox-2014").design.trends
    'county'
    >>> load_study("Miles and Cox").name
    'miles-cox-2014'
    """
    return read_model(_find(ref), Study)


def _find(ref: str | PathLike[str]) -> Path:
    if isinstance(ref, str) and not ref.endswith(SUFFIXES) and "/" not in ref and "\\" not in ref:
        names = shipped_names()
        found = (ref,) if ref in names else _with_words(ref)
        if len(found) != 1:
            raise InputError(
                f"{len(found)} shipped studies have the words {ref!r}" if found else f"no shipped study {ref!r}",
                allowed=found or (*names, "the path of a .yaml file"),
                nearest=None if found else nearest_names(ref, names),
            )
        return FOLDER / f"{found[0]}.yaml"
    return Path(ref).expanduser()


def _with_words(ref: str) -> tuple[str, ...]:
    """Return the shipped studies whose name, authors, year or title hold all words of a text."""
    asked = _words(ref)
    return tuple(name for name in shipped_names() if asked and asked <= _called(name))


@cache
def _called(name: str) -> frozenset[str]:
    study = read_model(FOLDER / f"{name}.yaml", Study)
    cited = study.citation
    return _words(f"{name} {study.title} {cited.authors} {cited.year} {cited.title}")


def _words(text: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return frozenset(re.findall(r"[a-z0-9]+", plain)) - SMALL_WORDS
