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

from enforcement_sim.errors import InputError, InputErrors, Problems, nearest_names, shown
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios import plan as p
from enforcement_sim.scenarios.address import PERIOD, plain_value, refuse_in_sweep, setting, write
from enforcement_sim.scenarios.plan import Choices, DesignFile, Part, PartFile, Plan, Range
from enforcement_sim.yaml_models import MISSING, StrictModel, checked

__all__ = ["MOST_POINTS", "Checker", "as_setting"]

MOST_POINTS = 10_000
"""A larger grid is refused: it is far likelier to be a mistake than a plan."""
ENDS = ("from", "to")
KEYS_OF = {p.ROWS: (("rows",), ()), p.ENSEMBLE: ((), ("draws",))} | dict.fromkeys(
    p.SAMPLED, (("values", "draws"), ("seed",))
)
"""Method -> keys that it needs, and others that it takes."""
KEYS_OF_OTHERS = (("values",), ())
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
            For everything that is wrong, each with its dotted key.
        """
        if not written:
            raise InputError("the sweep is empty; leave it out, or give an address and a list of values", key="sweep")
        values = self._values("levers", p.GRID, written, "sweep", "sweep")
        return {address: one.candidates for address, one in values.items()}

    def design(self, written: DesignFile) -> Plan:
        """Return a design.

        Raises
        ------
        InputError
            With the dotted key of everything that is wrong in its parts, or of the first thing wrong between them.
        """
        if written.levers is None and written.uncertainties is None:
            raise InputError("nothing varies", key="design", allowed="levers, uncertainties or both")
        parts: dict[str, Part] = {}
        problems = Problems()
        for name, part in (("levers", written.levers), ("uncertainties", written.uncertainties)):
            if part is not None:
                with problems.gathering():
                    parts[name] = self._part(name, part)
        problems.raise_if_any()
        if len(parts) == 1 and written.together is not None:
            says = f"only {next(iter(parts))} vary, so there is nothing to put together"
            raise InputError(says, key="design.together")
        if len(parts) > 1:
            _check_together(parts["levers"], parts["uncertainties"], written.together)
        plan = Plan(**parts, together=written.together or p.CROSSED)
        if plan.size > MOST_POINTS:
            raise InputError(f"the design has {plan.size:,} settings, more than {MOST_POINTS:,}", key="design")
        return plan

    def _part(self, name: str, written: PartFile) -> Part:
        """Return levers or uncertainties, checked."""
        key = f"design.{name}"
        usual = p.ROWS if written.rows is not None else p.GRID if name == "levers" else None
        method = written.method or usual
        if method is None:
            raise InputError(MISSING, key=f"{key}.method", allowed=get_args(p.Method))
        _check_keys_of_method(method, written, key)
        if method == p.ENSEMBLE:
            try:
                members = load_ensemble(written.draws)
            except InputError as error:
                raise error.at(f"{key}.draws") from None
            return Part(method=method, rows=tuple(dict(one.parameters) for one in members), draws=len(members))
        if method == p.ROWS:
            return Part(method=method, rows=self._rows(name, written.rows or (), f"{key}.rows"))
        values = self._values(name, method, written.values or {}, key, f"{key}.values")
        if method not in p.SAMPLED:
            return Part(method=method, values=values)
        seed = p.FIRST_SEED if written.seed is None else written.seed
        return Part(method=method, values=values, draws=written.draws or 0, seed=seed)

    def _values(
        self, name: str, method: str, written: Mapping[str, Any], key: str, values_key: str
    ) -> dict[str, Range | Choices]:
        """Return what each address may be, tried alone and together."""
        register, problems = load_register(), Problems()
        found: dict[str, Range | Choices] = {}
        for address, value in written.items():
            here = f"{values_key}.{address}"
            with problems.gathering():
                self._check_address(name, address, here)
                found[address] = _read_values(address, value, here, listed=method == p.GRID)
            if method == p.GRID and prod(len(one.candidates) for one in found.values()) > MOST_POINTS:
                problems.add(InputError(f"the grid has more than {MOST_POINTS:,} points", key=here))
                problems.raise_if_any()
        others = {address: one for address, one in found.items() if address not in register}
        together = [{address: one} for address, one in others.items()] if method == p.ONE_AT_A_TIME else [others]
        for tried in filter(None, together):
            with problems.gathering():
                self._try_all(tried, key, values_key)
        problems.raise_if_any()
        return found

    def _rows(self, name: str, written: Sequence[Mapping[str, Any]], key: str) -> tuple[dict[str, Any], ...]:
        """Return the written rows, each of them tried; all name the same addresses."""
        if len(written) > MOST_POINTS:
            raise InputError(f"more than {MOST_POINTS:,} rows", key=key)
        if not written[0]:
            raise InputError("an empty row", key=f"{key}.0")
        rows: list[dict[str, Any]] = []
        seen: set[str] = set()
        problems = Problems()
        for index, row in enumerate(written):
            here = f"{key}.{index}"
            with problems.gathering():
                settings = self._row(name, row, tuple(written[0]), here)
                if repr(settings) in seen:
                    raise InputError("this row is written twice", key=here)
                seen.add(repr(settings))
                rows.append(settings)
            if problems.enough:
                break
        problems.raise_if_any()
        return tuple(rows)

    def _row(self, name: str, row: Mapping[str, Any], first: Sequence[str], here: str) -> dict[str, Any]:
        """Return a row, having tried it; everything wrong in it is raised together."""
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
                self._check_address(name, address, at)
                settings[address] = setting(address, value)
            except InputError as error:
                problems.add(error.at(at))
        others = {address: settings[address] for address in first if address in settings.keys() - load_register()}
        try:
            if others:
                self.attempt(others)
        except InputError as error:
            for one in error.errors:
                wrong = next((address for address in others if _is_inside(one.key, address)), None)
                problems.add(one.at(f"{here}.{wrong}" if wrong else here))
        problems.raise_if_any()
        return {address: settings[address] for address in first}

    def _check_address(self, name: str, address: str, key: str) -> None:
        """Raise unless an address exists and may be varied in this part of a design."""
        register = load_register()
        if address in register:
            return
        if name == "uncertainties":
            members = [known for known in register if known.startswith(f"{address}.")]
            near = tuple(members[:1]) or nearest_names(address, register)
            says = "is not a parameter of the register; what somebody chooses is a lever"
            raise InputError(says, key=key, nearest=near)
        try:
            refuse_in_sweep(address)
            copied = {part: dict(one) if isinstance(one, dict) else one for part, one in self.plain.items()}
            write(copied, address, None)
        except InputError as error:
            raise error.at(key) from None

    def _try_all(self, ranges: Mapping[str, Range | Choices], key: str, values_key: str) -> None:
        """Raise unless every combination of settings that are not parameters makes a scenario.

        They are tried together because two that are right alone can contradict each other, such as a change's dates. A value
        that was refused is not tried again with others.
        """
        values = {
            address: [as_setting(address, one) for one in of_one.candidates] for address, of_one in ranges.items()
        }
        problems = Problems()
        refused: set[tuple[str, int]] = set()
        for indices in product(*(range(len(of_one)) for of_one in values.values())):
            position = dict(zip(values, indices, strict=True))
            if not refused.isdisjoint(position.items()):
                continue
            settings = {address: values[address][index] for address, index in position.items()}
            try:
                self.attempt(settings)
            except InputError as error:
                for one in error.errors:
                    wrong = [pair for pair in position.items() if _is_inside(one.key, pair[0])]
                    if not wrong:
                        said = ", ".join(f"{address} = {value}" for address, value in settings.items())
                        problems.add(InputError(f"the point {said} is impossible: {one}", key=key))
                        problems.raise_if_any()
                    refused.update(wrong)
                    address, index = wrong[0]
                    part = ENDS[index] if isinstance(ranges[address], Range) else index
                    problems.add(one.at(f"{values_key}.{address}.{part}"))
        problems.raise_if_any()


def _is_inside(key: str | None, address: str) -> bool:
    return f"{key or ''}.".startswith(f"{address}.")


def _read_values(address: str, written: object, key: str, listed: bool) -> Range | Choices:
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
        return _read_range(address, written, key)
    if not isinstance(written, (list, tuple)):
        if listed:
            says = "expected a list of values, such as [24, 48, 96]; a range is for latin-hypercube, sobol or one-at-a-time"
            raise InputError(says, key=key)
        raise InputError(f"cannot read {shown(written)}", key=key, allowed=A_RANGE)
    if not written:
        raise InputError("the list of values is empty", key=key)
    if len(written) > MOST_POINTS:
        raise InputError(f"more than {MOST_POINTS:,} values", key=key)
    values: list[Any] = []
    problems = Problems()
    for index, value in enumerate(written):
        try:
            one = setting(address, value)
        except InputError as error:
            problems.add(error.at(f"{key}.{index}"))
            continue
        if one in values:
            problems.add(InputError(f"{shown(one)} is written twice", key=f"{key}.{index}"))
        values.append(one)
        if problems.enough:
            break
    problems.raise_if_any()
    return Choices(values=tuple(values))


class _Ends(StrictModel):
    low: Any = Field(validation_alias="from")
    high: Any = Field(validation_alias="to")


def _read_range(address: str, written: Mapping[str, Any], key: str) -> Range:
    """Return a written range, ``{from: 6, to: 48}``."""
    try:
        ends = checked(written, _Ends)
    except InputError as error:
        raise InputErrors(one.at(f"{key}.{one.key}") for one in error.errors) from None
    parameter = load_register().get(address)
    low, high = (
        _read_end(address, end, f"{key}.{name}") for end, name in zip((ends.low, ends.high), ENDS, strict=True)
    )
    if isinstance(low, date) != isinstance(high, date):
        raise InputError("one end is a date and the other a number", key=key)
    if not low < high:  # type: ignore[operator]
        raise InputError(f"the range ends at {ends.high}, not above {ends.low}", key=key)
    return Range(low=low, high=high, whole=parameter.integer if parameter else not isinstance(low, date))


def _read_end(address: str, value: object, key: str) -> float | date:
    """Return one end of a range as a number or a date."""
    if address in load_register():
        try:
            return load_register().check(address, value)
        except InputError as error:
            raise error.at(key) from None
    if address in PERIOD or address.rpartition(".")[2] in ("from", "until"):
        try:
            return value if isinstance(value, date) else date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise InputError(f"{shown(value)} is not a date such as 2010-06-30", key=key) from None
    if address == "thin" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    raise InputError("has no ranges; write a list of values", key=key.rpartition(".")[0])


def _check_keys_of_method(method: str, written: PartFile, key: str) -> None:
    """Raise unless the method has what it needs, and nothing that it would ignore."""
    needs, takes = KEYS_OF.get(method, KEYS_OF_OTHERS)
    for one in ("values", "rows", "draws", "seed"):
        value = getattr(written, one)
        if one in needs and not value:
            raise InputError(f"the method {method} needs {one}", key=f"{key}.{one}")
        if value is not None and one not in (*needs, *takes):
            raise InputError(f"the method {method} has no use for {one}", key=f"{key}.{one}")
    if method in p.IN_POWERS_OF_TWO and written.draws and written.draws & (written.draws - 1):
        below = 1 << (written.draws.bit_length() - 1)
        says = f"{written.draws} is not a power of two, and other numbers of {method} points lose their balance"
        raise InputError(says, key=f"{key}.draws", allowed=f"{below} or {2 * below}")


def _check_together(levers: Part, uncertainties: Part, together: str | None) -> None:
    """Raise unless levers and uncertainties can be put together as is said."""
    for address in uncertainties.addresses:
        if address in levers.addresses:
            inside = "rows.0" if uncertainties.rows else "values"
            says = "is a lever here too; a parameter is chosen or uncertain, not both"
            raise InputError(says, key=f"design.uncertainties.{inside}.{address}")
    if together is None:
        raise InputError(
            "levers and uncertainties are there, and nothing says how they go together",
            key="design.together",
            allowed="crossed (every policy under every draw) or matched (row i with draw i)",
        )
    if together != p.MATCHED:
        return
    both = (levers, uncertainties)
    for part in both:
        if part.method in (p.SALTELLI, p.ONE_AT_A_TIME):
            says = f"the rows of {part.method} belong together"
            raise InputError(says, key="design.together", allowed=p.CROSSED)
    if all(one.method in p.SAMPLED for one in both) and len({(one.method, one.draws, one.seed) for one in both}) > 1:
        says = "sampled levers and uncertainties that are matched are one sample: same method, draws and seed"
        raise InputError(says, key="design.levers")
    if levers.size != uncertainties.size:
        raise InputError(
            f"{levers.size} policies cannot be matched with {uncertainties.size} draws row by row",
            key="design.together",
            allowed="the same number of both, or crossed",
        )
