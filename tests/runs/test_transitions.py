"""Who changed: one lever at a time is named as the cause, counts agree with the runs, and nothing but counts comes out."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from tests.twin.cases import COLLIER, FREDERICK, IMPERIAL, MANASSAS, MANY_NONCITIZENS, small

from enforcement_sim.errors import InputError
from enforcement_sim.runs.run import run
from enforcement_sim.runs.transitions import CHANGES, EVERYONE, Transitions, who_changed
from enforcement_sim.scenarios.load import load_scenario

BASE = small(
    [COLLIER, FREDERICK, MANASSAS],
    "2012-04-01",
    "2012-05-31",
    MANY_NONCITIZENS | {"thin": 6, "custody.discretion_share": 0.6, "custody.counsel_detained_share": 0.08},
    warm=20,
)

BORDER = BASE.with_(scope={"counties": [IMPERIAL]}, thin=2)
"""More people come into custody there whom the discretion rule covers."""

WHOLE = BASE.with_(thin=1)
"""Counsel turns few cases."""


def lever(decision: str, rule: str) -> dict[str, Any]:
    return {"changes.lever": {"decision": decision, "rule": rule, "where": "nation"}}


LEVERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "prints": (lever("sharing", "not-shared"), {"sharing"}),
    "honouring": (lever("honour", "honour-trust"), {"honour_rule", "bail_honour"}),
    "detainers": (lever("detainer", "detainer-felonies-only"), {"detainer_rule"}),
    "screening": (lever("screen", "screen-targeted"), {"screen_rule"}),
    "point": (lever("screening_point", "post-case"), {"screening_point"}),
    "discretion": (lever("discretion", "discretion-none"), {"discretion_rule"}),
    "agreements": (lever("agreement", "ended"), {"officers", "task_force"}),
    "task forces": (lever("task_force", "ended"), {"task_force"}),
    "citation": (lever("citation", "cited"), {"citation"}),
    "the clock": ({"detainer.hold_hours": 12}, {"hold_clock"}),
    "bail": ({"detainer.bail_denied_share": 0.6}, {"bail"}),
    "adherence": ({"detainer.issue_if_covered": 0.7}, {"detainer_adherence"}),
    "authorisation": ({"jail_287g.authorised_share": 0.6}, {"authorisation"}),
    "proposals": ({"jail_287g.officers_propose": 1, "jail_287g.proposed_share": 0.7}, {"detainer_adherence"}),
    "handing over": ({"jail_287g.hand_over_share": 0.8}, {"handed_over"}),
    "effort": ({"effort.acted_share": 0.5}, {"effort"}),
    "early gate": (
        {"secure_communities.gate_start_share": 0.05, "secure_communities.gate_months": 48},
        {"early_gate"},
    ),
    "growth": ({"background.growth_years": 8, "background.growth_middle_year": 2011.0}, {"visit_planned"}),
    "wanted": ({"pickup.wanted_share_other": 0.2}, {"wanted"}),
    "medical reasons": ({"hold.medical_reason_share": 0.05}, {"medical_reason"}),
    "counsel": ({"custody.counsel_detained_share": 0.25}, {"counsel"}),
    "visits": ({"background.coverage": 0.7}, {"visit_planned"}),
    "victims": ({"response.reporting": -0.2}, {"response"}),
}
"""One lever each, and the causes that are its own doing."""


@cache
def found(name: str) -> Transitions:
    base = {"discretion": BORDER, "counsel": WHOLE}.get(name, BASE)
    return who_changed(base, base.with_(**LEVERS[name][0]))


@pytest.mark.parametrize("name", LEVERS)
@pytest.mark.slow
def test_a_lever_is_named_as_the_cause(name: str) -> None:
    causes = found(name).causes()
    assert set(causes["cause"]) != set() and "unexplained" not in set(causes["cause"])
    direct = causes[causes["reach"] == "direct"]
    assert set(direct["cause"]) == LEVERS[name][1]
    assert set(causes["change"]) <= set(CHANGES)


def test_the_same_scenario_changes_nobody() -> None:
    nobody = who_changed(BASE, BASE.with_(title="another title"))
    assert nobody.causes().empty and nobody.divergences().empty and nobody.changed == ()
    outcomes = nobody.outcomes()
    assert (outcomes["outcome_a"] == outcomes["outcome_b"]).all()


def test_ends_agree_with_the_runs_events() -> None:
    """Detainers declined at the jail door are those of the run's own table, but for people booked in the warm start."""
    cold = BASE.with_(**{"start.warm_days": 0, "start.prison_stock": 0})
    refused = cold.with_(**lever("honour", "honour-none"))
    ends = who_changed(cold, refused).differences()
    ends = ends[ends["dimension"] == EVERYONE].set_index("outcome")
    for side, scenario in (("a", cold), ("b", refused)):
        funnel = run(scenario).funnel()
        for outcome, event in (
            ("declined", "detainer_declined"),
            ("removed", "removed"),
            ("lapsed", "detainer_lapsed"),
        ):
            counted = funnel.loc[funnel["event"] == event, "count"].sum()
            assert ends[side].get(outcome, 0.0) == counted, (side, outcome)
    assert ends.loc["declined", "b"] > ends.loc["declined", "a"] == 0.0


