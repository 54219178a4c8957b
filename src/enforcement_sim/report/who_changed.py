"""Who changed, as tables and two figures: what became of the same bookings, and by what their lives part.

The matrix has A's ends as rows and B's as columns, so that what did not change stands on the diagonal; the bars say by
which decision or capacity lives part, the policy's own doing apart from its effect on others. Nothing is computed here
but shares of what was counted.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from enforcement_sim.amounts import Written, ends_in_words, signed
from enforcement_sim.csv_text import csv_text
from enforcement_sim.custody.fates import FATES
from enforcement_sim.errors import InputError
from enforcement_sim.experiment.parting import CAUSES, DIRECT, KNOCK_ON
from enforcement_sim.experiment.run import run_id
from enforcement_sim.experiment.store import readable_json
from enforcement_sim.experiment.who_changed import CHANGES, EVERYONE, WhoChanged
from enforcement_sim.law.adherence import rules_followed
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.report import intervals, style, words
from enforcement_sim.report.folder import provenance_of
from enforcement_sim.report.provenance import Provenance, save

__all__ = [
    "about",
    "cause_rows",
    "draw_causes",
    "draw_fates",
    "end_rows",
    "fate_rows",
    "refuse_full",
    "rules_followed_in",
    "write",
]

REACH_COLOURS = {DIRECT: "#0072B2", KNOCK_ON: "#E69F00"}
REACH_WORDS = {
    DIRECT: "decided about the booking itself",
    KNOCK_ON: "through others, or an earlier booking of the person",
}
MOST_CAUSES = 14
MOST_CHANGES = 3
"""Causes drawn, and settings named under a title."""
_CHANGED = LinearSegmentedColormap.from_list("changed", ["#eef4fa", "#5b9bd0", "#08306b"])
_SAME = "#f1f1f1"
_HALF = 0.5


def about(found: WhoChanged) -> Provenance:
    """Where the numbers come from."""
    runs = tuple(run_id(side, seed, found.engine_version) for side in (found.a, found.b) for seed in found.seeds)
    meta = {"engine_version": found.engine_version}
    worlds = [found.a.resolved(), found.b.resolved()]
    named = provenance_of(worlds[0], meta, runs, found.seeds, settings=2, worlds=worlds)
    both = f"{found.a.name} (A) and {found.b.name} (B)"
    return Provenance(**{**vars(named), "scenario": both})


def sides(found: WhoChanged) -> str:
    """A and B in one line."""
    changed = "; ".join(found.changed[:MOST_CHANGES]) or "nothing"
    if len(found.changed) > MOST_CHANGES:
        changed += f"; and {len(found.changed) - MOST_CHANGES} more settings"
    plain = found.a.resolved()
    told = f"A: {found.a.name}. B: {found.b.name}. They differ in: {changed}. Places: {places_in_words(plain)}."
    return f"{told} {alone_in_words(plain)}".strip()


def end_rows(found: WhoChanged) -> pd.DataFrame:
    """How many of everyone's bookings end each way under A and under B, with the paired difference."""
    frame = found.differences()
    return pd.DataFrame(
        [
            [
                words.fate(row["fate"]),
                _mean(row["a"]),
                _mean(row["b"]),
                signed(style.whole)(row["difference"]),
                _ends_of(row, signed(style.whole)),
            ]
            for row in frame[frame["dimension"] == EVERYONE].to_dict("records")
        ],
        columns=["End", "A", "B", "B \N{MINUS SIGN} A", "95% interval"],
    )


def fate_rows(found: WhoChanged) -> pd.DataFrame:
    """Everyone's bookings that end differently: a row for each end under A and end under B, the most frequent first."""
    frame = found.fates()
    moved = frame[(frame["dimension"] == EVERYONE) & (frame["fate_a"] != frame["fate_b"])]
    return pd.DataFrame(
        [
            [words.fate(row["fate_a"]), words.fate(row["fate_b"]), _mean(row["mean"]), _ends_of(row, style.whole)]
            for row in moved.sort_values("mean", ascending=False, kind="stable").to_dict("records")
        ],
        columns=["Under A", "Under B", "Bookings", "95% interval"],
    )


