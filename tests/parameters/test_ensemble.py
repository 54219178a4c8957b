"""The shipped ensemble: inside the register, of calibration's addresses, and drawn by scenarios and designs."""

from __future__ import annotations

from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import load_ensemble, recipe, written
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.design import design_of
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.calibration.unknowns import load_calibration

SHORT = """
schema: 1
name: short
title: Short
period: {start: 2012-01-01, end: 2012-01-31}
scope: {counties: ["10001"]}
"""


def scenario(tmp_path: Path, more: str) -> Path:
    path = tmp_path / "short.yaml"
    path.write_text(SHORT + more)
    return path


def test_every_set_moves_the_same_of_what_calibration_may_move_and_stays_in_range() -> None:
    may_move = load_calibration().addresses
    register = load_register()
    members = load_ensemble()
    assert [member.number for member in members] == list(range(1, len(members) + 1))
    for member in members:
        assert set(member.parameters) == may_move
        for address, value in member.parameters.items():
            assert register[address].low <= value <= register[address].high


def test_sets_differ() -> None:
    found = {tuple(member.parameters.values()) for member in load_ensemble()}
    assert len(found) == len(load_ensemble()) >= 2


def test_recipe_tells_how_many_and_by_which_figures() -> None:
    told = recipe()
    assert told["kept"] == len(load_ensemble())
    assert set(told["unknowns"]) == set(load_calibration().unknowns)
    assert "sc_match_rate" in told["figures"]
    assert not [name for name in told["figures"] if name.startswith("detainers_fy201")]


def test_scenario_starts_from_a_set_and_its_own_parameters_win(tmp_path: Path) -> None:
    second = load_ensemble(2)[-1].parameters
    address = "status.in_ident.overstay"
    found = load_scenario(str(scenario(tmp_path, "ensemble: 2\nparameters: {detainer.lifted_share: 0.2}\n")))
    assert found.parameters[address] == second[address]
    assert found.parameters["detainer.lifted_share"] == 0.2
    bare = load_scenario(str(scenario(tmp_path, "ensemble: 0\n")))
    assert bare.parameters == load_register().defaults()
    baseline = load_scenario("baseline")
    assert baseline.parameters[address] == load_ensemble(1)[0].parameters[address]
    assert baseline.with_(ensemble=2).parameters[address] == second[address]
    assert baseline.with_(ensemble=0).parameters == load_register().defaults()


def test_ensemble_cannot_be_swept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be swept; a design draws it"):
        load_scenario(str(scenario(tmp_path, "sweep: {ensemble: [1, 2]}\n")))


def test_set_that_does_not_exist_is_refused_with_line_and_range(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_scenario(str(scenario(tmp_path, "ensemble: 5000\n")))
    assert "short.yaml" in str(refused.value)
    assert f"1 to {len(load_ensemble())}" in str(refused.value)


def test_design_draws_sets(tmp_path: Path) -> None:
    text = "design:\n  uncertainties: {method: ensemble, draws: 3}\nreplications: 2\n"
    design = design_of(load_scenario(str(scenario(tmp_path, text))))
    assert [dict(draw) for draw in design.draws] == [member.parameters for member in load_ensemble(3)]
    assert len(design.tasks("e")) == 6
    again = load_scenario(str(scenario(tmp_path, text))).resolved()["design"]
    assert again == {"uncertainties": {"method": "ensemble", "draws": 3}}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("uncertainties: {method: ensemble, draws: 3, seed: 2}", "no use for seed"),
        ("uncertainties: {method: ensemble, draws: 5000}", "5000 sets"),
        ("levers: {method: ensemble, draws: 3}", "unknown method 'ensemble'; allowed: grid"),
    ],
)
def test_design_says_what_an_ensemble_cannot_do(tmp_path: Path, part: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        load_scenario(str(scenario(tmp_path, f"design:\n  {part}\n")))
    assert said in str(refused.value)


def test_table_with_a_value_outside_its_range_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ensemble.csv"
    path.write_text(written([{"detainer.lifted_share": 0.1}, {"detainer.lifted_share": 0.9}]))
    with pytest.raises(InputError) as refused:
        load_ensemble(path=path)
    assert "detainer.lifted_share" in str(refused.value)
    assert "3" in str(refused.value)
