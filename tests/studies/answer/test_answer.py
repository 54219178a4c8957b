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
import yaml
from typer.testing import CliRunner

from enforcement_sim import compare
from enforcement_sim.cli import app
from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.plots import frame
from enforcement_sim.results.intervals import Difference, branch_of, difference_of
from enforcement_sim.runs.worker import NoProgress, RunOutcome
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.answer import answer_notes as notes
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer import check_in_words, compute, published_check
from enforcement_sim.studies.answer import weakest as weakest_module
from enforcement_sim.studies.answer.answer_files import AnswerFiles, files_of
from enforcement_sim.studies.answer.answer_page import NOTHING_TRIED, page_of, quotable, stages
from enforcement_sim.studies.answer.answer_table import (
    CHECK,
    QUARTER,
    STAGE,
    WEAK,
    YEAR,
    answer_table,
    quarter_rows,
    stage_rows,
)
from enforcement_sim.studies.answer.compute import Answer, answer
from enforcement_sim.studies.answer.cost import Cost, TimeLeft
from enforcement_sim.studies.answer.figure import answer_figure
from enforcement_sim.studies.answer.question_file import load_questions
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.under_doubt import A_SET
from enforcement_sim.studies.validation.held_out_hits import NATION, held_out_hits
from enforcement_sim.tables.amounts import whole

ROOT = Path(__file__).parents[3]
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
    for row in stage_rows(refused).to_dict("records"):
        here = found.loc[row["measure"]]
        assert row["history"] == here["reference_mean"] and row["policy"] == here["mean"], row["measure"]
        assert (row["seeds_low"], row["seeds_high"]) == pytest.approx((here["low"], here["high"]), nan_ok=True)


def test_the_sentence_has_the_numbers_and_the_direction_of_the_difference(refused: Answer) -> None:
    found, said = refused.difference, sentences.sentence(refused)
    assert found.difference < 0
    level = refused.simulated_history
    assert f"{whole(found.mean)} instead of a simulated {whole(found.reference_mean)}" in said
    assert f" ({whole(level.low)} to {whole(level.high)})" in said, "history is simulated, and has a range of its own"
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


@pytest.fixture(scope="module")
def under_two_sets() -> Answer:
    """No detainer honoured in one county, in a whole fiscal year, under two sets and two seeds."""
    return answer("refuse detainers", PLACE, date(2011, 10, 1), date(2012, 9, 30), sets=2, replications=2, workers=1)


def test_the_interval_to_quote_stands_in_the_sentence_and_is_not_narrower_than_chance(under_two_sets: Answer) -> None:
    found = under_two_sets.difference
    quoted = sentences.ends(found.low, found.high, brief=True)
    assert f"fewer people ({quoted}) booked there would" in sentences.sentence(under_two_sets)
    assert sentences.interval(under_two_sets).startswith(sentences.ends(found.low, found.high))
    chance = sentences.ends(found.chance_low, found.chance_high)
    assert chance in sentences.chance_alone(under_two_sets)
    html = page_of(under_two_sets).html
    said = sentences.chance_alone(under_two_sets)
    assert html.index(said) > html.index("How to read it</h2>"), "what chance does is not quoted by mistake"
    for row in stage_rows(under_two_sets).to_dict("records"):
        assert row["low"] <= row["seeds_low"] and row["high"] >= row["seeds_high"]


def test_a_range_over_few_sets_is_called_one_and_says_how_much_it_holds(refused: Answer) -> None:
    few, many = (replace(refused.found, sets=sets) for sets in (12, 40))
    assert few.spread.startswith("the range over 12 sets") and many.spread.startswith("the middle 95% of 40 sets")
    assert "about 85 times in 100" in few.to_quote() and "times in 100" not in many.to_quote()
    assert "range" in few.method and "middle 95%" in many.method
    assert "One set tells nothing" in refused.found.to_quote()
    assert "no interval" in replace(refused.found, seeds=(1,)).to_quote()
    html = page_of(replace(refused, found=few)).html
    assert html.index("the range over 12 sets") < html.index("do not quote it") < html.index("<h2")
    assert html.index(A_SET) < html.index("<h2")


@pytest.mark.parametrize(("sets", "quoted"), [(1, False), (12, False), (20, True), (40, True)])
def test_one_sentence_says_whether_to_quote_and_the_picture_agrees(refused: Answer, sets: int, quoted: bool) -> None:
    page = page_of(replace(refused, found=replace(refused.found, sets=sets)))
    said = quotable(replace(refused, found=replace(refused.found, sets=sets)))
    assert ("Quote the number" in said) == quoted == ("do not quote" not in said)
    assert ("needs 20 sets, about " in said) != quoted and said in page.html
    assert ("--sets 20 --replications 2" in page.html.partition("For a number to quote")[2]) != quoted
    caption = frame.text_of(answer_figure(replace(refused, found=replace(refused.found, sets=sets))), "caption")
    assert ("not to be quoted" in caption) != quoted


