"""The ``design`` section in the JSON Schema, for editors.

Pydantic knows the keys of a part of a design; which methods levers and uncertainties have, and how their values are
written, is added here, with every parameter's range in its description.
"""

from __future__ import annotations

from typing import Any

from enforcement_sim.parameters.register import load_register
from enforcement_sim.scenarios.plan import CROSSED, MATCHED, METHODS_OF, REGISTER


def describe_design(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema which methods each part of a design has, and how its values are written."""
    definitions = schema["$defs"]
    part = definitions.pop("PartFile")
    ends = {"from": {"type": ["number", "string"]}, "to": {"type": ["number", "string"]}}
    spread = {
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
            "additionalProperties": spread,
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
