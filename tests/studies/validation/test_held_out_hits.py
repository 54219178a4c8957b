"""Hits of held-out figures that answers tell are those of the stored scorecard."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from enforcement_sim.studies.validation.held_out_hits import Hits, held_out_hits, hits_in

SCORECARD = Path(__file__).parents[3] / "results" / "validation.csv"


def test_the_packages_hits_are_those_of_the_stored_scorecard() -> None:
    counted = hits_in(pd.read_csv(SCORECARD))
    found = {row["place"]: Hits(row["figures"], row["hits"], row["narrow_hits"]) for row in counted.to_dict("records")}
    assert found == held_out_hits()
