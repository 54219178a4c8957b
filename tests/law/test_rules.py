"""Each rule of the rulebook with its citation quoted, whom it covers and whom it does not; and files that are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.law.grounds import GROUNDS, bit, bits
from enforcement_sim.law.rules import DECISIONS, Entry, load_rulebook
from enforcement_sim.law.where import NATION as WHOLE_NATION
from enforcement_sim.process.detainer import covered
from enforcement_sim.process.tables import rule_table

RULEBOOK = load_rulebook()


@dataclass(frozen=True)
class Expected:
    """What a rule's text says: its citation, the day it took effect, people it covers and people it does not."""

    decision: str
    citation: str
    effective: date | None
    covers: tuple[str, ...]
    spares: tuple[str, ...]


# People are written by their grounds; everyone also has the ground `anyone`.
NOBODY_SPECIAL = ""
DRIVER = "misdemeanour_charge minor_traffic_only"
DRUNK_DRIVER = "misdemeanour_charge serious_misdemeanour"
PETTY_THIEF = "misdemeanour_charge level_2_offence_2008"
ACCUSED_FELON = "felony_charge"
ACCUSED_ROBBER = "felony_charge level_1_offence_2008 held_to_answer_felony"
FELON = "misdemeanour_charge any_conviction felony_conviction"
ROBBER = "felony_charge any_conviction current_conviction felony_conviction serious_felony_conviction"
TWICE_FELON = "misdemeanour_charge any_conviction felony_conviction aggravated_or_two_felonies"
ONE_MISDEMEANOUR = "misdemeanour_charge any_conviction"
THREE_MISDEMEANOURS = "misdemeanour_charge any_conviction three_misdemeanours"
RETURNED = "misdemeanour_charge prior_removal unauthorised"
ORDERED_OUT = "misdemeanour_charge minor_traffic_only outstanding_order"
NEWCOMER = "misdemeanour_charge recent_entry unauthorised"
RESIDENT = "misdemeanour_charge minor_traffic_only long_residence unauthorised"
PARENT = "misdemeanour_charge citizen_family unauthorised"
HELD_FOR_IMMIGRATION = "misdemeanour_charge immigration_offence"

