"""False positives and power of crime designs: worlds drawn as the records have them, and shares that behave as shares must."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.law.where import Where
from enforcement_sim.studies.records.offence_settings import offence_settings
from enforcement_sim.studies.records.offences import expected_offences, offences_known
from enforcement_sim.studies.records.ucr_files import AGENCY_MONTH, COUNTY, county_months, ucr_county
from enforcement_sim.studies.research_designs.error_rates import (
    CELL,
    MEASURED,
    RECORDS,
    Repetition,
    error_rates,
    estimates_of_seed,
    full_grid,
    repeated_estimates,
    smallest_fall,
)
from enforcement_sim.studies.research_designs.imported_offences import months_of
from enforcement_sim.studies.research_designs.observations import rows_of, with_outcome
from enforcement_sim.studies.research_designs.repeated_designs import repeatable, repeated_sample
from enforcement_sim.studies.research_designs.repeated_offences import Cells, RepeatedOffences
from enforcement_sim.studies.research_designs.repeated_pairs import absorber_of
from enforcement_sim.studies.research_designs.shipped_studies import load_study
from enforcement_sim.studies.research_designs.study_file import Study

FEW_STATES = Where.model_validate({"states": ["DE", "MD", "NJ"]})
WORLDS = 40
MIDDLE = {"trend_spread": 0.02, "trend_by_activation": 0.0, "dispersion": 0.01}


def small(name: str, **more: Any) -> Study:
    """Return a shipped study of three small states."""
    study = load_study(name)
    return study.model_copy(update={"sample": study.sample.model_copy(update={"places": FEW_STATES, **more})})


CRIME = small("miles-cox-2014")


@cache
def offences_of(seed: int) -> RepeatedOffences:
    return RepeatedOffences(months_of(CRIME, 1), ("violent", "property"), offence_settings(), seed)


# ---- the worlds ----------------------------------------------------------------------------------------------------------


def test_rates_are_the_expected_offences_times_draws_around_one() -> None:
    panel = months_of(CRIME, 1)
    for setting in ({"trend_spread": 0.04}, {"trend_by_activation": -0.02}):
        settings = offence_settings(**{**setting, "dispersion": 0.0})
        for kind, rate in offences_of(1).rates(settings).items():
            assert rate.ravel() == pytest.approx(expected_offences(panel, settings, kind, 1))
    drawn = offences_of(1).rates(offence_settings(dispersion=0.04))["property"]
    ratio = drawn / offences_of(1).rates(offence_settings(dispersion=0.0))["property"]
    assert ratio.mean() == pytest.approx(1.0, abs=0.02)
    assert ratio.var() == pytest.approx(0.04, rel=0.1)


def test_counts_of_a_county_are_spread_like_those_of_the_records() -> None:
    panel, settings = months_of(CRIME, 1), offence_settings()
    cells = Cells(np.arange(panel["county"].nunique()), np.arange(panel["period"].nunique()))
    rates = offences_of(1).rates(settings)
    expected = np.sum(list(rates.values()), axis=0)
    every = offences_of(1).as_counted(rates, cells)
    assert ((every - expected) / np.sqrt(expected)).std() == pytest.approx(1.0, abs=0.03)
    known = offences_known(panel, settings, 1)
    # The two ways of drawing share expectations, and differ by chance alone.
    assert every.sum() == pytest.approx(known["offences"].sum(), rel=0.01)
    reported = offences_of(1).agency_months(rates, cells)
    assert reported.sum() == pytest.approx(county_months(known, 1)["offences"].sum(), rel=0.01)
    (file,) = offences_of(1).county_files([offences_of(1).agency_years(rates)])
    by_county = ucr_county(known, 1).groupby(["county", "year"])["offences"].sum()
    assert file.shape == (len(cells.counties), 6)
    assert np.abs(np.log(file.ravel() / by_county.to_numpy())).mean() < 0.05


def test_a_file_without_gaps_holds_what_the_hierarchy_leaves() -> None:
    rates = offences_of(2).rates(offence_settings())
    cells = Cells(np.arange(4), np.array([0, 36]))
    assert offences_of(2).as_counted(rates, cells).shape == (4, 2)
    assert (offences_of(2).agency_months(rates, cells) < offences_of(2).as_counted(rates, cells)).all()


# ---- the designs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["miles-cox-2014", "alsan-yang-2022-offences"])
def test_designs_find_what_the_library_finds_on_the_same_counts(name: str) -> None:
    pytest.importorskip("pyfixest")
    from enforcement_sim.studies.research_designs.estimators import estimate

    _same_as_library(small(name, least_population=0), estimate)


@pytest.mark.slow
def test_border_pairs_find_what_the_library_finds_on_the_same_counts() -> None:
    pytest.importorskip("pyfixest")
    from enforcement_sim.studies.research_designs.estimators import estimate

    places = Where.model_validate({"states": ["IL", "WI", "IN"]})
    study = load_study("arellano-bover-biasi-2018")
    here = study.model_copy(update={"sample": study.sample.model_copy(update={"places": places})})
    assert len(repeatable(here)) == 3
    _same_as_library(here, estimate)
    _same_as_library(here, estimate, gaps=True)


def _same_as_library(study: Study, estimate: Any, gaps: bool = False) -> None:
    recorder = COUNTY if study.sample.by == "year" else AGENCY_MONTH
    sample, panel = repeated_sample(study, recorder), months_of(study, 1)
    assert sample is not None
    offences = RepeatedOffences(panel, study.outcome.offences, offence_settings(), 3)
    rates = offences.rates(offence_settings())
    if recorder == COUNTY:
        counts = offences.county_files([offences.agency_years(rates)])[0][sample.cells.counties]
    else:
        counts = offences.agency_months(rates, sample.cells)
    if gaps:
        counts[np.random.default_rng(5).random(counts.shape) < 0.1] = 0.0  # which have no logarithm
    outcome = sample.outcome(counts)
    rows = rows_of(panel.assign(violent=1, property=0), study)
    rows["numerator"] = counts.ravel()
    for name, design in repeatable(study).items():
        by_library = estimate(with_outcome(rows, study.outcome.form), design, study.treatment)
        here = absorber_of(sample.designs[name], ~np.isnan(outcome)).estimate(outcome)
        assert here.observations == by_library.observations
        assert here.coefficient == pytest.approx(by_library.coefficient, abs=1e-7)
        assert here.standard_error == pytest.approx(by_library.standard_error, rel=1e-4)


def test_designs_that_differ_by_the_recorder_alone_are_one() -> None:
    assert list(repeatable(load_study("miles-cox-2014"))) == ["as published", "without-trends"]
    pairs = load_study("arellano-bover-biasi-2018")
    assert list(repeatable(pairs)) == ["as published", "within-pairs", "state-trends"]


def test_a_study_of_what_is_simulated_is_refused() -> None:
    with pytest.raises(InputError, match="imported offences"):
        repeatable(load_study("hines-peri-2019"))


def test_the_county_file_makes_a_monthly_design_annual() -> None:
    by_month, by_year = repeated_sample(CRIME, AGENCY_MONTH), repeated_sample(CRIME, COUNTY)
    assert by_month is not None and by_year is not None
    assert (by_month.by, by_year.by) == ("month", "year")
    monthly, annual = (one.designs["as published"].treated for one in (by_month, by_year))
    assert annual.shape[1] * 12 == monthly.shape[1]
    assert annual == pytest.approx(monthly.reshape(len(annual), -1, 12).mean(axis=2), abs=0.01)


# ---- the rates -----------------------------------------------------------------------------------------------------------


@cache
def estimates(effect: float = 0.0) -> pd.DataFrame:
    """Return the designs' estimates on every offence known, in worlds with an effect."""
    sample = repeated_sample(CRIME, RECORDS[0])
    assert sample is not None
    repetition = Repetition(WORLDS, effect, (MIDDLE,))
    found = [estimates_of_seed(CRIME, {RECORDS[0]: sample}, repetition, seed) for seed in range(1, WORLDS + 1)]
    return pd.DataFrame([row for rows in found for row in rows])


