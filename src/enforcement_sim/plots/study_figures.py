"""The main figure of a study's object: a card, an answer, a gap, a scorecard, the results of a design.

Every study draws its own figure, in the module ``figure`` of its folder; here is the one name for all of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from enforcement_sim.plots.frame import Plot
from enforcement_sim.plots.sources import not_drawn

STUDIES = "enforcement_sim.studies."
WANTED = "what a study returns, such as a card, an answer, a gap, a scorecard or the results of a design"


def study(found: object) -> Plot:
    """Draw the main figure of what a study returns.

    Parameters
    ----------
    found : object
        A card (``cards_of``), an answer (``answer``), a gap (``split``), a scorecard (``validate``), the results of a research
        design (``results_of``) or a check of the calibration.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` are those that the study's own function documents.

    Raises
    ------
    InputError
        If no study draws such an object.

    Examples
    --------
    >>> import pandas as pd
    >>> from enforcement_sim import plots
    >>> from enforcement_sim.studies.validation.scorecard import Validation
    >>> row = {"bin": "fit", "measures": "Detainers a year", "published": 10.0, "low": 8.0, "high": 12.0, "verdict": "inside",
    ...     "simulated": 11.0, "simulated_low": 10.0, "simulated_high": 12.0, "vector": "", "weight": 1.0}
    >>> figure = plots.study(Validation(pd.DataFrame([row]), runs=4, of="seeds"))
    >>> float(figure.numbers["place"].iloc[0])
    0.5
    """
    folder, _, _ = type(found).__module__.rpartition(".")
    if not folder.startswith(STUDIES) or find_spec(f"{folder}.figure") is None:
        raise not_drawn(found, WANTED)
    for draw in vars(import_module(f"{folder}.figure")).values():
        if _draws(draw, type(found).__name__):
            return cast(Callable[[object], Plot], draw)(found)
    raise not_drawn(found, WANTED)


def _draws(draw: object, name: str) -> bool:
    """Return whether something is a function that makes a figure of an object of this type alone."""
    if not inspect.isfunction(draw) or draw.__name__.startswith("_"):
        return False
    signature = inspect.signature(draw)
    taken = list(signature.parameters.values())
    alone = bool(taken) and all(one.default is not inspect.Parameter.empty for one in taken[1:])
    return alone and taken[0].annotation == name and signature.return_annotation in ("frame.Plot", "Plot")