def test_one_of_a_thing_is_written_in_the_singular() -> None:
    one = answer("end 287g", PLACE, *DAYS, sets=1, replications=1, workers=1)
    text = page_of(one).html
    assert "1 seeds" not in text and "1 sets" not in text and "seeds 1 to 1" not in text
    assert "set 1 of parameters, seed 1" in sentences.citation(one)
    assert one.weakest is None and "No 287(g) agreement was in force" in text and NOTHING_TRIED in text
    assert sentences.AS_MANY in sentences.sentence(one) and one.why_nothing.endswith(".")


def test_a_number_that_stays_beside_an_earlier_stage_that_moves_is_said(refused: Answer) -> None:
    why = compute._why((), refused.found, refused.question, ["detainer_declined"])
    assert why.startswith("In 4 runs, it changed an earlier stage only: Detainer declined by jail ")
    assert compute._why((), refused.found, refused.question, []) == "In 4 runs, it changed nothing for anybody there."


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
        found = refused.found.samples
        history, policy = (found[name].values("ice_custody") for name in ("history", "refusal"))
        first = min(history, key=branch_of)
        assert one.as_it_is == policy[first] - history[first], (
            "the answer under the first set and seed, which the ends stand beside"
        )
        said = sentences.weak_in_words(one)
        assert one.parameter.address in said and one.elsewhere == ()
        for value, at in ((one.parameter.low, one.at_low), (one.parameter.high, one.at_high)):
            told = f"at {value:g} it is {sentences.in_people(at.difference)} ("
            assert (told in said) == (value != one.parameter.default)


def test_the_weakest_assumption_is_told_under_more_sets_and_a_second_though_it_moves_little(
    refused: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = dict(zip(FEW, (40.0, 4.5, 0.5), strict=True))

    def effects(pairs: list[tuple[Scenario, Scenario]], *_: object) -> list[list[tuple[float, float]]]:
        def effect(history: Scenario) -> float:
            parts = ((load_register()[name], size, history.parameters[name]) for name, size in moves.items())
            return sum(size * (value - one.low) / (one.high - one.low) for one, size, value in parts)

        return [[(200.0, 100.0 + effect(history))] for history, _ in pairs]

    monkeypatch.setattr(weakest_module, "_effects", effects)
    found = weakest_module.weakest(refused.history, refused.policy, "ice_custody", (), [-90.0, -50.0, -60.0], 1, 1)
    assert [one.parameter.address for one in found.found] == list(FEW[:2])
    assert 0.0 < found.others_move < 0.01 and "no other changes it by more than 1%" in found.method
    first, second = found.found
    assert first.moved == pytest.approx(40.0) and second.moved == pytest.approx(4.5)
    assert [own for own, _ in first.elsewhere] == [-50.0, -60.0] and second.elsewhere == ()
    said = sentences.weak_in_words(replace(first, elsewhere=((-50.0, -25.0), (-60.0, -66.0))))
    assert "under set 2 it is 25 fewer in place of 50 fewer (50% smaller); under set 3" in said
    assert "66 fewer in place of 60 fewer (10% larger)" in said


def test_a_question_that_asks_for_what_history_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"48 is what history has .* nothing would change; allowed: another number"):
        compute.scenarios_of("hold 48 hours", PLACE, *DAYS)


def test_the_page_says_everything_and_needs_no_script(refused: Answer) -> None:
    html = page_of(refused).html
    text = html.replace("&#39;", "'").replace("&amp;", "&")
    for said in (sentences.sentence(refused), sentences.interval(refused), sentences.citation(refused)):
        assert said in text
    assert refused.check is not None and all(said in text for said in check_in_words.checked(refused))
    assert "<script" not in html and "http://" not in html and "https://" not in html
    assert page_of(refused).html == html


def test_the_picture_draws_the_numbers_of_the_table(refused: Answer) -> None:
    figure = answer_figure(refused)
    assert figure.numbers.equals(stage_rows(refused))
    narrow = answer_figure(refused, narrow=True)
    for one in (figure, narrow):
        drawn = [line.get_xdata()[0] for line in one.axes[0].lines if line.get_marker() == "o"]
        assert drawn == figure.numbers["difference"].tolist()
    assert narrow.get_figwidth() < figure.get_figwidth()
    assert frame.text_of(figure, "title") == "Refuse every detainer in New Castle County, DE"
    assert "January 2012 to February 2012" in frame.text_of(figure, "subtitle") and len(figure.axes) == 1
    assert list(stages(refused)["People"]) == [sentences.label_of(name) for name in figure.numbers["measure"]]


