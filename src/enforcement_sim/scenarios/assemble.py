"""From plain values to a resolved scenario, to the same scenario with something set, and to the grid of a sweep.

All ways to a :class:`Scenario` pass through :func:`assemble`: a file, :meth:`Scenario.with_`, and every point of a
sweep. What is allowed in one is allowed in all. A plain scenario is the form of a file as dictionaries, with
nothing left to extend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

from enforcement_sim.errors import InputError, Problems, tell
from enforcement_sim.law.adherence import AS_HISTORY, SETTABLE
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.address import plain_value, write
from enforcement_sim.scenarios.check import check, of_the_period, rekeyed, rules_of
from enforcement_sim.scenarios.mend import blamed, mended, without
from enforcement_sim.scenarios.own import read_data
from enforcement_sim.scenarios.plan import DesignFile
from enforcement_sim.scenarios.schema import Change, Point, Scenario, ScenarioFile
from enforcement_sim.scenarios.where import NATION

MOST_POINTS = 10_000
"""A larger grid is refused: it is far likelier to be a mistake than a plan."""


type Told = tuple[tuple[str, str], ...]
"""Keys, and what a person must be told about what stands there."""


def _tell(key: str, notice: str) -> None:
    tell(notice, key=key)


def assemble(
    plain: Mapping[str, Any], known: Sequence[InputError] = (), telling: Callable[[str, str], None] = _tell
) -> Scenario:
    """Return the resolved scenario that a plain one describes, having checked everything in it.

    Parameters
    ----------
    plain : mapping
        In the form of a file.
    known : sequence of InputError
        What was found wrong before and taken out of it; it is not raised again, nor what follows from it.
    telling : callable
        Hears key and notice of what is read otherwise than it is written.

    Raises
    ------
    InputError
        For everything that is wrong, each with its dotted key.
    """
    problems = Problems()
    rest, written = mended(plain, problems)
    scenario, told = _checked(rest, written, known, problems)
    problems.raise_if_any()
    for key, notice in told:
        telling(key, notice)
    return scenario


def _checked(
    rest: dict[str, Any], written: ScenarioFile, known: Sequence[InputError], problems: Problems
) -> tuple[Scenario, Told]:
    """Return the scenario of what has the right shape, and what is to be told; ``problems`` gathers what is wrong."""
    known = [*known, *problems.errors]
    found = Problems()
    check(written, found)
    data: dict[str, str] = {}
    calibrated: dict[str, float] = {}
    with found.gathering():
        data = read_data(written.data)
    with found.gathering():
        calibrated = _calibrated(written.ensemble)
    problems.errors += [error for error in found.errors if not blamed(error.key, known)]
    if found.enough:
        problems.raise_if_any()
    if found.errors:
        rest = without(rest, [error.key or "" for error in found.errors])
        written = ScenarioFile.model_validate(rest)
    scenario, told = _resolved(written, calibrated, data)
    if "sweep" in rest and "design" in rest:
        problems.add(InputError("a sweep is a design with a grid of levers; write one of the two", key="design"))
        return scenario, told
    varied = Problems()
    with varied.gathering():
        scenario = _varied(scenario, rest, written)
    wrong = [*known, *found.errors]
    problems.errors += [error for error in varied.errors if not _follows(error, wrong)]
    return scenario, told


def _resolved(written: ScenarioFile, calibrated: Mapping[str, float], data: dict[str, str]) -> tuple[Scenario, Told]:
    """Return the scenario without its sweep or design, and what is to be told; everything in it was checked.

    Where a change lacks what was found wrong, anything possible stands there: such a scenario is checked and never run.
    """
    register = load_register()
    given = {address: register.check(address, value) for address, value in written.parameters.items()}
    scope, told = of_the_period(written.scope, "scope")
    changes = []
    for name, change in written.changes.items():
        if change.decision is None:
            continue
        where, more = of_the_period(change.where or NATION, f"changes.{name}.where")
        told += more
        rule = change.rule or rules_of(change.decision)[0]
        settable = change.decision in SETTABLE
        changes.append(
            Change(
                name=name,
                decision=change.decision,
                rule=rule,
                where=where,
                start=change.start,
                end=change.end,
                followed=(change.followed or AS_HISTORY) if settable else None,
            )
        )
    scenario = Scenario(
        schema_version=written.schema_version,
        name=written.name,
        title=written.title or written.name,
        asks=written.asks,
        period_start=written.period.start,
        period_end=written.period.end,
        scope=scope,
        simulate=written.simulate,
        replications=written.replications if isinstance(written.replications, int) else written.replications.at_most,
        seed=written.seed,
        thin=written.thin,
        parameters={**register.defaults(), **calibrated, **given},
        changes=tuple(changes),
        data=data,
    )
    return scenario, told


def _varied(scenario: Scenario, plain: Mapping[str, Any], written: ScenarioFile) -> Scenario:
    """Return the scenario with its sweep, its design and the rule that ends its replications."""
    more: dict[str, Any] = {}
    problems = Problems()
    # Imported here: they try what is written on scenarios assembled by this module.
    if "sweep" in plain:
        from enforcement_sim.scenarios.read_sweep import read_sweep

        with problems.gathering():
            more["sweep"] = read_sweep(scenario, written.sweep)
    if "design" in plain or not isinstance(written.replications, int):
        from enforcement_sim.scenarios.read_plan import read_plan, read_stopping

        if "design" in plain:
            with problems.gathering():
                more["design"] = read_plan(scenario, written.design or DesignFile())
        if not isinstance(written.replications, int):
            with problems.gathering():
                more["stopping"] = read_stopping(written.replications)
    problems.raise_if_any()
    return scenario.model_copy(update=more) if more else scenario


_VARIED = ("sweep.", "design.levers.values.", "design.uncertainties.values.")


def _follows(error: InputError, known: Sequence[InputError]) -> bool:
    """Return whether an error of a sweep or design is told already, or is about something that was taken out."""
    key = error.key or ""
    sections = ("sweep", "design", "replications")
    if blamed(key, [one for one in known if (one.key or "").partition(".")[0] in sections]):
        return True
    wrong = [one.key or "" for one in known]
    if error.message.startswith("unknown change"):
        address = next((key[len(prefix) :] for prefix in _VARIED if key.startswith(prefix)), key)
        return any(f"{address}.".startswith(f"{'.'.join(one.split('.')[:2])}.") for one in wrong)
    about_period = ".period." in f".{key}" or "impossible" in error.message
    return about_period and any(one.startswith("period") for one in wrong)


def _calibrated(number: int | None) -> dict[str, float]:
    """Return the parameters of a set of the ensemble; none for 0 or nothing written."""
    if not number:
        return {}
    try:
        return load_ensemble(number)[-1].parameters
    except InputError as error:
        raise rekeyed(error, "ensemble") from None


def with_settings(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Return the scenario with all these addresses set at once; see :meth:`Scenario.with_`."""
    plain = scenario.resolved()
    problems = Problems()
    for address, value in settings.items():
        try:
            write(plain, address, plain_value(value))
        except InputError as error:
            problems.add(rekeyed(error, address))
    with problems.gathering():
        made = assemble(plain)
    problems.raise_if_any()
    return made


def grid(scenario: Scenario) -> tuple[Point, ...]:
    """Return the full grid of a scenario's sweep, the first address slowest."""
    return tuple(
        point(scenario, dict(zip(scenario.sweep, values, strict=True))) for values in product(*scenario.sweep.values())
    )


def point(scenario: Scenario, settings: Mapping[str, Any]) -> Point:
    """Return one point of a sweep or design, whose values were checked when it was read."""
    register = load_register()
    numbers = {address: value for address, value in settings.items() if address in register}
    others = {address: value for address, value in settings.items() if address not in register}
    # Parameters were checked one by one, and one cannot contradict another.
    base = with_settings(scenario.bare, others) if others else scenario.bare
    made = base.model_copy(update={"parameters": {**base.parameters, **numbers}}) if numbers else base
    return Point(settings=dict(settings), scenario=made)
