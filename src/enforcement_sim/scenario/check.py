"""Whether everything a scenario names exists, and whether it holds together.

The models know keys and types; this module asks the rooms below about the rest. Is this a county? Does this rule
answer that decision? Is the period inside the history, and the value inside its range? Each question raises one
:class:`InputError` with the dotted key at which the answer was no.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.law.adherence import ADHERENCE, SETTABLE
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenario.schema import HISTORY_END, HISTORY_START, ChangeFile, ScenarioFile, Where
from enforcement_sim.vocabulary import LEVERS

if TYPE_CHECKING:
    from enforcement_sim.world.geography import Geography

_POSTAL_LETTERS = 2
_HISTORY = f"{HISTORY_START} to {HISTORY_END}"


def check(written: ScenarioFile) -> None:
    """Check a whole scenario, all files merged, except its sweep.

    Raises
    ------
    InputError
        For the first thing that does not exist or does not hold together.
    """
    _check_period(written)
    check_places(written.scope, "scope")
    _check_thinning(written)
    register = load_register()
    for address, value in written.parameters.items():
        try:
            register.check(address, value)
        except InputError as error:
            raise rekeyed(error, f"parameters.{address}") from None
    for name, change in written.changes.items():
        _check_change(name, change)


def rekeyed(error: InputError, key: str) -> InputError:
    """Return the same error, reported at the key under which the value was written."""
    return InputError(error.message, error.file, error.line, key, error.allowed, error.nearest)


def rules_of(decision: str) -> tuple[str, ...]:
    """Return what may be chosen for a decision: the settings of a lever, or the rulebook's rule ids.

    Examples
    --------
    >>> rules_of("sharing")
    ('as-scheduled', 'shared', 'not-shared')
    """
    if decision in LEVERS:
        return LEVERS[decision]
    return tuple(rule.id for rule in load_rulebook().rules.values() if rule.decision == decision)


def check_places(where: Where, key: str) -> None:
    """Raise unless all the states or counties exist.

    Raises
    ------
    InputError
        With the key of the first code that does not, such as ``scope.states.2``.
    """
    if where.kind == "nation":
        return
    # Imported here: a national scenario needs no list of places.
    from enforcement_sim.world.geography import load_geography

    geography = load_geography()
    counties = where.kind == "counties"
    for index, code in enumerate(where.members):
        try:
            _ = geography.index_of(code) if counties else geography.state_index(code)
        except KeyError:
            here = f"{key}.{where.kind}.{index}"
            raise (_unknown_county if counties else _unknown_state)(code, here, geography) from None


def _unknown_state(code: str, key: str, geography: Geography) -> InputError:
    """Return the error for a postal code that does not exist; a state's name finds its code."""
    postal = {state.name: state.postal for state in geography.states}
    near = tuple(postal[name] for name in nearest_names(code, postal)) if len(code) > _POSTAL_LETTERS else ()
    if code.upper() in postal.values():
        near = (code.upper(),)
    allowed = "postal codes of the fifty states and DC"
    return InputError(f"unknown state {code!r}", key=key, allowed=allowed, nearest=near)


def _unknown_county(code: str, key: str, geography: Geography) -> InputError:
    """Return the error for a county code that does not exist; a county's name finds its code."""
    names = {
        f"{fips:05d}": name for fips, name in zip(geography.counties["fips"].tolist(), geography.names, strict=True)
    }
    near = nearest_names(code, names, at_most=2)
    if not code.isdigit():
        wanted = code.lower().removesuffix(" county")
        near = tuple(fips for fips, name in names.items() if name.lower().startswith(wanted))[:3]
    meant = tuple(f"{fips} ({names[fips]})" for fips in near)
    return InputError(f"unknown county {code!r}", key=key, allowed="five-digit FIPS codes in quotes", nearest=meant)


def _check_period(written: ScenarioFile) -> None:
    start, end = written.period.start, written.period.end
    for name, day in (("start", start), ("end", end)):
        if not HISTORY_START <= day <= HISTORY_END:
            raise InputError(f"{day} lies outside the history", key=f"period.{name}", allowed=_HISTORY)
    if end < start:
        raise InputError(f"the period ends on {end}, before it starts on {start}", key="period")


def _cannot_be_followed(decision: str, key: str) -> InputError:
    """Return the error for ``followed`` beside a rule of which it cannot be said, with what stands in its place."""
    adherence = ADHERENCE.get(decision)
    why = (
        "follows its rule exactly"
        if adherence is None
        else f"follows its rule by one share for the whole scenario, the parameter {adherence.covered}"
    )
    can = " and ".join(repr(one) for one in SETTABLE)
    return InputError(f"{decision!r} {why}, so a change cannot state it", key=key, allowed=f"only with {can}")


def _check_thinning(written: ScenarioFile) -> None:
    if written.thin > 1 and written.scope.kind == "counties" and written.simulate == "offices":
        raise InputError(
            "a scope of counties is not thinned: too few of their bookings would be left to say anything about them",
            key="thin",
            allowed="1, or a scope of states or the nation",
        )


def _check_change(name: str, change: ChangeFile) -> None:
    key = f"changes.{name}"
    for part in ("decision", "rule", "where"):
        if getattr(change, part) is None:
            raise InputError("is missing", key=f"{key}.{part}")
    assert change.decision is not None and change.rule is not None and change.where is not None
    rules = rules_of(change.decision)
    if change.rule not in rules:
        near = nearest_names(change.rule, rules)
        raise InputError(f"{change.rule!r} does not answer {change.decision!r}", None, None, f"{key}.rule", rules, near)
    if change.followed is not None and change.decision not in SETTABLE:
        raise _cannot_be_followed(change.decision, f"{key}.followed")
    check_places(change.where, f"{key}.where")
    # The day after the last is possible as an end: it says "until the history ends".
    for part, day in (("from", change.start), ("until", change.end)):
        if day is not None and not HISTORY_START <= day <= HISTORY_END + timedelta(days=1):
            raise InputError(f"{day} lies outside the history", key=f"{key}.{part}", allowed=_HISTORY)
    if change.end is not None and change.end <= (change.start or date.min):
        raise InputError(f"ends on {change.end}, not after it begins on {change.start}", key=key)
