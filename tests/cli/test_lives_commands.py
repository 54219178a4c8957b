"""`trace` and `who-changed` from the shell: what they print, write and refuse."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.command_line import printed

from enforcement_sim.errors import InputError

TINY = (
    "--where", "12021", "--set", "simulate=alone", "--set", "period.start=2010-11-05",
    "--set", "period.end=2010-11-30", "--set", "start.warm_days=0",
)  # fmt: skip


def test_a_trace_in_words() -> None:
    text = printed("trace", "baseline", *TINY, "--outcome", "detainer_issued", "-n", "2")
    assert text.startswith("Synthetic people: nobody here is real")
    assert text.count("Synthetic booking 0x") == 2 and text.count("  Detainer issued") == 2
    on_one_line = " ".join(text.split())
    assert "The detainer rule covers the person: yes (detainer-2010-interim covers:" in on_one_line
    assert "of people covered here " in on_one_line and "% get a detainer; ISSUE 0." in on_one_line
    assert text == printed("trace", "baseline", *TINY, "--outcome", "detainer_issued", "-n", "2")


def test_a_counted_booking_is_told_for_what_it_is() -> None:
    """Of a whole nation that is not thinned, too: only the booking asked for is recorded."""
    days = ("--set", "period.start=2010-11-05", "--set", "period.end=2010-11-06", "--set", "start.warm_days=0")
    nation = ("trace", "baseline", *days, "--set", "start.prison_stock=0", "--booking", "counted:12021:2010-11-05:3")
    text = printed(*nation)
    assert "Synthetic booking 0x80001" in text and "(counted booking)" in text and "us born" in text
    assert "Counted, not followed: born in the United States, no record at DHS: yes" in " ".join(text.split())
    assert "in the order of their keys" not in text
    key = re.search(r"0x\w+", text)
    assert key is not None
    by_key = printed("trace", "baseline", *TINY, "--booking", key[0])
    assert "Counted, not followed" in by_key


def test_a_counted_booking_that_a_lever_takes_out_parts_by_it() -> None:
    cited = ("--set", "changes.c={decision: citation, rule: cited, where: nation}")
    for number in range(40):
        asked = ("trace", "baseline", *TINY, "--booking", f"counted:12021:2010-11-08:{number}", "--against", "baseline")
        text = printed(*asked, "--set-b", cited[1])
        if "First difference" in text:
            break
    assert "Cited instead of booked" in text and "A: History, as it was" in text


@pytest.mark.parametrize(
    ("booking", "more", "expected_text"),
    [
        ("0xzz", (), "cannot read '0xzz'"),
        ("counted:12021:2010-13-05:3", (), "cannot read"),
        ("person:12021:2010-11-05:3", (), "a series of booking, counted, field, response"),
        ("counted:99999:2010-11-05:3", (), "no booking has the key"),
        ("counted:10003:2010-11-05:3", (), "county 10003 is not simulated"),
        ("counted:12021:2010-11-05:3", ("--outcome", "removed"), "cannot be combined with a search"),
    ],
)
@pytest.mark.slow
def test_a_booking_that_cannot_be_is_refused(booking: str, more: tuple[str, ...], expected_text: str) -> None:
    with pytest.raises(InputError, match=expected_text) as error:
        printed("trace", "baseline", *TINY, "--booking", booking, *more)
    assert error.value.key == "--booking"


def test_a_trace_as_json() -> None:
    data = json.loads(
        printed("trace", "baseline", *TINY, "--offence", "traffic", "-n", "1", "--seed", "3", "--format", "json")
    )
    assert data["seed"] == 3 and data["scenarios"] == ["baseline"] and "nobody here is real" in data["about"]
    (life,) = data["lives"]
    assert life["booking"]["offence"] == "traffic" and life["booking"]["place"] == "Collier County, FL"


def test_two_worlds_side_by_side_and_drawn(tmp_path: Path) -> None:
    arguments = ("trace", "baseline", *TINY, "--against", "baseline", "--set-b", "detainer.hold_hours=8", "-n", "1")
    text = printed(*arguments, "--out", str(tmp_path / "out"))
    assert "First difference: The clock of the hold" in text
    assert "A: History, as it was" in text and "B: hold limit 8 instead of 48 hours" in text
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["life-1.png", "life-1.svg"]
    divergence = json.loads(printed(*arguments, "--format", "json"))["lives"][0]["divergence"]
    assert (
        divergence["cause"] == "hold_clock"
        and divergence["reach"] == "direct"
        and divergence["first_difference"] is None
    )


def test_nobody_fits() -> None:
    nobody = ("--outcome", "relief", "--offence", "sex_offence", "--record", "aggravated_or_two_felonies")
    assert "No booking of the period meets the conditions." in printed("trace", "baseline", *TINY, *nobody)


def test_who_changed_says_how_closely_the_rules_are_followed_that_lives_part_by() -> None:
    narrow = "changes.narrow={decision: detainer, rule: detainer-felonies-only, where: nation, followed: strictly}"
    text = " ".join(printed("who-changed", "baseline", "baseline", *TINY, "--set-b", narrow).split())
    assert "A: detainer-2010-interim: followed as history was: of people covered " in text
    assert (
        "B: detainer-felonies-only: followed strictly: all people covered get a detainer and nobody else does" in text
    )


@pytest.mark.slow
def test_who_changed_prints_and_writes_counts(tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    text = printed(
        "who-changed", "baseline", "baseline", *TINY, "--set-b", "detainer.hold_hours=8", "--seeds", "2", "--out", str(folder)
    )  # fmt: skip
    assert "They differ in: Hold limit (hours): 48 → 8." in " ".join(text.split())
    assert "Who ends differently" in text and "The clock of the hold" in text
    assert "\n11 files in " in text and len([path for path in folder.rglob("*") if path.is_file()]) == 11
    assert "0x" not in (folder / "first_differences.csv").read_text() + (folder / "outcomes.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("who-changed", "baseline", "refusal"), "choose a part with --where"),
        (("trace", "baseline"), "choose a part with --where"),
        (("trace", "baseline", *TINY, "--outcome", "removd"), "did you mean 'removed'"),
        (("trace", "baseline", *TINY, "--set-b", "thin=2"), "requires a second scenario, given by --against"),
        (("trace", "baseline", "--where", "Kent"), "several counties are called 'Kent'"),
        (("who-changed", "baseline", "baseline", *TINY, "--set-b", "thin=2"), "differ in thin"),
        (("trace", "baseline", *TINY, "-n", "1000"), "1 to 50"),
    ],
)
def test_mistakes_are_one_line(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        printed(*arguments)


def test_a_full_folder_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        printed("who-changed", "baseline", "no-such-scenario", "--out", str(tmp_path))


def test_the_guide_shows_what_its_command_prints() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "trace.md").read_text(encoding="utf-8")
    commands = [block for block in guide.split("```") if block.startswith("console\n$ enforcement-sim trace")]
    shown = [block for block in commands if "\n" in block.partition("\n")[2].strip() and "\\\n" not in block]
    assert shown
    for block in shown:
        command, _, output = block.removeprefix("console\n$ enforcement-sim ").partition("\n")
        lines = [line.rstrip() for line in printed(*shlex.split(command)).strip().splitlines()]
        assert [line.rstrip() for line in output.strip().splitlines()] == lines


@pytest.mark.slow
def test_a_swept_setting_can_be_chosen_and_the_rule_at_the_parting_is_cited() -> None:
    """California's TRUST Act, from the day that is asked for: its citation stands at the first difference."""
    text = printed(
        "trace", "baseline", "--where", "06025", "--set", "ensemble=0", "--set", "period.start=2011-01-01",
        "--set", "period.end=2011-03-31", "--set", "start.warm_days=10", "--against", "trust-act", "--set-b", "ensemble=0",
        "--set-b", "changes.california.from=2011-01-01", "--outcome", "held", "-n", "8",
    )  # fmt: skip
    assert "First difference: Bail lost, by the honour rule" in text
    assert "California TRUST Act, AB 4" in text and "no (honour-trust does not cover:" in " ".join(text.split())


def test_nobody_whose_life_parts() -> None:
    text = printed("trace", "baseline", *TINY, "--against", "baseline", "-n", "1")
    assert "No booking of the period meets the conditions and differs." in text
