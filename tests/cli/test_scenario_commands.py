"""The `scenario` and `parameters` commands: what they print, and what a mistake looks like from a shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.command_line import from_a_shell, printed

import enforcement_sim
from enforcement_sim.cli import main
from enforcement_sim.errors import InputError
from enforcement_sim.law.adherence import shifted
from enforcement_sim.parameters.register import load_register
from enforcement_sim.runs.design import design_of
from enforcement_sim.scenarios.json_schema import json_schema
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.records.offence_settings import load_offence_settings

REPOSITORY = Path(__file__).parents[2]


def test_check_says_how_many_runs() -> None:
    text = printed("scenario", "check", "hold-and-opt-out", "baseline")
    first, *rules, second = text.splitlines()
    assert all(line.startswith("    ") for line in rules)
    assert first == ("hold-and-opt-out: ok: 9 points x 8 replications = 72 runs; 2010-10-01 to 2013-09-30; 1 state")
    assert second.startswith("baseline: ok: 1 point x 8 replications = 8 runs;") and second.endswith("nation")


STRICT = """\
schema: 1
name: strict
extends: baseline
scope: {counties: ["10003"]}
parameters: {detainer.issue_if_not_covered: 0.125}
changes:
  narrow: {decision: detainer, rule: detainer-felonies-only, where: nation}
  hold: {decision: honour, rule: honour-trust, where: nation}
  prints: {decision: sharing, rule: not-shared, where: nation}
sweep:
  changes.narrow.followed: [strictly, as_history, {covered: 0.9, not_covered: 0.05}]
