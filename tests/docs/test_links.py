"""Links of every page as the repository shows it: to files that are there, and to headings that the file has.

The built site is looked at in ``test_site.py``. In the repository the same pages are read without it: a link to a page that only
the site has leads nowhere there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.page_blocks import ROOT

FOLDERS = ("docs", "benchmarks", "tools", "results", "notebooks", "scenarios", "assumptions")
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(page for folder in FOLDERS for kind in ("*.md", "*.ipynb") for page in (ROOT / folder).rglob(kind)),
    ]
)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(
    r"""\]\(\s*<?([^)>\s]+)>?(?:\s+"[^"]*")?\s*\)|(?:src|href)="([^"]+)"|^\s*\[[^\]]+\]:\s+(\S+)""", re.MULTILINE
)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")


def text_of(page: Path) -> str:
    """Return the prose of a page; of a notebook, that of its cells of text."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    return FENCED.sub("", text)


def headings_of(page: Path) -> set[str]:
    """Return the anchors that the repository gives to a page's headings."""
    found: dict[str, int] = {}
    anchors = set()
    for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", text_of(page), flags=re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = found.get(slug, 0)
        found[slug] = number + 1
        anchors.add(f"{slug}-{number}" if number else slug)
    return anchors | set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text(encoding="utf-8")))


def dead_links(page: Path, top: Path = ROOT) -> Iterator[str]:
    """Yield the links of a page that lead nowhere in the repository, whose top is a folder."""
    for groups in LINK.findall(CODE.sub("", text_of(page))):
        target = next(one for one in groups if one)
        if ELSEWHERE.match(target):
            continue
        path, _, anchor = target.partition("#")
        there = Path(os.path.normpath(page.parent / path)) if path else page
        found = there.exists() and there.is_relative_to(top)
        if found and anchor and there.suffix == ".md":
            found = anchor in headings_of(there)
        if not found:
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_of_the_repository(page: Path) -> None:
    assert not list(dead_links(page))


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """Links and anchors that lead nowhere are told; those elsewhere, and code, are left alone."""
    (tmp_path / "other.md").write_text("# Once\n\n## A `b`, and *c*\n\n# Once\n", encoding="utf-8")
    page = tmp_path / "page.md"
    good = "[a](#here) [b](other.md#a-b-and-c) [c](other.md#once-1) [d](https://example.org/x) `[e](code.md)`"
    bad = "[f](gone.md) [g](#there) [h](other.md#twice) [i](../above.md)"
    page.write_text(f"# Here\n\n{good}\n{bad}\n", encoding="utf-8")
    assert list(dead_links(page, tmp_path)) == ["gone.md", "#there", "other.md#twice", "../above.md"]
