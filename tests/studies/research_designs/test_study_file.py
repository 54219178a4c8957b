"""Study files: every shipped one is whole, and what is wrong in one is said with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.studies.research_designs.shipped_studies import load_study, shipped_names

WRITTEN = """schema: 1
name: mine
title: Finds before and after
question: Did officers find fewer people?
citation: {authors: A. Author, year: 2013, title: Finds, where: nowhere, read: all of it}
sample:
  places: nation
  from: 2008-10-01
  to: 2012-09-30
  by: quarter
  keep: with agreement
outcome:
  counts: [identified]
  programme: jail_287g
  form: count
  is: neither assumed nor fitted
treatment:
  from: secure_communities
design:
  estimator: poisson
  fixed_effects: [county, period]
  cluster: county
world:
  without:
    no-sharing: {decision: sharing, rule: not-shared, where: nation}
published: {coefficient: -0.5, unit: log points, source: table 1, grade: S}
status: constructed
constructed: [Agencies stand for counties.]
"""
"""A study whose keys the mistakes below are made in."""


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_study_is_whole(name: str) -> None:
    study = load_study(name)
    assert study.name == name
    assert study.published.grade in "SDR" and study.published.source
    assert study.of_offences or study.world.without


@pytest.mark.parametrize(
    ("written", "instead", "says"),
    [
        ("estimator: poisson", "estimator: poison", "unknown estimator 'poison'"),
        ("by: quarter", "by: week", "month, quarter, year"),
        ("counts: [identified]", "counts: [identifed]", "did you mean 'identified'"),
        ("from: secure_communities", "from: secure_comunities", "did you mean 'secure_communities'"),
        ("fixed_effects: [county, period]", "fixed_effects: [county, perod]", "did you mean 'period'"),
        ("form: count", "form: log", "a Poisson regression is of counts"),
        ("rule: not-shared", "rule: unshared", "does not answer 'sharing'"),
        ("is: neither assumed nor fitted", "is: imported", "offences are imported"),
        ("to: 2012-09-30", "to: 2007-09-30", "not after it begins"),
        ("status: constructed", "status: comparible", "did you mean 'comparable'"),
        ("cluster: county", "cluster: county\n  recorder: ucr-county", "records offences"),
    ],
)
def test_a_mistake_is_said_with_file_and_line(tmp_path: Path, written: str, instead: str, says: str) -> None:
    path = tmp_path / "mine.yaml"
    assert written in WRITTEN
    path.write_text(WRITTEN.replace(written, instead, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_study(path)
    text = str(caught.value)
    assert "mine.yaml:" in text and says in text


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'miles-cox-2014'"):
        load_study("miles-cox-2013")


def test_a_variant_changes_what_it_names_alone() -> None:
    study = load_study("miles-cox-2014")
    designs = study.designs()
    assert next(iter(designs)) == "as published"
    varied = designs["without-trends"]
    assert varied.trends == "none"
    assert varied.model_copy(update={"trends": study.design.trends}) == study.design


ESTIMATORS_IN_WORDS = {
    "twfe": "two-way fixed effects",
    "poisson": "Poisson regression",
    "sun-abraham": "Sun and Abraham",
    "interrupted-series": "interrupted series",
    "log-duration": "log duration",
    "border-pairs": "border pairs",
}


def test_every_shipped_study_is_in_the_index_of_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "studies.md").read_text(encoding="utf-8")
    for name in shipped_names():
        study = load_study(name)
        line = next(one for one in page.splitlines() if f"| [{study.title}](studies/{name}.md)" in one)
        assert ESTIMATORS_IN_WORDS[study.design.estimator] in line
        assert study.outcome.rests_on.partition(" (")[0] in line and study.status in line
