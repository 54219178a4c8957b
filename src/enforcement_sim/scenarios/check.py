"""Whether everything a scenario names exists, and whether it holds together.

The models know keys and types; this module asks the rooms below about the rest. Is this a county? Does this rule
answer that decision? Is the period inside the history, and the value inside its range? Every answer that is no is
gathered as an :class:`InputError` with its dotted key.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from enforcement_sim.codes import LEVERS
from enforcement_sim.errors import InputError, Problems, nearest_names, shown
from enforcement_sim.law.adherence import ADHERENCE, SETTABLE
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.explain import MISSING
from enforcement_sim.scenarios.schema import HISTORY_END, HISTORY_START, ChangeFile, ScenarioFile, Where
from enforcement_sim.scenarios.seeds import check_last

if TYPE_CHECKING:
    from enforcement_sim.places.geography import Geography

_POSTAL_LETTERS = 2
IN_QUOTES = "five-digit FIPS codes in quotes"
_HISTORY = f"{HISTORY_START} to {HISTORY_END}"


def check(written: ScenarioFile, problems: Problems) -> None:
    """Check a whole scenario, all files merged, except its sweep and design; ``problems`` gathers what is wrong."""
    with problems.gathering():
        _check_period(written)
    with problems.gathering():
        check_places(written.scope, "scope")
    with problems.gathering():
        _check_thinning(written)
    register = load_register()
    for address, value in written.parameters.items():
        try:
            register.check(address, value)
        except InputError as error:
            problems.add(rekeyed(error, f"parameters.{address}"))
        if problems.enough:
            return
    with problems.gathering():
        most = written.replications if isinstance(written.replications, int) else written.replications.at_most
        check_last(written.seed, most)
    for name, change in written.changes.items():
        _check_change(name, change, problems)
        if problems.enough:
            return


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
        For every code that does not, with its key, such as ``scope.states.2``.
    """
    if where.kind == "nation":
        return
    # Imported here: a national scenario needs no list of places.
    from enforcement_sim.places.county_codes import read_county
    from enforcement_sim.places.geography import load_geography

    geography = load_geography()
    states = {state.postal for state in geography.states}
    problems = Problems()
    for index, code in enumerate(where.members):
        here = f"{key}.{where.kind}.{index}"
        try:
            if where.kind == "counties":
                read_county(code)
            elif code not in states:
                problems.add(_unknown_state(code, here, geography))
        except InputError as error:
            problems.add(InputError(error.message, None, None, here, IN_QUOTES, error.nearest))
        if problems.enough:
            break
    problems.raise_if_any()


def of_the_period(where: Where, key: str) -> tuple[Where, tuple[tuple[str, str], ...]]:
    """Return places by the codes of the period, in order, and what must be told about them with its key.

    Two ways of writing one scope are one scope: places are sorted, and two codes of one county are one.
    """
    if where.kind != "counties":
        return where.in_order(), ()
    from enforcement_sim.places.county_codes import read_counties

    found = read_counties(where.members)
    told = tuple((f"{key}.counties", notice) for notice in found.notices)
    return Where(kind="counties", members=tuple(sorted(found.fips))), told


def _unknown_state(code: str, key: str, geography: Geography) -> InputError:
    """Return the error for a postal code that does not exist; a state's name finds its code."""
    postal = {state.name: state.postal for state in geography.states}
    near = tuple(postal[name] for name in nearest_names(code, postal)) if len(code) > _POSTAL_LETTERS else ()
    if code.upper() in postal.values():
        near = (code.upper(),)
    allowed = "postal codes of the fifty states and DC"
    return InputError(f"unknown state {shown(code)}", key=key, allowed=allowed, nearest=near)


def _check_period(written: ScenarioFile) -> None:
    problems = Problems()
    start, end = written.period.start, written.period.end
    for name, day in (("start", start), ("end", end)):
        if not HISTORY_START <= day <= HISTORY_END:
            problems.add(InputError(f"{day} lies outside the history", key=f"period.{name}", allowed=_HISTORY))
    if end < start and not problems.errors:
        problems.add(InputError(f"the period ends on {end}, before it starts on {start}", key="period"))
    problems.raise_if_any()


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


def _check_change(name: str, change: ChangeFile, problems: Problems) -> None:
    key = f"changes.{name}"
    for part in ("decision", "rule", "where"):
        if getattr(change, part) is None:
            problems.add(InputError(MISSING, key=f"{key}.{part}"))
    if change.decision is not None and change.rule is not None:
        rules = rules_of(change.decision)
        if change.rule not in rules:
            near = nearest_names(change.rule, rules)
            says = f"{shown(change.rule)} does not answer {change.decision!r}"
            problems.add(InputError(says, None, None, f"{key}.rule", rules, near))
    if change.decision is not None and change.followed is not None and change.decision not in SETTABLE:
        problems.add(_cannot_be_followed(change.decision, f"{key}.followed"))
    if change.where is not None:
        with problems.gathering():
            check_places(change.where, f"{key}.where")
    possible = True
    # The day after the last is possible as an end: it says "until the history ends".
    for part, day in (("from", change.start), ("until", change.end)):
        if day is not None and not HISTORY_START <= day <= HISTORY_END + timedelta(days=1):
            problems.add(InputError(f"{day} lies outside the history", key=f"{key}.{part}", allowed=_HISTORY))
            possible = False
    if possible and change.end is not None and change.end <= (change.start or date.min):
        problems.add(InputError(f"ends on {change.end}, not after it begins on {change.start}", key=key))
