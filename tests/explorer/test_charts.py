"""What is drawn and written: its numbers are the run's, small ones are marked, and every caption says what it rests on."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from tests.explorer.explorer_pictures import SEEDS, picture, result_of, summary, worlds

from enforcement_sim.codes import EVENTS, PROGRAMMES
from enforcement_sim.explorer import answer_text, change_tables, charts, flow, views
from enforcement_sim.explorer.big_picture import BigPicture
from enforcement_sim.explorer.choices import Choices, Override, pair_of
from enforcement_sim.explorer.county_map import CountyMap, county_rows
from enforcement_sim.explorer.flow import BEFORE, CUSTODY, DETAINER, FOLLOWS, FOUND, LET_GO, edges_of
from enforcement_sim.explorer.measure_groups import Shown, groups_html, rows_of
from enforcement_sim.explorer.picture import Picture
from enforcement_sim.explorer.summary import STAGES
from enforcement_sim.explorer.timeline import draw
from enforcement_sim.explorer.timeline_bars import bars_of
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.results.intervals import difference_of


def test_a_summary_says_what_the_run_says() -> None:
    result, kept = result_of(0, 1), summary(0, 1)
    funnel = result.funnel().pivot(index="programme", columns="event", values="count")
    for row, programme in enumerate(PROGRAMMES):
        for column, event in enumerate(EVENTS):
            assert kept.funnel[row, column] == funnel.loc[programme, event]
    series = result.series(["removed"], by="none")
    assert kept.monthly("removed").tolist() == series["count"].to_list()
    counties = result.counties("removed")
    assert kept.by_county[:, :, -1].sum(axis=1).tolist() == counties["count"].to_list()
    assert kept.counties == tuple(counties["fips"])


def test_every_mix_is_the_runs() -> None:
    result, kept = result_of(0, 1), summary(0, 1)
    for definition in load_definitions():
        for at, stage in enumerate(STAGES):
            mix = result.mix(stage, by="none", definition=definition)
            assert kept.mixes[definition][at].sum(axis=0).tolist() == mix["count"].to_list(), (definition, stage)


def test_flows_add_up_to_the_funnel() -> None:
    """Whatever comes into a step goes out of it; what a period cannot close is a flow of its own."""
    funnel = summary(0, 1).funnel
    edges = edges_of(funnel)
    total = dict(zip(EVENTS, funnel.sum(axis=0).tolist(), strict=True))
    for step in (FOUND, DETAINER, CUSTODY):
        out = sum(people for start, _, people in edges if start == step)
        into = sum(people for start, end, people in edges if end == step and start != BEFORE)
        before = sum(people for start, end, people in edges if end == step and start == BEFORE)
        assert into == total[step] > 0
        assert out == into + before
    for step, following in FOLLOWS.items():
        for event in following:
            assert sum(people for start, end, people in edges if (start, end) == (step, event)) == total[event]


def test_people_let_go_without_a_hold_flow_back_into_custody() -> None:
    """Whom ICE meets at the door or finds at large comes from those whom no jail held, and into custody."""
    people = {"identified": 100, "detainer_issued": 60, "detainer_not_sent": 30, "detainer_declined": 40}
    people |= {"picked_up_at_release": 8, "arrested_at_large": 5, "ice_custody": 25, "removed": 20}
    funnel = np.zeros((len(PROGRAMMES), len(EVENTS)))
    funnel[1] = [people.get(event, 0) for event in EVENTS]
    edges = {(start, end): people for start, end, people in edges_of(funnel)}
    assert edges[DETAINER, CUSTODY] == 25 - 8 - 5
    assert edges[FOUND, "detainer_not_sent"] == 30
    assert edges["detainer_declined", LET_GO] + edges["detainer_not_sent", LET_GO] == 70
    for way in ("picked_up_at_release", "arrested_at_large"):
        assert edges[LET_GO, way] == edges[way, CUSTODY] == people[way]
    without = {way for edge in edges_of(summary(0, 1).funnel) for way in edge[:2]}
    assert LET_GO not in without


def test_the_rows_are_paired_differences() -> None:
    shown = picture()
    [(_, row)] = rows_of(shown, [Shown("detainer_declined")])
    a, b = ([summary(side, seed).measures["detainer_declined"] for seed in SEEDS] for side in (0, 1))
    found = difference_of(a, b)
    assert row.difference == f"+{found.difference:,.0f}" or row.difference == f"+{found.difference:g}"
    assert row.verdict == found.verdict
    assert sum(a) < sum(b)


def test_few_people_are_marked() -> None:
    """A number that rests on fewer than twenty simulated people is marked, also where thinning makes it look large."""
    shown, declined = picture(), Choices(overrides=(Override("honour", "honour-none"),))
    [(_, many)] = rows_of(shown, [Shown("booked")])
    assert not many.few
    counted = max(summary(side, seed).measures["removed"] for side in (0, 1) for seed in SEEDS)
    thin = int(counted)  # as if each had stood for so many
    thinned = Picture(shown.history, shown.what_if, thin, len(SEEDS))
    [(_, row)] = rows_of(thinned, [Shown("removed")])
    assert row.few
    assert "few people: mostly chance" in answer_text.answer(thinned, declined)
    assert "few people: mostly chance" in groups_html(thinned, unchanged=False)


def test_the_caption_says_what_it_rests_on() -> None:
    shown = picture()
    text = change_tables.caption(shown, worlds())
    for part in (
        "Simulated, not a record",
        "Collier County (FL)",
        "2 of 2 seeds (1 to 2)",
        "Every booking was simulated",
    ):
        assert part in text
    thinned = change_tables.caption(Picture(shown.history, shown.what_if, 14, 2), worlds())
    assert "one booking in 14" in thinned and "overstated" in thinned


def test_the_map_colours_months_and_warns() -> None:
    shown = picture()
    whole = county_rows(shown, "detainer_issued", "")
    months = [county_rows(shown, "detainer_issued", month) for month in shown.any().months]
    assert np.isclose(whole["what_if"], sum(month["what_if"] for month in months)).all()
    of_county = [result_of(1, seed).counties("detainer_issued")["count"].iloc[0] for seed in SEEDS]
    assert whole["what_if"].tolist() == [np.mean(of_county)]
    drawn = CountyMap(shown.any().counties)
    drawn.show(shown, "detainer_issued", Choices(place="12021"))
    assert drawn.source.data["people"].tolist() == whole["what_if"].tolist()
    few = Picture(shown.history, shown.what_if, 10_000, 2)
    text = drawn.show(few, "detainer_issued", Choices(place="12021"))
    assert drawn.source.data["hatch"] == ["/"]
    assert "simulated, not a record" in text
    assert "Collier County, FL (few people)" in text


def test_shares_of_a_mix_are_of_everybody_at_the_stage() -> None:
    shown = picture()
    categories, rows = charts.mix_rows(shown, "detainer_issued", "charge")
    everyone = {world: people.sum() for programme, world, people in rows if not programme}
    assert everyone["history"] == np.mean([summary(0, seed).monthly("detainer_issued").sum() for seed in SEEDS])
    assert len(set(categories)) == len(categories) <= 8


def test_the_timeline_ends_where_the_period_does() -> None:
    pair = pair_of(
        Choices(
            place="06037",
            overrides=(Override("honour", "honour-none", "2012-01-01", "2012-07-01"), Override("sharing", "shared")),
        )
    )
    bars = bars_of(*pair)
    changes = {bar.decision: bar for bar in bars if bar.is_change}
    assert (changes["honour"].start.isoformat(), changes["honour"].end.isoformat()) == ("2012-01-01", "2012-07-01")
    assert changes["sharing"].start == pair[0].period_start
    guidance = [bar for bar in bars if bar.decision == "detainer" and not bar.is_change]
    assert len(guidance) > 1  # the memoranda of the period
    assert all(one.end == other.start for one, other in itertools.pairwise(guidance))
    assert draw(*pair).yaxis[0].major_label_overrides


def test_rules_in_time_and_captions_say_how_closely_rules_are_followed() -> None:
    narrow = Override("detainer", "detainer-felonies-only", followed="strictly")
    pair = pair_of(
        Choices(
            place="12021", overrides=(narrow, Override("honour", "honour-trust"), Override("sharing", "not-shared"))
        )
    )
    followed = {(bar.decision, bar.is_change): bar.followed for bar in bars_of(*pair)}
    assert followed["detainer", True].startswith(
        "followed strictly: all people covered get a detainer and nobody else does"
    )
    assert "of people not covered" in followed["detainer", False] and "still do" in followed["detainer", False]
    assert followed["honour", True].startswith("followed in part: of people whose detainers they decline")
    assert followed["sharing", True] == ""
    rules = change_tables.rules_text(pair[1])
    assert rules.startswith("Rule for issuing (felony convictions): followed strictly: all people covered")
    assert "Who is held (TRUST-type refusal): followed in part: of people whose detainers they decline" in rules
    assert f"Laid over history: {rules}" in change_tables.caption(picture(), pair)
    assert change_tables.rules_text(pair[0]) == ""


def test_markup_in_a_name_stays_text() -> None:
    assert "<script>" not in change_tables.html_table("<script>", ("a",), [("<script>",)])


def test_every_number_of_a_table_has_its_why() -> None:
    shown, choices = picture(), Choices(place="12021", overrides=(Override("honour", "honour-none"),))
    table = flow.table(shown, choices)
    assert table.count('class="why"') == table.count("<tr>") - 1
    assert "why=identified,programme:jail_287g" in table and "why=detainer_declined" in table
    counties = CountyMap(shown.any().counties).show(shown, "removed", replace(choices, month="2012-02"))
    assert "why=removed,county:12021,month:2012-02" in counties
    mix = views._mix(shown, choices)[2]
    assert mix.count('class="why"') == mix.count("<td") and "group:level%201" in mix
    drawn = BigPicture()
    drawn.show(shown, choices)
    assert all(f"why=removed,month:{month}" in drawn._numbers.object for month in shown.any().months)
