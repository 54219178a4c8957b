"""The JSON Schema of scenario files, with which an editor completes and checks them.

Pydantic knows the keys; the names of parameters and rules, which methods levers and uncertainties have, and how their values
are written, are added here.
"""

from __future__ import annotations

from typing import Any

from enforcement_sim.codes import LEVERS
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.file_format import ALL_DECISIONS, SCHEMA_VERSION, ScenarioFile
from enforcement_sim.scenarios.plan import CROSSED, MATCHED, METHODS_OF, REGISTER
from enforcement_sim.yaml_models import LONGEST_NAME, NAME_KEY, NAME_PATTERN

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, with which an editor completes and checks them.

    Parameters are listed by address with meaning, unit and range, and rules by name, so the schema changes when the
    register or the rulebook does.
    """
    schema = ScenarioFile.model_json_schema(by_alias=True)
    properties = schema["properties"]
    properties["schema"] = {"const": SCHEMA_VERSION, "description": "version of this format"}
    properties["extends"] = {"type": "string", "description": properties["extends"]["description"]}
    properties["scope"]["default"] = "nation"
    properties["changes"]["patternProperties"] = {NAME_PATTERN: properties["changes"]["additionalProperties"]}
    properties["changes"] |= {"additionalProperties": False, "propertyNames": {"maxLength": LONGEST_NAME}}
    for definition in schema["$defs"].values():
        definition["description"] = definition["description"].partition("\n\n")[0]
    properties["parameters"] |= {
        "properties": {
            address: {
                "type": "integer" if parameter.integer else "number",
                "minimum": parameter.low,
                "maximum": parameter.high,
                "description": f"{parameter.meaning} ({parameter.unit})",
            }
            for address, parameter in load_register().items()
        },
        "additionalProperties": False,
    }
    properties["sweep"] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": "array", "minItems": 1, "uniqueItems": True},
        "description": properties["sweep"]["description"],
    }
    _describe_design(schema)
    change = schema["$defs"]["Change"]["properties"]
    del change[NAME_KEY], schema["$defs"]["Change"]["required"]  # a file may change a part of one that it extends
    rules = [*load_rulebook().rules, *(setting for settings in LEVERS.values() for setting in settings)]
    change["decision"] = {"enum": list(ALL_DECISIONS), "description": change["decision"]["description"]}
    change["rule"] = {"enum": list(dict.fromkeys(rules)), "description": change["rule"]["description"]}
    for part in ("from", "until"):
        day = {"type": ["string", "null"], "format": "date"}
        change[part] = day | {"description": change[part]["description"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _describe_design(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema which methods each part of a design has, and how its values are written."""
    definitions = schema["$defs"]
    part = definitions.pop("PartFile")
    ends = {"from": {"type": ["number", "string"]}, "to": {"type": ["number", "string"]}}
    ranges = {
        "oneOf": [
            {"type": "array", "minItems": 1, "uniqueItems": True},
            {"type": "object", "properties": ends, "required": list(ends), "additionalProperties": False},
            {"const": REGISTER},
        ]
    }
    parameters = {
        address: {"description": f"{one.meaning} ({one.unit}; {one.low:g} to {one.high:g})"}
        for address, one in load_register().items()
    }
    for name, methods in METHODS_OF.items():
        properties = {key: dict(value) for key, value in part["properties"].items()}
        properties["method"] = {"enum": list(methods), "description": properties["method"]["description"]}
        for count, low in (("draws", 1), ("seed", 0)):
            properties[count] = {"type": "integer", "minimum": low, "description": properties[count]["description"]}
        properties["values"] = {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": ranges,
            "description": properties["values"]["description"],
        }
        if name == "uncertainties":
            properties["values"] |= {"propertyNames": {"enum": list(parameters)}}
        properties["rows"] = {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "minProperties": 1},
            "description": properties["rows"]["description"],
        }
        definitions[name.capitalize()] = part | {"title": name.capitalize(), "properties": properties}
    design = definitions["DesignFile"]
    for name in METHODS_OF:
        description = design["properties"][name]["description"]
        design["properties"][name] = {"$ref": f"#/$defs/{name.capitalize()}", "description": description}
    together = design["properties"]["together"]
    design["properties"]["together"] = {"enum": [CROSSED, MATCHED], "description": together["description"]}
    design["minProperties"] = 1
    described = schema["properties"]["design"]["description"]
    schema["properties"]["design"] = {"$ref": "#/$defs/DesignFile", "description": described}
