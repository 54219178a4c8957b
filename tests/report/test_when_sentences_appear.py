"""Sentences that numbers choose: each where it is true, and not where it would be false or hollow."""

from __future__ import annotations

import math
from html import unescape
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from tests.studies.card.cards import run as card_run

from enforcement_sim import load_scenario
from enforcement_sim.cli.changed_outcomes import _about_rules
from enforcement_sim.cli.uncertainty import ABOUT_TOO_FEW, _format_index
from enforcement_sim.cli.uncertainty import _table as index_table
from enforcement_sim.explorer.answer_text import answer
from enforcement_sim.explorer.choices import Choices
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.notebook import scenario_html
from enforcement_sim.plots import seed_means
from enforcement_sim.plots.captions import INTERVAL
from enforcement_sim.plots.indices import _too_few
from enforcement_sim.report.page.background import beginning, uncertainty
from enforcement_sim.report.page.changes import changes_of
from enforcement_sim.report.page.sentence import alone, sentence
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.pairing_words import METHOD_OF_ONE
from enforcement_sim.runs.sensitivity import TOO_FEW_DRAWS
from enforcement_sim.runs.shown_measures import about_measures
from enforcement_sim.scenarios.plan import LEVEL
from enforcement_sim.studies.assumptions.command import _table as gap_table
from enforcement_sim.studies.card import page as card
from enforcement_sim.studies.card.card_rows import ledger_measures, load_layout
from enforcement_sim.studies.card.compute import Card, card_of
from enforcement_sim.studies.card.figure import card as draw_card
from enforcement_sim.studies.card.measured_runs import MeasuredRuns

NAN = math.nan
NO_OFFICER = "no 287(g) officer works in these places and years"


# ---- the card ----------------------------------------------------------------------------------------------------------


def of_officers(a: float, b: float) -> Card:
    """A card of two settings in which officers find so many people a year; not a number where there is none."""
    recorder = MeasuredRuns(ledger_measures)
    measured = recorder(card_run())
    samples = [
        Sample({"scenario": name}, {seed: {**measured, "found_per_officer_year": found} for seed in (1, 2)})
        for name, found in (("a", a), ("b", b))
    ]
    return card_of(Comparison(tuple(samples)), 1, load_layout(), recorder.metas)


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [(20.0, NAN, f"{NO_OFFICER} under B."), (NAN, 20.0, f"{NO_OFFICER} under A."), (NAN, NAN, f"{NO_OFFICER}.")],
)
def test_no_officer_works_is_said_of_the_side_without_any(a: float, b: float, told: str) -> None:
    found = of_officers(a, b)
    assert card.not_counted(found, "public_safety").endswith(told)
    rows = card.rows_of(found, "public_safety").set_index("Counted")
    row = rows.loc["Found removable by a 287(g) officer a year (people a year)"]
    shown = ["not applicable" if math.isnan(level) else "20 [in every run]" for level in (a, b)]
    assert row.tolist()[:2] == shown and row["Verdict"] == "not applicable"
    written = " ".join(text.get_text() for text in draw_card(found).axes[0].texts)
    assert " ".join(written.split()).count("Not applicable: no 287(g) officer works") == 1


def test_with_officers_on_both_sides_nothing_is_said_of_none() -> None:
    assert NO_OFFICER not in card.not_counted(of_officers(20.0, 22.0), "public_safety")


# ---- uncertainty -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "half", "unsure"),
    [(1.30, 0.55, True), (0.4, 0.25, True), (1.2, 0.05, True), (0.4, 0.1, False), (-0.03, 0.05, False)],
)
def test_an_index_known_too_badly_is_no_share(value: float, half: float, unsure: bool) -> None:
    row: dict[str, Any] = {"value": value, "low": value - half, "high": value + half}
    assert _format_index(row).endswith(TOO_FEW_DRAWS) == unsure
    drawn = pd.DataFrame([row, {"value": 0.5, "low": 0.45, "high": 0.55}])
    assert _too_few(drawn).startswith(" Too few draws for 1 of the 2") == unsure
    about = {"of": LEVEL, "point": 0, "measure": "removed", "parameter": "p", "order": "total", "chance": NAN}
    sweep: Any = SimpleNamespace(settings=[{}], draws=[{}] * 4)
    table = index_table(sweep, pd.DataFrame([{**about, **row}]), ("removed",), 0)
    assert table is not None and (ABOUT_TOO_FEW in str(table.caption)) == unsure


def text_on_uncertainty(draws: int, seeds: int) -> str:
    sweep = SimpleNamespace(draws=tuple({"p": float(number)} for number in range(draws)), seeds=tuple(range(seeds)))
    reading: Any = SimpleNamespace(drawable=SimpleNamespace(sweep=sweep), points=(0,), labels=["a"])
    return " ".join(text for part in uncertainty(reading) for text in getattr(part, "texts", ()))


