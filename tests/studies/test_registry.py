"""Every study is a folder that the registry knows, with its commands, and its section where it is part of a report."""

from __future__ import annotations

from pathlib import Path

import typer

from enforcement_sim import studies

HOME = Path(studies.__file__).parent


def test_every_folder_is_a_registered_study() -> None:
    folders = {path.parent.name for path in HOME.glob("*/__init__.py")}
    assert folders == set(studies.STUDIES)
    assert {path.parent.name for path in HOME.glob("*/page.py")} == set(studies.REPORTED)


def test_every_study_brings_commands_of_its_own() -> None:
    app = typer.Typer()
    named = []
    for study in studies.commands():
        before = len(app.registered_commands)
        study.register(app)
        assert len(app.registered_commands) > before
        named = [command.name for command in app.registered_commands]
    assert len(named) == len(set(named)) >= len(studies.STUDIES)


def test_sections_of_a_report_are_measured_and_written() -> None:
    assert all(callable(page.measured) and callable(page.section) for page in studies.pages())
