"""How closely the rule of a change is followed, as a scenario writes it: the key ``followed``.

``strictly``, ``as_history``, or the shares of people covered and not covered. Whether the change's decision can be
followed more or less closely at all is asked in ``check``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from enforcement_sim.law.adherence import AS_HISTORY, STRICTLY, stated_shares

__all__ = ["FOLLOWED_FORMS", "Followed"]

_WORDS = (STRICTLY, AS_HISTORY)
_KEYS = ("covered", "not_covered")
FOLLOWED_FORMS = f"{STRICTLY}, {AS_HISTORY} or shares such as {{covered: 0.9, not_covered: 0.05}}"


def _read(written: object) -> object:
    """Return a word, or the two shares as numbers; the shares of ``strictly`` become that word."""
    if isinstance(written, str) and written in _WORDS:
        return written
    if not isinstance(written, Mapping):
        context: dict[str, Any] = {"found": repr(written), "allowed": FOLLOWED_FORMS}
        if isinstance(written, str):
            context |= {"name": written, "known": _WORDS}
        raise PydanticCustomError("input", "cannot read {found}", context)
    for key in written:
        if key not in _KEYS:
            context = {"key": str(key), "allowed": _KEYS, "name": str(key), "known": _KEYS}
            raise PydanticCustomError("input", "unknown key", context)
    for key in _KEYS:
        if key not in written:
            raise PydanticCustomError("input", "has no {lacks}", {"lacks": key, "allowed": FOLLOWED_FORMS})
    shares = {key: _share(key, written[key]) for key in _KEYS}
    return STRICTLY if stated_shares(shares) == stated_shares(STRICTLY) else shares


def _share(key: str, written: object) -> float:
    """Return a share, having said plainly what is wrong with it."""
    if isinstance(written, bool) or not isinstance(written, (int, float)) or not math.isfinite(written):
        raise PydanticCustomError("input", "expected a number, found {found}", {"key": key, "found": repr(written)})
    if not 0.0 <= written <= 1.0:
        context = {"key": key, "found": f"{written:g}", "allowed": "0 to 1"}
        raise PydanticCustomError("input", "{found} is not a share", context)
    return float(written)


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
Followed = Annotated[
    str | dict[str, float],
    BeforeValidator(_read),
    PlainSerializer(lambda value: value),
    WithJsonSchema(
        {
            "oneOf": [
                {"enum": list(_WORDS)},
                {
                    "type": "object",
                    "properties": {
                        "covered": _SHARE | {"description": "share of people covered to whom it is done"},
                        "not_covered": _SHARE | {"description": "share of people not covered to whom it is still done"},
                    },
                    "required": list(_KEYS),
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""One of two words, or ``covered`` and ``not_covered`` with their shares."""
