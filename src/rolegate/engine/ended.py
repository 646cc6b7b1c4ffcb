"""Lines that have ended: whom they were about, and what they would give or take if they still held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from rolegate.compiled.names import of_subject
from rolegate.engine.request import Request
from rolegate.grants.bindings import Binding
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right


class EndedLines:
    """The lines that are over at a time, by whom they are about; those that ended last come first."""

    __slots__ = ("_by_sub", "_resolved")

    def __init__(self, resolved: Resolved, at: datetime) -> None:
        self._resolved = resolved
        over = [(b.until, b) for b in resolved.bindings if b.until is not None and b.until <= at]
        by_sub: dict[str, list[Binding]] = {}
        for _, binding in sorted(over, key=lambda pair: pair[0], reverse=True):
            by_sub.setdefault(of_subject(binding.subject), []).append(binding)
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


def would_give(binding: Binding, requests: Iterable[Request]) -> bool:
    """Whether one of *requests* is in what *binding* gave."""
    by_path: dict[str, list[Request]] = {}
    for request in requests:
        by_path.setdefault(request.permission.path, []).append(request)
    for right in _rights(binding):
        for request in by_path.get(right.path, ()):
            if right.scope in request.scopes and request.touches(right.obj):
                return True
    return False


def would_take(binding: Binding, request: Request) -> bool:
    """Whether *request* is in what *binding* took."""
    rights = [Right(request.permission.path, request.region, scope) for scope in request.scopes]
    return any(taken.hits(right) for taken, _ in binding.takes for right in rights)


def _rights(binding: Binding) -> Iterator[Right]:
    if binding.rights is not None:
        yield from binding.rights
    if binding.limited:
        for copy in binding.copies:
            yield from copy.rights
    elif binding.role is not None:
        yield from binding.role.rights
