"""The exceptions of records: a condition that cannot be decided is an error, neither yes nor no."""

from __future__ import annotations

from rolegate.diagnostics import quoted
from rolegate.errors import RolegateError


class RecordError(RolegateError):
    """The record, the model or the user does not fit what the catalog asks of it."""


NOT_RECORDS = frozenset({str, bytes, bool, int, float, list, tuple, set, frozenset})
"""Plain values, which nobody takes for a record on purpose."""


def not_a_record(value: object) -> RecordError:
    """What to raise for a plain value in the place of a record, with what to write instead."""
    said = "a record is an object or a mapping"
    if isinstance(value, str):
        name = quoted(value).strip("`")
        return RecordError(
            f"{said}, not a text: to ask at a scope write `scope={name!r}`, about an instance `on={name!r}`"
        )
    return RecordError(f"{said}, not of type {type(value).__name__}: ask about each one by itself")


class UndefinedScopeError(RecordError):
    """The catalog does not say which records are in a scope that the answer depends on."""

    def __init__(self, permission: str, scope: str) -> None:
        self.permission, self.scope = permission, scope
        super().__init__(
            f"`{permission}` is held at the scope `{scope}`, "
            "and the catalog does not say which records are in it; "
            f"add conditions to the scope, such as `{scope}: {{within: …, owner_id: user.id}}`"
        )


class FixedSubjectError(RecordError):
    """A protected session belongs to one subject for as long as it lives."""


class HiddenFieldWarning(UserWarning):
    """A query filters or sorts by a field that is hidden from its reader, which reveals what is in it."""
