"""Held-out figures stand where calibration cannot open them."""

from __future__ import annotations

import ast
import builtins
import importlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.studies.validation.test_compare import made

import enforcement_sim
from enforcement_sim.errors import InputError
from enforcement_sim.studies.calibration import evaluations as calibration
from enforcement_sim.studies.calibration.unknowns import load_calibration
from enforcement_sim.studies.validation import held_out_targets, targets
from enforcement_sim.studies.validation.compute import simulated
from enforcement_sim.studies.validation.targets import AHEAD, HELD_OUT, load_targets

PACKAGE = Path(enforcement_sim.__file__).parent
FILE = "heldout.yaml"
ONE = """
targets:
  matched:
    {bin}
    subject: matches
    likeness: comparable
    measures: Share of prints that matched
    scope: nation
    from: 2012-10-01
    to: 2013-06-30
    value: .1
    low: .05
    high: .2
    unit: share
    source: [REPORT]
sources: {{REPORT: "Somebody, A Report, 2013."}}
"""


def imports_of(name: str) -> set[str]:
    """Return the modules of the package that a module imports, also inside functions."""
    path = PACKAGE.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found |= {one.removeprefix("enforcement_sim.") for one in names if one.startswith("enforcement_sim.")}
    return {one for one in found if PACKAGE.joinpath(*one.split(".")).with_suffix(".py").exists()}


def reached(first: str) -> set[str]:
    """Return every module that can be reached from one by imports, lazy ones included."""
    seen, ahead = set(), [first]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += imports_of(name)
    return seen


def calibration_modules() -> Iterator[str]:
    for path in sorted((PACKAGE / "studies" / "calibration").glob("*.py")):
        if path.stem != "__init__":
            yield f"studies.calibration.{path.stem}"


@pytest.mark.parametrize("module", list(calibration_modules()))
def test_no_import_of_calibration_leads_to_the_file(module: str) -> None:
    found = reached(module)
    assert "studies.validation.held_out_targets" not in found
    for name in found:
        text = PACKAGE.joinpath(*name.split(".")).with_suffix(".py").read_text(encoding="utf-8")
        assert FILE not in text, name


def test_one_module_alone_names_the_file() -> None:
    naming = [path.name for path in PACKAGE.rglob("*.py") if FILE in path.read_text(encoding="utf-8")]
    assert naming == ["held_out_targets.py"]


def test_the_way_to_the_file_is_found_where_there_is_one() -> None:
    assert "studies.validation.held_out_targets" in reached("studies.validation.scorecard")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every file that is opened while a test runs."""
    names: list[str] = []

    def watched(opening: Callable[..., Any]) -> Callable[..., Any]:
        def watching(file: Any, *args: Any, **kwargs: Any) -> Any:
            names.append(str(file))
            return opening(file, *args, **kwargs)

        return watching

    for module in (builtins, io):
        monkeypatch.setattr(module, "open", watched(module.open))
    return names


def test_calibration_opens_the_figures_that_may_be_fitted_and_not_the_others(opened: list[str]) -> None:
    targets.load_targets.cache_clear()
    held_out_targets.load_held_out.cache_clear()
    fitted = calibration.fitted_targets(load_calibration())
    for one in fitted:
        simulated(one, [made([])])
    assert any(name.endswith("targets.yaml") for name in opened)
    assert not any(name.endswith(FILE) for name in opened)
    held_out_targets.load_held_out()
    assert any(name.endswith(FILE) for name in opened)


def test_no_other_file_has_a_held_out_figure() -> None:
    assert load_targets().of(HELD_OUT) == ()
    assert {one.bin for one in held_out_targets.load_held_out().values()} == {HELD_OUT}


READ_BY_CALIBRATION = (
    "studies/validation/targets.yaml",
    "studies/validation/external_constants.yaml",
    "studies/calibration/calibration.yaml",
    "parameters/parameters.yaml",
)


@pytest.mark.parametrize("file", READ_BY_CALIBRATION)
def test_no_text_that_calibration_reads_gives_one_away(file: str) -> None:
    """Shares in whole per cent and small counts stand in many texts for other reasons and are passed over."""
    text = (PACKAGE / file).read_text(encoding="utf-8")
    for one in held_out_targets.load_held_out().values():
        if one.vector:
            continue
        exact = one.unit == "share" and not f"{one.value:.3f}".endswith("0")
        shares = (f"{100 * one.value:.1f}%",) if exact else ()
        if exact and file.startswith("studies"):  # the register has hundreds of decimals of its own
            shares += (f"{one.value:.3f}".lstrip("0"),)
        for written in (f"{one.value:,.0f}" if one.value >= 1000 else None, *shares):
            assert written is None or written not in text, f"{one.id} is given away as {written}"


def test_each_is_a_forecast_or_an_interpolation() -> None:
    fitted = load_targets().counted()
    for one in held_out_targets.load_held_out().values():
        assert one.ahead in AHEAD
        same = [other for other in fitted if other.subject == one.subject]
        if one.ahead == "forecast":
            assert all(other.end < one.end for other in same if other.vector != "custody_deciles"), one.id


def test_the_figures_that_are_asked_for_are_held_out() -> None:
    names = set(held_out_targets.load_held_out())
    years = {f"g287_identified_fy{year}" for year in (2011, 2012)} | {
        f"g287_removed_fy{year}" for year in (2011, 2012, 2013)
    }
    others = {"detainers_fy2012", "detainers_fy2013", "detainers_no_conviction_2012", "detainers_no_conviction_2013_06"}
    others |= {"sc_nonconvicted_after_2011_03", "sc_removed_fy2012_h1"} | {
        f"npr_ca_jails_{year}" for year in (2012, 2013, 2014)
    }
    assert years | others <= names


def test_a_figure_of_another_bin_is_refused_there(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(ONE.format(bin="bin: fit"))
    with pytest.raises(InputError, match="of the bin 'fit'"):
        held_out_targets.read_held_out(path)
    path.write_text(ONE.format(bin="bin: heldout"))
    with pytest.raises(InputError, match="forecast or interpolation"):
        held_out_targets.read_held_out(path)
    path.write_text(ONE.format(bin="{bin: heldout, ahead: forecast}".strip("{}").replace(", ", "\n    ")))
    assert list(held_out_targets.read_held_out(path)) == ["matched"]


def test_modules_of_calibration_can_be_imported_without_it() -> None:
    for name in calibration_modules():
        assert importlib.import_module(f"enforcement_sim.{name}")
