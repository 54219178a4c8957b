"""What is written on the command line is read as in a file: the same words, exit code 2, and nothing computed or written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.command_line import called

from enforcement_sim.errors import InputError, InputNotice
from enforcement_sim.scenarios.file_format import check_seed
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.plan import LARGEST_SEED

HEAD = "schema: 1\nname: plan\nextends: baseline\nperiod: {start: 2012-01-01, end: 2012-01-31}\n"
SCOPE = 'scope: {counties: ["10001"]}\n'
A_NUMBER = "; allowed: a whole number from 0 to 720 (hours)"
A_SEED = f"; allowed: a whole number, 0 to {LARGEST_SEED}"


class Shell:
    """The program called in an otherwise empty folder, which a refused input has to leave empty."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._patch, self._capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)

    def refused(self, *words: str) -> list[str]:
        """Return the errors of a command that writes nothing."""
        before = sorted(self.folder.rglob("*"))
        code, message, errors = called(self._patch, self._capsys, *words)
        assert (code, message) == (2, ""), errors
        assert sorted(self.folder.rglob("*")) == before
        lines = errors.splitlines()
        assert all(line.startswith("error: ") for line in lines)
        return [line.removeprefix("error: ") for line in lines]

    def noted(self, *words: str) -> list[str]:
        """Return the notices of a command that goes well."""
        code, _, errors = called(self._patch, self._capsys, *words)
        assert code == 0, errors
        return [line.removeprefix("note: ") for line in errors.splitlines() if line.startswith("note: ")]

    def written(self, text: str) -> str:
        """Return the name of a scenario file with this text."""
        (self.folder / "plan.yaml").write_text(text, encoding="utf-8")
        return "plan.yaml"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


HOLD = "detainer.hold_hours"
REFUSED = [
    # address, value, what a file says behind the key, what the command line says behind it
    ("period.start", "2011-02-30", "2011-02-30 is not a day of the calendar"),
    ("period.start", "2011-13-01", "2011-13-01 is not a day of the calendar"),
    ("period.end", "2013-02-29", "2013-02-29 is not a day of the calendar"),
    ("period.start", "2012-01-01T00:00:00", "expected a date such as 2010-06-30, found '2012-01-01T00:00:00'"),
    ("period.start", "2012-01-01 06:00:00Z", "expected a date such as 2010-06-30, found '2012-01-01 06:00:00Z'"),
    ("scope", "&a {counties: *a}", "anchors (&name) are not used here"),
    ("scope", "&a [*a, *a]", "anchors (&name) are not used here"),
    ("scope", "*a", "aliases (*name) are not used here; write the value itself"),
    ("scope", "{<<: {states: [CA]}}", "merge keys (<<) are not used here"),
    ("scope", "{states: [CA], states: [TX]}", "key written twice"),
    ("scope", "[" * 60 + "]" * 60, "nested more than 40 levels deep"),
    ("title", "!!str 5", "tags (tag:yaml.org,2002:str) are not used here"),
    ("title", "!!python/object:os.system x", "tags (tag:yaml.org,2002:python/object:os.system) are not used here"),
    (HOLD, "0x30", f"'0x30' is not a number{A_NUMBER}"),
    (HOLD, "0o60", f"'0o60' is not a number{A_NUMBER}"),
    (HOLD, "0b11", f"'0b11' is not a number{A_NUMBER}"),
    (HOLD, "048", '048 begins with a zero; write a code in quotes: "048", and a number without the zero'),
    (HOLD, "-01.5", '-01.5 begins with a zero; write a code in quotes: "-01.5", and a number without the zero'),
    (HOLD, ".nan", ".nan is not a number that can be used"),
    (HOLD, "-.inf", "-.inf is not a number that can be used"),
    (HOLD, ".5e400", ".5e400 is too large"),
    (HOLD, "1e999", "1e999 is too large"),
    (HOLD, "9" * 41, "a number of more than 40 digits"),
    (HOLD, "true", f"True is not a number{A_NUMBER}"),
    (HOLD, "[48]", f"[48] is not a number{A_NUMBER}"),
    ("thin", "2.5", "expected a whole number, found 2.5"),
    ("seed", "-1", f"-1 is not possible{A_SEED}"),
    ("seed", "9223372036854775808", f"9223372036854775808 is not possible{A_SEED}"),
    ("seed", "1e3", f"expected a whole number, found 1000.0{A_SEED}"),
    ("seed", "0x10", f"expected a whole number, found '0x10'{A_SEED}"),
]


