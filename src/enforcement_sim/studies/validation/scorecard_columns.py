"""What the columns of a scorecard and of its history are: label, unit and meaning."""

from __future__ import annotations

from collections.abc import Mapping

from enforcement_sim.results.data_dictionary import SHARE
from enforcement_sim.runs.labelled_tables import Meaning

_UNIT, _SCORE = "of the figure", "logarithm"
COLUMNS_OF_A_SCORECARD: Mapping[str, Meaning] = {
    "bin": ("Bin", "name", "what the figure is used for: fitted, context, imported or held out"),
    "id": ("Figure", "name", "of the file of published figures"),
    "status": ("Status", "text", "how the figure was known when parameters were chosen"),
    "ahead": ("Ahead", "text", "whether the figure was written down before the model was compared with it"),
    "subject": ("Subject", "name", "what the figure is about"),
    "vector": ("Vector", "name", "of which the figure is one value; empty for a figure alone"),
    "weight": ("Weight", SHARE, "how much the figure counts; the values of a vector count as one figure together"),
    "measures": ("Measures", "text", "what the figure counts"),
    "scope": ("Place", "text", "for which the figure was published"),
    "published_from": ("From", "date", "first day of the figure"),
    "published_to": ("To", "date", "last day of the figure"),
    "published": ("Published", _UNIT, "as published"),
    "low": ("Low end", _UNIT, "of the range within which a simulated value is no miss"),
    "high": ("High end", _UNIT, "of the range within which a simulated value is no miss"),
    "unit": ("Unit", "text", "of the figure"),
    "simulated": ("Simulated", _UNIT, "the middle of the runs"),
    "simulated_low": ("Simulated, low end", _UNIT, "of the predictive interval"),
    "simulated_high": ("Simulated, high end", _UNIT, "of the predictive interval"),
    "verdict": ("Verdict", "text", "inside, below or above the range, or not expressible yet"),
    "share_inside": ("Share inside", SHARE, "of sets of parameters, or of seeds, inside the range"),
    "hit": ("Hit", "yes or no", "whether the predictive interval holds the published value"),
    "narrow": ("Narrow", "yes or no", "whether the interval is narrow enough to say something"),
    "score": ("Score", _SCORE, "continuous ranked probability score: 0 is best"),
    "interval_score": ("Interval score", _SCORE, "width of the interval and a penalty for a miss: 0 is best"),
    "previous": ("Previous score", _SCORE, "of the release before"),
    "rival": ("Rival", _UNIT, "the middle of the rival with ten parameters and no people"),
    "rival_low": ("Rival, low end", _UNIT, "of the rival's interval"),
    "rival_high": ("Rival, high end", _UNIT, "of the rival's interval"),
    "rival_hit": ("Rival's hit", "yes or no", "whether the rival's interval holds the published value"),
    "rival_narrow": ("Rival narrow", "yes or no", "whether the rival's interval is narrow enough to say something"),
    "rival_score": ("Rival's score", _SCORE, "as the score of the model"),
    "rival_interval_score": ("Rival's interval score", _SCORE, "as the interval score of the model"),
    "funnel": ("Funnel", "yes or no", "whether it is a ratio of two stages of the funnel"),
    "note": ("Note", "text", "on the comparison"),
    "citation": ("Citation", "text", "of the published figure"),
    "series": ("Series", "name", "of history"),
    "state": ("State", "postal code", "or the nation"),
    "time": ("Time", "year or month", "of the count"),
    "count": ("Count", "people", "in the series at that time"),
    "run": ("Run", "number", "counts the sets or seeds from 1"),
}
