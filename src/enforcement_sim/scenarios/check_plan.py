"""From a written ``sweep`` or ``design`` section to one in which every value was tried.

Errors say what a method needs and what it cannot use, one line a mistake and all at once: a grid takes lists, Sobol' points come
in powers of two, an uncertainty is a parameter of the register, nothing is both a lever and an uncertainty. Nothing is drawn:
ranges are tried at their ends, and lists value by value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any, get_args

from pydantic import Field

from enforcement_sim.errors import InputError, Problems, inside, nearest_names, shown
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios import plan as p
from enforcement_sim.scenarios.address import PERIOD, plain_value, refuse_in_sweep, setting, write
from enforcement_sim.scenarios.plan import Choices, DesignFile, Part, PartFile, Plan, Range
from enforcement_sim.yaml_models import MISSING, StrictModel, checked

MOST_POINTS = 10_000
"""A larger grid is refused: it is far likelier to be a mistake than a plan."""
ENDS = ("from", "to")
KEYS_OF = {p.ROWS: (("rows",), ()), p.ENSEMBLE: ((), ("draws",))} | dict.fromkeys(
    p.SAMPLED, (("values", "draws"), ("seed",))
)
"""Method -> keys that it needs, and others that it takes."""
KEYS_OF_OTHERS = (("values",), ())
A_LIST = "a list such as [24, 48, 96]; ranges are for the design methods latin-hypercube, sobol and one-at-a-time"
A_RANGE = "a list such as [24, 48, 96], a range such as {from: 6, to: 48}, or register (the parameter's own range)"


def as_setting(address: str, value: Any) -> Any:
    """Return a value in the plain form that a setting has: dates as text, ``thin`` as a whole number."""
    return int(value) if address == "thin" else plain_value(value)


@dataclass(frozen=True)
class Checker:
    """Checks what varies in a scenario.

    Attributes
    ----------
    plain : mapping
        The scenario in the form of a file, without what varies.
    attempt : callable
        Sets addresses of the scenario, and raises an InputError where that is impossible.
    """

    plain: Mapping[str, Any]
    attempt: Callable[[Mapping[str, Any]], object]

    def sweep(self, written: Mapping[str, Any] | None) -> dict[str, tuple[Any, ...]]:
        """Return a sweep, which is a grid of levers.

        Raises
        ------
        InputError
            For everything that is wrong, each with its key inside the sweep.
        """
        if not written:
            raise InputError("the sweep is empty; leave it out, or give an address and a list of values")
        return {address: one.candidates for address, one in self._values("levers", p.GRID, written).items()}

    def design(self, written: DesignFile) -> Plan:
        """Return a design.

        Raises
        ------
        InputError
            For everything that is wrong in its parts, or for the first thing wrong between them, with keys inside the design.
        """
        parts: dict[str, Part] = {}
        problems = Problems()
        for name, part in (("levers", written.levers), ("uncertainties", written.uncertainties)):
            if part is not None:
                with problems.gathering(name):
                    parts[name] = self._part(name, part)
        problems.raise_if_any()
        if not parts:
            raise InputError("nothing varies", allowed="levers, uncertainties or both")
        if len(parts) > 1:
            _check_together(parts["levers"], parts["uncertainties"], written.together)
        elif written.together is not None:
            raise InputError(f"only {next(iter(parts))} vary, so there is nothing to put together", key="together")
        plan = Plan(**parts, together=written.together or p.CROSSED)
        if plan.size > MOST_POINTS:
            raise InputError(f"the design has {plan.size:,} settings, more than {MOST_POINTS:,}")
        return plan

    def _part(self, name: str, written: PartFile) -> Part:
        """Return levers or uncertainties, checked."""
        usual = p.ROWS if written.rows is not None else p.GRID if name == "levers" else None
        method = written.method or usual
        if method is None:
            raise InputError(MISSING, key="method", allowed=get_args(p.Method))
        _check_keys_of_method(method, written)
        if method == p.ENSEMBLE:
            with inside("draws"):
                members = load_ensemble(written.draws)
            return Part(method=method, rows=tuple(dict(one.parameters) for one in members), draws=len(members))
        if method == p.ROWS:
            with inside("rows"):
                return Part(method=method, rows=self._rows(name, written.rows or ()))
        with inside("values"):
            values = self._values(name, method, written.values or {})
        if method not in p.SAMPLED:
            return Part(method=method, values=values)
        seed = p.FIRST_SEED if written.seed is None else written.seed
        return Part(method=method, values=values, draws=written.draws or 0, seed=seed)

    def _values(self, name: str, method: str, written: Mapping[str, Any]) -> dict[str, Range | Choices]:
        """Return what each address may be, tried alone and together."""
        problems = Problems()
        found: dict[str, Range | Choices] = {}
        for address, value in written.items():
            with problems.gathering(address):
                self._check_address(name, address)
                found[address] = _read_values(address, value, listed=method == p.GRID)
            if method == p.GRID and prod(len(one.candidates) for one in found.values()) > MOST_POINTS:
                problems.add(InputError(f"the grid has more than {MOST_POINTS:,} points", key=address))
                problems.raise_if_any()
        others = {address: one for address, one in found.items() if address not in load_register()}
        together = [{address: one} for address, one in others.items()] if method == p.ONE_AT_A_TIME else [others]
        for tried in filter(None, together):
            with problems.gathering():
                self._try_all(tried)
        problems.raise_if_any()
        return found

    def _rows(self, name: str, written: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
        """Return the written rows, each of them tried; all name the same addresses."""
        if len(written) > MOST_POINTS:
            raise InputError(f"more than {MOST_POINTS:,} rows")
        if not written[0]:
            raise InputError("an empty row", key="0")
        rows: list[dict[str, Any]] = []
        seen: set[str] = set()
        problems = Problems()
        for index, row in enumerate(written):
            with problems.gathering(str(index)):
                rows.append(self._row(name, row, tuple(written[0])))
                if repr(rows[-1]) in seen:
                    raise InputError("this row is written twice")
                seen.add(repr(rows[-1]))
            if problems.enough:
                break
        problems.raise_if_any()
        return tuple(rows)

    def _row(self, name: str, row: Mapping[str, Any], first: Sequence[str]) -> dict[str, Any]:
        """Return a row, having tried it; everything wrong in it is raised together."""
        problems = Problems()
        settings: dict[str, Any] = {}
        for address in first:
            if address not in row:
                problems.add(InputError(f"has no {address}, which the first row has"))
        for address, value in row.items():
            with problems.gathering(address):
                if address not in first:
                    raise InputError("is not in the first row; every row sets the same")
                self._check_address(name, address)
                settings[address] = setting(address, value)
        others = {address: [value] for address, value in settings.items() if address not in load_register()}
        if others:
            with problems.gathering():
                self._try(others, dict.fromkeys(others, 0), lambda address, _: address)
        problems.raise_if_any()
        return {address: settings[address] for address in first}

    def _check_address(self, name: str, address: str) -> None:
        """Raise unless an address exists and may be varied in this part of a design."""
        register = load_register()
        if address in register:
            return
        if name == "uncertainties":
            members = [known for known in register if known.startswith(f"{address}.")]
            near = tuple(members[:1]) or nearest_names(address, register)
            raise InputError("is not a parameter of the register; what somebody chooses is a lever", nearest=near)
        refuse_in_sweep(address)
        write({part: dict(one) if isinstance(one, dict) else one for part, one in self.plain.items()}, address, None)

    def _try_all(self, ranges: Mapping[str, Range | Choices]) -> None:
        """Raise unless every combination of settings that are not parameters makes a scenario.

        They are tried together because two that are right alone can contradict each other, such as a change's dates. A value
        that was refused is not tried again with others.
        """
        values = {
            address: [as_setting(address, one) for one in of_one.candidates] for address, of_one in ranges.items()
        }
        problems = Problems()
        refused: set[tuple[str, int]] = set()

        def key_of(address: str, index: int) -> str:
            refused.add((address, index))
            return f"{address}.{ENDS[index] if isinstance(ranges[address], Range) else index}"

        for indices in product(*(range(len(of_one)) for of_one in values.values())):
            position = dict(zip(values, indices, strict=True))
            if refused.isdisjoint(position.items()):
                with problems.gathering():
                    self._try(values, position, key_of)
                if any(not one.key for one in problems.errors):
                    break
        problems.raise_if_any()

    def _try(
        self, values: Mapping[str, Sequence[Any]], position: Mapping[str, int], key_of: Callable[[str, int], str]
    ) -> None:
        """Raise unless the values at some positions make a scenario, with the keys of those that do not."""
        settings = {address: values[address][index] for address, index in position.items()}
        problems = Problems()
        try:
            self.attempt(settings)
        except InputError as error:
            for one in error.errors:
                wrong = [address for address in position if f"{one.key or ''}.".startswith(f"{address}.")]
                if wrong:
                    problems.add(one.at(key_of(wrong[0], position[wrong[0]])))
                else:
                    point = ", ".join(f"{address} = {value}" for address, value in settings.items())
                    problems.add(InputError(f"the point {point} is impossible: {one}"))
        problems.raise_if_any()


def _read_values(address: str, written: object, listed: bool) -> Range | Choices:
    """Return what is written for an address, as a range or as choices; a parameter's values are checked here.

    One reading for levers and uncertainties, and for every method.
    """
    parameter = load_register().get(address)
    if written == p.REGISTER and parameter is not None:
        if parameter.low == parameter.high:
            return Choices(values=(parameter.low,))
        if not listed:
            return Range(low=parameter.low, high=parameter.high, whole=parameter.integer)
    if isinstance(written, Mapping) and not listed:
        return _read_range(address, written)
    if not isinstance(written, (list, tuple)):
        raise InputError(f"cannot read {shown(written)}", allowed=A_LIST if listed else A_RANGE)
    if not written:
        raise InputError("the list of values is empty")
    if len(written) > MOST_POINTS:
        raise InputError(f"more than {MOST_POINTS:,} values")
    values: list[Any] = []
    problems = Problems()
    for index, value in enumerate(written):
        with problems.gathering(str(index)):
            one = setting(address, value)
            if one in values:
                raise InputError(f"{shown(one)} is written twice")
            values.append(one)
        if problems.enough:
            break
    problems.raise_if_any()
    return Choices(values=tuple(values))


class _Ends(StrictModel):
    low: Any = Field(validation_alias="from")
    high: Any = Field(validation_alias="to")


def _read_range(address: str, written: Mapping[str, Any]) -> Range:
    """Return a written range, ``{from: 6, to: 48}``."""
    ends = checked(written, _Ends)
    with inside("from"):
        low = _read_end(address, ends.low)
    with inside("to"):
        high = _read_end(address, ends.high)
    if isinstance(low, date) != isinstance(high, date):
        raise InputError("one end is a date and the other a number")
    if not low < high:  # type: ignore[operator]
        raise InputError(f"the range ends at {ends.high}, not above {ends.low}")
    parameter = load_register().get(address)
    return Range(low=low, high=high, whole=parameter.integer if parameter else not isinstance(low, date))


def _read_end(address: str, value: object) -> float | date:
    """Return one end of a range as a number or a date."""
    if address in load_register():
        return float(setting(address, value))
    if address in PERIOD or address.rpartition(".")[2] in ("from", "until"):
        try:
            return value if isinstance(value, date) else date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise InputError(f"{shown(value)} is not a date such as 2010-06-30") from None
    if address == "thin" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise InputError(f"{address} has no ranges; write a list of values")


def _check_keys_of_method(method: str, written: PartFile) -> None:
    """Raise unless the method has what it needs, and nothing that it would ignore."""
    needs, takes = KEYS_OF.get(method, KEYS_OF_OTHERS)
    for one in ("values", "rows", "draws", "seed"):
        value = getattr(written, one)
        if one in needs and not value:
            raise InputError(f"the method {method} needs {one}", key=one)
        if value is not None and one not in (*needs, *takes):
            raise InputError(f"the method {method} has no use for {one}", key=one)
    if method in p.IN_POWERS_OF_TWO and written.draws and written.draws & (written.draws - 1):
        below = 1 << (written.draws.bit_length() - 1)
        says = f"{written.draws} is not a power of two, and other numbers of {method} points lose their balance"
        raise InputError(says, key="draws", allowed=f"{below} or {2 * below}")


def _check_together(levers: Part, uncertainties: Part, together: str | None) -> None:
    """Raise unless levers and uncertainties can be put together as is said."""
    for address in uncertainties.addresses:
        if address in levers.addresses:
            place = "rows.0" if uncertainties.rows else "values"
            says = "is a lever here too; a parameter is chosen or uncertain, not both"
            raise InputError(says, key=f"uncertainties.{place}.{address}")
    if together is None:
        raise InputError(
            "levers and uncertainties are there, and nothing says how they go together",
            key="together",
            allowed="crossed (every policy under every draw) or matched (row i with draw i)",
        )
    if together != p.MATCHED:
        return
    both = (levers, uncertainties)
    for part in both:
        if part.method in (p.SALTELLI, p.ONE_AT_A_TIME):
            says = f"the rows of {part.method} belong together"
            raise InputError(says, key="together", allowed=p.CROSSED)
    if all(one.method in p.SAMPLED for one in both) and len({(one.method, one.draws, one.seed) for one in both}) > 1:
        says = "sampled levers and uncertainties that are matched are one sample: same method, draws and seed"
        raise InputError(says, key="levers")
    if levers.size != uncertainties.size:
        raise InputError(
            f"{levers.size} policies cannot be matched with {uncertainties.size} draws row by row",
            key="together",
            allowed="the same number of both, or crossed",
        )
