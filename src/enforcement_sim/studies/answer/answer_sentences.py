"""An answer in words: the sentence with the interval to quote, what chance does, the weakest assumptions, how to cite it.

The direction in the sentence follows from the sign of the difference and from nothing else; where the interval over seeds and
sets holds zero, the sentence says that the direction cannot be told.
"""

from __future__ import annotations

from math import isnan

from enforcement_sim import __version__, labels
from enforcement_sim.results.intervals import Difference
from enforcement_sim.studies.answer.compute import Answer
from enforcement_sim.studies.answer.weakest import WeakAssumption
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.under_doubt import A_SEED, A_SET, counted
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NO_INTERVAL, whole
from enforcement_sim.terminal.printing import command

FEWER, MORE = "fewer", "more"
AS_MANY = "exactly as many people"
AUTHORS, YEAR = "The developers of enforcement-sim", 2026
"""As ``CITATION.cff`` has them."""


def title(answer: Answer) -> str:
    """Return the question as a title."""
    return answer.question.in_words(answer.question.title, answer.place, answer.number)


def sentence(answer: Answer) -> str:
    """Return the answer in one sentence, with its number and what it is compared with."""
    question, found = answer.question, answer.difference
    condition = question.in_words(question.condition, answer.place, answer.number)
    outcome = question.in_words(question.outcome, answer.place, answer.number)
    days = f"from {in_full(answer.history.period_start)} to {in_full(answer.history.period_end)}"
    levels = f"{whole(found.mean)} instead of {_simulated(answer)}"
    if found.verdict == IDENTICAL:
        return f"{condition} {days}, {AS_MANY} {outcome}: {whole(found.reference_mean)}. {answer.why_nothing}"
    if isnan(found.low):
        return (
            f"{condition} {days}, it cannot be told from one run whether more or fewer people {outcome}: it has "
            f"{in_people(found.difference)}, {levels}."
        )
    if found.verdict == CANNOT_TELL:
        return (
            f"{condition} {days}, it cannot be told whether more or fewer people {outcome}: the estimate is "
            f"{in_people(found.difference)} ({ends(found.low, found.high)}), {levels}."
        )
    span = f"({ends(found.low, found.high, brief=True)})"
    return f"{condition} {days}, about {in_people(found.difference, 'people')} {span} {outcome}: {levels}{_in_percent(found)}."


def _simulated(answer: Answer) -> str:
    """Return the level of history, which is simulated as well, with its own interval where the number has one."""
    level = answer.simulated_history
    span = "" if isnan(level.low) else f" ({whole(level.low)} to {whole(level.high)})"
    return f"a simulated {whole(answer.difference.reference_mean)}{span}"


def interval(answer: Answer) -> str:
    """Return what the interval in the sentence is, as a sentence."""
    found, runs = answer.difference, answer.found
    if runs.sets == 1:
        seeds = counted(len(runs.seeds), "seed")
        return (
            f"{ends(found.low, found.high)}: 95% over {seeds} ({A_SEED}), with one set of parameters ({A_SET}), so it says "
            "nothing of what is not known about these numbers."
        )
    return f"{ends(found.low, found.high)}: {runs.spread} ({A_SET}), chance included."


def chance_alone(answer: Answer) -> str:
    """Return what chance alone does to the number, which is no interval to quote; empty with one set."""
    found, runs = answer.difference, answer.found
    if runs.sets == 1:
        return ""
    if isnan(found.chance_low):
        return f"One seed ({A_SEED}) does not tell how much is chance."
    chance, seeds = ends(found.chance_low, found.chance_high), counted(len(runs.seeds), "seed")
    return (
        f"Not to be quoted: chance alone ({A_SEED}) moves the mean over these sets less, {chance} (95% over {seeds})."
    )


def in_people(change: float, people: str = "") -> str:
    """Return a change as a number with its direction.

    Examples
    --------
    >>> in_people(-310.4), in_people(12.0, "people")
    ('310 fewer', '12 more people')
    """
    direction = FEWER if change < 0 else MORE
    return " ".join(filter(None, (whole(abs(change)), direction, people)))


