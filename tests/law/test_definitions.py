"""What published categories mean: example people under every definition, with the citation of each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from enforcement_sim.codes import OFFENCES, PRIOR_RECORDS, STATUS_GROUPS
from enforcement_sim.errors import InputError
from enforcement_sim.law.definitions import load_definitions, read_definitions
from enforcement_sim.law.grounds import PROFILE_GROUNDS
from enforcement_sim.process.counts import PROFILES, profile_parts
from enforcement_sim.process.tables import profile_grounds
from enforcement_sim.results.dimensions import category_of_profile

DEFINITIONS = load_definitions()

CITATIONS = {
    "ice-levels-2010": "ICE, Secure Communities IDENT/IAFIS Interoperability statistics, from 2010; ICE policy 10072.1, "
    "30 June 2010",
    "ice-levels-2008": "ICE, Secure Communities - A Comprehensive Plan to Identify and Remove Criminal Aliens, 2008; "
    "DHS press release, 12 Nov 2009",
    "agreement-levels-2009": "ICE, 287(g) memorandum of agreement, October 2009 (levels; recalled), with traffic apart as in "
    "MPI, Delegation and Divergence, 2011",
    "mpi-2011": "Capps, Rosenblum, Rodriguez and Chishti, Delegation and Divergence (Migration Policy Institute, January "
    "2011), as quoted by Working Immigrants, January 2011",
    "trac-at-issue": "TRAC, Who Are the Targets of ICE Detainers?, report 310, 20 February 2013",
    "trac-later": "TRAC, Few ICE Detainers Target Serious Criminals, report 330, 17 September 2013",
    "charged-or-convicted-2008": "Recalled, no document seen: until August 2008 ICE counted as criminal whoever was charged "
    "with or convicted of a crime",
    "serious-violent-convicted": "California TRUST Act, AB 4 (2013), Gov. Code 7282.5(a); Cal. Penal Code 667.5(c), 1192.7(c)",
    "serious-violent-charged": "DHS press release, 12 Nov 2009: murder, rape, robbery, kidnapping and major drug offences, "
    "charged or convicted",
    "minor-only": '"States Resist Secure Communities Deportation Program", law-firm note, 28 September 2011, on ICE statistics',
    "no-conviction-ever": "TRAC report 330 (2013), detainers on people without any conviction",
    "no-conviction-current": "The narrowest reading of non-criminal in local records, the case at hand",
    "charge": "Classes after FBI, Crime in the United States 2010, with traffic and immigration holds added",
}

Person = tuple[str, str, str, str]
"""Offence class, grade (M or F), whether convicted in the present case (yes or no), prior record."""

PEOPLE: dict[Person, dict[str, str]] = {
    ("traffic", "M", "no", "none"): {
        "ice-levels-2010": "no conviction",
        "ice-levels-2008": "level 3",
        "agreement-levels-2009": "traffic",
        "no-conviction-ever": "no conviction",
        "no-conviction-current": "no conviction",
    },
    ("traffic", "M", "no", "misdemeanour"): {
        "ice-levels-2010": "level 3",
        "ice-levels-2008": "level 3",
        "agreement-levels-2009": "traffic",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "no conviction",
    },
    ("traffic", "M", "yes", "none"): {
        "ice-levels-2010": "level 3",
        "ice-levels-2008": "level 3",
        "agreement-levels-2009": "traffic",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "convicted",
    },
    ("dui", "M", "no", "three_misdemeanours"): {
        "ice-levels-2010": "level 2",
        "ice-levels-2008": "level 3",
        "agreement-levels-2009": "level 3",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "no conviction",
    },
    ("theft_fraud", "M", "no", "none"): {
        "ice-levels-2010": "no conviction",
        "ice-levels-2008": "level 2",
        "agreement-levels-2009": "level 2",
        "no-conviction-ever": "no conviction",
        "no-conviction-current": "no conviction",
    },
    ("serious_violent", "F", "no", "none"): {
        "ice-levels-2010": "no conviction",
        "ice-levels-2008": "level 1",
        "agreement-levels-2009": "level 1",
        "no-conviction-ever": "no conviction",
        "no-conviction-current": "no conviction",
    },
    ("serious_violent", "F", "yes", "none"): {
        "ice-levels-2010": "level 1",  # homicide, rape, robbery and kidnapping are aggravated felonies
        "ice-levels-2008": "level 1",
        "agreement-levels-2009": "level 1",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "convicted",
    },
    ("public_order", "M", "no", "aggravated_or_two_felonies"): {
        "ice-levels-2010": "level 1",
        "ice-levels-2008": "level 1",  # a history counts at its own level
        "agreement-levels-2009": "level 1",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "no conviction",
    },
    ("public_order", "M", "no", "felony"): {
        "ice-levels-2010": "level 2",
        "ice-levels-2008": "level 2",
        "agreement-levels-2009": "level 3",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "no conviction",
    },
    ("drug_sale", "F", "no", "none"): {
        "ice-levels-2010": "no conviction",
        "ice-levels-2008": "level 1",
        "agreement-levels-2009": "level 1",
        "no-conviction-ever": "no conviction",
        "no-conviction-current": "no conviction",
    },
    ("sex_offence", "M", "no", "none"): {
        "ice-levels-2010": "no conviction",
        "ice-levels-2008": "level 3",
        "agreement-levels-2009": "level 3",
        "no-conviction-ever": "no conviction",
        "no-conviction-current": "no conviction",
    },
    ("immigration_hold", "M", "no", "none"): {
        "ice-levels-2010": "no conviction",
        "ice-levels-2008": "no charge",
        "agreement-levels-2009": "no charge",
        "no-conviction-ever": "no conviction",
        "no-conviction-current": "no conviction",
    },
    ("immigration_hold", "M", "no", "felony"): {
        "ice-levels-2010": "level 2",
        "ice-levels-2008": "level 2",
        "agreement-levels-2009": "level 3",
        "no-conviction-ever": "convicted",
        "no-conviction-current": "no conviction",
    },
}


def grounds_of(person: Person, group: str = "unauthorised") -> int:
    """Return the grounds that the profile of a person shows."""
    offence, grade, convicted, record = person
    words = profile_grounds(
        np.array([OFFENCES.index(offence)]),
        np.array([int(grade == "F")]),
        np.array([int(convicted == "yes")]),
        np.array([PRIOR_RECORDS.index(record)]),
        np.array([STATUS_GROUPS.index(group)]),
    )
    return int(words[0])


def test_every_definition_is_quoted() -> None:
    """The shipped definitions, each with its source."""
    assert {name: definition.citation for name, definition in DEFINITIONS.items()} == CITATIONS


@pytest.mark.parametrize("person", PEOPLE, ids=" ".join)
@pytest.mark.parametrize("definition", next(iter(PEOPLE.values())))
def test_people_fall_into_their_categories(person: Person, definition: str) -> None:
    """Convictions, charges and records sort a person as the published figures would."""
    assert DEFINITIONS[definition].category(grounds_of(person)) == PEOPLE[person][definition]


UNCONVICTED = {"ice-levels-2010", "no-conviction-ever", "trac-at-issue", "trac-later"}
UNCHARGED = {"ice-levels-2008", "agreement-levels-2009", "charged-or-convicted-2008"}
NOT_SERIOUS = {"serious-violent-convicted", "serious-violent-charged"}

HEADLINES: dict[Person, set[str]] = {
    ("traffic", "M", "no", "none"): UNCONVICTED | NOT_SERIOUS | {"no-conviction-current", "minor-only", "mpi-2011"},
    ("theft_fraud", "M", "no", "none"): UNCONVICTED | NOT_SERIOUS | {"no-conviction-current", "minor-only"},
    ("serious_violent", "F", "no", "none"): UNCONVICTED
    | {"no-conviction-current", "minor-only", "serious-violent-convicted"},
    ("serious_violent", "F", "yes", "none"): set(),
    ("dui", "M", "yes", "none"): NOT_SERIOUS | {"minor-only", "mpi-2011"},
    ("theft_fraud", "F", "no", "aggravated_or_two_felonies"): {"no-conviction-current"},
    ("traffic", "M", "no", "three_misdemeanours"): NOT_SERIOUS | {"no-conviction-current", "mpi-2011"},
    ("immigration_hold", "M", "no", "none"): set(CITATIONS),
}
"""Under which definitions a person is added to the headline number of those without a record."""


@pytest.mark.parametrize("person", HEADLINES, ids=" ".join)
def test_whom_each_headline_adds_up(person: Person) -> None:
    """One person is non-criminal in one source and criminal in the next."""
    offence = person[0]
    found = {
        name
        for name, one in DEFINITIONS.items()
        if (offence if one.by_offence else one.category(grounds_of(person))) in one.non_criminal
    }
    assert found == HEADLINES[person]


def test_when_definitions_were_in_use() -> None:
    """The levels of 2010 begin the day after those of 2008 end; what is only recalled says so."""
    assert DEFINITIONS["ice-levels-2008"].until == date(2010, 6, 29)
    assert DEFINITIONS["ice-levels-2010"].since == date(2010, 6, 30)
    assert DEFINITIONS["charged-or-convicted-2008"].until == date(2008, 7, 31)
    assert DEFINITIONS["no-conviction-ever"].until is None
    recalled = {name for name, one in DEFINITIONS.items() if one.grade == "recalled"}
    assert recalled == {"agreement-levels-2009", "charged-or-convicted-2008"}
    assert {name: one.recording for name, one in DEFINITIONS.items() if one.recording} == {
        "trac-at-issue": "at_issue",
        "trac-later": "later_file",
    }


def test_categories_in_order() -> None:
    """Categories come in the order of the text, the rest last; a category that has two rules appears once."""
    assert DEFINITIONS["ice-levels-2010"].categories == ("level 1", "level 2", "level 3", "no conviction")
    assert DEFINITIONS["ice-levels-2008"].categories == ("level 1", "level 2", "level 3", "no charge")
    assert DEFINITIONS["no-conviction-ever"].categories == ("convicted", "no conviction")
    assert DEFINITIONS["charge"].categories == ()
    assert DEFINITIONS["charge"].by_offence


@pytest.mark.parametrize("definition", CITATIONS)
def test_every_profile_has_a_category(definition: str) -> None:
    """Whatever the profile, a definition names one of its categories; tables of profiles agree with it."""
    numbers = category_of_profile(definition)
    assert numbers.shape == (PROFILES,)
    chosen = DEFINITIONS[definition]
    offence, felony, convicted, record, group = profile_parts(np.arange(PROFILES))
    if chosen.by_offence:
        assert (numbers == offence).all()
        return
    for profile in range(0, PROFILES, 7):
        person = (
            OFFENCES[offence[profile]],
            "F" if felony[profile] else "M",
            "yes" if convicted[profile] else "no",
            PRIOR_RECORDS[record[profile]],
        )
        word = grounds_of(person, STATUS_GROUPS[group[profile]])
        assert chosen.categories[numbers[profile]] == chosen.category(word)


def test_profiles_are_taken_apart_as_they_were_put_together() -> None:
    """Every combination of class, grade, conviction, record and status group has one number."""
    parts = np.stack(profile_parts(np.arange(PROFILES)))
    assert np.unique(parts, axis=1).shape[1] == PROFILES
    assert parts.max(axis=1).tolist() == [len(OFFENCES) - 1, 1, 1, len(PRIOR_RECORDS) - 1, len(STATUS_GROUPS) - 1]
    assert parts.min() == 0


def test_no_conviction_now_is_wider_than_never() -> None:
    """Nobody without any conviction has one in the present case: the two published readings are nested."""
    ever, current = category_of_profile("no-conviction-ever"), category_of_profile("no-conviction-current")
    assert (current[ever == 1] == 1).all()
    assert (ever == 1).sum() < (current == 1).sum()


# ---- files that are wrong --------------------------------------------------------------------------------------------

DEFINITION = """\
definitions:
  mine:
    title: Mine
    citation: My report, 2012
    grade: seen
    dated: {from: 2012-01-01, to: null}
    categories:
      - {name: felons, any_of: [felony_conviction], none_of: []}
    otherwise: others
    non_criminal: [others]
    called: without a felony
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "said"),
    [
        ("My report, 2012", '""', 4, "definitions.mine.citation", "is empty; expected text"),
        ("    citation: My report, 2012\n", "", 2, "definitions.mine.citation", "is missing"),
        ("    grade: seen\n", "", 2, "definitions.mine.grade", "is missing"),
        ("    dated: {from: 2012-01-01, to: null}\n", "", 2, "definitions.mine.dated", "is missing"),
        ("    non_criminal: [others]\n", "", 2, "definitions.mine.non_criminal", "is missing"),
        ("[others]", "[]", 10, "definitions.mine.non_criminal", "is empty"),
        ("    called: without a felony\n", "", 2, "definitions.mine.called", "is missing"),
        ("non_criminal:", "non_criminals:", 10, "definitions.mine.non_criminals", "did you mean 'non_criminal'?"),
        ("[others]", "[other]", 10, "definitions.mine.non_criminal.0", "did you mean 'others'?"),
        (
            "[others]",
            "others",
            10,
            "definitions.mine.non_criminal",
            "expected a list, found 'others'",
        ),
        ("grade: seen", "grade: sean", 5, "definitions.mine.grade", "did you mean 'seen'?"),
        (
            "2012-01-01",
            "January",
            6,
            "definitions.mine.dated.from",
            "expected a date such as 2010-06-30, found 'January'",
        ),
        (", to: null", "", 6, "definitions.mine.dated.to", "is missing"),
        ("to: null", "to: 2011-12-31", 6, "definitions.mine.dated.to", "before it begins on 2012-01-01"),
        ("to: null", "ot: null", 6, "definitions.mine.dated.ot", "unknown key; allowed: from, to"),
        ("felony_conviction]", "prior_removal]", 8, "definitions.mine.categories.0.any_of.0", "cannot be read"),
        (
            "[felony_conviction",
            "[felony_convicton",
            8,
            "definitions.mine.categories.0.any_of.0",
            "'felony_conviction'?",
        ),
        (
            "none_of: []",
            "none_of: [rich]",
            8,
            "definitions.mine.categories.0.none_of.0",
            "unknown ground 'rich'",
        ),
        ("called:", "recording: at_isue\n    called:", 11, "definitions.mine.recording", "did you mean 'at_issue'?"),
    ],
)
def test_a_broken_definition_is_refused(old: str, new: str, line: int, key: str, said: str, tmp_path: Path) -> None:
    """A definition has a source, a date, a headline, and uses only what a profile carries; the error says where."""
    file = tmp_path / "definitions.yaml"
    assert old in DEFINITION
    file.write_text(DEFINITION.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_definitions(file)
    assert (caught.value.file, caught.value.line, caught.value.key) == (str(file), line, key)
    assert said in str(caught.value)


def test_a_definition_of_ones_own_is_read(tmp_path: Path) -> None:
    """The same text without a mistake sorts people."""
    file = tmp_path / "definitions.yaml"
    file.write_text(DEFINITION, encoding="utf-8")
    mine = read_definitions(file)["mine"]
    assert mine.categories == ("felons", "others")
    assert mine.category(grounds_of(("dui", "F", "yes", "none"))) == "felons"
    assert mine.category(grounds_of(("dui", "M", "yes", "none"))) == "others"


def test_shipped_definitions_use_what_profiles_carry() -> None:
    """No definition rests on a ground that the ledger does not keep."""
    assert "prior_removal" not in PROFILE_GROUNDS
    assert "felony_conviction" in PROFILE_GROUNDS
