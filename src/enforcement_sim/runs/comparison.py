"""The table of differences between settings and the first one, as numbers; module ``comparison_text`` writes it as text.

Runs are paired by seed, and by draw if a design draws uncertain parameters. A single difference is computed in
``results.intervals``. A table states the number of its runs and the meaning of its intervals. Tables with many settings show
fewer measures; ``Comparison.frame()`` has all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from enforcement_sim import labels
from enforcement_sim.place_labels import alone_in_words, places_in_words
from enforcement_sim.results.exported import Exported
from enforcement_sim.results.intervals import Difference, Key, branch_of, difference_between
from enforcement_sim.runs.comparison_html import comparison_html
from enforcement_sim.runs.comparison_text import lines_of, written_row
from enforcement_sim.runs.cost_bridge import why_below_zero
from enforcement_sim.runs.design import Sample, settings_frame
from enforcement_sim.runs.difference_words import called
from enforcement_sim.runs.pairing_words import method_in_words
from enforcement_sim.runs.shown_measures import HEADLINES, about_measures, labelled, rows_a_setting

if TYPE_CHECKING:
    import pandas as pd
    from xarray import Dataset

DRAW_COLUMNS = ("draws", "chance_low", "chance_high")
"""Columns of tables with draws of uncertain parameters only."""


@dataclass(frozen=True)
class Comparison(Exported):
    """Differences of every point from the first, for every measure.

    Attributes
    ----------
    samples : tuple of Sample
        The first is the reference (A).
    changed : dict
        Point -> lines of text on the settings in which its scenario differs from the reference, besides the label.
    notes : tuple of str
        Warnings for the reader, such as different periods.
    made_from : dict
        The inputs of the reference that reached the engine (period, places, parameters ...), and its ``engine_version``;
        empty if unknown.
    titles : mapping
        Name of each scenario -> its title, where scenarios are compared.

    Examples
    --------
    >>> a = Sample({"hold": 48}, {1: {"removed": 10.0}, 2: {"removed": 12.0}})
    >>> b = Sample({"hold": 96}, {1: {"removed": 11.0}, 2: {"removed": 13.5}})
    >>> found = Comparison((a, b))
    >>> found.frame()[["measure", "hold", "difference", "verdict"]].to_dict("records")
    [{'measure': 'removed', 'hold': 96, 'difference': 1.25, 'verdict': 'cannot tell'}]
    >>> found.reference, found.draws, found.shown()
    ('hold = 48', 1, ['removed'])
    >>> found.label(1), found.folded, found.about_folded()
    ('hold 96', {}, [])
    >>> found.rows()[0]["difference"], found.preamble(), found.about_measures()
    ('1.25', [], '')
    >>> dict(found.to_xarray().sizes), float(found.to_xarray()["difference"].sel(point=1, measure="removed"))
    ({'point': 1, 'measure': 1}, 1.25)
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     found.to_excel(f"{folder}/hold.xlsx")
    ...     found.to_parquet(f"{folder}/tables")
    >>> found.how_to_read().startswith("4 runs (2 seeds for each of 2 settings).")
    True
    """

    samples: tuple[Sample, ...]
    changed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    made_from: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Number of draws over which a setting is compared; 1 if none is drawn, or each setting has its own."""
        return max(sample.draws for sample in self.samples[1:] or self.samples)

    @property
    def reference(self) -> str:
        """The reference in one line."""
        return self.samples[0].label or "the reference"

    def frame(self, over_draws: bool | None = None) -> pd.DataFrame:
        """Return a tidy table with one row for each point and measure.

        Parameters
        ----------
        over_draws : bool, optional
            Whether to include columns about draws; by default, if settings were run with several draws.

        Returns
        -------
        DataFrame
            ``point`` (its number in the design; the reference is 0 and has no rows), one column for each setting,
            ``reference`` (the label of the reference), ``measure`` with its ``label`` and ``unit`` (a share is a number
            from 0 to 1), and the attributes of :class:`Difference` (those about draws only if parameters are drawn).
        """
        import pandas as pd

        settings = settings_frame([sample.settings for sample in self.samples])
        rows = []
        for point, sample in enumerate(self.samples[1:], start=1):
            for measure in self._measures():
                found = difference_between(self.samples[0].values(measure), sample.values(measure))
                label, unit = labelled(measure)
                named = {"reference": self.reference, "measure": measure, "label": label, "unit": unit}
                rows.append({"point": point, **named, **vars(found)})
        about_draws = self.draws > 1 if over_draws is None else over_draws
        shown = [name for name in Difference.__dataclass_fields__ if about_draws or name not in DRAW_COLUMNS]
        columns = ["point", "reference", "measure", "label", "unit", *shown]
        table = pd.DataFrame(rows, columns=columns)
        if not len(settings.columns):
            return table
        joined = table.merge(settings, left_on="point", right_index=True, how="left")
        return joined[["point", *settings.columns, *columns[1:]]]

    def _exported(self) -> dict[str, pd.DataFrame]:
        """Return the differences, and the measures of every run, for :meth:`to_excel` and :meth:`to_parquet`."""
        import pandas as pd

        settings = settings_frame([sample.settings for sample in self.samples])
        runs = [
            {"point": point, **self._branch(key), **measured}
            for point, sample in enumerate(self.samples)
            for key, measured in sample.measures.items()
        ]
        joined = pd.DataFrame(runs)
        if len(settings.columns):
            joined = joined.merge(settings, left_on="point", right_index=True, how="left")
            joined = joined[["point", *settings.columns, *joined.columns.drop(["point", *settings.columns])]]
        return {"comparison": self.frame(), "measures": joined}

    def _origin(self) -> dict[str, Any]:
        """Return the reference, the notes and what the runs were made from."""
        period = self.made_from.get("period", {})
        made_from = {
            "places": places_in_words(self.made_from),
            "period": f"{period.get('start', '')} to {period.get('end', '')}",
            "engine": str(self.made_from["engine_version"]),
        } if self.made_from else {}  # fmt: skip
        runs = sum(len(sample.measures) for sample in self.samples)
        return {
            "A": self.label(0),
            **made_from,
            "runs": runs,
            "how to read it": self.how_to_read(),
            "notes": list(self.notes),
        }

    def _swept(self) -> list[str]:
        """Return the addresses that are columns of the tables."""
        return list(settings_frame([sample.settings for sample in self.samples]).columns)

    def to_xarray(self) -> Dataset:
        """Return the table of :meth:`frame` as arrays over point and measure; needs the extra ``data``.

        Returns
        -------
        Dataset
            An array for each column; ``label`` and ``unit`` of each measure, and the settings of each point, are coordinates.

        Raises
        ------
        InputError
            If xarray is not installed.
        """
        frame = self.frame()
        about = frame.drop_duplicates("measure").set_index("measure")
        found = self._labelled(frame.drop(columns=["reference", "label", "unit", *self._swept()]), ["point", "measure"])
        measures, points = found["measure"].values, found["point"].values
        settings = settings_frame([sample.settings for sample in self.samples])
        return found.assign_coords(
            {name: ("measure", about.loc[measures, name].to_numpy()) for name in ("label", "unit")}
            | {name: ("point", settings[name].loc[points].to_numpy()) for name in settings.columns}
        )

    def _branch(self, key: Key) -> dict[str, int]:
        branch = branch_of(key)
        return {"draw": branch.draw, "seed": branch.seed} if self.draws > 1 else {"seed": branch.seed}

    def rows(self, every: bool = False) -> list[dict[str, str]]:
        """Return the formatted table, for a terminal or a page.

        Parameters
        ----------
        every : bool
            Include every measure, not only the headlines (fewer of them, the more settings there are).

        Returns
        -------
        list of dict
            The keys of :data:`HEADINGS`. Settings that :attr:`folded` names are left out.
        """
        shown = self._measures() if every else self.shown()
        frame = self.frame()
        frame = frame[frame["measure"].isin(shown) & ~frame["point"].isin(list(self.folded))]
        order = {name: position for position, name in enumerate(shown)}
        frame = frame.sort_values(by=["point", "measure"], key=lambda column: column.map(order).fillna(column))
        return [written_row(row, self.label(int(row["point"]))) for row in frame.to_dict("records")]

    @cached_property
    def folded(self) -> dict[int, int]:
        """Settings that give the same numbers in every run as an earlier one -> that one."""
        first: dict[frozenset[Any], int] = {}
        found: dict[int, int] = {}
        for point, sample in enumerate(self.samples):
            values = frozenset(
                (key, name, None if value != value else value)
                for key, measured in sample.measures.items()
                for name, value in measured.items()
            )
            earlier = first.setdefault(values, point)
            if earlier != point:
                found[point] = earlier
        return found

    def about_folded(self) -> list[str]:
        """Return a line for each setting whose numbers are those of an earlier one, which tables print once.

        Returns
        -------
        list of str
            Empty where all settings differ.
        """
        return [
            f"{self.label(point)}: the same in every run as {self.label(earlier)}, and not listed again."
            for point, earlier in self.folded.items()
        ]

    def label(self, point: int) -> str:
        """Return the settings of a point in words.

        Parameters
        ----------
        point
            Position of the setting, 0 for the reference.

        Returns
        -------
        str
            Such as ``Hold limit (hours) = 96``.
        """
        return self._in_words(point, {})

    def heading(self, point: int) -> str:
        """Return the settings of a point as :meth:`label` does, with the scenario's title in place of its name.

        Parameters
        ----------
        point
            Position of the setting, 0 for the reference.

        Returns
        -------
        str
            Such as ``History, as it was``; where both have one title, B is called by what it changes.

        Examples
        --------
        >>> sample = Sample({"scenario": "baseline"}, {1: {"removed": 3.0}})
        >>> Comparison((sample,), titles={"baseline": "History, as it was"}).heading(0)
        'History, as it was'
        """
        changed = self.changed.get(1, ()) if len(self.samples) == 2 else ()
        named = dict(zip(self.titles, called(list(self.titles), list(self.titles.values()), changed), strict=True))
        return self._in_words(point, named)

    def _in_words(self, point: int, titles: Mapping[str, str]) -> str:
        settings = dict(self.samples[point].settings)
        name = str(settings.pop("scenario", ""))
        name = titles.get(name, name)
        several = not settings or len({sample.settings.get("scenario") for sample in self.samples}) > 1
        scenario = [name] if name and several else []
        words = ", ".join([*scenario, *filter(None, [labels.named_settings(settings)])])
        return words or ("the reference" if point == 0 else f"point {point}")

    def shown(self) -> list[str]:
        """Return the measures of a short table.

        Returns
        -------
        list of str
            The headlines, fewer of them the more settings there are; every measure if no run has a headline.
        """
        known = self._measures()
        return [name for name in HEADLINES if name in known][: rows_a_setting(len(self.samples))] or known

    def __str__(self) -> str:
        """Return a text table of the headline measures, with notes on how to read it."""
        above = [f"Compared with A: {self.label(0)}", *self.preamble(), *self.about_folded(), ""]
        return "\n".join([*above, *lines_of(self.rows()), "", self.how_to_read()])

    def __repr__(self) -> str:
        """Return the size of the comparison and its reference in one line."""
        runs = sum(len(sample.measures) for sample in self.samples)
        size = f"{len(self.samples)} settings, {runs} runs, {len(self._measures())} measures"
        return f"Comparison({size}; A: {self.label(0)})"

    def _repr_html_(self) -> str:
        """Show the funnel under both settings in a notebook."""
        return comparison_html(self)

    def preamble(self, places: bool = True) -> list[str]:
        """Return the reported places, the notes, and the differences between the scenarios.

        Parameters
        ----------
        places
            Include the places; false if they are named elsewhere.

        Returns
        -------
        list of str
            One line each.
        """
        lines = [f"Note: {note}" for note in self.notes]
        if self.made_from and places:
            alone = alone_in_words(self.made_from)
            lines = [*([alone] if alone else []), f"Places: {places_in_words(self.made_from)}.", *lines]
        for point, changes in sorted(self.changed.items()):
            lines.append(f"{self.label(point)} differs in: {'; '.join(changes) if changes else 'nothing'}")
        return lines

    def _measures(self) -> list[str]:
        """Return the measures of all runs, in the order of their first occurrence."""
        names: dict[str, None] = {}
        for sample in self.samples:
            for measured in sample.measures.values():
                names.update(dict.fromkeys(measured))
        return list(names)

    def about_measures(self, shown: Iterable[str] | None = None) -> str:
        """Return notes on the measures: on detainers, on costs, and on costs below zero.

        Parameters
        ----------
        shown
            The measures in the table; those of a short table unless given.

        Returns
        -------
        str
            Full sentences; empty if there are no notes.
        """
        names = list(self.shown() if shown is None else shown)
        below = why_below_zero(self.samples) if any(name.startswith("net_cost") for name in names) else ""
        return f"{about_measures(names)} {below}".strip()

    def how_to_read(self, gain: bool = True, shown: Iterable[str] | None = None) -> str:
        """Return the number of runs and seeds, the meaning of the intervals, and notes on the measures.

        Parameters
        ----------
        gain : bool
            Whether the table has the column of the pairing gain.
        shown : iterable of str, optional
            The measures in the table; those of a short table unless given.

        Returns
        -------
        str
            Full sentences.
        """
        return f"{method_in_words(self.samples, self.draws, gain)} {self.about_measures(shown)}".rstrip()
