"""What is chosen in the explorer: as the query of an address, as a pair of scenarios, as a file.

A :class:`Choices` keeps what was written, text as text, and says nothing about it. Everything is checked where the command
line checks it, by the scenario room, so that a link with an impossible value is refused in the same words. Only what
differs from the first page is written into the address, so a link stays short and means the same tomorrow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from enforcement_sim.errors import InputError, Problems, nearest_names, notify, shown
from enforcement_sim.explorer.query import words_of
from enforcement_sim.no_effect import without_effect
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.county_codes import read_counties
from enforcement_sim.runs.recorded_runs import scope_of
from enforcement_sim.scenarios.file_format import HISTORY_START
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.yaml_lines import read_value

if TYPE_CHECKING:
    from enforcement_sim.no_effect import NoEffect
    from enforcement_sim.scenarios.schema import Scenario

__all__ = [
    "HOLD",
    "NATION",
    "PARAMETERS",
    "REPLICATIONS",
    "VIEW",
    "Choices",
    "Laid",
    "choices_of",
    "pair_of",
    "query_of",
    "rules_without_effect",
    "where_of",
    "yaml_of",
]

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
FILE_HEADING = (
    "# Made in the explorer. Look at it with `enforcement-sim scenario check what-if.yaml`, run it with "
    "`enforcement-sim run what-if.yaml`.\n"
)
SAFE = ",:-=."
"""Characters that stay readable in an address."""


@dataclass(frozen=True)
class Laid:
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
        >>> Laid("honour", "honour-trust", "2011-01-01").written()
        'honour:honour-trust:2011-01-01'
        """
        parts = (self.decision, self.rule, self.start, self.until, self.where, self.followed)
        return ":".join(parts).rstrip(":")

    def change(self) -> dict[str, Any]:
        """Return the rule as a scenario's change."""
        change: dict[str, Any] = {
            "decision": self.decision,
            "rule": self.rule,
            "where": where_of(self.where or NATION, "rule"),
        }
        if self.start:
            change["from"] = self.start
        if self.until:
            change["until"] = self.until
        if self.followed:
            covered, comma, not_covered = self.followed.partition(",")
            shares = {"covered": read_value(covered, "rule"), "not_covered": read_value(not_covered, "rule")}
            change["followed"] = shares if comma else self.followed
        return change


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
    laid : tuple of Laid
        Rules laid over history; a later one wins.
    settings : tuple of str
        Further parameters, each as ``ADDRESS=VALUE``.
    show, stage, definition, event, month, world, end, person : str
        What is looked at: the tab, the stage and the definition of the offence mix, the event of series and map, the
        month of the map (empty for all), the world whose flow is drawn, and whose two lives are told: what happened to
        the person under history, and the person's number among those.
    """

    place: str = "CA"
    first: str = "2010-10-01"
    last: str = "2013-09-30"
    hold: str = ""
    activated: str = ""
    laid: tuple[Laid, ...] = ()
    settings: tuple[str, ...] = ()
    show: str = "change"
    stage: str = "removed"
    definition: str = "ice-levels-2010"
    event: str = "removed"
    month: str = ""
    world: str = "what-if"
    end: str = "any"
    person: str = "1"

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing is laid over history."""
        return not (self.hold or self.activated or self.laid or self.settings)


QUERY_NAMES = {
    "place": "place",
    "first": "from",
    "last": "to",
    "hold": "hold",
    "activated": "activated",
    "laid": "rule",
    "settings": "set",
    "show": "show",
    "stage": "stage",
    "definition": "by",
    "event": "event",
    "month": "month",
    "world": "world",
    "end": "end",
    "person": "person",
}
"""Attribute -> its name in an address."""
VIEW = ("show", "stage", "definition", "event", "month", "world", "end", "person")
"""Attributes that say what is looked at, and change nothing that is simulated."""
REPEATED = ("rule", "set")
"""Names that may stand in an address more than once."""
FORMS = {
    "month": (re.compile(r"20[01][0-9]-(0[1-9]|1[0-2])"), "a month such as 2011-05"),
    "person": (re.compile(r"[1-9][0-9]?"), "a whole number from 1"),
}
"""Attribute -> how its value is written, where nothing else asks, and an example; empty text is always possible."""
_ATTRIBUTES = {name: attribute for attribute, name in QUERY_NAMES.items()}


