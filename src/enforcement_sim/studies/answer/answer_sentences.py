"""An answer in words: the sentence, its two intervals, the check, the weakest assumptions, and how to cite it.

The direction in the sentence follows from the sign of the difference and from nothing else; where the interval over seeds and
sets holds zero, the sentence says that the direction cannot be told.
"""

from __future__ import annotations

from math import isnan

from enforcement_sim import __version__, labels
from enforcement_sim.results.intervals import Difference
from enforcement_sim.studies.answer.compute import Answer, Check
from enforcement_sim.studies.answer.weakest import WeakAssumption
from enforcement_sim.studies.page_parts import in_full
from enforcement_sim.studies.under_doubt import A_SEED, A_SET
from enforcement_sim.tables.amounts import CANNOT_TELL, IDENTICAL, NO_INTERVAL, share, thousands, whole
from enforcement_sim.terminal.printing import command

FEWER, MORE = "fewer", "more"
AS_MANY = "exactly as many people"


def title(answer: Answer) -> str:
    """Return the question as a title."""
    return answer.question.in_words(answer.question.title, answer.place, answer.number)


def sentence(answer: Answer) -> str:
    """Return the answer in one sentence, with its number and what it is compared with."""
    question, found = answer.question, answer.difference
    condition = question.in_words(question.condition, answer.place, answer.number)
    outcome = question.in_words(question.outcome, answer.place, answer.number)
    days = f"from {in_full(answer.history.period_start)} to {in_full(answer.history.period_end)}"
    levels = f"{whole(found.mean)} instead of {whole(found.reference_mean)}"
    if found.verdict == IDENTICAL:
        return f"{condition} {days}, {AS_MANY} {outcome}: {whole(found.reference_mean)}. {answer.why_nothing}"
    if found.verdict == CANNOT_TELL:
        return (
            f"{condition} {days}, it cannot be told whether more or fewer people {outcome}: the estimate is "
            f"{in_people(found.difference)}, {levels}."
        )
    return f"{condition} {days}, about {in_people(found.difference, 'people')} {outcome}: {levels}{_in_percent(found)}."


def intervals(answer: Answer) -> tuple[str, str]:
    """Return the interval over seeds alone, and the one over seeds and sets, each as a sentence."""
    found, runs = answer.difference, answer.found
    chance = ends(found.chance_low, found.chance_high)
    both = ends(found.low, found.high)
    return (
        f"Over {_counted(len(runs.seeds), 'seed')} alone: {chance}. Seeds are {A_SEED}.",
        f"Over seeds and {_counted(runs.sets, 'set')} of parameters that fit what was published: {both}. Sets are {A_SET}.",
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


def ends(low: float, high: float) -> str:
    """Return the ends of an interval of a change, smaller first.

    Examples
    --------
    >>> ends(-500.0, -140.0), ends(-5.0, 12.0), ends(3.0, 9.0), ends(0.0, 0.0)
    ('140 to 500 fewer', '5 fewer to 12 more', '3 to 9 more', 'none')
    """
    if isnan(low) or isnan(high):
        return NO_INTERVAL
    if low == high == 0.0:
        return "none"
    if low < 0 < high:
        return f"{in_people(low)} to {in_people(high)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{whole(near)} to {in_people(far if low >= 0 else -far)}"


def checked(check: Check) -> tuple[str, str]:
    """Return the published figure beside the simulated one, and what the model has to do with the figure."""
    figure, found = check.figure, check.simulated
    written = in_percent if figure.unit == "share" else _plain
    unit = "" if figure.unit == "share" else f" {figure.unit}"
    spread = f" ({written(found.low)} to {written(found.high)} over the sets)" if found.low < found.high else ""
    allowed = "" if figure.low == figure.high else f" (range {written(figure.low)} to {written(figure.high)})"
    days = f"{in_full(figure.scenario.period_start)} to {in_full(figure.scenario.period_end)}"
    return (
        f"{figure.what}: published {written(figure.value)}{unit}{allowed}; simulated {written(found.mean)}{spread}, {days}.",
        f"{figure.role} Source: {figure.source.removesuffix('.')}.",
    )


def weak_in_words(one: WeakAssumption) -> str:
    """Return an assumption with the answer at both ends of its range."""
    parameter = one.parameter
    unit = "" if parameter.unit in ("share", "ratio") else f" {parameter.unit}"
    return (
        f"{parameter.meaning} It is {parameter.grade}, {parameter.default:g}{unit} here ({parameter.address}). Under "
        f"the first set of parameters the answer at {parameter.low:g} would be {in_people(one.at_low.difference)}, at "
        f"{parameter.high:g} {in_people(one.at_high.difference)}. Why the range ends there: {parameter.argument.range_from}"
    )


def command_of(answer: Answer) -> str:
    """Return the command that gives this answer again."""
    days = ("--from", answer.history.period_start.isoformat(), "--to", answer.history.period_end.isoformat())
    how = ("--sets", str(answer.found.sets), "--replications", str(len(answer.found.seeds)))
    return command("answer", answer.asked, *answer.place.option, *days, *how)


def citation(answer: Answer) -> str:
    """Return a citation to copy: program, version, engine, question, place, days, seeds, sets and command."""
    seeds = answer.found.seeds
    return (
        f"Developers of the simulator. enforcement-sim {__version__} (engine {answer.found.engine[:12]}): "
        f"{title(answer)}, {answer.history.period_start} to {answer.history.period_end}; simulated, seeds {seeds[0]} to "
        f"{seeds[-1]}, parameter sets 1 to {answer.found.sets}. Reproduce with: {command_of(answer)}"
    )


def label_of(measure: str) -> str:
    """Return the label of a measure, its programme included."""
    return labels.measure(measure)[0]


def in_percent(value: float) -> str:
    """Return a share as a percentage; none where there is no number."""
    return "none" if isnan(value) else f"{share(value)}%"


def _plain(value: float) -> str:
    return "none" if isnan(value) else thousands(float(round(value)))


def _in_percent(found: Difference) -> str:
    """Return a change in percent of the reference, in brackets; nothing if there is no reference."""
    if not found.reference_mean:
        return ""
    change = 100.0 * found.difference / found.reference_mean
    return f" ({abs(change):.0f}% {'less' if change < 0 else 'more'})"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
