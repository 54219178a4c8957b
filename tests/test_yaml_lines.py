"""The YAML reader: values, lines, and one clear error for each way a file can be broken."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from enforcement_sim.errors import InputError, InputErrors, Problems, nearest_names
from enforcement_sim.yaml_lines import read_value, read_yaml

TEXT = """\
# a comment
name: plan
period: {start: 2010-01-01, end: '2010-02-01'}
changes:
  early:
    where: {states: [CA,
                     NO]}
numbers: [1, -2, 1_000, 0.5, 1e3, .5, 0, 0.25]
words: [yes, no, on, 287g, "1", null, true, ~, 1_, 1e, 0x1F, 12:30, -]
2008: a key is text
"""


def test_values_and_lines() -> None:
    document = read_yaml("plan.yaml", text=TEXT)
    assert document.data["period"] == {"start": date(2010, 1, 1), "end": "2010-02-01"}
    assert document.data["numbers"] == [1, -2, 1000, 0.5, 1000.0, 0.5, 0, 0.25]
    assert document.data["words"] == [
        "yes",
        "no",
        "on",
        "287g",
        "1",
        None,
        True,
        None,
        "1_",
        "1e",
        "0x1F",
        "12:30",
        "-",
    ]
    assert document.data["2008"] == "a key is text"
    assert document.line("name") == 2
    assert document.line("changes.early.where.states.1") == 7
    # What is absent stands at the line of what is nearest around it.
    assert document.line("changes.early.rule") == 5
    assert document.line("nowhere") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "plan.yaml: the file is empty"),
        ("# only a comment\n", "plan.yaml: the file is empty"),
        ("~\n", "plan.yaml: the file is empty"),
        ("- a\n- b\n", "plan.yaml:1: expected a mapping of 'key: value' lines"),
        ("a: 1\nb: 2\na: 3\n", "plan.yaml:3: a: key written twice (first on line 1)"),
        ("a:\n  b: 1\n  b: 2\n", "plan.yaml:3: a.b: key written twice (first on line 2)"),
        ("a: [1, 2\nb: 3\n", "plan.yaml:2: broken YAML: "),
        ("a: b: c\n", "plan.yaml:1: broken YAML: mapping values are not allowed in this context"),
        ("a: 1\n\tb: 2\n", "plan.yaml:2: broken YAML: "),
        ("a: 'open\n", "broken YAML: "),
        ("a: 1\nday: 2011-02-30\n", "plan.yaml:2: day: 2011-02-30 is not a day of the calendar"),
        ("a: &x 1\nb: *x\n", "plan.yaml:1: a: anchors (&name) are not used here"),
        ("a: *x\n", "plan.yaml:1: a: aliases (*name) are not used here; write the value itself"),
        ("a: !!python/none 1\n", "plan.yaml:1: a: tags ("),
        ("<<: {a: 1}\n", "plan.yaml:1: merge keys (<<) are not used here"),
        ("a: 1\n---\nb: 2\n", "plan.yaml:2: a second document begins here; one file holds one"),
        ("? [a]\n: 1\n", "plan.yaml:1: a key must be plain text"),
        ("a: " + "[" * 60 + "]" * 60, "plan.yaml:1: nested more than 40 levels deep"),
        ("a: " + "9" * 5000, "plan.yaml:1: a: a number of more than 40 digits"),
        ("a: \x01\n", "plan.yaml: broken YAML: unacceptable character"),
        ("a: 1\n&x b: 2\n", "plan.yaml:2: anchors (&name) are not used here"),
        ("!!str b: 2\n", "plan.yaml:1: tags (tag:yaml.org,2002:str) are not used here"),
        ("a: 1\nb: 06037\n", 'plan.yaml:2: b: 06037 begins with a zero; write a code in quotes: "06037", and a number'),
        ("a: [1, 00]\n", "plan.yaml:1: a.1: 00 begins with a zero"),
        ("a: .inf\n", "plan.yaml:1: a: .inf is not a number that can be used"),
        ("a: .NaN\n", "plan.yaml:1: a: .NaN is not a number that can be used"),
        ("a: -1e999\n", "plan.yaml:1: a: -1e999 is too large"),
        ('a: "\\ud800"\n', "plan.yaml:1: broken YAML: while parsing a quoted scalar, found invalid Unicode character"),
        ("a: 1\nb:" + " [{c:" * 30, "plan.yaml:2: nested more than 40 levels deep"),
        ("%YAML 9.9.9\n---\na: 1\n", "plan.yaml:1: broken YAML: "),
        ("# " + "x" * 2_000_000, "plan.yaml: 2,000,002 characters; allowed: at most 2,000,000"),
    ],
)
def test_broken_text_is_one_clear_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        read_yaml("plan.yaml", text=text)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_values_that_cannot_be_read_are_said_together_and_nothing_stands_in_their_place() -> None:
    text = "a: 048\nb: {c: 2011-02-30, d: 2}\ne: [1, .inf]\n"
    with pytest.raises(InputErrors) as raised:
        read_yaml("plan.yaml", text=text)
    assert [(one.line, one.key) for one in raised.value.errors] == [(1, "a"), (2, "b.c"), (3, "e.1")]
    problems = Problems()
    document = read_yaml("plan.yaml", text=text, problems=problems)
    assert document.data == {"a": None, "b": {"c": None, "d": 2}, "e": [1, None]}
    assert [str(one) for one in problems.errors] == str(raised.value).splitlines()


@pytest.mark.parametrize(
    "text", ["72", "2.5", "true", "~", "", "nation", "[CA, TX]", "{states: [CA]}", "2011-01-01", "'48'", "0x30"]
)
def test_a_value_alone_is_what_it_is_in_a_file(text: str) -> None:
    assert read_value(text) == read_yaml("plan.yaml", text=f"a: {text}\n").data["a"]


def test_a_value_is_refused_under_its_key_without_a_line() -> None:
    for text, message in [
        ("&a [*a]", "--set x: anchors (&name) are not used here"),
        ("[1, {a: 048}]", "--set x.1.a: 048 begins with a zero"),
        ("[" * 9_000, "--set x: nested more than 40 levels deep"),
        ("{", "--set x: broken YAML: "),
        ("--- 1\n--- 2", "--set x: a second document begins here"),
        ("y" * 10_001, "--set x: 10,001 characters; allowed: at most 10,000"),
    ]:
        with pytest.raises(InputError) as raised:
            read_value(text, "--set x")
        assert str(raised.value).startswith(message)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    zeros = tmp_path / "zeros.yaml"
    zeros.write_bytes(b"a: 1\x00\x00")
    for path, message in [
        (binary, "not a text file in UTF-8"),
        (zeros, "a binary file, not YAML"),
        (tmp_path / "missing.yaml", "no such file"),
        (tmp_path, "this is a folder, not a file"),
    ]:
        with pytest.raises(InputError) as raised:
            read_yaml(path)
        assert str(raised.value) == f"{path}: {message}"


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: plan\r\nthin: 2\r\n")
    document = read_yaml(path)
    assert document.data == {"name": "plan", "thin": 2}
    assert document.line("thin") == 2


def test_an_error_survives_the_way_back_from_a_worker() -> None:
    error = InputError("wrong", file="plan.yaml", line=3, key="thin", allowed=("1", "2"), nearest="thin")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert str(error) == "plan.yaml:3: thin: wrong; allowed: 1, 2; did you mean 'thin'?"


def test_many_allowed_names_are_cut_short() -> None:
    assert str(InputError("wrong", allowed=[f"n{index}" for index in range(40)])).endswith("n15 and 24 more")


def test_nearest_names_ignore_case_and_know_the_last_part() -> None:
    known = ["detainer.hold_hours", "cost.jail_day"]
    assert nearest_names("Detainer.Hold_Hour", known) == ("detainer.hold_hours",)
    assert nearest_names("jail_days", known) == ("cost.jail_day",)
    assert nearest_names("zzz", known) == ()
