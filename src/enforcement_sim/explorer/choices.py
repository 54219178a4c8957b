"""The user's choices: as the query of an address, as a pair of scenarios, as a scenario file.

:class:`Choices` holds the text as written, unchecked. The scenario package checks it, as for the command line, so that an
invalid link gets the same error message. The address holds only what differs from the first page, so links stay short
and keep their meaning.

Anybody can write an address, so its length is limited, its encoding is checked strictly, and a name that has a single
value may not occur twice.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from enforcement_sim.errors import InputError, Problems, nearest_names, notify, shown
from enforcement_sim.no_effect import NoEffect, without_effect
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.county_codes import read_counties
from enforcement_sim.process.clock import HISTORY_START
from enforcement_sim.scenarios.address import dump
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.written_places import scope_of
from enforcement_sim.yaml_lines import read_value

HOLD = "detainer.hold_hours"
NATION = "nation"
REPLICATIONS = 4
"""Seeds of an exact picture: enough for an interval, and few enough to compute while a user waits."""
NAME_LENGTH = 60
PARAMETERS = "parameters"
ACTIVATION = ("not-yet-activated", "activated-everywhere")
"""Names of the two changes made from a day of activation: prints are not shared before it, and shared from it on."""
LONGEST_VALUE = 60
"""A longer text is rejected as a number without parsing it."""
LONGEST_QUERY = 8_000
"""Most characters of a query; the codes of all counties of Texas take a quarter of that."""
LONGEST_NAME = 40
"""A longer name is not repeated in an error message."""
FILE_HEADING = (
    "# Made in the explorer. Check it with `enforcement-sim scenario check what-if.yaml`, run it with "
    "`enforcement-sim run what-if.yaml`.\n"
)
SAFE = ",:-=."
"""Characters that stay readable in an address."""


@dataclass(frozen=True)
class Override:
    """One rule laid over history.

    Attributes
    ----------
    decision, rule : str
        As in a scenario file.
    start, until : str
        First day, and first day on which it no longer applies; empty for the whole history.
    where : str
        ``nation``, or states or counties separated by commas; empty for the whole nation.
    followed : str
        ``strictly``, ``as_history``, or the shares of people covered and not covered separated by a comma; empty for
        the default of a scenario file.
    """

    decision: str
    rule: str
    start: str = ""
    until: str = ""
    where: str = ""
    followed: str = ""

    def written(self) -> str:
        """Return the rule as a value in an address.

        Examples
        --------
        >>> Override("honour", "honour-trust", "2011-01-01").written()
        'honour:honour-trust:2011-01-01'
        """
        parts = (self.decision, self.rule, self.start, self.until, self.where, self.followed)
        return ":".join(parts).rstrip(":")

    def change(self) -> dict[str, Any]:
        """Return the rule as a scenario's change."""
        where = where_of(self.where or NATION, "rule")
        change: dict[str, Any] = {"decision": self.decision, "rule": self.rule, "where": where}
        change |= {key: day for key, day in (("from", self.start), ("until", self.until)) if day}
        if self.followed:
            covered, comma, not_covered = self.followed.partition(",")
            shares = {"covered": read_value(covered, "rule"), "not_covered": read_value(not_covered, "rule")}
            change["followed"] = shares if comma else self.followed
        return change


def _as(name: str, default: Any) -> Any:
    """Return a dataclass field that has another name in an address."""
    return field(default=default, metadata={"query": name})


