"""The section of a report on studies: those that concern what the settings change, with numbers that say when they are old."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from enforcement_sim.studies.page_parts import Grid, Section, Words
from enforcement_sim.studies.reading import Reading
from enforcement_sim.studies.research_designs import page, stored_numbers
from enforcement_sim.studies.research_designs.published_against_worlds import what_follows
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.stored_numbers import load_numbers, why_stale
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED
from enforcement_sim.studies.research_designs.study_subjects import SUBJECTS, subjects_changed, subjects_of

HISTORY: dict[str, Any] = {"parameters": {"detainer.hold_hours": 48.0}}
SHORTER: dict[str, Any] = {"parameters": {"detainer.hold_hours": 24.0}}


def changed(decision: str, rule: str) -> dict[str, Any]:
    return {**HISTORY, "changes": [{"name": "one", "decision": decision, "rule": rule, "where": "nation"}]}


def section_of(*scenarios: dict[str, Any]) -> Section:
    return page.section(cast(Reading, SimpleNamespace(made_from=list(scenarios))))


def names_in(section: Section) -> list[str]:
    """Return the studies whose pages a section names."""
    return re.findall(r"docs/studies/([\w-]+)\.md", " ".join(grid.html + grid.note for grid in grids(section)))


def grids(section: Section) -> list[Grid]:
    return [part for part in section.parts if isinstance(part, Grid)]


@pytest.mark.parametrize(
    ("scenarios", "study", "other"),
    [
        ([HISTORY, SHORTER], "hausman-2020", "guidance-2012-mix"),
        ([HISTORY, changed("honour", "honour-none")], "hausman-2020", "taken-over-287g"),
        ([changed("sharing", "shared"), changed("sharing", "not-shared")], "taken-over-287g", "hausman-2020"),
        ([HISTORY, changed("agreement", "ended")], "taken-over-287g", "california-jails"),
        ([HISTORY, changed("detainer", "detainer-2008-levels")], "guidance-2012-mix", "hausman-2020"),
        ([changed("discretion", "discretion-none")], "guidance-2012-number", "hines-peri-2019"),
    ],
)
def test_studies_are_those_about_what_the_settings_change(
    scenarios: list[dict[str, Any]], study: str, other: str
) -> None:
    named = names_in(section_of(*scenarios))
    assert study in named and other not in named


def test_every_subject_has_a_study_and_every_study_a_subject() -> None:
    subjects = [subjects_of(load_study(name)) for name in shipped_names()]
    assert all(subjects)
    assert frozenset().union(*subjects) == set(SUBJECTS)


def test_the_same_change_under_another_name_changes_nothing() -> None:
    one, other = changed("honour", "honour-none"), changed("honour", "honour-none")
    other["changes"] = [{**other["changes"][0], "name": "two"}]
    assert not subjects_changed([one, other])
    assert "No shipped study" in str(section_of(one, other).parts)


def test_a_row_has_what_was_published_the_worlds_the_truth_and_a_page() -> None:
    (grid,) = grids(section_of(HISTORY, changed("agreement", "ended")))
    row = grid.rows[grid.rows["Study"].str.contains("287")].iloc[0]
    own = load_numbers()["taken-over-287g", AS_PUBLISHED]
    assert row["Published (95%)"].startswith("42% lower (53% to 28% lower): people identified")
    mean, low, high, truth = (100 * abs(math.expm1(value)) for value in (own.mean, own.low, own.high, own.truth))
    assert f"{mean:.0f}% lower ({low:.0f}% to {high:.0f}% lower) in {own.worlds} worlds" in row.iloc[2]
    assert row["True effect there"] == f"{truth:.2g}% lower"
    assert "docs/studies/taken-over-287g.md" in row["What follows"]


def test_many_studies_stay_within_a_short_table_and_the_others_are_named() -> None:
    section = section_of(changed("sharing", "shared"), changed("sharing", "not-shared"))
    (grid,) = grids(section)
    named = names_in(section)
    assert len(grid.rows) == page.MOST_SHOWN < len(named) == len(set(named))
    kinds = grid.rows["What follows"].str.extract(r"Outcome here: ([^.]+)\.")[0]
    assert kinds.iloc[0].startswith("size not fitted") and kinds.value_counts().max() <= page.MOST_OF_A_KIND


def test_numbers_of_an_earlier_ensemble_are_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = changed("agreement", "as-agreed"), changed("agreement", "ended")
    study = load_study("taken-over-287g")
    monkeypatch.setattr(stored_numbers, "data_hashes", lambda: {stored_numbers.ENSEMBLE: "f" * 64})
    assert why_stale(study, load_numbers()[study.name, AS_PUBLISHED]) == "made with an earlier ensemble"
    warned = [part for part in section_of(*scenarios).parts if isinstance(part, Words) and part.warning]
    assert "made with an earlier ensemble: taken-over-287g" in str(warned)
    # Crime is imported: the ensemble does not reach it.
    crime = load_study("miles-cox-2014")
    assert "ensemble" not in why_stale(crime, load_numbers()[crime.name, AS_PUBLISHED])


def test_numbers_of_another_engine_are_named_too() -> None:
    study = load_study("taken-over-287g")
    made_today = replace(
        load_numbers()[study.name, AS_PUBLISHED],
        drawn_from=stored_numbers.drawn_from(study),
        engine=stored_numbers.engine_of(study),
    )
    assert why_stale(study, made_today) == ""
    assert why_stale(study, replace(made_today, engine="other")) == "made with an earlier version of the engine"


@pytest.mark.parametrize(
    ("name", "numbers", "says"),
    [
        (
            "taken-over-287g",
            {"low": -0.6, "high": -0.5, "bias": 0.0},
            "among those that such worlds give; the design finds",
        ),
        (
            "taken-over-287g",
            {"low": -0.3, "high": -0.2, "bias": 0.1},
            "lower than those that such worlds give; the design",
        ),
        ("taken-over-287g", {"low": -0.5, "high": -0.2}, "by no more than its error"),
        ("taken-over-287g", {"low": -0.5, "high": -0.2, "worlds": 49}, "49 worlds are too few to say whether"),
        ("hines-peri-2019", {"low": 1.0, "high": 2.0}, "agree with what was published in words"),
        ("hines-peri-2019", {"low": -1.0, "high": 2.0}, "do not agree with what"),
        ("goncalves-2026-detainers", {"low": 0.3, "high": 0.5}, "agree in part"),
        ("miles-cox-2014", {"found": 0.6, "worlds": 10}, "in 6 of the 10 the design's own interval leaves out zero"),
    ],
)
def test_what_follows_is_worked_out_from_the_numbers(name: str, numbers: dict[str, float], says: str) -> None:
    own = replace(load_numbers()[name, AS_PUBLISHED], **{"bias": 0.0, "bias_half": 0.05, "worlds": 50, **numbers})
    assert says in what_follows(load_study(name), own)
