"""Wheel and source distribution: whole, and of use where there is no source tree.

The wheel is built from the source distribution, as an index would build it, and installed into an environment of its own.
Dependencies are lent from this environment, because installing them anew would test the index and not the package; that
the package comes from the wheel is asked of the package itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "enforcement_sim"
COPIED = {
    "scenarios": "enforcement_sim/scenarios/shipped",
    "assumptions": "enforcement_sim/studies/assumptions/shipped",
    "results/claims": "enforcement_sim/studies/claims/shipped",
}
"""Folders at the top of the repository to where a wheel has them."""
ONE_COUNTY = (
    "--set",
    "scope={counties: ['10003']}",
    "--set",
    "period.start=2012-01-01",
    "--set",
    "period.end=2012-01-31",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both distributions."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    ended = subprocess.run(command, cwd=folder, env=_without_sources(), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment into which the wheel alone was installed."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    (wheel,) = built.glob("*.whl")
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(programs / "python"),
        "--disable-pip-version-check",
        "--quiet",
    ]
    command += ["install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, env=_without_sources(), check=True)
    packages = sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)})
    Path(packages, "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return programs


def _without_sources() -> dict[str, str]:
    """The environment of this process, but for what would lead to the source tree."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


def _printed(*words: str | Path, folder: Path) -> str:
    """What a program prints, away from the source tree."""
    ended = subprocess.run(words, cwd=folder, env=_without_sources(), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _said(installed: Path, folder: Path, *words: str) -> str:
    """What the installed command line prints."""
    return _printed(installed / "enforcement-sim", *words, folder=folder)


def _files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_module_and_every_file_of_data(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"enforcement_sim/{name}" for name in _files(SOURCES)}
    for folder, place in COPIED.items():
        wanted |= {f"{place}/{name}" for name in _files(ROOT / folder)}
    assert not wanted - held
    others = {name for name in held - wanted if ".dist-info/" not in name}
    assert not others
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_the_source_distribution_holds_what_tests_and_pages_are_made_from(built: Path) -> None:
    (packed,) = built.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in (
        "Makefile",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "constraints.txt",
        "mkdocs.yml",
        "docs/index.md",
        "LICENSE",
    ):
        assert name in names
    assert {f"tests/{name}" for name in _files(ROOT / "tests")} <= names
    assert not [name for name in names if name.startswith((".venv", "site/", "out/"))]


def test_the_installed_package_is_the_wheels(installed: Path, tmp_path: Path) -> None:
    found = _printed(installed / "python", "-c", "import enforcement_sim as it; print(it.__file__)", folder=tmp_path)
    assert Path(found.strip()).is_relative_to(installed.parent)


def test_scenarios_rules_definitions_parameters_and_claims_come_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    listed = _said(installed, tmp_path, "scenario", "list")
    assert all(f"{path.stem}: " in listed for path in (ROOT / "scenarios").glob("*.yaml"))
    assert "detainer.hold_hours: 48" in _said(installed, tmp_path, "scenario", "show", "baseline")
    assert "TRUST Act" in _said(installed, tmp_path, "rules", "honour-trust")
    assert "level 1" in _said(installed, tmp_path, "definitions", "ice-levels-2010")
    assert "8 CFR 287.7(d)" in _said(installed, tmp_path, "parameters", "detainer.hold_hours")
    assert "by hand:" in _said(installed, tmp_path, "claims", "minor-55")
    assert not list(tmp_path.iterdir())


def test_a_run_and_its_report_come_out_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    assert "1 run in out/small" in _said(installed, tmp_path, "run", "baseline", *ONE_COUNTY, "--out", "out/small")
    _said(installed, tmp_path, "report", "out/small")
    page = (tmp_path / "out" / "small" / "report.html").read_text(encoding="utf-8")
    assert "<style" in page and "New Castle" in page


def test_assumptions_come_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    program = (
        "from enforcement_sim.studies.assumptions.assumption_sets import load_assumptions, shipped_names as names; "
    )
    program += "print(*(load_assumptions(name).name for name in names()))"
    assert _printed(installed / "python", "-c", program, folder=tmp_path).split() == ["larger-cost", "larger-reach"]


def test_the_citation_is_of_this_version_and_has_what_the_format_demands() -> None:
    cited = YAML(typ="safe", pure=True).load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(cited)  # Citation File Format 1.2.0: required keys
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert all("name" in author or "family-names" in author for author in cited["authors"])
