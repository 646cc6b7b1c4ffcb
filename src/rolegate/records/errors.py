"""The exceptions of records: a condition that cannot be decided is an error, neither yes nor no."""

from __future__ import annotations

from rolegate.errors import RolegateError


class RecordError(RolegateError):
    """The record, the model or the user does not fit what the catalog asks of it."""


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
