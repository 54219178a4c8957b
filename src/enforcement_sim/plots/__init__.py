"""Figures as functions: each takes a result, a sweep, a comparison or what a study returns, and gives a Matplotlib figure.

    from enforcement_sim import load_sweep, plots

    figure = plots.response(load_sweep("out/hold-and-opt-out"))
    plots.save(figure, "figures", "response")

Every figure says what was run, where and when, that it is simulated, and what its intervals mean; a programme has the same
colour everywhere. A figure carries the numbers drawn (``numbers``) and their origin (``about``), which :func:`save` writes
beside the picture. Nothing here starts a run.
"""

from enforcement_sim.plots.captions import Provenance
from enforcement_sim.plots.compared import compared
from enforcement_sim.plots.differences import response
from enforcement_sim.plots.frame import DOTS_PER_INCH, Plot, save
from enforcement_sim.plots.indices import importance
from enforcement_sim.plots.maps import county_map
from enforcement_sim.plots.months import throughput
from enforcement_sim.plots.outcome_changes import first_differences, who_changed
from enforcement_sim.plots.programmes import funnel, mix, mix_by_setting
from enforcement_sim.plots.sources import about_results
from enforcement_sim.plots.stays import stay
from enforcement_sim.plots.study_figures import study
from enforcement_sim.plots.time_lines import over_time
from enforcement_sim.plots.two_sweeps import two_sweeps

__all__ = [
    "DOTS_PER_INCH",
    "Plot",
    "Provenance",
    "about_results",
    "compared",
    "county_map",
    "first_differences",
    "funnel",
    "importance",
    "mix",
    "mix_by_setting",
    "over_time",
    "response",
    "save",
    "stay",
    "study",
    "throughput",
    "two_sweeps",
    "who_changed",
]
