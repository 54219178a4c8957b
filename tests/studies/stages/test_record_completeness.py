"""What the file showed: convictions lost from counts, people never."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studies.validation.people_by_hand import CHARGED, CLEAN, CONVICTED, EARLIER, profile

from enforcement_sim.errors import InputError
from enforcement_sim.law.recording import COUNTED_EVENTS, load_recording
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.studies.stages.record_completeness import as_recorded, recorded_shares, without_convictions


def people(**counts: float) -> np.ndarray:
    found = np.zeros(PROFILES)
    for name, count in counts.items():
        found[{"clean": CLEAN, "charged": CHARGED, "earlier": EARLIER, "convicted": CONVICTED}[name]] = count
    return found


def test_a_person_without_convictions_keeps_charge_grade_and_group() -> None:
    offence, felony, convicted, record, group = profile_parts(np.arange(PROFILES))
    bare = without_convictions()
    assert (offence[bare] == offence).all() and (felony[bare] == felony).all() and (group[bare] == group).all()
    assert not convicted[bare].any() and not record[bare].any()
    untouched = (convicted == 0) & (record == 0)
    assert (bare[untouched] == np.flatnonzero(untouched)).all()


def test_the_convicted_are_counted_as_the_unconvicted_of_the_same_charge() -> None:
    found = as_recorded(people(clean=10, charged=5, earlier=20, convicted=40), 0.75)
    assert found[EARLIER] == pytest.approx(15) and found[CONVICTED] == pytest.approx(30)
    assert found[CLEAN] == pytest.approx(15)  # both booked for traffic
    assert found[profile("dui")] == pytest.approx(10)
    assert found[CHARGED] == 5  # a charge is always in the file


def test_everything_recorded_changes_nothing_and_nothing_recorded_leaves_nobody_convicted() -> None:
    counts = np.arange(PROFILES, dtype=float)
    assert (as_recorded(counts, 1.0) == counts).all()
    left = as_recorded(counts, 0.0)
    assert left[without_convictions() != np.arange(PROFILES)].sum() == 0
    assert left.sum() == counts.sum()


def test_each_stage_has_its_own_share_and_counts_are_left_alone() -> None:
    counts = np.stack([np.stack([people(convicted=100), people(convicted=100)])] * 3)
    found = as_recorded(counts, np.array([0.5, 0.9]))
    assert found.shape == counts.shape
    assert found[:, 0, CONVICTED].tolist() == [50.0] * 3
    assert found[:, 1, CONVICTED] == pytest.approx([90.0] * 3)
    assert (counts[..., CONVICTED] == 100).all()


@given(st.lists(st.integers(0, PROFILES - 1), min_size=1, max_size=30), st.floats(0, 1), st.floats(0, 1))
def test_nobody_is_lost_and_two_layers_are_one(members: list[int], first: float, second: float) -> None:
    counts = np.bincount(members, minlength=PROFILES).astype(float)
    once = as_recorded(counts, first)
    assert once.sum() == pytest.approx(len(members))
    assert (once >= 0).all()
    assert as_recorded(once, second) == pytest.approx(as_recorded(counts, first * second))


def test_shares_by_name_by_stage_by_number_and_at_the_ends_of_the_range() -> None:
    moments = load_recording()
    stages = ["matched", "detainer_issued", "ice_custody", "removed"]
    own = [moments[name].share for name in ("at_match", "at_issue", "at_custody", "at_removal")]
    assert recorded_shares("by_stage", stages).tolist() == own
    assert recorded_shares("by_stage:low", stages)[1] == moments["at_issue"].low
    assert recorded_shares("at_issue", stages).tolist() == [moments["at_issue"].share] * 4
    assert recorded_shares("at_issue:high", stages).tolist() == [moments["at_issue"].high] * 4
    assert recorded_shares(0.3, stages).tolist() == [0.3] * 4
    assert recorded_shares(None, stages).tolist() == [1.0] * 4
    assert recorded_shares("by_stage", COUNTED_EVENTS).min() > 0


@pytest.mark.parametrize(
    ("recording", "said"),
    [
        ("at_isue", "did you mean 'at_issue'?"),
        ("at_issue:lowest", "unknown end 'lowest' of a range; allowed: low, high; did you mean 'low'?"),
        (1.5, "1.5 is not a share; allowed: 0 to 1"),
    ],
)
def test_a_recording_that_is_none_is_refused(recording: str | float, said: str) -> None:
    with pytest.raises(InputError) as caught:
        recorded_shares(recording, ["removed"])
    assert said in str(caught.value)