def test_every_dimension_adds_up_to_everyone_and_moves_to_the_partings() -> None:
    made = found("honouring")
    outcomes = made.outcomes()
    totals = outcomes.groupby("dimension")["mean"].sum()
    assert set(totals.index) == {EVERYONE, "offence", "prior_record", "status_group"}
    assert totals.nunique() == 1
    everyone = outcomes[outcomes["dimension"] == EVERYONE]
    moved = everyone.loc[everyone["outcome_a"] != everyone["outcome_b"], "mean"].sum()
    divergences = made.divergences()
    assert divergences.loc[divergences["change"] == "outcome", "mean"].sum() == moved > 0
    assert (outcomes["mean"] % BASE.thin == 0).all()


def test_rules_come_with_their_citations() -> None:
    rows = found("honouring").divergences().query("cause == 'honour_rule'")
    assert set(rows["rule_a"]) == {"honour-all"} and set(rows["rule_b"]) == {"honour-trust"}
    assert rows["citation_b"].str.contains("California TRUST Act").all()
    assert set(rows["event_b"]) <= {"detainer_declined"}


def test_seeds_give_intervals_and_workers_the_same_numbers() -> None:
    other = BASE.with_(**LEVERS["honouring"][0])
    serial = who_changed(BASE, other, replications=2)
    assert serial.seeds == (1, 2) and serial.outcomes()["runs"].eq(2).all()
    wide = (
        serial.outcomes()
        .query("outcome_a == 'never_found' and outcome_b == 'never_found' and dimension == 'everyone'")
        .iloc[0]
    )
    per_seed = [
        BASE.thin * sum(n for cell, n in tally.outcomes.items() if cell[0] == EVERYONE and cell[2:] == ("never_found",) * 2)
        for tally in serial.counts
    ]  # fmt: skip
    assert wide["mean"] == sum(per_seed) / 2 and wide["low"] < wide["mean"] < wide["high"]


def test_no_table_has_a_row_of_a_person() -> None:
    made = found("honouring")
    for frame in (made.outcomes(), made.divergences(), made.causes(), made.differences()):
        assert not {"key", "hour", "place", "county", "fips"} & set(frame.columns)


def test_a_whole_nation_is_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match=r"--where .* --set thin=20") as error:
        who_changed("baseline", "refusal")
    assert error.value.key == "scope"


def test_scenarios_that_meet_other_people_are_refused() -> None:
    with pytest.raises(InputError, match="differ in period"):
        who_changed(BASE, BASE.with_(**{"period.end": "2012-05-30"}))
    with pytest.raises(InputError, match="differ in thin"):
        who_changed(BASE, BASE.with_(thin=7))


@pytest.mark.slow
def test_a_thinned_nation_is_followed() -> None:
    tiny = load_scenario("baseline").with_(ensemble=0).with_(
        **{"thin": 1000, "period.start": "2012-04-01", "period.end": "2012-04-05", "start.warm_days": 0, "start.prison_stock": 0}
    )  # fmt: skip
    assert who_changed(tiny, tiny.with_(**lever("sharing", "not-shared"))).outcomes()["mean"].sum() > 0
