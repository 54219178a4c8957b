"""The answer in sentences, its measures in groups, and the big picture: what they say of a change, of none, and of a draft."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from tests.explorer.explorer_pictures import SEEDS, picture, summary, worlds

from enforcement_sim import labels
from enforcement_sim.explorer import answer_text
from enforcement_sim.explorer.answer_text import TRIALS, sentence
from enforcement_sim.explorer.answer_view import AnswerView
from enforcement_sim.explorer.big_picture import CHANGE, SERIES, BigPicture
from enforcement_sim.explorer.choices import Choices, Override, choices_of, pair_of
from enforcement_sim.explorer.measure_groups import FURTHER, GROUPS, LIBERTY, SAFETY, groups_html
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.views import valid_view
from enforcement_sim.results.intervals import difference_of
from enforcement_sim.studies.card.card_rows import load_layout

DECLINED = Choices(place="12021", overrides=(Override("honour", "honour-none"),))


def test_the_direction_of_a_sentence_is_the_sign_and_nothing_else() -> None:
    fewer = sentence("removed", difference_of([100.0, 205.0, 300.0], [60.0, 160.0, 261.0]), False)
    assert re.match(
        r"<b>41 fewer people removed</b> \(95% interval over 3 seeds: \S+ to \S+ fewer\): 160 instead of 202", fewer
    )
    more = sentence("removed", difference_of([60.0, 160.0, 261.0], [100.0, 205.0, 300.0]), False)
    assert fewer.partition("(")[0].replace("fewer", "more") == more.partition("(")[0]
    unsure = sentence("removed", difference_of([100.0, 200.0], [90.0, 215.0]), False)
    assert unsure.startswith("<b>Cannot tell</b> whether more or fewer people are removed")
    assert re.search(r"interval over 2 seeds: \d+ fewer to \d+ more", unsure)


def test_no_difference_is_said_so() -> None:
    shown = picture()
    same = Picture(shown.history, shown.history, 1, len(SEEDS))
    assert "Exactly as many people removed" in answer_text.answer(same, DECLINED)


def test_at_the_start_there_is_history_and_what_to_try() -> None:
    shown, nothing = picture(), Choices(place="12021", first="2012-01-01", last="2012-03-31")
    same = Picture(shown.history, shown.history, 1, len(SEEDS))
    text = answer_text.answer(same, nothing)
    assert "Nothing is changed yet" in text and "interval" not in text
    links = [choices_of(found) for found in re.findall(r'href="([^"]+)"', text.replace("&amp;", "&"))]
    assert len(links) == len(TRIALS)
    assert all(replace(link, hold="", overrides=()) == nothing for link in links)  # the same place and days
    for link in links:
        pair_of(link)
    table = groups_html(same, unchanged=True)
    assert "what-if</th>" not in table and "identical" not in table


def test_a_draft_is_marked_and_the_exact_picture_is_not() -> None:
    shown = picture()
    assert answer_text.state_of_picture(shown) == ""
    draft = answer_text.state_of_picture(Picture(shown.history, shown.what_if, 40, 2))
    assert "<b>Draft</b> one booking in 40" in draft
    assert "<b>Part</b> 2 of 4 seeds" in answer_text.state_of_picture(Picture(shown.history, shown.what_if, 1, 4))


def test_a_former_answer_is_said_to_be_one_until_the_next() -> None:
    view = AnswerView("removed", lambda: None)
    view.show(picture(), worlds(), DECLINED)
    assert "former" not in view.text.object
    view.make_former()
    assert "The former answer" in view.text.object and 'class="headline former"' in view.text.object
    view.ask(replace(DECLINED, hold="96"), worlds())
    assert "hold limit 96 hours" in view.text.object and "former" in view.text.object
    view.show(picture(), worlds(), DECLINED)
    assert "former" not in view.text.object
    view.clear()
    assert view.text.object == ""


def test_either_side_has_as_many_questions_and_every_measure_one_place() -> None:
    shown = [one for group in GROUPS.values() for one in group]
    sides = [one.asked_by for one in shown]
    assert sides.count(SAFETY) == sides.count(LIBERTY) >= 4
    names = [one.measure for one in (*shown, *FURTHER)]
    assert len(set(names)) == len(names)
    assert set(names) <= set(summary(0, 1).measures)
    assert list(GROUPS) == ["People", "Time", "Money", "Rights"]
    assert {row.side for row in load_layout().rows.values()} == {"public_safety", "liberty", "money"}


def test_every_row_has_the_runs_numbers() -> None:
    table = groups_html(picture(), unchanged=False)
    held = np.mean([summary(0, seed).measures["hours.statutory_hold"] for seed in SEEDS]) / 24
    row = re.search(r"data-measure='hours.statutory_hold'.*?</tr>", table)
    assert row is not None and f">{held:,.0f}</td>" in row[0]
    for measure in ("held_citizens", "hours.past_limit", "rearrested"):  # asked first: shown although nobody is counted
        assert f"data-measure='{measure}'" in table
    assert "nan" not in table.lower()


@pytest.mark.parametrize("event", SERIES)
def test_the_big_picture_has_the_runs_months_forwards(event: str) -> None:
    shown, drawn = picture(), BigPicture()
    drawn.show(shown, replace(DECLINED, event=event))
    for side, name in ((0, "history"), (1, "what-if")):
        data = drawn.sources[name].data
        assert list(data["name"]) == sorted(data["name"]) == list(shown.any().months)
        assert (
            data["people"].tolist() == np.mean([summary(side, seed).monthly(event) for seed in SEEDS], axis=0).tolist()
        )
    change = drawn.sources[CHANGE].data
    assert np.allclose(
        change["people"], drawn.sources["what-if"].data["people"] - drawn.sources["history"].data["people"]
    )
    assert labels.event(event) in drawn.headings["levels"].object
    drawn.show(shown, Choices(event=event))
    assert all(math.isnan(value) for value in drawn.sources["what-if"].data["people"])


def test_the_picture_keeps_its_figures_while_the_period_stays() -> None:
    drawn = BigPicture()
    drawn.show(picture(), DECLINED)
    before = drawn.panes["levels"].object
    drawn.show(picture(), replace(DECLINED, event="ice_custody"))
    assert drawn.panes["levels"].object is before


def test_the_months_are_no_tab_of_their_own() -> None:
    assert "unknown 'months'" in valid_view(Choices(show="months"))[1]


def test_zero_is_on_the_axis_of_the_change() -> None:
    drawn = BigPicture()
    drawn.show(picture(), DECLINED)
    figure = drawn.panes[CHANGE].object
    at_zero = [one for one in figure.renderers if set(one.data_source.data.get("y", [1])) == {0}]
    assert len(at_zero) == 1
