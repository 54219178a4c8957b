"""Which tests are slow. `make test-fast` leaves them out: whole folders named here, and single tests marked `slow`."""

from __future__ import annotations

from pathlib import Path

import pytest

SLOW_FOLDERS = ("browser", "docs", "notebooks", "packaging", "twin")
"""Folders of which every test is slow; they are not even read where slow tests are left out."""

TESTS = Path(__file__).parent
LEFT_OUT = "not slow"


def _is_slow(path: Path) -> bool:
    """Return whether a path is one of the slow folders or lies in it."""
    return any(path.is_relative_to(TESTS / folder) for folder in SLOW_FOLDERS)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import what would be left out."""
    return True if config.option.markexpr == LEFT_OUT and _is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of a slow folder, before marks are asked for."""
    for item in items:
        if _is_slow(item.path):
            item.add_marker(pytest.mark.slow)
