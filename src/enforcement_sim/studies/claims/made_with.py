"""What reaches a measured number of a claim, as four hashes: engine, inputs, runs and recipes.

The audit's numbers are kept, and made anew only now and then. They are out of date when one of these hashes is another:
the compiled engine; the code and data around it that build a world and count a result; the scenarios of the runs, every
parameter included; and how claims are counted. Sentences do not enter (``runs/meaning.py``): a comment, the argument of
a parameter's range or the title of a rule changes no number.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from enforcement_sim.runs.provenance import canonical, canonical_json, digest, rules_digest, sources_digest

__all__ = ["CHANGED", "made_with"]

PACKAGE = Path(__file__).parents[2]
CHANGED = {
    "engine": "the engine",
    "inputs": "data, rules or code around the engine",
    "runs": "parameters or runs",
    "recipes": "how claims are counted",
}
"""Parts in words."""

AROUND = (
    "process/profiles.py",
    "law/adherence.py",
    "law/definitions.py",
    "law/reading.py",
    "law/rules.py",
    "places/*.py",
    "scenarios/schema.py",
    "scenarios/where.py",
    "model/*.py",
    "results/*.py",
)
"""Code around the engine that a run or a count meets. How scenario files and parameters are read is left out: what comes
of it is in the runs."""
RULES = ("law/rulebook.yaml", "law/definitions.yaml")
DATA = ("places/data/*.csv", "process/decisions.csv")
"""Shipped data of places, and the table of decisions. The shapes of counties are for maps."""
RECIPES = (
    "studies/claims/recipes/*.py",
    "studies/claims/places.py",
    "studies/claims/rows.py",
    "studies/claims/runs.py",
    "studies/claims/counted.py",
    "studies/claims/measured.py",
)
ENGINE_TOO = ("codes.py", "law/grounds.py")
"""Modules outside the engine's own folder that are compiled into it."""
LENGTH = 16


@cache
def made_with() -> dict[str, str]:
    """Return the hashes of this version by part, each of sixteen hexadecimal digits.

    Examples
    --------
    >>> sorted(made_with()) == sorted(CHANGED)
    True
    """
    from enforcement_sim.process.jit import ENGINE_SOURCES
    from enforcement_sim.studies.claims.runs import claims_design

    engine = (*(f"process/{name}.py" for name in ENGINE_SOURCES), *ENGINE_TOO)
    around = {"code": sources_digest(_files(AROUND))}
    around |= {name: rules_digest(PACKAGE / name) for name in RULES}
    around |= {name: digest(path.read_bytes()) for name, path in _files(DATA).items()}
    runs = [canonical(point.scenario) for point in claims_design().points]
    return {
        "engine": sources_digest(_files(engine)),
        "inputs": digest(canonical_json(around))[:LENGTH],
        "runs": digest(canonical_json(runs))[:LENGTH],
        "recipes": sources_digest(_files(RECIPES)),
    }


def _files(patterns: tuple[str, ...]) -> dict[str, Path]:
    """Return the files of the package by their names in it, sorted."""
    found = (path for pattern in patterns for path in PACKAGE.glob(pattern))
    return {path.relative_to(PACKAGE).as_posix(): path for path in sorted(found)}
