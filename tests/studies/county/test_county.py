"""A county's page: its facts are those of the package, its numbers those of its runs, and nothing held out is shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enforcement_sim.cli import app
from enforcement_sim.places.geography import agreements, identified_by_agency, load_geography
from enforcement_sim.results.measures import measures_of
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.run import run
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.county.compute import HISTORY, CountyRuns, county_runs, one_run, runs_together
from enforcement_sim.studies.county.county_data import county_data
from enforcement_sim.studies.county.county_inputs import agreement_rows, people_and_jail, rules_in_time, table_rows
from enforcement_sim.studies.county.county_page import (
    ENDS_AT,
    grids,
    in_short,
    lead,
    page_of,
    published_note,
    stage_notes,
    stages,
)
from enforcement_sim.studies.county.never_recorded import load_unrecorded, never_recorded
from enforcement_sim.studies.county.published_beside import NOT_RUN, beside, claims_about
from enforcement_sim.studies.page_parts import Grid
from enforcement_sim.studies.place_asked import PlaceAsked, place_asked
from enforcement_sim.studies.under_doubt import A_SEED, A_SET, UnderDoubt
from enforcement_sim.studies.validation.held_out_targets import load_held_out
from enforcement_sim.tables.amounts import whole

MECKLENBURG, COOK, NEW_CASTLE = (place_asked(county=code) for code in ("37119", "17031", "10003"))


@pytest.fixture(scope="module")
def small() -> CountyRuns:
    return county_runs(NEW_CASTLE, date(2012, 1, 1), date(2012, 2, 29), sets=1, replications=2, workers=1)


def test_the_numbers_are_those_of_runs_of_the_same_scenario(small: CountyRuns) -> None:
    by_hand = [measures_of(run(small.scenario, seed=seed)) for seed in small.found.seeds]
    for event in ("booked", "detainer_issued", "removed"):
        assert small.level(event).mean == sum(one[event] for one in by_hand) / len(by_hand)
    assert whole(small.level("removed").mean) in lead(NEW_CASTLE, small)
    shown = stages(small).set_index("People")
    assert shown.loc["Removed", "Mean"] == whole(small.level("removed").mean)


def test_months_add_up_to_the_stage(small: CountyRuns) -> None:
    months = small.months
    removed = months[months["event"] == "removed"].groupby("seed")["count"].sum()
    of_runs = small.found.samples[HISTORY].measures.values()
    assert sorted(removed) == sorted(one["removed"] for one in of_runs)


def test_runs_that_others_spread_are_those_of_the_command(small: CountyRuns) -> None:
    branches = small.found.samples[HISTORY].measures
    spread = {branch: one_run(NEW_CASTLE, small.scenario, branch) for branch in branches}  # type: ignore[arg-type]
    assert runs_together(NEW_CASTLE, small.scenario, spread) == small  # type: ignore[arg-type]


def test_facts_say_where_they_are_from_and_how_well_they_are_known() -> None:
    facts = people_and_jail(MECKLENBURG)
    assert facts["Grade"].isin(["seen", "derived", "recalled", "assumed"]).all() and facts["Where it is from"].all()
    by_month = next(row["fips"] for row in table_rows("secure_communities_activation.csv") if row["basis"] == "count")
    grades = people_and_jail(place_asked(county=by_month)).set_index("What")["Grade"]
    assert grades["Secure Communities active from"] == "derived"


def test_agreements_have_brackets_grades_and_sources() -> None:
    found = agreement_rows(MECKLENBURG)
    index = load_geography().index_of("37119")
    (own,) = [one for one in agreements() if one.county == index]
    row = found.iloc[0]
    assert row["Agency"] == own.agency and own.sources in row["Sources"] and "officers assumed" in row["Grades"]
    ended = agreement_rows(place_asked(county="37051")).iloc[0]
    assert ended["Its end is known by"] == "on the list of 25 August 2009, not on that of 28 October 2009"


def test_rules_are_in_order_and_a_countys_own_rule_is_there() -> None:
    found = rules_in_time(COOK)
    assert found.loc[found["Where"] == "this county", "From"].tolist() == ["7 September 2011"]
    assert "this county" not in set(rules_in_time(MECKLENBURG)["Where"])


def test_what_is_published_stands_beside_and_says_when_nothing_was_run(small: CountyRuns) -> None:
    found = beside(MECKLENBURG, None)
    assert set(found["Simulated"]) == {NOT_RUN} and found["Source and use"].all()
    assert "33,615" in set(found["Figure"])
    assert beside(NEW_CASTLE, small).empty


@pytest.mark.parametrize("place", [MECKLENBURG, COOK, place_asked(county="06073")], ids=str)
def test_nothing_held_out_is_on_the_page(place: PlaceAsked) -> None:
    shown = set(beside(place, None)["Published"])
    assert not shown & {target.measures for target in load_held_out().values()}


def test_claims_about_a_county_are_named() -> None:
    assert [claim.own.scope for claim in claims_about(COOK)] == ["counties 17031"]
    assert claims_about(MECKLENBURG) == ()


def test_what_was_never_recorded_leaves_out_what_was() -> None:
    everything = {one.what for one in load_unrecorded().values()}
    here, elsewhere = (set(never_recorded(place)["What"]) - {""} for place in (MECKLENBURG, NEW_CASTLE))
    assert elsewhere == everything and len(everything - here) == 1


def test_the_page_has_every_section_and_no_script(small: CountyRuns) -> None:
    html = page_of(NEW_CASTLE, small).html
    for title, _ in grids(NEW_CASTLE, small).values():
        assert title.replace("'", "&#39;") in html
    assert "<script" not in html and "over seeds and sets" in html


def test_the_command_prints_the_facts_without_a_run(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    ended = CliRunner().invoke(
        app, ["county", "Mecklenburg, NC", "--facts", "--out", str(page)], catch_exceptions=False
    )
    assert ended.exit_code == 0 and "Mecklenburg County Sheriff's Office" in ended.output
    assert "27 February 2006" in page.read_text(encoding="utf-8")


def test_the_first_lines_tell_what_matters_and_surprises_have_their_reason(small: CountyRuns) -> None:
    lines = in_short(NEW_CASTLE, small)
    assert len(lines) <= 10 and any(f"{whole(small.level('removed').mean)} (" in line for line in lines)
    assert "Mecklenburg County Sheriff's Office" in " ".join(in_short(MECKLENBURG, None))
    assert small.level("detainer_declined").high == 0.0
    assert any(note.startswith("Detainer declined by jail is zero because") for note in stage_notes(small))
    assert ENDS_AT in published_note(MECKLENBURG) and ENDS_AT not in published_note(NEW_CASTLE)


def test_a_row_of_the_data_can_be_read_alone(small: CountyRuns) -> None:
    data = county_data(NEW_CASTLE, small)
    simulated = data[data["section"] == "simulated"]
    assert (
        (simulated["sets"] == 1).all() and (simulated["seeds"] == 2).all() and (simulated["from"] == "2012-01-01").all()
    )
    assert (data["name"] == "New Castle County, DE").all()
    assert (simulated["number"] == simulated["number"].round()).all()


def test_the_grades_and_the_two_intervals_are_explained_before_the_tables(small: CountyRuns) -> None:
    html = page_of(NEW_CASTLE, small).html
    printed = CliRunner().invoke(app, ["county", "10003", "--facts"], catch_exceptions=False).output
    for grade in ("seen,", "derived,", "recalled,", "assumed,"):
        assert html.index(grade) < html.index("<h2") and printed.index(grade) < printed.index("People, jail and dates")
    for said in (A_SEED, A_SET, small.found.to_quote()):
        assert html.index(said) < html.index("<h2")
    assert "raked" not in printed and "induced stay" not in printed and "sets of the ensemble" not in printed


def test_a_published_figure_outside_what_the_sets_give_is_marked_with_its_side() -> None:
    published = identified_by_agency()["NC", "Mecklenburg County Sheriff's Office"][2010]
    shown = {}
    for name, numbers in (("more", (2.0, 2.0)), ("around", (1.0, 1.0))):
        measures = {seed: {"officers:2010": number * published} for seed, number in enumerate(numbers, 1)}
        found = UnderDoubt({HISTORY: Sample({"policy": HISTORY}, measures)}, 1, (1, 2), "engine")
        rows = beside(MECKLENBURG, CountyRuns(MECKLENBURG, load_scenario("baseline"), found)).set_index("Published")
        shown[name] = " ".join(rows.loc["People identified under 287(g), fiscal 2010"])
    assert "outside, published lies below" in shown["more"] and "agreement" not in shown["more"]
    assert "outside" not in shown["around"] and "agreement is no test" in shown["around"]


def test_numbers_whose_source_names_the_county_are_shown_and_empty_columns_are_not() -> None:
    _, parts = grids(place_asked(county="Gwinnett, GA"), None)["published"]
    published, named = (part.rows for part in parts if isinstance(part, Grid))
    assert not published.isin([NOT_RUN]).any().any() and "seen" in set(published["Grade"])
    assert any("some nine officers" in text for text in named["What the register says"])
    assert [part for part in grids(NEW_CASTLE, None)["published"][1] if isinstance(part, Grid)] == []


def test_what_was_not_found_has_the_value_of_the_sets_and_not_one_that_is_not_used() -> None:
    shown = " ".join(never_recorded(NEW_CASTLE)["In its place"])
    assert "county.bookings_sd = 0," not in shown and "over the sets of parameters" in shown
