"""History as small multiples: simulated series with their fan, and published figures where they exist.

A panel is a quantity by month, a programme's quantity by fiscal year, or a state. A published figure is drawn over its own
days, as a number a month or a year, with its range. Held-out figures are drawn hollow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from enforcement_sim.plots import frame, style
from enforcement_sim.studies.validation.held_out_targets import every_target
from enforcement_sim.studies.validation.history_series import OF_STATES
from enforcement_sim.studies.validation.scorecard import Validation
from enforcement_sim.studies.validation.scores import Forecast
from enforcement_sim.studies.validation.targets import HELD_OUT, Target

FIRST_MONTH = pd.Timestamp("2008-01-01")
"""Monthly panels begin here: before Secure Communities there is little that was published by month."""

YEAR_DAYS, MONTHS_A_YEAR = 365.25, 12
FEW_POINTS = 15
"""Points of a panel that are marked one by one."""

PUBLISHED_COLOUR, FAN_COLOUR, HELD_OUT_COLOUR = style.INK, style.MAIN, "#CC3311"
COLUMNS_OF_PANELS, PANEL_INCHES = 3, 1.9

DETAINERS = (
    *("detainers_2011_10", "detainers_2011_11", "detainers_2013_01", "detainers_fy2008_2011"),
    *(f"detainers_fy{year}" for year in range(2012, 2015)),
)

OF_MONTHS = {
    "matched": ("Prints that matched, by month", ("sc_matches_2009_08",)),
    "detainers": (
        "Detainers as published, by month",
        DETAINERS,
    ),
    "custody": ("Taken into ICE custody, by month", ()),
    "removals": ("Removed or returned, by month", ("interior_removals_fy2013", "interior_removals_fy2014")),
    "sc_removals": (
        "Removed after a match, by month",
        ("sc_removals_fy2009", "sc_removals_fy2010", "sc_removals_fy2011", "sc_removed_fy2012_h1"),
    ),
    "g287_identified": (
        "Identified under 287(g), by month",
        tuple(f"g287_identified_fy{year}" for year in range(2008, 2013)),
    ),
    "g287_removals": (
        "Removed, found under 287(g), by month",
        tuple(f"g287_removed_fy{year}" for year in range(2008, 2014)),
    ),
    "californian_jails": (
        "Detainers of four Californian jails over 2011",
        tuple(f"npr_ca_jails_{year}" for year in (2008, 2009, 2010, 2012, 2013, 2014)),
    ),
    "cap_detainers": ("Criminal Alien Program: detainers", ()),
}
"""Series of the monthly figure -> its title, and the published figures drawn in it."""

OF_PROGRAMMES = {
    "sc_detainers": ("Secure Communities: detainers", ()),
    "sc_removals": ("Secure Communities: removals", OF_MONTHS["sc_removals"][1]),
    "cap_detainers": ("Criminal Alien Program: detainers", ()),
    "cap_removals": ("Criminal Alien Program: removals", ()),
    "g287_identified": ("287(g): identified", tuple(f"g287_identified_fy{year}" for year in range(2007, 2013))),
    "g287_removals": ("287(g): removals", tuple(f"g287_removed_fy{year}" for year in range(2007, 2014))),
}
"""Series of the figure by programme and fiscal year -> its title, and the published figures drawn in it."""


def national_months(found: Validation) -> frame.Plot:
    """Draw what was simulated for the nation by month, with the published figures.

    Parameters
    ----------
    found : Validation
        From :func:`enforcement_sim.studies.validation.scorecard.validate`.

    Returns
    -------
    Plot
        A Matplotlib figure; its ``numbers`` have ``panel``, ``time``, ``middle``, ``low`` and ``high`` over the runs.

    Examples
    --------
    >>> import pandas as pd
    >>> from enforcement_sim.studies.validation.scorecard import Validation
    >>> months = pd.date_range("2008-01-01", "2014-09-01", freq="MS")
    >>> series = pd.concat([pd.DataFrame({"run": run, "series": "detainers", "state": "", "time": months, "count": 2e4 * run})
    ...     for run in (1, 2)])
    >>> figure = national_months(Validation(pd.DataFrame(), 2, "sets", series))
    >>> figure.numbers["middle"].unique().tolist()
    [30000.0]
    """
    nation = found.series[(found.series["state"] == "") & (found.series["time"] >= FIRST_MONTH)]
    numbers = fans(nation[nation["series"].isin(OF_MONTHS)], "series")
    titles = {name: title for name, (title, _) in OF_MONTHS.items()}
    days = YEAR_DAYS / MONTHS_A_YEAR
    return draw(
        "The nation by month", numbers, titles, found, {name: ids for name, (_, ids) in OF_MONTHS.items()}, days
    )


def programme_years(found: Validation) -> frame.Plot:
    """Draw what was simulated for each programme by fiscal year, with the published figures; as :func:`national_months`.

    Examples
    --------
    >>> import pandas as pd
    >>> from enforcement_sim.studies.validation.scorecard import Validation
    >>> months = pd.date_range("2008-10-01", "2010-09-01", freq="MS")
    >>> series = pd.DataFrame({"run": 1, "series": "sc_removals", "state": "", "time": months, "count": 10.0})
    >>> programme_years(Validation(pd.DataFrame(), 1, "seeds", series)).numbers["middle"].tolist()
    [120.0, 120.0]
    """
    rows = found.series[found.series["series"].isin(OF_PROGRAMMES) & (found.series["state"] == "")]
    begins = rows["time"] - pd.offsets.DateOffset(months=9)
    year = pd.to_datetime([f"{time.year}-10-01" for time in begins])
    yearly = rows.assign(time=year).groupby(["run", "series", "time"])["count"].sum().reset_index()
    numbers = fans(yearly, "series")
    titles = {name: title for name, (title, _) in OF_PROGRAMMES.items()}
    ids = {name: ids for name, (_, ids) in OF_PROGRAMMES.items()}
    return draw("Programmes by fiscal year", numbers, titles, found, ids, YEAR_DAYS)


def state_custody(found: Validation) -> frame.Plot:
    """Draw ICE custody by detainer for each state and fiscal year, with what was published over all years.

    The published share is of fiscal 2003 to 2016 together; nothing is published for a state and a year. As
    :func:`national_months`.

    Examples
    --------
    >>> import pandas as pd
    >>> from enforcement_sim.studies.validation.scorecard import Validation
    >>> year = pd.Timestamp("2009-10-01")
    >>> series = pd.DataFrame({"run": 1, "series": ["detainers", "custody"], "state": "TX", "time": year, "count": [10.0, 5.0]})
    >>> state_custody(Validation(pd.DataFrame(), 1, "seeds", series)).numbers["middle"].tolist()
    [0.5]
    """
    counts = _by_state(found)
    return _states("ICE custody by detainer", counts["custody"] / counts["detainers"], "custody_by_state", found)


def state_detainers(found: Validation) -> frame.Plot:
    """Draw each state's share of the detainers by fiscal year, with what was published over all years; as
    :func:`state_custody`.

    Examples
    --------
    >>> import pandas as pd
    >>> from enforcement_sim.studies.validation.scorecard import Validation
    >>> year = pd.Timestamp("2009-10-01")
    >>> series = pd.DataFrame({"run": 1, "series": "detainers", "state": ["TX", "DE"], "time": year, "count": [10.0, 30.0]})
    >>> state_detainers(Validation(pd.DataFrame(), 1, "seeds", series)).numbers["middle"].tolist()
    [0.25]
    """
    counts = _by_state(found)["detainers"]
    shares = counts / counts.groupby(["run", "time"]).transform("sum")
    return _states("Share of the nation's detainers", shares, "detainers_by_state", found)


def _by_state(found: Validation) -> pd.DataFrame:
    rows = found.series[found.series["state"] != ""]
    wide = rows.pivot_table(index=["run", "state", "time"], columns="series", values="count", aggfunc="sum")
    return wide.reindex(columns=list(OF_STATES)).astype(float)


def _states(what: str, shares: pd.Series, vector: str, found: Validation) -> frame.Plot:
    ids = {one.scope.members[0]: (one.id,) for one in every_target().values() if one.vector == vector}
    rows = shares.rename("count").reset_index()
    chosen = rows[rows["state"].isin(ids) & rows["count"].notna()]
    title = f"{what}, by state and fiscal year; published over fiscal 2003 to 2016"
    return draw(title, fans(chosen, "state"), {state: state for state in ids}, found, ids, None)


MULTIPLES: dict[str, Callable[[Validation], frame.Plot]] = {
    "months": national_months,
    "programmes": programme_years,
    "state-custody": state_custody,
    "state-detainers": state_detainers,
}
"""Name of a figure -> its function."""


def fans(rows: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Return the middle and the interval over runs by panel and time."""
    found = [
        {"panel": name, "time": time, **dict(zip(("middle", "low", "high"), _interval(group), strict=True))}
        for (name, time), group in rows.groupby([panel, "time"], sort=True)["count"]
    ]
    return pd.DataFrame(found, columns=["panel", "time", "middle", "low", "high"])


