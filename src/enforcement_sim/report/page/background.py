"""The last sections of a report: the doubt, with what is not modelled, and provenance, with what was varied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim import labels
from enforcement_sim.notebook import assumed
from enforcement_sim.parameters.register import load_register
from enforcement_sim.plots.captions import INTERVAL
from enforcement_sim.report.page.sentences import differences_in_words, in_words
from enforcement_sim.runs.store import LOG
from enforcement_sim.scenarios.plan import DIFFERENCE
from enforcement_sim.scenarios.plan import LEVEL as OF_LEVEL
from enforcement_sim.studies.page_parts import Fold, Grid, Part, Section, words
from enforcement_sim.studies.reading import Reading

NOT_MODELLED = (
    "Arrests at large by ICE, but of people whom a jail let go against a detainer; border apprehensions, and removals that begin "
    "there: only people booked into a local jail or held in a state prison are simulated.",
    "Federal prisons and immigration judges' calendars: cases in immigration court have lengths and outcomes, no docket.",
    "Why people commit offences: effects of enforcement on crime or reporting enter only as an assumption, and are zero "
    "unless a scenario says otherwise.",
    "What happens to families, work, schools and trust after a removal: people with citizen family are counted, effects are not.",
    "Differences between two people of the same status, record and charge: no one is scored, and there is no race or ethnicity "
    "but where a scenario asks about stops.",
    "Places smaller than a county, and Puerto Rico and other territories.",
)
"""What the model leaves out, the most frequent questions first."""

STRONGEST = 10
FEWEST_DRAWS = 10
TOO_FEW_DRAWS = "Too few draws"
HEADLINE = "removed"


def doubt(reading: Reading) -> Section:
    """Return the section on doubt: what intervals cover and what drives them, and what the model leaves out."""
    return Section("doubt", "Doubt", (*uncertainty(reading), not_modelled()))


def uncertainty(reading: Reading) -> tuple[Part, ...]:
    """Return what intervals cover, what drives them, and which parameters are unconstrained."""
    parts: list[Part] = []
    draws = reading.drawable.sweep.draws
    if len(draws) > 1:
        held = f"Intervals cover uncertainty about {len(draws[0])} parameters ({len(draws)} draws) and chance in the simulation."
        few = f" {TOO_FEW_DRAWS} to say which parameter drives it: at least {FEWEST_DRAWS} are needed."
        parts.append(words(held if len(draws) >= FEWEST_DRAWS else held + few))
        parts += [_strongest(reading)] if len(draws) >= FEWEST_DRAWS else []
    else:
        chance = (
            f"Intervals on this page: {INTERVAL}."
            if len(reading.drawable.sweep.seeds) > 1
            else "One run of each setting gives no interval, neither over seeds nor over parameters."
        )
        text = (
            f"{chance} With another set of parameters that fits the published figures equally well, every number would change. "
            "For intervals that cover this, let the scenario draw from the fitted ensemble:"
        )
        parts.append(words(text, warning=True))
        parts.append(words("design: {uncertainties: {method: ensemble, draws: 20}}", command=True))
    free = [name for name, found in _ensemble()["unknowns"].items() if found["verdict"] == "free"]
    if free:
        free_text = f"Of {len(_ensemble()['unknowns'])} uncertain quantities, the published figures hardly constrain {len(free)}."
        named = words(f"{', '.join(labels.spelt_out(name) for name in free)}.")
        parts += [words(free_text), Fold("Which quantities these are", (named,))]
    return tuple(parts)


def _strongest(reading: Reading) -> Grid:
    """Return the drawn parameters with the strongest rank correlation with the result."""
    sweep = reading.drawable.sweep
    point = reading.points[1] if len(reading.points) > 1 else reading.points[0]
    of = DIFFERENCE if len(reading.points) > 1 and reading.points[0] == 0 else OF_LEVEL
    values = sweep.seed_means(HEADLINE, of)[point]
    drawn = pd.DataFrame(sweep.draws).loc[values.index].reset_index(drop=True)
    ranks = values.reset_index(drop=True).rank()
    moved = [name for name in drawn.columns if drawn[name].nunique() > 1]
    found = {name: float(np.corrcoef(drawn[name].rank(), ranks)[0, 1]) for name in moved}
    rows = [
        [labels.setting(name), f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")]
        for name, value in sorted(found.items(), key=lambda item: -abs(item[1]))[:STRONGEST]
    ]
    what = f"the change in people removed, {reading.labels[1]}" if of == DIFFERENCE else "people removed"
    note = (
        f"Over {len(values)} draws; a correlation under {2 / np.sqrt(len(values)):.2f} either way can be chance. The drawn "
        "parameters are correlated with each other."
    )
    return Grid(
        pd.DataFrame(rows, columns=["Parameter", "Rank correlation"]), f"Parameters correlated with {what}", note
    )


def not_modelled() -> Fold:
    """Return what the model leaves out."""
    more = "Every parameter with its range, its source and who would dispute it: enforcement-sim parameters."
    return Fold("What is not modelled", (words(*NOT_MODELLED, listed=True), words(more)), wide=True)


def provenance(reading: Reading, command: str) -> Section:
    """Return the section on provenance: what was varied, and the commands that reproduce the numbers."""
    manifest = reading.drawable.sweep.manifest
    done = sum("failed" not in row for row in manifest["runs"])
    own = manifest["scenario"].get("data") or {}
    facts = {
        "Scenario": f"{reading.scenario['name']}: {reading.scenario['title']}",
        "Design": manifest["design"]["identity"][:16],
        "Runs": f"{done} of {len(manifest['runs'])}",
        "Seeds": ", ".join(map(str, reading.drawable.sweep.seeds)),
        "Engine": manifest["engine_version"],
        "Data of the package": ", ".join(f"{name} {digest[:12]}" for name, digest in sorted(manifest["data"].items())),
        "Own data": ", ".join(f"{name} {digest[:12]}" for name, digest in own.items())
        or "none: what the package embeds",
        "Made with": ", ".join(f"{name} {version}" for name, version in sorted(manifest["versions"].items())),
        "Platform": manifest["platform"],
    }
    grid = Grid(pd.DataFrame(list(facts.items()), columns=["What", "Which"]), "Provenance", prose=True)
    again = (
        f"The program is enforcement-sim {manifest['versions'].get('enforcement-sim', '')}, and this page its report. To check "
        f"the numbers, and then write this page again, run in the folder of the results. The first command repeats all {done} "
        f"runs and compares every stored number exactly{_how_long(reading)}:"
    )
    commands = words("enforcement-sim reproduce .", command, command=True)
    files = Fold("Versions, data and digests", (grid,))
    return Section("provenance", "Where this comes from", (*varied(reading), words(again), commands, files))


def _how_long(reading: Reading) -> str:
    """Return how long the runs took, by the log beside them; empty without a log."""
    log = reading.drawable.sweep.folder / LOG
    if not log.is_file():
        return ""
    calls = json.loads(log.read_text("utf-8"))["calls"]
    seconds = sum(sum(call.get("run_seconds", {}).values()) for call in calls)
    minutes = max(1, round(seconds / 60))
    return (
        f"; where they were made, one processor took about {minutes} {'minute' if minutes == 1 else 'minutes'} for them"
    )


def varied(reading: Reading) -> tuple[Part, ...]:
    """Return the whole question, and a table of the settings with what each changes."""
    asks = " ".join(str(reading.scenario.get("asks") or "").split())
    about = reading.drawable.about(list(reading.points)).caption("Intervals")
    rows = [[f"{reading.labels[0]} (reference)", " ".join(beginning(reading.made_from[0]))]]
    for label, scenario in zip(reading.labels[1:], reading.made_from[1:], strict=True):
        rows.append([label, " ".join(differences_in_words(reading.made_from[0], scenario))])
    shown, there = sum(1 + len(same) for same in reading.same.values()), len(reading.drawable.points)
    notes = []
    if any(reading.same.values()):
        notes.append(
            "Settings joined by = give the same numbers in every run, and are one row everywhere on this page."
        )
    if shown < there:
        notes.append(f"{shown} of {there} settings are shown: those that differ from the reference in one respect.")
    notes += [f"{one}." for one in reading.without_effect if one.softly]
    table = Grid(
        pd.DataFrame(rows, columns=["Setting", "What it changes"]), "What was varied", " ".join(notes), prose=True
    )
    asked = (words(f"The whole question: {asks}"),) if asks else ()
    return (Fold("What was varied", (*asked, words(about), table), wide=True),)


def beginning(scenario: Mapping[str, Any]) -> list[str]:
    """Return how a reference differs from history, in sentences: rules and parameters."""
    numbers = assumed({**load_register().defaults(), **(scenario.get("parameters") or {})})
    nothing = "No rule is changed." if numbers.changed else "History as it was: no rule is changed."
    return [*(in_words(scenario) or [nothing]), str(numbers)]


@cache
def _ensemble() -> dict[str, Any]:
    return dict(json.loads(resources.files("enforcement_sim.parameters").joinpath("ensemble.json").read_text("utf-8")))