def cause_rows(found: WhoChanged) -> pd.DataFrame:
    """By what lives part: a row for each cause, rule and next events, the most frequent first."""
    rows = []
    for row in found.partings().to_dict("records"):
        rules = f"{row['rule_a']} / {row['rule_b']}" if row["rule_a"] != row["rule_b"] else row["rule_a"]
        rows.append(
            [
                _cause(row["cause"]),
                words.CHANGES[row["change"]],
                f"{_event(row['event_a'])} / {_event(row['event_b'])}",
                rules,
                _mean(row["mean"]),
                _ends_of(row, style.whole),
            ]
        )
    return pd.DataFrame(
        rows, columns=["Parted by", "What changes", "Next event, A / B", "Rule, A / B", "Bookings", "95% interval"]
    )


def rules_followed_in(found: WhoChanged) -> list[str]:
    """How closely each rule is followed that lives part by, under A and under B; a line each.

    A rule that a scenario does not lay over history is followed as its parameters have it.
    """
    frame = found.partings()
    told = []
    for letter, world in (("A", found.a), ("B", found.b)):
        named = dict.fromkeys(name for name in frame[f"rule_{letter.lower()}"] if name)
        laid = [change.written() for change in world.changes]
        by_history = [{"rule": name} for name in named if all(change["rule"] != name for change in laid)]
        told += [
            f"{letter}: {one.rule.id}: {one.words}."
            for one in rules_followed([([*laid, *by_history], world.parameters)])
            if one.rule.id in named
        ]
    return told


@style.styled
def draw_fates(found: WhoChanged) -> Figure:
    """Draw the matrix of ends under A and under B."""
    frame = found.fates()
    frame = frame[frame["dimension"] == EVERYONE]
    rows = columns = _ends(frame, "fate_a", "fate_b")
    means = frame.pivot_table(index="fate_a", columns="fate_b", values="mean").reindex(index=rows, columns=columns)
    total = float(frame["mean"].sum())
    moved = float(frame.loc[frame["fate_a"] != frame["fate_b"], "mean"].sum())
    figure = style.framed_figure(
        max(7.5, 2.6 + 0.86 * len(columns)),
        1.7 + 0.36 * len(rows),
        f"What became of the same bookings: {_share(moved, total)} end differently",
        f"{sides(found)} Rows: how a booking ends under A. Columns: how the same booking ends under B. Grey: the same end.",
        about(found).caption(
            "",
            f"{style.whole(total)} bookings of the period that a programme could touch in at least one of the two, a mean "
            "over seeds; intervals are in the tables. Not booked: the person was away, or there was no such booking.",
        ),
    )
    axes = figure.subplots()
    values = means.to_numpy(dtype=float)
    same = np.array([[a == b for b in columns] for a in rows])
    changed = np.ma.masked_invalid(np.where(same, np.nan, values))
    largest = float(changed.max()) if changed.count() else 1.0
    axes.pcolormesh(changed, cmap=_CHANGED, norm=PowerNorm(_HALF, 0, largest), edgecolor="white", linewidth=1.5)
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        if same[row, column]:
            axes.fill_between([column, column + 1], row, row + 1, color=_SAME, linewidth=0)
        dark = not same[row, column] and (value / largest) ** _HALF > _HALF
        colour = "white" if dark else style.QUIET if same[row, column] else style.INK
        axes.text(column + _HALF, row + _HALF, _mean(value), ha="center", va="center", color=colour, size=8.5)
    axes.set_xticks(np.arange(len(columns)) + _HALF, [words.fate(name).replace(" ", "\n", 1) for name in columns])
    axes.set_yticks(np.arange(len(rows)) + _HALF, [words.fate(name) for name in rows])
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("Under B", weight="bold")
    axes.set_ylabel("Under A", weight="bold")
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