def _interval(counts: pd.Series) -> tuple[float, float, float]:
    return Forecast(counts.to_numpy(float)).interval


@frame.styled
def draw(
    title: str,
    numbers: pd.DataFrame,
    titles: Mapping[str, str],
    found: Validation,
    published: Mapping[str, Sequence[str]],
    days: float | None,
) -> frame.Plot:
    """Draw a panel for each title with its fan and published figures, as counts in so many days; as they are for None."""
    lines = -(-len(titles) // COLUMNS_OF_PANELS)
    figure = frame.framed(
        (frame.WIDTH, lines * PANEL_INCHES),
        title,
        f"Simulated: middle and {found.interval_in_words}. Published figures over their own days, with their ranges.",
        "Simulated, not a record. A published total is drawn as the mean of its days. Hollow: held out, never fitted.",
        1,
        numbers,
    )
    panels = figure.subplots(lines, COLUMNS_OF_PANELS, squeeze=False).ravel()
    targets = every_target()
    for axes, name in zip(panels, titles, strict=False):
        _panel(axes, numbers[numbers["panel"] == name], titles[name])
        for figure_id in published.get(name, ()):
            _published(axes, targets[figure_id], days)
    for axes in panels[len(titles) :]:
        axes.set_visible(False)
    frame.legend(
        figure,
        {
            "simulated": frame.key(FAN_COLOUR, "", line="-"),
            "its interval": Patch(color=FAN_COLOUR, alpha=0.25),
            "published": frame.key(PUBLISHED_COLOUR, "", line="-"),
            "held out": frame.key(HELD_OUT_COLOUR, "", line="--"),
        },
    )
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    time = [_year(day) for day in rows["time"]]
    axes.fill_between(time, rows["low"].tolist(), rows["high"].tolist(), color=FAN_COLOUR, alpha=0.25, linewidth=0)
    marker = "o" if len(time) < FEW_POINTS else ""
    axes.plot(time, rows["middle"].tolist(), color=FAN_COLOUR, linewidth=1.2, marker=marker, markersize=3)
    frame.heading(axes, title)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylim(bottom=0.0)
    if time:
        axes.set_xlim(min(time) - 0.25, max(time) + 0.5)


def _published(axes: Axes, target: Target, days: float | None) -> None:
    """Draw a published figure over its days, as far as the panel shows them."""
    first, last = _year(target.start), _year(target.end) + 1.0 / YEAR_DAYS
    scale = 1.0 if days is None or target.unit == "ratio" else days / ((last - first) * YEAR_DAYS)
    left, right = axes.get_xlim()
    start, end = max(first, left), min(last, right)
    low, value, high = target.low * scale, target.value * scale, target.high * scale
    held = target.bin == HELD_OUT
    colour = HELD_OUT_COLOUR if held else PUBLISHED_COLOUR
    axes.plot([start, end], [value, value], color=colour, linewidth=1.4, linestyle="--" if held else "-")
    alpha, face = (0.5, "none") if held else (0.15, colour)
    axes.add_patch(Rectangle((start, low), end - start, high - low, alpha=alpha, facecolor=face, edgecolor=colour))
    axes.set_ylim(top=max(axes.get_ylim()[1], high * 1.05))


def _year(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / YEAR_DAYS
