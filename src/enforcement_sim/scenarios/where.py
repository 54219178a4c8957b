"""Places as a scenario names them: the nation, some states, or some counties.

The same form serves a scenario's scope and the reach of a change. This module knows how places are written; whether
a code belongs to a real state or county is asked in ``check``.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, StrictStr, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from enforcement_sim.errors import ERRORS_AT_MOST, shown

LONGEST_CODE = 40
"""A longer text is no code of a place; errors cut it short."""


class Frozen(BaseModel):
    """What all models here share: values do not change, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Where(Frozen):
    """Some places: the nation, states by postal code, or counties by five-digit FIPS code.

    Attributes
    ----------
    kind : {"nation", "states", "counties"}
    members : tuple of str
        Postal codes or FIPS codes; empty for the nation.

    Examples
    --------
    >>> Where.model_validate({"states": ["CA", "CT"]}).members
    ('CA', 'CT')
    """

    kind: Literal["nation", "states", "counties"]
    members: tuple[StrictStr, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, written: Any) -> Any:
        """Accept the form used in files: ``nation``, ``{states: [..]}`` or ``{counties: [..]}``."""
        if isinstance(written, Where) or (isinstance(written, dict) and "kind" in written):
            return written
        if written == "nation":
            return {"kind": "nation"}
        kinds = ("states", "counties")
        if isinstance(written, dict) and len(written) == 1:
            ((kind, members),) = written.items()
            if kind in kinds:
                return {"kind": kind, "members": _place_codes(kind, members)}
        if isinstance(written, dict):
            unknown = [key for key in written if key not in kinds]
            if unknown:
                context = {"key": unknown[0], "allowed": kinds, "name": unknown[0], "known": kinds}
                raise PydanticCustomError("input", "unknown key", context)
        forms = 'nation, {states: [CA, TX]} or {counties: ["06037"]}'
        raise PydanticCustomError("input", "expected some places", {"allowed": forms})

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the written form, which is what editors see."""
        state = {"type": "string", "pattern": "^[A-Z]{2}$"}
        county = {"type": "string", "pattern": "^[0-9]{5}$"}
        return {
            "description": "nation, some states by postal code, or some counties by five-digit FIPS code in quotes",
            "oneOf": [{"const": "nation"}]
            + [
                {
                    "type": "object",
                    "properties": {kind: {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}},
                    "required": [kind],
                    "additionalProperties": False,
                }
                for kind, item in (("states", state), ("counties", county))
            ],
        }

    def in_order(self) -> Self:
        """Return the same places in sorted order, so that two ways of writing one scope are one scope."""
        return self.model_copy(update={"members": tuple(sorted(self.members))})

    def written(self) -> str | dict[str, list[str]]:
        """Return the form used in files."""
        return "nation" if self.kind == "nation" else {self.kind: list(self.members)}


def _place_codes(kind: str, members: object) -> tuple[str, ...]:
    """Return a written list of postal or FIPS codes, having said plainly everything that is wrong with it."""
    example = "[CA, TX]" if kind == "states" else '["06037", "48201"]'
    if not isinstance(members, (list, tuple)) or not members:
        raise PydanticCustomError("input", "expected a list such as {example}", {"key": kind, "example": example})
    seen: set[str] = set()
    wrong: list[tuple[str, str]] = []
    for index, member in enumerate(members):
        key = f"{kind}.{index}"
        if kind == "counties" and type(member) is int:
            wrong.append((key, f'write a county code in quotes: "{member:05d}"'))
        elif not isinstance(member, str):
            wrong.append((key, f"expected text, found {shown(member)}"))
        elif member in seen:
            wrong.append((key, f"{shown(member) if len(member) > LONGEST_CODE else member} is written twice"))
        else:
            seen.add(member)
        if len(wrong) > ERRORS_AT_MOST:
            break
    if wrong:
        raise PydanticCustomError("inputs", "{found}", {"found": wrong[0][1], "wrong": wrong})
    return tuple(members)


NATION = Where(kind="nation")
