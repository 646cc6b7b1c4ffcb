"""Lines that have ended: whom they were about, and what they would give or take if they still held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from rolegate.catalog.model import Permission
from rolegate.compiled.lines import subject_name
from rolegate.engine.question import Asked
from rolegate.grants.bindings import Binding
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, covers, overlap


class Ended:
    """The lines that are over at a time, by whom they are about; those that ended last come first."""

    __slots__ = ("_by_sub", "_resolved")

    def __init__(self, resolved: Resolved, at: datetime) -> None:
        self._resolved = resolved
        over = [(b.until, b) for b in resolved.bindings if b.until is not None and b.until <= at]
        by_sub: dict[str, list[Binding]] = {}
        for _, binding in sorted(over, key=lambda each: each[0], reverse=True):
            by_sub.setdefault(subject_name(binding.subject), []).append(binding)
        self._by_sub: Mapping[str, list[Binding]] = by_sub

    def about(self, subjects: Iterable[str], domain: str) -> Iterator[Binding]:
        """The lines that held for *subjects*, in compiled words, in *domain*."""
        if not self._by_sub:
            return
        outward = self._resolved.domains.outward(domain)
        for sub in subjects:
            for binding in self._by_sub.get(sub, ()):
                if binding.domain == domain or (binding.domain in outward and not binding.limited):
                    yield binding


def would_give(binding: Binding, asked: Asked, any: bool, available: Callable[[Permission], bool]) -> bool:
    """Whether what was asked is in what *binding* gave, of what is *available*."""
    permissions = {permission.path: permission for permission in asked.permissions}
    for right in _rights(binding):
        permission = permissions.get(right.path)
        if permission is not None and _answers(right, asked, permission, any) and available(permission):
            return True
    return False


def _answers(right: Right, asked: Asked, permission: Permission, any: bool) -> bool:
    scope, ladder = asked.scope_of(permission), permission.ladder
    if not any:
        return right.scope == scope and covers(right.obj, asked.obj(permission))
    within = ladder.within(scope) if ladder is not None else (scope,)
    return right.scope in within and overlap(right.obj, asked.region(permission)) is not None


def would_take(binding: Binding, asked: Asked, permission: Permission) -> bool:
    """Whether what was asked is in what *binding* took."""
    right = Right(permission.path, asked.region(permission), asked.scope_of(permission))
    return next((True for taken, _ in binding.takes if taken.hits(right)), False)


def _rights(binding: Binding) -> Iterator[Right]:
    if binding.rights is not None:
        yield from binding.rights
    if binding.limited:
        for copy in binding.copies:
            yield from copy.rights
    elif binding.role is not None:
        yield from binding.role.rights