@style.styled
def draw_causes(found: WhoChanged) -> Figure:
    """Draw by which decision or capacity lives part, a panel for each kind of change."""
    frame = found.causes()
    totals = frame.groupby("cause", sort=False)["mean"].sum().sort_values(ascending=False)
    names = list(totals.index[:MOST_CAUSES])
    changes = [change for change in CHANGES if change in set(frame["change"])] or [CHANGES[0]]
    left_out = "" if len(totals) <= MOST_CAUSES else f" The {len(totals) - MOST_CAUSES} rarest causes are left out."
    figure = style.framed_figure(
        10.5,
        1.0 + 0.3 * max(2, len(names)),
        "By which decision the lives of the same people part",
        f"{sides(found)} Bookings whose lives differ, by the first decision or capacity that fell differently.",
        about(found).caption("Whiskers", f"Each panel has a scale of its own.{left_out}"),
        legend_lines=1,
    )
    panels = figure.subplots(1, len(changes), sharey=True, squeeze=False)[0]
    places = {name: -place for place, name in enumerate(names)}
    for axes, change in zip(panels, changes, strict=True):
        part = frame[(frame["change"] == change) & frame["cause"].isin(names)]
        at = [places[name] for name in part["cause"]]
        axes.barh(
            at, part["mean"], height=0.66, color=[REACH_COLOURS.get(reach, style.QUIET) for reach in part["reach"]]
        )
        axes.errorbar(
            part["mean"],
            at,
            xerr=intervals.whiskers(part),
            fmt="none",
            ecolor=style.INK,
            elinewidth=1.1,
            capsize=2.5,
        )
        ends = part["high"].fillna(part["mean"])
        widest = float(ends.max()) if len(part) else 1.0
        for place, mean, end in zip(at, part["mean"], ends, strict=True):
            axes.text(end + 0.02 * widest, place, _mean(mean), va="center", size=8.0, color=style.QUIET)
        axes.set_xlim(0, 1.22 * widest)
        axes.set_title(words.CHANGES[change], loc="left", weight="bold")
        axes.set_xlabel("bookings")
        axes.xaxis.set_major_formatter(style.COUNTS)
        axes.locator_params(axis="x", nbins=4)
        style.only_grid(axes, "x")
    panels[0].set_yticks(list(places.values()), [_cause(name) for name in names])
    panels[0].set_ylim(-len(names) + _HALF, _HALF)
    seen = [reach for reach in REACH_COLOURS if reach in set(frame["reach"])]
    style.legend(
        figure,
        [Patch(color=REACH_COLOURS[reach]) for reach in seen],
        [REACH_WORDS[reach] for reach in seen],
        columns=len(REACH_COLOURS),
    )
    return figure


def write(found: WhoChanged, folder: Path) -> list[Path]:
    """Write the tables as CSV and the figures into a new folder, whole or not at all.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    """
    refuse_full(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".who-changed-", dir=folder.parent))
    try:
        tables = {
            "fates": found.fates(),
            "differences": found.differences(),
            "partings": found.partings(),
            "causes": found.causes(),
        }
        for name, frame in tables.items():
            (made / f"{name}.csv").write_bytes(csv_text(frame).encode())
        (made / "about.json").write_bytes(readable_json(found.about()))
        everyone = tables["fates"][tables["fates"]["dimension"] == EVERYONE]
        save(draw_fates(found), made / "figures", "who-changed-fates", everyone, about(found))
        if len(tables["causes"]):
            save(draw_causes(found), made / "figures", "who-changed-causes", tables["causes"], about(found))
        made.chmod(0o755)  # as a folder made plainly; the temporary one is private
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return sorted(path for path in folder.rglob("*") if path.is_file())


def refuse_full(folder: Path) -> None:
    """Refuse a folder that holds anything.

    Raises
    ------
    InputError
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not empty: choose another folder (or move this one away)", key="--out")


def _mean(mean: float) -> str:
    """A mean number of bookings, whole; few are not none."""
    return style.whole(mean) if mean >= 1 or mean == 0 else "<1"


def _ends_of(row: Mapping[Any, Any], written: Written) -> str:
    """The ends of an interval, if there is one."""
    return ends_in_words(row["low"], row["high"], written)


def _ends(frame: pd.DataFrame, *sides: str) -> list[str]:
    """The ends that occur, in their usual order."""
    seen = {name for side in sides for name in frame[side]}
    return [name for name in FATES if name in seen]


def _cause(name: str) -> str:
    return next((cause.words for cause in CAUSES.values() if cause.name == name), words.spelt_out(name).capitalize())


def _event(name: str) -> str:
    return words.event(name) if name else "nothing more"


def _share(part: float, whole: float) -> str:
    if whole == 0 or part == 0:
        return "none"
    return f"{100 * part / whole:.2g}%"
