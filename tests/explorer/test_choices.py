"""Choices as an address, as a pair of scenarios and as a file: one meaning, and the scenario room's own refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.choices import HOLD, Choices, Override, choices_of, pair_of, query_of, yaml_of
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.provenance import canonical
from enforcement_sim.scenarios.load import load_scenario

KENT = "10001"
EVERYTHING = Choices(
    place="CA,NV",
    first="2011-01-01",
    last="2012-06-30",
    hold="96",
    activated="2011-07-01",
    overrides=(
        Override("honour", "honour-trust", "2011-02-01", "2012-01-01", "CA"),
        Override("honour", "honour-none", "2012-01-01"),
        Override("screen", "screen-targeted"),
        Override("detainer", "detainer-pep", where="NV", followed="strictly"),
        Override("detainer", "detainer-felonies-only", until="2011-06-01", followed="0.9,0.05"),
    ),
    settings=("pickup.crew_capacity=0.04", "start.warm_days=0"),
    show="map",
    stage="ice_custody",
    definition="mpi-2011",
    event="detainer_issued",
    month="2011-05",
    world="history",
)


def test_the_first_page_has_a_bare_address() -> None:
    assert query_of(Choices()) == ""
    assert choices_of("") == Choices()


def test_everything_survives_the_address() -> None:
    assert choices_of(query_of(EVERYTHING)) == EVERYTHING


def test_an_address_can_be_written_by_hand() -> None:
    found = choices_of("?place=NC&hold=96&rule=honour:honour-none:2011-01-01&set=start.warm_days%3D0")
    assert (found.place, found.hold, found.settings) == ("NC", "96", ("start.warm_days=0",))
    assert found.overrides == (Override("honour", "honour-none", "2011-01-01"),)


def test_an_unknown_name_in_an_address_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"plac: unknown in an address.*did you mean 'place'"):
        choices_of("?plac=CA")


def test_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError, match="cannot read 'honour'"):
        choices_of("?rule=honour")


def test_the_pair_differs_by_what_was_chosen_and_by_nothing_else() -> None:
    history, what_if = pair_of(Choices(place=KENT, hold="96", overrides=(Override("sharing", "not-shared"),)))
    a, b = canonical(history), canonical(what_if)
    assert {key for key in a if a[key] != b[key]} == {"parameters", "changes"}
    assert {name for name in a["parameters"] if a["parameters"][name] != b["parameters"][name]} == {HOLD}
    assert [change["rule"] for change in b["changes"]] == ["not-shared"]


def test_nothing_chosen_is_history_itself() -> None:
    history, what_if = pair_of(Choices(place=KENT))
    assert history is what_if


def test_activation_is_not_shared_before_and_shared_from_the_day() -> None:
    _, what_if = pair_of(Choices(place=KENT, activated="2011-07-01"))
    before, after = (change.written() for change in what_if.changes)
    assert (before["rule"], before["until"], "from" in before) == ("not-shared", "2011-07-01", False)
    assert (after["rule"], after["from"], "until" in after) == ("shared", "2011-07-01", False)


@pytest.mark.parametrize(
    ("choices", "address", "value"),
    [
        (Choices(hold="9999"), HOLD, 9999),
        (Choices(hold="1.5"), HOLD, 1.5),
        (Choices(hold="long"), HOLD, "long"),
        (Choices(settings=("pickup.crew_capacity=-1",)), "pickup.crew_capacity", -1),
        (Choices(first="2010-13-01"), "period.start", "2010-13-01"),
        (Choices(last="2019-01-01"), "period.end", "2019-01-01"),
        (Choices(place="ZZ"), "scope", {"states": ["ZZ"]}),
    ],
)
def test_what_cannot_be_is_refused_in_the_scenario_rooms_words(choices: Choices, address: str, value: object) -> None:
    with pytest.raises(InputError) as refused:
        pair_of(choices)
    with pytest.raises(InputError) as on_the_command_line:
        load_scenario("baseline").with_(**{address: value})
    assert str(refused.value) == str(on_the_command_line.value)


def test_an_unknown_parameter_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'detainer\.hold_hours'"):
        pair_of(Choices(settings=("detainer.hold_hour=72",)))


def test_what_is_no_parameter_cannot_be_set() -> None:
    with pytest.raises(InputError, match="unknown address"):
        pair_of(Choices(settings=("thin=20",)))


def test_how_closely_a_rule_is_followed_is_part_of_it() -> None:
    _, what_if = pair_of(EVERYTHING)
    assert [change.shares for change in what_if.changes if change.decision == "detainer"] == [(1.0, 0.0), (0.9, 0.05)]
    assert "detainer:detainer-pep:::NV:strictly" in query_of(EVERYTHING)
    for followed, told in (
        ("strict", "did you mean 'strictly'"),
        ("0.9,2", "2 is not possible; allowed: a number, 0 to 1"),
        ("0.9,", "expected a number"),
    ):
        with pytest.raises(InputError, match=told):
            pair_of(Choices(overrides=(Override("detainer", "detainer-pep", followed=followed),)))
    with pytest.raises(InputError, match="'honour' follows its rule by one share"):
        pair_of(Choices(overrides=(Override("honour", "honour-none", followed="strictly"),)))


def test_a_rule_of_another_decision_is_refused() -> None:
    with pytest.raises(InputError, match="does not answer 'honour'"):
        pair_of(Choices(overrides=(Override("honour", "screen-targeted"),)))


def test_the_file_is_the_same_world(tmp_path: Path) -> None:
    """Loaded by the command line it has the same canonical form, and so the same runs by name."""
    path = tmp_path / "what-if.yaml"
    path.write_text(yaml_of(EVERYTHING), encoding="utf-8")
    assert canonical(load_scenario(path)) == canonical(pair_of(EVERYTHING)[1])


def test_the_file_is_short(tmp_path: Path) -> None:
    """Only what was chosen is written, and not the register's hundreds of numbers."""
    text = yaml_of(Choices(place=KENT, hold="96"))
    assert [line.strip() for line in text.splitlines() if "." in line and "hours" in line] == [f"{HOLD}: 96.0"]
    assert len(text.splitlines()) < len(load_register()) / 10
