"""The record of an expectation, and what the application says of the user, as programs have them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rolegate.catalog.conditions import OWN_ATTRIBUTES
from rolegate.diagnostics import Report, Span
from rolegate.documents.expectations_file import ExpectedAccessShape, ExpectedSubjectsShape
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap
from rolegate.expect import problems

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What is asked about beside the question; no record for a question about rights alone."""

    record: Mapping[str, Any] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def read_facts(
    shape: ExpectedAccessShape,
    parts: Sequence[ExpectedSubjectsShape],
    declared: Collection[str],
    report: Report,
) -> RecordFacts:
    """The facts of an expectation; what does not go with a record is reported.

    *declared* are the attributes of users that the catalog has. Another one is asked for by no condition, so
    what depends on it would be denied for ever.
    """
    if shape.record is None:
        if shape.attributes is not None:
            problems.attributes_alone(report, shape.at("attributes"))
        return RecordFacts()
    if any(part.team or part.role for part in parts):
        problems.record_of_users(report, shape.at("record"))
    record = _attributes(shape.record, shape.at("record"), "record", report)
    given = {} if shape.attributes is None else shape.attributes
    attributes = _attributes(given, shape.at("attributes"), "attributes", report)
    for name in attributes:
        if name in OWN_ATTRIBUTES:
            problems.own_attribute(report, shape.at("attributes"), name)
        elif name not in declared:
            problems.attribute_undeclared(report, shape.at("attributes"), name, tuple(declared))
    return RecordFacts(record, attributes)


def _attributes(value: Any, span: Span, key: str, report: Report) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return {str(name): _value(inner, report) for name, inner in value.items()}
    problems.not_attributes(report, span, key)
    return {}


def _value(value: Any, report: Report) -> Any:
    """*value* of the file as a program has it: what is in quotes is a text, and the rest is as YAML says."""
    if isinstance(value, Keyed):
        return {str(name): _value(inner, report) for name, inner in value.items()}
    if isinstance(value, Listed):
        return [_value(inner, report) for inner in value]
    if isinstance(value, Trap):
        return _trap(value, report)
    if isinstance(value, Text):
        whole = not isinstance(value, Quoted) and _WHOLE.fullmatch(value)
        return int(value) if whole else str(value)
    assert isinstance(value, Broken)  # noqa: S101 - and it was reported
    return None


def _trap(value: Trap, report: Report) -> Any:
    """What is not in quotes and is no text: false, null, or a day."""
    if value in ("true", "false"):
        return value == "true"
    if value.kind == "null":
        return None
    try:
        if value.kind == "date" and len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    problems.value_unclear(report, value.span, value)
    return None
