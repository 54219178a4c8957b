"""The format of a scenario file, in which nearly everything may be left out, as pydantic models.

The models know keys, types and bounds, and whether what is named exists: counties, rules, parameters, imported tables. What
varies (``sweep``, ``design``) is checked in ``check_plan``, because its values are tried on the rest of the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from enforcement_sim.codes import LEVERS
from enforcement_sim.errors import InputError, Problems, nearest_names, shown
from enforcement_sim.law.adherence import ADHERENCE, AS_HISTORY, SETTABLE, STRICTLY, Shares, stated_shares
from enforcement_sim.law.rules import DECISIONS, load_rulebook
from enforcement_sim.law.where import NATION, Where
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.imported import EMBEDDED, IMPORTED, KINDS, found_name, is_name
from enforcement_sim.process.clock import HISTORY_START
from enforcement_sim.scenarios.plan import LARGEST_SEED, DesignFile, ListOfValues, Stopping
from enforcement_sim.yaml_lines import read_value
from enforcement_sim.yaml_models import NAME_KEY, Day, Name, Named, StrictModel, checked, one_of

SCHEMA_VERSION = 1
HISTORY_END = date(2014, 12, 31)
"""Last day of the history."""
ALL_DECISIONS = (*DECISIONS, *LEVERS)
"""What a change decides: decisions by rules over grounds, and levers that are not."""

Simulate = Literal["offices", "alone"]
"""What a run simulates for the places it reports."""

_POSTAL_LETTERS = 2
FOLLOWED_FORMS = f"{STRICTLY}, {AS_HISTORY} or shares such as {{covered: 0.9, not_covered: 0.05}}"
DATA_CHOICES = f"{EMBEDDED}, {IMPORTED} or a name that 'enforcement-sim data status' shows"


def rules_of(decision: str) -> tuple[str, ...]:
    """Return what may be chosen for a decision: the settings of a lever, or the rulebook's rule ids.

    Examples
    --------
    >>> rules_of("sharing")
    ('as-scheduled', 'shared', 'not-shared')
    """
    return LEVERS[decision] if decision in LEVERS else load_rulebook().of_decision(decision)


def check_seed(seed: object, key: str = "seed") -> int:
    """Return a seed that a run can be made from.

    Raises
    ------
    InputError
        If it is not a whole number, below 0, or above the largest.

    Examples
    --------
    >>> check_seed(2**62)
    4611686018427387904
    """
    try:
        return checked({"seed": seed}, _Seed).seed
    except InputError as error:
        raise error.at(key) from None


def read_seed(text: str) -> int:
    """Return the seed that is written on the command line, read as in a file.

    Raises
    ------
    InputError
        As :func:`check_seed`, and for what a file would refuse.

    Examples
    --------
    >>> read_seed("12")
    12
    """
    return check_seed(read_value(text, "--seed"), "--seed")


def _in_history(day: date) -> date:
    if not HISTORY_START <= day <= HISTORY_END:
        raise InputError(f"{day} lies outside the history", allowed=f"{HISTORY_START} to {HISTORY_END}")
    return day


def _end_in_history(day: date) -> date:
    """The day after the last is possible as the end of a change: it says "until the history ends"."""
    return day if day == HISTORY_END + timedelta(days=1) else _in_history(day)


def _places_exist(where: Where) -> Where:
    """Return places with every county by its code; raise for what is no state or county."""
    if where.kind == "nation":
        return where
    # Imported here: a national scenario needs no list of places.
    from enforcement_sim.written_places import county_in_file

    read = county_in_file if where.kind == "counties" else _state_in_file
    problems = Problems()
    found: dict[str, None] = {}
    for index, written in enumerate(where.members):
        with problems.gathering(f"{where.kind}.{index}"):
            code = read(written)
            if code in found:
                raise InputError(f"{shown(written)} is {code}, which is written twice")
            found[code] = None
        if problems.enough:
            break
    problems.raise_if_any()
    return where.model_copy(update={"members": tuple(found)})


def _state_in_file(code: str) -> str:
    """Return a postal code; raise for one that belongs to no state."""
    from enforcement_sim.places.geography import load_geography

    postal = {state.name: state.postal for state in load_geography().states}
    if code in postal.values():
        return code
    near = tuple(postal[name] for name in nearest_names(code, postal)) if len(code) > _POSTAL_LETTERS else ()
    near = (code.upper(),) if code.upper() in postal.values() else near
    allowed = "postal codes of the fifty states and DC"
    raise InputError(f"unknown state {shown(code)}", allowed=allowed, nearest=near)


def _answers_decision(rule: str, info: ValidationInfo) -> str:
    """Raise unless a rule answers the change's decision, which is checked before it."""
    decision = info.data.get("decision")
    if decision is not None and rule not in rules_of(decision):
        rules = rules_of(decision)
        says = f"{shown(rule)} does not answer {decision!r}"
        raise InputError(says, allowed=rules, nearest=nearest_names(rule, rules))
    return rule