@dataclass(frozen=True)
class Choices:
    """All of the user's choices, as text.

    Attributes
    ----------
    place : str
        ``nation``, states such as ``CA`` or ``CA,NV``, or counties such as ``06037``.
    first, last : str
        First and last day counted.
    hold : str
        Hours a jail may hold; empty for history's.
    activated : str
        The day on which Secure Communities begins everywhere; empty for the days of history.
    overrides : tuple of Override
        Rules laid over history; a later one wins.
    settings : tuple of str
        Further parameters, each as ``ADDRESS=VALUE``.
    show, stage, definition, event, month, world, why, person : str
        The view: the tab, the stage and the definition of the offence mix, the event of series and map, the month of the
        map (empty for all), the scenario whose flow is drawn, and the booking whose two histories are shown: the measure
        that it makes differ, and the person's number in the list.
    """

    place: str = "CA"
    first: str = _as("from", "2010-10-01")
    last: str = _as("to", "2013-09-30")
    hold: str = ""
    activated: str = ""
    overrides: tuple[Override, ...] = _as("rule", ())
    settings: tuple[str, ...] = _as("set", ())
    show: str = "change"
    stage: str = "removed"
    definition: str = _as("by", "ice-levels-2010")
    event: str = "removed"
    month: str = ""
    world: str = "what-if"
    why: str = "removed"
    person: str = "1"

    @property
    def changes_nothing(self) -> bool:
        """Whether the what-if is history itself."""
        return not (self.hold or self.activated or self.overrides or self.settings)


QUERY_NAMES = {one.name: one.metadata.get("query", one.name) for one in fields(Choices)}
"""Attribute -> its name in an address."""
ATTRIBUTES = {name: attribute for attribute, name in QUERY_NAMES.items()}
VIEW = ("show", "stage", "definition", "event", "month", "world", "why", "person")
"""Attributes of the view, which do not affect what is simulated."""
REPEATED = ("rule", "set")
"""Names that may occur more than once in an address."""
FORMS = {
    "month": (re.compile(r"20[01][0-9]-(0[1-9]|1[0-2])"), "a month such as 2011-05"),
    "person": (re.compile(r"[1-9][0-9]?"), "a whole number from 1"),
}
"""Attribute -> pattern of its value where no other check applies, and a description; empty text is always allowed."""


def query_of(choices: Choices) -> str:
    """Return the query of the address for these choices; empty for those of the first page.

    Examples
    --------
    >>> query_of(Choices(hold="96", overrides=(Override("sharing", "not-shared"),)))
    '?hold=96&rule=sharing:not-shared'
    """
    parts: list[tuple[str, str]] = []
    for attribute, name in QUERY_NAMES.items():
        value = getattr(choices, attribute)
        if value != getattr(Choices(), attribute):
            values = value if isinstance(value, tuple) else (value,)
            parts += [(name, one.written() if isinstance(one, Override) else one) for one in values]
    query = "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in parts)
    return f"?{query}" if query else ""


def choices_of(query: str) -> Choices:
    """Return the choices in the query of an address.

    Raises
    ------
    InputError
        For every name, rule, number or setting that cannot be read. Whether the values are valid is checked by
        :func:`pair_of`.

    Examples
    --------
    >>> choices_of("?place=NC&hold=96").hold
    '96'
    """
    found: dict[str, Any] = {}
    problems = Problems()
    for name, value in query_items(query, tuple(ATTRIBUTES), REPEATED):
        attribute = ATTRIBUTES[name]
        with problems.gathering():
            if attribute in FORMS and value and not FORMS[attribute][0].fullmatch(value):
                raise InputError(f"cannot read {shown(value)}", key=name, allowed=FORMS[attribute][1])
            if name in REPEATED:
                found[attribute] = (*found.get(attribute, ()), _override(value) if name == "rule" else value)
            else:
                found[attribute] = _of_the_period(value) if attribute == "place" else value
    choices = Choices(**found)
    with problems.gathering():
        _parameters(choices)
    problems.raise_if_any()
    return choices


