"""Notebooks run from top to bottom, show what they promise, and are kept without outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SECONDS = 300


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_outputs(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert cells
    assert not [cell.id for cell in cells if cell.outputs or cell.execution_count is not None]


def test_first_look_runs_and_shows_a_table_with_intervals_and_a_figure() -> None:
    path = next(path for path in NOTEBOOKS if path.stem == "first-look")
    notebook = read(path)
    NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    pages = [output["data"].get("text/html", "") for output in outputs if "data" in output]
    assert any("Detainer issued" in page and "Secure Communities" in page for page in pages)
    assert any("95% interval" in page and "detainer_issued" in page for page in pages)
    assert any("no-conviction-current" in page for page in pages)
    assert any("image/png" in output["data"] for output in outputs if "data" in output)
