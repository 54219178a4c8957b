"""The model and its rival on the same published figures: who does better, in each group of figures, in one sentence.

Only figures that both express are compared. The score is the mean CRPS on the logarithmic scale, smaller is better; a figure
counts as it does in the scorecard, so that the values of a vector count as one figure together. A difference of less than a
twentieth is called alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.studies.validation.rival import RivalFit, fit_rival
from enforcement_sim.studies.validation.scores import Forecast
from enforcement_sim.studies.validation.targets import FITTED, HELD_OUT, Target, load_targets
from enforcement_sim.terminal.printing import number

ALIKE = 0.05
"""Difference of two scores, as a part of the larger, below which neither is said to do better."""

FIT_GROUP, ELSE = "fitted", "held out, others"
GROUPS = (FIT_GROUP, "held out, 287(g)", "held out, 287(g) by place", ELSE)


@cache
def shipped_rival() -> RivalFit:
    """Return the rival, fitted to the shipped figures that may be fitted and count."""
    return fit_rival(load_targets().counted(FITTED))


def rival_columns(targets: Sequence[Target]) -> pd.DataFrame:
    """Return a row a figure: ``rival`` (the middle), ``rival_low``, ``rival_high``, ``rival_hit``, ``rival_narrow``,
    ``rival_score`` (CRPS) and ``rival_interval_score``; without a value where the compartments cannot express the figure."""
    found = shipped_rival().forecasts(targets)
    return pd.DataFrame([_columns(one, found) for one in targets])


def _columns(target: Target, found: Mapping[str, Forecast]) -> dict[str, float | bool]:
    forecast = found.get(target.id, Forecast(np.array([])))
    middle, low, high = forecast.interval
    return {
        "rival": middle,
        "rival_low": low,
        "rival_high": high,
        "rival_hit": bool(forecast.values.size) and forecast.hits(target.value),
        "rival_narrow": bool(forecast.values.size) and forecast.narrow(target.value, target.unit),
        "rival_score": forecast.crps(target.value),
        "rival_interval_score": forecast.interval_score(target.value) if forecast.values.size else float("nan"),
    }


def compared_with_rival(table: pd.DataFrame) -> pd.DataFrame:
    """Compare the model with its rival in each group of figures.

    Parameters
    ----------
    table
        Of a :class:`~enforcement_sim.studies.validation.scorecard.Validation`.

    Returns
    -------
    DataFrame
        A row a group with a figure that counts: ``group``, ``model_expresses``, ``rival_expresses`` and ``compared``
        (figures, as they count), ``model_hits`` and ``rival_hits``, ``model_narrow_hits`` and ``rival_narrow_hits`` (by an
        interval that is narrow enough to say something), ``model_score`` and ``rival_score``,
        ``model_interval_score`` and ``rival_interval_score`` (means over what is compared), and ``says``.

    Examples
    --------
    >>> from enforcement_sim.studies.validation.targets import load_targets
    >>> target = load_targets()["sc_match_rate"]
    >>> own = {"bin": "fit", "subject": "matches", "vector": "", "weight": 1.0, "hit": True, "narrow": True}
    >>> table = rival_columns([target]).assign(**own, score=0.01, interval_score=0.1)
    >>> compared_with_rival(table)["says"][0][:49]
    'fitted: the model does better, with a score of 0.'
    """
    counted = table[(table["weight"] > 0.0) & table["bin"].isin([FITTED, HELD_OUT])]
    groups = [_group(str(bin_), str(subject), str(vector)) for bin_, subject, vector in _keys(counted)]
    rows = [_compared(name, counted[np.array(groups) == name]) for name in GROUPS if name in groups]
    return pd.DataFrame(rows)


def _keys(table: pd.DataFrame) -> zip[tuple[object, object, object]]:
    return zip(table["bin"], table["subject"], table["vector"], strict=True)


def _group(bin_: str, subject: str, vector: str) -> str:
    if bin_ == FITTED:
        return FIT_GROUP
    if not subject.startswith("g287"):
        return ELSE
    return "held out, 287(g) by place" if vector else "held out, 287(g)"


def _compared(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    by_model, by_rival = rows["score"].notna(), rows["rival_score"].notna()
    both = rows[by_model & by_rival]
    found: dict[str, Any] = {
        "group": name,
        "model_expresses": float(rows["weight"][by_model].sum()),
        "rival_expresses": float(rows["weight"][by_rival].sum()),
        "compared": float(both["weight"].sum()),
    }
    for whose, before in (("model", ""), ("rival", "rival_")):
        hit, narrow = (both[f"{before}{name}"].astype(bool) for name in ("hit", "narrow"))
        found[f"{whose}_hits"] = float(both["weight"][hit].sum())
        found[f"{whose}_narrow_hits"] = float(both["weight"][hit & narrow].sum())
    for column in ("score", "interval_score"):
        for whose, own in (("model", column), ("rival", f"rival_{column}")):
            found[f"{whose}_{column}"] = _mean(both[own], both["weight"])
    return found | {"says": sentence(found)}


def _mean(scores: pd.Series, weights: pd.Series) -> float:
    return float(np.average(scores.astype(float), weights=weights)) if len(scores) else float("nan")


def sentence(found: Mapping[str, Any]) -> str:
    """Return who does better in a group of figures, whichever it is.

    Examples
    --------
    >>> row = {"group": "fitted", "compared": 4.0, "model_expresses": 9.0, "rival_expresses": 4.0}
    >>> row |= {"model_score": 0.2, "model_hits": 1.0, "model_narrow_hits": 1.0, "model_interval_score": 2.5}
    >>> row |= {"rival_score": 0.1, "rival_hits": 3.0, "rival_narrow_hits": 0.0, "rival_interval_score": 0.9}
    >>> print(sentence(row).replace("; ", "\\n"))
    fitted: the rival does better, with a score of 0.1 against 0.2 of the model
    the model hits 1 (1 by a narrow interval, interval score 2.5)
    the rival hits 3 (0 by a narrow interval, interval score 0.9)
    both express 4 figures (the model 9, the rival 4).
    """
    model, rival = found["model_score"], found["rival_score"]
    express = f"(the model {number(found['model_expresses'])}, the rival {number(found['rival_expresses'])})"
    if not np.isfinite(model) or not np.isfinite(rival):
        return f"{found['group']}: no figure is expressed by both {express}."
    if abs(model - rival) <= ALIKE * max(model, rival):
        verdict = f"the model and the rival do alike, with scores of {number(model)} and {number(rival)}"
    else:
        better, other = ("model", "rival") if model < rival else ("rival", "model")
        best, worst = sorted((model, rival))
        verdict = f"the {better} does better, with a score of {number(best)} against {number(worst)} of the {other}"
    hits = "; ".join(_hits(found, whose) for whose in ("model", "rival"))
    return f"{found['group']}: {verdict}; {hits}; both express {number(found['compared'])} figures {express}."


def _hits(found: Mapping[str, Any], whose: str) -> str:
    scored = number(found[f"{whose}_interval_score"])
    interval = f", interval score {scored}" if scored else ""
    narrow = f"{number(found[f'{whose}_narrow_hits'])} by a narrow interval"
    return f"the {whose} hits {number(found[f'{whose}_hits'])} ({narrow}{interval})"