def query_items(query: str, known: Collection[str], repeated: Collection[str]) -> list[tuple[str, str]]:
    """Return the names and values of a query, in order.

    Parameters
    ----------
    query : str
        With or without its question mark.
    known : collection of str
        The names that may occur in an address.
    repeated : collection of str
        Those that may occur more than once.

    Raises
    ------
    InputError
        For everything that cannot be read: a percent sign without two hexadecimal digits, bytes that are not UTF-8,
        unprintable characters, a name that is unknown or repeated; at once if the query is too long.

    Examples
    --------
    >>> query_items("?place=CA%2CNV&set=a%3D1&set=b%3D2", ("place", "set"), ("set",))
    [('place', 'CA,NV'), ('set', 'a=1'), ('set', 'b=2')]
    """
    if len(query) > LONGEST_QUERY:
        raise InputError(f"an address with {len(query):,} characters", allowed=f"at most {LONGEST_QUERY:,}")
    problems = Problems()
    found: list[tuple[str, str]] = []
    for part in filter(None, query.removeprefix("?").split("&")):
        with problems.gathering():
            written, _, value = part.partition("=")
            name = _plain(written, "address")
            if name not in known:
                key, near = name if len(name) <= LONGEST_NAME else None, nearest_names(name, known)
                raise InputError("unknown in an address", key=key, allowed=tuple(known), nearest=near)
            if name not in repeated and name in {one for one, _ in found}:
                raise InputError("stands in the address twice", key=name)
            found.append((name, _plain(value, name)))
        if problems.enough:
            break
    problems.raise_if_any()
    return found


