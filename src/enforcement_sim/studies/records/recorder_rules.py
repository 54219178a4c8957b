"""The recorders and their rules: data with citations, like the rulebook's; each rule can be switched off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from enforcement_sim.errors import InputError, Problems, nearest_names
from enforcement_sim.law.rules import Grade
from enforcement_sim.studies.validation.targets import Ranged
from enforcement_sim.yaml_models import Many, Named, NamedModel, StrictModel, Text, defines, read_model, refers_to


class RecordRule(NamedModel):
    """One rule by which a file differs from what happened."""

    does: Text
    values: dict[str, Ranged]
    source: Text
    grade: Grade


class Recorder(NamedModel):
    """A file that a researcher would have had, with its rules in the order in which they are applied."""

    title: Text
    holds: Text
    rules: Many[Annotated[RecordRule, refers_to("rule", look_up=True)]]


class AgencyNumber(Ranged):
    """A number that decides how counties are divided into synthetic agencies."""

    meaning: Text
    grade: Grade
    source: Text


class _Agencies(StrictModel):
    number: AgencyNumber
    size_power: AgencyNumber


class _File(StrictModel):
    agencies: _Agencies
    rules: Annotated[Named[RecordRule], defines("rule")]
    recorders: Named[Recorder]


def load_recorders() -> Mapping[str, Recorder]:
    """Return the recorders by name.

    Examples
    --------
    >>> [rule.id for rule in load_recorders()["ucr-agency-month"].rules]
    ['hierarchy', 'agencies-not-reporting', 'months-not-reported']
    """
    return _file().recorders


def agency_numbers() -> Mapping[str, AgencyNumber]:
    """Return how counties are divided into agencies: their ``number`` in the nation and its ``size_power``.

    Examples
    --------
    >>> agency_numbers()["number"].value
    18108.0
    """
    return dict(_file().agencies)


@cache
def _file() -> _File:
    return read_model(Path(__file__).with_name("recorders.yaml"), _File)


def recorder_named(name: str) -> Recorder:
    """Return a recorder.

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> recorder_named("ucr-county").id
    'ucr-county'
    """
    known = load_recorders()
    if name not in known:
        raise InputError(
            f"unknown recorder {name!r}", key="--as", allowed=tuple(known), nearest=nearest_names(name, known)
        )
    return known[name]


def rules_in_force(name: str, without: Iterable[str] = ()) -> Mapping[str, RecordRule]:
    """Return the rules of a recorder that are not switched off.

    Raises
    ------
    InputError
        If there is no such recorder, or it has no such rule.

    Examples
    --------
    >>> list(rules_in_force("ucr-agency-month", without=["hierarchy"]))
    ['agencies-not-reporting', 'months-not-reported']
    """
    rules = {rule.id: rule for rule in recorder_named(name).rules}
    problems, left_out = Problems(), tuple(without)
    for rule in left_out:
        if rule not in rules:
            allowed = tuple(rules) or "none, because it has no rules"
            near = nearest_names(rule, rules)
            problems.add(InputError(f"{name} has no rule {rule!r}", key="--without", allowed=allowed, nearest=near))
    problems.raise_if_any()
    return {rule: found for rule, found in rules.items() if rule not in left_out}
