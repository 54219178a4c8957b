"""Published figures are loaded whole, with bin, unit and citation, or refused with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.studies.validation.targets import BINS, Scope, Target, load_targets, read_targets

ENTRY = {
    "bin": "fit",
    "subject": "matches",
    "likeness": "comparable",
    "measures": "Share of prints that matched",
    "scope": "nation",
    "from": "2008-10-01",
    "to": "2011-06-30",
    "value": "0.0656",
    "low": "0.060",
    "high": "0.075",
    "unit": "share",
    "source": "[REPORT]",
}


def written(tmp_path: Path, **changes: str | None) -> Path:
    entry = {key: value for key, value in (ENTRY | changes).items() if value is not None}
    lines = ["targets:", "  matched:", *(f"    {key}: {value}" for key, value in entry.items())]
    path = tmp_path / "targets.yaml"
    path.write_text("\n".join([*lines, "sources:", "  REPORT: Somebody, A Report, 2011.", ""]), encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_targets(path)
    assert caught.value.line is not None
    return str(caught.value)


def test_shipped_figures_are_all_there() -> None:
    targets = load_targets()
    assert {name: len(targets.of(name)) for name in BINS} == {"fit": 65, "heldout": 0, "context": 43, "imported": 4}
    assert sum(targets.weights()[one.id] for one in targets.of("fit")) == pytest.approx(35)
    for target in targets.values():
        assert target.citation and target.unit and target.measures
        assert target.low <= target.value <= target.high
        assert target.start <= target.end


def test_match_rate_is_the_published_quotient() -> None:
    # ICE statistics to June 2011: 597,527 matches in 9,108,703 submissions.
    target = load_targets()["sc_match_rate"]
    assert target.value == pytest.approx(597_527 / 9_108_703, abs=5e-5)
    assert (target.start, target.end) == (date(2008, 10, 1), date(2011, 6, 30))
    assert target.scope == Scope("nation")


def test_entry_is_read(tmp_path: Path) -> None:
    found = read_targets(written(tmp_path, scope='{counties: ["48113"]}', note="A note."))["matched"]
    assert found.scope == Scope("counties", ("48113",))
    assert found.citation == "Somebody, A Report, 2011."
    assert found.note == "A note."
    assert not found.ceiling


@pytest.mark.parametrize("key", list(ENTRY))
def test_missing_key_is_refused(tmp_path: Path, key: str) -> None:
    assert f"targets.matched.{key}: is missing" in refused(written(tmp_path, **{key: None}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bin": "held-out"}, "did you mean 'heldout'?"),
        ({"source": "[]"}, "source: is empty"),
        ({"source": "[REPROT]"}, "did you mean 'REPORT'?"),
        ({"source": "REPORT"}, "expected a list"),
        ({"unit": "''"}, "unit: is empty"),
        ({"unit": "3"}, "expected text"),
        ({"value": "0.08"}, "0.08 is not within 0.06 to 0.075"),
        ({"low": "0.09"}, "is not within"),
        ({"value": "many"}, "expected a number"),
        ({"to": "2008-09-30"}, "before it begins"),
        ({"from": "October"}, "expected a date"),
        ({"scope": "{towns: [Dallas]}"}, "not a scope"),
        ({"ceiling": "perhaps"}, "expected true or false"),
        ({"units": "share"}, "did you mean 'unit'?"),
        ({"likeness": "compareable"}, "did you mean 'comparable'?"),
        ({"likeness": "concept differs"}, "say why the figure is not comparable"),
        ({"ahead": "forecast"}, "belongs to held-out figures"),
        ({"bin": "heldout"}, "forecast or interpolation"),
        ({"counted": "perhaps"}, "expected true or false"),
    ],
)
def test_contradiction_is_refused(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    assert said in refused(written(tmp_path, **changes))


def test_file_without_sources_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "targets.yaml"
    path.write_text("targets: {}\n", encoding="utf-8")
    assert "sources" in refused(path)


def test_unknown_bin_has_no_figures() -> None:
    with pytest.raises(InputError, match="did you mean 'heldout'"):
        load_targets().of("holdout")


def test_verdict_says_on_which_side() -> None:
    target = load_targets()["sc_match_rate"]
    assert [target.verdict(value) for value in (0.05, 0.06, 0.075, 0.08)] == ["below", "inside", "inside", "above"]
    assert target.verdict(float("nan")) == "no value"


def test_ceiling_bounds_from_above_only() -> None:
    target = load_targets()["detainer_declined_share"]
    assert isinstance(target, Target) and target.ceiling
    assert (target.verdict(0.0), target.verdict(0.05)) == ("inside", "above")


# ---- families and vectors ----------------------------------------------------------------------------------------------


def two_figures(tmp_path: Path, first: str = "", second: str = "") -> Path:
    lines = ["targets:"]
    for name, more in (("one", first), ("other", second)):
        lines += [f"  {name}:", *(f"    {key}: {value}" for key, value in ENTRY.items()), "    family: matching"]
        lines += [f"    {more}"] if more else []
    path = tmp_path / "targets.yaml"
    path.write_text("\n".join([*lines, "sources: {REPORT: A Report}", ""]), encoding="utf-8")
    return path


def test_one_of_a_family_counts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="2 figures of the family 'matching' count: one, other"):
        read_targets(two_figures(tmp_path))
    with pytest.raises(InputError, match="0 figures of the family"):
        read_targets(two_figures(tmp_path, "counted: false", "counted: false"))
    found = read_targets(two_figures(tmp_path, "", "counted: false"))
    assert [one.id for one in found.counted()] == ["one"]
    assert found.weights() == {"one": 1.0, "other": 0.0}


def test_a_vector_of_a_family_counts_as_one(tmp_path: Path) -> None:
    found = read_targets(two_figures(tmp_path, "vector: both", "vector: both"))
    assert found.weights() == {"one": 0.5, "other": 0.5}


VECTOR = """
vectors:
  by_state:
    bin: fit
    subject: custody
    likeness: comparable
    measures: Custody by detainer
    scope: nation
    from: 2008-10-01
    to: 2011-06-30
    unit: share
    source: [REPORT]
    doubt: {doubt}
    by: {by}
    values: {values}
