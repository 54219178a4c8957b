"""The first lines of a crime study's page: what can be relied on in such worlds, what cannot, and what the page cannot say.

What stands in which line follows from counts of worlds alone, by two rules: false alarms are relied on if 5% lies in their 95%
interval or above it, and the average if its 95% interval reaches the truth. Where false alarms are too many, finding falls is no
merit, and what the design would find goes with them. The design is judged as it is built here, in worlds whose offences are
imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from enforcement_sim.studies.research_designs.crime_answers import (
    compatible,
    null_results,
    of_offences,
    telling_variant,
)
from enforcement_sim.studies.research_designs.design_performance import of_worlds, share_with_interval
from enforcement_sim.studies.research_designs.power_by_shift import bias_of, finds
from enforcement_sim.studies.research_designs.study_file import AS_PUBLISHED, Study

NOMINAL = 0.05
RELY, NOT_RELY, CANNOT_SAY = "What you can rely on", "What you cannot rely on", "What this page cannot say"
NO_WORLD = "Whether offences fell or rose because of the policy: what is put into these worlds is put in by the user."
NONE = "Of false alarms, falls and average, none is as a sound design has it in these worlds."


def three_lines(
    study: Study, worlds: Mapping[str, pd.DataFrame], effects: Sequence[float], by_trends: str
) -> list[str]:
    """Return the three lines, each with its parts below it.

    Parameters
    ----------
    study
        Of offences.
    worlds
        Name of a design -> its estimates in worlds without an effect.
    effects
        In log points, that are asked about.
    by_trends
        What the design finds where trends go with activation, which no published figure gives; may be empty.
    """
    own, lines = worlds[AS_PUBLISHED], of_offences(study, worlds, effects)
    held: list[str] = []
    not_held: list[str] = []
    of_alarms = held if _sound(own) else not_held
    label, _, alarms = lines["alarms"].partition(": ")
    of_alarms.append(_part(label, alarms if ";" not in alarms else f"{alarms.partition(';')[0]}. It should be 5%."))
    of_alarms.append(_part(*lines["falls"].split(": ", 1)))
    if null := null_results(own, effects, study.published):
        of_alarms.append(_part(*null.split(": ", 1)))
    said = [text.partition(": ")[2] for effect in effects if (text := compatible(own, effect, study.published))]
    if said:
        of_alarms.append(_part("Published number", " ".join(said)))
    if variant := telling_variant(worlds):
        counted = of_worlds(finds(worlds[variant], 0.0))
        to = held if _sound(worlds[variant]) else not_held
        to.append(_part(f"{study.variants[variant].says}", f"a significant effect where there is none in {counted}."))
    bias, half = bias_of(own)
    (held if abs(bias) <= half else not_held).append(_part(*lines["off"].split(": ", 1)))
    if by_trends:
        not_held.insert(0, _part("All of this turns on one assumed setting", by_trends.strip()))
    unseen = lines["unseen"].partition(": ")[2]
    return [
        f"**{RELY}:**{_below(held) or f' {NONE}'}",
        f"**{NOT_RELY}:**{_below(not_held)}",
        f"**{CANNOT_SAY}:**{_below([unseen, NO_WORLD])}",
    ]


def _sound(rows: pd.DataFrame) -> bool:
    """Return whether a design's false alarms may be 5% or fewer."""
    return share_with_interval(finds(rows, 0.0))[1] <= NOMINAL


def _part(label: str, text: str) -> str:
    return f"*{label}:* {text[0].upper()}{text[1:]}"


def _below(parts: Sequence[str]) -> str:
    return "".join(f"\n    - {part}" for part in parts)
