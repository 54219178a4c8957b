"""The JSON Schema of scenario files, with which an editor completes and checks them.

Pydantic knows the keys and their types; the names of parameters and rules are added here.
"""

from __future__ import annotations

from typing import Any

from enforcement_sim.codes import LEVERS
from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.parameters.register import Parameter, load_register
from enforcement_sim.scenarios.file_format import ALL_DECISIONS, ScenarioFile
from enforcement_sim.yaml_models import LONGEST_NAME, NAME_KEY, NAME_PATTERN


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files, with which an editor completes and checks them.

    Parameters are listed by address with meaning, unit and range, and rules by name, so the schema changes when the
    register or the rulebook does.
    """
    schema = ScenarioFile.model_json_schema(by_alias=True)
    properties, definitions = schema["properties"], schema["$defs"]
    for definition in definitions.values():
        definition["description"] = definition["description"].partition("\n\n")[0]
    properties["scope"]["default"] = "nation"
    properties["changes"] |= {
        "patternProperties": {NAME_PATTERN: properties["changes"]["additionalProperties"]},
        "propertyNames": {"maxLength": LONGEST_NAME},
        "additionalProperties": False,
    }
    register = load_register()
    for section, addresses in (("parameters", tuple(register)), ("history", register.levers)):
        properties[section] |= {
            "properties": {address: _number(register[address]) for address in addresses},
            "additionalProperties": False,
        }
    definitions["Uncertainties"]["properties"]["values"]["propertyNames"] = {"enum": list(register)}
    # A file may change a part of one that it extends.
    del definitions["Change"]["required"], definitions["Change"]["properties"][NAME_KEY]
    rules = [*load_rulebook().rules, *(setting for settings in LEVERS.values() for setting in settings)]
    for key, names in (("decision", ALL_DECISIONS), ("rule", rules)):
        definitions["Change"]["properties"][key]["enum"] = list(dict.fromkeys(names))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def _number(parameter: Parameter) -> dict[str, Any]:
    """Return the schema of a parameter's value."""
    return {
        "type": "integer" if parameter.integer else "number",
        "minimum": parameter.low,
        "maximum": parameter.high,
        "description": f"{parameter.meaning} ({parameter.unit})",
    }
