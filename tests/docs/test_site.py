"""The site builds without a warning, every link leads somewhere, and no page asks another machine for anything."""

from __future__ import annotations

import os
import re
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; any warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.mark.xdist_group("site")
def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    found = []
    for page in site.rglob("*.html"):
        found += [(page.name, element) for element in FETCHED.findall(page.read_text(encoding="utf-8"))]
    for style in site.rglob("*.css"):
        found += [(style.name, address) for address in IN_STYLES.findall(style.read_text(encoding="utf-8"))]
    assert not found


@pytest.mark.xdist_group("site")
def test_pages_that_would_load_scripts_of_others_are_not_there(site: Path) -> None:
    # The theme's own script fetches two programs from elsewhere, but only for diagrams and for a search box without a server.
    for page in site.rglob("*.html"):
        assert 'class="mermaid"' not in page.read_text(encoding="utf-8"), page.name


@pytest.mark.xdist_group("site")
def test_reference_pages_hold_what_docstrings_say_and_commands_what_help_says(site: Path) -> None:
    front = (site / "reference" / "front-doors.html").read_text(encoding="utf-8")
    model = (site / "reference" / "model.html").read_text(encoding="utf-8")
    for name in ("load_scenario", "run", "sweep", "compare", "EnforcementModel"):
        page = model if name == "EnforcementModel" else front
        assert re.search(rf'id="enforcement_sim\.[a-z_.]+\.{name}"', page), name
    assert "A shipped scenario" in front
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "--retry-failed" in commands


@pytest.mark.xdist_group("site")
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