"""


def with_vector(tmp_path: Path, doubt: str = "0.1", by: str = "state", values: str = "{TX: 0.5, CA: 0.6}") -> Path:
    path = written(tmp_path)
    path.write_text(path.read_text() + VECTOR.format(doubt=doubt, by=by, values=values), encoding="utf-8")
    return path


def test_a_vector_gives_a_figure_for_each_value(tmp_path: Path) -> None:
    found = read_targets(with_vector(tmp_path))
    assert list(found) == ["matched", "by_state.TX", "by_state.CA"]
    texas = found["by_state.TX"]
    assert (texas.value, texas.low, texas.high) == pytest.approx((0.5, 0.45, 0.55))
    assert texas.scope == Scope("states", ("TX",))
    assert texas.vector == "by_state" and texas.citation == "Somebody, A Report, 2011."
    assert found.weights()["by_state.TX"] == 0.5
    assert load_targets()["custody_deciles.decile-5"].scope == Scope("nation")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"doubt": "1.5"}, "1.5 is not possible"),
        ({"by": "town"}, "unknown kind of label"),
        ({"values": "{}"}, "values"),
        ({"values": "{TX: much}"}, "expected a number"),
    ],
)
def test_a_vector_that_says_nothing_is_refused(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    assert said in refused(with_vector(tmp_path, **changes))


def test_status_is_likeness_and_use() -> None:
    targets = load_targets()
    assert targets["sc_match_rate"].status == "comparable, fitted"
    assert targets["detainers_fy2008_2011"].status == "constructed, fitted"
    assert targets["weekend_bookin_ratio"].status == "not expressible, fitted"
    assert targets["interior_removals_fy2013"].status == "concept differs, shown"
    assert targets["sc_submissions_ca"].status == "constructed, assumed"


def test_287g_is_fitted_up_to_fiscal_2010() -> None:
    fitted = [
        one for one in load_targets().of("fit") if one.subject in ("g287_identified", "g287_removed", "g287_agencies")
    ]
    assert len(fitted) == 4 + 4 + 1 + 5
    assert max(one.end for one in fitted) == date(2010, 9, 30)


REFERENCE = next(
    (above / "shared" / "domain" / "targets.csv" for above in Path(__file__).parents if (above / "shared").is_dir()),
    None,
)


@pytest.mark.skipif(REFERENCE is None, reason="the list that the figures were typed from is not here")
def test_every_figure_of_the_list_has_its_bin_and_value() -> None:
    import csv

    from enforcement_sim.studies.validation.held_out_targets import every_target

    targets = every_target()
    assert REFERENCE
    with REFERENCE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        same = [one for one in targets.values() if row["id"] in (one.id, one.vector)]
        assert same, row["id"]
        bins = (
            {"context"} if row["id"] == "la_jail_releases" else {row["bin"]}
        )  # bookings are set from it, so it cannot fail
        assert {one.bin for one in same} == bins, row["id"]
        # Of fiscal 2006 to 2010 alone, because the years after it are held out.
        if row["id"] not in ("g287_removed_share", "g287_agency_spread") and len(same) == 1:
            value, low, high = (float(row[name]) for name in ("value", "low", "high"))
            assert (same[0].value, same[0].low, same[0].high) == pytest.approx((value, low, high), rel=0.01), row["id"]
