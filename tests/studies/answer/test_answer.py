"""An answer in a small world: its numbers are those of ``compare``, its words follow the sign, and its page says all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from math import nan
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enforcement_sim import compare
from enforcement_sim.cli import app
from enforcement_sim.parameters.register import load_register
from enforcement_sim.results.intervals import Difference, difference_of
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer import published_check
from enforcement_sim.studies.answer import weakest as weakest_module
from enforcement_sim.studies.answer.answer_page import page_of, stages
from enforcement_sim.studies.answer.compute import Answer, answer
from enforcement_sim.studies.answer.figure import answer_figure, numbers_of
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.tables.amounts import whole

DAYS = date(2012, 1, 1), date(2012, 2, 29)
PLACE = place_asked(county="10003")
FEW = ("pickup.notice_share", "hold.medical_reason_share", "beds.interior_share")
"""Candidates for the weakest assumptions that are enough for a test."""


@pytest.fixture(scope="module", autouse=True)
def a_quick_answer() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        register = load_register()
        patch.setattr(weakest_module, "candidates", lambda _: tuple(register[address] for address in FEW))
        patch.setattr(published_check, "THIN_OF_NATION", 200)
        yield


@pytest.fixture(scope="module")
def refused() -> Answer:
    """No detainer honoured in one county."""
    return answer("refuse detainers", PLACE, *DAYS, sets=1, replications=2, workers=1)


def test_the_numbers_are_those_of_compare(refused: Answer) -> None:
    found = compare(refused.history, refused.policy, replications=2, workers=1).frame().set_index("measure")
    for row in numbers_of(refused).to_dict("records"):
        here = found.loc[row["measure"]]
        assert row["history"] == here["reference_mean"] and row["policy"] == here["mean"], row["measure"]
        assert (row["seeds_low"], row["seeds_high"]) == pytest.approx((here["low"], here["high"]), nan_ok=True)


def test_the_sentence_has_the_numbers_and_the_direction_of_the_difference(refused: Answer) -> None:
    found, said = refused.difference, sentences.sentence(refused)
    assert found.difference < 0
    assert f"{whole(found.mean)} instead of {whole(found.reference_mean)}" in said
    assert sentences.FEWER in said and "New Castle County, DE" in said and "1 January 2012 to 29 February 2012" in said


@pytest.mark.parametrize(
    ("before", "after", "word", "without"),
    [
        ([10.0, 12.0, 11.0], [5.0, 7.0, 7.0], "fewer people", "more"),
        ([5.0, 7.0, 7.0], [10.0, 12.0, 11.0], "more people", "fewer"),
        ([10.0, 12.0, 11.0], [13.0, 9.0, 11.5], "cannot be told", "about"),
        ([10.0, 12.0, 11.0], [10.0, 12.0, 11.0], "exactly as many", "fewer"),
    ],
)
def test_the_direction_agrees_with_the_sign(
    monkeypatch: pytest.MonkeyPatch, refused: Answer, before: list[float], after: list[float], word: str, without: str
) -> None:
    monkeypatch.setattr(Answer, "difference", property(lambda _: difference_of(before, after)))
    said = sentences.sentence(replace(refused, why_nothing="Nothing."))
    assert word in said and without not in said.replace("more or fewer", "")


def test_both_intervals_are_said_and_the_one_over_sets_is_not_narrower(refused: Answer) -> None:
    over_seeds, over_both = sentences.intervals(refused)
    assert over_seeds.startswith("Over 2 seeds alone: ") and over_both.startswith("Over seeds and 1 set ")
    for row in numbers_of(refused).to_dict("records"):
        if row["seeds_low"] == row["seeds_low"]:
            assert row["low"] <= row["seeds_low"] and row["high"] >= row["seeds_high"]


def test_one_run_has_no_interval() -> None:
    assert sentences.ends(nan, nan) == "one run, no interval"


def test_the_weakest_assumptions_were_run_at_both_ends(refused: Answer) -> None:
    assert refused.weakest is not None and refused.weakest.candidates == len(FEW)
    assert 1 <= len(refused.weakest.found) <= 2
    moved = [one.moved for one in refused.weakest.found]
    assert moved == sorted(moved, reverse=True) and moved[-1] > 0.0, (
        "what moves nothing is no weak assumption of this answer"
    )
    for one in refused.weakest.found:
        assert one.at_low.difference != one.at_high.difference
        said = sentences.weak_in_words(one)
        assert sentences.in_people(one.at_low.difference) in said and one.parameter.address in said


def test_a_policy_that_is_history_changes_nothing_and_says_so() -> None:
    same = answer("hold 48 hours", PLACE, *DAYS, sets=1, replications=1, workers=1)
    assert same.weakest is None and same.difference.difference == 0.0
    assert sentences.AS_MANY in sentences.sentence(same) and same.why_nothing.endswith(".")


def test_the_page_says_everything_and_needs_no_script(refused: Answer) -> None:
    html = page_of(refused).html
    text = html.replace("&#39;", "'").replace("&amp;", "&")
    for said in (sentences.sentence(refused), *sentences.intervals(refused), sentences.citation(refused)):
        assert said in text
    assert refused.check is not None and all(said in text for said in sentences.checked(refused.check))
    assert "<script" not in html and "http://" not in html and "https://" not in html
    assert page_of(refused).html == html


def test_the_picture_draws_the_numbers_of_the_table(refused: Answer) -> None:
    figure = answer_figure(refused)
    assert figure.numbers.equals(numbers_of(refused))
    drawn = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert drawn == figure.numbers["difference"].tolist()
    assert list(stages(refused)["People"]) == [sentences.label_of(name) for name in figure.numbers["measure"]]


def test_the_citation_has_a_command_that_the_program_accepts(refused: Answer) -> None:
    cited = sentences.citation(refused)
    assert sentences.command_of(refused) in cited and refused.found.engine[:12] in cited
    assert "--county 'New Castle County, DE'" in cited


def test_the_command_prints_the_answer_and_writes_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["answer", "refuse detainers", "--county", "New Castle, DE", "--from", "2012-01-01", "--to", "2012-01-31"]
    quick = ["--sets", "1", "--replications", "1", "--workers", "1"]
    ended = CliRunner().invoke(app, [*words, *quick], catch_exceptions=False)
    assert ended.exit_code == 0 and "If the jails of New Castle County, DE had declined" in " ".join(
        ended.output.split()
    )
    page = tmp_path / "out" / "answers" / "refusal-10003.html"
    assert page.is_file() and "out/answers/refusal-10003.html" in ended.output.replace("\\", "/")
    listed = CliRunner().invoke(app, ["answer"])
    assert "end 287(g):" in listed.output and "guidance:" in listed.output


def test_a_change_of_zero_width_reads_as_none() -> None:
    nothing: Difference = difference_of([1.0, 1.0], [1.0, 1.0])
    assert sentences.ends(nothing.low, nothing.high) == "none"
