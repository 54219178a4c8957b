"""Places as a file names them: the nation, some states, or some counties by code or by name.

One form serves the scope of a scenario, the reach of a change and of a rule, and the place of a published figure. Whether a
code belongs to a real state or county is not known here.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from enforcement_sim.errors import InputError, Problems, nearest_names, shown
from enforcement_sim.yaml_models import Many, StrictModel

KINDS = ("states", "counties")
FORMS = 'nation, {states: [CA, TX]} or {counties: ["Wake, NC"]}'
EXAMPLES = {"states": "[CA, TX]", "counties": '["Wake, NC", "48201"]'}
CODES = {"states": "^[A-Z]{2}$", "counties": "^([0-9]{5}|[^0-9]+,[^0-9]+)$"}
LONGEST_CODE = 40
"""A longer text is no code of a place; errors cut it short."""


class Where(StrictModel):
    """Some places: the nation, states by postal code, or counties by five-digit FIPS code.

    Attributes
    ----------
    kind : {"nation", "states", "counties"}
    members : tuple of str
        Postal codes or FIPS codes; empty for the nation. A file may name a county; the reader of a format puts its code there.

    Examples
    --------
    >>> Where.model_validate({"states": ["CA", "CT"]}).members
    ('CA', 'CT')
    """

    kind: Literal["nation", "states", "counties"] = Field(validation_alias="[kind]")
    members: Many[str] = Field(default=(), validation_alias="[members]")

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, written: Any) -> Any:
        """Accept the form used in files: ``nation``, ``{states: [..]}`` or ``{counties: [..]}``."""
        if written == "nation":
            return {"[kind]": "nation"}
        if not isinstance(written, dict) or {"kind", "[kind]"} & written.keys():
            if isinstance(written, (Where, dict)):
                return written
            raise InputError("expected some places", allowed=FORMS)
        for key in written:
            if key not in KINDS:
                raise InputError("unknown key", key=str(key), allowed=KINDS, nearest=nearest_names(str(key), KINDS))
        if len(written) != 1:
            raise InputError("expected some places", allowed=FORMS)
        ((kind, members),) = written.items()
        _check_codes(kind, members)
        return {"[kind]": kind, "[members]": members}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the written form, which is what editors see."""
        listed: dict[str, Any] = {"type": "array", "minItems": 1, "uniqueItems": True}
        return {
            "description": "nation, some states by postal code, or some counties in quotes, by name and state or by FIPS code",
            "oneOf": [{"const": "nation"}]
            + [
                {
                    "type": "object",
                    "properties": {kind: listed | {"items": {"type": "string", "pattern": pattern}}},
                    "required": [kind],
                    "additionalProperties": False,
                }
                for kind, pattern in CODES.items()
            ],
        }

    def in_order(self) -> Self:
        """Return the same places in sorted order, so that two ways of writing one scope are one scope."""
        return self.model_copy(update={"members": tuple(sorted(self.members))})

    def written(self) -> str | dict[str, list[str]]:
        """Return the form used in files."""
        return "nation" if self.kind == "nation" else {self.kind: list(self.members)}


def _check_codes(kind: str, members: object) -> None:
    """Raise unless something is a list of postal or FIPS codes, each written once and as text."""
    if not isinstance(members, (list, tuple)) or not members:
        raise InputError(f"expected a list such as {EXAMPLES[kind]}", key=kind)
    seen: set[str] = set()
    problems = Problems()
    for index, member in enumerate(members):
        key = f"{kind}.{index}"
        if kind == "counties" and type(member) is int:
            problems.add(InputError(f'write a county code in quotes: "{member:05d}"', key=key))
        elif not isinstance(member, str):
            problems.add(InputError(f"expected text, found {shown(member)}", key=key))
        elif member in seen:
            code = shown(member) if len(member) > LONGEST_CODE else member
            problems.add(InputError(f"{code} is written twice", key=key))
        else:
            seen.add(member)
        if problems.enough:
            break
    problems.raise_if_any()


NATION = Where(kind="nation")