"""


def test_check_and_show_say_how_closely_each_rule_is_followed(tmp_path: Path) -> None:
    """At every point of a sweep, with the parameters in force there; of a lever, which is no rule, nothing is said."""
    path = tmp_path / "strict.yaml"
    path.write_text(STRICT, encoding="utf-8")
    rule = "detainer-felonies-only: Felony convictions (a what-if, never in force); followed"
    for command in ("check", "show"):
        text = " ".join(printed("scenario", command, str(path)).replace("#", " ").split())
        assert f"{rule} strictly: all people covered get a detainer and nobody else does" in text
        assert f"{rule} as history was: of people covered " in text
        assert re.search(r"of people not covered [\d.]+% still do; field offices differ around that", text)
        assert (
            f"{rule} in stated shares: of people covered 90% get a detainer, of people not covered 5% still do" in text
        )
        assert "registrants and warrants; followed in part: of people whose detainers they decline" in text
    path.write_text(printed("scenario", "show", str(path)), encoding="utf-8")
    assert load_scenario(path).sweep["changes.narrow.followed"][0] == "strictly"


def test_what_is_drawn_is_told_as_a_range(tmp_path: Path) -> None:
    path = tmp_path / "strict.yaml"
    values = "detainer.issue_if_not_covered: {from: 0.2, to: 0.6}"
    design = f"design: {{uncertainties: {{method: sobol, draws: 8, values: {{{values}}}}}}}"
    path.write_text(f"{STRICT.partition('sweep:')[0]}{design}\n", encoding="utf-8")
    scenario = load_scenario(path)
    by = scenario.parameters["detainer.not_covered_shift.only_if_2012"]
    drawn = [shifted(draw["detainer.issue_if_not_covered"], by) for draw in design_of(scenario).draws]
    low, high = (f"{100 * end:.3g}%" for end in (min(drawn), max(drawn)))
    text = " ".join(printed("scenario", "check", str(path)).split())
    assert f"of people not covered {low} to {high} still do" in text and low != high


def test_show_prints_a_file_that_loads_as_the_same_scenario(tmp_path: Path) -> None:
    path = tmp_path / "shown.yaml"
    path.write_text(printed("scenario", "show", "refusal"), encoding="utf-8")
    assert load_scenario(path) == load_scenario("refusal")


def test_schema_prints_the_schema() -> None:
    assert json.loads(printed("scenario", "schema")) == json_schema()


def test_list_names_every_shipped_scenario() -> None:
    text = printed("scenario", "list")
    assert text.startswith("baseline: History, as it was\n    What passes")
    assert "\nopt-out: " in text and "\nrefusal: " in text
    assert max(len(line) for line in text.splitlines()) <= 100


def squeezed(text: str) -> str:
    """A text as one line."""
    return " ".join(text.split())


def test_parameters_prints_one_in_full() -> None:
    text = squeezed(printed("parameters", "detainer.hold_hours"))
    parameter = load_register()["detainer.hold_hours"]
    argument = parameter.argument
    expected = (parameter.meaning, f"{parameter.default:g} hours", parameter.grade, parameter.source)
    for part in (*expected, argument.range_from, argument.disputed_by, ", ".join(argument.moves)):
        assert part in text
    assert "with:" not in text and "because:" not in text


def test_parameters_prints_the_settings_under_which_a_number_acts() -> None:
    text = printed("parameters", "booking.citable_share.dui")
    lines = text.splitlines()
    assert "  with:        changes.citation: {decision: citation, rule: cited, where: nation}" in lines
    assert f"because: {load_register()['booking.citable_share.dui'].argument.because}" in squeezed(text)
    assert "  moves:       cited, booked" in lines
    assert "  moves:       nothing" in printed("parameters", "booking.citable_share.drug_sale").splitlines()
    nothing = load_register()["status.illegal_entry_conviction_share"]
    assert not nothing.argument.moves
    text = printed("parameters", nothing.address)
    assert "  moves:       nothing" in text.splitlines() and f"because: {nothing.argument.because}" in squeezed(text)


def test_parameters_prints_a_table_for_a_prefix_and_for_all() -> None:
    some = printed("parameters", "detainer")
    assert "detainer.hold_hours" in some and "cost.jail_day" not in some
    for heading in ("value", "unit", "range", "grade", "source"):
        assert heading in some
    everything = printed("parameters")
    assert all(address in everything for address in load_register())


def test_parameters_finds_the_settings_of_imported_offences() -> None:
    settings = load_offence_settings()
    listed = printed("parameters", "offences")
    assert all(f"offences.{name}" in listed for name in settings) and "within its range" in squeezed(listed)
    spread = settings["trend_spread"]
    text = squeezed(printed("parameters", "offences.trend_spread"))
    for part in (spread.meaning, f"{spread.low:g} to {spread.high:g}", spread.grade, squeezed(spread.source)):
        assert part in text
    rows = json.loads(printed("parameters", "offences", "--format", "json"))
    assert [row["setting"] for row in rows] == [f"offences.{name}" for name in settings]
    assert "parameters offences" in squeezed(printed("parameters", "detainer"))
    with pytest.raises(InputError, match="did you mean 'trend_spread'"):
        printed("parameters", "offences.trend_spred")


def test_a_misspelt_parameter_finds_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'detainer\.hold_hours'"):
        printed("parameters", "detainer.hold_hour_s")


def test_a_mistake_ends_with_code_2_and_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("schema: 1\nname: plan\nthinn: 2\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["enforcement-sim", "scenario", "check", str(path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert streams.err.startswith(f"error: {path}:3: thinn: unknown key; allowed: ")
    assert streams.err.endswith("did you mean 'thin'?\n") and streams.err.count("\n") == 1


@pytest.mark.slow
def test_a_mistake_from_a_shell_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("schema: 1\nname: plan\nname: plan\n", encoding="utf-8")
    ended = from_a_shell("scenario", "check", "plan.yaml", folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: plan.yaml:3: name: key written twice (first on line 2)\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


@pytest.mark.slow
def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """How long it takes is measured by ``benchmarks/engine.py``."""
    ended = from_a_shell("--help", folder=tmp_path)
    assert ended.returncode == 0 and "scenario" in ended.stdout

    heavy = "numba numpy scipy mesa pandas pyarrow matplotlib pydantic yaml networkx"
    program = (
        "import sys; from enforcement_sim.cli import app; "
        f"print(sorted(name for name in '{heavy}'.split() if name in sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(enforcement_sim.__file__).parents[1])}
    found = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert printed("--version").strip() == f"enforcement-sim {project['version']}"


def test_the_public_face_is_lazy_and_complete() -> None:
    assert enforcement_sim.load_scenario is load_scenario
    assert set(dir(enforcement_sim)) == set(enforcement_sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = enforcement_sim.nothing
