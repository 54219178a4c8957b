"""One page as a file of its own: a head, a lead that answers first, and sections; no script and nothing fetched.

The page has no time of making and no machine path, so the same numbers give the same bytes. A file that is not such a page
is never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from enforcement_sim.errors import InputError
from enforcement_sim.runs.atomic_files import write_atomic
from enforcement_sim.studies.page_parts import Part, Section

GENERATOR = '<meta name="generator" content="enforcement-sim page">'
"""This line identifies a page that may be overwritten."""
ENDINGS = (".html", ".htm")
PAGE_INCHES = 5.4
"""Width of a figure of such a page: its letters can be read on a phone."""
_HEAD = 2000


@dataclass(frozen=True)
class SinglePage:
    """What a page says: a title with a subtitle, a lead that is read first, and sections."""

    title: str
    subtitle: str
    lead: tuple[Part, ...]
    sections: tuple[Section, ...]

    @property
    def html(self) -> str:
        """The page as text.

        Examples
        --------
        >>> SinglePage("A <question>", "", (), ()).html.count("<h1>A &lt;question&gt;</h1>")
        1
        """
        return templates().get_template("single.html.jinja").render(page=self, generator=GENERATOR)


def templates(*packages: str) -> Environment:
    """Return the templates of this package, the parts of a page and its style, with those of others before them.

    Parameters
    ----------
    *packages
        Packages with a folder ``templates`` of their own.
    """
    return Environment(
        loader=ChoiceLoader(
            [PackageLoader(package, "templates") for package in (*packages, "enforcement_sim.studies")]
        ),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def check_page_file(path: Path | None, key: str = "--out") -> None:
    """Raise if a page cannot be written there, before anything is computed.

    Raises
    ------
    InputError
        If the name has another ending, or it is a folder, or a file that is not such a page.
    """
    if path is None:
        return
    if path.suffix not in ENDINGS:
        raise InputError(f"cannot write {path.name}", key=key, allowed=f"a name that ends in {' or '.join(ENDINGS)}")
    refuse_other_file(path, GENERATOR, "such a page", key)


def refuse_other_file(path: Path, generator: str, what: str, key: str = "--out", within: int = _HEAD) -> None:
    """Raise if a path is a folder, or a file without the line that identifies what may be overwritten.

    Parameters
    ----------
    path
    generator
        The line.
    what
        What such a file is, for the message.
    key
        The option that names the path.
    within
        The line stands in so many of the first characters.
    """
    if path.is_dir():
        raise InputError("is a folder", file=path, key=key, allowed="a file, such as report.html")
    if path.exists() and generator not in path.read_text("utf-8", errors="replace")[:within]:
        raise InputError(f"exists and is not {what}, so it is not overwritten", file=path, key=key)


def write_page(page: SinglePage, path: Path) -> Path:
    """Write a page whole or not at all; its folder is made if missing.

    Raises
    ------
    InputError
        As :func:`check_page_file`.
    """
    check_page_file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, page.html.encode("utf-8"))
    return path
