"""The site builds without a warning, every link leads somewhere, and no page asks another machine for anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.page_blocks import ROOT

FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video)\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//[^"'\s>]+"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|icon|preload|preconnect|prefetch|dns-prefetch|manifest))"""
    r"""[^>]*\bhref\s*=\s*["']?(?:https?:)?//[^"'\s>]+""",
    re.IGNORECASE,
)
"""Elements that a browser fetches by itself. A link that a reader may follow is none."""

IN_STYLES = re.compile(r"""(?:@import\s*(?:url\()?|url\()\s*["']?(?:https?:)?//""", re.IGNORECASE)


def build(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build a site; not quietly, because what is not said would not count as a warning."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--config-file",
        str(config),
        "--site-dir",
        str(folder),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; any warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT / "mkdocs.yml", folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_a_link_that_leads_nowhere_and_a_page_that_nobody_finds_stop_the_build(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    with (tmp_path / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write("\n[gone](gone.md) [moved](tutorial.md#moved)\n")
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n", encoding="utf-8")
    config = tmp_path / "mkdocs.yml"
    hook = ROOT / "tools" / "site_pages.py"
    config.write_text(f"INHERIT: {ROOT / 'mkdocs.yml'}\nhooks: [{hook}]\n", encoding="utf-8")
    built = build(config, tmp_path / "site")
    assert built.returncode != 0
    told = built.stdout + built.stderr
    assert all(word in told for word in ("gone.md", "#moved", "lost.md", "Aborted with 3 warnings")), told


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    found = []
    for page in site.rglob("*.html"):
        found += [(page.name, element) for element in FETCHED.findall(page.read_text(encoding="utf-8"))]
    for style in site.rglob("*.css"):
        found += [(style.name, address) for address in IN_STYLES.findall(style.read_text(encoding="utf-8"))]
    assert not found


def test_pages_that_would_load_scripts_of_others_are_not_there(site: Path) -> None:
    # The theme's own script fetches two programs from elsewhere, but only for diagrams and for a search box without a server.
    for page in site.rglob("*.html"):
        assert 'class="mermaid"' not in page.read_text(encoding="utf-8"), page.name


def test_reference_pages_hold_what_docstrings_say_and_commands_what_help_says(site: Path) -> None:
    front = (site / "reference" / "front-doors.html").read_text(encoding="utf-8")
    model = (site / "reference" / "model.html").read_text(encoding="utf-8")
    for name in ("load_scenario", "run", "sweep", "compare", "EnforcementModel"):
        page = model if name == "EnforcementModel" else front
        assert re.search(rf'id="enforcement_sim\.[a-z_.]+\.{name}"', page), name
    assert "A shipped scenario" in front
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "--retry-failed" in commands


def test_pages_from_the_top_of_the_repository_are_in_the_site(site: Path) -> None:
    assert "Keep a Changelog" in (site / "changelog.html").read_text(encoding="utf-8")
    assert "How to add a rule" in (site / "contributing.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "element",
    [
        '<script src="https://example.org/a.js">',
        "<script async src=//example.org/a.js>",
        '<link href="https://fonts.example.org/css" rel="stylesheet">',
        '<img alt="" src="http://example.org/a.png">',
    ],
)
def test_what_is_fetched_would_be_found(element: str) -> None:
    assert FETCHED.search(element)
    assert not FETCHED.search('<a href="https://example.org">')
    assert IN_STYLES.search("src:url(https://example.org/a.woff2)")