def _read_followed(written: object, info: ValidationInfo) -> object:
    """Return a word, or the two shares as numbers; the shares of ``strictly`` become that word."""
    found = written
    if isinstance(written, Mapping):
        shares = checked(written, _Shares).model_dump()
        found = STRICTLY if stated_shares(shares) == stated_shares(STRICTLY) else shares
    elif written not in (STRICTLY, AS_HISTORY, None):
        near = nearest_names(written, (STRICTLY, AS_HISTORY)) if isinstance(written, str) else None
        raise InputError(f"cannot read {written!r}", allowed=FOLLOWED_FORMS, nearest=near)
    decision = info.data.get("decision")
    if written is not None and decision is not None and decision not in SETTABLE:
        raise _cannot_be_followed(decision)
    return found


def _cannot_be_followed(decision: str) -> InputError:
    """Return the error for ``followed`` beside a rule of which it cannot be said, with what stands in its place."""
    adherence = ADHERENCE.get(decision)
    why = (
        "follows its rule exactly"
        if adherence is None
        else f"follows its rule by one share for the whole scenario, the parameter {adherence.covered or adherence.not_covered}"
    )
    can = " and ".join(repr(one) for one in SETTABLE)
    return InputError(f"{decision!r} {why}, so a change cannot state it", allowed=f"only with {can}")


def _read_parameters(written: dict[str, Any]) -> dict[str, float]:
    register, problems = load_register(), Problems()
    found: dict[str, float] = {}
    for address, value in written.items():
        with problems.gathering():
            found[address] = register.check(address, value)
        if problems.enough:
            break
    problems.raise_if_any()
    return found


def _read_history(written: dict[str, Any]) -> dict[str, float]:
    """Return levers' values before the first counted day; of anything else there is one value throughout."""
    register, problems = load_register(), Problems()
    for address in written:
        if address in register and not register[address].lever:
            says = "is no lever, so it has one value throughout; set it under parameters"
            problems.add(InputError(says, key=address, allowed=register.levers))
    with problems.gathering():
        found = _read_parameters(
            {one: value for one, value in written.items() if one not in register or register[one].lever}
        )
    problems.raise_if_any()
    return found


def _read_data(written: object, info: ValidationInfo) -> object:
    """Return ``embedded``, or the name of an imported table; ``imported`` becomes the name that it means now."""
    if not isinstance(written, str) or not (written in (EMBEDDED, IMPORTED) or is_name(written)):
        near = nearest_names(written, (EMBEDDED, IMPORTED)) if isinstance(written, str) else None
        raise InputError(f"unknown data {shown(written)}", allowed=DATA_CHOICES, nearest=near)
    return found_name(info.field_name or "", written)


