"""The rows of a card as written in ``card.yaml``: loaded whole, and even-handed, or refused.

The file decides what stands on which side and in which order; no code does. A row has a unit, a definition, an argument
and at least one source, or the file is refused, as it is when one side has more rows than the other, when a measure does
not exist, or when a row neither counts something nor says why it cannot. Computing anything may not enter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.card.measures import LEDGER
from enforcement_sim.studies.card.sampled_lives import SAMPLED
from enforcement_sim.yaml_lines import Document, read_yaml

__all__ = ["KINDS", "MONEY", "UNITS", "Layout", "Row", "Source", "load_layout"]

MONEY = "money"
"""Where rows stand that both sides lead with."""

UNITS = ("people", "person-days", "people a year", "points", "dollars")
"""``points`` are differences of shares, told in percentage points."""

KINDS = (
    "official",
    "court",
    "research",
    "press",
    "party in Congress",
    "advocacy for restriction",
    "advocacy for immigrants",
)
"""What a source is; advocates of either side are called so."""

SIDES = 2
_SHIPPED = Path(__file__).with_name("card.yaml")
_REQUIRED = ("side", "label", "unit", "definition", "argument", "led_by")
_OPTIONAL = ("measure", "missing", "beside", "remark", "empty")


@dataclass(frozen=True)
class Source:
    """Who leads with a row.

    Attributes
    ----------
    short : str
        In a word or two.
    kind : str
        One of :data:`KINDS`.
    citation : str
    """

    short: str
    kind: str
    citation: str

    def __str__(self) -> str:
        """Return the citation with its kind."""
        return f"{self.citation.removesuffix('.')} ({self.kind})."


@dataclass(frozen=True)
class Row:
    """One row of a card.

    Attributes
    ----------
    id : str
    side : str
        One of the layout's sides, or :data:`MONEY`.
    measure : str
        What is counted; empty if the model cannot express the row, and ``missing`` says why.
    label, unit, definition, argument : str
    sources : tuple of Source
        Who leads with it.
    beside : mapping
        Further measures told with the row, by what they are.
    remark : str
        What must be known of it at a glance, shown with the row; may be empty.
    missing : str
    empty : str
        What is said where no run has a value.
    """

    id: str
    side: str
    measure: str
    label: str
    unit: str
    definition: str
    argument: str
    sources: tuple[Source, ...]
    beside: Mapping[str, str]
    remark: str = ""
    missing: str = ""
    empty: str = ""

    @property
    def of_lives(self) -> bool:
        """Whether it needs single lives."""
        return self.measure in SAMPLED


@dataclass(frozen=True)
class Layout:
    """What stands where on a card.

    Attributes
    ----------
    sides : mapping
        Each side's title, the left one first.
    rows : tuple of Row
        In the order of the file.
    """

    sides: Mapping[str, str]
    rows: tuple[Row, ...]

    def of(self, side: str) -> tuple[Row, ...]:
        """Return the rows of a side, or of :data:`MONEY`, in order.

        Examples
        --------
        >>> layout = load_layout()
        >>> left, right = (layout.of(side) for side in layout.sides)
        >>> len(left) == len(right), left[0].id, right[0].id
        (True, 'removed_serious', 'citizens')
        """
        return tuple(row for row in self.rows if row.side == side)


@cache
def _shipped() -> Layout:
    return _load(_SHIPPED)


def load_layout(path: str | PathLike[str] | None = None) -> Layout:
    """Read and check the rows of a card; the shipped ones unless another file is named.

    Raises
    ------
    InputError
        With file, line and key, at the first row that lacks something, or if the sides are not even.
    """
    return _shipped() if path is None else _load(Path(path))


def _load(path: Path) -> Layout:
    document = read_yaml(path)
    for part in ("sides", "rows", "sources"):
        if not isinstance(document.data.get(part), dict):
            raise InputError("missing, or not a mapping", file=path, line=1, key=part)
    sides = {}
    for name, about in document.data["sides"].items():
        title = about.get("title") if isinstance(about, dict) else None
        sides[name] = _text(document, ("sides", name, "title"), title)
    if len(sides) != SIDES:
        raise _wrong(document, ("sides",), f"{len(sides)} sides", allowed="two")
    sources = {key: _source(document, key) for key in document.data["sources"]}
    rows = tuple(_row(document, name, sides, sources) for name in document.data["rows"])
    layout = Layout(sides, rows)
    counts = {name: len(layout.of(name)) for name in sides}
    if len(set(counts.values())) != 1:
        told = " and ".join(f"{count} of {name}" for name, count in counts.items())
        raise _wrong(document, ("rows",), f"the sides are not even: {told}", allowed="as many rows for each side")
    return layout


def _source(document: Document, key: str) -> Source:
    """Return one checked source."""
    here, entry = ("sources", key), document.data["sources"][key]
    if not isinstance(entry, dict):
        raise _wrong(document, here, "not a mapping", allowed="short, kind and citation")
    short, kind, citation = (_text(document, (*here, part), entry.get(part)) for part in ("short", "kind", "citation"))
    _one_of(document, (*here, "kind"), kind, KINDS)
    return Source(short, kind, citation)


def _row(document: Document, name: str, sides: Mapping[str, str], sources: Mapping[str, Source]) -> Row:
    """Return one checked row."""
    here = ("rows", name)
    entry = document.data["rows"][name]
    if not isinstance(entry, dict):
        raise _wrong(document, here, "not a mapping")
    known = (*_REQUIRED, *_OPTIONAL)
    for key in entry:
        if key not in known:
            raise _wrong(document, (*here, key), "unknown key", allowed=known, nearest=nearest_names(key, known))
    for key in _REQUIRED:
        if entry.get(key) in (None, "", []):
            raise _wrong(document, here, f"has no {key}")
    if ("measure" in entry) == ("missing" in entry):
        raise _wrong(document, here, "needs either a measure, or `missing` with why there is none")
    _one_of(document, (*here, "side"), entry["side"], (*sides, MONEY))
    _one_of(document, (*here, "unit"), entry["unit"], UNITS)
    beside = entry.get("beside", {})
    if not isinstance(beside, dict):
        raise _wrong(document, (*here, "beside"), "not a mapping from words to measures")
    if "measure" in entry:
        _one_of(document, (*here, "measure"), entry["measure"], (*LEDGER, *SAMPLED))
    for words, measure in beside.items():
        _one_of(document, (*here, "beside", words), measure, (*LEDGER, *SAMPLED))
    if not isinstance(entry["led_by"], list):
        raise _wrong(document, (*here, "led_by"), "not a list of keys of the sources")
    for key in entry["led_by"]:
        _one_of(document, (*here, "led_by"), key, tuple(sources))
    words = {key: _text(document, (*here, key), entry[key]) for key in ("label", "definition", "argument")}
    spare = {key: _text(document, (*here, key), entry[key]) for key in ("remark", "missing", "empty") if key in entry}
    return Row(
        id=name,
        side=entry["side"],
        measure=entry.get("measure", ""),
        unit=entry["unit"],
        sources=tuple(sources[key] for key in entry["led_by"]),
        beside=dict(beside),
        **words,
        **spare,
    )


def _one_of(document: Document, at: tuple[str, ...], written: Any, allowed: tuple[str, ...]) -> None:
    if written not in allowed:
        near = nearest_names(str(written), allowed)
        raise _wrong(document, at, f"unknown {at[-1]} {written!r}", allowed=allowed, nearest=near)


def _text(document: Document, at: tuple[str, ...], written: Any) -> str:
    if not isinstance(written, str) or not written.strip():
        raise _wrong(document, at, "not text")
    return " ".join(written.split())


def _wrong(document: Document, at: tuple[str, ...], message: str, **more: Any) -> InputError:
    return InputError(message, file=document.path, line=document.line(at), key=".".join(at), **more)
