"""The picture of an answer: what the policy changes at each stage, with the two intervals one inside the other."""

from __future__ import annotations

from dataclasses import replace

from enforcement_sim.plots import frame, style
from enforcement_sim.plots.captions import provenance_of
from enforcement_sim.studies.answer import answer_sentences as sentences
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.single_page import PAGE_INCHES

ROW_INCHES, AXIS_INCHES = 0.5, 0.7
SEEDS_WIDTH, BOTH_WIDTH = 6.0, 1.6
"""Widths of the lines of the two intervals, in points: over seeds, and over seeds and sets."""
COLUMNS = ("measure", "history", "policy", "difference", "seeds_low", "seeds_high", "low", "high", "verdict")
COLOUR = style.SERIES_COLOURS[0]


@frame.styled
def answer_figure(answer: Answer) -> frame.Plot:
    """Draw the change at each stage of a question.

    Parameters
    ----------
    answer : Answer

    Returns
    -------
    Plot
        Its ``numbers`` have a row for each stage: ``measure``, ``history``, ``policy``, ``difference`` and the ends of both
        intervals (people).
    """
    found = answer.frame()[list(COLUMNS)]
    found_by = provenance_of(
        answer.history.resolved(),
        answer.found.engine,
        ("",) * answer.found.runs,
        answer.found.seeds,
        2,
        answer.found.sets,
    )
    # The picture stands alone as a file, so its title is the question and not history's.
    about = replace(found_by, title=sentences.title(answer), place=answer.place.name)
    figure = frame.framed(
        (PAGE_INCHES, ROW_INCHES * len(found) + AXIS_INCHES),
        "What changes",
        "People, difference from history at each stage, for the same people under the same seeds.",
        f"Thick: 95% interval over seeds. Thin: over seeds and sets of parameters. {about.caption()}",
        0,
        found,
        about,
    )
    axes = figure.subplots()
    places = frame.rows(axes, list(found["measure"]), [sentences.label_of(name) for name in found["measure"]])
    axes.axvline(0.0, color=style.QUIET, linewidth=1.0)
    for row in found.to_dict("records"):
        place = places[row["measure"]]
        frame.segment(axes, row["low"], row["high"], place, COLOUR, linewidth=BOTH_WIDTH)
        frame.segment(axes, row["seeds_low"], row["seeds_high"], place, COLOUR, linewidth=SEEDS_WIDTH, alpha=0.45)
        axes.plot([row["difference"]], [place], "o", color=COLOUR, markersize=7.0)
        frame.beside(axes, sentences.in_people(row["difference"]), place)
    frame.value_axis(axes, "x", "people, difference from history")
    return figure
