"""A finished run: its tables, what produced them, and everything that can be asked of them.

The raw tables go into stores and come back exactly; what they are asked is in
:class:`enforcement_sim.results.questions.Questions`, and here what follows from the answers: money, the named numbers, and
files for other programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from enforcement_sim.place_labels import scope_in_words
from enforcement_sim.results import costs, export, measures
from enforcement_sim.results.questions import Questions
from enforcement_sim.results.result_page import result_html

if TYPE_CHECKING:
    from xarray import DataArray


class Result(Questions):
    """One run's tables, and what produced them.

    Parameters
    ----------
    tables
        Raw integer tables by name: ``events``, ``profiles``, ``places``, ``hours``, ``hours_by_place``,
        ``population``, ``verdicts``, ``any_programme``, ``bookings``.
    meta
        The resolved scenario, seed, engine version, thinning, capacity shares and officer-years.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from enforcement_sim import load_scenario, run
    >>> scenario = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 30,
    ...     "period.start": "2012-01-01", "period.end": "2012-02-29"})
    >>> result = run(scenario, seed=1)
    >>> list(result.mix("detainer_issued", definition="ice-levels-2010").columns)
    ['programme', 'category', 'count', 'share']

    Short forms of :meth:`count` have fixed columns:

    >>> list(result.funnel(by="none", per=1000).columns), list(result.series(["removed"]).columns)
    (['event', 'count', 'per_1000_bookings'], ['month', 'programme', 'event', 'count'])
    >>> list(result.counties("removed").columns), list(result.found_by_any().columns)
    (['fips', 'name', 'state', 'count', 'per_1000_bookings'], ['programme', 'event', 'count'])
    >>> list(result.bookings(["offence", "felony"]).columns), list(result.verdicts().columns)
    (['offence', 'felony', 'count'], ['month', 'programme', 'rule', 'count'])

    Hours and people in jail:

    >>> list(result.hours("county").columns), list(result.population("jails").columns)
    (['kind', 'county', 'hours'], ['month', 'inmates'])
    >>> days = result.inmate_days()
    >>> days.index.name, len(days)
    ('month', 2)

    Money and named numbers:

    >>> list(result.costs().columns)
    ['payer', 'kind', 'caused_by', 'line', 'dollars']
    >>> result.net_costs()["net_cost.county"] == result.measures()["net_cost.county"]
    True

    The tables as simulated, and files for other programs:

    >>> again = Result.from_tables(result.tables(), result.meta)
    >>> again.weight, again.measures()["booked"] == result.measures()["booked"]
    (1, True)
    >>> counts, labels = result.labelled("booked", by=["month", "county"])
    >>> counts.shape, list(labels), result.to_xarray("booked", by="month").dims
    ((2, 1), ['month', 'county'], ('month',))
    >>> with TemporaryDirectory() as folder:
    ...     result.to_excel(f"{folder}/result.xlsx")
    ...     result.to_parquet(f"{folder}/tables")
    """

    @classmethod
    def from_tables(cls, tables: Mapping[str, pd.DataFrame], meta: Mapping[str, Any]) -> Result:
        """Build a result from stored tables; the inverse of :meth:`tables`.

        Parameters
        ----------
        tables
            Raw integer tables by name, as :meth:`tables` returns them.
        meta
            What produced them, as in the attribute ``meta`` of a result.

        Returns
        -------
        Result
            A result that gives the same answers.
        """
        return cls(tables, meta)

    def __repr__(self) -> str:
        """Return scenario, places, period and seed in one line."""
        origin, plain = export.origin_of(self), self.meta["scenario"]
        return (
            f"Result({origin['scenario']}: {scope_in_words(plain['scope'])}, {origin['period']}, seed {origin['seed']})"
        )

    def _repr_html_(self) -> str:
        """Show in a notebook what was run, and the funnel."""
        return result_html(self)

    def costs(self) -> pd.DataFrame:
        """Price hours, pick-ups, officers and refunds.

        Returns
        -------
        DataFrame
            Columns ``payer`` (county, state or federal), ``kind``, ``caused_by``, ``line`` (of the bridge to the payer's
            net cost; empty for what the criminal case costs) and ``dollars``, in whole cents; negative for money received.
            ``caused_by`` is *programme*, for what a programme causes; *transfer*, for what one payer gives
            another; *criminal case*, for the jail and prison days that people would have spent without any
            programme (prison days of people whom a programme may touch only). Unit costs come from the register
            (``cost.*``).
        """
        return costs.costs_of(self)

    def net_costs(self) -> dict[str, float]:
        """Return what programmes cost each payer, net, and the lines that add up to it.

        Returns
        -------
        dict of str to float
            ``net_cost.PAYER`` in dollars, and ``bridge.PAYER.LINE`` for each of its lines
            (:data:`enforcement_sim.results.costs.COST_BRIDGE`),
            which add up to it in whole cents. Refunds are those for the days
            that detainers add; what is repaid for criminal cases is ``case_refunds.PAYER`` and in no net cost.
        """
        return costs.net_costs_of(self)

    def measures(self) -> dict[str, float]:
        """Return the named numbers that comparisons use.

        Returns
        -------
        dict of str to float
            By name, such as ``removed`` (people), ``no_conviction_share.removed`` (0 to 1),
            ``days_per_detainer.induced`` (days), ``net_cost.county`` (dollars); :mod:`enforcement_sim.results.measures`
            lists them. Not a number for a share of nobody.
        """
        return measures.measures_of(self)

    def to_xarray(
        self,
        events: str | Sequence[str] | None = None,
        by: str | Sequence[str] = ("month", "state", "programme", "event"),
        where: Mapping[str, Any] | None = None,
        months: tuple[Any, Any] | None = None,
        definition: str | None = None,
    ) -> DataArray:
        """Count as :meth:`count` does, as an array whose axes carry labels; needs the extra ``data``.

        Any dimensions that one table of a run has together can be axes, such as ``month``, ``area``, ``programme``,
        ``event`` and ``offence``. All of them with every profile would be more than memory holds: choose, or use ``where``.

        Parameters
        ----------
        events, by, where, months, definition
            As for :meth:`count`.

        Returns
        -------
        DataArray
            People, int64, with an axis for each part of ``by`` in its order; multiplied back in a thinned run. Its
            attributes say which scenario, period, seed and engine it is from.

        Raises
        ------
        InputError
            If a word is unknown, no table of a run has these events by these dimensions, or xarray is not installed.
        """
        return export.labelled_array(self, *self.labelled(events, by, where, months, definition))

    def to_excel(self, path: Path | str) -> None:
        """Write a workbook: funnel and mix by fiscal year, months, counties, hours, costs, inmates, measures.

        The first sheet says what every column is and in which unit.

        Parameters
        ----------
        path
            The ``.xlsx`` file to write; one that is there is replaced.

        Raises
        ------
        InputError
            If the name does not end in ``.xlsx``, or openpyxl, of the extra ``data``, is not installed.
        """
        export.write_result_workbook(self, path)

    def to_parquet(self, folder: Path | str) -> None:
        """Write every table of the run into a new folder as Parquet, in words, and what produced them as ``about.json``.

        Profiles are split into offence, felony, convicted, prior record and status group; a thinned run is multiplied back.

        Parameters
        ----------
        folder
            Made if it does not exist.

        Raises
        ------
        InputError
            If the folder is not empty.
        """
        export.write_result_parquet(self, folder)
