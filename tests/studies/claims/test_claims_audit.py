"""Claims computed: every operator on numbers made by hand, every claim on a small real run, and the table they make."""

from __future__ import annotations

import math

import pytest
from tests.studies.claims.made_worlds import made, profile_of, small_result, small_worlds

from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.studies.claims import observe_people
from enforcement_sim.studies.claims.audit import audit, table
from enforcement_sim.studies.claims.counted import Counted, fiscal
from enforcement_sim.studies.claims.observe_places import ended
from enforcement_sim.studies.claims.operators import OTHER, OWN, Row, minor_categories, non_criminal_categories
from enforcement_sim.studies.claims.published import load_claims
from enforcement_sim.studies.claims.verdicts import KINDS, NOT_EXPRESSIBLE
from enforcement_sim.studies.claims.worlds import measure
from enforcement_sim.studies.claims.worlds import rows_of as rows_of_claim

CLAIMS = load_claims()
SC, JAIL = "secure_communities", "jail_287g"


def rows_of(name: str, **runs: Counted) -> dict[str, Row]:
    """Return a claim's rows by their label, the own one under "own"."""
    found = rows_of_claim(CLAIMS[name], dict.fromkeys(CLAIMS[name].runs, made()) | runs)
    return {"own" if row.role == OWN else row.label: row for row in found}


# ---- on numbers made by hand --------------------------------------------------------------------------------------------


def test_own_lead_is_four_sixths_of_the_identified_over_convicted_and_removed() -> None:
    events = [
        ("2007-01", 6037, "identified", JAIL, 20),
        ("2011-12", 6037, "identified", "task_force", 10),
        ("2012-01", 6037, "identified", JAIL, 1000),
        ("2010-01", 6037, "removed", SC, 14),
        ("2010-01", 6037, "removed", JAIL, 7),
    ]
    removed = [
        ("2010-01", "CA-LOS", "removed", SC, profile_of("level 1"), 10),
        ("2010-01", "CA-LOS", "removed", SC, profile_of("no conviction"), 4),
        ("2012-03", "CA-LOS", "removed", SC, profile_of("level 1"), 500),
    ]
    rows = rows_of("effective-156", history_from_2005=made(events, removed))
    assert rows["own"].value == pytest.approx(100.0)
    assert rows["both removed, Oct 2008 - Feb 2012"].value == pytest.approx(-50.0)


def test_share_of_a_state_and_what_the_order_of_activation_adds() -> None:
    def world(california: int, texas: int) -> Counted:
        convicted, nothing = profile_of("level 3"), profile_of("no conviction")
        return made(
            people=[
                ("2010-06", "CA-LOS", "removed", SC, convicted, california),
                ("2010-06", "CA-LOS", "removed", SC, nothing, 1000),
                ("2010-06", "TX-HOU", "removed", SC, convicted, texas),
                ("2011-06", "TX-HOU", "removed", SC, convicted, 1000),
            ]
        )

    rows = rows_of("california-40", history_from_2005=world(40, 60), shared_everywhere=world(25, 75))
    assert rows["own"].value == pytest.approx(40.0)
    assert rows["points that the order of activation adds"].value == pytest.approx(15.0)
    assert rows["everyone removed, to March 2011"].value == pytest.approx(100 * 1040 / 1100)


def test_hybrid_agencies_are_apart_from_jail_only_ones() -> None:
    events = [
        ("2010-01", 6037, "detainer_issued", JAIL, 70),  # Los Angeles: jail only
        ("2010-01", 24021, "detainer_issued", JAIL, 20),  # Frederick, Maryland: both models
        ("2010-01", 24021, "detainer_issued", "task_force", 10),
        ("2010-09", 24021, "detainer_issued", "task_force", 500),
    ]
    rows = rows_of("jail-90", history_from_2005=made(events))
    assert rows["own"].value == pytest.approx(70.0)
    assert rows["found by officers in jails, of hybrid agencies too"].value == pytest.approx(90.0)


def test_same_people_under_other_stages_and_definitions() -> None:
    people = [
        ("2010-01", "CA-LOS", "removed", SC, profile_of("no conviction"), 3),
        ("2010-01", "CA-LOS", "removed", SC, profile_of("level 3"), 5),
        ("2010-01", "CA-LOS", "removed", SC, profile_of("level 1"), 2),
        ("2010-01", "CA-LOS", "matched", SC, profile_of("level 1"), 1),
    ]
    rows = rows_of("minor-55", history_from_2005=made(people=people))
    assert rows["own"].value == pytest.approx(80.0)
    assert rows["removed: no conviction (ice-levels-2010)"].value == pytest.approx(30.0)
    assert rows["matched: no conviction (no-conviction-ever)"].value == 0.0
    assert math.isnan(rows["ICE custody: no conviction (no-conviction-ever)"].value)


