"""Moving a parameter over its whole range moves the measures that its entry names, or nothing where it says so.

Each entry is run in a small world at one end and at the other; of a table every other member stands at the other end.
``python -m tools.check_parameters_move`` runs every member of every table by itself; a sample of them is run here.
"""

from __future__ import annotations

import math

import pytest
from tools.check_parameters_move import OTHER_SEED, at_ends, bent, moved, not_as_said, row_of
from tools.make_parameters import entries

from enforcement_sim.parameters.register import load_register

pytestmark = pytest.mark.slow

ENTRIES = entries()
SAMPLED = 12
"""Every so many members of tables, one is run by itself."""
MEMBERS = [one.address for members in ENTRIES.values() for one in members if one.table][::SAMPLED]


@pytest.mark.parametrize("address", ENTRIES)
def test_an_entry_moves_what_it_names(address: str) -> None:
    members = ENTRIES[address]
    named = set(members[0].argument.moves)
    found = set(moved(*bent(members)))
    if not named <= found:
        found |= set(moved(*bent(members, OTHER_SEED)))
    assert named <= found, f"not moved: {named - found}; moved: {found}"
    assert bool(found) == bool(named), f"moved: {found}"


@pytest.mark.parametrize("address", MEMBERS)
def test_a_member_of_a_table_moves_something_by_itself(address: str) -> None:
    parameter = load_register()[address]
    found = moved(*at_ends(parameter))
    assert bool(found) == bool(parameter.moves), f"moved: {found}"


def test_an_entry_that_does_not_do_what_it_says_is_told() -> None:
    members = ENTRIES["case.prison_share"]
    as_said = {one.address: one.moves for one in members}
    assert not_as_said(members, as_said) == []
    stuck, never = "case.prison_share.dui", "case.prison_share.simple_assault"
    assert not_as_said(members, as_said | {stuck: ()}) == [f"{stuck} moves nothing"]
    assert not_as_said(members, as_said | {never: ("booked",)}) == [f"{never} moves booked"]
    partly = {address: names[:1] for address, names in as_said.items()}
    assert not_as_said(members, partly) == ["case.prison_share does not move prisoners"]
    alone = ENTRIES["status.illegal_entry_conviction_share"]
    assert not_as_said(alone, {alone[0].address: ()}) == []
    assert not_as_said(alone, {alone[0].address: ("removed",)}) == [f"{alone[0].address} moves removed"]


def test_two_that_are_not_a_number_do_not_differ() -> None:
    low = {"booked": 1.0, "share": math.nan, "held": math.nan}
    assert moved(low, low) == ()
    assert moved(low, low | {"held": 0.5, "booked": 2.0}) == ("booked", "held")


def test_a_row_tells_the_named_measure_that_moved() -> None:
    one = load_register()["cost.pickup"]
    low, high = {"booked": 3.0, "dollars.federal": 1.5}, {"booked": 4.0, "dollars.federal": 2.5}
    assert row_of(one, low, high) == ("cost.pickup", "100", "3000", "dollars.federal", "1.5", "2.5", "2")
    assert row_of(one, low, high | {"dollars.federal": 1.5})[3:] == ("booked", "3", "4", "1")
    assert row_of(one, low, low)[3:] == ("", "", "", "0")
