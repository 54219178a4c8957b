"""Task forces are drawn where they arrested anybody, and left out where they never were."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim import load_scenario, run
from enforcement_sim.plots.programmes import programmes_in
from enforcement_sim.report.figures import draw_result

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("fips", "there"), [("51153", True), ("10001", False)])
def test_a_figure_has_task_forces_only_where_they_were(tmp_path: Path, fips: str, there: bool) -> None:
    """Prince William County, Virginia, was under both models until the end of 2012; Kent County, Delaware, never."""
    settings = {"scope": {"counties": [fips]}, "period.start": "2011-10-01", "period.end": "2011-12-31"}
    result = run(load_scenario("baseline").with_(**settings, **{"start.warm_days": 30}), seed=1)
    assert ("task_force" in programmes_in(result.funnel())) is there
    written = draw_result(result, tmp_path)
    funnel = next(path for path in written if path.name == "funnel.csv").read_text()
    assert ("task_force" in funnel) is there
    throughput = next(path for path in written if path.name == "throughput.svg").read_text()
    assert ("287(g) task forces" in throughput) is there
