"""Conditions as text, as they are written in a catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from rolegate.catalog.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    HoldsOn,
    Not,
    OfUser,
    Related,
    Value,
)


def written(condition: Condition) -> str:
    """The mapping that says *condition*: `{owner_id: user.id}`."""
    return f"{{{written_entries(condition)}}}"


def written_entries(condition: Condition) -> str:
    """The entries of that mapping, without the braces: `owner_id: user.id`."""
    return ", ".join(_entries(condition))


def _entries(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(parts):
            entries = [entry for part in parts for entry in _entries(part)]
            keys = {entry.partition(":")[0] for entry in entries}
            if len(keys) == len(entries):
                yield from entries
            else:
                yield f"all_of: [{', '.join(written(part) for part in parts)}]"
        case AnyOf(parts):
            yield f"any_of: [{', '.join(written(part) for part in parts)}]"
        case Not(Compare(name, "eq" | "in" | "is_null" as op, value)):
            word = "not_in" if op == "in" else "not"
            yield f"{name}: {{{word}: {_value(value)}}}"
        case Holds(grant):
            yield f"holds: {_quoted(str(grant))}"
        case HoldsOn((name,), grant):
            yield f"{name}: {{holds: {_quoted(str(grant))}}}"
        case HoldsOn(names, grant):
            yield f"holds: {{permission: {_quoted(str(grant))}, attributes: [{', '.join(names)}]}}"
        case Not(inner):
            yield f"not: {written(inner)}"
        case Related(name, "one", inner):
            entries = list(_entries(inner))
            inside = f"{{{', '.join(entries)}}}"
            about_name = any(entry.startswith("holds:") for entry in entries)
            yield f"{name}: {{all_of: [{inside}]}}" if about_name else f"{name}: {inside}"
        case Related(name, "all", Not(inner)):
            yield f"{name}: {{none: {written(inner)}}}"
        case Related(name, which, inner):
            yield f"{name}: {{{which}: {written(inner)}}}"
        case Compare(name, "eq", value):
            yield f"{name}: {_value(value)}"
        case Compare(name, op, value):
            yield f"{name}: {{{'is' if op == 'is_null' else op}: {_value(value)}}}"


def _quoted(grant: str) -> str:
    return json.dumps(grant, ensure_ascii=False) if "[" in grant else grant


def _value(value: Value | tuple[Value, ...] | None) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(element) for element in value)}]"
    if isinstance(value, OfUser | date):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
