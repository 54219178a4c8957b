"""A cell of the matrix says the size, the direction and the doubt of a change, in colour and in words."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from enforcement_sim.report.page.changes import GROUPS, with_same_numbers
from enforcement_sim.report.page.matrix import cell
from enforcement_sim.studies.matrix_part import HIGHER, LOWER, NONE, SAME, UNSURE
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NOT_APPLICABLE

MINUS = "\N{MINUS SIGN}"


def of(mean: float, base: float, verdict: str, half: float = 1.0, unit: str = "people") -> Any:
    row = {"mean": mean, "low": mean - half, "high": mean + half, "reference_mean": base, "verdict": verdict}
    return cell(row, unit, "96 h")


@pytest.mark.parametrize(
    ("mean", "verdict", "kind", "size", "change", "brief"),
    [
        (-30.0, "lower", LOWER, 3, f"{MINUS}30", f"{MINUS}30%"),
        (3.0, "higher", HIGHER, 1, "+3", "+3%"),
        (90.0, "higher", HIGHER, 4, "+90", "+90%"),
        (-3.0, CANNOT_TELL, UNSURE, 0, f"{MINUS}3?", f"{MINUS}3?"),
        (0.0, IDENTICAL, SAME, 0, "=", "="),
    ],
)
def test_a_cell_has_size_direction_and_doubt(
    mean: float, verdict: str, kind: str, size: int, change: str, brief: str
) -> None:
    found = of(mean, 100.0, verdict)
    assert (found.kind, found.size, found.change, found.brief) == (kind, size, change, brief)
    assert found.sentence.startswith("96 h: ")
    if kind in (LOWER, HIGHER):
        assert "[" in found.sentence and "people" in found.sentence and "cannot tell" not in found.sentence
    if kind == UNSURE:
        assert "cannot tell" in found.sentence


def test_the_interval_is_in_the_cell_and_what_is_short_is_not_read_aloud() -> None:
    html = of(-30.0, 100.0, "lower").html
    assert f"96 h: {MINUS}30 [{MINUS}31 to {MINUS}29] people" in html
    assert html.index('aria-hidden="true"') < html.index("change") < html.index('class="tip"')


def test_what_has_no_percentage_is_brief_all_the_same() -> None:
    assert of(16_996.0, 0.0, "higher").brief == "+17k"
    money = of(-35.1e6, -2e6, "lower", unit="dollars")
    assert money.brief == f"{MINUS}$35M" and money.relative == ""
    assert of(math.nan, math.nan, NOT_APPLICABLE).kind == NONE


def test_shares_have_their_unit_and_a_rest_is_never_all() -> None:
    assert of(0.17, 0.34, "higher", unit="share").change == "+17.0 pts"
    assert of(-123_524.0, 124_103.0, "lower").relative == f"{MINUS}99.5%"
    assert of(-124_103.0, 124_103.0, "lower").relative == f"{MINUS}100%"


def test_one_run_has_a_direction_and_no_interval() -> None:
    found = of(5.0, 100.0, CANNOT_TELL, half=math.nan)
    assert found.kind == HIGHER and "one run, no interval" in found.sentence


def test_both_sides_have_as_many_rows() -> None:
    rows = {heading: len(names) for heading, names in GROUPS if heading.startswith("Asked first")}
    assert len(rows) == 2 and len(set(rows.values())) == 1


def test_settings_with_the_same_numbers_are_one() -> None:
    runs = pd.DataFrame(
        [
            {
                "point": point,
                "replication": 0,
                "seed": 1,
                "run": f"r{point}",
                "hold": hold,
                "removed": value,
                "share": math.nan,
            }
            for point, (hold, value) in enumerate([(48, 5.0), (72, 5.0), (96, 6.0), (144, 6.0), (24, 4.0)])
        ]
    )
    drawable: Any = SimpleNamespace(addresses=["hold"], sweep=SimpleNamespace(measures=runs))
    assert with_same_numbers(drawable, range(5)) == {0: (1,), 2: (3,), 4: ()}