def test_a_longer_period_is_drawn_by_quarter_and_every_row_says_its_numbers(under_two_sets: Answer) -> None:
    figure = answer_figure(under_two_sets)
    assert len(figure.axes) == 2 and "by quarter" in figure.axes[1].get_title(loc="left")
    assert len(figure.axes[1].get_xticks()) == len(quarter_rows(under_two_sets)), "each quarter is named"
    assert figure.axes[0].get_position().x1 == pytest.approx(figure.axes[1].get_position().x1)
    written = " ".join(text.get_text() for text in figure.axes[0].texts)
    for row in figure.numbers.to_dict("records"):
        assert f"{whole(row['policy'])} instead of {whole(row['history'])}" in written
        assert sentences.ends(row["low"], row["high"], brief=True) in written


def test_the_table_stands_alone_and_adds_up(under_two_sets: Answer) -> None:
    table = answer_table(under_two_sets)
    assert {STAGE, YEAR, QUARTER, CHECK, WEAK} == set(table["row"])
    quarters = table[table["row"] == QUARTER]
    drawn = quarter_rows(under_two_sets)["difference"].round().tolist()
    assert len(quarters) == 4 and quarters["difference"].tolist() == drawn
    assert quarters["to"].iloc[-1] == "2012-09-30"
    for column in ("label", "unit", "place", "from", "to", "sets", "seeds", "engine", "simulated"):
        assert table[column].astype(bool).all(), column
    assert set(table["fips"]) == {"10003"}
    stage, year = (table[table["row"] == kind].set_index("measure")["difference"] for kind in (STAGE, YEAR))
    assert stage.to_dict() == year.to_dict(), "one fiscal year is the whole period here"
    assert (stage == stage.round()).all()
    shown = stage_rows(under_two_sets).set_index("measure")["difference"]
    assert stage.to_dict() == shown.round().to_dict()


def test_the_dates_and_the_tests_of_the_model_are_told(refused: Answer) -> None:
    assert "asked for" in notes.days(refused) and "cannot speak about today" in notes.days(refused)
    question = refused.question
    own = refused.history.with_(**{"period.start": question.start.isoformat(), "period.end": question.end.isoformat()})
    assert question.why_days in notes.days(replace(refused, history=own))


def test_each_held_out_figure_of_the_county_is_named_with_the_side_on_which_it_is_missed() -> None:
    known = held_out_hits()
    for county in ("37119", "13067"):
        own, of_nation = check_in_words.held_out(place_asked(county=county))
        hits = sum(one.interval == "inside" for one in known[county])
        assert f"to {len(known[county])} figures" in own and f" {hits} lie" in own
        assert all(f"{one.what}, simulated {check_in_words.times(one.simulated)}" in own for one in known[county])
        assert own.count("lies above the published") == sum(one.interval == "above" for one in known[county])
        narrow = sum(one.interval == "inside" and one.narrow for one in known[NATION])
        assert f"to {len(known[NATION])} figures of the nation" in of_nation and f", {narrow} of them" in of_nation


@pytest.mark.parametrize(
    ("low", "high", "word", "follows"),
    [
        (0.9, 0.95, "lies below all 2 sets", "more likely too large than too small"),
        (0.01, 0.02, "lies above all 2 sets", "more likely too small than too large"),
        (0.01, 0.99, "Inside", ""),
    ],
)
def test_a_check_that_fails_is_said_everywhere_with_its_direction(
    under_two_sets: Answer, low: float, high: float, word: str, follows: str
) -> None:
    check = under_two_sets.check
    assert check is not None
    simulated = replace(check.simulated, mean=(low + high) / 2, low=low, high=high)
    answered = replace(under_two_sets, check=replace(check, simulated=simulated))
    html = page_of(answered).html
    assert word in html and follows in html
    fails = bool(follows)
    assert ("A check fails" in html[: html.index("<h2")]) == fails
    assert ("agreement is no test" in check_in_words.checked(answered)[1]) != fails
    table = answer_table(answered)
    assert table.loc[table["row"] == CHECK, "verdict"].str.startswith("outside" if fails else "inside").all()
    caption = frame.text_of(answer_figure(answered), "caption")
    assert ("A check fails" in caption) == fails


