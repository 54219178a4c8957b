"""What is chosen in the explorer: as the query of an address, as a pair of scenarios, as a file.

A :class:`Choices` keeps what was written, text as text, and says nothing about it. Everything is checked where the command
line checks it, by the scenario room, so that a link with an impossible value is refused in the same words. Only what
differs from the first page is written into the address, so a link stays short and means the same tomorrow.

Anybody can write an address. It is read at a bounded length, with every percent sign and every character accounted for, and
with no name twice that has one meaning.
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
from enforcement_sim.runs.recorded_runs import scope_of
from enforcement_sim.scenarios.address import dump
from enforcement_sim.scenarios.file_format import HISTORY_START
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.yaml_lines import read_value

HOLD = "detainer.hold_hours"
NATION = "nation"
REPLICATIONS = 4
"""Seeds of an exact picture: enough for an interval, few enough to wait for."""
NAME_LENGTH = 60
PARAMETERS = "parameters"
ACTIVATION = ("not-yet-activated", "activated-everywhere")
"""Names of the changes that a day of activation is made of: prints are not shared before it, and shared from it on."""
LONGEST_VALUE = 60
"""A longer text is no number, and is not taken apart to find that out."""
LONGEST_QUERY = 8_000
"""Characters of a query; the codes of all counties of Texas are a quarter of that."""
LONGEST_NAME = 40
"""A longer name is not repeated."""
FILE_HEADING = (
    "# Made in the explorer. Look at it with `enforcement-sim scenario check what-if.yaml`, run it with "
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
        First day, and first day on which it no longer holds; empty for the whole history.
    where : str
        ``nation``, or states or counties with commas between; empty for wherever it applies.
    followed : str
        ``strictly``, ``as_history``, or the shares of people covered and not covered with a comma between; empty for what
        a scenario file means that does not say it.
    """

    decision: str
    rule: str
    start: str = ""
    until: str = ""
    where: str = ""
    followed: str = ""

    def written(self) -> str:
        """Return the rule as one word of an address.

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
    """Return a field that has another name in an address."""
    return field(default=default, metadata={"query": name})


@dataclass(frozen=True)
class Choices:
    """Everything that is chosen, as it was written.

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
    show, stage, definition, event, month, world, end, person : str
        What is looked at: the tab, the stage and the definition of the offence mix, the event of series and map, the
        month of the map (empty for all), the world whose flow is drawn, and whose two lives are told: what happened to
        the person under history, and the person's number among those.
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
    end: str = "any"
    person: str = "1"

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing is laid over history."""
        return not (self.hold or self.activated or self.overrides or self.settings)


QUERY_NAMES = {one.name: one.metadata.get("query", one.name) for one in fields(Choices)}
"""Attribute -> its name in an address."""
ATTRIBUTES = {name: attribute for attribute, name in QUERY_NAMES.items()}
VIEW = ("show", "stage", "definition", "event", "month", "world", "end", "person")
"""Attributes that say what is looked at, and change nothing that is simulated."""
REPEATED = ("rule", "set")
"""Names that may stand in an address more than once."""
FORMS = {
    "month": (re.compile(r"20[01][0-9]-(0[1-9]|1[0-2])"), "a month such as 2011-05"),
    "person": (re.compile(r"[1-9][0-9]?"), "a whole number from 1"),
}
"""Attribute -> how its value is written, where nothing else asks, and an example; empty text is always possible."""


def query_of(choices: Choices) -> str:
    """Return the query of the address that means these choices; empty for those of the first page.

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
    """Return the choices that the query of an address means.

    Raises
    ------
    InputError
        For everything in it that cannot be read: names, rules, numbers, settings. Whether what is read can be, is asked by
        :func:`pair_of`.

    Examples
    --------
    >>> choices_of("?place=NC&hold=96").hold
    '96'
    """
    found: dict[str, Any] = {}
    problems = Problems()
    for name, value in words_of(query, tuple(ATTRIBUTES), REPEATED):
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


def words_of(query: str, known: Collection[str], repeated: Collection[str]) -> list[tuple[str, str]]:
    """Return the names and values of a query, in order.

    Parameters
    ----------
    query : str
        With or without its question mark.
    known : collection of str
        The names that may stand in an address.
    repeated : collection of str
        Those of them that may stand there more than once.

    Raises
    ------
    InputError
        For everything that cannot be read: a percent sign that begins no character, bytes that are not UTF-8, characters
        that cannot be seen, a name that is unknown or stands there twice; at once if the query is too long.

    Examples
    --------
    >>> words_of("?place=CA%2CNV&set=a%3D1&set=b%3D2", ("place", "set"), ("set",))
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
    """Return text without its percent signs."""
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
    """Return places with the codes of the period; what is no county is left to :func:`pair_of`, which says so."""
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
    """Return the places that a word means, in the form of a scenario file.

    Raises
    ------
    InputError
        If it is neither the nation nor states nor counties.
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
        For everything that cannot be, in the words of the scenario room.

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
        what_if = history.with_(**_worded(choices), **settings) if settings else history
    problems.raise_if_any()
    return history, what_if


def rules_without_effect(choices: Choices, what_if: Scenario) -> dict[str, list[tuple[str, NoEffect]]]:
    """Return by decision which of the rules laid do nothing, each with the reason; parameters under their own word.

    Of the day on which prints begin to be shared everywhere two changes are made; it does something if one of them does.

    Examples
    --------
    >>> late = Choices(place="10003", last="2010-12-31", overrides=(Override("honour", "honour-none", "2013-01-01"),))
    >>> [(rule, one.why[:35]) for rule, one in rules_without_effect(late, pair_of(late)[1])["honour"]]
    [('honour-none', 'does nothing: it begins on 2013-01-')]
    """
    told = {one.key.removeprefix("changes."): one for one in without_effect([({}, what_if)])}
    written = _changes(choices)
    days = [name for name in ACTIVATION if name in written]
    if all(name in told for name in days):
        days = days[1:]  # once is enough
    found: dict[str, list[tuple[str, NoEffect]]] = {}
    for name, body in written.items():
        if name in told and name not in days:
            found.setdefault(body["decision"], []).append((body["rule"], told[name]))
    numbers = [(key.removeprefix(f"{PARAMETERS}."), one) for key, one in told.items() if key.startswith(PARAMETERS)]
    return found | ({PARAMETERS: numbers} if numbers else {})


def _parameters(choices: Choices) -> dict[str, Any]:
    """Return the parameters that the what-if sets, read as in a scenario file."""
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


def _worded(choices: Choices) -> dict[str, str]:
    """Return name, title and question of the what-if."""
    letters = "".join(one if one.isalnum() else "-" for one in choices.place.lower())
    return {
        "name": f"what-if-{letters}"[:NAME_LENGTH].rstrip("-"),
        "title": "A what-if made in the explorer",
        "asks": "What would have changed, for the same people, if these rules had been laid over history?",
    }


def yaml_of(choices: Choices) -> str:
    """Return the what-if as a scenario file: short, extending the baseline, and the same world when it is loaded.

    Raises
    ------
    InputError
        As :func:`pair_of`.
    """
    plain = pair_of(choices)[1].resolved()
    kept: dict[str, Any] = {"schema": plain["schema"], **_worded(choices), "extends": "baseline"}
    kept |= {key: plain[key] for key in ("period", "scope", "replications")}
    if parameters := _parameters(choices):
        kept["parameters"] = {address: plain["parameters"][address] for address in sorted(parameters)}
    if plain["changes"]:
        kept["changes"] = plain["changes"]
    return FILE_HEADING + dump(kept)
