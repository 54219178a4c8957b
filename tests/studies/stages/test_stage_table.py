"""The table of stages and definitions, on people made by hand: the same people, counted by each source's rule."""

from __future__ import annotations

from datetime import date
from math import isnan

import pytest
from tests.studies.validation.people_by_hand import (
    CHARGED,
    CLEAN,
    CONVICTED,
    EARLIER,
    HOLD,
    JAIL,
    at,
    result,
)

from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.recording import COUNTED_EVENTS, load_recording
from enforcement_sim.studies.stages.compute import STAGES, check_asked, stage_cells, stage_mix, stage_table
from enforcement_sim.studies.validation.targets import Scope

AT_ISSUE = load_recording()["at_issue"].share
LATER = load_recording()["later_file"].share

# A hundred people with detainers; of the fifty removed, the convicted are the larger part.
WORLD = [
    at("detainer_issued", CLEAN, 40),
    at("detainer_issued", CHARGED, 10),
    at("detainer_issued", EARLIER, 20),
    at("detainer_issued", CONVICTED, 20),
    at("detainer_issued", HOLD, 10),
    at("removed", CLEAN, 10),
    at("removed", CONVICTED, 40),
]


def shares(stage: str, **asked: object) -> dict[str, float]:
    table = stage_table([result(WORLD)], **asked)  # type: ignore[arg-type]
    return {name: table.loc[stage, (name, "share")] for name in load_definitions()}


def test_one_stage_under_every_definition() -> None:
    assert shares("detainer_issued") == pytest.approx(
        {
            "ice-levels-2010": 0.6,  # clean, charged, hold
            "ice-levels-2008": 0.1,  # the hold
            "agreement-levels-2009": 0.1,
            "mpi-2011": 0.9,  # all but the violent charge
            "trac-at-issue": 1 - 0.4 * AT_ISSUE,
            "trac-later": 1 - 0.4 * LATER,
            "charged-or-convicted-2008": 0.1,
            "serious-violent-convicted": 1.0,
            "serious-violent-charged": 0.9,
            "minor-only": 1.0,
            "no-conviction-ever": 0.6,
            "no-conviction-current": 0.8,  # the earlier conviction does not count
            "charge": 0.1,
        }
    )


def test_stages_differ_though_the_people_are_the_same() -> None:
    table = stage_table([result(WORLD)])
    assert list(table.index) == list(STAGES)
    assert table.loc["removed", ("no-conviction-ever", "share")] == pytest.approx(0.2)
    assert isnan(table.loc["matched", ("no-conviction-ever", "share")])


def test_recording_is_laid_over_every_definition_and_beside_the_first_numbers() -> None:
    table = stage_table([result(WORLD)], recording=0.5, stages=["detainer_issued"])
    row = table.loc["detainer_issued"]
    assert row["no-conviction-ever", "share"] == pytest.approx(0.6)
    assert row["no-conviction-ever", "recorded"] == pytest.approx(0.8)
    assert row["no-conviction-current", "recorded"] == pytest.approx(0.9)
    # Charges are always in the file; the conviction for driving drunk has a charge too.
    assert row["charged-or-convicted-2008", "recorded"] == pytest.approx(0.1)
    # A definition that says how full its file was keeps that.
    assert row["trac-at-issue", "recorded"] == row["trac-at-issue", "share"]


def test_recording_by_stage_loses_less_at_removal() -> None:
    moments = load_recording()
    table = stage_table([result(WORLD)], recording="by_stage")
    assert table.loc["detainer_issued", ("minor-only", "recorded")] == pytest.approx(1)
    for stage, moment, convicted in (("detainer_issued", "at_issue", 0.4), ("removed", "at_removal", 0.8)):
        expected = 1 - convicted * moments[moment].share
        assert table.loc[stage, ("ice-levels-2010", "recorded")] == pytest.approx(expected)


def test_the_end_of_the_range_holds_for_a_definition_of_its_own_file_too() -> None:
    table = stage_table([result(WORLD)], recording="by_stage:low", stages=["detainer_issued"])
    found = table.loc["detainer_issued", ("trac-at-issue", "recorded")]
    assert found == pytest.approx(1 - 0.4 * load_recording()["at_issue"].low)


def test_the_layer_changes_no_result() -> None:
    one = result(WORLD)
    before = one.tables()["profiles"].copy()
    stage_table([one], recording="by_stage")
    assert one.tables()["profiles"].equals(before)
    mixed = one.mix("removed", by="none", definition="no-conviction-ever").set_index("category")["share"]
    assert mixed["no conviction"] == pytest.approx(0.2)


def test_table_agrees_with_the_mix_of_a_result() -> None:
    one = result(WORLD, thin=10)
    for name, chosen in load_definitions().items():
        if chosen.recording is None:
            mixed = one.mix("detainer_issued", by="none", definition=name).set_index("category")["share"]
            found = stage_table([one], definitions=[name]).loc["detainer_issued", (name, "share")]
            assert found == pytest.approx(mixed[list(chosen.non_criminal)].sum())


