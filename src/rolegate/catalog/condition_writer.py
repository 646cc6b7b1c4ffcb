"""Conditions as text, as they are written in a catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, OfUser, Related, Value


def written(condition: Condition) -> str:
    """The mapping that says *condition*: `{owner_id: user.id}`."""
    return f"{{{written_entries(condition)}}}"


def written_entries(condition: Condition) -> str:
    """The entries of that mapping, without the braces: `owner_id: user.id`."""
    return ", ".join(_entries(condition))


def _entries(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(parts):
            for part in parts:
                yield from _entries(part)
        case AnyOf(parts):
            yield f"any_of: [{', '.join(written(part) for part in parts)}]"
        case Related(name, "one", inner):
            yield f"{name}: {written(inner)}"
        case Related(name, which, inner):
            yield f"{name}: {{{which}: {written(inner)}}}"
        case Compare(name, "is_null"):
            yield f"{name}: {{is: null}}"
        case Compare(name, "in", values):
            yield f"{name}: {{in: {_value(values)}}}"
        case Compare(name, _, value):
            yield f"{name}: {_value(value)}"


def _value(value: Value | tuple[Value, ...] | None) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(element) for element in value)}]"
    return str(value) if isinstance(value, OfUser) else json.dumps(value, ensure_ascii=False)