def test_every_definition_makes_its_rows() -> None:
    labels = rows_of("minor-55")
    for definition in load_definitions().values():
        if minor_categories(definition) or non_criminal_categories(definition):
            assert any(label.endswith(f"({definition.id})") for label in labels), definition.id


def test_definition_says_itself_what_is_no_crime() -> None:
    class Told:
        categories = ("convicted", "pending", "clean")
        non_criminal = ("pending", "clean")

    assert non_criminal_categories(Told()) == ("pending", "clean")  # type: ignore[arg-type]
    levels = load_definitions()["ice-levels-2010"]
    assert minor_categories(levels) == ("level 3", "no conviction")


def test_citizens_are_counted_at_each_stage() -> None:
    citizen = profile_of("no conviction", group="citizen")
    people = [
        ("2010-01", "CA-LOS", "matched", SC, citizen, 50),
        ("2010-01", "CA-LOS", "ice_custody", SC, citizen, 2),
        ("2010-01", "CA-LOS", "ice_custody", SC, profile_of("level 1"), 98),
        ("2012-01", "CA-LOS", "ice_custody", SC, citizen, 9),
    ]
    rows = rows_of("citizens-3600", history_from_2005=made(people=people, thin=5))
    assert rows["own"].value == 10.0
    assert rows["matched"].value == 250.0
    assert rows["share of citizens at the stage ICE custody, times the published 225,000"].value == pytest.approx(4500)


def test_matched_and_left_alone_is_split_by_who_could_be_removed() -> None:
    resident, unauthorised = (profile_of("level 1", group=name) for name in ("permanent_resident", "unauthorised"))
    people = [
        ("2010-01", "CA-LOS", "matched", SC, resident, 60),
        ("2010-01", "CA-LOS", "matched", SC, unauthorised, 60),
        ("2010-01", "CA-LOS", "detainer_issued", SC, unauthorised, 15),
        ("2010-01", "CA-LOS", "also_found", SC, unauthorised, 5),
    ]
    rows = rows_of("flagged-159", history_from_2005=made(people=people))
    assert rows["own"].value == 100.0
    assert rows["permanent resident, of those without a detainer"].value == pytest.approx(60.0)
    assert rows["without a detainer and removable as they stood"].value == pytest.approx(40 + 60 * 0.08)


def test_detainer_days_are_held_and_induced() -> None:
    hours = [
        ("2010-06", "IL-CHI", "statutory_hold", 240),
        ("2010-06", "IL-CHI", "induced", 2400),
        ("2010-06", "CA-LOS", "induced", 9999),
        ("2011-06", "IL-CHI", "induced", 9999),
    ]
    world = made([("2010-06", 17031, "detainer_issued", SC, 11)], hours=hours)
    rows = rows_of("cook-15.7", two_jails=world)
    assert rows["own"].value == pytest.approx(110 * 143 / 1e6)
    assert rows["the hold of two working days alone"].value == pytest.approx(10 * 143 / 1e6)
    assert rows["days in all, per detainer"].value == pytest.approx(10.0)
    assert rows["days in the jail because detainers are honoured"].value == pytest.approx(110.0)


def test_bookings_left_out_show_how_many_there_are() -> None:
    bookings = ("2010-06", 48113, "booked", "none")
    rows = rows_of(
        "irving-150",
        dallas=made([(*bookings, 1000)]),
        dallas_more_arrests=made([(*bookings, 1020), ("2010-06", 48113, "newly_arrested", "none", 20)]),
        dallas_fewer_arrests=made([(*bookings, 980), ("2010-06", 48113, "not_arrested", "none", 20)]),
    )
    assert rows["own"].value == pytest.approx(50.0)
    assert rows["all bookings"].value == pytest.approx(2.0)
    assert rows["all bookings, 150% more of these arrests"].value == pytest.approx(6.0)


def test_ended_agreements_are_where_interviews_stop() -> None:
    at_work = [(month, fips, "interviewed", JAIL, 5) for month in ("2011-06", "2012-06") for fips in (6037, 24021)]
    still = [*at_work[:3]]  # Frederick stopped
    assert ended(made(at_work), made(still)) == {24021}
    lists = {"review_detainers": made(still), "review_levels": made(still), "review_cost": made(at_work[:2])}
    rows = rows_of("least-productive", history=made(at_work), review_removals=made(still), **lists)
    assert rows["own"].value == pytest.approx((3 * 100 + 3 * 50) / 6)
    assert rows["counties on every list"].value == pytest.approx(50.0)


def test_law_of_bookings_is_what_simulated_bookings_follow() -> None:
    world = made()
    year = observe_people.booked_again(world, 12)
    assert 0.0 == observe_people.booked_again(world, 0) < observe_people.booked_again(world, 8) < year < 1.0
    # Twice the people for the same bookings come back less often.
    world.result.meta["scenario"]["parameters"] = {
        **world.result.meta["scenario"]["parameters"],
        "people.pool_ratio": 8.0,
    }
    assert observe_people.booked_again(world, 12) < year


