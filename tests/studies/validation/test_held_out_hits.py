"""Hits of held-out figures that answers tell are those of the stored scorecard."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from enforcement_sim.studies.validation.held_out_hits import ABOVE, INSIDE, HeldOut, held_out_hits, hits_in

SCORECARD = Path(__file__).parents[3] / "results" / "validation.csv"
COBB = "13067"


def test_the_packages_hits_are_those_of_the_stored_scorecard() -> None:
    scorecard = pd.read_csv(SCORECARD)
    found: dict[str, tuple[HeldOut, ...]] = {}
    for row in hits_in(scorecard).to_dict("records"):
        place = row.pop("place")
        found[place] = (*found.get(place, ()), HeldOut(**row))
    assert found == held_out_hits()
    own = scorecard[scorecard["id"].str.endswith(f".{COBB}") & (scorecard["bin"] == "heldout")]
    assert len(found[COBB]) == len(own) == 2
    for one, row in zip(found[COBB], own.sort_values("measures").to_dict("records"), strict=True):
        assert (one.interval == INSIDE) == row["hit"] and (one.interval == ABOVE) == (
            row["simulated_low"] > row["published"]
        )