def test_more_detainers_lost_than_people_found_is_explained_and_nothing_else(
    refused: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = replace(refused, question=load_questions()["end-287g"])
    changes = {"identified": -100.0, "detainer_issued": -120.0, "identified.secure_communities": 50.0,
               "detainer_issued.secure_communities": 20.0, "identified.jail_287g": -150.0,
               "detainer_issued.jail_287g": -140.0}  # fmt: skip

    def changed(_: Answer, name: str) -> Difference:
        return difference_of([200.0], [200.0 + changes.get(name, 0.0)])

    monkeypatch.setattr(Answer, "change", changed)
    why = notes.why_more_detainers(ended)
    assert why is not None and why.to_numpy().tolist() == [
        ["Secure Communities", "50 more", "20 more"],
        ["287(g) in jails", "150 fewer", "140 fewer"],
        ["Together", "100 fewer", "120 fewer"],
    ], "the parts add up to both changes"
    changes["detainer_issued"] = -80.0
    assert notes.why_more_detainers(ended) is None and notes.why_more_detainers(refused) is None


def test_the_citation_names_the_authors_and_the_year_of_the_citation_file(refused: Answer) -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["authors"][0]["name"].lower() == sentences.AUTHORS.lower()
    assert cited["date-released"].year == sentences.YEAR
    assert sentences.citation(refused).startswith(f"{sentences.AUTHORS} ({sentences.YEAR}). ")


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
    assert "1 of 2 runs\n" in told and " left\n" in told and "2 of 2 runs\n" in told


def test_time_left_counts_the_steps_to_come() -> None:
    told: list[float] = []

    class Kept(NoProgress):
        def advance(self, outcome: RunOutcome, done: int, seconds_left: float) -> None:
            told.append(seconds_left)

    whole = TimeLeft(Cost(6, {"one": 4.0, "two": 2.0}, 1.0), lambda _: Kept())
    for name, runs in (("one", 4), ("two", 2)):
        step = whole(name)
        step.begin(runs, 0, 1)
        for done in range(1, runs + 1):
            step.advance(RunOutcome("", {}, 0.0), done, 0.0)
    assert all(seconds > 0.0 for seconds in told[:4]) and told[4:] == [0.0, 0.0]


def test_a_dry_run_tells_the_runs_and_writes_nothing(home: Path) -> None:
    counts = []
    for sets in ("2", "20"):
        ended = CliRunner().invoke(app, [*ASKED, "--sets", sets, "--dry-run"], catch_exceptions=False)
        assert ended.exit_code == 0 and "would write page: " in ended.output
        counts.append(int(ended.output.partition(" runs")[0]))
    assert counts[1] > counts[0] and not list(home.iterdir())


def test_a_page_has_picture_and_numbers_beside_it_and_they_may_be_made_again(home: Path, refused: Answer) -> None:
    files = AnswerFiles(home / "kept" / "page.html")
    files.write(refused)
    assert sorted(path.name for path in (home / "kept").iterdir()) == ["page.csv", "page.html", "page.png", "page.svg"]
    kept = pd.read_csv(files.numbers, dtype={"fips": str})
    assert kept.loc[kept["row"] == STAGE, "difference"].tolist() == stage_rows(refused)["difference"].round().tolist()
    assert files.pictures[0].read_bytes().startswith(b"\x89PNG") and "<svg" in files.pictures[1].read_text("utf-8")
    assert "page.html" in files.replacing and "page.csv" in files.replacing
    assert AnswerFiles(home / "kept" / "other.html").replacing == ""
    files.write(refused)


def test_a_workbook_is_written_beside_the_page_and_any_part_names_all(home: Path, refused: Answer) -> None:
    assert files_of(Path("memo.png")) == AnswerFiles(Path("memo.html"))
    files = files_of(home / "memo.xlsx")
    files.write(refused)
    sheets = pd.read_excel(home / "memo.xlsx", sheet_name=None)
    about = dict(zip(*(sheets["about"][name] for name in sheets["about"].columns[:2]), strict=True))
    assert about["what it is"] == "simulated, not a record" and about["cite"] == sentences.citation(refused)
    assert about["answer"] == sentences.sentence(refused) and check_in_words.held_out(PLACE)[0] in about["check"]
    numbers = sheets["answer"]["difference"]
    assert numbers.tolist() == numbers.round().tolist()
    assert {"answer", "years", "quarters", "weakest", "published", "columns", "about"} == set(sheets) and (
        home / "memo.html"
    ).exists()
    assert sheets["columns"]["meaning"].astype(bool).all()
    files.write(refused)
    pd.DataFrame({"county": ["10003"]}).to_excel(home / "memo.xlsx")
    with pytest.raises(InputError, match="is not the workbook of an answer"):
        files.check()
    with pytest.raises(InputError, match=r"cannot write memo\.docx; allowed: a name that ends in .*\.xlsx"):
        files_of(Path("memo.docx"))


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
