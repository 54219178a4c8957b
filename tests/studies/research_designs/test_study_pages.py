"""The pages of single studies: whole, made from what is stored, and with sentences that follow from the numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tools.crime_design_pages import load_rates, nulls_by_setting
from tools.make_studies import store, summaries
from tools.page_blocks import ROOT
from tools.study_pages import FOLDER, NOT_BUILT, pages, power_file

from enforcement_sim.studies.research_designs.compute import Plan
from enforcement_sim.studies.research_designs.error_rate_tables import along_activation
from enforcement_sim.studies.research_designs.error_rate_tables import summaries as rate_summaries
from enforcement_sim.studies.research_designs.power_by_shift import finds
from enforcement_sim.studies.research_designs.published_against_worlds import compared, in_short, recovered
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names
from enforcement_sim.studies.research_designs.stated_worlds import stated_worlds
from enforcement_sim.studies.research_designs.stored_numbers import Simulated
from enforcement_sim.studies.research_designs.study_columns import design_in_words
from enforcement_sim.studies.research_designs.study_parts import Published
from enforcement_sim.studies.research_designs.study_tables import where_seen
from enforcement_sim.studies.research_designs.study_words import load_words

STUDIES = {name: load_study(name) for name in shipped_names()}
AT_LEAST, OF_THEM_UNFITTED = 8, 5
FOUND = Simulated(
    mean=0.5,
    low=0.4,
    high=0.6,
    truth=0.45,
    bias=0.05,
    bias_half=0.02,
    coverage=0.9,
    found=1.0,
    worlds=20,
    failed=0,
    sets=20,
    seeds=1,
    thin=8,
    drawn_from="0123456789ab",
    engine="0123456789ab",
)


def published(coefficient: float | None, error: float | None = None, **in_words: Any) -> Published:
    about = {"unit": "log points", "source": "table 1", "grade": "S", "note": "in words"}
    return Published(coefficient=coefficient, standard_error=error, **about, **in_words)


def test_there_are_enough_studies_on_outcomes_that_nobody_put_in() -> None:
    unfitted = [one for one in STUDIES.values() if one.outcome.outcome_is == "neither assumed nor fitted"]
    assert len(STUDIES) >= AT_LEAST
    assert len(unfitted) >= OF_THEM_UNFITTED


def test_every_study_has_words_and_every_word_a_study() -> None:
    assert set(load_words()) == set(STUDIES)


def test_pages_are_those_that_the_stored_numbers_make() -> None:
    made = pages()
    there = {path for path in FOLDER.glob("*.md") if path.name != NOT_BUILT}
    assert there == set(made)
    for path, text in {**made, **power_file()}.items():
        assert path.read_text(encoding="utf-8") == text, "run: python -m tools.make_studies --page"


@pytest.mark.parametrize("name", STUDIES)
def test_a_page_is_whole(name: str) -> None:
    study, text = STUDIES[name], (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    for heading in (
        "What they did",
        "What such a world gives",
        "What follows, and what does not",
        "What each side would ask first",
        "In what the design differs",
    ):
        assert f"\n## {heading}\n" in text
    seen = where_seen(study.published)
    assert f"{seen[0].upper()}{seen[1:]} (grade {study.published.grade})" in text
    short = text.partition("## In short\n")[2].partition("\n## ")[0].strip().split("\n- ")
    last = "What this page cannot say" if study.of_offences else "Cannot see"
    assert 2 <= len(short) <= 5 and short[-1].startswith(f"**{last}:**")
    assert study.published.source.rstrip(".") in text
    assert "Who favours more enforcement: " in text and "Who favours less: " in text
    if study.published.coefficient is not None:
        assert f"**{study.published.coefficient:g}**" in text
    if study.published.standard_error is not None:
        assert f"standard error {study.published.standard_error:g}" in text
    assert all(one.rstrip(".") in text for one in (*study.constructed, *study.cannot))


@pytest.mark.parametrize("name", STUDIES)
def test_a_number_without_a_coefficient_is_published_in_words(name: str) -> None:
    one = STUDIES[name].published
    assert (one.sign is not None or one.at_least is not None) == (one.coefficient is None)


def test_every_page_is_in_the_contents_of_the_site() -> None:
    contents = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert not [path.name for path in FOLDER.glob("*.md") if f"studies/{path.name}" not in contents]


@pytest.mark.parametrize(
    ("coefficient", "error", "says"),
    [
        (0.5, None, "**inside**"),
        (0.9, None, "**above** the middle 95% of the simulated estimates and has no published error"),
        (0.9, 0.2, "its 95% interval reaches into it"),
        (0.1, 0.01, "**below** the middle 95% of the simulated estimates, and its 95% interval does not reach it"),
    ],
)
def test_a_published_number_is_held_against_the_simulated_ones(
    coefficient: float, error: float | None, says: str
) -> None:
    assert says in compared(published(coefficient, error), replace(FOUND, worlds=50))
    assert compared(published(coefficient, error), replace(FOUND, worlds=49)) == ""


def test_a_page_answers_first_in_counts_of_worlds() -> None:
    of_ledger = in_short(STUDIES["taken-over-287g"], FOUND)
    assert "holds the true effect in 18 of 20 worlds (70% to 97%)" in of_ledger[0]
    assert "differs from zero in 20 of 20 worlds" in of_ledger[1] and "in 20 worlds, which are too few" in of_ledger[3]
    assert (
        "by 0.05 \xb1 0.02 on average: it finds 65% higher where the truth is 57% higher, which is too large"
        in of_ledger[2]
    )
    assert len(in_short(STUDIES["taken-over-287g"], replace(FOUND, worlds=50))) == 3
    of_offences = in_short(STUDIES["miles-cox-2014"], replace(FOUND, found=0.1))
    assert "not there in 2 of 20 worlds" in of_offences[0]
    assert "not known" in in_short(STUDIES["taken-over-287g"], replace(FOUND, truth=float("nan")))[0]


@pytest.mark.parametrize(
    ("words", "low", "high", "says"),
    [
        ({"sign": "positive"}, 0.4, 0.6, "estimates agree with it"),
        ({"sign": "negative"}, 0.4, 0.6, "do not all agree"),
        ({"sign": "none"}, 0.4, 0.6, "In such worlds none comes out in 0 of 20 worlds"),
        ({"at_least": 0.405}, 0.41, 0.6, "lie all of"),
        ({"at_least": 0.405}, 0.4, 0.6, "lie some of"),
        ({"at_least": 0.405}, 0.1, 0.2, "lie none of"),
    ],
)
def test_words_are_held_against_numbers(words: dict[str, Any], low: float, high: float, says: str) -> None:
    assert says in compared(published(None, **words), replace(FOUND, low=low, high=high))


def test_an_effect_that_is_not_known_is_not_compared() -> None:
    assert "not known" in recovered(replace(FOUND, truth=float("nan")))
    assert "90%" in recovered(FOUND) and "off by 0.05" in recovered(FOUND)
    assert "not measurably off" in recovered(replace(FOUND, bias_half=0.06))


def test_stored_numbers_take_the_place_of_a_studys_earlier_ones(tmp_path: Path) -> None:
    name = "taken-over-287g"
    estimates = pd.DataFrame(
        {
            "set": [1, 2, 3, 4],
            "design": ["as published"] * 4,
            "coefficient": [-0.4, -0.2, 0.0, np.nan],
            "standard_error": [0.1, 0.15, 0.1, np.nan],
            "low": [-0.6, -0.5, -0.2, np.nan],
            "high": [-0.2, 0.1, 0.2, np.nan],
            "truth": [-0.5, 0.3, 0.1, 0.0],
        }
    )
    plan = Plan(tmp_path, sets=4, replications=1, thin=8)
    (row,) = summaries(name, estimates, plan)
    assert row["mean"] == pytest.approx(-0.2)
    assert (row["worlds"], row["failed"], row["sets"], row["thin"]) == (3, 1, 4, 8)
    assert row["coverage"] == pytest.approx(2 / 3)
    assert row["found"] == pytest.approx(1 / 3)
    path = tmp_path / "numbers.csv"
    for one in (name, "hines-peri-2019", name):
        store(one, estimates, plan, path)
    assert pd.read_csv(path)["study"].tolist() == ["hines-peri-2019", name]


def test_numbers_of_more_worlds_stay_where_fewer_are_run(tmp_path: Path) -> None:
    study = STUDIES["miles-cox-2014"]
    worlds = pd.concat(stated_worlds(study).values(), ignore_index=True)
    few = worlds[worlds["set"].isin(sorted(worlds["set"].unique())[:3])]
    path = tmp_path / "numbers.csv"
    store(study.name, worlds, Plan(tmp_path, 100, 1), path)
    before = path.read_text(encoding="utf-8")
    store(study.name, few, Plan(tmp_path, 3, 1), path)
    assert path.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", [name for name, study in STUDIES.items() if study.of_offences])
def test_the_page_of_a_crime_study_answers_without_a_run(name: str) -> None:
    """Its head, its table and its figure come from the largest set of worlds, which is that of the stored rates."""
    study, text = STUDIES[name], (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    own = stated_worlds(study)["as published"]
    rates = load_rates()
    assert rates is not None
    (row,) = [one for one in rate_summaries(rates[rates["study"] == name])
              if (one.design, one.recorder) == ("as published", study.design.recorder)]  # fmt: skip
    assert len(own) == row.worlds >= 100
    assert float(finds(own, 0.0).mean()) == pytest.approx(row.stated["found"])
    assert float(own["coefficient"].mean()) == pytest.approx(row.stated["mean"], rel=1e-3)
    assert f"in {round(100 * row.stated['found'])} of 100 worlds" in text
    rely, never, _ = text.partition("## In short\n")[2].partition("\n## ")[0].strip().split("\n- ")
    too_many = row.stated["found"] > 0.15
    assert "*Falls it sees:*" in (never if too_many else rely)
    if study.published.coefficient is not None:
        assert "A true fall of 2% would" in rely + never and "A true fall of 5% would" in rely + never
    assert f"](../images/{name}-power.png)" in text and (ROOT / "docs" / "images" / f"{name}-power.png").is_file()
    assert "| design | false alarms | 1% | 2% | 3% | 5% | fall found in 80% |" in text


def test_a_design_is_called_as_published_only_where_its_specification_was_read() -> None:
    called = {name: design_in_words(study, "as published") for name, study in STUDIES.items()}
    assert {name for name, words in called.items() if words == "As published"} == {
        name for name, study in STUDIES.items() if study.citation.specification
    }
    assert called["treyger-2014"] == "Rebuilt" and called["taken-over-287g"] == "Main design"


def test_a_label_tells_size_from_sign() -> None:
    rests_on = {name: study.outcome.rests_on for name, study in STUDIES.items()}
    assert rests_on["hausman-2020"] == "size not fitted, sign built in"
    assert rests_on["guidance-2012-mix"] == "size not fitted, sign open"
    assert rests_on["alsan-yang-2022-detainers"].startswith("size partly fitted (matches")
    assert "agreement in sign is none" in (FOLDER / "hausman-2020.md").read_text(encoding="utf-8")


def test_what_a_null_rules_out_turns_on_the_trends_that_go_with_activation() -> None:
    """Moving worlds to another trend gives the false alarms that worlds drawn with that trend have."""
    study, rates = STUDIES["treyger-2014"], load_rates()
    assert rates is not None
    text = "\n".join(nulls_by_setting(study, rates))
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith(("| -0", "| 0", "| +0"))]
    drawn = along_activation(rates[rates["study"] == study.name], "as published", study.design.recorder)["found"]
    assert [1 - float(row[2].rstrip("%")) / 100 for row in rows] == pytest.approx(drawn.tolist(), abs=0.05)
    at_zero, at_the_end = rows[2], rows[-1]
    assert at_zero[3] == "0%" and float(at_the_end[3].rstrip("%")) > 80
    assert nulls_by_setting(STUDIES["arellano-bover-biasi-2018"], rates) == []  # its dates are of another policy


def test_the_published_number_without_trends_is_named_as_one_that_no_effect_gives() -> None:
    text = (FOLDER / "miles-cox-2014.md").read_text(encoding="utf-8")
    assert "The published -0.04 without county trends comes out without any effect" in text


REFERENCE = next((above / "shared" / "data" for above in Path(__file__).parents if (above / "shared").is_dir()), None)


def _share_active(county: str, first: pd.Timestamp, after: pd.Timestamp) -> float:
    from enforcement_sim.places.geography import load_geography, secure_communities_dates

    begins = pd.Timestamp(secure_communities_dates()[load_geography().index_of(county)])
    return float(np.clip((after - max(first, begins)).days / (after - first).days, 0.0, 1.0))


def _fitted(rows: pd.DataFrame, effects: str, errors: object) -> tuple[float, float, int]:
    pyfixest = pytest.importorskip("pyfixest")
    fitted = pyfixest.fepois(f"counted ~ treated | {effects}", data=rows, vcov=errors)
    return float(fitted.coef()["treated"]), float(fitted.se()["treated"]), int(fitted._N)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(REFERENCE is None, reason="the table that the coefficient was computed from is not here")
def test_the_coefficient_on_287g_is_the_one_that_ices_table_gives() -> None:
    assert REFERENCE
    study = STUDIES["taken-over-287g"]
    assert study.sample.places.members
    table = pd.read_csv(REFERENCE / "identified_removed_287g_by_agency_fy.csv", dtype={"county_fips": str})
    table = table[table["county_fips"].isin(study.sample.places.members) & table["fiscal_year"].between(2009, 2012)]
    rows = (
        table.groupby(["county_fips", "fiscal_year"])["identified"]
        .sum(min_count=1)
        .dropna()
        .rename("counted")
        .astype(float)
        .reset_index()
        .rename(columns={"county_fips": "county"})
    )
    rows["treated"] = [
        _share_active(one.county, pd.Timestamp(one.fiscal_year - 1, 10, 1), pd.Timestamp(one.fiscal_year, 10, 1))
        for one in rows.itertuples()
    ]
    value, error, n = _fitted(rows, "county", {"CRV1": "county"})
    assert (round(value, 3), round(error, 3), n) == (
        study.published.coefficient,
        study.published.standard_error,
        study.published.n,
    )
    value, error, _ = _fitted(rows, "county + fiscal_year", {"CRV1": "county"})
    assert f"{value:.3f} ({error:.3f})" in study.published.note


CITIES = {
    "SAN FRANCISCO": "06075",
    "SAN DIEGO": "06073",
    "VISTA": "06073",
    "CHULA VISTA": "06073",
    "SANTEE": "06073",
    "MARTINEZ": "06013",
    "RICHMOND": "06013",
    "BAKERSFIELD": "06029",
}
"""Cities of county jails."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(REFERENCE is None, reason="the table that the coefficient was computed from is not here")
def test_the_coefficient_on_californian_jails_is_the_one_that_the_counts_give() -> None:
    assert REFERENCE
    study = STUDIES["california-jails"]
    table = pd.read_csv(REFERENCE / "npr_detainers_california_city_year.csv")
    table = table[table["city"].isin(CITIES) & table["year"].between(2008, 2011)]
    rows = table.assign(county=table["city"].map(CITIES)).groupby(["county", "year"], as_index=False)["count"].sum()
    rows["counted"] = rows["count"].astype(float)
    rows["treated"] = [
        _share_active(one.county, pd.Timestamp(one.year, 1, 1), pd.Timestamp(one.year + 1, 1, 1))
        for one in rows.itertuples()
    ]
    value, error, n = _fitted(rows, "county + year", "hetero")
    assert (round(value, 3), round(error, 3), n) == (
        study.published.coefficient,
        study.published.standard_error,
        study.published.n,
    )
    value, error, _ = _fitted(rows, "county", "hetero")
    assert re.search(rf"{value:.3f} \({error:.3f}\)", study.published.note)
