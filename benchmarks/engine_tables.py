"""What the engine's measurements mean: the ratios of paces, what they should be, and the tables of the README."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from record import table

START = "2008-10-01"
ENDS = {1: "2009-09-30", 2: "2010-09-30", 4: "2012-09-30", 6: "2014-11-20"}
"""Last day of the runs that begin on 2008-10-01, by the whole years in them; six is the default period."""

BUDGET = {"seconds": 20, "ns_per_booking": 250, "peak_mebibytes": 400, "compile": 60, "help": 0.3}
WANTED = {
    "engine_to_reduced": "≤ 0.8, goal 0.5",
    "numpy_to_engine": "",
    "twin_to_engine": "≥ 600",
    "simpy_to_engine": "≥ 40, goal 100",
    "six_years_to_one": "≤ 1.1",
    "last_two_years_to_first": "≤ 1.1",
}
"""What each ratio of paces should be; a run is linear in years where a booking costs the same late and early."""


def pace(parts: Sequence[Mapping[str, Any]]) -> float:
    """Return the fastest measured nanoseconds a booking."""
    return min(float(part["ns_per_booking"]) for part in parts)


def ratios_of(found: Mapping[str, Any]) -> dict[str, float]:
    """Return how the paces compare, fastest to fastest: the engine's in the nation over six years, and each yardstick's."""
    runs = found["runs"]
    engine, first = pace(runs[6]), pace(runs[1])
    six, four = (min(runs[years], key=lambda run: float(run["process"])) for years in (6, 4))
    late = (six["process"] - four["process"]) / (six["bookings"] - four["bookings"]) * 1e9
    return {
        "engine_to_reduced": engine / pace(found["reduced"]),
        "numpy_to_engine": pace(found["numpy"]) / engine,
        "twin_to_engine": pace(found["twin"]) / engine,
        "simpy_to_engine": pace(found["simpy"]) / engine,
        "six_years_to_one": engine / first,
        "last_two_years_to_first": late / first,
    }


def told(found: dict[str, Any]) -> str:
    """Return the numbers as Markdown."""
    slow, flow = (min(found[part], key=lambda one: float(one["ns_per_booking"])) for part in ("twin", "simpy"))
    hot = ", ".join(f"{name} {share:.0%}" for name, share in slow["profile"])
    counted = 1 - found["runs"][6][0]["followed_share"]
    headings = ["national run", "million bookings", "wall s", "process s", "ns a booking", "peak MiB"]
    return "\n\n".join(
        [
            "Besides the warm start of a year; smallest / middle of "
            f"{len(found['runs'][6])} fresh processes on one core. Budget for the six years: ≤ {BUDGET['seconds']} s, "
            f"≤ {BUDGET['ns_per_booking']} ns, ≤ {BUDGET['peak_mebibytes']} MiB.",
            table(headings, [national_row(years, runs) for years, runs in found["runs"].items()]),
            table(["", "measured", "budget"], [*pace_rows(found), *ratio_rows(found["ratios"]), *start_rows(found)]),
            "The reduced flow (`reduced_flow.py`; places and numbers in `reduced_world.py`) draws every booking one by one from "
            "one list and leaves out most of what the engine does. `numpy_flow.py` is the same flow in distribution, a day's "
            "bookings as arrays; its draws have no keys, so another policy would meet other people.",
            f"Of the engine's bookings {counted:.0%} are counted and not followed. The twin and the SimPy flow count the same "
            "bookings instead of following them. So their ratios compare programs that both count nine bookings in ten: they "
            "say what compiled code gains on that mixture, and not on a person who is followed.",
            "The SimPy flow is one process an arrestee over the twin's people, rules and draws, without Mesa; in the same "
            f"measurement {flow['cells_that_differ_from_the_twin']} cells of its ledger differed from the twin's.",
            f"On so few bookings ({slow['bookings']:,}) the engine's fixed cost of a day weighs more, hence its slower "
            f"pace there. Where the twin's own time goes, under a profiler: {hot}.",
        ]
    )


def national_row(years: int, runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the table's row of national runs of one length."""
    wall, used, paces = (sorted(run[key] for run in runs) for key in ("wall", "process", "ns_per_booking"))
    return [
        f"{START} to {ENDS[years]}",
        f"{runs[0]['bookings'] / 1e6:.1f}",
        f"{wall[0]:.1f} / {statistics.median(wall):.1f}",
        f"{used[0]:.1f} / {statistics.median(used):.1f}",
        f"{paces[0]:.0f} / {statistics.median(paces):.0f}",
        f"{max(run['peak_mebibytes'] for run in runs):.0f}",
    ]


def pace_rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Return the table's rows of nanoseconds a booking."""
    there = min(part["engine_ns_per_booking_there"] for part in found["twin"])
    paces = {
        "engine, national, six years": pace(found["runs"][6]),
        "reduced flow in compiled code, as many days": pace(found["reduced"]),
        "reduced flow in NumPy, as many days": pace(found["numpy"]),
        "slow twin, three small counties, a year": pace(found["twin"]),
        "the same flow in SimPy, same counties and year": pace(found["simpy"]),
        "engine on the same three counties": there,
    }
    budgets = [f"≤ {BUDGET['ns_per_booking']}"] + [""] * (len(paces) - 1)
    return [
        [f"{name}: ns a booking", f"{ns:,.0f}", budget]
        for (name, ns), budget in zip(paces.items(), budgets, strict=True)
    ]


def ratio_rows(ratios: Mapping[str, float]) -> list[list[str]]:
    """Return the table's rows of ratios."""
    names = {
        "engine_to_reduced": "engine / reduced flow in compiled code",
        "numpy_to_engine": "reduced flow in NumPy / engine",
        "twin_to_engine": "twin / engine",
        "simpy_to_engine": "SimPy / engine",
        "six_years_to_one": "a run of six years / of one year",
        "last_two_years_to_first": "the last two of six years / the first year",
    }
    return [
        [
            f"**{name}, per booking**",
            f"**{ratios[key]:,.0f}**" if ratios[key] > 10 else f"**{ratios[key]:.2f}**",
            WANTED[key],
        ]
        for key, name in names.items()
    ]


def start_rows(found: Mapping[str, Any]) -> list[list[str]]:
    """Return the table's rows of what starting costs."""
    helped = f"{min(found['help']):.2f} / {statistics.median(found['help']):.2f}"
    return [
        ["compile from nothing, wall s", f"{found['compile_cold']['wall']:.1f}", f"≤ {BUDGET['compile']}"],
        ["load compiled code from disk, wall s", f"{found['compile_cached']['wall']:.1f}", ""],
        ["`--help`, wall s (smallest / middle of 9)", helped, f"≤ {BUDGET['help']}"],
    ]
