"""Stand-ins for runs of history, so that a scorecard can be made at once."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from enforcement_sim.studies.validation.held_out_targets import every_target
from enforcement_sim.studies.validation.history_series import OF_STATES, SERIES
from enforcement_sim.studies.validation.scorecard import Observed

TARGETS = every_target()


def history(level: float = 1000.0) -> pd.DataFrame:
    """Return the same number in every month of every series, and in every fiscal year of two states."""
    months = pd.date_range("2005-10-01", "2014-09-01", freq="MS")
    years = [pd.Timestamp(f"{year}-10-01") for year in range(2005, 2014)]
    nation = [
        pd.DataFrame({"series": name, "state": "", "time": months, "count": level})
        for name in (*SERIES, "californian_jails")
    ]
    states = [
        pd.DataFrame({"series": name, "state": state, "time": years, "count": level})
        for name in OF_STATES
        for state in ("CA", "TX")
    ]
    return pd.concat([*nation, *states], ignore_index=True)


def agreeing(parameters: Mapping[str, float], seed: int, thin: int) -> Observed:
    """Every figure is what was published."""
    figures = {
        target.id: (None, "why not") if target.not_expressible else (target.value, "") for target in TARGETS.values()
    }
    return Observed(figures, history())
