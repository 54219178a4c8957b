"""The register: the shipped one is whole, and each way an entry can be wrong is refused on its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.codes import LISTS, OFFENCES
from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import GRADES, Register, load_register

GOOD = """\
hold.hours:
  meaning: Hours a jail may hold.
  unit: hours
  default: 48
  range: [0, 100]
  integer: true
  grade: seen
  source: A citation.
  range_from: A citation of both ends.
  disputed_by: Sheriffs would say higher; legal-aid groups lower.
  moves: [held, hours.statutory_hold]
week.factor:
  meaning: A factor by day of the week.
  unit: ratio
  by: weekday
  default: {monday: 1, tuesday: 1, wednesday: 1, thursday: 1, friday: 1.5, saturday: 1, sunday: 1}
  range: [0.5, 2]
  grade: assumed
  source: An argument.
  range_from: No source found.
  disputed_by: Nobody.
  moves: nothing
  because: It is a test.
"""


def register_of(tmp_path: Path, text: str) -> Register:
    path = tmp_path / "register.yaml"
    path.write_text(text, encoding="utf-8")
    return load_register(path)


def test_tables_are_expanded_to_full_addresses(tmp_path: Path) -> None:
    register = register_of(tmp_path, GOOD)
    assert list(register)[:3] == ["hold.hours", "week.factor.monday", "week.factor.tuesday"]
    friday = register["week.factor.friday"]
    assert (friday.default, friday.low, friday.high, friday.table) == (1.5, 0.5, 2.0, "week.factor")
    assert register["hold.hours"].table is None
    argument = register["hold.hours"].argument
    assert argument.range_from == "A citation of both ends."
    assert argument.disputed_by == "Sheriffs would say higher; legal-aid groups lower."
    assert argument.moves == ("held", "hours.statutory_hold")
    assert (friday.argument.moves, friday.argument.because) == ((), "It is a test.")
    assert register.defaults()["hold.hours"] == 48.0
    assert [found.address for found in register.under("hold")] == ["hold.hours"]
    assert len(register.under("week.factor")) == 7


def test_settings_under_which_a_number_acts_are_kept(tmp_path: Path) -> None:
    more = "  with: {changes.all: {decision: citation, rule: cited}, thin: 2}\n  because: Read only there.\n"
    register = register_of(tmp_path, GOOD.replace("statutory_hold]\n", "statutory_hold]\n" + more))
    argument = register["hold.hours"].argument
    assert argument.acts_with == {"changes.all": {"decision": "citation", "rule": "cited"}, "thin": 2}
    assert argument.because == "Read only there."


def test_members_that_move_nothing_are_named_with_a_reason(tmp_path: Path) -> None:
    register = register_of(tmp_path, GOOD.replace("moves: nothing", "moves: [held]\n  unmoved: [friday, sunday]"))
    still = [address for address, parameter in register.items() if not parameter.moves]
    assert still == ["week.factor.friday", "week.factor.sunday"]
    assert register["week.factor.monday"].moves == register["week.factor.friday"].argument.moves == ("held",)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("  meaning: Hours a jail may hold.\n", "", 1, "hold.hours.meaning: is missing"),
        ("  unit: hours\n", "", 1, "hold.hours.unit: is missing"),
        ("  range: [0, 100]\n", "", 1, "hold.hours.range: is missing"),
        ("  source: A citation.\n", "", 1, "hold.hours.source: is missing"),
        ("source: A citation.", 'source: ""', 8, "hold.hours.source: is empty; expected text"),
        ("  grade: seen\n", "", 1, "hold.hours.grade: is missing"),
        ("  default: 48\n", "", 1, "hold.hours.default: is missing"),
        ("grade: seen", "grade: sen", 7, "hold.hours.grade: unknown grade 'sen'; allowed: seen, derived, recalled"),
        (
            "default: 48",
            "default: 480",
            4,
            "hold.hours.default: default 480 is outside its range; allowed: a whole number",
        ),
        ("default: 48", "default: 4.5", 4, "hold.hours.default: default 4.5 is not a whole number"),
        ("default: 48", "default: many", 4, "hold.hours.default: expected a number"),
        ("default: 48", "default: true", 4, "hold.hours.default: expected a number"),
        ("range: [0, 100]", "range: [0]", 5, "hold.hours.range.1: is missing"),
        ("range: [0, 100]", "range: [100, 0]", 5, "hold.hours.range: the low end 100 is above the high end 0"),
        ("integer: true", "integer: maybe", 6, "hold.hours.integer: expected true or false"),
        ("unit: hours", "units: hours", 3, "hold.hours.units: unknown key; allowed: range_from, disputed_by, moves"),
        ("unit: hours", "unit: 5", 3, "hold.hours.unit: expected text"),
        ("  unit: hours\n", "  unit: hours\n  unit: days\n", 4, "hold.hours.unit: key written twice"),
        ("week.factor:", "hold.hours:", 12, "hold.hours: key written twice (first on line 1)"),
        ("by: weekday", "by: weekdy", 15, "week.factor.by: unknown list 'weekdy'"),
        ("by: weekday", "by: [weekday]", 15, "week.factor.by: unknown list"),
        ("friday: 1.5", "fridy: 1.5", 16, "week.factor.default.fridy: unknown weekday"),
        (", friday: 1.5", "", 16, "week.factor.default: has no number for friday"),
        ("friday: 1.5", "friday: 5", 16, "week.factor.default.friday: default 5 is outside its range"),
        ("friday: 1.5", "friday: high", 16, "week.factor.default.friday: expected a number, found 'high'"),
        ("  by: weekday\n", "", 15, "week.factor.default: expected a number; a table says what it runs over"),
        ("  range_from: A citation of both ends.\n", "", 1, "hold.hours.range_from: is missing"),
        ("  disputed_by: Nobody.\n", "", 12, "week.factor.disputed_by: is missing"),
        ("  moves: nothing\n", "", 12, "week.factor.moves: is missing"),
        (
            "range_from: A citation",
            "range_form: A citation",
            9,
            "hold.hours.range_form: unknown key; allowed: range_from",
        ),
        ("range_from: A citation of both ends.", "range_from: 3", 9, "hold.hours.range_from: expected text"),
        ("disputed_by: Nobody.", "disputed_by: [nobody]", 21, "week.factor.disputed_by: expected text"),
        (
            "moves: nothing",
            "moves: nothin",
            22,
            "week.factor.moves: expected a list or 'nothing', found 'nothin'; did you",
        ),
        ("moves: nothing", "moves: []", 22, "week.factor.moves: expected a list or 'nothing'"),
        ("moves: nothing", "moves: {held: 1}", 22, "week.factor.moves: expected a list or 'nothing'"),
        (
            "moves: [held, hours.statutory_hold]",
            "moves: [held, 3]",
            11,
            "hold.hours.moves.1: expected text, found 3",
        ),
        ("hours.statutory_hold]", "held]", 11, "hold.hours.moves.1: 'held' is named twice"),
        ("moves: nothing", "moves: [held]\n  unmoved: monday", 23, "week.factor.unmoved: expected a list, found"),
        (
            "moves: nothing",
            "moves: [held]\n  unmoved: [mondy]",
            23,
            "week.factor.unmoved: unknown weekday 'mondy'",
        ),
        (
            "moves: nothing",
            "moves: [held]\n  unmoved: [friday, friday]",
            23,
            "week.factor.unmoved.1: 'friday' is named twice",
        ),
        (
            "moves: nothing\n  because: It is a test.",
            "moves: [held]\n  unmoved: [friday]",
            23,
            "week.factor.unmoved: has no because, which unmoved needs here",
        ),
        (
            "statutory_hold]\n",
            "statutory_hold]\n  unmoved: [held]\n",
            12,
            "hold.hours.unmoved: has no because",
        ),
        ("  because: It is a test.\n", "", 22, "week.factor.moves: has no because, which moves needs here"),
        ("because: It is a test.", "because: 3", 23, "week.factor.because: expected text"),
        (
            "statutory_hold]\n",
            "statutory_hold]\n  with: {thin: 2}\n",
            12,
            "hold.hours.with: has no because, which with",
        ),
        (
            "statutory_hold]\n",
            "statutory_hold]\n  with: thin\n",
            12,
            "hold.hours.with: expected 'key: value' lines, found 'thin'",
        ),
        ("statutory_hold]\n", "statutory_hold]\n  with: {}\n", 12, "hold.hours.with: is empty"),
        ("statutory_hold]\n", "statutory_hold]\n  wiht: {}\n", 12, "hold.hours.wiht: unknown key; allowed: range_from"),
    ],
)
def test_a_broken_entry_is_refused(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as raised:
        register_of(tmp_path, GOOD.replace(old, new, 1))
    assert f"register.yaml:{line}: {message}" in str(raised.value)


def test_an_entry_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"register\.yaml:1: hold: expected 'key: value' lines, found 48; allowed: range_from"
    ):
        register_of(tmp_path, "hold: 48\n")


def test_an_address_that_is_also_a_table_member_is_refused(tmp_path: Path) -> None:
    entry = GOOD.partition("week.factor:")[0].replace("hold.hours", "week.factor.friday")
    with pytest.raises(InputError, match=r"week\.factor\.friday: address written twice"):
        register_of(tmp_path, GOOD + entry)


@pytest.mark.parametrize(
    ("address", "value", "message"),
    [
        ("hold.hour", 1, "hold.hour: unknown parameter; did you mean 'hold.hours'?"),
        ("zzz", 1, "zzz: unknown parameter; allowed: the names that `enforcement-sim parameters` lists"),
        ("week.factor", 1, "week.factor: this is a table; set a member of it, such as week.factor.monday"),
        ("hold.hours", 101, "hold.hours: 101 is outside the range; allowed: a whole number from 0 to 100 (hours)"),
        ("hold.hours", float("inf"), "hold.hours: inf is outside the range"),
        ("hold.hours", 1.5, "hold.hours: 1.5 is not a whole number"),
        ("hold.hours", "48", "hold.hours: '48' is not a number; allowed: a whole number from 0 to 100 (hours)"),
        ("hold.hours", True, "hold.hours: True is not a number"),
        ("hold.hours", float("nan"), "hold.hours: nan is not a number"),
        ("hold.hours", None, "hold.hours: None is not a number"),
    ],
)
def test_a_value_that_cannot_be_set(tmp_path: Path, address: str, value: object, message: str) -> None:
    with pytest.raises(InputError) as raised:
        register_of(tmp_path, GOOD).check(address, value)
    assert message in str(raised.value)


def test_a_value_that_can_be_set_comes_back_as_a_number(tmp_path: Path) -> None:
    value = register_of(tmp_path, GOOD).check("hold.hours", 72)
    assert value == 72.0 and isinstance(value, float)


def test_the_shipped_register_is_whole() -> None:
    register = load_register()
    assert load_register() is register
    for address, parameter in register.items():
        assert parameter.address == address
        assert parameter.grade in GRADES
        assert parameter.low <= parameter.default <= parameter.high
        assert register.check(address, parameter.default) == parameter.default
        # A table that ran over the wrong list would lack members.
        if parameter.table:
            members = {name.rpartition(".")[2] for name in register if register[name].table == parameter.table}
            assert any(members == set(names) for names in LISTS.values())


def test_the_word_list_of_offences_is_the_vocabularys() -> None:
    assert LISTS["offence"] == OFFENCES
