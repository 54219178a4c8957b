"""The front door for notebooks: figures and tables say what the runs say, in one call."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_sweeps import made_sweep
from matplotlib.figure import Figure

from enforcement_sim import labels, load_scenario, plots, run
from enforcement_sim.errors import InputError, InputNotice
from enforcement_sim.report import notebook_tables
from enforcement_sim.report.notebook_tables import county_facts
from enforcement_sim.results.result import Result
from enforcement_sim.studies.claims.audit import audit
from enforcement_sim.studies.claims.figure import claim as draw_claim
from enforcement_sim.studies.claims.measured import Measured
from enforcement_sim.studies.claims.published import load_claims

MONTHS = {"period.start": "2011-11-01", "period.end": "2012-01-31", "start.warm_days": 0}


@pytest.fixture(scope="module")
def results() -> list[Result]:
    """Two runs of one county with both programmes."""
    scenario = load_scenario("baseline").with_(scope={"counties": ["12021"]}, title="Collier <b>", **MONTHS)
    return [run(scenario, seed) for seed in (1, 2)]


def text_of(figure: Figure) -> str:
    """Everything that is written in a figure."""
    texts = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        texts += [axes.get_title(loc="left"), *(text.get_text() for text in axes.texts)]
    return " ".join(" ".join(texts).split())


def test_the_funnel_table_has_the_means(results: list[Result]) -> None:
    shown = notebook_tables.funnel_table(results)
    counts = [result.funnel() for result in results]
    issued = [
        int(frame[(frame["event"] == "detainer_issued") & (frame["programme"] == "jail_287g")]["count"].iloc[0])
        for frame in counts
    ]
    cell = shown.frame.set_index("Stage").loc["Detainer issued", labels.programme("jail_287g")]
    assert cell.startswith(f"{sum(issued) / 2:.0f} [")
    assert "seeds 1–2" in shown.caption
    assert "Collier <b>" in str(shown)
    assert "Collier &lt;b&gt;" in shown._repr_html_()
    assert "<b>" not in shown._repr_html_()


def test_the_funnel_table_warns_about_small_counts() -> None:
    """Naming the stages in which fewer than twenty people were counted."""
    few = run(load_scenario("baseline").with_(scope={"counties": ["10003"]}, **MONTHS), 1)
    caption = notebook_tables.funnel_table([few]).caption
    assert "Small numbers" in caption and "Returned (" in caption


@pytest.mark.slow
def test_figures_are_of_these_runs(results: list[Result]) -> None:
    bookings = sum(int(result.funnel(by="none").set_index("event")["count"]["booked"]) for result in results) / 2
    for figure, what in (
        (plots.funnel(results), f"Out of {bookings:,.0f} bookings."),
        (plots.throughput(results), "Taken into ICE custody"),
        (plots.mix(results), "Offence mix by stage and programme"),
        (plots.stay(results), "Statutory hold"),
    ):
        told = text_of(figure)
        assert what in told
        assert "2 runs (seeds 1–2); 1 Nov 2011 to 31 Jan 2012; scope: Collier County (FL)" in told


def test_the_table_of_shares_is_of_the_programme_and_definitions_asked_for(results: list[Result]) -> None:
    shown = notebook_tables.share_table(
        results, "jail_287g", ("detainer_issued",), ("no-conviction-ever", "minor-only")
    )
    assert "287(g) in jails" in shown.title
    assert list(shown.frame["Definition"]) == ["no-conviction-ever", "minor-only"]
    both = [
        result.mix("detainer_issued", "programme", "no-conviction-ever").set_index(["programme", "category"])["share"]
        for result in results
    ]
    mean = sum(100 * shares["jail_287g", "no conviction"] for shares in both) / 2
    assert shown.frame["Detainer issued"].iloc[0].startswith(f"{mean:.1f} ±")


def test_what_cannot_be_looked_at_is_said_plainly(results: list[Result]) -> None:
    with pytest.raises(InputError, match="no results to draw"):
        plots.funnel([])
    with pytest.raises(InputError, match="did you mean 'ice-levels-2010'"):
        plots.mix(results, "ice-level-2010")


def test_response_is_drawn_of_a_sweep_and_refused_without_numbers(tmp_path: Path) -> None:
    def formula(settings: object, _draw: object, seed: int) -> dict[str, float]:
        return {"other": float(seed)}

    found = made_sweep(tmp_path / "made", formula, [], [{"detainer.hold_hours": 48.0}], (1, 2))
    with pytest.raises(InputError, match="no run has any of these measures"):
        plots.response(found, ("removed",))


def test_a_claim_is_shown_with_its_own_definition_first_and_its_finding() -> None:
    claim = load_claims()["minor-55"]
    rows = [
        ("own", "own definition", "as claimed", 50.0),
        ("other", "stage and definition", "removed: no conviction <i>", 20.0),
    ]
    numbers = pd.DataFrame(
        [
            {
                "claim": claim.id,
                "role": role,
                "group": group,
                "label": label,
                "unit": "percent",
                "note": "",
                "seed": seed,
            }
            | {"value": value + seed}
            for role, group, label, value in rows
            for seed in (1, 2, 3)
        ]
    )
    one = audit(numbers, [claim])[0]
    shown = notebook_tables.claim_table(one)
    assert list(shown.frame["Definition"]) == [claim.own.measure, "removed: no conviction <i>"]
    assert list(shown.frame["Model"]) == ["52%", "22%"]
    assert shown.frame["95%"].iloc[0] == "49.5 to 54.5"
    assert shown.title.startswith(f"Claim: {claim.says} Claimed by advocacy for immigrants: ")
    assert shown.title.endswith("Stated: at least 55%.")
    assert one.finding.verdict.words in shown.caption and one.finding.sentences in shown.caption
    assert "<i>" not in shown._repr_html_()
    about = {"engine_version": "0123456789ab", "seeds": [1, 2, 3], "thin": 5, "runs": {}}
    whole, part = (draw_claim(one, Measured(numbers, about), only) for only in ((), ("fiscal",)))
    assert f"Claim: {claim.says[:30]}" in text_of(whole)
    assert [len(figure.axes[0].get_yticks()) for figure in (whole, part)] == [2, 1], (
        "the own definition is always there"
    )


def test_a_county_is_described_by_its_inputs() -> None:
    facts = county_facts("13067").frame.set_index("What")["Value"]
    assert facts["People, 2010"] == "688,078"
    assert facts["ICE field office"] == "Atlanta"
    assert facts["Secure Communities active from"] == "14 September 2010"
    assert facts["287(g)"].iloc[0].startswith("Cobb County Sheriff's Office: officers in the jail")
    assert "13 February 2007 to after 2014, 20 officers" in facts["287(g)"].iloc[0]
    assert county_facts("Cobb, GA") == county_facts("13067")
    assert list(county_facts("16001").frame.query("What == '287(g)'")["Value"]) == ["no agreement"]
    with pytest.warns(InputNotice, match="46102 is read as 46113"):
        assert county_facts("46102").title == "Shannon County, SD (FIPS 46113)", "a later code is understood"


def test_a_county_that_shares_another_jail_says_so() -> None:
    facts = county_facts("02068").frame.set_index("What")["Value"]
    assert facts["Jail"] == "uses the jail of Fairbanks North Star Borough, AK"


@pytest.mark.parametrize("written", ["99999", "6037", "Cobb, NC"])
def test_no_county_is_an_error_in_a_line(written: str) -> None:
    with pytest.raises(InputError, match=f"county: unknown county '{written}'; allowed: a name with its state"):
        county_facts(written)
