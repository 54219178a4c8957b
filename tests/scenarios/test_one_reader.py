"""One reader for a file, ``--set``, ``Scenario.with_`` and the explorer: the same mistake is the same message."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import called

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.choices import Choices, pair_of
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.yaml_lines import read_value

MISTAKES = {
    "a number outside its range": ("parameters.detainer.hold_hours", "9999"),
    "text in the place of a number": ("parameters.detainer.hold_hours", "long"),
    "half an hour": ("parameters.detainer.hold_hours", "1.5"),
    "a bound": ("thin", "0"),
    "the wrong type": ("seed", "true"),
    "one of a fixed few": ("simulate", "allone"),
    "a day that is none": ("period.start", "soon"),
    "a day outside the history": ("period.end", "2016-01-01"),
    "an unknown state": ("scope", "{states: [XX]}"),
    "an unknown county": ("scope", '{counties: ["06999"]}'),
    "an unknown key": ("scope", "{state: [CA]}"),
    "a name that is none": ("name", "My plan"),
    "a rule of another decision": ("changes.no", "{decision: honour, rule: screen-universal, where: nation}"),
    "a part that is missing": ("changes.no", "{decision: honour, where: nation}"),
    "too few seeds": ("replications", "{at_most: 1, until: {measure: removed, half_width: 5}}"),
    "a table that is not there": ("data.activation", "mine"),
}


def error_of_file(folder: Path, key: str, text: str) -> InputError:
    section, _, rest = key.partition(".")
    body = f"{section}:\n  {rest}: {text}\n" if rest else f"{section}: {text}\n"
    name = "" if section == "name" else "name: plan\n"
    path = folder / "plan.yaml"
    path.write_text(f"extends: baseline\n{name}{body}", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_scenario(path)
    return raised.value


@pytest.mark.parametrize(("key", "text"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_the_same_message_everywhere(
    key: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_file = error_of_file(tmp_path, key, text)
    assert (in_file.file, in_file.line) == (str(tmp_path / "plan.yaml"), 4 if "." in key else 2 if key == "name" else 3)
    message = str(in_file.at(in_file.key)).partition(f"{in_file.line}: ")[2]
    address = key.removeprefix("parameters.")
    with pytest.raises(InputError) as in_python:
        load_scenario("baseline").with_(**{address: read_value(text)})
    assert str(in_python.value) == message
    monkeypatch.chdir(tmp_path)
    code, printed, errors = called(monkeypatch, capsys, "run", "baseline", "--set", f"{address}={text}")
    assert (code, printed, errors) == (2, "", f"error: {message}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"], "nothing is written"


@pytest.mark.parametrize("text", ["9999", "1.5", "long"])
def test_an_address_of_the_explorer_is_read_as_a_file(text: str, tmp_path: Path) -> None:
    in_file = error_of_file(tmp_path, "parameters.detainer.hold_hours", text)
    with pytest.raises(InputError) as in_address:
        pair_of(Choices(place="10003", hold=text))
    found = in_address.value
    assert (found.message, found.allowed) == (in_file.message, in_file.allowed)