@pytest.mark.parametrize(("address", "value", "says"), REFUSED)
def test_a_setting_is_refused_in_the_words_of_a_file(shell: Shell, address: str, value: str, says: str) -> None:
    (on_the_command_line,) = shell.refused("run", "baseline", "--set", f"{address}={value}")
    assert says in on_the_command_line and address in on_the_command_line
    section, _, key = address.partition(".")
    written = f"{section}: {{{key}: {value}}}" if section == "period" else f"{address}: {value}"
    if address == HOLD:
        written = f"parameters:\n  {address}: {value}"
    head = HEAD.replace("period: {start: 2012-01-01, end: 2012-01-31}\n", "")
    (in_a_file,) = shell.refused("scenario", "check", shell.written(f"{head}{written}\n"))
    assert in_a_file.startswith("plan.yaml:") and says in in_a_file
    assert address in in_a_file or "nested" in says  # refused before the parser knows where it is


@pytest.mark.parametrize(
    ("seed", "says"),
    [
        ("-1", f"-1 is not possible{A_SEED}"),
        ("18446744073709551616", f"18446744073709551616 is not possible{A_SEED}"),
        ("9223372036854775808", f"9223372036854775808 is not possible{A_SEED}"),
        ("1e3", f"expected a whole number, found 1000.0{A_SEED}"),
        ("0x10", f"expected a whole number, found '0x10'{A_SEED}"),
        ("007", "007 begins with a zero"),
        ("one", f"expected a whole number, found 'one'{A_SEED}"),
        ("true", f"expected a whole number, found True{A_SEED}"),
        ("", f"expected a whole number, found nothing{A_SEED}"),
        ("&a 1", "anchors (&name) are not used here"),
    ],
)
def test_a_seed_is_refused_before_anything_is_written(shell: Shell, seed: str, says: str) -> None:
    plan = shell.written(HEAD + SCOPE)
    for command in ("run", "trace"):
        (printed,) = shell.refused(command, plan, "--seed", seed)
        assert printed.startswith(f"--seed: {says}")


def test_one_limit_holds_for_every_seed_and_those_of_replications(shell: Shell) -> None:
    """The engine takes 0 to 2**63 - 1; the last replication's seed is inside too, and can be asked for alone."""
    assert LARGEST_SEED == 2**63 - 1
    last = load_scenario(shell.written(f"{HEAD}{SCOPE}seed: 4611686018427387903\nreplications: 2\n"))
    assert check_seed(last.seed + last.replications - 1) == 2**62
    assert shell.noted("scenario", "check", "plan.yaml") == []
    for seed, replications in ((LARGEST_SEED, 1), (LARGEST_SEED - 1, 2)):
        assert load_scenario("baseline").with_(seed=seed, replications=replications).seed == seed
    with pytest.raises(
        InputError, match=f"seed: the last replication's seed is above the largest; allowed: at most {LARGEST_SEED - 1}"
    ):
        load_scenario("baseline").with_(seed=LARGEST_SEED, replications=2)
    until = "{at_least: 4, at_most: 8, until: {measure: removed, half_width: 20.0}}"
    text = f"{HEAD}{SCOPE}seed: {LARGEST_SEED}\nreplications: {until}\n"
    assert "plan.yaml:6: seed: the last" in shell.refused("scenario", "check", shell.written(text))[0]


def test_a_seed_out_of_range_is_refused_in_python_too() -> None:
    from enforcement_sim.model import EnforcementModel

    scenario = load_scenario("baseline").with_(scope={"counties": ["10001"]})
    for seed in (-1, 2**63):
        with pytest.raises(InputError, match=r"seed: .* is not possible"):
            EnforcementModel(scenario.without_design, seed=seed)


def test_all_wrong_settings_are_said_at_once_with_what_is_wrong_in_the_file(shell: Shell) -> None:
    settings = ["thin=0", "period.start=2012-02-30", f"{HOLD}=048", "scope={counties: [06037]}", "x", "nothing=1"]
    words = [word for setting in settings for word in ("--set", setting)]
    printed = shell.refused("sweep", "baseline", "--dry-run", *words, "--set", "thin=2")
    starts = [
        "--set period.start: 2012-02-30",
        f"--set {HOLD}: 048",
        "--set scope.counties.0: 06037",
        "--set: cannot read 'x'",
    ]
    starts += ["--set thin: set twice", "nothing: unknown address"]
    assert len(printed) == len(starts)
    assert all(any(line.startswith(start) for line in printed) for start in starts)
    printed = shell.refused("run", shell.written(HEAD + "thin: 0\n"), "--set", "period.start=2012-02-30")
    assert [line.partition(": ")[0] for line in printed] == ["--set period.start", "plan.yaml:5"]


