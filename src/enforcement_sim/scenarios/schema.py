"""The shape of a scenario: what a file may say, and what the engine takes.

Two forms of one thing. :class:`ScenarioFile` is the written form, in which nearly everything may be left out; it
knows keys and types, and the JSON Schema for editors comes from it. :class:`Scenario` is the resolved form: every
parameter has its number, every change is complete, and nothing is looked up any more. Both are frozen and refuse
unknown keys. Whether a named county, rule or parameter exists is asked in ``check``, not here.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Discriminator, Field, StrictInt, StrictStr, Tag
from pydantic_core import PydanticCustomError

from enforcement_sim.errors import shown
from enforcement_sim.law.adherence import Shares, stated_shares
from enforcement_sim.scenarios.followed import Followed
from enforcement_sim.scenarios.own import DataFile
from enforcement_sim.scenarios.plan import DesignFile, Plan, ReplicationsFile, Stopping
from enforcement_sim.scenarios.seeds import LARGEST_SEED
from enforcement_sim.scenarios.where import NATION, Frozen, Where

__all__ = [
    "HISTORY_END",
    "HISTORY_START",
    "SCHEMA_VERSION",
    "Change",
    "ChangeFile",
    "Decision",
    "PeriodFile",
    "Point",
    "Scenario",
    "ScenarioFile",
    "Where",
    "json_schema",
]

SCHEMA_VERSION = 1
HISTORY_START = date(2005, 10, 1)
"""First day of the history: the start of fiscal 2006, the first year in which 287(g) figures are counted."""
HISTORY_END = date(2014, 12, 31)
"""Last day of the history."""

Decision = Literal[
    "detainer",
    "honour",
    "screen",
    "discretion",
    "sharing",
    "screening_point",
    "agreement",
    "task_force",
    "agreement_budget",
    "citation",
    "oversight",
]
"""What a change decides: four decisions by rules over grounds, and four levers that are not."""


def _day(written: object) -> object:
    """Return a date; ISO text is understood too, because JSON has no dates."""
    if type(written) is date:
        return written
    if isinstance(written, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise PydanticCustomError("input", "{day} is not a day of the calendar", {"day": written}) from None
    raise PydanticCustomError("input", "expected a date such as 2010-06-30, found {found}", {"found": shown(written)})


Day = Annotated[date, BeforeValidator(_day)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Simulate = Literal["offices", "alone"]
"""What a run simulates for the places it reports."""
Replications = Annotated[
    Annotated[Annotated[StrictInt, Field(ge=1, le=10_000)], Tag("[count]")]
    | Annotated[ReplicationsFile, Tag("[rule]")],
    Discriminator(lambda written: "[rule]" if isinstance(written, (dict, ReplicationsFile)) else "[count]"),
]
"""A number of seeds, or the rule by which they end."""


class Change(Frozen):
    """One dated, scoped change to what was in force, laid over history.

    Attributes
    ----------
    name : str
        What the scenario calls it; part of its addresses (``changes.NAME.rule``).
    decision : str
        One of :data:`Decision`.
    rule : str
        A rule id of that decision, or a setting of that lever.
    where : Where
    start : date or None
        First day; None from the beginning of the world.
    end : date or None
        First day on which it no longer holds; None for never.
    followed : str, dict or None
        How closely the rule is followed while it is in force: ``strictly``, ``as_history``, or the shares ``covered`` and
        ``not_covered``; None for decisions that have no such shares.
    """

    name: Name
    decision: Decision
    rule: StrictStr
    where: Where
    start: Day | None = None
    end: Day | None = None
    followed: Followed | None = None

    @property
    def shares(self) -> Shares | None:
        """The shares that are stated for people covered and not covered; None where the register's stand."""
        return stated_shares(self.followed)

    def written(self) -> dict[str, Any]:
        """Return the form used in files, without the name; a date that is not set is left out."""
        body: dict[str, Any] = {"decision": self.decision, "rule": self.rule, "where": self.where.written()}
        if self.start is not None:
            body["from"] = self.start.isoformat()
        if self.end is not None:
            body["until"] = self.end.isoformat()
        if self.followed is not None:
            body["followed"] = self.followed
        return body


