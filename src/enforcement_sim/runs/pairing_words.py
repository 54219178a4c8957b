"""How the runs of a comparison were paired, and what its intervals mean, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from enforcement_sim.notebook import SIMULATED
from enforcement_sim.results.intervals import branch_of
from enforcement_sim.runs.design import Sample

METHOD = (
    "Differences are taken seed by seed (the same synthetic people under both settings); 95% intervals, Student's t "
    "over seeds. They reflect variation over seeds, not uncertainty about parameters. Of many rows, about one in "
    "twenty would show a difference by chance alone."
)
METHOD_OF_ONE = (
    "Differences are taken seed by seed (the same synthetic people under both settings); one run of each setting gives no "
    "interval, so the direction is not known."
)
METHOD_OF_DRAWS = (
    "Differences are taken branch by branch (the same parameters and the same synthetic people under both settings). "
    "Intervals reflect uncertainty about the parameters drawn and variation over seeds: {spread}, widened by the 95% "
    "interval over seeds (Student's t). They reflect no other uncertainty."
)
GAIN = "Pairing gain: how many times smaller the variance {over}of a difference is than between unrelated runs."
OWN_DRAW = (
    "Each setting met a draw of the uncertain parameters of its own, and is compared with the reference under that draw: "
    "settings are not under the same assumptions."
)
SPREAD, WHOLE_RANGE = "the middle 95% of the draws' differences", "the whole range of the draws' differences"
ENOUGH_DRAWS = 39
"""With fewer draws, the middle 95% cannot be estimated."""


def spread_of(sets: int) -> str:
    """Return what an interval over sets of parameters is, in words.

    Examples
    --------
    >>> spread_of(12), spread_of(40)
    ('their whole range', 'the middle 95%')
    """
    return "the middle 95%" if sets >= ENOUGH_DRAWS else "their whole range"


def method_in_words(samples: Sequence[Sample], draws: int, gain: bool) -> str:
    """Return the number of runs and seeds, and the meaning of the intervals.

    Parameters
    ----------
    samples : sequence of Sample
        The reference first.
    draws : int
        Number of draws over which a setting is compared; 1 if none is drawn, or each setting has its own.
    gain : bool
        Whether the table has the column of the pairing gain.

    Examples
    --------
    >>> from enforcement_sim.runs.design import Sample
    >>> one = Sample({}, {1: {"removed": 10.0}})
    >>> method_in_words([one, one], 1, gain=False).partition(".")[0]
    '2 runs (seed 1 for each of 2 settings)'
    """
    branches = {branch_of(key) for sample in samples for key in sample.measures}
    seeds = sorted({branch.seed for branch in branches})
    runs = sum(len(sample.measures) for sample in samples)
    listed = f"seed {seeds[0]}" if len(seeds) == 1 else f"{len(seeds)} seeds"
    about_gain = f"{GAIN.format(over='' if draws == 1 else 'over seeds ')} " if gain else ""
    if draws == 1:
        matched = f"{OWN_DRAW} " if samples[0].draws > 1 else ""
        settings = len(samples)
        method = METHOD if len(branches) > 1 else METHOD_OF_ONE
        about_gain = about_gain if len(branches) > 1 else ""
        return f"{runs} runs ({listed} for each of {settings} settings). {matched}{method} {about_gain}{SIMULATED}"
    method = METHOD_OF_DRAWS.format(spread=SPREAD if draws >= ENOUGH_DRAWS else WHOLE_RANGE)
    listed = f"{len(samples)} settings, {draws} draws of uncertain parameters, {listed}"
    return f"{runs} runs ({listed}). {method} {about_gain}{SIMULATED}"
