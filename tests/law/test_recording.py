"""How full the file was: every moment has its range, source and grade, every event one moment, or the file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.law.recording import COUNTED_EVENTS, load_recording, read_recording

MOMENT = """\
moments:
  only:
    title: At all times
    share: 0.5
    low: 0.25
    high: 0.8
    unit: share of people with a conviction
    source: My report, 2012
    grade: assumed
    stages: [EVENTS]
""".replace("EVENTS", ", ".join(COUNTED_EVENTS))


def test_every_event_has_one_moment() -> None:
    moments = load_recording()
    counted = [stage for moment in moments.values() for stage in moment.stages]
    assert sorted(counted) == sorted(COUNTED_EVENTS)
    assert {name for name, moment in moments.items() if "detainer_issued" in moment.stages} == {"at_issue"}
    assert {name for name, moment in moments.items() if "removed" in moment.stages} == {"at_removal"}


def test_the_file_fills_up() -> None:
    moments = load_recording()
    ordered = [moments[name].share for name in ("at_match", "at_issue", "at_custody", "at_removal")]
    assert ordered == sorted(ordered)
    for moment in moments.values():
        assert 0 <= moment.low <= moment.share <= moment.high <= 1
        assert moment.low < moment.high, "nothing here is known to the digit"
        assert moment.grade == "assumed"


def test_share_at_issue_rests_on_three_periods_and_claims_no_more_than_they_bear() -> None:
    """A record for 22.6% (fiscal 2008 to November 2011), a conviction for 52.3% (to January 2013) and 38% (June 2013), TRAC."""
    moment = load_recording()["at_issue"]
    quotients = (0.226 / 0.523, 0.226 / 0.38)
    assert quotients[0] < moment.share < quotients[1]
    assert moment.low < quotients[0] and quotients[1] < moment.high, "people differed, so the range is wider than both"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    source: My report, 2012\n", "", 2, "moments.only.source: is missing"),
        ("    grade: assumed\n", "", 2, "moments.only.grade: is missing"),
        ("    unit: share of people with a conviction\n", "", 2, "moments.only.unit: is missing"),
        ("share: 0.5", "share: 0.9", 4, "0.9 is not within 0.25 to 0.8"),
        ("high: 0.8", "high: 1.8", 6, "1.8 is not possible; allowed: a number, 0 to 1"),
        ("share: 0.5", "share: half", 4, "expected a number, found 'half'"),
        ("grade: assumed", "grade: asumed", 9, "did you mean 'assumed'?"),
        ("[matched", "[mached", 10, "moments.only.stages.0: unknown event 'mached'"),
        ("[matched", "[removed", 10, "'removed' is counted only already"),
        ("matched, ", "", 1, "moments: no moment counts 'matched'"),
        ("low:", "lwo:", 5, "moments.only.lwo: unknown key"),
    ],
)
def test_a_broken_moment_is_refused(old: str, new: str, line: int, said: str, tmp_path: Path) -> None:
    file = tmp_path / "recording.yaml"
    assert old in MOMENT
    file.write_text(MOMENT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_recording(file)
    assert (caught.value.file, caught.value.line) == (str(file), line)
    assert said in str(caught.value)


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    file = tmp_path / "recording.yaml"
    file.write_text(MOMENT, encoding="utf-8")
    assert read_recording(file)["only"].share == 0.5
