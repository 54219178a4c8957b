"""The both-sides card: what its rows count, that it is even-handed, and what it says where nobody can tell."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from tests.studies.card.cards import PLAIN, A, B, C, card, layout_of, line_of, run
from tests.studies.jail_cost.ledgers import result

from enforcement_sim import load_scenario
from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Branch
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.runs.run import Runner
from enforcement_sim.studies.card.card_rows import KINDS, LEDGER, MONEY, ledger_measures, load_layout
from enforcement_sim.studies.card.compute import NO_SAMPLE, card_of, cards_of
from enforcement_sim.studies.card.sampled_lives import SAMPLED, Release, standardised

# ---- what is counted ---------------------------------------------------------------------------------------------------


def test_every_row_counts_what_its_definition_says() -> None:
    found = ledger_measures(run())
    costs = run().costs().set_index(["payer", "kind"])["dollars"]
    assert {name: value for name, value in found.items() if name in LEDGER} == {
        "removed_serious_record": 7 + 2,  # convicted of it, not only charged; or an old record, not one felony
        "removed_without_conviction": 11 + 20,
        "held_citizens": 3,
        "held_permanent_residents": 9,
        "declined_by_jails": 45,
        "booked_again_after_detainer": 6,
        "held_past_limit": 4,
        "days_past_limit": 2,
        "days_induced": 100,
        "days_added_and_ice_custody": 100 + 20 + 2 + 300,
        "found_per_officer_year": 17,
        # Days and officers, and 150 days in rented beds at the difference of price and rent, less a quarter of 120 days.
        "net_cost.county": (100 + 20 + 2) * 100 + 2 * 70_000 + 150 * (100 - 75) - 120 * 25,
        "net_cost.federal": pytest.approx(
            costs["federal", "ICE custody, own beds"] + costs["federal", "ICE custody, rented beds"] + 120 * 25
        ),
    }


def test_thinned_runs_are_multiplied_back() -> None:
    whole, thinned = ledger_measures(run()), ledger_measures(run(thin=4))
    for name in ("removed_serious_record", "held_citizens", "declined_by_jails", "days_induced"):
        assert thinned[name] == 4 * whole[name]


def test_without_officers_nobody_is_found_by_each() -> None:
    assert math.isnan(ledger_measures(result(officer_years=0.0))["found_per_officer_year"])


# ---- even-handed -------------------------------------------------------------------------------------------------------


def test_both_sides_have_the_same_number_of_rows_and_every_row_is_led_by_somebody() -> None:
    layout = load_layout()
    assert len(layout.sides) == 2
    left, right = (layout.of(side) for side in layout.sides)
    assert len(left) == len(right) == 6
    assert {row.id for row in layout.of(MONEY)} == {"county_money", "federal_money"}
    assert sum(row.from_sample for row in left) == sum(row.from_sample for row in right) == 1
    for row in layout.rows.values():
        assert row.sources and row.definition and row.argument and row.measure in (*LEDGER, *SAMPLED)
        assert all(source.kind in KINDS and len(source.citation) > len(source.short) / 2 for source in row.sources)
    kinds = [{source.kind for row in rows for source in row.sources} for rows in (left, right)]
    assert "advocacy for restriction" in kinds[0] and "advocacy for immigrants" in kinds[1]


WRONG = {
    "the sides are not even: 3 of left and 1 of right": ("four:\n    side: right", "four:\n    side: left"),
    "unknown measure 'held_citizen'": ("measure: held_citizens", "measure: held_citizen"),
    "unknown side 'middle'": ("side: right", "side: middle"),
    "argument: is missing": ("    argument: why\n", ""),
    "unknown source 'NOBODY'": ("led_by: [WHO]", "led_by: [NOBODY]"),
    "unknown kind 'friend'": ("kind: research", "kind: friend"),
    "unknown unit 'souls'": ("unit: people", "unit: souls"),
    "needs either a measure, or `missing`": ("    measure: held_citizens\n", ""),
    "unknown key": ("    unit: people\n", "    unit: people\n    colour: red\n"),
    "3 sides": ("sides:\n", "sides:\n  middle: M\n"),
}


@pytest.mark.parametrize("said", WRONG)
def test_a_file_that_is_not_right_is_refused(said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said) as caught:
        layout_of(tmp_path, PLAIN.replace(*WRONG[said], 1))
    assert caught.value.line is not None and "card.yaml" in str(caught.value)


# ---- the card ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_differences_are_paired_and_say_what_cannot_be_told() -> None:
    line = line_of(card(A, B), "citizens")
    assert line.found.difference == pytest.approx(1 / 3) and line.found.low < 0 < line.found.high
    assert line.verdict == "cannot tell"
    line = line_of(card(A, C), "citizens")
    assert (line.a.mean, line.found.difference, line.verdict) == (
        pytest.approx(16 / 3),
        pytest.approx(80 / 3),
        "higher",
    )
    assert line.b.mean - line.a.mean == pytest.approx(line.found.difference)
    assert line_of(card(A, C), "residents").verdict == "identical"


def test_one_run_can_tell_nothing() -> None:
    line = line_of(card(A[:1], C[:1]), "citizens")
    assert line.verdict == "cannot tell" and math.isnan(line.found.low)


def test_swapping_the_policies_changes_every_sign_and_nothing_else() -> None:
    there, back = card(A, C), card(C, A)
    opposite = {"higher": "lower", "lower": "higher"}
    compared = 0
    for one, other in zip(there.lines, back.lines, strict=True):
        if one.found is None:
            assert other.found is None and other.why == one.why
            continue
        compared += 1
        assert one.found.difference == pytest.approx(-other.found.difference)
        assert (one.found.low, one.found.high) == pytest.approx((-other.found.high, -other.found.low))
        assert other.verdict == opposite.get(one.verdict, one.verdict)
        assert one.a.mean == other.b.mean
    assert compared == 12


def test_a_row_that_is_not_counted_says_why(tmp_path: Path) -> None:
    assert line_of(card(A, B), "families").why == NO_SAMPLE
    idle = [result(officer_years=0.0)]
    found = card(idle, idle, layout_of(tmp_path, PLAIN))
    assert line_of(found, "two").why == "nobody counts it" and line_of(found, "two").verdict == "not counted"
    assert line_of(found, "four").why == "no officers" and line_of(found, "four").verdict == "not applicable"
    table = found.frame().set_index("row")
    assert table.loc["two", "why"] == "nobody counts it" and math.isnan(table.loc["two", "difference"])


def test_the_table_holds_every_number_with_its_interval_and_source() -> None:
    table = card(A, C).frame().set_index("row")
    assert list(table["side"])[:6] == ["public_safety"] * 6 and set(table["side"][6:12]) == {"liberty"}
    row = table.loc["citizens"]
    assert (row["a"], row["b"], row["difference"]) == pytest.approx((16 / 3, 32, 80 / 3))
    assert row["a_low"] < row["a"] < row["a_high"] and row["low"] < row["difference"] < row["high"]
    assert row["runs"] == 3 and row["verdict"] == "higher"
    assert "TRAC" in row["led_by"] and "(research)" in row["led_by"] and "advocacy for immigrants" in row["led_by"]


def test_what_is_counted_in_lives_has_both_shares_beside_it() -> None:
    shares = {"booked_again_let_go": 0.3, "booked_again_comparable": 0.25, "booked_again_gap": 0.05}
    followed = [
        Sample({}, {seed: {**shares, "removed_with_citizen_family": 10.0 * point + seed} for seed in (1, 2)})
        for point in (1, 2)
    ]
    found = card(A[:2], B[:2], followed=followed, sample=("12021",))
    gap = line_of(found, "booked_again_gap")
    assert gap.verdict == "identical" and gap.a.mean == pytest.approx(0.05)
    assert {words: levels[0].mean for words, levels in gap.beside.items()} == {
        "let go with a detainer": pytest.approx(0.3),
        "comparable, released without": pytest.approx(0.25),
    }
    assert line_of(found, "families").found.difference == 10
    table = found.frame()
    assert list(table.loc[table["row"] == "booked_again_gap, beside", "a"]) == pytest.approx([0.3, 0.25])
    assert table.set_index("row").loc["families", "counted_in"] == "sample of lives"


def test_nobody_followed_long_enough_is_said() -> None:
    nothing = dict.fromkeys(SAMPLED, math.nan) | {"removed_with_citizen_family": 3.0}
    followed = [Sample({}, {1: nothing}), Sample({}, {1: nothing})]
    found = card(A[:1], B[:1], followed=followed, sample=("12021",))
    assert "eight months" in line_of(found, "booked_again_gap").why
    assert line_of(found, "families").a.mean == 3


def test_draws_are_paired_with_themselves() -> None:
    keys = [Branch(draw, 1) for draw in range(3)]
    samples = [Sample({}, {key: ledger_measures(one) for key, one in zip(keys, runs, strict=True)}) for runs in (A, C)]
    line = line_of(card_of(Comparison(tuple(samples)), 1, load_layout()), "citizens")
    assert line.found.draws == 3 and (line.found.low, line.found.high) == (26, 27)


# ---- comparable people -------------------------------------------------------------------------------------------------


def releases(*groups: tuple[bool, tuple[int, int, int, int], int, int]) -> tuple[list[Release], list[bool]]:
    """Groups of people: whether let go, stratum, how many, and how many of them came back."""
    people, again = [], []
    for let_go, stratum, number, back in groups:
        people += [Release(0, 12021, 0, let_go, stratum)] * number
        again += [True] * back + [False] * (number - back)
    return people, again


def test_people_are_compared_with_people_of_their_own_kind() -> None:
    young, old = (3, 0, 0, 0), (3, 1, 1, 1)
    people, again = releases((True, young, 10, 1), (True, old, 30, 12), (False, young, 100, 10), (False, old, 5, 2))
    # The same rates in each stratum: no gap, although 32% of the first and 11% of the second came back.
    assert standardised(people, again) == pytest.approx((13 / 40, 13 / 40))


def test_people_without_anybody_like_them_are_left_out_of_both() -> None:
    people, again = releases((True, (3, 0, 0, 0), 4, 2), (True, (1, 1, 1, 1), 50, 50), (False, (3, 0, 0, 0), 4, 1))
    assert standardised(people, again) == pytest.approx((0.5, 0.25))
    assert all(math.isnan(share) for share in standardised(*releases((True, (3, 0, 0, 0), 4, 2))))


# ---- from the engine ---------------------------------------------------------------------------------------------------


HERE = load_scenario("baseline").with_(
    **{"scope": {"counties": ["10001"]}, "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"}
)


def never(scenario: Any, seed: int) -> Any:
    raise AssertionError("nothing may be run")


def test_what_cannot_be_counted_is_refused_before_anything_is_run() -> None:
    unused = Runner(never, "version", "inputs")
    longer = HERE.with_(**{"detainer.hold_hours": 96})
    with pytest.raises(InputError, match="12021 is not among the places of the runs"):
        cards_of(HERE, longer, sample_places="12021", workers=1, runner=unused)
    with pytest.raises(InputError, match="unknown county '1202'"):
        cards_of(HERE, longer, sample_places="1202", workers=1, runner=unused)
    with pytest.raises(InputError, match="nothing to be compared with"):
        cards_of(HERE, workers=1, runner=unused)


@pytest.mark.slow
def test_the_same_policy_twice_is_identical_in_every_row_also_in_lives() -> None:
    same = HERE.with_(name="same", **{"status.citizen_family_share.overstay": 0.38})
    (found,) = cards_of(HERE, same, sample_places="10001", replications=2, workers=1)
    assert {line.verdict for line in found.lines if line.found is not None and line.found.runs} == {"identical"}
    families = line_of(found, "families")
    assert families.found is not None and [meta["seed"] for meta in found.metas] == [1, 2, 1, 2]
    assert found.sample == ("10001",) and found.changed == ()
