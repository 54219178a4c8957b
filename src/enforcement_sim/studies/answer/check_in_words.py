"""The published figure of an answer in words: inside the simulated interval or not, in which direction, and what was held out."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from enforcement_sim.studies.answer.compute import Answer, Check
from enforcement_sim.studies.answer.published_check import ABOVE, BELOW, INSIDE, UNTOLD
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.validation.held_out_hits import INSIDE as HIT
from enforcement_sim.studies.validation.held_out_hits import NATION, HeldOut, held_out_hits
from enforcement_sim.tables.amounts import share, thousands

WHY_NOT_MET = (
    "Officers hold as many interviews as the figure takes at the programme's usual share of interviews that find somebody "
    "removable. Where the model's jail books more removable people among those born abroad, the same interviews find more "
    "people than were recorded; where it books fewer, fewer."
)
"""Why the model can miss a figure that the work of its officers follows from."""
LISTED = "docs/validation.md lists them with their values."
A_LEVEL = "This checks a level of history; what the policy would have changed was never published."
WIDE, WIDE_SHARE = 0.5, 0.15
"""An interval wider than this part of the published value, or than this share, could hardly miss, as the scorecard has it."""


def failed(answer: Answer) -> tuple[str, ...]:
    """Return that the published figure is missed, in a sentence for the headline; nothing where it is not."""
    check = answer.check
    if check is None or check.lies in (INSIDE, UNTOLD):
        return ()
    figure = check.figure
    return (
        f"A check fails. {figure.what}: published {_written(check, figure.value)}, simulated {_simulated(check)}. "
        f"{direction(answer)}",
    )


def direction(answer: Answer) -> str:
    """Return by how much the model differs from a published figure that it misses, and what follows for the answer."""
    check = answer.check
    assert check is not None
    below, figure = check.lies == BELOW, check.figure
    side = "below" if below else "above"
    percent = "" if not figure.value else f"{100.0 * abs(check.simulated.mean / figure.value - 1.0):.0f}% "
    more = f"the simulated number is {percent}{'larger' if below else 'smaller'}"
    follows = "what this means for the number above cannot be told"
    if answer.question.grows_with_published:
        follows = (
            f"so the number above is more likely too {'large than too small' if below else 'small than too large'}"
        )
    return f"The published figure lies {side} {check.all_sets}: {more}, {follows}."


def checked(answer: Answer) -> tuple[str, ...]:
    """Return the published figure beside the simulated one, whether they agree, and where the model was tested."""
    check = answer.check
    assert check is not None
    figure, place = check.figure, check.lies
    allowed = (
        "" if figure.low == figure.high else f" (range {_written(check, figure.low)} to {_written(check, figure.high)})"
    )
    unit = "" if figure.unit == "share" else f" {figure.unit}"
    period = f"{in_full(figure.scenario.period_start)} to {in_full(figure.scenario.period_end)}"
    verdict = {
        INSIDE: f"Inside: the published figure lies within what the sets give{_how_wide(check)}.",
        UNTOLD: "One run has no interval, so it is not told whether they agree.",
    }.get(place) or f"Outside. {direction(answer)}"
    why = (
        f" {WHY_NOT_MET}"
        if figure.measures and figure.used and figure.unit == "people" and place in (BELOW, ABOVE)
        else ""
    )
    return (
        f"{figure.what}: published {_written(check, figure.value)}{unit}{allowed}; simulated {_simulated(check)}, {period}. "
        f"{verdict} {A_LEVEL}",
        f"{check.role}{why} Source: {figure.source.removesuffix('.')}.",
        *held_out(answer.place),
    )


def _how_wide(check: Check) -> str:
    """Return that an interval is so wide that a hit tells little, where it is."""
    found, value = check.simulated, check.figure.value
    wide = WIDE_SHARE if check.figure.unit == "share" else WIDE * value
    if found.high - found.low <= wide:
        return ""
    ends = f"{found.low / value:.2g} to {times(found.high / value)} the figure"
    return f", but these lie so far apart ({ends}) that this tells little"


def times(ratio: float) -> str:
    """Return a ratio in words.

    Examples
    --------
    >>> times(0.652), times(1.9)
    ('0.65 times', '1.9 times')
    """
    return f"{ratio:.2g} times"


def held_out(place: PlaceAsked) -> tuple[str, ...]:
    """Return which figures the model hits by which no number was chosen: of the place, and of the nation.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> print(held_out(place_asked(county="Cobb, GA"))[0].partition(": ")[0])
    The model was not adjusted to 2 figures of this county in later years. 0 lie inside its interval
    >>> held_out(place_asked(county="10003"))[0]
    'No later figure of this county was kept apart to test the model.'
    """
    known = held_out_hits()
    of_nation = f"{_hits(known[NATION], 'of the nation and of states')}. {LISTED}"
    if place.kind != "county":
        return (of_nation,)
    own = known.get(place.code)
    if own is None:
        return "No later figure of this county was kept apart to test the model.", of_nation
    each = "; ".join(f"{one.what}, {_one_held_out(one)}" for one in own)
    return f"{_hits(own, 'of this county in later years')}: {each}.", of_nation


def _hits(found: Sequence[HeldOut], whose: str) -> str:
    inside = sum(one.interval == HIT for one in found)
    narrow = sum(one.interval == HIT and one.narrow for one in found)
    how = f", {narrow or 'none'} of them inside one that is narrow enough to tell much" if inside else ""
    return (
        f"The model was not adjusted to {len(found)} figures {whose}. {inside} {'lies' if inside == 1 else 'lie'} inside its "
        f"interval{how}"
    )


def _one_held_out(one: HeldOut) -> str:
    """Return how a held-out figure was met: the simulated value and its interval, in parts of the published one."""
    side = "inside" if one.interval == HIT else f"the whole interval lies {one.interval} the published figure"
    wide = "" if one.narrow or one.interval != HIT else ", a wide interval"
    return f"simulated {times(one.simulated)} the published figure ({one.low:.2g} to {times(one.high)}): {side}{wide}"


def _simulated(check: Check) -> str:
    found = check.simulated
    over = "1 set" if check.sets == 1 else f"the first {check.sets} sets, with one seed"
    spread = (
        f" ({_written(check, found.low)} to {_written(check, found.high)} over {over})"
        if found.low < found.high
        else ""
    )
    return f"{_written(check, found.mean)}{spread}"


def _written(check: Check, value: float) -> str:
    """Return a value in the figure's unit: a share in percent, and a number of people as it is."""
    if isnan(value):
        return "none"
    return f"{share(value)}%" if check.figure.unit == "share" else thousands(float(round(value)))
