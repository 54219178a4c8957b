"""Published figures are loaded whole, with bin, unit and citation, or refused with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enforcement_sim.errors import InputError
from enforcement_sim.studies.validation.targets import BINS, Scope, Target, load_targets

ENTRY = {
    "bin": "fit",
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
        load_targets(path)
    assert caught.value.line is not None
    return str(caught.value)


def test_shipped_figures_are_all_there() -> None:
    targets = load_targets()
    assert len(targets) == 63
    assert {name: len(targets.of(name)) for name in BINS} == {"fit": 43, "heldout": 8, "context": 8, "imported": 4}
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
    found = load_targets(written(tmp_path, scope='{counties: ["48113"]}', note="A note."))["matched"]
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
