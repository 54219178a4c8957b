"""Workbooks, Parquet files and labelled arrays of every object that can say of which tables it is made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from xarray import Dataset

    from enforcement_sim.results.data_dictionary import Meanings


class Exported:
    """An object whose tables can be written for other programs.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> class Counted(Exported):
    ...     def _exported(self):
    ...         return {"funnel": pd.DataFrame({"event": ["removed"], "count": [3]})}
    ...     def _origin(self):
    ...         return {"scenario": "kent"}
    >>> with TemporaryDirectory() as folder:
    ...     Counted().to_excel(f"{folder}/kent.xlsx")
    ...     Counted().to_parquet(f"{folder}/kent")
    ...     list(pd.read_excel(f"{folder}/kent.xlsx", sheet_name=None))
    ['columns', 'about', 'funnel']
    """

    def _exported(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        raise NotImplementedError

    def _origin(self) -> dict[str, Any]:
        """Return what the tables were made from."""
        raise NotImplementedError

    def _own_meanings(self) -> Meanings:
        """Return what columns of a table mean there and nowhere else: label, unit and meaning by table and column."""
        return {}

    def _swept(self) -> Sequence[str]:
        """Return the addresses that are columns of the tables."""
        return ()

    def _meanings(self) -> pd.DataFrame:
        """Return what every column of the tables is: ``table``, ``column``, ``label``, ``unit``, ``meaning``."""
        from enforcement_sim.results.data_dictionary import column_rows
        from enforcement_sim.results.export import columns_of

        return column_rows(columns_of(self._exported()), self._swept(), self._own_meanings())

    def to_excel(self, path: Path | str) -> None:
        """Write a workbook with a sheet for each table; the first says what the columns are. Needs the extra ``data``.

        Parameters
        ----------
        path
            The ``.xlsx`` file to write; one that is there is replaced.

        Raises
        ------
        InputError
            If the name does not end in ``.xlsx``, or openpyxl is not installed.
        """
        from enforcement_sim.results.export import write_workbook

        write_workbook(path, self._exported(), self._origin(), self._meanings())

    def to_parquet(self, folder: Path | str) -> None:
        """Write every table as a Parquet file into a new folder, what the columns are, and what produced them.

        Parameters
        ----------
        folder
            Made if it does not exist.

        Raises
        ------
        InputError
            If the folder is not empty.
        """
        from enforcement_sim.results.export import COLUMNS, write_parquet

        write_parquet(folder, {**self._exported(), COLUMNS: self._meanings()}, self._origin())

    def _labelled(self, frame: pd.DataFrame, axes: Sequence[str]) -> Dataset:
        """Return a table as arrays whose axes carry labels, with units and what they were made from."""
        from enforcement_sim.results.export import labelled_set

        return labelled_set(frame, axes, self._origin(), self._own_meanings())