# ---- on a real run ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.slow
def test_every_claim_has_a_row_and_a_finding_on_a_small_county(name: str) -> None:
    measured = measure(small_worlds(), [CLAIMS[name]])
    (found,) = audit(measured, [CLAIMS[name]])
    assert found.own.role == OWN and found.own.unit == CLAIMS[name].unit
    assert set(found.finding.verdict.kinds) <= set(KINDS)
    assert found.finding.arithmetic.endswith(".") and found.finding.world.endswith(".")
    assert {one.holds for one in found.rows if one.role in (OWN, OTHER) and one.seeds} <= {
        "yes",
        "no",
        "cannot tell",
    }
    assert {one.holds for one in found.rows if one.role not in (OWN, OTHER)} <= {""}
    assert {one.unit for one in found.rows if one.role == OTHER} <= {CLAIMS[name].unit}
    assert sum(one.role == OWN for one in found.rows) == 1
    assert not measured.duplicated(["role", "group", "label", "unit", "seed"]).any()


def test_counts_are_those_of_the_result() -> None:
    result = small_result()
    counted = Counted(result)
    funnel = result.funnel().set_index(["programme", "event"])["count"]
    for event in ("booked", "identified", "detainer_issued", "ice_custody"):
        assert counted.count(event) == funnel.xs(event, level="event").sum()
    assert counted.count("identified", (JAIL,)) == funnel[JAIL, "identified"] > 0
    any_programme = result.found_by_any().set_index(["programme", "event"])["count"]
    assert counted.by_any("detainer_issued", JAIL) == any_programme[JAIL, "detainer_issued"]
    assert counted.count("booked", None, ("2010-02", "2010-02")) < counted.count("booked")
    assert counted.count("booked", None, fiscal(2012)) == 0.0
    assert sum(counted.by_place("booked").values()) == counted.count("booked")
    mix = result.mix("detainer_issued", by="none").set_index("category")["count"]
    assert counted.categories("detainer_issued", "ice-levels-2010") == mix.astype(float).to_dict()
    kinds = result.hours(by="none").set_index("kind")["hours"]
    assert counted.days(("induced", "statutory_hold")) * 24 == pytest.approx(kinds["induced"] + kinds["statutory_hold"])


def test_places_narrow_a_count() -> None:
    world = made([("2010-01", 6037, "booked", "none", 3), ("2010-01", 17031, "booked", "none", 4)], thin=2)
    assert world.count("booked", places=(6037,)) == 6.0
    assert world.by_place("booked") == {6037: 6.0, 17031: 8.0}


# ---- tables -------------------------------------------------------------------------------------------------------------


def test_missing_run_is_told_in_the_row() -> None:
    claim = CLAIMS["california-40"]
    (found,) = audit(measure({1: {"history_from_2005": made()}}, [claim]), [claim])
    assert found.own.note == "not computed: the run shared_everywhere is not there"
    assert found.finding.verdict.kinds == (NOT_EXPRESSIBLE,)


def test_intervals_are_over_seeds_and_effects_are_paired() -> None:
    def seed(california: int, everywhere: int) -> dict[str, Counted]:
        def world(number: int) -> Counted:
            convicted = profile_of("level 3")
            return made(
                people=[
                    ("2010-06", "CA-LOS", "removed", SC, convicted, number),
                    ("2010-06", "TX-HOU", "removed", SC, convicted, 100 - number),
                ]
            )

        return {"history_from_2005": world(california), "shared_everywhere": world(everywhere)}

    claim = CLAIMS["california-40"]
    (found,) = audit(measure({1: seed(30, 20), 2: seed(40, 30), 3: seed(50, 40)}, [claim]), [claim])
    assert found.own.value == pytest.approx(40.0)
    assert found.own.high - found.own.low == pytest.approx(2 * 4.3027 * 10 / math.sqrt(3), rel=1e-4)
    effect = next(one for one in found.rows if one.role == "effect")
    # Every seed differs by the same ten points, though the shares themselves go up and down.
    assert (effect.value, effect.low, effect.high) == pytest.approx((10.0, 10.0, 10.0))
    assert effect.difference == "higher"


def test_table_has_a_row_a_definition_with_source_and_finding() -> None:
    claim = CLAIMS["enrolled-02"]
    audits = audit(measure(small_worlds(1), [claim]), [claim])
    frame = table(audits)
    assert len(frame) == len(audits[0].rows)
    first = frame.iloc[0]
    assert first["role"] == "own" and first["definition"] == claim.own.measure
    assert first["value"] == pytest.approx(100 * 68 / 3181)
    assert "[advocacy for restriction]" in first["said_by"]
    found = audits[0].finding
    assert tuple(first[["verdict", "arithmetic", "world"]]) == (found.verdict.words, found.arithmetic, found.world)