def ends(low: float, high: float, brief: bool = False) -> str:
    """Return the ends of an interval of a change, smaller first; brief without the direction where both have the same.

    Examples
    --------
    >>> ends(-500.0, -140.0), ends(-5.0, 12.0), ends(3.0, 9.0), ends(0.0, 0.0)
    ('140 to 500 fewer', '5 fewer to 12 more', '3 to 9 more', 'none')
    >>> ends(-500.0, -140.0, brief=True), ends(-5.0, 12.0, brief=True)
    ('140 to 500', '5 fewer to 12 more')
    """
    if isnan(low) or isnan(high):
        return NO_INTERVAL
    if low == high == 0.0:
        return "none"
    if low < 0 < high:
        return f"{in_people(low)} to {in_people(high)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{whole(near)} to {whole(far) if brief else in_people(far if low >= 0 else -far)}"


def weak_in_words(one: WeakAssumption) -> str:
    """Return an assumption with what each end of its range makes of the answer under the same set, and under a few others."""
    parameter = one.parameter
    unit = "" if parameter.unit in ("share", "ratio") else f" {parameter.unit}"
    ends_of = ((parameter.low, one.at_low.difference), (parameter.high, one.at_high.difference))
    moved = "; ".join(
        f"at {value:g} it is {in_people(change)}{_beside(change, one.as_it_is)}"
        for value, change in ends_of
        if value != parameter.default
    )
    others = ""
    if one.elsewhere:
        each = "; ".join(
            f"under set {number} it is {in_people(there)} in place of {in_people(own)}{_beside(there, own)}"
            for number, (own, there) in enumerate(one.elsewhere, 2)
        )
        others = f" At {one.elsewhere_at:g}, {each}."
    return (
        f"{parameter.meaning} Nobody has measured it; it is {parameter.grade}, {parameter.default:g}{unit} here "
        f"({parameter.address}). Under set 1 the answer is {in_people(one.as_it_is)}; {moved}.{others} Why the range ends "
        f"there: {parameter.argument.range_from}"
    )


def _beside(change: float, own: float) -> str:
    """Return in brackets how much smaller or larger a change is than another one.

    Examples
    --------
    >>> _beside(-50.0, -100.0), _beside(-103.0, -100.0), _beside(-100.1, -100.0), _beside(20.0, -100.0), _beside(5.0, 0.0)
    (' (50% smaller)', ' (3% larger)', ' (the same within 1%)', ' (the other way)', '')
    """
    if not own:
        return ""
    if change * own < 0.0:
        return " (the other way)"
    percent = round(100.0 * (change / own - 1.0))
    if not percent:
        return " (the same within 1%)"
    return f" ({abs(percent)}% {'larger' if percent > 0 else 'smaller'})"


def command_of(answer: Answer, sets: int | None = None) -> str:
    """Return the command that gives this answer again, under so many sets where they are others."""
    days = ("--from", answer.history.period_start.isoformat(), "--to", answer.history.period_end.isoformat())
    how = ("--sets", str(sets or answer.found.sets), "--replications", str(len(answer.found.seeds)))
    return command("answer", answer.asked, *answer.place.option, *days, *how)


def citation(answer: Answer) -> str:
    """Return a citation to copy: authors, years, version, question, place, days, what was run, and the command."""
    seeds = answer.found.seeds
    ran = f"{_numbered('set', 1, answer.found.sets)} of parameters, {_numbered('seed', seeds[0], seeds[-1])}"
    return (
        f"{AUTHORS} ({YEAR}). enforcement-sim, version {__version__} (engine {answer.found.engine[:12]}). "
        f"{title(answer)}, {answer.history.period_start} to {answer.history.period_end}; simulated with {ran}. Repeat it with: "
        f"{command_of(answer)}"
    )


def _numbered(what: str, first: int, last: int) -> str:
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"


def label_of(measure: str) -> str:
    """Return the label of a measure, its programme included."""
    return labels.measure(measure)[0]


def _in_percent(found: Difference) -> str:
    """Return a change in percent of the reference, after a comma; nothing if there is no reference."""
    if not found.reference_mean:
        return ""
    change = 100.0 * found.difference / found.reference_mean
    return f", {abs(change):.0f}% {'less' if change < 0 else 'more'}"