def test_intervals_are_over_runs() -> None:
    runs = [result([at("removed", CLEAN, clean), at("removed", CONVICTED, 100 - clean)]) for clean in (10, 20, 30)]
    cell = stage_cells(runs, stages="removed", definitions=["no-conviction-ever"]).iloc[0]
    # Mean .2, standard error .1 / sqrt(3), t(2) = 4.3027.
    assert (cell["share"], cell["runs"], cell["people"]) == (pytest.approx(0.2), 3, 100)
    assert (cell["low"], cell["high"]) == pytest.approx((0.2 - 0.2484, 0.2 + 0.2484), abs=1e-4)
    assert isnan(stage_cells(runs[:1], stages="removed").iloc[0]["low"])


def test_runs_without_anybody_there_are_left_out() -> None:
    runs = [result(WORLD), result([at("matched", CLEAN, 5)])]
    cell = stage_cells(runs, stages="removed", definitions=["no-conviction-ever"]).iloc[0]
    assert (cell["share"], cell["runs"], cell["people"]) == (pytest.approx(0.2), 1, 25)


@pytest.mark.slow
def test_programme_place_and_months_are_those_asked_for() -> None:
    rows = [
        *WORLD,
        at("removed", CLEAN, 30, programme=JAIL),
        at("removed", CLEAN, 70, area="CA-LOS"),
        at("removed", CONVICTED, 60, month="2012-05", area="CA-LOS"),
    ]
    one = [result(rows)]
    asked = {"stages": "removed", "definitions": ["no-conviction-ever"]}

    def share(**more: object) -> float:
        return float(stage_cells(one, **asked, **more).iloc[0]["share"])  # type: ignore[arg-type]

    assert share() == pytest.approx(110 / 210)
    assert share(programme=JAIL) == 1
    assert share(programme="secure_communities", end=date(2011, 12, 31)) == pytest.approx(80 / 120)
    assert share(scope=Scope("states", ("CA",))) == pytest.approx(70 / 130)
    assert share(start=date(2012, 5, 20)) == 0
    assert share(scope=Scope("states", ("CA",)), end=date(2010, 1, 1)) == 1


def test_thinned_people_are_multiplied_back() -> None:
    cell = stage_cells([result(WORLD, thin=10)], stages="removed").iloc[0]
    assert (cell["people"], cell["share"]) == (500, pytest.approx(0.2))


def test_mix_holds_every_category_and_says_which_are_the_headline() -> None:
    frame = stage_mix([result(WORLD)], stages=["detainer_issued"])
    mpi = frame[frame["definition"] == "mpi-2011"].set_index("category")
    assert mpi["share"].to_dict() == pytest.approx(
        {"level 1": 0.1, "level 2": 0.0, "traffic": 0.6, "level 3": 0.2, "no charge": 0.1}
    )
    assert mpi.index[mpi["non_criminal"]].tolist() == ["traffic", "level 3", "no charge"]
    sums = frame.groupby("definition")["share"].sum()
    assert sums.to_dict() == pytest.approx(dict.fromkeys(load_definitions(), 1.0))
    headline = frame[frame["non_criminal"]].groupby("definition")["share"].sum()
    assert headline.to_dict() == pytest.approx(shares("detainer_issued"))


def test_mix_as_the_file_showed_people() -> None:
    frame = stage_mix([result(WORLD)], recording=0.5, stages=["removed"], definitions=["ice-levels-2010", "charge"])
    counts = frame.set_index(["definition", "category"])["people"]
    assert (counts["ice-levels-2010", "level 3"], counts["ice-levels-2010", "no conviction"]) == (20, 30)
    assert (counts["charge", "dui"], counts["charge", "traffic"]) == (40, 10)


def test_every_counted_stage_can_be_asked_for() -> None:
    assert list(stage_table([result(WORLD)], stages="all").index) == list(COUNTED_EVENTS)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"stages": ["remove"]}, "unknown stage 'remove'"),
        ({"stages": ["booked"]}, "unknown stage 'booked'"),
        ({"definitions": ["ice-level-2010"]}, "did you mean 'ice-levels-2010'?"),
        ({"programme": "secure_community"}, "did you mean 'secure_communities'?"),
        ({"recording": "at_isue"}, "did you mean 'at_issue'?"),
        ({"scope": Scope("counties", ("48201",))}, "counted by area, not by county"),
        ({"start": date(2015, 1, 1)}, "no day of 2015-01-01"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        stage_table([result(WORLD)], **asked)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_places_that_were_not_run_and_runs_that_are_not_alike_are_refused() -> None:
    with pytest.raises(InputError, match="does not cover CA"):
        stage_table([result(WORLD, counties=[48201])], scope=Scope("states", ("CA",)))
    with pytest.raises(InputError, match="not of one period"):
        stage_table([result(WORLD), result(WORLD, period=("2009-01-01", "2010-12-31"))])
    with pytest.raises(InputError, match="no results"):
        stage_table([])


def test_a_question_is_checked_before_anything_is_run() -> None:
    check_asked(None, "by_stage:high", "all")
    with pytest.raises(InputError, match="unknown programme"):
        check_asked("cap", None, STAGES)