def query_of(choices: Choices) -> str:
    """Return the query of the address that means these choices; empty for those of the first page.

    Examples
    --------
    >>> query_of(Choices(hold="96", laid=(Laid("sharing", "not-shared"),)))
    '?hold=96&rule=sharing:not-shared'
    """
    first_page = Choices()
    parts: list[tuple[str, str]] = []
    for attribute, name in QUERY_NAMES.items():
        value = getattr(choices, attribute)
        if value == getattr(first_page, attribute):
            continue
        if attribute == "laid":
            parts += [(name, rule.written()) for rule in value]
        else:
            parts += [(name, one) for one in (value if isinstance(value, tuple) else (value,))]
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
    for name, value in words_of(query, tuple(_ATTRIBUTES), REPEATED):
        attribute = _ATTRIBUTES[name]
        with problems.gathering():
            if attribute == "laid":
                found["laid"] = (*found.get("laid", ()), _laid(value))
            elif attribute == "settings":
                found["settings"] = (*found.get("settings", ()), value)
            else:
                if attribute == "place":
                    value = _of_the_period(value)
                if attribute in FORMS and value and not FORMS[attribute][0].fullmatch(value):
                    raise InputError(f"cannot read {shown(value)}", key=name, allowed=FORMS[attribute][1])
                found[attribute] = value
    choices = Choices(**found)
    with problems.gathering():
        _parameters(choices)
    problems.raise_if_any()
    return choices


def _of_the_period(place: str) -> str:
    """Return places with the codes of the period; what is no county is left to :func:`pair_of`, which says so."""
    words = [word.strip() for word in place.split(",")]
    try:
        found = read_counties(words)
    except InputError:
        return place
    for notice in found.notices:
        notify(notice, key="place")
    return ",".join(found.fips)


def _laid(written: str) -> Laid:
    parts = written.split(":")
    if not 2 <= len(parts) <= len(fields(Laid)):
        allowed = "DECISION:RULE, then FROM, UNTIL, WHERE and FOLLOWED"
        raise InputError(f"cannot read {shown(written)}", key="rule", allowed=allowed)
    return Laid(*parts)


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
    with problems.gathering():
        history = history.with_(**_placed(choices, problems))
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


def _placed(choices: Choices, problems: Problems) -> dict[str, Any]:
    """Return places, period and seeds of both worlds; ``problems`` gathers places that cannot be read."""
    found: dict[str, Any] = {
        "period.start": choices.first.strip(),
        "period.end": choices.last.strip(),
        "replications": REPLICATIONS,
    }
    with problems.gathering():
        found["scope"] = where_of(choices.place)
    return found


def rules_without_effect(choices: Choices, what_if: Scenario) -> dict[str, list[tuple[str, NoEffect]]]:
    """Return by decision which of the rules laid do nothing, each with the reason; parameters under their own word.

    Of the day on which prints begin to be shared everywhere two changes are made; it does something if one of them does.

    Examples
    --------
    >>> late = Choices(place="10003", last="2010-12-31", laid=(Laid("honour", "honour-none", "2013-01-01"),))
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
    written = ([f"{HOLD}={choices.hold}"] if choices.hold else []) + list(choices.settings)
    for one in written:
        address, equals, text = (part.strip() for part in one.partition("="))
        with problems.gathering():
            if not equals or not address:
                allowed = f"ADDRESS=VALUE, such as {HOLD}=72"
                raise InputError(f"cannot read {shown(one)}", key="set", allowed=allowed)
            if address not in register:
                allowed = "parameters of the register (enforcement-sim parameters)"
                near = nearest_names(address, register)
                key = address if len(address) <= NAME_LENGTH else "set"
                raise InputError("unknown address", key=key, allowed=allowed, nearest=near)
            if address in found:
                raise InputError("set twice", key=address)
            if len(text) > LONGEST_VALUE:
                says = f"{shown(text)} is not a number"
                raise InputError(says, key=f"parameters.{address}", allowed=register[address].allowed)
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
    for number, rule in enumerate(choices.laid, start=1):
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
    from enforcement_sim.scenarios.address import dump

    _, scenario = pair_of(choices)
    plain = scenario.resolved()
    words: Mapping[str, str] = _worded(choices)
    kept: dict[str, Any] = {"schema": plain["schema"], **words, "extends": "baseline"}
    kept |= {key: plain[key] for key in ("period", "scope", "replications")}
    parameters = _parameters(choices)
    if parameters:
        kept["parameters"] = {address: plain["parameters"][address] for address in sorted(parameters)}
    if plain["changes"]:
        kept["changes"] = plain["changes"]
    return FILE_HEADING + dump(kept)