@cache
def on_every_record() -> pd.DataFrame:
    return repeated_estimates(CRIME, Repetition(3, 0.0, (MIDDLE,)), workers=1)


def test_the_same_seeds_give_the_same_bytes_and_others_do_not() -> None:
    again = repeated_estimates(CRIME, Repetition(1, 0.0, (MIDDLE,), first=2), workers=1)
    assert again.to_csv(index=False) == on_every_record().query("seed == 2").to_csv(index=False)
    of_seed = on_every_record().query("design == 'as published' and recorder == 'as-counted'")["coefficient"]
    assert of_seed.nunique() == len(of_seed) == 3


def test_every_recorder_and_design_has_a_row_for_each_setting() -> None:
    table = error_rates(on_every_record())
    assert list(table.columns) == [*CELL, *MEASURED]
    assert sorted(table["recorder"].unique()) == sorted(RECORDS)
    assert len(table) == 2 * len(RECORDS) and (table["worlds"] == 3).all()
    assert (table["found_low"] <= table["found"]).all() and (table["found"] <= table["found_high"]).all()


def test_an_effect_moves_the_estimates_by_itself_and_power_rises_with_it() -> None:
    keys = ["design", "seed"]
    none = estimates().set_index(keys)
    power = [((none["low"] > 0) | (none["high"] < 0)).groupby("design").mean()]
    for effect in (-0.05, -0.2):
        with_it = estimates(effect).set_index(keys)
        moved = (with_it["coefficient"] - none["coefficient"]).groupby("design").mean()
        assert moved.to_numpy() == pytest.approx(effect, abs=0.15 * abs(effect))
        power.append((with_it["high"] < 0).groupby("design").mean())
    assert (power[0] <= power[1] + 0.1).all() and (power[1] <= power[2]).all() and (power[2] > power[0]).all()


