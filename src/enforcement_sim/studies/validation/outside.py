"""What published figures hold and the model leaves out: a few assumed numbers beside it, each with its argument.

Book-ins to ICE custody from the border, and people charged in federal prisons.

They enter no simulation. An entry without unit, source, grade or range, or with a value outside its own range, is
refused with file and line, as the register refuses one.
"""

from __future__ import annotations

from functools import cache
from os import PathLike
from pathlib import Path

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.parameters.register import GRADES
from enforcement_sim.yaml_lines import read_yaml

__all__ = ["load_outside", "outside"]

NAMES = ("book_ins_a_year", "stay_days_median", "stay_days_sigma", "longest_stay_days", "federal_prison_charged_a_year")
_KEYS = ("meaning", "unit", "value", "low", "high", "grade", "source")
_SHIPPED = Path(__file__).with_name("outside.yaml")


def load_outside(path: str | PathLike[str] | None = None) -> dict[str, float]:
    """Return the assumed numbers by name: the shipped ones unless another file is given.

    Raises
    ------
    InputError
        With file, line and key, at the first entry that lacks something or contradicts itself.

    Examples
    --------
    >>> load_outside()["longest_stay_days"]
    180.0
    """
    document = read_yaml(_SHIPPED if path is None else Path(path))
    for name in document.data:
        if name not in NAMES:
            raise InputError(
                "unknown entry",
                file=document.path,
                line=document.line((name,)),
                key=str(name),
                allowed=NAMES,
                nearest=nearest_names(str(name), list(NAMES)),
            )
    found = {}
    for name in NAMES:
        entry = document.data.get(name)
        if not isinstance(entry, dict):
            raise InputError("missing, or not a mapping", file=document.path, line=1, key=name)
        for key in _KEYS:
            if entry.get(key) in (None, ""):
                raise InputError(f"has no {key}", file=document.path, line=document.line((name,)), key=name)
        if entry["grade"] not in GRADES:
            raise InputError(
                f"unknown grade {entry['grade']!r}",
                file=document.path,
                line=document.line((name, "grade")),
                key=f"{name}.grade",
                allowed=GRADES,
            )
        if not entry["low"] <= entry["value"] <= entry["high"]:
            raise InputError(
                f"{entry['value']} is not within {entry['low']} to {entry['high']}",
                file=document.path,
                line=document.line((name, "value")),
                key=f"{name}.value",
            )
        found[name] = float(entry["value"])
    return found


@cache
def outside() -> dict[str, float]:
    """Return the shipped numbers, read once."""
    return load_outside()
