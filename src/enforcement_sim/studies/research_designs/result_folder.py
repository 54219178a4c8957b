"""Where the results of a study are written: a folder whose name says the world, never one that holds another result."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from enforcement_sim.runs.provenance import canonical_json, digest
from enforcement_sim.studies.research_designs.compute import Plan, thin_of
from enforcement_sim.studies.research_designs.effect_words import typed_per_cent
from enforcement_sim.studies.research_designs.stored_numbers import drawn_from, engine_of
from enforcement_sim.studies.research_designs.study_file import Study

ABOUT = "about.json"
RESULTS = ("estimates.csv", "designs.csv")
"""Files that hold a result; a folder without them is free."""
IDENTITY = ("study", "sets", "replications", "thin", "world", "shared_worlds", "drawn_from", "engine")
"""Keys of ``about.json`` that say what made a result; a folder is written again only if all are the same."""
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.]+")
MINUS = "minus-"
PER_CENT_IN_A_NAME = "pc"
LONGEST_WORLD, MARK_DIGITS = 60, 8


def made_from(study: Study, plan: Plan, effects: Sequence[float]) -> dict[str, Any]:
    """Return what makes the results of a study, as ``about.json`` holds it."""
    effect: Any = list(effects) if len(effects) > 1 else effects[0]
    return {
        "study": study.model_dump(mode="json"),
        "sets": plan.sets,
        "replications": plan.replications,
        "thin": plan.thin,
        "world": {**plan.settings, "effect": effect},
        "shared_worlds": plan.shared,
        "drawn_from": drawn_from(study),
        "engine": engine_of(study),
    }


def world_name(plan: Plan, effects: Sequence[float]) -> str:
    """Return what is supposed of a world, as a part of a folder's name; nothing where nothing is.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.effect_words import read_effects
    >>> world_name(Plan(Path("out"), settings={"offences.dispersion": 0.04}), [-0.02])
    'effect-minus-0.02-dispersion-0.04'
    >>> world_name(Plan(Path("out")), [0.0])
    ''
    >>> world_name(Plan(Path("out")), read_effects("0,-2%"))
    'effect-0-minus-2pc'
    """
    parts = [f"effect-{'-'.join(map(_effect, effects))}"] if any(effects) or len(effects) > 1 else []
    for address, value in sorted(plan.settings.items()):
        written = _amount(value) if isinstance(value, int | float) else canonical_json(value)
        parts.append(f"{address.removeprefix('offences.')}-{written}")
    name = NOT_IN_A_NAME.sub("-", "-".join(parts)).strip("-")
    if len(name) <= LONGEST_WORLD:
        return name
    return f"{name[:LONGEST_WORLD].rstrip('-.')}-{digest(canonical_json([plan.settings, list(effects)]))[:MARK_DIGITS]}"


def _effect(effect: float) -> str:
    """Return an effect as it was written, so that a folder of -2% is not that of -0.02 log points."""
    of_hundred = typed_per_cent(effect)
    return _amount(effect) if of_hundred is None else f"{_amount(of_hundred)}{PER_CENT_IN_A_NAME}"


def _amount(value: float) -> str:
    return f"{MINUS if value < 0 else ''}{abs(value):.3g}"


def folder_name(study: Study, plan: Plan, effects: Sequence[float]) -> str:
    """Return the name of the folder of a study's results: the study's, with what is supposed of the world.

    Examples
    --------
    >>> from enforcement_sim.studies.research_designs.shipped_studies import load_study
    >>> folder_name(load_study("miles-cox-2014"), Plan(Path("none")), [-0.02])
    'miles-cox-2014-effect-minus-0.02'
    """
    parts = [study.name, world_name(plan, effects)]
    if plan.thin != thin_of(study) and not study.of_offences:
        parts.append(f"thin-{plan.thin}")
    if plan.shared:
        parts.append("shared")
    return "-".join(part for part in parts if part)


def result_folder(study: Study, plan: Plan, effects: Sequence[float]) -> Path:
    """Return the folder for a study's results, under the plan's own.

    If there is already a result of anything else under :func:`folder_name` (other numbers of worlds, another study file,
    another version of the model), a number is added to the name.
    """
    name, made, number = folder_name(study, plan, effects), made_from(study, plan, effects), 1
    while True:
        home = plan.folder / (name if number == 1 else f"{name}-{number}")
        if not home.exists() or _holds(home, made):
            return home
        number += 1


def _holds(home: Path, made: dict[str, Any]) -> bool:
    """Return whether a folder holds this very result, or no result of a study at all."""
    about = home / ABOUT
    if not about.is_file():
        return home.is_dir() and not any((home / name).exists() for name in RESULTS)
    try:
        found = json.loads(about.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(found, dict) and canonical_json([found.get(key) for key in IDENTITY]) == canonical_json(
        [made[key] for key in IDENTITY]
    )
