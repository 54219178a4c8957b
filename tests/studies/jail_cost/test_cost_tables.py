"""The jail cost in words: a row for each part at each place, units that fit, intervals, and what cannot be told."""

from __future__ import annotations

from typing import Any

from tests.studies.jail_cost.ledgers import CALIFORNIA_PRISON as PRISON
from tests.studies.jail_cost.ledgers import COOK, LOS_ANGELES, result

from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample
from enforcement_sim.studies.jail_cost.compute import JailCost, jail_time
from enforcement_sim.studies.jail_cost.page import difference_rows, how_to_read, level_rows

MINUS = "\N{MINUS SIGN}"


def run(induced: int, hold: int = 480, **prices: float) -> Any:
    hours = {
        (LOS_ANGELES, "induced", "unauthorised"): induced,
        (LOS_ANGELES, "statutory_hold", "unauthorised"): hold,
    }
    return result({(LOS_ANGELES, "secure_communities", "detainer_issued"): 10}, hours=hours, **prices)


def cost(*sides: list[Any]) -> JailCost:
    measured = jail_time("county")
    samples = [Sample({"scenario": name}, {seed: measured(one) for seed, one in enumerate(side, start=1)})
               for name, side in zip("ab", sides, strict=False)]  # fmt: skip
    return JailCost("county", Comparison(tuple(samples)))


def test_a_row_for_the_place_and_one_for_each_part() -> None:
    rows = level_rows(cost([run(2_400), run(2_400)]), ["06037", "all"])
    assert rows["Place and part"].tolist()[:7] == [
        "Los Angeles County, CA", "  statutory hold", "  induced stay", "  past the limit",
        "  held past the limit", "  all together",
        "All places reported",
    ]  # fmt: skip
    assert rows.loc[0, "Person-days"] == "10 [in every run] detainers in jails"
    induced = rows.loc[2].tolist()[1:]
    assert induced == [
        f"{number} [in every run]" for number in ("100", "10.00", "$10k", "$2.5k", "$7.5k")
    ]  # fmt: skip
    assert list(rows.columns)[3:] == ["Jail days", "Refunds", "Jail days less refunds"]


def test_each_amount_is_in_its_own_unit_so_that_small_ones_do_not_vanish() -> None:
    rows = level_rows(cost([run(240_000_000, 12), run(240_000_000, 24)]), ["all"])
    assert rows.loc[2, "Jail days"] == "$1B [in every run]"
    assert rows.loc[1, "Jail days"] == "$75 [$0 to $393]"  # 50 and 100 dollars; no amount below nothing


def test_detainers_of_prisons_are_named_where_there_are_any_and_not_elsewhere() -> None:
    assert "none are issued in state prisons" in how_to_read(cost([run(2_400)]))
    events = {(LOS_ANGELES, "secure_communities", "detainer_issued"): 10, (PRISON, "none", "detainer_issued"): 5}
    told = how_to_read(cost([result(events)]))
    assert "none are issued in state prisons" not in told
    assert "(15 with those in state prisons, against 10 here)" in told


def test_differences_have_signs_and_say_what_cannot_be_told() -> None:
    found = cost([run(2_400), run(2_400), run(2_640)], [run(2_640), run(1_200), run(4_800)])
    rows = difference_rows(found, ["06037"]).set_index("Place and part")
    assert rows.loc["  statutory hold", "Person-days"] == "identical"
    assert rows.loc["  induced stay", "Person-days"].startswith("+16.7 [")
    assert rows.loc["  induced stay", "Person-days"].endswith("cannot tell")
    back = difference_rows(cost([run(4_800), run(4_900)], [run(2_400), run(2_400)]), ["06037"])
    assert back.loc[2, "Jail days"].startswith(f"{MINUS}$10.2k [{MINUS}")


def test_without_detainers_there_is_nothing_a_detainer() -> None:
    rows = level_rows(cost([result({}, hours={(COOK, "induced", "citizen"): 24})]), ["all"])
    assert rows.loc[2, "Days a detainer"] == "not applicable" and rows.loc[0, "Person-days"].startswith("0 [")


def test_the_price_and_what_its_range_would_make_are_told() -> None:
    told = how_to_read(cost([run(2_400)]))
    assert "$100" in told and "$40 to $180" in told and "0.4 to 1.8 times" in told and "not a record" in told
