"""Ten thousand addresses, of which few mean anything: each is read, or refused with the one kind of error there is."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.explorer.choices import HOLD, QUERY_NAMES, Choices, choices_of, pair_of, query_of
from enforcement_sim.explorer.views import valid_view

STRANGE = (
    "²",
    "9" * 3500,
    "-" + "9" * 400,
    "0x30",
    "1e999",
    ".nan",
    "&a [&b [*a]]",
    "!!python/object:os.system x",
    "%",
    "%zz%ff%00",
    "\x00",
    "??",
    "=" * 300,
    ":" * 300,
    "'" * 300,
    "{" * 300,
    "[" * 1500,
    "- " * 1000,
    "2012-13-41",
    "0000-00-00",
    "99999999-01-01",
    "__class__",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\N{RIGHT-TO-LEFT OVERRIDE}" * 20,
    "\N{COMBINING ACUTE ACCENT}" * 200,
    "honour:honour-none:2012-01-01::",
    "sharing:shared:²",
    "detainer.hold_hours=" + "9" * 400,
    "detainer.hold_hours=[1",
    f"{HOLD}: 1",
    "10003",
    "CA,CA",
    "96",
)
"""Values that hurt some reader once, and a few good ones among them."""
ALPHABET = "?&=%;:/\\.,+-_[]{}()*!'\"<>|~^`@$0123456789abcxyzABC\x00\x7f\xe9²"
ADDRESSES = 10_000
RESOLVED = 300


def random_address(chance: random.Random) -> str:
    """Return an address of names that are known, mostly, and values that are anything."""
    parts = []
    for _ in range(chance.randint(0, 5)):
        value = (
            chance.choice(STRANGE)
            if chance.random() < 0.5
            else "".join(chance.choices(ALPHABET, k=chance.randint(0, 30)))
        )
        name = chance.choice(tuple(QUERY_NAMES.values())) if chance.random() < 0.95 else value
        parts.append(f"{name}={value}")
    return "?" + "&".join(parts)


@pytest.mark.slow
def test_ten_thousand_random_addresses_are_read_or_refused() -> None:
    chance = random.Random(14)
    outcomes = {True: 0, False: 0}
    for _ in range(ADDRESSES):
        query = random_address(chance)
        try:
            choices, _ = valid_view(choices_of(query))
        except InputError as error:
            outcomes[False] += 1
            assert str(error) and "Traceback" not in str(error)
        else:
            outcomes[True] += 1
            if all(rule.rule for rule in choices.overrides):
                assert choices_of(query_of(choices)) == choices
    assert min(outcomes.values()) > ADDRESSES / 100


def test_what_random_addresses_choose_is_resolved_or_refused() -> None:
    chance = random.Random(41)
    refused = 0
    for _ in range(RESOLVED):
        try:
            pair_of(choices_of(random_address(chance)))
        except InputError as error:
            refused += 1
            assert str(error)
    assert refused > RESOLVED / 2


@pytest.mark.parametrize("attribute", ["place", "first", "last", "hold", "activated"])
@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_a_strange_value_is_resolved_or_refused(attribute: str, value: str) -> None:
    small = Choices(place="10003", first="2012-01-01", last="2012-01-31")
    try:
        history, _ = pair_of(replace(small, **{attribute: value}))
    except InputError as error:
        assert str(error)
    else:
        assert history.replications > 1
