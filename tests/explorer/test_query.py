"""Addresses that anybody can write: what cannot be read is refused at once, in lines, and never with a traceback."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from enforcement_sim.errors import InputError, InputNotice
from enforcement_sim.explorer.choices import LONGEST_QUERY, Choices, choices_of, pair_of, query_items

BOMB = "&a [" + ",".join("*a" for _ in range(1_000)) + "]"
HOLD = "parameters.detainer.hold_hours"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        # one meaning, written once
        ("?to=??&to=2012-01-01", "to: stands in the address twice"),
        ("?place=CA&place=NV", "place: stands in the address twice"),
        ("?hold=1&hold=1", "hold: stands in the address twice"),
        ("?set=start.warm_days=0&set=start.warm_days=1", "start.warm_days: set twice"),
        ("?hold=72&set=detainer.hold_hours=72", "detainer.hold_hours: set twice"),
        # names
        ("?plac=CA", "plac: unknown in an address; allowed: place, from"),
        ("?PLACE=CA", "did you mean 'place'?"),
        ("?=CA", "unknown in an address"),
        ("?" + "x" * 200 + "=1", "unknown in an address"),
        # percent signs and characters
        ("?place=%zz", "place: cannot read '%zz'; allowed: %25 for a percent sign"),
        ("?place=CA%", "place: cannot read 'CA%'"),
        ("?place=%ff", "place: cannot read '%ff'; allowed: characters in UTF-8"),
        ("?place=%ed%a0%80", "allowed: characters in UTF-8"),
        ("?place=\udc80", "allowed: characters in UTF-8"),
        ("?%ff=CA", "address: cannot read '%ff'"),
        ("?place=C%00A", r"place: a character in 'C\x00A' cannot be seen"),
        ("?place=CA%0a", r"place: a character in 'CA\n' cannot be seen"),
        ("?place=%e2%80%ae", "cannot be seen"),
        # values, in the words of a file
        ("?hold=%26a%20[*a]", f"{HOLD}: anchors (&name) are not used here"),
        (f"?hold={quote(BOMB)}", f"{HOLD}: '&a [*a,*a,"),
        ("?hold=" + "[" * 50, f"{HOLD}: nested more than 40 levels deep"),
        ("?hold=" + "[" * 5_000, f"{HOLD}: '[[[["),
        ("?hold=" + "9" * 50, f"{HOLD}: a number of more than 40 digits"),
        ("?hold=048", f"{HOLD}: 048 begins with a zero"),
        ("?hold=.inf", f"{HOLD}: .inf is not a number that can be used"),
        ("?hold=.5e400", f"{HOLD}: .5e400 is too large"),
        ("?hold=0x30", f"{HOLD}: '0x30' is not a number; allowed: a whole number from 0 to 720 (hours)"),
        ("?hold=²", f"{HOLD}: '²' is not a number"),
        ("?hold=2012-02-30", f"{HOLD}: 2012-02-30 is not a day of the calendar"),
        ("?set=nothing", "set: cannot read 'nothing'; allowed: ADDRESS=VALUE"),
        ("?set=thin=2", "thin: unknown address"),
        ("?to=??", "period.end: expected a date such as 2010-06-30, found '??'"),
        ("?from=2012-02-30", "period.start: 2012-02-30 is not a day of the calendar"),
        ("?month=2011-13", "month: cannot read '2011-13'; allowed: a month such as 2011-05"),
        ("?person=-1", "person: cannot read '-1'; allowed: a whole number from 1"),
        ("?person=²", "person: cannot read '²'"),
        ("?rule=honour", "rule: cannot read 'honour'; allowed: DECISION:RULE"),
        ("?rule=honour:honour-all:::06o37", "rule: unknown county '06o37'"),
        # places
        ("?place=06038", "did you mean '06037 (Los Angeles County, CA)' or '06039 (Madera County, CA)'?"),
        ("?place=09110", "09110 is Capitol Planning Region, CT, of 2022-06-06"),
        ("?place=" + "06037," * 1_000, "06037 is written twice"),
        # length
        ("?place=" + "CA," * 4_000, f"an address with 12,007 characters; allowed: at most {LONGEST_QUERY:,}"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(query: str, says: str) -> None:
    with pytest.raises(InputError) as raised:
        pair_of(choices_of(query))
    lines = str(raised.value).splitlines()
    assert says in lines[0]
    assert all(len(line) < 1_000 for line in lines)


def test_all_that_cannot_be_read_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        choices_of("?plac=CA&to=1&to=2&place=%zz")
    assert [one.key for one in raised.value.errors] == ["plac", "to", "place"]
    with pytest.raises(InputError) as raised:
        choices_of("?hold=048&set=x=1&month=May&rule=a")
    assert {one.key for one in raised.value.errors} == {HOLD, "x", "month", "rule"}
    with pytest.raises(InputError) as raised:
        pair_of(choices_of("?place=ZZ&from=2012-02-30&hold=9999&rule=honour:nobody"))
    assert [one.key for one in raised.value.errors] == ["period.start", "scope.states.0", HOLD, "changes.honour-1.rule"]


def test_what_can_be_read_still_is() -> None:
    assert choices_of("?") == choices_of("") == choices_of("?&&") == Choices()
    assert query_items("?a=1+2&b=%C3%A9&a=", ("a", "b"), ("a",)) == [("a", "1 2"), ("b", "é"), ("a", "")]
    assert choices_of("?month=&person=1&hold=") == Choices()


def test_another_code_of_a_county_is_its_own_from_the_first_page_on() -> None:
    with pytest.warns(InputNotice, match=r"place: 12025 is read as 12086 \(Miami-Dade County, FL\)"):
        choices = choices_of("?place=12025")
    assert choices.place == "12086"
    with pytest.warns(InputNotice, match="place: 46102 and 46113 are one county"):
        assert choices_of("?place=46102,46113").place == "46113"
