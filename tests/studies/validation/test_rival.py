"""The rival: its compartments lose nobody, its fit finds known parameters, and held-out figures change nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.studies.validation.scorecards import TARGETS, agreeing
from tests.studies.validation.test_held_out_figures import reached
from tools.make_validation import rival_section

from enforcement_sim.errors import InputError
from enforcement_sim.runs.executors import SerialExecutor
from enforcement_sim.studies.validation.rival import RivalFit, fit_rival, load_rival
from enforcement_sim.studies.validation.rival_comparison import (
    compared_with_rival,
    rival_columns,
    sentence,
    shipped_rival,
)
from enforcement_sim.studies.validation.rival_compartments import (
    AGREEMENTS,
    CAP,
    PROGRAMMES,
    SC,
    passed,
)
from enforcement_sim.studies.validation.rival_inputs import month_index, part_of_months
from enforcement_sim.studies.validation.rival_operators import OF_FIGURES, OF_VECTORS, rival_operator, rival_value
from enforcement_sim.studies.validation.scorecard import validate
from enforcement_sim.studies.validation.targets import Scope, Target, load_targets

RIVAL = load_rival()
MIDDLE = RIVAL.values(np.zeros(len(RIVAL.parameters)))
FLOWS = RIVAL.flows(MIDDLE)
KNOWN = np.array([-0.3, 0.4, 0.2, -0.5, 0.3, -0.4, 0.5, 0.2, 0.1, -0.3])


def with_value(target: Target, value: float) -> Target:
    """Return a figure with another published value, known to some three per cent."""
    return target.model_copy(update={"value": value, "low": value * 0.95, "high": value * 1.05})


@pytest.fixture(scope="module")
def recovered() -> RivalFit:
    """The rival, fitted to what it says itself with known parameters."""
    flows = RIVAL.flows(RIVAL.values(KNOWN))
    expressed = [one for one in load_targets().of("fit") if rival_operator(one) is not None]
    return fit_rival([with_value(one, rival_value(one, flows)) for one in expressed])


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_whoever_enters_a_compartment_leaves_it_or_is_inside(programme: str) -> None:
    for one in (FLOWS.in_jail[programme], FLOWS.in_custody[programme]):
        entered, left = one.before + one.entered.sum(axis=1), one.left.sum(axis=1) + one.after
        np.testing.assert_allclose(entered, left, rtol=1e-9, atol=1e-6)
        assert (one.left >= 0.0).all() and (one.after >= 0.0).all()


def test_nobody_is_taken_or_removed_who_did_not_come_before() -> None:
    for programme in PROGRAMMES:
        jail, custody = FLOWS.in_jail[programme], FLOWS.in_custody[programme]
        assert (custody.entered <= jail.left + 1e-9).all()
        assert (FLOWS.removed[programme] <= custody.left + 1e-9).all()


def test_a_steady_stream_stays_steady() -> None:
    steady = passed(np.full((2, 20), 7.0), 1.6)
    np.testing.assert_allclose(steady.left, 7.0)
    np.testing.assert_allclose(steady.before, 7.0 * 1.6)
    np.testing.assert_allclose(steady.after, steady.before)


def test_people_wait_as_long_as_they_should() -> None:
    entered = np.zeros((1, 400))
    entered[0, 1] = 1.0
    left = passed(entered, 2.5).left[0]
    assert (left * (np.arange(400) - 1)).sum() == pytest.approx(2.5)


def test_secure_communities_submits_nothing_before_it_begins_and_then_takes_over() -> None:
    before, after = month_index(date(2008, 9, 1)), month_index(date(2013, 6, 1))
    assert FLOWS.submitted[:, : before + 1].sum() == 0.0
    assert FLOWS.in_jail[CAP].entered[:, after].sum() == pytest.approx(0.0, abs=1e-6)
    assert FLOWS.in_jail[SC].entered[:, after].sum() > 0.0


def test_officers_find_fewer_where_secure_communities_is_active() -> None:
    alone = RIVAL.flows({**MIDDLE, "found_beside_matches": 1.0}).in_jail[AGREEMENTS].entered
    beside = RIVAL.flows({**MIDDLE, "found_beside_matches": 0.25}).in_jail[AGREEMENTS].entered
    before, after = month_index(date(2008, 9, 1)), month_index(date(2013, 6, 1))
    np.testing.assert_allclose(beside[:, :before], alone[:, :before])
    np.testing.assert_allclose(beside[:, after], 0.25 * alone[:, after])


def test_months_are_cut_by_days() -> None:
    parts = part_of_months(date(2006, 2, 15), date(2006, 3, 31))
    assert parts.sum() == pytest.approx(0.5 + 1.0)
    assert parts[month_index(date(2006, 2, 1))] == pytest.approx(0.5)


def test_states_add_up_to_the_nation() -> None:
    target = TARGETS["sc_submissions_2011_06"]
    states = FLOWS.inputs.states
    parts = [rival_value(target.model_copy(update={"scope": Scope("states", (one,))}), FLOWS) for one in states]
    assert sum(parts) == pytest.approx(rival_value(target, FLOWS))


def test_what_is_expressed_is_published() -> None:
    assert set(OF_FIGURES) <= set(TARGETS)
    assert set(OF_VECTORS) <= {one.vector for one in TARGETS.values()}


@pytest.mark.parametrize(
    "name", ["detainers_lpr", "sc_match_rate_dallas", "jail_inmates_2010", "custody_deciles.decile-5"]
)
def test_what_compartments_do_not_know_is_not_expressible(name: str) -> None:
    assert rival_operator(TARGETS[name]) is None
    assert np.isnan(rival_value(TARGETS[name], FLOWS))


def test_known_parameters_are_found_again(recovered: RivalFit) -> None:
    known = RIVAL.values(KNOWN)
    assert recovered.discrepancy < 0.06
    within = [low <= known[name] <= high for name, (_, low, high) in recovered.parameters().items()]
    assert sum(within) >= 9
    for name in ("found_per_officer", "acted_on", "custody_per_detainer"):
        assert recovered.parameters()[name][0] == pytest.approx(known[name], rel=0.2)


def test_figures_that_differ_more_leave_a_larger_discrepancy(recovered: RivalFit) -> None:
    assert shipped_rival().discrepancy > 2.0 * recovered.discrepancy


def test_a_held_out_figure_is_refused_by_the_fit() -> None:
    with pytest.raises(InputError, match="detainers_fy2013 may not be fitted"):
        fit_rival([TARGETS["sc_match_rate"], TARGETS["detainers_fy2013"]])
    with pytest.raises(InputError, match="express none"):
        fit_rival([TARGETS["detainers_lpr"]])


def test_the_fit_cannot_reach_a_held_out_figure() -> None:
    assert "studies.validation.held_out_targets" not in reached("studies.validation.rival_comparison")
    assert not [name for name in shipped_rival().fitted if TARGETS[name].bin != "fit"]


def test_a_held_out_figure_changes_no_forecast() -> None:
    target = TARGETS["detainers_fy2013"]
    forecasts = [
        shipped_rival().forecasts([with_value(target, value)])[target.id].values for value in (1000.0, target.value)
    ]
    np.testing.assert_array_equal(*forecasts)


def test_forecasts_are_wider_where_less_is_known() -> None:
    less = replace(shipped_rival(), discrepancy=0.0)
    target = TARGETS["detainers_fy2012"]
    (_, low, high), (_, lower, higher) = (
        one.forecasts([target])[target.id].interval for one in (less, shipped_rival())
    )
    assert lower < low < high < higher


def card(**changes: float) -> pd.DataFrame:
    """Return a scorecard of the real figures in which the model has the rival's scores times a number, by bin."""
    table = pd.DataFrame(
        {
            "id": list(TARGETS),
            "bin": [one.bin for one in TARGETS.values()],
            "subject": [one.subject for one in TARGETS.values()],
            "vector": [one.vector for one in TARGETS.values()],
            "weight": list(TARGETS.weights().values()),
        }
    )
    table = pd.concat([table, rival_columns(list(TARGETS.values()))], axis=1)
    by = table["bin"].map(changes).fillna(1.0)
    return table.assign(hit=False, narrow=False, score=table["rival_score"].fillna(0.01) * by, interval_score=np.nan)


