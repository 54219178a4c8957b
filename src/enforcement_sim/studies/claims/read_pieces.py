"""Pieces of a file of claims: mappings, texts, numbers and names, each returned or refused with file, line and key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from enforcement_sim.errors import InputError, nearest_names
from enforcement_sim.studies.claims.published import Source
from enforcement_sim.yaml_lines import Document, Step

__all__ = [
    "cited_at",
    "day_at",
    "known_keys",
    "mapping_at",
    "names_at",
    "number_at",
    "one_of_at",
    "optional_text",
    "scope_at",
    "text_at",
    "texts_at",
    "wrong_at",
]


def mapping_at(
    document: Document, at: tuple[Step, ...], written: Any, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a mapping that has what it must and nothing unknown."""
    if not isinstance(written, dict):
        raise wrong_at(document, at, "not a mapping")
    known_keys(document, at, written, (*required, *optional))
    for key in required:
        if written.get(key) in (None, "", []):
            raise wrong_at(document, at, f"has no {key}")
    return written


def known_keys(document: Document, at: tuple[Step, ...], written: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in written:
        if key not in known:
            raise wrong_at(document, (*at, key), "unknown key", allowed=known, nearest=nearest_names(key, known))


def names_at(
    document: Document, at: tuple[Step, ...], written: Any, known: Mapping[str, Any], what: str
) -> tuple[str, ...]:
    if not isinstance(written, list):
        raise wrong_at(document, at, f"not a list of names of a {what}")
    for index, name in enumerate(written):
        if name not in known:
            raise wrong_at(document, (*at, index), f"unknown {what} {name!r}", nearest=nearest_names(str(name), known))
    return tuple(written)


def cited_at(
    document: Document, at: tuple[Step, ...], written: Any, sources: Mapping[str, Source]
) -> tuple[Source, ...]:
    return tuple(sources[key] for key in names_at(document, at, written, sources, "source"))


def scope_at(document: Document, at: tuple[Step, ...], written: Any) -> str:
    if written == "nation":
        return "United States"
    if isinstance(written, dict) and len(written) == 1:
        kind, members = next(iter(written.items()))
        if (
            kind in ("states", "counties")
            and isinstance(members, list)
            and all(isinstance(one, str) for one in members)
        ):
            return f"{kind} {', '.join(members)}"
    raise wrong_at(document, at, "not a scope", allowed='nation, {states: [CA]} or {counties: ["06037"]}')


def one_of_at(document: Document, at: tuple[Step, ...], written: Any, known: tuple[str, ...]) -> str:
    if written not in known:
        near = nearest_names(str(written), known)
        raise wrong_at(document, at, f"{written!r} is not known", allowed=known, nearest=near)
    return str(written)


def day_at(document: Document, at: tuple[Step, ...], written: Any) -> date:
    if not isinstance(written, date):
        raise wrong_at(document, at, f"{written!r} is not a day, such as 2011-06-30")
    return written


def number_at(document: Document, at: tuple[Step, ...], written: Any) -> float:
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not math.isfinite(written):
        raise wrong_at(document, at, f"{written!r} is not a number")
    return float(written)


def text_at(document: Document, at: tuple[Step, ...], written: Any) -> str:
    if not isinstance(written, str) or not written.strip():
        raise wrong_at(document, at, "not text")
    return written


def texts_at(document: Document, at: tuple[Step, ...], written: Any) -> tuple[str, ...]:
    if not isinstance(written, list):
        raise wrong_at(document, at, "not a list")
    return tuple(text_at(document, (*at, index), one) for index, one in enumerate(written))


def optional_text(document: Document, here: tuple[Step, ...], entry: Mapping[str, Any], key: str) -> str:
    return text_at(document, (*here, key), entry[key]) if key in entry else ""


def wrong_at(document: Document, at: tuple[Step, ...], message: str, **more: Any) -> InputError:
    key = ".".join(str(step) for step in at)
    return InputError(message, file=document.path, line=document.line(at), key=key or None, **more)