def test_the_second_scenarios_setting_stands_in_for_that_of_both(shell: Shell) -> None:
    from enforcement_sim.commands.options import settings_of_b

    assert settings_of_b([f"{HOLD}=24", "thin=2"], [f"{HOLD}=96"]) == ["thin=2", f"{HOLD}=96"]
    words = ["who-changed", "baseline", "baseline", "--where", "10001", "--set", "thin=0", "--set-b", "thin=-1"]
    assert shell.refused(*words)[0].startswith("thin: 0 is not possible")


@pytest.mark.parametrize(
    ("counties", "scope", "says"),
    [
        ('["12025"]', ("12086",), "12025 is read as 12086 (Miami-Dade County, FL): Dade County was renamed"),
        ('["46102", "10001"]', ("10001", "46113"), "46102 is read as 46113 (Shannon County, SD)"),
        ('["46113", "46102"]', ("46113",), "46113 and 46102 are one county, 46113 (Shannon County, SD), counted once"),
        ('["51515", "51019"]', ("51019",), "51515 and 51019 are one county, 51019 (Bedford County, VA), counted once"),
        ('["02158", "02270"]', ("02270",), "02158 and 02270 are one county"),
    ],
)
def test_another_code_of_a_county_is_read_and_said(
    shell: Shell, counties: str, scope: tuple[str, ...], says: str
) -> None:
    plan = shell.written(f"{HEAD}scope: {{counties: {counties}}}\n")
    (note,) = shell.noted("scenario", "check", plan)
    assert note.startswith(f"plan.yaml:5: scope.counties: {says}")
    with pytest.warns(InputNotice, match="plan.yaml:5: scope.counties"):
        assert load_scenario(shell.folder / plan).scope.members == scope
    with pytest.warns(InputNotice, match="counties: "):
        placed = load_scenario("baseline").with_(
            scope={"counties": [code.strip('" ') for code in counties[1:-1].split(",")]}
        )
    assert placed.scope.members == scope


def test_a_changes_places_are_read_likewise(shell: Shell) -> None:
    change = 'changes:\n  decline: {decision: honour, rule: honour-none, where: {counties: ["46102", "46113"]}}\n'
    with pytest.warns(InputNotice, match="plan.yaml:7: changes.decline.where.counties: 46102 and 46113 are one county"):
        scenario = load_scenario(shell.folder / shell.written(HEAD + SCOPE + change))
    assert scenario.changes[0].where.members == ("46113",)
    # Set or read again, it is the county of the period, and there is nothing to say.
    assert scenario.with_(seed=2).changes == scenario.changes


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("rules", "--county", "12025"), "--county"),
        (("rules", "--county", "46102", "--on", "2012-01-01"), "--county"),
        (("scenario", "check", "plan.yaml"), "plan.yaml:5: scope.counties"),
    ],
)
def test_every_command_reads_the_codes_alike(shell: Shell, words: tuple[str, ...], key: str) -> None:
    shell.written(f'{HEAD}scope: {{counties: ["12025"]}}\n')
    (note,) = shell.noted(*words)
    assert note.startswith(f"{key}: ") and " is read as " in note


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("Los Angelos", "did you mean '06037 (Los Angeles County, CA)'?"),
        ("California", "did you mean 'CA'?"),
        ("06o37", "did you mean '06037 (Los Angeles County, CA)'?"),
        ("09110", "09110 is Capitol Planning Region, CT, of 2022-06-06"),
        ("12026", "did you mean '12027 (DeSoto County, FL)' or '12023 (Columbia County, FL)'?"),
        ("CA,06037", "allowed: states such as CT or CT,NY, or counties such as 'Wake, NC' or 37183"),
    ],
)
def test_places_that_are_none_find_the_nearest(shell: Shell, where: str, says: str) -> None:
    (printed,) = shell.refused("trace", "baseline", "--where", where)
    assert says in printed