def test_each_group_says_who_does_better() -> None:
    found = compared_with_rival(card(fit=0.5, heldout=3.0)).set_index("group")
    assert list(found.index) == ["fitted", "held out, 287(g)", "held out, 287(g) by place", "held out, others"]
    assert "the model does better" in found.loc["fitted", "says"]
    assert found.loc["held out, 287(g)":, "says"].str.contains("the rival does better").all()
    assert "do alike" in compared_with_rival(card(fit=1.01)).set_index("group").loc["fitted", "says"]


def test_only_what_both_express_is_compared() -> None:
    found = compared_with_rival(card()).set_index("group").loc["fitted"]
    assert found["compared"] == found["rival_expresses"] < found["model_expresses"]
    assert found["rival_expresses"] == sum(TARGETS.weights()[name] for name in shipped_rival().fitted)
    assert found["model_score"] == pytest.approx(found["rival_score"])


def test_the_sentence_gives_scores_hits_and_both_counts() -> None:
    row = {"group": "fitted", "compared": 4.0, "model_expresses": 9.0, "rival_expresses": 4.0}
    row |= {"model_hits": 3.0, "model_narrow_hits": 2.0, "model_score": 0.1, "model_interval_score": 0.5}
    row |= {"rival_hits": 1.0, "rival_narrow_hits": 0.0, "rival_score": 0.3, "rival_interval_score": float("nan")}
    says = sentence(row)
    assert says.startswith("fitted: the model does better, with a score of 0.1 against 0.3 of the rival")
    assert (
        "the model hits 3 (2 by a narrow interval, interval score 0.5); the rival hits 1 (0 by a narrow interval)"
        in says
    )
    assert says.endswith("both express 4 figures (the model 9, the rival 4).")
    assert "the rival does better" in sentence({**row, "model_score": 0.4})
    assert "do alike, with scores of 0.3 and 0.3" in sentence({**row, "model_score": 0.3})
    assert "no figure is expressed by both" in sentence({**row, "model_score": float("nan")})


def test_the_page_has_the_sentences_and_every_parameter() -> None:
    found = validate((), SerialExecutor(), seeds=(1, 2), observation=agreeing)
    page = "\n".join(rival_section(found))
    for says in found.beside_rival["says"]:
        assert says in page
    for name in RIVAL.parameters:
        assert f"| `{name}` |" in page
