"""The bridge from jail days and officers to the net cost of each payer: means over runs that add up as printed.

The lines of a run add up in whole cents. Means over runs are rounded so that the lines add up to the printed net cost, and
so that the printed difference is B minus A. A net cost below zero is explained in a sentence. The lines and their prices
are in ``results.costs``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from enforcement_sim import labels
from enforcement_sim.results.costs import COST_BRIDGE
from enforcement_sim.results.intervals import Difference, difference_between, level_of
from enforcement_sim.tables.amounts import IDENTICAL, dollars

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.runs.design import Sample


CENTS = 100


@dataclass(frozen=True)
class BridgeLine:
    """One line of the bridge of a payer, or its net cost.

    Attributes
    ----------
    payer, measure : str
        ``measure`` is the name of the same number in all other tables.
    a, b : int
        The means at the reference and at the other setting, in units of ``step`` dollars; equal if there is no other
        setting.
    level : Difference
        The level at the reference, with its interval.
    found : Difference or None
        The difference of the other setting from the reference.
    """

    payer: str
    measure: str
    a: int
    b: int
    level: Difference
    found: Difference | None

    @property
    def is_net(self) -> bool:
        """Whether this is the net cost, not a line of it."""
        return self.measure.startswith("net_cost.")


def bridge_of(samples: Sequence[Sample], point: int = 0, step: float = 1.0 / CENTS) -> list[BridgeLine]:
    """Return the bridges of all payers, line by line, each ending in the net cost.

    Parameters
    ----------
    samples : sequence of Sample
        The reference first; the measures must include the net costs and their lines.
    point : int
        The setting to compare with the reference; 0 for the reference alone.
    step : float
        Rounding unit in dollars; a cent by default.

    Examples
    --------
    >>> from enforcement_sim.runs.design import Sample
    >>> run = {"bridge.county.jail_days": 10.4, "bridge.county.officers": 20.4, "bridge.county.rented_days": 5.4,
    ...     "bridge.county.refunds": -1.0, "bridge.county.rents": -4.0, "net_cost.county": 31.2, "net_cost.state": 0.0}
    >>> lines = bridge_of([Sample({}, {1: run})], step=1.0)
    >>> [line.a for line in lines if line.payer == "county"]
    [11, 20, 5, -1, -4, 31]
    """
    reference, other = samples[0], samples[point]
    lines: list[BridgeLine] = []
    for payer, names in COST_BRIDGE.items():
        measures = [f"bridge.{payer}.{name}" for name in names]
        net = f"net_cost.{payer}"
        if any(net not in run for sample in (reference, other) for run in sample.measures.values()):
            continue
        levels = {name: level_of(reference.values(name), *labels.bounds(name)) for name in (*measures, net)}
        changes = {name: difference_between(reference.values(name), other.values(name)) for name in (*measures, net)}
        identical = [changes[name].verdict == IDENTICAL for name in measures]
        fixed = identical if not all(identical) else ()
        a = round_to_total([levels[name].mean for name in measures], levels[net].mean, step, fixed)
        b = round_to_total([changes[name].mean for name in measures], changes[net].mean, step, fixed) if point else a
        lines += [
            BridgeLine(payer, name, a[place], b[place], levels[name], changes[name] if point else None)
            for place, name in enumerate((*measures, net))
        ]
    return lines


def round_to_total(parts: Sequence[float], total: float, step: float, fixed: Sequence[bool] = ()) -> list[int]:
    """Return parts and their total in whole steps, rounded so that the parts add up to the total.

    The total is rounded normally; the parts with the largest remainders are rounded up. Parts that are ``fixed`` are
    rounded normally, so that equal values are printed equally.

    Examples
    --------
    >>> round_to_total([0.4, 0.4, 0.4], 1.2, 1.0), round_to_total([-0.6, 2.0], 1.4, 1.0), round_to_total([], 0.0, 1.0)
    ([1, 0, 0, 1], [-1, 2, 1], [0])
    """
    in_steps = [part / step for part in parts]
    rounded_total = round(total / step)
    free = [place for place in range(len(parts)) if not (fixed and fixed[place])]
    found = [math.floor(part) if place in free else round(part) for place, part in enumerate(in_steps)]
    free.sort(key=lambda place: found[place] - in_steps[place])
    each, more = divmod(rounded_total - sum(found), len(free)) if free else (0, 0)
    for number, place in enumerate(free):
        found[place] += each + (number < more)
    return [*found, rounded_total]


def bridge_frame(samples: Sequence[Sample], point: int = 0) -> pd.DataFrame:
    """Return the bridges as a table, in dollars to the cent.

    Returns
    -------
    DataFrame
        ``payer``, ``measure``, ``a``, ``b``, ``difference``, ``low`` and ``high`` (of the difference; of the level where
        ``point`` is 0), ``runs`` and ``verdict``.

    Examples
    --------
    >>> from enforcement_sim.runs.design import Sample
    >>> bridge_frame([Sample({}, {1: {"net_cost.state": 0.0}})])["measure"].to_list()
    ['net_cost.state']
    """
    import pandas as pd

    rows = []
    for line in bridge_of(samples, point):
        found = line.level if line.found is None else line.found
        amounts = (line.a / CENTS, line.b / CENTS, (line.b - line.a) / CENTS)
        rows.append((line.payer, line.measure, *amounts, found.low, found.high, found.runs, found.verdict))
    columns = ["payer", "measure", "a", "b", "difference", "low", "high", "runs", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def below_zero(values: Mapping[str, float], where: str = "") -> str:
    """Return a sentence for each payer with a net cost below zero; empty if there is none.

    Examples
    --------
    >>> below_zero({"net_cost.county": -20.0, "bridge.county.officers": 100.0, "bridge.county.rents": -120.0})
    'Net cost to counties is below zero: rents ($120) exceed what jail days and officers cost ($100).'
    >>> below_zero({"net_cost.county": 20.0})
    ''
    """
    sentences = []
    for payer, names in COST_BRIDGE.items():
        if not values.get(f"net_cost.{payer}", 0.0) < 0:
            continue
        lines = {name: values.get(f"bridge.{payer}.{name}", 0.0) for name in names}
        received = [f"{name} ({dollars(-amount)})" for name, amount in lines.items() if amount < 0]
        spent = f" ({dollars(math.fsum(amount for amount in lines.values() if amount > 0))})" if received else ""
        what = " and ".join(received) or "refunds and rents"
        sentences.append(
            f"{labels.NET_COST[payer]} is below zero{where}: {what} exceed what jail days and officers cost{spent}."
        )
    return " ".join(sentences)


def why_below_zero(samples: Sequence[Sample], points: Iterable[int] | None = None) -> str:
    """Return explanations of net costs below zero in a comparison; empty if there are none.

    Repeated sentences are returned once.
    """
    sentences: list[str] = []
    for point in range(len(samples)) if points is None else points:
        sample = samples[point]
        means = costs_in(sample.measures.values())
        label = sample.label
        sentences.append(below_zero(means, f" under {label}" if label else ""))
    return " ".join(dict.fromkeys(filter(None, sentences)))


def costs_in(runs: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the means over runs of the net costs and their lines, if every run has them."""
    every = list(runs)
    names = [
        name
        for payer, lines in COST_BRIDGE.items()
        for name in (f"net_cost.{payer}", *(f"bridge.{payer}.{line}" for line in lines))
    ]
    return {
        name: math.fsum(run[name] for run in every) / len(every)
        for name in names
        if every and all(name in run for run in every)
    }
