"""The entries by which one permission depends on another, and what implies a hidden one."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolegate.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Dependency:
    """An entry of `requires`, `implies` or `recommends`: a permission, and the instance or scope it names."""

    path: str
    instance: str | None
    scope: str | None
    text: str
    span: Span

    @property
    def wanted(self) -> tuple[str, str | None, str | None]:
        """What is asked for, however it is written."""
        return self.path, self.instance, self.scope


SAME, TAKES_NONE = "=", "-"
"""In an `Implier`: as in the question, and not applicable. Neither can be an id or a scope."""


@dataclass(frozen=True, slots=True)
class Implier:
    """A visible permission that implies a hidden one, and how a question about the hidden one is put to it.

    With `SAME`, the instance or the scope of the question is kept. A pattern or a scope is what the hidden
    permission is implied on: the question has to lie within it, and the implier may be held on any instance
    or at any scope. The same goes for `TAKES_NONE`, when the hidden permission has no instances or no scopes.
    `entry` implies the hidden permission. With `before`, the entry belongs to another hidden permission,
    which `before` implies.
    """

    path: str
    instance: str
    scope: str
    entry: Dependency = field(repr=False, compare=False)
    before: Implier | None = field(default=None, repr=False, compare=False)

    @property
    def entries(self) -> tuple[Dependency, ...]:
        """The entries that lead from the visible permission to the hidden one."""
        found = [self.entry]
        step = self.before
        while step is not None:
            found.insert(0, step.entry)
            step = step.before
        return tuple(found)