RULES: dict[str, Expected] = {
    "detainer-2008-levels": Expected(
        "detainer",
        "ICE, Secure Communities - A Comprehensive Plan to Identify and Remove Criminal Aliens, 2008 "
        "(levels 1 to 3 rank people; none is exempt)",
        date(2008, 3, 28),
        (NOBODY_SPECIAL, DRIVER, PETTY_THIEF, ACCUSED_FELON, ROBBER, RESIDENT),
        (),
    ),
    "detainer-2010-priorities": Expected(
        "detainer",
        "ICE policy 10072.1, Civil Immigration Enforcement - Priorities (Morton), 30 June 2010",
        date(2010, 6, 30),
        (ONE_MISDEMEANOUR, NEWCOMER, RETURNED, ORDERED_OUT, HELD_FOR_IMMIGRATION, FELON),
        (DRIVER, PETTY_THIEF, RESIDENT, PARENT, ACCUSED_FELON, DRUNK_DRIVER),
    ),
    "detainer-2012-guidance": Expected(
        "detainer",
        "ICE, Civil Immigration Enforcement - Guidance on the Use of Detainers (Morton), 21 December 2012",
        date(2012, 12, 21),
        (ACCUSED_FELON, FELON, THREE_MISDEMEANOURS, DRUNK_DRIVER, RETURNED, ORDERED_OUT, HELD_FOR_IMMIGRATION),
        (DRIVER, PETTY_THIEF, ONE_MISDEMEANOUR, NEWCOMER, RESIDENT, PARENT),
    ),
    "detainer-felonies-only": Expected(
        "detainer",
        "No text; a what-if that stands for the narrowest proposals of the period",
        None,
        (FELON, ROBBER, TWICE_FELON),
        (ACCUSED_FELON, ACCUSED_ROBBER, THREE_MISDEMEANOURS, RETURNED, ORDERED_OUT, DRIVER),
    ),
    "honour-all": Expected(
        "honour",
        "8 CFR 287.7(d), read by most jails before 2014 as binding",
        date(1997, 4, 1),
        (NOBODY_SPECIAL, DRIVER, ROBBER, ORDERED_OUT),
        (),
    ),
    "honour-none": Expected(
        "honour",
        "Cook County Ordinance 11-O-73, 7 September 2011",
        date(2011, 9, 7),
        (),
        (NOBODY_SPECIAL, DRIVER, ROBBER, TWICE_FELON, ORDERED_OUT),
    ),
    "honour-trust": Expected(
        "honour",
        "California TRUST Act, AB 4 (2013), Gov. Code 7282.5",
        date(2014, 1, 1),
        (ROBBER, TWICE_FELON, ACCUSED_ROBBER, FELON),
        (DRIVER, ACCUSED_FELON, THREE_MISDEMEANOURS, RETURNED, ORDERED_OUT, DRUNK_DRIVER),
    ),
    "honour-connecticut-trust": Expected(
        "honour",
        "Connecticut Public Act 13-155, 1 January 2014",
        date(2014, 1, 1),
        (FELON, ROBBER, TWICE_FELON, ORDERED_OUT),
        (DRIVER, ACCUSED_FELON, ACCUSED_ROBBER, THREE_MISDEMEANOURS, RETURNED),
    ),
    "screen-universal": Expected(
        "screen",
        "Capps, Rosenblum, Rodriguez and Chishti, Delegation and Divergence (MPI, 2011), universal model",
        date(2002, 9, 10),
        (NOBODY_SPECIAL, DRIVER, ACCUSED_FELON, ROBBER),
        (),
    ),
    "screen-targeted": Expected(
        "screen",
        "Capps, Rosenblum, Rodriguez and Chishti, Delegation and Divergence (MPI, 2011), targeted model",
        date(2002, 9, 10),
        (ACCUSED_FELON, FELON, ROBBER, TWICE_FELON),
        (DRIVER, PETTY_THIEF, DRUNK_DRIVER, ONE_MISDEMEANOUR, ORDERED_OUT),
    ),
    "discretion-none": Expected(
        "discretion",
        "Illegal Immigration Reform and Immigrant Responsibility Act of 1996",
        date(1996, 9, 30),
        (),
        (RESIDENT, PARENT, DRIVER, ROBBER),
    ),
    "discretion-2011": Expected(
        "discretion",
        "ICE policy 10075.1, Exercising Prosecutorial Discretion (Morton), 17 June 2011",
        date(2011, 6, 17),
        (RESIDENT, PARENT, f"{RESIDENT} any_conviction", f"{RESIDENT} citizen_family"),
        (
            DRIVER,
            NEWCOMER,
            f"{RESIDENT} felony_conviction any_conviction",
            "felony_charge citizen_family",
            f"{RESIDENT} prior_removal",
            f"{PARENT} outstanding_order",
            f"{PARENT} any_conviction three_misdemeanours",
            f"{DRUNK_DRIVER} long_residence",
        ),
    ),
}


def grounds(person: str) -> int:
    """Return the word of a person written by grounds."""
    return bits(["anyone", *person.split()])


def test_every_rule_has_its_expectation() -> None:
    """The first rules keep their numbers; those that follow have their expectations in ``test_period_rules.py``."""
    assert list(RULES) == list(RULEBOOK.rules)[: len(RULES)]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_its_text_says(name: str) -> None:
    """Decision, citation, day of effect, whom it covers and whom it spares."""
    rule, expected = RULEBOOK.rules[name], RULES[name]
    assert rule.id == name
    assert rule.decision == expected.decision
    assert rule.citation == expected.citation
    assert rule.effective == expected.effective
    assert rule.title
    assert [person for person in expected.covers if not rule.covers(grounds(person))] == []
    assert [person for person in expected.spares if rule.covers(grounds(person))] == []
    assert not rule.covers(0)


def test_the_compiled_verdict_is_the_plain_one() -> None:
    """What the engine evaluates for a rule's row is what `Rule.covers` says, for thousands of words of grounds."""
    rules = list(RULEBOOK.rules.values())
    table = rule_table(rules, list(DECISIONS))
    words = np.random.Generator(np.random.Philox(1)).integers(0, 1 << len(GROUNDS), 2_000, np.uint32)
    words = np.concatenate([words, np.uint32(1) << np.arange(len(GROUNDS), dtype=np.uint32), [np.uint32(0)]])
    for row, rule in zip(table, rules, strict=True):
        assert list(DECISIONS)[row["decision"]] == rule.decision
        assert [bool(covered(row, word)) for word in words] == [rule.covers(int(word)) for word in words], rule.id


