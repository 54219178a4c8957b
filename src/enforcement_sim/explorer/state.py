"""What is chosen in the explorer: as the query of an address, as a pair of scenarios, as a file.

A :class:`Choices` keeps what was written, text as text, and says nothing about it. Everything is checked where the command
line checks it, by the scenario room, so that a link with an impossible value is refused in the same words. Only what
differs from the first page is written into the address, so a link stays short and means the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.experiment.lives import scope_of
from enforcement_sim.no_effect import without_effect
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenario.load import load_scenario
from enforcement_sim.scenario.schema import HISTORY_START

if TYPE_CHECKING:
    from enforcement_sim.no_effect import NoEffect
    from enforcement_sim.scenario.schema import Scenario

__all__ = [
    "HOLD",
    "NATION",
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
ACTIVATION = ("not-yet-activated", "activated-everywhere")
"""Names of the changes that a day of activation is made of: prints are not shared before it, and shared from it on."""
FILE_HEADING = (
    "# Made in the explorer. Look at it with `enforcement-sim scenario check FILE`, run it with "
    "`enforcement-sim run FILE`.\n"
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
        change: dict[str, Any] = {"decision": self.decision, "rule": self.rule, "where": where_of(self.where or NATION)}
        if self.start:
            change["from"] = self.start
        if self.until:
            change["until"] = self.until
        if self.followed:
            covered, comma, not_covered = self.followed.partition(",")
            shares = {"covered": _value(covered), "not_covered": _value(not_covered)}
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
        If it has a name that is not one of an address, or a rule that cannot be read.

    Examples
    --------
    >>> choices_of("?place=NC&hold=96").hold
    '96'
    """
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query.removeprefix("?"), keep_blank_values=True):
        if name not in _ATTRIBUTES:
            raise InputError(
                "unknown in an address", key=name, allowed=tuple(_ATTRIBUTES), nearest=nearest_names(name, _ATTRIBUTES)
            )
        attribute = _ATTRIBUTES[name]
        if attribute == "laid":
            found["laid"] = (*found.get("laid", ()), _laid(value))
        elif attribute == "settings":
            found["settings"] = (*found.get("settings", ()), value)
        else:
            found[attribute] = value
    return Choices(**found)


def _laid(written: str) -> Laid:
    parts = written.split(":")
    if not 2 <= len(parts) <= len(fields(Laid)):
        raise InputError(
            f"cannot read {written!r}", key="rule", allowed="DECISION:RULE, then FROM, UNTIL, WHERE and FOLLOWED"
        )
    return Laid(*parts)


def where_of(written: str) -> str | dict[str, list[str]]:
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
        raise InputError(error.message, key="place", allowed=f"nation, {error.allowed}") from None


def pair_of(choices: Choices) -> tuple[Scenario, Scenario]:
    """Return history and the what-if, resolved and checked.

    Raises
    ------
    InputError
        For the first thing that cannot be, in the words of the scenario room.

    Examples
    --------
    >>> history, what_if = pair_of(Choices(place="12021", hold="96"))
    >>> history.parameters[HOLD], what_if.parameters[HOLD]
    (48.0, 96.0)
    """
    history = load_scenario("baseline").with_(
        **{
            "scope": where_of(choices.place),
            "period.start": choices.first.strip(),
            "period.end": choices.last.strip(),
            "replications": REPLICATIONS,
        }
    )
    settings = {**_parameters(choices), **{f"changes.{name}": body for name, body in _changes(choices).items()}}
    if not settings:
        return history, history
    return history, history.with_(**_worded(choices), **settings)


def rules_without_effect(choices: Choices, what_if: Scenario) -> dict[str, list[tuple[str, NoEffect]]]:
    """Return by decision which of the rules laid do nothing, each with the reason.

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
    return found


def _parameters(choices: Choices) -> dict[str, Any]:
    """Return the parameters that the what-if sets."""
    register = load_register()
    found: dict[str, Any] = {HOLD: _value(choices.hold)} if choices.hold else {}
    for written in choices.settings:
        address, equals, text = (part.strip() for part in written.partition("="))
        if not equals or not address:
            raise InputError(f"cannot read {written!r}", key="set", allowed=f"ADDRESS=VALUE, such as {HOLD}=72")
        if address not in register:
            raise InputError(
                "unknown address",
                key=address,
                allowed="parameters of the register (enforcement-sim parameters)",
                nearest=nearest_names(address, register),
            )
        found[address] = _value(text)
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


def _value(text: str) -> Any:
    """Return a value as a scenario file would read it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return text


def yaml_of(choices: Choices) -> str:
    """Return the what-if as a scenario file: short, extending the baseline, and the same world when it is loaded.

    Raises
    ------
    InputError
        As :func:`pair_of`.
    """
    from enforcement_sim.scenario.dump import dump

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
