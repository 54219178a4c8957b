"""What stands beside an answer: its days, what else moved, the published figure, and how the model did where it was tested."""

from __future__ import annotations

from math import isnan

from enforcement_sim import labels
from enforcement_sim.codes import PROGRAMMES
from enforcement_sim.studies.answer.compute import Answer, Check
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.studies.validation.held_out_hits import NATION, Hits, held_out_hits
from enforcement_sim.tables.amounts import share, thousands, whole

FOUND, DETAINERS = "identified", "detainer_issued"
FOUND_MEANS = (
    "Found removable: a programme met the person, and as far as ICE knows immigration law allows a removal. Not all of them get "
    "a detainer, ICE's request to a jail to keep a person."
)
WHERE_TESTED = "docs/validation.md says which; enforcement-sim validate prints them"


def days(answer: Answer) -> str:
    """Return why these days, how to ask about others, and what no answer tells, as sentences."""
    question, history = answer.question, answer.history
    own = (question.start, question.end) == (history.period_start, history.period_end)
    why = (
        f"These days are the question's own, {question.why_days}; --from and --to ask about others, from October 2005 to "
        "December 2014."
        if own
        else "These days were asked for (--from, --to)."
    )
    return (
        f"{why} The policy holds from the first day to the last, and nobody changes their behaviour because of it. The model "
        "ends in 2014, so it cannot speak about today."
    )


def why_more_detainers(answer: Answer) -> tuple[str, ...]:
    """Return why more detainers are lost or won than people found, where it is so; nothing elsewhere.

    The runs tell it by programme: who is no longer found by one may still be found by another, whose people ICE gives fewer
    detainers.
    """
    if not {FOUND, DETAINERS} <= set(answer.question.measures):
        return ()
    found, detainers = answer.change(FOUND).difference, answer.change(DETAINERS).difference
    if round(abs(detainers)) <= round(abs(found)) or found * detainers <= 0:
        return ()
    instead = [
        (
            labels.programme(name),
            answer.change(f"{FOUND}.{name}").difference,
            answer.change(f"{DETAINERS}.{name}").difference,
        )
        for name in PROGRAMMES[1:]
    ]
    others = [one for one in instead if one[1] * found < 0 and round(abs(one[1]))]
    if not others:
        return ()
    moved = "; ".join(
        f"{name} finds {whole(abs(people))} {'more' if people > 0 else 'fewer'} first, and they get {whole(abs(more))} detainers"
        for name, people, more in others
    )
    return (
        f"Why detainers change by more ({whole(abs(detainers))}) than people found ({whole(abs(found))}): some people are found "
        f"in either case but by another programme, after which ICE issues detainers to fewer of them. {moved}.",
    )


def checked(check: Check, place: PlaceAsked) -> tuple[str, ...]:
    """Return the published figure beside the simulated one, what the model has to do with it, and where the model was tested."""
    figure, found = check.figure, check.simulated
    written = in_percent if figure.unit == "share" else _plain
    unit = "" if figure.unit == "share" else f" {figure.unit}"
    spread = (
        f" ({written(found.low)} to {written(found.high)} over {check.sets} sets)" if found.low < found.high else ""
    )
    allowed = "" if figure.low == figure.high else f" (range {written(figure.low)} to {written(figure.high)})"
    period = f"{in_full(figure.scenario.period_start)} to {in_full(figure.scenario.period_end)}"
    return (
        f"{figure.what}: published {written(figure.value)}{unit}{allowed}; simulated {written(found.mean)}{spread}, {period}.",
        f"{figure.role} Source: {figure.source.removesuffix('.')}.",
        tested(place),
    )


def tested(place: PlaceAsked) -> str:
    """Return how many figures the model hits by which no parameter was chosen: of the place, and of the nation.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> tested(place_asked(county="10003")).partition(".")[0]
    'No figure of this county is kept apart to test the model'
    """
    known = held_out_hits()
    nation = f"Of the figures of the nation and of states kept apart, it hits {_hits(known[NATION])}. {WHERE_TESTED}."
    if place.kind != "county":
        return f"Some figures are kept apart: no number of the model was chosen by them. {nation}"
    own = known.get(place.code)
    if own is None:
        return f"No figure of this county is kept apart to test the model. {nation}"
    apart = "Of later figures of this county, kept apart so that no number was chosen by them, the model hits"
    return f"{apart} {_hits(own)}. {nation}"


def _hits(found: Hits) -> str:
    return f"{found.hits} of {found.figures} ({found.narrow_hits} with a narrow interval)"


def in_percent(value: float) -> str:
    """Return a share as a percentage; none where there is no number."""
    return "none" if isnan(value) else f"{share(value)}%"


def _plain(value: float) -> str:
    return "none" if isnan(value) else thousands(float(round(value)))