def test_intervals_are_said_to_hold_what_they_hold() -> None:
    one, several, few = text_on_uncertainty(0, 1), text_on_uncertainty(0, 4), text_on_uncertainty(3, 1)
    assert "gives no interval" in one and "Intervals on this page" not in one
    assert f"Intervals on this page: {INTERVAL}." in several and "gives no interval" not in several
    assert "cover uncertainty about 1 parameters (3 draws)" in few and "Too few draws to say which parameter" in few
    assert "Intervals on this page" not in few
    assert "Too few draws" not in one + several


# ---- what a reference is -----------------------------------------------------------------------------------------------


def test_history_as_it_was_is_said_of_history_only() -> None:
    refused = [{"name": "no", "decision": "honour", "rule": "honour-none", "where": "nation"}]
    plain, longer = beginning({"changes": []}), beginning({"parameters": {"detainer.hold_hours": 96.0}})
    assert plain[0] == "History as it was: no rule is changed." and "except" not in plain[1]
    assert longer[0] == "No rule is changed." and "detainer.hold_hours = 96 instead of 48" in longer[1]
    assert not any("No rule" in told or "History as it was" in told for told in beginning({"changes": refused}))


def test_a_scenario_says_that_nothing_is_changed_only_where_nothing_is() -> None:
    history = load_scenario("baseline")
    longer = history.with_(**{"detainer.hold_hours": 96})
    refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    told = [unescape(scenario_html(one)) for one in (history, longer, load_scenario("hold-length"), refused)]
    assert ["Nothing is changed" in text for text in told] == [True, False, False, False]
    assert ["Rules, agreements and dates as they were" in text for text in told] == [True, True, True, False]


# ---- differences -------------------------------------------------------------------------------------------------------


def compared(*seeds: int) -> Comparison:
    return Comparison(
        tuple(Sample({"hold": hold}, {seed: {"removed": 5.0 + seed * hold} for seed in seeds}) for hold in (1, 2))
    )


def test_one_run_of_each_setting_is_not_said_to_have_intervals() -> None:
    assert METHOD_OF_ONE in str(compared(1)) and "Student's t" not in str(compared(1))
    assert METHOD_OF_ONE not in str(compared(1, 2)) and "Student's t" in str(compared(1, 2))


def told(**values: list[list[float]]) -> str:
    """The sentence and what stands beside it, of measures at the settings of two holds by two ways to honour."""
    settings = [{"detainer.hold_hours": hold, "changes.no.rule": rule} for rule in RULES for hold in (48, 96)]
    rows = [
        (point, seed, name, value)
        for name, sides in values.items()
        for point, side in enumerate(sides)
        for seed, value in enumerate(side)
    ]
    points = pd.DataFrame([{"point": point, **setting} for point, setting in enumerate(settings)]).head(
        len(next(iter(values.values())))
    )
    nobody = pd.DataFrame(columns=["point", "seed", "definition", "stage", "category", "count"])
    drawable = SimpleNamespace(
        measures=pd.DataFrame(rows, columns=["point", "seed", "measure", "value"]),
        points=points,
        addresses=list(settings[0]),
        decisions={"no": "honour"},
        sweep=SimpleNamespace(settings=settings),
        table=lambda *_: nobody,
    )
    reading: Any = SimpleNamespace(
        drawable=drawable, points=tuple(points["point"]), labels=[f"setting {point}" for point in points["point"]]
    )
    found = changes_of(reading)
    return f"{sentence(reading, found)} {alone(reading, found)}".strip()


RULES = ("honour-all", "honour-none")


def test_the_sentence_has_direction_interval_and_levels() -> None:
    said = told(removed=[[100.0, 102.0], [120.0, 124.0]])
    assert said.startswith("With hold limit 96 h instead of hold limit 48 h, 21 more people removed (95% interval ")
    assert said.endswith("): 122 instead of 101, 21% more.")
    fewer = told(removed=[[100.0, 102.0], [80.0, 84.0]])
    assert "fewer people removed (95% interval" in fewer and "more" not in fewer


def test_the_sentence_takes_the_next_measure_where_removals_are_identical() -> None:
    said = told(removed=[[5.0, 6.0]] * 2, ice_custody=[[10.0, 12.0], [20.0, 23.0]])
    assert "more people taken into ICE custody" in said and "removed" not in said
    same = told(removed=[[5.0, 7.0]] * 2, ice_custody=[[10.0, 12.0]] * 2)
    assert same == "No setting changes the number of people removed: 6 in each, in every run."


def test_a_direction_that_cannot_be_told_is_not_told() -> None:
    said = told(removed=[[10.0, 12.0], [9.0, 15.0]])
    assert "it cannot be told whether the number of people removed rises or falls; the estimate is 1 more" in said
    money = told(removed=[[5.0, 6.0]] * 2, **{"net_cost.county": [[1e6, 2e6], [0.5e6, 2.9e6]]})
    assert "it cannot be told whether the net cost to counties rises or falls" in money
    one = told(removed=[[10.0], [12.0]])
    assert "one run, no interval" in one and "cannot" not in one