def _plain(written: str, key: str) -> str:
    """Return text with its percent-encoding decoded."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", written):
        raise InputError(f"cannot read {shown(written)}", key=key, allowed="%25 for a percent sign, %20 for a space")
    try:
        text = unquote_to_bytes(written.replace("+", " ")).decode("utf-8")
    except UnicodeError:
        raise InputError(f"cannot read {shown(written)}", key=key, allowed="characters in UTF-8") from None
    if not text.isprintable():
        raise InputError(f"a character in {shown(text)} cannot be seen", key=key)
    return text


def _of_the_period(place: str) -> str:
    """Return places with the county codes of the period; :func:`pair_of` reports what is not a county."""
    try:
        found = read_counties(word.strip() for word in place.split(","))
    except InputError:
        return place
    for notice in found.notices:
        notify(notice, key="place")
    return ",".join(found.fips)


def _override(written: str) -> Override:
    parts = written.split(":")
    if not 2 <= len(parts) <= len(fields(Override)):
        allowed = "DECISION:RULE, then FROM, UNTIL, WHERE and FOLLOWED"
        raise InputError(f"cannot read {shown(written)}", key="rule", allowed=allowed)
    return Override(*parts)


def where_of(written: str, key: str = "place") -> str | dict[str, list[str]]:
    """Return the places in a text, in the form of a scenario file.

    Raises
    ------
    InputError
        If the text is neither the nation nor states nor counties.
    """
    if written.strip() == NATION:
        return NATION
    try:
        return scope_of(written)
    except InputError as error:
        allowed = f"nation, {error.allowed}"
        raise InputError(error.message, key=key, allowed=allowed, nearest=error.nearest) from None


def pair_of(choices: Choices) -> tuple[Scenario, Scenario]:
    """Return history and the what-if, resolved and checked.

    Raises
    ------
    InputError
        For every invalid setting, with the messages of the scenario reader.

    Examples
    --------
    >>> history, what_if = pair_of(Choices(place="12021", hold="96"))
    >>> history.parameters[HOLD], what_if.parameters[HOLD]
    (48.0, 96.0)
    """
    problems = Problems()
    history = load_scenario("baseline")
    both: dict[str, Any] = {"period.start": choices.first.strip(), "period.end": choices.last.strip()}
    both["replications"] = REPLICATIONS
    with problems.gathering():
        both["scope"] = where_of(choices.place)
    with problems.gathering():
        history = history.with_(**both)
    settings: dict[str, Any] = {}
    with problems.gathering():
        settings |= _parameters(choices)
    with problems.gathering():
        settings |= {f"changes.{name}": body for name, body in _changes(choices).items()}
    what_if = history
    with problems.gathering():
        what_if = history.with_(**_descriptions(choices), **settings) if settings else history
    problems.raise_if_any()
    return history, what_if


def rules_without_effect(choices: Choices, what_if: Scenario) -> dict[str, list[tuple[str, NoEffect]]]:
    """Return the rules without effect by decision, each with the reason; parameters under ``parameters``.

    The day of activation makes two changes; it has an effect if one of them has.

    Examples
    --------
    >>> late = Choices(place="10003", last="2010-12-31", overrides=(Override("honour", "honour-none", "2013-01-01"),))
    >>> [(rule, one.why[:35]) for rule, one in rules_without_effect(late, pair_of(late)[1])["honour"]]
    [('honour-none', 'does nothing: it begins on 2013-01-')]
    """
    idle = {one.key.removeprefix("changes."): one for one in without_effect([({}, what_if)])}
    written = _changes(choices)
    days = [name for name in ACTIVATION if name in written]
    if all(name in idle for name in days):
        days = days[1:]  # one message is enough
    found: dict[str, list[tuple[str, NoEffect]]] = {}
    for name, body in written.items():
        if name in idle and name not in days:
            found.setdefault(body["decision"], []).append((body["rule"], idle[name]))
    numbers = [(key.removeprefix(f"{PARAMETERS}."), one) for key, one in idle.items() if key.startswith(PARAMETERS)]
    return found | ({PARAMETERS: numbers} if numbers else {})


def _parameters(choices: Choices) -> dict[str, Any]:
    """Return the parameters that the what-if sets, parsed as in a scenario file."""
    register = load_register()
    problems = Problems()
    found: dict[str, Any] = {}
    for one in ([f"{HOLD}={choices.hold}"] if choices.hold else []) + list(choices.settings):
        address, equals, text = (part.strip() for part in one.partition("="))
        with problems.gathering():
            if not equals or not address:
                raise InputError(f"cannot read {shown(one)}", key="set", allowed=f"ADDRESS=VALUE, such as {HOLD}=72")
            if address not in register:
                allowed = "parameters of the register (enforcement-sim parameters)"
                key = address if len(address) <= NAME_LENGTH else "set"
                raise InputError("unknown address", key=key, allowed=allowed, nearest=nearest_names(address, register))
            if address in found:
                raise InputError("set twice", key=address)
            if len(text) > LONGEST_VALUE:
                says, key = f"{shown(text)} is not a number", f"parameters.{address}"
                raise InputError(says, key=key, allowed=register[address].allowed)
            found[address] = read_value(text, f"parameters.{address}")
        if problems.enough:
            break
    problems.raise_if_any()
    return found


def _changes(choices: Choices) -> dict[str, dict[str, Any]]:
    """Return the changes that the what-if lays over history, by name."""
    found: dict[str, dict[str, Any]] = {}
    activated = choices.activated.strip()
    if activated:
        begins = {"decision": "sharing", "where": NATION}
        not_yet, everywhere = ACTIVATION
        if activated != HISTORY_START.isoformat():
            found[not_yet] = {**begins, "rule": "not-shared", "until": activated}
        found[everywhere] = {**begins, "rule": "shared", "from": activated}
    for number, rule in enumerate(choices.overrides, start=1):
        found[f"{rule.decision.replace('_', '-')}-{number}"] = rule.change()
    return found


def _descriptions(choices: Choices) -> dict[str, str]:
    """Return name, title and question of the what-if."""
    letters = "".join(one if one.isalnum() else "-" for one in choices.place.lower())
    return {
        "name": f"what-if-{letters}"[:NAME_LENGTH].rstrip("-"),
        "title": "A what-if made in the explorer",
        "asks": "What would have changed, for the same people, if these rules had been laid over history?",
    }


def yaml_of(choices: Choices) -> str:
    """Return the what-if as a short scenario file that extends the baseline and loads as the same scenario.

    Raises
    ------
    InputError
        As :func:`pair_of`.
    """
    plain = pair_of(choices)[1].resolved()
    content: dict[str, Any] = {"schema": plain["schema"], **_descriptions(choices), "extends": "baseline"}
    content |= {key: plain[key] for key in ("period", "scope", "replications")}
    if parameters := _parameters(choices):
        content["parameters"] = {address: plain["parameters"][address] for address in sorted(parameters)}
    if plain["changes"]:
        content["changes"] = plain["changes"]
    return FILE_HEADING + dump(content)