def test_the_smallest_fall_is_found_in_four_worlds_of_five_when_it_is_put_in() -> None:
    """By brute force: the worlds are drawn again with the fall in them."""
    chosen = "design == 'as published'"
    fall, low, high = smallest_fall(estimates().query(chosen))
    assert low < fall < high < 0
    with_it = estimates(float(np.log1p(fall / 100.0))).query(chosen)
    assert (with_it["high"] < 0).mean() == pytest.approx(0.8, abs=0.1)


def test_more_noise_needs_a_larger_fall() -> None:
    noise = np.random.default_rng(1).normal(size=300)
    falls = [
        smallest_fall(pd.DataFrame({"coefficient": size * noise, "high": size * (noise + 1.96)}))[0]
        for size in (0.01, 0.02, 0.05)
    ]
    assert falls[0] > falls[1] > falls[2]


def test_a_design_that_finds_falls_without_any_needs_none() -> None:
    biased = pd.DataFrame({"coefficient": [-0.5] * 10, "high": [-0.1] * 10})
    assert smallest_fall(biased) == (0.0, 0.0, 0.0)


def test_the_grid_reaches_the_ends_of_every_range() -> None:
    grid = pd.DataFrame(full_grid())
    assert len(grid) == len(grid.drop_duplicates())
    assert grid["trend_spread"].agg(["min", "max"]).tolist() == [0.005, 0.04]
    assert grid["trend_by_activation"].agg(["min", "max"]).tolist() == [-0.02, 0.02]
    assert grid["dispersion"].agg(["min", "max"]).tolist() == [0.0, 0.04]


def test_too_few_worlds_are_refused() -> None:
    with pytest.raises(InputError, match="too few"):
        repeated_estimates(CRIME, Repetition(0), workers=1)