class Scenario(Frozen):
    """A resolved scenario: everything the engine needs to know, and nothing to look up.

    Make one with :func:`enforcement_sim.load_scenario` or :meth:`with_`; both check it.

    Attributes
    ----------
    period_start, period_end : date
        First and last day that are counted.
    scope : Where
        The places reported.
    simulate : {"offices", "alone"}
        What is simulated for them: every place of the field offices that serve them, or the scope alone with a fixed
        share of its offices' capacity.
    replications : int
        How many seeds: ``seed``, ``seed + 1``, ...; with ``stopping``, the most.
    thin : int
        One booking in this many is simulated; counts are multiplied back.
    parameters : dict of str to float
        Every parameter of the register by address.
    changes : tuple of Change
        In the order written; a later one wins over an earlier one.
    data : dict of str to str
        Imported tables that stand in for the package's figures: kind to name. Empty where all are the package's.
    sweep : dict of str to tuple
        Address to values, in the order written; the values are plain (numbers, text, ISO dates).
    design : Plan or None
        What varies, where the file has a ``design`` instead of a ``sweep``.
    stopping : Stopping or None
        The precision at which replications end.
    """

    schema_version: Literal[1] = 1
    name: Name
    title: str
    asks: str
    period_start: Day
    period_end: Day
    scope: Where
    simulate: Simulate = "offices"
    replications: int = Field(ge=1)
    seed: int = Field(ge=0)
    thin: int = Field(ge=1)
    parameters: dict[str, float]
    changes: tuple[Change, ...] = ()
    data: dict[str, str] = Field(default={})
    sweep: dict[str, tuple[Any, ...]] = Field(default={})
    design: Plan | None = None
    stopping: Stopping | None = None

    @property
    def bare(self) -> Scenario:
        """This one world: the scenario without its sweep, its design and the rule that ends its replications."""
        if not self.sweep and self.design is None and self.stopping is None:
            return self
        return self.model_copy(update={"sweep": {}, "design": None, "stopping": None})

    def points(self) -> tuple[Point, ...]:
        """Return the full grid of the sweep, the first address slowest; one point when nothing is swept."""
        from enforcement_sim.scenarios.assemble import grid

        return grid(self)

    def _repr_html_(self) -> str:
        """Show in a notebook what is asked, laid over history and swept."""
        from enforcement_sim.notebook import scenario_html

        return scenario_html(self)

    def with_(self, **settings: Any) -> Scenario:
        """Return this scenario with some addresses set, checked as if they had been written in the file.

        Raises
        ------
        InputError
            If an address is unknown or a value is not allowed.

        Examples
        --------
        >>> from enforcement_sim.scenarios.load import load_scenario
        >>> load_scenario("baseline").with_(**{"detainer.hold_hours": 72}).parameters["detainer.hold_hours"]
        72.0
        """
        from enforcement_sim.scenarios.assemble import with_settings

        return with_settings(self, settings)

    def resolved(self) -> dict[str, Any]:
        """Return the scenario as plain values in the form of a file, every parameter included.

        Two scenarios that mean the same give the same dictionary, in the same order: parameters and places are
        sorted, changes keep their order because a later one wins. The result can be written as JSON or YAML, and
        the YAML loads as the same scenario.
        """
        plain: dict[str, Any] = {
            "schema": self.schema_version,
            "name": self.name,
            "title": self.title,
            "asks": self.asks,
            "period": {"start": self.period_start.isoformat(), "end": self.period_end.isoformat()},
            "scope": self.scope.written(),
            "simulate": self.simulate,
            "replications": self.replications if self.stopping is None else self.stopping.written(),
            "seed": self.seed,
            "thin": self.thin,
            "parameters": dict(sorted(self.parameters.items())),
            "changes": {change.name: change.written() for change in self.changes},
        }
        if self.data:
            plain["data"] = dict(self.data)
        if self.sweep:
            plain["sweep"] = {address: list(values) for address, values in self.sweep.items()}
        if self.design is not None:
            plain["design"] = self.design.written()
        return plain


class Point(Frozen):
    """One point of a sweep: the settings that make it, and the scenario with them set and nothing left to sweep."""

    settings: dict[str, Any]
    scenario: Scenario


