"""Imported offences: published rates on average, differences within stated ranges, and an effect only where one is set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.studies.records.made_panels import counties_of, made_panel

from enforcement_sim.errors import InputError
from enforcement_sim.studies.records.keyed_draws import Purpose, binomials, normals, uniforms
from enforcement_sim.studies.records.offence_settings import (
    drawn_settings,
    load_offence_settings,
    offence_settings,
)
from enforcement_sim.studies.records.offences import (
    KINDS,
    county_base,
    expected_offences,
    offences_known,
    share_treated,
)

DELAWARE = counties_of("DE")
STILL = {"trend_spread": 0.005, "year_spread": 0.03, "dispersion": 0.0, "season": 0.02}


def test_a_state_s_offences_are_the_published_ones_on_average() -> None:
    panel = made_panel(DELAWARE, "2010-01-01", "2010-12-01")
    residents = panel.drop_duplicates("county")["population"].sum()
    still = offence_settings(**STILL)
    for kind, published in (("violent", 623.3), ("property", 3453.9)):  # for 100,000 residents of Delaware in 2010
        found = np.mean([expected_offences(panel, still, kind, seed).sum() for seed in range(40)])
        assert found / residents * 100_000 == pytest.approx(published, rel=0.02)
        assert sum(county_base(kind, still, 3)[int(fips)] for fips in DELAWARE) == pytest.approx(residents)


def test_every_county_month_and_kind_has_one_whole_number() -> None:
    panel = made_panel(DELAWARE)
    found = offences_known(panel, offence_settings(), seed=1)
    assert list(found.columns) == ["county", "month", "kind", "offences"]
    assert len(found) == 2 * len(panel) and not found.duplicated(["county", "month", "kind"]).any()
    assert found["offences"].dtype == np.int64 and (found["offences"] >= 0).all()


def test_the_same_seed_gives_the_same_offences_in_any_company() -> None:
    whole = offences_known(made_panel(DELAWARE), offence_settings(), seed=7)
    alone = offences_known(made_panel(["10003"]), offence_settings(), seed=7)
    assert whole[whole["county"] == "10003"].reset_index(drop=True).equals(alone)
    assert not alone.equals(offences_known(made_panel(["10003"]), offence_settings(), seed=8))


def test_enforcement_changes_nothing_unless_an_effect_is_supposed() -> None:
    early, late = (made_panel(["10003"], activated=day) for day in ("2010-02-01", "2011-10-01"))
    assert offences_known(early, offence_settings(), 1).equals(offences_known(late, offence_settings(), 1))
    plain, less = (expected_offences(early, offence_settings(effect=size), "property", 1) for size in (0.0, -0.1))
    assert np.log(less / plain) == pytest.approx([0.0] + [-0.1] * 23)
    counted = [offences_known(early, offence_settings(effect=size), 1)["offences"] for size in (0.0, -0.1)]
    assert (counted[1] <= counted[0]).all()  # the same draws


def test_an_effect_may_begin_with_another_treatment() -> None:
    panel = made_panel(["10003"]).assign(agreement_from=pd.Timestamp("2011-01-01"))
    plain, more = (
        expected_offences(panel, offence_settings("agreement_from", effect=size), "violent", 1) for size in (0.0, 0.2)
    )
    assert np.log(more / plain) == pytest.approx([0.0] * 12 + [0.2] * 12)


def test_trends_may_go_with_the_day_of_activation() -> None:
    panel = made_panel(DELAWARE, activated={"10001": "2009-07-01", "10003": "2011-07-01"})  # 10005 never
    flat, tilted = (
        expected_offences(panel, offence_settings(trend_by_activation=tilt), "property", 1) for tilt in (0.0, 0.01)
    )
    change = pd.Series(np.log(tilted / flat)).groupby(panel["county"]).agg(lambda one: one.iloc[12] - one.iloc[0])
    assert change.to_dict() == pytest.approx({"10001": 0.01, "10003": -0.01, "10005": 0.0}, abs=1e-4)


def test_dispersion_widens_and_zero_is_a_poisson_count() -> None:
    panel = made_panel(["10003"], "2005-10-01", "2014-12-01")

    def scatter(more: float) -> float:
        chosen = offence_settings(dispersion=more)
        away = []
        for seed in range(12):
            mean = expected_offences(panel, chosen, "property", seed)
            counted = offences_known(panel, chosen, seed).query("kind == 'property'")["offences"].to_numpy()
            away += [((counted - mean) ** 2 / mean).mean()]
        return float(np.mean(away))

    assert scatter(0.0) == pytest.approx(1.0, rel=0.15)
    assert scatter(0.04) > 10.0


def test_months_of_treatment_count_by_their_days() -> None:
    months = pd.DatetimeIndex(["2010-06-01", "2010-07-01", "2010-08-01"] * 2)
    begins = pd.Series(pd.to_datetime(["2010-07-11"] * 3 + [None] * 3))
    assert share_treated(months, begins) == pytest.approx([0.0, 21 / 31, 1.0, 0.0, 0.0, 0.0])


def test_settings_are_within_ranges_with_source_and_grade() -> None:
    for setting in load_offence_settings().values():
        assert setting.source and setting.unit and setting.low <= setting.value <= setting.high
    assert offence_settings()["effect"] == 0.0
    for number in range(20):
        drawn = drawn_settings(3, number)
        for name, one in load_offence_settings().items():
            assert one.low <= drawn[name] <= one.high
        assert drawn["effect"] == 0.0 and drawn.values == drawn_settings(3, number).values
    assert len({drawn_settings(3, number)["dispersion"] for number in range(20)}) == 20


def test_bad_settings_and_panels_are_one_clear_error() -> None:
    for chosen, says in (
        ({"dispersal": 0.1}, "did you mean 'dispersion'"),
        ({"dispersion": 3.0}, "offences.dispersion: 3 is not possible; allowed: 0 to 0.04"),
    ):
        with pytest.raises(InputError, match=says):
            offence_settings(**chosen)
    with pytest.raises(InputError, match="did you mean 'secure_communities_from'"):
        offence_settings("secure_communities")
    quarters = made_panel(["10003"]).assign(days=90)
    with pytest.raises(InputError, match="a panel by month"):
        offences_known(quarters, offence_settings(), 1)
    with pytest.raises(InputError, match="no rate of offences is known for 2016"):
        offences_known(made_panel(["10003"], "2016-01-01", "2016-02-01"), offence_settings(), 1)


# ---- draws by key ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**62), st.lists(st.integers(0, 2**40), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_draws_lie_between_and_depend_on_their_keys_alone(seed: int, keys: list[int]) -> None:
    found = uniforms(seed, Purpose.OFFENCES, keys)
    assert ((found > 0) & (found < 1)).all()
    assert [float(uniforms(seed, Purpose.OFFENCES, [key])[0]) for key in keys] == found.tolist()


def test_draws_are_even_and_purposes_unrelated() -> None:
    keys = np.arange(20_000)
    one, other = uniforms(1, Purpose.OFFENCES, keys), uniforms(1, Purpose.HIERARCHY, keys)
    assert one.mean() == pytest.approx(0.5, abs=0.01) and one.std() == pytest.approx(12**-0.5, abs=0.01)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03 and abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.03
    assert normals(1, Purpose.OFFENCES, keys).std() == pytest.approx(1.0, abs=0.02)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=20), st.floats(0, 1), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_no_more_come_about_than_were_tried(trials: list[int], share: float, seed: int) -> None:
    found = binomials(trials, share, uniforms(seed, Purpose.HIERARCHY, np.arange(len(trials))))
    assert (found >= 0).all() and (found <= trials).all()
    assert set(KINDS) == {"violent", "property"}
