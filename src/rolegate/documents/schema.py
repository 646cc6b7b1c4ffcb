"""JSON Schemas of the file kinds, so that editors complete keys and mark mistakes while somebody types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from rolegate.documents.condition_words import NO_ATTRIBUTES
from rolegate.documents.file_kinds import SCHEMA_KINDS, FileKind
from rolegate.documents.scalars import ATTRIBUTE_PATTERN, DATE_PATTERN, NAME_PATTERN, SCHEMA_MARK
from rolegate.documents.schema_names import SetNames, offer_names

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HOME = "https://rolegate.dev/schema/"

_SUFFIX = r"(\[[\s\S]+\])?(@[A-Za-z][A-Za-z0-9_-]*)?$"


_VALUE = {"type": ["string", "integer", "boolean"]}
_OF_USER = {"type": "string", "pattern": r"^user\."}
_CONDITION = {"$ref": "#/$defs/Condition"}
_SEVERAL = {"$ref": "#/$defs/Alternatives"}
_AMONG = {"anyOf": [_OF_USER, {"type": "array", "minItems": 1, "items": _VALUE}]}
_ORDERED = {"anyOf": [{"type": "integer"}, _OF_USER, {"type": "string", "pattern": DATE_PATTERN}]}
_CONDITIONS: dict[str, dict[str, Any]] = {
    "Condition": {
        "description": "Conditions on the attributes of a record, all of which must be met.",
        "type": "object",
        "minProperties": 1,
        "properties": {
            "any_of": {**_SEVERAL, "description": "Conditions, one of which must be met."},
            "all_of": {**_SEVERAL, "description": "Conditions, all of which must be met."},
            "not": {**_CONDITION, "description": "Conditions that must not be met."},
            "holds": {"$ref": "#/$defs/Held", "description": "What the user must hold."},
        },
        "propertyNames": {
            "pattern": ATTRIBUTE_PATTERN,
            "not": {"enum": list(NO_ATTRIBUTES)},
        },
        "additionalProperties": {"anyOf": [_VALUE, {"$ref": "#/$defs/Test"}]},
    },
    "Held": {
        "anyOf": [
            {"$ref": "#/$defs/Grant"},
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["permission", "attributes"],
                "properties": {
                    "permission": {"$ref": "#/$defs/Grant"},
                    "attributes": {
                        "description": "The attributes that name the instance, the outermost kind first.",
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "pattern": ATTRIBUTE_PATTERN},
                    },
                },
            },
        ]
    },
    "Alternatives": {"type": "array", "minItems": 1, "items": _CONDITION},
    "Test": {
        "anyOf": [
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {
                    "in": {
                        "description": "It equals one of these: `user.teams`, or listed values.",
                        **_AMONG,
                    },
                    "not_in": {"description": "It has a value, and equals none of these.", **_AMONG},
                    "is": {"description": "It has no value.", "const": None},
                    "not": {
                        "description": "It has another value; `null`: it has any.",
                        "anyOf": [_VALUE, {"const": None}],
                    },
                    "holds": {
                        "description": "The user holds this on the instance that the attribute names.",
                        "$ref": "#/$defs/Grant",
                    },
                    "lt": {"description": "It is less, or earlier.", **_ORDERED},
                    "lte": {"description": "It is less or the same.", **_ORDERED},
                    "gt": {"description": "It is more, or later.", **_ORDERED},
                    "gte": {"description": "It is more or the same.", **_ORDERED},
                    "any": {"description": "One of the related records meets this.", **_CONDITION},
                    "all": {"description": "Every related record meets this.", **_CONDITION},
                    "none": {"description": "No related record meets this.", **_CONDITION},
                },
            },
            {"description": "Conditions on the one related record.", **_CONDITION},
        ]
    },
}


_NAME = {"type": "string", "pattern": NAME_PATTERN}
_GENERAL: dict[str, dict[str, Any]] = {"RestrictionName": _NAME, "RoleKindName": _NAME}


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (2020-12) of each file kind, good for every policy set."""
    text = {"type": "string", "minLength": 1}
    return {
        name: _schema(kind, _GENERAL | {"Box": text, "Grant": text, "Taken": text, "Path": text})
        for name, kind in SCHEMA_KINDS.items()
    }


@dataclass(frozen=True, slots=True)
class GrantTexts:
    """The texts of a set that editors offer where something is granted, taken away, or needed.

    `known` are all that may begin such a text: they are accepted with `[instance]` and `@scope` as well.
    Any names may follow the groups that are `open`, since there are too many that do.
    """

    grants: Sequence[str]
    taken: Sequence[str]
    paths: Sequence[str]
    known: Sequence[str]
    open: Sequence[str] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> GrantTexts:
        """The same texts for all of it; a path is one without a star."""
        known = sorted(set(texts))
        paths = [text for text in known if text != "*" and not text.endswith(".*")]
        return cls(known, known, paths, known)


