"""An answer in a small world: its numbers are those of ``compare``, its words follow the sign, and its page says all of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from math import nan
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from enforcement_sim import compare
from enforcement_sim.cli import app
from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.plots import frame
from enforcement_sim.results.intervals import Difference, difference_of
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer import compute, published_check
from enforcement_sim.studies.answer import weakest as weakest_module
from enforcement_sim.studies.answer.answer_files import AnswerFiles
from enforcement_sim.studies.answer.answer_page import page_of, stages
from enforcement_sim.studies.answer.compute import Answer, answer
from enforcement_sim.studies.answer.figure import COLUMNS, answer_figure
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.under_doubt import A_SEED, A_SET
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
    for row in refused.frame().to_dict("records"):
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
    for row in refused.frame().to_dict("records"):
        if row["seeds_low"] == row["seeds_low"]:
            assert row["low"] <= row["seeds_low"] and row["high"] >= row["seeds_high"]


def test_which_interval_to_quote_stands_on_the_page_beside_them(refused: Answer) -> None:
    several = replace(refused.found, sets=5)
    assert several.to_quote.startswith("Quote the wider one, over seeds and sets")
    assert "(--sets 5)" in refused.found.to_quote, "one set gives the same interval twice"
    assert "no interval" in replace(refused.found, seeds=(1,)).to_quote
    html = page_of(replace(refused, found=several)).html
    assert html.index("Over seeds and 5 sets") < html.index("Quote the wider one") < html.index("<h2")
    assert html.index(A_SEED) < html.index("<h2") and html.index(A_SET) < html.index("<h2")


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
    assert figure.numbers.equals(refused.frame()[list(COLUMNS)])
    drawn = [line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert drawn == figure.numbers["difference"].tolist()
    assert frame.text_of(figure, "title") == (
        "What changes: Refuse every detainer in New Castle County, DE, Jan 2012 to Feb 2012"
    ), "the question, with the place once"
    assert list(stages(refused)["People"]) == [sentences.label_of(name) for name in figure.numbers["measure"]]


def test_the_citation_has_a_command_that_the_program_accepts(refused: Answer) -> None:
    cited = sentences.citation(refused)
    assert sentences.command_of(refused) in cited and refused.found.engine[:12] in cited
    assert "--county 'New Castle County, DE'" in cited


ASKED = ("answer", "refuse detainers", "--county", "New Castle, DE", "--from", "2012-01-01", "--to", "2012-01-31")
QUICK = ("--sets", "1", "--replications", "1", "--workers", "1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_prints_the_answer_and_says_where_its_files_are(home: Path) -> None:
    ended = CliRunner().invoke(app, [*ASKED, *QUICK], catch_exceptions=False)
    assert ended.exit_code == 0 and "If the jails of New Castle County, DE had declined" in " ".join(
        ended.output.split()
    )
    written = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    stem = "out/answers/refusal-10003"
    assert written == {f"{stem}.html", f"{stem}.png", f"{stem}.svg", f"{stem}.csv"}
    said = f"page: {stem}.html, picture: {stem}.png and {stem}.svg, numbers: {stem}.csv"
    assert said in ended.output.replace("\\", "/")
    listed = CliRunner().invoke(app, ["answer"])
    assert "end 287(g):" in listed.output and "guidance:" in listed.output


def test_the_command_tells_how_far_each_step_is(home: Path) -> None:
    told = CliRunner().invoke(app, [*ASKED, *QUICK], catch_exceptions=False).stderr
    steps = [line for line in told.splitlines() if line.startswith("step ")]
    assert [line.partition(" of ")[0] for line in steps] == ["step 1", "step 2", "step 3", "step 4"]
    for step, next_step in zip(steps, [*steps[1:], None], strict=True):
        part = told.partition(step)[2].partition(next_step)[0] if next_step else told.partition(step)[2]
        assert " with 1 worker" in part and "1 of " in part, step
    assert "1 of 2 runs, " in told and " left\n" in told and "2 of 2 runs\n" in told


def test_a_page_has_picture_and_numbers_beside_it_and_they_may_be_made_again(home: Path, refused: Answer) -> None:
    files = AnswerFiles(home / "kept" / "page.html")
    files.write(refused)
    assert sorted(path.name for path in (home / "kept").iterdir()) == ["page.csv", "page.html", "page.png", "page.svg"]
    assert pd.read_csv(files.numbers)["difference"].tolist() == refused.frame()["difference"].tolist()
    assert files.pictures[0].read_bytes().startswith(b"\x89PNG") and "<svg" in files.pictures[1].read_text("utf-8")
    files.write(refused)


@pytest.mark.parametrize("ending", ["html", "png", "svg", "csv"])
def test_no_file_of_somebody_else_is_overwritten(home: Path, ending: str) -> None:
    other = home / f"page.{ending}"
    other.write_text("county,people\n10003,12\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"page.{ending}.*exists and is not .*, so it is not overwritten"):
        CliRunner().invoke(app, [*ASKED, *QUICK, "--out", "page.html"], catch_exceptions=False)
    assert other.read_text("utf-8").startswith("county,people") and [path.name for path in home.iterdir()] == [
        other.name
    ]


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_answer_says_that_nothing_is_kept_and_how_to_be_quicker(
    home: Path, monkeypatch: pytest.MonkeyPatch, ended_by: signal.Signals
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(compute, "answer", lambda *_: signal.raise_signal(ended_by))
    # A shell starts what runs in the background with SIGINT ignored, and tests may run there.
    by_default = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        ended = CliRunner().invoke(app, [*ASKED], catch_exceptions=False)
        small = CliRunner().invoke(app, [*ASKED, *QUICK], catch_exceptions=False)
    finally:
        signal.signal(signal.SIGINT, by_default)
    assert ended.exit_code == 130
    assert ended.stderr.strip() == "stopped; nothing is kept; quicker: --sets 2 --replications 2"
    assert not list(home.iterdir()) and signal.getsignal(signal.SIGTERM) == before
    assert "fewer days (--from, --to)" in small.stderr


def test_a_change_of_zero_width_reads_as_none() -> None:
    nothing: Difference = difference_of([1.0, 1.0], [1.0, 1.0])
    assert sentences.ends(nothing.low, nothing.high) == "none"
