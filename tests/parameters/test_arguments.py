"""The arguments for ranges hold for the ranges that stand beside them: what is said in arithmetic is reckoned again."""

from __future__ import annotations

import math
import re

import pytest
from tools.make_parameters import entries

from enforcement_sim.parameters.register import Parameter
from enforcement_sim.results.measures import MEASURES

ENTRIES = {address: members[0] for address, members in entries().items()}
NINE_IN_TEN = 1.645
"""Standard deviations either side of the mean between which nine in ten of a normal lie."""
SPREAD = re.compile(
    r"nine in ten lie within a factor of ([\d.]+) of the median at the low end and of ([\d.]+) at the high end"
)


def saying(words: str) -> list[Parameter]:
    """Return the entries whose argument has these words; there must be some."""
    found = [parameter for parameter in ENTRIES.values() if words in parameter.argument.range_from]
    assert found, words
    return found


def test_an_argument_is_made_for_every_entry() -> None:
    """Each is a sentence or two; a dispute that says nobody says why."""
    for address, parameter in ENTRIES.items():
        argument = parameter.argument
        for text in (argument.range_from, argument.disputed_by, *filter(None, [argument.because])):
            assert not text[0].islower() and text[-1] == "." and len(text.split()) >= 5, (address, text)
        if argument.disputed_by.startswith("Nobody"):
            assert re.match(r"Nobody( [a-z ]+)?(,|;| because)", argument.disputed_by), address


def test_measures_are_ones_that_are_printed() -> None:
    for address, parameter in ENTRIES.items():
        assert set(parameter.argument.moves) <= set(MEASURES), address


def test_spreads_are_reckoned_from_their_own_range() -> None:
    for parameter in saying("nine in ten lie within"):
        matched = SPREAD.search(parameter.argument.range_from)
        assert matched, parameter.address
        for told, end in zip(matched.groups(), (parameter.low, parameter.high), strict=True):
            factor = math.exp(NINE_IN_TEN * end)
            assert float(told) == pytest.approx(factor, rel=0.05), (parameter.address, factor)


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("The whole of what a share can be", (0, 1)),
        ("The whole of what a probability can be", (0, 1)),
        ("Yes or no", (0, 1)),
    ],
)
def test_ranges_said_to_be_whole_are(words: str, ends: tuple[float, float]) -> None:
    for parameter in saying(words):
        assert (parameter.low, parameter.high) == ends, parameter.address


def test_ends_said_to_be_none_are_zero() -> None:
    words = r"[Ll]ow end,? (none|nobody|history|alike|no influence|offices alike|never|a class never|no time)\b"
    found = [parameter for parameter in ENTRIES.values() if re.search(words, parameter.argument.range_from)]
    assert len(found) > 20
    assert [parameter.address for parameter in found if parameter.low != 0] == []
