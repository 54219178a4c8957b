"""Studies of finished runs, each a folder with its data, computation, figure, command and report section.

A study's ``command`` module adds its commands to the command line (``register``). Studies with a report section have a
``page`` module: ``measured`` returns the measures of each run, and ``section`` makes the section from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import typer

    from enforcement_sim.results.result import Result
    from enforcement_sim.studies.page_parts import Section
    from enforcement_sim.studies.reading import Reading

__all__ = ["STUDIES", "commands", "pages"]

STUDIES = (
    "answer",
    "county",
    "assumptions",
    "stages",
    "jail_cost",
    "card",
    "validation",
    "calibration",
    "claims",
    "panels",
    "records",
    "research_designs",
)
"""Every study, in the order of the command line's help and of a report's sections."""

REPORTED = ("jail_cost", "card", "research_designs")
"""Studies with a section in a report."""


class Command(Protocol):
    """A study's commands."""

    def register(self, app: typer.Typer) -> None:
        """Add the study's commands to the application."""


class Page(Protocol):
    """A study's section of a report."""

    def measured(self, result: Result) -> Mapping[str, float]:
        """Return the measures of one run that the section needs, by name."""

    def section(self, reading: Reading) -> Section:
        """Return the section."""


def commands() -> list[Command]:
    """Return the ``command`` module of every study."""
    return [cast(Command, import_module(f"{__name__}.{study}.command")) for study in STUDIES]


def pages() -> list[Page]:
    """Return the ``page`` module of every study with a section in a report."""
    return [cast(Page, import_module(f"{__name__}.{study}.page")) for study in REPORTED]
