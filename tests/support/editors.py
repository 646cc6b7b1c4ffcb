"""A policy file as an editor with our JSON Schemas sees it."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from rolegate.diagnostics import Report
from rolegate.documents.composer import compose
from rolegate.documents.schema import json_schemas
from rolegate.documents.text import Keyed, Listed, Trap

SCHEMAS = json_schemas()


def plain(value: object) -> Any:
    """*value* as an editor sees it."""
    if isinstance(value, Keyed):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Listed):
        return [plain(inner) for inner in value]
    if isinstance(value, Trap) and value in ("true", "false"):
        return value == "true"
    text = str(value)  # `017` is in quotes, or is reported
    return int(text) if text.isascii() and text.isdecimal() and str(int(text)) == text else text


def marked(kind: str, text: str, using: dict[str, Any] | None = None) -> list[str]:
    """The places an editor marks in *text*."""
    report = Report()
    value = plain(compose(text, "f", report))
    assert () == report.sorted()
    return sorted(
        error.json_path for error in Draft202012Validator((using or SCHEMAS)[kind]).iter_errors(value)
    )