def test_of_settings_with_the_same_change_the_simplest_is_named() -> None:
    said = told(removed=[[100.0, 102.0], [99.0, 100.0], [40.0, 42.0], [39.9, 42.0]])
    assert said.startswith("With no detainer honoured instead of every detainer honoured (hold limit 48 h), 60 fewer")
    assert "; with hold limit 96 h the change is the same to within 1 person." in said
    apart = told(removed=[[100.0, 102.0], [99.0, 100.0], [40.0, 42.0], [50.0, 52.0]])
    assert apart.startswith("The largest change of 3 settings: with no detainer honoured instead of ")
    assert "Changed alone, hold limit (96 h): " in said and "; who is held (no detainer honoured): as above." in said


def test_levels_end_at_what_is_possible_and_differences_do_not() -> None:
    rows = [(point, seed, name, value) for name in ("removed", "level_1_share.removed", "net_cost.county")
            for point, side in enumerate(((0.0, 1.0), (0.0, 0.4))) for seed, value in enumerate(side)]  # fmt: skip
    found = seed_means.paired(pd.DataFrame(rows, columns=["point", "seed", "measure", "value"]), 0)
    at = found[found["point"] == 0].set_index("measure")
    assert at.loc["removed", "reference_low"] == 0 and at.loc["removed", "reference_high"] > 1
    assert (at.loc["level_1_share.removed", ["reference_low", "reference_high"]] == [0.0, 1.0]).all()
    assert at.loc["net_cost.county", "reference_low"] < 0  # money can be received
    assert (found.loc[found["point"] == 1, "low"] < 0).all()
    assert found.loc[found["measure"] == "level_1_share.removed", "low"].min() >= -1  # a hundred points at most


# ---- the explorer ------------------------------------------------------------------------------------------------------


def picture(history: list[float], what_if: list[float], thin: int = 1) -> Picture:
    runs: list[Any] = [
        {seed: SimpleNamespace(measures={"removed": value, "ice_custody": value}) for seed, value in enumerate(side)}
        for side in (history, what_if)
    ]
    return Picture(*runs, thin, len(history))


def test_the_explorers_answer() -> None:
    longer, nothing = Choices(hold="96"), Choices()
    nobody = answer(picture([0.0, 0.0], [0.0, 0.0]), longer)
    assert "Nobody is taken into ICE custody" in nobody and "draft" not in nobody
    assert "draft" in answer(picture([0.0, 0.0], [0.0, 0.0], thin=10), longer)
    some = answer(picture([0.0, 0.0], [900.0, 950.0]), longer)
    assert "Nobody" not in some and "Exactly as many" not in some
    assert "Exactly as many" in answer(picture([500.0, 600.0], [500.0, 600.0]), longer)
    doubt = answer(picture([500.0, 600.0], [450.0, 700.0]), longer)
    assert "Cannot tell" in doubt and "few people" not in doubt
    assert "few people: mostly chance" in answer(picture([3.0, 4.0], [5.0, 7.0]), longer)
    assert "Nothing is changed yet" in answer(picture([500.0, 600.0], [500.0, 600.0]), nothing)


# ---- the terminal ------------------------------------------------------------------------------------------------------


def test_a_rule_is_named_where_one_was_asked() -> None:
    some = pd.DataFrame({"Rule, A / B": ["", "honour-all / honour-none"]})
    assert _about_rules(some) == "enforcement-sim rules honour-all prints that rule with its citation."
    assert _about_rules(some.head(1)) == "" == _about_rules(some.head(0))


def gap(runs: int) -> Any:
    ends = {"low": NAN, "high": NAN} if runs == 1 else {"low": 1.0, "high": 3.0}
    steps = [
        ("start", 5.0, ends),
        ("crews", 2.0, ends),
        ("money", 0.0, {"low": 0.0, "high": 0.0} if runs > 1 else ends),
    ]
    rows = [{"part": part, "value": value, **there, "runs": runs} for part, value, there in steps]
    sides = (SimpleNamespace(name="a"), SimpleNamespace(name="b"))
    found = SimpleNamespace(sweep=SimpleNamespace(settings=[{}]), contest=SimpleNamespace(sides=sides, orders=()))
    found.rows = lambda *_: rows
    return found


def test_a_gap_of_one_seed_has_no_spread_and_a_step_that_changes_nothing_is_identical() -> None:
    one, several = (gap_table(gap(runs), ("removed",), 0) for runs in (1, 4))
    assert "one run, no interval" in str(one.caption) and "half the 95%" not in str(one.caption)
    assert "4 seeds" in str(several.caption) and "one run" not in str(several.caption)
    cells = [row[1] for row in several.rows]
    assert cells[1:] == ["+2 \N{PLUS-MINUS SIGN} 1", "identical"]


def test_a_figure_names_what_it_counts_where_it_counts_it() -> None:
    assert "in state prisons" in about_measures(
        ["removed", "detainer_issued.jail_287g"]
    ) and "Net cost" in about_measures(["net_cost.county"])
    assert about_measures(["removed", "ice_custody"]) == ""
