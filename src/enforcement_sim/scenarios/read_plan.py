"""From a written ``design`` section to a plan in which every value has been tried.

What a method needs and what it cannot use is said here, one line a mistake and all at once: a grid takes lists, Sobol'
points come in powers of two, an uncertainty is a parameter of the register, nothing is both a lever and an uncertainty.
Nothing is drawn: ranges are tried at their ends, and lists value by value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from enforcement_sim.errors import InputError, Problems, nearest_names
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios import plan as p
from enforcement_sim.scenarios.address import plain_value, refuse_in_sweep, write
from enforcement_sim.scenarios.assemble import MOST_POINTS, with_settings
from enforcement_sim.scenarios.check import rekeyed
from enforcement_sim.scenarios.own import pinned
from enforcement_sim.scenarios.plan import DesignFile, Part, PartFile, Plan, Range, ReplicationsFile, Stopping
from enforcement_sim.scenarios.read_sweep import try_all
from enforcement_sim.scenarios.spread import ENDS, Spread, as_setting, candidates, read_spread

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario


def read_plan(scenario: Scenario, written: DesignFile) -> Plan:
    """Return the design of a scenario, resolved and checked.

    Parameters
    ----------
    scenario : Scenario
        Without a design.
    written : DesignFile
        Its keys and types are right.

    Raises
    ------
    InputError
        With the dotted key of everything that is wrong in its parts, or of the first thing wrong between them.
    """
    if written.levers is None and written.uncertainties is None:
        raise InputError("nothing varies", key="design", allowed="levers, uncertainties or both")
    levers: Part | None = None
    uncertainties: Part | None = None
    problems = Problems()
    with problems.gathering():
        levers = _part(scenario, "levers", written.levers) if written.levers else None
    with problems.gathering():
        uncertainties = _part(scenario, "uncertainties", written.uncertainties) if written.uncertainties else None
    problems.raise_if_any()
    if levers is None or uncertainties is None:
        if written.together is not None:
            alone = "levers" if levers else "uncertainties"
            raise InputError(f"only {alone} vary, so there is nothing to put together", key="design.together")
        plan = Plan(levers=levers, uncertainties=uncertainties)
    else:
        for address in uncertainties.addresses:
            if address in levers.addresses:
                inside = "rows.0" if uncertainties.rows else "values"
                raise InputError(
                    "is a lever here too; a parameter is chosen or uncertain, not both",
                    key=f"design.uncertainties.{inside}.{address}",
                )
        if written.together is None:
            raise InputError(
                "levers and uncertainties are there, and nothing says how they go together",
                key="design.together",
                allowed="crossed (every policy under every draw) or matched (row i with draw i)",
            )
        plan = Plan(levers=levers, uncertainties=uncertainties, together=written.together)
        if plan.together == p.MATCHED:
            _match(levers, uncertainties)
    worlds = worlds_of(plan)
    if worlds > MOST_POINTS:
        raise InputError(f"the design has {worlds:,} settings, more than {MOST_POINTS:,}", key="design")
    return plan


def rows_of(part: Part) -> int:
    """Return how many rows a part has, the scenario as it stands aside where that is put in front of policies.

    Of uncertainties one at a time, the scenario as it stands is a row too.
    """
    if part.method in p.LISTED:
        return len(part.rows)
    if part.method == p.SALTELLI:
        return part.draws * (len(part.values) + 2)
    if part.method in p.SAMPLED:
        return part.draws
    sizes = [len(candidates(spread)) for spread in part.values.values()]
    if part.method == p.ONE_AT_A_TIME:
        return sum(sizes)
    size = 1
    for one in sizes:
        size *= one
    return size


def worlds_of(plan: Plan) -> int:
    """Return about how many settings a plan comes to: policies times draws where crossed."""
    policies = rows_of(plan.levers) + plan.levers.adds_base if plan.levers else 1
    draws = rows_of(plan.uncertainties) if plan.uncertainties else 1
    return 2 * draws if plan.levers and plan.uncertainties and plan.together == p.MATCHED else policies * draws


def read_stopping(written: ReplicationsFile) -> Stopping:
    """Return the rule by which replications end, having checked its bounds against each other."""
    if written.at_most < written.at_least:
        raise InputError(
            f"at most {written.at_most}, but at least {written.at_least}",
            key="replications.at_most",
            allowed=f"a whole number from {written.at_least}",
        )
    return Stopping(
        measure=written.until.measure,
        half_width=float(written.until.half_width),
        of=written.until.of,
        at_least=written.at_least,
        at_most=written.at_most,
        step=written.step,
    )


def _part(scenario: Scenario, name: str, written: PartFile) -> Part:
    """Return levers or uncertainties, checked."""
    key = f"design.{name}"
    method = written.method
    if method is None and written.rows is not None:
        method = p.ROWS
    elif method is None and name == "levers":
        method = p.GRID
    if method is None or method not in p.METHODS_OF[name]:
        problem = "is missing" if method is None else f"{method} is not a way to choose {name}"
        raise InputError(problem, key=f"{key}.method", allowed=p.METHODS_OF[name])
    if method == p.ENSEMBLE:
        return _ensemble(written, key)
    _only_what_it_uses(method, written, key)
    if method == p.ROWS:
        assert written.rows is not None
        return Part(method=method, rows=_rows(scenario, name, written.rows, key))
    values = _values(scenario, name, method, written.values, key)
    if method in p.SAMPLED:
        assert written.draws is not None
        seed = p.FIRST_SEED if written.seed is None else written.seed
        return Part(method=method, values=values, draws=written.draws, seed=seed)
    return Part(method=method, values=values)


def _ensemble(written: PartFile, key: str) -> Part:
    """Return calibrated sets as rows: as many as are asked for, from the first."""
    for one in ("values", "rows", "seed"):
        if getattr(written, one) is not None:
            raise InputError(f"the method {p.ENSEMBLE} has no use for {one}", key=f"{key}.{one}")
    try:
        members = load_ensemble(written.draws)
    except InputError as error:
        raise rekeyed(error, f"{key}.draws") from None
    return Part(method=p.ENSEMBLE, rows=tuple(dict(one.parameters) for one in members), draws=len(members))


def _only_what_it_uses(method: str, written: PartFile, key: str) -> None:
    """Raise unless the method has what it needs, and nothing that it would ignore."""
    needs = "rows" if method == p.ROWS else "values"
    other = "values" if method == p.ROWS else "rows"
    if not getattr(written, needs):
        raise InputError(f"the method {method} needs {needs}", key=f"{key}.{needs}")
    if getattr(written, other) is not None:
        raise InputError(f"the method {method} has no use for {other}", key=f"{key}.{other}")
    if method in p.SAMPLED:
        if written.draws is None:
            raise InputError(f"the method {method} needs draws: how many rows", key=f"{key}.draws")
        if method in p.IN_POWERS_OF_TWO and written.draws & (written.draws - 1):
            below = 1 << (written.draws.bit_length() - 1)
            raise InputError(
                f"{written.draws} is not a power of two, and other numbers of {method} points lose their balance",
                key=f"{key}.draws",
                allowed=f"{below} or {2 * below}",
            )
        return
    for one in ("draws", "seed"):
        if getattr(written, one) is not None:
            raise InputError(f"nothing is drawn by the method {method}", key=f"{key}.{one}")


def _values(
    scenario: Scenario, name: str, method: str, written: Mapping[str, Any] | None, key: str
) -> dict[str, Spread]:
    """Return what each address may be, tried alone and together."""
    spreads: dict[str, Spread] = {}
    problems = Problems()
    for address, value in (written or {}).items():
        here = f"{key}.values.{address}"
        with problems.gathering():
            _may_vary(scenario, name, address, here)
            spreads[address] = read_spread(address, value, here)
            if method == p.GRID and isinstance(spreads[address], Range):
                raise InputError(
                    "a grid takes a list of values; a range is for latin-hypercube, sobol or one-at-a-time", key=here
                )
    problems.raise_if_any()
    size = 1
    for spread in spreads.values():
        size *= len(candidates(spread))
        if method == p.GRID and size > MOST_POINTS:
            raise InputError(f"the grid has more than {MOST_POINTS:,} points", key=key)
    register = load_register()
    others = {address: spread for address, spread in spreads.items() if address not in register}
    if method == p.ONE_AT_A_TIME:
        for address, spread in others.items():
            _try(scenario, {address: spread}, key)
    elif others:
        _try(scenario, others, key)
    return spreads


def _rows(scenario: Scenario, name: str, written: Sequence[Mapping[str, Any]], key: str) -> tuple[dict[str, Any], ...]:
    """Return the written rows, each of them tried; all name the same addresses."""
    if len(written) > MOST_POINTS:
        raise InputError(f"more than {MOST_POINTS:,} rows", key=f"{key}.rows")
    first = tuple(written[0])
    if not first:
        raise InputError("an empty row", key=f"{key}.rows.0")
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    problems = Problems()
    for index, row in enumerate(written):
        here = f"{key}.rows.{index}"
        with problems.gathering():
            settings = _row(scenario, name, row, first, here)
            same = repr(settings)
            if same in seen:
                raise InputError("this row is written twice", key=here)
            seen.add(same)
            rows.append(settings)
        if problems.enough:
            break
    problems.raise_if_any()
    return tuple(rows)


def _row(scenario: Scenario, name: str, row: Mapping[str, Any], first: Sequence[str], here: str) -> dict[str, Any]:
    """Return a row, having tried it; everything wrong in it is raised together."""
    register = load_register()
    problems = Problems()
    for address in first:
        if address not in row:
            problems.add(InputError(f"has no {address}, which the first row has", key=here))
    settings: dict[str, Any] = {}
    for address, value in row.items():
        at = f"{here}.{address}"
        if address not in first:
            problems.add(InputError("is not in the first row; every row sets the same", key=at))
            continue
        try:
            _may_vary(scenario, name, address, at)
            number = address in register
            settings[address] = register.check(address, value) if number else pinned(address, plain_value(value))
        except InputError as error:
            problems.add(rekeyed(error, at))
    others = {address: settings[address] for address in first if address in settings and address not in register}
    try:
        if others:
            with_settings(scenario, others)
    except InputError as error:
        for one in error.errors:
            blamed = next((address for address in others if f"{one.key}.".startswith(f"{address}.")), None)
            problems.add(rekeyed(one, f"{here}.{blamed}" if blamed else here))
    problems.raise_if_any()
    return {address: settings[address] for address in first}


def _may_vary(scenario: Scenario, name: str, address: str, key: str) -> None:
    """Raise unless an address exists and may be varied in this part of a design."""
    register = load_register()
    if address in register:
        return
    if name == "uncertainties":
        near = nearest_names(address, register)
        if any(known.startswith(f"{address}.") for known in register):
            near = tuple(known for known in register if known.startswith(f"{address}."))[:1]
        raise InputError("is not a parameter of the register; what somebody chooses is a lever", key=key, nearest=near)
    try:
        refuse_in_sweep(address)
        write(scenario.resolved(), address, None)
    except InputError as error:
        raise rekeyed(error, key) from None


def _try(scenario: Scenario, spreads: Mapping[str, Spread], key: str) -> None:
    """Raise unless every combination of values and ends makes a scenario; of ranges the ends are the extremes."""
    values = {
        address: [as_setting(address, value) for value in candidates(spread)] for address, spread in spreads.items()
    }

    def key_of(address: str, index: int) -> str:
        end = ENDS[index] if isinstance(spreads[address], Range) else index
        return f"{key}.values.{address}.{end}"

    try_all(scenario, values, key, key_of)


def _match(levers: Part, uncertainties: Part) -> None:
    """Raise unless two parts can be put together row by row."""
    for method in (levers.method, uncertainties.method):
        if method in (p.SALTELLI, p.ONE_AT_A_TIME):
            raise InputError(f"the rows of {method} belong together", key="design.together", allowed=p.CROSSED)
    both = levers.method in p.SAMPLED and uncertainties.method in p.SAMPLED
    same = (levers.method, levers.draws, levers.seed) == (
        uncertainties.method,
        uncertainties.draws,
        uncertainties.seed,
    )
    if both and not same:
        raise InputError(
            "sampled levers and uncertainties that are matched are one sample: same method, draws and seed",
            key="design.levers",
        )
    if rows_of(levers) != rows_of(uncertainties):
        raise InputError(
            f"{rows_of(levers)} policies cannot be matched with {rows_of(uncertainties)} draws row by row",
            key="design.together",
            allowed="the same number of both, or crossed",
        )
