"""Objects made of a few named tables, which other programs read as workbooks, Parquet files and labelled arrays.

An object names its tables in ``_exported``, what they were made from in ``_origin``, and in two constants of its class the
axes of each table and what its columns mean. Everything else is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.results.exported import Exported

if TYPE_CHECKING:
    from xarray import Dataset

    from enforcement_sim.results.data_dictionary import Meanings

type Meaning = tuple[str, str, str]
"""Label, unit and meaning of a column."""

_OVER_BOTH = "of the range over seeds and sets of parameters; of the middle 95% from 39 sets on"
WITH_BOTH_INTERVALS: Mapping[str, Meaning] = {
    "low": ("Low end", "of the measure", _OVER_BOTH),
    "high": ("High end", "of the measure", _OVER_BOTH),
    "seeds_low": ("Low end, seeds alone", "of the measure", "of the 95% interval over seeds alone"),
    "seeds_high": ("High end, seeds alone", "of the measure", "of the 95% interval over seeds alone"),
}
"""Columns of tables that have the doubt about the parameters beside chance."""


class LabelledTables(Exported):
    """An object whose tables can be written as files and read as arrays with labelled axes.

    Attributes
    ----------
    AXES : mapping
        Table -> the columns that tell its rows apart, for every table; the first is the one that ``to_xarray`` returns.
    COLUMNS_MEAN : mapping
        Column -> label, unit and meaning, where it means something else in these tables than elsewhere.

    Examples
    --------
    >>> import pandas as pd
    >>> class Counted(LabelledTables):
    ...     AXES = {"funnel": ("event",)}
    ...     def _exported(self):
    ...         return {"funnel": pd.DataFrame({"event": ["booked", "removed"], "count": [9, 3]})}
    ...     def _origin(self):
    ...         return {"scenario": "kent"}
    >>> found = Counted().to_xarray()
    >>> int(found["count"].sel(event="removed")), found["count"].attrs["units"], found.attrs["scenario"]
    (3, 'people', 'kent')
    """

    AXES: ClassVar[Mapping[str, Sequence[str]]]
    COLUMNS_MEAN: ClassVar[Mapping[str, Meaning]] = {}

    def _own_meanings(self) -> Meanings:
        return {(table, column): meaning for table in self.AXES for column, meaning in self.COLUMNS_MEAN.items()}

    def to_xarray(self, table: str = "") -> Dataset:
        """Return a table as arrays with labelled axes, units and origin; needs the extra ``data``.

        Parameters
        ----------
        table
            Its name, as in the workbook; the main one unless given.

        Returns
        -------
        Dataset
            An array for each column that is no axis.

        Raises
        ------
        InputError
            If there is no such table, or xarray is not installed.
        """
        tables = self._exported()
        name = table or next(iter(self.AXES))
        if name not in tables:
            raise InputError(f"unknown table {name!r}", allowed=tables, nearest=nearest_names(name, tables))
        from enforcement_sim.results.export import labelled_set

        here = {key: meaning for key, meaning in self._own_meanings().items() if key[0] == name}
        return labelled_set(tables[name], self.AXES[name], self._origin(), here)
