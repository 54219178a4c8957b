"""Offences of many worlds of one study, as each recorder wrote them down: drawn by county, without tables of agencies.

What is expected in a county and month, its agencies and the months they report are those of
:mod:`enforcement_sim.studies.records`. Counts are drawn in another way, which is exact and some hundred times as fast: a month's
overdispersed count is a Poisson count of a rate that is itself drawn, and any part of a Poisson count (an agency's, the reported
months', what the hierarchy rule leaves) is a Poisson count of its part of the rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from enforcement_sim.studies.records.agencies import agencies
from enforcement_sim.studies.records.keyed_draws import Purpose
from enforcement_sim.studies.records.offence_settings import OffenceSettings
from enforcement_sim.studies.records.offences import (
    MONTHS_A_YEAR,
    county_trends,
    expected_offences,
    years_from_middle,
)
from enforcement_sim.studies.records.recorder_rules import rules_in_force
from enforcement_sim.studies.records.reporting import months_reported
from enforcement_sim.studies.records.ucr_files import AGENCY_MONTH, COUNTY, imputed

_AS_COUNTED, _AGENCY_MONTH, _COUNTY, _RATES = range(4)
"""What random numbers are for."""
Matrix = npt.NDArray[np.float64]
"""Of counties by months, or by periods."""


@dataclass(frozen=True)
class Cells:
    """Which counts are wanted: some counties, and periods of months.

    Attributes
    ----------
    counties : ndarray
        Positions among the counties of the panel.
    first_months : ndarray
        Position of the first month of each period; the last period ends with the panel.
    """

    counties: npt.NDArray[np.int64]
    first_months: npt.NDArray[np.int64]

    def added_up(self, monthly: Matrix) -> Matrix:
        """Return the wanted counties of a matrix by month, added up to the periods."""
        return np.asarray(np.add.reduceat(monthly[self.counties], self.first_months, axis=1))


class RepeatedOffences:
    """The offences of one seed under any trends and dispersion.

    Parameters
    ----------
    panel
        Counties by month with treatment dates, of
        :func:`~enforcement_sim.studies.research_designs.imported_offences.months_of`.
    kinds
        Of offences, which are added up.
    settings
        Of everything but the trends and the dispersion, which :meth:`rates` is given.
    seed
        Of offences and records.
    """

    def __init__(self, panel: pd.DataFrame, kinds: tuple[str, ...], settings: OffenceSettings, seed: int) -> None:
        self.months = pd.DatetimeIndex(panel["period"].drop_duplicates())
        self._first_rows = panel.iloc[:: self.months.size]
        self._fips = self._first_rows["county"].to_numpy().astype(np.int64)
        self._kinds, self._seed = kinds, seed
        self._shape = (self._fips.size, self.months.size)
        self._expected = {kind: expected_offences(panel, settings, kind, seed).reshape(self._shape) for kind in kinds}
        self._drawn_with = settings
        self._growths: dict[tuple[float, float], dict[str, Matrix]] = {}
        self._gammas: dict[float, dict[str, Matrix]] = {}

    def rates(self, settings: OffenceSettings) -> dict[str, Matrix]:
        """Return the rate of each kind in every county and month that the counts are Poisson counts of."""
        growth = self._growth(settings)
        found = {kind: self._expected[kind] * growth[kind] for kind in self._kinds}
        if settings["dispersion"]:
            for kind, drawn in self._overdispersion(settings["dispersion"]).items():
                found[kind] *= drawn
        return found

    def _growth(self, settings: OffenceSettings) -> dict[str, Matrix]:
        """Return by what other trends than those of the expected offences multiply them."""
        key = settings["trend_spread"], settings["trend_by_activation"]
        if key not in self._growths:
            years, rows, seed = years_from_middle(self.months), self._first_rows, self._seed
            self._growths = {key: {}}  # settings with the same trends follow one another
            for kind in self._kinds:
                more = county_trends(rows, settings, kind, seed) - county_trends(rows, self._drawn_with, kind, seed)
                self._growths[key][kind] = np.exp(more[:, np.newaxis] * years)
        return self._growths[key]

    def _overdispersion(self, dispersion: float) -> dict[str, Matrix]:
        """Return by what each month's rate is off the expected one: gamma draws around 1, whose variance is the dispersion."""
        if dispersion not in self._gammas:
            draws = self._generator(_RATES)
            self._gammas[dispersion] = {
                kind: dispersion * draws.standard_gamma(1.0 / dispersion, self._shape) for kind in self._kinds
            }
        return self._gammas[dispersion]

    def as_counted(self, rates: dict[str, Matrix], cells: Cells) -> Matrix:
        """Return every offence known."""
        draws = self._generator(_AS_COUNTED)
        return draws.poisson(cells.added_up(np.sum(list(rates.values()), axis=0))).astype(float)

    def agency_months(self, rates: dict[str, Matrix], cells: Cells) -> Matrix:
        """Return the offences of months that agencies reported."""
        reported = _left_by_hierarchy(rates) * self._reported_share
        return self._generator(_AGENCY_MONTH).poisson(cells.added_up(reported)).astype(float)

    def agency_years(self, rates: dict[str, Matrix]) -> Matrix:
        """Return the offences of each agency's reported months by whole calendar year, for :meth:`county_files`."""
        left = _left_by_hierarchy(rates)[:, self._whole_years].reshape(self._fips.size, -1, MONTHS_A_YEAR)
        expected = np.einsum("ayk,ayk->ay", left[self._county_of_agency], self._reports_of_years)
        share = self._agencies["share"].to_numpy()[:, np.newaxis]
        return np.asarray(self._generator(_COUNTY).poisson(expected * share), float)

    def county_files(self, counted: Sequence[Matrix]) -> list[Matrix]:
        """Return county files of all counties: agencies' years as reported in worlds of one seed, imputed and added up."""
        months = self._reports_of_years.sum(axis=2).astype(int)
        every = imputed(self._agencies, np.stack(counted, axis=2), months, rules_in_force(COUNTY))
        begins = np.searchsorted(self._county_of_agency, np.arange(self._fips.size))
        added = np.rint(np.add.reduceat(every, begins, axis=0))
        return [added[:, :, world] for world in range(len(counted))]

    def _generator(self, what: int) -> np.random.Generator:
        return np.random.default_rng([self._seed, int(Purpose.OFFENCES), what])

    # ---- what recorders had ----------------------------------------------------------------------------------------------

    @cached_property
    def _among(self) -> npt.NDArray[np.bool_]:
        return np.isin(agencies(self._seed)["county"].to_numpy(), self._fips)

    @cached_property
    def _agencies(self) -> pd.DataFrame:
        return agencies(self._seed)[self._among].reset_index(drop=True)

    @cached_property
    def _county_of_agency(self) -> npt.NDArray[np.int64]:
        return np.searchsorted(self._fips, self._agencies["county"].to_numpy()).astype(np.int64)

    def _reports(self, recorder: str) -> npt.NDArray[np.bool_]:
        """Return whether each agency reported each month of the panel."""
        years, year = np.unique(self.months.year, return_inverse=True)
        reported = months_reported(years, rules_in_force(recorder), self._seed)[self._among]
        return np.asarray(reported[:, year, self.months.month.to_numpy() - 1])

    @cached_property
    def _reported_share(self) -> Matrix:
        """Return the share of each county's offences whose agency reports the month."""
        share = self._agencies["share"].to_numpy()[:, np.newaxis]
        begins = np.searchsorted(self._county_of_agency, np.arange(self._fips.size))
        return np.minimum(np.add.reduceat(self._reports(AGENCY_MONTH) * share, begins, axis=0), 1.0)

    @cached_property
    def _whole_years(self) -> npt.NDArray[np.bool_]:
        """Return which months belong to calendar years that the panel has in full."""
        year = self.months.year.to_numpy()
        years, months = np.unique(year, return_counts=True)
        return np.isin(year, years[months == MONTHS_A_YEAR])

    @cached_property
    def _reports_of_years(self) -> Matrix:
        reported = self._reports(COUNTY)[:, self._whole_years]
        return reported.reshape(len(self._agencies), -1, MONTHS_A_YEAR).astype(float)


def _left_by_hierarchy(rates: dict[str, Matrix]) -> Matrix:
    """Return the rate of all kinds together that the hierarchy rule leaves."""
    lost = rules_in_force(AGENCY_MONTH)["hierarchy"].values
    return np.sum([rate * (1.0 - lost[f"{kind}_lost"].value) for kind, rate in rates.items()], axis=0)
