"""The `rules` and `definitions` commands: what they print, and what a mistake looks like from a shell."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.command_line import called, printed

from enforcement_sim.law.adherence import followed_in_words
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.scenarios.load import load_scenario

REPOSITORY = Path(__file__).parents[2]


def squeezed(text: str) -> str:
    """Return the text on one line, as it was before it was wrapped."""
    return " ".join(text.split())


def test_one_rule_in_full() -> None:
    text = squeezed(printed("rules", "honour-trust"))
    assert text.startswith(
        "honour-trust: The jail honours detainers on felony convictions, serious felonies held to answer"
    )
    assert "covers: felony conviction; held to answer felony; registrant or warrant" in text
    assert "effective: 2014-01-01 citation: California TRUST Act, AB 4 (2013), Gov. Code 7282.5 grade: derived" in text
    assert "in force in CA since 2014-01-01" in text
    assert "honour-connecticut" not in text


def test_what_takes_people_out_and_what_was_never_in_force() -> None:
    text = squeezed(printed("rules", "detainer-no-minor-traffic"))
    assert "covers: anyone except: minor traffic only followed: as history was: " in text
    assert "effective: never in force" in text
    assert "covers: nobody" in squeezed(printed("rules", "honour-none"))


def in_practice(rule: str) -> str:
    """Return how closely a rule is followed with the parameters of the baseline."""
    return followed_in_words(load_rulebook().rules[rule], [load_scenario("baseline").parameters])


def test_a_rule_says_how_closely_it_is_followed_wherever_it_is_printed() -> None:
    adherence = in_practice("detainer-felonies-only")
    assert "of people not covered" in adherence and "still do" in adherence
    followed = f"{adherence} (parameters of baseline)"
    assert f"followed: {followed.removeprefix('followed ')} effective: never" in squeezed(
        printed("rules", "detainer-felonies-only")
    )
    (rule,) = json.loads(printed("rules", "detainer-felonies-only", "--format", "json"))
    assert rule["followed"] == followed
    assert f"- followed: {followed.removeprefix('followed ')}\n" in printed("rules", "--markdown")
    on = ("rules", "--on", "2014-04-16", "--county", "41005")
    text = squeezed(printed(*on))
    assert f"{in_practice('detainer-2012-guidance')} (parameters of baseline)" in text
    assert "jails hold all the same" in text and "(parameters of baseline) screen: whom" in text
    answers = json.loads(printed(*on, "--format", "json"))["answers"]
    assert answers["honour"][0]["followed"].startswith("followed in part: of people whose detainers they decline")
    assert answers["discretion"][0]["followed"].startswith("followed in part: of people covered ")


def test_every_rule_is_printed_and_wrapped() -> None:
    text = printed("rules")
    for rule in load_rulebook().rules.values():
        assert rule.citation in squeezed(text)
        assert f"{rule.id}: " in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_rules_by_decision_and_by_the_beginning_of_a_name() -> None:
    names = [one["id"] for one in json.loads(printed("rules", "--decision", "discretion", "--format", "json"))]
    assert names == [
        "discretion-none",
        "discretion-2011",
        "discretion-2011-victims",
        "discretion-2012-childhood-arrivals",
    ]
    names = [one["id"] for one in json.loads(printed("rules", "honour-new", "--format", "json"))]
    assert names == ["honour-new-york-2011", "honour-new-york-2013"]


def test_a_rule_as_json() -> None:
    (rule,) = json.loads(printed("rules", "honour-connecticut-trust", "--format", "json"))
    assert rule["any_of"] == ["felony_conviction", "outstanding_order", "security_or_gang"]
    assert (rule["none_of"], rule["effective"], rule["grade"]) == ([], "2014-01-01", "derived")
    assert [(entry["from"], entry["where"]) for entry in rule["timeline"]] == [("2014-01-01", {"states": ["CT"]})]


def test_what_was_in_force_in_a_county() -> None:
    text = squeezed(printed("rules", "--on", "2014-04-16", "--county", "41005"))
    assert text.startswith("Clackamas County, OR on 2014-04-16")
    assert "detainer-2012-guidance: Felonies" in text
    assert (
        "honour-none: The jail declines every detainer since 2014-04-16; Miranda-Olivares v. Clackamas County" in text
    )
    assert "discretion-2011-victims: " in text
    assert "no rule of history: each 287(g) agreement has its own approach" in text


def test_what_was_in_force_in_a_state_whose_counties_differ() -> None:
    text = squeezed(printed("rules", "--on", "2014-04-16", "--state", "or", "--decision", "honour"))
    assert text.startswith("Oregon on 2014-04-16 honour: which detainers a jail honours")
    assert "honour-all (33 of 36 counties)" in text
    assert "honour-none (Clackamas County OR, Multnomah County OR, Washington County OR)" in text


def test_what_was_in_force_in_the_nation_as_json() -> None:
    found = json.loads(printed("rules", "--on", "2011-12-31", "--decision", "honour", "--format", "json"))
    assert (found["on"], found["where"]) == ("2011-12-31", "the nation")
    answers = {answer["citation"]: answer["in_counties"] for answer in found["answers"]["honour"]}
    assert answers["Cook County Ordinance 11-O-73, 7 September 2011"] == ["17031"]
    assert answers["Santa Clara County, Board of Supervisors Policy 3.54, 18 October 2011"] == ["06085"]
    assert sum(len(counties) for counties in answers.values()) == 3142


def test_the_history_of_a_place() -> None:
    text = squeezed(printed("rules", "--county", "17031", "--decision", "honour"))
    assert text.startswith("Cook County, IL, in time order the beginning honour: honour-all, in the nation")
    assert "2011-09-07 honour: honour-none, in Cook County IL" in text
    entries = json.loads(printed("rules", "--state", "CT", "--format", "json"))["timeline"]
    assert [entry["rule"] for entry in entries if entry["decision"] == "honour"] == [
        "honour-all",
        "honour-felony-convictions",
        "honour-connecticut-trust",
        "honour-district-of-columbia",
    ]


def test_the_history_of_a_county_has_its_agreements_and_its_activation() -> None:
    text = squeezed(printed("rules", "--county", "Mecklenburg, NC"))
    assert text.startswith("Mecklenburg County, NC, in time order the beginning detainer:")
    agreement = "2006-02-27 287(g) agreement: Mecklenburg County Sheriff's Office: officers in the jail, 20 officers"
    activation = "2009-10-13 Secure Communities: active in Mecklenburg County ICE, Secure Communities: Activated"
    assert text.index(agreement) < text.index(activation) < text.index("2010-06-30 detainer:")
    assert "(start seen, officers assumed, whom they process derived)" in text
    found = json.loads(printed("rules", "--county", "37119", "--format", "json"))["programmes"]
    assert [(one["programme"], one["from"], one["until"]) for one in found] == [
        ("287(g) agreement", "2006-02-27", None),
        ("Secure Communities", "2009-10-13", None),
    ]


@pytest.mark.parametrize(
    ("county", "day", "agreement", "activation"),
    [
        ("Alamance, NC", "2012-10-02", "Alamance County Sheriff's Office: officers in the jail", "active since"),
        ("Alamance, NC", "2012-10-03", "agreements under section 287(g) none in force", "active since"),
        ("Etowah, AL", "2009-01-01", "Etowah County Sheriff's Office: officers in the jail", "not active"),
    ],
)
def test_programmes_of_a_county_on_a_day(county: str, day: str, agreement: str, activation: str) -> None:
    text = squeezed(printed("rules", "--county", county, "--on", day))
    assert agreement in text and f"Secure Communities {activation}" in text


def test_an_activation_day_that_is_estimated_says_so() -> None:
    assert "estimated: the lists give how many of the state's counties" in squeezed(
        printed("rules", "--county", "01001")
    )
    text = squeezed(printed("rules", "--state", "AL"))
    assert "Secure Communities: active in the first of 67 counties" in text
    assert "Secure Communities: active in half of 67 counties" in text


def test_programmes_of_the_nation_are_counted() -> None:
    text = squeezed(printed("rules", "--on", "2012-01-01"))
    assert "more, which --state or --county prints" in text
    assert re.search(r"active in 1,\d{3} of 3,142 counties", text)


def test_one_decision_has_no_programmes_but_its_own() -> None:
    assert "287(g) agreement" not in printed("rules", "--county", "37119", "--decision", "honour")
    assert "287(g) agreement: " in printed("rules", "--county", "37119", "--decision", "screen")


def test_definitions_are_printed() -> None:
    text = squeezed(printed("definitions"))
    for definition in load_definitions().values():
        assert definition.citation in text
    text = squeezed(printed("definitions", "ice-levels-2010"))
    assert "level 2: felony conviction; three misdemeanours" in text
    assert "no conviction: everyone else" in text
    text = squeezed(printed("definitions", "agreement-levels-2009"))
    assert "level 3: anyone, except immigration offence" in text
    assert "the offence class of the booking" in squeezed(printed("definitions", "charge"))


def test_definitions_as_json() -> None:
    (one,) = json.loads(printed("definitions", "ice-levels-2008", "--format", "json"))
    assert one["categories"][0] == {
        "name": "level 1",
        "any_of": ["aggravated_or_two_felonies", "level_1_offence_2008", "serious_felony_conviction"],
        "none_of": [],
    }
    assert one["otherwise"] == "no charge"
    assert (one["non_criminal"], one["called"]) == (["no charge"], "neither charged nor convicted")
    assert (one["dated"], one["grade"]) == ({"from": "2008-10-27", "to": "2010-06-29"}, "seen")
    assert one["recording"] is None
    (one,) = json.loads(printed("definitions", "no-conviction-ever", "--format", "json"))
    assert one["dated"]["to"] is None


def test_a_definition_says_when_and_whom_its_headline_adds_up() -> None:
    text = squeezed(printed("definitions", "trac-at-issue"))
    assert "headline: no record in the file: no criminal record in the file in use: 2007-10-01 to 2011-11-30" in text
    assert "as the file was when the detainer was issued: 45% of records in it (25% to 80%; assumed)" in text
    text = squeezed(printed("definitions", "minor-only"))
    assert "headline: level 3 + no conviction: only minor offences or no conviction" in text
    assert "in use: 2008-08-01 to beyond the period" in squeezed(printed("definitions", "no-conviction-ever"))


MISTAKES = {
    ("rules", "honor-trust"): "no rule 'honor-trust'; did you mean 'honour-trust' or 'honour-serious'?",
    (
        "rules",
        "honour-trust",
        "--decision",
        "screen",
    ): "no rule 'honour-trust'; allowed: screen-targeted, screen-universal",
    ("rules", "--decision", "detain"): "--decision: no decision 'detain'; did you mean 'detainer' or 'discretion'?",
    ("rules", "--on", "2012-13-01"): "--on: not a date: '2012-13-01'; allowed: YYYY-MM-DD",
    ("rules", "--on", "2015-07-01"): "--on: outside the period; allowed: 2005-10-01 to 2014-12-31",
    (
        "rules",
        "--county",
        "17999",
    ): "--county: unknown county '17999'; allowed: a name with its state, such as 'Wake, NC', or a code, such as 37183; "
    "did you mean '17199 (Williamson County, IL)' or '17099 (LaSalle County, IL)'?",
    ("rules", "--state", "ORE"): "--state: no state 'ORE'; did you mean 'OR'?",
    ("rules", "--county", "17031", "--state", "IL"): "--county: --county cannot be combined with --state",
    ("rules", "honour-none", "--state", "IL"): "honour-none: a name cannot be combined with --on, --county or --state",
    (
        "rules",
        "--markdown",
        "--format",
        "json",
    ): "--markdown: prints the whole rulebook and cannot be combined with anything else",
    (
        "definitions",
        "ice-level-2010",
    ): "no definition 'ice-level-2010'; did you mean 'ice-levels-2010' or 'ice-levels-2008'?",
}


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_a_mistake_is_one_line(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(monkeypatch, capsys, *arguments) == (2, "", f"error: {MISTAKES[arguments]}\n")


def test_the_committed_page_is_current() -> None:
    committed = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    assert committed == printed("rules", "--markdown"), "run: enforcement-sim rules --markdown > docs/rules.md"


def test_the_page_names_everything() -> None:
    page = printed("rules", "--markdown")
    rulebook = load_rulebook()
    for name in (*rulebook.rules, *load_definitions()):
        assert f"### `{name}`" in page
    assert all(mark.text in page and mark.citation in page for mark in rulebook.marks)
    assert all(entry.citation in page for entry in rulebook.timeline)