class PeriodFile(Frozen):
    """The first and last day to count; both lie between 2005-10-01 and 2014-12-31."""

    start: Day = Field(default=date(2008, 10, 1), description="first day counted")
    end: Day = Field(default=date(2014, 11, 20), description="last day counted")


class ChangeFile(Frozen):
    """One dated, scoped change, laid over history; a later change wins over an earlier one."""

    decision: Decision | None = Field(default=None, description="what is decided")
    rule: StrictStr | None = Field(default=None, description="a rule of that decision, or a setting of that lever")
    where: Where | None = None
    start: Day | None = Field(default=None, alias="from", description="first day; left out: from the beginning")
    end: Day | None = Field(default=None, alias="until", description="first day it no longer holds; left out: never")
    followed: Followed | None = Field(
        default=None, description="how closely a rule on detainers is followed; left out: as_history"
    )


class ScenarioFile(Frozen):
    """A scenario file: what to simulate, what to change, and what to sweep."""

    schema_version: Literal[1] = Field(alias="schema", description="version of this format")
    name: Name = Field(description="short name: small letters, digits and hyphens")
    title: StrictStr = Field(default="", description="one line for headings")
    asks: StrictStr = Field(default="", description="the question, in plain sentences")
    extends: StrictStr | None = Field(default=None, description="a shipped scenario's name, or a path from this file")
    period: PeriodFile = PeriodFile()
    scope: Where = Field(default=NATION, description="the places reported")
    simulate: Simulate = Field(
        default="offices",
        description="offices: every place of the field offices that serve the scope; alone: nothing but the scope",
    )
    replications: Replications = Field(default=1, description="how many seeds, or until what is known how well")
    seed: StrictInt = Field(default=1, ge=0, le=LARGEST_SEED, description="the first seed")
    thin: StrictInt = Field(default=1, ge=1, le=10_000, description="simulate one booking in this many")
    ensemble: StrictInt | None = Field(
        default=None, ge=0, description="which calibrated set parameters start from, 1 the nearest; 0 for the register"
    )
    parameters: dict[StrictStr, Any] = Field(default={}, description="parameters by dotted address")
    changes: dict[Name, ChangeFile] = Field(default={}, description="named changes to what was in force")
    data: DataFile = DataFile()
    sweep: dict[StrictStr, Any] | None = Field(default=None, description="dotted address to a list of values")
    design: DesignFile | None = Field(default=None, description="policies under draws of what is not known; or a sweep")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, with which an editor completes and checks them.

    Parameters are listed by address with meaning, unit and range, and rules by name, so the schema changes when the
    register or the rulebook does.
    """
    from enforcement_sim.codes import LEVERS
    from enforcement_sim.law.rules import load_rulebook
    from enforcement_sim.parameters.register import load_register
    from enforcement_sim.scenarios.plan_schema import describe_design

    schema = ScenarioFile.model_json_schema(by_alias=True)
    properties = schema["properties"]
    properties["schema"] = {"const": SCHEMA_VERSION, "description": "version of this format"}
    properties["extends"] = {"type": "string", "description": properties["extends"]["description"]}
    properties["scope"]["default"] = "nation"
    properties["changes"]["additionalProperties"] = False
    properties["parameters"] |= {
        "properties": {
            address: {
                "type": "integer" if parameter.integer else "number",
                "minimum": parameter.low,
                "maximum": parameter.high,
                "description": f"{parameter.meaning} ({parameter.unit})",
            }
            for address, parameter in load_register().items()
        },
        "additionalProperties": False,
    }
    properties["sweep"] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": "array", "minItems": 1, "uniqueItems": True},
        "description": properties["sweep"]["description"],
    }
    describe_design(schema)
    change = schema["$defs"]["ChangeFile"]["properties"]
    rules = [*load_rulebook().rules, *(setting for settings in LEVERS.values() for setting in settings)]
    change["decision"] = {"enum": list(get_args(Decision)), "description": change["decision"]["description"]}
    change["rule"] = {"enum": list(dict.fromkeys(rules)), "description": change["rule"]["description"]}
    for part in ("from", "until"):
        day = {"type": ["string", "null"], "format": "date"}
        change[part] = day | {"description": change[part]["description"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema
