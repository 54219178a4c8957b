"""What a comparison shows in a notebook: levels and differences with intervals, and where one run gives none."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import pytest

from enforcement_sim import load_scenario
from enforcement_sim.results.intervals import level_of
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.comparison_html import comparison_html
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.runs.shown_measures import HEADLINES

MADE = {
    **canonical(load_scenario("baseline").with_(scope={"counties": ["12021"]}, simulate="alone", thin=2)),
    "engine_version": "0123456789abcdef",
}


def sides(settings_b: str = "b", **b: tuple[float, ...]) -> Comparison:
    """A against B: A has 100 and 110 of everything, or half of it where that is a share."""
    a = {name: (0.5, 0.5) if "share" in name else (100.0, 110.0) for name in b}
    samples = [
        Sample({"scenario": label}, {seed: {name: values[seed] for name, values in side.items()} for seed in (0, 1)})
        for label, side in (("a", a), (settings_b, b))
    ]
    return Comparison(tuple(samples))


def cells(html: str, label: str) -> list[str]:
    """The cells of the row with this heading."""
    row = next(part for part in html.split("<tr>") if f">{label}</th>" in part)
    return [unescape(part.split("</td>")[0]) for part in row.split("<td>")[1:]]


def test_levels_and_difference_stand_with_their_intervals() -> None:
    html = comparison_html(sides(removed=(120.0, 131.0)))
    unit, a, b, difference, verdict = cells(html, "Removed")
    level = level_of({0: 120.0, 1: 131.0})
    assert unit == "people"
    assert a.startswith("105 [")
    assert b == f"126 [{level.low:.3g} to {level.high:.0f}]"
    assert difference == "+20.5 [+14.1 to +26.9]"
    assert verdict == "higher"


def test_what_cannot_be_told_and_what_is_identical_is_said() -> None:
    html = comparison_html(sides(removed=(90.0, 131.0), matched=(100.0, 110.0)))
    assert cells(html, "Removed")[-1] == "cannot tell"
    assert cells(html, "Matched in DHS records")[-2:] == ["identical", "identical"]


def test_shares_are_per_cent_and_their_differences_points() -> None:
    unit, a, b, difference, _ = cells(
        comparison_html(sides(**{"level_1_share.removed": (0.6, 0.62)})), "Level 1, of removed"
    )
    assert unit == "%, difference in points"
    assert (a, b[:4], difference[:4]) == ("50.0 [in every run]", "61.0", "+11.")


def test_money_is_short_and_ends_that_would_read_alike_get_more_digits() -> None:
    found = sides(**{"net_cost.county": (2_345_600.0, 2_345_610.0)})
    unit, a, b, difference, _ = cells(comparison_html(found), "Net cost to counties")
    assert (unit, a[:6], b) == ("dollars", "$105 [", "$2.3456M [$2.3455M to $2.3457M]")
    assert difference == "+$2.35M [in every run]"


def test_a_level_stays_where_the_other_side_has_no_such_thing() -> None:
    found = sides(removed=(float("nan"), float("nan")))
    _, a, b, difference, verdict = cells(comparison_html(found), "Removed")
    assert a.startswith("105 [") and (b, difference, verdict) == ("not applicable",) * 3


def test_levels_of_counts_have_no_negative_end_and_differences_may() -> None:
    html = comparison_html(sides(removed=(1.0, 60.0), matched=(90.0, 115.0)))
    _, _, b, _, _ = cells(html, "Removed")
    assert b.startswith("30.5 [0 to ")
    assert "[−" in cells(html, "Matched in DHS records")[3]


def test_levels_are_of_the_pairs_so_that_they_fit_the_difference() -> None:
    found = sides(removed=(120.0, float("nan")))
    _, a, b, difference, verdict = cells(comparison_html(found), "Removed")
    assert (a, b, difference) == tuple(f"{number} [one run, no interval]" for number in ("100", "120", "+20"))
    assert verdict == "cannot tell"


def test_people_come_in_the_order_of_the_funnel_and_shares_after_them() -> None:
    html = comparison_html(sides(**dict.fromkeys(("removed", "no_conviction_share.removed", "booked"), (100.0, 111.0))))
    order = [html.index(f">{label}</th>") for label in ("Booked", "Removed", "Without conviction, of removed")]
    assert order == sorted(order)


def test_it_says_what_it_was_made_of_and_warns_of_few_people() -> None:
    found = replace(sides(removed=(6.0, 5.0)), made_from=MADE)
    html = unescape(comparison_html(found))
    for expected in (
        "Collier County (FL)",
        "2 seeds, 0 to 1",
        "one booking in 2, scaled up",
        "Engine 0123456789ab",
        "set 1 of",
    ):
        assert expected in html
    assert "nobody was counted there" in html
    # Eleven people under B, scaled up from half as many; A has 210.
    assert "stand behind Removed (6)" in html
    assert "Small numbers" not in comparison_html(sides(removed=(60.0, 50.0)))
    assert "Engine" not in comparison_html(sides(removed=(6.0, 5.0))), "an unknown version is not printed"


def test_many_settings_have_fewer_measures_of_each_under_their_own_heading() -> None:
    measures = dict.fromkeys(HEADLINES, 1.0)
    samples = tuple(Sample({"hold": hold}, {1: measures, 2: measures}) for hold in range(9))
    html = comparison_html(Comparison(samples))
    assert html.count(">B: hold = 3</th>") == 1
    assert html.count(">Removed</th>") == 8
    assert f"{len(HEADLINES) - 5} more measures of each setting are in frame()" in html


@pytest.mark.parametrize("place", ["label", "note", "change", "measure"])
def test_a_script_is_text_wherever_it_comes_from(place: str) -> None:
    hostile = "<script>x</script>"
    found = sides(hostile if place == "label" else "b", **{hostile if place == "measure" else "removed": (1.0, 2.0)})
    found = replace(
        found,
        notes=(hostile,) if place == "note" else (),
        changed={1: (hostile,)} if place == "change" else {},
    )
    html = comparison_html(found)
    assert "<script" not in html
    assert "script" in html