def test_rules_by_decision() -> None:
    """Each decision has its rules, in the order of the file, and every rule belongs to one."""
    listed = [name for decision in DECISIONS for name in RULEBOOK.of_decision(decision)]
    assert sorted(listed) == sorted(RULEBOOK.rules)
    assert RULEBOOK.of_decision("honour")[:4] == (
        "honour-all",
        "honour-none",
        "honour-trust",
        "honour-connecticut-trust",
    )


def test_grounds_are_one_bit_each() -> None:
    """Every ground has a bit of its own in a word of 32, a definition and a source."""
    words = [bit(ground.name) for ground in GROUNDS]
    assert len(set(words)) == len(words) <= 32
    assert all(word.bit_count() == 1 for word in words)
    assert bits([ground.name for ground in GROUNDS]) == sum(words) < 2**32
    assert all(ground.definition and ground.citation for ground in GROUNDS)
    with pytest.raises(KeyError):
        bit("no_such_ground")


# ---- the timeline ----------------------------------------------------------------------------------------------------

TIMELINE = (
    ("detainer", "detainer-2008-levels", None, ("nation", ())),
    ("honour", "honour-all", None, ("nation", ())),
    ("discretion", "discretion-none", None, ("nation", ())),
    ("detainer", "detainer-2010-priorities", date(2010, 6, 30), ("nation", ())),  # ICE policy 10072.1
    ("honour", "honour-none", date(2011, 9, 7), ("counties", ("17031",))),  # Cook County Ordinance 11-O-73
    ("detainer", "detainer-2012-guidance", date(2012, 12, 21), ("nation", ())),  # ICE detainer guidance
    ("honour", "honour-trust", date(2014, 1, 1), ("states", ("CA",))),  # AB 4, Gov. Code 7282.5
    ("honour", "honour-connecticut-trust", date(2014, 1, 1), ("states", ("CT",))),  # Public Act 13-155
)


def _in_short(entry: Entry) -> tuple[str, str, date | None, tuple[str, tuple[str, ...]]]:
    return entry.decision, entry.rule, entry.start, (entry.where.kind, entry.where.members)


@pytest.mark.parametrize("expected", TIMELINE, ids=lambda entry: f"{entry[1]} {entry[2]}")
def test_the_timeline_has_its_dates(expected: tuple[str, str, date | None, tuple[str, tuple[str, ...]]]) -> None:
    """When and where each rule came into force, with the rule's own citation."""
    found = [entry for entry in RULEBOOK.timeline if _in_short(entry) == expected]
    assert len(found) == 1
    assert found[0].citation == RULES[found[0].rule].citation


def test_the_timeline_is_in_order_and_begins_with_history() -> None:
    """Entries follow each other in time; each nationwide decision has an answer from the beginning."""
    starts = [entry.start or date.min for entry in RULEBOOK.timeline]
    assert starts == sorted(starts)
    beginnings = {entry.decision for entry in RULEBOOK.timeline if entry.start is None and entry.where == WHOLE_NATION}
    assert beginnings == {"detainer", "honour", "discretion"}  # whom officers screen is each agreement's own


def test_no_rule_is_in_force_before_its_text() -> None:
    """A dated entry begins on or after the day its rule's text took effect; a what-if never stands in history."""
    for entry in RULEBOOK.timeline:
        effective = RULEBOOK.rules[entry.rule].effective
        assert effective is not None
        assert entry.start is None or entry.start >= effective


def test_marks_for_figures() -> None:
    """Dates that figures show, in order: those of marked entries and those at which no rule of the file changed."""
    marks = {mark.day: mark.text for mark in RULEBOOK.marks}
    assert list(marks) == sorted(marks)
    assert marks[date(2008, 10, 27)] == "first counties share prints"
    assert marks[date(2010, 6, 30)] == "priorities memorandum"
    assert marks[date(2011, 9, 7)] == "Cook County declines"
    assert marks[date(2012, 12, 21)] == "detainer guidance"
    assert marks[date(2014, 1, 1)] == "TRUST Acts"


# ---- files that are wrong --------------------------------------------------------------------------------------------

