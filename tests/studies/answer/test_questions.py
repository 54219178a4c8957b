"""The questions of ``questions.yaml``: each is found by its words, can be run on a small county, and changes what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.model.model import RESPONSES
from enforcement_sim.no_effect import without_effect
from enforcement_sim.studies.answer.published_check import published_figure
from enforcement_sim.studies.answer.question_file import QuestionFile, load_questions, question_of
from enforcement_sim.studies.answer.weakest import WEAK, candidates
from enforcement_sim.studies.place_asked import place_asked
from enforcement_sim.studies.under_doubt import under_doubt
from enforcement_sim.yaml_models import read_model

QUESTIONS = load_questions()
JANUARY = "2012-01-01", "2012-01-31"
ONE_QUESTION = """
questions:
  one:
    title: One
    words: [one]
    changes: {refusal: {decision: honour, rule: honour-none}}
    condition: If
    outcome: would
    measure: MEASURE
    shown: [removed]
    turns_on: [removed]
    published: [PUBLISHED]
    from: 2012-01-01
    to: 2012-01-31
    why_days: a month
"""


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_group_of_words_and_the_name_find_their_own_question(name: str) -> None:
    question = QUESTIONS[name]
    for words in (*question.words, name):
        assert question_of(words).id == name, words
        assert question_of(f"What if they were to {words}, please?").id == name or words == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("end 287(g)", "end-287g"),
        ("Ending the 287(g) agreements", "end-287g"),
        ("hold length", "hold-length"),
        ("holding people for 72 hours", "hold-length"),
        ("refusal of detainers", "refusal"),
        ("opt out of Secure Communities", "sharing"),
        ("the guidance of 2012", "guidance"),
    ],
)
def test_a_question_may_be_asked_in_other_words(asked: str, name: str) -> None:
    assert question_of(asked).id == name


def test_a_number_in_the_question_is_used_and_287g_is_none() -> None:
    assert QUESTIONS["hold-length"].number_in("hold for 72 hours") == 72.0
    assert QUESTIONS["hold-length"].number_in("hold longer than under 287(g)") == 96.0
    assert QUESTIONS["end-287g"].number_in("end 287(g)") is None


@pytest.mark.parametrize("asked", ["what about crime", "end 288(g)", "refuze detaners"])
def test_an_unknown_question_says_what_may_be_asked(asked: str) -> None:
    with pytest.raises(InputError) as raised:
        question_of(asked)
    assert len(raised.value.errors) == 1
    assert set(raised.value.allowed or ()) == {question.words[0] for question in QUESTIONS.values()}


def test_the_nearest_question_is_named() -> None:
    with pytest.raises(InputError, match=r"did you mean 'end 287\(g\)'"):
        question_of("end 288(g)")


def test_words_of_two_questions_are_refused_with_both() -> None:
    with pytest.raises(InputError, match="may be one of several questions; allowed: refusal, sharing"):
        question_of("refusal or sharing")


def test_a_number_outside_the_register_is_refused() -> None:
    place = place_asked(county="10003")
    with pytest.raises(InputError, match=r"detainer\.hold_hours: .* outside"):
        QUESTIONS["hold-length"].scenarios(place, *JANUARY, 10_000.0)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_runs_on_a_small_county(name: str) -> None:
    question = QUESTIONS[name]
    place = place_asked(county="10003")
    number = question.number_in(question.words[0])
    sides = question.scenarios(place, *JANUARY, number)
    assert sides[0].changes == () and (sides[1].changes or sides[1].parameters != sides[0].parameters)
    found = under_doubt(dict(zip(("history", name), sides, strict=True)), sets=1, replications=1, workers=1)
    assert found.runs == 2
    for measure in question.measures:
        assert found.difference(name, measure).runs == 1, measure


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_can_change_something_where_it_applies(name: str) -> None:
    question = QUESTIONS[name]
    place = place_asked(county="Mecklenburg, NC")
    _, policy = question.scenarios(place, question.start.isoformat(), question.end.isoformat(), 96.0)
    assert not without_effect([({}, policy)], same=False)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("place", [place_asked(county="37119"), place_asked(county="50007"), place_asked()], ids=str)
def test_each_question_has_a_published_figure_everywhere(name: str, place: object) -> None:
    figure = published_figure(QUESTIONS[name], place)  # type: ignore[arg-type]
    assert figure is not None and figure.source and figure.role and figure.low <= figure.value <= figure.high


def test_a_figure_of_the_county_itself_comes_before_the_nations() -> None:
    here, elsewhere = place_asked(county="37119"), place_asked(county="50007")
    question = QUESTIONS["end-287g"]
    own, national = published_figure(question, here), published_figure(question, elsewhere)
    assert own is not None and own.value == 2037.0 and own.scenario.scope.members == ("37119",)
    assert national is not None and national.scenario.scope.kind == "nation"
    dallas = published_figure(QUESTIONS["sharing"], place_asked(county="48113"))
    assert dallas is not None and dallas.value == 0.0752


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_candidates_are_unmeasured_and_move_something_on_the_way(question: object) -> None:
    turns_on = set(question.turns_on)  # type: ignore[attr-defined]
    found = candidates(tuple(turns_on))
    assert len(found) > 2
    for parameter in found:
        assert parameter.grade in WEAK
        assert {name.partition(".")[0] for name in parameter.moves} & turns_on
        assert parameter.address not in RESPONSES, "what history records is no assumption"


@pytest.mark.parametrize(
    ("word", "value", "says"),
    [("MEASURE", "removd", "unknown measure 'removd'"), ("PUBLISHED", "nobody", "unknown published figure 'nobody'")],
)
def test_a_wrong_name_in_the_file_is_refused_with_its_line(tmp_path: Path, word: str, value: str, says: str) -> None:
    text = ONE_QUESTION.replace(word, value).replace("MEASURE", "removed").replace("PUBLISHED", "agency")
    path = tmp_path / "questions.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as raised:
        read_model(path, QuestionFile)
    assert raised.value.line is not None and value in text.splitlines()[raised.value.line - 1]
