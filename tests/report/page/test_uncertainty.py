"""A page of a sweep with draws says that its intervals hold doubt, and which parameters the result goes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim import sweep
from enforcement_sim.report.page import report_of
from enforcement_sim.report.page.background import FEWEST_DRAWS, uncertainty
from enforcement_sim.report.page.write import read
from enforcement_sim.scenarios.schema import assemble
from enforcement_sim.studies.page_parts import Grid, Words
from enforcement_sim.studies.reading import Reading

pytestmark = pytest.mark.slow

DELAYS = [6 + 4 * place for place in range(FEWEST_DRAWS)]
PLAN = {
    "schema": 1,
    "name": "drawn",
    "scope": {"counties": ["10001", "10003", "10005"]},
    "period": {"start": "2012-01-01", "end": "2012-03-31"},
    "parameters": {"start.warm_days": 20},
    "design": {
        "levers": {"values": {"changes.no.rule": ["honour-all", "honour-none"]}},
        "uncertainties": {
            # A price moves no person; the hours until a crew comes move whom ICE takes.
            "rows": [
                {"pickup.delay_hours_median": delay, "cost.jail_day": 60 + place % 3}
                for place, delay in enumerate(DELAYS)
            ]
        },
        "together": "crossed",
    },
    "changes": {"no": {"decision": "honour", "rule": "honour-all", "where": "nation"}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sweep(assemble(PLAN), out=tmp_path_factory.mktemp("drawn") / "s", workers=1).folder


@pytest.fixture(scope="module")
def reading(folder: Path) -> Reading:
    return read(folder)


def test_what_moves_people_stands_before_what_does_not(reading: Reading) -> None:
    """Longer delays lose people, so what refusing all detainers changes is smaller: the ranks go together."""
    grid = next(part for part in uncertainty(reading) if isinstance(part, Grid))
    names = list(grid.rows["Parameter"])
    assert names[0].startswith("Pickup, delay hours median") and len(names) == 2
    strength = [abs(float(value.replace("\N{MINUS SIGN}", "-"))) for value in grid.rows["Rank correlation"]]
    assert strength[0] > 0.6 > strength[1]


def test_the_page_says_that_intervals_hold_doubt(reading: Reading, folder: Path) -> None:
    words = [text for part in uncertainty(reading) if isinstance(part, Words) for text in part.texts]
    assert any(f"2 parameters ({FEWEST_DRAWS} draws)" in text for text in words)
    page = report_of(folder)
    assert "10 draws of uncertain parameters" in page and "not uncertainty about parameters" not in page
