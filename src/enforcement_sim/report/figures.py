"""All figures of a finished sweep, or of one result, drawn into a folder.

This is the room's front door: it chooses which figure shows what (the reference setting for the funnel, the monthly
throughput, the mix and the map; every setting for the response, the mix across settings, the stay and the cards), and
leaves the drawing to the module of each figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure

from enforcement_sim.evidence.card import cards_of
from enforcement_sim.experiment.compare import StoredPoint
from enforcement_sim.experiment.run import run_id
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.report import card, county_map, funnel, mix, response, stay, throughput
from enforcement_sim.report.folder import Drawable, provenance_of
from enforcement_sim.report.provenance import Provenance, save
from enforcement_sim.scenario.assemble import assemble

if TYPE_CHECKING:
    from enforcement_sim.results import Result

__all__ = ["DEFINITIONS", "draw_all", "draw_result", "save"]

DEFINITIONS = {"mix-levels-2010": "ice-levels-2010", "mix-charge": "charge"}
"""File name of a mix figure to the definition it is drawn under."""

ACROSS_DEFINITION, ACROSS_STAGE = "ice-levels-2010", "removed"
"""Definition and stage at which the mix is compared across settings."""

MAPPED_EVENT = "removed"
_MOST_SETTINGS = 12

MOST_FOR_CARDS = 20_000
"""Cards read every run whole, so they come with a sweep's figures only up to so many runs times counties; beyond it
``enforcement-sim card FOLDER`` makes them when asked."""


def draw_all(folder: Path | str) -> list[Path]:
    """Draw every figure of a finished sweep.

    Parameters
    ----------
    folder : Path or str
        The results folder of a sweep; the figures go to its ``figures``.

    Returns
    -------
    list of Path
        The PNG, SVG and CSV files written.

    Raises
    ------
    InputError
        If the folder holds no finished sweep.
    """
    drawable = Drawable.read(folder)
    home = Path(folder) / "figures"
    scenario = drawable.sweep.manifest["scenario"]
    reference = drawable.reference
    frames = {name: drawable.table(name, [reference]) for name in ("funnel", "series", "mix")}
    counties = _over_runs(drawable.results(reference))
    about = drawable.about([reference])
    written = _at_one_setting(frames, counties, scenario, about, home, reference_note(drawable))
    points = shown_points(drawable)
    if len(drawable.points) > 1:
        written += _responses(drawable, home)
        written += _mix_across(drawable, points, home)
        written += _cards(drawable, points, home)
    about = drawable.about(points)
    return written + _stay(drawable.table("hours", points), drawable.table("funnel", points), about, home)


def draw_result(result: Result, folder: Path | str) -> list[Path]:
    """Draw the figures of one run: funnel, throughput, mixes, map and stay.

    Parameters
    ----------
    result : Result
        Of one run, so no interval can be drawn; the captions say so.
    folder : Path or str
        Made if missing.

    Returns
    -------
    list of Path
        The PNG, SVG and CSV files written.
    """
    seed, home = int(result.meta["seed"]), Path(folder)
    about = about_results(result)
    mixes = [
        result.mix(stage=stage, by="programme", definition=name).assign(stage=stage, definition=name)
        for stage in mix.STAGES
        for name in DEFINITIONS.values()
    ]
    frames = {
        "funnel": result.funnel(by="programme").assign(seed=seed),
        "series": result.series(by="programme").assign(seed=seed),
        "mix": pd.concat(mixes, ignore_index=True).assign(seed=seed),
    }
    written = _at_one_setting(frames, _over_runs([(seed, result)]), result.meta["scenario"], about, home, "")
    hours = result.hours(by="status_group").assign(seed=seed, setting=about.scenario)
    return written + _stay(hours, frames["funnel"].assign(setting=about.scenario), about, home)


def about_results(*results: Result) -> Provenance:
    """Where results of one scenario come from, for captions and file metadata.

    Parameters
    ----------
    *results : Result
        One or more, of one scenario under different seeds.
    """
    metas = [result.meta for result in results]
    scenario = assemble(metas[0]["scenario"])
    seeds = tuple(int(meta["seed"]) for meta in metas)
    runs = tuple(run_id(scenario, seed, str(metas[0]["engine_version"])) for seed in seeds)
    return provenance_of(metas[0]["scenario"], metas[0], runs, seeds)


def marked_dates(
    scenario: Mapping[str, Any], about: Provenance, places: Iterable[str] | None
) -> tuple[throughput.PolicyDate, ...]:
    """The policy dates to mark in a figure over time of a resolved scenario."""
    changes = {
        name: date.fromisoformat(str(change["from"]))
        for name, change in (scenario.get("changes") or {}).items()
        if change.get("from")
    }
    return throughput.policy_dates(load_rulebook(), about.period, set(places) if places is not None else None, changes)


def _at_one_setting(
    frames: Mapping[str, pd.DataFrame],
    counties: pd.DataFrame,
    scenario: Mapping[str, Any],
    about: Provenance,
    home: Path,
    note: str,
) -> list[Path]:
    """Draw what is shown for one setting only: funnel, throughput, mix by stage and map."""
    everyone = frames["funnel"]
    booked = everyone[everyone["event"] == "booked"].groupby("seed")["count"].sum()
    found = funnel.numbers(everyone)
    bookings = float(booked.mean()) if len(booked) else None
    written = save(funnel.draw(found, about, bookings, note), home, "funnel", found, about)

    places = None if scenario["scope"] == "nation" else {*counties["state"], *counties["fips"]}
    found = throughput.numbers(frames["series"], about.period)
    marks = marked_dates(scenario, about, places)
    written += save(throughput.draw(found, about, marks, note), home, "throughput", found, about)

    definitions = load_definitions()
    for name, definition in DEFINITIONS.items():
        chosen = frames["mix"][frames["mix"]["definition"] == definition]
        found = mix.numbers(chosen, definitions[definition].categories)
        figure = mix.draw(found, definitions[definition].title, about, note=note)
        written += save(figure, home, name, found, about)

    found = county_map.numbers(counties)
    figure = county_map.draw(found, MAPPED_EVENT, county_map.outlines(), about, note)
    return written + save(figure, home, "county-map", found, about)


def drawn_response(
    drawable: Drawable, title: str, names: Sequence[str] = response.MEASURES
) -> tuple[Figure, pd.DataFrame, Provenance] | None:
    """What changes with the swept settings, drawn: the figure, its numbers and where they come from; None without numbers."""
    points, addresses = _on_two_axes(drawable)
    shown = [int(point) for point in points["point"]]
    measures = drawable.measures[drawable.measures["point"].isin(shown) & drawable.measures["measure"].isin(names)]
    if measures.empty:
        return None
    found = response.numbers(measures, points[["point", *addresses]], drawable.reference, names)
    changes = drawable.sweep.manifest["scenario"].get("changes") or {}
    decisions = {name: str(change["decision"]) for name, change in changes.items()}
    about = drawable.about(shown)
    return response.draw(found, addresses, drawable.reference, about, title, decisions), found, about


def _responses(drawable: Drawable, home: Path) -> list[Path]:
    """Draw what changes with the swept settings: the main measures, and the throughput of each programme."""
    written = []
    for name, title, names in (
        ("response", response.TITLE, response.MEASURES),
        ("response-by-programme", response.TITLE_BY_PROGRAMME, response.BY_PROGRAMME),
    ):
        drawn = drawn_response(drawable, title, names)
        if drawn is not None:
            figure, found, about = drawn
            written += save(figure, home, name, found, about)
    return written


def _mix_across(drawable: Drawable, points: list[int], home: Path) -> list[Path]:
    """Draw the mix of one stage at several settings."""
    whole = drawable.table("mix", points)
    chosen = whole[(whole["definition"] == ACROSS_DEFINITION) & (whole["stage"] == ACROSS_STAGE)]
    definition = load_definitions()[ACROSS_DEFINITION]
    found = mix.numbers(chosen, definition.categories, rows="setting")
    about = drawable.about(points)
    figure = mix.draw(found, definition.title, about, rows="setting", stage=ACROSS_STAGE)
    return save(figure, home, "mix-by-setting", found, about)


def _cards(drawable: Drawable, points: list[int], home: Path) -> list[Path]:
    """Draw what each side leads with, for every setting against the reference, where that is quick."""
    others = [point for point in points if point != drawable.reference]
    _, first = next(iter(drawable.results(drawable.reference)))
    if len(drawable.sweep.measures) * len(first.meta["counties"]) > MOST_FOR_CARDS:
        return []
    stored = (StoredPoint(drawable.sweep, point) for point in (drawable.reference, *others))
    written = []
    for point, found in zip(others, cards_of(*stored), strict=True):
        written += save(card.draw(found), home, f"card-{point}", found.frame(), card.about(found))
    return written


def _stay(hours: pd.DataFrame, counted: pd.DataFrame, about: Provenance, home: Path) -> list[Path]:
    """Draw the split of the stay, for one setting or several."""
    found = stay.numbers(hours, counted)
    return save(stay.draw(found, about), home, "stay", found, about)


def shown_points(drawable: Drawable) -> list[int]:
    """The points that get a row of their own: all, or of a large design those next to the reference."""
    points = drawable.points
    if len(points) <= _MOST_SETTINGS:
        return [int(point) for point in points["point"]]
    base = points[points["point"] == drawable.reference].iloc[0]
    apart = (points[drawable.addresses] != base[drawable.addresses]).sum(axis=1)
    return [int(point) for point in points.loc[apart <= 1, "point"]][:_MOST_SETTINGS]


def _on_two_axes(drawable: Drawable) -> tuple[pd.DataFrame, list[str]]:
    """The points and at most two addresses that a figure can show; further addresses stay at the reference's value."""
    points, addresses = drawable.points, drawable.addresses
    varied = [address for address in addresses if points[address].nunique() > 1]
    base = points[points["point"] == drawable.reference].iloc[0]
    for address in varied[2:]:
        points = points[points[address] == base[address]]
    return points, (varied or addresses)[:2]


def reference_note(drawable: Drawable) -> str:
    """Which of several settings a figure of the reference shows."""
    return f"Reference setting: {drawable.label(drawable.reference)}. " if len(drawable.points) > 1 else ""


def _over_runs(results: Iterable[tuple[int | str, Result]]) -> pd.DataFrame:
    """The mapped event by county in every run, with a ``seed`` column."""
    frames = [result.counties(event=MAPPED_EVENT).assign(seed=seed) for seed, result in results]
    return pd.concat(frames, ignore_index=True)
