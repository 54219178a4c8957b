"""How far to trust the cost table: what its counts rest on, and what of a single county is known, drawn or of elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from enforcement_sim.parameters.register import load_register
from enforcement_sim.studies.county.county_inputs import GRADES, own_agreements
from enforcement_sim.studies.county.named_in_register import own_price
from enforcement_sim.studies.jail_cost.compute import JAIL_DAY, JailCost
from enforcement_sim.studies.one_set import single_county
from enforcement_sim.studies.place_asked import PlaceAsked, place_asked
from enforcement_sim.studies.validation.targets import load_targets
from enforcement_sim.tables.amounts import dollars
from enforcement_sim.terminal.printing import command

PAST_SHARE, RENTED_SHARE, HOLD_HOURS = "hold.past_limit_share", "beds.rented_share", "detainer.hold_hours"
BAIL = "county.bail_sd"
INDUCED = "induced_stay_days"


def how_far(cost: JailCost) -> tuple[str, ...]:
    """Return what to know before quoting a number of the cost table, a text each.

    Parameters
    ----------
    cost
        Of scenarios, or of stored runs with their inputs.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> from enforcement_sim.runs.comparison import Comparison
    >>> from enforcement_sim.runs.design import Sample
    >>> plain = load_scenario("baseline").with_(scope={"counties": ["13135"]}).resolved()
    >>> found = Comparison((Sample({}, {1: {"cost.jail_day": 80.0}}),), made_from=plain)
    >>> next(text for text in how_far(JailCost("nation", found)) if "$63" in text).partition(":")[0]
    'Price of a jail day'
    """
    plain = cost.found.made_from
    numbers = {**load_register().defaults(), **plain.get("parameters", {})}
    texts = [_past_the_limit(numbers), _induced(numbers), _rented(numbers)]
    county = single_county(plain)
    if county:
        texts += _of_the_county(place_asked(county=county), cost.prices()[0])
    return tuple(texts)


def _past_the_limit(numbers: Mapping[str, float]) -> str:
    share = load_register()[PAST_SHARE]
    return (
        f"Held past the limit: people kept after the {numbers[HOLD_HOURS]:g} hours of the rule. These leave out Saturdays, "
        "Sundays and federal holidays, so that they can be four or five days on the clock. Nobody counts by clock hours, "
        f"here or in what was published. The count rests on one number, {PAST_SHARE} = {numbers[PAST_SHARE]:g} ({share.grade}; "
        f"range {share.low:g} to {share.high:g}): the share of holds without a pick-up that go on too long. The count moves "
        "about in proportion to it, and no set of parameters varies it, so that no interval holds this doubt."
    )


def _induced(numbers: Mapping[str, float]) -> str:
    published = load_targets()[INDUCED]
    drawn = "drawn once for each county, because nobody published it of one" if numbers[BAIL] else "the same everywhere"
    return (
        f"Induced stay: how often a detainer costs a release before the case ends is {drawn}. The one figure published, "
        f"{published.value:g} days in Los Angeles County ({published.low:g} to {published.high:g}; an advocate's estimate, which "
        "ICE disputes), lies above what the model gives there (docs/validation.md): the model misses it."
    )


def _rented(numbers: Mapping[str, float]) -> str:
    return (
        f"Days in beds that ICE rents, and rents: {100 * numbers[RENTED_SHARE]:.0f}% of the days in ICE custody of people booked "
        f"here ({RENTED_SHARE}, one share for the nation), in whichever county's jail. Which counties rent beds is not known to "
        "the model: if this one does not, leave both lines out of its cost."
    )


def _of_the_county(place: PlaceAsked, charged: float) -> Iterator[str]:
    price = own_price(place, JAIL_DAY)
    if price is not None:
        source = load_register()[JAIL_DAY].source.rstrip(".")
        yield (
            f"Price of a jail day: the register knows one of {place.name}, {dollars(price)} ({source}), and charges "
            f"{dollars(charged)}, as everywhere. To charge its own: --set {JAIL_DAY}={price:g}."
        )
    else:
        yield f"Price of a jail day: none is known of {place.name}. To charge yours: --set {JAIL_DAY}=DOLLARS."
    own = [one for one in own_agreements(place) if one.county is not None and one.officers]
    if own:
        listed = "; ".join(f"{one.officers} of {one.agency} ({GRADES[one.grades['officers'][:1]]})" for one in own)
        yield (
            f"287(g) officers: {listed}. The number is the same in every run, which does not make it certain. What sources say "
            f"of this county: {command('county', place.name, '--facts')}."
        )