def _member_of_ensemble(number: int) -> int:
    if number:
        load_ensemble(number)
    return number


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
ExistingPlaces = Annotated[Where, AfterValidator(_places_exist)]
Followed = Annotated[
    str | dict[str, float] | None,
    BeforeValidator(_read_followed),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "null"},
                {"enum": [STRICTLY, AS_HISTORY]},
                {
                    "type": "object",
                    "properties": {
                        "covered": _SHARE | {"description": "share of people covered to whom it is done"},
                        "not_covered": _SHARE | {"description": "share of people not covered to whom it is still done"},
                    },
                    "required": ["covered", "not_covered"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""How closely a rule is followed: one of two words, or ``covered`` and ``not_covered`` with their shares."""
DataChoice = Annotated[
    str,
    BeforeValidator(_read_data),
    WithJsonSchema({"type": "string", "pattern": f"^({EMBEDDED}|{IMPORTED}(-[0-9a-f]{{16}})?)$"}),
]
Replications = Annotated[
    Annotated[Annotated[int, Field(ge=1, le=10_000)], Tag("[count]")] | Annotated[Stopping, Tag("[rule]")],
    Discriminator(lambda written: "[rule]" if isinstance(written, (dict, Stopping)) else "[count]"),
]
"""A number of seeds, or the rule by which they end."""


class _Shares(StrictModel):
    covered: float = Field(ge=0, le=1)
    not_covered: float = Field(ge=0, le=1)


class _Seed(StrictModel):
    seed: Seed


class Period(StrictModel):
    """The first and last day to count; both lie between 2005-10-01 and 2014-12-31."""

    start: Annotated[Day, AfterValidator(_in_history)] = Field(
        default=date(2008, 10, 1), description="first day counted"
    )
    end: Annotated[Day, AfterValidator(_in_history)] = Field(default=date(2014, 11, 20), description="last day counted")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise InputError(f"the period ends on {self.end}, before it starts on {self.start}")
        return self


class Change(StrictModel):
    """One dated, scoped change to what was in force, laid over history; a later change wins over an earlier one.

    Attributes
    ----------
    name : str
        What the scenario calls it; part of its addresses (``changes.NAME.rule``).
    decision : str
        One of :data:`ALL_DECISIONS`.
    rule : str
        A rule id of that decision, or a setting of that lever.
    where : Where
    start : date or None
        First day; None for the first counted day.
    end : date or None
        First day on which it no longer holds; None for never.
    followed : str, dict or None
        How closely the rule is followed while it is in force: ``strictly``, ``as_history``, or the shares ``covered`` and
        ``not_covered``; None for decisions that have no such shares.
    """

    name: Name = Field(validation_alias=NAME_KEY)
    decision: Annotated[str, one_of(ALL_DECISIONS, "decision")] = Field(description="what is decided")
    rule: Annotated[str, AfterValidator(_answers_decision)] = Field(
        description="a rule of that decision, or a setting of that lever"
    )
    where: ExistingPlaces
    start: Annotated[Day, AfterValidator(_in_history)] | None = Field(
        default=None, validation_alias="from", description="first day; left out: the first counted day"
    )
    end: Annotated[Day, AfterValidator(_end_in_history)] | None = Field(
        default=None, validation_alias="until", description="first day it no longer holds; left out: never"
    )
    followed: Followed = Field(
        default=None, description="how closely a rule on detainers is followed; left out: as_history"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end <= (self.start or date.min):
            raise InputError(f"ends on {self.end}, not after it begins on {self.start}")
        return self

    @property
    def shares(self) -> Shares | None:
        """The shares that are stated for people covered and not covered; None where the register's stand."""
        return stated_shares(self.followed)

    def written(self) -> dict[str, Any]:
        """Return the form used in files, without the name; a date that is not set is left out."""
        dates = {"from": self.start, "until": self.end}
        return {
            "decision": self.decision,
            "rule": self.rule,
            "where": self.where.written(),
            **{key: day.isoformat() for key, day in dates.items() if day is not None},
            **({} if self.followed is None else {"followed": self.followed}),
        }


class Data(StrictModel):
    """Figures of the package, or a user's own in their place; see docs/own-data.md."""

    activation: DataChoice = Field(default=EMBEDDED, description="days on which Secure Communities became active")
    noncitizens: DataChoice = Field(default=EMBEDDED, description="people who are not citizens, by county")
    bookings: DataChoice = Field(default=EMBEDDED, description="bookings by county and month")

    @property
    def imported(self) -> dict[str, str]:
        """The imported tables that are named, by kind; empty where everything is the package's."""
        return {kind: getattr(self, kind) for kind in KINDS if getattr(self, kind) != EMBEDDED}


class ScenarioFile(StrictModel):
    """A scenario file: what to simulate, what to change, and what to sweep."""

    schema_version: Literal[1] = Field(
        default=1, validation_alias="schema", description="version of this format; left out: the newest"
    )
    name: Name = Field(description="short name: small letters, digits and hyphens")
    title: str = Field(default="", description="one line for headings")
    asks: str = Field(default="", description="the question, in plain sentences")
    extends: str | None = Field(default=None, description="a shipped scenario's name, or a path from this file")
    period: Period = Period()
    scope: ExistingPlaces = Field(default=NATION, description="the places reported")
    simulate: Simulate = Field(
        default="offices",
        description="offices: every place of the field offices that serve the scope; alone: nothing but the scope",
    )
    replications: Replications = Field(default=1, description="how many seeds, or until what is known how well")
    seed: Seed = Field(default=1, description="the first seed")
    thin: int = Field(default=1, ge=1, le=10_000, description="simulate one booking in this many")
    ensemble: Annotated[int, Field(ge=0), AfterValidator(_member_of_ensemble)] | None = Field(
        default=None, description="which calibrated set parameters start from, 1 the nearest; 0 for the register"
    )
    parameters: Annotated[dict[str, Any], AfterValidator(_read_parameters)] = Field(
        default={}, description="parameters by dotted address"
    )
    history: Annotated[dict[str, Any], AfterValidator(_read_history)] = Field(
        default={},
        description="levers by dotted address, as they are before the first counted day; left out: the register's or the set's",
    )
    changes: Named[Change] = Field(default={}, description="named changes to what was in force")
    data: Data = Data()
    sweep: dict[str, ListOfValues] | None = Field(
        default=None, description="dotted address to a list of values", json_schema_extra={"minProperties": 1}
    )
    design: DesignFile | None = Field(default=None, description="policies under draws of what is not known; or a sweep")

    @property
    def most_replications(self) -> int:
        """How many seeds there are at most."""
        return self.replications if isinstance(self.replications, int) else self.replications.at_most

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = Problems()
        if self.thin > 1 and self.scope.kind == "counties" and self.simulate == "offices":
            says = (
                "a scope of counties is not thinned: too few of their bookings would be left to say anything about them"
            )
            problems.add(InputError(says, key="thin", allowed="1, or a scope of states or the nation"))
        if self.seed + self.most_replications - 1 > LARGEST_SEED:
            most = f"at most {LARGEST_SEED - self.most_replications + 1} with {self.most_replications:,} replications"
            problems.add(InputError("the last replication's seed is above the largest", key="seed", allowed=most))
        problems.raise_if_any()
        return self