def schema_for(
    grants: GrantTexts | Iterable[str],
    restrictions: Iterable[str] = (),
    role_kinds: Iterable[str] = (),
    names: SetNames | None = None,
) -> dict[str, dict[str, Any]]:
    """The same with the names of one policy set: *grants* are its paths, aliases and group stars.

    *restrictions* are the named ones, *role_kinds* the kinds of roles, *names* whatever else it declares.
    """
    texts = grants if isinstance(grants, GrantTexts) else GrantTexts.of(grants)
    single = [text for text in texts.known if text != "*" and not text.endswith(".*")]
    headings = [text.removesuffix(".*") for text in texts.known if text.endswith(".*")]
    marked = {
        "Box": _one_of(texts.taken, (*texts.known, *headings), _below(texts.open, r"(\.\*)?")),
        "Grant": _one_of(texts.grants, texts.known, _below(texts.open, r"(\.\*)?")),
        "Taken": _one_of(texts.taken, texts.known, _below(texts.open, r"(\.\*)?")),
        "Path": _one_of(texts.paths, single, _below(texts.open)),
        "RestrictionName": _one_name(restrictions),
        "RoleKindName": _one_name(role_kinds),
    }
    schemas = {name: _schema(kind, marked) for name, kind in SCHEMA_KINDS.items()}
    if names is not None:
        offer_names(schemas, names)
    return schemas


def _one_name(declared: Iterable[str]) -> dict[str, Any]:
    names = sorted(declared)
    return {"enum": names} if names else _NAME


def _one_of(offered: Sequence[str], known: Sequence[str], more: Sequence[str] = ()) -> dict[str, Any]:
    """One of the *known* texts, or what a pattern of *more* reads; *offered* are the texts to choose from."""
    if not known:
        return {"type": "string", "minLength": 1}
    names = "|".join((*map(_escaped, sorted(set(known))), *more))
    accepted = {"type": "string", "pattern": f"^({names}){_SUFFIX}"}
    return {"anyOf": [{"enum": sorted(set(offered))}, accepted]} if offered else accepted


def _below(groups: Iterable[str], star: str = "") -> list[str]:
    """A pattern for whatever is written below each of *groups*."""
    return [rf"{_escaped(group)}\.[^\[\]@*]+{star}" for group in sorted(set(groups))]


def _escaped(text: str) -> str:
    """*text* for a pattern that editors read as JavaScript: what every regex dialect wants escaped is."""
    return re.sub(r"([\\^$.|?*+()\[\]{}/])", r"\\\1", text)


def _schema(kind: FileKind[object], marked: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    raw = TypeAdapter(kind.shape).json_schema(schema_generator=_Plain)
    body: dict[str, Any] = _finished(raw)
    body.pop("title", None)
    conditions = _CONDITIONS if _CONDITION["$ref"] in _references(body) else {}
    wanted = _references([body, *conditions.values()])
    used = {mark: schema for mark, schema in marked.items() if f"#/$defs/{mark}" in wanted} | conditions
    definitions = {**body.pop("$defs", {}), **used}
    top = {
        "$schema": DIALECT,
        "$id": f"{HOME}{kind.schema}.json",
        "title": f"{kind.pattern} of a rolegate policy set",
    }
    return {**top, **body, **({"$defs": definitions} if definitions else {})}


def _finished(value: Any) -> Any:
    """*value* with our marks as references, and definitions under the names of the language."""
    if isinstance(value, list):
        return [_finished(item) for item in value]
    if not isinstance(value, dict):
        return value
    if SCHEMA_MARK in value:
        described = {key: inner for key, inner in value.items() if key not in (SCHEMA_MARK, "type")}
        return {"$ref": f"#/$defs/{value[SCHEMA_MARK]}", **described}
    done = {key: _finished(inner) for key, inner in value.items()}
    if "$defs" in done:
        done["$defs"] = {_renamed(name): definition for name, definition in done["$defs"].items()}
    if isinstance(done.get("$ref"), str):
        done["$ref"] = _renamed(done["$ref"])
    return done


def _renamed(name: str) -> str:
    head, slash, last = name.rpartition("/")
    return head + slash + last.removesuffix("Shape")


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own.union(*(_references(inner) for inner in value.values()))


class _Plain(GenerateJsonSchema):
    """Pydantic's schemas without what a policy file does not have: null, defaults, titles of keys."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the name is pydantic's
        return False

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        # Not as patternProperties: a key outside the pattern would pass.
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else {}
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        names = {key: inner for key, inner in keys.items() if key not in ("type", SCHEMA_MARK)}
        made: JsonSchemaValue = {"type": "object", "additionalProperties": values}
        return {**made, "propertyNames": names} if names else made
