"""Published shares in their own cells: the right people, the gap, and nothing of what is kept for later."""

from __future__ import annotations

from math import isnan

import pandas as pd
import pytest
from tests.studies.validation.people_by_hand import CLEAN, CONVICTED, HOLD, JAIL, at, profile, result

from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.recording import load_recording
from enforcement_sim.studies.stages.compute import STAGES
from enforcement_sim.studies.stages.published_cells import published_cells
from enforcement_sim.studies.validation.held_out_targets import every_target

TARGETS = every_target()
HELD_OUT = {target.id for target in TARGETS.of("heldout")}

WORLD = [
    at("removed", CLEAN, 30),
    at("removed", CONVICTED, 70),
    at("removed", CLEAN, 900, programme=JAIL),
    at("removed", CLEAN, 500, month="2013-03"),
    at("removed", CONVICTED, 500, month="2013-03", programme=JAIL),
    at("detainer_issued", CONVICTED, 60),
    at("detainer_issued", HOLD, 40),
    at("detainer_issued", profile("drug_sale", felony=True), 45, programme=JAIL),
    at("detainer_issued", CLEAN, 55, programme=JAIL),
]


def cells(**asked: object) -> pd.DataFrame:
    return published_cells([result(WORLD)], **asked).set_index("target")  # type: ignore[arg-type]


def test_each_figure_is_counted_in_its_own_cell() -> None:
    found = cells()["simulated"]
    # Removed after a match, the programme's own people, in its own months.
    assert found["sc_nonconvicted_2010_06"] == pytest.approx(0.3)
    assert found["sc_minor_or_none_2011"] == 1
    # Every programme, fiscal 2013.
    assert found["interior_nonconvicted_fy2013"] == pytest.approx(0.5)
    # 287(g) detainers with level 3, traffic or nothing.
    assert found["g287_serious_share"] == pytest.approx(0.55)
    # Everybody's detainers: 60 of 200 have a conviction, and the file had some of them.
    recorded = load_recording()["at_issue"].share
    assert found["detainers_no_record"] == pytest.approx(1 - 0.3 * recorded)


def test_gap_is_simulated_less_published() -> None:
    row = cells().loc["sc_nonconvicted_2011_03"]
    assert (row["published"], row["published_low"], row["published_high"]) == (0.288, 0.24, 0.34)
    assert row["gap"] == pytest.approx(0.3 - 0.288)
    assert row["citation"] == TARGETS["sc_nonconvicted_2011_03"].citation


def test_a_share_of_the_serious_is_turned_round() -> None:
    target, row = TARGETS["g287_serious_share"], cells().loc["g287_serious_share"]
    assert row["published"] == pytest.approx(1 - target.value)
    assert row["measures"] == "One minus the share of 287(g) detainers at Level 1 or 2"
    assert (row["published_low"], row["published_high"]) == pytest.approx((1 - target.high, 1 - target.low))


def test_the_layer_of_recording_has_a_gap_of_its_own() -> None:
    row = cells(recording=0.5).loc["sc_nonconvicted_2010_06"]
    assert row["recorded"] == pytest.approx(0.65)
    assert row["recorded_gap"] == pytest.approx(0.65 - 0.262)
    assert "recorded" not in cells()


def test_nothing_kept_for_later_is_shown_unless_it_may_be() -> None:
    assert not HELD_OUT & set(cells().index)
    kept = HELD_OUT & {one.id for one in TARGETS.values() if one.cell}
    assert kept == {"detainers_no_conviction_2012", "detainers_no_conviction_2013_06", "sc_nonconvicted_after_2011_03"}
    assert kept <= set(cells(show_heldout=True).index)
    assert set(cells(show_heldout=True).loc[sorted(kept), "bin"]) == {"heldout"}


def test_no_text_of_a_shown_figure_gives_one_away_that_is_kept() -> None:
    said = published_cells([result(WORLD)], "by_stage").to_csv()
    definitions = " ".join(f"{one.title} {one.citation} {one.note}" for one in load_definitions().values())
    moments = " ".join(f"{one.title} {one.source}" for one in load_recording().values())
    for name in HELD_OUT:
        value = TARGETS[name].value
        if value < 1000 and f"{value:.3f}".endswith("0"):
            continue  # whole per cent and small counts stand in many texts for other reasons
        for text in (f"{value:g}", f"{value:.3f}".lstrip("0"), f"{100 * value:.1f}%", f"{value:,.0f}"):
            if len(text) > 2:
                assert text not in f"{said} {definitions} {moments}", f"{name} is given away as {text}"


def test_what_was_not_run_has_no_value_and_says_so() -> None:
    part = published_cells([result(WORLD, counties=[48201])]).set_index("target")
    assert isnan(part.loc["sc_minor_or_none_2011", "simulated"])
    assert "does not cover United States" in part.loc["sc_minor_or_none_2011", "note"]
    late = published_cells([result([], period=("2012-10-01", "2014-11-20"))]).set_index("target")
    assert "outside the period" in late.loc["sc_minor_or_none_2011", "note"]
    assert (late["runs"] == 0).all()


def test_a_window_that_reaches_outside_says_so() -> None:
    early = [row for row in WORLD if row[0] < "2011"]
    short = published_cells([result(early, period=("2009-10-01", "2010-12-31"))]).set_index("target")
    row = short.loc["sc_nonconvicted_2011_03"]
    assert "counted over 2009-10-01 to 2010-12-31" in row["note"]
    assert row["simulated"] == pytest.approx(0.3)


def test_every_cell_exists() -> None:
    shares = [target for target in TARGETS.values() if target.cell]
    assert len(shares) == 10
    for target in shares:
        assert target.unit == "share"
        assert target.cell.stage in STAGES
    with pytest.raises(InputError):
        published_cells([])
