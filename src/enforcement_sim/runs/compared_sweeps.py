"""Two finished sweeps beside each other: what a setting changes in one, in the other, and whether that differs.

Settings are matched by what they set. For each, a table has the difference from the sweep's own reference in A and in B, and
the difference of the two differences (B - A). That is taken run by run where both sweeps have the same people: the same
places and days, simulated in the same way, under common seeds. Where they have not, the two differences stand beside each
other without a third, and a sentence says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from enforcement_sim.errors import InputError
from enforcement_sim.notebook import SIMULATED, page
from enforcement_sim.results.intervals import Difference, Key, branch_of, difference_between
from enforcement_sim.runs.effect_tables import NOT_PAIRED, effect_meanings, effect_sentence, effect_table
from enforcement_sim.runs.labelled_tables import LabelledTables
from enforcement_sim.runs.matched_sweeps import MatchedSetting, matched_settings, other_people, reservations
from enforcement_sim.runs.shown_measures import HEADLINES, labelled, rows_a_setting
from enforcement_sim.runs.sweep_result import Sweep, load_sweep
from enforcement_sim.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from enforcement_sim.results.data_dictionary import Meanings

TABLE = "sweeps"
"""What the table is called in files."""
ENDS = ("difference", "low", "high", "verdict")
METHOD = (
    "Each sweep's differences are from its own reference setting, taken seed by seed (the same synthetic people under both "
    "settings). The last is the difference of these differences, B - A, again seed by seed. 95% intervals: Student's t over "
    "seeds; where parameters are drawn, they hold the doubt about these, too."
)
OTHER_PEOPLE = "The people are not the same, so no difference between the sweeps is given."
NOTHING_MATCHES = (
    "the sweeps have no setting in common besides their references; allowed: single settings, such as FOLDER:1"
)


@dataclass(frozen=True)
class ComparedSweeps(LabelledTables):
    """What the settings of two sweeps change, side by side.

    Attributes
    ----------
    matched : tuple of MatchedSetting
        The settings of both, the reference first.
    names : tuple of str
        What the sweeps are called: their scenarios' names, with the folders where the names are the same.
    """

    AXES: ClassVar = {TABLE: ("setting", "measure")}

    a: Sweep
    b: Sweep
    matched: tuple[MatchedSetting, ...]
    names: tuple[str, str]

    @cached_property
    def unlike(self) -> list[str]:
        """Sentences on why the people of the two sweeps are not the same; empty if they are."""
        return other_people(self.a, self.b)

    @cached_property
    def notes(self) -> list[str]:
        """Sentences on what else differs: seeds, the engine, parameters and changes, settings that only one sweep has."""
        return reservations(self.a, self.b, self.matched)

    @property
    def paired(self) -> bool:
        """Whether both sweeps have the same people."""
        return not self.unlike

    def effects(self, measure: str, setting: MatchedSetting) -> tuple[Difference, Difference, Difference | None]:
        """Return what a setting changes in A and in B, and the difference of the two; None where people are not the same.

        Parameters
        ----------
        measure
            A name of the measures of both sweeps.
        setting
            One of :attr:`matched`, but the first.
        """
        here, there = (self._by_run(side, measure, setting) for side in ("a", "b"))
        if not self.paired:
            return _level(here), _level(there), None
        common = here.keys() & there.keys()
        here, there = ({key: side[key] for key in side if key in common} for side in (here, there))
        return _level(here), _level(there), difference_between(here, there)

    def _by_run(self, side: str, measure: str, setting: MatchedSetting) -> dict[Key, float]:
        """Return the difference of a setting from its sweep's reference in every run."""
        at, base = getattr(setting, side), getattr(self.matched[0], side)
        values, reference = (self._samples[side][point].get(measure, {}) for point in (at, base))
        return {key: value - reference[key] for key, value in values.items() if key in reference}

    @cached_property
    def _samples(self) -> dict[str, dict[int, dict[str, dict[Key, float]]]]:
        """Values by side, point and measure, read once."""
        found: dict[str, dict[int, dict[str, dict[Key, float]]]] = {}
        for side, sweep in (("a", self.a), ("b", self.b)):
            points = [getattr(one, side) for one in self.matched]
            samples = {point: sweep.sample(point) for point in points}
            found[side] = {
                point: {name: dict(sample.values(name)) for name in self.measures} for point, sample in samples.items()
            }
        return found

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The measures that both sweeps have, in the order of A."""
        return tuple(name for name in self.a.measure_names if name in self.b.measure_names)

    @cached_property
    def headlines(self) -> tuple[str, ...]:
        """The measures of a short table, fewer of them the more settings there are."""
        known = tuple(name for name in HEADLINES if name in self.measures)
        return known[: rows_a_setting(len(self.matched))] or self.measures

    def frame(self) -> pd.DataFrame:
        """Return a tidy table with a row for each matched setting and measure.

        Returns
        -------
        DataFrame
            A column for each address that is set, ``setting`` in words, ``measure`` with ``label`` and ``unit``. What the
            setting changes in each sweep: ``a_`` and ``b_`` with ``difference``, ``low``, ``high`` and ``verdict``. The
            difference of these differences: ``difference``, ``low``, ``high``, ``verdict`` and ``runs``; it is missing where
            people are not the same.
        """
        import pandas as pd

        rows = []
        for setting in self.matched[1:]:
            for name in self.measures:
                a, b, both = self.effects(name, setting)
                label, unit = labelled(name)
                row: dict[str, Any] = {**setting.settings, "setting": setting.label}
                row |= {"measure": name, "label": label, "unit": unit}
                row |= {f"a_{end}": getattr(a, end) for end in ENDS} | {f"b_{end}": getattr(b, end) for end in ENDS}
                row |= {end: None if both is None else getattr(both, end) for end in ENDS}
                rows.append(row | {"runs": 0 if both is None else both.runs})
        found = pd.DataFrame(rows)
        for column in ("difference", "low", "high"):
            found[column] = found[column].astype(float)
        found["verdict"] = found["verdict"].fillna(NOT_PAIRED).astype(str)
        return found

    def columns(self) -> pd.DataFrame:
        """Return what every column of :meth:`frame` is: ``table``, ``column``, ``label``, ``unit``, ``meaning``."""
        return self._meanings()

    def _exported(self) -> dict[str, pd.DataFrame]:
        return {TABLE: self.frame()}

    def _origin(self) -> dict[str, Any]:
        return {
            side: f"{name}; engine {sweep.manifest['engine_version']}; seeds {', '.join(map(str, sweep.seeds))}"
            for side, name, sweep in zip("AB", self.names, (self.a, self.b), strict=True)
        }

    def _own_meanings(self) -> Meanings:
        return effect_meanings(TABLE)

    def _swept(self) -> list[str]:
        return list(dict.fromkeys(address for one in self.matched for address in one.settings))

    def preamble(self) -> list[str]:
        """Return what is compared with what, and every reservation, a line each."""
        base = self.matched[0].label
        lines = [
            f"{side}: {name} ({sweep.folder})"
            for side, name, sweep in zip("AB", self.names, (self.a, self.b), strict=True)
        ]
        lines.append(f"Each setting is compared with the same sweep's {base}.")
        return [*lines, *self.unlike, *([] if self.paired else [OTHER_PEOPLE]), *self.notes]

    def sentence(self) -> str:
        """Return what the setting that moves the first headline measure most changes in both sweeps."""
        return effect_sentence(self.frame(), self.headlines[0], self.names)

    def how_to_read(self) -> str:
        """Return the number of runs and the meaning of the intervals."""
        keys = [set(self._samples[side][getattr(self.matched[0], side)][self.measures[0]]) for side in ("a", "b")]
        used = keys[0] & keys[1] if self.paired else keys[0] | keys[1]
        seeds = len({branch_of(key).seed for key in used})
        common = "common " if self.paired else ""
        return f"{seeds} {common}{'seed' if seeds == 1 else 'seeds'}. {METHOD} {SIMULATED}"

    def __repr__(self) -> str:
        """Return the sweeps and the number of matched settings in one line."""
        return f"ComparedSweeps({self.names[0]} and {self.names[1]}: {len(self.matched)} settings of both)"

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        table = effect_table(self.frame(), self.headlines)
        lines = [self.sentence(), *self.preamble()]
        return page(f"{self.names[0]} (A) and {self.names[1]} (B)", lines, table.html(), [self.how_to_read()])

    def table(self) -> Table:
        """Return the headline measures as a table of text."""
        title = f"What settings change in A ({self.names[0]}) and in B ({self.names[1]})"
        return effect_table(self.frame(), self.headlines, title, self.how_to_read())


def compare_sweeps(a: Sweep | str | PathLike[str], b: Sweep | str | PathLike[str]) -> ComparedSweeps:
    """Return what the settings of two finished sweeps change, setting by setting and side by side.

    Parameters
    ----------
    a, b : Sweep, str or path
        Finished sweeps, or their folders.

    Returns
    -------
    ComparedSweeps
        ``frame()`` returns its table.

    Raises
    ------
    InputError
        If a folder holds no sweep, or the sweeps have no setting in common that could be compared with a common reference.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import compare_sweeps, load_scenario, sweep
    >>> month = {"scope": {"counties": ["10003"]}, "simulate": "alone", "start.warm_days": 0, "period.start": "2012-01-01",
    ...     "period.end": "2012-01-31", "replications": 2}
    >>> holds = load_scenario("hold-length").with_(**month)
    >>> fewer = holds.with_(**{"detainer.issue_if_covered": 0.5})
    >>> with TemporaryDirectory() as folder:
    ...     made = [sweep(one, f"{folder}/{name}", 1) for name, one in (("all", holds), ("fewer", fewer))]
    ...     found = compare_sweeps(*made).frame()
    >>> found.query("measure == 'booked'")["difference"].tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0]
    """
    sides = [one if isinstance(one, Sweep) else load_sweep(one) for one in (a, b)]
    matched = matched_settings(*sides)
    if len(matched) < 2:
        raise InputError(NOTHING_MATCHES)
    names = [str(one.manifest["scenario"]["name"]) for one in sides]
    if names[0] == names[1]:
        names = [f"{name} in {one.folder.name}" for name, one in zip(names, sides, strict=True)]
    return ComparedSweeps(sides[0], sides[1], matched, (names[0], names[1]))


def _level(values: Mapping[Key, float]) -> Difference:
    """Return the mean of differences with its interval and verdict."""
    return difference_between(dict.fromkeys(values, 0.0), values)
