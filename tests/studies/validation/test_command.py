"""``validate`` and ``calibrate`` refuse before anything is computed or written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import printed

from enforcement_sim.errors import InputError


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--figure", "all.txt"), ".png or .svg"), (("--members", "5000"), "5000 sets of the ensemble")],
)
def test_mistakes_are_one_line(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        printed("validate", *arguments)


def test_a_table_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        printed("validate", "--csv", str(path))
    assert path.read_text() == "mine"