RULE = """\
rules:
  mine:
    decision: honour
    title: Mine
    any_of: [felony_charge]
    none_of: []
    effective: 2011-01-01
    citation: My ordinance, 1 January 2011
    grade: seen
"""
ENTRY = "  - {decision: honour, rule: mine, from: 2011-01-01, where: nation}\n"

BROKEN: dict[str, tuple[str, int, str, str]] = {
    "an empty citation": (
        RULE.replace("My ordinance, 1 January 2011", '" "'),
        8,
        "rules.mine.citation",
        "is empty; expected text",
    ),
    "no citation": (
        RULE.replace("    citation: My ordinance, 1 January 2011\n", ""),
        2,
        "rules.mine.citation",
        "is missing",
    ),
    "an unknown ground": (
        RULE.replace("felony_charge", "felonious"),
        5,
        "rules.mine.any_of.0",
        "unknown ground 'felonious'",
    ),
    "an unknown ground taken out": (
        RULE.replace("none_of: []", "none_of: [old]"),
        6,
        "rules.mine.none_of.0",
        "unknown ground 'old'",
    ),
    "an unknown decision": (
        RULE.replace("decision: honour", "decision: obey"),
        3,
        "rules.mine.decision",
        "unknown decision 'obey'",
    ),
    "an unknown key of a rule": (RULE + "    source: me\n", 10, "rules.mine.source", "unknown key"),
    "a rule that is no mapping": (
        "rules:\n  mine: honour\n",
        2,
        "rules.mine",
        "expected 'key: value' lines, found 'honour'",
    ),
    "a date that is none": (
        RULE.replace("effective: 2011-01-01", "effective: soon"),
        7,
        "rules.mine.effective",
        "expected a date such as 2010-06-30, found 'soon'",
    ),
    "an unknown part of the file": (RULE + "times: []\n", 10, "times", "unknown key"),
    "a rule that does not exist": (
        RULE + "timeline:\n" + ENTRY.replace("mine", "yours"),
        11,
        "timeline.0.rule",
        "unknown rule 'yours'",
    ),
    "a rule of another decision": (
        RULE + "timeline:\n" + ENTRY.replace("decision: honour", "decision: screen"),
        11,
        "timeline.0.rule",
        "no rule 'mine' answers 'screen'",
    ),
    "out of order": (
        RULE + "timeline:\n" + ENTRY + ENTRY.replace("2011", "2010"),
        12,
        "timeline.1.from",
        "earlier than the entry before it",
    ),
    "an unknown key of an entry": (
        RULE + "timeline:\n" + ENTRY.replace("from:", "form:"),
        11,
        "timeline.0.form",
        "unknown key",
    ),
    "a place that is none": (
        RULE + "timeline:\n" + ENTRY.replace("nation", "everywhere"),
        11,
        "timeline.0.where",
        "expected some places",
    ),
    "a key twice": (RULE + "    title: Again\n", 10, "rules.mine.title", "key written twice"),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_rulebook_is_refused(mistake: str, tmp_path: Path) -> None:
    """One error, with file, line, key and what is wrong."""
    text, line, key, message = BROKEN[mistake]
    file = tmp_path / "rulebook.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_rulebook(file)
    assert (caught.value.file, caught.value.line, caught.value.key) == (str(file), line, key)
    assert message in caught.value.message


def test_what_is_allowed_is_said(tmp_path: Path) -> None:
    """An unknown decision is answered with the decisions there are."""
    file = tmp_path / "rulebook.yaml"
    file.write_text(BROKEN["an unknown decision"][0], encoding="utf-8")
    with pytest.raises(InputError, match="allowed: detainer, honour, screen, discretion"):
        load_rulebook(file)


def test_a_rulebook_of_ones_own_is_read(tmp_path: Path) -> None:
    """The same text without a mistake is a rulebook with one rule and one entry."""
    file = tmp_path / "rulebook.yaml"
    file.write_text(RULE + "timeline:\n" + ENTRY + "marks:\n  - {date: 2010-05-05, text: before}\n", encoding="utf-8")
    found = load_rulebook(file)
    assert found.rules["mine"].covers(bits(["felony_charge"]))
    assert [(entry.rule, entry.start) for entry in found.timeline] == [("mine", date(2011, 1, 1))]
    assert [mark.text for mark in found.marks] == ["before"]
