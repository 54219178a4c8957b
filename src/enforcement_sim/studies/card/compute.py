"""The both-sides card: the leading measures of each side of the debate, for the same two policies.

For every row of ``card_rows`` a card holds the levels under A and under B, the paired difference, and its 95% interval;
if that contains zero, the sign is uncertain. Most rows are counted in every run. Those that need records of single bookings
are counted in a few counties, under the same seeds and settings, if such a sample is requested; otherwise the card says
that they are not counted. Swapping A and B only changes the sign of every difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from enforcement_sim.labels import bounds
from enforcement_sim.results.intervals import Difference, difference_between, level_of
from enforcement_sim.runs.compare import collect, read_side
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.cost_bridge import below_zero, costs_in
from enforcement_sim.runs.design import Sample, label_of
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.studies.card.card_rows import Layout, Row, ledger_measures, load_layout
from enforcement_sim.studies.card.measured_runs import MeasuredRuns, followed_in, sample_in

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.runs.compare import Side

NOT_COUNTED = "not counted"
"""The verdict on a row without a measurement."""
NO_SAMPLE = "needs single lives, which a sample of places records"
NOTHING = "no run has a value"


@dataclass(frozen=True)
class CardLine:
    """One row with its numbers: the levels under A and B, and B less A.

    ``found`` is None if the row was not counted, and has no pairs (``runs`` 0) if A or B has no value. ``beside`` holds further
    levels by label, printed below the row. ``why`` says why there is no difference, if there is none.
    """

    row: Row
    found: Difference | None = None
    a: Difference | None = None
    b: Difference | None = None
    beside: Mapping[str, tuple[Difference, Difference]] | None = None
    why: str = ""

    @property
    def verdict(self) -> str:
        """Higher, lower, identical, cannot tell or not applicable; not counted if nothing was measured."""
        return NOT_COUNTED if self.found is None else self.found.verdict

    @property
    def needs_sample(self) -> bool:
        """Whether it was not counted because there is no sample."""
        return self.found is None and self.row.from_sample


@dataclass(frozen=True)
class Card(LabelledTables):
    """The leading measures of each side, under A and under B, in the order of the layout.

    ``changed`` names the settings in which B differs from A, ``metas`` the metadata of each run, ``sample`` the places of the
    sample by code, and ``headings`` the two settings as readers call them.
    """

    AXES: ClassVar = {"card": ("row", "label")}
    COLUMNS_MEAN: ClassVar = {
        "side": ("Side", "text", "whose leading measure it is, or money"),
        "row": ("Row", "name", "of the card; a measure beside a row follows it"),
        "counted_in": ("Counted in", "text", "all runs, or a sample of single bookings"),
        **{
            f"{side}{end}": (f"{side.upper()}{words}", "of the measure", f"{what} under {side.upper()}")
            for side in "ab"
            for end, words, what in (
                ("", "", "mean over seeds"),
                ("_low", ", low end", "of the 95% interval over seeds"),
                ("_high", ", high end", "of the 95% interval over seeds"),
            )
        },
        "why": ("Why not", "text", "why there is no number; empty if there is one"),
        "definition": ("Definition", "text", "what is counted"),
        "argument": ("Argument", "text", "why a side leads with it"),
        "led_by": ("Sources", "text", "who leads with it"),
    }

    a: str
    b: str
    layout: Layout
    lines: tuple[CardLine, ...]
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    metas: tuple[Mapping[str, Any], ...] = ()
    sample: tuple[str, ...] = ()
    headings: tuple[str, str] = ("", "")

    def __repr__(self) -> str:
        counted = sum(line.found is not None for line in self.lines)
        return f"Card({self.a} and {self.b}: {counted} of {len(self.lines)} rows counted, {len(self.metas)} runs)"

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {"card": self.frame()}

    def _origin(self) -> dict[str, Any]:
        seeds = sorted({int(meta["seed"]) for meta in self.metas})
        return {"A": self.a, "B": self.b, "seeds": seeds, "differs in": list(self.changed), "notes": list(self.notes)}

    def _repr_html_(self) -> str:
        from enforcement_sim.notebook import SIMULATED, page
        from enforcement_sim.tables.amounts import amount, difference_in_words, written
        from enforcement_sim.tables.table import Table

        rows = []
        for one in self.frame().to_dict("records"):
            if not isinstance(one["verdict"], str):  # a level beside a row
                continue
            unit = str(one["unit"])
            levels = (
                amount(one[side], one[f"{side}_low"], one[f"{side}_high"], unit) if one["why"] == "" else ""
                for side in ("a", "b")
            )
            parts = (one["difference"], one["low"], one["high"], one["verdict"], written(unit))
            rows.append((one["label"], unit, *levels, one["why"] or difference_in_words(*parts)))
        table = Table(("Row", "Unit", "A", "B", "B less A"), tuple(rows))
        return page(f"A: {self.a}, B: {self.b}", [], table.html(), [*self.notes, SIMULATED])

    def of(self, side: str) -> tuple[CardLine, ...]:
        """Return the lines of a side, or of ``money``, in order."""
        return tuple(line for line in self.lines if line.row.side == side)

    def frame(self) -> pd.DataFrame:
        """Return the card as a table, a line each; a measure beside a row follows it, and points are shares from 0 to 1."""
        import pandas as pd

        rows = []
        for line in self.lines:
            row = line.row
            counted = "" if line.found is None else "sample of lives" if row.from_sample else "runs"
            rows.append(
                {
                    "side": row.side,
                    "row": row.id,
                    "label": row.label,
                    "unit": row.unit,
                    "counted_in": counted,
                    **_levels(line.a, line.b, line.found),
                    "verdict": line.verdict,
                    "why": line.why,
                    "definition": row.definition,
                    "argument": row.argument,
                    "led_by": " ".join(map(str, row.sources)),
                }
            )
            for words, (a, b) in (line.beside or {}).items():
                about = {"side": row.side, "row": f"{row.id}, beside", "label": words, "unit": "share"}
                rows.append({**about, "counted_in": counted, **_levels(a, b, None)})
        return pd.DataFrame(rows)


def _levels(a: Difference | None, b: Difference | None, found: Difference | None) -> dict[str, float]:
    columns: dict[str, float] = {}
    for name, level in (("a", a), ("b", b)):
        ends = (math.nan,) * 3 if level is None else (level.mean, level.low, level.high)
        columns |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    change = (math.nan,) * 4 if found is None else (found.difference, found.low, found.high, float(found.runs))
    return columns | dict(zip(("difference", "low", "high", "runs"), change, strict=True))


def cards_of(
    *sides: Side, sample_places: str = "", workers: int | None = None, layout: Layout | None = None, **settings: Any
) -> list[Card]:
    """Make a card for every setting against the first.

    Parameters
    ----------
    *sides : Scenario, str, path, Sweep or StoredPoint
        As :func:`~enforcement_sim.runs.compare.compare` takes them; the first point of the first is A.
    sample_places : str
        Places of the sample of recorded bookings, such as ``12021`` or ``12021,12015``; without it, the rows that need
        one are not counted.
    workers : int, optional
        Processes; all cores unless given.
    layout : Layout, optional
        Rows and sides; by default the shipped ones.
    **settings : Any
        Further settings of ``compare``: ``replications``, ``out``, ``progress``, ``runner``.

    Returns
    -------
    list of Card
        One fewer than there are settings.

    Raises
    ------
    InputError
        If something cannot be read or paired, there is nothing to compare, or the sample lies outside the runs.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> history = load_scenario("baseline").with_(**{"scope": {"counties": ["10001"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> refused = history.with_(**{"changes.no": {"decision": "honour", "rule": "honour-none", "where": "nation"}})
    >>> card, = cards_of(history, refused, replications=2, workers=1)
    >>> [line.found.difference > 0 for line in card.lines if line.row.id == "declined"]
    [True]
    """
    read = [read_side(side) for side in sides]
    sample = sample_in(sample_places, read) if sample_places else ()
    recorder = MeasuredRuns(ledger_measures)
    found = collect(read, workers=workers, measured=recorder, least=2, **settings)
    metas = recorder.of(found)
    followed = followed_in(found, metas, sample_places, workers) if sample else []
    return [
        card_of(found, point, layout or load_layout(), (*metas[0], *metas[point]), followed, sample)
        for point in range(1, len(found.samples))
    ]


def card_of(
    found: Comparison,
    point: int,
    layout: Layout,
    metas: Sequence[Mapping[str, Any]] = (),
    followed: Sequence[Sample] = (),
    sample: Sequence[str] = (),
) -> Card:
    """Make the card of one setting against the first from what was measured.

    Parameters
    ----------
    found : Comparison
        Of the measures of ``card_measures``.
    point : int
        The setting that is B.
    followed : sequence of Sample
        Measures of the sample, for each setting of ``found``; empty without a sample.
    sample : sequence of str
        The places of that sample.
    """
    lines = []
    for row in layout.rows.values():
        if not row.measure:
            lines.append(CardLine(row, why=row.missing))
        elif row.from_sample and not followed:
            lines.append(CardLine(row, why=NO_SAMPLE))
        else:
            lines.append(_line(row, followed if row.from_sample else found.samples, point))
    names = [label_of(dict(found.samples[number].settings)) or f"setting {number}" for number in (0, point)]
    changed = tuple(found.changed.get(point, ()))
    costs = [
        below_zero(costs_in(found.samples[number].measures.values()), f" under {side}")
        for number, side in ((0, "A"), (point, "B"))
    ]
    notes = (*found.notes, *(says.removesuffix(".") for says in costs if says))
    headings = found.heading(0), found.heading(point)
    return Card(names[0], names[1], layout, tuple(lines), changed, notes, tuple(metas), tuple(sample), headings)


def _line(row: Row, samples: Sequence[Sample], point: int) -> CardLine:
    values = samples[0].values(row.measure), samples[point].values(row.measure)
    found = difference_between(*values)
    possible = bounds_of(row)
    if found.runs == 0:
        alone = [{key: value for key, value in side.items() if math.isfinite(value)} for side in values]
        a, b = (level_of(side, *possible) if side else None for side in alone)
        return CardLine(row, found, a, b, why=_why_none(row, a, b))
    # Levels of the pairs only, so that B less A is the difference.
    paired = [
        {key: value for key, value in side.items() if all(math.isfinite(other.get(key, math.nan)) for other in values)}
        for side in values
    ]
    shares = {
        words: tuple(level_of(samples[number].values(measure), 0.0, 1.0) for number in (0, point))
        for words, measure in row.beside.items()
    }
    beside = {words: (a, b) for words, (a, b) in shares.items()}
    return CardLine(row, found, level_of(paired[0], *possible), level_of(paired[1], *possible), beside)


def bounds_of(row: Row) -> tuple[float, float]:
    """Return between which values a row's level can lie: only a net cost and a difference of shares can be below nothing."""
    if row.unit == "points":
        return -math.inf, math.inf
    return bounds(row.measure) if row.unit == "dollars" else (0.0, math.inf)


def _why_none(row: Row, a: Difference | None, b: Difference | None) -> str:
    """Return why a row that was counted has no difference, naming the side on which there is nothing to count."""
    empty = row.empty or NOTHING
    if a is None and b is None:
        return empty
    if a is None or b is None:
        return f"{empty} under {'A' if a is None else 'B'}"
    return "no run of A has a run of B beside it"
