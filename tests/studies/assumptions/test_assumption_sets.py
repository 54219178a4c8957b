"""Sets of assumptions: what a file says, each mistake in one line, and in what two sets differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.register import load_register
from enforcement_sim.studies.assumptions.assumption_sets import load_assumptions, opposed, shipped_folder, shipped_names

SET = """\
schema: 1
name: many-crews
title: There are many crews
argues: Crews come soon.
assumptions:
  crews:
    says: There are many.
    values:
      pickup.crew_capacity: {value: 0.1, source: A report.}
      pickup.delay_hours_median: {value: 6, source: The same report.}
  bail:
    says: Few lose it.
    values:
      detainer.bail_denied_share: {value: 0.05, source: An argument.}
"""


def write(folder: Path, text: str, name: str = "set.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    found = load_assumptions(write(tmp_path, SET))
    assert (found.name, found.title, found.argues) == ("many-crews", "There are many crews", "Crews come soon.")
    assert list(found.assumptions) == ["crews", "bail"]
    crews = found.assumptions["crews"]
    assert {address: one.value for address, one in crews.values.items()} == {
        "pickup.crew_capacity": 0.1,
        "pickup.delay_hours_median": 6.0,
    }
    assert crews.values["pickup.delay_hours_median"].source == "The same report."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "argues:",
            "argue:",
            ":4: argue: unknown key; allowed: schema, name, title, argues, assumptions; did you mean",
        ),
        ("schema: 1", "schema: 2", ":1: schema: unknown schema 2; allowed: 1"),
        ("title: There are many crews\n", "", "set.yaml:1: title: is missing"),
        ("    says: There are many.\n", "", ":6: assumptions.crews.says: is missing"),
        ("says: There are many.", "says: [a]", ":7: assumptions.crews.says: expected text"),
        (
            "{value: 0.1, source: A report.}",
            "0.1",
            ":9: assumptions.crews.values.pickup.crew_capacity: expected 'key: value' lines",
        ),
        (", source: A report.", "", ":9: assumptions.crews.values.pickup.crew_capacity.source: is missing"),
        ("value: 0.1, ", "", ":9: assumptions.crews.values.pickup.crew_capacity.value: is missing"),
        ("value: 0.1", "value: 0.1, grade: x", "crew_capacity.grade: unknown key; allowed: value, source"),
        ("value: 0.1", "value: 7", "crew_capacity.value: 7 is outside the range; allowed: a number from 0.01 to 0.2"),
        (
            "pickup.crew_capacity",
            "pickup.crew_capacities",
            ":9: assumptions.crews.values.pickup.crew_capacities: unknown p",
        ),
        (
            "detainer.bail_denied_share",
            "pickup.crew_capacity",
            ":14: assumptions.bail.values.pickup.crew_capacity: stands",
        ),
        (SET[SET.index("assumptions:") :], "assumptions: {}\n", ":5: assumptions: is empty"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert SET.count(old) == 1
    with pytest.raises(InputError) as raised:
        load_assumptions(write(tmp_path, SET.replace(old, new)))
    assert message in str(raised.value), raised.value
    assert "\n" not in str(raised.value)


def test_all_mistakes_of_a_set_are_said_at_once(tmp_path: Path) -> None:
    text = SET.replace("argues:", "argue:").replace("value: 0.1", "value: 7")
    text = text.replace("detainer.bail_denied_share", "jail.nothing")
    with pytest.raises(InputError) as raised:
        load_assumptions(write(tmp_path, text))
    told = [(one.line, (one.key or "").rpartition(".")[2]) for one in raised.value.errors]
    assert told == [(4, "argue"), (9, "value"), (14, "nothing")]


def test_names_of_shipped_sets() -> None:
    with pytest.raises(InputError, match=r"no shipped assumptions 'larger-reech'.*did you mean 'larger-reach'"):
        load_assumptions("larger-reech")
    with pytest.raises(InputError, match="no such file"):
        load_assumptions("nowhere/set.yaml")


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_sets_are_whole_and_sourced(name: str) -> None:
    """Loading checks ranges; here that the file is what it is called and that no source is a token."""
    found = load_assumptions(name)
    assert found.name == name == (shipped_folder() / f"{name}.yaml").stem
    assert found.argues.count(".") >= 3
    for assumption in found.assumptions.values():
        assert assumption.says.endswith(".")
        assert all(
            len(source) >= 20 and source.endswith(".") for source in (one.source for one in assumption.values.values())
        )


def test_the_shipped_sides_differ_in_the_same_seven_things() -> None:
    a, b = load_assumptions("larger-reach"), load_assumptions("larger-cost")
    assert list(a.assumptions) == list(b.assumptions)
    found = opposed(a, b, load_register().defaults())
    assert [one.name for one in found] == list(a.assumptions)
    for one in found:
        assert list(one.values[0]) == list(a.assumptions[one.name].values) == list(b.assumptions[one.name].values)


def test_who_says_nothing_is_taken_to_assume_what_the_scenario_does(tmp_path: Path) -> None:
    own = load_register().defaults()
    few = SET.replace("many-crews", "few-crews").replace("value: 0.1,", "value: 0.02,")
    few = (
        few[: few.index("  bail:")]
        + "  weekends:\n    says: They count.\n    values:\n      hold.counts_weekends: {value: 1, source: X.}\n"
    )
    one, other = load_assumptions(write(tmp_path, SET)), load_assumptions(write(tmp_path, few, "few.yaml"))
    found = {difference.name: difference for difference in opposed(one, other, own)}
    assert list(found) == ["crews", "bail", "weekends"]
    assert found["crews"].values[1] == {"pickup.crew_capacity": 0.02, "pickup.delay_hours_median": 6.0}
    assert found["bail"].values == ({"detainer.bail_denied_share": 0.05}, {"detainer.bail_denied_share": 0.22})
    assert found["bail"].says == ("Few lose it.", "")
    assert found["weekends"].values == ({"hold.counts_weekends": 0.0}, {"hold.counts_weekends": 1.0})


def test_sets_that_cannot_be_held_against_each_other(tmp_path: Path) -> None:
    own = load_register().defaults()
    one = load_assumptions(write(tmp_path, SET))
    with pytest.raises(InputError, match="assume the same, so there is no gap to split"):
        opposed(one, one, own)
    moved = write(tmp_path, SET.replace("  crews:", "  roads:"), "moved.yaml")
    with pytest.raises(InputError, match=r"pickup\.crew_capacity belongs to crews in many-crews and to roads in"):
        opposed(one, load_assumptions(moved), own)
